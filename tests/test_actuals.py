"""Logs of the timer: read, turned into proposals after three runs, written in a card once accepted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini_ateliers import card, front, step, text, vocabulary

from cartable import actuals, workshop
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError

STEPS = ("Ouvrir", "Chercher", "Conclure")


def journal(minutes: tuple[float, ...] = (10, 10, 10), people: int = 12, **changes: Any) -> dict[str, Any]:
    entries = [
        {
            "id": f"1-1-{rank}", "atelier": "essai", "bloc": "Essai", "etape": name, "prevu": 10, "debut": "18:00",
            "fin": "18:10", "secondes": round(length * 60), "pause": 0,
        }
        for rank, (name, length) in enumerate(zip(STEPS, minutes, strict=True), 1)
    ]  # fmt: skip
    base = {
        "format": "journal-cartable", "version": 1, "seance": "essai", "titre": "Séance d’essai", "jour": 1,
        "date": "2026-11-23", "effectif": people, "horloge": "typique", "debut_prevu": "18:00", "fin_prevue": "19:35",
        "debut": "18:00", "fin": "18:30", "etapes": entries, "retires": [{"id": "1-3", "bloc": "Vote"}],
    }  # fmt: skip
    return {**base, **changes}


def log(*arguments: Any, **changes: Any) -> actuals.Log:
    return actuals.read(json.dumps(journal(*arguments, **changes), indent=2), "journal.json")


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_a_log_is_read() -> None:
    found = log((12, 9.5, 10))
    assert found.minutes("essai") == 32
    assert (found.date, found.effectif) == (dt.date(2026, 11, 23), 12)


def test_a_step_under_way_has_no_duration() -> None:
    entries = journal()["etapes"]
    entries[2] |= {"fin": None, "secondes": None}
    assert log(etapes=entries).minutes("essai") == 20


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effectif": "douze"}, "effectif"),
        ({"effectif": 0}, "effectif"),
        ({"date": "hier"}, "date"),
        ({"format": "autre"}, "format"),
        ({"version": 2}, "version"),
        ({"etapes": "rien"}, "etapes"),
        ({"nom": "Paul"}, "nom"),
    ],
)
def test_a_wrong_log_is_explained_with_its_line(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ManuscriptError) as caught:
        log(**changes)
    (problem,) = caught.value.problems
    written = json.dumps(journal(**changes), indent=2).splitlines()
    assert problem.field == field
    assert f'"{field}"' in written[problem.line - 1]


@pytest.mark.parametrize("content", ["", "{", "journal", "[1, 2"])
def test_what_is_not_json_says_where_to_find_one(content: str) -> None:
    with pytest.raises(ManuscriptError, match="Enregistrer le journal"):
        actuals.read(content, "journal.json")


@pytest.mark.parametrize("content", ["[]", "12", '"texte"', "null"])
def test_json_that_is_not_a_log_is_refused(content: str) -> None:
    with pytest.raises(ManuscriptError):
        actuals.read(content, "journal.json")


def test_a_file_is_read(tmp_path) -> None:
    path = tmp_path / "journal.json"
    path.write_text(json.dumps(journal()), encoding="utf-8")
    assert actuals.load(path) == log()


# --- Proposing --------------------------------------------------------------------------------------------------------


def test_nothing_is_proposed_before_three_runs() -> None:
    assert actuals.proposals(card(), [log((20, 20, 20))] * 2) == []


def test_the_median_and_the_80th_percentile_are_proposed() -> None:
    runs = [log((length, 10, 10)) for length in (11, 12, 13, 16, 20)]
    first, *others = actuals.proposals(card(), runs)
    assert first.step == "Ouvrir"
    assert (first.median, round(first.late, 3)) == (13, 16.8)
    assert first.after == (8, 13, 17)
    assert [one.after for one in others] == [(8, 10, 10)] * 2, "le plus long observé remplace 14"
    assert "typique 10 → 13" in str(first)


def test_a_quicker_step_lowers_its_minimum() -> None:
    (first, *_) = actuals.proposals(card(), [log((5, 10, 10))] * 3)
    assert first.after == (5, 5, 5)


def test_the_part_of_each_person_is_set_aside() -> None:
    steps = [
        step("Ouvrir", minutes={"min": 5, "typique": 2, "max": 30}, par_personne=1, configuration="pleniere"),
        step("Chercher"),
        step("Conclure"),
    ]
    one = card(deroule=steps)
    runs = [log((people + 4, 10, 10), people) for people in (8, 12, 16)]
    first = actuals.proposals(one, runs)[0]
    assert first.after[1] == 4, "quatre minutes, puis une par personne"
    assert first.after[2] >= 16, "la durée à l’effectif idéal reste permise"


def test_percentiles_are_those_of_a_spreadsheet() -> None:
    assert actuals.percentile([10, 20, 30], 0.8) == pytest.approx(26)
    assert actuals.percentile([7], 0.8) == 7
    assert actuals.percentile([1, 2, 3, 4, 5, 6], 0.5) == pytest.approx(3.5)


durations = st.floats(0.2, 120)


@settings(deadline=None, max_examples=60)
@given(
    runs=st.lists(st.tuples(durations, durations, durations, st.integers(1, 40)), min_size=3, max_size=6),
    each=st.sampled_from([0, 0.5, 1]),
)
def test_what_is_proposed_always_makes_a_valid_card(runs: list[tuple[float, ...]], each: float) -> None:
    usual = 10 - 6 * each if each else 10
    steps = [
        step(name, minutes={"min": 8, "typique": int(usual), "max": 20}, par_personne=each, configuration="groupe")
        for name in STEPS
    ]
    fields = front(deroule=steps)
    written = text(fields)
    one = workshop.read(written, "essai", vocabulary())
    found = actuals.proposals(one, [log(run[:3], run[3]) for run in runs])
    after = workshop.read(actuals.apply(written, "essai", found, (), vocabulary()), "essai", vocabulary())
    for proposal in found:
        minutes = after.deroule[proposal.rank].minutes
        assert (minutes.min, minutes.typique, minutes.max) == proposal.after


# --- Accepting --------------------------------------------------------------------------------------------------------

HAND = """  - nom: Ouvrir
    minutes: {min: 8, typique: 10, max: 14} # chronométré à Vaubrun
    par_personne: 0"""


def hand_written() -> str:
    """Return a card as people write it: durations on one line, a comment."""
    lines = text().splitlines()
    start = lines.index("- nom: Ouvrir")
    end = next(i for i in range(start, len(lines)) if "par_personne" in lines[i])
    block = "\n".join(line.removeprefix("  ") for line in HAND.splitlines())
    return "\n".join([*lines[:start], block, *lines[end + 1 :]]) + "\n"


def accepted() -> list[actuals.Proposal]:
    """Return what a person keeps of the proposals: the first step only."""
    return actuals.proposals(card(), [log((12, 10, 12))] * 3)[:1]


def test_only_durations_and_experiences_change() -> None:
    before = hand_written()
    entry = actuals.experience(
        log((12, 10, 12)), "essai", "CC de la Haute-Brume", "Le tri a débordé : « trop d’idées »."
    )
    after = actuals.apply(before, "essai", accepted(), [entry], vocabulary())
    assert "minutes: {min: 8, typique: 12, max: 12} # chronométré à Vaubrun" in after
    removed = [line for line in before.splitlines() if line not in after.splitlines()]
    assert [line.strip().split(":")[0] for line in removed] == ["minutes", "experiences"]
    read = workshop.read(after, "essai", vocabulary())
    assert [(one.date, one.effectif, one.duree_reelle) for one in read.experiences] == [(dt.date(2026, 11, 23), 12, 34)]
    assert read.experiences[0].territoire == "CC de la Haute-Brume"


def test_experiences_add_up() -> None:
    entry = actuals.experience(log(), "essai", "Vaubrun", "Calme et à l’heure.")
    words = vocabulary()
    once = actuals.apply(hand_written(), "essai", [], [entry], words)
    twice = actuals.apply(once, "essai", [], [entry | {"territoire": "Saint-Ormel"}, entry], words)
    places = [one.territoire for one in workshop.read(twice, "essai", words).experiences]
    assert places == ["Vaubrun", "Saint-Ormel", "Vaubrun"]


def test_windows_line_ends_are_kept() -> None:
    before = hand_written().replace("\n", "\r\n")
    after = actuals.apply(before, "essai", accepted(), (), vocabulary())
    assert after.count("\r\n") == before.count("\r\n")
    assert after.replace("\r\n", "").count("\n") == 0


def test_a_real_card_is_rewritten(library_text: tuple[str, str]) -> None:
    slug, before = library_text
    one = workshop.load()[slug]
    name = one.deroule[0].nom
    entries = [journal()["etapes"][0] | {"atelier": slug, "etape": name, "secondes": 60 * 47}]
    found = actuals.proposals(one, [log(etapes=entries)] * 3)
    after = actuals.apply(before, slug, found, (), workshop.vocabulary())
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert "max: 47" in changed[0][1]
    assert "+    minutes:" in actuals.diff(before, after, slug)


@pytest.fixture
def library_text() -> tuple[str, str]:
    slug = "matrice-impact-effort"
    return slug, (workshop.folder() / f"{slug}.md").read_text(encoding="utf-8")


def test_the_difference_is_readable() -> None:
    before = hand_written()
    after = actuals.apply(before, "essai", accepted(), (), vocabulary())
    shown = actuals.diff(before, after, "essai")
    assert "-  minutes: {min: 8, typique: 10, max: 14}" in shown
    assert "+  minutes: {min: 8, typique: 12, max: 12}" in shown
    assert actuals.diff(before, before, "essai") == ""


def test_an_account_too_short_is_refused() -> None:
    entry = actuals.experience(log(), "essai", "Vaubrun", "")
    with pytest.raises(ManuscriptError, match="retour"):
        actuals.apply(hand_written(), "essai", [], [entry], vocabulary())


def test_a_format_that_was_not_held_has_no_experience() -> None:
    with pytest.raises(CartableError, match="ne contient pas"):
        actuals.experience(log(), "persona", "Vaubrun", "Rien")
