"""``cartable questionnaire``: the paper to print, the workbook to type in, what the answers say."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import __version__, output
from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from cartable.sheets import Document
    from cartable.survey import Answers, Survey

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)


def add(commands: Commands, kind: type[argparse.ArgumentParser]) -> None:  # type: ignore[type-arg]
    """Add ``cartable questionnaire`` and its actions."""
    main = commands.add_parser("questionnaire", help="imprime un questionnaire, prépare sa saisie, lit ses réponses")
    actions = main.add_subparsers(metavar="action", dest="action", required=True, title="actions", parser_class=kind)
    sub = actions.add_parser("lister", help="liste les questionnaires")
    sub.set_defaults(run=show)
    _action(actions, "imprimer", "écrit la feuille à imprimer (.pdf) ou à modifier (.docx)", "pdf", print_paper)
    _action(actions, "saisie", "écrit le classeur où saisir les feuilles, avec ses codes", "xlsx", write_book)
    sub = _action(actions, "bilan", "écrit ce que disent les réponses (.docx ou .pdf)", "docx", write_report)
    sub.add_argument("fichier", type=Path, metavar="FICHIER", help="classeur ou CSV où les feuilles sont saisies")
    sub.add_argument("--feuilles", type=int, metavar="N", help="nombre de feuilles distribuées")


def _action(
    actions: Commands,  # type: ignore[type-arg]
    name: str,
    said: str,
    ending: str,
    run: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    sub: argparse.ArgumentParser = actions.add_parser(name, help=said)
    sub.add_argument("nom", metavar="NOM", help="nom donné par « cartable questionnaire lister »")
    sub.add_argument(
        "-o", "--sortie", type=Path, metavar="FICHIER", default=Path(f"questionnaire.{ending}"), help="fichier à écrire"
    )
    sub.set_defaults(run=run)
    return sub


def _known(name: str) -> Survey:
    from cartable import survey, workshop  # noqa: PLC0415 (slow to load: not for --help)

    return survey.load_one(workshop.folder(), name)


def show(_options: argparse.Namespace) -> None:
    """Print the names and the titles."""
    from cartable import survey, workshop  # noqa: PLC0415

    for one in survey.load(workshop.folder()):
        print(f"{one.slug:<40}{one.titre} ({len(one.questions)} questions)")


def _write(path: Path, made: Document) -> None:
    """Write a document in the format that its ending asks for."""
    from cartable.documents import pdf, word  # noqa: PLC0415

    writers = {".pdf": pdf.render, ".docx": word.write}
    if path.suffix.lower() not in writers:
        raise CartableError(f"« {path.name} » : ce document s’écrit en .pdf ou en .docx.", "Changez la fin du nom.")
    output.write(path, writers[path.suffix.lower()](made))
    print(f"Écrit : {path}")


def print_paper(options: argparse.Namespace) -> None:
    """Write the paper."""
    from cartable.reports import answers  # noqa: PLC0415

    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    _write(options.sortie, answers.paper(_known(options.nom), today, __version__))


def write_book(options: argparse.Namespace) -> None:
    """Write the workbook."""
    from cartable.documents import survey_book  # noqa: PLC0415

    today = dt.date.today()  # noqa: DTZ011 (the date of the properties)
    output.write(options.sortie, survey_book.write(_known(options.nom), today))
    print(f"Écrit : {options.sortie}")


def write_report(options: argparse.Namespace) -> None:
    """Write what the answers say; what could not be read is told, and the rest is kept."""
    from cartable import poll, wording  # noqa: PLC0415
    from cartable.reports import answers as reports  # noqa: PLC0415

    answers: Answers = poll.take(_known(options.nom), options.fichier)
    for problem in answers.problems:
        sys.stderr.write(f"{problem}\n")
    today = dt.date.today()  # noqa: DTZ011 (the date printed on the report)
    _write(options.sortie, reports.report(answers, today, __version__, sent=options.feuilles))
    print(f"{wording.plural(len(answers), 'feuille lue', 'feuilles lues')}.")
    if answers.problems:
        raise CartableError(
            f"{wording.plural(len(answers.problems), 'case')} à corriger : elles n’ont pas été comptées, le reste oui.",
            "Corrigez le fichier et relancez.",
        )
