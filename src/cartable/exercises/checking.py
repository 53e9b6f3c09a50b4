"""From an answer to a verdict: the empty, the incomplete and the open are the same for all exercises.

An exercise whose answers are options needs nothing here: its file says what holds and what each mistake is worth. One
that computes (a median, a share, a territory) has a function in ``checks``.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.exercises.verdict import AGAIN, COMPARE, EMPTY, Verdict, again, given, right, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.exercises.model import Answer, Exercise
    from cartable.portrait import Portrait

FICTION = "999000001"


@dataclass(frozen=True)
class Setting:
    """Where an exercise is played: a territory and a seed, so that it can be replayed with others.

    Parameters
    ----------
    territory
        SIREN or name of an EPCI; the invented Val-de-Brume by default.
    seed
        Of what is drawn at random.
    """

    territory: str = FICTION
    seed: int = 0

    @property
    def dice(self) -> random.Random:
        """A source of numbers: the same for the same seed."""
        return random.Random(self.seed)  # noqa: S311 (an exercise, not a secret)

    def portrait(self) -> Portrait:
        """Return the portrait of the territory.

        Raises
        ------
        UnknownTerritoryError
            If nothing has that name.
        """
        from cartable.portrait import portrait  # noqa: PLC0415 (pandas: only for exercises that look at a territory)

        return portrait(self.territory)


@dataclass(frozen=True)
class Rule:
    """What an exercise computes.

    Parameters
    ----------
    check
        Answers that were understood, and the setting, to a verdict.
    solve
        An answer that holds, in that setting.
    wrong
        Code of each frequent mistake → an answer that makes it.
    facts
        What the statement shows of the setting: name in braces → text.
    """

    check: Callable[[Answer, Setting], Verdict]
    solve: Callable[[Setting], Answer]
    wrong: Callable[[Setting], dict[str, Answer]]
    facts: Callable[[Setting], dict[str, str]] = lambda _setting: {}


def check(exercise: Exercise, typed: Answer, setting: Setting | None = None) -> Verdict:
    """Answer a trainee.

    Parameters
    ----------
    typed
        Field → what was typed; anything may be there.
    """
    found = given(exercise, typed)
    if not found:
        return Verdict("vide", wording.typeset(EMPTY))
    missing = [part.question for part in exercise.head.champs if part.cle not in found]
    if missing:
        count = wording.plural(len(missing), "question attend", "questions attendent")
        said = f"C’est un bon début. {count} encore : « {missing[0]} » Un nombre s’écrit en chiffres."
        return Verdict("incomplet", wording.typeset(said))
    rule = rules().get(exercise.slug)
    if rule:
        return rule.check(found, setting or Setting())
    return _by_cases(exercise, found)


def _by_cases(exercise: Exercise, found: Answer) -> Verdict:
    """Compare with what holds, then with each mistake; the most precise mistake speaks."""
    for mistake in sorted(exercise.head.erreurs, key=lambda one: -len(one.reponse)):
        if mistake.reponse and _agrees(exercise, found, mistake.reponse):
            return again(mistake.code, mistake.message)
    if exercise.head.ouvert:
        return Verdict("compare", wording.typeset(COMPARE))
    if _agrees(exercise, found, exercise.head.correction.reponse):
        return right(exercise.head.correction.lecture)
    return again("autre", AGAIN)


def _agrees(exercise: Exercise, found: Answer, expected: Answer) -> bool:
    """Tell whether an answer is the one expected; reasons given in one’s own words are never compared."""
    parts = ((exercise.part(key), value) for key, value in expected.items())
    return all(part.genre == "texte" or same(part, found.get(part.cle), value) for part, value in parts)


def mistakes(exercise: Exercise, setting: Setting | None = None) -> dict[str, Answer]:
    """Return an answer that makes each frequent mistake, by code: for the trainer and the tests."""
    rule = rules().get(exercise.slug)
    if rule:
        return rule.wrong(setting or Setting())
    right_one = exercise.head.correction.reponse
    return {one.code: {**right_one, **one.reponse} for one in exercise.head.erreurs}


def solution(exercise: Exercise, setting: Setting | None = None) -> Answer:
    """Return an answer that holds: for the trainer only."""
    rule = rules().get(exercise.slug)
    return rule.solve(setting or Setting()) if rule else dict(exercise.head.correction.reponse)


def statement(exercise: Exercise, setting: Setting | None = None) -> str:
    """Return the statement, with what the territory and the draw give."""
    rule = rules().get(exercise.slug)
    text = exercise.statement
    for name, said in (rule.facts(setting or Setting()) if rule else {}).items():
        text = text.replace("{" + name + "}", wording.typeset(said))
    return text


def rules() -> dict[str, Rule]:
    """Return the exercises that compute."""
    from cartable.exercises.checks import RULES  # noqa: PLC0415 (they know of this module)

    return RULES
