"""The portrait as HTML: the same sections in a notebook, in the book and in a page of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cartable import __version__, assets, drawing, maps, tables, wording
from cartable.indicators import INDICATORS
from cartable.portrait import AGES, Portrait

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import pandas as pd

ASSET = re.compile(r"<(script|style) data-asset=\"[^\"]+\">.*?</\1>", re.DOTALL)
FIRST = "part_65_plus"  # the indicator that a map shows first


@dataclass(frozen=True)
class Section:
    """A piece of HTML that a notebook displays and that nbval compares.

    Parameters
    ----------
    html
        The piece itself.
    text
        What it says, for those who only read text.
    """

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in sentences) + "</ul>"


def _paragraph(text: str, kind: str) -> str:
    return f'<p class="cartable-{kind}">{escape(text)}</p>'


def identity(portrait: Portrait) -> Section:
    """Return the name and the identity card."""
    here = portrait.territory
    rows = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in portrait.facts())
    notices = "".join(_paragraph(n, "avis") for n in here.notices)
    return Section(
        f'{assets.style("pages.css")}<section class="cartable-identite"><p class="cartable-nom">{escape(here.name)}</p>'
        f"{notices}<dl>{rows}</dl></section>",
        f"{here.name} : {wording.plural(here.population, 'habitant')}, {wording.plural(len(here.codes), 'commune')}.",
    )


def population(portrait: Portrait) -> Section:
    """Return who lives here, counts first."""
    sentences = portrait.population_reading()
    html = f'<div class="cartable-lecture">{_list(sentences)}</div>{_paragraph(portrait.source(), "source")}'
    return Section(html, " ".join(sentences))


def ages(portrait: Portrait) -> Section:
    """Return the age structure against the references: reading, chart, table."""
    data = portrait.ages
    rows = [(name, [row[f"part_{key}"] for key in AGES]) for name, row in data.iterrows()]
    chart = drawing.stacked_bars([(str(n), s) for n, s in rows], list(AGES.values()), title="Âge des habitants en 2021")
    reading, similar = portrait.ages_reading(), portrait.similar_reading()
    html = (
        f'<div class="cartable-lecture">{_paragraph(reading, "constat")}</div>{chart._repr_html_()}'
        f"{_ages_table(portrait)._repr_html_()}{_paragraph(similar, 'note')}{_paragraph(portrait.source(), 'source')}"
    )
    return Section(html, f"{reading} {chart.description}")


def _ages_table(portrait: Portrait) -> tables.Table:
    columns = [tables.Column("territoire", "Territoire"), tables.Column("habitants", "Habitants", "nombre")]
    for key, label in AGES.items():
        columns += [
            tables.Column(key, label, "nombre", "personnes"),
            tables.Column(f"part_{key}", label, "nombre", "%"),
        ]
    return tables.table(
        columns,
        [_ages_row(str(n), r) for n, r in portrait.ages.iterrows()],
        caption="Âge des habitants en 2021, effectifs et parts",
    )


def _ages_row(name: str, row: pd.Series[float]) -> list[tables.Cell]:
    cells: list[tables.Cell] = [
        (name, name),
        (row["population_recensement"], wording.number(row["population_recensement"])),
    ]
    for key in AGES:
        cells += [
            (row[key], wording.number(row[key])),
            (row[f"part_{key}"], wording.percent(row[f"part_{key}"])),
        ]
    return cells


def layers(portrait: Portrait, first: str = FIRST) -> list[maps.Layer]:
    """Return one map layer for each indicator that has a value somewhere, the one asked for first."""
    order = sorted(INDICATORS.values(), key=lambda i: i.key != first)
    return [_layer(portrait, i.key) for i in order if portrait.table[i.key].notna().any()]


def _layer(portrait: Portrait, key: str) -> maps.Layer:
    indicator = INDICATORS[key]
    values = portrait.table[key]
    bounds, labels = portrait.classes(indicator)
    return maps.Layer(
        key=key,
        label=indicator.label,
        unit=indicator.unit,
        values={str(code): float(v) for code, v in values.items()},
        texts={str(code): indicator.text(v) for code, v in values.items()},
        breaks=bounds,
        class_labels=labels,
        reading=portrait.map_reading(indicator),
        source=portrait.source(indicator),
        title=portrait.map_title(indicator),
    )


def chart_map(portrait: Portrait, first: str = FIRST, *, ign_background: bool = False) -> maps.OfflineMap:
    """Return the folium map of the communes, with a switch between indicators."""
    topology = portrait.territory.map_topology()
    return maps.choropleth(
        topology, layers(portrait, first), title=portrait.territory.name, ign_background=ign_background
    )


def communes(portrait: Portrait) -> tables.Table:
    """Return the sortable table of the communes, every indicator, the EPCI at the bottom."""
    columns = [tables.Column("nom", "Commune")]
    columns += [tables.Column(i.key, i.heading, "nombre", i.unit, i.definition) for i in INDICATORS.values()]
    rows = [_row(str(row["nom"]), row) for row in portrait.table.to_dict("records")]
    name = portrait.territory.name
    note = " ".join([portrait.source(), *portrait.remarks()])
    return tables.table(columns, rows, caption=f"Communes de : {name}", note=note, totals=[_row(name, portrait.totals)])


def _row(name: str, values: Mapping[Any, Any]) -> list[tables.Cell]:
    """Return the cells of a commune, or of the whole EPCI."""
    cells: list[tables.Cell] = [(name, name)]
    cells += [(float(values[i.key]), i.text(values[i.key], unit=False)) for i in INDICATORS.values()]
    return cells


SECTIONS = {
    "Qui vit ici ?": population,
    "Quel âge ont les habitants ?": ages,
    "La carte des communes": chart_map,
    "Le tableau des communes": communes,
}


def fragment(portrait: Portrait) -> str:
    """Return the whole portrait without its scripts and styles, which the page that receives it already has."""
    parts = [identity(portrait)._repr_html_()]
    for title, section in SECTIONS.items():
        parts.append(f"<section><h2>{escape(title)}</h2>{section(portrait)._repr_html_()}</section>")  # type: ignore[operator]
    return ASSET.sub("", "".join(parts))


def document(portrait: Portrait, today: dt.date) -> str:
    """Return the portrait as one HTML page that holds everything it needs.

    Parameters
    ----------
    portrait
        What to show.
    today
        The date printed at the bottom.
    """
    styles = "".join(assets.style(name) for name in ("leaflet.css", "pages.css", "maps.css", "tables.css"))
    scripts = "".join(assets.script(name) for name in ("leaflet.js", "maps.js", "tables.js"))
    name = escape(portrait.territory.name)
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Portrait de territoire : {name}</title>\n{styles}\n</head>\n"
        f'<body class="cartable-page"><main><h1>Portrait de territoire</h1>{fragment(portrait)}</main>'
        f"<footer><p>Portrait fait le {wording.date(today)} avec Cartable {__version__}. "
        f"Contenu sous licence CC BY-SA 4.0 ; données sous Licence Ouverte 2.0.</p></footer>{scripts}</body>\n</html>\n"
    )
