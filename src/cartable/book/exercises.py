"""``{exercices}``: all the exercises, with their time and their page; nothing of what the trainer has."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import __version__
from cartable.book.fiche import link
from cartable.book.records import html_table
from cartable.book.shelf import modules
from cartable.errors import CartableError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from cartable.exercises import Exercise

logger = logging.getLogger(__name__)
FOLDER, PRINTED = "notebooks/exercices", "imprimes"
SHEETS = "exercices.pdf"
FIRST = "première heure, sans aucun chiffre"


def sources(folder: Path) -> list[Path]:
    """Return the files that the printed sheets depend on."""
    return [*sorted((folder.parent / FOLDER).glob("*.md")), *modules("exercises")]


def files(folder: Path) -> dict[str, bytes]:
    """Return the sheets of all the exercises, without answers."""
    import datetime as dt  # noqa: PLC0415 (only when they have to be written)

    from cartable import exercises  # noqa: PLC0415
    from cartable.documents import pdf  # noqa: PLC0415
    from cartable.exercises import sheets  # noqa: PLC0415

    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    known = exercises.load(folder.parent / FOLDER)
    return {SHEETS: pdf.render(sheets.document(list(known.values()), today, __version__))}


class Exercises(SphinxDirective):
    """``{exercices}``."""

    def run(self) -> list[nodes.Node]:
        """Return the table, and the sheets to print; a mistake in an exercise fails the build."""
        from cartable import exercises  # noqa: PLC0415 (only when this page is read)

        folder = Path(self.env.srcdir) / FOLDER
        for path in sources(folder.parent.parent / "workshops"):
            self.env.note_dependency(str(path))
        try:
            known = exercises.load(folder)
        except CartableError as error:
            logger.warning(str(error), location=self.get_location())
            return []
        builder = self.env.app.builder
        here = builder.get_target_uri(self.env.docname)
        rows = [
            self._row(one, relative_uri(here, builder.get_target_uri(f"notebooks/stagiaire/{slug}")))
            for slug, one in known.items()
        ]
        table = html_table("Les exercices", ("Exercice", "Ce que vous saurez faire", "Temps"), rows)
        sheet = link(relative_uri(here, f"{PRINTED}/{SHEETS}"), "Toutes les fiches à imprimer, sans les réponses (PDF)")
        return [nodes.raw("", f'{table}<ul class="cartable-telechargements"><li>{sheet}</li></ul>', format="html")]

    @staticmethod
    def _row(one: Exercise, url: str) -> list[str]:
        from cartable.exercises.model import STEPS  # noqa: PLC0415

        about = STEPS[one.head.etape] + (f", {FIRST}" if one.head.premiere_heure else "")
        title = f"{link(url, one.title)}<br><small>{escape(about)}</small>"
        return [title, escape(one.head.objectif), escape(one.length)]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("exercices", Exercises)
