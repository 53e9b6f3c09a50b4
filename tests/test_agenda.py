"""The agenda engine: what always holds (hypothesis), then each rule on a case that can be checked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini_ateliers import card, free, library, seance, step
from pydantic import ValidationError

from cartable import agenda
from cartable.agenda import Actual, plan
from cartable.session import hour
from cartable.workshop import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.agenda import Agenda, Block, Day
    from cartable.session import Session
    from cartable.workshop import Library

PAUSE = free("Pause", 10, "pause")


# --- What always holds ----------------------------------------------------------------------------------------------

CONFIGURATIONS = ("seul", "binome", "trio", "groupe", "pleniere")


@st.composite
def cards(draw: st.DrawFn) -> Library:
    def one_step(rank: int) -> dict[str, Any]:
        shortest = draw(st.integers(1, 15))
        longest = shortest + draw(st.integers(0, 30))
        configuration = draw(st.sampled_from(CONFIGURATIONS))
        people = {"seul": 1, "binome": 2, "trio": 3, "groupe": 4, "pleniere": 12}[configuration]
        usual = draw(st.integers(shortest, longest))
        # At the ideal headcount a card stays within its own bounds: the fixed part is what is left.
        each = draw(st.sampled_from([0, usual / people])) if usual % people == 0 else 0
        minutes = {"min": shortest, "typique": 0 if each else usual, "max": longest}
        return step(f"Temps {rank}", minutes=minutes, par_personne=float(each), configuration=configuration)

    made = [
        card(f"format-{rank}", deroule=[one_step(i) for i in range(draw(st.integers(3, 5)))])
        for rank in range(draw(st.integers(1, 3)))
    ]
    return library(*made)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Library, Session]:
    known = draw(cards())
    slugs = st.sampled_from(sorted(known.cards))

    def line(*, plain: bool = False) -> dict[str, Any]:
        kinds = ["atelier", "bloc", "pause"] + ([] if plain else ["paralleles"])
        kind = draw(st.sampled_from(kinds))
        options = {"priorite": draw(st.integers(1, 3)), "facultatif": draw(st.booleans())}
        if kind == "atelier":
            return {"atelier": draw(slugs), **options}
        if kind == "paralleles":
            tracks = [{"nom": f"Groupe {i}", "deroule": [line(plain=True)]} for i in range(draw(st.integers(2, 3)))]
            return {"paralleles": tracks, **options}
        return free(kind, draw(st.integers(1, 30)), "pause" if kind == "pause" else "libre", **options)

    items = [line() for _ in range(draw(st.integers(1, 6)))]
    start = draw(st.integers(8 * 60, 10 * 60))
    end = start + draw(st.integers(60, 480))
    at = start
    for item in items[1:]:
        if draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(at, end - 1))
            item["heure"] = f"{at // 60}:{at % 60:02}"
    made = seance(items, known, f"{start // 60}:{start % 60:02}", f"{end // 60}:{end % 60:02}")
    return known, made


headcounts = st.integers(1, 40)
CASES = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        for track in block.tracks:
            yield from walk(track.blocks)


@CASES
@given(sessions(), headcounts, st.sampled_from(CLOCKS))
def test_rien_ne_se_chevauche(made: tuple[Library, Session], n: int, clock: Any) -> None:
    for day in plan(*made, n, clock).days:
        check_sequence(day.blocks, day.start)


def check_sequence(blocks: tuple[Block, ...], start: int) -> None:
    at = start
    for block in blocks:
        assert block.start >= at
        assert block.end >= block.start
        inner = block.start
        for slot in block.slots:
            assert slot.start == inner, "les étapes d’un bloc se suivent"
            inner = slot.end
        for track in block.tracks:
            check_sequence(track.blocks, block.start)
            assert track.wait >= 0
            if track.blocks:
                assert track.blocks[-1].end + track.wait == block.end, "les groupes se retrouvent au plus lent"
        at = block.end


@CASES
@given(sessions(), headcounts, st.sampled_from(CLOCKS))
def test_les_heures_fixees_tiennent_ou_le_retard_est_dit(
    made: tuple[Library, Session],
    n: int,
    clock: Any,
) -> None:
    known, session = made
    planned = plan(known, session, n, clock)
    locked = {f"1-{rank}": hour(item.heure) for rank, item in enumerate(session.jours[0].deroule, 1) if item.heure}
    late = {notice.block for notice in planned.notices if notice.code == "retard"}
    over = [notice for notice in planned.notices if notice.code == "depasse"]
    for block in planned.days[0].blocks:
        if block.id in locked and block.id not in late:
            assert block.start == locked[block.id]
        if block.id in late:
            assert block.start > locked[block.id]
            assert over, "un retard a toujours une cause, et elle est dite"
    if planned.overrun:
        assert any(notice.minutes > 0 for notice in over)


@CASES
@given(sessions(), headcounts, st.sampled_from(CLOCKS))
def test_la_somme_des_etapes_fait_le_total(made: tuple[Library, Session], n: int, clock: Any) -> None:
    for day in plan(*made, n, clock).days:
        for block in walk(day.blocks):
            inside = [sum(child.minutes for child in track.blocks) + track.wait for track in block.tracks]
            assert block.minutes == max([sum(slot.minutes for slot in block.slots), *inside])
        gaps = sum(b.start - a for a, b in zip([day.start, *(b.end for b in day.blocks)], day.blocks, strict=False))
        assert sum(block.minutes for block in day.blocks) + gaps + day.slack == day.end - day.start


@CASES
@given(sessions(), headcounts, st.sampled_from(CLOCKS))
def test_rien_ne_change_en_silence(made: tuple[Library, Session], n: int, clock: Any) -> None:
    known, session = made
    planned = plan(known, session, n, clock)
    present = {block.id for block in planned.blocks()}
    shortened = {notice.block for notice in planned.notices if notice.code == "raccourci"}
    for block in planned.days[0].blocks:
        inner = [slot for one in walk((block,)) for slot in one.slots]
        assert all(slot.shortest <= slot.minutes <= slot.usual for slot in inner)
        assert (block.id in shortened) == any(slot.minutes < slot.usual for slot in inner)
    for rank, item in enumerate(session.jours[0].deroule, 1):
        name = f"1-{rank}"
        assert (name in present) != (name in planned.dropped)
        assert name in present or item.facultatif
    assert {n.block for n in planned.notices if n.code == "retire"} == set(planned.dropped)


@CASES
@given(cards(), headcounts, st.sampled_from(CLOCKS))
def test_plus_de_monde_ne_raccourcit_jamais(known: Library, n: int, clock: Any) -> None:
    for one in known.cards.values():
        assert one.total(n, clock) <= one.total(n + 1, clock)
        assert one.total(n, "optimiste") <= one.total(n, "typique") <= one.total(n, "prudent")


@given(headcounts.filter(lambda n: n > 1), st.integers(2, 12))
def test_personne_ne_reste_seul_dans_un_groupe(n: int, size: int) -> None:
    one = card(participants={"min": 2, "ideal": 12, "max": 60, "par_groupe": size})
    for configuration in ("binome", "trio", "groupe", "pleniere"):
        groups = one.group_count(configuration, n)
        assert groups >= 1
        assert n // groups >= 2, "le plus petit groupe compte au moins deux personnes"


@given(headcounts, st.lists(st.none() | st.floats(0.05, 0.4), min_size=2, max_size=4))
def test_le_partage_des_groupes_ne_perd_personne(n: int, parts: list[float | None]) -> None:
    shares = agenda.split(n, parts)
    assert len(shares) == len(parts)
    assert all(share >= 1 for share in shares)
    if n >= 20:
        assert sum(shares) == n


# --- Each rule ------------------------------------------------------------------------------------------------------


def times(planned: Agenda) -> list[tuple[str, str, int]]:
    return [(b.title, f"{b.start // 60}:{b.start % 60:02}", b.minutes) for b in planned.days[0].blocks]


def codes(planned: Agenda) -> list[str]:
    return [notice.code for notice in planned.notices]


def only_day(planned: Agenda) -> Day:
    return planned.days[0]


def test_une_seance_simple() -> None:
    known = library()
    items = [
        free("Accueil", 10, "accueil"),
        {"atelier": "essai"},
        PAUSE,
        {"atelier": "essai"},
        free("Fin", 10, "cloture"),
    ]
    planned = plan(known, seance(items, known), 12)
    assert times(planned) == [
        ("Accueil", "9:00", 10), ("Essai à la mairie", "9:10", 30), ("Pause", "9:40", 10),
        ("Essai à la mairie", "9:50", 30), ("Fin", "10:20", 10),
    ]  # fmt: skip
    assert only_day(planned).slack == 90
    assert not planned.notices
    assert planned.fits


@pytest.mark.parametrize(
    ("configuration", "n", "minutes"),
    [
        ("seul", 12, 1),
        ("binome", 12, 2),
        ("trio", 12, 3),
        ("groupe", 12, 4),
        ("groupe", 3, 3),
        ("pleniere", 12, 12),
        ("pleniere", 40, 30),
    ],
)
def test_une_minute_par_personne(configuration: str, n: int, minutes: int) -> None:
    timed = step("Parler", minutes={"min": 1, "typique": 0, "max": 30}, par_personne=1, configuration=configuration)
    one = card(deroule=[step("Ouvrir"), timed, step("Conclure")])
    assert one.minutes(one.deroule[1], n) == minutes


def test_une_etape_reste_entre_son_minimum_et_son_maximum() -> None:
    timed = step("Parler", minutes={"min": 10, "typique": 2, "max": 15}, par_personne=1, configuration="pleniere")
    one = card(deroule=[step("Ouvrir"), timed, step("Conclure")])
    assert [one.minutes(one.deroule[1], n) for n in (1, 8, 9, 13, 14, 50)] == [10, 10, 11, 15, 15, 15]


def test_les_trois_horloges() -> None:
    one = card(deroule=[step(f"Temps {i}", minutes={"min": 1, "typique": 20, "max": 60}) for i in range(3)])
    assert [one.total(12, clock) for clock in CLOCKS] == [48, 60, 75]
    tight = card(deroule=[step(f"Temps {i}", minutes={"min": 18, "typique": 20, "max": 22}) for i in range(3)])
    assert [tight.total(12, clock) for clock in CLOCKS] == [54, 60, 66], "jamais hors de [min, max]"


def test_on_raccourcit_d_abord_ce_qui_compte_le_moins() -> None:
    known = library()
    items = [{"atelier": "essai", "priorite": 1}, {"atelier": "essai", "priorite": 3}]
    planned = plan(known, seance(items, known, "9:00", "9:57"), 12)
    assert [block.minutes for block in only_day(planned).blocks] == [30, 27]
    assert codes(planned) == ["raccourci", "sans-marge"]
    assert planned.notices[0].minutes == 3
    tighter = plan(known, seance(items, known, "9:00", "9:50"), 12)
    assert [block.minutes for block in only_day(tighter).blocks] == [26, 24], "puis le plus important, vers son minimum"


def test_le_raccourci_se_partage_entre_les_etapes() -> None:
    known = library()
    planned = plan(known, seance([{"atelier": "essai"}], known, "9:00", "9:27"), 12)
    assert [slot.minutes for slot in planned.slots()] == [9, 9, 9]


def test_puis_on_retire_ce_qui_est_facultatif_et_le_reste_reprend_sa_duree() -> None:
    known = library()
    items = [
        {"atelier": "essai"},
        {"atelier": "essai", "facultatif": True},
        {"atelier": "essai", "facultatif": True, "priorite": 3},
    ]
    planned = plan(known, seance(items, known, "9:00", "10:05"), 12)
    assert planned.dropped == ("1-3",), "le moins important part le premier"
    assert [block.minutes for block in only_day(planned).blocks] == [30, 30]
    assert "« Essai à la mairie » est retiré" in planned.notices[0].message.replace("\u00a0", " ")


def test_enfin_on_dit_de_combien_ca_depasse_et_ou() -> None:
    known = library()
    planned = plan(known, seance([{"atelier": "essai"}, {"atelier": "essai"}], known, "9:00", "9:40"), 12)
    assert planned.overrun == 8
    (over,) = [notice for notice in planned.notices if notice.code == "depasse"]
    assert over.minutes == 8
    assert over.block == "1-2"
    assert "8\u00a0min" in over.message
    assert "9\u00a0h\u00a040" in over.message
    assert not planned.fits


def test_une_pause_facultative_n_est_jamais_retiree() -> None:
    known = library()
    items = [{"atelier": "essai"}, {**PAUSE, "facultatif": True}, {"atelier": "essai"}]
    assert plan(known, seance(items, known, "9:00", "9:50"), 12).dropped == ()


def test_la_marge_avant_une_heure_fixee_se_voit() -> None:
    known = library()
    items = [{"atelier": "essai"}, {**PAUSE, "heure": "9:45"}, {"atelier": "essai"}]
    planned = plan(known, seance(items, known), 12)
    pause = only_day(planned).blocks[1]
    assert (pause.start, pause.anchor, pause.slack_before) == (585, 585, 15)


def test_une_heure_fixee_manquee_est_dite() -> None:
    known = library()
    items = [{"atelier": "essai"}, {**PAUSE, "heure": "9:15"}, {"atelier": "essai"}]
    planned = plan(known, seance(items, known), 12)
    assert [c for c in codes(planned) if c in {"depasse", "retard"}] == ["depasse", "retard"]
    (late,) = [notice for notice in planned.notices if notice.code == "retard"]
    assert late.minutes == 9, "24 minutes au plus court, dans 15"


def test_les_groupes_en_parallele_se_retrouvent_au_plus_lent() -> None:
    known = library()
    tracks = [{"nom": "Élus", "deroule": [{"atelier": "essai"}]}, {"nom": "Habitants", "deroule": [free("Café", 20)]}]
    planned = plan(known, seance([{"paralleles": tracks}, PAUSE], known), 13)
    fork, pause = only_day(planned).blocks
    assert fork.minutes == 30
    assert pause.start == fork.end
    assert [(track.name, track.headcount, track.wait) for track in fork.tracks] == [
        ("Élus", 7, 0),
        ("Habitants", 6, 10),
    ]


def test_raccourcir_des_groupes_en_parallele_ne_touche_que_les_plus_lents() -> None:
    known = library()
    tracks = [{"nom": "Élus", "deroule": [{"atelier": "essai"}]}, {"nom": "Habitants", "deroule": [free("Café", 20)]}]
    planned = plan(known, seance([{"paralleles": tracks}], known, "9:00", "9:25"), 12)
    assert only_day(planned).blocks[0].minutes == 25
    assert only_day(planned).blocks[0].tracks[1].blocks[0].minutes == 20


@pytest.mark.parametrize(("minute", "shown"), [(540, 540), (542, 540), (543, 545), (547, 545), (548, 550)])
def test_les_heures_affichees_sont_arrondies_a_cinq_minutes(minute: int, shown: int) -> None:
    assert agenda.rounded(minute) == shown


def test_l_arrondi_ne_depasse_jamais_la_fin() -> None:
    known = library()
    planned = plan(known, seance([{"atelier": "essai"}], known, "9:00", "9:33"), 12)
    day = only_day(planned)
    longer = plan(known, seance([free("Discussion", 33)], known, "9:00", "9:33"), 12).days[0]
    assert day.shown_end(day.blocks[0]) == 570
    assert longer.shown_end(longer.blocks[0]) == 573, "9 h 33, et non 9 h 35"


def test_plus_de_90_minutes_sans_pause() -> None:
    known = library()
    long = [{"atelier": "essai"}] * 4
    assert "sans-pause" in codes(plan(known, seance(long, known), 12))
    paused = [*long[:3], PAUSE, long[3]]
    assert "sans-pause" not in codes(plan(known, seance(paused, known), 12))
    assert codes(plan(known, seance([{"atelier": "essai"}] * 3, known), 12)) == [], "90 minutes tout juste"


@pytest.mark.parametrize(
    ("start", "end", "at", "said"),
    [
        ("9:00", "17:00", "12:00", False),
        ("9:00", "17:00", "11:00", True),
        ("9:00", "17:00", "13:30", True),
        ("17:30", "21:00", "19:00", False),
    ],
)
def test_le_repas_a_son_heure(start: str, end: str, at: str, said: bool) -> None:
    known = library()
    items = [{"atelier": "essai"}, free("Repas", 60, "repas", heure=at), {"atelier": "essai"}]
    assert ("repas" in codes(plan(known, seance(items, known, start, end), 12))) is said


def test_une_journee_sans_repas_est_signalee() -> None:
    known = library()
    assert "repas" in codes(plan(known, seance([{"atelier": "essai"}], known, "9:00", "17:00"), 12))
    assert "repas" not in codes(plan(known, seance([{"atelier": "essai"}], known, "9:00", "12:00"), 12))


def test_un_effectif_hors_de_la_fiche_est_signale() -> None:
    known = library()
    assert codes(plan(known, seance([{"atelier": "essai"}], known), 30)) == ["effectif"]
    assert codes(plan(known, seance([{"atelier": "essai"}], known), 2)) == ["effectif"]


def test_une_seance_se_deplace_avec_ses_heures_fixees() -> None:
    known = library()
    items = [{"atelier": "essai"}, {**PAUSE, "heure": "9:45"}]
    moved = agenda.shifted(seance(items, known, "9:00", "12:00"), 18 * 60)
    assert (moved.jours[0].debut, moved.jours[0].fin, moved.jours[0].deroule[1].heure) == ("18:00", "21:00", "18:45")


# --- Live -----------------------------------------------------------------------------------------------------------


def test_en_retard_le_reste_se_raccourcit() -> None:
    known = library()
    items = [{"atelier": "essai"}, {"atelier": "essai"}]
    session = seance(items, known, "9:00", "10:05")
    late = plan(known, session, 12, actuals={"1-1-1": Actual(540, 560)}, now=560)
    assert [slot.start for slot in late.slots()][:2] == [540, 560]
    assert late.days[0].finish == 605, "la fin est tenue"
    assert sum(slot.usual - slot.minutes for slot in late.slots() if not slot.done) == 5
    assert [slot.done for slot in late.slots()] == [True, False, False, False, False, False]


def test_une_etape_en_cours_dure_au_moins_jusqu_a_maintenant() -> None:
    known = library()
    session = seance([{"atelier": "essai"}], known, "9:00", "10:05")
    early = plan(known, session, 12, actuals={"1-1-1": Actual(540)}, now=545)
    assert [slot.start for slot in early.slots()] == [540, 550, 560]
    late = plan(known, session, 12, actuals={"1-1-1": Actual(540)}, now=558)
    assert [slot.start for slot in late.slots()] == [540, 558, 568]


def test_commencer_en_retard_decale_le_reste() -> None:
    known = library()
    session = seance([{"atelier": "essai"}, {"atelier": "essai"}], known, "9:00", "12:00")
    late = plan(known, session, 12, actuals={"1-1-1": Actual(550)}, now=551)
    assert [slot.start for slot in late.slots()] == [550, 560, 570, 580, 590, 600]


def test_ce_qui_a_commence_n_est_plus_retire() -> None:
    known = library()
    items = [{"atelier": "essai", "facultatif": True}, {"atelier": "essai"}]
    session = seance(items, known, "9:00", "9:50")
    live = plan(known, session, 12, actuals={"1-1-1": Actual(540, 552)}, now=552)
    assert live.dropped == ()
    assert live.overrun == 2, "12 faites, puis 16 et 24 au plus court"


def test_apres_une_heure_fixee_manquee_le_temps_reel_fait_foi() -> None:
    known = library()
    items = [{"atelier": "essai"}, {**PAUSE, "heure": "9:45"}, {"atelier": "essai"}]
    session = seance(items, known, "9:00", "12:00")
    done = {f"1-1-{rank}": Actual(540 + 20 * rank - 20, 540 + 20 * rank) for rank in (1, 2, 3)}
    live = plan(known, session, 12, actuals=done, now=602)
    assert live.days[0].blocks[1].start == 602, "ce qui n’a pas commencé ne commence pas dans le passé"
    assert "retard" in codes(live)


def test_un_format_coupe_par_une_pause_garde_ses_etapes() -> None:
    known = library()
    items = [{"atelier": "essai", "etapes": [1, 2]}, PAUSE, {"atelier": "essai", "etapes": [3, 3]}]
    planned = plan(known, seance(items, known), 12)
    assert times(planned) == [
        ("Essai à la mairie", "9:00", 20),
        ("Pause", "9:20", 10),
        ("Essai à la mairie, suite", "9:30", 10),
    ]
    assert [slot.id for slot in planned.slots()] == ["1-1-1", "1-1-2", "1-2-1", "1-3-3"]


@pytest.mark.parametrize("parts", [[[1, 2]], [[2, 3]], [[1, 2], [2, 3]], [[2, 3], [1, 1]]])
def test_un_format_ne_se_joue_pas_a_moitie(parts: list[list[int]]) -> None:
    known = library()
    with pytest.raises(ValidationError, match="ne couvrent pas ses 3 étapes"):
        seance([{"atelier": "essai", "etapes": part} for part in parts], known)


def test_un_groupe_en_parallele_compte_ses_propres_personnes() -> None:
    known = library()
    tracks = [{"nom": name, "deroule": [{"atelier": "essai"}]} for name in ("Élus", "Habitants")]
    assert codes(plan(known, seance([{"paralleles": tracks}], known), 40)) == [], "deux fois 20, pour 24 au plus"
    assert codes(plan(known, seance([{"paralleles": tracks}], known), 6)) == ["effectif"], "trois par groupe, pour 4"
