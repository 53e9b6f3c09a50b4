"""``cartable carnet fiches``, ``controler``, ``feuille-de-route``, ``barometre``, ``bilan``: what is voted, judged."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.cli.synthesis import ENDINGS, carnet, document_of, report
from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse

    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.roadmap import Roadmap

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

DATA = (".xlsx", ".ics", ".json", ".csv")
"""Beside the documents: views, dates, and the fields of Mon Inclusion Numérique."""


def add_actions(actions: Commands) -> None:  # type: ignore[type-arg]
    """Add the actions to those of ``cartable carnet``."""
    sub = actions.add_parser("fiches", help="lit enjeux, chantiers, actions, financements et rôles (YAML)")
    carnet(sub)
    sub.add_argument("fichier", type=Path, metavar="FICHIER", help="fichier .yml")
    sub.set_defaults(run=take)
    sub = actions.add_parser("controler", help="dit ce qui manque à la feuille de route avant le vote du conseil")
    carnet(sub)
    sub.set_defaults(run=control)
    sub = actions.add_parser("feuille-de-route", help="écrit la feuille de route : enjeux, chantiers, fiches")
    carnet(sub)
    sub.add_argument(
        "-o", "--sortie", type=Path, default=Path("feuille-de-route.docx"), metavar="FICHIER",
        help="fichier à écrire : .docx, .pdf, .xlsx, .ics, .json ou .csv",
    )  # fmt: skip
    sub.set_defaults(run=write)
    sub = actions.add_parser("barometre", help="écrit la feuille à remplir entre deux étapes")
    document_of(sub, "barometre.pdf", print_questionnaire)
    sub = actions.add_parser("bilan", help="écrit ce que disent les baromètres et où en sont les objectifs")
    document_of(sub, "bilan.pdf", write_assessment)


def _warn(taken: Taken) -> Taken:
    for problem in taken.problems:
        sys.stderr.write(f"{problem}\n")
    return taken


def _taken(state: State) -> Taken:
    """Return the entries of a record, once what is wrong with some is said."""
    from cartable import registers  # noqa: PLC0415

    return _warn(registers.kept(state))


def take(options: argparse.Namespace) -> None:
    """Write the sound entries of a file in a record, and say what is wrong with the others."""
    from cartable import manuscript, registers, wording  # noqa: PLC0415 (slow to load: not for --help)
    from cartable.cli.records import opened  # noqa: PLC0415

    taken = registers.read(manuscript.read_text(options.fichier), options.fichier.name)
    with opened(options.carnet) as kept:
        print(registers.sentence(*registers.save(kept, taken)))
    _warn(taken)
    if taken.problems:
        raise CartableError(
            f"{wording.plural(len(taken.problems), 'faute')} : ces fiches n’ont pas été prises, les autres oui.",
            "Corrigez le fichier et relancez : rien ne sera écrit deux fois.",
        )


def control(options: argparse.Namespace) -> None:
    """Print what is missing; refuse when something prevents the vote."""
    from cartable import roadmap, wording  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    with opened(options.carnet) as kept:
        taken = _taken(kept.state)
    findings = roadmap.check(taken.roadmap())
    for blocking, title in ((True, "À régler avant le vote :"), (False, "À dire à voix haute :")):
        if listed := [finding for finding in findings if finding.blocking == blocking]:
            print(title, *(f"  - {finding}" for finding in listed), sep="\n")
    count = sum(finding.blocking for finding in findings) + len(taken.problems)
    if count:
        raise CartableError(f"La feuille de route n’est pas prête : {wording.plural(count, 'point')} à régler.")
    print("La feuille de route peut être votée.")


def write(options: argparse.Namespace) -> None:
    """Write the roadmap, in the format that the name of the file asks for."""
    from cartable import output, reports  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    path: Path = options.sortie
    ending = path.suffix.lower()
    if ending in ENDINGS:
        report(options, lambda state, *edition: reports.plan(state, _taken(state).roadmap(), *edition))
        return
    if ending not in DATA:
        raise CartableError(f"« {path} » n’a pas de fin connue.", f"À choisir parmi {', '.join((*ENDINGS, *DATA))}.")
    with opened(options.carnet) as kept:
        state = kept.state
    output.write(path, _data(state, _taken(state).roadmap(), ending, dt.datetime.now().astimezone()))
    print(f"Fichier écrit : {path}")


def _data(state: State, roadmap: Roadmap, ending: str, now: dt.datetime) -> bytes:
    from cartable.documents import roadmap as files  # noqa: PLC0415

    if ending == ".xlsx":
        return files.workbook(state, roadmap, now.date())
    if ending == ".ics":
        return files.calendar(state, roadmap, now.astimezone(dt.UTC).replace(microsecond=0))
    return files.official_csv(roadmap) if ending == ".csv" else files.official(state, roadmap)


def print_questionnaire(options: argparse.Namespace) -> None:
    """Write the sheet of the barometer."""
    from cartable import reports  # noqa: PLC0415

    report(options, reports.questionnaire)


def write_assessment(options: argparse.Namespace) -> None:
    """Write how the démarche goes."""
    from cartable import reports  # noqa: PLC0415

    report(options, lambda state, *edition: reports.assessment(state, _taken(state).judged(), *edition))
