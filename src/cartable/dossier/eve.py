"""The evening before, and what may happen: eve sheet, plan B, table helper, « En cas de… »."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cartable import agenda, wording
from cartable.dossier import materials
from cartable.dossier.work import begins, changes, group_count
from cartable.sheets import Blanks, Heading, Items, Paragraph, Sheet, Table, Time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.agenda import Agenda
    from cartable.dossier.work import Line, Work
    from cartable.sheets import Block as Part
    from cartable.sheets import Cell

WORDS_PER_SECOND = 2.3
SCREENS = frozenset({"Vidéoprojecteur", "Ordinateur portable"})
CANVAS = "Canevas imprimé"
AROUND_A_TABLE = frozenset({"binome", "trio", "groupe"})


def eve(work: Work) -> Iterator[Sheet]:
    """Return the eve sheet: who opens, what the room allows, what to print, and three plans B."""
    texts = work.texts.veille
    blocks: list[Part] = [
        work.heading(work.agenda.days[0]),
        Paragraph(texts.introduction),
        Heading("Les clés et les numéros"),
        Blanks(tuple(texts.numeros)),
        Heading("La salle, à vérifier par téléphone ou sur place"),
        Items(tuple(texts.salle), "cases"),
        Heading("Ce que demandent les formats"),
        Items(tuple(wording.typeset(f"{card.titre} : {card.salle}") for card in work.cards())),
        Heading("À préparer et à imprimer en noir et blanc"),
        Paragraph(texts.imprimer, "note"),
        Items((*work.session.preparer, *_prints(work)), "cases"),
        Heading("Sans projecteur"),
        Paragraph(texts.projecteur),
        *_without_screen(work),
        Heading("Moitié moins de monde, ou deux fois plus"),
        headcounts(work),
        Paragraph(texts.effectif, "note"),
    ]
    yield Sheet("veille", "Feuille de veille", tuple(blocks), single=False)


def _prints(work: Work) -> list[str]:
    """List the canvases of the session, as many as its formats ask for, and a spare one."""
    names = work.library.vocabulary.canevas
    return [
        wording.typeset(f"Canevas « {names[slug]} » : {count}, et un de secours")
        for slug, count in canvases(work).items()
    ]


def canvases(work: Work) -> dict[str, int]:
    """Return the canvases of the session, in their order, and how many of each its formats ask for."""
    found: dict[str, int] = {}
    for line in (line for day in work.agenda.days for line in work.lines(day)):
        card = work.card(line.block)
        if card and card.canevas != "aucun":
            asked = sum(
                use.total for item, use in materials.uses(work, line.block, line.headcount) if CANVAS in item.nom
            )
            found[card.canevas] = found.get(card.canevas, 0) + math.ceil(asked or 1)
    return found


def _without_screen(work: Work) -> list[Part]:
    concerned = [card for card in work.cards() if SCREENS & {item.nom for item in card.materiel}]
    if not concerned:
        return [Paragraph("Aucun format de cette séance ne demande de projecteur ni d’ordinateur.")]
    return [Items(tuple(wording.typeset(f"{card.titre} : {card.sans_ecran}") for card in concerned))]


def headcounts(work: Work) -> Table:
    """Compute the session anew for half and for double the people."""
    n = work.agenda.headcount
    rows = [
        _headcount_row(work, name, agenda.plan(work.library, work.session, people, work.agenda.clock))
        for name, people in (("La moitié", max(2, n // 2)), ("Prévu", n), ("Le double", 2 * n))
    ]
    header = ("Effectif", "Groupes", "Fin", "Ce qui change")
    return Table("Selon le nombre de personnes", header, tuple(rows), (2.6, 1.8, 2.2, 8))


def _headcount_row(work: Work, name: str, planned: Agenda) -> tuple[Cell, ...]:
    tables = wording.plural(group_count(planned.headcount, work.session.effectif.par_groupe), "groupe")
    several = len(planned.days) > 1
    finishes = [
        f"Jour {day.number} : {wording.clock(day.shown_end(day.blocks[-1]))}"
        if several
        else wording.clock(day.shown_end(day.blocks[-1]))
        for day in planned.days
    ]
    told = changes(planned, people=True)
    people = wording.typeset(f"{name} : {planned.headcount}")
    return people, tables, wording.typeset("\n".join(finishes)), "\n".join(told) or "Tous les formats conviennent."


def table_helper(work: Work) -> Iterator[Sheet]:
    """Return the half page of an agent briefed at 8:45: the role, three rules, what the table must produce."""
    texts = work.texts.table
    for day in work.agenda.days:
        rows = [row for line in work.lines(day) for row in _table_rows(line)]
        table = Table("Ce que votre table produit", ("Heure", "Temps", "À obtenir"), tuple(rows), (1.2, 4, 6))
        blocks: list[Part] = [work.heading(day), Paragraph(texts.role), Items(tuple(texts.regles), "numeros")]
        blocks += [table] if rows else []
        blocks.append(Paragraph(texts.blocage, "note"))
        title = work.title("Vous aidez une table", day)
        yield Sheet(work.name("table", day), title, tuple(blocks), half=True)


def _table_rows(line: Line) -> list[tuple[Cell, ...]]:
    block = line.block
    worked = [slot for slot in block.slots if slot.configuration in AROUND_A_TABLE]
    title = f"{block.title} ({line.track})" if line.track else block.title
    return [(Time(slot.shown_start, slot.id), wording.typeset(f"{title} : {slot.name}"), slot.trace) for slot in worked]


def welcome(work: Work) -> Iterator[Sheet]:
    """Return the words of welcome, with their time: the slot is locked."""
    texts = work.texts.mot
    day = work.agenda.days[0]
    found = next((block for kind in ("mot", "accueil") for block in day.blocks if block.kind == kind), day.blocks[0])
    words = len(work.session.mot_d_accueil.split())
    slot = Table("Le créneau", ("Heure", "Moment"), ((begins(found), found.title),), (1, 4))
    seconds = agenda.rounded(round(words / WORDS_PER_SECOND))
    length = wording.typeset(f"{wording.plural(words, 'mot')}, environ {seconds} secondes à voix haute.")
    blocks = (
        work.heading(day),
        Paragraph(texts.avant),
        slot,
        Paragraph(work.session.mot_d_accueil, "parole"),
        Paragraph(length, "note"),
        Items(tuple(texts.conseils)),
        Blanks(("À ajouter à la main (un nom à citer, une date)",), 2),
    )
    yield Sheet("mot", "Mot d’accueil", blocks, large=True)


def just_in_case(work: Work) -> Iterator[Sheet]:
    """Return « En cas de… »: what to do and to say, then the traps of each format of the day."""
    texts = work.texts.en_cas_de
    blocks: list[Part] = [Paragraph(texts.introduction, "lead")]
    for situation in texts.situations:
        blocks += [Heading(situation.titre), Items(tuple(situation.faire)), Paragraph(situation.dire, "parole")]
    blocks.append(Heading("Les pièges de chaque format"))
    for card in work.cards():
        blocks += [Heading(card.titre, 3), Items(tuple(card.pieges))]
    yield Sheet("en-cas-de", "En cas de…", tuple(blocks), single=False)
