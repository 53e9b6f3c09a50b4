"""The key for Windows, as far as Linux can prove it: what is refused, what is written, what is installed and opened."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import mini_livre
import pip
import pytest
from packaging.requirements import Requirement
from tools import kit, pages_windows, replay, wheelhouse, windows
from tools.console import ROOT, ProgramError, TaskError

HERE = windows.STARTERS
NO_NETWORK = ["unshare", "--net", "--map-root-user", "--"]
NAME = "Clé d’été (mairie) – essai"
CLI = """import os, sys
def main(arguments=None):
    print(*sys.argv[1:], os.getcwd() == sys.argv[-1])
    return 3
"""


@pytest.fixture(scope="module")
def door():
    """Return ``ouvrir.py``, which is not in a package: it runs with the Python of the key alone."""
    spec = importlib.util.spec_from_file_location("ouvrir", HERE / "ouvrir.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def runtime(folder: Path, kind: int = windows.AMD64, minor: int = 13) -> Path:
    """Write what looks like the bare Python of its publisher."""
    folder.mkdir(parents=True)
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + struct.pack("<4sH", b"PE\0\0", kind)
    (folder / "python.exe").write_bytes(head)
    (folder / f"python3{minor}.dll").write_bytes(b"x")
    text = f"python3{minor}.zip\n.\n\n# Uncomment to run site.main() automatically\n#import site\n"
    (folder / f"python3{minor}._pth").write_text(text, "utf-8")
    return folder


def wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write a small package."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-1.0.dist-info"
    told = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: essai\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for one, text in (files | told).items():
            archive.writestr(zipfile.ZipInfo(one), text)
        listed = "".join(f"{one},,\n" for one in (*files, *told, f"{info}/RECORD"))
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD"), listed)
    return path


def our_pip(folder: Path) -> Path:
    """Write the package of the pip that is here: the key runs it from its archive."""
    path = folder / "pip-1.0-py3-none-any.whl"
    source = Path(pip.__file__).parent
    with zipfile.ZipFile(path, "w") as archive:
        for one in sorted(source.rglob("*")):
            if one.is_file() and one.suffix != ".pyc":
                archive.write(one, one.relative_to(source.parent))
    return path


def cartable(folder: Path) -> Path:
    return wheel(folder, "cartable", {"cartable/__init__.py": "", "cartable/cli.py": CLI})


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return the key, made from a small book, a false Python and a few packages."""
    root = mini_livre.write(tmp_path / "html")
    monkeypatch.setattr(kit, "BOOK", root)
    monkeypatch.setattr(kit, "ROOT", tmp_path)
    monkeypatch.setattr(windows, "OUTPUT", tmp_path / "_build" / "cle.zip")
    monkeypatch.setattr(replay, "own_wheel", lambda work, _: cartable(work))

    def libraries(_interpreter: Path, number: str, target: Path) -> None:
        wheel(target, "outil", {"outil.py": f"VERSION = '{number}'\n", "outil-1.0.data/data/share/a.txt": "a"})
        our_pip(target)

    monkeypatch.setattr(windows, "libraries", libraries)
    source = runtime(tmp_path / "python-windows")
    monkeypatch.setenv(windows.RUNTIME, str(source))
    monkeypatch.setenv(windows.DIGEST, windows.digest(source))
    return lambda: windows.write([], Path(sys.executable))


@pytest.fixture
def key(written, tmp_path):
    """Return the key, unpacked in a folder with spaces and accents."""
    with zipfile.ZipFile(written()) as archive:
        archive.extractall(tmp_path / NAME)
    return tmp_path / NAME / kit.TOP


# --- The Python that is given


def test_un_python_se_donne_avec_son_empreinte(tmp_path, monkeypatch):
    monkeypatch.delenv(windows.RUNTIME, raising=False)
    monkeypatch.delenv(windows.DIGEST, raising=False)
    source = runtime(tmp_path / "python")
    with pytest.raises(TaskError, match="Donnez un Python pour Windows"):
        windows.given([])
    with pytest.raises(TaskError, match="n'existe pas"):
        windows.given([str(tmp_path / "rien")])
    with pytest.raises(TaskError, match=windows.digest(source)):
        windows.given([str(source)])
    with pytest.raises(TaskError, match="n'a pas l'empreinte attendue"):
        windows.given([str(source), "--empreinte", "0" * 64])
    assert windows.given(["--empreinte", windows.digest(source).upper(), str(source)]) == source


def test_l_empreinte_d_un_dossier_ne_tient_qu_a_ses_fichiers(tmp_path):
    first, second = runtime(tmp_path / "un"), runtime(tmp_path / "deux")
    (second / "__pycache__").mkdir()
    (second / "__pycache__" / "a.pyc").write_bytes(b"a")
    assert windows.digest(first) == windows.digest(second)
    (second / "python313.zip").write_bytes(b"a")
    assert windows.digest(first) != windows.digest(second)


def test_une_archive_ou_un_dossier_dans_un_dossier_convient(tmp_path):
    runtime(tmp_path / "a" / "python-3.13")
    archive = Path(shutil.make_archive(str(tmp_path / "python"), "zip", tmp_path / "a"))
    for rank, source in enumerate((archive, tmp_path / "a", tmp_path / "a" / "python-3.13")):
        found = windows.unpack(source, tmp_path / f"copie-{rank}" / "python")
        assert (found / "python.exe").is_file()
        assert windows.version(found) == "3.13"


def test_ce_qui_n_est_pas_un_python_pour_windows_est_refuse(tmp_path):
    (tmp_path / "vide").mkdir()
    with pytest.raises(TaskError, match=r"python\.exe"):
        windows.unpack(tmp_path / "vide", tmp_path / "a")
    (tmp_path / "texte.zip").write_text("x", "utf-8")
    with pytest.raises(TaskError, match="ni un dossier ni une archive"):
        windows.unpack(tmp_path / "texte.zip", tmp_path / "b")
    with pytest.raises(TaskError, match="64 bits"):
        windows.version(runtime(tmp_path / "arm", kind=0xAA64))
    with pytest.raises(TaskError, match=r"3\.11"):
        windows.version(runtime(tmp_path / "vieux", minor=9))
    (tmp_path / "faux.exe").write_bytes(b"MZ")
    assert windows.machine(tmp_path / "faux.exe") == 0


def test_un_python_nu_apprend_a_trouver_ses_bibliotheques(tmp_path):
    bare = runtime(tmp_path / "nu")
    windows.prepare(bare)
    assert (bare / "python313._pth").read_bytes() == b"python313.zip\r\n.\r\nimport site\r\n"
    assert (bare / "sitecustomize.py").is_file()
    assert windows.search_path("python313.zip\nLib\nimport site\n") == "python313.zip\nLib\n.\nimport site\n"
    whole = runtime(tmp_path / "entier")
    (whole / "python313._pth").unlink()
    windows.prepare(whole)
    assert (whole / "Lib" / "site-packages" / "sitecustomize.py").is_file()


def test_le_python_de_la_cle_trouve_ce_qui_est_installe(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "outil.py").write_text("print('trouvé')", "utf-8")
    start = "import sys, runpy; runpy.run_path(sys.argv[1]); import outil"
    env = {**os.environ, "CARTABLE_BIBLIOTHEQUES": str(tmp_path / "lib"), "PYTHONIOENCODING": "utf-8"}
    asked = [sys.executable, "-I", "-X", "utf8", "-c", start, str(HERE / "sitecustomize.py")]
    assert subprocess.run(asked, env=env, check=True, capture_output=True, encoding="utf-8").stdout == "trouvé\n"


# --- The libraries


@pytest.mark.parametrize("number", ["3.11", "3.12", "3.13", "3.14"])
def test_le_verrou_de_la_cle_se_lit_pour_windows_et_non_pour_cette_machine(number):
    lines = list(wheelhouse.wanted(wheelhouse.LOCK.read_text("utf-8"), number))
    names = [Requirement(line.split(" \\\n")[0]).name for line in lines]
    assert len(names) == len(set(names)) > 100
    assert {"colorama", "pywinpty", "voila", "ipykernel", "pip"} <= set(names)
    assert not {"pexpect", "ptyprocess", "debugpy", "jupyterlab", "sphinx"} & set(names)
    assert all("--hash=sha256:" in line and ";" not in line for line in lines)


def test_le_verrou_de_la_cle_a_les_versions_du_poste():
    versions = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)(?= \\| ;)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-cle.txt")
    ]
    desk, ours = versions
    assert {name: ours[name] for name in ours.keys() & desk} == {name: desk[name] for name in ours.keys() & desk}
    assert ours.keys() - desk.keys() <= {"pip", "voila", "websockets"}


def test_une_bibliotheque_sans_paquet_pour_ce_python_est_dite(tmp_path, monkeypatch):
    def fail(*_):
        raise ProgramError("échec", "")

    monkeypatch.setattr(windows, "run_quietly", fail)
    with pytest.raises(TaskError, match=r"3\.15"):
        windows.libraries(Path(sys.executable), "3.15", tmp_path)


def test_la_place_et_la_longueur_viennent_des_paquets(tmp_path):
    wheel(tmp_path / "bibliotheques", "outil", {"outil.py": "x" * 1000, "outil-1.0.data/data/share/a.txt": "a"})
    windows.manifest(tmp_path)
    known = json.loads((tmp_path / "cle.json").read_text("utf-8"))
    assert known["octets"] > 1000 * windows.LARGER
    assert known["plus_long"] == len("lib/python/outil-1.0.dist-info/METADATA")
    assert windows.installed("outil-1.0.data/data/share/a.txt") == "share/a.txt"


# --- What is written


def test_la_meme_cle_sort_des_memes_fichiers(written, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = written().read_bytes()
    for path in tmp_path.rglob("*"):
        path.touch()
    assert written().read_bytes() == first


def test_la_cle_a_tout_et_ne_garde_rien_de_cette_machine(key):
    names = {path.relative_to(key).as_posix() for path in key.rglob("*") if path.is_file()}
    assert {"Ouvrir Cartable.bat", "cartable.bat", "livre/index.html", "imprimer/guide.pdf", "Lisez-moi.txt"} <= names
    assert {"windows/python/python.exe", "windows/ouvrir.py", "windows/serveur.py", "windows/cle.json"} <= names
    assert "windows/notebooks/stagiaire/01-dire-un-chiffre.ipynb" in names
    assert not [name for name in names if "corriges" in name or "__pycache__" in name or name.endswith(".pyc")]
    texts = [path for path in (key / "windows").rglob("*") if path.suffix in {".txt", ".json", ".html", ".j2", ".py"}]
    assert not [path for path in texts if str(ROOT) in path.read_text("utf-8")]


def test_les_fichiers_a_double_cliquer_finissent_leurs_lignes_comme_windows(key):
    for name in windows.DOORS:
        content = (key / name).read_bytes()
        content.decode("ascii")
        assert content.count(b"\r\n") == content.count(b"\n") >= 3
    assert b"chcp" not in content
    assert b"pushd" in (key / windows.DOORS[0]).read_bytes()  # a folder on a network has no letter of its own


def test_une_page_n_a_ni_menu_ni_lien_mort(tmp_path):
    pages_windows.copy(tmp_path)
    texts = "".join(path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.ipynb")))
    assert "Choisissez le menu" not in texts
    assert "première cellule" not in texts
    assert not re.findall(r"\]\((?:\.\./)+(?:book|workshops)/", texts)
    assert "/livre/book/donnees.html" in texts
    assert pages_windows.DONE in texts


def test_les_reglages_d_un_notebook_deviennent_un_formulaire(tmp_path):
    source = '# Réglages : votre « carnet »\ncarnet = ""  # un chemin\nrayon, vu = 10, False\nfeuilles = None\n'
    found = pages_windows.settings(source)
    assert found == {"carnet": "", "rayon": 10, "vu": False, "feuilles": None}
    form, code = pages_windows.asked(found, source)
    assert "Carnet (un chemin)" in form["source"]
    assert 'name="vu" type="checkbox"' in form["source"]
    assert "carnet=carnet, rayon=rayon, vu=vu, feuilles=feuilles" in code["source"]
    pages_windows.copy(tmp_path)
    for path in tmp_path.rglob("*.ipynb"):
        assert path.read_text("utf-8").count(pages_windows.SETTINGS + "</summary>") == 1, path


def test_la_liste_montre_chaque_page_une_fois_par_usage(tmp_path):
    pages_windows.copy(tmp_path)
    titles = pages_windows.named(tmp_path)
    shown = pages_windows.listed(titles | {"neuf.ipynb": "Neuf & vieux"})
    links = re.findall(r'href="/voila/render/([^"]+)"', shown)
    assert sorted(links) == sorted([*titles, "neuf.ipynb"])
    assert "Neuf &amp; vieux" in shown.split(pages_windows.OTHERS)[1]
    assert titles["portrait-de-territoire.ipynb"] == "Rejouer le portrait de territoire"


def test_les_pages_ne_demandent_rien_ailleurs_et_parlent_francais():
    for path in (HERE / "modele").rglob("*.*"):
        text = path.read_text("utf-8")
        assert "http" not in text.replace("http-equiv", "")
    assert "https" not in (HERE / "serveur.py").read_text("utf-8")
    assert 'lang="fr"' in (HERE / "modele/voila/templates/cartable/page.html").read_text("utf-8")


# --- What happens after the double click


def opened(key: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the key as its Python would, in a console of western Windows, without any network."""
    cut = (
        NO_NETWORK
        if shutil.which("unshare") and subprocess.run([*NO_NETWORK, "true"], check=False).returncode == 0
        else []
    )
    asked = [*cut, sys.executable, str(key / "windows" / "ouvrir.py"), *arguments]
    around = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "cp1252", "HOME": str(key), **env}
    return subprocess.run(asked, env=around, check=False, capture_output=True, encoding="cp1252")


def test_la_premiere_fois_installe_sans_reseau_et_la_suivante_non(key):
    first = opened(key, "--commande", "portrait", "Civray")
    assert first.returncode == 3, first.stdout + first.stderr
    assert "Première ouverture" in first.stdout
    assert "portrait Civray" in first.stdout
    installed = key / "installe"
    assert (installed / "lib" / "outil.py").is_file()
    assert (installed / "lib" / "share" / "a.txt").is_file()
    assert not (installed / "tmp").exists()
    before = (installed / "lib").stat().st_mtime_ns
    started = time.monotonic()
    second = opened(key, "--commande", "portrait")
    assert second.stdout.splitlines()[0].startswith("portrait")
    assert (installed / "lib").stat().st_mtime_ns == before
    assert time.monotonic() - started < 5


def test_une_cle_plus_recente_s_installe_a_son_tour(key):
    opened(key, "--commande", "portrait")
    (key / "installe" / "lib" / "vieux.py").write_text("", "utf-8")
    known = key / "windows" / "cle.json"
    known.write_text(known.read_text("utf-8").replace('"empreinte": "', '"empreinte": "1'), "utf-8")
    assert "Première ouverture" in opened(key, "--commande", "portrait").stdout
    assert not (key / "installe" / "lib" / "vieux.py").exists()


def test_un_paquet_abime_arrete_l_installation_et_rien_ne_parait_complet(key):
    (key / "windows" / "bibliotheques" / "outil-1.0-py3-none-any.whl").write_bytes(b"abime")
    done = opened(key, "--commande", "portrait")
    assert done.returncode == 1
    assert "L’installation s’est arrêtée" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert (key / "installe" / "journal.txt").stat().st_size
    assert not (key / "installe" / "complet.json").exists()


def test_sans_pip_la_cle_n_est_pas_entiere(key):
    next((key / "windows" / "bibliotheques").glob("pip-*")).unlink()
    assert "n’est pas entière" in opened(key, "--commande", "portrait").stdout


def test_deux_doubles_clics_n_installent_pas_ensemble(door, tmp_path):
    with door.alone(tmp_path), pytest.raises(door.Stop, match="Une autre fenêtre"), door.alone(tmp_path):
        pass
    (tmp_path / door.BUSY).touch()
    os.utime(tmp_path / door.BUSY, (0, 0))
    with door.alone(tmp_path):
        pass
    assert not (tmp_path / door.BUSY).exists()


def test_un_chemin_trop_long_est_dit_avec_le_remede(door, tmp_path):
    known = {"empreinte": "a", "octets": 1, "plus_long": 130}
    deep = tmp_path / ("d" * 120) / "installe"
    assert door.too_long(deep, 130) == len(f"{deep}/") + door.TEMPORARY + 130 - door.LONGEST
    with pytest.raises(door.Stop, match="trop long de") as caught:
        door.choose([deep], known)
    assert "C:\\Cartable" in str(caught.value)
    assert door.choose([deep, tmp_path / "court"], known) == tmp_path / "court"


def test_une_cle_en_lecture_seule_s_installe_dans_le_dossier_de_la_personne(door, tmp_path):
    known = {"empreinte": "a", "octets": 1, "plus_long": 1}
    candidates = door.places(tmp_path / "cle", str(tmp_path / "local"))
    (tmp_path / "cle").write_text("on n’écrit pas dedans", "utf-8")
    assert door.choose(candidates, known) == tmp_path / "local" / "Cartable"
    assert door.places(tmp_path, "") == [tmp_path / "installe"]
    (candidates[1] / door.STAMP).write_text('"a"', "utf-8")
    assert door.choose(candidates, known) == candidates[1]  # already there: nothing to install on the key


def test_un_disque_plein_est_dit_avec_ce_qu_il_faut(door, tmp_path):
    with pytest.raises(door.Stop, match="Libérez de la place"):
        door.choose([tmp_path], {"empreinte": "a", "octets": 10**18, "plus_long": 1})


def test_chaque_message_s_ecrit_dans_une_console_de_windows():
    for name in ("ouvrir.py", "serveur.py", "sitecustomize.py"):
        (HERE / name).read_text("utf-8").encode("cp1252")


def test_rien_d_un_autre_python_ne_passe(door, tmp_path):
    kept = door.clean({"PythonPath": "x", "PIP_INDEX_URL": "y", "JUPYTER_TOKEN": "z", "Path": "p"})
    assert kept == {"Path": "p", "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}
    around = door.surroundings(tmp_path, tmp_path / "seance")
    assert around["JUPYTER_CONFIG_DIR"] == str(tmp_path / "seance")
    assert around["CARTABLE_BIBLIOTHEQUES"] == str(tmp_path / "lib")


def test_vos_fichiers_restent_quand_la_cle_est_refaite(door, tmp_path):
    (tmp_path / "notebooks" / "stagiaire").mkdir(parents=True)
    (tmp_path / "notebooks" / "stagiaire" / "un.ipynb").write_text("neuf", "utf-8")
    mine = door.notebooks(tmp_path / "installe", tmp_path)
    (mine / "stagiaire" / "mes-exercices.json").write_text("à moi", "utf-8")
    (mine / "stagiaire" / "un.ipynb").write_text("vieux", "utf-8")
    door.notebooks(tmp_path / "installe", tmp_path)
    assert (mine / "stagiaire" / "un.ipynb").read_text("utf-8") == "neuf"
    assert (mine / "stagiaire" / "mes-exercices.json").is_file()


def test_edge_est_pris_s_il_est_la_et_le_navigateur_habituel_sinon(door, tmp_path, monkeypatch, capsys):
    program = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    assert door.edge({"PROGRAMFILES": str(tmp_path)}) == ""
    program.parent.mkdir(parents=True)
    program.touch()
    assert door.edge({"PROGRAMFILES(X86)": "", "PROGRAMFILES": str(tmp_path)}) == str(program)
    monkeypatch.setattr(door, "forever", lambda: None)
    monkeypatch.setattr(door.webbrowser, "open", lambda _: False)
    door.show("http://127.0.0.1:1/", str(tmp_path / "absent.exe"), tmp_path)
    assert "Aucun navigateur ne répond" in capsys.readouterr().out
    monkeypatch.setattr(door, "QUICK", -1)
    calls = []
    monkeypatch.setattr(door.subprocess, "run", lambda asked, **_: calls.append(asked))
    door.show("http://127.0.0.1:1/", "msedge.exe", tmp_path)
    assert "--start-fullscreen" in calls[0]
    assert "--app=http://127.0.0.1:1/" in calls[0]


# --- All of it, with the real libraries made for this machine


@pytest.mark.partage
def test_une_page_calcule_et_repond_sans_rien_demander(tmp_path, monkeypatch):
    """Install the lock's packages from the key, open an exercise in Chromium, answer it; the second start is fast."""
    sync = pytest.importorskip("playwright.sync_api")
    root = mini_livre.write(tmp_path / "html")
    monkeypatch.setattr(kit, "BOOK", root)
    monkeypatch.setattr(kit, "ROOT", tmp_path)
    monkeypatch.setattr(windows, "OUTPUT", tmp_path / "cle.zip")
    monkeypatch.setattr(windows, "libraries", for_this_machine)
    source = runtime(tmp_path / "python-windows")
    with zipfile.ZipFile(
        windows.write([str(source), "--empreinte", windows.digest(source)], Path(sys.executable))
    ) as one:
        one.extractall(tmp_path / NAME)
    key = tmp_path / NAME / kit.TOP
    outside: list[str] = []
    with sync.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=os.environ.get("CARTABLE_CHROMIUM") or "/usr/bin/chromium",
                                         args=["--no-sandbox"])  # fmt: skip
        page = browser.new_context(locale="fr-FR").new_page()
        page.on("request", lambda one: outside.append(one.url))
        with serving(key) as address:
            visited(page, address)
        page.wait_for_selector("text=Cartable s’est arrêté", timeout=120_000)
        browser.close()
    home = address.partition("/?")[0]
    assert [url for url in outside if not url.startswith((home, "data:", "blob:"))] == []
    assert (key / "installe" / "mes-fichiers" / "stagiaire" / "mes-exercices.json").is_file()
    started = time.monotonic()
    with serving(key):
        assert time.monotonic() - started < 30


def visited(page, address: str) -> None:
    """Come in, answer an exercise, then ask for a record that is not there."""
    home = address.partition("/?")[0]
    assert page.goto(f"{home}/").status == 403  # nobody else on this machine may come in
    page.goto(address)
    page.click("text=1. Dire un chiffre")
    page.wait_for_selector(".widget-radio-box", timeout=120_000)
    assert page.title() == "1. Dire un chiffre sans le trahir"
    assert page.locator(".jp-InputArea-editor").count() == 0
    page.locator(".widget-radio-box label").first.click()
    page.locator(".jp-OutputArea-output textarea").first.fill("Parce que.")
    page.click("text=Vérifier")
    page.wait_for_function("document.body.innerText.includes('la définition a changé')", timeout=120_000)
    page.goto(f"{home}/voila/render/demarche-3-choisir.ipynb?carnet=rien.carnet")
    page.wait_for_selector("text=Le carnet « rien.carnet » n’existe pas.", timeout=120_000)


def for_this_machine(_interpreter: Path, _number: str, target: Path) -> None:
    asked = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", wheelhouse.LOCK]
    subprocess.run([sys.executable, *asked, "-d", target], check=True, capture_output=True)
    for name in wheelhouse.LEFT_OUT:
        next(target.glob(f"{name}-*.whl")).unlink()


@contextlib.contextmanager
def serving(key: Path):
    """Open the key without a browser; give the address of its first page."""
    around = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "cp1252", "HOME": str(key)}
    asked = [sys.executable, str(key / "windows" / "ouvrir.py"), "--sans-navigateur"]
    running = subprocess.Popen(asked, env=around, stdout=subprocess.PIPE, encoding="cp1252")
    try:
        yield next(line.strip() for line in running.stdout if line.startswith("http://"))
    finally:
        running.terminate()
        running.communicate(timeout=60)
