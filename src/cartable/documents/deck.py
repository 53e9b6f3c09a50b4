"""The cards of the library on paper: one A4 side readable at arm's length, or a deck of A5 cards to cut or to fold.

A side that overflows is an error: what does not fit must be shortened in the card, not by the reader's eyes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.documents.pdf import AUTHOR
from cartable.documents.press import Press
from cartable.errors import CartableError
from cartable.workshop import CONFIGURATIONS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from cartable.workshop import Card, Material, Step

LEVELS = {1: "facile", 2: "moyenne", 3: "exigeante"}
PER = {"personne": " par personne", "groupe": " par groupe", "salle": ""}
LICENCE = "CC BY-SA 4.0"


def card_side(cards: Sequence[Card], edition: dt.date | None = None, version: str = "") -> bytes:
    """Return a PDF with one A4 side per card.

    Raises
    ------
    CartableError
        If a side overflows at 12 points: the card, how many lines, what to shorten.
    """
    return _printed("a4", cards, edition, version)


def deck(cards: Sequence[Card], fold: bool = False, edition: dt.date | None = None, version: str = "") -> bytes:
    """Return a PDF of A5 cards on A4.

    Two cards per sheet, to print on both sides (long edge) and cut in the middle; with ``fold``, one card per sheet,
    printed on one side and folded backwards: copiers that misalign the two sides do no harm.

    Raises
    ------
    CartableError
        If a side overflows: the card, how many lines, what to shorten.
    """
    return _printed("pli" if fold else "jeu", cards, edition, version)


def press(form: str, cards: Sequence[Card], edition: dt.date | None = None, version: str = "") -> Press:
    """Lay the cards out (``a4``, ``jeu`` or ``pli``) without making the PDF."""
    return Press("deck.typ", data(form, cards, edition, version))


def data(form: str, cards: Sequence[Card], edition: dt.date | None = None, version: str = "") -> dict[str, Any]:
    """Return cards as the template reads them."""
    said = ["Cartable", LICENCE]
    said += [f"édition du {wording.date(edition)}"] if edition else []
    said += [f"version {version}"] if version else []
    return {
        "titre": "Fiches d’atelier" if len(cards) != 1 else cards[0].titre,
        "auteur": AUTHOR,
        "forme": form,
        "mention": " · ".join(said),
        "fiches": [_data(card) for card in cards],
    }


def _printed(form: str, cards: Sequence[Card], edition: dt.date | None, version: str) -> bytes:
    if not cards:
        raise CartableError("Aucune fiche à imprimer.", "Choisissez au moins une fiche.")
    laid_out = press(form, cards, edition, version)
    check(laid_out, cards)
    return laid_out.pdf()


def check(laid_out: Press, cards: Sequence[Card]) -> None:
    """Refuse cards that overflow.

    Raises
    ------
    CartableError
        If a side overflows: the card, how many lines, what to shorten.
    """
    overflow = [note for note in laid_out.notes("debordement") if "slug" in note]
    if overflow:
        by_slug = {card.slug: card for card in cards}
        told = [_overflow(by_slug[note["slug"]], note) for note in overflow]
        raise CartableError("\n".join(told), "Ces textes doivent tenir sur la fiche imprimée, en gros caractères.")


def _overflow(card: Card, note: dict[str, Any]) -> str:
    lines = wording.plural(note["lignes"], "ligne")
    side = "de sa page A4" if note["cote"] == "A4" else f"de son {note['cote']}"
    longest = sorted(_texts(card, note["cote"]), key=lambda pair: -len(pair[1]))[:3]
    named = ", ".join(f"{name} ({len(text)} caractères)" for name, text in longest)
    message = (
        f"La fiche « {card.titre} » ({card.slug}) déborde {side} : {lines} de trop environ. Raccourcissez {named}."
    )
    return wording.typeset(message)


def _texts(card: Card, side: str) -> list[tuple[str, str]]:
    """Return what is written on a side, each text with its field."""
    said = [(f"la consigne « {step.nom} »", step.consigne) for step in card.deroule]
    lists = {"pieges": card.pieges, "signes_de_reussite": card.signes_de_reussite}
    if side == "recto":
        said = []
        lists = {
            "quand_utiliser": card.quand_utiliser,
            "quand_eviter": card.quand_eviter,
            "signes_de_reussite": card.signes_de_reussite,
        }
    if side == "verso":
        del lists["signes_de_reussite"]
    return said + [(f"{name}[{rank}]", text) for name, texts in lists.items() for rank, text in enumerate(texts, 1)]


def _data(card: Card) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "titre": card.titre,
        "intention": card.intention,
        "code": " ".join(card.etapes_programme),
        "faits": _facts(card),
        "etapes": [_step(card, step) for step in card.deroule],
        "materiel": [_thing(item) for item in card.materiel],
        "quand": card.quand_utiliser,
        "eviter": card.quand_eviter,
        "pieges": card.pieges,
        "signes": card.signes_de_reussite,
    }


def _facts(card: Card) -> list[str]:
    people = card.participants
    animation, participation = LEVELS[card.difficulte.animation], LEVELS[card.difficulte.participation]
    said = (
        f"{wording.duration(card.total())} à {people.ideal} personnes",
        f"de {people.min} à {people.max} personnes",
        f"groupes de {people.par_groupe}",
        f"{wording.plural(card.animateurs, 'personne')} pour animer",
        f"animation {animation}, participation {participation}",
    )
    return [wording.typeset(fact) for fact in said]


def _step(card: Card, step: Step) -> dict[str, str]:
    minutes = wording.duration(card.minutes(step, card.participants.ideal))
    return {
        "nom": step.nom,
        "minutes": minutes,
        "organisation": CONFIGURATIONS[step.configuration],
        "consigne": step.consigne,
    }


def _thing(item: Material) -> str:
    quantity = wording.number(item.quantite, 0 if item.quantite == int(item.quantite) else 1)
    return f"{item.nom} : {quantity}{PER[item.par]}" if item.par != "salle" or item.quantite > 1 else item.nom
