"""The controls of the notebooks, without a kernel: another territory redraws everything, a wrong name nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mini_france
import pytest
from mini_france import ESSAI, SANS_AGE, SEUL

from cartable import search
from cartable.errors import UnknownTerritoryError
from cartable.widgets import board
from cartable.widgets.comparison import Comparer
from cartable.widgets.portrait import Explorer

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = ("identity", "population", "ages", "map", "communes")


class Handle:
    """What IPython gives for something shown: it can be replaced."""

    def __init__(self, shown) -> None:
        self.history = [shown]

    def update(self, shown) -> None:
        self.history.append(shown)

    @property
    def html(self) -> str:
        return self.history[-1]._repr_html_()


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Handle]:
    mini_france.use(monkeypatch, tmp_path)
    handles = []

    def display(section, *, display_id: bool) -> Handle:
        assert display_id
        handles.append(Handle(section))
        return handles[-1]

    monkeypatch.setattr(board, "display", display)
    return handles


@pytest.fixture
def explorer(shown: list[Handle]) -> Explorer:
    explorer = Explorer(ESSAI)
    for section in SECTIONS:
        getattr(explorer, section)()
    assert len(shown) == len(SECTIONS)
    return explorer


def recompute(explorer: Explorer, query: str) -> None:
    explorer.search.value = query
    explorer.button.click()


@pytest.mark.usefixtures("explorer")
def test_each_section_shows_the_territory(shown: list[Handle]) -> None:
    assert len(shown) == len(SECTIONS)
    identity, population, ages, chart, table = (h.html for h in shown)
    assert "CC du Pays d" in identity
    assert "1\u202f000\u00a0habitants" in population
    assert "<svg" in ages
    assert "cartable-carte" in chart
    assert "Écho-sans-Contour" in table


def test_the_button_redraws_every_section(explorer: Explorer, shown: list[Handle]) -> None:
    before = [h.html for h in shown]
    recompute(explorer, "vieux bourg")
    assert explorer.portrait.territory.siren == SEUL
    for handle, old in zip(shown, before, strict=True):
        assert len(handle.history) == 2
        assert handle.html != old
        assert "Bourg-Seul" in handle.html
    assert 'role="status"' in explorer.message.value
    assert "Tout est à jour : CA du Bourg-Seul" in explorer.message.value


def test_a_wrong_name_keeps_what_is_shown(explorer: Explorer, shown: list[Handle]) -> None:
    recompute(explorer, "<b>zzqqxx</b>")
    assert explorer.portrait.territory.siren == ESSAI
    assert all(len(h.history) == 1 for h in shown)
    assert 'role="alert"' in explorer.message.value
    assert "&lt;b&gt;zzqqxx" in explorer.message.value
    assert explorer.proposals.children == ()


def test_a_proposal_is_a_button_that_opens_it(explorer: Explorer, shown: list[Handle]) -> None:
    recompute(explorer, "Alpha")
    labels = [button.description for button in explorer.proposals.children]
    assert labels == ["Alpha (01), dans CC du Pays d'Essai", "Alpha (976), dans Métropole des Sans-Âge"]
    explorer.proposals.children[1].click()
    assert explorer.portrait.territory.siren == SANS_AGE
    assert explorer.search.value == search.query_of(labels[1])
    assert explorer.proposals.children == ()
    assert "Gamma" in shown[-1].html


def test_the_chosen_indicator_leads_the_map(explorer: Explorer, shown: list[Handle]) -> None:
    explorer.choice.value = "densite"
    explorer.button.click()
    assert shown[3].history[-1].layers[0].key == "densite"
    assert shown[3].history[0].layers[0].key == "part_65_plus"


def test_open_refuses_before_changing_anything(explorer: Explorer, shown: list[Handle]) -> None:
    with pytest.raises(UnknownTerritoryError):
        explorer.open("Alpha")
    assert explorer.portrait.territory.siren == ESSAI
    assert all(len(h.history) == 1 for h in shown)


@pytest.mark.usefixtures("shown")
def test_a_wrong_first_territory_stops_at_once() -> None:
    with pytest.raises(UnknownTerritoryError):
        Explorer("zzqqxx")


def test_the_controls_have_a_form_without_kernel(explorer: Explorer) -> None:
    bundle = explorer._repr_mimebundle_()
    assert "Exécuter toutes les cellules" in bundle["text/html"]
    assert bundle["text/plain"]
    assert bundle[board.WIDGET_VIEW]["model_id"]


def test_the_search_box_completes_names_of_epcis(explorer: Explorer) -> None:
    assert "CA du Bourg-Seul (CABS)" in explorer.search.options
    assert explorer.button.description == "Tout recalculer"


# -- two territories -----------------------------------------------------------------------------


@pytest.fixture
def comparer(shown: list[Handle]) -> Comparer:
    comparer = Comparer(ESSAI, SEUL, "part_65_plus")
    comparer.reading()
    comparer.figures()
    assert len(shown) == 2
    return comparer


def test_the_second_territory_changes_everything(comparer: Comparer, shown: list[Handle]) -> None:
    comparer.other.value = "Gamma"
    comparer.button.click()
    assert comparer.comparison.second.territory.siren == SANS_AGE
    assert all("Sans-Âge" in handle.html for handle in shown)


def test_an_indicator_that_one_side_lacks_leaves_the_list(comparer: Comparer) -> None:
    comparer.other.value = "Gamma"
    comparer.button.click()
    assert [key for _, key in comparer.choice.options] == ["population", "densite"]
    assert comparer.choice.value == "population"


def test_the_same_territory_twice_keeps_what_is_shown(comparer: Comparer, shown: list[Handle]) -> None:
    comparer.other.value = comparer.search.value
    comparer.button.click()
    assert "le même EPCI" in comparer.message.value
    assert all(len(h.history) == 1 for h in shown)


def test_public_mode_follows_the_box(comparer: Comparer) -> None:
    comparer.public.value = True
    comparer.button.click()
    assert comparer.comparison.first.public


def test_public_mode_of_the_portrait_takes_the_names_away(explorer: Explorer, shown: list[Handle]) -> None:
    explorer.public.value = True
    explorer.button.click()
    assert "Écho-sans-Contour" not in shown[-1].html
    assert "Points à vérifier" in shown[-1].html


def test_the_data_to_ask_for_follow_the_territory_and_redraw(explorer: Explorer, shown: list[Handle]) -> None:
    wanted = explorer.sources("filosofi", "geo")
    assert [source.key for source in wanted.sources] == ["filosofi", "geo"]
    assert wanted.siren == ESSAI
    wanted.changed()
    assert all(len(h.history) == 2 for h in shown)
