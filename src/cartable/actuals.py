"""What really happened: the logs of the timer, and what they change in a card once a person agrees.

A log is the JSON that the timer saves. After three runs of a format, the median and the 80th percentile of each step
are proposed as its new usual and longest durations; ``apply`` rewrites the card, touching nothing else.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (pydantic reads the annotation)
import difflib
import json
import math
import re
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from cartable import manuscript, wording, workshop
from cartable.errors import CartableError
from cartable.workshop import Strict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from cartable.workshop import Card, Step, Vocabulary

RUNS = 3
SHARE = 0.8
BOUNDS = ("min", "typique", "max")
EXPERIENCE = ("date", "territoire", "effectif", "duree_reelle", "retour")
REMEDY = "Reprenez le fichier que le minuteur a enregistré (« Enregistrer le journal »)."


class Entry(Strict):
    """One step as it was lived."""

    id: str
    atelier: str | None
    bloc: str
    etape: str
    prevu: Annotated[float, Field(ge=0, strict=False)]
    debut: str
    fin: str | None
    secondes: Annotated[int, Field(ge=0, le=86_400)] | None
    pause: Annotated[int, Field(ge=0)]


class Removed(Strict):
    """A block that the person took out."""

    id: str
    bloc: str


class Log(Strict):
    """The log of one session, as the timer saves it."""

    format: Literal["journal-cartable"]
    version: Literal[1]
    seance: str
    titre: str
    jour: Annotated[int, Field(ge=1)]
    date: Annotated[dt.date, Field(strict=False)]
    effectif: Annotated[int, Field(ge=1, le=1000)]
    horloge: workshop.Clock
    debut_prevu: str
    fin_prevue: str
    debut: str | None
    fin: str | None
    etapes: list[Entry]
    retires: list[Removed]

    def minutes(self, slug: str) -> int:
        """Return how long a format really lasted, in whole minutes."""
        return round(sum(one.secondes or 0 for one in self.etapes if one.atelier == slug) / 60)


def read(text: str, file: str) -> Log:
    """Return the log that a JSON text holds.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake: its line, its field, what is wrong and what to do.
    """
    try:
        json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        problem = manuscript.Problem(file, line, "", "ce fichier n’est pas un journal lisible.", REMEDY)
        raise manuscript.ManuscriptError([problem]) from None
    return manuscript.validate(Log, manuscript.parse(text, file))


def load(path: Path) -> Log:
    """Return the log of a file."""
    return read(manuscript.read_text(path, path.name), path.name)


# --- What the logs propose --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """New durations for one step of a card, in minutes.

    Parameters
    ----------
    rank
        Place of the step in the card, from 0.
    runs
        How many times it was timed.
    """

    rank: int
    step: str
    runs: int
    median: float
    late: float
    before: tuple[int, int, int]
    after: tuple[int, int, int]

    def __str__(self) -> str:
        found = [f"{name} {old} → {new}" for name, old, new in zip(BOUNDS, self.before, self.after, strict=True)]
        changed = ", ".join(text for text, old, new in zip(found, self.before, self.after, strict=True) if old != new)
        times = f"médiane {wording.number(self.median, 1)} min, huit fois sur dix {wording.number(self.late, 1)} min"
        runs = wording.plural(self.runs, "séance")
        return wording.typeset(f"« {self.step} » : {changed or 'rien ne change'} ({runs}, {times}).")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the others do not exceed, between two measures if need be."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def proposals(card: Card, logs: Iterable[Log]) -> list[Proposal]:
    """Return the steps of a card whose durations should change; nothing before three runs of the step."""
    held = list(logs)
    made = [_proposal(card, rank, step, _measures(card, step, held)) for rank, step in enumerate(card.deroule)]
    return [one for one in made if one is not None and one.after != one.before]


def _measures(card: Card, step: Step, logs: Sequence[Log]) -> list[tuple[float, float]]:
    """Return, for each run, the whole duration and the part that does not depend on the number of people."""
    found = []
    for log in logs:
        for one in log.etapes:
            if one.atelier == card.slug and one.etape == step.nom and one.secondes:
                minutes = one.secondes / 60
                people = step.par_personne * card.group_size(step.configuration, log.effectif)
                found.append((minutes, max(0.0, minutes - people)))
    return found


def _proposal(card: Card, rank: int, step: Step, measures: Sequence[tuple[float, float]]) -> Proposal | None:
    if len(measures) < RUNS:
        return None
    whole, fixed = [one for one, _ in measures], [one for _, one in measures]
    usual = math.floor(statistics.median(fixed) + 0.5)
    if not step.par_personne:
        usual = max(1, usual)
    expected = usual + step.par_personne * card.group_size(step.configuration, card.participants.ideal)
    # The model wants min ≤ usual duration at the ideal headcount ≤ max.
    longest = max(math.ceil(percentile(whole, SHARE)), math.ceil(expected), 1)
    shortest = max(1, min(step.minutes.min, math.floor(expected)))
    before = (step.minutes.min, step.minutes.typique, step.minutes.max)
    after = (shortest, usual, longest)
    return Proposal(rank, step.nom, len(measures), statistics.median(whole), percentile(whole, SHARE), before, after)


# --- What a person accepts --------------------------------------------------------------------------------------------


def experience(log: Log, slug: str, territory: str, account: str) -> dict[str, Any]:
    """Return the entry of ``experiences`` for a format held in a session: the person says where, and how it went.

    Raises
    ------
    CartableError
        If the format was not held in this session.
    """
    minutes = log.minutes(slug)
    if not minutes:
        raise CartableError(
            wording.typeset(f"Le journal du {wording.date(log.date)} ne contient pas le format « {slug} »."),
            "Vérifiez le journal et le nom de la fiche.",
        )
    values = (log.date, territory.strip(), log.effectif, minutes, account.strip())
    return dict(zip(EXPERIENCE, values, strict=True))


def apply(
    text: str,
    slug: str,
    accepted: Iterable[Proposal],
    experiences: Iterable[dict[str, Any]] = (),
    words: Vocabulary | None = None,
) -> str:
    """Return the text of a card with new durations and lived sessions; order, comments and the rest stay.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        If the card, before or after, does not follow the model.
    """
    file = f"workshops/{slug}.md"
    workshop.read(text, slug, words, file)
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    front, _, _ = manuscript.front_matter(text, file)
    source = manuscript.parse(front, file, first_line=2)
    for one in accepted:
        for name, value in zip(BOUNDS, one.after, strict=True):
            row = source.lines["deroule", one.rank, "minutes", name] - 1
            lines[row] = re.sub(rf"(\b{name}\s*:\s*)\d+", rf"\g<1>{value}", lines[row], count=1)
    _add(lines, source, list(experiences))
    changed = ends.join(lines)
    workshop.read(changed, slug, words, file)
    return changed


def _add(lines: list[str], source: manuscript.Manuscript, entries: list[dict[str, Any]]) -> None:
    """Write experiences after those that are there."""
    if not entries:
        return
    row = source.lines["experiences",] - 1
    first = source.lines.get(("experiences", 0))
    dash = " " * (len(lines[first - 1]) - len(lines[first - 1].lstrip())) if first else "  "
    written = [line for entry in entries for line in _written(entry, dash)]
    if not source.data["experiences"]:
        lines[row] = re.sub(r":\s*\[\s*\]", ":", lines[row], count=1)
        lines[row + 1 : row + 1] = written
        return
    after = sorted(line for where, line in source.lines.items() if len(where) == 1 and line > row + 1)
    last = (after[0] if after else lines.index("---", 1) + 1) - 1
    while last - 1 > row and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    lines[last:last] = written


def _written(entry: dict[str, Any], dash: str) -> list[str]:
    texts = {name: json.dumps(entry[name], ensure_ascii=False, default=str) for name in EXPERIENCE}
    texts["date"] = str(entry["date"])
    return [f"{dash}{'- ' if rank == 0 else '  '}{name}: {texts[name]}" for rank, name in enumerate(EXPERIENCE)]


def diff(before: str, after: str, slug: str) -> str:
    """Return what would change in a card, line by line, for a person to read before accepting."""
    name = f"workshops/{slug}.md"
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), name, f"{name} (proposé)", "", "", 1, "")
    return "\n".join(found)
