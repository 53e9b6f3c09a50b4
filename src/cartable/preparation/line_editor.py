"""Controls that change the lines of a session: their order, their times, what is added and what goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from cartable import controls, editing, wording
from cartable.controls import button, field, row
from cartable.preparation import programme
from cartable.session import KINDS, Flexible, Item, hour

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.preparation.desk import Desk
    from cartable.session import Session

PRIORITIES = (("1, à garder", 1), ("2, ordinaire", 2), ("3, à raccourcir d’abord", 3))
HELP = (
    "Ici, dans Jupyter, des boutons changent l’ordre des lignes, leur heure et leur durée, ajoutent un format ou une "
    "pause ; le programme ci-dessus suit à chaque geste."
)


class LineEditor:
    """The lines of one day, one of them selected, and what can be done with it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.message = controls.message()
        self._syncing = False
        self.day = field(ipywidgets.Dropdown, "Jour", "26rem", options=[("", 1)])
        self.lines = field(ipywidgets.Select, "Lignes", "44rem", rows=10)
        self._make_line_fields()
        self._make_additions()
        self.undo = button("Annuler le dernier changement", self._undo, icon="undo")
        desk.listeners.append(self.refresh)
        self.refresh()

    def _make_line_fields(self) -> None:
        fields = ipywidgets
        self.locked = field(controls.Text, "Heure fixée", placeholder="12:30, ou vide")
        self.minutes = field(fields.BoundedIntText, "Minutes", "13rem", min=1, max=600, value=10)
        self.priority = field(fields.Dropdown, "Priorité", "20rem", options=PRIORITIES, value=2)
        self.optional = ipywidgets.Checkbox(description="Facultatif", indent=False, layout={"width": "8rem"})
        self.start = field(controls.Text, "Début du jour")
        self.end = field(controls.Text, "Fin du jour")
        self.up = button("Monter", lambda: self._move(-1), icon="arrow-up")
        self.down = button("Descendre", lambda: self._move(1), icon="arrow-down")
        self.drop = button("Retirer cette ligne", self._remove, icon="trash")
        self.day.observe(lambda _change: self._select_day(), "value")
        self.lines.observe(lambda _change: self._show_line(), "value")
        self._on_value(self.locked, self._lock)
        self._on_value(self.minutes, lambda: self._change(minutes=self.minutes.value))
        self._on_value(self.priority, lambda: self._change(priorite=self.priority.value))
        self._on_value(self.optional, lambda: self._change(facultatif=self.optional.value))
        self._on_value(self.start, self._retime)
        self._on_value(self.end, self._retime)

    def _make_additions(self) -> None:
        self.format = field(ipywidgets.Dropdown, "Format", "32rem", options=self._formats())
        self.add_format = button("Ajouter ce format", self._add_format, icon="plus")
        kinds = [(name, kind) for kind, name in KINDS.items()]
        self.kind = field(ipywidgets.Dropdown, "Bloc", options=kinds, value="pause")
        self.name = field(ipywidgets.Text, "Nom du bloc", "22rem", placeholder="Pause")
        self.length = field(ipywidgets.BoundedIntText, "Durée (min)", "13rem", min=1, max=600, value=10)
        self.add_block = button("Ajouter ce bloc", self._add_block, icon="plus")

    def _formats(self) -> list[tuple[str, str]]:
        """List the formats, those of the step first."""
        step = self.desk.session.etape
        cards = sorted(self.desk.library.cards.values(), key=lambda card: wording.fold(card.titre))
        cards.sort(key=lambda card: step not in card.etapes_programme)
        n = self.desk.state.headcount
        return [(f"{card.titre} ({wording.duration(card.total(n))})", card.slug) for card in cards]

    def box(self) -> ipywidgets.VBox:
        """Return the controls, in the order in which one uses them."""
        self.hours = row(self.start, self.end)
        self.hours.layout.display = self.day.layout.display
        return ipywidgets.VBox([
            self.day, self.hours, self.lines,
            row(self.up, self.down, self.drop, self.undo),
            row(self.locked, self.minutes, self.priority, self.optional),
            row(self.format, self.add_format),
            row(self.kind, self.name, self.length, self.add_block),
            self.message.widget,
        ])  # fmt: skip

    # --- What is shown ---------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the session as it is now, on the same line."""
        self._syncing = True
        planned, kept = self.desk.planned(), self.lines.value or 1
        days = [(day.name, day.number) for day in planned.days]
        number = min(self.day.value or 1, len(days))
        self.day.options, self.day.value = days, number
        self.day.layout.display = "flex" if len(days) > 1 else "none"
        if hasattr(self, "hours"):
            self.hours.layout.display = self.day.layout.display
        spec = self.desk.session.jours[number - 1]
        times = {block.id: block for block in planned.days[number - 1].blocks}
        options = [(self._label(number, rank, line, times), rank) for rank, line in enumerate(spec.deroule, 1)]
        self.lines.options = options
        self.lines.value = min(kept, len(options))
        self.start.value, self.end.value = spec.debut, spec.fin
        self.format.options = self._formats()
        self.undo.disabled = not self.desk.past
        self._syncing = False
        self._show_line()

    def _label(self, day: int, rank: int, line: Item, times: dict[str, Any]) -> str:
        block = times.get(f"{day}-{rank}")
        title = self._title(line)
        if block is None:
            return f"retiré : {title}"
        marks = [wording.clock(block.shown_start), title, wording.duration(block.minutes)]
        marks += ["heure fixée"] if line.heure else []
        marks += ["facultatif"] if line.facultatif else []
        return " · ".join(marks)

    def _title(self, line: Item) -> str:
        return self.desk.library[line.atelier].titre if line.atelier else line.title

    @property
    def _line(self) -> Item:
        day: int = self.day.value
        rank: int = self.lines.value
        return self.desk.session.jours[day - 1].deroule[rank - 1]

    def _show_line(self) -> None:
        """Fill the fields with the line selected."""
        if self._syncing or self.lines.value is None:
            return
        self._syncing = True
        line = self._line
        self.locked.value = editing.written(hour(line.heure)) if line.heure else ""
        self.minutes.disabled = line.bloc is None
        usual = line.minutes.typique if isinstance(line.minutes, Flexible) else line.minutes
        self.minutes.value = usual or 1
        self.priority.value, self.optional.value = line.priorite, line.facultatif
        self._syncing = False

    def _select_day(self) -> None:
        if not self._syncing:
            self.refresh()

    # --- What is done ----------------------------------------------------------------------------------------------

    def _on_value(self, widget: ipywidgets.Widget, action: Callable[[], None]) -> None:
        def answer(_change: object) -> None:
            if not self._syncing:
                action()

        widget.observe(answer, "value")

    def _do(self, edit: Callable[[Session, int, int], Session], rank: int | None = None) -> None:
        """Change the session from the line selected, then select a line and say how the session holds."""

        def action() -> str:
            self.desk.change(session=edit(self.desk.session, self.day.value, self.lines.value))
            if rank is not None:
                self.lines.value = max(1, min(rank, len(self.lines.options)))
            return programme.summary(self.desk.planned())

        if not self.message.attempt(action):
            self._show_line()

    def _move(self, by: int) -> None:
        self._do(lambda session, day, rank: editing.move(session, day, rank, by), self.lines.value + by)

    def _remove(self) -> None:
        self._do(editing.remove, self.lines.value)

    def _change(self, **fields: Any) -> None:  # noqa: ANN401
        self._do(lambda session, day, rank: editing.change(session, day, rank, **fields))

    def _lock(self) -> None:
        def edit(session: Session, day: int, rank: int) -> Session:
            typed = self.locked.value.strip()
            at = editing.written(editing.read_hour(typed)) if typed else None
            return editing.change(session, day, rank, heure=at)

        self._do(edit)

    def _retime(self) -> None:
        def edit(session: Session, day: int, _rank: int) -> Session:
            return editing.retime(session, day, editing.read_hour(self.start.value), editing.read_hour(self.end.value))

        self._do(edit)

    def _add_format(self) -> None:
        line = Item(atelier=self.format.value)
        self._do(lambda session, day, rank: editing.insert(session, day, rank, line), self.lines.value + 1)

    def _add_block(self) -> None:
        def edit(session: Session, day: int, rank: int) -> Session:
            name = self.name.value.strip() or KINDS[self.kind.value]
            return editing.insert(session, day, rank, editing.block(name, self.kind.value, self.length.value))

        self._do(edit, self.lines.value + 1)

    def _undo(self) -> None:
        self.desk.undo()
        self.message.tell(f"Annulé. {programme.summary(self.desk.planned())}")
