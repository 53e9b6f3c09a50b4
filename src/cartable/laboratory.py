"""JupyterLab as facilitators need it: in French, on their notebooks, without news nor requests to the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cartable.errors import CartableError, MissingDependencyError

LARGEST_UPLOAD = 200_000_000  # bytes: a file given in a notebook travels in one message, 10 MB by default
SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


def command(folder: Path, *arguments: str) -> list[str]:
    """Return the command line that opens JupyterLab on a folder.

    Raises
    ------
    CartableError
        If the folder does not exist.
    MissingDependencyError
        If JupyterLab is not installed.
    """
    if not folder.is_dir():
        raise CartableError(
            f"Le dossier « {folder} » n’existe pas.",
            "Lancez la commande depuis le dossier du projet, ou indiquez --dossier.",
        )
    try:
        import jupyterlab  # type: ignore[import-untyped]  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingDependencyError(
            "JupyterLab n’est pas installé ici.",
            "Installez l’environnement avec « make book » (sous Windows : « py tasks.py livre »).",
        ) from error
    extensions = "--LabApp.extension_manager=readonly"
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--ServerApp.tornado_settings={{'websocket_max_message_size': {LARGEST_UPLOAD}}}",
        extensions,
        *arguments,
    ]


def settings_folder(parent: Path) -> Path:
    """Write the French settings where JupyterLab looks for the choices of an installation."""
    parent.mkdir(parents=True, exist_ok=True)
    (parent / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    return parent


def launch(folder: Path, *arguments: str) -> None:
    """Open JupyterLab and wait until it is closed.

    Raises
    ------
    CartableError
        If it could not start.
    """
    line = command(folder, *arguments)
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        line.append(f"--LabApp.app_settings_dir={settings_folder(Path(name))}")
        done = subprocess.run(line, env={**os.environ, "LANG": "fr_FR.UTF-8"}, check=False)
    if done.returncode:
        raise CartableError(
            "JupyterLab s’est arrêté sur une erreur.",
            "Relisez les lignes ci-dessus ; le port est peut-être déjà pris.",
        )
