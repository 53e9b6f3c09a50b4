"""Choose for me: chains of formats whose outputs feed the inputs of the next ones, and that fit the time.

A format can start from any one of its inputs (a persona from the portrait, or from what residents said). The search is
exact: every chain of the step is looked at, so « none fits » means none fits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from cartable import wording
from cartable.agenda import LONGEST_WITHOUT_BREAK
from cartable.errors import CartableError
from cartable.session import Day, Item, Session, hour
from cartable.workshop import Participants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.workshop import Card, Library

WELCOME, CLOSING, BREAK = 10, 10, 10
LONGEST_CHAIN = 5
PROPOSALS = 3
START = "commande"


@dataclass(frozen=True)
class Wish:
    """What the person needs.

    Parameters
    ----------
    step
        Step of the programme (``E1`` to ``E5``, ``F``, ``D``, ``V``).
    aim
        Deliverable to leave with (a slug of ``vocabulaire.yml``); empty for any of the step.
    minutes
        From the first person who comes in to the last who leaves.
    tables
        Groups that the room holds (0 when it does not matter).
    available
        Deliverables that the group already has.
    """

    step: str
    minutes: int
    headcount: int
    aim: str = ""
    remote: bool = False
    tables: int = 0
    available: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """A chain of formats, its durations in minutes (welcome, breaks and closing included), and why it is proposed."""

    cards: tuple[Card, ...]
    typical: int
    prudent: int
    reason: str


Piece = tuple["Card", int, int]
"""A part of a format: its first and last steps, from 1."""


def pieces(cards: Sequence[Card], headcount: int) -> list[Piece | None]:
    """Return formats in order with their breaks (None): never more than 90 minutes in a row, in the prudent clock.

    A break falls between two formats when it can; a format longer than that is cut between two of its steps.
    """
    found: list[Piece | None] = []
    since = WELCOME
    for card in cards:
        length = card.total(headcount, "prudent")
        if since + length > LONGEST_WITHOUT_BREAK and since > WELCOME:
            found.append(None)
            since = 0
        for first, last, minutes in _cut(card, headcount, LONGEST_WITHOUT_BREAK - since):
            if first > 1:
                found.append(None)
                since = 0
            found.append((card, first, last))
            since += minutes
    if len(cards) > 1 and None not in found:
        found.insert(len(found) - 1, None)
    return found


def _cut(card: Card, headcount: int, room: int) -> list[tuple[int, int, int]]:
    """Cut a format into parts of 90 minutes at most, the first one within ``room``: first step, last step, minutes."""
    parts: list[tuple[int, int, int]] = []
    first, spent = 1, 0
    for rank, step in enumerate(card.deroule, 1):
        minutes = card.minutes(step, headcount, "prudent")
        if spent and spent + minutes > (LONGEST_WITHOUT_BREAK if parts else room):
            parts.append((first, rank - 1, spent))
            first, spent = rank, 0
        spent += minutes
    return [*parts, (first, len(card.deroule), spent)]


def frame(cards: Sequence[Card], headcount: int) -> int:
    """Return what welcome, closing and breaks take around formats, in minutes."""
    return WELCOME + CLOSING + BREAK * pieces(cards, headcount).count(None)


def suitable(library: Library, wish: Wish) -> list[Card]:
    """Return the formats of the step that this group, this room and this distance allow."""
    return [card for card in library.cards.values() if _suits(card, wish)]


def _suits(card: Card, wish: Wish) -> bool:
    sharing = [step.configuration for step in card.deroule if step.configuration == "groupe"]
    groups = max((card.group_count(name, wish.headcount) for name in sharing), default=0)
    return (
        wish.step in card.etapes_programme
        and card.participants.min <= wish.headcount <= card.participants.max
        and (card.distance.possible or not wish.remote)
        and (wish.remote or not wish.tables or groups <= wish.tables)
    )


def chains(library: Library, wish: Wish) -> Iterator[tuple[Card, ...]]:
    """Go through every chain that fits the prudent clock, reaches the aim, and where no format is there for nothing."""
    cards = suitable(library, wish)
    known = wish.available | {START}
    lengths = {card.slug: card.total(wish.headcount, "prudent") for card in cards}

    def extend(chain: tuple[Card, ...], spent: int) -> Iterator[tuple[Card, ...]]:
        if chain and _reaches(chain, wish.aim):
            yield chain
        if len(chain) == LONGEST_CHAIN:
            return
        for card in cards:
            longer = spent + lengths[card.slug]
            if longer > wish.minutes or not _follows(chain, card, known):
                continue
            if longer + frame((*chain, card), wish.headcount) > wish.minutes:
                continue
            yield from extend((*chain, card), longer)

    yield from extend((), 0)


def _reaches(chain: Sequence[Card], aim: str) -> bool:
    return not aim or aim in chain[-1].sorties


def _follows(chain: Sequence[Card], card: Card, known: frozenset[str]) -> bool:
    """The first format starts from what the group has; each of the others from what the one before leaves."""
    if any(card.slug == other.slug for other in chain):
        return False
    return not (frozenset(chain[-1].sorties) if chain else known).isdisjoint(card.entrees)


def propose(library: Library, wish: Wish) -> list[Proposal]:
    """Return three chains at most, the best first, no two with the same formats.

    Raises
    ------
    CartableError
        If no chain fits: the message says what stands in the way.
    """
    best: dict[frozenset[str], tuple[tuple[float, ...], tuple[Card, ...]]] = {}
    for chain in chains(library, wish):
        key = frozenset(card.slug for card in chain)
        mark = _mark(chain, wish)
        if key not in best or mark < best[key][0]:
            best[key] = (mark, chain)
    if not best:
        raise _nothing(library, wish)
    ranked = [chain for _, chain in sorted(best.values(), key=lambda pair: (pair[0], [c.slug for c in pair[1]]))]
    return [_proposal(library, chain, wish) for chain in _different(ranked)]


def _mark(chain: Sequence[Card], wish: Wish) -> tuple[float, ...]:
    """Rank chains, least first: time well used, easy to facilitate, various ways of working, near the ideal size."""
    typical = sum(card.total(wish.headcount) for card in chain)
    unused = wish.minutes - typical - frame(chain, wish.headcount)
    difficulty = max(card.difficulte.animation for card in chain)
    ways = {step.configuration for card in chain for step in card.deroule}
    gap = sum(abs(card.participants.ideal - wish.headcount) / card.participants.ideal for card in chain) / len(chain)
    # A quarter of the time unused costs as much as one more degree of difficulty.
    return (4 * unused / wish.minutes + difficulty + gap - 0.2 * len(ways), float(len(chain)))


def _different(ranked: Sequence[tuple[Card, ...]]) -> list[tuple[Card, ...]]:
    """Keep the best, then the best ones that end or begin otherwise: an alternative must be one."""
    kept: list[tuple[Card, ...]] = []
    for chain in ranked:
        if all(chain[0] != other[0] or chain[-1] != other[-1] for other in kept):
            kept.append(chain)
        if len(kept) == PROPOSALS:
            break
    return kept


def _proposal(library: Library, chain: tuple[Card, ...], wish: Wish) -> Proposal:
    typical = sum(card.total(wish.headcount) for card in chain)
    prudent = sum(card.total(wish.headcount, "prudent") for card in chain)
    outputs = wording.join([library.vocabulary.livrables[slug].split(" (")[0].lower() for slug in chain[-1].sorties])
    links = [f"« {following.titre} » part de ce que laisse « {card.titre} »" for card, following in pairwise(chain)]
    around = frame(chain, wish.headcount)
    margin = wish.minutes - prudent - around
    reason = f"{'. '.join(links)}. " if links else ""
    reason += f"À la fin : {outputs}. Même prudente, la durée laisse {wording.duration(margin)} de marge."
    return Proposal(chain, typical + around, prudent + around, wording.typeset(reason))


def _nothing(library: Library, wish: Wish) -> CartableError:
    cards = suitable(library, wish)
    if not cards:
        message = f"Aucun format de cette étape ne convient à {wish.headcount} personnes dans ces conditions."
        return CartableError(wording.typeset(message), "Changez l’effectif, la salle ou la distance.")
    shortest = min(cards, key=lambda card: card.total(wish.headcount, "prudent"))
    needed = shortest.total(wish.headcount, "prudent") + frame([shortest], wish.headcount)
    if needed > wish.minutes:
        message = f"Le format le plus court, « {shortest.titre} », demande {wording.duration(needed)} "
        message += "avec l’accueil, la pause et la clôture."
        return CartableError(wording.typeset(message), "Prévoyez plus de temps.")
    reachable = sorted({output for chain in chains(library, replace(wish, aim="")) for output in chain[-1].sorties})
    return CartableError(
        wording.typeset("Aucun enchaînement n’arrive à ce livrable dans ce temps, avec ce que le groupe a déjà."),
        f"À votre portée : {', '.join(reachable)}. Sinon, prévoyez plus de temps ou partez de plus de matière.",
    )


def assemble(proposal: Proposal, wish: Wish, start: str, title: str = "Séance sur mesure") -> Session:
    """Return a session made of a chain: welcome, a break before 90 minutes have passed, closing."""
    end = hour(start) + wish.minutes
    items = [Item(bloc="Accueil", genre="accueil", minutes=WELCOME)]
    for piece in pieces(proposal.cards, wish.headcount):
        if piece is None:
            items.append(Item(bloc="Pause", genre="pause", minutes=BREAK))
            continue
        card, first, last = piece
        whole = (first, last) == (1, len(card.deroule))
        items.append(Item(atelier=card.slug, etapes=None if whole else [first, last]))
    items.append(Item(bloc="Clôture", genre="cloture", minutes=CLOSING))
    day = Day(nom="Séance", debut=start, fin=f"{end // 60}:{end % 60:02}", deroule=items)
    n = wish.headcount
    return Session(
        slug="sur-mesure", titre=title, etape=wish.step, famille="sur-mesure", longueur="moyenne",
        intention=f"Enchaîner {wording.join([card.titre for card in proposal.cards])}"[:200],
        public="Le groupe réuni par le référent de l’EPCI",
        effectif=Participants(min=max(1, n // 2), ideal=n, max=2 * n, par_groupe=5),
        animateurs=max(card.animateurs for card in proposal.cards), a_distance=wish.remote,
        objectifs=[f"{o.verbe} : {o.resultat}"[:160] for card in proposal.cards for o in card.objectifs[:1]][:5],
        preparer=[
            "Relire chaque fiche la veille, et dire les consignes à voix haute une fois",
            "Vérifier la salle, les clés et le matériel de la liste",
        ],
        mot_d_accueil=SPEECH, et_apres=NEXT, jours=[day],
    )  # fmt: skip


SPEECH = (
    "Bonjour à toutes et à tous, et merci d’avoir pris ce temps. Ici, des personnes renoncent à un droit parce que la "
    "démarche est en ligne. Nous venons travailler à une réponse qui tienne dans nos moyens. Vous connaissez le "
    "terrain : dites ce que vous voyez, même si cela dérange. Rien de ce qui sera dit ne portera votre nom. À la fin, "
    "nous dirons ce que la communauté en fait, et quand."
)
NEXT = "La même semaine, envoyez ce qui a été produit aux personnes présentes, et dites ce qui en sera fait."
