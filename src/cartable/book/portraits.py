"""The portrait of any EPCI inside the book, without a kernel: a search box, and one small file for each EPCI.

A page opened from a disk may not fetch a file, but it may load a script: each portrait is a script of one line that
hands its HTML to the page. They are written beside the pages when the book is built, by two processes, only when the
data or the package changed. Pandas and folium are only loaded then: a rebuild where nothing changed takes a second.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import assets
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)
FOLDER = "portraits"
PAGE = "book/portrait"
STAMP = "empreinte.txt"
WORKERS, BATCH, DELAY = 2, 16, 2.0
STYLES = ("leaflet.css", "pages.css", "maps.css", "tables.css", "book/portraits.css")
# What ``pages.fragment`` is made of; the libraries come from the lock.
MODULES = (
    "pages", "output", "portrait", "indicators", "territory", "search", "atlas", "names", "topology", "holdings",
    "fiction", "classes", "layers", "overlays", "drawing", "maps", "offline_folium", "tables", "wording", "errors",
    "assets/__init__", "__init__",
)  # fmt: skip
SCRIPTS = ("leaflet.js", "maps.js", "tables.js")


# -- files ------------------------------------------------------------------------------


def index() -> list[Any]:
    """Return what the search box looks through: the EPCIs, then every commune with the number of its EPCI."""
    from cartable.atlas import atlas  # noqa: PLC0415
    from cartable.names import departement_of  # noqa: PLC0415

    tables = atlas()
    numbers = {str(siren): i for i, siren in enumerate(tables.epcis.index)}
    held = tables.communes[tables.communes["siren_epci"] != ""].groupby("siren_epci")["code_departement"]
    places = {str(siren): ", ".join(dict.fromkeys(codes)) for siren, codes in held}
    epcis = [(siren, tables.names[siren], places[siren]) for siren in numbers]
    communes = [
        [e.name, departement_of(e.code), numbers[e.siren]]
        for e in tables.entries
        if e.kind in {"commune", "fusion", "arrondissement"} and e.siren
    ]
    return [epcis, communes]


def _script(function: str, *arguments: object) -> str:
    return f"{function}({','.join(json.dumps(a, ensure_ascii=False, separators=(',', ':')) for a in arguments)});\n"


def draw(query: str) -> tuple[str, str, str]:
    """Return the SIREN, the name and the portrait, as HTML, of an EPCI."""
    from cartable import pages  # noqa: PLC0415
    from cartable.portrait import portrait  # noqa: PLC0415

    shown = portrait(query)
    return shown.territory.siren, shown.territory.name, pages.fragment(shown)


def _write_batch(task: tuple[Path, list[str]]) -> int:
    """Write the scripts of a few EPCIs; run in a process of its own."""
    folder, sirens = task
    for siren in sirens:
        text = _script("cartablePortrait", *draw(siren))
        (folder / f"{siren}.js").write_text(text, encoding="utf-8", newline="\n")
    return len(sirens)


def inputs() -> list[Path]:
    """Return the files that portraits are made from: data and code."""
    code = [assets.PACKAGE / f"{name}.py" for name in (*MODULES, "book/portraits")]
    return [*code, *sorted(assets.data_folder().glob("*.csv")), assets.data_folder() / "communes.topojson"]


def fingerprint() -> str:
    """Return the digest of what portraits are made from."""
    digest = hashlib.sha256()
    for path in inputs():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_all(output: Path, fingerprint: str) -> bool:
    """Write the index and the portraits of every EPCI, unless those there are already of this fingerprint.

    The new folder takes the place of the old one once complete. Returns whether anything was written.
    """
    folder, fresh = output / FOLDER, output / f".{FOLDER}"
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint:
        return False
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    epcis, communes = index()
    (fresh / "index.js").write_text(_script("cartableIndex", epcis, communes), encoding="utf-8", newline="\n")
    sirens = [siren for siren, _, _ in epcis]
    batches = [(fresh, sirens[i : i + BATCH]) for i in range(0, len(sirens), BATCH)]
    # Not « fork »: threads may be running, and Python 3.14 no longer does it by default.
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        _follow(pool.map(_write_batch, batches), len(sirens))
    (fresh / STAMP).write_text(fingerprint, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return True


def _follow(done: Iterable[int], total: int) -> None:
    """Show a progress bar once the work has lasted two seconds."""
    from tqdm import tqdm  # noqa: PLC0415 (only when there is something to write)

    with tqdm(
        total=total,
        desc="Portraits des EPCI",
        unit=" EPCI",
        delay=DELAY,
        bar_format="{desc} : {n_fmt} sur {total_fmt} |{bar}|",
    ) as bar:
        for count in done:
            bar.update(count)


# -- directives -----------------------------------------------------------------------------


def _raw(text: str) -> list[nodes.Node]:
    return [nodes.raw("", text, format="html")]


class SearchBox(SphinxDirective):
    """``{recherche-territoire}``: a box where one types a commune or an EPCI and gets to its portrait."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the box; its script fills the list."""
        here = self.env.app.builder.get_target_uri(self.env.docname)
        target = relative_uri(here, self.env.app.builder.get_target_uri(PAGE)) or "#"
        root = relative_uri(here, FOLDER)
        name = f"recherche-{self.env.new_serialno('recherche')}"
        return _raw(
            f'{assets.style("book/portraits.css")}<div class="cartable-territoire" '
            f'data-page="{escape(target)}" data-dossier="{escape(root)}/">'
            f'<label for="{name}">Nom d’une commune ou d’un EPCI</label>'
            f'<input id="{name}" type="text" role="combobox" autocomplete="off" spellcheck="false" '
            f'aria-expanded="false" aria-autocomplete="list" aria-controls="{name}-liste" '
            f'aria-describedby="{name}-aide">'
            f'<ul id="{name}-liste" role="listbox" aria-label="Territoires proposés" hidden></ul>'
            f'<p id="{name}-aide" class="cartable-territoire__aide" role="status">Tapez au moins deux lettres. '
            "Les flèches parcourent la liste, Entrée choisit.</p></div>"
            f"{assets.script('book/portraits.js')}"
        )


class PortraitBlock(SphinxDirective):
    """``{portrait} 200070035``: the portrait of an EPCI; the search box replaces it by another."""

    required_arguments = 1
    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the portrait drawn when the book is built."""
        try:
            siren, _, html = draw(self.arguments[0])
        except CartableError as error:
            raise self.error(str(error)) from error
        styles = "".join(map(assets.style, STYLES))
        scripts = "".join(map(assets.script, SCRIPTS))
        for path in (*inputs(), *map(assets.path, (*STYLES, *SCRIPTS, "book/portraits.js"))):
            self.env.note_dependency(str(path))
        self.env.cartable_portraits = True  # type: ignore[attr-defined]
        return _raw(
            f'{styles}<p class="cartable-portrait__actions">'
            '<button type="button" class="cartable-portrait__imprimer">Imprimer ce portrait</button></p>'
            f'<div class="cartable-portrait" data-siren="{siren}" tabindex="-1">'
            f"{html}</div>"
            f"{scripts}{assets.script('book/portraits.js')}"
        )


# -- Sphinx -----------------------------------------------------------------------------------


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write the portraits once the pages are there."""
    wanted = getattr(app.env, "cartable_portraits", False) and app.config.cartable_portraits
    if exception or not wanted or app.builder.name != "html":
        return
    write_all(Path(app.outdir), fingerprint())


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_config_value("cartable_portraits", True, "")
    app.add_directive("recherche-territoire", SearchBox)
    app.add_directive("portrait", PortraitBlock)
    app.connect("build-finished", _write)
