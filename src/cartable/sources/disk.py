"""Files that survive a power cut: written, flushed, put in place in one move."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
    from pathlib import Path

PAUSE, TRIES = 0.05, 40  # on Windows, a file that someone is reading cannot be replaced for a moment
WINDOWS = os.name == "nt"


def fresh(home: Path, day: dt.date) -> Path:
    """Make the folder of a new version."""
    rank = 1
    while (home / f"{day.isoformat()}-{rank}").exists():
        rank += 1
    folder = home / f"{day.isoformat()}-{rank}"
    folder.mkdir()
    return folder


def put(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush(folder: Path) -> None:
    """Wait until the disk has the names of a folder; Windows does it by itself."""
    if not WINDOWS:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(draft: Path, path: Path) -> None:
    """Put a draft in the place of a file, in one move."""
    for remaining in reversed(range(TRIES)):
        try:
            draft.replace(path)
        except PermissionError:
            if not remaining or not WINDOWS:
                raise
            time.sleep(PAUSE)
        else:
            return


def sweep(home: Path, kept: Collection[str]) -> None:
    """Remove all but some names: versions that nobody uses any more, drafts of those who died."""
    for path in list(home.iterdir()):
        if path.name in kept:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
