"""The cards on paper: nothing overflows, recto and verso meet, and a screen reader can follow."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import TYPE_CHECKING

import mini_ateliers as mini
import pypdf
import pytest

from cartable import workshop
from cartable.documents import deck, pdf
from cartable.errors import CartableError

if TYPE_CHECKING:
    from cartable.workshop import Card, Library

EDITION = dt.date(2026, 11, 22)


def full(text: str, size: int) -> str:
    """Fill a field to its limit, word after word."""
    return (text + " et des habitantes du quartier des Peupliers" * 12)[: size - 1] + "."


def card(slug: str = "essai") -> Card:
    return mini.card(slug, titre=f"Fiche {slug}")


def overlong() -> Card:
    """Every list full and every text at its limit: more than a side can hold."""
    steps = [mini.step(f"Étape numéro {rank}", consigne=full("Dites maintenant", 220)) for rank in range(8)]
    return mini.card(
        "trop-longue",
        titre="Une fiche beaucoup trop longue pour sa page A4",
        deroule=steps,
        quand_utiliser=[full("Le groupe", 160)] * 4,
        quand_eviter=[full("Le conflit", 160)] * 3,
        pieges=[full("Une voix", 200)] * 4,
        signes_de_reussite=[full("Chacune", 160)] * 4,
        materiel=[{"nom": "Feuille A4", "quantite": 2, "par": "personne"}] * 12,
    )


@pytest.fixture(scope="module")
def shipped() -> Library:
    return workshop.load()


def reader(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def read(page: pypdf.PageObject) -> str:
    """What a page says, with ordinary spaces; pypdf takes hyphens for soft ones."""
    return page.extract_text().translate({0xA0: " ", 0x202F: " ", 0xAD: "-"})


@pytest.mark.parametrize(("form", "sides", "smallest"), [("a4", 1, 12), ("jeu", 2, 9)])
def test_every_shipped_card_holds_on_its_printed_sides(
    shipped: Library, form: str, sides: int, smallest: float
) -> None:
    press = deck.press(form, list(shipped.cards.values()), EDITION, "1.0")
    assert press.notes("debordement") == []
    faces = press.notes("face")
    assert Counter(note["slug"] for note in faces) == dict.fromkeys(shipped.cards, sides)
    assert min(note["corps"] for note in faces) >= smallest


def test_an_overlong_card_is_refused_and_says_what_to_shorten() -> None:
    with pytest.raises(CartableError) as refusal:
        deck.card_side([card(), overlong()])
    said = str(refusal.value).replace("\u00a0", " ")
    assert "« Une fiche beaucoup trop longue pour sa page A4 » (trop-longue) déborde de sa page A4" in said
    assert "lignes de trop" in said
    assert "la consigne « Étape numéro 0 » (220 caractères)" in said
    assert "Fiche essai" not in said


@pytest.mark.parametrize("fold", [False, True])
def test_an_overlong_side_of_the_deck_is_refused(fold: bool) -> None:
    with pytest.raises(CartableError, match=r"déborde de son (recto|verso)") as refusal:
        deck.deck([overlong()], fold)
    assert "déborde de son recto" in str(refusal.value)
    assert "quand_utiliser[1] (160" in str(refusal.value)


def test_one_page_per_a4_side() -> None:
    content = deck.card_side([card("un"), card("deux"), card("trois")], EDITION, "1.0")
    pages = reader(content).pages
    assert len(pages) == pdf.pages(content) == 3
    for page, slug in zip(pages, ("un", "deux", "trois"), strict=True):
        text = read(page)
        for expected in (f"Fiche {slug}", "10 min", "Pièges", "Matériel", "Signes de réussite", "CC BY-SA 4.0"):
            assert expected in text
        assert "22 novembre 2026" in text


def test_recto_and_verso_of_a_card_meet_on_the_same_paper() -> None:
    cards = [card(slug) for slug in ("un", "deux", "trois")]
    press = deck.press("jeu", cards)
    faces = {(note["slug"], note["cote"]): note for note in press.notes("face")}
    for slug in ("un", "deux", "trois"):
        recto, verso = faces[slug, "recto"], faces[slug, "verso"]
        assert verso["page"] == recto["page"] + 1
        assert recto["page"] % 2 == 1
        # Turned over its long edge, the paper keeps its top at the top.
        assert verso["y"] == recto["y"]
    assert faces["deux", "recto"]["y"] > faces["un", "recto"]["y"]
    assert faces["trois", "recto"]["y"] == faces["un", "recto"]["y"]
    assert pdf.pages(press.pdf()) == 4


def test_pages_are_a4_upright() -> None:
    for content in (deck.card_side([card()]), deck.deck([card()]), deck.deck([card()], fold=True)):
        for page in reader(content).pages:
            assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_the_band_is_on_the_same_edge_of_the_paper() -> None:
    content = deck.deck([card()])
    recto, verso = (_codes(page) for page in reader(content).pages)
    width = 595
    assert recto < width / 10
    assert verso > width * 9 / 10
    assert recto == pytest.approx(width - verso, abs=12)


def _codes(page: pypdf.PageObject) -> float:
    """Where the code of the steps (« E1 E3 ») is written, from the left."""
    found: list[float] = []

    def visit(text: str, current: list[float], *_: object) -> None:
        if "E1 E3" in text:
            found.append(current[4])

    page.extract_text(visitor_text=visit)
    assert found
    return found[0]


def test_a_folded_card_holds_on_one_page_and_its_lower_half_is_upside_down() -> None:
    content = deck.deck([card("un"), card("deux")], fold=True)
    assert pdf.pages(content) == 2
    press = deck.press("pli", [card("un")])
    recto, verso = press.notes("face")
    assert (recto["page"], verso["page"]) == (1, 1)
    text = read(reader(content).pages[0])
    assert "pliez vers l’arrière" in text
    assert "coupez" not in text


def test_a_deck_is_tagged_in_french_with_a_bookmark_per_side() -> None:
    found = reader(deck.deck([card("un"), card("deux")]))
    root = found.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"].value
    assert [entry["/Title"] for entry in found.outline] == [
        "Fiche un", "Fiche deux", "Fiche un (verso)", "Fiche deux (verso)",
    ]  # fmt: skip


def test_hostile_texts_are_printed_as_they_are() -> None:
    hostile = "#panic() *gras* $x^2$ <script> =cmd() \\ `a`"
    nasty = mini.card("piege", titre="#panic() & $x$ *gras*", pieges=[hostile, "@ref <label> // note"])
    text = read(reader(deck.card_side([nasty])).pages[0])
    assert "#panic() & $x$ *gras*" in text
    flat = " ".join(text.split())
    assert "#panic() *gras* $x^2$ <script> =cmd()" in flat
    assert "@ref <label> // note" in flat


def test_nothing_to_print_is_said() -> None:
    with pytest.raises(CartableError, match="Aucune fiche"):
        deck.deck([])
