"""From rows in the fields of the standard to places: communes, coordinates, duplicates, the table of ``Holdings``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from cartable import wording
from cartable.holdings import PLACE_COLUMNS, no_places
from cartable.sources import duplicates, reading, standard
from cartable.sources.gazetteer import Gazetteer
from cartable.sources.positions import Ground

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartable.atlas import Atlas
    from cartable.sources.gazetteer import Found
    from cartable.sources.journal import Journal
    from cartable.sources.rows import Row

TOO_MANY = reading.TOO_MANY
OVERSEAS = "collectivités d’outre-mer que Cartable ne décrit pas (975, 977, 978, 98) : lignes laissées de côté."


def settle(rows: Sequence[Row], tables: Atlas, journal: Journal) -> list[Row]:
    """Find the commune and the point of each row, unite those that repeat one another; return the rows to keep."""
    gazetteer, ground = Gazetteer(tables), Ground(tables)
    away = [one.line for one in rows if one.kept and not _locate(one, gazetteer, ground, journal)]
    if away:
        count = wording.plural(len(away), "lieu", "lieux")
        journal.note(0, "code_insee", "signalée", f"{count} (dès la ligne {away[0]}) dans des {OVERSEAS}")
    kept = [one for one in rows if one.kept]
    for one in kept:
        _place(one, ground, journal)
    return duplicates.settle(kept, journal)


def _locate(one: Row, gazetteer: Gazetteer, ground: Ground, journal: Journal) -> bool:
    """Give a row its commune of today, or refuse it; tell whether the tables describe where it is."""
    texts = one.texts
    found = gazetteer.locate(texts["code_insee"], texts["commune"], texts["code_postal"], _near(one, ground))
    one.code, one.kept = found.code, bool(found.code)
    name = "commune" if texts["commune"] and not texts["code_insee"] else "code_insee"
    if found.problem:
        journal.note(one.line, name, "refusée", f"{found.problem} Ligne laissée de côté.", "commune")
    _say(found, one, name, journal)
    return not found.overseas


def _say(found: Found, one: Row, name: str, journal: Journal) -> None:
    if found.repair:
        journal.note(one.line, name, "réparée", found.repair, "commune")
    if found.doubt:
        journal.note(one.line, name, "signalée", found.doubt, "commune")


def _near(one: Row, ground: Ground) -> Callable[[str], bool] | None:
    """Return what tells whether a commune is where the coordinates of a row are, whichever way they are written."""
    latitude, longitude = one.texts["latitude"], one.texts["longitude"]
    if not latitude or not longitude:
        return None
    y, x = float(latitude), float(longitude)
    return lambda code: ground.near(code, y, x) or ground.near(code, x, y)


def _place(one: Row, ground: Ground, journal: Journal) -> None:
    position = ground.check(one.code, one.texts["latitude"], one.texts["longitude"])
    one.latitude, one.longitude = position.latitude, position.longitude
    if position.repair:
        journal.note(one.line, "latitude", "réparée", position.repair, "échange")
    if position.doubt:
        missing = not one.texts["latitude"] and not one.texts["longitude"]
        journal.note(one.line, "latitude", "signalée", position.doubt, "absentes" if missing else "fausses")


def refuse_if_hopeless(rows: Sequence[Row], kept: Sequence[Row], journal: Journal) -> None:
    """Refuse a file most of whose lines are refused: it is not what it was taken for.

    Raises
    ------
    SourceError
        Beyond a fifth of the lines, or when nothing is left.
    """
    refused = journal.lines("refusée")
    if kept and len(refused) <= TOO_MANY * max(len(rows), 1):
        return
    first = next((r for r in journal.remarks() if r.outcome == "refusée"), None)
    where = (
        f" ; la première, ligne {first.line}, colonne « {first.column} » : {first.message.rstrip('.')}" if first else ""
    )
    what = f"{wording.plural(len(refused), 'ligne refusée', 'lignes refusées')} sur {wording.number(len(rows))}{where}"
    raise reading.refuse(journal.file, what, "Corrigez ces lignes, ou vérifiez que c’est le bon fichier.")


def frame(rows: Sequence[Row], tables: Atlas, key: str) -> pd.DataFrame:
    """Return the table of the places, columns ``PLACE_COLUMNS``."""
    if not rows:
        return no_places()
    records = [
        one.texts
        | {"code_insee": one.code, "commune": tables.names[one.code], "jeu": key}
        | {"latitude": one.latitude, "longitude": one.longitude}
        for one in rows
    ]
    columns = {name: [record[name] for record in records] for name in PLACE_COLUMNS}
    kinds = no_places().dtypes
    return pd.DataFrame({name: pd.Series(values, dtype=kinds[name]) for name, values in columns.items()})


def newest(rows: Sequence[Row]) -> str:
    """Say how fresh the places are: « lieux mis à jour jusqu’au 2 avril 2024 », nothing when no date is given."""
    days = [one.texts["date_maj"] for one in rows if one.texts["date_maj"]]
    return f"lieux mis à jour jusqu’au {wording.date(dt.date.fromisoformat(max(days)))}" if days else ""


def labels(raw: reading.RawTable) -> dict[str, str]:
    """Return the names of the fields of the standard as the file writes them."""
    return {name: raw.label(name) for name in standard.fields() if name in raw.columns}
