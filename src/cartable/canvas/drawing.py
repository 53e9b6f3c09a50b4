"""A canvas as one SVG in real millimetres: vector, deterministic, readable in grey, empty or with its notes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cartable import wording
from cartable.canvas import grounds
from cartable.canvas.layout import (
    HEADER,
    HELP,
    LANES,
    MARGIN,
    PAD,
    QUESTION,
    SMALLEST,
    STRIP,
    ZONE_TITLE,
    below,
    layout,
)
from cartable.canvas.signs import NAMES, inks, symbol
from cartable.canvas.writing import fit, plain
from cartable.drawing import Chart
from cartable.inks import INK, QUIET
from cartable.labels import LEADING, clean, printable, text_width, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.canvas.layout import Layout
    from cartable.canvas.model import Axis, Canvas, Zone
    from cartable.canvas.prefill import Filling
    from cartable.labels import Box

LICENCE = "Cartable, contenu sous licence CC BY-SA 4.0"
LANE = "#c3d0d3"  # under words
LEAST_FACTS = 60  # mm: facts are not written in a narrower column
SPOKEN = 3  # figures said in a zone where notes go
GROUND_OF = {"petales": "fleur", "carte": "carte"}  # the zone that a ground fills: no lines to write on
BODY = (1.0, 0.92, 0.85, 0.78, 0.7)
NOTE_SIZES = (0.15, 0.13, 0.11, 0.095, 0.08, 0.07)  # share of the side of a note
MOST_DRAWN = 400  # notes of a zone: more would hide one another, the table says them all


@dataclass(frozen=True)
class Paper:
    """A note to draw.

    Parameters
    ----------
    zone
        Key of its zone.
    x, y
        Its top left corner, as shares of its zone; without them it goes in the cell of its number, or the first free.
    couleur, symbole
        Those of its zone when empty.
    points
        Received in the votes.
    """

    zone: str
    texte: str
    x: float | None = None
    y: float | None = None
    couleur: str = ""
    symbole: str = ""
    numero: int | None = None
    points: int = 0


def draw(
    canvas: Canvas,
    paper: str = "A1",
    *,
    grey: bool = False,
    filling: Filling | None = None,
    table: str = "",
    papers: Sequence[Paper] = (),
    cells: bool = True,
    mention: str = "",
) -> Chart:
    """Draw a canvas.

    Parameters
    ----------
    paper
        « A4 », « A3 », « A1 » or « A0 ».
    grey
        For a printer without colour.
    filling
        What the territory writes beforehand.
    table
        Name of the table, written in its blank.
    papers
        Notes to draw.
    cells
        Whether to draw the numbered cells where notes go.
    mention
        What the foot says besides the licence: « exemple inventé ».

    Raises
    ------
    cartable.errors.CartableError
        If the paper is not known.
    """
    return _Sheet(layout(canvas, paper), grey, filling, table, tuple(papers), cells, mention).chart()


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Everything on one drawing."""

    at: Layout
    grey: bool
    filling: Filling | None
    table: str
    papers: tuple[Paper, ...]
    cells: bool
    mention: str

    @property
    def canvas(self) -> Canvas:
        return self.at.canvas

    def chart(self) -> Chart:
        """Draw it all."""
        topology = self.filling.carte if self.filling else None
        body = (
            f'<rect width="{self.at.width:g}" height="{self.at.height:g}" fill="#ffffff"/>{self._header()}'
            f"{grounds.draw(self.at, topology, self._identifier, grey=self.grey)}{self._frames()}"
            f"{self._lanes()}{self._axes()}{self._links()}"
            f"{''.join(self._zone(zone) for zone in self.canvas.zones)}{self._notes()}{self._footer()}"
        )
        return Chart(printable(self.canvas.titre), self._svg(body), self._description)

    # What it says

    @cached_property
    def _description(self) -> str:
        """What a person who does not see the sheet should know."""
        parts = [f"Canevas « {self.canvas.titre} ». {self.canvas.but}"]
        if self.filling:
            parts.append(f"Territoire : {self.filling.territoire}.")
        for zone in self.canvas.zones:
            count = sum(paper.zone == zone.cle for paper in self.papers)
            notes = f" {wording.plural(count, 'papier')}." if self.papers else ""
            parts.append(f"Zone « {zone.titre} » ({NAMES[zone.symbole]}) : {zone.question}{notes}")
        return printable(wording.typeset(" ".join(parts)))

    @cached_property
    def _identifier(self) -> str:
        told = repr((self.canvas.slug, self.at.paper, self.grey, self.table, self.papers, self.mention, self.cells))
        if self.filling:
            told += self.filling.territoire
        return f"canevas-{hashlib.sha256(told.encode(errors='replace')).hexdigest()[:10]}"

    # Title and foot

    def _header(self) -> str:
        at, k = self.at, self.at.scale
        left, right, top = MARGIN * k, at.width - MARGIN * k, MARGIN * k
        where = self._place_width
        title = fit(
            self.canvas.titre, right - left - where, at.size(16) * LEADING, [at.size(s) for s in (16, 14, 12, 10, 8)]
        )
        aim = fit(
            self.canvas.but,
            right - left - where,
            at.size(7.5) * LEADING * 1.1,
            self._sizes(7.5, (*BODY, 0.62)),
        )
        y = top + title.size
        parts = [written(title.lines, left, y, title.size, INK, bold=True)]
        y += (len(title.lines) - 1) * title.size * LEADING + aim.size * LEADING + at.size(1)
        parts.append(written(aim.lines, left, y, aim.size, QUIET))
        return "".join(parts) + self._territory(right, top) + self._blanks(left, right)

    @property
    def _place_width(self) -> float:
        """Width kept for the name of the territory, at the right of the title."""
        return (self.at.width - 2 * MARGIN * self.at.scale) * 0.3 if self.filling else 0.0

    def _territory(self, right: float, top: float) -> str:
        if not self.filling:
            return ""
        room = self._place_width - self.at.size(4)
        name = fit(
            self.filling.territoire, room, self.at.size(9) * LEADING * 2, [self.at.size(s) for s in (9, 8, 7, 6, 5)]
        )
        return written(name.lines, right, top + name.size, name.size, INK, bold=True, anchor="end")

    def _blanks(self, left: float, right: float) -> str:
        """Write the blanks to fill in by hand, on one line above the grid."""
        labels = self.canvas.a_remplir
        if not labels:
            return ""
        size = self.at.size(6.5)
        y = (MARGIN + HEADER) * self.at.scale - self.at.size(4)
        step = (right - left) / len(labels)
        parts = []
        for rank, label in enumerate(labels):
            x, end = left + rank * step, left + (rank + 1) * step - self.at.size(5)
            said = wording.typeset(f"{label} :")
            known = f" {plain(self.table)}" if label == "Table" and self.table else ""
            start = min(x + text_width(said, size) + size * 0.4, end)
            parts.append(f'<path d="M{start:.2f} {y:.2f}H{end:.2f}" stroke="{QUIET}" stroke-width="{0.35:g}"/>')
            parts.append(written([said], x, y, size, QUIET))
            if known:
                value = fit(known, end - start, size * LEADING, (size, size * 0.85, size * 0.7))
                parts.append(written(value.lines, start + size * 0.3, y - size * 0.12, value.size, INK, bold=True))
        return "".join(parts)

    def _footer(self) -> str:
        size = self.at.size(4)
        said = " · ".join(part for part in (LICENCE, self.canvas.slug, self.at.paper, self.mention) if part)
        line = fit(said, self.at.width - 2 * MARGIN * self.at.scale, size * LEADING, (size, size * 0.9, SMALLEST * 0.9))
        return written(line.lines, MARGIN * self.at.scale, self.at.height - MARGIN * self.at.scale, line.size, QUIET)

    # Lanes, axes, links

    def _lanes(self) -> str:
        lanes = self.canvas.couloirs
        if not lanes:
            return ""
        left, top, right, bottom = self.at.grid
        size = self.at.size(6.5)
        vertical = lanes.sens == "colonnes"
        step = ((right - left) if vertical else (bottom - top)) / len(lanes.titres)
        parts = []
        for rank, title in enumerate(lanes.titres):
            if vertical:
                x, y, room = left + rank * step, top - self.at.size(3), step
                line = f"M{x:.2f} {top:.2f}V{bottom:.2f}"
            else:
                x, y, room = left - LANES * self.at.scale, top + (rank + 0.5) * step, LANES * self.at.scale
                line = f"M{x:.2f} {top + rank * step:.2f}H{right:.2f}"
            parts.append(f'<path d="{line}" stroke="{LANE}" stroke-width="{0.5 * self.at.scale:.2f}"/>')
            words = fit(title, room - size * 0.4, size * LEADING, (size, size * 0.85, size * 0.7))
            parts.append(written(words.lines, x + size * 0.2, y, words.size, INK, bold=True))
        return "".join(parts)

    def _axes(self) -> str:
        return "".join(self._axis(axis) for axis in self.canvas.axes)

    def _axis(self, axis: Axis) -> str:
        """Draw a line along the zones of an axis, and its words beside it."""
        boxes = [self.at.zones[key] for key in axis.zones] or [self.at.grid]
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
        size, gap = self.at.size(7), STRIP * self.at.scale * 0.25
        if axis.sens == "vertical":  # one reads from the bottom, the beginning is at the top
            line = f"M{left - gap:.2f} {top:.2f}V{bottom:.2f}"
            place = f"translate({left - gap - size * 0.5:.2f} {bottom:.2f}) rotate(-90)"
            words = self._along(axis.fin, axis.titre, axis.debut, bottom - top)
        else:
            under = below(self.canvas, axis)
            y = bottom + gap if under else top - gap
            line = f"M{left:.2f} {y:.2f}H{right:.2f}"
            place = f"translate({left:.2f} {y + (size * 1.1 if under else -size * 0.45):.2f})"
            words = self._along(axis.debut, axis.titre, axis.fin, right - left)
        stroke = f'stroke="{INK}" stroke-width="{0.8 * self.at.scale:.2f}"'
        return f'<path d="{line}" {stroke}/><g transform="{place}" font-size="{size:.2f}" fill="{INK}">{words}</g>'

    @staticmethod
    def _along(start: str, middle: str, end: str, length: float) -> str:
        return (
            f'<text>{clean(start)}</text><text x="{length / 2:.2f}" text-anchor="middle" font-weight="700">'
            f'{clean(middle)}</text><text x="{length:.2f}" text-anchor="end">{clean(end)}</text>'
        )

    def _links(self) -> str:
        return "".join(self._link(self.at.zones[link.de], self.at.zones[link.vers]) for link in self.canvas.liens)

    def _link(self, start: Box, end: Box) -> str:
        """Draw an arrow across the gutter between two zones, from the nearest side of one to that of the other."""
        (ax, ay), (bx, by) = _nearest(start, end)
        size = self.at.size(4)
        sideways = abs(bx - ax) >= abs(by - ay)
        sense = (1 if bx > ax else -1) if sideways else (1 if by > ay else -1)
        tip, back = size * 1.1 * sense, size * 0.8
        cx, cy = (ax + bx) / 2, (ay + by) / 2
        if sideways:
            shape = f"M{cx - tip:.2f} {cy - back:.2f}L{cx + tip:.2f} {cy:.2f}L{cx - tip:.2f} {cy + back:.2f}Z"
        else:
            shape = f"M{cx - back:.2f} {cy - tip:.2f}L{cx:.2f} {cy + tip:.2f}L{cx + back:.2f} {cy - tip:.2f}Z"
        return f'<path d="{shape}" fill="{INK}"/>'

    # Zones

    def _frames(self) -> str:
        """Draw the boxes of the zones."""
        return "".join(self._frame(zone) for zone in self.canvas.zones)

    def _frame(self, zone: Zone) -> str:
        left, top, right, bottom = self.at.zones[zone.cle]
        strong, _ = inks(zone.couleur, grey=self.grey)
        return (
            f'<rect x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}" '
            f'rx="{2 * self.at.scale:.2f}" fill="none" stroke="{strong}" stroke-width="{0.9 * self.at.scale:.2f}"/>'
        )

    def _zone(self, zone: Zone) -> str:
        box = self.at.zones[zone.cle]
        head, end = self._head(zone, box)
        fill = self._filled(zone, box, end)
        ground = GROUND_OF.get(self.canvas.fond) == zone.cle
        body = self._cells(zone) if zone.cases else ("" if fill or ground else self._rules(box, end))
        return f'<g class="zone">{head}{fill}{body}</g>'

    def _head(self, zone: Zone, box: Box) -> tuple[str, float]:
        """Write the symbol, the title, the question and the help; return where they end."""
        at, pad = self.at, PAD * self.at.scale
        left, top, right, bottom = box
        strong, tint = inks(zone.couleur, grey=self.grey)
        cells = at.cells[zone.cle] if self.cells and zone.cases else ()
        limit = (cells[0][1] if cells else bottom) - pad * 0.5
        mark = at.size(ZONE_TITLE) * 0.42
        tag = at.size(ZONE_TITLE) * 1.6
        room = right - left - 2 * pad
        title = fit(
            zone.titre,
            room - mark * 3 - tag,
            at.size(ZONE_TITLE) * 2.6,
            self._sizes(ZONE_TITLE, (1, 0.85, 0.7, 0.6)),
        )
        band = pad * 0.5 + title.height + pad * 0.4
        parts = [
            f'<rect x="{left + 0.2:.2f}" y="{top + 0.2:.2f}" width="{right - left - 0.4:.2f}" height="{band:.2f}" '
            f'rx="{2 * at.scale:.2f}" fill="{tint}"/>',
            symbol(zone.symbole, left + pad + mark, top + pad * 0.5 + title.size * 0.62, mark, strong),
            written(title.lines, left + pad + mark * 3, top + pad * 0.5 + title.size, title.size, strong, bold=True),
            f'<text x="{right - pad:.2f}" y="{top + pad * 0.5 + title.size:.2f}" font-size="{title.size:.2f}" '
            f'fill="{strong}" text-anchor="end" font-weight="700">{clean(zone.prefixe)}</text>',
        ]
        y = top + band
        question = fit(zone.question, room, limit - y - pad * 0.4, self._sizes(QUESTION, BODY))
        parts.append(written(question.lines, left + pad, y + question.size * 1.05, question.size, INK))
        y += question.height + pad * 0.3
        help_ = fit(zone.aide, room, limit - y - pad * 0.2, self._sizes(HELP, BODY))
        if not help_.cut:
            parts.append(written(help_.lines, left + pad, y + help_.size, help_.size, QUIET))
            y += help_.height
        return "".join(parts), y

    def _sizes(self, at_a1: float, shares: Sequence[float]) -> list[float]:
        return list(dict.fromkeys(max(SMALLEST, self.at.size(at_a1) * share) for share in shares))

    def _cells(self, zone: Zone) -> str:
        if not self.cells:
            return ""
        size = max(SMALLEST, self.at.note * 0.075)
        taken = {paper.numero for paper in self.papers if paper.zone == zone.cle}
        parts = []
        for number, (left, top, right, _) in enumerate(self.at.cells[zone.cle], 1):
            side = right - left
            parts.append(
                f'<rect x="{left:.2f}" y="{top:.2f}" width="{side:.2f}" height="{side:.2f}" fill="#ffffff" '
                f'fill-opacity=".75" stroke="{grounds.LINE}" stroke-width=".35" stroke-dasharray="2 1.6"/>'
            )
            if number not in taken:
                parts.append(written([f"{zone.prefixe}{number}"], left + size * 0.5, top + size * 1.3, size, QUIET))
        return "".join(parts)

    def _rules(self, box: Box, end: float) -> str:
        """Draw the lines to write on by hand, where no note goes."""
        left, _, right, bottom = box
        pad, step = PAD * self.at.scale, max(7.5, 14 * self.at.scale)
        count = int((bottom - pad * 0.6 - end) // step)
        rows = (f"M{left + pad:.2f} {end + (i + 1) * step:.2f}H{right - pad:.2f}" for i in range(count))
        return f'<path d="{"".join(rows)}" stroke="{grounds.LINE}" stroke-width=".3" fill="none"/>'

    # What the territory fills in

    def _filled(self, zone: Zone, box: Box, end: float) -> str:
        facts = [one.donnee for one in self.canvas.preremplis if one.zone == zone.cle]
        if not self.filling:
            return grounds.paste_here(box, self.at) if "carte" in facts else ""
        if "chiffres" in facts and not zone.cases:
            return self._figures(box, end)
        said = [self._communes()] if "communes" in facts else []
        said += [self._spoken_figures()] if "chiffres" in facts else []
        return self._facts(zone, box, end, " ".join(said)) if said else ""

    def _communes(self) -> str:
        names = self.filling.communes if self.filling else ()
        return f"Les communes : {', '.join(names)}." if names else ""

    def _spoken_figures(self) -> str:
        """Say the first figures of the territory, with the source of all of them."""
        figures = self.filling.chiffres[:SPOKEN] if self.filling else ()
        if not figures:
            return ""
        sources = dict.fromkeys(one.source for one in figures)
        return wording.typeset(
            f"À garder en tête : {'; '.join(f'{one.label.lower()}, {one.value}' for one in figures)}. "
            f"Source : {' ; '.join(sources)}."
        )

    def _facts(self, zone: Zone, box: Box, end: float, said: str) -> str:
        """Write what is known of the territory above the cells, or beside them when there is more room."""
        left, _, right, bottom = box
        pad = PAD * self.at.scale
        cells = self.at.cells[zone.cle] if self.cells and zone.cases else ()
        above = (left + pad, end + pad * 0.3, right - pad, (cells[0][1] if cells else bottom) - pad * 0.4)
        beside = (left + pad, end + pad * 0.3, (cells[0][0] if cells else left) - pad, bottom - pad * 0.4)
        spots = [(spot, fit(said, spot[2] - spot[0], spot[3] - spot[1], self._sizes(HELP, BODY)))
                 for spot in (above, beside) if spot[2] - spot[0] > self.at.size(LEAST_FACTS)]  # fmt: skip
        spots = [(spot, words) for spot, words in spots if words.height <= spot[3] - spot[1]]
        if not spots:
            return ""
        spot, words = min(spots, key=lambda found: (found[1].cut, -found[1].size))
        return written(words.lines, spot[0], spot[1] + words.size, words.size, INK)

    def _figures(self, box: Box, end: float) -> str:
        """Write the figures of the territory, as large as the zone allows, each with its source."""
        figures = self.filling.chiffres if self.filling else ()
        left, _, right, bottom = box
        pad = PAD * self.at.scale
        step = (bottom - pad - end) / max(1, len(figures))
        room, parts = right - left - 2 * pad, []
        for rank, one in enumerate(figures):
            y = end + pad + rank * step
            value = fit(one.value, room, step * 0.46, self._sizes(24, (1, 0.8, 0.6, 0.45)))
            label = fit(one.label, room, step * 0.24, self._sizes(9, BODY))
            source = fit(one.source, room, step * 0.2, self._sizes(5.5, BODY))
            parts.append(written(value.lines, left + pad, y + value.size * 0.9, value.size, INK, bold=True))
            y += value.height
            parts.append(written(label.lines, left + pad, y + label.size, label.size, INK))
            parts.append(written(source.lines, left + pad, y + label.height + source.size, source.size, QUIET))
        return "".join(parts)

    # Notes

    def _notes(self) -> str:
        shown = {zone.cle: 0 for zone in self.canvas.zones}
        parts = []
        for paper, box in placed(self.at, self.papers):
            shown[paper.zone] += 1
            if shown[paper.zone] <= MOST_DRAWN:
                parts.append(self._note(paper, box))
        return "".join(parts)

    def _note(self, paper: Paper, box: Box) -> str:
        zone = self.canvas.zone(paper.zone)
        strong, tint = inks(paper.couleur or zone.couleur, grey=self.grey)
        left, top, right, _ = box
        side = right - left
        mark = side * 0.045
        foot = side * 0.16
        words = fit(
            paper.texte, side * 0.9, side - foot - side * 0.06, [max(SMALLEST * 0.8, side * s) for s in NOTE_SIZES]
        )
        number = f"{zone.prefixe}{paper.numero}" if paper.numero else ""
        points = wording.plural(paper.points, "point") if paper.points else ""
        base = top + side - side * 0.05
        small = max(SMALLEST * 0.8, side * 0.075)
        return (
            f'<g><rect x="{left:.2f}" y="{top:.2f}" width="{side:.2f}" height="{side:.2f}" fill="{tint}" '
            f'stroke="{strong}" stroke-width=".5"/>'
            f"{written(words.lines, left + side * 0.05, top + side * 0.04 + words.size, words.size, INK)}"
            f"{symbol(paper.symbole or zone.symbole, left + side * 0.05 + mark, base - mark, mark, strong)}"
            f"{written([number], left + side * 0.2, base, small, strong) if number else ''}"
            f'<text x="{right - side * 0.05:.2f}" y="{base:.2f}" font-size="{small:.2f}" fill="{strong}" '
            f'text-anchor="end" font-weight="700">{clean(points)}</text></g>'
        )

    def _svg(self, body: str) -> str:
        one, other = f"{self._identifier}-titre", f"{self._identifier}-texte"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.at.width:g} {self.at.height:g}" '
            f'width="{self.at.width:g}mm" height="{self.at.height:g}mm" role="img" aria-labelledby="{one} {other}" '
            "style=\"max-width:100%;height:auto;font-family:'Atkinson Hyperlegible Next',"
            "'Atkinson Hyperlegible Next Variable',sans-serif\">"
            f'<title id="{one}">{clean(self.canvas.titre)}</title>'
            f'<desc id="{other}">{clean(self._description)}</desc>{body}</svg>'
        )


def _nearest(one: Box, other: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the points of two boxes that face each other, in the middle of what they share."""
    x = (max(one[0], other[0]) + min(one[2], other[2])) / 2
    y = (max(one[1], other[1]) + min(one[3], other[3])) / 2
    if one[3] <= other[1] or other[3] <= one[1]:
        return (x, one[3] if one[3] <= other[1] else one[1]), (x, other[1] if one[3] <= other[1] else other[3])
    return (one[2] if one[2] <= other[0] else one[0], y), (other[0] if one[2] <= other[0] else other[2], y)


def placed(at: Layout, papers: Sequence[Paper]) -> list[tuple[Paper, Box]]:
    """Return each note and its box: where it was put, or in the cell of its number, or in the first free one.

    Notes of a zone that the canvas no longer has are left out: the table says them.
    """
    found: list[tuple[Paper, Box]] = []
    taken: set[tuple[str, int]] = {(paper.zone, paper.numero) for paper in papers if paper.numero}
    for paper in papers:
        if paper.zone not in at.zones:
            continue
        found.append((paper, _spot(at, paper, taken)))
    return found


def _spot(at: Layout, paper: Paper, taken: set[tuple[str, int]]) -> Box:
    left, top, right, bottom = at.zones[paper.zone]
    side = min(at.note, right - left, bottom - top)
    cells = at.cells[paper.zone]
    if paper.x is not None and paper.y is not None:
        x = left + min(max(paper.x, 0.0), 1.0) * (right - left)
        y = top + min(max(paper.y, 0.0), 1.0) * (bottom - top)
        x, y = min(x, right - side), min(y, bottom - side)
        return x, y, x + side, y + side
    number = paper.numero
    if not number:
        number = next(n for n in range(1, len(taken) + 2) if (paper.zone, n) not in taken)
        taken.add((paper.zone, number))
    if number <= len(cells):
        return cells[number - 1]
    # No cell left: one on another, a little lower each time, from the top left corner of the zone.
    shift = (number - len(cells) - 1) * side * 0.12
    x, y = left + shift % max(right - left - side, 1.0), top + shift % max(bottom - top - side, 1.0)
    return x, y, x + side, y + side
