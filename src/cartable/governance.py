"""Who decides, who is invited, what lets people come, what could fail, which dates do not move.

Pure functions of declared entries; ``registers`` reads and keeps them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from cartable import manuscript
from cartable.contract import Stage  # noqa: TC001 (pydantic reads the annotation)
from cartable.record.roles import ROLES
from cartable.roadmap.model import Day, Entry, Euros, Key, Keys, Name, Short, Title, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

POWERS = {"decide": "décide", "valide": "valide la méthode", "associe": "donne son avis", "anime": "fait avancer"}
CHANNELS = {"courrier": "courrier", "courriel": "courriel", "telephone": "téléphone", "relais": "par un relais"}
ANSWERS = {"oui": "vient", "non": "ne vient pas", "attente": "pas de réponse"}
KINDS = {
    "election": "Élection", "budget": "Vote du budget", "conseil": "Conseil", "comite": "Comité", "depot": "Dépôt",
}  # fmt: skip
LADDER = {1: "faible", 2: "moyenne", 3: "forte"}
FIRST_ELECTION, EVERY = 2020, 6
"""Municipal councils are renewed every six years (Code électoral, article L227): 2020, 2026, 2032."""
BUDGET, BUDGET_AFTER_ELECTION = (4, 15), (4, 30)
"""Last day for voting a budget, and in the year of a renewal (CGCT, article L1612-2)."""


def _family(key: str) -> str:
    if key not in ROLES:
        raise manuscript.unknown(key, list(ROLES), "une famille de rôles")
    return key


def _yes(value: Any) -> Any:  # noqa: ANN401 (whatever was typed)
    """Read « oui » and « non », which the files of the kit turn into true and false."""
    return {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value


Family = Annotated[str, AfterValidator(_family)]
Step = Annotated[int, Field(ge=1, le=3)]


class Body(Entry):
    """An instance: what it may do, the families that sit in it, how often it meets."""

    nom: Title
    pouvoir: Literal["decide", "valide", "associe", "anime"]
    membres: Annotated[tuple[Name, ...], listed] = ()
    rythme: Name | None = None
    pourquoi: Short = None


class Guest(Entry):
    """A structure that is invited, never a person: how, by whom, what it answers."""

    structure: Title
    famille: Family
    rencontre: Key | None = None
    canal: Literal["courrier", "courriel", "telephone", "relais"] = "courriel"
    relais: Name | None = None
    places: Annotated[int, Field(ge=0, le=500)] = 1
    reponse: Annotated[Literal["oui", "non", "attente"], BeforeValidator(_yes)] = "attente"


class Condition(Entry):
    """What prevents residents from coming, what is offered, by whom, for how much."""

    frein: Title
    reponse: Short = None
    porteur: Name | None = None
    cout: Euros | None = None


class Risk(Entry):
    """What could make the démarche or an action fail: « Et si ça échouait ? »."""

    risque: Title
    etape: Stage | None = None
    actions: Keys = ()
    probabilite: Step | None = None
    gravite: Step | None = None
    signe: Short = None
    parade: Short = None
    porteur: Name | None = None


class Milestone(Entry):
    """A date that the démarche does not choose."""

    titre: Title
    date: Day
    genre: Literal["election", "budget", "conseil", "comite", "depot"]


@dataclass(frozen=True)
class Replies:
    """What the guests of a family answered, in seats."""

    family: str
    invited: int
    coming: int
    waiting: int


def replies(guests: Iterable[Guest]) -> list[Replies]:
    """Return the answers by family of roles, in the order of ``ROLES``; families nobody invited are there, with 0."""
    known = list(guests)
    return [
        Replies(
            family,
            sum(one.places for one in known if one.famille == family),
            sum(one.places for one in known if one.famille == family and one.reponse == "oui"),
            sum(one.places for one in known if one.famille == family and one.reponse == "attente"),
        )
        for family in ROLES
        if family != "animation"
    ]


def weight(risk: Risk) -> int:
    """Return likelihood times severity, from 1 to 9; 0 when one is not known."""
    return (risk.probabilite or 0) * (risk.gravite or 0)


def worst(risks: Sequence[Risk]) -> list[Risk]:
    """Return the risks, the heaviest first."""
    return sorted(risks, key=lambda one: (-weight(one), one.cle))


def renewed(year: int) -> bool:
    """Tell whether the municipal councils are renewed that year."""
    return (year - FIRST_ELECTION) % EVERY == 0


def budget_votes(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the last days for voting a budget between two dates, those included."""
    days = (
        dt.date(year, *(BUDGET_AFTER_ELECTION if renewed(year) else BUDGET))
        for year in range(first.year, last.year + 1)
    )
    return [day for day in days if first <= day <= last]


def municipal(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the months of the municipal elections between two dates, as their middle: March of a renewal year."""
    days = (dt.date(year, 3, 15) for year in range(first.year, last.year + 1) if renewed(year))
    return [day for day in days if first <= day <= last]


def dated(entries: Iterable[Any]) -> list[Any]:
    """Return the entries that have a ``date``, in their order in time."""
    return sorted((one for one in entries if one.date), key=lambda one: (one.date, one.cle))
