"""Choropleth maps that need no network: a folium map drawn from a TopoJSON, in one self-contained output.

``choropleth`` turns a topology and a few indicators into an ``OfflineMap``. It remains a ``folium.Map``:
folium layers can be added, as long as they ask nothing of the network. Its HTML carries Leaflet, the style,
the data, the legend and the texts, and comes out the same byte for byte whatever the process.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import folium
from folium.template import Template

from cartable import assets, output, wording
from cartable.errors import CartableError
from cartable.offline_folium import digest, folium_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

RAMPS = ("3", "14", "024", "0234", "01234", "012345")  # shades of the style sheet, by number of classes
MAX_CLASSES = len(RAMPS)
LARGE = 800  # polygons: beyond, Leaflet draws on a canvas
MISSING = "donnée absente"
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


@dataclass(frozen=True)
class Layer:
    """One indicator to show.

    Parameters
    ----------
    key
        Short identifier: ``part_65_plus``.
    label
        Name shown to people: « Part des 65 ans et plus ».
    unit
        « % », « hab./km² », « habitants ».
    values
        Value by INSEE code; absent, ``None`` and NaN are drawn hatched, as missing data.
    texts
        French writing of each value, by INSEE code.
    breaks
        Class bounds, ascending: one more than there are classes. A value on an inner bound goes to the upper
        class; the outer bounds exclude nothing, they may be rounded.
    class_labels
        French legend labels, one by class.
    reading
        What the map shows, in words.
    source
        Attribution, vintage and date.
    title
        A title that states the finding.
    """

    key: str
    label: str
    unit: str
    values: Mapping[str, float | None]
    texts: Mapping[str, str]
    breaks: Sequence[float]
    class_labels: Sequence[str]
    reading: str
    source: str
    title: str

    def class_of(self, code: str) -> int | None:
        """Return the class of a commune, ``None`` where the value is missing."""
        value = self.values.get(code)
        if value is None or math.isnan(value):
            return None
        return bisect_right(self.breaks[1:-1], value)

    def check(self, codes: Iterable[str]) -> None:
        """Refuse a layer that nobody could read."""
        classes = len(self.breaks) - 1
        if not 1 <= classes <= MAX_CLASSES or list(self.breaks) != sorted(self.breaks):
            raise CartableError(
                f"Les bornes de classes de « {self.label} » ne conviennent pas : {list(self.breaks)}.",
                f"Donnez de deux à {MAX_CLASSES + 1} bornes, en ordre croissant.",
            )
        if len(self.class_labels) != classes:
            raise CartableError(
                f"« {self.label} » compte {classes} classes et {len(self.class_labels)} libellés de légende.",
                "Donnez un libellé par classe.",
            )
        if all(self.class_of(code) is None for code in codes):
            raise CartableError(
                f"« {self.label} » n’a de valeur pour aucune commune de la carte.",
                "Retirez cet indicateur, ou vérifiez que ses codes sont des codes INSEE (cinq caractères).",
            )


def choropleth(
    topology: Mapping[str, Any],
    layers: Sequence[Layer],
    *,
    title: str,
    lang: Literal["fr"] = "fr",
    ign_background: bool = False,
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

    Raises
    ------
    CartableError
        If there is nothing to draw, or if a layer cannot be read.
    """
    return OfflineMap(topology, layers, title=title, lang=lang, ign_background=ign_background)


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
    ) -> None:
        communes = topology["objects"]["communes"]["geometries"]
        members = [c["id"] for c in communes if c["properties"]["membre"]]
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
        self.data = _payload(topology, self.layers, self.members, ign_background=ign_background)

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


def _payload(
    topology: Mapping[str, Any], layers: Sequence[Layer], members: Sequence[str], *, ign_background: bool
) -> str:
    """Return the JSON that maps.js reads; keys are kept short, the region's map has thousands of communes."""
    communes = [_commune(c) for c in topology["objects"]["communes"]["geometries"]]
    data = {
        "echelle": topology["transform"]["scale"],
        "origine": topology["transform"]["translate"],
        "arcs": [encode_arc(arc) for arc in topology["arcs"]],
        "communes": communes,
        "contour": topology["objects"]["contour"]["arcs"],
        "couches": [_layer(layer, members) for layer in layers],
        "absente": MISSING,
        "grande": len(communes) > LARGE,
        "fond": {"url": IGN_TILES, "credit": IGN_CREDIT} if ign_background else None,
    }
    return _json(data)


def _commune(geometry: Mapping[str, Any]) -> list[Any]:
    """Return name, label point, population, membership and polygons of a commune."""
    facts = geometry["properties"]
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [facts["nom"], facts["x"], facts["y"], facts["population"], int(facts["membre"]), polygons]


def _layer(layer: Layer, members: Sequence[str]) -> dict[str, Any]:
    """Return the colour (0 to 5, « n » when missing) and the text of each member, in their order."""
    shades = ramp(len(layer.breaks) - 1)
    classes = [layer.class_of(code) for code in members]
    return {
        "teintes": "".join("n" if rank is None else str(shades[rank]) for rank in classes),
        "textes": [
            MISSING if rank is None else layer.texts.get(code, "") for code, rank in zip(members, classes, strict=True)
        ],
    }


def ramp(classes: int) -> list[int]:
    """Choose shades among the six of the style sheet, from the lightest to the darkest.

    >>> ramp(3)
    [0, 2, 4]
    """
    return [int(shade) for shade in RAMPS[classes - 1]]


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


def _json(data: object) -> str:
    """Write JSON that no text can break out of a ``<script>``."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    for char in ("<", "\u2028", "\u2029"):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


# --- HTML -------------------------------------------------------------------------------------------------


def _fragment(chart: OfflineMap) -> str:
    """Return the figure: what is read first, then the data and the scripts."""
    extra = folium_parts(chart)
    heads, texts, notice = _each(chart, _head), _each(chart, _text), _notice(chart)
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
        f"{_hatching(identifier)}{extra}"
        f'<p class="cartable-carte__aide">{HELP}</p></div>'
    )


def _hatching(identifier: str) -> str:
    """Return the pattern of the communes without a value: colour alone would not tell."""
    return (
        '<svg class="cartable-carte__motifs" width="0" height="0" aria-hidden="true">'
        f'<pattern id="{identifier}-hachures" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        '<rect width="6" height="6" class="fond"/><rect width="2" height="6" class="trait"/></pattern></svg>'
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
        f'<p class="cartable-carte__indicateur">{escape(_named(layer))}</p>'
        f'<ul class="cartable-carte__legende">{_legend(layer, chart.members)}</ul>'
        f'<p class="cartable-carte__lecture">{escape(layer.reading)}</p>'
        f'<p class="cartable-carte__source">{escape(layer.source)}</p>'
    )


def _named(layer: Layer) -> str:
    return f"{layer.label} ({layer.unit})" if layer.unit else layer.label


def _legend(layer: Layer, members: Sequence[str]) -> str:
    """Return the classes, from the lowest to the highest, with the number of communes of each."""
    classes = [layer.class_of(code) for code in members]
    shades = [str(shade) for shade in ramp(len(layer.class_labels))]
    rows = [(shades[rank], label, classes.count(rank)) for rank, label in enumerate(layer.class_labels)]
    if None in classes:
        rows.append(("n", MISSING, classes.count(None)))
    return "".join(
        f'<li><span class="cartable-carte__pastille teinte-{shade}" aria-hidden="true"></span>'
        f'<span class="cartable-carte__classe">{escape(label)}</span> '
        f'<span class="cartable-carte__effectif">{wording.plural(count, "commune")}</span></li>'
        for shade, label, count in rows
    )


def _notice(chart: OfflineMap) -> str:
    return f'<p class="cartable-carte__reseau">{IGN_NOTICE}</p>' if chart.ign_background else ""
