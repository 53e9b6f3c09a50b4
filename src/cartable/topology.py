"""Contours of communes that share their borders: neighbours, outlines and extracts, all from the arcs.

The shipped truth is one quantised TopoJSON of France. It is read with the standard library and numpy only, so that a
browser can do it too.
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from cartable.errors import CLOSED, DataError, MissingDependencyError, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_MALFORMED = (KeyError, TypeError, ValueError, IndexError)
ARCS = ',"arcs":[[['
Rings = list[list[list[int]]]  # polygons → rings → arc numbers (~n is arc n walked backwards)


class _Arcs:
    """The arcs of a TopoJSON, kept as text and read one by one: a portrait needs a few hundred of a hundred thousand.

    Parameters
    ----------
    texts
        Of each arc, without its outer brackets: ``[1,2],[3,4]`` is written ``1,2],[3,4``.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, number: int) -> list[list[int]]:
        try:
            arc: list[list[int]] = json.loads(f"[[{self._texts[number]}]]")
        except ValueError as error:
            raise DataError(
                f"Le fichier des contours est abîmé : le tracé numéro {number} ne se lit pas.",
                "Remettez le fichier d’origine « data/communes.topojson », ou lancez « make data ».",
            ) from error
        return arc


def _parse(text: str) -> Any:  # noqa: ANN401 (checked by ``Topology``)
    """Parse a TopoJSON; the arcs of a compact one (no space, arcs at the end) are left for later."""
    start = text.rfind(ARCS)
    if start < 0 or not text.endswith("]]]}"):
        return json.loads(text)
    texts = text[start + len(ARCS) : -len("]]]}")].split("]],[[")
    return {**json.loads(text[:start] + "}"), "arcs": _Arcs(texts)}


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking, again and again, the lists that are being read: they are all kept."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Topology:
    """A quantised TopoJSON whose object ``communes`` holds one shape for each code INSEE.

    Parameters
    ----------
    raw
        The parsed TopoJSON.

    Raises
    ------
    DataError
        If the structure is not the one of a quantised TopoJSON of communes.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        try:
            self.scale = np.asarray(raw["transform"]["scale"], dtype=float)
            self.translate = np.asarray(raw["transform"]["translate"], dtype=float)
            self._arcs: Sequence[list[list[int]]] = raw["arcs"]
            geometries = raw["objects"]["communes"]["geometries"]
            self._shapes: dict[str, Rings] = {g["id"]: _polygons(g) for g in geometries}
        except _MALFORMED as error:
            raise DataError(
                "Le fichier des contours n’a pas la forme attendue (TopoJSON quantifié, objet « communes »).",
                "Remettez le fichier d’origine « data/communes.topojson », ou lancez « make data ».",
            ) from error

    @classmethod
    def read(cls, path: Path) -> Topology:
        """Read a TopoJSON file."""
        try:
            with _uncollected():
                return cls(_parse(path.read_text(encoding="utf-8").rstrip()))
        except FileNotFoundError as error:
            raise DataError(
                f"Le fichier des contours « {path.name} » est introuvable dans « {path.parent} ».",
                "Remettez le fichier d’origine, ou lancez « make data » pour le refaire.",
            ) from error
        except OSError as error:
            raise DataError(f"Le fichier des contours « {path} » ne s’ouvre pas : {reason(error)}.", CLOSED) from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise DataError(
                f"Le fichier des contours « {path.name} » est abîmé : {_where(error)}.",
                "Remettez le fichier d’origine, ou lancez « make data » pour le refaire.",
            ) from error

    def __contains__(self, code: object) -> bool:
        return code in self._shapes

    @property
    def codes(self) -> list[str]:
        """Codes INSEE of the communes that have a contour."""
        return list(self._shapes)

    def _arcs_of(self, codes: Iterable[str]) -> Counter[int]:
        """Count how many times the communes use each arc."""
        rings = (ring for code in codes for polygon in self._shapes.get(code, []) for ring in polygon)
        return Counter(arc if arc >= 0 else ~arc for ring in rings for arc in ring)

    def neighbours(self, codes: Iterable[str]) -> set[str]:
        """Return the communes that share a border (not a mere point) with these ones, themselves excluded."""
        inside = set(codes)
        border = self._arcs_of(inside)
        wanted = {*border, *(~arc for arc in border)}
        rings = ((code, ring) for code, polygons in self._shapes.items() for polygon in polygons for ring in polygon)
        return {code for code, ring in rings if not wanted.isdisjoint(ring)} - inside

    def outline(self, codes: Iterable[str]) -> list[list[int]]:
        """Return the outline of the communes put together, as chains of arcs: the borders used only once."""
        wanted = set(codes)
        border = {arc for arc, uses in self._arcs_of(wanted).items() if uses == 1}
        rings = (ring for code in sorted(wanted) for polygon in self._shapes.get(code, []) for ring in polygon)
        kept = [arc for ring in rings for arc in ring if (arc if arc >= 0 else ~arc) in border]
        return _chain(kept, self._ends)

    def _ends(self, arc: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the first and last points of an arc on the integer grid, in the direction it is walked."""
        points = self._grid(arc)
        return (int(points[0, 0]), int(points[0, 1])), (int(points[-1, 0]), int(points[-1, 1]))

    def _grid(self, arc: int) -> NDArray[np.int64]:
        """Return the points of an arc on the integer grid, shape (n, 2)."""
        points = np.cumsum(np.asarray(self._arcs[arc if arc >= 0 else ~arc], dtype=np.int64), axis=0)
        return points if arc >= 0 else points[::-1]

    def line(self, arcs: Sequence[int]) -> NDArray[np.float64]:
        """Return the points of a chain of arcs as longitudes and latitudes, shape (n, 2), in degrees."""
        pieces = [self._grid(arc)[0 if i == 0 else 1 :] for i, arc in enumerate(arcs)]
        points: NDArray[np.float64] = np.concatenate(pieces) * self.scale + self.translate
        return points

    def polygons(self, code: str) -> list[list[NDArray[np.float64]]]:
        """Return a commune as polygons, each a list of rings (outer first), in degrees."""
        return [[self.line(ring) for ring in polygon] for polygon in self._shapes[code]]

    def bounds(self, codes: Iterable[str]) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        lines = [self.line([arc]) for arc in self._arcs_of(codes)]
        if not lines:
            raise DataError("Aucune de ces communes n’a de contour.", "Vérifiez les codes INSEE demandés.")
        points = np.concatenate(lines)
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        return float(west), float(south), float(east), float(north)

    def extract(self, properties: Mapping[str, Mapping[str, Any]], outline_of: Iterable[str]) -> dict[str, Any]:
        """Return a small TopoJSON that holds these communes alone and the outline of some of them.

        Parameters
        ----------
        properties
            For each code INSEE to keep, the properties to write; codes without contour are left out.
        outline_of
            Codes whose common outline goes into the object ``contour``.
        """
        kept = [code for code in properties if code in self._shapes]
        numbers = {arc: i for i, arc in enumerate(sorted(self._arcs_of(kept)))}
        geometries = [
            {
                "type": "MultiPolygon",
                "id": code,
                "properties": dict(properties[code]),
                "arcs": _renumber(self._shapes[code], numbers),
            }
            for code in kept
        ]
        contour = {
            "type": "MultiLineString",
            "arcs": [_renumber_ring(c, numbers) for c in self.outline(outline_of)],
        }
        return {
            "type": "Topology",
            "transform": {"scale": self.scale.tolist(), "translate": self.translate.tolist()},
            "objects": {
                "communes": {"type": "GeometryCollection", "geometries": geometries},
                "contour": contour,
            },
            "arcs": [self._arcs[arc] for arc in numbers],
        }

    def to_geopandas(self, codes: Iterable[str] | None = None) -> Any:  # noqa: ANN401 (geopandas is optional)
        """Return a ``GeoDataFrame`` (EPSG:4326) indexed by code INSEE, for those who work with geopandas.

        Raises
        ------
        MissingDependencyError
            If geopandas is not installed (in a browser, for instance).
        """
        try:
            import geopandas  # noqa: PLC0415
            import shapely  # noqa: PLC0415
        except ImportError as error:
            raise MissingDependencyError(
                "L’export vers geopandas demande la bibliothèque geopandas, absente ici (un navigateur ne l’a pas).",
                "Faites cet export sur un poste où Cartable est installé avec « make book ».",
            ) from error
        wanted = self.codes if codes is None else [code for code in codes if code in self._shapes]
        shapes = [shapely.MultiPolygon([(p[0], p[1:]) for p in self.polygons(code)]) for code in wanted]
        index = geopandas.pd.Index(wanted, name="code_insee")
        return geopandas.GeoDataFrame(index=index, geometry=shapes, crs="EPSG:4326")


def _polygons(geometry: Mapping[str, Any]) -> Rings:
    """Return the arcs of a Polygon or MultiPolygon as a list of polygons."""
    arcs = geometry["arcs"]
    return [arcs] if geometry["type"] == "Polygon" else list(arcs)


def _renumber_ring(ring: Sequence[int], numbers: Mapping[int, int]) -> list[int]:
    return [numbers[arc] if arc >= 0 else ~numbers[~arc] for arc in ring]


def _renumber(polygons: Rings, numbers: Mapping[int, int]) -> Rings:
    return [[_renumber_ring(ring, numbers) for ring in polygon] for polygon in polygons]


def _chain(arcs: Sequence[int], ends: Any) -> list[list[int]]:  # noqa: ANN401 (a bound method)
    """Join arcs end to end into closed chains."""
    starts: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for arc in reversed(arcs):
        starts[ends(arc)[0]].append(arc)
    chains, left = [], dict.fromkeys(arcs)
    while left:
        chain = [next(iter(left))]
        left.pop(chain[0])
        while following := [a for a in starts[ends(chain[-1])[1]] if a in left]:
            chain.append(following[-1])
            left.pop(following[-1])
        chains.append(chain)
    return chains


def _where(error: json.JSONDecodeError | UnicodeDecodeError) -> str:
    """Say in French where reading stopped."""
    if isinstance(error, json.JSONDecodeError):
        return f"ligne {error.lineno}, colonne {error.colno}, le JSON s’interrompt ou n’est pas valide"
    return f"octet {error.start}, ce n’est pas du texte UTF-8"
