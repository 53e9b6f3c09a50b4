"""A room on a shared server: a real JupyterHub on this machine, trainees who replay an exercise all at once.

The libraries are those of ``requirements.txt``, as ``environment.yml`` asks for them; JupyterHub and its proxy come
beside, in a folder apart. Everything listens on this machine only, and nothing is written in the project.
"""

from __future__ import annotations

import contextlib
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
import websocket
from _outils import ROOT, MeasureError, main, median, say, seconds, table

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(os.environ.get("CARTABLE_MESURES", Path(tempfile.gettempdir()) / "cartable-mesures")) / "salle"
ROOMS, TRIAL = (1, 5, 20), (1, 2)
SLUG = "01-dire-un-chiffre"
PATIENCE = 300
HUB = """
import sys
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = [{singleuser!r}]
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = {{"PYTHONPATH": {source!r}}}
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.services = [{{"name": "mesure", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "mesure", "services": ["mesure"],
                            "scopes": ["admin:users", "admin:servers", "access:servers"]}}]
"""
ANSWER = f"""
from cartable.exercises.checking import mistakes
form = exercices.exercise("{SLUG}")
wrong = next(iter(mistakes(form.exercise, form.setting).values()))
told = []
for answer in (wrong, exercices.solution("{SLUG}")):
    form._put(answer)
    told.append(form.check().state)
print(*told, form.progress.done["{SLUG}"].essais)
"""
MAP = """
from cartable.widgets.portrait import Explorer
explorateur = Explorer("200070035", "part_65_plus")
explorateur.map()
print(True)
"""
SAID = "a-revoir juste 2"


@dataclass(frozen=True)
class Visit:
    """What a trainee waited for, in seconds from the click on « Démarrer », and what she weighs, in bytes."""

    server: float
    verdict: float
    portrait: float
    weight: int


def prepared() -> Path:
    """Return the folder of the environment, or say how to make it."""
    hub = FOLDER / "bin" / "jupyterhub"
    proxy = FOLDER / "npm" / "node_modules" / ".bin" / "configurable-http-proxy"
    if not hub.is_file() or not proxy.is_file():
        raise MeasureError(
            "Il manque JupyterHub, que Cartable n'utilise pas. Dans un dossier à part :\n"
            f"  python3 -m venv {FOLDER}\n"
            f"  {FOLDER}/bin/pip install --require-hashes -r requirements.txt\n"
            f"  {FOLDER}/bin/pip install jupyterhub\n"
            f"  npm install --prefix {FOLDER}/npm configurable-http-proxy"
        )
    return FOLDER


def free_ports(count: int) -> list[int]:
    """Return ports that nobody uses on this machine."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Hub:
    """A JupyterHub that is running, and its key."""

    def __init__(self, address: str, token: str, homes: Path) -> None:
        self.address, self.homes = address, homes
        self.web = requests.Session()
        self.web.headers["Authorization"] = f"token {token}"
        self.web.trust_env = False
        self.token = token

    def call(self, verb: str, path: str, **content: Any) -> requests.Response:  # noqa: ANN401 (what JSON holds)
        """Ask the hub or a server something."""
        answer = self.web.request(verb, self.address + path, json=content or None, timeout=PATIENCE)
        if answer.status_code >= 400:  # noqa: PLR2004
            raise MeasureError(f"{verb} {path} : {answer.status_code}, {answer.text[:200]}")
        return answer

    def start(self, name: str) -> None:
        """Start the server of a trainee and wait until it answers."""
        (self.homes / name).mkdir(parents=True, exist_ok=True)
        self.call("POST", f"/hub/api/users/{name}/server")
        deadline = time.monotonic() + PATIENCE
        while not self.call("GET", f"/hub/api/users/{name}").json()["servers"].get("", {}).get("ready"):
            if time.monotonic() > deadline:
                raise MeasureError(f"Le serveur de {name} n'a pas démarré en {PATIENCE} s.")
            time.sleep(0.2)

    def run(self, name: str, cells: list[str]) -> Iterator[str]:
        """Run cells in a new kernel of a trainee; yield what each printed."""
        kernel = self.call("POST", f"/user/{name}/api/kernels").json()["id"]
        url = f"{self.address.replace('http', 'ws', 1)}/user/{name}/api/kernels/{kernel}/channels"
        line = websocket.create_connection(url, header=[f"Authorization: token {self.token}"], timeout=PATIENCE)
        with contextlib.closing(line):
            for cell in cells:
                yield execute(line, cell)


@contextlib.contextmanager
def running(work: Path) -> Iterator[Hub]:
    """Start a JupyterHub on this machine, and stop all that it started."""
    port, hub_port, api_port = free_ports(3)
    token, environment = secrets.token_hex(16), prepared()
    node = shutil.which("node") or "node"
    proxy = [
        node,
        str(environment / "npm" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"),
    ]
    text = HUB.format(
        port=port, hub_port=hub_port, api_port=api_port, proxy=proxy, homes=str(work / "{username}"), token=token,
        singleuser=str(environment / "bin" / "jupyterhub-singleuser"), source=str(ROOT / "src"), patience=PATIENCE,
    )  # fmt: skip
    (work / "jupyterhub_config.py").write_text(text, encoding="utf-8")
    env = os.environ | {"PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    with (work / "journal.txt").open("wb") as journal:
        server = subprocess.Popen([environment / "bin" / "jupyterhub"], cwd=work, env=env, stdout=journal,
                                  stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
        try:
            yield ready(Hub(f"http://127.0.0.1:{port}", token, work), server, work / "journal.txt")
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def ready(hub: Hub, server: subprocess.Popen[bytes], journal: Path) -> Hub:
    """Return the hub once it answers."""
    for _ in range(PATIENCE):
        with contextlib.suppress(requests.ConnectionError, MeasureError):
            hub.call("GET", "/hub/api/")
            return hub
        if server.poll() is not None:
            break
        time.sleep(0.5)
    raise MeasureError("JupyterHub n'a pas démarré :\n" + "\n".join(journal.read_text("utf-8").splitlines()[-15:]))


def execute(line: websocket.WebSocket, code: str) -> str:
    """Run a cell and return what it printed."""
    asked = secrets.token_hex(8)
    header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": "mesure", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    line.send(json.dumps(message))
    printed = ""
    while True:
        told = json.loads(line.recv())
        if told["parent_header"].get("msg_id") != asked:
            continue
        if told["msg_type"] == "stream":
            printed += told["content"]["text"]
        if told["msg_type"] == "error":
            raise MeasureError(f"Une cellule a échoué : {told['content']['ename']} {told['content']['evalue']}")
        if told["msg_type"] == "status" and told["content"]["execution_state"] == "idle":
            return printed


def cells() -> list[str]:
    """Return the cells of the trainee's notebook, as they are given out."""
    path = ROOT / "notebooks" / "stagiaire" / f"{SLUG}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def visit(hub: Hub, name: str) -> Visit:
    """Play a trainee: her server, her notebook, a wrong answer, a right one, a map."""
    started = time.monotonic()
    hub.start(name)
    server = time.monotonic() - started
    told = hub.run(name, ["%cd -q ~", *cells(), ANSWER, MAP])
    said = [next(told) for _ in range(len(cells()) + 2)][-1]
    verdict = time.monotonic() - started
    drawn = next(told)
    if (said.strip(), drawn.strip()) != (SAID, "True"):
        raise MeasureError(f"{name} a reçu « {said.strip()} », « {drawn.strip()} » au lieu de « {SAID} », « True ».")
    seen = Visit(server, verdict, time.monotonic() - started, weight(hub.homes / name))
    told.close()  # type: ignore[attr-defined]
    return seen


def weight(home: Path) -> int:
    """Return the memory of what runs in a folder, in bytes: each shared page counts for its share."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "cwd").readlink().is_relative_to(home):
                rollup = (folder / "smaps_rollup").read_text(encoding="utf-8")
                total += 1024 * int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
    return total


def room(count: int) -> list[Visit]:
    """Play so many trainees at once on a new hub; check that each kept her own answers."""
    with tempfile.TemporaryDirectory(prefix="cartable-salle-", ignore_cleanup_errors=True) as folder:
        work = Path(folder).resolve()
        names = [f"stagiaire-{rank:02}" for rank in range(1, count + 1)]
        with running(work) as hub:
            for name in names:
                hub.call("POST", f"/hub/api/users/{name}")
            with ThreadPoolExecutor(count) as pool:
                seen = list(pool.map(lambda name: visit(hub, name), names))
            for name in names:
                kept = json.loads((work / name / "mes-exercices.json").read_text(encoding="utf-8"))
                if kept["exercices"][SLUG]["essais"] != 2:  # noqa: PLR2004
                    raise MeasureError(f"Le fichier de {name} n'a pas ses deux essais.")
    return seen


def run(trial: bool) -> None:
    """Measure each room and print the table."""
    prepared()
    rows = []
    first = 0.0
    for count in TRIAL if trial else ROOMS:
        say(f"{count} à la fois…")
        seen = room(count)
        first = first or median([one.verdict for one in seen])
        rows.append([
            str(count),
            seconds(median([one.server for one in seen])),
            seconds(median([one.verdict for one in seen])),
            seconds(max(one.verdict for one in seen)),
            wording.number(median([one.verdict for one in seen]) / first, 1),
            seconds(max(one.portrait for one in seen)),
            f"{wording.number(median([one.weight / 1e6 for one in seen]))} Mo",
        ])  # fmt: skip
    heads = ["Stagiaires", "Serveur prêt", "Premier retour", "Le plus lent", "Rapport", "Première carte, la plus lente",
             "Mémoire chacun"]  # fmt: skip
    say(table("Une salle sur un JupyterHub", heads, rows))


if __name__ == "__main__":
    sys.exit(main(__doc__.splitlines()[0], run))
