"""Canevas dessinés : vrais millimètres, textes dans leur zone, notes hostiles, tableau qui dit tout."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from cartable import canvas as canvases
from cartable.canvas import prefill
from cartable.canvas.drawing import MOST_DRAWN, Paper, draw, placed
from cartable.canvas.layout import PAPERS, layout
from cartable.canvas.reading import papers, table
from cartable.canvas.signs import COLOURS, GREYS
from cartable.canvas.writing import fit
from cartable.labels import LEADING, text_width
from cartable.portrait import portrait
from cartable.record import memory

ALL = canvases.load()
SLUGS = sorted(ALL.canvases)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>", "</text><image href='x'/>", "=cmd|' /C calc'!A0", "{{7*7}}", '#include "x"',
    "\u202eretourné", "é" * 200_000, "👩‍👩‍👧 famille", "a\x00b\x0bc", "&amp; \"'", "]]>", "\ud800seul",
]  # fmt: skip


@pytest.fixture(scope="module")
def brume():
    return prefill.filling(portrait("999000001"))


def words(root):
    """Yield each line of text that is not turned: left, top, right, bottom, text."""
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size") or 0)
        anchor = text.get("text-anchor", "start")
        for span in text.findall(f"{SVG}tspan") or [text]:
            said = "".join(span.itertext())
            if not said or span.get("x") is None:
                continue
            width = text_width(said, size)
            x = float(span.get("x")) - {"start": 0, "middle": width / 2, "end": width}[anchor]
            y = float(span.get("y"))
            yield (x, y - size, x + width, y + size * (LEADING - 1)), said


@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("slug", SLUGS)
def test_aucun_texte_ne_sort_de_sa_zone_ni_ne_touche_une_case(slug, paper, brume):
    canvas, at = ALL[slug], layout(ALL[slug], paper)
    root = ET.fromstring(draw(canvas, paper, filling=brume, table="Table 2").svg)  # noqa: S314
    groups = root.findall(f"{SVG}g[@class='zone']")
    assert len(groups) == len(canvas.zones)
    for zone, group in zip(canvas.zones, groups, strict=True):
        left, top, right, bottom = at.zones[zone.cle]
        for box, said in words(group):
            assert left <= box[0], said
            assert box[2] <= right + 0.01, said
            assert top <= box[1] + 0.2, said
            assert box[3] <= bottom + 0.2, said
            number = re.fullmatch(rf"{zone.prefixe}\d+", said)
            for cell in () if number else at.cells[zone.cle]:
                assert box[3] <= cell[1] + 0.5 or box[2] <= cell[0] or cell[2] <= box[0] or cell[3] <= box[1], said


@pytest.mark.parametrize("slug", SLUGS)
def test_la_question_de_chaque_zone_est_entiere(slug, brume):
    for paper in PAPERS:
        drawn = re.sub(r"<[^>]+>", " ", draw(ALL[slug], paper, filling=brume).svg.split("</desc>")[1])
        flat = re.sub(r"\s+", "", drawn)
        for zone in ALL[slug].zones:
            wanted = re.sub(r"\s+", "", zone.question)
            assert wanted.replace("&", "&amp;") in flat or wanted in flat, (paper, zone.cle)


def test_la_feuille_a_sa_vraie_taille():
    for paper, (short, long) in PAPERS.items():
        root = ET.fromstring(draw(ALL["afom"], paper).svg)  # noqa: S314
        assert (root.get("width"), root.get("height")) == (f"{long:g}mm", f"{short:g}mm")
        assert root.get("viewBox") == f"0 0 {long:g} {short:g}"
    assert 'width="594mm" height="841mm"' in draw(ALL["fiche-action"], "A1").svg


def test_le_meme_canevas_donne_le_meme_dessin(brume):
    assert draw(ALL["persona"], "A3", filling=brume).svg == draw(ALL["persona"], "A3", filling=brume).svg
    one, other = draw(ALL["persona"], "A3").svg, draw(ALL["persona"], "A3", table="Table 4").svg
    assert one != other
    assert "Table 4" in other


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("pair", [*COLOURS.values(), GREYS])
def test_les_couleurs_ont_du_contraste(pair):
    high, low = sorted(map(luminance, pair), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_en_gris_il_n_y_a_plus_de_couleur(brume):
    colours = set(re.findall(r"#[0-9a-f]{6}", draw(ALL["afom"], "A1", grey=True, filling=brume).svg))
    strong = {strong for name, (strong, _) in COLOURS.items() if name != "gris"}
    assert not colours & strong


def test_le_territoire_est_ecrit_avec_ses_sources(brume):
    svg = draw(ALL["portrait-a-commenter"], "A1", filling=brume).svg
    assert "Val-de-Brume" in svg
    assert "fictif" in svg
    figures = re.sub(r"<[^>]+>", "", svg)
    assert brume.chiffres[0].value in figures
    assert brume.communes
    drawn = re.sub(r"<[^>]+>", "", draw(ALL["cartographie-sensible"], "A1", filling=brume).svg)
    assert all(name.replace(" ", "") in drawn.replace(" ", "") for name in brume.communes)
    assert "Collez ici la carte" in draw(ALL["cartographie-sensible"], "A1").svg


@pytest.mark.parametrize("text", HOSTILE)
def test_une_note_hostile_n_est_que_du_texte(text):
    chart = draw(ALL["afom"], "A1", papers=[Paper("atouts", text), Paper("atouts", "suivante", points=2)], table=text)
    root = ET.fromstring(chart.svg)  # noqa: S314
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "rect",
        "path",
        "text",
        "tspan",
    }
    assert len(chart.svg) < 200_000
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", chart.svg)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        assert not any(name.startswith("on") for name, _ in attrs)
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_le_tableau_dit_tout_et_n_execute_rien(text):
    page = _Tags()
    page.feed(table(ALL["afom"], [Paper("atouts", text, numero=3, points=2), Paper("disparue", "perdue")]))
    assert set(page.tags) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "br"}
    assert "A3" in page.text
    assert "perdue" in page.text
    assert "Zone inconnue" in page.text
    kept = re.sub("[\x00-\x08\x0b\x0c\ud800]", "", text)
    assert re.sub(r"\s", "", kept) in re.sub(r"\s", "", page.text)


def test_les_notes_d_un_carnet_vont_dans_leur_case_avec_leurs_points():
    book = memory()
    board = book.write("tableau", canevas="afom", seance=None, titre="x").objet
    one = book.write("note", tableau=board, zone="atouts", texte="La mairie ouvre le samedi", numero=2).objet
    book.write("note", tableau=board, zone="atouts", texte="Un bus passe")
    gone = book.write("note", tableau=board, zone="atouts", texte="retirée").objet
    book.write("note", gone, supprime=True)
    ballot = book.write("scrutin", tableau=board, titre="Vote", budget=3, mode="table", devoile=True).objet
    book.write("vote", scrutin=ballot, cible=one, votant="table:1", points=2)
    book.write("vote", scrutin=ballot, cible=one, votant="table:2", points=1)
    found = papers(book.state, board)
    assert [(paper.texte, paper.points) for paper in found] == [("La mairie ouvre le samedi", 3), ("Un bus passe", 0)]
    at = layout(ALL["afom"], "A1")
    assert [box for _, box in placed(at, found)] == [at.cells["atouts"][1], at.cells["atouts"][0]]


def test_dix_mille_notes_se_dessinent_sans_que_la_feuille_enfle():
    many = [Paper("atouts", f"papier {rank}") for rank in range(10_000)]
    svg = draw(ALL["afom"], "A1", papers=many).svg
    assert svg.count("papier ") <= MOST_DRAWN + 20
    assert table(ALL["afom"], many).count("<tr>") == 10_001


def test_un_papier_pose_reste_dans_sa_zone():
    at = layout(ALL["afom"], "A1")
    for x, y in ((0, 0), (1, 1), (-5, 9), (math.inf, 0.5)):
        [(_, box)] = placed(at, [Paper("menaces", "x", x=x, y=y)])
        left, top, right, bottom = at.zones["menaces"]
        assert left <= box[0] <= box[2] <= right + 0.01
        assert top <= box[1] <= box[3] <= bottom + 0.01


def test_un_texte_trop_long_est_coupe_et_le_dit():
    short = fit("un deux trois", 100, 20, (5, 4))
    assert (short.lines, short.cut) == (("un deux trois",), False)
    long = fit("mot " * 300, 40, 20, (5, 4))
    assert long.cut
    assert long.lines[-1].endswith("…")
    assert long.height <= 20
    assert all(text_width(line, long.size) <= 40 for line in long.lines)
    assert len(fit("x" * 500, 40, 100, (5, 4)).lines) > 1


def test_un_vote_silencieux_ne_se_voit_nulle_part():
    book = memory()
    board = book.write("tableau", canevas="afom", seance=None, titre="x").objet
    note = book.write("note", tableau=board, zone="atouts", texte="La mairie ouvre le samedi").objet
    ballot = book.write("scrutin", tableau=board, titre="Vote", budget=3, mode="table", devoile=False).objet
    book.write("vote", scrutin=ballot, cible=note, votant="table:1", points=2)
    assert papers(book.state, board)[0].points == 0
    assert book.notes()["points"].sum() == 0
    book.write("scrutin", ballot, devoile=True)
    assert papers(book.state, board)[0].points == 2
    assert book.notes()["points"].sum() == 2
