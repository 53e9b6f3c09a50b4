"""What every notebook about a territory has: a search box, a button, and sections that follow the choices.

Each section is ordinary HTML shown under a display identifier: a new choice redraws it in place, and what is stored in
the notebook stays HTML that can be compared.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.display import display

from cartable import search, sources, territory
from cartable.errors import CartableError, UnknownTerritoryError
from cartable.widgets.refresh import Refresher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartable.atlas import Atlas
    from cartable.territory import Territory

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
HELP = (
    "Pour changer de territoire, ouvrez ce notebook dans Jupyter et choisissez « Exécution », puis « Exécuter toutes "
    "les cellules » : la boîte de recherche apparaît ici. {elsewhere}"
)


class Board:
    """A territory under study, its search box, and the sections that follow it.

    Parameters
    ----------
    query
        SIREN, name of an EPCI, or name or code of one of its communes.
    tables
        Where territories are read; by default what ships with Cartable and what the person added, read again each
        time something is chosen.
    """

    elsewhere = "Sans Jupyter, servez-vous de la page « Portrait d’un territoire »."

    def __init__(self, query: str, tables: Atlas | None = None) -> None:
        self._tables = tables
        self.territory: Territory = territory.load(query, self.tables)
        self._shown: list[tuple[Any, Callable[[], Any]]] = []
        self.search = ipywidgets.Combobox(
            value=self.territory.name, options=territory.names(), description="Territoire", continuous_update=False,
            placeholder="Nom d’un EPCI ou d’une commune", layout=ipywidgets.Layout(width="30rem"),
        )  # fmt: skip
        self.button = ipywidgets.Button(description="Tout recalculer", button_style="primary", icon="refresh")
        self.message = ipywidgets.HTML()
        self.proposals = ipywidgets.VBox()
        self.button.on_click(self._recompute)

    @property
    def tables(self) -> Atlas:
        """Where territories are read."""
        return self._tables or sources.tables()

    def controls(self) -> Sequence[ipywidgets.Widget]:
        """Return the controls of this notebook, beside the search box."""
        return ()

    def take(self, found: Territory) -> None:
        """Study another territory: what depends on it and on the controls is computed again.

        Raises
        ------
        CartableError
            If it cannot be studied; nothing may have changed then.
        """
        self.territory = found

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        wrap = ipywidgets.Layout(flex_flow="row wrap")
        row = ipywidgets.HBox([self.search, *self.controls(), self.button], layout=wrap)
        return ipywidgets.VBox([row, self.message, self.proposals])

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show the controls where a kernel answers, and how to get them elsewhere."""
        text = HELP.format(elsewhere=self.elsewhere)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box().model_id}
        return {WIDGET_VIEW: view, "text/html": f'<p class="cartable-avis">{escape(text)}</p>', "text/plain": text}

    def show(self, section: Callable[[], Any]) -> None:
        """Display a section now, and again each time something is chosen."""
        handle = display(section(), display_id=True)  # type: ignore[no-untyped-call]
        self._shown.append((handle, section))

    def redraw(self) -> None:
        """Draw every section again."""
        for handle, section in self._shown:
            handle.update(section())

    def open(self, query: str) -> None:
        """Take another territory and redraw every section shown.

        Raises
        ------
        CartableError
            If the territory is not found; what is shown stays as it is.
        """
        self.take(territory.load(query, self.tables))
        self.redraw()

    def sources(self, *keys: str) -> Refresher:
        """Return what brings the data that ``keys`` name; the sections follow when some arrive."""
        return Refresher(keys, siren=self.territory.siren, changed=self._recompute)

    def say(self, text: str, role: str = "status") -> None:
        """Put a message under the controls, spoken by screen readers."""
        self.message.value = f'<p role="{role}">{escape(text)}</p>'

    def _recompute(self, _button: object = None) -> None:
        """Answer the button: redraw, or say why not and propose."""
        self.proposals.children = ()
        self.say("Calcul en cours…")
        try:
            self.open(self.search.value)
        except UnknownTerritoryError as error:
            self.say(str(error), "alert")
            self.proposals.children = tuple(self._proposal(label) for label in error.proposals)
        except CartableError as error:
            self.say(str(error), "alert")
        else:
            self.say(" ".join([f"Tout est à jour : {self.territory.name}.", *sources.problems()]))

    def _proposal(self, label: str) -> ipywidgets.Button:
        """Make the button of a proposal, which fills the search box and recomputes."""
        button = ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto"))

        def take(_button: object) -> None:
            self.search.value = search.query_of(label)
            self._recompute()

        button.on_click(take)
        return button
