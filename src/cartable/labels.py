"""Words on a drawing: how wide they are, where they go, what they must not hit; all in one unit, such as mm."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Box = tuple[float, float, float, float]  # left, top, right, bottom
# Widths of Atkinson Hyperlegible Next bold, in ems, by families of characters: enough to keep names apart.
WIDTHS = (
    ("iljI.,;:!’'|", 0.30),
    ("frt-()  \u202f\u00a0", 0.37),
    ("mwMW%Œœ", 0.90),
    ("ABCDEFGHJKLNOPQRSTUVXYZÉÈÂÎ", 0.66),
)
ORDINARY = 0.57
LEADING = 1.25
LONG = 13  # characters: from there, a name may go on two lines
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML


def printable(text: str) -> str:
    """Leave out the characters that XML and PDF refuse."""
    return FORBIDDEN.sub("", text)


def clean(text: str) -> str:
    """Make a text safe inside SVG."""
    return escape(printable(text))


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in bold, in the unit of ``size``."""
    return size * sum(next((width for family, width in WIDTHS if c in family), ORDINARY) for c in text)


def halves(name: str) -> list[str]:
    """Cut a long name in two at the hyphen or space nearest to its middle."""
    cuts = [i + 1 for i, c in enumerate(name) if c in "- " and 1 < i < len(name) - 3]
    if len(name) < LONG or not cuts:
        return [name]
    cut = min(cuts, key=lambda c: abs(c - len(name) / 2))
    return [name[:cut].strip(), name[cut:]]


def wrap(text: str, size: float, room: float) -> list[str]:
    """Cut a text in lines no wider than the room, at its ordinary spaces; a longer word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(tried, size) <= room:
            lines[-1] = tried
        else:
            lines.append(word)
    return lines


def written(
    lines: Sequence[str], x: float, y: float, size: float, colour: str, *, bold: bool = False, anchor: str = "start"
) -> str:
    """Write lines one under the other, the first on the baseline ``y``; ``x`` is their start, middle or end."""
    weight = ' font-weight="700"' if bold else ""
    weight += f' text-anchor="{anchor}"' if anchor != "start" else ""
    spans = "".join(
        f'<tspan x="{x:.2f}" y="{y + i * size * LEADING:.2f}">{clean(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f'<text font-size="{size:g}" fill="{colour}"{weight}>{spans}</text>'


class Board:
    """What is already written on a sheet: a new box is taken only where it hits nothing."""

    def __init__(self, limits: Box, taken: Iterable[Box] = ()) -> None:
        self._limits = limits
        self._taken = list(taken)

    def take(self, box: Box) -> bool:
        """Take a box if it is free and inside the limits."""
        left, top, right, bottom = self._limits
        inside = left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom
        if not inside or any(_hit(box, other) for other in self._taken):
            return False
        self._taken.append(box)
        return True


def _hit(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
