"""What is typed to judge a démarche; fields keep their French names, those of the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cartable.errors import CartableError
from cartable.evaluation.barometer import HIGHEST, ITEMS, LOWEST
from cartable.evaluation.goals import Goal
from cartable.roadmap.model import Day, Entry, Name, Short, Title
from cartable.workshop import Sentence  # noqa: TC001 (pydantic reads the annotation)

Mark = Annotated[int, Field(ge=LOWEST, le=HIGHEST)] | None
Step = Literal["E1", "E2", "E3", "E4", "E5"]


class Answer(Entry):
    """What one person answered after a step; nobody is named, an item may be left out."""

    etape: Step
    objectif: Mark = None
    parole: Mark = None
    acteurs: Mark = None
    productions: Mark = None
    rythme: Mark = None
    suite: Mark = None
    garder: Short = None
    changer: Short = None

    def marks(self) -> dict[str, int]:
        """Return the items that were answered."""
        return {key: mark for key in ITEMS if (mark := getattr(self, key)) is not None}


class Adjustment(Entry):
    """What is changed before the next step, because the barometer said so."""

    etape: Step
    constat: Title
    decision: Title
    par: Name
    echeance: Day = None
    fait: bool = False


class Objective(Entry):
    """An objective and its five results, written before the action."""

    titre: Title
    poids: Annotated[float, Field(gt=0, le=10)] = 1.0
    bien_moins: Sentence
    moins: Sentence
    prevu: Sentence
    mieux: Sentence
    bien_mieux: Sentence
    resultat: Annotated[int, Field(ge=-2, le=2)] | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Objective:
        try:
            self.goal()
        except CartableError as error:
            raise ValueError(f"{error.message}\n{error.remedy}") from error
        return self

    def goal(self) -> Goal:
        """Return what the T score and the profile are computed on."""
        results = (self.bien_moins, self.moins, self.prevu, self.mieux, self.bien_mieux)
        return Goal(self.titre, dict(zip(range(-2, 3), results, strict=True)), self.poids, self.resultat)


@dataclass(frozen=True)
class Judged:
    """Everything that was typed to judge a démarche."""

    answers: tuple[Answer, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    objectives: tuple[Objective, ...] = ()

    def steps(self) -> list[str]:
        """Return the steps that were judged, in their order."""
        return sorted({one.etape for one in self.answers} | {one.etape for one in self.adjustments})
