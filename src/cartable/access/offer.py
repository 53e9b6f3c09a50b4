"""What places offer: yes, no, or « the file does not say », never one for the other.

An empty field says nothing; a field that is filled in without the word asked for says no. Accessibility is the
exception: a link to a record that describes the place says that one must go and read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from cartable import wording
from cartable.errors import CartableError
from cartable.holdings import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Verdict = bool | None  # None: the file does not say
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
EVENING = 18 * 60  # minutes since midnight: when most people who work can come
FREE, FREE_FOR_SOME = "Gratuit", "Gratuit sous condition"
ROAMING, FIXED = "Itinérant", "Fixe"
MOTOR = "Handicaps moteurs"
# Codes of the standard that everyone can read; the others are shown as they are.
KINDS = {
    "ASSO": "Association", "BIB": "Bibliothèque ou médiathèque", "CAF": "Caisse d’allocations familiales",
    "CCAS": "Centre communal d’action sociale", "CIAS": "Centre intercommunal d’action sociale", "CS": "Centre social",
    "CSC": "Centre socioculturel", "EPCI": "Intercommunalité", "EPN": "Espace public numérique",
    "EVS": "Espace de vie sociale", "FABLAB": "Fablab", "FT": "France Travail", "LA_POSTE": "La Poste",
    "MJC": "Maison des jeunes et de la culture", "ML": "Mission locale", "MSA": "Mutualité sociale agricole",
    "MSAP": "Maison de services au public", "MUNI": "Mairie", "PIMMS": "Point d’information médiation multi-services",
    "RFS": "France services", "TIERS_LIEUX": "Tiers-lieu",
}  # fmt: skip


@dataclass(frozen=True)
class Criterion:
    """One thing that is asked of a place.

    Parameters
    ----------
    label
        What a person reads: « gratuit pour tous ».
    judge
        Says of a place whether it has it.
    """

    label: str
    judge: Callable[[Mapping[str, str]], Verdict]


@dataclass(frozen=True)
class Wanted:
    """Everything that is asked of a place; nothing at all by default.

    Parameters
    ----------
    kind
        Code of « typologie »: ``BIB``.
    service
        Value of « services »: « Aide aux démarches administratives ».
    programme
        Value of « dispositif_programmes_nationaux »: « France Services ».
    free
        Free for everyone.
    motor
        Says that it receives people with motor disabilities.
    roaming
        « Itinérant », « Fixe », or nothing.
    day
        A day of the week, in French.
    evening
        Still open after 18 h, one day at least (the day asked for, if there is one).
    doubtful
        Whether places of which the file does not say count too.
    """

    kind: str = ""
    service: str = ""
    programme: str = ""
    free: bool = False
    motor: bool = False
    roaming: str = ""
    day: str = ""
    evening: bool = False
    doubtful: bool = False

    def __post_init__(self) -> None:
        for name, value, known in (
            ("Le jour", self.day, ("", *DAYS)),
            ("L’itinérance", self.roaming, ("", ROAMING, FIXED)),
        ):
            if value not in known:
                raise CartableError(
                    f"{name} « {value} » n’est pas connu.",
                    f"Choisissez parmi {wording.join([f'« {k} »' for k in known if k])}.",
                )

    def criteria(self) -> list[Criterion]:
        """Return what is asked, one criterion for each thing."""
        asked = [
            self.kind and holds("typologie", self.kind, kind_label(self.kind)),
            self.service and holds("services", self.service, f"service « {self.service} »"),
            self.programme and holds("dispositif_programmes_nationaux", self.programme, self.programme),
            self.free and Criterion("gratuit pour tous", _is_free),
            self.motor and Criterion("déclare accueillir les personnes à mobilité réduite", _receives_motor),
            self.roaming and holds("itinerance", self.roaming, "itinérant" if self.roaming == ROAMING else "fixe"),
            (self.day or self.evening) and _opening(self.day, evening=self.evening),
        ]
        return [criterion for criterion in asked if criterion]

    def label(self) -> str:
        """Say everything that is asked in a few words."""
        return ", ".join(c.label for c in self.criteria()) or "tous les lieux"


def kind_label(code: str) -> str:
    """Return the name of a kind of place, its code when it has no plain name."""
    return KINDS.get(code, code)


def values(text: object) -> list[str]:
    """Return the values of a field that may hold several; none for what is not a text."""
    return [v for v in (p.strip() for p in text.split(SEPARATOR)) if v] if isinstance(text, str) else []


def holds(column: str, value: str, label: str) -> Criterion:
    """Return the criterion of a value in a field that may hold several."""

    def judge(place: Mapping[str, str]) -> Verdict:
        said = values(place.get(column))
        return value in said if said else None

    return Criterion(label, judge)


def _is_free(place: Mapping[str, str]) -> Verdict:
    """« Gratuit » beside « Payant » means that a part is paid for: not free for everyone, nor for everything."""
    said = set(values(place.get("frais_a_charge")))
    return said == {FREE} if said else None


def _receives_motor(place: Mapping[str, str]) -> Verdict:
    said = values(place.get("prise_en_charge_specifique"))
    if MOTOR in said:
        return True
    return False if said and not values(place.get("fiche_acces_libre")) else None


def _opening(day: str, *, evening: bool) -> Criterion:
    when = f"ouvert le {day}" if day else "ouvert un jour au moins"

    def judge(place: Mapping[str, str]) -> Verdict:
        week = _week(place.get("horaires"))
        if week is None:
            return None
        spans = week[DAYS.index(day)] if day else [span for one in week for span in one]
        return any(end > EVENING for _, end in spans) if evening else bool(spans)

    return Criterion(f"{when} après {wording.clock(EVENING)}" if evening else when, judge)


def _week(text: object) -> Sequence[Sequence[tuple[int, int]]] | None:
    """Return the spans of opening of each day, in minutes since midnight; nothing when they are not understood."""
    from cartable.sources import hours  # noqa: PLC0415 (the core does not need the sources to be imported)

    found = hours.read(text) if isinstance(text, str) and text.strip() else None
    return found.days if found else None


@dataclass(frozen=True, eq=False)
class Sifted:
    """Places sorted by what they answer to everything that is asked.

    Parameters
    ----------
    yes, unsaid, no
        Those that have it all; those that nothing excludes but of which the file does not say all; the others.
    """

    yes: pd.DataFrame
    unsaid: pd.DataFrame
    no: pd.DataFrame

    def kept(self, *, doubtful: bool = False) -> pd.DataFrame:
        """Return the places that count, with those that are uncertain if asked."""
        return pd.concat([self.yes, self.unsaid]).sort_index() if doubtful else self.yes


def verdict(place: Mapping[Any, Any], criteria: Sequence[Criterion]) -> Verdict:
    """Put criteria together: one « no » is enough to exclude, one « not said » leaves a doubt."""
    answers = [criterion.judge(place) for criterion in criteria]
    if False in answers:
        return False
    return None if None in answers else True


def sift(places: pd.DataFrame, wanted: Wanted) -> Sifted:
    """Sort places by what they answer; the order of each group is that of the places."""
    criteria = wanted.criteria()
    records = places.to_dict("records") if criteria else [{}] * len(places)  # nothing asked: nothing to read
    answers = [verdict(place, criteria) for place in records]
    groups = ([a is True for a in answers], [a is None for a in answers], [a is False for a in answers])
    return Sifted(*(places[pd.Series(g, index=places.index, dtype=bool)] for g in groups))


def choices(places: pd.DataFrame, column: str) -> list[str]:
    """Return the values that places give to a field, in alphabetical order."""
    found = {value for text in places[column] for value in values(text)}
    return sorted(found, key=lambda v: (wording.fold(kind_label(v)), v))
