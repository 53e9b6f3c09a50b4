"""Answers typed in a spreadsheet, read back: a cell that cannot be understood is told, and does not stop the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.manuscript import Problem
from cartable.record.roles import naming
from cartable.survey.model import LEADING, MOST, REMARK, SCALE, SKIPPED, column_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.survey.model import Question, Survey

Value = int | str | list[int]
Given = dict[str, Value]
MOST_TEXT = 2_000


@dataclass(frozen=True)
class Answers:
    """What was read.

    Parameters
    ----------
    sheets
        One by paper: variable → rank of the box (from 1), list of ranks, mark, number or text. A question that nobody
        answered is absent; one that a jump left aside is ``SKIPPED``.
    problems
        What could not be understood, by row and column.
    """

    survey: Survey
    sheets: list[Given] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sheets)


def read(survey: Survey, rows: Sequence[tuple[int, Sequence[str]]], file: str) -> Answers:
    """Read rows, the first one being the headings.

    Parameters
    ----------
    rows
        Number of the row, and its cells as texts.
    """
    found = Answers(survey)
    if not rows:
        return found
    known = {wording.fold(name): name for name in column_names(survey)}
    heading = [known.get(wording.fold(cell), cell.strip()) for cell in rows[0][1]]
    places = {name: heading.index(name) for name in known.values() if name in heading}
    for cell in heading:
        if cell and cell not in places:
            found.problems.append(_problem(file, rows[0][0], cell, "colonne inconnue : elle n’est pas lue"))
    for name in known.values():
        if name not in places and name not in {REMARK, *LEADING}:
            found.problems.append(_problem(file, rows[0][0], name, "la colonne manque"))
    seen: set[str] = set()
    for number, cells in rows[1:]:
        typed = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        if not any(typed.values()):
            continue
        _twice(typed.get("numero", ""), seen, found, (file, number))
        found.sheets.append(dict(_sheet(survey, typed, found.problems, (file, number))))
    return found


def _twice(number: str, seen: set[str], found: Answers, where: tuple[str, int]) -> None:
    if number and number in seen:
        said = f"la feuille {number} est saisie deux fois"
        found.problems.append(_problem(*where, "numero", said, "Vérifiez sur le papier, et retirez la ligne de trop."))
    seen.add(number)


def _sheet(
    survey: Survey, typed: dict[str, str], problems: list[Problem], where: tuple[str, int]
) -> Iterator[tuple[str, Value]]:
    for name, most in MOST.items():
        coded = _whole(typed.get(name, ""), 1, most, problems, (*where, name))
        if coded is not None:
            yield name, coded
    for one in survey.questions:
        value = _several(one, typed, problems, where) if one.type == "plusieurs" else _one(one, typed, problems, where)
        if value is not None:
            yield one.variable, value


def _one(one: Question, typed: dict[str, str], problems: list[Problem], where: tuple[str, int]) -> Value | None:
    text = typed.get(one.variable, "")
    if not text:
        return None
    if one.type == "texte":
        if text == str(SKIPPED):
            return SKIPPED
        for what, words in naming(text):
            said = wording.typeset(f"« {words} » ressemble à {what}")
            problems.append(
                _problem(*where, one.variable, said, "Relisez la phrase et retirez ce qui désigne quelqu’un.")
            )
        return text[:MOST_TEXT]
    if text == str(SKIPPED) and one.type != "nombre":
        return SKIPPED
    low, high = {"choix": (1, len(one.modalites)), "echelle": SCALE}.get(one.type, (0, 100_000))
    return _whole(text, low, high, problems, (*where, one.variable))


def _several(one: Question, typed: dict[str, str], problems: list[Problem], where: tuple[str, int]) -> Value | None:
    cells = {rank: typed.get(name, "") for rank, name in enumerate(one.columns, 1)}
    written = {rank: text for rank, text in cells.items() if text}
    if not written:
        return None
    if all(text == str(SKIPPED) for text in written.values()):
        return SKIPPED
    ticked = []
    for rank, text in written.items():
        value = _whole(text, 0, 1, problems, (*where, one.columns[rank - 1]))
        if value:
            ticked.append(rank)
    return ticked or None


def _whole(text: str, low: int, high: int, problems: list[Problem], where: tuple[str, int, str]) -> int | None:
    if not text:
        return None
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None  # noqa: PLR2004
    if value is None or not low <= value <= high:
        file, number, name = where
        said = wording.typeset(f"« {text[:30]} » n’est pas un nombre entier de {low} à {wording.number(high)}")
        problems.append(_problem(file, number, name, said, "Corrigez la case, ou laissez-la vide."))
        return None
    return value


def _problem(file: str, row: int, name: str, said: str, remedy: str = "") -> Problem:
    return Problem(file, row, name, f"{said}.", remedy)


def table(answers: Answers) -> list[list[Any]]:
    """Return answers as rows, in the order of the columns: what ``read`` would read again."""
    rows = []
    for rank, given in enumerate(answers.sheets, 1):
        cells: dict[str, Any] = {"numero": rank, **{name: given[name] for name in MOST if name in given}}
        for one in answers.survey.questions:
            value = given.get(one.variable)
            if one.type != "plusieurs":
                cells[one.variable] = value
            elif isinstance(value, list):
                cells |= {name: int(place in value) for place, name in enumerate(one.columns, 1)}
            elif value == SKIPPED:
                cells |= dict.fromkeys(one.columns, SKIPPED)
        rows.append([cells.get(name) for name in column_names(answers.survey)])
    return rows
