"""Ce qui est rendu : relevé d’une page, retour, version publique, projet de rapport ; en PDF et en Word."""

from __future__ import annotations

import datetime as dt
import io
import re

import docx
import pypdf
import pytest

from cartable import cli, example, record, reports
from cartable.documents import pdf, word
from cartable.errors import CartableError
from cartable.reports import telling
from cartable.reports.public import HIDDEN, mask

STATE = example.open_example().state
DAY = dt.date(2026, 6, 1)
HOSTILE = [
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{7*7}}", '#include "x"', "\u202eretourné", "é" * 200_000,
    "a\x00b\x0bc", "👩‍👩‍👧", '#link("http://x")[y]', "$x$ _y_ *z*", "\ud800",
]  # fmt: skip


def words(content):
    """Return what a PDF says, spaces and hyphens aside."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return (
        " ".join(" ".join(page.extract_text() for page in pages).split()).replace("\u00a0", " ").replace("\u202f", " ")
    )


def squeezed(text):
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def a_process(texts, sessions=1, decisions=0):
    book = record.memory()
    book.write("demarche", titre="Essai")
    for rank in range(sessions):
        own = book.write("seance", titre=f"Séance {rank}", date="2026-06-04").objet
        table = book.write("table", seance=own, nom="Table 1", roles={"habitants": 6, "elus": 2}).objet
        board = book.write("tableau", canevas="afom", seance=own, table=table, titre="Forces").objet
        notes = [book.write("note", tableau=board, zone="atouts", texte=text, role="habitants").objet for text in texts]
        for number in range(decisions):
            told = {"texte": f"{texts[0]} {number}", "suite": "retenu", "par": "elus", "echeance": "2026-09-01"}
            book.write("decision", seance=own, notes=notes[:3], **told)
    return book


@pytest.mark.parametrize("rank", ["1", "2", "3"])
def test_le_releve_tient_sur_une_page(rank):
    made = pdf.render(reports.minutes(STATE, DAY, "1", rank))
    assert pdf.pages(made) == 1
    said = words(made)
    assert "Exemple inventé" in said
    assert "Retour complet le" in said
    session = telling.session(STATE, rank)
    assert telling.date(session["date"]) in said


def test_le_releve_d_une_seance_debordante_tient_encore_et_dit_ce_qui_manque():
    long = [f"un papier très long, {'avec beaucoup de mots ' * 12}{rank}" for rank in range(200)]
    book = a_process(long, decisions=20)
    made = pdf.render(reports.minutes(book.state, DAY, "1"))
    assert pdf.pages(made) == 1
    assert "14 décisions" in words(made)


def test_sans_theme_nomme_le_releve_propose_ceux_des_mots():
    texts = [f"le bus du {day} ne passe plus" for day in ("lundi", "mardi", "jeudi", "soir")]
    book = a_process(
        texts + [f"le réseau coupe dans le hameau {name}" for name in ("haut", "bas", "rouge", "vert", "neuf")]
    )
    said = words(pdf.render(reports.minutes(book.state, DAY, "1")))
    assert "bus" in said
    assert "réseau" in said


def test_le_retour_va_des_mots_aux_actes():
    said = words(pdf.render(reports.restitution(STATE, DAY, "1")))
    flat = squeezed(said)
    for decision in STATE.all("decision"):
        assert squeezed(decision["texte"][:60]) in flat
    assert "Nous ne le ferons pas" in said
    assert "1er octobre 2026" in said
    assert "Entendu, sans décision" in said


def test_le_retour_a_voix_haute_dit_sa_duree_en_phrases_courtes():
    document = reports.restitution(STATE, DAY, "1", aloud=True)
    lines = [block.text for block in document.sheets[0].blocks]
    assert "minutes environ" in lines[0].replace("\u00a0", " ")
    assert all(len(line.split()) <= 40 for line in lines)
    assert sum("Vous avez dit" in line for line in lines) == len(STATE.all("decision"))


def test_sans_decision_le_retour_le_dit():
    assert "Aucune décision" in words(pdf.render(reports.restitution(a_process(["un"]).state, DAY, "1")))


@pytest.mark.parametrize(("text", "gone"), [
    ("appeler Mme Durand", "Durand"), ("le 05 46 00 00 00", "46 00"), ("écrire à a.b@exemple.fr", "exemple"),
    ("le maire de Roncevent dort", "Roncevent"),
])  # fmt: skip
def test_ce_qui_nomme_quelqu_un_est_masque_dans_la_version_publique(text, gone):
    masked, kinds = mask(text)
    assert gone not in masked
    assert HIDDEN in masked
    assert kinds
    found = reports.public(a_process([text, "ouvert le samedi chez Robert"]).state, DAY, "1")
    said = words(pdf.render(found.document))
    assert gone not in said
    assert found.masked
    assert "Robert" in found.doubtful
    assert not any(gone in told for told in found.masked)


def test_la_version_publique_dit_tout_le_reste_et_aucun_petit_effectif():
    said = squeezed(words(pdf.render(reports.public(STATE, DAY, "1").document)))
    shown = [note["texte"] for note in STATE.all("note")]
    assert sum(squeezed(text[:40]) in said for text in shown) > len(shown) * 0.95
    assert "1 élu" not in said


def test_le_projet_de_rapport_montre_les_canevas_en_pdf_et_en_word():
    document = reports.draft(example.open_example().state, DAY, "1")
    made = word.write(document)
    read = docx.Document(io.BytesIO(made))
    boards = [board for board in STATE.all("tableau") if STATE.notes(board.id)]
    shapes = read.inline_shapes
    assert len(shapes) == len(boards)
    assert all("Canevas" in shape._inline.docPr.get("descr") for shape in shapes)
    headings = [paragraph.text for paragraph in read.paragraphs if paragraph.style.name.startswith("Heading")]
    assert "Méthode et limites" in headings
    assert all(text.strip() for text in headings)


@pytest.mark.parametrize("text", HOSTILE)
def test_un_papier_hostile_n_est_que_du_texte_dans_chaque_document(text):
    book = a_process([text, "un autre papier"], decisions=1)
    state = book.state
    made = [
        reports.minutes(state, DAY, "1"), reports.restitution(state, DAY, "1"),
        reports.restitution(state, DAY, "1", aloud=True), reports.public(state, DAY, "1").document,
        reports.draft(state, DAY, "1"),
    ]  # fmt: skip
    for document in made:
        content = pdf.render(document)
        reader = pypdf.PdfReader(io.BytesIO(content))
        assert not any("/Annots" in page for page in reader.pages)
        assert word.write(document).startswith(b"PK")
        assert len(content) < 2_000_000


def test_un_emoji_ou_un_ideogramme_ne_coute_pas_le_document():
    book = a_process(["merci 👍🏽 à la mairie ❤️", "你好 bonjour 안녕", "مرحبا"])
    said = words(pdf.render(reports.public(book.state, DAY, "1").document))
    assert "merci" in said
    assert "bonjour" in said
    assert "□" in said


@pytest.mark.long
def test_dix_mille_papiers_donnent_encore_un_releve_et_un_rapport():
    book = a_process([f"papier {rank} sur le bus du soir" for rank in range(10_000)])
    assert pdf.pages(pdf.render(reports.minutes(book.state, DAY, "1"))) == 1
    assert pdf.pages(pdf.render(reports.draft(book.state, DAY, "1"))) < 30


def test_un_carnet_vide_dit_quoi_faire():
    empty = record.memory().state
    with pytest.raises(CartableError, match="aucune séance"):
        reports.minutes(empty, DAY, "1")
    assert reports.public(empty, DAY, "1").document.sheets
    assert pdf.render(reports.draft(empty, DAY, "1"))
    with pytest.raises(CartableError, match="Aucune séance ne s’appelle"):
        telling.session(STATE, "jamais")
    assert telling.session(STATE, "partager LES enjeux")["date"] == "2026-04-09"


@pytest.fixture
def carnet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with record.create(tmp_path / "a.carnet", titre="Essai") as kept:
        kept.extend(example.events())
    return "a.carnet"


@pytest.mark.parametrize(("words_", "start"), [
    (["releve", "--seance", "2", "-o", "r.pdf"], b"%PDF"), (["releve", "-o", "r.docx"], b"PK"),
    (["retour", "--a-voix-haute", "-o", "r.pdf"], b"%PDF"), (["public", "-o", "r.docx"], b"PK"),
])  # fmt: skip
def test_en_ligne_de_commande(carnet, tmp_path, capsys, words_, start):
    assert cli.main(["carnet", words_[0], carnet, *words_[1:]]) == 0
    assert (tmp_path / words_[-1]).read_bytes().startswith(start)
    said = capsys.readouterr().out
    assert "Fichier écrit" in said
    if words_[0] == "public":
        assert "une personne relit tout" in said


def test_doublons_et_themes_en_ligne_de_commande(carnet, capsys):
    assert cli.main(["carnet", "doublons", carnet, "--seance", "2"]) == 0
    said = capsys.readouterr().out
    assert "Rien n’est fusionné" in said
    assert cli.main(["carnet", "themes", carnet]) == 0
    assert "réseau" in capsys.readouterr().out
    assert cli.main(["carnet", "releve", carnet, "-o", "r.txt"]) == 1
    assert ".docx" in capsys.readouterr().err
