"""Tables that stand beside each map and chart: sortable, printable, readable without a script.

``table`` gives an HTML table whose first column heads the rows. A small script adds sorting, filtering and
the export to CSV; without it, everything can still be read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

from cartable import assets, wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Value: TypeAlias = float | str | None
Cell: TypeAlias = tuple[Value, str]
Row: TypeAlias = "Sequence[Cell]"
LONG = 50  # rows: beyond, a field filters them
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    key
        Short identifier: ``part_65_plus``.
    label
        Heading: « 65 ans et plus ».
    kind
        « nombre » columns are aligned on the right and sorted as numbers.
    unit
        Shown under the heading: « % », « habitants ».
    tooltip
        A longer explanation of the heading.
    """

    key: str
    label: str
    kind: Literal["texte", "nombre"] = "texte"
    unit: str = ""
    tooltip: str = ""

    @property
    def full_label(self) -> str:
        """Heading and unit in one line."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Table:
    """A table ready to be shown, see ``table``."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[Cell, ...], ...]
    caption: str
    note: str = ""
    filtered: bool = False

    def __repr__(self) -> str:
        return f"Tableau « {self.caption} » : {wording.plural(len(self.rows), 'ligne')}."

    def _repr_html_(self) -> str:
        """Return the table as HTML, with the script that sorts it."""
        identifier = self.identifier
        note = f'<p class="cartable-tableau__note">{escape(self.note)}</p>' if self.note else ""
        long = ' data-filtre="oui"' if self.filtered or len(self.rows) > LONG else ""
        body = f"<tbody>\n{_body(self.columns, self.rows)}</tbody>"
        return (
            f'{assets.style("tables.css")}<div class="cartable-tableau" id="{identifier}"{long}>'
            '<div class="cartable-tableau__cadre" tabindex="0" role="region" '
            f'aria-labelledby="{identifier}-titre">\n<table>\n'
            f'<caption id="{identifier}-titre">{escape(self.caption)}</caption>\n'
            f"{self._head()}\n{body}\n{self._foot()}</table>\n</div>{note}</div>"
            f"{assets.script('tables.js')}"
            f"<script>(window.cartableTableaux=window.cartableTableaux||[]).push('{identifier}');</script>"
        )

    def to_csv(self) -> str:
        """Return the table as a French spreadsheet opens it: semicolons, decimal commas, no formula."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow([_safe(column.full_label) for column in self.columns])
        for row in (*self.rows, *self.totals):
            writer.writerow([_csv(column, cell) for column, cell in zip(self.columns, row, strict=True)])
        return BOM + stream.getvalue()

    @property
    def identifier(self) -> str:
        """An id that depends on the content alone."""
        content = repr((self.caption, self.note, self.columns, self.rows, self.totals))
        return f"tableau-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def _head(self) -> str:
        return f"<thead><tr>{''.join(_heading(column) for column in self.columns)}</tr></thead>"

    def _foot(self) -> str:
        return f"<tfoot>\n{_body(self.columns, self.totals)}</tfoot>\n" if self.totals else ""


def table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str,
    note: str = "",
    totals: Sequence[Row] = (),
    filtered: bool = False,
) -> Table:
    """Prepare a table: each cell is a value (sorted, exported) and its French text (shown).

    Parameters
    ----------
    columns
        The first one heads the rows.
    rows
        Cells in the order of the columns.
    caption
        What the table holds.
    note
        Source or warning, under the table.
    totals
        Rows that stay at the bottom whatever the order: the EPCI, the département…
    filtered
        Whether a field filters the rows even when they are few.

    Raises
    ------
    CartableError
        If there is no column, or if a row does not have a cell for each.
    """
    if not columns:
        raise CartableError(f"Le tableau « {caption} » n’a pas de colonne.", "Donnez au moins une colonne.")
    for rank, row in enumerate([*rows, *totals], start=1):
        if len(row) != len(columns):
            raise CartableError(
                f"La ligne {rank} du tableau « {caption} » compte {len(row)} cellules au lieu de {len(columns)}.",
                "Donnez une cellule par colonne, vide s’il le faut : (None, « n. d. »).",
            )
    return Table(tuple(columns), _frozen(rows), _frozen(totals), caption, note, filtered)


def _frozen(rows: Sequence[Row]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in rows)


def _heading(column: Column) -> str:
    unit = f' <span class="cartable-tableau__unite">{escape(column.unit)}</span>' if column.unit else ""
    hint = f' title="{escape(column.tooltip)}"' if column.tooltip else ""
    return (
        f'<th scope="col" class="{column.kind}" data-csv="{escape(column.full_label)}"{hint}>'
        f"{escape(column.label)}{unit}</th>"
    )


def _body(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    return "".join(f"<tr>{''.join(_cells(columns, row))}</tr>\n" for row in rows)


def _cells(columns: Sequence[Column], row: Row) -> Iterator[str]:
    """Write the cells of a row; only numbers and texts that differ from their key carry a sort key."""
    for rank, (column, (value, text)) in enumerate(zip(columns, row, strict=True)):
        name, scope = ("th", ' scope="row"') if rank == 0 else ("td", "")
        key = _key(value)
        sort = "" if key == text and column.kind == "texte" else f' data-tri="{escape(key)}"'
        yield f'<{name}{scope} class="{column.kind}"{sort}>{escape(text)}</{name}>'


def _key(value: Value) -> str:
    """Write a value as the script reads it: a number with a point, nothing when missing."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return str(value)


def _csv(column: Column, cell: Cell) -> str:
    value, text = cell
    if column.kind == "nombre":
        return _key(value).replace(".", ",") if not isinstance(value, str) else _safe(value)
    return _safe(text)


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
