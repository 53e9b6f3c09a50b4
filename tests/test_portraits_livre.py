"""The portraits that the book carries: one file for each EPCI, an index of all communes, never half a folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import mini_france
import pytest
from mini_france import EPCIS, ESSAI, HOSTILE

from cartable import assets
from cartable.atlas import atlas, data_folder
from cartable.book import portraits


@pytest.fixture
def livre(tmp_path: Path) -> Path:
    (tmp_path / "livre").mkdir()
    return tmp_path / "livre"


def content(script: Path) -> list:
    """Return the arguments that a script of one line hands to the page."""
    text = script.read_text(encoding="utf-8")
    name, values = re.fullmatch(r"(\w+)\((.*)\);\n", text).groups()
    return [name, *json.loads(f"[{values}]")]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_the_index_knows_every_commune_that_has_an_epci() -> None:
    epcis, communes = portraits.index()
    assert [siren for siren, _, _ in epcis] == list(atlas().epcis.index)
    assert ("200070035", "CC du Civraisien en Poitou", "86") in epcis
    held = atlas().communes[atlas().communes["siren_epci"] != ""]
    expected = set(zip(held["nom"], held["code_departement"], held["siren_epci"], strict=True))
    found = {(name, departement, epcis[rank][0]) for name, departement, rank in communes}
    assert expected <= found
    assert ("Pierrefitte-sur-Seine", "93", "200054781") in found
    assert not any(name == "Ouessant" for name, *_ in communes)


@pytest.mark.usefixtures("pays")
def test_one_script_for_each_epci(livre: Path) -> None:
    assert portraits.write_all(livre, "un") is True
    folder = livre / portraits.FOLDER
    names = {f"{siren}.js" for siren, *_ in EPCIS}
    assert {p.name for p in folder.iterdir()} == names | {"index.js", portraits.STAMP}
    function, siren, name, html = content(folder / f"{ESSAI}.js")
    assert (function, siren, name) == ("cartablePortrait", ESSAI, "CC du Pays d'Essai")
    assert "Qui vit ici" in html
    assert HOSTILE not in html
    assert "data-asset" not in html
    assert content(folder / "index.js")[0] == "cartableIndex"
    assert not list(livre.glob(".*"))


@pytest.mark.usefixtures("pays")
def test_nothing_is_written_twice(livre: Path) -> None:
    portraits.write_all(livre, "un")
    before = snapshot(livre / portraits.FOLDER)
    assert portraits.write_all(livre, "un") is False
    assert snapshot(livre / portraits.FOLDER) == before
    assert portraits.write_all(livre, "deux") is True
    after = snapshot(livre / portraits.FOLDER)
    assert after[portraits.STAMP][0] == b"deux"
    assert after[f"{ESSAI}.js"][0] == before[f"{ESSAI}.js"][0]
    assert after[f"{ESSAI}.js"][1] > before[f"{ESSAI}.js"][1]


@pytest.mark.parametrize("broken", ["_follow", "index"])
@pytest.mark.usefixtures("pays")
def test_a_failure_keeps_the_previous_folder(livre: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    portraits.write_all(livre, "un")
    before = snapshot(livre / portraits.FOLDER)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(portraits, broken, interrupted)
        with pytest.raises(KeyboardInterrupt):
            portraits.write_all(livre, "deux")
    assert snapshot(livre / portraits.FOLDER) == before
    assert portraits.write_all(livre, "deux") is True  # what was left behind is in nobody's way
    assert not list(livre.glob(".*"))


def test_a_broken_epci_stops_the_whole(pays: Path, livre: Path) -> None:
    path = pays / "communes.topojson"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(Exception, match="contours"):
        portraits.write_all(livre, "un")
    assert not (livre / portraits.FOLDER).exists()


def test_the_fingerprint_covers_every_module_that_makes_a_portrait() -> None:
    code = (
        "import sys; from cartable import maps, pages, portrait\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'cartable'), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    imported = {
        Path(line).relative_to(assets.PACKAGE).with_suffix("").as_posix() for line in done.stdout.split("\n") if line
    }
    assert {"pages", "portrait", "territory", "maps"} <= imported
    assert imported - set(portraits.MODULES) == set()


@pytest.mark.parametrize("name", [*mini_france.HEADINGS, "communes.topojson"])
@pytest.mark.usefixtures("pays")
def test_the_fingerprint_changes_with_each_file_of_data(name: str) -> None:
    before = portraits.fingerprint()
    assert portraits.fingerprint() == before
    path = data_folder() / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert portraits.fingerprint() != before
