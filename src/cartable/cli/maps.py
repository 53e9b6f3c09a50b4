"""``cartable carte``: the map of an indicator as a file to print, to project or to put in a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from cartable.drawing import Chart

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

FORMATS = (".pdf", ".png", ".svg")
FIRST = "part_65_plus"


def add(commands: Commands, parser: Callable[..., argparse.ArgumentParser]) -> None:  # type: ignore[type-arg] # noqa: ARG001
    """Add the command to the main parser."""
    sub = commands.add_parser("carte", help="écrit la carte d’un indicateur : PDF, image ou dessin SVG")
    sub.add_argument("nom", nargs="+", help="nom d’un EPCI ou d’une commune, SIREN, ou code INSEE")
    sub.add_argument(
        "--indicateur", default=FIRST, metavar="CLE", help=f"clé de l’indicateur ({FIRST} si rien n’est dit)"
    )
    sub.add_argument(
        "-o", "--sortie", type=Path, metavar="FICHIER",
        help="fichier à écrire : .pdf, .png ou .svg (carte-SIREN-CLE.pdf si rien n’est dit)",
    )  # fmt: skip
    sub.add_argument("--gris", action="store_true", help="pour une imprimante en noir et blanc")
    sub.add_argument("--public", action="store_true", help="pour une séance publique : aucun nom de commune")
    sub.set_defaults(run=write)


def write(options: argparse.Namespace) -> None:
    """Draw the map and write it in the format that the name of the file asks for."""
    ending = options.sortie.suffix.lower() if options.sortie else ".pdf"
    if ending not in FORMATS:
        raise CartableError(
            f"« {options.sortie} » ne finit ni par .pdf, ni par .png, ni par .svg.",
            "Donnez au fichier l’une de ces trois fins : elle choisit le format.",
        )
    from cartable import indicators, output, pages, sources  # noqa: PLC0415 (pandas is slow to import)
    from cartable.portrait import portrait  # noqa: PLC0415

    indicator = indicators.get(options.indicateur)
    shown = portrait(" ".join(options.nom), sources.tables(), public=options.public)
    for problem in (*sources.problems(), *shown.territory.notices):
        sys.stderr.write(f"{problem}\n")
    path = options.sortie or Path(f"carte-{shown.territory.siren}-{indicator.key}.pdf")
    output.write(path, _encoded(pages.printed_map(shown, indicator, grey=options.gris), ending))
    print(f"Carte de : {shown.territory.title}, {indicator.label}. Fichier écrit : {path}")


def _encoded(chart: Chart, ending: str) -> bytes:
    from cartable.documents import plate  # noqa: PLC0415 (typst: only to write)

    if ending == ".svg":
        return plate.svg(chart)
    return plate.png(chart) if ending == ".png" else plate.pdf(chart)
