"""The page of a canvas, derived from its file: the drawing, its zones in words, what to print, how to draw it by hand.

The file ``workshops/canevas/afom.yml`` **is** the page ``workshops/canevas/afom``, as a card is its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sphinx.util import logging

from cartable.book.shelf import CANVASES, CARDS, modules
from cartable.book.workshops import Derived, escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

    from cartable.canvas import Canvas

logger = logging.getLogger(__name__)
PARTS = (
    ("", "summary"),
    ("## Le canevas", "drawing"),
    ("## Zone par zone", "zones"),
    ("## Sur papier et à l’écran", "on_paper"),
    ("## À tracer à la main", "by_hand"),
    ("## Les formats qui s’en servent", "formats"),
)
COPIES = {"groupe": "un par table", "seance": "un pour toute la séance", "personne": "un par personne, en A4"}


@dataclass(frozen=True)
class Page:
    """All that the page of a canvas is written from.

    Parameters
    ----------
    stages
        Names of the steps of the programme.
    formats
        Cards that use it: name of the page, title.
    downloads
        What can be taken away: label, address.
    """

    canvas: Canvas
    stages: Mapping[str, str]
    formats: Sequence[tuple[str, str]]
    url: Callable[[str], str]
    downloads: Sequence[tuple[str, str]] = ()


def summary(page: Page) -> str:
    """Return what it is for, when, and how many to print."""
    from cartable.book.fiche import label, pairs  # noqa: PLC0415 (the core is loaded to draw a page only)

    one = page.canvas
    rows = [
        ("Étapes", "<br>".join(escape(label(page.stages, stage)) for stage in one.etapes_programme)),
        ("Exemplaires", escape(COPIES[one.exemplaires])),
        ("Si le temps manque", escape(one.astuce)),
    ]
    return (
        f'<p class="cartable-intention">{escape(one.but)}</p>'
        '<section class="cartable-bref cartable-enbref" aria-label="En bref">'
        f'<p class="cartable-enbref__titre">En bref</p>{pairs(rows, "cartable-enbref__liste")}</section>'
    )


def drawing(page: Page) -> str:
    """Return the drawing, as it is printed on A4."""
    from cartable.canvas.drawing import draw  # noqa: PLC0415

    return f'<figure class="cartable-canevas">{draw(page.canvas, "A4").svg}</figure>'


def zones(page: Page) -> str:
    """Return the zones in words: what is asked, and the letter that names each in fast entry."""
    from cartable.book.records import html_table  # noqa: PLC0415
    from cartable.canvas.signs import NAMES  # noqa: PLC0415

    rows = [
        [
            escape(zone.titre), escape(zone.prefixe), f"{escape(zone.symbole)} {NAMES[zone.symbole]}",
            f"{escape(zone.question)}<br>{escape(zone.aide)}", str(zone.max) if zone.cases else "à la main",
        ]
        for zone in page.canvas.zones
    ]  # fmt: skip
    return html_table("Ce que demande chaque zone", ("Zone", "Lettre", "Signe", "Question et aide", "Papiers"), rows)


def on_paper(page: Page) -> str:
    """Return the files to print."""
    from cartable.book.fiche import link  # noqa: PLC0415

    links = "".join(f"<li>{link(url, text)}</li>" for text, url in page.downloads)
    said = (
        "<p>Le fichier A1 ou A0 va chez l’imprimeur ou au service de reprographie, avec un "
        f"{link(page.url('book/canevas') + '#commander', 'bon de commande')}. Sans traceur, collez les feuilles A4. "
        "La commande <code>cartable canevas imprimer</code> y écrit le nom, les chiffres et la carte de votre "
        "territoire. Le tableau à remplir est une page : copiez-la sur une clé, elle s’ouvre sans connexion ni "
        f"installation. {link(page.url('book/tableau'), 'Comment le tableau marche')}.</p>"
    )
    return said + (f'<ul class="cartable-telechargements">{links}</ul>' if links else "")


def by_hand(page: Page) -> str:
    """Return the five gestures."""
    gestures = "".join(f"<li>{escape(gesture)}</li>" for gesture in page.canvas.paperboard)
    return f"<p>Sur une feuille de paperboard de 65 × 100 cm :</p><ol>{gestures}</ol>"


def formats(page: Page) -> str:
    """Return links to the cards that use it."""
    from cartable.book.fiche import link  # noqa: PLC0415

    links = "".join(f"<li>{link(page.url(f'{CARDS}/{slug}'), title)}</li>" for slug, title in page.formats)
    return f"<ul>{links}</ul>" if links else "<p>Aucun format du kit ne s’en sert encore : il se suffit à lui-même.</p>"


# -- Sphinx -----------------------------------------------------------------------------------


def read(app: Sphinx, slug: str) -> Canvas:
    """Return the canvas of a page.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        If its file has mistakes.
    """
    from cartable import canvas  # noqa: PLC0415

    return canvas.read_one(Path(app.srcdir, CANVASES, f"{slug}.yml"))


def _read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace the file of a canvas by its page, or by what to correct in it."""
    folder, _, slug = docname.rpartition("/")
    if folder != CANVASES:
        return
    from cartable.manuscript import ManuscriptError  # noqa: PLC0415

    try:
        title = read(app, slug).titre
    except ManuscriptError as error:
        for problem in error.problems:
            logger.warning(str(problem), location=(docname, problem.line))
        source[0] = f"# Canevas à corriger : {escaped(slug)}\n\n```{{canevas}} problems\n```\n"
        return
    parts = "".join(f"{heading}\n\n```{{canevas}} {name}\n```\n\n" for heading, name in PARTS)
    source[0] = f"# {escaped(title)}\n\n{parts}"


class CanvasPart(Derived):
    """``{canevas} drawing``: one part of the page of a canvas."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the part named."""
        from cartable.manuscript import ManuscriptError  # noqa: PLC0415

        self._depend()
        try:
            one = read(self.env.app, self.slug)
        except ManuscriptError as error:
            from cartable.book.problems import table  # noqa: PLC0415

            return self.raw(table(error.problems))
        cards = self.shelf.library.cards
        uses = [(slug, card.titre) for slug, card in cards.items() if card.canevas == self.slug]
        page = Page(one, self.shelf.library.vocabulary.etapes, uses, self.url, self.downloads(one))
        draw: Callable[[Page], str] = globals()[self.arguments[0]]
        return self.raw(draw(page))

    def _depend(self) -> None:
        for path in modules("canvas"):
            self.env.note_dependency(str(path))


class Gallery(Derived):
    """``{liste-des-canevas}``: every canvas, what it is for, at which step."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        from cartable import canvas  # noqa: PLC0415

        folder = Path(self.env.app.srcdir, CANVASES)
        for path in sorted(folder.glob("*.yml")):
            self.env.note_dependency(str(path))
        return self.raw(_gallery(canvas.load(folder.parent).canvases.values(), self.url))


def _gallery(found: Iterable[Canvas], url: Callable[[str], str]) -> str:
    from cartable.book.fiche import link  # noqa: PLC0415
    from cartable.book.records import html_table  # noqa: PLC0415

    rows = [
        [link(url(f"{CANVASES}/{one.slug}"), one.titre), escape(one.but), escape(", ".join(one.etapes_programme)),
         escape(COPIES[one.exemplaires])]
        for one in found
    ]  # fmt: skip
    return html_table("Les canevas du kit", ("Canevas", "Pour quoi faire", "Étapes", "Exemplaires"), rows)


def setup(app: Sphinx) -> None:
    """Register the pages and the directives."""
    app.add_directive("canevas", CanvasPart)
    app.add_directive("liste-des-canevas", Gallery)
    app.connect("source-read", _read_source)
