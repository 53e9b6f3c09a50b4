"""In a public meeting: no name of a commune, no ranking, points to check; and what is shown to the president first."""

from __future__ import annotations

import re

import pytest
from mini_france import ESSAI

from cartable import comparison_pages, pages
from cartable.comparison import compare
from cartable.indicators import INDICATORS, get
from cartable.portrait import portrait
from cartable.territory import load

RURAL, URBAN = "999000001", "999000002"


def seen(html: str) -> str:
    """Return what people and scripts find in a page, without the code of the scripts and the styles."""
    return re.sub(r"<(script|style) data-asset.*?</\1>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("query", [RURAL, URBAN, "200070035", "241700434"])
def test_no_commune_is_named(query: str) -> None:
    shown = portrait(query, public=True)
    html = seen(pages.fragment(shown))
    names = [name for name in shown.territory.communes["nom"] if name not in shown.territory.name]
    neighbours = shown.territory.neighbours["nom"]
    named = [name for name in [*names, *neighbours] if re.search(rf"[>\"« ]{re.escape(name)}[<\"», .;:]", html)]
    # A département or a neighbourhood may bear the name of a commune.
    allowed = {*shown.territory.tables.departements["nom"], *(n.name for n in shown.territory.neighbourhoods)}
    assert [name for name in named if name not in allowed] == []


def test_neither_the_commune_that_was_typed_nor_a_neighbourhood_is_named() -> None:
    typed = portrait("Civray 86", public=True)
    assert typed.territory.notices
    assert "Civray (86078)" not in pages.identity(typed)._repr_html_()
    assert "Civray (86078)" in pages.identity(portrait("Civray 86"))._repr_html_()
    names = [n.name for n in load(URBAN).neighbourhoods]
    public, usual = (seen(pages.fragment(portrait(URBAN, public=p))) for p in (True, False))
    assert names
    assert not [n for n in names if n in public]
    assert all(n in usual for n in names)


def test_the_same_portrait_names_them_otherwise() -> None:
    html = pages.fragment(portrait(RURAL))
    assert "Sorbiers-le-Haut" in html
    assert "La plus haute" in html


def test_points_to_check_take_the_place_of_the_table() -> None:
    html = pages.communes(portrait(RURAL, public=True))._repr_html_()
    assert "Points à vérifier sur place" in html
    assert "À montrer d’abord au président et au DGS" in html
    assert "<table" not in html


def test_checks_count_communes_and_people() -> None:
    shown = portrait(RURAL, public=True)
    values = get("part_65_plus").values(shown.territory.communes)
    beyond = values > shown.totals["part_65_plus"]
    people = int(shown.territory.communes["population"][beyond].sum())
    sentence = next(s for s in shown.checks() if s.startswith("Part des 65 ans"))
    assert f"{int(beyond.sum())}\u00a0communes" in sentence
    assert f"{people:,}".replace(",", "\u202f") in sentence


def test_a_lower_income_is_what_is_checked() -> None:
    shown = portrait(RURAL)
    values = get("revenu_median").values(shown.territory.communes)
    below = int((values < shown.totals["revenu_median"]).sum())
    sentence = next(s for s in shown.checks() if s.startswith("Revenu médian"))
    assert f"{below}\u00a0communes" in sentence
    assert "au-dessous" in sentence


def test_two_maps_in_public_name_no_commune() -> None:
    both = compare(RURAL, URBAN, public=True)
    html = seen(comparison_pages.charts(both, get("part_65_plus")).html)
    names = [n for code in (RURAL, URBAN) for n in load(code).communes["nom"]]
    assert [n for n in names if f">{n}<" in html or f" {n} " in html] == []


# -- invented territories --------------------------------------------------------------------------


@pytest.mark.parametrize("section", [pages.identity, pages.population, pages.ages, pages.resources, pages.communes])
@pytest.mark.parametrize("siren", [RURAL, URBAN])
def test_every_output_says_that_the_territory_is_invented(section, siren: str) -> None:
    assert "erritoire fictif" in section(portrait(siren))._repr_html_()


def test_the_map_says_it_too() -> None:
    assert "territoire fictif" in pages.chart_map(portrait(RURAL)).to_html()


@pytest.mark.parametrize("name", ["Val-de-Brume", "cc du val de brume", RURAL])
def test_an_invented_territory_answers_to_its_name(name: str) -> None:
    assert load(name).siren == RURAL
    assert load(name).fictional


def test_a_secret_is_written_as_such() -> None:
    table = pages.communes(portrait(RURAL))
    rank = [c.key for c in table.columns].index("revenu_median")
    texts = {row[0][1]: row[rank][1] for row in table.rows}
    assert list(texts.values()).count("secret") == 3
    reading = portrait(RURAL).map_reading(INDICATORS["revenu_median"])
    assert "3\u00a0communes sont sous secret statistique" in reading


@pytest.mark.usefixtures("pays")
def test_what_more_data_would_add_is_said() -> None:
    text = pages.resources(portrait(ESSAI)).text
    assert "Revenu médian et Taux de pauvreté" in text
    assert "Part des personnes sans diplôme" in text
    assert "Arcep" in text


def test_nothing_is_missing_in_the_invented_country() -> None:
    assert portrait(RURAL).missing() == {}
