"""Make lines fit between two anchors: shorten by priority, then drop what is optional, then tell the overrun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.agenda.program import Line, Step

BREAKS = frozenset({"pause", "repas"})


@dataclass(frozen=True)
class Span:
    """Where lines must fit; ``floor`` is when, live, what has not begun may begin at the earliest."""

    start: int
    stop: int
    floor: int


def _reset(lines: Sequence[Line], now: int | None) -> None:
    for line in lines:
        for step in line.all_steps():
            step.minutes = _lasted(step, now)


def _lasted(step: Step, now: int | None) -> int:
    if step.actual is None:
        return step.usual
    if step.actual.end is not None:
        return max(0, step.actual.end - step.actual.start)
    planned = step.usual if step.actual.planned is None else step.actual.planned
    return max(planned, (now or 0) - step.actual.start)


def _finish(line: Line, at: int, floor: int) -> int:
    """Return when a line that may begin at ``at`` ends; what has not begun does not begin before ``floor``."""
    for step in line.steps:
        at = step.begin(at, floor) + step.minutes
    return max([at, *(_end(lines, at, floor) for _, _, lines in line.tracks)])


def _end(lines: Sequence[Line], at: int, floor: int) -> int:
    for line in lines:
        at = _finish(line, at, floor)
    return at


def _shortenable(lines: Sequence[Line], at: int, floor: int) -> list[tuple[tuple[float, float, int], list[Step]]]:
    """List the ways to win one minute: a step, or one step in each of the slowest parallel groups."""
    ways: list[tuple[tuple[float, float, int], list[Step]]] = []
    for rank, line in enumerate(lines):
        if line.tracks:
            ways += _shortenable_fork(line, rank, at, floor)
        at = _finish(line, at, floor)
        for step in line.steps:
            if step.room > 0:
                # The least important first, then the one that still has the largest share of its room.
                share = step.room / max(1, step.usual - step.shortest)
                ways.append(((-line.item.priorite, -share, -rank), [step]))
    return ways


def _shortenable_fork(line: Line, rank: int, at: int, floor: int) -> list[tuple[tuple[float, float, int], list[Step]]]:
    longest = _finish(line, at, floor)
    chosen, keys = [], []
    for _, _, lines in line.tracks:
        if _end(lines, at, floor) < longest:
            continue
        ways = _shortenable(lines, at, floor)
        if not ways:
            return []
        key, steps = min(ways, key=lambda way: way[0])
        keys.append(key)
        chosen += steps
    if not keys:  # every group has ended already
        return []
    return [((max(key[0] for key in keys), max(key[1] for key in keys), -rank), chosen)]


def _shorten(lines: Sequence[Line], span: Span) -> int:
    """Shorten toward the minima, one minute at a time, the least important first; return what is still too long."""
    while (excess := _end(lines, span.start, span.floor) - span.stop) > 0:
        ways = _shortenable(lines, span.start, span.floor)
        if not ways:
            return excess
        for step in min(ways, key=lambda way: way[0])[1]:
            step.minutes -= 1
    return 0


def fit(lines: list[Line], span: Span, now: int | None) -> tuple[list[Line], list[Line], int]:
    """Make lines fit between two times: return what is kept, what is dropped, and the overrun."""
    kept = list(lines)
    gone: list[Line] = []
    while True:
        _reset(kept, now)
        late = _shorten(kept, span)
        optional = [line for line in kept if line.item.facultatif and not line.started and line.kind not in BREAKS]
        if not late or not optional:
            return kept, gone, late
        # The least important goes first; among equals, the last of the day.
        weakest = max(enumerate(optional), key=lambda pair: (pair[1].item.priorite, pair[0]))[1]
        kept.remove(weakest)
        gone.append(weakest)
