"""« Comparer » as HTML: what brings two territories together and apart, two maps on one scale, and the tables."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from cartable import assets, cartography, pages, tables, wording
from cartable.pages import Section

if TYPE_CHECKING:
    from cartable.comparison import Comparison
    from cartable.indicators import Indicator
    from cartable.layers import Layer
    from cartable.portrait import Portrait


def _title(comparison: Comparison) -> str:
    return " et ".join(p.territory.title for p in comparison.portraits)


def reading(comparison: Comparison) -> Section:
    """Return the sentences, one fact each."""
    items = "".join(f"<li>{escape(s)}</li>" for s in comparison.reading())
    html = (
        f'{assets.style("pages.css")}<section class="cartable-identite">'
        f'<p class="cartable-nom">{escape(_title(comparison))}</p></section>'
        f'<div class="cartable-lecture"><ul>{items}</ul></div>'
    )
    return Section(html, " ".join(comparison.reading()))


def figures(comparison: Comparison) -> tables.Table:
    """Return every indicator of both, and how the first stands against the second."""
    first, second = comparison.portraits
    columns = [
        tables.Column("indicateur", "Indicateur"),
        tables.Column("premier", first.territory.title, "nombre"),
        tables.Column("second", second.territory.title, "nombre"),
        tables.Column("ecart", f"Écart, pour {first.territory.name}"),
    ]
    rows = [_figures_row(comparison, i) for i in comparison.indicators]
    note = first.sources() if first.territory.fictional else f"{first.sources()} Mêmes données des deux côtés."
    return tables.table(columns, rows, caption=f"Les chiffres de : {_title(comparison)}", note=note)


def _figures_row(comparison: Comparison, indicator: Indicator) -> list[tables.Cell]:
    values = [p.totals[indicator.key] for p in comparison.portraits]
    gap = comparison.difference(indicator)
    return [(indicator.label, indicator.label), *((v, indicator.text(v)) for v in values), (gap, gap)]


def charts(comparison: Comparison, indicator: Indicator) -> Section:
    """Return the two maps of an indicator on one scale of classes and of kilometres, their words and their table."""
    bounds = comparison.bounds(indicator)
    shown = [_layer(p, indicator, bounds) for p in comparison.portraits]
    panels = [
        cartography.Panel(p.territory.map_topology(), layer, p.territory.title)
        for p, layer in zip(comparison.portraits, shown, strict=True)
    ]
    title = f"{indicator.label} : {_spread(comparison, indicator)}"
    chart = cartography.small_multiples(panels, title=title, names=not comparison.first.public)
    words = "".join(
        f'<p class="cartable-note">{escape(p.territory.title)}. {escape(layer.reading)}</p>'
        for p, layer in zip(comparison.portraits, shown, strict=True)
    )
    html = f"{chart._repr_html_()}{_classes(comparison, shown)._repr_html_()}{words}"
    return Section(html, f"{title}. {chart.description}")


def _layer(portrait: Portrait, indicator: Indicator, bounds: list[float]) -> Layer:
    """Return the layer of a portrait with the classes that both share."""
    labels = portrait.class_labels(indicator, bounds)
    return replace(pages.layer(portrait, indicator.key), breaks=bounds, class_labels=labels)


def _spread(comparison: Comparison, indicator: Indicator) -> str:
    values = [indicator.text(p.totals[indicator.key]) for p in comparison.portraits]
    if comparison.difference(indicator) == "ne se compare pas":
        return "commune par commune"
    return " et ".join(values)


def _classes(comparison: Comparison, shown: list[Layer]) -> tables.Table:
    """Return how many communes and people of each side are in each class: what the two maps say."""
    columns = [tables.Column("classe", shown[0].name)]
    for rank, p in enumerate(comparison.portraits):
        columns += [
            tables.Column(f"communes{rank}", p.territory.title, "nombre", "communes"),
            tables.Column(f"habitants{rank}", p.territory.title, "nombre", "habitants"),
        ]
    rows = [_class_row(comparison, shown, rank, label) for rank, label in enumerate(shown[0].class_labels)]
    rows.append(_class_row(comparison, shown, None, "sans valeur"))
    return tables.table(columns, rows, caption="Ce que montrent les deux cartes", note=shown[0].source)


def _class_row(comparison: Comparison, shown: list[Layer], rank: int | None, label: str) -> list[tables.Cell]:
    cells: list[tables.Cell] = [(label, label)]
    for p, layer in zip(comparison.portraits, shown, strict=True):
        inside = [code for code in p.territory.codes if layer.class_of(code) == rank]
        people = p.territory.communes["population"][inside].sum()
        cells += [(len(inside), wording.number(len(inside))), (float(people), wording.number(people))]
    return cells
