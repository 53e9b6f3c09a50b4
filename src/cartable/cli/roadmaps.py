"""``cartable carnet fiches``, ``feuille-de-route``, ``bilan``, ``ecrit``…: what is typed, voted, judged, sent."""

from __future__ import annotations

import datetime as dt
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.cli.synthesis import ENDINGS, carnet, document_of, report
from cartable.errors import CartableError, reason

if TYPE_CHECKING:
    import argparse

    from cartable.record.state import State
    from cartable.registers import Taken

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

REPORTS = {
    "voyage": "écrit la journée du voyage apprenant, son carnet et ce qui en revient",
    "bilan-guide": "écrit le bilan d’utilisation et d’utilité du guide",
    "bilan-methode": "écrit le bilan de l’utilité de la méthode",
}
DATA = (".xlsx", ".ics", ".json", ".csv")
"""Beside the documents: views, dates, and the fields of Mon Inclusion Numérique."""


def add_actions(actions: Commands) -> None:  # type: ignore[type-arg]
    """Add the actions to those of ``cartable carnet``."""
    sub = actions.add_parser("fiches", help="lit les fiches de la démarche, d’un classeur ou d’un fichier YAML")
    carnet(sub)
    sub.add_argument("fichier", type=Path, metavar="FICHIER", help="fichier .xlsx ou .yml")
    sub.set_defaults(run=take)
    sub = actions.add_parser("classeur", help="écrit le classeur des fiches, à remplir dans un tableur")
    carnet(sub)
    sub.add_argument(
        "-o",
        "--sortie",
        type=Path,
        default=Path("fiches.xlsx"),
        metavar="FICHIER",
        help="classeur à écrire (fiches.xlsx)",
    )
    sub.set_defaults(run=write_book)
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
    for name, said in REPORTS.items():
        sub = actions.add_parser(name, help=said)
        document_of(sub, f"{name}.docx", partial(write_report, name=name))
    sub = actions.add_parser("etapes", help="dit où en est chaque étape, et ce qui manque")
    carnet(sub)
    sub.set_defaults(run=show_steps)
    sub = actions.add_parser("ecrits", help="liste les lettres, accords, notices et questionnaires de la démarche")
    sub.set_defaults(run=list_writings)
    sub = actions.add_parser("ecrit", help="écrit une lettre, un accord, une notice, remplis avec ce que dit le carnet")
    document_of(sub, "ecrit.docx", write_writing)
    sub.add_argument("nom", metavar="NOM", help="nom donné par « cartable carnet ecrits »")
    sub = actions.add_parser("exemple", help="copie une démarche inventée dans un carnet, pour s’exercer")
    sub.add_argument("nom", metavar="NOM", help="val-de-brume (rural) ou quatre-fontaines (urbain)")
    carnet(sub)
    sub.set_defaults(run=copy_example)


def _warn(taken: Taken) -> Taken:
    for problem in taken.problems:
        sys.stderr.write(f"{problem}\n")
    return taken


def _taken(state: State) -> Taken:
    """Return the entries of a record, once what is wrong with some is said."""
    from cartable import registers  # noqa: PLC0415

    return _warn(registers.kept(state))


def _figures(state: State) -> dict[str, str]:
    from cartable import grounds  # noqa: PLC0415

    return grounds.figures(grounds.place(state))


def take(options: argparse.Namespace) -> None:
    """Write the sound entries of a file in a record, and say what is wrong with the others."""
    from cartable import registers, wording  # noqa: PLC0415 (slow to load: not for --help)
    from cartable.cli.records import opened  # noqa: PLC0415

    taken = _read(options.fichier)
    with opened(options.carnet) as kept:
        print(registers.sentence(*registers.save(kept, taken)))
    _warn(taken)
    if taken.problems:
        raise CartableError(
            f"{wording.plural(len(taken.problems), 'faute')} : ces fiches n’ont pas été prises, les autres oui.",
            "Corrigez le fichier et relancez : rien ne sera écrit deux fois.",
        )


def _read(path: Path) -> Taken:
    """Read a YAML file, or a workbook."""
    from cartable import manuscript, registers  # noqa: PLC0415
    from cartable.documents import register_book  # noqa: PLC0415

    if path.suffix.lower() != ".xlsx":
        return registers.read(manuscript.read_text(path), path.name)
    try:
        return register_book.read(path.read_bytes(), path.name)
    except OSError as error:
        raise CartableError(
            f"« {path} » ne s’ouvre pas ({reason(error)}).", "Vérifiez son nom et son dossier."
        ) from error


def control(options: argparse.Namespace) -> None:
    """Print what is missing; refuse when something prevents the vote."""
    from cartable import grounds, roadmap, wording  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    with opened(options.carnet) as kept:
        taken = _taken(kept.state)
        findings = [*roadmap.check(taken.roadmap()), *grounds.lost_themes(kept.state, taken.roadmap())]
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
        report(options, lambda state, day, version: reports.plan(state, _taken(state), day, version, _figures(state)))
        return
    if ending not in DATA:
        raise CartableError(f"« {path} » n’a pas de fin connue.", f"À choisir parmi {', '.join((*ENDINGS, *DATA))}.")
    with opened(options.carnet) as kept:
        state = kept.state
    output.write(path, _data(state, _taken(state), ending, dt.datetime.now().astimezone()))
    print(f"Fichier écrit : {path}")


def _data(state: State, taken: Taken, ending: str, now: dt.datetime) -> bytes:
    from cartable.documents import roadmap as files  # noqa: PLC0415

    if ending == ".xlsx":
        return files.workbook(state, taken, now.date())
    if ending == ".ics":
        return files.calendar(state, taken, now.astimezone(dt.UTC).replace(microsecond=0))
    return files.official_csv(taken.roadmap()) if ending == ".csv" else files.official(state, taken.roadmap())


def print_questionnaire(options: argparse.Namespace) -> None:
    """Write the sheet of the barometer."""
    from cartable import reports  # noqa: PLC0415

    report(options, reports.questionnaire)


def write_assessment(options: argparse.Namespace) -> None:
    """Write how the démarche goes."""
    from cartable import reports  # noqa: PLC0415

    report(options, lambda state, *edition: reports.assessment(state, _taken(state).judged(), *edition))


def write_report(options: argparse.Namespace, name: str) -> None:
    """Write the trip, or one of the two reports that end the project."""
    from cartable import reports  # noqa: PLC0415

    makers = {"voyage": reports.outing, "bilan-guide": reports.guide_report, "bilan-methode": reports.method_report}
    report(options, lambda state, *edition: makers[name](state, _taken(state), *edition))


def write_book(options: argparse.Namespace) -> None:
    """Write the workbook of the registers: what is known, and headings for the rest."""
    from cartable import output  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.documents import register_book  # noqa: PLC0415

    with opened(options.carnet) as kept:
        state = kept.state
    today = dt.datetime.now().astimezone().date()
    output.write(options.sortie, register_book.write(_taken(state), today, state.mention))
    print(f"Fichier écrit : {options.sortie}")


def show_steps(options: argparse.Namespace) -> None:
    """Print where each step is."""
    from cartable import thread  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    with opened(options.carnet) as kept:
        found = thread.steps(kept.state, _taken(kept.state))
    for one in found:
        missing = f" Il manque : {', '.join(one.missing)}." if one.missing else ""
        print(f"{thread.SYMBOLS[one.state]} {one.key[1]}. {one.name} : {one.state}.{missing}")


def list_writings(_options: argparse.Namespace) -> None:
    """Print the papers, step by step."""
    from cartable import writings  # noqa: PLC0415
    from cartable.contract import STAGES  # noqa: PLC0415

    stage = ""
    for one in writings.load().values():
        if one.head.etape != stage:
            stage = one.head.etape
            print("Former" if stage == "F" else f"{stage[1]}. {STAGES[stage]}")
        print(f"  {one.slug} : {one.head.titre}. {one.head.usage}")


def write_writing(options: argparse.Namespace) -> None:
    """Write a paper, filled in with what the record says."""
    from cartable import thread, writings  # noqa: PLC0415

    found = writings.find(writings.load(), options.nom)
    report(options, lambda state, *edition: thread.paper(found, state, _taken(state), *edition))


def copy_example(options: argparse.Namespace) -> None:
    """Write an invented démarche in a new record."""
    from cartable import example, record  # noqa: PLC0415

    events = example.events(options.nom)
    with record.create(options.carnet, titre="Exemple inventé", fictif=True) as kept:
        own = kept.state.all("demarche")[0].id
        kept.extend(events)
        kept.write("demarche", own, supprime=True)  # the example brings its own
        print(f"Carnet commencé : {kept.path}")
