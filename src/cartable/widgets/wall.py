"""The boards of a record in a notebook: each gesture is kept, then acknowledged; what another notebook writes comes in.

The component is that of the pages (``wall.js``); here its store is the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from cartable import assets, canvas, wall, wording
from cartable.canvas.reading import papers
from cartable.controls import WIDGET_VIEW, field
from cartable.errors import CartableError
from cartable.record import events, roles
from cartable.widgets.entry import label

if TYPE_CHECKING:
    from cartable.canvas import Canvases
    from cartable.record import Record
    from cartable.record.events import Event

GESTURES = frozenset({"note", "groupe", "scrutin", "vote", "annulation"})
"""Kinds of events that a board may write: it does not rename sessions."""
LONGEST = 20_000
START = """
export default {
  render({ model, el }) {
    const { mur, magasins } = globalThis.Cartable;
    const racine = document.createElement("div");
    el.append(racine);
    const donnees = model.get("donnees");
    const magasin = new magasins.MagasinNoyau(model, donnees.tableau);
    magasin.ou = " dans le carnet";
    const un = new mur.Mur(racine, donnees, magasin);
    un.demarrer();
    return () => un.fermer();
  },
};
"""


class Wall(anywidget.AnyWidget):
    """One board of a record, to be filled in.

    Parameters
    ----------
    board
        Its identifier in the record.
    known
        The canvases; those of the kit by default.

    Raises
    ------
    CartableError
        If the board is not in the record, or its canvas not in the kit.
    """

    _esm = wall.script() + START
    _css = assets.read(wall.STYLE)
    donnees = traitlets.Dict().tag(sync=True)

    def __init__(self, record: Record, board: str, known: Canvases | None = None) -> None:
        found = record.state.things.get(board)
        if found is None or found.kind != "tableau":
            raise CartableError("Ce tableau n’est pas dans le carnet.", "Choisissez un tableau du carnet.")
        used = (known or canvas.load())[str(found["canevas"])]
        super().__init__(donnees=wall.data(used, board=board, table=found["table"]))
        self.record, self.board, self.canvas = record, board, used
        self._told: set[str] = set()
        self.on_msg(self._hear)

    def _hear(self, _widget: object, content: Any, _buffers: object) -> None:  # noqa: ANN401 (whatever a page sends)
        """Answer a page: what it asks for is what it does not know yet."""
        kind = str(content.get("type")) if isinstance(content, dict) else ""
        if kind == "bonjour":
            self._told.clear()
        if kind in {"bonjour", "neuf"}:
            self._tell()
        elif kind == "ecrire":
            self._keep(content.get("evenement"))

    def _tell(self) -> None:
        """Send what the pages do not know yet; the disk may be busy: it is for the next time."""
        try:
            news = [event for event in self.record.events() if event.id not in self._told]
        except CartableError:
            return
        if news or not self._told:
            self.send({"type": "nouvelles", "evenements": [event.plain() for event in news]})
            self._told.update(event.id for event in news)

    def _keep(self, plain: Any) -> None:  # noqa: ANN401
        identifier = plain.get("id") if isinstance(plain, dict) else None
        try:
            event = events.read(plain)
            self._check(event)
            self.record.extend([event])
        except CartableError as error:
            self.send({"type": "refus", "id": identifier, "message": wording.typeset(_reason(error))})
            return
        self._told.add(event.id)
        self.send({"type": "acquitte", "id": event.id, "evenement": event.plain()})

    @staticmethod
    def _check(event: Event) -> None:
        """Refuse what a board has no business writing."""
        if event.genre not in GESTURES:
            raise CartableError("Ce geste n’est pas de ceux d’un tableau.")
        if any(isinstance(value, str) and len(value) > LONGEST for value in event.donnees.values()):
            raise CartableError(f"Ce texte dépasse {wording.number(LONGEST)} caractères.", "Coupez-le en deux papiers.")
        roles.check(event.genre, event.donnees)

    def static(self) -> str:
        """Return the board where no kernel answers: an accessible drawing and a table."""
        state = self.record.state
        return wall.static(self.canvas, papers(state, self.board), mention=state.mention)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 (what ipywidgets returns)
        """Show the component where a kernel answers, the drawing and the table elsewhere."""
        bundle = super()._repr_mimebundle_(**kwargs)
        found = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**(found or {}), "text/html": self.static(), "text/plain": f"Tableau « {self.canvas.titre} »"}


def _reason(error: CartableError) -> str:
    """Return the sentence in small letters: it comes after « pas encore enregistré »."""
    said = str(error).rstrip(".")
    return said[:1].lower() + said[1:]


class Walls:
    """The boards of a record, one at a time, and the list to choose from.

    Parameters
    ----------
    board
        The first to be shown; by default, the first of the record.
    canvas_slug
        Show only the boards of this canvas.
    """

    def __init__(self, record: Record, board: str = "", canvas_slug: str = "", known: Canvases | None = None) -> None:
        self.record = record
        self.canvases = known or canvas.load()
        state = record.state
        boards = [one for one in state.all("tableau") if not canvas_slug or one["canevas"] == canvas_slug]
        boards = [one for one in boards if one["canevas"] in self.canvases.canvases]
        if not boards:
            raise CartableError(
                "Ce carnet n’a pas encore de tableau à montrer.",
                "Ouvrez-en un : cartable carnet seance CARNET --titre … --date … --canevas …",
            )
        self.chooser = field(ipywidgets.Dropdown, "Tableau", "34rem", options=[(label(state, b), b.id) for b in boards])
        self.chooser.value = board if any(one.id == board for one in boards) else boards[0].id
        self._made: dict[str, Wall] = {}
        self.place = ipywidgets.VBox()
        self.chooser.observe(lambda _change: self._show(), "value")
        self._show()
        self.box = ipywidgets.VBox([self.chooser, self.place] if len(boards) > 1 else [self.place])

    @property
    def wall(self) -> Wall:
        """The board that is shown."""
        wanted = str(self.chooser.value)
        if wanted not in self._made:
            self._made[wanted] = Wall(self.record, wanted, self.canvases)
        return self._made[wanted]

    def _show(self) -> None:
        self.place.children = (self.wall,)

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        return {WIDGET_VIEW: view, "text/html": self.wall.static(), "text/plain": "Tableaux du carnet"}
