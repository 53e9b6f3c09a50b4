"""A session: an ordered list of workshop formats and free blocks, with a clock (``workshops/seances/<slug>.yml``)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (pydantic reads the annotation)
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from cartable import manuscript, workshop
from cartable.workshop import (
    Advice,
    Guidance,
    Participants,
    Sentence,
    Setting,
    Slug,
    Speech,
    Stage,
    Strict,
    Title,
    Verb,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from cartable.workshop import Card, Library

HOUR = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?")
KINDS = {
    "accueil": "Accueil",
    "mot": "Mot d’accueil",
    "pause": "Pause",
    "repas": "Repas",
    "cloture": "Clôture",
    "trajet": "Trajet",
    "libre": "Temps libre",
}
MAX_DEPTH = 1
"""Parallel groups do not split again: nobody can follow it in a room."""


def hour(text: str) -> int:
    """Return minutes since midnight: « 18:05 », « 18 h 05 » and « 18h » are read.

    Raises
    ------
    ValueError
        If it is not a time of day, with a French sentence and its remedy.
    """
    found = HOUR.fullmatch(text.strip().replace("\u00a0", " ").replace("\u202f", " "))
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hours > 23 or minutes > 59:  # noqa: PLR2004
        message = f"« {text} » n’est pas une heure.\nÉcrivez-la ainsi : 18:05 (de 0:00 à 23:59)."
        raise ValueError(message)
    return hours * 60 + minutes


def _checked_hour(text: str) -> str:
    hour(text)
    return text


Hour = Annotated[str, AfterValidator(_checked_hour)]
Minutes = Annotated[int, Field(ge=1, le=600)]


class Flexible(Strict):
    """A block that may be shortened or may last longer, in minutes."""

    min: Minutes
    typique: Minutes
    max: Minutes

    @model_validator(mode="after")
    def _ordered(self) -> Flexible:
        if not self.min <= self.typique <= self.max:
            message = f"les durées {self.min}, {self.typique}, {self.max} ne vont pas en croissant."
            raise ValueError(f"{message}\nÉcrivez min ≤ typique ≤ max.")
        return self


def _card(slug: str, info: ValidationInfo) -> str:
    cards: Mapping[str, Any] | None = (info.context or {}).get("fiches")
    if cards is not None and slug not in cards:
        raise manuscript.unknown(slug, list(cards), "un format de la bibliothèque")
    return slug


class Item(Strict):
    """One line of a session: a format (``atelier``), a free block (``bloc``) or parallel groups (``paralleles``).

    A long format may be cut by a break: ``etapes: [1, 2]`` plays its first two steps, another line plays the others.
    """

    atelier: Annotated[str, AfterValidator(_card)] | None = None
    bloc: Title | None = None
    etapes: Annotated[list[Annotated[int, Field(ge=1, le=8)]], Field(min_length=2, max_length=2)] | None = None
    paralleles: Annotated[list[Track], Field(min_length=2, max_length=6)] | None = None
    genre: Literal["accueil", "mot", "pause", "repas", "cloture", "trajet", "libre"] | None = None
    minutes: Minutes | Flexible | None = None
    consigne: Guidance | None = None
    pourquoi: Setting | None = None
    heure: Hour | None = None
    priorite: Annotated[int, Field(ge=1, le=3)] = 2
    facultatif: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Item:
        kinds = [name for name in ("atelier", "bloc", "paralleles") if getattr(self, name) is not None]
        if len(kinds) != 1:
            message = "cette ligne doit être un atelier, ou un bloc, ou des groupes en parallèle."
            raise ValueError(f"{message}\nÉcrivez un seul des trois champs atelier, bloc, paralleles.")
        if self.bloc is not None and (self.minutes is None or self.genre is None):
            message = f"il manque le genre ou les minutes du bloc « {self.bloc} »."
            raise ValueError(f"{message}\nÉcrivez par exemple : genre: pause, puis minutes: 10.")
        if self.etapes is not None and (self.atelier is None or self.etapes[0] > self.etapes[1]):
            message = "« etapes » donne la première et la dernière étape d’un atelier."
            raise ValueError(f"{message}\nÉcrivez par exemple : etapes: [1, 2].")
        if self.bloc is None and (self.minutes is not None or self.genre is not None):
            message = "seul un bloc libre a un genre et des minutes."
            raise ValueError(f"{message}\nRetirez-les : la durée d’un atelier vient de sa fiche.")
        return self

    @property
    def title(self) -> str:
        """Name of the line before the cards are known."""
        return self.bloc or self.atelier or "Groupes en parallèle"


class Track(Strict):
    """One of several groups that work at the same time, then meet again."""

    nom: Verb
    part: Annotated[float, Field(gt=0, lt=1, strict=False)] | None = None
    deroule: Annotated[list[Item], Field(min_length=1, max_length=12)]


Item.model_rebuild()


class Day(Strict):
    """One day, half-day or evening, with its start and its hard stop."""

    nom: Verb
    date: Annotated[dt.date, Field(strict=False)] | None = None
    debut: Hour
    fin: Hour
    deroule: Annotated[list[Item], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _coherent(self) -> Day:
        start, end = hour(self.debut), hour(self.fin)
        if end <= start:
            message = f"la fin ({self.fin}) ne vient pas après le début ({self.debut})."
            raise ValueError(f"{message}\nUne séance ne passe pas minuit : corrigez l’une des deux heures.")
        last = start
        for item in self.deroule:
            if item.heure is None:
                continue
            if not last <= hour(item.heure) < end:
                message = f"l’heure fixée « {item.heure} » de « {item.title} » n’est pas dans l’ordre de la journée."
                raise ValueError(f"{message}\nLes heures fixées vont en croissant, entre {self.debut} et {self.fin}.")
            last = hour(item.heure)
        inner = [line for item in self.deroule for track in item.paralleles or () for line in track.deroule]
        if any(line.paralleles or line.heure for line in inner):
            message = "un groupe en parallèle ne peut ni se diviser de nouveau ni avoir une heure fixée."
            raise ValueError(f"{message}\nFixez l’heure sur la ligne « paralleles » ou sur celle qui suit.")
        return self


class Session(Strict):
    """A whole session, ready to be planned; ``slug`` is the name of its file."""

    slug: Slug
    titre: Title
    intention: Advice
    etape: Stage
    famille: Slug
    longueur: Literal["courte", "moyenne", "longue", "soirée", "journée", "deux jours", "en ligne"]
    public: Sentence
    effectif: Participants
    animateurs: Annotated[int, Field(ge=1, le=20)]
    a_distance: bool = False
    objectifs: Annotated[list[Sentence], Field(min_length=1, max_length=5)]
    preparer: Annotated[list[Advice], Field(min_length=2, max_length=8)]
    mot_d_accueil: Speech
    et_apres: Guidance
    jours: Annotated[list[Day], Field(min_length=1, max_length=5)]

    @model_validator(mode="after")
    def _whole_formats(self, info: ValidationInfo) -> Session:
        cards: Mapping[str, Card] = (info.context or {}).get("fiches") or {}
        for slug, parts in self.parts().items() if cards else ():
            count = len(cards[slug].deroule)
            if [step for first, last in parts for step in range(first, last + 1)] != list(range(1, count + 1)):
                message = (
                    f"les parties de « {slug} » ne couvrent pas ses {count} étapes, dans l’ordre et chacune une fois."
                )
                raise ValueError(
                    f"{message}\nUn format ne se joue pas à moitié : complétez, ou prenez-en un plus court."
                )
        return self

    def parts(self) -> dict[str, list[tuple[int, int]]]:
        """Return, for each format that is cut by a break, the first and last steps of its parts."""
        found: dict[str, list[tuple[int, int]]] = {}
        for item in self.items():
            if item.atelier and item.etapes:
                found.setdefault(item.atelier, []).append((item.etapes[0], item.etapes[1]))
        return found

    def items(self) -> Iterator[Item]:
        """Go through every line, parallel groups included."""
        for day in self.jours:
            for item in day.deroule:
                yield item
                for track in item.paralleles or ():
                    yield from track.deroule

    def formats(self) -> list[str]:
        """Return the slugs of the formats used, in order, each once."""
        return list(dict.fromkeys(item.atelier for item in self.items() if item.atelier))


def read(text: str, slug: str, library: Library | None, file: str | None = None) -> Session:
    """Return the session that a YAML text describes.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake: its line, its field, what is wrong and what to do.
    """
    source = manuscript.parse(text, file or f"workshops/seances/{slug}.yml")
    if isinstance(source.data, dict):
        source.data["slug"] = slug
    context = {"vocabulaire": library.vocabulary, "fiches": library.cards} if library else {}
    return manuscript.validate(Session, source, context)


def load_one(path: Path, library: Library | None) -> Session:
    """Return the session of a file."""
    return read(manuscript.read_text(path, workshop.shown(path)), path.stem, library, workshop.shown(path))


def load(library: Library, where: Path | None = None) -> tuple[dict[str, Session], tuple[manuscript.Problem, ...]]:
    """Return all the sessions of a folder, and the mistakes of those set apart."""
    found: dict[str, Session] = {}
    problems: list[manuscript.Problem] = []
    for path in sorted(((where or workshop.folder()) / "seances").glob("*.yml")):
        try:
            found[path.stem] = load_one(path, library)
        except manuscript.ManuscriptError as error:
            problems += error.problems
    return found, tuple(problems)
