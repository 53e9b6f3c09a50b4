"""The clock of a session: a pure function of the cards, the session and the headcount.

Times are whole minutes since midnight. A plan is made in one forward pass per day: the start, the locked times and
the end are anchors; between two anchors, what does not fit is shortened by priority, then optional blocks are
dropped, then the overrun is told. Nothing is ever changed silently: see ``Agenda.notices``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.agenda import advice, fitting, program
from cartable.agenda.advice import LONGEST_WITHOUT_BREAK
from cartable.agenda.fitting import BREAKS, Span
from cartable.agenda.program import split
from cartable.agenda.timetable import Actual, Agenda, Block, Day, Notice, Slot, Track, rounded
from cartable.session import hour

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cartable.agenda.program import Line, Step
    from cartable.session import Day as DaySpec
    from cartable.session import Session
    from cartable.workshop import Clock, Library

__all__ = [
    "BREAKS", "LONGEST_WITHOUT_BREAK", "Actual", "Agenda", "Block", "Day", "Notice", "Slot", "Track", "plan", "rounded",
    "shifted", "split",
]  # fmt: skip


def plan(  # noqa: PLR0917
    library: Library,
    session: Session,
    headcount: int | None = None,
    clock: Clock = "typique",
    actuals: Mapping[str, Actual] | None = None,
    now: int | None = None,
    removed: Collection[str] = (),
) -> Agenda:
    """Give every step of a session its times.

    Parameters
    ----------
    headcount
        Number of participants (the ideal of the session by default).
    clock
        ``optimiste``, ``typique`` or ``prudent`` (see ``cartable.workshop.CLOCK_SHARES``).
    actuals
        Live: what has begun or ended, by id of step. What is left is planned anew from there.
    now
        Live: the present minute; a step under way is not expected to end before it, nor another to begin.
    removed
        Live: the lines or the steps that a person has taken out, by id.

    Raises
    ------
    KeyError
        If the session names a format that the library lacks (``session.read`` refuses such sessions).
    """
    n = session.effectif.ideal if headcount is None else headcount
    days, notices, dropped = [], list(advice.headcount(library, session, n)), []
    for number, day in enumerate(session.jours, 1):
        lines = program.without(program.make(library, day.deroule, n, clock, str(number)), removed)
        for step in (step for line in lines for step in line.all_steps()):
            step.actual = (actuals or {}).get(step.id)
        planned, said, gone = _plan_day(number, day, lines, now)
        days.append(planned)
        notices += said
        dropped += gone
        notices += advice.rhythm(planned)
    return Agenda(session, n, clock, tuple(days), tuple(notices), tuple(dropped))


def _segments(lines: Sequence[Line], start: int, end: int) -> list[tuple[int, int, list[Line]]]:
    """Cut a day at its anchors: (start, next anchor, lines)."""
    cuts: list[tuple[int, list[Line]]] = [(start, [])]
    for line in lines:
        if line.item.heure is not None:
            cuts.append((hour(line.item.heure), []))
        cuts[-1][1].append(line)
    stops = [at for at, _ in cuts[1:]] + [end]
    return [(at, stop, inside) for (at, inside), stop in zip(cuts, stops, strict=True) if inside]


def _plan_day(number: int, spec: DaySpec, lines: list[Line], now: int | None) -> tuple[Day, list[Notice], list[str]]:
    start, end = hour(spec.debut), hour(spec.fin)
    floor = now if now is not None and any(line.started for line in lines) else 0
    cursor = start
    blocks: list[Block] = []
    notices: list[Notice] = []
    dropped: list[str] = []
    for anchor, stop, inside in _segments(lines, start, end):
        begun = next((step.actual.start for line in inside for step in line.all_steps() if step.actual), None)
        arrival, fixed = cursor, inside[0].item.heure is not None
        cursor = begun if begun is not None else max(anchor, cursor, floor)
        kept, gone, late = fitting.fit(inside, Span(cursor, stop, floor), now)
        if fixed and cursor > anchor and inside[0] in kept:
            notices.append(advice.late(inside[0], anchor, cursor))
        notices += [*advice.changes(kept), *map(advice.gone, gone)]
        dropped += [line.id for line in gone]
        for index, line in enumerate(kept):
            first = index == 0 and fixed
            locked = anchor if first and line is inside[0] else None
            block = _block(line, cursor, locked, anchor - arrival if first else 0, floor)
            blocks.append(block)
            cursor = block.end
        if late and kept:
            notices.append(advice.overrun(kept[-1], stop, late, final=stop == end))
    return Day(number, spec.nom, spec.date, start, end, tuple(blocks)), notices, dropped


def _block(line: Line, at: int, anchor: int | None, slack: int, floor: int) -> Block:
    tracks = []
    slots, cursor = _slots(line.steps, at, floor)
    for name, share, lines in line.tracks:
        inner, clock = [], at
        for child in lines:
            block = _block(child, clock, None, 0, floor)
            inner.append(block)
            clock = block.end
        tracks.append((name, share, tuple(inner), clock))
    end = max([cursor, *(clock for *_, clock in tracks)])
    # Live, the first step may begin later than the line before ends.
    at = min([slot.start for slot in slots[:1]] + [first.start for *_, inner, _ in tracks for first in inner[:1]])
    return Block(
        line.id, line.kind, line.title, at, end, tuple(slots), line.item.atelier,
        tuple(Track(name, share, inner, end - clock) for name, share, inner, clock in tracks),
        line.item.facultatif, line.item.priorite, anchor, slack, line.item.pourquoi or "",
        bool(line.item.etapes and line.item.etapes[0] > 1),
    )  # fmt: skip


def _slots(steps: Sequence[Step], at: int, floor: int) -> tuple[list[Slot], int]:
    slots = []
    for step in steps:
        start = step.begin(at, floor)
        at = start + step.minutes
        done = step.actual is not None and step.actual.end is not None
        slots.append(
            Slot(
                step.id, step.name, start, at, step.minutes, step.usual, step.shortest, step.configuration,
                step.groups, step.people, step.instruction, step.trace, done,
            )
        )  # fmt: skip
    return slots, at


def shifted(session: Session, start: int, day: int = 1) -> Session:
    """Return the session with a day that begins at another time: its end and its locked times move with it."""
    spec = session.jours[day - 1]
    gap = start - hour(spec.debut)

    def moved(text: str) -> str:
        hours, minutes = divmod(hour(text) + gap, 60)
        return f"{hours}:{minutes:02}"

    items = [item.model_copy(update={"heure": moved(item.heure)}) if item.heure else item for item in spec.deroule]
    update = {"debut": moved(spec.debut), "fin": moved(spec.fin), "deroule": items}
    days = list(session.jours)
    days[day - 1] = spec.model_copy(update=update)
    return session.model_copy(update={"jours": days})
