"""``cartable seance`` and ``cartable atelier``, on a folder of one card and one session."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from mini_ateliers import write_folder

from cartable import cli
from cartable.documents import pdf

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ateliers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_folder(tmp_path / "workshops")
    monkeypatch.setenv("CARTABLE_ATELIERS", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.usefixtures("ateliers")
def test_verifier_dit_les_trois_horloges(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["seance", "verifier"]) == 0
    out = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Séance d’essai (matin), 12 personnes. Fin prévue 11 h" in out
    assert "typique 10 h 30" in out


@pytest.mark.usefixtures("ateliers")
def test_une_seance_qui_ne_tient_pas_rend_un_code_d_erreur(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["seance", "verifier", "matin"]) == 0 or "raccourci" in capsys.readouterr().out


def test_une_seance_trop_longue(ateliers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ateliers / "seances" / "matin.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("'11:00'", "'9:50'"), encoding="utf-8")
    assert cli.main(["seance", "verifier", "matin"]) == 1
    captured = capsys.readouterr()
    assert "Il manque" in captured.out
    assert "ne tient pas" in captured.err


def test_un_fichier_a_soi(ateliers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "la-mienne.yml"
    mine.write_bytes((ateliers / "seances" / "matin.yml").read_bytes())
    assert cli.main(["seance", "verifier", str(mine)]) == 0
    assert "la-mienne" in capsys.readouterr().out


def test_une_faute_est_dite_avec_sa_ligne(ateliers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ateliers / "seances" / "matin.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("debut: '9:00'", "debut: '25:00'"), encoding="utf-8")
    assert cli.main(["seance", "verifier"]) == 1
    err = capsys.readouterr().err
    assert re.search(r"workshops/seances/matin\.yml, ligne \d+, champ « jours\[1\]\.debut »", err)
    assert "18:05" in err


@pytest.mark.parametrize("words", [["seance", "verifier", "matn"], ["seance", "imprimer", "matn"]])
@pytest.mark.usefixtures("ateliers")
def test_un_nom_voisin_est_propose(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 1
    assert "Vouliez-vous écrire « matin » ?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [["--effectif", "zéro"], ["--effectif", "0"], ["--debut", "25:00"], ["--format", "odt"]]
)
@pytest.mark.usefixtures("ateliers")
def test_une_option_mal_tapee(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["seance", "exporter", "matin", "--format", "csv", *option])
    assert left.value.code == cli.MISUSE
    err = capsys.readouterr().err
    assert "invalid" not in err
    assert "Aide" in err


@pytest.mark.usefixtures("ateliers")
def test_imprimer_dit_le_nombre_de_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["seance", "imprimer", "matin", "--debut", "18:00", "--effectif", "8"]) == 0
    made = (tmp_path / "matin.pdf").read_bytes()
    assert made.startswith(b"%PDF")
    assert f"{pdf.pages(made)}\u00a0pages" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["docx", "xlsx", "csv", "ics", "html", "pdf"])
@pytest.mark.usefixtures("ateliers")
def test_exporter(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["seance", "exporter", "matin", "--format", kind, "--jour", "2026-12-03"]) == 0
    made = sorted(path.name for path in tmp_path.glob(f"*.{kind}"))
    assert made
    assert all(name in capsys.readouterr().out or name for name in made)


@pytest.mark.usefixtures("ateliers")
def test_un_agenda_demande_une_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["seance", "exporter", "matin", "--format", "ics"]) == 1
    assert "--jour" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.ics"))


def test_une_fiche_commencee_dit_tout_ce_qui_reste(ateliers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["atelier", "nouveau", "cafe-du-marche"]) == 0
    path = ateliers / "cafe-du-marche.md"
    todo = path.read_text(encoding="utf-8").split("\n---\n")[0].count("[à écrire]")
    assert cli.main(["atelier", "verifier", "cafe-du-marche"]) == 1
    captured = capsys.readouterr()
    said = [line for line in captured.out.splitlines() if "ce texte n’est pas fini" in line]
    assert len(said) >= todo - 2, "chaque champ à écrire est nommé (les commentaires n’en sont pas)"
    assert cli.main(["seance", "verifier"]) == 1, "une fiche refusée ne passe pas inaperçue"


def test_nouveau_n_ecrase_rien(ateliers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (ateliers / "essai.md").read_bytes()
    assert cli.main(["atelier", "nouveau", "essai"]) == 1
    assert "existe déjà" in capsys.readouterr().err
    assert (ateliers / "essai.md").read_bytes() == before


@pytest.mark.parametrize("name", ["Café", "deux mots", "../ailleurs", "MAJ"])
@pytest.mark.usefixtures("ateliers")
def test_un_nom_de_fichier_impossible(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["atelier", "nouveau", name]) == 1
    assert "cafe-du-marche" in capsys.readouterr().err


@pytest.mark.parametrize("deck", [[], ["--jeu", "recto-verso"], ["--jeu", "pli"]])
@pytest.mark.usefixtures("ateliers")
def test_imprimer_des_fiches(deck: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["atelier", "imprimer", "essai", *deck, "-o", str(tmp_path / "f.pdf")]) == 0
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")
    assert "1\u00a0fiche" in capsys.readouterr().out


@pytest.mark.usefixtures("ateliers")
def test_une_fiche_inconnue_ne_s_imprime_pas(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["atelier", "imprimer", "esai"]) == 1
    assert "essai" in capsys.readouterr().err
