"""Une fiche telle qu'on la tape : dans un formulaire, dans un classeur ; la faute est dite à son champ."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from cartable import cli, example, fields, forms, record, registers
from cartable.documents import register_book
from cartable.errors import DataError
from cartable.registers import REGISTERS, Taken
from cartable.widgets.form import NEW, Form

TODAY = dt.date(2026, 11, 26)
BOTH = pytest.mark.parametrize("name", example.NAMES)


@pytest.mark.parametrize("register", list(REGISTERS))
def test_chaque_champ_a_une_facon_d_etre_tape(register):
    for field in forms.names(register):
        kind = forms.kind(register, field)
        assert kind in {"texte", "long", "entier", "nombre", "date", "booleen", "choix", "liste", "notes"}
        assert (kind != "notes") or fields.WORDS[register, field]
        if kind == "choix":
            assert all(forms.choices(register, field).values())


def test_les_facons_francaises_d_ecrire_sont_comprises():
    typed = {"cle": "A1", "nom": "Ouvrir un lieu", "budget": "12 500 €", "debut": "1/2/2027", "apres": "A2, A3",
             "partenaires": "Mairie ; Centre social", "statut": "En cours", "priorite": "Haute"}  # fmt: skip
    entry, mistakes = forms.check("actions", typed)
    assert not mistakes
    assert (entry.budget, entry.debut, entry.apres) == (12500, dt.date(2027, 2, 1), ("A2", "A3"))
    assert (entry.partenaires, entry.statut, entry.priorite) == (("Mairie", "Centre social"), "en-cours", "haute")
    entry, mistakes = forms.check(
        "temps", {"cle": "W1", "etape": "Lancer", "quoi": "Réunir", "famille": "Associations", "jours": "2,5"}
    )
    assert not mistakes
    assert (entry.etape, entry.famille, entry.jours) == ("E1", "associations", 2.5)


def test_chaque_faute_est_dite_a_son_champ_et_les_autres_champs_restent():
    typed = {"cle": "A1", "nom": "x" * 400, "pilote": "la mairie et le CCAS", "budget": "-3", "debut": "2027-02-01",
             "fin": "2027-01-01", "statut": "bientôt"}  # fmt: skip
    entry, mistakes = forms.check("actions", typed)
    assert entry is None
    assert set(mistakes) == {"nom", "pilote", "budget", "fin", "statut"}
    assert "110" in mistakes["nom"]
    assert "plusieurs pilotes" in mistakes["pilote"]


@pytest.mark.parametrize("value", ["=CMD()", "<script>", "\x00", "9" * 5000, "31/31/2026", "é" * 200])
def test_rien_de_ce_qu_on_tape_ne_fait_tomber_le_formulaire(value):
    for register in REGISTERS:
        typed = dict.fromkeys(forms.names(register), value)
        entry, mistakes = forms.check(register, typed)
        assert entry is None
        assert mistakes


def test_un_repere_libre_suit_ceux_qui_existent():
    assert forms.fresh_key("actions", {}) == "A1"
    assert forms.fresh_key("actions", {"B1": 0, "B3": 0}) == "B2"
    assert len(set(forms.KEY_LETTERS.values())) == len(REGISTERS) == len(forms.KEY_LETTERS)


@BOTH
def test_le_classeur_rend_ce_qui_y_a_ete_ecrit(name):
    taken = registers.kept(example.open_example(name).state)
    read = register_book.read(register_book.write(taken, TODAY, "exemple inventé"), "f.xlsx")
    assert not read.problems
    assert {key: listed for key, listed in read.entries.items() if listed} == dict(taken.entries)


def test_le_classeur_vide_a_une_feuille_par_registre_et_se_relit():
    content = register_book.write(Taken({}), TODAY)
    assert len(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) == len(REGISTERS) + 1
    assert not any(register_book.read(content, "f.xlsx").entries.values())


def filled(rows):
    made = openpyxl.load_workbook(io.BytesIO(register_book.write(Taken({}), TODAY)))
    for row in rows:
        made["Actions"].append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_une_faute_du_classeur_est_dite_a_sa_case_et_n_arrete_pas_les_autres():
    read = register_book.read(filled([["A1", "Ouvrir un lieu"], ["A2", "y" * 400], ["A1", "Une autre"]]), "f.xlsx")
    assert [one.cle for one in read.entries["actions"]] == ["A1"]
    said = [str(one) for one in read.problems]
    assert "feuille « Actions », ligne 3" in said[0]
    assert "champ « Nom »" in said[0]
    assert "ligne 4" in said[1]


def test_un_classeur_sans_registre_est_refuse():
    made = openpyxl.Workbook()
    made.active.title = "Budget"
    made.active.append(["a", "b"])
    buffer = io.BytesIO()
    made.save(buffer)
    with pytest.raises(DataError, match="aucune feuille"):
        register_book.read(buffer.getvalue(), "f.xlsx")


def test_les_commandes_du_classeur(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["carnet", "exemple", "val-de-brume", "d.carnet"]) == 0
    assert cli.main(["carnet", "classeur", "d.carnet"]) == 0
    assert cli.main(["carnet", "nouveau", "e.carnet", "--titre", "Essai"]) == 0
    assert cli.main(["carnet", "fiches", "e.carnet", "fiches.xlsx"]) == 0
    capsys.readouterr()
    assert cli.main(["carnet", "fiches", "e.carnet", "fiches.xlsx"]) == 0
    assert "0\u00a0fiche ajoutée et 0\u00a0fiche changée" in capsys.readouterr().out
    assert cli.main(["carnet", "fiches", "e.carnet", "rien.xlsx"]) == 1
    state = record.open("e.carnet").state
    assert registers.kept(state).roadmap() == registers.kept(example.open_example().state).roadmap()


# --- Le formulaire --------------------------------------------------------------------------------------------------


def test_le_formulaire_ecrit_une_fiche_puis_la_corrige():
    book = record.memory()
    form = Form(book, "actions")
    assert form.choice.options == ((NEW, ""),)
    assert form.inputs["cle"].value == "A1"
    form.inputs["nom"].value = "Ouvrir un lieu"
    form.inputs["debut"].value = dt.date(2027, 1, 4)
    assert "1\u00a0fiche ajoutée" in form.save()
    assert (form.choice.value, form.choice.label) == ("A1", "A1. Ouvrir un lieu")
    assert (form.inputs["statut"].value, form.inputs["priorite"].value) == ("a-lancer", "moyenne")
    form.inputs["pilote"].value = "Centre social"
    assert "1\u00a0fiche changée" in form.save()
    kept = registers.kept(book.state).roadmap().actions
    assert [(one.nom, one.debut, one.pilote) for one in kept] == [
        ("Ouvrir un lieu", dt.date(2027, 1, 4), "Centre social")
    ]
    form.choice.value = ""
    assert form.inputs["cle"].value == "A2"
    assert form.inputs["nom"].value == ""


def test_une_faute_est_dite_sous_son_champ_et_rien_n_est_perdu():
    book = record.memory()
    form = Form(book, "financements")
    form.inputs["action"].value = "A1"
    form.inputs["financeur"].value = "<b>L’État</b>"
    form.inputs["montant"].value = "beaucoup"
    form.inputs["dispositif"].value = "inconnu-ici"
    assert "à corriger" in form.save()
    assert "un nombre" in form.mistakes["montant"].value
    assert form.inputs["financeur"].value == "<b>L’État</b>"
    assert not book.state.all("fiche")
    form.inputs["montant"].value = "1 200"
    assert "à corriger" in form.save()
    assert "panorama" in form.mistakes["dispositif"].value
    assert not form.mistakes["montant"].value
    form.inputs["dispositif"].value = ""
    assert "ajoutée" in form.save()


@pytest.mark.parametrize("register", list(REGISTERS))
def test_le_formulaire_montre_chaque_fiche_de_l_exemple_et_l_enregistre_sans_la_changer(register):
    book = example.open_example()
    before = registers.kept(book.state).entries.get(register, ())
    form = Form(book, register)
    assert len(form.choice.options) == len(before) + 1
    for one in before[:2]:
        form.choice.value = one.cle
        assert "0\u00a0fiche changée" in form.save()
    assert registers.kept(book.state).entries.get(register, ()) == before
