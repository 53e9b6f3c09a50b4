"""``cartable synthese``: French from end to end, exit codes that scripts can trust, the right file in its place."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pypdf
import pytest
from mini_france import ESSAI, SEUL

from cartable import bulk, cli, sources
from cartable.atlas import atlas
from cartable.cli import briefing as command

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("pays")


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in an empty folder, with the shipped data alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sources, "tables", atlas)


def test_one_synthesis_is_a_sheet(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    assert cli.main(["synthese", "pays", "d'essai"]) == 0
    assert f"synthese-{ESSAI}.pdf" in capsys.readouterr().out
    reader = pypdf.PdfReader(tmp_path / f"synthese-{ESSAI}.pdf")
    assert len(reader.pages) == 2


def test_the_way_to_the_territory_is_told(capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["synthese", "Vieux-Bourg", "-o", "x.pdf"]) == 0
    assert "n’est plus une commune" in capsys.readouterr().out


def test_data_instead_of_a_sheet(tmp_path: Path) -> None:
    assert cli.main(["synthese", SEUL, "-o", "x.json"]) == 0
    data = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert data["siren"] == SEUL
    assert not data["public"]


def test_public_and_grey_sheets(tmp_path: Path) -> None:
    assert cli.main(["synthese", ESSAI, "--gris", "-o", "gris.pdf"]) == 0
    assert cli.main(["synthese", ESSAI, "--public", "-o", "public.pdf"]) == 0
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "public.pdf").pages)
    assert "président" in text
    assert "Alpha" not in text
    assert (tmp_path / "gris.pdf").read_bytes() != (tmp_path / "public.pdf").read_bytes()


def test_all_of_them(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    assert cli.main(["synthese", "--tous", "syntheses"]) == 0
    told = capsys.readouterr()
    assert "3\u00a0synthèses faites." in told.out
    assert re.search(r"3 sur 3 \(100.%\)", told.err)
    assert len(list((tmp_path / "syntheses").iterdir())) == 4
    assert cli.main(["synthese", "--tous", "syntheses"]) == 0
    assert "0\u00a0synthèse faite, 3\u00a0étaient déjà à jour" in capsys.readouterr().out


def test_all_sheets(tmp_path: Path) -> None:
    assert cli.main(["synthese", "--tous", "s", "--pdf", "--public", "--processus", "1"]) == 0
    assert len(list((tmp_path / "s").glob("*.pdf"))) == 3
    assert json.loads((tmp_path / "s" / f"{SEUL}.json").read_text(encoding="utf-8"))["public"]


def test_failures_are_told_and_the_code_says_so(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "make_all", lambda *_, **__: bulk.Outcome(2, 0, ((SEUL, "Il manque ceci."),)))
    assert cli.main(["synthese", "--tous", "s"]) == 1
    told = capsys.readouterr()
    assert f"{SEUL} : Il manque ceci." in told.err
    assert "1\u00a0synthèse n’a pas été faite." in told.err
    assert "2\u00a0synthèses faites" in told.out


def test_stopped_by_the_keyboard(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bulk, "make_all", stop)
    assert cli.main(["synthese", "--tous", "s"]) == 1
    assert "Relancez la même commande" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Il manque le nom d’un territoire"),
        (["x", "--tous", "s"], "« --tous » fait tous les EPCI"),
        (["--tous", "s", "--gris"], "« --tous » fait tous les EPCI"),
        (["x", "--pdf"], "« --pdf » ne sert qu’avec « --tous »"),
        (["x", "-o", "x.docx"], "n’est ni un PDF ni un fichier de données"),
        (["zzzzzz"], "Aucun territoire ne ressemble"),
        ([SEUL, "-o", "absent/x.pdf"], "n’existe pas"),
    ],
)
def test_what_does_not_go_together_is_refused(
    capsys: pytest.CaptureFixture, arguments: list[str], said: str, tmp_path: Path
) -> None:
    assert cli.main(["synthese", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".pdf", ".json", ".docx"}]


def test_data_that_cannot_be_used_are_told(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "problems", lambda: ("Le fichier des revenus est abîmé. Reprenez-le.",))
    assert cli.main(["synthese", SEUL, "-o", "x.json"]) == 0
    assert "Le fichier des revenus est abîmé" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "17", "deux", "-1"])
def test_a_number_of_processes_is_checked(capsys: pytest.CaptureFixture, number: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main(["synthese", "--tous", "s", "--processus", number])
    assert leaving.value.code == 2
    assert "--help" in capsys.readouterr().err


def test_help_is_french(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main(["synthese", "--help"])
    assert leaving.value.code == 0
    text = capsys.readouterr().out
    assert "affiche cette aide" in text
    assert not re.search(r"\b(usage|show this|optional|default|required)\b", text)


def test_progress_changes_in_place_on_a_screen(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys  # noqa: PLC0415

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    tell = command.Progress()
    for done in (0, 600, 1255):
        tell(done, 1255)
    text = capsys.readouterr().err
    assert text.count("\r") == 3
    assert text.endswith("\n")
    assert "600 sur 1\u202f255" in text


def test_progress_elsewhere_tells_each_tenth(capsys: pytest.CaptureFixture) -> None:
    tell = command.Progress()
    for done in range(0, 1256, 5):
        tell(done, 1255)
    lines = capsys.readouterr().err.splitlines()
    assert 10 <= len(lines) <= 12
    assert lines[-1].startswith("1\u202f255 sur")


def test_nothing_to_do_is_told_once(capsys: pytest.CaptureFixture) -> None:
    command.Progress()(0, 0)
    assert "100" in capsys.readouterr().err
