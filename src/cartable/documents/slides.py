"""Slides as PDF: to be projected where no browser is at hand, or printed with what the trainer says."""

from __future__ import annotations

from cartable import prose
from cartable.documents.press import Press
from cartable.documents.volume import AUTHOR
from cartable.slides import Deck, Slide


def render(deck: Deck, *, notes: bool = False) -> bytes:
    """Return the PDF of a deck (PDF/UA-1).

    Parameters
    ----------
    notes
        One A4 page by slide, with its note, instead of the slides alone.
    """
    slides = [Slide(deck.title, "", ""), *deck.slides]
    told = [
        {"titre": one.title, "parties": prose.fragment(one.html), "notes": prose.fragment(one.notes)} for one in slides
    ]
    shown = told[1:] if notes else told
    return Press("slides.typ", {"titre": deck.title, "auteur": AUTHOR, "notes": notes, "diapositives": shown}).pdf()
