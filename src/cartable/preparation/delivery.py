"""Files that a person takes away from a session: what to print, what to open elsewhere, the session itself."""

from __future__ import annotations

import asyncio
import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import ipywidgets
from IPython.display import display

from cartable import __version__, controls, dossier, editing, exports, output, session, wording
from cartable.controls import button, field, row
from cartable.documents import pdf, word
from cartable.errors import CartableError
from cartable.pages import Section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cartable.preparation.desk import Desk

PAUSE = 0.8
"""Seconds without any change before the pages are counted: a person who edits is not made to wait."""
PRINT = "Imprimer le dossier"
FORMATS = {
    "xlsx": "Tableur (Excel)",
    "csv": "Tableur (CSV)",
    "ics": "Agenda (ICS)",
    "html": "Minuteur (page HTML)",
}
HELP = (
    "Ici, dans Jupyter, des boutons écrivent le dossier à imprimer, le programme en Word, le tableur, l’agenda, "
    "le minuteur et la séance elle-même, dans le dossier « mes-seances » à côté de ce notebook."
)
NOTHING = "Aucun fichier n’est encore écrit."


class Shelf:
    """The files written from a notebook, and the links to them.

    Parameters
    ----------
    folder
        Where files go; it is made when the first one is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[Path] = []
        self._handle: Any = None

    def show(self) -> None:
        """Show the links, and again each time a file is written."""
        self._handle = display(self.links(), display_id=True)  # type: ignore[no-untyped-call]

    def links(self) -> Section:
        """Return the links, the last file first."""
        if not self.written:
            return Section(f"<p>{NOTHING}</p>", NOTHING)
        lines = "".join(f"<li>{_link(path)}</li>" for path in self.written)
        text = f"Fichiers écrits : {', '.join(path.name for path in self.written)}."
        return Section(f'<div class="cartable-fichiers"><p>Fichiers écrits :</p><ul>{lines}</ul></div>', text)

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file.

        Raises
        ------
        CartableError
            If the place refuses it.
        """
        path = output.folder(self.folder) / name
        output.write(path, content)
        self.written = [path, *(other for other in self.written if other != path)]
        if self._handle is not None:
            self._handle.update(self.links())
        return path


class Delivery:
    """Buttons that write files."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.shelf = desk, Shelf(folder)
        self.message = controls.message()
        self._waiting: asyncio.TimerHandle | None = None
        self.print = button(PRINT, self._print, primary=True, icon="print")
        kinds = [(f"{kind.name} : {kind.purpose}", name) for name, kind in dossier.KINDS.items()]
        self.sheet = field(ipywidgets.Dropdown, "Une feuille", "32rem", options=kinds, value="formateur")
        self.sheet_pdf = button("En PDF", self._sheet_pdf, icon="file-pdf-o")
        self.sheet_word = button("En Word", self._sheet_word, icon="file-word-o")
        self.exports = {name: button(label, self._exporter(name)) for name, label in FORMATS.items()}
        self.date = field(ipywidgets.DatePicker, "Premier jour")
        self.title = field(controls.Text, "Titre", "36rem", value=desk.session.titre)
        self.replace = ipywidgets.Checkbox(
            description="Remplacer le fichier s’il existe", indent=False, layout={"width": "18rem"}
        )
        self.save = button("Enregistrer la séance", self._save, icon="save")
        desk.listeners.append(self.refresh)
        self.refresh()

    def box(self) -> ipywidgets.VBox:
        """Return the controls, the most useful first."""
        return ipywidgets.VBox([
            row(self.print),
            row(self.sheet, self.sheet_pdf, self.sheet_word),
            row(self.exports["xlsx"], self.exports["csv"], self.exports["html"], self.date, self.exports["ics"]),
            row(self.title, self.replace, self.save),
            self.message.widget,
        ])  # fmt: skip

    # --- Pages -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Follow the session: its title at once, its number of pages when the person stops typing."""
        self.title.value = self.desk.session.titre
        self.print.description = f"{PRINT} (…)"
        if self._waiting:
            self._waiting.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.count()
        else:
            self._waiting = loop.call_later(PAUSE, self.count)

    def count(self) -> None:
        """Write the true number of pages on the button."""
        try:
            count = pdf.pages(self._dossier())
        except CartableError as error:
            self.print.description = PRINT
            self.message.warn(str(error))
        else:
            self.print.description = f"{PRINT} ({wording.plural(count, 'page')})"

    def _dossier(self, only: list[str] | None = None) -> bytes:
        document = dossier.document(self.desk.library, self.desk.planned(), _today(), __version__, only=only)
        return pdf.render(document)

    # --- What is written -------------------------------------------------------------------------------------------

    def _slug(self) -> str:
        return editing.slug_of(self.desk.session.titre)

    def _print(self) -> None:
        def action() -> str:
            content = self._dossier()
            count = wording.plural(pdf.pages(content), "page")
            self.print.description = f"{PRINT} ({count})"
            path = self.shelf.put(f"{self._slug()}-dossier.pdf", content)
            return f"Dossier écrit : {path.name}, {count}. Le lien est ci-dessous."

        self.message.attempt(action)

    def _sheet_pdf(self) -> None:
        def action() -> str:
            content = self._dossier([self.sheet.value])
            path = self.shelf.put(f"{self._slug()}-{self.sheet.value}.pdf", content)
            return f"Feuille écrite : {path.name}, {wording.plural(pdf.pages(content), 'page')}."

        self.message.attempt(action)

    def _sheet_word(self) -> None:
        def action() -> str:
            kind = self.sheet.value
            content = word.render(self.desk.library, self.desk.planned(), kind, _today(), __version__)
            return f"Feuille écrite : {self.shelf.put(f'{self._slug()}-{kind}.docx', content).name}."

        self.message.attempt(action)

    def _exporter(self, name: str) -> Callable[[], None]:
        def action() -> str:
            if name == "ics" and self.date.value is None:
                raise CartableError("Un agenda a besoin d’une date.", "Choisissez d’abord le premier jour.")
            made = exports.render(self.desk.library, self.desk.planned(), name, edition=_today(), day=self.date.value)
            paths = [self.shelf.put(f"{self._slug()}{suffix}.{name}", content) for suffix, content in made.items()]
            return f"Fichier écrit : {', '.join(path.name for path in paths)}."

        def answer() -> None:
            self.message.attempt(action)

        return answer

    def _save(self) -> None:
        def action() -> str:
            new = editing.rename(self.desk.session, self.title.value)
            text = editing.dump(new)
            session.read(text, new.slug, self.desk.library)  # what is written can be opened again
            path = self.shelf.folder / f"{new.slug}.yml"
            if path.exists() and not self.replace.value and path.read_text(encoding="utf-8") != text:
                raise CartableError(
                    wording.typeset(f"« {path.name} » existe déjà, et il est différent."),
                    "Donnez un autre titre, ou cochez « Remplacer le fichier s’il existe ».",
                )
            self.desk.change(session=new)
            self.shelf.put(path.name, text)
            return f"Séance enregistrée : {path}. Elle reste dans la liste « Séance prête »."

        self.message.attempt(action)


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 (the date on paper is that of the desk)


def _link(path: Path) -> str:
    address, name = quote(path.as_posix()), escape(path.name)
    download = f'<a href="{address}" download="{name}">Télécharger {name}</a>'
    if path.suffix == ".pdf":
        return f'<a href="{address}">Ouvrir {name}</a> ou {download}'
    return download
