"""Words in a box: they take the size that fits, and never leave it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable.labels import LEADING, printable, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

BREAKS = re.compile(r"[^\S\u00a0\u202f]+")  # spaces that do not break stay
# Marks that turn the direction of what follows, and other invisible ones that a drawing has no use for.
INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LONGEST = 600  # characters: more never fits on a note
ELLIPSIS = "…"


@dataclass(frozen=True)
class Fitted:
    """Lines at a size that holds in a box; ``cut`` when the end is missing."""

    lines: tuple[str, ...]
    size: float
    cut: bool = False

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return len(self.lines) * self.size * LEADING


def plain(text: str) -> str:
    """Return a text that can be drawn on lines: one kind of space, nothing invisible that moves the others."""
    return BREAKS.sub(" ", INVISIBLE.sub("", printable(text[: LONGEST * 2]))).strip()


def fit(text: str, room: float, height: float, sizes: Sequence[float]) -> Fitted:
    """Return a text at the largest of the sizes that holds in a box; at the smallest, its end may be cut.

    Parameters
    ----------
    room, height
        Of the box, in the unit of the sizes.
    sizes
        From the largest to the smallest.
    """
    wanted = plain(text)
    for size in sizes:
        lines = _lines(wanted, size, room)
        if len(lines) * size * LEADING <= height and all(text_width(line, size) <= room for line in lines):
            return Fitted(tuple(lines), size)
    return _cut(wanted, room, height, sizes[-1])


def _lines(text: str, size: float, room: float) -> list[str]:
    """Wrap a text; a word wider than the room is cut where it must be."""
    found: list[str] = []
    for line in wrap(text, size, room):
        rest = line
        while text_width(rest, size) > room and len(rest) > 1:
            length = _prefix(rest, size, room)
            found.append(rest[:length])
            rest = rest[length:]
        found.append(rest)
    return found


def _prefix(text: str, size: float, room: float) -> int:
    """Return how many characters hold on a line, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle], size) <= room else (low, middle - 1)
    return low


def _cut(text: str, room: float, height: float, size: float) -> Fitted:
    kept = max(1, int(height // (size * LEADING)))
    lines = _lines(text[:LONGEST], size, room)[:kept]
    last = lines[-1] if lines else ""
    while last and text_width(last + ELLIPSIS, size) > room:
        last = last[:-1]
    return Fitted((*lines[:-1], last + ELLIPSIS), size, cut=True)
