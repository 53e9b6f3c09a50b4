"""What comes back from one session to the next, or from one table to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cartable.synthesis import words

if TYPE_CHECKING:
    import pandas as pd

LEAST_NOTES = 3
MOST = 12


@dataclass(frozen=True)
class Recurring:
    """A word, or two, that come back.

    Parameters
    ----------
    said
        As people wrote it most.
    notes
        Identifiers of the papers that say it.
    sessions, tables
        Titles and names of those where it was said.
    """

    said: str
    notes: tuple[str, ...]
    sessions: tuple[str, ...]
    tables: tuple[str, ...]


def recurring(notes: pd.DataFrame, sessions: int = 2) -> list[Recurring]:
    """Return the words said in several sessions, those of the most sessions and tables first.

    Parameters
    ----------
    notes
        Columns ``note``, ``texte``, ``seance`` and ``table``.
    sessions
        In how many at least.
    """
    spoken = words.surface(notes["texte"])
    found: dict[str, list[tuple[str, str, str]]] = {}
    rows = zip(notes["note"], notes["texte"], notes["seance"], notes["table"], strict=True)
    for note, text, session, table in rows:
        roots = words.stems(text)
        for term in dict.fromkeys([*roots, *(f"{a} {b}" for a, b in pairwise(roots))]):
            found.setdefault(term, []).append((note, session, table))
    kept = [_one(term, said, spoken) for term, said in found.items() if len(said) >= LEAST_NOTES]
    kept = [one for one in kept if len(one.sessions) >= sessions]
    kept.sort(key=lambda one: (-len(one.sessions), -len(one.tables), -len(one.notes), one.said))
    return _without_parts(kept)[:MOST]


def _one(term: str, said: list[tuple[str, str, str]], spoken: dict[str, str]) -> Recurring:
    return Recurring(
        " ".join(spoken.get(root, root) for root in term.split()),
        tuple(note for note, *_ in said),
        tuple(dict.fromkeys(session for _, session, _ in said if session)),
        tuple(sorted({table for *_, table in said if table})),
    )


def _without_parts(found: list[Recurring]) -> list[Recurring]:
    """Leave out a word that is only ever said inside a pair that is kept."""
    pairs = [one for one in found if " " in one.said]
    return [one for one in found if " " in one.said or not any(_inside(one, pair) for pair in pairs)]


def _inside(one: Recurring, pair: Recurring) -> bool:
    return one.said in pair.said.split() and len(pair.notes) == len(one.notes)
