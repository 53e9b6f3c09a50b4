"""The measures of every EPCI at once: sums over communes, so that groups of EPCIs can be summed too, and comparisons.

A measure is a numerator over a denominator, both summed (rates are never averaged), or a plain number. Everything is
computed for the whole country in one go: the syntheses of all EPCIs share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import territory
from cartable.atlas import DISTANCE, atlas
from cartable.briefing.measures import MEASURES, Measure
from cartable.names import departement_of
from cartable.portrait import VILLAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cartable.atlas import Atlas
    from cartable.holdings import Holdings
    from cartable.territory import Territory

EARTH = 6371.0088  # km: mean radius of the Earth (IUGG)
REACH = 10.0  # km in a straight line from the most populated commune
FEW, MOST = 5, 0.8  # EPCIs of a group whose value is known, number and share: with fewer, nothing is compared
FAR = 5.0  # km in a straight line to the nearest place of help
FEATURES = ("population", "densite", "communes")
TOP, BOTTOM = "__haut", "__bas"
# Numerator and denominator among the columns of the table of communes.
_FROM_COLUMNS = {
    "densite": ("population", "superficie_km2"),
    "part_65_plus": ("plus_de_65_ans", "population_recensement"),
    "part_moins_20": ("moins_de_20_ans", "population_recensement"),
    "part_75_plus": ("plus_de_75_ans", "population_structure"),
    "part_sans_diplome": ("sans_diplome", "non_scolarises_15_plus"),
    "part_sans_30_mbits": ("locaux_sans_30_mbits", "locaux"),
    "part_residences_secondaires": ("residences_secondaires", "logements"),
    "part_logements_vacants": ("logements_vacants", "logements"),
    "nombre_65_plus": ("plus_de_65_ans", ""),
    "nombre_75_plus": ("plus_de_75_ans", ""),
    "nombre_sans_diplome": ("sans_diplome", ""),
}
_PUBLISHED = ("revenu_median", "taux_pauvrete")  # by the producer, for each EPCI: nothing is summed


def sums(communes: pd.DataFrame, holdings: Holdings) -> pd.DataFrame:
    """Return the numerators and denominators of every measure (index: SIREN).

    Parameters
    ----------
    communes
        Rows of the table of communes; those of no EPCI are left out.
    holdings
        What is at hand beyond them.
    """
    held = communes[communes["siren_epci"] != ""]
    frame = pd.DataFrame({**_shape(held), **_counts(held), **_far(held, holdings.places)}).sort_index()
    for key in _PUBLISHED:
        if key in holdings.epcis:
            frame[f"{key}{TOP}"] = holdings.epcis[key].reindex(frame.index).astype(float)
            frame[f"{key}{BOTTOM}"] = np.nan
    return frame


def _far(held: pd.DataFrame, places: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Sum the people far from any place; nothing is known of the départements where the list has no place."""
    if DISTANCE not in held:
        return {}
    listed = {departement_of(code) for code in places["code_insee"] if code}
    known = held[held["code_departement"].isin(listed) & held[DISTANCE].notna()]
    siren, people = known["siren_epci"], known["population"]
    far = people.where(known[DISTANCE] > FAR, 0.0)
    return {f"loin_lieu{TOP}": far.groupby(siren).sum(), f"loin_lieu{BOTTOM}": people.groupby(siren).sum()}


def _counts(held: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Sum the columns; a commune that misses one of the two is left out of both."""
    parts: dict[str, pd.Series[float]] = {}
    siren = held["siren_epci"]
    for key, (top, bottom) in _FROM_COLUMNS.items():
        if top not in held or (bottom and bottom not in held):
            continue
        above = held[top].astype(float)
        below = held[bottom].astype(float) if bottom else above * 0 + 1
        known = above.notna() & below.notna()
        parts[f"{key}{TOP}"] = above.where(known).groupby(siren).sum(min_count=1)
        parts[f"{key}{BOTTOM}"] = below.where(known).groupby(siren).sum(min_count=1) if bottom else np.nan  # type: ignore[assignment]
    return parts


def _shape(held: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Sum what the sizes and places of the communes tell."""
    siren, people = held["siren_epci"], held["population"]
    by_epci = people.groupby(siren)
    total, largest, count = by_epci.sum(), by_epci.max(), by_epci.size().astype(float)
    small = people < VILLAGE
    near, located = _near(held)
    pairs = {
        "population": (total, np.nan),
        "communes": (count, np.nan),
        "villages": (small.groupby(siren).sum().astype(float), np.nan),
        "departements": (held["code_departement"].groupby(siren).nunique().astype(float), np.nan),
        "concentration": (largest, total),
        "petites": (people.where(small, 0.0).groupby(siren).sum(), total),
        "mairies": (total, count),
        "portee": (near, located),
    }
    return {f"{key}{side}": part for key, pair in pairs.items() for side, part in zip((TOP, BOTTOM), pair, strict=True)}  # type: ignore[misc]


def _near(held: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return the people within reach of the most populated commune, and those whose commune has a point."""
    known = held.dropna(subset=["longitude", "latitude"])
    siren, people = known["siren_epci"], known["population"]
    centre = known.loc[people.groupby(siren).idxmax()].set_index("siren_epci")[["longitude", "latitude"]].loc[siren]
    away = distance(known["longitude"], known["latitude"], centre["longitude"], centre["latitude"])
    return people.where(away <= REACH, 0.0).groupby(siren).sum(), people.groupby(siren).sum()


def distance(*degrees: pd.Series[float]) -> pd.Series[float]:
    """Return great-circle distances in kilometres (haversine) from longitudes and latitudes of starts, then of ends."""
    x1, y1, x2, y2 = (np.radians(np.asarray(part, dtype=float)) for part in degrees)
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    return pd.Series(2 * EARTH * np.arcsin(np.sqrt(half)), index=degrees[0].index)


class Group:
    """The measures of several EPCIs, as arrays: a thousand comparisons take a second.

    Parameters
    ----------
    rows
        What ``sums`` gives.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        self.sirens = [str(siren) for siren in rows.index]
        self.position = {siren: rank for rank, siren in enumerate(self.sirens)}
        there = [key for key in MEASURES if f"{key}{TOP}" in rows and rows[f"{key}{TOP}"].notna().any()]
        self._tops = {key: rows[f"{key}{TOP}"].to_numpy(dtype=float) for key in there}
        bottoms = {key: rows[f"{key}{BOTTOM}"].to_numpy(dtype=float) for key in there}
        self._bottoms = {key: bottom for key, bottom in bottoms.items() if not np.isnan(bottom).all()}
        self.keys = there
        self.levels = {key: self._values(key) for key in there}
        self.spreads = {key: _spread(_scaled(MEASURES[key], found)) for key, found in self.levels.items()}

    def _values(self, key: str) -> NDArray[np.float64]:
        top, bottom = self._tops[key], self._bottoms.get(key)
        if bottom is None:
            return top
        shares: NDArray[np.float64] = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
        return shares

    def value(self, siren: str, key: str) -> float:
        """Return the value of an EPCI, NaN when it is not known."""
        return float(self.levels[key][self.position[siren]]) if key in self.levels else float("nan")

    def count(self, siren: str, key: str) -> float:
        """Return the number of people, or things, behind a share; NaN where there is none."""
        counted = MEASURES[key].unit == "%" and key in self._bottoms
        return float(self._tops[key][self.position[siren]]) if counted else float("nan")

    def together(self, key: str, positions: NDArray[np.int64]) -> float:
        """Return the measure of several EPCIs: summed for a rate, the middle one for a number; NaN if few are known."""
        found = self.levels.get(key, np.full(len(self.sirens), np.nan))[positions]
        known = positions[~np.isnan(found)]
        if not len(known) or len(known) < max(len(positions) * MOST, min(FEW, len(positions))):
            return float("nan")
        if MEASURES[key].count or key not in self._bottoms:
            return float(np.median(self.levels[key][known]))
        return float(self._tops[key][known].sum() / self._bottoms[key][known].sum())

    @cached_property
    def whole(self) -> dict[str, float]:
        """Every measure for all of them."""
        everyone = np.arange(len(self.sirens))
        return {key: self.together(key, everyone) for key in self.levels}

    def nearest(self, features: NDArray[np.float64], without: str, count: int) -> list[str]:
        """Return the EPCIs nearest by ``FEATURES``; equal distances are settled by SIREN."""
        mine = np.column_stack([_scaled(MEASURES[key], self.levels[key]) for key in FEATURES])
        spread = np.nanstd(mine, axis=0)
        away = (((mine - features) / np.where(spread > 0, spread, 1.0)) ** 2).sum(axis=1).round(9)
        order = sorted(range(len(self.sirens)), key=lambda i: (np.isnan(away[i]), away[i], self.sirens[i]))
        return [self.sirens[i] for i in order if self.sirens[i] != without][:count]


def _scaled(measure: Measure, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put values on the scale where gaps are measured."""
    return np.log(np.where(value > 0, value, np.nan)) if measure.logarithm else value


def _spread(scaled: NDArray[np.float64]) -> float:
    known = scaled[~np.isnan(scaled)]
    return float(known.std()) if known.size else 0.0


@lru_cache(maxsize=4)
def country(tables: Atlas) -> Group:
    """Return the measures of every EPCI of the tables, computed once."""
    return Group(sums(tables.communes, tables.holdings))


@dataclass(frozen=True)
class Comparison:
    """A measure here, in the similar EPCIs and in the country.

    Parameters
    ----------
    count
        What stands behind a share: a number of people, of dwellings; NaN where there is none.
    similar, country
        For a share, that of the group as a whole; for a number, that of the middle EPCI. NaN unless compared.
    gap
        From the similar EPCIs, in standard deviations between the EPCIs of the country; NaN unless compared.
    """

    measure: Measure
    value: float
    count: float
    similar: float
    country: float
    gap: float


class Benchmarks:
    """The measures of a territory, set against its peers and the country.

    Parameters
    ----------
    here
        The EPCI. An invented one is set against the real EPCIs: its invented neighbours would make no reference.
    """

    def __init__(self, here: Territory) -> None:
        self.siren = here.siren
        self.country = country(atlas() if here.fictional else here.tables)
        self.mine = Group(sums(here.communes, here.tables.holdings)) if here.fictional else self.country
        alike = [] if here.fictional else territory.similar(here)
        self.by_age = len(alike) == territory.SIMILAR_COUNT
        self.peers = alike if self.by_age else self._nearest()
        self._positions = np.array([self.country.position[siren] for siren in self.peers], dtype=np.int64)

    def _nearest(self) -> list[str]:
        """Return peers without the help of the census: by population, density and number of communes."""
        pairs = [(MEASURES[key], np.array([self.mine.value(self.siren, key)])) for key in FEATURES]
        features = np.array([_scaled(measure, value)[0] for measure, value in pairs])
        return self.country.nearest(features, self.siren, territory.SIMILAR_COUNT)

    def compare(self) -> dict[str, Comparison]:
        """Return every measure that is known here."""
        found = {key: self.mine.value(self.siren, key) for key in self.mine.keys}
        return {key: self._one(key, value) for key, value in found.items() if not np.isnan(value)}

    def _one(self, key: str, value: float) -> Comparison:
        measure, everyone = MEASURES[key], self.country.whole.get(key, float("nan"))
        similar = self.country.together(key, self._positions)
        here, there = _scaled(measure, np.array([value, similar]))
        spread = self.country.spreads.get(key, 0.0)
        gap = float(here - there) / spread if spread > 0 else float("nan")
        return Comparison(measure, value, self.mine.count(self.siren, key), similar, everyone, gap)
