"""Chromium, the built book, and a server for it: what the tests of pages share."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync"]
ABSENT = "Chromium est absent : installez-le (« playwright install chromium », ou le paquet « chromium »)."
NO_BOOK = "Le livre n'est pas dans « {} » : lancez « make book », ou donnez son dossier dans CARTABLE_LIVRE."

# One page of each kind in the ordinary run; the others under the marker « long ».
KINDS = (
    "index.html",
    "search.html",
    "book/j-anime.html",
    "book/portrait.html",
    "book/sources.html",
    "book/programme/etape-2-diagnostic.html",
    "book/ateliers.html",
    "book/seances.html",
    "book/demain.html",
    "workshops/persona.html",
    "workshops/canevas/cartographie-sensible.html",
    "book/canevas.html",
    "workshops/seances/e2b-partager-moyenne.html",
    "book/indice.html",
    "book/donnees.html",
    "notebooks/portrait-de-territoire.html",
    "notebooks/lieux-et-acces.html",
    "notebooks/indice-explique.html",
    "notebooks/comparer.html",
    "notebooks/mettre-une-liste-au-standard.html",
    "notebooks/atelier-partager-les-enjeux.html",
    "notebooks/demarche-5-ecrire-la-feuille-de-route.html",
    "notebooks/demarche-tableau-de-bord.html",
    "book/ecrits.html",
    "book/exemples.html",
    "book/questionnaires/habitants.html",
    "book/panorama/fondation-afnic.html",
    "imprimes/mur-afom.html",
)

# Pages drawn from one template: one in four is opened, they differ by their texts only.
FAMILIES, ONE_IN = ("workshops/", "minuteur/", "imprimes/"), 4


def book_folder() -> Path:
    return Path(os.environ.get("CARTABLE_LIVRE", ROOT / "_build" / "html")).resolve()


def all_pages() -> list[str]:
    folder = book_folder()
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    found = sorted({page for page in pages if not page.startswith("_static/")} | set(KINDS))
    alike = {family: [page for page in found if page.startswith(family)] for family in FAMILIES}
    spared = {page for pages_alike in alike.values() for rank, page in enumerate(pages_alike) if rank % ONE_IN}
    return [page for page in found if page not in spared or page in KINDS]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "page_name" in metafunc.fixturenames:
        marks = [pytest.param(page, marks=[] if page in KINDS else [pytest.mark.long]) for page in all_pages()]
        metafunc.parametrize("page_name", marks)


@pytest.fixture(scope="session")
def livre() -> Path:
    folder = book_folder()
    if not (folder / "index.html").is_file():
        pytest.fail(NO_BOOK.format(folder))
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="session")
def serveur(livre: Path) -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(livre))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def executable(own: str) -> str | None:
    """Return the browser that ``make test`` has found, one of the machine, or the one that Playwright downloaded."""
    if imposed := os.environ.get("CARTABLE_CHROMIUM"):
        return imposed
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (own if Path(own).is_file() else None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (not needed when these tests are left out)

    with sync_playwright() as driver:
        path = executable(driver.chromium.executable_path)
        if path is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(ABSENT)
        browser = driver.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open page, and what went wrong in it."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)

    def request(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.troubles.append(f"requête vers {url}")

    def go(self, name: str) -> None:
        self.page.goto(f"{self.base}/{name}", wait_until="load")
        # Maps paint when they come into view.
        for figure in self.page.locator("figure.cartable-carte").all():
            figure.scroll_into_view_if_needed()
            self.page.wait_for_function("node => node.dataset.peinte === 'oui'", arg=figure.element_handle())


@pytest.fixture(params=["http", "fichier"])
def base(request: pytest.FixtureRequest, livre: Path) -> str:
    """Give the address of the book, served or opened from the disk."""
    return request.getfixturevalue("serveur") if request.param == "http" else livre.as_uri()


@pytest.fixture
def visiter(chromium: Browser) -> Iterator:
    """Open pages of the book, and note every request, message of the console and error."""

    @contextmanager
    def visit(base: str, width: int = 1280, theme: str = "light") -> Iterator[Visit]:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="fr-FR",
        )
        visit = Visit(context.new_page(), base)
        visit.page.on("request", lambda request: visit.request(request.url))
        visit.page.on("pageerror", lambda error: visit.troubles.append(f"erreur : {error}"))
        visit.page.on(
            "console",
            lambda message: (
                visit.troubles.append(f"console : {message.text}") if message.type in {"error", "warning"} else None
            ),
        )
        yield visit
        context.close()

    return visit
