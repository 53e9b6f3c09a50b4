"""Notebooks as files: one way of writing them, and what a committed one must respect.

Everything here is pure: it reads and returns the JSON of a notebook, so that it runs in a browser too.
Run as a program, it rewrites notebooks; with ``--verifie``, it only says what is wrong with them.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, TypeAlias

from cartable.errors import DataError

Json: TypeAlias = dict[str, Any]

MAX_BYTES = 1_500_000
WIDGET = "application/vnd.jupyter.widget-view+json"
# nbval compares none of these: alone, they would never be checked.
UNCOMPARED = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", WIDGET})
COMPARED = frozenset({"text/html", "image/svg+xml", "text/markdown"})
HIDDEN_TAG = "hide-input"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Neither the version of Python nor the settings of its console: they change from one desk to the next.
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
_VOLATILE_NOTEBOOK = frozenset(
    {"widgets", "signature", "orig_nbformat", "celltoolbar", "toc", "toc-autonumbering", "vscode"}
)
_VOLATILE_CELL = frozenset({"execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "vscode", "pycharm"})
_REMEDY = "Reprenez sa dernière version, ou ouvrez-le dans JupyterLab et enregistrez-le de nouveau."
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NO_CHECK = re.compile(r"(nbval|pytest_validate)[-_](ignore|skip|raises)|^raises-exception$", re.IGNORECASE)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")


def load(text: str, name: str) -> Json:
    """Read the text of a notebook.

    Raises
    ------
    DataError
        If it is not the JSON of a notebook of format 4.
    """
    try:
        notebook = json.loads(text)
    except ValueError as error:
        raise DataError(f"« {name} » n'est pas un notebook lisible : {error}.", _REMEDY) from error
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4 or "cells" not in notebook:  # noqa: PLR2004
        raise DataError(f"« {name} » n'est pas un notebook au format 4.", _REMEDY)
    return notebook


_REMEDY = "Reprenez la dernière version enregistrée, ou ouvrez-le dans JupyterLab et enregistrez-le de nouveau."


def dumps(notebook: Json) -> str:
    """Write a notebook the one way we commit it."""
    return json.dumps(normalise(notebook), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def normalise(notebook: Json) -> Json:
    """Return the notebook without what changes from one desk or one day to the next."""
    metadata = {k: v for k, v in notebook.get("metadata", {}).items() if k not in _VOLATILE_NOTEBOOK}
    cells: list[Json] = []
    for cell in notebook["cells"]:
        cells.append(_cell(cell, {done["id"] for done in cells}))
    return {
        "cells": cells,
        "metadata": {**metadata, "kernelspec": KERNEL, "language_info": LANGUAGE},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell: Json, taken: set[str]) -> Json:
    metadata = {k: v for k, v in cell.get("metadata", {}).items() if k not in _VOLATILE_CELL}
    source = _join(cell["source"])
    clean = {**cell, "metadata": metadata, "source": _lines(source), "id": _id(cell, source, taken)}
    if cell["cell_type"] == "code":
        clean["outputs"] = [_output(output) for output in _merge_streams(cell["outputs"])]
        clean["execution_count"] = cell.get("execution_count")
    return clean


def _id(cell: Json, source: str, taken: set[str]) -> str:
    """Keep the identifier of a cell; make a missing or doubled one from what the cell says."""
    known = str(cell.get("id", ""))
    if _CELL_ID.fullmatch(known) and known not in taken:
        return known
    made = hashlib.sha256(source.encode()).hexdigest()[:8]
    number = 0
    while made in taken:
        number += 1
        made = hashlib.sha256(f"{source}{number}".encode()).hexdigest()[:8]
    return made


def _merge_streams(outputs: list[Json]) -> list[Json]:
    """Join what was printed in several goes: where it was cut depends on the clock."""
    merged: list[Json] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" == last.get("output_type") and output["name"] == last["name"]:
            merged[-1] = {**last, "text": _join(last["text"]) + _join(output["text"])}
        else:
            merged.append(output)
    return merged


def _output(output: Json) -> Json:
    if output["output_type"] == "stream":
        return {**output, "text": _lines(_join(output["text"]))}
    if "data" not in output:
        return output
    data = output["data"]
    if COMPARED & data.keys():
        # The page shows the compared form; the widget needs a kernel that is no longer there.
        data = {mime: value for mime, value in data.items() if mime != WIDGET}
    return {**output, "data": {mime: _value(mime, value) for mime, value in data.items()}}


def _value(mime: str, value: Any) -> Any:  # noqa: ANN401 (the JSON of any output)
    is_json = mime == "application/json" or mime.endswith("+json")
    return value if is_json else _lines(_join(value))


def _join(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def problems(text: str, name: str = "notebook") -> tuple[str, ...]:
    """Say, in French, what forbids to commit a notebook as it is."""
    notebook = load(text, name)
    found = []
    if len(text.encode()) > MAX_BYTES:
        found.append(f"le fichier dépasse {MAX_BYTES / 1e6:.1f} Mo : allégez ses sorties".replace(".", ","))
    if text != dumps(notebook):
        found.append("son écriture n'est pas celle de Cartable : lancez « make notebooks »")
    cells = notebook["cells"]
    if not cells or cells[0]["cell_type"] != "markdown" or not _join(cells[0]["source"]).startswith("# "):
        found.append("la première cellule doit porter le titre (« # … »)")
    code = [(index, cell) for index, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]
    if [cell.get("execution_count") for _, cell in code] != list(range(1, len(code) + 1)):
        found.append("les cellules n'ont pas toutes été exécutées, une fois et dans l'ordre")
    for index, cell in code:
        found += [f"cellule {index} : {problem}" for problem in _cell_problems(cell)]
    return tuple(found)


def _cell_problems(cell: Json) -> list[str]:
    found = []
    metadata, source = cell["metadata"], _join(cell["source"])
    tags = metadata.get("tags", [])
    if metadata.get("jupyter", {}).get("source_hidden") is not True:
        found.append("son code n'est pas replié dans Jupyter (« source_hidden »)")
    if not source.lstrip().startswith("# "):
        # Folded, JupyterLab still shows the first line: it must speak to the person.
        found.append("sa première ligne, visible même repliée, n'est pas un commentaire qui dit ce qu'elle montre")
    if HIDDEN_TAG not in tags:
        found.append(f"son code n'est pas replié dans le livre (étiquette « {HIDDEN_TAG} »)")
    comments = [line.strip().lstrip("# ") for line in source.splitlines() if line.strip().startswith("#")]
    if any(_NO_CHECK.search(marker) for marker in [*tags, *comments]):
        found.append("elle demande que ses sorties ne soient pas comparées")
    for output in cell["outputs"]:
        found += _output_problems(output)
    return found


def _output_problems(output: Json) -> list[str]:
    if output["output_type"] == "error":
        return [f"elle s'est arrêtée sur une erreur ({output['ename']})"]
    if output["output_type"] == "stream":
        return ["elle affiche un avertissement ou une trace"] if output["name"] == "stderr" else []
    found = []
    data = output.get("data", {})
    if UNCOMPARED & data.keys() and not COMPARED & data.keys():
        found.append("une image ou un composant n'a pas de forme comparable (HTML, SVG ou Markdown)")
    texts = (value for mime, value in data.items() if mime.startswith("text/"))
    if any(_ADDRESS.search(_join(value)) for value in texts):
        found.append("une sortie porte une adresse en mémoire, qui change à chaque exécution")
    return found


def _check(path: Path, *, only_check: bool) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if not only_check:
        path.write_text(dumps(load(text, path.name)), encoding="utf-8", newline="\n")
        return []
    return [f"{path.name} : {problem}." for problem in problems(text, path.name)]


def main(args: list[str]) -> int:
    """Rewrite the notebooks given, or check them with ``--verifie``; return the exit code."""
    only_check = "--verifie" in args
    paths = [Path(arg) for arg in args if not arg.startswith("--")]
    found = [line for path in paths for line in _check(path, only_check=only_check)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
