"""Slides drawn from a page of the book: what is projected, and beside it what the trainer says.

A slide is written in the page itself (``:::{diapositive}``); the text that follows it is its note. So the page, the
slides on the screen and the slides on paper cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag

from cartable import assets

if TYPE_CHECKING:
    from collections.abc import Iterator

SLIDE, TITLE, RANK = "cartable-diapositive", "cartable-diapositive__titre", "cartable-diapositive__rang"
STYLES, SCRIPTS = ("reveal.css", "slides.css"), ("reveal.js", "slides.js")
NO_SCRIPT = "Cette page a besoin de JavaScript. Sans lui, prenez les diapositives en PDF."


@dataclass(frozen=True)
class Slide:
    """One slide.

    Parameters
    ----------
    title
        Its title, plain text.
    html
        What is projected under the title.
    notes
        What the trainer says and does, as HTML without links.
    """

    title: str
    html: str
    notes: str


@dataclass(frozen=True)
class Deck:
    """The slides of a page, under its title."""

    title: str
    slides: tuple[Slide, ...]


def read(html: str) -> Deck:
    """Read the slides of a page of the book, as it was built."""
    soup = BeautifulSoup(html, "html.parser")
    article = soup.select_one("article") or soup
    heading = article.find("h1")
    title = " ".join(heading.get_text().split()) if heading else ""
    for link in article.find_all("a"):
        link.unwrap()
    notes = [_notes(one) for one in article.select(f".{SLIDE}")]
    return Deck(title, tuple(_slide(one, note) for one, note in zip(article.select(f".{SLIDE}"), notes, strict=True)))


def _slide(tag: Tag, notes: str) -> Slide:
    head = tag.select_one(f".{TITLE}")
    title = ""
    if head:
        for rank in head.select(f".{RANK}"):
            rank.extract()
        title = " ".join(head.get_text().split())
        head.extract()
    return Slide(title, tag.decode_contents().strip(), notes)


def _notes(slide: Tag) -> str:
    return "".join(str(one) for one in _beside(slide)).strip()


def _beside(slide: Tag) -> Iterator[Tag]:
    """Give what follows a slide, up to the next slide or the next heading."""
    for sibling in slide.find_next_siblings():
        if SLIDE in sibling.get_attribute_list("class") or sibling.name in {"section", "h2", "h3", "h4"}:
            return
        yield sibling


def page(deck: Deck) -> str:
    """Return the slides as one HTML page that opens from a disk: arrows to go on, N to see the notes, Échap for all."""
    styles = "".join(f"<style>{assets.read(name)}</style>" for name in STYLES)
    scripts = "".join(map(assets.script, SCRIPTS))
    shown = "".join(_section(one, rank == 0) for rank, one in enumerate(_with_cover(deck)))
    return (
        f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><title>{escape(deck.title)}</title>'
        '<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{assets.font()}{styles}</head><body tabindex="0"><main><div class="reveal" aria-label="Diapositives">'
        f'<div class="slides">{shown}</div></div></main><noscript><p>{NO_SCRIPT}</p></noscript>{scripts}'
        "</body></html>\n"
    )


def _with_cover(deck: Deck) -> Iterator[Slide]:
    aid = "<p>Flèches pour avancer. N montre les notes, Échap toutes les diapositives, F le plein écran.</p>"
    yield Slide(deck.title, aid, "")
    yield from deck.slides


def _section(slide: Slide, first: bool) -> str:
    level = "h1" if first else "h2"
    notes = f'<aside class="notes">{slide.notes}</aside>' if slide.notes else ""
    kind = ' class="cartable-ouverture"' if first else ""
    return f"<section{kind}><{level}>{escape(slide.title)}</{level}>{slide.html}{notes}</section>"
