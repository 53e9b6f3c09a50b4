"""Entering what is on the walls, after the workshop: one reads aloud, the other types a line for each note.

``parse`` reads typed lines, ``from_file`` a list or a workbook; ``save`` writes them in a record, one durable event for
each note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.entry.applying import Saved, apply, save
from cartable.entry.lines import Context, Entered, Problem, Typed, parse

if TYPE_CHECKING:
    from cartable.canvas.model import Canvas

__all__ = ["Context", "Entered", "Problem", "Saved", "Typed", "apply", "from_file", "parse", "save"]


def from_file(content: bytes, name: str, canvas: Canvas) -> Entered:
    """Read a list (CSV, text) or a workbook (XLSX).

    Raises
    ------
    cartable.errors.DataError
        If it is not one, or is damaged or far too big.
    """
    from cartable.entry import imports  # noqa: PLC0415 (openpyxl and pandas are slow to import)

    return imports.from_file(content, name, canvas)
