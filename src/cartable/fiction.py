"""Two invented EPCIs with every figure: what exercises, examples and demonstrations show instead of real towns.

Their tables are in the formats of ``data/``; ``data/fictif/LISEZMOI.md`` says what there is to discover in them.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cartable.assets import PACKAGE
from cartable.errors import CLOSED, DataError, reason
from cartable.holdings import PLACE_COLUMNS, STATE, Holdings, Neighbourhood, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

RURAL, URBAN = "999000001", "999000002"
SIRENS = (RURAL, URBAN)
# Whatever ``CARTABLE_DONNEES`` says: the invented country goes with the code, not with a vintage of the real one.
FOLDER = (PACKAGE if (PACKAGE / "data").is_dir() else PACKAGE.parents[1]) / "data" / "fictif"
VINTAGE, QPV_VINTAGE = "chiffres inventés", 2024
# Key of the source: file, columns of numbers, columns that may be secret.
TABLES = {
    "filosofi": (("menages_fiscaux", "personnes_fiscales"), ("revenu_median", "taux_pauvrete")),
    "diplomes": (("non_scolarises_15_plus", "sans_diplome"), ()),
    "ages": (("population_structure", "de_60_a_74_ans", "plus_de_75_ans"), ()),
    "reseau": (("locaux", "locaux_sans_30_mbits", "locaux_1_gbits"), ()),
}  # fmt: skip
TITLES = {
    "filosofi": "Revenus et pauvreté",
    "diplomes": "Diplômes",
    "ages": "Âges détaillés",
    "reseau": "Réseau fixe",
    "france_services": "France services",
    "mediation": "Lieux de médiation numérique",
    "qpv": "Quartiers prioritaires",
}
REMEDY = "Remettez le dossier « data/fictif » d’origine, ou refaites-le avec « python data/fictif.py »."


def is_fictional(siren: str) -> bool:
    """Tell whether a SIREN is that of an invented EPCI."""
    return siren in SIRENS


@cache
def holdings() -> Holdings:
    """Return every figure, place and neighbourhood of the two EPCIs, read once.

    The « indice de fragilité numérique » of the Mednum is not among them: it is somebody's work, not to be invented.

    Raises
    ------
    DataError
        If a file is missing or damaged.
    """
    columns = [_figures(f"{key}.csv", "code_insee", *wanted) for key, wanted in TABLES.items()]
    communes = pd.concat(columns, axis=1, join="outer").sort_index()
    states = [c for c in communes.columns if c.endswith(STATE)]
    return Holdings(
        communes=communes.fillna(dict.fromkeys(states, "")).rename_axis("code_insee"),
        epcis=_figures("epcis.csv", "siren", (), TABLES["filosofi"][1]),
        places=_places(),
        neighbourhoods=_neighbourhoods(),
        provenances={
            key: Provenance(key, title, "Cartable", VINTAGE, licence="CC BY-SA 4.0", fictional=True)
            for key, title in TITLES.items()
        },
    )


def _table(name: str, texts: Iterable[str], numbers: Iterable[str]) -> pd.DataFrame:
    """Read a CSV file: codes and words as texts, numbers as floats, empty cells as missing."""
    kinds = {**dict.fromkeys(texts, "str"), **dict.fromkeys(numbers, "float64")}
    empty = {c: [""] for c, kind in kinds.items() if kind == "float64"}
    try:
        table = pd.read_csv(FOLDER / name, dtype=kinds, keep_default_na=False, na_values=empty)
    except OSError as error:
        raise _closed(name, error) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise DataError(f"Le fichier « {name} » du territoire inventé est abîmé.", REMEDY) from error
    if missing := [c for c in kinds if c not in table.columns]:
        raise DataError(f"Le fichier « {name} » du territoire inventé n’a pas de colonne « {missing[0]} ».", REMEDY)
    return table[list(kinds)]


def _figures(name: str, key: str, counts: Iterable[str], published: Iterable[str]) -> pd.DataFrame:
    """Read figures by commune or EPCI; each published one is followed by its state."""
    table = _table(name, [key, *(f"{c}{STATE}" for c in published)], [*counts, *published]).set_index(key)
    return table[[*counts, *(column for c in published for column in (c, f"{c}{STATE}"))]]


def _places() -> pd.DataFrame:
    numbers = ["latitude", "longitude"]
    return _table("lieux.csv", [c for c in PLACE_COLUMNS if c not in numbers], numbers)[list(PLACE_COLUMNS)]


def _neighbourhoods() -> tuple[Neighbourhood, ...]:
    """Read the outlines of the quartiers prioritaires."""
    name = "quartiers.geojson"
    try:
        features = json.loads((FOLDER / name).read_text(encoding="utf-8"))["features"]
        return tuple(_neighbourhood(feature) for feature in features)
    except OSError as error:
        raise _closed(name, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"Le fichier « {name} » du territoire inventé est abîmé.", REMEDY) from error


def _neighbourhood(feature: dict[str, Any]) -> Neighbourhood:
    about, rings = feature["properties"], feature["geometry"]["coordinates"]
    outline: list[NDArray[Any]] = [np.array(ring, dtype=float) for ring in rings]
    communes = tuple(about["insee_com"].split(", "))
    return Neighbourhood(about["code_qp"], about["lib_qp"], communes, QPV_VINTAGE, [outline])


def _closed(name: str, error: OSError) -> DataError:
    """Explain a file that does not open."""
    remedy = REMEDY if isinstance(error, FileNotFoundError) else CLOSED
    path: Path = FOLDER / name
    return DataError(f"Le fichier « {path.name} » du territoire inventé ne s’ouvre pas : {reason(error)}.", remedy)
