"""A planned session: days, blocks and steps with their times, in minutes since midnight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.session import Session
    from cartable.workshop import Clock

ROUNDING = 5


@dataclass(frozen=True)
class Actual:
    """What really happened to a step: « je commence », then « j’ai fini » (``end`` is None until then).

    Parameters
    ----------
    planned
        The duration told to the room when the step began, if it was not the usual one.
    """

    start: int
    end: int | None = None
    planned: int | None = None


@dataclass(frozen=True)
class Notice:
    """Something that the person must know about the plan."""

    code: str
    message: str
    block: str = ""
    minutes: int = 0


@dataclass(frozen=True)
class Slot:
    """One step of a format, or the only step of a free block, with its times.

    Parameters
    ----------
    minutes
        Planned duration; ``usual`` is the one before shortening, ``shortest`` the one never gone under.
    people
        Size of one group; ``groups`` is how many work at the same time.
    """

    id: str
    name: str
    start: int
    end: int
    minutes: int
    usual: int
    shortest: int
    configuration: str = "pleniere"
    groups: int = 1
    people: int = 0
    instruction: str = ""
    trace: str = ""
    done: bool = False

    @property
    def shown_start(self) -> int:
        """Start as printed: rounded to 5 minutes."""
        return rounded(self.start)


@dataclass(frozen=True)
class Track:
    """One parallel group: its blocks, and how long it waits for the slowest."""

    name: str
    headcount: int
    blocks: tuple[Block, ...]
    wait: int


@dataclass(frozen=True)
class Block:
    """One line of the session with its times: a format, a free block or parallel groups."""

    id: str
    kind: str
    title: str
    start: int
    end: int
    slots: tuple[Slot, ...]
    slug: str | None = None
    tracks: tuple[Track, ...] = ()
    optional: bool = False
    priority: int = 2
    anchor: int | None = None
    slack_before: int = 0
    why: str = ""
    continued: bool = False
    """A format cut by a break, and this is not its first part: its material is on the table already."""

    @property
    def minutes(self) -> int:
        """Planned duration."""
        return self.end - self.start

    @property
    def shown_start(self) -> int:
        """Start as printed: rounded to 5 minutes, a locked time as it was locked."""
        return self.start if self.anchor == self.start else rounded(self.start)


@dataclass(frozen=True)
class Day:
    """One day of the plan; ``slack`` is the buffer left before its hard stop."""

    number: int
    name: str
    date: dt.date | None
    start: int
    end: int
    blocks: tuple[Block, ...]

    @property
    def finish(self) -> int:
        """When the last block ends."""
        return self.blocks[-1].end if self.blocks else self.start

    @property
    def slack(self) -> int:
        """Buffer before the hard stop, in minutes (negative when it overruns)."""
        return self.end - self.finish

    def shown_end(self, block: Block) -> int:
        """End of a block as printed: the rounding never goes past the hard stop that the block keeps."""
        shown = rounded(block.end)
        return min(shown, self.end) if block.end <= self.end else shown


@dataclass(frozen=True)
class Agenda:
    """A planned session."""

    session: Session
    headcount: int
    clock: Clock
    days: tuple[Day, ...]
    notices: tuple[Notice, ...]
    dropped: tuple[str, ...]

    def blocks(self) -> Iterator[Block]:
        """Go through all blocks, those of parallel groups included."""
        for day in self.days:
            for block in day.blocks:
                yield block
                for track in block.tracks:
                    yield from track.blocks

    def slots(self) -> Iterator[Slot]:
        """Go through all steps, in order."""
        for block in self.blocks():
            yield from block.slots

    @property
    def overrun(self) -> int:
        """Minutes past the hard stops, all days together."""
        return sum(max(0, -day.slack) for day in self.days)

    @property
    def fits(self) -> bool:
        """Whether nothing was shortened, dropped or late."""
        return not any(notice.code in {"raccourci", "retire", "depasse", "retard"} for notice in self.notices)


def rounded(minute: int) -> int:
    """Round a time to the nearest 5 minutes."""
    return (minute + ROUNDING // 2) // ROUNDING * ROUNDING
