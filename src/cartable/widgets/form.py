"""An entry of a register, in a notebook: one field for each thing to write, mistakes said under their field."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from cartable import controls, fields, forms, registers, wording
from cartable.controls import Controls, button, row
from cartable.registers import Taken

if TYPE_CHECKING:
    from cartable.record import Record
    from cartable.roadmap.model import Entry

HELP = (
    "Ici, dans Jupyter, un formulaire par fiche : « {} ». Sans Jupyter, remplissez le classeur que donne « cartable "
    "carnet classeur », puis lancez « cartable carnet fiches »."
)
NEW = "Nouvelle fiche"
WIDE = "100%"
SHOWN = 60
LABEL = "13rem"


class Form:
    """The entries of a register, to be added to and mended.

    Parameters
    ----------
    register
        Its name in the record: « actions ».
    """

    def __init__(self, record: Record, register: str) -> None:
        self.record, self.register = record, register
        self.message = controls.message()
        self.inputs = {name: self._input(name) for name in forms.names(register)}
        self.mistakes = {name: ipywidgets.HTML() for name in self.inputs}
        self.choice = ipywidgets.Dropdown(
            description="Fiche", options=self._options(), layout=ipywidgets.Layout(width="34rem"),
            style={"description_width": LABEL},
        )  # fmt: skip
        self.choice.observe(self._chosen, names="value")
        self._show()

    def _entries(self) -> dict[str, Entry]:
        return {one.cle: one for one in registers.kept(self.record.state).entries.get(self.register, ())}

    def _options(self) -> list[tuple[str, str]]:
        listed = [(f"{key}. {_title(one)}", key) for key, one in self._entries().items()]
        return [(NEW, ""), *listed]

    def _input(self, name: str) -> ipywidgets.Widget:
        kind = forms.kind(self.register, name)
        label = fields.label(self.register, name) + (" (à remplir)" if forms.needed(self.register, name) else "")
        options: dict[str, Any] = {
            "description": label, "style": {"description_width": LABEL},
            "layout": ipywidgets.Layout(width=WIDE if kind in {"long", "texte", "liste", "notes"} else "26rem"),
        }  # fmt: skip
        if kind == "choix":
            named = [(said, key) for key, said in forms.choices(self.register, name).items()]
            return ipywidgets.Dropdown(options=[("", ""), *named], **options)
        if kind == "booleen":
            return ipywidgets.Dropdown(options=[("non", "non"), ("oui", "oui")], **options)
        if kind == "date":
            return ipywidgets.DatePicker(**options)
        if kind == "long":
            options["layout"].height = "5rem"
            return ipywidgets.Textarea(**options)
        if kind == "notes":
            return self._marks(name, label)
        hint = {"liste": "séparez par un point-virgule", "entier": "un nombre", "nombre": "un nombre"}.get(kind, "")
        return ipywidgets.Text(placeholder=hint, **options)

    def _marks(self, name: str, label: str) -> ipywidgets.VBox:
        lines = [
            ipywidgets.Text(
                description=said, layout=ipywidgets.Layout(width="34rem"), style={"description_width": "28rem"}
            )
            for said in fields.WORDS[self.register, name].values()
        ]
        return ipywidgets.VBox([ipywidgets.HTML(f"<p>{escape(label)}</p>"), *lines])

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        told = ipywidgets.HTML(f"<p>{escape(wording.typeset(fields.SHOWN[self.register].help))}</p>")
        lines = [widget for name, one in self.inputs.items() for widget in (one, self.mistakes[name])]
        act = button("Enregistrer cette fiche", self._save, primary=True, icon="check")
        return ipywidgets.VBox([told, self.choice, *lines, row(act), self.message.widget])

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        help_text = wording.typeset(HELP.format(fields.SHOWN[self.register].title))
        return Controls(self.box(), help_text)._repr_mimebundle_()

    # --- What is shown, what is typed -------------------------------------------------------------------------------

    def _chosen(self, _change: object) -> None:
        self._show()

    def _show(self) -> None:
        """Show the entry that was chosen, or an empty one with the next key."""
        known = self._entries()
        one = known.get(self.choice.value)
        shown = forms.typed(self.register, one) if one else {"cle": forms.fresh_key(self.register, known)}
        for name in self.inputs:
            self._put(name, shown.get(name, ""))
            self.mistakes[name].value = ""

    def _put(self, name: str, value: Any) -> None:  # noqa: ANN401 (of any field)
        widget = self.inputs[name]
        kind = forms.kind(self.register, name)
        if kind == "date":
            widget.value = dt.date.fromisoformat(value) if value else None
        elif kind == "notes":
            for line, key in zip(widget.children[1:], fields.WORDS[self.register, name], strict=True):
                line.value = str((value or {}).get(key, ""))
        elif kind == "choix":
            default = registers.REGISTERS[self.register].model_fields[name].default
            known = [key for _, key in widget.options]
            wanted = value or str(default)
            widget.value = wanted if wanted in known else ""
        else:
            widget.value = value or ("non" if kind == "booleen" else "")

    def typed(self) -> dict[str, Any]:
        """Return what is in the fields."""
        found: dict[str, Any] = {}
        for name, widget in self.inputs.items():
            kind = forms.kind(self.register, name)
            if kind == "notes":
                lines = zip(widget.children[1:], fields.WORDS[self.register, name], strict=True)
                found[name] = {key: _mark(line.value) for line, key in lines if line.value.strip()}
            elif kind == "date":
                found[name] = widget.value.isoformat() if widget.value else ""
            else:
                found[name] = widget.value
        return found

    def _save(self) -> None:
        self.message.attempt(self.save)

    def save(self) -> str:
        """Write the entry; with a mistake nothing is written, and what was typed stays."""
        entry, mistakes = forms.check(self.register, self.typed())
        if entry and (doubts := list(registers.unknown(entry))):
            entry, mistakes = None, {name: wording.typeset(f"{said} {remedy}") for name, said, remedy in doubts}
        for name, place in self.mistakes.items():
            said = mistakes.get(name)
            place.value = f'<p role="alert"><strong>{escape(said)}</strong></p>' if said else ""
        if entry is None:
            return f"{wording.plural(len(mistakes), 'champ')} à corriger : rien n’est enregistré, rien n’est perdu."
        said = registers.sentence(*registers.save(self.record, Taken({self.register: (entry,)})))
        self._choose(entry.cle)
        return f"{entry.cle} : {said}"

    def _choose(self, key: str) -> None:
        """List the entries anew, the one just written chosen."""
        self.choice.unobserve(self._chosen, names="value")
        self.choice.options = self._options()
        self.choice.value = key
        self.choice.observe(self._chosen, names="value")
        self._show()


def _mark(text: str) -> int | str:
    return int(text) if text.strip().isdigit() else text.strip()


def _title(entry: Entry) -> str:
    """Return what an entry is known by: its first text after the key."""
    first = next((value for name, value in entry if name != "cle" and isinstance(value, str)), "")
    return first if len(first) <= SHOWN else f"{first[: SHOWN - 1].rstrip()}…"
