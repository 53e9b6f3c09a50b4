"""``make kit``: everything on one key: the book, what is printed, what is replayed, and how to start.

The archive is the same, byte for byte, for the same files and the same date (``SOURCE_DATE_EPOCH``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import zipfile
from typing import TYPE_CHECKING

from tools.console import ROOT, TaskError, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BOOK = ROOT / "_build" / "html"
OUTPUT = ROOT / "_build" / "cartable-cle.zip"
STARTERS = ROOT / "tools" / "cle"
SUMS = "empreintes.txt"
TOP = "cartable"
DAY = 315_532_800
"""1st January 1980, the first day that an archive can write."""
PRINTED = {
    "papier/cartable-guide.pdf": "imprimer/guide.pdf",
    "papier/cartable-corpus.pdf": "imprimer/corpus-de-la-personne-qui-anime.pdf",
    "imprimes/fiches-a4.pdf": "imprimer/fiches-des-formats.pdf",
    "imprimes/exercices.pdf": "imprimer/exercices.pdf",
}
LEFT_OUT = (".buildinfo", ".empreinte", "empreintes.json", "objects.inv", ".doctrees")
ALREADY_PACKED = (".zip", ".png", ".woff2", ".whl", ".xlsx", ".docx", ".gz")


def write() -> Path:
    """Write the archive from the book that was built.

    Raises
    ------
    TaskError
        If the book, or one of the volumes on paper, is not there.
    """
    return pack(dict(gather()), OUTPUT)


def pack(files: Mapping[str, Path], output: Path) -> Path:
    """Write an archive that is the same for the same files and the same date, with the digest of each.

    Parameters
    ----------
    files
        The name of each file on the key, and where it is now.
    """
    date = stamp()
    output.parent.mkdir(parents=True, exist_ok=True)
    sums = "".join(f"{digest(path)}  {name}\n" for name, path in sorted(files.items()))
    draft = output.with_suffix(".part")
    with zipfile.ZipFile(draft, "w") as archive:
        for name, path in sorted(files.items()):
            _add(archive, name, path.read_bytes(), date, runs=name.endswith((".sh", ".command")))
        _add(archive, SUMS, sums.encode(), date)
    draft.replace(output)
    count, weight = len(files), f"{output.stat().st_size / 1e6:.0f}"
    say(f"La clé est prête : {output.relative_to(ROOT)} ({count} fichiers, {weight} Mo).")
    return output


def gather() -> Iterator[tuple[str, Path]]:
    """Yield what goes on the key: its name there, and where it is now."""
    if not (BOOK / "index.html").is_file():
        raise TaskError(
            "Le livre n'est pas construit : lancez d'abord « py tasks.py livre » ou « py tasks.py rejouer »."
        )
    for path in sorted(BOOK.rglob("*")):
        if path.is_file() and not path.name.endswith(LEFT_OUT):
            yield f"livre/{path.relative_to(BOOK).as_posix()}", path
    for source, name in PRINTED.items():
        if not (BOOK / source).is_file():
            raise TaskError(f"Il manque « {source} » dans le livre. Reconstruisez-le, puis recommencez.")
        yield name, BOOK / source
    for path in sorted(STARTERS.iterdir()):
        yield path.name, path


def stamp() -> tuple[int, int, int, int, int, int]:
    """Return the date written on every file: that of ``SOURCE_DATE_EPOCH``, or the first that an archive can hold."""
    seconds = max(DAY, int(os.environ.get("SOURCE_DATE_EPOCH", DAY)))
    date = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return date.year, date.month, date.day, date.hour, date.minute, date.second


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _add(
    archive: zipfile.ZipFile,
    name: str,
    content: bytes,
    date: tuple[int, int, int, int, int, int],
    *,
    runs: bool = False,
) -> None:
    info = zipfile.ZipInfo(f"{TOP}/{name}", date)
    info.create_system = 3  # the same archive on every system
    info.external_attr = (stat.S_IFREG | (0o755 if runs else 0o644)) << 16
    info.compress_type = zipfile.ZIP_STORED if name.endswith(ALREADY_PACKED) else zipfile.ZIP_DEFLATED
    archive.writestr(info, content)
