"""La démarche inventée : riche, plausible, toujours la même, sans personne réelle."""

from __future__ import annotations

import uuid

from cartable import canvas, example, record
from cartable.canvas.reading import papers
from cartable.record import document, roles
from cartable.record.state import State

BOOK = example.open_example()
STATE = BOOK.state


def test_trois_seances_cinq_tables_et_plus_de_180_papiers():
    assert len(STATE.all("note")) >= 180
    assert {table["nom"] for table in STATE.all("table")} == {f"Table {rank}" for rank in range(1, 6)}
    assert [session["etape"] for session in STATE.all("seance")] == ["E2", "E2", "E3"]
    assert STATE.process["fictif"] is True
    assert "inventé" in STATE.process["titre"]


def test_chaque_fois_la_meme():
    example.events.cache_clear()
    again = example.events()
    assert [event.plain() for event in again] == [event.plain() for event in BOOK.events()]
    assert all(uuid.UUID(event.id).version == 5 for event in again)


def test_chaque_papier_est_dans_une_zone_de_son_canevas_et_dans_sa_case():
    known = canvas.load()
    for board in STATE.all("tableau"):
        zones = {zone.cle: zone for zone in known[board["canevas"]].zones}
        numbers = []
        for paper in papers(STATE, board.id):
            assert paper.zone in zones
            assert not paper.numero or paper.numero <= zones[paper.zone].max
            assert 0 <= paper.x <= 1
            assert 0 <= paper.y <= 1
            numbers += [(paper.zone, paper.numero)] if paper.numero else []
        assert len(set(numbers)) == len(numbers)


def test_personne_n_est_nomme():
    for note in STATE.things.values():
        text = str(note["texte"] or note["titre"] or "")
        assert not list(roles.naming(text)), text


def test_les_votes_tiennent_dans_leur_budget_et_les_decisions_ont_un_role_et_une_suite():
    for ballot in STATE.all("scrutin"):
        assert ballot["devoile"]
        for table in STATE.all("table"):
            given = sum(votes.get(f"table:{table.id}", 0) for votes in STATE.points(ballot.id).values())
            assert given <= ballot["budget"] * sum(table["roles"].values())
    decisions = STATE.all("decision")
    assert {decision["suite"] for decision in decisions} == {"retenu", "a-creuser", "ecarte"}
    assert all(decision["par"] in roles.ROLES and decision["notes"] for decision in decisions)
    assert all(theme["notes"] for theme in STATE.all("theme"))


def test_il_y_a_une_fusion_un_groupe_une_corbeille():
    assert len([note for note in STATE.deleted("note") if note["fusionnee_dans"]]) == 2
    assert len([note for note in STATE.deleted("note") if note["supprime"]]) == 1
    assert len(STATE.all("groupe")) == 2


def test_elle_se_copie_et_se_relit(tmp_path):
    with record.create(tmp_path / "copie.carnet", titre="x") as kept:
        assert kept.extend(BOOK.events()) == len(BOOK.events())
        assert len(kept.state.all("note")) == len(STATE.all("note"))
    text = document.to_json(BOOK.events())
    assert State(document.from_json(text, "x.json").events).things == STATE.things


def test_ecrire_dans_l_exemple_ne_change_pas_l_exemple():
    other = example.open_example()
    other.write("note", tableau=STATE.all("tableau")[0].id, zone="qui", texte="de passage")
    assert len(example.open_example().state.all("note")) == len(STATE.all("note"))
