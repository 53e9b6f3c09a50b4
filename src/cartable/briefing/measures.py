"""The measures of a synthesis, each declared once: what is counted, in which words it is said, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cartable import indicators, wording
from cartable.portrait import VILLAGE

GEOGRAPHY = "découpage communal au 1er janvier 2026"
CENTRES = "points des communes placés par Cartable sur les contours IGN Admin Express"


@dataclass(frozen=True)
class Measure:
    """A figure of an EPCI.

    Parameters
    ----------
    key
        That of an indicator when there is one.
    label
        What a reader sees.
    definition
        What is counted, in plain words.
    sentence
        « {v} » stands for the value, « {n} » for the number of people or things behind a share.
    unit
        « % » for a share.
    source
        Producer, file and vintage.
    year
        What the figure describes; « {population} » stands for the vintage of the population.
    decimals
        Digits after the comma.
    logarithm
        Whether gaps are measured on the logarithm: sizes are spread over several orders of magnitude.
    count
        Whether it is a plain number, compared with the middle EPCI of a group rather than with its sum.
    """

    key: str
    label: str
    definition: str
    sentence: str
    unit: str
    source: str
    year: str
    decimals: int = 1
    logarithm: bool = False
    count: bool = False

    def text(self, value: float | None) -> str:
        """Write a value with its unit."""
        written = self.bare(value)
        if self.unit in {"", "%"} or value is None or np.isnan(value):
            return written
        name, _, rest = self.unit.partition(" ")
        name = name.removesuffix("s") if value < 2 else name  # noqa: PLR2004 (French plural)
        return f"{written}{wording.NBSP}{name} {rest}".rstrip()

    def bare(self, value: float | None) -> str:
        """Write a value without its unit; a share keeps its sign."""
        return wording.percent(value, self.decimals) if self.unit == "%" else wording.number(value, self.decimals)


_CENSUS, _POPULATION = indicators.CENSUS, indicators.POPULATION
MEASURES = {
    m.key: m
    for m in (
        Measure(
            "population", "Habitants", "Personnes qui résident dans les communes de l’EPCI.",
            "{v} vivent dans cet EPCI", "habitants", _POPULATION, "{population}",
            decimals=0, logarithm=True, count=True,
        ),
        Measure(
            "nombre_75_plus", "Personnes de 75 ans et plus", "Personnes qui avaient 75 ans ou plus au recensement.",
            "{v} ont 75 ans ou plus", "personnes", "ages", "", decimals=0, logarithm=True, count=True,
        ),
        Measure(
            "nombre_65_plus", "Personnes de 65 ans et plus", "Personnes qui avaient 65 ans ou plus au recensement.",
            "{v} ont 65 ans ou plus", "personnes", _CENSUS, "2021", decimals=0, logarithm=True, count=True,
        ),
        Measure(
            "nombre_sans_diplome", "Personnes sans diplôme",
            "Personnes de 15 ans ou plus, sorties de l’école, sans diplôme ou avec le certificat d’études.",
            "{v} n’ont pas de diplôme", "personnes", "diplomes", "", decimals=0, logarithm=True, count=True,
        ),
        Measure(
            "communes", "Communes", "Communes membres : autant de mairies où l’on vient demander de l’aide.",
            "L’EPCI réunit {v}", "communes", GEOGRAPHY, "2026", decimals=0, logarithm=True, count=True,
        ),
        Measure(
            "villages", f"Communes de moins de {VILLAGE} habitants",
            f"Communes membres qui comptent moins de {VILLAGE} habitants.",
            "L’EPCI compte {v} de moins de 500 habitants", "communes", _POPULATION, "{population}",
            decimals=0, count=True,
        ),
        Measure(
            "part_65_plus", "Part des 65 ans et plus", "Sur cent habitants, combien ont 65 ans ou plus.",
            "{n} personnes ont 65 ans ou plus, soit {v} des habitants", "%", _CENSUS, "2021",
        ),
        Measure(
            "loin_lieu", "Vivent loin d’un lieu d’aide",
            "Sur cent habitants, combien vivent dans une commune dont le point est à plus de 5 km, à vol d’oiseau, du "
            "lieu d’aide connu le plus proche.",
            "{n} habitants, soit {v}, vivent dans une commune dont le point est à plus de 5 km, à vol d’oiseau, d’un "
            "lieu d’aide connu",
            "%", "lieux", "",
        ),
        Measure(
            "part_75_plus", "Part des 75 ans et plus", "Sur cent habitants, combien ont 75 ans ou plus.",
            "{n} personnes ont 75 ans ou plus, soit {v} des habitants", "%", "ages", "",
        ),
        Measure(
            "part_sans_diplome", "Part des personnes sans diplôme",
            "Sur cent personnes de 15 ans ou plus sorties de l’école, combien n’ont pas de diplôme, "
            "ou seulement le certificat d’études.",
            "{n} personnes sorties de l’école n’ont pas de diplôme, soit {v} d’entre elles", "%", "diplomes", "",
        ),
        Measure(
            "part_sans_30_mbits", "Part des locaux sans bon débit fixe",
            "Sur cent logements et bureaux, combien n’ont pas 30 Mbit/s par le câble, la fibre ou le téléphone.",
            "{n} locaux n’ont pas 30 Mbit/s par un réseau fixe, soit {v} des locaux", "%", "reseau", "",
        ),
        Measure(
            "taux_pauvrete", "Taux de pauvreté",
            "Sur cent personnes, combien vivent avec moins de 60 % du revenu médian du pays.",
            "{v} des personnes vivent sous le seuil de pauvreté", "%", "filosofi", "",
        ),
        Measure(
            "revenu_median", "Revenu médian",
            "Revenu annuel d’une personne seule, ou son équivalent en famille : la moitié a plus, la moitié a moins.",
            "Le revenu médian est de {v}", "euros par an", "filosofi", "", decimals=0, logarithm=True,
        ),
        Measure(
            "densite", "Habitants par kilomètre carré", "Habitants pour chaque kilomètre carré du territoire.",
            "Le territoire compte {v}", "habitants par km²", f"{_POPULATION} ; {indicators.CONTOURS}", "{population}",
            logarithm=True,
        ),
        Measure(
            "concentration", "Vivent dans la commune la plus peuplée",
            "Sur cent habitants de l’EPCI, combien vivent dans la commune la plus peuplée.",
            "{n} habitants vivent dans la commune la plus peuplée, soit {v} de l’ensemble", "%",
            _POPULATION, "{population}",
        ),
        Measure(
            "portee", "Vivent à moins de 10 km de la commune la plus peuplée",
            "Sur cent habitants, combien vivent dans une commune dont le point est à 10 km au plus, à vol d’oiseau, "
            "du point de la commune la plus peuplée.",
            "{n} habitants, soit {v}, vivent dans une commune dont le point est à 10 km au plus, à vol d’oiseau, "
            "de la commune la plus peuplée",
            "%", f"{_POPULATION} ; {CENTRES}", "{population}",
        ),
        Measure(
            "petites", f"Vivent dans une commune de moins de {VILLAGE} habitants",
            f"Sur cent habitants, combien vivent dans une commune de moins de {VILLAGE} habitants.",
            f"{{n}} habitants vivent dans une commune de moins de {VILLAGE} habitants, soit {{v}} de l’ensemble", "%",
            _POPULATION, "{population}",
        ),
        Measure(
            "mairies", "Habitants pour une mairie", "Nombre d’habitants divisé par le nombre de communes.",
            "Il y a une mairie pour {v}, en moyenne", "habitants", _POPULATION, "{population}",
            decimals=0, logarithm=True,
        ),
        Measure(
            "part_moins_20", "Part des moins de 20 ans", "Sur cent habitants, combien ont moins de 20 ans.",
            "{n} personnes ont moins de 20 ans, soit {v} des habitants", "%", _CENSUS, "2021",
        ),
        Measure(
            "part_residences_secondaires", "Part des résidences secondaires",
            "Sur cent logements, combien sont occupés une partie de l’année seulement.",
            "{n} logements sont des résidences secondaires, soit {v} des logements", "%", _CENSUS, "2021",
        ),
        Measure(
            "part_logements_vacants", "Part des logements vacants", "Sur cent logements, combien sont sans occupant.",
            "{n} logements sont sans occupant, soit {v} des logements", "%", _CENSUS, "2021",
        ),
        Measure(
            "departements", "Départements", "Départements où se trouvent ses communes.",
            "L’EPCI s’étend sur {v}", "départements", GEOGRAPHY, "2026", decimals=0, count=True,
        ),
    )
}  # fmt: skip
