"""An exercise on paper: what the trainee writes on, and what the trainer keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.exercises.checking import check, mistakes, solution, statement
from cartable.exercises.model import STEPS
from cartable.sheets import Blanks, Document, Heading, Items, Paragraph, Sheet, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from cartable.exercises.checking import Setting
    from cartable.exercises.model import Exercise, Part
    from cartable.sheets import Block

LINES = {"texte": 3, "nombre": 1}


def document(exercises: Iterable[Exercise], edition: dt.date, version: str, *, corrected: bool = False) -> Document:
    """Return sheets, without answers unless they are asked for."""
    sheets = [asked(one) for one in exercises]
    if corrected:
        sheets = [sheet for one in exercises for sheet in (asked(one), answered(one))]
    title = "Exercices et corrigés" if corrected else "Exercices"
    subtitle = "Pour la personne qui forme" if corrected else "Une feuille par exercice"
    return Document(title, subtitle, edition, version, tuple(sheets), contents=len(sheets) > 1)


def asked(exercise: Exercise, setting: Setting | None = None) -> Sheet:
    """Return the statement, room to answer, and the hints upside of nothing: at the foot, to be folded."""
    head = exercise.head
    about = f"{STEPS[head.etape]}. {exercise.length}. {head.objectif}"
    blocks: list[Block] = [Paragraph(wording.typeset(about), "note"), *_text(statement(exercise, setting))]
    for part in head.champs:
        blocks += _field(part)
    blocks += [Heading("Indices, à plier dessous")]
    blocks += [Paragraph(f"{rank}. {_plain(hint)}", "note") for rank, hint in enumerate(exercise.hints, 1)]
    return Sheet(exercise.slug, exercise.title, tuple(blocks), single=False)


def _field(part: Part) -> Iterator[Block]:
    yield Heading(part.question)
    if part.genre in {"choix", "plusieurs"}:
        yield Items(tuple(part.options), "cases")
    elif part.genre == "ordre":
        yield Items(tuple(part.options))
        yield Blanks(tuple(f"{rank}." for rank in range(1, len(part.options) + 1)))
    else:
        yield Blanks((f"{part.unite or 'Réponse'} :",), LINES[part.genre])


def answered(exercise: Exercise, setting: Setting | None = None) -> Sheet:
    """Return what the trainer keeps: an answer that holds, how to read it, the frequent mistakes."""
    holds = solution(exercise, setting)
    rows = tuple((part.question, _said(holds.get(part.cle))) for part in exercise.head.champs)
    blocks: list[Block] = [
        Table("Une réponse qui tient", ("Question", "Réponse"), rows, (2, 3)),
        Paragraph(exercise.head.correction.lecture),
        Heading("Les erreurs fréquentes"),
    ]
    listed = [
        (_said(list(answer.values())), check(exercise, answer, setting).message)
        for answer in mistakes(exercise, setting).values()
    ]
    blocks.append(Table("Ce que l’on répond, ce que la machine dit", ("Réponse", "Retour"), tuple(listed), (2, 4)))
    return Sheet(f"{exercise.slug}-corrige", f"{exercise.title} : corrigé", tuple(blocks), single=False)


def _said(value: object) -> str:
    if isinstance(value, list):
        return " ; ".join(map(_said, value))
    if isinstance(value, float):
        return wording.number(value, 0 if value.is_integer() else 2)
    return "" if value is None else str(value)


def _text(markdown: str) -> Iterator[Block]:
    """Cut Markdown into paragraphs and lists, without its marks."""
    for block in markdown.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip()]
        if lines and all(line.lstrip().startswith("- ") for line in lines):
            yield Items(tuple(_plain(line.lstrip()[2:]) for line in lines))
        elif lines and all(line.startswith(">") for line in lines):
            yield Paragraph(_plain(" ".join(line.lstrip("> ") for line in lines)).strip("«» \u00a0\u202f"), "parole")
        elif lines:
            yield Paragraph(_plain(" ".join(lines)))


def _plain(markdown: str) -> str:
    return markdown.replace("**", "").replace("*", "").replace("`", "")
