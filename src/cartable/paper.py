"""Printed sheets as HTML: what ``cartable.sheets`` says, drawn by the browser and cut into A4 pages by ``paper.js``.

A time or a length is a ``<time>`` or a ``<data>`` that the page computes anew when the session moves. What changes
with the number of people is written once for each number, and only where it changes: see ``variants``.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.sheets import Badges, Blanks, Heading, Items, Length, Paragraph, Picture, Table, Time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartable.sheets import Block, Cell, Document, Sheet

STYLES = ("paper.css",)
SCRIPTS = ("paper.js",)
LISTS = {"puces": "ul", "cases": "ul", "numeros": "ol"}
FLAGS = ("single", "landscape", "large", "poster", "half")
FLAG_NAMES = {
    "single": "simple",
    "landscape": "paysage",
    "large": "grande",
    "poster": "affiche",
    "half": "demie",
}
ABOUT_PLAN = re.compile(r'(<time[^>]* data-minute=")\d+("[^>]*>)[^<]*|(<data[^>]* value=")\d+("[^>]*>)[^<]*')


def render(document: Document) -> str:
    """Return the sheets, one after the other, before they are cut into pages."""
    sheets = "".join(map(_sheet, document.sheets))
    edition = wording.typeset(f"Édition du {wording.date(document.edition)}, version {document.version}")
    return (
        f'<div class="cartable-papier" data-titre="{escape(document.title)}" data-edition="{escape(edition)}">'
        f"{sheets}</div>"
    )


def _sheet(sheet: Sheet) -> str:
    flags = "".join(f' data-{FLAG_NAMES[flag]}="oui"' for flag in FLAGS if getattr(sheet, flag))
    name = escape(sheet.title)
    return (
        f'<section class="cartable-feuille" data-feuille="{escape(sheet.id)}"{flags} aria-label="{name}">'
        f'<h3 class="cartable-papier__titre">{name}</h3>{"".join(map(_block, sheet.blocks))}</section>'
    )


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _block(block: Block) -> str:
    """Return a block; the pieces that may go to another page, or change with the headcount, are its ``units``."""
    inside = "".join(_units(block))
    if isinstance(block, Table):
        return _table(block, inside)
    if isinstance(block, Items):
        tag = LISTS[block.style]
        return f'<{tag} class="cartable-papier__{block.style}" data-unites>{inside}</{tag}>'
    kind = type(block).__name__.lower()
    return f'<div class="cartable-papier__{kind}" data-unites>{inside}</div>'


def _units(block: Block) -> Iterator[str]:
    """Go through the pieces of a block: rows, items, badges, or the only one."""
    if isinstance(block, Heading):
        yield f"<h{block.level + 2}>{_text(block.text)}</h{block.level + 2}>"
    elif isinstance(block, Paragraph):
        yield _paragraph(block)
    elif isinstance(block, Items):
        yield from (f"<li>{_text(item)}</li>" for item in block.items)
    elif isinstance(block, Table):
        yield from (_row(block, rank, row) for rank, row in enumerate(block.rows))
    elif isinstance(block, Blanks):
        yield from (_blank(label, block.lines) for label in block.labels)
    elif isinstance(block, Picture):
        yield f'<figure style="width:{100 * block.share:g}%">{block.svg}</figure>'  # a drawing of ours, escaped
    else:
        yield from _badges(block)


def _paragraph(block: Paragraph) -> str:
    text = _text(block.text)
    if block.style == "parole":
        text = f"«\u00a0{text}\u00a0»"
    if block.style == "alerte":
        text = f"<strong>Attention\u00a0:</strong> {text}"
    return f'<p class="cartable-papier__{block.style}">{text}</p>'


def _blank(label: str, lines: int) -> str:
    more = '<span class="cartable-papier__ligne"></span>' * (lines - 1)
    return f"<p><span>{_text(label)}</span><span></span>{more}</p>"


def _badges(block: Badges) -> Iterator[str]:
    for name, symbol, colour in block.groups:
        safe = colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "#1d2a33"
        yield (
            f'<div class="cartable-papier__badge"><span style="color:{safe}"><b>{_text(symbol)}</b>{_text(name)}</span>'
            "<span>Prénom</span><span>Rôle, commune ou organisme</span></div>"
        )


def _table(block: Table, rows: str) -> str:
    widths = block.widths or (1.0,) * len(block.header)
    columns = "".join(f'<col style="width:{100 * width / sum(widths):.2f}%">' for width in widths)
    header = "".join(f'<th scope="col">{_text(name)}</th>' for name in block.header)
    tall = ' data-haute="oui"' if block.tall else ""
    return (
        f'<table data-legende="{escape(block.caption)}"{tall}><caption>{_text(block.caption)}</caption>'
        f"<colgroup>{columns}</colgroup><thead><tr>{header}</tr></thead><tbody data-unites>{rows}</tbody></table>"
    )


def _row(block: Table, rank: int, row: Sequence[Cell]) -> str:
    strong = ' class="cartable-papier__forte"' if rank in block.emphasis else ""
    return f"<tr{strong}>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Time):
        place = f'data-de="{escape(cell.of)}" data-bord="{cell.edge}" data-minute="{cell.minute}"'
        return f"<time {place}>{wording.clock(cell.minute)}</time>"
    if isinstance(cell, Length):
        text = wording.duration(cell.minutes)
        return f'<data data-de="{escape(cell.of)}" value="{cell.minutes}">{text}</data>'
    return _text(cell)


# --- One document for each number of people ---------------------------------------------------------------------------


def variants(base: Document, others: Mapping[int, Document]) -> dict[str, Any]:
    """Return what differs from a document for each other number of people, as plain data.

    ``textes`` are pieces of HTML, each written once; ``effectifs`` gives, for each number of people, the pieces that
    replace those of the base: [sheet, block, rank of the unit, rank of the text], the number of units of the blocks
    that are longer or shorter: [sheet, block, count], and the sheets made otherwise: [sheet, rank of the text].
    """
    texts: dict[str, int] = {}
    found = {n: _differences(base, other, texts) for n, other in sorted(others.items())}
    return {"textes": list(texts), "effectifs": {str(n): changes for n, changes in found.items()}}


def _differences(base: Document, other: Document, texts: dict[str, int]) -> dict[str, Any]:
    units: list[list[int]] = []
    counts: list[list[int]] = []
    sheets: list[list[int]] = []
    theirs = {sheet.id: sheet for sheet in other.sheets}
    for rank, sheet in enumerate(base.sheets):
        twin = theirs[sheet.id]
        if [type(block) for block in twin.blocks] != [type(block) for block in sheet.blocks]:
            sheets.append([rank, texts.setdefault(neutral(_sheet(twin)), len(texts))])
            continue
        for place, (mine, his) in enumerate(zip(sheet.blocks, twin.blocks, strict=True)):
            before, after = list(_units(mine)), list(_units(his))
            if len(before) != len(after):
                counts.append([rank, place, len(after)])
            for index, text in enumerate(after):
                if index >= len(before) or neutral(before[index]) != neutral(text):
                    units.append([rank, place, index, texts.setdefault(neutral(text), len(texts))])
    return {"unites": units, "nombres": counts, "feuilles": sheets}


def neutral(html: str) -> str:
    """Empty the times and lengths: the page computes them."""
    return ABOUT_PLAN.sub(lambda found: f"{found[1] or found[3]}0{found[2] or found[4]}", html)
