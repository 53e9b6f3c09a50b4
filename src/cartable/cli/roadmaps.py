"""``cartable carnet fiches``, ``controler``, ``feuille-de-route``, ``barometre``, ``bilan``: what is voted, judged."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
    sub.add_argument("fichier", type=Path, metavar="FICHIER", help="fichier .yml")
    sub.set_defaults(run=take)
    sub = actions.add_parser("controler", help="dit ce qui manque à la feuille de route avant le vote du conseil")
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
    sub.set_defaults(run=control)
    sub = actions.add_parser("feuille-de-route", help="écrit la feuille de route : enjeux, chantiers, fiches")
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
    sub.add_argument(
        "-o", "--sortie", type=Path, default=Path("feuille-de-route.docx"), metavar="FICHIER",
        help="fichier à écrire : .docx, .pdf, .xlsx, .ics, .json ou .csv",
    )  # fmt: skip
    sub.set_defaults(run=write)
    for name, run, said in (
        (
            "barometre",
            print_questionnaire,
            "écrit la feuille à remplir entre deux étapes",
        ),
        ("bilan", write_assessment, "écrit ce que disent les baromètres et où en sont les objectifs"),
    ):
        sub = actions.add_parser(name, help=said)
        sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
        sub.add_argument(
            "-o", "--sortie", type=Path, default=Path(f"{name}.pdf"), metavar="FICHIER",
            help=f"fichier à écrire, en .pdf ou en .docx ({name}.pdf)",
        )  # fmt: skip
        sub.set_defaults(run=run)


def _warn(taken: Taken) -> None:
    for problem in taken.problems:
        sys.stderr.write(f"{problem}\n")


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
    from cartable import registers, roadmap, wording  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    with opened(options.carnet) as kept:
        taken = registers.kept(kept.state)
    _warn(taken)
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
    from cartable import __version__, output, registers, reports  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.cli.synthesis import ENDINGS, written  # noqa: PLC0415

    path: Path = options.sortie
    if path.suffix.lower() not in (*ENDINGS, *DATA):
        raise CartableError(f"« {path} » n’a pas de fin connue.", f"À choisir parmi {', '.join((*ENDINGS, *DATA))}.")
    with opened(options.carnet) as kept:
        state = kept.state
    taken = registers.kept(state)
    _warn(taken)
    today = dt.datetime.now().astimezone()
    if path.suffix.lower() in ENDINGS:
        written(reports.plan(state, taken.roadmap(), today.date(), __version__), path)
    else:
        output.write(path, _data(state, taken.roadmap(), path.suffix.lower(), today))
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
    from cartable import __version__, reports  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.cli.synthesis import written  # noqa: PLC0415

    with opened(options.carnet) as kept:
        state = kept.state
    written(reports.questionnaire(state, dt.datetime.now().astimezone().date(), __version__), options.sortie)


def write_assessment(options: argparse.Namespace) -> None:
    """Write how the démarche goes."""
    from cartable import __version__, registers, reports  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.cli.synthesis import written  # noqa: PLC0415

    with opened(options.carnet) as kept:
        state = kept.state
    taken = registers.kept(state)
    _warn(taken)
    today = dt.datetime.now().astimezone().date()
    written(reports.assessment(state, taken.judged(), today, __version__), options.sortie)
