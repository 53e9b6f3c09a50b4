"""Execute the notebooks whose outputs may have aged: their text, the package or the data changed.

What was executed is recorded in ``_build/notebooks.json``, outside of the notebooks, so that a change of the
package does not touch files whose outputs stay the same. Where there is no record (a fresh clone), what git
holds unchanged counts as executed: the tests prove it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from cartable import notebook as files
from cartable import output
from cartable.errors import CartableError

WORKERS = 2
CELL_TIMEOUT = 600
CACHE = "CARTABLE_CACHE"
RECORD = Path("_build", "notebooks.json")
# What outputs depend on, besides the notebook; the locks stand for the libraries.
INPUTS = ("src/cartable", "data", "workshops", "requirements.txt", "package-lock.json")


class ExecutionError(CartableError):
    """A notebook stopped on an error; its file is left as it was."""


def fingerprint(path: Path, root: Path, inputs: str) -> str:
    """Return the digest of a notebook's source cells and of all that its outputs depend on."""
    digest = hashlib.sha256(inputs.encode())
    content = files.load(path.read_text(encoding="utf-8"), path.name)
    for cell in content["cells"]:
        # Outputs are what comes out: they do not count.
        digest.update(json.dumps([cell["cell_type"], "".join(cell["source"])]).encode())
    digest.update(str(path.relative_to(root).as_posix()).encode())
    return digest.hexdigest()


def inputs_fingerprint(root: Path) -> str:
    """Return the digest of the package, its shipped assets, the data and the locks."""
    digest = hashlib.sha256()
    for path in sorted(_input_files(root)):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _input_files(root: Path) -> list[Path]:
    tops = [root / name for name in INPUTS]
    inside = [path for top in tops if top.is_dir() for path in top.rglob("*")]
    return [p for p in [*tops, *inside] if p.is_file() and "__pycache__" not in p.parts]


def outdated(root: Path, *, everything: bool = False) -> dict[Path, str]:
    """Return the notebooks to execute, each with the fingerprint to record once it is done.

    Parameters
    ----------
    everything
        Whether to take them all.
    """
    inputs = inputs_fingerprint(root)
    paths = sorted((root / "notebooks").rglob("*.ipynb"))
    now = {path: fingerprint(path, root, inputs) for path in paths if not _is_hidden(path.relative_to(root))}
    known = _read_record(root)
    if known is None:
        known = {_key(path, root): mark for path, mark in now.items() if _is_as_committed(path, root)}
        _write_record(root, known)
    return {path: mark for path, mark in now.items() if everything or known.get(_key(path, root)) != mark}


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _key(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _read_record(root: Path) -> dict[str, str] | None:
    try:
        record: dict[str, str] = json.loads((root / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return record


def _write_record(root: Path, record: dict[str, str]) -> None:
    (root / RECORD).parent.mkdir(exist_ok=True)
    output.write(root / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")


def _is_as_committed(path: Path, root: Path) -> bool:
    """Tell whether git holds this notebook and all that it depends on just as they are here."""
    args = ["git", "status", "--porcelain", "--", str(path), *INPUTS]
    with contextlib.suppress(OSError):
        done = subprocess.run(args, cwd=root, check=False, capture_output=True)
        return done.returncode == 0 and not done.stdout.strip()
    return False


def execute(path: Path) -> tuple[str, ...]:
    """Execute a notebook and write it with its outputs; return what forbids to commit it.

    Raises
    ------
    ExecutionError
        If a cell fails; the file is left as it was.
    """
    import nbformat  # noqa: PLC0415 (a browser has neither of these)
    from nbclient import NotebookClient  # noqa: PLC0415

    text = files.dumps(files.load(path.read_text(encoding="utf-8"), path.name))
    content = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        content,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # the kernel tells in English how it listens
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
    )
    with tempfile.TemporaryDirectory() as nothing:
        _execute(client, path, content, nothing)
    text = files.dumps(content)
    output.write(path, text)
    return files.problems(text, path.name)


def _execute(client: Any, path: Path, content: Any, nothing: str) -> None:  # noqa: ANN401
    """Run the cells with shipped data alone: what this person downloaded must not enter a committed output."""
    from nbclient.exceptions import CellControlSignal, DeadKernelError  # noqa: PLC0415

    try:
        client.execute(env={**os.environ, CACHE: nothing})
    except (CellControlSignal, DeadKernelError) as error:
        raise ExecutionError(*_explain(path, content, error)) from error


def _explain(path: Path, content: Any, error: Exception) -> tuple[str, str]:  # noqa: ANN401 (a NotebookNode)
    cells = content.cells
    index = _failed_cell(cells)
    # In a code cell, « # » starts a comment.
    texts = [cell.source for cell in cells[:index] if cell.cell_type == "markdown"]
    titles = re.findall(r"^#+ (.+)$", "\n".join(texts), re.MULTILINE)
    under = f" (sous « {titles[-1]} »)" if titles else ""
    reason = getattr(error, "evalue", "") or str(error).strip().splitlines()[0]
    kind = getattr(error, "ename", type(error).__name__)
    return (
        f"« {path.name} » s'est arrêté à la cellule {index}{under} : {kind}, {reason}",
        "Le fichier n'a pas été modifié. Corrigez cette cellule, puis relancez « make notebooks ».",
    )


def _failed_cell(cells: list[Any]) -> int:
    """Return the number, from 1, of the cell that stopped everything."""
    code = [(number, cell) for number, cell in enumerate(cells, 1) if cell.cell_type == "code"]
    for number, cell in code:
        if any(output.output_type == "error" for output in cell.outputs):
            return number
    # Stopped, or its kernel dead, it left no error: it is the first one that was given no number.
    return next((number for number, cell in code if not cell.execution_count), code[-1][0])


def _attempt(path: Path) -> tuple[bool, tuple[str, ...]]:
    """Execute in a worker: what went wrong comes back as sentences."""
    try:
        remarks = execute(path)
    except CartableError as error:
        return False, (str(error),)
    return True, tuple(f"« {path.name} », {remark}." for remark in remarks)


def run(root: Path, *, everything: bool = False) -> int:
    """Execute what must be, two at a time, and return the exit code.

    Parameters
    ----------
    everything
        Whether to execute them all.
    """
    todo = outdated(root, everything=everything)
    if not todo:
        sys.stdout.write("Les notebooks sont à jour : rien à exécuter.\n")
        return 0
    remarks: list[str] = []
    with ProcessPoolExecutor(min(WORKERS, len(todo))) as pool:
        for path, (done, sentences) in zip(todo, pool.map(_attempt, todo), strict=True):
            remarks += sentences
            if done:
                # Read again: a notebook executed before this one was recorded too.
                _write_record(root, {**(_read_record(root) or {}), _key(path, root): todo[path]})
                sys.stdout.write(f"Exécuté : {path.name}\n")
    sys.stdout.write("".join(f"{remark}\n" for remark in remarks))
    return 1 if remarks else 0


def main(args: list[str]) -> int:
    """Execute the notebooks of the current folder (``--tout``: all of them)."""
    try:
        return run(Path.cwd(), everything="--tout" in args)
    except CartableError as error:
        sys.stdout.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
