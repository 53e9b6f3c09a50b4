"""The figures that may be shown in a workshop: each with its definition, its field, its year, its source."""

from __future__ import annotations

import functools
from typing import Annotated, Literal

from cartable import assets, manuscript
from cartable.workshop import Citation, Slug, Strict, filled, limits

CONSTRUCTS = {
    "illectronisme": "Illectronisme (mesuré)", "eloignement": "Éloignement (capacités)", "freins": "Freins (déclarés)",
    "equipement": "Équipement", "demarches": "Démarches", "elus": "Élus", "gouvernance": "Gouvernance",
}  # fmt: skip
"""What a figure measures; two of them are never added, nor compared."""
FILE = "chiffres.yml"
Year = Annotated[str, limits(40)] | int | None


class Fact(Strict):
    """One figure."""

    cle: Slug
    valeur: Annotated[str, limits(80, 1), filled]
    quoi: Citation
    definition: Citation | None = None
    champ: Citation | None = None
    annee_enquete: Year = None
    annee_publication: Year = None
    source: Citation
    construit: Literal["illectronisme", "eloignement", "freins", "equipement", "demarches", "elus", "gouvernance"]
    a_ne_pas_faire: Citation | None = None


class Facts(Strict):
    """The whole file."""

    chiffres: list[Fact]


@functools.cache
def load() -> tuple[Fact, ...]:
    """Return the figures, in the order of the file.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake of the file.
    """
    return tuple(manuscript.load(Facts, assets.data_folder() / FILE, f"data/{FILE}").chiffres)
