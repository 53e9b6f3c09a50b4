"""What an enjeu stands on: figures computed from the data of the territory, themes with their papers.

A figure is named, never typed again: it changes with the data, and carries its source.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cartable import fiction, territory, wording
from cartable.errors import CartableError
from cartable.indicators import INDICATORS
from cartable.reports import telling
from cartable.roadmap import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cartable.record.state import State
    from cartable.roadmap import Enjeu, Roadmap
    from cartable.territory import Territory

INVENTED = "données inventées"


def place(state: State) -> Territory | None:
    """Return the territory of a démarche; ``None`` when the record does not say it, or says one that is gone."""
    siren = str(state.process["siren"] or "") if state.process else ""
    if not siren:
        return None
    try:
        return territory.get(siren)
    except CartableError:
        return None


def figures(where: Territory | None) -> dict[str, str]:
    """Return a sentence by indicator that is known for the territory: name, value, source."""
    if where is None:
        return {}
    found = {}
    for key, one in INDICATORS.items():
        value = where.figure(key)
        if not math.isnan(value):
            source = INVENTED if fiction.is_fictional(where.siren) else one.source
            found[key] = wording.typeset(f"{one.label} : {one.text(value)} ({source})")
    return found


def of(enjeu: Enjeu, known: Mapping[str, str], themes: Mapping[str, str]) -> list[str]:
    """Return all that grounds an enjeu: computed figures, figures that were typed, themes and their papers.

    Parameters
    ----------
    known
        Indicator → sentence (see ``figures``).
    themes
        Folded name of a theme → the theme and how many papers say it (see ``said``).
    """
    computed = [known.get(key, f"{INDICATORS[key].label} : donnée absente") for key in enjeu.indicateurs]
    quoted = [themes.get(wording.fold(name), name) for name in enjeu.themes]
    return [*computed, *enjeu.chiffres, *quoted]


def said(state: State) -> dict[str, str]:
    """Return the themes of a record, by folded name, each with its number of papers."""
    return {
        wording.fold(name): wording.typeset(f"« {name} », {wording.plural(len(papers), 'papier')}")
        for name, papers in telling.themes(state, state.all("note"))
    }


def lost_themes(state: State, plan: Roadmap) -> list[Finding]:
    """Return the themes that an enjeu cites and that no session kept."""
    known = said(state)
    return [
        Finding(
            one.cle, f"aucune séance n’a retenu le thème « {name} ».", "corrigez son nom, ou retenez-le", blocking=False
        )
        for one in plan.stakes
        for name in _names(one.themes)
        if wording.fold(name) not in known
    ]


def _names(themes: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(themes)
