"""The roadmap as it is handed to a council: what is at stake, what was chosen, the action sheets, who pays for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import fields, grounds, wording
from cartable.flow import flow
from cartable.gantt import gantt
from cartable.governance import Milestone, Risk, dated, worst
from cartable.reports import telling
from cartable.roadmap import balance, check
from cartable.roadmap.model import LETTERS, STATES, STATUSES
from cartable.sheets import Document, Heading, Items, Paragraph, Picture, Sheet, Table
from cartable.synthesis.choosing import SUITES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.roadmap import Action, Roadmap
    from cartable.sheets import Block

MISSING = "à écrire"
LEARNT = (
    "Le groupe est allé voir ailleurs. Il en rapporte ce qui peut se faire ici, à quelle condition, et ce qu’il faut "
    "éviter."
)
RISKS = (
    "Avant le vote, le groupe a imaginé que tout avait échoué, puis cherché pourquoi. Les plus lourds sont en tête. "
    "Chaque parade a un nom de structure : regardez le premier signe à chaque point d’étape."
)
CHECK = "L’état d’un dispositif change vite : vérifiez-le auprès de qui le verse avant de déposer un dossier."


def plan(
    state: State, taken: Taken, edition: dt.date, version: str, figures: Mapping[str, str] | None = None
) -> Document:
    """Return the roadmap of a démarche, what is missing said first.

    Parameters
    ----------
    figures
        Indicator → sentence with its value and source (see ``grounds.figures``).
    """
    roadmap = taken.roadmap()
    title = f"Feuille de route, {telling.title(state)}"
    sheets = [Sheet("ensemble", "Des enjeux aux chantiers", tuple(_whole(state, roadmap, figures or {})), single=False)]
    if taken.has("transferts"):
        learnt = (Paragraph(wording.typeset(LEARNT)), fields.table("transferts", taken.entries["transferts"]))
        sheets.append(Sheet("ailleurs", "Ce que nous avons appris ailleurs", learnt, single=False))
    for action in roadmap.actions:
        blocks = tuple(_action(action, roadmap))
        sheets.append(Sheet(f"action-{action.cle}", f"{action.cle}. {action.nom}", blocks, single=False))
    milestones = taken.of(Milestone)
    sheets.append(Sheet("calendrier", "Quand", tuple(_time(roadmap, milestones)), single=False))
    sheets.append(Sheet("financement", "Qui paie quoi", tuple(_money(roadmap)), single=False))
    if risks := worst(taken.of(Risk)):
        listed = (Paragraph(wording.typeset(RISKS)), fields.table("risques", risks))
        sheets.append(Sheet("risques", "Et si ça échouait ?", listed, single=False, landscape=True))
    shown = telling.marked(state, sheets)
    told = "Projet soumis au conseil"
    return Document(title, told, edition, version, shown, contents=True, mention=state.mention)


def _whole(state: State, roadmap: Roadmap, figures: Mapping[str, str]) -> Iterator[Block]:
    if state.all("seance"):
        yield Paragraph(_told(state))
    findings = [*check(roadmap), *grounds.lost_themes(state, roadmap)]
    themes = grounds.said(state)
    if findings:
        blocking = sum(finding.blocking for finding in findings)
        first = f"{wording.plural(blocking, 'point')} à régler avant le vote" if blocking else "Rien n’empêche le vote"
        aloud = wording.plural(len(findings) - blocking, "point")
        yield Paragraph(
            wording.typeset(f"{first} ; {aloud} à dire à voix haute. La liste est en fin de partie."), "lead"
        )
    if chart := flow(roadmap):
        yield Picture(chart.svg, chart.description)
    if roadmap.stakes:
        yield Heading("Les enjeux, et ce qui les fonde")
        stakes = tuple(
            (f"{one.cle}. {one.titre}", one.constat or MISSING, " ; ".join(grounds.of(one, figures, themes)) or MISSING)
            for one in roadmap.stakes
        )
        yield Table("Enjeux", ("Enjeu", "Constat", "Chiffres et thèmes"), stakes, (3, 4, 5))
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


def _time(roadmap: Roadmap, milestones: Sequence[Milestone]) -> Iterator[Block]:
    if chart := gantt(roadmap.actions, milestones):
        yield Picture(chart.svg, chart.description)
    rows = tuple(
        (f"{one.cle}. {one.nom}", _day(one.debut), _day(one.premier_pas_le), _day(one.revue_le), _day(one.fin))
        for one in roadmap.actions
    )
    yield Table("Dates", ("Action", "Début", "Premier pas", "Revue", "Fin"), rows, (5, 3, 3, 3, 3))
    if milestones:
        yield fields.table("jalons", dated(milestones))


def _money(roadmap: Roadmap) -> Iterator[Block]:
    rows = tuple(
        (line.action, _euros(line.budget), _euros(line.granted), _euros(line.hoped), _euros(line.left))
        for line in balance(roadmap.actions, roadmap.fundings)
    )
    yield Table("Plan de financement", ("Action", "Coût", "Acquis", "Demandé ou à demander", "Reste à trouver"), rows)
    found = tuple((one.action, one.financeur, _euros(one.montant), STATES[one.etat]) for one in roadmap.fundings)
    if found:
        yield Table("Financeurs", ("Action", "Financeur", "Montant", "État"), found, (2, 7, 3, 3))
    named = {one.dispositif for one in roadmap.fundings if one.dispositif}
    listed = tuple(
        (one.nom, one.state(), one.paie, one.limite or "") for slug, one in roadmap.schemes.items() if slug in named
    )
    if listed:
        head = ("Dispositif", "État", "Ce qu’il paie", "Limite")
        yield Table("Ce que sont ces dispositifs", head, listed, (3, 3, 5, 4))
        yield Paragraph(wording.typeset(CHECK), "note")


def _told(state: State) -> str:
    """Say where the roadmap comes from: sessions, papers, voices."""
    held = wording.plural(len(state.all("seance")), "séance")
    papers = wording.plural(len(state.all("note")), "papier")
    return wording.typeset(f"Cette feuille de route vient de {held} et de {papers}. {telling.heard(state)}")


def _euros(amount: int | None) -> str:
    return MISSING if amount is None else wording.typeset(f"{wording.number(amount)} €")


def _day(day: dt.date | None) -> str:
    return wording.date(day) if day else MISSING
