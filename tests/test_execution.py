"""Which notebooks are executed again, and what happens to their files."""

import json
import shutil
import subprocess

import pytest

from cartable import execution, notebook


def make(code: str) -> dict:
    hidden = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    return {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Essai\n\n## Carte des écarts"},
            {
                "cell_type": "code", "id": "b", "metadata": hidden, "source": f"# Essai\n{code}",
                "outputs": [], "execution_count": None,
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip


@pytest.fixture
def house(tmp_path):
    """A small repository: one notebook, one module, one data file."""
    files = {
        "notebooks/essai.ipynb": notebook.dumps(make("1 + 1")),
        "src/cartable/m.py": "x = 1\n",
        "data/d.csv": "a\n",
        "requirements.txt": "",
        "package-lock.json": "{}",
        ".gitignore": "_build/\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def git(root, *args: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True)


def record(root) -> None:
    for path, mark in execution.outdated(root).items():
        known = json.loads((root / execution.RECORD).read_text(encoding="utf-8"))
        known[path.relative_to(root).as_posix()] = mark
        (root / execution.RECORD).write_text(json.dumps(known), encoding="utf-8")


def test_without_git_nor_record_everything_is_executed(house) -> None:
    assert [path.name for path in execution.outdated(house)] == ["essai.ipynb"]


@pytest.mark.skipif(not shutil.which("git"), reason="git n'est pas installé")
def test_a_fresh_clone_has_nothing_to_execute(house) -> None:
    git(house, "init", "-q")
    git(house, "add", "-A")
    git(house, "commit", "-qm", "essai")
    assert execution.outdated(house) == {}
    (house / "data/d.csv").write_text("b\n", encoding="utf-8")
    assert len(execution.outdated(house)) == 1


@pytest.mark.skipif(not shutil.which("git"), reason="git n'est pas installé")
def test_a_change_that_git_sees_is_executed_even_without_record(house) -> None:
    git(house, "init", "-q")
    git(house, "add", "-A")
    git(house, "commit", "-qm", "essai")
    (house / "src/cartable/m.py").write_text("x = 2\n", encoding="utf-8")
    assert len(execution.outdated(house)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/cartable/m.py", "x = 2\n"),
        ("src/cartable/maps.js", "// nouveau"),
        ("data/d.csv", "b\n"),
        ("requirements.txt", "folium==1\n"),
        ("notebooks/essai.ipynb", notebook.dumps(make("1 + 2"))),
    ],
)
def test_each_change_asks_for_execution(house, name, text) -> None:
    record(house)
    assert execution.outdated(house) == {}
    (house / name).write_text(text, encoding="utf-8")
    assert len(execution.outdated(house)) == 1


def test_new_outputs_do_not_ask_for_execution(house) -> None:
    record(house)
    changed = make("1 + 1")
    changed["cells"][1]["execution_count"] = 1
    (house / "notebooks/essai.ipynb").write_text(notebook.dumps(changed), encoding="utf-8")
    assert execution.outdated(house) == {}
    assert len(execution.outdated(house, everything=True)) == 1


def test_execution_writes_a_notebook_that_may_be_committed(house, monkeypatch, capsys) -> None:
    monkeypatch.chdir(house)
    assert execution.main([]) == 0
    text = (house / "notebooks/essai.ipynb").read_text(encoding="utf-8")
    assert notebook.problems(text) == ()
    assert json.loads(text)["cells"][1]["outputs"][0]["data"]["text/plain"] == ["2"]
    assert execution.main([]) == 0
    assert "rien à exécuter" in capsys.readouterr().out
    assert execution.main(["--tout"]) == 0
    assert (house / "notebooks/essai.ipynb").read_text(encoding="utf-8") == text


def test_a_failing_cell_is_named_and_its_file_kept(house, monkeypatch, capsys) -> None:
    monkeypatch.chdir(house)
    path = house / "notebooks/essai.ipynb"
    path.write_text(notebook.dumps(make("{}['insee']")), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert execution.main([]) == 1
    shown = capsys.readouterr().out
    assert "« essai.ipynb » s'est arrêté à la cellule 2 (sous « Carte des écarts ») : KeyError" in shown
    assert path.read_text(encoding="utf-8") == before
    assert [p.name for p in path.parent.iterdir()] == ["essai.ipynb"]
    assert len(execution.outdated(house)) == 1


def test_a_notebook_with_a_fault_is_written_but_reported(house, monkeypatch, capsys) -> None:
    monkeypatch.chdir(house)
    path = house / "notebooks/essai.ipynb"
    path.write_text(notebook.dumps(make("import sys; print('aïe', file=sys.stderr)")), encoding="utf-8")
    assert execution.main([]) == 1
    assert "« essai.ipynb », cellule 2 : elle affiche un avertissement" in capsys.readouterr().out
