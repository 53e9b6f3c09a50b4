"""Classes of maps: optimal, never empty, readable, the same each time, at once."""

from __future__ import annotations

import itertools
import subprocess
import sys
import warnings
from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartable import classes, territory
from cartable.indicators import INDICATORS

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False)
RURAL, TOWN = "200070035", "241700434"


def groups(bounds: list[float], values: list[float]) -> dict[int, list[float]]:
    """Put values into classes as a map does."""
    found: dict[int, list[float]] = {}
    for value in sorted(values):
        found.setdefault(bisect_right(bounds[1:-1], value), []).append(value)
    return found


def cost(parts) -> float:
    return sum(float(np.var(part) * len(part)) for part in parts)


def least_cost(values: list[float], count: int) -> float:
    """The least variance that so many classes can leave inside them: every cut is tried, one by one."""
    known = sorted(values)
    cuts = itertools.combinations(range(1, len(known)), count - 1)
    return min(cost(known[a:b] for a, b in itertools.pairwise([0, *cut, len(known)])) for cut in cuts)


def figures(seed: int, size: int) -> list[float]:
    """Counts with a long tail, incomes, or shares."""
    chance = np.random.default_rng(seed)
    drawn = [
        chance.lognormal(6, 1.5, size).round(),
        chance.normal(22_000, 1500, size).round(-1),
        chance.beta(4, 9, size),
    ]
    return drawn[seed % 3].tolist()


# --- what the classes are


@pytest.mark.parametrize("seed", range(12))
def test_no_other_cut_leaves_less_variance(seed: int) -> None:
    values = figures(seed, 20)
    bounds = classes.bounds(values)
    assert len(bounds) == 4
    assert cost(groups(bounds, values).values()) == pytest.approx(least_cost(values, 3), rel=1e-9)


@pytest.mark.parametrize("size", [35, 120, 500])
@pytest.mark.parametrize("seed", range(3))
def test_classes_are_those_of_a_library_or_better(seed: int, size: int) -> None:
    """The library counts in single precision: it may miss the best classes by little, never find better ones."""
    import mapclassify  # noqa: PLC0415 (two seconds)

    values = figures(seed, size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it regrets numba
        theirs = mapclassify.FisherJenks(np.asarray(values), k=5)
    ours, their_cost = (
        cost(groups(classes.bounds(values), values).values()),
        cost(np.asarray(values)[theirs.yb == rank] for rank in range(5)),
    )
    assert their_cost * 0.98 <= ours <= their_cost * (1 + 1e-9)


def test_equal_values_weigh_as_many_and_stay_together() -> None:
    values = [1.0] * 30 + [2.0] * 2 + [9.0] * 2 + [10.0] * 30
    parts = groups(classes.bounds(values), values)
    assert sorted(len(part) for part in parts.values()) == [2, 2, 30, 30]
    assert len(classes.bounds(values, most=2)) == 3
    assert [len(part) for part in groups(classes.bounds(values, most=2), values).values()] == [32, 32]


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.integers(1, 6))
@settings(max_examples=150)
def test_bounds_hold_every_value_and_no_class_is_empty(values: list[float], most: int) -> None:
    bounds = classes.bounds(values, most=most)
    assert bounds == sorted(bounds)
    assert bounds[0] <= min(values)
    assert bounds[-1] >= max(values)
    assert len(bounds) - 1 <= min(most, len(set(values)))
    assert sorted(groups(bounds, values)) == list(range(len(bounds) - 1))


@given(st.lists(NUMBERS, min_size=2, max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_neither_order_nor_missing_values_change_anything(values: list[float], chance) -> None:
    shuffled = [*values, float("nan"), float("nan")]
    chance.shuffle(shuffled)
    assert classes.bounds(shuffled) == classes.bounds(values)


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ([], []),
        ([float("nan")], []),
        ([0.25], [0.25, 0.25]),
        ([3.0] * 40, [3.0, 3.0]),
        ([1.0, 2.0], [1.0, 1.5, 2.0]),
        ([0.0] * 14 + [5.0], [0.0, 2.5, 5.0]),
        ([0.2312, 0.2319, 0.2358, 0.2361], [0.231, 0.234, 0.237]),
        ([-12.0, -11.0, 4.0, 5.0], [-12.0, -4.0, 5.0]),
        ([1234.0, 1235.0], [1230.0, 1235.0, 1240.0]),
    ],
)
def test_bounds_are_numbers_that_one_can_read(values: list[float], bounds: list[float]) -> None:
    assert classes.bounds(values) == bounds


@pytest.mark.parametrize(("size", "count"), [(2, 2), (11, 2), (18, 3), (24, 4), (35, 5), (400, 5)])
def test_few_communes_make_few_classes(size: int, count: int) -> None:
    assert len(classes.bounds(np.arange(size, dtype=float) ** 1.5)) - 1 == count


def test_a_whole_region_is_cut_in_five_whatever_the_order() -> None:
    values = figures(0, 4293)
    bounds = classes.bounds(values)
    assert sorted(groups(bounds, values)) == [0, 1, 2, 3, 4]
    assert bounds == classes.bounds(list(reversed(values)))


# --- around a reference


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.floats(-1e6, 1e6))
@settings(max_examples=100)
def test_classes_around_a_reference_are_symmetrical_and_keep_each_value_on_its_side(
    values: list[float], centre: float
) -> None:
    bounds = classes.diverging(values, centre)
    if all(value == centre for value in values):
        assert bounds == [centre, centre]
        return
    assert bounds == sorted(bounds)
    middle = len(bounds) // 2
    assert bounds[middle] == centre
    for low, high in zip(bounds, reversed(bounds), strict=True):
        assert centre - low == pytest.approx(high - centre, rel=1e-6, abs=1e-6)
    for value in values:
        assert (bisect_right(bounds[1:-1], value) >= middle) == (value >= centre)


def test_few_communes_make_one_class_on_each_side() -> None:
    assert classes.diverging([-3, 1, 2], 0) == [-3.0, 0.0, 3.0]
    assert classes.diverging([-3, -2.9, *[0.1, -0.1] * 6], 0) == [-3.0, -1.5, 0.0, 1.5, 3.0]
    assert classes.diverging([], 0) == []


# --- light


def test_classes_load_no_library() -> None:
    code = (
        "import sys; from cartable import classes;"
        "assert len(classes.bounds(range(40))) == 6;"
        "print({'mapclassify', 'scipy', 'sklearn', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("siren", [RURAL, TOWN, "200060457"])
def test_real_territories_have_bounds_of_few_digits(siren: str) -> None:
    communes = territory.get(siren).communes
    for key in ("population", "densite", "part_65_plus"):
        values = INDICATORS[key].values(communes).dropna().tolist()
        for bound in classes.bounds(values)[1:-1] if values else []:
            assert len(f"{bound:.12g}".strip("0").replace(".", "").strip("0")) <= 3
