"""Maps on paper: where things are, how long a kilometre is, what the legend counts, what nobody may break."""

from __future__ import annotations

import io
import itertools
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_maps import HOSTILE, layer, topology

from cartable import cartography, inks, labels, layers, plan, territory, wording
from cartable.documents import plate
from cartable.drawing import Chart
from cartable.errors import CartableError
from cartable.holdings import Neighbourhood
from cartable.indicators import INDICATORS
from cartable.layers import Area, Point

SVG = "{http://www.w3.org/2000/svg}"
RURAL, TOWN, METROPOLIS = "200070035", "241700434", "243300316"
TAGS = ("svg", "title", "desc", "defs", "pattern", "rect", "circle", "clipPath", "g", "path", "text", "tspan")
SQUARE = [[1.2, 46.2], [1.8, 46.2], [1.8, 46.8], [1.2, 46.8], [1.2, 46.2]]


def read(svg: str | bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 (ours)


def draw(**options: object) -> Chart:
    changes = options.pop("changes", {})
    return cartography.draw(topology(), layer(**changes), title="CC d’essai", **options)


def parsed(chart: Chart) -> ET.Element:
    return read(chart.svg)


def texts(chart: Chart) -> list[str]:
    """The lines written on the drawing."""
    return ["".join(node.itertext()) for node in parsed(chart).iter(f"{SVG}tspan")]


def said(chart: Chart) -> str:
    return " ".join(texts(chart))


def real(siren: str, **changes: object) -> tuple[dict, layers.Layer]:
    here = territory.get(siren)
    indicator = INDICATORS["part_65_plus"]
    values = indicator.values(here.communes)
    shown = layer(
        values=values.to_dict(),
        texts={str(code): indicator.text(v) for code, v in values.items()},
        breaks=[0.1, 0.2, 0.25, 0.3, 0.5],
        class_labels=["de 10 à 20 %", "de 20 à 25 %", "de 25 à 30 %", "de 30 à 50 %"],
        **changes,
    )
    return here.map_topology(), shown


def fills(chart: Chart) -> list[str]:
    """The fills of the communes, by class."""
    return [
        p.get("fill")
        for p in parsed(chart).iter(f"{SVG}path")
        if p.get("fill-rule") == "evenodd" and not p.get("stroke")
    ]


# --- geometry


@given(st.floats(-60, 60), st.floats(-179, 179), st.floats(0.02, 3), st.floats(0.02, 3))
def test_a_territory_fits_its_box_and_a_kilometre_is_a_kilometre(
    lat: float, lon: float, high: float, wide: float
) -> None:
    bounds = (lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)
    frame = plan.fit(bounds, (10, 20, 130, 110))
    (left, bottom), (right, top) = frame.project(np.asarray([bounds[:2], bounds[2:]])).tolist()
    assert 10 <= left < right <= 130
    assert 20 <= top < bottom <= 110
    km_high = high * math.pi / 180 * 6371.0088
    km_wide = wide * math.pi / 180 * 6371.0088 * math.cos(math.radians(lat))
    assert bottom - top == pytest.approx(km_high * frame.mm_per_km, rel=1e-6)
    assert right - left == pytest.approx(km_wide * frame.mm_per_km, rel=1e-6)


@given(st.floats(0.005, 12), st.floats(0, 60))
def test_the_scale_bar_is_round_and_has_a_readable_length(high: float, lat: float) -> None:
    frame = plan.fit((0, lat - high / 2, high, lat + high / 2), (0, 0, 110, 100))
    km, length = frame.bar()
    assert km in plan.ROUND_KM
    assert length == pytest.approx(km * frame.mm_per_km)
    assert length <= plan.LONGEST_BAR or km == min(plan.ROUND_KM)
    assert length >= plan.LONGEST_BAR / 2.6 or km == max(plan.ROUND_KM)


def test_the_scale_bar_on_the_sheet_is_the_distance_between_two_communes() -> None:
    """Civray and Charroux are about 11 km apart on the ground; measured with the bar, on the sheet."""
    raw, shown = real(RURAL)
    svg = cartography.draw(raw, shown, title="CC").svg
    length = float(re.search(r'v1.5h([\d.]+)v-1.5" fill="none" stroke="#1d2a33"', svg)[1])
    km = float(re.search(r">(\d+)\u00a0km</text>", svg)[1])
    at = {
        "".join(t.itertext()).split("\u202f")[0]: float(t[0].get("x")) for t in read(svg).iter(f"{SVG}text") if len(t)
    }
    facts = {c["properties"]["nom"]: c["properties"] for c in raw["objects"]["communes"]["geometries"]}
    west, east = facts["Genouillé"], facts["Chatain"]
    names = {name: x for name, x in at.items() if name.startswith(("Genouillé", "Chatain"))}
    across = max(names.values()) - min(names.values())
    latitude = math.radians((west["y"] + east["y"]) / 2)
    expected = (east["x"] - west["x"]) * math.pi / 180 * 6371 * math.cos(latitude)
    assert across / length * km == pytest.approx(expected, rel=0.01)


def test_paths_go_through_the_points_of_the_topology() -> None:
    raw, _ = real(RURAL)
    land = plan.Land(raw)
    frame = plan.fit((0.1, 46.0, 0.6, 46.4), (0, 0, 120, 120))
    pen = plan.Pen(land, frame)
    for commune in land.communes[:6]:
        (ring, *_) = plan.rings(commune)
        path = pen.path([ring])
        start, moves = re.fullmatch(r"M(\S+ \S+)l(.*)z", path).groups()
        steps = np.asarray([start.split(), *zip(*[iter(moves.split())] * 2, strict=True)], dtype=int)
        walked = np.cumsum(steps, axis=0) * pen.unit
        assert walked[-1].tolist() == walked[0].tolist()
        arc = ring[0] if ring[0] >= 0 else ~ring[0]
        exact = frame.project(land.points[land.starts[arc] : land.ends[arc]])
        assert max(np.abs(walked - point).max(axis=1).min() for point in exact) <= pen.unit / 2 + 1e-9


def test_neighbours_share_the_same_simplified_border() -> None:
    """Every arc that two communes share is written with the same moves, one way or the other."""
    raw, _ = real(RURAL)
    pen = plan.Pen(plan.Land(raw), plan.fit((0.1, 46.0, 0.6, 46.4), (0, 0, 60, 60)), unit=1.0)
    for arc in range(len(raw["arcs"])):
        there, back = pen.path([[arc]], closed=False), pen.path([[~arc]], closed=False)
        if not there:
            continue
        moves = [np.asarray(path.split("l")[1].split(), dtype=int).reshape(-1, 2) for path in (there, back)]
        assert (moves[0] == -moves[1][::-1]).all()


# --- what is written


def test_the_sheet_says_title_finding_source_and_counts() -> None:
    chart = draw()
    for text in ("CC d’essai", "Une commune sur deux dépasse 25 %", "Source : Insee, 2021.", "de 20 à 25 %"):
        assert text in said(chart)
    assert texts(chart).count("1\u00a0commune") == 3
    assert "donnée absente : 1\u00a0commune" in chart.description.replace("\u00a0: ", " : ")
    root = parsed(chart)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("170mm", "130mm", "0 0 170 130")
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "Projection équirectangulaire locale" in description.text


def test_secrets_and_absences_have_two_patterns_and_two_lines() -> None:
    states = {"86002": "secret statistique", "86003": "non disponible"}
    chart = draw(changes={"values": {"86001": 0.2}, "states": states})
    assert "secret statistique 1\u00a0commune non disponible 1\u00a0commune" in said(chart)
    patterns = {node.get("id").rsplit("-", 1)[1]: ET.tostring(node) for node in parsed(chart).iter(f"{SVG}pattern")}
    assert sorted(patterns) == ["n", "s"]
    assert patterns["s"].count(b"rect") > patterns["n"].count(b"rect")
    assert [fill.rsplit("-", 1)[-1] for fill in fills(chart)][1:] == ["n)", "s)"]


def test_every_pattern_named_is_drawn() -> None:
    for grey, diverging in itertools.product((False, True), repeat=2):
        chart = draw(grey=grey, changes={"diverging": diverging, "states": {"86003": "secret statistique"}})
        named = set(re.findall(r"url\(#(.*?)\)", chart.svg))
        assert named <= {node.get("id") for node in parsed(chart).iter() if node.get("id")}
        assert any(name.endswith("-s") for name in named)


def test_a_public_map_holds_neither_names_nor_values() -> None:
    chart = draw(names=False)
    for hidden in ("Brux", "Anché", "Chaunay", "Voisine", "20,0"):
        assert hidden not in chart.svg
    assert "Brux" in draw().svg


@pytest.mark.parametrize("siren", [RURAL, TOWN, METROPOLIS])
def test_names_do_not_overlap_nor_leave_the_frame(siren: str) -> None:
    raw, shown = real(siren)
    root = parsed(cartography.draw(raw, shown, title="CC"))
    frame = next(r for r in root.iter(f"{SVG}clipPath"))[0]
    left, top = float(frame.get("x")), float(frame.get("y"))
    right, bottom = left + float(frame.get("width")), top + float(frame.get("height"))
    boxes = []
    for group in root.iter(f"{SVG}g"):
        if group.get("text-anchor") != "middle":
            continue
        for text in group:
            for line in text:
                size = float(line.get("font-size") or group.get("font-size"))
                half, x, y = labels.text_width(line.text, size) / 2, float(line.get("x")), float(line.get("y"))
                boxes.append((x - half, y - size * 0.7, x + half, y))
    assert len(boxes) > 30
    assert all(left <= b[0] and top <= b[1] and b[2] <= right and b[3] <= bottom for b in boxes)
    for one, other in itertools.combinations(boxes, 2):
        assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def test_towns_are_named_first() -> None:
    raw, shown = real(TOWN)
    assert "La Rochelle" in texts(cartography.draw(raw, shown, title="CA"))


# --- places and outlines


def test_places_have_a_shape_by_kind_and_those_far_away_are_left_out() -> None:
    points = [
        Point(46.5, 0.5, "Mairie", "France services"),
        Point(46.5, 1.5, "Médiathèque", "Médiation"),
        Point(46.5, 2.5, "Maison", "Médiation"),
        Point(48.0, 2.5, "Ailleurs", "Médiation"),
    ]
    chart = draw(points=points)
    shapes = [p.get("d") for p in parsed(chart).iter(f"{SVG}path") if p.get("d") in layers.MARKERS.values()]
    assert len(shapes) == 3 + 2
    assert len(set(shapes)) == 2
    assert "Médiation 2\u00a0lieux" in said(chart)
    assert "Ailleurs" not in chart.svg
    where = [p.get("transform") for p in parsed(chart).iter(f"{SVG}path") if p.get("d") == layers.MARKERS["carré"]]
    assert len(set(where)) == 3


def test_neighbourhoods_are_outlined_with_the_year_of_their_perimeters() -> None:
    here = Neighbourhood("QP1", "Les Minimes", ("86002",), 2024, [[np.asarray(SQUARE)]])
    chart = draw(areas=[here, Area("Loin", "Autres", [[[[9, 40], [9.1, 40], [9.1, 40.1], [9, 40]]]])])
    assert "périmètres de 2024" in said(chart)
    assert "1\u00a0quartier" in texts(chart)
    assert "<title>Les Minimes</title>" in chart.svg
    assert "Loin" not in chart.svg


def test_too_many_kinds_are_refused() -> None:
    with pytest.raises(CartableError, match="sortes de lieux"):
        draw(points=[Point(46.5, 0.5, "x", str(kind)) for kind in range(7)])


# --- grey


def luminance(colour: str) -> float:
    """L* of a colour, from 0 (black) to 100."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


@pytest.mark.parametrize("palette", [inks.COLOURS, inks.GREYS])
@pytest.mark.parametrize("classes", range(2, 6))
def test_classes_stay_apart_once_printed_in_grey(palette: dict[str, str], classes: int) -> None:
    lightness = [luminance(palette[shade]) for shade in layers.ramp(classes)]
    assert min(high - low for high, low in itertools.pairwise(lightness)) >= 9


@pytest.mark.parametrize("palette", [inks.COLOURS, inks.GREYS])
@pytest.mark.parametrize("classes", range(2, 7))
def test_both_sides_of_a_reference_darken_and_only_the_lower_one_is_lined(palette, classes: int) -> None:
    shades = layers.ramp(classes, diverging=True)
    lightness = [luminance(palette[shade]) for shade in shades]
    half = classes // 2
    assert all(b - a >= 9 for a, b in itertools.pairwise(lightness[:half]))
    assert all(a - b >= 9 for a, b in itertools.pairwise(lightness[-half:]))
    drawn = inks.Inks("x", grey=palette is inks.GREYS).patterns(shades)
    assert set(re.findall(r'id="x-(\w)"', drawn)) == set(shades) & set("abc")


def test_grey_drawings_have_no_colour() -> None:
    points = [Point(46.5, 0.5, "Mairie", "France services")]
    svg = draw(grey=True, points=points, changes={"diverging": True}).svg
    fills_used = set(re.findall(r'fill="(#\w{6})"', svg)) - {inks.INK, inks.QUIET, inks.LIGHT}
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in fills_used)


# --- the same everywhere, whatever the texts


def test_two_drawings_are_the_same_and_others_have_other_ids() -> None:
    assert draw().svg == draw().svg
    ids = [
        re.search(r'<title id="(.*?)"', draw(**o).svg)[1]
        for o in ({}, {"grey": True}, {"names": False}, {"width": 180})
    ]
    assert len(set(ids)) == 4


@pytest.mark.parametrize("nasty", [HOSTILE, "\x00\x1b[31m\ud800", "]]><!--", "&amp;&#0;"])
def test_hostile_texts_stay_texts(nasty: str) -> None:
    raw = topology({"86001": nasty})
    point, area = Point(46.5, 0.5, nasty, nasty), Area(nasty, nasty, [[SQUARE]])
    shown = layer(title=nasty, label=nasty, source=nasty, states={"86003": nasty})
    chart = cartography.draw(raw, shown, title=nasty, points=[point], areas=[area])
    tags = {node.tag for node in parsed(chart).iter()}
    assert tags <= {SVG + tag for tag in TAGS}
    assert plate.png(chart, ppi=40).startswith(b"\x89PNG")


def test_drawing_a_map_loads_neither_folium_nor_mapclassify() -> None:
    code = "import sys; from cartable import cartography; print({'folium', 'mapclassify', 'typst'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --- odd territories, refusals


def test_a_single_commune_makes_a_map() -> None:
    raw = topology()
    raw["objects"]["communes"]["geometries"] = raw["objects"]["communes"]["geometries"][:1]
    raw["objects"]["contour"]["arcs"] = [[0]]
    chart = cartography.draw(raw, layer(values={"86001": 0.2}, breaks=[0.2, 0.2], class_labels=["20 %"]), title="Île")
    assert "Brux" in texts(chart)
    assert len(fills(chart)) == 1


def test_a_commune_without_a_neighbour_nor_a_size_is_drawn() -> None:
    raw = topology()
    raw["arcs"] = [[[10 * rank, 0], [0, 0]] for rank in range(4)]
    assert "CC d’essai" in said(cartography.draw(raw, layer(), title="CC d’essai"))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(CartableError, match="rien à montrer"):
        cartography.draw(
            {**topology(), "objects": {**topology()["objects"], "communes": {"geometries": []}}}, layer(), title="x"
        )
    with pytest.raises(CartableError, match="aucune commune"):
        draw(changes={"values": {}})
    with pytest.raises(CartableError, match="assez de place"):
        draw(width=60, height=60)


def test_a_whole_region_is_simplified_and_names_its_towns_alone() -> None:
    here = territory.atlas().communes
    region = here[here["code_departement"].isin(["17", "79", "86"])].dropna(subset=["longitude"])
    facts = {
        str(code): {"nom": nom, "membre": True, "x": x, "y": y, "population": int(p)}
        for code, nom, x, y, p in region[["nom", "longitude", "latitude", "population"]].itertuples()
    }
    raw = territory.atlas().topology.extract(facts, list(facts))
    chart = cartography.draw(raw, layer(values=dict.fromkeys(facts, 0.2)), title="Trois départements")
    assert len(facts) > 900
    assert len(chart.svg) < 400_000
    named = [t for g in parsed(chart).iter(f"{SVG}g") if g.get("text-anchor") == "middle" for t in g]
    assert 8 <= len(named) <= 40


# --- several maps


def test_several_maps_share_classes_kilometres_and_legend() -> None:
    panels = [cartography.Panel(*real(siren), title=name) for siren, name in ((RURAL, "Rural"), (TOWN, "Ville"))]
    chart = cartography.small_multiples(panels, title="Deux territoires")
    lengths = re.findall(r'v1.5h([\d.]+)v-1.5" fill="none" stroke="#ffffff"', chart.svg)
    assert len(lengths) == 2
    assert len(set(lengths)) == 1
    lines = texts(chart)
    assert [lines.count(text) for text in ("1. Rural", "2. Ville", "de 10 à 20 %")] == [1, 1, 1]
    counts = [p.layer.rows(p.members)[0].communes for p in panels]
    assert wording.typeset(f"carte 1 : {counts[0]} ; carte 2 : {counts[1]}") in lines


def test_maps_with_other_classes_do_not_compare() -> None:
    one, other = (
        cartography.Panel(topology(), layer(), "a"),
        cartography.Panel(topology(), layer(breaks=[0.1, 0.22, 0.3]), "b"),
    )
    with pytest.raises(CartableError, match="ne se comparent pas"):
        cartography.small_multiples([one, other], title="x")
    with pytest.raises(CartableError, match="trop petites"):
        cartography.small_multiples([one] * 5, title="x")
    with pytest.raises(CartableError, match="rien à montrer"):
        cartography.small_multiples([], title="x")


# --- files


def test_the_pdf_is_vector_tagged_and_described() -> None:
    raw, shown = real(RURAL)
    charts = [cartography.draw(raw, shown, title="CC", grey=grey) for grey in (False, True)]
    content = plate.pdf(charts, title="Cartes", note="Édition d’essai")
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 2
    assert reader.metadata.title == "Cartes"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert not [image for page in reader.pages for image in page.images]
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    text = " ".join(reader.pages[0].extract_text().split())
    assert "Charroux" in text
    assert "Édition d’essai" in text
    described = [node["/Alt"] for node in structure(reader.trailer["/Root"]["/StructTreeRoot"]) if "/Alt" in node]
    assert described == [chart.description for chart in charts]
    assert content == plate.pdf(charts, title="Cartes", note="Édition d’essai")


def structure(node):
    """Walk the tags of a PDF."""
    node = node.get_object()
    if not isinstance(node, dict):
        return
    yield node
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield from structure(child)


def test_a_portrait_page_stands() -> None:
    page = pypdf.PdfReader(io.BytesIO(plate.pdf(draw(), landscape=False))).pages[0]
    assert page.mediabox.height > page.mediabox.width


def test_the_image_has_the_size_of_the_drawing() -> None:
    image = plate.png(draw(width=127, height=101.6), ppi=100)
    assert (int.from_bytes(image[16:20]), int.from_bytes(image[20:24])) == (500, 400)


def test_the_svg_file_stands_alone() -> None:
    file = plate.svg(draw())
    assert file.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"')
    assert read(file).find(f"{SVG}desc").text == draw().description


def test_charts_of_the_portrait_are_printed_too() -> None:
    from cartable import drawing  # noqa: PLC0415

    bars = drawing.stacked_bars([("Ici", [0.2, 0.5, 0.3])], ["Jeunes", "Adultes", "Âgés"], title="Âges")
    assert plate.png(bars, ppi=96).startswith(b"\x89PNG")
    assert "20,0" in pypdf.PdfReader(io.BytesIO(plate.pdf(bars))).pages[0].extract_text()


def test_what_is_not_a_drawing_is_refused() -> None:
    with pytest.raises(CartableError, match="n’est pas un SVG"):
        plate.svg(Chart("Rien", "<p>texte</p>", ""))
    with pytest.raises(CartableError, match="Aucun dessin"):
        plate.pdf([])
    with pytest.raises(CartableError, match="points par pouce"):
        plate.png(draw(), ppi=10_000)
    with pytest.raises(CartableError, match="n’a pas pu être fabriqué"):
        plate.pdf(replace(draw(), svg='<svg viewBox="0 0 1 1"><g></svg>'))
