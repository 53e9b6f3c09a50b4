"""The two charts of the index, as SVG: what makes each score, and between which places each commune stands.

Communes come in the order given (alphabetical): a chart sorted by score would be read as a list of winners.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cartable import drawing, wording
from cartable.drawing import INK, Chart
from cartable.fragility import COMPONENTS, HIGHEST, NOT_ENOUGH
from cartable.fragility.reading import rank

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, LEFT, RIGHT, ROW, BAR = 720, 190, 150, 26, 18
SCALE = (WIDTH - LEFT - RIGHT) / HIGHEST  # user units for one point
NARROW = 17  # below this width, a number does not fit inside its segment
LONGEST = 27  # characters of a name
QUIET, TRACK, BODY = "#4f5f66", "#dfe6e7", "#9cc5cb"
# Fill, ink of the number, texture: neighbours differ in lightness, so that the chart reads in grey.
STYLES = {
    "part_65_plus": ("#0b4a56", "#ffffff", ""),
    "part_sans_diplome": ("#cfe3e6", INK, ""),
    "revenu_median": ("#5f9ea8", "#0f171c", '<circle cx="2" cy="2" r="1" fill="#ffffff"/>'),
    "part_sans_30_mbits": ("#ffffff", INK, f'<rect width="1.2" height="7" fill="{INK}"/>'),
    "distance_lieu": ("#7a4a12", "#ffffff", '<rect width="1.5" height="7" fill="#e8c48f"/>'),
}


@dataclass(frozen=True)
class Bar:
    """The score of one commune.

    Parameters
    ----------
    name
        Of the commune.
    parts
        Points of each component, exact; they add up to the score. Empty without a score.
    points
        The same in whole points, as they are printed.
    missing, imputed
        Components that the commune lacks, or that were given the median of the reference.
    """

    name: str
    parts: dict[str, float]
    points: dict[str, int]
    missing: tuple[str, ...] = ()
    imputed: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What to know of the score, in a few words."""
        shorts = [COMPONENTS[key].short.lower() for key in self.missing]
        return f"sans {wording.join(shorts)}" if shorts else ""


@dataclass(frozen=True)
class Span:
    """Between which places a commune stands.

    Parameters
    ----------
    name
        Of the commune.
    place
        With the weights chosen; 1 for the highest score.
    low, high
        Ends of the interval.
    """

    name: str
    place: float
    low: float
    high: float


def stacked(bars: Sequence[Bar], *, title: str) -> Chart:
    """Draw one bar for each commune, cut into the points that each component brings."""
    keys = [key for key in COMPONENTS if any(key in bar.parts for bar in bars)]
    description = wording.typeset(f"{title}. {' '.join(_told(bar) for bar in bars)}")
    identifier = drawing.identify("indice-points", description)
    top = 62
    axis = _axis([(LEFT + SCALE * t, str(t)) for t in range(0, HIGHEST + 1, 25)], top, top + ROW * len(bars))
    drawn = "".join(_bar(bar, top + ROW * i, identifier) for i, bar in enumerate(bars))
    body = f"<defs>{''.join(_pattern(k, identifier) for k in keys)}</defs>{_legend(keys, identifier)}{axis}{drawn}"
    return drawing.framed(title, description, identifier, (WIDTH, top + ROW * len(bars) + 8), body)


def intervals(spans: Sequence[Span], *, title: str) -> Chart:
    """Draw for each commune the places that it may take, and a mark on its place under the weights chosen."""
    description = wording.typeset(f"{title}. {' '.join(_spanned(span) for span in spans)}")
    identifier = drawing.identify("indice-places", description)
    last, top = max(len(spans), 2), 62
    step = (WIDTH - LEFT - RIGHT) / (last - 1)
    ticks = sorted({1, last, *(round(1 + (last - 1) * part / 4) for part in (1, 2, 3))})
    axis = _axis([(LEFT + step * (t - 1), str(t)) for t in ticks], top, top + ROW * len(spans))
    drawn = "".join(_span(span, top + ROW * i, step) for i, span in enumerate(spans))
    swatch = f'<rect x="{LEFT}" y="12" width="34" height="10" fill="{BODY}" stroke="{INK}"/>'
    legend = (
        f"{swatch}{_label(LEFT + 42, 22, 'neuf tirages sur dix')}"
        f"{_mark(LEFT + 206, 17)}{_label(LEFT + 220, 22, 'place avec les poids choisis')}"
        f"{_label(WIDTH - RIGHT + 16, top - 9, f'1{wording.NBSP}: score le plus haut', size=12, ink=QUIET)}"
    )
    return drawing.framed(title, description, identifier, (WIDTH, top + ROW * len(spans) + 8), legend + axis + drawn)


def _told(bar: Bar) -> str:
    if not bar.parts:
        return f"{bar.name} : {NOT_ENOUGH}."
    parts = [f"{COMPONENTS[key].short} {n}{'*' if key in bar.imputed else ''}" for key, n in bar.points.items()]
    note = f" ({bar.note})" if bar.note else ""
    return f"{bar.name} : {sum(bar.points.values())} points, dont {', '.join(parts)}{note}."


def _spanned(span: Span) -> str:
    return f"{span.name} : place {rank(span.place)}, entre {rank(span.low)} et {rank(span.high)}."


def _label(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13, ink: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{ink}">{escape(text)}</text>'


def _axis(ticks: Sequence[tuple[float, str]], top: int, bottom: int) -> str:
    return "".join(
        f'<line x1="{x:.1f}" y1="{top - 4}" x2="{x:.1f}" y2="{bottom}" stroke="{TRACK}"/>'
        f"{_label(x, top - 9, text, anchor='middle', size=12, ink=QUIET)}"
        for x, text in ticks
    )


def _legend(keys: Sequence[str], identifier: str) -> str:
    step = (WIDTH - 20) / max(len(keys), 1)
    return "".join(
        f'<rect x="{10 + i * step:.1f}" y="10" width="20" height="15" fill="{_fill(key, identifier)}" stroke="{INK}"/>'
        f"{_label(36 + i * step, 23, COMPONENTS[key].short, size=14)}"
        for i, key in enumerate(keys)
    )


def _pattern(key: str, identifier: str) -> str:
    fill, _, texture = STYLES[key]
    if not texture:
        return ""
    turn = {"part_sans_30_mbits": 0, "distance_lieu": 45}.get(key, 0)
    return (
        f'<pattern id="{identifier}-{key}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><rect width="7" height="7" fill="{fill}"/>{texture}</pattern>'
    )


def _fill(key: str, identifier: str) -> str:
    return f"url(#{identifier}-{key})" if STYLES[key][2] else STYLES[key][0]


def _name(name: str, y: float) -> str:
    kept = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return _label(LEFT - 10, y, kept, anchor="end")


def _bar(bar: Bar, y: int, identifier: str) -> str:
    base = y + BAR - 4
    if not bar.parts:
        return _name(bar.name, base) + _label(LEFT + 4, base, NOT_ENOUGH, ink=QUIET)
    drawn, x = [_name(bar.name, base)], float(LEFT)
    for key, part in bar.parts.items():
        drawn.append(_segment(bar, key, x, y, identifier))
        x += SCALE * part
    score = f'<tspan font-weight="700">{sum(bar.points.values())}</tspan>'
    note = f'<tspan dx="6" font-size="11" fill="{QUIET}">{escape(bar.note)}</tspan>' if bar.note else ""
    drawn.append(f'<text x="{x + 6:.1f}" y="{base}" font-size="14" fill="{INK}">{score}{note}</text>')
    return "".join(drawn)


def _segment(bar: Bar, key: str, x: float, y: int, identifier: str) -> str:
    """Draw the points of a component; a dashed outline and an asterisk say that the value was not observed."""
    width, (fill, ink, texture) = SCALE * bar.parts[key], STYLES[key]
    if not width:
        return ""
    dashed = ' stroke-dasharray="3 2" stroke-width="2"' if key in bar.imputed else ""
    shape = (
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{_fill(key, identifier)}" '
        f'stroke="{INK}"{dashed}/>'
    )
    if width < NARROW:
        return shape
    text, middle = f"{bar.points[key]}{'*' if key in bar.imputed else ''}", x + width / 2
    plate = 8 * len(text)
    ground = (
        f'<rect x="{middle - plate / 2:.1f}" y="{y + 3}" width="{plate}" height="{BAR - 6}" fill="{fill}"/>'
        if texture
        else ""
    )
    return f"{shape}{ground}{_label(middle, y + BAR - 4.5, text, anchor='middle', size=12, ink=ink)}"


def _mark(x: float, y: float) -> str:
    return f'<path d="M{x - 6:.1f} {y:.1f}l6-7 6 7-6 7z" fill="{INK}" stroke="#ffffff"/>'


def _span(span: Span, y: int, step: float) -> str:
    start, end, place = (LEFT + step * (value - 1) for value in (span.low, span.high, span.place))
    told = f"de {rank(span.low)} à {rank(span.high)}" if span.high > span.low else f"toujours {rank(span.low)}"
    return (
        f"{_name(span.name, y + BAR - 4)}"
        f'<rect x="{start - 4:.1f}" y="{y + 4}" width="{end - start + 8:.1f}" height="{BAR - 8}" rx="3" fill="{BODY}" '
        f'stroke="{INK}"/>{_mark(place, y + BAR / 2)}'
        f"{_label(WIDTH - RIGHT + 16, y + BAR - 4, told)}"
    )
