"""Indicators, each declared once: pages, legends, tables and the glossary derive from these declarations.

For a group of communes, numerators and denominators are summed; rates are never averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cartable import wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

POPULATION = "Insee, populations de référence 2023, géographie au 1er janvier 2026"
CENSUS = "Insee, recensement de la population 2021, regroupé sur les communes de 2026"
CONTOURS = "superficie calculée par Cartable sur les contours IGN Admin Express"
MINIMUM_CLASSES, MAXIMUM_CLASSES, COMMUNES_PER_CLASS = 2, 5, 6


@dataclass(frozen=True)
class Indicator:
    """A figure that can be shown for a commune or summed for a group.

    Parameters
    ----------
    key
        Short name, used in tables and parameters.
    label
        What a reader sees.
    heading
        The same in a column heading, beside its unit.
    definition
        One sentence that says what is counted.
    numerator, denominator
        Columns of the table of communes; no denominator for a plain count.
    unit
        « % » for a share; otherwise the unit as printed.
    source
        Producer, file and vintage.
    caveat
        What not to conclude from it.
    decimals
        Digits shown after the comma.
    """

    key: str
    label: str
    heading: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    source: str
    caveat: str
    decimals: int = 1

    def values(self, communes: pd.DataFrame) -> pd.Series[float]:
        """Return the value for each commune, missing where the census perimeter is not the commune's.

        Shares are between 0 and 1.
        """
        top = communes[self.numerator].astype(float)
        if self.denominator:
            bottom = communes[self.denominator].astype(float)
            top = top / bottom.where(bottom > 0)
        return top if self.key == "population" else top.where(~self._misplaced(communes))

    def total(self, communes: pd.DataFrame) -> float:
        """Return the value for the communes together: sum of numerators over sum of denominators.

        Communes that miss either are left out of both; ``nan`` when none is left.
        """
        top = communes[self.numerator].to_numpy(dtype=float)
        bottom = communes[self.denominator].to_numpy(dtype=float) if self.denominator else np.ones_like(top)
        known = ~(np.isnan(top) | np.isnan(bottom))
        if not known.any() or not bottom[known].sum():
            return float("nan")
        return float(top[known].sum() / (bottom[known].sum() if self.denominator else 1))

    def _misplaced(self, communes: pd.DataFrame) -> pd.Series[bool]:
        """Mark the communes whose counts or contour still cover communes re-established since."""
        word = "contour d’avant" if self.denominator == "superficie_km2" else "recensée avec"
        return communes["remarque"].fillna("").str.contains(word)

    def text(self, value: float | None, *, unit: bool = True) -> str:
        """Write a value the French way, with its unit or without."""
        if value is None or np.isnan(value):
            return wording.number(None)
        written = wording.number(100 * value if self.unit == "%" else value, self.decimals)
        space = wording.NNBSP if self.unit == "%" else wording.NBSP
        return f"{written}{space}{self.unit}" if unit else written


INDICATORS: dict[str, Indicator] = {
    i.key: i
    for i in (
        Indicator(
            "population", "Nombre d’habitants", "Habitants",
            "Population municipale : personnes qui résident dans la commune.",
            "population", "", "habitants", POPULATION,
            "Un nombre élevé ne dit rien des difficultés : il dit combien de personnes sont concernées.", decimals=0,
        ),
        Indicator(
            "densite", "Densité", "Densité",
            "Nombre d’habitants par kilomètre carré.",
            "population", "superficie_km2", "hab./km²", f"{POPULATION} ; {CONTOURS}",
            "Une commune peu dense peut avoir un bourg très vivant et des hameaux isolés.",
        ),
        Indicator(
            "nombre_65_plus", "Personnes de 65 ans et plus", "65 ans et plus",
            "Nombre de personnes de 65 ans et plus.",
            "plus_de_65_ans", "", "personnes", CENSUS,
            "Ce nombre dit où vivent les plus âgés ; la part dit où ils pèsent le plus : regardez les deux.",
            decimals=0,
        ),
        Indicator(
            "part_65_plus", "Part des 65 ans et plus", "65 ans et plus",
            "Personnes de 65 ans et plus, pour cent habitants.",
            "plus_de_65_ans", "population_recensement", "%", CENSUS,
            "L’âge n’est pas une difficulté en soi : il sert à savoir où aller poser la question.",
        ),
        Indicator(
            "part_moins_20", "Part des moins de 20 ans", "Moins de 20 ans",
            "Personnes de moins de 20 ans, pour cent habitants.",
            "moins_de_20_ans", "population_recensement", "%", CENSUS,
            "Être jeune n’est pas être à l’aise avec les démarches en ligne.",
        ),
        Indicator(
            "part_residences_secondaires", "Part des résidences secondaires", "Résidences secondaires",
            "Résidences secondaires et logements occasionnels, pour cent logements.",
            "residences_secondaires", "logements", "%", CENSUS,
            "Les personnes qui y vivent une partie de l’année ne sont pas comptées dans la population.",
        ),
        Indicator(
            "part_logements_vacants", "Part des logements vacants", "Logements vacants",
            "Logements sans occupant, pour cent logements.",
            "logements_vacants", "logements", "%", CENSUS,
            "La vacance mélange des logements en vente, en travaux et abandonnés.",
        ),
    )
}  # fmt: skip


def get(key: str) -> Indicator:
    """Return an indicator by its key.

    Raises
    ------
    CartableError
        If no indicator has that key.
    """
    try:
        return INDICATORS[key]
    except KeyError:
        known = wording.join([f"« {k} »" for k in INDICATORS])
        raise CartableError(f"L’indicateur « {key} » n’existe pas.", f"Choisissez parmi {known}.") from None


def breaks(values: Sequence[float]) -> list[float]:
    """Return the bounds of at most five classes that hold about as many communes each (quantiles).

    Fewer communes make fewer classes: about six communes for one class. Equal quantiles are merged, so that every
    class can hold something.
    """
    known = np.asarray([v for v in values if not np.isnan(v)], dtype=float)
    if not known.size:
        return []
    wanted = int(np.clip(known.size // COMMUNES_PER_CLASS, MINIMUM_CLASSES, MAXIMUM_CLASSES))
    bounds = np.unique(np.quantile(known, np.linspace(0, 1, wanted + 1)))
    return [float(b) for b in bounds] if bounds.size > 1 else [float(bounds[0]), float(bounds[0])]
