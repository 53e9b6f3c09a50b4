"""Tables: readable without a script, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from cartable.errors import CartableError
from cartable.tables import Column, table

COLUMNS = [
    Column("nom", "Commune"),
    Column("pop", "Population", "nombre", "habitants", "Population municipale"),
]
ROWS = [[("Civray", "Civray"), (2612, "2 612")], [("Anché", "Anché"), (None, "n. d.")]]
TOTAL = [[("EPCI", "CC du Civraisien"), (26641.5, "26 641,5")]]


class Tags(HTMLParser):
    """The tags of a text, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append((tag, dict(attrs)))


def tags(html: str, name: str) -> list[dict]:
    return [attributes for tag, attributes in Tags(html).found if tag == name]


def html_of(**changes: object) -> str:
    return table(COLUMNS, ROWS, **({"caption": "Habitants", "totals": TOTAL} | changes))._repr_html_()


def test_headings_have_a_scope() -> None:
    scopes = [heading["scope"] for heading in tags(html_of(), "th")]
    assert scopes == ["col", "col", "row", "row", "row"]


def test_sort_keys_are_raw_values_and_missing_ones_are_empty() -> None:
    assert [cell.get("data-tri") for cell in tags(html_of(), "td")] == ["2612", "", "26641.5"]


def test_the_total_is_in_the_foot() -> None:
    html = html_of()
    assert "CC du Civraisien" in html.split("<tfoot>")[1].split("</tfoot>")[0]
    assert "<tfoot>" not in html_of(totals=())


def test_the_scrolling_frame_has_a_name_and_takes_the_focus() -> None:
    html = html_of()
    frame = next(a for a in tags(html, "div") if a.get("role") == "region")
    assert frame["tabindex"] == "0"
    assert f'<caption id="{frame["aria-labelledby"]}">Habitants</caption>' in html


def test_only_long_tables_get_a_filter() -> None:
    long = [[(str(i), str(i)), (i, str(i))] for i in range(51)]
    assert "data-filtre" not in table(COLUMNS, long[:50], caption="x")._repr_html_().split("<table>")[0]
    assert "data-filtre" in table(COLUMNS, long, caption="x")._repr_html_().split("<table>")[0]


def test_hostile_texts_are_escaped() -> None:
    bad = '</script><img src=x onerror="alert(1)">'
    html = table([Column("a", bad, tooltip=bad, unit=bad)], [[(bad, bad)]], caption=bad, note=bad)._repr_html_()
    assert "<img" not in html


def test_no_address() -> None:
    assert not re.findall(r"https?://", html_of())


def test_the_identifier_follows_the_content() -> None:
    ids = [table(COLUMNS, ROWS, caption=caption).identifier for caption in ("a", "b", "a")]
    assert ids[0] == ids[2] != ids[1]


def test_csv_is_french_and_keeps_numbers() -> None:
    text = table(COLUMNS, ROWS, caption="x", totals=TOTAL).to_csv()
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]), delimiter=";")) == [
        ["Commune", "Population (habitants)"],
        ["Civray", "2612"],
        ["Anché", ""],
        ["CC du Civraisien", "26641,5"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_disarms_formulas(start: str) -> None:
    text = table(COLUMNS, [[("x", f"{start}1+1"), (-2.5, "−2,5")]], caption="x").to_csv()
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert rows[1] == [f"'{start}1+1", "-2,5"]


def test_infinite_and_absent_numbers_are_empty() -> None:
    rows = [[("a", "a"), (float("nan"), "n. d.")], [("b", "b"), (float("inf"), "n. d.")]]
    assert table(COLUMNS, rows, caption="x").to_csv().splitlines()[1:] == ["a;", "b;"]


def test_a_short_row_is_refused() -> None:
    with pytest.raises(CartableError, match="La ligne 2 du tableau « x » compte 1 cellules au lieu de 2"):
        table(COLUMNS, [ROWS[0], [("seul", "seul")]], caption="x")


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(CartableError, match="pas de colonne"):
        table([], [], caption="x")


def test_its_text_form_is_french_and_stable() -> None:
    assert repr(table(COLUMNS, ROWS, caption="Habitants")) == "Tableau « Habitants » : 2\u00a0lignes."
