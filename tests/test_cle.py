"""The kit on a key: the same bytes for the same files, everything there, and a start that works without a network."""

import hashlib
import http.client
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import mini_livre
import pytest
from tools import kit
from tools.console import TaskError


@pytest.fixture
def book(tmp_path, monkeypatch):
    root = mini_livre.write(tmp_path / "html")
    monkeypatch.setattr(kit, "BOOK", root)
    monkeypatch.setattr(kit, "OUTPUT", tmp_path / "_build" / "cle.zip")
    monkeypatch.setattr(kit, "ROOT", tmp_path)
    return root


def test_la_meme_cle_sort_des_memes_fichiers(book, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = kit.write().read_bytes()
    for path in book.rglob("*"):
        path.touch()
    assert kit.write().read_bytes() == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert kit.stamp() == (1980, 1, 1, 0, 0, 0)


@pytest.mark.usefixtures("book")
def test_tout_y_est_avec_son_empreinte():
    with zipfile.ZipFile(kit.write()) as archive:
        names = {one.removeprefix(f"{kit.TOP}/") for one in archive.namelist()}
        assert {"livre/index.html", "imprimer/guide.pdf", "Lisez-moi.txt", "demarrer-windows.bat"} <= names
        assert "livre/objects.inv" not in names
        sums = dict(
            reversed(line.split("  ", 1)) for line in archive.read(f"{kit.TOP}/{kit.SUMS}").decode().splitlines()
        )
        assert set(sums) == names - {kit.SUMS}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(f"{kit.TOP}/{name}")).hexdigest() == digest
        runs = archive.getinfo(f"{kit.TOP}/demarrer-linux.sh").external_attr >> 16
    assert runs & 0o111


def test_un_livre_absent_ou_incomplet_est_dit(book):
    (book / "papier/cartable-guide.pdf").unlink()
    with pytest.raises(TaskError, match="cartable-guide"):
        kit.write()
    (book / "index.html").unlink()
    with pytest.raises(TaskError, match="livre"):
        kit.write()


def test_les_noms_passent_partout_et_le_lanceur_windows_finit_ses_lignes_comme_windows():
    for path in kit.STARTERS.iterdir():
        assert re.fullmatch(r"[A-Za-z0-9.-]+", path.name)
    bat = (kit.STARTERS / "demarrer-windows.bat").read_bytes()
    assert bat.count(b"\r\n") == bat.count(b"\n") >= 5
    bat.decode("ascii")
    assert b"\r" not in (kit.STARTERS / "demarrer-linux.sh").read_bytes()


def test_le_lanceur_sert_le_livre_dans_un_dossier_a_espaces_et_accents(tmp_path):
    key = tmp_path / "Clé d’été – essai"
    (key / "livre").mkdir(parents=True)
    (key / "livre" / "index.html").write_text("Bonjour", "utf-8")
    (key / "livre" / "a.mjs").write_text("1", "utf-8")
    starter = key / "demarrer.py"
    starter.write_bytes((kit.STARTERS / "demarrer.py").read_bytes())
    running = subprocess.Popen(
        [sys.executable, "-I", str(starter), "--sans-navigateur"], stdout=subprocess.PIPE, text=True, cwd=Path.home()
    )
    try:
        port = int(re.search(r":(\d+)/", running.stdout.readline())[1])
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("GET", "/")
        assert line.getresponse().read() == b"Bonjour"
        line.request("GET", "/a.mjs")
        answer = line.getresponse()
        assert answer.getheader("Content-Type") == "text/javascript"
        answer.read()
        line.close()
    finally:
        running.kill()
        running.communicate()
