"""The tables by commune: valid files, and about ninety ways for each of not being one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import mini_france
import mutations
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import Mutation, Sample, edited, setting, write, zipped

from cartable.errors import CartableError
from cartable.sources import ages, catalogue, diplomas, filosofi, ifn, network
from cartable.sources.model import Reading, Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {code: name for code, name, *_ in mini_france.COMMUNES}
PEOPLE = {code: people for code, _, _, people, *_ in mini_france.COMMUNES}
CODES = list(NAMES)


@pytest.fixture(scope="module", autouse=True)
def _country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put the tiny country in the place of France, once."""
    with pytest.MonkeyPatch.context() as patch:
        mini_france.use(patch, tmp_path_factory.mktemp("donnees"))
        yield


@dataclass(frozen=True)
class Case:
    source: Source
    sample: Sample
    expected: pd.DataFrame

    def read(self, content: bytes, file: str = "") -> Reading:
        return self.source.read(content, file or self.sample.file)


def table(columns: dict[str, dict[str, float | str]]) -> pd.DataFrame:
    frame = pd.DataFrame(columns).sort_index()
    frame.index = pd.Index(frame.index, name="code_insee", dtype="str")
    return frame.astype({c: "str" if c.endswith("__etat") else "float64" for c in frame})


def french(number: float) -> str:
    return f"{number}".replace(".", ",")


def filosofi_case() -> Case:
    people = {c: float(p * 95 // 100) for c, p in PEOPLE.items()}
    households = {c: float(p // 2) for c, p in PEOPLE.items()}
    income = {c: 18_000.0 + 370 * i for i, c in enumerate(CODES)}
    rate = {"02002": 17.5, "97601": 77.0, "01001": 5.0}
    heading = ("CODGEO", "LIBGEO", "NBMENFISC21", "NBPERSMENFISC21", "MED21", "TP6021")
    rows = [
        (
            c,
            NAMES[c],
            f"{households[c]:.0f}",
            f"{people[c]:.0f}",
            f"{income[c]:.0f}",
            french(rate[c]) if c in rate else "s",
        )
        for c in CODES
    ]
    expected = table(
        {
            "revenu_median": income,
            "revenu_median__etat": dict.fromkeys(CODES, ""),
            "taux_pauvrete": {c: rate.get(c, math.nan) / 100 for c in CODES},
            "taux_pauvrete__etat": {c: "" if c in rate else "s" for c in CODES},
            "personnes_fiscales": people,
            "menages_fiscaux": households,
        }
    )
    sample = Sample("cc_filosofi_2021_COM.csv", (heading, *rows), code="CODGEO", number="NBPERSMENFISC21")
    return Case(filosofi.SOURCE, sample, expected)


def diplomas_case() -> Case:
    adults = {c: p * 0.7 for c, p in PEOPLE.items()}
    without = {c: p * 0.2 + 0.25 for c, p in PEOPLE.items()}
    heading = ("CODGEO", "LIBGEO", "P22_NSCOL15P", "P22_NSCOL15P_DIPLMIN", "P11_NSCOL15P", "P11_NSCOL15P_DIPLMIN")
    rows = [(c, NAMES[c], french(adults[c]), french(without[c]), french(adults[c] / 2), "3") for c in CODES]
    expected = table({"non_scolarises_15_plus": adults, "sans_diplome": without})
    sample = Sample("base-cc-diplomes-formation-2022.CSV", (heading, *rows), code="CODGEO", number="P22_NSCOL15P")
    return Case(diplomas.SOURCE, sample, expected)


def ages_case() -> Case:
    people = {c: float(p + 3) for c, p in PEOPLE.items()}
    sixty = {c: p * 0.2 for c, p in PEOPLE.items()}
    old = {c: p * 0.11 for c, p in PEOPLE.items()}
    heading = ("CODGEO", "LIBGEO", "P22_POP", "P22_POP6074", "P22_POP75P", "C22_POP15P")
    rows = [(c, NAMES[c], f"{people[c]:.0f}", french(sixty[c]), french(old[c]), "1") for c in CODES]
    expected = table({"population_structure": people, "de_60_a_74_ans": sixty, "plus_de_75_ans": old})
    sample = Sample("base-cc-evol-struct-pop-2022.CSV", (heading, *rows), code="CODGEO", number="P22_POP6074")
    return Case(ages.SOURCE, sample, expected)


def network_case() -> Case:
    premises = {c: float(p * 6 // 10) for c, p in PEOPLE.items()}
    fast = {c: n - 10 for c, n in premises.items()}
    giga = {c: n // 2 for c, n in premises.items()}
    heading = ("code_insee", "nom_com", "code_dep", "nbr", "type", "inel_hd", "elig_hd05", "elig_bhd8", "elig_thd30",
               "elig_thd100", "elig_thd1g", "date")  # fmt: skip
    rows = [
        (
            c,
            NAMES[c],
            c[:2],
            f"{premises[c]:.0f}",
            "all",
            "0",
            "9",
            "9",
            f"{fast[c]:.0f}",
            "9",
            f"{giga[c]:.0f}",
            "2026-03-31",
        )
        for c in CODES
    ]
    expected = table({"locaux": premises, "locaux_sans_30_mbits": dict.fromkeys(CODES, 10.0), "locaux_1_gbits": giga})
    sample = Sample("commune_debit_filaire.csv", (heading, *rows), code="code_insee", number="nbr")
    return Case(network.SOURCE, sample, expected)


def ifn_case() -> Case:
    scores = {c: (1.0 + i, 10.0 - i, 5.0, 2.5, 4.0) for i, c in enumerate(CODES)}
    total = {c: sum(v) / 5 for c, v in scores.items()}
    heading = ("name", "division", "code", *ifn.SCORES.values(), "total")
    rows = [(NAMES[c], "city", c, *map(str, scores[c]), str(total[c])) for c in CODES]
    expected = table(
        {"ifn_total": total, **{name: {c: scores[c][i] for c in CODES} for i, name in enumerate(ifn.SCORES)}}
    )
    sample = Sample("ifn.csv", (heading, *rows), code="code", number="poverty_rate", separator=",")
    return Case(ifn.SOURCE, sample, expected)


CASES = {c.source.key: c for c in (filosofi_case(), diplomas_case(), ages_case(), network_case(), ifn_case())}
# A score may hold any number from 1 to 10, so a whole-file refusal names the scale of the first version instead.
VARIANTS = [(key, m) for key, case in CASES.items() for m in mutations.mutations(case.sample)]


@pytest.mark.parametrize(("key", "mutation"), VARIANTS, ids=str)
def test_a_file_gives_the_right_figures_or_says_why_not(key: str, mutation: Mutation) -> None:
    case = CASES[key]
    if mutation.expected == "fichier":
        with pytest.raises(SourceError) as caught:
            case.read(mutation.content, mutation.file)
        assert mutation.file in caught.value.message
        assert mutations.is_french(caught.value.message), caught.value.message
        assert mutations.is_french(caught.value.remedy), caught.value.remedy
        return
    found = case.read(mutation.content, mutation.file)
    victim = case.sample.rows[case.sample.victim][case.sample.rank(case.sample.code)]
    lost = [victim] if mutation.expected == "ligne" else []
    pd.testing.assert_frame_equal(found.communes, case.expected.drop(lost))
    assert all(mutations.is_french(r.message) for r in found.report.remarks), found.report.remarks
    refused = [r for r in found.report.remarks if r.outcome == "refusée"]
    assert [r.line for r in refused] == ([mutation.line] if lost else [])
    assert not mutation.column or refused[0].column == mutation.column


def test_there_are_enough_mutations_and_of_each_kind() -> None:
    for key in CASES:
        kinds = [m.expected for k, m in VARIANTS if k == key]
        assert kinds.count("intact") > 30
        assert kinds.count("ligne") > 15
        assert kinds.count("fichier") > 35


# -- what only some files have ----------------------------------------------------------


def refused(found: Reading) -> list[tuple[int, str]]:
    return [(r.line, r.column) for r in found.report.remarks if r.outcome == "refusée"]


@pytest.mark.parametrize(
    ("key", "column", "value", "words"),
    [
        ("filosofi", "MED21", "25.82", "euros par an"),
        ("filosofi", "MED21", "2582000", "euros par an"),
        ("filosofi", "TP6021", "117,0", "entre 0 et 100"),
        ("filosofi", "TP6021", "-3", "entre 0 et 100"),
        ("filosofi", "TP6021", "0,17", "jamais moins de 5"),
        ("filosofi", "NBMENFISC21", "149", "dépasse le nombre de personnes"),
        ("diplomes", "P22_NSCOL15P_DIPLMIN", "149,5", "dépasse"),
        ("ages", "P22_POP75P", "140", "dépasse la population"),
        ("ages", "P22_POP6074", "154,5", "dépasse la population"),
        ("reseau", "elig_thd30", "91", "dépasse le nombre de locaux"),
        ("reseau", "elig_thd1g", "81", "dépasse le nombre de locaux"),
        ("reseau", "nbr", "90,5", "pas entier"),
        ("reseau", "nbr", "1.234", "pas entier"),
        ("ifn", "poverty_rate", "11", "entre 1 et 10"),
        ("ifn", "total", "-1", "entre 1 et 10"),
    ],
)
def test_what_a_line_may_not_hold(key: str, column: str, value: str, words: str) -> None:
    case = CASES[key]
    found = case.read(setting(case.sample, column, value, 2))
    pd.testing.assert_frame_equal(found.communes, case.expected.drop("01002"))
    remark = next(r for r in found.report.remarks if r.outcome == "refusée")
    assert remark.line == 3
    assert words in remark.message
    assert mutations.is_french(remark.message)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1\u202f234,5", 1234.5), ("1 234.5", 1234.5), ("1\u00a0234", 1234), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
     ("+900", 900), ("1e+03", 1000), ("950,", 950)],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    case = CASES["ages"]
    found = case.read(setting(case.sample, "P22_POP", text, 1))
    assert found.communes.loc["01001", "population_structure"] == value
    assert not refused(found)


@pytest.mark.parametrize(
    ("text", "state"), [("s", "s"), ("S", "s"), ("ns", "ns"), ("ND", "nd"), ("", "nd"), ("NA", "nd"), ("n.d.", "nd")]
)
def test_what_is_not_published_keeps_its_reason_and_is_never_zero(text: str, state: str) -> None:
    case = CASES["filosofi"]
    found = case.read(setting(case.sample, "MED21", text, 1)).communes.loc["01001"]
    assert math.isnan(found["revenu_median"])
    assert found["revenu_median__etat"] == state
    assert found["taux_pauvrete"] == 0.05


@pytest.mark.parametrize("key", CASES)
def test_a_figure_that_is_not_published_is_said_in_every_source(key: str) -> None:
    case = CASES[key]
    found = case.read(setting(case.sample, case.sample.number, "s", 1))
    assert found.communes.isna().loc["01001"].any()
    assert any("« s »" in r.message.replace("\u00a0", " ") for r in found.report.remarks)
    assert not refused(found)


@pytest.mark.parametrize("key", CASES)
def test_overseas_collectivities_are_left_out_and_said_once(key: str) -> None:
    case = CASES[key]
    rank = case.sample.rank(case.sample.code)

    def add(rows: mutations.Rows) -> None:
        for code in ("97501", "97701", "98714"):
            rows.append([code if i == rank else c for i, c in enumerate(rows[1])])

    found = case.read(edited(case.sample, add))
    pd.testing.assert_frame_equal(found.communes, case.expected)
    assert sum("outre-mer" in r.message for r in found.report.remarks) == 1


def with_codes(sample: Sample, codes: dict[str, str]) -> bytes:
    """Return the file with other codes for some rows."""
    return setting(sample, sample.code, lambda c: codes.get(c, c))


@pytest.mark.parametrize("key", CASES)
def test_communes_merged_since_are_summed_and_what_does_not_add_up_is_unknown(key: str) -> None:
    case = CASES[key]
    rank = case.sample.rank(case.sample.code)

    def add(rows: mutations.Rows) -> None:
        town = next(r for r in rows if r[rank] == "02002")
        rows.append(["02003" if i == rank else c for i, c in enumerate(town)])

    found = case.read(edited(case.sample, add))
    before, after = case.expected.loc["02002"], found.communes.loc["02002"]
    for name in case.expected:
        if name.endswith("__etat"):
            assert after[name] == "fusion"
        elif name in {"revenu_median", "taux_pauvrete"} or key == "ifn":
            assert math.isnan(after[name])
        else:
            assert after[name] == 2 * before[name]
    pd.testing.assert_frame_equal(found.communes.drop("02002"), case.expected.drop("02002"))
    assert any("02003" in r.message and r.line == 11 for r in found.report.remarks)


@pytest.mark.parametrize("key", CASES)
def test_arrondissements_are_not_counted_twice(key: str) -> None:
    case = CASES[key]
    rank = case.sample.rank(case.sample.code)

    def add(rows: mutations.Rows) -> None:
        town = next(r for r in rows if r[rank] == "02002")
        rows.append(["02201" if i == rank else c for i, c in enumerate(town)])

    found = case.read(edited(case.sample, add))
    pd.testing.assert_frame_equal(found.communes, case.expected)
    assert any("arrondissement" in r.message for r in found.report.remarks)


def test_a_former_code_alone_gives_its_figures_and_is_to_be_looked_at() -> None:
    case = CASES["ages"]
    found = case.read(with_codes(case.sample, {"02002": "02004"}))
    pd.testing.assert_frame_equal(found.communes, case.expected)
    assert any(r.outcome == "signalée" and "02002" in r.message for r in found.report.remarks)


@pytest.mark.parametrize("key", ["filosofi", "diplomes", "ages", "reseau"])
def test_counts_that_the_population_makes_impossible_are_refused(key: str) -> None:
    case = CASES[key]
    name = {"filosofi": "NBPERSMENFISC21", "diplomes": "P22_NSCOL15P", "ages": "P22_POP", "reseau": "nbr"}[key]
    found = case.read(setting(case.sample, name, lambda c: c.split(",")[0] + "000", 1))
    pd.testing.assert_frame_equal(found.communes, case.expected.drop("01001"))
    assert refused(found) == [(2, name)]
    with pytest.raises(SourceError, match="habitants de la commune"):
        case.read(setting(case.sample, name, lambda c: c.split(",")[0] + "000"))


@pytest.mark.parametrize("key", CASES)
def test_contradictory_lines_are_named(key: str) -> None:
    case = CASES[key]
    other = next(m for m in mutations.mutations(case.sample) if m.name == "lignes contradictoires")
    with pytest.raises(SourceError, match=f"lignes 2 et 11, colonne «\u00a0{case.sample.code}"):
        case.read(other.content)


@pytest.mark.parametrize("key", CASES)
def test_a_commune_that_still_counts_another_is_said(key: str) -> None:
    case = CASES[key]
    found = case.read(edited(case.sample, lambda rows: rows.pop(4)))  # 01004, counted with 01003
    assert any("01003" in r.message and "01004" in r.message for r in found.report.remarks)
    whole = case.read(case.sample.content)
    assert not any("rétablies" in r.message for r in whole.report.remarks)


def test_a_part_of_the_country_is_read_and_said() -> None:
    case = CASES["ages"]
    found = case.read(edited(case.sample, lambda rows: rows.__delitem__(slice(4, None))))
    assert list(found.communes.index) == ["01001", "01002", "01003"]
    assert any("3\u00a0communes sur 9" in r.message for r in found.report.remarks)


# -- filosofi ---------------------------------------------------------------------------


def epci_rows(sample: Sample) -> mutations.Rows:
    rows = [list(r) for r in sample.rows]
    rank = sample.rank(sample.code)
    sirens = [mini_france.ESSAI, mini_france.SEUL, mini_france.SANS_AGE]
    return [rows[0], *([*r[:rank], s, *r[rank + 1 :]] for r, s in zip(rows[1:], sirens, strict=False))]


def test_filosofi_by_epci_fills_the_epcis() -> None:
    case = CASES["filosofi"]
    found = case.read(write(epci_rows(case.sample)), "cc_filosofi_2021_EPCI.csv")
    assert found.communes is None
    assert found.epcis.index.name == "siren"
    assert list(found.epcis.columns) == [
        "revenu_median", "revenu_median__etat", "taux_pauvrete", "taux_pauvrete__etat",
    ]  # fmt: skip
    assert found.epcis.loc[mini_france.SEUL].tolist()[:2] == [18_370.0, ""]


def test_filosofi_archive_gives_communes_and_epcis() -> None:
    case = CASES["filosofi"]
    archive = zipped(
        {
            "cc_filosofi_2021_ARR.csv": case.sample.content.replace(b"01001", b"01"),
            "cc_filosofi_2021_COM.csv": case.sample.content,
            "cc_filosofi_2021_EPCI.csv": write(epci_rows(case.sample)),
            "meta_filosofi.csv": b"x;y\n",
        }
    )
    found = case.read(archive, "base-cc-filosofi-2021_csv.zip")
    pd.testing.assert_frame_equal(found.communes, case.expected)
    assert len(found.epcis) == 3


def test_an_epci_that_is_gone_is_refused() -> None:
    case = CASES["filosofi"]
    rows = [*epci_rows(case.sample), *([s, *case.sample.rows[1][1:]] for s in ("200000009",))]
    with pytest.raises(SourceError, match="n’existe plus"):  # one in four
        case.read(write(rows))


def long_rows(sample: Sample) -> mutations.Rows:
    rows = [
        ["GEO", "GEO_OBJECT", "FILOSOFI_MEASURE", "UNIT_MULT", "CONF_STATUS", "OBS_STATUS", "TIME_PERIOD", "OBS_VALUE"]
    ]
    for code, _, households, people, income, rate in sample.rows[1:]:
        for key, value in (
            ("MED_SL", income),
            ("PR_MD60", rate),
            ("NUM_PER", people),
            ("NUM_HH", households),
            ("D1_SL", "x"),
        ):
            secret = value == "s"
            shown = "" if secret else value.replace(",", ".")
            rows.append([code, "COM", key, "0", "C" if secret else "F", "A", "2021", shown])
    rows.append(["01", "DEP", "MED_SL", "0", "F", "A", "2021", "22000"])
    return rows


def test_filosofi_one_line_for_each_figure() -> None:
    case = CASES["filosofi"]
    found = case.read(write(long_rows(case.sample)), "DS_FILOSOFI_CC_data.csv")
    pd.testing.assert_frame_equal(found.communes, case.expected)
    assert found.vintage == "2021"


def test_filosofi_one_line_for_each_figure_names_the_line() -> None:
    case = CASES["filosofi"]
    rows = long_rows(case.sample)
    rows[8][-1] = "-12"  # NUM_PER of the second commune
    found = case.read(write(rows), "DS_FILOSOFI_CC_data.csv")
    assert refused(found) == [(9, "OBS_VALUE")]
    assert math.isnan(found.communes.loc["01002", "personnes_fiscales"])
    assert found.communes.loc["01002", "revenu_median"] == case.expected.loc["01002", "revenu_median"]


def test_filosofi_keeps_the_year_of_the_file() -> None:
    case = CASES["filosofi"]
    found = case.read(case.sample.content.replace(b"21;", b"19;").replace(b"TP6021", b"TP6019"))
    assert found.vintage == "2019"
    pd.testing.assert_frame_equal(found.communes, case.expected)


def test_a_renamed_column_is_proposed() -> None:
    case = CASES["filosofi"]
    with pytest.raises(SourceError) as caught:
        case.read(case.sample.content.replace(b"MED21", b"MEDIANE21"))
    assert "MED21" in caught.value.message
    assert "MEDIANE21" in caught.value.message


def test_a_renamed_code_column_is_named() -> None:
    case = CASES["filosofi"]
    with pytest.raises(SourceError, match="il y manque une colonne comme «\u00a0CODGEO") as caught:
        case.read(case.sample.content.replace(b"CODGEO", b"CODE GEO"))
    assert "CODE GEO" in caught.value.message


# -- census -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["diplomes", "ages"])
def test_iris_are_summed_to_communes(key: str) -> None:
    case = CASES[key]
    rows = [["IRIS", "COM", *case.sample.rows[0][1:]]]
    for code, *cells in case.sample.rows[1:]:
        rows += [[f"{code}{n:04}", code, *cells] for n in (101, 102)]
    found = case.read(write(rows), "base-ic-2022.CSV")
    pd.testing.assert_frame_equal(found.communes, case.expected * 2, check_exact=False)


def test_an_iris_that_is_there_twice_is_refused_or_counted_once() -> None:
    case = CASES["ages"]
    rows = [["IRIS", "COM", *case.sample.rows[0][1:]]]
    rows += [[f"{code}0000", code, *cells] for code, *cells in case.sample.rows[1:]]
    pd.testing.assert_frame_equal(case.read(write([*rows, rows[1]])).communes, case.expected)
    with pytest.raises(SourceError, match="lignes 2 et 11"):
        case.read(write([*rows, [*rows[1][:3], "1100", *rows[1][4:]]]))


def test_arrondissements_alone_make_the_city() -> None:
    case = CASES["ages"]
    found = case.read(with_codes(case.sample, {"02002": "02201"}))
    pd.testing.assert_frame_equal(found.communes, case.expected)


def test_the_oldest_may_be_in_two_columns() -> None:
    case = CASES["ages"]
    rows = [list(r) for r in case.sample.rows]
    rows[0][4:] = ["P22_POP7589", "P22_POP90P"]
    for row in rows[1:]:
        row[4:] = [row[4], "2,5"]
    found = case.read(write(rows))
    assert found.communes.loc["01001", "plus_de_75_ans"] == pytest.approx(112.5)
    assert list(found.communes.columns) == list(case.expected.columns)


def test_the_most_recent_year_is_kept() -> None:
    found = CASES["diplomes"].read(CASES["diplomes"].sample.content.replace(b"P11_", b"P25_"))
    assert found.vintage == "2025"
    assert found.communes.loc["01001"].tolist() == [350, 3]


def test_the_archive_of_the_census_is_not_that_of_the_overseas() -> None:
    case = CASES["ages"]
    archive = zipped(
        {
            "base-cc-evol-struct-pop-2022-COM.CSV": case.sample.content.replace(b"01001", b"97501"),
            "base-cc-evol-struct-pop-2022.CSV": case.sample.content,
            "meta_base-cc-evol-struct-pop-2022.CSV": b"COD_VAR;LIB_VAR\n",
        }
    )
    pd.testing.assert_frame_equal(case.read(archive, "pop.zip").communes, case.expected)


# -- network ----------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["commune_debit.csv", "commune_debit_terrestre.csv", "Commune_Debit (1).csv"])
def test_the_file_that_counts_satellites_is_refused_by_its_name(file: str) -> None:
    with pytest.raises(SourceError) as caught:
        CASES["reseau"].read(CASES["reseau"].sample.content, file)
    assert "satellite" in caught.value.message
    assert "commune_debit_filaire.csv" in caught.value.remedy


def test_the_file_that_counts_satellites_is_refused_by_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "WIDE_AREA", 9)
    case = CASES["reseau"]
    rank = case.sample.rank("elig_thd30")

    def everywhere(rows: mutations.Rows) -> None:
        for row in rows[1:]:
            row[rank] = row[case.sample.rank("nbr")]

    with pytest.raises(SourceError, match="seul le satellite"):
        case.read(edited(case.sample, everywhere), "reseau.csv")
    assert case.read(case.sample.content, "reseau.csv").vintage == "31 mars 2026"


def test_fibre_everywhere_in_a_small_file_is_not_a_satellite() -> None:
    case = CASES["reseau"]
    rank = case.sample.rank("nbr")
    content = edited(
        case.sample, lambda rows: [r.__setitem__(case.sample.rank("elig_thd30"), r[rank]) for r in rows[1:]]
    )
    assert case.read(content).communes["locaux_sans_30_mbits"].eq(0).all()


def test_several_kinds_of_premises() -> None:
    case = CASES["reseau"]
    rank = case.sample.rank("type")

    def add(rows: mutations.Rows) -> None:
        rows.extend([[*r[:rank], "pro", *r[rank + 1 :]] for r in rows[1:4]])

    pd.testing.assert_frame_equal(case.read(edited(case.sample, add)).communes, case.expected)
    with pytest.raises(SourceError, match="distingue"):
        case.read(edited(case.sample, add).replace(b";all;", b";particuliers;"))


def test_the_columns_of_the_network_without_gigabit() -> None:
    case = CASES["reseau"]
    found = case.read(case.sample.content.replace(b"elig_thd1g", b"elig_autre"))
    pd.testing.assert_frame_equal(found.communes, case.expected[["locaux", "locaux_sans_30_mbits"]])


# -- ifn --------------------------------------------------------------------------------


def test_ifn_by_epci_fills_the_epcis() -> None:
    case = CASES["ifn"]
    content = write(epci_rows(case.sample), ",").replace(b",city,", b",epci,")
    found = case.read(content)
    assert found.communes is None
    assert found.epcis.loc[mini_france.ESSAI, "ifn_total"] == case.expected.loc["01001", "ifn_total"]


def test_ifn_total_that_is_not_the_mean_is_said() -> None:
    case = CASES["ifn"]
    found = case.read(setting(case.sample, "total", "9.9", 1))
    assert [(r.line, r.column) for r in found.report.remarks if "moyenne" in r.message] == [(2, "total")]
    assert not any("moyenne" in r.message for r in case.read(setting(case.sample, "total", "4.55", 1)).report.remarks)


def test_ifn_zero_is_no_score() -> None:
    case = CASES["ifn"]

    def nobody(rows: mutations.Rows) -> None:
        rows[1][3:] = ["0.0"] * 6

    found = case.read(edited(case.sample, nobody))
    assert found.communes.loc["01001"].isna().all()
    assert any(r.line == 2 and "sans habitants" in r.message for r in found.report.remarks)


@pytest.mark.parametrize(
    "content",
    [
        b"code,nom,library_distance,menseul_rate,total\n01001,Alpha,1,2,3\n",
        b"code;nom;SCORE GLOBAL;COMPETENCES ADMINISTRATIVES;total\n01001;Alpha;120;99;3\n",
    ],
)
def test_ifn_of_the_first_version_is_refused_by_its_columns(content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        CASES["ifn"].read(content)
    assert "version 1" in caught.value.message
    assert "2019 à 2022" in caught.value.remedy


def test_ifn_of_the_first_version_is_refused_by_its_scale() -> None:
    case = CASES["ifn"]
    with pytest.raises(SourceError, match="échelle de 1 à 10") as caught:
        case.read(setting(case.sample, "total", lambda c: f"-{c}"))
    assert "ligne 2" in caught.value.message
    assert "2019 à 2022" in caught.value.remedy


# -- the catalogue ----------------------------------------------------------------------


@pytest.mark.parametrize("key", CASES)
def test_a_file_is_recognised_whatever_its_packing(key: str) -> None:
    sample = CASES[key].sample
    rows = [list(r) for r in sample.rows]
    for content in (sample.content, zipped({"meta_x.csv": b"a;b", "x.csv": sample.content}), mutations.workbook(rows),
                    sample.content.decode().encode("utf-16")):  # fmt: skip
        assert catalogue.recognise(content, "x").key == key


def test_filosofi_one_line_for_each_figure_is_recognised() -> None:
    assert catalogue.recognise(write(long_rows(CASES["filosofi"].sample)), "x").key == "filosofi"


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("qpv", b'{"type":"FeatureCollection","features":[{"properties":{"code_qp":"QN06601M"}}]}'),
        ("geo", b' {"type":"FeatureCollection","features":[{"properties":{"nom":"Alpha","codeEpci":"200000001"}}]}'),
        ("geo", b'[{"nom":"Alpha","code":"01001","codeEpci":"200000001"}]'),
        ("france_services", b"id_fs,lib_fs,insee_com\n1,Alpha,01001\n"),
        ("mediation", b"id,pivot,nom,commune,services\n1,2,3,4,5\n"),
    ],
)
def test_outlines_and_places_are_recognised(key: str, content: bytes) -> None:
    assert catalogue.recognise(content, "x").key == key
    assert (
        catalogue.recognise(zipped({"x.geojson" if content.strip()[:1] in b"{[" else "x.csv": content}), "x").key == key
    )


@pytest.mark.parametrize(
    "content", [b"a;b\n1;2\n", b"", b"%PDF-1.7", b"{}", b'{"pivot": "services"}', b"<html>", b"PK\x03\x04abc"]
)
def test_a_file_of_no_source_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        catalogue.recognise(content, "inconnu.csv")
    assert "inconnu.csv" in caught.value.message
    assert mutations.is_french(caught.value.message)


def test_an_unknown_key_gives_the_known_ones() -> None:
    with pytest.raises(CartableError) as caught:
        catalogue.get("filosophi")
    assert "Vouliez-vous dire" in caught.value.remedy
    assert all(key in caught.value.remedy for key in CASES)
    assert catalogue.get("ifn") is ifn.SOURCE


def test_every_source_says_what_the_licences_ask() -> None:
    for key, source in catalogue.SOURCES.items():
        assert source.key == key
        assert source.title
        assert source.producer
        assert source.licence
        assert source.page.startswith("https://")
        assert source.url.startswith("https://") or not source.verified


# -- nothing else than a SourceError ----------------------------------------------------


def harmless(case: Case, content: bytes) -> None:
    refusal = None
    try:
        found = case.read(content, "x.csv")
    except SourceError as error:
        refusal = error
    if refusal:
        assert "x.csv" in refusal.message
        assert refusal.remedy
    else:
        assert found.communes is not None or found.epcis is not None
        assert found.report.lines > 0


fuzzing = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("key", CASES)
@fuzzing
@given(st.binary(max_size=400))
def test_random_bytes_raise_nothing_else(key: str, content: bytes) -> None:
    harmless(CASES[key], content)


@pytest.mark.parametrize("key", CASES)
@fuzzing
@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=0, max_size=3)), max_size=6))
def test_damaged_files_raise_nothing_else(key: str, blows: list[tuple[int, bytes]]) -> None:
    content = CASES[key].sample.content
    for place, piece in blows:
        at = place % len(content)
        content = content[:at] + piece + content[at + 1 :]
    harmless(CASES[key], content)


@fuzzing
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=2))
def test_damaged_archives_and_workbooks_raise_nothing_else(place: int, piece: bytes) -> None:
    case = CASES["ages"]
    for content in (zipped({"x.csv": case.sample.content}), mutations.workbook([list(r) for r in case.sample.rows])):
        at = place % len(content)
        harmless(case, content[:at] + piece + content[at + len(piece) :])


@given(st.lists(st.integers(0, 10**6), min_size=9, max_size=9), st.booleans())
@fuzzing
def test_any_counts_come_back_as_they_were_written(counts: list[int], spaced: bool) -> None:
    rows = [("CODGEO", "P22_POP", "P22_POP6074", "P22_POP75P")]
    whole = {c: max(n, 1) + PEOPLE[c] for c, n in zip(CODES, counts, strict=True)}
    rows += [(c, f"{n:,}".replace(",", " ") if spaced else str(n), "1", "0") for c, n in whole.items()]
    case = replace(CASES["ages"], sample=Sample("x.csv", tuple(rows)))
    possible = {c: n for c, n in whole.items() if PEOPLE[c] < 200 or n <= 10 * PEOPLE[c]}
    if len(possible) < 8:
        with pytest.raises(SourceError):
            case.read(case.sample.content)
    else:
        assert case.read(case.sample.content).communes["population_structure"].to_dict() == possible
