"""The two invented EPCIs: formats, sums and secrets, what they are meant to teach, and that no real town is named."""

from __future__ import annotations

import csv
import importlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from cartable import fiction, names
from cartable.atlas import CENSUS, Atlas
from cartable.errors import DataError
from cartable.holdings import PLACE_COLUMNS, STATE, STATES, no_places

if TYPE_CHECKING:
    from types import ModuleType

    from cartable.holdings import Holdings

DATA = Path(__file__).resolve().parents[1] / "data"
RURAL, URBAN = fiction.SIRENS
DAYS = "(Mo|Tu|We|Th|Fr|Sa|Su)"
HOURS = r"\d\d:\d\d-\d\d:\d\d"
RULE = re.compile(rf"{DAYS}([-,]{DAYS})* {HOURS}(,{HOURS})*")
EARTH_KM = 6371


@pytest.fixture(scope="module")
def country() -> Atlas:
    return Atlas(fiction.FOLDER)


@pytest.fixture(scope="module")
def held() -> Holdings:
    return fiction.holdings()


@pytest.fixture(scope="module")
def figures(country: Atlas, held: Holdings) -> pd.DataFrame:
    return country.communes.join(held.communes)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    for library in ("shapely", "scipy", "pyproj"):
        pytest.importorskip(library)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DATA))
        return importlib.import_module("fictif")


def members(table: pd.DataFrame, siren: str) -> pd.DataFrame:
    return table[table["siren_epci"] == siren]


# -- nothing real ---------------------------------------------------------------------------


def test_the_codes_cannot_be_those_of_real_places(country: Atlas) -> None:
    assert set(country.epcis.index) == set(fiction.SIRENS)
    assert set(country.communes["code_departement"]) == {"99"} == set(country.departements.index)
    for siren in [*country.epcis.index, *country.former_epcis.index]:
        assert len(siren) == 9
        doubled = [int(d) * (1 + i % 2) for i, d in enumerate(siren)]  # the second, fourth… digits count twice
        assert sum(d - 9 if d > 9 else d for d in doubled) % 10 != 0  # a real SIREN ends with its check digit


def compact(name: str) -> str:
    """Fold a name hard: « Trois-Fontaines » is « Troisfontaines »."""
    bare = re.sub(r"^(CC|CA|CU) |\(.*?\)", "", name)
    return names.fold_name(bare).replace(" ", "")


def test_no_real_commune_or_epci_bears_these_names(country: Atlas) -> None:
    real = set()
    for file, column in (
        ("communes.csv", "nom"),
        ("communes_anciennes.csv", "nom_ancien"),
        ("epci.csv", "nom"),
        ("epci_anciens.csv", "nom_ancien"),
    ):
        with (DATA / file).open(encoding="utf-8") as stream:
            real |= {compact(row[column]) for row in csv.DictReader(stream)}
    assert compact("CC du Civraisien en Poitou") in real
    assert compact("Trois-Fontaines") in real
    invented = [*country.names.values(), *country.former_communes["nom_ancien"], *country.former_epcis["nom_ancien"]]
    assert {name for name in invented if compact(name) in real} == set()
    assert country.communes["nom"].is_unique


def test_the_country_is_in_the_open_atlantic(country: Atlas) -> None:
    west, south, east, north = country.topology.bounds(country.topology.codes)
    assert -8 < west < east < -7
    assert 45.9 < south < north < 46.5


def test_is_fictional() -> None:
    assert all(fiction.is_fictional(siren) for siren in fiction.SIRENS)
    assert not fiction.is_fictional("200070035")
    assert not fiction.is_fictional("")


# -- geography ------------------------------------------------------------------------------


def test_both_epcis_touch_and_each_is_one_piece(country: Atlas) -> None:
    topology, communes = country.topology, country.communes
    assert set(topology.codes) == set(communes.index)
    here = {siren: set(members(communes, siren).index) for siren in fiction.SIRENS}
    for siren, other in ((RURAL, URBAN), (URBAN, RURAL)):
        assert topology.neighbours(here[siren])
        assert topology.neighbours(here[siren]) <= here[other]
        assert len(topology.outline(here[siren])) == 1
    assert all(topology.neighbours([code]) for code in topology.codes)


def test_neighbours_share_their_arcs(country: Atlas) -> None:
    raw = json.loads((fiction.FOLDER / "communes.topojson").read_text(encoding="utf-8"))
    rings = [ring for shape in raw["objects"]["communes"]["geometries"] for ring in shape["arcs"]]
    used = [arc if arc >= 0 else ~arc for ring in rings for arc in ring]
    counts = np.bincount(used, minlength=len(raw["arcs"]))
    assert set(counts) == {1, 2}
    assert (counts == 2).sum() > len(country.communes)  # inner borders; each is written once
    backwards = {~arc for ring in rings for arc in ring if arc < 0}
    forwards = {arc for ring in rings for arc in ring if arc >= 0}
    assert {arc for arc, n in enumerate(counts) if n == 2} == backwards & forwards


def test_points_places_and_quartiers_are_where_they_say(country: Atlas, held: Holdings) -> None:
    shapely = pytest.importorskip("shapely")
    shapes = {c: shapely.Polygon(country.topology.polygons(c)[0][0]) for c in country.topology.codes}
    assert all(shape.is_valid for shape in shapes.values())
    for code, x, y in country.communes[["longitude", "latitude"]].itertuples():
        assert shapely.contains_xy(shapes[code], x, y)
    for code, x, y in held.places[["code_insee", "longitude", "latitude"]].dropna().itertuples(index=False):
        assert shapely.contains_xy(shapes[code], x, y)
    for quartier in held.neighbourhoods:
        outline = shapely.Polygon(quartier.polygons[0][0])
        assert outline.is_valid
        assert shapely.union_all([shapes[c] for c in quartier.communes]).contains(outline)
        assert all(shapes[c].intersects(outline) for c in quartier.communes)


def test_sizes(country: Atlas) -> None:
    totals = country.communes.groupby("siren_epci").agg(
        population=("population", "sum"), area=("superficie_km2", "sum"), communes=("nom", "size")
    )
    assert list(totals.loc[RURAL].round()) == [14_013, 500, 24]
    assert list(totals.loc[URBAN].round()) == [95_963, 217, 16]
    assert country.communes["population"].max() == country.communes["population"]["99025"] == 48_120


# -- figures --------------------------------------------------------------------------------


def test_parts_add_up(figures: pd.DataFrame) -> None:
    everyone, *ages = CENSUS
    assert (figures[ages].sum(axis=1) == figures[everyone]).all()
    assert (figures["residences_secondaires"] + figures["logements_vacants"] < figures["logements"]).all()
    assert (figures["sans_diplome"] < figures["non_scolarises_15_plus"]).all()
    assert (figures["non_scolarises_15_plus"] < figures[everyone]).all()
    assert (figures["plus_de_75_ans"] < figures["plus_de_65_ans"]).all()
    assert (figures["de_60_a_74_ans"] + figures["plus_de_75_ans"] < figures["population_structure"]).all()
    # People of 60 to 64 lie between: 60 and over, less 65 and over.
    assert (figures["de_60_a_74_ans"] + figures["plus_de_75_ans"] > figures["plus_de_65_ans"]).all()
    known = figures["locaux"].notna()
    assert (figures["locaux_sans_30_mbits"] + figures["locaux_1_gbits"] <= figures["locaux"])[known].all()
    assert (figures["menages_fiscaux"] < figures["personnes_fiscales"]).sum() == 37
    counts = figures.select_dtypes("float64").drop(columns=["longitude", "latitude", "superficie_km2", "taux_pauvrete"])
    assert ((counts.fillna(0) % 1 == 0) & (counts.fillna(0) >= 0)).all(axis=None)


def test_ages_are_those_of_such_places(figures: pd.DataFrame) -> None:
    share = figures["plus_de_65_ans"] / figures["population_recensement"]
    assert members(figures.assign(share=share), RURAL)["share"].between(0.22, 0.42).all()
    assert share["99025"] < 0.18
    income, unqualified = figures["revenu_median"], figures["sans_diplome"] / figures["non_scolarises_15_plus"]
    assert income.corr(unqualified) < -0.6


def test_secrets_are_those_of_the_publisher(figures: pd.DataFrame) -> None:
    for column in ("revenu_median", "taux_pauvrete"):
        state = figures[column + STATE]
        assert set(state) == {"", "s", "fusion"} <= {"", *STATES}
        assert (figures[column].isna() == (state != "")).all()
    assert (figures["population"][figures["revenu_median__etat"] == "s"] < 100).all()
    assert (figures["revenu_median__etat"] == "s").sum() == 3
    # Poverty is published for the large communes only, and in whole percents.
    published = figures["taux_pauvrete"].notna()
    assert published.sum() == 9
    assert figures["menages_fiscaux"][published].min() >= 1000 > figures["menages_fiscaux"][~published].max()
    percents = 100 * figures["taux_pauvrete"][published]
    assert np.allclose(percents, percents.round())


def test_merged_communes_have_no_median(country: Atlas, held: Holdings) -> None:
    merged = held.communes.index[held.communes["revenu_median__etat"] == "fusion"]
    assert list(merged) == [country.former_communes.at["99041", "code_insee"]]
    assert held.communes.loc[merged, "personnes_fiscales"].notna().all()


def test_the_epcis_have_published_medians(figures: pd.DataFrame, held: Holdings) -> None:
    assert set(held.epcis.index) == set(fiction.SIRENS)
    for siren in fiction.SIRENS:
        own = members(figures, siren)["revenu_median"]
        assert own.min() < held.epcis.at[siren, "revenu_median"] < own.max()
    assert (held.epcis[["revenu_median__etat", "taux_pauvrete__etat"]] == "").all(axis=None)


def test_network_is_unknown_in_two_communes_and_bad_in_two_valleys(figures: pd.DataFrame) -> None:
    assert list(figures.index[figures["locaux"].isna()]) == ["99019", "99023"]
    slow = figures["locaux_sans_30_mbits"] / figures["locaux"]
    assert (slow[["99013", "99014", "99015", "99021", "99022", "99024"]] > 0.5).all()
    assert (members(figures, URBAN).index.map(slow) < 0.3).all()


# -- places, neighbourhoods, provenances ----------------------------------------------------


def test_places_have_the_columns_and_words_of_the_standard(held: Holdings) -> None:
    places = held.places
    assert tuple(places.columns) == PLACE_COLUMNS
    assert dict(places.dtypes) == dict(no_places().dtypes)
    assert places["id"].is_unique
    assert set(places["frais_a_charge"].str.split("|").explode()) == {"Gratuit", "Gratuit sous condition", "Payant"}
    assert set(places["itinerance"]) == {"Fixe", "Itinérant"}
    assert set(places["jeu"]) == {"france_services", "mediation"}
    assert places["prise_en_charge_specifique"].str.contains("Handicaps moteurs").mean().round(1) == 0.7
    assert all(RULE.fullmatch(rule) for text in places["horaires"] for rule in text.split("; "))
    assert places["latitude"].isna().sum() == 2
    assert (places["latitude"].isna() == places["longitude"].isna()).all()


def days(rule: str) -> list[str]:
    week = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    spans = [part.partition("-") for part in rule.partition(" ")[0].split(",")]
    return [day for first, _, last in spans for day in week[week.index(first) : week.index(last or first) + 1]]


def test_no_rule_of_opening_hours_replaces_another(held: Holdings) -> None:
    assert days("Mo-We,Fr 09:00-12:00") == ["Mo", "Tu", "We", "Fr"]
    for text in held.places["horaires"]:
        said = [day for rule in text.split("; ") for day in days(rule)]
        assert len(said) == len(set(said)), text  # in this notation the last rule of a day wins


def test_the_bus_has_a_day_in_each_village(held: Holdings) -> None:
    stops = held.places[held.places["itinerance"] == "Itinérant"]
    assert stops["code_insee"].is_unique
    assert stops["nom"].str.startswith("Bus numérique").all()
    assert len(set(stops["horaires"])) == len(stops) == 3


def test_three_quartiers_of_2024(country: Atlas, held: Holdings) -> None:
    assert [len(q.communes) for q in held.neighbourhoods] == [1, 2, 1]
    for quartier in held.neighbourhoods:
        assert re.fullmatch(r"QN99\d{3}M", quartier.code)
        assert quartier.vintage == 2024
        assert set(quartier.communes) <= set(members(country.communes, URBAN).index)
        ring = quartier.polygons[0][0]
        assert ring.shape[1] == 2
        assert (ring[0] == ring[-1]).all()


def test_every_source_says_that_it_is_invented(held: Holdings) -> None:
    assert set(held.provenances) == {
        "filosofi", "diplomes", "ages", "reseau", "france_services", "mediation", "qpv",
    }  # fmt: skip
    assert "ifn" not in held
    assert all(p.fictional and p.key == key for key, p in held.provenances.items())
    assert all("inventées" in line for line in held.lines())


# -- what they teach (data/fictif/LISEZMOI.md) ------------------------------------------------


def far_from(places: pd.DataFrame, communes: pd.DataFrame) -> pd.Series:
    """Great-circle distance (km) from each commune's point to the nearest place."""
    placed = places.dropna(subset=["latitude"])
    a = np.radians(communes[["longitude", "latitude"]].to_numpy())[:, None]
    b = np.radians(placed[["longitude", "latitude"]].to_numpy(dtype=float))[None]
    cosine = np.cos(a[..., 1]) * np.cos(b[..., 1]) * np.cos(a[..., 0] - b[..., 0])
    angles = np.arccos(np.clip(np.sin(a[..., 1]) * np.sin(b[..., 1]) + cosine, -1, 1))
    return pd.Series(EARTH_KM * angles.min(axis=1), index=communes.index)


@pytest.fixture(scope="module")
def ranks(figures: pd.DataFrame, held: Holdings) -> dict[str, pd.DataFrame]:
    """Percentile ranks of five components inside each EPCI, the highest the most fragile."""
    parts = pd.DataFrame(
        {
            "age": figures["plus_de_65_ans"] / figures["population_recensement"],
            "diplome": figures["sans_diplome"] / figures["non_scolarises_15_plus"],
            "revenu": -figures["revenu_median"],
            "reseau": figures["locaux_sans_30_mbits"] / figures["locaux"],
            "distance": far_from(held.places, figures),
        }
    )
    return {siren: parts.loc[members(figures, siren).index].rank(pct=True) for siren in fiction.SIRENS}


def mean(ranks: pd.DataFrame, weights: np.ndarray) -> pd.Series:
    return (ranks * weights).sum(axis=1) / (ranks.notna() * weights).sum(axis=1)


@pytest.mark.parametrize(
    ("siren", "movers"), [(RURAL, {"99024", "99016", "99020"}), (URBAN, {"99026", "99029", "99025"})]
)
def test_some_communes_move_a_lot_with_the_weights(ranks, siren: str, movers: set[str]) -> None:
    draws = np.random.default_rng(4).dirichlet(np.ones(5), size=300)
    places = pd.DataFrame({i: mean(ranks[siren], w).rank(ascending=False) for i, w in enumerate(draws)})
    width = (places.quantile(0.95, axis=1) - places.quantile(0.05, axis=1)).sort_values(ascending=False)
    assert width.index[0] in movers
    assert width.iloc[0] >= 0.5 * len(width)
    assert (width <= 0.2 * len(width)).any()  # and some do not move: the ranking is not all noise


def test_the_well_off_village_is_far_from_everything(figures: pd.DataFrame, held: Holdings) -> None:
    assert members(figures, RURAL)["revenu_median"].idxmax() == "99020" == figures["revenu_median"].idxmax()
    assert far_from(held.places, figures)["99020"] > 9
    assert figures.at["99020", "locaux_sans_30_mbits"] / figures.at["99020", "locaux"] > 0.5


def test_the_bus_changes_the_distances(figures: pd.DataFrame, held: Holdings) -> None:
    fixed = held.places[held.places["itinerance"] == "Fixe"]
    beyond = [int(figures["population"][far_from(p, figures) > 10].sum()) for p in (held.places, fixed)]
    assert beyond[0] == 223
    assert 3.5 < beyond[1] / beyond[0] < 4


def test_few_people_live_in_the_most_fragile_communes(ranks, figures: pd.DataFrame) -> None:
    first = mean(ranks[RURAL], np.ones(5)).nlargest(5).index
    assert figures["population"][first].sum() < 600
    town = members(figures, RURAL)["sans_diplome"]
    assert town["99001"] / town.sum() > 1 / 3


def test_the_mean_hides_a_commune(ranks, figures: pd.DataFrame, held: Holdings) -> None:
    assert figures["taux_pauvrete"].idxmax() == "99026"
    assert figures.at["99026", "taux_pauvrete"] > 1.5 * held.epcis.at[URBAN, "taux_pauvrete"]
    equal = mean(ranks[URBAN], np.ones(5)).rank(ascending=False)
    resources = mean(ranks[URBAN], np.array([1, 3, 4, 1, 1])).rank(ascending=False)
    assert equal["99026"] > 5
    assert resources["99026"] <= 3


def test_a_commune_loses_its_score_when_income_weighs_more(ranks) -> None:
    observed = ranks[RURAL].loc["99023"].notna().to_numpy()
    assert observed.mean() == 0.6
    assert (observed * np.array([1, 3, 4, 1, 1])).sum() / 10 < 0.6


def test_the_library_beside_the_quartier_is_closed_on_saturdays(held: Holdings) -> None:
    library = held.places[held.places["nom"] == "Bibliothèque des Hautes-Treilles"].iloc[0]
    assert "Sa" not in library["horaires"]
    ring = held.neighbourhoods[0].polygons[0][0]
    away = (ring - [library["longitude"], library["latitude"]]) * [77, 111]  # km at this latitude
    assert np.hypot(*away.T).min() < 0.4


# -- reading and making ---------------------------------------------------------------------


def test_the_same_bytes_come_out_again(generator: ModuleType) -> None:
    files = generator.build()
    shipped = {path.name for path in fiction.FOLDER.iterdir() if path.is_file()} - {"LISEZMOI.md"}
    assert set(files) == shipped
    for name, text in files.items():
        assert (fiction.FOLDER / name).read_bytes() == text.encode(), name


def broken(tables: dict, name: str, row: int, column: str, value: object) -> dict:
    changed = tables[name].astype({column: object})
    changed.loc[row, column] = value
    return {**tables, name: changed.infer_objects()}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("communes", 0, "moins_de_20_ans", 1), "Les âges ne font pas"),
        (("diplomes", 3, "sans_diplome", 10**6), "plus petit que ses parties : 99004"),
        (("filosofi", 1, "taux_pauvrete__etat", ""), "jamais les deux"),
        (("epcis", 1, "revenu_median", 90_000), "n’est pas entre ceux de ses communes"),
        (("communes", 5, "longitude", -7.0), "Le point de 99006"),
        (("lieux", 0, "latitude", 47.0), "est hors de Bourg-la-Brume"),
        (("lieux", 0, "commune", "Ailleurs"), "ne s’appelle pas « Ailleurs »"),
    ],
)
def test_what_does_not_hold_is_refused(generator: ModuleType, change: tuple, words: str) -> None:
    country = generator.Country()
    everything, quartiers = generator.tables(country), generator.neighbourhoods(country)
    problems = generator.checks.problems(broken(everything, *change), country.contours, quartiers)
    assert any(words in problem for problem in problems)


def test_contours_and_quartiers_that_do_not_hold_are_refused(generator: ModuleType) -> None:
    country = generator.Country()
    everything, quartiers = generator.tables(country), generator.neighbourhoods(country)
    contours = {**country.contours, "99007": country.contours["99007"].buffer(0.002)}
    problems = generator.checks.problems(everything, contours, quartiers)
    assert any("se recouvrent" in p for p in problems)
    assert any("exactement la même frontière" in p for p in problems)
    quartiers["features"][0]["properties"]["insee_com"] = "99001"
    problems = generator.checks.problems(everything, country.contours, quartiers)
    assert any("QN99001M sort de ses communes" in p for p in problems)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(fiction.FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(fiction, "FOLDER", tmp_path)
    fiction.holdings.cache_clear()
    yield tmp_path
    fiction.holdings.cache_clear()


@pytest.mark.parametrize("name", ["filosofi.csv", "epcis.csv", "lieux.csv", "quartiers.geojson"])
@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'{"features": [1]}'])
def test_a_damaged_file_is_named(copy: Path, name: str, damage: bytes | None) -> None:
    if damage is None:
        (copy / name).unlink()
    else:
        (copy / name).write_bytes(damage)
    with pytest.raises(DataError, match=f"« {re.escape(name)} » du territoire inventé") as caught:
        fiction.holdings()
    assert "data/fictif" in caught.value.remedy


def test_a_missing_column_is_named(copy: Path) -> None:
    text = (copy / "ages.csv").read_text(encoding="utf-8")
    (copy / "ages.csv").write_text(text.replace("plus_de_75_ans", "vieux"), encoding="utf-8")
    with pytest.raises(DataError, match=r"« ages\.csv » du territoire inventé n’a pas de colonne « plus_de_75_ans »"):
        fiction.holdings()
