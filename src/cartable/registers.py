"""The registers of a démarche: entries of a same form (enjeux, actions…), typed in a file, kept in its record.

A register is declared once, by its model. An entry with a mistake is explained where it was typed, and does not stop
the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from cartable import manuscript, schemes, wording
from cartable.contract import Candidacy, Frame, Meeting, Task
from cartable.effort import Effort
from cartable.evaluation.learning import Learner
from cartable.evaluation.model import Adjustment, Answer, Judged, Objective
from cartable.evaluation.reach import Centre, Interview, Opinion, Reach
from cartable.governance import Body, Condition, Guest, Milestone, Risk
from cartable.indicators import INDICATORS
from cartable.manuscript import ManuscriptError, Problem
from cartable.record import roles
from cartable.roadmap import Action, Enjeu, Financement, Part, Project, Roadmap
from cartable.trip import Observation, Stop, Transfer, Trip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartable.record import Record
    from cartable.record.state import State
    from cartable.roadmap.model import Entry

REGISTERS: Mapping[str, type[Entry]] = {
    "cadre": Frame, "candidatures": Candidacy, "partage": Task, "rencontres": Meeting,
    "instances": Body, "invites": Guest, "conditions": Condition, "risques": Risk, "jalons": Milestone,
    "enjeux": Enjeu, "chantiers": Project, "actions": Action, "financements": Financement, "qui_fait_quoi": Part,
    "voyages": Trip, "etapes_voyage": Stop, "observations": Observation, "transferts": Transfer,
    "barometre": Answer, "ajustements": Adjustment, "objectifs": Objective,
    "temps": Effort, "diffusion": Reach, "avis_guide": Opinion, "formation": Learner, "centres": Centre,
    "entretiens": Interview,
}  # fmt: skip
"""Name in the files and in the record → form of its entries."""


Kept = TypeVar("Kept", bound="Entry")


SPOKEN = (Guest, Answer, Observation, Opinion, Interview)
"""What people said, and whom one invites: no person is named there."""


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
        names = ("enjeux", "chantiers", "actions", "financements", "qui_fait_quoi")
        stakes, projects, actions, fundings, parts = self._listed(*names)
        return Roadmap(stakes, projects, actions, fundings, parts, schemes.load())

    def judged(self) -> Judged:
        """Return what the démarche is judged on."""
        return Judged(*self._listed("barometre", "ajustements", "objectifs"))

    def of(self, model: type[Kept]) -> tuple[Kept, ...]:
        """Return the entries of the register of a model."""
        found = (self.entries.get(name, ()) for name, one in REGISTERS.items() if one is model)
        return cast("tuple[Kept, ...]", next(found, ()))

    def has(self, name: str) -> bool:
        """Tell whether a register has an entry."""
        return bool(self.entries.get(name))

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
        problems += [found.problem((name, rank, field), *said) for field, *said in unknown(entry)]
        if entry.cle in kept:
            message = f"une autre fiche s’appelle « {entry.cle} »."
            problems.append(found.problem((name, rank, "cle"), message, "Donnez-lui un autre repère."))
        else:
            kept[entry.cle] = entry
    return list(kept.values())


def unknown(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Yield the fields that name what does not exist (a scheme, an indicator), or a person: field, message, remedy.

    The entry itself still counts: without its scheme, a funding still pays.
    """
    if isinstance(entry, SPOKEN):
        yield from _named(entry)
    if isinstance(entry, Financement) and entry.dispositif:
        yield from _unknown("dispositif", (entry.dispositif,), list(schemes.load()), "un dispositif du panorama")
    elif isinstance(entry, Enjeu):
        yield from _unknown("indicateurs", entry.indicateurs, list(INDICATORS), "un indicateur du portrait")


def _named(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Look for a name, a telephone, an address in what people said, and among those who are invited."""
    for field, value in entry:
        for what, words in roles.naming(value) if isinstance(value, str) else ():
            if what != roles.FUNCTION:  # « le maire de Bourg-la-Brume » is invited as such
                yield (
                    field,
                    f"« {words} » ressemble à {what}.",
                    "Écrivez une structure ou un rôle, jamais une personne.",
                )


def _unknown(field: str, named: Sequence[str], known: Sequence[str], what: str) -> Iterator[tuple[str, str, str]]:
    for word in named:
        if word not in known:
            message, _, remedy = str(manuscript.unknown(word, known, what)).partition("\n")
            yield field, message, remedy


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
        blank = _blank(REGISTERS[name])
        for entry in entries:
            values = entry.model_dump(mode="json", exclude_unset=True)
            before = known.get(entry.cle)
            if before is None:
                record.write("fiche", registre=name, **values)
                new += 1
            elif fresh := {key: value for key, value in values.items() if before.fields.get(key, blank[key]) != value}:
                record.write("fiche", before.id, **fresh)
                changed += 1
    return new, changed


def _blank(model: type[Entry]) -> dict[str, Any]:
    """Return what an entry says when nothing is typed, as the record would write it."""
    empty = model.model_construct(cle="")
    return {name: empty.model_dump(mode="json").get(name) for name in model.model_fields}


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
