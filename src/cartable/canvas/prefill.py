"""What the territory writes on a canvas beforehand: its name, its communes, its main figures, its map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartable.indicators import INDICATORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.portrait import Portrait

WANTED = (
    "population", "nombre_65_plus", "part_75_plus", "part_sans_diplome", "taux_pauvrete", "part_sans_30_mbits",
    "part_65_plus", "part_moins_20",
)  # fmt: skip
MOST = 6


@dataclass(frozen=True)
class Figure:
    """A figure as it is read aloud: what it counts, how much, from which source and year."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, eq=False)
class Filling:
    """What is known of a territory when the canvas is printed.

    Parameters
    ----------
    territoire
        Name of the EPCI; an invented one says so.
    communes
        Names of its communes, from the most to the least populated.
    chiffres
        A few figures, each with its source and year.
    carte
        TopoJSON of its communes and of those around, as ``Territory.map_topology`` gives it.
    """

    territoire: str
    communes: tuple[str, ...] = ()
    chiffres: tuple[Figure, ...] = ()
    carte: Mapping[str, Any] | None = None


def filling(portrait: Portrait) -> Filling:
    """Return what the portrait of a territory fills in; what is secret or absent is left out."""
    here = portrait.territory
    communes = here.communes.sort_values(["population", "nom"], ascending=[False, True])["nom"]
    figures = [
        Figure(INDICATORS[key].label, INDICATORS[key].text(value), portrait.source(INDICATORS[key]))
        for key in WANTED
        if not math.isnan(value := here.figure(key))
    ]
    return Filling(here.title, tuple(communes), tuple(figures[:MOST]), here.map_topology())
