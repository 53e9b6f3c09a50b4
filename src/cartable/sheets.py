"""Sheets of paper, before they are PDF, Word or HTML: what is written, not how it is drawn.

A document is a list of sheets, a sheet a list of blocks. The text is plain (no markup): each renderer escapes it.
A time of the plan is a ``Time``, never a string, so that a page can compute it anew when the session moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True)
class Time:
    """A time of the plan: minutes since midnight, and the step or block it belongs to."""

    minute: int
    of: str
    edge: Literal["debut", "fin", "limite"] = "debut"
    """``limite``: the hard stop of a day, ``of`` is then its number."""


@dataclass(frozen=True)
class Length:
    """A duration of the plan, in minutes, and the step or block it belongs to."""

    minutes: int
    of: str


Cell = str | Time | Length


@dataclass(frozen=True)
class Heading:
    """A heading inside a sheet (level 2 or 3; the title of the sheet is level 1)."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ``lead`` is larger, ``parole`` is said aloud, ``note`` is smaller, ``alerte`` is set in a frame."""

    text: str
    style: Literal["normal", "lead", "parole", "note", "alerte"] = "normal"


@dataclass(frozen=True)
class Items:
    """A list: bullets, boxes to tick, or numbers."""

    items: tuple[str, ...]
    style: Literal["puces", "cases", "numeros"] = "puces"


@dataclass(frozen=True)
class Table:
    """A table with a header row; ``widths`` are relative, ``emphasis`` marks rows (0-based) to be set in bold.

    ``tall`` leaves room to write by hand in each row.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...] = ()
    emphasis: frozenset[int] = frozenset()
    tall: bool = False


@dataclass(frozen=True)
class Blanks:
    """Things to fill in by hand: a label, then a line (``lines`` of them)."""

    labels: tuple[str, ...]
    lines: int = 1


@dataclass(frozen=True)
class Badges:
    """Name badges, cut out: a group by its colour **and** its symbol, room for a first name and a role."""

    groups: tuple[tuple[str, str, str], ...]
    """(name of the group, symbol, colour as #rrggbb), one per badge."""


@dataclass(frozen=True)
class Picture:
    """A drawing, what it shows for whoever does not see it, and its share of the width of the sheet."""

    svg: str
    description: str
    share: float = 1.0


Block = Heading | Paragraph | Items | Table | Blanks | Badges | Picture


@dataclass(frozen=True)
class Sheet:
    """One sheet (or several pages under one title): ``single`` says that it must hold on one page."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    single: bool = True
    landscape: bool = False
    large: bool = False
    """Read at arm's length, or from a door."""
    poster: bool = False
    half: bool = False
    """Half a page: printed twice on one, to be cut, when it is short enough."""


@dataclass(frozen=True)
class Document:
    """What is printed in one go, with its edition date and version at the foot of every page."""

    title: str
    subtitle: str
    edition: dt.date
    version: str
    sheets: tuple[Sheet, ...]
    contents: bool = False
    """Whether it begins with a table of its sheets."""
    mention: str = ""
    """What every page says at its foot of an invented démarche."""
