"""Outlines: quartiers prioritaires and the communes of geo.api.gouv.fr, valid or spoilt in every way."""

from __future__ import annotations

import copy
import gzip
import json
import math
from typing import TYPE_CHECKING, Any

import mini_france
import mutations
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import zipped

from cartable.errors import CartableError
from cartable.sources import geo_api, neighbourhoods
from cartable.sources.model import Reading, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

Json = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def _country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put the tiny country in the place of France, once."""
    with pytest.MonkeyPatch.context() as patch:
        mini_france.use(patch, tmp_path_factory.mktemp("donnees"))
        yield


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def square(x: float, y: float, size: float = 0.1) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def feature(properties: Json, rings: list[list[list[float]]]) -> Json:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": rings}}


def collection(features: list[Json]) -> Json:
    return {"type": "FeatureCollection", "features": features}


def quarters() -> Json:
    return collection(
        [
            feature({"code_qp": "QN00201M", "lib_qp": "Les Sources", "insee_com": "02002"}, [square(2.2, 0.2)]),
            feature({"code_qp": "QN00202M", "lib_qp": HOLED, "insee_com": "02002, 01002"},
                    [square(1.95, 0.4, 0.2), square(2.0, 0.45, 0.05)]),
            feature({"code_qp": "QN97601I", "lib_qp": "Le Lagon", "insee_com": "97602"}, [square(7.2, 6.3)]),
        ]
    )  # fmt: skip


HOLED = mini_france.HOSTILE
COMMUNES = {
    "01001": ("Alpha", 1001, square(0, 0, 1)),
    "01002": (mini_france.HOSTILE, 151, square(1, 0, 1)),
    "01003": (mini_france.FORMULA, 601, square(0, 1, 1)),
    "01004": ("Delta", 51, square(1, 1, 1)),
    "02001": ("Écho-sans-Contour", 201, square(0.4, 0.4, 0.2)),
}


def epci() -> Json:
    return collection(
        [
            feature({"code": code, "nom": name, "population": people, "codeEpci": mini_france.ESSAI}, [ring])
            for code, (name, people, ring) in COMMUNES.items()
        ]
    )


def dumped(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def changed(data: Json, change: Callable[[list[Json]], object]) -> bytes:
    again = copy.deepcopy(data)
    change(again["features"])
    return dumped(again)


def geometry(one: Json, function: Callable[[list[float]], object]) -> None:
    rings = one["geometry"]["coordinates"]
    one["geometry"]["coordinates"] = [[function(point) for point in ring] for ring in rings]


def first(change: Callable[[Json], object]) -> Callable[[list[Json]], None]:
    return lambda features: change(features[0]) and None


def every(function: Callable[[list[float]], object]) -> Callable[[list[Json]], None]:
    def change(features: list[Json]) -> None:
        for one in features:
            geometry(one, function)

    return change


LAMBERT = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)


def lambert(point: list[float]) -> list[float]:
    return list(LAMBERT.transform(*point))


def declared(name: str) -> Json:
    return {"type": "name", "properties": {"name": name}}


def with_crs(data: Json, name: object) -> bytes:
    return dumped({**copy.deepcopy(data), "crs": name})


def in_lambert(data: Json, crs: object) -> bytes:
    content = json.loads(changed(data, every(lambert)))
    return dumped({**content, "crs": crs} if crs else content)


def opened(one: Json) -> None:
    one["geometry"]["coordinates"][0].pop()


def butterfly(one: Json) -> None:
    x, y = one["geometry"]["coordinates"][0][0]
    one["geometry"]["coordinates"] = [[[x, y], [x + 0.1, y + 0.1], [x + 0.1, y], [x, y + 0.1], [x, y]]]


DATA = {"qpv": quarters(), "geo": epci()}
READERS = {"qpv": neighbourhoods.read, "geo": geo_api.read}
FILES = {"qpv": "QP2024_WGS84.geojson", "geo": "communes.geojson"}

# What is done to the bytes or to the features, and the same result.
INTACT: dict[str, Callable[[Json], bytes]] = {
    "tel quel": dumped,
    "marque UTF-8": lambda d: b"\xef\xbb\xbf" + dumped(d),
    "UTF-16": lambda d: dumped(d).decode().encode("utf-16"),
    "Windows-1252": lambda d: dumped(d).decode().encode("cp1252"),
    "blancs devant": lambda d: b"\n \r\n" + dumped(d),
    "CRS84": lambda d: with_crs(d, declared("urn:ogc:def:crs:OGC:1.3:CRS84")),
    "EPSG:4326": lambda d: with_crs(d, declared("EPSG:4326")),
    "EPSG::4326": lambda d: with_crs(d, declared("urn:ogc:def:crs:EPSG::4326")),
    "crs nul": lambda d: with_crs(d, None),
    "altitudes": lambda d: changed(d, every(lambda p: [*p, 120.0])),
    "Lambert 93 déclaré": lambda d: in_lambert(d, declared("urn:ogc:def:crs:EPSG::2154")),
    "axes échangés": lambda d: changed(d, every(lambda p: [p[1], p[0]])),
    "contours ouverts": lambda d: changed(d, lambda f: [opened(one) for one in f]),
    "multipolygones": lambda d: changed(d, lambda f: [
        one["geometry"].update(type="MultiPolygon", coordinates=[one["geometry"]["coordinates"]]) for one in f
    ]),
    "autre ordre": lambda d: changed(d, lambda f: f.reverse()),
    "élément répété": lambda d: changed(d, lambda f: f.append(f[0])),
    "archive ZIP": lambda d: zipped({"GEOJSON/a_WGS84.geojson": dumped(d), "lisez.txt": b"x"}),
    "archive de deux projections": lambda d: zipped(
        {"GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson": dumped(d), "a_LB93.geojson": b"{}"}
    ),
    "GZIP": lambda d: gzip.compress(dumped(d)),
    "majuscules des propriétés": lambda d: changed(d, lambda f: [
        one.update(properties={k.upper(): v for k, v in one["properties"].items()}) for one in f
    ]),
}  # fmt: skip
# What refuses the whole file.
REFUSED: dict[str, Callable[[Json], bytes]] = {
    "vide": lambda _: b"",
    "blancs": lambda _: b" \n\t",
    "page web": lambda _: b"<!DOCTYPE html><html><body>503</body></html>",
    "image": lambda _: b"\x89PNG\r\n\x1a\n",
    "PDF": lambda _: b"%PDF-1.7",
    "tableau CSV": lambda _: b"code_qp;nom\nQN00201M;A\n",
    "JSON coupé": lambda d: dumped(d)[:-40],
    "JSON sans virgule": lambda d: dumped(d).replace(b",\n", b"\n", 1),
    "JSON suivi d’autre chose": lambda d: dumped(d) + b"fin",
    "nombres infinis": lambda d: dumped(d).replace(b"0.2", b"Infinity").replace(b"1.0", b"NaN").replace(b"0,", b"NaN,"),
    "niveaux emboîtés": lambda _: b"[" * 100_000,
    "liste vide": lambda _: b"[]",
    "nombre seul": lambda _: b"[1, 2]",
    "objet vide": lambda _: b"{}",
    "un seul élément": lambda d: dumped(d["features"][0]),
    "TopoJSON": lambda _: dumped(mini_france.topology()),
    "collection vide": lambda _: dumped(collection([])),
    "features en texte": lambda _: b'{"type": "FeatureCollection", "features": "abc"}',
    "features en nombres": lambda _: b'{"type": "FeatureCollection", "features": [1, 2]}',
    "message d’erreur": lambda _: b'{"code": 404, "message": "Not found"}',
    "projection inconnue": lambda d: with_crs(d, declared("EPSG:31370")),
    "projection en mots": lambda d: with_crs(d, declared("NTF Lambert II")),
    "propriétés sans rapport": lambda d: changed(d, lambda f: [one.update(properties={"a": "b"}) for one in f]),
    "sans propriétés": lambda d: changed(d, lambda f: [one.pop("properties") for one in f]),
    "propriétés nulles": lambda d: changed(d, lambda f: [one.update(properties=None) for one in f]),
    "archive sans GeoJSON": lambda _: zipped({"a.txt": b"x"}),
    "archive de deux GeoJSON": lambda d: zipped({"a.geojson": dumped(d), "b.geojson": dumped(d)}),
    "archive coupée": lambda d: zipped({"a.geojson": dumped(d)})[:60],
}
# What refuses the contours of the first feature.
SHAPES: dict[str, Callable[[Json], object]] = {
    "géométrie nulle": lambda one: one.update(geometry=None),
    "géométrie absente": lambda one: one.pop("geometry"),
    "coordonnées vides": lambda one: one["geometry"].update(coordinates=[]),
    "point": lambda one: one.update(geometry={"type": "Point", "coordinates": [2.2, 0.2]}),
    "ligne": lambda one: one.update(geometry={"type": "LineString", "coordinates": [[2.2, 0.2], [2.3, 0.3]]}),
    "deux points": lambda one: one["geometry"].update(coordinates=[[[2.2, 0.2], [2.3, 0.3]]]),
    "textes": lambda one: one["geometry"].update(coordinates=[[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]),
    "nombres à plat": lambda one: one["geometry"].update(coordinates=[2.2, 0.2, 2.3, 0.3]),
    "sans surface": lambda one: geometry(one, lambda p: [p[0], 0.25]),
    "très loin": lambda one: geometry(one, lambda p: [p[0] + 40, p[1] + 40]),
    "mètres": lambda one: geometry(one, lambda p: [p[0] * 1e5 + 3e5, p[1] * 1e5 + 6e6]),
}


def places(found: Reading) -> dict[str, tuple[str, tuple[str, ...], int]]:
    return {n.code: (n.name, n.communes, n.vintage) for n in found.neighbourhoods}


QUARTERS = {
    "QN00201M": ("Les Sources", ("02002",), 2024),
    "QN00202M": (HOLED, ("02002", "01002"), 2024),
    "QN97601I": ("Le Lagon", ("97602",), 2024),
}


def assert_shapes(polygons: list[list[np.ndarray]], rings: list[list[list[float]]]) -> None:
    assert len(polygons) == 1
    ours, theirs = shapely.Polygon(polygons[0][0], polygons[0][1:]), shapely.Polygon(rings[0], rings[1:])
    assert ours.symmetric_difference(theirs).area == pytest.approx(0, abs=1e-6)


def assert_right(key: str, content: bytes, found: Reading) -> None:
    """Check the values, contours included."""
    if key == "qpv":
        assert places(found) == QUARTERS
        for one, wanted in zip(found.neighbourhoods, DATA["qpv"]["features"], strict=True):
            assert_shapes(one.polygons, wanted["geometry"]["coordinates"])
        assert found.vintage == "périmètres de 2024"
        return
    assert found.communes is not None
    assert found.communes.index.name == "code_insee"
    assert {c: tuple(v) for c, v in found.communes.T.items()} == {c: (n, float(p)) for c, (n, p, _) in COMMUNES.items()}
    for one in geo_api.contours(content, FILES["geo"]):
        assert_shapes(one.polygons, [COMMUNES[one.code][2]])


def names(cases: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, name) for key in DATA for name in cases]


@pytest.mark.parametrize(("key", "name"), names(INTACT))
def test_outlines_are_the_same_whatever_happened_to_the_file(key: str, name: str) -> None:
    content = INTACT[name](DATA[key])
    found = READERS[key](content, FILES[key])
    assert_right(key, content, found)
    assert all(mutations.is_french(r.message) for r in found.report.remarks)
    assert all(r.outcome != "refusée" for r in found.report.remarks)


MENDED = {
    "Lambert 93 déclaré": "convertis en degrés",
    "axes échangés": "échangées",
    "contours ouverts": "refermé",
}


@pytest.mark.parametrize("name", MENDED)
def test_what_was_mended_is_said(name: str) -> None:
    found = neighbourhoods.read(INTACT[name](quarters()), "x.geojson")
    mended = [plain(r.message) for r in found.report.remarks if r.outcome == "réparée"]
    assert len(mended) == (1 if name.startswith("Lambert") else 3)
    assert all(MENDED[name] in message for message in mended)


@pytest.mark.parametrize(("key", "name"), names(REFUSED))
def test_what_holds_no_outlines_is_refused_in_french(key: str, name: str) -> None:
    with pytest.raises(SourceError) as caught:
        READERS[key](REFUSED[name](DATA[key]), FILES[key])
    assert "Fichier «" in caught.value.message
    assert mutations.is_french(caught.value.message)
    assert caught.value.remedy


def test_broken_json_is_named_by_line_and_column() -> None:
    with pytest.raises(SourceError, match=r"ligne 3, colonne 2"):
        neighbourhoods.read(b'{"type": "FeatureCollection"\n,\n x}', "x.geojson")


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_that_cannot_be_drawn_is_left_out_and_said(name: str) -> None:
    found = neighbourhoods.read(changed(quarters(), first(SHAPES[name])), "x.geojson")
    assert places(found) == {k: v for k, v in QUARTERS.items() if k != "QN00201M"}
    assert [(r.line, r.outcome) for r in found.report.remarks] == [(1, "refusée")]
    assert "Élément n° 1" in plain(found.report.remarks[0].message)
    assert mutations.is_french(found.report.remarks[0].message)


@pytest.mark.parametrize("name", SHAPES)
def test_a_commune_keeps_its_figures_when_its_contour_cannot_be_drawn(name: str) -> None:
    content = changed(epci(), first(SHAPES[name]))
    found = geo_api.read(content, "communes.geojson")
    assert list(found.communes.index) == list(COMMUNES)
    assert found.communes["population_geo"]["01001"] == 1001
    assert "01001" not in {c.code for c in geo_api.contours(content, "communes.geojson")}
    assert [(r.line, r.outcome) for r in found.report.remarks] == [(1, "refusée")]


def test_an_outline_that_crosses_itself_is_cut_at_its_crossings() -> None:
    found = neighbourhoods.read(changed(quarters(), first(butterfly)), "x.geojson")
    crossed = next(n for n in found.neighbourhoods if n.code == "QN00201M")
    assert len(crossed.polygons) == 2
    assert sum(shapely.Polygon(p[0]).area for p in crossed.polygons) == pytest.approx(0.005)
    assert [(r.line, r.outcome) for r in found.report.remarks] == [(1, "réparée")]


# -- vintages ---------------------------------------------------------------------------


def old_quarters() -> Json:
    return collection(
        [
            feature({"code_qp": "QP002001", "nom_qp": "Vieux Centre", "code_commune": "02002"}, [square(2.2, 0.2)]),
            feature({"code_qp": "QP002002", "nom_qp": "La Gare", "code_commune": "02003"}, [square(2.5, 0.5)]),
        ]
    )


def test_the_file_of_all_france_is_taken_in_the_archive_of_the_publisher() -> None:
    names = ("QP2024_Reunion_WGS84", "QP2024_France_Hexagonale_Outre_Mer_WGS84", "QP2024_France_hexagonale_LB93")
    files = {f"GEOJSON/{name}.geojson": dumped(quarters()) if "Outre" in name else b"{}" for name in names}
    found = neighbourhoods.read(zipped({**files, "SHP/lisez.txt": b"x"}), "qp.zip")
    assert places(found) == QUARTERS
    assert "Outre_Mer" in found.report.file


def test_perimeters_of_2014_are_refused_then_read_with_a_warning() -> None:
    content = dumped(old_quarters())
    with pytest.raises(SourceError, match="périmètres de 2014, remplacés au 1er janvier 2024") as caught:
        neighbourhoods.read(content, "QP_2014.geojson")
    assert "2024" in caught.value.remedy
    found = neighbourhoods.read_old(content, "QP_2014.geojson")
    assert places(found) == {
        "QP002001": ("Vieux Centre", ("02002",), 2014),
        "QP002002": ("La Gare", ("02002",), 2014),  # a former commune
    }
    assert found.vintage == neighbourhoods.OLD_WARNING


def test_the_perimeters_of_2014_of_a_mixed_file_are_left_out() -> None:
    both = collection([*quarters()["features"], *old_quarters()["features"]])
    found = neighbourhoods.read(dumped(both), "x.geojson")
    assert places(found) == QUARTERS
    assert [(r.line, r.outcome) for r in found.report.remarks] == [(0, "refusée")]
    assert "QP002001" in found.report.remarks[0].message
    assert found.vintage == "périmètres de 2024"
    lenient = neighbourhoods.read_old(dumped(both), "x.geojson")
    assert len(lenient.neighbourhoods) == 5
    assert neighbourhoods.OLD_WARNING in lenient.vintage


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code_qp": "XX123"}, "n’est pas celui d’un quartier"),
        ({"code_qp": ""}, "absent"),
        ({"code_qp": None}, "absent"),
        ({"insee_com": "99999"}, "aucune commune connue"),
        ({"insee_com": ""}, "aucune commune connue"),
        ({"insee_com": 2.5}, "aucune commune connue"),
    ],
)
def test_a_neighbourhood_without_code_or_commune_is_left_out(change: Json, words: str) -> None:
    found = neighbourhoods.read(changed(quarters(), first(lambda one: one["properties"].update(change))), "x.geojson")
    assert "QN00201M" not in places(found)
    assert [(r.line, r.outcome) for r in found.report.remarks] == [(1, "refusée")]
    assert words in plain(found.report.remarks[0].message)


@pytest.mark.parametrize(
    ("change", "name", "communes"),
    [
        ({"insee_com": 2002}, "Les Sources", ("02002",)),
        ({"insee_com": "02201"}, "Les Sources", ("02002",)),
        ({"insee_com": "02002;01002"}, "Les Sources", ("02002", "01002")),
        ({"lib_qp": None}, "QN00201M", ("02002",)),
        ({"lib_qp": "  Ça  "}, "Ça", ("02002",)),
    ],
)
def test_the_properties_of_a_neighbourhood_are_read(change: Json, name: str, communes: tuple[str, ...]) -> None:
    found = neighbourhoods.read(changed(quarters(), first(lambda one: one["properties"].update(change))), "x.geojson")
    assert places(found)["QN00201M"] == (name, communes, 2024)


def test_pieces_of_one_neighbourhood_become_one() -> None:
    def split(features: list[Json]) -> None:
        other = copy.deepcopy(features[0])
        geometry(other, lambda p: [p[0] + 0.3, p[1]])
        features.append(other)

    found = neighbourhoods.read(changed(quarters(), split), "x.geojson")
    assert len(found.neighbourhoods) == 3
    assert len(found.neighbourhoods[0].polygons) == 2
    assert any("réunis" in r.message for r in found.report.remarks)


# -- the API ----------------------------------------------------------------------------


def test_a_list_of_communes_without_contours_is_read() -> None:
    content = dumped([one["properties"] for one in epci()["features"]])
    found = geo_api.read(content, "communes.json")
    assert list(found.communes.index) == list(COMMUNES)
    with pytest.raises(SourceError, match="aucun contour"):
        geo_api.contours(content, "communes.json")


def test_a_list_of_communes_with_contours_is_read() -> None:
    content = dumped([{**one["properties"], "contour": one["geometry"]} for one in epci()["features"]])
    assert_right("geo", content, geo_api.read(content, "communes.json"))


def test_centres_instead_of_contours_are_refused() -> None:
    def centre(features: list[Json]) -> None:
        for one in features:
            one["geometry"] = {"type": "Point", "coordinates": [0.5, 0.5]}

    with pytest.raises(SourceError, match="centres"):
        geo_api.read(changed(epci(), centre), "communes.geojson")


def test_communes_that_differ_from_the_shipped_list_are_said() -> None:
    def change(features: list[Json]) -> None:
        features.pop(3)
        features[0]["properties"]["nom"] = "Alpha-la-Neuve"
        town = {"code": "02002", "nom": "Bourg-Seul", "population": 1, "codeEpci": mini_france.ESSAI}
        features.append(feature(town, [square(2, 0, 1)]))

    found = geo_api.read(changed(epci(), change), "communes.geojson")
    said = " ".join(plain(r.message) for r in found.report.remarks)
    assert all(r.outcome == "signalée" and r.line == 0 for r in found.report.remarks)
    assert len(found.report.remarks) == 3
    assert "1 commune y est en plus : Bourg-Seul (02002)" in said
    assert "1 commune y manque : Delta (01004)" in said
    assert "Alpha devient Alpha-la-Neuve" in said


def test_the_shipped_list_itself_differs_in_nothing() -> None:
    assert geo_api.read(dumped(epci()), "communes.geojson").report.remarks == ()


def test_the_epci_is_that_of_most_communes_when_nothing_says_it() -> None:
    content = changed(epci(), lambda f: [one["properties"].pop("codeEpci") for one in f])
    assert geo_api.read(content, "communes.geojson").report.remarks == ()


@pytest.mark.parametrize("people", [-3, 2.5, "mille", True, [1]])
def test_a_population_that_is_no_count_is_left_out(people: object) -> None:
    content = changed(epci(), first(lambda one: one["properties"].update(population=people)))
    found = geo_api.read(content, "communes.geojson")
    assert math.isnan(found.communes["population_geo"]["01001"])
    assert [(r.line, r.column, r.outcome) for r in found.report.remarks] == [(1, "population", "signalée")]


@pytest.mark.parametrize("change", [{"code": ""}, {"code": "abc"}, {"nom": ""}, {"nom": None}])
def test_a_commune_without_code_or_name_is_left_out(change: Json) -> None:
    found = geo_api.read(changed(epci(), first(lambda one: one["properties"].update(change))), "communes.geojson")
    assert "01001" not in found.communes.index
    assert [(r.line, r.outcome) for r in found.report.remarks if r.line] == [(1, "refusée")]
    assert any("y manque" in r.message for r in found.report.remarks)


def test_contradictory_communes_are_refused() -> None:
    def twice(features: list[Json]) -> None:
        features.append(copy.deepcopy(features[0]))
        features[-1]["properties"]["population"] = 7

    with pytest.raises(SourceError, match="deux fois"):
        geo_api.read(changed(epci(), twice), "communes.geojson")


def attempt(key: str, content: bytes) -> Reading | CartableError:
    try:
        return READERS[key](content, "x.geojson")
    except CartableError as error:
        return error


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
VALUES = st.sampled_from(["02002", "QN00201M", "QP002001", "", None, 5, [], {}]) | JSON


@settings(max_examples=80)
@given(JSON, st.sampled_from(list(READERS)))
def test_any_geometry_is_drawn_or_left_out(value: object, key: str) -> None:
    content = changed(DATA[key], first(lambda one: one.update(geometry=value)))
    found = attempt(key, content)
    assert isinstance(found, Reading)
    if key == "qpv":
        assert "QN00202M" in places(found)


@settings(max_examples=80)
@given(st.dictionaries(st.sampled_from(["code_qp", "lib_qp", "insee_com", "code", "nom", "population"]), VALUES),
       st.sampled_from(list(READERS)))  # fmt: skip
def test_any_properties_are_read_or_refused(properties: Json, key: str) -> None:
    found = attempt(key, changed(DATA[key], lambda features: features[0].update(properties=properties)))
    assert found.remedy if isinstance(found, CartableError) else found.report.lines


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from(list(READERS)))
def test_random_bytes_are_refused_in_french(content: bytes, key: str) -> None:
    found = attempt(key, content)
    assert isinstance(found, CartableError)
    assert found.remedy
