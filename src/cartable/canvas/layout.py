"""Where everything goes on a sheet, in millimetres: zones, cells for sticky notes, bands for the title and the foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable.errors import CartableError
from cartable.labels import LEADING, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.canvas.model import Canvas, Zone
    from cartable.labels import Box

PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0), "A1": (594.0, 841.0), "A0": (841.0, 1189.0)}
"""Short then long side (ISO 216)."""
SCALES = {"A4": 0.36, "A3": 0.48, "A1": 1.0, "A0": 1.25}
"""Size of everything that is read, that of A1 being 1: larger on paper that is seen from farther."""
NOTE = 76.0
"""Side of a sticky note. On A1 and A0 cells are real ones; on smaller paper one writes in them by hand."""
HAND = {"A4": 25.0, "A3": 36.0}
SPACE = 2.0  # between two cells
HEADER, FOOT, MARGIN, GUTTER, STRIP, LANES = 46.0, 9.0, 14.0, 4.0, 12.0, 34.0  # at A1
ZONE_TITLE, QUESTION, HELP, PAD = 9.5, 6.6, 4.9, 4.0
SMALLEST = 2.1


@dataclass(frozen=True)
class Layout:
    """A canvas on a sheet.

    Parameters
    ----------
    width, height
        Of the sheet.
    zones
        Box of each zone, by key: left, top, right, bottom.
    cells
        Boxes of the cells for notes of each zone, in the order of their numbers.
    grid
        Box of all the zones together.
    """

    canvas: Canvas
    paper: str
    width: float
    height: float
    zones: Mapping[str, Box]
    cells: Mapping[str, tuple[Box, ...]]
    grid: Box

    @property
    def scale(self) -> float:
        """Size of what is read, that of A1 being 1."""
        return SCALES[self.paper]

    @property
    def note(self) -> float:
        """Side of a note."""
        return HAND.get(self.paper, NOTE)

    def size(self, at_a1: float) -> float:
        """Return the size of a text on this paper: never too small to be read."""
        return max(SMALLEST, at_a1 * self.scale)

    def fractions(self) -> dict[str, Box]:
        """Return the zones as shares of the sheet: left, top, width, height."""
        return {
            key: (left / self.width, top / self.height, (right - left) / self.width, (bottom - top) / self.height)
            for key, (left, top, right, bottom) in self.zones.items()
        }


def layout(canvas: Canvas, paper: str = "A1") -> Layout:
    """Lay a canvas out on a sheet.

    Raises
    ------
    CartableError
        If the paper is not one of ``PAPERS``.
    """
    if paper not in PAPERS:
        raise CartableError(f"Le format « {paper} » n’est pas proposé.", f"Choisissez parmi {', '.join(PAPERS)}.")
    short, long = PAPERS[paper]
    width, height = (long, short) if canvas.orientation == "paysage" else (short, long)
    grid = _grid(canvas, width, height, SCALES[paper])
    zones = {zone.cle: _place(canvas, zone, grid, SCALES[paper]) for zone in canvas.zones}
    bare = Layout(canvas, paper, width, height, zones, {}, grid)
    cells = {zone.cle: _cells(bare, zone) for zone in canvas.zones}
    return Layout(canvas, paper, width, height, zones, cells, grid)


def _grid(canvas: Canvas, width: float, height: float, scale: float) -> Box:
    """Return the box left by the margins, the title, the foot, and the words of axes and lanes."""
    margin = MARGIN * scale
    left, top = margin, margin + HEADER * scale
    right, bottom = width - margin, height - margin - FOOT * scale
    for axis in canvas.axes:
        if axis.sens == "vertical":
            left += STRIP * scale
        else:
            bottom -= STRIP * scale
    if canvas.couloirs and canvas.couloirs.sens == "colonnes":
        top += STRIP * scale
    elif canvas.couloirs:
        left += LANES * scale
    return left, top, right, bottom


def _place(canvas: Canvas, zone: Zone, grid: Box, scale: float) -> Box:
    """Return the box of a zone: its cells of the grid, less half a gutter all around."""
    left, top, right, bottom = grid
    column, row = (right - left) / canvas.grille.colonnes, (bottom - top) / canvas.grille.lignes
    place, half = zone.place, GUTTER * scale / 2
    x, y = left + (place.colonne - 1) * column, top + (place.ligne - 1) * row
    return x + half, y + half, x + place.largeur * column - half, y + place.hauteur * row - half


def _cells(sheet: Layout, zone: Zone) -> tuple[Box, ...]:
    """Return as many cells as the zone has room for, under its question, up to its number of notes."""
    if not zone.cases:
        return ()
    left, top, right, bottom = sheet.zones[zone.cle]
    pad, side = PAD * sheet.scale, sheet.note
    step = side + SPACE * sheet.scale
    columns = int((right - left - 2 * pad + SPACE * sheet.scale) // step)
    room = bottom - pad - (top + heading(sheet, zone))
    rows = int((room + SPACE * sheet.scale) // step)
    if columns < 1 or rows < 1:
        return ()
    wanted = min(zone.max, columns * rows)
    used = -(-wanted // columns)
    first = bottom - pad - used * step + SPACE * sheet.scale
    across = min(columns, wanted)
    start = left + (right - left - across * step + SPACE * sheet.scale) / 2
    spots = [(start + i % columns * step, first + i // columns * step) for i in range(wanted)]
    return tuple((x, y, x + side, y + side) for x, y in spots)


def heading(sheet: Layout, zone: Zone) -> float:
    """Return the least height that a zone keeps for its title and its question."""
    left, _, right, _ = sheet.zones[zone.cle]
    room = right - left - 2 * PAD * sheet.scale
    title, question = sheet.size(ZONE_TITLE), sheet.size(QUESTION)
    lines = len(wrap(zone.question, question, room))
    titles = len(wrap(zone.titre, title, room - 3 * title))
    return PAD * sheet.scale * 2 + (titles * title + lines * question) * LEADING
