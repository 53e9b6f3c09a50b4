"""Invent two EPCIs, with contours, every figure, places and neighbourhoods, for exercises and demonstrations.

Run it by hand: it needs no connection. The recipe (``fictif_recipe.py``, ``fictif_places.py``) is the work of people;
this file turns its rates into whole numbers that add up, and writes ``fictif/`` in the formats of ``data/``. The checks
(``fictif_checks.py``) write nothing if something does not hold. The same bytes come out each time.
"""

from __future__ import annotations

import json
import random
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fictif_checks as checks
import fictif_geometry as drawing
import fictif_places as places
import fictif_recipe as recipe
import numpy as np
import pandas as pd
import pyproj
import shapely

from cartable.holdings import PLACE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fictif_recipe import Commune

FOLDER = Path(__file__).resolve().parent / "fictif"
GEOD = pyproj.Geod(ellps="GRS80")
DAY = "2026-01-15"
FEWEST_FOR_INCOME, FEWEST_FOR_POVERTY = 100, 1000  # inhabitants, tax households: below, the publisher keeps the secret


# -- contours ------------------------------------------------------------------------------


class Country:
    """The contours, and what is measured on them."""

    def __init__(self) -> None:
        sites = [(c.east, c.north) for c in recipe.COMMUNES]
        shapes = drawing.cells(sites, [c.km2 for c in recipe.COMMUNES])
        self.codes = [c.code for c in recipe.COMMUNES]
        self.network = drawing.network(shapes, len(sites))
        self.topology = drawing.topology(self.codes, self.network, drawing.borders(self.network, drawing.Grid()))

    @cached_property
    def contours(self) -> dict[str, shapely.Polygon]:
        """Polygons in degrees, read back from the TopoJSON: what everybody else will see."""
        transform = self.topology["transform"]
        arcs = [np.cumsum(a, axis=0) * transform["scale"] + transform["translate"] for a in self.topology["arcs"]]
        rings = {}
        for shape in self.topology["objects"]["communes"]["geometries"]:
            lines = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in shape["arcs"][0]]
            rings[shape["id"]] = shapely.Polygon(np.concatenate([line[:-1] for line in lines] + [lines[0][:1]]))
        return rings

    @cached_property
    def points(self) -> dict[str, tuple[float, float]]:
        """Centre of the largest circle inside each contour, as for the real communes."""
        circles = {c: shapely.maximum_inscribed_circle(s, tolerance=0.001) for c, s in self.contours.items()}
        return {c: (round(line.coords[0][0], 3), round(line.coords[0][1], 3)) for c, line in circles.items()}

    def area(self, code: str) -> float:
        """Area on the ellipsoid, in km²."""
        return round(abs(float(GEOD.geometry_area_perimeter(self.contours[code])[0])) / 1e6, 2)

    def beside(self, code: str, east: float, north: float) -> tuple[float, float]:
        """Return the longitude and latitude of a point so many kilometres from that of a commune."""
        x, y = (np.array(self.points[code]) + np.array([east, north]) / drawing.Grid.ratio).tolist()
        return round(x, 5), round(y, 5)

    def across(self, one: str, other: str) -> tuple[float, float]:
        """Return a point of the border of two communes: where the way between their points crosses it."""
        way = shapely.LineString([self.points[one], self.points[other]])
        meeting = shapely.intersection(self.contours[one].boundary, way)
        x, y = shapely.get_coordinates(meeting)[0].tolist()
        return x, y


# -- figures -------------------------------------------------------------------------------


def share(total: float, percent: float) -> int:
    """Return so many percent of a total, as a whole number."""
    return round(total * percent / 100)


class Figures:
    """The counts of a commune, worked out from its rates; small seeded gaps keep them from being too regular."""

    def __init__(self, commune: Commune) -> None:
        self.commune = commune
        self._chance = random.Random(f"chiffres {commune.code}")  # noqa: S311 (an invention, not a secret)
        self.census = round(commune.population / (1 + commune.growth / 100))
        self.over_65 = share(self.census, commune.over_65)
        self.under_20 = share(self.census, 32.5 - 0.42 * commune.over_65 + self._gap(0.9))
        self.households = round(self.census / (2.45 - 0.012 * commune.over_65 - self._denser() + self._gap(0.03)))
        self.dwellings = round(self.households / (1 - (commune.second_homes + commune.empty_homes) / 100))
        self.second_homes = share(self.dwellings, commune.second_homes)
        self.empty_homes = share(self.dwellings, commune.empty_homes)

    def _gap(self, size: float) -> float:
        return self._chance.uniform(-size, size)

    def _denser(self) -> float:
        """Return by how much households are smaller in the centre, where students and single people live."""
        return 0.32 if self.commune.code == recipe.CENTRE else 0.0

    def row(self) -> list[int]:
        """Return population, census counts by age, dwellings: the columns of ``communes.csv``."""
        middle = self.census - self.under_20 - self.over_65
        ages = [self.census, self.under_20, middle, self.over_65]
        return [self.commune.population, *ages, self.dwellings, self.second_homes, self.empty_homes]

    def structure(self) -> list[int]:
        """Return people, those of 60 to 74, those of 75 and over, a year after the census of the shipped table."""
        people = round((self.census + self.commune.population) / 2)
        older = share(people, self.commune.over_65)
        oldest = share(older, 38 + 0.28 * self.commune.over_65 + self._gap(2))
        return [people, older - oldest + share(people, 6.6 + self._gap(0.4)), oldest]

    def diplomas(self) -> list[int]:
        """Return people out of school from 15 on, and among them those without a diploma."""
        students = 9.5 if self.commune.code == recipe.CENTRE else 3.0
        out = self.census - share(self.under_20, 78) - share(self.census, students + self._gap(0.3))
        return [out, share(out, self.commune.unqualified)]

    def premises(self) -> list[int] | None:
        """Return premises, those without 30 Mbit/s, those with 1 Gbit/s; none where nobody knows."""
        if self.commune.slow is None:
            return None
        total = share(self.dwellings, 111 + self._gap(3))
        return [total, share(total, self.commune.slow), share(total, self.commune.gigabit)]

    def incomes(self) -> list[Any]:
        """Return tax households and people, median income and rate of poverty, each with its state."""
        commune, households = self.commune, share(self.households, 97.2)
        if commune.population < FEWEST_FOR_INCOME:
            return ["", "", "", "s", "", "s"]
        people = share(self.census, 96.6)
        if commune.code == recipe.MERGED_SINCE:
            return [households, people, "", "fusion", "", "fusion"]
        known = households >= FEWEST_FOR_POVERTY and commune.poverty is not None
        poverty = [f"{commune.poverty / 100:.2f}", ""] if known and commune.poverty is not None else ["", "s"]
        return [households, people, commune.income, "", *poverty]


INCOMES = ("menages_fiscaux", "personnes_fiscales", "revenu_median", "revenu_median__etat", "taux_pauvrete",
           "taux_pauvrete__etat")  # fmt: skip
COUNTS = (
    "population", "population_recensement", "moins_de_20_ans", "de_20_a_64_ans", "plus_de_65_ans", "logements",
    "residences_secondaires", "logements_vacants",
)  # fmt: skip
BY_COMMUNE: dict[str, tuple[tuple[str, ...], Callable[[Figures], list[Any] | None]]] = {
    "filosofi": (INCOMES, Figures.incomes),
    "diplomes": (("non_scolarises_15_plus", "sans_diplome"), Figures.diplomas),
    "ages": (("population_structure", "de_60_a_74_ans", "plus_de_75_ans"), Figures.structure),
    "reseau": (("locaux", "locaux_sans_30_mbits", "locaux_1_gbits"), Figures.premises),
}


# -- tables --------------------------------------------------------------------------------


def tables(country: Country) -> dict[str, pd.DataFrame]:
    """Return every CSV file, by name without suffix."""
    figures = [Figures(c) for c in recipe.COMMUNES]
    rows = [
        [f.commune.code, f.commune.name, f.commune.siren, *f.row(), *country.points[f.commune.code],
         country.area(f.commune.code), ""]
        for f in figures
    ]  # fmt: skip
    columns = ["code_insee", "nom", "siren_epci", *COUNTS, "longitude", "latitude", "superficie_km2", "remarque"]
    result = {"communes": pd.DataFrame(rows, columns=columns)}
    for name, (headings, give) in BY_COMMUNE.items():
        known = [[f.commune.code, *row] for f in figures if (row := give(f)) is not None]
        result[name] = pd.DataFrame(known, columns=["code_insee", *headings])
    return result | _administrative() | {"lieux": _places(country)}


def _administrative() -> dict[str, pd.DataFrame]:
    """Return EPCIs, their published medians, the département, and what disappeared."""
    former = [(*row, "fusion") for row in recipe.FORMER_COMMUNES]
    incomes = [(s, income, "", f"{poverty / 100:.2f}", "") for s, (income, poverty) in recipe.EPCI_INCOMES.items()]
    return {
        "epci": pd.DataFrame([(s, *row) for s, row in recipe.EPCIS.items()], columns=["siren", "nom", "nature"]),
        "epcis": pd.DataFrame(incomes, columns=["siren", *INCOMES[2:]]),
        "departements": pd.DataFrame(
            [recipe.DEPARTEMENT], columns=["code_departement", "nom", "code_region", "nom_region"]
        ),
        "communes_anciennes": pd.DataFrame(former, columns=["code_ancien", "nom_ancien", "code_insee", "nature"]),
        "epci_anciens": pd.DataFrame(
            [recipe.FORMER_EPCI], columns=["siren_ancien", "nom_ancien", "dernier_millesime", "siren_actuels"]
        ),
    }


def _places(country: Country) -> pd.DataFrame:
    """Return the places in the columns that ``cartable.holdings`` declares."""
    communes = {c.code: c for c in recipe.COMMUNES}
    rows = []
    for number, place in enumerate(places.PLACES, 1):
        commune = communes[place.commune]
        x, y = country.beside(place.commune, *place.offset) if place.offset else ("", "")
        lists = (place.kinds, place.services, place.fees, place.care, place.schemes)
        rows.append(
            [
                f"fictif-{number:02}", place.name, commune.name, commune.code,
                recipe.POSTCODES.get(commune.code, recipe.POSTCODES[commune.siren]), place.address, y, x,
                *("|".join(values) for values in lists), "Itinérant" if place.itinerant else "Fixe", place.hours,
                "|".join(place.access), "|".join(place.ways), "", DAY, "Données inventées", place.dataset,
            ]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(PLACE_COLUMNS))


def neighbourhoods(country: Country) -> dict[str, Any]:
    """Return the quartiers prioritaires as GeoJSON, with the properties of the perimeters of 2024."""
    names, grid = {c.code: c.name for c in recipe.COMMUNES}, drawing.Grid()
    features = []
    for quartier in recipe.QUARTIERS:
        two = len(quartier.communes) > 1
        start = country.across(*quartier.communes) if two else country.points[quartier.communes[0]]
        x, y = grid.project(np.array(start)).tolist()
        shape = drawing.blob((x + quartier.east, y + quartier.north), quartier.radius, quartier.code)
        ring = grid.unproject(shape)
        properties = {
            "code_qp": quartier.code,
            "lib_qp": quartier.name,
            "insee_com": ", ".join(quartier.communes),
            "lib_com": ", ".join(names[code] for code in quartier.communes),
        }
        geometry = {"type": "Polygon", "coordinates": [np.round(ring, 5).tolist()]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "name": "QP2024_fictifs", "features": features}


# -- write ---------------------------------------------------------------------------------


def build() -> dict[str, str]:
    """Return the text of every file by name, once everything has been checked."""
    country = Country()
    everything, quartiers = tables(country), neighbourhoods(country)
    problems = checks.problems(everything, country.contours, quartiers)
    if problems:
        sys.exit("Données refusées, rien n’est écrit :\n- " + "\n- ".join(problems))
    files = {f"{name}.csv": table.to_csv(index=False, lineterminator="\n") for name, table in everything.items()}
    files["communes.topojson"] = json.dumps(country.topology, ensure_ascii=False, separators=(",", ":")) + "\n"
    files["quartiers.geojson"] = json.dumps(quartiers, ensure_ascii=False, indent=1) + "\n"
    return files


def main() -> None:
    """Write the files."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    FOLDER.mkdir(exist_ok=True)
    for name, text in build().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"fictif/{name} : {len(text.encode()) / 1e3:.1f} ko")


if __name__ == "__main__":
    main()
