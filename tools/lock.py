"""Lock every version, with hashes, for all systems and all the Pythons we accept."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools.console import ROOT, ProgramError, TaskError, run_quietly
from tools.environment import child_env
from tools.vendor import NPM

PAIRS = (
    ("requirements.in", "requirements.txt"),
    ("requirements-dev.in", "requirements-dev.txt"),
    ("requirements-cle.in", "requirements-cle.txt"),
)
"""What each lock is made from; the first bounds the others."""
OLDEST_PYTHON = "3.11"
_NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


def lock(interpreter: Path, *, upgrade: bool) -> None:
    """Write the locks again, all or none.

    Parameters
    ----------
    upgrade
        Whether to take the latest versions, rather than to move only what must.
    """
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        folder = Path(name)
        for file in (*(file for pair in PAIRS for file in pair), *_NPM_FILES):
            shutil.copyfile(ROOT / file, folder / file)
        try:
            _compile(interpreter, folder, upgrade=upgrade)
        except ProgramError as error:
            raise TaskError(
                "Le verrou n'a pas été touché. Il faut une connexion à Internet, et des demandes compatibles "
                "dans requirements.in, requirements-dev.in, requirements-cle.in et package.json."
            ) from error
        for file in (*(target for _, target in PAIRS), "package-lock.json"):
            shutil.copyfile(folder / file, ROOT / file)


def _compile(interpreter: Path, folder: Path, *, upgrade: bool) -> None:
    env = child_env(interpreter) | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    options = [
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-annotate",
        "--python-version",
        OLDEST_PYTHON,
    ]
    options += ["--upgrade"] if upgrade else []
    for source, target in PAIRS:
        args = [str(interpreter), "-m", "uv", "pip", "compile", *options, source, "-o", target]
        run_quietly(args, f"Verrou {target}", env, folder)
    verb = "update" if upgrade else "install"
    npm = [str(interpreter), "-c", NPM, verb, "--package-lock-only", "--include=dev"]
    run_quietly(npm, "Verrou package-lock.json", env, folder)
