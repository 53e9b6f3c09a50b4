"""The cards and sessions of the book: read once per build, kept from one build to the next.

A page says nothing but what its file, the vocabulary and its neighbours say. ``Shelf.contexts`` sums up, for each page,
what does not come from its own file: Sphinx reads again the pages whose context changed, and those only. The modules
of the core are imported when a page has to be drawn: a build where nothing changed never loads them.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cartable.assets import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from cartable.manuscript import Problem
    from cartable.session import Session
    from cartable.workshop import Card, Library, Vocabulary

CORE = ("workshop", "session", "agenda", "manuscript", "wording")
CARDS = "workshops"
SESSIONS = "workshops/seances"
CANVASES = "workshops/canevas"
WORDS = "vocabulaire.yml"
MOST = 5


@dataclass(frozen=True)
class Neighbour:
    """A format that comes before or after another, and the deliverables that pass from one to the other."""

    slug: str
    title: str
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Around:
    """What the page of a card says of the others."""

    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()
    sessions: tuple[tuple[str, str], ...] = ()
    named: tuple[tuple[str, str], ...] = ()


def digest(*parts: object) -> str:
    """Return the digest of anything whose ``repr`` is stable."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()


def modules(name: str) -> list[Path]:
    """Return the files of a module of ours, or of a folder of modules."""
    folder = PACKAGE / name
    return sorted(folder.glob("*.py")) if folder.is_dir() else [PACKAGE / f"{name}.py"]


def core_files() -> list[Path]:
    """Return the modules of the core that pages are computed with."""
    return [path for name in CORE for path in modules(name)]


@dataclass
class Shelf:
    """The folder of cards, as one build sees it.

    Parameters
    ----------
    folder
        Where the cards are.
    cache
        File where what was read waits for the next build.
    """

    folder: Path
    cache: Path
    read: dict[str, Any] = field(default_factory=dict)

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Return what tells, without opening them, that no file changed."""
        canvases = sorted((self.folder / "canevas").glob("*.yml"))
        files = [*self.card_files(), *self.session_files(), *canvases, self.folder / WORDS]
        stats = [(path.as_posix(), path.stat()) for path in files if path.is_file()]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)

    def card_files(self) -> list[Path]:
        """Return the files that ``_toc.yml`` takes for cards."""
        return sorted(path for path in self.folder.glob("*.md") if not path.name[0].isupper())

    def session_files(self) -> list[Path]:
        """Return the files of the sessions."""
        return sorted((self.folder / "seances").glob("*.yml"))

    # -- reading -----------------------------------------------------------------------------

    @cached_property
    def _remembered(self) -> dict[str, Any]:
        try:
            found = pickle.loads(self.cache.read_bytes())  # noqa: S301 (our own file, beside Sphinx's)
        except Exception:  # noqa: BLE001 (absent, damaged or of another version: everything is read again)
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def _salt(self) -> str:
        from cartable import workshop  # noqa: PLC0415

        words = self.folder / WORDS
        canvases = repr(workshop.canvas_titles(self.folder))
        return digest(canvases, *(path.read_bytes() for path in [*core_files(), words] if path.is_file()))

    def _once(self, path: Path, context: object, make: Callable[[Path], object]) -> Any:  # noqa: ANN401
        """Return what a file holds, or its mistakes, from the memory of the last build if it is the same file."""
        from cartable.manuscript import ManuscriptError  # noqa: PLC0415

        key = digest(self._salt, path.name, path.read_bytes() if path.is_file() else "", context)
        if key in self._remembered:
            result = self._remembered[key]
        else:
            try:
                result = make(path)
            except ManuscriptError as error:
                result = error.problems
        self.read[key] = result
        return result

    def save(self) -> None:
        """Keep what was read for the next build."""
        if self.read and self.read.keys() != self._remembered.keys():
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            self.cache.write_bytes(pickle.dumps(self.read))

    @cached_property
    def _vocabulary(self) -> tuple[Vocabulary | None, tuple[Problem, ...]]:
        from cartable import workshop  # noqa: PLC0415

        found = self._once(self.folder / WORDS, "", lambda _path: workshop.vocabulary(self.folder))
        return (None, found) if isinstance(found, tuple) else (found, ())

    @property
    def vocabulary_problems(self) -> tuple[Problem, ...]:
        """Mistakes of the shared words: cards are then shown with the words as they are typed."""
        return self._vocabulary[1]

    @cached_property
    def _cards(self) -> dict[str, Any]:
        from cartable import manuscript, workshop  # noqa: PLC0415

        words = self._vocabulary[0]

        def make(path: Path) -> Card:
            name = workshop.shown(path)
            return workshop.read(manuscript.read_text(path, name), path.stem, words, name)

        return {path.stem: self._once(path, "", make) for path in self.card_files()}

    @cached_property
    def library(self) -> Library:
        """The cards that can be used, and their words."""
        from cartable import workshop  # noqa: PLC0415

        words = self._vocabulary[0] or workshop.Vocabulary(etapes={}, livrables={}, canevas={}, materiel={})
        cards = {slug: card for slug, card in self._cards.items() if not isinstance(card, tuple)}
        return workshop.Library(cards, words)

    @cached_property
    def _sessions(self) -> dict[str, Any]:
        from cartable import session  # noqa: PLC0415

        if self.vocabulary_problems:
            return {path.stem: self.vocabulary_problems for path in self.session_files()}
        library = self.library
        known = sorted(library.cards)
        return {
            path.stem: self._once(path, known, lambda path: session.load_one(path, library))
            for path in self.session_files()
        }

    @cached_property
    def sessions(self) -> dict[str, Session]:
        """The sessions that can be used."""
        return {slug: one for slug, one in self._sessions.items() if not isinstance(one, tuple)}

    @cached_property
    def problems(self) -> dict[str, tuple[Problem, ...]]:
        """The mistakes of each page, by name of page."""
        pages = {f"{CARDS}/{slug}": one for slug, one in self._cards.items()}
        pages |= {f"{SESSIONS}/{slug}": one for slug, one in self._sessions.items()}
        return {page: found for page, found in pages.items() if isinstance(found, tuple)}

    # -- what pages say of one another --------------------------------------------------------

    def around(self, slug: str) -> Around:
        """Return what stands around a card: formats before and after it, sessions, formats that its text names."""
        card, cards = self.library[slug], self.library.cards
        uses = [(one.slug, one.titre) for one in self.sessions.values() if slug in one.formats()]
        named = [
            (other.titre, other.slug)
            for other in cards.values()
            if other.slug != slug and f"«\u00a0{other.titre}\u00a0»" in card.corps
        ]
        return Around(before(cards, card), after(cards, card), tuple(uses), tuple(named))

    def contexts(self) -> dict[str, str]:
        """Return, for each page, the digest of what it says that is not in its own file; « * » stands for all."""
        cards, words = self.library.cards, repr(self.library.vocabulary)
        found = {f"{CARDS}/{slug}": digest(words, self.around(slug)) for slug in cards}
        shown = {slug: repr(card) for slug, card in cards.items()}
        family: dict[str, list[tuple[str, str]]] = {}
        for one in self.sessions.values():
            family.setdefault(one.famille, []).append((one.slug, one.titre))
        for slug, one in self.sessions.items():
            used = [shown[name] for name in one.formats()]
            found[f"{SESSIONS}/{slug}"] = digest(words, used, family[one.famille])
        uses: dict[str, list[tuple[str, str]]] = {}
        for slug, card in cards.items():
            uses.setdefault(card.canevas, []).append((slug, card.titre))
        found |= {f"{CANVASES}/{name}": digest(words, cards_of) for name, cards_of in uses.items()}
        found |= {page: digest(problems, sorted(self.problems)) for page, problems in self.problems.items()}
        sessions = [repr(one) for one in self.sessions.values()]
        found["*"] = digest(words, sorted(shown.items()), sessions, sorted(self.problems.items()))
        return found


def _producers(cards: Iterable[Card], deliverable: str) -> int:
    return sum(deliverable in card.sorties for card in cards)


def before(cards: Mapping[str, Card], card: Card) -> tuple[Neighbour, ...]:
    """Return the best formats whose outputs feed a card."""
    return _best(cards, card, [(other, set(other.sorties) & set(card.entrees)) for other in cards.values()])


def after(cards: Mapping[str, Card], card: Card) -> tuple[Neighbour, ...]:
    """Return the best formats that the outputs of a card feed."""
    return _best(cards, card, [(other, set(card.sorties) & set(other.entrees)) for other in cards.values()])


def _best(cards: Mapping[str, Card], card: Card, candidates: list[tuple[Card, set[str]]]) -> tuple[Neighbour, ...]:
    """Rank: same step of the programme first, then what few formats produce, then the easiest to facilitate."""

    def rank(pair: tuple[Card, set[str]]) -> tuple[int, float, int, str]:
        other, shared = pair
        apart = set(card.etapes_programme).isdisjoint(other.etapes_programme)
        worth = sum(1 / max(1, _producers(cards.values(), one)) for one in shared)
        return apart, -worth, other.difficulte.animation, other.titre

    useful = [(other, shared) for other, shared in candidates if shared and other.slug != card.slug]
    best = sorted(useful, key=rank)[:MOST]
    return tuple(Neighbour(other.slug, other.titre, tuple(sorted(shared))) for other, shared in best)
