"""The questionnaires in the book: the paper, what each question is for, how it is typed, and the files to take away."""

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
from cartable.book.records import html_table
from cartable.book.shelf import modules
from cartable.errors import CartableError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from cartable.survey import Survey

logger = logging.getLogger(__name__)
PRINTED, FOLDER = "imprimes", "workshops/questionnaires"
CODE = ("survey", "markup", "reports")
FILES = {
    "questionnaire-{}.pdf": "À imprimer (PDF)",
    "questionnaire-{}.docx": "À modifier (Word)",
    "questionnaire-{}-saisie.xlsx": "Classeur de saisie, avec ses codes",
    "questionnaire-{}-saisie.csv": "Colonnes de saisie (CSV)",
}


def sources(folder: Path) -> list[Path]:
    """Return the files that the printed questionnaires depend on."""
    code = [path for name in CODE for path in modules(name)]
    return [*sorted((folder / "questionnaires").glob("*.yml")), *code]


def names(slug: str) -> list[str]:
    """Return the names of the files of a questionnaire."""
    return [name.format(slug) for name in FILES]


def files(folder: Path, slug: str) -> dict[str, bytes]:
    """Return a questionnaire to be printed, changed, typed in."""
    from cartable import survey  # noqa: PLC0415 (only when there is one to write)
    from cartable.documents import pdf, spreadsheet, survey_book, word  # noqa: PLC0415
    from cartable.reports import answers  # noqa: PLC0415

    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    one = survey.load_one(folder, slug)
    paper = answers.paper(one, today, __version__)
    empty = spreadsheet.Sheet("Saisie", tuple((name, 0.0) for name in survey.column_names(one)), ())
    made = (pdf.render(paper), word.write(paper), survey_book.write(one, today), spreadsheet.delimited(empty))
    return dict(zip(names(slug), made, strict=True))


class _Page(SphinxDirective):
    """Common ground: a questionnaire by name; a mistake in its file is a warning, hence a failed build."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Draw it."""
        from cartable import survey  # noqa: PLC0415 (only when such a page is read)

        folder = Path(self.env.srcdir) / "workshops"
        for path in sources(folder):
            self.env.note_dependency(str(path))
        try:
            one = survey.load_one(folder, self.arguments[0])
        except CartableError as error:
            logger.warning(str(error), location=self.get_location())
            return []
        return [nodes.raw("", self.html(one), format="html")]

    def html(self, one: Survey) -> str:
        """Return what is shown."""
        raise NotImplementedError


class Paper(_Page):
    """``{questionnaire} habitants``: what is printed, and the files to take away."""

    def html(self, one: Survey) -> str:
        """Return the questions as they are printed."""
        from cartable import markup  # noqa: PLC0415
        from cartable.reports import answers  # noqa: PLC0415
        from cartable.sheets import Heading  # noqa: PLC0415

        here = self.env.app.builder.get_target_uri(self.env.docname)
        links = "".join(
            f'<li><a href="{escape(relative_uri(here, f"{PRINTED}/{name.format(one.slug)}"))}">{escape(said)}</a></li>'
            for name, said in FILES.items()
        )
        (sheet,) = answers.paper(one, dt.date.min, __version__).sheets
        shown = "".join(
            f"<h{b.level + 1}>{escape(b.text)}</h{b.level + 1}>" if isinstance(b, Heading) else markup.draw(b)
            for b in sheet.blocks
        )
        style = assets.style(markup.STYLE)
        return f'<ul class="cartable-telechargements">{links}</ul>{style}<div class="cartable-atelier">{shown}</div>'


class Uses(_Page):
    """``{questionnaire-usages} habitants``: what each question is for."""

    def html(self, one: Survey) -> str:
        """Return a table."""
        rows = [[escape(f"{one.rank(q.variable)}. {q.question}"), escape(q.sert_a)] for q in one.questions]
        return html_table("À quoi sert chaque question", ("Question", "Ce qu’elle permet"), rows)


class Codes(_Page):
    """``{questionnaire-codes} habitants``: how each answer is typed."""

    def html(self, one: Survey) -> str:
        """Return a table."""
        rows = [
            [escape(f"{one.rank(q.variable)}. {q.question}"), f"<code>{q.variable}</code>", escape(q.codes)]
            for q in one.questions
        ]
        return html_table("Les variables et leurs codes", ("Question", "Variable", "Codes"), rows)


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("questionnaire", Paper)
    app.add_directive("questionnaire-usages", Uses)
    app.add_directive("questionnaire-codes", Codes)
