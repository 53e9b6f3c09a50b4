"""Scripts and styles that travel inside our outputs, so that a page never asks the network for anything.

Our own files stand beside the module that uses them (``maps.js`` beside ``maps.py``). Third-party ones are brought
into ``vendor/`` at build time (see ``tasks.py``), with their licences, and are never committed.
"""

from __future__ import annotations

import base64
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from cartable.errors import DataError

PACKAGE = Path(__file__).resolve().parent.parent
VENDOR = PACKAGE / "assets" / "vendor"
FONT = "atkinson-hyperlegible-next-latin-wght-normal.woff2"


def data_folder() -> Path:
    """Return the folder of the shipped data: inside an installed package, or at the root of the project.

    The variable ``CARTABLE_DONNEES`` names another folder.
    """
    chosen = os.environ.get("CARTABLE_DONNEES")
    if chosen:
        return Path(chosen)
    inside = PACKAGE / "data"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "data"


def path(name: str) -> Path:
    """Return where an asset of ours (``maps.js``) or of a third party (``leaflet.js``) is.

    Raises
    ------
    DataError
        If it is not there: the build step that brings it has not run.
    """
    for found in (PACKAGE / name, VENDOR / name):
        if found.is_file():
            return found
    raise DataError(
        f"Il manque le fichier « {name} », nécessaire aux cartes et aux pages hors connexion.",
        "Lancez « make assets » (sous Windows : « py tasks.py assets ») : il faut une connexion la première fois.",
    )


@cache
def read(name: str) -> str:
    """Return the text of an asset."""
    return path(name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """Return an inline ``<script>`` that the book hoists into one shared file (see ``cartable.book``)."""
    # « </script » inside a string would end the element early.
    text = read(name).replace("</script", "<\\/script")
    return f'<script data-asset="{name}">{text}</script>'


def style(name: str) -> str:
    """Return an inline ``<style>`` that the book hoists into one shared file."""
    return f'<style data-asset="{name}">{read(name)}</style>'


def font() -> str:
    """Return a ``<style>`` that holds our font: pages that stand alone are cut at the same place everywhere."""
    content = base64.b64encode(path(FONT).read_bytes()).decode("ascii")
    return (
        "<style>@font-face{font-family:Atkinson;font-weight:200 800;"
        f'src:url("data:font/woff2;base64,{content}") format("woff2")}}</style>\n'
    )


def island(data: Any) -> str:  # noqa: ANN401 (whatever JSON holds)
    """Return a ``<script>`` that holds data for the scripts of a page."""
    # « < » would let « </script » end the element early.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'
