"""What a trainee did, kept in one file on her machine: a code, never a name; given to the trainer if she wishes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cartable import output, wording
from cartable.errors import DataError, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cartable.exercises.checking import Setting
    from cartable.exercises.model import Answer
    from cartable.exercises.verdict import Verdict

VERSION = 1
FILE = "mes-exercices.json"
MOST_BYTES = 2_000_000
MOST_CODES = 200
Code = Annotated[str, Field(pattern=r"^[\w-]{1,24}$")]


class Done(BaseModel):
    """What was done on one exercise."""

    model_config = ConfigDict(extra="ignore")

    etat: str = Field(max_length=20)
    essais: int = Field(ge=0, le=100_000)
    indices: int = Field(default=0, ge=0, le=2)
    codes: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=MOST_CODES)
    reponse: dict[Annotated[str, Field(max_length=40)], Any] = {}
    territoire: str = Field(default="", max_length=120)
    graine: int = 0


class Kept(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="ignore")

    version: int
    code: Code
    exercices: dict[Annotated[str, Field(max_length=80)], Done] = Field(default={}, max_length=500)


@dataclass
class Progress:
    """The exercises of one trainee; every change is written at once.

    Parameters
    ----------
    path
        Where it is kept; ``None`` keeps it in memory alone.
    code
        How the trainee calls herself for her trainer.
    """

    path: Path | None
    code: str = "moi"
    done: dict[str, Done] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path | None) -> Progress:
        """Read what was kept, or begin.

        Raises
        ------
        DataError
            If the file is there and cannot be read: nothing is written over it.
        """
        if path is None or not path.is_file():
            return cls(path)
        try:
            kept = read(path.read_bytes(), path.name)
        except OSError as error:
            raise DataError(
                wording.typeset(f"« {path.name} » ne s’ouvre pas ({reason(error)})."), "Fermez-le ailleurs."
            ) from error
        return cls(path, kept.code, dict(kept.exercices))

    def tried(self, slug: str, verdict: Verdict, answer: Answer, setting: Setting) -> None:
        """Keep an attempt; an exercise once right stays right."""
        before = self.done.get(slug) or Done(etat="vide", essais=0)
        state = before.etat if before.etat == "juste" else verdict.state
        codes = [*before.codes, verdict.code][-MOST_CODES:] if verdict.code else before.codes
        self.done[slug] = Done(
            etat=state, essais=before.essais + 1, indices=before.indices, codes=codes, reponse=answer,
            territoire=setting.territory, graine=setting.seed,
        )  # fmt: skip
        self.save()

    def hinted(self, slug: str, rank: int) -> None:
        """Keep that a hint was read."""
        before = self.done.get(slug) or Done(etat="vide", essais=0)
        self.done[slug] = before.model_copy(update={"indices": max(before.indices, rank)})
        self.save()

    def take(self, kept: Kept) -> None:
        """Add what was kept elsewhere: for each exercise, the longest work stays."""
        for slug, done in kept.exercices.items():
            if slug not in self.done or self.done[slug].essais < done.essais:
                self.done[slug] = done
        if self.code == Progress.code:
            self.code = kept.code
        self.save()

    def reset(self, slug: str = "") -> None:
        """Forget one exercise, or all."""
        if slug:
            self.done.pop(slug, None)
        else:
            self.done.clear()
        self.save()

    def content(self) -> str:
        """Return the file that is kept, and that may be given to the trainer."""
        kept = Kept(version=VERSION, code=self.code, exercices=self.done)
        return json.dumps(kept.model_dump(), ensure_ascii=False, indent=1) + "\n"

    def save(self) -> None:
        """Write it."""
        if self.path:
            output.write(self.path, self.content())


def read(content: bytes, file: str) -> Kept:
    """Read the file of a trainee.

    Raises
    ------
    DataError
        If it is not one.
    """
    if len(content) > MOST_BYTES:
        raise DataError(wording.typeset(f"« {file} » est bien trop gros."), "Demandez le fichier mes-exercices.json.")
    try:
        kept = Kept.model_validate(json.loads(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, ValueError, RecursionError, ValidationError) as error:
        raise DataError(
            wording.typeset(f"« {file} » n’est pas un fichier d’exercices."), "Demandez le fichier mes-exercices.json."
        ) from error
    if kept.version > VERSION:
        raise DataError(wording.typeset(f"« {file} » vient d’un Cartable plus récent."), "Mettez le vôtre à jour.")
    return kept


@dataclass(frozen=True)
class Line:
    """What a group did of one exercise.

    Parameters
    ----------
    right, stuck, untouched
        Codes of the trainees.
    mistakes
        Code of a mistake → how many trainees made it, the most frequent first.
    """

    slug: str
    right: tuple[str, ...]
    stuck: tuple[str, ...]
    untouched: tuple[str, ...]
    mistakes: Mapping[str, int]


def gathered(files: Iterable[Kept], slugs: Iterable[str]) -> list[Line]:
    """Return, for each exercise, who is where and which mistakes are common."""
    kept = list(files)
    return [_line(slug, kept) for slug in slugs]


def _line(slug: str, kept: list[Kept]) -> Line:
    states = {one.code: one.exercices.get(slug) for one in kept}
    counts: dict[str, int] = {}
    for done in states.values():
        for code in dict.fromkeys(done.codes if done else ()):
            counts[code] = counts.get(code, 0) + 1
    ended = {"juste", "compare"}
    return Line(
        slug,
        tuple(sorted(code for code, done in states.items() if done and done.etat in ended)),
        tuple(sorted(code for code, done in states.items() if done and done.etat not in ended)),
        tuple(sorted(code for code, done in states.items() if not done)),
        dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
    )
