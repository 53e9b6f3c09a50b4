"""« Indice expliqué »: the group chooses its weights and whom to compare with, and everything shown below follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from cartable import fragility_pages
from cartable.errors import CartableError
from cartable.fragility import COMPONENTS, MINMAX, PROFILES, RANKS
from cartable.fragility.components import POINTS
from cartable.fragility.study import FIRST_PROFILE, FIRST_REFERENCE, OWN_WEIGHTS, references, study
from cartable.widgets.board import Board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartable.atlas import Atlas
    from cartable.fragility.study import Study
    from cartable.territory import Territory

OWN = "libre"
TRAINING = "Pour s’exercer : essayer d’autres poids, une autre échelle"
SCALES = [("Rangs (0 à 100)", RANKS), ("Positions entre les extrêmes", MINMAX)]


class IndexBoard(Board):
    """The fragility index of a territory.

    Parameters
    ----------
    query
        SIREN, name of an EPCI, or name or code of one of its communes.
    profile
        Key of the printed profile that comes first: « equilibre », « age » or « ressources ».
    reference
        « epci », « semblables », « departement », « region » or « france ».
    training
        Whether the part that tries other weights is open at once.
    public
        Whether it is shown to a public meeting: no name of a commune, no ranking.
    """

    elsewhere = "Sans Jupyter, lisez la page « L’indice de fragilité, expliqué »."

    def __init__(
        self,
        query: str,
        profile: str = FIRST_PROFILE,
        reference: str = FIRST_REFERENCE,
        *,
        training: bool = False,
        public: bool = False,
        tables: Atlas | None = None,
    ) -> None:
        super().__init__(query, tables)
        self.study: Study = study(self.territory, profile, reference, public=public)
        wide = ipywidgets.Layout(width="30rem")
        named = [(p.name, key) for key, p in PROFILES.items()]
        self.profile = ipywidgets.Dropdown(
            options=[*named, (OWN_WEIGHTS, OWN)], value=profile, description="Poids",
            layout=ipywidgets.Layout(width="22rem"),
        )  # fmt: skip
        self.reference = ipywidgets.Dropdown(
            options=_choices(self.territory), value=reference, description="Comparer à", layout=wide
        )
        self.commune = ipywidgets.Dropdown(options=_communes(self.study), description="À la loupe", layout=wide)
        self.scale = ipywidgets.Dropdown(options=SCALES, value=RANKS, description="Échelle")
        self.impute = ipywidgets.Checkbox(
            value=False, description="Remplacer les valeurs absentes par la médiane", indent=False, layout=wide
        )
        self.public = ipywidgets.Checkbox(value=public, description="Mode séance publique", indent=False)
        self.sliders = {key: _slider(c.label, PROFILES[profile].weights[key]) for key, c in COMPONENTS.items()}
        self.training = ipywidgets.Accordion(
            [ipywidgets.VBox([*self.sliders.values(), self.scale, self.impute])], titles=(TRAINING,),
            selected_index=0 if training else None,
        )  # fmt: skip
        self._following = True
        self.profile.observe(self._choose_profile, "value")
        for control in (self.reference, self.commune, self.scale, self.impute, self.public):
            control.observe(self._follow, "value")
        for slider in self.sliders.values():
            slider.observe(self._choose_weights, "value")

    def controls(self) -> Sequence[ipywidgets.Widget]:
        """Return the weights, the comparison, the commune looked at closely and the public mode."""
        return (self.profile, self.reference, self.commune, self.public)

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched; what is for training stays folded."""
        usual = super().box()
        usual.children = (*usual.children, self.training)
        return usual

    def weights(self) -> dict[str, float]:
        """Return the points chosen, by component."""
        return {key: float(slider.value) for key, slider in self.sliders.items()}

    def take(self, found: Territory) -> None:
        """Compute the index of another territory, or of the same one with other choices."""
        options = _choices(found)
        reference = self.reference.value if self.reference.value in dict(options).values() else FIRST_REFERENCE
        options_of_study = {
            "scale": self.scale.value,
            "impute": bool(self.impute.value),
            "public": bool(self.public.value),
        }
        self.study = study(found, self.weights(), reference, **options_of_study)
        self._quietly(self.reference, options, reference)
        names = _communes(self.study)
        kept = self.commune.value if self.commune.value in dict(names).values() else names[0][1]
        self._quietly(self.commune, names, kept)
        super().take(found)

    def _quietly(self, dropdown: ipywidgets.Dropdown, options: list[tuple[str, str]], value: str) -> None:
        """Change what a list offers without drawing everything for each change."""
        self._following = False
        if list(dropdown.options) != options:
            dropdown.options = options
        dropdown.value = value
        self._following = True

    def _choose_profile(self, _change: object) -> None:
        """Move the sliders to a printed profile."""
        if not self._following:
            return
        if self.profile.value == OWN:
            self.training.selected_index = 0
        else:
            self._following = False
            for key, points in PROFILES[self.profile.value].weights.items():
                self.sliders[key].value = points
            self._following = True
            self._follow()

    def _choose_weights(self, _change: object) -> None:
        """Name the profile that the sliders make, if one does."""
        if self._following:
            same = [key for key, p in PROFILES.items() if p.weights == self.weights()]
            self._following = False
            self.profile.value = same[0] if same else OWN
            self._following = True
            self._follow()

    def _follow(self, _change: object = None) -> None:
        """Draw everything again, or say why it cannot be."""
        if not self._following:
            return
        try:
            self.take(self.territory)
        except CartableError as error:
            self.say(str(error), "alert")
        else:
            self.redraw()
            self.say(f"Tout est à jour : {self.study.profile}, {self.study.index.reference.name}.")

    # -- sections ------------------------------------------------------------------------------

    def chosen(self) -> None:
        """Show the printed profiles and what was chosen."""
        self.show(lambda: fragility_pages.weights(self.study))

    def summary(self) -> None:
        """Show what the index says, counts first."""
        self.show(lambda: fragility_pages.summary(self.study))

    def map(self) -> None:
        """Show the map."""
        self.show(lambda: fragility_pages.chart_map(self.study))

    def decomposition(self) -> None:
        """Show what makes each score, and how many people are behind it."""
        self.show(lambda: fragility_pages.decomposition(self.study))

    def explained(self) -> None:
        """Show one commune closely."""
        self.show(lambda: fragility_pages.explained(self.study, self.commune.value))

    def robustness(self) -> None:
        """Show what would stay with other choices, and what would not."""
        self.show(lambda: fragility_pages.robustness(self.study))

    def beside(self) -> None:
        """Show the IFN v2 beside the index, when it is at hand."""
        self.show(lambda: fragility_pages.beside(self.study))


def _choices(territory: Territory) -> list[tuple[str, str]]:
    """Return the groups to compare with, as a list shows them."""
    return [(group.name[:1].upper() + group.name[1:], key) for key, group in references(territory).items()]


def _communes(found: Study) -> list[tuple[str, str]]:
    return [(name, code) for code, name in found.names.items()]


def _slider(label: str, points: float) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(
        value=int(points), min=0, max=POINTS, description=label, continuous_update=False,
        style={"description_width": "18rem"}, layout=ipywidgets.Layout(width="36rem"),
    )  # fmt: skip
