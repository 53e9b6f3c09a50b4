"""Charts: valid SVG, described in words, told apart without colour, nothing that escapes."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from cartable import drawing

SERIES = ["Moins de 20 ans", "De 20 à 64 ans", "65 ans et plus"]
ROWS = [("Ici", [0.2, 0.5, 0.3]), ("Ailleurs", [0.25, 0.72, 0.03]), ("Nulle part", [float("nan")] * 3)]
SVG = "{http://www.w3.org/2000/svg}"


def chart(rows=ROWS, title: str = "Âge des habitants") -> drawing.Chart:
    return drawing.stacked_bars(rows, SERIES, title=title)


def tree(shown: drawing.Chart) -> ET.Element:
    return ET.fromstring(shown.svg)  # noqa: S314 (our own text)


def test_title_and_description_are_tied_to_the_image() -> None:
    svg = tree(chart())
    title, text = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {text.get('id')}"
    assert title.text == "Âge des habitants"
    assert text.text == chart().description


def test_the_description_gives_every_figure() -> None:
    description = chart().description
    assert "Ici : Moins de 20 ans 20,0\u202f%, De 20 à 64 ans 50,0\u202f%, 65 ans et plus 30,0\u202f%." in description
    assert "Nulle part : donnée absente." in description


def test_bars_are_as_long_as_their_shares() -> None:
    bars = [r for r in tree(chart()).iter(f"{SVG}rect") if r.get("height") == str(drawing.BAR)]
    widths = [float(bar.get("width")) for bar in bars]
    assert len(widths) == 6  # the row without data has no bar
    assert sum(widths[:3]) == pytest.approx(sum(widths[3:]), abs=0.3)
    assert widths[2] / sum(widths[:3]) == pytest.approx(0.3, abs=0.001)


def test_written_percentages_add_up() -> None:
    drawn = [t.text for t in tree(chart(ROWS[:1])).iter(f"{SVG}text")]
    shares = [float(m[1].replace(",", ".")) for t in drawn if (m := re.fullmatch(r"([\d,]+)\u202f%", t))]
    assert shares == [20, 50, 30]


def test_a_share_too_narrow_is_left_to_the_description() -> None:
    shown = chart([ROWS[1]])
    assert "3,0\u202f%" in shown.description
    assert "3,0\u202f%" not in [t.text for t in tree(shown).iter(f"{SVG}text")]


def test_series_differ_by_their_texture() -> None:
    fills = {r.get("fill") for r in tree(chart()).iter(f"{SVG}rect") if r.get("height") == str(drawing.BAR)}
    assert len([f for f in fills if f.startswith("url(#")]) == 2
    patterns = {p.get("id") for p in tree(chart()).iter(f"{SVG}pattern")}
    assert {f[5:-1] for f in fills if f.startswith("url(#")} <= patterns


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", 'a" onload="x', "A & B", "x" * 300, "mot " * 60])
def test_hostile_names_stay_texts(text: str) -> None:
    shown = chart([(text, [0.2, 0.5, 0.3])], title=text)
    svg = tree(shown)
    assert svg.find(f"{SVG}title").text == text
    assert not list(svg.iter(f"{SVG}script"))
    assert max(len(t.text) for t in svg.iter(f"{SVG}text")) <= 30


def test_the_same_figures_make_the_same_drawing_and_others_another_id() -> None:
    assert chart().svg == chart().svg
    first, second = tree(chart()), tree(chart(ROWS[:1]))
    assert first.get("aria-labelledby") != second.get("aria-labelledby")
