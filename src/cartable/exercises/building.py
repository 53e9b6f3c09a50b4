"""``python -m cartable.exercises.building``: write the notebooks of trainees and of trainers from the exercises.

A notebook whose cells did not change keeps its outputs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartable import output
from cartable.exercises import notebooks
from cartable.exercises.model import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.exercises.model import Exercise

FOLDER = Path("notebooks", "exercices")
KINDS = {"stagiaire": notebooks.trainee, "corriges": notebooks.corrected}


def wanted(folder: Path) -> Iterator[tuple[Path, Exercise, dict[str, Any]]]:
    """Yield each notebook that there must be: its path, its exercise, its content without outputs."""
    for one in load(folder).values():
        for kind, make in KINDS.items():
            yield folder.parent / kind / f"{one.slug}.ipynb", one, make(one)


def write(folder: Path) -> list[Path]:
    """Write what is missing or changed, remove what has no exercise any more; return the paths written or removed."""
    touched = []
    expected = {path: content for path, _, content in wanted(folder)}
    for kind in KINDS:
        for path in (folder.parent / kind).glob("*.ipynb"):
            if path not in expected:
                path.unlink()
                touched.append(path)
    for path, content in expected.items():
        if path.is_file() and cells(json.loads(path.read_text(encoding="utf-8"))) == cells(content):
            continue
        output.folder(path.parent)
        output.write(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        touched.append(path)
    return touched


def cells(notebook: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Return what was written in a notebook: kind, source and tags of each cell."""
    return [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in notebook["cells"]
    ]


def main() -> None:
    """Write them all and say which."""
    for path in write(Path.cwd() / FOLDER):
        print(path.relative_to(Path.cwd()))  # noqa: T201 (the answer of a command)


if __name__ == "__main__":
    main()
