"""``cartable carnet saisir``, ``photo`` and ``consentement``: what was on the walls, brought into a record."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.errors import CartableError, reason

if TYPE_CHECKING:
    import argparse

    from cartable.entry import Entered
    from cartable.record import Record
    from cartable.record.state import Thing

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

SHOWN = 30
STANDARD_INPUT = "-"
FORMATS = ("pdf", "docx")


def add_actions(actions: Commands) -> None:  # type: ignore[type-arg]
    """Add the actions to those of ``cartable carnet``."""
    sub = actions.add_parser("saisir", help="ajoute à un tableau les papiers d’un texte, d’un CSV ou d’un classeur")
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
    sub.add_argument("fichier", metavar="FICHIER", help="texte, CSV ou XLSX ; « - » lit ce qui est tapé")
    _board(sub)
    sub.add_argument("--essai", action="store_true", help="dit ce qui serait rangé où, sans rien enregistrer")
    sub.set_defaults(run=enter)
    sub = actions.add_parser("photo", help="garde la photo d’un mur, sans lieu ni appareil, jusqu’à sa date de purge")
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")
    sub.add_argument("image", type=Path, metavar="IMAGE", help="photo en JPEG ou en PNG")
    _board(sub)
    sub.add_argument("--legende", default="", help="ce que montre la photo, jamais qui")
    sub.add_argument("--personnes", action="store_true", help="des personnes sont visibles")
    sub.add_argument("--consentement", action="store_true", help="elles ont toutes signé le formulaire")
    sub.add_argument("--purge", metavar="AAAA-MM-JJ", help="date de purge (dans douze mois par défaut)")
    sub.add_argument(
        "--flouter", action="append", default=[], metavar="G,H,D,B",
        help="rectangle à flouter, en pour cent : gauche, haut, droite, bas (peut se répéter)",
    )  # fmt: skip
    sub.set_defaults(run=photograph)
    sub = actions.add_parser("consentement", help="écrit le formulaire de consentement photo et parole, à imprimer")
    sub.add_argument("--organisateur", default="", help="nom de la collectivité responsable")
    sub.add_argument("--contact", default="", help="où retirer son accord : adresse, téléphone")
    sub.add_argument("--dpo", default="", help="contact de la protection des données")
    sub.add_argument("--format", choices=FORMATS, default="pdf", help="format du fichier (pdf par défaut)")
    sub.add_argument("-o", "--sortie", type=Path, metavar="FICHIER", help="fichier à écrire")
    sub.set_defaults(run=write_form)


def _board(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--tableau", default="", metavar="TABLEAU",
        help="titre, canevas ou identifiant du tableau (inutile s’il n’y en a qu’un)",
    )  # fmt: skip


def enter(options: argparse.Namespace) -> None:
    """Bring a list of notes into a board."""
    from cartable import canvas, entry, wording  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    content, name = _content(options.fichier)
    with opened(options.carnet) as kept:
        board = chosen(kept, options.tableau)
        entered = entry.from_file(content, name, canvas.load()[str(board["canevas"])])
        for problem in entered.problems[:SHOWN]:
            sys.stderr.write(f"{problem}\n")
        if (more := len(entered.problems) - SHOWN) > 0:
            sys.stderr.write(wording.typeset(f"Et {wording.plural(more, 'autre remarque', 'autres remarques')}.\n"))
        if options.essai:
            _preview(entered)
            return
        print(entry.save(entered, kept, board.id).sentence())


def _preview(entered: Entered) -> None:
    from cartable import wording  # noqa: PLC0415
    from cartable.labels import printable  # noqa: PLC0415

    for note in entered.notes[:SHOWN]:
        number = f" {note.numero}" if note.numero else ""
        print(f"  {note.zone or 'à ranger'}{number} : {printable(note.texte)[:100]}")
    if (more := len(entered.notes) - SHOWN) > 0:
        print(f"  et {wording.plural(more, 'autre papier', 'autres papiers')}")
    print(f"{wording.plural(len(entered.notes), 'papier')}. Rien n’est enregistré : relancez sans --essai.")


def _content(name: str) -> tuple[bytes, str]:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(), "saisie.txt"
    path = Path(name)
    try:
        return path.read_bytes(), path.name
    except OSError as error:
        raise CartableError(
            f"Le fichier « {path} » ne s’ouvre pas : {reason(error)}.", "Vérifiez son nom et son dossier."
        ) from error


def chosen(kept: Record, wanted: str) -> Thing:
    """Return the board that a title, a canvas, a table or an identifier designates.

    Raises
    ------
    CartableError
        If there is none, or several: they are listed.
    """
    from cartable import wording  # noqa: PLC0415

    state = kept.state
    boards = state.all("tableau")
    if not boards:
        raise CartableError("Ce carnet n’a encore aucun tableau.", "Ouvrez d’abord un tableau pour une séance.")
    folded = wording.fold(wanted)
    names = {board.id: [str(board["titre"] or ""), str(board["canevas"] or ""), label(kept, board)] for board in boards}
    found = (
        [one for one in boards if wanted == one.id or folded in map(wording.fold, names[one.id])] if wanted else boards
    )
    if len(found) == 1:
        return found[0]
    listed = "\n".join(f"  - {label(kept, board)}  ({board.id})" for board in found or boards)
    what = "Plusieurs tableaux répondent" if found else f"Aucun tableau ne s’appelle « {wanted} »"
    raise CartableError(wording.typeset(f"{what}. À choisir avec --tableau :\n{listed}"))


def label(kept: Record, board: Thing) -> str:
    """Name a board for a person: its title, or its canvas, and its table."""
    from cartable.record import sitting  # noqa: PLC0415

    title, table, _ = sitting.named(kept.state, board)
    return f"{title} · {table}" if table else title


def photograph(options: argparse.Namespace) -> None:
    """Bring the photo of a wall into a board."""
    from cartable import photos  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    content, _ = _content(str(options.image))
    until = _day(options.purge) if options.purge else photos.purge_date(dt.date.today())  # noqa: DTZ011
    photo = photos.prepare(content)
    if options.flouter:
        photo = photos.blur(photo, [_box(said) for said in options.flouter])
    with opened(options.carnet) as kept:
        board = chosen(kept, options.tableau)
        photos.attach(
            kept, photo, board.id, options.legende, consent=options.consentement, people=options.personnes,
            purge_on=until,
        )  # fmt: skip
    print(photos.sentence(photo, until))
    if not options.personnes:
        print(photos.ADVICE[0])


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise CartableError(
            f"« {said} » n’est pas une date.", "Écrivez-la comme 2027-06-30 : année, mois, jour."
        ) from None


def _box(said: str) -> tuple[float, float, float, float]:
    try:
        left, top, right, bottom = (float(part) / 100 for part in said.split(","))
    except ValueError:
        raise CartableError(
            f"« {said} » n’est pas un rectangle.", "Écrivez quatre nombres de 0 à 100 : gauche,haut,droite,bas."
        ) from None
    return left, top, right, bottom


def write_form(options: argparse.Namespace) -> None:
    """Write the consent form."""
    from cartable import __version__, output  # noqa: PLC0415
    from cartable.documents import consent  # noqa: PLC0415

    target = options.sortie or Path(f"consentement.{options.format}")
    form = consent.Form(options.organisateur, options.contact, options.dpo)
    make = consent.docx if options.format == "docx" else consent.pdf
    output.write(target, make(form, dt.date.today(), __version__))  # noqa: DTZ011
    print(f"Fichier écrit : {target}")
