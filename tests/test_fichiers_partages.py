"""Extra checks against full public files, kept outside of the repository (``CARTABLE_PARTAGE`` names their folder)."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from cartable.atlas import atlas
from cartable.indicators import INDICATORS
from cartable.territory import reconcile

pytestmark = pytest.mark.partage
FOLDER = Path(os.environ.get("CARTABLE_PARTAGE", Path(__file__).resolve().parents[2] / "shared")) / "data"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("ifn_v2_communes_2023.csv", "code"),
        ("cc_filosofi_2021_COM.csv", "CODGEO"),
        ("france_services_20240801.csv", "insee_com"),
    ],
)
def test_codes_of_other_vintages_find_a_commune_of_today(name: str, column: str) -> None:
    codes = read(name)[column]
    known = reconcile(codes[~codes.str.startswith(("975", "977", "978", "98"))])
    assert known.unknown == ()
    assert set(known.current.values()) <= set(atlas().communes.index)


def test_the_share_of_older_people_ranks_communes_as_the_fragility_index_does() -> None:
    scores = read("ifn_v2_communes_2023.csv").set_index("code")["older_65_rate"].replace("", None).astype(float)
    shares = INDICATORS["part_65_plus"].values(atlas().communes)
    together = pd.concat([scores, shares], axis=1).dropna().rank()
    assert len(together) > 34_000
    assert together.corr().iloc[0, 1] > 0.9


def test_places_with_coordinates_fall_in_the_contour_of_their_commune() -> None:
    geopandas = pytest.importorskip("geopandas")
    places = read("france_services_20240801.csv")
    places = places[(places["longitude"] != "") & places["insee_com"].isin(atlas().topology.codes)]
    points = geopandas.points_from_xy(places["longitude"].astype(float), places["latitude"].astype(float))
    shapes = atlas().topology.to_geopandas(places["insee_com"].unique()).geometry
    inside = shapes.loc[places["insee_com"]].contains(geopandas.GeoSeries(points, crs=4326), align=False)
    assert len(inside) > 2_500
    assert inside.mean() > 0.9
