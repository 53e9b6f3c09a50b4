"""The trial of a place in Chromium, from file://: by a click on the map, by keyboard, without a network or a kernel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cartable import access_pages, territory
from cartable.access import reading
from cartable.access.inquiry import Inquiry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.navigateur

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAINTED = "figure.cartable-carte[data-peinte=oui]"
RESULT = ".cartable-acces__resultat"


@pytest.fixture(scope="module")
def asked() -> Inquiry:
    return Inquiry(territory.load("999000001"))


@pytest.fixture
def show(chromium, tmp_path: Path) -> Iterator[Callable]:
    """Open the page from file://; at the end, refuse any request, error or message of the console."""
    contexts, troubles = [], []

    def opened(question: Inquiry, **options: object):
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(access_pages.document(question), encoding="utf-8")
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        page.wait_for_selector(PAINTED)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [trouble for trouble in troubles if not trouble.startswith(("data:", "blob:"))] == []


def sentences(page) -> list[str]:
    return page.locator(f"{RESULT} li").all_text_contents()


def test_a_click_on_the_map_opens_a_place_there(show, asked: Inquiry) -> None:
    page = show(asked)
    assert sentences(page) == []
    page.locator(".cartable-carte__plan").click(position={"x": 300, "y": 160})
    found = [page.get_by_label(name).input_value() for name in ("Latitude", "Longitude")]
    point = [float(text.replace(",", ".")) for text in found]
    west, south, east, north = asked.territory.tables.topology.bounds(asked.territory.codes)
    assert south < point[0] < north
    assert west < point[1] < east
    # The fields are rounded to ten metres: what is said is said of that point.
    page.get_by_role("button", name="Essayer ce point").click()
    assert sentences(page) == reading.opening_reading(asked, asked.opening(*point))


def test_the_keyboard_does_the_same(show, asked: Inquiry) -> None:
    page = show(asked)
    page.get_by_label("Au point de la commune").focus()
    page.keyboard.type("Roncevent")
    page.wait_for_selector(f"{RESULT} li")
    code = asked.study.reach.index[asked.study.reach["nom"] == "Roncevent"][0]
    assert sentences(page) == reading.opening_reading(asked, asked.opening_in(code))
    page.get_by_label("Rayon").select_option("20")
    assert "20\u00a0km" in sentences(page)[-2]
    page.get_by_label("Rayon").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # « Effacer »
    assert sentences(page) == []
    assert page.get_by_label("Latitude").input_value() == ""


def test_a_wrong_point_is_explained(show, asked: Inquiry) -> None:
    page = show(asked)
    page.get_by_label("Latitude").fill("ici")
    page.get_by_label("Longitude").fill("−7,6")
    page.get_by_label("Longitude").press("Enter")
    assert "Donnez deux nombres" in sentences(page)[0]
    assert page.get_by_label("Latitude").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Longitude").get_attribute("aria-invalid") == "false"


def test_without_script_the_form_stays_hidden_and_the_tables_read(asked: Inquiry, chromium, tmp_path: Path) -> None:
    path = tmp_path / "sans-script.html"
    path.write_text(access_pages.document(asked), encoding="utf-8")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert not page.locator(".cartable-acces__essai").is_visible()
    assert page.get_by_text("Roncevent").first.is_visible()
    context.close()


def test_a_public_page_has_no_name_of_a_commune(show, asked: Inquiry) -> None:
    page = show(Inquiry(asked.territory, public=True))
    page.locator(".cartable-carte__plan").click(position={"x": 300, "y": 160})
    page.wait_for_selector(f"{RESULT} li")
    text = page.locator("body").inner_text()
    assert not [name for name in asked.territory.communes["nom"] if name in text]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing(show, asked: Inquiry, scheme: str, width: int) -> None:
    page = show(asked, color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.get_by_label("Latitude").fill("ici")
    page.get_by_role("button", name="Essayer ce point").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_trial_leaves_and_what_it_said_stays(show, asked: Inquiry) -> None:
    page = show(asked)
    page.get_by_label("Au point de la commune").select_option(label="Roncevent")
    page.emulate_media(media="print")
    assert not page.locator(".cartable-acces__essai").is_visible()
    assert re.search(r"à moins de 10", page.locator(RESULT).inner_text())
