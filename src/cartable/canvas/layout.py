"""Where everything goes on a sheet, in millimetres: zones, cells for sticky notes, bands for the title and the foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable.errors import CartableError
from cartable.labels import LEADING, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.canvas.model import Axis, Canvas, Zone
    from cartable.labels import Box

PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0), "A1": (594.0, 841.0), "A0": (841.0, 1189.0)}
"""Short then long side (ISO 216)."""
HELD = "A4"
"""Paper of the canvases that each person fills in."""
SCALES = {"A4": 0.4, "A3": 0.54, "A1": 1.0, "A0": 1.3}
"""Size of everything that is read, that of A1 being 1: larger on paper that is seen from farther."""
NOTE = 76.0
"""Side of a sticky note. On A1 and A0 cells are real ones; on smaller paper one writes in them by hand."""
HAND = {"A4": 25.0, "A3": 36.0}
SPACE = 2.0  # between two cells
HEADER, FOOT, MARGIN, GUTTER, STRIP, LANES = 46.0, 9.0, 14.0, 4.0, 15.0, 40.0  # at A1
ZONE_TITLE, QUESTION, HELP, PAD = 10.5, 7.4, 5.8, 4.0
SMALLEST = 2.4  # 6.8 points: what a person reads on the sheet that they hold
WIDEST = 0.45  # most of the side of a note that is left between two cells


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
        elif below(canvas, axis):
            bottom -= STRIP * scale
        else:
            top += STRIP * scale
    if canvas.couloirs and canvas.couloirs.sens == "colonnes":
        top += STRIP * scale
    elif canvas.couloirs:
        left += LANES * scale
    return left, top, right, bottom


def below(canvas: Canvas, axis: Axis) -> bool:
    """Tell whether a horizontal axis goes under the zones; otherwise it goes above."""
    ends = [zone.place.ligne + zone.place.hauteur - 1 for zone in canvas.zones if zone.cle in axis.zones]
    return not ends or max(ends) == canvas.grille.lignes


def _place(canvas: Canvas, zone: Zone, grid: Box, scale: float) -> Box:
    """Return the box of a zone: its cells of the grid, less half a gutter all around."""
    left, top, right, bottom = grid
    column, row = (right - left) / canvas.grille.colonnes, (bottom - top) / canvas.grille.lignes
    place, half = zone.place, GUTTER * scale / 2
    x, y = left + (place.colonne - 1) * column, top + (place.ligne - 1) * row
    return x + half, y + half, x + place.largeur * column - half, y + place.hauteur * row - half


def _cells(sheet: Layout, zone: Zone) -> tuple[Box, ...]:
    """Return as many cells as the zone has room for, under what it asks, up to its number of notes."""
    if not zone.cases:
        return ()
    left, top, right, bottom = sheet.zones[zone.cle]
    pad = PAD * sheet.scale
    for helped in (True, False):  # the help is left out rather than a cell
        room = (left + pad, top + heading(sheet, zone, helped=helped), right - pad, bottom - pad)
        columns, rows = _most(room, sheet)
        if columns * rows >= zone.max:
            break
    wanted = min(zone.max, columns * rows)
    return _spread(room, sheet, wanted) if wanted else ()


def _most(room: Box, sheet: Layout) -> tuple[int, int]:
    """Return how many columns and rows of cells a box has room for."""
    space = SPACE * sheet.scale
    step = sheet.note + space
    return max(0, int((room[2] - room[0] + space) // step)), max(0, int((room[3] - room[1] + space) // step))


def _spread(room: Box, sheet: Layout, wanted: int) -> tuple[Box, ...]:
    """Spread cells over a box: rows and columns in its proportions, the same space between all of them."""
    left, top, right, bottom = room
    most, deepest = _most(room, sheet)
    sizes = [(-(-wanted // rows), rows) for rows in range(1, deepest + 1) if -(-wanted // rows) <= most]
    shape = (right - left) / (bottom - top)
    columns, rows = min(sizes, key=lambda size: (size[0] * size[1] - wanted, abs(size[0] - shape * size[1])))
    side = sheet.note
    across = _gap(right - left, columns, side, SPACE * sheet.scale)
    down = _gap(bottom - top, rows, side, SPACE * sheet.scale)
    x = left + (right - left - columns * side - (columns - 1) * across) / 2
    y = top + (bottom - top - rows * side - (rows - 1) * down) / 2
    spots = [(x + i % columns * (side + across), y + i // columns * (side + down)) for i in range(wanted)]
    return tuple((a, b, a + side, b + side) for a, b in spots)


def _gap(length: float, count: int, side: float, least: float) -> float:
    """Return the space between cells in a row: what is left, shared out, within reason."""
    return min(side * WIDEST, max(least, (length - count * side) / (count + 1)))


def heading(sheet: Layout, zone: Zone, *, helped: bool = False) -> float:
    """Return the height that a zone keeps for its title and its question, and for its help if it is wanted."""
    left, _, right, _ = sheet.zones[zone.cle]
    room = right - left - 2 * PAD * sheet.scale
    title, question, small = sheet.size(ZONE_TITLE), sheet.size(QUESTION), sheet.size(HELP)
    lines = len(wrap(zone.question, question, room))
    titles = len(wrap(zone.titre, title, room - 3 * title))
    helps = len(wrap(zone.aide, small, room)) if helped else 0
    return PAD * sheet.scale * 1.4 + (titles * title + lines * question + helps * small) * LEADING
