"""The question that a group asks of a territory: which places, within which radius, shown to whom."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cartable.access.distance import has_position, haversine
from cartable.access.offer import Sifted, Wanted, sift
from cartable.access.survey import Opening, Survey, best_points, check_radius, open_at, outlines, placed, survey
from cartable.errors import CartableError

if TYPE_CHECKING:
    import pandas as pd

    from cartable.access.contours import Outline
    from cartable.territory import Territory

AROUND_KM = 100.0  # a place farther than this helps nobody here: it is left aside
RADIUS = 10.0  # km


@dataclass(frozen=True, eq=False)
class Inquiry:
    """Everything that is asked at once.

    Parameters
    ----------
    territory
        The EPCI.
    wanted
        What a place must offer.
    radius
        Distance beyond which one is said to be far, in km, 100 at most.
    approximate
        Whether a place without coordinates counts at the point of its commune.
    public
        Whether a public meeting sees it: no name of a commune, no ranking.
    """

    territory: Territory
    wanted: Wanted = field(default_factory=Wanted)
    radius: float = RADIUS
    approximate: bool = False
    public: bool = False

    def __post_init__(self) -> None:
        check_radius(self.radius)
        if self.radius > AROUND_KM:
            raise CartableError(
                f"Un rayon de {self.radius:.0f} km est trop grand : Cartable regarde les lieux à moins de "
                f"{AROUND_KM:.0f} km.",
                "Choisissez un rayon de 100 km au plus : 5, 10 ou 20 km parlent davantage.",
            )

    @property
    def at_hand(self) -> bool:
        """Whether any place is known there or around."""
        return not self.places.empty

    @cached_property
    def places(self) -> pd.DataFrame:
        """The places of the territory and those that stand within 100 km of one of its communes."""
        tables, mine = self.territory.tables, self.territory.communes
        every = placed(tables.holdings.places, tables.communes, approximate=self.approximate)
        here, known = every["code_insee"].isin(mine.index), has_position(every)
        points = mine[has_position(mine)]
        if points.empty:
            return every[here]
        # One circle around all the communes, then 100 km more: a first sieve that loses nothing.
        latitude, longitude = points["latitude"].mean(), points["longitude"].mean()
        reach = float(haversine(latitude, longitude, points["latitude"], points["longitude"]).max()) + AROUND_KM
        away = haversine(latitude, longitude, every["latitude"].where(known), every["longitude"].where(known))
        return every[here | (np.nan_to_num(away, nan=np.inf) <= reach)]

    @cached_property
    def _contours(self) -> dict[str, Outline]:
        return outlines(self.territory.tables.topology, self.territory.codes)

    @cached_property
    def sifted(self) -> Sifted:
        """The places, by what they answer."""
        return sift(self.places, self.wanted)

    @cached_property
    def study(self) -> Survey:
        """Distances to the places that count."""
        kept = self.sifted.kept(doubtful=self.wanted.doubtful)
        return survey(self.territory.communes, kept, self._contours)

    @cached_property
    def best(self) -> pd.DataFrame:
        """The communes whose point would bring most people under the radius, see ``best_points``."""
        return best_points(self.study, self.radius)

    def asking(self, wanted: Wanted) -> Inquiry:
        """Return the same question about other places, without measuring what is shared again."""
        other = replace(self, wanted=wanted)
        other.__dict__.update({name: getattr(self, name) for name in ("places", "_contours")})
        return other

    def opening(self, latitude: float, longitude: float) -> Opening:
        """Open a place at a point."""
        return open_at(self.study, latitude, longitude)

    def opening_in(self, code: str) -> Opening:
        """Open a place at the point of a commune.

        Raises
        ------
        CartableError
            If the commune is not in the territory, or has no point.
        """
        reach = self.study.reach
        if code not in reach.index or not bool(has_position(reach.loc[[code]]).iloc[0]):
            raise CartableError(
                f"La commune « {code} » n’a pas de point dans ce territoire.",
                "Choisissez une autre commune de la liste, ou donnez une latitude et une longitude.",
            )
        return self.opening(float(reach["latitude"][code]), float(reach["longitude"][code]))
