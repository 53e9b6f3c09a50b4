"""A record in one SQLite file: an event is one transaction, and is on the disk when ``append`` returns.

The table of events only grows: triggers refuse any other change, except during a purge, which the law asks for.
A rollback journal with ``synchronous=FULL``: slower than others, but a power cut loses nothing acknowledged.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cartable.errors import CartableError, DataError
from cartable.record import events as reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from cartable.record.events import Event

APPLICATION = 0x43415254  # « CART »: written in the file, so that another SQLite file is not taken for a record
VERSION = 2
WAIT = 30_000  # ms: what another notebook may take to write
COLUMNS = "id, genre, objet, horloge, quand, poste, donnees"
# « OR IGNORE » and not « OR REPLACE »: what is written never changes.
INSERT = f"INSERT OR IGNORE INTO evenements ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (constants)
REFUSAL = "SELECT RAISE(ABORT, 'append only') WHERE (SELECT count(*) FROM purge_en_cours) = 0;"
MIGRATIONS: tuple[str, ...] = (
    # 1: the events.
    f"""
    CREATE TABLE evenements (
        rang INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE, genre TEXT NOT NULL, objet TEXT NOT NULL, horloge INTEGER NOT NULL,
        quand TEXT NOT NULL, poste TEXT NOT NULL, donnees TEXT NOT NULL
    ) STRICT;
    CREATE TABLE purge_en_cours (depuis TEXT NOT NULL) STRICT;
    CREATE TRIGGER jamais_change BEFORE UPDATE ON evenements BEGIN {REFUSAL} END;
    CREATE TRIGGER jamais_retire BEFORE DELETE ON evenements BEGIN {REFUSAL} END;
    """,
    # 2: the photos of the walls.
    """
    CREATE TABLE pieces (
        empreinte TEXT PRIMARY KEY, nom TEXT NOT NULL, type TEXT NOT NULL, contenu BLOB NOT NULL
    ) STRICT;
    """,
)


class NotSavedError(CartableError):
    """An event could not be written; it is in ``event``, to be tried again: nothing typed is lost."""

    def __init__(self, message: str, remedy: str, event: Event) -> None:
        super().__init__(message, remedy)
        self.event = event


class SqliteStore:
    """The events and the photos of one file.

    Parameters
    ----------
    path
        An existing record, or a file that does not exist yet.

    Raises
    ------
    DataError
        If the file is not a record, is damaged, or was written by a later version; it is left as it was.
    CartableError
        If the system refuses it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        fresh = not path.exists() or path.stat().st_size == 0
        try:
            # The record that owns it lets one thread in at a time.
            self._base = sqlite3.connect(path, timeout=WAIT / 1000, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise closed(path, error) from error
        try:
            self._prepare(fresh=fresh)
        except sqlite3.Error as error:
            self._base.close()
            raise closed(path, error) from error
        except CartableError:
            self._base.close()
            raise

    def _prepare(self, *, fresh: bool) -> None:
        self._base.execute(f"PRAGMA busy_timeout={WAIT}")
        if not fresh:
            self._recognise()
        for setting in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._base.execute(f"PRAGMA {setting}")
        self._migrate()

    def _recognise(self) -> None:
        """Refuse what is not a record of this version or of an earlier one, before anything is written."""
        application = self._pragma("application_id")
        version = self._pragma("user_version")
        if application != APPLICATION:
            raise DataError(
                f"Le fichier « {self.path.name} » n’est pas un carnet de démarche de Cartable.",
                "Vérifiez son nom ; il n’a pas été modifié.",
            )
        if version > VERSION:
            raise DataError(
                f"Le carnet « {self.path.name} » a été écrit par une version plus récente de Cartable.",
                "Mettez Cartable à jour sur cet ordinateur ; le carnet n’a pas été modifié.",
            )
        answer = self._base.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)

    def _pragma(self, name: str) -> int:
        return int(self._base.execute(f"PRAGMA {name}").fetchone()[0])

    @property
    def version(self) -> int:
        """Version of the schema of the file."""
        return self._pragma("user_version")

    def _migrate(self) -> None:
        """Bring the file to this version, one step per transaction; another notebook may be doing the same."""
        while self.version < VERSION:
            with self._transaction():
                done = self.version
                if done == VERSION:
                    return
                for statement in _statements(MIGRATIONS[done]):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA application_id={APPLICATION}")
                self._base.execute(f"PRAGMA user_version={done + 1}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise

    def append(self, events: Sequence[Event]) -> int:
        """Write events in one transaction, those already there left out; they are on the disk on return.

        Returns
        -------
        int
            How many were new.

        Raises
        ------
        NotSavedError
            If the disk refuses; none of them is written.
        """
        rows = [_row(event) for event in events]
        try:
            with self._transaction():
                before = self._base.total_changes
                self._base.executemany(INSERT, rows)
                return self._base.total_changes - before
        except sqlite3.Error as error:
            known = closed(self.path, error)
            raise NotSavedError(known.message, known.remedy, events[0]) from error

    def since(self, rank: int) -> tuple[int, list[Event]]:
        """Return the rank of the last event written, and the events written after ``rank``."""
        try:
            query = f"SELECT rang, {COLUMNS} FROM evenements WHERE rang > ? ORDER BY rang"  # noqa: S608 (constants)
            rows = self._base.execute(query, (rank,)).fetchall()
        except sqlite3.Error as error:
            raise closed(self.path, error) from error
        return (rows[-1][0] if rows else rank), [_event(row[1:]) for row in rows]

    @property
    def moved(self) -> int:
        """A number that changes when another connection has written in the file."""
        return self._pragma("data_version")

    def attach(self, digest: str, name: str, kind: str, content: bytes) -> None:
        """Keep a photo, named by its digest; the same one is kept once."""
        try:
            with self._transaction():
                self._base.execute("INSERT OR IGNORE INTO pieces VALUES (?, ?, ?, ?)", (digest, name, kind, content))
        except sqlite3.Error as error:
            raise closed(self.path, error) from error

    def attachments(self) -> dict[str, tuple[str, str]]:
        """Return the name and the media type of each photo, by digest."""
        rows = self._base.execute("SELECT empreinte, nom, type FROM pieces ORDER BY empreinte")
        return {digest: (name, kind) for digest, name, kind in rows}

    def attachment(self, digest: str) -> bytes | None:
        """Return a photo, or nothing if it was purged or never there."""
        row = self._base.execute("SELECT contenu FROM pieces WHERE empreinte = ?", (digest,)).fetchone()
        return bytes(row[0]) if row else None

    def erase(self, blanked: Iterable[Event], digests: Iterable[str], added: Sequence[Event]) -> None:
        """Replace the content of events, remove photos and note the purge; then give the space back, overwritten.

        Parameters
        ----------
        blanked
            The events as they must now read.
        digests
            The photos to remove.
        added
            The event of the purge, unless it came from elsewhere.
        """
        try:
            with self._transaction():
                self._base.execute("INSERT INTO purge_en_cours VALUES (?)", (reading.now(),))
                for event in blanked:
                    self._base.execute("UPDATE evenements SET donnees = ? WHERE id = ?", (_data(event), event.id))
                self._base.executemany("DELETE FROM pieces WHERE empreinte = ?", [(one,) for one in digests])
                self._base.executemany(INSERT, map(_row, added))
                self._base.execute("DELETE FROM purge_en_cours")
            self._base.execute("VACUUM")
        except sqlite3.Error as error:
            raise closed(self.path, error) from error

    def copy(self, target: Path) -> None:
        """Copy the file while it is in use, through SQLite itself.

        Raises
        ------
        CartableError
            If the copy cannot be written.
        """
        try:
            other = sqlite3.connect(target)
            try:
                self._base.backup(other)
            finally:
                other.close()
        except sqlite3.Error as error:
            raise closed(target, error) from error

    def replace(self, source: Path) -> None:
        """Put back the content of a copy, in the same file.

        Raises
        ------
        DataError
            If the copy is damaged; nothing is changed then.
        """
        kept = SqliteStore(source)  # refuses what is not a sound record
        try:
            kept._base.backup(self._base)
        except sqlite3.Error as error:
            raise closed(self.path, error) from error
        finally:
            kept.close()

    def close(self) -> None:
        """Let the file go."""
        self._base.close()


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements (``executescript`` would commit between them)."""
    pending = ""
    for line in script.splitlines():
        pending += f"{line}\n"
        if pending.strip() and sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _data(event: Event) -> str:
    # Without ASCII escapes a NUL would still be \u0000: SQLite's own text functions never see one.
    return json.dumps(dict(event.donnees), ensure_ascii=False, separators=(",", ":"))


def _row(event: Event) -> tuple[Any, ...]:
    return event.id, event.genre, event.objet, event.horloge, event.quand, event.poste, _data(event)


def _event(row: Sequence[Any]) -> Event:
    names = ("id", "genre", "objet", "horloge", "quand", "poste")
    return reading.read({**dict(zip(names, row[:6], strict=True)), "donnees": json.loads(row[6])})


def closed(path: Path, error: sqlite3.Error) -> CartableError:
    """Say in French why SQLite refused a file."""
    said, name = str(error).lower(), path.name
    if "full" in said:
        return CartableError(
            f"Le disque est plein : le carnet « {name} » n’a pas pu être écrit.",
            "Libérez de la place, puis réessayez : ce qui était enregistré est intact.",
        )
    if "readonly" in said or "read-only" in said or "attempt to write" in said:
        return CartableError(
            f"Le carnet « {name} » est en lecture seule.",
            "Copiez-le dans un dossier où vous avez le droit d’écrire, puis ouvrez cette copie.",
        )
    if "locked" in said or "busy" in said:
        return CartableError(
            f"Le carnet « {name} » est occupé par un autre programme.",
            "Attendez quelques secondes et réessayez ; fermez l’autre programme si cela dure.",
        )
    if "unable to open" in said:
        return CartableError(
            f"Le carnet « {path} » ne s’ouvre pas : son dossier n’existe pas, ou l’accès est refusé.",
            "Choisissez un dossier qui existe et où vous avez le droit d’écrire.",
        )
    if "disk i/o" in said:
        return CartableError(
            f"Le disque a refusé d’écrire le carnet « {name} ».",
            "Vérifiez la clé ou le disque, puis réessayez : ce qui était enregistré est intact.",
        )
    return DataError(
        f"Le carnet « {name} » est abîmé : il ne se lit pas ({error}).",
        "Reprenez sa dernière copie avec « cartable carnet restaurer » ; le fichier abîmé est laissé tel quel.",
    )
