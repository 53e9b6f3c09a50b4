"""What people decide about the papers, in a notebook: themes kept and named, decisions with a role and a date."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from cartable import controls, synthesis, wording
from cartable.controls import Controls, button, field, row
from cartable.record.roles import ROLES
from cartable.reports import telling
from cartable.synthesis.choosing import SUITES, decided, gathered, kept

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cartable.record import Record
    from cartable.synthesis import Theme

THEMES_HELP = (
    "Ici, dans Jupyter, chaque thème proposé se renomme et se retient d’un bouton ; vous pouvez aussi en créer un avec "
    "vos mots. Sans Jupyter, lancez « cartable carnet retenir »."
)
DECISIONS_HELP = (
    "Ici, dans Jupyter, un formulaire note une décision, sa suite, le rôle qui la porte et les papiers qui la fondent. "
    "Sans Jupyter, lancez « cartable carnet decider »."
)
SHOWN = 90


class Themes:
    """The themes that the words suggest, to be named, and those that people gather with their own words.

    Parameters
    ----------
    notes
        Gives the papers of the session: columns ``note`` and ``texte``.
    """

    def __init__(self, record: Record, notes: Callable[[], pd.DataFrame]) -> None:
        self.record, self._notes = record, notes
        self.message = controls.message()
        self.proposals = synthesis.themes(notes()).themes
        self.titles = [field(ipywidgets.Text, "Nom", "26rem", value=one.words[0]) for one in self.proposals]
        self.title = field(ipywidgets.Text, "Nom", "26rem")
        self.words = field(ipywidgets.Text, "Mots", "30rem", placeholder="bus, sans voiture")

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        lines: list[ipywidgets.Widget] = []
        for rank, one in enumerate(self.proposals):
            lines.append(ipywidgets.HTML(f"<p>{escape(one.sentence())}</p>"))
            lines.append(row(self.titles[rank], button("Retenir", lambda rank=rank: self._keep(rank))))  # type: ignore[misc]
        own = row(self.title, self.words, button("Créer ce thème", self._gather, primary=True))
        return ipywidgets.VBox([*lines, ipywidgets.HTML("<p>Un thème à vous :</p>"), own, self.message.widget])

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        return Controls(self.box(), wording.typeset(THEMES_HELP))._repr_mimebundle_()

    def _keep(self, rank: int) -> None:
        self.message.attempt(lambda: self.keep(self.proposals[rank], self.titles[rank].value))

    def keep(self, theme: Theme, title: str) -> str:
        """Keep a theme that was proposed, under the name that a person gives it."""
        return kept(self.record, title, list(theme.words), list(theme.notes))

    def _gather(self) -> None:
        self.message.attempt(lambda: self.gather(self.title.value, self.words.value))

    def gather(self, title: str, said: str) -> str:
        """Keep a theme made of the papers that say some words."""
        return gathered(self.record, self._notes(), title, said)


class Decisions:
    """A form for one decision: what, what follows, by which role, when, on which papers.

    Parameters
    ----------
    session
        Identifier of the session.
    """

    def __init__(self, record: Record, session: str) -> None:
        self.record, self.session = record, session
        self.message = controls.message()
        self.text = ipywidgets.Textarea(
            description="Décision", style={"description_width": controls.LABEL},
            layout=ipywidgets.Layout(width="100%", height="4rem"),
        )  # fmt: skip
        suites = [(name, key) for key, name in SUITES.items()]
        self.suite = field(ipywidgets.Dropdown, "Suite", options=suites, value="retenu")
        self.role = field(ipywidgets.Dropdown, "Par", "26rem", options=[(name, key) for key, name in ROLES.items()])
        self.role.value = "elus"
        self.date = field(ipywidgets.DatePicker, "Échéance", "20rem")
        self.papers = ipywidgets.SelectMultiple(
            description="Papiers", rows=8, style={"description_width": controls.LABEL},
            layout=ipywidgets.Layout(width="100%"), options=self._options(),
        )  # fmt: skip

    def _options(self) -> list[tuple[str, str]]:
        notes = telling.notes(self.record.state, self.session)
        return [(f"{rank}. {telling.quoted(note['texte'], SHOWN)}", note.id) for rank, note in enumerate(notes, 1)]

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        return ipywidgets.VBox([
            self.text, row(self.suite, self.role, self.date), self.papers,
            row(button("Noter cette décision", self._decide, primary=True)), self.message.widget,
        ])  # fmt: skip

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        return Controls(self.box(), wording.typeset(DECISIONS_HELP))._repr_mimebundle_()

    def _decide(self) -> None:
        self.message.attempt(self.decide)

    def decide(self) -> str:
        """Write the decision; what is typed stays until it is written."""
        due = self.date.value.isoformat() if self.date.value else ""
        how = (self.suite.value, self.role.value, due)
        said = decided(self.record, self.session, self.text.value, how, list(self.papers.value))
        self.text.value, self.papers.value = "", ()
        return said
