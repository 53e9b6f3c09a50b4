"""The site that replays notebooks: what is refused before it is built; and, on a real Pyodide, an exercise answered."""

import contextlib
import functools
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
import yaml
from rapidfuzz import fuzz
from tools import replay
from tools.console import ROOT, TaskError

from cartable.book import _replayed
from cartable.exercises import progress
from cartable.exercises.checks import territory

SHARED = Path(os.environ.get("CARTABLE_PARTAGE", ROOT.parent / "shared"))


def fake(folder: Path) -> Path:
    """Write a folder that looks like Pyodide."""
    folder.mkdir()
    packages = {}
    for name in (*replay.NEEDED, *replay.on_demand()):
        (folder / f"{name}.whl").write_bytes(name.encode())
        digest = hashlib.sha256(name.encode()).hexdigest()
        packages[name] = {"name": name, "file_name": f"{name}.whl", "sha256": digest}
    for name in replay.CORE:
        (folder / name).write_text("x", "utf-8")
    (folder / replay.LOCK).write_text(json.dumps({"packages": packages}), "utf-8")
    return folder


def test_un_dossier_juste_est_pris_et_rien_n_est_devine(tmp_path, monkeypatch):
    folder = fake(tmp_path / "pyodide")
    assert replay.pyodide_folder([str(folder)]) == folder
    monkeypatch.setenv(replay.FOLDER, str(folder))
    assert replay.pyodide_folder([]) == folder
    monkeypatch.delenv(replay.FOLDER)
    with pytest.raises(TaskError, match="Donnez le dossier"):
        replay.pyodide_folder([])


@pytest.mark.parametrize("name", replay.CORE)
def test_un_fichier_qui_manque_est_nomme(tmp_path, name):
    folder = fake(tmp_path / "pyodide")
    (folder / name).unlink()
    with pytest.raises(TaskError, match=name):
        replay.pyodide_folder([str(folder)])


def test_un_paquet_altere_ou_absent_du_verrou_est_refuse(tmp_path):
    folder = fake(tmp_path / "pyodide")
    (folder / "pandas.whl").write_bytes(b"autre chose")
    with pytest.raises(TaskError, match=r"pandas\.whl"):
        replay.pyodide_folder([str(folder)])
    lock = replay.read_lock(folder)
    del lock["packages"]["folium"]
    (folder / replay.LOCK).write_text(json.dumps(lock), "utf-8")
    with pytest.raises(TaskError, match="folium"):
        replay.pyodide_folder([str(folder)])


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"packages": {}}'])
def test_un_verrou_illisible_est_refuse(tmp_path, text):
    folder = fake(tmp_path / "pyodide")
    (folder / replay.LOCK).write_text(text, "utf-8")
    with pytest.raises(TaskError, match="ne se lit pas"):
        replay.pyodide_folder([str(folder)])


def test_notre_paquet_entre_dans_le_verrou_avec_son_empreinte(tmp_path):
    folder = fake(tmp_path / "pyodide")
    wheel = tmp_path / "cartable-9.9-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("cartable-9.9.dist-info/METADATA", "Metadata-Version: 2.1\nName: cartable\nVersion: 9.9\n")
    replay.add(wheel, folder)
    added = replay.read_lock(folder)["packages"]["cartable"]
    assert (added["version"], added["sha256"]) == ("9.9", replay.sha256(folder / wheel.name))
    assert replay.pyodide_folder([str(folder)]) == folder


def test_les_corriges_restent_chez_la_personne_qui_forme(tmp_path):
    replay.contents(tmp_path / "contents")
    shipped = list((tmp_path / "contents").rglob("*.ipynb"))
    assert len([path for path in shipped if path.parent.name == "exercices"]) == 20
    assert not [path for path in shipped if "corriges" in path.parts or "corrected(" in path.read_text("utf-8")]


def written():
    """Yield every YAML text of the kit that travels with the package."""
    for folder in ("workshops", "data"):
        for path in sorted((ROOT / folder).rglob("*.yml")):
            yield path, path.read_text("utf-8")
    for folder in ("workshops", "notebooks/exercices"):
        for path in sorted((ROOT / folder).rglob("*.md")):
            text = path.read_text("utf-8")
            if text.startswith("---\n"):
                yield path, text[4:].partition("\n---\n")[0]


def test_le_yaml_du_kit_se_lit_aussi_sans_la_partie_compilee_de_la_bibliotheque():
    """In a browser PyYAML has its Python part only, stricter on a « ? » that is not quoted."""
    texts = list(written())
    assert len(texts) > 150
    for path, text in texts:
        assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml.CSafeLoader), path.name


def test_une_bibliotheque_sans_partie_compilee_se_lit_seule(tmp_path):
    wheel = replay.pure("rapidfuzz", tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert not [name for name in names if name.endswith((".so", ".pyd"))]
    assert [name for name in names if "LICENSE" in name]
    code = "from rapidfuzz import fuzz; print(fuzz.__file__, round(fuzz.ratio('le bus du jeudi', 'un bus le jeudi')))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); {code}"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert str(tmp_path) in done.stdout
    assert int(done.stdout.split()[-1]) == round(fuzz.ratio("le bus du jeudi", "un bus le jeudi"))


def test_les_bibliotheques_lourdes_viennent_avec_les_notebooks_qui_s_en_servent():
    def sources(name):
        cells = replay.prepared(json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8")))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

    assert "import sklearn" in "\n".join(sources("atelier-partager-les-enjeux"))
    assert not [one for one in sources("portrait-de-territoire") if one.startswith("import ")]
    shipped = [json.loads(path.read_text("utf-8")) for folder in replay.GROUPS.values()
               for path in (ROOT / folder).glob("*.ipynb")]  # fmt: skip
    cells = ["".join(cell["source"]) for one in shipped for cell in one["cells"]]
    assert [said for said in replay.ON_DEMAND if not any(said in cell for cell in cells)] == []
    # An exercise that looks at a territory measures distances.
    assert [slug for slug in territory.RULES if f'exercise("{slug}")' not in replay.ON_DEMAND] == []


def test_la_porte_ne_suit_que_des_notebooks_du_site():
    door = replay.DOOR.read_text("utf-8")
    assert 'lang="fr"' in door
    assert "[a-z0-9-]+\\.ipynb$" in door
    assert "http.server" in door


def test_aucun_lien_d_un_notebook_rejoue_ne_mene_nulle_part(tmp_path):
    replay.contents(tmp_path)
    texts = {path: path.read_text("utf-8") for path in tmp_path.rglob("*.ipynb")}
    assert "le carnet de démarche (dans le livre)" in "".join(texts.values())
    for path, text in texts.items():
        for cell in json.loads(text)["cells"]:
            links = re.findall(r"\]\(([^)#:]+)", "".join(cell["source"])) if cell["cell_type"] == "markdown" else []
            assert [link for link in links if not (path.parent / link).is_file()] == [], path.name


def test_chaque_page_de_notebook_mene_a_son_notebook(tmp_path):
    replay.contents(tmp_path)
    shipped = {f"{path.parent.name}/{path.name}" for path in tmp_path.rglob("*.ipynb")}
    reached = set()
    for folder in ("notebooks", "notebooks/stagiaire"):
        for path in (ROOT / folder).glob("*.ipynb"):
            body = _replayed(f"{folder}/{path.stem}", "<h1>Un titre</h1><p>Un texte.</p>")
            (link,) = re.findall(r'href="([^"]+)"', body)
            door, _, asked = link.partition("?path=")
            assert (ROOT / folder / door).resolve() == ROOT / "rejouer" / "ouvrir.html"
            reached.add(asked)
    assert reached == shipped
    assert "rejouer" not in _replayed("book/je-m-exerce", "<h1>Un titre</h1>")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Assemble Pyodide from the registries, and build the site."""
    pyodide = tmp_path_factory.mktemp("replay") / "pyodide"
    tool = SHARED / "tools" / "pyodide_dist.py"
    # What is compiled comes first: the tool takes the first version that it meets.
    wanted = sorted({*replay.NEEDED, *replay.on_demand()}, key=lambda one: one not in {"numpy", "pandas", "pydantic"})
    subprocess.run([sys.executable, str(tool), str(pyodide), *wanted], check=True, capture_output=True)
    replay.build([str(pyodide)])
    handler = functools.partial(Quiet, directory=str(replay.OUTPUT))
    with http.server.ThreadingHTTPServer(("0.0.0.0", 0), handler) as server:  # noqa: S104 (a room, for the test)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


@contextlib.contextmanager
def browsing(base, *options):
    """Open a browser; fail if anything is asked elsewhere."""
    sync = pytest.importorskip("playwright.sync_api")
    outside = []
    with sync.sync_playwright() as driver:
        path = os.environ.get("CARTABLE_CHROMIUM") or "/usr/bin/chromium"
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", *options])
        page = browser.new_context(locale="fr-FR", accept_downloads=True).new_page()
        page.on(
            "request", lambda one: None if one.url.startswith((base, "data:", "blob:")) else outside.append(one.url)
        )
        yield page
        browser.close()
    assert outside == []


def run_all(page):
    page.get_by_role("menuitem", name="Exécution").first.click()
    page.locator(".lm-Menu-item", has_text="Exécuter toutes les cellules").first.click()


def answered(page):
    """Answer the first exercise wrongly; return once its mistake has been told."""
    page.wait_for_selector(".widget-radio-box", timeout=120_000)
    page.locator(".widget-radio-box label").first.click()
    page.locator(".jp-OutputArea-output textarea").first.fill("Parce que.")
    page.click("text=Vérifier")
    page.wait_for_function("document.body.innerText.includes('la définition a changé')", timeout=30_000)


# A name that is no local address: over plain HTTP, a browser gives it no service worker, as to another machine.
ROOM = "salle.cartable"


@pytest.mark.partage
@pytest.mark.parametrize("host", ["127.0.0.1", ROOM])
def test_un_exercice_se_rejoue_se_garde_et_s_emporte(site, host, tmp_path):
    base = f"http://{host}:{site}"
    with browsing(base, f"--host-resolver-rules=MAP {ROOM} 127.0.0.2") as page:
        page.goto(f"{base}/ouvrir.html?path=exercices/01-dire-un-chiffre.ipynb")
        page.locator(".jp-RenderedMarkdown", has_text="quarante maires").first.wait_for(timeout=60_000)
        assert page.evaluate("isSecureContext") is (host != ROOM)
        run_all(page)
        answered(page)
        page.reload()
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        run_all(page)
        page.wait_for_function("document.querySelector('.widget-radio-box input')?.checked", timeout=120_000)
        with page.expect_download() as given:
            page.click("text=Garder une copie")
        given.value.save_as(tmp_path / "mes-exercices.json")
        kept = progress.read((tmp_path / "mes-exercices.json").read_bytes(), "mes-exercices.json")
        assert kept.exercices["01-dire-un-chiffre"].essais == 1


@pytest.mark.partage
@pytest.mark.parametrize(
    "path",
    [f"{group}/{one.name}" for group, folder in replay.GROUPS.items() for one in (ROOT / folder).glob("*.ipynb")],
)
def test_chaque_notebook_tourne_dans_un_navigateur(site, path):
    base = f"http://127.0.0.1:{site}"
    with browsing(base) as page:
        page.goto(f"{base}/ouvrir.html?path={path}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        status = "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === '{}'"
        run_all(page)
        page.wait_for_function(status.format("busy"), timeout=60_000)
        # Idle for two seconds: between two cells, it is idle for an instant.
        calm = "() => { const now = Date.now(); if (!(%s)) { window.since = 0; return false; } "
        calm += "window.since ||= now; return now - window.since > 2000; }"
        page.wait_for_function(calm % status.format("idle"), timeout=180_000)
        errors = page.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type$='stderr']")
        assert errors.all_inner_texts() == []
