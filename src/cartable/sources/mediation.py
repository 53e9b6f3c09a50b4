"""The national map of places of digital mediation, or any list that follows the standard of La Mednum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.atlas import atlas
from cartable.sources import places, reading, rows, standard, vocabulary
from cartable.sources.journal import Journal
from cartable.sources.model import Reading, Source
from cartable.tables import FORMULA

if TYPE_CHECKING:
    from cartable.sources.reading import RawTable
    from cartable.sources.rows import Row

KEY = "mediation"
NEEDED = ("id", "nom")
WARNING = (
    "Les téléphones et les courriels ne sont pas gardés. Chaque producteur déclare ses lieux : "
    "un lieu absent de la liste n’est pas un lieu qui n’existe pas."
)


def read(content: bytes, file: str) -> Reading:
    """Read a list of places that follows the standard, whatever its year.

    Raises
    ------
    SourceError
        If it is not such a list, or if more than a fifth of its lines cannot be used.
    """
    tables = atlas()
    expected = (*standard.fields(), *vocabulary.FORMER_COLUMNS)
    raw = reading.table(content, file, expected=expected, required=NEEDED)
    _require_a_commune(raw)
    journal = Journal(raw.file, places.labels(raw))
    journal.add(raw.notes)
    read_rows = _rows(raw, journal)
    rows.clean(read_rows, journal)
    kept = places.settle(read_rows, tables, journal)
    places.refuse_if_hopeless(read_rows, kept, journal)
    total = len(raw.rows) + raw.refused
    return Reading(journal.report(total), places=places.frame(kept, tables, KEY), vintage=places.newest(kept))


def _require_a_commune(raw: RawTable) -> None:
    if "code_insee" not in raw.columns and "commune" not in raw.columns:
        what = "il y manque la commune des lieux : ni colonne « code_insee », ni colonne « commune »"
        raise reading.refuse(raw.file, what, "Ajoutez l’une des deux, ou passez par l’assistant de mise au standard.")


def _rows(raw: RawTable, journal: Journal) -> list[Row]:
    """Return the lines in the fields of today, those of 2022 being moved there."""
    former = [name for name in vocabulary.FORMER_COLUMNS if name in raw.columns]
    for name in former:
        targets = wording.join([f"« {target} »" for target in vocabulary.FORMER_COLUMNS[name]])
        journal.note(0, name, "réparée", f"colonne du standard de 2022 : elle est lue comme {targets}.", name)
    records = raw.rows.to_dict("records")
    made = []
    for line, record in zip(raw.lines, records, strict=True):
        texts = {str(name): _bare(str(text)) for name, text in record.items()}
        for name in former:
            for target, value in vocabulary.sort(vocabulary.FORMER_COLUMNS[name], texts[name]).items():
                texts[target] = texts.get(target) or value
        made.append(rows.row(int(line), texts))
    return made


def _bare(text: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a text: « '@tout Clic » is « @tout Clic »."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


SOURCE = Source(
    key=KEY,
    title="Lieux de médiation numérique",
    producer="Cartographie nationale, ANCT et La Mednum",
    licence="Licence Ouverte 2.0",
    vintage="au jour du téléchargement",
    url="https://www.data.gouv.fr/api/1/datasets/r/398edc71-0d51-4cb6-9cbe-2540a4db573c",
    page="https://cartographie.societenumerique.gouv.fr/cartographie/",
    gives="les lieux où se faire aider, leurs services, leurs frais, leurs horaires",
    read=read,
    warning=WARNING,
)
