"""Contours: neighbours, outlines and extracts, on a tiny country and against shapely on the real one."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

import mini_france
import numpy as np
import pytest
from mini_france import ESSAI, SANS_AGE, SEUL

from cartable import territory
from cartable.atlas import atlas
from cartable.errors import DataError, MissingDependencyError
from cartable.topology import Topology

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def topology() -> Topology:
    return Topology(mini_france.topology())


def test_neighbours_share_a_side_not_a_corner(topology: Topology) -> None:
    assert topology.neighbours(["01001"]) == {"01002", "01003"}
    assert topology.neighbours(["01001", "01002"]) == {"01003", "01004", "02002"}
    assert topology.neighbours(["97601"]) == set()
    assert topology.neighbours(["02001", "99999"]) == set()


@pytest.mark.parametrize(
    ("codes", "lengths"),
    [(["01001"], [4]), (["01001", "01002", "01003", "01004"], [8]), (["97601", "97602"], [4, 4]), ([], [])],
)
def test_outline_is_made_of_closed_chains(topology: Topology, codes: list[str], lengths: list[int]) -> None:
    chains = topology.outline(codes)
    assert sorted(map(len, chains)) == lengths
    for chain in chains:
        line = topology.line(chain)
        assert line[0].tolist() == line[-1].tolist()


def test_extract_is_a_topology_of_the_same_shapes(topology: Topology) -> None:
    properties = {"01002": {"nom": "B"}, "02002": {"nom": "C"}, "02001": {"nom": "sans contour"}}
    small = topology.extract(properties, ["01002"])
    again = Topology(json.loads(json.dumps(small)))
    assert again.codes == ["01002", "02002"]
    for code in again.codes:
        assert again.polygons(code)[0][0].tolist() == topology.polygons(code)[0][0].tolist()
    assert again.neighbours(["01002"]) == {"02002"}
    assert len(small["arcs"]) == 7  # eight sides, one of them shared
    assert sum(map(len, small["objects"]["contour"]["arcs"])) == 4


def test_bounds(topology: Topology) -> None:
    assert topology.bounds(["01001", "02002"]) == (0, 0, 3, 1)
    with pytest.raises(DataError, match="contour"):
        topology.bounds(["02001"])


def without(*keys: str) -> dict:
    raw = copy.deepcopy(mini_france.topology())
    inside = raw
    for key in keys[:-1]:
        inside = inside[key]
    del inside[keys[-1]]
    return raw


@pytest.mark.parametrize(
    "raw", [{}, [], None, without("transform"), without("arcs"), without("objects", "communes"), {"transform": 3}]
)
def test_another_structure_is_refused_in_french(raw: object) -> None:
    with pytest.raises(DataError, match="TopoJSON") as error:
        Topology(raw)
    assert "make data" in error.value.remedy


@pytest.mark.parametrize("content", [b"", b'{"type": "Topol', b"\xff\xfe\x00", b"[1, 2]", b"null"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "communes.topojson"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        Topology.read(path)
    assert "contours" in str(error.value)
    assert "make data" in error.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="introuvable"):
        Topology.read(tmp_path / "communes.topojson")


def test_without_geopandas_the_export_says_so(topology: Topology, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "geopandas", None)
    with pytest.raises(MissingDependencyError, match="geopandas"):
        topology.to_geopandas()


# -- the real contours, against shapely ------------------------------------------------------

SAMPLE = ["200070035", "241700434", "200066637", "200040202", "249740119"]


@pytest.mark.parametrize("siren", SAMPLE)
def test_outline_is_the_edge_of_the_union(siren: str) -> None:
    shapely = pytest.importorskip("shapely")
    topology, codes = atlas().topology, territory.get(siren).codes
    union = shapely.union_all(shapely.make_valid(topology.to_geopandas(codes).geometry.to_numpy()))
    lines = shapely.union_all([shapely.LineString(topology.line(chain)) for chain in topology.outline(codes)])
    drawn = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    ours = shapely.union_all([p for p in drawn if union.contains(p.representative_point())])
    assert ours.symmetric_difference(union).area < 1e-6 * union.area


@pytest.mark.parametrize("siren", SAMPLE)
def test_neighbours_are_those_that_touch_along_a_line(siren: str) -> None:
    shapely = pytest.importorskip("shapely")
    topology, codes = atlas().topology, territory.get(siren).codes
    west, south, east, north = topology.bounds(codes)
    places = atlas().communes[["longitude", "latitude"]].drop(codes)
    near = places[places.longitude.between(west - 0.3, east + 0.3) & places.latitude.between(south - 0.3, north + 0.3)]
    mine = shapely.union_all([ring for shape in topology.to_geopandas(codes).geometry for ring in [shape.boundary]])
    around = topology.to_geopandas(near.index).geometry
    lengths = shapely.length(shapely.intersection(np.array([s.boundary for s in around]), mine))
    assert set(around.index[lengths > 0]) == topology.neighbours(codes)


def test_island_and_lone_squares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mini_france.use(monkeypatch, tmp_path)
    assert list(territory.get(SEUL).neighbours.index) == ["01002"]
    assert territory.get(SANS_AGE).neighbours.empty
    assert list(territory.get(ESSAI).neighbours.index) == ["02002"]
