"""Where notes typed one after the other go in their zone: the cell of their number, else the first free place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.canvas.layout import heading, layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.canvas.layout import Layout
    from cartable.canvas.model import Canvas

Spot = tuple[float, float]
"""Top left corner of a note, as shares of its zone."""
COVERED = 0.6  # of a side: nearer than that, a note hides another
SHIFT = 0.12  # of a side, between two notes one on the other
MOST_TRIED = 400
"""Places looked at for one note: beyond, notes cover one another, whatever is chosen."""
PRECISION = 4


class Places:
    """The places of every zone of a canvas, those taken and those left.

    Parameters
    ----------
    paper
        Of the sheet whose cells are followed: the others have the same zones.
    """

    def __init__(self, canvas: Canvas, paper: str = "A1") -> None:
        self._at = layout(canvas, paper)
        self._cells = {zone.cle: tuple(self._share(zone.cle, box[:2]) for box in self._at.cells[zone.cle])
                       for zone in canvas.zones}  # fmt: skip
        self._sides = {zone.cle: _side(self._at, zone.cle) for zone in canvas.zones}
        self._taken: dict[str, list[Spot]] = {zone.cle: [] for zone in canvas.zones}
        self._kept: dict[str, set[int]] = {zone.cle: set() for zone in canvas.zones}
        self._next = dict.fromkeys(self._taken, 0)

    def _share(self, zone: str, corner: Spot) -> Spot:
        left, top, right, bottom = self._at.zones[zone]
        x, y = (corner[0] - left) / (right - left), (corner[1] - top) / (bottom - top)
        return round(x, PRECISION), round(y, PRECISION)

    def take(self, zone: str, x: float | None, y: float | None, number: int | None) -> None:
        """Note where something is already: at a place, or in a cell."""
        if zone not in self._taken:
            return
        if x is not None and y is not None:
            self._taken[zone].append((x, y))
        elif number and number <= len(self._cells[zone]):
            self._taken[zone].append(self._cells[zone][number - 1])
        else:
            self.free(zone)

    def keep(self, zone: str, number: int | None) -> None:
        """Keep a cell for the note that has its number and comes later."""
        if number:
            self._kept[zone].add(number)

    def cell(self, zone: str, number: int | None) -> Spot:
        """Take the cell of a number, moved a little if it is taken; without one, the first free place."""
        if not number or number > len(self._cells[zone]):
            return self.free(zone)
        x, y = self._cells[zone][number - 1]
        width, height = self._sides[zone]
        while any(abs(x - a) < width * SHIFT / 2 and abs(y - b) < height * SHIFT / 2 for a, b in self._taken[zone]):
            x, y = x + width * SHIFT, y + height * SHIFT
            if x > 1 - width or y > 1 - height:
                return self.free(zone)
        return self._hold(zone, (round(x, PRECISION), round(y, PRECISION)))

    def free(self, zone: str) -> Spot:
        """Take the first place that is free; in a full zone, notes go one on the other, a little lower each time."""
        width, height = self._sides[zone]
        tried = self._next[zone]
        for rank, (x, y) in enumerate(self._spots(zone)):
            if rank < tried:
                continue
            if rank >= MOST_TRIED:
                break
            self._next[zone] = rank + 1
            kept = rank < len(self._cells[zone]) and rank + 1 in self._kept[zone]
            near = any(abs(x - a) < width * COVERED and abs(y - b) < height * COVERED for a, b in self._taken[zone])
            if not kept and not near:
                return self._hold(zone, (x, y))
        return self._hold(zone, self._over(zone, len(self._taken[zone])))

    def _hold(self, zone: str, spot: Spot) -> Spot:
        self._taken[zone].append(spot)
        return spot

    def _spots(self, zone: str) -> Iterator[Spot]:
        """Yield the cells, or rows of places under the question where there are none."""
        if self._cells[zone]:
            yield from self._cells[zone]
            return
        width, height = self._sides[zone]
        _, top, _, bottom = self._at.zones[zone]
        low = min(max(0.0, heading(self._at, self._at.canvas.zone(zone)) / (bottom - top)), 1 - height)
        columns, rows = max(1, int(1 / width)), max(1, int((1 - low) / height))
        for rank in range(columns * rows):
            yield round(rank % columns * width, PRECISION), round(low + rank // columns * height, PRECISION)

    def _over(self, zone: str, rank: int) -> Spot:
        width, height = self._sides[zone]
        across, down = max(0.0, 1 - width), max(0.0, 1 - height)
        x = rank * width * SHIFT % across if across else 0.0
        y = rank * height * SHIFT % down if down else 0.0
        return round(x, PRECISION), round(y, PRECISION)


def _side(at: Layout, zone: str) -> Spot:
    """Return the width and the height of a note, as shares of its zone."""
    left, top, right, bottom = at.zones[zone]
    return min(1.0, at.note / (right - left)), min(1.0, at.note / (bottom - top))
