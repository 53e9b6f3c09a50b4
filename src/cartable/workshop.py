"""A workshop format: one Markdown file, whose front matter is the data and whose body is the text a facilitator reads.

Fields keep their French names, those of the files. A duration is typed once, on a step; totals are computed here.
"""

from __future__ import annotations

import contextlib
import datetime as dt  # noqa: TC003 (pydantic reads the annotation)
import math
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, model_validator

from cartable import manuscript, wording
from cartable.assets import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Clock = Literal["optimiste", "typique", "prudent"]
CLOCKS: tuple[Clock, ...] = ("optimiste", "typique", "prudent")
CLOCK_SHARES = {"optimiste": 0.8, "typique": 1.0, "prudent": 1.25}
"""What a clock makes of a usual duration: a convention of the kit, to be replaced by measured times card by card."""
CONFIGURATIONS = {
    "seul": "chacun pour soi",
    "binome": "en binômes",
    "trio": "en trios",
    "groupe": "en groupes",
    "pleniere": "tous ensemble",
}
SECTIONS = ("Avant", "Pendant", "Un exemple imaginaire", "Si le temps manque", "Après")
BODY_WORDS = (600, 1200)
NO_CANVAS = "aucun"
PLACEHOLDERS = re.compile(r"\b(TODO|XXX)\b|lorem ipsum|\[(à|a) (compléter|écrire)|…\s*…|\?{3}", re.IGNORECASE)


def _finished(text: str) -> str:
    if PLACEHOLDERS.search(text):
        message = "ce texte n’est pas fini.\nRemplacez ce qui reste à écrire."
        raise ValueError(message)
    return wording.typeset(text)


def limits(longest: int, shortest: int = 3) -> StringConstraints:
    """Return the check of a text that must fit where it is printed."""
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


def _known(kind: str, what: str) -> Callable[[str, ValidationInfo], str]:
    """Return the check of a word that must be in the shared vocabulary."""

    def check(word: str, info: ValidationInfo) -> str:
        vocabulary: Vocabulary | None = (info.context or {}).get("vocabulaire")
        if vocabulary is not None and word not in getattr(vocabulary, kind):
            raise manuscript.unknown(word, list(getattr(vocabulary, kind)), what)
        return word

    return check


# Lengths are those that fit on a printed side, in large type.
filled = AfterValidator(_finished)
Verb = Annotated[str, limits(60, 2), filled]
Name = Annotated[str, limits(40), filled]
Title = Annotated[str, limits(50), filled]
Trace = Annotated[str, limits(90), filled]
Aim = Annotated[str, limits(140, 20), filled]
Sentence = Annotated[str, limits(160), filled]
Advice = Annotated[str, limits(200), filled]
Instruction = Annotated[str, limits(220, 30), filled]
Setting = Annotated[str, limits(240, 10), filled]
Citation = Annotated[str, limits(300), filled]
Support = Annotated[str, limits(300, 20), filled]
Guidance = Annotated[str, limits(400, 20), filled]
Speech = Annotated[str, limits(800, 200), filled]
Account = Annotated[str, limits(600), filled]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Stage = Annotated[str, AfterValidator(_known("etapes", "une étape du programme"))]
Deliverable = Annotated[str, AfterValidator(_known("livrables", "un livrable du vocabulaire"))]
Canvas = Annotated[str, AfterValidator(_known("canevas", "un canevas du vocabulaire"))]
Thing = Annotated[str, AfterValidator(_known("materiel", "un matériel du vocabulaire"))]
Minutes = Annotated[int, Field(ge=0, le=600)]
Level = Annotated[int, Field(ge=1, le=3)]
Year = Annotated[int, Field(ge=1800, le=2100)] | Literal["inconnue"]


class Strict(BaseModel):
    """What every model of a hand-written file is: nothing unknown, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Vocabulary(Strict):
    """The words that all cards share (``vocabulaire.yml``, ``canevas/``): each with its French meaning."""

    etapes: dict[str, str]
    livrables: dict[str, str]
    canevas: dict[str, str]
    materiel: dict[str, Literal["consommable", "reutilisable"]]


class Objective(Strict):
    """What participants will have done: a verb and a result that can be seen."""

    verbe: Verb
    resultat: Sentence

    @model_validator(mode="after")
    def _infinitive(self) -> Objective:
        first = self.verbe.split()[0].removeprefix("se ").removeprefix("s’")
        if first == "se":
            first = self.verbe.split()[1]
        if not first.endswith(("er", "ir", "re", "oir")):
            message = f"« {self.verbe} » ne commence pas par un verbe à l’infinitif.\nÉcrivez « dire », « choisir »…"
            raise ValueError(message)
        return self


class Range(Strict):
    """Three durations, in minutes; ``typique`` is the fixed part when ``par_personne`` adds to it."""

    min: Annotated[int, Field(ge=1, le=600)]
    typique: Minutes
    max: Annotated[int, Field(ge=1, le=600)]

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if not (self.min <= self.max and self.typique <= self.max):
            message = f"les durées {self.min}, {self.typique}, {self.max} ne vont pas en croissant."
            raise ValueError(f"{message}\nÉcrivez min ≤ typique ≤ max.")
        return self


class Step(Strict):
    """One step of a format: the only place where a duration is typed."""

    nom: Name
    minutes: Range
    par_personne: Annotated[float, Field(ge=0, le=60, strict=False)]
    configuration: Literal["seul", "binome", "trio", "groupe", "pleniere"]
    consigne: Instruction
    trace: Trace

    @model_validator(mode="after")
    def _ordered(self) -> Step:
        if not self.par_personne and self.minutes.typique < self.minutes.min:
            message = "la durée typique est plus courte que le minimum."
            raise ValueError(f"{message}\nÉcrivez min ≤ typique ≤ max, ou une durée par_personne.")
        return self


class Participants(Strict):
    """How many people the format suits."""

    min: Annotated[int, Field(ge=1, le=500)]
    ideal: Annotated[int, Field(ge=1, le=500)]
    max: Annotated[int, Field(ge=1, le=500)]
    par_groupe: Annotated[int, Field(ge=2, le=50)]

    @model_validator(mode="after")
    def _ordered(self) -> Participants:
        if not self.min <= self.ideal <= self.max:
            message = f"les effectifs {self.min}, {self.ideal}, {self.max} ne vont pas en croissant."
            raise ValueError(f"{message}\nÉcrivez min ≤ ideal ≤ max.")
        return self


class Difficulty(Strict):
    """From 1 (easy) to 3 (demanding), for who facilitates and for who takes part."""

    animation: Level
    participation: Level


class Material(Strict):
    """A thing to bring: so many per person, per group or for the room."""

    nom: Thing
    quantite: Annotated[float, Field(gt=0, le=500, strict=False)]
    par: Literal["personne", "groupe", "salle"]


class Remote(Strict):
    """Whether the format works at a distance, and how (or what to do instead)."""

    possible: bool
    adaptation: Guidance


class Accessibility(Strict):
    """What the format asks for people who read little, are deaf, or move with difficulty."""

    lecture: Support
    surdite: Support
    mobilite: Support


class Experience(Strict):
    """A real session, entered by the people who ran it."""

    date: Annotated[dt.date, Field(strict=False)]
    territoire: Sentence
    effectif: Annotated[int, Field(ge=1, le=1000)]
    duree_reelle: Annotated[int, Field(ge=1, le=1440)]
    retour: Account


class Origin(Strict):
    """Who made the format known, and when."""

    inventeur: Advice
    annee: Year


class Reference(Strict):
    """A source, and whether somebody checked it."""

    titre: Citation
    annee: Year
    etat: Literal["vérifiée", "à vérifier"]


class Card(Strict):
    """A complete workshop format.

    The attributes are the fields of the file, in its own words; ``slug`` is the name of the file, ``corps`` its text.
    """

    slug: Slug
    titre: Title
    intention: Aim
    quand_utiliser: Annotated[list[Sentence], Field(min_length=2, max_length=4)]
    quand_eviter: Annotated[list[Sentence], Field(min_length=1, max_length=3)]
    etapes_programme: Annotated[list[Stage], Field(min_length=1)]
    objectifs: Annotated[list[Objective], Field(min_length=2, max_length=4)]
    deroule: Annotated[list[Step], Field(min_length=3, max_length=8)]
    preparation: Minutes
    installation: Minutes
    rangement: Minutes
    participants: Participants
    animateurs: Annotated[int, Field(ge=1, le=20)]
    difficulte: Difficulty
    materiel: Annotated[list[Material], Field(min_length=1, max_length=12)]
    salle: Setting
    distance: Remote
    sans_ecran: Support
    accessibilite: Accessibility
    entrees: Annotated[list[Deliverable], Field(min_length=1)]
    sorties: Annotated[list[Deliverable], Field(min_length=1)]
    canevas: Canvas
    variantes: Annotated[list[Advice], Field(min_length=2, max_length=4)]
    pieges: Annotated[list[Advice], Field(min_length=2, max_length=4)]
    conseils: Annotated[list[Advice], Field(min_length=2, max_length=4)]
    signes_de_reussite: Annotated[list[Sentence], Field(min_length=2, max_length=4)]
    experiences: list[Experience]
    origine: Origin
    licence: Literal["CC BY-SA 4.0"]
    sources: Annotated[list[Reference], Field(min_length=1)]
    corps: str

    @model_validator(mode="after")
    def _coherent(self) -> Card:
        names = [step.nom for step in self.deroule]
        if len(set(names)) < len(names):
            message = "deux étapes du déroulé portent le même nom.\nDonnez un nom à chacune."
            raise ValueError(message)
        for step in self.deroule:
            usual = self.raw_minutes(step, self.participants.ideal)
            if not step.minutes.min <= usual <= step.minutes.max:
                message = f"l’étape « {step.nom} » dure {usual:g} min à {self.participants.ideal} personnes, hors de "
                message += f"[{step.minutes.min} ; {step.minutes.max}].\nCorrigez typique, par_personne, min ou max."
                raise ValueError(message)
        return self

    def group_size(self, configuration: str, headcount: int) -> int:
        """Return how many people share the time of a step: the largest group, or everybody in plenary."""
        largest = {"seul": 1, "binome": 2, "trio": 3, "groupe": self.participants.par_groupe}
        return min(headcount, largest.get(configuration, headcount))

    def group_count(self, configuration: str, headcount: int) -> int:
        """Return how many groups work at the same time; nobody is left alone in a group."""
        if configuration == "seul":
            return headcount
        size = self.group_size(configuration, headcount)
        return max(1, min(math.ceil(headcount / size), headcount // 2))

    def raw_minutes(self, step: Step, headcount: int) -> float:
        """Return typique + par_personne × the people of one group, before it is kept within [min, max].

        The people of one group are n ÷ the number of simultaneous groups, counted for full groups: opening one more
        table never makes the plan shorter.
        """
        return step.minutes.typique + step.par_personne * self.group_size(step.configuration, headcount)

    def minutes(self, step: Step, headcount: int, clock: Clock = "typique") -> int:
        """Return the planned duration of a step, in whole minutes, within [min, max]."""
        usual = min(step.minutes.max, max(step.minutes.min, math.ceil(self.raw_minutes(step, headcount))))
        if clock == "optimiste":
            return max(step.minutes.min, math.floor(usual * CLOCK_SHARES[clock]))
        return min(step.minutes.max, math.ceil(usual * CLOCK_SHARES[clock]))

    def total(self, headcount: int | None = None, clock: Clock = "typique") -> int:
        """Return the duration of the whole format, in minutes (at the ideal headcount by default)."""
        n = headcount or self.participants.ideal
        return sum(self.minutes(step, n, clock) for step in self.deroule)

    def sections(self) -> dict[str, str]:
        """Return the text under each second-level heading of the body."""
        return _split(self.corps, "##")

    def guidance(self) -> dict[str, str]:
        """Return what the body says of each step."""
        return _split(self.sections()["Pendant"], "###")


def _split(text: str, mark: str) -> dict[str, str]:
    parts = re.split(rf"^{mark} +(.+?)\s*$", text, flags=re.MULTILINE)
    return {title.strip(): content.strip() for title, content in zip(parts[1::2], parts[2::2], strict=True)}


@dataclass(frozen=True)
class Library:
    """All the cards, by slug, and the vocabulary they share; the cards refused are in ``problems``."""

    cards: Mapping[str, Card]
    vocabulary: Vocabulary
    problems: tuple[manuscript.Problem, ...] = ()

    def __getitem__(self, slug: str) -> Card:
        return self.cards[slug]


def folder() -> Path:
    """Return the folder of the cards: inside an installed package, or at the root of the project.

    The variable ``CARTABLE_ATELIERS`` names another folder.
    """
    chosen = os.environ.get("CARTABLE_ATELIERS")
    if chosen:
        return Path(chosen)
    inside = PACKAGE / "workshops"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "workshops"


def vocabulary(where: Path | None = None) -> Vocabulary:
    """Return the shared words; those of the canvases come from their own files."""
    path = (where or folder()) / "vocabulaire.yml"
    name = shown(path)
    source = manuscript.parse(manuscript.read_text(path, name), name)
    if isinstance(source.data, dict):
        if "canevas" in source.data:
            message = "les canevas ne se déclarent plus ici."
            remedy = "Retirez ce champ : chaque canevas a son fichier, dans « workshops/canevas »."
            raise manuscript.ManuscriptError([source.problem(("canevas",), message, remedy)])
        source.data["canevas"] = canvas_titles(where)
    return manuscript.validate(Vocabulary, source)


def canvas_titles(where: Path | None = None) -> dict[str, str]:
    """Return the title of each canvas, by slug, and that of « none »; a file that cannot be read keeps its name."""
    found = {NO_CANVAS: "Aucun canevas"}
    for path in sorted(((where or folder()) / "canevas").glob("*.yml")):
        title = None
        with contextlib.suppress(manuscript.ManuscriptError):
            data = manuscript.parse(manuscript.read_text(path), path.name).data
            title = data.get("titre") if isinstance(data, dict) else None
        found[path.stem] = title if isinstance(title, str) else path.stem
    return found


def shown(path: Path) -> str:
    """Return a path as people know it: ``workshops/persona.md``."""
    return "/".join(path.parts[-3:] if path.parent.name in {"seances", "canevas", "ecrits"} else path.parts[-2:])


def read(text: str, slug: str, words: Vocabulary | None, file: str | None = None) -> Card:
    """Return the card that a Markdown text describes.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake: its line, its field, what is wrong and what to do.
    """
    name = file or f"workshops/{slug}.md"
    front, body, body_line = manuscript.front_matter(text, name)
    source = manuscript.parse(front, name, first_line=2)
    if isinstance(source.data, dict):
        source.data.update(slug=slug, corps=wording.typeset(body.strip()))
    card = manuscript.validate(Card, source, {"vocabulaire": words})
    problems = list(_body_problems(card, name, body, body_line))
    if problems:
        raise manuscript.ManuscriptError(problems)
    return card


def _body_problems(card: Card, file: str, body: str, first_line: int) -> Iterable[manuscript.Problem]:
    """Check the text: its sections, one paragraph per step, its length."""
    lines = body.splitlines()

    def problem(message: str, remedy: str, heading: str = "") -> manuscript.Problem:
        found = next((i for i, line in enumerate(lines) if heading and line.strip() == heading), 0)
        return manuscript.Problem(file, first_line + found, "texte", message, remedy)

    titles = tuple(card.sections())
    if titles != SECTIONS:
        remedy = f"Écrivez dans cet ordre : {', '.join(f'« ## {title} »' for title in SECTIONS)}."
        yield problem("les titres du texte ne sont pas ceux attendus.", remedy)
        return
    expected = [step.nom for step in card.deroule]
    if list(card.guidance()) != expected:
        missing = [name for name in expected if name not in card.guidance()]
        what = f"il manque « ### {missing[0]} »" if missing else "les sous-titres ne suivent pas le déroulé"
        yield problem(f"sous « ## Pendant », {what}.", "Écrivez un sous-titre par étape, du même nom.", "## Pendant")
    empty = [title for title, text in {**card.sections(), **card.guidance()}.items() if not text]
    if empty:
        yield problem(f"la partie « {empty[0]} » est vide.", "Écrivez-la.")
    if PLACEHOLDERS.search(card.corps):
        yield problem("le texte n’est pas fini.", "Remplacez ce qui reste à écrire.")
    words = len(re.findall(r"\w[\w’'-]*", card.corps))
    if not BODY_WORDS[0] <= words <= BODY_WORDS[1]:
        yield problem(f"le texte compte {words} mots.", f"Visez de {BODY_WORDS[0]} à {BODY_WORDS[1]} mots.")


def load(where: Path | None = None) -> Library:
    """Return all the cards of a folder; a card with mistakes is set apart and never stops the others."""
    base = where or folder()
    words = vocabulary(base)
    cards: dict[str, Card] = {}
    problems: list[manuscript.Problem] = []
    for path in sorted(base.glob("*.md")):
        if not re.fullmatch(r"[a-z0-9-]+", path.stem):
            continue
        try:
            cards[path.stem] = read_card(path, words)
        except manuscript.ManuscriptError as error:
            problems += error.problems
    return Library(cards, words, tuple(problems))


def read_card(path: Path, words: Vocabulary) -> Card:
    """Return the card of a file."""
    return read(manuscript.read_text(path, shown(path)), path.stem, words, shown(path))


def main(arguments: list[str]) -> int:
    """Check the cards named, or all of them, and print every mistake."""
    words = vocabulary()
    failed = 0
    named = [Path(name) for name in arguments]
    for path in named or [path for path in sorted(folder().glob("*.md")) if path.stem.islower()]:
        try:
            card = read_card(path, words)
        except manuscript.ManuscriptError as error:
            failed = 1
            sys.stdout.write(f"{error}\n")
        else:
            words_in = len(re.findall(r"\w[\w’'-]*", card.corps))
            sys.stdout.write(f"{shown(path)} : {wording.duration(card.total())}, {words_in} mots\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
