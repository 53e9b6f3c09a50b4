"""What a record says once its events are read: a pure function of their set, whatever the order they arrived in.

Field by field, the last event wins. An undone event counts for nothing; undoing an undoing puts it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cartable.record.events import Event, Kind

ERASED = "(texte purgé)"
INVENTED = "exemple inventé"
"""What every rendering of an invented démarche says."""


@dataclass(frozen=True)
class Thing:
    """One thing of the record, such as a session, a note or a vote.

    Parameters
    ----------
    fields
        Value of each field, the last written.
    born, touched
        Rank (clock, id) of the first and of the last event about it.
    """

    id: str
    kind: Kind
    fields: Mapping[str, Any]
    born: tuple[int, str]
    touched: tuple[int, str]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        """Return a field, ``None`` when it was never written."""
        return self.fields.get(name)

    @property
    def deleted(self) -> bool:
        """Whether it was deleted, or merged into another."""
        return bool(self["supprime"]) or bool(self["fusionnee_dans"])


class State:
    """Everything a set of events says.

    Parameters
    ----------
    events
        In any order, each once or several times.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        known = {event.id: event for event in events}
        self.events: Sequence[Event] = sorted(known.values(), key=lambda event: event.rank)

    @cached_property
    def undone(self) -> frozenset[str]:
        """Identifiers of the events that count for nothing."""
        found: set[str] = set()
        # From the last: an undoing that was itself undone does not count.
        for event in reversed(self.events):
            if event.genre == "annulation" and event.id not in found:
                found.add(str(event.donnees.get("evenement")))
        return frozenset(found)

    @cached_property
    def erased(self) -> frozenset[str]:
        """Identifiers of the events whose content was purged: it is not taken back from another file."""
        lists = [event.donnees.get("evenements") for event in self.events if event.genre == "purge"]
        return frozenset(one for several in lists if isinstance(several, list) for one in several)

    @cached_property
    def purged(self) -> frozenset[str]:
        """Digests of the photos that were purged: they are not taken back either."""
        lists = [event.donnees.get("pieces") for event in self.events if event.genre == "purge"]
        return frozenset(one for several in lists if isinstance(several, list) for one in several)

    @cached_property
    def things(self) -> Mapping[str, Thing]:
        """Everything, deleted or not, in the order of creation."""
        found: dict[str, Thing] = {}
        for event in self.events:
            if event.genre in {"annulation", "purge"} or event.id in self.undone:
                continue
            before = found.get(event.objet)
            if before is not None and before.kind != event.genre:
                continue  # a thing does not change its kind
            fields = {**(before.fields if before else {}), **event.donnees}
            born = before.born if before else event.rank
            found[event.objet] = Thing(event.objet, event.genre, fields, born, event.rank)
        return found

    def all(self, kind: Kind, /, **wanted: Any) -> list[Thing]:  # noqa: ANN401
        """Return the things of a kind that are not deleted, with these fields, in the order of creation."""
        return [
            thing
            for thing in self.things.values()
            if thing.kind == kind and not thing.deleted and all(thing[k] == v for k, v in wanted.items())
        ]

    def deleted(self, kind: Kind) -> list[Thing]:
        """Return the things of a kind that were deleted or merged, and can be restored."""
        return [thing for thing in self.things.values() if thing.kind == kind and thing.deleted]

    @cached_property
    def process(self) -> Thing | None:
        """The démarche itself: title, SIREN, territory, whether it is fictional."""
        return next(iter(self.all("demarche")), None)

    @property
    def mention(self) -> str:
        """What to write beside what comes from an invented démarche; nothing for a real one."""
        return INVENTED if self.process and self.process["fictif"] else ""

    def notes(self, board: str) -> list[Thing]:
        """Return the notes of a board (``tableau``)."""
        return self.all("note", tableau=board)

    def points(self, ballot: str) -> dict[str, dict[str, int]]:
        """Return, for each target of a ballot (``scrutin``), the points of each voter."""
        found: dict[str, dict[str, int]] = {}
        for vote in self.all("vote", scrutin=ballot):
            points = vote["points"]
            if isinstance(points, int) and not isinstance(points, bool) and points > 0:
                found.setdefault(str(vote["cible"]), {})[str(vote["votant"])] = points
        return found
