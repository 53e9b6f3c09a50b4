"""Outlines of the quartiers prioritaires (QPV): those of 2024, and those of 2014 only for whom asks for them knowingly.

Perimeters changed on 1 January 2024 (a year later overseas): a map of today with the outlines of 2014 is wrong.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cartable import wording
from cartable.atlas import atlas
from cartable.holdings import Neighbourhood
from cartable.sources import codes, geojson, reading
from cartable.sources.journal import Journal
from cartable.sources.model import Reading, Source
from cartable.sources.positions import ABROAD, Ground

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cartable.atlas import Atlas
    from cartable.sources.geojson import Shape

    Rings = list[NDArray[np.float64]]

KEY = "qpv"
OLD, NEW = 2014, 2024
OLD_CODE, NEW_CODE = re.compile(r"QP\d{6}"), re.compile(r"QN\d{5}[A-Z]")
OLD_WARNING = "périmètres de 2014, remplacés au 1er janvier 2024"
LATEST = "Prenez les contours de 2024 sur data.gouv.fr (fichier « …_WGS84 »)"
CODE_NAMES = ("code_qp", "code_qpv", "codeqp", "codeqpv", "code_quartier")
NAME_NAMES = ("lib_qp", "nom_qp", "nom_qpv", "lib_qpv", "quartier_prioritaire", "nom")
COMMUNE_NAMES = ("insee_com", "code_commune", "code_insee", "codgeo", "depcom", "insee")
PREFER = ("wgs84", r"hexagonale?_outre_?mer", r"geojson/")
_LIST = re.compile(r"[,;|/\s]+")


def read(content: bytes, file: str) -> Reading:
    """Read the outlines of 2024; those of 2014 are refused.

    Raises
    ------
    SourceError
        If the file is not one of outlines, or if its perimeters are those of 2014.
    """
    return _read(content, file, accept_old=False)


def read_old(content: bytes, file: str) -> Reading:
    """Read outlines of either year; the vintage of the reading warns when some are those of 2014.

    Raises
    ------
    SourceError
        If the file is not one of outlines.
    """
    return _read(content, file, accept_old=True)


def _read(content: bytes, file: str, *, accept_old: bool) -> Reading:
    tables = atlas()
    data, name = geojson.document(content, file, PREFER)
    journal = Journal(name)
    ground = Ground(tables)
    shapes = list(geojson.shapes(data, journal, partial(_here, ground, tables)))
    known = [n for n in (_neighbourhood(shape, tables, journal) for shape in shapes) if n]
    _refuse_strangers(known, shapes, journal)
    old = [n for n in known if n.vintage == OLD]
    if old and not accept_old:
        known = _without_old(known, old, journal)
    once = _once(known, journal)
    vintage = _vintage({n.vintage for n in once})
    return Reading(journal.report(len(data["features"])), neighbourhoods=once, vintage=vintage)


def _here(ground: Ground, tables: Atlas, properties: Mapping[str, str], latitude: float, longitude: float) -> bool:
    """Tell whether a point may be in the neighbourhood: near one of its communes, near any when none is known."""
    found = _communes(properties, tables)
    if found:
        return any(ground.near(code, latitude, longitude) for code in found)
    return ground.nearest(latitude, longitude)[1] <= ABROAD


def _neighbourhood(shape: Shape, tables: Atlas, journal: Journal) -> Neighbourhood | None:
    code = _first(shape.properties, CODE_NAMES).upper()
    vintage = NEW if NEW_CODE.fullmatch(code) else OLD if OLD_CODE.fullmatch(code) else 0
    if not vintage:
        shown = f"« {code[:30]} »" if code else "son code, absent,"
        said = f"élément n° {shape.rank} : {shown} n’est pas celui d’un quartier prioritaire (QN… en 2024, QP… en 2014)"
        journal.note(shape.rank, "code_qp", "refusée", f"{said}, laissé de côté. Corrigez-le.", "code")
        return None
    communes = _communes(shape.properties, tables)
    if not communes:
        said = f"quartier {code} : aucune commune connue dans ses propriétés, laissé de côté. Ajoutez son code INSEE."
        journal.note(shape.rank, "insee_com", "refusée", said, "commune")
        return None
    name = _first(shape.properties, NAME_NAMES) or code
    return Neighbourhood(code, name, communes, vintage, list(shape.polygons))  # type: ignore[arg-type]


def _first(properties: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((properties[name] for name in names if properties.get(name)), "")


def _communes(properties: Mapping[str, str], tables: Atlas) -> tuple[str, ...]:
    """Return the communes of today of a neighbourhood; it may lie across several."""
    read = (codes.commune(text).value for text in _LIST.split(_first(properties, COMMUNE_NAMES)) if text)
    former = tables.former_communes["code_insee"]
    found = (code if code in tables.communes.index else str(former.get(code, "")) for code in read)
    return tuple(dict.fromkeys(code for code in found if code))


def _refuse_strangers(known: list[Neighbourhood], shapes: list[Shape], journal: Journal) -> None:
    """Refuse a file in which nothing is a neighbourhood."""
    if known:
        return
    first = next((r for r in journal.remarks() if r.outcome == "refusée"), None)
    names = sorted({name for shape in shapes[:20] for name in shape.properties})[:8]
    seen = f" ; propriétés vues : {wording.join([f'« {n} »' for n in names])}" if names else ""
    why = f" ; {first.message.rstrip('.')}" if first else ""
    what = f"aucun quartier prioritaire ne s’y trouve{why}{seen}"
    raise reading.refuse(journal.file, what, f"{LATEST}.")


def _without_old(known: list[Neighbourhood], old: list[Neighbourhood], journal: Journal) -> list[Neighbourhood]:
    """Drop the perimeters of 2014 from a file that mixes both; refuse one that has no other."""
    if len(old) == len(known):
        count = wording.plural(len(old), "quartier")
        what = f"{count} aux {OLD_WARNING} (codes comme {old[0].code})"
        remedy = f"{LATEST} ; si vous tenez à ceux de 2014, demandez-le expressément : un avis s’affichera partout."
        raise reading.refuse(journal.file, what, remedy)
    shown = wording.join([n.code for n in old[:5]]) + ("…" if len(old) > 5 else "")  # noqa: PLR2004
    said = f"{wording.plural(len(old), 'quartier')} laissés de côté ({shown}) : {OLD_WARNING}."
    journal.note(0, "code_qp", "refusée", said)
    return [n for n in known if n.vintage != OLD]


def _once(known: list[Neighbourhood], journal: Journal) -> tuple[Neighbourhood, ...]:
    """Return each neighbourhood once: pieces of one code become one."""
    by_code: dict[str, Neighbourhood] = {}
    for one in known:
        before = by_code.get(one.code)
        if before is None:
            by_code[one.code] = one
            continue
        communes = tuple(dict.fromkeys([*before.communes, *one.communes]))
        more = [p for p in one.polygons if not _held(p, before.polygons)]  # type: ignore[arg-type]
        polygons: Any = [*before.polygons, *more]
        by_code[one.code] = Neighbourhood(one.code, before.name, communes, one.vintage, polygons)
        said = f"quartier {one.code} : plusieurs éléments portent ce code, ils sont réunis."
        journal.note(0, "code_qp", "réparée", said, "réunis")
    return tuple(by_code[code] for code in sorted(by_code))


def _held(polygon: Rings, polygons: Sequence[Rings]) -> bool:
    return any(np.array_equal(polygon[0], other[0]) for other in polygons)


def _vintage(vintages: set[int]) -> str:
    said = {OLD: OLD_WARNING, NEW: "périmètres de 2024"}
    return wording.join([said[year] for year in sorted(vintages, reverse=True)])


SOURCE = Source(
    key=KEY,
    title="Quartiers prioritaires de la politique de la ville",
    producer="ANCT",
    licence="Licence Ouverte 2.0",
    vintage="périmètres de 2024",
    url="https://www.data.gouv.fr/api/1/datasets/r/942d4ee8-8142-4556-8ea1-335537ce1119",
    page="https://www.data.gouv.fr/fr/datasets/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/",
    gives="les contours des quartiers prioritaires",
    read=read,
    warning=(
        "Les périmètres ont changé au 1er janvier 2024 (au 1er janvier 2025 en outre-mer) : "
        "ceux de 2014 ne valent plus pour une carte d’aujourd’hui."
    ),
)
