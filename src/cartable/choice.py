"""« J’ai un atelier demain » : one session that fits, and one alternative that is really another one.

The rule: among the ready-made sessions of the step, first those that fit in the prudent
clock without any change (the best filled first), then those that must be shortened (the least first), then chains made
on purpose, then sessions far too short for the time, and at last those that only fit by cutting a lot, or if all goes
well. The alternative is the next one that shares at most half of its formats with the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cartable import agenda, chains, editing, wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cartable.agenda import Agenda, Notice
    from cartable.session import Session
    from cartable.workshop import Library

FITS, SHORTENED, MADE, TOO_SHORT, TIGHT, REFUSED = range(6)
UNUSED = 1 / 3
"""A session that leaves more than a third of the time unused is not what was asked for."""
SHARED = 1 / 2
CHAIN_LIMIT = 4 * 60
"""Beyond half a day, nobody wants a programme that a search has put together."""
CUT = 1 / 4
"""A session that loses more than a quarter of its time is no longer the same one."""
CHANGES = frozenset({"raccourci", "retire"})
TOO_LONG = frozenset({"depasse", "retard"})


@dataclass(frozen=True)
class Request:
    """What the person knows the day before: the step, how many people, from when to when."""

    step: str
    headcount: int
    start: int
    end: int
    remote: bool = False
    days: int = 1

    @property
    def minutes(self) -> int:
        """Time of one day."""
        return self.end - self.start


@dataclass(frozen=True)
class Candidate:
    """A session put at the hours asked for, its prudent plan, why it is proposed and what was changed in it."""

    session: Session
    agenda: Agenda
    kind: int
    reason: str
    changes: tuple[str, ...] = ()


def candidates(library: Library, sessions: Iterable[Session], request: Request) -> tuple[Candidate, ...]:
    """Return the session to run, and one alternative when there is one.

    Raises
    ------
    CartableError
        If nothing fits: the message says what stands in the way.
    """
    ready = [one for one in (_ready(library, session, request) for session in sessions) if one]
    chosen = _two(sorted(ready, key=_rank))
    if len(chosen) == 2 and chosen[-1].kind < MADE:  # noqa: PLR2004
        return chosen
    made, reason = _made(library, request)
    chosen = _two(sorted([*ready, *made], key=_rank))
    if not chosen:
        raise reason or CartableError(
            wording.typeset("Aucune séance prête ne convient à cette demande."),
            "Changez l’étape, le nombre de jours ou les heures, ou ouvrez une séance de la liste pour la modifier.",
        )
    return chosen


def _rank(candidate: Candidate) -> tuple[int, int, str]:
    if candidate.kind == MADE:
        return MADE, 0, ""  # the sort is stable: chains keep the order of « choose for me »
    empty = sum(max(0, day.slack) for day in candidate.agenda.days)
    return candidate.kind, _lost(candidate.agenda) or empty, candidate.session.slug


def _lost(planned: Agenda) -> int:
    """Return the minutes that were cut."""
    return sum(notice.minutes for notice in planned.notices if notice.code in CHANGES)


def _two(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    if not ranked:
        return ()
    first = ranked[0]
    other = next((one for one in ranked[1:] if really_different(first.session, one.session)), None)
    return (first, other) if other else (first,)


def really_different(one: Session, other: Session) -> bool:
    """Say whether two sessions share at most half of their formats."""
    here, there = set(one.formats()), set(other.formats())
    return len(here & there) <= SHARED * len(here | there)


def _ready(library: Library, session: Session, request: Request) -> Candidate | None:
    """Return a ready-made session at the hours asked for, or nothing when it does not suit."""
    if (session.etape, session.a_distance, len(session.jours)) != (request.step, request.remote, request.days):
        return None
    placed = editing.place(session, request.start, request.end)
    best = _judged(library, placed, request)
    if best.kind in {TIGHT, REFUSED} and any(line.heure for line in placed.items()):
        best = min(best, _judged(library, editing.unlocked(placed), request), key=lambda one: one.kind)
    if best.kind == REFUSED:
        return None
    return replace(best, changes=(*best.changes, *_freed(session, best.session)))


def _freed(before: Session, after: Session) -> Iterator[str]:
    """Say which locked times were given up."""
    for old, new in zip(before.items(), after.items(), strict=True):
        if old.heure and not new.heure:
            yield wording.typeset(f"« {old.title} » n’a plus d’heure fixée.")


def _judged(library: Library, session: Session, request: Request) -> Candidate:
    prudent = agenda.plan(library, session, request.headcount, "prudent")
    kind = _kind(prudent, agenda.plan(library, session, request.headcount))
    changes = tuple(notice.message for notice in _changes(prudent))
    return Candidate(session, prudent, kind, _reason(prudent, kind), changes)


def _changes(planned: Agenda) -> list[Notice]:
    return [notice for notice in planned.notices if notice.code in CHANGES | TOO_LONG]


def _kind(prudent: Agenda, usual: Agenda) -> int:
    codes = {notice.code for notice in prudent.notices}
    if "effectif" in codes:
        return REFUSED
    if codes & TOO_LONG:
        return REFUSED if {notice.code for notice in usual.notices} & TOO_LONG else TIGHT
    if codes & CHANGES:
        length = sum(day.end - day.start for day in prudent.days)
        return SHORTENED if _lost(prudent) <= CUT * length else TIGHT
    empty = any(day.slack > UNUSED * (day.end - day.start) for day in prudent.days)
    return TOO_SHORT if empty else FITS


def _reason(prudent: Agenda, kind: int) -> str:
    last = prudent.days[-1]
    finish = wording.clock(last.shown_end(last.blocks[-1]))
    said = {
        FITS: f"Tient sans rien changer : même si tout prend son temps, vous finissez à {finish}.",
        SHORTENED: f"Tient à condition de raccourcir : si tout prend son temps, vous finissez à {finish}.",
        TOO_SHORT: f"Plus courte que votre créneau : même si tout prend son temps, vous finissez à {finish}.",
        TIGHT: "Ne tient qu’en serrant beaucoup : commencez à l’heure, et préparez ce que vous retirerez.",
    }
    opening = f"Séance prête, « {prudent.session.intention.rstrip('.')} »."
    return wording.typeset(f"{opening} {said.get(kind, '')}".strip())


def _made(library: Library, request: Request) -> tuple[list[Candidate], CartableError | None]:
    """Return sessions put together on purpose, or why there is none."""
    if request.days > 1 or request.minutes > CHAIN_LIMIT:
        return [], None
    wish = chains.Wish(request.step, request.minutes, request.headcount, remote=request.remote)
    try:
        proposals = chains.propose(library, wish)
    except CartableError as error:
        return [], error
    found = []
    for proposal in proposals:
        title = f"Sur mesure : {proposal.cards[0].titre}"[:50]
        session = chains.assemble(proposal, wish, editing.written(request.start), wording.typeset(title))
        judged = _judged(library, session, request)
        if judged.kind in {FITS, TOO_SHORT, SHORTENED}:
            found.append(replace(judged, kind=MADE, reason=f"Assemblée pour vous. {proposal.reason}"))
    return found, None
