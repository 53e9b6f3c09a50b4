"""Actions in time: those that wait for others, without going round in circles."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.roadmap.model import Action


def cycle(actions: Sequence[Action]) -> tuple[str, ...]:
    """Return the keys of actions that wait for each other in a circle, the first repeated last; empty if none do."""
    try:
        TopologicalSorter({action.cle: action.apres for action in actions}).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def late(actions: Sequence[Action]) -> list[tuple[Action, Action]]:
    """Return the pairs (action, awaited) where an action begins before what it waits for has ended."""
    known = {action.cle: action for action in actions}
    pairs = [(action, known[key]) for action in actions for key in action.apres if key in known]
    return [(one, other) for one, other in pairs if one.debut and other.fin and one.debut < other.fin]
