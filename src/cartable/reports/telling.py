"""What all the reports say the same way: papers, roles, votes, decisions, and that an example is one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from cartable import synthesis, wording
from cartable.canvas.writing import plain
from cartable.errors import CartableError
from cartable.record.roles import ROLES
from cartable.sheets import Paragraph, Table
from cartable.synthesis.choosing import SUITES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from cartable.record.state import State, Thing
    from cartable.sheets import Sheet
    from cartable.synthesis import Result

LONGEST = 160  # characters of a paper that is quoted
FICTION = "Exemple inventé : ni les personnes, ni les lieux, ni les phrases de cette démarche n’existent."


def quoted(text: object, most: int = LONGEST) -> str:
    """Return what someone wrote, on one line, without anything that moves what is around, cut if it is long."""
    said = plain(str(text or ""))
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def fiction(state: State) -> list[Paragraph]:
    """Return the sentence that says that a démarche is invented, if it is."""
    return [Paragraph(wording.typeset(FICTION), "alerte")] if state.mention else []


def marked(state: State, sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return sheets that each begin with that sentence, if the démarche is invented."""
    return tuple(replace(sheet, blocks=(*fiction(state), *sheet.blocks)) for sheet in sheets)


def title(state: State) -> str:
    """Return the title of the démarche."""
    process = state.process
    return quoted(process["titre"] if process else "", 90) or "Démarche"


def session(state: State, wanted: str = "") -> Thing:
    """Return a session by its rank (from 1), its title or its identifier; the only one, or the last, by default.

    Raises
    ------
    CartableError
        If there is none.
    """
    known = state.all("seance")
    if not known:
        raise CartableError("Ce carnet n’a encore aucune séance.", "Ouvrez-en une : cartable carnet seance …")
    if not wanted:
        return known[-1]
    if wanted.isdigit() and 1 <= int(wanted) <= len(known):
        return known[int(wanted) - 1]
    folded = wording.fold(wanted)
    found = [one for one in known if wanted == one.id or folded == wording.fold(str(one["titre"]))]
    if not found:
        listed = "\n".join(f"  {rank}. {quoted(one['titre'], 80)}" for rank, one in enumerate(known, 1))
        raise CartableError(wording.typeset(f"Aucune séance ne s’appelle « {wanted} ». À choisir :\n{listed}"))
    return found[-1]


def date(text: object) -> str:
    """Write a date of the record; what is not one is left as it is."""
    try:
        return wording.date(dt.date.fromisoformat(str(text)))
    except ValueError:
        return quoted(text, 40)


def notes(state: State, own: str) -> list[Thing]:
    """Return the papers of a session."""
    boards = {board.id for board in state.all("tableau", seance=own)}
    return [note for note in state.all("note") if note["tableau"] in boards]


def frame(state: State, own: str) -> pd.DataFrame:
    """Return the papers of a session as a table (see ``frames.notes``)."""
    from cartable.record import frames  # noqa: PLC0415 (pandas is slow to import)

    found = frames.notes(state)
    return found[found["note"].isin([note.id for note in notes(state, own)])]


def themes(state: State, kept: Iterable[Thing]) -> list[tuple[str, list[Thing]]]:
    """Return the themes that people named and their papers among these, the largest first."""
    inside = {note.id: note for note in kept}
    found = []
    for theme in state.all("theme"):
        listed = theme["notes"] if isinstance(theme["notes"], list) else []
        papers = [inside[one] for one in listed if one in inside]
        if papers:
            found.append((quoted(theme["titre"], 60), papers))
    return sorted(found, key=lambda pair: -len(pair[1]))


def distinct(papers: Iterable[Thing], most: int) -> list[str]:
    """Return a few different texts, the shortest that say something first."""
    texts = dict.fromkeys(quoted(note["texte"]) for note in papers)
    whole = [text for text in texts if text]
    return sorted(whole, key=lambda text: (len(text) < 15, len(text)))[:most]  # noqa: PLR2004


def some(papers: Iterable[Thing], most: int) -> str:
    """Quote a few of them."""
    return some_of(distinct(papers, most))


def some_of(texts: Iterable[str]) -> str:
    """Quote texts, one after the other."""
    return wording.typeset(" ; ".join(f"« {text} »" for text in texts))


def heard(state: State, own: str | None = None) -> str:
    """Say who was heard, by family of roles, in a sentence."""
    voices = synthesis.voices(state, own)
    said = [f"{name} ({wording.plural(papers, 'papier')})" for name, (_, papers) in voices.roles.items() if papers]
    parts = [f"Papiers par rôle : {', '.join(said)}."] if said else []
    if voices.silent:
        parts.append(f"Présents, sans papier signalé : {', '.join(voices.silent)}.")
    if voices.absent:
        parts.append(f"Absents : {', '.join(voices.absent)}.")
    return wording.typeset(" ".join(parts))


def votes(result: Result, most: int) -> Table:
    """Return the first lines of a ballot."""
    spread = any(line.spread is not None for line in result.lines)
    head = ("Rang", "Papier", "Points", *(("Écart entre tables",) if spread else ()))
    rows = []
    for line in result.lines[:most]:
        row = [str(line.rank), quoted(line.text, 110), wording.number(line.points)]
        rows.append((*row, *((wording.number(line.spread or 0, 1),) if spread else ())))
    how = "à main levée" if result.by_hands else wording.plural(result.voters, "table")
    widths = (1.5, 8, 2, 3) if spread else (1.5, 9, 2)
    return Table(wording.typeset(f"{quoted(result.title, 60)} ({how})"), head, tuple(rows), widths)


def ballots_of(state: State, own: str) -> list[Result]:
    """Return the ballots of a session that were unveiled."""
    boards = {board.id for board in state.all("tableau", seance=own)}
    inside = {ballot.id for ballot in state.all("scrutin") if ballot["tableau"] in boards}
    return [result for result in synthesis.ballots(state) if result.ballot in inside and result.lines]


def decisions(listed: Sequence[Thing]) -> Table:
    """Return what was decided, by whom and when."""
    rows = tuple(
        (
            quoted(one["texte"], 140),
            SUITES.get(str(one["suite"]), "À préciser"),
            role(one["par"]),
            date(one["echeance"]),
        )
        for one in listed
    )
    return Table("Décisions", ("Décision", "Suite", "Par", "Échéance"), rows, (7, 2, 4, 3))


def role(key: object) -> str:
    """Return the name of a family of roles; a word that is not one is not shown."""
    return ROLES.get(str(key), "à préciser")


def boards(state: State, own: str) -> Iterator[tuple[Thing, str]]:
    """Yield the boards of a session that hold papers, and their name for a person."""
    for board in state.all("tableau", seance=own):
        if state.notes(board.id):
            table = state.things.get(str(board["table"]))
            name = quoted(board["titre"] or board["canevas"], 80)
            yield board, f"{name}, {quoted(table['nom'], 40)}" if table else name
