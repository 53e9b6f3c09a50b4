"""« J’ai un atelier demain »: the form, and the files that its page reads from a disk.

Each session is one HTML file (see ``timer``); the page compares them from one script that holds no text to be said.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from html import escape
from multiprocessing import get_context
from typing import TYPE_CHECKING

from cartable import __version__, assets, output, timer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cartable.session import Session
    from cartable.workshop import Library

FOLDER = "minuteur"
STAMPS = "empreintes.json"
STYLES = ("tomorrow.css",)
SCRIPTS = ("clock.js", "tomorrow.js")
WORKERS = 2
PEOPLE, START, END = 14, "18:00", "20:30"
# Not « time »: browsers write it in their own language, with « PM » for some.
HOUR = 'type="text" autocomplete="off" maxlength="8" required'
# What the page of a session is made of, besides the session and its cards: modules, folders of modules, assets.
MODULES = (
    "timer", "paper", "sheets", "workshop", "session", "manuscript", "wording", "errors", "tomorrow", "output",
    "__init__", "assets/__init__", "agenda/*", "dossier/*",
)  # fmt: skip
ASSETS = (*timer.SCRIPTS, *timer.STYLES, "paper.js", "theme.js")


def form(library: Library, sessions: Iterable[Session], *, pages: str, cards: str) -> str:
    """Return the form and its script.

    Parameters
    ----------
    pages
        Folder of the pages of sessions, from the page that holds the form.
    cards
        Folder of the pages of the cards.
    """
    known = library.vocabulary.etapes
    steps = sorted({one.etape for one in sessions}, key=list(known).index)
    options = "".join(f'<option value="{escape(step)}">{escape(known[step])}</option>' for step in steps)
    fields = (
        _field(
            "etape", "Étape du programme", f'<select {{}} required><option value="">Choisir</option>{options}</select>'
        ),
        _field(
            "effectif", "Nombre de personnes", f'<input {{}} type="number" min="1" max="500" value="{PEOPLE}" required>'
        ),
        _field("debut", "Début", f'<input {{}} {HOUR} value="{START}">'),
        _field("fin", "Fin à ne pas dépasser", f'<input {{}} {HOUR} value="{END}">'),
    )
    remote = (
        '<p class="cartable-demain__case"><input type="checkbox" id="demain-distance" name="distance">'
        '<label for="demain-distance">À distance</label></p>'
    )
    styles, scripts = "".join(map(assets.style, STYLES)), "".join(map(assets.script, SCRIPTS))
    return (
        f'{styles}<div class="cartable-demain" data-minuteurs="{escape(pages)}" data-fiches="{escape(cards)}">'
        f'<form aria-label="Votre atelier">{"".join(fields)}{remote}</form>'
        '<p class="cartable-demain__statut" role="status">Choisissez une étape.</p>'
        f'<div class="cartable-demain__propositions"></div></div>{scripts}'
    )


def _field(name: str, words: str, control: str) -> str:
    place = f'id="demain-{name}" name="{name}"'
    return f'<p><label for="demain-{name}">{words}</label>{control.format(place)}</p>'


# --- Files ------------------------------------------------------------------------------------------------------------


def index(library: Library, sessions: Iterable[Session]) -> str:
    """Return the script that hands the sessions to the page, without what is said during them."""
    found = [timer.description(library, one, texts=False) for one in sessions]
    return f"cartableSeances({json.dumps(found, ensure_ascii=False, separators=(',', ':'))});\n"


def fingerprint(library: Library, session: Session) -> str:
    """Return the digest of what the page of a session is made from."""
    digest = hashlib.sha256(__version__.encode())
    for path in code():
        digest.update(path.read_bytes())
    parts = [session, library.vocabulary, *(library[slug] for slug in session.formats()), _shared()]
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()


def code() -> list[Path]:
    """Return the files of the package that pages are made with."""
    modules = [path for name in MODULES for path in sorted(assets.PACKAGE.glob(f"{name}.py"))]
    return [*modules, *map(assets.path, ASSETS)]


def _shared() -> object:
    from cartable.dossier import texts  # noqa: PLC0415

    return texts.load()


def write_all(folder: Path, library: Library, sessions: Mapping[str, Session], edition: dt.date) -> list[str]:
    """Write the pages that changed and the index; return the slugs of the pages written.

    Parameters
    ----------
    edition
        The date printed on the sheets of the pages written this time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamps = _stamps(folder / STAMPS)
    wanted = {slug: fingerprint(library, one) for slug, one in sessions.items()}
    for stale in folder.glob("*.html"):
        if stale.stem not in wanted:
            stale.unlink()
    changed = [slug for slug, stamp in wanted.items() if stamps.get(slug) != stamp or not _page(folder, slug).is_file()]
    _write_pages(folder, library, [sessions[slug] for slug in changed], edition)
    output.write(folder / "index.js", index(library, sessions.values()))
    output.write(folder / STAMPS, json.dumps(wanted))
    return changed


def _page(folder: Path, slug: str) -> Path:
    return folder / f"{slug}.html"


def _stamps(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_pages(folder: Path, library: Library, sessions: list[Session], edition: dt.date) -> None:
    if len(sessions) <= WORKERS:
        for one in sessions:
            write_page((folder, library, one, edition))
        return
    # Not « fork »: threads may be running, and Python 3.14 no longer does it by default.
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        list(pool.map(write_page, [(folder, library, one, edition) for one in sessions], chunksize=2))


def write_page(task: tuple[Path, Library, Session, dt.date]) -> None:
    """Write the page of one session; run in a process of its own."""
    folder, library, session, edition = task
    output.write(_page(folder, session.slug), timer.page(library, session, edition=edition, book="../"))
