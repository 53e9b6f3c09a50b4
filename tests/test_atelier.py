"""Ce que les notebooks « Atelier » montrent : la démarche inventée, ou la sienne."""

from __future__ import annotations

import re

import pytest

from cartable import example, record
from cartable.atelier import Atelier
from cartable.errors import CartableError


@pytest.fixture(scope="module")
def invented():
    return Atelier(session="2")


def test_l_exemple_se_dit_invente_partout(invented):
    assert "Exemple inventé" in invented.where().html
    shown = invented.show("afom")
    assert shown.html.count("<svg") == 5
    assert shown.html.count("(exemple inventé)</figcaption>") == 5
    assert shown.html.count("<table") == 5
    identifiers = re.findall(r' id="([^"]+)"', shown.html)
    assert len(set(identifiers)) == len(identifiers), "deux éléments ont le même identifiant"


@pytest.mark.parametrize("name", ["where", "duplicates", "themes", "recurring", "voices", "votes", "decisions"])
def test_chaque_partie_se_lit_et_ne_change_pas(invented, name):
    one, other = getattr(invented, name)(), getattr(Atelier(session="2"), name)()
    assert one.html == other.html
    assert repr(one)
    assert "None" not in one.html
    assert "nan" not in one.html


def test_une_seance_sans_ce_canevas_dit_comment_l_ouvrir(invented):
    with pytest.raises(CartableError, match="n’a pas de tableau") as error:
        invented.show("persona")
    assert "carnet seance" in str(error.value)


def test_ecrire_dans_l_exemple_ne_le_change_pas():
    wall = Atelier(session="2").wall("afom")
    board = wall.wall.board
    wall.record.write("note", tableau=board, zone="atouts", texte="de passage")
    assert "de passage" not in Atelier(session="2").show("afom").html


def test_avec_son_carnet_rien_n_est_dit_invente_et_tout_est_echappe(tmp_path):
    path = tmp_path / "a.carnet"
    with record.create(path, titre="La nôtre") as kept:
        session = kept.write("seance", titre="<b>Séance</b>", date="2026-06-04").objet
        table = kept.write("table", seance=session, nom="<i>Table</i>").objet
        board = kept.write("tableau", canevas="afom", seance=session, table=table, titre="Forces").objet
        for rank in range(9):
            kept.write("note", tableau=board, zone="atouts", texte=f"<script>alert({rank})</script> bus du soir")
    own = Atelier(str(path))
    html = "".join(getattr(own, name)().html for name in ("where", "duplicates", "themes", "voices", "decisions"))
    html += own.show("afom").html
    assert "invent" not in html
    assert "<script" not in html
    assert "<b>Séance" not in html
    assert "<i>Table" not in html
    own.record.close()


def test_les_boutons_ecrivent_les_documents(invented, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    box = invented.give_back().box
    for button in box.children[0].children:
        button.click()
    assert (tmp_path / "releve.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "retour.pdf").read_bytes().startswith(b"%PDF")
    assert "Fichier écrit" in box.children[1].value


def test_la_saisie_entre_dans_la_seance():
    own = Atelier(session="2")
    entered = own.enter()
    entered.text.value = "A3 tapé le soir"
    assert "enregistré" in entered.save()
    assert "tapé le soir" in own.show("afom").html


def test_un_carnet_introuvable_se_dit(tmp_path):
    with pytest.raises(CartableError):
        Atelier(str(tmp_path / "absent.carnet"))
    assert example.open_example().state.mention == "exemple inventé"
