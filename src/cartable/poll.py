"""What the notebook of questionnaires calls: papers typed in, what they say, what to print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import __version__, assets, markup, output, survey, wording, workshop
from cartable.errors import CartableError, reason
from cartable.reports import answers as reports
from cartable.reports.telling import quoted
from cartable.sheets import Heading, Items, Paragraph, Table
from cartable.survey import tally
from cartable.survey.tally import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.pages import Section
    from cartable.sheets import Block, Document
    from cartable.survey import Question, Survey

EXAMPLE = "questionnaires/habitants.csv"
FICTION = "Exemple inventé : 64 feuilles du Val-de-Brume, qui n’existe pas."
AFTER = dt.date(2026, 11, 27)
"""The date printed on the example, so that it always says the same."""
MOST_SHOWN = 12


class Poll:
    """The answers to a questionnaire, in a notebook.

    Parameters
    ----------
    questionnaire
        Which one: ``habitants``, ``agents-de-mairie``…
    fichier
        Workbook or CSV file where papers were typed; without it, invented answers of inhabitants.
    feuilles
        How many papers left.

    Raises
    ------
    CartableError
        If the questionnaire or the file cannot be read.
    """

    def __init__(self, questionnaire: str = "habitants", fichier: str = "", feuilles: int | None = None) -> None:
        self.survey: Survey = survey.load_one(workshop.folder(), questionnaire)
        self.invented = not fichier
        path = Path(fichier) if fichier else assets.data_folder() / "fictif" / EXAMPLE
        if self.invented and questionnaire != "habitants":
            raise CartableError(
                wording.typeset("L’exemple inventé répond au questionnaire « habitants »."),
                "Donnez le fichier où vos feuilles sont saisies, ou choisissez « habitants ».",
            )
        self.answers = take(self.survey, path)
        self.sent = feuilles or (150 if self.invented else None)

    def questions(self) -> Section:
        """Show the questions, and the word by which each is asked for below."""
        rows = tuple(
            (one.variable, f"{self.survey.rank(one.variable)}. {one.question}") for one in self.survey.questions
        )
        return markup.section([Table("Les questions", ("Mot", "Question"), rows, (1, 4))], self.survey.titre)

    def problems(self) -> Section:
        """Say what could not be understood, by row and column."""
        found = self.answers.problems
        read = wording.plural(len(self.answers), "feuille lue", "feuilles lues")
        blocks: list[Block] = [Paragraph(f"{read}.", "lead")]
        if self.invented:
            blocks.append(Paragraph(FICTION, "note"))
        blocks.append(Items(tuple(map(str, found))) if found else Paragraph("Rien à corriger."))
        return markup.section(blocks, read)

    def summary(self) -> Section:
        """Show the page to take to the workshop."""
        return markup.section(self._document().sheets[0].blocks, "En une page")

    def question(self, mot: str) -> Section:
        """Show the answers to one question."""
        one = self._known(mot)
        if one.type == "texte":
            return self.sentences(mot)
        return markup.section([Heading(one.question), *reports.counts(tally(one, self.answers.sheets))], one.question)

    def by(self, groupes: str, mot: str) -> Section:
        """Show the answers of each group that is large enough to be looked at."""
        by, one = self._known(groupes), self._known(mot)
        return markup.section(reports.by_group(self.answers, by, one), one.question)

    def sentences(self, mot: str) -> Section:
        """Show what people wrote, each sentence once."""
        one = self._known(mot)
        said = tuple(dict.fromkeys(f"« {quoted(text)} »" for text in texts(one, self.answers.sheets)))
        blocks: list[Block] = [Heading(one.question)]
        blocks.append(Items(said[:MOST_SHOWN]) if said else Paragraph("Personne n’a écrit ici."))
        return markup.section(blocks, one.question)

    def save(self, fichier: str) -> Section:
        """Write the report, in Word or in PDF by the ending of its name."""
        from cartable.documents import pdf, word  # noqa: PLC0415 (slow to import)

        path = Path(fichier)
        writers = {".docx": word.write, ".pdf": pdf.render}
        if path.suffix not in writers:
            raise CartableError(wording.typeset(f"« {path.name} » : le bilan s’écrit en .docx ou en .pdf."))
        output.write(path, writers[path.suffix](self._document()))
        return markup.section([Paragraph(f"Écrit : {path.name}.")], "Écrit")

    def _document(self) -> Document:
        mention = FICTION if self.invented else ""
        edition = AFTER if self.invented else dt.date.today()  # noqa: DTZ011 (the date printed on the report)
        return reports.report(self.answers, edition, __version__, sent=self.sent, mention=mention)

    def _known(self, word: str) -> Question:
        for one in self.survey.questions:
            if one.variable == word:
                return one
        known: Iterable[str] = (one.variable for one in self.survey.questions)
        raise CartableError(wording.typeset(f"« {word} » n’est pas une question."), f"Choisissez : {', '.join(known)}.")


def take(one: Survey, path: Path) -> survey.Answers:
    """Read the file where papers were typed.

    Raises
    ------
    CartableError
        If it cannot be opened or read.
    """
    from cartable.documents import survey_book  # noqa: PLC0415 (slow to import)

    try:
        content = path.read_bytes()
    except OSError as error:
        raise CartableError(
            wording.typeset(f"« {path} » ne s’ouvre pas : {reason(error)}."), "Vérifiez le nom du fichier."
        ) from error
    return survey_book.take(content, path.name, one)
