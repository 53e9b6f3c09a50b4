"""The canvases of the kit, read from ``workshops/canevas``: ``load`` gives them all, ``read`` the one of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import manuscript, workshop
from cartable.canvas.model import Canvas, Zone
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cartable.workshop import Vocabulary

__all__ = ["Canvas", "Canvases", "Zone", "folder", "load", "read", "read_one"]


@dataclass(frozen=True)
class Canvases:
    """All the canvases of a folder, by slug, and the mistakes of those set apart."""

    canvases: Mapping[str, Canvas]
    problems: tuple[manuscript.Problem, ...] = ()

    def __getitem__(self, slug: str) -> Canvas:
        """Return a canvas.

        Raises
        ------
        CartableError
            If there is none of this name: the nearest is proposed.
        """
        if slug not in self.canvases:
            message, _, remedy = str(manuscript.unknown(slug, list(self.canvases), "un canevas du kit")).partition("\n")
            raise CartableError(message, remedy)
        return self.canvases[slug]


def folder(where: Path | None = None) -> Path:
    """Return the folder of the canvases."""
    return (where or workshop.folder()) / "canevas"


def read(text: str, slug: str, words: Vocabulary | None = None, file: str | None = None) -> Canvas:
    """Return the canvas that a YAML text describes.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake: its line, its field, what is wrong and what to do.
    """
    source = manuscript.parse(text, file or f"workshops/canevas/{slug}.yml")
    if isinstance(source.data, dict):
        source.data["slug"] = slug
    return manuscript.validate(Canvas, source, {"vocabulaire": words} if words else {})


def read_one(path: Path, words: Vocabulary | None = None) -> Canvas:
    """Return the canvas of a file.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake of the file.
    """
    name = workshop.shown(path)
    return read(manuscript.read_text(path, name), path.stem, words, name)


def load(where: Path | None = None) -> Canvases:
    """Return all the canvases, and the mistakes of those that cannot be used."""
    words = workshop.vocabulary(where)
    found: dict[str, Canvas] = {}
    problems: list[manuscript.Problem] = []
    for path in sorted(folder(where).glob("*.yml")):
        try:
            found[path.stem] = read_one(path, words)
        except manuscript.ManuscriptError as error:
            problems += error.problems
    return Canvases(found, tuple(problems))
