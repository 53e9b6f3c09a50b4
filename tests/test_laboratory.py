"""JupyterLab in French, on the folder asked for, quiet on the network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cartable import laboratory
from cartable.errors import CartableError, MissingDependencyError


def test_the_command_opens_the_folder(tmp_path: Path) -> None:
    line = laboratory.command(tmp_path, "--no-browser")
    assert line[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path.resolve()}" in line
    assert line[-1] == "--no-browser"


def test_a_large_file_can_be_given_in_a_notebook(tmp_path: Path) -> None:
    setting = next(a for a in laboratory.command(tmp_path) if a.startswith("--ServerApp.tornado_settings="))
    assert "'websocket_max_message_size': 200000000" in setting


def test_settings_are_french_and_ask_no_news(tmp_path: Path) -> None:
    folder = laboratory.settings_folder(tmp_path / "a" / "b")
    settings = json.loads((folder / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "fr_FR"}
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CartableError, match="n’existe pas"):
        laboratory.command(tmp_path / "absent")


def test_a_missing_jupyterlab_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    with pytest.raises(MissingDependencyError, match="JupyterLab") as error:
        laboratory.command(tmp_path)
    assert "make book" in error.value.remedy


@pytest.mark.parametrize("code", [0, 1])
def test_launch_gives_the_settings_and_tells_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    seen = []

    def run(line: list[str], **options) -> subprocess.CompletedProcess:
        (folder,) = (Path(a.partition("=")[2]) for a in line if a.startswith("--LabApp.app_settings_dir="))
        seen.append((folder, (folder / "overrides.json").is_file(), options["env"]["LANG"]))
        return subprocess.CompletedProcess(line, code)

    monkeypatch.setattr(subprocess, "run", run)
    if code:
        with pytest.raises(CartableError, match="erreur"):
            laboratory.launch(tmp_path)
    else:
        laboratory.launch(tmp_path)
    ((folder, there, language),) = seen
    assert there
    assert language == "fr_FR.UTF-8"
    assert not folder.exists()
