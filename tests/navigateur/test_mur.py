"""Le mur : rempli au clavier, à la souris et par la liste, depuis un fichier puis dans JupyterLab."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from test_parcours import laboratoire  # noqa: F401 (a fixture)

from cartable import canvas, record, wall
from cartable.canvas.reading import papers
from cartable.record import document
from cartable.record.state import State

pytestmark = pytest.mark.navigateur
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


class Board:
    """A board in a page: what a person sees and does."""

    def __init__(self, root) -> None:
        self.root, self.page = root, root.page

    def add(self, *texts: str) -> None:
        for text in texts:
            self.root.get_by_label("Nouveau papier").fill(text)
            self.root.get_by_label("Nouveau papier").press("Enter")

    def paper(self, text: str):
        return self.root.locator(".mur-papier", has_text=text)

    def button(self, name: str, *, exact: bool = True):
        return self.root.get_by_role("button", name=name, exact=exact)

    def choice(self, name: str):
        return self.root.locator(f".mur-volet select[data-nom={name}]")

    def texts(self) -> list[str]:
        return self.root.locator(".mur-papier .mur-texte").all_inner_texts()

    def saved(self, where: str) -> None:
        self.root.get_by_text(f"Tout est enregistré dans {where}.").wait_for()


@pytest.fixture
def page_of(visiter, tmp_path: Path):
    """Open a board from the disk."""
    path = tmp_path / "été à la mairie" / "mur.html"
    path.parent.mkdir()
    path.write_text(wall.page(canvas.load()["afom"]), encoding="utf-8")
    with visiter(path.parent.as_uri()) as visit:

        def open_again(width: int = 1280) -> Board:
            visit.page.set_viewport_size({"width": width, "height": 900})
            visit.page.goto(path.as_uri())
            return Board(visit.page.locator(".cartable-mur"))

        yield open_again
        assert visit.troubles == []


def file_of(board: Board) -> list:
    with board.page.expect_download() as waiting:
        board.button("Enregistrer le fichier").click()
    return json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))["evenements"]


def state_of(board: Board) -> State:
    told = json.dumps({"format": "cartable-carnet", "version": 1, "evenements": file_of(board), "pieces": {}})
    return State(document.from_json(told, "page.json").events)


def test_ce_qui_est_tape_reste_apres_avoir_ferme_la_page(page_of) -> None:
    board = page_of()
    board.add("A2 La mairie ouvre le samedi", "M: la poste ferme", HOSTILE)
    board.saved("ce navigateur")
    again = page_of()
    assert again.texts() == ["La mairie ouvre le samedi", "la poste ferme", HOSTILE]
    assert again.paper("samedi").locator(".mur-numero").inner_text() == "A2"
    state = state_of(again)
    assert [note["zone"] for note in state.all("note")] == ["atouts", "menaces", "menaces"]
    assert [one["canevas"] for one in state.all("tableau")] == ["afom"]


def test_tout_au_clavier(page_of) -> None:
    board = page_of()
    board.add("A1 un", "A2 deux", "A3 trois")
    board.paper("deux").focus()
    before = board.paper("deux").bounding_box()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown"):
        board.page.keyboard.press(key)
    after = board.paper("deux").bounding_box()
    assert after["x"] > before["x"]
    assert after["y"] > before["y"] + 20
    board.page.keyboard.press("Enter")
    board.page.keyboard.press("Control+a")
    board.page.keyboard.type("deux, corrigé")
    board.button("Garder ce texte").press("Enter")
    board.choice("zone").select_option("menaces")
    board.choice("couleur").select_option("rose")
    board.choice("signe").select_option("★")
    board.button("Ne plus choisir").press("Enter")
    board.paper("trois").focus()
    board.page.keyboard.press("Delete")
    [deux] = [note for note in state_of(board).all("note") if note["texte"] == "deux, corrigé"]
    assert (deux["zone"], deux["couleur"], deux["symbole"]) == ("menaces", "rose", "★")
    assert board.texts() == ["un", "deux, corrigé"]
    board.paper("un").focus()
    board.page.keyboard.press("Control+z")
    assert "trois" in board.texts()
    board.page.keyboard.press("Control+y")
    assert "trois" not in board.texts()


def test_a_la_souris_un_papier_change_de_zone(page_of) -> None:
    board = page_of()
    board.add("A1 à déplacer")
    spot, sheet = board.paper("déplacer").bounding_box(), board.root.locator(".mur-feuille").bounding_box()
    mouse = board.page.mouse
    mouse.move(spot["x"] + 20, spot["y"] + 20)
    mouse.down()
    mouse.move(sheet["x"] + sheet["width"] * 0.75, sheet["y"] + sheet["height"] * 0.62, steps=6)
    mouse.up()
    [note] = state_of(board).all("note")
    assert note["zone"] == "menaces"
    assert note["numero"] is None
    board.button("Annuler").click()
    assert state_of(board).all("note")[0]["zone"] == "atouts"


def test_grouper_fusionner_chercher_restaurer(page_of) -> None:
    board = page_of()
    board.add("A1 le bus ne passe plus", "A2 plus de bus le soir", "F1 la fibre arrive")
    for text in ("ne passe plus", "le soir"):
        board.paper(text).focus()
        board.page.keyboard.press("Space")
    board.root.get_by_label("Nom du groupe").fill("Le bus")
    board.button("Grouper").click()
    assert board.root.locator(".mur-papier .mur-groupe").all_inner_texts() == ["Le bus", "Le bus", ""]
    board.root.get_by_label("Texte commun").fill("Il n’y a plus de bus le soir")
    board.button("Fusionner en un seul papier").click()
    assert sorted(board.texts()) == ["Il n’y a plus de bus le soir", "la fibre arrive"]
    board.root.get_by_label("Chercher").fill("FIBRE")
    assert board.root.get_by_text("1\u00a0papier trouvé.").is_visible()
    assert board.root.locator(".mur-efface").count() == 1
    board.root.get_by_label("Chercher").fill("")
    board.button("Liste").click()
    board.root.locator(".mur-corbeille summary").click()
    board.root.get_by_role("button", name="Restaurer").first.click()
    assert len(state_of(board).all("note")) == 3


def test_voter_en_silence_puis_devoiler(page_of) -> None:
    board = page_of()
    board.add("A1 un", "A2 deux")
    board.root.get_by_text("Voter", exact=True).click()
    board.root.get_by_label("Points par personne").fill("3")
    board.button("Ouvrir le vote").click()
    ballots = board.root.locator(".mur-bulletins input")
    ballots.nth(0).fill("2")
    ballots.nth(0).press("Tab")
    assert board.root.get_by_text("1\u00a0point à donner.").is_visible()
    ballots.nth(1).fill("5")
    ballots.nth(1).press("Tab")
    assert board.root.get_by_role("alert").filter(has_text="Il ne reste que").count() == 1
    assert ballots.nth(1).input_value() == "0"
    assert not any(board.root.locator(".mur-papier .mur-points").all_inner_texts()), "le vote est silencieux"
    board.button("Dévoiler le vote").click()
    assert board.root.locator(".mur-papier .mur-points").all_inner_texts() == ["2\u00a0points", ""]
    assert board.root.get_by_role("rowheader", name="un").is_visible()


def test_la_liste_fait_tout_pareil_sur_un_telephone(page_of) -> None:
    board = page_of(width=360)
    assert board.root.locator(".mur-plan").is_hidden()
    board.add("A1 un", "F: deux")
    rows = board.root.locator(".mur-liste li[data-note]")
    assert rows.count() == 2
    board.root.get_by_role("button", name="Modifier\u00a0: un").click()
    assert board.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    board.page.keyboard.type("encore ")
    board.button("Garder ce texte").click()
    board.choice("zone").select_option("leviers")
    board.button("Mettre à la corbeille").click()
    state = state_of(board)
    assert [note["texte"] for note in state.all("note")] == ["deux"]
    [gone] = state.deleted("note")
    assert gone["zone"] == "leviers"
    assert board.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_un_fichier_d_un_autre_ordinateur_s_ajoute_sans_doubler(page_of, tmp_path: Path) -> None:
    board = page_of()
    board.add("A1 d’ici")
    here = file_of(board)
    other = json.loads(json.dumps(here))
    [note] = [one for one in other if one["genre"] == "note"]
    note |= {"id": "c" * 32, "objet": "d" * 32, "horloge": 50, "donnees": note["donnees"] | {"texte": "d’ailleurs"}}
    path = tmp_path / "autre.json"
    path.write_text(json.dumps({"format": "cartable-carnet", "version": 1, "evenements": here + other, "pieces": {}}))
    for _ in range(2):
        board.root.locator("input[type=file]").set_input_files(path)
        board.root.get_by_text("aucun n’est doublé").wait_for()
    assert sorted(board.texts()) == ["d’ailleurs", "d’ici"]
    path.write_text("{")
    board.root.locator("input[type=file]").set_input_files(path)
    board.root.get_by_text("Ce fichier est coupé ou abîmé").wait_for()
    assert sorted(page_of().texts()) == ["d’ailleurs", "d’ici"]


def test_le_projecteur_ne_montre_que_le_mur(page_of) -> None:
    board = page_of()
    board.add("A1 un")
    board.button("Projecteur").click()
    assert board.root.locator(".mur-barre").is_hidden()
    assert board.root.locator(".mur-feuille").is_visible()
    board.page.keyboard.press("Escape")
    board.root.locator(".mur-barre").wait_for()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_ne_trouve_rien(page_of, width: int) -> None:
    board = page_of(width)
    board.add("A1 un", "F2 deux", "M: trois")
    board.root.get_by_text("Voter", exact=True).click()
    board.button("Ouvrir le vote").click()
    board.page.evaluate(AXE.read_text(encoding="utf-8"))
    for view in ("Mur", "Liste"):
        board.button(view).click()
        if view == "Mur":
            board.paper("deux").focus()
            board.page.keyboard.press("Space")
        found = board.page.evaluate(
            "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
        )
        assert found == []


# --- JupyterLab ------------------------------------------------------------------------------------------------------

CELL = """# Le mur de la table
from pathlib import Path
from cartable import record
from cartable.widgets.wall import Walls
carnet = record.open(Path("essai.carnet"))
Walls(carnet)"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="groupes de processus POSIX")
def test_dans_jupyterlab_tout_est_dans_le_carnet_apres_rechargement(visiter, laboratoire, tmp_path: Path) -> None:  # noqa: F811
    address, token = laboratoire
    folder = tmp_path / "notebooks"
    with record.create(folder / "essai.carnet", titre="Essai") as kept:
        session = kept.write("seance", titre="Partager", date="2026-06-04").objet
        table = kept.write("table", seance=session, nom="Table 1", roles={"habitants": 4}).objet
        own = kept.write("tableau", canevas="afom", seance=session, table=table, titre="Forces").objet
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(book, folder / "mur.ipynb")
    with visiter(address) as visit:
        page = visit.page
        page.set_default_timeout(60_000)
        page.set_viewport_size({"width": 1280, "height": 2200})

        def run() -> Board:
            page.goto(f"{address}/lab/workspaces/mur/tree/mur.ipynb?token={token}")
            page.get_by_text("Python 3 (ipykernel) | Inactif").wait_for()
            page.get_by_role("menuitem", name="Exécution").click()
            page.get_by_role("menuitem", name="Exécuter toutes les cellules", exact=True).click()
            root = page.locator(".jp-Notebook .cartable-mur").last
            root.get_by_label("Nouveau papier").wait_for()
            return Board(root)

        board = run()
        board.add("A1 tapé dans JupyterLab", "F2 à annuler", HOSTILE)
        board.saved("le carnet")
        board.button("Annuler").click()
        board.paper("tapé dans").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        board.root.get_by_text("Voter", exact=True).click()
        board.button("Ouvrir le vote").click()
        board.root.locator(".mur-bulletins input").first.fill("7")
        board.root.locator(".mur-bulletins input").first.press("Tab")
        board.button("Dévoiler le vote").click()
        board.saved("le carnet")
        with record.open(folder / "essai.carnet") as other:
            other.write("note", tableau=own, zone="menaces", texte="d’un autre notebook")
        board.paper("d’un autre notebook").wait_for()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("""async () => (await axe.run(document.querySelector(".jp-Notebook .cartable-mur")))
            .violations.map(v => [v.id, v.nodes.map(n => n.html)])""")
        assert found == []
        again = run()
        again.paper("tapé dans").wait_for()
        assert sorted(again.texts()) == ["d’un autre notebook", "tapé dans JupyterLab", "à annuler"]
        assert [trouble for trouble in visit.troubles if trouble.startswith("requête")] == []
    with record.open(folder / "essai.carnet") as kept:
        shown = {one.texte: one for one in papers(kept.state, own)}
        assert set(shown) == {"d’un autre notebook", "tapé dans JupyterLab", "à annuler"}
        assert shown["tapé dans JupyterLab"].points == 7
        first = canvas.load()["afom"]
        assert shown["tapé dans JupyterLab"].x > wall.data(first)["canevas"]["zones"][0]["cases"][0][0]
