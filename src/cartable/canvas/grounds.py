"""What is drawn under the zones of a canvas: circles, petals, a tree, the map of the territory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cartable.canvas.signs import inks
from cartable.engraving import NAME, Engraving
from cartable.inks import INK, Inks
from cartable.labels import LEADING, clean, halves, written
from cartable.layers import Layer
from cartable.plan import FINE, Land, fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.canvas.layout import Layout
    from cartable.labels import Box

Point = tuple[float, float]
LINE = "#8fa3a8"
PALE = "#f0f4f5"  # under words: they keep their contrast
STEPS, PETALS = 5, 6


def draw(sheet: Layout, topology: Mapping[str, Any] | None, identifier: str, *, grey: bool) -> str:
    """Return the ground of a canvas, as SVG; nothing when it has none."""
    kind = sheet.canvas.fond
    if kind == "cercles":
        return _circles(sheet)
    if kind == "petales":
        return _flower(sheet, _box(sheet, "fleur"))
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
    """Draw three rings around the zone « centre », the last one reaching the nearest edge."""
    x, y = _middle(_box(sheet, "centre"))
    left, top, right, bottom = sheet.grid
    largest = min(x - left, y - top, right - x, bottom - y) - 2 * sheet.scale
    rings = ((1.0, PALE), (0.7, "#ffffff"), (0.4, PALE))
    return "".join(
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{largest * share:.2f}" fill="{fill}"/>' for share, fill in rings
    )


def _flower(sheet: Layout, box: Box) -> str:
    """Draw six petals graduated from 1, near the heart, to 5; what each rates is written at its end."""
    x, y = _middle(box)
    y += sheet.size(12)
    reach = min((box[2] - box[0]) / 2 / 1.36, (box[3] - box[1]) / 2 - sheet.size(36))
    heart = reach * 0.14
    parts = [f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{heart:.2f}" fill="{PALE}" stroke="{LINE}"/>']
    names = [*sheet.canvas.petales, *[""] * PETALS]
    for rank in range(PETALS):
        turn = rank * 360 / PETALS - 90
        parts += [_petal(sheet, (x, y), (heart, reach), turn), _petal_name(sheet, (x, y), reach, turn, names[rank])]
    return "".join(parts)


def _petal(sheet: Layout, centre: Point, ends: Point, turn: float) -> str:
    heart, reach = ends
    length, half = reach - heart, reach * 0.25
    outline = (
        f"M{heart:.2f} 0C{heart + length * 0.3:.2f} {-half:.2f} {reach - length * 0.15:.2f} {-half:.2f} {reach:.2f} 0"
        f"C{reach - length * 0.15:.2f} {half:.2f} {heart + length * 0.3:.2f} {half:.2f} {heart:.2f} 0Z"
    )
    size = sheet.size(7)
    marks = []
    for step in range(1, STEPS + 1):
        at = heart + length * (step - 0.5) / STEPS
        wide = half * 0.7 * math.sin(math.pi * (step - 0.1) / (STEPS + 0.6))
        marks.append(f'<path d="M{at:.2f} {-wide:.2f}V{wide:.2f}" {_stroke(sheet, 0.5)}/>')
        marks.append(
            f'<text transform="translate({at + size * 0.55:.2f} 0) rotate({-turn:g})" y="{size * 0.35:.2f}" '
            f'font-size="{size:.2f}" fill="{INK}" text-anchor="middle">{step}</text>'
        )
    return (
        f'<g transform="translate({centre[0]:.2f} {centre[1]:.2f}) rotate({turn:g})">'
        f'<path d="{outline}" fill="#ffffff" stroke="{LINE}" stroke-width="{sheet.scale:.2f}"/>{"".join(marks)}</g>'
    )


def _petal_name(sheet: Layout, centre: Point, reach: float, turn: float, name: str) -> str:
    """Write what a petal rates just past its end, on the side away from the heart."""
    size, angle = sheet.size(7.5), math.radians(turn)
    across, down = math.cos(angle), math.sin(angle)
    lines = halves(name)
    x = centre[0] + across * (reach + size * 0.4)
    y = centre[1] + down * (reach + size * 0.5)
    upright = abs(across) < 0.1  # noqa: PLR2004 (the petals that point up or down)
    if upright:
        y += size * 0.8 if down > 0 else -size * LEADING * (len(lines) - 1)
    anchor = "middle" if upright else ("start" if across > 0 else "end")
    return written(lines, x, y, size, INK, bold=True, anchor=anchor)


def _tree(sheet: Layout) -> str:
    """Draw a pale tree behind the zones: its crown, its trunk, its roots."""
    crown, trunk, roots = (_box(sheet, key) for key in ("branches", "tronc", "racines"))
    x, _ = _middle(trunk)
    inset = 6 * sheet.scale
    rx, ry = (crown[2] - crown[0]) / 2 - inset, (crown[3] - crown[1]) / 2 - inset
    half, deep = 30 * sheet.scale, roots[3] - inset
    parts = [f'<ellipse cx="{x:.2f}" cy="{(crown[1] + crown[3]) / 2:.2f}" rx="{rx:.2f}" ry="{ry:.2f}" fill="{PALE}"/>']
    parts.append(
        f'<path d="M{x - half:.2f} {crown[3] - inset * 2:.2f}H{x + half:.2f}L{x + half * 1.3:.2f} {roots[1]:.2f}'
        f'H{x - half * 1.3:.2f}Z" fill="{PALE}"/>'
    )
    for share in (-0.85, -0.4, 0.0, 0.4, 0.85):
        end = x + share * rx
        parts.append(
            f'<path d="M{x - half:.2f} {roots[1]:.2f}Q{end:.2f} {roots[1] + inset * 2:.2f} {end:.2f} {deep:.2f}'
            f'Q{end + half * 0.5:.2f} {roots[1] + inset * 4:.2f} {x + half:.2f} {roots[1]:.2f}Z" fill="{PALE}"/>'
        )
    return "".join(parts)


def base_map(topology: Mapping[str, Any], box: Box, sheet: Layout, identifier: str, *, grey: bool) -> str:
    """Draw the communes and their names, without any shade: one writes over them.

    The map is drawn for a sheet of paper held in the hand, then enlarged as all the rest of the canvas.
    """
    zoom = max(1.0, sheet.size(6) / NAME)
    left, top, right, bottom = box
    head = sheet.size(42)
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
