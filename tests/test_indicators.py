"""Indicators: sums before ratios, missing values left missing, classes that hold something."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import indicators
from cartable.errors import CartableError

SHARE = indicators.INDICATORS["part_65_plus"]


def communes(**columns: list) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"remarque": [""] * size, **columns})


def test_total_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    table = communes(plus_de_65_ans=[90.0, 10.0], population_recensement=[100.0, 900.0])
    assert SHARE.total(table) == pytest.approx(0.1)
    assert SHARE.values(table).mean() == pytest.approx((0.9 + 10 / 900) / 2)


def test_missing_communes_leave_both_sums() -> None:
    table = communes(plus_de_65_ans=[30.0, np.nan, 5.0], population_recensement=[100.0, 50.0, np.nan])
    assert SHARE.total(table) == pytest.approx(0.3)
    assert SHARE.values(table).isna().tolist() == [False, True, True]


@pytest.mark.parametrize("people", [[0.0], [np.nan]])
def test_nobody_is_not_zero_percent(people: list[float]) -> None:
    table = communes(plus_de_65_ans=[0.0], population_recensement=people)
    assert math.isnan(SHARE.total(table))
    assert math.isnan(SHARE.values(table)[0])


@pytest.mark.parametrize(
    ("remark", "key", "known"),
    [
        ("recensée avec 15141", "part_65_plus", False),
        ("recensée avec 15141", "population", True),
        ("contour d’avant le rétablissement", "densite", False),
        ("contour complété", "densite", True),
    ],
)
def test_figures_of_another_perimeter_are_hidden(remark: str, key: str, known: bool) -> None:
    indicator = indicators.INDICATORS[key]
    columns = {indicator.numerator: [10.0], "remarque": [remark]}
    if indicator.denominator:
        columns[indicator.denominator] = [20.0]
    assert bool(indicator.values(pd.DataFrame(columns)).notna()[0]) is known


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("part_65_plus", 0.298, "29,8\u202f%"),
        ("population", 26641, "26\u202f641\u00a0habitants"),
        ("densite", float("nan"), "n.\u00a0d."),
        ("densite", None, "n.\u00a0d."),
    ],
)
def test_text(key: str, value: float | None, text: str) -> None:
    assert indicators.get(key).text(value) == text


def test_unknown_indicator_names_the_known_ones() -> None:
    with pytest.raises(CartableError, match="« age »") as error:
        indicators.get("age")
    assert all(key in error.value.remedy for key in indicators.INDICATORS)


@given(st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(float("nan"))), max_size=60))
def test_breaks_hold_every_value_in_at_most_five_classes(values: list[float]) -> None:
    bounds, known = indicators.breaks(values), [v for v in values if not math.isnan(v)]
    if not known:
        assert bounds == []
        return
    assert 2 <= len(bounds) <= indicators.MAXIMUM_CLASSES + 1
    assert bounds == sorted(bounds)
    assert bounds[0] <= min(known)
    assert max(known) <= bounds[-1]
    if len(bounds) > 2:
        assert all(low < high for low, high in itertools.pairwise(bounds))


@pytest.mark.parametrize(("count", "classes"), [(2, 2), (13, 2), (18, 3), (35, 5), (400, 5)])
def test_few_communes_make_few_classes(count: int, classes: int) -> None:
    assert len(indicators.breaks(list(map(float, range(count))))) == classes + 1
