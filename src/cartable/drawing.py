"""Charts drawn as SVG text: vector, deterministic, readable in grey, described for those who do not see them."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, BAR, GAP, LEFT, TOP = 720, 30, 14, 210, 44
NARROW = 0.055  # below this share, a percentage does not fit inside its segment
# Fill, text colour and pattern: told apart in colour, in grey and by the texture.
INK = "#1d2a33"
STYLES = (("#cfe3e6", INK, ""), ("#5f9ea8", "#0f171c", "points"), ("#0b4a56", "#ffffff", "traits"))
PATTERNS = {
    "points": (
        '<pattern id="{id}-points" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" fill="{fill}"/><circle cx="2" cy="2" r="1" fill="#ffffff"/></pattern>'
    ),
    "traits": (
        '<pattern id="{id}-traits" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="{fill}"/><rect width="1" height="7" fill="#5f9ea8"/></pattern>'
    ),
}


@dataclass(frozen=True)
class Chart:
    """An SVG image with its description.

    Parameters
    ----------
    title
        What it shows.
    svg
        The whole ``<svg>`` element.
    description
        What a person who does not see it should know.
    """

    title: str
    svg: str
    description: str

    def __repr__(self) -> str:
        return self.description

    def _repr_html_(self) -> str:
        # Focusable, so that the keyboard can scroll it on a narrow screen.
        label = escape(self.title)
        return f'<div class="cartable-graphique" tabindex="0" role="group" aria-label="{label}">{self.svg}</div>'


def stacked_bars(
    rows: Sequence[tuple[str, Sequence[float]]], series: Sequence[str], *, title: str, own: bool = True
) -> Chart:
    """Draw one horizontal bar for each row, cut into up to three shares.

    Parameters
    ----------
    rows
        Label and shares (0 to 1, in the order of ``series``); rows with a missing share say so.
    series
        Names of the shares.
    title
        What the chart shows.
    own
        Whether the first row is the territory, to be told apart from those it is compared with.
    """
    description = f"{title}. " + " ".join(_sentence(label, shares, series) for label, shares in rows)
    identifier = identify("graphique", description)
    height = TOP + len(rows) * (BAR + GAP)
    bars = "".join(
        _bar(label, shares, TOP + i * (BAR + GAP), identifier, strong=own and not i)
        for i, (label, shares) in enumerate(rows)
    )
    body = f"<defs>{_patterns(identifier)}</defs>{_legend(series, identifier)}{bars}"
    return framed(title, description, identifier, (WIDTH, height), body)


def bars(rows: Sequence[tuple[str, float, str]], *, title: str) -> Chart:
    """Draw one horizontal bar for each row, on a scale that begins at zero.

    Parameters
    ----------
    rows
        Label, value (0 at least) and how it is written.
    """
    description = wording.typeset(f"{title}. " + " ".join(f"{label} : {said}." for label, _, said in rows))
    most = max((value for _, value, _ in rows), default=0) or 1
    room = WIDTH - LEFT - 110
    parts = []
    for rank, (label, value, said) in enumerate(rows):
        y = BAR / 2 + rank * (BAR + GAP)
        parts.append(_label(label, y, strong=False))
        parts.append(
            f'<rect x="{LEFT}" y="{y:.0f}" width="{max(room * value / most, 1):.1f}" height="{BAR}" '
            f'fill="{STYLES[1][0]}" stroke="{INK}"/>'
            f'<text x="{LEFT + max(room * value / most, 1) + 8:.1f}" y="{y + BAR / 2 + 5:.0f}" font-size="14" '
            f'fill="{INK}">{escape(said)}</text>'
        )
    height = round(BAR + len(rows) * (BAR + GAP))
    return framed(title, description, identify("barres", description), (WIDTH, height), "".join(parts))


def shifts(rows: Sequence[tuple[str, float, float]], *, title: str, most: float) -> Chart:
    """Draw for each row where it began (a ring) and where it is (a disc), on a scale from 0.

    Parameters
    ----------
    rows
        Label, before, after.
    most
        End of the scale.
    """
    told = (f"{name} : {wording.number(a, 1)} avant, {wording.number(b, 1)} après." for name, a, b in rows)
    description = wording.typeset(f"{title}. {' '.join(told)}")
    place = functools.partial(_place, most=most)
    height = TOP + len(rows) * (BAR + GAP)
    parts = [
        f'<circle cx="{LEFT + 8}" cy="16" r="6" fill="#ffffff" stroke="{INK}" stroke-width="2"/>'
        f'<text x="{LEFT + 20}" y="21" font-size="14" fill="{INK}">avant</text>'
        f'<circle cx="{LEFT + 98}" cy="16" r="7" fill="{STYLES[2][0]}"/>'
        f'<text x="{LEFT + 110}" y="21" font-size="14" fill="{INK}">après</text>'
    ]
    parts += [
        f'<line x1="{place(mark):.1f}" y1="{TOP - 6}" x2="{place(mark):.1f}" y2="{height}" stroke="#8fa3a8"/>'
        f'<text x="{place(mark):.1f}" y="{TOP - 9}" text-anchor="middle" font-size="13" fill="{INK}">{mark}</text>'
        for mark in range(0, round(most) + 1, 2)
    ]
    for rank, (label, before, after) in enumerate(rows):
        y = TOP + rank * (BAR + GAP)
        middle = y + BAR / 2
        parts.append(_label(label, y, strong=False))
        parts.append(
            f'<line x1="{place(before):.1f}" y1="{middle}" x2="{place(after):.1f}" y2="{middle}" stroke="{INK}" '
            f'stroke-width="3"/><circle cx="{place(before):.1f}" cy="{middle}" r="6" fill="#ffffff" stroke="{INK}" '
            f'stroke-width="2"/><circle cx="{place(after):.1f}" cy="{middle}" r="7" fill="{STYLES[2][0]}"/>'
        )
    return framed(title, description, identify("avant-apres", description), (WIDTH, height), "".join(parts))


def _place(mark: float, most: float) -> float:
    return LEFT + 12 + (WIDTH - LEFT - 32) * mark / most


def identify(kind: str, description: str) -> str:
    """Return an id that depends on the content alone."""
    return f"{kind}-{hashlib.sha256(description.encode()).hexdigest()[:10]}"


def framed(title: str, description: str, identifier: str, size: tuple[int, int], body: str) -> Chart:
    """Put SVG elements in an image that fits its page and bears its title and its description.

    Parameters
    ----------
    size
        Width and height, in pixels.
    body
        What is drawn, escaped already.
    """
    width, height = size
    return Chart(
        title,
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{identifier}-titre {identifier}-texte" style="width:100%;max-width:{width}px;height:auto;'
        'font-family:inherit;background:#ffffff">'
        f'<title id="{identifier}-titre">{escape(title)}</title>'
        f'<desc id="{identifier}-texte">{escape(description)}</desc>{body}</svg>',
        description,
    )


def _patterns(identifier: str) -> str:
    return "".join(PATTERNS[name].format(id=identifier, fill=fill) for fill, _, name in STYLES if name)


def _fill(rank: int, identifier: str) -> str:
    fill, _, pattern = STYLES[rank]
    return f"url(#{identifier}-{pattern})" if pattern else fill


def _sentence(label: str, shares: Sequence[float], series: Sequence[str]) -> str:
    if any(share != share for share in shares):  # noqa: PLR0124 (NaN)
        return f"{label} : donnée absente."
    parts = [f"{name} {wording.percent(share)}" for name, share in zip(series, shares, strict=True)]
    return f"{label} : {', '.join(parts)}."


def _legend(series: Sequence[str], identifier: str) -> str:
    step = (WIDTH - LEFT) / len(series)
    return "".join(
        f'<rect x="{LEFT + i * step:.0f}" y="8" width="20" height="16" fill="{_fill(i, identifier)}" stroke="{INK}"/>'
        f'<text x="{LEFT + i * step + 27:.0f}" y="21" font-size="14" fill="{INK}">{escape(name)}</text>'
        for i, name in enumerate(series)
    )


def _bar(label: str, shares: Sequence[float], y: int, identifier: str, *, strong: bool) -> str:
    text, middle = _label(label, y, strong=strong), y + BAR / 2 + 5
    if any(share != share for share in shares):  # noqa: PLR0124 (NaN)
        return f'{text}<text x="{LEFT}" y="{middle:.0f}" font-size="14" fill="{INK}">donnée absente</text>'
    return text + _segments(shares, y, identifier)


def _label(label: str, y: float, *, strong: bool) -> str:
    weight = ' font-weight="700"' if strong else ""
    lines = _wrap(label)
    top = y + BAR / 2 + 5 - 8 * (len(lines) - 1)
    return "".join(
        f'<text x="{LEFT - 10}" y="{top + 15 * i:.0f}" text-anchor="end" font-size="13" fill="{INK}"{weight}>'
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    )


def _segments(shares: Sequence[float], y: int, identifier: str) -> str:
    parts, x = [], float(LEFT)
    for rank, share in enumerate(shares):
        width = share * (WIDTH - LEFT - 4)
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" '
            f'fill="{_fill(rank, identifier)}" stroke="{INK}"/>'
        )
        if share >= NARROW:
            parts.append(_figure(share, x + width / 2, y, rank))
        x += width
    return "".join(parts)


def _figure(share: float, x: float, y: int, rank: int) -> str:
    """Write a percentage on a plain plate, so that the texture does not blur it."""
    fill, ink, _ = STYLES[rank]
    return (
        f'<rect x="{x - 26:.1f}" y="{y + 6}" width="52" height="{BAR - 12}" fill="{fill}"/>'
        f'<text x="{x:.1f}" y="{y + BAR / 2 + 5:.0f}" text-anchor="middle" font-size="14" fill="{ink}">'
        f"{wording.percent(share)}</text>"
    )


def _wrap(label: str, width: int = 30) -> list[str]:
    """Cut a label in two lines at a space, when it is long."""
    if len(label) <= width:
        return [label]
    cut = label.rfind(" ", 0, width)
    if cut < 0:
        return [label[: width - 1] + "…"]
    rest = label[cut + 1 :]
    return [label[:cut], rest if len(rest) <= width else rest[: width - 1] + "…"]
