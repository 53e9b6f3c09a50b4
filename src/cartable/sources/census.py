"""INSEE's census tables by commune or by IRIS: one column for each year and figure, which sum to communes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.atlas import atlas
from cartable.sources import figures, reading
from cartable.sources.model import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.sources.checks import Line
    from cartable.sources.figures import Likely

COMMUNE, IRIS_COMMUNE, IRIS = "CODGEO", "COM", "IRIS"
FILE_OF_FRANCE = r"(?<![-_]COM)[.](csv|txt|xlsx)$|^COM_|^IRIS"  # « -COM » is the overseas collectivities' file


def read(
    content: bytes,
    file: str,
    model: type[Line],
    shapes: tuple[Mapping[str, str], ...],
    *,
    likely: Mapping[str, Likely],
    what: str,
) -> Reading:
    """Read a table of the census; the most recent year that it holds is kept.

    Parameters
    ----------
    model
        What its cells may hold.
    shapes
        Ways the columns are named, the first that is there being taken: by field, ``"P{}_POP"``.
    likely
        Ratios to the population.
    what
        What the file is, for messages.

    Raises
    ------
    SourceError
        If it is another file, or cannot be trusted.
    """
    patterns = dict.fromkeys(p for shape in shapes for p in shape.values())
    keep = "|".join(p.replace("{}", r"\d\d") for p in patterns)
    hints = (COMMUNE, IRIS, IRIS_COMMUNE)
    raw = reading.table(content, file, expected=hints, keep=keep, prefer=FILE_OF_FRANCE)
    by_iris = IRIS in raw.columns and IRIS_COMMUNE in raw.columns
    code = IRIS_COMMUNE if by_iris or COMMUNE not in raw.columns else COMMUNE
    if code not in raw.columns:
        raise reading.missing(raw, COMMUNE, what)
    year, columns = _columns(raw, shapes, what)
    layout = figures.Layout(
        code, model, columns, sums=tuple(columns), key=IRIS if by_iris else "", likely=likely
    )  # fmt: skip
    communes, report = figures.by_commune(raw, layout, atlas())
    return Reading(report, communes=communes, vintage=f"20{year}")


def _columns(raw: reading.RawTable, shapes: tuple[Mapping[str, str], ...], what: str) -> tuple[str, dict[str, str]]:
    """Return the most recent year of the table and its columns, by field of the model."""
    found = [(figures.latest(raw.rows.columns, *shape.values()), tuple(shape)) for shape in shapes]
    years = [(year_and_names, fields) for year_and_names, fields in found if year_and_names]
    if not years:
        lacking = next((p for p in shapes[0].values() if figures.latest(raw.rows.columns, p) is None), "")
        raise reading.missing(raw, (lacking or next(iter(shapes[0].values()))).replace("{}", "22"), what)
    (year, names), fields = max(years, key=lambda item: item[0][0])
    return year, dict(zip(fields, names, strict=True))
