"""Two EPCIs side by side: the same indicators, the same years, one scale; differences in words, never a winner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cartable import classes, wording
from cartable.errors import CartableError
from cartable.portrait import CLOSE, Portrait, portrait

if TYPE_CHECKING:
    from cartable.atlas import Atlas
    from cartable.indicators import Indicator
    from cartable.territory import Territory

ALIKE = 1.1  # two counts whose ratio is below are said to be near
NO_MEANING = frozenset({"nombre_65_plus"})  # a count that only repeats the size of the territory


@dataclass(frozen=True)
class Comparison:
    """Two portraits made from the same tables."""

    first: Portrait
    second: Portrait

    @property
    def portraits(self) -> tuple[Portrait, Portrait]:
        """Both, in the order asked for."""
        return self.first, self.second

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators at hand on both sides."""
        return [i for i in self.first.indicators if i in self.second.indicators and i.key not in NO_MEANING]

    def difference(self, indicator: Indicator) -> str:
        """Say how the first stands against the second: « 4,2 points de plus », « 6,8 fois moins », « proche »."""
        mine, other = (p.totals[indicator.key] for p in self.portraits)
        if np.isnan(mine) or np.isnan(other):
            return "ne se compare pas"
        if indicator.unit == "%":
            return _points(mine - other)
        if indicator.unit == "€ par an":
            return _amount(mine - other, indicator)
        return _times(mine, other)

    def reading(self) -> list[str]:
        """Say what brings the two territories together and what sets them apart, counts first."""
        names = [p.territory.name for p in self.portraits]
        people = [wording.plural(p.territory.population, "habitant") for p in self.portraits]
        sentences = [f"{names[0]} : {people[0]}. {names[1]} : {people[1]}."]
        shares = [i for i in self.indicators if i.unit == "%"]
        said = {i: self.difference(i) for i in shares}
        near = [i.label for i in shares if said[i] == "proche"]
        far = [f"{i.label} : {said[i]}" for i in shares if said[i] not in {"proche", "ne se compare pas"}]
        if near:
            sentences.append(f"Ce qui les rapproche : {wording.join(near)}.")
        if far:
            sentences.append(f"Ce qui les distingue, pour {names[0]} : {' ; '.join(far)}.")
        sentences.append("Une différence ne dit pas qui a raison : elle dit quoi se demander l’un à l’autre.")
        return sentences

    def bounds(self, indicator: Indicator) -> list[float]:
        """Return the classes of the communes of both territories together: one scale for two maps."""
        values = np.concatenate([p.table[indicator.key].to_numpy(dtype=float) for p in self.portraits])
        return classes.bounds(values)


def _points(gap: float) -> str:
    if abs(gap) <= CLOSE:
        return "proche"
    side = "de plus" if gap > 0 else "de moins"
    return f"{wording.number(100 * abs(gap), 1)}{wording.NBSP}points {side}"


def _amount(gap: float, indicator: Indicator) -> str:
    return f"{indicator.text(abs(gap))} de {'plus' if gap > 0 else 'moins'}"


def _times(mine: float, other: float) -> str:
    if not mine or not other:
        return "ne se compare pas"
    ratio = max(mine, other) / min(mine, other)
    if ratio < ALIKE:
        return "proche"
    return f"{wording.number(ratio, 1)}{wording.NBSP}fois {'plus' if mine > other else 'moins'}"


def compare(
    first: str | Territory, second: str | Territory, tables: Atlas | None = None, *, public: bool = False
) -> Comparison:
    """Return two territories side by side.

    Raises
    ------
    CartableError
        If they are the same, or if one is invented and the other is not.
    UnknownTerritoryError
        If one of them is not found.
    """
    mine, other = (portrait(query, tables, public=public) for query in (first, second))
    if mine.territory.siren == other.territory.siren:
        raise CartableError(
            f"Les deux noms désignent le même EPCI : {mine.territory.name}.", "Choisissez un autre territoire."
        )
    if mine.territory.fictional != other.territory.fictional:
        raise CartableError(
            "Un territoire inventé ne se compare pas à un territoire réel.",
            "Choisissez deux EPCI de France, ou les deux EPCI fictifs.",
        )
    return Comparison(mine, other)
