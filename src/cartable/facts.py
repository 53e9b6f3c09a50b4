"""The figures that may be shown in a workshop: each with its definition, its field, its year, its source."""

from __future__ import annotations

import functools
import re
from typing import Annotated, Literal

from cartable import assets, manuscript, wording
from cartable.errors import CartableError
from cartable.workshop import Citation, Slug, Strict, filled, limits

CONSTRUCTS = {
    "illectronisme": "Illectronisme (mesuré)", "eloignement": "Éloignement (capacités)", "freins": "Freins (déclarés)",
    "equipement": "Équipement", "demarches": "Démarches", "elus": "Élus", "gouvernance": "Gouvernance",
}  # fmt: skip
"""What a figure measures; two of them are never added, nor compared."""
FILE = "chiffres.yml"
SHARE = re.compile(r"([\d,]+)\s%")
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

    @property
    def share(self) -> float | None:
        """Its percentage, from 0 to 100; none if it is not one."""
        found = SHARE.search(self.valeur)
        return float(found[1].replace(",", ".")) if found else None


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


def same_axis(keys: list[str]) -> list[Fact]:
    """Return figures that may stand on one axis: percentages of one construct, said by one source.

    Raises
    ------
    CartableError
        If a key is unknown, if a figure is not a percentage, or if two figures do not measure the same thing.
    """
    known = {one.cle: one for one in load()}
    unknown = [key for key in keys if key not in known]
    if unknown or not keys:
        raise CartableError(
            f"Chiffre inconnu : « {', '.join(unknown)} ».", f"Prenez une clé de « data/{FILE} » : {', '.join(known)}."
        )
    found = [known[key] for key in keys]
    for one in found:
        if one.share is None:
            raise CartableError(f"« {one.cle} » ({one.valeur}) n’est pas un pourcentage.", "Dites-le avec des mots.")
        if one.construit != found[0].construit:
            raise CartableError(
                f"« {found[0].cle} » et « {one.cle} » ne mesurent pas la même chose "
                f"({CONSTRUCTS[found[0].construit]}, {CONSTRUCTS[one.construit]}).",
                "Deux mesures différentes ne partagent jamais un axe : faites deux dessins, ou choisissez.",
            )
        if (one.source, _field(one)) != (found[0].source, _field(found[0])):
            raise CartableError(
                f"« {found[0].cle} » et « {one.cle} » n’ont pas la même source ou le même champ.",
                "Montrez-les l’un après l’autre, avec leur définition.",
            )
    return found


def _field(one: Fact) -> str:
    return (one.champ or "").partition(", à vérifier")[0]


def told(one: Fact) -> str:
    """Say in a few words what a figure counts, without the figure, and its year."""
    year = f" ({one.annee_enquete})" if one.annee_enquete else ""
    return wording.typeset(f"{one.quoi.removeprefix(one.valeur).strip().rstrip('.')}{year}")
