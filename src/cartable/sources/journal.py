"""What happens to the lines of a file, noted on the way and gathered into a report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cartable import wording
from cartable.sources import reading
from cartable.sources.model import Remark, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cartable.sources.model import Outcome

Kind = tuple[str, "Outcome", str]


@dataclass
class Journal:
    """The remarks on one file.

    Parameters
    ----------
    file
        Its name.
    labels
        For fields that bear another name in the file, that name.
    """

    file: str
    labels: Mapping[str, str] = field(default_factory=dict)
    _noted: defaultdict[Kind, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    _before: list[Remark] = field(default_factory=list)

    def note(self, line: int, name: str, outcome: Outcome, message: str, kind: str = "") -> None:
        """Note what happened to a field of a line (0: the whole file); remarks of a kind are counted together."""
        self._noted[self.label(name), outcome, kind].append((line, message))

    def add(self, remarks: Iterable[Remark]) -> None:
        """Take remarks that are already made."""
        self._before += remarks

    def label(self, name: str) -> str:
        """Return the name of a field as it is written in the file."""
        return self.labels.get(name, name)

    def lines(self, outcome: Outcome) -> set[int]:
        """Return the lines that met an outcome."""
        noted = {line for (_, met, _), notes in self._noted.items() if met == outcome for line, _ in notes}
        return {line for line in noted | {r.line for r in self._before if r.outcome == outcome} if line}

    def notes(self) -> Iterator[tuple[int, str, str]]:
        """Yield the line, the name of the column and the message of everything noted, in the order of the lines."""
        noted = [(line, label, text) for (label, _, _), notes in self._noted.items() for line, text in notes]
        yield from sorted(noted + [(r.line, r.column, r.message) for r in self._before], key=lambda note: note[0])

    def remarks(self) -> tuple[Remark, ...]:
        """Return the remarks by line, those on the file as a whole first; each begins with a capital."""
        made = list(self._before)
        for (label, outcome, _), noted in self._noted.items():
            notes = [(line, message[:1].upper() + message[1:]) for line, message in noted]
            whole = [message for line, message in notes if not line]
            made += [Remark(0, label, outcome, wording.typeset(message)) for message in whole]
            by_line = [(line, message) for line, message in notes if line]
            made += reading.remarks([n for n, _ in by_line], label, outcome, [text for _, text in by_line])
        return tuple(sorted(made, key=lambda remark: remark.line))

    def report(self, lines: int) -> Report:
        """Return the report of a file of so many lines."""
        return Report(self.file, lines, self.remarks())
