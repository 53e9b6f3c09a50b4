"""The programme of a session while it is being prepared: clocks, warnings, lines with their times."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cartable import agenda, assets, wording
from cartable.pages import Section
from cartable.workshop import CLOCKS, CONFIGURATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartable.agenda import Agenda, Block, Day, Slot
    from cartable.choice import Candidate
    from cartable.session import Session
    from cartable.workshop import Clock, Library

CLOCK_NAMES: Mapping[Clock, str] = {
    "optimiste": "Optimiste (tout va vite)",
    "typique": "Habituelle",
    "prudent": "Prudente (tout prend son temps)",
}
CHANGES = frozenset({"raccourci", "retire"})
SERIOUS = frozenset({"depasse", "retard", "retire"})


def proposal(library: Library, candidate: Candidate, rank: int, session: Session) -> str:
    """Return one proposal in HTML: its formats with their times, its reason, what was changed.

    Parameters
    ----------
    rank
        0 for the session proposed, 1 for its alternative.
    session
        The session now open: the proposal says whether it is this one.
    """
    title = escape(candidate.session.titre)
    days = "".join(_hours(day, many=len(candidate.agenda.days) > 1) for day in candidate.agenda.days)
    chosen = " <strong>(ouverte ci-dessous)</strong>" if candidate.session == session else ""
    changes = _list(candidate.changes, "Ce qui change :") if candidate.changes else ""
    names = wording.join([library[slug].titre for slug in candidate.session.formats()])
    return (
        f'<div class="cartable-proposition"><h3>{("Proposition", "Autre possibilité")[rank]} : {title}{chosen}</h3>'
        f"<p>{escape(candidate.reason)}</p>{changes}{days}"
        f'<p class="cartable-note">Formats : {escape(names)}.</p></div>'
    )


def _hours(day: Day, *, many: bool) -> str:
    name = f"{escape(day.name)} : " if many else ""
    parts = [f"{wording.clock(block.shown_start)}&nbsp;{escape(block.title)}" for block in day.blocks]
    return f"<p>{name}{' · '.join(parts)} · {wording.clock(day.shown_end(day.blocks[-1]))}&nbsp;fin</p>"


def _list(sentences: Sequence[str], opening: str) -> str:
    return f"<p>{opening}</p><ul>" + "".join(f"<li>{escape(said)}</li>" for said in sentences) + "</ul>"


def summary(planned: Agenda) -> str:
    """Return in one sentence how the session holds, for the live region."""
    days = planned.days
    people = wording.plural(planned.headcount, "personne")
    said = [f"{people}, de {wording.clock(days[0].start)} à {wording.clock(days[-1].shown_end(days[-1].blocks[-1]))}"]
    margin = min(day.slack for day in days)
    said.append(f"marge {wording.duration(margin)}" if margin >= 0 else f"il manque {wording.duration(margin)}")
    changed = sum(notice.code in CHANGES for notice in planned.notices)
    if changed:
        said.append(wording.plural(changed, "ligne raccourcie ou retirée", "lignes raccourcies ou retirées"))
    return wording.typeset(f"{' ; '.join(said)}.")


def programme(library: Library, session: Session, headcount: int, clock: Clock) -> Section:
    """Return the clocks, the warnings and the programme of each day."""
    plans = {name: agenda.plan(library, session, headcount, name) for name in CLOCKS}
    planned = plans[clock]
    parts = [
        assets.style("preparation/programme.css"),
        f'<section class="cartable-programme"><h3>{escape(session.titre)}</h3>',
        f"<p>{wording.plural(headcount, 'personne')}. {escape(session.intention.rstrip('.'))}.</p>",
        _clocks(plans, clock),
        _notices(planned),
        *(_day(planned, day) for day in planned.days),
        f"</section>{assets.script('preparation/controls.js')}",
    ]
    return Section("".join(parts), f"{session.titre} : {summary(planned)}")


def _clocks(plans: Mapping[Clock, Agenda], chosen: Clock) -> str:
    rows = "".join(_clock_row(name, planned, chosen=name == chosen) for name, planned in plans.items())
    heads = "".join(f'<th scope="col">{escape(day.name)}</th>' for day in plans[chosen].days)
    return (
        "<table><caption>Trois horloges : heure de fin et marge</caption>"
        f'<thead><tr><th scope="col">Horloge</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _clock_row(name: Clock, planned: Agenda, *, chosen: bool) -> str:
    mark = ' class="choisie"' if chosen else ""
    shown = f"{wording.NBSP}: affichée" if chosen else ""
    return f'<tr{mark}><th scope="row">{CLOCK_NAMES[name]}{shown}</th>{_ends(planned)}</tr>'


def _ends(planned: Agenda) -> str:
    return "".join(f"<td>{wording.clock(day.finish)}, {_margin(day.slack)}</td>" for day in planned.days)


def _margin(slack: int) -> str:
    if slack < 0:
        return f"<strong>il manque {wording.duration(slack)}</strong>"
    return f"{wording.duration(slack)} de marge" if slack else "aucune marge"


def _notices(planned: Agenda) -> str:
    if not planned.notices:
        return '<p class="cartable-avis">Rien à signaler : tout tient, sans rien raccourcir.</p>'
    said = "".join(
        f'<li class="{notice.code}"><strong>{"À régler" if notice.code in SERIOUS else "À savoir"}'
        f"{wording.NBSP}:</strong> {escape(notice.message)}</li>"
        for notice in planned.notices
    )
    return f'<ul class="cartable-avis">{said}</ul>'


def _day(planned: Agenda, day: Day) -> str:
    hours = f"{escape(day.name)}, {wording.clock(day.start)} à {wording.clock(day.end)}"
    rows = "".join(_rows(planned, day))
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Heure", "Durée", "Quoi", "À savoir"))
    end = day.shown_end(day.blocks[-1]) if day.blocks else day.start
    last = f'<tr class="fin"><th scope="row">{wording.clock(end)}</th><td></td><td>Fin</td>'
    return (
        f"<table><caption>Programme : {hours}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}{last}"
        f"<td>{_margin(day.slack)}</td></tr></tbody></table>"
    )


def _rows(planned: Agenda, day: Day) -> Iterator[str]:
    for block in day.blocks:
        yield (
            f'<tr class="{block.kind}"><th scope="row">{wording.clock(block.shown_start)}</th>'
            f"<td>{wording.duration(block.minutes)}</td><td><strong>{escape(block.title)}</strong>{_inside(block)}</td>"
            f"<td>{'<br>'.join(escape(said) for said in _remarks(planned, block))}</td></tr>"
        )


def _inside(block: Block) -> str:
    if block.tracks:
        return "".join(
            f"<p>{escape(track.name)} ({wording.plural(track.headcount, 'personne')})</p><ul>"
            + "".join(f"<li>{wording.clock(one.shown_start)}, {escape(one.title)}</li>" for one in track.blocks)
            + "</ul>"
            for track in block.tracks
        )
    if block.slug is None:
        return ""
    return "<ol>" + "".join(f"<li>{_slot(slot)}</li>" for slot in block.slots) + "</ol>"


def _slot(slot: Slot) -> str:
    return f"{escape(slot.name)}, {wording.duration(slot.minutes)} ({CONFIGURATIONS[slot.configuration]})"


def _remarks(planned: Agenda, block: Block) -> Iterator[str]:
    if block.anchor is not None:
        yield f"heure fixée à {wording.clock(block.anchor)}"
    if block.slack_before:
        yield f"{wording.duration(block.slack_before)} libres avant"
    if block.optional:
        yield "facultatif"
    for notice in planned.notices:
        if notice.block == block.id and notice.code == "raccourci":
            yield f"raccourci de {wording.duration(notice.minutes)}"
