"""Write once what many outputs repeat: identical ``data-asset`` scripts and styles become one shared file.

A notebook emits self-contained outputs (Leaflet, its style and our map code inside each), so that they work
in any viewer. In the book, each ``<script data-asset="leaflet.js">…</script>`` becomes ``<script src="…">``,
at the place of its first occurrence on the page, so that the inline scripts that follow still find it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

FOLDER = "_static/hoisted"
BLOCK = re.compile(r'<(script|style)\b[^>]*?\bdata-asset="([\w./-]+)"[^>]*>(.*?)</\1\s*>', re.DOTALL)
MARKER = re.compile(r"<!--hoisted:([\w.-]+)-->")


@dataclass
class Hoisted:
    """What the pages of the book share, kept in Sphinx's environment from one build to the next."""

    texts: dict[str, str] = field(default_factory=dict)
    pages: dict[str, set[str]] = field(default_factory=dict)

    def add(self, docname: str, tag: str, name: str, text: str) -> str:
        """Remember an asset of a page and return its file name."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:10]
        file = f"{PurePosixPath(name).stem}-{digest}{'.js' if tag == 'script' else '.css'}"
        self.texts[file] = text
        self.pages.setdefault(docname, set()).add(file)
        return file

    def forget(self, docname: str) -> None:
        """Drop a page, and the assets that no other page uses."""
        self.pages.pop(docname, None)
        used = set().union(*self.pages.values())
        self.texts = {file: text for file, text in self.texts.items() if file in used}


def registry(env: BuildEnvironment) -> Hoisted:
    """Return the registry of this environment, new if it has none."""
    if not hasattr(env, "cartable_hoisted"):
        env.cartable_hoisted = Hoisted()  # type: ignore[attr-defined]
    hoisted: Hoisted = env.cartable_hoisted  # type: ignore[attr-defined]
    return hoisted


def _raw_html(document: nodes.document) -> Iterator[nodes.raw]:
    return (node for node in document.findall(nodes.raw) if "html" in node.get("format", "").split())


def _rewrite(node: nodes.raw, text: str) -> None:
    node.rawsource = ""
    node.children = [nodes.Text(text)]


class Hoist(SphinxTransform):
    """Take the assets out of a page as it is read; a comment keeps their place."""

    default_priority = 870

    def apply(self, **_kwargs: object) -> None:
        """Run on the document just read."""
        hoisted, docname = registry(self.env), self.env.docname

        def hoist(block: re.Match[str]) -> str:
            return f"<!--hoisted:{hoisted.add(docname, *block.groups())}-->"

        for node in _raw_html(self.document):
            text = node.astext()
            if "data-asset=" in text:
                _rewrite(node, BLOCK.sub(hoist, text))


class Link(SphinxPostTransform):
    """Turn the comments into links to the shared files, once per page, relative to the page's folder."""

    default_priority = 800
    formats = ("html",)

    def run(self, **_kwargs: object) -> None:
        """Run on the document about to be written."""
        assert self.app.builder is not None  # noqa: S101 (always set when pages are written)
        page = self.app.builder.get_target_uri(self.env.docname)
        # The single-page builder answers « #document-index »: everything stands at the root.
        prefix = relative_uri("" if page.startswith("#") else page, FOLDER)
        seen: set[str] = set()

        def link(marker: re.Match[str]) -> str:
            file = marker[1]
            if file in seen:
                return ""
            seen.add(file)
            url = f"{prefix}/{file}"
            return f'<script src="{url}"></script>' if file.endswith(".js") else f'<link rel="stylesheet" href="{url}">'

        for node in _raw_html(self.document):
            text = node.astext()
            if "<!--hoisted:" in text:
                _rewrite(node, MARKER.sub(link, text))


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Make the folder of shared files exactly what the pages use, whichever pages this build rewrote."""
    if exception or app.builder is None or app.builder.format != "html":
        return
    folder, texts = Path(app.outdir, FOLDER), registry(app.env).texts
    if texts:
        folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        if not (folder / file).is_file():
            (folder / file).write_text(text, encoding="utf-8")
    for stale in folder.glob("*"):
        if stale.name not in texts:
            stale.unlink()


def setup(app: Sphinx) -> None:
    """Register the two passes."""
    app.add_transform(Hoist)
    app.add_post_transform(Link)
    app.connect("env-purge-doc", lambda _app, env, docname: registry(env).forget(docname))
    app.connect("build-finished", write_files)
