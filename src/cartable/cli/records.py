"""``cartable carnet``: begin, show, merge, export, restore and purge a record."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.cli import canvases, entries, roadmaps, synthesis, walls
from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from cartable.record import Record

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

FORMATS = ("json", "xlsx", "csv")


def add(commands: Commands, parser: Callable[..., argparse.ArgumentParser]) -> None:  # type: ignore[type-arg]
    """Add the command to the main parser; ``parser`` makes those of its actions."""
    sub = commands.add_parser("carnet", help="tient le carnet d’une démarche : papiers, votes, décisions")
    actions = sub.add_subparsers(metavar="action", dest="action", required=True, title="actions", parser_class=parser)
    _add_beginning(actions)
    entries.add_actions(actions)
    walls.add_to_records(actions)
    synthesis.add_actions(actions)
    roadmaps.add_actions(actions)
    _add_exchange(actions)
    _add_safety(actions)


def _add_beginning(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("nouveau", help="commence un carnet")
    synthesis.carnet(sub)
    sub.add_argument("--titre", required=True, help="titre de la démarche")
    sub.add_argument("--territoire", default="", help="nom, SIREN ou commune de l’EPCI")
    sub.set_defaults(run=begin)
    sub = actions.add_parser("seance", help="ouvre une séance dans un carnet : ses tables et leurs tableaux")
    synthesis.carnet(sub)
    sub.add_argument("--titre", required=True, help="titre de la séance")
    sub.add_argument("--date", required=True, metavar="AAAA-MM-JJ", help="jour de la séance")
    sub.add_argument("--etape", default="", help="étape du programme : E2")
    sub.add_argument("--tables", type=canvases.number(canvases.MOST_TABLES), default=1, help="nombre de tables")
    sub.add_argument("--canevas", nargs="+", default=[], metavar="CANEVAS", help="canevas remplis pendant la séance")
    sub.add_argument("--modele", default="", metavar="SEANCE", help="séance du kit : ses canevas sont ouverts")
    sub.set_defaults(run=open_session)
    sub = actions.add_parser("montrer", help="dit ce que contient un carnet")
    synthesis.carnet(sub)
    sub.set_defaults(run=show)


def _add_exchange(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("fusionner", help="ajoute au premier carnet ce que contiennent les autres, sans doublon")
    synthesis.carnet(sub)
    sub.add_argument("autres", nargs="+", type=Path, metavar="AUTRE", help="carnets, fichiers JSON ou classeurs")
    sub.set_defaults(run=merge)
    sub = actions.add_parser("exporter", help="écrit tout le carnet dans un fichier JSON, un classeur ou un CSV")
    synthesis.carnet(sub)
    sub.add_argument("--format", choices=FORMATS, required=True, help="format du fichier")
    sub.add_argument("-o", "--sortie", type=Path, metavar="FICHIER", help="fichier à écrire")
    sub.set_defaults(run=export)


def _add_safety(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("copies", help="liste les copies de secours d’un carnet")
    synthesis.carnet(sub)
    sub.set_defaults(run=list_copies)
    sub = actions.add_parser("restaurer", help="remet une copie à la place du carnet, qui est d’abord copié")
    synthesis.carnet(sub)
    sub.add_argument("copie", nargs="?", metavar="COPIE", help="nom de la copie (la plus récente par défaut)")
    sub.set_defaults(run=restore)
    sub = actions.add_parser("purger", help="efface ce que le règlement demande d’oublier")
    synthesis.carnet(sub)
    sub.add_argument("--oui", action="store_true", help="efface vraiment ; sans cela, dit seulement ce qui le serait")
    sub.set_defaults(run=purge)


def opened(path: Path) -> Record:
    """Open a record and print what the person should know about its place."""
    from cartable import record  # noqa: PLC0415

    kept = record.open(path)
    for warning in kept.warnings:
        sys.stderr.write(f"{warning}\n")
    return kept


def begin(options: argparse.Namespace) -> None:
    """Begin a record about an EPCI."""
    from cartable import fiction, record, territory  # noqa: PLC0415

    siren = name = ""
    if options.territoire:
        found = territory.find(options.territoire)
        siren, name = found.siren, found.name
    invented = fiction.is_fictional(siren)
    with record.create(options.carnet, titre=options.titre, siren=siren, territoire=name, fictif=invented) as kept:
        for warning in kept.warnings:
            sys.stderr.write(f"{warning}\n")
        print(f"Carnet commencé : {kept.path}")


def open_session(options: argparse.Namespace) -> None:
    """Open a session: its tables, and a board for each canvas."""
    from cartable import wording  # noqa: PLC0415
    from cartable.record import sitting  # noqa: PLC0415

    when = day(options.date)
    names = [*options.canevas, *(_canvases_of(options.modele) if options.modele else [])]
    known = canvases.known()
    wanted = [known[name] for name in dict.fromkeys(names)]
    with opened(options.carnet) as record:
        before = len(record.state.all("tableau"))
        sitting.open_session(
            record, options.titre, when, stage=options.etape, model=options.modele, tables=options.tables,
            canvases=wanted,
        )  # fmt: skip
        made = len(record.state.all("tableau")) - before
    print(f"Séance « {options.titre} » : {wording.plural(made, 'tableau ouvert', 'tableaux ouverts')}.")
    if not wanted:
        print(f"Aucun canevas n’est demandé : ajoutez par exemple --canevas afom ({len(known.canvases)} au choix).")


def _canvases_of(name: str) -> list[str]:
    """Return the canvases of a session of the kit."""
    from cartable import agenda, dossier  # noqa: PLC0415
    from cartable.cli import sessions  # noqa: PLC0415

    library = sessions.library()
    return list(dossier.canvases(library, agenda.plan(library, sessions.find(library, name))))


def day(text: str) -> dt.date:
    """Read a date as it is typed."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CartableError(f"« {text} » n’est pas une date.", "Écrivez-la ainsi : 2026-12-03.") from None


def show(options: argparse.Namespace) -> None:
    """Print what a record holds."""
    from cartable import wording  # noqa: PLC0415

    with opened(options.carnet) as kept:
        state = kept.state
        process = state.process
        print(process["titre"] if process else "Carnet sans titre")
        if state.mention:
            print("Démarche inventée, pour s’exercer.")
        counts = (("seance", "séance"), ("table", "table"), ("note", "papier"), ("vote", "vote"),
                  ("decision", "décision"), ("photo", "photo"))  # fmt: skip
        for kind, word in counts:
            print(f"  {wording.plural(len(state.all(kind)), word)}")  # type: ignore[arg-type]
        if gone := len(state.deleted("note")):
            print(f"  {wording.plural(gone, 'papier')} dans la corbeille, à restaurer au besoin")


def merge(options: argparse.Namespace) -> None:
    """Add what other files hold to a record."""
    from cartable import wording  # noqa: PLC0415
    from cartable.documents import ledger  # noqa: PLC0415

    with opened(options.carnet) as kept:
        for path in options.autres:
            added = kept.extend(ledger.read(_bytes(path), path.name)) if path.suffix == ".xlsx" else kept.merge(path)
            print(f"{path.name} : {wording.plural(added, 'nouveauté')}.")


def _bytes(path: Path) -> bytes:
    from cartable.errors import reason  # noqa: PLC0415

    try:
        return path.read_bytes()
    except OSError as error:
        raise CartableError(
            f"Le fichier « {path} » ne s’ouvre pas : {reason(error)}.", "Vérifiez son nom et son dossier."
        ) from error


def export(options: argparse.Namespace) -> None:
    """Write a record for another program."""
    from cartable import output  # noqa: PLC0415
    from cartable.documents import ledger  # noqa: PLC0415

    target = options.sortie or options.carnet.with_suffix(f".{options.format}")
    with opened(options.carnet) as kept:
        if options.format == "json":
            kept.export_json(target)
        elif options.format == "xlsx":
            output.write(target, ledger.workbook(kept.state, dt.date.today()))  # noqa: DTZ011 (the date on the wall)
        else:
            output.write(target, ledger.notes_csv(kept.state))
    print(f"Fichier écrit : {target}")


def list_copies(options: argparse.Namespace) -> None:
    """Print the copies of a record, which may itself be damaged."""
    from cartable.record import copies  # noqa: PLC0415

    found = copies.listed(options.carnet)
    print(*(one.stem for one in found) if found else ("Aucune copie.",), sep="\n")


def restore(options: argparse.Namespace) -> None:
    """Put a copy back; the present file is kept, even damaged."""
    from cartable.record import copies  # noqa: PLC0415

    found = copies.listed(options.carnet)
    chosen = found[:1] if options.copie is None else [one for one in found if options.copie in {one.stem, one.name}]
    if not chosen:
        raise CartableError(
            f"Le carnet « {options.carnet.name} » n’a pas cette copie.",
            "Voyez les copies qui existent avec « cartable carnet copies ».",
        )
    kept = copies.restore(options.carnet, chosen[0])
    print(f"Copie du {chosen[0].stem} remise en place. L’ancien fichier est gardé : {kept}")


def purge(options: argparse.Namespace) -> None:
    """Say what must be erased, and erase it once told so."""
    from cartable import wording  # noqa: PLC0415
    from cartable.record import purging  # noqa: PLC0415

    today = dt.date.today()  # noqa: DTZ011
    with opened(options.carnet) as kept:
        plan = purging.plan(kept.state, today)
        if not plan:
            when = purging.deadline(kept.state)
            print("Rien à effacer." + (f" Les papiers le seront le {wording.date(when)}." if when else ""))
            return
        print(*plan.reasons, sep="\n")
        if not options.oui:
            print("Rien n’est encore effacé. Pour effacer, relancez avec --oui : on ne revient pas en arrière.")
            return
        kept.purge(today)
        print("C’est effacé, copies de secours comprises.")
