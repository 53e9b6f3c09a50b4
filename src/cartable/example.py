"""The démarche that ships with the kit: three sessions of an intercommunality that does not exist.

Its papers are typed in ``data/fictif/demarche`` as those of a real evening, and read with the same code. Whoever shows
them says « exemple inventé ».
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from cartable import assets, canvas, entry, record, registers
from cartable.manuscript import ManuscriptError
from cartable.record import sitting
from cartable.record.events import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.canvas import Canvas
    from cartable.record import Record
    from cartable.record.events import Event
    from cartable.record.state import State

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "cartable:demarche-fictive")
WRITTEN = "2026-06-01T08:00:00+00:00"


class SteadyWriter(Writer):
    """Makes the same events each time: the notebooks of the kit are compared to the letter."""

    def identify(self, what: str) -> str:
        """Return an identifier that comes from the rank of the event."""
        return uuid.uuid5(SPACE, f"{what} {self.clock}").hex

    def now(self) -> str:
        """Return always the same moment."""
        return WRITTEN


def folder() -> Path:
    """Return where the example is written."""
    return assets.data_folder() / "fictif" / "demarche"


def open_example() -> Record:
    """Return the démarche in a record without a file: what is written in it goes with the program."""
    return record.memory(events())


@cache
def events() -> tuple[Event, ...]:
    """Return the events of the démarche, always the same."""
    told = yaml.safe_load((folder() / "demarche.yml").read_text(encoding="utf-8"))
    book = record.memory(writer=SteadyWriter(poste="exemple"))
    names = ("titre", "siren", "territoire")
    book.write("demarche", **{name: told[name] for name in names}, fictif=True)
    for session in told["seances"]:
        _session(book, session, told["roles"])
    _after(book, told)
    registers.save(book, _entries())
    return book.events()


def _entries() -> registers.Taken:
    """Read the roadmap, which has no mistake."""
    path = folder() / "fiches.yml"
    taken = registers.read(path.read_text(encoding="utf-8"), path.name)
    if taken.problems:
        raise ManuscriptError(taken.problems)
    return taken


def _session(book: Record, told: dict[str, Any], roles: dict[str, dict[str, int]]) -> None:
    """Open a session, its tables with the people around them, and type its papers."""
    known = canvas.load()
    day = dt.date.fromisoformat(told["date"])
    used = [known[one["canevas"]] for one in told["tableaux"]]
    own = sitting.open_session(
        book, told["titre"], day, stage=told["etape"], model=told["modele"], tables=len(roles), canvases=used
    )
    book.write("seance", own, communes=told["communes"])
    for table in book.state.all("table", seance=own):
        book.write("table", table.id, roles=roles[str(table["nom"])])
    for one, kind in zip(told["tableaux"], used, strict=True):
        _papers(book, own, kind, one["papiers"])


def _papers(book: Record, session: str, kind: Canvas, text: str) -> None:
    entered = entry.parse(text, kind)
    board = book.state.all("tableau", seance=session, canevas=kind.slug)[0]
    saved = entry.save(entered, book, board.id, kind)
    if saved.unsorted or len(saved.written) != len(entered.notes):
        message = f"{kind.slug}: {saved.sentence()}"
        raise ValueError(message)


def _after(book: Record, told: dict[str, Any]) -> None:
    """Write what was decided on the papers: merged, grouped, deleted, voted, named, chosen."""
    state = book.state
    for merged in told["fusions"]:
        _merge(book, state, merged)
    for group in told["groupes"]:
        ids = [_note(state, text, group["canevas"]) for text in group["textes"]]
        board = state.things[ids[0]]["tableau"]
        own = book.write("groupe", tableau=board, titre=group["titre"]).objet
        for one in ids:
            book.write("note", one, groupe=own)
    for text in told["corbeille"]:
        book.write("note", _note(state, text), supprime=True)
    for ballot in told["scrutins"]:
        _vote(book, state, ballot)
    for theme in told["themes"]:
        book.write("theme", titre=theme["titre"], mots=theme["mots"], notes=_holding(book.state, theme["contient"]))
    sessions = {session["titre"]: session.id for session in state.all("seance")}
    for one in told["decisions"]:
        kept = {name: one[name] for name in ("texte", "suite", "par", "echeance")}
        found = _holding(book.state, one["contient"])
        book.write("decision", seance=sessions[one["seance"]], notes=found, **kept)


def _merge(book: Record, state: State, told: dict[str, Any]) -> None:
    ids = [_note(state, text) for text in told["textes"]]
    kept = state.things[ids[0]]
    fields = {name: kept[name] for name in ("tableau", "zone", "x", "y", "role") if kept[name] is not None}
    made = book.write("note", texte=told["texte"], **fields).objet
    for one in ids:
        book.write("note", one, fusionnee_dans=made)


def _vote(book: Record, state: State, told: dict[str, Any]) -> None:
    """Write a ballot by table: for each paper, the points of each table in their order."""
    papers = [_note(state, text, told["canevas"]) for text in told["points"]]
    board = state.things[str(state.things[papers[0]]["tableau"])]
    tables = state.all("table", seance=board["seance"])
    fields = {"titre": told["titre"], "budget": told["budget"], "mode": "table"}
    own = book.write("scrutin", tableau=board.id, devoile=False, **fields).objet
    for paper, given in zip(papers, told["points"].values(), strict=True):
        for table, points in zip(tables, given, strict=True):
            book.write("vote", scrutin=own, cible=paper, votant=f"table:{table.id}", points=points)
    book.write("scrutin", own, devoile=True)


def _note(state: State, text: str, kind: str = "") -> str:
    """Return the note that says exactly this, on a canvas if it is told."""
    boards = {board.id for board in state.all("tableau") if not kind or board["canevas"] == kind}
    found = [note.id for note in state.all("note") if note["texte"] == text and note["tableau"] in boards]
    if len(found) != 1:
        message = f"« {text} » : {len(found)} papiers"
        raise ValueError(message)
    return found[0]


def _holding(state: State, pieces: list[str]) -> list[str]:
    return [note.id for note in state.all("note") if any(piece in str(note["texte"]) for piece in pieces)]
