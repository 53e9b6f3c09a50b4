"""Sheets as HTML: what a notebook shows is what the printed document says, block by block; texts are escaped."""

from __future__ import annotations

import functools
from html import escape
from typing import TYPE_CHECKING

from cartable import assets, wording
from cartable.canvas.reading import said
from cartable.pages import Section
from cartable.sheets import Badges, Blanks, Heading, Items, Paragraph, Picture, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.sheets import Block, Document

STYLE = "markup.css"
CLASSES = {"alerte": "cartable-avis", "note": "cartable-note", "lead": "cartable-constat"}
TOP_LEVEL = 3
"""Level of the title of a sheet, and of the headings of a section: the notebook has the two above."""


def section(blocks: Iterable[Block], text: str) -> Section:
    """Return blocks as a piece of notebook, and what they say in a line."""
    html = "".join(_heading(block, TOP_LEVEL) if isinstance(block, Heading) else draw(block) for block in blocks)
    return Section(f'{assets.style(STYLE)}<div class="cartable-atelier">{html}</div>', wording.typeset(text))


def document(made: Document) -> Section:
    """Return a whole document as a piece of notebook."""
    parts = [
        f"<h{TOP_LEVEL}>{escape(sheet.title)}</h{TOP_LEVEL}>{''.join(draw(block) for block in sheet.blocks)}"
        for sheet in made.sheets
    ]
    return Section(f'{assets.style(STYLE)}<div class="cartable-atelier">{"".join(parts)}</div>', made.title)


@functools.singledispatch
def draw(block: Block) -> str:
    """Return a block as HTML."""
    message = f"no drawing for {type(block).__name__}"
    raise TypeError(message)


@draw.register
def _(block: Heading) -> str:
    return _heading(block, TOP_LEVEL + 1)


def _heading(block: Heading, top: int) -> str:
    """Return a heading; those of level 2 become ``top``, so that no level is skipped."""
    level = top + block.level - 2
    return f"<h{level}>{escape(block.text)}</h{level}>"


@draw.register
def _(block: Paragraph) -> str:
    if block.style == "parole":
        return f"<blockquote><p>{said(block.text)}</p></blockquote>"
    name = CLASSES.get(block.style)
    return f'<p class="{name}">{said(block.text)}</p>' if name else f"<p>{said(block.text)}</p>"


@draw.register
def _(block: Items) -> str:
    tag = "ol" if block.style == "numeros" else "ul"
    box = "☐ " if block.style == "cases" else ""
    kind = ' class="cartable-cases"' if box else ""
    return f"<{tag}{kind}>{''.join(f'<li>{box}{said(item)}</li>' for item in block.items)}</{tag}>"


@draw.register
def _(block: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in block.header)
    body = "".join(
        f'<tr><th scope="row">{said(str(first))}</th>{"".join(f"<td>{said(str(cell))}</td>" for cell in others)}</tr>'
        for first, *others in block.rows
    )
    # Focusable, so that the keyboard can scroll it on a narrow screen.
    return (
        f'<div tabindex="0" role="group" aria-label="{escape(block.caption)}"><table>'
        f"<caption>{escape(block.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


@draw.register
def _(block: Blanks) -> str:
    return f"<ul>{''.join(f'<li>{escape(label)} : ……………………</li>' for label in block.labels)}</ul>"


@draw.register
def _(block: Badges) -> str:
    return f"<ul>{''.join(f'<li>{escape(symbol)} {escape(name)}</li>' for name, symbol, _ in block.groups)}</ul>"


@draw.register
def _(block: Picture) -> str:
    return f'<div class="cartable-graphique" tabindex="0" role="group" aria-label="Dessin">{block.svg}</div>'
