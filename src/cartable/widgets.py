"""Controls of the notebooks: choose a territory, and everything shown below follows.

Each section is ordinary HTML shown under a display identifier: choosing another territory redraws it in place, and what
is stored in the notebook stays HTML that can be compared.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.display import display

from cartable import pages, search
from cartable.atlas import atlas
from cartable.errors import CartableError, UnknownTerritoryError
from cartable.indicators import INDICATORS
from cartable.portrait import Portrait, portrait

if TYPE_CHECKING:
    from collections.abc import Callable

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
HELP = (
    "Pour changer de territoire, ouvrez ce notebook dans Jupyter et choisissez « Exécution », puis « Exécuter toutes "
    "les cellules » : la boîte de recherche apparaît ici. "
    "Sans Jupyter, servez-vous de la page « Portrait d’un territoire »."
)


class Explorer:
    """A territory under study, its search box, and the sections that follow it.

    Parameters
    ----------
    query
        SIREN, name of an EPCI, or name or code of one of its communes.
    indicator
        Key of the indicator that maps show first.
    """

    def __init__(self, query: str, indicator: str = pages.FIRST) -> None:
        self.portrait: Portrait = portrait(query)
        self.indicator = indicator
        self._shown: list[tuple[Any, Callable[[], Any]]] = []
        names = sorted(atlas().epcis["nom"])
        self.search = ipywidgets.Combobox(
            value=self.portrait.territory.name, options=names, description="Territoire", continuous_update=False,
            placeholder="Nom d’un EPCI ou d’une commune", layout=ipywidgets.Layout(width="30rem"),
        )  # fmt: skip
        self.choice = ipywidgets.Dropdown(
            options=[(i.label, key) for key, i in INDICATORS.items()], value=indicator, description="Carte",
            layout=ipywidgets.Layout(width="22rem"),
        )  # fmt: skip
        self.button = ipywidgets.Button(description="Tout recalculer", button_style="primary", icon="refresh")
        self.message = ipywidgets.HTML()
        self.proposals = ipywidgets.VBox()
        self.button.on_click(self._recompute)

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show the controls where a kernel answers, and how to get them elsewhere."""
        row = ipywidgets.HBox([self.search, self.choice, self.button], layout=ipywidgets.Layout(flex_flow="row wrap"))
        box = ipywidgets.VBox([row, self.message, self.proposals])
        view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
        html = f'<p class="cartable-avis">{escape(HELP)}</p>'
        return {WIDGET_VIEW: view, "text/html": html, "text/plain": HELP}

    def _show(self, section: Callable[[], Any]) -> None:
        """Display a section now, and again each time the territory changes."""
        handle = display(section(), display_id=True)  # type: ignore[no-untyped-call]
        self._shown.append((handle, section))

    def identity(self) -> None:
        """Show the identity card."""
        self._show(lambda: pages.identity(self.portrait))

    def population(self) -> None:
        """Show who lives here."""
        self._show(lambda: pages.population(self.portrait))

    def ages(self) -> None:
        """Show the age structure."""
        self._show(lambda: pages.ages(self.portrait))

    def map(self, *, ign_background: bool = False) -> None:
        """Show the map; ``ign_background`` asks the network for the plan of IGN."""
        self._show(lambda: pages.chart_map(self.portrait, self.indicator, ign_background=ign_background))

    def communes(self) -> None:
        """Show the table of the communes."""
        self._show(lambda: pages.communes(self.portrait))

    def open(self, query: str) -> None:
        """Take another territory and redraw every section shown.

        Raises
        ------
        CartableError
            If the territory is not found; what is shown stays as it is.
        """
        self.portrait = portrait(query)
        self.indicator = self.choice.value
        for handle, section in self._shown:
            handle.update(section())

    def _recompute(self, _button: object = None) -> None:
        """Answer the button: redraw, or say why not and propose."""
        self.proposals.children = ()
        self.message.value = '<p role="status">Calcul en cours…</p>'
        try:
            self.open(self.search.value)
        except UnknownTerritoryError as error:
            self.message.value = f'<p role="alert">{escape(str(error))}</p>'
            self.proposals.children = tuple(self._proposal(label) for label in error.proposals)
        except CartableError as error:
            self.message.value = f'<p role="alert">{escape(str(error))}</p>'
        else:
            self.message.value = f'<p role="status">Tout est à jour : {escape(self.portrait.territory.name)}.</p>'

    def _proposal(self, label: str) -> ipywidgets.Button:
        """Make the button of a proposal, which fills the search box and recomputes."""
        button = ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto"))

        def take(_button: object) -> None:
            self.search.value = search.query_of(label)
            self._recompute()

        button.on_click(take)
        return button
