"""The fragility index: values worked out by hand, and what must hold for any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import fragility
from cartable.errors import CartableError
from cartable.fragility import COMPONENTS, MINMAX, PROFILES, RANKS, Reference
from cartable.indicators import INDICATORS

KEYS = list(COMPONENTS)
EQUAL = PROFILES["equilibre"].weights
CODES = ["99001", "99002", "99003", "99004"]
# Age, diploma, income, network, distance.
VALUES = pd.DataFrame(
    [
        (0.20, 0.10, 24_000, 0.00, 1.0),
        (0.30, 0.20, 22_000, 0.10, 2.0),
        (0.40, 0.30, np.nan, 0.20, 9.0),
        (0.40, np.nan, np.nan, np.nan, 9.0),
    ],
    index=CODES,
    columns=KEYS,
)


def among(values: pd.DataFrame, name: str = "les communes") -> Reference:
    return Reference("epci", name, values)


def index_of(values: pd.DataFrame = VALUES, weights=EQUAL, **options) -> fragility.Index:
    return fragility.score(values, among(values), weights, **options)


cells = st.one_of(st.integers(0, 40).map(float), st.just(float("nan")))
points = st.integers(0, 10).map(float)


@st.composite
def tables(draw, smallest: int = 1, missing: bool = True) -> pd.DataFrame:
    count = draw(st.integers(smallest, 12))
    cell = cells if missing else st.integers(0, 40).map(float)
    rows = [[draw(cell) for _ in KEYS] for _ in range(count)]
    return pd.DataFrame(rows, index=[f"{i:05}" for i in range(count)], columns=KEYS)


weightings = st.lists(points, min_size=5, max_size=5).filter(any).map(lambda w: dict(zip(KEYS, w, strict=True)))


# -- what is declared -----------------------------------------------------------------


def test_every_component_is_an_indicator_with_a_sense() -> None:
    assert [INDICATORS[key].sense for key in KEYS] == [1, 1, -1, 1, 1]
    assert [c.sense for c in COMPONENTS.values()] == [1, 1, -1, 1, 1]


def test_the_printed_profiles_share_out_ten_points() -> None:
    assert [p.name for p in PROFILES.values()] == ["Équilibré", "Âge et isolement", "Ressources et diplômes"]
    assert [list(p.weights.values()) for p in PROFILES.values()] == [[2, 2, 2, 2, 2], [4, 1, 1, 1, 3], [1, 3, 4, 1, 1]]
    assert all(p.debate.endswith(".") for p in PROFILES.values())


# -- scores of one component ------------------------------------------------------------


def test_percentile_ranks_by_hand() -> None:
    reference = pd.Series([1.0, 2.0, 2.0, 4.0, np.nan])
    values = pd.Series([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
    # Half of those equal: 1 → 0,5/4 ; 2 → (1 + 1)/4 ; 3 → 3/4 ; 4 → 3,5/4.
    expected = [0, 12.5, 50, 75, 87.5, 100, np.nan]
    np.testing.assert_array_equal(fragility.rank_scores(values, reference), expected)
    np.testing.assert_array_equal(fragility.rank_scores(values, reference, -1), [100 - e for e in expected])


def test_minmax_stops_at_the_2nd_and_98th_percentiles() -> None:
    reference = pd.Series(np.arange(101.0))  # percentiles are the values
    values = pd.Series([0.0, 2.0, 26.0, 50.0, 98.0, 1_000.0, np.nan])
    np.testing.assert_allclose(fragility.minmax_scores(values, reference), [0, 0, 25, 50, 100, 100, np.nan])
    np.testing.assert_allclose(fragility.minmax_scores(values, reference, -1), [100, 100, 75, 50, 0, 0, np.nan])


def test_minmax_never_leaves_its_scale_by_rounding() -> None:
    # Found by a random search: (clip(x) - low) / (high - low) was a little over 1, and a reversed score under 0.
    for values in (pd.Series([19.0, 33.0, 7.0]), pd.Series([3.0, 36.0]), pd.Series(np.arange(41.0) / 7)):
        for sense in (1, -1):
            assert fragility.minmax_scores(values, values, sense).between(0, 100).all()


def test_a_constant_reference() -> None:
    constant, values = pd.Series([3.0, 3.0]), pd.Series([2.0, 3.0, 4.0, np.nan])
    for place in (fragility.rank_scores, fragility.minmax_scores):
        np.testing.assert_array_equal(place(values, constant), [0, 50, 100, np.nan])


def test_an_empty_reference_gives_no_score() -> None:
    for place in (fragility.rank_scores, fragility.minmax_scores):
        assert place(pd.Series([1.0, 2.0]), pd.Series([np.nan, np.nan])).isna().all()


@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=30),
    st.lists(st.integers(-60, 60), min_size=1),
    st.sampled_from([0.001, 0.25, 3, 1_000]),
    st.sampled_from([1, -1]),
)
def test_ranks_do_not_depend_on_the_unit(reference, values, factor, sense) -> None:
    one = fragility.rank_scores(pd.Series(values, dtype=float), pd.Series(reference, dtype=float), sense)
    other = fragility.rank_scores(
        pd.Series(values, dtype=float) * factor, pd.Series(reference, dtype=float) * factor, sense
    )
    pd.testing.assert_series_equal(one, other)
    assert one.between(0, 100).all()


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30), st.integers(-60, 60), st.integers(-60, 60))
def test_scores_never_go_against_the_sense(reference, one, two) -> None:
    values, others = pd.Series(sorted([one, two]), dtype=float), pd.Series(reference, dtype=float)
    for place in (fragility.rank_scores, fragility.minmax_scores):
        assert place(values, others).is_monotonic_increasing
        assert place(values, others, -1).is_monotonic_decreasing


# -- the index ----------------------------------------------------------------------------


def test_an_index_by_hand() -> None:
    total = index_of().total
    # First commune: 1/8, 1/6, 1/4 (income: highest of two), 1/6, 1/8 of 100, one fifth each.
    assert total["99001"] == pytest.approx(100 * (1 / 8 + 1 / 6 + 1 / 4 + 1 / 6 + 1 / 8) / 5)
    # Third: no income; the four others, one quarter each.
    assert total["99003"] == pytest.approx(100 * (6 / 8 + 5 / 6 + 5 / 6 + 6 / 8) / 4)
    assert np.isnan(total["99004"])


def test_the_share_of_observed_weight() -> None:
    index = index_of()
    np.testing.assert_allclose(index.coverage, [1, 1, 0.8, 0.4])
    assert list(index.states) == ["", "", "", "pas assez de données"]


@pytest.mark.parametrize(
    ("weights", "scored"),
    [
        ((3, 1, 2, 1, 3), True),
        ((0.3, 0.1, 0.2, 0.1, 0.3), True),
        ((2.999, 1.001, 2, 1, 3), False),
        ((4, 1, 1, 1, 3), True),
    ],
)
def test_sixty_per_cent_is_enough_and_less_is_not(weights, scored) -> None:
    index = index_of(weights=dict(zip(KEYS, weights, strict=True)))
    assert bool(index.total.notna()["99004"]) is scored


def test_a_missing_value_is_never_a_zero() -> None:
    index = index_of()
    assert index.scores.isna().equals(VALUES.isna())
    # Were it a zero, the third commune would be under the mean of its four scores.
    assert index.total["99003"] == pytest.approx(index.scores.loc["99003"].mean())


def test_nothing_is_imputed_unless_asked() -> None:
    assert not index_of().imputed.to_numpy().any()
    index = index_of(impute=True)
    assert index.imputed.equals(VALUES.isna())
    assert index.scores.loc["99003", "revenu_median"] == 50  # the median of the reference
    assert index.total["99003"] == pytest.approx(100 * (6 / 8 + 5 / 6 + 1 / 2 + 5 / 6 + 6 / 8) / 5)
    assert np.isnan(index.total["99004"])  # what is imputed is not observed: 40 % stays 40 %
    assert index.coverage.equals(index_of().coverage)


def test_a_component_missing_everywhere_is_not_imputed() -> None:
    reference = among(VALUES)
    index = fragility.score(VALUES.assign(revenu_median=np.nan), reference, EQUAL, impute=True)
    assert index.absent == ["revenu_median"]
    assert index.scores["revenu_median"].isna().all()


def test_one_observed_indicator_is_not_an_index() -> None:
    index = index_of(VALUES[["part_65_plus"]])
    assert index.single == "part_65_plus"
    assert index.absent == KEYS[1:]
    assert index.total.isna().all()
    assert index_of(weights={"part_65_plus": 10}).single == "part_65_plus"


def test_two_observed_indicators_out_of_five_are_too_few() -> None:
    index = index_of(VALUES[["part_65_plus", "distance_lieu"]])
    assert index.single == ""
    assert index.observed == ["part_65_plus", "distance_lieu"]
    assert index.total.isna().all()


def test_a_component_without_reference_is_absent() -> None:
    index = fragility.score(VALUES, among(VALUES.drop(columns="distance_lieu")), EQUAL)
    assert index.absent == ["distance_lieu"]
    assert index.total["99001"] == pytest.approx(index.scores.loc["99001"].iloc[:4].mean())


def test_infinite_values_are_missing() -> None:
    index = index_of(VALUES.replace({9.0: np.inf}))
    assert index.scores["distance_lieu"].isna().tolist() == [False, False, True, True]


def test_nothing_at_all() -> None:
    index = index_of(VALUES.iloc[:0])
    assert index.observed == []
    assert index.total.empty
    assert index.printed.empty


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"part_65_plus": -1.0}, "Part des 65 ans et plus"),
        ({"part_65_plus": float("nan")}, "ne convient pas"),
        ({"part_65_plus": float("inf")}, "ne convient pas"),
        ({}, "rien à additionner"),
        ({"part_65_plus": 0.0}, "rien à additionner"),
        ({"age": 3.0}, "« age » n’entre pas dans l’indice"),
    ],
)
def test_weights_that_cannot_be_used(weights, message) -> None:
    with pytest.raises(CartableError, match=message) as error:
        index_of(weights=weights)
    assert error.value.remedy


def test_a_scale_that_does_not_exist() -> None:
    with pytest.raises(CartableError, match="« z-score » n’existe pas"):
        index_of(scale="z-score")


@given(tables(), weightings, st.sampled_from([RANKS, MINMAX]), st.booleans())
def test_contributions_add_up_to_the_score(values, weights, scale, impute) -> None:
    index = index_of(values, weights, scale=scale, impute=impute)
    scored = index.total.dropna()
    assert index.contributions.sum(axis=1, min_count=1).equals(index.total)
    assert scored.between(0, 100 + 1e-9).all()
    parts = index.contributions.loc[scored.index]
    assert (parts >= 0).all(axis=None)
    # The points that are printed add up to the score that is printed.
    printed = index.printed.loc[scored.index]
    assert printed.sum(axis=1).tolist() == [np.floor(t + 0.5 + 1e-9) for t in parts.sum(axis=1)]
    assert ((printed - parts).abs() < 1).all(axis=None)
    # A missing cell brings nothing.
    assert not printed[index.scores.loc[scored.index].isna()].fillna(0).to_numpy().any()


@given(tables(), weightings, st.sampled_from([0.1, 0.3, 7, 100]))
def test_only_the_proportions_of_the_weights_count(values, weights, factor) -> None:
    one, other = index_of(values, weights), index_of(values, {k: factor * w for k, w in weights.items()})
    pd.testing.assert_series_equal(one.total, other.total)


@given(tables(), weightings, st.randoms(use_true_random=False))
def test_the_order_of_the_communes_does_not_count(values, weights, random) -> None:
    order = list(values.index)
    random.shuffle(order)
    pd.testing.assert_series_equal(
        index_of(values.loc[order], weights).total[values.index], index_of(values, weights).total
    )


@given(tables(missing=False), weightings, st.integers(0, 4), st.floats(0, 30), st.sampled_from([RANKS, MINMAX]))
def test_a_more_fragile_value_never_lowers_the_score(values, weights, place, step, scale) -> None:
    key = KEYS[place]
    worse = values.copy()
    worse.iloc[0, place] += step * COMPONENTS[key].sense
    reference = among(values)
    before, after = (fragility.score(v, reference, weights, scale=scale).total for v in (values, worse))
    if not np.isnan(before.iloc[0]):
        assert after.iloc[0] >= before.iloc[0] - 1e-9
        pd.testing.assert_series_equal(after.iloc[1:], before.iloc[1:])


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_whole_points(parts) -> None:
    rounded = fragility.whole_points(np.array(parts))
    assert rounded.sum() == np.floor(sum(parts) + 0.5 + 1e-9)
    assert (np.abs(rounded - parts) <= 1).all()


def test_reweighted_is_the_same_as_computed_again() -> None:
    weights = PROFILES["age"].weights
    pd.testing.assert_series_equal(index_of().reweighted(weights).total, index_of(weights=weights).total)


# -- from the table of communes ---------------------------------------------------------


def communes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "population": [1_000.0, 300.0],
            "population_recensement": [990.0, 310.0],
            "plus_de_65_ans": [297.0, 124.0],
            "non_scolarises_15_plus": [800.0, 250.0],
            "sans_diplome": [160.0, np.nan],
            "revenu_median": [21_500.0, np.nan],
            "revenu_median__etat": ["", "s"],
            "personnes_fiscales": [980.0, 290.0],
            "locaux": [500.0, 0.0],
            "locaux_sans_30_mbits": [50.0, 0.0],
            "distance_lieu_km": [5.0, 5.1],
            "remarque": ["", ""],
        },
        index=["99001", "99002"],
    )


def test_values_and_people_of_communes() -> None:
    values, people = fragility.values(communes()), fragility.people(communes())
    assert list(values) == list(people) == KEYS
    assert values.loc["99001"].tolist() == [0.3, 0.2, 21_500, 0.1, 5.0]
    assert values.loc["99002"].isna().tolist() == [False, True, True, True, False]
    assert people.loc["99001"].tolist() == [297, 160, 980, 50, 0]
    # Five kilometres are not beyond five kilometres; a secret income has nobody behind it.
    assert people.loc["99002", ["part_65_plus", "distance_lieu"]].tolist() == [124, 300]
    assert people.loc["99002", ["part_sans_diplome", "revenu_median"]].isna().all()


def test_with_shipped_columns_alone_only_age_is_known() -> None:
    shipped = communes()[["population", "population_recensement", "plus_de_65_ans", "remarque"]]
    assert fragility.values(shipped).notna().any().tolist() == [True, False, False, False, False]
    assert fragility.people(shipped).notna().any().tolist() == [True, False, False, False, False]
