"""The whole kit of a session in one PDF: the sheets of the evening before, the canvases, the cards, all bookmarked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.documents import canvases, deck, pdf
from cartable.documents.press import Press

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.drawing import Chart
    from cartable.sheets import Document
    from cartable.workshop import Card


def render(document: Document, charts: Sequence[Chart], cards: Sequence[Card], *, tiled: bool = False) -> bytes:
    """Return the PDF: accessible, every part with its bookmark, canvases at their true size.

    Parameters
    ----------
    document
        The dossier of the session.
    charts
        The canvases, one page each.
    cards
        Printed on one A4 side each.
    tiled
        Whether canvases are cut in A4 sheets to assemble.

    Raises
    ------
    cartable.errors.CartableError
        If a sheet or a card overflows its page: which one, and what to shorten.
    """
    press = Press(
        "kit.typ",
        deck.data("a4", cards, document.edition, document.version)
        | canvases.data(charts, document.title, tiled=tiled)
        | pdf.data(document),
    )
    pdf.check(press)
    deck.check(press, cards)
    return press.pdf()
