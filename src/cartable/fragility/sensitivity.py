"""What would change in the index if its choices did: one component less, or a thousand other weightings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cartable.fragility import Floats, Index

DRAWS = 1_000
SEED = 20_261_125  # fixed, so that a notebook says the same thing each time
RANGE = (0.05, 0.95)  # of the draws that a rank interval covers, from one end to the other
ENOUGH_TO_JUDGE = 5  # communes: with fewer, whether a ranking holds is not a question
ENOUGH_FOR_A_QUARTER = 8
FIRST = 3  # the communes that everybody reads first
PAIRS = 5_000  # beyond, pairs of communes are sampled
DECIMALS = 9  # scores closer than this are equal: the rest is the noise of additions


@dataclass(frozen=True)
class Removal:
    """What happens when one component leaves the index.

    Parameters
    ----------
    key
        The component left out.
    spearman
        Rank correlation (-1 to 1) with the full index; NaN when all the communes are equal in one of them.
    concordance
        Share (0 to 1) of the pairs of communes that keep their order.
    mover
        Code of the commune that moves most, the first in the order of the table; empty when none moves.
    before, after
        Its ranks, 1 for the highest score.
    """

    key: str
    spearman: float
    concordance: float
    mover: str = ""
    before: float = 0
    after: float = 0


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How firm the ranking of the scored communes is.

    Parameters
    ----------
    index
        The index that is questioned.
    draws
        Number of random weightings.
    """

    index: Index
    draws: int = DRAWS

    @cached_property
    def scored(self) -> pd.Series[float]:
        """The communes that have a score."""
        return self.index.total.dropna()

    @property
    def enough(self) -> bool:
        """Whether there are enough communes to say if the ranking holds."""
        return len(self.scored) >= ENOUGH_TO_JUDGE

    @cached_property
    def ranks(self) -> pd.Series[float]:
        """Rank of each commune, 1 for the highest score; equal scores share the mean of their ranks."""
        return pd.Series(_ranks(_array(self.scored)), index=self.scored.index)

    # -- random weightings ---------------------------------------------------------------

    @cached_property
    def drawn(self) -> Floats:
        """Scores under each random weighting, shape (communes, draws).

        Weights are drawn evenly among all those possible (Dirichlet with every parameter at 1) over the components
        observed; each commune is scored on those that it has.
        """
        keys = self.index.observed
        scores = _array(self.index.scores.loc[self.scored.index, keys])
        weights = np.random.default_rng(SEED).dirichlet(np.ones(len(keys)), size=self.draws).T if keys else None
        if weights is None or not len(scores):
            return np.empty((len(scores), 0))
        known = ~np.isnan(scores)
        return np.asarray(np.where(known, scores, 0) @ weights / (known @ weights), dtype=float)

    @cached_property
    def drawn_ranks(self) -> Floats:
        """Ranks under each random weighting, shape (communes, draws)."""
        return _ranks(self.drawn)

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """For each scored commune its rank, and between which ranks it stands in nine draws out of ten.

        Columns ``rang``, ``bas`` (nearest to 1) and ``haut``: ranks that were drawn, not interpolated.
        """
        if not self.drawn.size:
            return pd.DataFrame({"rang": self.ranks, "bas": self.ranks, "haut": self.ranks})
        low, high = np.quantile(self.drawn_ranks, RANGE, axis=1, method="inverted_cdf")
        return pd.DataFrame({"rang": self.ranks, "bas": low, "haut": high})

    @cached_property
    def agreements(self) -> Floats:
        """Share (0 to 1) of the pairs of communes that keep their order, in each draw."""
        return _concordance(_array(self.scored)[:, None], self.drawn)

    @cached_property
    def quarter(self) -> int:
        """Size of the top quarter; 0 when there are too few communes for one."""
        count = len(self.scored)
        return int(np.ceil(count / 4)) if count >= ENOUGH_FOR_A_QUARTER else 0

    @cached_property
    def kept(self) -> Floats:
        """Share (0 to 1) of the top quarter that stays in it, in each draw; empty when there is no quarter."""
        return self._kept(self.quarter) if self.quarter else np.array([])

    @cached_property
    def presence(self) -> pd.Series[float]:
        """Share (0 to 1) of the draws where each commune is in the top quarter; empty when there is no quarter."""
        if not self.quarter:
            return pd.Series(dtype=float)
        return pd.Series(_first(self.drawn, self.quarter).mean(axis=1), index=self.scored.index)

    @cached_property
    def same_first(self) -> float:
        """Share (0 to 1) of the draws where the three first communes are the same three; NaN for too few communes."""
        return float((self._kept(FIRST) == 1).mean()) if self.enough and self.drawn.size else float("nan")

    def _kept(self, count: int) -> Floats:
        base = _first(_array(self.scored)[:, None], count)
        return np.asarray((_first(self.drawn, count) & base).sum(axis=0) / count)

    # -- one component less --------------------------------------------------------------

    @cached_property
    def removals(self) -> list[Removal]:
        """What each component changes when it is left out, in the order of the components."""
        if len(self.scored) < 2:  # noqa: PLR2004 (a ranking needs two)
            return []
        return [self._without(key) for key in self.index.observed if len(self.index.observed) > 1]

    def _without(self, key: str) -> Removal:
        """Score again without a component the communes that have another one."""
        rest = [k for k in self.index.observed if k != key]
        scores, weights = self.index.scores.loc[self.scored.index, rest], self.index.weights[rest]
        held = (scores.notna() * weights).sum(axis=1)
        left = ((scores.fillna(0) * weights).sum(axis=1) / held.replace(0, np.nan)).dropna()
        base, other = _array(self.scored[left.index]), _array(left)
        before, after = _ranks(base), _ranks(other)
        agreed = float(_concordance(base[:, None], other[:, None])[0])
        moved = np.abs(after - before)
        if not moved.any():
            return Removal(key, _pearson(before, after), agreed)
        place = int(moved.argmax())
        mover = str(left.index[place])
        return Removal(key, _pearson(before, after), agreed, mover, float(before[place]), float(after[place]))


def _array(table: pd.Series[float] | pd.DataFrame) -> Floats:
    return np.asarray(table, dtype=float)


def _ranks(scores: Floats) -> Floats:
    """Return ranks along the first axis, 1 for the highest; equal scores share the mean of their ranks."""
    table = pd.DataFrame(np.round(scores, DECIMALS)).rank(ascending=False)
    return _array(table).reshape(scores.shape)


def _first(scores: Floats, count: int) -> NDArray[np.bool_]:
    """Mark the communes with the highest scores of each column; among equals, the first in the order of the rows."""
    order = np.argsort(-np.round(scores, DECIMALS), axis=0, kind="stable")[:count]
    marks = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(marks, order, values=True, axis=0)
    return marks


def _concordance(base: Floats, others: Floats) -> Floats:
    """Return, for each column of ``others``, the share of the pairs of rows that it orders as ``base`` does."""
    if len(base) < 2:  # noqa: PLR2004 (a pair)
        return np.full(others.shape[1], np.nan)
    one, two = _pairs(len(base))
    base, others = np.round(base, DECIMALS), np.round(others, DECIMALS)
    same = np.sign(base[one] - base[two]) == np.sign(others[one] - others[two])
    return np.asarray(same.mean(axis=0), dtype=float)


def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every pair of rows, or a fixed sample of them when there are very many."""
    if count * (count - 1) // 2 <= PAIRS:
        return np.triu_indices(count, k=1)
    generator = np.random.default_rng(SEED)
    one = generator.integers(0, count, PAIRS)
    return one, (one + generator.integers(1, count, PAIRS)) % count


def _pearson(one: Floats, two: Floats) -> float:
    """Return the correlation of two lists of ranks (Spearman's); NaN when one of them does not vary."""
    if len(one) < 2 or not np.ptp(one) or not np.ptp(two):  # noqa: PLR2004 (two points)
        return float("nan")
    return float(np.corrcoef(one, two)[0, 1])
