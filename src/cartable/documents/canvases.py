"""Canvases on paper: at their true size for the copy shop, or cut in A4 sheets to assemble with glue."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.documents import plate
from cartable.documents.pdf import AUTHOR
from cartable.documents.press import Press
from cartable.errors import CartableError
from cartable.labels import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.drawing import Chart

TEMPLATE = "canvases.typ"
SHORT, LONG = 210.0, 297.0  # mm, A4
MARGIN = 5.0
"""Left blank around each A4 sheet: what office printers cannot reach."""
OVERLAP = 7.0
"""Strip on which the next sheet is glued."""
TRIMMED = 0.0145
"""Share of the long side left out all around: that is blank, and would cost a row of sheets."""
MARKS = (0.25, 0.75)  # of a side: where the crosses to superpose are
HINTS = (
    "Imprimez toutes les feuilles à 100 % : jamais « ajuster à la page ». Mesurez le trait ci-dessous : 10 cm.",
    "Posez les feuilles par terre, dans l’ordre du plan.",
    "Coupez au ras du dessin le bord gauche et le bord haut des feuilles, sauf au bord du canevas.",
    "Collez chaque rangée de gauche à droite : le bord coupé va sur le pointillé, croix sur croix.",
    "Collez les rangées de haut en bas, de la même façon. Un rouleau de ruban adhésif au dos suffit.",
)


@dataclass(frozen=True)
class Tile:
    """One A4 sheet of a canvas: its name on the plan, its row and column, where it begins on the canvas, in mm."""

    name: str
    row: int
    column: int
    x: float
    y: float


@dataclass(frozen=True)
class Tiling:
    """A drawing cut in A4 sheets.

    Parameters
    ----------
    landscape
        Whether the sheets lie on their long side.
    width, height
        Of what is drawn on a sheet.
    """

    landscape: bool
    width: float
    height: float
    columns: int
    rows: int

    @property
    def steps(self) -> tuple[float, float]:
        """From the beginning of a sheet to that of the next: the strip to glue on is drawn twice."""
        return self.width - OVERLAP, self.height - OVERLAP

    def tiles(self) -> list[Tile]:
        """Return the sheets, row by row: A1, A2, and so on, then B1, B2."""
        across, down = self.steps
        return [
            Tile(f"{chr(ord('A') + row)}{column + 1}", row, column, column * across, row * down)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


def tiling(width: float, height: float) -> Tiling:
    """Cut a drawing in as few A4 sheets as can be.

    Parameters
    ----------
    width, height
        Of the drawing, in millimetres.
    """
    return min((_cut(width, height, landscape) for landscape in (False, True)), key=lambda cut: cut.columns * cut.rows)


def _cut(width: float, height: float, landscape: bool) -> Tiling:
    across, down = (LONG, SHORT) if landscape else (SHORT, LONG)
    across, down = across - 2 * MARGIN, down - 2 * MARGIN
    columns, rows = _count(width, across), _count(height, down)
    return Tiling(landscape, across, down, columns, rows)


def _count(length: float, side: float) -> int:
    return max(1, math.ceil((length - OVERLAP) / (side - OVERLAP)))


def pdf(charts: Sequence[Chart], title: str = "", *, tiled: bool = False) -> bytes:
    """Return a PDF (vector, tagged, one bookmark each): every drawing on a page of its own size.

    Parameters
    ----------
    tiled
        On A4 sheets to assemble instead: first the plan, then the sheets.

    Raises
    ------
    CartableError
        If there is nothing to print.
    """
    if not charts:
        raise CartableError("Aucun canevas à imprimer.", "Choisissez au moins un canevas.")
    return Press(TEMPLATE, data(charts, title or charts[0].title, tiled=tiled)).pdf()


def data(charts: Sequence[Chart], title: str, *, tiled: bool) -> dict[str, Any]:
    """Return drawings as the template reads them."""
    made = [_tiled(chart) if tiled else _whole(chart) for chart in charts]
    return {"titre": printable(title), "auteur": AUTHOR, "carreaux": tiled, "planches": made}


def _whole(chart: Chart) -> dict[str, Any]:
    width, height = plate.size(chart)
    return {
        "titre": printable(chart.title),
        "svg": chart.svg,
        "alt": printable(chart.description),
        "largeur": width,
        "hauteur": height,
    }


def _tiled(chart: Chart) -> dict[str, Any]:
    whole = _whole(chart)
    trim = TRIMMED * max(whole["largeur"], whole["hauteur"])
    width, height = whole["largeur"] - 2 * trim, whole["hauteur"] - 2 * trim
    cut = tiling(width, height)
    tiles = cut.tiles()
    across, down = cut.steps
    size = f"{wording.number(width / 10)} × {wording.number(height / 10)} cm"
    return whole | {
        "resume": wording.typeset(
            f"{wording.plural(len(tiles), 'feuille')} A4 à coller bord à bord : {size} une fois assemblées."
        ),
        "gestes": [wording.typeset(hint) for hint in HINTS],
        "couchee": cut.landscape,
        "marge": MARGIN,
        "utile_x": cut.width,
        "utile_y": cut.height,
        "pas_x": across,
        "pas_y": down,
        "rogne": trim,
        "feuilles": [_tile(cut, tile, whole["titre"]) for tile in tiles],
    }


def _tile(cut: Tiling, tile: Tile, title: str) -> dict[str, Any]:
    """Return a sheet: the crosses that fall on those of its neighbours, the dotted lines where they are glued."""
    across, down = cut.steps
    right, under = tile.column + 1 < cut.columns, tile.row + 1 < cut.rows
    crosses = [(across, cut.height * share) for share in MARKS if right]
    crosses += [(cut.width * share, down) for share in MARKS if under]
    crosses += [(0.0, cut.height * share) for share in MARKS if tile.column]
    crosses += [(cut.width * share, 0.0) for share in MARKS if tile.row]
    lines = [(across, 0.0, 90, cut.height)] if right else []
    lines += [(0.0, down, 0, cut.width)] if under else []
    return {
        "nom": tile.name,
        "x": tile.x,
        "y": tile.y,
        "croix": crosses,
        "traits": lines,
        "mot": wording.typeset(f"{title} · feuille {tile.name} · {_glue(cut, tile)}"),
        "alt": printable(f"Feuille {tile.name} du canevas « {title} », à assembler selon le plan."),
    }


def _glue(cut: Tiling, tile: Tile) -> str:
    """Say what is glued on this sheet."""
    letter = tile.name[0]
    said = [f"{letter}{tile.column + 2} se colle à droite"] if tile.column + 1 < cut.columns else []
    said += [f"la rangée {chr(ord(letter) + 1)} se colle en bas"] if tile.row + 1 < cut.rows else []
    return ", ".join(said) or "dernière feuille"
