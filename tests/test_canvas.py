"""Canevas : fichiers, refus en français, feuilles en millimètres, cases."""

from __future__ import annotations

import re

import pytest

from cartable import canvas as canvases
from cartable import workshop
from cartable.canvas.layout import NOTE, PAPERS, layout
from cartable.canvas.signs import COLOURS, SYMBOLS
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError

ALL = canvases.load()
SLUGS = sorted(ALL.canvases)
ASKED = {
    "persona", "carte-d-empathie", "parcours-usager", "carte-des-acteurs", "cartographie-sensible",
    "portrait-a-commenter", "afom", "arbre-a-problemes", "rose-bourgeon-epine", "world-cafe", "comment-pourrions-nous",
    "vote-pondere", "matrice-impact-effort", "theorie-du-changement", "fiche-action", "gantt-mural", "raci",
    "pre-mortem", "etoile-de-retro", "marguerite-d-evaluation", "carnet-de-voyage",
}  # fmt: skip
GOOD = """
titre: Deux colonnes
but: "Trier ce qui aide de ce qui gêne, sans juger personne."
etapes_programme: [E2]
exemplaires: groupe
grille: {colonnes: 2, lignes: 1}
zones:
  - {cle: aide, prefixe: A, titre: Ce qui aide, question: "Qu’est-ce qui aide ?", aide: "Un papier par idée, un verbe.", couleur: vert, symbole: "●", max: 4, place: {colonne: 1, ligne: 1, largeur: 1, hauteur: 1}}
  - {cle: gene, prefixe: G, titre: Ce qui gêne, question: "Qu’est-ce qui gêne ?", aide: "Un papier par idée, un verbe.", couleur: ocre, symbole: "▲", max: 4, place: {colonne: 2, ligne: 1, largeur: 1, hauteur: 1}}
preremplis:
  - {donnee: territoire}
a_remplir: [Table]
paperboard:
  - "Feuille couchée : tirez un trait vertical à 50 cm du bord gauche."
  - "À gauche, écrivez « aide » en lettres de 4 cm."
  - "À droite, écrivez « gêne » en lettres de 4 cm."
  - "Tirez un trait horizontal à 10 cm du haut."
  - "Gardez 5 cm en bas pour le nom de la table."
astuce: "Sans mur, posez la feuille sur une table."
"""  # noqa: E501


def test_les_canevas_demandes_sont_la_et_se_lisent():
    assert not ALL.problems
    assert set(SLUGS) == ASKED
    assert canvases.read(GOOD, "deux-colonnes").titre == "Deux colonnes"


def test_le_vocabulaire_des_ateliers_vient_des_canevas():
    assert {slug for slug in workshop.canvas_titles() if slug != workshop.NO_CANVAS} == set(SLUGS)


@pytest.mark.parametrize(("old", "new", "words"), [
    ("prefixe: G", "prefixe: A", "deux zones ont « A » pour préfixe"),
    ("cle: gene", "cle: aide", "deux zones ont « aide » pour clé"),
    ("colonne: 2, ligne: 1", "colonne: 1, ligne: 1", "se recouvrent"),
    ("colonne: 2, ligne: 1", "colonne: 3, ligne: 1", "sort de la grille de 2 × 1"),
    ("couleur: ocre", "couleur: fuchsia", "couleur"),
    ("à 50 cm du bord", "au milieu du bord", "ce geste ne dit aucune longueur"),
    ("{donnee: territoire}", "{donnee: chiffres, zone: aides}", "aides"),
    ("titre: Deux colonnes", "titre: Deux colonnes\ninventee: 3", "inventee"),
    ("max: 4, place: {colonne: 2", "max: 0, place: {colonne: 2", "max"),
    ("a_remplir: [Table]", "a_remplir: [Table", "YAML"),
])  # fmt: skip
def test_un_canevas_faux_est_refuse_en_nommant_le_fichier_et_le_champ(old, new, words):
    assert old in GOOD
    with pytest.raises(ManuscriptError) as error:
        canvases.read(GOOD.replace(old, new), "deux-colonnes")
    said = str(error.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert words in said
    assert "deux-colonnes" in said
    assert not re.search(r"Input should|Field required|validation error", said)


@pytest.mark.parametrize("slug", SLUGS)
def test_les_zones_se_distinguent_par_la_couleur_et_par_le_symbole(slug):
    zones = ALL[slug].zones
    assert all(zone.couleur in COLOURS and zone.symbole in SYMBOLS for zone in zones)
    assert len({zone.symbole for zone in zones}) == len(zones), "deux zones ont le même symbole"


@pytest.mark.parametrize("slug", SLUGS)
def test_cinq_gestes_en_centimetres_tiennent_sur_une_feuille_de_paperboard(slug):
    gestures = ALL[slug].paperboard
    assert len(gestures) == 5
    for gesture in gestures:
        lengths = [int(number) for number in re.findall(r"(\d+)\s*(?:×\s*\d+\s*)?cm", gesture)]
        assert lengths
        assert max(lengths) <= 300, "plus de trois feuilles bout à bout"


@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("slug", SLUGS)
def test_zones_et_cases_sont_sur_la_feuille_sans_se_recouvrir(slug, paper):
    canvas, at = ALL[slug], layout(ALL[slug], paper)
    assert {at.width, at.height} == set(PAPERS[paper])
    boxes = [box for key in at.zones for box in (at.cells[key] or ())]
    for zone in canvas.zones:
        left, top, right, bottom = at.zones[zone.cle]
        assert 0 < left < right < at.width
        assert 0 < top < bottom < at.height
        assert len(at.cells[zone.cle]) == (zone.max if zone.cases else 0)
        for cell in at.cells[zone.cle]:
            assert left <= cell[0]
            assert top < cell[1]
            assert cell[2] <= right
            assert cell[3] <= bottom
    for rank, one in enumerate(boxes):
        for other in boxes[rank + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("paper", ["A1", "A0"])
def test_les_cases_ont_la_taille_d_un_papier_repositionnable(paper):
    for slug in SLUGS:
        for cells in layout(ALL[slug], paper).cells.values():
            assert all(box[2] - box[0] == pytest.approx(NOTE) == box[3] - box[1] for box in cells)


def test_un_format_inconnu_se_dit():
    with pytest.raises(CartableError, match="A2"):
        layout(ALL["afom"], "A2")
