"""The table of contents beside every page, drawn from Sphinx's own records, and never stale.

The stock theme resolves and parses the whole tree again for each page, which is most of the time of a build;
ours is computed once. Sphinx rewrites only the pages whose source changed: when a title or the order changes,
we ask for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.addnodes import toctree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Above this number of pages, a part opens, and a page shows those below it, only where the reader is.
FOLD_OVER = 8


@dataclass(frozen=True)
class Entry:
    """A page in the table of contents."""

    docname: str
    title: str
    children: tuple[Entry, ...]

    def pages(self) -> Iterator[str]:
        """Give the names of this page and of those below."""
        yield self.docname
        for child in self.children:
            yield from child.pages()

    def shown(self, pagename: str) -> tuple[Entry, ...]:
        """Return what the menu shows under this page: a few pages, or the one being read among many."""
        if len(self.children) <= FOLD_OVER:
            return self.children
        return tuple(child for child in self.children if pagename in child.pages())


@dataclass(frozen=True)
class Part:
    """A captioned group of pages."""

    caption: str
    entries: tuple[Entry, ...]

    def pages(self) -> list[str]:
        """Give the names of all pages of this part."""
        return [page for entry in self.entries for page in entry.pages()]

    def is_open(self, pagename: str) -> bool:
        """Say whether this part shows its pages on that page."""
        pages = self.pages()
        return pagename in pages or len(self.entries) + sum(len(one.shown("")) for one in self.entries) <= FOLD_OVER


def _entries(env: BuildEnvironment, node: toctree) -> tuple[Entry, ...]:
    return tuple(
        Entry(docname, title or env.titles[docname].astext(), _below(env, docname))
        for title, docname in node["entries"]
        if docname in env.titles
    )


def _below(env: BuildEnvironment, docname: str) -> tuple[Entry, ...]:
    return tuple(entry for node in env.tocs[docname].findall(toctree) for entry in _entries(env, node))


def outline(env: BuildEnvironment) -> tuple[Part, ...]:
    """Return the parts of the book, as ``_toc.yml`` orders them."""
    root = env.tocs[env.config.root_doc]
    return tuple(Part(node.get("caption") or "", _entries(env, node)) for node in root.findall(toctree))


def headings(env: BuildEnvironment, docname: str) -> list[tuple[str, str]]:
    """Return the anchor and text of each second-level heading of a page."""
    # A page's record is a list whose only item holds its title, then the list of its sections.
    sections = [
        item for page in env.tocs[docname] for item in page.children[1:2] if isinstance(item, nodes.bullet_list)
    ]
    links = [next(item.findall(nodes.reference), None) for items in sections for item in items]
    return [(link["anchorname"], link.astext()) for link in links if link is not None and link["anchorname"]]


def pages_to_rewrite(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return every page when what the navigation shows has changed since the last build."""
    current = outline(env)
    if getattr(env, "cartable_outline", None) == current:
        return []
    env.cartable_outline = current  # type: ignore[attr-defined]
    return sorted(env.found_docs)


def _page_context(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    parts: tuple[Part, ...] = app.env.cartable_outline  # type: ignore[attr-defined]
    context["cartable_parts"] = parts
    context["cartable_headings"] = headings(app.env, pagename) if pagename in app.env.tocs else []
    context["cartable_part"] = next((part.caption for part in parts if pagename in part.pages()), "")


def setup(app: Sphinx) -> None:
    """Register the navigation."""
    app.connect("env-updated", pages_to_rewrite)
    app.connect("html-page-context", _page_context)
