"""What the two pages for elected officials say: plain data, ready to be drawn or written as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Figure:
    """One of the six figures; texts as they are printed.

    Parameters
    ----------
    key
        Measure.
    label, definition, year
        What it is, in plain words, and what it describes.
    value
        Shares between 0 and 1.
    text, similar, country
        The value here, in the similar EPCIs and in the country.
    source
        Numbers of its sources in the list of sources, from 1: « 1 et 3 ».
    """

    key: str
    label: str
    definition: str
    year: str
    value: float
    text: str
    similar: str
    country: str
    source: str


@dataclass(frozen=True)
class Point:
    """What a figure says of the territory.

    Parameters
    ----------
    key
        Measure.
    title
        The finding, in a few words.
    figure
        The sentence that gives the figure.
    similar, country
        The value in the similar EPCIs and in the country; empty when nothing is compared.
    middle
        Whether those are the values of the middle EPCIs (numbers) rather than of all their inhabitants (shares).
    """

    key: str
    title: str
    figure: str
    similar: str
    country: str
    middle: bool


@dataclass(frozen=True)
class Strength(Point):
    """What the territory can lean on, and why it helps."""

    why: str


@dataclass(frozen=True)
class Check(Point):
    """A point to check on the ground: the question that the figure raises, and whom to ask."""

    question: str
    whom: str


@dataclass(frozen=True)
class Gap:
    """What is missing, and how to get it."""

    what: str
    how: str


@dataclass(frozen=True)
class Plan:
    """The map: what a layer of ``cartable.maps`` needs.

    Parameters
    ----------
    title
        States the finding.
    values, texts
        By code INSEE; NaN is written ``None``.
    bounds, classes
        Of the classes, and their labels.
    reading
        In words, for those who do not see it.
    """

    key: str
    label: str
    unit: str
    title: str
    values: Mapping[str, float | None]
    texts: Mapping[str, str]
    states: Mapping[str, str]
    bounds: tuple[float, ...]
    classes: tuple[str, ...]
    reading: str
    source: str


@dataclass(frozen=True)
class Briefing:
    """The synthesis of one EPCI.

    Parameters
    ----------
    identity
        Nature, number of communes, inhabitants, départements, in one line.
    summary
        What is read aloud first.
    plan
        The map; none where no commune has a contour or a value.
    measures
        Every measure known here, by key; shares between 0 and 1.
    method
        How figures and points were chosen.
    checklist
        What to show first to the president and the head of the services; empty unless the session is public.
    """

    siren: str
    name: str
    nature: str
    identity: str
    fictional: bool
    public: bool
    summary: tuple[str, ...]
    plan: Plan | None
    figures: tuple[Figure, ...]
    strengths: tuple[Strength, ...]
    checks: tuple[Check, ...]
    missing: tuple[Gap, ...]
    sources: tuple[str, ...]
    method: tuple[str, ...]
    checklist: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name as outputs show it: an invented territory says so everywhere."""
        return f"{self.name}, territoire fictif" if self.fictional else self.name

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can write; for a public meeting, no figure by commune: a code is as good as a name."""
        data = asdict(self)
        if self.public and self.plan is not None:
            data["plan"] |= {"values": {}, "texts": {}, "states": {}}
        return data
