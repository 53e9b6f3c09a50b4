"""Accidents while data are being kept: run as a script, it kills and starves writers, and tells what was read after.

Each accident happens in a child of its own, at the n-th thing that it does to the disk, for every n.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import signal
import sys
from pathlib import Path

import pandas as pd

from cartable.errors import CartableError
from cartable.sources.cache import Cache
from cartable.sources.model import Reading, Report, Source
from cartable.sources.records import Arrival

DAY = dt.date(2026, 5, 3)
HARMLESS, REFUSED, BUG, TIMEOUT = 0, 10, 11, 200


def source(key: str = "essai") -> Source:
    return Source(key, "Essai", "Nous", "Licence", "2021", "", "https://exemple.fr", "un nombre", lambda *_: reading(0))


def reading(value: float) -> Reading:
    table = pd.DataFrame({"nombre": [value] * 30}, index=pd.Index([f"{n:05}" for n in range(30)], name="code_insee"))
    return Reading(Report("f.csv", 30), communes=table)


def keep(cache: Cache, value: float, key: str = "essai") -> None:
    arrival = Arrival(b"x" * 300, "f.csv", "fichier remis", DAY, f"{value}")
    cache.store(source(key), reading(value), arrival)


def seen(cache: Cache) -> float:
    """Return what is in use; a mixture is a failure."""
    loaded = cache.load()
    if loaded.problems:
        raise AssertionError(str(loaded.problems[0]))
    values = set(loaded.holdings.communes["nombre"])
    if len(values) != 1 or len(loaded.holdings.communes) != 30:
        raise AssertionError(str(values))
    return values.pop()


class Accident:
    """Something that happens at the n-th access to the folder."""

    def __init__(self, kind: str, rank: int, folder: str) -> None:
        self.kind, self.rank, self.folder, self.count = kind, rank, folder, 0
        self.write, self.sync = os.write, os.fsync
        sys.addaudithook(self.audit)
        os.write, os.fsync = self.wrapped_write, self.wrapped_sync

    def happens(self) -> bool:
        self.count += 1
        return self.count == self.rank or (self.kind == "plein" and self.count > self.rank)

    def audit(self, event: str, arguments: tuple) -> None:
        inside = any(isinstance(one, str | os.PathLike) and os.fspath(one).startswith(self.folder) for one in arguments)
        if inside and event.startswith(("open", "os.", "shutil.")) and self.kind != "plein" and self.happens():
            self.strike()

    def strike(self) -> None:
        if self.kind == "tuer":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(errno.ENOSPC if self.kind == "plein" else errno.EACCES, "non")

    def wrapped_write(self, descriptor: int, content: bytes) -> int:
        if self.happens():
            self.write(descriptor, bytes(content)[: len(content) // 2])
            self.strike()
        return self.write(descriptor, content)

    def wrapped_sync(self, descriptor: int) -> None:
        if self.happens():
            self.strike()
        self.sync(descriptor)


def child(kind: str, rank: int, folder: Path) -> None:
    accident = Accident(kind, rank, str(folder))
    code = HARMLESS
    try:
        keep(Cache(folder), 2)
    except CartableError as error:
        code = REFUSED if error.remedy and "Errno" not in str(error) else BUG
    except BaseException:  # noqa: BLE001
        code = BUG
    os._exit(code if accident.count >= rank else TIMEOUT)


def accidents(kind: str, folder: Path, *, empty: bool = False) -> dict[str, int]:
    """Have an accident at each access in turn, until there are none left."""
    told = {"accidents": 0, "ancien": 0, "nouveau": 0, "rien": 0, "refus": 0}
    for rank in range(1, 1000):
        cache = Cache(folder / str(rank) if empty else folder)
        if not empty:
            keep(cache, 1)
        pid = os.fork()
        if pid == 0:
            child(kind, rank, cache.folder)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code == TIMEOUT:
            return told
        if code == BUG:
            raise AssertionError(f"{kind} {rank}")
        told["accidents"] += 1
        told["refus"] += code == REFUSED
        if empty and not cache.slots():
            told["rien"] += 1
            continue
        told[{1: "ancien", 2: "nouveau"}[seen(cache)]] += 1
    raise AssertionError("sans fin")


def crowd(folder: Path) -> dict[str, int]:
    """Have three writers at once, and read all the while."""
    cache, readings, pids = Cache(folder), 0, []
    keep(cache, 0)
    for writer in (1, 2, 3):
        pid = os.fork()
        if pid == 0:
            for _ in range(6):
                keep(Cache(folder), writer)
            os._exit(0)
        pids.append(pid)
    while pids:
        seen(cache)
        readings += 1
        for pid in list(pids):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                pids.remove(pid)
                if status:
                    raise AssertionError(str(status))
    return {"lectures": readings, "dossiers": sum(one.is_dir() for one in (folder / "essai").iterdir())}


if __name__ == "__main__":
    where, what = Path(sys.argv[1]), sys.argv[2]
    result = crowd(where) if what == "ensemble" else accidents(what, where, empty="vide" in sys.argv)
    print(json.dumps(result))  # noqa: T201
