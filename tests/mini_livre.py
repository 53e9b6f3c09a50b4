"""A book of a few files, for the keys that carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools import kit

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path) -> Path:
    """Write what a key asks of a book."""
    for name in ("index.html", "_static/a.js", "objects.inv", *kit.PRINTED):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n", "utf-8")
    return root
