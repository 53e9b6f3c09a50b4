"""What a column of a list looks like: the shares of its cells that are dates, codes, addresses, known words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cartable import wording
from cartable.mapping.applying import NOT_TICKED, POSTCODE
from cartable.mapping.model import TICKS, ticked
from cartable.sources import codes, hours, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLE = 400  # cells that are looked at
MOSTLY = 0.6
DECIMAL = re.compile(r"-?\d{1,3}[.,]\d{2,}")
DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}.*|\d{4}-\d{2}-\d{2}.*")
LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
SIRET = re.compile(r"(\d[\s.]*){14}")
MAIL_OR_PHONE = re.compile(r"\S+@\S+\.\S+|(?:\+33|0)[\s.]?[1-9](?:[\s.-]?\d{2}){4}")


@dataclass(frozen=True, eq=False)
class Column:
    """A column and its cells.

    Parameters
    ----------
    name
        As it is written.
    cells
        All of them, empty ones included.
    """

    name: str
    cells: Sequence[str]

    @cached_property
    def filled(self) -> list[str]:
        """The first cells that are not empty."""
        return [cell for cell in self.cells if cell][:SAMPLE]

    @cached_property
    def folded(self) -> str:
        """The name as it is compared."""
        return wording.fold(self.name)

    @cached_property
    def squeezed(self) -> str:
        """The name without its spaces, as some exports write it: « Codepostal »."""
        return self.folded.replace(" ", "")

    def share(self, test: Callable[[str], object]) -> float:
        """Return the share of filled cells that pass a test."""
        return sum(bool(test(cell)) for cell in self.filled) / len(self.filled) if self.filled else 0.0

    def mostly(self, test: Callable[[str], object]) -> bool:
        """Tell whether most of the filled cells pass a test."""
        return self.share(test) >= MOSTLY

    @cached_property
    def degrees(self) -> list[float]:
        """The cells as numbers, when they are decimal numbers; nothing otherwise."""
        if not self.mostly(DECIMAL.fullmatch):
            return []
        return [float(cell.replace(",", ".")) for cell in self.filled if DECIMAL.fullmatch(cell)]

    @cached_property
    def boxes(self) -> bool:
        """Whether it is a column of boxes to tick."""
        return bool(self.filled) and all(wording.fold(c) in NOT_TICKED or ticked(c, TICKS) for c in self.filled)

    @cached_property
    def personal(self) -> bool:
        """Whether it mostly holds telephones or electronic addresses."""
        return self.mostly(MAIL_OR_PHONE.fullmatch)

    def knows(self, field: str) -> float:
        """Return the share of cells that hold a word known for a field with given values."""
        return self.share(lambda c: any(vocabulary.translate(field, w) is not None for w in vocabulary.split(field, c)))

    def gives(self, field: str) -> float:
        """Return the share of cells that hold a word that means something in a field with given values."""
        return self.share(lambda c: any(vocabulary.translate(field, w) for w in vocabulary.split(field, c)))

    def unknown(self, field: str) -> list[str]:
        """Return the words that a field with given values does not know, each once."""
        words = (word for cell in self.filled for word in vocabulary.split(field, cell))
        return list(dict.fromkeys(word for word in words if vocabulary.translate(field, word) is None))


def is_date(cell: str) -> bool:
    """Tell whether a cell is a date."""
    return DATE.fullmatch(cell) is not None


def is_link(cell: str) -> bool:
    """Tell whether a cell is an address of the web."""
    return LINK.fullmatch(cell) is not None or re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", cell) is not None


def is_siret(cell: str) -> bool:
    """Tell whether a cell is a SIRET."""
    return SIRET.fullmatch(cell) is not None


def is_postcode(cell: str) -> bool:
    """Tell whether a cell is a postal code."""
    return re.fullmatch(r"\d{5}", cell) is not None


def has_postcode(cell: str) -> bool:
    """Tell whether a cell holds a postal code among other things."""
    return POSTCODE.search(cell) is not None and not is_postcode(cell)


def is_insee(cell: str) -> bool:
    """Tell whether a cell has the form of a code INSEE."""
    return not codes.commune(cell).problem


def is_hours(cell: str) -> bool:
    """Tell whether a cell says opening hours that are understood."""
    return hours.read(cell) is not None
