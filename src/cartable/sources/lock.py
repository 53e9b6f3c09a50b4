"""One writer at a time, on every system; the system opens the lock again when its holder dies."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import IO, TYPE_CHECKING

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    def _take(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

    def _give(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

elif sys.platform == "emscripten":  # a browser: nobody else writes

    def _take(stream: IO[bytes]) -> None: ...

    def _give(stream: IO[bytes]) -> None: ...

else:
    import fcntl

    def _take(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)


@contextlib.contextmanager
def hold(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock that a file stands for; ``patience`` is in seconds.

    Raises
    ------
    CartableError
        If somebody else keeps it.
    OSError
        If the file cannot be opened.
    """
    with path.open("ab") as stream:
        deadline = time.monotonic() + patience
        while True:
            try:
                _take(stream)
                break
            except (BlockingIOError, PermissionError):
                if time.monotonic() > deadline:
                    raise CartableError(
                        "Une autre fenêtre de Cartable est en train d’écrire ces données.",
                        "Attendez qu’elle ait fini, ou fermez-la, puis recommencez.",
                    ) from None
                time.sleep(PAUSE)
        try:
            yield
        finally:
            _give(stream)
