"""``make replay``: a site where notebooks and exercises run in a browser, with nothing installed and nothing asked.

Python for browsers (Pyodide) is taken from a folder: that of its publisher, or one made of the same files. Each file is
checked against the lock that comes with it; our own package is added to that lock.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

from tools.console import ROOT, TaskError, run_quietly, say
from tools.environment import child_env, python

FOLDER, LINKS = "CARTABLE_PYODIDE", "CARTABLE_REJOUER"
OUTPUT = ROOT / "_build" / "html" / "rejouer"
LOCK = "pyodide-lock.json"
DOOR = ROOT / "tools" / "ouvrir.html"
"""The page that links lead to: it goes on to the site, or says how to start a server when it is opened from a disk."""
CORE = ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", LOCK)
NEEDED = (
    "numpy", "pandas", "pydantic", "ipywidgets", "anywidget", "markdown-it-py", "folium", "pyyaml", "platformdirs",
    "tqdm",
)  # fmt: skip
"""What every notebook loads, beside what the package itself asks for."""
ON_DEMAND = {
    "from cartable.atelier ": ("sklearn",),
    "from cartable.demarche ": ("docx", "openpyxl", "scipy"),
    "from cartable.facilitation ": ("docx", "icalendar", "openpyxl"),
    "from cartable.poll ": ("openpyxl",),
    "from cartable.preparation ": ("docx", "icalendar", "openpyxl"),
    "from cartable.widgets.access ": ("scipy",),
    "from cartable.widgets.comparison ": ("scipy",),
    "from cartable.widgets.fragility ": ("scipy",),
    "from cartable.widgets.mapping ": ("openpyxl", "scipy"),
    'exercise("06-nombre-ou-part")': ("scipy",),
}
"""What a cell says → heavy libraries that it then uses: the other notebooks start without them."""
PACKAGES = {"docx": "python-docx", "sklearn": "scikit-learn"}
"""Library → package, where the two names differ."""
PURE = ("rapidfuzz",)
"""Libraries that work without their compiled part: taken from our own environment when Pyodide has no build of them."""
SETTINGS = {"@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"}}
CONFIG = {"LiteBuildConfig": {"contents": ["contents"], "no_sourcemaps": True}}
TO_BOOK = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?:book|workshops)/[^)]+\)")
GROUPS = {"exercices": "notebooks/stagiaire", "notebooks": "notebooks"}
HELP = (
    f"Donnez le dossier de Pyodide : « py tasks.py rejouer DOSSIER », ou la variable {FOLDER}. Il vient de son éditeur "
    "(pyodide.org, la distribution complète) et se garde : il ne sert qu'à construire."
)


def build(arguments: list[str]) -> None:
    """Build the site beside the book.

    Raises
    ------
    TaskError
        If the folder of Pyodide is absent, incomplete or altered.
    """
    source = pyodide_folder(arguments)
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        work = Path(name)
        interpreter = python()
        env = child_env(interpreter)
        wheel = own_wheel(work, str(interpreter))
        site = work / "static" / "pyodide"
        shutil.copytree(source, site)
        complete(site)
        add(wheel, site)
        contents(work / "contents")
        (work / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        (work / "jupyter_lite_config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
        lite = [
            str(interpreter),
            "-m",
            "jupyterlite_core",
            "build",
            "--lite-dir",
            str(work),
            "--output-dir",
            str(work / "site"),
        ]
        run_quietly(lite, "Construction du site à rejouer", env, work)
        shutil.rmtree(OUTPUT, ignore_errors=True)
        OUTPUT.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(str(work / "site"), OUTPUT)
        (OUTPUT / DOOR.name).write_text(DOOR.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    say(f"Le site à rejouer est prêt : {OUTPUT.relative_to(ROOT)} ({weight(OUTPUT)}).")


def pyodide_folder(arguments: list[str]) -> Path:
    """Return the folder of Pyodide, once every file of it is what its lock says."""
    named = next((one for one in arguments if not one.startswith("-")), os.environ.get(FOLDER, ""))
    if not named:
        raise TaskError(HELP)
    folder = Path(named).resolve()
    absent = [one for one in CORE if not (folder / one).is_file()]
    if absent:
        raise TaskError(f"« {folder} » n'est pas un dossier de Pyodide : il y manque {', '.join(absent)}. {HELP}")
    packages = read_lock(folder)["packages"]
    lacking = [one for one in (*NEEDED, *on_demand()) if one not in packages]
    if lacking:
        raise TaskError(f"Le dossier de Pyodide n'a pas : {', '.join(lacking)}. Ajoutez ces paquets, puis recommencez.")
    altered = [one["file_name"] for one in packages.values() if not _intact(folder, one)]
    if altered:
        raise TaskError(
            f"Ces fichiers de Pyodide ne sont pas ceux que leur verrou annonce : {', '.join(sorted(altered)[:5])}. "
            "Reprenez le dossier à sa source."
        )
    return folder


def on_demand() -> list[str]:
    """Return the packages that some notebooks need."""
    return sorted({PACKAGES.get(one, one) for libraries in ON_DEMAND.values() for one in libraries})


def read_lock(folder: Path) -> dict[str, Any]:
    """Return what the lock of Pyodide says."""
    try:
        found: dict[str, Any] = json.loads((folder / LOCK).read_text(encoding="utf-8"))
        found["packages"]["numpy"]["file_name"]
    except (ValueError, KeyError, TypeError) as error:
        raise TaskError(f"« {folder / LOCK} » ne se lit pas. Reprenez le dossier à sa source.") from error
    return found


def _intact(folder: Path, package: dict[str, Any]) -> bool:
    path = folder / package["file_name"]
    # A file that is not there is one that the notebooks do not need: the publisher has hundreds of packages.
    return not path.is_file() or sha256(path) == package["sha256"]


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def own_wheel(work: Path, interpreter: str) -> Path:
    """Build our own package in a folder."""
    command = [interpreter, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(work / "dist"), str(ROOT)]
    run_quietly(command, "Construction du paquet", child_env(python()))
    return next((work / "dist").glob("*.whl"))


def complete(folder: Path) -> None:
    """Add the libraries that Pyodide lacks and that work without their compiled part."""
    known = read_lock(folder)["packages"]
    for name in PURE:
        if name not in known:
            _enter(pure(name, folder), folder, name, ())


def pure(name: str, folder: Path) -> Path:
    """Write a package for any system with the Python files of an installed library, and its licence."""
    installed = importlib.metadata.distribution(name)
    wheel = folder / f"{name}-{installed.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in installed.files or ():
            if path.suffix == ".py" or (".dist-info/" in path.as_posix() and path.name not in {"RECORD", "WHEEL"}):
                archive.writestr(path.as_posix(), path.read_binary())
        info = f"{name}-{installed.version}.dist-info"
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def add(wheel: Path, folder: Path) -> None:
    """Put our package among those of Pyodide, with what it needs to run a notebook."""
    shutil.copyfile(wheel, folder / wheel.name)
    _enter(folder / wheel.name, folder, "cartable", (*NEEDED, *PURE))


def _enter(wheel: Path, folder: Path, name: str, depends: tuple[str, ...]) -> None:
    lock = read_lock(folder)
    lock["packages"][name] = {
        "name": name, "version": version(wheel), "file_name": wheel.name, "install_dir": "site",
        "sha256": sha256(wheel), "package_type": "package", "imports": [name], "depends": list(depends),
        "unvendored_tests": False, "shared_library": False,
    }  # fmt: skip
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def version(wheel: Path) -> str:
    """Return the version that a package says it has."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        return str(Parser().parsestr(archive.read(name).decode("utf-8"))["Version"])


def contents(target: Path) -> None:
    """Copy the notebooks that are replayed, each group in its folder; corrected ones stay with the trainer."""
    for group, source in GROUPS.items():
        (target / group).mkdir(parents=True)
        for path in sorted((ROOT / source).glob("*.ipynb")):
            notebook = prepared(json.loads(path.read_text(encoding="utf-8")))
            (target / group / path.name).write_text(json.dumps(notebook, ensure_ascii=False, indent=1), "utf-8")


def prepared(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook ready to be replayed, with the heavy libraries that it needs.

    The browser fetches the libraries that a cell imports, and no other. Outputs stay: they are read while Python loads.
    """
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            # The site knows of its own files only: the book is beside it, where a notebook cannot lead.
            cell["source"] = TO_BOOK.sub(r"\1 (dans le livre)", source)
        if cell["cell_type"] == "code":
            heavy = [one for said, found in ON_DEMAND.items() if said in source for one in found]
            added = f"import {', '.join(heavy)}  # noqa: F401 (le navigateur les apporte)\n" if heavy else ""
            cell["source"] = added + source
    return notebook


def weight(folder: Path) -> str:
    """Say how much a folder weighs."""
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{total / 1e6:.0f} Mo"
