"""One map inside its frame, on paper: communes, borders, outlines, places, names that do not overlap, scale bar."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cartable import layers, wording
from cartable.inks import BORDER, INK, LIGHT, QUIET
from cartable.labels import Board, clean, halves, text_width
from cartable.plan import Pen, outline, rings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartable.inks import Inks
    from cartable.labels import Box
    from cartable.layers import Area, Layer, Point
    from cartable.plan import Frame, Land

NAME, VALUE = 2.4, 2.2  # mm: about 7 and 6 points
LEADING = 2.7
SHIFTS = (0.0, -1.5, 1.5, -3.0, 3.0, -4.5, 4.5)  # mm up or down, to find room for a name
MARKER = 1.5  # half-width of a place
LARGE, TOWNS = 800, 40  # communes from which only towns are named, and how many
LONGEST_VALUE = 12  # characters


@dataclass(frozen=True)
class Label:
    """A name in its place, and the value under it if it has room."""

    lines: tuple[str, ...]
    x: float
    top: float
    value: str
    member: bool


@dataclass(frozen=True, eq=False)
class Engraving:
    """A map in its frame.

    Parameters
    ----------
    land
        Borders and communes.
    layer
        What is shown.
    frame
        Where.
    inks
        Fills.
    unit
        Cell of the grid, in millimetres.
    clip
        Identifier of the clipping of its frame.
    names
        Whether to write names and values.
    points, areas
        What is over the communes.
    """

    land: Land
    layer: Layer
    frame: Frame
    inks: Inks
    unit: float
    clip: str
    names: bool
    points: Sequence[Point] = ()
    areas: Sequence[Area] = ()

    @cached_property
    def _pen(self) -> Pen:
        return Pen(self.land, self.frame, self.unit)

    @cached_property
    def _members(self) -> list[dict[str, Any]]:
        return [c for c in self.land.communes if c["properties"]["membre"]]

    @property
    def _crowded(self) -> bool:
        return len(self.land.communes) > LARGE

    def svg(self) -> str:
        """Draw it."""
        left, top, right, bottom = self.frame.box
        window = f'x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}"'
        return (
            f'<clipPath id="{self.clip}"><rect {window}/></clipPath><g clip-path="url(#{self.clip})">'
            f'<g transform="scale({self.unit:g})" stroke-linejoin="round">{self._ground()}{self._borders()}</g>'
            f"{self._areas()}{self._places()}{self._names()}{self._bar()}</g>"
            f'<rect {window} fill="none" stroke="{BORDER}" stroke-width=".2"/>'
        )

    # -- ground -------------------------------------------------------------------------

    def _ground(self) -> str:
        """Fill the neighbours, then all the communes of a class at once."""
        around = [ring for c in self.land.communes if not c["properties"]["membre"] for ring in rings(c)]
        groups: defaultdict[str, list[list[int]]] = defaultdict(list)
        for commune in self._members:
            groups[self.layer.mark_of(commune["id"])] += rings(commune)
        line = f'fill="{LIGHT}" stroke="{BORDER}" stroke-width="{0.15 / self.unit:g}"'
        fills = [f'<path d="{self._pen.path(around)}" {line}/>'] if around else []
        for mark in sorted(groups):
            path = self._pen.path(groups[mark])
            fills.append(f'<path d="{path}" fill="{self.inks.fill(mark)}" fill-rule="evenodd"/>')
        return "".join(fills)

    def _borders(self) -> str:
        """Draw each border once, dark between two light lines, so that it shows on every shade; then the outline."""
        mesh = self._pen.path(([arc] for arc in self.land.arcs(self._members)), closed=False)
        edge = self._pen.path(self.land.contour, closed=False)
        light = "" if self._crowded else self._line(mesh, "#ffffff", 0.45)
        dark = self._line(mesh, INK, 0.06 if self._crowded else 0.18)
        return f'<g fill="none">{light}{dark}{self._line(edge, INK, 0.3 if self._crowded else 0.5)}</g>'

    def _line(self, path: str, colour: str, width: float) -> str:
        return f'<path d="{path}" stroke="{colour}" stroke-width="{width / self.unit:g}"/>'

    # -- over the ground ----------------------------------------------------------------

    def _areas(self) -> str:
        ranks = {kind: rank for rank, kind in enumerate(layers.kinds(self.areas))}
        return "".join(
            f'<path d="{outline(area.polygons, self.frame)}" fill-rule="evenodd" {self.inks.outline(ranks[area.kind])}>'
            f"<title>{clean(area.label)}</title></path>"
            for area in self.areas
        )

    def _places(self) -> str:
        ranks = {kind: rank for rank, kind in enumerate(layers.kinds(self.points))}
        return "".join(
            f"<g>{self.inks.marker(ranks[point.kind], x, y, MARKER)}<title>{clean(point.label)}</title></g>"
            for point, (x, y) in zip(self.points, self._spots, strict=True)
        )

    @cached_property
    def _spots(self) -> list[list[float]]:
        """The points on the sheet."""
        if not self.points:
            return []
        spots: list[list[float]] = self.frame.project(np.asarray([(p.lon, p.lat) for p in self.points])).tolist()
        return spots

    def _bar(self) -> str:
        km, length = self.frame.bar()
        left, _, _, bottom = self.frame.box
        x, y = left + 2.5, bottom - 2.5
        said = f"{wording.number(km)}{wording.NBSP}km" if km >= 1 else f"{km * 1000:.0f}{wording.NBSP}m"
        return (
            f'<path d="M{x:.2f} {y - 1.5:.2f}v1.5h{length:.2f}v-1.5" fill="none" stroke="#ffffff" stroke-width="1.1"/>'
            f'<path d="M{x:.2f} {y - 1.5:.2f}v1.5h{length:.2f}v-1.5" fill="none" stroke="{INK}" stroke-width=".35"/>'
            f'<text x="{x + length / 2:.2f}" y="{y - 1:.2f}" font-size="{NAME:g}" fill="{INK}" text-anchor="middle" '
            f'stroke="#ffffff" stroke-width=".7" paint-order="stroke">{said}</text>'
        )

    # -- names --------------------------------------------------------------------------

    def _names(self) -> str:
        if not self.names:
            return ""
        labels = self._labels()
        inside, around = [la for la in labels if la.member], [la for la in labels if not la.member]
        style = 'text-anchor="middle" stroke="#ffffff" stroke-width=".7" stroke-linejoin="round" paint-order="stroke"'
        return (
            f'<g {style} font-size="{NAME:g}" font-weight="700" fill="{INK}">{"".join(map(_text, inside))}</g>'
            f'<g {style} font-size="{VALUE:g}" fill="{QUIET}">{"".join(map(_text, around))}</g>'
        )

    def _labels(self) -> list[Label]:
        """Place names from the most populated commune to the least, then values where they have room."""
        board = Board(self.frame.box, [self._bar_box(), *(_around(x, y) for x, y in self._spots)])
        ordered = sorted(
            self.land.communes, key=lambda c: (-c["properties"]["membre"], -c["properties"]["population"], c["id"])
        )
        kept = ordered[:TOWNS] if self._crowded else ordered
        placed = [(c, label) for c in kept if (label := self._place(c, board))]
        return _valued(placed, self.layer, board) if not self._crowded else [label for _, label in placed]

    def _bar_box(self) -> Box:
        left, _, _, bottom = self.frame.box
        return left, bottom - 7.5, left + 5 + self.frame.bar()[1], bottom

    def _place(self, commune: Mapping[str, Any], board: Board) -> Label | None:
        """Find room for a name near the point of its commune; none if it would be far wider than its ground."""
        facts = commune["properties"]
        words = halves(facts["nom"])
        member = bool(facts["membre"])
        half = max(text_width(word, NAME if member else VALUE) for word in words) / 2 + 0.3
        if not self._crowded and not self._fits(commune, half):
            return None
        ((x, y),) = self.frame.project(np.asarray([(facts["x"], facts["y"])])).tolist()
        tall = len(words) * LEADING
        for shift in SHIFTS:
            top = y + shift - tall / 2
            if board.take((x - half, top, x + half, top + tall)):
                return Label(tuple(words), x, top, "", member)
        return None

    def _fits(self, commune: Mapping[str, Any], half: float) -> bool:
        left, top, right, bottom = self._pen.box(self.land.arcs([commune]))
        return half < 1.1 * (right - left) and bottom - top > NAME


def _valued(placed: Sequence[tuple[Mapping[str, Any], Label]], layer: Layer, board: Board) -> list[Label]:
    """Add, under the names that have room, the values of the communes."""
    labels = []
    for commune, label in placed:
        text = _short(layer, commune["id"]) if label.member else ""
        half, top = text_width(text, VALUE) / 2 + 0.2, label.top + len(label.lines) * LEADING
        free = text and len(text) <= LONGEST_VALUE and board.take((label.x - half, top, label.x + half, top + LEADING))
        labels.append(Label(label.lines, label.x, label.top, text if free else "", label.member))
    return labels


def _short(layer: Layer, code: str) -> str:
    """Return a value that fits under a name: without the unit that the legend gives, when it is long."""
    text = layer.text_of(code)
    return text if len(text) <= LONGEST_VALUE else text.removesuffix(layer.unit).rstrip()


def _around(x: float, y: float) -> Box:
    return x - MARKER, y - MARKER, x + MARKER, y + MARKER


def _text(label: Label) -> str:
    x, first = f"{label.x:.2f}", label.top + LEADING * 0.8
    spans = [
        f'<tspan x="{x}" y="{first + i * LEADING:.2f}">{clean(line)}</tspan>' for i, line in enumerate(label.lines)
    ]
    if label.value:
        y = first + len(label.lines) * LEADING
        spans.append(f'<tspan x="{x}" y="{y:.2f}" font-size="{VALUE:g}" font-weight="400">{clean(label.value)}</tspan>')
    return f"<text>{''.join(spans)}</text>"
