"""What is done with what people said: you said, we do, by whom and when; on paper, and to be read aloud."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cartable import wording
from cartable.reports import telling
from cartable.sheets import Document, Heading, Paragraph, Sheet, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.record.state import State, Thing
    from cartable.sheets import Block

WORDS_PER_MINUTE = 140
"""Of someone who reads aloud to a room, without hurrying."""
SAID = {"retenu": "Nous le faisons", "a-creuser": "Nous y travaillons", "ecarte": "Nous ne le ferons pas"}
RIGHTS = "Les papiers sont gardés sans nom. Vous pouvez demander à voir les vôtres, ou à les retirer."
MOST_QUOTES, MOST_THEMES = 3, 8


def restitution(state: State, edition: dt.date, version: str, *, aloud: bool = False) -> Document:
    """Return what is given back to the participants.

    Parameters
    ----------
    aloud
        In short sentences, large, with the time that it takes to read.
    """
    blocks = tuple(_aloud(state) if aloud else _written(state))
    name = "Retour aux participants, à lire à voix haute" if aloud else "Retour aux participants"
    sheet = Sheet("retour", name, blocks, single=False, large=aloud)
    return Document(
        f"{name}, {telling.title(state)}", telling.title(state), edition, version, (sheet,), mention=state.mention
    )


def _written(state: State) -> Iterator[Block]:
    sessions, papers = state.all("seance"), state.all("note")
    told = f"{wording.plural(len(sessions), 'séance')}, {wording.plural(len(papers), 'papier')}. "
    yield Paragraph(wording.typeset(told + "Voici ce que vous avez dit, et ce que nous en faisons."), "lead")
    yield from telling.fiction(state)
    listed = state.all("decision")
    if not listed:
        yield Paragraph("Aucune décision n’est encore notée. Ce retour se complète quand elles le sont.", "alerte")
    else:
        rows = tuple((_quotes(state, one), _done(one), _who(one)) for one in listed)
        yield Table(
            "De vos mots à nos actes", ("Vous avez dit", "Ce que nous en faisons", "Qui, quand"), rows, (5, 5, 3)
        )
    left = list(_left(state, listed))
    if left:
        yield Heading("Entendu, sans décision pour l’instant")
        yield Table("Ce qui reste", ("Thème", "Papiers", "Par exemple"), tuple(left), (3, 1.7, 7))
    yield Paragraph(wording.typeset(RIGHTS), "note")


def _papers(state: State, decision: Thing) -> list[Thing]:
    listed = decision["notes"] if isinstance(decision["notes"], list) else []
    return [note for one in listed if (note := state.things.get(one)) and not note.deleted]


def _quotes(state: State, decision: Thing) -> str:
    texts = telling.distinct(_papers(state, decision), MOST_QUOTES)
    return wording.typeset("\n".join(f"« {text} »" for text in texts)) or "(aucun papier relié)"


def _done(decision: Thing) -> str:
    suite = SAID.get(str(decision["suite"]), "À préciser")
    return wording.typeset(f"{suite} : {telling.quoted(decision['texte'], 200)}")


def _who(decision: Thing) -> str:
    when = telling.date(decision["echeance"]) if decision["echeance"] else ""
    return telling.role(decision["par"]) + (f", avant le {when}" if when else "")


def _left(state: State, decisions: list[Thing]) -> Iterator[tuple[str, str, str]]:
    """Yield the themes none of whose papers led to a decision."""
    used = {one for decision in decisions for one in (decision["notes"] or [])}
    for title, papers in telling.themes(state, state.all("note"))[:MOST_THEMES]:
        if not any(note.id in used for note in papers):
            yield title, wording.number(len(papers)), telling.some(papers, 2)


def _aloud(state: State) -> Iterator[Block]:
    lines = [wording.typeset(line) for line in _lines(state)]
    minutes = max(1, math.ceil(sum(len(line.split()) for line in lines) / WORDS_PER_MINUTE))
    yield Paragraph(
        wording.typeset(f"Lecture : {wording.plural(minutes, 'minute')} environ. Une pause à chaque ligne."), "note"
    )
    yield from telling.fiction(state)
    for line in lines:
        yield Paragraph(line)


def _lines(state: State) -> Iterator[str]:
    papers = len(state.all("note"))
    yield f"Vous avez écrit {papers} papiers. Nous les avons tous lus. Voici ce que nous en faisons."
    for decision in state.all("decision"):
        quotes = telling.distinct(_papers(state, decision), 1)
        if quotes:
            yield f"Vous avez dit : « {quotes[0]} »"
        yield f"{_done(decision)}."
        if decision["suite"] != "ecarte" and decision["par"]:
            yield f"Qui s’en occupe : {_who(decision)}."
    yield "Merci. Dites-nous ce que nous avons oublié."
