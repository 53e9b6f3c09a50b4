"""The two test commands: which checks they run, in which order."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from tools import browser, checks, environment, office, vendor
from tools.checks import Check, Result
from tools.console import ROOT, command, say

RECORD = ROOT / "_build" / "notebooks.json"
SHARED = "CARTABLE_PARTAGE"
# Notebooks are replayed with shipped data alone, whatever the person who tests has downloaded.
CACHE, NOTHING = "CARTABLE_CACHE", ROOT / "_build" / "sans-donnees"
BOOK = "Construction du livre"


def run(*, everything: bool) -> int:
    """Run ``make test``, or ``make test-all``, and return the exit code."""
    started = time.monotonic()
    interpreter = environment.ensure(tools=True)
    vendor.ensure(interpreter)
    chromium = browser.ensure(interpreter)
    prepared = Result(Check("Environnement et bibliothèques", ()), checks.PASSED, time.monotonic() - started)
    # The outputs are kept in one piece, not watched as they come: colours would be noise.
    env = environment.child_env(interpreter) | {"NO_COLOR": "1", CACHE: str(NOTHING)}
    if chromium:
        env[browser.VARIABLE] = str(chromium)
    libreoffice = office.ensure()
    if libreoffice:
        env[office.VARIABLE] = str(libreoffice)
    lacks = Lacks("" if chromium else _no_browser(), "" if libreoffice else _no_office())
    suite = usual(str(interpreter), everything=everything, lacks=lacks)
    if everything:
        suite += long_ones(str(interpreter))
        env[SHARED] = str(shared_folder() or "")
    results = [prepared, *checks.run_all(suite, env)]
    say(checks.summary(results, time.monotonic() - started))
    return checks.exit_code(results)


def _no_browser() -> str:
    return f"il manque Chromium, que « {browser.remedy()} » apporte"


def _no_office() -> str:
    return f"il manque LibreOffice, que « {office.remedy()} » apporte"


class Lacks(NamedTuple):
    """What this machine has not, and what brings it: empty when it is there."""

    browser: str = ""
    office: str = ""


def usual(python: str, *, everything: bool, lacks: Lacks) -> list[Check]:
    """Return the checks of ``make test``; ``everything`` lifts their limits."""
    return [*_static(python), *_dynamic(python, everything=everything, lacks=lacks)]


def _static(python: str) -> list[Check]:
    format_fix = f"« {python} -m ruff format » range le code."
    return [
        Check("Style du code", (python, "-m", "ruff", "check", "--output-format", "concise")),
        Check("Mise en forme du code", (python, "-m", "ruff", "format", "--check"), advice=format_fix),
        # Long: first, so that the checks that need it do not wait.
        Check(BOOK, (python, "-m", "cartable.book"), advice="Un avertissement de Sphinx est une erreur."),
        Check("Types", (python, "-m", "mypy", "src", "tools", "tasks.py")),
        Check("Textes", (python, "-m", "tools.texts"), advice=f"« {command('textes')} » relit, « --corriger » range."),
    ]


def _dynamic(python: str, *, everything: bool, lacks: Lacks) -> list[Check]:
    pytest = (python, "-m", "pytest")
    short = "" if everything else " and not long"
    # Measuring what is covered doubles the time.
    cover = ("--cov",) if everything else ()
    shared_out = ("-n", "2", "--dist", "loadfile")
    # Forty notebooks of exercises are made by one template: one in five is replayed, all of them by « test-tout ».
    spared = [] if everything else [f"--ignore={path.relative_to(ROOT)}" for path in _alike()]
    outputs = (*pytest, "--nbval", "--nbval-current-env", *shared_out, "notebooks", *spared)
    return [
        Check(
            "Contrôles unitaires",
            (*pytest, *shared_out, "-m", f"not navigateur and not bureautique and not partage{short}", *cover),
        ),
        Check(
            "Pages dans Chromium",
            (*pytest, "-m", f"navigateur and not partage{short}", "tests/navigateur"),
            needs=(BOOK,),
            lacks=lacks.browser,
        ),
        Check(
            "Documents dans LibreOffice",
            (*pytest, "-m", f"bureautique and not partage{short}"),
            lacks=lacks.office,
        ),
        Check(
            "Notebooks rejoués",
            outputs,
            advice=f"« {command('notebooks')} » les exécute de nouveau ; relisez ce qui a changé.",
            on_failure=forget_executions,
        ),
        Check("Licences", (python, "tasks.py", "licences")),
        Check(
            "Versions installées",
            (python, "-m", "pip", "check"),
            advice=f"« {command('verrou')} » refait le verrou.",
        ),
    ]


def _alike() -> list[Path]:
    """Return the notebooks of exercises that the usual tests do not replay."""
    folders = (ROOT / "notebooks" / "stagiaire", ROOT / "notebooks" / "corriges")
    return [path for folder in folders for rank, path in enumerate(sorted(folder.glob("*.ipynb"))) if rank % 5]


def long_ones(python: str) -> list[Check]:
    """Return what ``make test-all`` adds."""
    folder = shared_folder()
    return [
        Check("Paquet installé ailleurs", (python, "tasks.py", "paquet")),
        Check("Livre depuis une copie neuve", (python, "tasks.py", "copie-neuve")),
        Check(
            "Fichiers réels partagés",
            (python, "-m", "pytest", "-v", "-m", "partage"),
            lacks="" if folder else f"{SHARED} ne désigne aucun dossier",
            apart=True,
        ),
    ]


def shared_folder() -> Path | None:
    """Return the folder of real files kept outside of the repository, if there is one."""
    folder = Path(os.environ.get(SHARED) or ROOT.parent / "shared")
    return folder.resolve() if folder.is_dir() else None


def forget_executions() -> None:
    """Make ``make notebooks`` run them all again: their outputs are no longer those that come out."""
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text("{}\n", encoding="utf-8")
