"""A collective-intelligence canvas, declared once in ``workshops/canevas/<slug>.yml``: what is asked, and where.

Paper, screen, list for screen readers and fast entry are all derived from it. Fields keep their French names.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from cartable import manuscript
from cartable.workshop import Sentence, Slug, Stage, Strict, Title, filled, limits

if TYPE_CHECKING:
    from collections.abc import Mapping

Colour = Literal["bleu", "vert", "ocre", "rose", "violet", "gris"]
Symbol = Literal["●", "■", "▲", "◆", "⬢", "★", "✚", "◐"]
Ground = Literal["aucun", "cercles", "petales", "arbre", "carte"]
"""What is drawn under the zones: concentric circles, petals, the map of the EPCI…"""
Fact = Literal["territoire", "communes", "chiffres", "carte"]
"""What the territory fills in: its name, its communes, its main figures, its map."""
Span = Annotated[int, Field(ge=1, le=24)]
Question = Annotated[str, limits(110, 5), filled]
Help = Annotated[str, limits(180, 10), filled]
Label = Annotated[str, limits(32, 1), filled]
Gesture = Annotated[str, limits(180, 20), filled]
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]


def _mentions_length(text: str) -> str:
    if "cm" not in text:
        message = "ce geste ne dit aucune longueur."
        raise ValueError(f"{message}\nÉcrivez-la en centimètres : « tirez un trait de 60 cm ».")
    return text


class Place(Strict):
    """Where a zone is on the grid: first column and row (from 1), number of columns and rows."""

    colonne: Span
    ligne: Span
    largeur: Span
    hauteur: Span

    def cells(self) -> set[tuple[int, int]]:
        """Return the cells of the grid that the zone covers."""
        columns = range(self.colonne, self.colonne + self.largeur)
        return {(column, row) for column in columns for row in range(self.ligne, self.ligne + self.hauteur)}


class Zone(Strict):
    """One place to put notes: told by its title, its colour **and** its symbol; ``prefixe`` names it in fast entry."""

    cle: Slug
    prefixe: Prefix
    titre: Label
    question: Question
    aide: Help
    couleur: Colour
    symbole: Symbol
    max: Annotated[int, Field(ge=1, le=60)]
    place: Place
    cases: bool = True
    """Whether sticky notes go there; otherwise it is written by hand, on lines."""


class Axis(Strict):
    """A direction, with the words of both ends, along some zones; along all of them when none is named."""

    sens: Literal["horizontal", "vertical"]
    titre: Label
    debut: Label
    fin: Label
    zones: Annotated[list[Slug], Field(max_length=24, default_factory=list)]


class Lanes(Strict):
    """Parallel lanes across the whole canvas: their headings, from the left or from the top."""

    sens: Literal["colonnes", "lignes"]
    titres: Annotated[list[Label], Field(min_length=2, max_length=13)]


class Link(Strict):
    """An arrow from a zone to another, with what it says."""

    de: Slug
    vers: Slug
    texte: Label


class Prefill(Strict):
    """What of the territory is written beforehand in a zone; without ``zone``, under the title."""

    donnee: Fact
    zone: Slug | None = None


class Grid(Strict):
    """The grid that places refer to."""

    colonnes: Span
    lignes: Span


class Canvas(Strict):
    """One canvas; ``slug`` is the name of its file."""

    slug: Slug
    titre: Title
    but: Annotated[str, limits(160, 20), filled]
    etapes_programme: Annotated[list[Stage], Field(min_length=1, max_length=7)]
    exemplaires: Literal["groupe", "seance", "personne"]
    """How many are printed: one by table, one for the session, one by person."""
    orientation: Literal["paysage", "portrait"] = "paysage"
    grille: Grid
    fond: Ground = "aucun"
    petales: Annotated[list[Label], Field(max_length=6, default_factory=list)]
    """What is rated on each petal, when the ground is a flower."""
    zones: Annotated[list[Zone], Field(min_length=1, max_length=24)]
    axes: Annotated[list[Axis], Field(max_length=2, default_factory=list)]
    couloirs: Lanes | None = None
    liens: Annotated[list[Link], Field(max_length=12, default_factory=list)]
    preremplis: Annotated[list[Prefill], Field(max_length=5, default_factory=list)]
    a_remplir: Annotated[list[Label], Field(max_length=6, default_factory=list)]
    """Blanks under the title: « Table », « Date »… Never a name of a person."""
    budget: Annotated[int, Field(ge=1, le=20)] = 3
    """Points that each voter has, when the board is voted on."""
    paperboard: Annotated[list[Annotated[Gesture, AfterValidator(_mentions_length)]], Field(min_length=5, max_length=5)]
    """Five gestures to draw it by hand on a sheet of 65 × 100 cm, lengths in centimetres."""
    astuce: Sentence
    """What to do when the room, the paper or the time is short."""

    @model_validator(mode="after")
    def _coherent(self) -> Canvas:
        self._check_names()
        self._check_places()
        return self

    def _check_names(self) -> None:
        for field in ("cle", "prefixe"):
            names = [getattr(zone, field) for zone in self.zones]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice:
                message = f"deux zones ont « {twice} » pour {'clé' if field == 'cle' else 'préfixe'}."
                raise ValueError(f"{message}\nDonnez-en un différent à chaque zone.")
        keys = [zone.cle for zone in self.zones]
        named = [end for link in self.liens for end in (link.de, link.vers)]
        named += [name for axis in self.axes for name in axis.zones]
        for name in (*named, *(one.zone for one in self.preremplis if one.zone)):
            if name not in keys:
                raise manuscript.unknown(name, keys, "une zone de ce canevas")
        if len({axis.sens for axis in self.axes}) < len(self.axes):
            message = "les deux axes ont le même sens."
            raise ValueError(f"{message}\nUn axe est horizontal, l’autre vertical.")

    def _check_places(self) -> None:
        columns, rows = self.grille.colonnes, self.grille.lignes
        for zone in self.zones:
            place = zone.place
            if place.colonne + place.largeur - 1 > columns or place.ligne + place.hauteur - 1 > rows:
                message = f"la zone « {zone.titre} » sort de la grille de {columns} × {rows}."
                raise ValueError(f"{message}\nCorrigez sa place, ou agrandissez la grille.")
        for one, other in combinations(self.zones, 2):
            if one.place.cells() & other.place.cells():
                message = f"les zones « {one.titre} » et « {other.titre} » se recouvrent."
                raise ValueError(f"{message}\nCorrigez la place de l’une des deux.")

    def zone(self, key: str) -> Zone:
        """Return a zone by its key.

        Raises
        ------
        KeyError
            If there is none: a fault of the caller.
        """
        return self._by_key()[key]

    def _by_key(self) -> Mapping[str, Zone]:
        return {zone.cle: zone for zone in self.zones}
