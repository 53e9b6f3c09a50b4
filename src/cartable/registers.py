"""The registers of a démarche: entries of a same form (enjeux, actions…), typed in a file, kept in its record.

A register is declared once, by its model. An entry with a mistake is explained where it was typed, and does not stop
the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from cartable import manuscript, wording
from cartable.evaluation.model import Adjustment, Answer, Judged, Objective
from cartable.manuscript import ManuscriptError, Problem
from cartable.roadmap import Action, Enjeu, Financement, Part, Project, Roadmap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.record import Record
    from cartable.record.state import State
    from cartable.roadmap.model import Entry

REGISTERS: Mapping[str, type[Entry]] = {
    "enjeux": Enjeu, "chantiers": Project, "actions": Action, "financements": Financement, "qui_fait_quoi": Part,
    "barometre": Answer, "ajustements": Adjustment, "objectifs": Objective,
}  # fmt: skip
"""Name in the files and in the record → form of its entries."""


@dataclass(frozen=True)
class Taken:
    """What was read.

    Parameters
    ----------
    entries
        The sound entries of each register, in their order.
    problems
        What is wrong with the others.
    """

    entries: Mapping[str, tuple[Entry, ...]]
    problems: tuple[Problem, ...] = ()

    def roadmap(self) -> Roadmap:
        """Return what is voted together."""
        return Roadmap(*self._listed("enjeux", "chantiers", "actions", "financements", "qui_fait_quoi"))

    def judged(self) -> Judged:
        """Return what the démarche is judged on."""
        return Judged(*self._listed("barometre", "ajustements", "objectifs"))

    def _listed(self, *names: str) -> list[Any]:  # each of its own model
        return [self.entries.get(name, ()) for name in names]


def read(text: str, file: str) -> Taken:
    """Read a YAML file: under the name of each register, the list of its entries.

    Parameters
    ----------
    file
        Its name, for the messages.

    Raises
    ------
    ManuscriptError
        If it is not YAML, or holds no register at all.
    """
    found = manuscript.parse(text, file)
    if not isinstance(found.data, dict) or not set(found.data) & set(REGISTERS):
        message = "ce fichier n’a aucun registre."
        raise ManuscriptError([Problem(file, 1, "", message, f"À choisir parmi : {', '.join(REGISTERS)}.")])
    problems: list[Problem] = []
    entries: dict[str, tuple[Entry, ...]] = {}
    for name, listed in found.data.items():
        if name not in REGISTERS:
            message, _, remedy = str(manuscript.unknown(name, list(REGISTERS), "un registre")).partition("\n")
            problems.append(found.problem((name,), message, remedy))
        elif not isinstance(listed, list):
            remedy = "Commencez chaque fiche par un tiret sur sa propre ligne."
            problems.append(found.problem((name,), "il faut une liste.", remedy))
        else:
            entries[name] = tuple(_entries(found, name, listed, problems))
    return Taken(entries, tuple(sorted(problems, key=lambda problem: problem.line)))


def _entries(found: manuscript.Manuscript, name: str, listed: list[Any], problems: list[Problem]) -> list[Entry]:
    kept: dict[str, Entry] = {}
    for rank, plain in enumerate(listed):
        try:
            entry = manuscript.part(REGISTERS[name], found, (name, rank), plain)
        except ManuscriptError as error:
            problems += error.problems
            continue
        if entry.cle in kept:
            message = f"une autre fiche s’appelle « {entry.cle} »."
            problems.append(found.problem((name, rank, "cle"), message, "Donnez-lui un autre repère."))
        else:
            kept[entry.cle] = entry
    return list(kept.values())


def save(record: Record, taken: Taken) -> tuple[int, int]:
    """Write entries in a record; an entry of the same key is changed, none is removed.

    Only the fields that change are written: two people may fill in the same action, each her part.

    Returns
    -------
    tuple of int
        How many entries are new, and how many changed.

    Raises
    ------
    cartable.errors.CartableError
        If the disk refuses.
    """
    new = changed = 0
    for name, entries in taken.entries.items():
        known = {str(thing["cle"]): thing for thing in record.state.all("fiche", registre=name)}
        for entry in entries:
            values = entry.model_dump(mode="json", exclude_unset=True)
            before = known.get(entry.cle)
            if before is None:
                record.write("fiche", registre=name, **values)
                new += 1
            elif fresh := {key: value for key, value in values.items() if before[key] != value}:
                record.write("fiche", before.id, **fresh)
                changed += 1
    return new, changed


def kept(state: State) -> Taken:
    """Return the entries of a record; those that two people made contradict each other are in the problems."""
    problems: list[Problem] = []
    entries: dict[str, list[Entry]] = {}
    for thing in state.all("fiche"):
        name = str(thing["registre"])
        if name not in REGISTERS:
            continue  # of a later version
        values = {key: value for key, value in thing.fields.items() if key not in {"registre", "supprime"}}
        try:
            entries.setdefault(name, []).append(REGISTERS[name].model_validate(values))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                field = f"{name}.{thing['cle']}.{'.'.join(str(part) for part in detail['loc'])}"
                problems.append(Problem("carnet", 0, field, *manuscript.explain(detail)))
    return Taken({name: tuple(listed) for name, listed in entries.items()}, tuple(problems))


def sentence(new: int, changed: int) -> str:
    """Say what was written."""
    words = [wording.plural(new, "fiche ajoutée", "fiches ajoutées")]
    words.append(wording.plural(changed, "fiche changée", "fiches changées"))
    return f"{wording.join(words)}."
