"""An exercise in a notebook: the statement, fields, hints one by one, an answer at once; all stays on the machine."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
from markdown_it import MarkdownIt

from cartable import controls, exercises, wording
from cartable.controls import Controls, button, row
from cartable.widgets.keeper import Keeper

if TYPE_CHECKING:
    from cartable.exercises import Exercise, Setting, Verdict
    from cartable.exercises.model import Answer, Part
    from cartable.exercises.progress import Progress

HELP = (
    "À vous. Ici, dans Jupyter, des champs attendent votre réponse à l’exercice « {} », et un bouton vous répond. Sans "
    "Jupyter, prenez la fiche à imprimer."
)
MARKS = {"juste": "✔ ", "a-revoir": "↻ ", "incomplet": "… ", "vide": "… ", "compare": "⇄ "}
WIDE, LABEL = "min(100%, 46rem)", "initial"
STAND_IN = "—"
_MARKDOWN = MarkdownIt("zero").enable(["emphasis", "list", "blockquote", "newline"])


def drawn(markdown: str) -> str:
    """Return Markdown as HTML; raw HTML in it stays text."""
    return str(_MARKDOWN.render(markdown))


class ExerciseForm:
    """One exercise.

    Parameters
    ----------
    exercise
        What is asked.
    progress
        Where attempts are kept.
    setting
        The territory and the seed.
    """

    def __init__(self, exercise: Exercise, progress: Progress, setting: Setting) -> None:
        self.exercise, self.progress, self.setting = exercise, progress, setting
        self.message = controls.message()
        self.hint = ipywidgets.HTML()
        self.inputs: dict[str, list[ipywidgets.Widget]] = {}
        self._hinted = 0
        for part in exercise.head.champs:
            self.inputs[part.cle] = _fields(part)
        self.keeper = Keeper(exercise.slug, progress, self._found)
        self._found("")

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        asked = ipywidgets.HTML(drawn(exercises.statement(self.exercise, self.setting)))
        lines: list[ipywidgets.Widget] = []
        for part in self.exercise.head.champs:
            lines += [ipywidgets.HTML(f"<p><strong>{escape(part.question)}</strong></p>"), *self.inputs[part.cle]]
        acts = row(
            button("Vérifier", self._pressed, primary=True, icon="check"),
            button("Un indice", self.help_me, icon="lightbulb-o"),
            button("Recommencer", self.reset, icon="undo"),
        )
        return ipywidgets.VBox([asked, *lines, acts, self.hint, self.message.widget, self.keeper])

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        return Controls(self.box(), wording.typeset(HELP.format(self.exercise.head.titre)))._repr_mimebundle_()

    # -- what is typed -----------------------------------------------------------------------

    def typed(self) -> Answer:
        """Return what is in the fields."""
        found: Answer = {}
        for part in self.exercise.head.champs:
            widgets = self.inputs[part.cle]
            if part.genre == "plusieurs":
                found[part.cle] = [option for option, one in zip(part.options, widgets, strict=True) if one.value]
            elif part.genre == "ordre":
                found[part.cle] = [one.value for one in widgets if one.value != STAND_IN]
            else:
                found[part.cle] = widgets[0].value
        return found

    def _put(self, answer: Answer) -> None:
        for part in self.exercise.head.champs:
            value, widgets = answer.get(part.cle), self.inputs[part.cle]
            if part.genre == "plusieurs" and isinstance(value, list):
                for option, one in zip(part.options, widgets, strict=True):
                    one.value = option in value
            elif part.genre == "ordre" and isinstance(value, list):
                for one, option in zip(widgets, value, strict=False):
                    one.value = option if option in part.options else STAND_IN
            elif part.genre == "choix":
                widgets[0].value = value if value in part.options else None
            elif value is not None and part.genre in {"nombre", "texte"}:
                widgets[0].value = str(value)

    def _found(self, said: str) -> None:
        """Put back the last answer, unless something is being typed; say what went wrong."""
        done = self.progress.done.get(self.exercise.slug)
        if done and not any(self.typed().values()):
            self._put(done.reponse)
        if said:
            self.message.warn(wording.typeset(said))

    # -- what the buttons do -----------------------------------------------------------------

    def check(self) -> Verdict:
        """Answer, and keep the attempt."""
        answer = self.typed()
        verdict = exercises.check(self.exercise, answer, self.setting)
        if self.message.attempt(lambda: MARKS[verdict.state] + verdict.message) and verdict.state != "vide":
            self.message.attempt(lambda: self._kept(answer, verdict))
        if verdict.state == "compare":
            self.hint.value = f"<blockquote>{escape(self.exercise.head.correction.lecture)}</blockquote>"
        return verdict

    def _pressed(self) -> None:
        self.check()

    def _kept(self, answer: Answer, verdict: Verdict) -> str:
        self.progress.tried(self.exercise.slug, verdict, answer, self.setting)
        self.keeper.update()
        return MARKS[verdict.state] + verdict.message

    def help_me(self) -> None:
        """Show the first hint, then the second; they stay."""
        self._hinted = min(self._hinted + 1, len(self.exercise.hints))
        shown = self.exercise.hints[: self._hinted]
        self.hint.value = "".join(f"<p><em>Indice {rank}.</em></p>{drawn(one)}" for rank, one in enumerate(shown, 1))
        self.message.attempt(self._told)

    def _told(self) -> str:
        self.progress.hinted(self.exercise.slug, self._hinted)
        self.keeper.update()
        return f"Indice {self._hinted} sur {len(self.exercise.hints)}."

    def reset(self) -> None:
        """Empty the fields and forget the attempts."""
        for widgets in self.inputs.values():
            for one in widgets:
                _empty(one)
        self.hint.value, self._hinted = "", 0
        self.message.attempt(self._forgotten)

    def _forgotten(self) -> str:
        self.progress.reset(self.exercise.slug)
        self.keeper.update()
        return "À vous, de nouveau."


def _fields(part: Part) -> list[ipywidgets.Widget]:
    layout, style = ipywidgets.Layout(width=WIDE), {"description_width": LABEL}
    if part.genre == "choix":
        return [ipywidgets.RadioButtons(options=part.options, value=None, layout=layout)]
    if part.genre == "plusieurs":
        return [ipywidgets.Checkbox(description=one, indent=False, layout=layout, style=style) for one in part.options]
    if part.genre == "ordre":
        choices = [STAND_IN, *part.options]
        return [
            ipywidgets.Dropdown(options=choices, description=f"{rank}.", layout=layout, style=style)
            for rank in range(1, len(part.options) + 1)
        ]
    if part.genre == "nombre":
        short = ipywidgets.Layout(width="14rem")
        return [ipywidgets.Text(description=part.unite or "Nombre", layout=short, style=style)]
    return [
        ipywidgets.Textarea(layout=ipywidgets.Layout(width=WIDE, height="5rem"), description="Réponse", style=style)
    ]


def _empty(widget: ipywidgets.Widget) -> None:
    if isinstance(widget, ipywidgets.RadioButtons):
        widget.value = None
    elif isinstance(widget, ipywidgets.Checkbox):
        widget.value = False
    else:
        widget.value = STAND_IN if isinstance(widget, ipywidgets.Dropdown) else ""
