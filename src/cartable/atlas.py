"""The tables of all France that ship with Cartable (see ``data/LISEZMOI.md``), read once, checked, never fetched.

What a person added (``Holdings``) stands beside: ``atlas().complete(holdings)`` gives tables that hold both.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import fiction, wording
from cartable.assets import data_folder
from cartable.errors import CLOSED, DataError, reason
from cartable.holdings import NOTHING, Holdings
from cartable.names import Entry, departement_of, fold_name
from cartable.topology import Topology

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COG = 2026
CENSUS = ("population_recensement", "moins_de_20_ans", "de_20_a_64_ans", "plus_de_65_ans")
COUNTS = (
    "population", *CENSUS, "logements", "residences_secondaires", "logements_vacants",
    "superficie_km2", "longitude", "latitude",
)  # fmt: skip
REMEDY = "Remettez le fichier d’origine du dossier « data », ou lancez « make data » pour le refaire."


DISTANCE = "distance_lieu_km"
# What a richer atlas does not read again.
_SHARED = ("_shipped", "epcis", "departements", "former_communes", "former_epcis", "topology", "names", "entries")


def _read(path: Path, columns: Iterable[str], numbers: Iterable[str] = ()) -> pd.DataFrame:
    """Read a shipped table; the first column becomes the index, codes stay strings."""
    try:
        kinds = dict.fromkeys(numbers, "float64")
        table = pd.read_csv(
            path,
            dtype={**dict.fromkeys(columns, "str"), **kinds},
            keep_default_na=False,
            na_values={c: [""] for c in kinds},
        )
    except FileNotFoundError as error:
        raise DataError(f"Le fichier « {path.name} » est introuvable dans « {path.parent} ».", REMEDY) from error
    except OSError as error:
        raise DataError(f"Le fichier « {path} » ne s’ouvre pas : {reason(error)}.", CLOSED) from error
    except (ValueError, UnicodeDecodeError) as error:  # pandas' parser errors are ValueErrors
        raise DataError(
            f"Le fichier « {path.name} » est abîmé : il ne se lit pas comme un tableau CSV.", REMEDY
        ) from error
    missing = [c for c in (*columns, *numbers) if c not in table.columns]
    if missing or table.empty:
        what = f"il y manque {wording.join([f'« {c} »' for c in missing])}" if missing else "il est vide"
        raise DataError(f"Le fichier « {path.name} » n’a pas les colonnes attendues : {what}.", REMEDY)
    return table.set_index(table.columns[0])


class Atlas:
    """All the communes and EPCIs of a country, read once from a folder of tables.

    Parameters
    ----------
    folder
        Where the tables are.
    holdings
        What is at hand beyond them.
    fictional
        Whether the country is invented.
    """

    def __init__(self, folder: Path, holdings: Holdings = NOTHING, *, fictional: bool = False) -> None:
        self.folder = folder
        self.fictional = fictional
        self._holdings = holdings

    @property
    def holdings(self) -> Holdings:
        """What is at hand beyond the tables."""
        return self._holdings

    def complete(self, holdings: Holdings) -> Atlas:
        """Return the same tables with other data beside them; what was read is not read again."""
        richer = Atlas(self.folder, holdings, fictional=self.fictional)
        richer.__dict__.update({name: self.__dict__[name] for name in _SHARED if name in self.__dict__})
        return richer

    def _read(self, name: str, columns: Iterable[str], numbers: Iterable[str] = ()) -> pd.DataFrame:
        return _read(self.folder / name, columns, numbers)

    @cached_property
    def _shipped(self) -> pd.DataFrame:
        table = self._read("communes.csv", ["code_insee", "nom", "siren_epci", "remarque"], COUNTS)
        table.insert(2, "code_departement", [departement_of(code) for code in table.index.tolist()])
        return table

    @cached_property
    def communes(self) -> pd.DataFrame:
        """One row for each commune (index: code INSEE), counts as floats, missing ones as NaN.

        After the shipped columns come those of the holdings and, where places are at hand, the distance from the
        commune's point to the nearest one (``distance_lieu_km``).
        """
        shipped, more = self._shipped, self.holdings.communes
        table = (
            shipped.join(more[more.columns.difference(shipped.columns, sort=False)]) if len(more.columns) else shipped
        )
        if self.holdings.places.empty:
            return table
        from cartable import access  # noqa: PLC0415 (scipy takes a third of a second: only where there are places)

        found = access.nearest(shipped, self.holdings.places)[DISTANCE]
        return table.assign(**{DISTANCE: found})

    @cached_property
    def epcis(self) -> pd.DataFrame:
        """One row for each EPCI (index: SIREN)."""
        return self._read("epci.csv", ["siren", "nom", "nature"])

    @cached_property
    def departements(self) -> pd.DataFrame:
        """One row for each département (index: code), with its région."""
        return self._read("departements.csv", ["code_departement", "nom", "code_region", "nom_region"])

    @cached_property
    def former_communes(self) -> pd.DataFrame:
        """Former communes and arrondissements (index: old code) and the commune that covers them now."""
        return self._read("communes_anciennes.csv", ["code_ancien", "nom_ancien", "code_insee", "nature"])

    @cached_property
    def former_epcis(self) -> pd.DataFrame:
        """EPCIs that disappeared since 2020 (index: old SIREN) and those that now hold their communes."""
        columns = ["siren_ancien", "nom_ancien", "dernier_millesime", "siren_actuels"]
        return self._read("epci_anciens.csv", columns)

    @cached_property
    def topology(self) -> Topology:
        """Contours of the communes."""
        return Topology.read(self.folder / "communes.topojson")

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the EPCIs by SIREN, of the communes by code INSEE, of the départements by code."""
        named = (self.epcis, self._shipped, self.departements)
        return {k: v for table in named for k, v in zip(table.index.tolist(), table["nom"].tolist(), strict=True)}

    @cached_property
    def entries(self) -> list[Entry]:
        """Everything that can be searched: EPCIs, communes, former communes, EPCIs of the past."""
        epcis = [Entry("epci", siren, nom, siren, nature=nature) for siren, nom, nature in self.epcis.itertuples()]
        communes = [
            Entry("commune", code, nom, siren) for code, nom, siren in self.communes[["nom", "siren_epci"]].itertuples()
        ]
        holder = self.communes["siren_epci"]
        former = [
            Entry(nature, code, nom, holder[now], now)
            for code, nom, now, nature in self.former_communes.itertuples()
            if nom and fold_name(nom) != fold_name(self.names[now])
        ]
        gone = [Entry("epci disparu", siren, nom, "") for siren, nom, _, _ in self.former_epcis.itertuples()]
        return [*epcis, *communes, *former, *gone]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The communes that the 2021 census counted by age."""
        return self.communes.dropna(subset=list(CENSUS))

    @cached_property
    def census_by_departement(self) -> pd.DataFrame:
        """Census counts summed by département."""
        return self.counted.groupby("code_departement")[list(CENSUS)].sum()

    @cached_property
    def census_by_epci(self) -> pd.DataFrame:
        """Census counts summed by EPCI."""
        return self.counted.groupby("siren_epci")[list(CENSUS)].sum()

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """Four standardised features of each EPCI that the census covers: what ``similar`` compares.

        Logarithms of the population, of the density and of the number of communes; share of people aged 65 and over.
        """
        held = self.communes[self.communes["siren_epci"] != ""].groupby("siren_epci")
        totals = held[["population", "superficie_km2"]].sum(min_count=1)
        features = pd.DataFrame(
            {
                "habitants": np.log(totals["population"]),
                "densite": np.log(totals["population"] / totals["superficie_km2"]),
                "communes": np.log(held.size()),
                "age": self.census_by_epci["plus_de_65_ans"] / self.census_by_epci["population_recensement"],
            }
        ).dropna()
        features = features.drop("", errors="ignore")
        return (features - features.mean()) / features.std(ddof=0)


@cache
def _atlas(folder: Path) -> Atlas:
    return Atlas(folder)


def atlas() -> Atlas:
    """Return the shipped tables, read once for each data folder."""
    return _atlas(data_folder())


class Invented(Atlas):
    """The invented country: two EPCIs for exercises, with every figure, read when something asks for it."""

    @cached_property
    def holdings(self) -> Holdings:
        """What it holds beyond its tables."""
        return fiction.holdings()


@cache
def invented() -> Atlas:
    """Return the tables of the invented country."""
    return Invented(fiction.FOLDER, fictional=True)
