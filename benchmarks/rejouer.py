"""Weigh the site that replays notebooks and the key, and time them in a browser: statement, first answer, first map.

The site must have been built (« make replay »); the key is weighed if it is there. All is served on this machine.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from _outils import ROOT, MeasureError, main, median, say, seconds, table
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SITE = ROOT / "_build" / "html" / "rejouer"
KEY = ROOT / "_build" / "cartable-cle.zip"
RUNS = 5
DELAY = 180_000
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/google-chrome")
GOALS = "Buts : première carte en 25 s au plus, 15 visées ; clé de 150 Mo au plus."


@dataclass(frozen=True)
class Opening:
    """What a reader waits for, in seconds from the click on « Rejouer »."""

    statement: float
    answer: float


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that says nothing."""

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the site on this machine."""
    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def opened(page: Page, base: str, path: str, readable: str, done: str) -> Opening:
    """Open a notebook, run it all, and return when its text, then its result, could be seen."""
    started = time.perf_counter()
    page.goto(f"{base}/ouvrir.html?path={path}")
    page.locator(".jp-RenderedMarkdown", has_text=readable).first.wait_for(timeout=DELAY)
    statement = time.perf_counter() - started
    page.get_by_role("menuitem", name="Exécution").first.click()
    page.locator(".lm-Menu-item", has_text="Exécuter toutes les cellules").first.click()
    page.wait_for_function(done, timeout=DELAY)
    return Opening(statement, time.perf_counter() - started)


def exercise(page: Page, base: str) -> Opening:
    """Open an exercise until its fields can be filled in."""
    ready = "document.querySelector('.jp-OutputArea-output .widget-radio-box')"
    return opened(page, base, "exercices/01-dire-un-chiffre.ipynb", "quarante maires", ready)


def portrait(page: Page, base: str) -> Opening:
    """Open a portrait until all of it is done, map included: what a former run has left is still shown before."""
    finished = """() => {
      const status = document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status;
      if (status === 'busy') { window.began = true; window.since = 0; }
      if (!window.began || status !== 'idle') { return false; }
      window.since ||= performance.now();
      return performance.now() - window.since > 500 && document.querySelector('.leaflet-interactive');
    }"""
    return opened(page, base, "notebooks/portrait-de-territoire.ipynb", "Les effectifs viennent", finished)


def cold(browser: Browser, base: str, *, runs: int) -> list[list[str]]:
    """Return a row for each kind of notebook, each time with an empty cache."""
    rows = []
    for name, play in (("Un exercice", exercise), ("Un portrait entier, avec sa carte", portrait)):
        seen = []
        for _ in range(runs):
            context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 4000})
            seen.append(play(context.new_page(), base))
            context.close()
        statement, answer = median([one.statement for one in seen]), median([one.answer for one in seen])
        worst = max(one.answer for one in seen)
        rows.append([name, seconds(statement), seconds(answer), seconds(worst), wording.number(answer / statement, 1)])
    return rows


def weights() -> list[list[str]]:
    """Return what the site and the key weigh."""
    files = [path for path in SITE.rglob("*") if path.is_file()]
    python = [path for path in files if "static" in path.parts]
    rows = [["Le site à rejouer", megabytes(files)], ["dont Python et ses bibliothèques", megabytes(python)]]
    return [*rows, ["La clé", megabytes([KEY])]] if KEY.is_file() else rows


def megabytes(files: list[Path]) -> str:
    """Write what files weigh."""
    return f"{wording.number(sum(path.stat().st_size for path in files) / 1e6)} Mo"


def run(trial: bool) -> None:
    """Measure and print the tables."""
    if not (SITE / "ouvrir.html").is_file():
        raise MeasureError("Le site à rejouer n'est pas construit : lancez d'abord « make replay ».")
    say(table("Ce que cela pèse", ["Quoi", "Poids"], weights()))
    chromium = next((path for path in CHROMIUM if Path(path).is_file()), None)
    try:
        with served() as base, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            rows = cold(browser, base, runs=1 if trial else RUNS)
            browser.close()
    except PlaywrightError as error:
        raise MeasureError(f"Chromium s'est arrêté : {str(error).splitlines()[0]}") from error
    heads = ["Cache vide", "Énoncé lisible", "Résultat", "Le plus lent", "Rapport"]
    say(table("Ce que l'on attend après « Rejouer »", heads, rows))
    say(GOALS)


if __name__ == "__main__":
    sys.exit(main(__doc__.splitlines()[0], run))
