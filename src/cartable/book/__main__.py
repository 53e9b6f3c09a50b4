"""``python -m cartable.book``: build the book."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from cartable.book.building import build
from cartable.errors import CartableError


def main(arguments: list[str] | None = None) -> int:
    """Build the book and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m cartable.book", description="Construit le livre.")
    parser.add_argument("dossier", nargs="?", type=Path, default=Path(), help="dossier du projet (celui-ci par défaut)")
    parser.add_argument("--sortie", type=Path, help="dossier des pages (_build/html par défaut)")
    parser.add_argument("--tout", action="store_true", help="repart de zéro")
    parser.add_argument("--silencieux", action="store_true", help="ne dit que ce qui ne va pas")
    parser.add_argument("--imprimeur", action="store_true", help="écrit aussi le guide et le corpus avec fond perdu")
    options = parser.parse_args(arguments)
    root = options.dossier.resolve()
    output = (options.sortie or root / "_build" / "html").resolve()
    # A build makes millions of small objects and keeps most: looking for garbage less often saves a tenth.
    gc.set_threshold(100_000, 50, 50)
    try:
        code = build(root, output, fresh=options.tout, status=None if options.silencieux else sys.stdout)
    except CartableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if code:
        sys.stderr.write("Le livre n'est pas publiable : corrigez les avertissements ci-dessus, puis relancez.\n")
        return code
    sys.stdout.write(f"Le livre est prêt : {output / 'index.html'}\n")
    if options.imprimeur:
        return _print(root, output)
    return 0


def _print(root: Path, output: Path) -> int:
    """Write the volumes for a printer, beside the book."""
    from cartable.book import volumes  # noqa: PLC0415 (only when they are asked for)

    target = output.parent / volumes.FOLDER
    volumes.write(root, output, target, bleed=True)
    sys.stdout.write(f"Pour l’imprimeur : {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
