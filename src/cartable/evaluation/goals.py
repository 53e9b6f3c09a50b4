"""Goal Attainment Scaling: how far objectives written beforehand were attained.

Kiresuk, T. J. and Sherman, R. E. (1968), « Goal attainment scaling », Community Mental Health Journal, 4, 443-453,
doi:10.1007/BF01530764. The ladder is what people read; the T score goes in an annex, with the profile: a goal passed
may hide another that failed. It compares a territory with what it expected, never with another territory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LADDER = {
    -2: "Bien moins que prévu",
    -1: "Moins que prévu",
    0: "Ce qui était prévu",
    1: "Mieux que prévu",
    2: "Bien mieux que prévu",
}
RHO = 0.30
"""Correlation that the authors assume between goals."""
MIDDLE, SPREAD = 50.0, 10.0


@dataclass(frozen=True)
class Goal:
    """An objective and the five results that were written before the action.

    Parameters
    ----------
    levels
        From −2 to 2: what one would see; 0 is what is expected.
    weight
        How much it matters beside the others, above 0.
    score
        The level that was reached; ``None`` as long as it is not known.

    Raises
    ------
    CartableError
        If a level is missing, two say the same, or the weight or the score cannot be.
    """

    title: str
    levels: Mapping[int, str]
    weight: float = 1.0
    score: int | None = None

    def __post_init__(self) -> None:
        where = wording.typeset(f"Objectif « {self.title} »")
        missing = [LADDER[level].lower() for level in LADDER if not str(self.levels.get(level, "")).strip()]
        if missing or set(self.levels) - set(LADDER):
            raise CartableError(
                wording.typeset(f"{where} : il manque l’échelon « {', '.join(missing) or 'connu'} »."),
                "Écrivez cinq résultats visibles, de −2 à 2, avant de commencer.",
            )
        if len({wording.fold(text) for text in self.levels.values()}) < len(LADDER):
            raise CartableError(
                wording.typeset(f"{where} : deux échelons disent la même chose."),
                "Écrivez cinq résultats que deux personnes distingueraient.",
            )
        if not math.isfinite(self.weight) or self.weight <= 0:
            raise CartableError(
                wording.typeset(f"{where} : le poids {self.weight:g} n’est pas possible."),
                "Donnez un nombre au-dessus de 0.",
            )
        if self.score is not None and self.score not in LADDER:
            raise CartableError(
                wording.typeset(f"{where} : le résultat {self.score} n’est pas un échelon."), "Choisissez de −2 à 2."
            )


def attainment(goals: Sequence[Goal], rho: float = RHO) -> float | None:
    """Return the T score of the goals whose result is known: 50 when all was attained as expected.

    T = 50 + 10·Σ(wᵢxᵢ) / √[(1−ρ)·Σwᵢ² + ρ·(Σwᵢ)²], w the weights, x the levels reached.

    Returns
    -------
    float or None
        ``None`` when no result is known.
    """
    known = [(goal.weight, goal.score) for goal in goals if goal.score is not None]
    if not known:
        return None
    return t_score(known, rho)


def t_score(reached: Sequence[tuple[float, float]], rho: float = RHO) -> float:
    """Return the T score of pairs (weight, level reached); see ``attainment``."""
    weights = [weight for weight, _ in reached]
    under = (1 - rho) * sum(weight**2 for weight in weights) + rho * sum(weights) ** 2
    return MIDDLE + SPREAD * sum(weight * score for weight, score in reached) / math.sqrt(under)


def profile(goals: Sequence[Goal]) -> dict[int, tuple[str, ...]]:
    """Return the goals at each level, from the lowest: what the T score alone would hide."""
    return {level: tuple(goal.title for goal in goals if goal.score == level) for level in LADDER}
