"""A document of sheets as one PDF: tagged (PDF/UA), in French, hyphenated, with one bookmark per sheet."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.documents.press import Press
from cartable.errors import CartableError
from cartable.labels import printable
from cartable.sheets import Badges, Blanks, Heading, Items, Length, Paragraph, Picture, Table, Time

if TYPE_CHECKING:
    from cartable.sheets import Block, Cell, Document, Sheet

AUTHOR = "Cartable"


def render(document: Document) -> bytes:
    """Return the PDF of a document.

    Raises
    ------
    CartableError
        If a sheet that must hold on one page does not, even in small type.
    """
    press = Press("dossier.typ", data(document))
    check(press)
    return press.pdf()


def check(press: Press) -> None:
    """Refuse sheets that overflow.

    Raises
    ------
    CartableError
        If a sheet that must hold on one page does not, even in small type.
    """
    overflow = [note for note in press.notes("debordement") if "id" in note]
    if overflow:
        first = overflow[0]
        lines = wording.plural(first["lignes"], "ligne")
        raise CartableError(
            wording.typeset(f"La feuille « {first['titre']} » ({first['id']}) déborde de sa page : {lines} de trop."),
            "Raccourcissez les textes de la séance qui y figurent, ou répartissez la séance sur deux jours.",
        )


def pages(content: bytes) -> int:
    """Return the number of pages of a PDF."""
    import pypdf  # noqa: PLC0415 (absent from a browser, where no PDF is made)

    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


def footer(document: Document) -> str:
    """Return what every page says at its foot."""
    said = f"Édition du {wording.date(document.edition)} · version {document.version}"
    return f"{said} · {document.mention}" if document.mention else said


def text(cell: Cell) -> str:
    """Write a cell of a table."""
    if isinstance(cell, Time):
        return wording.clock(cell.minute)
    return wording.duration(cell.minutes) if isinstance(cell, Length) else cell


def data(document: Document) -> dict[str, Any]:
    """Return a document as the template reads it."""
    return {
        "titre": document.title,
        "sous_titre": document.subtitle,
        "auteur": AUTHOR,
        "edition": footer(document),
        "sommaire": document.contents,
        "feuilles": [_sheet(sheet) for sheet in document.sheets],
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "id": sheet.id,
        "titre": sheet.title,
        "seule": sheet.single,
        "paysage": sheet.landscape,
        "grand": sheet.large,
        "poster": sheet.poster,
        "demie": sheet.half,
        "parties": [part(block) for block in sheet.blocks],
    }


@functools.singledispatch
def part(block: Block) -> dict[str, Any]:
    """Return a block as the template reads it."""
    message = f"no drawing for {type(block).__name__}"
    raise TypeError(message)


@part.register
def _(block: Heading) -> dict[str, Any]:
    return {"genre": "titre", "texte": block.text, "niveau": block.level}


@part.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"genre": "paragraphe", "texte": block.text, "style": block.style}


@part.register
def _(block: Items) -> dict[str, Any]:
    return {"genre": "liste", "items": block.items, "style": block.style}


@part.register
def _(block: Table) -> dict[str, Any]:
    return {
        "genre": "tableau",
        "legende": block.caption,
        "entete": block.header,
        "lignes": [[text(cell) for cell in row] for row in block.rows],
        "largeurs": block.widths or [1] * len(block.header),
        "gras": sorted(block.emphasis),
        "haut": block.tall,
    }


@part.register
def _(block: Blanks) -> dict[str, Any]:
    return {"genre": "blancs", "labels": block.labels, "lignes": block.lines}


@part.register
def _(block: Badges) -> dict[str, Any]:
    return {"genre": "badges", "groupes": block.groups}


@part.register
def _(block: Picture) -> dict[str, Any]:
    return {"genre": "image", "svg": block.svg, "alt": printable(block.description), "part": block.share}
