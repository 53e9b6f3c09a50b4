"""What to bring: consumables add up over a day, reusable things are counted when most are needed at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import add
from typing import TYPE_CHECKING

from cartable import wording
from cartable.dossier.work import group_count
from cartable.sheets import Paragraph, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cartable.agenda import Block, Day
    from cartable.dossier.work import Work
    from cartable.sheets import Block as Part
    from cartable.workshop import Card, Material

CONSUMABLE, REUSABLE = "consommable", "reutilisable"
PER = {"personne": "par personne", "groupe": "par groupe", "salle": "pour la salle"}


@dataclass(frozen=True)
class Use:
    """What one format asks: so many each, for so many people or groups."""

    title: str
    each: float
    per: str
    count: int

    @property
    def total(self) -> float:
        """Quantity asked."""
        return self.each * self.count

    def __str__(self) -> str:
        each = wording.number(self.each, 0 if self.each == int(self.each) else 1)
        times = "" if self.per == "salle" else f" × {self.count}"
        return wording.typeset(f"{self.title} : {each} {PER[self.per]}{times}")


@dataclass(frozen=True)
class Need:
    """A thing to bring for a day, and why so many."""

    name: str
    kind: str
    quantity: int
    uses: tuple[Use, ...]


def uses(work: Work, block: Block, headcount: int) -> list[tuple[Material, Use]]:
    """Return what the format of a block asks for these people."""
    card = work.card(block)
    if card is None or block.continued:
        return []
    counts = {"personne": headcount, "groupe": card.group_count("groupe", headcount), "salle": 1}
    return [(item, Use(card.titre, item.quantite, item.par, counts[item.par])) for item in card.materiel]


def needs(work: Work, day: Day) -> list[Need]:
    """Return what to bring for a day, in the order of the vocabulary."""
    used: dict[str, list[Use]] = {}
    for line in work.lines(day):
        for item, use in uses(work, line.block, line.headcount):
            used.setdefault(item.nom, []).append(use)
    summed = _consumed(work, day.blocks, work.agenda.headcount)
    at_once = _at_once(work, day.blocks, work.agenda.headcount)
    kinds = work.library.vocabulary.materiel
    totals = {name: (summed if kinds[name] == CONSUMABLE else at_once)[name] for name in used}
    ordered = [name for name in kinds if name in used]
    return [Need(name, kinds[name], math.ceil(round(totals[name], 6)), tuple(used[name])) for name in ordered]


def _asked(work: Work, block: Block, headcount: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for item, use in uses(work, block, headcount):
        found[item.nom] = found.get(item.nom, 0) + use.total
    return found


def _consumed(work: Work, blocks: Sequence[Block], headcount: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for block in blocks:
        found = _merge(found, _asked(work, block, headcount), add)
        for track in block.tracks:
            found = _merge(found, _consumed(work, track.blocks, track.headcount), add)
    return found


def _at_once(work: Work, blocks: Sequence[Block], headcount: int) -> dict[str, float]:
    """Parallel groups need their things together; blocks that follow one another share them."""
    found: dict[str, float] = {}
    for block in blocks:
        together = _asked(work, block, headcount)
        for track in block.tracks:
            together = _merge(together, _at_once(work, track.blocks, track.headcount), add)
        found = _merge(found, together, max)
    return found


def _merge(
    one: Mapping[str, float], other: Mapping[str, float], how: Callable[[float, float], float]
) -> dict[str, float]:
    return {name: how(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}


def sheets(work: Work) -> Iterator[Sheet]:
    """Return the list of materials, one sheet per day."""
    for day in work.agenda.days:
        found = needs(work, day)
        tables = [_table(found, CONSUMABLE, "À prévoir en quantité : se consomme"),
                  _table(found, REUSABLE, "À emporter et à rapporter : sert plusieurs fois")]  # fmt: skip
        size = work.session.effectif.par_groupe
        tables_count = wording.plural(group_count(work.agenda.headcount, size), "table")
        text = wording.typeset(f"Compté pour {work.agenda.headcount} personnes, soit {tables_count} environ. ")
        text += wording.typeset("Ajoutez deux places de plus : il vient toujours quelqu’un sans s’être inscrit.")
        blocks: tuple[Part, ...] = (work.heading(day), Paragraph(text), *(table for table in tables if table.rows))
        yield Sheet(work.name("materiel", day), work.title("Matériel à réunir", day), blocks, single=False)


def _table(found: Sequence[Need], kind: str, caption: str) -> Table:
    rows = tuple(
        ("☐", need.name, wording.number(need.quantity), " · ".join(map(str, need.uses)))
        for need in found
        if need.kind == kind
    )
    return Table(wording.typeset(caption), ("Pris", "Matériel", "Quantité", "Pour"), rows, (1, 5, 1.8, 7))


def short(card: Card, headcount: int) -> str:
    """Write on one line what a format asks."""
    counts = {"personne": headcount, "groupe": card.group_count("groupe", headcount), "salle": 1}
    return ", ".join(
        f"{item.nom} ({wording.number(math.ceil(round(item.quantite * counts[item.par], 6)))})"
        for item in card.materiel
    )
