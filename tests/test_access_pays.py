"""Every EPCI of the country: distances and sentences without an exception, with the real places and without any."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cartable import access_map, access_tables, territory
from cartable.access import reading
from cartable.access.inquiry import Inquiry
from cartable.atlas import atlas
from cartable.holdings import Holdings, Provenance
from cartable.sources import france_services

pytestmark = pytest.mark.long
FOLDER = Path(os.environ.get("CARTABLE_PARTAGE", Path(__file__).resolve().parents[2] / "shared")) / "data"
PLACES = "france_services_20240801.csv"


def test_without_places_every_epci_says_that_none_is_known() -> None:
    # Their table alone: nothing is drawn when nothing is known.
    bare = atlas().complete(Holdings())
    for siren in bare.epcis.index:
        assert not Inquiry(territory.get(siren, tables=bare)).at_hand


@pytest.mark.partage
def test_with_the_real_places_every_epci_is_measured() -> None:
    read = france_services.read((FOLDER / PLACES).read_bytes(), PLACES)
    provenance = Provenance("france_services", "France services", "ANCT", read.vintage)
    tables = atlas().complete(Holdings(places=read.places, provenances={"france_services": provenance}))
    measured = 0
    for siren in tables.epcis.index:
        asked = Inquiry(territory.get(siren, tables=tables))
        reach = asked.study.reach
        far = asked.study.beyond(10)
        assert 0 <= far.low <= far.middle <= far.high <= asked.study.population
        known = reach.dropna(subset=["distance_lieu_km"])
        assert (known["au_plus_pres"] <= known["distance_lieu_km"]).all()
        assert (known["distance_lieu_km"] <= known["au_plus_loin"]).all()
        assert [*reading.summary(asked), *reading.places_reading(asked), *reading.best_reading(asked)]
        assert len(access_tables.by_commune(asked).rows) == len(access_map.layers(asked)[0].values)
        measured += int(np.isfinite(reach["distance_lieu_km"]).sum())
    assert measured > 34_000
