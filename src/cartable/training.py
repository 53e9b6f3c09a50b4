"""What the notebooks of exercises call: one exercise after the other, what was done, and the trainer's gathering."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import assets, exercises, markup, wording
from cartable.errors import CartableError, reason
from cartable.exercises import Setting, invented, progress
from cartable.exercises.checking import FICTION
from cartable.exercises.progress import FILE, Progress
from cartable.exercises.sheets import answered
from cartable.sheets import Items, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cartable.exercises import Exercise, Verdict
    from cartable.exercises.model import Answer
    from cartable.pages import Section
    from cartable.sheets import Block
    from cartable.widgets.exercise import ExerciseForm

STATES = {"juste": "juste", "compare": "comparé à l’exemple", "a-revoir": "à reprendre", "incomplet": "commencé",
          "vide": "pas commencé"}  # fmt: skip
ALONE = "Aucune erreur ne revient chez un tiers du groupe."
INVENTED = "Exemple inventé : ces huit codes ne désignent personne."
TODAY = dt.date(2026, 11, 27)
MANY = 0.3
"""Share of a group from which a mistake is worth a moment together."""


def folder() -> Path:
    """Return the folder of the exercises: inside an installed package, or in the project."""
    inside = assets.PACKAGE / "exercices"
    return inside if inside.is_dir() else assets.PACKAGE.parent.parent / "notebooks" / "exercices"


class Training:
    """The exercises of one trainee, in a notebook.

    Parameters
    ----------
    fichier
        Where attempts are kept, beside the notebook; empty keeps nothing.
    territoire
        Another EPCI, for the exercises that may be replayed with one.
    graine
        Another draw.
    """

    def __init__(self, fichier: str = FILE, territoire: str = "", graine: int = 0) -> None:
        self.exercises: Mapping[str, Exercise] = exercises.load(folder())
        self.progress = Progress.open(Path(fichier) if fichier else None)
        self.setting = Setting(territoire or FICTION, graine)

    def exercise(self, slug: str) -> ExerciseForm:
        """Return the form of an exercise.

        Raises
        ------
        CartableError
            If there is none of that name.
        """
        from cartable.widgets.exercise import ExerciseForm  # noqa: PLC0415 (ipywidgets: only in a notebook)

        return ExerciseForm(self._known(slug), self.progress, self.setting)

    def check(self, slug: str, **answer: object) -> Verdict:
        """Answer without a form: for corrected notebooks and for those who write code."""
        return exercises.check(self._known(slug), dict(answer), self.setting)

    def solution(self, slug: str) -> Answer:
        """Return an answer that holds: for the trainer."""
        return exercises.solution(self._known(slug), self.setting)

    def corrected(self, slug: str) -> Section:
        """Show an answer that holds, how to read it, and what each mistake is told: for the trainer."""
        sheet = answered(self._known(slug), self.setting)
        return markup.section(sheet.blocks, sheet.title)

    def done(self) -> Section:
        """Show what was done, and what remains."""
        rows = tuple(
            (
                one.title,
                STATES[self.progress.done[slug].etat] if slug in self.progress.done else STATES["vide"],
                one.length,
            )
            for slug, one in self.exercises.items()
        )
        return markup.section(
            [Table("Mes exercices", ("Exercice", "Où j’en suis", "Temps"), rows, (4, 2, 2))], "Mes exercices"
        )

    def call_me(self, code: str) -> Section:
        """Choose the code that the trainer will see: never a name."""
        if not progress.Kept.model_fields or not code.replace("-", "").isalnum() or len(code) > 24:  # noqa: PLR2004
            raise CartableError(
                wording.typeset(f"« {code} » n’est pas un code."), "Des lettres, des chiffres, un tiret : violet-12."
            )
        self.progress.code = code
        self.progress.save()
        return markup.section([Paragraph(f"Votre code : {code}. Votre nom n’est écrit nulle part.")], code)

    def _known(self, slug: str) -> Exercise:
        if slug not in self.exercises:
            raise CartableError(
                wording.typeset(f"L’exercice « {slug} » n’existe pas."), f"Choisissez : {', '.join(self.exercises)}."
            )
        return self.exercises[slug]


class Group:
    """The files of a group of trainees, for their trainer.

    Parameters
    ----------
    dossier
        Where the files given by trainees are; empty for a group that does not exist.

    Raises
    ------
    CartableError
        If there is no such folder.
    """

    def __init__(self, dossier: str = "") -> None:
        self.exercises: Mapping[str, Exercise] = exercises.load(folder())
        self.files: list[progress.Kept] = []
        self.problems: list[str] = []
        self.example = not dossier
        if self.example:
            self.files = invented.group(self.exercises)
        else:
            self._read(Path(dossier))

    def _read(self, where: Path) -> None:
        """Read what the trainees gave; what cannot be read is told."""
        if not where.is_dir():
            raise CartableError(
                wording.typeset(f"« {where} » n’est pas un dossier."), "Mettez-y les fichiers, un par stagiaire."
            )
        for path in sorted(where.glob("*.json")):
            try:
                self.files.append(progress.read(path.read_bytes(), path.name))
            except OSError as error:
                self.problems.append(f"{path.name} : {reason(error)}.")
            except CartableError as error:
                self.problems.append(str(error))

    def where(self) -> Section:
        """Say who is stuck where; codes, never names."""
        lines = progress.gathered(self.files, self.exercises)
        rows = tuple(
            (
                self.exercises[one.slug].title,
                wording.number(len(one.right)),
                ", ".join(one.stuck) or "personne",
                wording.number(len(one.untouched)),
            )
            for one in lines
        )
        count = wording.plural(len(self.files), "fichier lu", "fichiers lus")
        blocks: list[Block] = [Paragraph(f"{count}.", "lead")]
        if self.example:
            blocks.append(Paragraph(INVENTED, "alerte"))
        if self.problems:
            blocks.append(Items(tuple(self.problems)))
        blocks.append(
            Table("Où en est le groupe", ("Exercice", "Terminé", "En difficulté", "Pas ouvert"), rows, (4, 1, 3, 1))
        )
        return markup.section(blocks, count)

    def together(self) -> Section:
        """Say what is worth taking up again with everyone: the mistakes made by a third of the group."""
        found = self.common()
        block: Block = Items(tuple(map(wording.typeset, found))) if found else Paragraph(ALONE)
        return markup.section([block], "À reprendre ensemble")

    def common(self) -> list[str]:
        """Return, exercise by exercise, the mistakes made by a third of those who tried, with their explanation."""
        return [said for line in progress.gathered(self.files, self.exercises) for said in self._common(line)]

    def _common(self, line: progress.Line) -> Iterator[str]:
        one, tried = self.exercises[line.slug], len(line.right) + len(line.stuck)
        messages = {mistake.code: mistake.message for mistake in one.head.erreurs}
        for code, count in line.mistakes.items():
            if count > 1 and count >= MANY * tried:
                yield f"{one.title} : {wording.number(count)} sur {wording.number(tried)}. {messages.get(code, code)}"
