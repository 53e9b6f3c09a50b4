"""A record in one JSON file, and a record in memory: the same services as ``store``, for small records."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from cartable.errors import CartableError, reason
from cartable.record import document
from cartable.record.document import Attachment
from cartable.record.store import NotSavedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from cartable.record.events import Event

PATIENCE = 10.0  # seconds: a lock older than that was left by a program that stopped


class MemoryStore:
    """Events kept as long as the program runs.

    Parameters
    ----------
    events
        Those to begin with.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: dict[str, Event] = {event.id: event for event in events}
        self._order = list(self._events)
        self._pieces: dict[str, Attachment] = {}
        self.moved = 0

    def append(self, events: Sequence[Event]) -> int:
        """Add events, those already there left out; return how many were new."""
        fresh = {event.id: event for event in events if event.id not in self._events}
        self._events |= fresh
        self._order += list(fresh)
        return len(fresh)

    def since(self, rank: int) -> tuple[int, list[Event]]:
        """Return the rank of the last event, and the events added after ``rank``."""
        return len(self._order), [self._events[one] for one in self._order[rank:]]

    def attach(self, digest: str, name: str, kind: str, content: bytes) -> None:
        """Keep a photo, named by its digest."""
        self._pieces.setdefault(digest, Attachment(name, kind, content))

    def attachments(self) -> dict[str, tuple[str, str]]:
        """Return the name and the media type of each photo, by digest."""
        return {digest: (one.name, one.kind) for digest, one in sorted(self._pieces.items())}

    def attachment(self, digest: str) -> bytes | None:
        """Return a photo, or nothing if it was purged or never there."""
        one = self._pieces.get(digest)
        return one.content if one else None

    def erase(self, blanked: Iterable[Event], digests: Iterable[str], added: Sequence[Event]) -> None:
        """Replace the content of events, remove photos and note the purge."""
        MemoryStore.append(self, added)
        self._events |= {event.id: event for event in blanked}
        for digest in digests:
            self._pieces.pop(digest, None)

    def close(self) -> None:
        """Do nothing: there is no file."""


class JsonStore(MemoryStore):
    """Events kept in one JSON file, written whole and on the disk at each addition.

    Parameters
    ----------
    path
        An existing file, or one that does not exist yet.

    Raises
    ------
    DataError
        If it is not a record; it is left as it was.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._seen: tuple[int, int] = (0, 0)
        if path.exists():
            self._read()
        else:
            self._write()

    def append(self, events: Sequence[Event]) -> int:
        """Add events and write the file; they are on the disk on return.

        Raises
        ------
        NotSavedError
            If the disk refuses; none of them is kept.
        """
        with self._alone():
            self._catch_up()
            before = dict(self._events), list(self._order)
            added = super().append(events)
            try:
                self._write()
            except CartableError as error:
                self._events, self._order = before
                raise NotSavedError(error.message, error.remedy, events[0]) from error
        return added

    def since(self, rank: int) -> tuple[int, list[Event]]:
        """Return the rank of the last event, and the events added after ``rank``, here or elsewhere."""
        self._catch_up()
        return super().since(rank)

    def attach(self, digest: str, name: str, kind: str, content: bytes) -> None:
        """Keep a photo in the file."""
        with self._alone():
            self._catch_up()
            super().attach(digest, name, kind, content)
            self._write()

    def erase(self, blanked: Iterable[Event], digests: Iterable[str], added: Sequence[Event]) -> None:
        """Replace the content of events, remove photos, note the purge, and write the file."""
        with self._alone():
            self._catch_up()
            super().erase(blanked, digests, added)
            self._write()

    def _catch_up(self) -> None:
        """Take what another program wrote in the file."""
        if self.path.exists() and self._stamp() != self._seen:
            self._read()
            self.moved += 1

    def _stamp(self) -> tuple[int, int]:
        facts = self.path.stat()
        return facts.st_mtime_ns, facts.st_size

    def _read(self) -> None:
        try:
            stamp = self._stamp()
            text = self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise CartableError(
                f"Le fichier « {self.path.name} » n’est pas en UTF-8.", "Reprenez le fichier d’origine."
            ) from error
        except OSError as error:
            raise CartableError(
                f"Le fichier « {self.path.name} » ne s’ouvre pas : {reason(error)}.", "Vérifiez son nom et son dossier."
            ) from error
        found = document.from_json(text, self.path.name)
        MemoryStore.append(self, found.events)
        self._pieces |= found.attachments
        self._seen = stamp

    def _write(self) -> None:
        durable(self.path, document.to_json(self._events.values(), self._pieces))
        self._seen = self._stamp()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other programs waiting while the file is read then written."""
        lock = self.path.with_name(f".{self.path.name}.verrou")
        start = time.monotonic()
        while True:
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
                break
            except FileExistsError:
                if time.monotonic() - start > PATIENCE:
                    lock.unlink(missing_ok=True)
                time.sleep(0.02)
            except OSError:  # a folder that cannot be written: the write itself will say it
                break
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                lock.unlink(missing_ok=True)


def durable(path: Path, text: str) -> None:
    """Put a text in a file in one move, and on the disk: after a power cut the file is the old one or the new one.

    Raises
    ------
    CartableError
        If the disk refuses; the file is the old one.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise CartableError(
            f"Impossible d’écrire « {path.name} » : {reason(error)}.",
            "Libérez de la place ou changez de dossier, puis réessayez : l’ancien fichier est intact.",
        ) from error


def _settle(folder: Path) -> None:
    """Put the new name of the file on the disk too; Windows does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
