"""Actions in time, drawn: a bar from start to end, the first step, the review, and the votes of the budget.

The dates that nobody chooses (``governance``): the last days for voting a budget, elections, councils.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING

from cartable import wording
from cartable.drawing import INK, STYLES, WIDTH, framed, identify
from cartable.governance import budget_votes, dated, municipal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.drawing import Chart
    from cartable.governance import Milestone
    from cartable.roadmap import Action

EDGE, TOP, ROW, BAR = 12, 86, 52, 20
MONTH_LINE = TOP - 18
LONGEST = 90  # characters of a name, at this size
FILL = STYLES[1][0]
MANY_YEARS = 3
TITLE = "Les actions dans le temps"
ROOM = 90  # pixels that the name of a month takes


def gantt(actions: Sequence[Action], milestones: Sequence[Milestone] = ()) -> Chart | None:
    """Draw the actions that have a start and an end, in the order of their start; ``None`` if none has both.

    Parameters
    ----------
    milestones
        Dates of the démarche; those out of the drawing are left out. Municipal elections are added on their own.
    """
    drawn = sorted((one for one in actions if one.debut and one.fin), key=lambda one: (one.debut, one.cle))
    days = [day for one in drawn for day in (one.debut, one.fin, one.premier_pas_le, one.revue_le) if day]
    if not days:
        return None
    scale = _Scale(min(days).replace(day=1), max(days) + dt.timedelta(days=31))
    fixed = [one for one in dated(milestones) if one.genre != "budget" and scale.first <= one.date <= scale.last]
    elections = [day for day in municipal(scale.first, scale.last) if not any(one.genre == "election" for one in fixed)]
    told = [*(_sentence(one) for one in drawn), *(f"{one.titre} : {wording.date(one.date)}." for one in fixed)]
    told += [f"Élections municipales : {wording.MONTHS[day.month - 1]} {day.year}." for day in elections]
    description = wording.typeset(" ".join([f"{TITLE}.", *told]))
    height = TOP + ROW * len(drawn) + EDGE
    rows = (_row(one, TOP + ROW * rank, scale) for rank, one in enumerate(drawn))
    strong = [*elections, *(one.date for one in fixed if one.genre == "election")]
    light = [one.date for one in fixed if one.genre != "election"]
    body = "".join((_key(), *_marks(scale, height), *_dates(strong, light, scale, height), *rows))
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
    shapes += _strong(EDGE + 8, 32, 50) + _dotted(EDGE + 226, 32, 50)
    last = "dernier jour pour voter le budget (15 ou 30 avril)"
    words = ((20, 19, "premier pas"), (150, 19, "revue"), (236, 19, last), (20, 46, "élections"),
             (236, 46, "conseil, comité, dépôt d’un dossier"))  # fmt: skip
    return shapes + "".join(_text(EDGE + x, y, said) for x, y, said in words)


def _dates(strong: Sequence[dt.date], light: Sequence[dt.date], scale: _Scale, height: int) -> Iterator[str]:
    yield from (_strong(scale.x(day), MONTH_LINE + 2, height) for day in strong)
    yield from (_dotted(scale.x(day), MONTH_LINE + 2, height) for day in light)


def _marks(scale: _Scale, height: int) -> Iterator[str]:
    for day in scale.ticks():
        x = scale.x(day)
        yield f'<line x1="{x:.1f}" y1="{MONTH_LINE + 2}" x2="{x:.1f}" y2="{height}" stroke="#8fa3a8"/>'
        if x < WIDTH - ROOM:
            yield _text(x + 3, MONTH_LINE, f"{wording.MONTHS[day.month - 1]} {day.year}")
    for day in budget_votes(scale.first, scale.last):
        yield _dashed(scale.x(day), MONTH_LINE + 2, height)


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


def _strong(x: float, top: float, bottom: float) -> str:
    return f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="{INK}" stroke-width="5"/>'


def _dotted(x: float, top: float, bottom: float) -> str:
    place = f'x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"'
    return f'<line {place} stroke="{INK}" stroke-width="2" stroke-dasharray="1 4" stroke-linecap="round"/>'


def _diamond(x: float, y: float) -> str:
    return _shape(((x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)))


def _triangle(x: float, y: float) -> str:
    return _shape(((x, y - 7), (x + 7, y + 6), (x - 7, y + 6)))


def _shape(points: Sequence[tuple[float, float]]) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{listed}" fill="#ffffff" stroke="{INK}" stroke-width="1.6"/>'
