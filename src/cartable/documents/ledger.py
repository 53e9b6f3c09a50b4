"""A record as a spreadsheet: one readable sheet for each kind of thing, and everything, exactly, on a hidden one.

What a person changes in the readable sheets is not read back: the hidden sheet alone gives the record again.
"""

from __future__ import annotations

import io
import json
import numbers
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from cartable import wording
from cartable.documents import spreadsheet
from cartable.documents.spreadsheet import Sheet
from cartable.errors import DataError
from cartable.record import events as reading
from cartable.record import frames

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import pandas as pd

    from cartable.documents.spreadsheet import Value
    from cartable.record.events import Event
    from cartable.record.state import State

HIDDEN = "carnet"
PIECE = 30_000  # characters: a cell holds 32 767
LONGEST_CELL = 2_000
CUT = "… (texte entier dans le carnet)"
MOST_BYTES = 200_000_000
TITLES = {
    "seance": "Séances", "table": "Tables", "tableau": "Tableaux", "groupe": "Groupes", "scrutin": "Scrutins",
    "vote": "Votes", "decision": "Décisions", "theme": "Thèmes", "photo": "Photos",
    "fiche": "Fiches",
}  # fmt: skip
NAMES = {
    "note": "Repère", "seance": "Séance", "date": "Date", "etape": "Étape", "tableau": "Tableau", "canevas": "Canevas",
    "table": "Table", "zone": "Zone", "numero": "N°", "texte": "Texte", "role": "Rôle", "couleur": "Couleur",
    "symbole": "Symbole", "groupe": "Groupe", "points": "Points", "id": "Repère", "titre": "Titre", "nom": "Nom",
}  # fmt: skip
WIDTHS = {"texte": 70.0, "titre": 40.0, "seance": 26.0, "tableau": 30.0, "groupe": 24.0, "numero": 7.0, "points": 8.0}
ABOUT = (
    "Ce classeur contient tout le carnet de démarche. Les feuilles se lisent, se trient et s’impriment. "
    "Pour reprendre le carnet dans Cartable, importez ce fichier : les changements faits dans les feuilles ne sont pas "
    "repris. Les photos n’y sont pas : l’export JSON les contient."
)
REMEDY = "Reprenez le fichier écrit par « cartable carnet exporter », sans en supprimer de feuille."


def workbook(state: State, edition: dt.date) -> bytes:
    """Return a record as an XLSX file."""
    process = state.process
    title = str(process["titre"]) if process and process["titre"] else "Carnet de démarche"
    mention = f" · {state.mention}" if state.mention else ""
    foot = f"{title[:80]}{mention} · Édition du {wording.date(edition)}"
    made = spreadsheet.book(_sheets(state, title, mention), title, edition, foot)
    hidden = made.create_sheet(HIDDEN)
    hidden.sheet_state = "hidden"
    for row in _pieces(state):
        hidden.append(row)
    return spreadsheet.saved(made)


def notes_csv(state: State) -> bytes:
    """Return the notes as CSV, texts whole."""
    return spreadsheet.delimited(_table("Papiers", frames.notes(state), whole=True))


def _sheets(state: State, title: str, mention: str) -> Iterator[Sheet]:
    yield Sheet("Lisez-moi", (("Carnet de démarche", 100.0),), ((f"{title}{mention}",), (wording.typeset(ABOUT),)))
    yield _table("Papiers", frames.notes(state))
    for kind, frame in frames.tables(state).items():
        if kind in TITLES and len(frame):
            yield _table(TITLES[kind], frame)


def _table(title: str, frame: pd.DataFrame, *, whole: bool = False) -> Sheet:
    names = [str(name) for name in frame.columns]
    columns = tuple((NAMES.get(name, name.capitalize().replace("_", " ")), WIDTHS.get(name, 16.0)) for name in names)
    rows = tuple(tuple(_cell(value, whole=whole) for value in row) for row in frame.itertuples(index=False))
    return Sheet(title, columns, rows)


def _cell(value: Any, *, whole: bool) -> Value:  # noqa: ANN401 (whatever a record holds)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, numbers.Real):  # those of numpy too
        if value != value:  # noqa: PLR0124 (NaN)
            return None
        return int(value) if isinstance(value, numbers.Integral) else float(value)
    if value is None or str(value) == "<NA>":
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if whole or len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + CUT


def _pieces(state: State) -> Iterator[tuple[str, int, str]]:
    """Cut each event in pieces that fit in a cell; in ASCII, so that no character is refused."""
    for event in state.events:
        text = json.dumps(event.plain())
        for rank, start in enumerate(range(0, len(text), PIECE)):
            # A quote first: a piece may begin with what looks like a formula.
            yield event.id, rank, "'" + text[start : start + PIECE]


def read(content: bytes, file: str) -> tuple[Event, ...]:
    """Return the events of an XLSX file written by ``workbook``.

    Parameters
    ----------
    file
        Its name, for the messages.

    Raises
    ------
    DataError
        If it is not one, or was cut or changed.
    """
    texts: dict[str, list[str]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise DataError(f"Le fichier « {file} » est trop gros une fois décompressé.", REMEDY)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if HIDDEN not in book.sheetnames:
            raise DataError(f"Le fichier « {file} » n’est pas un carnet exporté par Cartable.", REMEDY)
        for identifier, _, piece in book[HIDDEN].iter_rows(values_only=True):
            texts.setdefault(str(identifier), []).append(str(piece)[1:])
        return tuple(reading.read(json.loads("".join(pieces))) for pieces in texts.values())
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise DataError(f"Le fichier « {file} » est abîmé, ou n’est pas un classeur.", REMEDY) from error
