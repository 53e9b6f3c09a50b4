"""Figures and sentences of the portrait: exact, readable, and possible for every EPCI of France."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import mini_france
import pytest
from mini_france import ESSAI, SANS_AGE, SEUL

from cartable import pages
from cartable.atlas import atlas
from cartable.indicators import INDICATORS
from cartable.portrait import Portrait, portrait

if TYPE_CHECKING:
    from pathlib import Path

# What a value that was forgotten looks like in a French text.
LEFTOVER = re.compile(r"\b(nan|NaN|None|inf|NaT)\b|<NA>|\{|\}|  ")
FIGURES = {
    "200070035": ("26\u202f641", "35", 29.8),
    "241700434": ("182\u202f435", "28", 25.2),
    "200029734": ("20\u202f018", "40", 27.5),
    "241927201": ("43\u202f265", "43", 27.7),
    "200070647": ("61\u202f915", "38", 29.7),
}
WORKERS = 2


@pytest.fixture
def pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return mini_france.use(monkeypatch, tmp_path)


def texts(shown: Portrait) -> list[str]:
    layers = pages.layers(shown)
    for layer in layers:
        layer.check(shown.territory.codes)
    said = [text for pair in shown.facts() for text in pair]
    said += [*shown.population_reading(), shown.ages_reading(), shown.similar_reading(), *shown.remarks()]
    said += [text for layer in layers for text in (layer.title, layer.reading, layer.source, *layer.class_labels)]
    said += [text for layer in layers for text in layer.texts.values()]
    table = pages.communes(shown)
    return said + [text for row in (*table.rows, *table.totals) for _, text in row]


def troubles(siren: str) -> list[str]:
    """Return what is wrong in the texts of an EPCI; official names may hold two spaces."""
    shown = portrait(siren)
    names = [shown.territory.name, shown.territory.full_name, *atlas().epcis["nom"]]
    said = texts(shown)
    found = [t for t in said if LEFTOVER.search(t) and not any("  " in n and n in t for n in names)]
    counts = shown.table["population"].sum() == shown.territory.population
    return found + ([] if counts else ["total"])


def html_troubles(siren: str) -> list[str]:
    html = pages.fragment(portrait(siren))
    seen = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    found = re.findall(r">[^<]*\b(?:nan|NaN|None)\b[^<]*<", seen)
    return (
        found if html.count("<section") == html.count("</section>") == len(pages.SECTIONS) + 1 else [*found, "sections"]
    )


def everywhere(check) -> dict[str, list[str]]:
    sirens = list(atlas().epcis.index)
    assert len(sirens) == 1255
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = zip(sirens, pool.map(check, sirens, chunksize=40), strict=True)
        return {siren: bad for siren, bad in found if bad}


def test_every_epci_of_france_has_a_portrait() -> None:
    assert everywhere(troubles) == {}


@pytest.mark.long
def test_every_epci_of_france_has_a_page() -> None:
    assert everywhere(html_troubles) == {}


@pytest.mark.parametrize("siren", FIGURES)
def test_published_figures(siren: str) -> None:
    population, communes, share = FIGURES[siren]
    shown = portrait(siren)
    facts = dict(shown.facts())
    assert (facts["Habitants (2023)"], facts["Communes"]) == (population, communes)
    assert round(100 * shown.totals["part_65_plus"], 1) == share
    assert round(100 * shown.ages["part_plus_de_65_ans"].iloc[0], 1) == share
    assert any(f"{str(share).replace('.', ',')}\u202f%" in sentence for sentence in shown.population_reading())


def test_age_groups_add_up() -> None:
    ages = portrait("200070035").ages
    shares = ages[["part_moins_de_20_ans", "part_de_20_a_64_ans", "part_plus_de_65_ans"]].sum(axis=1)
    assert shares.between(0.9995, 1.0005).all()
    assert list(ages.index) == [
        "CC du Civraisien en Poitou",
        "10 EPCI semblables",
        "Vienne",
        "Région Nouvelle-Aquitaine",
        "France hors Mayotte",
    ]


def test_mayotte_has_its_year_and_no_age() -> None:
    shown = portrait("200059871")
    assert dict(shown.facts())["Habitants (2017)"]
    assert "ne donne pas l’âge" in shown.ages_reading()
    assert "aucun EPCI semblable" in shown.similar_reading()
    assert {layer.key for layer in pages.layers(shown)} == {"population", "densite"}


# -- the tiny country: figures one can check by hand ---------------------------------------------


@pytest.mark.usefixtures("pays")
def test_sentences_of_a_small_epci() -> None:
    size, largest, villages, old, young = portrait(ESSAI).population_reading()
    assert size.startswith("2\u202f000\u00a0personnes vivent dans les 5 communes")
    assert "Alpha : 1\u202f000\u00a0habitants, soit 50\u202f%" in largest
    assert villages == "3\u00a0communes comptent moins de 500 habitants, sur 5."
    assert "560\u00a0personnes avaient 65 ans ou plus, soit 28,1\u202f%" in old  # (300+50+150+60)/(990+140+650+210)
    assert "400\u00a0personnes avaient moins de 20 ans, soit 20,1\u202f%" in young


@pytest.mark.usefixtures("pays")
def test_a_single_commune_is_written_in_the_singular() -> None:
    size, *others = portrait(SEUL).population_reading()
    assert "dans la commune de cet EPCI" in size
    assert not any("moins de 500" in s for s in others)
    assert all("plus basse" not in layer.reading for layer in pages.layers(portrait(SEUL)))


@pytest.mark.usefixtures("pays")
def test_ages_stand_against_each_reference() -> None:
    reading = portrait(ESSAI).ages_reading()
    assert "28,1\u202f%. Elle est plus forte que celle de : 1 EPCI semblable (20,4\u202f%)" in reading
    assert "proche de celle de : Premier (28,5\u202f%)" in reading
    assert "plus faible que celle de : 1 EPCI semblable (28,1\u202f%)" in portrait(SEUL).ages_reading()


@pytest.mark.usefixtures("pays")
def test_the_map_says_what_stands_out_and_what_is_missing() -> None:
    shown = portrait(ESSAI)
    reading = shown.map_reading(INDICATORS["part_65_plus"])
    assert "La plus haute : <script>alert(1)</script> (35,7\u202f%)" in reading
    assert "2\u00a0communes sont sans donnée : hachures sur la carte." in reading
    assert "2\u00a0communes ont moins de 200 habitants" in reading
    assert shown.map_title(INDICATORS["part_moins_20"]).endswith("aucune commune sur 3 ne dépasse 20,1\u202f%")
    assert shown.map_title(INDICATORS["population"]).endswith("la moitié du total est dans 1\u00a0commune")


@pytest.mark.usefixtures("pays")
def test_what_nobody_publishes_is_said() -> None:
    shown = portrait(SANS_AGE)
    indicator = INDICATORS["part_65_plus"]
    assert shown.map_title(indicator).endswith("donnée absente pour ce territoire")
    assert "n’est publiée pour aucune commune" in shown.map_reading(indicator)
    assert shown.classes(indicator) == ([], [])


@pytest.mark.usefixtures("pays")
def test_remarks_name_the_communes() -> None:
    assert "Delta : recensée avec 01003." in portrait(ESSAI).remarks()
    assert portrait(SEUL).remarks() == []


@pytest.mark.usefixtures("pays")
def test_class_labels_join_up() -> None:
    bounds, labels = portrait(ESSAI).classes(INDICATORS["population"])
    assert bounds == [50, 400, 1000]
    assert labels == ["de 50 à 400\u00a0habitants", "de 400 à 1\u202f000\u00a0habitants"]
