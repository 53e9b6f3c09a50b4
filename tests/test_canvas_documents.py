"""Canevas imprimés : vraie taille, feuilles A4 à coller, à la main, bon de commande, kit d’une séance."""

from __future__ import annotations

import io
from itertools import pairwise

import pypdf
import pytest

from cartable import canvas as canvases
from cartable import cli
from cartable.canvas import orders, prints
from cartable.canvas.drawing import draw
from cartable.canvas.layout import PAPERS
from cartable.documents import canvases as printed
from cartable.documents import pdf
from cartable.errors import CartableError

ALL = canvases.load()
POINT = 25.4 / 72


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def size(page):
    return tuple(round(float(length) * POINT) for length in page.mediabox[2:])


def bookmarks(outline):
    for one in outline:
        if isinstance(one, list):
            yield from bookmarks(one)
        else:
            yield one.title


def text(content):
    return " ".join(page.extract_text() for page in read(content).pages).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("paper", list(PAPERS))
def test_chaque_canevas_est_sur_une_page_a_sa_vraie_taille_avec_son_signet(paper):
    charts = [draw(one, paper) for one in (ALL["afom"], ALL["fiche-action"])]
    made = read(printed.pdf(charts, "Deux"))
    short, long = (round(side) for side in PAPERS[paper])
    assert [size(page) for page in made.pages] == [(long, short), (short, long)]
    assert list(bookmarks(made.outline)) == [ALL["afom"].titre, ALL["fiche-action"].titre]
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert made.trailer["/Root"]["/Lang"].startswith("fr")


def test_le_dessin_du_pdf_est_vectoriel():
    made = read(printed.pdf([draw(ALL["afom"], "A0")]))
    assert "Qu’est-ce qui marche" in made.pages[0].extract_text().replace("\u00a0", " ")
    assert not list(made.pages[0].images)


def test_les_feuilles_a4_couvrent_tout_le_dessin_et_se_recouvrent():
    for width, height in ((841.0, 594.0), (594.0, 841.0), (1189.0, 841.0), (420.0, 297.0), (120.0, 80.0)):
        cut = printed.tiling(width, height)
        tiles = cut.tiles()
        assert len(tiles) == cut.columns * cut.rows
        assert max(tile.x for tile in tiles) + cut.width >= width
        assert max(tile.y for tile in tiles) + cut.height >= height
        columns = sorted({tile.x for tile in tiles})
        assert all(b - a == pytest.approx(cut.width - printed.OVERLAP) for a, b in pairwise(columns))
        # One sheet fewer in a row or a column would not be enough.
        assert cut.columns == 1 or (cut.columns - 1) * (cut.width - printed.OVERLAP) + printed.OVERLAP < width
    assert len(printed.tiling(120, 80).tiles()) == 1


def test_un_canevas_a1_tient_sur_neuf_feuilles_et_leur_plan():
    made = read(printed.pdf([draw(ALL["afom"], "A1")], tiled=True))
    assert len(made.pages) == 10
    assert {tuple(sorted(size(page))) for page in made.pages} == {(210, 297)}
    assert next(iter(bookmarks(made.outline))).endswith("plan d’assemblage")
    plan = made.pages[0].extract_text().replace("\u202f", " ").replace("\u00a0", " ")
    assert "9 feuilles A4" in plan
    assert "10 cm exactement" in plan


def test_les_croix_de_deux_feuilles_voisines_tombent_au_meme_endroit():
    data = printed.data([draw(ALL["afom"], "A1")], "x", tiled=True)["planches"][0]
    across, down = data["pas_x"], data["pas_y"]
    spots = [(round(tile["x"] + x, 3), round(tile["y"] + y, 3)) for tile in data["feuilles"] for x, y in tile["croix"]]
    assert spots
    # Each cross is on the edge of a sheet and on the dotted line of its neighbour: it is drawn on both.
    assert all(spots.count(spot) >= 2 for spot in spots)
    assert all(
        round(x % across, 3) in {0, round(across, 3)} or round(y % down, 3) in {0, round(down, 3)} for x, y in spots
    )


def test_rien_a_imprimer_se_dit():
    with pytest.raises(CartableError, match="Aucun canevas"):
        printed.pdf([])


def test_chaque_table_a_son_canevas_nomme_et_il_en_reste_un():
    found = prints.session(ALL, {"afom": 3, "vote-pondere": 2, "marguerite-d-evaluation": 12}, "A3")
    assert [chart.title for chart in found].count(ALL["afom"].titre) == 4
    assert [chart.title for chart in found].count(ALL["vote-pondere"].titre) == 1
    assert sum("Table 2<" in chart.svg for chart in found) == 1
    assert 'width="297mm"' in found[-1].svg, "la feuille de chaque personne est en A4"
    with pytest.raises(CartableError, match="afom"):
        prints.session(ALL, {"afome": 1}, "A3")


def test_combien_d_exemplaires():
    assert orders.copies(ALL["afom"], 5, 30) == 6
    assert orders.copies(ALL["vote-pondere"], 5, 30) == 1
    assert orders.copies(ALL["marguerite-d-evaluation"], 5, 30) == 30


def run(*words):
    return cli.main(["canevas", *map(str, words)])


def test_imprimer_en_ligne_de_commande(tmp_path, capsys):
    target = tmp_path / "c.pdf"
    assert run("imprimer", "afom", "persona", "--format", "A3", "--tables", 2, "--gris", "-o", target) == 0
    made = read(target.read_bytes())
    assert len(made.pages) == 4
    assert "Table 2" in made.pages[1].extract_text()
    assert "4 canevas A3, 4 pages" in capsys.readouterr().out.replace("\u00a0", " ")


def test_le_territoire_est_ecrit(tmp_path):
    target = tmp_path / "c.pdf"
    assert run("imprimer", "portrait-a-commenter", "--territoire", "999000001", "-o", target) == 0
    assert "Val-de-Brume, territoire fictif" in text(target.read_bytes())


def test_tracer_et_commander(tmp_path, capsys):
    assert run("tracer", "afom", "-o", tmp_path / "t.pdf") == 0
    said = " ".join(text((tmp_path / "t.pdf").read_bytes()).split())
    assert "Cinq gestes" in said
    assert "25 cm du haut" in said
    assert run("commander", "afom", "marguerite-d-evaluation", "--format", "A0", "--gris", "--tables", 5,
               "--personnes", 24, "-o", tmp_path / "b.pdf") == 0  # fmt: skip
    said = " ".join(text((tmp_path / "b.pdf").read_bytes()).split())
    for words in ("A0 (84,1 × 118,9 cm)", "A4 (21 × 29,7 cm)", "Noir et blanc", "Total : 30 feuilles"):
        assert words in said
    assert "1 page" in capsys.readouterr().out.replace("\u00a0", " ")


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_exporter_un_dessin(kind, start, tmp_path):
    assert run("exporter", "afom", "--format", "A4", "--en", kind, "-o", tmp_path / "un" / "dossier") == 0
    assert (tmp_path / "un" / "dossier" / f"afom-A4.{kind}").read_bytes().startswith(start)


def test_lister_verifier_et_se_tromper(capsys):
    assert run("lister") == 0
    assert run("verifier") == 0
    assert "21 canevas, aucune erreur" in capsys.readouterr().out.replace("\u00a0", " ")
    assert run("imprimer", "afome") == 1
    assert "« afom »" in capsys.readouterr().err.replace("\u00a0", " ")
    with pytest.raises(SystemExit):
        run("imprimer", "afom", "--tables", "0")


def test_tout_le_kit_d_une_seance_en_un_pdf(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["seance", "imprimer", "e2b-partager-courte"]
    assert cli.main([*words, "-o", "k.pdf", "--territoire", "999000001"]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    made = read((tmp_path / "k.pdf").read_bytes())
    marks = list(bookmarks(made.outline))
    assert "Feuille de veille" in marks
    assert any(canvas.titre in marks for canvas in ALL.canvases.values())
    assert "canevas" in said
    assert "fiche" in said
    assert {(420, 297)} <= {size(page) for page in made.pages}
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert cli.main([*words, "-o", "s.pdf", "--sans-canevas", "--sans-fiches"]) == 0
    alone = pdf.pages((tmp_path / "s.pdf").read_bytes())
    assert alone < len(made.pages)
    assert cli.main([*words, "-o", "u.pdf", "--seulement", "veille"]) == 0
    assert "canevas" not in capsys.readouterr().out.splitlines()[-1]
