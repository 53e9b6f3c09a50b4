"""Actions in time, drawn: a bar from start to end, the first step, the review, and the votes of the budget.

A local authority votes its budget by 15 April (30 April in the year its council is renewed): Code général des
collectivités territoriales, article L1612-2.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING

from cartable import wording
from cartable.drawing import INK, STYLES, WIDTH, framed, identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.drawing import Chart
    from cartable.roadmap import Action

EDGE, TOP, ROW, BAR = 12, 62, 52, 20
LONGEST = 90  # characters of a name, at this size
BUDGET = (4, 15)
FILL = STYLES[1][0]
MANY_YEARS = 3
TITLE = "Les actions dans le temps"
ROOM = 90  # pixels that the name of a month takes


def votes(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the last days for voting a budget between two dates, those included."""
    found = (dt.date(year, *BUDGET) for year in range(first.year, last.year + 1))
    return [day for day in found if first <= day <= last]


def gantt(actions: Sequence[Action]) -> Chart | None:
    """Draw the actions that have a start and an end, in the order of their start; ``None`` if none has both."""
    drawn = sorted((one for one in actions if one.debut and one.fin), key=lambda one: (one.debut, one.cle))
    days = [day for one in drawn for day in (one.debut, one.fin, one.premier_pas_le, one.revue_le) if day]
    if not days:
        return None
    scale = _Scale(min(days).replace(day=1), max(days) + dt.timedelta(days=31))
    description = " ".join([f"{TITLE}.", *(_sentence(one) for one in drawn)])
    height = TOP + ROW * len(drawn) + EDGE
    rows = (_row(one, TOP + ROW * rank, scale) for rank, one in enumerate(drawn))
    body = "".join((_key(), *_marks(scale, height), *rows))
    return framed(TITLE, description, identify("gantt", description), (WIDTH, height), body)


class _Scale:
    """Days → pixels."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first, self.last = first, last

    def x(self, day: dt.date) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (day - self.first).days / (self.last - self.first).days

    def ticks(self) -> Iterator[dt.date]:
        """Yield the first of January, and of July when there is room."""
        for year in range(self.first.year, self.last.year + 1):
            for month in (1, 7) if self.last.year - self.first.year < MANY_YEARS else (1,):
                if self.first <= (day := dt.date(year, month, 1)) <= self.last:
                    yield day


def _sentence(action: Action) -> str:
    said = f"{action.cle}, {action.nom} : "
    said += " → ".join(wording.date(day) for day in (action.debut, action.fin) if day)
    if action.premier_pas_le:
        said += f", premier pas le {wording.date(action.premier_pas_le)}"
    return wording.typeset(f"{said}.")


def _key() -> str:
    shapes = _diamond(EDGE + 8, 14) + _triangle(EDGE + 138, 14) + _dashed(EDGE + 226, 4, 24)
    words = ((20, "premier pas"), (150, "revue"), (236, "vote du budget, au plus tard le 15 avril"))
    return shapes + "".join(_text(EDGE + x, 19, said) for x, said in words)


def _marks(scale: _Scale, height: int) -> Iterator[str]:
    for day in scale.ticks():
        x = scale.x(day)
        yield f'<line x1="{x:.1f}" y1="46" x2="{x:.1f}" y2="{height}" stroke="#8fa3a8"/>'
        if x < WIDTH - ROOM:
            yield _text(x + 3, 44, f"{wording.MONTHS[day.month - 1]} {day.year}")
    for day in votes(scale.first, scale.last):
        yield _dashed(scale.x(day), 46, height)


def _row(action: Action, y: int, scale: _Scale) -> str:
    name = f"{action.cle}. {action.nom}"
    shown = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
    start, end = (scale.x(day) for day in (action.debut, action.fin) if day)
    middle = y + 20 + BAR / 2
    parts = [
        f'<rect x="{EDGE}" y="{y}" width="{7.2 * len(shown):.0f}" height="17" fill="#ffffff"/>',
        _text(EDGE, y + 13, shown),
        f'<rect x="{start:.1f}" y="{y + 20}" width="{max(end - start, 3):.1f}" height="{BAR}" '
        f'fill="{FILL}" stroke="{INK}"/>',
    ]
    if action.premier_pas_le:
        parts.append(_diamond(scale.x(action.premier_pas_le), middle))
    if action.revue_le:
        parts.append(_triangle(scale.x(action.revue_le), middle))
    return "".join(parts)


def _text(x: float, y: float, said: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" fill="{INK}">{escape(said)}</text>'


def _dashed(x: float, top: float, bottom: float) -> str:
    place = f'x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"'
    return f'<line {place} stroke="#9b3d1f" stroke-width="2" stroke-dasharray="5 4"/>'


def _diamond(x: float, y: float) -> str:
    return _shape(((x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)))


def _triangle(x: float, y: float) -> str:
    return _shape(((x, y - 7), (x + 7, y + 6), (x - 7, y + 6)))


def _shape(points: Sequence[tuple[float, float]]) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{listed}" fill="#ffffff" stroke="{INK}" stroke-width="1.6"/>'
