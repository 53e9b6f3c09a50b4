"""``cartable seance`` and ``cartable atelier``: check, print, export, begin a card."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import __version__
from cartable.cli import canvases
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.agenda import Agenda
    from cartable.drawing import Chart
    from cartable.session import Session
    from cartable.workshop import Card, Library

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

FORMATS = ("pdf", "docx", "xlsx", "csv", "ics", "html")


def add(commands: Commands, parser: Callable[..., argparse.ArgumentParser]) -> None:  # type: ignore[type-arg]
    """Add both commands to the main parser; ``parser`` makes those of their actions."""
    session = commands.add_parser("seance", help="vérifie, imprime ou exporte une séance")
    actions = session.add_subparsers(
        metavar="action", dest="action", required=True, title="actions", parser_class=parser
    )
    _add_check(actions)
    _add_print(actions)
    _add_export(actions)
    card = commands.add_parser("atelier", help="commence, vérifie ou imprime une fiche d’atelier")
    actions = card.add_subparsers(metavar="action", dest="action", required=True, title="actions", parser_class=parser)
    _add_new(actions)
    _add_cards(actions)


def _add_check(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("verifier", help="dit si chaque séance tient dans son temps, et ce qui ne va pas")
    sub.add_argument("seances", nargs="*", metavar="SEANCE", help="nom ou fichier .yml (toutes par défaut)")
    sub.add_argument("--effectif", type=_headcount, help="nombre de personnes (celui de la séance par défaut)")
    sub.set_defaults(run=check)


def _add_print(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("imprimer", help="écrit tout le kit de la séance en un PDF : dossier, canevas, fiches")
    _common(sub)
    sub.add_argument("--seulement", nargs="+", metavar="FEUILLE", help="ces feuilles du dossier, et rien d’autre")
    sub.add_argument("--sans-canevas", action="store_true", help="laisse les canevas de côté")
    sub.add_argument("--sans-fiches", action="store_true", help="laisse les fiches d’atelier de côté")
    sub.add_argument(
        "--canevas-format", choices=canvases.PAPERS, default="A3", help="format des canevas (A3 si rien n’est dit)"
    )
    sub.add_argument("--carreaux", action="store_true", help="découpe les canevas en feuilles A4 à coller")
    sub.add_argument("--gris", action="store_true", help="canevas pour une imprimante en noir et blanc")
    sub.add_argument("--territoire", metavar="NOM", help="EPCI ou commune : son nom et ses chiffres sont écrits")
    sub.set_defaults(run=print_file)


def _add_export(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("exporter", help="écrit la séance en Word, tableur, agenda ou page autonome")
    _common(sub)
    sub.add_argument("--format", choices=FORMATS, required=True, help="format du fichier")
    sub.add_argument("--jour", type=_day, help="date du premier jour, ainsi : 2026-12-03 (nécessaire pour ics)")
    sub.set_defaults(run=export)


def _common(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("seance", metavar="SEANCE", help="nom d’une séance du kit, ou fichier .yml")
    sub.add_argument("--effectif", type=_headcount, help="nombre de personnes (celui de la séance par défaut)")
    sub.add_argument("--debut", type=_hour, metavar="HEURE", help="heure de début, ainsi : 18:00")
    sub.add_argument("-o", "--sortie", type=Path, metavar="FICHIER", help="fichier à écrire")


def _add_new(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("nouveau", help="commence une fiche, avec tous ses champs à remplir")
    sub.add_argument("nom", metavar="NOM", help="nom du fichier : minuscules, chiffres et traits d’union")
    sub.set_defaults(run=new_card)


def _add_cards(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("verifier", help="vérifie les fiches")
    sub.add_argument("fiches", nargs="*", metavar="FICHE", help="nom ou fichier .md (toutes par défaut)")
    sub.set_defaults(run=check_cards)
    sub = actions.add_parser("imprimer", help="écrit les fiches en PDF : une face A4 chacune, ou un jeu de cartes A5")
    sub.add_argument("fiches", nargs="*", metavar="FICHE", help="noms des formats (tous par défaut)")
    sub.add_argument("--jeu", choices=("recto-verso", "pli"), help="jeu de cartes A5 au lieu de faces A4")
    sub.add_argument("-o", "--sortie", type=Path, default=Path("fiches.pdf"), metavar="FICHIER", help="PDF à écrire")
    sub.set_defaults(run=print_cards)


def _headcount(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 500:  # noqa: PLR2004
        message = f"« {text} » n’est pas un nombre de personnes (de 1 à 500)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _hour(text: str) -> int:
    from cartable.session import hour  # noqa: PLC0415

    try:
        return hour(text)
    except ValueError:
        message = f"« {text} » n’est pas une heure (écrivez par exemple 18:00)"
        raise argparse.ArgumentTypeError(message) from None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"« {text} » n’est pas une date (écrivez par exemple 2026-12-03)"
        raise argparse.ArgumentTypeError(message) from None


def library() -> Library:
    """Return the cards, and say which ones were set apart."""
    from cartable import workshop  # noqa: PLC0415

    found = workshop.load()
    for problem in found.problems:
        sys.stderr.write(f"{problem}\n")
    return found


def find(known: Library, name: str) -> Session:
    """Return a session by its name or its file.

    Raises
    ------
    CartableError
        If there is none: the nearest names are proposed.
    """
    from cartable import session, workshop  # noqa: PLC0415
    from cartable.manuscript import unknown  # noqa: PLC0415

    path = Path(name)
    if path.suffix == ".yml" or path.is_file():
        return session.load_one(path, known)
    path = workshop.folder() / "seances" / f"{name}.yml"
    if not path.is_file():
        names = [one.stem for one in path.parent.glob("*.yml")]
        message, _, remedy = str(unknown(name, names, "une séance du kit")).partition("\n")
        raise CartableError(message, remedy)
    return session.load_one(path, known)


def check(options: argparse.Namespace) -> None:
    """Say of each session whether it fits, in its three clocks."""
    from cartable import workshop  # noqa: PLC0415
    from cartable.manuscript import ManuscriptError  # noqa: PLC0415

    known = library()
    failed = bool(known.problems)
    every = sorted(path.stem for path in (workshop.folder() / "seances").glob("*.yml"))
    for name in options.seances or every:
        try:
            failed |= not _report(known, find(known, name), options.effectif)
        except ManuscriptError as error:
            sys.stderr.write(f"{error}\n")
            failed = True
    if failed:
        raise CartableError("Une séance au moins ne tient pas, ou n’a pas pu être lue.", "Voyez le détail ci-dessus.")


def _report(known: Library, session: Session, headcount: int | None) -> bool:
    from cartable import agenda, wording  # noqa: PLC0415
    from cartable.workshop import CLOCKS  # noqa: PLC0415

    plans = {clock: agenda.plan(known, session, headcount, clock) for clock in CLOCKS}
    ends = [f"{clock} {wording.clock(plan.days[-1].finish)}" for clock, plan in plans.items()]
    people = wording.plural(plans["typique"].headcount, "personne")
    stop = wording.clock(plans["typique"].days[-1].end)
    print(f"{session.titre} ({session.slug}), {people}. Fin prévue {stop} ; {', '.join(ends)}.")
    for notice in plans["prudent"].notices:
        print(f"  - {notice.message}")
    return plans["prudent"].fits


def _planned(options: argparse.Namespace) -> tuple[Library, Agenda]:
    from cartable import agenda  # noqa: PLC0415

    known = library()
    session = find(known, options.seance)
    if options.debut is not None:
        session = agenda.shifted(session, options.debut)
    planned = agenda.plan(known, session, options.effectif)
    for notice in planned.notices:
        sys.stderr.write(f"{notice.message}\n")
    return known, planned


def print_file(options: argparse.Namespace) -> None:
    """Write the kit of a session: the file of the evening before, the canvases of each table, the cards."""
    from cartable import dossier, output, wording  # noqa: PLC0415
    from cartable.documents import kit, pdf  # noqa: PLC0415

    known, planned = _planned(options)
    document = dossier.document(known, planned, dt.date.today(), __version__, only=options.seulement)  # noqa: DTZ011
    charts, cards = ([], []) if options.seulement else _with_session(options, known, planned)
    content = kit.render(document, charts, cards, tiled=options.carreaux) if charts or cards else pdf.render(document)
    path = options.sortie or Path(f"{planned.session.slug}.pdf")
    output.write(path, content)
    said = [wording.plural(pdf.pages(content), "page")]
    said += [wording.plural(len(charts), "canevas", "canevas")] if charts else []
    said += [wording.plural(len(cards), "fiche")] if cards else []
    print(f"Dossier de « {planned.session.titre} » : {', '.join(said)}, {path}")


def _with_session(options: argparse.Namespace, known: Library, planned: Agenda) -> tuple[list[Chart], list[Card]]:
    """Return what is printed with the file: the canvases of each table, the cards of the formats."""
    from cartable import dossier  # noqa: PLC0415
    from cartable.canvas import prints  # noqa: PLC0415

    charts: list[Chart] = []
    if not options.sans_canevas:
        counts = dossier.canvases(known, planned)
        filled = canvases.filling(options.territoire)
        charts = prints.session(
            canvases.known(), counts, options.canevas_format, grey=options.gris, filling=filled
        )  # fmt: skip
    return charts, [] if options.sans_fiches else dossier.cards(known, planned)


def export(options: argparse.Namespace) -> None:
    """Write the session for another program."""
    from cartable import exports, output  # noqa: PLC0415

    if options.format == "ics" and options.jour is None:
        raise CartableError("Un agenda a besoin d’une date.", "Ajoutez par exemple : --jour 2026-12-03.")
    known, planned = _planned(options)
    path = options.sortie or Path(f"{planned.session.slug}.{options.format}")
    made = exports.render(known, planned, options.format, edition=dt.date.today(), day=options.jour)  # noqa: DTZ011
    for suffix, content in made.items():
        target = path.with_name(f"{path.stem}{suffix}{path.suffix}")
        output.write(target, content)
        print(f"Fichier écrit : {target}")


def new_card(options: argparse.Namespace) -> None:
    """Begin a card from the model; an existing file is never touched."""
    from cartable import assets, output, workshop  # noqa: PLC0415

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", options.nom):
        message = f"« {options.nom} » ne peut pas servir de nom de fichier."
        raise CartableError(message, "Écrivez-le en minuscules sans accent, avec des traits d’union : cafe-du-marche.")
    path = workshop.folder() / f"{options.nom}.md"
    if path.exists():
        message = f"La fiche « {workshop.shown(path)} » existe déjà."
        raise CartableError(message, "Choisissez un autre nom, ou modifiez cette fiche.")
    output.write(path, assets.read("atelier.modele.md"))
    print(f"Fiche commencée : {path}")
    print(f"Remplacez chaque « [à écrire] », puis vérifiez-la : cartable atelier verifier {options.nom}")


def check_cards(options: argparse.Namespace) -> None:
    """Check the cards named, or all of them."""
    from cartable import workshop  # noqa: PLC0415

    names = [name if name.endswith(".md") else str(workshop.folder() / f"{name}.md") for name in options.fiches]
    if workshop.main(names):
        raise CartableError("Une fiche au moins est à corriger.", "Voyez le détail ci-dessus.")


def print_cards(options: argparse.Namespace) -> None:
    """Write cards to print: A4 sides, or a deck."""
    from cartable import output, wording  # noqa: PLC0415
    from cartable.documents import deck, pdf  # noqa: PLC0415
    from cartable.manuscript import unknown  # noqa: PLC0415

    known = library()
    for name in options.fiches:
        if name not in known.cards:
            message, _, remedy = str(unknown(name, list(known.cards), "un format de la bibliothèque")).partition("\n")
            raise CartableError(message, remedy)
    cards = [known[name] for name in options.fiches or known.cards]
    content = deck.deck(cards, fold=options.jeu == "pli") if options.jeu else deck.card_side(cards)
    output.write(options.sortie, content)
    print(f"{wording.plural(len(cards), 'fiche')}, {wording.plural(pdf.pages(content), 'page')} : {options.sortie}")
