"""What a démarche takes: days, kilometres, expenses, kept along the way. Grant files and the next territory need it.

Pure functions of declared entries; ``registers`` reads and keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from cartable.contract import STAGES, Stage
from cartable.governance import Family  # noqa: TC001 (pydantic reads the annotation)
from cartable.roadmap.model import Day, Entry, Euros, Title

if TYPE_CHECKING:
    from collections.abc import Sequence


class Effort(Entry):
    """Time spent on one thing by one family of roles; nobody is named."""

    etape: Stage
    quoi: Title
    famille: Family
    date: Day = None
    jours: Annotated[float, Field(ge=0, le=400)]
    prevus: Annotated[float, Field(ge=0, le=400)] | None = None
    km: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    frais: Euros = 0


@dataclass(frozen=True)
class Total:
    """What a step, or a family, took.

    Parameters
    ----------
    days, planned
        Person-days; ``planned`` counts only what was planned.
    km
        Kilometres.
    expenses
        Euros.
    """

    days: float
    planned: float
    km: float
    expenses: int


def total(efforts: Sequence[Effort]) -> Total:
    """Add everything up."""
    return Total(
        sum(one.jours for one in efforts),
        sum(one.prevus or 0.0 for one in efforts),
        sum(one.km for one in efforts),
        sum(one.frais for one in efforts),
    )


def by_stage(efforts: Sequence[Effort]) -> dict[str, Total]:
    """Return what each step took, in their order; steps without anything are left out."""
    found = {stage: [one for one in efforts if one.etape == stage] for stage in STAGES}
    return {stage: total(own) for stage, own in found.items() if own}


def by_family(efforts: Sequence[Effort]) -> dict[str, Total]:
    """Return what each family of roles gave, the most days first."""
    families = {one.famille for one in efforts}
    totals = {family: total([one for one in efforts if one.famille == family]) for family in families}
    return dict(sorted(totals.items(), key=lambda pair: (-pair[1].days, pair[0])))
