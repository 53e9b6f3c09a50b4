"""The registers as a workbook: one sheet each, to be filled in on any spreadsheet, then read back.

Headings are the names that people read. A row with a mistake is explained by its sheet, its row and its column, and
does not stop the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartable import fields, forms, registers, wording
from cartable.documents import spreadsheet
from cartable.documents.spreadsheet import Sheet
from cartable.entry import imports
from cartable.errors import DataError
from cartable.manuscript import Problem
from cartable.registers import REGISTERS, Taken

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from cartable.roadmap.model import Entry

TITLE = "Fiches de la démarche"
ABOUT = (
    "Une feuille par registre, une ligne par fiche. Laissez vide ce que vous ne savez pas. Le repère (A1, C2…) relie "
    "les fiches entre elles. Plusieurs valeurs dans une case : séparez-les par un point-virgule. Une date : 30/11/2026."
)
WIDTHS = {"long": 48.0, "texte": 30.0, "liste": 30.0, "date": 14.0, "choix": 20.0}
MARK = " : "
"""Between the name of a field of marks and one of its questions."""


def write(taken: Taken, edition: dt.date, mention: str = "") -> bytes:
    """Return the workbook of what is known; what is not has its headings, ready to be filled in."""
    lines = (ABOUT, *(f"{one.title} : {one.help}" for one in fields.SHOWN.values()))
    about = Sheet("Lisez-moi", (("Comment remplir", 110.0),), tuple((line,) for line in (mention, *lines) if line))
    sheets = [_sheet(name, taken.entries.get(name, ())) for name in REGISTERS]
    return spreadsheet.saved(spreadsheet.book((about, *sheets), TITLE, edition, TITLE))


def _sheet(register: str, entries: Sequence[Entry]) -> Sheet:
    columns = tuple(
        (heading, WIDTHS.get(forms.kind(register, field), 12.0)) for heading, field, _ in _columns(register)
    )
    rows = tuple(tuple(_cells(register, entry)) for entry in entries)
    return Sheet(name(register), columns, rows)


def name(register: str) -> str:
    """Return the name of the sheet of a register: letters and spaces only, 31 at most."""
    plain = "".join(c for c in fields.SHOWN[register].title if c.isalnum() or c in " -,’")
    return plain.strip()[:31].strip()


def _columns(register: str) -> Iterator[tuple[str, str, str]]:
    """Yield the heading, the field and, for a field of marks, the question."""
    for field in forms.names(register):
        if forms.kind(register, field) == "notes":
            words: Mapping[Any, str] = fields.WORDS[register, field]
            yield from (
                (f"{fields.label(register, field)}{MARK}{said}", field, str(key)) for key, said in words.items()
            )
        else:
            yield fields.label(register, field), field, ""


def _cells(register: str, entry: Entry) -> Iterator[str | float | None]:
    shown = forms.typed(register, entry)
    for _, field, question in _columns(register):
        value = getattr(entry, field)
        if question:
            yield value.get(question)
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and not forms.choices(register, field):
            yield value
        elif forms.kind(register, field) == "choix":
            yield fields.said(register, field, value) or None
        else:
            yield shown[field] or None


def read(content: bytes, file: str) -> Taken:
    """Read a workbook: the sheets that bear the name of a register.

    Raises
    ------
    DataError
        If it is not a workbook, or has no sheet of a register.
    """
    sheets, _ = imports.workbook(content, file)
    known = {wording.fold(name(register)): register for register in REGISTERS}
    known |= {wording.fold(register): register for register in REGISTERS}
    problems: list[Problem] = []
    entries: dict[str, tuple[Entry, ...]] = {}
    for title, rows in sheets:
        register = known.get(wording.fold(title))
        if register and rows:
            entries[register] = tuple(_read(register, title, rows, problems))
    if not entries:
        remedy = "Partez du classeur que donne « cartable carnet classeur »."
        raise DataError(wording.typeset(f"Classeur « {file} » : aucune feuille ne porte le nom d’un registre."), remedy)
    return Taken(entries, tuple(problems))


def _read(register: str, title: str, rows: Sequence[imports.Row], problems: list[Problem]) -> Iterator[Entry]:
    places = dict(_places(register, rows[0][1]))
    lost = [cell for rank, cell in enumerate(rows[0][1]) if cell.strip() and rank not in places]
    where = f"feuille « {title} »"
    if lost:
        remedy = "Reprenez les titres du classeur de départ."
        problems.append(Problem(where, rows[0][0], "", f"colonnes inconnues : {', '.join(lost)}.", remedy))
    seen: set[str] = set()
    for number, cells in rows[1:]:
        typed = _typed(places, cells)
        entry, mistakes = forms.check(register, typed)
        for field, said in mistakes.items():
            problems.append(Problem(where, number, fields.label(register, field), said, ""))
        if entry is None:
            continue
        if entry.cle in seen:
            message = f"une autre fiche s’appelle « {entry.cle} »."
            problems.append(Problem(where, number, fields.LABELS["cle"], message, "Donnez-lui un autre repère."))
        else:
            seen.add(entry.cle)
            problems += [
                Problem(where, number, fields.label(register, field), *said)
                for field, *said in registers.unknown(entry)
            ]
            yield entry


def _places(register: str, heading: Sequence[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the rank of each known column, its field and its question."""
    known = {wording.fold(said): (field, question) for said, field, question in _columns(register)}
    known |= {wording.fold(field): (field, "") for field in forms.names(register)}
    for rank, cell in enumerate(heading):
        if found := known.get(wording.fold(cell)):
            yield rank, found


def _typed(places: Mapping[int, tuple[str, str]], cells: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rank, (field, question) in places.items():
        text = imports.unmasked(cells[rank].strip()) if rank < len(cells) else ""
        if question and text:
            found.setdefault(field, {})[question] = int(text) if text.isdigit() else text
        elif not question:
            found[field] = text
    return found
