"""The session that a person is preparing: what is open now, what was before, and who must be told when it changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cartable import agenda

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartable.agenda import Agenda
    from cartable.session import Session
    from cartable.workshop import Clock, Library


@dataclass(frozen=True)
class State:
    """All that can be undone."""

    session: Session
    headcount: int
    clock: Clock = "typique"


@dataclass
class Desk:
    """A session on the table.

    Parameters
    ----------
    sessions
        The ready-made ones, by slug.
    """

    library: Library
    sessions: Mapping[str, Session]
    state: State
    past: list[State] = field(default_factory=list)
    listeners: list[Callable[[], None]] = field(default_factory=list)

    @property
    def session(self) -> Session:
        """The session now open."""
        return self.state.session

    def planned(self) -> Agenda:
        """Return its times."""
        return agenda.plan(self.library, self.state.session, self.state.headcount, self.state.clock)

    def change(self, **fields: Any) -> None:  # noqa: ANN401
        """Replace the session, the headcount or the clock; what was is kept to be undone."""
        new = replace(self.state, **fields)
        if new != self.state:
            self.past.append(self.state)
            self.state = new
            self._tell()

    def undo(self) -> None:
        """Come back to what was before the last change."""
        if self.past:
            self.state = self.past.pop()
            self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()
