"""The record as tables for pandas: one row for each note, one table for each kind of thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cartable.record.events import THINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.record.state import State, Thing

COLUMNS = (
    "note", "seance", "date", "etape", "tableau", "canevas", "table", "zone", "numero", "texte", "role", "couleur",
    "symbole", "groupe", "points",
)  # fmt: skip


def notes(state: State) -> pd.DataFrame:
    """Return the notes that are not deleted, in the order in which they were written.

    Columns are those of ``COLUMNS``: the note's identifier, title, date and step of its session, title of its board,
    canvas, name of its table, zone, printed number, text, role, colour, symbol, title of its group, points received.
    """
    points = _points(state)
    rows = [_row(state, note, points) for note in state.all("note")]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"numero": "Int64", "points": "int64"})


def _row(state: State, note: Thing, points: Mapping[str, int]) -> dict[str, Any]:
    board = _named(state, note["tableau"])
    session = _named(state, board.get("seance"))
    table = _named(state, note["table"] or board.get("table"))
    group = _named(state, note["groupe"])
    number = note["numero"]
    return {
        "note": note.id,
        "seance": _text(session.get("titre")),
        "date": _text(session.get("date")),
        "etape": _text(session.get("etape")),
        "tableau": _text(board.get("titre")),
        "canevas": _text(board.get("canevas")),
        "table": _text(table.get("nom")),
        **{name: _text(note[name]) for name in ("zone", "texte", "role", "couleur", "symbole")},
        "numero": number if isinstance(number, int) else pd.NA,
        "groupe": _text(group.get("titre")),
        "points": points.get(note.id, 0),
    }


def _named(state: State, identifier: object) -> Mapping[str, Any]:
    found = state.things.get(str(identifier))
    return found.fields if found else {}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _points(state: State) -> dict[str, int]:
    """Return the points of each target, all the unveiled ballots together."""
    found: dict[str, int] = {}
    for ballot in state.all("scrutin", devoile=True):
        for target, voters in state.points(ballot.id).items():
            found[target] = found.get(target, 0) + sum(voters.values())
    return found


def tables(state: State) -> dict[str, pd.DataFrame]:
    """Return one table for each kind of thing, deleted ones left out, with its identifier and every field written."""
    found = {}
    for kind in THINGS:
        things = [thing for thing in state.things.values() if thing.kind == kind and not thing.deleted]
        names = dict.fromkeys(name for thing in things for name in thing.fields)
        rows = [{"id": thing.id, **{name: thing[name] for name in names}} for thing in things]
        found[kind] = pd.DataFrame(rows, columns=["id", *names])
    return found
