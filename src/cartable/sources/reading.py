"""From the bytes of a file to a table of texts: encodings, separators, spreadsheets, archives, and plain refusals.

Nothing is guessed in silence: what cannot be read with certainty is refused, in French, with the line and a remedy.
"""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import wording
from cartable.sources import unpacking
from cartable.sources.model import Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cartable.sources.model import Outcome, SourceError

SEPARATORS = {";": "le point-virgule", ",": "la virgule", "\t": "la tabulation", "|": "la barre verticale"}
HEADING_WITHIN = 15  # lines: titles and notes may stand above the heading
REMARKS_OF_A_KIND = 200
TOO_MANY = 0.2  # share of refused lines beyond which the file itself is wrong
MOSTLY = 0.5
AGAIN = unpacking.AGAIN
refuse = unpacking.refuse


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file as a table of texts, nothing interpreted yet.

    Parameters
    ----------
    file
        Its name, for messages.
    columns
        Every name of the heading; those that were expected have the spelling that was expected.
    rows
        Texts, stripped, never NaN, in the columns that were kept; index from 0.
    lines
        Line of the file where each row begins, shape (rows,), counted from 1 with the heading: ``lines[row]``.
    notes
        What was done to lines on the way, ready for a report.
    spelling
        For columns that were renamed, the name as it is written in the file.
    refused
        Number of lines already left out.
    """

    file: str
    columns: tuple[str, ...]
    rows: pd.DataFrame
    lines: NDArray[np.int64]
    notes: tuple[Remark, ...] = ()
    spelling: Mapping[str, str] = field(default_factory=dict)
    refused: int = 0

    def label(self, column: str) -> str:
        """Return the name of a column as it is written in the file."""
        return self.spelling.get(column, column)


Record = tuple[int, list[str]]  # the line where it begins, its cells


def table(
    content: bytes,
    file: str,
    *,
    expected: Iterable[str] = (),
    required: Iterable[str] = (),
    keep: str = "",
    only: Mapping[str, Container[str]] | None = None,
    prefer: str = "",
) -> RawTable:
    r"""Read a CSV, text or XLSX file, possibly in a ZIP or GZIP archive.

    Parameters
    ----------
    expected
        Columns that help to find the heading and the separator; some may be missing.
    required
        Columns without which the file is refused; they help too.
    keep
        Regular expression of the names to keep besides (INSEE's tables have 300 columns); everything when empty and
        nothing is kept out.
    only
        For some columns, the values to keep: the other lines are passed over before they take memory.
    prefer
        Regular expression of the file to take in an archive, or the sheet in a workbook, that holds several.

    Raises
    ------
    SourceError
        If the file is not a table, has no heading, lacks a column or is damaged.
    """
    hints = tuple(dict.fromkeys([*required, *expected]))
    data, name = unpacking.unpack(content, file, hints, prefer)
    sought = _Sought(hints, keep)
    if unpacking.is_workbook(data):
        heading, records, broken = _from_sheets(unpacking.sheets(data, name), name, sought, prefer)
    else:
        heading, records, broken = _from_text(unpacking.text(data, name), name, sought)
    spelling = _columns(heading[1], hints, name)
    _require(spelling, required, name)
    kept = [c for c in spelling if not keep or c in hints or re.fullmatch(keep, c, re.IGNORECASE)]
    return _assemble(records, broken, _Plan(name, spelling, kept, only or {}))


def _require(columns: Mapping[str, object], required: Iterable[str], file: str) -> None:
    missing = [c for c in required if c not in columns]
    if not missing:
        return
    words = "la colonne" if len(missing) == 1 else "les colonnes"
    raise refuse(
        file,
        f"il y manque {words} {_quoted(missing)}{_nearest(missing, list(columns))}",
        "Vérifiez que c’est le bon fichier ; si des titres ont été changés, remettez ceux du producteur.",
    )


def missing(raw: RawTable, wanted: str, what: str) -> SourceError:
    """Make the refusal of a table that lacks a column whose name changes: ``wanted`` is an example of it."""
    near = _nearest([wanted], list(raw.columns))
    return refuse(raw.file, f"il y manque une colonne comme « {wanted} » ({what}){near}", "Vérifiez que c’est le bon "
                  "fichier ; si des titres ont été changés, remettez ceux du producteur.")  # fmt: skip


def _quoted(names: Sequence[str]) -> str:
    return wording.join([f"« {n} »" for n in names[:8]])


def _nearest(missing: Sequence[str], columns: Sequence[str]) -> str:
    """Propose the columns that look like those that are missing, or list the first ones."""
    folded = {_fold(c): c for c in columns}
    near = [n for m in missing for n in difflib.get_close_matches(_fold(m), folded, n=2, cutoff=0.6)]
    if near:
        return f" (noms les plus proches dans le fichier : {_quoted([folded[n] for n in dict.fromkeys(near)])})"
    return f" (colonnes du fichier : {_quoted(columns)}{'…' if len(columns) > 8 else ''})"  # noqa: PLR2004


def _fold(name: str) -> str:
    return wording.fold(name.replace("\ufeff", ""))


# -- the heading ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sought:
    """What tells the heading: names, and a regular expression of others (empty: none)."""

    names: tuple[str, ...]
    keep: str

    def heading(self, records: Sequence[Record]) -> tuple[int, int]:
        """Return the rank of the heading among the first records, and how many of the names sought it holds."""
        if not self.names:
            return _widest(records), 0
        wanted = {_fold(name) for name in self.names}
        scores = [self._score(cells, wanted) for _, cells in records]
        best = max(scores, default=0)
        return (scores.index(best), best) if best else (0, 0)

    def _score(self, cells: Sequence[str], wanted: set[str]) -> int:
        others = [c for c in cells if self.keep and c.strip() and re.fullmatch(self.keep, c.strip(), re.IGNORECASE)]
        return len(wanted & {_fold(c) for c in cells}) + len(others)


def _widest(records: Sequence[Record]) -> int:
    """Return the rank of the first record that has as many cells as most, none of them empty."""
    widths = [len(cells) for _, cells in records]
    usual = max(widths, key=lambda w: (widths.count(w), w), default=0)
    full = (i for i, (_, cells) in enumerate(records) if len(cells) == usual and all(c.strip() for c in cells))
    return next(full, 0)


def _from_text(text: str, file: str, sought: _Sought) -> tuple[Record, Iterator[Record], list[Broken]]:
    """Choose the separator and the heading that recognise most of the expected names, then read on."""
    candidates = []
    for rank, separator in enumerate(SEPARATORS):
        first = list(islice(_records(text, separator, []), HEADING_WITHIN))
        position, score = sought.heading(first)
        cells = max((len(cells) for _, cells in first), default=0)
        candidates.append((score, cells, -rank, separator, position))
    score, cells, _, separator, position = max(candidates)
    if cells <= 1 and (score or not sought.names):
        raise refuse(file, "il n’a qu’une seule colonne : le séparateur n’a pas été reconnu",
                     "Enregistrez-le en CSV avec le point-virgule comme séparateur.")  # fmt: skip
    broken: list[Broken] = []
    records = _records(text, separator, broken, file)
    before = list(islice(records, position + 1))
    if (sought.names and score == 0) or not before:
        raise _no_heading(before, sought.names, file)
    return before[position], records, broken


def _from_sheets(
    sheets: Mapping[str, list[Record]], file: str, sought: _Sought, prefer: str
) -> tuple[Record, Iterator[Record], list[Broken]]:
    """Take the sheet, the first of them, whose heading recognises most of the expected names."""
    best, position, score = None, 0, -1.0
    for title, records in sheets.items():
        place, found = sought.heading(records[:HEADING_WITHIN])
        ahead = found + bool(prefer and re.search(prefer, title, re.IGNORECASE)) / 2
        if records and ahead > score:
            best, position, score = records, place, ahead
    if best is None or (sought.names and score < 1):
        raise _no_heading(best or [], sought.names, file)
    if max(len(cells) for _, cells in best[: position + 2]) <= 1:
        raise refuse(file, "il n’a qu’une seule colonne", "Vérifiez que c’est le bon fichier.")
    return best[position], iter(best[position + 1 :]), []


def _no_heading(records: Sequence[Record], hints: Sequence[str], file: str) -> SourceError:
    seen = [c for c in records[0][1] if c.strip()] if records else []
    start = f" ; il commence par {_quoted([c[:40] for c in seen])}" if seen else ""
    such = _quoted(hints[:4])
    what = f"aucune ligne de titres parmi les {HEADING_WITHIN} premières ; on y attend des titres comme {such}{start}"
    return refuse(file, what, "Vérifiez que c’est le bon fichier, et que la ligne des titres n’a pas été effacée.")


def _columns(cells: Sequence[str], hints: Sequence[str], file: str) -> dict[str, tuple[int, str]]:
    """Return, for each column, its rank and its name in the file; expected names win over other spellings."""
    written = [c.replace("\ufeff", "").strip() for c in cells]
    while written and not written[-1]:
        written.pop()
    named = [w or f"(colonne {rank})" for rank, w in enumerate(written, start=1)]
    twice = [name for name in dict.fromkeys(named) if named.count(name) > 1]
    if twice:
        raise refuse(file, f"plusieurs colonnes portent le même titre, {_quoted(twice)}",
                     "Gardez une seule colonne de ce nom : laquelle est la bonne ne se devine pas.")  # fmt: skip
    folded: dict[str, str] = {_fold(h): h for h in reversed(hints)}
    columns: dict[str, tuple[int, str]] = {}
    for rank, name in enumerate(named):
        meant = name if name in hints else folded.get(_fold(name), name)
        key = name if meant in named and meant != name else meant
        if key in columns:
            raise refuse(file, f"les colonnes « {columns[key][1]} » et « {name} » ont presque le même titre",
                         "Gardez une seule des deux.")  # fmt: skip
        columns[key] = (rank, name)
    return columns


# -- the lines --------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """Lines whose quotation marks do not close where they should: from one line to another."""

    start: int
    end: int


def _records(text: str, separator: str, broken: list[Broken], file: str = "") -> Iterator[Record]:
    """Cut a text into records that are not empty; with a file, a quote that never closes is refused."""
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=separator, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if file and ("unexpected end" in str(error) or "limit" in str(error)):
                raise refuse(file, f"le guillemet ouvert à la ligne {start} n’est jamais refermé",
                             "Retirez ce guillemet dans un éditeur de texte, ou reprenez le fichier d’origine.",
                             ) from error  # fmt: skip
            broken.append(Broken(start, reader.line_num))
            start = reader.line_num + 1
            continue
        line, start = start, reader.line_num + 1
        if any(cell.strip() for cell in cells):
            yield line, cells


@dataclass(frozen=True)
class _Plan:
    """Which cells to keep of each record."""

    file: str
    columns: Mapping[str, tuple[int, str]]
    kept: list[str]
    only: Mapping[str, Container[str]]

    @property
    def width(self) -> int:
        return 1 + max(rank for rank, _ in self.columns.values())

    def pick(self) -> Callable[[list[str]], tuple[str, ...]]:
        """Return what takes the cells to keep out of a record."""
        ranks = [self.columns[c][0] for c in self.kept]
        if len(ranks) == 1:
            return lambda cells: (cells[ranks[0]],)
        return itemgetter(*ranks)

    def passes(self, cells: list[str]) -> bool:
        """Tell whether a record is one of those asked for."""
        return all(cells[self.columns[c][0]].strip() in values for c, values in self.only.items() if c in self.columns)


def _assemble(records: Iterator[Record], broken: list[Broken], plan: _Plan) -> RawTable:
    """Keep the cells that matter of the lines that have as many cells as the heading."""
    width, pick, kept = plan.width, plan.pick(), plan.kept
    lines, values, odd = [], [], []
    seen = 0
    for line, cells in records:
        seen += 1
        if len(cells) != width and (len(cells) < width or any(c.strip() for c in cells[width:])):
            odd.append((line, len(cells)))
        elif not plan.only or plan.passes(cells):
            lines.append(line)
            values.append(pick(cells))
    lost = len(odd) + sum(b.end - b.start + 1 for b in broken)
    _enough(seen, len(values), lost, odd, plan)
    frame = pd.DataFrame(values, columns=pd.Index(kept, dtype="str"), dtype="str")
    frame = frame.apply(lambda column: column.str.strip(" \t\r\n\u00a0\u202f\u200b\ufeff"))
    spelling = {c: written for c, (_, written) in plan.columns.items() if c != written}
    notes = (*_odd_notes(odd, width), *_broken_notes(broken))
    return RawTable(plan.file, tuple(plan.columns), frame, np.array(lines, dtype=np.int64), notes, spelling, lost)


def _enough(seen: int, kept: int, lost: int, odd: Sequence[tuple[int, int]], plan: _Plan) -> None:
    """Refuse a file without lines, or with too many broken ones."""
    if lost > TOO_MANY * max(seen, lost):
        where = f" ; la première est la ligne {odd[0][0]}, qui en a {odd[0][1]}" if odd else ""
        raise refuse(plan.file, f"{wording.plural(lost, 'ligne')} sur {wording.number(max(seen, lost))} n’ont pas le "
                     f"nombre de cellules des titres ({plan.width}) ou ont des guillemets mal fermés{where}",
                     "Le séparateur se trouve sans doute aussi dans les textes : reprenez le fichier "
                     "d’origine.")  # fmt: skip
    if not kept:
        what = "aucune de ses lignes n’est de celles qu’on y cherche" if seen else "il n’a que ses titres, aucune ligne"
        raise refuse(plan.file, what)


def _odd_notes(odd: Sequence[tuple[int, int]], width: int) -> list[Remark]:
    messages = [f"{wording.plural(n, 'cellule')} au lieu de {width} : ligne laissée de côté." for _, n in odd]
    return remarks([line for line, _ in odd], "", "refusée", messages)


def _broken_notes(broken: Sequence[Broken]) -> list[Remark]:
    texts = [
        "Guillemets mal fermés : ligne laissée de côté."
        if b.start == b.end
        else f"Guillemets mal fermés de la ligne {b.start} à la ligne {b.end} : lignes laissées de côté."
        for b in broken
    ]
    return remarks([b.start for b in broken], "", "refusée", texts)


def remarks(lines: Iterable[int], column: str, outcome: Outcome, messages: Iterable[str]) -> list[Remark]:
    """Make a remark for each line, 200 at most, and one that counts the others.

    Parameters
    ----------
    lines
        Lines of the file, counted from 1.
    column
        As it is written in the file.
    outcome
        What became of them all.
    messages
        One for each line, typed with ordinary spaces.
    """
    make = partial(_remark, column=column, outcome=outcome)
    pairs = zip(lines, messages, strict=True)
    said = [make(int(line), text) for line, text in islice(pairs, REMARKS_OF_A_KIND)]
    rest = sum(1 for _ in pairs)
    if rest:
        said.append(make(0, f"Et {wording.plural(rest, 'autre ligne', 'autres lignes')} dans le même cas."))
    return said


def _remark(line: int, text: str, column: str, outcome: Outcome) -> Remark:
    return Remark(line, column, outcome, wording.typeset(text))
