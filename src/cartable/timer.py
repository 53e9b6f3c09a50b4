"""A session as one HTML page: its running sheet, a large timer and its file to print, from a disk and without a kernel.

What a page computes (``clock.js``) starts from what is written here, and gives the same times as ``cartable.agenda``.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

from cartable import __version__, agenda, assets, dossier, paper, wording
from cartable.dossier import texts
from cartable.session import Flexible, hour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.session import Day, Item, Session
    from cartable.sheets import Document
    from cartable.workshop import Card, Clock, Library, Step

SCRIPTS = ("clock.js", "live.js", "timer.js", "seance.js")
STYLES = ("seance.css", "timer.css", "paper.css")
NO_SCRIPT = (
    "Cette page calcule les heures : autorisez JavaScript dans votre navigateur. Aucune connexion n’est nécessaire."
)


def description(library: Library, session: Session, *, texts: bool = True) -> dict[str, Any]:
    """Return all that a page needs to plan a session, as plain data.

    Parameters
    ----------
    texts
        Include what is said during each step (a page that only compares sessions does without).
    """
    size = session.effectif
    return {
        "slug": session.slug,
        "titre": session.titre,
        "intention": session.intention,
        "etape": session.etape,
        "famille": session.famille,
        "longueur": session.longueur,
        "public": session.public,
        "a_distance": session.a_distance,
        "effectif": {"min": size.min, "ideal": size.ideal, "max": size.max},
        "fiches": {slug: _card(library[slug], texts=texts) for slug in session.formats()},
        "jours": [_day(day, texts=texts) for day in session.jours],
    }


def _card(card: Card, *, texts: bool) -> dict[str, Any]:
    return {
        "titre": card.titre,
        "min": card.participants.min,
        "max": card.participants.max,
        "par_groupe": card.participants.par_groupe,
        "distance": card.distance.possible,
        "etapes": [_step(step, texts=texts) for step in card.deroule],
    }


def _step(step: Step, *, texts: bool) -> dict[str, Any]:
    return {
        "nom": step.nom,
        **step.minutes.model_dump(),
        "par_personne": step.par_personne,
        "configuration": step.configuration,
        "consigne": step.consigne if texts else "",
        "trace": step.trace if texts else "",
    }


def _day(day: Day, *, texts: bool) -> dict[str, Any]:
    return {
        "nom": day.nom,
        "date": day.date.isoformat() if day.date else None,
        "debut": hour(day.debut),
        "fin": hour(day.fin),
        "lignes": _lines(day.deroule, texts=texts),
    }


def _lines(items: Sequence[Item], *, texts: bool) -> list[dict[str, Any]]:
    return [_line(item, texts=texts) for item in items]


def _line(item: Item, *, texts: bool) -> dict[str, Any]:
    common = {
        "heure": hour(item.heure) if item.heure else None,
        "priorite": item.priorite,
        "facultatif": item.facultatif,
        "pourquoi": (item.pourquoi or "") if texts else "",
    }
    if item.atelier:
        return {"genre": "atelier", "fiche": item.atelier, "etapes": item.etapes, **common}
    if item.paralleles:
        tracks = [
            {"nom": track.nom, "part": track.part, "lignes": _lines(track.deroule, texts=texts)}
            for track in item.paralleles
        ]
        return {"genre": "paralleles", "groupes": tracks, **common}
    said = (item.consigne or "") if texts else ""
    return {"genre": item.genre, "titre": item.bloc, "minutes": _minutes(item), "consigne": said, **common}


def _minutes(item: Item) -> dict[str, int]:
    if isinstance(item.minutes, Flexible):
        return item.minutes.model_dump()
    fixed = item.minutes or 0
    return {"min": fixed, "typique": fixed, "max": fixed}


# --- HTML -----------------------------------------------------------------------------------------------------------


def fragment(library: Library, session: Session, *, headcount: int | None = None, clock: Clock = "typique") -> str:
    """Return the running sheet and the timer, for a notebook or a page of the book."""
    styles = assets.style("timer.css")
    scripts = "".join(map(assets.script, SCRIPTS))
    return f"{styles}{_box(_data(library, session, headcount, clock), '')}{scripts}"


def page(
    library: Library,
    session: Session,
    *,
    headcount: int | None = None,
    clock: Clock = "typique",
    edition: dt.date | None = None,
    version: str = __version__,
    book: str | None = None,
) -> str:
    """Return a whole session as one HTML file: running sheet, timer, and its file to print.

    Parameters
    ----------
    headcount
        Number of people when the page opens (the ideal of the session by default).
    edition
        The date printed at the foot of the sheets (today by default).
    book
        Where the book is from this page (``../``), when it is beside: formats then lead to their own page.
    """
    day = edition or dt.datetime.now().astimezone().date()
    documents = _documents(library, session, clock, (day, version))
    base = documents[session.effectif.ideal]
    data = _data(library, session, headcount, clock)
    data |= {"page": True, "variantes": paper.variants(base, documents)}
    if book:
        data["fiches"] = f"{book}workshops/"
    home = (
        f'<a href="{escape(book)}index.html">Cartable, retour au livre</a>'
        if book is not None
        else "<span>Cartable</span>"
    )
    foot = wording.typeset(f"Édition du {wording.date(day)}, Cartable {version}. Contenu sous licence CC BY-SA 4.0.")
    styles = "".join(map(assets.style, STYLES))
    scripts = "".join(map(assets.script, (*SCRIPTS[:-1], "paper.js", SCRIPTS[-1])))
    return (
        '<!DOCTYPE html>\n<html lang="fr" data-theme="light">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(session.titre)} – Séance</title>\n<script>{assets.read('theme.js')}</script>\n"
        f"{assets.font()}{styles}\n</head>\n"
        f'<body class="cartable-page-seance"><header>{home}'
        '<button type="button" class="cartable-theme" aria-pressed="false">Mode sombre</button></header>'
        f"<main><h1>{escape(session.titre)}</h1><p>{escape(session.intention)}</p>"
        f"{_box(data, paper.render(base))}</main>"
        f"<footer><p>{escape(foot)}</p></footer>{scripts}</body>\n</html>\n"
    )


def _data(library: Library, session: Session, headcount: int | None, clock: Clock) -> dict[str, Any]:
    n = headcount or session.effectif.ideal
    return {"seance": description(library, session), "effectif": n, "horloge": clock, "page": False}


def _box(data: dict[str, Any], inside: str) -> str:
    return (
        f'<div class="cartable-seance">{assets.island(data)}'
        f"<noscript><p>{escape(wording.typeset(NO_SCRIPT))}</p></noscript>{inside}</div>"
    )


def _documents(library: Library, session: Session, clock: Clock, printed: tuple[dt.date, str]) -> dict[int, Document]:
    """Return the dossier for each number of people that the session is made for.

    Days have no end here, so that nothing is dropped: the page drops what does not fit at the hours it is given.
    """
    shared = texts.load()
    days = [day.model_copy(update={"fin": "23:59"}) for day in session.jours]
    roomy = session.model_copy(update={"jours": days})
    sizes = range(session.effectif.min, session.effectif.max + 1)
    plans = {n: agenda.plan(library, roomy, n, clock) for n in sizes}
    return {n: dossier.document(library, planned, *printed, None, shared) for n, planned in plans.items()}
