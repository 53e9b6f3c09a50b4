"""The attempts of a trainee: kept by the page where Python runs in a browser, and given as a file anywhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets

from cartable import wording
from cartable.errors import CartableError
from cartable.exercises import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.exercises.progress import Progress

HERE = Path(__file__).resolve().parent
IN_PAGE = "Vos essais restent dans ce navigateur. Prenez-en une copie pour les garder ou les donner."
IN_FILE = "Vos essais sont dans un fichier, à côté du notebook."
NOT_KEPT = "Vos essais ne sont pas enregistrés : prenez une copie avant de fermer."
UNKEPT = "Ce que la page gardait ne se lit pas. Rien n’est effacé ; vous repartez de zéro ici."
FULL = "Ce navigateur ne garde rien (navigation privée, ou place pleine). Prenez une copie avant de fermer."


class Keeper(anywidget.AnyWidget):
    """What keeps the attempts on an exercise.

    Parameters
    ----------
    slug
        The exercise.
    kept
        Where attempts are.
    found
        Called when the page gave back attempts that were not known.
    browser
        Whether Python itself runs in the page; known by itself.
    """

    _esm = (HERE / "keeper.js").read_text(encoding="utf-8")
    _css = (HERE / "keeper.css").read_text(encoding="utf-8")
    exercice = traitlets.Unicode().tag(sync=True)
    contenu = traitlets.Unicode().tag(sync=True)
    retrouve = traitlets.Unicode().tag(sync=True)
    explication = traitlets.Unicode().tag(sync=True)
    garde = traitlets.Bool().tag(sync=True)
    plein = traitlets.Bool().tag(sync=True)

    def __init__(self, slug: str, kept: Progress, found: Callable[[str], None], *, browser: bool | None = None) -> None:
        inside = sys.platform == "emscripten" if browser is None else browser
        said = IN_PAGE if inside else IN_FILE if kept.path else NOT_KEPT
        super().__init__(exercice=slug, contenu=kept.content(), explication=wording.typeset(said), garde=inside)
        self.progress, self.found = kept, found
        self.observe(lambda _change: self._restore(), "retrouve")
        self.observe(lambda _change: self.found(FULL), "plein")

    def update(self) -> None:
        """Give the page what is known now."""
        self.contenu = self.progress.content()

    def _restore(self) -> None:
        """Take back what the page kept; a text that cannot be read is said, and left where it is."""
        try:
            given = progress.read(self.retrouve.encode(), "la page")
        except CartableError:
            self.found(UNKEPT)
            return
        self.progress.take(given)
        self.update()
        self.found("")
