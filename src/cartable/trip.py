"""The learning trip: where to go, when one arrives, what it emits and costs, what comes back from it.

Pure functions of declared entries; ``registers`` reads and keeps them. Kilometres are typed when they are known; else
they are a straight line lengthened by ``DETOUR``, and said to be an estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from cartable import wording
from cartable.contract import Hour  # noqa: TC001 (pydantic reads the annotation)
from cartable.governance import Family  # noqa: TC001 (pydantic reads the annotation)
from cartable.roadmap.model import Day, Entry, Euros, Key, Name, Short, Text, Title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Mode = Literal["voiture", "voiture-electrique", "minibus", "autocar", "train", "velo"]
MODES = {
    "voiture": "Voiture thermique", "voiture-electrique": "Voiture électrique", "minibus": "Minibus de neuf places",
    "autocar": "Autocar", "train": "Train régional", "velo": "Vélo",
}  # fmt: skip
GRAMS: Mapping[str, tuple[int, int]] = {
    "voiture": (200, 5), "voiture-electrique": (100, 5), "minibus": (270, 9), "autocar": (30, 1), "train": (30, 1),
    "velo": (0, 1),
}  # fmt: skip
"""Grams of CO₂ equivalent by kilometre, for a vehicle of so many seats (1: by person). Rounded orders of magnitude
after Impact CO2 and Base Empreinte (ADEME), to be checked there before they are published."""
SOURCE = "Ordres de grandeur arrondis d’après Impact CO2 (ADEME), à vérifier avant de les publier."
DETOUR = 1.3
"""Roads are longer than a straight line: a convention of the kit."""
SPEED = 55
"""Kilometres an hour on small roads: a convention of the kit."""
BUFFER_SHARE, BUFFER_LEAST = 0.15, 10
"""Added to each journey, in share and in minutes: a late bus must not cost a visit."""
LATEST = 18 * 60 + 30
"""Minutes since midnight after which people who look after someone cannot stay."""
EARTH = 6371.0
LEAST_STOPS, BEST = 2, 3


class Trip(Entry):
    """A day elsewhere; ``prix_km`` is that of a vehicle, of a person by coach, train or bicycle."""

    destination: Title
    pourquoi: Text = None
    theme: Name | None = None
    date: Day = None
    depart: Hour = "08:00"
    personnes: Annotated[int, Field(ge=1, le=200)] = 12
    mode: Mode = "minibus"
    prix_km: Annotated[float, Field(ge=0, le=20)] | None = None
    repas: Euros | None = None
    autres_frais: Euros | None = None


class Stop(Entry):
    """A place where the group stops; the first is where it leaves from, the last where it comes back."""

    voyage: Key
    lieu: Title
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    km: Annotated[float, Field(ge=0, le=2000)] | None = None
    trajet: Annotated[int, Field(ge=0, le=600)] | None = None
    sur_place: Annotated[int, Field(ge=0, le=600)] = 0
    qui: Name | None = None
    question: Short = None
    repas: bool = False


class Observation(Entry):
    """What someone noted during a stop; a family of roles, no name."""

    voyage: Key
    etape: Key
    famille: Family | None = None
    marche: Short = None
    coince: Short = None
    cout: Short = None
    a_demander: Short = None


class Transfer(Entry):
    """What the group brings back: three things to transfer, one to avoid, each tied to a chantier."""

    voyage: Key
    genre: Literal["transferer", "eviter"]
    titre: Title
    chantier: Key | None = None
    condition: Short = None


@dataclass(frozen=True)
class Leg:
    """A stop and how one gets to it.

    Parameters
    ----------
    km
        From the stop before; ``None`` when neither typed nor computed.
    estimated
        Whether the kilometres are a lengthened straight line.
    travel, buffer
        Minutes on the road and minutes kept in hand.
    arrive, leave
        Minutes since midnight.
    """

    stop: Stop
    km: float | None
    estimated: bool
    travel: int
    buffer: int
    arrive: int
    leave: int


def minutes(hour: str) -> int:
    """Return the minutes since midnight of « 08:30 »."""
    return int(hour[:2]) * 60 + int(hour[3:])


def kilometres(here: Stop, there: Stop) -> float | None:
    """Return the length of the road between two stops, estimated; ``None`` if one has no position."""
    places = (here.latitude, here.longitude, there.latitude, there.longitude)
    if any(one is None for one in places):
        return None
    a, b, c, d = (math.radians(one or 0.0) for one in places)
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return DETOUR * 2 * EARTH * math.asin(math.sqrt(half))


def plan(trip: Trip, stops: Sequence[Stop]) -> list[Leg]:
    """Return when the group arrives and leaves, stop by stop."""
    legs: list[Leg] = []
    clock = minutes(trip.depart)
    for rank, stop in enumerate(stops):
        typed = stop.km if rank else 0.0
        found = typed if typed is not None else kilometres(stops[rank - 1], stop)
        travel = stop.trajet if stop.trajet is not None else round(60 * (found or 0.0) / SPEED)
        buffer = max(BUFFER_LEAST, round(travel * BUFFER_SHARE)) if rank and travel else 0
        arrive = clock + travel + buffer
        clock = arrive + (stop.sur_place if rank else 0)
        legs.append(Leg(stop, found, rank > 0 and stop.km is None and found is not None, travel, buffer, arrive, clock))
    return legs


def warnings(legs: Sequence[Leg]) -> Iterator[str]:
    """Yield what would go wrong that day."""
    if len(legs) <= LEAST_STOPS:
        yield "Le voyage n’a pas d’étape : écrivez le départ, les visites et le retour."
        return
    if legs[-1].arrive > LATEST:
        back = wording.clock(legs[-1].arrive)
        yield f"Retour à {back}, après {wording.clock(LATEST)} : retirez une visite, ou partez plus tôt."
    if not any(leg.stop.repas for leg in legs):
        yield "Aucune étape n’est un repas : c’est là que les gens se parlent."
    unknown = [leg.stop.lieu for leg in legs[1:] if leg.km is None]
    if unknown:
        yield f"Kilomètres inconnus jusqu’à : {wording.join(unknown)}. Écrivez « km », ou la latitude et la longitude."
    visits = [leg for leg in legs[1:-1] if not leg.stop.repas]
    yield from (f"« {leg.stop.lieu} » n’a pas de question à poser." for leg in visits if not leg.stop.question)


@dataclass(frozen=True)
class Footprint:
    """What a trip weighs.

    Parameters
    ----------
    km
        Of the road.
    vehicles
        How many are needed (1 when the factor is by person).
    kilograms
        CO₂ equivalent, for the group.
    cost
        Euros known; ``None`` if nothing is.
    """

    km: float
    vehicles: int
    kilograms: float
    cost: float | None


def footprint(trip: Trip, legs: Sequence[Leg]) -> Footprint:
    """Return kilometres, CO₂ and cost of a trip."""
    road = sum(leg.km or 0.0 for leg in legs)
    grams, seats = GRAMS[trip.mode]
    many = -(-trip.personnes // seats)
    moved = trip.personnes if seats == 1 else many
    vehicles = 1 if seats == 1 else many
    parts = (None if trip.prix_km is None else trip.prix_km * road * moved, trip.repas, trip.autres_frais)
    known = [one for one in parts if one is not None]
    return Footprint(road, vehicles, grams * moved * road / 1000, sum(known) if known else None)


def debrief(transfers: Sequence[Transfer]) -> str:
    """Say whether the group brought back what was asked: three to transfer, one to avoid."""
    kept = sum(one.genre == "transferer" for one in transfers)
    avoided = len(transfers) - kept
    said = f"{kept} à transférer, {avoided} à éviter"
    if kept >= BEST and avoided:
        return f"{said} : le compte y est."
    return f"{said} : le but est {BEST} et 1."
