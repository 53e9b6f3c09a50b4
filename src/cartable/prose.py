"""Pages of the built book, read back as blocks that a press can set: the paper guide, the slides.

The page is the only source: what a directive draws as HTML (an agenda, a panorama, a canvas) is read like the rest.
What only makes sense on a screen (filters, buttons, what hides) is left out.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Run = dict[str, Any]
Block = dict[str, Any]
TITLES = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "br", "cite", "code", "del", "em", "i", "input", "kbd", "q", "small", "span", "strong",
     "sub", "sup", "time", "u", "var"}
)  # fmt: skip
LEFT_OUT = frozenset(
    {"script", "style", "link", "nav", "button", "select", "form", "template", "iframe", "canvas", "label", "noscript"}
)
SCREEN_ONLY = frozenset(
    {"cartable-effectif", "cartable-telechargements", "cartable-filtre", "toctree-wrapper", "headerlink",
     "cartable-diapositives", "cartable-carte__aide", "cartable-tableau__note", "visually-hidden"}
)  # fmt: skip
BREAK = "\v"
"""A line break inside a paragraph: white space of the source never contains it."""
BLANK = " " + BREAK
WHITE = re.compile(r"[ \t\r\n]+")
CUT = re.compile(r"[ \v]+|(?<=[./_-])")
"""Where a line may be cut."""
LINE = 92
"""Letters on one line of a table, about."""
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
VIEW_BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
SAID = re.compile(r"<(?:title|desc)\b[^>]*>([^<]*)<")
FRAMED = frozenset({"admonition", "cartable-enbref", "cartable-diapositive"})
SMALL = frozenset({"cartable-detail", "cartable-source", "cartable-note"})


@dataclass(frozen=True)
class Page:
    """One page of the book, ready to be set.

    Parameters
    ----------
    name
        Its name in the book, as ``book/guide/financer``.
    title
        Its first heading.
    blocks
        All the rest, in order.
    """

    name: str
    title: str
    blocks: list[Block] = field(default_factory=list)


def read(html: str, name: str) -> Page:
    """Read the article of a page of the book.

    Raises
    ------
    CartableError
        If the page has no article or no first heading.
    """
    drawings: list[str] = []
    soup = _soup(html, drawings)
    article = soup.select_one("article.bd-article") or soup.select_one("article")
    heading = article.find("h1") if article else None
    if article is None or not isinstance(heading, Tag):
        raise CartableError(f"La page « {name} » n’a pas de titre.", "Construisez le livre, puis recommencez.")
    title = " ".join(heading.get_text().split())
    heading.extract()
    return Page(name, title, _Reader(name, drawings).blocks(article))


def fragment(html: str) -> list[Block]:
    """Read a piece of a page."""
    drawings: list[str] = []
    return _Reader("", drawings).blocks(_soup(html, drawings))


def _soup(html: str, drawings: list[str]) -> BeautifulSoup:
    """Parse a page; its drawings wait apart, because an HTML parser would lose the capitals of ``viewBox``."""

    def apart(found: re.Match[str]) -> str:
        drawings.append(found[0])
        return f'<svg data-dessin="{len(drawings) - 1}"></svg>'

    return BeautifulSoup(SVG.sub(apart, html), "html.parser")


@dataclass(frozen=True)
class _Reader:
    """Walks through one page."""

    page: str
    drawings: list[str]

    def blocks(self, parent: Tag) -> list[Block]:
        """Return the blocks inside an element; text that stands beside blocks becomes a paragraph."""
        found: list[Block] = []
        loose: list[Run] = []
        for child in parent.children:
            if isinstance(child, Comment) or _is_left_out(child):
                continue
            if isinstance(child, NavigableString) or (isinstance(child, Tag) and _is_inline(child)):
                loose += self._runs(child, {})
                continue
            found += _paragraph(loose)
            loose = []
            if isinstance(child, Tag):
                found += self._block(child)
        return found + _paragraph(loose)

    def _block(self, tag: Tag) -> list[Block]:
        if tag.name in TITLES:
            return [{"genre": "titre", "niveau": TITLES[tag.name], "texte": self._inside(tag), "id": self._anchor(tag)}]
        if tag.name == "p":
            return _paragraph(self._inside(tag), "detail" if SMALL & _classes(tag) else "")
        reader = {
            "ul": self._list, "ol": self._list, "dl": self._definitions, "table": self._table, "svg": self._drawing,
            "blockquote": self._quotation, "pre": self._listing, "hr": _nothing,
        }.get(tag.name)  # fmt: skip
        if reader:
            return list(reader(tag))
        if FRAMED & _classes(tag):
            return [self._frame(tag)]
        if tag.name == "details" and tag.summary:
            head = _paragraph([dict(run, gras=True) for run in self._inside(tag.summary)])
            tag.summary.extract()
            return head + self.blocks(tag)
        return self.blocks(tag)

    def _frame(self, tag: Tag) -> Block:
        title = tag.select_one(".admonition-title, .cartable-enbref__titre, .cartable-diapositive__titre")
        text = " ".join(title.get_text().split()) if title else ""
        if title:
            title.extract()
        return {"genre": "encadre", "titre": text, "parties": self.blocks(tag)}

    def _list(self, tag: Tag) -> Iterator[Block]:
        items = [item for item in tag.find_all("li", recursive=False) if not _is_left_out(item)]
        kind = "numeros" if tag.name == "ol" else "puces"
        if items and all(item.find("input", type="checkbox") for item in items):
            kind = "cases"
        first = str(tag.get("start") or "1")
        if items:
            yield {"genre": "liste", "style": kind, "debut": int(first), "items": [self.blocks(item) for item in items]}

    def _definitions(self, tag: Tag) -> Iterator[Block]:
        items = []
        for term in tag.find_all("dt"):
            about = [one for one in _following(term) if one.name == "dd"]
            parts = [block for one in about for block in self.blocks(one)]
            items.append({"mot": self._inside(term), "id": self._anchor(term), "parties": parts})
        if items:
            yield {"genre": "definitions", "items": items}

    def _table(self, tag: Tag) -> Iterator[Block]:
        rows = [[self._cell(cell) for cell in row.find_all(["td", "th"])] for row in tag.select("tbody tr, tfoot tr")]
        head = [self._inside(cell) for row in tag.select("thead tr") for cell in row.find_all(["td", "th"])]
        rows = [row for row in rows if row]
        width = len(head) or max(map(len, rows), default=0)
        rows = [row[:width] + [[]] * (width - len(row)) for row in rows]
        if rows and width:
            yield {
                "genre": "tableau",
                "legende": " ".join(tag.caption.get_text().split()) if tag.caption else "",
                "entete": head,
                "lignes": rows,
                "largeurs": widths([list(map(plain, head)), *([_said(cell) for cell in row] for row in rows)]),
            }

    def _cell(self, cell: Tag) -> list[Block]:
        parts = self.blocks(cell)
        if cell.name == "th":
            for part in parts:
                part.update({"texte": [dict(run, gras=True) for run in part.get("texte", ())]} if part["texte"] else {})
        return parts

    def _drawing(self, tag: Tag) -> Iterator[Block]:
        svg = self.drawings[int(str(tag["data-dessin"]))]
        said = " ".join(unescape(one[1]) for one in SAID.finditer(svg))
        box = VIEW_BOX.search(svg)
        ratio = float(box[2]) / float(box[1]) if box else 1.0
        yield {"genre": "image", "svg": svg, "alt": said or "Dessin", "proportion": round(ratio, 3)}

    def _quotation(self, tag: Tag) -> Iterator[Block]:
        yield {"genre": "citation", "parties": self.blocks(tag)}

    def _listing(self, tag: Tag) -> Iterator[Block]:
        yield {"genre": "code", "texte": tag.get_text().rstrip()}

    # -- text --------------------------------------------------------------------------------

    def _inside(self, tag: Tag) -> list[Run]:
        return _tidy([run for child in tag.children for run in self._runs(child, {})])

    def _runs(self, node: object, style: dict[str, Any]) -> list[Run]:
        if isinstance(node, Comment) or _is_left_out(node):
            return []
        if isinstance(node, NavigableString):
            return [{"t": str(node), **style}] if str(node) else []
        if not isinstance(node, Tag) or node.name == "input":
            return []
        if node.name == "br":
            return [{"t": BREAK, **style}]
        style = style | self._style(node)
        found = [run for child in node.children for run in self._runs(child, style)]
        # A detail stands under what it details.
        return [{"t": BREAK, **style}, *found] if "cartable-detail" in _classes(node) else found

    def _style(self, tag: Tag) -> dict[str, Any]:
        if tag.name in {"strong", "b"}:
            return {"gras": True}
        if tag.name in {"em", "i", "cite", "var"}:
            return {"italique": True}
        if tag.name in {"code", "kbd"}:
            return {"code": True}
        if tag.name == "a" and tag.get("href"):
            return self._link(str(tag["href"]))
        return {"petit": True} if SMALL & _classes(tag) or tag.name == "small" else {}

    def _link(self, href: str) -> dict[str, Any]:
        if href.startswith(("http:", "https:")):
            return {"adresse": href}
        target, _, anchor = href.partition("#")
        if target and not target.endswith(".html"):
            return {}
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), target[:-5])) if target else self.page
        return {"vers": f"{name}#{anchor}" if anchor else name}

    def _anchor(self, tag: Tag) -> str:
        """Return the name by which links reach a heading or a word: its own, or that of its section."""
        section = tag.parent if tag.name in TITLES else None
        own = tag.get("id") or (section.get("id") if section and section.name == "section" else "")
        return f"{self.page}#{own}" if own else ""


def plain(runs: Iterable[Run]) -> str:
    """Return a text without its styles."""
    return "".join(run["t"] for run in runs)


def _said(parts: Iterable[Block]) -> str:
    return " ".join(plain(part["texte"]) if part.get("texte") else "…" * 20 for part in parts)


def widths(rows: list[list[str]]) -> list[float]:
    """Return the relative widths of columns: each holds its longest word, what is left goes where the text is.

    Parameters
    ----------
    rows
        Texts, as many in each row.
    """
    columns = list(zip(*rows, strict=True))
    least = [2.5 + max((len(word) for text in column for word in CUT.split(text)), default=1) for column in columns]
    wished = [
        max(low, (sum(map(len, column)) / len(column)) ** 0.8) for low, column in zip(least, columns, strict=True)
    ]
    left = max(0.0, LINE - sum(least))
    return [round(low + left * wish / sum(wished), 2) for low, wish in zip(least, wished, strict=True)]


def _is_inline(tag: Tag) -> bool:
    return tag.name in INLINE and not tag.find(["p", "ul", "ol", "table", "div", "svg", "section"])


def _is_left_out(node: object) -> bool:
    if not isinstance(node, Tag):
        return False
    return node.name in LEFT_OUT or bool(SCREEN_ONLY & _classes(node)) or node.has_attr("hidden")


def _classes(tag: Tag) -> set[str]:
    return set(tag.get_attribute_list("class")) - {None}


def _following(term: Tag) -> Iterator[Tag]:
    """Give what follows a word, up to the next word."""
    for sibling in term.find_next_siblings():
        if sibling.name == "dt":
            return
        yield sibling


def _nothing(_tag: Tag) -> list[Block]:
    return []


def _paragraph(runs: list[Run], style: str = "") -> list[Block]:
    tidy = _tidy(runs)
    return [{"genre": "paragraphe", "texte": tidy, "style": style}] if tidy else []


def _tidy(runs: list[Run]) -> list[Run]:
    """Collapse white space as a browser does; a non-breaking space is kept."""
    found: list[Run] = []
    for run in runs:
        text = run["t"] if run["t"] == BREAK else _collapsed(run["t"])
        before = found[-1]["t"] if found else " "
        if before.endswith((" ", BREAK)):
            text = text.lstrip(" ")
        style = {key: value for key, value in run.items() if key != "t"}
        if found and style == {key: value for key, value in found[-1].items() if key != "t"}:
            found[-1]["t"] += text
        elif text:
            found.append({**run, "t": text})
    while found and not found[-1]["t"].strip(BLANK):
        found.pop()
    while found and not found[0]["t"].strip(BLANK):
        found.pop(0)
    if found:
        found[0]["t"] = found[0]["t"].lstrip(BLANK)
        found[-1]["t"] = found[-1]["t"].rstrip(BLANK)
    return found


def _collapsed(text: str) -> str:
    return WHITE.sub(" ", text)
