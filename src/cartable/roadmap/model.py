"""What a roadmap is made of; fields keep their French names, those of the files.

An entry that contradicts itself is refused where it is typed; one that is only unfinished is kept, and ``checks`` says
what it lacks. The fields of an action are those of Mon Inclusion Numérique, and five that it has not: a first step, an
indicator, a status, a priority, the link to what is at stake.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from cartable.workshop import Sentence, Slug, Strict, filled, limits

Key = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}\d{1,3}$")]
Title = Annotated[str, limits(110), filled]
Name = Annotated[str, limits(90), filled]
Text = Annotated[str, limits(700), filled] | None
Short = Sentence | None
Euros = Annotated[int, Field(ge=0, le=100_000_000)]
Status = Literal["a-lancer", "en-cours", "faite", "suspendue", "abandonnee"]
Priority = Literal["haute", "moyenne", "basse"]
State = Literal["acquis", "demande", "a-demander"]
STATUSES = {
    "a-lancer": "À lancer", "en-cours": "En cours", "faite": "Faite", "suspendue": "Suspendue",
    "abandonnee": "Abandonnée",
}  # fmt: skip
STATES = {"acquis": "acquis", "demande": "demandé", "a-demander": "à demander"}
LETTERS = {"R": "fait", "A": "répond du résultat", "C": "donne son avis", "I": "est informé"}
"""What people read in the grid « Qui fait quoi »."""
# « Service culture et numérique » is one pilot, « la mairie et le CCAS » are two.
_SEVERAL = re.compile(r"[/;,&+]| et (?:la |le |les |l[’']|un |une )", re.IGNORECASE)


def _day(value: Any) -> Any:  # noqa: ANN401 (whatever was typed)
    """Read a date as the files write it; what is not one is left to be refused."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            message = f"« {value[:20]} » n’est pas une date.\nÉcrivez-la ainsi : 2026-11-30."
            raise ValueError(message) from error
    return value


Day = Annotated[dt.date, BeforeValidator(_day)] | None
listed = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
Keys = Annotated[tuple[Key, ...], listed]


class Entry(Strict):
    """An entry of a register: ``cle`` names it for people (« A3 ») and for the other entries."""

    cle: Key


class Enjeu(Entry):
    """What is at stake, and what grounds it: indicators of the portrait, figures with their source, themes kept."""

    titre: Title
    constat: Text = None
    indicateurs: Annotated[tuple[Annotated[str, limits(40)], ...], listed] = ()
    chiffres: Annotated[tuple[Annotated[str, limits(300), filled], ...], listed] = ()
    themes: Annotated[tuple[Name, ...], listed] = ()


class Project(Entry):
    """A *chantier*: chosen, kept for later or set aside, and why; an objection heard, and what was answered to it."""

    titre: Title
    enjeux: Keys = ()
    suite: Literal["retenu", "a-creuser", "ecarte"]
    pourquoi: Short = None
    impact: Annotated[int, Field(ge=1, le=5)] | None = None
    effort: Annotated[int, Field(ge=1, le=5)] | None = None
    objection: Short = None
    reponse: Short = None


class Action(Entry):
    """An action sheet: one pilot, dates, a first step, an indicator."""

    nom: Title
    chantier: Key | None = None
    contexte: Text = None
    description: Text = None
    besoins: Text = None
    destinataires: Short = None
    pilote: Name | None = None
    partenaires: Annotated[tuple[Name, ...], listed] = ()
    budget: Euros | None = None
    debut: Day = None
    fin: Day = None
    apres: Keys = ()
    premier_pas: Short = None
    premier_pas_le: Day = None
    indicateur: Short = None
    depart: Short = None
    cible: Short = None
    source: Short = None
    revue_le: Day = None
    statut: Status = "a-lancer"
    priorite: Priority = "moyenne"

    @field_validator("pilote")
    @classmethod
    def _one_pilot(cls, pilot: str | None) -> str | None:
        if pilot and _SEVERAL.search(pilot):
            message = (
                f"« {pilot} » désigne plusieurs pilotes.\nGardez-en un seul ; mettez les autres dans « partenaires »."
            )
            raise ValueError(message)
        return pilot

    @field_validator("fin")
    @classmethod
    def _ends_after(cls, end: dt.date | None, info: ValidationInfo) -> dt.date | None:
        start = info.data.get("debut")
        if end and start and end < start:
            message = f"l’action finit le {end:%d/%m/%Y}, avant de commencer.\nCorrigez « debut » ou « fin »."
            raise ValueError(message)
        return end


class Financement(Entry):
    """What pays for an action: from whom, how much, whether it is granted."""

    action: Key
    financeur: Title
    dispositif: Slug | None = None
    montant: Euros
    etat: State = "a-demander"


class Part(Entry):
    """What an actor does in an action: a line of the grid « Qui fait quoi »."""

    action: Key
    acteur: Title
    role: Literal["R", "A", "C", "I"]
