"""Between which distances the inhabitants of a commune stand from a place, by its contour alone.

Nobody knows here where people live inside a commune. What is certain is that all of them live inside its contour:
no nearer than its nearest point, no farther than its farthest vertex.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cartable.access.distance import haversine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

DEGREE_KM = 111.195  # only a unit of the local plane: the distance kept is measured on the sphere
TURN = 360.0


@dataclass(frozen=True, eq=False)
class Outline:
    """The contour of a commune.

    Parameters
    ----------
    starts, ends
        Ends of each segment, longitude and latitude in degrees, shape (n, 2).
    """

    starts: Numbers
    ends: Numbers

    @classmethod
    def of(cls, polygons: Sequence[Sequence[Numbers]]) -> Outline:
        """Put together the rings of a commune, holes included: polygons as ``Topology.polygons`` gives them."""
        rings = [np.asarray(ring, dtype=float) for polygon in polygons for ring in polygon]
        return cls(np.concatenate([r[:-1] for r in rings]), np.concatenate([r[1:] for r in rings]))

    def contains(self, latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.bool_]:
        """Say which points are inside: a ray towards the east crosses the contour an odd number of times."""
        y, x = (np.atleast_1d(np.asarray(v, dtype=float))[:, None] for v in (latitudes, longitudes))
        (x0, y0), (x1, y1) = self.starts.T, self.ends.T
        crossed = (y0 > y) != (y1 > y)
        rise = np.where(y1 == y0, 1.0, y1 - y0)  # level segments are never crossed
        at = x0 + (y - y0) * (x1 - x0) / rise
        inside: NDArray[np.bool_] = (crossed & (x < at)).sum(axis=1) % 2 == 1
        return inside

    def bounds(self, latitudes: ArrayLike, longitudes: ArrayLike) -> tuple[Numbers, Numbers]:
        """Return, for each point, its distance to the nearest and to the farthest part of the commune, in km.

        The nearest is 0 inside; otherwise the foot of the shortest perpendicular is found in a plane tangent at the
        point (equirectangular), and its distance measured on the sphere: a few metres off at most, over tens of
        kilometres. The farthest is that of a vertex.
        """
        lat, lon = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (latitudes, longitudes))
        feet = self._feet(lat, lon)
        near = haversine(lat[:, None], lon[:, None], feet[..., 1], feet[..., 0]).min(axis=1)
        far = haversine(lat[:, None], lon[:, None], self.starts[:, 1], self.starts[:, 0]).max(axis=1)
        return np.where(self.contains(lat, lon), 0.0, near), far

    def _feet(self, latitudes: Numbers, longitudes: Numbers) -> Numbers:
        """Return the point of each segment nearest to each point, shape (points, segments, 2), in degrees."""
        origin = np.stack([longitudes, latitudes], axis=-1)[:, None, :]
        shrink = np.maximum(np.cos(np.radians(latitudes)), 1e-9)  # at a pole, every longitude is the same point
        stretch = np.stack([shrink, np.ones_like(shrink)], axis=-1)[:, None, :] * DEGREE_KM
        start, end = (_around(ends - origin) * stretch for ends in (self.starts, self.ends))
        along = end - start
        length = (along**2).sum(axis=-1)
        share = -(start * along).sum(axis=-1) / np.where(length > 0, length, 1.0)
        foot = start + np.clip(share, 0, 1)[..., None] * along
        feet: Numbers = foot / stretch + origin
        return feet


def _around(differences: Numbers) -> Numbers:
    """Bring differences of longitude between −180 and 180, so that the antimeridian is no border."""
    kept = differences.copy()
    kept[..., 0] = (kept[..., 0] + TURN / 2) % TURN - TURN / 2
    return kept
