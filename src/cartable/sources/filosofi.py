"""INSEE, Filosofi: median income and poverty rate, by commune and by EPCI.

Two shapes are published: one line for each commune (``CODGEO``, ``MED21``…), and one line for each figure (``GEO``,
``FILOSOFI_MEASURE``, ``OBS_VALUE``). Medians and rates never add up: those of an EPCI come from the publisher alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

import pandas as pd
from pydantic import AfterValidator, model_validator

from cartable.atlas import atlas
from cartable.sources import checks, figures, reading, unpacking
from cartable.sources.checks import Count, Line, Number, Percentage, between
from cartable.sources.figures import Layout, Likely
from cartable.sources.model import Reading, Report, Source

TITLE = "Revenus et pauvreté (Filosofi)"
WIDE = ("MED{}", "TP60{}", "NBPERSMENFISC{}", "NBMENFISC{}")
FIELDS = ("revenu_median", "taux_pauvrete", "personnes_fiscales", "menages_fiscaux")
LONG = dict(zip(("MED_SL", "PR_MD60", "NUM_PER", "NUM_HH"), FIELDS, strict=True))
LONG_COLUMNS = ("GEO", "GEO_OBJECT", "FILOSOFI_MEASURE", "OBS_VALUE", "TIME_PERIOD", "CONF_STATUS")
KEEP = r"(MED|TP60|NBPERSMENFISC|NBMENFISC)\d\d"
CODE = "CODGEO"
STATED = ("revenu_median", "taux_pauvrete")
SUMS = ("personnes_fiscales", "menages_fiscaux")
LIKELY = {"personnes_fiscales": Likely((0.4, 1.6), (0.1, 10)), "menages_fiscaux": Likely((0.2, 1), (0.05, 5))}
INCOME = between(3_000, 300_000, "un revenu médian plausible, en euros par an et par unité de consommation")
RATE = between(0.01, 1, "un taux de pauvreté plausible : l’Insee publie des pourcentages, jamais moins de 5 %")
FILE_OF_COMMUNES, FILE_OF_EPCIS = r"_COM[.]|^COM", r"_EPCI[.]"


class Income(Line):
    """Median disposable income per consumption unit, in euros a year."""

    revenu_median: Annotated[Number, AfterValidator(INCOME)]


class Poverty(Line):
    """Share of people under 60 % of the national median income."""

    taux_pauvrete: Annotated[Percentage, AfterValidator(RATE)]


class People(Line):
    """People in the households counted."""

    personnes_fiscales: Count


class Households(Line):
    """Households counted."""

    menages_fiscaux: Count


class Filosofi(Income, Poverty, People, Households):
    """A line of the table by commune."""

    @model_validator(mode="after")
    def _households_have_people(self) -> Filosofi:
        return checks.part_of(
            self, "menages_fiscaux", "personnes_fiscales", ("Le nombre de ménages", "le nombre de personnes")
        )


MODELS: tuple[type[Line], ...] = (Income, Poverty, People, Households)


def read(content: bytes, file: str) -> Reading:
    """Read a table by commune or by EPCI, or the archive of the publisher that holds both.

    Raises
    ------
    SourceError
        If the file is not one of Filosofi, or cannot be trusted.
    """
    first = _read(content, file, FILE_OF_COMMUNES)
    names = unpacking.members(content, file)
    if first.communes is None or not any(re.search(FILE_OF_EPCIS, n, re.IGNORECASE) for n in names):
        return first
    second = _read(content, file, FILE_OF_EPCIS)
    return replace(first, epcis=second.epcis, report=_joined(first.report, second.report))


def _joined(*reports: Report) -> Report:
    """Put reports of the same file together; what they all say is said once."""
    remarks = {r.message: r for report in reversed(reports) for r in report.remarks}
    order = [r for report in reports for r in report.remarks if remarks.get(r.message) is r]
    return Report(reports[0].file, max(r.lines for r in reports), tuple(order))


def _read(content: bytes, file: str, prefer: str) -> Reading:
    only = {"GEO_OBJECT": {"COM", "EPCI"}, "FILOSOFI_MEASURE": set(LONG)}
    raw = reading.table(content, file, expected=(CODE, *LONG_COLUMNS), keep=KEEP, only=only, prefer=prefer)
    if "FILOSOFI_MEASURE" in raw.columns:
        return _long(raw)
    found = figures.latest(raw.rows.columns, *WIDE)
    if CODE not in raw.columns or found is None:
        raise reading.missing(raw, CODE if CODE not in raw.columns else _lacking(raw), "revenus par commune, Insee")
    year, names = found
    return _wide(raw, dict(zip(FIELDS, names, strict=True)), f"20{year}")


def _lacking(raw: reading.RawTable) -> str:
    """Name the first column that no year has."""
    return next((p.replace("{}", "21") for p in WIDE if figures.latest(raw.rows.columns, p) is None), "MED21")


def _wide(raw: reading.RawTable, columns: dict[str, str], vintage: str) -> Reading:
    tables, communes, epcis, reports = atlas(), None, None, []
    layout = Layout(CODE, Filosofi, columns, sums=SUMS, states=STATED, likely=LIKELY)
    of_communes, of_epcis = figures.split(raw, CODE)
    if of_communes:
        communes, report = figures.by_commune(of_communes, layout, tables)
        reports.append(report)
    if of_epcis:
        epcis, report = figures.by_epci(of_epcis, layout, tables)
        epcis = epcis[[c for c in epcis.columns if c.startswith(STATED)]]
        reports.append(report)
    return Reading(_joined(*reports), communes=communes, epcis=epcis, vintage=vintage)


def _long(raw: reading.RawTable) -> Reading:
    """Read one line for each figure: each measure is a table of its own, so that lines are told exactly."""
    lacking = [c for c in ("GEO", "FILOSOFI_MEASURE", "OBS_VALUE") if c not in raw.columns]
    if lacking:
        raise reading.missing(raw, lacking[0], "revenus par commune, Insee")
    raw, vintage = _one_year(raw)
    rows = raw.rows.assign(GEO=raw.rows["GEO"].str.replace(r"^.*-", "", regex=True))
    if "CONF_STATUS" in rows:
        rows["OBS_VALUE"] = rows["OBS_VALUE"].mask((rows["CONF_STATUS"] == "C") & (rows["OBS_VALUE"] == ""), "s")
    raw = replace(raw, rows=rows)
    parts = [_measure(raw, key, model) for key, model in zip(LONG, MODELS, strict=True)]
    communes = [p.communes for p in parts if p.communes is not None]
    epcis = [p.epcis for p in parts if p.epcis is not None]
    return Reading(
        _joined(*(p.report for p in parts)),
        communes=_beside(communes), epcis=_beside(epcis), vintage=vintage,
    )  # fmt: skip


def _one_year(raw: reading.RawTable) -> tuple[reading.RawTable, str]:
    if "TIME_PERIOD" not in raw.columns:
        return raw, ""
    year = raw.rows["TIME_PERIOD"].max()
    return figures.where(raw, "TIME_PERIOD", year), str(year)


def _measure(raw: reading.RawTable, key: str, model: type[Line]) -> Reading:
    name = LONG[key]
    part = figures.where(raw, "FILOSOFI_MEASURE", key)
    if part.rows.empty:
        raise reading.refuse(raw.file, f"la mesure « {key} » n’y est pas (colonne « FILOSOFI_MEASURE »)")
    sums = (name,) if name in SUMS else ()
    states = (name,) if name in STATED else ()
    likely = {name: LIKELY[name]} if name in LIKELY else {}
    layout = Layout("GEO", model, {name: "OBS_VALUE"}, sums=sums, states=states, likely=likely)
    tables, of_communes, of_epcis = atlas(), *figures.split(part, "GEO")
    communes = figures.by_commune(of_communes, layout, tables) if of_communes else None
    epcis = figures.by_epci(of_epcis, layout, tables) if of_epcis else None
    reports = [part[1] for part in (communes, epcis) if part]
    shown = epcis[0] if epcis and name in STATED else None
    return Reading(_joined(*reports), communes=communes[0] if communes else None, epcis=shown)


def _beside(tables: list[pd.DataFrame]) -> pd.DataFrame | None:
    """Put the measures side by side; a commune that one of them lacks has no value there."""
    if not tables:
        return None
    joined = pd.concat(tables, axis="columns").sort_index()
    for name in STATED:
        if f"{name}__etat" in joined:
            joined[f"{name}__etat"] = joined[f"{name}__etat"].fillna("nd")
    joined.index = pd.Index(joined.index, name=tables[0].index.name, dtype="str")
    return joined


SOURCE = Source(
    key="filosofi",
    title=TITLE,
    producer="Insee",
    licence="Licence Ouverte 2.0",
    vintage="2021",
    url="https://www.insee.fr/fr/statistiques/fichier/7756729/base-cc-filosofi-2021-geo2025_csv.zip",
    page="https://www.insee.fr/fr/statistiques/7756729",
    gives="revenu médian, taux de pauvreté",
    read=read,
    warning=(
        "Secret statistique : beaucoup de communes n’ont pas de taux de pauvreté, les plus petites n’ont aucun "
        "chiffre. Les taux inférieurs à 5\u202f% sont publiés comme 5\u202f%. Rien de cela ne s’additionne d’une "
        "commune à l’autre."
    ),
)
