"""L’évaluation : le baromètre entre deux étapes, l’atteinte des objectifs, ce que change une formation."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import canvas, cli, example, record, registers, reports, wording
from cartable.documents import pdf
from cartable.errors import CartableError
from cartable.evaluation import ITEMS, LADDER, Goal, attainment, barometer, gain, profile, progress
from cartable.evaluation.barometer import FEWEST, apart
from cartable.record.state import ERASED
from cartable.sheets import Table

LEVELS = {-2: "aucune commune", -1: "trois communes", 0: "huit communes", 1: "douze communes", 2: "toutes"}


def goal(weight=1.0, score=0, title="Un jour d’aide"):
    return Goal(title, LEVELS, weight, score)


# Kiresuk et Sherman (1968) : quatre contrôles publiés.
@pytest.mark.parametrize(("weights", "scores", "expected"), [
    ((1, 1, 1), (0, 0, 0), 50), ((1, 1, 1), (1, 1, 1), 63.69), ((3, 2, 1), (0, 1, -1), 52.20), ((2, 1), (1, -2), 50),
])  # fmt: skip
def test_le_score_t_est_celui_des_auteurs(weights, scores, expected):
    goals = [goal(weight, score) for weight, score in zip(weights, scores, strict=True)]
    assert attainment(goals) == pytest.approx(expected, abs=0.005)


def test_une_compensation_se_voit_dans_le_profil():
    goals = [goal(2, 1, "Le carnet papier"), goal(1, -2, "Le soir")]
    assert attainment(goals) == pytest.approx(50)
    assert profile(goals)[-2] == ("Le soir",)
    assert profile(goals)[1] == ("Le carnet papier",)


def test_sans_resultat_il_n_y_a_pas_de_score():
    assert attainment([goal(score=None)]) is None
    assert attainment([]) is None
    assert attainment([goal(score=None), goal(score=1)]) == attainment([goal(score=1)])


@given(st.lists(st.tuples(st.floats(0.1, 10), st.sampled_from(list(LADDER))), min_size=1, max_size=8))
def test_mieux_faire_n_abaisse_jamais_le_score(pairs):
    goals = [goal(weight, score) for weight, score in pairs]
    better = [goal(weight, min(2, score + 1)) for weight, score in pairs]
    assert attainment(better) >= attainment(goals) - 1e-9
    assert attainment([goal(10 * weight, score) for weight, score in pairs]) == pytest.approx(attainment(goals))


@pytest.mark.parametrize(("change", "said"), [
    ({"weight": 0}, "poids 0"), ({"weight": float("nan")}, "n’est pas possible"),
    ({"score": 3}, "n’est pas un échelon"),
    ({"levels": {-2: "a", 0: "b"}}, "il manque l’échelon"),
    ({"levels": dict.fromkeys(LADDER, "pareil")}, "la même chose"),
    ({"levels": {**LEVELS, 3: "trop"}}, "échelon"),
])  # fmt: skip
def test_un_objectif_impossible_est_explique(change, said):
    with pytest.raises(CartableError, match=said) as error:
        Goal(**({"title": "Un jour d’aide", "levels": LEVELS} | change))
    assert "Un jour d’aide" in str(error.value)


def test_le_barometre_dit_la_note_du_milieu_la_part_et_l_alerte():
    answers = [{"rythme": mark, "suite": 5} for mark in (1, 2, 4, 5, 5, 4, 4, 3)]
    found = {item.key: item for item in barometer(answers)}
    pace = found["rythme"]
    assert (pace.count, pace.median, pace.high, pace.low) == (8, 4.0, 5 / 8, 2 / 8)
    assert pace.alert
    assert not found["suite"].alert
    assert found["parole"].median is None
    assert "aucune réponse" in found["parole"].sentence()
    assert "5 sur 8 de 4 et 5" in pace.sentence()


@pytest.mark.parametrize(("count", "said"), [(4, "trop peu"), (5, "4 sur 5"), (10, "8 sur 10"), (11, "82"), (20, "80")])
def test_un_pourcentage_ne_s_ecrit_qu_a_partir_de_onze_reponses(count, said):
    low = count // 5
    answers = [{"rythme": 1}] * low + [{"rythme": 5}] * (count - low)
    sentence = {item.key: item for item in barometer(answers)}["rythme"].sentence()
    assert said in sentence
    assert ("%" in sentence) is (count >= 11)


@given(st.lists(st.dictionaries(st.sampled_from(list(ITEMS)), st.integers(1, 5)), max_size=FEWEST - 1))
def test_sous_cinq_reponses_aucune_part_ni_alerte(answers):
    for item in barometer(answers):
        assert item.high is None
        assert item.low is None
        assert not item.alert
        assert "%" not in item.sentence()


def test_aucun_sous_groupe_sous_onze_reponses():
    answers = [{"rythme": 4}] * 21
    groups = ["elus"] * 10 + ["habitants"] * 11
    assert list(apart(answers, groups)) == ["habitants"]


@pytest.mark.parametrize(("answer", "said"), [
    ({"rythme": 6}, "6 n’est pas une note"), ({"rythme": True}, "n’est pas une note"),
    ({"rythme": 2.5}, "n’est pas une note"),
    ({"ambiance": 3}, "n’est pas une question"),
])  # fmt: skip
def test_une_reponse_de_travers_dit_laquelle(answer, said):
    with pytest.raises(CartableError, match=said) as error:
        barometer([{"rythme": 3}, answer])
    assert "Réponse 2" in str(error.value).replace("\u00a0", " ")


def test_la_marguerite_a_un_petale_par_question():
    assert len(canvas.load()["marguerite-d-evaluation"].petales) == len(ITEMS)


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(4, 7, 0.5), (5, 5, 0), (8, 6, -1), (10, 10, None), (0, 10, 1)]
)
def test_le_gain_normalise(before, after, expected):
    assert gain(before, after) == expected
    with pytest.raises(CartableError, match="n’est pas possible"):
        gain(before, 11)


def test_la_confiance_avant_et_apres_se_decrit():
    assert progress([(2, 6), (4, 8), (9, 9)]) == (3, 4.0, 8.0)
    assert progress([]) == (0, None, None)


TODAY = dt.date(2026, 11, 26)


def texts(document):
    return [
        cell
        for sheet in document.sheets
        for block in sheet.blocks
        for cell in (
            [one for row in block.rows for one in row] if isinstance(block, Table)
            else getattr(block, "items", ()) or [getattr(block, "text", "")]
        )
    ]  # fmt: skip


def test_le_bilan_de_l_exemple_dit_les_alertes_les_ajustements_et_le_score():
    state = example.open_example().state
    judged = registers.kept(state).judged()
    made = reports.assessment(state, judged, TODAY, "1")
    assert [sheet.id for sheet in made.sheets] == ["etape-E2", "etape-E3", "objectifs"]
    said = texts(made)
    assert any(text.startswith("Alerte") and "rythme" in text for text in said)
    assert "Équipe d’animation" in said
    # −3 + 1 + 0 sur les poids 3, 1, 2 : la formule, recalculée à la main.
    expected = 50 + 10 * -2 / math.sqrt(0.7 * 14 + 0.3 * 36)
    assert any(text.startswith(f"Score : {wording.number(expected, 1)}".replace(" :", "\u00a0:")) for text in said)
    assert pdf.pages(pdf.render(made)) >= 3


def test_sous_cinq_reponses_le_bilan_n_a_aucun_pourcentage():
    state = example.open_example().state
    judged = registers.kept(state).judged()
    few = replace(
        judged, answers=tuple(one for one in judged.answers if one.etape == "E3"), adjustments=(), objectives=()
    )
    assert len(few.answers) == 4
    assert "%" not in "".join(texts(reports.assessment(state, few, TODAY, "1")))
    enough = replace(few, answers=tuple(one for one in judged.answers if one.etape == "E2"))
    assert "%" in "".join(texts(reports.assessment(state, enough, TODAY, "1")))


def test_une_alerte_sans_ajustement_se_dit_a_decider():
    state = example.open_example().state
    alone = replace(registers.kept(state).judged(), adjustments=())
    assert any("ajustement est à décider" in text for text in texts(reports.assessment(state, alone, TODAY, "1")))


def test_la_feuille_du_barometre_tient_sur_une_page():
    state = example.open_example().state
    made = reports.questionnaire(state, TODAY, "1")
    assert pdf.pages(pdf.render(made)) == 1
    assert [row[0] for row in made.sheets[0].blocks[2].rows] == list(ITEMS.values())


def test_une_note_impossible_et_deux_echelons_pareils_sont_dits_a_leur_ligne():
    text = """barometre:
  - {cle: B1, etape: E2, rythme: 6}
  - {cle: B2, etape: E2, rythme: 5}
objectifs:
  - {cle: O1, titre: Une aide, bien_moins: rien, moins: rien, prevu: huit, mieux: dix, bien_mieux: douze}
"""
    taken = registers.read(text, "f.yml")
    assert [one.line for one in taken.problems] == [2, 5]
    assert "au plus 5" in str(taken.problems[0])
    assert "disent la même chose" in str(taken.problems[1])
    assert [one.cle for one in taken.entries["barometre"]] == ["B2"]


def test_un_carnet_sans_reponse_le_dit(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["carnet", "nouveau", "d.carnet", "--titre", "Essai"]) == 0
    assert cli.main(["carnet", "bilan", "d.carnet"]) == 0
    assert cli.main(["carnet", "barometre", "d.carnet", "-o", "b.docx"]) == 0
    assert "bilan.pdf, 1" in capsys.readouterr().out
    state = record.memory().state
    assert "Aucune réponse" in texts(reports.assessment(state, registers.kept(state).judged(), TODAY, "1"))[0]


def test_la_purge_efface_les_phrases_des_reponses_et_laisse_ce_qui_a_ete_vote():
    book = record.memory(example.events())
    assert book.purge(dt.date(2029, 1, 1))
    taken = registers.kept(book.state)
    assert not taken.problems
    answers = taken.judged().answers
    assert {said for one in answers for said in (one.garder, one.changer) if said} == {ERASED}
    assert [one.marks() for one in answers] == [
        one.marks() for one in registers.kept(example.open_example().state).judged().answers
    ]
    assert taken.roadmap() == registers.kept(example.open_example().state).roadmap()
