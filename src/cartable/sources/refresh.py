"""One shared path for every source: a file that comes, checked, normalised, kept with its date, or refused.

Downloaded or handed over, a file is read by the same code; whatever refuses it, the data already there still serve.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cartable import __version__, wording
from cartable.errors import CLOSED, CartableError, reason
from cartable.sources import download, outages
from cartable.sources.cache import slot_of
from cartable.sources.formats import normalise
from cartable.sources.model import SourceError
from cartable.sources.records import Arrival

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from cartable.sources.cache import Cache
    from cartable.sources.download import Progress
    from cartable.sources.model import Reading, Report, Source
    from cartable.sources.records import Record

SIREN = "{siren}"
LOSS = 0.5
"""A file with fewer than half of the lines of the one before is said: it may be a part of it."""


@dataclass(frozen=True)
class Document:
    """A file that someone hands over: its name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of a source.

    Parameters
    ----------
    status
        « neuf »: new data are in use; « inchangé »: those in use are still the newest.
    record
        What is known of the data in use.
    report
        What was done to the lines; none when the file was not read again.
    notices
        What the person must know before using them: French sentences.
    """

    status: Literal["neuf", "inchangé"]
    record: Record
    report: Report | None = None
    notices: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say it: « Revenus et pauvreté, 2021 : 34 909 lignes lues, 12 réparées. »."""
        here = self.record
        if self.status == "inchangé":
            return wording.typeset(
                f"{here.title}, {here.vintage} : rien de nouveau depuis le {wording.date(here.day)}."
            )
        counts = [
            f"{wording.number(count)}{wording.NBSP}{word}{'s' if count > 1 else ''}"
            for count, word in ((here.repaired, "réparée"), (here.refused, "refusée"), (here.flagged, "signalée"))
            if count
        ]
        lines = wording.plural(here.lines, "ligne lue", "lignes lues")
        return wording.typeset(f"{here.title}, {here.vintage} : {', '.join([lines, *counts])}.")


def handed(path: Path, limit: int = download.LIMITS.size) -> Document:
    """Read a file that someone hands over; ``limit`` is in bytes.

    Raises
    ------
    CartableError
        If it cannot be read, or is far too big.
    """
    try:
        if path.stat().st_size > limit:
            raise CartableError(
                f"Le fichier « {path} » est trop gros : plus de {wording.number(limit / download.MEGA)} Mo.",
                "Ce n’est sans doute pas le bon : vérifiez lequel le producteur propose.",
            )
        return Document(path.name, path.read_bytes())
    except OSError as error:
        raise CartableError(f"Impossible de lire « {path} » : {reason(error)}.", CLOSED) from error


def refresh(
    source: Source,
    *,
    cache: Cache,
    clock: Callable[[], dt.date],
    file: Path | Document | None = None,
    siren: str = "",
    read: Callable[[bytes, str], Reading] | None = None,
    progress: Progress | None = None,
    limits: download.Limits = download.LIMITS,
) -> Outcome:
    """Bring the data of a source up to date, from the file handed over, or else from its publisher.

    Parameters
    ----------
    source
        What to refresh.
    cache
        Where its data are kept.
    clock
        Gives the day.
    file
        What was handed over: nothing is downloaded then.
    siren
        The EPCI, for a source that is asked for one EPCI at a time.
    read
        Another reading than that of the source (outlines of 2014, that one must accept knowingly).
    progress, limits
        See ``download.fetch``.

    Raises
    ------
    CartableError
        If the file is not to be had or is refused. The data already there still serve, and the message says so.
    """
    slot = slot_of(source.key, siren)
    before = _trusted(cache, slot)
    # Another version of Cartable, or another reading, may make something else of the same bytes.
    same = before if before and before.program == __version__ and read is None else None
    try:
        arrival = _Errand(source, siren, clock(), same, progress, limits).arrival(file)
        if same and arrival.sha256 == same.sha256:
            cache.touch(slot, arrival.day)
            return Outcome("inchangé", same)
        return _kept(source, read or source.read, arrival, cache, before)
    except CartableError as error:
        error.remedy = _remedy(error, source, before)
        raise


def reread(source: Source, *, cache: Cache, siren: str = "") -> Outcome:
    """Read again the file already kept, without asking anyone: another version of Cartable may read it better.

    Raises
    ------
    CartableError
        If there is none, or if it is refused; the data already there still serve.
    """
    slot = slot_of(source.key, siren)
    before = cache.record(slot)
    if before is None:
        raise CartableError(
            f"Il n’y a pas de fichier de « {source.title} » à relire.", "Donnez-en un, ou téléchargez-le."
        )
    arrival = Arrival(
        cache.content(slot, before.raw), before.file, before.origin, before.day, before.sha256,
        before.url, before.etag, before.last_modified, siren,
    )  # fmt: skip
    try:
        return _kept(source, source.read, arrival, cache, before)
    except CartableError as error:
        error.remedy = _remedy(error, source, before)
        raise


def _kept(
    source: Source, read: Callable[[bytes, str], Reading], arrival: Arrival, cache: Cache, before: Record | None
) -> Outcome:
    """Read a file, check it and keep what it gives."""
    try:
        reading = read(arrival.content, arrival.file)
    except CartableError:
        raise
    except Exception as error:  # whatever a file holds, a person gets a sentence; the cause follows for developers
        raise SourceError(
            f"Le fichier « {arrival.file} » a une forme que Cartable ne sait pas lire.",
            "Vérifiez que c’est le bon ; s’il l’est, signalez-le sur la forge du projet en joignant le fichier.",
        ) from error
    _check(reading, arrival.file)
    record = cache.store(source, reading, arrival)
    return Outcome("neuf", record, reading.report, _notices(record, before))


def _trusted(cache: Cache, slot: str) -> Record | None:
    """Return what is known of the data in use, unless they are damaged: those must come again."""
    return cache.record(slot) if cache.intact(slot) else None


@dataclass(frozen=True)
class _Errand:
    """What is to be brought, and what is remembered of the last time, when it may serve again."""

    source: Source
    siren: str
    day: dt.date
    before: Record | None
    progress: Progress | None
    limits: download.Limits

    def arrival(self, file: Path | Document | None) -> Arrival:
        """Bring the file."""
        if file is None:
            return self._downloaded()
        given = file if isinstance(file, Document) else handed(file, self.limits.size)
        if not given.content:
            raise SourceError(f"Le fichier « {given.name} » est vide.", "Copiez-le de nouveau, ou redemandez-le.")
        digest = hashlib.sha256(given.content).hexdigest()
        return Arrival(given.content, given.name, "fichier remis", self.day, digest, siren=self.siren)

    def _downloaded(self) -> Arrival:
        url, before = _address(self.source, self.siren), self.before
        known = download.Known(before.etag, before.last_modified) if before and before.url == url else None
        found = download.fetch(url, known=known, progress=self.progress, limits=self.limits)
        digest = before.sha256 if before and found.unchanged else found.sha256
        return Arrival(
            found.content, found.file, "téléchargé", self.day, digest, url, found.etag, found.last_modified, self.siren
        )


def _address(source: Source, siren: str) -> str:
    """Return where to download, for an EPCI when the source is asked for one at a time."""
    if not source.url:
        raise CartableError(
            f"Cartable ne sait pas télécharger « {source.title} » tout seul.",
            f"Prenez le fichier sur {source.page}, puis donnez-le à Cartable.",
        )
    if SIREN not in source.url:
        return source.url
    if not re.fullmatch(r"[0-9]{9}", siren):
        given = f"« {siren} » n’est pas un SIREN" if siren else "il faut dire pour quel EPCI"
        raise CartableError(
            f"« {source.title} » se demande pour un EPCI à la fois : {given}.",
            "Donnez les neuf chiffres de son SIREN, par exemple « --pour 200070035 ».",
        )
    return source.url.replace(SIREN, siren)


def _check(reading: Reading, file: str) -> None:
    """Refuse a file of which nothing is left: it would put nothing in the place of something."""
    if normalise(reading).empty:
        refused = reading.report.count("refusée")
        detail = f" : {wording.plural(refused, 'ligne refusée', 'lignes refusées')}" if refused else ""
        first = next((one.message for one in reading.report.remarks if one.outcome == "refusée"), "")
        raise SourceError(
            f"Le fichier « {file} » ne donne rien d’utilisable{detail}. {first}".strip(),
            "Vérifiez que c’est le bon fichier, puis corrigez les lignes refusées.",
        )


def _notices(record: Record, before: Record | None) -> tuple[str, ...]:
    found = [record.warning] if record.warning else []
    if before and record.lines < LOSS * before.lines:
        found.append(
            f"Ce fichier compte {wording.plural(record.lines, 'ligne')}, celui d’avant "
            f"{wording.number(before.lines)} : il est peut-être incomplet. Pour reprendre celui d’avant : "
            f"cartable donnees revenir {slot_of(record.source, record.siren)}."
        )
    return tuple(wording.typeset(text) for text in found)


def _remedy(error: CartableError, source: Source, before: Record | None) -> str:
    """Say besides where else to find the file, and that the data already there still serve."""
    remedies = [error.remedy]
    if isinstance(error, outages.DownloadError) and source.page:
        remedies.append(f"Page du producteur : {source.page}.")
    if before:
        remedies.append(f"Les données d’avant ({before.vintage}, {before.came}) restent en place.")
    return " ".join(text for text in remedies if text)
