"""Where a record may live: on the computer itself, not in a folder that another program synchronises.

A synced folder replaces the file under SQLite's feet, and a network share locks badly: both have damaged databases.
The record then works in a folder of this computer, and a copy in JSON goes to the folder that the person chose.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Names of folders, in lower case; « onedrive - mairie de … » begins with the first.
SYNCED = {
    "onedrive": "OneDrive", "dropbox": "Dropbox", "google drive": "Google Drive", "googledrive": "Google Drive",
    "mon drive": "Google Drive", "my drive": "Google Drive", "icloud": "iCloud", "mobile documents": "iCloud",
    "nextcloud": "Nextcloud", "owncloud": "ownCloud", "kdrive": "kDrive", "pcloud": "pCloud", "seafile": "Seafile",
}  # fmt: skip
VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
NETWORK = frozenset({"cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "fuse.sshfs", "fuse.rclone", "davfs", "afpfs"})
REMOTE = 4  # what Windows calls DRIVE_REMOTE


@dataclass(frozen=True)
class Risk:
    """Why a folder is not a safe home for a record.

    Parameters
    ----------
    what
        What it is: « OneDrive », « un partage réseau ».
    """

    what: str

    def __str__(self) -> str:
        return (
            f"Ce dossier est dans {self.what} : le carnet pourrait s’y abîmer. Cartable travaille donc sur cet "
            "ordinateur, et tient à jour ici une copie que l’on peut partager."
        )


def risk(
    path: PurePath,
    *,
    environment: Mapping[str, str] | None = None,
    mounts: Iterable[tuple[str, str]] | None = None,
    drive_kind: int | None = None,
) -> Risk | None:
    """Return why a place is not safe, or nothing.

    Parameters
    ----------
    path
        Of the record, absolute.
    environment
        Variables of the system.
    mounts
        (folder, kind of file system) of each mounted disk.
    drive_kind
        What Windows says of the drive; 4 for a network drive.
    """
    text = str(path)
    for name in VARIABLES:
        root = (os.environ if environment is None else environment).get(name)
        if root and _inside(text, root):
            return Risk("OneDrive")
    for part in path.parts:
        found = next((known for start, known in SYNCED.items() if _named(part.lower(), start)), None)
        if found:
            return Risk(found)
    if text.startswith(("\\\\", "//")) or drive_kind == REMOTE:
        return Risk("un partage réseau")
    kind = _file_system(text, _mounts() if mounts is None else mounts)
    return Risk("un partage réseau") if kind in NETWORK else None


def _named(part: str, start: str) -> bool:
    """Tell whether a folder bears a name: « onedrive », « onedrive - mairie », « icloud~com… »."""
    return part == start or part.startswith((f"{start} ", f"{start}-", f"{start}~", f"{start}_"))


def _inside(text: str, root: str) -> bool:
    one, other = (t.replace("\\", "/").rstrip("/").lower() for t in (text, root))
    return one == other or one.startswith(f"{other}/")


def _file_system(text: str, mounts: Iterable[tuple[str, str]]) -> str:
    """Return the kind of the file system that holds a path: that of the deepest folder mounted."""
    holding = [(len(where), kind) for where, kind in mounts if _inside(text, where) or where == "/"]
    return max(holding)[1] if holding else ""


def _mounts() -> list[tuple[str, str]]:
    """Read what Linux has mounted; other systems have no such file."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    fields = [line.split(" ") for line in lines]
    return [(one[1].replace("\\040", " "), one[2]) for one in fields if len(one) > 2]  # noqa: PLR2004


def drive(path: PurePath) -> int | None:
    """Return what Windows says of the drive of a path; ``None`` on other systems."""
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415 (Windows alone)

    kind: int = ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\")
    return kind
