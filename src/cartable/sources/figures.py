"""Figures by commune, from a table of lines: codes, checks, duplicates, merged communes, and likelihood.

The path that all the tables by commune share; a source only declares its ``Layout``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from cartable import wording
from cartable.holdings import STATE
from cartable.sources import checks, codes, reading
from cartable.sources.model import Remark, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cartable.atlas import Atlas
    from cartable.sources.codes import Coded
    from cartable.sources.reading import RawTable

SMALL = 200  # inhabitants under which a ratio to the population says nothing
MERGED = "fusion"
OLD = "60"  # two digits from which a year is of the last century


@dataclass(frozen=True)
class Likely:
    """How a count compares with the population: what is usual, what is possible (ratios)."""

    usual: tuple[float, float]
    possible: tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Where the figures of a source are in its table.

    Parameters
    ----------
    code
        Column of the codes.
    model
        What the cells may hold.
    columns
        For each field of the model, the column of the table.
    sums
        Fields that add up when communes merge; the others (medians, rates, scores) are then unknown.
    states
        Fields for which the publisher's word on what it does not give is kept, in a column of its own.
    key
        Column that tells lines apart when a commune has several (IRIS); empty if it has one.
    likely
        Ratios to the population, by field.
    """

    code: str
    model: type[checks.Line]
    columns: Mapping[str, str]
    sums: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    key: str = ""
    likely: Mapping[str, Likely] = field(default_factory=dict)


def by_commune(raw: RawTable, layout: Layout, tables: Atlas) -> tuple[pd.DataFrame, Report]:
    """Return the figures of the communes of today (index: code INSEE) and what was done to the lines.

    Raises
    ------
    SourceError
        If a commune has two contradictory lines, or if too many lines are refused.
    """
    coded = codes.communes(raw, layout.code, tables)
    frame, remarks, refused = _figures(raw, layout, coded)
    frame, merged = _merge(frame, layout, tables)
    before = len(frame)
    frame, unlikely = _likely(raw, frame, layout, tables)
    said = (*raw.notes, *remarks, *merged, *unlikely)
    checks.enough(raw, refused + before - len(frame), said)
    if frame.empty:
        raise reading.refuse(raw.file, "aucune de ses lignes ne concerne une commune d’un EPCI", "Prenez le fichier "
                             "des communes.")  # fmt: skip
    cover = [*_restored(frame, layout, tables), *_cover(len(frame), len(tables.communes))]
    return _finish(frame, layout, "code_insee"), Report(raw.file, len(raw.rows) + raw.refused, (*said, *cover))


def by_epci(raw: RawTable, layout: Layout, tables: Atlas) -> tuple[pd.DataFrame, Report]:
    """Return the figures that the publisher gives by EPCI (index: SIREN); those that are gone are refused.

    Raises
    ------
    SourceError
        As ``by_commune``.
    """
    coded = codes.epcis(raw, layout.code, tables)
    frame, remarks, refused = _figures(raw, layout, coded)
    said = (*raw.notes, *remarks)
    checks.enough(raw, refused, said)
    return _finish(frame, layout, "siren"), Report(raw.file, len(raw.rows) + raw.refused, said)


def _figures(raw: RawTable, layout: Layout, coded: Coded) -> tuple[pd.DataFrame, list[Remark], int]:
    """Turn lines into numbers, one for each code of the file."""
    checked = checks.lines(raw, coded.codes.index, layout.model, layout.columns)
    checks.enough(raw, coded.refused + checked.refused, (*coded.remarks, *checked.remarks))
    frame = checked.figures
    for name in layout.states:
        frame[f"{name}{STATE}"] = checks.state(raw.rows.loc[frame.index, layout.columns[name]])
    frame = frame.assign(
        code=coded.codes[frame.index], origine=coded.origins[frame.index], nature=coded.natures[frame.index],
        ligne=raw.lines[frame.index],
    )  # fmt: skip
    cle = frame["origine"] if not layout.key else frame["origine"] + " " + raw.rows.loc[frame.index, layout.key]
    frame, twins = _twins(raw, frame, cle, layout)
    if layout.key:
        frame = _sum_parts(frame, list(layout.columns))
    return frame, [*coded.remarks, *checked.remarks, *twins], coded.refused + checked.refused


def _twins(
    raw: RawTable, frame: pd.DataFrame, key: pd.Series[str], layout: Layout
) -> tuple[pd.DataFrame, list[Remark]]:
    """Keep one of lines that say the same thing; refuse lines that contradict each other."""
    again = key.duplicated(keep=False)
    if not again.any():
        return frame, []
    figures = frame.columns.difference(["ligne"])
    copies = frame[figures].assign(cle=key).duplicated()
    contradictory = key[~copies].duplicated(keep=False)
    if contradictory.any():
        first = key[~copies][contradictory].iloc[0]
        pair = frame.loc[key[~copies][key == first].index, "ligne"]
        code = raw.label(layout.key or layout.code)
        raise reading.refuse(
            raw.file,
            f"les lignes {pair.iloc[0]} et {pair.iloc[1]}, colonne « {code} », donnent deux séries de chiffres "
            f"différentes pour « {first} »",
            "Gardez celle qui est juste et supprimez l’autre.",
        )
    originals = frame.loc[~copies, "ligne"].set_axis(key[~copies])
    said = (f"Répète la ligne {originals[k]} : comptée une seule fois." for k in key[copies])
    notes = reading.remarks(frame.loc[copies, "ligne"], raw.label(layout.code), "réparée", said)
    return frame[~copies], notes


def _sum_parts(frame: pd.DataFrame, figures: list[str]) -> pd.DataFrame:
    """Sum the parts of each commune; a part that is unknown leaves the sum unknown."""
    groups = frame.groupby("origine", sort=False)
    whole = groups.first()
    whole[figures] = _sum(frame[figures], frame["origine"]).loc[whole.index]
    return whole.reset_index()


def _sum(figures: pd.DataFrame, by: pd.Series[str]) -> pd.DataFrame:
    unknown = figures.isna().groupby(by, sort=False).any()
    return figures.groupby(by, sort=False).sum().mask(unknown)


def _merge(frame: pd.DataFrame, layout: Layout, tables: Atlas) -> tuple[pd.DataFrame, list[Remark]]:
    """Bring the lines to one by commune of today: sums for counts, nothing for what does not add up."""
    frame, remarks = _arrondissements(frame, tables)
    several = frame["code"].duplicated(keep=False)
    alone = frame[~several & (frame["nature"] == MERGED)]
    remarks += reading.remarks(alone["ligne"], "", "signalée", (
        f"Seule ligne du fichier pour la commune {code} : vérifiez qu’aucune autre partie ne manque."
        for code in alone["code"]))  # fmt: skip
    if not several.any():
        return frame.set_index("code"), remarks
    parts = frame[several]
    merged = parts.groupby("code").first()
    figures = list(layout.columns)
    merged[figures] = _sum(parts[figures], parts["code"]).loc[merged.index]
    lost = [f for f in figures if f not in layout.sums]
    merged[lost] = float("nan")
    for name in layout.states:
        merged[f"{name}{STATE}"] = MERGED
    remarks += reading.remarks(merged["ligne"], "", "signalée", _merged_texts(parts, lost, merged.index))
    return pd.concat([frame[~several].set_index("code"), merged]), remarks


def _merged_texts(parts: pd.DataFrame, lost: list[str], merged: Iterable[str]) -> Iterable[str]:
    origins = parts.groupby("code")["origine"].agg(list)
    names = {f: f.replace("_", " ") for f in lost}
    note = (
        f" ; sans valeur pour {wording.join([f'« {n} »' for n in names.values()])}, non additionnable" if lost else ""
    )
    for code in merged:
        yield f"La commune {code} réunit les lignes de {wording.join(origins[code])} : effectifs additionnés{note}."


def _arrondissements(frame: pd.DataFrame, tables: Atlas) -> tuple[pd.DataFrame, list[Remark]]:
    """Leave arrondissements out when the city has its own line, or when some are missing."""
    district = frame["nature"] == "arrondissement"
    if not district.any():
        return frame, []
    whole = frame["code"].isin(frame.loc[~district, "code"])
    former = tables.former_communes
    expected = former.loc[former["nature"] == "arrondissement", "code_insee"].value_counts()
    found = frame.loc[district, "code"].value_counts()
    short = found.index[found < expected.reindex(found.index)]
    partial = district & ~whole & frame["code"].isin(short)
    double = district & whole
    remarks = reading.remarks(frame.loc[partial, "ligne"], "", "refusée", (
        f"Des arrondissements de la commune {code} manquent dans le fichier : leur somme serait fausse."
        for code in frame.loc[partial, "code"]))  # fmt: skip
    if double.any():
        text = f"{wording.plural(int(double.sum()), 'ligne')} d’arrondissements laissées de côté : la ville a sa ligne."
        remarks.append(Remark(0, "", "signalée", wording.typeset(text)))
    return frame[~partial & ~double], remarks


# -- likelihood -------------------------------------------------------------------------


def _likely(raw: RawTable, frame: pd.DataFrame, layout: Layout, tables: Atlas) -> tuple[pd.DataFrame, list[Remark]]:
    """Compare counts with the population: what is impossible is refused, what is unusual is said."""
    population = tables.communes["population"].reindex(frame.index)
    remarks: list[Remark] = []
    refused = pd.Series(data=False, index=frame.index)
    for name, likely in layout.likely.items():
        ratio = (frame[name] / population).where(population >= SMALL)
        impossible = ((ratio < likely.possible[0]) | (ratio > likely.possible[1])) & ~refused
        odd = ((ratio < likely.usual[0]) | (ratio > likely.usual[1])) & ~impossible & ~refused
        for mask, outcome in ((impossible, "refusée"), (odd, "signalée")):
            said = _unlikely(frame[mask], population[mask], name)
            remarks += reading.remarks(frame.loc[mask, "ligne"], raw.label(layout.columns[name]), outcome, said)  # type: ignore[arg-type]
        refused |= impossible
    return frame[~refused], remarks


def _unlikely(frame: pd.DataFrame, population: pd.Series[float], name: str) -> Iterable[str]:
    for code, value, people in zip(frame.index, frame[name], population, strict=True):
        yield (
            f"{wording.number(value)} ne s’accorde pas avec les {wording.number(people)} habitants de la "
            f"commune {code} : vérifiez les milliers, les décimales et l’ordre des colonnes."
        )


def _restored(frame: pd.DataFrame, layout: Layout, tables: Atlas) -> list[Remark]:
    """Say which communes still count with them others that were restored since, and that the file does not count."""
    counted = frame[list(layout.columns)].notna().any(axis="columns")
    for name in layout.states:
        counted |= frame[f"{name}{STATE}"].isin(["s", "ns"])
    there = frame.index[counted]
    holders = tables.communes["remarque"].str.extract(r"^recensée avec (\w{5})\b", expand=False).dropna()
    apart = holders[holders.isin(there) & ~holders.index.isin(there)]
    return [
        Remark(0, "", "signalée", wording.typeset(
            f"Les chiffres de la commune {holder} comprennent encore ceux de {wording.join(list(group.index))}, "
            "rétablies depuis : ces dernières n’ont pas de chiffre à elles."))
        for holder, group in apart.groupby(apart)
    ]  # fmt: skip


def _cover(found: int, total: int) -> list[Remark]:
    if found == total:
        return []
    text = f"Le fichier renseigne {wording.plural(found, 'commune')} sur {wording.number(total)}."
    return [Remark(0, "", "signalée", wording.typeset(text))]


def _finish(frame: pd.DataFrame, layout: Layout, index: str) -> pd.DataFrame:
    """Keep the figures, in order."""
    if "code" in frame.columns:
        frame = frame.set_index("code")
    names = [n for f in layout.columns for n in ((f, f"{f}{STATE}") if f in layout.states else (f,))]
    table = frame[names].sort_index()
    table.index = pd.Index(table.index, name=index, dtype="str")
    return table


def split(raw: RawTable, column: str) -> tuple[RawTable | None, RawTable | None]:
    """Part the lines of communes from those of EPCIs, by the form of their code; nothing for a part without a line.

    What was refused on the way stays with the first part.
    """
    epci = raw.rows[column].map(lambda text: bool(codes.epci(text).value))
    if not epci.any():
        return raw, None
    if epci.all():
        return None, raw
    first, second = _rows(raw, ~epci), _rows(raw, epci)
    return first, replace(second, notes=(), refused=0)


def _rows(raw: RawTable, mask: pd.Series[bool]) -> RawTable:
    return replace(raw, rows=raw.rows[mask].reset_index(drop=True), lines=raw.lines[mask.to_numpy()])


def where(raw: RawTable, column: str, value: str) -> RawTable:
    """Keep the lines whose cell, in a column, is a value."""
    return _rows(raw, raw.rows[column] == value)


def day(text: str) -> dt.date | None:
    """Read a date written 2026-03-31 or 31/03/2026; nothing when it is neither."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text[:10], shape).replace(tzinfo=dt.UTC).date()
    return None


def latest(columns: Iterable[str], *patterns: str) -> tuple[str, list[str]] | None:
    """Find the columns of the most recent year of a table, or nothing if that year lacks one.

    An older year is never taken in its place: a title that was changed would age the figures in silence.

    Parameters
    ----------
    columns
        Names in the table.
    patterns
        Names where « {} » stands for the last two digits of the year: ``"P{}_POP"``.

    Returns
    -------
        The two digits and the columns, in the order of the patterns; nothing otherwise.
    """
    names = {c.casefold(): c for c in columns}
    found: dict[str, set[str]] = {}
    for pattern in patterns:
        shape = re.compile(re.escape(pattern.casefold()).replace(r"\{\}", r"(\d\d)"))
        found[pattern] = {m[1] for n in names if (m := shape.fullmatch(n))}
    years = set.union(*found.values())
    year = max(years, key=lambda y: (y < OLD, y), default="")
    if not all(year in there for there in found.values()):
        return None
    return year, [names[p.casefold().replace("{}", year)] for p in patterns]
