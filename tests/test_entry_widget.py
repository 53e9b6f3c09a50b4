"""La saisie dans un notebook : on tape, on voit où cela va, on enregistre ; rien de tapé n’est perdu."""

from __future__ import annotations

import datetime as dt

import pytest
from openpyxl import Workbook
from test_photos import picture

from cartable import record
from cartable.errors import CartableError
from cartable.widgets.entry import Entry

TODAY = dt.date(2026, 6, 4)


@pytest.fixture
def book():
    kept = record.memory()
    session = kept.write("seance", titre="Comprendre", date="2026-06-04").objet
    for number in (1, 2):
        table = kept.write("table", seance=session, nom=f"Table {number}").objet
        kept.write("tableau", canevas="afom", seance=session, table=table, titre="Forces")
    return kept


@pytest.fixture
def shown(book):
    return Entry(book, clock=iter(range(0, 100_000, 60)).__next__, today=TODAY)


def texts(book):
    return [note["texte"] for note in book.state.all("note")]


def test_taper_montre_ou_cela_va_puis_enregistre(shown, book):
    shown.text.value = "A1 La mairie ouvre le samedi\nF <b>plus de bus</b> #2"
    assert "Atouts" in shown.shown.value
    assert "&lt;b&gt;plus de bus" in shown.shown.value
    assert "<b>plus" not in shown.shown.value
    assert "2\u00a0papiers" in shown.counter.value
    assert "2\u00a0papiers enregistrés" in shown.save()
    assert texts(book) == ["La mairie ouvre le samedi", "<b>plus de bus</b>"]
    assert not shown.text.value


def test_ce_qui_n_est_pas_compris_est_garde_et_reste_a_corriger(shown, book):
    shown.text.value = "A un\nZ3 perdu"
    assert "À ranger" in shown.shown.value
    assert "Restent à ranger" in shown.save()
    assert shown.text.value == "Z3 perdu"
    shown.text.value = "F3 perdu"
    shown.save()
    assert [(note["zone"], note["texte"]) for note in book.state.all("note")] == [
        ("atouts", "un"),
        ("faiblesses", "perdu"),
    ]


def test_la_zone_continue_d_un_enregistrement_a_l_autre(shown, book):
    shown.text.value = "M un"
    shown.save()
    shown.text.value = "deux"
    shown.save()
    assert {note["zone"] for note in book.state.all("note")} == {"menaces"}


def test_chaque_table_a_son_tableau(shown, book):
    shown.session_table.value = book.state.all("table")[1].id
    assert len(shown.board.options) == 1
    shown.text.value = "A chez nous"
    shown.save()
    [row] = book.notes().to_dict("records")
    assert row["table"] == "Table 2"


def test_un_classeur_s_importe_sans_doubler(shown, book):
    sheet = Workbook()
    sheet.active.append(["zone", "texte"])
    sheet.active.append(["A", "=cmd|calc"])
    from io import BytesIO  # noqa: PLC0415

    out = BytesIO()
    sheet.save(out)
    assert "1\u00a0papier enregistré" in shown.take(out.getvalue(), "p.xlsx")
    assert "Aucun papier nouveau" in shown.take(out.getvalue(), "p.xlsx")
    assert texts(book) == ["=cmd|calc"]


def test_un_disque_plein_laisse_le_texte_a_l_ecran(shown, book, monkeypatch):
    def full(*_, **__):
        raise CartableError("Le disque est plein.", "Libérez de la place.")

    monkeypatch.setattr(book, "write", full)
    shown.text.value = "A un\nA deux"
    shown._save()
    assert shown.text.value == "A un\nA deux"
    assert "Le disque est plein" in shown.message.widget.value


def test_une_photo_sans_accord_n_est_pas_gardee(shown, book):
    chosen = {"name": "mur.jpg", "type": "image/jpeg", "size": 3, "content": picture(), "last_modified": TODAY}
    shown.photo.value = ({**chosen, "last_modified": dt.datetime(2026, 6, 4, tzinfo=dt.UTC)},)
    shown.people.value = True
    shown._photograph()
    assert "n’a donné son accord" in shown.said_photo.widget.value
    shown.consent.value = True
    shown._photograph()
    assert "Photo gardée" in shown.said_photo.widget.value
    assert len(book.attachments()) == 1
    assert not shown.photo.value


def test_un_carnet_sans_tableau_dit_quoi_faire():
    shown = Entry(record.memory(), today=TODAY)
    assert "aucun tableau" in shown.guide.value
    shown.text.value = "A un"
    assert shown.save().startswith("Rien à enregistrer")


def test_sans_noyau_il_reste_un_mode_d_emploi(shown):
    bundle = shown._repr_mimebundle_()
    assert "cartable carnet saisir" in bundle["text/html"]
