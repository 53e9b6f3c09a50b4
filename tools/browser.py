"""Chromium, for the checks that open pages: found where it usually is, installed where we may."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.console import ProgramError, run_quietly, say
from tools.environment import child_env

VARIABLE = "CARTABLE_CHROMIUM"
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_USUAL_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
)
_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\nwith sync_playwright() as p: print(p.chromium.executable_path)"
)


def find(interpreter: Path) -> Path | None:
    """Return the Chromium (or Chrome, or Edge) of this machine."""
    imposed = os.environ.get(VARIABLE)
    candidates = [imposed] if imposed else [*_COMMANDS, *map(os.path.expandvars, _USUAL_PLACES)]
    for candidate in candidates:
        found = shutil.which(candidate)
        if found:
            return Path(found)
    return None if imposed else _playwright_browser(interpreter)


def ensure(interpreter: Path) -> Path | None:
    """Return a Chromium, after having tried to install one if there is none."""
    found = find(interpreter)
    if found:
        return found
    for attempt in (_from_debian, _from_playwright):
        try:
            attempt(interpreter)
        except ProgramError as error:
            say(str(error))
        found = find(interpreter)
        if found:
            return found
    return None


def remedy() -> str:
    """Return the command that brings Chromium on this machine."""
    if shutil.which("apt-get"):
        return "sudo apt install chromium"
    name = ".venv\\Scripts\\python.exe" if os.name == "nt" else ".venv/bin/python"
    return f"{name} -m playwright install chromium"


def _playwright_browser(interpreter: Path) -> Path | None:
    done = subprocess.run(
        [str(interpreter), "-c", _PLAYWRIGHT],
        env=child_env(interpreter), check=False, capture_output=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    path = Path(done.stdout.strip() or "absent")
    return path if path.is_file() else None


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _from_debian(interpreter: Path) -> None:
    if not (shutil.which("apt-get") and _is_root()):
        return
    env = child_env(interpreter) | {"DEBIAN_FRONTEND": "noninteractive"}
    run_quietly(["apt-get", "update"], "Mise à jour de la liste des paquets Debian", env)
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    run_quietly(install, "Installation de Chromium", env)


def _from_playwright(interpreter: Path) -> None:
    install = [str(interpreter), "-m", "playwright", "install", "chromium"]
    run_quietly(install, "Téléchargement de Chromium", child_env(interpreter))
