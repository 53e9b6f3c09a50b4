"""The synthesis for elected officials: always six figures, three strengths, three questions, on exactly two pages."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import math
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini_france import ESSAI, FORMULA, HOSTILE, SANS_AGE, SEUL

from cartable import territory
from cartable.atlas import Atlas, atlas, invented
from cartable.briefing import briefing, comparison, points
from cartable.briefing.comparison import BOTTOM, TOP, Benchmarks, Comparison, Group
from cartable.briefing.measures import MEASURES
from cartable.documents import briefing as document
from cartable.errors import CartableError
from cartable.holdings import Holdings, Neighbourhood, Provenance, no_places
from cartable.indicators import INDICATORS
from cartable.portrait import Portrait, portrait

TODAY = dt.date(2026, 11, 25)
RURAL, TOWN, METROPOLIS, MAYOTTE = "200070035", "241700434", "243300316", "200060465"
INVENTED = ("999000001", "999000002")


def plain(text: str) -> str:
    """What a page says, with ordinary spaces."""
    return " ".join(text.translate({0xA0: " ", 0x202F: " ", 0xAD: "-"}).split())


def sheet(query: str, *, public: bool = False, grey: bool = False) -> pypdf.PdfReader:
    shown = portrait(query)
    made = briefing(shown, public=public)
    return pypdf.PdfReader(io.BytesIO(document.pdf(made, shown.territory, today=TODAY, grey=grey)))


def fakes(gaps: dict[str, float], *, country: float = 0.5) -> dict[str, Comparison]:
    """Comparisons with chosen gaps; every other measure is like the similar EPCIs."""
    return {
        key: Comparison(measure, 0.5, 10.0, 0.5 - gaps.get(key, 0.0) / 10, country, gaps.get(key, 0.0))
        for key, measure in MEASURES.items()
    }


def complete(made) -> None:
    """What holds of any synthesis."""
    assert len(made.figures) == 6
    assert len(made.strengths) == len(made.checks) == 3
    keys = [point.key for point in (*made.strengths, *made.checks)]
    assert len(set(keys)) == 6
    assert len({figure.key for figure in made.figures}) == 6
    for figure in made.figures:
        assert not math.isnan(figure.value)
        assert figure.year
        assert all(0 < int(number) <= len(made.sources) for number in re.findall(r"\d+", figure.source))
    texts = [text for point in (*made.strengths, *made.checks) for text in (point.title, point.figure)]
    texts += [check.question for check in made.checks] + [check.whom for check in made.checks]
    assert all(texts)
    assert not re.search(r"\bnan\b|\{|n\.\xa0d", " ".join(texts), re.IGNORECASE)
    assert all(check.question.endswith("?") for check in made.checks)


# -- figures ----------------------------------------------------------------------------


def test_the_figures_are_three_numbers_then_three_shares() -> None:
    made = briefing(portrait(RURAL))
    assert [MEASURES[f.key].unit == "%" for f in made.figures] == [False] * 3 + [True] * 3
    people, older, share = made.figures[0], made.figures[1], made.figures[3]
    assert plain(people.text) == "26 641 habitants"
    assert plain(older.text) == "8 031 personnes"
    assert (share.key, plain(share.text), share.year) == ("part_65_plus", "29,8 %", "2021")


def test_shares_are_those_of_the_indicators() -> None:
    for siren in (RURAL, TOWN, METROPOLIS):
        made, here = briefing(portrait(siren)), territory.get(siren)
        for key in set(made.measures) & set(INDICATORS):
            assert made.measures[key] == pytest.approx(here.figure(key))


def test_a_group_is_summed_never_averaged() -> None:
    here = territory.get(RURAL)
    found = Benchmarks(here).compare()["part_65_plus"]
    alike = atlas().communes[atlas().communes["siren_epci"].isin(territory.similar(here))]
    counted = alike[["plus_de_65_ans", "population_recensement"]].dropna().sum()
    assert found.similar == pytest.approx(counted.iloc[0] / counted.iloc[1])
    everyone = atlas().communes[atlas().communes["siren_epci"] != ""]
    counted = everyone[["plus_de_65_ans", "population_recensement"]].dropna().sum()
    assert found.country == pytest.approx(counted.iloc[0] / counted.iloc[1])


def test_a_number_is_compared_with_the_middle_epci() -> None:
    here = territory.get(RURAL)
    sizes = atlas().communes.groupby("siren_epci")["population"].sum().drop("")
    found = Benchmarks(here).compare()["population"]
    assert found.similar == sizes[territory.similar(here)].median()
    assert found.country == sizes.median()


def test_distances_are_great_circles() -> None:
    paris, bordeaux = (2.3522, 48.8566), (-0.5792, 44.8378)
    away = comparison.distance(*(pd.Series([value]) for value in (*paris, *bordeaux)))
    assert away.iloc[0] == pytest.approx(499, abs=1)


@pytest.mark.usefixtures("pays")
def test_a_commune_without_a_point_is_left_out_of_distances() -> None:
    rows = comparison.sums(atlas().communes, atlas().holdings)
    assert rows.at[ESSAI, f"portee{BOTTOM}"] == 1800
    assert rows.at[ESSAI, f"portee{TOP}"] <= rows.at[ESSAI, f"portee{BOTTOM}"]


# -- strengths and points to check ------------------------------------------------------


def test_the_largest_gaps_of_each_sense_are_kept() -> None:
    gaps = {"portee": 0.5, "petites": -2.0, "part_residences_secondaires": -1.0, "densite": -3.0, "part_65_plus": 0.9}
    strengths, checks = points.choose(fakes(gaps))
    assert [s.key for s in strengths] == ["petites", "part_residences_secondaires", "portee"]
    assert [c.key for c in checks][:2] == ["densite", "part_65_plus"]
    assert all(s.similar for s in strengths)
    assert not checks[2].similar


def test_two_points_of_a_sense_never_deal_with_the_same_subject() -> None:
    gaps = {"portee": 3.0, "concentration": 2.0, "densite": 1.0, "mairies": -0.5}
    strengths, _ = points.choose(fakes(gaps))
    assert [s.key for s in strengths][:2] == ["portee", "mairies"]


def test_what_the_country_confirms_comes_first() -> None:
    known = fakes({"portee": 3.0, "mairies": -1.0, "part_residences_secondaires": -2.0})
    confirmed = known["mairies"]
    known["mairies"] = Comparison(confirmed.measure, 0.5, 10.0, 0.6, 0.9, -1.0)
    strengths, _ = points.choose(known)
    assert [s.key for s in strengths] == ["mairies", "portee", "part_residences_secondaires"]


def test_a_slight_gap_is_no_point() -> None:
    at_the_border = {"portee": points.SLIGHT, "part_65_plus": points.SLIGHT}
    strengths, checks = points.choose(fakes(at_the_border))
    assert not any(point.similar for point in (*strengths, *checks))


def test_youth_is_never_a_strength() -> None:
    for gap in (5.0, -5.0):
        strengths, checks = points.choose(fakes({"part_moins_20": gap, "part_65_plus": -gap}))
        assert not {"part_moins_20", "part_65_plus"} & {s.key for s in strengths}
        assert ("part_moins_20" in {c.key for c in checks}) == (gap > 0)


def test_equal_gaps_keep_the_order_of_the_lists() -> None:
    gaps = {"part_sans_30_mbits": -1.0, "part_sans_diplome": -1.0, "portee": 1.0, "mairies": -1.0}
    strengths, _ = points.choose(fakes(gaps))
    assert [s.key for s in strengths] == ["part_sans_30_mbits", "part_sans_diplome", "portee"]


ALWAYS = ["population", "communes", "concentration", "mairies", "petites", "departements"]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(MEASURES)), st.floats(-4, 4)), st.sets(st.sampled_from(sorted(MEASURES))))
def test_there_are_always_three_of_each(gaps: dict[str, float], unknown: set[str]) -> None:
    known = {key: one for key, one in fakes(gaps).items() if key in ALWAYS or key not in unknown}
    strengths, checks = points.choose(known)
    keys = [point.key for point in (*strengths, *checks)]
    assert len(strengths) == len(checks) == 3
    assert len(set(keys)) == 6
    assert points.choose(dict(reversed(known.items()))) == (strengths, checks)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=6, max_size=30))
def test_a_pooled_share_lies_between_those_of_its_epcis(pairs: list[tuple[float, float]]) -> None:
    frame = pd.DataFrame(
        pairs, columns=[f"petites{TOP}", f"petites{BOTTOM}"], index=[f"{i:09}" for i in range(len(pairs))]
    )
    group = Group(frame)
    pooled = group.together("petites", np.arange(len(pairs)))
    assert group.levels["petites"].min() * (1 - 1e-9) <= pooled <= group.levels["petites"].max() * (1 + 1e-9)


def test_few_known_values_make_no_comparison() -> None:
    tops = [1.0] * 7 + [np.nan] * 3
    frame = pd.DataFrame({f"petites{TOP}": tops, f"petites{BOTTOM}": [2.0] * 10}, index=[f"{i:09}" for i in range(10)])
    assert math.isnan(Group(frame).together("petites", np.arange(10)))
    assert Group(frame.iloc[:8]).together("petites", np.arange(8)) == 0.5


# -- whole syntheses --------------------------------------------------------------------


@pytest.mark.parametrize("siren", [RURAL, TOWN, METROPOLIS, MAYOTTE, *INVENTED])
def test_a_synthesis_is_complete(siren: str) -> None:
    made = briefing(portrait(siren))
    complete(made)
    assert briefing(portrait(siren)) == made
    assert json.loads(json.dumps(made.to_dict(), allow_nan=False))["siren"] == siren


def test_a_territory_without_a_census_is_compared_and_says_what_is_missing() -> None:
    made = briefing(portrait(MAYOTTE))
    assert {f.year for f in made.figures} == {"2017", "2026"}
    assert made.plan.key == "densite"
    assert any("ne donne pas l’âge" in gap.how for gap in made.missing)
    assert any("2017" in sentence for sentence in made.method)


def test_an_invented_territory_cites_nobody_for_its_figures() -> None:
    made = briefing(portrait(INVENTED[0]))
    assert made.fictional
    assert {figure.source for figure in made.figures} == {"1"}
    assert {figure.year for figure in made.figures} == {"inventé"}
    assert "inventés" in made.sources[0]
    known = {figure.key: figure for figure in made.figures}
    assert plain(known["nombre_sans_diplome"].similar) == "n. d."


def test_nothing_is_ranked_and_nobody_is_accused() -> None:
    for siren in (RURAL, TOWN, METROPOLIS, MAYOTTE, *INVENTED):
        text = json.dumps(briefing(portrait(siren), public=True).to_dict(), ensure_ascii=False).lower()
        assert not re.search(r"\balerte|déficit|retard|dernier rang|premier rang|mauvais", text)


@pytest.mark.parametrize("siren", [RURAL, INVENTED[0]])
def test_a_public_session_names_no_commune(siren: str) -> None:
    here = territory.find(siren)
    made = briefing(portrait(siren), public=True)
    said = {key: value for key, value in made.to_dict().items() if key != "name"}
    text = json.dumps(said, ensure_ascii=False)
    for name in here.communes["nom"]:
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text), name
    assert len(made.checklist) == 5
    assert not briefing(portrait(siren)).checklist


@pytest.mark.usefixtures("pays")
@pytest.mark.parametrize("siren", [ESSAI, SEUL, SANS_AGE])
def test_odd_territories_are_complete_and_hold_on_two_pages(siren: str) -> None:
    made = briefing(portrait(siren))
    complete(made)
    assert len(sheet(siren).pages) == 2


# -- other data -------------------------------------------------------------------------


def enriched() -> Atlas:
    """The shipped tables and invented figures of all communes: one in four far from a place, three quarters served."""
    communes = atlas().communes
    rank = pd.Series(np.arange(len(communes)), index=communes.index)
    mine = (communes["siren_epci"] == RURAL).to_numpy()
    frame = pd.DataFrame(
        {
            "locaux": 100.0,
            "locaux_sans_30_mbits": np.where(mine, 60.0, (rank % 20).astype(float)),
            "sans_diplome": np.where(mine, 1.0, 20.0 + rank % 7),
            "non_scolarises_15_plus": 100.0,
        },
        index=communes.index,
    )
    seen = {
        "reseau": Provenance("reseau", "Débits filaires", "Arcep", "2025"),
        "diplomes": Provenance("diplomes", "Diplômes", "Insee", "2022"),
    }
    return atlas().complete(Holdings(communes=frame, provenances=seen))


def test_other_data_change_the_figures_and_the_points() -> None:
    made = briefing(Portrait(territory.get(RURAL, (), enriched())))
    complete(made)
    assert made.checks[0].key == "part_sans_30_mbits"
    assert "part_sans_diplome" in {strength.key for strength in made.strengths}
    share = next(figure for figure in made.figures if figure.key == "part_sans_30_mbits")
    assert (plain(share.text), share.year) == ("60,0 %", "2025")
    assert made.sources[int(share.source) - 1] == "Arcep, Débits filaires, 2025"
    wished = made.missing[0].what
    assert "revenus" in wished
    assert "diplôme" not in wished


def test_a_list_of_places_of_one_departement_tells_nothing_of_the_others() -> None:
    place = dict.fromkeys(no_places().columns, "") | {"code_insee": "86078", "latitude": 46.15, "longitude": 0.29}
    source = atlas().complete(
        Holdings(
            places=pd.DataFrame([place]),
            provenances={"mediation": Provenance("mediation", "Lieux de médiation", "ANCT", "2026")},
        )
    )
    near = Benchmarks(territory.get(RURAL, (), source)).compare()["loin_lieu"]
    assert 0 < near.value < 1
    assert math.isnan(near.similar)
    assert math.isnan(near.country)
    assert "loin_lieu" not in Benchmarks(territory.get(TOWN, (), source)).compare()
    complete(briefing(Portrait(territory.get(RURAL, (), source))))


def test_a_median_is_read_from_the_publisher_never_computed() -> None:
    sirens = atlas().epcis.index
    incomes = pd.DataFrame({"revenu_median": np.linspace(18_000, 30_000, len(sirens))}, index=sirens)
    seen = {"filosofi": Provenance("filosofi", "Revenus et pauvreté", "Insee", "2021")}
    source = atlas().complete(Holdings(epcis=incomes, provenances=seen))
    here = territory.get(RURAL, (), source)
    found = Benchmarks(here).compare()["revenu_median"]
    assert found.value == incomes["revenu_median"][RURAL]
    assert found.similar == incomes["revenu_median"][territory.similar(here)].median()
    assert math.isnan(found.count)


def test_what_the_map_shows_is_cited_and_old_neighbourhoods_are_said() -> None:
    square = np.array([[0.28, 46.14], [0.30, 46.14], [0.30, 46.16], [0.28, 46.14]])
    place = dict.fromkeys(no_places().columns, "") | {"code_insee": "86078", "latitude": 46.15, "longitude": 0.29}
    source = atlas().complete(
        Holdings(
            places=pd.DataFrame([place, place | {"latitude": np.nan}]),
            neighbourhoods=(Neighbourhood("QP086001", "Les Peupliers", ("86078",), 2014, [[square]]),),
            provenances={
                "mediation": Provenance("mediation", "Lieux de médiation", "ANCT", "2026"),
                "qpv": Provenance("qpv", "Quartiers prioritaires", "ANCT", "2014"),
            },
        )
    )
    here = territory.get(RURAL, (), source)
    made = briefing(Portrait(here))
    assert {"ANCT, Lieux de médiation, 2026", "ANCT, Quartiers prioritaires, 2014"} <= set(made.sources)
    assert any("2014" in gap.how and "remplacé" in gap.how for gap in made.missing)
    assert len(document.places(here)) == 1
    drawn = document.draw_map(made, here).svg
    assert "Lieux d’aide connus" in drawn
    assert "périmètres de 2014" in drawn
    elsewhere = briefing(Portrait(territory.get(TOWN, (), source)))
    assert not any("ANCT" in line for line in elsewhere.sources)


# -- on paper ---------------------------------------------------------------------------


@pytest.mark.parametrize("siren", [RURAL, METROPOLIS, MAYOTTE])
def test_the_sheet_has_two_pages_and_tells_everything(siren: str) -> None:
    made, reader = briefing(portrait(siren)), sheet(siren)
    assert len(reader.pages) == 2
    front, back = (plain(page.extract_text()) for page in reader.pages)
    assert plain(made.name) in front
    for figure in made.figures:
        assert plain(figure.text).split(" ")[0] in front
    for point in (*made.strengths, *made.checks):
        assert plain(point.title)[:20] in back
    assert "Trois points à vérifier sur place" in back
    assert "Sources" in back


def test_the_sheet_is_accessible() -> None:
    reader = sheet(RURAL)
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("fr")
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Synthèse pour les élus : CC du Civraisien en Poitou"
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= set(kinds(root["/StructTreeRoot"]))
    alternatives = [node["/Alt"] for node in nodes(root["/StructTreeRoot"]) if node.get("/S") == "/Figure"]
    assert any("17 communes sur 35 dépassent" in plain(text) for text in alternatives)


def nodes(node):
    """Walk the structure of a PDF."""
    node = node.get_object()
    if isinstance(node, list):
        yield from itertools.chain.from_iterable(nodes(one) for one in node)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from nodes(node["/K"])


def kinds(root) -> list[str]:
    return [node["/S"] for node in nodes(root) if "/S" in node]


@pytest.mark.parametrize("siren", INVENTED)
def test_an_invented_territory_says_so_on_both_sides(siren: str) -> None:
    for page in sheet(siren).pages:
        assert "Territoire fictif" in plain(page.extract_text())
    assert "Territoire fictif" not in plain(sheet(RURAL).pages[1].extract_text())


def test_the_public_sheet_names_no_commune_and_lists_what_to_show_first() -> None:
    front, back = (plain(page.extract_text()) for page in sheet(RURAL, public=True).pages)
    for name in set(territory.get(RURAL).communes["nom"]) - {"Civray"}:
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", front + back), name
    assert "À montrer d’abord au président et au DGS" in back


def test_the_grey_sheet_has_no_bright_colour() -> None:
    for page in sheet(TOWN, grey=True).pages:
        content = page.get_contents().get_data().decode("latin-1")
        for found in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN|rg|RG)\b", content):
            shades = [float(value) for value in found]
            assert max(shades) - min(shades) < 0.12


def test_the_sheet_is_the_same_each_time() -> None:
    shown = portrait(RURAL)
    made = briefing(shown)
    first, second = (document.pdf(made, shown.territory, today=TODAY) for _ in range(2))
    assert first == second


def test_a_sheet_that_overflows_is_refused() -> None:
    from dataclasses import replace  # noqa: PLC0415

    shown = portrait(RURAL)
    made = briefing(shown)
    long = replace(made, method=tuple(made.method) * 12)
    with pytest.raises(CartableError, match=r"déborde de sa feuille : le verso de \d+.lignes? de trop"):
        document.pdf(long, shown.territory, today=TODAY)


@pytest.mark.usefixtures("pays")
def test_hostile_names_are_printed_as_they_are() -> None:
    text = plain(" ".join(page.extract_text() for page in sheet(ESSAI).pages))
    assert "CC du Pays d'Essai" in text
    assert HOSTILE.startswith("<script>")
    assert FORMULA.startswith("=")


# -- everything -------------------------------------------------------------------------


@pytest.mark.long
def test_every_epci_has_its_synthesis_on_two_pages() -> None:
    for rank, siren in enumerate([*atlas().epcis.index, *invented().epcis.index]):
        shown = portrait(siren)
        made = briefing(shown, public=bool(rank % 2))
        complete(made)
        content = document.pdf(made, shown.territory, today=TODAY, grey=bool(rank % 3))
        assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 2, siren


@pytest.mark.partage
def test_every_epci_has_its_synthesis_with_real_data() -> None:
    from cartable.sources import catalogue  # noqa: PLC0415

    folder = Path(os.environ.get("CARTABLE_PARTAGE", Path(__file__).resolve().parents[2] / "shared")) / "data"
    files = {"filosofi": "cc_filosofi_2021_COM.csv", "france_services": "france_services_20240801.csv"}
    read = {key: catalogue.get(key).read((folder / name).read_bytes(), name) for key, name in files.items()}
    source = atlas().complete(
        Holdings(
            communes=read["filosofi"].communes,
            places=read["france_services"].places,
            provenances={key: Provenance(key, key, "producteur", "2024") for key in files},
        )
    )
    for siren in source.epcis.index:
        made = briefing(Portrait(territory.get(siren, (), source)))
        complete(made)
        assert siren in {"200059871", "200060473"} or "loin_lieu" in made.measures


def test_the_public_data_hold_no_figure_by_commune() -> None:
    codes = set(portrait(RURAL).territory.codes)
    public, whole = (json.dumps(briefing(portrait(RURAL), public=p).to_dict()) for p in (True, False))
    assert all(f'"{code}"' in whole for code in codes)
    assert not any(f'"{code}"' in public for code in codes)


def test_the_public_map_names_neither_places_nor_neighbourhoods() -> None:
    here = territory.find(INVENTED[1])
    names = [n.name for n in here.neighbourhoods] + [p.label for p in document.places(here)]
    public, usual = (document.draw_map(briefing(portrait(here), public=p), here) for p in (True, False))
    assert len(names) > 3
    assert not [n for n in names if n in public.svg + public.description]
    assert [n for n in names if n in usual.svg + usual.description]
