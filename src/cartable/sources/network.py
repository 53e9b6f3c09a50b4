"""ARCEP, « Ma connexion internet »: premises that a wired line serves, by speed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import model_validator

from cartable import wording
from cartable.atlas import atlas
from cartable.sources import checks, figures, reading
from cartable.sources.checks import Line, Whole
from cartable.sources.figures import Layout, Likely
from cartable.sources.model import Reading, Source, SourceError

if TYPE_CHECKING:
    import pandas as pd

    from cartable.sources.reading import RawTable

CODE, TYPE, DATE = "code_insee", "type", "date"
REQUIRED = (CODE, "nbr", "elig_thd30")
GIGABIT = "elig_thd1g"
ALL = "all"
NOTHING_ELSE = "(?!)"
SATELLITE_FILE = re.compile(r"commune_debit(_terrestre|_hertzien|_sat\w*)?(?!_filaire)([ ._(-]|$)", re.IGNORECASE)
EVERYWHERE = 0.99  # of premises in 99 % of communes: what satellites make of any territory
WIDE_AREA = 50  # communes: in a smaller file, fibre may really be everywhere
TAKE = "Prenez « commune_debit_filaire.csv » : il ne compte que les lignes en fibre, câble ou cuivre."


class Network(Line):
    """A line of the table: counts of premises."""

    locaux: Whole
    a_30_mbits: Whole
    locaux_1_gbits: Whole = 0

    @model_validator(mode="after")
    def _parts(self) -> Network:
        whole = "le nombre de locaux"
        checks.part_of(self, "a_30_mbits", "locaux", ("Le nombre de locaux à 30 Mbit/s", whole))
        return checks.part_of(
            self, "locaux_1_gbits", "a_30_mbits", ("Le nombre de locaux à 1 Gbit/s", f"{whole} à 30 Mbit/s")
        )


def read(content: bytes, file: str) -> Reading:
    """Read the table of wired speeds; those that count satellites are refused.

    Raises
    ------
    SourceError
        If the file is another one, or cannot be trusted.
    """
    raw = reading.table(content, file, required=REQUIRED, expected=(TYPE, DATE, GIGABIT), keep=NOTHING_ELSE)
    if SATELLITE_FILE.search(raw.file):
        raise _satellite(raw.file, "son nom est celui du fichier où le satellite rend tout le monde raccordable")
    raw = _one_line_each(raw)
    columns = {"locaux": "nbr", "a_30_mbits": "elig_thd30"}
    if GIGABIT in raw.columns:
        columns["locaux_1_gbits"] = GIGABIT
    layout = Layout(CODE, Network, columns, sums=tuple(columns), likely={"locaux": Likely((0.15, 8), (0.03, 60))})
    communes, report = figures.by_commune(raw, layout, atlas())
    _refuse_everywhere(communes, raw.file)
    communes["a_30_mbits"] = communes["locaux"] - communes["a_30_mbits"]
    return Reading(
        report, communes=communes.rename(columns={"a_30_mbits": "locaux_sans_30_mbits"}), vintage=_vintage(raw)
    )


def _satellite(file: str, why: str) -> SourceError:
    return reading.refuse(file, f"{why} : il ne dit rien des lignes fixes", TAKE)


def _one_line_each(raw: RawTable) -> RawTable:
    """Keep the lines of all premises when a column « type » tells several kinds apart."""
    if TYPE not in raw.columns:
        return raw
    kinds = list(dict.fromkeys(raw.rows[TYPE]))
    if len(kinds) == 1:
        return raw
    if ALL in kinds:
        return figures.where(raw, TYPE, ALL)
    raise reading.refuse(
        raw.file,
        f"sa colonne « {raw.label(TYPE)} » distingue {wording.join([f'« {k[:20]} »' for k in kinds[:6]])}, "
        f"sans ligne « {ALL} » pour l’ensemble des locaux",
        TAKE,
    )


def _refuse_everywhere(communes: pd.DataFrame, file: str) -> None:
    """Refuse a table in which everybody has 30 Mbit/s: it counts satellites, whatever its name."""
    counted = communes[communes["locaux"] > 0]
    if len(counted) < WIDE_AREA:
        return
    full = (counted["a_30_mbits"] / counted["locaux"] >= EVERYWHERE).mean()
    if full >= EVERYWHERE:
        share = wording.percent(float(full), 0)
        raise _satellite(file, f"presque tous les locaux y auraient 30 Mbit/s dans {share} des communes, ce que seul "
                         "le satellite permet")  # fmt: skip


def _vintage(raw: RawTable) -> str:
    """Return the day of the figures, which the file tells: « 31 mars 2026 »."""
    days = [figures.day(text) for text in raw.rows[DATE].unique()] if DATE in raw.columns else []
    known = [d for d in days if d]
    return wording.date(max(known)) if known else ""


SOURCE = Source(
    key="reseau",
    title="Ma connexion internet, débits filaires par commune",
    producer="Arcep",
    licence="Licence Ouverte 2.0",
    vintage="dernier trimestre publié",
    url="https://data.arcep.fr/fixe/maconnexioninternet/statistiques/last/commune/commune_debit_filaire.csv",
    page="https://maconnexioninternet.arcep.fr/",
    gives="locaux sans 30 Mbit/s par une ligne fixe",
    read=read,
    warning=(
        "Il s’agit de locaux (logements et entreprises) raccordables, pas d’abonnés\u00a0: un local raccordable n’est "
        "pas forcément raccordé."
    ),
)
