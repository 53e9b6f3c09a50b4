"""The beginning of the report: what happened, who came, the canvases with their papers, votes, themes, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import synthesis, wording
from cartable.canvas import load
from cartable.canvas.drawing import draw
from cartable.canvas.reading import papers
from cartable.reports import telling
from cartable.sheets import Blanks, Document, Heading, Items, Paragraph, Picture, Sheet, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.canvas import Canvas
    from cartable.record.state import State, Thing
    from cartable.sheets import Block

MOST_PAPERS = 80
"""Papers of a board that are listed; the drawing shows them, the record keeps them all."""
METHOD = (
    "Les papiers ont été recopiés tels quels. Les doublons sont signalés, jamais fusionnés sans une personne.",
    "Les thèmes sont proposés par les mots, puis choisis et nommés par l’équipe.",
    "L’écart entre tables est l’écart-type des points que chaque table a donnés. Il se lit à partir de trois tables.",
    "Un effectif de moins de cinq personnes n’est pas écrit.",
)


def draft(state: State, edition: dt.date, version: str) -> Document:
    """Return the beginning of the report of a démarche, to be gone on with by hand."""
    sheets = [Sheet("ensemble", telling.title(state), tuple(_whole(state)), single=False)]
    for rank, session in enumerate(state.all("seance"), 1):
        name = f"Séance {rank} : {telling.quoted(session['titre'], 70)}"
        sheets.append(Sheet(f"seance-{rank}", name, tuple(_session(state, session)), single=False))
    sheets.append(Sheet("methode", "Méthode et limites", tuple(_method(state)), single=False))
    title = f"Projet de rapport, {telling.title(state)}"
    return Document(title, "À compléter", edition, version, tuple(sheets), mention=state.mention)


def _whole(state: State) -> Iterator[Block]:
    sessions, all_papers = state.all("seance"), state.all("note")
    yield Paragraph(wording.typeset(
        f"{wording.plural(len(sessions), 'séance')}, {wording.plural(len(all_papers), 'papier')}, "
        f"{wording.plural(len(state.all('decision')), 'décision')}."
    ), "lead")  # fmt: skip
    yield from telling.fiction(state)
    yield Blanks(("Contexte, en cinq lignes : pourquoi cette démarche, qui la porte",), 5)
    yield Heading("Ce qui revient")
    named = telling.themes(state, all_papers)
    if named:
        rows = tuple((title, wording.number(len(inside)), telling.some(inside, 3)) for title, inside in named)
        yield Table("Thèmes retenus", ("Thème", "Papiers", "Ce qui a été écrit"), rows, (3, 1.8, 8))
    from cartable.record import frames  # noqa: PLC0415 (pandas is slow to import)

    back = synthesis.recurring(frames.notes(state))
    if back:
        heads = ("Mot", "Papiers", "Séances", "Tables")
        counted = tuple((one.said, *(str(len(many)) for many in (one.notes, one.sessions, one.tables))) for one in back)
        yield Table("Mots qui reviennent d’une séance à l’autre", heads, counted, (4, 2, 2, 2))
    if listed := state.all("decision"):
        yield Heading("Ce qui est décidé")
        yield telling.decisions(listed)


def _session(state: State, session: Thing) -> Iterator[Block]:
    yield Paragraph(wording.typeset(f"{telling.date(session['date'])}."), "lead")
    yield from telling.fiction(state)
    yield Heading("Qui a été entendu")
    yield _voices(state, session)
    if session["communes"]:
        rows = tuple((telling.quoted(name, 60), wording.number(count)) for name, count in session["communes"].items())
        yield Table("Personnes par commune", ("Commune", "Personnes"), rows, (6, 2))
    known = load().canvases
    for board, name in telling.boards(state, session.id):
        if (kind := known.get(str(board["canevas"]))) is not None:
            yield Heading(name)
            yield from _board(state, board, kind)
    for result in telling.ballots_of(state, session.id):
        yield Heading(f"Vote : {telling.quoted(result.title, 60)}")
        yield telling.votes(result, MOST_PAPERS)
        yield from (Paragraph(warning, "note") for warning in result.warnings)


def _voices(state: State, session: Thing) -> Table:
    voices = synthesis.voices(state, session.id)
    rows = tuple(
        (name, "non dit" if people is None else wording.number(people), wording.number(count))
        for name, (people, count) in voices.roles.items()
    )
    return Table("Par famille de rôles", ("Rôle", "Personnes", "Papiers"), rows, (6, 2, 2))


def _board(state: State, board: Thing, kind: Canvas) -> Iterator[Block]:
    shown = papers(state, board.id)
    chart = draw(kind, "A1", papers=shown, mention=state.mention)
    yield Picture(chart.svg, chart.description)
    titles = {zone.cle: zone.titre for zone in kind.zones}
    ordered = sorted(shown, key=lambda one: list(titles).index(one.zone) if one.zone in titles else len(titles))
    rows = tuple(
        (titles.get(one.zone, "Zone inconnue"), telling.quoted(one.texte, 200), str(one.points or ""))
        for one in ordered[:MOST_PAPERS]
    )
    yield Table(f"Papiers : {kind.titre}", ("Zone", "Papier", "Points"), rows, (3, 8, 1.6))


def _method(state: State) -> Iterator[Block]:
    yield Items(tuple(wording.typeset(line) for line in METHOD))
    yield from telling.fiction(state)
    yield Blanks(("Ce que cette démarche ne dit pas : qui n’est pas venu, ce qui n’a pas été demandé",), 4)
