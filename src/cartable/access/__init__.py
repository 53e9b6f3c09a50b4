"""Who lives far from help: distances as the crow flies, what places offer, what opening one would change.

Pure functions of tables; nothing here reads a file or knows a territory. « Far » is always a distance between a
place and the point or the contour of a commune: never a travel time, never weighted by where people live.
"""

from __future__ import annotations

from cartable.access.contours import Outline
from cartable.access.distance import DISTANCE, EARTH_RADIUS_KM, NEAREST, Index, haversine, nearest, usable
from cartable.access.survey import (
    ASTRIDE,
    BEYOND,
    FAR,
    NEAR,
    NEW_PLACE,
    RADII,
    WITHIN,
    Opening,
    People,
    Survey,
    best_points,
    open_at,
    outlines,
    placed,
    survey,
)

__all__ = [
    "ASTRIDE", "BEYOND", "DISTANCE", "EARTH_RADIUS_KM", "FAR", "NEAR", "NEAREST", "NEW_PLACE", "RADII", "WITHIN",
    "Index", "Opening", "Outline", "People", "Survey", "best_points", "haversine", "nearest", "open_at", "outlines",
    "placed", "survey", "usable",
]  # fmt: skip
