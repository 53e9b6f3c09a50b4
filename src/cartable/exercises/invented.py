"""A group of trainees that does not exist: to show a trainer what her own files will tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.exercises.checking import Setting, check, mistakes, solution
from cartable.exercises.progress import VERSION, Kept, Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.exercises.model import Exercise

CODES = ("ambre-1", "azur-2", "corail-3", "indigo-4", "jade-5", "lilas-6", "ocre-7", "olive-8")


def group(exercises: Mapping[str, Exercise]) -> list[Kept]:
    """Return the files of eight invented trainees: each went more or less far, and stumbled on her own mistakes."""
    return [_one(rank, code, exercises) for rank, code in enumerate(CODES)]


def _one(rank: int, code: str, exercises: Mapping[str, Exercise]) -> Kept:
    kept = Progress(None, code)
    for place, exercise in enumerate(list(exercises.values())[: 6 + 2 * rank]):
        _tries(kept, exercise, rank + place, shared=place % 6 == 2)  # noqa: PLR2004
    return Kept(version=VERSION, code=code, exercices=kept.done)


def _tries(kept: Progress, exercise: Exercise, turn: int, *, shared: bool) -> None:
    """Make the mistake that many share, or one of her own; one time in five, stop there."""
    setting = Setting()
    wrong = list(mistakes(exercise, setting).values())
    stumbles = bool(wrong) and turn % (2 if shared else 3) == 0
    answers = [wrong[0 if shared else turn % len(wrong)]] if stumbles else []
    if turn % 5 or not answers:
        answers.append(solution(exercise, setting))
    for answer in answers:
        kept.tried(exercise.slug, check(exercise, answer, setting), answer, setting)
