"""The directives ``{diapositive}`` and ``{diapositives}``, and the decks written beside the pages that hold some."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import assets, output
from cartable.slides import RANK, SLIDE, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)
FOLDER = "diapositives"
ENDINGS = {
    ".html": "Projeter les diapositives (page, sans connexion)",
    ".pdf": "Les diapositives (PDF)",
    "-notes.pdf": "Les diapositives et ce que vous dites, une page A4 chacune (PDF)",
}
MOST_WORDS = 45
STYLE = "book/slides.css"


class SlideBox(SphinxDirective):
    """``:::{diapositive} Un titre``: what is projected; the text that follows it is what the trainer says."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Return the box; a slide that nobody could read from the back fails the build."""
        rank = self.env.temp_data.get("cartable-diapositives", 0) + 1
        self.env.temp_data["cartable-diapositives"] = rank
        box = nodes.container(classes=[SLIDE])
        title = nodes.paragraph(classes=[TITLE])
        said, messages = self.state.inline_text(self.arguments[0], self.lineno)
        title += [nodes.inline("", f"Diapositive\u00a0{rank}", classes=[RANK]), nodes.Text(" "), *said]
        box += title
        self.state.nested_parse(self.content, self.content_offset, box)
        words = len(box.astext().split())
        if words > MOST_WORDS:
            logger.warning(
                "Diapositive %s : %s mots, %s au plus pour être lue du fond de la salle.", rank, words, MOST_WORDS,
                location=self.get_location(),
            )  # fmt: skip
        _decks(self.env).add(self.env.docname)
        return [box, *messages]


class SlideLinks(SphinxDirective):
    """``{diapositives}``: links to the deck of this page, or of the page named."""

    optional_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return the links."""
        slug = (self.arguments[0] if self.arguments else self.env.docname).rpartition("/")[2]
        here = self.env.app.builder.get_target_uri(self.env.docname)
        lines = "".join(
            f'<li><a href="{relative_uri(here, f"{FOLDER}/{slug}{ending}")}">{label}</a></li>'
            for ending, label in ENDINGS.items()
        )
        html = f'{assets.style(STYLE)}<ul class="cartable-diapositives">{lines}</ul>'
        return [nodes.raw("", html, format="html")]


def _decks(env: Any) -> set[str]:  # noqa: ANN401 (Sphinx lets extensions add to its environment)
    if not hasattr(env, "cartable_decks"):
        env.cartable_decks = set()
    found: set[str] = env.cartable_decks
    return found


def _forget(_app: Sphinx, env: object, docname: str) -> None:
    _decks(env).discard(docname)


def _after(app: Sphinx, exception: Exception | None) -> None:
    """Write the decks of the pages just built."""
    if exception or app.builder.name != "html" or not app.config.cartable_imprimes:
        return
    write(sorted(_decks(app.env)), Path(app.outdir))


def write(names: Iterable[str], built: Path) -> list[Path]:
    """Write the decks whose page, or whose code, is younger than they are; return what was written."""
    written = []
    code = max(path.stat().st_mtime_ns for path in map(assets.path, CODE))
    for name in names:
        page, slug = built / f"{name}.html", name.rpartition("/")[2]
        paths = [built / FOLDER / f"{slug}{ending}" for ending in ENDINGS]
        newest = max(page.stat().st_mtime_ns, code)
        if all(path.is_file() and path.stat().st_mtime_ns > newest for path in paths):
            continue
        from cartable import slides  # noqa: PLC0415 (only when there is a deck to write)
        from cartable.documents.slides import render  # noqa: PLC0415

        deck = slides.read(page.read_text(encoding="utf-8"))
        output.folder(built / FOLDER)
        made: list[str | bytes] = [slides.page(deck), render(deck), render(deck, notes=True)]
        for path, content in zip(paths, made, strict=True):
            output.write(path, content)
        written += paths
    return written


CODE = ("slides.py", "slides.css", "slides.js", "documents/slides.py", "documents/slides.typ", "prose.py")


def setup(app: Sphinx) -> None:
    """Register the directives and the writing."""
    app.add_directive("diapositive", SlideBox)
    app.add_directive("diapositives", SlideLinks)
    app.connect("env-purge-doc", _forget)
    app.connect("build-finished", _after)
