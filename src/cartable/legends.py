"""The legend of a map on paper: swatches, shapes, outlines, each with its meaning and its count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import layers, wording
from cartable.inks import INK, QUIET
from cartable.labels import wrap, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.inks import Inks
    from cartable.layers import Area, Point, Row

SMALL, PLAIN, LEADING = 2.5, 2.9, 1.25  # mm: about 7 and 8 points
SWATCH, SWATCH_HEIGHT, GAP = 7.0, 3.8, 2.0
COLUMN = 56.0  # width of a column, below a map


@dataclass(frozen=True)
class Entry:
    """A line: what is drawn around its point of origin, what it means, how many there are."""

    drawing: str
    label: str
    count: str


class Legend:
    """Entries laid out in columns under a heading.

    Parameters
    ----------
    heading
        Name and unit of the indicator.
    entries
        From top to bottom, then from left to right.
    width
        Of the whole, in millimetres.
    columns
        At least one.
    """

    def __init__(self, heading: str, entries: Sequence[Entry], width: float, columns: int = 1) -> None:
        self._heading = wrap(heading, PLAIN, width)
        self._step = width / columns
        room = self._step - SWATCH - 2 * GAP
        self._rows = [(entry, wrap(entry.label, PLAIN, room), wrap(entry.count, SMALL, room)) for entry in entries]
        self._deep = math.ceil(len(entries) / columns)
        stacks = [self._rows[i : i + self._deep] for i in range(0, len(entries), self._deep)]
        self._head = len(self._heading) * PLAIN * LEADING + 1.5
        self.height = self._head + max(sum(_height(*row[1:]) for row in stack) for stack in stacks)

    def svg(self, left: float, top: float) -> str:
        """Draw it."""
        parts = [written(self._heading, left, top + PLAIN, PLAIN, INK, bold=True)]
        for rank, (entry, label, count) in enumerate(self._rows):
            if not rank % self._deep:
                y = top + self._head
            x = left + rank // self._deep * self._step
            parts.append(_entry(entry, label, count, x, y))
            y += _height(label, count)
        return "".join(parts)


def _height(label: Sequence[str], count: Sequence[str]) -> float:
    return len(label) * PLAIN * LEADING + len(count) * SMALL * LEADING + 1.2


def _entry(entry: Entry, label: Sequence[str], count: Sequence[str], x: float, y: float) -> str:
    place = f"translate({x + SWATCH / 2:.2f} {y + SWATCH_HEIGHT / 2 + 0.3:.2f})"
    beside, under = x + SWATCH + GAP, y + PLAIN + len(label) * PLAIN * LEADING
    return (
        f'<g transform="{place}">{entry.drawing}</g>{written(label, beside, y + PLAIN, PLAIN, INK)}'
        f"{written(count, beside, under, SMALL, QUIET)}"
    )


def entries(
    tables: Sequence[Sequence[Row]], points: Sequence[Point], areas: Sequence[Area], inks: Inks, unit: float
) -> list[Entry]:
    """Return the lines: classes and absences of one map or several, then places, then outlines.

    Parameters
    ----------
    tables
        The legend of the layer of each map; with several, counts bear the numbers of the maps.
    points, areas
        What is over the communes.
    inks
        Its fills.
    unit
        Unit of the patterns, in millimetres.
    """
    counts = [{row[:2]: row.communes for row in rows} for rows in tables]
    # Every class once, in the order of the first map, then what is absent from another map only.
    keys = dict.fromkeys(row[:2] for rows in tables for row in rows)
    found = [
        Entry(_swatch(inks.fill(mark), unit), label, _counts([c.get((mark, label), 0) for c in counts]))
        for mark, label in keys
    ]
    for rank, (kind, count) in enumerate(layers.kinds(points).items()):
        found.append(Entry(inks.marker(rank, 0, 0), kind, wording.plural(count, "lieu", "lieux")))
    for rank, (kind, count) in enumerate(layers.kinds(areas).items()):
        found.append(Entry(_outline(rank, inks), kind, wording.plural(count, "quartier")))
    return found


def _counts(counts: Sequence[int]) -> str:
    if len(counts) == 1:
        return wording.plural(counts[0], "commune")
    return wording.typeset(" ; ".join(f"carte {i} : {count}" for i, count in enumerate(counts, 1)))


def _swatch(fill: str, unit: float) -> str:
    """Return a rectangle in the unit of the patterns, which are made for the map."""
    width, height = SWATCH / unit, SWATCH_HEIGHT / unit
    return (
        f'<rect x="{-width / 2:g}" y="{-height / 2:g}" width="{width:g}" height="{height:g}" fill="{fill}" '
        f'stroke="{INK}" stroke-width="{0.2 / unit:g}" transform="scale({unit:g})"/>'
    )


def _outline(rank: int, inks: Inks) -> str:
    return f'<path d="M-3-1.5h6v3h-6z" {inks.outline(rank)}/>'
