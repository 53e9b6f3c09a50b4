"""Places: opening hours, communes, coordinates, duplicates, and the two files, valid or spoilt in every way."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

import mini_france
import mutations
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import Mutation, Sample, edited, setting

from cartable.atlas import atlas
from cartable.errors import CartableError
from cartable.holdings import PLACE_COLUMNS, no_places
from cartable.sources import france_services, hours, mediation, positions, rows, standard, vocabulary
from cartable.sources.gazetteer import Gazetteer
from cartable.sources.journal import Journal
from cartable.sources.model import Reading, SourceError
from cartable.sources.positions import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def _country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put the tiny country in the place of France, once."""
    with pytest.MonkeyPatch.context() as patch:
        mini_france.use(patch, tmp_path_factory.mktemp("donnees"))
        yield


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


# -- hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00", "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00"),
        ("Mo 09:30-12:30,13:30-15:30; PH off", "Mo 09:30-12:30,13:30-15:30"),
        ('Mo-Fr 10:00-20:00 "sur rendez-vous"; PH off', "Mo-Fr 10:00-20:00"),
        ("Mo,We 09:00-12:00", "Mo,We 09:00-12:00"),
        ("Mo-Fr 09:00-12:00; We off", "Mo-Tu,Th-Fr 09:00-12:00"),
        ("24/7", "Mo-Su 00:00-24:00"),
        ("09:00-12:00", "Mo-Su 09:00-12:00"),
        ("Sa-Mo 09:00-10:00", "Mo,Sa-Su 09:00-10:00"),
        ("Fr 20:00-02:00", "Fr 20:00-24:00"),
        ("Mo 14:00-17:00,09:00-12:00", "Mo 09:00-12:00,14:00-17:00"),
    ],
)
def test_the_form_of_the_standard_is_read(text: str, osm: str) -> None:
    found = hours.parse(text)
    assert found
    assert found.osm() == osm


@pytest.mark.parametrize(
    "text",
    ["", "Jul-Aug Mo 09:00-12:00", "week 1-53/2 Mo 09:00-12:00", "Mo[1] 09:00-12:00", "Mo 25:00-26:00", "Mo 09:00",
     "Xx 09:00-12:00", "fermé", "PH off", "Mo 09:00-12:60", "lundi 9h-12h", "Mo 09:00-09:00"],
)  # fmt: skip
def test_what_is_no_ordinary_week_is_not_guessed(text: str) -> None:
    assert hours.parse(text) is None


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("Mercredi de 14h à 15H30", "We 14:00-15:30"),
        ("du lundi au vendredi de 9h00 a 12h30 et de 13h30 a 17h00", "Mo-Fr 09:00-12:30,13:30-17:00"),
        ("8h/12h15 et 13h15/17h du lundi au vendredi", "Mo-Fr 08:00-12:15,13:15-17:00"),
        ("Lundi, Mardi et Vendredi de 9H30 à 10H30 puis 11h à 12H et Vendredi de 14h à 15H",
         "Mo-Tu 09:30-10:30,11:00-12:00; Fr 09:30-10:30,11:00-12:00,14:00-15:00"),
        ("Lundi - jeudi : 9h - 12h / 14h - 17h\nVendredi : 9h - 12h", "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00"),
        ("jeudi de 14h à 15h30, et 15h30 à 17h", "Th 14:00-17:00"),
        ("mercredi de 14 à 18h", "We 14:00-18:00"),
        ("samedi 10 h – 12 h 30", "Sa 10:00-12:30"),
    ],
)  # fmt: skip
def test_hours_as_people_write_them_are_read(text: str, osm: str) -> None:
    found = hours.from_french(text)
    assert found
    assert found.osm() == osm


@pytest.mark.parametrize(
    "text",
    ["", "9h-12h / 13h30-17h", "lundi", "lundi - samedi", "samedi tous les 15 jours de 14h à 16h", "sur rendez-vous",
     "mardi-jeudi et vendredi 9h-12h\nmercredi 9h-11h", "lundi 12h à 9h", "lundi 9h", "lundi 9h 12h 14h",
     "lundi merdi 9h-12h", "lundi de 9h à 12h (1er du mois)", "lundi 29h-30h", "01 23 45 67 89", "lundi 9-12"],
)  # fmt: skip
def test_a_doubt_about_hours_gives_nothing(text: str) -> None:
    assert hours.from_french(text) is None


def test_days_in_columns_are_read_and_what_is_mended_is_said() -> None:
    found, remarks = hours.from_days(
        {0: "09:00 - 12:00 / 13:30 - 17:00", 1: "00:00 - 00:00 / 09:00 - 12:00", 2: "09:00 - 17:00 / 09:00 - 12:00",
         5: "le matin"}
    )  # fmt: skip
    assert found
    assert found.osm() == "Mo 09:00-12:00,13:30-17:00; Tu 09:00-12:00; We 09:00-17:00"
    assert [r.split(" ")[0] for r in remarks] == ["mercredi", "samedi"]
    assert "chevauchent" in remarks[0]
    assert "illisible" in remarks[1]


def test_a_week_tells_saturdays_and_evenings_in_french() -> None:
    found = hours.parse("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00")
    assert found
    assert plain(found.sentence()) == "lundi au vendredi 9 h–12 h et 14 h–18 h 30 ; samedi 8 h 30–12 h"
    assert found.saturday
    assert found.evening
    shut = hours.parse("Mo-Fr 09:00-18:00")
    assert shut
    assert not shut.saturday
    assert not shut.evening


SPANS = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 600)), max_size=3)


@given(st.lists(SPANS, min_size=7, max_size=7))
def test_hours_survive_the_form_of_the_standard(days: list[list[tuple[int, int]]]) -> None:
    spans = {day: [(a, min(a + n, 1440)) for a, n in some] for day, some in enumerate(days)}
    week = hours._week(spans)
    if week is None:
        assert not any(spans.values())
    else:
        assert hours.parse(week.osm()) == week


@given(st.text(alphabet="lundimarsevjh 0123456789:-/,;àMoTuFrSa", max_size=40))
def test_no_text_of_hours_stops_the_reading(text: str) -> None:
    for found in (hours.parse(text), hours.from_french(text), hours.from_days({0: text})[0]):
        assert found is None or any(found.days)


# -- communes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("insee", "name", "postcode", "code"),
    [
        ("01001", "", "", "01001"),
        ("1001", "", "", "01001"),
        ("02003", "", "", "02002"),
        ("02201", "", "", "02002"),
        ("", "Alpha", "01000", "01001"),
        ("", "ALPHA", "97600", "97602"),
        ("", "delta", "", "01004"),
        ("", "Vieux Bourg", "02100", "02002"),
        ("", "Bourg Seul Cedex 2", "02100", "02002"),
        ("", "Bourg-Seul 1er arrondissement", "02100", "02002"),
        ("", "Bourg", "02100", "02002"),
        ("", "Ehco sans contour", "02100", "02001"),
        ("99999", "Gamma", "97600", "97601"),
    ],
)
def test_a_commune_is_found_by_code_or_by_name(insee: str, name: str, postcode: str, code: str) -> None:
    assert Gazetteer(atlas()).locate(insee, name, postcode).code == code


@pytest.mark.parametrize(
    ("insee", "name", "postcode", "words"),
    [
        ("", "", "01000", "Ni code INSEE ni nom"),
        ("", "Alpha", "", "plusieurs communes"),
        ("", "Nulle Part", "01000", "aucune commune ne s’appelle"),
        ("", "Alfa Beta", "02100", "dans le département 02"),
        ("99999", "", "", "Aucune commune n’a porté"),
        ("1,001E+03", "", "", "tableur"),
    ],
)
def test_a_doubt_about_a_commune_is_refused(insee: str, name: str, postcode: str, words: str) -> None:
    found = Gazetteer(atlas()).locate(insee, name, postcode)
    assert not found.code
    assert words in found.problem


def test_coordinates_decide_between_namesakes() -> None:
    gazetteer, ground = Gazetteer(atlas()), Ground(atlas())
    assert gazetteer.locate("", "Alpha", "", lambda code: ground.near(code, 6.5, 7.5)).code == "97602"
    assert gazetteer.locate("", "Alpha", "", lambda code: ground.near(code, 0.5, 0.5)).code == "01001"


def test_a_name_that_is_not_that_of_the_code_is_pointed_out() -> None:
    found = Gazetteer(atlas()).locate("01001", "Gamma", "")
    assert found.code == "01001"
    assert "Alpha" in found.doubt
    assert not Gazetteer(atlas()).locate("02002", "Vieux-Bourg", "").doubt


# -- coordinates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "latitude", "longitude", "point", "words"),
    [
        ("01002", "0.5", "1.5", (0.5, 1.5), ""),
        ("01002", "0.01", "1.99", (0.01, 1.99), ""),  # far from the point of the commune, inside its contour
        ("01002", "0.5", "2.2", (0.5, 2.2), ""),  # 22 km out of it
        ("01002", "1.5", "0.5", (0.5, 1.5), "échangées"),
        ("02001", "0.5", "0.5", (0.5, 0.5), ""),  # no contour: near any commune will do
        ("02001", "4.5", "4.5", None, "hors de France"),
        ("01002", "0.5", "2.5", None, "à 56 km"),
        ("01002", "6.5", "7.5", None, "tombe près d’Alpha"),
        ("01002", "60", "60", None, "hors de France"),
        ("01002", "6500000", "400000", None, "Lambert 93"),
        ("01002", "0", "0", None, "Afrique"),
        ("01002", "", "", None, "pas de coordonnées"),
        ("01002", "0.5", "", None, "une seule"),
    ],
)
def test_a_point_is_held_against_its_commune(code, latitude, longitude, point, words) -> None:
    found = Ground(atlas()).check(code, latitude, longitude)
    if point is None:
        assert math.isnan(found.latitude)
        assert math.isnan(found.longitude)
        assert words in plain(found.doubt)
        assert not found.repair
    else:
        assert (found.latitude, found.longitude) == point
        assert words in found.repair
        assert not found.doubt


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(-80, 80), st.floats(-179, 179))
def test_distances_are_those_of_the_sphere(y0: float, x0: float, y1: float, x1: float) -> None:
    here, there = (np.radians([y0, x0]), np.radians([y1, x1]))
    a, b = (np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)]) for y, x in (here, there))
    angle = math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))
    found = positions.distance(y0, x0, np.array([y1]), np.array([x1]))[0]
    assert found == pytest.approx(positions.EARTH * angle, rel=1e-6, abs=1e-3)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_point_inside_a_commune_is_never_thrown_away(y: float, x: float) -> None:
    found = Ground(atlas()).check("01003", f"{1 + y:.9f}", f"{x:.9f}")
    assert not math.isnan(found.latitude)


# -- the standard -----------------------------------------------------------------------


def test_the_standard_has_its_32_fields_and_version() -> None:
    assert len(standard.fields()) == 32
    assert standard.schema()["version"] == "1.0.2"
    assert standard.required() == ("id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj")
    assert len(standard.fields()["services"].values) == 9
    assert set(standard.model().model_fields) == set(standard.fields())


def test_every_word_of_before_becomes_words_of_today() -> None:
    for field, words in vocabulary.FORMER.items():
        for word, values in words.items():
            assert set(values) <= set(standard.fields()[field].values), word
            assert vocabulary.translate(field, word) == values


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("services", "Devenir autonome dans les démarches administratives;Accéder à une connexion internet",
         "Aide aux démarches administratives|Accès internet et matériel informatique"),
        ("frais_a_charge", "Gratuit : Je peux accéder gratuitement au lieu et à ses services", "Gratuit"),
        ("frais_a_charge", "Payant : L'accès au lieu et/ou à ses services est payant", "Payant"),
        ("dispositif_programmes_nationaux", "France Services, CNFS", "France Services|Conseillers numériques"),
        ("modalites_accompagnement", "Individuellement : je suis accompagné", "Accompagnement individuel"),
        ("typologie", "tiers lieux", "TIERS_LIEUX"),
        ("services", "aide aux demarches administratives|LOISIRS ET CREATIONS NUMERIQUES",
         "Aide aux démarches administratives|Loisirs et créations numériques"),
    ],
)  # fmt: skip
def test_former_words_are_mended_and_said(field: str, text: str, values: str) -> None:
    one, journal = rows.row(2, {"id": "1", "nom": "A", field: text}), Journal("x.csv")
    rows.clean([one], journal)
    assert one.texts[field] == values
    assert [r.outcome for r in journal.remarks() if r.column == field] == ["réparée"]


def test_a_price_with_a_condition_is_not_taken_for_free() -> None:
    one, journal = rows.row(2, {"id": "1", "nom": "A", "frais_a_charge": "Gratuit, sauf les impressions"}), Journal("x")
    rows.clean([one], journal)
    assert not one.texts["frais_a_charge"]
    assert "signalée" in {r.outcome for r in journal.remarks() if r.column == "frais_a_charge"}


# -- the two files ----------------------------------------------------------------------

SQUARES = {code: square for code, *_, square, _ in mini_france.COMMUNES if square}
CODES = list(SQUARES)
POINTS = {code: (y + 0.25, x + 0.5) for code, (x, y) in SQUARES.items()}


def services_sample() -> Sample:
    heading = ("id_fs", "insee_dep", "lib_fs", "adresse", "insee_com", "latitude", "longitude", "h_lundi", "h_mardi",
               "h_samedi", "format_fs", "labellisation_fs")  # fmt: skip
    made = [
        (
            f"{rank}",
            code[:2],
            f"France services n° {rank}",
            f"{rank} rue de l’Église",
            code,
            f"{POINTS[code][0]}",
            f"{POINTS[code][1]}",
            "09:00 - 12:00 / 13:30 - 17:00",
            "09:00 - 12:00",
            "09:00 - 12:00" if rank == 1 else "",
            "Bus_équivalent" if rank == 2 else "Fixe",
            f"Espace labellisé 01/0{rank}/2021",
        )
        for rank, code in enumerate(CODES, start=1)
    ]
    return Sample("france_services_20240801.csv", (heading, *made), code="insee_com", separator=",")


def mediation_sample() -> Sample:
    heading = ("id", "pivot", "nom", "adresse", "code_insee", "latitude", "longitude", "typologie", "telephone",
               "horaires", "date_maj", "services", "frais_a_charge")  # fmt: skip
    made = [
        (
            f"lieu-{rank}",
            f"4349331230002{rank}",
            f"Lieu n° {rank}",
            f"{rank} rue de l’Église",
            code,
            f"{POINTS[code][0]}",
            f"{POINTS[code][1]}",
            "ASSO|TIERS_LIEUX",
            "+33180059880",
            "Mo-Fr 09:00-12:00",
            f"2024-0{rank}-02",
            "Aide aux démarches administratives|Loisirs et créations numériques",
            "Gratuit",
        )
        for rank, code in enumerate(CODES, start=1)
    ]
    return Sample("lieux.csv", (heading, *made), code="code_insee", separator=",")


SAMPLES = {france_services.KEY: services_sample(), mediation.KEY: mediation_sample()}
READERS = {france_services.KEY: france_services.read, mediation.KEY: mediation.read}
GENERIC = [(key, mutation) for key, sample in SAMPLES.items() for mutation in mutations.mutations(sample)]


def expected(key: str, *, without: int = 0) -> pd.DataFrame:
    """Return the places of the samples, less that of a line."""
    made = []
    for rank, code in enumerate(CODES, start=1):
        common = dict.fromkeys(PLACE_COLUMNS, "") | {
            "commune": atlas().names[code], "code_insee": code, "adresse": f"{rank} rue de l’Église", "jeu": key,
            "latitude": POINTS[code][0], "longitude": POINTS[code][1], "frais_a_charge": "Gratuit",
        }  # fmt: skip
        if key == france_services.KEY:
            own = {
                "id": f"{rank}", "nom": f"France services n° {rank}", "typologie": "RFS", "source": "ANCT",
                "services": "Aide aux démarches administratives", "dispositif_programmes_nationaux": "France Services",
                "itinerance": "Itinérant" if rank == 2 else "Fixe", "date_maj": "2024-08-01",
                "horaires": "Mo 09:00-12:00,13:30-17:00; Tu,Sa 09:00-12:00" if rank == 1
                else "Mo 09:00-12:00,13:30-17:00; Tu 09:00-12:00",
            }  # fmt: skip
        else:
            own = {
                "id": f"lieu-{rank}", "nom": f"Lieu n° {rank}", "typologie": "ASSO|TIERS_LIEUX",
                "services": "Aide aux démarches administratives|Loisirs et créations numériques",
                "horaires": "Mo-Fr 09:00-12:00", "date_maj": f"2024-0{rank}-02",
            }  # fmt: skip
        if rank + 1 != without:
            made.append(common | own)
    return pd.DataFrame(made, columns=list(PLACE_COLUMNS)).astype(no_places().dtypes.to_dict())


def assert_places(found: Reading, wanted: pd.DataFrame, *, dates: bool = True) -> None:
    assert found.places is not None
    places = found.places.sort_values("id", ignore_index=True)
    if not dates:  # the name of an archive does not hold the day
        places, wanted = (t.drop(columns="date_maj") for t in (places, wanted))
    pd.testing.assert_frame_equal(places, wanted.sort_values("id", ignore_index=True))


@pytest.mark.parametrize(("key", "mutation"), GENERIC, ids=str)
def test_a_file_of_places_is_read_right_or_refused_in_french(key: str, mutation: Mutation) -> None:
    read = READERS[key]
    if mutation.expected == "fichier":
        with pytest.raises(SourceError) as caught:
            read(mutation.content, mutation.file)
        assert "Fichier «" in caught.value.message
        assert mutations.is_french(caught.value.message)
        assert caught.value.remedy
        return
    found = read(mutation.content, mutation.file)
    assert all(mutations.is_french(r.message) for r in found.report.remarks), found.report.remarks
    assert_places(found, expected(key, without=mutation.line), dates=mutation.file == SAMPLES[key].file)
    if mutation.expected == "ligne":
        refused = [r for r in found.report.remarks if r.outcome == "refusée"]
        assert [r.line for r in refused] == [mutation.line]
        assert refused[0].column == mutation.column


LATITUDE, LONGITUDE = POINTS[CODES[1]]
# A change of one cell of the second line: column of each file, what is written, outcome, words, what the place becomes.
CELLS = [
    ("latitude", f"{LATITUDE}".replace(".", ","), "réparée", "est lu", {}),
    ("latitude", f" {LATITUDE}° ", "réparée", "est lu", {}),
    ("latitude", "", "signalée", "seule des deux", {"latitude": math.nan, "longitude": math.nan}),
    ("latitude", "0.5N", "signalée", "forme attendue", {"latitude": math.nan, "longitude": math.nan}),
    ("latitude", "48.85", "signalée", "hors de France", {"latitude": math.nan, "longitude": math.nan}),
    ("longitude", "6,500,000", "signalée", "forme attendue", {"latitude": math.nan, "longitude": math.nan}),
    ("longitude", "2.5", "signalée", "tombe près de Bourg-Seul", {"latitude": math.nan, "longitude": math.nan}),
    ("adresse", "2 rue de l’Église, 01 23 45 67 89", "réparée", "téléphone", {"adresse": "2 rue de l’Église,"}),
    ("adresse", "2 rue x a.b@exemple.fr", "réparée", "courriel", {"adresse": "2 rue x"}),
    ("nom", "<script>alert(1)</script>", "", "", {"nom": "<script>alert(1)</script>"}),
    ("nom", "=SOMME(A1)", "", "", {"nom": "=SOMME(A1)"}),
]
COLUMNS = {"nom": "lib_fs"}


@pytest.mark.parametrize("key", list(SAMPLES))
@pytest.mark.parametrize(("column", "text", "outcome", "words", "changes"), CELLS)
def test_a_cell_is_mended_or_left_out_and_said(key, column, text, outcome, words, changes) -> None:  # noqa: PLR0917
    name = COLUMNS.get(column, column) if key == france_services.KEY else column
    found = READERS[key](setting(SAMPLES[key], name, text, 2), SAMPLES[key].file)
    wanted = expected(key)
    for changed, value in changes.items():
        wanted.loc[1, changed] = value
    assert_places(found, wanted)
    remarks = [r for r in found.report.remarks if r.line == 3]
    assert {r.outcome for r in remarks} >= ({outcome} if outcome else set())
    assert any(words in plain(r.message) for r in remarks) or not words
    assert all(mutations.is_french(r.message) for r in remarks)


def said(found: Reading) -> list[tuple[int, str, str]]:
    """Return what was said of lines: the mediation sample lacks two columns, which is said of the whole file."""
    return [(r.line, r.column, r.outcome) for r in found.report.remarks if r.column not in {"commune", "code_postal"}]


def _swap(lines: list[list[str]], sample: Sample) -> None:
    y, x = sample.rank("latitude"), sample.rank("longitude")
    lines[2][y], lines[2][x] = lines[2][x], lines[2][y]


@pytest.mark.parametrize("key", list(SAMPLES))
def test_swapped_coordinates_are_put_right_and_said(key: str) -> None:
    found = READERS[key](edited(SAMPLES[key], lambda lines: _swap(lines, SAMPLES[key])), SAMPLES[key].file)
    assert_places(found, expected(key))
    assert said(found) == [(3, "latitude", "réparée")]


@pytest.mark.parametrize("key", list(SAMPLES))
def test_decimal_commas_of_a_whole_file_are_said_once(key: str) -> None:
    content = setting(SAMPLES[key], "latitude", lambda c: c.replace(".", ","))
    found = READERS[key](content, SAMPLES[key].file)
    assert_places(found, expected(key))
    assert said(found) == [(0, "latitude", "réparée")]


def _copied(key: str, **changes: str) -> Reading:
    """Read a sample with a copy of its second line, changed."""
    sample = SAMPLES[key]

    def change(lines: list[list[str]]) -> None:
        copy = list(lines[2])
        for name, text in changes.items():
            copy[sample.rank(name)] = text
        lines.append(copy)

    return READERS[key](edited(sample, change), sample.file)


def test_a_line_of_the_same_identifier_and_place_is_united() -> None:
    found = _copied(mediation.KEY, services="Utilisation sécurisée du numérique", date_maj="2024-05-05")
    wanted = expected(mediation.KEY)
    wanted.loc[1, "services"] += "|Utilisation sécurisée du numérique"
    wanted.loc[1, "date_maj"] = "2024-05-05"
    assert_places(found, wanted)
    assert said(found) == [(len(CODES) + 2, "id", "réparée")]


def test_an_identifier_given_to_two_places_is_refused_the_second_time() -> None:
    found = _copied(mediation.KEY, nom="Un autre lieu")
    assert_places(found, expected(mediation.KEY))
    assert said(found) == [(len(CODES) + 2, "id", "refusée")]
    assert "ligne 3" in found.report.remarks[-1].message


def test_the_same_name_and_address_are_one_place_unless_the_lines_disagree() -> None:
    last = len(CODES) + 2
    found = _copied(mediation.KEY, id="lieu-99", nom="LIEU n° 2")
    assert len(found.places) == len(CODES)
    assert said(found) == [(last, "nom", "réparée")]
    other = _copied(mediation.KEY, id="lieu-99", horaires="Sa 09:00-12:00")
    assert len(other.places) == len(CODES) + 1
    assert said(other) == [(last, "nom", "signalée")]


def test_neighbours_of_like_names_are_pointed_out_and_kept() -> None:
    found = _copied(mediation.KEY, id="lieu-99", nom="Lieu no 2", adresse="ailleurs", latitude=f"{LATITUDE + 0.0001}")
    assert len(found.places) == len(CODES) + 1
    assert said(found) == [(len(CODES) + 2, "nom", "signalée")]
    assert "30 mètres" in plain(found.report.remarks[-1].message)
    far = _copied(mediation.KEY, id="lieu-99", nom="Lieu no 2", adresse="ailleurs", latitude=f"{LATITUDE + 0.001}")
    assert said(far) == []


MEDIATION_CELLS = [
    ("services", "Faire du vélo", "signalée", "n’est pas une valeur du standard", {"services": ""}),
    ("services", "Faire du vélo|Loisirs et créations numériques", "signalée", "Faire du vélo",
     {"services": "Loisirs et créations numériques"}),
    ("services", "Utiliser le numérique au quotidien", "réparée", "devient",
     {"services": "Maîtrise des outils numériques du quotidien"}),
    ("typologie", "ASSOC", "signalée", "« ASSO »", {"typologie": ""}),
    ("frais_a_charge", "gratuit", "réparée", "devient", {}),
    ("date_maj", "31/02/2024", "signalée", "forme attendue", {"date_maj": ""}),
    ("date_maj", "02/05/2024", "réparée", "2024-05-02", {"date_maj": "2024-05-02"}),
    ("date_maj", "2024-05-02T10:00:00Z", "réparée", "2024-05-02", {"date_maj": "2024-05-02"}),
    ("date_maj", "1969-12-31", "", "", {"date_maj": "1969-12-31"}),
    ("date_maj", "", "signalée", "exigé par le standard", {"date_maj": ""}),
    ("pivot", "434 933 123 00022", "réparée", "43493312300022", {}),
    ("pivot", "12", "signalée", "SIRET", {}),
    ("pivot", "", "signalée", "exigé par le standard", {}),
    ("horaires", "lundi de 9h à 12h", "réparée", "lundi 9 h–12 h", {"horaires": "Mo 09:00-12:00"}),
    ("horaires", "voir avec l’accueil", "signalée", "laissés de côté", {"horaires": ""}),
    ("horaires", "Jul-Aug Mo 09:00-12:00", "signalée", "tels quels", {"horaires": "Jul-Aug Mo 09:00-12:00"}),
    ("adresse", "", "signalée", "exigé par le standard", {"adresse": ""}),
    ("nom", "", "refusée", "Complétez-la", None),
    ("id", "", "refusée", "Complétez-la", None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "text", "outcome", "words", "changes"), MEDIATION_CELLS)
def test_a_cell_of_the_standard_is_checked(column, text, outcome, words, changes) -> None:
    found = mediation.read(setting(SAMPLES[mediation.KEY], column, text, 2), "lieux.csv")
    wanted = expected(mediation.KEY, without=3 if changes is None else 0)
    for changed, value in (changes or {}).items():
        wanted.loc[1, changed] = value
    assert_places(found, wanted)
    remarks = [r for r in found.report.remarks if r.line == 3 and r.column == column]
    assert [r.outcome for r in remarks] == ([outcome] if outcome else [])
    assert all(words in plain(r.message) and mutations.is_french(r.message) for r in remarks)


def test_no_telephone_nor_address_of_a_person_is_kept() -> None:
    found = mediation.read(SAMPLES[mediation.KEY].content, "lieux.csv")
    assert "180059880" not in found.places.to_csv() + str(found.report)
    assert not set(standard.PERSONAL) & set(found.places.columns)


def test_the_columns_of_2022_are_moved_to_those_of_today() -> None:
    heading = (
        "id",
        "SIRET",
        "nom",
        "code_insee",
        "labels_nationaux",
        "conditions_acces",
        "publics_accueillis",
        "services",
    )
    line = ("1", "43493312300029", "A", "01001", "France Services;CNFS;APTIC;Fabriques de Territoire",
            "Gratuit : Je peux accéder gratuitement au lieu et à ses services", "Seniors (+ 65 ans);Surdité;Adultes",
            "Accéder à du matériel;Créer avec le numérique")  # fmt: skip
    stream = io.StringIO()
    csv.writer(stream).writerows([heading, line])
    found = mediation.read(stream.getvalue().encode(), "ancien.csv")
    place = found.places.iloc[0]
    assert place["dispositif_programmes_nationaux"] == "France Services|Conseillers numériques"
    assert place["frais_a_charge"] == "Gratuit"
    assert place["prise_en_charge_specifique"] == "Surdité"
    assert place["services"] == "Accès internet et matériel informatique|Loisirs et créations numériques"
    assert {"labels_nationaux", "conditions_acces", "publics_accueillis"} <= {
        r.column for r in found.report.remarks if r.outcome == "réparée" and r.line == 0
    }


def test_a_list_without_communes_is_refused() -> None:
    with pytest.raises(SourceError, match="commune") as caught:
        mediation.read(b"id,nom,services\n1,A,x\n2,B,y\n", "lieux.csv")
    assert caught.value.remedy


def test_a_missing_code_is_found_by_name_and_postal_code() -> None:
    content = "id,nom,commune,code_postal,latitude,longitude\n1,A,Alpha,01000,0.5,0.5\n2,B,ALPHA,97600,6.5,7.5\n"
    found = mediation.read(content.encode(), "lieux.csv")
    assert list(found.places["code_insee"]) == ["01001", "97602"]


def test_communes_of_other_years_and_overseas_are_said() -> None:
    lines = ["1,A,02003,0.5,2.5", "2,B,97501,46.8,-56.2", *(f"{n},L{n},01001,0.5,0.{n}" for n in range(3, 9))]
    found = mediation.read("\n".join(["id,nom,code_insee,latitude,longitude", *lines]).encode(), "lieux.csv")
    assert found.places["code_insee"][0] == "02002"
    assert len(found.places) == 7
    away = [r for r in found.report.remarks if "outre-mer" in r.message]
    assert [(r.line, r.outcome) for r in away] == [(0, "signalée")]
    assert any(r.line == 2 and r.outcome == "réparée" and "02002" in r.message for r in found.report.remarks)


@pytest.mark.parametrize(
    ("file", "vintage"),
    [
        ("france_services_20240801.csv", "1er août 2024"),
        ("france-services-2025-03-31.csv", "31 mars 2025"),
        ("lieux_20241399.csv", "labellisations jusqu’au 1er 0"),
        ("lieux.csv", "labellisations jusqu’au 1er"),
    ],
)
def test_the_vintage_of_france_services_comes_from_the_name_or_the_labels(file: str, vintage: str) -> None:
    found = france_services.read(SAMPLES[france_services.KEY].content, file)
    assert found.vintage.startswith(vintage.removesuffix(" 0"))


@pytest.mark.parametrize(
    ("column", "text", "outcome", "field", "value"),
    [
        ("format_fs", "Multisites", "", "itinerance", "Fixe"),
        ("format_fs", "Itinérante", "", "itinerance", "Itinérant"),
        ("format_fs", "Péniche", "signalée", "itinerance", ""),
        ("h_lundi", "le matin", "signalée", "horaires", "Tu 09:00-12:00"),
        ("h_lundi", "09:00 - 17:00 / 09:00 - 12:00", "signalée", "horaires", "Mo 09:00-17:00; Tu 09:00-12:00"),
        ("h_lundi", "00:00 - 00:00", "", "horaires", "Tu 09:00-12:00"),
        ("h_lundi", "9h00 - 12h00", "", "horaires", "Mo-Tu 09:00-12:00"),
        ("h_lundi", "09:00 - 25:00", "signalée", "horaires", "Tu 09:00-12:00"),
    ],
)
def test_a_cell_of_france_services_is_read(column, text, outcome, field, value) -> None:
    content = setting(SAMPLES[france_services.KEY], column, text, 3)
    found = france_services.read(content, "france_services_20240801.csv")
    assert found.places[field][2] == value
    remarks = [r for r in found.report.remarks if r.line == 4]
    assert [r.outcome for r in remarks] == ([outcome] if outcome else [])
    assert all(mutations.is_french(r.message) for r in remarks)


def attempt(key: str, content: bytes) -> Reading | CartableError:
    try:
        return READERS[key](content, "x.csv")
    except CartableError as error:
        return error


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(list(READERS)))
def test_random_bytes_are_refused_in_french(content: bytes, key: str) -> None:
    found = attempt(key, content)
    assert found.remedy if isinstance(found, CartableError) else found.report.lines


WORDS = st.sampled_from(
    [
        "",
        "01001",
        "Alpha",
        "0.5",
        "-0,5",
        "|",
        "Gratuit",
        "=A1",
        "lundi 9h-12h",
        "NaN",
        "inf",
        "1e9",
        "\u202f",
        "é" * 300,
    ]
)


@settings(max_examples=80)
@given(st.lists(st.lists(WORDS, min_size=9, max_size=9), min_size=1, max_size=6))
def test_random_cells_never_make_a_wrong_place(cells: list[list[str]]) -> None:
    heading = ["id", "nom", "code_insee", "commune", "latitude", "longitude", "services", "horaires", "date_maj"]
    stream = io.StringIO()
    csv.writer(stream).writerows([heading, *cells])
    found = attempt(mediation.KEY, stream.getvalue().encode())
    if isinstance(found, CartableError):
        assert found.remedy
        return
    assert set(found.places["code_insee"]) <= set(atlas().communes.index)
    located = found.places.dropna(subset=["latitude"])
    ground = Ground(atlas())
    assert all(
        ground.near(c, y, x) for c, y, x in located[["code_insee", "latitude", "longitude"]].itertuples(index=False)
    )
    assert found.places["id"].is_unique
