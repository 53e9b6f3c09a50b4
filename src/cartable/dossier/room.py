"""What hangs, is signed or is worn in the room: door poster, parking lot, sign-in sheet, badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.dossier.work import begins, group_count, stops, when
from cartable.sheets import Badges, Blanks, Paragraph, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.agenda import Block, Day
    from cartable.dossier.work import Work

# A symbol first: on a black and white print, the colour says nothing. White text is readable on every colour.
GROUPS = (
    ("Rond", "●", "#0b5d6b"),
    ("Carré", "■", "#b4531a"),
    ("Triangle", "▲", "#4b3b8f"),
    ("Losange", "◆", "#2f6b2f"),
    ("Étoile", "★", "#8e2a5e"),
    ("Croix", "✚", "#1f4e9c"),
    ("Hexagone", "⬢", "#6b4423"),
    ("Cœur", "♥", "#a32035"),
    ("Soleil", "☀", "#5f5a00"),
    ("Trèfle", "♣", "#1d5c4b"),
    ("Lune", "☾", "#4a4a4a"),
    ("Note", "♫", "#1d2a33"),
)
PER_PAGE = 10
SPARE_ROWS = 5
NOON, LATE_LUNCH, AFTERNOON, EVENING = 12 * 60, 14 * 60, 13 * 60, 17 * 60


def door(work: Work) -> Iterator[Sheet]:
    """Return the poster of the door."""
    texts = work.texts.affiche
    for day in work.agenda.days:
        times = Table("Horaires", ("Début", "Fin au plus tard"), ((begins(day.blocks[0]), stops(day)),))
        blocks = (
            Paragraph(texts.invitation, "lead"),
            Paragraph(" · ".join(when(day))),
            times,
            Paragraph(texts.entree),
            Paragraph(texts.aide, "note"),
        )
        yield Sheet(work.name("affiche", day), work.session.titre, blocks, landscape=True, large=True, poster=True)


def fridge(work: Work) -> Iterator[Sheet]:
    """Return the parking lot: what matters but is not the subject of the day."""
    texts = work.texts.frigo
    blocks = (Paragraph(texts.consigne, "lead"), Paragraph(texts.suite, "note"))
    yield Sheet("frigo", texts.titre, blocks, landscape=True, large=True, poster=True)


def half_days(day: Day) -> list[tuple[str, tuple[Block, ...]]]:
    """Cut a day at its meal, or at 13:00 when it goes across noon; return (name, blocks)."""
    cut = next((block.start for block in day.blocks if block.kind == "repas" and block.start < EVENING), None)
    if cut is None and day.start < NOON and day.finish > LATE_LUNCH:
        cut = AFTERNOON
    if cut is None:
        return [(_part(day.start), day.blocks)]
    parts = (tuple(b for b in day.blocks if b.start < cut), tuple(b for b in day.blocks if b.start >= cut))
    return [(_part(part[0].start if part is parts[0] else cut), part) for part in parts if part]


def _part(start: int) -> str:
    if start < NOON - 30:
        return "matin"
    return "après-midi" if start < EVENING else "soirée"


def sign_in(work: Work) -> Iterator[Sheet]:
    """Return one sign-in sheet per half-day, kept apart from what people write."""
    texts = work.texts.emargement
    rows = tuple((str(number), "", "", "") for number in range(1, work.agenda.headcount + SPARE_ROWS + 1))
    header = ("N°", "Nom et prénom", "Rôle ou organisme", "Signature")
    for day in work.agenda.days:
        for name, _ in half_days(day):
            table = Table(f"Présences, {name}", header, rows, (0.6, 4, 4, 4), tall=True)
            blocks = (
                work.heading(day),
                Blanks(("Lieu et date",)) if day.date is None else Blanks(("Lieu",)),
                Paragraph(texts.notice, "note"),
                Blanks(tuple(texts.responsable)),
                table,
            )
            suffix = name.replace("è", "e").replace("é", "e")
            title = work.title(f"Feuille d’émargement ({name})", day)
            yield Sheet(f"{work.name('emargement', day)}-{suffix}", title, blocks, single=False)


def badges(work: Work) -> Iterator[Sheet]:
    """Return the badges, shared evenly among the starting groups; the page is filled with spare ones."""
    n = work.agenda.headcount
    count = group_count(n, work.session.effectif.par_groupe)
    groups = [_group(rank) for rank in range(count)]
    people = -(-n // PER_PAGE) * PER_PAGE
    cards = Badges(tuple(groups[rank % count] for rank in range(people)))
    yield Sheet("badges", "Badges", (Paragraph(work.texts.badges.note, "note"), cards), single=False)


def _group(rank: int) -> tuple[str, str, str]:
    name, symbol, colour = GROUPS[rank % len(GROUPS)]
    turn = rank // len(GROUPS)
    return (f"{name} {turn + 1}" if turn else name, symbol, colour)
