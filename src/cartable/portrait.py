"""Portrait of a territory: who lives there, how old they are, how its communes differ, in figures and in sentences.

Everything here is computed from the tables and written from the figures; nothing is typed for one territory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import classes, indicators, territory, wording
from cartable.atlas import CENSUS
from cartable.indicators import INDICATORS, Indicator

if TYPE_CHECKING:
    from cartable.atlas import Atlas
    from cartable.territory import Territory

AGES = {
    "moins_de_20_ans": "Moins de 20 ans",
    "de_20_a_64_ans": "De 20 à 64 ans",
    "plus_de_65_ans": "65 ans et plus",
}
SMALL_COMMUNE = 200  # inhabitants: below, a few people change a percentage a lot
VILLAGE = 500
CLOSE = 0.005  # half a point: two shares that one should not oppose
SOURCE_NOTE = "Licence Ouverte 2.0. Extrait préparé par Cartable, géographie au 1er janvier 2026."
FICTION_NOTE = "Territoire fictif : tous les chiffres sont inventés, pour s’exercer."
FORMER_PERIMETERS = 2014  # of priority neighbourhoods, replaced on 1 January 2024
NOT_SUMMED = {
    "€ par an": "une médiane ne s’additionne pas. Le fichier de l’Insee par EPCI la donne.",
    "%": "ce taux est publié sans ses effectifs. Le fichier de l’Insee par EPCI le donne.",
    "km": "une moyenne de distances ne dirait pas combien de personnes sont loin.",
}
WITHOUT = {"donnée absente": "sans donnée", "secret statistique": "sous secret statistique"}
PLACES = ("france_services", "mediation")


@dataclass(frozen=True)
class Portrait:
    """The figures and sentences of one EPCI.

    Parameters
    ----------
    territory
        The EPCI.
    public
        Whether it is shown to a public meeting: no name of a commune, nothing that reads as a ranking.
    """

    territory: Territory
    public: bool = False
    _states: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators that have a value for some commune of this territory."""
        known = self.table[list(INDICATORS)].notna().any()
        return [i for i in INDICATORS.values() if known[i.key]]

    @property
    def year(self) -> int:
        """Vintage of the municipal population: 2023, but 2017 for Mayotte."""
        old = self.territory.communes["remarque"].str.contains("population de 2017")
        return 2017 if bool(old.all()) else 2023

    # -- who lives here -----------------------------------------------------------------

    def facts(self) -> list[tuple[str, str]]:
        """Return the identity card: labels and values."""
        here, tables = self.territory, self.territory.tables
        places = [f"{tables.names[d]} ({d})" for d in here.departements]
        area = float(here.communes["superficie_km2"].sum())
        density = INDICATORS["densite"]
        return [
            ("Habitants" if here.fictional else f"Habitants ({self.year})", wording.number(here.population)),
            ("Communes", wording.number(len(here.codes))),
            ("Superficie", f"{wording.number(area)}{wording.NBSP}km²"),
            ("Densité", density.text(self.totals["densite"])),
            ("Département" if len(places) == 1 else "Départements", wording.join(places)),
            ("Nature", territory.NATURES[here.nature]),
            ("SIREN", here.siren),
        ]

    def population_reading(self) -> list[str]:
        """Say who lives here, counts first, then shares."""
        return [*self._size_sentences(), *self._age_sentences()]

    def _size_sentences(self) -> list[str]:
        here = self.territory
        sizes = here.communes["population"].sort_values(ascending=False, kind="stable")
        largest = "" if self.public else f" est {here.tables.names[str(sizes.index[0])]}"
        share = sizes.iloc[0] / sizes.sum()
        villages = int((sizes < VILLAGE).sum())
        where = f"les {len(sizes)} communes" if len(sizes) > 1 else "la commune"
        sentences = [
            f"{wording.plural(here.population, 'personne vit', 'personnes vivent')} dans {where} de cet EPCI "
            f"({here.full_name}){self._when()}.",
            f"La commune la plus peuplée{largest} : {wording.plural(sizes.iloc[0], 'habitant')}, "
            f"soit {wording.percent(share, 0)} de l’ensemble.",
        ]
        if villages:
            count = wording.plural(villages, "commune compte", "communes comptent")
            sentences.append(f"{count} moins de {VILLAGE} habitants, sur {len(sizes)}.")
        return sentences

    def _age_sentences(self) -> list[str]:
        """Sentences on the 2021 census; they say so when the census does not cover the territory."""
        mine = self.ages.iloc[0]
        if mine.isna().any():
            return [
                "Le recensement de 2021 ne donne pas l’âge des habitants de ce territoire (c’est le cas à Mayotte)."
            ]
        old, young, everyone = mine["plus_de_65_ans"], mine["moins_de_20_ans"], mine["population_recensement"]
        return [
            f"{self._census()}{wording.plural(old, 'personne avait', 'personnes avaient')} 65 ans ou plus, "
            f"soit {wording.percent(old / everyone)} des habitants{self._against()}.",
            f"{wording.plural(young, 'personne avait', 'personnes avaient')} moins de 20 ans, "
            f"soit {wording.percent(young / everyone)} des habitants.",
        ]

    def _when(self) -> str:
        """Date the population; what is invented has no date."""
        return "" if self.territory.fictional else f", en {self.year}"

    def _census(self) -> str:
        return "" if self.territory.fictional else "Au recensement de 2021, "

    def _against(self) -> str:
        """Compare the share of older people with the région and the country."""
        shares = self.ages["part_plus_de_65_ans"].iloc[-2:].dropna()
        parts = [f"{wording.percent(share)} ({name})" for name, share in shares.items()]
        return f", contre {' et '.join(parts)}" if parts else ""

    # -- ages ----------------------------------------------------------------------------------

    @cached_property
    def ages(self) -> pd.DataFrame:
        """Counts and shares by age group (rows: the territory, then its references; NaN if not counted)."""
        mine = self.territory.communes[list(CENSUS)].dropna().sum(min_count=1)
        rows = pd.concat([mine.to_frame(self.territory.name).T, territory.reference(self.territory)])
        for key in AGES:
            rows[f"part_{key}"] = rows[key] / rows["population_recensement"]
        return rows

    def ages_reading(self) -> str:
        """Say how the age structure stands against each reference."""
        shares = self.ages["part_plus_de_65_ans"]
        mine = shares.iloc[0]
        if np.isnan(mine):
            return "Le recensement de 2021 ne donne pas l’âge des habitants de ce territoire."
        others = shares.iloc[1:].dropna()
        verdicts = {
            "plus forte que": others < mine - CLOSE,
            "proche de": (others - mine).abs() <= CLOSE,
            "plus faible que": others > mine + CLOSE,
        }
        parts = []
        for verdict, mask in verdicts.items():
            if mask.any():
                named = [f"{name} ({wording.percent(value)})" for name, value in others[mask].items()]
                parts.append(f"{verdict} celle de : {wording.join(named)}")
        return f"La part des 65 ans et plus est de {wording.percent(mine)}. Elle est {' ; '.join(parts)}."

    def similar_reading(self) -> str:
        """Name the similar EPCIs and say how they were chosen."""
        names = self.territory.tables.epcis["nom"]
        alike = [names[s] for s in territory.similar(self.territory)]
        if not alike:
            return "Faute de données du recensement, aucun EPCI semblable n’est proposé."
        if self.territory.fictional:
            return f"Dans ce pays inventé, le seul autre EPCI est : {wording.join(alike)}."
        return (
            f"Les {len(alike)} EPCI semblables sont ceux dont la population, la densité, le nombre de communes "
            f"et la part des 65 ans et plus se rapprochent le plus : {wording.join(alike)}."
        )

    # -- communes ---------------------------------------------------------------------------------

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every indicator for every commune (index: code INSEE; shares between 0 and 1)."""
        return self.territory.table()

    @cached_property
    def totals(self) -> dict[str, float]:
        """Every indicator for the EPCI as a whole."""
        return {key: self.territory.figure(key) for key in INDICATORS}

    def map_title(self, indicator: Indicator) -> str:
        """State the finding of a map in one line."""
        values = self.table[indicator.key].dropna()
        if values.empty:
            return f"{indicator.label} : donnée absente pour ce territoire"
        total = self.totals[indicator.key]
        if indicator.published and np.isnan(total):
            low, high = indicator.text(values.min(), unit=False), indicator.text(values.max())
            return f"{indicator.label} : de {low} à {high} selon les communes"
        if not (indicator.denominator or indicator.published):
            return f"{indicator.label} : la moitié du total est dans {wording.plural(_holding_half(values), 'commune')}"
        count = int((values > total).sum())
        return f"{indicator.label} : {self._above(count, len(values))} {indicator.text(total)}"

    @staticmethod
    def _above(count: int, among: int) -> str:
        everyone = wording.number(among)
        if not count:
            return f"aucune commune sur {everyone} ne dépasse"
        return f"{wording.plural(count, 'commune')} sur {everyone} {'dépasse' if count == 1 else 'dépassent'}"

    def map_reading(self, indicator: Indicator) -> str:
        """Say in words what a map shows: the spread, what stands out, what is missing, what not to conclude."""
        values = self.table[indicator.key]
        known = values.dropna()
        if known.empty:
            return "Cette donnée n’est publiée pour aucune commune de ce territoire."
        return " ".join(
            [*self._spread(indicator, known), *self._gaps(indicator), *self._small(indicator), indicator.caveat]
        )

    def _spread(self, indicator: Indicator, known: pd.Series[float]) -> list[str]:
        sentences = []
        total = self.totals[indicator.key]
        if not np.isnan(total) and (indicator.denominator or indicator.published):
            count = int((known > total).sum())
            sentences = [
                f"Sur l’ensemble de l’EPCI : {indicator.text(total)}.",
                f"{self._above(count, len(known)).capitalize()} cette valeur.",
            ]
        elif indicator.published:
            sentences = [f"La valeur de l’EPCI n’est pas affichée : {NOT_SUMMED[indicator.unit]}"]
        return sentences + (self._extremes(indicator, known) if len(known) > 1 else [])

    def _extremes(self, indicator: Indicator, known: pd.Series[float]) -> list[str]:
        """Give the highest and the lowest value, with the names unless the meeting is public."""
        codes = str(known.idxmax()), str(known.idxmin())
        if self.public:
            low, high = indicator.text(known.min(), unit=False), indicator.text(known.max())
            return [f"Selon les communes, de {low} à {high}."]
        high, low = (f"{self.territory.tables.names[code]} ({indicator.text(known[code])})" for code in codes)
        return [f"La plus haute : {high} ; la plus basse : {low}."]

    def _gaps(self, indicator: Indicator) -> list[str]:
        """Count the communes without a value, apart those that the statistical secret protects."""
        states = Counter(self.states(indicator).values())
        counts = {word: wording.plural(n, "commune est", "communes sont") for word, n in sorted(states.items()) if word}
        return [
            f"{n} {WITHOUT.get(word, f'sans valeur ({word})')} : hachures sur la carte." for word, n in counts.items()
        ]

    def states(self, indicator: Indicator) -> dict[str, str]:
        """Return, by code INSEE, why each value is missing; empty where it is known."""
        if indicator.key not in self._states:
            said = indicator.states(self.territory.communes)
            self._states[indicator.key] = {str(code): str(word) for code, word in said.items()}
        return self._states[indicator.key]

    def _small(self, indicator: Indicator) -> list[str]:
        """Warn when percentages bear on very few people."""
        few = int((self.territory.communes["population"] < SMALL_COMMUNE).sum())
        if indicator.unit != "%" or not few:
            return []
        count = wording.plural(few, "commune a", "communes ont")
        return [f"{count} moins de {SMALL_COMMUNE} habitants : quelques personnes y changent beaucoup le pourcentage."]

    def classes(self, indicator: Indicator) -> tuple[list[float], list[str]]:
        """Return the bounds of the classes and their labels."""
        bounds = classes.bounds(self.table[indicator.key])
        return bounds, self.class_labels(indicator, bounds)

    @staticmethod
    def class_labels(indicator: Indicator, bounds: list[float]) -> list[str]:
        """Write each class: « de 23,4 à 28,1 % »."""
        texts, bare = [indicator.text(b) for b in bounds], [indicator.text(b, unit=False) for b in bounds]
        pairs = zip(bare[:-1], bare[1:], texts[1:], strict=True)
        return [f"de {low} à {text}" if low != high else text for low, high, text in pairs]

    # -- what other data say -------------------------------------------------------------------

    def resources_reading(self) -> list[str]:
        """Say what the data beyond the shipped ones tell: counts first."""
        return [s for i in self.indicators if i.needs for s in self._resource(i)]

    def _resource(self, indicator: Indicator) -> list[str]:
        total, communes = self.totals[indicator.key], self.territory.communes
        if indicator.denominator:
            count = communes[[indicator.numerator, indicator.denominator]].dropna()[indicator.numerator].sum()
            noun = "locaux" if indicator.needs == "reseau" else "personnes"
            return [f"{indicator.label} : {wording.number(count)} {noun}, soit {indicator.text(total)}."]
        values = indicator.values(communes).dropna()
        known = f"{wording.plural(len(values), 'commune connue', 'communes connues')} sur {len(communes)}"
        own = f"{indicator.text(total)} pour l’EPCI ; " if not np.isnan(total) else ""
        low, high = indicator.text(values.min(), unit=False), indicator.text(values.max())
        spread = f"de {low} à {high} selon les communes" if len(values) > 1 else high
        return [f"{indicator.label} : {own}{spread} ({known})."]

    def neighbourhoods_reading(self) -> list[str]:
        """Name the priority neighbourhoods at hand (in public, count them); warn when their perimeters are of 2014."""
        found = self.territory.neighbourhoods
        if "qpv" not in self.territory.tables.holdings:
            return []
        if not found:
            return ["Aucun quartier prioritaire dans les communes de cet EPCI."]
        count = wording.plural(len(found), "quartier prioritaire", "quartiers prioritaires")
        # The name of a neighbourhood often holds that of its commune.
        sentences = [f"{count}." if self.public else f"{count} : {wording.join([n.name for n in found])}."]
        if any(n.vintage <= FORMER_PERIMETERS for n in found):
            sentences.append(f"Attention : périmètres de {FORMER_PERIMETERS}, remplacés au 1er janvier 2024.")
        return sentences

    def missing(self) -> dict[str, list[Indicator]]:
        """Return what other data would add: indicators without any value here, by source."""
        absent: dict[str, list[Indicator]] = {}
        for indicator in INDICATORS.values():
            if indicator.needs and indicator not in self.indicators:
                absent.setdefault(indicator.needs, []).append(indicator)
        return absent

    def checks(self) -> list[str]:
        """Return the points to check on the ground: how many communes and people, never which ones."""
        sentences = []
        for indicator in self.indicators:
            total, values = self.totals[indicator.key], self.table[indicator.key]
            beyond = (values - total) * indicator.sense > 0
            if not indicator.sense or np.isnan(total) or not beyond.any():
                continue
            people = self.territory.communes["population"][beyond].sum()
            side = "au-dessus" if indicator.sense > 0 else "au-dessous"
            sentences.append(
                f"{indicator.label} : {wording.plural(int(beyond.sum()), 'commune')}, où vivent "
                f"{wording.plural(people, 'personne')}, {side} de la valeur de l’EPCI ({indicator.text(total)})."
            )
        return sentences

    # -- sources -------------------------------------------------------------------------------------

    def source(self, indicator: Indicator | None = None) -> str:
        """Return the attribution line of a figure, or of the population and its ages."""
        if self.territory.fictional:
            return FICTION_NOTE
        if indicator is None:
            return f"Sources : {indicators.POPULATION} ; {indicators.CENSUS}. {SOURCE_NOTE}"
        if not indicator.needs:
            return f"Sources : {indicator.source}. {SOURCE_NOTE}"
        return f"Sources : {' ; '.join([indicator.source, *self._lines(indicator)])}. Licence Ouverte 2.0."

    def sources(self) -> str:
        """Return the attribution line of everything that is shown."""
        if self.territory.fictional:
            return FICTION_NOTE
        lines = [line for i in self.indicators if i.needs for line in self._lines(i)]
        if self.territory.neighbourhoods:
            lines += self.territory.tables.holdings.lines(["qpv"])
        cited = " ; ".join(dict.fromkeys([indicators.POPULATION, indicators.CENSUS, *lines]))
        return f"Sources : {cited}. {SOURCE_NOTE}"

    def _lines(self, indicator: Indicator) -> list[str]:
        keys = PLACES if indicator.needs == "lieux" else (indicator.needs,)
        return self.territory.tables.holdings.lines(keys)

    def remarks(self) -> list[str]:
        """Say what is not as it seems: contours mended, communes re-established since the census."""
        notes = self.territory.communes[["nom", "remarque"]]
        kept = notes[notes["remarque"] != ""]
        return [f"{nom} : {remark}." for nom, remark in kept.itertuples(index=False)]


def _holding_half(values: pd.Series[float]) -> int:
    """Count the communes that, taken from the largest, together hold half of the total."""
    sizes = values.sort_values(ascending=False)
    return int((sizes.cumsum() < sizes.sum() / 2).sum()) + 1


def portrait(query: str | Territory, tables: Atlas | None = None, *, public: bool = False) -> Portrait:
    """Return the portrait of an EPCI: by SIREN, by name, or by one of its communes.

    Parameters
    ----------
    tables
        Where it is read: what ships with Cartable by default.
    public
        Whether it is shown to a public meeting.

    Raises
    ------
    UnknownTerritoryError
        If the territory is not found, or if several answer.
    """
    return Portrait(territory.load(query, tables), public)
