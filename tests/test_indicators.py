"""Indicators: sums before ratios, missing values left missing, classes that hold something."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from cartable import indicators
from cartable.errors import CartableError
from cartable.holdings import Holdings

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


# -- what a publisher gives ready made ----------------------------------------------------------


def holdings(**figures: float) -> Holdings:
    return Holdings(epcis=pd.DataFrame(figures, index=pd.Index(["200000001"], name="siren")))


def test_a_median_is_never_summed() -> None:
    income = indicators.get("revenu_median")
    table = communes(revenu_median=[20_000.0, 30_000.0])
    assert math.isnan(income.total(table))
    assert math.isnan(income.figure(table, Holdings(), "200000001"))
    assert income.figure(table, holdings(revenu_median=21_500.0), "200000001") == 21_500
    assert math.isnan(income.figure(table, holdings(revenu_median=21_500.0), "200000002"))


def test_a_sum_never_comes_from_the_publisher() -> None:
    table = communes(plus_de_65_ans=[90.0, 10.0], population_recensement=[100.0, 900.0])
    assert SHARE.figure(table, holdings(plus_de_65_ans=7.0), "200000001") == pytest.approx(0.1)


def test_a_secret_is_neither_zero_nor_absent() -> None:
    poverty = indicators.get("taux_pauvrete")
    table = communes(taux_pauvrete=[0.17, np.nan, np.nan, np.nan], taux_pauvrete__etat=["", "s", "nd", ""])
    assert poverty.values(table).isna().tolist() == [False, True, True, True]
    assert poverty.states(table).tolist() == ["", "secret statistique", "non disponible", "donnée absente"]


def test_what_is_not_at_hand_is_missing_everywhere() -> None:
    network, table = indicators.get("part_sans_30_mbits"), communes(population=[10.0, 20.0])
    assert network.values(table).isna().all()
    assert math.isnan(network.total(table))
    assert set(network.states(table)) == {"donnée absente"}


@pytest.mark.parametrize("indicator", indicators.INDICATORS.values(), ids=lambda i: i.key)
def test_every_declaration_is_whole(indicator: indicators.Indicator) -> None:
    texts = (indicator.label, indicator.heading, indicator.definition, indicator.unit, indicator.source)
    assert all(texts)
    assert indicator.caveat.endswith(".")
    assert indicator.definition.endswith(".")
    assert not (indicator.published and indicator.denominator)
    assert indicator.sense in {-1, 0, 1}
