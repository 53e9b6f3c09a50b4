"""``cartable synthese``: the two pages for elected officials, of one EPCI or of all of them."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.bulk import Outcome

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

MOST_PROCESSES = 16
SHOWN = 10  # failures told one by one
STEP = 0.1  # of the work between two lines of progress, when nobody sees a line change in place


def add(commands: Commands, parser: Callable[..., argparse.ArgumentParser]) -> None:  # type: ignore[type-arg] # noqa: ARG001
    """Add the command to the main parser."""
    sub = commands.add_parser("synthese", help="écrit la synthèse en deux pages pour les élus, d’un EPCI ou de tous")
    sub.add_argument("nom", nargs="*", help="nom d’un EPCI ou d’une commune, SIREN, ou code INSEE")
    sub.add_argument(
        "-o", "--sortie", type=Path, metavar="FICHIER",
        help="fichier à écrire : .pdf pour imprimer, .json pour les données (synthese-SIREN.pdf si rien n’est dit)",
    )  # fmt: skip
    sub.add_argument("--gris", action="store_true", help="pour une imprimante en noir et blanc")
    sub.add_argument("--public", action="store_true", help="pour une séance publique : aucun nom de commune")
    sub.add_argument("--tous", type=Path, metavar="DOSSIER", help="écrit dans ce dossier les données de tous les EPCI")
    sub.add_argument("--pdf", action="store_true", help="avec --tous : écrit aussi les feuilles à imprimer")
    sub.add_argument(
        "--processus",
        type=_processes,
        default=2,
        metavar="N",
        help="avec --tous : nombre de processus (2 si rien n’est dit)",
    )
    sub.set_defaults(run=write)


def _processes(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST_PROCESSES:
        message = f"« {text} » n’est pas un nombre de processus (de 1 à {MOST_PROCESSES})"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def write(options: argparse.Namespace) -> None:
    """Write one synthesis, or all of them."""
    _check(options)
    from cartable import sources  # noqa: PLC0415 (pandas is slow to import: not for --help)

    for problem in sources.problems():
        sys.stderr.write(f"{problem}\n")
    if options.tous is None:
        _write_one(options)
    else:
        _write_all(options)


def _check(options: argparse.Namespace) -> None:
    """Refuse what does not go together."""
    if options.tous is None and not options.nom:
        raise CartableError(
            "Il manque le nom d’un territoire.", "Écrivez par exemple : cartable synthese Civray 86, ou --tous DOSSIER."
        )
    if options.tous is None and options.pdf:
        raise CartableError("« --pdf » ne sert qu’avec « --tous ».", "Sans « --tous », la synthèse est déjà un PDF.")
    if options.tous is not None and (options.nom or options.sortie or options.gris):
        raise CartableError(
            "« --tous » fait tous les EPCI : il ne va ni avec un nom, ni avec « -o », ni avec « --gris ».",
            "Gardez l’un ou l’autre.",
        )
    if options.sortie and options.sortie.suffix.lower() not in {".pdf", ".json"}:
        raise CartableError(
            f"« {options.sortie} » n’est ni un PDF ni un fichier de données.", "Terminez le nom par .pdf ou par .json."
        )


def _write_one(options: argparse.Namespace) -> None:
    from cartable import output, portrait, sources  # noqa: PLC0415
    from cartable.briefing import briefing  # noqa: PLC0415

    shown = portrait.portrait(" ".join(options.nom), sources.tables())
    for notice in shown.territory.notices:
        print(notice)
    made = briefing(shown, public=options.public)
    path = options.sortie or Path(f"synthese-{made.siren}.pdf")
    if path.suffix.lower() == ".json":
        from cartable import bulk  # noqa: PLC0415

        output.write(path, bulk.json_text(made.to_dict()))
    else:
        from cartable.documents import briefing as document  # noqa: PLC0415 (typst: not for data alone)

        today = dt.date.today()  # noqa: DTZ011 (the date on the wall)
        output.write(path, document.pdf(made, shown.territory, today=today, grey=options.gris))
    print(f"Synthèse de : {made.title}. Fichier écrit : {path}")


def _write_all(options: argparse.Namespace) -> None:
    from cartable import bulk, sources  # noqa: PLC0415

    today = dt.date.today() if options.pdf else None  # noqa: DTZ011
    try:
        outcome = bulk.make_all(
            options.tous, sources.tables(), pdf=today, public=options.public, processes=options.processus,
            progress=Progress(),
        )  # fmt: skip
    except KeyboardInterrupt:
        raise CartableError("Arrêté avant la fin.", bulk.AGAIN) from None
    _report(outcome, options.tous)


def _report(outcome: Outcome, folder: Path) -> None:
    from cartable import bulk, wording  # noqa: PLC0415

    kept = f", {wording.plural(outcome.kept, 'était déjà à jour', 'étaient déjà à jour')}" if outcome.kept else ""
    print(f"{wording.plural(outcome.made, 'synthèse faite', 'synthèses faites')}{kept}. Dossier : {folder}")
    print(f"Tableau de tous les EPCI : {folder / bulk.SUMMARY}")
    for siren, why in outcome.failed[:SHOWN]:
        sys.stderr.write(f"{siren} : {why}\n")
    if outcome.failed:
        raise CartableError(
            f"{wording.plural(len(outcome.failed), 'synthèse n’a pas été faite', 'synthèses n’ont pas été faites')}.",
            "Le détail est ci-dessus. Relancez la même commande : elle n’essaiera que celles-là.",
        )


class Progress:
    """Says how far the work is: one line that changes on a screen, a line for each tenth elsewhere."""

    def __init__(self) -> None:
        self._told = -1.0

    def __call__(self, done: int, everything: int) -> None:
        """Tell that so many are done."""
        from cartable import wording  # noqa: PLC0415

        share = done / everything if everything else 1.0
        text = f"{wording.number(done)} sur {wording.number(everything)} ({wording.percent(share, 0)})"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{text}" + ("\n" if done == everything else ""))
            sys.stderr.flush()
        elif share >= self._told + STEP or done == everything:
            self._told = share
            sys.stderr.write(f"{text}\n")
