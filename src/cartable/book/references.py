"""The bibliography: ``book/bibliographie.bib`` said in French, and the sources of every card."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging

from cartable import wording
from cartable.book.fiche import link
from cartable.book.records import html_table
from cartable.book.shelf import CARDS
from cartable.book.workshops import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pybtex.database import Entry
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)
FILE = "book/bibliographie.bib"
THEMES = {
    "origine": "D’où vient ce projet",
    "chiffres": "Les chiffres",
    "politiques": "Les politiques et les dispositifs",
    "methodes": "Les méthodes de mesure",
    "donnees": "Les données et les mots communs",
    "regles": "Les règles",
}


class References(Index):
    """``{bibliographie}``: the references by theme; ``{bibliographie} formats``: those of the cards."""

    optional_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return the tables; a reference without a theme or a note fails the build."""
        if self.arguments:
            self.noted()
            rows = sorted(self._cards(), key=lambda row: wording.fold(row[0]))
            return self.raw(html_table("Les sources des formats", ("Source", "Année", "Formats"), rows))
        path = Path(self.env.srcdir) / FILE
        self.env.note_dependency(str(path))
        found = read(path)
        for key, entry in found.items():
            if entry.fields.get("keywords") not in THEMES or not entry.fields.get("note"):
                logger.warning("Référence « %s » : il lui faut un thème (keywords) et une note.", key)
        return [part for theme, title in THEMES.items() for part in self._theme(theme, title, found)]

    def _theme(self, theme: str, title: str, found: dict[str, Entry]) -> Iterator[nodes.Node]:
        section = nodes.section(ids=[nodes.make_id(title)], names=[nodes.fully_normalize_name(title)])
        rows = [list(told(entry)) for entry in found.values() if entry.fields.get("keywords") == theme]
        section += [
            nodes.title(title, title),
            *self.raw(html_table(title, ("Référence", "Ce que l’on y trouve"), rows)),
        ]
        yield section

    def _cards(self) -> Iterator[list[str]]:
        known: dict[tuple[str, str], list[str]] = {}
        for slug, card in self.shelf.library.cards.items():
            for source in card.sources:
                year = str(source.annee or "à vérifier")
                known.setdefault((source.titre, year), []).append(link(self.url(f"{CARDS}/{slug}"), card.titre))
        for (title, year), cards in known.items():
            yield [escape(title), escape(year), ", ".join(cards)]


def read(path: Path) -> dict[str, Entry]:
    """Return the references, in the order of the file."""
    from pybtex.database import parse_file  # noqa: PLC0415 (only when the page is read)

    return dict(parse_file(str(path)).entries)


def told(entry: Entry) -> tuple[str, str]:
    """Say a reference in French, as HTML, and what is found there."""
    people = [str(person.last_names[0]) if len(person.last_names) == 1 and not person.first_names else _name(person)
              for person in entry.persons.get("author", [])]  # fmt: skip
    title = escape(_plain(entry.fields["title"]))
    where = next(
        (entry.fields[key] for key in ("journal", "publisher", "institution", "howpublished") if key in entry.fields),
        "",
    )
    authors = wording.join([_plain(one) for one in people])
    said = [escape(authors), f"<em>{title}</em>", *([escape(_plain(where))] if where and where != authors else [])]
    said.append(escape(entry.fields["year"]))
    url = entry.fields.get("url", "")
    address = (
        f'<br><a class="reference external" href="{escape(url)}">{escape(url.removeprefix("https://"))}</a>'
        if url
        else ""
    )
    return ", ".join(part for part in said if part) + "." + address, escape(
        wording.typeset(_plain(entry.fields["note"]))
    )


def _name(person: object) -> str:
    parts = [" ".join(getattr(person, name)) for name in ("first_names", "middle_names", "last_names")]
    return " ".join(part for part in parts if part)


def _plain(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("bibliographie", References)
