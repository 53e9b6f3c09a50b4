"""``cartable canevas mur`` and ``cartable carnet mur``: a board as one HTML page, that works from a disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)


def add_to_canvases(actions: Commands) -> None:  # type: ignore[type-arg]
    """Add the action to those of ``cartable canevas``."""
    sub = actions.add_parser("mur", help="écrit un tableau à remplir dans un navigateur, sans rien installer")
    sub.add_argument("canevas", nargs="*", metavar="CANEVAS", help="noms des canevas (tous si rien n’est dit)")
    sub.add_argument("--territoire", metavar="NOM", help="EPCI ou commune : son nom et ses chiffres sont écrits")
    sub.add_argument("-o", "--sortie", type=Path, default=Path(), metavar="DOSSIER", help="dossier où écrire (ici)")
    sub.set_defaults(run=write_blank)


def add_to_records(actions: Commands) -> None:  # type: ignore[type-arg]
    """Add the action to those of ``cartable carnet``."""
    sub = actions.add_parser("mur", help="écrit un tableau du carnet en une page à remplir sans Python")
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
    sub.add_argument("--tableau", default="", metavar="TABLEAU", help="titre, canevas ou identifiant du tableau")
    sub.add_argument("-o", "--sortie", type=Path, metavar="FICHIER", help="page à écrire")
    sub.set_defaults(run=write_board)


def write_blank(options: argparse.Namespace) -> None:
    """Write a blank board for each canvas."""
    from cartable import output, wall  # noqa: PLC0415
    from cartable.cli import canvases  # noqa: PLC0415

    known, filled = canvases.known(), canvases.filling(options.territoire)
    wanted = [known[name] for name in options.canevas or known.canvases]
    output.folder(options.sortie)
    for canvas in wanted:
        path = options.sortie / f"mur-{canvas.slug}.html"
        output.write(path, wall.page(canvas, filling=filled))
        print(f"Page écrite : {path}")


def write_board(options: argparse.Namespace) -> None:
    """Write a board of a record: its page gives back a file that the record merges."""
    from cartable import output, wall  # noqa: PLC0415
    from cartable.cli import canvases, entries  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    with opened(options.carnet) as kept:
        board = entries.chosen(kept, options.tableau)
        canvas = canvases.known()[str(board["canevas"])]
        title, mention = entries.label(kept, board), kept.state.mention
        page = wall.page(canvas, board=board.id, events=kept.events(), title=title, mention=mention)
    path = options.sortie or Path(f"mur-{canvas.slug}.html")
    output.write(path, page)
    print(f"Page écrite : {path}. Après l’atelier : cartable carnet fusionner {options.carnet} FICHIER.json")
