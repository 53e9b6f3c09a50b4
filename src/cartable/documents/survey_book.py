"""The workbook where the papers of a questionnaire are typed, with its codes beside; and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.documents import spreadsheet
from cartable.documents.spreadsheet import Sheet
from cartable.entry import imports
from cartable.errors import DataError
from cartable.survey import LEADING, column_names, read
from cartable.survey.model import REMARK
from cartable.survey.reading import table

if TYPE_CHECKING:
    import datetime as dt

    from cartable.survey import Answers, Survey

TYPED = "Saisie"
ABOUT = (
    "Une ligne par feuille. Case vide : pas de réponse. 99 : question sautée à cause d’un renvoi. Deux cases cochées "
    "là où une seule va : rien, et une remarque. Relisez une feuille sur dix avec une autre personne."
)


def write(survey: Survey, edition: dt.date, answers: Answers | None = None) -> bytes:
    """Return the workbook, empty or with answers."""
    title = f"Saisie : {survey.titre.lower()}"
    rows = tuple(tuple(row) for row in table(answers)) if answers else ()
    columns = tuple((name, 30.0 if name == REMARK else max(9.0, len(name) + 2.0)) for name in column_names(survey))
    sheets = (
        Sheet(TYPED, columns, rows),
        _codes(survey),
        Sheet("Lisez-moi", (("Comment saisir", 110.0),), ((ABOUT,),)),
    )
    return spreadsheet.saved(spreadsheet.book(sheets, wording.typeset(title), edition, survey.titre))


def _codes(survey: Survey) -> Sheet:
    rows = [(name, "", said) for name, said in LEADING.items()]
    rows += [(one.variable, f"{survey.rank(one.variable)}. {one.question}", one.codes) for one in survey.questions]
    return Sheet("Codes", (("Variable", 18.0), ("Question", 60.0), ("Codes", 80.0)), tuple(rows))


def take(content: bytes, file: str, survey: Survey) -> Answers:
    """Read the answers of a workbook or of a CSV file.

    Raises
    ------
    DataError
        If it is neither, or if no sheet has the columns of the questionnaire.
    """
    known = {wording.fold(name) for name in column_names(survey) if name not in LEADING}
    for title, rows in _tables(content, file):
        if rows and known & {wording.fold(cell.strip()) for cell in rows[0][1]}:
            clean = [(number, [imports.unmasked(cell.strip()) for cell in cells]) for number, cells in rows]
            return read(survey, clean, wording.typeset(f"{file}, feuille « {title} »") if title else file)
    raise DataError(
        wording.typeset(f"« {file} » : aucune colonne n’est celle du questionnaire « {survey.slug} »."),
        "Partez du classeur de saisie, ou vérifiez le nom du questionnaire.",
    )


def _tables(content: bytes, file: str) -> list[tuple[str, list[imports.Row]]]:
    if content[:2] == b"PK":
        return imports.workbook(content, file)[0]
    return [("", imports.delimited(content, file))]
