"""Enjeux → chantiers → actions, drawn as three columns that lines join: one sees what leads nowhere."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from cartable import wording
from cartable.drawing import INK, WIDTH, framed, identify
from cartable.labels import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.drawing import Chart
    from cartable.roadmap import Roadmap

COLUMNS = ("Enjeux", "Chantiers retenus", "Actions")
BOX, GAP, TOP, LEADING, SIZE = 208, 48, 40, 16, 13
PAD, BETWEEN = 8, 14
FILLS = ("#cfe3e6", "#ffffff", "#eef4f4")
LINES = 4
TITLE = "Des enjeux aux actions"
Node = tuple[str, str, tuple[str, ...]]
"""Key, text, keys of what it comes from."""


def flow(plan: Roadmap) -> Chart | None:
    """Draw the thread of a roadmap; ``None`` if it has no enjeu and no action."""
    if not plan.stakes and not plan.actions:
        return None
    kept = [one for one in plan.projects if one.suite == "retenu"]
    columns: list[list[Node]] = [
        [(one.cle, one.titre, ()) for one in plan.stakes],
        [(one.cle, one.titre, one.enjeux) for one in kept],
        [(one.cle, one.nom, (one.chantier,) if one.chantier else ()) for one in plan.actions],
    ]
    described = wording.typeset(f"{TITLE}. {' '.join(_told(columns))}")
    placed = [_place(column, rank) for rank, column in enumerate(columns)]
    height = max(box[3] for column in placed for box in column.values()) + BETWEEN
    body = "".join((*_heads(), *_links(columns, placed), *_boxes(columns, placed)))
    return framed(TITLE, described, identify("fil", described), (WIDTH, round(height)), body)


def _told(columns: Sequence[Sequence[Node]]) -> Iterator[str]:
    for before, column in pairwise(columns):
        for key, text, sources in column:
            known = [source for source in sources if source in {one for one, _, _ in before}]
            yield f"{key}, {text}, vient de {wording.join(known)}." if known else f"{key}, {text}, n’est relié à rien."


Box = tuple[float, float, float, float]


def _place(column: Sequence[Node], rank: int) -> dict[str, Box]:
    x, y = float(rank * (BOX + GAP)), float(TOP)
    found = {}
    for key, text, _ in column:
        high = PAD * 2 + LEADING * len(_lines(key, text))
        found[key] = (x, y, x + BOX, y + high)
        y += high + BETWEEN
    return found


def _lines(key: str, text: str) -> list[str]:
    """Cut a text to the width of a box."""
    lines = [f"{key}."]
    for word in text.split():
        longer = f"{lines[-1]} {word}"
        if text_width(longer, SIZE) <= BOX - 2 * PAD:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]}…"]


def _heads() -> Iterator[str]:
    for rank, name in enumerate(COLUMNS):
        x = rank * (BOX + GAP)
        yield f'<text x="{x}" y="22" font-size="15" font-weight="700" fill="{INK}">{escape(name)}</text>'


def _links(columns: Sequence[Sequence[Node]], placed: Sequence[dict[str, Box]]) -> Iterator[str]:
    for rank, column in enumerate(columns[1:]):
        for key, _, sources in column:
            _, top, _, bottom = placed[rank + 1][key]
            end = (placed[rank + 1][key][0], (top + bottom) / 2)
            for source in sources:
                if box := placed[rank].get(source):
                    start = (box[2], (box[1] + box[3]) / 2)
                    half = (start[0] + end[0]) / 2
                    yield (
                        f'<path d="M{start[0]:.0f} {start[1]:.0f}C{half:.0f} {start[1]:.0f} {half:.0f} {end[1]:.0f} '
                        f'{end[0]:.0f} {end[1]:.0f}" fill="none" stroke="#0b5d6b" stroke-width="2"/>'
                    )


def _boxes(columns: Sequence[Sequence[Node]], placed: Sequence[dict[str, Box]]) -> Iterator[str]:
    for rank, column in enumerate(columns):
        for key, text, _ in column:
            left, top, right, bottom = placed[rank][key]
            yield (
                f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" rx="4" '
                f'fill="{FILLS[rank]}" stroke="{INK}"/>'
            )
            for line, said in enumerate(_lines(key, text)):
                y = top + PAD + LEADING * (line + 0.8)
                yield f'<text x="{left + PAD}" y="{y:.0f}" font-size="{SIZE}" fill="{INK}">{escape(said)}</text>'
