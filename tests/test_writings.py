"""Les écrits de la démarche : remplis avec le carnet, ou avec une ligne à la place de ce qu'il ne sait pas."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from cartable import cli, example, record, registers, thread, writings
from cartable.contract import STAGES
from cartable.documents import pdf
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError
from cartable.registers import Taken
from cartable.sheets import Blanks, Items, Paragraph, Table

DAY = dt.date(2026, 11, 26)
HEAD = "---\ntitre: Une lettre\netape: E1\nlecteur: La mairie\nusage: Avant de commencer.\nregistres: []\n---\n"
KNOWN = writings.load()


def texts(document):
    for sheet in document.sheets:
        for block in sheet.blocks:
            if isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row)
            elif isinstance(block, Items):
                yield from block.items
            elif isinstance(block, Blanks):
                yield from block.labels
            else:
                yield block.text


def problems(body):
    with pytest.raises(ManuscriptError) as refused:
        writings.parse(HEAD + body, "lettre.md", "lettre")
    return [str(one) for one in refused.value.problems]


def test_chaque_etape_qui_en_demande_a_ses_ecrits():
    stages = {one.head.etape for one in KNOWN.values()}
    assert stages == {"E0", "E1", "E5", "E6", "F"}
    assert stages - {"F"} <= set(STAGES)
    assert len(KNOWN) >= 23


@pytest.mark.parametrize("slug", list(KNOWN))
def test_un_ecrit_se_remplit_et_se_lit_vide(slug):
    empty = writings.document(KNOWN[slug], {}, Taken({}), DAY, "1")
    state = example.open_example().state
    full = thread.paper(KNOWN[slug], state, registers.kept(state), DAY, "1")
    for made in (empty, full):
        assert made.sheets
        assert not any(re.search(r"[{}]|::", text) for text in texts(made))
    assert writings.LINE not in " ".join(texts(full))
    for sheet in full.sheets:
        first = sheet.blocks[0]
        assert isinstance(first, Paragraph)
        assert "Exemple inventé" in first.text


@pytest.mark.parametrize("slug", ["relances", "questionnaire-formation"])
def test_un_ecrit_vide_s_imprime(slug):
    assert pdf.pages(pdf.render(writings.document(KNOWN[slug], {}, Taken({}), DAY, "1"))) <= 3


def test_les_nombres_de_la_deliberation_viennent_du_carnet():
    state = example.open_example().state
    made = thread.paper(KNOWN["deliberation"], state, registers.kept(state), DAY, "1")
    said = " ".join(texts(made)).replace("\u00a0", " ").replace("\u202f", " ")
    assert "3 séances" in said
    assert "195 papiers" in said
    assert "108 200 €" in said
    assert "57 200 €" in said
    assert "51 000 €" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Bonjour {porteurs}.\n", "« porteur »"),
        ("::tableaux cadre\n", "« tableau »"),
        ("::tableau cadres\n", "« cadre »"),
        ("::note-de cinq | Une question\n", "l’échelle ne se lit pas"),
        ("::page\n", "il manque un texte"),
        ("### Trop petit\n", "sous-titre"),
    ],
)
def test_une_faute_est_dite_a_sa_ligne(body, said):
    found = problems(f"Bonjour.\n\n{body}")
    assert len(found) == 1
    assert "ligne 10" in found[0]
    assert said in found[0].replace("\u00a0", " ")


def test_un_ecrit_inconnu_propose_le_plus_proche():
    with pytest.raises(CartableError) as refused:
        writings.find(KNOWN, "lettre-engagement")
    assert "lettre-d-engagement" in str(refused.value)


def test_les_commandes_des_ecrits_et_des_etapes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["carnet", "nouveau", "d.carnet", "--titre", "Essai"]) == 0
    assert cli.main(["carnet", "ecrits"]) == 0
    assert "lettre-d-engagement : " in capsys.readouterr().out
    assert cli.main(["carnet", "ecrit", "d.carnet", "lettre-d-engagement", "-o", "l.docx"]) == 0
    assert cli.main(["carnet", "ecrit", "d.carnet", "lettre"]) == 1
    assert cli.main(["carnet", "etapes", "d.carnet"]) == 0
    assert "0. Contractualiser : à faire" in capsys.readouterr().out.replace("\u00a0", " ")
    assert record.open("d.carnet").state.process
