"""What the benchmarks share: running a program on the clock, telling the machine, printing aligned tables."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
TAIL = 25  # lines of a program's output shown when it fails


class MeasureError(Exception):
    """A measure cannot be made; the message is a French sentence that says what to do."""


def program_env() -> dict[str, str]:
    """Return the environment of every measured program, ours or not: French, with compiled bytecode."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONIOENCODING": "utf-8", "TQDM_DISABLE": "1"}


def timed(args: Sequence[str | Path], folder: Path) -> float:
    """Run a program and return its wall-clock time, in seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        [str(arg) for arg in args], cwd=folder, env=program_env(), check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )  # fmt: skip
    duration = time.perf_counter() - started
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-TAIL:])
        raise MeasureError(f"« {' '.join(map(str, args))} » a échoué (code {done.returncode}) :\n{end}")
    return duration


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def seconds(value: float) -> str:
    """Write a duration."""
    return f"{wording.number(value, 2)} s"


def machine() -> str:
    """Say when and on what this was measured."""
    now = dt.datetime.now(tz=dt.UTC).astimezone()
    memory = ""
    if hasattr(os, "sysconf"):
        gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        memory = f", {wording.number(gigabytes)} Go de mémoire"
    load = f", charge au départ {wording.number(os.getloadavg()[0], 1)}" if hasattr(os, "getloadavg") else ""
    return (
        f"{wording.date(now.date())}, {now:%H h %M} : {os.cpu_count()} cœurs{memory}{load}, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an aligned table: text to the left, figures to the right."""
    widths = [max(len(row[i]) for row in [headers, *rows]) for i in range(len(headers))]
    rule = "-" * (sum(widths) + 2 * len(widths) - 2)

    def line(row: Sequence[str]) -> str:
        first, *others = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        return "  ".join([row[0].ljust(len(first)), *others]).rstrip()

    return "\n".join(["", title, rule, line(headers), rule, *map(line, rows), rule])


def say(text: str) -> None:
    """Print at once, so that a long run shows where it is."""
    print(text, flush=True)


def main(description: str, run: Callable[[bool], None]) -> int:
    """Run a benchmark from the command line and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--essai", action="store_true", help="une seule fois chaque mesure : vérifie que tout marche")
    trial = parser.parse_args().essai
    try:
        say(machine())
        run(trial)
    except MeasureError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def copy(names: Sequence[str], target: Path) -> None:
    """Copy files and folders of the project."""
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        elif source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
        else:
            raise MeasureError(f"« {name} » manque dans le projet : la mesure n'aurait pas de sens sans lui.")
