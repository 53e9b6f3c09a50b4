"""From typed notes to events of a record: each note is on the disk before the next, and none is written twice.

The same line brought again is the same note, even once it has been moved, corrected, merged or deleted on the wall:
what a note once said is looked up in the history of the record, so nothing more is stored, and a purge erases it all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cartable import canvas as canvases
from cartable import wording
from cartable.canvas.reading import share
from cartable.entry.lines import normal, without_prefix
from cartable.entry.placing import Places
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.canvas.model import Canvas
    from cartable.entry.lines import Entered, Typed
    from cartable.record import Record
    from cartable.record.events import Event
    from cartable.record.state import State, Thing

BALLOT = "Points relevés sur le mur"
SHOW_OF_HANDS = "main-levee"
SHOWN = 40
FEW = 3
Identity = tuple[str, str, int | None, str, str]  # board, zone, number, table, text


class StoppedError(CartableError):
    """The disk refused a note: those before it are written; ``saved`` says which."""

    def __init__(self, message: str, remedy: str, saved: Saved) -> None:
        super().__init__(message, remedy)
        self.saved = saved


@dataclass
class Saved:
    """What became of the notes.

    Parameters
    ----------
    events
        Written, in order.
    written, sorted
        New notes, and notes that waited without a zone and now have one.
    already
        Notes that were there already.
    gone
        Notes that were there, and that someone has since deleted or merged.
    unsorted
        New notes without a zone.
    """

    events: list[Event] = field(default_factory=list)
    written: list[Typed] = field(default_factory=list)
    sorted: list[Typed] = field(default_factory=list)
    already: list[Typed] = field(default_factory=list)
    gone: list[Typed] = field(default_factory=list)

    @property
    def unsorted(self) -> list[Typed]:
        """The new notes without a zone."""
        return [note for note in self.written if not note.zone]

    def sentence(self) -> str:
        """Say it all."""
        parts = [f"{wording.plural(len(self.written), 'papier enregistré', 'papiers enregistrés')}."]
        if not self.written:
            parts = ["Aucun papier nouveau."]
        if self.unsorted:
            parts.append(f"Restent à ranger dans une zone : {_lines(self.unsorted)}.")
        if self.sorted:
            one, several = "papier qui attendait est rangé", "papiers qui attendaient sont rangés"
            parts.append(f"{wording.plural(len(self.sorted), one, several)}.")
        if self.already:
            were = wording.plural(len(self.already), "papier était déjà là", "papiers étaient déjà là")
            parts.append(f"{were} ({_lines(self.already)}) : rien n’est doublé. Si c’est un autre papier qui dit la "
                         "même chose, donnez-lui un numéro de case.")  # fmt: skip
        if self.gone:
            were = wording.plural(len(self.gone), "papier a été fusionné ou mis à la corbeille",
                                  "papiers ont été fusionnés ou mis à la corbeille")  # fmt: skip
            parts.append(f"Depuis, {were} ({_lines(self.gone)}) : le tableau permet de restaurer.")
        return wording.typeset(" ".join(parts))


def _lines(notes: list[Typed]) -> str:
    shown = [wording.number(note.line) for note in notes[:FEW]]
    more = len(notes) - len(shown)
    word = "ligne" if len(notes) == 1 else "lignes"
    return f"{word} {wording.join([*shown, f'{wording.number(more)} autres'] if more else shown)}"


def apply(entered: Entered, record: Record, board: str, canvas: Canvas | None = None) -> list[Event]:
    """Write the notes on a board and return the events written (see ``save``)."""
    return save(entered, record, board, canvas).events


def save(entered: Entered, record: Record, board: str, canvas: Canvas | None = None) -> Saved:
    """Write the notes on a board: each is durable on the disk before the next one is written.

    A note of another table goes on the board of this table that has the same canvas, in the same session, if there is
    one. Notes without a zone are written too, to be sorted later; brought again with a zone, they are sorted.

    Parameters
    ----------
    canvas
        That of the board; by default, the one of the kit that it names.

    Raises
    ------
    StoppedError
        If the disk refuses: run it again once it is mended, nothing will be doubled.
    CartableError
        If the board or its canvas does not exist.
    """
    state = record.state
    found = state.things.get(board)
    if found is None or found.kind != "tableau":
        raise CartableError("Ce tableau n’est pas dans le carnet.", "Choisissez un tableau du carnet.")
    used = canvas or canvases.load()[str(found["canevas"])]
    return _Writing(record, state, found, used).run(entered.notes)


class _Writing:
    """One list on its way to a record."""

    def __init__(self, record: Record, state: State, board: Thing, canvas: Canvas) -> None:
        self.record, self.state, self.board, self.canvas = record, state, board, canvas
        self.saved = Saved()
        self.known = _history(state)
        self._tables: dict[str, str] = {}
        self._places: dict[str, Places] = {}
        self._ballots: dict[str, str] = {}

    def run(self, notes: Iterable[Typed]) -> Saved:
        """Write every note, or say where it stopped."""
        listed = list(notes)
        try:
            targets = [(note, *self._where(note)) for note in listed]
            for note, board, _ in targets:
                if note.zone:
                    self._room(board).keep(note.zone, note.numero)
            for note, board, table in targets:
                self._one(note, board, table)
        except CartableError as error:
            done = len(self.saved.written) + len(self.saved.sorted)
            raise StoppedError(
                wording.typeset(f"{error.message} {wording.plural(done, 'papier')} sur {wording.number(len(listed))} "
                                f"{'sont enregistrés' if done > 1 else 'est enregistré'}."),
                wording.typeset(f"{error.remedy} Puis recommencez avec la même liste : rien ne sera doublé."),
                self.saved,
            ) from error  # fmt: skip
        return self.saved

    def _write(self, genre: Any, objet: str | None = None, /, **donnees: Any) -> Event:  # noqa: ANN401
        event = self.record.write(genre, objet, **donnees)
        self.saved.events.append(event)
        return event

    # Tables

    def _where(self, note: Typed) -> tuple[str, str]:
        """Return the board of a note and the table that it belongs to, when it is not that of the board."""
        own = str(self.board["table"] or "")
        table = self._table(note.table) if note.table else own
        if table == own:
            return self.board.id, ""
        twin = self.state.all("tableau", canevas=self.board["canevas"], seance=self.board["seance"], table=table)
        return (twin[0].id, "") if twin else (self.board.id, table)

    def _table(self, name: str) -> str:
        """Return a table of the session by its name; one that does not exist yet is made."""
        wanted = wording.fold(name)
        if wanted not in self._tables:
            session = self.board["seance"]
            same = (one for one in self.state.all("table", seance=session) if wording.fold(str(one["nom"])) == wanted)
            found = next(same, None)
            self._tables[wanted] = found.id if found else self._write("table", seance=session, nom=name).objet
        return self._tables[wanted]

    # Notes

    def _one(self, note: Typed, board: str, table: str) -> None:
        there = self._known(note, board, table)
        if there is not None:
            (self.saved.gone if there.deleted else self.saved.already).append(note)
            self._vote(note, board, there.id)
            return
        waiting = self._waiting(note, board, table) if note.zone else None
        fields = self._fields(note, board, table)
        event = self._write("note", waiting, **fields)
        (self.saved.sorted if waiting else self.saved.written).append(note)
        self._vote(note, board, event.objet)

    def _known(self, note: Typed, board: str, table: str) -> Thing | None:
        """Return the note that already says this; each answers for one line only."""
        said = self.known.get((board, note.zone, note.numero, table, normal(note.texte)), [])
        return self._claim(said)

    def _claim(self, candidates: list[Thing]) -> Thing | None:
        while candidates:
            one = candidates.pop(0)
            if one.id not in self._claimed:
                self._claimed.add(one.id)
                return one
        return None

    @property
    def _claimed(self) -> set[str]:
        return self.known.claimed

    def _waiting(self, note: Typed, board: str, table: str) -> str | None:
        """Return a note without a zone that says the same: it is sorted, not written again."""
        text = normal(note.texte)
        lists = (self.known.get((board, "", None, table, text), []), self.known.bare.get((board, table, text), []))
        for candidates in lists:
            for one in list(candidates):
                if not one["zone"] and not one.deleted and one.id not in self._claimed:
                    self._claimed.add(one.id)
                    return one.id
        return None

    def _fields(self, note: Typed, board: str, table: str) -> dict[str, Any]:
        fields: dict[str, Any] = {"tableau": board, "zone": note.zone, "texte": note.texte, "numero": note.numero}
        if note.zone:
            fields["x"], fields["y"] = self._room(board).cell(note.zone, note.numero)
        if table:
            fields["table"] = table
        if note.role:
            fields["role"] = note.role
        return fields

    def _room(self, board: str) -> Places:
        """Return the places of a board, those of its notes taken."""
        if board not in self._places:
            places = self._places[board] = Places(self.canvas)
            for one in self.state.notes(board):
                number = one["numero"]
                places.take(str(one["zone"] or ""), share(one["x"]), share(one["y"]),
                            number if isinstance(number, int) else None)  # fmt: skip
        return self._places[board]

    # Points

    def _vote(self, note: Typed, board: str, target: str) -> None:
        """Write the points counted on a paper, unless they are there already."""
        if not note.points:
            return
        ballot = self._ballot(board)
        votes = self.state.all("vote", scrutin=ballot, cible=target, votant=SHOW_OF_HANDS)
        if votes and votes[-1]["points"] == note.points:
            return
        self._write("vote", votes[-1].id if votes else None,
                    scrutin=ballot, cible=target, votant=SHOW_OF_HANDS, points=note.points)  # fmt: skip

    def _ballot(self, board: str) -> str:
        if board not in self._ballots:
            found = self.state.all("scrutin", tableau=board, titre=BALLOT)
            self._ballots[board] = found[0].id if found else self._write(
                "scrutin", tableau=board, titre=BALLOT, budget=self.canvas.budget, mode=SHOW_OF_HANDS, devoile=True,
            ).objet  # fmt: skip
        return self._ballots[board]


class _Known(dict[Identity, list["Thing"]]):
    """What every note has ever said: each identity and the notes that had it."""

    def __init__(self) -> None:
        super().__init__()
        self.bare: dict[tuple[str, str, str], list[Thing]] = {}
        """Notes without a zone, by their text without the prefix that was not understood."""
        self.claimed: set[str] = set()


def _history(state: State) -> _Known:
    """Return what every note says and once said."""
    found = _Known()
    now: dict[str, dict[str, Any]] = {}
    for event in state.events:
        thing = state.things.get(event.objet)
        if event.genre != "note" or event.id in state.undone or thing is None:
            continue
        fields = now[event.objet] = {**now.get(event.objet, {}), **event.donnees}
        board, text = str(fields.get("tableau") or ""), str(fields.get("texte") or "")
        table, zone = _table_of(state, board, fields.get("table")), str(fields.get("zone") or "")
        said = (board, zone, fields.get("numero"), table, normal(text))
        if thing not in found.setdefault(said, []):
            found[said].append(thing)
        if not zone:
            found.bare.setdefault((board, table, normal(without_prefix(text))), []).append(thing)
    return found


def _table_of(state: State, board: str, table: object) -> str:
    """Return the table of a note when it is not that of its board."""
    home = state.things.get(board)
    own = str(home["table"] or "") if home else ""
    return str(table) if table and str(table) != own else ""
