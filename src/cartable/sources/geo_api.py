"""Communes and contours of an EPCI from geo.api.gouv.fr, and what differs from the list that ships with Cartable."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from cartable import wording
from cartable.atlas import COG, atlas
from cartable.sources import codes, geojson, reading
from cartable.sources.journal import Journal
from cartable.sources.model import Reading, Source
from cartable.sources.positions import ABROAD, Ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cartable.atlas import Atlas

KEY = "geo"
FIELDS = "nom,code,population,codeEpci,contour"
SHOWN = 8
PREFER = ("wgs84",)
REMEDY = "Téléchargez de nouveau les communes de l’EPCI depuis geo.api.gouv.fr."


@dataclass(frozen=True)
class Commune:
    """A commune as the API gives it.

    Parameters
    ----------
    population
        Municipal population, NaN when it is not given.
    siren
        Of its EPCI, empty when it is not given.
    polygons
        Each a list of rings (outer first), longitudes and latitudes, shape (n, 2), in degrees; none without contour.
    """

    code: str
    name: str
    population: float
    siren: str
    polygons: list[list[NDArray[np.float64]]] = field(compare=False, repr=False, default_factory=list)


def read(content: bytes, file: str) -> Reading:
    """Read the communes of an EPCI, with or without contours.

    Raises
    ------
    SourceError
        If it is not an answer of the API, or holds no commune.
    """
    found, journal, total = _communes(content, file)
    _compare(found, atlas(), journal)
    index = pd.Index([c.code for c in found], name="code_insee", dtype="str")
    table = pd.DataFrame(
        {
            "nom_geo": pd.Series([c.name for c in found], index=index, dtype="str"),
            "population_geo": pd.Series([c.population for c in found], index=index, dtype="float64"),
        }
    )
    return Reading(journal.report(total), communes=table)


def contours(content: bytes, file: str) -> tuple[Commune, ...]:
    """Read the communes of an EPCI with their contours.

    Raises
    ------
    SourceError
        If it is not an answer of the API, or if it holds no contour.
    """
    found, journal, _ = _communes(content, file)
    drawn = tuple(commune for commune in found if commune.polygons)
    if not drawn:
        raise reading.refuse(journal.file, "il ne contient aucun contour", f"Demandez le champ « contour ». {REMEDY}")
    return drawn


def _communes(content: bytes, file: str) -> tuple[tuple[Commune, ...], Journal, int]:
    tables = atlas()
    data, name = geojson.document(content, file, PREFER)
    journal = Journal(name)
    _refuse_error(data, name)
    records, rings = _records(data, journal, Ground(tables))
    read = [_commune(rank, record, rings.get(rank, []), journal) for rank, record in records]
    by_code: dict[str, Commune] = {}
    for one in filter(None, read):
        if one.code in by_code and by_code[one.code] != one:
            said = f"la commune {one.code} y figure deux fois, avec des renseignements différents"
            raise reading.refuse(name, said, REMEDY)
        by_code.setdefault(one.code, one)
    if not by_code:
        raise reading.refuse(name, "aucune commune ne s’y trouve", REMEDY)
    return tuple(by_code[code] for code in sorted(by_code)), journal, len(records)


def _refuse_error(data: object, file: str) -> None:
    """Refuse the message of an error in the place of an answer."""
    if isinstance(data, dict) and "features" not in data and ("message" in data or "error" in data):
        said = str(data.get("message") or data.get("error"))[:80]
        raise reading.refuse(file, f"le site a répondu par une erreur, « {said} »", f"Vérifiez le SIREN. {REMEDY}")


Records = list[tuple[int, dict[str, Any]]]


def _records(data: object, journal: Journal, ground: Ground) -> tuple[Records, dict[int, Any]]:
    """Return the properties of each commune by rank, and the polygons of those whose contour is sound."""
    if isinstance(data, list):
        whole = [(rank, one) for rank, one in enumerate(data, start=1) if isinstance(one, dict)]
        features = [_feature(one) for _, one in whole]
        if not any(feature["geometry"] for feature in features):
            return whole, {}
        data = {"type": "FeatureCollection", "features": features}
    shapes = {
        s.rank: s.polygons for s in geojson.shapes(_with_contours(data, journal.file), journal, partial(_here, ground))
    }
    given = data["features"] if isinstance(data, dict) else []
    records = [feature.get("properties") for feature in given]
    return [(rank, one if isinstance(one, dict) else {}) for rank, one in enumerate(records, start=1)], shapes


def _feature(one: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in one.items() if name != "contour"}
    return {"type": "Feature", "properties": properties, "geometry": one.get("contour")}


def _with_contours(data: object, file: str) -> object:
    """Keep the points of communes (what the API sends unless asked) from being taken for broken contours."""
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        return data
    features = [f for f in data["features"] if isinstance(f, dict)]
    geometries = [f.get("geometry") for f in features]
    if geometries and all(isinstance(g, dict) and g.get("type") == "Point" for g in geometries):
        raise reading.refuse(file, "il contient des centres et non des contours",
                             "Demandez-le avec « geometry=contour ».")  # fmt: skip
    return data


def _here(ground: Ground, properties: Mapping[str, str], latitude: float, longitude: float) -> bool:
    code = codes.commune(properties.get("code", "")).value
    if code in ground.tables.communes.index:
        away = ground.away(code, latitude, longitude)
        if away == away:  # noqa: PLR0124 (NaN: a commune without contour)
            return away <= ABROAD
    return ground.nearest(latitude, longitude)[1] <= ABROAD


def _commune(rank: int, record: Mapping[str, Any], polygons: Any, journal: Journal) -> Commune | None:  # noqa: ANN401
    record = {str(name).casefold(): value for name, value in record.items()}
    code = codes.commune(str(record.get("code") or ""))
    name = str(record.get("nom") or "").strip()
    if code.problem or not name:
        why = code.problem or f"La commune {code.value} n’a pas de nom."
        journal.note(rank, "code", "refusée", f"Élément n° {rank} : {why} Il est laissé de côté.", "code")
        return None
    population = record.get("population")
    if population is not None and (isinstance(population, bool) or not _is_count(population)):
        said = f"{name} : « {str(population)[:30]} » n’est pas une population, laissée de côté."
        journal.note(rank, "population", "signalée", said, "population")
        population = None
    count = float("nan") if population is None else float(population)
    return Commune(code.value, name, count, str(record.get("codeepci") or ""), polygons)


def _is_count(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value < float("inf") and value == int(value)


def _compare(found: Iterable[Commune], tables: Atlas, journal: Journal) -> None:
    """Say which communes are not those of the list that ships with Cartable."""
    found = list(found)
    siren = _siren(found, tables)
    shipped = set(tables.communes.index[tables.communes["siren_epci"] == siren]) if siren else set()
    given = {one.code: one.name for one in found}
    more = [f"{name} ({code})" for code, name in given.items() if code not in shipped]
    fewer = [f"{tables.names[code]} ({code})" for code in sorted(shipped) if code not in given]
    label = tables.names.get(siren, "l’EPCI")
    for communes, what in ((more, "y est en plus"), (fewer, "y manque")):
        if communes:
            shown = wording.join(communes[:SHOWN]) + ("…" if len(communes) > SHOWN else "")
            count = wording.plural(len(communes), "commune")
            verb = what if len(communes) == 1 else what.replace("est", "sont").replace("manque", "manquent")
            said = f"par rapport à la liste de Cartable (1er janvier {COG}) pour {label}, {count} {verb} : {shown}."
            journal.note(0, "code", "signalée", said, what)
    renamed = [
        f"{tables.names[c]} devient {n}" for c, n in given.items() if c in shipped and _differs(tables.names[c], n)
    ]
    if renamed:
        journal.note(
            0, "nom", "signalée", f"noms différents de la liste de Cartable : {wording.join(renamed[:SHOWN])}."
        )


def _differs(one: str, other: str) -> bool:
    return wording.fold(one) != wording.fold(other)


def _siren(found: list[Commune], tables: Atlas) -> str:
    """Return the EPCI that the answer is about: the one it names, else that of most of its communes."""
    named = [one.siren for one in found if one.siren in tables.epcis.index]
    known = named or [str(s) for s in tables.communes["siren_epci"].reindex([c.code for c in found]).dropna() if s]
    return max(sorted(set(known)), key=known.count, default="")


SOURCE = Source(
    key=KEY,
    title="Communes et contours (API Géo)",
    producer="DINUM, Etalab, d’après l’IGN et l’Insee",
    licence="Licence Ouverte 2.0",
    vintage="au jour du téléchargement",
    url=f"https://geo.api.gouv.fr/epcis/{{siren}}/communes?format=geojson&geometry=contour&fields={FIELDS}",
    page="https://geo.api.gouv.fr/decoupage-administratif",
    gives="les communes de l’EPCI, leur population et leurs contours d’aujourd’hui",
    read=read,
    warning="Les contours de cette source servent à vérifier ; les cartes gardent ceux qui sont livrés.",
)
