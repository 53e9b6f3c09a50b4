"""The papers of a démarche and the two invented ones, in the book: read on the page, taken away in Word and PDF."""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import __version__, assets
from cartable.assets import PACKAGE
from cartable.book.shelf import modules
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

    from cartable.sheets import Block
    from cartable.writings import Writing

logger = logging.getLogger(__name__)
PRINTED = "imprimes"
PAPERS, EXAMPLES = "workshops/ecrits", "data/fictif/demarches"
CODE = (
    "writings", "fields", "registers", "contract", "governance", "trip", "effort", "evaluation", "roadmap", "reports",
    "thread", "flow", "gantt", "itinerary", "grounds", "example", "markup", "drawing",
)  # fmt: skip
"""Modules that these pages and files depend on, beside those of every printed page."""
DOCUMENTS = {
    "feuille-de-route": "Feuille de route", "voyage": "Voyage apprenant", "bilan-methode": "Bilan de la méthode",
    "bilan-guide": "Bilan du guide",
}  # fmt: skip
FORMATS = {"docx": "Word", "pdf": "PDF"}


def sources(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the files of the papers and those of the examples.

    Parameters
    ----------
    folder
        That of the workshops.
    """
    examples = assets.data_folder() / "fictif" / "demarches"
    code = [path for name in CODE for path in modules(name)]
    papers = sorted((folder / "ecrits").glob("*.md"))
    panorama = assets.data_folder() / "dispositifs.yml"
    return [*papers, *code], [*sorted(examples.rglob("*.yml")), *code, panorama] if papers else []


def names() -> list[str]:
    """Return the names of the invented démarches."""
    return sorted(path.name for path in (assets.data_folder() / "fictif" / "demarches").iterdir() if path.is_dir())


def paper_names(slug: str) -> list[str]:
    """Return the names of the files of a paper."""
    return [f"ecrit-{slug}.{ending}" for ending in FORMATS]


def example_names(name: str) -> list[str]:
    """Return the names of the files of an invented démarche."""
    made = [f"demarche-{name}-{document}.{ending}" for document in DOCUMENTS for ending in FORMATS]
    return [*made, f"demarche-{name}-feuille-de-route.xlsx", f"demarche-{name}-fiches.xlsx"]


def paper_files(folder: Path, slug: str) -> dict[str, bytes]:
    """Return a paper, with lines to fill in by hand."""
    from cartable import manuscript, registers, workshop, writings  # noqa: PLC0415 (only when there is one to write)
    from cartable.documents import pdf, word  # noqa: PLC0415

    path = folder / "ecrits" / f"{slug}.md"
    name = workshop.shown(path)
    paper = writings.parse(manuscript.read_text(path, name), name, slug)
    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    made = writings.document(paper, {}, registers.Taken({}), today, __version__)
    return dict(zip(paper_names(slug), (word.write(made), pdf.render(made)), strict=True))


def example_files(name: str) -> dict[str, bytes]:
    """Return what an invented démarche gives: its roadmap, its trip, its two reports, its workbooks."""
    from cartable import example, grounds, registers, reports  # noqa: PLC0415 (only when there is one to write)
    from cartable.documents import pdf, register_book, roadmap, word  # noqa: PLC0415

    state = example.open_example(name).state
    taken, edition = registers.kept(state), (example.AFTER[name], __version__)
    made = {
        "feuille-de-route": reports.plan(state, taken, *edition, grounds.figures(grounds.place(state))),
        "voyage": reports.outing(state, taken, *edition),
        "bilan-methode": reports.method_report(state, taken, *edition),
        "bilan-guide": reports.guide_report(state, taken, *edition),
    }
    found = {f"demarche-{name}-{key}.docx": word.write(document) for key, document in made.items()}
    found |= {f"demarche-{name}-{key}.pdf": pdf.render(document) for key, document in made.items()}
    found[f"demarche-{name}-feuille-de-route.xlsx"] = roadmap.workbook(state, taken, edition[0])
    found[f"demarche-{name}-fiches.xlsx"] = register_book.write(taken, edition[0], state.mention)
    return found


class _Page(SphinxDirective):
    """Common ground: where the printed files are, and what the page depends on."""

    def _link(self, name: str, label: str) -> str:
        here = self.env.app.builder.get_target_uri(self.env.docname)
        return f'<a href="{escape(relative_uri(here, f"{PRINTED}/{name}"))}">{escape(label)}</a>'

    def _depends(self, *paths: Path) -> None:
        for path in paths:
            self.env.note_dependency(str(path))


class Papers(_Page):
    """``{ecrits} E0``: the papers of a step, each under its title, to be read and taken away."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return the papers; a mistake in one of them is a warning, hence a failed build."""
        from cartable import writings  # noqa: PLC0415 (only when this page is read)

        folder = Path(self.env.srcdir) / PAPERS
        self._depends(*sorted(folder.glob("*.md")), *(path for name in CODE[:4] for path in modules(name)))
        try:
            known = writings.load(folder)
        except CartableError as error:
            logger.warning(str(error), location=self.get_location())
            return []
        wanted = [one for one in known.values() if one.head.etape == self.arguments[0]]
        html = "".join(self._paper(one) for one in wanted)
        return [nodes.raw("", assets.style("markup.css") + html, format="html")]

    def _paper(self, one: Writing) -> str:
        from cartable import markup, registers, writings  # noqa: PLC0415

        made = writings.document(one, {}, registers.Taken({}), dt.date.min, __version__)
        shown = "".join(
            (f"<h4>{escape(sheet.title)}</h4>" if rank else "") + "".join(markup.draw(block) for block in sheet.blocks)
            for rank, sheet in enumerate(made.sheets)
        )
        links = " · ".join(
            self._link(name, f"{one.head.titre} ({said})")
            for name, said in zip(paper_names(one.slug), FORMATS.values(), strict=True)
        )
        shown = f'<div class="cartable-atelier">{shown}</div>'
        told = f"<p>{escape(one.head.usage)} <em>Pour : {escape(one.head.lecteur)}.</em></p><p>{links}</p>"
        return (
            f'<section class="cartable-ecrit"><h3>{escape(one.head.titre)}</h3>{told}'
            f"<details><summary>Lire « {escape(one.head.titre)} »</summary>{shown}</details></section>"
        )


class Examples(_Page):
    """``{demarches} val-de-brume``: an invented démarche in a few lines, and what it gives to take away."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return the steps, the thread and the links."""
        from cartable import dashboard, example, markup, registers, thread  # noqa: PLC0415 (only when this page is read)
        from cartable.flow import flow  # noqa: PLC0415
        from cartable.reports import telling  # noqa: PLC0415
        from cartable.sheets import Picture  # noqa: PLC0415

        name = self.arguments[0]
        self._depends(*sources(Path(self.env.srcdir) / "workshops")[1], PACKAGE / "dashboard.py")
        state = example.open_example(name).state
        taken = registers.kept(state)
        blocks: list[Block] = [*telling.fiction(state), dashboard.steps_table(thread.steps(state, taken))]
        chart = flow(taken.roadmap())
        blocks += [Picture(chart.svg, chart.description), dashboard.thread_table(taken)] if chart else []
        html = f'<div class="cartable-atelier">{"".join(markup.draw(block) for block in blocks)}</div>'
        links = f"<ul>{''.join(self._links(name))}</ul>"
        return [nodes.raw("", assets.style(markup.STYLE) + html + links, format="html")]

    def _links(self, name: str) -> Iterator[str]:
        for key, label in DOCUMENTS.items():
            both = " · ".join(
                self._link(f"demarche-{name}-{key}.{ending}", f"{label} ({said})") for ending, said in FORMATS.items()
            )
            yield f"<li>{both}</li>"
        books = {"feuille-de-route": "Feuille de route (tableur, une feuille par vue)", "fiches": "Classeur des fiches"}
        for key, label in books.items():
            yield f"<li>{self._link(f'demarche-{name}-{key}.xlsx', label)}</li>"


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("ecrits", Papers)
    app.add_directive("demarches", Examples)
