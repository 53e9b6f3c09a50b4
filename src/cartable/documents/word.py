"""Sheets as Word files: real styles, headings, header rows repeated on each page, French as the language."""

from __future__ import annotations

import datetime as dt
import functools
import io
import math
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from cartable import dossier, wording
from cartable.documents.pdf import AUTHOR, footer, text
from cartable.drawing import Chart
from cartable.errors import CartableError
from cartable.labels import printable
from cartable.sheets import Badges, Blanks, Heading, Items, Paragraph, Picture, Table

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

    from cartable.agenda import Agenda
    from cartable.sheets import Block, Document, Sheet
    from cartable.workshop import Library

ALIASES = {"participants": "agenda", "programme": "formateur"}
"""Names that people use, beside those of ``dossier.KINDS``."""
FONT = "Arial"
"""On every machine; ours would be replaced by a serif one where it is not installed."""
TEAL, DARK = RGBColor(0x0B, 0x5D, 0x6B), RGBColor(0x1D, 0x2A, 0x33)
PANEL, LINE = "EEF4F4", "8FA3A8"
MARGIN, A4 = Cm(1.8), (Cm(21), Cm(29.7))
LIST_STYLES = {"puces": "List Bullet", "cases": "List Paragraph", "numeros": "List Number"}
BOX = "☐ "
PICTURE_PPI = 50
"""Of a drawing as large as a wall: some 1 600 pixels across."""
SHARP = 1_400
"""Pixels across, at least, of a smaller drawing, unless it is tiny."""
RULE = 70
CONTENTS = 'TOC \\o "1-1" \\h \\z \\u'


def render(library: Library, agenda: Agenda, kind: str, edition: dt.date, version: str) -> bytes:
    """Return a Word file.

    Parameters
    ----------
    kind
        ``conducteur``, ``participants``, ``programme`` or ``materiel``; any kind of sheet of the dossier is accepted.

    Raises
    ------
    CartableError
        If this kind does not exist.
    """
    sheet_kind = ALIASES.get(kind, kind)
    if sheet_kind not in dossier.KINDS:
        known = ", ".join([*ALIASES, *dossier.KINDS])
        raise CartableError(wording.typeset(f"Il n’y a pas de document Word « {kind} »."), f"À choisir parmi {known}.")
    return write(dossier.document(library, agenda, edition, version, only=[sheet_kind]))


def write(document: Document) -> bytes:
    """Return the Word file of a document."""
    word = _blank(document)
    if document.contents:
        _cover(word, document)
    for rank, sheet in enumerate(document.sheets):
        section = word.add_section() if rank or document.contents else word.sections[0]
        _page(section, sheet)
        _footer(section, document)
        _mark(word.add_heading(sheet.title, level=1), rank)
        for block in sheet.blocks:
            draw(block, word)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _cover(word: Word, document: Document) -> None:
    """Begin with the title and a table of contents; Word adds the page numbers when it is updated (F9)."""
    _page(word.sections[0], document.sheets[0])
    _footer(word.sections[0], document)
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    word.add_paragraph("Sommaire").runs[0].bold = True
    last = len(document.sheets) - 1
    for rank, sheet in enumerate(document.sheets):
        paragraph = word.add_paragraph()
        if rank == 0:
            for kind, content in (("begin", None), (None, CONTENTS), ("separate", None)):
                _field_part(paragraph, kind, content)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"_Toc{rank:04}")
        paragraph._p.append(link)  # noqa: SLF001 (python-docx has no links inside a document)
        link.append(paragraph.add_run(sheet.title)._r)  # noqa: SLF001
        if rank == last:
            _field_part(paragraph, "end", None)


def _mark(heading: WordParagraph, rank: int) -> None:
    """Give a heading the bookmark to which the table of contents leads."""
    for name in ("w:bookmarkStart", "w:bookmarkEnd"):
        element = OxmlElement(name)
        element.set(qn("w:id"), str(rank))
        if name == "w:bookmarkStart":
            element.set(qn("w:name"), f"_Toc{rank:04}")
        heading._p.append(element)  # noqa: SLF001 (python-docx has no bookmarks)


def _blank(document: Document) -> Word:
    word = docx.Document()
    properties = word.core_properties
    properties.title, properties.subject = document.title, document.subtitle
    properties.author, properties.language, properties.comments = AUTHOR, "fr-FR", footer(document)
    properties.created = properties.modified = dt.datetime.combine(document.edition, dt.time(), dt.UTC)
    _styles(word)
    return word


def _styles(word: Word) -> None:
    """Give the built-in styles our type, our colours and their language."""
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    normal.font.color.rgb = DARK
    normal.paragraph_format.space_after = Pt(4)
    fonts = normal.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(name), "fr-FR")
    fonts.append(language)
    title = word.styles["Title"]
    title.font.size, title.font.color.rgb = Pt(26), TEAL
    _typeface(title.element.get_or_add_rPr())
    for level, size in ((1, 22), (2, 15), (3, 12)):
        style = word.styles[f"Heading {level}"]
        style.font.size, style.font.bold = Pt(size), True
        style.font.color.rgb = TEAL if level == 1 else DARK
        _typeface(style.element.get_or_add_rPr())


def _typeface(properties: BaseOxmlElement) -> None:
    """Replace the theme font of a heading by ours."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), FONT)
    properties.insert(0, fonts)


def _page(section: Section, sheet: Sheet) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = A4[::-1] if sheet.landscape else A4
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN


def _footer(section: Section, document: Document) -> None:
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    paragraph.text = f"{document.title} · {footer(document)} · page "
    _field(paragraph, "PAGE")


def _field(paragraph: WordParagraph, code: str) -> None:
    for kind, content in (("begin", None), (None, code), ("end", None)):
        _field_part(paragraph, kind, content)


def _field_part(paragraph: WordParagraph, kind: str | None, content: str | None) -> None:
    element = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        element.set(qn("w:fldCharType"), kind)
    element.text = content
    paragraph.add_run()._r.append(element)  # noqa: SLF001 (python-docx has no fields)


@functools.singledispatch
def draw(block: Block, word: Word) -> None:  # noqa: ARG001 (what is registered below uses it)
    """Add a block to a Word document."""
    message = f"no drawing for {type(block).__name__}"
    raise TypeError(message)


@draw.register(Heading)
def _(block: Heading, word: Word) -> None:
    word.add_heading(block.text, level=block.level)


@draw.register(Paragraph)
def _(block: Paragraph, word: Word) -> None:
    style = {"parole": "Quote", "lead": "Subtitle", "alerte": "Intense Quote"}.get(block.style, "Normal")
    said = f"«\u00a0{block.text}\u00a0»" if block.style == "parole" else block.text
    paragraph = word.add_paragraph(said, style=style)
    if block.style == "note":
        paragraph.runs[0].font.size = Pt(10)
    if style != "Normal":
        paragraph.runs[0].font.color.rgb = DARK


@draw.register(Items)
def _(block: Items, word: Word) -> None:
    number = _new_list(word) if block.style == "numeros" else None
    for item in block.items:
        paragraph = word.add_paragraph(BOX + item if block.style == "cases" else item, style=LIST_STYLES[block.style])
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 (python-docx has no lists)
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = number


def _new_list(word: Word) -> int:
    """Begin a numbered list at 1: Word would go on from the last one."""
    numbering = word.part.numbering_part.element
    style = word.styles["List Number"].element
    abstract = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


@draw.register(Table)
def _(block: Table, word: Word) -> None:
    caption = word.add_paragraph(block.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(block.header), style="Table Grid")
    _describe(table, block.caption)
    for cell, title in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(title).bold = True
        _shade(cell._tc.get_or_add_tcPr())  # noqa: SLF001
    _row_property(table, 0, "w:tblHeader")
    for rank, row in enumerate(block.rows):
        cells = table.add_row().cells
        _row_property(table, rank + 1, "w:cantSplit")
        for column, (cell, content) in enumerate(zip(cells, row, strict=True)):
            cell.paragraphs[0].paragraph_format.space_before = Pt(2)  # else the text touches the line above
            run = cell.paragraphs[0].add_run(text(content))
            run.bold = (rank in block.emphasis and column < 3) or None  # noqa: PLR2004 (time, length, name)
            run.font.size = Pt(10)
            if rank in block.emphasis:
                _shade(cell._tc.get_or_add_tcPr())  # noqa: SLF001
        if block.tall:
            table.rows[-1].height = Cm(0.9)
    _widths(table, block, word)
    _gap(word)


def _gap(word: Word) -> None:
    """Leave a thin paragraph after a table: Word glues together two tables that touch."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _widths(table: WordTable, block: Table, word: Word) -> None:
    section = word.sections[-1]
    room = (section.page_width or A4[0]) - 2 * MARGIN
    shares = block.widths or (1.0,) * len(block.header)
    table.autofit = False
    for column, share in enumerate(shares):
        table.columns[column].width = int(room * share / sum(shares))
        for cell in table.columns[column].cells:
            cell.width = int(room * share / sum(shares))


def _describe(table: WordTable, caption: str) -> None:
    """Give the table the title that a screen reader says."""
    properties = table._tbl.tblPr  # noqa: SLF001
    for name in ("w:tblCaption", "w:tblDescription"):
        element = OxmlElement(name)
        element.set(qn("w:val"), caption)
        properties.append(element)


def _shade(properties: BaseOxmlElement) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", PANEL)):
        shading.set(qn(name), value)
    properties.append(shading)


def _row_property(table: WordTable, row: int, name: str) -> None:
    table.rows[row]._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001


@draw.register(Blanks)
def _(block: Blanks, word: Word) -> None:
    for label in block.labels:
        word.add_paragraph(f"{label} {'_' * max(10, RULE - len(label))}")
        for _ in range(block.lines - 1):
            word.add_paragraph("_" * RULE)


@draw.register(Badges)
def _(block: Badges, word: Word) -> None:
    table = word.add_table(rows=-(-len(block.groups) // 2), cols=2, style="Table Grid")
    _describe(table, "Badges à découper")
    for rank, (name, symbol, colour) in enumerate(block.groups):
        paragraph = table.cell(rank // 2, rank % 2).paragraphs[0]
        run = paragraph.add_run(f"{symbol} {name}")
        run.bold, run.font.size, run.font.color.rgb = True, Pt(18), RGBColor.from_string(colour[1:].upper())
        paragraph.add_run().add_break(WD_BREAK.LINE)
        paragraph.add_run(f"Prénom {'_' * 20}\n\nRôle {'_' * 22}\n")


@draw.register(Picture)
def _(block: Picture, word: Word) -> None:
    from cartable.documents import plate  # noqa: PLC0415 (typst: only to draw)

    section = word.sections[-1]
    room = (section.page_width or A4[0]) - 2 * MARGIN
    chart = Chart("Dessin", block.svg, block.description)
    inches = plate.size(chart)[0] / plate.INCH
    image = plate.png(chart, ppi=min(max(PICTURE_PPI, math.ceil(SHARP / inches)), plate.MOST_PPI))
    shape = word.add_picture(io.BytesIO(image), width=int(room * block.share))
    properties = shape._inline.docPr  # noqa: SLF001 (python-docx has no alternative text)
    properties.set("descr", printable(block.description))
    properties.set("title", "Dessin")
