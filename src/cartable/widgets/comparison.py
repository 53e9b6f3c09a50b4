"""« Comparer »: two territories side by side, and an indicator to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from cartable import comparison_pages, indicators, territory
from cartable.comparison import compare
from cartable.widgets.board import Board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.atlas import Atlas
    from cartable.territory import Territory


class Comparer(Board):
    """Two territories under study.

    Parameters
    ----------
    query, other
        SIREN, name of an EPCI, or name or code of one of its communes.
    indicator
        Key of the indicator of the maps.
    public
        Whether they are shown to a public meeting: no name of a commune.
    """

    elsewhere = "Sans Jupyter, imprimez les deux portraits et posez-les côte à côte."

    def __init__(
        self, query: str, other: str, indicator: str, *, public: bool = False, tables: Atlas | None = None
    ) -> None:
        super().__init__(query, tables)
        self.search.description = "Premier"
        self.comparison = compare(self.territory, territory.load(other, self.tables), public=public)
        self.other = ipywidgets.Combobox(
            value=self.comparison.second.territory.name, options=territory.names(), description="Second",
            continuous_update=False, layout=ipywidgets.Layout(width="30rem"),
        )  # fmt: skip
        known = {i.key: i.label for i in self.comparison.indicators}
        self.choice = ipywidgets.Dropdown(
            options=[(label, key) for key, label in known.items()], value=indicator, description="Carte",
            layout=ipywidgets.Layout(width="22rem"),
        )  # fmt: skip
        self.public = ipywidgets.Checkbox(value=public, description="Mode séance publique", indent=False)

    def controls(self) -> Sequence[ipywidgets.Widget]:
        """Return the second territory, the indicator and the public mode."""
        return (self.other, self.choice, self.public)

    def take(self, found: Territory) -> None:
        """Compare other territories; the indicator falls back on the first one that both know."""
        tables = self.tables
        chosen = self.choice.value
        self.comparison = compare(found, territory.load(self.other.value, tables), public=bool(self.public.value))
        known = {i.key: i.label for i in self.comparison.indicators}
        self.choice.options = [(label, key) for key, label in known.items()]
        self.choice.value = chosen if chosen in known else next(iter(known))
        super().take(found)

    def reading(self) -> None:
        """Show what brings them together and what sets them apart."""
        self.show(lambda: comparison_pages.reading(self.comparison))

    def figures(self) -> None:
        """Show the table of the figures."""
        self.show(lambda: comparison_pages.figures(self.comparison))

    def maps(self) -> None:
        """Show the two maps on one scale."""
        self.show(lambda: comparison_pages.charts(self.comparison, indicators.get(self.choice.value)))
