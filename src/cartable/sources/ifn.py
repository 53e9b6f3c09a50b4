"""Indice de fragilité numérique, second version (2023): five scores and their plain mean, shown beside ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import pandas as pd
from pydantic import AfterValidator

from cartable import wording
from cartable.atlas import atlas
from cartable.sources import figures, reading
from cartable.sources.checks import Line, Number, between
from cartable.sources.model import Reading, Remark, Report, Source

if TYPE_CHECKING:
    from cartable.sources.reading import RawTable

CODE, DIVISION, TOTAL = "code", "division", "total"
SCORES = {
    "ifn_reseau_fixe": "no_thd_coverage_rate",
    "ifn_4g": "no_4g_coverage_rate",
    "ifn_pauvrete": "poverty_rate",
    "ifn_65_plus": "older_65_rate",
    "ifn_diplome": "nscol15p_rate",
}
COLUMNS = {"ifn_total": TOTAL, **SCORES}
# Names of the eleven indicators of the first version that the second does not have.
FIRST_VERSION = re.compile(
    r"library_distance|public_service_distance|menseul_rate|fammono_rate|unemployement_rate|foreigners_rate"
    r"|social_assistance_rate|score.?global|acces.+(information|interfaces)|competences?.+(administratives|numeriques)",
    re.IGNORECASE,
)
TOLERANCE = 0.06  # the total is sometimes rounded to one decimal
SCORE = between(0, 10, "un score entre 1 et 10")
TAKE = (
    "Prenez l’export de la version 2 (2023 ou après) : les versions de 2019 à 2022 notent autrement, les mélanger "
    "donnerait des comparaisons fausses."
)


class Scores(Line):
    """A line of the export: 1 (least fragile) to 10; 0 stands for a commune without inhabitants."""

    ifn_total: Annotated[Number, AfterValidator(SCORE)]
    ifn_reseau_fixe: Annotated[Number, AfterValidator(SCORE)]
    ifn_4g: Annotated[Number, AfterValidator(SCORE)]
    ifn_pauvrete: Annotated[Number, AfterValidator(SCORE)]
    ifn_65_plus: Annotated[Number, AfterValidator(SCORE)]
    ifn_diplome: Annotated[Number, AfterValidator(SCORE)]


def read(content: bytes, file: str) -> Reading:
    """Read the export of communes or of EPCIs.

    Raises
    ------
    SourceError
        If the file is of the first version, or is another one, or cannot be trusted.
    """
    raw = reading.table(content, file, expected=(CODE, DIVISION, *COLUMNS.values()))
    _refuse_first_version(raw)
    for column in (CODE, *COLUMNS.values()):
        if column not in raw.columns:
            raise reading.missing(raw, column, "indice de fragilité numérique, version 2")
    _refuse_first_scale(raw)
    layout = figures.Layout(CODE, Scores, COLUMNS)
    of_communes, of_epcis = figures.split(raw, CODE)
    communes = figures.by_commune(of_communes, layout, atlas()) if of_communes else None
    epcis = figures.by_epci(of_epcis, layout, atlas()) if of_epcis else None
    parts = [part for part in (communes, epcis) if part]
    remarks = [r for _, report in parts for r in report.remarks] + _means(raw)
    report = Report(raw.file, sum(report.lines for _, report in parts), tuple(remarks))
    return Reading(
        report,
        communes=_without_zeros(communes[0]) if communes else None,
        epcis=_without_zeros(epcis[0]) if epcis else None,
    )


def _refuse_first_version(raw: RawTable) -> None:
    old = [c for c in raw.columns if FIRST_VERSION.search(c)]
    if old:
        shown = wording.join([f"« {c} »" for c in old[:4]])
        raise reading.refuse(raw.file, f"ses colonnes sont celles de la version 1 de l’indice ({shown})", TAKE)


def _refuse_first_scale(raw: RawTable) -> None:
    """Refuse scores of the first version (−10 to +10, or 0 to 100) under the names of the second."""
    values = raw.rows[list(COLUMNS.values())].apply(
        lambda texts: pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
    )
    outside = (values < 0) | (values > 10)  # noqa: PLR2004
    rows = outside.any(axis="columns")
    if rows.mean() <= reading.TOO_MANY:
        return
    first = rows.idxmax()
    column = outside.loc[first].idxmax()
    raise reading.refuse(
        raw.file,
        f"des scores sortent de l’échelle de 1 à 10 de la version 2, dès la ligne {raw.lines[first]}, "
        f"colonne « {raw.label(str(column))} » ({raw.rows.loc[first, column]})",
        TAKE,
    )


def _without_zeros(scores: pd.DataFrame) -> pd.DataFrame:
    """Take scores of 0 for what they are: no score (communes without inhabitants)."""
    return scores.mask(scores < 1)


def _means(raw: RawTable) -> list[Remark]:
    """Say which totals are not the plain mean of the five scores, and which scores are 0."""
    values = raw.rows[list(COLUMNS.values())].apply(
        lambda texts: pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
    )
    mean = values[list(SCORES.values())].mean(axis="columns", skipna=False)
    off = (values[TOTAL] - mean).abs() > TOLERANCE
    said = (
        f"Le total ({_plain(total)}) n’est pas la moyenne des cinq scores ({_plain(expected)}) : vérifiez que des "
        "indicateurs n’ont pas été décochés à l’export."
        for total, expected in zip(values.loc[off, TOTAL], mean[off], strict=True)
    )
    none = (values < 1).any(axis="columns") & (values >= 0).all(axis="columns")
    zeros = ("Score inférieur à 1 (commune sans habitants) : considéré comme absent." for _ in raw.lines[none])
    return [
        *reading.remarks(raw.lines[off], raw.label(TOTAL), "signalée", said),
        *reading.remarks(raw.lines[none], "", "signalée", zeros),
    ]


def _plain(value: float) -> str:
    return wording.number(value, 2)


SOURCE = Source(
    key="ifn",
    title="Indice de fragilité numérique, version 2",
    producer="La Mednum",
    licence="à vérifier",
    vintage="2023",
    url="",
    page="https://fragilite-numerique.fr/",
    gives="scores de fragilité de 1 à 10, montrés à côté de l’indice de Cartable",
    read=read,
    warning=(
        "La licence de ces données n’est pas indiquée\u00a0: gardez le fichier pour vous, ne le redistribuez pas. "
        "Ne mélangez jamais cette version avec celles de 2019 à 2022."
    ),
)
