"""Drawings on paper or as files, without a browser: an A4 PDF (vector, tagged), a PNG, an SVG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cartable.documents.pdf import AUTHOR
from cartable.documents.press import Press
from cartable.drawing import Chart
from cartable.errors import CartableError
from cartable.labels import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPLATE = "plate.typ"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
VIEW_BOX = re.compile(r'<svg\b[^>]*?\bviewBox="0 0 ([\d.]+) ([\d.]+)"')
MILLIMETRES = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)mm"')
INCH = 25.4  # mm
LEAST_PPI, MOST_PPI = 36, 600


def pdf(charts: Chart | Sequence[Chart], *, landscape: bool = True, title: str = "", note: str = "") -> bytes:
    """Return an A4 PDF, vector and tagged (PDF/UA): each drawing on its page, with its description.

    Parameters
    ----------
    charts
        One drawing or several.
    landscape
        Whether the pages lie on their long side.
    title
        Of the document; that of the first drawing otherwise.
    note
        What the foot of each page says: edition, « données inventées ».

    Raises
    ------
    CartableError
        If there is no drawing, or if one is not an SVG that can be read.
    """
    kept = [charts] if isinstance(charts, Chart) else list(charts)
    if not kept:
        raise CartableError("Aucun dessin à imprimer.", "Donnez au moins une carte ou un graphique.")
    for chart in kept:
        size(chart)
    data = {
        "titre": printable(title or kept[0].title),
        "auteur": AUTHOR,
        "seule": False,
        "paysage": landscape,
        "mention": printable(note),
        "planches": [_sheet(chart) for chart in kept],
    }
    return Press(TEMPLATE, data).pdf()


def png(chart: Chart, *, ppi: int = 150) -> bytes:
    """Return a drawing as an image, of its own size.

    Parameters
    ----------
    chart
        The drawing.
    ppi
        Pixels per inch, from 36 to 600: 96 for a screen, 150 for a slide, 300 for print.

    Raises
    ------
    CartableError
        If the drawing is not an SVG that can be read, or if the resolution is out of bounds.
    """
    if not LEAST_PPI <= ppi <= MOST_PPI:
        raise CartableError(
            f"Une image de {ppi} points par pouce ne se fabrique pas.", f"Choisissez entre {LEAST_PPI} et {MOST_PPI}."
        )
    width, height = size(chart)
    data = {"titre": printable(chart.title), "auteur": AUTHOR, "seule": True, "largeur": width, "hauteur": height}
    return Press(TEMPLATE, data | {"planches": [_sheet(chart)]}).png(ppi)


def svg(chart: Chart) -> bytes:
    """Return a drawing as an SVG file, its title and its description inside."""
    size(chart)
    return (PROLOGUE + chart.svg).encode()


def _sheet(chart: Chart) -> dict[str, Any]:
    return {"svg": chart.svg, "alt": printable(chart.description)}


def size(chart: Chart) -> tuple[float, float]:
    """Return width and height in millimetres; pixels of the Web otherwise, 96 to an inch."""
    found = VIEW_BOX.match(chart.svg)
    if not found:
        raise CartableError(
            f"Le dessin « {chart.title} » n’est pas un SVG que Cartable sait imprimer.",
            "Donnez une carte ou un graphique fait par Cartable.",
        )
    width, height = float(found[1]), float(found[2])
    written = MILLIMETRES.match(chart.svg)
    scale = float(written[1]) / width if written else INCH / 96
    return width * scale, height * scale
