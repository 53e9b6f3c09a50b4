"""``{carte-imprimee} 200070035 part_65_plus``: a map for pages that are also printed, and its table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from cartable import assets
from cartable.book.records import html_table
from cartable.errors import CartableError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)


class FixedMap(SphinxDirective):
    """The map of an indicator, drawn for paper, with every value in a table."""

    required_arguments: ClassVar[int] = 2

    def run(self) -> list[nodes.Node]:
        """Draw it; an unknown territory or indicator fails the build."""
        for name in ("communes.csv", "communes.topojson"):
            self.env.note_dependency(str(assets.data_folder() / name))
        try:
            return [nodes.raw("", _drawn(*self.arguments), format="html")]
        except CartableError as error:
            logger.warning(str(error), location=self.get_location())
            return []


def _drawn(siren: str, key: str) -> str:
    from cartable import indicators, pages, portrait  # noqa: PLC0415 (pandas: only when a page asks)

    indicator, here = indicators.get(key), portrait.portrait(siren)
    chart = pages.printed_map(here, indicator)
    values = here.table.sort_values("nom")
    rows = [
        [escape(str(name)), escape(indicator.text(value))]
        for name, value in zip(values["nom"], values[key], strict=True)
    ]
    title = f"{indicator.label}, {here.territory.title}"
    table = html_table(title, ("Commune", indicator.heading), rows)
    folded = f"<details><summary>Le tableau de la carte ({len(rows)} communes)</summary>{table}</details>"
    return f'<figure class="cartable-planche">{chart.svg}</figure>{folded}<p>{escape(here.sources())}</p>'


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("carte-imprimee", FixedMap)
