"""The environment: a ``.venv`` filled from the lock, made once, known by a stamp ever after."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.console import ROOT, ProgramError, TaskError, command, run_quietly, say

if TYPE_CHECKING:
    from collections.abc import Sequence

VENV = ROOT / ".venv"
STAMP = VENV / ".cartable.json"
LOCK = ROOT / "requirements.txt"
TOOLS_LOCK = ROOT / "requirements-dev.txt"
# An index of one's own replaces the public one: only pip knows it. The others only add to it.
_OWN_INDEX = ("index-url", "no-index", "proxy")


@dataclass(frozen=True)
class Part:
    """One thing to install, and the fingerprint of what it is made from."""

    name: str
    label: str
    fingerprint: str
    arguments: tuple[str, ...]


def venv_python() -> Path:
    """Return the interpreter of our own environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def chosen_python() -> str:
    """Return the interpreter that the person imposes (conda, Binder), or nothing."""
    return os.environ.get("CARTABLE_PYTHON", "")


def python() -> Path:
    """Return the interpreter that runs everything, imposed or ours."""
    chosen = chosen_python()
    if not chosen:
        return venv_python()
    found = shutil.which(chosen)
    if not found:
        raise TaskError(
            f"La variable CARTABLE_PYTHON désigne « {chosen} », qui n'est pas un programme. "
            "Donnez-lui le chemin d'un Python, ou effacez-la pour laisser Cartable créer son environnement."
        )
    return Path(found)


def child_env(interpreter: Path) -> dict[str, str]:
    """Return the environment variables of the programs we start."""
    env = {
        key: value
        for key, value in os.environ.items()
        # Without compiled bytecode, everything starts two to three times slower.
        if key not in {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    }
    env["PATH"] = os.pathsep.join([str(interpreter.parent), env.get("PATH", "")])
    env["PYTHONIOENCODING"] = "utf-8"
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return env


def ensure(*, tools: bool = False) -> Path:
    """Make the environment if it is not there or no longer matches the lock; return its interpreter.

    Parameters
    ----------
    tools
        Whether the tools of ``make test`` are wanted too.
    """
    interpreter = python()
    if chosen_python():
        return interpreter
    if not _usable(interpreter):
        _create()
    for part in _parts(tools=tools):
        if _stamps().get(part.name) != part.fingerprint:
            _install(part, interpreter)
    return interpreter


def fingerprint(*paths: Path, extra: str = "") -> str:
    """Return a digest of files, the same on every system."""
    digest = hashlib.sha256(extra.encode())
    for path in paths:
        # Git may have turned the ends of lines into Windows ones.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _parts(*, tools: bool) -> list[Part]:
    hashed = ("--require-hashes", "-r")
    parts = [
        Part(
            "socle",
            "Installation des bibliothèques (une à trois minutes la première fois)",
            fingerprint(LOCK),
            (*hashed, str(LOCK)),
        )
    ]
    if tools:
        label = "Installation des outils de contrôle"
        parts.append(Part("outils", label, fingerprint(TOOLS_LOCK), (*hashed, str(TOOLS_LOCK))))
    # An editable install holds the path of the folder: a folder that moved must be installed again.
    made_from = fingerprint(ROOT / "pyproject.toml", extra=str(ROOT))
    editable = ("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    parts.append(Part("paquet", "Installation de Cartable", made_from, editable))
    return parts


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _write_stamp(name: str, value: str | None) -> None:
    stamps = _stamps()
    stamps.pop(name, None)
    if value is not None:
        stamps[name] = value
    STAMP.write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _install(part: Part, interpreter: Path) -> None:
    # Off with the stamp first: an interrupted installation must not look complete.
    _write_stamp(part.name, None)
    try:
        _install_with_uv_or_pip(part, interpreter)
    except ProgramError as error:
        raise TaskError(_explain(error)) from error
    _write_stamp(part.name, part.fingerprint)


def _explain(error: ProgramError) -> str:
    if error.is_network:
        return (
            "L'installation a besoin d'Internet la première fois, et la connexion n'aboutit pas. "
            "Vérifiez le réseau (ou le réglage de pip, s'il y a un serveur mandataire), puis relancez la "
            "même commande : elle reprendra où elle en était."
        )
    return (
        "L'installation a échoué ; les dernières lignes affichées disent pourquoi. "
        f"Relancez la même commande ; si l'échec revient, effacez le dossier « {VENV.name} » et recommencez."
    )


def _install_with_uv_or_pip(part: Part, interpreter: Path) -> None:
    env = child_env(interpreter)
    uv = shutil.which("uv")
    if uv and not _pip_has_its_own_index(interpreter):
        install = [uv, "pip", "install", "--python", str(interpreter), "--compile-bytecode"]
        try:
            run_quietly([*install, *part.arguments], part.label, env)
        except ProgramError:
            say("uv n'a pas abouti : nouvel essai avec pip.")
        else:
            return
    run_quietly([interpreter, "-m", "pip", "install", *part.arguments], part.label, env)


def _pip_has_its_own_index(interpreter: Path) -> bool:
    """Tell whether pip is told to fetch elsewhere: uv would not know."""
    shown = _output([interpreter, "-m", "pip", "config", "list"], child_env(interpreter))
    keys = (line.partition("=")[0].rpartition(".")[2] for line in shown.splitlines())
    return any(key in _OWN_INDEX for key in keys)


def _output(args: Sequence[str | Path], env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(arg) for arg in args],
        env=env,
        check=False,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return done.stdout


def _usable(interpreter: Path) -> bool:
    """Tell whether our environment runs: its Python may have left, its creation may have been cut short."""
    if not interpreter.is_file():
        return False
    probe = "import sys, pip; print(sys.version_info >= (3, 11))"
    try:
        return _output([interpreter, "-c", probe], child_env(interpreter)).strip() == "True"
    except OSError:
        return False


def _create() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise TaskError(
            "Ce Python ne sait pas créer d'environnement : il lui manque le module « venv ». "
            "Sous Debian ou Ubuntu, installez-le avec « apt install python3-venv » (en administrateur), puis "
            f"relancez « {command('livre')} »."
        )
    # Run from an activated environment, the base Python is the one to copy.
    base = getattr(sys, "_base_executable", None) or sys.executable
    make = [base, "-m", "venv", "--clear", str(VENV)]
    try:
        run_quietly(make, "Création de l'environnement", child_env(Path(base)))
    except ProgramError as error:
        raise TaskError(
            f"L'environnement n'a pas pu être créé dans « {VENV} ». Vérifiez que ce dossier est à vous et "
            "qu'il reste 1,5 Go sur le disque, puis relancez la même commande."
        ) from error
