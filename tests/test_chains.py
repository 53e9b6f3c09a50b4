"""« Choisir pour moi » : des enchaînements qui tiennent, et dont chaque format nourrit le suivant."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini_ateliers import card, library, step

from cartable import chains, workshop
from cartable.agenda import plan
from cartable.chains import Wish, assemble, propose
from cartable.errors import CartableError

SMALL = library(
    card("ecouter", titre="Écouter", entrees=["commande"], sorties=["paroles"]),
    card("inventer", titre="Inventer", entrees=["paroles"], sorties=["idees"]),
    card("trier", titre="Trier", entrees=["idees"], sorties=["chantiers"]),
    card("visiter", titre="Visiter", entrees=["commande"], sorties=["idees"], etapes_programme=["E2"]),
)


def slugs(known: workshop.Library, wish: Wish) -> list[list[str]]:
    return [[one.slug for one in proposal.cards] for proposal in propose(known, wish)]


def test_un_enchainement_va_de_la_demande_au_livrable_voulu() -> None:
    assert slugs(SMALL, Wish("E1", 180, 12, "chantiers")) == [["ecouter", "inventer", "trier"]]


def test_ce_que_le_groupe_a_deja_raccourcit_le_chemin() -> None:
    assert slugs(SMALL, Wish("E1", 180, 12, "chantiers", available=frozenset({"idees"})))[-1] == ["trier"]


def test_trois_propositions_au_plus_et_toutes_differentes() -> None:
    found = slugs(SMALL, Wish("E1", 240, 12))
    assert 1 <= len(found) <= chains.PROPOSALS
    assert len({tuple(one) for one in found}) == len(found)


def test_chaque_proposition_dit_pourquoi() -> None:
    (only,) = propose(SMALL, Wish("E1", 180, 12, "chantiers"))
    assert "«\u00a0Inventer\u00a0» part de ce que laisse «\u00a0Écouter\u00a0»" in only.reason
    assert "les chantiers" in only.reason
    assert only.prudent == 3 * 39 + chains.frame(only.cards, 12) == 3 * 39 + 10 + 10 + 10


def in_groups(one: workshop.Card) -> workshop.Card:
    first = one.deroule[0].model_copy(update={"configuration": "groupe"})
    return one.model_copy(update={"deroule": [first, *one.deroule[1:]]})


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish("E1", 30, 12), "demande"),
        (Wish("E1", 90, 12, "chantiers"), "livrable"),
        (Wish("E1", 180, 60), "60"),
        (Wish("E3", 180, 12, tables=2), "12"),
    ],
)
def test_quand_rien_ne_convient_on_dit_ce_qui_bloque(wish: Wish, words: str) -> None:
    known = library(*map(in_groups, SMALL.cards.values())) if wish.tables else SMALL
    with pytest.raises(CartableError) as caught:
        propose(known, wish)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_a_distance_seuls_les_formats_qui_le_permettent() -> None:
    far = card(
        "loin", titre="Loin", distance={"possible": False, "adaptation": "Appelez plutôt les personnes une par une."}
    )
    with pytest.raises(CartableError, match="Aucun format"):
        propose(library(far), Wish("E1", 180, 12, remote=True))


@settings(max_examples=60)
@given(st.integers(60, 300), st.integers(4, 24), st.sampled_from(["", "idees", "chantiers", "paroles"]))
def test_toute_proposition_tient_dans_son_temps(minutes: int, n: int, aim: str) -> None:
    wish = Wish("E1", minutes, n, aim)
    try:
        found = propose(SMALL, wish)
    except CartableError:
        assert not list(chains.chains(SMALL, wish)), "la recherche est exacte"
        return
    for proposal in found:
        assert proposal.typical <= proposal.prudent <= minutes
        assert all(set(a.sorties) & set(b.entrees) for a, b in pairwise(proposal.cards))
        session = assemble(proposal, wish, "9:00")
        planned = plan(SMALL, session, n, "prudent")
        assert planned.fits, [notice.message for notice in planned.notices]


def test_la_bibliotheque_du_kit_repond_en_quelques_secondes_aux_demandes_courantes() -> None:
    known = workshop.load()
    for stage, aim, given_ in (
        ("E1", "acteurs", ()),
        ("E2", "", ("portrait",)),
        ("E3", "chantiers", ("enjeux",)),
        ("E5", "", ("chantiers",)),
    ):
        wish = Wish(stage, 180, 14, aim, available=frozenset(given_))
        for proposal in propose(known, wish):
            assert plan(known, assemble(proposal, wish, "18:00"), 14, "prudent").fits


def test_jamais_plus_de_90_minutes_d_affilee() -> None:
    long = card(
        "long",
        titre="Long",
        deroule=[step(f"Temps {i}", minutes={"min": 30, "typique": 40, "max": 50}) for i in range(4)],
    )
    known = library(long)
    wish = Wish("E1", 300, 12)
    session = assemble(propose(known, wish)[0], wish, "9:00")
    assert [item.etapes for item in session.jours[0].deroule if item.atelier] == [[1, 1], [2, 2], [3, 3], [4, 4]]
    assert not [n for n in plan(known, session, 12, "prudent").notices if n.code == "sans-pause"]
