"""Indicators, each declared once: pages, legends, tables and the glossary derive from these declarations.

For a group of communes, numerators and denominators are summed; rates are never averaged. What a publisher gives ready
made (a median, a rate without its counts) is never summed: it comes from the publisher's file of EPCIs, or is absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import wording
from cartable.errors import CartableError
from cartable.holdings import STATE, STATES

if TYPE_CHECKING:
    from cartable.holdings import Holdings

POPULATION = "Insee, populations de référence 2023, géographie au 1er janvier 2026"
CENSUS = "Insee, recensement de la population 2021, regroupé sur les communes de 2026"
CONTOURS = "superficie calculée par Cartable sur les contours IGN Admin Express"
ABSENT = "donnée absente"


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
    sense
        1 when a higher value means more people may need help, -1 when a lower one does, 0 when it says neither.
    needs
        Key of the source that brings it; empty for what ships with Cartable.
    published
        Whether the publisher gives the value itself (``numerator``): a median, a rate, a distance. Nobody may sum it.
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
    sense: int = 0
    needs: str = ""
    published: bool = False

    def values(self, communes: pd.DataFrame) -> pd.Series[float]:
        """Return the value for each commune, missing where the census perimeter is not the commune's.

        Shares are between 0 and 1.
        """
        if self.numerator not in communes:
            return pd.Series(np.nan, index=communes.index)
        top = communes[self.numerator].astype(float)
        if self.denominator:
            bottom = communes[self.denominator].astype(float)
            top = top / bottom.where(bottom > 0)
        return top if self.key == "population" or self.needs else top.where(~self._misplaced(communes))

    def states(self, communes: pd.DataFrame) -> pd.Series[str]:
        """Return why each value is missing: « secret statistique », « donnée absente »…; empty where it is known."""
        missing = self.values(communes).isna()
        if not missing.any():
            return pd.Series("", index=communes.index, dtype="str")
        words = communes.get(self.numerator + STATE)
        said = words.map(STATES) if words is not None else pd.Series(np.nan, index=communes.index)
        return said.fillna(ABSENT).where(missing, "").astype("str")

    def total(self, communes: pd.DataFrame) -> float:
        """Return the value for the communes together: sum of numerators over sum of denominators.

        Communes that miss either are left out of both; ``nan`` when none is left, or when nobody may sum.
        """
        if self.published or self.numerator not in communes:
            return float("nan")
        top = communes[self.numerator].to_numpy(dtype=float)
        bottom = communes[self.denominator].to_numpy(dtype=float) if self.denominator else np.ones_like(top)
        known = ~(np.isnan(top) | np.isnan(bottom))
        if not known.any() or not bottom[known].sum():
            return float("nan")
        return float(top[known].sum() / (bottom[known].sum() if self.denominator else 1))

    def figure(self, communes: pd.DataFrame, holdings: Holdings, siren: str) -> float:
        """Return the value of an EPCI: the sums, or for what cannot be summed what the publisher says of the EPCI."""
        if not self.published:
            return self.total(communes)
        if self.numerator in holdings.epcis and siren in holdings.epcis.index:
            return float(holdings.epcis[self.numerator][siren])
        return float("nan")

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
            sense=1,
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
        Indicator(
            "part_75_plus", "Part des 75 ans et plus", "75 ans et plus",
            "Personnes de 75 ans et plus, pour cent habitants.",
            "plus_de_75_ans", "population_structure", "%", "Insee, recensement, structure par âge",
            "À 75 ans, on peut être très à l’aise en ligne : ce chiffre dit où poser la question.",
            sense=1, needs="ages",
        ),
        Indicator(
            "part_sans_diplome", "Part des personnes sans diplôme", "Sans diplôme",
            "Personnes de 15 ans ou plus, études terminées, sans diplôme ou avec le seul certificat d’études "
            "primaires, pour cent personnes de 15 ans ou plus dont les études sont terminées.",
            "sans_diplome", "non_scolarises_15_plus", "%", "Insee, recensement, diplômes et formation",
            "Sans diplôme ne veut dire ni sans savoir-faire, ni sans smartphone.",
            sense=1, needs="diplomes",
        ),
        Indicator(
            "revenu_median", "Revenu médian", "Revenu médian",
            "La moitié des personnes vit dans un ménage dont le revenu disponible par unité de consommation est plus "
            "bas, la moitié plus haut.",
            "revenu_median", "", "€ par an", "Insee, DGFiP, Cnaf, Cnav, CCMSA, fichier Filosofi",
            "Un revenu médian élevé peut cacher un quartier pauvre. Il n’est pas publié pour les petites communes.",
            decimals=0, sense=-1, needs="filosofi", published=True,
        ),
        Indicator(
            "taux_pauvrete", "Taux de pauvreté", "Pauvreté",
            "Personnes dont le niveau de vie est sous 60 % du niveau de vie médian du pays, pour cent personnes.",
            "taux_pauvrete", "", "%", "Insee, DGFiP, Cnaf, Cnav, CCMSA, fichier Filosofi",
            "Publié pour une petite partie des communes seulement ; un taux de moins de 5 % est publié comme 5 %.",
            sense=1, needs="filosofi", published=True,
        ),
        Indicator(
            "part_sans_30_mbits", "Part des locaux sans 30 Mbit/s", "Sans 30 Mbit/s",
            "Logements et locaux d’activité qu’aucun réseau filaire ne peut servir à 30 Mbit/s, pour cent locaux.",
            "locaux_sans_30_mbits", "locaux", "%", "Arcep, Ma connexion internet, débits filaires par commune",
            "Pouvoir s’abonner n’est ni être abonné, ni savoir s’en servir. Le réseau mobile n’est pas compté.",
            sense=1, needs="reseau",
        ),
        Indicator(
            "distance_lieu", "Distance au lieu d’aide le plus proche", "Lieu le plus proche",
            "Distance à vol d’oiseau entre un point de la commune, le plus à l’intérieur de son contour, et le lieu le "
            "plus proche.",
            "distance_lieu_km", "", "km", "calcul de Cartable sur les lieux d’aide connus",
            "Par la route, c’est plus long. Un lieu proche mais fermé le jour du marché reste loin.",
            sense=1, needs="lieux", published=True,
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
