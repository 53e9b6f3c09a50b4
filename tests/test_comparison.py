"""Two territories side by side: one scale, honest differences, no winner."""

from __future__ import annotations

import pytest
from mini_france import ESSAI, SANS_AGE, SEUL

from cartable.comparison import compare
from cartable.errors import CartableError
from cartable.indicators import get

RURAL, URBAN = "999000001", "999000002"


@pytest.mark.usefixtures("pays")
def test_shares_differ_in_points_and_counts_in_times() -> None:
    both = compare(ESSAI, SEUL)
    # 560 of 1 990 against 10 000 of 49 000.
    assert both.difference(get("part_65_plus")) == "7,7\u00a0points de plus"
    assert compare(SEUL, ESSAI).difference(get("part_65_plus")) == "7,7\u00a0points de moins"
    assert both.difference(get("population")) == "25,0\u00a0fois moins"
    assert both.difference(get("part_moins_20")) == "2,3\u00a0points de moins"


@pytest.mark.usefixtures("pays")
def test_only_what_both_know_is_compared() -> None:
    keys = [i.key for i in compare(ESSAI, SANS_AGE).indicators]
    assert keys == ["population", "densite"]


@pytest.mark.usefixtures("pays")
def test_one_scale_holds_both() -> None:
    both = compare(ESSAI, SEUL)
    bounds = both.bounds(get("population"))
    assert bounds[0] <= 50
    assert bounds[-1] >= 50_000


def test_incomes_differ_in_euros_and_only_where_the_publisher_says() -> None:
    both = compare(RURAL, URBAN)
    assert "€" in both.difference(get("revenu_median"))
    assert both.difference(get("distance_lieu")) == "ne se compare pas"


def test_the_reading_names_both_and_no_winner() -> None:
    sentences = compare(RURAL, URBAN).reading()
    assert "14\u202f013" in sentences[0]
    assert any(s.startswith("Ce qui les distingue") for s in sentences)
    assert "quoi se demander" in sentences[-1]


def test_the_same_twice_is_refused() -> None:
    with pytest.raises(CartableError, match="le même EPCI"):
        compare(RURAL, RURAL)


def test_an_invented_territory_is_not_compared_to_a_real_one() -> None:
    with pytest.raises(CartableError, match="inventé"):
        compare(RURAL, "200070035")
