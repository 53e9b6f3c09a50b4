"""What enters the fragility index, who is behind it, and the three profiles of weights printed for workshops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from cartable.indicators import INDICATORS

Weights: TypeAlias = Mapping[str, float]

POINTS = 10  # that a group shares out between the components
FAR_KM = 5  # as the crow flies: beyond, inhabitants are counted as far from a place of help


@dataclass(frozen=True)
class Component:
    """An indicator that enters the index, and who is behind it.

    Parameters
    ----------
    key
        Key of the indicator.
    short
        Its name on a chart.
    heading
        Heading of the column that counts.
    people
        What is counted behind it, in the plural: « personnes de 65 ans et plus ».
    column
        Column of the table of communes that holds the count.
    question
        What to go and check, in a public meeting as elsewhere.
    """

    key: str
    short: str
    heading: str
    people: str
    column: str
    question: str

    @property
    def label(self) -> str:
        """Name of the indicator."""
        return INDICATORS[self.key].label

    @property
    def sense(self) -> int:
        """Whether a higher (1) or a lower (-1) value counts as more fragile."""
        return INDICATORS[self.key].sense


COMPONENTS: dict[str, Component] = {
    c.key: c
    for c in (
        Component(
            "part_65_plus", "Âge", "65 ans et plus", "personnes de 65 ans et plus", "plus_de_65_ans",
            "Qui aide les plus âgés dans leurs démarches, et que se passe-t-il quand cette personne est absente ?",
        ),
        Component(
            "part_sans_diplome", "Diplôme", "Sans diplôme", "personnes sans diplôme", "sans_diplome",
            "À l’accueil de la mairie, qui demande qu’on lise ou qu’on remplisse à sa place ?",
        ),
        Component(
            "revenu_median", "Revenu", "Revenu connu", "personnes dont le revenu est connu",
            "personnes_fiscales",
            "Qui n’a qu’un téléphone pour ses démarches, ou partage un seul appareil à plusieurs ?",
        ),
        Component(
            "part_sans_30_mbits", "Réseau", "Sans 30 Mbit/s", "locaux sans 30 Mbit/s", "locaux_sans_30_mbits",
            "Dans quels hameaux la connexion coupe-t-elle ? Un raccordement est-il prévu, et quand ?",
        ),
        Component(
            "distance_lieu", "Distance", f"À plus de {FAR_KM} km",
            f"habitants à plus de {FAR_KM} km d’un lieu d’aide", "population",
            "Comment vient-on sans voiture, et le lieu est-il ouvert ce jour-là ?",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """Weights printed for a workshop.

    Parameters
    ----------
    key
        Short name.
    name
        What the group says: « Âge et isolement ».
    weights
        Points out of ten, by component.
    debate
        For which debate it is made: one sentence.
    """

    key: str
    name: str
    weights: Weights
    debate: str


def _points(*points: float) -> dict[str, float]:
    return dict(zip(COMPONENTS, points, strict=True))


PROFILES: dict[str, Profile] = {
    p.key: p
    for p in (
        Profile(
            "equilibre", "Équilibré", _points(2, 2, 2, 2, 2),
            "Pour ouvrir la discussion quand personne n’a encore dit ce qui compte le plus.",
        ),
        Profile(
            "age", "Âge et isolement", _points(4, 1, 1, 1, 3),
            "Pour débattre de l’aller-vers : permanences, bus, visites, quand les habitants sont âgés et loin de tout.",
        ),
        Profile(
            "ressources", "Ressources et diplômes", _points(1, 3, 4, 1, 1),
            "Pour débattre de l’accès aux droits et de l’équipement, en ville et dans les quartiers prioritaires.",
        ),
    )
}  # fmt: skip


def values(communes: pd.DataFrame) -> pd.DataFrame:
    """Return the components of each commune: shares from 0 to 1, euros a year, kilometres; NaN where missing."""
    return pd.DataFrame({key: INDICATORS[key].values(communes) for key in COMPONENTS})


def people(communes: pd.DataFrame) -> pd.DataFrame:
    """Count who is behind each component in each commune; NaN where it is not known.

    The inhabitants of a commune are all counted as far from a place of help, or none of them, according to its point.
    """
    columns = {
        key: communes[c.column].astype(float) if c.column in communes else pd.Series(np.nan, index=communes.index)
        for key, c in COMPONENTS.items()
    }
    distance = INDICATORS["distance_lieu"].values(communes)
    columns["distance_lieu"] = columns["distance_lieu"].where(distance > FAR_KM, 0.0).where(distance.notna())
    income = INDICATORS["revenu_median"].values(communes)
    columns["revenu_median"] = columns["revenu_median"].where(income.notna())
    return pd.DataFrame(columns)
