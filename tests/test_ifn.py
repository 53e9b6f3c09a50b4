"""The IFN v2 of an EPCI: the publisher's figure first, else a mean weighted by population, never mixed with ours."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from mini_france import ESSAI, SEUL

from cartable import fragility_pages
from cartable.atlas import atlas
from cartable.fragility import ifn
from cartable.fragility.study import study
from cartable.holdings import Holdings, Provenance
from cartable.territory import get

PROVENANCE = {"ifn": Provenance("ifn", "IFN v2", "La Mednum", "2023")}


def tables(scores: dict[str, float], epcis: dict[str, float] | None = None):
    held = Holdings(
        communes=pd.DataFrame({"ifn_total": scores}).rename_axis("code_insee"),
        epcis=pd.DataFrame({"ifn_total": epcis or {}}).rename_axis("siren"),
        provenances=PROVENANCE,
    )
    return atlas().complete(held)


@pytest.mark.usefixtures("pays")
def test_each_commune_weighs_its_population() -> None:
    # 1 000 inhabitants, 150 and 600; Delta (50) and Écho (200) have no score and weigh nothing.
    here = tables({"01001": 2.0, "01002": 10.0, "01003": 5.0, "02002": 4.0})
    means = ifn.means(here.communes)["ifn_total"]
    assert means[ESSAI] == pytest.approx((2 * 1000 + 10 * 150 + 5 * 600) / 1750)
    assert means[SEUL] == 4
    assert set(means.index) == set(here.epcis.index)
    assert math.isnan(means.drop([ESSAI, SEUL]).iloc[0])


@pytest.mark.usefixtures("pays")
def test_the_figure_of_the_publisher_comes_first() -> None:
    scores = {"01001": 2.0, "01002": 10.0}
    assert ifn.of(get(ESSAI, tables=tables(scores, {ESSAI: 3.21}))) == ({"ifn_total": 3.21}, True)
    computed, published = ifn.of(get(ESSAI, tables=tables(scores, {SEUL: 3.21})))
    assert not published
    assert computed["ifn_total"] == pytest.approx((2 * 1000 + 10 * 150) / 1150)


@pytest.mark.usefixtures("pays")
def test_it_stands_beside_the_index_with_its_warning() -> None:
    shown = fragility_pages.beside(study(get(ESSAI, tables=tables({"01001": 2.0, "01003": 6.0}))))
    assert "3,50" in shown.html  # (2 × 1 000 + 6 × 600) / 1 600
    assert "La ligne de l’EPCI est calculée" in shown.html
    assert "ne les soustrayez pas" in shown.html
    assert "La Mednum" in shown.html
