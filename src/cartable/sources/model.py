"""What a source is, and what reading one of its files gives: data, and a report that tells everything done to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cartable.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cartable.holdings import Neighbourhood

Outcome = Literal["réparée", "refusée", "signalée"]


@dataclass(frozen=True)
class Remark:
    """What happened to one line of a file.

    Parameters
    ----------
    line
        Counted from 1 in the file, heading included: what a spreadsheet shows; 0 for the file as a whole.
    column
        As it is written in the file; empty for the whole line.
    outcome
        « réparée » (kept, mended), « refusée » (left out), « signalée » (kept as it is, to be looked at).
    message
        What was wrong or done, and what to do about it: French sentences.
    """

    line: int
    column: str
    outcome: Outcome
    message: str


@dataclass(frozen=True)
class Report:
    """Everything that was done to a file, line by line."""

    file: str
    lines: int
    remarks: tuple[Remark, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Count the lines that met this outcome, each once."""
        return len({r.line for r in self.remarks if r.outcome == outcome})


class SourceError(DataError):
    """A file cannot be used: names the file, and where there is one the line and the column, and what to do."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a file gave.

    Parameters
    ----------
    communes, epcis, places, neighbourhoods
        As in ``Holdings``; only what this source gives is filled.
    report
        What was done to the lines.
    vintage
        What the data describe, when the file tells it better than the source (a date, other perimeters).
    """

    report: Report
    communes: pd.DataFrame | None = None
    epcis: pd.DataFrame | None = None
    places: pd.DataFrame | None = None
    neighbourhoods: tuple[Neighbourhood, ...] = ()
    vintage: str = ""


@dataclass(frozen=True)
class Source:
    """A publisher's file: where it is, what it says, how it is read.

    Parameters
    ----------
    key
        Name in commands and in the cache: ``filosofi``.
    title, producer, licence
        As they are cited.
    vintage
        What the file at ``url`` describes.
    url
        Where it is downloaded; « {siren} » stands for the EPCI asked for.
    page
        Where a person finds it.
    gives
        What it brings, in a few words: « revenu médian, taux de pauvreté ».
    read
        Turns the bytes of a file and its name into a ``Reading``; raises ``SourceError``.
    warning
        What must be said each time it is used.
    verified
        Whether the address was seen to answer; « à vérifier » is printed otherwise.
    """

    key: str
    title: str
    producer: str
    licence: str
    vintage: str
    url: str
    page: str
    gives: str
    read: Callable[[bytes, str], Reading] = field(repr=False)
    warning: str = ""
    verified: bool = False
