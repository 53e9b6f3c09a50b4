"""``cartable canevas``: list, check and print canvases, draw them by hand, order them from the copy shop."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import __version__
from cartable.cli import walls
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.canvas import Canvas, Canvases
    from cartable.canvas.prefill import Filling
    from cartable.drawing import Chart

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

PAPERS = ("A4", "A3", "A1", "A0")
FORMATS = ("svg", "png", "pdf")
PPI = {"A4": 200, "A3": 150, "A1": 100, "A0": 75}
"""Of an image: some 2 400 pixels wide at least, whatever the paper."""
MOST_TABLES, MOST_PEOPLE = 60, 500


def add(commands: Commands, parser: Callable[..., argparse.ArgumentParser]) -> None:  # type: ignore[type-arg]
    """Add the command to the main parser; ``parser`` makes those of its actions."""
    top = commands.add_parser(
        "canevas", help="imprime les canevas : à taille réelle, en feuilles A4 à coller, à la main"
    )
    actions = top.add_subparsers(metavar="action", dest="action", required=True, title="actions", parser_class=parser)
    sub = actions.add_parser("lister", help="liste les canevas du kit")
    sub.set_defaults(run=list_all)
    sub = actions.add_parser("verifier", help="vérifie les fichiers des canevas")
    sub.set_defaults(run=check)
    _add_print(actions)
    _add_paperwork(actions)
    walls.add_to_canvases(actions)


def _add_print(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("imprimer", help="écrit des canevas en PDF, à taille réelle ou en feuilles A4 à coller")
    _names(sub)
    look(sub)
    sub.add_argument("--carreaux", action="store_true", help="découpe en feuilles A4 à coller, avec plan et repères")
    sub.add_argument(
        "--tables", type=number(MOST_TABLES), default=1, help="nombre de tables : un canevas nommé chacune"
    )
    _output(sub, "canevas.pdf")
    sub.set_defaults(run=print_file)
    sub = actions.add_parser("exporter", help="écrit le dessin de chaque canevas dans un dossier : SVG, image ou PDF")
    _names(sub)
    look(sub)
    sub.add_argument("--en", choices=FORMATS, default="svg", help="format des fichiers (svg si rien n’est dit)")
    _output(sub, "canevas", "DOSSIER", "dossier où écrire")
    sub.set_defaults(run=export)


def _add_paperwork(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("tracer", help="écrit comment tracer un canevas à la main, en cinq gestes")
    _names(sub)
    _output(sub, "tracer.pdf")
    sub.set_defaults(run=by_hand)
    sub = actions.add_parser("commander", help="écrit le bon de commande pour la reprographie")
    _names(sub)
    sub.add_argument("--format", choices=PAPERS, default="A1", help="format du papier (A1 si rien n’est dit)")
    sub.add_argument("--gris", action="store_true", help="en noir et blanc")
    sub.add_argument("--tables", type=number(MOST_TABLES), default=4, help="nombre de tables (4 si rien n’est dit)")
    sub.add_argument("--personnes", type=number(MOST_PEOPLE), default=20, help="nombre de personnes (20 par défaut)")
    _output(sub, "commande.pdf")
    sub.set_defaults(run=order)


def _names(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("canevas", nargs="*", metavar="CANEVAS", help="noms des canevas (tous si rien n’est dit)")


def look(sub: argparse.ArgumentParser) -> None:
    """Add what changes the drawing of canvases."""
    sub.add_argument("--format", choices=PAPERS, default="A1", help="format du papier (A1 si rien n’est dit)")
    sub.add_argument("--gris", action="store_true", help="pour une imprimante en noir et blanc")
    sub.add_argument(
        "--territoire", metavar="NOM", help="EPCI ou commune : son nom, ses chiffres et sa carte sont écrits"
    )


def _output(sub: argparse.ArgumentParser, default: str, word: str = "FICHIER", what: str = "fichier à écrire") -> None:
    sub.add_argument("-o", "--sortie", type=Path, default=Path(default), metavar=word, help=f"{what} ({default})")


def number(most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from 1 to a limit."""

    def read(text: str) -> int:
        if not text.isdigit() or not 1 <= int(text) <= most:
            message = f"« {text} » n’est pas un nombre de 1 à {most}"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read


def known() -> Canvases:
    """Return the canvases, and say which ones were set apart."""
    from cartable import canvas  # noqa: PLC0415

    found = canvas.load()
    for problem in found.problems:
        sys.stderr.write(f"{problem}\n")
    return found


def filling(name: str | None) -> Filling | None:
    """Return what a territory writes on canvases beforehand; nothing without one."""
    if not name:
        return None
    from cartable import sources  # noqa: PLC0415 (pandas is slow to import)
    from cartable.canvas import prefill  # noqa: PLC0415
    from cartable.portrait import portrait  # noqa: PLC0415

    shown = portrait(name, sources.tables())
    for problem in (*sources.problems(), *shown.territory.notices):
        sys.stderr.write(f"{problem}\n")
    return prefill.filling(shown)


def _chosen(names: list[str]) -> list[Canvas]:
    found = known()
    return [found[name] for name in names or found.canvases]


def list_all(_: argparse.Namespace) -> None:
    """List the canvases."""
    for slug, canvas in known().canvases.items():
        print(f"{slug}\n  {canvas.titre} : {canvas.but}")


def check(_: argparse.Namespace) -> None:
    """Check the files of the canvases."""
    from cartable import wording  # noqa: PLC0415

    found = known()
    if found.problems:
        raise CartableError("Un canevas au moins est à corriger.", "Voyez le détail ci-dessus.")
    print(f"{wording.plural(len(found.canvases), 'canevas', 'canevas')}, aucune erreur.")


def print_file(options: argparse.Namespace) -> None:
    """Write canvases to print."""
    from cartable import output, wording  # noqa: PLC0415
    from cartable.canvas import prints  # noqa: PLC0415
    from cartable.documents import canvases, pdf  # noqa: PLC0415

    wanted, filled = _chosen(options.canevas), filling(options.territoire)
    charts = [
        chart
        for canvas in wanted
        for chart in prints.sheets(canvas, options.format, tables=options.tables, grey=options.gris, filling=filled)
    ]
    content = canvases.pdf(charts, "Canevas" if len(wanted) > 1 else wanted[0].titre, tiled=options.carreaux)
    output.write(options.sortie, content)
    print(
        f"{wording.plural(len(charts), 'canevas', 'canevas')} {options.format}, "
        f"{wording.plural(pdf.pages(content), 'page')} : {options.sortie}"
    )


def export(options: argparse.Namespace) -> None:
    """Write each drawing in its file."""
    from cartable import output  # noqa: PLC0415
    from cartable.canvas.drawing import draw  # noqa: PLC0415

    filled = filling(options.territoire)
    output.folder(options.sortie)
    for canvas in _chosen(options.canevas):
        chart = draw(canvas, options.format, grey=options.gris, filling=filled)
        path = options.sortie / f"{canvas.slug}-{options.format}.{options.en}"
        output.write(path, _encoded(chart, options.en, options.format))
        print(f"Fichier écrit : {path}")


def _encoded(chart: Chart, wanted: str, paper: str) -> bytes:
    from cartable.documents import canvases, plate  # noqa: PLC0415 (typst: only to write)

    if wanted == "svg":
        return plate.svg(chart)
    return plate.png(chart, ppi=PPI[paper]) if wanted == "png" else canvases.pdf([chart])


def by_hand(options: argparse.Namespace) -> None:
    """Write how to draw canvases on a paperboard."""
    from cartable.canvas import orders  # noqa: PLC0415

    sheets = tuple(orders.by_hand(canvas) for canvas in _chosen(options.canevas))
    _write("À tracer à la main", sheets, options.sortie)


def order(options: argparse.Namespace) -> None:
    """Write the order form for the copy shop."""
    from cartable.canvas import orders  # noqa: PLC0415

    lines = [
        orders.Line(canvas, orders.copies(canvas, options.tables, options.personnes))
        for canvas in _chosen(options.canevas)
    ]
    _write("Bon de commande", (orders.order(lines, options.format, grey=options.gris),), options.sortie)


def _write(title: str, sheets: tuple[object, ...], path: Path) -> None:
    from cartable import output, wording  # noqa: PLC0415
    from cartable.documents import pdf  # noqa: PLC0415
    from cartable.sheets import Document  # noqa: PLC0415

    document = Document(title, "Canevas", dt.date.today(), __version__, sheets)  # type: ignore[arg-type] # noqa: DTZ011
    content = pdf.render(document)
    output.write(path, content)
    print(f"{title} : {wording.plural(pdf.pages(content), 'page')}, {path}")
