"""Choropleth maps that need no network: a folium map drawn from a TopoJSON, in one self-contained output.

``choropleth`` turns a topology and a few indicators into an ``OfflineMap``. It remains a ``folium.Map``:
folium layers can be added, as long as they ask nothing of the network. Its HTML carries Leaflet, the style,
the data, the legend and the texts, and comes out the same byte for byte whatever the process.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import folium
import numpy as np
from folium.template import Template

from cartable import assets, output, overlays, wording
from cartable.errors import CartableError
from cartable.layers import MARKERS, MAX_CLASSES, MISSING, Area, Layer, Point, kinds, outlined, ramp, unnamed
from cartable.layers import members as members_of
from cartable.offline_folium import digest, folium_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cartable.holdings import Neighbourhood

__all__ = ["MAX_CLASSES", "MISSING", "Area", "Layer", "OfflineMap", "Point", "choropleth", "ramp"]

LARGE = 800  # polygons: beyond, Leaflet draws on a canvas
PRECISION = 1e-5  # degrees: about a metre, for the outlines of neighbourhoods
IGN_TILES = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
    "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
IGN_CREDIT = "© IGN, Plan IGN"
IGN_NOTICE = (
    "Fond de carte : © IGN, Plan IGN (Géoplateforme). Cette carte se sert du réseau : "
    "sans connexion, elle s’affiche sans son fond."
)
HELP = (
    "Glissez pour déplacer, boutons + et − pour zoomer, ou Ctrl et la molette. "
    "Au clavier : flèches, + et −, une fois la carte choisie avec la touche Tab."
)
WAITING = (
    "La carte se dessine ici quand la page a le droit d’exécuter ses scripts ; le tableau donne les mêmes valeurs."
)
# Marks that are drawn and not only coloured: no value, value kept secret, below the reference of a diverging layer.
LINED = "abc"
MOTIFS = {
    "n": '<rect width="2" height="6" class="trait"/>',
    "s": '<rect width="1.5" height="6" class="trait"/><rect width="6" height="1.5" class="trait"/>',
    "a": '<rect width="1.2" height="6" fill="#fff"/>',
    "b": '<rect width="1.2" height="6" fill="#fff"/>',
    "c": '<rect width="1.2" height="6" fill="#7d4415"/>',
}
# Some hosts (VS Code) load require.js, under which Leaflet would register as a nameless module, not as « L ».
HIDE_AMD = "<script>window.cartableAmd=window.define;window.define=undefined;</script>"
SHOW_AMD = "<script>window.define=window.cartableAmd;</script>"

PAGE = """<!DOCTYPE html>
<html lang="{lang}" class="cartable-seule">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def choropleth(
    topology: Mapping[str, Any],
    layers: Sequence[Layer],
    *,
    title: str,
    lang: Literal["fr"] = "fr",
    ign_background: bool = False,
    names: bool = True,
    points: Sequence[Point] = (),
    areas: Sequence[Area | Neighbourhood] = (),
) -> OfflineMap:
    """Draw indicators by commune, on the background of the neighbouring communes.

    Parameters
    ----------
    topology
        TopoJSON with ``communes`` (id, nom, membre, x, y, population) and ``contour``.
    layers
        Indicators; with several, a list lets people choose.
    title
        Name of the map: « CC du Civraisien en Poitou ».
    lang
        Language of the page made by ``save``.
    ign_background
        Whether to ask the network for the « Plan IGN » background.
    names
        Whether the page holds the names of the communes and their values. In a public session it holds neither, not
        even in its source; what the layers say in ``title`` and ``reading`` is left to the caller.
    points, areas
        Places and outlines over the communes; a list gives them to the keyboard and to screen readers.

    Raises
    ------
    CartableError
        If there is nothing to draw, or if a layer cannot be read.
    """
    return OfflineMap(
        topology,
        layers,
        title=title,
        lang=lang,
        ign_background=ign_background,
        names=names,
        points=points,
        areas=areas,
    )


class OfflineMap(folium.Map):
    """A folium map whose output needs nothing but itself."""

    _template = Template("")  # maps.js draws; folium's own template links to the network
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own type)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(
        self,
        topology: Mapping[str, Any],
        layers: Sequence[Layer],
        *,
        title: str,
        lang: str = "fr",
        ign_background: bool = False,
        names: bool = True,
        points: Sequence[Point] = (),
        areas: Sequence[Area | Neighbourhood] = (),
    ) -> None:
        members = members_of(topology)
        if not members or not layers:
            raise CartableError(
                f"La carte « {title} » n’a rien à montrer.",
                "Donnez au moins une commune membre et un indicateur.",
            )
        for layer in layers:
            layer.check(members)
        super().__init__(tiles=None)
        self.title = title
        self.lang = lang
        self.ign_background = ign_background
        self.layers = tuple(layers)
        self.members = tuple(members)
        self.names = names
        self.points, self.areas = tuple(points), outlined(areas)
        if not names:
            self.points, self.areas = unnamed(self.points), unnamed(self.areas)
        self.kinds = {"lieu": kinds(self.points), "aire": kinds(self.areas)}
        self.data = script_json(_payload(topology, self))

    def __repr__(self) -> str:
        indicators = wording.join([layer.label for layer in self.layers])
        return f"Carte « {self.title} » : {wording.plural(len(self.members), 'commune')} ; {indicators}."

    def _repr_html_(self, **_kwargs: object) -> str:
        """Return the map as HTML for a notebook or a page, without a frame."""
        return _fragment(self)

    def to_html(self) -> str:
        """Return a whole HTML page that holds the map and everything that it needs."""
        return PAGE.format(lang=escape(self.lang), title=escape(self.title), content=_fragment(self))

    def save(self, outfile: str | Path, **_kwargs: object) -> None:  # type: ignore[override]
        """Write ``to_html`` into a file.

        Raises
        ------
        CartableError
            If the file cannot be written.
        """
        output.write(Path(outfile), self.to_html())

    def show_in_browser(self) -> None:
        """Refuse: folium would serve a temporary page that vanishes."""
        raise CartableError(
            "Cette carte ne s’ouvre pas d’elle-même dans le navigateur.",
            "Enregistrez-la avec « carte.save('carte.html') », puis ouvrez ce fichier.",
        )


# --- data for the script ----------------------------------------------------------------------------------


def _payload(topology: Mapping[str, Any], chart: OfflineMap) -> dict[str, Any]:
    """Return what maps.js reads; keys are kept short, the region's map has thousands of communes."""
    communes = [_commune(c, named=chart.names) for c in topology["objects"]["communes"]["geometries"]]
    data: dict[str, Any] = {
        "echelle": topology["transform"]["scale"],
        "origine": topology["transform"]["translate"],
        "arcs": [encode_arc(arc) for arc in topology["arcs"]],
        "communes": communes,
        "contour": topology["objects"]["contour"]["arcs"],
        "couches": [_layer(layer, chart.members, named=chart.names) for layer in chart.layers],
        "grande": len(communes) > LARGE,
        "fond": {"url": IGN_TILES, "credit": IGN_CREDIT} if chart.ign_background else None,
    }
    if not chart.names:
        data["muette"] = True
    if chart.points:
        ranks = list(chart.kinds["lieu"])
        data["formes"] = list(MARKERS.values())[: len(ranks)]
        data["lieux"] = [[round(p.lat, 5), round(p.lon, 5), ranks.index(p.kind)] for p in chart.points]
    if chart.areas:
        ranks = list(chart.kinds["aire"])
        data["aires"] = [[ranks.index(area.kind), _polygons(area)] for area in chart.areas]
    return data


def _commune(geometry: Mapping[str, Any], *, named: bool) -> list[Any]:
    """Return name, label point, population, membership and polygons of a commune."""
    facts = geometry["properties"]
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    population = facts["population"] if named else 0
    return [facts["nom"] if named else "", facts["x"], facts["y"], population, int(facts["membre"]), polygons]


def _layer(layer: Layer, members: Sequence[str], *, named: bool) -> dict[str, Any]:
    """Return the mark (see ``layers.Row``) and the text of each member, in their order."""
    return {
        "teintes": "".join(layer.mark_of(code) for code in members),
        "textes": [layer.text_of(code) for code in members] if named else [],
    }


def _polygons(area: Area) -> list[list[str]]:
    """Return rings as arcs, on a grid of about a metre."""
    return [[_ring(np.asarray(ring, dtype=float)) for ring in polygon] for polygon in area.polygons]


def _ring(points: np.ndarray[Any, Any]) -> str:
    grid = np.rint(points[:, :2] / PRECISION).astype(int)
    return encode_arc(np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=int)).tolist())


def encode_arc(arc: Sequence[Sequence[int]]) -> str:
    """Write a delta-encoded arc as text: variable-length numbers in base 32, as the « polyline » format does.

    >>> encode_arc([[0, -1], [16, 5]])
    '?@_@I'
    """
    return "".join(_encode(value) for step in arc for value in step[:2])


def _encode(value: int) -> str:
    value = ~(value << 1) if value < 0 else value << 1
    text = ""
    while value >= 32:  # noqa: PLR2004 (base 32)
        text += chr((32 | (value & 31)) + 63)
        value >>= 5
    return text + chr(value + 63)


def _plain(value: Any) -> object:  # noqa: ANN401 (a numpy number or array)
    return value.tolist()


def script_json(data: object) -> str:
    """Write JSON that no text can break out of a ``<script>``."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    for char in ("<", "\u2028", "\u2029"):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


# --- HTML -------------------------------------------------------------------------------------------------


def _fragment(chart: OfflineMap) -> str:
    """Return the figure: what is read first, then the data and the scripts."""
    extra = folium_parts(chart)
    heads, texts, notice = (
        _each(chart, _head),
        _each(chart, _text) + overlays.html(chart.points, chart.areas),
        _notice(chart),
    )
    drawn = (extra.header, extra.html, extra.script)
    identifier = f"carte-{digest(chart.title, chart.data, heads, texts, *drawn)}"
    start = f"['{identifier}',function(L,$,{extra.name}){{{extra.script}}}]"
    return "\n".join(
        (
            '<div class="cartable-carte-bloc">',
            assets.style("leaflet.css") + assets.style("maps.css") + extra.header,
            f'<figure class="cartable-carte" id="{identifier}">',
            f'<div class="cartable-carte__tete">{heads}{_switch(chart, identifier)}</div>',
            _frame(chart, identifier, extra.html),
            f'<script type="application/json">{chart.data}</script>',
            f'<figcaption class="cartable-carte__texte" id="{identifier}-texte">{texts}{notice}</figcaption>',
            "</figure>",
            HIDE_AMD + assets.script("leaflet.js") + SHOW_AMD + assets.script("maps.js"),
            f"<script>(window.cartableCartes=window.cartableCartes||[]).push({start});</script>",
            "</div>",
        )
    )


def _each(chart: OfflineMap, write: Callable[[OfflineMap, Layer], str]) -> str:
    """Write something of each indicator; only the first one shows at first."""
    return "".join(
        f'<div data-rang="{rank}"{" hidden" if rank else ""}>{write(chart, layer)}</div>'
        for rank, layer in enumerate(chart.layers)
    )


def _frame(chart: OfflineMap, identifier: str, extra: str) -> str:
    """Return the place where Leaflet draws, which says what to do as long as nothing is drawn."""
    label = escape(f"Carte : {chart.title}")
    return (
        '<div class="cartable-carte__cadre">'
        f'<div class="cartable-carte__plan" id="{identifier}-plan" role="group" aria-label="{label}" '
        f'aria-describedby="{identifier}-texte"><p class="cartable-carte__attente">{WAITING}</p></div>'
        f"{_patterns(identifier, chart)}{extra}"
        f'<p class="cartable-carte__aide">{HELP}</p></div>'
    )


def _patterns(identifier: str, chart: OfflineMap) -> str:
    """Return what the marks that colour alone would not tell are filled with."""
    marks = {mark for layer in chart.layers for mark in map(layer.mark_of, chart.members) if mark in MOTIFS}
    drawn = "".join(_pattern(f"{identifier}-{mark}", mark) for mark in sorted(marks))
    return f'<svg class="cartable-carte__motifs" width="0" height="0" aria-hidden="true">{drawn}</svg>'


def _pattern(identifier: str, mark: str) -> str:
    turn, ground = (-45, f' style="fill:var(--carte-{mark})"') if mark in LINED else (45, "")
    return (
        f'<pattern id="{identifier}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><rect width="6" height="6" class="fond"{ground}/>{MOTIFS[mark]}</pattern>'
    )


def _switch(chart: OfflineMap, identifier: str) -> str:
    """Return the list that changes the indicator, when there are several."""
    if len(chart.layers) == 1:
        return ""
    labels = [escape(layer.label) for layer in chart.layers]
    options = "".join(f'<option value="{rank}">{label}</option>' for rank, label in enumerate(labels))
    return (
        f'<div class="cartable-carte__choix"><label for="{identifier}-choix">Indicateur</label> '
        f'<select id="{identifier}-choix" autocomplete="off">{options}</select>'
        '<span class="cartable-carte__annonce" role="status"></span></div>'
    )


def _head(chart: OfflineMap, layer: Layer) -> str:
    return (
        f'<p class="cartable-carte__surtitre">{escape(chart.title)}</p>'
        f'<p class="cartable-carte__titre">{escape(layer.title)}</p>'
    )


def _text(chart: OfflineMap, layer: Layer) -> str:
    return (
        f'<p class="cartable-carte__indicateur">{escape(layer.name)}</p>'
        f'<ul class="cartable-carte__legende">{_legend(layer, chart.members)}</ul>'
        f'<p class="cartable-carte__lecture">{escape(layer.reading)}</p>'
        f'<p class="cartable-carte__source">{escape(layer.source)}</p>'
    )


def _legend(layer: Layer, members: Sequence[str]) -> str:
    """Return the classes, from the lowest to the highest, then what is missing, with the number of communes of each."""
    return "".join(
        overlays.line(
            f'<span class="cartable-carte__pastille teinte-{row.mark}" aria-hidden="true"></span>', row.label, count
        )
        for row in layer.rows(members)
        if (count := wording.plural(row.communes, "commune"))
    )


def _notice(chart: OfflineMap) -> str:
    return f'<p class="cartable-carte__reseau">{IGN_NOTICE}</p>' if chart.ign_background else ""
