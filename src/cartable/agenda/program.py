"""What is being planned: the lines of a session and their steps, as long as this headcount and this clock make them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cartable.session import Flexible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from cartable.agenda.timetable import Actual
    from cartable.session import Item
    from cartable.workshop import Card, Clock, Library

WORKSHOP, PARALLEL = "atelier", "paralleles"
SHARES = 1_000_000
"""Parts of a whole are whole numbers of millionths: a tie is a tie on every machine."""


@dataclass
class Step:
    """A step being planned: ``usual`` before shortening, ``minutes`` once fitted."""

    id: str
    name: str
    usual: int
    shortest: int
    configuration: str = "pleniere"
    groups: int = 1
    people: int = 0
    instruction: str = ""
    trace: str = ""
    minutes: int = 0
    actual: Actual | None = None

    def begin(self, at: int, floor: int) -> int:
        """Return when the step begins, if it may from ``at``."""
        return self.actual.start if self.actual else max(at, floor)

    @property
    def room(self) -> int:
        """How many minutes it can still lose."""
        return 0 if self.actual else self.minutes - self.shortest


@dataclass
class Line:
    """A line of the session being planned: its steps, or its parallel groups (name, people, lines)."""

    id: str
    kind: str
    title: str
    item: Item
    steps: list[Step] = field(default_factory=list)
    tracks: list[tuple[str, int, list[Line]]] = field(default_factory=list)

    @property
    def started(self) -> bool:
        """Whether any of its steps has begun for real."""
        return any(step.actual for step in self.all_steps())

    def all_steps(self) -> Iterator[Step]:
        """Go through its steps, those of parallel groups included."""
        yield from self.steps
        for _, _, lines in self.tracks:
            for line in lines:
                yield from line.all_steps()


def make(library: Library, items: Sequence[Item], n: int, clock: Clock, prefix: str) -> list[Line]:
    """Return the lines of a day or of a group; ``prefix`` begins their ids."""
    return [_line(library, item, n, clock, f"{prefix}-{rank}") for rank, item in enumerate(items, 1)]


def _line(library: Library, item: Item, n: int, clock: Clock, name: str) -> Line:
    if item.atelier:
        card = library[item.atelier]
        first, last = item.etapes or (1, len(card.deroule))
        title = card.titre if first == 1 else f"{card.titre}, suite"
        return Line(name, WORKSHOP, title, item, _card_steps(card, n, clock, name)[first - 1 : last])
    if item.paralleles:
        shares = split(n, [track.part for track in item.paralleles])
        tracks = [
            (track.nom, share, make(library, track.deroule, share, clock, f"{name}{chr(97 + rank)}"))
            for rank, (track, share) in enumerate(zip(item.paralleles, shares, strict=True))
        ]
        return Line(name, PARALLEL, "Groupes en parallèle", item, tracks=tracks)
    return Line(name, item.genre or "libre", item.bloc or "", item, [_free_step(item, n, clock, name)])


def without(lines: list[Line], removed: Collection[str]) -> list[Line]:
    """Take out what a person has removed; a line left without anything goes too."""
    for line in lines:
        line.steps = [step for step in line.steps if step.id not in removed]
        line.tracks = [(name, share, without(inner, removed)) for name, share, inner in line.tracks]
    return [line for line in lines if line.id not in removed and any(line.all_steps())]


def _card_steps(card: Card, n: int, clock: Clock, name: str) -> list[Step]:
    return [
        Step(
            f"{name}-{rank}", step.nom, card.minutes(step, n, clock), step.minutes.min, step.configuration,
            card.group_count(step.configuration, n), card.group_size(step.configuration, n), step.consigne, step.trace,
        )
        for rank, step in enumerate(card.deroule, 1)
    ]  # fmt: skip


def _free_step(item: Item, n: int, clock: Clock, name: str) -> Step:
    minutes = item.minutes
    if isinstance(minutes, Flexible):
        usual = {"optimiste": minutes.min, "typique": minutes.typique, "prudent": minutes.max}[clock]
        return Step(f"{name}-1", item.bloc or "", usual, minutes.min, people=n, instruction=item.consigne or "")
    return Step(f"{name}-1", item.bloc or "", minutes or 0, minutes or 0, people=n, instruction=item.consigne or "")


def split(n: int, parts: Sequence[float | None]) -> list[int]:
    """Share people among parallel groups: given parts first, then evenly; nobody is lost (largest remainders)."""
    given = [None if part is None else math.floor(part * SHARES + 0.5) for part in parts]
    missing = given.count(None)
    even = max(0, SHARES - sum(part or 0 for part in given)) // missing if missing else 0
    weights = [even if part is None else part for part in given]
    whole = sum(weights) or 1
    shares = [n * weight // whole for weight in weights]
    for rank in sorted(range(len(parts)), key=lambda i: (-(n * weights[i] % whole), i))[: n - sum(shares)]:
        shares[rank] += 1
    while 0 in shares and max(shares) > 1:  # nobody runs a group of nobody
        shares[shares.index(0)] += 1
        shares[shares.index(max(shares))] -= 1
    return [max(1, share) for share in shares]
