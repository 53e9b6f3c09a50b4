"""Tables that pages draw from what the package declares: the indicators, the sources one may ask for.

``{indicateurs}``: every indicator with its definition, its computation, its source and what not to conclude from it.
``{donnees-a-la-demande}``: every source that ``cartable donnees`` knows, what it brings and where it is found.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from cartable import assets
from cartable.book.records import Link, html_table

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from cartable.indicators import Indicator
    from cartable.sources.model import Source

SENSES = {
    1: "Plus il est haut, plus de personnes peuvent avoir besoin d’aide.",
    -1: "Plus il est bas, plus de personnes peuvent avoir besoin d’aide.",
    0: "Ne dit rien, seul, des besoins d’aide.",
}
SAID = frozenset({"%", "habitants", "personnes"})  # units that the definitions say already
UNVERIFIED = "adresse à vérifier"


class Indicators(SphinxDirective):
    """``{indicateurs}``."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Draw the table."""
        from cartable.indicators import INDICATORS  # noqa: PLC0415 (pandas: only when a page asks)

        self.env.note_dependency(str(assets.PACKAGE / "indicators.py"))
        headers = ("Indicateur, et ce qu’il compte", "Source", "À ne pas en conclure")
        rows = [_indicator(i) for i in INDICATORS.values()]
        return [nodes.raw("", html_table("Les indicateurs de Cartable", headers, rows), format="html")]


class Sources(SphinxDirective):
    """``{donnees-a-la-demande}``."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Draw the table."""
        from cartable.sources.catalogue import SOURCES  # noqa: PLC0415

        for path in sorted((assets.PACKAGE / "sources").glob("*.py")):
            self.env.note_dependency(str(path))
        headers = ("Donnée", "Ce qu’elle apporte", "Producteur, millésime, licence")
        rows = [_source(key, source) for key, source in SOURCES.items()]
        return [nodes.raw("", html_table("Les données à demander", headers, rows), format="html")]


def _indicator(indicator: Indicator) -> list[str]:
    kind = "Livré avec Cartable." if not indicator.needs else f"À demander : <code>{escape(indicator.needs)}</code>."
    if indicator.needs == "lieux":
        kind = "Calculé dès que des lieux sont connus."
    unit = "" if indicator.unit in SAID else f" En {indicator.unit}."
    details = (f"{indicator.definition}{unit}", SENSES[indicator.sense])
    return [
        "<br>".join([escape(indicator.label), *(_detail(escape(d)) for d in details), _detail(kind)]),
        escape(indicator.source),
        escape(indicator.caveat),
    ]


def _detail(html: str) -> str:
    return f'<span class="cartable-detail">{html}</span>'


def _source(key: str, source: Source) -> list[str]:
    details = [f"<code>{escape(key)}</code>"]
    details += [] if source.verified else [_detail(UNVERIFIED)]
    details += [_detail(escape(source.warning))] if source.warning else []
    return [
        "<br>".join([Link(source.title, source.page).html(), *details]),
        escape(source.gives),
        "<br>".join(escape(text) for text in (source.producer, source.vintage, source.licence)),
    ]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("indicateurs", Indicators)
    app.add_directive("donnees-a-la-demande", Sources)
