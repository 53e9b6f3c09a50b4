"""The portrait as HTML: complete, escaped, alone with itself, written whole or not at all."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import mini_france
import pytest
from mini_france import ESSAI, FORMULA, HOSTILE, SEUL

from cartable import pages
from cartable.errors import DataError
from cartable.portrait import portrait

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 8, 1)
REQUESTING = {"src", "href", "data", "action", "poster", "srcset", "xlink:href"}


@pytest.fixture
def pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "donnees"
    folder.mkdir()
    return mini_france.use(monkeypatch, folder)


class Reader(HTMLParser):
    """Note the elements, the texts and what would be asked of the network."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.requests, self.scripts, self.handlers, self.texts = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "a":
            self.requests += [v for k, v in attrs if k in REQUESTING and not v.startswith(("#", "data:"))]
        self.handlers += [k for k, _ in attrs if k.startswith("on")]

    def handle_data(self, data: str) -> None:
        last = self.tags[-1][0] if self.tags else ""
        (self.scripts if last == "script" else self.texts).append(data)


@pytest.mark.usefixtures("pays")
def test_hostile_names_stay_texts() -> None:
    html = pages.document(portrait(ESSAI), DAY)
    page = Reader(html)
    assert HOSTILE not in html
    assert not any(script.strip() == "alert(1)" for script in page.scripts)
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3  # readings, table, remark
    assert page.handlers == []


@pytest.mark.usefixtures("pays")
def test_a_formula_is_neutralised_for_spreadsheets() -> None:
    assert f"'{FORMULA}" in pages.communes(portrait(ESSAI)).to_csv()


@pytest.mark.usefixtures("pays")
def test_the_fragment_has_no_shared_asset() -> None:
    html = pages.fragment(portrait(ESSAI))
    assert "data-asset" not in html
    assert "<style" not in html
    titles = re.findall(r"<h2>(.*?)</h2>", html)
    assert titles == list(pages.SECTIONS)


@pytest.mark.usefixtures("pays")
def test_the_document_is_french_and_needs_nothing_else() -> None:
    html = pages.document(portrait(ESSAI), DAY)
    page = Reader(html)
    assert dict(page.tags)["html"] == {"lang": "fr"}
    assert page.requests == []
    assert set(re.findall(r"url\(\s*['\"]?(?!data:|#)([^)'\"]+)", html)) == set()
    assert not re.search(r"@import|\bfetch\(|XMLHttpRequest|type=\"module\"", html)
    assert "1er août 2026" in html
    assert html.count('data-asset="maps.js"') == 1


@pytest.mark.usefixtures("pays")
def test_the_document_only_depends_on_the_day() -> None:
    first = pages.document(portrait(ESSAI), DAY)
    assert pages.document(portrait(ESSAI), DAY) == first
    assert pages.document(portrait(ESSAI), DAY.replace(day=2)) == first.replace("1er août", "2 août")


@pytest.mark.usefixtures("pays")
def test_identifiers_are_unique_on_the_page() -> None:
    page = Reader(pages.document(portrait(ESSAI), DAY))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = {i for _, attrs in page.tags for i in (attrs.get("aria-labelledby") or "").split()}
    assert named
    assert named <= set(ids)


@pytest.mark.usefixtures("pays")
def test_the_table_ends_with_the_epci() -> None:
    table = pages.communes(portrait(ESSAI))
    (total,) = table.totals
    assert total[0][1] == "CC du Pays d'Essai"
    assert total[1] == (2000, "2\u202f000")
    assert [row[0][1] for row in table.rows] == ["Alpha", "Delta", "Écho-sans-Contour", HOSTILE, FORMULA]
    delta = table.rows[1]
    assert delta[1][1] == "50"
    assert delta[4][1] == "n.\u00a0d."


@pytest.mark.usefixtures("pays")
def test_layers_start_with_the_one_asked_for() -> None:
    keys = [layer.key for layer in pages.layers(portrait(ESSAI), "densite")]
    assert keys[0] == "densite"
    assert len(keys) == len(set(keys)) == 7


@pytest.mark.usefixtures("pays")
def test_notices_say_how_the_epci_was_found() -> None:
    html = pages.identity(portrait("Vieux-Bourg")).html
    assert "Vieux-Bourg (02003) n’est plus une commune" in html


@pytest.mark.usefixtures("pays")
def test_sections_read_as_text_too() -> None:
    shown = portrait(SEUL)
    assert repr(pages.identity(shown)) == "CA du Bourg-Seul (CABS) : 50\u202f000\u00a0habitants, 1\u00a0commune."
    assert "20,4\u202f%" in repr(pages.ages(shown))


def test_missing_assets_are_named_with_the_command(pays: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cartable.assets.VENDOR", pays)
    monkeypatch.setattr("cartable.assets.read", __import__("cartable.assets", fromlist=["read"]).read.__wrapped__)
    with pytest.raises(DataError, match=r"leaflet\.(css|js)") as error:
        pages.document(portrait(ESSAI), DAY)
    assert "make assets" in error.value.remedy
