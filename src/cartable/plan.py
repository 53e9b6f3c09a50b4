"""The geometry of a map on paper, in millimetres: projection, borders, scale bar.

Local equirectangular projection: a degree of longitude is as long as it is on the parallel in the middle of the map.
Over an intercommunality, lengths are right within one or two per cent; over a région, within about five per cent.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from cartable.labels import Box

KM_PER_DEGREE = 6371.0088 * math.pi / 180  # mean radius of the Earth (IUGG)
MARGIN = 3.0  # mm around the territory
ROUND_KM = (500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1)
LONGEST_BAR = 32.0  # mm
FINE, COARSE = 0.05, 0.1  # mm: cells of the grid that points are put on
SMALLEST = 1e-4  # degrees: about ten metres


@dataclass(frozen=True)
class Frame:
    """A window on the ground and its place on the sheet.

    Parameters
    ----------
    box
        Left, top, right, bottom on the sheet, in millimetres.
    centre
        Longitude and latitude of the middle of the box, in degrees.
    scale
        Millimetres for one degree of latitude.
    """

    box: Box
    centre: tuple[float, float]
    scale: float

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn longitudes and latitudes, shape (n, 2), into millimetres on the sheet."""
        left, top, right, bottom = self.box
        turned: NDArray[np.float64] = (points - self.centre) * (self.scale * self.narrowing, -self.scale)
        middle = np.asarray([(left + right) / 2, (top + bottom) / 2])
        moved: NDArray[np.float64] = turned + middle
        return moved

    @property
    def narrowing(self) -> float:
        """Length of a degree of longitude over that of a degree of latitude."""
        return math.cos(math.radians(self.centre[1]))

    @property
    def mm_per_km(self) -> float:
        """Millimetres for a kilometre on the ground."""
        return self.scale / KM_PER_DEGREE

    def bar(self) -> tuple[float, float]:
        """Return the round length of the scale bar, in kilometres, and its length on the sheet, in millimetres."""
        room = min(LONGEST_BAR, (self.box[2] - self.box[0]) * 0.4)
        km = next((length for length in ROUND_KM if length * self.mm_per_km <= room), ROUND_KM[-1])
        return km, km * self.mm_per_km


def needed(bounds: Box, box: Box) -> float:
    """Return the scale (millimetres per degree of latitude) at which the bounds (degrees) fill the box."""
    west, south, east, north = bounds
    narrowing = math.cos(math.radians((south + north) / 2))
    width, height = box[2] - box[0] - 2 * MARGIN, box[3] - box[1] - 2 * MARGIN
    return min(width / max((east - west) * narrowing, SMALLEST), height / max(north - south, SMALLEST))


def fit(bounds: Box, box: Box, scale: float | None = None) -> Frame:
    """Centre bounds in a box, at their own scale or at an imposed one."""
    west, south, east, north = bounds
    return Frame(box, ((west + east) / 2, (south + north) / 2), scale or needed(bounds, box))


class Land:
    """The arcs of a TopoJSON and the communes that they border.

    Parameters
    ----------
    topology
        As ``Territory.map_topology`` gives it.
    """

    def __init__(self, topology: Mapping[str, Any]) -> None:
        arcs = topology["arcs"]
        steps = np.asarray(list(itertools.chain.from_iterable(arcs)), dtype=float)[:, :2]
        sizes = np.asarray([len(arc) for arc in arcs])
        self.ends = np.cumsum(sizes)
        self.starts = self.ends - sizes
        # One running sum over all the arcs, from which each arc forgets what came before it.
        running = np.cumsum(steps, axis=0)
        before = np.where(self.starts[:, None] > 0, running[self.starts - 1], 0.0)
        grid = running - np.repeat(before, sizes, axis=0)
        self.points = grid * topology["transform"]["scale"] + topology["transform"]["translate"]
        self.communes: list[dict[str, Any]] = topology["objects"]["communes"]["geometries"]
        self.contour: list[list[int]] = topology["objects"]["contour"]["arcs"]

    def arcs(self, communes: Iterable[Mapping[str, Any]]) -> list[int]:
        """Return the numbers of the arcs that border communes, each once."""
        return sorted({_index(arc) for commune in communes for ring in rings(commune) for arc in ring})

    def bounds(self, arcs: Iterable[int]) -> Box:
        """Return west, south, east, north of some arcs, in degrees."""
        kept = np.concatenate([self.points[self.starts[a] : self.ends[a]] for a in arcs])
        (west, south), (east, north) = kept.min(axis=0), kept.max(axis=0)
        return float(west), float(south), float(east), float(north)


class Pen:
    """Writes the arcs of a land as SVG paths, on a fine grid of integers.

    Points that fall in the same cell of the grid are written once: a large territory on a small sheet gets simple
    lines, and neighbours keep the same border.

    Parameters
    ----------
    land
        What to write.
    frame
        Where.
    unit
        Side of a cell, in millimetres.
    """

    def __init__(self, land: Land, frame: Frame, unit: float = FINE) -> None:
        self.unit = unit
        grid = np.rint(frame.project(land.points) / self.unit).astype(int)
        arc_of = np.repeat(np.arange(len(land.starts)), land.ends - land.starts)
        moved = np.ones(len(grid), dtype=bool)
        moved[1:] = (np.diff(grid, axis=0) != 0).any(axis=1) | (np.diff(arc_of) != 0)
        kept, counts = grid[moved], np.bincount(arc_of[moved], minlength=len(land.starts))
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._points = kept
        self._forward = _steps(kept, self._starts, self._ends)

    def box(self, arcs: Iterable[int]) -> Box:
        """Return the box around some arcs, in millimetres."""
        kept = np.concatenate([self._points[self._starts[a] : self._ends[a]] for a in arcs]) * self.unit
        (left, top), (right, bottom) = kept.min(axis=0), kept.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def path(self, chains: Iterable[Sequence[int]], *, closed: bool = True) -> str:
        """Return the ``d`` of a path through chains of arcs; those that shrink to a point are left out."""
        return "".join(self._chain(chain, "z" if closed else "") for chain in chains)

    def _chain(self, chain: Sequence[int], end: str) -> str:
        steps = [self._steps_of(arc) for arc in chain]
        if not any(steps):
            return ""
        x, y = self._points[self._starts[chain[0]] if chain[0] >= 0 else self._ends[~chain[0]] - 1]
        return f"M{x} {y}l{' '.join(filter(None, steps))}{end}"

    def _steps_of(self, arc: int) -> str:
        return self._forward[arc] if arc >= 0 else _backwards(self._forward[~arc])


def rings(commune: Mapping[str, Any]) -> list[list[int]]:
    """Return the rings of a commune, all polygons together."""
    if commune["type"] == "Polygon":
        return list(commune["arcs"])
    return [ring for polygon in commune["arcs"] for ring in polygon]


def outline(polygons: Iterable[Sequence[Any]], frame: Frame) -> str:
    """Return the ``d`` of outlines given as longitudes and latitudes, in millimetres."""
    lines = [frame.project(np.asarray(ring, dtype=float)) for polygon in polygons for ring in polygon]
    return "".join(f"M{' '.join(f'{x:.2f} {y:.2f}' for x, y in line.tolist())}z" for line in lines if len(line))


def _index(arc: int) -> int:
    return arc if arc >= 0 else ~arc


def _steps(points: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[str]:
    """Write each arc as moves from one point to the next."""
    words = [f"{dx} {dy}" for dx, dy in np.diff(points, axis=0, append=points[-1:]).tolist()]
    return [" ".join(words[start : end - 1]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _backwards(steps: str) -> str:
    """Write the same moves from the last to the first, each in the other direction."""
    numbers = [-int(word) for word in steps.split()]
    return " ".join(f"{numbers[i]} {numbers[i + 1]}" for i in range(len(numbers) - 2, -1, -2))
