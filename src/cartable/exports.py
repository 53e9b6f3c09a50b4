"""A planned session for other programs: Word, spreadsheet, calendar, PDF, a page of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from cartable import __version__, dossier

if TYPE_CHECKING:
    from cartable.agenda import Agenda
    from cartable.workshop import Library


WORD = ("conducteur", "participants", "programme", "materiel")
"""The Word files of an export: what a town hall adapts."""


def dated(planned: Agenda, day: dt.date | None) -> Agenda:
    """Give a date to each day: the first one, then those that follow, unless the session has its own."""
    if day is None:
        return planned
    days = [replace(one, date=one.date or day + dt.timedelta(days=rank)) for rank, one in enumerate(planned.days)]
    return replace(planned, days=tuple(days))


def render(
    library: Library, planned: Agenda, kind: str, *, edition: dt.date, day: dt.date | None = None
) -> dict[str, bytes]:
    """Return the files of an export: what is added to the name of each (nothing when it is alone), and its bytes.

    Parameters
    ----------
    kind
        ``pdf``, ``docx``, ``xlsx``, ``csv``, ``ics`` or ``html``.
    day
        Date of the first day: needed by ``ics`` when the session has no date of its own.

    Raises
    ------
    CartableError
        If a date is missing, or a sheet does not hold on its page.
    """
    from cartable import timer  # noqa: PLC0415 (each format brings its own libraries)
    from cartable.documents import calendar, pdf, spreadsheet, word  # noqa: PLC0415

    planned = dated(planned, day)
    if kind == "pdf":
        return {"": pdf.render(dossier.document(library, planned, edition, __version__))}
    if kind == "docx":
        return {f"-{name}": word.render(library, planned, name, edition, __version__) for name in WORD}
    if kind == "xlsx":
        return {"": spreadsheet.workbook(library, planned, edition, __version__)}
    if kind == "csv":
        files = spreadsheet.csv(library, planned)
        return {f"-{name.removesuffix('.csv')}": content for name, content in files.items()}
    if kind == "ics":
        stamp = dt.datetime.combine(edition, dt.time(), dt.UTC)
        return {"": calendar.render(planned, stamp)}
    return {
        "": timer.page(
            library, planned.session, headcount=planned.headcount, clock=planned.clock, edition=edition
        ).encode("utf-8")
    }
