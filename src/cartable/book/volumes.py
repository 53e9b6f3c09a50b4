"""The volumes on paper, made from the pages just built: the guide and the corpus, offered as PDF beside the book.

``book/papier.yml`` says which pages, in which order. ``python -m cartable.book --imprimeur`` writes them once more,
with the bleed that a printer asks for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import __version__, output
from cartable.assets import PACKAGE
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

    from cartable.book.volume_plan import Bound, Plan
    from cartable.documents.volume import Volume
    from cartable.prose import Page

logger = logging.getLogger(__name__)
PLAN = "book/papier.yml"
FOLDER, ALL = "papier", "/*"
NAMES = {"guide": "Le guide (PDF, A4)", "corpus": "Le corpus de la personne qui anime (PDF, A4)"}
CODE = (
    "prose.py",
    "documents/volume.py",
    "documents/volume.typ",
    "documents/house.typ",
    "book/volumes.py",
    "book/volume_plan.py",
)


def plan(folder: Path) -> Plan | None:
    """Return what ``book/papier.yml`` says, or nothing if a book has no volume.

    Raises
    ------
    ManuscriptError
        With every mistake of the file.
    """
    from cartable.book.volume_plan import Plan  # noqa: PLC0415 (only when a volume has to be written)
    from cartable.manuscript import load  # noqa: PLC0415

    path = folder / PLAN
    return load(Plan, path, PLAN) if path.is_file() else None


def volume(told: Bound, notices: list[str], built: Path, edition: dt.date) -> Volume:
    """Return a volume from what the plan says of it and the pages of the built book.

    Raises
    ------
    CartableError
        If a page is missing from the book.
    """
    from cartable.documents.volume import Part, Volume  # noqa: PLC0415

    parts = tuple(
        Part(part.titre, part.dit, tuple(_pages(part.pages, built)), part.a_la_suite) for part in told.parties
    )
    return Volume(told.titre, told.sous_titre, edition, __version__, parts, tuple(notices), told.serrer)


def _paths(names: list[str], built: Path) -> Iterator[Path]:
    """Give the files of the pages of a part."""
    for name in names:
        if name.endswith(ALL):
            yield from sorted((built / name.removesuffix(ALL)).glob("*.html"))
        else:
            yield built / f"{name}.html"


def _pages(names: list[str], built: Path) -> Iterator[Page]:
    """Give the pages of a part; formats and canvases come by title, the steps of the programme in their order."""
    from cartable import wording  # noqa: PLC0415

    for name in names:
        found = [_page(path, built) for path in _paths([name], built)]
        by_title = name.startswith("workshops/")
        yield from sorted(found, key=lambda page: wording.fold(page.title)) if by_title else found


def _page(path: Path, built: Path) -> Page:
    from cartable import prose  # noqa: PLC0415

    name = path.relative_to(built).with_suffix("").as_posix()
    if not path.is_file():
        raise CartableError(f"« {PLAN} » cite « {name} », qui n’est pas une page du livre.", "Corrigez son nom.")
    return prose.read(path.read_text(encoding="utf-8"), name)


def today() -> dt.date:
    """Return the date of the edition: today, or that of ``SOURCE_DATE_EPOCH``."""
    stamp = os.environ.get("SOURCE_DATE_EPOCH")
    return dt.datetime.fromtimestamp(int(stamp), dt.UTC).date() if stamp else dt.datetime.now(dt.UTC).date()


def write(folder: Path, built: Path, target: Path, *, bleed: bool = False) -> list[Path]:
    """Write each volume, unless none of its pages changed since it was written; return what was written.

    Parameters
    ----------
    folder
        The root of the repository.
    built
        The built book.
    target
        Where to write.
    bleed
        For a printer.
    """
    mark = target / ("empreintes-imprimeur.json" if bleed else "empreintes.json")
    known, whole = _known(mark), _digest([folder / PLAN, *_all_pages(built)])
    told = plan(folder) if known.get("tout") != whole else None
    if told is None:
        return []
    written = []
    for name in NAMES:
        bound: Bound = getattr(told, name)
        digest = _digest([folder / PLAN, *(path for part in bound.parties for path in _paths(part.pages, built))])
        if known.get(name) != digest:
            path = output.folder(target) / f"cartable-{name}{'-imprimeur' if bleed else ''}.pdf"
            output.write(path, _made(bound, told.mentions, built, bleed=bleed))
            written.append(path)
        known[name] = digest
    output.write(mark, json.dumps({**known, "tout": whole}, indent=1) + "\n")
    return written


def _made(bound: Bound, notices: list[str], built: Path, *, bleed: bool) -> bytes:
    from cartable.documents.volume import render  # noqa: PLC0415 (typst: only when a volume has to be written)

    return render(volume(bound, notices, built, today()), bleed=bleed)


def _known(mark: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _all_pages(built: Path) -> list[Path]:
    return sorted(path for place in ("book", "workshops") for path in (built / place).rglob("*.html"))


def _digest(pages: Iterable[Path]) -> str:
    """Return what tells whether a page, the plan or the code changed."""
    found = hashlib.sha256(__version__.encode())
    for path in [*pages, *(PACKAGE / name for name in CODE)]:
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()


class OnPaper(SphinxDirective):
    """``{papier} guide``: a link to a volume."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Return the link."""
        name = self.arguments[0]
        if name not in NAMES:
            logger.warning("« %s » n’est pas un volume.", name, location=self.get_location())
            return []
        here = self.env.app.builder.get_target_uri(self.env.docname)
        url = escape(relative_uri(here, f"{FOLDER}/cartable-{name}.pdf"))
        line = f'<ul class="cartable-telechargements"><li><a href="{url}">{escape(NAMES[name])}</a></li></ul>'
        return [nodes.raw("", line, format="html")]


def _after(app: Sphinx, exception: Exception | None) -> None:
    """Write the volumes once the pages are there."""
    if exception or app.builder.name != "html" or not app.config.cartable_imprimes:
        return
    try:
        write(Path(app.srcdir), Path(app.outdir), Path(app.outdir) / FOLDER)
    except CartableError as error:
        logger.warning(str(error))


def setup(app: Sphinx) -> None:
    """Register the directive and the writing."""
    app.add_directive("papier", OnPaper)
    app.connect("build-finished", _after)
