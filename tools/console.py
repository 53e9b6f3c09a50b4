"""What every task shares: French on any console, and programs that run without drowning the reader."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent

# French sub-command of tasks.py → target of the Makefile.
TARGETS = {
    "livre": "book",
    "ouvrir": "open",
    "papier": "paper",
    "rejouer": "replay",
    "cle": "kit",
    "cle-windows": "kit-windows",
    "test": "test",
    "test-tout": "test-all",
    "notebooks": "notebooks",
    "verrou": "lock",
    "assets": "assets",
    "donnees": "data",
    "jupyter": "jupyter",
    "textes": "prose",
    "mesures": "bench",
    "menage": "clean",
}

TAIL = 30  # lines of a program's output shown when it fails
TICK = 0.2  # seconds between two looks at a running program
_NETWORK = re.compile(
    r"\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|ProxyError)\b"
    r"|\bConnectTimeout|name resolution|getaddrinfo|dns error|error sending request|Failed to fetch"
    r"|Network is unreachable|Max retries exceeded|tunneling socket"
)


class TaskError(Exception):
    """A task cannot go on; the message is a French sentence that says what to do."""


class ProgramError(TaskError):
    """A program ended badly; ``output`` is what it said."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output

    @property
    def is_network(self) -> bool:
        """Whether the program complained of the network."""
        return bool(_NETWORK.search(self.output))


def speak_utf8() -> None:
    """Let French through consoles and pipes that would refuse it (cp1252, ASCII)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(text: str = "") -> None:
    """Print one line at once, even through a pipe."""
    print(text, flush=True)  # noqa: T201


def command(name: str) -> str:
    """Return what the person types to run a task, on this machine."""
    return f"py tasks.py {name}" if os.name == "nt" else f"make {TARGETS[name]}"


def seconds(value: float) -> str:
    """Write a duration the French way."""
    return f"{value:.1f} s".replace(".", ",")


def call(args: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Run a program in the person's own console and return its exit code."""
    return subprocess.run([str(arg) for arg in args], cwd=ROOT, env=dict(env), check=False).returncode


def run_quietly(args: Sequence[str | Path], label: str, env: Mapping[str, str], folder: Path = ROOT) -> str:
    """Run a program that may last, showing only its label and the time it takes; return its output.

    Parameters
    ----------
    folder
        Where it runs.

    Raises
    ------
    ProgramError
        If it ends badly; the end of its output has then been shown, unless the network is all that it lacks.
    """
    started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(arg) for arg in args], cwd=folder, env=dict(env), stdout=log, stderr=subprocess.STDOUT
        )
        code = _watch(process, label, started)
        log.seek(0)
        output = log.read().decode("utf-8", errors="replace")
    if code:
        error = ProgramError(f"{label} : échec (code {code}).", output)
        if not error.is_network:
            say("\n".join(output.splitlines()[-TAIL:]))
        raise error
    say(f"{label} : fait en {seconds(time.monotonic() - started)}")
    return output


def _watch(process: subprocess.Popen[bytes], label: str, started: float) -> int:
    try:
        while process.poll() is None:
            time.sleep(TICK)
            if sys.stdout.isatty():
                sys.stdout.write(f"\r{label}… {time.monotonic() - started:.0f} s ")
                sys.stdout.flush()
    finally:
        process.kill()  # without effect on a program that has ended
        process.wait()
        if sys.stdout.isatty():
            sys.stdout.write("\r")
    return process.returncode
