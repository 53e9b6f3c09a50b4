"""Who pays for what: budgets, fundings, and what is left to find, in euros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.roadmap.model import Action, Financement


@dataclass(frozen=True)
class Line:
    """The financing of an action.

    Parameters
    ----------
    budget
        What it costs; ``None`` when nobody wrote it.
    granted, hoped
        What is granted, and what is asked or to be asked.
    """

    action: str
    budget: int | None
    granted: int
    hoped: int

    @property
    def left(self) -> int | None:
        """What nobody pays yet; below 0, the fundings exceed the cost."""
        return None if self.budget is None else self.budget - self.granted - self.hoped


def balance(actions: Iterable[Action], fundings: Iterable[Financement]) -> list[Line]:
    """Return one line for each action, in their order."""
    sums: dict[tuple[str, bool], int] = {}
    for one in fundings:
        place = one.action, one.etat == "acquis"
        sums[place] = sums.get(place, 0) + one.montant
    return [
        Line(action.cle, action.budget, sums.get((action.cle, True), 0), sums.get((action.cle, False), 0))
        for action in actions
    ]
