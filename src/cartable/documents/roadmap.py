"""The roadmap for other software: a workbook, a calendar of its dates, the fields of Mon Inclusion Numérique."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from icalendar import Calendar, Event

from cartable import fields, wording
from cartable.contract import Meeting
from cartable.documents import spreadsheet
from cartable.documents.calendar import NAMESPACE
from cartable.documents.spreadsheet import Sheet
from cartable.governance import KINDS, Milestone, dated
from cartable.reports import telling
from cartable.roadmap import balance, check
from cartable.roadmap.model import LETTERS, STATES, STATUSES
from cartable.synthesis.choosing import SUITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.roadmap import Action, Roadmap

OFFICIAL = (
    "nom", "contexte", "description", "besoins", "porteurs", "destinataires", "budget_global", "annee_debut",
    "annee_fin", "co_financements",
)  # fmt: skip
"""The fields of an action of Mon Inclusion Numérique, in its order; it takes no file: they are copied one by one."""
SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
"""What a spreadsheet refuses in the name of a sheet."""
DATES = {"debut": "Début", "premier_pas_le": "Premier pas", "revue_le": "Revue", "fin": "Fin"}


def workbook(state: State, taken: Taken, edition: dt.date) -> bytes:
    """Return an XLSX file: one sheet for each view of the roadmap."""
    title = f"Feuille de route, {telling.title(state)}"
    foot = f"{title}{f' · {state.mention}' if state.mention else ''} · Édition du {wording.date(edition)}"
    about = Sheet("Lisez-moi", (("Feuille de route", 100.0),), ((foot,),))
    return spreadsheet.saved(spreadsheet.book((about, *_views(taken.roadmap()), *_around(taken)), title, edition, foot))


def _views(roadmap: Roadmap) -> Iterator[Sheet]:
    yield Sheet(
        "Enjeux", (("Repère", 9), ("Enjeu", 40), ("Constat", 60), ("Chiffres", 40), ("Thèmes", 40)),
        tuple((s.cle, s.titre, s.constat, "\n".join(s.chiffres), "\n".join(s.themes)) for s in roadmap.stakes),
    )  # fmt: skip
    yield Sheet(
        "Chantiers",
        (
            ("Repère", 9), ("Chantier", 40), ("Enjeux", 12), ("Suite", 14), ("Pourquoi", 60), ("Impact", 9),
            ("Effort", 9),
        ),
        tuple(
            (p.cle, p.titre, ", ".join(p.enjeux), SUITES[p.suite], p.pourquoi, p.impact, p.effort)
            for p in roadmap.projects
        ),
    )  # fmt: skip
    yield from _actions(roadmap)
    yield Sheet(
        "Qui fait quoi", (("Action", 9), ("Acteur", 50), ("Rôle", 30)),
        tuple((part.action, part.acteur, LETTERS[part.role]) for part in roadmap.parts),
    )  # fmt: skip
    yield Sheet(
        "Financement",
        (("Action", 9), ("Coût (€)", 14), ("Acquis (€)", 14), ("Demandé ou à demander (€)", 18), ("Reste (€)", 14)),
        tuple((x.action, x.budget, x.granted, x.hoped, x.left) for x in balance(roadmap.actions, roadmap.fundings)),
    )
    yield Sheet(
        "Financeurs", (("Action", 9), ("Financeur", 50), ("Montant (€)", 14), ("État", 16)),
        tuple((one.action, one.financeur, one.montant, STATES[one.etat]) for one in roadmap.fundings),
    )  # fmt: skip
    findings = tuple((one.where, one.message, one.remedy, "oui" if one.blocking else "non") for one in check(roadmap))
    nothing = ("Tout", "rien ne manque", "le conseil peut voter", "non")
    columns = (("Repère", 16), ("Constat", 60), ("À faire", 60), ("Empêche le vote", 16))
    yield Sheet("Avant le vote", columns, findings or (nothing,))


def _around(taken: Taken) -> Iterator[Sheet]:
    """Add what is voted with the roadmap: risks, dates that nobody chooses, what was learnt elsewhere."""
    for name in ("risques", "jalons", "transferts"):
        shown = fields.SHOWN[name]
        columns = ((fields.LABELS["cle"], 9.0), *((fields.label(name, key), 9.0 * w) for key, w in shown.shown.items()))
        made = fields.table(name, taken.entries.get(name, ()))
        if made.rows:
            yield Sheet(
                SHEET_NAME.sub("", shown.title)[:31].strip(), columns, tuple(tuple(map(str, r)) for r in made.rows)
            )


def _actions(roadmap: Roadmap) -> Iterator[Sheet]:
    """Give the sheets three views that hold on a printed page: what, when, how it is measured."""
    listed = roadmap.actions
    yield Sheet(
        "Actions",
        (
            ("Repère", 9), ("Action", 40), ("Chantier", 10), ("Pilote", 30), ("Budget (€)", 12), ("Premier pas", 44),
            ("Statut", 12), ("Priorité", 12),
        ),
        tuple(
            (
                one.cle, one.nom, one.chantier, one.pilote, one.budget, one.premier_pas, STATUSES[one.statut],
                one.priorite,
            )
            for one in listed
        ),
    )  # fmt: skip
    yield Sheet(
        "Calendrier",
        (("Repère", 9), ("Action", 60), *((label, 16) for label in DATES.values()), ("Attend", 14)),
        tuple(
            (one.cle, one.nom, *(_iso(getattr(one, name)) for name in DATES), ", ".join(one.apres)) for one in listed
        ),
    )
    yield Sheet(
        "Indicateurs",
        (("Repère", 9), ("Indicateur", 50), ("Départ", 26), ("Cible", 26), ("Source", 30), ("Revue", 14)),
        tuple((one.cle, one.indicateur, one.depart, one.cible, one.source, _iso(one.revue_le)) for one in listed),
    )


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def official(state: State, roadmap: Roadmap) -> bytes:
    """Return the actions as JSON: the fields of Mon Inclusion Numérique, and apart what it has no field for."""
    listed = [{**_official(one, roadmap), "complements": _more(one)} for one in roadmap.actions]
    whole = {"demarche": telling.title(state), "mention": state.mention, "actions": listed}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def official_csv(roadmap: Roadmap) -> bytes:
    """Return the same fields as CSV, one action a row."""
    rows = []
    for action in roadmap.actions:
        plain = _official(action, roadmap)
        plain["porteurs"] = ", ".join(plain["porteurs"])
        shares = (f"{one['financeur']} : {one['montant']}" for one in plain["co_financements"])
        plain["co_financements"] = "\n".join(shares)
        rows.append(tuple(plain[name] for name in OFFICIAL))
    return spreadsheet.delimited(Sheet("Actions", tuple((name, 20.0) for name in OFFICIAL), tuple(rows)))


def _official(action: Action, roadmap: Roadmap) -> dict[str, Any]:
    shares = [
        {"financeur": one.financeur, "montant": one.montant} for one in roadmap.fundings if one.action == action.cle
    ]
    values = (
        action.nom, action.contexte, action.description, action.besoins, [action.pilote] if action.pilote else [],
        action.destinataires, action.budget, action.debut and action.debut.year, action.fin and action.fin.year, shares,
    )  # fmt: skip
    return dict(zip(OFFICIAL, values, strict=True))


def _more(action: Action) -> dict[str, Any]:
    names = {"cle", "chantier", "partenaires", "apres", "premier_pas", "premier_pas_le", "indicateur", "depart",
             "cible", "source", "revue_le", "statut", "priorite", "debut", "fin"}  # fmt: skip
    return action.model_dump(mode="json", include=names)


def calendar(state: State, taken: Taken, stamp: dt.datetime) -> bytes:
    """Return the dates of the actions, and those of the démarche, as an ICS file: one whole day each.

    Parameters
    ----------
    stamp
        When the file is made, with its time zone.
    """
    made = Calendar()
    made.add("prodid", "-//Cartable//Feuille de route//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"Feuille de route, {telling.title(state)}")
    own = state.process.id if state.process else ""
    for name, title, detail, day in _days(taken):
        event = Event()
        event.add("uid", f"{uuid.uuid5(NAMESPACE, f'{own}/{name}')}@cartable")
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
        event.add("summary", f"{title}{f' ({state.mention})' if state.mention else ''}")
        if detail:
            event.add("description", detail)
        made.add_component(event)
    return bytes(made.to_ical())


def _days(taken: Taken) -> Iterator[tuple[str, str, str, dt.date]]:
    """Yield what names a date for ever, its title, what is said of it, and the day."""
    for action in taken.roadmap().actions:
        for name, label in DATES.items():
            if day := getattr(action, name):
                detail = action.premier_pas if name == "premier_pas_le" else None
                yield f"{action.cle}/{name}", f"{action.cle}. {label} : {action.nom}", detail or "", day
    for one in dated(taken.of(Milestone)):
        yield f"jalons/{one.cle}", one.titre, KINDS[one.genre], one.date
    for one in dated(taken.of(Meeting)):
        said = ", ".join(filter(None, (fields.said("rencontres", "heure", one.heure), one.lieu, one.commune)))
        yield f"rencontres/{one.cle}", one.titre, said, one.date
