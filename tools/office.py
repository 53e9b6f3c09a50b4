"""LibreOffice, for the checks that open our Word and spreadsheet files in a real reader."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.console import ProgramError, run_quietly, say

VARIABLE = "CARTABLE_LIBREOFFICE"
PACKAGES = ("libreoffice-writer-nogui", "libreoffice-calc-nogui")
_COMMANDS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"%ProgramFiles%\LibreOffice\program\soffice.exe",
    r"%ProgramFiles(x86)%\LibreOffice\program\soffice.exe",
)


def find() -> Path | None:
    """Return the LibreOffice of this machine."""
    imposed = os.environ.get(VARIABLE)
    candidates = [imposed] if imposed else [*_COMMANDS, *map(os.path.expandvars, _USUAL_PLACES)]
    found = next(filter(None, map(shutil.which, candidates)), None)
    return Path(found) if found else None


def ensure() -> Path | None:
    """Return LibreOffice, after having tried to install it where we may (as root on Debian)."""
    found = find()
    if found or not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return found
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_quietly(["apt-get", "update"], "Mise à jour de la liste des paquets Debian", env)
        install = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
        run_quietly(install, "Installation de LibreOffice", env)
    except ProgramError as error:
        say(str(error))
    return find()


def remedy() -> str:
    """Return what brings LibreOffice on this machine."""
    if shutil.which("apt-get"):
        return f"sudo apt install {' '.join(PACKAGES)}"
    return "l’installation de LibreOffice (libreoffice.org)"
