"""The commands that a person types, and the way their errors are told."""

from __future__ import annotations

import difflib
import os
import shutil
import webbrowser
from typing import TYPE_CHECKING

from tools import environment, kit, licences, lock, release, replay, suites, vendor, windows
from tools.console import ROOT, TARGETS, TaskError, call, command, say, speak_utf8

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Task = Callable[[list[str]], int]

HOME_PAGE = ROOT / "_build" / "html" / "index.html"
# French, quiet and offline: no news, no check for a newer version.
LAB_SETTINGS = """{
 "@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"},
 "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}
}
"""
# A file given in a notebook travels in one message, which Jupyter cuts at 10 MB by default.
UPLOADS = "--ServerApp.tornado_settings={'websocket_max_message_size': 200000000}"
BUILT = ("_build", "build", "dist", "htmlcov", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
HEAVY = (".venv", "node_modules", "src/cartable/assets/vendor", ".data-sources")


def ready(*, tools: bool = False) -> Path:
    """Prepare the environment and the shipped assets; return the interpreter."""
    interpreter = environment.ensure(tools=tools)
    vendor.ensure(interpreter)
    return interpreter


def run_python(interpreter: Path, *args: str) -> int:
    """Run a Python program in the person's console."""
    return call([interpreter, *args], environment.child_env(interpreter))


def build_book(args: list[str]) -> int:
    """Build the book, which says where it is."""
    code = run_python(ready(), "-m", "cartable.book", *args)
    if code == 0:
        say(f"Pour l'ouvrir : {command('ouvrir')}")
    return code


def print_volumes(args: list[str]) -> int:
    """Build the book, then the guide and the corpus for a printer; the book offers them for the office."""
    return build_book(["--imprimeur", *args])


def build_replay(args: list[str]) -> int:
    """Build the book, with links to replay its notebooks, then the site that replays them."""
    interpreter = ready(tools=True)
    replay.pyodide_folder(args)  # said before a minute is spent on the book
    code = call([interpreter, "-m", "cartable.book"], environment.child_env(interpreter) | {replay.LINKS: "oui"})
    if code == 0:
        replay.build(args)
    return code


def fill_key(args: list[str]) -> int:
    """Write the archive for a USB stick; with the folder of Pyodide, notebooks can be replayed from it."""
    code = build_replay(args) if args or os.environ.get(replay.FOLDER) else build_book(args)
    if code == 0:
        kit.write()
    return code


def fill_windows_key(args: list[str]) -> int:
    """Write the archive of the key with a Python for Windows and all that it needs, for a desk without a network."""
    windows.given(args)  # said before a minute is spent on the book
    code = build_replay([]) if os.environ.get(replay.FOLDER) else build_book([])
    if code == 0:
        windows.write(args, ready(tools=True))
    return code


def open_book(_: list[str]) -> int:
    """Open the book in the default browser."""
    if not HOME_PAGE.is_file():
        raise TaskError(f"Le livre n'est pas encore construit. Lancez d'abord « {command('livre')} ».")
    if not webbrowser.open(HOME_PAGE.as_uri()):
        say(f"Aucun navigateur ne répond ; ouvrez vous-même cette page : {HOME_PAGE.as_uri()}")
    return 0


def run_notebooks(args: list[str]) -> int:
    """Execute again the notebooks that changed."""
    return run_python(ready(), "-m", "cartable.execution", *args)


def lock_versions(args: list[str]) -> int:
    """Write the locks again."""
    lock.lock(environment.ensure(tools=True), upgrade="--maj" in args)
    return 0


def bring_assets(_: list[str]) -> int:
    """Bring in the third-party scripts, styles and fonts."""
    ready()
    return 0


def build_data(args: list[str]) -> int:
    """Build the shipped data again from its sources."""
    return run_python(ready(), str(ROOT / "data" / "build.py"), *args)


def open_jupyter(args: list[str]) -> int:
    """Open the notebooks in JupyterLab, in French."""
    interpreter = ready()
    if not environment.chosen_python():
        settings = environment.VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(LAB_SETTINGS, encoding="utf-8")
    return run_python(interpreter, "-m", "jupyterlab", str(ROOT / "notebooks"), UPLOADS, *args)


def measure(args: list[str]) -> int:
    """Run every benchmark."""
    interpreter = ready(tools=True)
    scripts = sorted(path for path in (ROOT / "benchmarks").glob("*.py") if not path.name.startswith("_"))
    if not scripts:
        raise TaskError("Le dossier « benchmarks » ne contient aucune mesure.")
    return max([run_python(interpreter, str(script), *args) for script in scripts])


def clean(args: list[str]) -> int:
    """Erase what was built."""
    names = BUILT + (HEAVY if "--tout" in args else ())
    caches = [folder for top in ("src", "tests", "tools") for folder in (ROOT / top).rglob("__pycache__")]
    for folder in [*(ROOT / name for name in names), *caches]:
        shutil.rmtree(folder, ignore_errors=True)
    (ROOT / ".coverage").unlink(missing_ok=True)
    return 0


def read_texts(args: list[str]) -> int:
    """Read the texts as an editor would."""
    return run_python(ready(tools=True), "-m", "tools.texts", *args)


def audit_licences(_: list[str]) -> int:
    """Check the licences of everything we use."""
    licences.audit(environment.ensure(tools=True))
    return 0


def try_package(_: list[str]) -> int:
    """Build the package and use it elsewhere."""
    ready(tools=True)
    release.check_package()
    return 0


def try_clone(_: list[str]) -> int:
    """Build the book from a fresh clone."""
    release.check_clone()
    return 0


COMMANDS: dict[str, tuple[Task, str]] = {
    "livre": (build_book, "construit le livre, et dit où il est"),
    "ouvrir": (open_book, "ouvre le livre dans le navigateur"),
    "test": (lambda _: suites.run(everything=False), "passe les contrôles (moins de dix minutes)"),
    "test-tout": (lambda _: suites.run(everything=True), "passe tous les contrôles, les longs compris"),
    "papier": (print_volumes, "écrit le guide et le corpus en PDF pour l'imprimeur, avec fond perdu"),
    "rejouer": (build_replay, "construit le site qui rejoue les notebooks dans un navigateur, sans rien installer"),
    "cle": (fill_key, "met tout le kit dans une archive, pour une clé USB"),
    "cle-windows": (
        fill_windows_key,
        "met le kit et un Python pour Windows dans une archive, pour un poste verrouillé",
    ),
    "notebooks": (run_notebooks, "exécute les notebooks qui ont changé (« --tout » : tous)"),
    "verrou": (lock_versions, "refait le verrou des versions (« --maj » : avec les plus récentes)"),
    "assets": (bring_assets, "apporte les bibliothèques JavaScript et les polices"),
    "donnees": (build_data, "reconstruit les données de data/ à partir de leurs sources"),
    "jupyter": (open_jupyter, "ouvre les notebooks dans JupyterLab"),
    "mesures": (measure, "mesure les temps de construction et le poids des cartes"),
    "menage": (clean, "efface ce qui a été construit (« --tout » : l'environnement aussi)"),
    "textes": (read_texts, "relit les textes : typographie, mots, phrases, chiffres, orthographe (« --rapport »)"),
    "licences": (audit_licences, "vérifie les licences de tout ce qui est utilisé"),
    "paquet": (try_package, "construit le paquet et l'essaie dans un environnement nu"),
    "copie-neuve": (try_clone, "construit le livre depuis une copie neuve du dépôt"),
}


def usage() -> str:
    """Return what the person may type."""
    width = max(map(len, COMMANDS))
    lines = ["Les commandes de Cartable :", ""]
    for name, (_, text) in COMMANDS.items():
        target = f"make {TARGETS[name]}" if name in TARGETS and os.name != "nt" else ""
        lines.append(f"  tasks.py {name:<{width}}  {target:<15} {text}")
    program = "py" if os.name == "nt" else "python3"
    return "\n".join([*lines, "", f"Par exemple : {program} tasks.py livre"])


def main(argv: list[str]) -> int:
    """Run one command and return its exit code."""
    speak_utf8()
    if not argv or argv[0] in {"aide", "help", "-h", "--help"}:
        say(usage())
        return 0
    name, args = argv[0], argv[1:]
    if name in COMMANDS:
        return _run(COMMANDS[name][0], args)
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    say(f"Commande inconnue : « {name} »." + (f" Vouliez-vous dire « {close[0]} » ?" if close else ""))
    say(usage())
    return 2


def _run(task: Task, args: list[str]) -> int:
    try:
        return task(args)
    except TaskError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("Interrompu. Relancez la même commande pour reprendre.")
    except OSError as error:
        say(_explain(error))
    return 1


def _explain(error: OSError) -> str:
    where = f"« {error.filename} »" if error.filename else "un fichier"
    if isinstance(error, PermissionError):
        return f"Le système refuse l'accès à {where}. Placez Cartable dans un dossier qui est à vous."
    reason = error.strerror or str(error)
    return f"Le système ne peut pas traiter {where} ({reason}). Vérifiez la place sur le disque, puis relancez."
