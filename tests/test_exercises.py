"""Exercises: each answer gets its own words, nothing blocks, nothing leaks."""

import io
import json
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartable import cli, exercises, training
from cartable.documents import pdf
from cartable.errors import CartableError, DataError
from cartable.exercises import Setting, building, notebooks, progress, sheets
from cartable.exercises.checking import mistakes
from cartable.exercises.progress import Progress
from cartable.exercises.verdict import number
from cartable.manuscript import ManuscriptError
from cartable.widgets.exercise import ExerciseForm
from cartable.widgets.keeper import Keeper
from cartable.wording import typeset

FOLDER = training.folder()
ALL = exercises.load(FOLDER)
ELSEWHERE = [Setting(), Setting("999000002", 3), Setting("200070035", 7)]
IDS = {"ids": list(ALL)}
TEXT = """---
titre: Un essai
objectif: Choisir la bonne couleur.
etape: E1
minutes: {min: 5, max: 10}
champs:
  - {cle: couleur, genre: choix, question: Quelle couleur ?, options: [Rouge, Vert, Bleu, Gris]}
  - {cle: tout, genre: plusieurs, question: Lesquelles sont froides ?, options: [Rouge, Vert, Bleu]}
  - {cle: rang, genre: ordre, question: Dans quel ordre ?, options: [Un, Deux, Trois]}
  - {cle: combien, genre: nombre, question: Combien ?}
  - {cle: pourquoi, genre: texte, question: Pourquoi ?}
correction:
  reponse: {couleur: Vert, tout: [Vert, Bleu], rang: [Un, Deux, Trois], combien: 3, pourquoi: Parce que.}
  lecture: Le vert va bien, et les deux froides avec lui.
erreurs:
  - {code: rouge, reponse: {couleur: Rouge}, message: Le rouge attire l’œil. Regardez le fond de la carte.}
  - {code: bleu, reponse: {couleur: Bleu}, message: Le bleu est déjà pris par l’eau. Regardez la légende.}
  - {code: bleu-deux, reponse: {couleur: Bleu, combien: 2}, message: Le bleu et deux. Comptez les lignes du tableau.}
---

## Énoncé

Choisissez.

## Indice 1

Regardez.

## Indice 2

Regardez mieux.
"""
RIGHT = {
    "couleur": "Vert",
    "tout": ["Bleu", "Vert"],
    "rang": ["Un", "Deux", "Trois"],
    "combien": "3",
    "pourquoi": "Autre chose.",
}


@pytest.fixture(scope="module")
def one():
    return exercises.parse(TEXT, "01-essai.md", "01-essai")


# -- every exercise of the kit ------------------------------------------------


@pytest.mark.parametrize("exercise", ALL.values(), **IDS)
@pytest.mark.parametrize("setting", ELSEWHERE, ids=["val-de-brume", "quatre-fontaines", "civraisien"])
def test_la_reponse_du_corrige_passe_partout(exercise, setting):
    verdict = exercises.check(exercise, exercises.solution(exercise, setting), setting)
    assert verdict.state == ("compare" if exercise.head.ouvert else "juste"), verdict


@pytest.mark.parametrize("exercise", ALL.values(), **IDS)
@pytest.mark.parametrize("setting", ELSEWHERE, ids=["val-de-brume", "quatre-fontaines", "civraisien"])
def test_chaque_erreur_plausible_a_son_message(exercise, setting):
    found = mistakes(exercise, setting)
    verdicts = {code: exercises.check(exercise, answer, setting) for code, answer in found.items()}
    assert {code: verdict.code for code, verdict in verdicts.items()} == {code: code for code in found}
    assert len({verdict.message for verdict in verdicts.values()}) == len(verdicts)
    assert exercise.head.ouvert or len(verdicts) >= 3


@pytest.mark.parametrize("exercise", ALL.values(), **IDS)
def test_une_reponse_vide_est_encouragee_et_une_incomplete_dit_quoi(exercise):
    assert exercises.check(exercise, {}).state == "vide"
    assert "permis" in exercises.check(exercise, {"inconnu": 3}).message
    for part in exercise.head.champs if len(exercise.head.champs) > 1 else ():
        holds = exercises.solution(exercise)
        holds.pop(part.cle, None)
        assert exercises.check(exercise, holds).state == "incomplet"


HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just("<script>alert(1)</script>"),
    st.lists(st.text(max_size=5), max_size=4), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@pytest.mark.parametrize("exercise", ALL.values(), **IDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_rien_de_ce_que_l_on_tape_ne_casse_un_exercice(exercise, data):
    keys = st.sampled_from([part.cle for part in exercise.head.champs])
    typed = data.draw(st.dictionaries(keys, HOSTILE))
    options = {part.cle: part.options[0] for part in exercise.head.champs if part.genre == "choix"}
    assert exercises.check(exercise, options | typed).message


@pytest.mark.parametrize("exercise", ALL.values(), **IDS)
def test_les_notebooks_sont_ceux_que_donne_l_exercice(exercise):
    for kind, make in building.KINDS.items():
        path = FOLDER.parent / kind / f"{exercise.slug}.ipynb"
        assert building.cells(json.loads(path.read_text("utf-8"))) == building.cells(make(exercise)), path.name


def secrets(exercise):
    """What must never leave with a trainee: sentences of the correction and of the mistakes, chosen texts."""
    found = {exercise.head.correction.lecture, *(mistake.message for mistake in exercise.head.erreurs)}
    found |= {value for key, value in exercise.head.correction.reponse.items() if exercise.part(key).genre == "texte"}
    return {piece for text in found for piece in text.split(". ") if len(piece) > 25}


@pytest.mark.parametrize("exercise", ALL.values(), **IDS)
def test_rien_du_corrige_ne_fuit_vers_le_stagiaire(exercise):
    given_out = (FOLDER.parent / "stagiaire" / f"{exercise.slug}.ipynb").read_text("utf-8")
    given_out += str(sheets.asked(exercise))
    assert secrets(exercise)
    assert not [
        piece for piece in secrets(exercise) if piece in given_out or piece in json.loads(json.dumps(given_out))
    ]
    assert "correction" not in given_out


def test_chaque_notebook_a_son_exercice():
    wanted = {path for path, _, _ in building.wanted(FOLDER)}
    assert {path for kind in building.KINDS for path in (FOLDER.parent / kind).glob("*.ipynb")} == wanted


# -- the rules ----------------------------------------------------------------


def test_juste_se_moque_de_l_ordre_des_cases_et_des_mots_de_la_raison(one):
    assert exercises.check(one, RIGHT).state == "juste"
    assert exercises.check(one, RIGHT | {"rang": ["Deux", "Un", "Trois"]}).code == "autre"


def test_l_erreur_la_plus_precise_parle(one):
    assert exercises.check(one, RIGHT | {"couleur": "Bleu"}).code == "bleu"
    assert exercises.check(one, RIGHT | {"couleur": "Bleu", "combien": 2}).code == "bleu-deux"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1 234,5", 1234.5), ("1\u202f234", 1234), ("12 %", 12), (" -3 ", -3), ("3.5", 3.5), ("douze", None), ("", None),
     (True, None), (float("nan"), None), ("1e9", None), ("9" * 40, None), ([3], None)],
)  # fmt: skip
def test_un_nombre_s_ecrit_a_la_francaise(typed, value):
    assert number(typed) == value


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("couleur: Vert", "couleur: Mauve", "Mauve"),
        ("code: bleu,", "code: rouge,", "même code"),
        ("## Indice 2", "## Indice", "Indice 2"),
        ("{min: 5, max: 10}", "{min: 15, max: 10}", "minimum"),
        ("genre: nombre", "genre: choix", "deux options"),
        ("options: [Un, Deux, Trois]", "options: [Un, Un, Trois]", "mêmes"),
        ("cle: rang", "cle: tout", "même clé"),
    ],
)
def test_un_exercice_faux_est_refuse_en_disant_quoi(before, after, said):
    assert before in TEXT
    with pytest.raises(ManuscriptError, match=said):
        exercises.parse(TEXT.replace(before, after, 1), "01-essai.md", "01-essai")


def test_un_prerequis_vient_avant(tmp_path):
    (tmp_path / "01-a.md").write_text(TEXT.replace("champs:", "prerequis: [02-b]\nchamps:"), "utf-8")
    (tmp_path / "02-b.md").write_text(TEXT, "utf-8")
    with pytest.raises(CartableError, match="02-b"):
        exercises.load(tmp_path)


# -- what is kept -------------------------------------------------------------


def attempt(path, one, answer):
    kept = Progress.open(path)
    kept.tried(one.slug, exercises.check(one, answer), answer, Setting())
    return kept


def test_ce_qui_a_ete_fait_se_garde_et_un_exercice_juste_le_reste(tmp_path, one):
    path = tmp_path / progress.FILE
    attempt(path, one, RIGHT | {"couleur": "Rouge"})
    attempt(path, one, RIGHT)
    kept = attempt(path, one, RIGHT | {"couleur": "Bleu"})
    done = kept.done[one.slug]
    assert (done.etat, done.essais, done.codes) == ("juste", 3, ["rouge", "bleu"])
    kept.hinted(one.slug, 2)
    kept.reset(one.slug)
    assert not Progress.open(path).done


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"version": 9, "code": "a", "exercices": {}}',
        b'{"version": 1, "code": "Jean Dupont"}',
        b'{"version": 1, "code": "a", "exercices": {"x": {"etat": "juste", "essais": -1}}}',
    ],
)  # fmt: skip
def test_un_fichier_abime_est_refuse_et_rien_n_est_ecrit_dessus(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(DataError):
        Progress.open(path)
    assert path.read_bytes() == content


def test_le_groupe_dit_qui_en_est_ou_et_ce_qui_revient(tmp_path, monkeypatch, one):
    monkeypatch.setattr(exercises, "load", lambda _folder: {one.slug: one})
    for code, color in (("violet-1", "Rouge"), ("vert-2", "Rouge"), ("bleu-3", "Vert"), ("gris-4", None)):
        kept = Progress(tmp_path / f"{code}.json", code)
        answer = RIGHT | {"couleur": color}
        if color:
            kept.tried(one.slug, exercises.check(one, answer), answer, Setting())
        kept.save()
    (tmp_path / "z.json").write_text("{", "utf-8")
    group = training.Group(str(tmp_path))
    (line,) = progress.gathered(group.files, group.exercises)
    assert (line.right, line.stuck, line.untouched) == (("bleu-3",), ("vert-2", "violet-1"), ("gris-4",))
    assert line.mistakes == {"rouge": 2}
    assert "z.json" in group.where()._repr_html_()
    assert "2 sur 3" in group.together()._repr_html_()


def test_un_code_n_est_pas_un_nom():
    mine = training.Training("")
    assert "violet-12" in mine.call_me("violet-12")._repr_html_()
    for bad in ("Jean Dupont", "", "<b>", "a" * 40):
        with pytest.raises(CartableError, match="code"):
            mine.call_me(bad)


def test_le_formulaire_repond_aide_et_recommence(tmp_path, one):
    form = ExerciseForm(one, Progress.open(tmp_path / "m.json"), Setting())
    assert form.check().state == "vide"
    form._put({"couleur": "Rouge", "tout": ["Vert"], "rang": ["Un", "Trois", "Deux"], "combien": 3, "pourquoi": "<b>"})
    assert form.check().code == "rouge"
    form.help_me()
    form.help_me()
    assert "Regardez mieux" in form.hint.value
    again = ExerciseForm(one, Progress.open(tmp_path / "m.json"), Setting())
    assert again.typed()["couleur"] == "Rouge"
    again.reset()
    assert not any(again.typed().values())


def test_ce_que_la_page_gardait_revient_sans_effacer_ce_qui_est_la(tmp_path, one):
    elsewhere = attempt(tmp_path / "page.json", one, RIGHT)
    elsewhere.code = "violet-1"
    here = Progress(None)
    here.done["02-autre"] = elsewhere.done[one.slug]
    form = ExerciseForm(one, here, Setting())
    form.keeper.retrouve = elsewhere.content()
    assert (here.code, set(here.done)) == ("violet-1", {one.slug, "02-autre"})
    assert form.typed()["couleur"] == "Vert"
    assert json.loads(form.keeper.contenu)["exercices"][one.slug]["essais"] == 1
    form.reset()
    assert one.slug not in json.loads(form.keeper.contenu)["exercices"]


@pytest.mark.parametrize("found", ["{", "[]", '{"version": 99, "code": "a"}', '{"version": 1, "code": "<b>"}'])
def test_ce_que_la_page_gardait_de_travers_est_dit_et_ne_bloque_rien(one, found):
    form = ExerciseForm(one, Progress(None), Setting())
    form.keeper.retrouve = found
    assert "ne se lit pas" in form.message.widget.value
    form.keeper.plein = True
    assert "copie" in form.message.widget.value
    assert form.check().state == "vide"


def test_une_page_ne_garde_que_si_python_tourne_en_elle(tmp_path, one):
    said = {
        Keeper(one.slug, Progress(path), str, browser=browser).explication
        for path, browser in ((None, True), (None, False), (tmp_path / "m.json", False))
    }
    assert len(said) == 3
    assert not ExerciseForm(one, Progress(None), Setting()).keeper.garde


def test_la_fiche_et_le_corrige_s_impriment(one):
    plain = sheets.document([one], training.TODAY, "1")
    full = sheets.document([one], training.TODAY, "1", corrected=True)
    assert (len(plain.sheets), len(full.sheets)) == (1, 2)
    assert typeset(one.head.correction.lecture) not in str(plain)
    assert pdf.pages(pdf.render(full)) >= 2
    assert io.BytesIO(pdf.render(plain)).read(4) == b"%PDF"


def test_une_fiche_vieille_ne_perd_pas_ses_sorties(tmp_path):
    folder = tmp_path / "exercices"
    folder.mkdir()
    (folder / "01-a.md").write_text(TEXT, "utf-8")
    assert len(building.write(folder)) == 2
    assert building.write(folder) == []
    (folder / "01-a.md").rename(folder / "02-a.md")
    assert len(building.write(folder)) == 4
    assert notebooks.trainee(exercises.load(folder)["02-a"])["cells"]


def test_le_dossier_des_exercices_est_celui_du_kit():
    assert Path(FOLDER).name == "exercices"


# -- the trainer --------------------------------------------------------------


def test_le_groupe_invente_montre_ce_que_diront_de_vrais_fichiers():
    group = training.Group()
    assert len(group.files) == 8
    shown = group.where()._repr_html_()
    assert "Exemple inventé" in shown
    assert "ambre-1" in shown
    lines = progress.gathered(group.files, group.exercises)
    assert any(line.stuck for line in lines)
    assert any(line.untouched for line in lines)
    assert group.common()


@pytest.mark.parametrize("corrected", [False, True])
def test_la_commande_imprime_les_fiches_avec_ou_sans_corrige(tmp_path, capsys, corrected):
    path = tmp_path / "fiches.docx"
    names = list(ALL)[:2]
    args = ["exercices", "imprimer", *names, "-o", str(path), *(["--corriges"] if corrected else [])]
    assert cli.main(args) == 0
    assert "2\u00a0exercices" in capsys.readouterr().out
    written = "\n".join(text(path))
    reading = ALL[names[0]].head.correction.lecture
    assert (reading[:40] in written) is corrected


def text(path):
    document = docx.Document(str(path))
    yield from (one.text for one in document.paragraphs)
    yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_la_commande_dit_ou_en_est_un_groupe(tmp_path, capsys):
    for kept in training.Group().files:
        (tmp_path / f"{kept.code}.json").write_text(kept.model_dump_json(), "utf-8")
    (tmp_path / "faux.json").write_text("{", "utf-8")
    assert cli.main(["exercices", "groupe", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "8\u00a0fichiers lus" in said.out
    assert "ocre-7" in said.out
    assert "faux.json" in said.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["imprimer", "99-rien"], "99-rien"),
        (["imprimer", "-o", "fiches.txt"], ".docx"),
        (["groupe", "nulle-part"], "n’est pas un dossier"),
    ],
)
def test_la_commande_refuse_en_disant_quoi_faire(tmp_path, monkeypatch, capsys, args, said):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["exercices", *args]) == 1
    assert said in capsys.readouterr().err
    assert cli.main(["exercices", "lister"]) == 0
    assert "20-defendre-des-poids" in capsys.readouterr().out
