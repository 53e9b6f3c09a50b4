"""Official open data, on demand: one adapter per source, one shared path from the file to figures by commune.

Nothing is fetched unless asked. A source reads bytes, whether they were downloaded or handed over on a key.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cartable.atlas import Atlas, atlas

if TYPE_CHECKING:
    from pathlib import Path


def tables() -> Atlas:
    """Return the shipped tables, with beside them what the person added (``cartable donnees``)."""
    return _everything()[0]


def problems() -> tuple[str, ...]:
    """Return what keeps some of the data added from being used: French sentences, each with its remedy."""
    return _everything()[1]


def _everything() -> tuple[Atlas, tuple[str, ...]]:
    from cartable.sources.cache import Cache  # noqa: PLC0415 (pydantic: only where something was added)

    here = Cache()
    return _complete(atlas(), here.folder, here.stamp()) if here.slots() else (atlas(), ())


@lru_cache(maxsize=1)
def _complete(shipped: Atlas, folder: Path, stamp: str) -> tuple[Atlas, tuple[str, ...]]:  # noqa: ARG001
    """Put together what is there; another stamp, other contents."""
    from cartable.sources.cache import Cache  # noqa: PLC0415

    loaded = Cache(folder).load()
    return shipped.complete(loaded.holdings), tuple(map(str, loaded.problems))
