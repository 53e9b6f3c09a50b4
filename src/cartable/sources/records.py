"""What the cache remembers of each file: where it came from, when, what it gave; written in French, as JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cartable import __version__, wording
from cartable.holdings import Provenance
from cartable.sources import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.sources.formats import Kinds, Normalised
    from cartable.sources.model import Reading, Source

FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}-\d+")
Origin = Literal["téléchargé", "fichier remis"]


@dataclass(frozen=True)
class Arrival:
    """A file as it came.

    Parameters
    ----------
    content
        The bytes themselves.
    file
        Its name.
    origin
        How it came.
    day
        When.
    sha256
        Digest of the content, in hexadecimal.
    url, etag, last_modified
        What the site said, when it was downloaded.
    siren
        The EPCI that was asked for, when the source is given one EPCI at a time.
    """

    content: bytes = field(repr=False)
    file: str
    origin: Origin
    day: dt.date
    sha256: str
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    siren: str = ""


@dataclass(frozen=True)
class Record:
    """What is written beside the data.

    Parameters
    ----------
    source, title, producer, licence, vintage, warning
        As the source says them, ``vintage`` as the file says it.
    file, origin, day, sha256, url, etag, last_modified, siren
        As in ``Arrival``.
    lines, repaired, refused, flagged
        Counts of lines of the report.
    program
        Version of Cartable that read the file: another one reads it again.
    raw
        Name under which the file is kept.
    digests
        By name of file, sha256.
    columns
        For each table, which columns are figures.
    """

    source: str
    title: str
    producer: str
    licence: str
    vintage: str
    warning: str
    file: str
    origin: Origin
    day: dt.date
    sha256: str
    url: str
    etag: str
    last_modified: str
    siren: str
    lines: int
    repaired: int
    refused: int
    flagged: int
    program: str
    raw: str
    digests: Mapping[str, str]
    columns: Mapping[str, Kinds]

    @property
    def provenance(self) -> Provenance:
        """Attribution of the figures."""
        return Provenance(self.source, self.title, self.producer, self.vintage, self.day, self.licence)

    @property
    def came(self) -> str:
        """How and when it came: « téléchargé le 3 mai 2026 »."""
        return f"{self.origin} le {wording.date(self.day)}"


@dataclass(frozen=True)
class Version:
    """A version of the data of a source: its folder and the digest of its record."""

    folder: str
    digest: str


@dataclass(frozen=True)
class Pointer:
    """What is in use, what was before, and the day when someone last looked for something newer."""

    current: Version
    previous: Version | None
    checked: dt.date

    @property
    def folders(self) -> set[str]:
        """The folders that must stay."""
        return {one.folder for one in (self.current, self.previous) if one}

    def dumps(self) -> bytes:
        """Write it."""
        versions = [one and {"dossier": one.folder, "empreinte": one.digest} for one in (self.current, self.previous)]
        data = {"version": versions[0], "precedente": versions[1], "verifie": self.checked.isoformat()}
        return json.dumps(data, indent=1).encode()


FRENCH = {
    "source": "source", "title": "titre", "producer": "producteur", "licence": "licence", "vintage": "millesime",
    "warning": "avertissement", "file": "fichier", "origin": "origine", "day": "jour", "sha256": "empreinte",
    "url": "adresse", "etag": "etag", "last_modified": "modifie_le", "siren": "siren", "lines": "lignes",
    "repaired": "lignes_reparees", "refused": "lignes_refusees", "flagged": "lignes_signalees",
    "program": "version_de_cartable", "raw": "fichier_recu", "digests": "empreintes", "columns": "colonnes",
}  # fmt: skip


def dumps(record: Record) -> bytes:
    """Write a record."""
    data = {french: getattr(record, name) for name, french in FRENCH.items()}
    data["jour"] = record.day.isoformat()
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def loads(content: bytes) -> Record:
    """Read a record.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is not one.
    """
    data: dict[str, Any] = json.loads(content)
    fields = {name: data[french] for name, french in FRENCH.items()}
    return Record(**{**fields, "day": dt.date.fromisoformat(data["jour"])})


def pointer(content: bytes) -> Pointer:
    """Read a pointer.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is not one.
    """
    data: dict[str, Any] = json.loads(content)
    previous = _version(data["precedente"]) if data["precedente"] else None
    return Pointer(_version(data["version"]), previous, dt.date.fromisoformat(data["verifie"]))


def _version(data: dict[str, Any]) -> Version:
    folder = str(data["dossier"])
    if not FOLDER.fullmatch(folder):
        raise ValueError(folder)
    return Version(folder, str(data["empreinte"]))


def record(
    source: Source, reading: Reading, arrival: Arrival, contents: Mapping[str, bytes], data: Normalised
) -> Record:
    """Make the record of what is about to be kept."""
    report = reading.report
    return Record(
        source=source.key, title=source.title, producer=source.producer, licence=source.licence,
        vintage=reading.vintage or source.vintage, warning=source.warning, file=arrival.file, origin=arrival.origin,
        day=arrival.day, sha256=arrival.sha256, url=arrival.url, etag=arrival.etag,
        last_modified=arrival.last_modified, siren=arrival.siren, lines=report.lines,
        repaired=report.count("réparée"), refused=report.count("refusée"), flagged=report.count("signalée"),
        program=__version__, raw=raw_name(arrival.file),
        digests={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        columns={name: formats.kinds(table) for name, table in data.tables.items()},
    )  # fmt: skip


def raw_name(file: str) -> str:
    """Return the name under which a received file is kept: its own may be anything."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", file)
    return f"recu{found[0].lower()}" if found else "recu"
