"""The learning trip on paper: why, the day with its margins, what it weighs, the logbook, what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import fields, trip, wording
from cartable.itinerary import itinerary
from cartable.reports import telling
from cartable.sheets import Document, Heading, Items, Paragraph, Picture, Sheet, Table
from cartable.trip import MODES, SOURCE, Observation, Stop, Transfer, Trip

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.sheets import Block
    from cartable.trip import Leg

ROOM = 6
"""Rows left to write by hand in the logbook of each stop."""
AFTER = (
    "Le soir même, chacune et chacun dit une chose à transférer. Le groupe en garde trois, et une à éviter. Chacune "
    "est reliée à un chantier, avec la condition sans laquelle elle ne marchera pas ici."
)


def outing(state: State, taken: Taken, edition: dt.date, version: str) -> Document:
    """Return the trips of a démarche: the day, the logbook, what comes back."""
    sheets = [sheet for one in taken.of(Trip) for sheet in _trip(one, taken)]
    if not sheets:
        empty = Paragraph(
            "Aucun voyage n’est noté. Écrivez-en un dans « voyages », et ses étapes dans « etapes_voyage »."
        )
        sheets = [Sheet("voyage", "Voyage apprenant", (empty,), single=False)]
    title = f"Voyage apprenant, {telling.title(state)}"
    shown = telling.marked(state, sheets)
    return Document(title, "Aller voir ailleurs", edition, version, shown, mention=state.mention)


def _trip(one: Trip, taken: Taken) -> Iterator[Sheet]:
    legs = trip.plan(one, [stop for stop in taken.of(Stop) if stop.voyage == one.cle])
    yield Sheet(f"journee-{one.cle}", one.destination, tuple(day(one, legs)), single=False)
    yield Sheet(
        f"carnet-{one.cle}", "Carnet d’observation", tuple(logbook(one, legs, taken)), single=False, landscape=True
    )
    transfers = [back for back in taken.of(Transfer) if back.voyage == one.cle]
    if transfers:
        yield Sheet(f"retour-{one.cle}", "Trois à transférer, une à éviter", tuple(back(transfers)), single=False)


def day(one: Trip, legs: Sequence[Leg]) -> Iterator[Block]:
    """Yield the plan of the day: why, where, when, how much."""
    if one.pourquoi:
        yield Paragraph(one.pourquoi, "lead")
    said = [wording.date(one.date)] if one.date else []
    said += [wording.plural(one.personnes, "personne"), MODES[one.mode].lower()]
    yield Paragraph(wording.typeset(f"{', '.join(said)}.".capitalize()))
    yield from (Paragraph(wording.typeset(text), "alerte") for text in trip.warnings(legs))
    if chart := itinerary(legs):
        yield Picture(chart.svg, chart.description, 0.8)
    if legs:
        head = ("N°", "Arrivée", "Départ", "Lieu", "Trajet", "Qui nous reçoit", "Question à poser")
        rows = tuple(_leg(rank, leg, last=rank == len(legs)) for rank, leg in enumerate(legs, 1))
        yield Table("La journée, marges comprises", head, rows, (1, 2, 2, 4, 3.4, 3.6, 5))
    yield Heading("Ce que pèse ce voyage")
    yield from weight(one, legs)


def _leg(rank: int, leg: Leg, *, last: bool) -> tuple[str, ...]:
    road = ""
    if rank > 1 and not leg.travel:
        road = "au même endroit"
    elif rank > 1:
        km = "? km" if leg.km is None else f"{wording.number(leg.km)} km"
        about = "environ " if leg.estimated else ""
        road = wording.typeset(f"{about}{km}, {wording.duration(leg.travel)} + {leg.buffer} min de marge")
    arrive = wording.clock(leg.arrive) if rank > 1 else ""
    leave = "" if last else wording.clock(leg.leave)
    return str(rank), arrive, leave, leg.stop.lieu, road, leg.stop.qui or "", leg.stop.question or ""


def weight(one: Trip, legs: Sequence[Leg]) -> Iterator[Block]:
    """Yield kilometres, CO₂ and cost, with where they come from."""
    found = trip.footprint(one, legs)
    cost = "à chiffrer" if found.cost is None else f"{wording.number(found.cost)} €"
    each = found.kilograms / one.personnes
    carried = f", {wording.plural(found.vehicles, 'véhicule')}" if found.vehicles > 1 else ""
    rows = (
        ("Route", f"{wording.number(found.km)} km{carried}"),
        ("CO₂ équivalent", f"{wording.number(found.kilograms)} kg, soit {wording.number(each, 1)} kg par personne"),
        ("Coût connu", cost),
    )
    yield Table("Route, CO₂, coût", ("Quoi", "Combien"), tuple((a, wording.typeset(b)) for a, b in rows), (3, 8))
    notes = [SOURCE]
    if any(leg.estimated for leg in legs):
        notes.append(
            f"Les kilomètres « environ » sont la ligne droite multipliée par {wording.number(trip.DETOUR, 1)} : "
            "vérifiez-les sur une carte."
        )
    yield Paragraph(wording.typeset(" ".join(notes)), "note")


def logbook(one: Trip, legs: Sequence[Leg], taken: Taken) -> Iterator[Block]:
    """Yield what was noted stop by stop; empty rows to be filled in by hand before the trip."""
    noted = [note for note in taken.of(Observation) if note.voyage == one.cle]
    head = ("Qui", "Ce qui marche", "Ce qui coince", "Ce que cela coûte", "À demander encore")
    for leg in legs[1:-1]:
        if leg.stop.repas:
            continue
        rows = tuple(
            (fields.said("observations", "famille", note.famille), note.marche or "", note.coince or "",
             note.cout or "", note.a_demander or "")
            for note in noted if note.etape == leg.stop.cle
        )  # fmt: skip
        blank = tuple(("",) * len(head) for _ in range(ROOM))
        yield Table(leg.stop.lieu, head, rows or blank, (3, 4, 4, 3, 4), tall=not rows)
    yield Paragraph(
        wording.typeset("Une famille de rôles, jamais un nom. Notez ce que vous voyez, puis ce que vous pensez."),
        "note",
    )


def back(transfers: Sequence[Transfer]) -> Iterator[Block]:
    """Yield what the group brought back."""
    yield Paragraph(wording.typeset(AFTER))
    yield fields.table("transferts", transfers)
    yield Items((wording.typeset(trip.debrief(transfers)),))
