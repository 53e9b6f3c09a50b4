"""Coordinates of places, held against the commune that they say they are in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cartable import wording

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cartable.atlas import Atlas

EARTH = 6371.0088  # km, mean radius
FAR = 30.0
"""Kilometres from a commune beyond which a place is not in it: the point is wrong, or the commune is."""
ABROAD = 50.0  # km from any commune
ZERO = 1e-6  # degrees
SOUTH, WEST = 90.0, 180.0


@dataclass(frozen=True)
class Position:
    """Where a place is.

    Parameters
    ----------
    latitude, longitude
        Degrees; NaN when they are not known or not believed.
    repair, doubt
        French sentences: what was mended, why they were left out.
    """

    latitude: float = float("nan")
    longitude: float = float("nan")
    repair: str = ""
    doubt: str = ""


def distance(
    latitude: float, longitude: float, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return great-circle distances from a point to others, in km (haversine formula)."""
    here, there = np.radians(latitude), np.radians(latitudes)
    half = np.sin((there - here) / 2) ** 2
    across = np.cos(here) * np.cos(there) * np.sin(np.radians(longitudes - longitude) / 2) ** 2
    found: NDArray[np.float64] = 2 * EARTH * np.arcsin(np.sqrt(np.clip(half + across, 0, 1)))
    return found


@dataclass(frozen=True, eq=False)
class Ground:
    """The communes as points and contours."""

    tables: Atlas

    @cached_property
    def _points(self) -> dict[str, tuple[float, float]]:
        communes = self.tables.communes
        return {str(c): (la, lo) for c, la, lo in communes[["latitude", "longitude"]].itertuples()}

    @cached_property
    def _known(self) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
        known = self.tables.communes[["latitude", "longitude"]].dropna()
        return list(map(str, known.index)), known["latitude"].to_numpy(), known["longitude"].to_numpy()

    def away(self, code: str, latitude: float, longitude: float) -> float:
        """Return how far a point is from a commune, in km: 0 inside, NaN when the commune has no contour."""
        if abs(latitude) > SOUTH or abs(longitude) > WEST:
            return float("inf")
        center = self._points[code]
        if np.isnan(center[0]):
            return float("nan")
        alone = np.array([center[0]]), np.array([center[1]])
        to_point = float(distance(latitude, longitude, *alone)[0])
        # The commune's point is inside its contour: the contour is nearer.
        if to_point <= FAR or code not in self.tables.topology:
            return to_point
        return min(to_point, self._to_contour(code, latitude, longitude))

    def _to_contour(self, code: str, latitude: float, longitude: float) -> float:
        """Return the distance to the outer rings of a commune on a plane around the point: enough at 30 km."""
        point = np.array([longitude, latitude])
        scale = np.radians(1) * EARTH * np.array([np.cos(np.radians(latitude)), 1.0])
        rings = [(polygon[0] - point) * scale for polygon in self.tables.topology.polygons(code)]
        return 0.0 if any(_around(ring) for ring in rings) else min(float(_to_ring(ring)) for ring in rings)

    def nearest(self, latitude: float, longitude: float) -> tuple[str, float]:
        """Return the commune whose point is nearest, and how far it is in km."""
        codes, latitudes, longitudes = self._known
        found = distance(latitude, longitude, latitudes, longitudes)
        best = int(np.argmin(found))
        return codes[best], float(found[best])

    def near(self, code: str, latitude: float, longitude: float) -> bool:
        """Tell whether a point may be in a commune."""
        return bool(self.away(code, latitude, longitude) <= FAR)

    def check(self, code: str, latitude: str, longitude: str) -> Position:
        """Read coordinates, swap them when only the swap falls near the commune, leave them out when nothing does."""
        if not latitude and not longitude:
            return Position(doubt="pas de coordonnées : le lieu est compté à sa commune, sans point sur la carte.")
        if not latitude or not longitude:
            return Position(doubt=f"une seule des deux coordonnées est donnée{_WITHOUT}")
        y, x = float(latitude), float(longitude)
        if abs(x) < ZERO and abs(y) < ZERO:
            return Position(doubt=f"coordonnées 0 et 0, au large de l’Afrique{_WITHOUT}")
        if self._may_be(code, y, x):
            return Position(y, x)
        if self.near(code, x, y):
            return Position(x, y, "latitude et longitude étaient échangées : elles sont remises en place.")
        return Position(doubt=self._why(code, y, x) + _WITHOUT)

    def _may_be(self, code: str, latitude: float, longitude: float) -> bool:
        """Tell whether a point may be in a commune, or near any when that one has no contour."""
        away = self.away(code, latitude, longitude)
        return self.nearest(latitude, longitude)[1] <= FAR if np.isnan(away) else away <= FAR

    def _why(self, code: str, latitude: float, longitude: float) -> str:
        if abs(latitude) > SOUTH or abs(longitude) > WEST:
            return "ces coordonnées ne sont pas des degrés (des mètres, d’une projection comme Lambert 93 ?)"
        other, km = self.nearest(latitude, longitude)
        names = self.tables.names
        if km > ABROAD:
            return "ce point est hors de France"
        away = wording.number(self.away(code, latitude, longitude))
        return f"ce point tombe près {wording.of(names[other])} ({other}), à {away} km {wording.of(names[code])}"


_WITHOUT = " : coordonnées laissées de côté, le lieu est compté à sa commune. Corrigez-les."


def _around(ring: NDArray[np.float64]) -> bool:
    """Tell whether a ring goes around the origin: a ray to the east crosses it an odd number of times."""
    (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
    crossing = (y1 > 0) != (y2 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x1 - y1 * (x2 - x1) / (y2 - y1)
    return bool(np.count_nonzero(crossing & (at > 0)) % 2)


def _to_ring(ring: NDArray[np.float64]) -> np.float64:
    """Return the distance from the origin to the segments of a ring."""
    start, step = ring[:-1], np.diff(ring, axis=0)
    length = np.maximum((step**2).sum(axis=1), np.finfo(float).tiny)
    along = np.clip(-(start * step).sum(axis=1) / length, 0, 1)
    found: np.float64 = np.sqrt(((start + along[:, None] * step) ** 2).sum(axis=1)).min()
    return found
