"""Folium layers on a page without a network: refuse what asks for it, make the rest safe and deterministic.

Folium writes scripts that carry the texts of people between quotes, needs jQuery for its popups, and draws
its identifiers at random. Here its output is rendered on a copy, quoted, and renamed; ``maps.js`` does the
rest of the cleaning, in the browser.
"""

from __future__ import annotations

import copy
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Html, Link

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class FoliumParts:
    """What folium's layers write, once made safe and deterministic."""

    name: str
    header: str
    html: str
    script: str


def folium_parts(chart: folium.Map) -> FoliumParts:
    """Render the layers of a map, on a copy: rendering changes the tree, and must give the same text again.

    Raises
    ------
    CartableError
        If a layer needs the network.
    """
    figure: Any = copy.deepcopy(chart.get_root())
    figure.header._children.pop("meta_http", None)  # noqa: SLF001 (branca gives no other way in)
    for element in _tree(figure):
        _refuse_network(element)
        _keep_in_quotes(element)
    for child in figure._children.values():  # noqa: SLF001
        child.render()
    for element in figure.header._children.values():  # noqa: SLF001
        _refuse_network(element)
    header, html, script = (part.render() for part in (figure.header, figure.html, figure.script))
    parts = [chart.get_name(), header, html, _safe_script(script)]
    return FoliumParts(*_rename(parts, [element._id for element in _tree(figure)]))  # noqa: SLF001


def _tree(element: Element) -> Iterator[Element]:
    """Walk through an element and all that it holds, in its children or in its attributes, in order."""
    seen: set[int] = set()
    waiting: list[Any] = [element]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, Element) and id(item) not in seen:
            seen.add(id(item))
            yield item
            held = (value for key, value in vars(item).items() if key != "_parent")
            waiting.extend(value for value in held if isinstance(value, (Element, dict, list, tuple)))
        elif isinstance(item, (dict, list, tuple)):
            values = item.values() if isinstance(item, dict) else item
            waiting.extend(value for value in values if isinstance(value, Element))


def _refuse_network(element: Element) -> None:
    """Refuse what would ask the network for a script, a style, a tile or data."""
    links = [*getattr(element, "default_js", ()), *getattr(element, "default_css", ())]
    remote = isinstance(element, (Link, folium.TileLayer)) or getattr(element, "embed", True) is False
    if not links and not remote:
        return
    name = type(element).__name__
    raise CartableError(
        f"« {name} » demande des fichiers au réseau : cette carte doit marcher sans connexion.",
        "Prenez CircleMarker, Marker, Popup, Tooltip, GeoJson ou FeatureGroup ; "
        "pour le plan de l’IGN, écrivez « ign_background=True ».",
    )


def _keep_in_quotes(element: Element) -> None:
    """Escape what folium writes raw between back quotes; the browser then cleans the HTML itself."""
    if isinstance(element, folium.Tooltip):
        element.text = _in_back_quotes(element.text)
    elif isinstance(element, Html):
        # folium has already escaped the back quotes of popups, and nothing else.
        element.data = _in_back_quotes(element.data.replace("\\`", "`"))


def _in_back_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")


def _safe_script(script: str) -> str:
    """Make folium's script fit inside an element, and its GeoJSON tables go through maps.js's cleaning."""
    script = script.replace("div.innerHTML=table;", "div.append(...$(table));")
    return re.sub(r"<(?=/script|!--|script)", r"\\u003c", script, flags=re.IGNORECASE)


def digest(*texts: str) -> str:
    """Return an identifier that depends on the content alone."""
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:12]


def _rename(texts: Iterable[str], drawn: Iterable[str]) -> list[str]:
    """Replace the identifiers that branca draws at random by the order in which they come."""
    texts = list(texts)
    known = set(drawn)
    pattern = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
    found = dict.fromkeys(match for text in texts for match in pattern.findall(text) if match in known)
    ranks = {identifier: str(rank) for rank, identifier in enumerate(found)}
    salt = digest(*(pattern.sub(lambda m: ranks.get(m[0], m[0]), text) for text in texts))
    return [pattern.sub(lambda m: f"{salt}_{ranks[m[0]]}" if m[0] in ranks else m[0], text) for text in texts]
