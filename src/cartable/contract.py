"""Before the démarche: what two organisations and a local authority agree on, who applies, when they meet.

Pure functions of declared entries; ``registers`` reads and keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from cartable.roadmap.model import Day, Entry, Name, Short, Text, Title

if TYPE_CHECKING:
    from collections.abc import Sequence

Stage = Literal["E0", "E1", "E2", "E3", "E4", "E5", "E6"]
STAGES = {
    "E0": "Contractualiser", "E1": "Lancer", "E2": "Comprendre", "E3": "Choisir", "E4": "Apprendre ailleurs",
    "E5": "Écrire la feuille de route", "E6": "Évaluer",
}  # fmt: skip
"""The thread of a démarche."""
CRITERIA = {
    "fragilite": "Un territoire fragile : rural, quartier prioritaire, ou les deux",
    "volonte": "Une personne élue s’engage, et le conseil l’a dit",
    "temps": "Une personne de l’équipe a du temps : deux jours par mois",
    "acteurs": "Des acteurs locaux sont prêts à venir",
    "transmission": "Le territoire accepte de montrer ce qui marche et ce qui échoue",
}
"""What candidacies are read on; each from 0 (nothing says so) to 4 (it is written and shown)."""
BEST = 4
SUITES = {"retenue": "Retenue", "reserve": "En réserve", "non-retenue": "Non retenue"}
Mark = Annotated[int, Field(ge=0, le=BEST)]
Hour = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Days = Annotated[float, Field(ge=0, le=400)]


class Frame(Entry):
    """What the letter of engagement and the agreement say: who, how many days, who answers for the data."""

    porteur: Title
    accompagnateur: Name | None = None
    second_accompagnateur: Name | None = None
    elu_referent: Name | None = None
    technicien_referent: Name | None = None
    jours_elu: Days | None = None
    jours_technicien: Days | None = None
    jours_accompagnement: Days | None = None
    parcours: Literal["leger", "complet"] = "complet"
    debut: Day = None
    fin: Day = None
    responsable_donnees: Name | None = None
    sous_traitant: Name | None = None
    contact_donnees: Name | None = None
    conservation_mois: Annotated[int, Field(ge=1, le=60)] | None = None
    attendu: Text = None


class Candidacy(Entry):
    """A territory that applies, read on the same five criteria as the others."""

    territoire: Title
    profil: Literal["rural", "urbain", "mixte"]
    fragilite: Mark | None = None
    volonte: Mark | None = None
    temps: Mark | None = None
    acteurs: Mark | None = None
    transmission: Mark | None = None
    pourquoi: Short = None
    suite: Literal["retenue", "reserve", "non-retenue"] | None = None


class Task(Entry):
    """What one of the organisations does, at which step, and who helps."""

    etape: Stage
    tache: Title
    responsable: Name
    appui: Name | None = None


class Meeting(Entry):
    """A date when people meet: what for, where, whom."""

    titre: Title
    date: Day
    heure: Hour | None = None
    lieu: Name | None = None
    commune: Name | None = None
    public: Name | None = None
    pourquoi: Short = None


@dataclass(frozen=True)
class Reading:
    """A candidacy and what it got.

    Parameters
    ----------
    total
        Sum of the marks, out of 20; ``None`` as long as one is missing: a total of four is not compared to one of five.
    missing
        Criteria that were not marked.
    """

    candidacy: Candidacy
    total: int | None
    missing: tuple[str, ...]


def ranked(candidacies: Sequence[Candidacy]) -> list[Reading]:
    """Return candidacies, the best total first, those that are not fully read last."""
    readings = [_read(one) for one in candidacies]
    return sorted(readings, key=lambda one: (one.total is None, -(one.total or 0), one.candidacy.cle))


def _read(one: Candidacy) -> Reading:
    marks = {key: getattr(one, key) for key in CRITERIA}
    missing = tuple(key for key, mark in marks.items() if mark is None)
    return Reading(one, None if missing else sum(mark or 0 for mark in marks.values()), missing)
