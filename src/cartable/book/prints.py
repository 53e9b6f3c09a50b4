"""What the book offers to print, ready made: the file of each session, one A4 side per card, the decks.

They are written beside the pages once the book is built, by two processes, and only those whose card, session or
texts changed. A session at other hours or with other people is printed by the command or the notebook; a town hall
without Python opens the page of its timer, which prints as well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from cartable import __version__
from cartable.assets import PACKAGE
from cartable.book import demarches, exercises, surveys
from cartable.book.shelf import WORDS, modules
from cartable.book.workshops import DOWNLOADS, shelf_of
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sphinx.application import Sphinx

    from cartable.canvas import Canvas
    from cartable.session import Session
    from cartable.workshop import Card, Library

logger = logging.getLogger(__name__)
FOLDER, RECORD = "imprimes", "empreintes.json"
TEXTS = "dossier.yml"
WORKERS, DELAY = 2, 2.0
CODE = ("agenda", "canvas", "session", "sheets", "wording", "workshop", "exports")
DECKS = {
    "fiches-a4": "Toutes les fiches, une face A4 chacune",
    "jeu-recto-verso": "Jeu de cartes A5, recto verso, à couper",
    "jeu-a-plier": "Jeu de cartes A5, une seule face, à plier",
}
PAPERS = ("A4", "A3", "A1", "A0")
GLUED, BY_HAND = "A1-a-coller", "a-la-main"
BOARD = "mur-{}.html"
WORD = {"programme": "Programme (Word)", "conducteur": "Conducteur (Word)"}


@dataclass(frozen=True)
class Job:
    """One or several files to write, from one session, one card, one canvas or the whole deck."""

    kind: str
    slug: str
    digest: str

    @property
    def name(self) -> str:
        """Name of the job in the record."""
        return f"{self.kind}/{self.slug}"


def _digest(paths: Iterable[Path], *parts: str) -> str:
    found = hashlib.sha256("\0".join(parts).encode())
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


def _code(folder: Path) -> str:
    """Return the digest of what every printed page depends on: the code, its templates and the shared texts."""
    core = [path for name in CODE for path in modules(name)]
    inside = [path for name in ("dossier", "documents") for path in (PACKAGE / name).iterdir() if path.is_file()]
    shared = [folder / TEXTS, folder / WORDS, *sorted(PACKAGE.glob("wall*"))]
    return _digest([*core, *sorted(inside), *shared, PACKAGE / "book" / "prints.py"], __version__)


def jobs(folder: Path, library: Library, sessions: dict[str, Session]) -> list[Job]:
    """Return all that there is to print, each with the digest of what it is made from."""
    code = _code(folder)
    cards = {slug: _digest([folder / f"{slug}.md"], code) for slug in library.cards}
    found = [Job("fiche", slug, digest) for slug, digest in cards.items()]
    found += [Job("canevas", path.stem, _digest([path], code)) for path in _canvas_files(folder)]
    everything = _digest([], *cards.values())
    found += [Job("jeu", name, everything) for name in DECKS] if cards else []
    for slug, session in sessions.items():
        used = [cards[name] for name in session.formats()]
        found.append(Job("seance", slug, _digest([folder / "seances" / f"{slug}.yml"], code, *used)))
    papers, examples = demarches.sources(folder)
    shared = _digest(papers, code)
    found += [Job("ecrit", path.stem, shared) for path in papers if path.suffix == ".md"]
    asked = surveys.sources(folder)
    typed = _digest(asked, code)
    found += [Job("questionnaire", path.stem, typed) for path in asked if path.suffix == ".yml"]
    trained = exercises.sources(folder)
    found += [Job("exercices", "tous", _digest(trained, code))] if any(p.suffix == ".md" for p in trained) else []
    if examples:
        worked = _digest(examples, code)
        found += [Job("demarche", name, worked) for name in demarches.names()]
    return found


def _canvas_files(folder: Path) -> list[Path]:
    return sorted((folder / "canevas").glob("*.yml"))


def files(job: Job, folder: Path) -> dict[str, bytes]:
    """Return the files of a job, by name.

    Raises
    ------
    CartableError
        If a printed side overflows: the message says what to shorten.
    """
    made: dict[str, Callable[[Path, str], dict[str, bytes]]] = {
        "fiche": _card_file, "canevas": _canvas_pdfs, "jeu": _deck_file, "seance": _session_files,
        "ecrit": demarches.paper_files, "questionnaire": surveys.files,
        "demarche": lambda _folder, slug: demarches.example_files(slug),
        "exercices": lambda folder, _slug: exercises.files(folder),
    }  # fmt: skip
    return made[job.kind](folder, job.slug)


def _card_file(folder: Path, slug: str) -> dict[str, bytes]:
    from cartable import workshop  # noqa: PLC0415 (heavy, and only when there is something to write)
    from cartable.documents import deck  # noqa: PLC0415

    card = workshop.read_card(folder / f"{slug}.md", workshop.vocabulary(folder))
    return {f"fiche-{slug}.pdf": deck.card_side([card])}


def _deck_file(folder: Path, slug: str) -> dict[str, bytes]:
    from cartable import workshop  # noqa: PLC0415
    from cartable.documents import deck  # noqa: PLC0415

    cards = list(workshop.load(folder).cards.values())
    return {
        f"{slug}.pdf": deck.card_side(cards) if slug == "fiches-a4" else deck.deck(cards, fold=slug == "jeu-a-plier")
    }


def _canvas_pdfs(folder: Path, slug: str) -> dict[str, bytes]:
    from cartable import canvas, wall  # noqa: PLC0415
    from cartable.canvas import orders  # noqa: PLC0415
    from cartable.canvas.drawing import draw  # noqa: PLC0415
    from cartable.documents import canvases, pdf  # noqa: PLC0415
    from cartable.sheets import Document  # noqa: PLC0415

    one = canvas.read_one(folder / "canevas" / f"{slug}.yml")
    found = {_canvas_name(slug, paper): canvases.pdf([draw(one, paper)]) for paper in PAPERS}
    found[_canvas_name(slug, GLUED)] = canvases.pdf([draw(one, "A1")], tiled=True)
    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    sheet = Document(one.titre, "Canevas", today, __version__, (orders.by_hand(one),))
    found[_canvas_name(slug, BY_HAND)] = pdf.render(sheet)
    return found | {BOARD.format(slug): wall.page(one).encode()}


def _canvas_name(slug: str, kind: str) -> str:
    return f"canevas-{slug}-{kind}.pdf"


def _session_files(folder: Path, slug: str) -> dict[str, bytes]:
    from cartable import agenda, dossier, workshop  # noqa: PLC0415
    from cartable import session as sessions  # noqa: PLC0415
    from cartable.documents import pdf, spreadsheet, word  # noqa: PLC0415
    from cartable.dossier import texts  # noqa: PLC0415

    library = workshop.load(folder)
    session = sessions.load_one(folder / "seances" / f"{slug}.yml", library)
    today = dt.date.today()  # noqa: DTZ011 (the date printed at the foot of the sheets)
    planned = agenda.plan(library, session)
    document = dossier.document(library, planned, today, __version__, shared=texts.load(folder))
    found = {f"{session.slug}.pdf": pdf.render(document)}
    for kind in WORD:
        found[f"{session.slug}-{kind}.docx"] = word.render(library, planned, kind, today, __version__)
    found[f"{session.slug}.xlsx"] = spreadsheet.workbook(library, planned, today, __version__)
    return found


def _write_one(task: tuple[Job, Path, Path]) -> tuple[Job, str]:
    """Write the files of a job; run in a process of its own. Return what went wrong, if anything."""
    job, folder, output = task
    try:
        for name, content in files(job, folder).items():
            (output / name).write_bytes(content)
    except CartableError as error:
        return job, str(error)
    return job, ""


def write_all(folder: Path, output: Path, wanted: list[Job]) -> list[str]:
    """Write what changed, forget what is no longer asked for, and return what could not be written."""
    where = output / FOLDER
    where.mkdir(parents=True, exist_ok=True)
    record = _record(where)
    todo = [job for job in wanted if record.get(job.name) != job.digest]
    kept = {job.name: job.digest for job in wanted if job not in todo}
    problems = []
    for job, problem in _run([(job, folder, where) for job in todo]):
        if problem:
            problems.append(problem)
        else:
            kept[job.name] = job.digest
    _sweep(where, wanted)
    if kept != record:
        (where / RECORD).write_text(json.dumps(kept, indent=0, sort_keys=True), encoding="utf-8")
    return problems


def _record(where: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((where / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _run(tasks: list[tuple[Job, Path, Path]]) -> Iterable[tuple[Job, str]]:
    if len(tasks) <= 2:  # noqa: PLR2004 (starting a process costs more)
        return map(_write_one, tasks)
    from tqdm import tqdm  # noqa: PLC0415

    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        done = pool.map(_write_one, tasks, chunksize=4)
        shown = tqdm(done, total=len(tasks), desc="Documents à imprimer", unit=" document", delay=DELAY, ascii=" #")
        return list(shown)


def _names(job: Job) -> list[str]:
    slug = job.slug
    named = {
        "fiche": lambda: [f"fiche-{slug}.pdf"],
        "jeu": lambda: [f"{slug}.pdf"],
        "canevas": lambda: [BOARD.format(slug), *(_canvas_name(slug, kind) for kind in (*PAPERS, GLUED, BY_HAND))],
        "ecrit": lambda: demarches.paper_names(slug),
        "demarche": lambda: demarches.example_names(slug),
        "questionnaire": lambda: surveys.names(slug),
        "exercices": lambda: [exercises.SHEETS],
        "seance": lambda: [f"{slug}.pdf", f"{slug}.xlsx", *(f"{slug}-{kind}.docx" for kind in WORD)],
    }
    return named[job.kind]()


def _sweep(where: Path, wanted: list[Job]) -> None:
    names = {name for job in wanted for name in _names(job)} | {RECORD}
    for path in where.iterdir():
        if path.name not in names:
            path.unlink()


class Decks(SphinxDirective):
    """``{jeux-de-cartes}``: links to the decks and to all the A4 sides."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return the list of links."""
        here = self.env.app.builder.get_target_uri(self.env.docname)
        lines = [
            f'<li><a href="{escape(relative_uri(here, f"{FOLDER}/{name}.pdf"))}">{escape(label)} (PDF)</a></li>'
            for name, label in DECKS.items()
        ]
        return [nodes.raw("", f"<ul>{''.join(lines)}</ul>", format="html")]


def offer(_app: Sphinx, thing: Session | Card | Canvas) -> list[tuple[str, str]]:
    """Return what the page of a session, of a card or of a canvas lets people take away."""
    if hasattr(thing, "zones"):
        names = {paper: f"{paper} (PDF)" for paper in PAPERS}
        names |= {GLUED: "A1 en feuilles A4 à coller (PDF)", BY_HAND: "À tracer à la main (PDF)"}
        found = [(label, f"{FOLDER}/{_canvas_name(thing.slug, kind)}") for kind, label in names.items()]
        return [*found, ("Tableau à remplir dans un navigateur (page)", f"{FOLDER}/{BOARD.format(thing.slug)}")]
    if hasattr(thing, "jours"):
        slug = thing.slug
        found = [("Dossier de la veille, à imprimer (PDF)", f"{FOLDER}/{slug}.pdf")]
        found += [(label, f"{FOLDER}/{slug}-{kind}.docx") for kind, label in WORD.items()]
        return [*found, ("Conducteur, matériel, émargement (tableur)", f"{FOLDER}/{slug}.xlsx")]
    return [("Fiche sur une face A4 (PDF)", f"{FOLDER}/fiche-{thing.slug}.pdf")]


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write the documents once the pages are there."""
    if exception or app.builder.name != "html" or not app.config.cartable_imprimes:
        return
    shelf = shelf_of(app)
    if not shelf.card_files() or not (shelf.folder / TEXTS).is_file():
        return
    wanted = jobs(shelf.folder, shelf.library, shelf.sessions)
    for problem in write_all(shelf.folder, Path(app.outdir), wanted):
        logger.warning(problem)


def setup(app: Sphinx) -> None:
    """Register the directive, the offers and the writing."""
    app.add_config_value("cartable_imprimes", True, "")
    app.add_directive("jeux-de-cartes", Decks)
    app.connect(DOWNLOADS, offer)
    app.connect("build-finished", _write)
