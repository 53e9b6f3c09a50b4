"""Questionnaires: their files, what is typed, what may be said of it."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartable import cli, manuscript, poll, survey
from cartable.documents import survey_book
from cartable.errors import CartableError, DataError
from cartable.reports import answers as reports
from cartable.sheets import Items, Paragraph, Table
from cartable.survey import SKIPPED
from cartable.survey.reading import table

ROOT = Path(__file__).parents[1]
SLUGS = [path.stem for path in sorted((ROOT / "workshops/questionnaires").glob("*.yml"))]
TEXT = """
titre: Un essai
parties:
- titre: Une partie
  questions:
  - {variable: lieu, question: Où vivez-vous, type: choix, modalites: [Bourg, Hameau], sert_a: Voir la distance.}
  - variable: sujets
    question: Quels sujets ?
    type: plusieurs
    modalites: [Impôts, Santé, Autre]
    saut: {si: [Autre], vers: note}
    sert_a: Choisir une démarche.
  - {variable: recit, question: Racontez., type: texte, sert_a: Des mots d’ici.}
  - {variable: note, question: C’est notre affaire., type: echelle, sert_a: Savoir qui porte.}
  - {variable: heures, question: Combien d’heures ?, type: nombre, sert_a: Compter le temps.}
"""


def parsed(text=TEXT):
    return manuscript.validate(survey.Survey, manuscript.parse(text, "essai.yml"))


@pytest.fixture(scope="module")
def one():
    return parsed()


def rows(*lines, heading=None):
    head = heading or ["numero", "remise", "lieu", "sujets_1", "sujets_2", "sujets_3", "recit", "note", "heures"]
    return [(1, head), *((rank, list(map(str, line))) for rank, line in enumerate(lines, 2))]


def read(one, *lines, heading=None):
    return survey.read(one, rows(*lines, heading=heading), "essai.csv")


# -- files --------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_chaque_questionnaire_du_kit_se_lit_et_tient_en_quatorze_questions(slug):
    one = survey.load_one(ROOT / "workshops", slug)
    assert 10 <= len(one.questions) <= 14
    assert len(set(survey.column_names(one))) == len(survey.column_names(one))
    assert all(question.sert_a for question in one.questions)


def test_il_y_a_les_cinq_publics():
    assert SLUGS == ["agents-de-mairie", "chefs-de-projet-politique-de-la-ville", "elus", "habitants", "mediateurs"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("modalites: [Bourg, Hameau]", "modalites: [Bourg]", "deux modalités"),
        ("type: texte", "type: choix", "deux modalités"),
        ("si: [Autre]", "si: [Jamais]", "Jamais"),
        ("vers: note", "vers: recit", "plus loin"),
        ("vers: note", "vers: nulle", "plus loin"),
        ("variable: note", "variable: lieu", "deux colonnes"),
        ("variable: note", "variable: remise", "deux colonnes"),
        ("variable: note", "variable: Note 2", "variable"),
        ("type: nombre", "type: date", "type"),
    ],
)
def test_un_questionnaire_faux_est_refuse_en_disant_quoi(before, after, said):
    assert before in TEXT
    with pytest.raises(CartableError, match=said):
        parsed(TEXT.replace(before, after))


def test_un_nom_inconnu_cite_les_autres():
    with pytest.raises(CartableError, match="habitants"):
        survey.load_one(ROOT / "workshops", "personne")


def test_la_feuille_dit_ou_mene_chaque_saut(one):
    (jump,) = [one.jump(question) for question in one.questions if question.saut]
    assert jump == "«\u00a0Autre\u00a0»\u00a0: passez à la question 4."


# -- typing -------------------------------------------------------------------


def test_une_feuille_saisie_revient_telle_quelle(one):
    found = read(one, [1, 2, 1, 1, 0, 0, "Un récit.", 4, 12], ["2", "", 2, 99, 99, 99, 99, "", ""])
    assert not found.problems
    assert found.sheets == [
        {"remise": 2, "lieu": 1, "sujets": [1], "recit": "Un récit.", "note": 4, "heures": 12},
        {"lieu": 2, "sujets": SKIPPED, "recit": SKIPPED},
    ]


@pytest.mark.parametrize(
    ("place", "typed", "column"),
    [(2, "3", "lieu"), (2, "oui", "lieu"), (3, "2", "sujets_1"), (7, "6", "note"), (7, "0", "note"),
     (8, "-1", "heures"),
     (1, "9", "remise"), (8, "1e9", "heures"), (2, "²", "lieu"), (8, "9" * 40, "heures")],
)  # fmt: skip
def test_une_case_incomprise_est_dite_et_le_reste_compte(one, place, typed, column):
    line = [1, 2, 1, 1, 0, 0, "Un récit.", 4, 12]
    line[place] = typed
    found = read(one, line)
    (problem,) = found.problems
    assert (problem.line, problem.field) == (2, column)
    assert len(found) == 1
    assert found.sheets[0]["recit"] == "Un récit."


def test_un_nom_dans_une_phrase_est_signale(one):
    found = read(one, [1, "", 1, "", "", "", "Mme Durand m’a aidée au 06 12 34 56 78.", "", ""])
    assert {problem.field for problem in found.problems} == {"recit"}
    assert len(found.problems) == 2
    assert found.sheets[0]["recit"].startswith("Mme")


def test_une_feuille_saisie_deux_fois_une_colonne_inconnue_ou_absente_se_disent(one):
    found = read(one, [7, 1, "x"], [7, 2, "y"], heading=["numero", "lieu", "couleur"])
    said = " ".join(map(str, found.problems))
    assert "couleur" in said
    assert "deux fois" in said
    assert "sujets_1" in said
    assert [sheet["lieu"] for sheet in found.sheets] == [1, 2]


def test_une_ligne_vide_n_est_pas_une_feuille(one):
    assert len(read(one, [""] * 9, [1, *[""] * 8])) == 1


@given(st.lists(st.text(max_size=12), max_size=9))
@settings(max_examples=80, deadline=None)
def test_rien_de_ce_que_l_on_tape_ne_casse_la_lecture(cells):
    assert len(read(parsed(), cells).sheets) <= 1


def test_le_classeur_se_remplit_et_se_relit(one):
    found = read(one, [1, 2, 1, 1, 0, 1, "=cmd|' /C calc'!A0", 4, 12], [2, "", 2, 99, 99, 99, 99, 5, 0])
    content = survey_book.write(one, poll.AFTER, found)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Saisie"]
    assert not str(sheet.cell(2, survey.column_names(one).index("recit") + 1).value).startswith("=")
    again = survey_book.take(content, "saisie.xlsx", one)
    assert again.sheets == found.sheets


def test_un_csv_d_un_vieux_tableur_se_lit_aussi(one):
    text = "Numéro;Lieu;récit\n1;2;une élue\n"
    assert survey_book.take(text.encode("cp1252"), "s.csv", one).sheets == [{"lieu": 2, "recit": "une élue"}]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04abime", b"a;b\n1;2\n", b"\x00\x01\x02" * 50])
def test_un_fichier_qui_n_en_est_pas_un_est_refuse(one, content):
    with pytest.raises(DataError):
        survey_book.take(content, "saisie.xlsx", one)


# -- counting -----------------------------------------------------------------


def filled(one, count, **answers):
    return survey.Answers(one, [dict(answers) for _ in range(count)])


@pytest.mark.parametrize(("count", "shown"), [(10, False), (11, True)])
def test_aucun_pourcentage_sous_onze_reponses(one, count, shown):
    counted = survey.tally(one.questions[0], filled(one, count, lieu=1).sheets)
    assert counted.boxes == {"Bourg": count, "Hameau": 0}
    assert ("%" in counted.said("Bourg")) == shown
    assert "%" in str(list(reports.counts(counted))) or not shown


def test_une_question_sautee_n_est_pas_une_question_sans_reponse(one):
    sheets = [{"sujets": [1, 2]}, {"sujets": SKIPPED}, {}, {"sujets": [2]}]
    counted = survey.tally(one.questions[1], sheets)
    assert (counted.asked, counted.answered) == (3, 2)
    assert counted.boxes == {"Impôts": 1, "Santé": 2, "Autre": 0}


@pytest.mark.parametrize(("large", "groups"), [(10, []), (11, ["Bourg"])])
def test_aucun_groupe_a_part_sous_onze_reponses(one, large, groups):
    answers = survey.Answers(one, [{"lieu": 1, "note": 5}] * large + [{"lieu": 2, "note": 1}] * 3)
    assert list(survey.apart(answers, one.questions[0])) == groups
    told = " ".join(
        b.text for b in reports.by_group(answers, one.questions[0], one.questions[3]) if isinstance(b, Paragraph)
    )
    assert "Hameau" in told


def test_on_ne_fait_pas_de_groupes_de_ce_qui_se_coche_plusieurs_fois(one):
    with pytest.raises(CartableError, match="plusieurs cases"):
        survey.apart(filled(one, 20, sujets=[1]), one.questions[1])
    with pytest.raises(CartableError, match="se lisent"):
        survey.tally(one.questions[2], [])


def test_la_note_du_milieu_et_la_part_de_quatre_et_cinq(one):
    sheets = [{"note": mark} for mark in (1, 2, 4, 5, 5)] + [{"note": SKIPPED}, {}]
    assert survey.median(one.questions[3], sheets) == (4.0, 5, 0.6)
    assert survey.median(one.questions[3], sheets[:4]) == (3.0, 4, None)
    assert survey.median(one.questions[3], []) == (None, 0, None)
    assert survey.median(one.questions[4], [{"heures": 99}, {"heures": 1}]) == (50.0, 2, None)


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True), max_size=30))
@settings(max_examples=60, deadline=None)
def test_les_comptes_tombent_juste(ticked):
    counted = survey.tally(parsed().questions[1], [{"sujets": one} for one in ticked])
    assert sum(counted.boxes.values()) == sum(map(len, ticked))
    assert all(count <= counted.answered for count in counted.boxes.values())


# -- what is written ----------------------------------------------------------


def test_le_bilan_ne_porte_aucun_pourcentage_a_quatre_reponses(one):
    made = reports.report(filled(one, 4, lieu=1, note=5, sujets=[1]), poll.AFTER, "1", sent=10)
    said = " ".join(str(block) for sheet in made.sheets for block in sheet.blocks if not hasattr(block, "svg"))
    assert "%" not in said
    assert "lisez les phrases" in said


def test_l_exemple_invente_se_lit_sans_une_faute_et_le_dit():
    mine = poll.Poll()
    assert len(mine.answers) == 64
    assert not mine.answers.problems
    assert "inventé" in mine.problems()._repr_html_()
    assert "inventé" in mine._document().mention


def test_les_renvois_de_l_exemple_sont_respectes():
    answers = poll.Poll().answers
    closed = [given for given in answers.sheets if given.get("demarche") == 4]
    assert closed
    assert all(given["issue"] == given["arrets"] == SKIPPED for given in closed)


def test_une_phrase_hostile_reste_du_texte(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("numero;recit\n1;<img src=x onerror=alert(1)>\n", "utf-8")
    html = poll.Poll("habitants", str(path)).sentences("recit")._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html


def test_un_fichier_absent_un_mot_inconnu_et_une_fin_de_nom_se_disent(tmp_path):
    with pytest.raises(CartableError, match="ne s’ouvre pas"):
        poll.Poll("habitants", str(tmp_path / "rien.xlsx"))
    with pytest.raises(CartableError, match="habitants"):
        poll.Poll("elus")
    with pytest.raises(CartableError, match="arrets"):
        poll.Poll().question("arret")
    with pytest.raises(CartableError, match=r"\.docx"):
        poll.Poll().save(str(tmp_path / "bilan.odt"))


def test_la_commande_va_de_la_feuille_au_bilan(tmp_path, capsys):
    paper, book, out = (str(tmp_path / name) for name in ("f.pdf", "s.xlsx", "b.docx"))
    assert cli.main(["questionnaire", "lister"]) == 0
    assert cli.main(["questionnaire", "imprimer", "elus", "-o", paper]) == 0
    assert cli.main(["questionnaire", "saisie", "elus", "-o", book]) == 0
    sheet = openpyxl.load_workbook(book)
    for column, value in zip("ABCDE", (1, 1, 1, 1, 7), strict=True):
        sheet["Saisie"][f"{column}2"] = value
    sheet.save(book)
    assert cli.main(["questionnaire", "bilan", "elus", book, "-o", out]) == 1
    said = capsys.readouterr()
    assert "taille" in said.err
    assert "1 case à corriger" in said.err.replace("\u00a0", " ")
    assert Path(out).stat().st_size > 5_000
    assert cli.main(["questionnaire", "imprimer", "elus", "-o", str(tmp_path / "f.txt")]) == 1


def test_la_feuille_imprimee_a_toutes_les_questions(one):
    (sheet,) = reports.paper(one, poll.AFTER, "1").sheets
    assert sum(isinstance(block, Items) for block in sheet.blocks) == 2
    text = " ".join(getattr(block, "text", "") for block in sheet.blocks)
    assert all(f"{rank}. {question.question}" in text for rank, question in enumerate(one.questions, 1))


def test_le_tableau_des_codes_dit_chaque_variable(one):
    assert len(table(filled(one, 2, lieu=1))) == 2
    codes = openpyxl.load_workbook(io.BytesIO(survey_book.write(one, poll.AFTER)))["Codes"]
    assert {row[0].value for row in codes.iter_rows(min_row=2)} >= {question.variable for question in one.questions}
    assert isinstance(
        next(b for b in reports.counts(survey.tally(one.questions[0], [])) if isinstance(b, Table)), Table
    )
