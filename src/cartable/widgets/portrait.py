"""« Portrait de territoire »: choose a territory, and everything shown below follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from cartable import pages
from cartable.indicators import INDICATORS
from cartable.portrait import Portrait
from cartable.widgets.board import Board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.atlas import Atlas
    from cartable.territory import Territory


class Explorer(Board):
    """The portrait of a territory.

    Parameters
    ----------
    query
        SIREN, name of an EPCI, or name or code of one of its communes.
    indicator
        Key of the indicator that maps show first.
    public
        Whether the portrait is shown to a public meeting: no name of a commune, no ranking.
    """

    def __init__(
        self, query: str, indicator: str = pages.FIRST, *, public: bool = False, tables: Atlas | None = None
    ) -> None:
        super().__init__(query, tables)
        self.indicator = indicator
        self.choice = ipywidgets.Dropdown(
            options=[(i.label, key) for key, i in INDICATORS.items()], value=indicator, description="Carte",
            layout=ipywidgets.Layout(width="22rem"),
        )  # fmt: skip
        self.public = ipywidgets.Checkbox(value=public, description="Mode séance publique", indent=False)
        self.portrait = Portrait(self.territory, public)

    def controls(self) -> Sequence[ipywidgets.Widget]:
        """Return the list of indicators and the public mode."""
        return (self.choice, self.public)

    def take(self, found: Territory) -> None:
        """Draw the portrait of another territory."""
        self.portrait = Portrait(found, bool(self.public.value))
        self.indicator = self.choice.value
        super().take(found)

    def identity(self) -> None:
        """Show the identity card."""
        self.show(lambda: pages.identity(self.portrait))

    def population(self) -> None:
        """Show who lives here."""
        self.show(lambda: pages.population(self.portrait))

    def ages(self) -> None:
        """Show the age structure."""
        self.show(lambda: pages.ages(self.portrait))

    def resources(self) -> None:
        """Show incomes, diplomas, network and priority neighbourhoods, or what would bring them."""
        self.show(lambda: pages.resources(self.portrait))

    def map(self, *, ign_background: bool = False) -> None:
        """Show the map; ``ign_background`` asks the network for the plan of IGN."""
        self.show(lambda: pages.chart_map(self.portrait, self.indicator, ign_background=ign_background))

    def communes(self) -> None:
        """Show the table of the communes."""
        self.show(lambda: pages.communes(self.portrait))
