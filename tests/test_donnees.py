"""The data that ship: what they must hold, and the pure functions of the script that makes them."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from cartable.atlas import atlas, data_folder

if TYPE_CHECKING:
    from types import ModuleType

DATA = Path(__file__).resolve().parents[1] / "data"
WITHOUT_CONTOUR = {"15031", "15035", "15047", "15171"}
LARGEST_HOLE_KM2, MEGABYTES = 0.2, 12
LLIVIA = (1.98, 42.46)  # a Spanish town inside France


@pytest.fixture(scope="module")
def build() -> ModuleType:
    pytest.importorskip("shapely")
    spec = importlib.util.spec_from_file_location("data_build", DATA / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- what ships ------------------------------------------------------------------------


def test_counts() -> None:
    tables = atlas()
    assert len(tables.communes) == 34_875
    assert len(tables.epcis) == 1_255
    assert tables.communes.index.is_unique
    assert tables.epcis.index.is_unique


def test_every_commune_has_a_contour_but_four() -> None:
    communes = set(atlas().communes.index)
    assert communes - set(atlas().topology.codes) == WITHOUT_CONTOUR
    assert set(atlas().topology.codes) <= communes


def test_codes_refer_to_each_other() -> None:
    tables = atlas()
    assert set(tables.communes["siren_epci"]) - {""} == set(tables.epcis.index)
    assert set(tables.communes["code_departement"]) == set(tables.departements.index)
    assert set(tables.former_communes["code_insee"]) <= set(tables.communes.index)
    assert not set(tables.former_communes.index) & set(tables.communes.index)
    heirs = {siren for sirens in tables.former_epcis["siren_actuels"] for siren in sirens.split()}
    assert heirs <= set(tables.epcis.index)
    assert not set(tables.former_epcis.index) & set(tables.epcis.index)


def test_codes_are_well_formed() -> None:
    tables = atlas()
    assert tables.communes.index.str.fullmatch(r"(\d\d|2[AB]|97\d)\d{2,3}").all()
    assert (tables.communes.index.str.len() == 5).all()
    assert tables.epcis.index.str.fullmatch(r"\d{9}").all()
    assert set(tables.epcis["nature"]) == {"CC", "CA", "CU", "ME", "ML"}


def test_only_four_islands_have_no_epci() -> None:
    alone = atlas().communes.query("siren_epci == ''")["nom"]
    assert set(alone) == {"Île-de-Bréhat", "Île-de-Sein", "Ouessant", "L'Île-d'Yeu"}


def test_age_groups_make_the_census_population() -> None:
    counted = atlas().counted
    groups = counted[["moins_de_20_ans", "de_20_a_64_ans", "plus_de_65_ans"]].sum(axis=1)
    everyone = counted["population_recensement"]
    assert ((groups - everyone).abs() <= 3 + everyone / 5_000).all()  # each group of each IRIS is rounded
    missing = atlas().communes.index.difference(counted.index)
    assert missing.str.startswith("976").sum() == 17
    assert len(missing) < 40


def test_figures_are_plausible() -> None:
    communes = atlas().communes
    assert 66e6 < communes["population"].sum() < 69e6
    assert 630_000 < communes["superficie_km2"].sum() < 645_000
    assert communes["superficie_km2"].notna().all()
    # Their area is that of the commune they left: the sum of an EPCI stays right.
    assert set(communes.index[communes["superficie_km2"] <= 0]) == WITHOUT_CONTOUR


def test_label_points_lie_inside_their_commune() -> None:
    shapely = pytest.importorskip("shapely")
    places = atlas().communes[["longitude", "latitude"]].dropna().iloc[::200]
    shapes = atlas().topology.to_geopandas(places.index).geometry.to_numpy()
    points = shapely.points(places.to_numpy())
    assert (shapely.distance(shapely.make_valid(shapes), points) < 0.002).all()


@pytest.mark.parametrize(("now", "before"), [("86247", "86231"), ("93066", "93059")])
def test_merged_communes_cover_what_they_absorbed(now: str, before: str) -> None:
    assert atlas().former_communes.at[before, "code_insee"] == now
    assert now in atlas().topology
    area = atlas().communes.at[now, "superficie_km2"]
    assert area > {"86247": 30, "93066": 15}[now]


def test_size() -> None:
    assert sum(p.stat().st_size for p in data_folder().iterdir() if p.is_file()) <= MEGABYTES * 1e6


def test_each_source_has_its_licence_and_vintage() -> None:
    yaml = pytest.importorskip("yaml")
    sources = yaml.safe_load((DATA / "sources.yml").read_text(encoding="utf-8"))
    fields = {"cle", "titre", "producteur", "licence", "millesime", "mise_a_jour", "url", "contenu", "reserves"}
    assert [s["cle"] for s in sources] == ["decoupage", "population", "recensement", "contours"]
    assert all(set(s) == fields and all(s.values()) for s in sources)


def test_gdal_reads_the_contours() -> None:
    geopandas = pytest.importorskip("geopandas")
    table = geopandas.read_file(data_folder() / "communes.topojson")
    assert set(table["id"]) == set(atlas().topology.codes)
    mine = atlas().topology.to_geopandas(["86078"]).geometry.iloc[0]
    theirs = table.set_index("id").geometry["86078"]
    assert theirs.symmetric_difference(mine).area < 1e-9


@pytest.mark.long
def test_no_hole_is_left_inside_the_country(build: ModuleType) -> None:
    shapely = pytest.importorskip("shapely")
    shapes = shapely.make_valid(atlas().topology.to_geopandas().geometry.to_numpy())
    whole = shapely.get_parts(shapely.union_all(shapes))
    gaps = [shapely.Polygon(ring) for part in whole if part.geom_type == "Polygon" for ring in part.interiors]
    large = [gap for gap in gaps if build.area_km2(gap) > LARGEST_HOLE_KM2]
    assert len(large) == 1
    assert large[0].contains(shapely.Point(LLIVIA))


# -- the script -----------------------------------------------------------------------------


def test_rings_that_vanished_are_dropped(build: ModuleType) -> None:
    arcs = [[[0, 0], [5, 0], [0, 5], [-5, -5]], [[1, 1], [1, 0]], [[2, 1], [-1, 0]], [[9, 9], [1, 0], [-1, 0]]]
    shape = {"type": "MultiPolygon", "arcs": [[[0], [1, 2]], [[3]]]}
    build.drop_vanished(shape, arcs)
    assert shape == {"type": "Polygon", "arcs": [[0]]}


def test_counts_stay_whole_numbers(build: ModuleType) -> None:
    table = pd.DataFrame({"population": [1.6, float("nan")], "superficie_km2": [1.5, 2.5]})
    text = build.whole_numbers(table).to_csv(index=False)
    assert text.split() == ["population,superficie_km2", "2,1.5", ",2.5"]


def test_a_gap_goes_to_the_merged_neighbour(build: ModuleType) -> None:
    shapely = pytest.importorskip("shapely")
    around = [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (1, 2), (2, 2)]
    squares = {f"c{x}{y}": shapely.box(x, y, x + 1, y + 1) for x, y in around}
    fixed, filled = build.repair(pd.Series(squares), {"c10"}, [])
    assert filled == ["c10"]
    assert fixed["c10"].area == pytest.approx(2)
    assert build.holes(fixed) == []


def test_a_gap_goes_first_to_the_commune_known_to_lie_there(build: ModuleType) -> None:
    shapely = pytest.importorskip("shapely")
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    contours = pd.Series({"a": ring})
    fixed, filled = build.repair(contours, {"a"}, [("b", shapely.Point(1.5, 1.5)), ("a", shapely.Point(0.5, 0.5))])
    assert filled == ["b"]
    assert fixed["b"].equals(shapely.box(1, 1, 2, 2))


def test_a_gap_without_owner_stays_and_is_told(build: ModuleType, capsys: pytest.CaptureFixture) -> None:
    shapely = pytest.importorskip("shapely")
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    fixed, filled = build.repair(pd.Series({"a": ring}), set(), [])
    assert filled == []
    assert fixed["a"].equals(ring)
    assert "km² près de" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "empty"), [("", True), ("\\N", True), ("0101000000000000000000F03F0000000000000040", False)]
)
def test_wkb_or_nothing(build: ModuleType, text: str, empty: bool) -> None:
    assert (build.wkb(text) is None) is empty


def test_areas_are_on_the_ellipsoid(build: ModuleType) -> None:
    shapely = pytest.importorskip("shapely")
    assert build.area_km2(shapely.box(0, 0, 1, 1)) == pytest.approx(12_308.8, rel=1e-3)


def test_remarks_tell_both_sides_of_a_split(build: ModuleType) -> None:
    communes = pd.DataFrame(index=pd.Index(["15141", "15031", "97601", "01001"]))
    contours = pd.Series({"15141": 1, "97601": 1, "01001": 1})
    notes = build.remarks(communes, {"15031": "15141"}, contours, ["01001"])
    assert notes["15031"] == "recensée avec 15141 ; contour compris dans celui de 15141"
    assert notes["15141"] == "recensée avec des communes rétablies depuis ; contour d’avant le rétablissement"
    assert notes["97601"].startswith("population de 2017")
    assert notes["01001"] == "contour complété"


def test_figures_that_do_not_add_up_are_refused(build: ModuleType) -> None:
    communes = atlas().communes.drop("86078")
    tables = {"communes": communes, "epci": atlas().epcis}
    contours = pd.Series(1, index=[c for c in communes.index if c not in WITHOUT_CONTOUR])
    topo = {"objects": {"communes": {"geometries": [{"arcs": [1]}] * len(contours)}}}
    with pytest.raises(SystemExit) as refusal:
        build.check(tables, contours, topo)
    assert "34874 communes" in refusal.value.code
    assert re.search(r"EPCI 200070035 : \(\d+, 34, \d+\)", refusal.value.code)
    build.check(
        {**tables, "communes": atlas().communes},
        pd.Series(1, index=[*contours.index, "86078"]),
        {"objects": {"communes": {"geometries": [{"arcs": [1]}] * (len(contours) + 1)}}},
    )


def test_a_failed_command_stops_in_french(build: ModuleType) -> None:
    with pytest.raises(SystemExit, match="a échoué"):
        build.run(sys.executable, "-c", "import sys; sys.exit(3)")
