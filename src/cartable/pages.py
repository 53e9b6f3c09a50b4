"""The portrait as HTML: the same sections in a notebook, in the book and in a page of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cartable import __version__, assets, drawing, tables, wording
from cartable.errors import CartableError
from cartable.holdings import STATES
from cartable.indicators import INDICATORS
from cartable.layers import Layer
from cartable.portrait import AGES, Portrait

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from cartable import maps
    from cartable.indicators import Indicator

ASSET = re.compile(r"<(script|style) data-asset=\"[^\"]+\">.*?</\1>", re.DOTALL)
FIRST = "part_65_plus"  # the indicator that a map shows first
SECRET = STATES["s"]
WIDE, HIGH = 265.0, 170.0  # millimetres: an A4 sheet on its long side, less its margins
MORE = "D’autres données publiques ajouteraient :"
HOW = (
    "Elles ne sont pas livrées avec Cartable : elles changent, ou leur licence l’interdit. La page « Aller chercher "
    "plus de données » dit comment les prendre chez leur producteur, ou lire un fichier qu’on vous a remis."
)
FIRST_SHOWN = (
    "Ce portrait avec les noms des communes, en tête-à-tête, une semaine avant la réunion.",
    "Le chiffre qui surprendra le plus, et d’où il vient.",
    "Ce que les données ne disent pas : l’entraide, les habitudes, les services déjà rendus.",
    "La liste des points à vérifier, et qui les vérifiera.",
    "Ce qui sera montré en public : sans nom de commune et sans classement.",
)


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
    notices = "".join(_paragraph(n, "avis") for n in (() if portrait.public else here.notices))  # they name a commune
    return Section(
        f'{assets.style("pages.css")}<section class="cartable-identite">'
        f'<p class="cartable-nom">{escape(here.title)}</p>{notices}<dl>{rows}</dl></section>',
        f"{here.title} : {wording.plural(here.population, 'habitant')}, {wording.plural(len(here.codes), 'commune')}.",
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
    chart = drawing.stacked_bars([(str(n), s) for n, s in rows], list(AGES.values()), title=_ages_title(portrait))
    reading, similar = portrait.ages_reading(), portrait.similar_reading()
    html = (
        f'<div class="cartable-lecture">{_paragraph(reading, "constat")}</div>{chart._repr_html_()}'
        f"{_ages_table(portrait)._repr_html_()}{_paragraph(similar, 'note')}{_paragraph(portrait.source(), 'source')}"
    )
    return Section(html, f"{reading} {chart.description}")


def _ages_title(portrait: Portrait) -> str:
    return "Âge des habitants" if portrait.territory.fictional else "Âge des habitants en 2021"


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
        caption=f"{_ages_title(portrait)}, effectifs et parts",
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


def layers(portrait: Portrait, first: str = FIRST) -> list[Layer]:
    """Return one map layer for each indicator that has a value somewhere, the one asked for first."""
    order = sorted(portrait.indicators, key=lambda i: i.key != first)
    return [layer(portrait, i.key) for i in order]


def layer(portrait: Portrait, key: str) -> Layer:
    """Return what a map shows of an indicator."""
    indicator = INDICATORS[key]
    values = portrait.table[key]
    bounds, labels = portrait.classes(indicator)
    return Layer(
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
        states=portrait.states(indicator),
    )


def chart_map(portrait: Portrait, first: str = FIRST, *, ign_background: bool = False) -> maps.OfflineMap:
    """Return the folium map of the communes, with a switch between indicators."""
    from cartable import maps  # noqa: PLC0415 (folium takes a second: a page on paper does without)

    here = portrait.territory
    return maps.choropleth(
        here.map_topology(),
        layers(portrait, first),
        title=here.title,
        ign_background=ign_background,
        names=not portrait.public,
        areas=here.neighbourhoods,
    )


def printed_map(portrait: Portrait, indicator: Indicator, *, grey: bool = False) -> drawing.Chart:
    """Return the map of an indicator for paper, A4 on its long side, without a browser.

    Raises
    ------
    CartableError
        If no commune has a value.
    """
    from cartable import cartography  # noqa: PLC0415 (a page on screen does without)

    here = portrait.territory
    if indicator not in portrait.indicators:
        raise CartableError(
            f"« {indicator.label} » n’a de valeur pour aucune commune de : {here.title}.",
            f"Choisissez un autre indicateur : {wording.join([i.key for i in portrait.indicators], 'ou')}.",
        )
    return cartography.draw(
        here.map_topology(), layer(portrait, indicator.key), title=here.title, width=WIDE, height=HIGH,
        names=not portrait.public, grey=grey, areas=here.neighbourhoods,
    )  # fmt: skip


def communes(portrait: Portrait) -> tables.Table | Section:
    """Return the sortable table of the communes, every indicator, the EPCI at the bottom.

    In a public meeting, the points to check on the ground stand in its place.
    """
    if portrait.public:
        return _checks(portrait)
    columns = [tables.Column("nom", "Commune")]
    columns += [tables.Column(i.key, i.heading, "nombre", i.unit, i.definition) for i in portrait.indicators]
    states = {i.key: portrait.states(i) for i in portrait.indicators if i.published}
    rows = [
        _row(portrait, str(row["nom"]), row, {key: words[code] for key, words in states.items()})
        for code, row in zip(portrait.table.index, portrait.table.to_dict("records"), strict=True)
    ]
    name = portrait.territory.title
    note = " ".join([portrait.sources(), *portrait.remarks()])
    totals = [_row(portrait, name, portrait.totals, {})]
    return tables.table(columns, rows, caption=f"Communes de : {name}", note=note, totals=totals)


def _row(portrait: Portrait, name: str, values: Mapping[Any, Any], states: Mapping[str, str]) -> list[tables.Cell]:
    """Return the cells of a commune, or of the whole EPCI; a value under the statistical secret says so."""
    cells: list[tables.Cell] = [(name, name)]
    for i in portrait.indicators:
        word = states.get(i.key, "")
        text = "secret" if word == SECRET else i.text(values[i.key], unit=False)
        cells.append((float(values[i.key]), text))
    return cells


def _checks(portrait: Portrait) -> Section:
    """Return what a public meeting reads instead of a table of communes."""
    sentences = portrait.checks() or ["Aucun point ne ressort de ces données."]
    intro = "Points à vérifier sur place, sans nom de commune : un chiffre ouvre une question, il ne juge personne."
    html = (
        f'<div class="cartable-lecture">{_paragraph(intro, "constat")}{_list(sentences)}</div>'
        f'<div class="cartable-lecture"><p class="cartable-constat">À montrer d’abord au président et au DGS :</p>'
        f"{_list(FIRST_SHOWN)}</div>{_paragraph(portrait.sources(), 'source')}"
    )
    return Section(html, " ".join([intro, *sentences]))


def resources(portrait: Portrait) -> Section:
    """Return what other data tell (incomes, diplomas, network, neighbourhoods), and what the missing ones would add."""
    sentences = [*portrait.resources_reading(), *portrait.neighbourhoods_reading()]
    absent = [f"{wording.join([i.label for i in group])} : {group[0].source}." for group in portrait.missing().values()]
    html = f'<div class="cartable-lecture">{_list(sentences)}</div>' if sentences else ""
    if absent:
        html += (
            f'<div class="cartable-lecture">{_paragraph(MORE, "constat")}{_list(absent)}</div>{_paragraph(HOW, "note")}'
        )
    return Section(
        html + _paragraph(portrait.sources(), "source"), " ".join([*sentences, *(absent and [MORE]), *absent])
    )


SECTIONS = {
    "Qui vit ici ?": population,
    "Quel âge ont les habitants ?": ages,
    "Revenus, diplômes, réseau, quartiers": resources,
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
    name = escape(portrait.territory.title)
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Portrait de territoire : {name}</title>\n{styles}\n</head>\n"
        f'<body class="cartable-page"><main><h1>Portrait de territoire</h1>{fragment(portrait)}</main>'
        f"<footer><p>Portrait fait le {wording.date(today)} avec Cartable {__version__}. "
        f"Contenu sous licence CC BY-SA 4.0 ; données sous Licence Ouverte 2.0.</p></footer>{scripts}</body>\n</html>\n"
    )
