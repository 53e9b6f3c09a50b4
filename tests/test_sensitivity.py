"""How firm a ranking is: by hand on tiny tables, and what must hold for any table."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartable import fragility
from cartable.fragility import COMPONENTS, PROFILES, Index, Reference
from cartable.fragility.sensitivity import DRAWS, Sensitivity

SHARED = Path(os.environ.get("CARTABLE_PARTAGE", Path(__file__).resolve().parents[2] / "shared")) / "data"
KEYS = list(COMPONENTS)
SENSES = np.array([COMPONENTS[key].sense for key in KEYS])


def sensitivity(rows, weights=PROFILES["equilibre"].weights, draws: int = DRAWS) -> Sensitivity:
    """Return the sensitivity of communes ranked among themselves; rows say how fragile, whatever the sense."""
    values = pd.DataFrame(np.array(rows, dtype=float) * SENSES, columns=KEYS)
    values.index = pd.Index([f"{i:05}" for i in range(len(values))])
    return Sensitivity(fragility.score(values, Reference("epci", "elles-mêmes", values), weights), draws)


def ladder(count: int) -> list[list[int]]:
    """Return communes that every component ranks the same way, the first one lowest."""
    return [[i] * 5 for i in range(count)]


@st.composite
def tables(draw) -> list[list[float]]:
    cell = st.one_of(st.integers(0, 9).map(float), st.just(float("nan")))
    return draw(st.lists(st.lists(cell, min_size=5, max_size=5), min_size=1, max_size=10))


def test_when_every_component_agrees_nothing_moves() -> None:
    found = sensitivity(ladder(12))
    assert found.ranks.tolist() == list(range(12, 0, -1))
    assert found.intervals["bas"].equals(found.ranks)
    assert found.intervals["haut"].equals(found.ranks)
    assert (found.agreements == 1).all()
    assert found.quarter == 3
    assert (found.kept == 1).all()
    assert found.same_first == 1
    assert [(r.key, r.spearman, r.concordance, r.mover) for r in found.removals] == [(k, 1, 1, "") for k in KEYS]


def test_two_components_against_three_by_hand() -> None:
    # The first commune leads on two components: it is first when their weights add up to more than a half.
    found = sensitivity([[0, 0, 0, 1, 1], [1, 1, 1, 0, 0]])
    assert found.ranks.tolist() == [2, 1]
    assert found.intervals.iloc[0].tolist() == [2, 1, 2]
    # The sum of two even weights out of five follows Beta(2, 3): over a half 5 times out of 16.
    assert (found.drawn_ranks[0] == 1).mean() == pytest.approx(5 / 16, abs=0.05)
    assert found.agreements.mean() == pytest.approx(11 / 16, abs=0.05)
    distance = found.removals[-1]
    assert (distance.key, distance.mover, distance.spearman) == ("distance_lieu", "", pytest.approx(1))


def test_the_commune_that_moves_most_by_hand() -> None:
    # Without the distance, the last commune goes from first to last.
    rows = [[2, 2, 2, 2, 1], [3, 3, 3, 3, 2], [4, 4, 4, 4, 3], [1, 1, 1, 1, 9]]
    found = sensitivity(rows, {**dict.fromkeys(KEYS, 1.0), "distance_lieu": 20.0})
    assert found.ranks.tolist() == [4, 3, 2, 1]
    removal = found.removals[-1]
    assert (removal.mover, removal.before, removal.after) == ("00003", 1, 4)
    assert removal.spearman == pytest.approx(np.corrcoef([4, 3, 2, 1], [3, 2, 1, 4])[0, 1])
    assert removal.concordance == pytest.approx(3 / 6)


def test_equal_communes_share_their_rank() -> None:
    found = sensitivity([[1] * 5, [1] * 5, [0] * 5])
    assert found.ranks.tolist() == [1.5, 1.5, 3]
    assert (found.agreements == 1).all()
    assert np.isnan(sensitivity([[1] * 5] * 6).removals[0].spearman)


@pytest.mark.parametrize(("count", "enough", "quarter"), [(0, False, 0), (1, False, 0), (4, False, 0), (5, True, 0)])
def test_a_few_communes(count, enough, quarter) -> None:
    rows = np.arange(5.0 * count).reshape(count, 5)
    found = sensitivity(rows if count else np.empty((0, 5)))
    assert (found.enough, found.quarter, len(found.intervals)) == (enough, quarter, count)
    assert found.kept.size == 0
    assert bool(np.isnan(found.same_first)) is not enough
    assert len(found.removals) == (5 if count > 1 else 0)


@pytest.mark.parametrize(("count", "quarter"), [(7, 0), (8, 2), (9, 3), (24, 6), (35, 9)])
def test_the_size_of_the_top_quarter(count, quarter) -> None:
    assert sensitivity(ladder(count)).quarter == quarter


def test_the_top_quarter_that_stays_by_hand() -> None:
    # Eight communes; the two first lead by one component each, the others are equal and behind.
    rows = [[9, 9, 9, 9, 0], [8, 8, 8, 8, 0], *([[1, 1, 1, 1, 1]] * 6)]
    found = sensitivity(rows)
    assert found.quarter == 2
    by_draw = [pd.Series(scores).round(9).nlargest(2).index.isin([0, 1]).mean() for scores in found.drawn.T]
    np.testing.assert_allclose(found.kept, by_draw)
    assert 0.9 < found.kept.mean() < 1


def test_communes_without_a_score_are_left_out() -> None:
    nan = float("nan")
    found = sensitivity([[1, 2, 3, 4, 5], [nan, nan, nan, 1, 1], [5, 4, 3, 2, 1]])
    assert list(found.intervals.index) == ["00000", "00002"]
    assert found.drawn.shape == (2, DRAWS)


def test_a_commune_is_scored_on_what_it_has() -> None:
    nan = float("nan")
    found = sensitivity([[1, 1, 1, 1, nan], [2, 2, 2, 2, 1], [3, 3, 3, 3, 2]])
    np.testing.assert_allclose(found.drawn[0], 100 / 6)


def test_the_same_draws_each_time() -> None:
    rows = np.random.default_rng(0).random((20, 5))
    one, two = sensitivity(rows), sensitivity(rows)
    np.testing.assert_array_equal(one.drawn, two.drawn)
    pd.testing.assert_frame_equal(one.intervals, two.intervals)
    assert one.removals == two.removals


def test_many_communes_sample_their_pairs_and_stay_quick() -> None:
    rows = np.random.default_rng(0).random((400, 5))
    found = sensitivity(rows, draws=50)
    assert found.agreements.shape == (50,)
    every = np.sign(np.subtract.outer(found.scored.to_numpy(), found.scored.to_numpy()))
    first = np.sign(np.subtract.outer(found.drawn[:, 0], found.drawn[:, 0]))
    exact = (every == first)[np.triu_indices(400, 1)].mean()
    assert found.agreements[0] == pytest.approx(exact, abs=0.03)


@settings(max_examples=40)
@given(tables())
def test_intervals_hold_together(rows) -> None:
    found = sensitivity(rows, draws=60)
    intervals, count = found.intervals, len(found.scored)
    assert (intervals["bas"] <= intervals["haut"]).all()
    assert intervals["bas"].ge(1).all()
    assert intervals["haut"].le(count).all()
    assert found.ranks.sum() == pytest.approx(count * (count + 1) / 2)
    if found.drawn.size:
        np.testing.assert_allclose(found.drawn_ranks.sum(axis=0), count * (count + 1) / 2)
    assert all(0 <= r.concordance <= 1 for r in found.removals if not np.isnan(r.concordance))


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=1, max_size=10))
def test_a_commune_ahead_on_every_component_stays_ahead(rows) -> None:
    # With every value known: a commune is not ahead of another on a component that the other lacks.
    found = sensitivity([*rows, [20] * 5], draws=60)
    assert found.intervals.iloc[-1].tolist() == [1, 1, 1]


@settings(max_examples=40)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_communes_does_not_count(rows, random) -> None:
    found = sensitivity(rows, draws=60)
    order = list(found.index.measures.index)
    random.shuffle(order)
    values = found.index.measures.loc[order]
    index = fragility.score(values, found.index.reference, dict(found.index.weights))
    other = Sensitivity(index, 60)
    pd.testing.assert_frame_equal(other.intervals.loc[found.scored.index], found.intervals)


@pytest.mark.partage
def test_the_figures_that_the_page_gives_on_the_ifn() -> None:
    columns = ["older_65_rate", "nscol15p_rate", "poverty_rate", "no_thd_coverage_rate", "no_4g_coverage_rate"]
    table = pd.read_csv(SHARED / "ifn_v2_communes_2023.csv", dtype={"code": "str"}).set_index("code")[columns].dropna()
    scores = (10 * table).set_axis(KEYS, axis=1)  # its own notes, under our weights
    weights = pd.Series(dict.fromkeys(KEYS, 1.0))
    index = Index(scores, scores, scores.isna(), weights, Reference("france", "la France", scores))
    found = Sensitivity(index, 200)
    text = (Path(__file__).resolve().parent.parent / "book" / "indice-limites.md").read_text(encoding="utf-8")
    assert len(found.scored) == 35_006
    assert f"{len(scores):,}".replace(",", "\u202f") in text
    assert found.agreements.mean() == pytest.approx(0.82, abs=0.01)
    kept = found._kept(len(scores) // 10)
    assert kept.mean() == pytest.approx(0.65, abs=0.015)
    assert np.quantile(kept, 0.05) == pytest.approx(0.5, abs=0.04)
    correlations = {round(r.spearman, 2) for r in found.removals}
    assert (min(correlations), max(correlations)) == (0.91, 0.97)
