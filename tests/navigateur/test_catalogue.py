"""Catalogue, cards and sessions in Chromium: same computation as Python, filters, keyboard, no script, paper."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from test_livre import violations

from cartable import assets, wording, workshop
from cartable.book import catalogue, fiche, materials

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.navigateur

CATALOGUE, CARD, SESSIONS = "book/ateliers.html", "workshops/persona.html", "book/seances.html"
SOME = (1, 2, 3, 4, 5, 7, 8, 11, 14, 19, 23, 30, 47, 80, 150)
COMPUTE = """([card, people, clocks]) => people.map(n => ({
  etapes: clocks.map(clock => card.etapes.map(step => cartableAteliers.minutes(card, step, n, clock))),
  totaux: clocks.map(clock => cartableAteliers.duration(cartableAteliers.total(card, n, clock))),
  groupes: ["seul", "binome", "trio", "groupe", "pleniere"].map(one => cartableAteliers.groupCount(card, one, n)),
  materiel: card.materiel.map((_, rank) => cartableAteliers.quantity(card, rank, n)),
}))"""


@pytest.fixture(scope="module")
def library() -> workshop.Library:
    return workshop.load()


@pytest.fixture
def scripts(chromium):
    page = chromium.new_page()
    for name in ("book/workshops.js", "book/catalogue.js"):
        page.add_script_tag(content=assets.read(name))
    yield page
    page.close()


def expected(card: workshop.Card, n: int) -> dict:
    return {
        "etapes": [[card.minutes(step, n, clock) for step in card.deroule] for clock in workshop.CLOCKS],
        "totaux": [wording.duration(card.total(n, clock)) for clock in workshop.CLOCKS],
        "groupes": [card.group_count(one, n) for one in workshop.CONFIGURATIONS],
        "materiel": [materials.quantity(card, item, n) for item in card.materiel],
    }


def test_the_browser_computes_as_python_does(scripts, library: workshop.Library) -> None:
    for slug, card in library.cards.items():
        people = sorted({*SOME, card.participants.min, card.participants.ideal, card.participants.max})
        found = scripts.evaluate(COMPUTE, [json.loads(fiche.payload(card)), people, list(workshop.CLOCKS)])
        for n, computed in zip(people, found, strict=True):
            assert computed == expected(card, n), f"{slug} à {n} personnes"


def test_another_headcount_changes_the_whole_page(visiter, base: str, library: workshop.Library) -> None:
    card, n = library["persona"], 24
    with visiter(base) as visit:
        visit.go(CARD)
        page = visit.page
        field = page.get_by_label("Recalculer pour ce nombre de personnes")
        assert field.input_value() == str(card.participants.ideal)
        field.fill(str(n))
        total = page.locator(".cartable-minutes caption [data-calcul='total:typique']")
        assert total.inner_text() == wording.duration(card.total(n))
        rows = page.locator(".cartable-minutes tbody tr")
        starts = [sum(card.minutes(step, n) for step in card.deroule[:rank]) for rank in range(len(card.deroule))]
        assert [row.locator("td").first.inner_text() for row in rows.all()] == [*map(wording.duration, starts)]
        quantities = [str(materials.quantity(card, item, n)) for item in card.materiel]
        assert page.locator("td.cartable-total").all_inner_texts() == quantities
        page.wait_for_function("document.querySelector('.cartable-effectif__dit').textContent.startsWith('À 24')")
        assert visit.troubles == []


def test_a_headcount_that_does_not_suit_is_explained(visiter, livre: Path, library: workshop.Library) -> None:
    people = library["persona"].participants
    with visiter(livre.as_uri()) as visit:
        visit.go(CARD)
        field, said = visit.page.locator("#cartable-effectif"), visit.page.locator(".cartable-effectif__dit")
        for typed, reason in ((people.max + 1, "deux salles"), (people.min - 1, "au moins"), ("0", "de 1 à 500")):
            field.fill(str(typed))
            visit.page.wait_for_function(
                "text => document.querySelector('.cartable-effectif__dit').textContent.includes(text)", arg=reason
            )
        assert field.get_attribute("aria-invalid") == "true"
        assert said.get_attribute("role") == "status"


def shown(page) -> list[str]:
    return page.locator(".cartable-format:visible h3").all_inner_texts()


def kept(library: workshop.Library, test) -> list[str]:
    return sorted((card.titre for card in library.cards.values() if test(card)), key=wording.fold)


def test_each_filter_keeps_what_it_says(visiter, livre: Path, library: workshop.Library) -> None:
    with visiter(livre.as_uri()) as visit:
        page = visit.page
        for filters, test in (
            ("", lambda _card: True),
            ("#etape=E2", lambda card: "E2" in card.etapes_programme),
            ("#duree=30", lambda card: card.total() <= 30),
            (
                "#duree=60&personnes=30",
                lambda card: card.participants.min <= 30 <= card.participants.max and card.total(30) <= 60,
            ),
            ("#livrable=idees", lambda card: "idees" in card.sorties),
            ("#difficulte=1", lambda card: card.difficulte.animation == 1),
            ("#distance=oui", lambda card: card.distance.possible),
            ("#ecran=oui&etape=V", lambda card: not fiche.needs_screen(card) and "V" in card.etapes_programme),
            ("#mots=zzzz", lambda _card: False),
            ("#choisir-un-format", lambda _card: True),
            ("#personnes=abc", lambda _card: True),
        ):
            page.goto("about:blank")
            visit.go(CATALOGUE + filters)
            assert shown(page) == kept(library, test), filters
        assert visit.troubles == []


def test_words_are_found_without_accents_nor_case(visiter, base: str, library: workshop.Library) -> None:
    with visiter(base) as visit:
        visit.go(CATALOGUE)
        field = visit.page.get_by_label("Un mot du format")
        for typed in ("PERSONNAGE", "Débat", "debat", "Émpathie", "marche"):
            field.fill(typed)
            words = wording.fold(typed).split()
            assert shown(visit.page) == kept(
                library,
                lambda card, words=words: all(
                    any(known.startswith(word) for known in catalogue.folded(card, library.vocabulary).split())
                    for word in words
                ),
            ), typed
            assert shown(visit.page), typed
        assert visit.troubles == []


def test_filters_go_by_keyboard_are_counted_aloud_and_stay_in_the_address(visiter, base: str) -> None:
    with visiter(base) as visit:
        visit.go(CATALOGUE)
        page, count = visit.page, visit.page.locator(".cartable-catalogue__compte")
        whole = len(shown(page))
        assert count.get_attribute("role") == "status"
        page.get_by_label("Un mot du format").focus()
        page.keyboard.press("Tab")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("20")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        some = shown(page)
        assert 0 < len(some) < whole
        page.wait_for_function(
            f"document.querySelector('.cartable-catalogue__compte').textContent.startsWith('{len(some)}')"
        )
        assert f"sur {whole}" in count.inner_text()
        assert page.url.endswith("#etape=E3&personnes=20&distance=oui")

        page.locator(".cartable-format:visible a").first.click()
        page.wait_for_selector(".cartable-enbref")
        page.go_back()
        page.wait_for_selector(".cartable-catalogue")
        assert shown(page) == some
        assert page.get_by_label("Nombre de personnes").input_value() == "20"

        page.get_by_role("button", name="Effacer les filtres").press("Enter")
        page.wait_for_function(f"document.querySelectorAll('.cartable-format:not([hidden])').length === {whole}")
        assert "#" not in page.url
        assert visit.troubles == []


def test_a_length_follows_the_number_of_people(visiter, livre: Path, library: workshop.Library) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(f"{CATALOGUE}#personnes=24&mots=persona")
        card = library["persona"]
        entry = visit.page.locator(
            ".cartable-format:visible", has=visit.page.get_by_role("link", name="Persona", exact=True)
        )
        assert f"{wording.duration(card.total(24))} à 24\xa0personnes" in entry.inner_text().replace("\n", " ")


def test_without_script_everything_is_there_and_no_dead_control(
    chromium, livre: Path, library: workshop.Library
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{livre.as_uri()}/{CATALOGUE}")
    assert shown(page) == kept(library, lambda _card: True)
    assert not page.locator(".cartable-filtres").is_visible()
    page.goto(f"{livre.as_uri()}/{CARD}")
    assert not page.locator(".cartable-effectif").is_visible()
    assert wording.duration(library["persona"].total()) in page.locator(".cartable-enbref").inner_text()
    context.close()


def one_session(livre: Path) -> str:
    return f"workshops/seances/{min((livre / 'workshops/seances').glob('*.html')).name}"


@pytest.mark.parametrize("kind", [CATALOGUE, CARD, SESSIONS, "seance"])
def test_pages_are_accessible_narrow_and_dark(visiter, livre: Path, kind: str) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(one_session(livre) if kind == "seance" else kind)
        page = visit.page
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            for theme in ("light", "dark"):
                page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
                assert violations(page) == [], f"{width} pixels, {theme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visit.troubles == []


def test_controls_are_large_enough_for_a_finger(visiter, livre: Path) -> None:
    with visiter(livre.as_uri(), 360) as visit:
        visit.go(CATALOGUE)
        for control in visit.page.locator(".cartable-filtres :is(select, button, input:not([type=checkbox]))").all():
            assert control.bounding_box()["height"] >= 44
        for box in visit.page.locator(".cartable-filtre--case").all():
            assert box.bounding_box()["height"] >= 44


def test_a_printed_card_holds_the_number_typed_and_no_control(visiter, livre: Path) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(CARD)
        page = visit.page
        page.locator("#cartable-effectif").fill("24")
        page.emulate_media(media="print")
        assert not page.locator(".cartable-effectif").is_visible()
        assert "24\xa0personnes" in page.locator(".cartable-minutes caption").inner_text()
        # On A4, the table loses no column.
        page.set_viewport_size({"width": 700, "height": 990})
        table, box = page.locator(".cartable-minutes"), page.locator("article")
        assert table.bounding_box()["width"] <= box.bounding_box()["width"] + 1
        assert page.pdf(format="A4").startswith(b"%PDF")
