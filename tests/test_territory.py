"""Finding a territory: codes, names, typos, namesakes, what disappeared, and what is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mini_france
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini_france import ESSAI, SANS_AGE, SEUL

from cartable import search, territory
from cartable.atlas import atlas
from cartable.errors import CartableError, DataError, UnknownTerritoryError

if TYPE_CHECKING:
    from pathlib import Path

CIVRAISIEN, ROCHELLE = "200070035", "241700434"


@pytest.fixture
def pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return mini_france.use(monkeypatch, tmp_path)


# -- the real country ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "siren"),
    [
        ("200070035", CIVRAISIEN),
        (" 200070035 ", CIVRAISIEN),
        ("civraisien", CIVRAISIEN),
        ("CIVRAISIEN EN POITOU", CIVRAISIEN),
        ("CC du Civraisien en Poitou", CIVRAISIEN),
        ("civraisein", CIVRAISIEN),
        ("civraisein en poitou", CIVRAISIEN),
        ("Civray 86", CIVRAISIEN),
        ("Civray (86)", CIVRAISIEN),
        ("civray vienne", CIVRAISIEN),
        ("86078", CIVRAISIEN),
        ("Val de Comporte", CIVRAISIEN),
        ("la rochelle agglo", ROCHELLE),
        ("CA de La Rochelle", ROCHELLE),
        ("com com du pays de conches", "242700276"),
        ("st etienne", "244200770"),
        ("tulle agglo", "241927201"),
        ("cc 4b", "200029734"),
        ("bergeracoise", "200070647"),
        ("lyon", "200046977"),
        ("le mans", "247200132"),
        ("agen", "200096956"),
        ("cœur de france", "200036135"),
        ("2a004", "242010056"),
        ("75110", "200054781"),
        ("Marseille 3e", "200054807"),
        ("93059", "200054781"),
        ("Pierrefitte-sur-Seine", "200054781"),
        ("01003", "200070118"),
        ("Longeville (25)", "200068070"),
        ("La Longeville (25)", "242500320"),
        ("CINOR", "249740119"),
    ],
)
def test_find(query: str, siren: str) -> None:
    assert territory.find(query).siren == siren


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Civray 86", ["Civray (86078)", "Civraisien"]),
        ("75110", ["Paris 10e Arrondissement (75110)", "arrondissement de Paris", "Métropole du Grand Paris"]),
        ("93059", ["Pierrefitte-sur-Seine (93059)", "n’est plus une commune", "Saint-Denis (93066)"]),
    ],
)
def test_a_commune_tells_how_it_led_to_its_epci(query: str, said: list[str]) -> None:
    (notice,) = territory.find(query).notices
    assert all(words in notice for words in said)


def test_a_name_or_a_siren_needs_no_notice() -> None:
    assert territory.find("civraisien").notices == territory.find(CIVRAISIEN).notices == ()


def test_namesakes_become_proposals_that_each_work() -> None:
    with pytest.raises(UnknownTerritoryError, match="Plusieurs territoires") as error:
        territory.find("Civray")
    proposals = error.value.proposals
    assert {"Civray (18), dans CC FerCher", "Civray (86), dans CC du Civraisien en Poitou"} <= set(proposals)
    for proposal in proposals:
        assert territory.find(search.query_of(proposal)).name == proposal.partition(", dans ")[2]


def test_every_epci_is_found_by_its_proposal() -> None:
    labels = {e.label: e.code for e in atlas().entries if e.kind == "epci"}
    assert len(labels) == 1255
    assert {label: search.query_of(label) for label in labels} == labels


@pytest.mark.parametrize(
    "code", ["16052", "16053", "64181", "64182", "25346", "25347", "97411", "2A004", "93066", "39130", "85113", "22016"]
)
def test_a_commune_is_found_by_its_proposal(code: str) -> None:
    entry = next(e for e in atlas().entries if e.code == code)
    query = search.query_of(f"{entry.label}, dans CC Quelconque (CCQ)" if entry.siren else entry.label)
    chosen = search.choose(query, search.entries(query, search.LARGEST_CANDIDATES))
    assert chosen.code == code


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("99999", "cinq caractères"),
        ("999999999", "999999999"),
        ("xyzzyqwv", "orthographe"),
        ("", "Aucun territoire n’est indiqué"),
        ("  \n", "Aucun territoire n’est indiqué"),
        ("🎉🎉", "Aucun territoire"),
        ("\x00", "Aucun territoire"),
        ("²²²²²²²²²", "SIREN"),
        ("la", "Aucun territoire"),
        ("86", "86078"),
        ("Ouessant", "n’appartient à aucun EPCI"),
        ("29155", "n’appartient à aucun EPCI"),
        ("L'Île-d'Yeu", "n’appartient à aucun EPCI"),
    ],
)
def test_what_is_not_found_says_what_to_do(query: str, said: str) -> None:
    with pytest.raises(UnknownTerritoryError) as error:
        territory.find(query)
    assert said in str(error.value)
    assert error.value.remedy.endswith(".")


def test_a_very_long_text_is_answered_briefly() -> None:
    with pytest.raises(UnknownTerritoryError) as error:
        territory.find("a" * 100_000)
    assert len(str(error.value)) < 500


def test_an_epci_that_disappeared_leads_to_its_heirs() -> None:
    with pytest.raises(UnknownTerritoryError, match="n’existe plus") as error:
        territory.find("200035459")
    (heir,) = error.value.proposals
    assert territory.find(search.query_of(heir)).name == "CA Agglomération d'Agen"


def test_a_near_miss_is_proposed() -> None:
    with pytest.raises(UnknownTerritoryError, match="y ressemblent") as error:
        territory.find("poitievin")
    assert len(error.value.proposals) <= search.MAXIMUM_PROPOSALS


def test_codes_of_several_vintages_are_brought_to_today() -> None:
    mixed = territory.reconcile(["86078", "93059", "75110", "86078", "00000"])
    assert mixed.current == {"86078": "86078", "93059": "93066", "75110": "75056"}
    assert mixed.unknown == ("00000",)
    moved, unknown = mixed.notices
    assert moved.startswith("2\u00a0codes d’un autre millésime (93059, 75110)")
    assert unknown == "1\u00a0code inconnu : 00000."


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(["86078", "93059", "75110", "01003", "x"]), st.text(max_size=5))))
def test_reconcile_loses_no_code(codes: list[str]) -> None:
    result = territory.reconcile(codes)
    assert set(result.current) | set(result.unknown) == set(codes)
    assert not set(result.current) & set(result.unknown)
    assert set(result.current.values()) <= set(atlas().communes.index)


def test_similar_epcis_are_ten_others_and_always_the_same() -> None:
    here = territory.get(CIVRAISIEN)
    alike = territory.similar(here)
    assert len(set(alike)) == 10
    assert CIVRAISIEN not in alike
    assert alike == territory.similar(territory.get(CIVRAISIEN))
    sizes = [territory.get(s).population for s in alike]
    assert min(sizes) > here.population / 2
    assert max(sizes) < here.population * 2


def test_members_are_in_alphabetical_order_without_accents() -> None:
    names = list(territory.get(CIVRAISIEN).communes["nom"])
    assert names[8:12] == ["Charroux", "Chatain", "Château-Garnier", "Chaunay"]


def test_a_territory_stays_as_it_is() -> None:
    here = territory.get(CIVRAISIEN)
    assert territory.load(here) is here
    with pytest.raises(CartableError, match="86078"):
        territory.load(86078)


# -- the tiny country -----------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(query=st.one_of(st.text(max_size=30), st.text(alphabet="aehlp '(0129)CAdeslu-", max_size=20)))
@pytest.mark.usefixtures("pays")
def test_any_text_finds_or_explains(query: str) -> None:
    try:
        answers = [territory.find(query).siren]
    except UnknownTerritoryError as error:
        answers = [search.entries(search.query_of(proposal)) for proposal in error.proposals]
    assert all(answers)


@pytest.mark.parametrize(
    ("query", "siren"),
    [
        ("=SOMME(A1)", ESSAI),
        ("<script>alert(1)</script>", ESSAI),
        ("echo sans contour", ESSAI),
        ("Alpha 01", ESSAI),
        ("alpha mayotte", SANS_AGE),
        ("vieux bourg", SEUL),
        ("02004", SEUL),
        ("02201", SEUL),
        ("CABS", SEUL),
        ("metropole sans age", SANS_AGE),
    ],
)
@pytest.mark.usefixtures("pays")
def test_find_in_the_tiny_country(query: str, siren: str) -> None:
    assert territory.find(query).siren == siren


@pytest.mark.usefixtures("pays")
def test_two_heirs_are_both_proposed() -> None:
    with pytest.raises(UnknownTerritoryError) as error:
        territory.find("200000009")
    assert [search.query_of(p) for p in error.value.proposals] == [ESSAI, SEUL]


@pytest.mark.parametrize(
    ("siren", "name"),
    [(ESSAI, "communauté de communes du Pays d'Essai"), (SANS_AGE, "Métropole des Sans-Âge")],
)
@pytest.mark.usefixtures("pays")
def test_full_name(siren: str, name: str) -> None:
    assert territory.get(siren).full_name == name


@pytest.mark.usefixtures("pays")
def test_departements_start_with_the_most_populated() -> None:
    assert territory.get(ESSAI).departements == ["01", "02"]


@pytest.mark.usefixtures("pays")
def test_the_map_leaves_out_what_has_no_contour() -> None:
    shapes = territory.get(ESSAI).map_topology()["objects"]["communes"]["geometries"]
    members = {s["id"]: s["properties"]["membre"] for s in shapes}
    assert members == {"01001": True, "01002": True, "01003": True, "01004": True, "02002": False}


@pytest.mark.usefixtures("pays")
def test_reference_groups() -> None:
    table = territory.reference(territory.get(ESSAI))
    assert list(table.index) == ["1 EPCI semblable", "Premier", "Région Grande-Région", "France hors Mayotte"]
    assert table.loc["Premier", "population_recensement"] == 990 + 140 + 650 + 80
    assert table.loc["France hors Mayotte", "plus_de_65_ans"] == 300 + 50 + 150 + 60 + 10000 + 30
    assert territory.reference(territory.get(SANS_AGE)).loc["Mayotte"].isna().all()


# -- damaged data -------------------------------------------------------------------------------

TABLES = {"communes.csv": "200000001", "epci.csv": "200000001", "communes_anciennes.csv": "alpha 01"}
TABLES |= {"departements.csv": "alpha 01", "epci_anciens.csv": "alpha 01", "communes.topojson": ESSAI}


def everything(query: str) -> None:
    found = territory.find(query)
    territory.reference(found)
    found.map_topology()


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "damage",
    [
        None,
        b"",
        b"\n",
        b"\xff\xfe\x00\x01",
        b"une colonne\n1\n",
        b'code,nom\n"jamais fermee\n',
        b"a,b\n1,2,3,4\n1\n",
        b"\x00" * 200,
    ],
)
def test_a_damaged_file_is_named_with_its_remedy(pays: Path, name: str, damage: bytes | None) -> None:
    (pays / name).unlink() if damage is None else (pays / name).write_bytes(damage)
    with pytest.raises(DataError) as error:
        everything(TABLES[name])
    assert "contours" in error.value.message if name.endswith("json") else name in error.value.message
    assert "make data" in error.value.remedy


@pytest.mark.parametrize("name", TABLES)
def test_a_folder_in_the_place_of_a_file_is_explained(pays: Path, name: str) -> None:
    (pays / name).unlink()
    (pays / name).mkdir()
    with pytest.raises(DataError, match="ne s’ouvre pas : c’est un dossier"):
        everything(TABLES[name])


def test_a_truncated_topology_is_refused(pays: Path) -> None:
    path = pays / "communes.topojson"
    path.write_text(path.read_text(encoding="utf-8")[:400], encoding="utf-8")
    with pytest.raises(DataError, match="abîmé"):
        everything(ESSAI)


@pytest.mark.parametrize("value", ["beaucoup", "1;5"])
def test_a_text_in_the_place_of_a_number_is_refused(pays: Path, value: str) -> None:
    path = pays / "communes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("50000", value), encoding="utf-8")
    with pytest.raises(DataError, match=r"communes\.csv"):
        everything(ESSAI)


def test_a_missing_folder_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTABLE_DONNEES", str(tmp_path / "absent"))
    with pytest.raises(DataError, match="absent"):
        territory.get(ESSAI)
