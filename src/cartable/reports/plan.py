"""The roadmap as it is handed to a council: what is at stake, what was chosen, the action sheets, who pays for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.gantt import gantt
from cartable.reports import telling
from cartable.roadmap import balance, check
from cartable.roadmap.model import LETTERS, STATES, STATUSES
from cartable.sheets import Document, Heading, Items, Paragraph, Picture, Sheet, Table
from cartable.synthesis.choosing import SUITES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.record.state import State
    from cartable.roadmap import Action, Roadmap
    from cartable.sheets import Block

MISSING = "à écrire"


def plan(state: State, roadmap: Roadmap, edition: dt.date, version: str) -> Document:
    """Return the roadmap of a démarche, what is missing said first."""
    title = f"Feuille de route, {telling.title(state)}"
    sheets = [Sheet("ensemble", title, tuple(_whole(roadmap)), single=False)]
    for action in roadmap.actions:
        blocks = tuple(_action(action, roadmap))
        sheets.append(Sheet(f"action-{action.cle}", f"{action.cle}. {action.nom}", blocks, single=False))
    sheets.append(Sheet("calendrier", "Quand", tuple(_time(roadmap)), single=False))
    sheets.append(Sheet("financement", "Qui paie quoi", tuple(_money(roadmap)), single=False))
    return Document(title, "Projet", edition, version, telling.marked(state, sheets))


def _whole(roadmap: Roadmap) -> Iterator[Block]:
    findings = check(roadmap)
    if findings:
        blocking = sum(finding.blocking for finding in findings)
        yield Paragraph(wording.typeset(
            f"{wording.plural(blocking, 'point')} à régler avant le vote, "
            f"{wording.plural(len(findings) - blocking, 'point')} à dire à voix haute. La liste est en fin de partie."
        ), "lead")  # fmt: skip
    if roadmap.stakes:
        yield Heading("Les enjeux, et ce qui les fonde")
        stakes = tuple(
            (f"{one.cle}. {one.titre}", one.constat or MISSING, " ; ".join((*one.chiffres, *one.themes)) or MISSING)
            for one in roadmap.stakes
        )
        yield Table("Enjeux", ("Enjeu", "Constat", "Chiffres et thèmes"), stakes, (3, 5, 5))
    if roadmap.projects:
        yield Heading("Les chantiers, retenus et écartés")
        projects = tuple(
            (f"{one.cle}. {one.titre}", ", ".join(one.enjeux) or MISSING, SUITES[one.suite], one.pourquoi or "")
            for one in roadmap.projects
        )
        yield Table("Chantiers", ("Chantier", "Enjeux", "Suite", "Pourquoi"), projects, (5, 2, 2, 5))
    if findings:
        yield Heading("Ce qui reste à régler")
        yield Items(tuple(str(finding) for finding in findings), "cases")


def _action(action: Action, roadmap: Roadmap) -> Iterator[Block]:
    yield Table(f"Fiche action {action.cle}", ("Rubrique", "Contenu"), tuple(_lines(action)), (3, 9))
    own = tuple((part.acteur, LETTERS[part.role]) for part in roadmap.parts if part.action == action.cle)
    if own:
        yield Table(f"Qui fait quoi, {action.cle}", ("Acteur", "Rôle"), own, (7, 5))


def _lines(action: Action) -> Iterator[tuple[str, str]]:
    yield "Chantier", action.chantier or MISSING
    yield "Contexte", action.contexte or MISSING
    yield "Description", action.description or MISSING
    yield "Besoins", action.besoins or MISSING
    yield "Pour qui", action.destinataires or MISSING
    yield "Pilote", action.pilote or MISSING
    yield "Partenaires", ", ".join(action.partenaires) or "aucun"
    yield "Budget", _euros(action.budget)
    yield "Dates", f"{_day(action.debut)} → {_day(action.fin)}"
    yield "Attend", ", ".join(action.apres) or "rien"
    yield "Premier pas", f"{action.premier_pas or MISSING} ({_day(action.premier_pas_le)})"
    yield "Indicateur", action.indicateur or MISSING
    yield "Départ → cible", f"{action.depart or MISSING} → {action.cible or MISSING}"
    yield "Source, date de revue", f"{action.source or MISSING}, {_day(action.revue_le)}"
    yield "Statut, priorité", f"{STATUSES[action.statut]}, priorité {action.priorite}"


def _time(roadmap: Roadmap) -> Iterator[Block]:
    if chart := gantt(roadmap.actions):
        yield Picture(chart.svg, chart.description)
    rows = tuple(
        (f"{one.cle}. {one.nom}", _day(one.debut), _day(one.premier_pas_le), _day(one.revue_le), _day(one.fin))
        for one in roadmap.actions
    )
    yield Table("Dates", ("Action", "Début", "Premier pas", "Revue", "Fin"), rows, (5, 3, 3, 3, 3))


def _money(roadmap: Roadmap) -> Iterator[Block]:
    rows = tuple(
        (line.action, _euros(line.budget), _euros(line.granted), _euros(line.hoped), _euros(line.left))
        for line in balance(roadmap.actions, roadmap.fundings)
    )
    yield Table("Plan de financement", ("Action", "Coût", "Acquis", "Demandé ou à demander", "Reste à trouver"), rows)
    found = tuple((one.action, one.financeur, _euros(one.montant), STATES[one.etat]) for one in roadmap.fundings)
    if found:
        yield Table("Financeurs", ("Action", "Financeur", "Montant", "État"), found, (2, 7, 3, 3))


def _euros(amount: int | None) -> str:
    return MISSING if amount is None else wording.typeset(f"{wording.number(amount)} €")


def _day(day: dt.date | None) -> str:
    return wording.date(day) if day else MISSING
