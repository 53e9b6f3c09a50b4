"""French numbers, dates and sentences."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import wording

FINITE = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


def back(text: str) -> float:
    return float(text.replace(wording.NNBSP, "").replace(wording.MINUS, "-").replace(",", "."))


@given(FINITE, st.integers(0, 3))
def test_number_reads_back_to_the_rounded_value(value: float, decimals: int) -> None:
    text = wording.number(value, decimals)
    assert back(text) == pytest.approx(value, abs=0.5001 * 10**-decimals)
    assert text == wording.number(back(text), decimals)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (26641, 0, "26\u202f641"),
        (1234567.891, 2, "1\u202f234\u202f567,89"),
        (-5, 0, "\u22125"),
        (-0.01, 1, "0,0"),
        (0, 0, "0"),
        (None, 0, "n.\u00a0d."),
        (float("nan"), 1, "n.\u00a0d."),
    ],
)
def test_number(value: float | None, decimals: int, text: str) -> None:
    assert wording.number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.298, "29,8\u202f%"), (1, "100,0\u202f%"), (None, "n.\u00a0d."), (float("nan"), "n.\u00a0d.")]
)
def test_percent(share: float | None, text: str) -> None:
    assert wording.percent(share) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0\u00a0commune"),
        (1, "1\u00a0commune"),
        (1.9, "2\u00a0commune"),
        (2, "2\u00a0communes"),
        (-1, "\u22121\u00a0commune"),
    ],
)
def test_plural_starts_at_two(count: float, text: str) -> None:
    assert wording.plural(count, "commune") == text


def test_plural_takes_an_irregular_form() -> None:
    assert wording.plural(3, "personne vit", "personnes vivent") == "3\u00a0personnes vivent"


@pytest.mark.parametrize(
    ("day", "text"), [(dt.date(2024, 8, 1), "1er août 2024"), (dt.date(2026, 2, 11), "11 février 2026")]
)
def test_date(day: dt.date, text: str) -> None:
    assert wording.date(day) == text


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_join(words: list[str], text: str) -> None:
    assert wording.join(words) == text


@given(st.text())
def test_fold_is_stable_and_keeps_letters_and_digits_only(text: str) -> None:
    folded = wording.fold(text)
    assert wording.fold(folded) == folded
    assert all(c.isalnum() or c == " " for c in folded)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'Œuvre d'Étampes", "l oeuvre d etampes"),
        ("SAINT-ÉTIENNE", "saint etienne"),
        ("Haÿ-les-Roses", "hay les roses"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert wording.fold(text) == folded


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Charroux", "de Charroux"),
        ("Angoulême", "d’Angoulême"),
        ("Étampes", "d’Étampes"),
        ("Le Mans", "du Mans"),
        ("Les Herbiers", "des Herbiers"),
        ("La Rochelle", "de La Rochelle"),
    ],
)
def test_of(name: str, text: str) -> None:
    assert wording.of(name) == text
