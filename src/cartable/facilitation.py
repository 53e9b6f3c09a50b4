"""« Animer une séance » : the timer of a session, its file for another computer, and what the clock really said.

The timer runs in the page: it goes on when the kernel stops. The kernel only prepares it, and reads its log afterwards.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ipywidgets
from IPython.display import display

from cartable import agenda, assets, controls, editing, exports, preparation, session, timer, workshop
from cartable.controls import Controls, button, field, row
from cartable.feedback import Feedback
from cartable.pages import Section
from cartable.preparation import programme
from cartable.preparation.delivery import Shelf

HELP = (
    "Pour choisir une autre séance, ouvrez ce notebook dans Jupyter et choisissez « Exécution », puis « Exécuter "
    "toutes les cellules » : les champs apparaissent ici. Le minuteur ci-dessous marche déjà, dans cette page."
)
FILE_HELP = "Ici, dans Jupyter, un bouton écrit le minuteur dans un seul fichier, pour un ordinateur sans Jupyter."


class Facilitator:
    """The session to run; its headcount and its hours are set in the timer itself.

    Parameters
    ----------
    name
        Name of a ready-made session, or of a file of the person.
    """

    def __init__(self, name: str, folder: str = preparation.FOLDER) -> None:
        self.library = workshop.load()
        self.sessions, self.problems = session.load(self.library)
        self.shelf = Shelf(Path(folder))
        self.message = controls.message()
        self._handle: Any = None
        self.session = preparation.opened(self.sessions, name, self.library)
        options = preparation.listed(self.sessions, self.shelf.folder)
        self.choice = field(ipywidgets.Dropdown, "Séance", "36rem", options=options, value=name)
        self.write = button("Écrire la page du minuteur", self._write, primary=True, icon="download")
        self.choice.observe(lambda _change: self._choose(), "value")

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show the controls where a kernel answers, and how to get them elsewhere."""
        return Controls(self.box(), HELP)._repr_mimebundle_()

    def box(self) -> ipywidgets.VBox:
        """Return the choice of the session."""
        return ipywidgets.VBox([row(self.choice), self.message.widget])

    def timer(self) -> None:
        """Show the timer."""
        self._handle = display(self.page(), display_id=True)  # type: ignore[no-untyped-call]

    def page(self) -> Section:
        """Return the timer of the session."""
        html = timer.fragment(self.library, self.session) + assets.script("preparation/controls.js")
        return Section(html, f"Minuteur. {self.session.titre} : {self._summary()}")

    def _summary(self) -> str:
        return programme.summary(agenda.plan(self.library, self.session))

    def take_away(self) -> None:
        """Show the button that writes the timer as one file, then the link."""
        display(Controls(ipywidgets.VBox([row(self.write)]), FILE_HELP))  # type: ignore[no-untyped-call]
        self.shelf.show()

    def after(self) -> None:
        """Show the logs of the timer, and the durations that they propose."""
        Feedback(self.library, self.shelf.folder).show()

    def _choose(self) -> None:
        def action() -> str:
            self.session = preparation.opened(self.sessions, self.choice.value, self.library)
            if self._handle is not None:
                self._handle.update(self.page())
            return f"{self.session.titre} : {self._summary()}"

        self.message.attempt(action)

    def _write(self) -> None:
        def action() -> str:
            planned = agenda.plan(self.library, self.session)
            made = exports.render(self.library, planned, "html", edition=dt.date.today())  # noqa: DTZ011
            name = editing.slug_of(self.session.titre)
            paths = [self.shelf.put(f"{name}{suffix}.html", content) for suffix, content in made.items()]
            return f"Fichier écrit : {paths[0].name}. Le lien est sous le bouton : copiez-le sur une clé USB."

        self.message.attempt(action)
