"""What a map on paper is coloured with: shades, greys, textures, shapes. All told apart without colour.

Sequential shades are one hue that darkens; diverging ones go from brown to teal, which colour-blind people tell
apart, and the side below the reference is lined, because in grey both ends are equally dark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.layers import ABSENT, MARKERS, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterable

INK, QUIET, LIGHT, BORDER, ACCENT = "#1d2a33", "#4f5f66", "#f0f2f1", "#b3bdbf", "#b4531a"
# The same as in maps.css, which draws the map on screen.
COLOURS = {
    "0": "#e8f5f3", "1": "#b5dcda", "2": "#80c0c1", "3": "#489ba2", "4": "#1e7480", "5": "#0a4653",
    "a": "#7d4415", "b": "#bd8340", "c": "#ecd6ac", "m": "#f5f3ee", "d": "#b5dcda", "e": "#489ba2", "f": "#0d5c68",
}  # fmt: skip
GREYS = {
    "0": "#f4f4f4", "1": "#d8d8d8", "2": "#b4b4b4", "3": "#8c8c8c", "4": "#626262", "5": "#343434",
    "a": "#5a5a5a", "b": "#9a9a9a", "c": "#d2d2d2", "m": "#fafafa", "d": "#d2d2d2", "e": "#9a9a9a", "f": "#5a5a5a",
}  # fmt: skip
# Ink and drawing of the textures; in grey one sequential class out of two has one.
LINED = {"a": "#ffffff", "b": "#ffffff", "c": "#7d4415"}
DOTTED_GREY = {"1": "#5a5a5a", "3": "#ffffff"}
LINED_GREY = {"a": "#ffffff", "b": "#ffffff", "c": "#5a5a5a"}
HATCHES = "#5d6b70"
DASHES = ("none", "1.2 .6", ".5 .5", "2 .6 .5 .6", "2 1", ".9 .3")  # one by kind of outline
# Motifs in millimetres: a ground, then what is drawn on it.
DOTS = '<circle cx=".35" cy=".35" r=".16" fill="{ink}"/><circle cx="1.05" cy="1.05" r=".16" fill="{ink}"/>'
LINES = '<rect width=".22" height="1.4" fill="{ink}"/>'
HATCHING = '<rect width=".5" height="1.4" fill="{ink}"/>'
CROSSED = '<rect width=".38" height="1.4" fill="{ink}"/><rect width="1.4" height=".38" fill="{ink}"/>'
MOTIF = (
    '<pattern id="{id}" width="1.4" height="1.4" patternUnits="userSpaceOnUse" patternTransform="rotate({turn})">'
    '<rect width="1.4" height="1.4" fill="{ground}"/>{drawing}</pattern>'
)


class Inks:
    """The fills of one map.

    Parameters
    ----------
    identifier
        Beginning of the ids of its patterns: two maps share a page.
    grey
        Whether to use greys and textures alone.
    """

    def __init__(self, identifier: str, *, grey: bool = False) -> None:
        self._identifier = identifier
        self.grey = grey
        self.accent = INK if grey else ACCENT

    def fill(self, mark: str) -> str:
        """Return the fill of a mark (see ``layers.Row``)."""
        return f"url(#{self._identifier}-{mark})" if self._drawing(mark) else self._ground(mark)

    def patterns(self, marks: Iterable[str], unit: float = 1.0) -> str:
        """Return the patterns that some marks need, for shapes written in this unit (millimetres)."""
        return "".join(self._pattern(mark, unit) for mark in sorted(set(marks)) if self._drawing(mark))

    def _ground(self, mark: str) -> str:
        return (GREYS if self.grey else COLOURS).get(mark, "#ffffff")

    def _drawing(self, mark: str) -> str:
        lined, dotted = (LINED_GREY, DOTTED_GREY) if self.grey else (LINED, {})
        if mark in {ABSENT, SECRET}:
            return (HATCHING if mark == ABSENT else CROSSED).format(ink="#333333" if self.grey else HATCHES)
        if mark in lined:
            return LINES.format(ink=lined[mark])
        return DOTS.format(ink=dotted[mark]) if mark in dotted else ""

    def _pattern(self, mark: str, unit: float) -> str:
        # The side below the reference leans the other way than what is missing.
        turn = f"{-45 if mark in LINED else 45}) scale({1 / unit:g}"
        drawing, ground = self._drawing(mark), self._ground(mark)
        return MOTIF.format(id=f"{self._identifier}-{mark}", turn=turn, ground=ground, drawing=drawing)

    def marker(self, rank: int, x: float, y: float, size: float = 1.5) -> str:
        """Return the shape of a kind of place, centred on a point; ``size`` is its half-width, in millimetres."""
        shape = list(MARKERS.values())[rank]
        return (
            f'<path d="{shape}" transform="translate({x:.2f} {y:.2f}) scale({size / 10:g})" fill="{self.accent}" '
            'stroke="#ffffff" stroke-width="3"/>'
        )

    def outline(self, rank: int) -> str:
        """Return the attributes of the outlines of a kind: a veil and a line, dashed in another way for each kind."""
        return (
            f'fill="{INK}" fill-opacity=".28" stroke="{INK}" stroke-width=".45" stroke-dasharray="{DASHES[rank]}" '
            'stroke-linejoin="round"'
        )
