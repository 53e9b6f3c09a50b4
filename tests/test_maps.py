"""Maps: one self-contained text, the same everywhere, that no name can break."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import folium
import folium.plugins
import pytest

from cartable import assets, inks, maps
from cartable.errors import CartableError
from cartable.holdings import Neighbourhood
from cartable.layers import Area, Point
from cartable.maps import Layer, OfflineMap, choropleth, encode_arc, ramp

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028`${alert(2)}\\"
SQUARES = {"86001": "Brux", "86002": "Anché", "86003": "Chaunay", "86900": "Voisine"}


def square(code: str, rank: int, *, member: bool, name: str = "") -> dict:
    facts = {
        "nom": name or SQUARES[code],
        "membre": member,
        "x": 0.5 + rank,
        "y": 46.5,
        "population": 100 * rank,
    }
    return {"type": "Polygon", "arcs": [[rank]], "id": code, "properties": facts}


def topology(names: dict[str, str] | None = None) -> dict:
    """Four squares in a row; the last one is a neighbour."""
    codes = list(SQUARES)
    arcs = [[[10 * rank, 0], [10, 0], [0, 10], [-10, 0], [0, -10]] for rank in range(len(codes))]
    geometries = [
        square(code, rank, member=code != "86900", name=(names or {}).get(code, "")) for rank, code in enumerate(codes)
    ]
    return {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [0, 46]},
        "arcs": arcs,
        "objects": {
            "communes": {"type": "GeometryCollection", "geometries": geometries},
            "contour": {"type": "MultiLineString", "arcs": [[0], [1], [2]]},
        },
    }


def layer(**changes: object) -> Layer:
    base = Layer(
        key="part_65_plus",
        label="Part des 65 ans et plus",
        unit="%",
        values={"86001": 0.2, "86002": 0.3, "86003": None},
        texts={"86001": "20,0 %", "86002": "30,0 %"},
        breaks=[0.2, 0.25, 0.3],
        class_labels=["de 20 à 25 %", "de 25 à 30 %"],
        reading="Une commune dépasse 25 %.",
        source="Source : Insee, 2021.",
        title="Une commune sur deux dépasse 25 %",
    )
    return replace(base, **changes)


def draw(**changes: object) -> OfflineMap:
    return choropleth(topology(), [layer(**changes)], title="CC d’essai")


def own(html: str) -> str:
    """The HTML without the third-party files, whose comments name web sites."""
    return re.sub(r'<(script|style) data-asset="leaflet\.\w+">.*?</\1>', "", html, flags=re.DOTALL)


def data(chart: OfflineMap) -> dict:
    found = re.search(r'<script type="application/json">(.*?)</script>', chart._repr_html_(), re.DOTALL)
    return json.loads(found[1])


# --- what it shows


def test_it_is_a_folium_map_without_a_frame() -> None:
    chart = draw()
    assert isinstance(chart, folium.Map)
    html = chart._repr_html_()
    assert html.count("<figure") == 1
    assert "<iframe" not in html


def test_the_legend_counts_the_communes_of_each_class_and_the_missing_ones() -> None:
    html = draw()._repr_html_()
    counts = re.findall(r'teinte-(\w)".*?classe">(.*?)</span> .*?effectif">(.*?)</span>', html)
    assert counts == [
        ("1", "de 20 à 25 %", "1\u00a0commune"),
        ("4", "de 25 à 30 %", "1\u00a0commune"),
        ("n", "donnée absente", "1\u00a0commune"),
    ]


def test_nothing_is_missing_so_the_legend_does_not_say_it() -> None:
    html = draw(values={"86001": 0.2, "86002": 0.3, "86003": 0.3})._repr_html_()
    assert maps.MISSING not in html.split("<figcaption")[1].split("</figcaption>")[0]


def test_the_caption_holds_title_reading_and_source() -> None:
    html = draw()._repr_html_()
    for text in ("Une commune sur deux dépasse 25 %", "Une commune dépasse 25 %.", "Source : Insee, 2021."):
        assert text in html


def test_colours_and_texts_follow_the_members_in_order() -> None:
    shown = data(draw())["couches"][0]
    assert shown == {"teintes": "14n", "textes": ["20,0 %", "30,0 %", "donnée absente"]}


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_missing_values_have_no_class(missing: float | None) -> None:
    assert layer(values={"86001": missing}).class_of("86001") is None
    assert layer().class_of("99999") is None


def test_bounds_belong_to_the_upper_class_and_outer_bounds_exclude_nothing() -> None:
    one = layer(values={"a": 0.1, "b": 0.25, "c": 0.3, "d": 0.9})
    assert [one.class_of(code) for code in "abcd"] == [0, 1, 1, 1]


def test_one_class_only() -> None:
    chart = draw(values={"86001": 3, "86002": 3}, breaks=[3, 3], class_labels=["3"])
    assert data(chart)["couches"][0]["teintes"] == "33n"


def test_a_single_layer_has_no_list_and_several_have_one() -> None:
    assert "<select" not in own(draw()._repr_html_()).split("maps.js")[0]
    html = choropleth(topology(), [layer(), layer(key="b", label="Population")], title="CC")._repr_html_()
    assert html.count("<option") == 2
    assert 'data-rang="1" hidden' in html
    assert 'data-rang="0" hidden' not in html


def test_an_island_keeps_its_polygons() -> None:
    raw = topology()
    geometry = raw["objects"]["communes"]["geometries"][0]
    geometry.update(type="MultiPolygon", arcs=[[[0]], [[1], [2]]])
    assert data(choropleth(raw, [layer()], title="Île"))["communes"][0][5] == [[[0]], [[1], [2]]]


def test_a_single_commune_makes_a_map() -> None:
    raw = topology()
    raw["objects"]["communes"]["geometries"] = raw["objects"]["communes"]["geometries"][:1]
    chart = choropleth(raw, [layer()], title="L’Île-d’Yeu")
    assert repr(chart).startswith("Carte « L’Île-d’Yeu » : 1\u00a0commune")


def test_numpy_numbers_are_written() -> None:
    np = pytest.importorskip("numpy")
    raw = topology()
    raw["transform"] = {key: np.array(value, dtype=float) for key, value in raw["transform"].items()}
    raw["arcs"] = [np.array(arc) for arc in raw["arcs"]]
    raw["objects"]["communes"]["geometries"][0]["properties"]["population"] = np.int64(12)
    assert data(choropleth(raw, [layer()], title="CC")) == data(draw()) | {
        "communes": data(choropleth(raw, [layer()], title="CC"))["communes"]
    }


def test_arcs_are_written_as_the_polyline_format_does() -> None:
    # The reference example of the format, 38.5 -120.2 → 40.7 -120.95 → 43.252 -126.453, at 1e-5.
    steps = [[3850000, -12020000], [220000, -75000], [255200, -550300]]
    assert encode_arc(steps) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


@pytest.mark.parametrize("classes", range(1, 7))
def test_the_ramp_goes_from_light_to_dark_without_repeating(classes: int) -> None:
    shades = [int(shade) for shade in ramp(classes)]
    assert len(set(shades)) == classes
    assert shades == sorted(shades)
    assert max(shades) < 6


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_class_stands_out_from_its_double_border_and_darkens() -> None:
    css = assets.read("maps.css")
    colours = [re.search(rf"--carte-{rank}: (#\w+)", css)[1] for rank in range(6)]
    white = [contrast(colour, "#ffffff") for colour in colours]
    assert white == sorted(white)
    for colour in colours:  # white casing and dark line: one of the two is always seen
        assert max(contrast(colour, "#ffffff"), contrast(colour, "#1d2a33")) >= 3


# --- one text, the same everywhere


def test_no_address_in_what_we_write() -> None:
    html = own(draw().to_html()).replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://[^\s\"'<)]+", html) == []
    assert "url(images" not in html
    assert "src=" not in html.split("data-asset")[0]


def test_the_ign_background_is_asked_for_and_said() -> None:
    html = choropleth(topology(), [layer()], title="CC", ign_background=True)._repr_html_()
    assert "https://data.geopf.fr/wmts" in html
    assert "GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2" in html
    assert maps.IGN_NOTICE in html
    assert maps.IGN_NOTICE not in draw()._repr_html_()


def test_rendering_twice_gives_the_same_bytes() -> None:
    chart = draw()
    folium.Marker([46.5, 0.5], popup="Mairie", tooltip="Ici", icon=folium.Icon("red")).add_to(chart)
    assert chart._repr_html_() == chart._repr_html_()
    assert chart.to_html() == chart.to_html()


def test_two_processes_give_the_same_bytes() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import folium, test_maps as t; c = t.draw();"
        "g = folium.FeatureGroup('Lieux').add_to(c);"
        "folium.Marker([46.5, 0.5], popup='Mairie', tooltip='Ici').add_to(g);"
        "folium.LayerControl().add_to(c); c.fit_bounds([[46, 0], [47, 1]]);"
        "sys.stdout.buffer.write(c.to_html().encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"folium" not in next(iter(outputs)).split(b"<h1>")[0]


def test_the_identifier_follows_the_content() -> None:
    ids = {re.search(r'<figure[^>]* id="(.*?)"', draw(title=title)._repr_html_())[1] for title in ("a", "b", "a")}
    assert len(ids) == 2


def test_the_page_is_french_and_has_a_title(tmp_path: Path) -> None:
    path = tmp_path / "carte.html"
    draw().save(path)
    html = path.read_text(encoding="utf-8")
    assert html.startswith('<!DOCTYPE html>\n<html lang="fr"')
    assert "<title>CC d’essai</title>" in html


def test_assets_come_inline_with_their_names() -> None:
    html = draw()._repr_html_()
    for name in ("leaflet.css", "maps.css", "leaflet.js", "maps.js"):
        assert html.count(f'data-asset="{name}"') == 1


# --- hostile texts


def test_a_hostile_name_cannot_leave_its_place() -> None:
    chart = choropleth(topology({"86001": HOSTILE}), [layer(title=HOSTILE, label=HOSTILE)], title=HOSTILE)
    html = own(chart.to_html())
    assert "<img" not in html
    assert "\u2028" not in html.split('type="application/json">')[1].split("</script>")[0]
    assert data(chart)["communes"][0][0] == HOSTILE


def start_script(chart: OfflineMap) -> str:
    return chart._repr_html_().rsplit("<script>", 1)[1]


def test_hostile_popups_and_tooltips_stay_between_their_quotes() -> None:
    chart = draw()
    folium.Marker([46.5, 0.5], popup=HOSTILE, tooltip=HOSTILE).add_to(chart)
    script = start_script(chart)
    assert script.count("</script") == 1
    assert not re.search(r"(?<!\\)\$\{alert", script)
    assert script.count(r"\`\${alert(2)}\\") == 2


def test_geojson_tables_go_through_the_cleaning() -> None:
    chart = draw()
    point = {"type": "Point", "coordinates": [0, 46]}
    shape = {"type": "Feature", "properties": {"nom": HOSTILE}, "geometry": point}
    shapes = {"type": "FeatureCollection", "features": [shape]}
    folium.GeoJson(shapes, tooltip=folium.GeoJsonTooltip(["nom"])).add_to(chart)
    script = start_script(chart)
    assert script.count("</script") == 1
    assert "innerHTML" not in script
    assert "div.append(...$(table));" in script


@pytest.mark.parametrize(
    "child",
    [
        pytest.param(lambda: folium.TileLayer("OpenStreetMap"), id="tiles"),
        pytest.param(folium.plugins.MarkerCluster, id="plugin"),
        pytest.param(lambda: folium.Marker([46, 0]).add_child(folium.plugins.BeautifyIcon()), id="nested plugin"),
        pytest.param(lambda: folium.RegularPolygonMarker([46, 0]), id="dvf"),
    ],
)
def test_layers_that_need_the_network_are_refused(child) -> None:
    chart = draw()
    chart.add_child(child())
    with pytest.raises(CartableError, match="au réseau"):
        chart._repr_html_()


# --- refusals


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"values": {}}, "n’a de valeur pour aucune commune"),
        ({"values": {"86900": 1.0}}, "n’a de valeur pour aucune commune"),
        ({"breaks": [1]}, "bornes"),
        ({"breaks": [3, 2, 1]}, "bornes"),
        ({"breaks": list(range(8))}, "bornes"),
        ({"class_labels": ["seule"]}, "2 classes et 1 libellés"),
    ],
)
def test_unreadable_layers_are_refused(changes: dict, words: str) -> None:
    with pytest.raises(CartableError, match=words):
        draw(**changes)


def test_a_map_of_nothing_is_refused() -> None:
    with pytest.raises(CartableError, match="rien à montrer"):
        choropleth(topology(), [], title="CC")
    raw = topology()
    raw["objects"]["communes"]["geometries"] = raw["objects"]["communes"]["geometries"][3:]
    with pytest.raises(CartableError, match="rien à montrer"):
        choropleth(raw, [layer()], title="CC")


def test_an_unwritable_place_is_said_in_french(tmp_path: Path) -> None:
    with pytest.raises(CartableError, match="Impossible d’écrire"):
        draw().save(tmp_path / "absent" / "carte.html")


def test_the_temporary_browser_page_is_refused() -> None:
    with pytest.raises(CartableError, match="save"):
        draw().show_in_browser()


# --- secrets, references, places, public meetings


def test_a_secret_has_its_mark_its_word_and_its_line_of_legend() -> None:
    chart = draw(values={"86001": 0.2}, states={"86002": "secret statistique", "86003": "non disponible"})
    assert data(chart)["couches"][0] == {"teintes": "1sn", "textes": ["20,0 %", "secret statistique", "non disponible"]}
    html = chart._repr_html_()
    counts = re.findall(r'teinte-(\w)".*?classe">(.*?)</span> .*?effectif">(.*?)</span>', html)
    assert counts[2:] == [("s", "secret statistique", "1\u00a0commune"), ("n", "non disponible", "1\u00a0commune")]
    assert sorted(re.findall(r'<pattern id="carte-\w+-(\w)"', html)) == ["n", "s"]


def test_a_value_that_is_there_is_never_called_missing() -> None:
    shown = layer(states={"86001": "secret statistique"})
    assert (shown.mark_of("86001"), shown.text_of("86001")) == ("1", "20,0 %")
    assert [row.label for row in shown.rows(["86001", "86002"])] == ["de 20 à 25 %", "de 25 à 30 %"]


@pytest.mark.parametrize(("classes", "shades"), [(1, "m"), (2, "be"), (3, "bme"), (4, "acdf"), (6, "abcdef")])
def test_classes_around_a_reference_have_two_hues(classes: int, shades: str) -> None:
    shown = layer(breaks=list(range(classes + 1)), class_labels=["x"] * classes, diverging=True)
    assert shown.shades() == shades


def test_only_the_patterns_in_use_are_written() -> None:
    full = {"86001": 0.2, "86002": 0.3, "86003": 0.3}
    assert "<pattern" not in own(draw(values=full)._repr_html_())
    lined = own(draw(values=full, diverging=True)._repr_html_())
    assert re.findall(r'<pattern id="carte-\w+-(\w)"', lined) == ["b"]
    assert 'style="fill:var(--carte-b)"' in lined


def test_the_screen_and_the_paper_have_the_same_colours() -> None:
    css = assets.read("maps.css")
    assert dict(re.findall(r"--carte-([0-9a-z]): (#\w{6});", css)) == inks.COLOURS


def test_a_public_map_has_neither_names_nor_values_even_in_its_source() -> None:
    html = choropleth(topology(), [layer()], title="CC d’essai", names=False)._repr_html_()
    for hidden in (*SQUARES.values(), "20,0", "30,0"):
        assert hidden not in html
    assert "de 25 à 30 %" in html


def places() -> dict[str, list]:
    return {
        "points": [Point(46.5, 0.5, HOSTILE, "Médiation"), Point(46.4, 1.5, "Mairie", "France services")],
        "areas": [Area(HOSTILE, "Quartiers", [[[[0.1, 46.1], [0.2, 46.1], [0.2, 46.2], [0.1, 46.1]]]])],
    }


def test_places_and_outlines_are_listed_counted_and_escaped() -> None:
    chart = choropleth(topology(), [layer()], title="CC", **places())
    html = own(chart.to_html())
    assert "<img" not in html
    assert data(chart)["lieux"] == [[46.5, 0.5, 1], [46.4, 1.5, 0]]
    assert len(set(data(chart)["formes"])) == 2
    # In a grid of 1e-5 degree, the format of the arcs: 0.1 46.1, then three moves.
    assert data(chart)["aires"] == [[0, [[encode_arc([[10000, 4610000], [10000, 0], [0, 10000], [-10000, -10000]])]]]]
    assert re.findall(r'<li data-lieu="(\d)"><span>(\w*)', html) == [("1", "Mairie"), ("0", "")]
    assert "Liste des lieux (2)" in html
    assert html.count("1\u00a0lieu</span>") == 2


def test_neighbourhoods_are_outlines_that_say_their_year() -> None:
    here = Neighbourhood("QP1", "Les Minimes", ("86001",), 2014, places()["areas"][0].polygons)
    html = choropleth(topology(), [layer()], title="CC", areas=[here])._repr_html_()
    assert "Quartiers prioritaires, périmètres de 2014" in html
    assert "<span>Les Minimes</span>" in html


def test_too_many_kinds_of_places_are_refused() -> None:
    crowd = [Point(46.5, 0.5, "x", str(kind)) for kind in range(7)]
    with pytest.raises(CartableError, match="sortes de lieux"):
        choropleth(topology(), [layer()], title="CC", points=crowd)


def test_a_map_without_places_carries_nothing_of_them() -> None:
    chart = draw()
    assert not {"lieux", "aires", "formes", "muette"} & set(data(chart))
    assert "Liste des" not in chart._repr_html_()
