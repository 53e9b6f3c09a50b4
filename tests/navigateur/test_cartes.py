"""Maps and tables in Chromium, from file://: painted, silent on the network, by keyboard, on paper."""

from __future__ import annotations

import base64
import csv
import io
import itertools
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import folium
import pypdf
import pytest

from cartable.layers import Area, Point
from cartable.maps import PAGE, choropleth
from cartable.tables import Column, table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_maps import HOSTILE, layer, topology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.navigateur

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAINTED = "figure.cartable-carte[data-peinte=oui]"


@pytest.fixture
def show(chromium, tmp_path: Path) -> Iterator[Callable]:
    """Open HTML from file://; at the end, refuse any request, error or message of the console."""
    contexts, troubles = [], []

    def opened(html: str, **options: object):
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [trouble for trouble in troubles if not trouble.startswith(("data:", "blob:"))] == []


def chart(**options: object):
    second = replace(
        layer(),
        key="population",
        label="Population",
        unit="habitants",
        values={"86001": 10, "86002": 20, "86003": 30},
        texts={"86001": "10", "86002": "20", "86003": "30"},
        breaks=[10, 15, 25, 30],
        class_labels=["de 10 à 15", "de 15 à 25", "de 25 à 30"],
        reading="Chaunay est la plus peuplée.",
        source="Source : Insee, 2023.",
        title="Trente habitants au plus",
    )
    return choropleth(topology(), [layer(), second], title="CC d’essai", **options)


def rows() -> list:
    names = ["Zoé", "Élan", "abbaye", "Écueil", "Eaux", "=cmd()"]
    values = [12.5, None, 3, 100, 20, -4]
    return [
        [(name, name), (value, "n. d." if value is None else str(value).replace(".", ","))]
        for name, value in zip(names, values, strict=True)
    ]


COLUMNS = [Column("nom", "Commune"), Column("part", "Part", "nombre", "%")]


def sheet(count: int = 1, **options: object):
    return table(COLUMNS, rows() * count, caption="Parts à l’essai", **options)


def page_of(*blocks: str) -> str:
    return PAGE.format(lang="fr", title="Essai", content="\n".join(blocks))


# --- maps


def test_a_map_paints_its_communes_names_and_values(show) -> None:
    page = show(chart().to_html())
    page.wait_for_selector(PAINTED)
    assert page.locator("path.cartable-commune").count() == 3
    assert page.locator("path.cartable-voisine").count() == 1
    shades = page.eval_on_selector_all(
        "path.cartable-commune", "paths => paths.map(p => p.className.baseVal.match(/teinte-(.)/)[1])"
    )
    assert shades == ["1", "4", "n"]
    texts = page.locator(".cartable-carte__etiquettes text.membre").all_text_contents()
    assert sorted(texts) == ["Anché30,0 %", "Brux20,0 %", "Chaunay"]
    assert page.get_by_text("km").is_visible()


def test_the_decoded_contours_are_the_ones_that_were_given(show) -> None:
    """The four squares have the same width on the screen, and stand side by side."""
    page = show(chart().to_html())
    page.wait_for_selector(PAINTED)
    boxes = page.eval_on_selector_all(
        "path.cartable-commune, path.cartable-voisine",
        "paths => paths.map(p => p.getBBox()).map(b => [b.x, b.width]).sort((a, b) => a[0] - b[0])",
    )
    widths = [width for _, width in boxes]
    assert max(widths) - min(widths) <= 2
    for (left, width), (right, _) in itertools.pairwise(boxes):
        assert abs(left + width - right) <= 2


def test_changing_the_indicator_changes_everything(show) -> None:
    page = show(chart().to_html())
    page.wait_for_selector(PAINTED)
    page.get_by_label("Indicateur").select_option(label="Population")
    figure = page.locator("figure")
    for text in (
        "Trente habitants au plus",
        "de 15 à 25",
        "Chaunay est la plus peuplée.",
        "Source : Insee, 2023.",
    ):
        assert figure.get_by_text(text).first.is_visible()
    for text in ("Une commune dépasse 25 %.", "de 20 à 25 %"):
        assert not figure.get_by_text(text).is_visible()
    shades = page.eval_on_selector_all(
        "path.cartable-commune", "paths => paths.map(p => p.className.baseVal.match(/teinte-(.)/)[1])"
    )
    assert shades == ["0", "2", "4"]
    assert page.get_by_role("status").first.text_content() == "Trente habitants au plus"


def test_a_tooltip_gives_the_name_and_the_value_as_text(show) -> None:
    drawn = choropleth(topology({"86002": HOSTILE}), [layer(texts={"86002": HOSTILE, "86001": "x"})], title="CC")
    page = show(drawn.to_html())
    page.wait_for_selector(PAINTED)
    page.locator("path.cartable-commune").nth(1).hover()
    tip = page.locator(".leaflet-tooltip")
    assert tip.text_content() == HOSTILE * 2
    assert tip.locator("img").count() == 0


def test_the_keyboard_moves_and_zooms(show) -> None:
    page = show(chart().to_html())
    page.wait_for_selector(PAINTED)
    place = "document.querySelector('.leaflet-map-pane').getBoundingClientRect().x"
    scale = "document.querySelector('path.cartable-commune').getBBox().width"
    before = page.evaluate(place), page.evaluate(scale)
    page.locator(".cartable-carte__plan").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{place} < {before[0]}")
    page.keyboard.press("+")
    page.wait_for_function(f"{scale} > {before[1] * 1.5}")
    page.get_by_role("button", name="Revoir toute la carte").click()
    page.wait_for_function(f"Math.abs({scale} - {before[1]}) < 2")
    assert page.get_by_role("button", name="Zoomer", exact=True).get_attribute("title") == "Zoomer"
    assert page.get_by_role("button", name="Dézoomer").get_attribute("title") == "Dézoomer"


def test_the_wheel_scrolls_the_page_unless_ctrl_is_held(show) -> None:
    page = show(chart().to_html(), viewport={"width": 900, "height": 400})
    page.wait_for_selector(PAINTED)
    scale = "document.querySelector('path.cartable-commune').getBBox().width"
    before = page.evaluate(scale)
    page.locator(".cartable-carte__plan").hover(position={"x": 200, "y": 60})
    page.mouse.wheel(0, 120)
    page.wait_for_function("scrollY > 0")
    assert page.evaluate(scale) == before
    page.locator(".cartable-carte__plan").hover(position={"x": 200, "y": 200})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"{scale} > {before}")


def test_a_map_in_a_hidden_tab_waits_to_be_shown(show) -> None:
    page = show(page_of(f"<div id=onglet hidden>{chart()._repr_html_()}</div>"))
    page.wait_for_timeout(200)
    assert page.locator(PAINTED).count() == 0
    page.evaluate("document.getElementById('onglet').hidden = false")
    page.wait_for_selector(PAINTED)


def test_two_outputs_evaluate_leaflet_twice_and_both_paint(show) -> None:
    page = show(page_of(chart()._repr_html_(), choropleth(topology(), [layer()], title="Autre")._repr_html_()))
    page.wait_for_function(f"document.querySelectorAll('{PAINTED}').length === 2")


def test_the_same_output_shown_twice_paints_twice(show) -> None:
    page = show(page_of(chart()._repr_html_(), chart()._repr_html_()))
    page.wait_for_function(f"document.querySelectorAll('{PAINTED}').length === 2")


def test_an_output_put_in_the_page_as_notebooks_do(show) -> None:
    """JupyterLab sets innerHTML, then replaces each script by a copy, which runs."""
    page = show(page_of("<div id=sortie></div>"))
    page.evaluate(
        """html => {
            const host = document.getElementById("sortie");
            host.innerHTML = html;
            for (const old of host.querySelectorAll("script")) {
                const script = document.createElement("script");
                for (const { name, value } of old.attributes) script.setAttribute(name, value);
                script.textContent = old.textContent;
                old.replaceWith(script);
            }
        }""",
        chart()._repr_html_(),
    )
    page.wait_for_selector(PAINTED)


def test_a_page_with_an_amd_loader_still_paints(show) -> None:
    loader = "<script>window.define = () => { throw new Error('module sans nom'); }; define.amd = {};</script>"
    page = show(page_of(loader, chart()._repr_html_()))
    page.wait_for_selector(PAINTED)
    assert page.evaluate("typeof window.define") == "function"


def test_shared_files_at_the_end_of_the_page_still_paint(show) -> None:
    """The book moves the four files to one place: before or after the figures, maps start."""
    html = chart()._repr_html_()
    start = html.index('<script data-asset="leaflet.js">')
    end = html.index("<script>(window.cartableCartes")
    page = show(page_of(html[:start] + html[end:], html[start:end]))
    page.wait_for_selector(PAINTED)


def test_large_maps_are_drawn_on_a_canvas_with_hatching(show, monkeypatch) -> None:
    monkeypatch.setattr("cartable.maps.LARGE", 2)
    page = show(chart().to_html())
    page.wait_for_selector(PAINTED)
    colours = page.evaluate(
        """() => {
            const canvas = document.querySelector(".leaflet-overlay-pane canvas");
            const frame = document.querySelector(".cartable-carte__plan").getBoundingClientRect();
            const box = canvas.getBoundingClientRect(), ratio = canvas.width / box.width;
            const height = Math.round((frame.y - box.y + frame.height / 2) * ratio);
            const line = canvas.getContext("2d").getImageData(0, height, canvas.width, 1).data;
            const seen = new Set();
            for (let i = 0; i < line.length; i += 4) seen.add(line.slice(i, i + 4).join());
            return [...seen];
        }"""
    )
    assert "181,220,218,255" in colours  # --carte-1
    assert "30,116,128,255" in colours  # --carte-4
    assert "255,255,255,255" in colours  # the ground of the hatching
    label = page.locator(".cartable-carte__etiquettes text", has_text="Anché").bounding_box()
    page.mouse.move(label["x"] + label["width"] / 2, label["y"] + label["height"] / 2)
    assert page.locator(".leaflet-tooltip").text_content() == "Anché30,0 %"
    page.mouse.move(0, 0)
    page.locator(".leaflet-tooltip").wait_for(state="detached")


def test_folium_layers_work_and_hostile_texts_do_nothing(show) -> None:
    drawn = chart()
    bad = "<img src=x onerror=\"document.title='PIRATE'\"><script>document.title='PIRATE'</script>" + HOSTILE
    popup = folium.Popup(f"<b>Mairie</b> {bad}", show=True)
    folium.Marker([46.5, 0.5], popup=popup, tooltip=bad, icon=folium.Icon("red")).add_to(drawn)
    group = folium.FeatureGroup("Lieux").add_to(drawn)
    folium.Marker([46.5, 1.5], tooltip=folium.Tooltip(bad, permanent=True)).add_to(group)
    folium.CircleMarker([46.5, 2.5], radius=9, tooltip="rond").add_to(group)
    point = {"type": "Point", "coordinates": [2.5, 46.7]}
    shape = {"type": "Feature", "properties": {"nom": bad}, "geometry": point}
    shapes = {"type": "FeatureCollection", "features": [shape]}
    tip = folium.GeoJsonTooltip(["nom"], permanent=True)
    folium.GeoJson(shapes, tooltip=tip, marker=folium.CircleMarker(radius=4)).add_to(drawn)
    folium.Marker([46.2, 0.5], icon=folium.DivIcon(html=f"<span class=puce>ici</span>{bad}")).add_to(drawn)
    folium.LayerControl().add_to(drawn)
    page = show(drawn.to_html())
    page.wait_for_selector(PAINTED)
    assert page.locator(".leaflet-popup b").text_content() == "Mairie"
    assert page.locator(".cartable-repere").count() == 2
    assert page.locator(".puce").text_content() == "ici"
    assert page.locator(".leaflet-tooltip").count() >= 2
    assert page.locator("figure img").count() == 0
    assert page.title() == "CC d’essai"
    assert page.get_by_role("button", name="Fermer").count() == 1


def test_folium_can_frame_the_map(show) -> None:
    drawn = chart()
    drawn.fit_bounds([[46.4, 0.4], [46.6, 0.6]])
    page = show(drawn.to_html())
    page.wait_for_selector(PAINTED)
    assert page.evaluate("document.querySelector('path.cartable-commune').getBBox().width") > 1000


def test_the_ign_background_is_the_only_thing_that_asks_the_network(chromium, tmp_path: Path) -> None:
    path = tmp_path / "ign.html"
    chart(ign_background=True).save(path)
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
    context.set_offline(True)
    page.goto(path.as_uri())
    page.wait_for_selector(PAINTED)
    page.wait_for_timeout(200)
    assert asked
    assert {url.split("?")[0] for url in asked} == {"https://data.geopf.fr/wmts"}
    assert "TILEMATRIX=" in asked[0]
    assert page.get_by_text("sans connexion, elle s’affiche sans son fond").is_visible()
    assert "IGN" in page.locator(".leaflet-control-attribution").text_content()
    context.close()


# --- tables


def column(page, rank: int = 0) -> list[str]:
    return page.locator(f"tbody tr > :nth-child({rank + 1})").all_text_contents()


def test_names_sort_as_in_a_french_dictionary(show) -> None:
    page = show(page_of(sheet()._repr_html_()))
    page.get_by_role("button", name="Commune").click()
    assert column(page) == ["=cmd()", "abbaye", "Eaux", "Écueil", "Élan", "Zoé"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Commune").press("Enter")
    assert column(page)[0] == "Zoé"
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"


def test_numbers_sort_as_numbers_and_missing_ones_stay_last(show) -> None:
    page = show(page_of(sheet(totals=[[("EPCI", "EPCI"), (18, "18")]])._repr_html_()))
    button = page.get_by_role("button", name="Part")
    button.click()
    assert column(page, 1) == ["100", "20", "12,5", "3", "-4", "n. d."]
    button.click()
    assert column(page, 1) == ["-4", "3", "12,5", "20", "100", "n. d."]
    assert page.locator("tfoot").text_content().strip() == "EPCI18"
    assert page.get_by_role("status").text_content() == "Trié par Part (%), ordre croissant"


def test_the_downloaded_file_is_the_one_that_python_writes(show, tmp_path: Path) -> None:
    made = sheet(totals=[[("EPCI", "EPCI"), (18.25, "18,25")]])
    page = show(page_of(made._repr_html_()))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger en CSV").click()
    path = tmp_path / "recu.csv"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename == "parts-a-l-essai.csv"
    assert path.read_bytes().decode("utf-8") == made.to_csv()
    assert ["'=cmd()", "-4"] in list(csv.reader(io.StringIO(made.to_csv()), delimiter=";"))


def test_a_long_table_is_filtered_without_accents(show) -> None:
    page = show(page_of(sheet(10)._repr_html_()))
    page.get_by_label("Filtrer").fill("ELAN")
    assert page.locator("tbody tr:visible").count() == 10
    assert page.get_by_role("status").text_content() == "10 lignes sur 60"


def test_without_a_script_the_table_can_be_read(show) -> None:
    page = show(page_of(sheet()._repr_html_()), java_script_enabled=False)
    assert page.locator("tbody tr").count() == 6
    assert page.locator("button").count() == 0


# --- everybody can use them, on a screen or on paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(show, scheme: str, width: int) -> None:
    page = show(
        page_of(chart()._repr_html_(), sheet(10, totals=[[("E", "E"), (1, "1")]])._repr_html_()),
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    page.wait_for_selector(PAINTED)
    page.get_by_role("button", name="Part").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    assert found == []


def test_nothing_overflows_a_phone(show) -> None:
    page = show(page_of(chart()._repr_html_(), sheet()._repr_html_()), viewport={"width": 360, "height": 740})
    page.wait_for_selector(PAINTED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_shows_names_legend_and_the_whole_table(show, tmp_path: Path, scheme: str) -> None:
    page = show(page_of(chart()._repr_html_(), sheet(20)._repr_html_()), color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_selector(PAINTED)
    page.get_by_role("button", name="Zoomer", exact=True).click()
    path = tmp_path / "page.pdf"
    page.pdf(path=path, format="A4")
    text = " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(path).pages).split())
    for expected in ("Brux", "Anché", "Chaunay", "20,0 %", "donnée absente", "Source : Insee, 2021."):
        assert expected in text
    assert text.count("Écueil") == 20
    assert text.count("Commune") >= 2  # the headings come back on each page
    assert "Télécharger" not in text
    page.wait_for_function("!document.querySelector('.cartable-carte__plan').style.width")


# --- secrets, places, outlines, public meetings


def rich(**options: object):
    """A map with a secret, an absence, places of two kinds and a neighbourhood, whose names are hostile."""
    drawn = layer(
        values={"86001": 0.2, "86002": None, "86003": None},
        states={"86002": "secret statistique"},
        texts={"86001": "20,0 %"},
    )
    other = replace(
        layer(values={"86001": -3, "86002": 0.5, "86003": 4}, texts={"86001": "−3", "86002": "+0,5", "86003": "+4"}),
        key="ecart",
        label="Écart",
        breaks=[-4, -1, 0, 1, 4],
        class_labels=["de −4 à −1", "de −1 à 0", "de 0 à +1", "de +1 à +4"],
        diverging=True,
    )
    points = [
        Point(46.5, 0.4, f"Mairie {HOSTILE}", "France services"),
        Point(46.4, 2.5, "Bibliothèque", "Médiation"),
    ]
    areas = [Area(HOSTILE, "Quartiers prioritaires, périmètres de 2024", [[SQUARE]])]
    return choropleth(topology(), [drawn, other], title="CC d’essai", points=points, areas=areas, **options)


SQUARE = [[1.2, 46.2], [1.8, 46.2], [1.8, 46.8], [1.2, 46.8], [1.2, 46.2]]


def test_a_secret_and_an_absence_are_hatched_in_two_ways_that_change_with_the_indicator(show) -> None:
    page = show(rich().to_html())
    page.wait_for_selector(PAINTED)
    painted = "paths => paths.map(path => getComputedStyle(path).fill)"
    fills = page.eval_on_selector_all("path.cartable-commune", painted)
    marks = [fill.rsplit("-", 1)[-1].rstrip('")') if fill.startswith("url") else fill for fill in fills]
    assert marks == ["rgb(181, 220, 218)", "s", "n"]
    page.locator("path.cartable-commune").nth(1).hover(position={"x": 8, "y": 8})
    assert page.locator(".leaflet-tooltip.cartable-bulle").text_content() == "Anchésecret statistique"
    legend = page.locator("[data-rang='0'] .cartable-carte__legende li").all_text_contents()
    assert legend[-2:] == ["secret statistique 1\u00a0commune", "donnée absente 1\u00a0commune"]
    page.get_by_label("Indicateur").select_option(label="Écart")
    fills = page.eval_on_selector_all("path.cartable-commune", painted)
    assert '-a")' in fills[0]
    assert fills[1:] == ["rgb(181, 220, 218)", "rgb(13, 92, 104)"]


def test_every_fill_that_names_a_pattern_finds_it(show) -> None:
    page = show(rich().to_html())
    page.wait_for_selector(PAINTED)
    missing = """paths => paths.map(path => path.getAttribute("fill")).filter(fill => fill.startsWith("url"))
        .filter(fill => !document.getElementById(fill.slice(5, -1)))"""
    for label in ("Écart", "Part des 65 ans et plus"):
        page.get_by_label("Indicateur").select_option(label=label)
        assert page.eval_on_selector_all("path.cartable-commune", missing) == []


def test_places_and_neighbourhoods_are_shown_from_the_keyboard(show) -> None:
    page = show(rich().to_html(), reduced_motion="reduce")
    page.wait_for_selector(PAINTED)
    assert page.locator(".leaflet-marker-pane .cartable-lieu path").count() == 2
    shapes = page.eval_on_selector_all(".leaflet-marker-pane path", "paths => paths.map(p => p.getAttribute('d'))")
    assert len(set(shapes)) == 2
    page.get_by_text("Liste des lieux (2)").press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == f"Mairie {HOSTILE}"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-tooltip").text_content() == "Bibliothèque"
    assert page.get_by_text("Montré sur la carte : Bibliothèque (Médiation)").is_visible()
    centre = page.evaluate(
        """() => {
            const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
            const plan = middle(document.querySelector(".cartable-carte__plan").getBoundingClientRect());
            const shape = middle(document.querySelectorAll(".leaflet-marker-pane svg")[1].getBoundingClientRect());
            return [shape[0] - plan[0], shape[1] - plan[1]];
        }"""
    )
    assert max(map(abs, centre)) <= 2
    page.get_by_text("Liste des quartiers (1)").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-tooltip").text_content() == HOSTILE
    assert page.locator("figure img").count() == 0


def test_a_public_map_says_neither_names_nor_values(show) -> None:
    html = rich(names=False).to_html()
    page = show(html)
    page.wait_for_selector(PAINTED)
    assert page.locator(".cartable-carte__etiquettes text").count() == 0
    page.locator("path.cartable-commune").first.hover(position={"x": 8, "y": 8})
    page.wait_for_timeout(150)
    assert page.locator(".leaflet-tooltip").count() == 0
    assert page.locator("path.cartable-commune").count() == 3
    for hidden in ("Brux", "Anché", "Chaunay", "Voisine", "20,0 %"):
        assert hidden not in html


def test_large_maps_have_the_same_patterns_places_and_silence(show, monkeypatch) -> None:
    monkeypatch.setattr("cartable.maps.LARGE", 2)
    page = show(rich(names=False).to_html())
    page.wait_for_selector(PAINTED)
    assert page.locator(".leaflet-overlay-pane canvas").count() == 1
    assert page.locator(".leaflet-marker-pane .cartable-lieu").count() == 2
    assert page.locator("path.cartable-aire").count() >= 1
    page.get_by_label("Indicateur").select_option(label="Écart")
    page.locator(".cartable-carte__plan").hover(position={"x": 300, "y": 200})
    page.wait_for_timeout(150)
    assert page.locator(".leaflet-tooltip").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_with_places_and_secrets(show, scheme: str, width: int) -> None:
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}
    page = show(rich().to_html(), **options)
    page.wait_for_selector(PAINTED)
    page.get_by_text("Liste des lieux (2)").click()
    page.get_by_role("button", name="Bibliothèque").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


DARK_SHARE = """async data => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const { data: pixels } = pen.getImageData(4, 4, image.width - 8, image.height - 8);
    let dark = 0;
    for (let i = 0; i < pixels.length; i += 4) {
        dark += 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2] < 170;
    }
    return (4 * dark) / pixels.length;
}"""


def test_the_hatchings_differ_in_grey(show) -> None:
    """The share of dark points is not the same for what is secret and for what is absent."""
    page = show(rich().to_html())
    page.wait_for_selector(PAINTED)
    shots = [page.locator(f"[data-rang='0'] .teinte-{mark}").screenshot() for mark in "sn"]
    secret, absent = (page.evaluate(DARK_SHARE, base64.b64encode(shot).decode()) for shot in shots)
    assert secret > absent * 1.25
