"""« J’ai un atelier demain » in the book: the directive ``{demain}``, and one page for each session, from a disk.

The pages of sessions (running sheet, timer, file to print) are written beside the book, in ``minuteur/``, when it is
built, and only when the session, one of its cards or the code changed.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import assets
from cartable.book.shelf import CARDS
from cartable.book.workshops import DOWNLOADS, shelf_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "minuteur"
LABEL = "Minuteur, conducteur et dossier à imprimer, dans une page qui s’ouvre sans rien installer"


class Tomorrow(SphinxDirective):
    """``{demain}``: a step, a number of people, a start and an end; a session and its file to print."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the form; its script proposes."""
        from cartable import tomorrow  # noqa: PLC0415 (a build where nothing changed loads nothing)

        here = self.env.app.builder.get_target_uri(self.env.docname)
        shelf = shelf_of(self.env.app)
        for path in map(assets.path, (*tomorrow.STYLES, *tomorrow.SCRIPTS)):
            self.env.note_dependency(str(path))
        for path in shelf.session_files():
            self.env.note_dependency(str(path))
        folders = {"pages": f"{relative_uri(here, FOLDER)}/", "cards": f"{relative_uri(here, CARDS)}/"}
        html = tomorrow.form(shelf.library, shelf.sessions.values(), **folders)
        return [nodes.raw("", html, format="html")]


def offer(_app: Sphinx, thing: object) -> list[tuple[str, str]]:
    """Offer, on the page of a session, its own file."""
    slug = getattr(thing, "slug", "")
    return [(LABEL, f"{FOLDER}/{slug}.html")] if hasattr(thing, "jours") else []


def write_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages of the sessions once the book is there."""
    if exception or app.builder.name != "html" or not app.config.cartable_minuteurs:
        return
    shelf = shelf_of(app)
    if not shelf.session_files():
        return
    from cartable import tomorrow  # noqa: PLC0415

    today = dt.datetime.now().astimezone().date()
    tomorrow.write_all(Path(app.outdir, FOLDER), shelf.library, shelf.sessions, today)


def setup(app: Sphinx) -> None:
    """Register the directive and the files."""
    app.add_config_value("cartable_minuteurs", True, "")
    app.add_directive("demain", Tomorrow)
    app.connect(DOWNLOADS, offer)
    app.connect("build-finished", write_pages)
