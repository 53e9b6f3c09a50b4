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


@pytest.fixture
def session_page(visiter, tmp_path: Path):
    """Open the page of a board that is in a session of two tables, with papers put nowhere."""
    kept = record.memory()
    session = kept.write("seance", titre="Partager", date="2026-06-04").objet
    for name, people in (("Table 1", {"habitants": 2}), ("\u202eTable 2", {"elus": 1})):
        table = kept.write("table", seance=session, nom=name, roles=people).objet
    own = kept.write("tableau", canevas="afom", seance=session, table=table, titre="Forces").objet
    for rank in range(30):
        kept.write("note", tableau=own, zone="atouts", texte=f"papier {rank}")
    path = tmp_path / "seance.html"
    path.write_text(wall.page(canvas.load()["afom"], board=own, events=kept.events()), encoding="utf-8")
    with visiter(path.as_uri()) as visit:
        visit.page.goto(path.as_uri())
        yield Board(visit.page.locator(".cartable-mur"))
        assert visit.troubles == []


def test_chaque_table_a_son_budget_et_les_mains_se_comptent(session_page) -> None:
    board = session_page
    board.root.get_by_text("Voter", exact=True).click()
    board.button("Ouvrir le vote").click()
    first = board.root.locator(".mur-bulletins input").first
    left = board.root.locator(".mur-reste")
    budget = canvas.load()["afom"].budget
    assert left.inner_text() == f"{2 * budget}\u00a0points à donner."
    first.fill(str(2 * budget))
    first.press("Tab")
    board.root.get_by_label("Qui vote").select_option(index=1)
    assert first.input_value() == "0", "les points d’une table ne se voient pas à une autre"
    assert left.inner_text() == f"{budget}\u00a0points à donner."
    first.fill("1")
    first.press("Tab")
    board.button("Dévoiler le vote").click()
    assert board.root.locator(".mur-papier .mur-points").first.inner_text() == f"{2 * budget + 1}\u00a0points"
    board.root.get_by_label("Comment").select_option("main-levee")
    board.button("Ouvrir le vote").click()
    board.root.locator(".mur-bulletins input").first.fill("112")
    board.root.locator(".mur-bulletins input").first.press("Tab")
    assert left.inner_text() == "112\u00a0mains levées."


def test_des_papiers_poses_nulle_part_ne_se_cachent_pas(session_page) -> None:
    board = session_page
    zone = wall.data(canvas.load()["afom"])["canevas"]["zones"][0]
    where = "tous => tous.map(un => [un.style.left, un.style.top].join())"
    spots = board.root.locator(".mur-papier").evaluate_all(where)
    assert len(set(spots)) == len(spots) == 30
    assert len(zone["cases"]) < 30, "plus de papiers que de cases"


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
    board.root.get_by_text("Tableaux de ce navigateur").click()
    board.page.evaluate(AXE.read_text(encoding="utf-8"))
    for view in ("Projecteur", "Mur", "Liste"):
        if view == "Mur":
            board.button("Quitter (Échap)").click()
        board.button(view).click()
        if view == "Mur":
            board.paper("deux").focus()
            board.page.keyboard.press("Space")
        found = board.page.evaluate(
            "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
        )
        assert found == []


def test_le_fichier_entre_dans_un_carnet_sans_doubler(page_of, tmp_path: Path) -> None:
    board = page_of()
    board.add("A1 un", HOSTILE)
    with board.page.expect_download() as waiting:
        board.button("Enregistrer le fichier").click()
    path = tmp_path / "page.json"
    waiting.value.save_as(path)
    with record.open(path) as alone:
        assert [note["texte"] for note in alone.state.all("note")] == ["un", HOSTILE]
    with record.create(tmp_path / "a.carnet", titre="Essai") as kept:
        assert kept.merge(path) == 3
        assert kept.merge(path) == 0
        [own] = kept.state.all("tableau")
        assert [one.texte for one in papers(kept.state, own.id)] == ["un", HOSTILE]


def test_choisir_un_papier_ne_fait_pas_bouger_le_mur(page_of) -> None:
    board = page_of()
    board.add("A1 un", "A2 deux")
    before = board.paper("deux").bounding_box()
    board.paper("un").click()
    assert board.root.locator(".mur-volet").is_visible()
    assert board.paper("deux").bounding_box() == before


def test_le_clavier_ne_se_perd_pas_quand_un_papier_s_en_va(page_of) -> None:
    board = page_of()
    board.add("A1 un", "A2 deux")
    focused = "document.activeElement.textContent"
    board.paper("un").focus()
    board.page.keyboard.press("Delete")
    assert "deux" in board.page.evaluate(focused)
    board.page.keyboard.press("Delete")
    assert board.page.evaluate("document.activeElement.name") == "papier"
    board.page.keyboard.press("Control+z")  # the field is empty: it is the board that is undone
    assert board.texts() == ["deux"]
    board.button("Liste").click()
    board.root.locator(".mur-corbeille summary").click()
    board.root.get_by_role("button", name="Restaurer").press("Enter")
    assert board.page.evaluate("document.activeElement.ariaLabel") == "Modifier\u00a0: un"


def test_un_texte_en_cours_de_frappe_reste_quand_le_mur_change(page_of) -> None:
    board = page_of()
    board.add("A1 un")
    board.paper("un").click()
    board.root.locator("textarea[data-nom=texte]").fill("un, presque corrigé")
    board.choice("couleur").select_option("rose")
    assert board.root.locator("textarea[data-nom=texte]").input_value() == "un, presque corrigé"
    board.button("Garder ce texte").click()
    board.button("Annuler").click()
    assert board.root.locator("textarea[data-nom=texte]").input_value() == "un"


def test_ce_qui_est_trop_long_est_refuse_et_reste_dans_le_champ(page_of) -> None:
    board = page_of()
    board.add("A1 un")
    long = "x" * 1_000_000
    board.add(long)
    assert board.root.get_by_role("alert").filter(has_text="trop long").count() == 1
    assert board.root.get_by_label("Nouveau papier").input_value() == long
    assert board.texts() == ["un"]


def test_au_doigt_un_papier_change_de_zone(page_of) -> None:
    board = page_of()
    board.add("A1 à déplacer")
    spot, sheet = board.paper("déplacer").bounding_box(), board.root.locator(".mur-feuille").bounding_box()
    finger = board.page.context.new_cdp_session(board.page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = spot["x"] + 20, spot["y"] + 20
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        there = {"x": x + (sheet["width"] * 0.5) * step / 5, "y": y}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [there]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert board.root.get_by_role("status").filter(has_text="Opportunités").count() == 1
    assert state_of(board).all("note")[0]["zone"] == "opportunites"


def test_le_projecteur_montre_une_zone_en_grand(page_of) -> None:
    board = page_of()
    board.add("M1 une menace")
    board.button("Projecteur").click()
    small = board.paper("menace").bounding_box()["width"]
    board.root.get_by_label("Montrer").select_option("menaces")
    large = board.paper("menace").bounding_box()
    assert large["width"] > small * 1.7
    assert 0 < large["x"] < large["x"] + large["width"] < 1280
    board.button("Écrire un papier").click()
    board.add("M2 une autre")
    assert board.paper("une autre").is_visible()
    board.button("Quitter (Échap)").click()
    assert board.page.evaluate("document.activeElement.textContent") == "Projecteur"


def test_partir_sans_fichier_avertit(page_of) -> None:
    board = page_of()
    asked = []
    board.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    board.add("A1 un")
    assert board.root.get_by_text("2\u00a0gestes ne sont dans aucun fichier").is_visible()
    page_of()
    assert asked == ["beforeunload"]
    board.button("Enregistrer le fichier").click()
    board.root.get_by_text("enregistré dans vos téléchargements").wait_for()
    page_of()
    assert asked == ["beforeunload"]


def test_une_page_sert_a_plusieurs_tables_puis_ne_laisse_rien(page_of) -> None:
    board = page_of()
    board.add("A1 de la première")
    board.root.get_by_text("Tableaux de ce navigateur").click()
    board.root.get_by_label("Nom", exact=True).fill("Table 2")
    board.button("Nouveau tableau").click()
    assert board.texts() == []
    board.add("A1 de la seconde")
    board.root.get_by_label("Tableau montré").select_option(
        label="Atouts, faiblesses, opportunités, menaces (1\u00a0papier)"
    )
    assert board.texts() == ["de la première"]
    state = state_of(board)
    assert sorted(len(state.notes(one.id)) for one in state.all("tableau")) == [1, 1]
    board.button("Effacer de ce navigateur").click()
    assert board.texts() == ["de la première"]
    board.button("Oui, tout effacer").click()
    assert board.texts() == []
    assert board.page.evaluate("Object.keys(localStorage).filter((une) => une.includes('mur')).length") == 0
    assert page_of().texts() == []


def test_annuler_le_premier_papier_laisse_le_tableau_des_autres(page_of) -> None:
    board = page_of()
    board.add("A1 un")
    with board.page.context.expect_page() as opening:
        board.page.evaluate("open(location.href)")
    other = Board(opening.value.locator(".cartable-mur"))
    other.add("A2 deux")
    board.paper("deux").wait_for()
    board.button("Annuler").click()
    other.paper("un").wait_for(state="detached")
    assert other.texts() == board.texts() == ["deux"]


@pytest.mark.parametrize(
    "text", ["\u202eenvers", "\u2067abc\u2069", "{{7*7}}", "=cmd|'/C calc'!A0", "a\x00b", "👩🏽‍🦽" * 50]
)
def test_un_texte_hostile_se_montre_tel_quel_et_ne_deborde_pas(page_of, text: str) -> None:
    board = page_of()
    board.add(f"A1 {text}", "A2 deux")
    for name in ("un", "deux"):
        board.root.locator(".mur-papier").nth(("un", "deux").index(name)).click(modifiers=["Control"])
    board.root.get_by_label("Nom du groupe").fill(text[:80])
    board.button("Grouper").click()
    assert state_of(board).all("note")[0]["texte"] == text
    spilled = board.root.locator(".mur-papier").first.evaluate(
        "un => un.querySelector('.mur-texte').scrollWidth > un.clientWidth"
    )
    assert not spilled
    assert board.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- Un noyau qui se tait ---------------------------------------------------------------------------------------------

KERNEL = """(parle) => {
  const { mur, magasins } = globalThis.Cartable;
  const donnees = { ...JSON.parse(document.querySelector("script[type='application/json']").textContent),
                    page: false, tableau: "a".repeat(32) };
  const noyau = globalThis.noyau = { entend: [], parle, recus: [], on: (_, faire) => noyau.entend.push(faire), off() {},
    dire: (mot) => noyau.entend.forEach((un) => un(mot)),
    send: (mot) => { if (mot.type !== "ecrire") return; noyau.recus.push(mot.evenement);
                     if (noyau.parle) noyau.dire({ type: "acquitte", id: mot.evenement.id }); } };
  const racine = document.createElement("div");
  document.body.replaceChildren(racine);
  const magasin = new magasins.MagasinNoyau(noyau, donnees.tableau);
  magasin.ou = " dans le carnet";
  new mur.Mur(racine, donnees, magasin).demarrer();
}"""


def test_un_noyau_qui_se_tait_ne_perd_rien(page_of) -> None:
    board = page_of()
    board.page.clock.install()
    board.page.evaluate(KERNEL, False)
    board.add("A1 un")
    assert board.paper("un").locator(".mur-etat").inner_text() == "en cours"
    assert board.paper("un").evaluate("un => getComputedStyle(un).borderStyle") == "dashed"
    board.page.clock.run_for(9_000)
    assert board.paper("un").locator(".mur-etat").inner_text() == "non enregistré"
    board.root.get_by_text("2\u00a0gestes pas encore enregistrés.").wait_for()
    # The page is opened again, the kernel answers: what was typed comes back and is kept.
    board = page_of()
    board.page.evaluate(KERNEL, True)
    assert board.texts() == ["un"]
    board.saved("le carnet")
    assert board.page.evaluate("Object.keys(localStorage).filter((une) => une.includes('attente')).length") == 0


def test_un_noyau_refuse_puis_accepte_et_repond_en_retard(page_of) -> None:
    board = page_of()
    board.page.clock.install()
    board.page.evaluate(KERNEL, False)
    board.add("A1 un")
    board.page.evaluate(
        "noyau.recus.forEach(({ id }) => noyau.dire({ type: 'refus', id, message: 'le disque est plein' }))"
    )
    assert board.root.get_by_role("alert").filter(has_text="le disque est plein").count() == 1
    board.page.evaluate("noyau.parle = true")
    board.button("Réessayer").click()
    board.saved("le carnet")
    board.page.evaluate("noyau.parle = false")
    board.add("A2 deux")
    board.page.clock.run_for(9_000)
    assert board.paper("deux").locator(".mur-etat").inner_text() == "non enregistré"
    board.page.evaluate("noyau.dire({ type: 'acquitte', id: noyau.recus.at(-1).id })")
    board.saved("le carnet")


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
