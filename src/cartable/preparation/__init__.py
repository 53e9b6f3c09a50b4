"""« Préparer une séance » : from « j’ai un atelier demain » to what is printed, without a line of code.

What is stored in the notebook stays HTML that can be compared: the controls explain themselves where no kernel answers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.display import display

from cartable import assets, choice, controls, editing, session, workshop
from cartable.controls import Controls, button, field, row
from cartable.preparation import line_editor, programme
from cartable.preparation.delivery import HELP as DELIVERY_HELP
from cartable.preparation.delivery import Delivery
from cartable.preparation.desk import Desk, State
from cartable.preparation.line_editor import LineEditor
from cartable.session import hour
from cartable.workshop import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.choice import Candidate, Request
    from cartable.pages import Section
    from cartable.session import Session
    from cartable.workshop import Library

FOLDER = "mes-seances"
HALF_DAY = 6 * 60
WHOLE_DAY = ("9:00", "17:00")
HELP = (
    "Pour préparer votre séance, ouvrez ce notebook dans Jupyter et choisissez « Exécution », puis « Exécuter toutes "
    "les cellules » : les champs apparaissent ici. Sans Jupyter, servez-vous de la page « J’ai un atelier demain »."
)


class Planner:
    """A session being prepared, and the controls of the notebook.

    Parameters
    ----------
    step
        Step of the programme (``E1`` to ``E5``, ``F``, ``D``, ``V``).
    start, end
        Hours of the session: « 18:00 ».
    folder
        Where files go, beside the notebook.
    """

    def __init__(
        self, step: str = "E3", headcount: int = 14, start: str = "18:00", end: str = "20:30", folder: str = FOLDER
    ) -> None:
        library = workshop.load()
        sessions, self.problems = session.load(library)
        self.folder = Path(folder)
        self.library, self.sessions = library, sessions
        self.message = controls.message()
        self._syncing = False
        self._make_fields(step, headcount, start, end)
        self.candidates = choice.candidates(library, sessions.values(), self.request())
        self.desk = Desk(library, sessions, State(self.candidates[0].session, headcount))
        self._show_candidates()
        self.desk.listeners.append(self._follow)
        self.editor = LineEditor(self.desk)
        self.delivery: Delivery | None = None
        self._programme: Any = None

    def _make_fields(self, step: str, headcount: int, start: str, end: str) -> None:
        w = ipywidgets
        steps = [(name, code) for code, name in self.library.vocabulary.etapes.items()]
        self.step = field(w.Dropdown, "Étape", "20rem", options=steps, value=step)
        self.headcount = field(w.BoundedIntText, "Personnes", "10rem", min=1, max=500, value=headcount)
        self.days = field(w.BoundedIntText, "Jours", "10rem", min=1, max=5, value=1)
        self.start = field(controls.Text, "Début", "10rem", value=start)
        self.end = field(controls.Text, "Fin", "10rem", value=end)
        self.remote = w.Checkbox(description="À distance", indent=False, layout={"width": "9rem"})
        self.propose = button("Proposer un déroulé", self._propose, primary=True, icon="search")
        self.takes = (
            button("Prendre cette proposition", lambda: self._take(0)),
            button("Prendre l’autre possibilité", lambda: self._take(1)),
        )
        self.shown = (w.HTML(), w.HTML())
        self.ready = field(w.Dropdown, "Séance prête", "36rem", options=self._listed())
        self.open = button("Ouvrir cette séance", self._open)
        clocks = [(programme.CLOCK_NAMES[name], name) for name in CLOCKS]
        self.clock = field(w.Dropdown, "Horloge", "26rem", options=clocks, value="typique")
        self.days.observe(lambda _change: self._lengthen(), "value")
        for one in (self.headcount, self.clock, self.start, self.end):
            one.observe(lambda _change: self._adjust(), "value")

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show the controls where a kernel answers, and how to get them elsewhere."""
        return Controls(self.box(), HELP)._repr_mimebundle_()

    def box(self) -> ipywidgets.VBox:
        """Return the first controls: what the person knows, then what is proposed."""
        return ipywidgets.VBox([
            row(self.step, self.headcount, self.start, self.end),
            row(self.days, self.remote, self.propose),
            self.message.widget,
            self.shown[0], row(self.takes[0]), self.shown[1], row(self.takes[1]),
            row(self.ready, self.open),
        ])  # fmt: skip

    def programme(self) -> None:
        """Show the clock to read, then the programme; both follow each change."""
        help_text = "Ici, dans Jupyter, une liste choisit l’horloge affichée."
        display(Controls(self.clock_box(), help_text))  # type: ignore[no-untyped-call]
        self._programme = display(self.page(), display_id=True)  # type: ignore[no-untyped-call]

    def clock_box(self) -> ipywidgets.VBox:
        """Return the choice of the clock."""
        return ipywidgets.VBox([self.clock])

    def edit(self) -> Controls:
        """Return the controls that change the lines."""
        return Controls(self.editor.box(), line_editor.HELP)

    def deliver(self) -> None:
        """Show the buttons that write files, then the links to them."""
        self.delivery = Delivery(self.desk, self.folder)
        display(Controls(self.delivery.box(), DELIVERY_HELP))  # type: ignore[no-untyped-call]
        self.delivery.shelf.show()

    def page(self) -> Section:
        """Return the programme as it is now."""
        state = self.desk.state
        return programme.programme(self.library, state.session, state.headcount, state.clock)

    # --- Choosing ---------------------------------------------------------------------------------------------------

    def request(self) -> Request:
        """Return what the fields say.

        Raises
        ------
        CartableError
            If an hour is not one.
        """
        start, end = editing.read_hour(self.start.value), editing.read_hour(self.end.value)
        editing.check_hours(start, end)
        return choice.Request(
            self.step.value, self.headcount.value, start, end, remote=self.remote.value, days=self.days.value
        )

    def _lengthen(self) -> None:
        """Propose whole days as soon as there are several: nobody trains two evenings of two hours."""
        if self.days.value > 1 and not self._syncing:
            hours = [editing.read_hour(text.value) for text in (self.start, self.end)]
            if hours[1] - hours[0] < HALF_DAY:
                self._fill(*WHOLE_DAY)

    def _propose(self) -> None:
        def action() -> str:
            request = self.request()
            self.candidates = choice.candidates(self.library, self.sessions.values(), request)
            self.desk.change(session=self.candidates[0].session, headcount=request.headcount)
            self._show_candidates()
            other = "et une autre possibilité" if len(self.candidates) > 1 else "et rien d’autre ne convient"
            return f"Une proposition, {other}. {programme.summary(self.desk.planned())}"

        self.message.attempt(action)

    def _take(self, rank: int) -> None:
        def action() -> str:
            chosen = self.candidates[rank].session
            self.desk.change(session=chosen)
            return f"{chosen.titre} est ouverte. {programme.summary(self.desk.planned())}"

        self.message.attempt(action)

    def _show_candidates(self) -> None:
        for rank, (shown, take) in enumerate(zip(self.shown, self.takes, strict=True)):
            found = self.candidates[rank] if rank < len(self.candidates) else None
            shown.value = self._proposal(found, rank) if found else ""
            take.layout.display = "" if found else "none"

    def _proposal(self, candidate: Candidate, rank: int) -> str:
        html = programme.proposal(self.library, candidate, rank, self.desk.session)
        return assets.style("preparation/programme.css") + html

    # --- Opening ----------------------------------------------------------------------------------------------------

    def _listed(self) -> list[tuple[str, str]]:
        return [("Choisir une séance…", ""), *listed(self.sessions, self.folder)]

    def _open(self) -> None:
        def action() -> str:
            name = self.ready.value
            if not name:
                return "Choisissez d’abord une séance dans la liste."
            chosen = opened(self.sessions, name, self.library)
            self.desk.change(session=chosen, headcount=chosen.effectif.ideal)
            return f"{chosen.titre} est ouverte, à ses heures. {programme.summary(self.desk.planned())}"

        self.message.attempt(action)

    # --- Following --------------------------------------------------------------------------------------------------

    def _adjust(self) -> None:
        """Answer the fields that act at once: headcount, clock, hours."""
        if self._syncing:
            return

        def action() -> str:
            request, now = self.request(), self.desk.session
            day = now.jours[0]
            same = (request.start, request.end) == (hour(day.debut), hour(day.fin))
            placed = now if same else editing.place(now, request.start, request.end)
            self.desk.change(session=placed, headcount=request.headcount, clock=self.clock.value)
            return programme.summary(self.desk.planned())

        self.message.attempt(action)

    def _follow(self) -> None:
        """Show everywhere what is now open."""
        state = self.desk.state
        day = state.session.jours[0]
        self._fill(day.debut, day.fin)
        self._syncing = True
        self.headcount.value, self.clock.value = state.headcount, state.clock
        self.days.value = len(state.session.jours)
        self.ready.options = self._listed()
        self._syncing = False
        self._show_candidates()
        if self._programme is not None:
            self._programme.update(self.page())

    def _fill(self, start: str, end: str) -> None:
        self._syncing = True
        self.start.value, self.end.value = start, end
        self._syncing = False


def listed(sessions: Mapping[str, Session], folder: Path) -> list[tuple[str, str]]:
    """List the sessions that the person has saved, then those of the kit: what is read, and what names it."""
    own = [(f"À vous : {path.stem}", path.as_posix()) for path in sorted(folder.glob("*.yml"))]
    return own + [(f"{one.titre} ({one.longueur})", slug) for slug, one in sessions.items()]


def opened(sessions: Mapping[str, Session], name: str, library: Library) -> Session:
    """Return a session of the kit, or that of a file.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        If the file is not the one of a session.
    """
    return sessions[name] if name in sessions else session.load_one(Path(name), library)
