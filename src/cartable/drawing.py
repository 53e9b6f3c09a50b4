"""Charts drawn as SVG text: vector, deterministic, readable in grey, described for those who do not see them."""

from __future__ import annotations

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


def stacked_bars(rows: Sequence[tuple[str, Sequence[float]]], series: Sequence[str], *, title: str) -> Chart:
    """Draw one horizontal bar for each row, cut into up to three shares.

    Parameters
    ----------
    rows
        Label and shares (0 to 1, in the order of ``series``); rows with a missing share say so.
    series
        Names of the shares.
    title
        What the chart shows.
    """
    description = f"{title}. " + " ".join(_sentence(label, shares, series) for label, shares in rows)
    identifier = identify("graphique", description)
    height = TOP + len(rows) * (BAR + GAP)
    bars = "".join(
        _bar(label, shares, TOP + i * (BAR + GAP), identifier, strong=not i) for i, (label, shares) in enumerate(rows)
    )
    body = f"<defs>{_patterns(identifier)}</defs>{_legend(series, identifier)}{bars}"
    return framed(title, description, identifier, (WIDTH, height), body)


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
    weight = ' font-weight="700"' if strong else ""
    middle = y + BAR / 2 + 5
    lines = _wrap(label)
    top = middle - 8 * (len(lines) - 1)
    text = "".join(
        f'<text x="{LEFT - 10}" y="{top + 15 * i:.0f}" text-anchor="end" font-size="13" fill="{INK}"{weight}>'
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    )
    if any(share != share for share in shares):  # noqa: PLR0124 (NaN)
        return f'{text}<text x="{LEFT}" y="{middle:.0f}" font-size="14" fill="{INK}">donnée absente</text>'
    return text + _segments(shares, y, identifier)


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
