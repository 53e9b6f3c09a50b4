"""What goes with canvases on paper: how to draw one by hand, and the order form for the copy shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartable import wording
from cartable.canvas.drawing import draw
from cartable.canvas.layout import HELD, PAPERS
from cartable.canvas.signs import NAMES
from cartable.sheets import Blanks, Heading, Items, Paragraph, Picture, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartable.canvas.model import Canvas

SIZES = {paper: f"{short / 10:g} × {long / 10:g} cm".replace(".", ",") for paper, (short, long) in PAPERS.items()}
SUPPLIES = (
    "Une feuille de paperboard de 65 × 100 cm ; à défaut, du papier kraft ou une nappe en papier",
    "Un feutre noir épais pour les traits, un de couleur par zone si vous en avez",
    "Une règle ou un mètre ruban ; sans règle, le grand côté d’une feuille A4 mesure 30 cm",
    "Des papiers repositionnables de 76 mm",
)
SHOP = (
    "Imprimer à 100 %, sans « ajuster à la page » : les cases doivent mesurer 76 mm en A1 et en A0.",
    "Papier ordinaire de 80 à 120 g, non couché : on écrit dessus au feutre.",
    "Ni pliage ni plastification ; rouler, un élastique, jamais d’agrafe.",
)
DRAWN = 0.55  # share of the page: what it looks like once drawn
EVERY = {"groupe": "un par table, et un de secours", "seance": "un pour la séance", "personne": "un par personne"}


@dataclass(frozen=True)
class Line:
    """A canvas and how many copies of it are wanted."""

    canvas: Canvas
    copies: int


def copies(canvas: Canvas, groups: int, people: int) -> int:
    """Return how many copies a session needs: one by table and a spare one, one by person, or one."""
    return {"groupe": groups + 1, "personne": people, "seance": 1}[canvas.exemplaires]


def by_hand(canvas: Canvas) -> Sheet:
    """Return the page that tells how to draw a canvas on a paperboard, in five gestures."""
    chart = draw(canvas, HELD, grey=True, cells=False)
    blocks = (
        Paragraph(canvas.but, "lead"),
        Picture(chart.svg, chart.description, DRAWN),
        Heading("Ce qu’il faut"),
        Items(SUPPLIES),
        Heading("Cinq gestes"),
        Items(tuple(canvas.paperboard), "numeros"),
        Heading("Ce que vous écrivez dans chaque zone"),
        Table(
            "Les zones",
            ("Zone", "Lettre", "Question à écrire"),
            tuple((f"{zone.titre} ({NAMES[zone.symbole]})", zone.prefixe, zone.question) for zone in canvas.zones),
            (3, 1, 6),
        ),
        Paragraph(canvas.astuce, "note"),
    )
    return Sheet(f"tracer-{canvas.slug}", f"{canvas.titre} : à tracer à la main", blocks)


def order(lines: Sequence[Line], paper: str, *, grey: bool, file: str = "") -> Sheet:
    """Return the order form for the copy shop: what, on which paper, in colour or grey, how many.

    Parameters
    ----------
    file
        Name of the file to give with it.
    """
    ink = "Noir et blanc (niveaux de gris)" if grey else "Couleur"
    rows = tuple((line.canvas.titre, _size(line.canvas, paper), ink, str(line.copies)) for line in lines)
    total = sum(line.copies for line in lines)
    blocks = (
        Paragraph("À remettre à l’imprimeur ou au service de reprographie, avec le fichier.", "lead"),
        Blanks(("Collectivité, service", "Rôle et téléphone du service", "À retirer le", "Imputation ou bon n°")),
        Paragraph(wording.typeset(f"Fichier joint : {file or 'canevas.pdf'}. Une page du fichier, un canevas.")),
        Table("Ce que nous commandons", ("Canevas", "Format", "Impression", "Quantité"), rows, (6, 4, 4, 2)),
        Paragraph(wording.typeset(f"Total : {wording.plural(total, 'feuille')}.")),
        Heading("Consignes"),
        Items(tuple(wording.typeset(hint) for hint in SHOP), "cases"),
        Heading("À la livraison, mesurez"),
        Paragraph(wording.typeset(_check(paper))),
        Heading("Combien d’exemplaires"),
        Items(tuple(_usual(lines))),
    )
    return Sheet("commande", "Bon de commande pour la reprographie", blocks, single=False)


def _size(canvas: Canvas, paper: str) -> str:
    """Say the paper of a canvas: one that each person fills in is held in the hand."""
    own = HELD if canvas.exemplaires == "personne" else paper
    return f"{own} ({SIZES[own]})"


def _check(paper: str) -> str:
    if paper in {"A1", "A0"}:
        return "Une case en pointillé fait 7,6 cm de côté : posez dessus un papier repositionnable, il la couvre juste."
    return f"La feuille fait {SIZES[paper]}. On écrit dans les cases à la main : les papiers n’y tiennent pas."


def _usual(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield wording.typeset(f"{line.canvas.titre} : {EVERY[line.canvas.exemplaires]}.")
