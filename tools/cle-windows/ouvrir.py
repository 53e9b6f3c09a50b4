"""Ouvre Cartable avec le Python de la clé : installe ses bibliothèques la première fois, puis montre la page."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).absolute().parent  # « resolve » would lose the letter given to a folder on a network
KEY = HERE.parent
MANIFEST, WHEELS, WANTED = "cle.json", "bibliotheques", "bibliotheques.txt"
INSTALLED, STAMP, BUSY, JOURNAL = "installe", "complet.json", "en-cours", "journal.txt"
COMMAND, SILENT = "--commande", "--sans-navigateur"
LONGEST = 259
"""Characters that a path may have on a Windows that nobody has told to take longer ones."""
TEMPORARY = len("tmp/pip-target-12345678/")
"""Characters that pip adds to a path while it installs."""
STALE, PATIENCE, QUICK = 1800, 120, 8
"""Seconds: an installation left aside; the server's start; a browser that hands its page to another and ends."""
UTF8 = ("-X", "utf8")
"""A bare Python reads no variable: it must be told on its line."""
FLAGS = ("--start-fullscreen", "--no-first-run", "--no-default-browser-check")


class Stop(Exception):  # noqa: N818 (what the person reads)
    """Cartable cannot open; the message is a French sentence that says what to do."""


def say(text: str) -> None:
    """Print one line, even in a console that knows few letters."""
    print(text, flush=True)


def places(key: Path, local: str) -> list[Path]:
    """Return where things may be installed: on the key, or in the person's own folder."""
    return [key / INSTALLED, *([Path(local) / "Cartable"] if local else [])]


def too_long(folder: Path, longest: int) -> int:
    """Return how many characters too many the longest path would have, or zero."""
    return max(0, len(str(folder)) + 1 + TEMPORARY + longest - LONGEST)


def writable(folder: Path) -> bool:
    """Tell whether files can be made in a folder, by making one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def choose(candidates: list[Path], manifest: dict[str, object]) -> Path:
    """Return the place that has everything already, or the first where it can be installed."""
    for folder in candidates:
        if complete(folder, manifest) and writable(folder):
            return folder
    reasons = []
    for folder in candidates:
        reason = refusal(folder, manifest)
        if not reason:
            return folder
        reasons.append(reason)
    raise Stop("\n".join(["Cartable ne trouve pas où s’installer.", *reasons]))


def refusal(folder: Path, manifest: dict[str, object]) -> str:
    """Say why nothing can be installed in a folder, and what to do; nothing when it can."""
    excess = too_long(folder, int(str(manifest["plus_long"])))
    if excess:
        return (
            f"« {folder} » : le chemin est trop long de {excess} caractères pour Windows. Recopiez le dossier de "
            "Cartable plus près de la racine, par exemple dans C:\\Cartable, puis recommencez."
        )
    if not writable(folder):
        return f"« {folder} » : ce dossier refuse les fichiers. Recopiez Cartable dans un dossier qui est à vous."
    needed = int(str(manifest["octets"]))
    if shutil.disk_usage(folder).free < needed:
        return f"« {folder} » : il y faut {needed / 1e6:.0f} Mo. Libérez de la place, ou changez de disque."
    return ""


def complete(folder: Path, manifest: dict[str, object]) -> bool:
    """Tell whether the libraries of this very key are already installed in a folder."""
    try:
        return bool(json.loads((folder / STAMP).read_text(encoding="utf-8")) == manifest["empreinte"])
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the place: two double-clicks must not install together."""
    mark = folder / BUSY
    with contextlib.suppress(OSError):
        if time.time() - mark.stat().st_mtime > STALE:
            mark.unlink()
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        raise Stop(
            "Une autre fenêtre installe déjà Cartable : attendez qu’elle ait fini. S’il n’y en a pas, "
            f"effacez le fichier « {mark} », puis recommencez."
        ) from None
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def install(folder: Path, manifest: dict[str, object], key: Path = HERE) -> None:
    """Install the libraries from the key, without any network, in a folder that has none or those of another key."""
    say("Première ouverture : Cartable s’installe. Comptez de une à dix minutes, puis plus jamais.")
    target, work = folder / "lib", folder / "tmp"
    (folder / STAMP).unlink(missing_ok=True)
    for old in (target, work):
        shutil.rmtree(old, ignore_errors=True)
    work.mkdir()
    pip = next((key / WHEELS).glob("pip-*.whl"), None)
    if pip is None:
        raise Stop("La clé n’est pas entière : « pip » y manque. Décompressez de nouveau toute l’archive.")
    asked = [sys.executable, str(pip / "pip"), "install", "--isolated", "--no-index", "--find-links",
             str(key / WHEELS), "--require-hashes", "--no-deps", "--no-compile", "--no-warn-script-location",
             "--disable-pip-version-check", "--target", str(target), "-r", str(key / WANTED)]  # fmt: skip
    # pip prepares everything in its temporary folder, then moves it: on the same disk, moving costs nothing.
    env = clean(os.environ) | {"TMP": str(work), "TEMP": str(work), "TMPDIR": str(work)}
    with (folder / JOURNAL).open("wb") as journal:
        done = subprocess.run(asked, env=env, stdout=journal, stderr=subprocess.STDOUT, check=False)
    shutil.rmtree(work, ignore_errors=True)
    if done.returncode:
        raise Stop(
            f"L’installation s’est arrêtée. Le fichier « {folder / JOURNAL} » dit pourquoi : un antivirus qui bloque, "
            "une copie incomplète. Décompressez de nouveau l’archive, puis recommencez."
        )
    (folder / STAMP).write_text(json.dumps(manifest["empreinte"]), encoding="utf-8")


def clean(env: dict[str, str] | os._Environ[str]) -> dict[str, str]:
    """Return the variables of this machine, without what another Python has left there."""
    kept = {name: value for name, value in env.items() if not name.upper().startswith(("PYTHON", "JUPYTER", "PIP_"))}
    return kept | {"PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}


def surroundings(folder: Path, session: Path) -> dict[str, str]:
    """Return the variables with which Cartable runs: its libraries, and nothing kept in the person's profile."""
    target = str(folder / "lib")
    paths = [str(HERE / "modele"), str(folder / "lib" / "share" / "jupyter")]
    ours = {name: str(session) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                                            "IPYTHONDIR")}  # fmt: skip
    # A Python that comes bare ignores PYTHONPATH: sitecustomize.py then reads CARTABLE_BIBLIOTHEQUES.
    known = {"PYTHONPATH": target, "CARTABLE_BIBLIOTHEQUES": target, "JUPYTER_PATH": os.pathsep.join(paths)}
    return clean(os.environ) | ours | known


def notebooks(folder: Path, key: Path = HERE) -> Path:
    """Copy the notebooks where what they write can be kept; files that they wrote stay."""
    target = folder / "mes-fichiers"
    for path in sorted((key / "notebooks").rglob("*.ipynb")):
        copy = target / path.relative_to(key / "notebooks")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


def free_port() -> int:
    """Return a port that nobody uses on this machine."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait(port: int, server: subprocess.Popen[bytes], journal: Path) -> None:
    """Wait until the server answers."""
    for _ in range(PATIENCE * 4):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            line.request("HEAD", "/livre/index.html")
            line.getresponse()
            return
        if server.poll() is not None:
            break
        time.sleep(0.25)
    raise Stop(f"Cartable n’a pas démarré. Le fichier « {journal} » dit pourquoi ; montrez-le à qui vous aide.")


def edge(env: dict[str, str] | os._Environ[str]) -> str:
    """Return the Edge of this machine, or nothing."""
    roots = [env[name] for name in ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA") if env.get(name)]
    found = [Path(root, "Microsoft", "Edge", "Application", "msedge.exe") for root in roots]
    return next((str(path) for path in found if path.is_file()), "")


def show(address: str, browser: str, profile: Path) -> None:
    """Open the page over the whole screen; return when it is closed, if that can be known."""
    started = time.monotonic()
    if browser:
        with contextlib.suppress(OSError):
            subprocess.run([browser, f"--app={address}", f"--user-data-dir={profile}", *FLAGS], check=False)
            if time.monotonic() - started > QUICK:
                return
            # It gave its page to another window, or a rule of the house forbids this way of opening.
            say(f"Si aucune page ne s’est ouverte, copiez cette adresse dans le navigateur : {address}")
            forever()
    if not webbrowser.open(address):
        say("Aucun navigateur ne répond.")
    say(f"La page est à cette adresse : {address}")
    forever()


def forever() -> None:
    """Wait until the person closes the window."""
    while True:
        time.sleep(3600)


def serve(folder: Path, arguments: list[str]) -> None:
    """Serve the pages and show them until they are closed."""
    port, token = free_port(), secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory(prefix="cartable-", ignore_cleanup_errors=True) as name:
        session = Path(name)
        journal = folder / JOURNAL
        asked = [sys.executable, *UTF8, str(HERE / "serveur.py"), str(notebooks(folder)), str(KEY / "livre"), str(port)]
        env = surroundings(folder, session) | {"CARTABLE_JETON": token}
        with journal.open("wb") as output:
            server = subprocess.Popen(asked, env=env, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
        try:
            wait(port, server, journal)
            address = f"http://127.0.0.1:{port}/?token={token}"
            say(f"Cartable est ouvert. Vos fichiers : {folder / 'mes-fichiers'}")
            say(f"Gardez cette fenêtre ouverte ; la fermer arrête tout. En cas d’ennui : {journal}")
            if SILENT in arguments:
                say(address)
                forever()
            show(address, edge(os.environ), session / "edge")
        finally:
            server.terminate()
            server.wait()


def run(folder: Path, arguments: list[str]) -> int:
    """Run the command « cartable » where the person is."""
    with tempfile.TemporaryDirectory(prefix="cartable-", ignore_cleanup_errors=True) as name:
        asked = [sys.executable, *UTF8, "-c", "import sys; from cartable.cli import main; sys.exit(main())", *arguments]
        return subprocess.run(asked, env=surroundings(folder, Path(name)), check=False).returncode


def main(arguments: list[str]) -> int:
    """Install if need be, then open the page or run the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the server stops with us
    try:
        manifest = json.loads((HERE / MANIFEST).read_text(encoding="utf-8"))
        folder = choose(places(KEY, os.environ.get("LOCALAPPDATA", "")), manifest)
        if not complete(folder, manifest):
            with alone(folder):
                install(folder, manifest)
        if arguments[:1] == [COMMAND]:
            return run(folder, arguments[1:])
        serve(folder, arguments)
    except Stop as error:
        say(str(error))
        return 1
    except OSError as error:
        say(
            f"Windows refuse l’accès à « {error.filename or error} ». Recopiez Cartable dans un dossier qui est à vous."
        )
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
