"""Schemes that pay for a part of an action: a file of the kit, each with its status and the date of that status."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from cartable import assets, manuscript, wording
from cartable.workshop import Citation, Sentence, Slug, Strict, filled, limits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

STATUSES = {
    "actif": "actif", "reduit": "en réduction", "arrete": "arrêté", "incertain": "incertain",
    "a-verifier": "à vérifier",
}  # fmt: skip
FILE = "dispositifs.yml"
ENTRIES = {"rh": "Postes et ateliers", "investissement": "Investissement et équipement", "formation": "Formation"}


class Scheme(Strict):
    """One scheme."""

    nom: Annotated[str, limits(90), filled]
    entree: Literal["rh", "investissement", "formation"]
    nature: Literal["public", "privé"]
    niveau: Annotated[str, limits(60), filled]
    statut: Literal["actif", "reduit", "arrete", "incertain", "a-verifier"]
    etat_au: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None
    paie: Citation
    limite: Sentence | None = None
    source: Citation
    pour_qui: Citation
    usage: Citation
    demander_a: Citation
    fiche: Annotated[str, Field(pattern=r"^outils/[a-z0-9-]+$")] | None = None
    """Page of the book that says more of it."""

    def aged(self, today: dt.date) -> bool:
        """Tell whether its status is older than a year, or has no date."""
        if self.etat_au is None:
            return True
        year, month = map(int, self.etat_au.split("-"))
        return 12 * (today.year - year) + today.month - month > 12  # noqa: PLR2004

    def state(self) -> str:
        """Say its status and the date of that status."""
        if self.etat_au is None:
            return f"{STATUSES[self.statut]}, date à vérifier"
        year, month = self.etat_au.split("-")
        return f"{STATUSES[self.statut]}, d’après une source {wording.of(wording.MONTHS[int(month) - 1])} {year}"

    @property
    def closed(self) -> bool:
        """Whether nothing more may be asked of it."""
        return self.statut == "arrete"


class Panorama(Strict):
    """The whole file."""

    dispositifs: dict[Slug, Scheme]


@functools.cache
def load() -> Mapping[str, Scheme]:
    """Return the schemes by slug.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake of the file.
    """
    return manuscript.load(Panorama, assets.data_folder() / FILE, f"data/{FILE}").dispositifs
