"""Pages derived from the cards and the sessions: nothing in them is written by hand.

The file of a card **is** a page of the book (``workshops/persona``), so that search, links and rebuilds work as for any
other page: as Sphinx reads it, its front matter gives way to headings and to the directive ``{fiche}``, its body stays
on its own lines. A file with mistakes becomes a page that says what to correct, and a warning.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import assets
from cartable.book.shelf import CANVASES, CARDS, SESSIONS, Around, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)
CACHE = "cartable-ateliers.pickle"
STYLE, SCRIPTS = "book/workshops.css", ("book/workshops.js", "book/catalogue.js")
DOWNLOADS = "cartable-telechargements"
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$^@-])")
# Heading, name of the part (a function of ``fiche``); « # » marks the level.
BEFORE_BODY = (
    ("", "summary"),
    ("## Objectifs", "objectives"),
    ("## Quand l’utiliser", "when"),
    ("### Quand l’éviter", "when_not"),
    ("## Minute par minute", "minute_by_minute"),
)
AFTER_BODY = (
    ("## Matériel", "material"),
    ("## Lieu, distance, sans écran", "place"),
    ("## Accessibilité", "accessibility"),
    ("## Variantes", "variants"),
    ("## Pièges et parades", "pitfalls"),
    ("## Conseils", "advice"),
    ("## Signes de réussite", "success"),
    ("## Avant et après ce format", "chain"),
    ("## Séances réelles", "experiences"),
    ("## Origine, sources et licence", "origin"),
)
SESSION_PARTS = (
    ("", "summary"),
    ("## Objectifs", "objectives"),
    ("## Le déroulé", "agenda"),
    ("## À préparer", "preparation"),
    ("## Mot d’accueil", "speech"),
    ("## Matériel", "material"),
    ("## Les formats de cette séance", "formats"),
    ("## Et après", "next_steps"),
)


def shelf_of(app: Sphinx) -> Shelf:
    """Return the cards of this build, read the first time they are asked for."""
    found: Shelf | None = getattr(app, "cartable_shelf", None)
    if found is None:
        found = Shelf(Path(app.srcdir, app.config.cartable_ateliers), Path(app.doctreedir, CACHE))
        app.cartable_shelf = found  # type: ignore[attr-defined]
    return found


# -- from a file to a page ------------------------------------------------------------------


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\1", text)


def _parts(directive: str, parts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{heading}\n\n```{{{directive}}} {name}\n```\n\n" for heading, name in parts)


def _linked(body: str, around: Around) -> str:
    """Turn « Carte d’empathie » into a link, outside headings."""
    lines = body.splitlines()
    for title, slug in around.named:
        quoted, target = f"«\u00a0{title}\u00a0»", f"«\u00a0[{escaped(title)}]({slug}.md)\u00a0»"
        lines = [line if line.startswith("#") else line.replace(quoted, target) for line in lines]
    return "\n".join(lines)


def card_source(shelf: Shelf, slug: str) -> str:
    """Return the page of a card, as Markdown; its body keeps the lines that it has in the file."""
    from cartable import manuscript, wording  # noqa: PLC0415

    card = shelf.library[slug]
    _, body, line = manuscript.front_matter(manuscript.read_text(shelf.folder / f"{slug}.md"), slug)
    head = f"# {escaped(card.titre)}\n\n{_parts('fiche', BEFORE_BODY)}"
    room = "\n" * (line - 1 - head.count("\n"))
    return f"{head}{room}{_linked(wording.typeset(body), shelf.around(slug))}\n\n{_parts('fiche', AFTER_BODY)}"


def _problems_source(kind: str, slug: str) -> str:
    return f"# {kind} à corriger : {escaped(slug)}\n\n```{{fiche-a-corriger}}\n```\n"


def _read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace the text of a card or of a session by that of its page."""
    folder, _, slug = docname.rpartition("/")
    if folder not in {CARDS, SESSIONS}:
        return
    shelf = shelf_of(app)
    problems = shelf.problems.get(docname, ())
    if problems and problems != shelf.vocabulary_problems:
        for problem in problems:
            logger.warning(str(problem), location=(docname, problem.line))
    if problems:
        source[0] = _problems_source("Fiche" if folder == CARDS else "Séance", slug)
    elif folder == CARDS:
        source[0] = card_source(shelf, slug)
    else:
        source[0] = f"# {escaped(shelf.sessions[slug].titre)}\n\n{_parts('seance', SESSION_PARTS)}"


# -- directives -----------------------------------------------------------------------------


class Derived(SphinxDirective):
    """Common ground: the cards, addresses between pages, shared style and scripts."""

    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {}

    @property
    def shelf(self) -> Shelf:
        """Return the cards of this build."""
        return shelf_of(self.env.app)

    @property
    def slug(self) -> str:
        """Return the name of the card or of the session whose page this is."""
        return self.env.docname.rpartition("/")[2]

    def url(self, docname: str) -> str:
        """Return the address of another page, from this one."""
        builder = self.env.app.builder
        return relative_uri(builder.get_target_uri(self.env.docname), builder.get_target_uri(docname)) or "#"

    def downloads(self, thing: object) -> list[tuple[str, str]]:
        """Return what other parts of the kit offer to take away, its address relative to this page.

        They connect to the event ``cartable-telechargements`` a function of (app, session or card) that returns pairs:
        a label, and an address from the root of the book.
        """
        here = self.env.app.builder.get_target_uri(self.env.docname)
        offers = self.env.app.emit(DOWNLOADS, thing)
        return [(label, relative_uri(here, url)) for offer in offers for label, url in offer or ()]

    def to_correct(self, folder: str) -> str:
        """Return links to the pages of the files with mistakes."""
        from cartable.book.problems import links  # noqa: PLC0415

        return links([page for page in self.shelf.problems if page.rpartition("/")[0] == folder], self.url)

    def raw(self, html: str, *, scripts: Sequence[str] = ()) -> list[nodes.Node]:
        """Return HTML with the style and scripts that it needs."""
        for name in (STYLE, *scripts):
            self.env.note_dependency(str(assets.path(name)))
        text = assets.style(STYLE) + html + "".join(map(assets.script, scripts))
        return [nodes.raw("", text, format="html")]


class CardPart(Derived):
    """``{fiche} material``: one part of the page of a card; only written by ``card_source``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the part named."""
        from cartable.book import fiche  # noqa: PLC0415

        name, library = self.arguments[0], self.shelf.library
        if name not in {part for _, part in (*BEFORE_BODY, *AFTER_BODY)} or self.slug not in library.cards:
            raise self.error(f"« {name} » n’est pas une partie de fiche d’atelier.")
        card = library[self.slug]
        downloads = self.downloads(card) if name == "summary" else ()
        canvas = f"{CANVASES}/{card.canevas}"
        known = self.url(canvas) if canvas in self.env.found_docs else ""
        page = fiche.Page(card, library.vocabulary, self.shelf.around(self.slug), self.url, downloads, known)
        draw: Callable[[fiche.Page], str] = getattr(fiche, name)
        return self.raw(draw(page), scripts=SCRIPTS[:1] if name == "summary" else ())


class SessionPart(Derived):
    """``{seance} agenda``: one part of the page of a session."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the part named."""
        from cartable.book import sessions  # noqa: PLC0415

        name = self.arguments[0]
        if name not in {part for _, part in SESSION_PARTS} or self.slug not in self.shelf.sessions:
            raise self.error(f"« {name} » n’est pas une partie de séance.")
        page = sessions.Page(self.shelf.sessions[self.slug], self.shelf, self.url, self.downloads)
        draw: Callable[[sessions.Page], str] = getattr(sessions, name)
        return self.raw(draw(page))


class ToCorrect(Derived):
    """``{fiche-a-corriger}``: what is wrong in a file, line by line."""

    def run(self) -> list[nodes.Node]:
        """Return the table of mistakes; a session cannot know a format that has some of its own."""
        from cartable.book.problems import table  # noqa: PLC0415

        others = self.to_correct(CARDS) if self.env.docname.startswith(SESSIONS) else ""
        return self.raw(table(self.shelf.problems[self.env.docname]) + others)


class Index(Derived):
    """A page that lists all the cards or all the sessions: it is read again when any of them changes."""

    def noted(self) -> None:
        """Remember that this page depends on every file."""
        _indexes(self.env).add(self.env.docname)


class Catalogue(Index):
    """``{catalogue}``: every format, and filters that work from a disk."""

    def run(self) -> list[nodes.Node]:
        """Return the filters and the list."""
        from cartable.book import catalogue  # noqa: PLC0415

        self.noted()
        html = catalogue.html(self.shelf.library, self.url) + self.to_correct(CARDS)
        return self.raw(html, scripts=SCRIPTS)


class Sessions(Index):
    """``{seances}``: the ready-made sessions, by step of the programme and length."""

    def run(self) -> list[nodes.Node]:
        """Return a table per step, each under its heading."""
        from cartable.book import sessions  # noqa: PLC0415

        self.noted()
        found: list[nodes.Node] = []
        for title, html in sessions.by_step(self.shelf, self.url):
            section = nodes.section(ids=[nodes.make_id(title)], names=[nodes.fully_normalize_name(title)])
            section += [nodes.title(title, title), *self.raw(html)]
            found.append(section)
        return [*found, *self.raw(self.to_correct(SESSIONS))]


class SessionAgenda(Index):
    """``{agenda} e1-lancer-moyenne``: the computed agenda of a session, in a page that speaks of it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table of each day, and a link to the session; an unknown session fails the build."""
        from cartable.book import sessions  # noqa: PLC0415

        self.noted()
        slug = self.arguments[0]
        if slug not in self.shelf.sessions:
            known = ", ".join(sorted(self.shelf.sessions))
            logger.warning("La séance « %s » n’existe pas. Connues : %s.", slug, known, location=self.get_location())
            return []
        page = sessions.Page(self.shelf.sessions[slug], self.shelf, self.url, self.downloads)
        return self.raw(sessions.agenda_alone(page))


# -- Sphinx -----------------------------------------------------------------------------------


def _indexes(env: BuildEnvironment) -> set[str]:
    if not hasattr(env, "cartable_indexes"):
        env.cartable_indexes = set()  # type: ignore[attr-defined]
    indexes: set[str] = env.cartable_indexes  # type: ignore[attr-defined]
    return indexes


def _forget(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _indexes(env).discard(docname)


def pages_to_read(
    app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
) -> list[str]:
    """Return the pages that say something of a file that changed, other than their own."""
    shelf = shelf_of(app)
    stamp = shelf.stamp()
    known: dict[str, str] = getattr(env, "cartable_contexts", {})
    if not stamp or getattr(env, "cartable_stamp", None) == stamp:
        return []
    for problem in shelf.vocabulary_problems:
        logger.warning(str(problem))
    contexts = shelf.contexts()
    stale = {page for page, context in contexts.items() if known.get(page) != context}
    if "*" in stale:
        stale |= _indexes(env)
    env.cartable_stamp, env.cartable_contexts = stamp, contexts  # type: ignore[attr-defined]
    shelf.save()
    return sorted(stale & set(env.found_docs))


def setup(app: Sphinx) -> None:
    """Register the pages and the directives."""
    app.add_config_value("cartable_ateliers", CARDS, "env")
    app.add_event(DOWNLOADS)
    app.add_source_suffix(".yml", "myst-nb")
    app.add_directive("fiche", CardPart)
    app.add_directive("seance", SessionPart)
    app.add_directive("fiche-a-corriger", ToCorrect)
    app.add_directive("catalogue", Catalogue)
    app.add_directive("seances", Sessions)
    app.add_directive("agenda", SessionAgenda)
    app.connect("env-get-outdated", pages_to_read)
    app.connect("env-purge-doc", _forget)
    app.connect("source-read", _read_source)
