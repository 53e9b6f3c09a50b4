"""What a training changed: confidence before and after, described and never tested when few people answered."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 10
"""Confidence is marked from 0 to 10 on each skill."""


def gain(before: float, after: float, most: float = MOST) -> float | None:
    """Return the share of what could still be gained that was: (after − before) / (most − before).

    Hake, R. R. (1998), American Journal of Physics, 66, 64-74, doi:10.1119/1.18809.

    Returns
    -------
    float or None
        Below 0 when confidence fell; ``None`` when nothing could be gained.

    Raises
    ------
    CartableError
        If a mark is out of bounds.
    """
    for mark in (before, after):
        if not 0 <= mark <= most:
            raise CartableError(f"La note {mark:g} n’est pas possible.", f"Écrivez un nombre de 0 à {most:g}.")
    return None if before == most else (after - before) / (most - before)


def progress(pairs: Sequence[tuple[float, float]]) -> tuple[int, float | None, float | None]:
    """Return how many people answered twice, and the medians before and after.

    Parameters
    ----------
    pairs
        Before and after, the same person.
    """
    for before, after in pairs:
        gain(before, after)
    if not pairs:
        return 0, None, None
    return len(pairs), float(statistics.median(b for b, _ in pairs)), float(statistics.median(a for _, a in pairs))
