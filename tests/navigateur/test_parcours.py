"""The facilitator's first five minutes, in a browser: from the home page to a printed portrait, clicks counted."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.navigateur

ROOT = Path(__file__).resolve().parents[2]
CIVRAISIEN, ROCHELLE = "CC du Civraisien en Poitou", "CA de La Rochelle"
CLICKS = 4  # J'anime, the box, the commune, print
COUNT_CLICKS = """() => {
  window.name = window.name || "0";
  addEventListener("click", (event) => { if (event.isTrusted) window.name = String(Number(window.name) + 1); }, true);
  window.print = () => { window.imprimes = (window.imprimes || 0) + 1; };
}"""


def field(page):
    return page.get_by_label("Nom d’une commune ou d’un EPCI")


def wait_for_portrait(page, name: str) -> None:
    page.wait_for_function(
        "name => document.querySelector('.cartable-portrait .cartable-nom')?.textContent === name", arg=name
    )
    chart = page.locator(".cartable-portrait figure.cartable-carte")
    chart.scroll_into_view_if_needed()
    page.wait_for_function("node => node.dataset.peinte === 'oui'", arg=chart.element_handle())


def choose(page, typed: str, label: str) -> None:
    field(page).fill(typed)
    page.get_by_role("option", name=label).first.click()


def test_from_the_home_page_to_paper_in_four_clicks(visiter, base: str) -> None:
    with visiter(base) as visit:
        page = visit.page
        page.add_init_script(f"({COUNT_CLICKS})()")
        visit.go("index.html")
        page.get_by_role("main").get_by_role("link", name="J’anime").first.click()
        field(page).click()
        page.keyboard.type("Civray")
        page.get_by_role("option", name="Civray (86)").click()
        wait_for_portrait(page, CIVRAISIEN)
        portrait = page.locator(".cartable-portrait")
        assert "26\u202f641" in portrait.inner_text()
        assert portrait.get_by_role("rowheader", name="Val-de-Comporté").is_visible()
        page.get_by_role("button", name="Imprimer ce portrait").click()
        assert page.evaluate("window.imprimes") == 1
        assert int(page.evaluate("window.name")) == CLICKS
        paper = page.pdf(format="A4")
        assert paper.startswith(b"%PDF")
        assert len(paper) > 50_000
        assert visit.troubles == []


def test_the_same_with_the_keyboard_alone(visiter, base: str) -> None:
    with visiter(base) as visit:
        page = visit.page
        visit.go("book/j-anime.html")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.getAttribute('role')") == "combobox":
                break
        page.keyboard.type("la rochelle")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert page.locator("[role=option][aria-selected=true]").count() == 1
        page.keyboard.press("Enter")
        wait_for_portrait(page, ROCHELLE)
        assert visit.troubles == []


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("civraisein", CIVRAISIEN),
        ("SAINT-MACOUX", "Saint-Macoux (86)"),
        ("st étienne métropole", "Saint-Étienne Métropole"),
        ("civray 86", "Civray (86)"),
        ("pierrefitte sur seine", "Pierrefitte-sur-Seine (93)"),
        ("la rochele", "La Rochelle (17)"),
    ],
)
def test_the_box_forgives(visiter, livre: Path, typed: str, proposed: str) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go("book/j-anime.html")
        field(visit.page).fill(typed)
        visit.page.get_by_role("option", name=proposed).first.wait_for()
        assert visit.troubles == []


@pytest.mark.parametrize(
    ("typed", "said"), [("zzzzqqqq", "Aucun territoire trouvé"), ("x", "deux lettres"), ("<b>", "deux lettres")]
)
def test_the_box_says_what_it_does_not_find(visiter, livre: Path, typed: str, said: str) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go("book/j-anime.html")
        field(visit.page).fill(typed)
        status = visit.page.locator(".cartable-territoire [role=status]")
        visit.page.wait_for_function(
            "([node, text]) => node.textContent.includes(text)", arg=[status.element_handle(), said]
        )
        assert visit.page.get_by_role("option").count() == 0
        assert visit.troubles == []


def test_another_epci_replaces_the_first_and_one_may_come_back(visiter, base: str) -> None:
    with visiter(base) as visit:
        page = visit.page
        visit.go("book/portrait.html")
        wait_for_portrait(page, CIVRAISIEN)
        before = page.locator(".cartable-portrait").inner_text()
        choose(page, "la rochelle", ROCHELLE)
        wait_for_portrait(page, ROCHELLE)
        after = page.locator(".cartable-portrait").inner_text()
        assert "Charroux" in before
        assert "Charroux" not in after
        assert "182\u202f435" in after
        assert page.title().startswith(ROCHELLE)
        assert page.url.endswith("#241700434")
        assert page.locator(".cartable-portrait figure.cartable-carte").count() == 1
        page.go_back()
        wait_for_portrait(page, CIVRAISIEN)
        assert visit.troubles == []


def test_a_table_of_another_epci_sorts(visiter, livre: Path) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go("book/portrait.html#241700434")
        page = visit.page
        wait_for_portrait(page, ROCHELLE)
        table = page.locator(".cartable-portrait table").last
        table.get_by_role("button", name=re.compile("Habitants")).first.click()
        first = table.locator("tbody tr").first.inner_text()
        table.get_by_role("button", name=re.compile("Habitants")).first.click()
        assert table.locator("tbody tr").first.inner_text() != first
        assert "La Rochelle" in first + table.locator("tbody tr").first.inner_text()
        assert visit.troubles == []


@pytest.mark.parametrize(("missing", "typed"), [("portraits/index.js", "civray"), ("portraits/241700434.js", "")])
def test_a_missing_file_is_explained(visiter, livre: Path, tmp_path: Path, missing: str, typed: str) -> None:
    copy = tmp_path / "livre"
    ignored = shutil.ignore_patterns("portraits", "*.map")
    shutil.copytree(livre, copy, ignore=ignored)
    with visiter(copy.as_uri()) as visit:
        page = visit.page
        visit.go("book/portrait.html" if typed else "book/portrait.html#241700434")
        if typed:
            field(page).fill(typed)
        page.get_by_text("refaites-le avec « make book »").wait_for()
        assert page.locator(".cartable-nom").inner_text() == CIVRAISIEN
        assert [t for t in visit.troubles if Path(missing).name not in t and "ERR_FILE_NOT_FOUND" not in t] == []


# -- JupyterLab ------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_answer(url: str, server: subprocess.Popen) -> None:
    for _ in range(240):
        assert server.poll() is None, "JupyterLab s'est arrêté"
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own server)
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    pytest.fail("JupyterLab ne répond pas")


@pytest.fixture
def laboratoire(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Start JupyterLab as « cartable notebooks » does, on a copy, with settings of nobody."""
    folder = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    port, token = free_port(), secrets.token_hex(8)
    options = ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    options += [
        f"--IdentityProvider.token={token}",
        *(["--allow-root"] if hasattr(os, "geteuid") and not os.geteuid() else []),
    ]
    code = (
        "import sys, pathlib; from cartable.laboratory import launch; launch(pathlib.Path(sys.argv[1]), *sys.argv[2:])"
    )
    homes = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    homes |= {
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "reglages"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "bureaux"),
    }
    log = (tmp_path / "jupyter.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), *options],
        env={**os.environ, **homes, "IPYTHONDIR": str(tmp_path / "ipython")},
        stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/api?token={token}", server)
        yield f"http://127.0.0.1:{port}", token
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
        log.close()


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="groupes de processus POSIX")
def test_jupyterlab_shows_no_code_and_follows_the_territory(visiter, laboratoire: tuple[str, str]) -> None:
    address, token = laboratoire
    with visiter(address) as visit:
        page = visit.page
        page.set_default_timeout(90_000)
        page.goto(f"{address}/lab/tree/portrait-de-territoire.ipynb?token={token}")
        page.locator(".jp-Notebook .cartable-nom").wait_for()
        assert page.get_by_role("menuitem", name="Fichier").is_visible()
        assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 0
        folded = page.locator(".jp-CodeCell .jp-PlaceholderText").all_inner_texts()
        shown = [text for text in folded if text]  # JupyterLab leaves empty those it has not drawn yet
        assert shown
        assert [text for text in shown if not text.startswith("# ")] == []
        page.get_by_role("menuitem", name="Exécution").click()
        page.get_by_role("menuitem", name="Exécuter toutes les cellules", exact=True).click()
        box = page.get_by_placeholder("Nom d’un EPCI ou d’une commune")
        box.wait_for()
        box.fill("La Rochelle")
        page.get_by_role("button", name="Tout recalculer").click()
        notebook = page.locator(".jp-Notebook")
        notebook.locator(".cartable-nom", has_text=ROCHELLE).wait_for()
        notebook.get_by_text("182\u202f435\u00a0personnes vivent").wait_for()
        notebook.locator("caption", has_text=f"Communes de : {ROCHELLE}").wait_for()
        chart = notebook.locator("figure.cartable-carte[data-peinte=oui]")
        chart.scroll_into_view_if_needed()
        chart.wait_for()
        assert notebook.locator("figure.cartable-carte").count() == 1
        assert "Charroux" not in notebook.inner_text()
        assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 0
        assert [t for t in visit.troubles if t.startswith("requête")] == []
