"""The sheets that carry the clock: running sheet, agenda of the participants, trainer's view, hand-over, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.agenda import BREAKS
from cartable.dossier import materials
from cartable.dossier.work import begins, changes, ends, groups, stops, when
from cartable.sheets import Blanks, Heading, Items, Length, Paragraph, Sheet, Table, Time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.agenda import Agenda, Block, Day
    from cartable.dossier.work import Line, Work
    from cartable.sheets import Block as Part
    from cartable.sheets import Cell
    from cartable.workshop import Clock


Row = tuple["Cell", ...]
CLOCK_WORDS = {
    "optimiste": "tout s’enchaîne, le groupe se connaît",
    "typique": "les durées habituelles des fiches",
    "prudent": "les gens arrivent tard, les échanges durent",
}


def running(work: Work) -> Iterator[Sheet]:
    """Return the running sheet: for each step its time, its people, what to say, what is left of it."""
    header = ("Heure", "Durée", "Étape", "Organisation", "À dire", "Trace")
    for day in work.agenda.days:
        rows: list[Row] = []
        strong: set[int] = set()
        for line in work.lines(day):
            rows += _opening(rows, line)
            strong.add(len(rows))
            rows += _running_rows(work, line)
        strong.add(len(rows))
        rows.append((ends(day), "", "Fin", "", _margin(day), ""))
        text = wording.typeset(f"Conducteur, {wording.join(when(day), 'le')}")
        table = Table(text, header, tuple(rows), (1.5, 1.4, 3.6, 2.6, 8, 3.6), frozenset(strong))
        alerts = [Paragraph(told, "alerte") for told in changes(work.agenda, day)]
        blocks: tuple[Part, ...] = (work.heading(day), *alerts, table)
        title = work.title("Conducteur", day)
        yield Sheet(work.name("conducteur", day), title, blocks, single=False, landscape=True)


def _margin(day: Day) -> str:
    stop = f"Fin à ne pas dépasser : {wording.clock(day.end)}"
    if day.slack < 0:
        return wording.typeset(f"{stop}. Il manque {wording.duration(day.slack)}.")
    margin = max(0, day.end - day.shown_end(day.blocks[-1]))
    return wording.typeset(f"{stop}. Marge : {wording.duration(margin)}.")


def _opening(before: list[Row], line: Line) -> list[Row]:
    """Name a parallel group on a row of its own, once."""
    name = wording.typeset(f"Groupe « {line.track} »")
    if not line.track or any(row[2] == name for row in before):
        return []
    return [("", "", name, wording.plural(line.headcount, "personne"), "", "")]


def _running_rows(work: Work, line: Line) -> list[Row]:
    block, card = line.block, work.card(line.block)
    first: Row = (begins(block), Length(block.minutes, block.id))
    if card is None:
        said = block.slots[0].instruction if block.slots else "Les groupes travaillent en même temps."
        return [(*first, _name(block), "", said, "")]
    material = wording.typeset(f"Matériel : {materials.short(card, line.headcount)}")
    rows: list[Row] = [(*first, _name(block), wording.plural(line.headcount, "personne"), material, "")]
    rows += [
        (
            Time(slot.shown_start, slot.id), Length(slot.minutes, slot.id), slot.name,
            groups(slot, line.headcount), slot.instruction, slot.trace,
        )
        for slot in block.slots
    ]  # fmt: skip
    return rows


def _name(block: Block) -> str:
    return f"{block.title} (facultatif)" if block.optional else block.title


def participants(work: Work) -> Iterator[Sheet]:
    """Return the agenda of the participants: no minutes, only what begins when, and what for."""
    for day in work.agenda.days:
        rows: list[Row] = [
            (begins(line.block), *_told(work, line)) for line in work.lines(day) if line.block.kind != "paralleles"
        ]
        rows.append((stops(day), "Fin au plus tard", ""))
        table = Table("Le programme", ("Heure", "Temps", "Pour quoi faire"), tuple(rows), (1.2, 3, 5))
        blocks = (
            Paragraph(" · ".join(when(day)), "note"),
            Paragraph(work.session.intention, "lead"),
            table,
            Paragraph(work.session.et_apres),
            Paragraph(work.texts.participants.note, "note"),
        )
        yield Sheet(work.name("agenda", day), work.title(work.session.titre, day), blocks, large=True)


def _told(work: Work, line: Line) -> tuple[str, str]:
    card = work.card(line.block)
    title = f"{line.block.title} ({line.track})" if line.track else line.block.title
    return title, card.intention if card else ""


def trainer(work: Work) -> Iterator[Sheet]:
    """Return the trainer's view: aims, why each format, how deliverables chain, the three clocks."""
    session = work.session
    facts = f"{session.public}. De {session.effectif.min} à {session.effectif.max} personnes, "
    facts += f"{session.effectif.ideal} au mieux ; {wording.plural(session.animateurs, 'personne')} pour animer."
    days = [part for day in work.agenda.days for part in _programme(work, day)]
    blocks: list[Part] = [
        Paragraph(session.intention, "lead"),
        Paragraph(wording.typeset(facts)),
        Heading("Ce que les personnes auront fait"),
        Items(tuple(session.objectifs)),
        *days,
        Heading("Ce qui passe d’un format à l’autre"),
        _chain(work),
        Heading("Trois horloges"),
        *_clocks(work),
    ]
    told = [notice.message for notice in work.agenda.notices]
    if told:
        blocks += [Heading("À savoir avant de commencer"), Items(tuple(told))]
    yield Sheet("formateur", "Vue du formateur", tuple(blocks), single=False, landscape=True)


def _programme(work: Work, day: Day) -> list[Part]:
    header = ("Heure", "Durée", "Séquence", "Objectifs", "Pourquoi ce choix", "Produit")
    rows = [_programme_row(work, line) for line in work.lines(day)]
    rows.append((ends(day), "", "Fin", "", "", ""))
    strong = frozenset(index for index, line in enumerate(work.lines(day)) if line.block.slug)
    table = Table(f"Programme, {day.name}", header, tuple(rows), (1.4, 1.4, 3.4, 6, 4.6, 4), strong)
    return [Heading(" · ".join(when(day))), table]


def _programme_row(work: Work, line: Line) -> Row:
    block, card = line.block, work.card(line.block)
    title = f"{_name(block)} ({line.track})" if line.track else _name(block)
    if card is None:
        return (begins(block), Length(block.minutes, block.id), title, "", block.why, "")
    aims = " · ".join(f"{aim.verbe[0].upper()}{aim.verbe[1:]} : {aim.resultat}" for aim in card.objectifs)
    made = " · ".join(_deliverables(work, card.sorties))
    return (
        begins(block),
        Length(block.minutes, block.id),
        title,
        wording.typeset(aims),
        block.why or card.quand_utiliser[0],
        made,
    )


def _deliverables(work: Work, slugs: list[str]) -> list[str]:
    return [wording.typeset(work.library.vocabulary.livrables[slug]) for slug in slugs]


def _chain(work: Work) -> Table:
    """Say where each format finds what it needs: an earlier format of the session, or a preparation."""
    made: dict[str, str] = {}
    rows: list[Row] = []
    for card in work.cards():
        needed = "\n".join(_deliverables(work, card.entrees))
        found = "\n".join(_origin(slug, made) for slug in card.entrees)
        rows.append((card.titre, needed, found, "\n".join(_deliverables(work, card.sorties))))
        made.update(dict.fromkeys(card.sorties, card.titre))
    return Table("Enchaînement", ("Format", "Il lui faut", "D’où cela vient", "Il produit"), tuple(rows), (3, 5, 4, 5))


def _origin(slug: str, made: dict[str, str]) -> str:
    if slug == "commande":
        return "La raison de se réunir, dite à l’accueil"
    return wording.typeset(f"De « {made[slug]} »") if slug in made else "À préparer et à apporter"


def _clocks(work: Work) -> list[Part]:
    header = ("Si…", "Jour", "Fin", "Fin à ne pas dépasser", "Ce que cela change")
    rows = [_clock_row(clock, plan, day) for clock, plan in work.plans().items() for day in plan.days]
    return [Table("Les trois horloges", header, tuple(rows), (4, 2, 1.5, 2, 7))]


def _clock_row(clock: Clock, plan: Agenda, day: Day) -> Row:
    name = f"{clock.capitalize()} ({CLOCK_WORDS[clock]})"
    finish = wording.clock(day.shown_end(day.blocks[-1]))
    changed = "\n".join(changes(plan, day)) or "Rien à changer"
    return (name, day.name, finish, wording.clock(day.end), changed)


def handover(work: Work) -> Iterator[Sheet]:
    """Return the hand-over between two facilitators: who has which block, in turn, to be changed by hand."""
    names = Blanks((wording.typeset("A :"), wording.typeset("B :")))
    phrases = (Heading("En se passant le relais, dire"), Items(tuple(work.texts.relais.phrases), "cases"))
    for day in work.agenda.days:
        rows: list[Row] = []
        turn = 0
        for line in work.lines(day):
            led = line.block.kind not in BREAKS
            pair = ("AB" if turn % 2 == 0 else "BA") if led else "  "
            name = f"{line.block.title} ({line.track})" if line.track else line.block.title
            rows.append((begins(line.block), name, pair[0].strip(), pair[1].strip(), ""))
            turn += led
        header = ("Heure", "Moment", "Anime", "Veille", "À ne pas oublier")
        table = Table("Qui fait quoi", header, tuple(rows), (1.3, 5, 1.3, 1.3, 5), tall=True)
        intro = Paragraph(work.texts.relais.introduction)
        blocks = (work.heading(day), intro, names, table, *phrases)
        yield Sheet(work.name("relais", day), work.title("Passage de relais", day), blocks, single=False)


def resume(work: Work) -> Iterator[Sheet]:
    """Return what to do by hand when the laptop dies: planned times, and room for the real ones."""
    gestures = Items(tuple(work.texts.reprise.gestes), "numeros")
    header = ("Prévu", "Étape", "Commencé à", "Fini à", "Avance, retard, remarque")
    for day in work.agenda.days:
        rows: list[Row] = []
        strong: set[int] = set()
        for line in work.lines(day):
            if line.block.slug:
                strong.add(len(rows))
                rows.append((begins(line.block), line.block.title, "", "", ""))
            rows += [(Time(slot.shown_start, slot.id), slot.name, "", "", "") for slot in line.block.slots]
        rows.append((ends(day), "Fin", "", "", ""))
        table = Table("Heures à noter", header, tuple(rows), (1.3, 5, 2.3, 1.6, 4), frozenset(strong), tall=True)
        blocks = (work.heading(day), Paragraph(work.texts.reprise.introduction, "lead"), gestures, table)
        title = work.title("Reprendre sans ordinateur", day)
        yield Sheet(work.name("reprise", day), title, blocks, single=False)
