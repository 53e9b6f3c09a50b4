"""``make kit-windows``: the key for a locked Windows desk: a Python, its libraries, one file to double-click.

The Python comes from its publisher, as an archive or a folder, with the digest that one expects; nothing is taken on
trust. What is put on the key is the same, byte for byte, for the same files and the same date.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

from tools import kit, pages_windows, replay
from tools.console import ROOT, ProgramError, TaskError, run_quietly
from tools.environment import child_env

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME, DIGEST, OPTION = "CARTABLE_PYTHON_WINDOWS", "CARTABLE_PYTHON_WINDOWS_EMPREINTE", "--empreinte"
OUTPUT = ROOT / "_build" / "cartable-cle-windows.zip"
STARTERS = ROOT / "tools" / "cle-windows"
DOORS = ("Ouvrir Cartable.bat", "cartable.bat")
"""What is at the top of the key; the rest goes in its folder « windows »."""
CUSTOM = "sitecustomize.py"
OLDEST = (3, 11)
AMD64 = 0x8664
LARGER = 1.3
"""How much more than the libraries themselves the disk must have while they are installed."""
HELP = (
    f"Donnez un Python pour Windows : « py tasks.py cle-windows ARCHIVE {OPTION} EMPREINTE », ou les variables "
    f"{RUNTIME} et {DIGEST}. Prenez l'archive de son éditeur : python.org, « Windows embeddable package (64-bit) ». "
    "Un dossier décompressé convient aussi."
)


def write(arguments: list[str], interpreter: Path) -> Path:
    """Write the archive from the book that was built and the Python that is given.

    Raises
    ------
    TaskError
        If the Python is absent, altered, too old, or not for this kind of Windows; if a library has no package for it.
    """
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        work = Path(name)
        runtime = unpack(given(arguments), work / "python")
        wheels = work / "bibliotheques"
        libraries(interpreter, version(runtime), wheels)
        shutil.copy2(replay.own_wheel(work / "paquet", str(interpreter)), wheels)
        prepare(runtime)
        pages_windows.copy(work / "notebooks")
        files = dict(kit.gather()) | dict(gather(work))
        return kit.pack(files, OUTPUT)


def gather(work: Path) -> Iterator[tuple[str, Path]]:
    """Yield what this key has beside the other: its name there, and where it is now."""
    for name in DOORS:
        yield name, STARTERS / name
    for path in sorted(STARTERS.rglob("*")):
        if path.is_file() and path.name not in (*DOORS, CUSTOM) and "__pycache__" not in path.parts:
            yield f"windows/{path.relative_to(STARTERS).as_posix()}", path
    manifest(work)
    yield f"windows/{pages_windows.HOME}", pages_windows.home(work)
    for name in ("python", "bibliotheques", "notebooks", "bibliotheques.txt", "cle.json"):
        for path in sorted((work / name).rglob("*")) or [work / name]:
            if path.is_file():
                yield f"windows/{path.relative_to(work).as_posix()}", path


def given(arguments: list[str]) -> Path:
    """Return the Python that is given, once it is the expected one."""
    words = list(arguments)
    expected = os.environ.get(DIGEST, "")
    if OPTION in words:
        place = words.index(OPTION)
        expected = "".join(words[place + 1 : place + 2])
        del words[place : place + 2]
    named = next((one for one in words if not one.startswith("-")), os.environ.get(RUNTIME, ""))
    if not named:
        raise TaskError(HELP)
    source = Path(named).resolve()
    if not source.exists():
        raise TaskError(f"« {source} » n'existe pas. {HELP}")
    found = digest(source)
    if not expected:
        raise TaskError(
            f"Dites quelle empreinte vous attendez ({OPTION}). Celle de « {source.name} » est {found} : comparez-la à "
            "celle que publie son éditeur avant de la recopier."
        )
    if found != expected.strip().lower():
        raise TaskError(
            f"« {source.name} » n'a pas l'empreinte attendue : elle est {found}. Reprenez le fichier à sa source."
        )
    return source


def digest(source: Path) -> str:
    """Return the SHA-256 of an archive, or that of the list of a folder's files with theirs."""
    if source.is_file():
        return kit.digest(source)
    files = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_file()}
    kept = [(name, path) for name, path in sorted(files.items()) if "__pycache__" not in name]
    return hashlib.sha256("".join(f"{kit.digest(path)}  {name}\n" for name, path in kept).encode()).hexdigest()


def unpack(source: Path, target: Path) -> Path:
    """Copy a Python where it can be changed; return the folder that has ``python.exe``.

    Parameters
    ----------
    source
        An archive or a folder; the Python may be in the only folder that it has.
    """
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            archive.extractall(target)
    else:
        raise TaskError(f"« {source.name} » n'est ni un dossier ni une archive ZIP. {HELP}")
    inside = [path for path in target.iterdir() if path.is_dir()]
    for folder in [target, *inside]:
        if (folder / "python.exe").is_file():
            return _raised(folder, target)
    raise TaskError(f"« {source.name} » n'a pas de « python.exe ». {HELP}")


def _raised(folder: Path, target: Path) -> Path:
    """Return a folder once it has taken the place of the one that held it."""
    if folder != target:
        aside = target.with_name("python-seul")
        shutil.move(folder, aside)
        shutil.rmtree(target)
        shutil.move(aside, target)
    return target


def version(runtime: Path) -> str:
    """Return the version of a Python for Windows, from the name of its library."""
    if machine(runtime / "python.exe") != AMD64:
        raise TaskError("Ce Python n'est pas pour un Windows ordinaire de 64 bits (x86-64). Prenez celui-là.")
    names = [re.fullmatch(r"python3(\d+)\.dll", path.name.lower()) for path in runtime.iterdir()]
    minor = next((int(one[1]) for one in names if one), 0)
    if (3, minor) < OLDEST:
        raise TaskError(
            f"Il faut un Python {OLDEST[0]}.{OLDEST[1]} ou plus récent, avec sa bibliothèque « python3….dll »."
        )
    return f"3.{minor}"


def machine(program: Path) -> int:
    """Return the kind of machine for which a Windows program was made, or zero."""
    content = program.read_bytes()[:4096]
    try:
        start = struct.unpack_from("<I", content, 0x3C)[0]
        mark, kind = struct.unpack_from("<4sH", content, start)
    except struct.error:
        return 0
    return int(kind) if mark == b"PE\0\0" else 0


def prepare(runtime: Path) -> None:
    """Let this Python use libraries that are installed elsewhere."""
    bare = sorted(runtime.glob("python*._pth"))
    for path in bare:
        path.write_text(search_path(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\r\n")
    # A bare Python looks beside itself; a whole one where its libraries go.
    place = runtime if bare else runtime / "Lib" / "site-packages"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(STARTERS / CUSTOM, place / CUSTOM)


def search_path(text: str) -> str:
    """Return the file where a bare Python finds its modules, so that it also looks for those that are added.

    The publisher's file leaves ``site`` out: without it, no library can be added to this Python.
    """
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#") and line != "import site"]
    lines += [] if "." in lines else ["."]
    return "\n".join([*lines, "import site", ""])


def libraries(interpreter: Path, number: str, target: Path) -> None:
    """Bring in the libraries for this Python, each checked against the lock."""
    asked = [str(interpreter), "-m", "tools.wheelhouse", number, str(target)]
    try:
        run_quietly(asked, "Bibliothèques pour Windows", child_env(interpreter))
    except ProgramError as error:
        raise TaskError(
            "Les bibliothèques pour Windows ne sont pas toutes là : il faut une connexion, et un Python pour lequel "
            f"chacune a un paquet (ici, {number}). Essayez une version de Python un peu plus ancienne."
        ) from error


def manifest(work: Path) -> None:
    """Write what the key installs, with its digests, and what it takes to install it."""
    wheels = [path for path in sorted((work / "bibliotheques").glob("*.whl")) if not path.name.startswith("pip-")]
    lines = [f"{_named(path)} --hash=sha256:{kit.digest(path)}\n" for path in wheels]
    asked = work / "bibliotheques.txt"
    asked.write_text("".join(lines), encoding="utf-8", newline="\n")
    sizes = {name: size for path in wheels for name, size in _members(path)}
    known = {
        "empreinte": kit.digest(asked),
        "octets": int(sum(sizes.values()) * LARGER),
        "plus_long": max(map(len, sizes), default=0),
    }
    (work / "cle.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8", newline="\n")


def _named(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one))
        told = Parser().parsestr(archive.read(name).decode("utf-8"))
    return f"{told['Name']}=={told['Version']}"


def _members(wheel: Path) -> list[tuple[str, int]]:
    with zipfile.ZipFile(wheel) as archive:
        return [(installed(one.filename), one.file_size) for one in archive.infolist() if not one.is_dir()]


def installed(name: str) -> str:
    """Return where pip first puts a file of a package: what is data goes beside the libraries."""
    _, data, rest = name.partition(".data/data/")
    return rest if data else f"lib/python/{name}"
