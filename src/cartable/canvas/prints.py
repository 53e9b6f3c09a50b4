"""How many copies of a canvas a session prints, and the drawing of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.canvas.drawing import draw
from cartable.canvas.layout import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.canvas import Canvases
    from cartable.canvas.model import Canvas
    from cartable.canvas.prefill import Filling
    from cartable.drawing import Chart


def sheets(
    canvas: Canvas, paper: str, *, tables: int = 1, grey: bool = False, filling: Filling | None = None
) -> list[Chart]:
    """Return the copies of a canvas: one by table, named after it; one that all share, or that is photocopied.

    Parameters
    ----------
    tables
        How many there are; with one, its name is left to be written.
    """
    named = canvas.exemplaires == "groupe" and tables > 1
    names = [f"Table {number}" for number in range(1, tables + 1)] if named else [""]
    return [draw(canvas, paper, grey=grey, filling=filling, table=name) for name in names]


def session(
    known: Canvases, counts: Mapping[str, int], paper: str, *, grey: bool = False, filling: Filling | None = None
) -> list[Chart]:
    """Return the canvases of a session: one by table, and a spare one without a name.

    Parameters
    ----------
    counts
        How many copies of each canvas its formats ask for.

    Raises
    ------
    cartable.errors.CartableError
        If a canvas does not exist.
    """
    found: list[Chart] = []
    for slug, count in counts.items():
        canvas = known[slug]
        own = HELD if canvas.exemplaires == "personne" else paper
        found += sheets(canvas, own, tables=count, grey=grey, filling=filling)
        if canvas.exemplaires == "groupe" and count > 1:
            found.append(draw(canvas, paper, grey=grey, filling=filling))
    return found
