"""Tables that the corpus draws from data files: figures, schemes, and what the founding document asked for."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import assets, wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

    from cartable.facts import Fact
    from cartable.mandate import Demand
    from cartable.tables import Cell

logger = logging.getLogger(__name__)


class _Drawn(SphinxDirective):
    """Common ground: a file of the data folder, drawn as HTML; a mistake is a warning, hence a failed build."""

    file: ClassVar[str]

    def html(self) -> str:
        """Return what is drawn."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Draw the file."""
        self.env.note_dependency(str(assets.data_folder() / self.file))
        try:
            return [nodes.raw("", self.html(), format="html")]
        except CartableError as error:
            logger.warning(str(error), location=self.get_location())
            return []


def _table(columns: dict[str, str], rows: list[list[str]], caption: str) -> str:
    from cartable.tables import Column, table  # noqa: PLC0415

    cells: list[list[Cell]] = [[(said, said) for said in map(wording.typeset, row)] for row in rows]
    made = table([Column(key, label) for key, label in columns.items()], cells, caption=caption, filtered=True)
    return made._repr_html_()


class Panorama(_Drawn):
    """``{panorama}``: the schemes, sortable and filtered by a word, from ``data/dispositifs.yml``."""

    file = "dispositifs.yml"

    def html(self) -> str:
        """Return one row by scheme."""
        from cartable import schemes  # noqa: PLC0415

        columns = {"nom": "Dispositif", "entree": "Entrée, argent, qui", "etat": "État", "paie": "Ce qu’il paie",
                   "source": "Source"}  # fmt: skip
        rows = [
            [one.nom, f"{schemes.ENTRIES[one.entree]}. Argent {one.nature}. {one.niveau}.", one.state(),
             " ".join(filter(None, (one.paie, one.limite))), one.source]
            for one in schemes.load().values()
        ]  # fmt: skip
        aged = sum(one.aged(_today()) for one in schemes.load().values())
        told = wording.plural(aged, "dispositif n’a", "dispositifs n’ont")
        note = f"{told} pas d’état vérifié depuis un an. Sa page le dit." if aged else ""
        return _warned(note) + _table(columns, rows, "Le panorama des dispositifs") + self._pages()

    def _pages(self) -> str:
        """Return links to the page of each scheme, by entry."""
        from cartable import schemes  # noqa: PLC0415

        builder = self.env.app.builder
        here = builder.get_target_uri(self.env.docname)
        found = ""
        for entry, name in schemes.ENTRIES.items():
            links = [
                f'<a href="{relative_uri(here, builder.get_target_uri(f"book/panorama/{slug}"))}">{escape(one.nom)}</a>'
                for slug, one in schemes.load().items()
                if one.entree == entry
            ]
            found += f"<li><strong>{name}</strong>{wording.NBSP}: {', '.join(links)}.</li>"
        return f"<p>Une page par dispositif{wording.NBSP}:</p><ul>{found}</ul>"


class SchemePage(_Drawn):
    """``{dispositif} pass-numerique``: all that is known of a scheme; an old status is said, and fails nothing."""

    file = "dispositifs.yml"
    required_arguments = 1

    def html(self) -> str:
        """Return its description."""
        from cartable import schemes  # noqa: PLC0415

        slug = self.arguments[0]
        if slug not in schemes.load():
            raise CartableError(f"Le dispositif « {slug} » n’existe pas.", "Prenez un mot de « data/dispositifs.yml ».")
        one = schemes.load()[slug]
        rows = {
            "Ce qu’il paie": one.paie, "Ce qu’il ne fait pas": one.limite, "Pour qui": one.pour_qui,
            "S’en servir dans une stratégie": one.usage, "À qui demander": one.demander_a,
            "État": f"{one.state().capitalize()}. Relevé par l’équipe du kit en novembre 2026.",
            "Qui paie": f"Argent {one.nature}. {one.niveau}. Entrée : {schemes.ENTRIES[one.entree].lower()}.",
            "Source": one.source,
        }  # fmt: skip
        told = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(wording.typeset(text))}</dd>" for name, text in rows.items() if text
        )
        note = "Cet état a plus d’un an, ou n’a pas de date : vérifiez-le avant d’écrire un dossier."
        builder = self.env.app.builder
        here = builder.get_target_uri(self.env.docname)
        links = [("book/panorama", "Tout le panorama"), ("book/guide/financer", "Financer, dans le guide")]
        if one.fiche:
            links.insert(0, (f"book/{one.fiche}", "La fiche outil, plus complète"))
        shown = "".join(
            f'<li><a href="{relative_uri(here, builder.get_target_uri(page))}">{label}</a></li>'
            for page, label in links
            if page in self.env.found_docs
        )
        warned = _warned(note if one.aged(_today()) else "")
        return f'{warned}<dl class="cartable-notes">{told}</dl><ul>{shown}</ul>'


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _warned(text: str) -> str:
    """Return a warning for the reader, never for the build."""
    return f'<div class="admonition warning"><p>{escape(text)}</p></div>' if text else ""


class Facts(_Drawn):
    """``{chiffres}``: the figures for workshops, from ``data/chiffres.yml``.

    With keys, those figures alone, drawn on one axis: two that do not measure the same thing fail the build.
    """

    file = "chiffres.yml"
    optional_arguments = 1
    final_argument_whitespace = True

    def html(self) -> str:
        """Return one row by figure, or the chart asked for."""
        from cartable import facts  # noqa: PLC0415

        if self.arguments:
            return _drawn_together(facts.same_axis(self.arguments[0].split()))

        columns = {"valeur": "Chiffre", "quoi": "Ce qu’il dit, et de qui", "annee": "Année et source",
                   "garde": "À ne pas faire"}  # fmt: skip
        rows = [
            [one.valeur, " ".join(filter(None, (one.quoi, one.definition, f"{facts.CONSTRUCTS[one.construit]}.",
                                                f"Champ : {one.champ}." if one.champ else ""))),
             f"{_years(one)}. {one.source}.", one.a_ne_pas_faire or ""]
            for one in facts.load()
        ]  # fmt: skip
        return _table(columns, rows, "Chiffres pour les ateliers")


def _drawn_together(found: Sequence[Fact]) -> str:
    """Return figures of one survey as bars, then as a table."""
    from cartable import drawing, facts  # noqa: PLC0415

    title = facts.CONSTRUCTS[found[0].construit]
    chart = drawing.bars([(facts.told(one), one.share or 0, one.valeur) for one in found], title=title)
    rows = [[facts.told(one), one.valeur, one.champ or "à vérifier"] for one in found]
    table = _table({"quoi": "Ce qu’il dit", "valeur": "Chiffre", "champ": "Champ"}, rows, title)
    return f'<figure class="cartable-graphique">{chart.svg}</figure>{table}<p>Source : {escape(found[0].source)}.</p>'


def _years(one: object) -> str:
    asked, published = getattr(one, "annee_enquete", None), getattr(one, "annee_publication", None)
    if published and str(published) != str(asked):
        return f"{asked or 'enquête non datée'}, publié en {published}"
    return str(asked or "à vérifier")


class demands(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """Where the table of the demands goes, once every page has its title."""


class Mandate(SphinxDirective):
    """``{candidature}``: what the founding document asked for, where the kit answers; a dead link fails the build."""

    def run(self) -> list[nodes.Node]:
        """Keep the place."""
        self.env.note_dependency(str(assets.data_folder() / "candidature.yml"))
        return [demands("", line=self.lineno)]


def _resolve(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Draw the table of the demands."""
    for place in list(tree.findall(demands)):
        try:
            html = _mandate(app, page)
        except CartableError as error:
            logger.warning(str(error), location=page)
            html = ""
        place.replace_self(nodes.raw("", html, format="html"))


def _mandate(app: Sphinx, page: str) -> str:
    from cartable import mandate, wording  # noqa: PLC0415 (only when this page is written)
    from cartable.book.records import html_table  # noqa: PLC0415

    rows = mandate.load()
    counts = {state: sum(one.etat == state for one in rows) for state in mandate.STATES}
    told = "".join(
        f"<li><strong>{counts[state]}</strong> {escape(name)} : {escape(mandate.MEANING[state])}.</li>"
        for state, name in mandate.STATES.items()
        if counts[state]
    )
    head = ("Ligne", "Ce qui est demandé", "État", "Où")
    body = [
        [
            escape(one.id),
            escape(wording.typeset(one.quoi)),
            mandate.STATES[one.etat],
            " · ".join(_links(app, page, one)),
        ]
        for one in rows
    ]
    return f"<ul>{told}</ul>{html_table('Les 141 lignes de la candidature', head, body)}"


def _links(app: Sphinx, page: str, one: Demand) -> Iterator[str]:
    here = app.builder.get_target_uri(page)
    for wanted in one.ou:
        if wanted not in app.env.found_docs:
            logger.warning("%s : la page « %s » n’existe pas.", one.id, wanted, location=page)
            continue
        title = app.env.titles[wanted].astext()
        yield f'<a href="{escape(relative_uri(here, app.builder.get_target_uri(wanted)))}">{escape(title)}</a>'


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_node(demands)
    app.add_directive("panorama", Panorama)
    app.add_directive("dispositif", SchemePage)
    app.add_directive("chiffres", Facts)
    app.add_directive("candidature", Mandate)
    app.connect("doctree-resolved", _resolve)
