"""Slides from a disk: the keyboard, the notes, no request, no word of English, no fault of accessibility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_livre import violations

from cartable import slides

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.navigateur

DECK = slides.Deck(
    "Module d’essai",
    (
        slides.Slide(
            "Une consigne", "<ul><li>Ce que l’on fait</li><li>Avec qui</li></ul>", "<p>Dites-la deux fois.</p>"
        ),
        slides.Slide("À vous", "<blockquote><p>« Par deux. »</p></blockquote>", ""),
    ),
)
SHOWN = "document.querySelector('.slides > section.present').innerText"
LABELS = "[...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label'))"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "essai.html"
    path.write_text(slides.page(DECK), "utf-8")
    return path


def ready(visit, deck: Path) -> None:
    visit.go(deck.name)
    visit.page.wait_for_selector(".reveal.ready")


def test_le_clavier_va_d_une_diapositive_a_l_autre_et_montre_les_notes(visiter, deck: Path) -> None:
    with visiter(deck.parent.as_uri(), 1280) as visit:
        ready(visit, deck)
        assert "Module d’essai" in visit.page.evaluate(SHOWN)
        visit.page.keyboard.press("ArrowRight")
        assert "Une consigne" in visit.page.evaluate(SHOWN)
        assert not visit.page.is_visible(".speaker-notes")
        visit.page.keyboard.press("n")
        visit.page.wait_for_selector(".speaker-notes", state="visible")
        assert "deux fois" in visit.page.inner_text(".speaker-notes")
        visit.page.keyboard.press("n")
        visit.page.keyboard.press("End")
        assert "À vous" in visit.page.evaluate(SHOWN)
        assert visit.troubles == []


def test_la_page_parle_francais_et_ne_gene_personne(visiter, deck: Path) -> None:
    with visiter(deck.parent.as_uri(), 1280) as visit:
        ready(visit, deck)
        for _ in range(3):
            assert violations(visit.page) == []
            visit.page.keyboard.press("ArrowRight")
        said = " ".join(visit.page.evaluate(LABELS)).lower()
        assert "suivante" in said
        assert not any(word in said for word in ("next", "previous", "slide", "below", "above"))


def test_une_diapositive_tient_dans_l_ecran_d_un_petit_projecteur(visiter, deck: Path) -> None:
    with visiter(deck.parent.as_uri(), 800) as visit:
        ready(visit, deck)
        visit.page.keyboard.press("ArrowRight")
        fits = "(() => { const r = document.querySelector('.slides > section.present h2').getBoundingClientRect();"
        assert visit.page.evaluate(fits + " return r.left >= 0 && r.right <= innerWidth && r.top >= 0; })()")
