"""Ce que les gens décident : thèmes retenus et nommés, décisions avec un rôle, une date et leurs papiers."""

from __future__ import annotations

import datetime as dt

import pytest

from cartable import cli, example, record
from cartable.errors import CartableError
from cartable.synthesis import choosing
from cartable.synthesis.holding import holding
from cartable.widgets.choices import Decisions, Themes


@pytest.fixture
def book():
    return example.open_example()


@pytest.fixture
def session(book):
    return book.state.all("seance")[1].id


@pytest.mark.parametrize(("said", "some", "none"), [
    ("bus", "le bus ne passe que le mercredi", "la fibre"), ("BUS, réseau", "pas de réseau mobile", "la honte"),
    ("lieu ouvert soir", "un lieu ouvert un soir par semaine", "tout est fermé"),
    ("fermées", "c’est fermé quand on peut venir", "le bus"),
])  # fmt: skip
def test_les_papiers_qui_disent_un_mot_quelle_que_soit_sa_terminaison(book, said, some, none):
    notes = book.notes()
    found = notes[notes["note"].isin(holding(notes, said))]["texte"]
    assert any(some in text for text in found)
    assert not any(none in text for text in found)
    assert holding(notes, "") == []
    assert holding(notes, " , ") == []


def test_un_theme_propose_se_renomme_et_se_retient(book):
    shown = Themes(book, book.notes)
    shown.titles[0].value = "Personne le soir"
    assert "Personne le soir" in shown.keep(shown.proposals[0], shown.titles[0].value)
    [kept] = [one for one in book.state.all("theme") if one["titre"] == "Personne le soir"]
    assert kept["notes"] == list(shown.proposals[0].notes)
    shown.keep(shown.proposals[1], "personne LE soir")
    assert len([one for one in book.state.all("theme") if one["titre"].lower() == "personne le soir"]) == 1


def test_un_theme_a_soi_et_ce_qui_ne_va_pas(book):
    shown = Themes(book, book.notes)
    assert "papiers" in shown.gather("Le bus", "bus, voiture")
    for title, words, said in (("", "bus", "pas de nom"), ("Le bus", "zébu", "Aucun papier")):
        with pytest.raises(CartableError, match=said):
            shown.gather(title, words)
    shown.title.value, shown.words.value = "", "bus"
    shown._gather()
    assert "pas de nom" in shown.message.widget.value
    assert shown.words.value == "bus"


def test_une_decision_garde_son_role_sa_date_et_ses_papiers(book, session):
    form = Decisions(book, session)
    form.text.value = "  Ouvrir un lieu le soir  "
    form.suite.value, form.role.value, form.date.value = "a-creuser", "associations", dt.date(2026, 11, 15)
    form.papers.value = tuple(identifier for _, identifier in form.papers.options[:2])
    assert "à creuser" in form.decide()
    [made] = book.state.all("decision", seance=session)
    assert (made["texte"], made["par"], made["echeance"]) == ("Ouvrir un lieu le soir", "associations", "2026-11-15")
    assert len(made["notes"]) == 2
    assert not form.text.value
    form.text.value = "ouvrir UN lieu le soir"
    form.decide()
    assert len(book.state.all("decision", seance=session)) == 1


@pytest.mark.parametrize(("text", "said"), [("   ", "ne dit rien"), ("x" * 401, "trop longue")])
def test_une_decision_qui_ne_va_pas_reste_a_l_ecran(book, session, text, said):
    form = Decisions(book, session)
    form.text.value = text
    form._decide()
    assert said in form.message.widget.value
    assert form.text.value == text
    assert not book.state.all("decision", seance=session)


def test_un_role_qui_nomme_quelqu_un_est_refuse(book, session):
    with pytest.raises(CartableError, match="famille de rôles"):
        choosing.decided(book, session, "Ouvrir", ("retenu", "DGS de Matha", ""), [])


def test_en_ligne_de_commande(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with record.create(tmp_path / "a.carnet", titre="Essai") as kept:
        kept.extend(example.events())
    assert cli.main(["carnet", "retenir", "a.carnet", "--titre", "Le bus", "--mots", "bus"]) == 0
    assert "Thème" in capsys.readouterr().out
    words = [
        "carnet",
        "decider",
        "a.carnet",
        "--texte",
        "Ouvrir le soir",
        "--suite",
        "retenu",
        "--par",
        "elus",
        "--mots",
        "soir",
    ]
    assert cli.main([*words, "--echeance", "2026-11-15"]) == 0
    assert "fondée sur" in capsys.readouterr().out
    assert cli.main([*words, "--echeance", "demain"]) == 1
    assert cli.main(["carnet", "retenir", "a.carnet", "--titre", "x", "--mots", "zébu"]) == 1
    assert cli.main([*words[:-4], "--par", "le maire"]) == 1
    with record.open(tmp_path / "a.carnet") as kept:
        assert "Le bus" in [theme["titre"] for theme in kept.state.all("theme")]
        assert kept.state.all("decision")[-1]["echeance"] == "2026-11-15"
