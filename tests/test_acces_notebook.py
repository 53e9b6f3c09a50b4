"""The notebook « Lieux et accès » and its page say what the package computes today, on the invented country."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cartable import notebook, territory, wording
from cartable.access import reading
from cartable.access.inquiry import Inquiry
from cartable.access.offer import Wanted

ROOT = Path(__file__).resolve().parent.parent
PATH = ROOT / "notebooks" / "lieux-et-acces.ipynb"
PAGE = ROOT / "book" / "acces.md"
RURAL = "999000001"


@pytest.fixture(scope="module")
def cells() -> dict:
    return {cell["id"]: cell for cell in json.loads(PATH.read_text(encoding="utf-8"))["cells"]}


def html(cell: dict) -> str:
    return "".join(text for output in cell["outputs"] for text in output["data"].get("text/html", []))


def words(cell: dict) -> str:
    return "".join(text for output in cell["outputs"] for text in output["data"]["text/plain"])


def test_may_be_committed() -> None:
    assert notebook.problems(PATH.read_text(encoding="utf-8"), PATH.name) == ()


def test_it_opens_on_the_invented_country_and_every_output_says_so(cells: dict) -> None:
    assert f'territoire = "{RURAL}"' in "".join(cells["parametres"]["source"])
    shown = [c for i, c in cells.items() if c["cell_type"] == "code" and i not in {"parametres", "choix"}]
    shown = [c for c in shown if "acces.sources(" not in "".join(c["source"])]  # the list of sources shows no territory
    assert len(shown) == 8
    assert all("fictif" in html(cell) for cell in shown)


def test_what_it_says_is_what_is_computed_today(cells: dict) -> None:
    asked = Inquiry(territory.load(RURAL))
    said = words(cells["personnes"])
    assert reading.finding(asked) in said
    for radius in (5, 10, 20):
        assert reading.beyond_reading(asked, radius) in said
    for sentence in reading.opening_reading(asked, asked.opening_in("99021")):
        assert sentence in words(cells["essai"])
    for sentence in reading.best_reading(asked):
        assert sentence in words(cells["meilleur"])


def test_each_cell_calls_the_package_in_a_few_lines(cells: dict) -> None:
    sources = ["".join(c["source"]) for c in cells.values() if c["cell_type"] == "code"]
    assert all(len(source.splitlines()) <= 5 for source in sources)


def test_the_trial_of_a_place_is_in_the_page_itself(cells: dict) -> None:
    shown = html(cells["carte"])
    assert 'data-asset="access.js"' in shown
    assert '<form class="cartable-acces__essai" hidden' in shown
    assert 'role="status"' in shown


def test_the_figures_of_the_page_are_those_of_the_invented_country() -> None:
    page = PAGE.read_text(encoding="utf-8")
    place = territory.load(RURAL)
    for wanted in (Wanted(), Wanted(day="samedi")):
        far = Inquiry(place, wanted).study.beyond(10)
        assert f"entre {wording.number(far.low)} et {wording.number(far.high)}" in page


def test_the_page_gives_no_factor_from_kilometres_to_roads() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "aucun coefficient" in page
    assert not re.search(r"(multipli\w+ par|×)\s*1[,.]\d", page)
    assert wording.typeset(page) == page
