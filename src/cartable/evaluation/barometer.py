"""The barometer between two steps: six items from 1 to 5, three minutes, and an adjustment when one goes wrong."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ITEMS = {
    "objectif": "Le but de la séance était clair",
    "parole": "Chacune et chacun a pu s’exprimer",
    "acteurs": "Les bonnes personnes étaient là",
    "productions": "Ce que nous avons produit sera utile",
    "rythme": "Le rythme était adapté",
    "suite": "Je sais ce qui se passe ensuite",
}
"""Key written in the record → sentence on the sheet; the petals of the « marguerite » say the same in fewer words."""
LOWEST, HIGHEST = 1, 5
FEWEST = 5
"""Answers under which neither a share nor an alert is given: the sentences are read instead."""
FEWEST_APART = 11
"""Answers under which no sub-group is looked at."""
FEWEST_FOR_PERCENT = 11
"""Answers under which a share is said as a count, « 6 sur 9 »: one person would weigh a tenth of a percentage."""
LOW, HIGH = 2, 4
ALARM = 0.25
"""Share of 1 and 2 from which an item calls for an adjustment before the next step."""


@dataclass(frozen=True)
class Item:
    """What an item got.

    Parameters
    ----------
    count
        Answers; someone may leave an item out.
    median
        Of the marks, from 1 to 5; ``None`` without an answer.
    high, low
        Share of 4 and 5, and of 1 and 2, from 0 to 1; ``None`` under five answers.
    """

    key: str
    count: int
    median: float | None
    high: float | None
    low: float | None

    @property
    def alert(self) -> bool:
        """Whether an adjustment is to be decided and noted."""
        return self.low is not None and self.low >= ALARM

    def sentence(self) -> str:
        """Say it, without a share when there are too few answers."""
        if not self.count or self.median is None:
            return wording.typeset(f"{ITEMS[self.key]} : aucune réponse.")
        middle = wording.number(self.median, 0 if self.median == int(self.median) else 1)
        said = f"{ITEMS[self.key]} : note du milieu {middle} sur {HIGHEST}, {wording.plural(self.count, 'réponse')}"
        if self.high is None:
            return wording.typeset(f"{said} (trop peu pour une part).")
        return wording.typeset(f"{said}, {share_text(self.high, self.count)} de 4 et 5.")


def share_text(share: float, count: int) -> str:
    """Say a share of so many answers: « 6 sur 9 » under eleven, « 58 % » from there on.

    Parameters
    ----------
    share
        From 0 to 1.
    count
        Answers that it is a share of.
    """
    if count < FEWEST_FOR_PERCENT:
        return f"{wording.number(round(share * count))} sur {wording.number(count)}"
    return wording.percent(share, 0)


def barometer(answers: Iterable[Mapping[str, int]]) -> list[Item]:
    """Return what each item got, in the order of the sheet.

    Parameters
    ----------
    answers
        One by person: item → mark from 1 to 5.

    Raises
    ------
    CartableError
        If an item is not one, or a mark is not from 1 to 5: which answer, which item.
    """
    marks: dict[str, list[int]] = {key: [] for key in ITEMS}
    for rank, answer in enumerate(answers, 1):
        for key, mark in answer.items():
            _check(rank, key, mark)
            marks[key].append(mark)
    return [_item(key, given) for key, given in marks.items()]


def _check(rank: int, key: str, mark: object) -> None:
    if key not in ITEMS:
        raise CartableError(
            wording.typeset(f"Réponse {rank} : « {key} » n’est pas une question du baromètre."),
            wording.typeset(f"Choisissez parmi : {', '.join(ITEMS)}."),
        )
    if not isinstance(mark, int) or isinstance(mark, bool) or not LOWEST <= mark <= HIGHEST:
        raise CartableError(
            wording.typeset(f"Réponse {rank}, {ITEMS[key].lower()} : {mark} n’est pas une note."),
            f"Écrivez un nombre entier de {LOWEST} à {HIGHEST}, ou laissez vide.",
        )


def _item(key: str, marks: Sequence[int]) -> Item:
    count = len(marks)
    enough = count >= FEWEST
    return Item(
        key,
        count,
        float(statistics.median(marks)) if marks else None,
        sum(mark >= HIGH for mark in marks) / count if enough else None,
        sum(mark <= LOW for mark in marks) / count if enough else None,
    )


def apart(answers: Sequence[Mapping[str, int]], groups: Sequence[str]) -> dict[str, list[Item]]:
    """Return what each sub-group answered; those with fewer than eleven answers are left out.

    Parameters
    ----------
    groups
        Family of roles of each answer, in the same order.
    """
    found: dict[str, list[Mapping[str, int]]] = {}
    for answer, group in zip(answers, groups, strict=True):
        found.setdefault(group, []).append(answer)
    return {group: barometer(given) for group, given in found.items() if len(given) >= FEWEST_APART}
