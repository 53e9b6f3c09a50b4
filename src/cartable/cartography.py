"""Maps on paper, drawn without a browser: one SVG in millimetres, vector, deterministic, readable in grey.

The projection is the one of ``cartable.plan``: local, equirectangular. A map holds its title, its legend with counts,
its scale bar and its source: it can be cut out of its page.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cartable import layers, legends, wording
from cartable.drawing import Chart
from cartable.engraving import LARGE, Engraving
from cartable.errors import CartableError
from cartable.inks import INK, QUIET, Inks
from cartable.labels import LEADING, clean, printable, wrap, written
from cartable.legends import Legend
from cartable.plan import COARSE, FINE, Land, fit, needed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from cartable.holdings import Neighbourhood
    from cartable.labels import Box
    from cartable.layers import Area, Layer, Point, Row
    from cartable.plan import Frame

EDGE, GAP = 3.0, 3.0  # mm
TINY, SMALL, PLAIN, BIG = 2.2, 2.5, 2.9, 4.2  # mm: about 6, 7, 8 and 12 points
SIDE = 46.0  # width of a legend beside the map
WIDE = 120.0  # from this width the legend goes beside
SMALLEST_MAP = 30.0
MOST_PANELS = 4
NEAR = 0.02  # share of the territory's width: places hardly outside are in the frame


@dataclass(frozen=True)
class Panel:
    """One map among several.

    Parameters
    ----------
    topology
        As ``Territory.map_topology`` gives it.
    layer
        What it shows; the classes are the same in all the panels.
    title
        Name of the territory.
    """

    topology: Mapping[str, Any]
    layer: Layer
    title: str

    @cached_property
    def members(self) -> list[str]:
        """Codes of its communes."""
        return layers.members(self.topology)

    @cached_property
    def land(self) -> Land:
        """Its borders."""
        return Land(self.topology)

    @cached_property
    def bounds(self) -> Box:
        """West, south, east, north of its communes, in degrees."""
        inside = [c for c in self.land.communes if c["properties"]["membre"]]
        return self.land.bounds(self.land.arcs(inside))


def draw(
    topology: Mapping[str, Any],
    layer: Layer,
    *,
    title: str,
    width: float = 170,
    height: float = 130,
    names: bool = True,
    grey: bool = False,
    points: Sequence[Point] = (),
    areas: Sequence[Area | Neighbourhood] = (),
) -> Chart:
    """Draw an indicator by commune, for paper.

    Parameters
    ----------
    topology
        TopoJSON with ``communes`` (id, nom, membre, x, y, population) and ``contour``.
    layer
        What to show; its ``title`` states the finding.
    title
        Name of the territory.
    width, height
        Of the whole drawing, in millimetres.
    names
        Whether to write the names of the communes, places and outlines, and the values; not in a public session.
    grey
        Whether to use greys and textures alone. In colour, too, the classes stay ordered in grey.
    points, areas
        Places and outlines over the communes; those out of the frame are left out.

    Raises
    ------
    CartableError
        If there is nothing to draw, if the layer cannot be read, or if the legend leaves no room for the map.
    """
    panel = Panel(topology, layer, title)
    outlines = layers.outlined(areas)
    if not names:
        points, outlines = layers.unnamed(points), layers.unnamed(outlines)
    return _Sheet((panel,), layer.title, width, height, names, grey, points, outlines).chart()


def small_multiples(
    panels: Sequence[Panel],
    *,
    title: str,
    width: float = 180,
    height: float = 125,
    names: bool = True,
    grey: bool = False,
) -> Chart:
    """Draw several territories side by side, on one scale of classes and one scale of kilometres.

    Parameters
    ----------
    panels
        From one to four territories; their layers have the same classes.
    title
        The finding.
    width, height
        Of the whole drawing, in millimetres.
    names
        Whether to write the names of the communes and their values.
    grey
        Whether to use greys and textures alone.

    Raises
    ------
    CartableError
        If the panels do not have the same classes, are too many, or cannot be drawn.
    """
    scales = {(tuple(p.layer.breaks), tuple(p.layer.class_labels), p.layer.diverging, p.layer.name) for p in panels}
    if len(scales) > 1:
        raise CartableError(
            "Ces cartes ne se comparent pas : leurs indicateurs, ou leurs classes, ne sont pas les mêmes.",
            "Calculez les classes une seule fois, sur toutes les communes ensemble.",
        )
    if len(panels) > MOST_PANELS:
        raise CartableError(
            f"Il y a {len(panels)} cartes à mettre côte à côte : elles seraient trop petites.",
            f"Choisissez {MOST_PANELS} territoires au plus.",
        )
    return _Sheet(tuple(panels), title, width, height, names, grey).chart()


# -- the sheet --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Everything on one drawing, and where it goes."""

    panels: tuple[Panel, ...]
    finding: str
    width: float
    height: float
    names: bool
    grey: bool
    places: Sequence[Point] = ()
    outlines: Sequence[Area] = ()

    def chart(self) -> Chart:
        """Draw it all."""
        self._check()
        marks = [row.mark for rows in self._rows for row in rows]
        body = (
            f"<defs>{self._inks.patterns(marks, self._unit)}</defs>"
            f'<rect width="{self.width:g}" height="{self.height:g}" fill="#ffffff"/>'
            f"{self._heading()}{self._maps()}{self._legend.svg(*self._corner)}{self._footer()}"
        )
        return Chart(printable(f"{self._name} : {self.finding}"), self._svg(body), self._description)

    def _check(self) -> None:
        if not self.panels or not all(panel.members for panel in self.panels):
            raise CartableError(
                f"La carte « {self._name} » n’a rien à montrer.", "Donnez au moins une commune membre et un indicateur."
            )
        for panel in self.panels:
            panel.layer.check(panel.members)
        boxes = [frame.box for frame in self._frames]
        if min(min(box[2] - box[0], box[3] - box[1]) for box in boxes) < SMALLEST_MAP:
            raise CartableError(
                f"Sur {self.width:g} mm × {self.height:g} mm, la légende ne laisse pas assez de place à la carte.",
                "Demandez une carte plus grande.",
            )

    # What it says

    @cached_property
    def _name(self) -> str:
        return wording.join([panel.title for panel in self.panels])

    @cached_property
    def _rows(self) -> list[list[Row]]:
        return [panel.layer.rows(panel.members) for panel in self.panels]

    @cached_property
    def _description(self) -> str:
        """What the map shows, in words, with the counts of the legend."""
        sentences = [f"Carte : {self._name}. {self.finding}. {self.panels[0].layer.name}."]
        for panel, rows in zip(self.panels, self._rows, strict=True):
            counts = [f"{row.label} : {wording.plural(row.communes, 'commune')}" for row in rows]
            start = f"{panel.title} : " if len(self.panels) > 1 else ""
            sentences.append(f"{start}{' ; '.join(counts)}.")
        things = {**layers.kinds(self._points), **layers.kinds(self._areas)}
        sentences += [f"{kind} : {wording.number(count)}." for kind, count in things.items()]
        parallels = [f"{wording.number((p.bounds[1] + p.bounds[3]) / 2, 1)}°" for p in self.panels]
        end = f"Projection équirectangulaire locale, latitude {wording.join(parallels)}."
        return printable(wording.typeset(f"{' '.join(sentences)} {end}"))

    @cached_property
    def _identifier(self) -> str:
        told = repr((self._description, self.width, self.height, self.names, self.grey))
        return f"plan-{hashlib.sha256(told.encode()).hexdigest()[:10]}"

    @cached_property
    def _points(self) -> list[Point]:
        """The places around the territory, not those farther away."""
        return [p for p in self.places if _near(self.panels[0].bounds, [(p.lon, p.lat)])]

    @cached_property
    def _areas(self) -> list[Area]:
        bounds = self.panels[0].bounds
        return [a for a in self.outlines if any(_near(bounds, ring) for polygon in a.polygons for ring in polygon)]

    # Where it goes

    @cached_property
    def _unit(self) -> float:
        return COARSE if any(len(panel.land.communes) > LARGE for panel in self.panels) else FINE

    @cached_property
    def _inks(self) -> Inks:
        return Inks(self._identifier, grey=self.grey)

    @cached_property
    def _beside(self) -> bool:
        return self.width >= WIDE and len(self.panels) == 1

    @cached_property
    def _legend(self) -> Legend:
        entries = legends.entries(self._rows, self._points, self._areas, self._inks, self._unit)
        room = SIDE if self._beside else self.width - 2 * EDGE
        return Legend(self.panels[0].layer.name, entries, room, max(1, int(room // legends.COLUMN)))

    @cached_property
    def _lines(self) -> tuple[list[str], list[str]]:
        """The lines of the title and of the source."""
        room = self.width - 2 * EDGE
        sources = " ".join(dict.fromkeys(panel.layer.source for panel in self.panels))
        return wrap(self.finding, BIG, room), wrap(sources, TINY, room)

    @cached_property
    def _map_box(self) -> Box:
        """The room left by the title, the legend and the source."""
        titles, sources = self._lines
        top = EDGE + SMALL * LEADING + len(titles) * BIG * LEADING + 1.5
        bottom = self.height - EDGE - len(sources) * TINY * LEADING - 1.5
        if self._beside:
            return EDGE, top, self.width - EDGE - SIDE - GAP, bottom
        return EDGE, top, self.width - EDGE, bottom - self._legend.height - GAP

    @cached_property
    def _corner(self) -> tuple[float, float]:
        """The place of the legend."""
        left, top, right, bottom = self._map_box
        return (right + GAP, top) if self._beside else (left, bottom + GAP)

    @cached_property
    def _step(self) -> float:
        """From the left of a panel to the left of the next."""
        return (self._map_box[2] - self._map_box[0] + GAP) / len(self.panels)

    @cached_property
    def _subtitles(self) -> list[list[str]]:
        """The numbered names of the panels, when there are several."""
        if len(self.panels) == 1:
            return [[]]
        return [wrap(f"{i}. {panel.title}", PLAIN, self._step - GAP) for i, panel in enumerate(self.panels, 1)]

    @cached_property
    def _frames(self) -> list[Frame]:
        """The window of each panel, all at the scale of the one that needs the most room."""
        left, top, _, bottom = self._map_box
        head = top + max(map(len, self._subtitles)) * PLAIN * LEADING
        lefts = [left + i * self._step for i in range(len(self.panels))]
        boxes = [(x, head, x + self._step - GAP, bottom) for x in lefts]
        scale = min(needed(panel.bounds, box) for panel, box in zip(self.panels, boxes, strict=True))
        return [fit(panel.bounds, box, scale) for panel, box in zip(self.panels, boxes, strict=True)]

    # Drawing

    def _maps(self) -> str:
        parts = []
        for rank, (panel, frame, lines) in enumerate(zip(self.panels, self._frames, self._subtitles, strict=True)):
            if lines:
                parts.append(written(lines, frame.box[0], self._map_box[1] + PLAIN * 0.8, PLAIN, INK, bold=True))
            clip = f"{self._identifier}-cadre-{rank}"
            over = (self._points, self._areas)
            drawn = Engraving(panel.land, panel.layer, frame, self._inks, self._unit, clip, self.names, *over)
            parts.append(drawn.svg())
        return "".join(parts)

    def _heading(self) -> str:
        y = EDGE + SMALL
        above = written([self._name], EDGE, y, SMALL, QUIET)
        return above + written(self._lines[0], EDGE, y + BIG * LEADING, BIG, INK, bold=True)

    def _footer(self) -> str:
        sources = self._lines[1]
        return written(sources, EDGE, self.height - EDGE - (len(sources) - 1) * TINY * LEADING, TINY, QUIET)

    def _svg(self, body: str) -> str:
        one, other = f"{self._identifier}-titre", f"{self._identifier}-texte"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}mm" height="{self.height:g}mm" role="img" aria-labelledby="{one} {other}" '
            "style=\"max-width:100%;height:auto;font-family:'Atkinson Hyperlegible Next',"
            "'Atkinson Hyperlegible Next Variable',sans-serif\">"
            f'<title id="{one}">{clean(self._name)} : {clean(self.finding)}</title>'
            f'<desc id="{other}">{clean(self._description)}</desc>{body}</svg>'
        )


def _near(bounds: Box, ring: ArrayLike) -> bool:
    """Tell whether a point at least is inside the bounds, or hardly outside."""
    west, south, east, north = bounds
    points = np.asarray(ring, dtype=float)
    slack = NEAR * np.asarray([east - west, north - south])
    inside = (points >= np.asarray([west, south]) - slack) & (points <= np.asarray([east, north]) + slack)
    return bool(inside.all(axis=1).any())
