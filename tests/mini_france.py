"""A tiny country in the format of ``data/``: squares on a grid, and one of each thing that goes wrong."""

from __future__ import annotations

import csv
import itertools
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE, FORMULA = "<script>alert(1)</script>", "=SOMME(A1)"
ESSAI, SEUL, SANS_AGE = "200000001", "200000002", "200000003"

# Code, name, EPCI, population, census (everyone, under 20, 20–64, 65+, dwellings, second homes, empty), square, remark.
COMMUNES = (
    ("01001", "Alpha", ESSAI, 1000, (990, 190, 500, 300, 600, 60, 30), (0, 0), ""),
    ("01002", HOSTILE, ESSAI, 150, (140, 20, 70, 50, 90, 20, 10), (1, 0), "contour complété"),
    (
        "01003",
        FORMULA,
        ESSAI,
        600,
        (650, 150, 350, 150, 300, 10, 20),
        (0, 1),
        "recensée avec des communes rétablies depuis",
    ),
    ("01004", "Delta", ESSAI, 50, None, (1, 1), "recensée avec 01003"),
    (
        "02001",
        "Écho-sans-Contour",
        ESSAI,
        200,
        (210, 40, 110, 60, 100, 5, 5),
        None,
        "contour compris dans celui de 01001",
    ),
    ("02002", "Bourg-Seul", SEUL, 50000, (49000, 11000, 28000, 10000, 25000, 500, 1500), (2, 0), ""),
    ("97601", "Gamma", SANS_AGE, 3000, None, (6, 5), "population de 2017, recensement de 2021 sans objet"),
    ("97602", "Alpha", SANS_AGE, 2000, None, (7, 6), "population de 2017, recensement de 2021 sans objet"),
    ("01005", "Île-Seule", "", 80, (80, 10, 40, 30, 90, 50, 0), (9, 9), ""),
)
EPCIS = (
    (ESSAI, "CC du Pays d'Essai", "CC"),
    (SEUL, "CA du Bourg-Seul (CABS)", "CA"),
    (SANS_AGE, "Métropole des Sans-Âge", "ME"),
)
DEPARTEMENTS = (
    ("01", "Premier", "84", "Grande-Région"),
    ("02", "Second", "84", "Grande-Région"),
    ("976", "Mayotte", "06", "Mayotte"),
)
FORMER_COMMUNES = (
    ("02003", "Vieux-Bourg", "02002", "fusion"),
    ("02004", "", "02002", "fusion"),
    ("02201", "Bourg-Seul 1er Arrondissement", "02002", "arrondissement"),
)
FORMER_EPCIS = (("200000009", "CC Disparue", "2021", f"{ESSAI} {SEUL}"),)
HEADINGS = {
    "communes.csv": (
        "code_insee", "nom", "siren_epci", "population", "population_recensement", "moins_de_20_ans", "de_20_a_64_ans",
        "plus_de_65_ans", "logements", "residences_secondaires", "logements_vacants", "longitude", "latitude",
        "superficie_km2", "remarque",
    ),
    "epci.csv": ("siren", "nom", "nature"),
    "departements.csv": ("code_departement", "nom", "code_region", "nom_region"),
    "communes_anciennes.csv": ("code_ancien", "nom_ancien", "code_insee", "nature"),
    "epci_anciens.csv": ("siren_ancien", "nom_ancien", "dernier_millesime", "siren_actuels"),
}  # fmt: skip


def write(folder: Path) -> Path:
    """Write the tables and the contours."""
    rows = {
        "communes.csv": [_commune(commune) for commune in COMMUNES],
        "epci.csv": EPCIS,
        "departements.csv": DEPARTEMENTS,
        "communes_anciennes.csv": FORMER_COMMUNES,
        "epci_anciens.csv": FORMER_EPCIS,
    }
    for name, table in rows.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([HEADINGS[name], *table])
    (folder / "communes.topojson").write_text(json.dumps(topology()), encoding="utf-8")
    return folder


def _commune(commune: tuple) -> list:
    code, name, siren, population, census, square, remark = commune
    place = ["", "", ""] if square is None else [square[0] + 0.5, square[1] + 0.5, 10.0]
    return [code, name, siren, population, *(census or [""] * 7), *place, remark]


def topology() -> dict:
    """Return the squares as a quantised TopoJSON; each side is an arc that neighbours share."""
    sides: dict[tuple, int] = {}
    shapes = []
    for code, *_, square, _ in COMMUNES:
        if square is not None:
            x, y = square
            corners = [(x, y), (x, y + 1), (x + 1, y + 1), (x + 1, y), (x, y)]
            ring = [_side(sides, *pair) for pair in itertools.pairwise(corners)]
            shapes.append({"type": "Polygon", "id": code, "arcs": [ring]})
    arcs = [[list(start), [end[0] - start[0], end[1] - start[1]]] for start, end in sides]
    return {
        "type": "Topology",
        "transform": {"scale": [1.0, 1.0], "translate": [0.0, 0.0]},
        "objects": {"communes": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": arcs,
    }


def _side(sides: dict[tuple, int], start: tuple, end: tuple) -> int:
    if (end, start) in sides:
        return ~sides[end, start]
    return sides.setdefault((start, end), len(sides))


def use(monkeypatch, folder: Path) -> Path:
    """Have Cartable read this country instead of France."""
    monkeypatch.setenv("CARTABLE_DONNEES", str(write(folder)))
    return folder
