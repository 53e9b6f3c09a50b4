"""The board of a workshop: one JavaScript component, in a notebook or in a page opened from a disk; else a drawing.

``data`` is all that the component needs; ``page`` is a whole HTML file without a kernel; ``static`` is for the book,
for PDF, and wherever no script runs.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from cartable import __version__, assets, wording
from cartable.canvas.drawing import draw
from cartable.canvas.layout import heading, layout
from cartable.canvas.reading import table
from cartable.canvas.signs import COLOURS, NAMES, SYMBOLS
from cartable.entry import lines
from cartable.record.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartable.canvas.drawing import Paper
    from cartable.canvas.layout import Layout
    from cartable.canvas.model import Canvas, Zone
    from cartable.canvas.prefill import Filling
    from cartable.record.events import Event

PAPER = "A1"
SCRIPTS = (
    "wall_state.js", "wall_line.js", "wall_stores.js", "wall_parts.js", "wall.js", "wall_hand.js", "wall_panel.js",
    "wall_votes.js", "wall_files.js",
)  # fmt: skip
STYLE = "wall.css"
START = "wall_page.js"
NO_SCRIPT = "Ce tableau a besoin de JavaScript : autorisez-le dans votre navigateur. Aucune connexion n’est nécessaire."
SECURITY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def data(
    canvas: Canvas, *, board: str | None = None, table: str | None = None, events: Iterable[Event] = (),
    filling: Filling | None = None, page: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return all that the component needs, as plain data.

    Parameters
    ----------
    board, table
        Identifiers in the record; without a board, the first note opens one.
    events
        Those already known.
    page
        Whether it is a page without a kernel, that saves to a file.
    """
    at = layout(canvas, PAPER)
    return {
        "canevas": {
            "slug": canvas.slug,
            "titre": canvas.titre,
            "but": canvas.but,
            "budget": canvas.budget,
            "zones": [_zone(at, zone) for zone in canvas.zones],
        },
        "fond": draw(canvas, PAPER, filling=filling).svg,
        "proportion": round(at.width / at.height, 4),
        "cote": round(at.note / at.width, 5),
        "couleurs": {name: list(pair) for name, pair in COLOURS.items()},
        "signes": SYMBOLS,
        "nomsDesSignes": NAMES,
        "roles": ROLES,
        "doutes": {letters: words.pattern for letters, words in {**lines.DOUBTFUL, **lines.SENTENCES}.items()},
        "tableau": board,
        "table": table,
        "evenements": [event.plain() for event in events],
        "page": page,
    }


def _zone(at: Layout, zone: Zone) -> dict[str, Any]:
    """Return a zone: its box as shares of the sheet, its cells and the size of a note as shares of the zone."""
    left, top, right, bottom = at.zones[zone.cle]
    width, height = right - left, bottom - top
    return {
        "cle": zone.cle,
        "prefixe": zone.prefixe,
        "titre": zone.titre,
        "question": zone.question,
        "couleur": zone.couleur,
        "symbole": zone.symbole,
        "boite": [round(share, 5) for share in at.fractions()[zone.cle]],
        "papier": [round(min(1.0, at.note / width), 5), round(min(1.0, at.note / height), 5)],
        "cases": [[round((x - left) / width, 4), round((y - top) / height, 4)] for x, y, *_ in at.cells[zone.cle]],
        "tete": round(min(heading(at, zone) / height, max(0.0, 1 - at.note / height)), 4),
    }


def script() -> str:
    """Return the whole component, without anything that starts it."""
    return "\n".join(map(assets.read, SCRIPTS))


def page(
    canvas: Canvas, *, board: str | None = None, events: Iterable[Event] = (), filling: Filling | None = None,
    title: str = "", mention: str = "",
) -> str:  # fmt: skip
    """Return a board as one HTML file, that works from a disk: nothing leaves it but the file that one saves.

    Parameters
    ----------
    board, events
        Those of a record, when the page continues one of its boards.
    title
        Of the page; that of the canvas by default.
    mention
        What its foot says besides the licence: « exemple inventé ».
    """
    said = title or canvas.titre
    told = data(canvas, board=board, events=events, filling=filling, page=True)
    foot = " · ".join(
        part for part in (mention, f"Cartable {__version__}", "contenu sous licence CC BY-SA 4.0") if part
    )
    advice = (
        "Les papiers sont gardés dans ce navigateur, sur cet ordinateur. À la fin, « Enregistrer le fichier » : le "
        "carnet de démarche le lit."
    )
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(SECURITY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(said)} – Tableau</title>\n{assets.font()}{assets.style(STYLE)}\n</head>\n"
        f'<body class="cartable-page-mur"><header><h1>{escape(said)}</h1><p>{escape(canvas.but)}</p></header>'
        f"<main>{_box(told)}</main>"
        f"<footer><p>{escape(wording.typeset(advice))}</p><p>{escape(wording.typeset(foot))}</p></footer>"
        f"{''.join(map(assets.script, (*SCRIPTS, START)))}</body>\n</html>\n"
    )


def _box(told: dict[str, Any]) -> str:
    return (
        f'<div class="cartable-mur">{assets.island(told)}'
        f"<noscript><p>{escape(wording.typeset(NO_SCRIPT))}</p></noscript></div>"
    )


def static(canvas: Canvas, papers: Sequence[Paper], *, caption: str = "", mention: str = "", paper: str = PAPER) -> str:
    """Return a canvas with its notes where no script runs: an accessible drawing, and everything as a table."""
    chart = draw(canvas, paper, papers=papers, mention=mention)
    said = wording.typeset(caption or f"Canevas « {canvas.titre} », {wording.plural(len(papers), 'papier')}")
    return (
        f'<figure class="cartable-canevas">{chart.svg}<figcaption>{escape(said)}</figcaption></figure>'
        f"<details><summary>Les papiers, en tableau</summary>{table(canvas, papers, said)}</details>"
    )
