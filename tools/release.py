"""What leaves the repository must work elsewhere: the package in a bare environment, the book in a clone."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from tools.console import ROOT, ProgramError, TaskError, run_quietly, say
from tools.environment import LOCK, VENV, child_env, python

# Spaces, accents and an apostrophe: what a real folder of documents looks like.
AWKWARD = "Dossier d'été – Cartable"


def check_package() -> None:
    """Build the sdist, the wheel from it, and use the wheel in an environment that has nothing else."""
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        folder = Path(name)
        interpreter = python()
        env = child_env(interpreter)
        build = [
            str(interpreter),
            "-m",
            "build",
            "--no-isolation",
            "--outdir",
            str(folder / "dist"),
            str(ROOT),
        ]
        run_quietly(build, "Construction du paquet source, puis du paquet à installer à partir de lui", env)
        wheel = next((folder / "dist").glob("*.whl"))
        bare = _bare_environment(folder / "venv", interpreter)
        versions = folder / "versions.txt"
        versions.write_text(without_hashes(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
        install = [str(bare), "-m", "pip", "install", "-c", str(versions), str(wheel)]
        run_quietly(install, "Installation du paquet dans un environnement nu", child_env(bare))
        _use(bare, folder)
    say("Le paquet s'installe et répond, données comprises.")


def _bare_environment(folder: Path, interpreter: Path) -> Path:
    run_quietly([interpreter, "-m", "venv", folder], "Environnement nu", child_env(interpreter))
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _use(bare: Path, folder: Path) -> None:
    script = bare.parent / ("cartable.exe" if os.name == "nt" else "cartable")
    env = child_env(bare)
    helped = run_quietly([script, "--help"], "cartable --help", env, folder)
    if "portrait" not in helped:
        raise TaskError("« cartable --help » ne présente pas ses commandes.")
    # The data travels inside the package: nothing of the repository is at hand here.
    found = run_quietly([script, "territoire", "200070035"], "cartable territoire 200070035", env, folder)
    if "Civraisien" not in found:
        raise TaskError("« cartable territoire 200070035 » ne trouve pas la CC du Civraisien en Poitou.")


def without_hashes(lock: str) -> str:
    """Turn a lock into plain constraints: pip refuses to mix hashes with a local wheel."""
    return re.sub(r" \\\n(?: +--hash=\S+(?: \\\n|\n|$))+", "\n", lock)


def check_clone() -> None:
    """Clone the last commit into an awkward folder and build the book there, from nothing."""
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        clone = Path(name) / AWKWARD
        try:
            copy = ["git", "clone", "--quiet", str(ROOT), str(clone)]
            run_quietly(copy, "Copie neuve du dernier commit", os.environ)
        except (ProgramError, FileNotFoundError) as error:
            raise TaskError("Il faut git, et un premier commit, pour faire une copie neuve.") from error
        env = {key: value for key, value in os.environ.items() if key != "CARTABLE_PYTHON"}
        base = getattr(sys, "_base_executable", None) or sys.executable
        # Our own environment must not lend its programs.
        env["PATH"] = os.pathsep.join(p for p in env["PATH"].split(os.pathsep) if not p.startswith(str(VENV)))
        run_quietly([base, clone / "tasks.py", "livre"], "Livre construit dans la copie", env)
        if not (clone / "_build" / "html" / "index.html").is_file():
            raise TaskError("La copie neuve a fini sans livre.")
    say("Une copie neuve construit son livre, dans un dossier au nom malcommode.")
