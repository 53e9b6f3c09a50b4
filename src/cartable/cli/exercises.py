"""``cartable exercices``: the sheets to print, with or without answers, and what the files of a group tell."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import __version__, output
from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)


def add(commands: Commands, kind: type[argparse.ArgumentParser]) -> None:  # type: ignore[type-arg]
    """Add ``cartable exercices`` and its actions."""
    main = commands.add_parser(
        "exercices", help="imprime les exercices et leurs corrigés, lit les fichiers d’un groupe"
    )
    actions = main.add_subparsers(metavar="action", dest="action", required=True, title="actions", parser_class=kind)
    sub = actions.add_parser("lister", help="liste les exercices")
    sub.set_defaults(run=show)
    sub = actions.add_parser("imprimer", help="écrit les fiches des stagiaires, ou celles de la personne qui forme")
    sub.add_argument(
        "noms", nargs="*", metavar="NOM", help="noms donnés par « cartable exercices lister » (sinon tous)"
    )
    sub.add_argument("--corriges", action="store_true", help="avec les corrigés et le message de chaque erreur")
    sub.add_argument(
        "-o", "--sortie", type=Path, metavar="FICHIER", default=Path("exercices.pdf"), help="fichier .pdf ou .docx"
    )
    sub.set_defaults(run=print_sheets)
    sub = actions.add_parser("groupe", help="dit où en est un groupe, et quoi reprendre ensemble")
    sub.add_argument("dossier", metavar="DOSSIER", help="dossier des fichiers donnés par les stagiaires")
    sub.set_defaults(run=tell_group)


def show(_options: argparse.Namespace) -> None:
    """Print the names, the titles and how long each takes."""
    from cartable import exercises, training  # noqa: PLC0415 (slow to load: not for --help)

    for slug, one in exercises.load(training.folder()).items():
        print(f"{slug:<32}{one.title} ({one.length})")


def print_sheets(options: argparse.Namespace) -> None:
    """Write the sheets."""
    from cartable import exercises, training, wording  # noqa: PLC0415
    from cartable.documents import pdf, word  # noqa: PLC0415
    from cartable.exercises import sheets  # noqa: PLC0415

    writers = {".pdf": pdf.render, ".docx": word.write}
    if options.sortie.suffix.lower() not in writers:
        raise CartableError(
            f"« {options.sortie.name} » : les fiches s’écrivent en .pdf ou en .docx.", "Changez la fin."
        )
    known = exercises.load(training.folder())
    lost = [name for name in options.noms if name not in known]
    if lost:
        raise CartableError(f"L’exercice « {lost[0]} » n’existe pas.", f"Choisissez : {', '.join(known)}.")
    chosen = [one for slug, one in known.items() if slug in options.noms or not options.noms]
    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    made = sheets.document(chosen, today, __version__, corrected=options.corriges)
    output.write(options.sortie, writers[options.sortie.suffix.lower()](made))
    print(f"Écrit : {options.sortie} ({wording.plural(len(chosen), 'exercice')})")


def tell_group(options: argparse.Namespace) -> None:
    """Print who is where, by code, and the mistakes worth a moment together."""
    from cartable import training, wording  # noqa: PLC0415
    from cartable.exercises import progress  # noqa: PLC0415

    group = training.Group(options.dossier)
    for problem in group.problems:
        sys.stderr.write(f"{problem}\n")
    print(f"{wording.plural(len(group.files), 'fichier lu', 'fichiers lus')}.")
    for line in progress.gathered(group.files, group.exercises):
        stuck = ", ".join(line.stuck) or "personne"
        print(f"{group.exercises[line.slug].title} : {len(line.right)} terminé, en difficulté : {stuck}.")
    for said in group.common() or [training.ALONE]:
        print(f"- {said}")
    if not group.files:
        raise CartableError("Aucun fichier d’exercices dans ce dossier.", "Mettez-y les fichiers mes-exercices.json.")
