"""« cartable carnet » : commencer, montrer, fusionner, exporter, restaurer, purger."""

import io
import json

import pytest
from openpyxl import Workbook, load_workbook

from cartable import cli, record
from cartable.documents import ledger
from cartable.errors import DataError
from cartable.record import copies

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "a\x00b",
    "\u202eabc",
    "+1",
    "@x",
    "é" * 70_000,
    "{{7*7}}",
]


@pytest.fixture
def carnet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.carnet"
    with record.create(path, titre="Essai", fictif=True) as kept:
        session = kept.write("seance", titre="Comprendre", date="2020-06-04").objet
        board = kept.write("tableau", canevas="afom", seance=session, titre="AFOM").objet
        for text in HOSTILE:
            kept.write("note", tableau=board, zone="atouts", texte=text)
    return path


def test_nouveau_puis_montrer(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["carnet", "nouveau", "d.carnet", "--titre", "Démarche", "--territoire", "999000001"]) == 0
    assert cli.main(["carnet", "montrer", "d.carnet"]) == 0
    out = capsys.readouterr().out
    assert "Démarche inventée" in out
    with record.open(tmp_path / "d.carnet") as kept:
        assert kept.state.process["siren"] == "999000001"
    assert cli.main(["carnet", "nouveau", "d.carnet", "--titre", "Autre"]) == 1
    assert "existe déjà" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_exporter_puis_reprendre_rend_le_meme_carnet(carnet, tmp_path, capsys, kind):
    assert cli.main(["carnet", "exporter", str(carnet), "--format", kind, "-o", f"x.{kind}"]) == 0
    assert cli.main(["carnet", "nouveau", "b.carnet", "--titre", "Vide"]) == 0
    assert cli.main(["carnet", "fusionner", "b.carnet", f"x.{kind}"]) == 0
    assert "11 nouveautés" in capsys.readouterr().out.replace("\u00a0", " ")
    with record.open(carnet) as one, record.open(tmp_path / "b.carnet") as other:
        assert [n["texte"] for n in other.state.all("note")] == HOSTILE
        assert {e.id for e in one.events()} < {e.id for e in other.events()}


def test_aucune_formule_dans_le_classeur(carnet, tmp_path):
    cli.main(["carnet", "exporter", str(carnet), "--format", "xlsx", "-o", "x.xlsx"])
    book = load_workbook(tmp_path / "x.xlsx")
    assert book["Papiers"].max_row == 1 + len(HOSTILE)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    shown = [row[9] for row in book["Papiers"].iter_rows(min_row=2, values_only=True)]
    assert shown[0].startswith("'=cmd")
    assert ledger.CUT in shown[6]


def test_aucune_formule_dans_le_csv_et_rien_de_coupe(carnet, tmp_path):
    cli.main(["carnet", "exporter", str(carnet), "--format", "csv"])
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd" in text
    assert "é" * 70_000 in text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"bonjour"])
def test_un_classeur_abime_se_dit(carnet, tmp_path, capsys, content):
    (tmp_path / "x.xlsx").write_bytes(content)
    assert cli.main(["carnet", "fusionner", str(carnet), "x.xlsx"]) == 1
    assert "abîmé" in capsys.readouterr().err


def test_un_autre_classeur_est_refuse():
    buffer = io.BytesIO()
    Workbook().save(buffer)
    with pytest.raises(DataError, match="pas un carnet"):
        ledger.read(buffer.getvalue(), "x.xlsx")


def test_restaurer_un_carnet_abime(carnet, capsys):
    content = carnet.read_bytes()
    carnet.write_bytes(content[: len(content) // 2])
    assert cli.main(["carnet", "montrer", str(carnet)]) == 1
    assert "restaurer" in capsys.readouterr().err
    assert cli.main(["carnet", "copies", str(carnet)]) == 0
    assert copies.listed(carnet)[0].stem in capsys.readouterr().out
    assert cli.main(["carnet", "restaurer", str(carnet)]) == 0
    kept = [one for one in carnet.parent.iterdir() if "avant restauration" in one.name]
    assert kept[0].read_bytes() == content[: len(content) // 2]
    with record.open(carnet) as again:
        assert len(again.state.all("note")) == len(HOSTILE)


def test_restaurer_une_copie_qui_n_existe_pas(carnet, capsys):
    assert cli.main(["carnet", "restaurer", str(carnet), "1999-01-01"]) == 1
    assert "n’a pas cette copie" in capsys.readouterr().err


def test_purger_dit_d_abord_puis_efface(carnet, capsys):
    assert cli.main(["carnet", "purger", str(carnet)]) == 0
    out = capsys.readouterr().out
    assert "Rien n’est encore effacé" in out
    assert "4 juin 2022" in out.replace("\u00a0", " ")
    assert cli.main(["carnet", "purger", str(carnet), "--oui"]) == 0
    assert "C’est effacé" in capsys.readouterr().out
    with record.open(carnet) as kept:
        assert {n["texte"] for n in kept.state.all("note")} == {"(texte purgé)"}
    assert cli.main(["carnet", "purger", str(carnet), "--oui"]) == 0
    assert "Rien à effacer" in capsys.readouterr().out


def test_un_json_reste_un_carnet_de_travail(carnet, tmp_path):
    cli.main(["carnet", "exporter", str(carnet), "--format", "json", "-o", "page.json"])
    assert json.loads((tmp_path / "page.json").read_text(encoding="utf-8"))["format"] == "cartable-carnet"
    with record.open(tmp_path / "page.json") as kept:
        assert len(kept.state.all("note")) == len(HOSTILE)


def test_ouvrir_une_seance_ouvre_les_tableaux_de_chaque_table(tmp_path, capsys):
    path = tmp_path / "a.carnet"
    assert cli.main(["carnet", "nouveau", str(path), "--titre", "Essai"]) == 0
    words = ["carnet", "seance", str(path), "--titre", "Partager", "--date", "2026-06-04", "--tables", "3"]
    assert cli.main([*words, "--canevas", "afom", "vote-pondere"]) == 0
    assert "4\u00a0tableaux ouverts" in capsys.readouterr().out
    assert cli.main([*words, "--canevas", "afom", "persona"]) == 0
    assert "3\u00a0tableaux ouverts" in capsys.readouterr().out
    with record.open(path) as kept:
        assert len(kept.state.all("seance")) == 1
        assert [table["nom"] for table in kept.state.all("table")] == ["Table 1", "Table 2", "Table 3"]
        assert len({(table["couleur"], table["symbole"]) for table in kept.state.all("table")}) == 3
        assert len(kept.state.all("tableau", canevas="afom")) == 3
    assert cli.main([*words[:-3], "demain", "--canevas", "afom"]) == 1
    assert "n’est pas une date" in capsys.readouterr().err
    assert cli.main([*words, "--modele", "e2b-partager-courte"]) == 0
