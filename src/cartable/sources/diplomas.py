"""INSEE, census: people aged 15 or over who are not at school, and those of them without a diploma."""

from __future__ import annotations

from pydantic import model_validator

from cartable.sources import census, checks
from cartable.sources.checks import Count, Line
from cartable.sources.figures import Likely
from cartable.sources.model import Reading, Source

SHAPES = ({"non_scolarises_15_plus": "P{}_NSCOL15P", "sans_diplome": "P{}_NSCOL15P_DIPLMIN"},)
LIKELY = {"non_scolarises_15_plus": Likely((0.3, 1.2), (0.1, 5))}


class Diplomas(Line):
    """A line of the table: weighted counts."""

    non_scolarises_15_plus: Count
    sans_diplome: Count

    @model_validator(mode="after")
    def _a_part(self) -> Diplomas:
        labels = ("Le nombre de personnes sans diplôme", "le nombre de personnes non scolarisées de 15 ans ou plus")
        return checks.part_of(self, "sans_diplome", "non_scolarises_15_plus", labels)


def read(content: bytes, file: str) -> Reading:
    """Read the table by commune, or the one by IRIS, which is summed.

    Raises
    ------
    SourceError
        If the file is not that one, or cannot be trusted.
    """
    return census.read(content, file, Diplomas, SHAPES, likely=LIKELY, what="diplômes par commune, Insee")


SOURCE = Source(
    key="diplomes",
    title="Diplômes et formation (recensement de la population)",
    producer="Insee",
    licence="Licence Ouverte 2.0",
    vintage="2022",
    url="https://www.insee.fr/fr/statistiques/fichier/8581488/base-cc-diplomes-formation-2022_csv.zip",
    page="https://www.insee.fr/fr/statistiques/8581488",
    gives="part des personnes sans diplôme",
    read=read,
    warning=(
        "« Sans diplôme » : aucun diplôme ou au plus le certificat d’études primaires, parmi les personnes de "
        "15\u00a0ans ou plus qui ne sont plus scolarisées. Dans les petites communes, ce sont des estimations."
    ),
)
