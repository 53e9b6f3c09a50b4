"""What may be published: words without what names anyone, and the list of what a person must read again first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.canvas import load
from cartable.record import roles
from cartable.reports import telling
from cartable.sheets import Document, Heading, Items, Paragraph, Sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from cartable.record.state import State, Thing
    from cartable.sheets import Block

HIDDEN = "[masqué]"
MOST = 40  # papers of a zone: more are counted
# A capital inside a sentence: a name, or a place.
_CAPITAL = re.compile(r"(?<=[a-zéèêàùçîôû,;:] )([A-ZÉÈÀÂÎÔÇ][a-zéèêëàâîïôûùç][\w’'-]*)")
ADVICE = (
    "Avant de publier, une personne relit tout : la machine ne voit ni les surnoms, ni les histoires que tout le monde "
    "reconnaît."
)


@dataclass(frozen=True)
class Public:
    """A version to publish.

    Parameters
    ----------
    document
        The sheets.
    masked
        What was masked: the kind of thing, as sentences that do not repeat it.
    doubtful
        Words with a capital that are not known places: to be read again.
    """

    document: Document
    masked: tuple[str, ...]
    doubtful: tuple[str, ...]


def mask(text: str) -> tuple[str, list[str]]:
    """Return a text without what may name someone, and what kinds of things were masked."""
    kinds = []
    for what, sign in roles.SIGNS.items():
        text, count = sign.subn(HIDDEN, text)
        kinds += [what] * count
    return text, kinds


def public(state: State, edition: dt.date, version: str) -> Public:
    """Return what may be published of a record, once a person has read it again: A112 of the mission."""
    masked: list[str] = []
    doubtful: dict[str, None] = {}
    places = _places(state)
    sheets = []
    for rank, session in enumerate(state.all("seance"), 1):
        blocks = tuple(_session(state, session, masked, doubtful, places))
        sheets.append(Sheet(f"seance-{rank}", telling.quoted(session["titre"], 80), blocks, single=False))
    if not sheets:
        sheets = [Sheet("vide", "Rien à publier", (Paragraph("Ce carnet n’a encore aucune séance."),))]
    document = Document(f"Ce que les habitants ont dit, {telling.title(state)}", "Version publique, sans nom", edition,
                        version, tuple(sheets), mention=state.mention)  # fmt: skip
    counted = {what: masked.count(what) for what in dict.fromkeys(masked)}
    told = tuple(
        wording.typeset(f"{what} : {wording.plural(count, 'fois', 'fois')}") for what, count in counted.items()
    )
    return Public(document, told, tuple(doubtful))


def _places(state: State) -> set[str]:
    """Return the words with a capital that name nobody: the territory, its communes."""
    said = [str(state.process["territoire"] or "")] if state.process else []
    for session in state.all("seance"):
        said += [str(name) for name in (session["communes"] or {})]
    return {word for name in said for word in (name, *re.split(r"[\s-]", name))}


def _session(
    state: State, session: Thing, masked: list[str], doubtful: dict[str, None], places: set[str]
) -> Iterator[Block]:
    papers = telling.notes(state, session.id)
    yield Paragraph(
        wording.typeset(f"{telling.date(session['date'])}, {wording.plural(len(papers), 'papier')}."), "lead"
    )
    yield from telling.fiction(state)
    if who := telling.heard(state, session.id):
        yield Paragraph(who, "note")
    known = load().canvases
    for slug in dict.fromkeys(str(board["canevas"]) for board in state.all("tableau", seance=session.id)):
        if slug not in known:
            continue
        boards = {board.id for board in state.all("tableau", seance=session.id, canevas=slug)}
        mine = [note for note in papers if note["tableau"] in boards]
        if mine:
            yield Heading(known[slug].titre)
        for zone in known[slug].zones:
            inside = [note for note in mine if note["zone"] == zone.cle]
            if inside:
                yield Heading(zone.titre, 3)
                yield Items(tuple(_texts(inside, masked, doubtful, places)))


def _texts(
    papers: list[Thing], masked: list[str], doubtful: dict[str, None], places: set[str]
) -> Iterator[str]:  # fmt: skip
    for note in papers[:MOST]:
        text, kinds = mask(telling.quoted(note["texte"], 300))
        masked += kinds
        doubtful |= dict.fromkeys(word for word in _CAPITAL.findall(text) if word not in places)
        yield text
    if len(papers) > MOST:
        yield wording.typeset(f"et {wording.plural(len(papers) - MOST, 'autre papier', 'autres papiers')}")
