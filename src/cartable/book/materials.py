"""How much of each thing to bring: for one format, or for a day of a session."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from cartable.agenda import Agenda, Day
    from cartable.dossier.texts import Texts
    from cartable.workshop import Card, Library, Material

# Ten times 0.1 sheet is one sheet: what is left of the computation is not one more.
DUST = 1e-9


def quantity(card: Card, material: Material, headcount: int) -> int:
    """Return how many to bring for a number of people."""
    groups = card.group_count("groupe", headcount)
    units = {"personne": headcount, "groupe": groups, "salle": 1}[material.par]
    return math.ceil(material.quantite * units - DUST)


def written(quantity: float) -> str:
    """Write a quantity for one person, group or room: « 2 », « 0,5 »."""
    return f"{quantity:g}".replace(".", ",")


def for_day(library: Library, plan: Agenda, day: Day) -> dict[str, int]:
    """Return what to bring for a day, as the printed list counts it."""
    from cartable.dossier.materials import needs  # noqa: PLC0415
    from cartable.dossier.work import Work  # noqa: PLC0415

    work = Work(library, plan, cast("Texts", None))  # the sum reads none of the texts of the sheets
    return {need.name: need.quantity for need in needs(work, day)}
