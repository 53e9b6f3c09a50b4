"""What every sheet is made from, and the small sentences that several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import agenda, wording
from cartable.sheets import Paragraph, Time
from cartable.workshop import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.agenda import Agenda, Block, Day, Slot
    from cartable.dossier.texts import Texts
    from cartable.session import Session
    from cartable.workshop import Card, Clock, Library

GROUP_WORDS = {"binome": (2, "binôme"), "trio": (3, "trio")}
SHORTENED = "raccourci"
TROUBLE = frozenset({"retire", "depasse", "retard"})
TOGETHER = {"seul": "Chacun pour soi", "pleniere": "Tous ensemble"}


@dataclass(frozen=True)
class Line:
    """A block and the people it is for; ``track`` names their parallel group."""

    block: Block
    headcount: int
    track: str = ""


@dataclass(frozen=True)
class Work:
    """A planned session, its cards and the shared texts."""

    library: Library
    agenda: Agenda
    texts: Texts

    @property
    def session(self) -> Session:
        """The session that is planned."""
        return self.agenda.session

    def card(self, block: Block) -> Card | None:
        """Return the card of a block, if it is a workshop format."""
        return self.library[block.slug] if block.slug else None

    def lines(self, day: Day) -> Iterator[Line]:
        """Go through the blocks of a day, each parallel group after the line that opens it."""
        for block in day.blocks:
            yield Line(block, self.agenda.headcount)
            for track in block.tracks:
                for inner in track.blocks:
                    yield Line(inner, track.headcount, track.name)

    def cards(self) -> list[Card]:
        """Return the cards of what is kept in the plan, in order, each once."""
        slugs = dict.fromkeys(block.slug for block in self.agenda.blocks() if block.slug)
        return [self.library[slug] for slug in slugs]

    def plans(self) -> dict[Clock, Agenda]:
        """Return the session under the three clocks, for the same people."""
        plan = agenda.plan
        return {clock: plan(self.library, self.session, self.agenda.headcount, clock) for clock in CLOCKS}

    def name(self, kind: str, day: Day) -> str:
        """Return the id of a sheet: the kind, then the number of the day when there are several."""
        return kind if len(self.agenda.days) == 1 else f"{kind}-{day.number}"

    def title(self, text: str, day: Day) -> str:
        """Return the title of a sheet, with the day when there are several."""
        return text if len(self.agenda.days) == 1 else wording.typeset(f"{text} : {day.name}")

    def heading(self, day: Day) -> Paragraph:
        """Return the line under a title: the session, the day, the people."""
        people = wording.plural(self.agenda.headcount, "personne")
        return Paragraph(" · ".join([self.session.titre, *when(day), people]), "note")


def when(day: Day) -> list[str]:
    """Return the name of a day and its date, if it has one."""
    return [day.name, wording.date(day.date)] if day.date else [day.name]


def begins(block: Block) -> Time:
    """Return the printed start of a block."""
    return Time(block.shown_start, block.id)


def stops(day: Day) -> Time:
    """Return the hard stop of a day: what is promised to those who come."""
    return Time(day.end, str(day.number), "limite")


def ends(day: Day) -> Time:
    """Return the printed end of a day."""
    last = day.blocks[-1]
    return Time(day.shown_end(last), last.id, "fin")


def groups(slot: Slot, headcount: int) -> str:
    """Say how people sit: « 7 binômes », « 3 groupes de 4 ou 5 personnes », « tous ensemble »."""
    if slot.configuration in TOGETHER:
        return TOGETHER[slot.configuration]
    size, word = GROUP_WORDS.get(slot.configuration, (0, "groupe"))
    smaller, larger = headcount // slot.groups, -(-headcount // slot.groups)
    if smaller == larger == size:
        return wording.plural(slot.groups, word)
    people = wording.plural(larger, "personne")
    each = people if smaller == larger else f"{smaller} ou {people}"
    return f"{wording.plural(slot.groups, 'groupe')} de {each}"


def group_count(headcount: int, size: int) -> int:
    """Return how many groups of at most ``size``; nobody is left alone."""
    return max(1, min(-(-headcount // size), headcount // 2))


def changes(plan: Agenda, day: Day | None = None, *, people: bool = False) -> list[str]:
    """Say what a plan gives up, shortened blocks on one line; ``people`` adds the formats that no longer suit."""
    kept = [notice for notice in plan.notices if day is None or notice.block.startswith(f"{day.number}-")]
    titles = {block.id: block.title for block in plan.blocks()}
    shorter = [
        f"{titles[one.block]} ({wording.MINUS}{wording.duration(one.minutes)})" for one in kept if one.code == SHORTENED
    ]
    told = [one.message for one in plan.notices if people and one.code == "effectif"]
    told += [wording.typeset(f"À raccourcir : {', '.join(shorter)}.")] if shorter else []
    told += [one.message for one in kept if one.code in TROUBLE]
    return list(dict.fromkeys(told))
