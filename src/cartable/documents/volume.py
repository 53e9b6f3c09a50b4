"""Pages of the book as one volume to print: cover, contents, running heads, footnotes, references to pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.documents.press import Press

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from cartable.prose import Block, Page

AUTHOR = "L’équipe Cartable"
GLOSSARY = "#term-"
BLEED_MM = 3


@dataclass(frozen=True)
class Part:
    """A part of a volume: its title, a sentence, its chapters; short ones follow each other on a page."""

    title: str
    told: str
    pages: tuple[Page, ...]
    running: bool = False


@dataclass(frozen=True)
class Volume:
    """What is printed.

    Parameters
    ----------
    title, subtitle
        Those of the cover.
    edition
        Date printed on the cover.
    version
        That of the kit.
    parts
        In order.
    notices
        Paragraphs of the last page: licence, sources, what nobody checked.
    """

    title: str
    subtitle: str
    edition: dt.date
    version: str
    parts: tuple[Part, ...]
    notices: tuple[str, ...]
    fitted: bool = True
    """Whether a chapter is set a little smaller when that saves a page: four times as long to make."""


def render(volume: Volume, *, bleed: bool = False) -> bytes:
    """Return the PDF of a volume (PDF/UA-1).

    Parameters
    ----------
    bleed
        Whether the colour of the cover runs 3 mm over each edge, as a printer asks.
    """
    return Press("volume.typ", data(volume, bleed=bleed)).pdf()


def data(volume: Volume, *, bleed: bool = False) -> dict[str, Any]:
    """Return a volume as the template reads it; links are settled against what it holds."""
    names = {page.name for part in volume.parts for page in part.pages}
    anchors = {anchor for part in volume.parts for page in part.pages for anchor in _anchors(page.blocks)}
    wanted: set[str] = set()
    parts: list[dict[str, Any]] = [
        {
            "titre": part.title,
            "dit": part.told,
            "suite": part.running,
            "chapitres": [
                {
                    "nom": page.name,
                    "titre": page.title,
                    "parties": _Settling(names, anchors, wanted).blocks(page.blocks),
                }
                for page in part.pages
            ],
        }
        for part in volume.parts
    ]
    parts = _named_once(parts, wanted, set())
    return {
        "titre": volume.title,
        "sous_titre": volume.subtitle,
        "auteur": AUTHOR,
        "couverture": [f"Édition du {wording.date(volume.edition)}", f"Cartable {volume.version}", "CC BY-SA 4.0"],
        "fond_perdu": BLEED_MM if bleed else 0,
        "serrer": volume.fitted,
        "parties": parts,
        "mentions": list(volume.notices),
    }


class _Settling:
    """Gives each link of a chapter what paper can follow: a page number, a note at the foot, or nothing."""

    def __init__(self, names: set[str], anchors: set[str], wanted: set[str]) -> None:
        self._names, self._anchors, self._wanted = names, anchors, wanted
        self._noted: set[str] = set()

    def blocks(self, blocks: Iterable[Block]) -> list[Block]:
        """Settle the links of these blocks."""
        return [self._settled(block) for block in blocks]

    def _settled(self, value: Any) -> Any:  # noqa: ANN401 (a tree of JSON)
        if isinstance(value, list):
            return [self._settled(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "t" in value:
            return self._run(value)
        return {key: self._settled(one) for key, one in value.items()}

    def _run(self, run: dict[str, Any]) -> dict[str, Any]:
        if "adresse" in run:
            first = run["adresse"] not in self._noted and run["adresse"] != run["t"]
            self._noted.add(run["adresse"])
            return {**run, "note": first}
        if "vers" not in run:
            return run
        page, _, anchor = run["vers"].partition("#")
        target = run["vers"] if anchor and run["vers"] in self._anchors else page
        if page not in self._names:
            return {key: one for key, one in run.items() if key != "vers"}
        self._wanted.add(target)
        return {**run, "vers": target, "page": GLOSSARY not in run["vers"]}


def _anchors(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.get("id"):
            yield block["id"]
        for item in block.get("items", ()):
            if isinstance(item, dict):
                yield from _anchors([item])
        yield from _anchors(block.get("parties", ()))


def _named_once(value: Any, wanted: set[str], seen: set[str]) -> Any:  # noqa: ANN401 (a tree of JSON)
    """Keep the names that a link asks for, once each: a volume refuses two things of the same name."""
    if isinstance(value, list):
        return [_named_once(one, wanted, seen) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _named_once(one, wanted, seen) for key, one in value.items()}
    if "id" in made:
        kept = made["id"] in wanted and made["id"] not in seen
        seen.add(made["id"])
        made["id"] = made["id"] if kept else ""
    return made
