"""Tables as XLSX and CSV: real times and numbers, and no text that a spreadsheet could take for a formula."""

from __future__ import annotations

import csv as csv_format
import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from cartable import dossier, wording
from cartable.documents.pdf import AUTHOR
from cartable.dossier import materials, texts
from cartable.dossier.room import half_days
from cartable.dossier.work import Work
from cartable.sheets import Length, Time
from cartable.sheets import Table as SheetTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from cartable.agenda import Agenda
    from cartable.sheets import Cell
    from cartable.workshop import Library

Value = str | int | float | dt.time | None
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
TIME_FORMAT = 'h" h "mm'
DAY = 24 * 60
SPARE_ROWS = 5
HEAD = Font(name="Arial", size=11, bold=True, color="FF1D2A33")
BODY = Font(name="Arial", size=11)
LINE_HEIGHT, ROOM_TO_SIGN = 14.5, 24
PANEL = PatternFill("solid", fgColor="FFEEF4F4")
THIN = Side(style="thin", color="FF8FA3A8")


@dataclass(frozen=True)
class Sheet:
    """A table: its title, its columns (name, width), its rows."""

    title: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Value, ...], ...]


def inert(text: str) -> str:
    """Return a text that no spreadsheet will compute: an apostrophe before what looks like a formula."""
    clean: str = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{clean}" if clean.lstrip(" ").startswith(DANGEROUS) or clean.startswith(DANGEROUS) else clean


def tables(library: Library, agenda: Agenda) -> dict[str, Sheet]:
    """Return the three tables of a session: ``conducteur``, ``materiel``, ``emargement``."""
    work = Work(library, agenda, texts.load())
    return {"conducteur": _running(work), "materiel": _materials(work), "emargement": _sign_in(work)}


def _running(work: Work) -> Sheet:
    columns = (
        ("Jour", 16.0), ("Heure", 9.0), ("Durée (min)", 9.0), ("Étape", 30.0),
        ("Organisation", 24.0), ("À dire", 70.0), ("Trace", 32.0),
    )  # fmt: skip
    found = dossier.clock.running(work)
    rows = [
        (day.name, *map(_value, row))
        for day, sheet in zip(work.agenda.days, found, strict=True)
        for block in sheet.blocks
        if isinstance(block, SheetTable)
        for row in block.rows
    ]
    return Sheet("Conducteur", columns, tuple(rows))


def _value(cell: Cell) -> Value:
    if isinstance(cell, Time):
        return dt.time(cell.minute // 60 % 24, cell.minute % 60)
    return cell.minutes if isinstance(cell, Length) else cell or None


def _materials(work: Work) -> Sheet:
    columns = (("Jour", 16), ("Matériel", 44), ("Quantité", 10), ("Genre", 16), ("Pour", 70), ("Pris", 8))
    genres = {materials.CONSUMABLE: "se consomme", materials.REUSABLE: "sert plusieurs fois"}
    rows = [
        (day.name, need.name, need.quantity, genres[need.kind], " · ".join(map(str, need.uses)), None)
        for day in work.agenda.days
        for need in materials.needs(work, day)
    ]
    return Sheet("Matériel", columns, tuple(rows))


def _sign_in(work: Work) -> Sheet:
    columns = (("Jour", 16), ("Demi-journée", 14), ("N°", 6), ("Nom et prénom", 34), ("Rôle ou organisme", 34),
               ("Signature", 34))  # fmt: skip
    places = range(1, work.agenda.headcount + SPARE_ROWS + 1)
    rows = [
        (day.name, half, number, None, None, None)
        for day in work.agenda.days
        for half, _ in half_days(day)
        for number in places
    ]
    return Sheet("Émargement", columns, tuple(rows))


def workbook(library: Library, agenda: Agenda, edition: dt.date, version: str) -> bytes:
    """Return an XLSX file: running sheet, materials, sign-in, one sheet each."""
    foot = f"{agenda.session.titre} · Édition du {wording.date(edition)} · version {version}"
    return saved(book(tables(library, agenda).values(), agenda.session.titre, edition, foot))


def book(sheets: Iterable[Sheet], title: str, edition: dt.date, foot: str) -> Workbook:
    """Return a workbook of tables, ready to be printed.

    Parameters
    ----------
    title
        Of the file, in its properties.
    foot
        What each printed page says at its foot.
    """
    made = Workbook()
    made.remove(made.worksheets[0])
    properties = made.properties
    properties.title, properties.creator, properties.language = inert(title), AUTHOR, "fr-FR"
    properties.created = properties.modified = dt.datetime.combine(edition, dt.time())
    for table in sheets:
        _fill(made.create_sheet(table.title), table, foot)
    return made


def saved(made: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, table: Sheet, foot: str) -> None:
    for column, (name, width) in enumerate(table.columns, 1):
        cell = sheet.cell(1, column, name)
        cell.font, cell.fill, cell.border = HEAD, PANEL, Border(bottom=THIN)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(table.rows, 2):
        for column, value in enumerate(values, 1):
            _write(sheet, row, column, value)
        sheet.row_dimensions[row].height = _height(table, values)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = sheet.dimensions
    _paper(sheet, foot)


def _height(table: Sheet, values: tuple[Value, ...]) -> float:
    """Give a row its height: readers do not all find it by themselves."""
    if "Signature" in dict(table.columns):
        return ROOM_TO_SIGN
    needed = [
        sum(-(-max(1, len(line)) // int(width)) for line in str(value).split("\n"))
        for (_, width), value in zip(table.columns, values, strict=True)
        if isinstance(value, str)
    ]
    return LINE_HEIGHT * max(needed, default=1) + 2


def _write(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    cell = sheet.cell(row, column)
    side = "left" if isinstance(value, str) else "center"
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=side)
    cell.font, cell.border = BODY, Border(bottom=THIN)
    if isinstance(value, str):
        cell.value = inert(value)
        cell.data_type = "s"
    elif value is not None:
        cell.value = value
    if isinstance(value, dt.time):
        cell.number_format = TIME_FORMAT


def _paper(sheet: Worksheet, foot: str) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    # « & » starts a command in a footer.
    said = _HeaderFooterPart(text=foot.replace("&", "&&")), _HeaderFooterPart(text="page &P / &N")
    sheet.oddFooter = HeaderFooterItem(left=said[0], right=said[1])


def csv(library: Library, agenda: Agenda) -> dict[str, bytes]:
    """Return one CSV file per table, by name: UTF-8 with its mark, semicolons, as a French spreadsheet opens them."""
    return {f"{name}.csv": delimited(table) for name, table in tables(library, agenda).items()}


def delimited(table: Sheet) -> bytes:
    """Return a table as CSV: UTF-8 with its mark, semicolons, no text that a spreadsheet could compute."""
    buffer = io.StringIO(newline="")
    writer = csv_format.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([name for name, _ in table.columns])
    writer.writerows(_plain(row) for row in table.rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _plain(row: tuple[Value, ...]) -> Iterator[str]:
    for value in row:
        if isinstance(value, dt.time):
            yield f"{value:%H:%M}"
        elif isinstance(value, float):
            yield str(value).replace(".", ",")
        else:
            yield "" if value is None else inert(value) if isinstance(value, str) else str(value)
