"""GeoJSON as it comes: broken, in another projection, with its axes swapped; mended and said, or refused.

Shapes are checked with shapely, which every desk has with geopandas; a browser without it gets a French refusal.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cartable import wording
from cartable.errors import MissingDependencyError
from cartable.sources import reading, unpacking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cartable.sources.journal import Journal

    Here = Callable[[Mapping[str, str], float, float], bool]

SHAPES = ("Polygon", "MultiPolygon")
DEGREES = frozenset({"4326", "4258", "CRS84", "84"})
"""WGS84, ETRS89 (the same to a few decimetres in France) and the names of OGC."""
PROJECTED = re.compile(r"EPSG:{1,2}(?:[\d.]*:)?(\d{4,5})$", re.IGNORECASE)
KNOWN = frozenset({"2154", "2972", "2975", "4471", "5490", "5489", "3857", "27572", "32620", "32622", "32738", "32740"})
"""Projections of French territories that can be undone: Lambert 93, those of overseas départements, web Mercator."""
CORNERS = 4  # points of the simplest closed ring
WGS84 = "Exportez-le de nouveau en WGS84 (EPSG:4326), ou prenez le fichier dont le nom contient « WGS84 »."
CONTOURS = "Prenez le fichier GeoJSON des contours sur la page du producteur."


@dataclass(frozen=True, eq=False)
class Shape:
    """One feature whose shape is sound.

    Parameters
    ----------
    rank
        Among the features of the file, from 1.
    properties
        Texts, by name in lower case.
    polygons
        Each a list of rings (outer first), longitudes and latitudes, shape (n, 2), in degrees.
    """

    rank: int
    properties: Mapping[str, str]
    polygons: list[list[NDArray[np.float64]]] = field(repr=False)


def document(content: bytes, file: str, prefer: Sequence[str] = ()) -> tuple[Any, str]:
    """Return the JSON of a file, and the name of the file that held it in its archive.

    Parameters
    ----------
    prefer
        Regular expressions of the file to take in an archive that holds several, the surest first.

    Raises
    ------
    SourceError
        If it is no JSON: the message gives the line and the column.
    """
    content, file = _unpacked(content, file, prefer)
    text = _text(content, file)
    try:
        return json.loads(text, parse_constant=_no_constant), file
    except json.JSONDecodeError as error:
        what = f"le JSON s’interrompt ou n’est pas valide, ligne {error.lineno}, colonne {error.colno}"
        raise reading.refuse(file, what) from error
    except (ValueError, RecursionError) as error:
        raise reading.refuse(file, "le JSON contient des nombres infinis, ou trop de niveaux emboîtés") from error


def _text(content: bytes, file: str) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
        return unpacking.text(content, file)  # a page, an image, an empty file: refused as it is for tables
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _unpacked(content: bytes, file: str, prefer: Sequence[str]) -> tuple[bytes, str]:
    if content[:2] != b"PK":
        return unpacking.unpack(content, file) if content[:2] == b"\x1f\x8b" else (content, file)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except unpacking.DAMAGE as error:
        raise reading.refuse(file, "l’archive ZIP est incomplète ou abîmée") from error
    found = [n for n in names if n.lower().endswith((".geojson", ".json")) and not n.startswith("__MACOSX")]
    for pattern in prefer if len(found) > 1 else ():
        found = [name for name in found if re.search(pattern, name, re.IGNORECASE)] or found
    if len(found) != 1:
        what = "l’archive contient plusieurs GeoJSON" if found else "l’archive ne contient aucun GeoJSON"
        raise reading.refuse(file, what, "Décompressez-la et donnez le fichier GeoJSON en WGS84.")
    return unpacking.member(content, file, found[0]), f"{file} › {found[0]}"


def shapes(data: object, journal: Journal, here: Here) -> Iterator[Shape]:
    """Yield the features of a collection whose shapes are sound, or could be mended.

    Parameters
    ----------
    data
        The JSON.
    journal
        Takes what was mended or refused; lines are the ranks of the features.
    here
        Tells, from the properties of a feature, whether a latitude and a longitude may be in it: swapped axes and
        foreign places are known so.

    Raises
    ------
    SourceError
        If it is not a collection of polygons in degrees, or in a projection that can be undone.
    """
    shapely = _shapely()
    features = _features(data, journal.file)
    transform = _projection(data, journal)
    for rank, feature in enumerate(features, start=1):
        properties = _properties(feature)
        try:
            polygons = [[transform(ring) for ring in polygon] for polygon in _rings(feature.get("geometry"))]
        except (ValueError, TypeError, KeyError) as error:
            said = f"élément n° {rank} : {_french(error)}, laissé de côté. Reprenez son contour."
            journal.note(rank, "geometry", "refusée", said, "forme")
            continue
        polygons = _closed(polygons, rank, journal)
        polygons = _upright(polygons, rank, journal, partial(here, properties))
        mended = _valid(polygons, rank, journal, shapely) if polygons else []
        if mended:
            yield Shape(rank, properties, mended)


def _shapely() -> Any:  # noqa: ANN401 (an optional library)
    try:
        import shapely  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependencyError(
            "Vérifier des contours demande la bibliothèque shapely, absente ici (un navigateur ne l’a pas).",
            "Faites-le sur un poste où Cartable est installé avec « make book ».",
        ) from error
    return shapely


def _features(data: object, file: str) -> list[dict[str, Any]]:
    if isinstance(data, dict) and data.get("type") == "Topology":
        raise reading.refuse(file, "c’est un TopoJSON, pas un GeoJSON", CONTOURS)
    found = data.get("features") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection" or not isinstance(found, list):
        raise reading.refuse(file, "ce n’est pas une collection GeoJSON (« FeatureCollection »)", CONTOURS)
    if not found:
        raise reading.refuse(file, "il ne contient aucun élément", CONTOURS)
    if not all(isinstance(feature, dict) for feature in found):
        raise reading.refuse(file, "certains éléments ne sont pas des éléments GeoJSON (« Feature »)", CONTOURS)
    return found


def _properties(feature: Mapping[str, Any]) -> dict[str, str]:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {str(name).casefold(): "" if value is None else str(value).strip() for name, value in properties.items()}


def _projection(data: object, journal: Journal) -> Any:  # noqa: ANN401 (a function of rings)
    """Return what brings rings to degrees, from the projection that the file declares."""
    crs = data.get("crs") if isinstance(data, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    found = PROJECTED.search(name)
    if not name or name.upper().endswith("CRS84") or (found and found[1] in DEGREES):
        return np.asarray
    if not found or found[1] not in KNOWN:
        what = f"son système de coordonnées, « {name[:60]} », n’est pas celui des cartes (WGS84)"
        raise reading.refuse(journal.file, what, WGS84)
    try:
        import pyproj  # noqa: PLC0415 (seldom needed)
    except ImportError as error:
        raise reading.refuse(journal.file, f"il est dans la projection EPSG:{found[1]}", WGS84) from error
    back = pyproj.Transformer.from_crs(int(found[1]), 4326, always_xy=True)
    said = f"contours convertis en degrés (WGS84) depuis la projection EPSG:{found[1]}."
    journal.note(0, "crs", "réparée", said)
    return lambda ring: np.column_stack(back.transform(ring[:, 0], ring[:, 1]))


def _rings(geometry: object) -> list[list[NDArray[np.float64]]]:
    """Return the rings of a Polygon or a MultiPolygon; heights are dropped."""
    if not isinstance(geometry, dict) or not geometry.get("coordinates"):
        raise ValueError("sa géométrie est vide")
    kind = geometry.get("type")
    if kind not in SHAPES:
        raise ValueError(f"c’est une géométrie « {str(kind)[:30]} » et non un polygone")
    polygons = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    return [[_ring(ring) for ring in polygon] for polygon in polygons if polygon]


def _ring(points: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    ring = np.array([[float(point[0]), float(point[1])] for point in points], dtype=np.float64)
    if len(ring) < CORNERS - 1 or not np.isfinite(ring).all():
        raise ValueError("un de ses contours a moins de trois points, ou des nombres illisibles")
    return ring


def _french(error: Exception) -> str:
    """Return our own sentence, or one for what Python says of coordinates that are no numbers."""
    text = str(error)
    ours = isinstance(error, ValueError) and text.startswith(("sa ", "c’est ", "un de ses "))
    return text if ours else "ses coordonnées ne sont pas des paires de nombres"


def _closed(polygons: list[list[NDArray[np.float64]]], rank: int, journal: Journal) -> list[list[NDArray[np.float64]]]:
    opened = [ring for polygon in polygons for ring in polygon if (ring[0] != ring[-1]).any()]
    if not opened:
        return polygons
    said = f"élément n° {rank} : {wording.plural(len(opened), 'contour')} sans fin, refermé sur son premier point."
    journal.note(rank, "geometry", "réparée", said, "fermé")
    return [[r if (r[0] == r[-1]).all() else np.vstack([r, r[:1]]) for r in polygon] for polygon in polygons]


def _upright(
    polygons: list[list[NDArray[np.float64]]], rank: int, journal: Journal, here: Callable[[float, float], bool]
) -> list[list[NDArray[np.float64]]]:
    """Return polygons that lie where they should, their axes swapped if need be; none when they lie elsewhere."""
    points = np.vstack([ring for polygon in polygons for ring in polygon])
    longitude, latitude = map(float, points.mean(axis=0))
    if here(latitude, longitude):
        return polygons
    if here(longitude, latitude):
        said = f"élément n° {rank} : longitudes et latitudes échangées, remises en place."
        journal.note(rank, "geometry", "réparée", said, "axes")
        return [[ring[:, ::-1] for ring in polygon] for polygon in polygons]
    metres = bool((np.abs(points) > 360).any())  # noqa: PLR2004 (no degree goes beyond)
    why = (
        "ses coordonnées sont des mètres, d’une projection qui n’est pas dite"
        if metres
        else "il est loin de sa commune"
    )
    journal.note(rank, "geometry", "refusée", f"élément n° {rank} : {why}, laissé de côté. {WGS84}", "ailleurs")
    return []


def _valid(
    polygons: list[list[NDArray[np.float64]]],
    rank: int,
    journal: Journal,
    shapely: Any,  # noqa: ANN401
) -> list[list[NDArray[np.float64]]]:
    """Return polygons that do not cross themselves; a ring that does is cut where it crosses."""
    shape = shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons])
    if shapely.is_valid(shape) and not shapely.is_empty(shape):
        return polygons
    mended = shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(mended, return_index=False) if part.geom_type in SHAPES]
    parts = [piece for part in parts for piece in shapely.get_parts(part)]
    if not parts or sum(part.area for part in parts) <= 0:
        said = f"élément n° {rank} : son contour n’entoure aucune surface, laissé de côté. Reprenez son contour."
        journal.note(rank, "geometry", "refusée", said, "surface")
        return []
    said = f"élément n° {rank} : son contour se croise lui-même, il est découpé à ses croisements."
    journal.note(rank, "geometry", "réparée", said, "croisé")
    return [[np.array(ring.coords)[:, :2] for ring in (part.exterior, *part.interiors)] for part in parts]
