"""The command: French from end to end, exit codes that scripts can trust, nothing half-written, no network."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from mini_france import ESSAI

from cartable import cli, pages

COMMANDS = [
    [],
    ["territoire"],
    ["portrait"],
    ["notebooks"],
    ["donnees"],
    ["donnees", "actualiser"],
    ["synthese"],
    ["carte"],
]
ENGLISH = re.compile(
    r"\b(usage|show this|help message|optional|positional|arguments:|default|error|required|exit)\b", re.IGNORECASE
)


@pytest.fixture
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("le réseau a été demandé")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def leave(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as leaving:
        cli.main(arguments)
    return leaving.value.code


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_french(command: list[str], capsys: pytest.CaptureFixture) -> None:
    assert leave([*command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Utilisation" in text
    assert "affiche cette aide" in text
    assert ENGLISH.findall(text) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["inconnue"],
        ["territoire"],
        ["portrait"],
        ["portrait", "x", "-o"],
        ["portrait", "x", "--taille", "3"],
        ["--x"],
    ],
)
def test_misuse_is_explained_in_french(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    assert leave(arguments) == 2
    text = capsys.readouterr().err
    assert "--help" in text
    assert ENGLISH.findall(text) == []
    assert not re.search(r"\b(the following|invalid|unrecognized|expected|choose)\b", text)


def test_version(capsys: pytest.CaptureFixture) -> None:
    assert leave(["--version"]) == 0
    assert re.fullmatch(r"Cartable \d\S*\n", capsys.readouterr().out)


@pytest.mark.usefixtures("pays")
def test_territory(capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["territoire", "vieux", "bourg"]) == 0
    text = capsys.readouterr().out
    assert "CA du Bourg-Seul (CABS) (SIREN 200000002), communauté d’agglomération" in text
    assert "n’est plus une commune" in text
    assert "  02002  Bourg-Seul (50\u202f000)" in text


@pytest.mark.usefixtures("pays")
def test_an_ambiguous_name_lists_what_to_choose_from(capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["territoire", "Alpha"]) == 0
    out, err = capsys.readouterr()
    assert "  - Alpha (01), dans CC du Pays d'Essai\n  - Alpha (976), dans Métropole des Sans-Âge\n" in out
    assert err == ""


@pytest.mark.parametrize("command", ["territoire", "portrait"])
@pytest.mark.parametrize("name", ["zzzzqqqq", "Île-Seule", "200000099"])
@pytest.mark.usefixtures("pays")
def test_an_unknown_territory_is_refused(
    capsys: pytest.CaptureFixture, tmp_path: Path, command: str, name: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    extra = ["-o", str(tmp_path / "p.html")] if command == "portrait" else []
    assert cli.main([command, name, *extra]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert name in err
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("pays")
def test_an_ambiguous_portrait_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["portrait", "Alpha", "-o", str(tmp_path / "p.html")]) == 1
    assert "Alpha (976)" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()


@pytest.mark.usefixtures("pays", "without_network")
def test_portrait_is_one_page_made_without_network(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    page = tmp_path / "portrait.html"
    assert cli.main(["portrait", ESSAI, "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert str(page) in capsys.readouterr().out
    assert text.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert not re.search(r"<(script|link|img|iframe|source)[^>]+(src|href)=\"?(https?:)?//", text)
    assert not re.search(r"url\(['\"]?(https?:)?//", text)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["donnees", "portrait.html"]


@pytest.mark.usefixtures("pays")
def test_portrait_names_its_page_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["portrait", "bourg", "seul"]) == 0
    assert (tmp_path / "portrait-200000002.html").is_file()
    assert "portrait-200000002.html" in capsys.readouterr().out


@pytest.mark.parametrize("where", ["absent/p.html", "fichier/p.html", "dossier"])
@pytest.mark.usefixtures("pays")
def test_a_place_where_one_may_not_write(tmp_path: Path, capsys: pytest.CaptureFixture, where: str) -> None:
    (tmp_path / "fichier").touch()
    (tmp_path / "dossier").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert cli.main(["portrait", ESSAI, "-o", str(tmp_path / where)]) == 1
    err = capsys.readouterr().err
    assert "Impossible d’écrire" in err
    assert where in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("pays")
def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)  # root may write anywhere
    assert cli.main(["portrait", ESSAI, "-o", str(tmp_path / "p.html")]) == 1
    assert "l’accès est refusé" in capsys.readouterr().err
    assert not list(tmp_path.glob("*p.html*"))


@pytest.mark.parametrize("name", ["communes.csv", "epci.csv", "communes.topojson"])
@pytest.mark.parametrize("content", [None, "abîmé"])
def test_damaged_data(
    pays: Path, tmp_path: Path, capsys: pytest.CaptureFixture, name: str, content: str | None
) -> None:
    (pays / name).unlink() if content is None else (pays / name).write_text(content, encoding="utf-8")
    assert cli.main(["portrait", ESSAI, "-o", str(tmp_path / "p.html")]) == 1
    err = capsys.readouterr().err
    assert name in err
    assert "make data" in err
    assert not (tmp_path / "p.html").exists()


@pytest.mark.usefixtures("pays")
def test_missing_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr("cartable.assets.VENDOR", tmp_path)
    monkeypatch.setattr("cartable.assets.read", __import__("cartable.assets", fromlist=["read"]).read.__wrapped__)
    assert cli.main(["portrait", ESSAI, "-o", str(tmp_path / "p.html")]) == 1
    assert "make assets" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()


def test_notebooks_need_their_folder(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["notebooks", "--dossier", str(tmp_path / "absent")]) == 1
    assert "absent" in capsys.readouterr().err


@pytest.mark.usefixtures("pays")
def test_portrait_leaves_nothing_when_the_page_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "fragment", lambda _shown: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["portrait", ESSAI, "-o", str(tmp_path / "p.html")])
    assert [p.name for p in tmp_path.iterdir()] == ["donnees"]


# -- as a person starts it ------------------------------------------------------------------


def start(*arguments: str, encoding: str = "utf-8", **environment: str) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-c", "import sys; from cartable.cli import main; sys.exit(main())", *arguments]
    environment |= {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    return subprocess.run(line, capture_output=True, env={**os.environ, **environment}, check=False)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii"])
@pytest.mark.usefixtures("pays")
def test_a_console_that_is_not_in_utf8(encoding: str) -> None:
    done = start("territoire", "bourg seul", encoding=encoding)
    assert done.returncode == 0, done.stderr
    assert b"Bourg-Seul" in done.stdout
    refused = start("territoire", "🎉 introuvable", encoding=encoding)
    assert refused.returncode == 1
    assert b"Traceback" not in refused.stderr


def test_the_command_is_installed() -> None:
    from importlib.metadata import entry_points  # noqa: PLC0415

    (command,) = entry_points(group="console_scripts", name="cartable")
    assert command.load() is cli.main


def test_help_does_not_wait_for_pandas() -> None:
    code = "import sys\nfrom cartable import cli\ntry:\n cli.main(['--help'])\nexcept SystemExit: pass\n"
    done = subprocess.run(
        [sys.executable, "-c", code + "sys.exit('pandas' in sys.modules)"], capture_output=True, check=False
    )
    assert done.returncode == 0
