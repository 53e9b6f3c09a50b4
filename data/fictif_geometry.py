"""Draw an invented country: cells of a wanted area around given sites, borders roughened, arcs shared by both sides.

Everything is in kilometres on a plane (east, north) until ``Grid`` turns it into whole steps of longitude and latitude.
The only chance is that of seeds written here: the same recipe always gives the same contours.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Point = tuple[float, float]
Edge = tuple[int, int]  # two nodes, the lower number first
ORIGIN = (-7.5, 46.2)  # open Atlantic: nobody can take it for a real place
STEP = 0.00005  # degrees: about 4 m by 5.5 m
KM_BY_DEGREE = 111.2
FRAME = (-27.0, -31.0, 35.0, 27.0)  # west, south, east, north of the drawing, in km
SURROUNDINGS, SPACING = 4.6, 5.0  # km from a site to the invented surroundings, and between these
ROUNDS, RELAXED, NEAR = 80, 5, 18  # rounds of fitting, among which some move the sites; neighbours that can matter
FITTING, DRIFT = 0.42, 0.16
ROUGHNESS, SHORTEST = 0.19, 0.3  # displacement over length; km below which a border is straight
# Slow waves that bend the whole drawing, so that communes are not all convex: km, wavelengths (km), directions, phases.
WAVES = ((0.65, 9.0, 0.4, 1.0), (0.5, 6.2, 1.7, 2.6), (0.3, 4.1, 2.6, 0.3))


class Grid:
    """Whole steps of longitude and latitude, and the plane of the drawing; every array has shape (n, 2) or (2,)."""

    ratio = np.array([KM_BY_DEGREE * math.cos(math.radians(ORIGIN[1])), KM_BY_DEGREE])

    def steps(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Turn kilometres into steps."""
        whole: NDArray[np.int64] = np.rint(points / self.ratio / STEP).astype(np.int64)
        return whole

    def degrees(self, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Turn steps into longitude and latitude."""
        degrees: NDArray[np.float64] = steps * STEP + np.array(ORIGIN)
        return degrees

    def project(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn longitude and latitude into kilometres on the plane."""
        points: NDArray[np.float64] = (degrees - np.array(ORIGIN)) * self.ratio
        return points

    def unproject(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn kilometres into longitude and latitude."""
        degrees: NDArray[np.float64] = points / self.ratio + np.array(ORIGIN)
        return degrees


# -- cells ---------------------------------------------------------------------------------


def _surroundings(sites: Sequence[Point]) -> list[Point]:
    """Return seeded sites all around: without them the country would have straight coasts."""
    chance = random.Random("alentours")  # noqa: S311 (a drawing, not a secret)
    around: list[Point] = []
    west, south, east, north = FRAME
    for _ in range(6000):
        point = (chance.uniform(west, east), chance.uniform(south, north))
        if all(math.dist(point, s) > SURROUNDINGS for s in sites) and all(
            math.dist(point, s) > SPACING for s in around
        ):
            around.append(point)
    return around


def _clip(cell: list[Point], a: float, b: float, c: float) -> list[Point]:
    """Keep the part of a convex cell where ax + by ≤ c (Sutherland and Hodgman)."""
    kept: list[Point] = []
    sides = [a * x + b * y - c for x, y in cell]
    for i, (p, side) in enumerate(zip(cell, sides, strict=True)):
        before, other = sides[i - 1], cell[i - 1]
        if (side <= 0) != (before <= 0):
            t = before / (before - side)
            kept.append((other[0] + t * (p[0] - other[0]), other[1] + t * (p[1] - other[1])))
        if side <= 0:
            kept.append(p)
    return kept


def _power(sites: NDArray[np.float64], weights: NDArray[np.float64]) -> list[list[Point]]:
    """Return the power diagram: each cell holds the points whose distance² − weight is least for its site."""
    west, south, east, north = FRAME
    frame: list[Point] = [(west, south), (east, south), (east, north), (west, north)]
    near = cKDTree(sites).query(sites, k=NEAR)[1][:, 1:]
    norms = (sites**2).sum(axis=1) - weights
    cells = []
    for i, others in enumerate(near):
        cell = frame
        for j in others:
            (a, b), c = 2 * (sites[j] - sites[i]), norms[j] - norms[i]
            cell = _clip(cell, float(a), float(b), float(c))
        cells.append(cell)
    return cells


def _measure(cell: list[Point]) -> tuple[float, Point]:
    """Return the area and the centre of gravity of a convex cell."""
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in itertools.pairwise([*cell, cell[0]]):
        cross = x0 * y1 - x1 * y0
        area, x, y = area + cross / 2, x + (x0 + x1) * cross / 6, y + (y0 + y1) * cross / 6
    return area, (x / area, y / area)


def cells(sites: Sequence[Point], areas: Sequence[float]) -> list[list[Point]]:
    """Return convex cells of the wanted areas (km²) around the sites, those of the surroundings after them.

    Weights are fitted until each cell has its area, while sites drift to the middle of their cell (Lloyd).
    """
    around = _surroundings(sites)
    places = np.array([*sites, *around])
    west, south, east, north = FRAME
    rest = ((east - west) * (north - south) - sum(areas)) / len(around)
    wanted = np.array([*areas, *itertools.repeat(rest, len(around))])
    weights = np.zeros(len(places))
    for turn in range(ROUNDS):
        measures = [_measure(cell) for cell in _power(places, weights)]
        weights += FITTING * (wanted - [area for area, _ in measures])
        if turn < RELAXED:
            places += DRIFT * (np.array([centre for _, centre in measures]) - places)
    return _power(places, weights)


# -- borders -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """Cells as nodes and edges that neighbours share.

    Parameters
    ----------
    nodes
        In kilometres, shape (n, 2).
    rings
        For each commune, the nodes around it, counterclockwise.
    """

    nodes: NDArray[np.float64]
    rings: list[list[int]]
    edges: list[Edge] = field(default_factory=list)


def network(shapes: list[list[Point]], count: int) -> Network:
    """Join the corners that several cells share; keep the rings of the first ``count`` cells."""
    corners = np.array([point for shape in shapes for point in shape])
    tree, names = cKDTree(corners), np.full(len(corners), -1)
    nodes: list[NDArray[np.float64]] = []
    for i in range(len(corners)):
        if names[i] < 0:
            names[tree.query_ball_point(corners[i], 1e-6)] = len(nodes)
            nodes.append(corners[i])
    starts = itertools.accumulate((len(s) for s in shapes), initial=0)
    rings = [
        [int(n) for n, _ in itertools.groupby(names[start : start + len(shape)])]
        for start, shape in zip(starts, shapes[:count], strict=False)
    ]
    edges = {_edge(a, b) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)}
    return Network(np.array(nodes), rings, sorted(edges))


def _edge(a: int, b: int) -> Edge:
    return (a, b) if a < b else (b, a)


def _rough(a: Point, b: Point, chance: random.Random, roughness: float) -> list[Point]:
    """Displace the middle of a segment, then of its halves, and so on; the last point is left to the next segment."""
    length = math.dist(a, b)
    if length < SHORTEST:
        return [a]
    along, aside = chance.uniform(0.4, 0.6), chance.uniform(-1, 1) * roughness
    middle = (
        a[0] + along * (b[0] - a[0]) - aside * (b[1] - a[1]),
        a[1] + along * (b[1] - a[1]) + aside * (b[0] - a[0]),
    )
    return [*_rough(a, middle, chance, roughness), *_rough(middle, b, chance, roughness)]


def bend(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move points along slow waves; the waves are too low to fold the plane."""
    bent = np.array(points, dtype=float)
    for height, length, turn, phase in WAVES:
        along = points @ np.array([math.cos(turn), math.sin(turn)])
        shift = height * np.sin(2 * math.pi * along / length + phase)
        bent += np.outer(shift, [-math.sin(turn), math.cos(turn)])
    return bent


def _border(net: Network, edge: Edge, roughness: float, grid: Grid) -> NDArray[np.int64]:
    """Return the points of a border in steps, always the same for an edge."""
    chance = random.Random(f"frontière {edge[0]} {edge[1]}")  # noqa: S311 (a drawing, not a secret)
    (ax, ay), (bx, by) = net.nodes[list(edge)].tolist()
    points = grid.steps(bend(np.array([*_rough((ax, ay), (bx, by), chance, roughness), (bx, by)])))
    moved = np.any(np.diff(points, axis=0) != 0, axis=1)
    kept: NDArray[np.int64] = points[np.concatenate([[True], moved])]
    return kept


def borders(net: Network, grid: Grid) -> dict[Edge, NDArray[np.int64]]:
    """Roughen every edge; an edge that would touch another elsewhere than at its ends is calmed until it does not."""
    roughness = dict.fromkeys(net.edges, ROUGHNESS)
    while True:
        lines = {edge: _border(net, edge, roughness[edge], grid) for edge in net.edges}
        faulty = _tangled(list(lines.values()))
        if not faulty:
            return lines
        for i in faulty:
            roughness[net.edges[i]] *= 0.6


def _tangled(lines: list[NDArray[np.int64]]) -> set[int]:
    """Return the numbers of the lines that cross themselves, or touch another elsewhere than at a common end."""
    shapes = shapely.linestrings([line for points in lines for line in points], indices=_numbers(lines))
    faulty = {int(i) for i in np.flatnonzero(~shapely.is_simple(shapes))}
    for i, j in shapely.STRtree(shapes).query(shapes, predicate="intersects").T:
        if i < j:
            ends = {tuple(p) for p in lines[i][[0, -1]]} & {tuple(p) for p in lines[j][[0, -1]]}
            meeting = shapely.intersection(shapes[i], shapes[j])
            if not shapely.equals(meeting, shapely.multipoints(sorted(ends))):
                faulty |= {int(i), int(j)}
    return faulty


def _numbers(lines: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(lines)), [len(line) for line in lines])


# -- TopoJSON ------------------------------------------------------------------------------


def topology(codes: Sequence[str], net: Network, lines: dict[Edge, NDArray[np.int64]]) -> dict[str, Any]:
    """Write the communes as a quantised TopoJSON: each border is one arc, walked backwards by one of its sides."""
    numbers = {edge: i for i, edge in enumerate(net.edges)}
    shapes = []
    for code, ring in zip(codes, net.rings, strict=True):
        clockwise = ring[::-1]  # as the shipped contours
        pairs = zip(clockwise, clockwise[1:] + clockwise[:1], strict=True)
        walk = [numbers[_edge(a, b)] if a < b else ~numbers[_edge(a, b)] for a, b in pairs]
        shapes.append({"type": "Polygon", "arcs": [walk], "id": code})
    everything = np.concatenate(list(lines.values()))
    corner = everything.min(axis=0)
    grid = Grid()
    west, south = (round(float(v), 6) for v in grid.degrees(corner))
    east, north = (round(float(v), 6) for v in grid.degrees(everything.max(axis=0)))
    arcs = [_deltas(lines[edge] - corner) for edge in net.edges]
    return {
        "type": "Topology",
        "bbox": [west, south, east, north],
        "transform": {"scale": [STEP, STEP], "translate": [west, south]},
        "objects": {"communes": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": arcs,
    }


def _deltas(points: NDArray[np.int64]) -> list[list[int]]:
    """Return the first point, then the way from each to the next."""
    steps: list[list[int]] = [points[0].tolist(), *np.diff(points, axis=0).tolist()]
    return steps


def blob(centre: Point, radius: float, seed: str, sides: int = 15) -> NDArray[np.float64]:
    """Return a closed irregular ring around a point, in kilometres, shape (sides + 1, 2), counterclockwise."""
    chance = random.Random(seed)  # noqa: S311 (a drawing, not a secret)
    turns = [2 * math.pi * (i + chance.uniform(-0.3, 0.3)) / sides for i in range(sides)]
    reach = [radius * chance.uniform(0.7, 1.25) for _ in turns]
    ring = [(centre[0] + r * math.cos(t), centre[1] + 0.8 * r * math.sin(t)) for r, t in zip(reach, turns, strict=True)]
    return np.array([*ring, ring[0]])
