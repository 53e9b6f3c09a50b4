"""The notes of a canvas as a table: everything that the drawing shows, in words, whole."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from cartable import wording
from cartable.canvas.drawing import Paper
from cartable.canvas.signs import NAMES
from cartable.labels import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.canvas.model import Canvas
    from cartable.record.state import State, Thing

HEADINGS = ("Zone", "N°", "Papier", "Points")
NOWHERE = "Zone inconnue"


def papers(state: State, board: str) -> list[Paper]:
    """Return the notes of a board of a record, with the points of the ballots that were unveiled."""
    points: dict[str, int] = {}
    for ballot in state.all("scrutin", tableau=board, devoile=True):
        for target, voters in state.points(ballot.id).items():
            points[target] = points.get(target, 0) + sum(voters.values())
    return [_paper(note, points.get(note.id, 0)) for note in state.notes(board)]


def _paper(note: Thing, points: int) -> Paper:
    number = note["numero"]
    return Paper(
        str(note["zone"] or ""),
        str(note["texte"] or ""),
        share(note["x"]),
        share(note["y"]),
        str(note["couleur"] or ""),
        str(note["symbole"] or ""),
        number if isinstance(number, int) and not isinstance(number, bool) else None,
        points,
    )


def share(value: object) -> float | None:
    """Return where a note was put, as a number; ``None`` for what is not one."""
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known else None  # type: ignore[arg-type]


def table(canvas: Canvas, notes: Sequence[Paper], caption: str = "") -> str:
    """Return the notes as an HTML table, in the order of the zones; texts are escaped and whole."""
    said = caption or f"Papiers du canevas « {canvas.titre} »"
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADINGS)
    rows = "".join(_rows(canvas, notes))
    empty = '<tr><td colspan="4">Aucun papier.</td></tr>'
    # Focusable, so that the keyboard can scroll it on a narrow screen.
    return (
        f'<div class="cartable-tableau-papiers" tabindex="0" role="group" aria-label="{escape(said)}"><table>'
        f"<caption>{escape(wording.typeset(said))}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows or empty}</tbody></table></div>"
    )


def _rows(canvas: Canvas, notes: Sequence[Paper]) -> Iterator[str]:
    names = {zone.cle: f"{zone.titre} ({NAMES[zone.symbole]})" for zone in canvas.zones}
    prefixes = {zone.cle: zone.prefixe for zone in canvas.zones}
    order = {key: rank for rank, key in enumerate(names)}
    for note in sorted(notes, key=lambda one: (order.get(one.zone, len(order)), one.numero or 10**9)):
        number = f"{prefixes.get(note.zone, '')}{note.numero}" if note.numero else ""
        yield (
            f'<tr><th scope="row">{escape(names.get(note.zone, NOWHERE))}</th><td>{escape(number)}</td>'
            f"<td>{said(note.texte)}</td><td>{note.points or ''}</td></tr>"
        )


def said(text: str) -> str:
    """Return what a participant wrote as HTML: escaped, its direction kept to itself, its lines kept."""
    return f'<bdi dir="auto">{"<br>".join(escape(printable(line)) for line in text.splitlines())}</bdi>'
