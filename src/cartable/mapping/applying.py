"""A mapping at work: each line of a list to the standard, with what became of it and why."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from cartable import wording
from cartable.errors import CartableError
from cartable.mapping.model import TICKS, ticked
from cartable.sources import places, rows, standard, vocabulary
from cartable.sources.journal import Journal
from cartable.tables import FORMULA

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Dict

    from cartable.atlas import Atlas
    from cartable.mapping.model import Mapping, Rule
    from cartable.sources.model import Report
    from cartable.sources.reading import RawTable
    from cartable.sources.rows import Row

KEY = "liste"
POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
# « 8 rue de la Boétie - 33000 Bordeaux »: what comes before the postal code, and the sign that announces it.
STREET = re.compile(r"^(.*?)[\s,;-]*(?<!\d)\d{5}(?!\d).*$", re.DOTALL)
NUMBERS = frozenset({"latitude", "longitude"})
NOT_TICKED = frozenset({"", "non", "0", "faux", "pas du tout", "jamais", "exceptionnellement"})
Status = Literal["acceptée", "réparée", "signalée", "refusée"]


@dataclass(frozen=True)
class Outcome:
    """What became of a line of the list.

    Parameters
    ----------
    line
        Of the file, counted from 1.
    name
        Of the place, empty when it has none.
    status
        « refusée » (left out), « réparée » (kept, mended), « signalée » (kept, to be looked at), « acceptée ».
    flagged
        Whether something is to be looked at, even if the line was mended too.
    reasons
        Why, in French.
    """

    line: int
    name: str
    status: Status
    flagged: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Applied:
    """A list brought to the standard.

    Parameters
    ----------
    places
        Those kept, as in ``Holdings``.
    report
        Everything that was done.
    lines
        What became of each line.
    standard
        The same places in the 32 fields of the standard, texts, ready for ``to_csv``.
    """

    places: pd.DataFrame
    report: Report
    lines: tuple[Outcome, ...]
    standard: pd.DataFrame = field(repr=False)

    def count(self, status: Status) -> int:
        """Count the lines of a status."""
        return sum(outcome.status == status for outcome in self.lines)

    def sentence(self) -> str:
        """Say it in one sentence: « 91 lignes : 60 acceptées, 30 réparées et 1 refusée… »."""
        counts = [
            wording.plural(self.count(status), status) for status in ("acceptée", "réparée", "signalée", "refusée")
        ]
        lines = wording.plural(len(self.lines), "ligne")
        kept = wording.plural(len(self.places), "lieu", "lieux")
        flagged = sum(outcome.flagged for outcome in self.lines)
        look = f" ; {wording.plural(flagged, 'ligne')} à regarder" if flagged else ""
        return wording.typeset(f"{lines} : {wording.join(counts)}. La liste au standard compte {kept}{look}.")


def apply(raw: RawTable, mapping: Mapping, tables: Atlas) -> Applied:
    """Bring a list to the standard.

    Parameters
    ----------
    raw
        The list.
    mapping
        Where each field comes from.
    tables
        The communes of today.

    Raises
    ------
    CartableError
        If the list lacks a column that the mapping needs.
    """
    _require(raw, mapping)
    journal = Journal(raw.file, {name: " + ".join(rule.colonnes) or name for name, rule in mapping.champs.items()})
    journal.add(raw.notes)
    records = [{str(k): str(v) for k, v in record.items()} for record in raw.rows.to_dict("records")]
    made = [rows.row(int(n), _texts(int(n), r, mapping, journal)) for n, r in zip(raw.lines, records, strict=True)]
    names = {one.line: one.texts["nom"] for one in made}
    _identify(made, mapping)
    _say_nothing_like_it(mapping, records, journal)
    rows.clean(made, journal)
    kept = places.settle(made, tables, journal)
    report = journal.report(len(raw.rows) + raw.refused)
    return Applied(places.frame(kept, tables, KEY), report, _outcomes(made, names, journal), _in_standard(kept, tables))


def _require(raw: RawTable, mapping: Mapping) -> None:
    lost = [column for column in mapping.columns() if column not in raw.columns]
    if not lost:
        return
    near = difflib.get_close_matches(lost[0], raw.columns, n=2, cutoff=0.6)
    guess = f" Elle s’appelle peut-être {wording.join([f'« {n} »' for n in near], 'ou')} à présent." if near else ""
    named = wording.join([f"« {column} »" for column in lost])
    words = ("la colonne", "absente") if len(lost) == 1 else ("les colonnes", "absentes")
    what = f"la correspondance attend {words[0]} {named}, {words[1]} de la liste.{guess}"
    raise CartableError(
        wording.typeset(f"Fichier « {raw.file} » : {what}"),
        "Choisissez la colonne d’où vient ce champ, puis enregistrez de nouveau la correspondance.",
    )  # fmt: skip


# -- from the columns to the fields ---------------------------------------------------------


def _texts(line: int, record: Dict[str, str], mapping: Mapping, journal: Journal) -> dict[str, str]:
    return {name: _value(line, name, rule, record, journal) for name, rule in mapping.champs.items()}


def _value(line: int, name: str, rule: Rule, record: Dict[str, str], journal: Journal) -> str:
    if rule.constante:
        return rule.constante
    if rule.lecture == "cases":
        return _boxes(line, name, rule, record, journal)
    text = " ".join(filter(None, (" ".join(record[column].split()) for column in rule.colonnes)))
    return READERS[rule.lecture](name, rule, text)


def _postcode(_name: str, _rule: Rule, text: str) -> str:
    found = POSTCODE.findall(text)
    return found[-1] if found else ""


def _street(_name: str, _rule: Rule, text: str) -> str:
    found = STREET.match(text)
    return found[1] if found and found[1] else text


def _listed(name: str, rule: Rule, text: str) -> str:
    """Return the values that a text means, words that the mapping does not explain being left as they are."""
    meant = {wording.fold(word): values for word, values in rule.valeurs.items()}
    if wording.fold(text) in meant:
        return "|".join(meant[wording.fold(text)])
    found: list[str] = []
    for word in vocabulary.split(name, text):
        found += meant.get(wording.fold(word), (word,))
    return "|".join(dict.fromkeys(found))


READERS: dict[str, Callable[[str, Rule, str], str]] = {
    "texte": lambda _name, _rule, text: text,
    "code postal": _postcode,
    "adresse": _street,
    "liste": _listed,
    "calcul": lambda _name, _rule, text: text,
}


def _boxes(line: int, name: str, rule: Rule, record: Dict[str, str], journal: Journal) -> str:
    found: list[str] = []
    for column in rule.colonnes:
        text = record[column]
        if ticked(text, rule.cochees or TICKS):
            found += rule.valeurs.get(column, ())
        elif wording.fold(text) not in NOT_TICKED:
            said = f"« {text[:40]} », dans la colonne « {column} », ne dit ni oui ni non : la case compte comme vide."
            journal.note(line, name, "signalée", said, f"case {column}")
    return "|".join(dict.fromkeys(found))


def _identify(made: list[Row], mapping: Mapping) -> None:
    """Turn the texts of computed identifiers into short ones, stable from a month to the next, each once."""
    rule = mapping.champs.get("id")
    if rule is None or rule.lecture != "calcul":
        return
    seen: dict[str, int] = {}
    for one in made:
        text = wording.fold(one.texts["id"])
        made_of = f"lieu-{hashlib.sha256(text.encode()).hexdigest()[:10]}" if text else ""
        seen[made_of] = seen.get(made_of, 0) + 1
        one.texts["id"] = made_of if seen[made_of] == 1 or not made_of else f"{made_of}-{seen[made_of]}"


def _say_nothing_like_it(mapping: Mapping, records: list[dict[str, str]], journal: Journal) -> None:
    """Say once which words of the list the mapping leaves aside, and on how many lines."""
    for name, rule in mapping.champs.items():
        for word in (word for word, values in rule.valeurs.items() if not values and rule.lecture == "liste"):
            folded = wording.fold(word)
            lines = sum(folded in wording.fold(record[column]) for record in records for column in rule.colonnes)
            if lines:
                said = f"« {word} » ({wording.plural(lines, 'ligne')}) n’a pas d’équivalent dans la correspondance : "
                journal.note(
                    0, name, "signalée", f"{said}laissé vide. Complétez « valeurs » si vous en voyez un.", word
                )


# -- what comes out -------------------------------------------------------------------------


def _outcomes(made: list[Row], names: dict[int, str], journal: Journal) -> tuple[Outcome, ...]:
    reasons: dict[int, list[str]] = {}
    for line, label, message in journal.notes():
        reasons.setdefault(line, []).append(wording.typeset(f"{label} : {message}" if label else message))
    refused = journal.lines("refusée") | {one.line for one in made if not one.kept}
    numbers = sorted({one.line for one in made} | refused)
    lines: dict[Status, set[int]] = {
        "refusée": refused,
        "réparée": journal.lines("réparée"),
        "signalée": journal.lines("signalée"),
        "acceptée": set(numbers),
    }
    found = [(n, next(status for status, those in lines.items() if n in those)) for n in numbers]
    return tuple(
        Outcome(n, names.get(n, ""), status, n in lines["signalée"], tuple(reasons.get(n, ()))) for n, status in found
    )


def _in_standard(kept: list[Row], tables: Atlas) -> pd.DataFrame:
    names = list(standard.fields())
    records = []
    for one in kept:
        texts = dict(one.texts) | {"code_insee": one.code, "commune": tables.names[one.code]}
        known = one.latitude == one.latitude
        texts |= (
            {"latitude": _degrees(one.latitude), "longitude": _degrees(one.longitude)}
            if known
            else dict.fromkeys(NUMBERS, "")
        )
        records.append([texts[name] for name in names])
    return pd.DataFrame(records, columns=pd.Index(names, dtype="str"), dtype="str")


def _degrees(value: float) -> str:
    """Write a number of degrees so that reading it gives the same back, never as « 1e-05 »."""
    return np.format_float_positional(value, trim="-")


def to_csv(applied: Applied) -> bytes:
    """Write the places as a CSV file that follows the standard: UTF-8, commas, no text that a spreadsheet would run."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    names = list(applied.standard.columns)
    writer.writerow(names)
    for record in applied.standard.itertuples(index=False):
        writer.writerow([_safe(name, str(text)) for name, text in zip(names, record, strict=True)])
    return stream.getvalue().encode()


def _safe(name: str, text: str) -> str:
    return f"'{text}" if name not in NUMBERS and text.startswith(FORMULA) else text
