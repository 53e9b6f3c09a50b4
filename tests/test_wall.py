"""Le tableau en page autonome, en notebook et en rendu statique."""

from __future__ import annotations

import json
import re

import pytest

from cartable import canvas as canvases
from cartable import cli, record, wall
from cartable.canvas.drawing import Paper
from cartable.errors import CartableError
from cartable.record import document
from cartable.record.events import Writer
from cartable.widgets.wall import Wall, Walls

ALL = canvases.load()
HOSTILE = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "\u202eabc", "a\x00b"]


@pytest.fixture
def book():
    kept = record.memory()
    session = kept.write("seance", titre="Partager", date="2026-06-04").objet
    table = kept.write("table", seance=session, nom="Table 1", roles={"habitants": 4}).objet
    board = kept.write("tableau", canevas="afom", seance=session, table=table, titre="Forces").objet
    for text in HOSTILE:
        kept.write("note", tableau=board, zone="atouts", texte=text)
    return kept


@pytest.fixture
def board(book):
    return book.state.all("tableau")[0].id


def told(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])


def test_la_page_porte_tout_et_ne_demande_rien(book, board):
    page = wall.page(ALL["afom"], board=board, events=book.events(), title="<b>Table</b>", mention="exemple inventé")
    assert page.count("</script><script>alert") == 0
    assert "&lt;b&gt;Table" in page
    assert "exemple inventé" in page
    found = told(page)
    assert [one["id"] for one in found["evenements"]] == [event.id for event in book.events()]
    assert found["tableau"] == board
    loaded = re.findall(
        r"(?:src|href)=[\"']?(?!data:)([^\s\"'>]+)", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    )
    assert not loaded
    assert "default-src 'none'" in page.replace("&#x27;", "'")


@pytest.mark.parametrize("slug", sorted(ALL.canvases))
def test_les_zones_de_chaque_canevas_tiennent_sur_la_feuille(slug):
    found = wall.data(ALL[slug])
    for zone in found["canevas"]["zones"]:
        left, top, width, height = zone["boite"]
        assert 0 < left < left + width < 1
        assert 0 < top < top + height < 1
        assert all(0 < side <= 1 for side in zone["papier"])
        assert all(
            0 <= x <= 1 - zone["papier"][0] + 1e-3 and 0 <= y <= 1 - zone["papier"][1] + 1e-3 for x, y in zone["cases"]
        )
        assert 0 <= zone["tete"] <= 1


def test_sans_script_il_reste_un_dessin_et_un_tableau():
    shown = wall.static(
        ALL["afom"], [Paper("atouts", "<script>alert(1)</script>", points=2)], mention="exemple inventé"
    )
    assert "<svg" in shown
    assert "exemple inventé" in shown
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "<table" in shown


# --- Dans un notebook ------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(book, board):
    made = Wall(book, board)
    made.answers = []
    made.send = made.answers.append
    return made


def typed(book, board, genre="note", **fields):
    writer = Writer()
    writer.heard(book.events())
    return writer.make(genre, **({"tableau": board, "zone": "atouts", "texte": "neuf"} | fields)).plain()


def test_un_papier_est_garde_puis_acquitte(shown, book, board):
    plain = typed(book, board)
    shown._hear(shown, {"type": "ecrire", "evenement": plain}, [])
    assert shown.answers == [{"type": "acquitte", "id": plain["id"], "evenement": plain}]
    assert "neuf" in [note["texte"] for note in book.state.notes(board)]
    shown._hear(shown, {"type": "ecrire", "evenement": plain}, [])
    assert [note["texte"] for note in book.state.notes(board)].count("neuf") == 1


def test_bonjour_donne_tout_puis_seulement_le_neuf(shown, book, board):
    shown._hear(shown, {"type": "bonjour"}, [])
    assert len(shown.answers[0]["evenements"]) == len(book.events())
    shown._hear(shown, {"type": "neuf"}, [])
    assert len(shown.answers) == 1
    book.write("note", tableau=board, zone="menaces", texte="écrit ailleurs")
    shown._hear(shown, {"type": "neuf"}, [])
    assert [one["donnees"]["texte"] for one in shown.answers[1]["evenements"]] == ["écrit ailleurs"]
    shown._hear(shown, {"type": "bonjour"}, [])
    assert len(shown.answers[2]["evenements"]) == len(book.events())


@pytest.mark.parametrize(("change", "words"), [
    ({"genre": "purge"}, "pas de ceux d’un tableau"), ({"id": "x"}, "identifiant"), ({"genre": "inconnu"}, "inconnu"),
    ({"donnees": {"role": "DGS de Matha"}}, "famille de rôles"), ({"donnees": {"texte": "x" * 20_001}}, "dépasse"),
])  # fmt: skip
def test_un_geste_qui_ne_va_pas_est_refuse_en_francais(shown, book, board, change, words):
    before = len(book.events())
    shown._hear(shown, {"type": "ecrire", "evenement": typed(book, board) | change}, [])
    [answer] = shown.answers
    assert answer["type"] == "refus"
    assert words in answer["message"].replace("\u00a0", " ")
    assert len(book.events()) == before


@pytest.mark.parametrize(
    "content", [None, 3, {}, {"type": "ecrire"}, {"type": "ecrire", "evenement": []}, {"type": []}]
)
def test_un_message_de_travers_ne_fait_rien_tomber(shown, content):
    shown._hear(shown, content, [])
    assert all(answer["type"] == "refus" for answer in shown.answers)


def test_un_disque_plein_est_dit_et_la_page_peut_reessayer(shown, book, board, monkeypatch):
    plain = typed(book, board)

    def full(_events):
        raise CartableError("Le disque est plein.", "Libérez de la place.")

    with monkeypatch.context() as patch:
        patch.setattr(book, "extend", full)
        shown._hear(shown, {"type": "ecrire", "evenement": plain}, [])
    assert shown.answers[0]["message"].startswith("le disque est plein")
    shown._hear(shown, {"type": "ecrire", "evenement": plain}, [])
    assert (shown.answers[1]["type"], shown.answers[1]["id"]) == ("acquitte", plain["id"])


def test_deux_notebooks_ouverts_se_montrent_leurs_papiers(tmp_path):
    path = tmp_path / "a.carnet"
    with record.create(path, titre="Essai") as one, record.open(path) as other:
        board = one.write("tableau", canevas="afom", seance=None, titre="Forces").objet
        walls = [Wall(kept, board) for kept in (one, other)]
        for made in walls:
            made.answers = []
            made.send = made.answers.append
            made._hear(made, {"type": "bonjour"}, [])
        walls[0]._hear(walls[0], {"type": "ecrire", "evenement": typed(one, board, texte="du premier")}, [])
        walls[1]._hear(walls[1], {"type": "ecrire", "evenement": typed(other, board, texte="du second")}, [])
        walls[0]._hear(walls[0], {"type": "neuf"}, [])
        walls[1]._hear(walls[1], {"type": "neuf"}, [])
        seen = [[event["donnees"].get("texte") for event in made.answers[-1]["evenements"]] for made in walls]
        assert seen == [["du second"], ["du premier"]]


def test_sans_noyau_le_notebook_montre_le_dessin(shown, book, board):
    bundle = shown._repr_mimebundle_()
    assert "<table" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    shown_all = Walls(book)
    assert shown_all.wall.board == board
    assert "<table" in shown_all._repr_mimebundle_()["text/html"]


def test_un_carnet_sans_tableau_dit_quoi_faire():
    with pytest.raises(CartableError, match="pas encore de tableau"):
        Walls(record.memory())
    with pytest.raises(CartableError, match="n’est pas dans le carnet"):
        Wall(record.memory(), "0" * 32)


# --- Ligne de commande -----------------------------------------------------------------------------------------------


def test_la_page_d_un_tableau_rend_un_fichier_que_le_carnet_fusionne(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with record.create(tmp_path / "a.carnet", titre="Essai", fictif=True) as kept:
        board = kept.write("tableau", canevas="afom", seance=None, titre="Forces").objet
    assert cli.main(["carnet", "mur", "a.carnet", "-o", "mur.html"]) == 0
    page = (tmp_path / "mur.html").read_text(encoding="utf-8")
    assert told(page)["tableau"] == board
    assert "exemple inventé" in page
    with record.open(tmp_path / "a.carnet") as kept:
        extra = Writer(clock=99).make("note", tableau=board, zone="atouts", texte="tapé dans la page")
        text = document.to_json([*kept.events(), extra])
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    assert cli.main(["carnet", "fusionner", "a.carnet", "b.json"]) == 0
    with record.open(tmp_path / "a.carnet") as kept:
        assert [note["texte"] for note in kept.state.notes(board)] == ["tapé dans la page"]
    assert cli.main(["canevas", "mur", "afom", "persona", "-o", "murs"]) == 0
    assert (tmp_path / "murs" / "mur-persona.html").is_file()
    assert cli.main(["canevas", "mur", "-o", "tous"]) == 0
    assert len(list((tmp_path / "tous").glob("mur-*.html"))) == len(ALL.canvases)
    assert "Page écrite" in capsys.readouterr().out
