"""What must hold in the invented country, or nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    Contours = Mapping[str, shapely.Polygon]
GAP = 1e-9  # square degrees: less than a hundredth of a hectare


def problems(tables: Mapping[str, pd.DataFrame], contours: Contours, quartiers: Mapping[str, Any]) -> list[str]:
    """Return what does not hold, as French sentences."""
    communes = tables["communes"].set_index("code_insee")
    return [
        *_sums(communes, tables),
        *_incomes(tables),
        *_cover(communes, contours),
        *_inside(communes, tables["lieux"], contours),
        *_quartiers(quartiers, contours),
    ]


def _sums(communes: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Check that parts add up and that no part is greater than its whole."""
    ages = communes[["moins_de_20_ans", "de_20_a_64_ans", "plus_de_65_ans"]].sum(axis=1)
    if (ages != communes["population_recensement"]).any():
        yield "Les âges ne font pas la population recensée."
    diplomas, older, network = (tables[k].set_index("code_insee") for k in ("diplomes", "ages", "reseau"))
    pairs = (
        (communes["residences_secondaires"] + communes["logements_vacants"], communes["logements"]),
        (diplomas["non_scolarises_15_plus"], communes["population_recensement"]),
        (diplomas["sans_diplome"], diplomas["non_scolarises_15_plus"]),
        (older["de_60_a_74_ans"] + older["plus_de_75_ans"], older["population_structure"]),
        (older["plus_de_75_ans"], communes["plus_de_65_ans"]),
        (network["locaux_sans_30_mbits"] + network["locaux_1_gbits"], network["locaux"]),
    )
    for part, whole in pairs:
        wrong = part.index[part.gt(whole.reindex(part.index)) | part.lt(0)]
        if len(wrong):
            yield f"« {whole.name} » est plus petit que ses parties : {', '.join(wrong)}."


def _incomes(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Check that a value or a state is there, never both, and that an EPCI lies between its communes."""
    incomes, member = tables["filosofi"].set_index("code_insee"), tables["communes"].set_index("code_insee")
    for column in ("revenu_median", "taux_pauvrete"):
        if ((incomes[column] == "") == (incomes[f"{column}__etat"] == "")).any():
            yield f"« {column} » : une valeur ou un état, jamais les deux."
    for siren, median in tables["epcis"][["siren", "revenu_median"]].itertuples(index=False):
        of_communes = incomes.loc[member["siren_epci"] == siren, "revenu_median"].replace("", np.nan).astype(float)
        if not of_communes.min() < median < of_communes.max():
            yield f"Le revenu médian de l’EPCI {siren} n’est pas entre ceux de ses communes."


def _cover(communes: pd.DataFrame, contours: Contours) -> Iterator[str]:
    """Check that each EPCI is one piece without hole, without overlap, and that labels lie inside."""
    for siren, members in communes.groupby("siren_epci"):
        shapes = [contours[code] for code in members.index]
        whole = shapely.union_all(shapes)
        if not all(shapely.is_valid(shapes)) or abs(whole.area - sum(s.area for s in shapes)) > GAP:
            yield f"Les contours de l’EPCI {siren} se recouvrent."
        if whole.geom_type != "Polygon" or len(whole.interiors):
            yield f"L’EPCI {siren} n’est pas d’un seul tenant, ou a un trou."
    for code, x, y in communes[["longitude", "latitude"]].itertuples():
        if not shapely.contains_xy(contours[code], x, y):
            yield f"Le point de {code} est hors de son contour."
    if not shapely.coverage_is_valid(list(contours.values())):
        yield "Des communes voisines n’ont pas exactement la même frontière."


def _inside(communes: pd.DataFrame, places: pd.DataFrame, contours: Contours) -> Iterator[str]:
    """Check that each place lies in the commune that it names."""
    for name, code, commune, x, y in places[["nom", "code_insee", "commune", "longitude", "latitude"]].itertuples(
        index=False
    ):
        if communes["nom"].get(code) != commune:
            yield f"« {name} » : la commune {code} ne s’appelle pas « {commune} »."
        if x != "" and not shapely.contains_xy(contours[code], x, y):
            yield f"« {name} » est hors de {commune}."


def _quartiers(quartiers: Mapping[str, Any], contours: Contours) -> Iterator[str]:
    """Check that each neighbourhood lies in its communes, has a part in each, and follows no border."""
    for feature in quartiers["features"]:
        shape, codes = shapely.geometry.shape(feature["geometry"]), feature["properties"]["insee_com"].split(", ")
        held = [contours[code] for code in codes]
        if not shape.is_valid or not shapely.union_all(held).contains(shape):
            yield f"Le quartier {feature['properties']['code_qp']} sort de ses communes."
        if any(shapely.intersection(shape, s).area < 0.1 * shape.area for s in held):
            yield f"Le quartier {feature['properties']['code_qp']} touche à peine une de ses communes."
