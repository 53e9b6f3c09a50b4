"""What leaves the machine opens in its real reader, says the right thing, and runs nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import docx
import mini_ateliers as mini
import openpyxl
import pypdf
import pytest
import vobject
from docx.oxml.ns import qn

from cartable import agenda, dossier, paper, session, workshop
from cartable.documents import calendar, pdf, spreadsheet, word
from cartable.errors import CartableError
from cartable.sheets import Badges, Blanks, Document, Heading, Items, Length, Paragraph, Picture, Sheet, Table, Time

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.agenda import Agenda
    from cartable.workshop import Library

EDITION = dt.date(2026, 11, 22)
STAMP = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
DATE = dt.date(2026, 12, 3)
HOSTILE = '#panic("non") *gras* _x_ $x^2$ <script>alert(1)</script> `code` @ref \\ // &amp;'
FORMULA = '=HYPERLINK("http://exemple.invalid")'


def library() -> Library:
    steps = [mini.step("Ouvrir"), mini.step("Chercher", configuration="groupe"), mini.step("Conclure")]
    return mini.library(mini.card("essai", deroule=steps))


def plan(known: Library, **changes: Any) -> Agenda:
    items = [
        mini.free("Accueil", 10, "accueil"),
        {"atelier": "essai"},
        mini.free("Pause", 10, "pause"),
        mini.free("Clôture", 10, "cloture"),
    ]
    return agenda.plan(known, mini.seance(items, known, **changes))


def long_plan(known: Library) -> Agenda:
    """Two full days."""
    meal = mini.free("Repas", 60, "repas", heure="12:30")
    line = [mini.free("Accueil", 20, "accueil"), *[{"atelier": "essai"}] * 4, meal, *[{"atelier": "essai"}] * 4]
    days = [{"nom": name, "debut": "9:00", "fin": "17:00", "deroule": line} for name in ("Lundi", "Mardi")]
    return agenda.plan(known, mini.seance(line, known, jours=days))


def of_sheets(*sheets: Sheet) -> Document:
    return Document("Essai de dossier", "Pour voir", EDITION, "1.2", sheets)


def reader(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def read(page: pypdf.PageObject) -> str:
    """What a page says, on one line, with ordinary spaces; pypdf takes hyphens for soft ones."""
    return " ".join(page.extract_text().translate({0xA0: " ", 0x202F: " ", 0xAD: "-"}).split())


def to_pdf(content: bytes, name: str, where: Path) -> pypdf.PdfReader:
    """Open a file in LibreOffice and print it."""
    program = shutil.which(os.environ.get("CARTABLE_LIBREOFFICE") or "soffice")
    assert program, "LibreOffice manque : installez libreoffice-writer-nogui et libreoffice-calc-nogui."
    (where / name).write_bytes(content)
    profile = f"-env:UserInstallation={(where / 'profil').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(where), str(where / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    made = (where / name).with_suffix(".pdf")
    assert made.is_file(), done.stdout + done.stderr
    return reader(made.read_bytes())


# --- PDF -------------------------------------------------------------------------------------------------------------


def test_the_dossier_is_one_tagged_french_pdf_with_a_bookmark_per_sheet() -> None:
    known = library()
    document = dossier.document(known, plan(known), EDITION, "1.2")
    content = pdf.render(document)
    found = reader(content)
    root: Any = found.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/StructTreeRoot"]["/K"]
    metadata = root["/Metadata"].get_data().decode("utf-8")
    assert 'pdfuaid:part="1"' in metadata or "<pdfuaid:part>1<" in metadata
    assert (found.metadata.title, found.metadata.author) == ("Séance d’essai", "Cartable")  # type: ignore[union-attr]
    titles = [entry["/Title"] for entry in found.outline if isinstance(entry, dict)]
    assert titles == [sheet.title for sheet in document.sheets]
    assert len(found.pages) == pdf.pages(content) >= len(document.sheets)


def test_every_page_says_its_edition_its_version_and_its_number() -> None:
    known = library()
    found = reader(pdf.render(dossier.document(known, plan(known), EDITION, "1.2")))
    for number, page in enumerate(found.pages, 1):
        said = read(page)
        assert "Édition du 22 novembre 2026 · version 1.2" in said
        assert f"page {number} / {len(found.pages)}" in said


def test_the_same_dossier_gives_the_same_bytes() -> None:
    known = library()
    document = dossier.document(known, plan(known), EDITION, "1.2", only=["conducteur"])
    assert pdf.render(document) == pdf.render(document)


def test_every_kind_of_block_is_drawn() -> None:
    blocks = (
        Heading("Un titre"), Heading("Un sous-titre", 3), Paragraph("Une phrase."), Paragraph("Grand.", "lead"),
        Paragraph("Dit tout haut.", "parole"), Paragraph("Petit.", "note"), Paragraph("Danger.", "alerte"),
        Items(("pomme", "poire")), Items(("à cocher",), "cases"), Items(("premier",), "numeros"),
        Table("Légende", ("Heure", "Durée"), ((Time(545, "a"), Length(75, "a")),), (1, 2), frozenset({0}), tall=True),
        Blanks(("Nom", "Ville"), 2), Badges((("Rond", "●", "#0b5d6b"), ("Note", "♫", "#1d2a33"))),
    )  # fmt: skip
    said = read(reader(pdf.render(of_sheets(Sheet("essai", "Feuille d’essai", blocks)))).pages[0])
    for expected in (
        "Feuille d’essai", "Un titre", "Un sous-titre", "Une phrase.", "Grand.", "« Dit tout haut. »", "Petit.",
        "Attention : Danger.", "pomme", "à cocher", "1. premier", "Légende", "9 h 05", "1 h 15", "Nom", "Ville",
        "Rond", "Note", "♫", "Prénom",
    ):  # fmt: skip
        assert expected in said, expected


def test_hostile_texts_are_printed_and_never_run() -> None:
    blocks = (
        Paragraph(HOSTILE), Heading(HOSTILE), Items((HOSTILE, FORMULA)), Blanks((HOSTILE,)),
        Table(HOSTILE, (HOSTILE, "b"), ((HOSTILE, FORMULA),)),
    )  # fmt: skip
    document = replace(of_sheets(Sheet("a", HOSTILE, blocks)), title=HOSTILE, version=HOSTILE)
    said = read(reader(pdf.render(document)).pages[0]).replace("- ", "")
    assert said.count('#panic("non") *gras* _x_ $x^2$') >= 6
    assert "<script>alert(1)</script>" in said
    assert FORMULA in said


def test_a_sheet_too_long_for_its_page_is_named() -> None:
    sheet = Sheet("mot", "Mot d’accueil", (Paragraph("Une phrase assez longue pour remplir la page. " * 400),))
    with pytest.raises(CartableError, match=r"«\sMot d’accueil\s» \(mot\) déborde de sa page\s: \d+\slignes de trop"):
        pdf.render(of_sheets(sheet))
    assert pdf.pages(pdf.render(of_sheets(replace(sheet, single=False)))) > 1


def test_a_single_sheet_shrinks_before_it_is_refused() -> None:
    sentence = "Une phrase assez longue pour remplir la page. "
    sizes = []
    for count in (10, 150):
        sheet = Sheet("a", "Feuille", (Paragraph(sentence * count),))
        content = pdf.render(of_sheets(sheet))
        assert pdf.pages(content) == 1
        sizes.append(_sizes(content))
    assert max(sizes[1]) < max(sizes[0])


def _sizes(content: bytes) -> set[float]:
    found: set[float] = set()

    def visit(text: str, current: list[float], matrix: list[float], font: object, size: float) -> None:
        del matrix, font
        if "phrase" in text:
            found.add(round(abs(size * current[0]), 1))

    reader(content).pages[0].extract_text(visitor_text=visit)
    return found


def test_half_a_page_is_printed_twice_and_heard_once() -> None:
    sheet = Sheet("table", "Vous aidez une table", (Paragraph("Votre rôle tient en une phrase."),), half=True)
    content = pdf.render(of_sheets(sheet))
    assert pdf.pages(content) == 1
    assert read(reader(content).pages[0]).count("Votre rôle tient en une phrase.") == 2
    assert len(reader(content).outline) == 1
    long = replace(sheet, blocks=(Paragraph("Une phrase assez longue pour la page. " * 110),))
    content = pdf.render(of_sheets(long))
    assert pdf.pages(content) == 1
    assert read(reader(content).pages[0]).count("Vous aidez une table") == 2  # its title, and the foot of the page


def test_landscape_sheets_lie_down() -> None:
    content = pdf.render(of_sheets(Sheet("a", "Debout", ()), Sheet("b", "Couchée", (), landscape=True)))
    up, down = (page.mediabox for page in reader(content).pages)
    assert up.height > up.width
    assert down.width > down.height


def test_single_sheets_of_the_dossier_hold_on_one_page() -> None:
    known = library()
    for planned in (plan(known), long_plan(known)):
        document = dossier.document(known, planned, EDITION, "1.2")
        single = replace(document, sheets=tuple(sheet for sheet in document.sheets if sheet.single))
        assert pdf.pages(pdf.render(single)) == len(single.sheets)


def test_the_header_of_a_long_table_comes_back_on_each_page() -> None:
    known = library()
    document = dossier.document(known, long_plan(known), EDITION, "1.2", only=["conducteur-1"])
    found = reader(pdf.render(document))
    assert len(found.pages) > 1
    assert all("Organisation" in read(page) for page in found.pages)


@pytest.mark.long
def test_the_dossier_of_every_shipped_session_is_printed() -> None:
    known = workshop.load()
    sessions, _ = session.load(known)
    for shipped in sessions.values():
        document = dossier.document(known, agenda.plan(known, shipped, shipped.effectif.max), EDITION, "1.2")
        assert pdf.pages(pdf.render(document)) >= len(document.sheets)


# --- Word ------------------------------------------------------------------------------------------------------------


def test_word_has_real_styles_repeated_headers_and_french() -> None:
    known = library()
    content = word.render(known, plan(known), "conducteur", EDITION, "1.2")
    found = docx.Document(io.BytesIO(content))
    assert found.core_properties.title == "Séance d’essai"
    assert found.core_properties.language == "fr-FR"
    assert [p.text for p in found.paragraphs if p.style.name == "Heading 1"] == ["Conducteur"]  # type: ignore[union-attr]
    language = found.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert language.get(qn("w:val")) == "fr-FR"
    (table,) = found.tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Conducteur, Matin"
    assert [cell.text for cell in table.rows[0].cells][:3] == ["Heure", "Durée", "Étape"]
    assert "9\u00a0h" in [cell.text for cell in table.columns[0].cells]
    assert "Édition du 22 novembre 2026 · version 1.2" in found.sections[0].footer.paragraphs[0].text
    assert found.sections[0].page_width > found.sections[0].page_height  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("participants", "Pour quoi faire"), ("programme", "Objectifs"), ("materiel", "Quantité"), ("relais", "Anime")],
)
def test_word_kinds(kind: str, said: str) -> None:
    known = library()
    found = docx.Document(io.BytesIO(word.render(known, plan(known), kind, EDITION, "1.2")))
    assert said in [cell.text for table in found.tables for cell in table.rows[0].cells]


def test_an_unknown_word_document_is_refused() -> None:
    known = library()
    with pytest.raises(CartableError, match=r"pas de document Word «\saffiches\s»\. À choisir parmi participants"):
        word.render(known, plan(known), "affiches", EDITION, "1.2")


@pytest.mark.bureautique
def test_each_numbered_list_of_word_starts_at_one(tmp_path: Path) -> None:
    lists = [Items((f"premier {name}", f"second {name}"), "numeros") for name in "abc"]
    parts = [part for each in lists for part in (Heading("Liste"), each)]
    content = word.write(of_sheets(Sheet("a", "Listes", tuple(parts))))
    said = read(to_pdf(content, "listes.docx", tmp_path).pages[0])
    for name in "abc":
        assert f"1. premier {name}" in said
        assert f"2. second {name}" in said


@pytest.mark.bureautique
@pytest.mark.long
@pytest.mark.parametrize("kind", [*word.ALIASES, *dossier.KINDS])
def test_every_word_document_opens_in_its_real_reader(kind: str, tmp_path: Path) -> None:
    known = library()
    planned = long_plan(known)
    found = to_pdf(word.render(known, planned, kind, EDITION, "1.2"), f"{kind}.docx", tmp_path)
    said = " ".join(read(page) for page in found.pages)
    for sheet in dossier.sheets(known, planned, only=[word.ALIASES.get(kind, kind)]):
        assert sheet.title.replace("\u00a0", " ") in said
    assert all("Édition du 22 novembre 2026" in read(page) for page in found.pages)


def test_word_keeps_hostile_texts_as_they_are() -> None:
    content = word.write(of_sheets(Sheet("a", "Essai", (Paragraph(HOSTILE), Table("t", ("a",), ((HOSTILE,),))))))
    found = docx.Document(io.BytesIO(content))
    assert HOSTILE in [paragraph.text for paragraph in found.paragraphs]
    assert found.tables[0].cell(1, 0).text == HOSTILE


# --- Spreadsheets ----------------------------------------------------------------------------------------------------


def test_the_workbook_has_real_times_and_numbers() -> None:
    known = library()
    planned = plan(known)
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.workbook(known, planned, EDITION, "1.2")))
    assert book.sheetnames == ["Conducteur", "Matériel", "Émargement"]
    running, needed, signing = (book[name] for name in book.sheetnames)
    rows = list(running.iter_rows(values_only=True))
    assert rows[0] == ("Jour", "Heure", "Durée (min)", "Étape", "Organisation", "À dire", "Trace")
    assert rows[1][:4] == ("Matin", dt.time(9), 10, "Accueil")
    assert ("Feuille A4", 24) in [(row[1], row[2]) for row in needed.iter_rows(values_only=True)]
    assert signing.max_row == 1 + 12 + spreadsheet.SPARE_ROWS
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.column_dimensions["C"].width > 4
    assert running["B2"].number_format == spreadsheet.TIME_FORMAT


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " ="])
def test_formulas_are_made_inert(start: str) -> None:
    hostile = f"{start}1+1 dans la salle du conseil"
    known = mini.library(mini.card("essai", deroule=[mini.step(trace=hostile), mini.step("Deux"), mini.step("Trois")]))
    planned = plan(known)
    slot = planned.days[0].blocks[1].slots[0]
    forced = replace(planned.days[0].blocks[1], slots=(replace(slot, trace=hostile),))
    planned = replace(planned, days=(replace(planned.days[0], blocks=(forced,)),))
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.workbook(known, planned, EDITION, "1.2")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert "'" + hostile.replace("\r", "\n") in [str(cell.value).replace("\r", "\n") for cell in cells]
    text = spreadsheet.csv(known, planned)["conducteur.csv"].decode("utf-8-sig")
    values = [value for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for value in row]
    assert "'" + hostile in values
    assert not any(value.lstrip().startswith(("=", "+", "-", "@")) for value in values)


def test_invisible_characters_do_not_break_the_workbook() -> None:
    assert spreadsheet.inert("a\x00b\x0bc") == "abc"
    assert spreadsheet.inert("Salle 2-3") == "Salle 2-3"


def test_csv_opens_in_a_french_spreadsheet() -> None:
    known = library()
    files = spreadsheet.csv(known, plan(known))
    assert list(files) == ["conducteur.csv", "materiel.csv", "emargement.csv"]
    assert all(content.startswith(b"\xef\xbb\xbf") for content in files.values())
    lines = files["conducteur.csv"].decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Jour;Heure;Durée (min);Étape;Organisation;À dire;Trace"
    assert lines[1].startswith("Matin;09:00;10;Accueil;")


@pytest.mark.bureautique
def test_the_workbook_opens_in_its_real_reader(tmp_path: Path) -> None:
    known = library()
    found = to_pdf(spreadsheet.workbook(known, plan(known), EDITION, "1.2"), "séance.xlsx", tmp_path)
    said = " ".join(read(page) for page in found.pages)
    for expected in ("9 h 00", "Accueil", "Feuille A4", "Signature", "Édition du 22 novembre 2026"):
        assert expected in said
    assert not re.search(r"#(NAME|NOM|VALUE|VALEUR|REF)", said)


# --- Calendar --------------------------------------------------------------------------------------------------------


def test_the_calendar_is_read_by_another_library() -> None:
    known = library()
    planned = plan(known)
    found = vobject.readOne(calendar.render(planned, STAMP, [DATE], "Salle des fêtes").decode("utf-8"))
    event = found.vevent
    assert event.summary.value == "Séance d’essai"
    assert event.location.value == "Salle des fêtes"
    start, end = event.dtstart.value, event.dtend.value
    assert (start.date(), start.hour, start.minute) == (DATE, 9, 0)
    assert start.utcoffset() == dt.timedelta(hours=1)
    assert end.hour == 12
    assert event.dtstamp.value == STAMP
    assert event.valarm.trigger.value == dt.timedelta(days=-1)
    assert "9\u00a0h Accueil" in event.description.value
    assert found.vtimezone.tzid.value == "Europe/Paris"


def test_summer_time_is_told() -> None:
    known = library()
    found = vobject.readOne(calendar.render(plan(known), STAMP, [dt.date(2027, 6, 3)]).decode("utf-8"))
    assert found.vevent.dtstart.value.utcoffset() == dt.timedelta(hours=2)


def test_an_event_keeps_its_identity_when_its_hours_move() -> None:
    known = library()

    def uid(planned: Agenda, date: dt.date) -> str:
        return str(vobject.readOne(calendar.render(planned, STAMP, [date]).decode("utf-8")).vevent.uid.value)

    assert uid(plan(known), DATE) == uid(plan(known, start="10:00", end="12:30"), DATE)
    assert uid(plan(known), DATE) != uid(plan(known), DATE + dt.timedelta(days=7))


def test_two_days_make_two_events_with_the_dates_of_the_session() -> None:
    known = library()
    planned = long_plan(known)
    dates = [DATE, DATE + dt.timedelta(days=7)]
    days = tuple(replace(day, date=date) for day, date in zip(planned.days, dates, strict=True))
    found = vobject.readOne(calendar.render(replace(planned, days=days), STAMP).decode("utf-8"))
    events = found.contents["vevent"]
    assert [event.dtstart.value.date() for event in events] == dates
    assert [event.summary.value for event in events] == ["Séance d’essai (Lundi)", "Séance d’essai (Mardi)"]
    assert len({event.uid.value for event in events}) == 2


def test_a_calendar_needs_dates() -> None:
    known = library()
    with pytest.raises(CartableError, match=r"«\sMatin\s» n’a pas de date"):
        calendar.render(plan(known), STAMP)
    with pytest.raises(CartableError, match=r"2\sjours, et 1\sdate"):
        calendar.render(long_plan(known), STAMP, [DATE])


def test_a_picture_is_drawn_everywhere_with_its_description() -> None:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="20mm" height="10mm">'
        '<rect width="9" height="9"/></svg>'
    )
    picture = Picture(drawn, "Un rectangle", 0.5)
    document = Document("Essai", "", dt.date(2026, 6, 1), "1", (Sheet("a", "Titre", (picture,)),))
    made = pypdf.PdfReader(io.BytesIO(pdf.render(document)))
    assert not list(made.pages[0].images), "le dessin reste vectoriel"
    shape = docx.Document(io.BytesIO(word.write(document))).inline_shapes[0]
    assert shape._inline.docPr.get("descr") == "Un rectangle"
    assert "<rect" in paper.render(document)
