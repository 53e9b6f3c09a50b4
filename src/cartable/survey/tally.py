"""Counts of answers, with the rules of small numbers: no share under five, no group apart under eleven."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import CartableError
from cartable.evaluation.barometer import FEWEST, FEWEST_APART, FEWEST_FOR_PERCENT, HIGH
from cartable.survey.model import SCALE, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartable.survey.model import Question
    from cartable.survey.reading import Answers, Given


@dataclass(frozen=True)
class Count:
    """How a question was answered.

    Parameters
    ----------
    asked
        Papers whose reader reached the question.
    answered
        Papers with an answer.
    boxes
        Label → how many ticked it, in the order of the paper.
    """

    question: Question
    asked: int
    answered: int
    boxes: dict[str, int]

    def said(self, label: str) -> str:
        """Say a count: « 4 sur 9 », and the share beside it when there are enough answers."""
        count = f"{wording.number(self.boxes[label])} sur {wording.number(self.answered)}"
        if self.answered < FEWEST_FOR_PERCENT:
            return count
        return f"{count} ({wording.percent(self.boxes[label] / self.answered, 0)})"


def tally(question: Question, sheets: Iterable[Given]) -> Count:
    """Count the answers to a question that has boxes, or a scale.

    Raises
    ------
    CartableError
        If it is answered with words or with a number.
    """
    if question.type in {"texte", "nombre"}:
        raise CartableError(
            wording.typeset(
                f"« {question.variable} » n’a pas de cases : ses réponses se lisent, elles ne se comptent pas."
            )
        )
    labels = question.modalites or [str(mark) for mark in range(SCALE[0], SCALE[1] + 1)]
    counts, asked, answered = dict.fromkeys(labels, 0), 0, 0
    for given in sheets:
        value = given.get(question.variable)
        asked += value != SKIPPED
        if value is None or value == SKIPPED:
            continue
        answered += 1
        for rank in value if isinstance(value, list) else [value]:
            counts[labels[int(rank) - 1]] += 1
    return Count(question, asked, answered, counts)


def median(question: Question, sheets: Iterable[Given]) -> tuple[float | None, int, float | None]:
    """Return the middle of marks or numbers, how many there are, and for a scale the share of 4 and 5.

    Returns
    -------
    tuple
        The middle (none without an answer), the count, the share from 0 to 1 (none under five answers).
    """
    left_out = SKIPPED if question.type == "echelle" else None
    values = [v for given in sheets if isinstance(v := given.get(question.variable), int) and v != left_out]
    middle = float(statistics.median(values)) if values else None
    enough = question.type == "echelle" and len(values) >= FEWEST
    return middle, len(values), sum(value >= HIGH for value in values) / len(values) if enough else None


def apart(answers: Answers, by: Question) -> dict[str, list[Given]]:
    """Return the papers of each group that is large enough to be looked at: eleven at least.

    Raises
    ------
    CartableError
        If groups cannot be made of this question.
    """
    if by.type != "choix":
        raise CartableError(
            wording.typeset(f"« {by.variable} » ne fait pas de groupes : une personne peut y cocher plusieurs cases."),
            "Prenez une question à une seule case.",
        )
    groups: dict[str, list[Given]] = {label: [] for label in by.modalites}
    for given in answers.sheets:
        value = given.get(by.variable)
        if isinstance(value, int) and value != SKIPPED:
            groups[by.modalites[value - 1]].append(given)
    return {label: sheets for label, sheets in groups.items() if len(sheets) >= FEWEST_APART}


def texts(question: Question, sheets: Sequence[Given]) -> list[str]:
    """Return what people wrote, in the order of the papers."""
    return [value for given in sheets if isinstance(value := given.get(question.variable), str)]
