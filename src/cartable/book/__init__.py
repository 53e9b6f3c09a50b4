"""The book: a Sphinx extension, and a direct way to build (``python -m cartable.book``).

Sphinx loads this module because ``_config.yml`` lists ``cartable.book``; it works as well under plain
``jupyter-book build .``. What it adds:

- ``hoisting``: one shared file for the scripts and styles that notebook outputs repeat;
- ``navigation``: a table of contents that is quick to draw and never stale;
- ``portraits``: the search box and the portrait of any EPCI, from a disk;
- ``workshops``: the pages of workshop formats and sessions, derived from their files, and their catalogue;
- ``canvases``: the pages of canvases, derived from their files;
- ``demarches``: the directives ``{ecrits}`` and ``{demarches}``, and the files that they offer;
- ``corpus``: the directives ``{panorama}``, ``{dispositif}``, ``{chiffres}`` and ``{candidature}``;
- ``references``: the directive ``{bibliographie}``;
- ``exercises``: the directive ``{exercices}``;
- ``plates``: the directive ``{carte-imprimee}``;
- ``surveys``: the directives ``{questionnaire}``, ``{questionnaire-usages}`` and ``{questionnaire-codes}``;
- ``slides``: the directives ``{diapositive}`` and ``{diapositives}``, and the decks;
- ``volumes``: the guide and the corpus as PDF, and the directive ``{papier}``;
- ``declarations``: the directives ``{indicateurs}`` and ``{donnees-a-la-demande}``;
- ``records``: the directives ``{sources}`` and ``{licences}``, the role ``{version}``;
- ``french``: a search that ignores accents, and pages without an English word left by a dependency.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

import cartable
from cartable.assets import VENDOR
from cartable.book import (
    canvases,
    corpus,
    declarations,
    demarches,
    exercises,
    french,
    hoisting,
    navigation,
    plates,
    portraits,
    prints,
    records,
    references,
    slides,
    surveys,
    tomorrow,
    volumes,
    workshops,
)
from cartable.book.shelf import core_files

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)
FONTS = "atkinson-hyperlegible-next-*.woff2"
# Themes bring icons, tooltips and dialogs of their own; our layout needs none of them.
STOCK_SCRIPTS = ("_static/scripts/sphinx-book-theme.js",)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_config_value("cartable_data", "data", "env")
    app.add_config_value("cartable_vendor", str(VENDOR), "env")
    app.add_config_value("cartable_assets_digest", "", "html")
    # Set by « make replay »: without the site that replays them, notebooks have no link to it.
    app.add_config_value("cartable_rejouer", os.environ.get("CARTABLE_REJOUER", ""), "html")
    # Written by jupyter-book for an extension that we do not load.
    if "comments_config" not in app.config:
        app.add_config_value("comments_config", {}, "")
    app.connect("config-inited", _static_files)
    app.connect("html-page-context", _page_context, priority=900)
    for part in (
        hoisting,
        navigation,
        records,
        declarations,
        french,
        portraits,
        workshops,
        canvases,
        tomorrow,
        demarches,
        corpus,
        references,
        surveys,
        exercises,
        plates,
        prints,
        slides,
        volumes,
    ):
        part.setup(app)
    return {
        "version": cartable.__version__,
        "env_version": _digest([*sorted(Path(__file__).parent.glob("*.py")), *core_files()]) + cartable.__version__,
        "parallel_read_safe": False,
        "parallel_write_safe": True,
    }


def _digest(paths: list[Path]) -> str:
    parts = [path.read_bytes() for path in paths if path.is_file()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _static_files(app: Sphinx, config: Config) -> None:
    """Ship the fonts, and have every page rewritten when a file of ``html_static_path`` changes."""
    vendor = Path(app.srcdir, config.cartable_vendor)
    fonts = sorted(vendor.glob(FONTS))
    if not fonts:
        logger.warning("Il manque la police du livre (%s) dans « %s ». Lancez « make assets ».", FONTS, vendor)
    own = [path for name in config.html_static_path for path in sorted((app.srcdir / name).rglob("*"))]
    config.cartable_assets_digest = _digest(own)
    config.html_static_path = [*config.html_static_path, *map(str, fonts)]


def _page_context(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    context["cartable_version"] = cartable.__version__
    context["script_files"][:] = [
        js for js in context["script_files"] if str(getattr(js, "filename", js)) not in STOCK_SCRIPTS
    ]
    context["cartable_page_id"] = pagename.replace("/", "-")
    if "body" in context:
        context["body"] = french.polish(context["body"])
        if app.config.cartable_rejouer:
            context["body"] = _replayed(pagename, context["body"])


def _replayed(pagename: str, body: str) -> str:
    """Put under the title of a notebook a link to the site that replays it."""
    folder, _, name = pagename.rpartition("/")
    group = {"notebooks": "notebooks", "notebooks/stagiaire": "exercices"}.get(folder)
    if group is None:
        return body
    up = "../" * (pagename.count("/"))
    link = f'<a href="{up}rejouer/ouvrir.html?path={group}/{name}.ipynb">Rejouer dans le navigateur</a>'
    return body.replace("</h1>", f'</h1>\n<p class="cartable-rejouer">{link}, sans rien installer.</p>', 1)
