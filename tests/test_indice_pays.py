"""Every EPCI of the country: an index, or why there is none, with shipped data and with real ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cartable import fragility_pages, territory
from cartable.atlas import Atlas, atlas
from cartable.fragility import reading
from cartable.fragility.study import study
from cartable.holdings import Holdings, Provenance
from cartable.sources import filosofi, france_services

pytestmark = pytest.mark.long
FOLDER = Path(os.environ.get("CARTABLE_PARTAGE", Path(__file__).resolve().parents[2] / "shared")) / "data"
INCOMES, PLACES = "cc_filosofi_2021_COM.csv", "france_services_20240801.csv"


def told(tables: Atlas) -> dict[str, int]:
    """Read every EPCI as the notebook does, and count how it ends."""
    ends = {"indice": 0, "un indicateur": 0, "rien": 0}
    for siren in tables.epcis.index:
        found = study(territory.get(siren, tables=tables))
        index = found.index
        assert [*reading.weights(found), *reading.summary(found), *reading.robustness(found)]
        assert fragility_pages.weights(found).html
        scores = index.total.dropna()
        assert scores.between(0, 100).all()
        assert index.contributions.loc[scores.index].sum(axis=1).to_numpy() == pytest.approx(scores.to_numpy())
        assert (index.coverage[scores.index] >= 0.6 - 1e-9).all()
        ends["indice" if len(scores) else "un indicateur" if index.single else "rien"] += 1
    return ends


def test_shipped_data_alone_make_no_index() -> None:
    ends = told(atlas().complete(Holdings()))
    assert sum(ends.values()) == 1_255
    assert ends["indice"] == 0
    assert ends["un indicateur"] == 1_250  # five EPCIs of Mayotte have no age


@pytest.mark.partage
def test_real_incomes_and_places_make_one_nearly_everywhere() -> None:
    incomes = filosofi.read((FOLDER / INCOMES).read_bytes(), INCOMES)
    places = france_services.read((FOLDER / PLACES).read_bytes(), PLACES)
    held = Holdings(
        communes=incomes.communes,
        places=places.places,
        provenances={key: Provenance(key, key, "Insee", "2021") for key in ("filosofi", "france_services")},
    )
    ends = told(atlas().complete(held))
    assert sum(ends.values()) == 1_255
    assert ends["indice"] > 1_200
