"""INSEE, census: people aged 60 to 74, and 75 or over."""

from __future__ import annotations

import pandas as pd
from pydantic import model_validator

from cartable.sources import census, checks
from cartable.sources.checks import Count, Line
from cartable.sources.figures import Likely
from cartable.sources.model import Reading, Source

# The table of 2022 by commune splits the oldest in two; older ones, and those by IRIS, do not.
SHAPES = (
    {"population_structure": "P{}_POP", "de_60_a_74_ans": "P{}_POP6074", "plus_de_75_ans": "P{}_POP75P"},
    {
        "population_structure": "P{}_POP",
        "de_60_a_74_ans": "P{}_POP6074",
        "de_75_a_89_ans": "P{}_POP7589",
        "plus_de_90_ans": "P{}_POP90P",
    },
)
PARTS = ("de_75_a_89_ans", "plus_de_90_ans")
COLUMNS = ("population_structure", "de_60_a_74_ans", "plus_de_75_ans")
LIKELY = {"population_structure": Likely((0.5, 2), (0.1, 10))}


class Ages(Line):
    """A line of the table: weighted counts; the oldest are in one column or in two."""

    population_structure: Count
    de_60_a_74_ans: Count
    plus_de_75_ans: Count = 0
    de_75_a_89_ans: Count = 0
    plus_de_90_ans: Count = 0

    @model_validator(mode="after")
    def _parts(self) -> Ages:
        old = self.de_60_a_74_ans + self.plus_de_75_ans + self.de_75_a_89_ans + self.plus_de_90_ans
        whole = self.model_copy(update={"de_60_a_74_ans": old})
        labels = ("Le nombre de personnes de 60 ans ou plus", "la population")
        checks.part_of(whole, "de_60_a_74_ans", "population_structure", labels)
        for name in (*COLUMNS[1:], *PARTS):
            checks.part_of(self, name, "population_structure", (f"L’effectif « {name.replace('_', ' ')} »", labels[1]))
        return self


def read(content: bytes, file: str) -> Reading:
    """Read the table by commune, or the one by IRIS, which is summed.

    Raises
    ------
    SourceError
        If the file is not that one, or cannot be trusted.
    """
    found = census.read(content, file, Ages, SHAPES, likely=LIKELY, what="population par âge, Insee")
    communes = found.communes if found.communes is not None else pd.DataFrame()
    if PARTS[0] in communes:
        communes = communes.assign(plus_de_75_ans=communes[PARTS[0]] + communes[PARTS[1]])
    return Reading(found.report, communes=communes[list(COLUMNS)], vintage=found.vintage)


SOURCE = Source(
    key="ages",
    title="Évolution et structure de la population (recensement)",
    producer="Insee",
    licence="Licence Ouverte 2.0",
    vintage="2022",
    url="https://www.insee.fr/fr/statistiques/fichier/8581696/base-cc-evol-struct-pop-2022_csv.zip",
    page="https://www.insee.fr/fr/statistiques/8581696",
    gives="personnes de 75\u00a0ans et plus",
    read=read,
    warning="Dans les petites communes, ce sont des estimations issues de cinq enquêtes annuelles.",
)
