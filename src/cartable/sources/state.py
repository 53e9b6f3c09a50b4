"""Where each source stands on this machine, in words; and its data as files to carry away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import __version__, territory, wording
from cartable.errors import CartableError, UnknownTerritoryError
from cartable.sources import formats
from cartable.sources.cache import slot_of
from cartable.sources.download import plain_name

if TYPE_CHECKING:
    import datetime as dt

    from cartable.sources.cache import Cache
    from cartable.sources.model import Report, Source
    from cartable.sources.records import Record

NOTICE = "LISEZMOI.txt"
SHOWN = {"refusée": 10, "réparée": 3, "signalée": 3}
"""How many remarks of each kind are shown at once; refusals before all."""


@dataclass(frozen=True)
class State:
    """A source, what is at hand of it (with the day of the last check), and what is damaged."""

    source: Source
    held: tuple[tuple[Record, dt.date], ...] = ()
    problems: tuple[CartableError, ...] = ()

    @property
    def at_hand(self) -> bool:
        """Whether something of it serves."""
        return bool(self.held)

    def lines(self) -> list[str]:
        """Say where it stands: French sentences without a point."""
        if self.held or self.problems:
            return [*(_line(record, day) for record, day in self.held), *("abîmé, à refaire" for _ in self.problems)]
        if self.source.url:
            check = "" if self.source.verified else ", adresse à vérifier"
            return [wording.typeset(f"pas encore là : se télécharge{check}")]
        return [wording.typeset(f"pas encore là : se prend sur {self.source.page}, puis se donne")]


def of(source: Source, cache: Cache) -> State:
    """Return where a source stands; nothing is fetched."""
    held, problems = [], []
    for slot in cache.slots():
        if slot.partition("-")[0] != source.key:
            continue
        try:
            record, pointer = cache.record(slot), cache.pointer(slot)
            if record and pointer:
                held.append((record, pointer.checked))
        except CartableError as error:
            problems.append(error)
    return State(source, tuple(held), tuple(problems))


def _line(record: Record, checked: dt.date) -> str:
    whose = f"{_name(record.siren)} ({slot_of(record.source, record.siren)}), " if record.siren else ""
    lines = wording.plural(record.lines, "ligne")
    lines += f", dont {wording.plural(record.refused, 'refusée')}" if record.refused else ""
    lines += ", à relire" if record.program != __version__ else ""
    seen = f", vérifié le {wording.date(checked)}" if checked != record.day else ""
    return wording.typeset(f"là : {whose}{record.vintage}, {record.came}{seen} ({lines})")


def _name(siren: str) -> str:
    try:
        return territory.find(siren).name
    except UnknownTerritoryError:
        return siren


def resolve(cache: Cache, name: str) -> str:
    """Return under which name the data of a source are kept: « geo » alone is enough where one EPCI was asked for.

    Raises
    ------
    CartableError
        If several were.
    """
    slots = cache.slots()
    held = [slot for slot in slots if slot.partition("-")[0] == name]
    if name in slots or not held:
        return name
    if len(held) > 1:
        choices = wording.join(held, "ou")
        raise CartableError(f"Les données de « {name} » sont là pour plusieurs EPCI.", f"Dites lequel : {choices}.")
    return held[0]


def export(cache: Cache, slot: str) -> dict[str, bytes]:
    """Return the files of a source by name: tables, report, the file as it was received, and where it comes from.

    Raises
    ------
    CartableError
        If there is nothing, or if it is damaged.
    """
    record = cache.record(slot)
    if record is None:
        raise CartableError(
            f"Il n’y a pas de données de « {slot} » à copier.", "Voyez ce qui est là : cartable donnees etat."
        )
    files = {name: cache.content(slot, name) for name in (*formats.DATA, formats.REPORT) if name in record.digests}
    files[_received(record)] = cache.content(slot, record.raw)
    return {**files, NOTICE: _notice(record).encode()}


def _received(record: Record) -> str:
    """Return the name of the file as it came, which must not hide one of ours."""
    name = plain_name(record.file)
    taken = {one.casefold() for one in (*formats.DATA, formats.REPORT, NOTICE)}
    return f"recu-{name}" if name.casefold() in taken else name


def _notice(record: Record) -> str:
    lines = [
        record.provenance.line() + ".",
        f"Licence : {record.licence}.",
        f"Fichier : {record.file} ({record.came}).",
        f"Adresse : {record.url}" if record.url else "",
        f"Empreinte (sha256) : {record.sha256}",
        record.warning,
        f"Pour s’en servir sur un autre poste : cartable donnees actualiser {record.source} "
        f"--fichier « {_received(record)} ».",
    ]
    return "\n".join(wording.typeset(line) for line in lines if line) + "\n"


def remarks(report: Report, where_all: str) -> list[str]:
    """Return the first remarks of each kind as sentences, how many there are besides and where all of them are."""
    shown = [
        remark
        for outcome, limit in SHOWN.items()
        for remark in [r for r in report.remarks if r.outcome == outcome][:limit]
    ]
    lines = []
    for remark in shown:
        where = f"ligne {remark.line}" if remark.line else "fichier entier"
        column = f", colonne « {remark.column} »" if remark.column else ""
        lines.append(wording.typeset(f"{where}{column} ({remark.outcome}) : {remark.message}"))
    rest = len(report.remarks) - len(shown)
    if rest:
        lines.append(wording.typeset(f"et {wording.plural(rest, 'autre remarque', 'autres remarques')} : {where_all}"))
    return lines
