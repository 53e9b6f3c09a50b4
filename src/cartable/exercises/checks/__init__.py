"""The exercises that compute, one module by family; an exercise whose answers are options needs no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.exercises.checks import evaluation, territory

if TYPE_CHECKING:
    from cartable.exercises.checking import Rule

RULES: dict[str, Rule] = {**territory.RULES, **evaluation.RULES}
