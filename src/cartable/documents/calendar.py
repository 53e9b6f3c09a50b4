"""A session as an ICS file: one event per day, with its programme, and a reminder on the evening before."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from cartable import wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.agenda import Agenda, Day

PARIS = ZoneInfo("Europe/Paris")
NAMESPACE = uuid.UUID("6b1f4a0e-6d0b-5f7e-9c37-2f6d5f0d8a11")
WINTER, SUMMER = dt.timedelta(hours=1), dt.timedelta(hours=2)
REMINDER = dt.timedelta(days=-1)


def render(agenda: Agenda, stamp: dt.datetime, dates: Sequence[dt.date] | None = None, place: str = "") -> bytes:
    """Return the calendar file of a session.

    Parameters
    ----------
    stamp
        When the file is made, with its time zone (never read from the clock here).
    dates
        One date per day, for a session whose file has none.
    place
        Where it happens.

    Raises
    ------
    CartableError
        If a day has no date.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Cartable//Séances//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", agenda.session.titre)
    calendar.add_component(_paris())
    for day, date in zip(agenda.days, _dates(agenda, dates), strict=True):
        calendar.add_component(_event(agenda, day, date, stamp, place))
    return bytes(calendar.to_ical())


def _dates(agenda: Agenda, given: Sequence[dt.date] | None) -> list[dt.date]:
    if given is not None and len(given) != len(agenda.days):
        count = wording.plural(len(agenda.days), "jour")
        raise CartableError(
            f"La séance dure {count}, et {wording.plural(len(given), 'date')} sont données.",
            "Donnez une date par jour.",
        )
    found = [day.date for day in agenda.days] if given is None else list(given)
    for day, date in zip(agenda.days, found, strict=True):
        if date is None:
            raise CartableError(
                wording.typeset(f"« {day.name} » n’a pas de date : un agenda électronique en demande une."),
                "Donnez la date, ou ajoutez « date: 2026-11-30 » à ce jour dans le fichier de la séance.",
            )
    return [date for date in found if date is not None]


def _event(agenda: Agenda, day: Day, date: dt.date, stamp: dt.datetime, place: str) -> Event:
    event = Event()
    several = len(agenda.days) > 1
    event.add("summary", f"{agenda.session.titre} ({day.name})" if several else agenda.session.titre)
    event.add("uid", f"{uuid.uuid5(NAMESPACE, f'{agenda.session.slug}/{day.number}/{date.isoformat()}')}@cartable")
    event.add("dtstamp", stamp)
    event.add("dtstart", _at(date, day.start))
    event.add("dtend", _at(date, max(day.end, day.finish)))
    event.add("description", _programme(agenda, day))
    if place:
        event.add("location", place)
    event.add_component(_reminder(agenda))
    return event


def _paris() -> Timezone:
    """Describe the time of Paris by its rule, in force since 1996: two lines instead of a table of years."""
    zone = Timezone()
    zone.add("tzid", "Europe/Paris")
    halves = (
        (TimezoneStandard(), "CET", SUMMER, WINTER, dt.datetime(1996, 10, 27, 3), 10),  # noqa: DTZ001 (local by rule)
        (TimezoneDaylight(), "CEST", WINTER, SUMMER, dt.datetime(1996, 3, 31, 2), 3),  # noqa: DTZ001
    )
    for half, name, before, after, start, month in halves:
        half.add("dtstart", start)
        half.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        half.add("tzname", name)
        half.add("tzoffsetfrom", before)
        half.add("tzoffsetto", after)
        zone.add_component(half)
    return zone


def _at(date: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), PARIS) + dt.timedelta(minutes=minute)


def _programme(agenda: Agenda, day: Day) -> str:
    lines = [agenda.session.intention, ""]
    lines += [f"{wording.clock(block.shown_start)} {block.title}" for block in day.blocks]
    lines.append(f"{wording.clock(day.shown_end(day.blocks[-1]))} Fin")
    return "\n".join(lines)


def _reminder(agenda: Agenda) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", wording.typeset(f"Demain : {agenda.session.titre}. Dossier imprimé, clés, matériel ?"))
    alarm.add("trigger", REMINDER)
    return alarm
