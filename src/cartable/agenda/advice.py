"""What the person must know of a plan: what was shortened, dropped, late, and what tires a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.agenda.fitting import BREAKS
from cartable.agenda.program import PARALLEL, split
from cartable.agenda.timetable import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.agenda.program import Line
    from cartable.agenda.timetable import Day
    from cartable.session import Session
    from cartable.workshop import Library

LONGEST_WITHOUT_BREAK = 90
LUNCH = (11 * 60 + 30, 14 * 60)
EVENING = 18 * 60


def changes(lines: Sequence[Line]) -> Iterator[Notice]:
    """Say what was shortened, and by how much."""
    for line in lines:
        won = sum(step.usual - step.minutes for step in line.all_steps() if step.actual is None)
        if won > 0:
            title = line.title if line.kind != PARALLEL else "les groupes en parallèle"
            message = f"« {title} » est raccourci de {wording.duration(won)} pour tenir dans l’heure."
            yield Notice("raccourci", wording.typeset(message), line.id, won)


def gone(line: Line) -> Notice:
    """Say that an optional line was dropped."""
    message = f"« {line.title} » est retiré : c’est facultatif, et le temps manque."
    return Notice("retire", wording.typeset(message), line.id, sum(step.usual for step in line.all_steps()))


def late(line: Line, anchor: int, at: int) -> Notice:
    """Say that a locked time could not be kept."""
    message = f"« {line.title} », fixé à {wording.clock(anchor)}, ne commence qu’à {wording.clock(at)}."
    return Notice("retard", wording.typeset(message), line.id, at - anchor)


def overrun(line: Line, stop: int, late: int, *, final: bool) -> Notice:
    """Say by how many minutes, and where, a plan does not fit even at its shortest."""
    where = "la fin prévue" if final else "l’heure fixée qui suit"
    message = f"Il manque {wording.duration(late)} : « {line.title} » dépasse {where} ({wording.clock(stop)}), "
    message += "même au plus court. Retirez un atelier, ou prolongez la séance."
    return Notice("depasse", wording.typeset(message), line.id, late)


def _uses(session: Session, n: int) -> dict[tuple[str, int], None]:
    """Return the formats and how many people play each: all of them, or those of a parallel group."""
    found: dict[tuple[str, int], None] = {}
    for item in (item for day in session.jours for item in day.deroule):
        if item.atelier:
            found[item.atelier, n] = None
        tracks = item.paralleles or []
        shares = split(n, [track.part for track in tracks]) if tracks else []
        for track, share in zip(tracks, shares, strict=True):
            found.update({(line.atelier, share): None for line in track.deroule if line.atelier})
    return found


def headcount(library: Library, session: Session, n: int) -> Iterator[Notice]:
    """Say which formats do not suit that many people."""
    for slug, present in _uses(session, n):
        card = library[slug]
        if present > card.participants.max:
            message = f"« {card.titre} » convient jusqu’à {card.participants.max} personnes : à {present}, "
            message += "prévoyez deux salles ou un autre format."
            yield Notice("effectif", wording.typeset(message), slug)
        if present < card.participants.min:
            message = f"« {card.titre} » demande au moins {card.participants.min} personnes : "
            message += f"à {present}, voyez ses variantes."
            yield Notice("effectif", wording.typeset(message), slug)


def rhythm(day: Day) -> Iterator[Notice]:
    """Warn of what tires a group: no break, a late meal, no buffer."""
    since, begun = day.start, None
    for block in day.blocks:
        if block.kind in BREAKS:
            since, begun = block.end, None
        elif block.end - since > LONGEST_WITHOUT_BREAK and begun is None:
            begun = block
            hours = f"de {wording.clock(since)} à {wording.clock(block.end)}"
            message = f"Plus de {LONGEST_WITHOUT_BREAK} minutes sans pause, {hours}."
            yield Notice(
                "sans-pause", wording.typeset(f"{message} Ajoutez une pause avant « {block.title} »."), block.id
            )
    yield from _meals(day)
    if day.slack == 0:
        message = f"{day.name} : aucune marge avant la fin ({wording.clock(day.end)})."
        yield Notice("sans-marge", wording.typeset(message), day.blocks[-1].id if day.blocks else "")


def _meals(day: Day) -> Iterator[Notice]:
    meals = [block for block in day.blocks if block.kind == "repas"]
    for meal in meals:
        if meal.start < EVENING and not (LUNCH[0] <= meal.start and meal.end <= LUNCH[1]):
            hours = f"{wording.clock(meal.start)} à {wording.clock(meal.end)}"
            message = f"Le repas ({hours}) sort du créneau {wording.clock(LUNCH[0])} à {wording.clock(LUNCH[1])}."
            yield Notice("repas", wording.typeset(message), meal.id)
    if not meals and day.start < LUNCH[0] and day.end > LUNCH[1]:
        yield Notice("repas", wording.typeset(f"{day.name} : aucun repas prévu sur la mi-journée."))
