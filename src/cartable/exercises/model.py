"""An exercise: one Markdown file that holds the statement, the hints, the answer and the frequent mistakes.

What the trainee gets is cut from it: nothing after « correction » or « erreurs » ever leaves with her.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from cartable import manuscript, wording
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError, Problem
from cartable.workshop import Sentence, Slug, Strict, filled, limits, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Answer = dict[str, Any]
"""Field → what was typed: an option, a list of options, a number, a text."""
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")]
Option = Annotated[str, limits(160, 1), filled]
Told = Annotated[str, limits(700, 20), filled]
STATEMENT, HINTS = "Énoncé", ("Indice 1", "Indice 2")
STEPS = {
    "E1": "Lancer", "E2": "Comprendre", "E3": "Choisir", "E4": "Apprendre ailleurs",
    "E5": "Écrire la feuille de route", "V": "Évaluer", "F": "Animer",
}  # fmt: skip
SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
MOST_TEXT = 2_000


class Minutes(Strict):
    """How long it takes."""

    min: Annotated[int, Field(ge=2, le=60)]
    max: Annotated[int, Field(ge=2, le=90)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("le minimum dépasse le maximum")
        return self


class Part(Strict):
    """Something to answer."""

    cle: Key
    genre: Literal["choix", "plusieurs", "ordre", "nombre", "texte"]
    question: Annotated[str, limits(240), filled]
    options: list[Option] = Field(default=[], max_length=10)
    unite: Annotated[str, limits(20, 1)] = ""

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (len(self.options) > 1) != (self.genre in {"choix", "plusieurs", "ordre"}):
            raise ValueError("« choix », « plusieurs » et « ordre » ont au moins deux options, les autres n’en ont pas")
        if len(set(self.options)) != len(self.options):
            raise ValueError("deux options sont les mêmes")
        return self


def _typeset(value: Any) -> Any:  # noqa: ANN401 (an option, a list, a number or a text)
    """Write what is compared with options as options are written."""
    if isinstance(value, dict):
        return {key: _typeset(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_typeset(one) for one in value]
    return wording.typeset(value) if isinstance(value, str) else value


Given = Annotated[dict[Key, Any], AfterValidator(_typeset)]


class Correction(Strict):
    """What the trainer has: an answer that holds, and how to read it."""

    reponse: Given = Field(default={})
    lecture: Told


class Mistake(Strict):
    """A frequent mistake: what was answered, why it is tempting, what to look at again."""

    code: Slug
    reponse: Given
    message: Told


class Head(Strict):
    """The front matter."""

    titre: Annotated[str, limits(80), filled]
    objectif: Sentence
    etape: Literal["E1", "E2", "E3", "E4", "E5", "V", "F"]
    minutes: Minutes
    premiere_heure: bool = False
    ouvert: bool = False
    """No right answer: the trainee's reasoning is set beside a reasoned example."""
    territoire: bool = False
    """Whether it may be replayed with another territory."""
    prerequis: list[str] = Field(default=[])
    champs: list[Part] = Field(min_length=1, max_length=8)
    correction: Correction
    erreurs: list[Mistake] = Field(default=[])

    @model_validator(mode="after")
    def _whole(self) -> Self:
        keys = [part.cle for part in self.champs]
        if len(set(keys)) != len(keys):
            raise ValueError("deux champs ont la même clé")
        codes = [mistake.code for mistake in self.erreurs]
        if len(set(codes)) != len(codes):
            raise ValueError("deux erreurs ont le même code")
        if not self.ouvert and len(self.erreurs) < 3:  # noqa: PLR2004
            raise ValueError("il faut trois erreurs fréquentes au moins, chacune avec son message")
        for typed in (self.correction.reponse, *(mistake.reponse for mistake in self.erreurs)):
            for key, value in typed.items():
                _known(self.champs, key, value)
        return self


def _known(parts: list[Part], key: str, value: object) -> None:
    """Refuse a key or an option that the statement does not have."""
    part = next((one for one in parts if one.cle == key), None)
    if part is None:
        raise ValueError(f"« {key} » n’est pas un champ de l’exercice")
    wanted = value if isinstance(value, list) else [value] if part.genre == "choix" else []
    lost = [one for one in wanted if part.options and one not in part.options]
    if lost:
        raise ValueError(f"« {lost[0]} » n’est pas une option de « {key} »")


@dataclass(frozen=True)
class Exercise:
    """An exercise, read.

    Parameters
    ----------
    number
        Its place in the path, from 1.
    statement
        Markdown.
    hints
        Two, from the lightest.
    """

    slug: str
    number: int
    head: Head
    statement: str
    hints: tuple[str, str]

    @property
    def title(self) -> str:
        """Its number and its title."""
        return f"{self.number}. {self.head.titre}"

    @property
    def length(self) -> str:
        """How long it takes, in words."""
        return wording.typeset(f"{self.head.minutes.min} à {self.head.minutes.max} minutes")

    def part(self, key: str) -> Part:
        """Return one of the things to answer."""
        return next(part for part in self.head.champs if part.cle == key)


def parse(text: str, file: str, slug: str) -> Exercise:
    """Read an exercise.

    Raises
    ------
    ManuscriptError
        With every mistake of the front matter, or the section that is missing.
    """
    head_text, body, line = manuscript.front_matter(text, file)
    head = manuscript.validate(Head, manuscript.parse(head_text, file, 2))
    sections = _sections(body)
    for name in (STATEMENT, *HINTS):
        if not sections.get(name):
            raise ManuscriptError(
                [Problem(file, line, "", f"la section « {name} » manque.", f"Écrivez « ## {name} ».")]
            )
    number = slug.partition("-")[0]
    if not number.isdigit():
        raise ManuscriptError(
            [Problem(file, 1, "", "le nom du fichier commence par son numéro.", "Par exemple 04-mon-exercice.md.")]
        )
    hints = (sections[HINTS[0]], sections[HINTS[1]])
    return Exercise(slug, int(number), head, sections[STATEMENT], hints)


def _sections(body: str) -> dict[str, str]:
    parts = SECTION.split(body)
    return {name: wording.typeset(text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def load(folder: Path) -> Mapping[str, Exercise]:
    """Read all the exercises, in the order of their numbers.

    Raises
    ------
    ManuscriptError
        With every mistake of every file.
    CartableError
        If an exercise names a prerequisite that does not come before it.
    """
    found = {
        path.stem: parse(manuscript.read_text(path), shown(path), path.stem)
        for path in sorted(folder.glob("[0-9]*.md"))
    }
    ordered = dict(sorted(found.items(), key=lambda item: item[1].number))
    seen: set[str] = set()
    for slug, one in ordered.items():
        late = [name for name in one.head.prerequis if name not in seen]
        if late:
            raise CartableError(
                wording.typeset(f"Exercice « {slug} » : « {late[0]} » n’est pas un exercice qui le précède."),
                "Corrigez « prerequis », ou renumérotez.",
            )
        seen.add(slug)
    return ordered
