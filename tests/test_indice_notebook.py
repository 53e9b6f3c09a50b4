"""« Indice expliqué »: its sentences, its sections, its controls, its notebook and its two pages."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mini_france import ESSAI, FORMULA, HOSTILE, SANS_AGE, SEUL

from cartable import fragility, fragility_pages, territory
from cartable.atlas import atlas
from cartable.errors import CartableError
from cartable.fragility import COMPONENTS, MINMAX, PROFILES, charts, reading
from cartable.fragility.study import OWN_WEIGHTS, references, study
from cartable.holdings import Holdings, Provenance
from cartable.widgets import board
from cartable.widgets.fragility import OWN, IndexBoard

ROOT = Path(__file__).resolve().parent.parent
RURAL, URBAN = "999000001", "999000002"
SECTIONS = {
    "chosen": fragility_pages.weights,
    "summary": fragility_pages.summary,
    "map": fragility_pages.chart_map,
    "decomposition": fragility_pages.decomposition,
    "robustness": fragility_pages.robustness,
    "beside": fragility_pages.beside,
}
IFN = [f"ifn_{name}" for name in ("total", "reseau_fixe", "4g", "65_plus", "diplome", "pauvrete")]


def plain(html: str) -> str:
    """Return what a person reads: no style, no script, no tag."""
    bare = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", bare))


def spaced(text: str) -> str:
    """Return a text with ordinary spaces: typography is tested elsewhere."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def rich(pays) -> territory.Territory:  # noqa: ARG001 (the tiny country)
    """Return the tiny EPCI with everything at hand, one income secret, one commune with age alone."""
    codes = ["01001", "01002", "01003", "01004", "02001"]
    nan = float("nan")
    communes = pd.DataFrame(
        {
            "revenu_median": [21_000.0, 19_000.0, nan, nan, 25_000.0],
            "revenu_median__etat": ["", "", "s", "s", ""],
            "personnes_fiscales": [980.0, 140.0, 590.0, 45.0, 190.0],
            "non_scolarises_15_plus": [700.0, 100.0, 400.0, nan, 150.0],
            "sans_diplome": [140.0, 30.0, 100.0, nan, 30.0],
            "locaux": [600.0, 80.0, 300.0, 40.0, 100.0],
            "locaux_sans_30_mbits": [30.0, 40.0, 0.0, 20.0, 100.0],
            "distance_lieu_km": [0.5, 7.0, 3.0, 12.0, 9.0],
            **{c: [5.0, 6.0, 7.0, 8.0, nan] for c in IFN},
        },
        index=pd.Index(codes, name="code_insee"),
    )
    told = {
        key: Provenance(key, title, producer, "2021")
        for key, title, producer in (
            ("filosofi", "Revenus", "Insee"),
            ("ifn", "Indice de fragilité numérique", "La Mednum"),
        )
    }
    return territory.get(ESSAI, tables=atlas().complete(Holdings(communes, provenances=told)))


# -- the study ------------------------------------------------------------------------------


def test_the_references_of_a_real_territory() -> None:
    found = references(territory.load("200070035"))
    assert list(found) == ["epci", "semblables", "departement", "region", "france"]
    sizes = {key: len(r.measures) for key, r in found.items()}
    assert sizes["epci"] < sizes["departement"] < sizes["region"] < sizes["france"]
    assert sizes["semblables"] > 10
    assert found["epci"].name == "les 35 communes de l’EPCI"
    assert "Nouvelle-Aquitaine" in found["region"].name
    assert len(found["france"].measures) == len(atlas().communes)


def test_an_invented_country_has_no_departement() -> None:
    here = territory.load(RURAL)
    assert list(references(here)) == ["epci", "semblables", "france"]
    with pytest.raises(CartableError, match="« departement » n’existe pas pour ce territoire"):
        study(here, reference="departement")


def test_a_profile_that_does_not_exist() -> None:
    with pytest.raises(CartableError, match="Le profil « jeunes » n’existe pas") as error:
        study(territory.load(RURAL), "jeunes")
    assert "equilibre" in error.value.remedy


def test_weights_that_make_a_printed_profile_bear_its_name() -> None:
    here = territory.load(RURAL)
    assert study(here, dict(PROFILES["age"].weights)).profile == "Âge et isolement"
    assert study(here, {"part_65_plus": 5, "distance_lieu": 5}).profile == OWN_WEIGHTS


# -- sentences --------------------------------------------------------------------------------


def test_with_shipped_data_alone_there_is_no_index_and_it_says_so() -> None:
    found = study(territory.load("200070035"))
    said = spaced(" ".join(reading.summary(found)))
    assert "Un seul indicateur ne fait pas un indice" in said
    assert "8 031 personnes de 65 ans et plus" in said
    assert "4\u00a0indicateurs ne sont pas connus" in " ".join(reading.availability(found))
    assert fragility_pages.layer(found).key == "part_65_plus"
    assert reading.robustness(found) == ["Sans indice, il n’y a pas de classement à mettre à l’épreuve."]


@pytest.mark.usefixtures("pays")
@pytest.mark.parametrize("siren", [SEUL, SANS_AGE])
def test_one_commune_or_no_census_at_all(siren) -> None:
    found = study(territory.get(siren))
    pieces = [section(found) for section in SECTIONS.values()]
    assert all(piece._repr_html_() for piece in pieces)
    if siren == SANS_AGE:
        assert reading.summary(found) == ["Aucun indicateur n’est connu pour ce territoire."]
        assert fragility_pages.layer(found) is None
        assert "ne sont pas connus" in repr(pieces[2])


def test_what_is_missing_is_said_with_its_reason(rich) -> None:
    found = study(rich)
    said = reading.availability(found)
    assert any("Revenu médian\u00a0: la valeur manque pour 2\u00a0communes (secret statistique)" in s for s in said)
    assert any("1\u00a0commune n’a pas de score" in s for s in said)
    assert any("jamais comptée comme un zéro" in s for s in said)
    imputed = reading.availability(study(rich, impute=True))
    assert any("astérisque" in s for s in imputed)
    assert not any("jamais comptée comme un zéro" in s for s in imputed)


def test_an_explanation_adds_up_and_counts_people(rich) -> None:
    found = study(rich)
    said = spaced(reading.explanation(found, "01001"))
    score, *points = (int(n) for n in re.findall(r"(\d+) (?:sur 100|points?)", said))
    assert sum(points) == score
    assert "300 personnes de 65 ans et plus" in said
    assert "980 personnes, dont la moitié vit avec moins de 21 000 € par an" in said
    assert "0 habitants" not in said
    assert "pas de score. Il manque" in reading.explanation(found, "01004")


def test_the_sentences_of_a_firm_and_of_a_loose_ranking(rich) -> None:
    few = study(rich)
    assert any("un classement n’a pas de sens" in s for s in reading.robustness(few))
    rural = reading.robustness(study(territory.load(RURAL), "age"))
    assert rural[0] == "Le classement d’ensemble tient\u202f; la liste des trois premières, non."
    assert any(re.search(r"gardent leur ordre \d\d fois sur 100", s) for s in rural)


@pytest.mark.parametrize(
    ("agreed", "same", "words"),
    [
        (0.95, 1.0, "tient, et la liste des trois premières aussi"),
        (0.85, 0.2, "tient\u202f; la liste des trois premières, non"),
        (0.7, 0.2, "tient à peu près\u202f; la liste"),
        (0.7, 0.95, "tient à peu près, et la liste"),
        (0.5, 0.95, "ne tient pas, mais les trois premières restent"),
        (0.5, 0.1, "Ni le classement d’ensemble ni la liste"),
    ],
)
def test_the_headline_follows_the_figures(agreed, same, words) -> None:
    found = study(territory.load(RURAL))
    found.sensitivity.__dict__.update(agreements=np.full(10, agreed), same_first=same)
    assert words in reading.robustness(found)[0]


def test_when_nothing_can_change_the_ranking_it_says_so() -> None:
    here = territory.load(RURAL)
    communes = here.communes
    ladder = pd.DataFrame(
        {key: np.arange(len(communes)) * float(c.sense) for key, c in COMPONENTS.items()}, index=communes.index
    )
    found = study(here)
    index = fragility.score(ladder, fragility.Reference("epci", "elles-mêmes", ladder), PROFILES["age"].weights)
    object.__setattr__(found, "index", index)
    said = " ".join(reading.robustness(found))
    assert "tient, et la liste des trois premières aussi" in said
    assert "sont les mêmes 100 fois sur 100" in said
    assert "ne change pas l’ordre des communes" in said
    assert "dépend le plus des poids" not in said


def test_the_epci_compared_with_itself_is_warned() -> None:
    here = territory.load(RURAL)
    assert reading.ITSELF in reading.weights(study(here, reference="epci"))
    assert reading.ITSELF not in reading.weights(study(here))


def test_the_points_to_check_are_the_same_whatever_the_scale() -> None:
    here = territory.load(RURAL)
    assert reading.checks(study(here, scale=MINMAX)) == reading.checks(study(here))


# -- sections ---------------------------------------------------------------------------------


@pytest.mark.parametrize("siren", [RURAL, URBAN])
def test_every_section_says_that_the_territory_is_fictional(siren) -> None:
    found = study(territory.load(siren))
    for name, section in SECTIONS.items():
        assert "territoire fictif" in plain(section(found)._repr_html_()).lower(), name


@pytest.mark.parametrize("siren", [RURAL, URBAN])
def test_in_public_no_commune_is_named_nor_ranked(siren) -> None:
    here = territory.load(siren)
    found = study(here, public=True)
    for name, section in SECTIONS.items():
        html = section(found)._repr_html_()
        assert [n for n in here.communes["nom"] if n in html and n not in here.title] == [], name
        assert "Place" not in plain(html), name
    assert "alerte" not in plain(fragility_pages.summary(found)._repr_html_()).lower()
    assert any("À vérifier sur place" in s for s in reading.checks(found))


def test_hostile_names_are_escaped(rich) -> None:
    found = study(rich)
    for section in SECTIONS.values():
        assert HOSTILE not in section(found)._repr_html_()
    table = fragility_pages.counts_table(found)
    assert HOSTILE in plain(table._repr_html_())
    assert f"'{FORMULA}" in table.to_csv()


def test_the_map_and_the_table_say_the_same_score() -> None:
    found = study(territory.load(RURAL), "age")
    layer = fragility_pages.layer(found)
    table = fragility_pages.points_table(found)
    written = {row[0][1]: row[1][1] for row in table.rows}
    assert {found.names[code]: layer.texts[code] for code in found.names} == written
    for row in table.rows:
        if row[1][1].isdigit():
            assert sum(cell[0] for cell in row[2:-1] if cell[0] is not None) == int(row[1][1])
    high = sum(int(text) >= 80 for text in layer.texts.values())
    assert layer.title.startswith(f"Indice de fragilité\u00a0: {high}\u00a0communes sur 24 atteignent 80")


def test_a_missing_score_is_said_with_its_reason_on_the_map(rich) -> None:
    found = study(rich)
    layer = fragility_pages.layer(found)
    assert layer.text_of("01004") == "pas assez de données"
    assert layer.text_of("01001").isdigit()


def test_the_charts_are_in_alphabetical_order_and_described() -> None:
    found = study(territory.load(RURAL))
    for chart in (fragility_pages.decomposition_chart(found), fragility_pages.intervals_chart(found)):
        places = [chart.svg.index(f">{name}<") for name in found.names.values()]
        assert places == sorted(places)
        assert all(name in chart.description for name in found.names.values())
        assert chart.svg == chart.svg.replace("NaN", "").replace("nan,", "")


def test_a_bar_says_what_is_missing_and_what_is_not_observed() -> None:
    bars = [
        charts.Bar("A & B", {"part_65_plus": 40.4, "distance_lieu": 20.2}, {"part_65_plus": 40, "distance_lieu": 21},
                   ("revenu_median",), ("distance_lieu",)),
        charts.Bar("C", {}, {}),
    ]  # fmt: skip
    chart = charts.stacked(bars, title="Essai")
    assert "A & B\u00a0: 61 points, dont Âge 40, Distance 21* (sans revenu)." in chart.description
    assert "A &amp; B" in chart.svg
    assert "stroke-dasharray" in chart.svg
    assert ">pas assez de données<" in chart.svg
    # Widths add up to the score: 60,6 points of 3,8 units.
    widths = [float(w) for w in re.findall(r'<rect x="[\d.]+" y="62" width="([\d.]+)"', chart.svg)]
    assert sum(widths) == pytest.approx(60.6 * charts.SCALE, abs=0.2)


def test_an_interval_is_drawn_from_its_lowest_to_its_highest_place() -> None:
    chart = charts.intervals(
        [charts.Span("A", 1, 1, 3), charts.Span("B", 2.5, 2, 3), charts.Span("C", 3, 3, 3)], title="T"
    )
    assert "de 1 à 3" in chart.svg
    assert "toujours 3" in chart.svg
    assert "B\u00a0: place 2,5, entre 2 et 3." in chart.description


def test_the_same_html_each_time() -> None:
    one, two = (
        "".join(section(study(territory.load(RURAL)))._repr_html_() for section in SECTIONS.values()) for _ in range(2)
    )
    assert one == two


def test_the_ifn_stands_beside_with_its_warning(rich) -> None:
    html = plain(fragility_pages.beside(study(rich))._repr_html_())
    assert "ne les soustrayez pas" in html
    assert "IFN v1" in html
    assert "La Mednum" in html
    assert "IFN v2" in html


def test_without_the_ifn_the_page_says_how_to_have_it() -> None:
    assert "export de l’IFN v2" in repr(fragility_pages.beside(study(territory.load("200070035"))))
    assert "n’est pas inventé" in repr(fragility_pages.beside(study(territory.load(RURAL))))


def test_one_commune_closely() -> None:
    here = territory.load(RURAL)
    code = here.codes[0]
    said = repr(fragility_pages.explained(study(here), code))
    assert "La question à poser d’abord sur place" in said
    public = repr(fragility_pages.explained(study(here, public=True), code))
    assert here.communes["nom"][code] not in public


# -- controls -------------------------------------------------------------------------------------


class Handle:
    """What IPython gives for something shown: it can be replaced."""

    def __init__(self, shown) -> None:
        self.history = [shown]

    def update(self, shown) -> None:
        self.history.append(shown)


@pytest.fixture
def shown(monkeypatch) -> list[Handle]:
    handles: list[Handle] = []

    def display(section, *, display_id: bool) -> Handle:
        assert display_id
        handles.append(Handle(section))
        return handles[-1]

    monkeypatch.setattr(board, "display", display)
    return handles


@pytest.fixture
def index(shown) -> IndexBoard:
    made = IndexBoard(RURAL)
    for name in (*SECTIONS, "explained"):
        getattr(made, name)()
    assert len(shown) == len(SECTIONS) + 1
    return made


def test_a_profile_redraws_everything_once_and_moves_the_sliders(index, shown) -> None:
    index.profile.value = "age"
    assert [len(h.history) for h in shown] == [2] * len(shown)
    assert [s.value for s in index.sliders.values()] == [4, 1, 1, 1, 3]
    assert index.study.profile == "Âge et isolement"
    assert "Âge et isolement" in repr(shown[0].history[-1])
    assert 'role="status"' in index.message.value


def test_sliders_make_weights_of_their_own_or_a_printed_profile(index, shown) -> None:
    index.sliders["part_65_plus"].value = 5
    assert index.profile.value == OWN
    assert index.study.profile == OWN_WEIGHTS
    assert index.study.index.weights["part_65_plus"] == 5
    index.sliders["part_65_plus"].value = 2
    assert index.profile.value == "equilibre"
    assert [len(h.history) for h in shown] == [3] * len(shown)


def test_no_weight_at_all_is_refused_and_what_is_shown_stays(index, shown) -> None:
    for slider in index.sliders.values():
        slider.value = 0
    assert "rien à additionner" in index.message.value
    assert 'role="alert"' in index.message.value
    assert index.study.index.weights["distance_lieu"] == 2
    assert [len(h.history) for h in shown] == [5] * len(shown)


def test_choosing_weights_of_ones_own_opens_the_sliders(index) -> None:
    assert index.training.selected_index is None
    index.profile.value = OWN
    assert index.training.selected_index == 0
    assert IndexBoard(RURAL, training=True).training.selected_index == 0


def test_the_comparison_the_scale_and_the_public_mode_follow(index, shown) -> None:
    index.reference.value = "epci"
    assert index.study.index.reference.key == "epci"
    index.scale.value = MINMAX
    assert index.study.index.scale == MINMAX
    index.impute.value = True
    assert index.study.index.imputed.any(axis=None)
    index.public.value = True
    assert "Séance publique" in repr(shown[1].history[-1])


def test_another_territory_keeps_the_choices_that_it_can(index, shown) -> None:
    index.profile.value = "ressources"
    index.reference.value = "semblables"
    index.open(URBAN)
    assert index.study.territory.siren == URBAN
    assert (index.profile.value, index.reference.value) == ("ressources", "semblables")
    assert index.commune.value in index.study.names
    assert "Quatre-Fontaines" in repr(shown[-1].history[-1])
    index.open("200070035")
    assert [key for _, key in index.reference.options] == ["epci", "semblables", "departement", "region", "france"]
    index.reference.value = "departement"
    index.open(RURAL)
    assert index.reference.value == "france"


def test_the_controls_have_a_form_without_kernel(index) -> None:
    bundle = index._repr_mimebundle_()
    assert "L’indice de fragilité, expliqué" in bundle["text/html"]
    assert index.training in index.box().children


# -- the notebook ------------------------------------------------------------------------------------


def notebook() -> dict:
    return json.loads((ROOT / "notebooks" / "indice-explique.ipynb").read_text(encoding="utf-8"))


def test_the_notebook_opens_on_a_fictional_territory_and_every_output_says_so() -> None:
    code = [cell for cell in notebook()["cells"] if cell["cell_type"] == "code"]
    assert f'territoire = "{RURAL}"' in "".join(code[0]["source"])
    # The list of sources shows no territory.
    shown = [cell for cell in code[2:] if "indice.sources(" not in "".join(cell["source"])]
    outputs = ["".join(o["data"]["text/html"]) for cell in shown for o in cell["outputs"]]
    assert len(outputs) == len(SECTIONS) + 1
    assert all("territoire fictif" in plain(html).lower() for html in outputs)


def test_the_cells_of_the_notebook_are_a_few_lines_that_call_the_package() -> None:
    for cell in notebook()["cells"]:
        if cell["cell_type"] == "code":
            assert 1 <= len(cell["source"]) <= 5


def test_the_notebook_shows_what_the_package_computes() -> None:
    html = "".join("".join(o["data"]["text/html"]) for c in notebook()["cells"] for o in c.get("outputs", []))
    found = study(territory.load(RURAL))
    assert all(sentence in unescape(html) for sentence in reading.robustness(found))
    assert fragility_pages.decomposition_chart(found).svg in html


# -- the pages ---------------------------------------------------------------------------------------


def page(name: str) -> str:
    return (ROOT / "book" / name).read_text(encoding="utf-8")


def test_the_printed_profiles_are_those_of_the_package() -> None:
    text = spaced(page("indice.md"))
    for key, component in COMPONENTS.items():
        points = " | ".join(str(p.weights[key]) for p in PROFILES.values())
        assert f"| {component.label} | {points} |" in text
    bare = re.sub(r"\{term\}`([^<`]+?)(?: <[^>]+>)?`", r"\1", text)
    assert all(f"**{p.name}.** {spaced(p.debate)}" in bare for p in PROFILES.values())
    assert "| Indicateur | Équilibré | Âge et isolement | Ressources et diplômes |" in text


def test_the_worked_example_is_right() -> None:
    reference = pd.Series([0.1] * 70 + [0.2] * 10 + [0.3] * 20)
    place = float(fragility.rank_scores(pd.Series([0.2]), reference).iloc[0])
    assert place == 75
    rows = re.findall(r"^\| \w+ \| (\d+) \| (\d+) sur 10 \| (\d+) \|$", page("indice.md"), re.MULTILINE)
    assert [int(weight) for _, weight, _ in rows] == list(PROFILES["age"].weights.values())
    assert int(rows[0][0]) == place
    assert all(int(p) * int(w) / 10 == int(points) for p, w, points in rows)
    assert f"**{sum(int(points) for *_, points in rows)}**" in page("indice.md")


def test_the_pages_bear_their_date_and_their_rules() -> None:
    limits = page("indice-limites.md")
    for words in (
        "Pas une cible",
        "Pas une série dans le temps",
        "Pas d’investissement sans enquête",
        "palmarès des maires",
    ):
        assert words in limits
    for name in ("indice.md", "indice-limites.md"):
        assert "tat vérifié le 25 novembre 2026" in page(name)
        assert "·" not in page(name)
