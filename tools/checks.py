"""Run checks two at a time, each with its output in one piece, and sum them up in a French table."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.console import ROOT, say, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LANES = 2
LONGEST = 2700.0  # seconds: past that, a check hangs
PASSED, FAILED, NOT_RUN = "réussi", "ÉCHEC", "NON JOUÉ"
NO_TEST = 5  # pytest's exit code when it found nothing to run


@dataclass(frozen=True)
class Check:
    """A program that must end well.

    Parameters
    ----------
    name
        The French name, as the table shows it.
    needs
        The names of the checks that must have passed before.
    lacks
        What is missing on this machine for the check to run, and the command that brings it, if anything.
    advice
        What to do when the check fails.
    apart
        Whether it is an extra, in a section of its own, that may find nothing to check.
    on_failure
        Called when the check fails.
    """

    name: str
    args: tuple[str, ...]
    needs: tuple[str, ...] = ()
    lacks: str = ""
    advice: str = ""
    apart: bool = False
    on_failure: Callable[[], None] | None = None


@dataclass(frozen=True)
class Result:
    """How a check ended."""

    check: Check
    state: str
    duration: float = 0.0
    reason: str = ""


@dataclass
class Board:
    """Which checks wait, and how the others ended."""

    waiting: list[Check]
    results: list[Result] = field(default_factory=list)

    def next_ready(self) -> Check | None:
        """Take the first check whose needs have all ended."""
        ended = {result.check.name for result in self.results}
        for check in self.waiting:
            if ended.issuperset(check.needs):
                self.waiting.remove(check)
                return check
        return None

    def obstacle(self, check: Check) -> str:
        """Say why a check cannot run, if so."""
        failed = [r.check.name for r in self.results if r.check.name in check.needs and r.state != PASSED]
        return check.lacks or (f"il faut d'abord « {failed[0]} »" if failed else "")


def run_all(checks: Sequence[Check], env: Mapping[str, str]) -> list[Result]:
    """Run every check, two at a time, and return how they ended, in the order they were given."""
    names = [check.name for check in checks]
    board = Board(list(checks))
    with ThreadPoolExecutor(LANES) as pool:
        running: set[Future[Result]] = set()
        while board.waiting or running:
            while len(running) < LANES and (check := board.next_ready()):
                running.add(pool.submit(_settle, check, board.obstacle(check), env))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            board.results.extend(future.result() for future in done)
    return sorted(board.results, key=lambda result: names.index(result.check.name))


def _settle(check: Check, obstacle: str, env: Mapping[str, str]) -> Result:
    if obstacle:
        return Result(check, NOT_RUN, reason=obstacle)
    say(f"- {check.name} : en cours")
    started = time.monotonic()
    code, output = _run(check.args, env)
    duration = time.monotonic() - started
    if check.apart and code == NO_TEST:
        code = 0
    state = FAILED if code else PASSED
    title = f"{check.name} : {state} en {seconds(duration)}"
    say(f"\n{'=' * 8} {title} {'=' * max(8, 90 - len(title))}\n{output.rstrip()}\n")
    if code and check.on_failure:
        check.on_failure()
    return Result(check, state, duration, check.advice if code else "")


def _run(args: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    try:
        done = subprocess.run(
            args, cwd=ROOT, env=dict(env), timeout=LONGEST, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        shown = (error.stdout or b"").decode("utf-8", errors="replace")
        return 1, f"{shown}\nArrêté après {LONGEST / 60:.0f} minutes."
    return done.returncode, done.stdout.decode("utf-8", errors="replace")


def summary(results: Sequence[Result], total: float) -> str:
    """Write the closing table: each check, how it ended, how long it took."""
    width = max(len(name) for name in [*(result.check.name for result in results), "Durée totale"])
    rule = "-" * (width + 24)
    lines = [rule, f"{'Contrôle':<{width}}  {'Résultat':<10}{'Durée':>11}", rule]
    lines += [_row(result, width) for result in results if not result.check.apart]
    apart = [result for result in results if result.check.apart]
    if apart:
        lines += [rule, "À part : contrôles en plus, sur des fichiers qui ne sont pas dans le dépôt"]
        lines += [_row(result, width) for result in apart]
    lines += [rule, f"{'Durée totale':<{width}}  {'':<10}{seconds(total):>11}"]
    return "\n".join([*lines, *_remarks(results)])


def _row(result: Result, width: int) -> str:
    duration = "-" if result.state == NOT_RUN else seconds(result.duration)
    return f"{result.check.name:<{width}}  {result.state:<10}{duration:>11}"


def _remarks(results: Sequence[Result]) -> list[str]:
    lines = [""]
    lines += [f"Échec de « {r.check.name} ». {r.reason}".rstrip() for r in results if r.state == FAILED]
    lines += [f"« {r.check.name} » n'a pas été joué : {r.reason}." for r in results if r.state == NOT_RUN]
    return lines if len(lines) > 1 else ["", "Tout est réussi."]


def exit_code(results: Sequence[Result]) -> int:
    """Return 0 when nothing failed; on a continuous-integration machine, everything must also have run."""
    required = [result for result in results if not result.check.apart]
    strict = os.environ.get("CI", "").lower() in {"true", "1"}
    not_run = any(result.state == NOT_RUN for result in required)
    failed = any(result.state == FAILED for result in results)
    return int(failed or (strict and not_run))
