"""« Lieux et accès »: choose a territory, what a place must offer, a radius; try a place at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from cartable import access_pages, pages
from cartable.access import offer
from cartable.access.distance import has_position
from cartable.access.inquiry import AROUND_KM, RADIUS, Inquiry
from cartable.errors import CartableError
from cartable.portrait import Portrait
from cartable.widgets.board import Board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.access.survey import Opening
    from cartable.atlas import Atlas
    from cartable.territory import Territory

ANY = ("Peu importe", "")
NOWHERE = ("Aucune", "")


class Access(Board):
    """Who lives far from help in a territory, and what a place opened somewhere would change.

    Parameters
    ----------
    query
        SIREN, name of an EPCI, or name or code of one of its communes.
    radius
        Distance beyond which one is said to be far, in km.
    commune
        Code INSEE of the commune at whose point a place is tried first; none by default.
    public
        Whether it is shown to a public meeting: no name of a commune, no ranking.
    """

    elsewhere = "Sans Jupyter, l’essai d’un lieu marche aussi sous la carte, dans la page."

    def __init__(
        self,
        query: str,
        radius: float = RADIUS,
        *,
        commune: str = "",
        public: bool = False,
        tables: Atlas | None = None,
    ) -> None:
        super().__init__(query, tables)
        self._make_controls(radius, public=public)
        self.inquiry = Inquiry(self.territory, radius=radius, public=public)
        self._fill()
        self.opening: Opening | None = self.inquiry.opening_in(commune) if commune and self.inquiry.at_hand else None
        if self.opening is not None:
            self.commune.value = commune

    def _make_controls(self, radius: float, *, public: bool) -> None:
        """Make every control, its lists still empty."""
        self.radius = ipywidgets.BoundedFloatText(
            value=radius, min=0.5, max=AROUND_KM, step=1, description="Rayon (km)", layout=_wide(12)
        )
        self.kind = _list("Type", [ANY])
        self.service = _list("Service", [ANY])
        self.programme = _list("Programme", [ANY])
        self.roaming = _list("Itinérance", [ANY, ("Itinérant", offer.ROAMING), ("Fixe", offer.FIXED)])
        self.day = _list("Ouvert le", [ANY, *((day, day) for day in offer.DAYS)])
        self.evening = _box("Après 18\u00a0h")
        self.free = _box("Gratuit pour tous")
        self.motor = _box("Accueille les personnes à mobilité réduite")
        self.doubtful = _box("Compter aussi quand le fichier ne le dit pas")
        self.approximate = _box("Placer au point de la commune les lieux sans position")
        self.public = _box("Mode séance publique", value=public)
        self.commune = _list("Essayer à", [NOWHERE])
        self.latitude = ipywidgets.Text(description="Latitude", placeholder="46,2", layout=_wide(14))
        self.longitude = ipywidgets.Text(description="Longitude", placeholder="0,3", layout=_wide(14))
        self.commune.observe(self._take_commune, "value")

    def controls(self) -> Sequence[ipywidgets.Widget]:
        """Return the radius, what a place must offer, and the point where one is tried."""
        return (
            self.radius, self.kind, self.service, self.programme, self.roaming, self.day, self.evening, self.free,
            self.motor, self.doubtful, self.approximate, self.public, self.commune, self.latitude, self.longitude,
        )  # fmt: skip

    @property
    def wanted(self) -> offer.Wanted:
        """What the controls ask of a place."""
        names = ("kind", "service", "programme", "roaming", "day", "evening", "free", "motor", "doubtful")
        return offer.Wanted(**{name: getattr(self, name).value for name in names})

    def take(self, found: Territory) -> None:
        """Ask the controls' question of a territory; the point tried before is left when the territory changes."""
        moved = found.siren != self.territory.siren
        inquiry = Inquiry(
            found,
            self.wanted,
            float(self.radius.value),
            approximate=bool(self.approximate.value),
            public=bool(self.public.value),
        )
        opening = None if moved or not inquiry.at_hand else self._tried(inquiry)
        self.inquiry, self.opening = inquiry, opening
        super().take(found)
        if moved:
            self.latitude.value = self.longitude.value = ""
        self._fill()
        if self.wanted != inquiry.wanted:  # the places of the new territory do not offer what was asked of the old one
            self.inquiry = inquiry.asking(self.wanted)

    def _tried(self, inquiry: Inquiry) -> Opening | None:
        """Open a place at the point that the fields give; nowhere when both are empty.

        Raises
        ------
        CartableError
            If they are not a point of the Earth.
        """
        texts = [field.value.strip() for field in (self.latitude, self.longitude)]
        if not any(texts):
            return None
        try:
            latitude, longitude = (float(t.replace(",", ".").replace("\u2212", "-")) for t in texts)
        except ValueError:
            raise CartableError(
                f"« {texts[0]} » et « {texts[1]} » ne sont pas une latitude et une longitude.",
                "Donnez deux nombres, comme 46,2 et 0,3, ou videz les deux cases.",
            ) from None
        return inquiry.opening(latitude, longitude)

    def _fill(self) -> None:
        """Put in the lists what the places of the territory offer, and its communes."""
        places = self.inquiry.places
        mine = places[places["code_insee"].isin(self.territory.codes)]
        for control, column in (
            (self.kind, "typologie"),
            (self.service, "services"),
            (self.programme, "dispositif_programmes_nationaux"),
        ):
            known = [(offer.kind_label(v), v) for v in offer.choices(mine, column)]
            _refill(control, [ANY, *known])
        reach = self.territory.communes[has_position(self.territory.communes)]
        _refill(self.commune, [NOWHERE, *((nom, str(code)) for code, nom in reach["nom"].items())])
        # A public meeting does not see the names of the communes, not even in a list.
        self.commune.layout.display = "none" if self.inquiry.public else ""

    def _take_commune(self, change: dict[str, str]) -> None:
        """Write the point of the commune chosen into the two fields."""
        code, communes = change["new"], self.territory.communes
        known = code in communes.index
        for control, column in ((self.latitude, "latitude"), (self.longitude, "longitude")):
            control.value = f"{communes[column][code]:.5f}".replace(".", ",") if known else ""

    # -- sections ------------------------------------------------------------------------

    def identity(self) -> None:
        """Show the identity card of the territory."""
        self.show(lambda: pages.identity(Portrait(self.territory, self.inquiry.public)))

    def places(self) -> None:
        """Show the places that count, or why there is none."""
        self.show(lambda: access_pages.places(self.inquiry))

    def people(self) -> None:
        """Show who lives far."""
        self.show(lambda: access_pages.people(self.inquiry))

    def map(self, *, ign_background: bool = False) -> None:
        """Show the map and the trial under it; ``ign_background`` asks the network for the plan of IGN."""
        self.show(lambda: access_pages.chart_map(self.inquiry, ign_background=ign_background))

    def communes(self) -> None:
        """Show the table of the communes."""
        self.show(lambda: access_pages.communes(self.inquiry))

    def offers(self) -> None:
        """Show what the places offer."""
        self.show(lambda: access_pages.offers(self.inquiry))

    def trial(self) -> None:
        """Show what a place at the point chosen would change."""
        self.show(lambda: access_pages.opening(self.inquiry, self.opening))

    def best(self) -> None:
        """Show where a place would bring most people nearer."""
        self.show(lambda: access_pages.best(self.inquiry))


def _wide(rem: int) -> ipywidgets.Layout:
    return ipywidgets.Layout(width=f"{rem}rem")


def _list(description: str, options: list[tuple[str, str]]) -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(options=options, value="", description=description, layout=_wide(20))


def _box(description: str, *, value: bool = False) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(value=value, description=description, indent=False, layout=_wide(24))


def _refill(control: ipywidgets.Dropdown, options: list[tuple[str, str]]) -> None:
    """Change the options of a list; what was chosen stays when it is still there."""
    if list(control.options) == options:
        return
    chosen = control.value
    control.options = options
    control.value = chosen if chosen in {value for _, value in options} else ""
