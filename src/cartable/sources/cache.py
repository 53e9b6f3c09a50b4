"""The data that were asked for, dated, on this machine: old ones serve until new ones are whole.

For each source a folder; in it one folder for each version, and ``en-service.json``, a small file that names the
version in use, the one before, and the digest of what they hold. A version is written entirely, flushed to the disk and
read again; then that small file is replaced, in one move that a system does or does not: whenever the machine stops,
either the old version is in use or the new one is.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import __version__
from cartable.errors import CartableError, DataError, reason
from cartable.holdings import NOTHING
from cartable.sources import combining, disk, formats, lock, records
from cartable.sources.records import Pointer, Version

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from cartable.holdings import Holdings
    from cartable.sources.formats import Normalised
    from cartable.sources.model import Reading, Source
    from cartable.sources.records import Arrival, Record

POINTER, RECORD = "en-service.json", "fiche.json"
SLOT = re.compile(r"[a-z0-9_]+(-\d{9})?")
PATIENCE = 30.0
"""Seconds that a writer waits for another one."""


class DamagedError(DataError):
    """Something in the cache is not what was written; the other sources still serve."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """Everything at hand, and why something is not."""

    holdings: Holdings
    problems: tuple[CartableError, ...] = ()


def default_folder() -> Path:
    """Return where data are kept: the folder that ``CARTABLE_CACHE`` names, or the usual place of the system."""
    chosen = os.environ.get("CARTABLE_CACHE")
    if chosen:
        return Path(chosen)
    try:
        import platformdirs  # noqa: PLC0415
    except ImportError:  # a browser has no place of its own for the data of programs
        return Path.home() / ".cartable"
    return Path(platformdirs.user_data_dir("cartable", appauthor=False))


def slot_of(key: str, siren: str = "") -> str:
    """Return the name under which the data of a source are kept: « filosofi », « geo-200070035 »."""
    return f"{key}-{siren}" if siren else key


class Cache:
    """The folder of the data that were asked for.

    Parameters
    ----------
    folder
        Where; ``default_folder()`` when none is given. It is only made when something is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def slots(self) -> list[str]:
        """Return the names of everything that was published, in order."""
        try:
            return sorted(
                one.parent.name for one in self.folder.glob(f"*/{POINTER}") if SLOT.fullmatch(one.parent.name)
            )
        except OSError as error:
            raise _unreadable(self.folder, error) from error

    def stamp(self) -> str:
        """Return a text that changes each time something is published, put back or forgotten."""
        digest = hashlib.sha256()
        for slot in self.slots():
            with contextlib.suppress(OSError):
                digest.update(slot.encode() + (self.folder / slot / POINTER).read_bytes())
        return digest.hexdigest()

    def pointer(self, slot: str) -> Pointer | None:
        """Return what is in use, none when nothing ever was.

        Raises
        ------
        DamagedError
            If the file that tells it cannot be read.
        """
        path = self._home(slot) / POINTER
        try:
            return records.pointer(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path, slot, back=False) from error

    def record(self, slot: str) -> Record | None:
        """Return what is known of the data in use, none when there are none.

        Raises
        ------
        DamagedError
            If it cannot be trusted.
        """
        pointer = self.pointer(slot)
        return self._record(slot, pointer.current) if pointer else None

    def intact(self, slot: str) -> bool:
        """Say whether everything in use is there, exactly as it was written."""
        try:
            record = self.record(slot)
            return record is not None and all(self.content(slot, name) for name in record.digests)
        except CartableError:
            return False

    def content(self, slot: str, name: str) -> bytes:
        """Return a file of the version in use: one of ``formats``, or the one that was received (``Record.raw``).

        Raises
        ------
        CartableError
            If there is none, or if it is not what was written.
        """
        pointer = self.pointer(slot)
        if pointer is None:
            raise _unknown(slot)
        return self._content(slot, pointer.current, self._record(slot, pointer.current), name)

    def path(self, slot: str, name: str) -> Path:
        """Return where a file of the version in use is, for someone who wants to open it.

        Raises
        ------
        CartableError
            If there are no data of this name.
        """
        pointer = self.pointer(slot)
        if pointer is None:
            raise _unknown(slot)
        return self._home(slot) / pointer.current.folder / name

    def load(self, keys: Iterable[str] | None = None) -> Loaded:
        """Return everything that is in use, or that of some sources, and what must be said of it.

        A damaged source is set apart; one that another version of Cartable read serves.
        """
        wanted, found, problems = None if keys is None else set(keys), [], []
        try:
            slots = self.slots()
        except DataError as error:
            return Loaded(NOTHING, (error,))
        for slot in slots:
            if wanted is not None and slot.partition("-")[0] not in wanted:
                continue
            try:
                found.append(self._load(slot))
            except CartableError as error:
                problems.append(error)
        problems += [_outdated(record) for record, _ in found if record.program != __version__]
        holdings, conflicts = combining.combine(found)
        return Loaded(holdings, (*problems, *conflicts))

    def holdings(self, keys: Iterable[str] | None = None) -> Holdings:
        """Return everything that is in use and whole; ``load`` says besides what is damaged."""
        return self.load(keys).holdings

    def store(self, source: Source, reading: Reading, arrival: Arrival) -> Record:
        """Keep what a file gave, and put it in use.

        Raises
        ------
        CartableError
            If the disk refuses: what was in use still is.
        """
        slot = slot_of(source.key, arrival.siren)
        data = formats.normalise(reading)
        report = formats.report_csv(reading.report)
        contents = {**formats.dump(data), formats.REPORT: report, records.raw_name(arrival.file): arrival.content}
        record = records.record(source, reading, arrival, contents, data)
        with self._writing(slot) as before:
            version = self._write(slot, arrival.day, {**contents, RECORD: records.dumps(record)})
            self._verify(slot, version, data)
            self._publish(slot, Pointer(version, self._last_good(slot, before), arrival.day))
        return record

    def touch(self, slot: str, day: dt.date) -> None:
        """Note that what is in use was still the newest on a day."""
        self._known(slot)
        with self._writing(slot) as before:
            if before is None:
                raise _unknown(slot)
            self._publish(slot, replace(before, checked=day))

    def restore(self, slot: str) -> Record:
        """Put the version before in use again; the present one becomes the one before.

        Raises
        ------
        CartableError
            If there is none, or if it is damaged.
        """
        self._known(slot)
        with self._writing(slot) as before:
            if before is None or before.previous is None:
                raise CartableError(
                    f"Il n’y a pas de version précédente de « {slot} ».", "Rien n’a été changé : redonnez le fichier."
                )
            record = self._record(slot, before.previous)
            self._read(slot, before.previous, record)
            self._publish(slot, Pointer(before.previous, before.current, before.checked))
        return record

    def forget(self, slot: str) -> None:
        """Remove every version of the data of a source.

        Raises
        ------
        CartableError
            If there are none, or if the disk refuses.
        """
        home = self._home(slot)
        if not home.is_dir():
            raise _unknown(slot)
        with self._writing(slot):
            (home / POINTER).unlink(missing_ok=True)
            shutil.rmtree(home, ignore_errors=True)

    # --- reading

    def _home(self, slot: str) -> Path:
        if not SLOT.fullmatch(slot):
            raise CartableError(f"« {slot} » n’est pas une source.", "Voyez la liste : cartable donnees etat.")
        return self.folder / slot

    def _known(self, slot: str) -> None:
        if self.pointer(slot) is None:
            raise _unknown(slot)

    def _record(self, slot: str, version: Version) -> Record:
        path = self._home(slot) / version.folder / RECORD
        try:
            return records.loads(self._checked(slot, path, version.digest))
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path, slot) from error

    def _content(self, slot: str, version: Version, record: Record, name: str) -> bytes:
        path = self._home(slot) / version.folder / name
        if name not in record.digests:
            raise CartableError(
                f"Il n’y a pas de « {name} » parmi les données de « {slot} ».", "Choisissez-en un autre."
            )
        return self._checked(slot, path, record.digests[name])

    def _checked(self, slot: str, path: Path, digest: str) -> bytes:
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise _damaged(path, slot) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise _damaged(path, slot)
        return content

    def _read(self, slot: str, version: Version, record: Record) -> Normalised:
        names = [name for name in record.digests if name in formats.DATA]
        contents = {name: self._content(slot, version, record, name) for name in names}
        try:
            return formats.load(contents, record.columns)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(self._home(slot) / version.folder, slot) from error

    def _load(self, slot: str) -> tuple[Record, Normalised]:
        """Read what is in use; a version may be swept meanwhile, when two others were published since."""
        pointer = self.pointer(slot)
        while pointer is not None:
            try:
                record = self._record(slot, pointer.current)
                return record, self._read(slot, pointer.current, record)
            except DamagedError:
                again = self.pointer(slot)
                if again == pointer:
                    raise
                pointer = again
        raise _unknown(slot)

    # --- writing

    @contextlib.contextmanager
    def _writing(self, slot: str) -> Iterator[Pointer | None]:
        """Hold the source, without the drafts of those who died; give what is in use, none when it is unreadable."""
        home = self._home(slot)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with lock.hold(self.folder / f"{slot}.verrou", PATIENCE):
                home.mkdir(exist_ok=True)
                try:
                    before = self.pointer(slot)
                except DamagedError:
                    before = None
                else:
                    disk.sweep(home, {POINTER} | (before.folders if before else set()))
                yield before
        except OSError as error:
            raise CartableError(
                f"Impossible d’écrire dans « {home} » : {reason(error)}.",
                "Les données d’avant restent en place. Faites de la place, ou choisissez un autre dossier avec la "
                "variable CARTABLE_CACHE, puis recommencez.",
            ) from error

    def _last_good(self, slot: str, before: Pointer | None) -> Version | None:
        """Return the version to go back to: the one in use, unless it is damaged."""
        if before is None:
            return None
        return before.current if self.intact(slot) else before.previous

    def _write(self, slot: str, day: dt.date, contents: dict[str, bytes]) -> Version:
        """Write a whole version in a folder that nobody reads yet; leave nothing when the disk refuses."""
        home = self._home(slot)
        folder = disk.fresh(home, day)
        try:
            for name, content in contents.items():
                disk.put(folder / name, content)
            disk.flush(folder)
            disk.flush(home)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return Version(folder.name, hashlib.sha256(contents[RECORD]).hexdigest())

    def _verify(self, slot: str, version: Version, data: Normalised) -> None:
        """Read again what was just written: a disk may lie, and what is put in use must be what was read."""
        if not self._read(slot, version, self._record(slot, version)).same(data):
            shutil.rmtree(self._home(slot) / version.folder, ignore_errors=True)
            raise CartableError(
                f"Les données de « {slot} » relues sur le disque ne sont pas celles qui y ont été écrites.",
                "Les données d’avant restent en place. Vérifiez le disque, puis recommencez.",
            )

    def _publish(self, slot: str, pointer: Pointer) -> None:
        """Put a version in use, in one move."""
        home = self._home(slot)
        draft = home / f".{POINTER}"
        draft.unlink(missing_ok=True)
        disk.put(draft, pointer.dumps())
        disk.replace(draft, home / POINTER)
        with contextlib.suppress(OSError):  # from here on the new version is in use, whatever the disk says
            disk.flush(home)
            disk.sweep(home, {POINTER} | pointer.folders)


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"Impossible de lire « {path} » : {reason(error)}.", "Vérifiez que vous avez le droit de lire ce dossier."
    )


def _outdated(record: Record) -> CartableError:
    key = record.source
    return DataError(
        f"Les données « {key} » ont été lues par une autre version de Cartable ({record.program}) : elles servent, "
        "mais les communes ont pu changer.",
        f"Relisez-les, sans connexion : « cartable donnees relire {key} ».",
    )


def _unknown(slot: str) -> CartableError:
    return CartableError(f"Il n’y a pas de données de « {slot} ».", "Voyez ce qui est là : cartable donnees etat.")


def _damaged(path: Path, slot: str, *, back: bool = True) -> DamagedError:
    """Say what cannot serve; ``back`` proposes the version before, when something still tells which one it is."""
    remedy = f"Refaites-les : « cartable donnees actualiser {slot.partition('-')[0]} », ou redonnez le fichier."
    if back:
        remedy += f" Vous pouvez aussi reprendre celles d’avant : « cartable donnees revenir {slot} »."
    return DamagedError(f"Les données de « {slot} » ne peuvent pas servir : « {path} » est abîmé ou manque.", remedy)
