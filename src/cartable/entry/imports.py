"""Lists and workbooks of notes: whatever their columns, in French, nothing computed and nothing lost.

Three shapes are recognised: one line a note, with columns (zone, numéro, texte, table, rôle, points) that a heading
names or that their content tells; one column a zone; one column of lines in the grammar of ``lines``.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.entry.lines import BREAKS, LONGEST_NAME, Entered, Reader
from cartable.errors import CartableError, DataError
from cartable.sources import unpacking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cartable.canvas.model import Canvas

Row = tuple[int, list[str]]
MOST_BYTES = 20_000_000
MOST_UNPACKED = 100_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHEETS = 40
LONGEST_CELL = 5_000_000
SAMPLE = 50  # rows: enough to guess what the columns are
MOSTLY = 0.6
RARELY, LOOKED_AT, FIRST_SHOWN = 0.1, 2_000, 32  # a text has few control characters
SEPARATORS = ";\t,|"
REMEDY = "Enregistrez la liste en XLSX ou en CSV depuis votre tableur, puis choisissez ce fichier."
NAMES: Mapping[str, frozenset[str]] = {
    "zone": frozenset({"zone", "prefixe", "case", "zones", "colonne"}),
    "numero": frozenset({"numero", "n", "no", "num", "numero de case", "n de case"}),
    "texte": frozenset({"texte", "papier", "note", "papiers", "notes", "post it", "postit", "idee", "contenu"}),
    "table": frozenset({"table", "groupe de table", "tablee"}),
    "role": frozenset({"role", "qui", "famille", "role de la personne"}),
    "points": frozenset({"points", "point", "votes", "vote", "gommettes", "pastilles"}),
}  # fmt: skip
"""Field → names of its column, folded."""


@dataclass(frozen=True)
class Shape:
    """What the columns of a list are.

    Parameters
    ----------
    fields
        Field → rank of its column.
    zones
        Rank → key of the zone, when each column is a zone.
    heading
        Whether the first row is a heading.
    width
        Number of columns.
    """

    fields: Mapping[str, int]
    zones: Mapping[int, str]
    heading: bool
    width: int


def from_file(content: bytes, name: str, canvas: Canvas) -> Entered:
    """Read a list (CSV, text) or a workbook (XLSX) of notes.

    Raises
    ------
    DataError
        If it is not one, or is damaged or far too big.
    """
    file = name.replace("\\", "/").rsplit("/", 1)[-1][:120] or "liste"
    if len(content) > MOST_BYTES:
        limit = wording.number(MOST_BYTES // 1_000_000)
        raise _refuse(file, f"il dépasse {limit} Mo", "Gardez-y seulement les papiers.")
    reader = Reader(canvas)
    if content[:2] == b"PK":
        _read_workbook(content, file, reader)
    else:
        _read_text(_text(content, file), reader)
    if not reader.notes:
        raise _refuse(file, "aucun papier n’y a été trouvé")
    return reader.entered()


def _refuse(file: str, what: str, remedy: str = REMEDY) -> DataError:
    return DataError(wording.typeset(f"Fichier « {file} » : {what}."), remedy)


# --- Texts ----------------------------------------------------------------------------------------------------------


def _text(content: bytes, file: str) -> str:
    """Return the text of a file; a note may begin with « < » or « { », a page from a site may not."""
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    shielded = head[:1] in {b"<", b"{", b"["} and not head.startswith((b"<!doctype", b"<html", b"<?xml"))
    try:
        if shielded:
            # Only the beginning is looked at: blank lines put the rest out of sight.
            blank = unpacking.START + 1
            return unpacking.text(b"\n" * blank + content.removeprefix(b"\xef\xbb\xbf"), file)[blank:]
        found = unpacking.text(content, file)
    except CartableError as error:
        raise DataError(error.message, REMEDY) from error
    if sum(ord(c) < FIRST_SHOWN and c not in "\t\n" for c in found[:LOOKED_AT]) > RARELY * len(found[:LOOKED_AT]):
        raise _refuse(file, "ce n’est pas du texte")
    return found


def delimited(content: bytes, file: str) -> list[Row]:
    """Return the rows of a CSV file, whatever its encoding; the separator is that of its first line.

    Raises
    ------
    DataError
        If it is not text.
    """
    lines = _text(content, file).split("\n")
    separator = max(SEPARATORS, key=lines[0].count)
    return list(_records(lines, separator, None))


def _read_text(text: str, reader: Reader) -> None:
    lines = text.split("\n")
    best = max((_shape_of(lines, separator, reader) for separator in SEPARATORS), key=lambda found: found[0])
    score, separator = best
    if score <= 0:
        for number, line in enumerate(BREAKS.split(text), 1):
            reader.line(number, line)
        return
    _read_rows(list(_records(lines, separator, reader)), reader)


def _shape_of(lines: Sequence[str], separator: str, reader: Reader) -> tuple[float, str]:
    """Tell how much a text looks like columns: those that are recognised, and the same number on each line."""
    sample = list(islice(_records(lines[:SAMPLE], separator, None), SAMPLE))
    widths = Counter(len(cells) for _, cells in sample)
    if not sample or max(widths) < 2:  # noqa: PLR2004 (one column is not columns)
        return 0.0, separator
    shape = _shape(sample, reader)
    steady = widths.most_common(1)[0][1] / len(sample)
    known = len(shape.fields) + len(shape.zones)
    if shape.heading and (known > 1 or (steady > MOSTLY and separator in ";\t")):
        return 10.0 + known, separator
    # A sentence has commas too: without a heading, only a column of zones tells that these are columns.
    return (steady if steady > MOSTLY and "zone" in shape.fields else 0.0), separator


def _records(lines: Sequence[str], separator: str, reader: Reader | None) -> Iterator[Row]:
    """Cut lines into cells; where quotation marks do not close, the line is cut without them, and that is said."""
    start = 0
    while start < len(lines):
        taken, cells = _record(lines, start, separator)
        if not cells:
            cells, taken = next(csv.reader([lines[start]], delimiter=separator, quoting=csv.QUOTE_NONE)), 1
            if reader:
                reader.warn(start + 1, "Des guillemets ne sont pas refermés.", "Le papier est gardé ; relisez-le.")
        if any(cell.strip() for cell in cells):
            yield start + 1, cells
        start += taken


def _record(lines: Sequence[str], start: int, separator: str) -> tuple[int, list[str]]:
    """Return how many lines a record takes and its cells, none if its quotation marks do not close."""
    if '"' not in lines[start]:
        return 1, lines[start].split(separator) if lines[start] else [""]
    reader = csv.reader((f"{line}\n" for line in lines[start : start + SAMPLE]), delimiter=separator, strict=True)
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return max(1, reader.line_num), next(reader)
    except (csv.Error, StopIteration):
        return 1, []
    finally:
        csv.field_size_limit(before)


# --- Workbooks ------------------------------------------------------------------------------------------------------


def workbook(content: bytes, file: str) -> tuple[list[tuple[str, list[Row]]], bool]:
    """Return the sheets of a workbook that are not hidden, and whether it has macros (never run).

    Returns
    -------
    tuple
        (Title, rows) of each sheet, a row being its number and its cells as texts; whether there are macros.

    Raises
    ------
    DataError
        If it is not a workbook, or is damaged, protected or far too big.
    """
    if not unpacking.is_workbook(content):
        raise _refuse(file, "c’est une archive, ou un classeur abîmé")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise _refuse(file, "une fois décompressé, il est bien trop gros")
        sheets = _sheets(content)
    except unpacking.DAMAGE as error:
        raise _refuse(file, "le classeur est abîmé ou protégé") from error
    return sheets, any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries)


def _read_workbook(content: bytes, file: str, reader: Reader) -> None:
    """Read every sheet that is not hidden, one after the other; a sheet named after a table gives it to its notes."""
    sheets, macros = workbook(content, file)
    if macros:
        reader.warn(0, "Ce classeur contient des macros : elles n’ont été ni lues ni lancées.", "")
    several = len(sheets) > 1
    for title, rows in sheets:
        if len(rows) >= MOST_ROWS:
            reader.warn(MOST_ROWS, f"La feuille « {title} » a plus de {wording.number(MOST_ROWS)} lignes.",
                        "La suite n’est pas lue : partagez-la en plusieurs fichiers.")  # fmt: skip
        if several:
            reader.table = title if wording.fold(title).startswith("table") else ""
        _read_rows(rows, reader)


def _sheets(content: bytes) -> list[tuple[str, list[Row]]]:
    import openpyxl  # noqa: PLC0415 (slow to import)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not know
        # Formulas as they are written: what a spreadsheet computed from them is not what someone wrote on a paper.
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
        return [(sheet.title, _rows(sheet)) for sheet in shown]


def _rows(sheet: Any) -> list[Row]:  # noqa: ANN401 (openpyxl has two kinds of sheets)
    values = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    rows = ((number, [_cell(value) for value in row]) for number, row in enumerate(values, 1))
    return [(number, cells) for number, cells in rows if any(cells)]


def _cell(value: object) -> str:
    """Write a cell as it was typed: whole numbers without a point, formulas as texts."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(getattr(value, "text", value)).strip()  # a matrix formula carries its text


# --- Rows -----------------------------------------------------------------------------------------------------------


def _read_rows(rows: Sequence[Row], reader: Reader) -> None:
    if not rows:
        return
    shape = _shape(rows[:SAMPLE], reader)
    body = rows[1:] if shape.heading else rows
    if shape.heading:
        _say_unknown(rows[0], shape, reader)
    for line, cells in body:
        clean = [unmasked(cell.strip()).strip() for cell in cells]
        if shape.zones:
            _read_columns(line, clean, shape.zones, reader)
        elif "texte" in shape.fields:
            _read_fields(line, clean, shape, reader)
        else:
            for cell in clean:
                reader.line(line, cell)


def unmasked(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from computing a text."""
    from cartable.documents.spreadsheet import inert  # noqa: PLC0415 (slow to import)

    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell


def _say_unknown(heading: Row, shape: Shape, reader: Reader) -> None:
    used = {*shape.fields.values(), *shape.zones}
    left = [cell.strip()[:40] for rank, cell in enumerate(heading[1]) if cell.strip() and rank not in used]
    if left:
        named = wording.join([f"« {name} »" for name in left])
        reader.warn(heading[0], f"Colonnes laissées de côté : {named}.",
                    "Pour en garder une, nommez-la zone, numéro, texte, table, rôle ou points.")  # fmt: skip


def _shape(rows: Sequence[Row], reader: Reader) -> Shape:
    """Recognise columns by their heading, else by what they hold."""
    first = [wording.fold(cell) for cell in rows[0][1]]
    width = len(first)
    fields: dict[str, int] = {}
    for rank, name in enumerate(first):
        found = next((key for key, names in NAMES.items() if name in names), None)
        if found and found not in fields:
            fields[found] = rank
    if "texte" in fields:
        return Shape(fields, {}, heading=True, width=width)
    zones = {rank: key for rank, cell in enumerate(rows[0][1]) if cell.strip() and (key := reader.named(cell)[0])}
    titled = sum(len(cell.strip()) > 3 for rank, cell in enumerate(rows[0][1]) if rank in zones)  # noqa: PLR2004
    if len(zones) > 1 and (titled or len(zones) == sum(bool(cell.strip()) for cell in rows[0][1])):
        return Shape({}, zones, heading=True, width=width)
    return Shape(_guess(rows, reader), {}, heading=False, width=max(len(cells) for _, cells in rows))


def _guess(rows: Sequence[Row], reader: Reader) -> dict[str, int]:
    """Guess the columns of a list without a heading: that of zones, that of numbers, and the longest, that of texts."""
    columns = _columns(rows)
    zone = next((rank for rank, cells in columns.items() if _mostly(cells, lambda cell: reader.named(cell)[0])), None)
    others = [rank for rank in columns if rank != zone]
    if zone is None or not others:
        return {}
    text = max(others, key=lambda rank: sum(map(len, columns[rank])) / len(columns[rank]))
    found = {"zone": zone, "texte": text}
    for rank in others:
        if rank != text and _mostly(columns[rank], re.compile(r"\d{1,3}").fullmatch):
            found.setdefault("numero", rank)
    return found


def _columns(rows: Sequence[Row]) -> dict[int, list[str]]:
    """Return the cells of each column, empty ones left out; and no empty column."""
    found: dict[int, list[str]] = {}
    for _, cells in rows:
        for rank, cell in enumerate(cells):
            if cell.strip():
                found.setdefault(rank, []).append(cell.strip())
    return dict(sorted(found.items()))


def _mostly(cells: Sequence[str], test: Callable[[str], object]) -> bool:
    return sum(bool(test(cell)) for cell in cells) > MOSTLY * len(cells)


def _read_columns(line: int, cells: Sequence[str], zones: Mapping[int, str], reader: Reader) -> None:
    for rank, cell in enumerate(cells):
        if not cell:
            continue
        if rank in zones:
            reader.add(line, zones[rank], cell)
        else:
            reader.zone = ""
            reader.line(line, cell)


def _read_fields(line: int, cells: Sequence[str], shape: Shape, reader: Reader) -> None:
    said = {name: cells[rank] if rank < len(cells) else "" for name, rank in shape.fields.items()}
    text = said.get("texte", "")
    if extra := [cell for cell in cells[shape.width :] if cell]:
        text = " ; ".join([text, *extra])
        reader.warn(line, "Cette ligne a plus de cellules que les titres.",
                    "Le séparateur est sans doute aussi dans le texte : relisez ce papier.")  # fmt: skip
    if not text:
        if any(said.get(name) for name in ("zone", "numero", "points")):
            reader.warn(line, "Cette ligne n’a pas de texte.", "Complétez-la, ou effacez-la.")
        return
    if said.get("table"):
        reader.table = said["table"][:LONGEST_NAME]
    _add(line, said, text, reader)


def _add(line: int, said: Mapping[str, str], text: str, reader: Reader) -> None:
    """Add the note of a row: its zone is in its column, or in the prefix of its text, or that of the row before."""
    role = reader.role(line, said["role"]) if said.get("role") else ""
    points = _whole(line, "points", said.get("points", ""), reader) or 0
    number = _whole(line, "numéro", said.get("numero", ""), reader)
    if "zone" not in said:
        before = len(reader.notes)
        for part in text.split("\n"):
            reader.line(line, part)
        _complete(reader, before, number, role, points)
        return
    if said["zone"]:
        key, in_zone = reader.named(said["zone"])
        number = number if number is not None else in_zone
        if not key:
            reader.zone = ""
            where = said["zone"].replace("]", "").strip()[:LONGEST_NAME]
            reader.keep(line, f"[{where}] {text}", f"« {where} » n’est pas une zone de ce canevas.")
            return
        reader.zone = key
    reader.add(line, reader.zone, text, number, role=role, points=points)


def _complete(reader: Reader, before: int, number: int | None, role: str, points: int) -> None:
    """Give the notes just read what the other columns of their row say."""
    for rank in range(before, len(reader.notes)):
        note = reader.notes[rank]
        reader.notes[rank] = replace(
            note, numero=note.numero if note.numero is not None else number, role=note.role or role,
            points=note.points or points,
        )  # fmt: skip


def _whole(line: int, name: str, said: str, reader: Reader) -> int | None:
    found = re.fullmatch(r"[^\W\d_]{0,3}\s*([0-9]{1,3})(?:[.,]0+)?", said.strip())
    if said.strip() and not found:
        reader.warn(line, f"« {said[:40]} » n’est pas un nombre ({name}).", "Le papier est gardé sans lui.")
    return int(found[1]) if found else None
