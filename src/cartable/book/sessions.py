"""The page of a ready-made session: each function writes one part of it, as HTML; and the list of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from cartable import agenda as engine
from cartable import wording
from cartable.book.fiche import CLOCK_NAMES, capital, items, label, link, pairs
from cartable.book.materials import for_day
from cartable.book.records import html_table
from cartable.session import hour
from cartable.workshop import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cartable.agenda import Agenda, Block, Day, Track
    from cartable.book.shelf import Shelf
    from cartable.session import Session

CHANGES = frozenset({"raccourci", "retire", "depasse", "retard"})


@dataclass(frozen=True)
class Page:
    """All that the page of a session is written from."""

    session: Session
    shelf: Shelf
    url: Callable[[str], str]
    offers: Callable[[object], Sequence[tuple[str, str]]]

    @cached_property
    def plans(self) -> dict[str, Agenda]:
        """The agenda at each of the three clocks, for the ideal headcount."""
        return {clock: engine.plan(self.shelf.library, self.session, None, clock) for clock in CLOCKS}

    @property
    def usual(self) -> Agenda:
        """The agenda that is printed."""
        return self.plans["typique"]

    def card(self, slug: str) -> str:
        """Return a link to a format."""
        return link(self.url(f"workshops/{slug}"), self.shelf.library[slug].titre)


# -- parts ----------------------------------------------------------------------------------


def summary(page: Page) -> str:
    """Return the aim, the « en bref » panel, other lengths and what can be taken away."""
    one, people = page.session, page.session.effectif
    rows = [
        ("Programme", escape(label(page.shelf.library.vocabulary.etapes, one.etape))),
        ("Public", escape(one.public)),
        ("Horaires", "<br>".join(map(escape, hours(one)))),
        ("Participants", escape(wording.typeset(f"de {people.min} à {people.max} personnes, idéal : {people.ideal}"))),
        ("Animation", escape(wording.plural(one.animateurs, "personne"))),
        ("À distance", "oui, en ligne" if one.a_distance else "non, en salle"),
    ]
    siblings = [
        link(page.url(f"workshops/seances/{other.slug}"), f"{other.titre} ({other.longueur})")
        for other in ordered(page.shelf.sessions.values())
        if other.famille == one.famille and other.slug != one.slug
    ]
    if siblings:
        rows.append(("Autres longueurs", "<br>".join(siblings)))
    return (
        f'<p class="cartable-intention">{escape(wording.typeset(one.intention))}</p>'
        '<section class="cartable-bref cartable-enbref" aria-label="En bref">'
        '<p class="cartable-enbref__titre">En bref</p>'
        f"{pairs(rows, 'cartable-enbref__liste')}</section>{_downloads(page)}"
    )


def _downloads(page: Page) -> str:
    links = "".join(f"<li>{link(url, text)}</li>" for text, url in page.offers(page.session))
    return f'<ul class="cartable-telechargements">{links}</ul>' if links else ""


def hours(one: Session) -> list[str]:
    """Return when each day begins and ends."""
    named = len(one.jours) > 1
    return [
        (f"{day.nom}{wording.NBSP}: " if named else "")
        + f"{wording.clock(hour(day.debut))} à {wording.clock(hour(day.fin))}"
        for day in one.jours
    ]


def objectives(page: Page) -> str:
    """Return what the session is for."""
    return items(map(capital, page.session.objectifs))


def agenda(page: Page) -> str:
    """Return, day by day, the agenda with its times, its three clocks and what one must know."""
    return "".join(_day(page, day) for day in page.usual.days) + _general_notices(page)


def agenda_alone(page: Page) -> str:
    """Return the agenda for another page to show: the times, and where the rest is said."""
    one = page.session
    where = link(page.url(f"workshops/seances/{one.slug}"), one.titre)
    days = "".join(f'<div class="cartable-agenda">{_table(page, day)}</div>' for day in page.usual.days)
    told = f"Horaire calculé de la séance «{wording.NBSP}{where}{wording.NBSP}»"
    return f"{days}<p>{told}{wording.NBSP}: sa page donne le matériel, les trois horloges et de quoi imprimer.</p>"


def _day(page: Page, day: Day) -> str:
    return f'<div class="cartable-agenda">{_table(page, day)}</div>{_clocks(page, day.number)}'


def _table(page: Page, day: Day) -> str:
    rows = [[_time(block, block is day.blocks[0], day), _what(page, block)] for block in day.blocks]
    rows.append([escape(wording.clock(day.shown_end(day.blocks[-1]))), "<strong>Fin</strong>"])
    when = f"{day.name}, {wording.date(day.date)}" if day.date else day.name
    people = wording.plural(page.usual.headcount, "personne")
    span = f"de {wording.clock(day.start)} à {wording.clock(day.end)}, à {people}"
    return html_table(f"{when}, {span}", ("Heure", "Ce qui se passe"), rows)


def _time(block: Block, first: bool, day: Day) -> str:
    text = escape(wording.clock(day.start if first else block.shown_start)) + _detail(wording.duration(block.minutes))
    return text + _detail("heure fixée") if block.anchor is not None else text


def _detail(text: str) -> str:
    return f'<span class="cartable-detail">{escape(text)}</span>'


def _what(page: Page, block: Block, lasts: str = "") -> str:
    if block.tracks:
        return f"<strong>{escape(block.title)}</strong>{_tracks(page, block.tracks)}"
    if block.slug:
        steps = " · ".join(f"{slot.name} ({wording.duration(slot.minutes)})" for slot in block.slots)
        optional = " (facultatif)" if block.optional else ""
        why = f"<br>{escape(block.why)}" if block.why else ""
        title = link(page.url(f"workshops/{block.slug}"), block.title)
        return f"<strong>{title}</strong>{lasts}{optional}{why}<br>{_detail(steps)}"
    said = "".join(f"<br>{escape(slot.instruction)}" for slot in block.slots if slot.instruction)
    return f"{escape(block.title)}{lasts}{said}"


def _tracks(page: Page, tracks: Sequence[Track]) -> str:
    lines = []
    for track in tracks:
        inside = "".join(
            f"<li>{_what(page, block, f', {wording.duration(block.minutes)}')}</li>" for block in track.blocks
        )
        people = wording.plural(track.headcount, "personne")
        lines.append(f"<li>{escape(track.name)} ({people})<ul>{inside}</ul></li>")
    return f"<ul>{''.join(lines)}</ul>"


def _clocks(page: Page, number: int) -> str:
    rows = []
    for clock, plan in page.plans.items():
        day = plan.days[number - 1]
        changes = [one.message for one in plan.notices if one.code in CHANGES and _of_day(one.block, number)]
        name = CLOCK_NAMES[clock]
        rows.append(
            [
                escape(capital(name)),
                escape(wording.clock(engine.rounded(day.finish))),
                escape(_slack(day.slack)),
                "<br>".join(map(escape, changes)) or "rien",
            ]
        )
    headers = ("Si cela va…", "Fin", "Marge", "Ce qu’il faut changer")
    return f'<div class="cartable-horloges">{html_table("Trois horloges pour la même séance", headers, rows)}</div>'


def _of_day(block: str, number: int) -> bool:
    return block.startswith(f"{number}-")


def _slack(minutes: int) -> str:
    if minutes < 0:
        return f"dépasse de {wording.duration(minutes)}"
    return wording.duration(minutes) if minutes else "aucune"


def _general_notices(page: Page) -> str:
    said = dict.fromkeys(one.message for one in page.usual.notices if one.code not in CHANGES)
    if not said:
        return ""
    return f'<div class="cartable-avis"><p>À savoir avant de choisir ces horaires{wording.NBSP}:</p>{items(said)}</div>'


def preparation(page: Page) -> str:
    """Return what to do before, and how long the formats ask to be prepared."""
    cards = [page.shelf.library[slug] for slug in page.session.formats()]
    longest, room = sum(card.preparation for card in cards), max((card.installation for card in cards), default=0)
    text = f"Comptez jusqu’à {wording.duration(longest)} de préparation les jours d’avant, tous formats additionnés, "
    text += f"et au moins {wording.duration(room)} dans la salle avant l’arrivée des personnes."
    return items(map(wording.typeset, page.session.preparer)) + (f"<p>{escape(text)}</p>" if cards else "")


def speech(page: Page) -> str:
    """Return what the elected representative says."""
    return f"<blockquote><p>{escape(page.session.mot_d_accueil)}</p></blockquote>"


def material(page: Page) -> str:
    """Return the things to bring, summed day by day."""
    plan = page.usual
    tables = []
    for day in plan.days:
        found = for_day(page.shelf.library, plan, day)
        where = f", {day.name}" if len(plan.days) > 1 else ""
        rows = [[escape(name), f'<span class="cartable-total">{count}</span>'] for name, count in found.items()]
        people = wording.plural(plan.headcount, "personne")
        if rows:
            tables.append(html_table(f"À apporter pour {people}{where}", ("Quoi", "Combien"), rows))
    note = "<p>Ce qui se consomme s’additionne d’un format à l’autre. Ce qui se réutilise n’est compté qu’une fois.</p>"
    return "".join(tables) + note if tables else "<p>Rien de particulier.</p>"


def formats(page: Page) -> str:
    """Return the formats used, with their aims."""
    used = [page.shelf.library[slug] for slug in page.session.formats()]
    lines = "".join(f"<li>{page.card(card.slug)}{wording.NBSP}: {escape(card.intention)}</li>" for card in used)
    return f"<ul>{lines}</ul>" if lines else "<p>Aucun format de la bibliothèque.</p>"


def next_steps(page: Page) -> str:
    """Return what becomes of what was produced, and where the session is written."""
    file = f"<code>workshops/seances/{page.session.slug}.yml</code>"
    return (
        f"<p>{escape(page.session.et_apres)}</p><p>Toute cette page vient du fichier {file}. Copiez-le pour composer "
        "votre propre séance.</p>"
    )


# -- all the sessions -------------------------------------------------------------------------


def minutes(one: Session) -> int:
    """Return how long a session lasts, all days together."""
    return sum(hour(day.fin) - hour(day.debut) for day in one.jours)


def ordered(sessions: Iterable[Session]) -> list[Session]:
    """Return sessions by family, the shortest first."""
    return sorted(sessions, key=lambda one: (one.famille, minutes(one), one.titre))


def by_step(shelf: Shelf, url: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Give, for each step of the programme, its name and the table of its sessions."""
    headers = ("Séance", "Longueur", "Horaires", "Participants")
    for step, name in shelf.library.vocabulary.etapes.items():
        rows = [_row(one, url) for one in ordered(shelf.sessions.values()) if one.etape == step]
        if rows:
            table = html_table(f"Séances prêtes, {name[:1].lower()}{name[1:]}", headers, rows)
            yield wording.typeset(name), f'<div class="cartable-seances">{table}</div>'


def _row(one: Session, url: Callable[[str], str]) -> list[str]:
    people = one.effectif
    return [
        f"{link(url(f'workshops/seances/{one.slug}'), one.titre)}"
        f'<br><span class="cartable-detail">{escape(one.intention)}</span>',
        f"{escape(one.longueur)}<br>{escape(wording.duration(minutes(one)))}",
        "<br>".join(map(escape, hours(one))),
        escape(f"{people.min} à {people.max}, idéal {people.ideal}"),
    ]
