"""The page sent within 48 hours: what was said, what was decided, what comes next; one side, or nobody reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import synthesis, wording
from cartable.reports import telling
from cartable.sheets import Blanks, Document, Heading, Items, Paragraph, Sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.record.state import State, Thing
    from cartable.sheets import Block

MOST_THEMES, MOST_VOTES, MOST_DECISIONS = 5, 4, 6
LEFT = "Le retour complet vous dira le reste : {}."


def minutes(state: State, edition: dt.date, version: str, wanted: str = "") -> Document:
    """Return the page of a session.

    Parameters
    ----------
    wanted
        Rank, title or identifier of the session; the last one by default.

    Raises
    ------
    cartable.errors.CartableError
        If there is no such session.
    """
    own = telling.session(state, wanted)
    sheet = Sheet("releve", f"Relevé : {telling.quoted(own['titre'], 70)}", tuple(_blocks(state, own)))
    title = f"Relevé de 48 heures, {telling.title(state)}"
    return Document(title, telling.date(own["date"]), edition, version, (sheet,), mention=state.mention)


def _blocks(state: State, own: Thing) -> Iterator[Block]:
    papers = telling.notes(state, own.id)
    tables = len({note["table"] or state.things[note["tableau"]]["table"] for note in papers} - {None})
    said = f"Séance du {telling.date(own['date'])} : {wording.plural(len(papers), 'papier')}"
    said += f", {wording.plural(tables, 'table')}." if tables else "."
    yield Paragraph(wording.typeset(f"{said} Un oubli, une erreur ? Dites-le sous huit jours."), "lead")
    yield from telling.fiction(state)
    yield Heading("Ce que nous avons entendu")
    yield Items(tuple(_said(state, own, papers)) or ("Aucun papier n’a encore été recopié.",))
    if who := telling.heard(state, own.id):
        yield Paragraph(who, "note")
    left = []
    for result in telling.ballots_of(state, own.id)[:1]:
        yield telling.votes(result, MOST_VOTES)
        if len(result.lines) > MOST_VOTES:
            left.append(wording.plural(len(result.lines) - MOST_VOTES, "papier voté", "papiers votés"))
    listed = state.all("decision", seance=own.id)
    if listed:
        yield telling.decisions(listed[:MOST_DECISIONS])
        if len(listed) > MOST_DECISIONS:
            left.append(wording.plural(len(listed) - MOST_DECISIONS, "décision"))
    if left:
        yield Paragraph(wording.typeset(LEFT.format(wording.join(left))), "note")
    yield Heading("La suite")
    yield Blanks(("Retour complet le", "Prochaine séance le", "Pour corriger ou compléter"))


def _said(state: State, own: Thing, papers: list[Thing]) -> Iterator[str]:
    """Say the themes that people named; otherwise the words that come back."""
    named = telling.themes(state, papers)[:MOST_THEMES]
    for title, inside in named:
        quotes = " ; ".join(f"« {telling.quoted(text, 90)} »" for text in telling.distinct(inside, 2))
        yield wording.typeset(f"{title} ({wording.plural(len(inside), 'papier')}) : {quotes}")
    if named or not papers:
        return
    for theme in synthesis.themes(telling.frame(state, own.id)).themes[:MOST_THEMES]:
        quotes = " ; ".join(f"« {telling.quoted(text, 90)} »" for text in theme.examples[:2])
        yield wording.typeset(f"{', '.join(theme.words[:3])} ({wording.plural(len(theme.notes), 'papier')}) : {quotes}")
