"""How long it takes to enter the papers of a workshop, computed from keystrokes before anyone types.

The Keystroke-Level Model: Card, S. K., Moran, T. P. and Newell, A. (1980), « The keystroke-level model for user
performance time with interactive systems », Communications of the ACM, 23(7), 396-410, doi:10.1145/358886.358895.
``K``, ``P``, ``H``, ``M`` and ``PRESS`` are theirs. The others are our estimates, to be measured in a real session:
``READING``, ``PICKING``, ``UNREADABLE``, ``ASKING``, ``SETTLING``; so are the names given to the levels.

The model is that of a person who knows the task. Slips of the finger are in ``K``, which is the time of a typing test
divided by its right keys; the rest of what goes wrong in a room is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Level = Literal["experte", "exercée", "moyenne", "lente", "débutante"]
Way = Literal["prefixe", "souris", "clavier"]
K: Mapping[Level, float] = {"experte": 0.12, "exercée": 0.20, "moyenne": 0.28, "lente": 0.50, "débutante": 1.20}
"""Seconds by key: 90, 55 and 40 words a minute, random letters, unfamiliar with the keyboard."""
P = 1.10
"""To point at something with the mouse."""
PRESS = 0.20
"""To press its button."""
H = 0.40
"""To move the hand between the keyboard and the mouse."""
M = 1.35
"""To prepare for a step."""
READING = 150 / 60
"""Words read aloud by second (estimate)."""
PICKING = 2.0
"""Seconds for the reader to find the next paper, while the other types (estimate)."""
UNREADABLE, ASKING = 0.1, 8.0
"""Share of the papers about which one must ask, and seconds that it takes (estimates)."""
SETTLING = 30.0
"""Seconds to go from one wall to the next (estimate)."""
# French keyboard (AZERTY): digits and capitals want Shift, some signs AltGr, a circumflex is typed before its letter.
SHIFTED = frozenset("0123456789.?/§%£µ+¨°>")
ALTERED = frozenset("#@{}[]|\\~`€")
DEAD = frozenset("âêîôûäëïöüÿ")
DIRECT = frozenset("éèàçù'’«»")


@dataclass(frozen=True)
class Paper:
    """A paper of the wall.

    Parameters
    ----------
    prefix
        Of its zone.
    number
        Of its cell, if it is told.
    """

    text: str
    prefix: str = "V"
    number: int | None = None
    table: str = ""


@dataclass(frozen=True)
class Estimate:
    """How long a list takes.

    Parameters
    ----------
    seconds
        In all.
    typing, reading
        What each of the two people would take alone.
    keys
        Keys pressed.
    waiting
        Papers for which the typist waits for the reader.
    """

    seconds: float
    typing: float
    reading: float
    keys: int
    waiting: int
    papers: int

    @property
    def minutes(self) -> float:
        """The whole, in minutes."""
        return self.seconds / 60


def keys(text: str) -> int:
    """Return how many keys a text takes on a French keyboard."""
    return sum(_keys(letter) for letter in text)


def _keys(letter: str) -> int:
    if letter in DIRECT:
        return 1
    if letter in ALTERED or letter in SHIFTED or letter in DEAD:
        return 2
    if letter.lower() in DEAD:
        return 3  # the dead key, Shift and the letter
    return 2 if letter.isupper() else 1


def dictation(papers: Sequence[Paper], level: Level | float = "moyenne", way: Way = "prefixe") -> Estimate:
    """Return how long it takes when one person reads aloud and the other types.

    A paper takes the longer of its reading and of its typing, a mental preparation, and its share of questions.

    Parameters
    ----------
    level
        How fast the person types, or seconds by key.
    way
        « prefixe »: a line such as « V3 texte »; « souris »: a form whose fields are clicked; « clavier »: the same
        form, from field to field with the Tab key.
    """
    speed = level if isinstance(level, float) else K[level]
    spent = typing = reading = 0.0
    pressed = waiting = 0
    before = None
    for paper in papers:
        if before is not None and paper.table != before.table:
            spent += SETTLING
        count, seconds = _entered(paper, before, speed, way)
        aloud = _aloud(paper)
        typing, reading, pressed = typing + seconds, reading + aloud, pressed + count
        waiting += aloud > seconds
        spent += max(seconds, aloud) + M + UNREADABLE * ASKING
        before = paper
    return Estimate(spent, typing, reading, pressed, waiting, len(papers))


def alone(papers: Sequence[Paper], level: Level | float = "moyenne", way: Way = "prefixe") -> Estimate:
    """Return how long it takes for one person, who reads each paper, then types it."""
    both = dictation(papers, level, way)
    walls = sum(one.table != other.table for one, other in pairwise(papers))
    seconds = both.typing + both.reading + len(papers) * (M + 2 * H) + walls * SETTLING
    return Estimate(seconds, both.typing, both.reading, both.keys, 0, len(papers))


def _aloud(paper: Paper) -> float:
    """Return how long the reader takes: to find the paper, to tell its zone and its number, to read it."""
    words = len(paper.text.split()) + 1 + (paper.number is not None)
    return PICKING + words / READING


def _entered(paper: Paper, before: Paper | None, speed: float, way: Way) -> tuple[int, float]:
    """Return the keys of a paper and the seconds that its entry takes."""
    number = "" if paper.number is None else str(paper.number)
    text = keys(paper.text)
    if way == "prefixe":
        same = before is not None and not number and (before.prefix, before.table) == (paper.prefix, paper.table)
        count = (0 if same else len(paper.prefix) + keys(number) + 1) + text + 1
        if before is None or before.table != paper.table:
            count += keys(f"== {paper.table}") + 1 if paper.table else 0
        return count, _typed(count, speed)
    count = text + keys(number)
    if way == "clavier":
        # The letter of the zone in its list, then Tab three times and Enter on the button; a preparation by field.
        return count + 5, _typed(count + 5, speed) + 2 * M
    click = P + PRESS
    # The list of zones and its line, the number, the text, the button; the hand goes and comes for each field typed.
    moves = 4 * click + 2 * H + 2 * M + (click + 2 * H if number else 0)
    return count, _typed(count, speed) + moves


def _typed(count: int, speed: float) -> float:
    return count * speed


def limit(papers: Sequence[Paper], minutes: float = 45, way: Way = "prefixe") -> float:
    """Return the slowest typing, in seconds by key, at which a list still takes less than this; 0 if none does."""
    low, high = 0.0, max(K.values())
    if dictation(papers, low, way).minutes > minutes:
        return 0.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if dictation(papers, middle, way).minutes <= minutes else (low, middle)
    return low
