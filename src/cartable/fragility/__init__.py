"""The fragility index: a weighted mean of scores from 0 to 100, which a group can take apart and argue with.

Everything here is a function of tables (rows: communes; columns: components, ``COMPONENTS``). The index says where
to go and ask a question; it measures places, never persons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cartable import wording
from cartable.errors import CartableError
from cartable.fragility.components import COMPONENTS, PROFILES, Component, Profile, Weights, people, values

Floats: TypeAlias = NDArray[np.float64]

ENOUGH = 0.6  # of the weight must be observed for a commune to have a score
ROUNDING = 1e-9  # three tenths and three tenths make six tenths
TAILS = (2, 98)  # percentiles of the reference beyond which the min-max scores stop
HIGHEST = 100
RANKS, MINMAX = "rangs", "minmax"
SCALES = {
    RANKS: "rang parmi les communes de la référence (0 à 100)",
    MINMAX: "position entre les valeurs basses et hautes de la référence (0 à 100)",
}
NOT_ENOUGH = "pas assez de données"
__all__ = [
    "COMPONENTS", "ENOUGH", "MINMAX", "NOT_ENOUGH", "PROFILES", "RANKS", "SCALES", "Component", "Index", "Profile",
    "Reference", "Weights", "checked", "minmax_scores", "people", "rank_scores", "score", "values", "whole_points",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Reference:
    """The communes among which a value is high or low.

    Parameters
    ----------
    key
        Short name: « departement ».
    name
        As it is read: « les 266 communes de la Vienne ».
    measures
        One row for each commune, one column for each component.
    """

    key: str
    name: str
    measures: pd.DataFrame


# -- scores of one component -------------------------------------------------------------


def rank_scores(values: pd.Series[float], reference: pd.Series[float], sense: int = 1) -> pd.Series[float]:
    """Return the percentile rank of values in a reference: 0 to 100, the higher the more fragile.

    Share of the reference that is lower, plus half of the share that is equal (mid-rank). A value under the whole
    reference gets 0, above it 100; everything is missing when the reference is empty.
    """
    known = np.sort(reference.dropna().to_numpy(dtype=float))
    mine = values.to_numpy(dtype=float)
    if not known.size:
        return pd.Series(np.nan, index=values.index)
    below, upto = (np.searchsorted(known, mine, side=side) for side in ("left", "right"))
    scores = HIGHEST * (below + upto) / (2 * known.size)
    return _oriented(pd.Series(np.where(np.isnan(mine), np.nan, scores), index=values.index), sense)


def minmax_scores(values: pd.Series[float], reference: pd.Series[float], sense: int = 1) -> pd.Series[float]:
    """Return where values stand between the 2nd and 98th percentiles of a reference: 0 to 100.

    Beyond these percentiles a value gets 0 or 100: a single extreme commune must not squeeze all the others. When
    both percentiles are the same, a value equal to them gets 50.
    """
    known = reference.dropna().to_numpy(dtype=float)
    if not known.size:
        return pd.Series(np.nan, index=values.index)
    low, high = np.percentile(known, TAILS)
    if low == high:
        scores = HIGHEST * (1 + np.sign(values - low)) / 2
    else:
        scores = HIGHEST * ((values - low) / (high - low)).clip(0, 1)
    return _oriented(scores, sense)


def _oriented(scores: pd.Series[float], sense: int) -> pd.Series[float]:
    return scores if sense >= 0 else HIGHEST - scores


# -- the index --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Index:
    """Scores of communes, with all that explains them.

    Parameters
    ----------
    measures
        What was observed: one row for each commune, one column for each component; NaN where missing.
    scores
        From 0 to 100, the higher the more fragile; NaN where missing and not imputed.
    imputed
        Cells that are not observed: the median of the reference was put there.
    weights
        Points of each component; they need not add up to ten.
    reference
        Among whom the scores are.
    scale
        « rangs » or « minmax ».
    """

    measures: pd.DataFrame
    scores: pd.DataFrame
    imputed: pd.DataFrame
    weights: pd.Series[float]
    reference: Reference = field(repr=False)
    scale: str = RANKS

    @cached_property
    def observed(self) -> list[str]:
        """Components with a weight that are observed somewhere, and can be placed in the reference."""
        known = (self.scores.notna() & ~self.imputed).any()
        return [key for key in COMPONENTS if self.weights[key] > 0 and known[key]]

    @property
    def absent(self) -> list[str]:
        """Components with a weight that are observed nowhere here."""
        return [key for key in COMPONENTS if self.weights[key] > 0 and key not in self.observed]

    @property
    def single(self) -> str:
        """The only component observed, when there is only one: it is shown itself, and there is no index."""
        return self.observed[0] if len(self.observed) == 1 else ""

    @cached_property
    def coverage(self) -> pd.Series[float]:
        """Share (0 to 1) of the weight that is observed in each commune; what was imputed does not count."""
        seen = self.scores.notna() & ~self.imputed
        return (seen * self.weights).sum(axis=1) / self.weights.sum()

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Points that each component brings to the score: they add up to it. NaN for a commune without a score."""
        weights = self.scores.notna() * self.weights
        shares = weights.div(weights.sum(axis=1).replace(0, np.nan), axis=0)
        enough = self.coverage >= ENOUGH - ROUNDING
        scored = enough & (not self.single)
        return (self.scores.fillna(0) * shares).where(scored, np.nan)

    @cached_property
    def total(self) -> pd.Series[float]:
        """The score of each commune, 0 to 100; NaN when less than 60 % of the weight is observed."""
        return self.contributions.sum(axis=1, min_count=1)

    @cached_property
    def printed(self) -> pd.DataFrame:
        """Contributions in whole points, whose sum is the rounded score (largest remainders); NaN without a score."""
        scored = self.contributions.dropna(how="all")
        rows = [whole_points(row) for row in scored.to_numpy(dtype=float)]
        table = pd.DataFrame(rows, index=scored.index, columns=scored.columns, dtype=float)
        return table.reindex(self.contributions.index)

    @cached_property
    def states(self) -> pd.Series[str]:
        """Why a commune has no score: « pas assez de données »; empty where it has one."""
        return pd.Series(np.where(self.total.isna(), NOT_ENOUGH, ""), index=self.total.index, dtype="str")

    def reweighted(self, weights: Weights) -> Index:
        """Return the same scores under other weights."""
        return Index(self.measures, self.scores, self.imputed, checked(weights), self.reference, self.scale)


def whole_points(contributions: Floats) -> Floats:
    """Round contributions to whole points that add up to their rounded sum: the largest remainders go up.

    >>> whole_points(np.array([10.4, 10.4, 10.4])).tolist()
    [11.0, 10.0, 10.0]
    """
    floors = np.floor(contributions + ROUNDING)
    missing = int(np.floor(contributions.sum() + 0.5 + ROUNDING) - floors.sum())
    order = np.argsort(floors - contributions, kind="stable")
    floors[order[:missing]] += 1
    return floors


def checked(weights: Weights) -> pd.Series[float]:
    """Return the points of every component, those that are not named having none.

    Raises
    ------
    CartableError
        If a component is unknown, if a weight is negative or not a number, or if all are zero.
    """
    unknown = [key for key in weights if key not in COMPONENTS]
    if unknown:
        known = wording.join([f"« {key} »" for key in COMPONENTS])
        raise CartableError(f"« {unknown[0]} » n’entre pas dans l’indice.", f"Donnez un poids à : {known}.")
    points = pd.Series({key: float(weights.get(key, 0)) for key in COMPONENTS})
    for key in COMPONENTS:
        value = points[key]
        if not np.isfinite(value) or value < 0:
            raise CartableError(
                f"Le poids de « {COMPONENTS[key].label} » ne convient pas : {value}.",
                "Donnez un nombre de points, 0 ou plus.",
            )
    if not points.sum():
        raise CartableError("Aucun indicateur n’a de poids : il n’y a rien à additionner.", "Donnez au moins un point.")
    return points


def score(
    values: pd.DataFrame,
    reference: Reference,
    weights: Weights,
    *,
    scale: str = RANKS,
    impute: bool = False,
) -> Index:
    """Compute the index of communes.

    Parameters
    ----------
    values
        One row for each commune, one column for each component; a column that is not there is missing.
    reference
        Among whom each value is high or low.
    weights
        Points of each component.
    scale
        « rangs » (percentile ranks) or « minmax » (winsorised at the 2nd and 98th percentiles).
    impute
        Whether a missing cell takes the median of the reference; it is flagged, and never counts as observed.

    Raises
    ------
    CartableError
        If the weights or the scale cannot be used.
    """
    if scale not in SCALES:
        names = wording.join([f"« {name} »" for name in SCALES], "ou")
        raise CartableError(f"L’échelle « {scale} » n’existe pas.", f"Choisissez {names}.")
    points = checked(weights)
    mine, others = _aligned(values), _aligned(reference.measures)
    fill = others.median().where(mine.notna().any()) if impute else pd.Series(np.nan, index=mine.columns)
    complete = mine.fillna(fill)
    place = rank_scores if scale == RANKS else minmax_scores
    scores = pd.DataFrame({key: place(complete[key], others[key], c.sense) for key, c in COMPONENTS.items()})
    return Index(mine, scores, complete.notna() & mine.isna(), points, reference, scale)


def _aligned(values: pd.DataFrame) -> pd.DataFrame:
    """Return one column of numbers for each component, in their order; an infinite value is a missing one."""
    return values.reindex(columns=list(COMPONENTS)).astype(float).replace([np.inf, -np.inf], np.nan)
