"""How far the communes of a territory stand from help, how many people live beyond a radius, what an opening changes.

Three readings, never one: what the contours make certain, what they leave possible, and between the two the side on
which the commune's point stands. None of them knows where people live inside a commune.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import wording
from cartable.access.contours import Outline
from cartable.access.distance import DISTANCE, NEAREST, Index, has_position, haversine, nearest, usable, welcoming
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from cartable.topology import Topology

    Numbers = NDArray[np.float64]

RADII = (5.0, 10.0, 20.0)
NEAR, FAR, POSITION = "au_plus_pres", "au_plus_loin", "position"
MEASURES = [DISTANCE, NEAR, FAR]
GIVEN, AT_COMMUNE = "donnée", "commune"  # where the position of a place comes from
BEYOND, WITHIN, ASTRIDE = "au-delà", "en deçà", "à cheval"
NEW_PLACE = "lieu à ouvrir"
FELT_KM = 1.0  # a gain under this is within what a point says of a commune


@dataclass(frozen=True)
class People:
    """A number of people that is known between two bounds.

    Parameters
    ----------
    low, high
        What is certain, what is possible.
    middle
        The people of the communes whose point is concerned.
    unplaced
        The people of the communes without a point: they are in ``high`` alone.
    """

    low: int
    middle: int
    high: int
    unplaced: int = 0


@dataclass(frozen=True, eq=False)
class Survey:
    """The communes of a territory and the places that help there and around.

    Parameters
    ----------
    reach
        Index: code INSEE. ``nom``, ``population``, ``latitude``, ``longitude``; ``lieux``, the number of places known
        in the commune; ``distance_lieu_km`` from its point, ``lieu`` the place; ``au_plus_pres`` and ``au_plus_loin``,
        between which every inhabitant stands from a place. In km, infinite when there is no place or nothing bounds.
    places
        Those that count: position known or granted, open to the public.
    lost
        Places of these communes without a position: they do not count in distances.
    outlines
        Contours of the communes that have one.
    """

    reach: pd.DataFrame
    places: pd.DataFrame
    lost: pd.DataFrame
    outlines: Mapping[str, Outline] = field(repr=False)

    @property
    def population(self) -> int:
        """Everyone who lives there."""
        return int(self.reach["population"].sum())

    @property
    def empty(self) -> pd.DataFrame:
        """The communes in which no place is known, with or without a position."""
        return self.reach[self.reach["lieux"] == 0]

    @property
    def inside(self) -> pd.DataFrame:
        """The places that stand in these communes."""
        return self.places[self.places["code_insee"].isin(self.reach.index)]

    @property
    def helped_from_outside(self) -> pd.DataFrame:
        """The communes whose nearest place stands outside of the territory."""
        return self.reach[~self.reach[NEAREST].isin(["", *self.inside["id"]])]

    def situations(self, radius: float) -> pd.Series[str]:
        """Say of each commune whether it is wholly beyond a radius (km), wholly within, or astride."""
        check_radius(radius)
        words = np.select([self.reach[NEAR] > radius, self.reach[FAR] <= radius], [BEYOND, WITHIN], ASTRIDE)
        return pd.Series(words, index=self.reach.index)

    def beyond(self, radius: float) -> People:
        """Count the people who live farther than a radius (km) from any place."""
        check_radius(radius)
        return count(self.reach, self.reach[NEAR] > radius, self.reach[DISTANCE] > radius, self.reach[FAR] > radius)

    def farthest(self, most: int = 5) -> pd.DataFrame:
        """Return the communes whose points are farthest from a place, the farthest first."""
        known = self.reach[np.isfinite(self.reach[DISTANCE])]
        order = known.assign(pli=known["nom"].map(wording.fold), code=known.index)
        order = order.sort_values([DISTANCE, "pli", "code"], ascending=[False, True, True], kind="stable")
        ranked: pd.DataFrame = known.loc[order.index[:most]]
        return ranked


def check_radius(radius: float) -> None:
    """Refuse a radius that measures nothing."""
    if not (math.isfinite(radius) and radius > 0):
        raise CartableError(
            f"Le rayon « {radius} » ne se mesure pas.",
            "Donnez un nombre de kilomètres plus grand que zéro : 5, 10, 20.",
        )


def count(reach: pd.DataFrame, low: pd.Series[bool], middle: pd.Series[bool], high: pd.Series[bool]) -> People:
    """Add the inhabitants of the communes of each reading."""
    people = reach["population"].fillna(0)
    unplaced = people[reach[DISTANCE].isna()].sum()
    certain, likely, possible = (int(people[chosen].sum()) for chosen in (low, middle, high))
    return People(certain, likely, possible, int(unplaced))


# -- survey ------------------------------------------------------------------------------


def outlines(topology: Topology, codes: Iterable[str]) -> dict[str, Outline]:
    """Return the contour of each commune that has one."""
    return {code: Outline.of(topology.polygons(code)) for code in codes if code in topology}


def placed(places: pd.DataFrame, communes: pd.DataFrame, *, approximate: bool = False) -> pd.DataFrame:
    """Say where the position of each place comes from, in a column ``position``: « donnée », « commune » or « ».

    Parameters
    ----------
    places
        As in ``Holdings.places``.
    communes
        Points of all the communes that may hold a place (index: code INSEE; ``latitude``, ``longitude``).
    approximate
        Whether a place without coordinates is put at the point of its commune.
    """
    known = has_position(places)
    said = places.assign(**{POSITION: np.where(known, GIVEN, "")})
    if not approximate:
        return said
    points = communes[["latitude", "longitude"]].reindex(places["code_insee"]).set_axis(places.index)
    lent = ~known & has_position(points)
    for axis in ("latitude", "longitude"):
        said[axis] = places[axis].where(~lent, points[axis])
    said[POSITION] = said[POSITION].mask(lent, AT_COMMUNE)
    return said


def survey(communes: pd.DataFrame, places: pd.DataFrame, contours: Mapping[str, Outline]) -> Survey:
    """Measure how far each commune stands from the places.

    Parameters
    ----------
    communes
        Those of the territory: index code INSEE; ``nom``, ``population``, ``latitude``, ``longitude``.
    places
        Those of the territory and around, see ``placed``: a neighbour's place helps too.
    contours
        See ``outlines``; a commune without contour has no bounds.
    """
    if POSITION not in places:
        places = placed(places, communes)
    kept = usable(places)
    mine = places[places["code_insee"].isin(communes.index) & welcoming(places)]
    reach = communes[["nom", "population", "latitude", "longitude"]].copy()
    reach["lieux"] = mine["code_insee"].value_counts().reindex(reach.index, fill_value=0)
    reach[[DISTANCE, NEAREST]] = nearest(communes, kept)[[DISTANCE, NEAREST]]
    if kept.empty:
        reach[DISTANCE] = reach[DISTANCE].mask(has_position(communes), np.inf)
        reach[NEAR], reach[FAR] = np.inf, np.inf
    else:
        reach[[NEAR, FAR]] = _bounds(reach, kept, contours)
    return Survey(reach, kept, mine[~has_position(mine)], contours)


def _bounds(reach: pd.DataFrame, places: pd.DataFrame, contours: Mapping[str, Outline]) -> Numbers:
    """Return the two bounds of each commune, shape (n, 2), in km."""
    there = places[["latitude", "longitude"]].to_numpy(dtype=float)
    index = Index(there[:, 0], there[:, 1])
    bounds = np.tile([0.0, np.inf], (len(reach), 1))  # nothing is known of a commune without point or contour
    for row, (code, latitude, longitude, distance) in enumerate(
        reach[["latitude", "longitude", DISTANCE]].itertuples(name=None)
    ):
        outline = contours.get(str(code))
        if outline is None or np.isnan(distance):
            continue
        ranks = index.within(latitude, longitude, distance + _margin(outline, latitude, longitude))
        near, far = outline.bounds(there[ranks, 0], there[ranks, 1])
        # The point is one of the commune's: it stands between the bounds.
        bounds[row] = min(float(near.min()), distance), max(float(far.min()), distance)
    return bounds


def _margin(outline: Outline, latitude: float, longitude: float) -> float:
    """Return how much farther than the point's nearest place the place nearest to the contour may stand, in km.

    By the triangle inequality, the greatest distance from the point to the contour; twice when the point is outside.
    """
    _, far = outline.bounds([latitude], [longitude])
    inside = outline.contains([latitude], [longitude])[0]
    return float(far[0]) * (1 if inside else 2)


# -- opening a place -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Opening:
    """What a place opened at a point changes.

    Parameters
    ----------
    latitude, longitude
        Degrees.
    before, after
        The territory without it and with it.
    alone
        Distances to this place alone: index code INSEE, ``distance_lieu_km``, ``au_plus_pres``, ``au_plus_loin``.
    """

    latitude: float
    longitude: float
    before: Survey
    after: Survey
    alone: pd.DataFrame

    @property
    def gainers(self) -> pd.DataFrame:
        """The communes whose point comes at least 1 km nearer, in the order of the survey; ``avant``, ``apres``: km."""
        old, new = self.before.reach, self.after.reach
        kept = new[DISTANCE] <= old[DISTANCE] - FELT_KM
        frame = pd.DataFrame({"nom": old["nom"], "population": old["population"]})
        return frame.assign(avant=old[DISTANCE], apres=new[DISTANCE])[kept]

    def gain(self, radius: float) -> People:
        """Count the people who come under a radius (km) thanks to this place."""
        check_radius(radius)
        old, new = self.before.reach, self.alone
        return count(
            old,
            (old[NEAR] > radius) & (new[FAR] <= radius),
            (old[DISTANCE] > radius) & (new[DISTANCE] <= radius),
            (old[FAR] > radius) & (new[NEAR] <= radius),
        )

    @property
    def offset(self) -> float:
        """How far the point stands from the nearest commune of the territory, in km; 0 inside."""
        return float(self.alone[NEAR].min())


def open_at(study: Survey, latitude: float, longitude: float) -> Opening:
    """Open a place, or a stop of a bus, at a point, and measure what changes.

    Raises
    ------
    CartableError
        If the point is not on the Earth.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004
        raise CartableError(
            f"Le point de latitude « {latitude} » et de longitude « {longitude} » n’existe pas.",
            "La latitude va de −90 à 90 (46,3 au nord de La Rochelle), la longitude de −180 à 180 (0,2 vers Civray).",
        )
    alone = _alone(study, latitude, longitude)
    reach = study.reach.copy()
    nearer = alone[DISTANCE] < reach[DISTANCE]
    reach[NEAREST] = reach[NEAREST].mask(nearer, NEW_PLACE)
    for measure in MEASURES:
        reach[measure] = np.minimum(reach[measure], alone[measure])
    return Opening(latitude, longitude, study, replace(study, reach=reach), alone)


def _alone(study: Survey, latitude: float, longitude: float) -> pd.DataFrame:
    """Return the distances of each commune to one point."""
    measures = [measure[:, 0] for measure in _to_points(study, [latitude], [longitude])]
    return pd.DataFrame(dict(zip(MEASURES, measures, strict=True)), index=study.reach.index)


def _to_points(study: Survey, latitudes: ArrayLike, longitudes: ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
    """Return the three distances of each commune to each point, each of shape (communes, points), in km."""
    reach = study.reach
    here = reach[["latitude", "longitude"]].to_numpy(dtype=float)
    distance = haversine(here[:, :1], here[:, 1:], np.asarray(latitudes), np.asarray(longitudes))
    near, far = np.zeros_like(distance), np.full_like(distance, np.inf)
    for row, code in enumerate(reach.index):
        if code in study.outlines:
            near[row], far[row] = study.outlines[code].bounds(latitudes, longitudes)
    # As for the survey: the point stands between the bounds.
    return distance, np.fmin(near, distance), np.fmax(far, distance)


def best_points(study: Survey, radius: float) -> pd.DataFrame:
    """Try a place at the point of each commune, one after the other: how many people come under a radius (km).

    Returns
    -------
    pd.DataFrame
        Index: code INSEE of the commune that receives the place. ``nom``; ``au_moins``, ``selon_point``, ``au_plus``,
        people; the commune that brings most people first, by their point, then for certain, then at most.
    """
    check_radius(radius)
    reach = study.reach
    tried = reach[has_position(reach)]
    distance, near, far = _to_points(study, tried["latitude"], tried["longitude"])
    people = reach["population"].fillna(0).to_numpy()
    columns = {
        "au_moins": people @ ((reach[[NEAR]].to_numpy() > radius) & (far <= radius)),
        "selon_point": people @ ((reach[[DISTANCE]].to_numpy() > radius) & (distance <= radius)),
        "au_plus": people @ ((reach[[FAR]].to_numpy() > radius) & (near <= radius)),
    }
    table = pd.DataFrame(columns, index=tried.index).astype("int64")
    table.insert(0, "nom", tried["nom"])
    order = table.assign(pli=table["nom"].map(wording.fold), code=table.index).sort_values(
        ["selon_point", "au_moins", "au_plus", "pli", "code"], ascending=[False, False, False, True, True]
    )
    ranked: pd.DataFrame = table.loc[order.index]
    return ranked
