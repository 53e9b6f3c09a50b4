"""Tables that pages draw from the project's own records, so that no page copies them by hand."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import yaml
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import cartable
from cartable import wording
from cartable.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Link:
    """A text that leads somewhere."""

    text: str
    url: str

    def html(self) -> str:
        """Return the link, or the text alone when there is no address."""
        text = escape(self.text)
        return f'<a class="reference external" href="{escape(self.url)}">{text}</a>' if self.url else text


def html_table(caption: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an accessible table from cells that are HTML already; the first of each row is its header."""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    lines = (
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    return (
        '<div class="pst-scrollable-table-container"><table class="table cartable-table">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


class RecordsTable(SphinxDirective):
    """Common ground of the two directives: read a file, check its fields, draw a table."""

    fields: ClassVar[tuple[str, ...]]
    remedy: ClassVar[str]

    def path(self) -> Path:
        """Return the file that this table comes from."""
        raise NotImplementedError

    def table(self, records: list[dict[str, Any]]) -> str:
        """Return the HTML of the table."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Draw the table; a missing or damaged file is a warning, hence a failed build."""
        path = self.path()
        self.env.note_dependency(str(path))
        try:
            html = self.table(self._records(path))
        except DataError as error:
            logger.warning(str(error), location=self.get_location())
            return []
        return [nodes.raw("", html, format="html")]

    def _records(self, path: Path) -> list[dict[str, Any]]:
        if not path.is_file():
            raise DataError(f"La directive « {self.name} » ne trouve pas le fichier « {path} ».", self.remedy)
        try:
            records = (json.loads if path.suffix == ".json" else yaml.safe_load)(path.read_text("utf-8"))
        except (ValueError, yaml.YAMLError) as error:
            reason = " ".join(str(error).split())
            raise DataError(f"Le fichier « {path} » est illisible : {reason}.", self.remedy) from error
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise DataError(f"Le fichier « {path} » doit contenir une liste de fiches.", self.remedy)
        self._check(path, records)
        return records

    def _check(self, path: Path, records: list[dict[str, Any]]) -> None:
        for rank, record in enumerate(records, 1):
            missing = [name for name in self.fields if record.get(name) is None]
            if missing:
                names = wording.join([f"« {name} »" for name in missing])
                raise DataError(f"Dans « {path} », la fiche n° {rank} n'a pas de {names}.", self.remedy)


class Sources(RecordsTable):
    """``{sources}``: the table of all embedded data, from ``data/sources.yml``.

    That file is a list of records with the fields ``cle``, ``titre``, ``producteur``, ``licence``,
    ``millesime``, ``mise_a_jour`` (a date), ``url``, ``contenu`` and ``reserves``; the last three may be
    empty texts.
    """

    fields = (
        "cle",
        "titre",
        "producteur",
        "licence",
        "millesime",
        "mise_a_jour",
        "url",
        "contenu",
        "reserves",
    )
    remedy = "Le fichier est livré avec le projet : remettez-le, ou complétez la fiche."

    def path(self) -> Path:
        """Return the list of sources."""
        return Path(self.env.srcdir, self.config.cartable_data, "sources.yml")

    def table(self, records: list[dict[str, Any]]) -> str:
        """Return one row per source."""
        headers = ("Donnée", "Producteur et licence", "Millésime", "Mise à jour")
        return html_table("Les données livrées avec Cartable", headers, [self._row(record) for record in records])

    def _row(self, record: dict[str, Any]) -> list[str]:
        day = record["mise_a_jour"]
        details = (
            f'<br><span class="cartable-detail">{escape(str(record[name]))}</span>'
            for name in ("contenu", "reserves")
            if record[name]
        )
        return [
            Link(record["titre"], record["url"]).html() + "".join(details),
            f"{escape(record['producteur'])}<br>{escape(record['licence'])}",
            escape(str(record["millesime"])),
            escape(wording.date(day) if isinstance(day, dt.date) else str(day)),
        ]


class Licences(RecordsTable):
    """``{licences}``: the third-party software copied in the pages, from ``vendor/licences.json``.

    ``make assets`` writes that file: a list of records with ``nom``, ``version``, ``licence``, ``url`` and
    ``fichiers``.
    """

    fields = ("nom", "version", "licence", "url", "fichiers")
    remedy = "Lancez « make assets », qui apporte les bibliothèques et écrit leurs licences."

    def path(self) -> Path:
        """Return the list of licences."""
        return Path(self.env.srcdir, self.config.cartable_vendor, "licences.json")

    def table(self, records: list[dict[str, Any]]) -> str:
        """Return one row per library or font."""
        rows = [
            [
                Link(record["nom"], record["url"]).html(),
                escape(record["version"]),
                escape(record["licence"]),
                ", ".join(f"<code>{escape(file)}</code>" for file in record["fichiers"]),
            ]
            for record in records
        ]
        headers = ("Nom", "Version", "Licence", "Fichiers")
        return html_table("Bibliothèques et polices copiées dans le livre", headers, rows)


class Version(SphinxRole):
    """``{version}`cartable```: the version of the book, as in its footer."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the version."""
        return [nodes.Text(cartable.__version__)], []


def setup(app: Sphinx) -> None:
    """Register the directives and the role."""
    app.add_directive("sources", Sources)
    app.add_directive("licences", Licences)
    app.add_role("version", Version())
