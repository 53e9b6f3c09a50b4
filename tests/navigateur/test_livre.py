"""Every page of the book in Chromium: silent, painted, accessible, French, readable on a telephone."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest

from cartable import exercises, training

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.navigateur

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
DOOR = Path(__file__).resolve().parents[2] / "tools" / "ouvrir.html"
NO_AXE = "Il manque axe-core : lancez « make assets » (npm l'apporte)."
# What the theme, Sphinx, myst-nb, sphinx-design, Leaflet and folium write when nobody stops them.
ENGLISH = re.compile(
    r"\b(toggle|search|contents|skip to|previous|next (?:page|topic)|click to|show|hide|print|download|color mode"
    r"|dark|light|zoom in|zoom out|last updated|built with|created using|trusted|copy|home|navigation menu|main menu"
    r"|loading|warning|tip|see also|page not found|by the)\b",
    re.IGNORECASE,
)
SPOKEN = """() => [
  document.title,
  document.body.innerText,
  ...[...document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")].flatMap(node =>
    ["aria-label", "title", "placeholder", "alt"].map(name => node.getAttribute(name)).filter(Boolean)),
]"""


def violations(page) -> list[str]:
    """Return what axe-core finds, in a form that says where."""
    if not AXE.is_file():
        pytest.fail(NO_AXE)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    # « preload » asks for the style sheets again, which file:// refuses.
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
    return [f"{rule['id']} : {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def test_page_opens_without_network_error_nor_blank_map(visiter, base: str, page_name: str) -> None:
    with visiter(base) as visit:
        visit.go(page_name)
        assert visit.page.evaluate("document.documentElement.lang") == "fr"
        assert visit.troubles == []


def test_page_is_accessible_in_both_colours_and_widths(visiter, livre: Path, page_name: str) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(page_name)
        for width in (1280, 360):
            visit.page.set_viewport_size({"width": width, "height": 800})
            for theme in ("light", "dark"):
                visit.page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
                assert violations(visit.page) == [], f"{width} pixels, {theme}"


def test_page_reads_well_on_a_telephone(visiter, livre: Path, page_name: str) -> None:
    with visiter(livre.as_uri(), 360) as visit:
        visit.go(page_name)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        leftovers = {match[0] for text in visit.page.evaluate(SPOKEN) for match in ENGLISH.finditer(text)}
        assert leftovers == set()
        assert visit.page.locator(".cell_input pre:visible").count() == 0


def test_theme_leaves_the_labels_of_the_map(visiter, livre: Path) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go("book/portrait.html")
        labels = visit.page.locator(".cartable-carte__etiquettes svg").first
        # An image without width draws nothing, even if its texts have a place.
        assert labels.evaluate("node => node.getBoundingClientRect().width") > 0


def test_buttons_are_large_enough_for_a_finger(visiter, livre: Path) -> None:
    with visiter(livre.as_uri(), 360) as visit:
        visit.go("index.html")
        for button in visit.page.locator(".cartable-bandeau :is(button, input)").all():
            box = button.bounding_box()
            assert box["height"] >= 44, button.inner_text()
            assert box["width"] >= 44, button.inner_text()


def test_keyboard_reaches_the_text_at_once_and_shows_where_it_is(visiter, livre: Path) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go("index.html")
        page = visit.page
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "Aller au contenu"
        assert skip.bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu"
        page.keyboard.press("Tab")
        style = page.locator(":focus").evaluate(
            "node => getComputedStyle(node.closest('.sd-card') || node).outlineWidth"
        )
        assert style == "3px"


def test_keyboard_opens_and_closes_the_menu_on_a_telephone(visiter, livre: Path) -> None:
    with visiter(livre.as_uri(), 360) as visit:
        visit.go("index.html")
        page, menu = visit.page, visit.page.locator("#cartable-menu")
        assert not menu.is_visible()
        page.locator(".cartable-ouvre-menu").focus()
        page.keyboard.press("Enter")
        assert menu.is_visible()
        assert page.locator(".cartable-ouvre-menu").get_attribute("aria-expanded") == "true"
        page.keyboard.press("Escape")
        assert not menu.is_visible()
        assert page.evaluate("document.activeElement.classList.contains('cartable-ouvre-menu')")


def test_dark_mode_is_remembered_on_the_next_page(visiter, serveur: str) -> None:
    with visiter(serveur) as visit:
        visit.go("index.html")
        button = visit.page.locator(".cartable-theme")
        button.focus()
        visit.page.keyboard.press("Space")
        assert button.get_attribute("aria-pressed") == "true"
        visit.go("book/sources.html")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("accessibilite", "book/accessibilite.html"),
        ("ACCESSIBILITÉ", "book/accessibilite.html"),
        ("crédîts", "book/credits.html"),
        ("licence", "book/credits.html"),
        ("licences", "book/credits.html"),
    ],
)
def test_search_ignores_accents_and_plurals(visiter, base: str, words: str, target: str) -> None:
    with visiter(base) as visit:
        visit.go("index.html")
        visit.page.get_by_label("Rechercher dans le livre").fill(words)
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_selector(f'#search-results a[href^="{target}"]')
        assert visit.troubles == []


def test_printed_page_keeps_only_the_text(visiter, livre: Path) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go("book/sources.html")
        visit.page.emulate_media(media="print")
        assert visit.page.locator("h1").is_visible()
        for furniture in ("header", "#cartable-menu", ".cartable-suite"):
            assert not visit.page.locator(furniture).first.is_visible()
        assert visit.page.pdf(format="A4").startswith(b"%PDF")


def test_la_porte_des_notebooks_ouverte_depuis_le_disque_dit_comment_faire(visiter) -> None:
    with visiter(DOOR.parent.as_uri(), 360) as visit:
        visit.go(DOOR.name)
        said = visit.page.inner_text("main")
        assert "http.server" in said
        assert "L’ouvrir maintenant" not in said
        assert violations(visit.page) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visit.troubles == []


def test_aucune_reponse_d_exercice_n_est_dans_le_livre(livre):
    pages = [path for name in ("notebooks", "book") for path in (livre / name).rglob("*.html")]
    read = {path.name: bare(path.read_text("utf-8")) for path in [*pages, livre / "searchindex.js"]}
    papers = pypdf.PdfReader(livre / "imprimes" / "exercices.pdf")
    read["exercices.pdf"] = bare("\n".join(page.extract_text() for page in papers.pages))
    assert "01-dire-un-chiffre.html" in read
    heads = [one.head for one in exercises.load(training.folder()).values()]
    answers = sentences(head.correction.lecture for head in heads)
    told = sentences(mistake.message for head in heads for mistake in head.erreurs)
    assert len(answers) > 20
    assert len(told) > 60
    assert [(name, one) for name, text in read.items() for one in answers if one in text] == []
    # The trainer's own page shows what some invented trainees were told, never an answer.
    shown = {name for name, text in read.items() for one in told if one in text}
    assert shown <= {"suivre-un-groupe.html"}


def sentences(texts: Iterable[str]) -> set[str]:
    """Return the sentences long enough to be somebody's own."""
    return {bare(one) for text in texts for one in text.split(". ") if len(one) > 40}


def bare(text: str) -> str:
    """Return a text without markup, with one kind of space and of apostrophe, so that nothing hides behind them."""
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(text)).replace("’", "'").split())
