"""Who was heard: by family of roles and by table, never by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable.record.roles import LEAST, ROLES

if TYPE_CHECKING:
    from cartable.record.state import State, Thing

UNSAID = "Rôle non dit"
HOST = "animation"
"""The role of whoever runs the session: nobody expects it around a table."""


@dataclass(frozen=True)
class Voices:
    """Papers by role and by table.

    Parameters
    ----------
    roles
        Name of the role → (people present, papers); someone who came to two sessions counts twice. People are ``None``
        when it was not noted, or when they are fewer than five.
    tables
        Name of the table → papers.
    silent
        Roles that were there and of which no paper says it speaks.
    absent
        Roles that were not there, when those present were noted.
    """

    roles: dict[str, tuple[int | None, int]]
    tables: dict[str, int]
    silent: tuple[str, ...]
    absent: tuple[str, ...]


def voices(state: State, session: str | None = None) -> Voices:
    """Return who was heard, in a session or in all of them.

    Parameters
    ----------
    session
        Its identifier.
    """
    boards = {one.id: one for one in state.all("tableau") if session is None or one["seance"] == session}
    notes = [one for one in state.all("note") if one["tableau"] in boards]
    tables = [one for one in state.all("table") if session is None or one["seance"] == session]
    present = _present(tables)
    papers = {role: sum(note["role"] == role for note in notes) for role in ROLES}
    roles = {
        ROLES[role]: (_masked(present.get(role)), papers[role])
        for role in ROLES
        if present.get(role) or papers[role]
    }  # fmt: skip
    unsaid = sum(note["role"] not in ROLES for note in notes)
    if unsaid:
        roles[UNSAID] = (None, unsaid)
    return Voices(
        roles,
        _by_table(notes, boards, state),
        tuple(ROLES[role] for role, count in present.items() if count and not papers[role]),
        tuple(name for role, name in ROLES.items() if present and role != HOST and not present.get(role)),
    )


def _present(tables: list[Thing]) -> dict[str, int]:
    """Return how many people of each role were noted, all tables together."""
    found: dict[str, int] = {}
    for table in tables:
        for role, count in (table["roles"] or {}).items():
            if role in ROLES and isinstance(count, int):
                found[role] = found.get(role, 0) + count
    return found


def _masked(count: int | None) -> int | None:
    return count if count is not None and count >= LEAST else None


def _by_table(notes: list[Thing], boards: dict[str, Thing], state: State) -> dict[str, int]:
    found: dict[str, int] = {}
    for note in notes:
        own = state.things.get(str(note["table"] or boards[note["tableau"]]["table"]))
        name = str(own["nom"]) if own else "Toute la séance"
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))
