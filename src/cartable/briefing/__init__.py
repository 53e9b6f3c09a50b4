"""The two-page synthesis for elected officials: what it says, for any EPCI (``documents.briefing`` draws it).

Six figures (three numbers, then three shares), three strengths and three points to check on the ground, the map, what
is missing, the sources. Everything follows from the figures by rules that ``points`` states and that the sheet tells;
the same data give the same text, to the letter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cartable import wording
from cartable.briefing import points
from cartable.briefing.comparison import Benchmarks
from cartable.briefing.model import Briefing, Check, Figure, Gap, Plan, Strength
from cartable.indicators import CENSUS, INDICATORS, POPULATION
from cartable.portrait import FICTION_NOTE, FORMER_PERIMETERS, PLACES
from cartable.territory import NATURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartable.briefing.comparison import Comparison
    from cartable.indicators import Indicator
    from cartable.portrait import Portrait
    from cartable.territory import Territory

__all__ = ["Briefing", "Check", "Figure", "Gap", "Plan", "Strength", "briefing"]

# The first three known of each: what bears most on digital inclusion comes first; of two alternatives, the first one.
NUMBERS = (
    ("population",), ("nombre_75_plus", "nombre_65_plus"), ("nombre_sans_diplome",), ("communes",), ("villages",),
    ("mairies",),
)  # fmt: skip
SHARES = (
    ("part_65_plus",), ("loin_lieu",), ("part_sans_diplome",), ("part_sans_30_mbits",), ("taux_pauvrete",),
    ("portee",), ("petites",), ("densite",), ("concentration",), ("departements",),
)  # fmt: skip
DULL_AT_ZERO = frozenset({"villages", "petites", "loin_lieu"})
EACH = 3
MAPPED = ("part_65_plus", "densite", "population")
# What would complete the synthesis, by the sources that bring it.
WISHES = {
    ("ages",): "l’âge détaillé des plus de 75 ans",
    ("diplomes",): "les habitants sans diplôme",
    ("filosofi",): "les revenus et la pauvreté",
    ("reseau",): "le débit des lignes fixes",
    PLACES: "les lieux d’aide",
    ("qpv",): "les quartiers prioritaires",
}
HOW = (
    "Ce sont des données publiques, qui ne sont pas livrées avec Cartable. La personne qui prépare l’atelier les prend "
    "chez leur producteur (commande « cartable donnees actualiser »), ou lit le fichier qu’on lui a remis."
)
UNCOUNTED = (
    "Le recensement de 2021 ne donne pas l’âge des habitants de ce territoire. Demandez à l’Insee ce qu’il publie."
)
FORMER = (
    "Les quartiers prioritaires d’aujourd’hui",
    f"Attention, ceux de la carte ont leur périmètre de {FORMER_PERIMETERS}, remplacé au 1er janvier 2024 : demandez "
    "les nouveaux contours.",
)
UNSEEN = (
    "Ce que vivent les habitants",
    "Aucune donnée ne dit qui se débrouille, qui se fait aider, qui renonce : seules les réponses du terrain le "
    "diront.",
)
CHECKLIST = (
    "Le titre de la carte et les six chiffres : lequel sera contesté, et qui répond ?",
    "Les trois points à vérifier : qui pose la question, à qui, avant la séance ?",
    "Ce qui n’est pas montré : aucun nom de commune, aucun classement. Sont-ils d’accord ?",
    "Les années des chiffres : les dire à voix haute avant que la salle ne les demande.",
    "La suite : ce que l’EPCI fera des réponses, et quand il le dira.",
)
METHOD = (
    "Les {n} EPCI semblables sont ceux dont {features} se rapprochent le plus.",
    "Un atout est un chiffre qui s’écarte des EPCI semblables dans un sens qui facilite l’aide ; un point à vérifier, "
    "un chiffre qui s’en écarte dans un sens qui pose une question. Les trois plus grands écarts de chaque sorte sont "
    "gardés, sur trois sujets différents, en commençant par ceux que la moyenne du pays confirme ; s’il en manque, un "
    "constat sans comparaison complète.",
    "Pour un nombre, la comparaison donne la valeur du milieu : autant d’EPCI au-dessus qu’au-dessous. Pour une part, "
    "elle donne celle de tous les habitants réunis. Aucun territoire n’est classé.",
)
WITH_AGE = "la population, la densité, le nombre de communes et la part des 65 ans et plus"
WITHOUT_AGE = "la population, la densité et le nombre de communes"
YEAR = 2023  # of the populations, but for Mayotte
OLDER = "La population de ce territoire est celle de {year} ; celle des EPCI semblables et de la France est de {usual}."
UNKNOWN = "« n. d. » : ce chiffre n’est pas connu pour assez d’EPCI, il n’est donc pas comparé."
INVENTED_YEAR = "inventé"
INVENTED = "Les chiffres de ce territoire sont inventés ; ceux des EPCI semblables et de la France sont réels."


def briefing(portrait: Portrait, *, public: bool = False) -> Briefing:
    """Return the synthesis of a territory.

    Parameters
    ----------
    portrait
        Of the territory.
    public
        Whether it is shown to a public meeting: no commune is named, and a list says what to show first to the
        president and to the head of the services.
    """
    portrait = replace(portrait, public=public)
    here = portrait.territory
    benchmarks, sources = Benchmarks(here), _Sources(portrait)
    known = benchmarks.compare()
    strengths, checks = points.choose(known)
    figures = tuple(_figure(known[key], portrait, sources) for key in _chosen(known))
    for point in (*strengths, *checks):
        sources.of(known[point.key])
    sources.shown(here)
    return Briefing(
        siren=here.siren,
        name=here.name,
        nature=here.nature,
        identity=_identity(here),
        fictional=here.fictional,
        public=public,
        summary=_summary(known, strengths[0], checks[0]),
        plan=_plan(portrait),
        figures=figures,
        strengths=strengths,
        checks=checks,
        missing=_missing(portrait, known),
        sources=tuple(sources.lines),
        method=_method(benchmarks, portrait, figures),
        checklist=tuple(map(wording.typeset, CHECKLIST)) if public else (),
        measures={key: one.value for key, one in known.items()},
    )


# -- figures ----------------------------------------------------------------------------


def _chosen(known: Mapping[str, Comparison]) -> list[str]:
    """Return the keys of the six figures: three numbers, then three shares."""
    return [*_first(NUMBERS, known), *_first(SHARES, known)]


def _first(wanted: Sequence[Sequence[str]], known: Mapping[str, Comparison]) -> list[str]:
    telling = {key for key, one in known.items() if one.value or key not in DULL_AT_ZERO}
    found = (next((key for key in group if key in telling), "") for group in wanted)
    return [key for key in found if key][:EACH]


def _figure(found: Comparison, portrait: Portrait, sources: _Sources) -> Figure:
    measure = found.measure
    year = measure.year.format(population=portrait.year) or sources.vintage(measure.source)
    year = INVENTED_YEAR if portrait.territory.fictional else year
    return Figure(
        measure.key,
        measure.label,
        wording.typeset(measure.definition),
        year,
        found.value,
        measure.text(found.value),
        measure.bare(found.similar),
        measure.bare(found.country),
        sources.of(found),
    )


class _Sources:
    """The list of sources, each numbered when it is first needed."""

    def __init__(self, portrait: Portrait) -> None:
        here = portrait.territory
        self._holdings = here.tables.holdings
        self._fictional = here.fictional
        self.lines = [FICTION_NOTE, f"Pour la comparaison : {POPULATION} ; {CENSUS}"] if here.fictional else []

    def of(self, found: Comparison) -> str:
        """Return the numbers of the sources of a measure: « 1 », « 1 et 3 »."""
        if self._fictional:
            return "1"
        source = found.measure.source
        cited = self._holdings.lines(PLACES if source == "lieux" else (source,)) or source.split(" ; ")
        return wording.join([str(self._number(one)) for one in cited])

    def shown(self, here: Territory) -> None:
        """Cite what the map shows over the communes: places of help, priority neighbourhoods."""
        places = self._holdings.places["code_insee"].isin(here.codes).any()
        keys = [*(PLACES if places else ()), *(("qpv",) if here.neighbourhoods else ())]
        for line in () if self._fictional else self._holdings.lines(keys):
            self._number(line)

    def vintage(self, key: str) -> str:
        """Return what the data of a source describe."""
        known = self._holdings.provenances
        found = [known[one].vintage for one in (PLACES if key == "lieux" else (key,)) if one in known]
        return wording.join(sorted(set(found)))

    def _number(self, line: str) -> int:
        line = wording.typeset(f"{line[0].upper()}{line[1:]}")
        if line not in self.lines:
            self.lines.append(line)
        return self.lines.index(line) + 1


# -- the map ----------------------------------------------------------------------------


def _plan(portrait: Portrait) -> Plan | None:
    """Return the map of the first indicator that has a value for a commune with a contour."""
    drawn = set(portrait.territory.communes["longitude"].dropna().index)
    for key in MAPPED:
        values = portrait.table[key]
        if not values[values.index.isin(drawn)].isna().all():
            return _drawn(portrait, INDICATORS[key])
    return None


def _drawn(portrait: Portrait, indicator: Indicator) -> Plan:
    values = portrait.table[indicator.key]
    bounds, labels = portrait.classes(indicator)
    states = indicator.states(portrait.territory.communes)
    return Plan(
        indicator.key,
        indicator.label,
        indicator.unit,
        portrait.map_title(indicator),
        {str(code): None if np.isnan(v) else float(v) for code, v in values.items()},
        {str(code): indicator.text(v) for code, v in values.items()},
        {str(code): word for code, word in states.items() if word},
        tuple(bounds),
        tuple(labels),
        portrait.map_reading(indicator),
        portrait.source(indicator),
    )


# -- words ------------------------------------------------------------------------------


def _identity(here: Territory) -> str:
    """Return what one asks first of an EPCI, in one line."""
    names = wording.join([here.tables.names[code] for code in here.departements])
    count, people = wording.plural(len(here.codes), "commune"), wording.plural(here.population, "habitant")
    return f"{NATURES[here.nature].capitalize()}, {count}, {people}, {names}"


def _summary(known: Mapping[str, Comparison], strength: Strength, check: Check) -> tuple[str, ...]:
    """Return the three sentences that are read aloud first: how many people, a strength, a question."""
    people, older = known["population"], known.get("part_65_plus")
    count = known["communes"].measure.text(known["communes"].value)
    said = f"{people.measure.text(people.value)} vivent dans {count}"
    if older:
        said += f" ; {wording.number(older.count)} ont 65 ans ou plus, soit {older.measure.text(older.value)}"
    sentences = (
        f"{said}.",
        f"Un appui : {_lower(strength.title)}.",
        f"À vérifier d’abord : {_lower(check.title)}. {check.question}",
    )
    return tuple(map(wording.typeset, sentences))


def _lower(title: str) -> str:
    """Put a title inside a sentence; « ? » would end it."""
    return (title[0].lower() + title[1:]).rstrip(f" {wording.NNBSP}?")


def _missing(portrait: Portrait, known: Mapping[str, Comparison]) -> tuple[Gap, ...]:
    holdings = portrait.territory.tables.holdings
    wished = [what for keys, what in WISHES.items() if not any(key in holdings for key in keys)]
    gaps = []
    if wished and not portrait.territory.fictional:
        gaps.append((_upper(wording.join(wished)), HOW))
    if "part_65_plus" not in known:
        gaps.append(("L’âge des habitants et leurs logements", UNCOUNTED))
    if any(n.vintage <= FORMER_PERIMETERS for n in portrait.territory.neighbourhoods):
        gaps.append(FORMER)
    return tuple(Gap(*map(wording.typeset, pair)) for pair in (*gaps, UNSEEN))


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _method(benchmarks: Benchmarks, portrait: Portrait, figures: Sequence[Figure]) -> tuple[str, ...]:
    features = WITH_AGE if benchmarks.by_age else WITHOUT_AGE
    sentences = [text.format(n=len(benchmarks.peers), features=features) for text in METHOD]
    if any(figure.similar == wording.number(None) for figure in figures):
        sentences.append(UNKNOWN)
    if portrait.territory.fictional:
        sentences.append(INVENTED)
    if portrait.year != YEAR:
        sentences.append(OLDER.format(year=portrait.year, usual=YEAR))
    return tuple(map(wording.typeset, sentences))
