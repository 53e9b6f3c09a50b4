"""France services: the one-stop shops of the State, from the file of the ANCT to the fields of the standard."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from cartable import wording
from cartable.atlas import atlas
from cartable.sources import hours, places, reading, rows
from cartable.sources.journal import Journal
from cartable.sources.model import Reading, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.sources.rows import Row

KEY = "france_services"
FIELDS = {
    "id_fs": "id",
    "lib_fs": "nom",
    "lib_com": "commune",
    "insee_com": "code_insee",
    "code_postal": "code_postal",
    "adresse": "adresse",
    "complement_adresse": "complement_adresse",
    "latitude": "latitude",
    "longitude": "longitude",
}
NEEDED = ("id_fs", "lib_fs", "insee_com")
DAYS = {f"h_{name}": day for day, name in enumerate(hours.DAYS)}
FORMATS = {
    "fixe": "Fixe",
    "fixe antenne s": "Fixe",
    "multisites": "Fixe",
    "bus equivalent": "Itinérant",
    "bus": "Itinérant",
    "itinerante": "Itinérant",
    "itinerant": "Itinérant",
}
# What the charter of France services says of all of them.
ALL = {
    "typologie": "RFS",
    "services": "Aide aux démarches administratives",
    "frais_a_charge": "Gratuit",
    "dispositif_programmes_nationaux": "France Services",
    "source": "ANCT",
}
_IN_NAME = re.compile(r"(20\d{2})[-_]?(0[1-9]|1[0-2])[-_]?([0-2]\d|3[01])(?!\d)")
_LABELLED = re.compile(r"(\d{2})/(\d{2})/(20\d{2})")


def read(content: bytes, file: str) -> Reading:
    """Read the file of the France services.

    Raises
    ------
    SourceError
        If it is not that file, or if more than a fifth of its lines cannot be used.
    """
    tables = atlas()
    raw = reading.table(content, file, expected=(*FIELDS, *DAYS, "format_fs", "labellisation_fs"), required=NEEDED)
    journal = Journal(raw.file, {field: raw.label(name) for name, field in FIELDS.items() if name in raw.columns})
    journal.add(raw.notes)
    records = [{str(k): str(v) for k, v in record.items()} for record in raw.rows.to_dict("records")]
    day = _day(file)
    made = [_row(int(line), record, day, journal) for line, record in zip(raw.lines, records, strict=True)]
    # What the standard asks for and this file never has (a SIRET, a date) is not its fault.
    rows.clean(made, journal, rows.VITAL)
    kept = places.settle(made, tables, journal)
    places.refuse_if_hopeless(made, kept, journal)
    vintage = wording.date(day) if day else _newest_label(records)
    return Reading(journal.report(len(raw.rows) + raw.refused), places=places.frame(kept, tables, KEY), vintage=vintage)


def _row(line: int, record: Mapping[str, str], day: dt.date | None, journal: Journal) -> Row:
    values = {field: record.get(name, "") for name, field in FIELDS.items()} | ALL
    values["date_maj"] = day.isoformat() if day else ""
    values["itinerance"] = _format(line, record.get("format_fs", ""), journal)
    values["horaires"] = _hours(line, record, journal)
    return rows.row(line, values)


def _format(line: int, text: str, journal: Journal) -> str:
    found = FORMATS.get(wording.fold(text), "")
    if text and not found:
        said = f"« {text[:60]} » n’est pas un format connu (Fixe, Multisites, Bus…) : laissé de côté."
        journal.note(line, "format_fs", "signalée", said, "format")
    return found


def _hours(line: int, record: Mapping[str, str], journal: Journal) -> str:
    found, remarks = hours.from_days({day: record[name] for name, day in DAYS.items() if record.get(name)})
    for remark in remarks:
        journal.note(line, "horaires", "signalée", f"{remark}.", "horaires")
    return found.osm() if found else ""


def _day(file: str) -> dt.date | None:
    """Return the day that the name of the file holds: « france_services_20240801.csv »."""
    found = _IN_NAME.search(file)
    try:
        return dt.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _newest_label(records: list[dict[str, str]]) -> str:
    found = (_LABELLED.search(record.get("labellisation_fs", "")) for record in records)
    days = [f"{year}-{month}-{day}" for day, month, year in (f.groups() for f in found if f)]
    valid = [d for d in map(_valid, days) if d]
    return f"labellisations jusqu’au {wording.date(max(valid))}" if valid else ""


def _valid(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


SOURCE = Source(
    key=KEY,
    title="France services",
    producer="ANCT",
    licence="Licence Ouverte 2.0",
    vintage="au jour du téléchargement",
    url="https://www.data.gouv.fr/api/1/datasets/r/31576dff-fd61-4de9-819f-32c2f880b142",
    page="https://www.data.gouv.fr/fr/datasets/liste-des-structures-france-services/",
    gives="les guichets France services, leurs horaires, fixes ou itinérants",
    read=read,
    warning="La liste dit où sont les guichets, pas ce que chacun peut prendre en charge le jour où l’on vient.",
)
