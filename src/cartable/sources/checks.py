"""What the cells of a source may hold, declared once as pydantic models, and French words for what they may not.

A model has one field for each figure, of one of the types below. ``lines`` checks the rows of a table against it: the
lines that fail are left out and said, the others become numbers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import pandas as pd
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from cartable import wording
from cartable.holdings import STATES
from cartable.sources import reading
from cartable.sources.model import Remark, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartable.sources.reading import RawTable

OURS = "cartable"  # the type of the errors below, whose message is French
MARKERS = ("s", "ns", "nd")
ABSENT = frozenset({"", *MARKERS, "na", "n/a", "#n/a", "nan", "null", "none", "n.d.", "n. d.", "nc", "-"})
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
GROUPED = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f\u2009]\d{3})+([.,]\d+)?")
PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
POINTS_THEN_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
COMMAS_THEN_POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
ROUND_POWER = re.compile(r"\de\+?0?\d")  # what R writes for 100000
LONGEST = 40  # characters of a number; more is a text
ROUNDING = 0.5  # counts of the census are weighted sums, rounded in some files
LEFT_OUT = "Ligne laissée de côté : corrigez-la dans le fichier, ou demandez au producteur."
SEEN = 40  # characters of a cell that a message repeats


def _problem(message: str, **context: Any) -> PydanticCustomError:  # noqa: ANN401 (as pydantic has it)
    return PydanticCustomError(OURS, message, context or None)


def number(text: object) -> float:
    """Read a number as French files write it; NaN when the cell is empty or says that the figure is not published.

    Decimal comma or point, thousands separated by spaces of any kind; « 1.234,5 » and « 1,234.5 » are certain too.

    Raises
    ------
    PydanticCustomError
        If the text is not a finite number.
    """
    cell = str(text).strip()
    if cell.casefold() in ABSENT:
        return math.nan
    if len(cell) > LONGEST or (not cell.isascii() and not GROUPED.fullmatch(cell)):
        raise _not_a_number(cell)
    if PLAIN.fullmatch(cell) or GROUPED.fullmatch(cell):
        return float(SPACES.sub("", cell).replace(",", "."))
    if POINTS_THEN_COMMA.fullmatch(cell):
        return float(cell.replace(".", "").replace(",", "."))
    if COMMAS_THEN_POINT.fullmatch(cell):
        return float(cell.replace(",", ""))
    if ROUND_POWER.fullmatch(cell):
        return float(cell)
    raise _not_a_number(cell)


def _not_a_number(cell: str) -> PydanticCustomError:
    shown = cell if len(cell) <= SEEN else f"{cell[:SEEN]}…"
    if shown.casefold().lstrip("+-").startswith("inf"):
        return _problem("« {cell} » n’est pas un nombre fini.", cell=shown)
    if re.fullmatch(r"[\d.,]+[eE][+-]?\d+", shown):
        return _problem("« {cell} » a été arrondi par un tableur : des chiffres sont perdus.", cell=shown)
    return _problem("« {cell} » n’est pas un nombre.", cell=shown)


def _percentage(text: object) -> float:
    return number(str(text).strip().removesuffix("%").rstrip()) / 100


def _not_negative(value: float) -> float:
    if value < 0:
        raise _problem("{value} est négatif, alors que c’est un effectif.", value=_plain(value))
    return value


def _whole(value: float) -> float:
    if not math.isnan(value) and not value.is_integer():
        raise _problem("{value} n’est pas entier, alors que c’est un nombre de locaux.", value=_plain(value))
    return value


def _share(value: float) -> float:
    if value < 0 or value > 1:
        raise _problem("{value} % n’est pas un taux entre 0 et 100 %.", value=_plain(100 * value))
    return value


def _plain(value: float) -> str:
    return f"{value:.6g}".replace(".", ",").replace("-", wording.MINUS)


def between(low: float, high: float, what: str) -> Callable[[float], float]:
    """Make a validator: the value, if there is one, is between two bounds; ``what`` says what else is expected."""

    def check(value: float) -> float:
        if value < low or value > high:
            raise _problem("{value} n’est pas " + what + ".", value=_plain(value))
        return value

    return check


Count = Annotated[float, BeforeValidator(number), AfterValidator(_not_negative)]
Whole = Annotated[float, BeforeValidator(number), AfterValidator(_not_negative), AfterValidator(_whole)]
Percentage = Annotated[float, BeforeValidator(_percentage), AfterValidator(_share)]  # « 17,0 » → 0.17
Number = Annotated[float, BeforeValidator(number)]


class Line(BaseModel):
    """A line of a source: figures that may be NaN."""

    model_config = ConfigDict(extra="ignore", frozen=True)


LineT = TypeVar("LineT", bound=Line)


def part_of(line: LineT, part: str, whole: str, labels: tuple[str, str]) -> LineT:
    """Check, in a model, that a part does not exceed the whole (what is unknown passes)."""
    counted, total = getattr(line, part), getattr(line, whole)
    if counted > total + ROUNDING:
        raise _problem(
            "{labels} ({counted}) dépasse {total_label} ({total}).",
            labels=labels[0], counted=_plain(counted), total_label=labels[1], total=_plain(total),
        )  # fmt: skip
    return line


def state(texts: pd.Series[str]) -> pd.Series[str]:
    """Return what the publisher says of figures that it does not give: « s », « ns », « nd »; « » for the others."""
    folded = texts.str.casefold()
    return folded.where(folded.isin(MARKERS), "").mask(folded.isin(ABSENT - set(MARKERS)), "nd")


# -- a table against a model ------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Checked:
    """What the lines of a table are worth.

    Parameters
    ----------
    figures
        One column for each field of the model, floats; index: the rows of the table that passed.
    remarks
        Lines that were left out, figures that are not published.
    refused
        Number of rows left out.
    """

    figures: pd.DataFrame
    remarks: tuple[Remark, ...]
    refused: int


def lines(raw: RawTable, rows: pd.Index[int], model: type[Line], columns: Mapping[str, str]) -> Checked:
    """Check rows of a table against a model.

    Parameters
    ----------
    rows
        Those to check.
    columns
        For each field of the model, the column of the table.
    """
    texts = raw.rows.loc[rows, list(columns.values())].set_axis(list(columns), axis="columns")
    records: list[Any] = texts.to_dict("records")
    adapter = _adapter(model)
    wrong: dict[tuple[int, str], str] = {}
    try:
        passed = adapter.validate_python(records)
    except ValidationError as error:
        wrong = _problems(error)
        bad = {row for row, _ in wrong}
        passed = adapter.validate_python([r for i, r in enumerate(records) if i not in bad])
        rows = rows.delete(sorted(bad))
    get = attrgetter(*columns) if len(columns) > 1 else (lambda line: (getattr(line, *columns),))
    values = pd.DataFrame([get(line) for line in passed], index=rows, columns=list(columns), dtype="float64")
    failed = _refusals(raw, texts.index, wrong, columns)
    hidden = _hidden(raw, texts.loc[rows], columns)
    return Checked(values, (*failed, *hidden), len({row for row, _ in wrong}))


@cache
def _adapter(model: type[LineT]) -> TypeAdapter[list[LineT]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def _problems(error: ValidationError) -> dict[tuple[int, str], str]:
    """Turn the errors of pydantic into French: by row and field (« » for the line as a whole)."""
    problems = {}
    for item in error.errors(include_url=False, include_input=True):
        row, *rest = item["loc"]
        message = item["msg"] if item["type"] == OURS else f"« {str(item['input'])[:SEEN]} » ne se lit pas."
        problems[int(row), str(rest[0]) if rest else ""] = message
    return problems


def _refusals(
    raw: RawTable, rows: pd.Index[int], wrong: Mapping[tuple[int, str], str], columns: Mapping[str, str]
) -> list[Remark]:
    by_field: dict[str, list[tuple[int, str]]] = {}
    for (row, field), message in wrong.items():
        by_field.setdefault(field, []).append((raw.lines[rows[row]], f"{message} {LEFT_OUT}"))
    said = []
    for field, items in by_field.items():
        label = raw.label(columns[field]) if field else ""
        said += reading.remarks([line for line, _ in items], label, "refusée", [text for _, text in items])
    return said


def _hidden(raw: RawTable, texts: pd.DataFrame, columns: Mapping[str, str]) -> list[Remark]:
    """Say, once by column, how many figures are not published and why."""
    said = []
    for field, column in columns.items():
        counts = state(texts[field]).value_counts()
        parts = [
            f"{wording.plural(int(counts[m]), 'valeur')} « {m} » ({STATES[m]})" for m in MARKERS[:2] if m in counts
        ]
        unknown = int(counts.get("nd", 0))
        if unknown:
            parts.append(f"{wording.plural(unknown, 'valeur non disponible', 'valeurs non disponibles')}")
        if parts:
            text = f"{wording.join(parts)} : aucun chiffre, et surtout pas zéro."
            said.append(Remark(0, raw.label(column), "signalée", wording.typeset(text[:1].upper() + text[1:])))
    return said


def enough(raw: RawTable, refused: int, remarks: tuple[Remark, ...]) -> None:
    """Refuse a file more than a fifth of whose lines are refused, naming the first.

    Raises
    ------
    SourceError
        If it is so.
    """
    total = len(raw.rows) + raw.refused
    lost = refused + raw.refused
    if lost <= reading.TOO_MANY * total:
        return
    first = min((r for r in remarks if r.outcome == "refusée" and r.line), key=lambda r: r.line, default=None)
    where = _where(first) if first else ""
    raise reading.refuse(
        raw.file,
        f"{wording.plural(lost, 'ligne refusée', 'lignes refusées')} sur {wording.number(total)}, c’est trop pour se "
        f"fier au reste{where}",
        "Corrigez le fichier, ou prenez celui du producteur sans l’ouvrir dans un tableur.",
    )


def _where(remark: Remark) -> str:
    column = f", colonne « {remark.column} »" if remark.column else ""
    why = remark.message.removesuffix(wording.typeset(LEFT_OUT)).rstrip(" .")
    return f". La première est la ligne {remark.line}{column} : {why}"


__all__ = [
    "Checked", "Count", "Line", "Number", "Percentage", "SourceError", "Whole", "between", "enough", "lines", "number",
    "part_of", "state",
]  # fmt: skip
