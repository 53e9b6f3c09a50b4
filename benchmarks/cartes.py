"""Weigh and time our maps beside ``geopandas.explore()`` and plain folium: same communes, same values.

Every page is opened from the disk in headless Chromium, with an empty cache. The scripts and styles that the other two
ask of the network are laid beside their pages, so that they can paint.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pandas as pd
from _outils import MeasureError, main, median, say, table
from branca.colormap import StepColormap
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from cartable import fragility_pages, maps, pages, wording
from cartable.fragility.study import study
from cartable.holdings import Holdings
from cartable.portrait import Portrait
from cartable.territory import Territory, atlas, get

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, Page

CIVRAISIEN = "200070035"
AQUITAINE = ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87")
RUNS = 5
OURS = 3  # of the pages compared, the first ones
DELAY = 60_000  # milliseconds: past that, a map does not paint
TOLERANCE = 0.01
DECIMALS = 5  # of a degree: one metre, as published GeoJSON has it; the others' pages would be heavier without
COLOURS = ["#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"]
# What the other two need besides our lock. In a folder apart: neither goes with Cartable.
EXTRAS = ("matplotlib==3.11.2", "mapclassify==2.10.0", "folium-offline==0.20.0.2")
EXTRAS_FOLDER = Path(os.environ.get("CARTABLE_MESURES", Path(tempfile.gettempdir()) / "cartable-mesures"))
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ASSET_URL = re.compile(r'(?:src|href)="(https?://[^"]+)"')
FONT = re.compile(r"url\(\s*['\"]?data:[^)]*\)")

# The same for every page. Painted: all the polygons are SVG paths with a shape, or a frame has filled a canvas, and two
# frames have gone by. A canvas that would be drawn bit by bit is caught by « verify », which looks again later.
WATCH = """
(() => {
  let fills = 0;
  const fill = CanvasRenderingContext2D.prototype.fill;
  CanvasRenderingContext2D.prototype.fill = function (...rest) {
    fills += this.canvas.isConnected;
    return fill.apply(this, rest);
  };
  const shaped = (path) => (path.getAttribute("d") || "M0 0") !== "M0 0";
  const paths = () => [...document.querySelectorAll("path.leaflet-interactive")].filter(shaped).length;
  const opaque = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    .reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0), 0);
  window.encre = () => [...document.querySelectorAll("canvas")].reduce((sum, canvas) => sum + opaque(canvas), paths());
  const look = () => {
    if (!fills && paths() < ATTENDUS) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.peinte = performance.now();
      window.encreAlors = window.encre();
    }));
  };
  requestAnimationFrame(look);
})();
"""
# The least that a page can do: what the method itself costs.
BLANK = '<!DOCTYPE html><title>-</title><svg><path class="leaflet-interactive" d="M0 0h9v9z"/></svg>'


@dataclass
class Subject:
    """A page to weigh and time.

    Parameters
    ----------
    html
        The page as its library writes it.
    polygons
        How many it must draw.
    bare
        Bytes of the page without the scripts and styles that every map of a book shares.
    assets
        Bytes of those.
    """

    name: str
    html: str
    polygons: int
    bare: int
    assets: int
    times: list[float] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """All that must be on the disk for the page to paint without a network."""
        return self.bare + self.assets


# -- the others' libraries ------------------------------------------------------------------


def extras() -> Mapping[str, str]:
    """Return, by address, the scripts and styles that folium asks of the network; make ``explore`` importable."""
    sys.path.append(str(EXTRAS_FOLDER))  # after our own environment: nothing there may replace it
    try:
        importlib.import_module("matplotlib")
        importlib.import_module("mapclassify")
        resources = importlib.import_module("offlinefolium.elements")._res  # noqa: SLF001 (nothing public gives it)
    except ImportError as error:
        install = f'"{sys.executable}" -m pip install --target "{EXTRAS_FOLDER}" {" ".join(EXTRAS)}'
        raise MeasureError(
            f"Il manque « {error.name} », que demandent les cartes auxquelles nous nous comparons. "
            f"Installez à part, hors de l'environnement de Cartable :\n  {install}"
        ) from error
    # The package carries fonts inside its styles; the real ones are files, that these maps do not even open.
    return {url: FONT.sub("url(data:,)", text) for url, text in resources.items()}


def localised(name: str, html: str, polygons: int, resources: Mapping[str, str], folder: Path) -> Subject:
    """Lay beside a page what it asks of the network, and have it read that."""
    assets = 0
    local = html
    for url in dict.fromkeys(ASSET_URL.findall(html)):
        if url not in resources:
            raise MeasureError(f"« {name} » demande {url}, que « folium-offline » n'apporte pas : alignez-les.")
        path = folder / PurePosixPath(url).name
        path.write_text(resources[url], encoding="utf-8")
        assets += path.stat().st_size
        local = local.replace(url, path.name)
    return Subject(name, local, polygons, len(html.encode()), assets)


# -- the maps -------------------------------------------------------------------------------


def ours(name: str, chart: maps.OfflineMap, topology: Mapping[str, Any]) -> Subject:
    """Return one of our pages, which holds everything it needs."""
    html = chart.to_html()
    bare = len(pages.ASSET.sub("", html).encode())
    return Subject(name, html, len(topology["objects"]["communes"]["geometries"]), bare, len(html.encode()) - bare)


def geotable(portrait: Portrait, layer: maps.Layer) -> Any:  # noqa: ANN401 (a GeoDataFrame)
    """Return the communes with the name, value and text that the others show."""
    shapes = atlas().topology.to_geopandas(portrait.territory.codes)
    shapes.geometry = shapes.geometry.transform(lambda points: points.round(DECIMALS))
    shapes["commune"] = portrait.territory.communes["nom"].reindex(shapes.index)
    shapes["valeur"] = [layer.values[code] for code in shapes.index]  # noqa: PD011 (a mapping)
    shapes["texte"] = [layer.texts[code] for code in shapes.index]
    return shapes


def explored(shapes: Any) -> str:  # noqa: ANN401 (a GeoDataFrame)
    """Return the page of ``geopandas.explore``."""
    chart = shapes.explore(column="valeur", tooltip=["commune", "texte"], tiles=None, cmap="Blues")
    return str(chart.get_root().render())


def plain(shapes: Any, layer: maps.Layer, *, canvas: bool) -> str:  # noqa: ANN401 (a GeoDataFrame)
    """Return the page of a plain folium choropleth: a style by feature, a tooltip, a legend."""
    bounds = list(layer.breaks)
    scale = StepColormap(COLOURS[: len(bounds) - 1], index=bounds, vmin=bounds[0], vmax=bounds[-1], caption=layer.label)

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        value = feature["properties"]["valeur"]
        shade = "#999999" if value is None else scale(value)
        return {"fillColor": shade, "color": "#1d2a33", "weight": 0.5, "fillOpacity": 0.9}

    chart = folium.Map(tiles=None, prefer_canvas=canvas)
    tooltip = folium.GeoJsonTooltip(["commune", "texte"], aliases=["Commune", layer.label])
    shown = folium.GeoJson(shapes, style_function=style, tooltip=tooltip).add_to(chart)
    chart.add_child(scale)
    chart.fit_bounds(shown.get_bounds())
    return str(chart.get_root().render())


def region() -> Territory:
    """Return the communes of Nouvelle-Aquitaine as if they were one territory."""
    communes = atlas().communes
    return Territory("", "Nouvelle-Aquitaine", "", communes[communes["code_departement"].isin(AQUITAINE)])


def index_map(portrait: Portrait) -> maps.OfflineMap:
    """Return the map of the fragility index, over figures drawn at random: real ones do not ship."""
    shipped, draw = atlas(), np.random.default_rng(1)
    people = shipped.communes["population"].fillna(0)
    shares = {name: draw.uniform(0.1, 0.4, len(people)) for name in ("diplome", "reseau")}
    figures = {
        "sans_diplome": people * shares["diplome"],
        "non_scolarises_15_plus": people,
        "revenu_median": draw.uniform(16_000, 32_000, len(people)),
        "locaux": people,
        "locaux_sans_30_mbits": people * shares["reseau"],
    }
    tables = shipped.complete(Holdings(communes=pd.DataFrame(figures, index=people.index)))
    here = portrait.territory
    rows = tables.communes.loc[here.codes]
    return fragility_pages.chart_map(study(Territory(here.siren, here.name, here.nature, rows, (), tables)))


def subjects(portrait: Portrait, resources: Mapping[str, str], folder: Path) -> list[Subject]:
    """Return the pages to compare: ours with what the others show, ours with everything, theirs, a blank one."""
    topology, layers = portrait.territory.map_topology(), pages.layers(portrait)
    title, layer = portrait.territory.name, layers[0]
    shapes = geotable(portrait, layer)
    others = {
        "geopandas.explore()": explored(shapes),
        "folium, GeoJson et bulles": plain(shapes, layer, canvas=False),
        "folium, de même, sur canevas": plain(shapes, layer, canvas=True),
    }
    return [
        ours("Cartable, un indicateur", maps.choropleth(topology, [layer], title=title), topology),
        ours(f"Cartable, {len(layers)} indicateurs", maps.choropleth(topology, layers, title=title), topology),
        ours("Cartable, l’indice", index_map(portrait), topology),
        *(localised(name, html, len(shapes), resources, folder) for name, html in others.items()),
        Subject("(page vide : ce que coûte la méthode)", BLANK, 1, len(BLANK), 0),
    ]


# -- the clock --------------------------------------------------------------------------------


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser."""
    with sync_playwright() as driver:
        imposed = os.environ.get("CARTABLE_CHROMIUM")
        found = next(filter(None, map(shutil.which, [imposed] if imposed else NAMES)), driver.chromium.executable_path)
        if not Path(found).is_file():
            raise MeasureError("Chromium est absent : installez-le (« playwright install chromium », ou son paquet).")
        browser = driver.chromium.launch(executable_path=found, args=OPTIONS)
        yield browser
        browser.close()


def time_painting(browser: Browser, subject: Subject, file: Path, *, verify: bool) -> float:
    """Open a page with an empty cache; return the milliseconds from the navigation to the painted map."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    page, urls = context.new_page(), []
    page.on("request", lambda request: urls.append(request.url))
    page.add_init_script(WATCH.replace("ATTENDUS", str(subject.polygons)))
    page.goto(file.as_uri(), wait_until="commit")
    try:
        page.wait_for_function("window.encreAlors", polling=50, timeout=DELAY)
    except PlaywrightError as error:
        raise MeasureError(f"« {subject.name} » n'a pas dessiné ses {subject.polygons} polygones.") from error
    painted = float(page.evaluate("window.peinte"))
    if verify:
        _verify(page, subject, urls)
    context.close()
    return painted


def _verify(page: Page, subject: Subject, urls: list[str]) -> None:
    """Check that nothing more was drawn after the end of the clock, and that nothing came from the network."""
    page.wait_for_timeout(1500)
    then, now = page.evaluate("[window.encreAlors, window.encre()]")
    if abs(now - then) > TOLERANCE * now:
        raise MeasureError(f"« {subject.name} » dessinait encore après la fin du chronométrage ({then} puis {now}).")
    outside = [url for url in urls if not url.startswith(("file:", "data:", "blob:"))]
    if outside:
        raise MeasureError(f"« {subject.name} » a demandé {outside[0]} : la mesure se fait hors connexion.")


def time_all(browser: Browser, compared: list[Subject], folder: Path, runs: int) -> None:
    """Time every page in turn, several times; the first round checks, and does not count."""
    files = [folder / f"{rank}.html" for rank in range(len(compared))]
    for file, subject in zip(files, compared, strict=True):
        file.write_text(subject.html, encoding="utf-8")
    for rank in range(runs + 1):
        for file, subject in zip(files, compared, strict=True):
            painted = time_painting(browser, subject, file, verify=not rank)
            if rank:
                subject.times.append(painted)


# -- reports ------------------------------------------------------------------------------------


def report(title: str, compared: list[Subject]) -> str:
    """Draw the table of a territory."""
    rows = [
        [s.name, wording.number(s.polygons), _kilobytes(s.bytes), _kilobytes(s.bare), _milliseconds(s.times)]
        for s in compared
    ]
    headers = ["Page", "Polygones", "Poids", "dont carte", "Peinte en"]
    ratios = [_ratios(mine, other) for mine in compared[:OURS] for other in compared[OURS:-1]]
    heads = ["Rapport", "Poids", "dont carte", "Temps", "But"]
    return table(title, headers, rows) + "\n" + table("Part de Cartable", heads, ratios)


def _kilobytes(count: int) -> str:
    return f"{wording.number(count / 1000)} ko"


def _milliseconds(times: list[float]) -> str:
    return f"{wording.number(median(times))} ms"


def _ratios(mine: Subject, other: Subject) -> list[str]:
    pairs = [(mine.bytes, other.bytes), (mine.bare, other.bare), (median(mine.times), median(other.times))]
    shares = [a / b for a, b in pairs]
    names = ("poids", "carte", "temps")
    missed = [name for name, share in zip(names, shares, strict=True) if share > 1 / 3]
    verdict = f"≤ 1/3 : {'MANQUÉ (' + ', '.join(missed) + ')' if missed else 'tenu'}"
    return [f"{mine.name} / {other.name}", *(wording.number(share, 2) for share in shares), verdict]


def measure(browser: Browser, title: str, portrait: Portrait, resources: Mapping[str, str], runs: int) -> str:
    """Compare the maps of a territory."""
    with tempfile.TemporaryDirectory(prefix="cartable-cartes-") as name:
        folder = Path(name)
        compared = subjects(portrait, resources, folder)
        time_all(browser, compared, folder, runs)
    return report(f"{title} ({wording.plural(len(portrait.territory.codes), 'commune')})", compared)


def run(trial: bool) -> None:
    """Measure an EPCI, then a whole région."""
    resources, runs = extras(), 1 if trial else RUNS
    with chromium() as browser:
        for title, territory in (("CC du Civraisien en Poitou", get(CIVRAISIEN)), ("Nouvelle-Aquitaine", region())):
            say(measure(browser, title, Portrait(territory), resources, runs))


if __name__ == "__main__":
    sys.exit(main("Pèse et chronomètre les cartes, à côté de geopandas et de folium.", run))
