"""Classes of a map, chosen by the data: natural breaks (Fisher-Jenks), few, never empty, with bounds one can read.

W. D. Fisher, « On grouping for maximum homogeneity », 1958: the classes that leave the least variance inside them,
found exactly, by dynamic programming. Written with numpy alone: a few hundredths of a second for a territory's every
indicator, where the libraries that do it take two seconds to load and half a minute for a région.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

COMMUNES_PER_CLASS = 6
FEWEST, MOST = 2, 5
OUTER_DIGITS = 3  # « 23,4 % », « 12 300 habitants »
INNER_DIGITS = 2
LAST_DIGITS = 17  # a double has no more
TWO_SIDES = 12  # communes: below, one class on each side of a reference is enough


def bounds(values: Iterable[float], *, most: int = MOST) -> list[float]:
    """Return the bounds of natural classes, ascending: one more than there are classes.

    A value on an inner bound belongs to the upper class. Bounds are rounded as much as they can be without moving a
    value from one class to another.

    Parameters
    ----------
    values
        One by commune; NaN are left out.
    most
        Largest number of classes. Fewer communes make fewer classes: about six communes for one class.

    Returns
    -------
    list of float
        Empty without any value; twice the same bound when all are equal.
    """
    known = _known(values)
    if not known.size:
        return []
    distinct = np.unique(known)
    count = min(int(np.clip(known.size // COMMUNES_PER_CLASS, FEWEST, max(most, 1))), distinct.size)
    if distinct.size == 1:
        return [float(distinct[0])] * 2
    inner = [_between(*gap) for gap in _gaps(known, count)]
    return [
        _rounded(distinct[0], OUTER_DIGITS, ROUND_FLOOR),
        *inner,
        _rounded(distinct[-1], OUTER_DIGITS, ROUND_CEILING),
    ]


def diverging(values: Iterable[float], centre: float) -> list[float]:
    """Return the bounds of classes on both sides of a reference, which is the bound in their middle.

    The same distance from the reference makes the same strength of colour: the classes are symmetrical, natural on
    the distances taken together. One side may therefore be empty. Two classes, four from twelve communes on.

    Parameters
    ----------
    values
        One by commune; NaN are left out.
    centre
        The reference, in the same unit.
    """
    known = _known(values)
    distances: NDArray[np.float64] = np.sort(np.abs(known - centre))
    if not known.size or not distances.any():
        return [centre, centre] if known.size else []
    far = _rounded(float(distances[-1]), INNER_DIGITS, ROUND_CEILING)
    distinct = np.unique(distances)
    if known.size < TWO_SIDES or distinct.size == 1:
        return [_sum(centre, -far), centre, _sum(centre, far)]
    low, high = _gaps(distances, 2)[0]
    near = _between(low, high)
    near = near if near < high else (low + high) / 2  # a bound belongs to the class above, on one side only
    return [_sum(centre, step) for step in (-far, -near, 0.0, near, far)]


# -- natural breaks ---------------------------------------------------------------------


def _known(values: Iterable[float]) -> NDArray[np.float64]:
    """Return the values in ascending order, without those that are missing."""
    known: NDArray[np.float64] = np.sort(np.asarray(list(values), dtype=float))
    return known[np.isfinite(known)]


def _gaps(known: NDArray[np.float64], count: int) -> list[tuple[float, float]]:
    """Return, between each class and the next, the last value of the one and the first of the other."""
    distinct, repeats = np.unique(known, return_counts=True)
    # Centred, on a range of one: sums of squares neither overflow nor lose the small differences.
    reduced = (distinct - np.median(known)) / (distinct[-1] - distinct[0])
    cuts = _cuts(reduced, repeats, min(count, distinct.size))
    return [(float(distinct[cut - 1]), float(distinct[cut])) for cut in cuts]


def _cuts(values: NDArray[np.float64], repeats: NDArray[np.int64], count: int) -> list[int]:
    """Return the rank at which each class but the first begins, for the least variance inside the classes."""
    weights, sums, squares = (np.append(0.0, np.cumsum(repeats * values**power)) for power in (0, 1, 2))
    least = np.append(np.inf, squares[1:] - sums[1:] ** 2 / weights[1:])  # of the first values, in one class
    steps = []
    for _ in range(count - 1):  # then in one class more, whose last is tried from every rank
        better, starts = np.full_like(least, np.inf), np.zeros(least.size, dtype=int)
        for end in range(1, least.size):
            mass, moment = weights[end] - weights[:end], sums[end] - sums[:end]
            tried = least[:end] + squares[end] - squares[:end] - moment**2 / mass
            starts[end] = tried.argmin()
            better[end] = tried[starts[end]]
        least = better
        steps.append(starts)
    cuts = [values.size]
    for starts in reversed(steps):
        cuts.append(int(starts[cuts[-1]]))
    return cuts[:0:-1]


# -- numbers that one can read ----------------------------------------------------------


def _between(low: float, high: float) -> float:
    """Return the number of fewest digits above ``low`` and up to ``high``, as near as can be to their middle."""
    middle = (low + high) / 2
    for digits in range(INNER_DIGITS, LAST_DIGITS + 1):
        unit = _unit(max(abs(low), abs(high)), digits)
        for way in (ROUND_HALF_EVEN, ROUND_CEILING):
            tried = _at(middle, unit, way)
            if low < tried <= high:
                return tried
    return high


def _rounded(value: float, digits: int, way: str) -> float:
    """Round towards one side, keeping so many significant digits."""
    return _at(value, _unit(value, digits), way)


def _unit(value: float, digits: int) -> Decimal:
    """Return the unit of the last digit kept."""
    return Decimal(1).scaleb(Decimal(float(value)).adjusted() - digits + 1)


def _at(value: float, unit: Decimal, way: str) -> float:
    # The shortest writing of the number, not its exact binary value: 0.3 is not to be rounded up.
    return float((Decimal(repr(float(value))) / unit).to_integral_value(rounding=way) * unit)


def _sum(one: float, other: float) -> float:
    """Add two decimal numbers without a tail of noughts."""
    return float(Decimal(repr(float(one))) + Decimal(repr(float(other))))
