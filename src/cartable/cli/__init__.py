"""The ``cartable`` command: nothing but wiring, in French."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cartable import __version__
from cartable.cli import briefing, canvases, data, exercises, maps, records, sessions, surveys
from cartable.errors import CartableError, UnknownTerritoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAILURE, MISUSE = 1, 2
# argparse speaks through gettext: without a catalogue of its own, this is where its sentences are found.
FRENCH = {
    "usage: ": "Utilisation : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "affiche cette aide",
    "the following arguments are required: %s": "il manque : %s",
    "unrecognized arguments: %s": "argument inconnu : %s",
    "expected one argument": "il faut une valeur",
    "invalid choice: %(value)r (choose from %(choices)s)": "« %(value)s » n’existe pas (au choix : %(choices)s)",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
}


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks French and says how to get help."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and how to get help, then leave."""
        sys.stderr.write(f"{self.prog} : {message}.\nAide : {self.prog} --help\n")
        sys.exit(MISUSE)


def _in_french() -> None:
    """Have argparse find its sentences here; the console of a French Windows is not in UTF-8."""
    argparse._ = lambda text: FRENCH.get(text, text)  # type: ignore[attr-defined]
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    _in_french()
    main_parser = Parser(
        prog="cartable",
        description="Cartable : préparer et animer des ateliers d’inclusion numérique avec une intercommunalité.",
    )
    main_parser.add_argument(
        "--version", action="version", version=f"Cartable {__version__}", help="affiche la version"
    )
    commands = main_parser.add_subparsers(metavar="commande", dest="commande", required=True, title="commandes")
    _add_territory(commands)
    _add_portrait(commands)
    _add_notebooks(commands)
    data.add(commands, Parser)
    maps.add(commands, Parser)
    briefing.add(commands, Parser)
    sessions.add(commands, Parser)
    canvases.add(commands, Parser)
    records.add(commands, Parser)
    surveys.add(commands, Parser)
    exercises.add(commands, Parser)
    return main_parser


def _add_territory(commands: argparse._SubParsersAction[Parser]) -> None:
    sub = commands.add_parser("territoire", help="cherche un EPCI par son nom, son SIREN ou une de ses communes")
    sub.add_argument("nom", nargs="+", help="nom d’un EPCI ou d’une commune, SIREN, ou code INSEE")
    sub.set_defaults(run=show_territory)


def _add_portrait(commands: argparse._SubParsersAction[Parser]) -> None:
    sub = commands.add_parser("portrait", help="écrit le portrait d’un EPCI dans une page à ouvrir ou à imprimer")
    sub.add_argument("nom", nargs="+", help="nom d’un EPCI ou d’une commune, SIREN, ou code INSEE")
    sub.add_argument(
        "-o", "--sortie", type=Path, metavar="FICHIER", help="page à écrire (portrait-SIREN.html par défaut)"
    )
    sub.add_argument("--public", action="store_true", help="mode séance publique : ni nom de commune, ni classement")
    sub.set_defaults(run=write_portrait)


def _add_notebooks(commands: argparse._SubParsersAction[Parser]) -> None:
    sub = commands.add_parser("notebooks", help="ouvre les notebooks dans JupyterLab, en français")
    sub.add_argument(
        "--dossier",
        type=Path,
        default=Path("notebooks"),
        help="dossier des notebooks (« notebooks » par défaut)",
    )
    sub.set_defaults(run=open_notebooks)


def show_territory(options: argparse.Namespace) -> None:
    """Print the EPCI found, or the names that answer."""
    from cartable import territory, wording  # noqa: PLC0415 (pandas is slow to import: not for --help)

    query = " ".join(options.nom)
    try:
        found = territory.find(query)
    except UnknownTerritoryError as error:
        if not error.proposals:
            raise
        print(f"« {query} » ne désigne pas un seul territoire. À choisir :")
        print(*(f"  - {label}" for label in error.proposals), error.remedy, sep="\n")
        return
    for notice in found.notices:
        print(notice)
    print(f"{found.name} (SIREN {found.siren}), {territory.NATURES[found.nature]}")
    print(f"{wording.plural(found.population, 'habitant')}, {wording.plural(len(found.codes), 'commune')} :")
    for code, row in found.communes.iterrows():
        print(f"  {code}  {row['nom']} ({wording.number(row['population'])})")


def write_portrait(options: argparse.Namespace) -> None:
    """Write the portrait into a page."""
    from cartable import output, pages, sources  # noqa: PLC0415
    from cartable.portrait import portrait  # noqa: PLC0415

    for problem in sources.problems():
        sys.stderr.write(f"{problem}\n")
    shown = portrait(" ".join(options.nom), sources.tables(), public=options.public)
    path = options.sortie or Path(f"portrait-{shown.territory.siren}.html")
    output.write(path, pages.document(shown, dt.date.today()))  # noqa: DTZ011 (the date on the wall)
    print(f"Portrait de : {shown.territory.name}. Page écrite : {path}")


def open_notebooks(options: argparse.Namespace) -> None:
    """Hand over to JupyterLab, in French, on the folder of the notebooks."""
    from cartable import laboratory  # noqa: PLC0415

    laboratory.launch(options.dossier)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 when refused, 2 when mistyped."""
    options = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except CartableError as error:
        sys.stderr.write(f"{error}\n")
        return FAILURE
    except BrokenPipeError:  # « cartable territoire … | head »
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
