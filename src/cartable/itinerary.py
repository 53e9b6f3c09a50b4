"""The itinerary of a learning trip, drawn: numbered stops at their place, the road between them, a scale."""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from cartable import wording
from cartable.drawing import INK, STYLES, WIDTH, framed, identify
from cartable.trip import EARTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.drawing import Chart
    from cartable.trip import Leg

SIDE, EDGE, RADIUS, LEADING = 400, 30, 13, 34
LIST = SIDE + 30
LONGEST = 42
LEAST = 2
TITLE = "L’itinéraire du voyage"
STEPS = (1, 2, 5, 10, 20, 50, 100, 200)
Point = tuple[float, float]


def itinerary(legs: Sequence[Leg]) -> Chart | None:
    """Draw the stops that have a position; ``None`` if fewer than two have one."""
    placed = [(rank, leg) for rank, leg in enumerate(legs, 1) if leg.stop.latitude is not None]
    placed = [(rank, leg) for rank, leg in placed if leg.stop.longitude is not None]
    if len(placed) < LEAST:
        return None
    flat = [_flat(leg) for _, leg in placed]
    west, north = min(x for x, _ in flat), min(y for _, y in flat)
    span = max(max(x for x, _ in flat) - west, max(y for _, y in flat) - north, 1.0)
    unit = (SIDE - 2 * EDGE) / span
    points = [(EDGE + (x - west) * unit, EDGE + (y - north) * unit) for x, y in flat]
    height = max(SIDE, EDGE + LEADING * len(placed))
    described = wording.typeset(f"{TITLE}. " + " ".join(_told(rank, leg) for rank, leg in placed))
    body = "".join((_ground(height), *_road(points), *_stops(placed, points), _scale(unit, height)))
    return framed(TITLE, described, identify("itineraire", described), (WIDTH, round(height)), body)


def _flat(leg: Leg) -> Point:
    """Return kilometres east and south: at the size of a trip, the Earth is a plane."""
    latitude, longitude = math.radians(leg.stop.latitude or 0.0), math.radians(leg.stop.longitude or 0.0)
    return EARTH * longitude * math.cos(latitude), -EARTH * latitude


def _told(rank: int, leg: Leg) -> str:
    road = "" if leg.km is None or rank == 1 else f", à {wording.plural(round(leg.km), 'kilomètre')} de l’étape d’avant"
    return f"{rank}, {leg.stop.lieu}, à {wording.clock(leg.arrive)}{road}."


def _ground(height: float) -> str:
    return f'<rect x="0.5" y="0.5" width="{SIDE}" height="{height - 1}" fill="#f4f7f7" stroke="#8fa3a8"/>'


def _road(points: Sequence[Point]) -> Iterator[str]:
    for (x, y), (to_x, to_y) in pairwise(points):
        yield (
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{STYLES[2][0]}" '
            'stroke-width="2.5" stroke-dasharray="7 4"/>'
        )


def _stops(placed: Sequence[tuple[int, Leg]], points: Sequence[Point]) -> Iterator[str]:
    """Number the stops; two at the same place share a circle."""
    at: dict[tuple[int, int], list[int]] = {}
    for (rank, _), (x, y) in zip(placed, points, strict=True):
        at.setdefault((round(x), round(y)), []).append(rank)
    for (x, y), ranks in at.items():
        numbers = ", ".join(str(rank) for rank in ranks)
        half = RADIUS + 7 * (len(numbers) > 2) + 4 * max(len(numbers) - 4, 0)  # noqa: PLR2004
        yield (
            f'<rect x="{x - half}" y="{y - RADIUS}" width="{2 * half}" height="{2 * RADIUS}" rx="{RADIUS}" '
            f'fill="#ffffff" stroke="{INK}" stroke-width="2"/>'
            f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-size="14" font-weight="700" fill="{INK}">{numbers}'
            "</text>"
        )
    for line, (rank, leg) in enumerate(placed):
        name = leg.stop.lieu if len(leg.stop.lieu) <= LONGEST else f"{leg.stop.lieu[: LONGEST - 1].rstrip()}…"
        y, when = EDGE + LEADING * line, wording.clock(leg.arrive)
        yield f'<text x="{LIST}" y="{y}" font-size="13" font-weight="700" fill="{INK}">{rank}. {when}</text>'
        yield f'<text x="{LIST + 16}" y="{y + 15}" font-size="13" fill="{INK}">{escape(name)}</text>'


def _scale(unit: float, height: float) -> str:
    """Draw a bar of a round number of kilometres, about a quarter of the side."""
    step = next((one for one in STEPS if one * unit >= SIDE / 6), STEPS[-1])
    x, y = EDGE, height - 14
    return (
        f'<path d="M{x} {y - 5}V{y}H{x + step * unit:.1f}V{y - 5}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
        f'<text x="{x + step * unit + 6:.1f}" y="{y}" font-size="12" fill="{INK}">{step} km</text>'
    )
