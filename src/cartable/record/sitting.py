"""Opening a session in a record: its tables, and the boards that they fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.canvas.signs import COLOURS, SYMBOLS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from cartable.canvas.model import Canvas
    from cartable.record import Record
    from cartable.record.events import Kind
    from cartable.record.state import State, Thing


def open_session(
    record: Record, title: str, day: dt.date, *, stage: str = "", model: str = "", tables: int = 1,
    canvases: Iterable[Canvas] = (),
) -> str:  # fmt: skip
    """Open a session and return its identifier; what is there already is left as it is, and what lacks is added.

    A canvas of a group has one board by table; the others have one for the session.

    Parameters
    ----------
    stage
        Of the programme: « E2 ».
    model
        Name of the session of the kit that it follows.
    tables
        How many there are.

    Raises
    ------
    cartable.errors.CartableError
        If the disk refuses.
    """
    own = _found(record, "seance", {"titre": title, "date": day.isoformat()}, {"etape": stage, "modele": model})
    groups = [_table(record, own, number) for number in range(1, tables + 1)]
    for canvas in canvases:
        for table in groups if canvas.exemplaires == "groupe" else [None]:
            where = {"canevas": canvas.slug, "seance": own, "table": table}
            _found(record, "tableau", where, {"titre": canvas.titre})
    return own


def named(state: State, board: Thing) -> list[str]:
    """Return what names a board for a person: its title, or its canvas, its table and its session, if it has them."""
    table, session = (state.things.get(str(board[name])) for name in ("table", "seance"))
    parts = [board["titre"] or board["canevas"] or "Tableau", table and table["nom"], session and session["titre"]]
    return [str(part or "") for part in parts]


def _table(record: Record, session: str, number: int) -> str:
    """Open a table, told from the others by its name, its colour and its symbol."""
    colours, symbols = list(COLOURS), list(SYMBOLS)
    look = {"couleur": colours[(number - 1) % len(colours)], "symbole": symbols[(number - 1) % len(symbols)]}
    return _found(record, "table", {"seance": session, "nom": f"Table {number}"}, look)


def _found(record: Record, kind: Kind, wanted: Mapping[str, object], more: Mapping[str, object]) -> str:
    """Return what is already in the record, or write it."""
    same = record.state.all(kind, **wanted)
    if same:
        return same[0].id
    return record.write(kind, **wanted, **{name: value for name, value in more.items() if value}).objet
