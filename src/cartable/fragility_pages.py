"""The fragility index as HTML, the same in a notebook and in a page: sentences first, then map, chart and table."""

from __future__ import annotations

import itertools
from html import escape
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cartable import assets, maps, pages, tables, wording
from cartable.fragility import COMPONENTS, ENOUGH, NOT_ENOUGH, PROFILES, charts, ifn, reading
from cartable.fragility.components import POINTS
from cartable.holdings import STATES
from cartable.indicators import ABSENT, INDICATORS
from cartable.pages import Section
from cartable.portrait import Portrait

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.drawing import Chart
    from cartable.fragility.study import Study

Shown: TypeAlias = "Section | tables.Table | Chart"

# The same classes whatever the weights: a colour always means the same scores.
CLASSES = (0, 20, 40, 60, 80, 100)
IFN_PUBLISHED = "La ligne de l’EPCI est celle de l’éditeur."
IFN_COMPUTED = "La ligne de l’EPCI est calculée : moyenne de ses communes, chacune comptant pour sa population."
IFN_WARNING = (
    "L’indice de fragilité numérique (IFN) v2, depuis 2023, note chaque commune de 1 à 10 et fait la moyenne de cinq "
    "notes. Ce n’est ni la même échelle, ni les mêmes indicateurs, ni les mêmes poids que l’indice du groupe : lisez "
    "les deux colonnes l’une à côté de l’autre, ne les soustrayez pas. Ne le comparez jamais à un score de l’IFN v1 "
    "(2019 à 2022), qui se calculait autrement."
)
HOW_TO_HAVE_IFN = (
    "Si votre EPCI a reçu un export de l’IFN v2, la page « Aller chercher plus de données » dit comment le lire."
)
NO_FICTIONAL_IFN = "L’IFN n’est pas inventé pour un territoire fictif : c’est l’indice de quelqu’un d’autre."
PUBLIC_NOTE = "Séance publique : ni nom de commune, ni classement. Un chiffre ouvre une question, il ne juge personne."
NO_DETAIL = "Le détail par commune n’est pas montré en séance publique."
READ_FIRST = (
    "Avec un autre choix de poids, ces scores changeraient. Avant d’en tirer une liste de communes, lisez la partie "
    "sur ce qui tient et ce qui ne tient pas."
)
SHORT_STATES = {STATES["s"]: "secret", STATES["fusion"]: "fusionnée", ABSENT: "absente"}
PAPER_TITLE = "Les trois profils, sur dix points"


def _paragraph(text: str, kind: str) -> str:
    return f'<p class="cartable-{kind}">{escape(text)}</p>'


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in sentences) + "</ul>"


def _section(study: Study, sentences: list[str], *parts: Shown | str) -> Section:
    """Return sentences, what stands under them, and the sources; a fictional territory is named so."""
    sentences = [wording.typeset(sentence) for sentence in sentences]
    html = [assets.style("pages.css"), _paragraph(study.territory.title, "note")]
    html.append(f'<div class="cartable-lecture">{_list(sentences)}</div>' if sentences else "")
    html += [part if isinstance(part, str) else part._repr_html_() for part in parts]
    html.append(_paragraph(study.source, "source"))
    return Section("".join(html), " ".join([f"{study.territory.title}.", *sentences]))


# -- what the group chose ------------------------------------------------------------------------


def profiles() -> tables.Table:
    """Return the three printed profiles: a table that a group reads on paper before any score is shown."""
    columns = [tables.Column("indicateur", "Indicateur")]
    columns += [tables.Column(p.key, p.name, "nombre", "points", p.debate) for p in PROFILES.values()]
    rows = [[_text(c.label), *(_number(p.weights[key]) for p in PROFILES.values())] for key, c in COMPONENTS.items()]
    debates = " ".join(f"« {p.name} » : {_lower(p.debate)}" for p in PROFILES.values())
    total = [_text("Total"), *(_number(POINTS) for _ in PROFILES)]
    return tables.table(columns, rows, caption=PAPER_TITLE, note=wording.typeset(debates), totals=[total])


def weights(study: Study) -> Section:
    """Return the printed profiles, then what was chosen and among whom communes are compared."""
    return _section(study, [*reading.weights(study), *reading.availability(study)], profiles())


# -- the index -------------------------------------------------------------------------------------


def summary(study: Study) -> Section:
    """Return what the index shows; in public, the points to check on the ground."""
    if study.public:
        points = reading.checks(study) or ["Aucun point ne ressort de ces données."]
        return _section(study, [PUBLIC_NOTE, *reading.counts(study), *points])
    return _section(study, reading.summary(study))


def layer(study: Study) -> maps.Layer | None:
    """Return the map layer of the index; of the only indicator known when there is no index; none without anything."""
    index = study.index
    if index.single:
        found = pages.layers(Portrait(study.territory, study.public), index.single)
        return next(one for one in found if one.key == index.single)
    if index.total.isna().all():
        return None
    labels = [f"de {low} à {high}" for low, high in itertools.pairwise(CLASSES)]
    return maps.Layer(
        key="indice_fragilite",
        label=f"Indice de fragilité, « {study.profile} »",
        unit="sur 100",
        values={code: _printed(study, code) for code in study.names},
        texts={code: _score(study, code) for code in study.names},
        breaks=CLASSES,
        class_labels=labels,
        reading=" ".join([*reading.spread(study), *reading.availability(study), READ_FIRST]),
        source=study.source,
        title=_map_title(study),
        states={str(code): str(word) for code, word in index.states.items()},
    )


def _map_title(study: Study) -> str:
    scores = [score for code in study.names if not np.isnan(score := _printed(study, code))]
    high = sum(score >= CLASSES[-2] for score in scores)
    count = wording.plural(high, "commune") if high else "aucune commune"
    among = f"sur {len(scores)}" + (" qui ont un score" if len(scores) < len(study.names) else "")
    verb = "atteignent" if high > 1 else "n’atteint" if not high else "atteint"
    return wording.typeset(f"Indice de fragilité : {count} {among} {verb} {CLASSES[-2]} sur 100")


def chart_map(study: Study) -> maps.OfflineMap | Section:
    """Return the map of the communes; without anything to draw, why and what to do."""
    shown = layer(study)
    here = study.territory
    if shown is None:
        return _section(study, reading.availability(study) or reading.summary(study))
    return maps.choropleth(here.map_topology(), [shown], title=here.title, names=not study.public)


def _printed(study: Study, code: str) -> float:
    """Return the score in whole points: a map must not put in a class what a table writes in another."""
    return float(study.index.printed.loc[[code]].sum(axis=1, min_count=1).iloc[0])


def _score(study: Study, code: str) -> str:
    score = _printed(study, code)
    return NOT_ENOUGH if np.isnan(score) else wording.number(score)


# -- what makes each score ------------------------------------------------------------------------------


def decomposition(study: Study) -> Section:
    """Return what makes the score of each commune: chart, points, then people; nothing by commune in public."""
    if study.public:
        return _section(study, [NO_DETAIL])
    if study.index.single or study.index.total.isna().all():
        return _section(study, reading.summary(study), counts_table(study))
    sentences = [
        wording.typeset(
            "Chaque barre est le score d’une commune, de 0 à 100, coupé en points : plus un morceau est long, plus cet "
            "indicateur pèse dans le score. L’ordre est alphabétique."
        ),
        READ_FIRST,
    ]
    return _section(study, sentences, decomposition_chart(study), points_table(study), counts_table(study))


def explained(study: Study, code: str) -> Section:
    """Return the score of one commune, points first, then people, and the question to ask there."""
    if study.public:
        return _section(study, [NO_DETAIL])
    index, sentences = study.index, [reading.explanation(study, code)]
    if not np.isnan(float(index.total[code])):
        heaviest = str(index.contributions.loc[[code], index.observed].idxmax(axis=1).iloc[0])
        sentences.append(f"La question à poser d’abord sur place : {_lower(COMPONENTS[heaviest].question)}")
    return _section(study, sentences)


def decomposition_chart(study: Study) -> Chart:
    """Return the stacked points of each commune, in alphabetical order."""
    return charts.stacked(
        [_bar(study, code) for code in study.names], title=f"Ce qui fait chaque score : {_title(study)}"
    )


def _title(study: Study) -> str:
    return f"{study.territory.title}, « {study.profile} »"


def _bar(study: Study, code: str) -> charts.Bar:
    index, missing = study.index, study.missing(code)
    if np.isnan(float(index.total[code])):
        return charts.Bar(study.names[code], {}, {})
    kept = [key for key in COMPONENTS if index.weights[key] > 0 and key not in missing]
    return charts.Bar(
        study.names[code],
        {key: float(index.contributions[key][code]) for key in kept},
        {key: int(index.printed[key][code]) for key in kept},
        tuple(key for key in missing if key in index.observed),
        tuple(key for key in kept if bool(index.imputed[key][code])),
    )


def points_table(study: Study) -> tables.Table:
    """Return the points of each commune, with the share of the weight that is known."""
    index = study.index
    columns = [tables.Column("nom", "Commune"), tables.Column("score", "Score", "nombre", "sur 100")]
    columns += [tables.Column(k, COMPONENTS[k].label, "nombre", "points") for k in index.observed]
    columns.append(tables.Column("connu", "Points portant sur des valeurs connues", "nombre", "%"))
    rows = [
        [
            _text(name),
            (float(index.total[code]), _score(study, code)),
            *(_points(study, code, key) for key in index.observed),
            (float(index.coverage[code]), wording.percent(float(index.coverage[code]), 0)),
        ]
        for code, name in study.names.items()
    ]
    rule = f"Sous {wording.percent(ENOUGH, 0)} de points portant sur des valeurs connues, il n’y a pas de score."
    star = " * : valeur absente, remplacée par la médiane de la comparaison." if index.imputed.any(axis=None) else ""
    return tables.table(columns, rows, caption=f"Les points de chaque score : {_title(study)}", note=rule + star)


def _points(study: Study, code: str, key: str) -> tables.Cell:
    index = study.index
    if np.isnan(float(index.total[code])):
        return (None, "–")
    if np.isnan(float(index.scores[key][code])):
        return (None, _state(study, key, code))
    points = float(index.printed[key][code])
    return (points, f"{wording.number(points)}{'*' if index.imputed[key][code] else ''}")


def counts_table(study: Study) -> tables.Table:
    """Return, for each commune, the value of each component and how many people are behind it."""
    communes, observed = study.territory.communes, study.index.observed
    columns = [tables.Column("nom", "Commune"), tables.Column("habitants", "Habitants", "nombre")]
    for key in observed:
        indicator, component = INDICATORS[key], COMPONENTS[key]
        unit = "locaux" if key == "part_sans_30_mbits" else "personnes"
        columns.append(tables.Column(key, indicator.heading, "nombre", indicator.unit, indicator.definition))
        columns.append(tables.Column(f"{key}_nombre", component.heading, "nombre", unit, component.people))
    rows = [
        [_text(name), _number(float(communes["population"][code])), *_behind(study, code, observed)]
        for code, name in study.names.items()
    ]
    caption = f"Les valeurs, et combien de personnes : {study.territory.title}"
    total = [_text(study.territory.title), _number(study.territory.population), *_totals(study, observed)]
    return tables.table(columns, rows, caption=caption, note=study.source, totals=[total])


def _state(study: Study, key: str, code: str) -> str:
    """Say in a word why a value is missing; nothing where it is known."""
    word = str(study.states[key][code])
    return SHORT_STATES.get(word, word)


def _behind(study: Study, code: str, keys: list[str]) -> list[tables.Cell]:
    cells: list[tables.Cell] = []
    for key in keys:
        value, people = float(study.index.measures[key][code]), float(study.people[key][code])
        text = _state(study, key, code) or INDICATORS[key].text(value, unit=False)
        cells += [(value, text), _number(people)]
    return cells


def _totals(study: Study, keys: list[str]) -> list[tables.Cell]:
    """Return the value of the EPCI where it may be known, and the people of the communes that are counted."""
    cells: list[tables.Cell] = []
    for key in keys:
        value = study.territory.figure(key)
        cells += [(value, INDICATORS[key].text(value, unit=False)), _number(float(study.people[key].dropna().sum()))]
    return cells


# -- what is robust ----------------------------------------------------------------------------------------


def robustness(study: Study) -> Section:
    """Return what holds and what does not: sentences, places of each commune, what each component changes."""
    sentences = reading.robustness(study)
    found = study.sensitivity
    if study.public or not found.enough:
        return _section(study, sentences)
    parts: list[Shown] = [intervals_chart(study), intervals_table(study)]
    if found.removals:
        parts.append(removals_table(study))
    return _section(study, sentences, *parts)


def intervals_chart(study: Study) -> Chart:
    """Return the places that each commune may take, in alphabetical order."""
    rows = study.sensitivity.intervals
    spans = [
        charts.Span(name, *(float(rows[c][code]) for c in ("rang", "bas", "haut")))
        for code, name in study.names.items()
        if code in rows.index
    ]
    return charts.intervals(spans, title=f"Entre quelles places se tient chaque commune : {_title(study)}")


def intervals_table(study: Study) -> tables.Table:
    """Return the places of each commune, and how often it is in the top quarter."""
    found = study.sensitivity
    columns = [tables.Column("nom", "Commune"), tables.Column("score", "Score", "nombre", "sur 100")]
    heads = {"rang": "Place avec ces poids", "bas": "Place la plus haute", "haut": "Place la plus basse"}
    columns += [tables.Column(key, label, "nombre") for key, label in heads.items()]
    if found.quarter:
        columns.append(tables.Column("quart", "Dans le quart le plus haut", "nombre", "tirages sur 100"))
    rows = [_interval_row(study, code) for code in study.names if code in found.intervals.index]
    note = (
        "Places la plus haute et la plus basse dans neuf tirages sur dix ; la place 1 est celle du score le plus haut."
    )
    caption = f"Les places possibles : {_title(study)}"
    return tables.table(columns, rows, caption=caption, note=wording.typeset(note))


def _interval_row(study: Study, code: str) -> list[tables.Cell]:
    found = study.sensitivity
    cells: list[tables.Cell] = [_text(study.names[code]), (float(study.index.total[code]), _score(study, code))]
    for edge in ("rang", "bas", "haut"):
        value = float(found.intervals[edge][code])
        cells.append((value, reading.rank(value)))
    if found.quarter:
        cells.append(_number(round(100 * float(found.presence[code]))))
    return cells


def removals_table(study: Study) -> tables.Table:
    """Return what changes when one component is left out."""
    columns = [
        tables.Column("indicateur", "Sans cet indicateur"),
        tables.Column("paires", "Paires de communes qui gardent leur ordre", "nombre", "sur 100"),
        tables.Column("correlation", "Corrélation des rangs", "nombre", "de −1 à 1", "Coefficient de Spearman"),
        tables.Column("bouge", "Commune qui bouge le plus"),
    ]
    rows: list[list[tables.Cell]] = []
    for one in study.sensitivity.removals:
        moved = (
            f"{study.names[one.mover]} : {reading.rank(one.before)} → {reading.rank(one.after)}"
            if one.mover
            else "aucune"
        )
        pairs = round(100 * one.concordance)
        rows.append(
            [
                _text(COMPONENTS[one.key].label),
                _number(pairs),
                (one.spearman, wording.number(one.spearman, 2)),
                _text(wording.typeset(moved)),
            ]
        )
    note = "100 : le classement ne change pas du tout. 50 : il est battu comme un jeu de cartes."
    return tables.table(columns, rows, caption=f"Un indicateur de moins : {_title(study)}", note=wording.typeset(note))


# -- beside ------------------------------------------------------------------------------------------------


def beside(study: Study) -> Section:
    """Return the IFN v2 beside the index of the group, never mixed with it, or how to have it."""
    communes = study.territory.communes
    known = [c for c in ifn.COLUMNS if c in communes and communes[c].notna().any()]
    if study.territory.fictional:
        return _section(study, [NO_FICTIONAL_IFN])
    if "ifn_total" not in known:
        return _section(study, [HOW_TO_HAVE_IFN])
    if study.public:
        return _section(study, [IFN_WARNING])
    columns = [tables.Column("nom", "Commune"), tables.Column("score", "Indice du groupe", "nombre", "sur 100")]
    columns += [tables.Column(c, ifn.COLUMNS[c], "nombre", "de 1 à 10") for c in known]
    rows = [
        [_text(name), (float(study.index.total[code]), _score(study, code)), *_ifn(study, code, known)]
        for code, name in study.names.items()
    ]
    scores, published = ifn.of(study.territory)
    whole = [
        _text(study.territory.name),
        (float("nan"), ""),
        *((scores[c], wording.number(scores[c], 2)) for c in known),
    ]
    credit = [f"{line}." for line in study.territory.tables.holdings.lines(["ifn"])]
    note = " ".join([*credit, IFN_PUBLISHED if published else IFN_COMPUTED])
    caption = f"À côté, sans mélange : {study.territory.title}"
    table = tables.table(columns, rows, caption=caption, note=note, totals=[whole])
    return _section(study, [IFN_WARNING], table)


def _ifn(study: Study, code: str, columns: list[str]) -> list[tables.Cell]:
    values = [float(study.territory.communes[c][code]) for c in columns]
    return [(value, wording.number(value, 1)) for value in values]


def _text(text: str) -> tables.Cell:
    return (text, text)


def _number(value: float) -> tables.Cell:
    return (value, wording.number(value, 0 if float(value).is_integer() or np.isnan(value) else 1))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
