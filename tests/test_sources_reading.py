"""Official tables as bytes: what is read whatever its form, what is refused and how that is said; codes; numbers."""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile
from typing import TYPE_CHECKING

import mini_france
import mutations
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import workbook, write, zipped
from pydantic_core import PydanticCustomError

from cartable.atlas import atlas
from cartable.sources import checks, codes, figures, reading, unpacking
from cartable.sources.model import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [["code", "nom", "valeur"], ["01001", "Alpha", "1"], ["01002", "Bêta", "2"]]
CONTENT = write(ROWS)


@pytest.fixture(scope="module", autouse=True)
def _country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        mini_france.use(patch, tmp_path_factory.mktemp("donnees"))
        yield


def raw(rows: list[list[str]], **options) -> reading.RawTable:
    return reading.table(write(rows), "essai.csv", **options)


def refusal(content: bytes, **options) -> SourceError:
    with pytest.raises(SourceError) as caught:
        reading.table(content, "essai.csv", **options)
    assert mutations.is_french(caught.value.message), caught.value.message
    assert mutations.is_french(caught.value.remedy)
    assert "essai.csv" in caught.value.message
    return caught.value


# -- what is read -----------------------------------------------------------------------


def test_a_table_is_texts_with_the_line_of_each_row() -> None:
    found = raw(ROWS)
    assert found.columns == ("code", "nom", "valeur")
    assert found.rows.to_numpy().tolist() == ROWS[1:]
    assert found.lines.tolist() == [2, 3]
    assert found.notes == ()


def test_lines_are_those_of_the_file_with_cells_on_several_lines_and_empty_lines() -> None:
    content = b'Un titre\n\ncode;nom\n01001;"deux\nlignes"\n\n01002;b\n'
    found = reading.table(content, "essai.csv", required=["code"])
    assert found.lines.tolist() == [4, 7]
    assert found.rows["nom"].tolist() == ["deux\nlignes", "b"]


@pytest.mark.parametrize("above", [0, 1, 14])
def test_titles_above_the_heading(above: int) -> None:
    found = reading.table("".join(f"titre {i}\n" for i in range(above)).encode() + CONTENT, "x", required=["code"])
    assert found.lines[0] == above + 2


def test_a_heading_below_fifteen_lines_is_not_looked_for() -> None:
    content = "".join(f"titre {i}\n" for i in range(15)).encode() + CONTENT
    error = refusal(content, required=["code"])
    assert "aucune ligne de titres" in error.message


def test_the_separator_is_the_one_that_gives_the_heading() -> None:
    content = b"a,b,c,d,e,f\ncode;nom,de,la;valeur\n01001;x,y;3\n"
    assert reading.table(content, "x", required=["code", "valeur"]).rows["valeur"].tolist() == ["3"]


def test_encodings_mixed_in_one_file_are_all_read() -> None:
    content = "code;nom\n1;Bêta\n".encode() + "2;Façade – œuf\n".encode("cp1252") + b"3;\x81\n"
    assert reading.table(content, "x").rows["nom"].tolist() == ["Bêta", "Façade – œuf", "\x81"]


def test_expected_names_are_folded_and_the_file_s_spelling_is_kept() -> None:
    found = raw([["Code  INSEE", "LibellÉ"], ["1", "2"]], required=["code_insee"], expected=["libelle"])
    assert list(found.rows) == ["code_insee", "libelle"]
    assert found.label("code_insee") == "Code  INSEE"
    assert found.label("autre") == "autre"


def test_a_name_written_exactly_wins_over_one_that_looks_like_it() -> None:
    found = raw([["CODE", "code"], ["1", "2"]], required=["code"])
    assert found.rows["code"].tolist() == ["2"]
    assert found.rows["CODE"].tolist() == ["1"]


def test_two_columns_that_both_look_like_the_expected_one_are_refused() -> None:
    assert "presque le même titre" in refusal(write([["CODE", "Code "], ["1", "2"]]), required=["code"]).message


def test_only_some_columns_and_lines_are_kept() -> None:
    found = raw(ROWS, required=["code"], keep="val.*", only={"nom": {"Alpha"}})
    assert list(found.rows) == ["code", "valeur"]
    assert found.rows["code"].tolist() == ["01001"]
    assert found.columns == ("code", "nom", "valeur")


def test_lines_with_another_number_of_cells_are_left_out_and_said() -> None:
    rows = [*ROWS, *([f"0{n}", "x", "1"] for n in range(8)), ["a", "b"], ["a", "b", "c", "d"], ["a", "b", "c", ""]]
    found = raw(rows)
    assert [(n.line, n.outcome) for n in found.notes] == [(12, "refusée"), (13, "refusée")]
    assert found.refused == 2
    assert found.rows["valeur"].iloc[-1] == "c"


def test_quotes_that_swallow_lines_are_said_line_by_line() -> None:
    lines = [f"{n};x" for n in range(40)]
    lines[10], lines[12] = '10;"x', '12;"x"'
    found = reading.table(("a;b\n" + "\n".join(lines) + "\n").encode(), "x")
    assert "10" not in found.rows["a"].tolist()
    assert found.refused == 3
    assert "ligne 12 à la ligne 14" in found.notes[0].message
    assert len(found.rows) == 37


def test_remarks_stop_at_two_hundred_and_count_the_others() -> None:
    found = reading.remarks(range(2, 502), "c", "refusée", ("Raison." for _ in range(500)))
    assert len(found) == 201
    assert found[-1].line == 0
    assert "300" in found[-1].message
    assert reading.remarks([], "c", "refusée", []) == []


def test_workbooks_give_the_cells_as_they_are_seen() -> None:
    book = openpyxl.Workbook()
    book.active.append(["rien"])
    sheet = book.create_sheet("COM")
    sheet.append(["Titre"])
    sheet.append(["code", "jour", "nombre", "oui", "part"])
    sheet.append([1001, dt.date(2024, 8, 1), 12.0, True, 0.5])
    stream = io.BytesIO()
    book.save(stream)
    found = reading.table(stream.getvalue(), "x.xlsx", required=["code"])
    assert found.rows.to_numpy().tolist() == [["1001", "2024-08-01", "12", "VRAI", "0.5"]]
    assert found.lines.tolist() == [3]


def test_the_preferred_sheet_and_file_are_taken() -> None:
    book = openpyxl.Workbook()
    for name in ("ARM_2022", "COM_2022"):
        sheet = book.create_sheet(name)
        sheet.append(["code", "nom"])
        sheet.append([name, "x"])
    stream = io.BytesIO()
    book.save(stream)
    assert reading.table(stream.getvalue(), "x", required=["code"], prefer="^COM").rows["code"].tolist() == ["COM_2022"]
    archive = zipped({"a_ARR.csv": b"code;nom\n1;a\n", "a_COM.csv": b"code;nom\n2;a\n"})
    assert reading.table(archive, "x", required=["code"], prefer="_COM[.]").rows["code"].tolist() == ["2"]


def test_the_file_of_an_archive_that_has_the_columns_is_taken() -> None:
    archive = zipped({"a.csv": b"x;y\n1;a\n", "dossier/b.csv": CONTENT, "lisezmoi.txt": b"code valeur"})
    found = reading.table(archive, "x.zip", required=["code", "valeur"])
    assert found.file == "x.zip › dossier/b.csv"
    assert unpacking.members(archive, "x.zip") == ["a.csv", "dossier/b.csv"]


# -- what is refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"<!doctype html><html></html>", "page web"),
        (b'{"message": "erreur"}', "JSON"),
        (b'{"message": "coup', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"%PDF-1.4", "PDF"),
        (b"\x89PNG\r\n", "image"),
        (b"\xd0\xcf\x11\xe0", "ancien format"),
        (b"PK\x03\x04 coup", "abîmée"),
        (b"PK", "abîmée"),
        (b"\x1f\x8b coup", "GZIP"),
        (b"code;nom\n1;a\x00b\n", "octets nuls, dès la ligne 2"),
        (b"code\n1\n2\n", "une seule colonne"),
        (b"code;nom\n", "aucune ligne"),
        (b"code;nom;nom\n1;2;3\n", "même titre"),
        (b'code;nom\n"1;2\n3;4\n', "ligne 2 n’est jamais refermé"),
        (b"code;nom\n" + b"1;2;3\n" * 5, "nombre de cellules des titres"),
        (b"code;nom\n1;" + b'"' + b"x" * 200_000 + b"\n", "jamais refermé"),
        (b"\xff\xfea\x00;\x00b\x00\n", "UTF-16"),
    ],
)  # fmt: skip
def test_what_is_not_a_table_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content, expected=["code"]).message


def test_missing_columns_are_named_with_the_nearest_ones() -> None:
    error = refusal(write([["code", "valeurs", "nom"], ["1", "2", "3"]]), required=["code", "valeur", "xyz"])
    assert "« valeur » et « xyz »" in error.message.replace("\u00a0", " ")
    assert "« valeurs »" in error.message.replace("\u00a0", " ")


def test_archives_are_never_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "UNPACKED_LIMIT", 1_000)
    big = b"a;b\n" + b"1;2\n" * 1_000
    assert "dépasse" in refusal(zipped({"x.csv": big})).message
    assert "dépasse" in refusal(mutations.gzip.compress(big)).message
    assert "dépasse" in refusal(workbook([["a", "b"], *(["1", str(n)] for n in range(500))])).message


def test_an_archive_in_an_archive_is_opened_but_not_for_ever() -> None:
    content = CONTENT
    for _ in range(2):
        content = zipped({"x.csv" if content is CONTENT else "x.zip": content})
    assert len(reading.table(content, "essai.csv", required=["code"]).rows) == 2
    for _ in range(3):
        content = zipped({"x.zip": content})
    assert "les unes dans les autres" in refusal(content).message


def test_a_zip_whose_sizes_lie_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("x.csv", CONTENT)
    data = bytearray(stream.getvalue())
    data[data.index(b"PK\x01\x02") + 16] ^= 1  # the checksum
    assert "abîmée" in refusal(bytes(data)).message


# -- codes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("01001", "01001"), ("1001", "01001"), ("1001.0", "01001"), ("01001,00", "01001"), ('="01001"', "01001"),
        ("'01001", "01001"), (" 01001\u00a0", "01001"), ("2a004", "2A004"), ("2B033", "2B033"), ("97411", "97411"),
    ],
)  # fmt: skip
def test_codes_that_can_be_mended(text: str, code: str) -> None:
    found = codes.commune(text)
    assert found.value == code
    assert not found.problem
    assert bool(found.repair) == (text != code)


@pytest.mark.parametrize(
    "text", ["", "  ", "1,001E+03", "1e5", "Alpha", "010010", "101", "2C004", "٠١٠٠١", "²1001", "1001.5"]
)
def test_codes_that_cannot(text: str) -> None:
    found = codes.commune(text)
    assert found.value == ""
    assert mutations.is_french(found.problem)


@pytest.mark.parametrize(
    ("text", "siren"),
    [
        ("200000001", "200000001"),
        ("200 000 001", "200000001"),
        ("200000001.0", "200000001"),
        ("100000001", ""),
        ("2,0E+08", ""),
        ("", ""),
    ],
)
def test_sirens(text: str, siren: str) -> None:
    found = codes.epci(text)
    assert found.value == siren
    assert bool(found.problem) == (not siren)


@given(st.text(max_size=12))
def test_any_text_is_a_code_or_has_a_problem(text: str) -> None:
    for found in (codes.commune(text), codes.epci(text)):
        assert bool(found.value) != bool(found.problem)


@given(
    st.sampled_from([c for c, *_ in mini_france.COMMUNES]),
    st.sampled_from(["{}", " {} ", '="{}"', "{}.0", "'{}"]),
    st.booleans(),
)
def test_a_code_survives_what_spreadsheets_do(code: str, shape: str, shorten: bool) -> None:
    assert codes.commune(shape.format(code.lstrip("0") if shorten else code)).value == code


def test_codes_are_brought_to_today_and_everything_is_said() -> None:
    rows = [["code", "x"], *([c, "1"] for c in ("1001", "02003", "02201", "97501", "99999", "02002", "abc"))]
    found = codes.communes(raw(rows), "code", atlas())
    assert found.codes.tolist() == ["01001", "02002", "02002", "02002"]
    assert found.origins.tolist() == ["01001", "02003", "02201", "02002"]
    assert found.natures.tolist() == ["", "fusion", "arrondissement", ""]
    assert found.refused == 2
    said = {(r.line, r.outcome) for r in found.remarks}
    assert said == {(2, "réparée"), (3, "réparée"), (4, "réparée"), (0, "signalée"), (6, "refusée"), (8, "refusée")}
    assert all(mutations.is_french(r.message) for r in found.remarks)


def test_sirens_are_those_of_today() -> None:
    rows = [["siren", "x"], *([c, "1"] for c in (mini_france.ESSAI, "200000009", "299999999", "x"))]
    found = codes.epcis(raw(rows), "siren", atlas())
    assert found.codes.tolist() == [mini_france.ESSAI]
    assert [r.line for r in found.remarks] == [3, 4, 5]
    assert "n’existe plus" in found.remarks[0].message


# -- numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "inf",
        "-Infinity",
        "1 2",
        "1 23",
        "1,2,3",
        "1.2.3",
        "1 234 5",
        "12%",
        "1,5E+07",
        "1E+05",
        "0x10",
        "1_000",
        "٣",
        "½",
        "9" * 50,
    ],
)
def test_what_is_not_a_number(text: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        checks.number(text)
    assert mutations.is_french(caught.value.message())


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([" ", "\u00a0", "\u202f", ""]), st.sampled_from(",."))
def test_numbers_come_back(whole: int, cents: int, thousands: str, decimal: str) -> None:
    text = f"{whole:,}".replace(",", thousands) + f"{decimal}{cents:02}"
    assert checks.number(text) == pytest.approx(whole + cents / 100)


@given(st.text(max_size=20))
def test_any_text_is_a_number_unknown_or_a_problem(text: str) -> None:
    try:
        value = checks.number(text)
    except PydanticCustomError:
        return
    assert math.isfinite(value) or text.strip().casefold() in checks.ABSENT


def test_a_message_shows_braces_as_they_are() -> None:
    found = checks.lines(
        raw([["n", "m"], ["{x}", "1"], ["1", "2"]]), raw([["n", "m"], ["1", "1"]]).rows.index, _Line, {"n": "n"}
    )
    assert "{x}" in found.remarks[0].message


class _Line(checks.Line):
    n: checks.Number


# -- columns with a year, dates ---------------------------------------------------------


def test_the_latest_year_that_has_every_column() -> None:
    names = ["p17_pop", "P17_POP75P", "P12_POP", "P12_POP75P", "P99_POP", "P221_POP"]
    assert figures.latest(names, "P{}_POP", "P{}_POP75P") == ("17", ["p17_pop", "P17_POP75P"])
    assert figures.latest([*names, "P22_POP"], "P{}_POP", "P{}_POP75P") is None
    assert figures.latest(["x"], "P{}_POP") is None
    assert figures.latest(["P22_POP"], "P{}_POP", "P{}_POP75P") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", dt.date(2026, 3, 31)),
        ("31/03/2026", dt.date(2026, 3, 31)),
        ("20260331", dt.date(2026, 3, 31)),
        ("2026-13-01", None),
        ("", None),
    ],
)
def test_days(text: str, day: dt.date | None) -> None:
    assert figures.day(text) == day
