"""What the controls of the notebooks share: shown where a kernel answers, explained elsewhere, telling what happens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Callable

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ROW = "row wrap"
LABEL = "6.5rem"
Text = partial(ipywidgets.Text, continuous_update=False)
"""A text that speaks when the person has finished typing."""


@dataclass(frozen=True)
class Controls:
    """A group of controls; without a kernel, a sentence says what they do and where to find them."""

    box: ipywidgets.Box
    help: str

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        html = f'<p class="cartable-avis">{escape(self.help)}</p>'
        return {WIDGET_VIEW: view, "text/html": html, "text/plain": self.help}


def row(*widgets: ipywidgets.Widget) -> ipywidgets.HBox:
    """Put controls side by side; on a narrow screen they wrap."""
    return ipywidgets.HBox(widgets, layout=ipywidgets.Layout(flex_flow=ROW, align_items="center", overflow="visible"))


def button(text: str, action: Callable[[], None], *, primary: bool = False, icon: str = "") -> ipywidgets.Button:
    """Return a button as wide as its words."""
    made = ipywidgets.Button(
        description=text, icon=icon, button_style="primary" if primary else "",
        layout=ipywidgets.Layout(width="auto", margin="2px 8px 2px 0", flex="0 0 auto"),
    )  # fmt: skip
    made.on_click(lambda _button: action())
    return made


def field(kind: Callable[..., ipywidgets.Widget], label: str, width: str = "16rem", **options: Any) -> Any:  # noqa: ANN401
    """Return a labelled field; the label is never cut."""
    return kind(
        description=label,
        style={"description_width": LABEL},
        layout=ipywidgets.Layout(width=width, margin="2px 12px 2px 0", flex="0 1 auto"),
        **options,
    )


@dataclass
class Message:
    """A line that says what has just happened, read aloud by a screen reader."""

    widget: ipywidgets.HTML

    def tell(self, text: str) -> None:
        """Say something calmly."""
        self.widget.value = f'<p role="status">{escape(text)}</p>'

    def warn(self, text: str) -> None:
        """Say what went wrong."""
        self.widget.value = f'<p role="alert"><strong>{escape(text)}</strong></p>'

    def attempt(self, action: Callable[[], str]) -> bool:
        """Do something, then say what it answers, or why it could not be done."""
        try:
            said = action()
        except CartableError as error:
            self.warn(str(error))
            return False
        self.tell(said)
        return True


def message() -> Message:
    """Return an empty message."""
    return Message(ipywidgets.HTML())
