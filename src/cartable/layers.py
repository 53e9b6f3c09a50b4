"""What a map shows: an indicator by commune, places, outlines; the same for a screen and for paper.

Pure data, without folium: a map on paper does not pay for the library of the maps on screen.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cartable import wording
from cartable.errors import CartableError
from cartable.holdings import STATES, Neighbourhood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

# Shades by number of classes: digits from light to dark; letters from well below to well above a reference, « m »
# between both. A digit or a letter is a rule of the style sheet on screen, an entry of a palette on paper.
RAMPS = ("3", "14", "024", "0234", "01234", "012345")
DIVERGING_RAMPS = ("m", "be", "bme", "acdf", "acmdf", "abcdef")
MAX_CLASSES = len(RAMPS)
MISSING = "donnée absente"
ABSENT, SECRET = "n", "s"  # marks of the communes without a value
SECRETS = frozenset({STATES["s"], STATES["ns"]})  # the figure exists, the publisher keeps it
# Shapes of the places, one by kind, in a square of twenty units around their centre.
MARKERS = {
    "rond": "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z",
    "carré": "M-8-8h16v16h-16z",
    "triangle": "M0-10 10 8h-20z",
    "losange": "M0-11 11 0 0 11-11 0z",
    "croix": "M-3-10h6v7h7v6h-7v7h-6v-7h-7v-6h7z",
    "étoile": "M0-11 3-4 11-3 5 2 7 10 0 6-7 10-5 2-11-3-3-4z",
}


class Row(NamedTuple):
    """A line of the legend: the mark that the map bears, what it means, how many communes bear it."""

    mark: str
    label: str
    communes: int


@dataclass(frozen=True)
class Point:
    """A place on a map.

    Parameters
    ----------
    lat, lon
        Degrees, WGS 84.
    label
        What is said of it: « France services de Civray, 86400 ».
    kind
        Line of the legend that it belongs to: « France services ». Each kind has its shape.
    """

    lat: float
    lon: float
    label: str
    kind: str


@dataclass(frozen=True)
class Area:
    """An outline over a map, such as that of a priority neighbourhood.

    Parameters
    ----------
    label
        Name of the neighbourhood.
    kind
        Line of the legend: « Quartiers prioritaires, périmètres de 2024 ».
    polygons
        Each a list of rings (outer first) of longitudes and latitudes, shape (n, 2), in degrees.
    """

    label: str
    kind: str
    polygons: Sequence[Sequence[ArrayLike]] = field(compare=False)


Thing = TypeVar("Thing", Point, Area)


@dataclass(frozen=True)
class Layer:
    """One indicator to show.

    Parameters
    ----------
    key
        Short identifier: ``part_65_plus``.
    label
        Name shown to people: « Part des 65 ans et plus ».
    unit
        « % », « hab./km² », « habitants ».
    values
        Value by INSEE code; absent, ``None`` and NaN are drawn hatched, as missing data.
    texts
        French writing of each value, by INSEE code.
    breaks
        Class bounds, ascending: one more than there are classes. A value on an inner bound goes to the upper
        class; the outer bounds exclude nothing, they may be rounded.
    class_labels
        French legend labels, one by class.
    reading
        What the map shows, in words.
    source
        Attribution, vintage and date.
    title
        A title that states the finding.
    states
        Why a value is missing, by INSEE code: « secret statistique ». Secrets are hatched in two directions.
    diverging
        Whether the classes stand on both sides of a reference: two hues instead of one.
    """

    key: str
    label: str
    unit: str
    values: Mapping[str, float | None]
    texts: Mapping[str, str]
    breaks: Sequence[float]
    class_labels: Sequence[str]
    reading: str
    source: str
    title: str
    states: Mapping[str, str] = field(default_factory=dict)
    diverging: bool = False

    @property
    def name(self) -> str:
        """The label and its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def class_of(self, code: str) -> int | None:
        """Return the class of a commune, ``None`` where the value is missing."""
        value = self.values.get(code)
        if value is None or math.isnan(value):
            return None
        return bisect_right(self.breaks[1:-1], value)

    def text_of(self, code: str) -> str:
        """Return the value of a commune as it is written, or the word for its absence."""
        return self._absence(code) if self.class_of(code) is None else self.texts.get(code, "")

    def mark_of(self, code: str) -> str:
        """Return the shade of a commune, or the mark of its hatching."""
        rank = self.class_of(code)
        return _mark(self._absence(code)) if rank is None else self.shades()[rank]

    def shades(self) -> str:
        """Return the shade of each class, from the lowest."""
        return ramp(len(self.breaks) - 1, diverging=self.diverging)

    def rows(self, codes: Iterable[str]) -> list[Row]:
        """Return the legend: every class from the lowest, then the secrets, then what is absent."""
        kept = list(codes)
        classes = Counter(self.class_of(code) for code in kept)
        words = Counter(self._absence(code) for code in kept if self.class_of(code) is None)
        absences = sorted(words, key=lambda word: (_mark(word) != SECRET, word))
        return [
            *(Row(s, t, classes[i]) for i, (s, t) in enumerate(zip(self.shades(), self.class_labels, strict=True))),
            *(Row(_mark(word), word, words[word]) for word in absences),
        ]

    def check(self, codes: Iterable[str]) -> None:
        """Refuse a layer that nobody could read."""
        classes = len(self.breaks) - 1
        if not 1 <= classes <= MAX_CLASSES or list(self.breaks) != sorted(self.breaks):
            raise CartableError(
                f"Les bornes de classes de « {self.label} » ne conviennent pas : {list(self.breaks)}.",
                f"Donnez de deux à {MAX_CLASSES + 1} bornes, en ordre croissant.",
            )
        if len(self.class_labels) != classes:
            raise CartableError(
                f"« {self.label} » compte {classes} classes et {len(self.class_labels)} libellés de légende.",
                "Donnez un libellé par classe.",
            )
        if all(self.class_of(code) is None for code in codes):
            raise CartableError(
                f"« {self.label} » n’a de valeur pour aucune commune de la carte.",
                "Retirez cet indicateur, ou vérifiez que ses codes sont des codes INSEE (cinq caractères).",
            )

    def _absence(self, code: str) -> str:
        return self.states.get(code) or MISSING


def _mark(absence: str) -> str:
    return SECRET if absence in SECRETS else ABSENT


def ramp(classes: int, *, diverging: bool = False) -> str:
    """Choose shades, from the lowest class to the highest.

    >>> ramp(3)
    '024'
    """
    return (DIVERGING_RAMPS if diverging else RAMPS)[classes - 1]


def kinds(things: Iterable[Point] | Iterable[Area]) -> dict[str, int]:
    """Return how many points or outlines each kind holds, in alphabetical order of the kinds.

    Raises
    ------
    CartableError
        If there are more kinds than shapes to tell them apart.
    """
    counts = Counter(thing.kind for thing in things)
    if len(counts) > len(MARKERS):
        raise CartableError(
            f"La carte aurait {len(counts)} sortes de lieux : on ne les distinguerait plus.",
            f"Regroupez-les en {len(MARKERS)} sortes au plus.",
        )
    return {kind: counts[kind] for kind in sorted(counts, key=wording.fold)}


def outlined(things: Iterable[Area | Neighbourhood]) -> tuple[Area, ...]:
    """Return outlines as a map takes them; priority neighbourhoods say the year of their perimeters in the legend."""
    return tuple(
        Area(t.name, f"Quartiers prioritaires, périmètres de {t.vintage}", t.polygons)
        if isinstance(t, Neighbourhood)
        else t
        for t in things
    )


def unnamed(things: Iterable[Thing]) -> tuple[Thing, ...]:
    """Return places or outlines that only say their kind: their names often hold that of a commune."""
    return tuple(replace(thing, label=thing.kind) for thing in things)


def members(topology: Mapping[str, Any]) -> list[str]:
    """Return the codes of the communes of the territory, without the neighbouring ones."""
    return [c["id"] for c in topology["objects"]["communes"]["geometries"] if c["properties"]["membre"]]
