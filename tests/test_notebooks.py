"""The notebooks of the repository may be committed; ``test_notebook.py`` proves that each guard can fail."""

from pathlib import Path

import pytest

from cartable import notebook

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
PATHS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def test_there_are_notebooks() -> None:
    assert PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_may_be_committed(path) -> None:
    assert notebook.problems(path.read_text(encoding="utf-8"), path.name) == ()
