"""Distances, bounds, offers and openings: against values worked by hand, brute force, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartable import access
from cartable.access import offer
from cartable.access.distance import Index, chord, has_position
from cartable.errors import CartableError
from cartable.holdings import PLACE_COLUMNS, no_places

QUARTER = access.EARTH_RADIUS_KM * math.pi / 2
PARIS, BORDEAUX = (48.8566, 2.3522), (44.8378, -0.5792)
FEW = settings(max_examples=40)
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)
nearby = st.tuples(st.floats(45.5, 46.5), st.floats(-0.5, 1.0))


def places(*rows: dict) -> pd.DataFrame:
    """Return places with every column; texts empty, position unknown unless said."""
    full = [{**dict.fromkeys(PLACE_COLUMNS, ""), "latitude": math.nan, "longitude": math.nan, **row} for row in rows]
    kinds = no_places().dtypes
    return pd.DataFrame(full, columns=list(PLACE_COLUMNS)).astype(kinds) if rows else no_places()


def spots(*positions: tuple[float, float], code: str = "") -> pd.DataFrame:
    return places(
        *(
            {"id": f"lieu{rank}", "code_insee": code, "latitude": latitude, "longitude": longitude}
            for rank, (latitude, longitude) in enumerate(positions)
        )
    )


def communes(*positions: tuple[float, float], population: int = 100) -> pd.DataFrame:
    codes = [f"{86001 + rank}" for rank in range(len(positions))]
    table = pd.DataFrame(list(positions), columns=["latitude", "longitude"], index=pd.Index(codes, name="code_insee"))
    return table.assign(nom=[f"Commune {code}" for code in codes], population=float(population))


def square(latitude: float, longitude: float, half: float = 0.05) -> access.Outline:
    """Return a square around a point, half a side in degrees."""
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    ring = np.array([(west, south), (west, north), (east, north), (east, south), (west, south)])
    return access.Outline.of([[ring]])


def grid(*positions: tuple[float, float], half: float = 0.05) -> tuple[pd.DataFrame, dict[str, access.Outline]]:
    table = communes(*positions)
    return table, {code: square(x, y, half) for code, x, y in table[["latitude", "longitude"]].itertuples()}


# -- distances --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((0, 0), (0, 90), QUARTER),
        ((90, 0), (0, 45), QUARTER),
        ((90, 12), (90, -150), 0),  # at the pole, every longitude is one point
        ((90, 0), (-90, 0), 2 * QUARTER),
        ((0, 0), (0, 180), 2 * QUARTER),
        ((0, 179.5), (0, -179.5), QUARTER / 90),  # over the antimeridian, one degree
        ((46, 0.3), (46, 0.3), 0),
    ],
)
def test_known_arcs(start, end, expected) -> None:
    assert access.haversine(*start, *end) == pytest.approx(expected, abs=1e-6)


def test_paris_bordeaux_by_the_law_of_cosines() -> None:
    (a, b), (c, d) = PARIS, BORDEAUX
    cosine = math.sin(math.radians(a)) * math.sin(math.radians(c)) + math.cos(math.radians(a)) * math.cos(
        math.radians(c)
    ) * math.cos(math.radians(b - d))
    expected = 6371.0088 * math.acos(cosine)
    assert access.haversine(*PARIS, *BORDEAUX) == pytest.approx(expected, rel=1e-9)
    assert 498 < expected < 500


def test_a_metre_is_not_lost() -> None:
    assert access.haversine(46, 0, 46 + 1 / 111_195.08, 0) == pytest.approx(0.001, rel=1e-4)


@given(points, points)
def test_distance_is_symmetric_and_bounded(start, end) -> None:
    there, back = access.haversine(*start, *end), access.haversine(*end, *start)
    assert there == pytest.approx(back, abs=1e-9)
    assert 0 <= there <= 2 * QUARTER + 1e-6


@given(points, points, points)
def test_triangle_inequality(a, b, c) -> None:
    assert access.haversine(*a, *c) <= access.haversine(*a, *b) + access.haversine(*b, *c) + 1e-5


@given(points, points)
def test_chords_stand_under_arcs(start, end) -> None:
    vectors = access.distance.unit_vectors([start[0], end[0]], [start[1], end[1]])
    straight = float(np.linalg.norm(vectors[0] - vectors[1]))
    assert chord(access.haversine(*start, *end)) == pytest.approx(straight, abs=1e-9)


@FEW
@given(st.lists(points, min_size=1, max_size=12), st.lists(points, min_size=1, max_size=12))
def test_the_tree_finds_what_brute_force_finds(here, there) -> None:
    found = access.nearest(communes(*here), spots(*there))
    table = access.haversine(*np.array(here).T[:, :, None], *np.array(there).T[:, None, :])
    assert found["distance_lieu_km"].to_numpy() == pytest.approx(table.min(axis=1), abs=1e-4)
    ranks = found["lieu"].str.removeprefix("lieu").astype(int).to_numpy()
    assert table[np.arange(len(here)), ranks] == pytest.approx(table.min(axis=1), abs=1e-4)


@FEW
@given(st.lists(points, min_size=1, max_size=20), points, st.floats(0, 20_000))
def test_within_is_brute_force_too(there, centre, radius) -> None:
    latitude, longitude = np.array(there).T
    distance = access.haversine(*centre, latitude, longitude)
    found = set(Index(latitude, longitude).within(*centre, radius))
    assert set(np.flatnonzero(distance < radius * (1 - 1e-6) - 1e-3)) <= found
    assert found <= set(np.flatnonzero(distance <= radius * (1 + 1e-6) + 1e-3))


def test_nothing_near_when_there_is_nothing() -> None:
    found = access.nearest(communes((46, 0)), no_places())
    assert found["distance_lieu_km"].isna().all()
    assert list(found["lieu"]) == [""]
    assert access.nearest(communes(), spots((46, 0))).empty
    assert access.nearest(communes((46, 0)), spots((math.nan, 0)))["distance_lieu_km"].isna().all()


def test_points_that_are_not_points_are_left_out() -> None:
    table = communes((46, 0), (math.nan, 0), (46, math.inf), (120, 0))
    assert list(has_position(table)) == [True, False, False, False]
    found = access.nearest(table, spots((46, 0.1), (math.nan, math.nan), (91, 0)))
    assert list(found["lieu"]) == ["lieu0", "", "", ""]
    assert found["distance_lieu_km"].notna().sum() == 1


def test_the_order_of_places_changes_nothing() -> None:
    table = spots((46, 0), (46, 0), (46.1, 0))
    straight = access.nearest(communes((46, 0)), table)
    pd.testing.assert_frame_equal(straight, access.nearest(communes((46, 0)), table.iloc[::-1]))
    assert straight["lieu"].iloc[0] == "lieu0"


@pytest.mark.parametrize("word", ["Ce lieu n'accueille pas de public", "Téléphoner|Ce lieu n’accueille pas de public"])
def test_a_place_closed_to_the_public_is_no_help(word: str) -> None:
    table = places(
        {"id": "bureau", "latitude": 46, "longitude": 0, "modalites_acces": word},
        {"id": "mairie", "latitude": 46, "longitude": 1, "modalites_acces": "Se présenter"},
    )
    assert access.nearest(communes((46, 0)), table)["lieu"].iloc[0] == "mairie"


# -- contours ---------------------------------------------------------------------------


def test_bounds_of_a_square_by_hand() -> None:
    outline = square(0, 0, half=0.1)  # on the equator, a degree is the same in both directions
    degree = QUARTER / 90
    near, far = outline.bounds([0, 0, 0.3], [0, 0.3, 0.3])
    assert near == pytest.approx([0, 0.2 * degree, 0.2 * math.sqrt(2) * degree], rel=1e-4)
    assert far == pytest.approx(
        np.array([0.1 * math.sqrt(2), math.hypot(0.4, 0.1), 0.4 * math.sqrt(2)]) * degree, rel=1e-4
    )


def test_a_hole_is_outside() -> None:
    outer, inner = square(46, 0, 0.2).starts, square(46, 0, 0.1).starts
    outline = access.Outline.of([[np.vstack([ring, ring[:1]]) for ring in (outer, inner)]])
    assert list(outline.contains([46, 46.15, 46.3], [0, 0, 0])) == [False, True, False]
    near, _ = outline.bounds([46, 46.15], [0, 0])
    assert near[0] == pytest.approx(access.haversine(46, 0, 46, 0.1), rel=1e-3)
    assert near[1] == 0


def test_several_parts_and_the_antimeridian() -> None:
    west = square(0, -179.95, 0.05)
    near, far = west.bounds([0], [179.9])
    assert near[0] == pytest.approx(QUARTER / 90 * 0.1, rel=1e-3)
    assert far[0] < 30


@FEW
@given(nearby, st.floats(0.01, 0.3))
def test_the_nearest_point_of_the_contour_is_not_missed(place, half) -> None:
    outline = square(46, 0.3, half)
    near, far = outline.bounds([place[0]], [place[1]])
    shares = np.linspace(0, 1, 400)[:, None, None]
    walked = outline.starts + shares * (outline.ends - outline.starts)
    distance = access.haversine(*place, walked[..., 1], walked[..., 0])
    assert far[0] == pytest.approx(distance.max(), rel=1e-6)
    if outline.contains([place[0]], [place[1]])[0]:
        assert near[0] == 0
    else:
        assert near[0] <= distance.min() + 0.005  # five metres, over tens of kilometres
        assert near[0] == pytest.approx(distance.min(), rel=1e-3, abs=0.3)


@FEW
@given(st.lists(nearby, min_size=1, max_size=15))
def test_bounds_surround_the_point_and_match_every_place(there) -> None:
    table, contours = grid((46, 0.3), (46.2, 0), (45.8, 0.7))
    reach = access.survey(table, spots(*there), contours).reach
    assert (reach["au_plus_pres"] <= reach["distance_lieu_km"]).all()
    assert (reach["distance_lieu_km"] <= reach["au_plus_loin"]).all()
    latitude, longitude = np.array(there).T
    for code, outline in contours.items():
        near, far = outline.bounds(latitude, longitude)
        assert reach["au_plus_pres"][code] == pytest.approx(near.min(), abs=1e-9)
        assert reach["au_plus_loin"][code] == pytest.approx(far.min(), abs=1e-9)


@FEW
@given(st.lists(nearby, min_size=1, max_size=6), st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
def test_every_inhabitant_stands_between_the_bounds(there, where) -> None:
    table, contours = grid((46, 0.3))
    reach = access.survey(table, spots(*there), contours).reach.iloc[0]
    home = 46 + 0.05 * where[0], 0.3 + 0.05 * where[1]
    mine = access.haversine(*home, *np.array(there).T).min()
    assert reach["au_plus_pres"] - 1e-6 <= mine <= reach["au_plus_loin"] + 1e-6


def test_a_place_inside_brings_the_near_bound_to_zero() -> None:
    table, contours = grid((46, 0))
    assert access.survey(table, spots((46.04, 0.04)), contours).reach["au_plus_pres"].iloc[0] == 0


# -- people -----------------------------------------------------------------------------


def test_three_readings_by_hand() -> None:
    # A square of 11 by 8 km: the place is at its centre, or one, or two squares farther east.
    table, contours = grid((46, 0), (46, 0.1), (46, 0.3))
    table["population"] = [1000.0, 200.0, 30.0]
    study = access.survey(table, spots((46, 0)), contours)
    assert list(study.situations(10)) == [access.WITHIN, access.ASTRIDE, access.BEYOND]
    assert study.beyond(10) == access.People(30, 30, 230)
    assert study.beyond(5) == access.People(30, 230, 1230)
    assert study.beyond(100) == access.People(0, 0, 0)


def test_a_commune_without_contour_has_no_bounds_and_one_without_point_no_side() -> None:
    table = communes((46, 0), (math.nan, math.nan))
    study = access.survey(table, spots((46.5, 0)), {})
    assert list(study.situations(10)) == [access.ASTRIDE, access.ASTRIDE]
    assert study.beyond(10) == access.People(0, 100, 200, unplaced=100)
    assert study.beyond(1000) == access.People(0, 0, 200, unplaced=100)


def test_without_any_place_everyone_is_far() -> None:
    table, contours = grid((46, 0), (46.2, 0))
    study = access.survey(table, no_places(), contours)
    assert study.beyond(20) == access.People(200, 200, 200)
    assert study.farthest().empty
    assert len(study.empty) == 2


@FEW
@given(st.lists(nearby, min_size=0, max_size=8), st.floats(0.1, 80), st.floats(0.1, 80))
def test_people_beyond_are_bracketed_and_fewer_as_the_radius_grows(there, one, other) -> None:
    table, contours = grid((46, 0.3), (46.2, 0), (45.8, 0.7))
    study = access.survey(table, spots(*there), contours)
    small, large = study.beyond(min(one, other)), study.beyond(max(one, other))
    for people in (small, large):
        assert 0 <= people.low <= people.middle <= people.high <= study.population
    assert (large.low, large.middle, large.high) <= (small.low, small.middle, small.high)
    assert large.low <= small.low
    assert large.high <= small.high


@pytest.mark.parametrize("radius", [0, -5, math.nan, math.inf])
def test_a_radius_that_measures_nothing_is_refused(radius: float) -> None:
    table, contours = grid((46, 0))
    study = access.survey(table, no_places(), contours)
    for ask in (study.beyond, study.situations, access.open_at(study, 46, 0).gain):
        with pytest.raises(CartableError, match="rayon"):
            ask(radius)


def test_places_without_coordinates_are_told_and_placed_only_when_asked() -> None:
    table, contours = grid((46, 0), (46, 1))
    lost = places({"id": "a", "code_insee": "86001"}, {"id": "b", "code_insee": "99999"})
    study = access.survey(table, access.placed(lost, table), contours)
    assert list(study.lost["id"]) == ["a"]
    assert study.beyond(10).low == 200
    assert list(study.empty.index) == ["86002"]  # its position is unknown, the place is not
    granted = access.placed(lost, table, approximate=True)
    assert list(granted["position"]) == ["commune", ""]
    assert access.survey(table, granted, contours).reach["distance_lieu_km"].iloc[0] == 0
    assert math.isnan(lost["latitude"].iloc[0])  # what was given is left as it was


def test_a_neighbour_s_place_helps() -> None:
    table, contours = grid((46, 0), (46, 0.5))
    study = access.survey(
        table,
        pd.concat(
            [
                spots((46, 0), code="86001"),
                places({"id": "ailleurs", "code_insee": "16001", "latitude": 46, "longitude": 0.6}),
            ]
        ),
        contours,
    )
    assert list(study.helped_from_outside.index) == ["86002"]
    assert list(study.reach["lieux"]) == [1, 0]
    assert list(study.inside["id"]) == ["lieu0"]


def test_the_farthest_come_in_a_stable_order() -> None:
    table, contours = grid((46, 0.2), (46, 0), (46, -0.2))
    table["nom"] = ["Zèbre", "Milieu", "Âne"]
    study = access.survey(table, spots((46, 0)), contours)
    reach = study.reach.copy()
    reach["distance_lieu_km"] = [7.0, 1.0, 7.0]
    assert list(access.Survey(reach, study.places, study.lost, contours).farthest(2)["nom"]) == ["Âne", "Zèbre"]


# -- opening ----------------------------------------------------------------------------


@FEW
@given(st.lists(nearby, min_size=0, max_size=6), nearby, st.floats(1, 60))
def test_opening_a_place_helps_someone_or_nobody_and_harms_no_one(there, point, radius) -> None:
    table, contours = grid((46, 0.3), (46.2, 0), (45.8, 0.7))
    study = access.survey(table, spots(*there), contours)
    opening = access.open_at(study, *point)
    for measure in ("distance_lieu_km", "au_plus_pres", "au_plus_loin"):
        assert (opening.after.reach[measure] <= study.reach[measure]).all()
    before, after, gain = study.beyond(radius), opening.after.beyond(radius), opening.gain(radius)
    assert before.middle - after.middle == gain.middle
    assert 0 <= gain.low <= gain.middle <= gain.high <= before.high
    # The same as a place of the file would do.
    full = access.survey(table, spots(*there, point), contours).reach
    for measure in ("distance_lieu_km", "au_plus_pres", "au_plus_loin"):
        assert opening.after.reach[measure].to_numpy() == pytest.approx(full[measure].to_numpy(), abs=1e-6)


def test_gainers_before_and_after() -> None:
    table, contours = grid((46, 0), (46, 1))
    opening = access.open_at(access.survey(table, spots((46, 0)), contours), 46, 1)
    assert list(opening.gainers.index) == ["86002"]
    assert opening.gainers["apres"].iloc[0] == 0
    assert opening.gain(10) == access.People(100, 100, 100)
    assert opening.after.reach["lieu"]["86002"] == access.NEW_PLACE
    assert opening.offset == 0
    assert access.open_at(opening.before, 47, 1).offset > 50


def test_an_opening_where_everyone_is_near_brings_nothing() -> None:
    table, contours = grid((46, 0))
    opening = access.open_at(access.survey(table, spots((46, 0)), contours), 46.2, 0)
    assert opening.gainers.empty
    assert opening.gain(20) == access.People(0, 0, 0)


@pytest.mark.parametrize("point", [(91, 0), (46, 181), (math.nan, 0), (46, math.inf)])
def test_a_point_that_is_not_on_the_earth_is_refused(point) -> None:
    table, contours = grid((46, 0))
    with pytest.raises(CartableError, match="n’existe pas"):
        access.open_at(access.survey(table, no_places(), contours), *point)


@FEW
@given(st.lists(nearby, min_size=0, max_size=4), st.floats(2, 40))
def test_the_best_points_are_those_that_opening_them_one_by_one_gives(there, radius) -> None:
    table, contours = grid((46, 0.3), (46.2, 0), (45.8, 0.7))
    table["population"] = [50.0, 500.0, 5.0]
    study = access.survey(table, spots(*there), contours)
    best = access.best_points(study, radius)
    for code, row in best.iterrows():
        gain = access.open_at(study, table["latitude"][code], table["longitude"][code]).gain(radius)
        assert (row["au_moins"], row["selon_point"], row["au_plus"]) == (gain.low, gain.middle, gain.high)
    assert list(best["selon_point"]) == sorted(best["selon_point"], reverse=True)


def test_a_commune_without_point_is_no_candidate() -> None:
    study = access.survey(communes((46, 0), (math.nan, 0)), no_places(), {})
    assert list(access.best_points(study, 10).index) == ["86001"]


# -- what places offer ------------------------------------------------------------------

OFFERS = places(
    {"id": "oui", "typologie": "BIB|MUNI", "frais_a_charge": "Gratuit", "horaires": "Mo-Fr 09:00-12:00; Sa 10:00-12:00",
     "prise_en_charge_specifique": "Surdité|Handicaps moteurs", "itinerance": "Itinérant"},
    {"id": "non", "typologie": "CCAS", "frais_a_charge": "Gratuit|Payant", "horaires": "Mo 09:00-19:00",
     "prise_en_charge_specifique": "Surdité", "itinerance": "Fixe", "services": "Loisirs et créations numériques"},
    {"id": "muet", "horaires": "sur rendez-vous, selon la saison"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "yes", "unsaid", "no"),
    [
        ({}, "oui non muet", "", ""),
        ({"kind": "MUNI"}, "oui", "muet", "non"),
        ({"service": "Loisirs et créations numériques"}, "non", "oui muet", ""),
        ({"free": True}, "oui", "muet", "non"),
        ({"motor": True}, "oui", "muet", "non"),
        ({"roaming": "Itinérant"}, "oui", "muet", "non"),
        ({"roaming": "Fixe"}, "non", "muet", "oui"),
        ({"day": "samedi"}, "oui", "muet", "non"),
        ({"evening": True}, "non", "muet", "oui"),
        ({"day": "lundi", "evening": True}, "non", "muet", "oui"),
        ({"day": "lundi"}, "oui non", "muet", ""),
        ({"kind": "BIB", "service": "Loisirs et créations numériques"}, "", "oui muet", "non"),
    ],
)
def test_yes_no_and_the_file_does_not_say(wanted, yes, unsaid, no) -> None:
    found = offer.sift(OFFERS, offer.Wanted(**wanted))
    assert [" ".join(group["id"]) for group in (found.yes, found.unsaid, found.no)] == [yes, unsaid, no]
    assert list(found.kept(doubtful=True)["id"]) == [i for i in OFFERS["id"] if i in f"{yes} {unsaid}".split()]


def test_a_record_of_accessibility_must_be_read() -> None:
    table = places({"id": "a", "prise_en_charge_specifique": "Surdité", "fiche_acces_libre": "https://exemple.test/"})
    assert list(offer.sift(table, offer.Wanted(motor=True)).unsaid["id"]) == ["a"]


@given(st.lists(st.sampled_from([True, False, None]), max_size=6))
def test_one_no_excludes_and_one_silence_leaves_a_doubt(answers) -> None:
    criteria = [offer.Criterion("", lambda _place, answer=answer: answer) for answer in answers]
    expected = False if False in answers else None if None in answers else True
    assert offer.verdict({}, criteria) is expected


def test_sifting_nothing_gives_nothing() -> None:
    found = offer.sift(no_places(), offer.Wanted(free=True))
    assert found.yes.empty
    assert found.unsaid.empty
    assert found.no.empty
    assert list(found.yes.columns) == list(PLACE_COLUMNS)


@pytest.mark.parametrize("wrong", [{"day": "Monday"}, {"roaming": "parfois"}])
def test_an_unknown_wish_is_refused_with_the_choices(wrong) -> None:
    with pytest.raises(CartableError, match="n’est pas connu") as error:
        offer.Wanted(**wrong)
    assert "«" in error.value.remedy


def test_a_wish_says_itself() -> None:
    assert offer.Wanted().label() == "tous les lieux"
    wish = offer.Wanted(kind="BIB", free=True, day="samedi")
    assert wish.label() == "Bibliothèque ou médiathèque, gratuit pour tous, ouvert le samedi"
    assert offer.choices(OFFERS, "typologie") == ["BIB", "CCAS", "MUNI"]
