"""Normalised data as files that anyone can open: CSV with codes as texts, GeoJSON for the neighbourhoods."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from cartable import tables, wording
from cartable.holdings import Neighbourhood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.sources.model import Reading, Report

COMMUNES, EPCIS, PLACES, NEIGHBOURHOODS = "communes.csv", "epcis.csv", "lieux.csv", "quartiers.geojson"
DATA = (COMMUNES, EPCIS, PLACES, NEIGHBOURHOODS)
REPORT = "rapport.csv"
INDEXES = {COMMUNES: "code_insee", EPCIS: "siren", PLACES: None}
NUMBER, TEXT = "nombre", "texte"
_REPORT_COLUMNS = (
    tables.Column("ligne", "Ligne"),
    tables.Column("colonne", "Colonne"),
    tables.Column("suite", "Suite donnée"),
    tables.Column("message", "Explication"),
)

Kinds = dict[str, str]


@dataclass(frozen=True, eq=False)
class Normalised:
    """Tables ready to be kept: figures are floats, everything else is a text, never a missing one."""

    tables: Mapping[str, pd.DataFrame]
    neighbourhoods: tuple[Neighbourhood, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing usable is here."""
        return not self.neighbourhoods and all(table.empty for table in self.tables.values())

    def same(self, other: Normalised) -> bool:
        """Say whether both hold exactly the same."""
        return (
            self.tables.keys() == other.tables.keys()
            and all(table.equals(other.tables[name]) for name, table in self.tables.items())
            and _collection(self.neighbourhoods) == _collection(other.neighbourhoods)
        )


def normalise(reading: Reading) -> Normalised:
    """Take what a file gave."""
    given = {COMMUNES: reading.communes, EPCIS: reading.epcis, PLACES: reading.places}
    tables = {name: _normal(table, INDEXES[name]) for name, table in given.items() if table is not None}
    return Normalised(tables, tuple(reading.neighbourhoods))


def _normal(table: pd.DataFrame, index: str | None) -> pd.DataFrame:
    kept = table.reset_index(drop=True) if index is None else table
    columns = {
        str(name): kept[name].astype("float64") if is_numeric_dtype(kept[name]) else _texts(kept[name])
        for name in kept.columns
    }
    labels = kept.index if index is None else pd.Index(kept.index.astype("str"), name=index)
    return pd.DataFrame(columns, index=labels)


def _texts(column: pd.Series[Any]) -> pd.Series[str]:
    """Write nothing where nothing is said; a CSV file cannot hold a NUL, nor tell one end of line from another."""
    texts = column.astype("object").where(column.notna(), "").astype("str")
    odd = texts.str.contains("[\r\0]")
    return (
        texts.mask(odd, texts[odd].str.replace("\r\n?", "\n", regex=True).str.replace("\0", "")) if odd.any() else texts
    )


def kinds(table: pd.DataFrame) -> Kinds:
    """Tell which columns are figures."""
    return {str(name): NUMBER if is_numeric_dtype(table[name]) else TEXT for name in table.columns}


def dump(data: Normalised) -> dict[str, bytes]:
    """Write everything, by name of file."""
    files = {name: _csv(table, INDEXES[name]) for name, table in data.tables.items()}
    if data.neighbourhoods:
        text = json.dumps(_collection(data.neighbourhoods), ensure_ascii=False, separators=(",", ":"))
        files[NEIGHBOURHOODS] = text.encode()
    return files


def _csv(table: pd.DataFrame, index: str | None) -> bytes:
    return table.to_csv(index=index is not None, lineterminator="\n").encode()


def load(files: Mapping[str, bytes], columns: Mapping[str, Kinds]) -> Normalised:
    """Read back what ``dump`` wrote.

    Parameters
    ----------
    files
        Contents by name.
    columns
        For each CSV file, what its columns are (see ``kinds``).

    Raises
    ------
    ValueError
        If a file is not what it should be.
    """
    tables = {name: _table(files[name], INDEXES[name], known) for name, known in columns.items()}
    return Normalised(tables, _neighbourhoods(files.get(NEIGHBOURHOODS, b"")))


def _table(content: bytes, index: str | None, known: Kinds) -> pd.DataFrame:
    if not known and index is None:
        return pd.DataFrame()
    names = ([index] if index else []) + list(known)
    numbers = [name for name, kind in known.items() if kind == NUMBER]
    table = pd.read_csv(
        io.BytesIO(content),
        names=names,
        header=0,
        dtype={name: "float64" if name in numbers else "str" for name in names},
        keep_default_na=False,
        na_values={name: [""] for name in numbers},
        float_precision="round_trip",
        skip_blank_lines=False,
    )
    return table.set_index(index) if index else table


def _collection(neighbourhoods: tuple[Neighbourhood, ...]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_feature(one) for one in neighbourhoods]}


def _feature(one: Neighbourhood) -> dict[str, Any]:
    shape = [[np.asarray(ring).tolist() for ring in polygon] for polygon in one.polygons]
    return {
        "type": "Feature",
        "properties": {
            "code_qp": one.code, "nom_qp": one.name, "communes": list(one.communes), "millesime": one.vintage,
        },
        "geometry": {"type": "MultiPolygon", "coordinates": shape},
    }  # fmt: skip


def _neighbourhoods(content: bytes) -> tuple[Neighbourhood, ...]:
    if not content:
        return ()
    return tuple(_neighbourhood(feature) for feature in json.loads(content)["features"])


def _neighbourhood(feature: dict[str, Any]) -> Neighbourhood:
    said = feature["properties"]
    shape = [[np.array(ring, dtype=float) for ring in polygon] for polygon in feature["geometry"]["coordinates"]]
    return Neighbourhood(said["code_qp"], said["nom_qp"], tuple(said["communes"]), said["millesime"], shape)


def report_table(report: Report) -> tables.Table:
    """Return a report as a table: one row for each remark."""
    rows = [
        [
            (float(remark.line), str(remark.line)) if remark.line else (None, ""),
            (remark.column, remark.column),
            (remark.outcome, remark.outcome),
            (remark.message, wording.typeset(remark.message)),
        ]
        for remark in report.remarks
    ]
    return tables.table(_REPORT_COLUMNS, rows, caption=f"Ce qui a été fait du fichier {report.file}")


def report_csv(report: Report) -> bytes:
    """Write a report for a French spreadsheet."""
    return report_table(report).to_csv().encode()
