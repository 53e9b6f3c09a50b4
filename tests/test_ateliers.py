"""The shipped library: every card complete, every session fitting its prudent clock, nothing said twice."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from cartable import agenda, session, workshop
from cartable.workshop import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.session import Session

LIBRARY = workshop.load()
SESSIONS, PROBLEMS = session.load(LIBRARY)
FEWEST_CARDS = 55
# What people have before any workshop: the request, public figures, the printed portrait.
GIVEN = {"commande", "chiffres", "portrait"}
FAMILIES = {"e1-lancer", "e2a-comprendre", "e2b-partager", "e3-choisir", "e4-apprendre", "e5a-ecrire", "e5b-planifier"}
LENGTHS = {"courte": 90, "moyenne": 150, "soirée": 150}
WELCOME, CLOSING = 10, 10
# Words for a shared fact, not a sentence of advice.
SHARED = {"licence", "etat", "inventeur", "annee", "nom", "par", "configuration", "titre", "canevas", "slug"}
SHORTEST_SENTENCE = 4
cards = pytest.mark.parametrize("slug", LIBRARY.cards)
seances = pytest.mark.parametrize("slug", SESSIONS)


def texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Go through every text of a model, with the name of its field."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), name)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, field)
    elif isinstance(value, str):
        yield field, value


def sentences(text: str) -> list[str]:
    prose = re.sub(r"^#+ .*$", "", text, flags=re.MULTILINE)
    found = re.split(r"(?<=[.!?…])\s+|\n\n|\n[-*] ", prose)
    return [" ".join(one.split()) for one in found if len(one.split()) >= SHORTEST_SENTENCE]


def repeated(models: dict[str, Any]) -> dict[str, set[str]]:
    where = defaultdict(set)
    for slug, model in models.items():
        for field, text in texts(model):
            if field in SHARED:
                continue
            for sentence in sentences(text):
                where[sentence].add(slug)
    return {sentence: slugs for sentence, slugs in where.items() if len(slugs) > 1}


def test_aucune_fiche_ni_seance_n_est_refusee() -> None:
    assert [str(problem) for problem in (*LIBRARY.problems, *PROBLEMS)] == []


def test_la_bibliotheque_est_complete() -> None:
    assert len(LIBRARY.cards) >= FEWEST_CARDS
    assert {stage for card in LIBRARY.cards.values() for stage in card.etapes_programme} == set(
        LIBRARY.vocabulary.etapes
    )


@cards
def test_aucun_champ_vide_sauf_les_experiences(slug: str) -> None:
    card = LIBRARY[slug]
    for name in workshop.Card.model_fields:
        if name != "experiences":
            assert getattr(card, name) not in ("", [], None), name
    assert card.experiences == [], "rien de vécu n’est inventé : une expérience vient d’une vraie séance"


@cards
def test_les_durees_ne_sont_ecrites_qu_une_fois(slug: str) -> None:
    """The body never says how long a step or the whole lasts: those are computed."""
    card = LIBRARY[slug]
    total = card.total()
    durations = {int(found) for found in re.findall(r"\b(\d+)\s(?:minutes|min)\b", card.corps)}
    assert total not in durations


def test_rien_n_est_dit_deux_fois_d_une_fiche_a_l_autre() -> None:
    assert repeated(dict(LIBRARY.cards)) == {}


def test_rien_n_est_dit_deux_fois_d_une_seance_a_l_autre() -> None:
    assert repeated(dict(SESSIONS)) == {}


def test_tout_livrable_demande_est_produit_quelque_part() -> None:
    produced = {output for card in LIBRARY.cards.values() for output in card.sorties}
    asked = {name for card in LIBRARY.cards.values() for name in card.entrees}
    assert asked - produced <= GIVEN
    assert set(LIBRARY.vocabulary.livrables) <= asked | produced, "aucun mot du vocabulaire n’est de trop"


def test_tout_le_vocabulaire_sert() -> None:
    things = {thing.nom for card in LIBRARY.cards.values() for thing in card.materiel}
    canvases = {card.canevas for card in LIBRARY.cards.values()}
    assert set(LIBRARY.vocabulary.materiel) == things
    assert set(LIBRARY.vocabulary.canevas) == canvases


@cards
def test_aucune_marque_deposee_ne_nomme_une_fiche(slug: str) -> None:
    assert not re.search(r"photolangage|chapeau", LIBRARY[slug].titre, re.IGNORECASE)


@cards
def test_les_formats_cites_existent(slug: str) -> None:
    """A title between quotation marks after « format » or « fiche » is that of a card."""
    titles = {card.titre for card in LIBRARY.cards.values()}
    cited = re.findall(r"\b(?:format|fiche)\s«\u00a0([A-Z][^»]*?)\u00a0»", LIBRARY[slug].corps)
    assert set(cited) <= titles


# --- Sessions -------------------------------------------------------------------------------------------------------


def test_les_sept_enchainements_existent_en_trois_longueurs() -> None:
    for family in FAMILIES:
        lengths = [one.longueur for one in SESSIONS.values() if one.famille == family]
        assert len(lengths) == 3, family
        assert "courte" in lengths, family
    assert any(one.longueur == "soirée" for one in SESSIONS.values())


def minutes_of(one: Session) -> list[int]:
    return [session.hour(day.fin) - session.hour(day.debut) for day in one.jours]


@seances
def test_chaque_seance_a_la_longueur_qu_elle_annonce(slug: str) -> None:
    one = SESSIONS[slug]
    if one.longueur in LENGTHS and one.famille in FAMILIES:
        assert minutes_of(one) == [LENGTHS[one.longueur]]
    if one.longueur == "soirée":
        assert (one.jours[0].debut, one.jours[0].fin) == ("18:00", "20:30")
    if one.longueur == "deux jours":
        meals = [sum(item.minutes for item in day.deroule if item.genre == "repas") for day in one.jours]
        assert [total - meal for total, meal in zip(minutes_of(one), meals, strict=True)] == [420, 420]


@seances
@pytest.mark.parametrize("which", ["min", "ideal", "max"])
def test_chaque_seance_tient_dans_son_horloge_prudente(slug: str, which: str) -> None:
    one = SESSIONS[slug]
    planned = agenda.plan(LIBRARY, one, getattr(one.effectif, which), "prudent")
    assert [notice.message for notice in planned.notices] == []


@seances
def test_chaque_seance_accueille_souffle_et_se_ferme(slug: str) -> None:
    one = SESSIONS[slug]
    first, last = one.jours[0].deroule[0], one.jours[-1].deroule[-1]
    assert (first.genre, last.genre) == ("accueil", "cloture")
    assert isinstance(first.minutes, int)
    assert isinstance(last.minutes, int)
    assert first.minutes >= WELCOME
    assert last.minutes >= CLOSING
    kinds = {item.genre for item in one.items()}
    assert one.a_distance or kinds & {"pause", "repas"}


@seances
def test_le_mot_d_accueil_se_dit_en_moins_d_une_minute(slug: str) -> None:
    words = re.findall(r"\w[\w’-]*", SESSIONS[slug].mot_d_accueil)
    assert 60 <= len(words) <= 95, f"{len(words)} mots"


def golden(planned: agenda.Agenda) -> str:
    lines = [f"{planned.session.slug}, {planned.headcount} personnes"]
    for day in planned.days:
        hours = f"{day.start // 60:02}:{day.start % 60:02}-{day.end // 60:02}:{day.end % 60:02}"
        lines.append(f"{day.name} {hours}, marge {day.slack}")
        lines += [
            f"  {block.start // 60:02}:{block.start % 60:02} {block.minutes:3} {block.slug or block.title}"
            for block in day.blocks
        ]
    return "\n".join(lines) + "\n"


@seances
def test_l_agenda_de_chaque_seance_est_celui_qui_a_ete_relu(slug: str) -> None:
    """Golden agendas: rewrite them on purpose with ``python tests/test_ateliers.py``, then read the difference."""
    kept = (folder().parent / "tests" / "agendas" / f"{slug}.txt").read_text(encoding="utf-8")
    assert golden(agenda.plan(LIBRARY, SESSIONS[slug])) == kept


def test_aucun_agenda_relu_n_est_de_trop() -> None:
    kept = {path.stem for path in (folder().parent / "tests" / "agendas").glob("*.txt")}
    assert kept == set(SESSIONS)


def _rewrite() -> None:
    where = folder().parent / "tests" / "agendas"
    where.mkdir(exist_ok=True)
    for path in where.glob("*.txt"):
        path.unlink()
    for slug, one in SESSIONS.items():
        (where / f"{slug}.txt").write_text(golden(agenda.plan(LIBRARY, one)), encoding="utf-8")


if __name__ == "__main__":
    _rewrite()
