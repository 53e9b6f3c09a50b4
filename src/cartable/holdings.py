"""What is at hand beyond the shipped tables: figures by commune, places, neighbourhoods, each with its vintage.

Pure data: the sources fill it (``cartable.sources``), the territory, the indicators and the maps read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from cartable import wording

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

# A figure that was not published keeps the publisher's word in a column of the same name and this suffix.
STATE = "__etat"
STATES = {
    "s": "secret statistique",
    "ns": "non significatif",
    "nd": "non disponible",
    "fusion": "commune fusionnée depuis : non additionnable",
}
PLACE_COLUMNS = (
    "id", "nom", "commune", "code_insee", "code_postal", "adresse", "latitude", "longitude", "typologie", "services",
    "frais_a_charge", "prise_en_charge_specifique", "dispositif_programmes_nationaux", "itinerance", "horaires",
    "modalites_acces", "modalites_accompagnement", "fiche_acces_libre", "date_maj", "source", "jeu",
)  # fmt: skip
SEPARATOR = "|"  # between the values of a field of the standard that holds several


@dataclass(frozen=True)
class Provenance:
    """Where data come from: what the licences ask to print under each figure.

    Parameters
    ----------
    key
        Name of the source in the code and in commands: ``filosofi``.
    title
        « Revenus et pauvreté (Filosofi) ».
    producer
        « Insee ».
    vintage
        What the data describe: « 2021 », « 1er août 2024 ».
    updated
        Day of the download, or of the file that the person gave; none for fictional data.
    licence
        « Licence Ouverte 2.0 ».
    fictional
        Whether everything is invented.
    """

    key: str
    title: str
    producer: str
    vintage: str
    updated: dt.date | None = None
    licence: str = "Licence Ouverte 2.0"
    fictional: bool = False

    def line(self) -> str:
        """Return the attribution: « Insee, Revenus et pauvreté (Filosofi), 2021, mis à jour le 3 mai 2026 »."""
        if self.fictional:
            return f"{self.title} : données inventées pour les exercices"
        day = f", mis à jour le {wording.date(self.updated)}" if self.updated else ""
        return f"{self.producer}, {self.title}, {self.vintage}{day}"


@dataclass(frozen=True)
class Neighbourhood:
    """A quartier prioritaire de la politique de la ville.

    Parameters
    ----------
    code
        « QP066007 », « QN06601M ».
    name
        Official name.
    communes
        Codes INSEE of today.
    vintage
        Year of the perimeters: 2014 or 2024.
    polygons
        Each a list of rings (outer first) of longitudes and latitudes, shape (n, 2), in degrees.
    """

    code: str
    name: str
    communes: tuple[str, ...]
    vintage: int
    polygons: list[list[NDArray[float]]] = field(compare=False, default_factory=list)  # type: ignore[type-var]


def _no_communes() -> pd.DataFrame:
    return pd.DataFrame(index=pd.Index([], name="code_insee", dtype="str"))


def _no_epcis() -> pd.DataFrame:
    return pd.DataFrame(index=pd.Index([], name="siren", dtype="str"))


def no_places() -> pd.DataFrame:
    """Return a table of places without a row: texts, but for latitude and longitude."""
    kinds = {c: "float64" if c in {"latitude", "longitude"} else "str" for c in PLACE_COLUMNS}
    return pd.DataFrame({c: pd.Series(dtype=kind) for c, kind in kinds.items()})


@dataclass(frozen=True, eq=False)
class Holdings:
    """Data beyond the shipped tables.

    Parameters
    ----------
    communes
        Index: code INSEE of today. Counts and rates (0 to 1) as floats, NaN where unknown; for some, a column with
        the suffix ``__etat`` holds « » (published), « s », « ns », « nd » or « fusion » (see ``STATES``).
    epcis
        Figures that the publisher gives by EPCI and that nobody may sum (medians). Index: SIREN.
    places
        One row for each place of help, columns ``PLACE_COLUMNS``: those of the standard « lieux de médiation
        numérique » (texts, lists separated by « | »), ``jeu`` being the key of the source.
    neighbourhoods
        Quartiers prioritaires.
    provenances
        By key of source; a key that is here says that the source is at hand.
    """

    communes: pd.DataFrame = field(default_factory=_no_communes)
    epcis: pd.DataFrame = field(default_factory=_no_epcis)
    places: pd.DataFrame = field(default_factory=no_places)
    neighbourhoods: tuple[Neighbourhood, ...] = ()
    provenances: Mapping[str, Provenance] = field(default_factory=dict)

    def __contains__(self, key: object) -> bool:
        return key in self.provenances

    def lines(self, keys: Iterable[str] | None = None) -> list[str]:
        """Return the attribution lines of some sources, or of all."""
        wanted = self.provenances if keys is None else [k for k in keys if k in self.provenances]
        return [self.provenances[k].line() for k in wanted]


NOTHING = Holdings()
