"""Places and outlines over a map on screen: their legend, and the list that gives them without a mouse."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cartable import wording
from cartable.layers import MARKERS, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.layers import Area, Point

DASHES = ("none", "6 3", "2 3", "8 3 2 3", "10 6", "4 2")  # outlines, one by kind; the same in maps.js


def html(points: Sequence[Point], areas: Sequence[Area]) -> str:
    """Return the legend and the lists; nothing without a place nor an outline."""
    places, outlines = kinds(points).items(), kinds(areas).items()
    lines = [line(_shape(rank), kind, wording.plural(n, "lieu", "lieux")) for rank, (kind, n) in enumerate(places)]
    lines += [line(_dash(rank), kind, wording.plural(n, "quartier")) for rank, (kind, n) in enumerate(outlines)]
    if not lines:
        return ""
    listed = _listed("lieu", points, "Liste des lieux") + _listed("aire", areas, "Liste des quartiers")
    return (
        f'<ul class="cartable-carte__legende cartable-carte__dessus">{"".join(lines)}</ul>{listed}'
        '<p class="cartable-carte__montre" role="status"></p>'
    )


def line(swatch: str, label: str, count: str) -> str:
    """Return a line of a legend."""
    return (
        f'<li>{swatch}<span class="cartable-carte__classe">{escape(label)}</span> '
        f'<span class="cartable-carte__effectif">{count}</span></li>'
    )


def _shape(rank: int) -> str:
    shape = list(MARKERS.values())[rank]
    return f'<svg class="cartable-lieu" viewBox="-12 -12 24 24" aria-hidden="true"><path d="{shape}"/></svg>'


def _dash(rank: int) -> str:
    return (
        '<svg class="cartable-carte__tirets" viewBox="0 0 30 18" aria-hidden="true">'
        f'<path class="cartable-aire" d="M2 2h26v14h-26z" stroke-dasharray="{DASHES[rank]}"/></svg>'
    )


def _listed(name: str, things: Sequence[Point] | Sequence[Area], summary: str) -> str:
    """Return a list that maps.js makes active: each line shows its place on the map."""
    if not things:
        return ""
    ordered = sorted(range(len(things)), key=lambda i: (wording.fold(things[i].kind), wording.fold(things[i].label)))
    several = len({thing.kind for thing in things}) > 1
    items = (
        f'<li data-{name}="{i}"><span>{escape(things[i].label)}</span>'
        f"{escape(wording.typeset(f' ({things[i].kind})')) if several else ''}</li>"
        for i in ordered
    )
    return (
        f'<details class="cartable-carte__liste"><summary>{summary} ({wording.number(len(things))})</summary>'
        f"<ul>{''.join(items)}</ul></details>"
    )
