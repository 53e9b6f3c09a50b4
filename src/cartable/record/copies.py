"""Rolling copies of a record: made through SQLite while it is in use, kept a few days, put back on demand."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from cartable.errors import CartableError, reason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cartable.record.store import SqliteStore

LAST, DAYS = 10, 7  # the last copies, and one for each of the last days that have one
STAMP = "%Y-%m-%d %H-%M-%S"
EVERY = 50  # events between two copies


def folder(path: Path) -> Path:
    """Return where the copies of a record are."""
    return path.with_name(f"{path.stem} (copies)")


def listed(path: Path) -> list[Path]:
    """Return the copies of a record, the most recent first."""
    found = (one for one in folder(path).glob(f"*{path.suffix}") if _moment(one))
    return sorted(found, key=_stem, reverse=True)


def _stem(copy: Path) -> str:
    return copy.stem  # not the whole name: « 10-00-00 (2) » comes after « 10-00-00 »


def _moment(copy: Path) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(copy.stem[:19], STAMP)  # noqa: DTZ007 (the clock on the wall)
    except ValueError:
        return None


def make(store: SqliteStore, moment: dt.datetime) -> Path:
    """Copy a record now, then remove the copies that are too old.

    Raises
    ------
    CartableError
        If the copy cannot be written.
    """
    where = folder(store.path)
    try:
        where.mkdir(exist_ok=True)
    except OSError as error:
        raise CartableError(
            f"Le dossier des copies « {where.name} » ne peut pas être créé : {reason(error)}.",
            "Le carnet marche, mais sans copie de secours : mettez-le dans un dossier où vous pouvez écrire.",
        ) from error
    target = _free(where, moment.strftime(STAMP), store.path.suffix)
    draft = target.with_suffix(".brouillon")
    try:
        store.copy(draft)
        draft.replace(target)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    for old in spare(listed(store.path)):
        with contextlib.suppress(OSError):
            old.unlink()
    return target


def _free(where: Path, stem: str, suffix: str) -> Path:
    """Return a name that no copy has: two copies may be made within a second."""
    names = (stem, *(f"{stem} ({rank})" for rank in range(2, 100)))
    return next(path for name in names if not (path := where / f"{name}{suffix}").exists())


def spare(copies: Iterable[Path]) -> list[Path]:
    """Return the copies that can go: neither among the last ones, nor the last of one of the last days."""
    recent = sorted(copies, key=_stem, reverse=True)
    days: dict[str, Path] = {}
    for copy in recent:
        days.setdefault(copy.stem[:10], copy)
    kept = {*recent[:LAST], *list(days.values())[:DAYS]}
    return [copy for copy in recent if copy not in kept]


def restore(path: Path, copy: Path) -> Path:
    """Put a copy back in the place of a record, which may be damaged; return where that one is kept.

    Raises
    ------
    CartableError
        If the copy is damaged too, or the disk refuses; the record is then left as it was.
    """
    from cartable.record.store import SqliteStore  # noqa: PLC0415 (sqlite3 is not in every browser)

    sound = SqliteStore(copy)
    kept = path.with_name(f"{path.stem} avant restauration {dt.datetime.now().astimezone():{STAMP}}{path.suffix}")
    draft = path.with_name(f".{path.name}.restauration")
    try:
        sound.copy(draft)
        if path.exists():
            path.replace(kept)
        draft.replace(path)
    except OSError as error:
        raise CartableError(
            f"La copie n’a pas pu être remise en place : {reason(error)}.",
            "Fermez les notebooks et les pages qui se servent du carnet, puis recommencez.",
        ) from error
    finally:
        sound.close()
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    return kept
