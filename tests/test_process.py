"""Autour de la feuille de route : l'accord, les instances, le voyage, le temps, la diffusion, le fil de la démarche."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import (
    contract,
    effort,
    example,
    fields,
    governance,
    grounds,
    record,
    registers,
    roadmap,
    thread,
    trip,
    wording,
)
from cartable.drawing import WIDTH, bars, shifts
from cartable.evaluation import learning, reach
from cartable.flow import flow
from cartable.itinerary import itinerary
from cartable.registers import REGISTERS, Taken
from cartable.roadmap import Action, Enjeu, Project, Roadmap

BOTH = pytest.mark.parametrize("name", example.NAMES)
NAMES = st.sampled_from(["Bourg-la-Brume", "Trois-Gués", "Hautebise", "<b>Ici</b>"])


def kept(text):
    taken = registers.read(text, "f.yml")
    assert not taken.problems, taken.problems
    return taken


def problems(text):
    return [str(one) for one in registers.read(text, "f.yml").problems]


# --- L'accord et les candidatures -----------------------------------------------------------------------------------


def test_une_candidature_a_moitie_lue_n_a_pas_de_total_et_passe_apres():
    marks = dict.fromkeys(contract.CRITERIA, 3)
    whole = contract.Candidacy(cle="D1", territoire="Ici même", profil="rural", **marks)
    half = contract.Candidacy(cle="D2", territoire="Là-bas", profil="urbain", **{**marks, "temps": None})
    best = contract.Candidacy(cle="D3", territoire="Ailleurs", profil="urbain", **{**marks, "temps": 4})
    found = contract.ranked([half, whole, best])
    assert [(one.candidacy.cle, one.total) for one in found] == [("D3", 16), ("D1", 15), ("D2", None)]
    assert found[-1].missing == ("temps",)


def test_une_note_de_cinq_est_refusee_a_sa_ligne():
    said = problems("candidatures:\n  - {cle: D1, territoire: Ici, profil: rural, temps: 5}\n")
    assert len(said) == 1
    assert "ligne 2" in said[0]
    assert "au plus 4" in said[0]


# --- Gouverner ------------------------------------------------------------------------------------------------------


def test_les_reponses_se_comptent_en_places_et_les_familles_oubliees_se_voient():
    taken = kept("""invites:
  - {cle: G1, structure: Centre social, famille: social, places: 3, reponse: oui}
  - {cle: G2, structure: Mission locale, famille: social, places: 2}
""")
    found = {one.family: one for one in governance.replies(taken.of(governance.Guest))}
    assert (found["social"].invited, found["social"].coming, found["social"].waiting) == (5, 3, 2)
    assert found["habitants"].invited == 0
    assert "animation" not in found


def test_une_famille_inconnue_est_refusee_avec_la_plus_proche():
    said = problems("invites:\n  - {cle: G1, structure: Centre social, famille: habitant}\n")
    assert "« habitants »" in said[0].replace("\u00a0", " ")


@given(st.integers(2000, 2100))
def test_un_budget_se_vote_le_trente_avril_l_annee_ou_le_conseil_se_renouvelle(year):
    found = governance.budget_votes(dt.date(year, 1, 1), dt.date(year, 12, 31))
    assert found == [dt.date(year, 4, 30 if year % 6 == 2020 % 6 else 15)]
    assert len(governance.municipal(dt.date(year, 1, 1), dt.date(year, 12, 31))) == (year % 6 == 2020 % 6)


def test_le_risque_le_plus_lourd_est_en_tete_et_celui_qu_on_ne_connait_pas_a_la_fin():
    risks = [governance.Risk(cle=f"X{n}", risque="Rien ne se fait", probabilite=p, gravite=g)
             for n, (p, g) in enumerate([(1, 1), (3, 3), (None, 3), (2, 3)], 1)]  # fmt: skip
    assert [one.cle for one in governance.worst(risks)] == ["X2", "X4", "X1", "X3"]


# --- Aller voir ailleurs --------------------------------------------------------------------------------------------

TRIP = trip.Trip(cle="V1", destination="Une vallée voisine", depart="08:00", personnes=12, mode="minibus", prix_km=0.5)


def stop(number, **typed):
    return trip.Stop(cle=f"P{number}", voyage="V1", lieu=f"Lieu {number}", **typed)


def test_la_journee_compte_le_trajet_la_marge_et_la_visite():
    legs = trip.plan(TRIP, [stop(1), stop(2, km=55, sur_place=60), stop(3, km=10, trajet=20)])
    assert (legs[1].travel, legs[1].buffer) == (60, 10)
    assert (legs[1].arrive, legs[1].leave) == (8 * 60 + 70, 8 * 60 + 130)
    assert legs[2].arrive == 8 * 60 + 130 + 20 + trip.BUFFER_LEAST


def test_des_kilometres_absents_sont_estimes_sur_les_positions_et_dits():
    one = stop(1, latitude=46.0, longitude=0.0)
    legs = trip.plan(TRIP, [one, stop(2, latitude=46.1, longitude=0.0, sur_place=30), stop(3)])
    assert legs[1].km == pytest.approx(0.1 * math.pi / 180 * trip.EARTH * trip.DETOUR)
    assert legs[1].estimated
    assert legs[2].km is None
    assert any("Kilomètres inconnus" in said for said in trip.warnings(legs))


def test_un_retour_trop_tardif_et_une_journee_sans_repas_sont_dits():
    legs = trip.plan(TRIP, [stop(1), stop(2, km=200, sur_place=300, question="Comment ?"), stop(3, km=200)])
    said = list(trip.warnings(legs))
    assert any(wording.clock(legs[-1].arrive) in one for one in said)
    assert any("repas" in one for one in said)


@given(st.integers(1, 60), st.sampled_from(list(trip.GRAMS)), st.integers(0, 400))
def test_le_poids_du_voyage_croit_avec_le_nombre_et_les_kilometres(people, mode, km):
    day = TRIP.model_copy(update={"personnes": people, "mode": mode})
    legs = trip.plan(day, [stop(1), stop(2, km=float(km))])
    found = trip.footprint(day, legs)
    grams, seats = trip.GRAMS[mode]
    assert found.km == km
    assert found.vehicles * seats >= people or seats == 1
    assert found.kilograms == pytest.approx(grams * km / 1000 * (people if seats == 1 else found.vehicles))
    assert found.cost == pytest.approx(0.5 * km * (people if seats == 1 else found.vehicles))


@given(st.lists(st.tuples(st.floats(45, 47), st.floats(-1, 1)), min_size=2, max_size=9), NAMES)
def test_l_itineraire_dessine_reste_dans_son_cadre(places, name):
    stops = [stop(n, latitude=a, longitude=b).model_copy(update={"lieu": name}) for n, (a, b) in enumerate(places, 1)]
    chart = itinerary(trip.plan(TRIP, stops))
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', chart.svg)
    assert int(size[1]) == WIDTH
    for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', chart.svg):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= int(size[2])
    assert "<b>" not in chart.svg


def test_sans_position_il_n_y_a_pas_de_carte():
    assert itinerary(trip.plan(TRIP, [stop(1), stop(2, km=3)])) is None


def test_le_retour_dit_si_le_compte_y_est():
    back = [trip.Transfer(cle=f"H{n}", voyage="V1", genre="transferer", titre="Une chose") for n in (1, 2, 3)]
    assert "le but est" in trip.debrief(back)
    avoided = trip.Transfer(cle="H4", voyage="V1", genre="eviter", titre="Une autre")
    assert "le compte y est" in trip.debrief([*back, avoided])


# --- Temps, diffusion, formation ------------------------------------------------------------------------------------

EFFORTS = st.lists(
    st.builds(
        effort.Effort, cle=st.just("W1"), etape=st.sampled_from(list(contract.STAGES)), quoi=st.just("Préparer"),
        famille=st.sampled_from(["elus", "services", "mediation"]), jours=st.floats(0, 40), km=st.floats(0, 500),
        frais=st.integers(0, 5000),
    ), max_size=12,
)  # fmt: skip


@given(EFFORTS)
def test_les_jours_par_etape_et_par_famille_font_le_total(listed):
    whole = effort.total(listed)
    for parts in (effort.by_stage(listed), effort.by_family(listed)):
        assert sum(one.days for one in parts.values()) == pytest.approx(whole.days)
        assert sum(one.expenses for one in parts.values()) == whole.expenses


@given(st.integers(0, 45))
def test_sous_onze_avis_aucune_part_et_sous_trente_aucun_score(count):
    answers = [reach.Opinion(cle=f"Y{n}", famille="elus", usages=("lu",), conseil=9) for n in range(1, count + 1)]
    found = reach.opinions(answers)
    assert (found.rate is None) == (count < 11)
    assert (found.score is None) == (count < 30)


def test_un_telechargement_n_est_pas_ajoute_a_un_exemplaire_papier():
    rows = [
        reach.Reach(cle="Z1", canal="site", periode="Mars", telechargements=40),
        reach.Reach(cle="Z2", canal="site", periode="Avril", telechargements=2, visiteurs=9),
    ]
    found = reach.by_channel(rows)
    assert [(one.channel, one.downloads, one.visitors, one.copies) for one in found] == [("site", 42, 9, 0)]


def test_seules_comptent_les_personnes_qui_ont_repondu_avant_et_apres():
    people = [
        learning.Learner(cle="M1", avant={"lire": 4}, apres={"lire": 7}),
        learning.Learner(cle="M2", avant={"lire": 2}),
    ]
    found = next(one for one in learning.skills(people) if one.key == "lire")
    assert (found.count, found.before, found.after, found.gain) == (1, 4.0, 7.0, 0.5)


def test_une_question_inconnue_est_refusee_a_sa_ligne():
    said = problems("formation:\n  - {cle: M1, avant: {lir: 4}}\n")
    assert "ligne 2" in said[0]
    assert "lire" in said[0]


# --- Les dessins ----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(NAMES, st.floats(0, 1e6), st.just("x")), min_size=1, max_size=8))
def test_les_barres_tiennent_et_les_noms_sont_echappes(rows):
    svg = bars(rows, title="Combien").svg
    assert "<b>" not in svg
    found = re.findall(r'<rect x="(\d+)" y="\d+" width="([\d.]+)"', svg)
    assert len(found) == len(rows)
    assert all(float(x) + float(width) <= WIDTH for x, width in found)


@given(st.lists(st.tuples(NAMES, st.floats(0, 10), st.floats(0, 10)), min_size=1, max_size=8))
def test_avant_et_apres_restent_sur_leur_echelle(rows):
    svg = shifts(rows, title="Confiance", most=10).svg
    assert all(0 <= float(x) <= WIDTH for x in re.findall(r'cx="([\d.]+)"', svg))


def test_le_fil_dit_ce_qui_n_est_relie_a_rien_et_echappe():
    plan = Roadmap(
        stakes=(Enjeu(cle="E1", titre="<i>Aider</i> près de chez soi"),),
        projects=(Project(cle="C1", titre="Un jour d’aide", enjeux=("E1",), suite="retenu"),
                  Project(cle="C2", titre="Une application", enjeux=("E1",), suite="ecarte")),
        actions=(Action(cle="A1", nom="Ouvrir", chantier="C1"), Action(cle="A2", nom="Former", chantier="C9")),
    )  # fmt: skip
    chart = flow(plan)
    assert "<i>" not in chart.svg
    assert "A1, Ouvrir, vient de C1." in chart.description
    assert "A2, Former, n’est relié à rien." in chart.description
    assert "C2" not in chart.description
    assert flow(Roadmap()) is None


# --- Le fil et ce qui fonde -----------------------------------------------------------------------------------------


def test_chaque_registre_a_un_nom_des_colonnes_et_des_mots_pour_chaque_champ():
    assert set(fields.SHOWN) == set(REGISTERS)
    for name, model in REGISTERS.items():
        for field in model.model_fields:
            assert fields.label(name, field)
        assert set(fields.SHOWN[name].shown) <= set(model.model_fields)


def test_un_carnet_vide_a_sept_etapes_a_faire_et_rien_n_y_manque_de_dire():
    found = thread.steps(record.memory().state, Taken({}))
    assert [one.state for one in found] == [thread.WAITING] * 7
    assert all(one.missing for one in found)
    assert thread.values(record.memory().state, Taken({}), dt.date(2026, 1, 1))["nombre_actions"] == "0\u00a0action"


def test_avec_un_diagnostic_en_pdf_on_entre_a_l_etape_quatre():
    taken = kept("""enjeux:
  - {cle: E1, titre: Aider près de chez soi, chiffres: ["29 % de 65 ans et plus (diagnostic de 2025, page 12)"]}
chantiers:
  - {cle: C1, titre: Un jour d’aide par semaine, enjeux: [E1], suite: retenu}
""")
    found = {one.key: one.state for one in thread.steps(record.memory().state, taken)}
    assert (found["E2"], found["E3"], found["E4"]) == (thread.DONE, thread.DONE, thread.WAITING)


def test_un_dispositif_ou_un_indicateur_inconnu_est_dit_et_la_fiche_reste():
    text = """enjeux:
  - {cle: E1, titre: Aider, indicateurs: [part_65_plu]}
financements:
  - {cle: F1, action: A1, financeur: L’État, dispositif: conseiller-numerique, montant: 12}
"""
    taken = registers.read(text, "f.yml")
    said = [str(one) for one in taken.problems]
    assert "ligne 2" in said[0]
    assert "part_65_plus" in said[0]
    assert "ligne 4" in said[1]
    assert "conseillers-numeriques" in said[1]
    assert len(taken.of(Enjeu)) == 1


def test_un_nom_de_personne_est_dit_la_ou_des_gens_parlent():
    text = """invites:
  - {cle: G1, structure: Mme Durand, famille: habitants}
  - {cle: G2, structure: Mairie de Bourg-la-Brume, famille: elus}
entretiens:
  - {cle: AA1, famille: elus, avis: "Appelez-moi au 05 49 00 00 00, ou dupont@exemple.fr."}
"""
    taken = registers.read(text, "f.yml")
    said = [str(one) for one in taken.problems]
    assert [one.line for one in taken.problems] == [2, 5, 5]
    assert "champ « invites[1].structure »" in said[0]
    assert "jamais une personne" in said[0]
    assert len(taken.of(governance.Guest)) == 2


def test_un_chiffre_du_portrait_porte_sa_valeur_et_sa_source():
    where = grounds.place(example.open_example().state)
    known = grounds.figures(where)
    one = Enjeu(cle="E1", titre="Aider", indicateurs=("part_65_plus", "distance_lieu"), themes=("Qui fait quoi",))
    found = grounds.of(one, known, grounds.said(example.open_example().state))
    assert found[0].startswith("Part des 65\u00a0ans et plus")
    assert "données inventées" in found[0]
    assert re.search(r"29,3", found[0])
    assert "donnée absente" in found[1]
    assert "papiers" in found[2]


def test_un_theme_que_nulle_seance_n_a_retenu_est_dit_sans_empecher_le_vote():
    plan = Roadmap(stakes=(Enjeu(cle="E1", titre="Aider", themes=("Un thème perdu", "Qui fait quoi")),))
    found = grounds.lost_themes(example.open_example().state, plan)
    assert [(one.where, one.blocking) for one in found] == [("E1", False)]


def test_un_dispositif_arrete_ne_se_demande_plus():
    taken = kept("""actions:
  - {cle: A1, nom: Donner des bons, budget: 100}
financements:
  - {cle: F1, action: A1, financeur: Pass numérique, dispositif: pass-numerique, montant: 100}
  - {cle: F2, action: A1, financeur: Pass numérique, dispositif: pass-numerique, montant: 0, etat: acquis}
""")
    found = [one for one in roadmap.check(taken.roadmap()) if "arrêté" in one.message]
    assert [one.where for one in found] == ["F1"]
