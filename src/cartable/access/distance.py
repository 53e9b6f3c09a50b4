"""Distances as the crow flies between points of the Earth, and the nearest of many points.

The Earth is taken for a sphere of the mean radius of the GRS 80 ellipsoid (R₁ = (2a + b) / 3, Moritz, « Geodetic
Reference System 1980 »): the error against the ellipsoid stays under 0,6 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cartable.holdings import SEPARATOR

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
DISTANCE = "distance_lieu_km"
NEAREST = "lieu"
CLOSED_TO_ALL = "Ce lieu n'accueille pas de public"


def haversine(latitude: ArrayLike, longitude: ArrayLike, latitudes: ArrayLike, longitudes: ArrayLike) -> Numbers:
    """Return the great-circle distance between points, in kilometres.

    Haversine formula (Sinnott, « Virtues of the haversine », Sky and Telescope, 1984): exact on the sphere, and as
    precise for two neighbours as for two antipodes.

    Parameters
    ----------
    latitude, longitude, latitudes, longitudes
        Degrees; the four are broadcast together.
    """
    phi, lam, phis, lams = (
        np.radians(np.asarray(v, dtype=float)) for v in (latitude, longitude, latitudes, longitudes)
    )
    half = np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin((lams - lam) / 2) ** 2
    distance: Numbers = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def unit_vectors(latitudes: ArrayLike, longitudes: ArrayLike) -> Numbers:
    """Return points as vectors of length one from the centre of the Earth, shape (n, 3)."""
    phi, lam = np.radians(np.asarray(latitudes, dtype=float)), np.radians(np.asarray(longitudes, dtype=float))
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def chord(kilometres: ArrayLike) -> Numbers:
    """Return the straight line through a sphere of radius one under an arc of this length."""
    angle = np.clip(np.asarray(kilometres, dtype=float) / EARTH_RADIUS_KM, 0, np.pi)
    length: Numbers = 2 * np.sin(angle / 2)
    return length


class Index:
    """Points of the Earth in an order that finds the nearest ones quickly.

    A longer chord stands under a longer arc, so that a tree of the space gives the order of the sphere, poles and
    antimeridian included.

    Parameters
    ----------
    latitudes, longitudes
        Degrees, none missing, at least one point.
    """

    def __init__(self, latitudes: ArrayLike, longitudes: ArrayLike) -> None:
        from scipy.spatial import cKDTree  # type: ignore[import-untyped]  # noqa: PLC0415 (slow to import)

        self._tree: Any = cKDTree(unit_vectors(latitudes, longitudes))

    def nearest(self, latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.intp]:
        """Return, for each point, the rank of the indexed point that is nearest."""
        _, ranks = self._tree.query(unit_vectors(latitudes, longitudes))
        return np.asarray(ranks, dtype=np.intp)

    def within(self, latitude: float, longitude: float, kilometres: float) -> list[int]:
        """Return the ranks of the indexed points within an arc of a point, in ascending order."""
        # A hair more than the arc: rounding must not lose a point that stands on the circle.
        reach = float(chord(kilometres * (1 + 1e-9) + 1e-6))
        return sorted(self._tree.query_ball_point(unit_vectors([latitude], [longitude])[0], reach))


def has_position(table: pd.DataFrame) -> pd.Series[bool]:
    """Mark the rows whose latitude and longitude are numbers that a point of the Earth can have."""
    latitude, longitude = table["latitude"].astype(float), table["longitude"].astype(float)
    return latitude.between(-90, 90) & longitude.between(-180, 180)


def welcoming(places: pd.DataFrame) -> pd.Series[bool]:
    """Mark the places where people may go: those that do not say that they are closed to the public."""
    if "modalites_acces" not in places:
        return pd.Series(data=True, index=places.index)
    said = places["modalites_acces"].fillna("").str.replace("’", "'").str.split(SEPARATOR, regex=False)
    return said.map(lambda words: CLOSED_TO_ALL not in {w.strip() for w in words}).astype(bool)


def usable(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places that receive people and whose position is known, in an order that depends on nothing else."""
    kept = places[has_position(places) & welcoming(places)]
    return kept.sort_values(["latitude", "longitude", "id"], kind="stable")


def nearest(communes: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Find the place nearest to the point of each commune, as the crow flies.

    Parameters
    ----------
    communes
        Index: code INSEE; columns ``latitude`` and ``longitude``, degrees, NaN when the point is unknown.
    places
        Columns ``id``, ``latitude``, ``longitude`` and, if there, ``modalites_acces``: a place without coordinates,
        or closed to the public, is left out.

    Returns
    -------
    pd.DataFrame
        Same index: ``distance_lieu_km``, NaN when there is no point or no place, and ``lieu``, its identifier, empty
        then.
    """
    found = pd.DataFrame({DISTANCE: np.nan, NEAREST: ""}, index=communes.index)
    kept, known = usable(places), has_position(communes).to_numpy()
    # Of two places on one spot, the first identifier: the tree would take either.
    kept = kept.drop_duplicates(["latitude", "longitude"])
    if kept.empty or not known.any():
        return found
    here = communes[["latitude", "longitude"]].to_numpy(dtype=float)[known]
    there = kept[["latitude", "longitude"]].to_numpy(dtype=float)
    ranks = Index(there[:, 0], there[:, 1]).nearest(here[:, 0], here[:, 1])
    found.loc[known, DISTANCE] = haversine(here[:, 0], here[:, 1], there[ranks, 0], there[ranks, 1])
    found.loc[known, NEAREST] = kept["id"].astype(str).to_numpy()[ranks]
    return found
