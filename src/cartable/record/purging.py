"""What the law asks to forget: photos at their date, words a while after the end of the démarche.

A purge erases content and keeps the trace that something was there: counts, votes and links stay true, words are gone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cartable.record.state import ERASED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.record.events import Event
    from cartable.record.state import State, Thing

MONTHS = 24
"""Months that words are kept after the last session, unless the démarche says otherwise (``conservation``)."""
WORDS = ("texte", "titre", "legende", "mots")
SENTENCES = (
    "garder", "changer", "marche", "coince", "a_demander", "a_change", "manque", "attentes", "deroulement", "avis",
    "effets", "ameliorations",
)  # fmt: skip
"""What people wrote on an entry of a register; the rest of a roadmap is voted in public, and stays."""
WORDY = frozenset({"note", "groupe", "theme", "decision", "fiche"})


@dataclass(frozen=True)
class Plan:
    """What a purge would erase.

    Parameters
    ----------
    events
        Those whose words go.
    attachments
        Digests of the photos that go.
    reasons
        Sentences for the person who decides.
    """

    events: tuple[Event, ...] = ()
    attachments: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.attachments)


def blank(event: Event) -> Event:
    """Return the event without its words."""
    gone = _words(event)
    kept: dict[str, Any] = {k: (ERASED if k in gone else v) for k, v in event.donnees.items() if k != "fichier"}
    return replace(event, donnees=kept)


def _words(event: Event) -> tuple[str, ...]:
    return SENTENCES if event.genre == "fiche" else WORDS


def end(state: State) -> dt.date | None:
    """Return the date of the last session."""
    dates = [_day(session["date"]) for session in state.all("seance")]
    return max((day for day in dates if day), default=None)


def deadline(state: State) -> dt.date | None:
    """Return the day from which words must be erased; ``None`` as long as no session has a date."""
    last = end(state)
    if last is None:
        return None
    wanted = state.process["conservation"] if state.process else None
    months = wanted if isinstance(wanted, int) and wanted >= 0 else MONTHS
    return later(last, months)


def later(day: dt.date, months: int) -> dt.date:
    """Return the day some months later, the 28th at most: every month has one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, 28))


def plan(state: State, today: dt.date) -> Plan:
    """Return what must be erased today."""
    photos = [thing for thing in _things(state, "photo") if (_day(thing["purge_le"]) or dt.date.max) <= today]
    when = deadline(state)
    due = when is not None and when <= today
    kinds = WORDY if due else frozenset()
    chosen = {photo.id for photo in photos}
    events = tuple(
        event
        for event in state.events
        if event.id not in state.erased and (event.objet in chosen or event.genre in kinds) and _wordy(event)
    )
    digests = tuple(sorted({str(photo["fichier"]) for photo in photos if photo["fichier"]}))
    return Plan(events, digests, tuple(_reasons(photos, when if due else None, events)))


def _things(state: State, kind: str) -> Iterator[Thing]:
    return (thing for thing in state.things.values() if thing.kind == kind)


def _wordy(event: Event) -> bool:
    return any(name in event.donnees for name in (*_words(event), "fichier"))


def _reasons(photos: list[Thing], when: dt.date | None, events: tuple[Event, ...]) -> Iterator[str]:
    from cartable import wording  # noqa: PLC0415

    if photos:
        yield f"{wording.plural(len(photos), 'photo')} dont la date de purge est passée."
    if when is not None:
        words = sum(event.genre in WORDY for event in events)
        yield (
            f"{wording.plural(words, 'texte')} de papiers, de groupes, de thèmes, de décisions et de réponses : "
            f"ils devaient être effacés le {wording.date(when)}."
        )


def _day(text: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        return None
