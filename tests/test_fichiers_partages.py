"""Extra checks against full public files, kept outside of the repository (``CARTABLE_PARTAGE`` names their folder)."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from cartable import mapping
from cartable.atlas import atlas
from cartable.fragility import ifn as epci
from cartable.indicators import INDICATORS
from cartable.sources import (
    catalogue,
    filosofi,
    france_services,
    hours,
    ifn,
    mediation,
    neighbourhoods,
    reading,
    standard,
)
from cartable.sources.model import SourceError
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


# -- tables by commune ------------------------------------------------------------------


def test_filosofi_keeps_every_figure_and_every_secret() -> None:
    name = "cc_filosofi_2021_COM.csv"
    texts, found = read(name).set_index("CODGEO"), filosofi.read((FOLDER / name).read_bytes(), name)
    assert found.vintage == "2021"
    assert found.report.count("refusée") == 0
    own = found.communes[found.communes["revenu_median__etat"] != "fusion"]
    own = own[own.index.isin(texts.index)]
    assert len(own) > 34_700
    for column, field, unit, published in (
        ("MED21", "revenu_median", 1, 31_304),
        ("TP6021", "taux_pauvrete", 100, 4_397),
    ):
        hidden = texts[column].isin(["s", "ns", "nd"])
        assert int((~hidden).sum()) == published
        values = pd.to_numeric(texts[column].str.replace(",", "."), errors="coerce")[own.index] / unit
        pd.testing.assert_series_equal(own[field], values, check_names=False, check_dtype=False)
        states = texts[column].where(hidden, "")[own.index]
        assert own[f"{field}__etat"].tolist() == states.tolist()
        # The others are arrondissements (their city has a line) and communes that merged since.
        assert (
            published - own[field].notna().sum() <= 45 + 2 * (found.communes[f"{field}__etat"] == "fusion").sum() + 68
        )


def test_filosofi_counts_everybody_once() -> None:
    name = "cc_filosofi_2021_COM.csv"
    texts, found = read(name).set_index("CODGEO"), filosofi.read((FOLDER / name).read_bytes(), name)
    people = pd.to_numeric(texts["NBPERSMENFISC21"], errors="coerce")
    districts = people.index.str.match(r"751\d\d|6938\d|132(0|1)\d") & ~people.index.isin(atlas().communes.index)
    assert districts.sum() == 45
    unknown = found.communes["personnes_fiscales"].isna()
    parts = reconcile(people.index).current
    lost = people[[unknown[parts[code]] for code in people.index]]
    assert found.communes["personnes_fiscales"].sum() == people[~districts].sum() - lost.sum()
    assert lost.sum() < 20_000


def test_filosofi_through_a_spreadsheet_is_the_same() -> None:
    content = (FOLDER / "cc_filosofi_2021_COM.csv").read_bytes()
    rows = read("cc_filosofi_2021_COM.csv")
    rows["CODGEO"] = rows["CODGEO"].str.lstrip("0")
    spoilt = rows.to_csv(index=False, sep=";", lineterminator="\r\n").encode("cp1252")
    before, after = filosofi.read(content, "a.csv"), filosofi.read(spoilt, "b.csv")
    pd.testing.assert_frame_equal(before.communes, after.communes)
    assert sum("est lu 0" in r.message for r in after.report.remarks) == 200


def test_the_fragility_index_of_an_epci_is_the_weighted_mean_of_its_communes() -> None:
    name = "ifn_v2_communes_2023.csv"
    found = ifn.read((FOLDER / name).read_bytes(), name)
    assert found.report.lines == 35_008
    assert found.report.count("refusée") == 0
    assert not any("moyenne" in r.message for r in found.report.remarks)
    assert sum("sans habitants" in r.message for r in found.report.remarks) == 6
    means = epci.means(atlas().communes.join(found.communes))["ifn_total"]
    assert len(means) == 1_255
    assert means.between(1, 10).all()
    published = {"200040392": 5.99, "200041572": 7.85, "200070035": 7.19, "241700434": 4.79}
    assert means[list(published)].to_dict() == pytest.approx(published, abs=0.03)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cc_filosofi_2021_COM.csv", "filosofi"),
        ("ifn_v2_communes_2023.csv", "ifn"),
        ("france_services_20240801.csv", "france_services"),
        ("qpv2014_occitanie_105.geojson", "qpv"),
        ("schema/lamednum_exemple-valide.csv", "mediation"),
    ],
)
def test_real_files_are_recognised(name: str, key: str) -> None:
    assert catalogue.recognise((FOLDER / name).read_bytes(), "fichier").key == key


# -- places, neighbourhoods, raw lists --------------------------------------------------


def test_france_services_keeps_all_its_places_but_those_of_collectivities() -> None:
    name = "france_services_20240801.csv"
    found = france_services.read((FOLDER / name).read_bytes(), name)
    assert found.report.lines == 2_845
    assert found.report.count("refusée") == 0
    assert found.places is not None
    assert len(found.places) == 2_843  # two are in Saint-Pierre-et-Miquelon or Saint-Martin
    assert found.places["latitude"].notna().all()
    assert found.places["itinerance"].value_counts().to_dict() == {"Fixe": 2_680, "Itinérant": 163}
    assert (found.places["horaires"] != "").sum() == 2_796
    assert found.vintage == "1er août 2024"
    raw = read(name).set_index("id_fs")
    places = found.places.set_index("id")
    assert places["latitude"].to_dict() == pytest.approx(raw.loc[places.index, "latitude"].astype(float).to_dict())
    week = hours.parse(places.loc["1", "horaires"])
    assert week
    assert not week.saturday
    saturdays = raw.index[raw["h_samedi"].str.contains(r"[1-9]")]
    opened = [hours.parse(text) for text in places.loc[places.index.isin(saturdays), "horaires"]]
    assert all(week and week.saturday for week in opened)


def test_the_valid_example_of_the_standard_is_kept_and_its_wrong_point_said() -> None:
    name = "schema/lamednum_exemple-valide.csv"
    found = mediation.read((FOLDER / name).read_bytes(), name)
    assert found.report.count("refusée") == 0
    assert list(found.places["code_insee"]) == ["51454"]
    assert found.places["latitude"].isna().all()  # it says Reims, and a point in Aix-en-Provence
    assert [(r.column, r.outcome) for r in found.report.remarks] == [("latitude", "signalée")]


def test_the_declared_standard_is_that_of_its_authors() -> None:
    theirs = json.loads((FOLDER / "schema/lamednum_schema_v1.0.2.json").read_text(encoding="utf-8"))
    assert [f["name"] for f in theirs["fields"]] == list(standard.fields())
    for field in theirs["fields"]:
        ours, constraints = standard.fields()[field["name"]], field["constraints"]
        assert ours.kind == field["type"]
        assert ours.required == constraints.get("required", False)
        for value in ours.values if field["name"] != "typologie" else ():  # noqa: PD011 (not a table)
            written = value.replace("numériques (La Poste)", "numériques(La Poste)")
            assert re.search(constraints["pattern"], written), value
        assert ours.longest == constraints.get("maxLength", 0)


def test_the_perimeters_of_2014_are_refused_then_read_with_their_warning() -> None:
    name = "qpv2014_occitanie_105.geojson"
    content = (FOLDER / name).read_bytes()
    with pytest.raises(SourceError, match="remplacés au 1er janvier 2024"):
        neighbourhoods.read(content, name)
    found = neighbourhoods.read_old(content, name)
    assert len(found.neighbourhoods) == 105
    assert {n.vintage for n in found.neighbourhoods} == {2014}
    assert found.vintage == "périmètres de 2014, remplacés au 1er janvier 2024"
    assert found.report.count("refusée") == 0


# What the person adds for each list, then the lines accepted, mended, pointed out and refused, and the places kept.
LISTS = [
    ("gironde", {}, (17, 330, 0, 0), 347),
    ("fibre-64", {"date_maj": "2023-01-01"}, (0, 41, 20, 0), 56),
    ("la-creuse", {"nom": "Atelier numérique", "date_maj": "2023-01-01"}, (0, 90, 0, 1), 88),
    ("bus-france-services-charente", {"date_maj": "2023-01-01"}, (0, 12, 0, 0), 12),
]


@pytest.mark.parametrize(("name", "given", "counts", "kept"), LISTS)
def test_raw_lists_are_brought_to_the_standard(
    name: str, given: dict[str, str], counts: tuple[int, ...], kept: int
) -> None:
    raw = reading.table((FOLDER / "lieux_bruts" / f"{name}.csv").read_bytes(), f"{name}.csv")
    made = mapping.propose(raw)
    for field, text in given.items():
        made = made.changed(field, mapping.Rule(constante=text))
    assert mapping.loads(mapping.dumps(made)) == made
    applied = mapping.apply(raw, made, atlas())
    found = tuple(applied.count(status) for status in ("acceptée", "réparée", "signalée", "refusée"))
    assert found == counts
    assert sum(found) == len(raw.rows)
    assert found[-1] <= 0.1 * len(raw.rows)
    assert len(applied.places) == kept
    again = mediation.read(mapping.to_csv(applied), "au-standard.csv")
    assert again.report.count("refusée") == 0
    pd.testing.assert_frame_equal(again.places.drop(columns="jeu"), applied.places.drop(columns="jeu"))
    if name == "gironde":
        assert made.champs["latitude"].colonnes == ("Coord. X",)
        assert applied.places["latitude"].between(44, 46).all()
    if name == "fibre-64":
        assert not re.search(r"\d\d \d\d \d\d \d\d|@\w", applied.standard.drop(columns="site_web").to_csv())
