"""What is drawn under the zones of a canvas: circles, a cross, petals, a star, a tree, the map of the territory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cartable.canvas.signs import inks
from cartable.engraving import NAME, Engraving
from cartable.inks import Inks
from cartable.labels import clean
from cartable.layers import Layer
from cartable.plan import FINE, Land, fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.canvas.layout import Layout
    from cartable.labels import Box

LINE = "#8fa3a8"
STEPS, PETALS = 5, 6


def draw(sheet: Layout, topology: Mapping[str, Any] | None, identifier: str, *, grey: bool) -> str:
    """Return the ground of a canvas, as SVG; nothing when it has none."""
    kind = sheet.canvas.fond
    if kind == "cercles":
        return _circles(sheet)
    if kind == "croix":
        return _cross(sheet)
    if kind == "petales":
        return _flower(sheet, _box(sheet, "fleur"))
    if kind == "etoile":
        return _star(sheet)
    if kind == "arbre":
        return _tree(sheet)
    return (
        base_map(topology, _box(sheet, "carte"), sheet, identifier, grey=grey) if kind == "carte" and topology else ""
    )


def _box(sheet: Layout, key: str) -> Box:
    return sheet.zones[key if key in sheet.zones else sheet.canvas.zones[0].cle]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _stroke(sheet: Layout, width: float = 0.8) -> str:
    return f'fill="none" stroke="{LINE}" stroke-width="{width * sheet.scale:.2f}"'


def _circles(sheet: Layout) -> str:
    """Draw three circles around the zone « centre », the last one reaching the nearest edge."""
    x, y = _middle(_box(sheet, "centre"))
    left, top, right, bottom = sheet.grid
    largest = min(x - left, y - top, right - x, bottom - y) - 2 * sheet.scale
    rings = (f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{largest * share:.2f}" ' for share in (0.34, 0.67, 1.0))
    return "".join(f"{ring}{_stroke(sheet, 1.2)}/>" for ring in rings)


def _cross(sheet: Layout) -> str:
    """Draw the arrows of the axes, along the words that they bear."""
    left, top, right, bottom = sheet.grid
    edge = 3 * sheet.scale
    return (
        f'<path d="M{left - edge:.2f} {bottom + edge:.2f}V{top:.2f}M{left - edge:.2f} {bottom + edge:.2f}H{right:.2f}" '
        f"{_stroke(sheet, 1.2)}/>"
    )


def _flower(sheet: Layout, box: Box) -> str:
    """Draw six petals graduated from 1, near the heart, to 5."""
    x, y = _middle(box)
    y += sheet.size(6)
    reach = min((box[2] - box[0]) / 2, (box[3] - box[1]) / 2 - sheet.size(16)) - sheet.size(6)
    heart = reach * 0.16
    parts = [f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{heart:.2f}" {_stroke(sheet)}/>']
    return "".join(parts + [_petal(sheet, (x, y), heart, reach, rank) for rank in range(PETALS)])


def _petal(sheet: Layout, centre: tuple[float, float], heart: float, reach: float, rank: int) -> str:
    length, half = reach - heart, reach * 0.25
    outline = (
        f"M{heart:.2f} 0C{heart + length * 0.3:.2f} {-half:.2f} {reach - length * 0.15:.2f} {-half:.2f} {reach:.2f} 0"
        f"C{reach - length * 0.15:.2f} {half:.2f} {heart + length * 0.3:.2f} {half:.2f} {heart:.2f} 0Z"
    )
    size = sheet.size(5)
    marks = []
    for step in range(1, STEPS + 1):
        at = heart + length * (step - 0.5) / STEPS
        wide = half * 0.7 * math.sin(math.pi * (step - 0.1) / (STEPS + 0.6))
        marks.append(f'<path d="M{at:.2f} {-wide:.2f}V{wide:.2f}" {_stroke(sheet, 0.5)}/>')
        marks.append(
            f'<text x="{at + size * 0.2:.2f}" y="{size * 0.35:.2f}" font-size="{size:.2f}" fill="#4f5f66">{step}</text>'
        )
    turn = rank * 360 / PETALS - 90
    return (
        f'<g transform="translate({centre[0]:.2f} {centre[1]:.2f}) rotate({turn:g})">'
        f'<path d="{outline}" {_stroke(sheet, 1.0)}/>{"".join(marks)}</g>'
    )


def _star(sheet: Layout) -> str:
    """Draw a line from the middle of the sheet to the middle of each zone around it."""
    left, top, right, bottom = sheet.grid
    x, y = (left + right) / 2, (top + bottom) / 2
    ends = [_middle(box) for box in sheet.zones.values()]
    return f'<path d="{"".join(f"M{x:.2f} {y:.2f}L{a:.2f} {b:.2f}" for a, b in ends)}" {_stroke(sheet, 1.2)}/>'


def _tree(sheet: Layout) -> str:
    """Draw a trunk between the roots and the branches."""
    x, _ = _middle(_box(sheet, "tronc"))
    top, bottom = _box(sheet, "branches")[3], _box(sheet, "racines")[1]
    half, flare = 14 * sheet.scale, 40 * sheet.scale
    sides = (
        f"M{x + side * flare:.2f} {top:.2f}Q{x + side * half:.2f} {top:.2f} {x + side * half:.2f} "
        f"{(top + bottom) / 2:.2f}T{x + side * flare:.2f} {bottom:.2f}"
        for side in (-1, 1)
    )
    return f'<path d="{"".join(sides)}" {_stroke(sheet, 1.2)}/>'


def base_map(topology: Mapping[str, Any], box: Box, sheet: Layout, identifier: str, *, grey: bool) -> str:
    """Draw the communes and their names, without any shade: one writes over them.

    The map is drawn for a sheet of paper held in the hand, then enlarged as all the rest of the canvas.
    """
    zoom = max(1.0, sheet.size(6) / NAME)
    left, top, right, bottom = box
    head = sheet.size(30)
    inner = (0.0, 0.0, (right - left) / zoom, (bottom - top - head) / zoom)
    land = Land(topology)
    inside = [c for c in land.communes if c["properties"]["membre"]]
    frame = fit(land.bounds(land.arcs(inside)), inner)
    codes = [str(c["id"]) for c in inside]
    blank = Layer(
        "fond", "Communes", "", dict.fromkeys(codes, 0.5), dict.fromkeys(codes, ""), (0.0, 1.0), ("",), "", "", "",
        diverging=True,
    )  # fmt: skip
    engraved = Engraving(land, blank, frame, Inks(identifier, grey=grey), FINE, f"{identifier}-cadre", names=True)
    return f'<g transform="translate({left:.2f} {top + head:.2f}) scale({zoom:.3g})">{engraved.svg()}</g>'


def paste_here(box: Box, sheet: Layout) -> str:
    """Draw the frame where the map of the territory is to be pasted, when no territory is known."""
    x, y = _middle(box)
    size, (ink, _) = sheet.size(6), inks("gris")
    said = clean("Collez ici la carte du territoire")
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" fill="{ink}" text-anchor="middle">{said}</text>'
