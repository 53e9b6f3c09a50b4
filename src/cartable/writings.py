"""The papers of a démarche: letters, agreements, notices, written once as Markdown, filled in from a record.

``workshops/ecrits`` holds one file each. What the record does not know is printed as a line to fill in by hand: a
paper is useful on the first day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cartable import fields, manuscript, wording, workshop
from cartable.contract import Stage  # noqa: TC001 (pydantic reads the annotation)
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError, Problem
from cartable.registers import REGISTERS
from cartable.sheets import Blanks, Document, Heading, Items, Paragraph, Sheet, Table
from cartable.workshop import Sentence, Strict, filled, limits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cartable.registers import Taken
    from cartable.sheets import Block

LINE = "……………………………………"
HOLE = re.compile(r"\{([a-z_]+)\}")
SCALE = re.compile(r"(\d+) à (\d+)")
LISTS = (("- [ ] ", "cases"), ("- ", "puces"))
NUMBERED = re.compile(r"\d+\. ")
DIRECTIVES = ("tableau", "a-remplir", "note-de", "page")
MOST_MARKS = 11
EMPTY_ROWS = 4


class Head(Strict):
    """What is said of a paper before it is read."""

    titre: Annotated[str, limits(70), filled]
    etape: Stage | Literal["F"]
    """A stage of the démarche, or the training of those who will run it."""
    lecteur: Annotated[str, limits(90), filled]
    usage: Sentence
    registres: list[str]


@dataclass(frozen=True)
class Writing:
    """A paper, as it is written.

    Parameters
    ----------
    slug
        Name of its file.
    lines
        Number in the file → what is written, blank lines left out.
    """

    slug: str
    head: Head
    lines: Mapping[int, str]


def load(where: Path | None = None) -> dict[str, Writing]:
    """Return the papers, step by step.

    Raises
    ------
    ManuscriptError
        With every mistake of every file.
    """
    folder = where or workshop.folder() / "ecrits"
    found: list[Writing] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        name = workshop.shown(path)
        try:
            found.append(parse(manuscript.read_text(path, name), name, path.stem))
        except ManuscriptError as error:
            problems += error.problems
    if problems:
        raise ManuscriptError(problems)
    return {one.slug: one for one in sorted(found, key=lambda one: (one.head.etape, one.head.titre))}


def parse(text: str, file: str, slug: str) -> Writing:
    """Read a paper.

    Raises
    ------
    ManuscriptError
        If its head is not right, or a line asks for what does not exist.
    """
    head, body, start = manuscript.front_matter(text, file)
    made = manuscript.validate(Head, manuscript.parse(head, file, 2))
    lines = {start + rank: line.strip() for rank, line in enumerate(body.splitlines()) if line.strip()}
    problems = [*_heads(made, file), *(p for number, line in lines.items() for p in _line(number, line, file))]
    problems += _levels(lines, file)
    if problems:
        raise ManuscriptError(problems)
    return Writing(slug, made, lines)


def _heads(head: Head, file: str) -> Iterator[Problem]:
    for name in head.registres:
        if name not in REGISTERS:
            yield Problem(file, 1, "registres", *_refused(name, list(REGISTERS), "un registre"))


def _refused(word: str, known: Sequence[str], what: str) -> tuple[str, str]:
    message, _, remedy = str(manuscript.unknown(word, known, what)).partition("\n")
    return message, remedy


def _levels(lines: Mapping[int, str], file: str) -> Iterator[Problem]:
    """Refuse a small heading that has no larger one above it on its sheet: a screen reader would lose its way."""
    above = False
    for number, line in lines.items():
        above = (above or line.startswith("## ")) and not line.startswith("::page ")
        if line.startswith("### ") and not above:
            message = "ce sous-titre n’a pas de titre au-dessus de lui sur sa feuille."
            yield Problem(file, number, "", message, "Commencez la ligne par « ## ».")


def _line(number: int, line: str, file: str) -> Iterator[Problem]:
    for hole in HOLE.findall(line):
        if hole not in HOLES:
            yield Problem(file, number, "", *_refused(hole, HOLES, "un champ du carnet"))
    if not line.startswith("::"):
        return
    name, _, rest = line[2:].partition(" ")
    if name not in DIRECTIVES:
        yield Problem(file, number, "", *_refused(name, DIRECTIVES, "une consigne"))
    elif name == "tableau" and rest not in fields.SHOWN:
        yield Problem(file, number, "", *_refused(rest, list(fields.SHOWN), "un registre"))
    elif name == "note-de":
        bounds = SCALE.match(rest)
        if not bounds or not 0 < int(bounds[2]) - int(bounds[1]) < MOST_MARKS or "|" not in rest:
            message, remedy = "l’échelle ne se lit pas.", "Écrivez : ::note-de 1 à 5 | Une question | Une autre."
            yield Problem(file, number, "", message, remedy)
    elif not rest:
        yield Problem(file, number, "", "il manque un texte après la consigne.", "Écrivez-le sur la même ligne.")


# --- Filled in ------------------------------------------------------------------------------------------------------

FRAME = (
    "porteur", "accompagnateur", "second_accompagnateur", "elu_referent", "technicien_referent", "jours_elu",
    "jours_technicien", "jours_accompagnement", "parcours", "debut", "fin", "responsable_donnees", "sous_traitant",
    "contact_donnees", "conservation_mois", "attendu",
)  # fmt: skip
NEXT = {"rencontre": "titre", "date": "date", "heure": "heure", "lieu": "lieu", "commune": "commune"}
COUNTS = ("nombre_seances", "nombre_papiers", "nombre_enjeux", "nombre_chantiers", "nombre_actions", "budget_total",
          "financements_acquis", "reste_a_financer", "premiere_action_le", "derniere_action_le")  # fmt: skip
HOLES = ("demarche", "territoire", *FRAME, *(f"prochain{'' if key == 'lieu' else 'e'}_{key}" for key in NEXT), *COUNTS)
"""What a paper may ask of a record."""


def document(writing: Writing, values: Mapping[str, str], taken: Taken, edition: dt.date, version: str) -> Document:
    """Return a paper filled in.

    Parameters
    ----------
    values
        Hole → text (see ``HOLES``); a hole without one becomes a line to write on.
    """
    sheets: list[Sheet] = []
    title, blocks = writing.head.titre, list[str]()
    for line in (*writing.lines.values(), "::page "):
        if not line.startswith("::page "):
            blocks.append(line)
            continue
        if blocks:
            drawn = tuple(_blocks(blocks, values, taken))
            sheets.append(Sheet(f"{writing.slug}-{len(sheets) + 1}", title, drawn, single=False))
        title, blocks = line.removeprefix("::page ").strip(), []
    return Document(writing.head.titre, writing.head.lecteur, edition, version, tuple(sheets))


def _blocks(lines: Sequence[str], values: Mapping[str, str], taken: Taken) -> Iterator[Block]:
    items: list[str] = []
    style = ""
    for raw in lines:
        line = _filled(raw, values)
        kind, text = _item(line)
        if items and kind != style:
            yield Items(tuple(items), style)  # type: ignore[arg-type]  # one of the three styles
            items = []
        if kind:
            items.append(text)
        else:
            yield _block(line, taken)
        style = kind
    if items:
        yield Items(tuple(items), style)  # type: ignore[arg-type]


def _filled(line: str, values: Mapping[str, str]) -> str:
    return wording.typeset(HOLE.sub(lambda hole: values.get(hole[1]) or LINE, line))


def _item(line: str) -> tuple[str, str]:
    for mark, style in LISTS:
        if line.startswith(mark):
            return style, line.removeprefix(mark)
    number = NUMBERED.match(line)
    return ("numeros", line[number.end() :]) if number else ("", line)


def _block(line: str, taken: Taken) -> Block:
    if line.startswith("::"):
        name, _, rest = line[2:].partition(" ")
        return _directive(name, rest, taken)
    for mark, level in (("### ", 3), ("## ", 2)):
        if line.startswith(mark):
            return Heading(line.removeprefix(mark), 3 if level == 3 else 2)  # noqa: PLR2004
    if line.startswith("!> "):
        return Paragraph(line.removeprefix("!> "), "alerte")
    if line.startswith("> "):
        said = line.removeprefix("> ").strip("« »\u00a0\u202f")
        return Paragraph(said, "parole")
    return Paragraph(line)


def _directive(name: str, rest: str, taken: Taken) -> Block:
    if name == "tableau":
        entries = taken.entries.get(rest, ())
        made = fields.table(rest, entries)
        empty = tuple(("",) * len(made.header) for _ in range(EMPTY_ROWS))
        return made if entries else Table(made.caption, made.header, empty, made.widths, tall=True)
    parts = tuple(part.strip() for part in rest.split("|"))
    if name == "a-remplir":
        return Blanks(parts)
    bounds = SCALE.match(parts[0])
    low, high = (int(bounds[1]), int(bounds[2])) if bounds else (1, 5)
    marks = tuple(str(mark) for mark in range(low, high + 1))
    rows = tuple((question, *marks) for question in parts[1:])
    widths = (10.0, *(0.9 for _ in marks))
    return Table("Entourez un nombre par ligne", ("Question", *marks), rows, widths, tall=True)


def find(known: Mapping[str, Writing], wanted: str) -> Writing:
    """Return a paper by the name of its file.

    Raises
    ------
    CartableError
        If there is none, with the nearest.
    """
    if wanted not in known:
        raise CartableError(*_refused(wanted, list(known), "le nom d’un écrit"))
    return known[wanted]
