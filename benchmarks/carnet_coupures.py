"""Coupe le courant au hasard : un programme écrit des papiers dans un carnet, on le tue, on rouvre, on compte.

Chaque papier acquitté doit être là, et le carnet doit s’ouvrir. `python benchmarks/carnet_coupures.py 1000`
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from cartable import record
from cartable.errors import CartableError

LONGEST = 0.05  # seconds: several notes, or the middle of the first one
FRESH = 25  # cuts on the same file
IDENTIFIER = 32


def cut(path: Path, chance: random.Random) -> tuple[set[str], bool]:
    """Write in a child until it is killed; return what it had acknowledged, and whether it was still at work."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _write(path, reader, writer)
    os.close(writer)
    time.sleep(chance.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    acknowledged = b""
    while piece := os.read(reader, 65536):
        acknowledged += piece
    os.close(reader)
    _, status = os.waitpid(child, 0)
    names = acknowledged.decode("ascii")
    return {names[i : i + IDENTIFIER] for i in range(0, len(names), IDENTIFIER)}, os.WIFSIGNALED(status)


def _write(path: Path, reader: int, writer: int) -> None:
    try:
        os.close(reader)
        kept = record.open(path)
        board = kept.write("tableau", canevas="afom", titre="Table 1").objet
        for rank in range(100_000):
            event = kept.write("note", tableau=board, zone="atouts", texte=f"Papier {rank} : le bus du jeudi")
            os.write(writer, event.id.encode("ascii"))
    except BaseException as error:  # noqa: BLE001 (a child never goes back into the program that forked it)
        os.write(2, f"{error}\n".encode())
    os._exit(3)


def run(count: int, seed: int) -> dict[str, int]:
    """Cut ``count`` times and return the counts."""
    chance = random.Random(seed)  # noqa: S311 (not a secret)
    figures = {"coupures": 0, "acquittes": 0, "perdus": 0, "refus_d_ouvrir": 0, "arrets_sans_coupure": 0}
    with tempfile.TemporaryDirectory() as folder:
        path, expected = Path(folder), set[str]()
        for rank in range(count):
            if rank % FRESH == 0:
                path, expected = Path(folder) / f"{rank}.carnet", set()
                record.create(path, titre="Démarche inventée", fictif=True).close()
            acknowledged, killed = cut(path, chance)
            expected |= acknowledged
            figures["coupures"] += 1
            figures["acquittes"] += len(acknowledged)
            figures["arrets_sans_coupure"] += not killed
            try:
                with record.open(path) as kept:
                    figures["perdus"] += len(expected - {event.id for event in kept.events()})
            except CartableError:
                figures["refus_d_ouvrir"] += 1
    return figures


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(json.dumps(run(wanted, seed=2026)))
