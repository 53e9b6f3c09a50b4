"""The dossier of a session, printed the evening before: a pure function of the cards and the plan.

``sheets`` returns every sheet in the order in which one prints and sorts them; ``document`` keeps those asked for.
Texts that no session changes come from ``workshops/dossier.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.dossier import clock, eve, materials, room, texts
from cartable.dossier.work import Work
from cartable.errors import CartableError
from cartable.sheets import Document, Sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from cartable.agenda import Agenda
    from cartable.dossier.texts import Texts
    from cartable.workshop import Card, Library


@dataclass(frozen=True)
class Kind:
    """One kind of sheet: its French name, what it is for, and how it is made."""

    name: str
    purpose: str
    make: Callable[[Work], Iterator[Sheet]]


KINDS = {
    "veille": Kind("Feuille de veille", "clés, numéros, salle, impressions, plans B", eve.eve),
    "conducteur": Kind("Conducteur", "pour animer : heure, durée, étape, consigne, trace", clock.running),
    "relais": Kind("Passage de relais", "qui anime quoi, quand on est deux", clock.handover),
    "en-cas-de": Kind("En cas de…", "imprévus et pièges de chaque format", eve.just_in_case),
    "mot": Kind("Mot d’accueil", "à remettre à l’élue ou à l’élu", eve.welcome),
    "table": Kind("Fiche d’animateur de table", "une demi-page par agent", eve.table_helper),
    "agenda": Kind("Agenda des participants", "à distribuer ou à afficher", clock.participants),
    "materiel": Kind("Matériel", "quantités de la journée", materials.sheets),
    "affiche": Kind("Affiche de porte", "à coller sur la porte", room.door),
    "frigo": Kind("Frigo", "à coller au mur", room.fridge),
    "emargement": Kind("Feuille d’émargement", "une par demi-journée", room.sign_in),
    "badges": Kind("Badges", "à découper : couleur et symbole de groupe", room.badges),
    "reprise": Kind("Reprendre sans ordinateur", "heures à noter à la main", clock.resume),
    "formateur": Kind("Vue du formateur", "objectifs, choix des formats, trois horloges", clock.trainer),
}


def sheets(
    library: Library, agenda: Agenda, only: Sequence[str] | None = None, shared: Texts | None = None
) -> tuple[Sheet, ...]:
    """Return the sheets of a session, in printing order.

    Parameters
    ----------
    only
        Kinds of sheets (``conducteur``) or ids of sheets (``conducteur-2``); all of them by default.
    shared
        The texts that all the dossiers share (those of the kit by default).

    Raises
    ------
    CartableError
        If a sheet that does not exist is asked for.
    """
    work = Work(library, agenda, shared or texts.load())
    made = {kind: tuple(KINDS[kind].make(work)) for kind in KINDS}
    if only is None:
        return tuple(sheet for several in made.values() for sheet in several)
    known = {*KINDS, *(sheet.id for several in made.values() for sheet in several)}
    unknown = next((name for name in only if name not in known), None)
    if unknown is not None:
        raise CartableError(
            wording.typeset(f"La feuille « {unknown} » n’existe pas dans ce dossier."),
            wording.typeset(f"À choisir parmi : {', '.join(KINDS)}."),
        )
    return tuple(sheet for kind, several in made.items() for sheet in several if {kind, sheet.id} & set(only))


def document(  # noqa: PLR0917
    library: Library,
    agenda: Agenda,
    edition: dt.date,
    version: str,
    only: Sequence[str] | None = None,
    shared: Texts | None = None,
) -> Document:
    """Return the dossier of a session, ready to be drawn.

    Raises
    ------
    CartableError
        If a sheet that does not exist is asked for.
    """
    people = wording.plural(agenda.headcount, "personne")
    found = sheets(library, agenda, only, shared)
    return Document(agenda.session.titre, f"Dossier de séance, {people}", edition, version, found)


def canvases(library: Library, agenda: Agenda) -> dict[str, int]:
    """Return the canvases that a session needs, in their order, and how many of each its formats ask for."""
    return eve.canvases(Work(library, agenda, texts.load()))


def cards(library: Library, agenda: Agenda) -> list[Card]:
    """Return the cards of a session, in their order, each once."""
    return list({card.slug: card for card in Work(library, agenda, texts.load()).cards()}.values())
