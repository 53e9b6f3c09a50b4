"""La synthèse : doublons, thèmes, retours, votes et voix, proposés et expliqués."""

from __future__ import annotations

import pandas as pd
import pytest

from cartable import example, record, synthesis
from cartable.synthesis import words
from cartable.synthesis.duplicates import likeness
from cartable.synthesis.voices import UNSAID

BOOK = example.open_example()
NOTES = BOOK.notes()


def frame(*texts, table="Table 1", session="Une"):
    rows = [{"note": f"n{rank}", "texte": text, "table": table, "seance": session} for rank, text in enumerate(texts)]
    return pd.DataFrame(rows, columns=["note", "texte", "table", "seance"])


@pytest.mark.parametrize(("one", "other"), [
    ("fermées", "fermer"), ("numéros", "numéro"), ("déplacement", "déplacer"), ("heureuses", "heureux"),
])  # fmt: skip
def test_les_terminaisons_ne_separent_pas(one, other):
    assert words.stems(one) == words.stems(other)


def test_les_mots_vides_les_accents_et_les_elisions_ne_comptent_pas():
    assert words.kept("L’accueil est fermé, et c’est tout !") == ["accueil", "ferme"]
    assert words.plain("  ÉTÉ   à la  Mairie… ") == "ete a la mairie"


def test_des_papiers_presque_semblables_sont_proposes_ensemble_avec_une_raison():
    found = synthesis.duplicates(frame(
        "Le bus ne passe plus le soir", "plus de bus le soir", "LE BUS NE PASSE PLUS, LE SOIR !", "la fibre arrive",
    ))  # fmt: skip
    assert [set(one.notes) for one in found] == [{"n0", "n1", "n2"}] or [set(one.notes) for one in found] == [
        {"n0", "n2"}
    ]
    assert found[0].proposal.lower().startswith("le bus ne passe plus")
    assert "papiers" in found[0].reason
    assert 82 <= found[0].score <= 100


def test_ce_qui_est_different_reste_separe():
    assert synthesis.duplicates(frame("la poste ferme", "la poste ouvre", "le bus", "un bus pour Combe-Grise")) == []
    assert synthesis.duplicates(frame()) == []
    assert likeness("poste ferme", "poste ouvre") < 82


def test_les_doublons_de_l_exemple_sont_trouves():
    pairs = [set(one.texts) for one in synthesis.duplicates(NOTES)]
    assert any({"le bus ne passe que le mercredi"} == texts for texts in pairs)
    evening = {"tout est fermé quand ils sortent du travail", "tout ferme quand les gens sortent du travail"}
    assert any(evening <= texts for texts in pairs)
    assert len(pairs) >= 12


def test_dix_mille_papiers_se_comparent():
    many = frame(*(f"papier {rank % 3000} du quartier {rank % 700}" for rank in range(10_000)))
    assert synthesis.duplicates(many)


def test_les_themes_sont_expliques_par_leurs_mots_et_toujours_les_memes():
    one, other = synthesis.themes(NOTES), synthesis.themes(NOTES)
    assert one == other
    assert 2 <= len(one.themes) <= 8
    for theme in one.themes:
        said = " ".join(theme.examples).lower()
        assert any(word.split()[0][:4] in words.plain(said) or word.split()[0] in said for word in theme.words)
        assert theme.words[0] in theme.sentence()
    ids = [key for theme in one.themes for key in theme.notes]
    assert len(set(ids)) == len(ids)
    assert set(ids) | set(one.others) == set(NOTES["note"])
    assert any("réseau" in theme.words for theme in one.themes)


def test_une_personne_accepte_un_theme_et_le_nomme():
    book = record.memory(BOOK.events())
    theme = synthesis.themes(NOTES).themes[0]
    written = book.write("theme", **theme.accepted("Le mien"))
    kept = book.state.things[written.objet]
    assert (kept["titre"], kept["notes"]) == ("Le mien", list(theme.notes))


@pytest.mark.parametrize("texts", [[], ["un"] * 3, [f"unique{rank}" for rank in range(20)]])
def test_trop_peu_de_papiers_le_dit(texts):
    found = synthesis.themes(frame(*texts))
    assert found.themes == ()
    assert len(found.others) == len(texts)
    assert "à la main" in found.notice


def test_ce_qui_revient_d_une_seance_a_l_autre():
    found = synthesis.recurring(NOTES, sessions=3)
    assert found
    assert all(len(one.sessions) == 3 for one in found)
    assert any("bus" in one.said for one in found)
    assert synthesis.recurring(frame("le bus", "le bus", "le bus")) == []


def test_les_votes_disent_le_rang_et_l_ecart():
    [wall, tables] = synthesis.ballots(BOOK.state)
    assert wall.by_hands
    assert wall.lines[0].spread is None
    assert [line.rank for line in tables.lines] == [1, 2, 3]
    first = tables.lines[0]
    assert (first.points, first.voters, first.spread) == (32, 5, 2.42)  # √(((8−6,4)²+(9−6,4)²+(3−6,4)²+…)/5)
    assert not tables.warnings


def test_un_vote_cache_un_budget_depasse_et_des_egalites_se_disent():
    book = record.memory()
    session = book.write("seance", titre="x", date="2026-06-04").objet
    table = book.write("table", seance=session, nom="Table 1").objet
    board = book.write("tableau", canevas="afom", seance=session, table=table, titre="F").objet
    notes = [book.write("note", tableau=board, zone="atouts", texte=text).objet for text in ("un", "deux")]
    own = book.write("scrutin", tableau=board, titre="V", budget=3, mode="table", devoile=False).objet
    for note in notes:
        book.write("vote", scrutin=own, cible=note, votant=f"table:{table}", points=2)
    assert synthesis.ballots(book.state) == []
    [result] = synthesis.ballots(book.state, hidden=True)
    assert result.ties() == (1,)
    assert "Table 1 a donné 4 points, au lieu de 3 au plus" in result.warnings[0].replace("\u00a0", " ").replace(
        "\u202f", " "
    )
    assert "ne veut rien dire" in result.warnings[1]


def test_qui_a_ete_entendu_par_role_et_par_table_jamais_sous_cinq():
    session = BOOK.state.all("seance")[0].id
    heard = synthesis.voices(BOOK.state, session)
    assert heard.roles["Habitantes et habitants"][0] == 20
    assert all(people is None or people >= 5 for people, _ in heard.roles.values())
    assert sum(papers for _, papers in heard.roles.values()) == 70
    assert sum(heard.tables.values()) == 70
    assert UNSAID in heard.roles
    assert "Animation de la séance" not in heard.absent
    everyone = synthesis.voices(BOOK.state)
    assert sum(everyone.tables.values()) == len(NOTES)


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "=cmd|x", "\u202eabc", "é" * 100_000, "a\x00b", "👩‍👩‍👧", "", "   "]
)
def test_un_papier_hostile_ne_fait_rien_tomber(text):
    notes = frame(text, text, *(f"le bus du soir {rank}" for rank in range(10)))
    assert synthesis.duplicates(notes) is not None
    assert synthesis.themes(notes) is not None
    assert synthesis.recurring(notes) == []
