"""The map of « who lives far from help », and the trial of a place under it, that needs no kernel."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
from folium.template import Template

from cartable import assets, maps, wording
from cartable.access import offer, reading
from cartable.access.distance import DISTANCE, has_position, welcoming
from cartable.access.inquiry import AROUND_KM
from cartable.access.survey import AT_COMMUNE, FAR, NEAR, POSITION, RADII
from cartable.access_tables import LEGEND, source
from cartable.offline_folium import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from cartable.access.inquiry import Inquiry

STEPS = (2, 5, 10, 20, 50)  # km: bounds of the classes of the map
HELPING, ROAMING, GUESSED, UNSAID = "Lieu d’aide", "Arrêt itinérant", "Position approchée", "Le fichier ne le dit pas"
SHOWN = 400  # places on a map, for each group
TITLE = "Qui vit loin d’une aide"


def layers(inquiry: Inquiry) -> list[maps.Layer]:
    """Return what the map shows: the situation of each commune, then the distance from its point."""
    kept = [_situation_layer(inquiry)]
    if np.isfinite(inquiry.study.reach[DISTANCE]).any():
        kept.append(_distance_layer(inquiry))
    return kept


def _situation_layer(inquiry: Inquiry) -> maps.Layer:
    words = inquiry.study.situations(inquiry.radius)
    rank = {word: i for i, word in enumerate(LEGEND)}
    return maps.Layer(
        key="situation",
        label=wording.typeset(f"Communes à {reading.radius_text(inquiry.radius)} d’un lieu"),
        unit="",
        values={str(c): float(rank[w]) for c, w in words.items()},
        texts={str(c): LEGEND[w] for c, w in words.items()},
        breaks=[-0.5, 0.5, 1.5, 2.5],
        class_labels=list(LEGEND.values()),
        reading=" ".join([reading.beyond_reading(inquiry, inquiry.radius), wording.typeset(reading.CAVEAT)]),
        source=source(inquiry),
        title=reading.finding(inquiry),
    )


def _distance_layer(inquiry: Inquiry) -> maps.Layer:
    distances = inquiry.study.reach[DISTANCE]
    known = distances[np.isfinite(distances)]
    bounds = _bounds(known)
    return maps.Layer(
        key=DISTANCE,
        label="Distance du point de la commune au lieu le plus proche",
        unit="km à vol d’oiseau",
        values={str(c): float(d) if math.isfinite(d) else None for c, d in distances.items()},
        texts={str(c): reading.kilometres(d) for c, d in distances.items()},
        breaks=bounds,
        class_labels=_labels(bounds),
        reading=" ".join([*reading.summary(inquiry)[-1:], wording.typeset(reading.CAVEAT)]),
        source=source(inquiry),
        title=_distance_title(inquiry, known),
        states={str(c): "aucun lieu" for c, d in distances.items() if math.isinf(d)},
    )


def _distance_title(inquiry: Inquiry, known: pd.Series[float]) -> str:
    far = int((known > inquiry.radius).sum())
    verb = "commune a son point", "communes ont leur point"
    count = wording.plural(far, *verb) if far else "Aucune commune n’a son point"
    return wording.typeset(f"{count} à plus de {reading.radius_text(inquiry.radius)} d’un lieu, à vol d’oiseau")


def _bounds(distances: pd.Series[float]) -> list[float]:
    """Choose among round distances the bounds that leave no class empty."""
    low, high = 0.0, float(distances.max())
    kept = [low]
    for step in STEPS:
        if ((distances >= kept[-1]) & (distances < step)).any() and (distances >= step).any():
            kept.append(float(step))
    return [*kept, max(high, kept[-1])]


def _labels(bounds: Sequence[float]) -> list[str]:
    inner = [reading.radius_text(b) if b > 1 else "" for b in bounds[1:-1]]
    if not inner:
        return [f"jusqu’à {reading.kilometres(bounds[-1])}"]
    between = [f"de {wording.number(a)} à {text}" for a, text in zip(bounds[1:-2], inner[1:], strict=True)]
    return [f"moins de {inner[0]}", *between, f"{inner[-1]} et plus"]


def points(inquiry: Inquiry) -> list[maps.Point]:
    """Return the places of the map, with a shape for each kind; without names in a public meeting."""
    sifted, wanted = inquiry.sifted, inquiry.wanted
    groups = [(sifted.kept(doubtful=wanted.doubtful), "")]
    if not wanted.doubtful:
        groups.append((sifted.unsaid, UNSAID))
    found = []
    west, south, east, north = _window(inquiry)
    for group, kind in groups:
        shown = group[has_position(group) & welcoming(group)]
        shown = shown[shown["longitude"].between(west, east) & shown["latitude"].between(south, north)]
        found += [_point(place, kind, inquiry) for place in shown.head(SHOWN).to_dict("records")]
    return found


def _window(inquiry: Inquiry) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the territory and of the communes around it."""
    here = inquiry.territory
    codes = [c for c in (*here.codes, *here.neighbours.index) if c in here.tables.topology]
    return here.tables.topology.bounds(codes) if codes else (-180.0, -90.0, 180.0, 90.0)


def _point(place: Mapping[Any, Any], kind: str, inquiry: Inquiry) -> maps.Point:
    roams = offer.values(place["itinerance"]) == [offer.ROAMING]
    kind = kind or (GUESSED if place[POSITION] == AT_COMMUNE else ROAMING if roams else HELPING)
    label = kind if inquiry.public else ", ".join(t for t in (place["nom"], place["commune"]) if t)
    return maps.Point(float(place["latitude"]), float(place["longitude"]), label, kind)


class Picker(folium.MacroElement):
    """A layer that tells the page where the map is clicked, and marks where a place is tried."""

    _name = "Picker"
    _template = Template(
        """{% macro script(this, kwargs) %}
        (function (map) {
          const box = map.getContainer().closest(".cartable-acces");
          if (!box) return;
          let mark = null;
          map.on("click", function (event) {
            const detail = { latitude: event.latlng.lat, longitude: event.latlng.lng };
            box.dispatchEvent(new CustomEvent("cartable-point", { detail: detail }));
          });
          box.addEventListener("cartable-ouverture", function (event) {
            if (mark) mark.remove();
            const point = event.detail;
            const style = { radius: 11, color: "#1d2a33", weight: 3, fillColor: "#ffd24d", fillOpacity: 1 };
            mark = point ? L.circleMarker([point.latitude, point.longitude], style).addTo(map) : null;
          });
        })({{ this._parent.get_name() }});
        {% endmacro %}"""
    )


def chart(inquiry: Inquiry, *, ign_background: bool = False) -> maps.OfflineMap:
    """Return the map: situation of the communes, distance of their points, places, priority neighbourhoods."""
    here = inquiry.territory
    drawn = maps.choropleth(
        here.map_topology(),
        layers(inquiry),
        title=wording.typeset(f"{TITLE} : {here.title}"),
        ign_background=ign_background,
        names=not inquiry.public,
        points=points(inquiry),
        areas=here.neighbourhoods,
    )
    Picker().add_to(drawn)  # type: ignore[no-untyped-call]
    return drawn


def html(inquiry: Inquiry, *, ign_background: bool = False) -> str:
    """Return the map and the trial of a place, with the style and the script that they need."""
    data = maps.script_json(trial(inquiry))
    identifier = f"acces-{digest(data)}"
    return (
        f'{assets.style("access.css")}<div class="cartable-acces" id="{identifier}">'
        f"{chart(inquiry, ign_background=ign_background)._repr_html_()}{_form(inquiry, identifier)}"
        '<div class="cartable-acces__resultat" role="status"></div>'
        f'<script type="application/json">{data}</script></div>{assets.script("access.js")}'
        f"<script>(window.cartableAcces=window.cartableAcces||[]).push('{identifier}');</script>"
    )


def _form(inquiry: Inquiry, identifier: str) -> str:
    """Return the fields of the trial: hidden until a script can answer."""
    radii = sorted({*RADII, inquiry.radius})
    options = "".join(
        f'<option value="{r:g}"{" selected" if r == inquiry.radius else ""}>{reading.radius_text(r)}</option>'
        for r in radii
    )
    ways = "Cliquez sur la carte" if inquiry.public else "Cliquez sur la carte, choisissez une commune"
    return (
        f'<form class="cartable-acces__essai" hidden aria-labelledby="{identifier}-titre" novalidate>'
        f'<p class="cartable-acces__titre" id="{identifier}-titre">Et si un lieu ouvrait, ou si un bus s’arrêtait'
        f"{wording.NNBSP}?</p><p>{ways}, ou tapez une latitude et une longitude. Rien ne sort de cette page.</p>"
        f'<div class="cartable-acces__champs">{_choice(inquiry)}'
        '<label>Latitude <input name="latitude" inputmode="decimal" autocomplete="off"></label>'
        '<label>Longitude <input name="longitude" inputmode="decimal" autocomplete="off"></label>'
        f'<label>Rayon <select name="rayon" autocomplete="off">{options}</select></label>'
        '<button type="submit">Essayer ce point</button> <button type="reset">Effacer</button></div></form>'
    )


def _choice(inquiry: Inquiry) -> str:
    """Return the list of the communes that have a point; a public meeting clicks or types instead."""
    if inquiry.public:
        return ""
    reach = inquiry.study.reach
    options = "".join(
        f'<option value="{rank}">{escape(name)}</option>'
        for rank, (name, known) in enumerate(zip(reach["nom"], has_position(reach), strict=True))
        if known
    )
    empty = '<option value="">Choisir…</option>'
    return f'<label>Au point de la commune <select name="commune" autocomplete="off">{empty}{options}</select></label>'


def trial(inquiry: Inquiry) -> dict[str, Any]:
    """Return what the page needs to try an opening by itself: distances and contours, no more."""
    topology = inquiry.territory.tables.topology
    scale, origin = np.asarray(topology.scale), np.asarray(topology.translate)
    rows = []
    for code, row in zip(inquiry.study.reach.index, inquiry.study.reach.to_dict("records"), strict=True):
        rings = [r for p in (topology.polygons(code) if code in topology else []) for r in p]
        steps = [np.diff(np.rint((r - origin) / scale).astype(int), axis=0, prepend=0).ravel().tolist() for r in rings]
        name = "" if inquiry.public else wording.typeset(row["nom"])
        numbers = [_finite(row[c]) for c in ("latitude", "longitude", DISTANCE, NEAR, FAR)]
        rows.append([name, int(np.nan_to_num(row["population"])), *numbers, steps])
    return {
        "communes": rows,
        "echelle": scale.tolist(),
        "origine": origin.tolist(),
        "publique": inquiry.public,
        "plafond": AROUND_KM,
    }


def _finite(value: float) -> float | None:
    """Write a number for JSON, which has neither infinity nor « not a number »."""
    return float(value) if math.isfinite(value) else None
