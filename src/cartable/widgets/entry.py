"""Entering the papers after the workshop, in a notebook: paste or type, see where each goes, save.

Nothing of the entry is only here: the lines are those of ``cartable.entry``, the photos those of ``cartable.photos``.
"""

from __future__ import annotations

import datetime as dt
import time
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from cartable import canvas as canvases
from cartable import controls, entry, photos, wording
from cartable.canvas.reading import said
from cartable.canvas.signs import NAMES
from cartable.controls import Controls, button, field, row
from cartable.entry.lines import BREAKS
from cartable.errors import CartableError
from cartable.record import sitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.canvas import Canvas, Canvases
    from cartable.entry import Context, Entered
    from cartable.record import Record
    from cartable.record.state import State, Thing

HELP = (
    "La saisie se fait ici, dans Jupyter : une personne lit les papiers à voix haute, l’autre tape une ligne par "
    "papier, « V3 le texte du papier » (V est la lettre de la zone, 3 le numéro de la case). Sans Jupyter, ouvrez le "
    "tableau mural dans un navigateur, ou tapez les mêmes lignes dans un fichier et lancez « cartable carnet saisir »."
)
GUIDE = (
    "Une ligne par papier : la lettre de la zone, le numéro de la case s’il y en a un, puis le texte. Sans lettre, le "
    "papier va dans la même zone que le précédent. En fin de ligne, « #3 » note trois points, « @habitants » dit qui "
    "parle. « == Table 2 » change de table."
)
SHOWN = 200
"""Notes and remarks shown in the preview: all are saved."""
LONGEST = 400
ALL = "Toute la séance"


class Entry:
    """The notes of a board on their way to a record.

    Parameters
    ----------
    board
        Identifier of the board to begin with; the first of the record by default.
    known
        The canvases; those of the kit by default.
    clock
        Seconds, always forward.
    today
        The date on the wall.
    """

    def __init__(
        self,
        record: Record,
        board: str = "",
        known: Canvases | None = None,
        clock: Callable[[], float] = time.monotonic,
        today: dt.date | None = None,
    ) -> None:
        self.record = record
        self.canvases = known or canvases.load()
        self.today = today or dt.date.today()  # noqa: DTZ011 (the date on the wall)
        self._clock = clock
        self._begun: float | None = None
        self._saved = 0
        self._where: dict[str, Context] = {}
        self.message = controls.message()
        self._make_fields()
        self._make_photo()
        self._fill(board)
        self.preview()

    # --- The fields -------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        w = ipywidgets
        self.session_table = field(w.Dropdown, "Table", "20rem")
        self.board = field(w.Dropdown, "Tableau", "34rem")
        self.guide = w.HTML()
        self.text = w.Textarea(
            placeholder="V3 le texte du papier", layout=w.Layout(width="100%", height="18rem"),
            description="Papiers", style={"description_width": controls.LABEL},
        )  # fmt: skip
        self.shown = w.HTML()
        self.counter = w.HTML()
        self.save_button = button("Enregistrer dans le carnet", self._save, primary=True, icon="save")
        self.upload = w.FileUpload(description="Choisir un CSV ou un classeur", accept=".csv,.txt,.tsv,.xlsx,.xlsm",
                                   layout=w.Layout(width="auto"))  # fmt: skip
        self.session_table.observe(lambda _change: self._list_boards(), "value")
        self.board.observe(lambda _change: self._change_board(), "value")
        self.text.observe(lambda _change: self._typed(), "value")
        self.upload.observe(self._uploaded, "value")

    def _make_photo(self) -> None:
        w = ipywidgets
        self.photo = w.FileUpload(description="Choisir la photo du mur", accept="image/jpeg,image/png,image/webp",
                                  layout=w.Layout(width="auto"))  # fmt: skip
        self.legend = field(controls.Text, "Légende", "30rem", placeholder="ce que montre la photo, jamais qui")
        self.people = w.Checkbox(description="Des personnes sont visibles", indent=False)
        self.consent = w.Checkbox(description="Elles ont toutes signé le formulaire", indent=False)
        self.purge = field(w.DatePicker, "À effacer le", "20rem", value=photos.purge_date(self.today))
        self.keep_photo = button("Garder cette photo", self._photograph, icon="camera")
        self.said_photo = controls.message()

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        advice = "".join(f"<li>{escape(wording.typeset(line))}</li>" for line in photos.ADVICE)
        return ipywidgets.VBox([
            row(self.session_table, self.board), self.guide, self.text, row(self.save_button, self.counter),
            self.message.widget, self.shown,
            ipywidgets.HTML("<p><strong>Une liste déjà tapée</strong></p>"), row(self.upload),
            ipywidgets.HTML(f"<p><strong>Une photo du mur</strong></p><ul>{advice}</ul>"), row(self.photo, self.legend),
            row(self.people, self.consent), row(self.purge, self.keep_photo), self.said_photo.widget,
        ])  # fmt: skip

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show the controls where a kernel answers, and how to do without elsewhere."""
        return Controls(self.box(), wording.typeset(HELP))._repr_mimebundle_()

    # --- Tables and boards ------------------------------------------------------------------------------------------

    def _fill(self, board: str) -> None:
        state = self.record.state
        tables = [(str(one["nom"] or "Table"), one.id) for one in state.all("table")]
        self.session_table.options = [(ALL, ""), *tables]
        first = state.things.get(board)
        self.session_table.value = str(first["table"]) if first and first["table"] in dict(tables).values() else ""
        self._list_boards()
        if board in [identifier for _, identifier in self.board.options]:
            self.board.value = board
        self._guide()

    def _list_boards(self) -> None:
        state = self.record.state
        wanted = self.session_table.value
        boards = [one for one in state.all("tableau") if not wanted or one["table"] in {wanted, None}]
        self.board.options = [(label(state, one), one.id) for one in boards]
        if boards and self.board.value is None:  # a list that was empty selects nothing by itself
            self.board.value = boards[0].id
        self._change_board()

    def _change_board(self) -> None:
        self._guide()
        self.preview()

    def canvas(self) -> Canvas | None:
        """Return the canvas of the chosen board, if it is one of the kit."""
        board = self.record.state.things.get(self.board.value or "")
        return self.canvases.canvases.get(str(board["canevas"])) if board else None

    def _guide(self) -> None:
        """Remind which letter is which zone."""
        used = self.canvas()
        if used is None:
            self.guide.value = f'<p role="alert">{escape(_no_board(self.record.state))}</p>'
            return
        zones = "".join(
            f"<li><strong>{escape(zone.prefixe)}</strong> {escape(zone.symbole)} {escape(zone.titre)}</li>"
            for zone in used.zones
        )
        self.guide.value = f"<p>{escape(wording.typeset(GUIDE))}</p><ul>{zones}</ul>"

    # --- What is typed ----------------------------------------------------------------------------------------------

    def entered(self) -> Entered:
        """Return what the text says now."""
        used = self.canvas()
        return entry.parse(self.text.value, used, self._where.get(self.board.value)) if used else entry.Entered()

    def _typed(self) -> None:
        if self._begun is None and self.text.value.strip():
            self._begun = self._clock()
        self.preview()

    def preview(self) -> None:
        """Show at once what would go where."""
        used, found = self.canvas(), self.entered()
        self.shown.value = preview(found, used) if used else ""
        self.counter.value = f'<p role="status">{escape(self.count(found))}</p>'

    def count(self, found: Entered) -> str:
        """Return « 42 papiers, 12 minutes »."""
        papers = wording.plural(self._saved + len(found.notes), "papier")
        if self._begun is None:
            return papers
        minutes = int((self._clock() - self._begun) // 60)
        return f"{papers}, {wording.plural(minutes, 'minute')}"

    def _save(self) -> None:
        self.message.attempt(self.save)

    def save(self) -> str:
        """Write what is typed in the record; lines without a zone stay here too, to be corrected.

        Raises
        ------
        CartableError
            If the disk refuses; what is typed stays here.
        """
        found = self.entered()
        if not found.notes:
            return "Rien à enregistrer : tapez une ligne par papier."
        done = self._keep(found)
        left = _left(self.text.value, found)
        self._where[self.board.value] = found.end
        self.text.value = left
        return done

    def _keep(self, found: Entered) -> str:
        used = self.canvas()
        if used is None:
            raise CartableError(_no_board(self.record.state))
        done = entry.save(found, self.record, self.board.value, used)
        self._saved += len(done.written) + len(done.sorted)
        self.preview()
        return done.sentence()

    # --- A file -----------------------------------------------------------------------------------------------------

    def _uploaded(self, change: dict[str, Any]) -> None:
        for one in change["new"]:
            self.message.attempt(lambda one=one: self.take(bytes(one["content"]), str(one["name"])))  # type: ignore[misc]

    def take(self, content: bytes, name: str) -> str:
        """Write the notes of a file in the record, and say it.

        Raises
        ------
        CartableError
            If it cannot be read, or the disk refuses.
        """
        used = self.canvas()
        if used is None:
            raise CartableError(_no_board(self.record.state))
        found = entry.from_file(content, name, used)
        done = self._keep(found)
        self.shown.value = preview(found, used)
        return done

    # --- A photo ----------------------------------------------------------------------------------------------------

    def _photograph(self) -> None:
        self.said_photo.attempt(self.photograph)

    def photograph(self) -> str:
        """Keep the photo that was chosen.

        Raises
        ------
        CartableError
            If it cannot be kept: people without their consent, damaged file, date past.
        """
        chosen = list(self.photo.value)
        if not chosen:
            return "Choisissez d’abord la photo du mur."
        if self.purge.value is None:
            raise CartableError("La date de purge manque.", "Choisissez le jour où la photo sera effacée.")
        photo = photos.prepare(bytes(chosen[0]["content"]))
        photos.attach(
            self.record, photo, self.board.value or "", self.legend.value, consent=self.consent.value,
            people=self.people.value, purge_on=self.purge.value, today=self.today,
        )  # fmt: skip
        self.photo.value, self.legend.value = (), ""
        self.people.value = self.consent.value = False
        return photos.sentence(photo, self.purge.value)


def _left(text: str, found: Entered) -> str:
    """Return the lines still to be sorted, each under its table; what is typed below goes to the last one."""
    lines = BREAKS.split(text)
    table, kept = found.end.table, []
    for note in found.unsorted:
        if note.table != table:
            kept.append(f"== {note.table}".strip())
        table = note.table
        kept.append(lines[note.line - 1])
    if table != found.end.table:
        kept.append(f"== {found.end.table}".strip())
    return "\n".join(kept)


def label(state: State, board: Thing) -> str:
    """Name a board for a person: its title, its table, its session."""
    return " · ".join(part[:60] for part in sitting.named(state, board) if part)


def _no_board(state: State) -> str:
    if not state.all("tableau"):
        return "Ce carnet n’a encore aucun tableau. Ouvrez d’abord un tableau pour une séance."
    return "Le canevas de ce tableau n’est pas dans le kit. Choisissez un autre tableau."


def preview(found: Entered, used: Canvas) -> str:
    """Return what will be put where, as HTML: remarks first, then a table of the notes by zone."""
    remarks = "".join(f"<li>{escape(str(problem))}</li>" for problem in found.problems[:SHOWN])
    more = len(found.problems) - SHOWN
    if more > 0:
        remarks += f"<li>Et {escape(wording.plural(more, 'autre remarque', 'autres remarques'))}.</li>"
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Zone", "N°", "Papier", "Points", "Rôle", "Table"))
    order = {zone.cle: rank for rank, zone in enumerate(used.zones)}
    ranked = sorted(found.notes[:], key=lambda note: order.get(note.zone, -1))
    body = "".join(_row(note, used) for note in ranked[:SHOWN])
    caption = f"Aperçu : {wording.plural(len(found.notes), 'papier')}"
    if len(found.notes) > SHOWN:
        caption += f", les {SHOWN} premiers sont montrés, tous seront enregistrés"
    table = (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        if found.notes else ""
    )  # fmt: skip
    return (f"<p>À regarder :</p><ul>{remarks}</ul>" if remarks else "") + table


def _row(note: entry.Typed, used: Canvas) -> str:
    zone = used.zone(note.zone) if note.zone else None
    where = f"{zone.symbole} {zone.titre} ({NAMES[zone.symbole]})" if zone else "⚠ À ranger"
    number = f"{zone.prefixe}{note.numero}" if zone and note.numero else ""
    text = note.texte if len(note.texte) <= LONGEST else f"{note.texte[:LONGEST]}…"
    return (
        f'<tr><th scope="row">{escape(where)}</th><td>{escape(number)}</td><td>{said(text)}</td>'
        f"<td>{note.points or ''}</td><td>{escape(note.role)}</td><td>{said(note.table)}</td></tr>"
    )
