"""The *carnet de démarche*: everything a group wrote, said and decided, from the first session to the roadmap.

``create`` begins one, ``open`` takes one up again, ``memory`` keeps one as long as the program runs. What is written
is an append-only list of events (``events``); what it says is computed from them (``state``).
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

import platformdirs

from cartable import output
from cartable.errors import CartableError, DataError, reason
from cartable.record import copies, document, places, roles
from cartable.record.document import Attachment
from cartable.record.events import Event, Writer
from cartable.record.files import JsonStore, MemoryStore, durable
from cartable.record.state import State
from cartable.record.store import NotSavedError, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType
    from typing import Self

    import pandas as pd

    from cartable.record.events import Kind

__all__ = ["Event", "NotSavedError", "Record", "State", "create", "memory", "open"]

SUFFIX = ".carnet"
HOME = "CARTABLE_CARNETS"
"""Variable that names another folder for the records that cannot work where the person put them."""


class Store(Protocol):
    """Where events are kept."""

    def append(self, events: Sequence[Event]) -> int:
        """Add events and return how many were new; they are safe on return."""

    def since(self, rank: int) -> tuple[int, list[Event]]:
        """Return the rank of the last event, and the events added after ``rank``."""

    def attach(self, digest: str, name: str, kind: str, content: bytes) -> None:
        """Keep a photo."""

    def attachments(self) -> dict[str, tuple[str, str]]:
        """Return the name and the media type of each photo."""

    def attachment(self, digest: str) -> bytes | None:
        """Return a photo."""

    def erase(self, blanked: Iterable[Event], digests: Iterable[str], added: Sequence[Event]) -> None:
        """Erase the content of events and photos."""

    def close(self) -> None:
        """Let go."""


_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def _one_at_a_time(
    method: Callable[Concatenate[Record, _Asked], _Answer],
) -> Callable[Concatenate[Record, _Asked], _Answer]:
    """Have a method wait for the others: a kernel answers widgets in another thread than that of the cells."""

    @functools.wraps(method)
    def alone(self: Record, /, *args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        with self._lock:
            return method(self, *args, **kwargs)

    return alone


class Record:
    """A record in use, from any thread.

    Parameters
    ----------
    store
        Where its events are.
    path
        Its file, if it has one.
    shared
        A JSON file in a synced folder, kept equal to this record: what it holds is taken first.
    warnings
        What the person should know about where it is.
    writer
        Makes its events.
    """

    def __init__(
        self, store: Store, path: Path | None = None, shared: Path | None = None, warnings: Iterable[str] = (),
        writer: Writer | None = None,
    ) -> None:  # fmt: skip
        self._lock = threading.RLock()
        self._store = store
        self.path = path
        self.shared = shared
        self.warnings = tuple(warnings)
        self._writer = writer or Writer()
        self._events: list[Event] = []
        self._rank = 0
        self._heard = 0
        self._state: tuple[int, State] | None = None
        self._since_copy = 0
        self._refresh()
        if shared and shared.is_file():
            self.merge(shared)
            self._refresh()
        self._heard = len(self._events)

    @_one_at_a_time
    def _refresh(self) -> None:
        """Take what was written since last time, here or elsewhere."""
        self._rank, fresh = self._store.since(self._rank)
        self._events += fresh
        self._writer.heard(fresh)

    @_one_at_a_time
    def events(self) -> tuple[Event, ...]:
        """Return every event, in the order in which this file received them."""
        self._refresh()
        return tuple(self._events)

    @property
    @_one_at_a_time
    def state(self) -> State:
        """What the record says now, including what another notebook has just written."""
        self._refresh()
        if self._state is None or self._state[0] != len(self._events):
            self._state = len(self._events), State(self._events)
        return self._state[1]

    @_one_at_a_time
    def write(self, genre: Kind, objet: str | None = None, /, **donnees: Any) -> Event:  # noqa: ANN401
        """Write that some fields of a thing take a value; without ``objet``, of a new thing.

        Returns
        -------
        Event
            The event, which is on the disk.

        Raises
        ------
        NotSavedError
            If the disk refuses: the event is in the error, to be tried again with ``extend``.
        CartableError
            If a role could name a person. Of communes, those with fewer than five people are not written.
        """
        roles.check(genre, donnees)
        if isinstance(donnees.get("communes"), dict):
            donnees["communes"] = roles.communes(donnees["communes"])
        self._refresh()
        event = self._writer.make(genre, objet, **donnees)
        self.extend([event])
        return event

    @_one_at_a_time
    def extend(self, events: Iterable[Event]) -> int:
        """Add events made elsewhere, those already there left out; return how many were new.

        Raises
        ------
        NotSavedError
            If the disk refuses: none of them is written.
        """
        listed = self._masked(list(events))
        if not listed:
            return 0
        added = self._store.append(listed)
        if any(event.genre == "purge" for event in listed):
            self._forget()
        self._since_copy += added
        if self._since_copy >= copies.EVERY:
            self._copy()
        return added

    def _masked(self, events: list[Event]) -> list[Event]:
        """Erase again what was purged here, when another file brings it back."""
        if not events or not any(event.genre == "purge" for event in self._events):
            return events
        from cartable.record import purging  # noqa: PLC0415 (hardly ever needed)

        return [purging.blank(event) if event.id in self.state.erased else event for event in events]

    @_one_at_a_time
    def news(self) -> list[Event]:
        """Return the events that others wrote since the last call."""
        self._refresh()
        fresh = self._events[self._heard :]
        self._heard = len(self._events)
        return [event for event in fresh if event.poste != self._writer.poste]

    def undo(self, event: str) -> Event:
        """Make an event count for nothing; undoing the event returned puts it back."""
        return self.write("annulation", evenement=event)

    # Photos

    @_one_at_a_time
    def attach(self, content: bytes, name: str, kind: str) -> str:
        """Keep a photo and return its digest (SHA-256), which names it."""
        digest = hashlib.sha256(content).hexdigest()
        self._store.attach(digest, name, kind, content)
        return digest

    @_one_at_a_time
    def attachment(self, digest: str) -> bytes | None:
        """Return a photo, or nothing if it was purged or is in another file."""
        return self._store.attachment(digest)

    @_one_at_a_time
    def attachments(self) -> dict[str, Attachment]:
        """Return every photo, by digest."""
        found = {}
        for digest, (name, kind) in self._store.attachments().items():
            content = self._store.attachment(digest)
            if content is not None:
                found[digest] = Attachment(name, kind, content)
        return found

    # Reading

    def notes(self) -> pd.DataFrame:
        """Return the notes that are not deleted, one a row."""
        from cartable.record import frames  # noqa: PLC0415 (pandas is slow to import)

        return frames.notes(self.state)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return one table for each kind of thing."""
        from cartable.record import frames  # noqa: PLC0415

        return frames.tables(self.state)

    @_one_at_a_time
    def export_json(self, path: Path) -> None:
        """Write everything, photos included, in one JSON file.

        Raises
        ------
        CartableError
            If the disk refuses.
        """
        durable(path, document.to_json(self.events(), self.attachments()))

    @_one_at_a_time
    def merge(self, path: Path) -> int:
        """Take what another file holds (record or JSON), without duplicates; return how many events were new.

        Raises
        ------
        CartableError
            If that file cannot be read; nothing is changed then.
        """
        with open(path) as other:
            for digest, one in other.attachments().items():
                if digest not in self.state.purged:
                    self._store.attach(digest, one.name, one.kind, one.content)
            return self.extend(other.events())

    # Safety

    def copies(self) -> list[Path]:
        """Return the copies of the file, the most recent first."""
        return copies.listed(self.path) if self.path else []

    def _copy(self) -> None:
        """Make a rolling copy, and the one that is shared; one that fails is said, and stops nothing."""
        self._since_copy = 0
        try:
            if isinstance(self._store, SqliteStore):
                copies.make(self._store, dt.datetime.now().astimezone())
            if self.shared:
                self._share(self.shared)
        except CartableError as error:
            self.warnings = tuple(dict.fromkeys((*self.warnings, f"La copie n’a pas pu se faire. {error}")))

    def _share(self, target: Path) -> None:
        """Write the copy of a synced folder, once what others put in it is taken."""
        if target.exists():
            self.merge(target)
        self.export_json(target)

    @_one_at_a_time
    def restore(self, copy: Path) -> None:
        """Put back a copy of the file; what it holds now is copied first.

        Raises
        ------
        CartableError
            If the copy is damaged or is not one of this file; nothing is changed then.
        """
        if not isinstance(self._store, SqliteStore):
            raise CartableError("Ce carnet n’a pas de copies.", "Seuls les carnets « .carnet » en ont.")
        copies.make(self._store, dt.datetime.now().astimezone())
        self._store.replace(copy)
        self._since_copy = 0
        self._reload()

    @_one_at_a_time
    def purge(self, today: dt.date) -> int:
        """Erase what was kept long enough (see ``purging``); return how many events were erased.

        Raises
        ------
        CartableError
            If the disk refuses.
        """
        from cartable.record import purging  # noqa: PLC0415

        plan = purging.plan(self.state, today)
        if not plan:
            return 0
        done = self._writer.make("purge", evenements=[event.id for event in plan.events], pieces=list(plan.attachments))
        self._erase([purging.blank(event) for event in plan.events], plan.attachments, [done])
        return len(plan.events)

    def _forget(self) -> None:
        """Erase here what a purge made elsewhere erased."""
        from cartable.record import purging  # noqa: PLC0415

        state = self.state
        blanked = [
            blank for event in state.events if event.id in state.erased and (blank := purging.blank(event)) != event
        ]
        self._erase(blanked, sorted(state.purged), [])

    def _erase(self, blanked: list[Event], digests: Iterable[str], added: list[Event]) -> None:
        self._store.erase(blanked, digests, added)
        for copy in self.copies():  # they hold what must no longer exist
            copy.unlink(missing_ok=True)
        self._reload()

    def _reload(self) -> None:
        """Read everything again: what was there has changed."""
        self._events, self._rank, self._state = [], 0, None
        self._refresh()
        self._heard = len(self._events)

    @_one_at_a_time
    def close(self) -> None:
        """Copy what changed, and let the file go."""
        if self._since_copy:
            self._copy()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def memory(events: Iterable[Event] = (), writer: Writer | None = None) -> Record:
    """Return a record without a file.

    Parameters
    ----------
    writer
        Makes its events; by default, with identifiers that are never the same twice.
    """
    return Record(MemoryStore(events), writer=writer)


def create(path: Path | str, *, titre: str, siren: str = "", territoire: str = "", fictif: bool = False) -> Record:
    """Begin a record in a new file: ``.carnet`` (SQLite), or ``.json``.

    Parameters
    ----------
    titre
        Of the démarche.
    siren, territoire
        Of the EPCI.
    fictif
        Whether it is an example: every document will say it.

    Raises
    ------
    CartableError
        If the file exists already, or the place refuses it.
    """
    where = Path(path)
    if not where.suffix:
        where = where.with_suffix(SUFFIX)
    home = _home(where)
    for taken in (where, home.path, home.shared):
        if taken and taken.exists():
            raise CartableError(
                f"Le carnet « {taken.name} » existe déjà : il n’a pas été touché.",
                "Ouvrez-le, ou choisissez un autre nom.",
            )
    if not where.parent.is_dir():
        raise CartableError(f"Le dossier « {where.parent} » n’existe pas.", "Créez-le, ou choisissez un autre dossier.")
    begun = Record(_store(home.path), home.path, home.shared, home.warnings)
    begun.write("demarche", titre=titre, siren=siren, territoire=territoire, fictif=fictif)
    return begun


def open(path: Path | str) -> Record:  # noqa: A001 (``record.open`` is what it does)
    """Take up a record: the file says by itself whether it is SQLite or JSON.

    Raises
    ------
    CartableError
        If there is none, or it is damaged, or a later version wrote it; it is left as it was.
    """
    where = Path(path)
    home = _Home(where) if where.is_file() and where.suffix != SUFFIX else _home(where)
    if not home.path.is_file() and not (home.shared and home.shared.is_file()):
        raise CartableError(f"Le carnet « {where} » n’existe pas.", "Vérifiez son nom et son dossier.")
    if home.shared and where.is_file() and not home.path.exists():
        _bring(where, home.path)
    try:
        store = _store(home.path)
    except DataError as error:
        raise _damaged(home.path, error) from error
    return Record(store, home.path, home.shared, home.warnings)


@dataclass(frozen=True)
class _Home:
    """Where a record works, and where its shared copy is when it cannot work there."""

    path: Path
    shared: Path | None = None
    warnings: tuple[str, ...] = ()


def _home(path: Path) -> _Home:
    """Return where the record of a chosen file works: elsewhere when its folder is synced."""
    where = path.absolute()
    risk = places.risk(where, drive_kind=places.drive(where))
    if risk is None or path.suffix != SUFFIX:
        return _Home(path)
    folder = output.folder(Path(os.environ.get(HOME) or platformdirs.user_data_path("cartable", False) / "carnets"))
    return _Home(folder / path.name, path.with_name(f"{path.name}.json"), (str(risk),))


def _bring(source: Path, target: Path) -> None:
    """Copy a record that was made in a synced folder, before Cartable knew better; the original is left there."""
    try:
        target.write_bytes(source.read_bytes())
    except OSError as error:
        raise CartableError(
            f"Le carnet « {source.name} » n’a pas pu être copié sur cet ordinateur : {reason(error)}.",
            "Copiez-le vous-même dans un dossier de cet ordinateur, puis ouvrez cette copie.",
        ) from error


def _store(path: Path) -> SqliteStore | JsonStore:
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            sqlite = file.read(6) == b"SQLite"
    else:
        sqlite = path.suffix != ".json"
    return SqliteStore(path) if sqlite or path.suffix == SUFFIX else JsonStore(path)


def _damaged(path: Path, error: DataError) -> DataError:
    """Say where the last sound copy is, when the file itself cannot be read."""
    found = copies.listed(path)
    if "abîmé" not in error.message or not found:
        return error
    return DataError(
        error.message,
        f"Reprenez sa dernière copie, celle du {found[0].stem} : "
        f"cartable carnet restaurer « {path.name} ». Le fichier abîmé est gardé.",
    )
