"""What was voted, by how many, and how much the tables agree."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording

if TYPE_CHECKING:
    from cartable.record.state import State, Thing

SHOW_OF_HANDS = "main-levee"
LEAST = 3
"""Voters from which a dispersion means something."""


@dataclass(frozen=True)
class Line:
    """One paper that was voted on.

    Parameters
    ----------
    rank
        From 1; papers with the same points have the same rank.
    voters
        How many voters gave it points.
    spread
        Standard deviation of the points that each voter gave it, those who gave none counted as 0 (population formula:
        √(Σ(x − m)²/n)); ``None`` under three voters, or by show of hands.
    """

    note: str
    text: str
    points: int
    rank: int
    voters: int
    spread: float | None


@dataclass(frozen=True)
class Result:
    """The result of a ballot.

    Parameters
    ----------
    voters
        How many voted: tables, or 1 for a show of hands.
    warnings
        What makes it doubtful: budget passed, few voters.
    """

    ballot: str
    title: str
    by_hands: bool
    lines: tuple[Line, ...]
    voters: int
    warnings: tuple[str, ...]

    def ties(self) -> tuple[int, ...]:
        """Return the ranks that several papers share."""
        ranks = [line.rank for line in self.lines]
        return tuple(rank for rank in dict.fromkeys(ranks) if ranks.count(rank) > 1)


def ballots(state: State, *, hidden: bool = False) -> list[Result]:
    """Return the ballots of a record, in their order.

    Parameters
    ----------
    hidden
        Those that were not unveiled too: before that, nobody should look.
    """
    return [_result(state, ballot) for ballot in state.all("scrutin") if ballot["devoile"] or hidden]


def _result(state: State, ballot: Thing) -> Result:
    votes = state.points(ballot.id)
    hands = ballot["mode"] == SHOW_OF_HANDS
    voters = sorted({voter for given in votes.values() for voter in given})
    totals = {target: sum(given.values()) for target, given in votes.items()}
    ordered = sorted(totals, key=lambda target: (-totals[target], _text(state, target)))
    lines = tuple(
        Line(
            target, _text(state, target), totals[target], 1 + sum(other > totals[target] for other in totals.values()),
            len(votes[target]), None if hands else _spread([votes[target].get(voter, 0) for voter in voters]),
        )
        for target in ordered
    )  # fmt: skip
    told = tuple(_warnings(state, ballot, votes, voters))
    return Result(ballot.id, str(ballot["titre"] or "Vote"), hands, lines, len(voters), told)


def _spread(points: list[int]) -> float | None:
    return round(statistics.pstdev(points), 2) if len(points) >= LEAST else None


def _text(state: State, target: str) -> str:
    thing = state.things.get(target)
    return str((thing["texte"] or thing["titre"]) if thing else "") or "(papier enlevé)"


def _warnings(state: State, ballot: Thing, votes: dict[str, dict[str, int]], voters: list[str]) -> list[str]:
    """Say who passed the budget, by table and never by name, and whether few voted."""
    if ballot["mode"] == SHOW_OF_HANDS:
        return []
    told = []
    budget = ballot["budget"] if isinstance(ballot["budget"], int) else 3
    for voter in voters:
        table = state.things.get(voter.removeprefix("table:"))
        people = sum((table["roles"] or {}).values()) if table else 0
        given = sum(points.get(voter, 0) for points in votes.values())
        most = budget * max(1, people)
        if given > most:
            name = str(table["nom"]) if table else "Une table"
            told.append(wording.typeset(f"{name} a donné {given} points, au lieu de {most} au plus."))
    if 0 < len(voters) < LEAST:
        told.append(wording.typeset(f"{wording.plural(len(voters), 'table a voté', 'tables ont voté')} : l’écart entre "
                                    "elles ne veut rien dire."))  # fmt: skip
    return told
