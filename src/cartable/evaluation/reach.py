"""How far the guide went, and what it changed: copies, downloads, answers to the survey, interviews.

A download is not a use: the two are counted apart. Under five answers no share is given; a recommendation score is
given from thirty answers on (below, one person moves it by more than three points).
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from cartable.contract import Stage  # noqa: TC001 (pydantic reads the annotation)
from cartable.evaluation.barometer import FEWEST_FOR_PERCENT
from cartable.governance import Family  # noqa: TC001 (pydantic reads the annotation)
from cartable.roadmap.model import Day, Entry, Name, Short, Text, Title, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHANNELS = {
    "site": "Téléchargement sur le site", "courriel": "Envoi par courriel", "papier": "Exemplaire papier",
    "webinaire": "Webinaire", "rencontre": "Rencontre locale", "reseau": "Réseau partenaire",
}  # fmt: skip
USES = {
    "recu": "L’avoir reçu", "parcouru": "L’avoir parcouru", "lu": "L’avoir lu", "utilise": "L’avoir utilisé",
    "adapte": "L’avoir adapté", "recommande": "L’avoir recommandé",
}  # fmt: skip
"""From the lightest use to the deepest."""
USED = frozenset({"utilise", "adapte", "recommande"})
FEWEST_FOR_SCORE = 30
PROMOTER, DETRACTOR = 9, 6
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Five = Annotated[int, Field(ge=1, le=5)] | None


class Reach(Entry):
    """What left through one channel during one period."""

    canal: Literal["site", "courriel", "papier", "webinaire", "rencontre", "reseau"]
    periode: Name
    departement: Name | None = None
    telechargements: Count = 0
    visiteurs: Count = 0
    exemplaires: Count = 0
    personnes: Count = 0


class Opinion(Entry):
    """What one reader of the guide answered; a family of roles, no name."""

    famille: Family
    usages: Annotated[tuple[Literal["recu", "parcouru", "lu", "utilise", "adapte", "recommande"], ...], listed] = ()
    etape: Stage | None = None
    fond: Five = None
    forme: Five = None
    a_change: Short = None
    conseil: Annotated[int, Field(ge=0, le=10)] | None = None
    manque: Short = None


class Interview(Entry):
    """What someone said in an interview, under a code; the grid is that of the kit."""

    famille: Family
    date: Day = None
    attentes: Text = None
    deroulement: Text = None
    avis: Text = None
    effets: Text = None
    ameliorations: Text = None


class Centre(Entry):
    """A resource centre whose team was trained, and how far it went on its own."""

    nom: Title
    formes: Annotated[int, Field(ge=0, le=500)] = 0
    date: Day = None
    pas: Literal["assiste", "co-anime", "anime"] | None = None
    territoires: Annotated[int, Field(ge=0, le=500)] = 0
    feuilles_adoptees: Annotated[int, Field(ge=0, le=500)] = 0


@dataclass(frozen=True)
class Reached:
    """What a channel carried."""

    channel: str
    downloads: int
    visitors: int
    copies: int
    people: int


def by_channel(rows: Sequence[Reach]) -> list[Reached]:
    """Return what each channel carried, those that were used only."""
    found = []
    for channel in CHANNELS:
        own = [one for one in rows if one.canal == channel]
        if own:
            sums = (sum(getattr(one, name) for one in own) for name in
                    ("telechargements", "visiteurs", "exemplaires", "personnes"))  # fmt: skip
            found.append(Reached(channel, *sums))
    return found


@dataclass(frozen=True)
class Opinions:
    """What the readers answered.

    Parameters
    ----------
    uses
        Use → how many had it.
    used
        How many used, adapted or recommended the guide.
    content, form
        Medians from 1 to 5; ``None`` without an answer.
    score
        Promoters less detractors, from −100 to 100; ``None`` under thirty answers.
    """

    count: int
    uses: dict[str, int]
    used: int
    content: float | None
    form: float | None
    score: float | None

    @property
    def rate(self) -> float | None:
        """Share of the answers that used it; ``None`` under eleven, where the count says enough."""
        return self.used / self.count if self.count >= FEWEST_FOR_PERCENT else None


def opinions(answers: Sequence[Opinion]) -> Opinions:
    """Return what a survey says."""
    return Opinions(
        len(answers),
        {use: sum(use in one.usages for one in answers) for use in USES},
        sum(bool(USED.intersection(one.usages)) for one in answers),
        _middle(one.fond for one in answers),
        _middle(one.forme for one in answers),
        _score([one.conseil for one in answers if one.conseil is not None]),
    )


def _middle(marks: Iterable[int | None]) -> float | None:
    known = [mark for mark in marks if mark is not None]
    return float(statistics.median(known)) if known else None


def _score(marks: Sequence[int]) -> float | None:
    if len(marks) < FEWEST_FOR_SCORE:
        return None
    return 100 * (sum(m >= PROMOTER for m in marks) - sum(m <= DETRACTOR for m in marks)) / len(marks)
