"""A questionnaire: one YAML file, from which its paper, its codes and its workbook are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from cartable import manuscript, wording
from cartable.errors import CartableError
from cartable.workshop import Sentence, Strict, filled, limits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "questionnaires"
SKIPPED = 99
"""Typed for a question that a jump left aside: it is not a missing answer."""
SCALE = (1, 5)
LEADING = {
    "numero": "Numéro de la feuille",
    "remise": "Lieu de remise : 1 mairie, 2 boutique ou marché, 3 association ou centre social, 4 école, 5 domicile, "
    "6 en ligne, 7 autre",
    "aide": "1 seule ou seul, 2 lu par quelqu’un, 3 traduit",
}
"""Columns before the answers, and how they are coded."""
MOST = {"remise": 7, "aide": 3}
REMARK = "remarque"
FREE = frozenset({"texte", "nombre"})
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,30}$")]
Text = Annotated[str, limits(200, 2), filled]


class Jump(Strict):
    """Some answers send to a later question."""

    si: list[Annotated[str, limits(90, 1)]] = Field(min_length=1)
    vers: Variable


class Question(Strict):
    """One question."""

    variable: Variable
    question: Text
    type: Literal["choix", "plusieurs", "echelle", "texte", "nombre"]
    modalites: list[Annotated[str, limits(90, 1), filled]] = Field(default=[], max_length=12)
    au_plus: Annotated[int, Field(ge=2, le=6)] | None = None
    saut: Jump | None = None
    sert_a: Sentence

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (len(self.modalites) > 1) != (self.type in {"choix", "plusieurs"}):
            raise ValueError("une question à cases a au moins deux modalités, les autres n’en ont pas")
        if self.saut and self.type not in {"choix", "plusieurs", "nombre"}:
            raise ValueError("un saut part d’une question à cases ou d’un nombre")
        known = self.modalites or ["0"]
        lost = [one for one in self.saut.si if one not in known] if self.saut else []
        if lost:
            raise ValueError(f"le saut cite « {lost[0]} », qui n’est pas une réponse de la question")
        return self

    @property
    def columns(self) -> list[str]:
        """Names of the columns where it is typed: one by box if several may be ticked."""
        if self.type != "plusieurs":
            return [self.variable]
        return [f"{self.variable}_{rank}" for rank in range(1, len(self.modalites) + 1)]

    @property
    def how(self) -> str:
        """Say how to answer."""
        if self.type == "plusieurs":
            most = {2: "Deux", 3: "Trois", 4: "Quatre", 5: "Cinq", 6: "Six"}
            return f"{most[self.au_plus]} cases au plus." if self.au_plus else "Toutes les cases vraies."
        return {
            "choix": "Une seule case.", "echelle": "Entourez un nombre.", "nombre": "Écrivez un nombre entier.",
            "texte": "Écrivez, ou dictez à la personne qui distribue.",
        }[self.type]  # fmt: skip

    @property
    def codes(self) -> str:
        """Say how its answer is typed."""
        if self.type == "choix":
            return " ; ".join(f"{rank} = {one}" for rank, one in enumerate(self.modalites, 1))
        if self.type == "plusieurs":
            return f"{self.columns[0]} à {self.columns[-1]}, dans l’ordre des cases : 1 cochée, 0 non cochée"
        return {
            "echelle": "1 à 5", "nombre": "le nombre entier écrit",
            "texte": "le texte, relu : ni nom, ni lieu, ni métier reconnaissable",
        }[self.type]  # fmt: skip


class Part(Strict):
    """Questions under one heading."""

    titre: Annotated[str, limits(60), filled]
    questions: list[Question] = Field(min_length=1)


class Survey(Strict):
    """A questionnaire."""

    titre: Annotated[str, limits(80), filled]
    parties: list[Part] = Field(min_length=1)
    slug: str = ""

    @model_validator(mode="after")
    def _settled(self) -> Self:
        names = [one.variable for one in self.questions]
        twice = {name for name in names if names.count(name) > 1} | set(names) & {*LEADING, REMARK}
        if twice:
            raise ValueError(f"« {min(twice)} » nomme deux colonnes")
        for rank, one in enumerate(self.questions):
            if one.saut and one.saut.vers not in names[rank + 2 :]:
                raise ValueError(f"le saut de « {one.variable} » doit mener à une question plus loin que la suivante")
        return self

    @property
    def questions(self) -> list[Question]:
        """All the questions, in order."""
        return [one for part in self.parties for one in part.questions]

    def rank(self, variable: str) -> int:
        """Return the number printed before a question, from 1."""
        return [one.variable for one in self.questions].index(variable) + 1

    def jump(self, question: Question) -> str:
        """Say where some answers lead, or nothing."""
        if question.saut is None:
            return ""
        answers = wording.join([f"« {one} »" for one in question.saut.si], "ou")
        return wording.typeset(f"{answers} : passez à la question {self.rank(question.saut.vers)}.")


def column_names(survey: Survey) -> list[str]:
    """Return the columns of the file where answers are typed."""
    return [*LEADING, *(name for one in survey.questions for name in one.columns), REMARK]


def load_one(folder: Path, slug: str) -> Survey:
    """Read a questionnaire.

    Parameters
    ----------
    folder
        That of the workshops.

    Raises
    ------
    CartableError
        If there is none of that name.
    ManuscriptError
        With every mistake of the file.
    """
    path = folder / FOLDER / f"{slug}.yml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in (folder / FOLDER).glob("*.yml")))
        raise CartableError(wording.typeset(f"Le questionnaire « {slug} » n’existe pas."), f"Choisissez : {known}.")
    return manuscript.load(Survey, path, shown(path)).model_copy(update={"slug": slug})


def load(folder: Path) -> Iterator[Survey]:
    """Read all the questionnaires."""
    for path in sorted((folder / FOLDER).glob("*.yml")):
        yield load_one(folder, path.stem)
