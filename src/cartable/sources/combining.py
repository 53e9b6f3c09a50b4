"""Everything at hand, put together: each source beside the others, none over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cartable import wording
from cartable.errors import CartableError, DataError
from cartable.holdings import Holdings, no_places
from cartable.sources.formats import COMMUNES, EPCIS, INDEXES, PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.sources.formats import Normalised
    from cartable.sources.records import Record


def combine(found: Sequence[tuple[Record, Normalised]]) -> tuple[Holdings, list[CartableError]]:
    """Join what the sources give, and say which figures two of them give."""
    ordered = sorted(found, key=lambda one: (one[0].source, one[0].day, one[0].siren))
    problems: list[CartableError] = []
    tables = {name: _side_by_side(ordered, name, problems) for name in (COMMUNES, EPCIS)}
    places = [data.tables[PLACES] for _, data in ordered if PLACES in data.tables]
    neighbourhoods = {one.code: one for _, data in ordered for one in data.neighbourhoods}
    return (
        Holdings(
            tables[COMMUNES],
            tables[EPCIS],
            _no_missing_text(pd.concat([no_places(), *places], ignore_index=True)) if places else no_places(),
            tuple(neighbourhoods.values()),
            {record.source: record.provenance for record, _ in ordered},
        ),
        problems,
    )


def _side_by_side(
    ordered: Sequence[tuple[Record, Normalised]], name: str, problems: list[CartableError]
) -> pd.DataFrame:
    """Join the columns of all sources; the same source asked for several EPCIs gives rows instead."""
    by_source: dict[str, list[pd.DataFrame]] = {}
    for record, data in ordered:
        if name in data.tables:
            by_source.setdefault(record.source, []).append(data.tables[name])
    joined: list[pd.DataFrame] = []
    for source, tables in by_source.items():
        whole = pd.concat(tables) if len(tables) > 1 else tables[0]
        whole = whole[~whole.index.duplicated(keep="last")]
        taken = [column for table in joined for column in table.columns if column in whole.columns]
        if taken:
            problems.append(_conflict(source, taken))
        joined.append(whole.drop(columns=taken))
    if not joined:
        return pd.DataFrame(index=pd.Index([], name=INDEXES[name], dtype="str"))
    together = pd.concat(joined, axis=1).sort_index() if len(joined) > 1 else joined[0].sort_index()
    return _no_missing_text(together.rename_axis(INDEXES[name]))


def _no_missing_text(table: pd.DataFrame) -> pd.DataFrame:
    """Write nothing where a source does not know a commune, as where it says nothing of it."""
    texts = table.select_dtypes(exclude="number").columns
    return table.fillna(dict.fromkeys(texts, ""))


def _conflict(source: str, columns: Sequence[str]) -> CartableError:
    names = wording.join([f"« {column} »" for column in columns])
    return DataError(
        f"La source « {source} » donne {names}, qu’une autre source donne déjà : la première est gardée.",
        f"Retirez l’une des deux : cartable donnees oublier {source}.",
    )
