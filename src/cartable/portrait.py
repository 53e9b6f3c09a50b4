"""Portrait of a territory: who lives there, how old they are, how its communes differ, in figures and in sentences.

Everything here is computed from the tables and written from the figures; nothing is typed for one territory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import indicators, territory, wording
from cartable.atlas import CENSUS
from cartable.indicators import INDICATORS, Indicator

if TYPE_CHECKING:
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


@dataclass(frozen=True)
class Portrait:
    """The figures and sentences of one EPCI.

    Parameters
    ----------
    territory
        The EPCI.
    """

    territory: Territory

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
            (f"Habitants ({self.year})", wording.number(here.population)),
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
        largest = here.tables.names[str(sizes.index[0])]
        share = sizes.iloc[0] / sizes.sum()
        villages = int((sizes < VILLAGE).sum())
        where = f"les {len(sizes)} communes" if len(sizes) > 1 else "la commune"
        sentences = [
            f"{wording.plural(here.population, 'personne vit', 'personnes vivent')} dans {where} de cet EPCI "
            f"({here.full_name}), en {self.year}.",
            f"La commune la plus peuplée est {largest} : {wording.plural(sizes.iloc[0], 'habitant')}, "
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
            f"Au recensement de 2021, {wording.plural(old, 'personne avait', 'personnes avaient')} 65 ans ou plus, "
            f"soit {wording.percent(old / everyone)} des habitants{self._against()}.",
            f"{wording.plural(young, 'personne avait', 'personnes avaient')} moins de 20 ans, "
            f"soit {wording.percent(young / everyone)} des habitants.",
        ]

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
        return {key: i.total(self.territory.communes) for key, i in INDICATORS.items()}

    def map_title(self, indicator: Indicator) -> str:
        """State the finding of a map in one line."""
        values = self.table[indicator.key].dropna()
        if values.empty:
            return f"{indicator.label} : donnée absente pour ce territoire"
        if not indicator.denominator:
            return f"{indicator.label} : la moitié du total est dans {wording.plural(_holding_half(values), 'commune')}"
        total = self.totals[indicator.key]
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
            [*self._spread(indicator, known), *self._gaps(values), *self._small(indicator), indicator.caveat]
        )

    def _spread(self, indicator: Indicator, known: pd.Series[float]) -> list[str]:
        high, low = (f"{self.territory.tables.names[str(c)]} ({indicator.text(known[c])})" for c in self._ends(known))
        sentences = []
        if indicator.denominator:
            total = self.totals[indicator.key]
            sentences.append(f"Sur l’ensemble de l’EPCI : {indicator.text(total)}.")
            count = int((known > total).sum())
            sentences.append(f"{self._above(count, len(known)).capitalize()} cette valeur.")
        if len(known) > 1:
            sentences.append(f"La plus haute : {high} ; la plus basse : {low}.")
        return sentences

    @staticmethod
    def _ends(known: pd.Series[float]) -> tuple[str, str]:
        """Return the codes of the communes with the highest and the lowest value."""
        return str(known.idxmax()), str(known.idxmin())

    @staticmethod
    def _gaps(values: pd.Series[float]) -> list[str]:
        missing = int(values.isna().sum())
        if not missing:
            return []
        return [f"{wording.plural(missing, 'commune est', 'communes sont')} sans donnée : hachures sur la carte."]

    def _small(self, indicator: Indicator) -> list[str]:
        """Warn when percentages bear on very few people."""
        few = int((self.territory.communes["population"] < SMALL_COMMUNE).sum())
        if indicator.unit != "%" or not few:
            return []
        count = wording.plural(few, "commune a", "communes ont")
        return [f"{count} moins de {SMALL_COMMUNE} habitants : quelques personnes y changent beaucoup le pourcentage."]

    def classes(self, indicator: Indicator) -> tuple[list[float], list[str]]:
        """Return the bounds of the classes and their labels."""
        bounds = indicators.breaks(list(self.table[indicator.key]))
        texts, bare = [indicator.text(b) for b in bounds], [indicator.text(b, unit=False) for b in bounds]
        pairs = zip(bare[:-1], bare[1:], texts[1:], strict=True)
        return bounds, [f"de {low} à {text}" if low != high else text for low, high, text in pairs]

    # -- sources -------------------------------------------------------------------------------------

    @staticmethod
    def source(indicator: Indicator | None = None) -> str:
        """Return the attribution line of a figure, or of the whole portrait."""
        cited = indicator.source if indicator else f"{indicators.POPULATION} ; {indicators.CENSUS}"
        return f"Sources : {cited}. {SOURCE_NOTE}"

    def remarks(self) -> list[str]:
        """Say what is not as it seems: contours mended, communes re-established since the census."""
        notes = self.territory.communes[["nom", "remarque"]]
        kept = notes[notes["remarque"] != ""]
        return [f"{nom} : {remark}." for nom, remark in kept.itertuples(index=False)]


def _holding_half(values: pd.Series[float]) -> int:
    """Count the communes that, taken from the largest, together hold half of the total."""
    sizes = values.sort_values(ascending=False)
    return int((sizes.cumsum() < sizes.sum() / 2).sum()) + 1


def portrait(query: str | Territory) -> Portrait:
    """Return the portrait of an EPCI: by SIREN, by name, or by one of its communes.

    Raises
    ------
    UnknownTerritoryError
        If the territory is not found, or if several answer.
    """
    return Portrait(territory.load(query))
