"""The démarches that ship with the kit: those of two intercommunalities that do not exist, one rural, one urban.

Their papers and their registers are typed in ``data/fictif/demarches`` as those of a real démarche, and read with the
same code. Whoever shows them says « exemple inventé ».
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from cartable import assets, canvas, entry, record, registers
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError
from cartable.record import sitting
from cartable.record.events import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.canvas import Canvas
    from cartable.record import Record
    from cartable.record.events import Event
    from cartable.record.state import State
    from cartable.roadmap.model import Entry

NAMES = ("val-de-brume", "quatre-fontaines")
"""The rural one, then the urban one."""
AFTER = {"val-de-brume": dt.date(2026, 11, 26), "quatre-fontaines": dt.date(2026, 11, 26)}
"""The day on which each is looked at: past some of its meetings, before others."""
WRITTEN = "2026-06-01T08:00:00+00:00"


class SteadyWriter(Writer):
    """Makes the same events each time: the notebooks of the kit are compared to the letter."""

    def __init__(self, name: str) -> None:
        super().__init__(poste="exemple")
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"cartable:demarche-fictive/{name}")

    def identify(self, what: str) -> str:
        """Return an identifier that comes from the rank of the event."""
        return uuid.uuid5(self._space, f"{what} {self.clock}").hex

    def now(self) -> str:
        """Return always the same moment."""
        return WRITTEN


def folder(name: str = NAMES[0]) -> Path:
    """Return where an example is written.

    Raises
    ------
    CartableError
        If there is none of this name.
    """
    if name not in NAMES:
        raise CartableError(f"Aucun exemple ne s’appelle « {name} ».", f"À choisir parmi {', '.join(NAMES)}.")
    return assets.data_folder() / "fictif" / "demarches" / name


def open_example(name: str = NAMES[0]) -> Record:
    """Return a démarche in a record without a file: what is written in it goes with the program."""
    return record.memory(events(name))


@cache
def events(name: str = NAMES[0]) -> tuple[Event, ...]:
    """Return the events of a démarche, always the same."""
    told = yaml.safe_load((folder(name) / "demarche.yml").read_text(encoding="utf-8"))
    book = record.memory(writer=SteadyWriter(name))
    names = ("titre", "siren", "territoire")
    book.write("demarche", **{name: told[name] for name in names}, fictif=True)
    for session in told["seances"]:
        _session(book, session, told["roles"])
    _after(book, told)
    registers.save(book, _entries(name))
    return book.events()


def _entries(name: str) -> registers.Taken:
    """Read the registers, which have no mistake."""
    entries: dict[str, tuple[Entry, ...]] = {}
    for path in sorted(folder(name).glob("*.yml")):
        if path.name == "demarche.yml":
            continue
        taken = registers.read(path.read_text(encoding="utf-8"), path.name)
        if taken.problems:
            raise ManuscriptError(taken.problems)
        entries |= taken.entries
    return registers.Taken(entries)


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
