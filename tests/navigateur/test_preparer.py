"""Preparing and running a session in JupyterLab: the facilitator’s five minutes, clicks counted, and the trainer’s."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import docx
import pypdf
import pytest
from test_parcours import laboratoire  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="groupes de processus POSIX"),
]
# « Proposer un déroulé », « Imprimer le dossier » and the link: the rest is typed, from field to field.
CLICKS = 3
HALF_DAYS = 4
PATIENCE = 40_000  # milliseconds
PRINT = re.compile(r"Imprimer le dossier \(\d+\spages\)")
COUNT_CLICKS = """() => {
  window.clics = 0;
  addEventListener("click", (event) => { if (event.isTrusted) window.clics += 1; }, true);
}"""


class Notebook:
    """An open notebook of JupyterLab, all its cells executed."""

    def __init__(self, visit, laboratory: tuple[str, str], name: str) -> None:
        self.page, (address, token) = visit.page, laboratory
        self.page.set_default_timeout(PATIENCE)
        self.page.set_viewport_size({"width": 1280, "height": 3400})
        self.page.goto(f"{address}/lab/workspaces/{Path(name).stem}/tree/{name}?token={token}")
        self.page.locator(".jp-Notebook .cartable-avis").first.wait_for()  # its stored outputs: the menus are there too
        self.page.get_by_text("Python 3 (ipykernel) | Inactif").wait_for()
        self.page.get_by_role("menuitem", name="Exécution").click()
        self.page.get_by_role("menuitem", name="Exécuter toutes les cellules", exact=True).click()
        self.root = self.page.locator(".jp-Notebook")

    def field(self, label: str):
        return self.root.get_by_label(label, exact=True)

    def button(self, name: str | re.Pattern[str]):
        return self.root.get_by_role("button", name=name)

    def programme(self):
        return self.root.locator(".cartable-programme")

    def hours(self, title: str) -> str:
        """Return the time of a line of the programme."""
        row = self.programme().locator("tbody tr", has_text=title).first
        return row.get_by_role("rowheader").inner_text().replace("\u00a0", " ")

    def wait_hours(self, title: str, hour: str) -> None:
        row = self.programme().locator("tbody tr", has_text=title)
        row.get_by_role("rowheader", name=hour.replace(" ", "\u00a0"), exact=True).first.wait_for()

    def count_clicks(self) -> None:
        self.page.evaluate(f"({COUNT_CLICKS})()")

    @property
    def clicks(self) -> int:
        return self.page.evaluate("window.clics")


@pytest.fixture
def preparer(visiter, laboratoire, tmp_path: Path):  # noqa: F811
    """Open « Préparer une séance »; afterwards, nothing must have gone to the network."""
    with visiter(laboratoire[0]) as visit:
        notebook = Notebook(visit, laboratoire, "preparer-une-seance.ipynb")
        notebook.folder = tmp_path / "notebooks" / "mes-seances"
        notebook.button(PRINT).wait_for()  # the last thing that the kernel computes
        yield notebook
        assert [trouble for trouble in visit.troubles if trouble.startswith("requête")] == []


def fill(notebook: Notebook, *steps: tuple[int, str]) -> None:
    """Go forward with the tabulation key, so many times, and replace what the field says."""
    for times, typed in steps:
        for _ in range(times):
            notebook.page.keyboard.press("Tab")
        notebook.page.keyboard.press("Control+A")
        notebook.page.keyboard.type(typed)
    notebook.page.keyboard.press("Enter")


def test_the_facilitator_in_five_minutes(preparer: Notebook) -> None:
    page = preparer.page
    preparer.count_clicks()
    preparer.field("Étape").focus()
    for _ in range(2):
        page.keyboard.press("ArrowUp")  # from step 3 to step 1
    fill(preparer, (1, "16"), (1, "14:00"), (1, "16:30"))
    preparer.button("Proposer un déroulé").click()
    proposals = preparer.root.locator(".cartable-proposition")
    proposals.first.filter(has_text=re.compile(r"14\sh\s.*fin")).wait_for()
    assert proposals.count() == 2
    assert "Autre possibilité" in proposals.last.inner_text()
    preparer.programme().get_by_text("16\u00a0personnes.").wait_for()
    assert preparer.hours("Accueil") == "14 h"
    printing = preparer.button(PRINT)
    printing.wait_for()
    count = int(re.search(r"\d+", printing.inner_text())[0])
    printing.click()
    with page.expect_download() as download:
        preparer.root.get_by_role("link", name=re.compile("^Télécharger .*-dossier.pdf$")).click()
    paper = pypdf.PdfReader(download.value.path())
    assert len(paper.pages) == count
    assert "16" in paper.pages[0].extract_text()
    assert preparer.clicks == CLICKS


def test_the_trainer_moves_the_lunch(preparer: Notebook) -> None:
    page = preparer.page
    preparer.field("Étape").select_option(label="Former des animatrices et des animateurs")
    preparer.field("Étape").focus()
    fill(preparer, (1, "12"), (3, "2"))
    preparer.button("Proposer un déroulé").click()
    preparer.programme().get_by_text("12\u00a0personnes.").wait_for()
    days = preparer.programme().locator("caption", has_text="Programme")
    days.nth(1).wait_for()  # the session shown before may have been for twelve people too
    assert days.count() == 2
    first_day = preparer.programme().locator("table").nth(1)
    meal = first_day.locator("tr.repas")
    before = first_day.locator("tr.repas ~ tr").first.get_by_role("rowheader").inner_text()
    lines = preparer.field("Lignes")
    label = lines.locator("option", has_text=meal.locator("strong").inner_text()).first.inner_text()
    lines.select_option(label=label)
    preparer.field("Heure fixée").click()
    fill(preparer, (0, "13:00"))
    meal.get_by_role("rowheader", name="13\u00a0h", exact=True).wait_for()
    assert first_day.locator("tr.repas ~ tr").first.get_by_role("rowheader").inner_text() > before
    for kind, made in (("Vue du formateur", "formateur.docx"), ("Feuille d’émargement", "emargement.docx")):
        sheet = preparer.field("Une feuille")
        sheet.select_option(label=sheet.locator("option", has_text=kind).inner_text())
        preparer.button("En Word").click()
        with page.expect_download() as download:
            preparer.root.get_by_role("link", name=re.compile(f"^Télécharger .*{made}$")).click()
        texts = words(download.value.path())
        assert ("13\u00a0h" in texts) or kind != "Vue du formateur"
        if kind == "Feuille d’émargement":
            assert texts.lower().count("émargement") >= HALF_DAYS
            assert len(re.findall("matin", texts.lower())) >= HALF_DAYS // 2


def words(path: Path) -> str:
    """Return the text of a Word file, tables included."""
    content = docx.Document(str(path)).element.body
    return "\n".join(node.text or "" for node in content.iter() if node.tag.endswith("}t"))


def test_lines_are_edited_with_the_keyboard_alone(preparer: Notebook) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415 (not needed when these tests are left out)

    page = preparer.page
    lines = preparer.field("Lignes")
    lines.focus()
    page.keyboard.press("End")
    # JupyterLab would take the arrows for itself (controls.js). Each waits for the kernel to show the line chosen: on a
    # busy machine, the button pressed next would overtake it.
    minutes, of_last = preparer.field("Minutes"), preparer.field("Minutes").input_value()
    page.keyboard.press("ArrowUp")
    expect(minutes).not_to_have_value(of_last, timeout=PATIENCE)
    page.keyboard.press("ArrowDown")
    expect(minutes).to_have_value(of_last, timeout=PATIENCE)
    last = lines.locator("option").last.text_content().replace("\u00a0", " ").split(" · ")[1]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # « Monter »
    row = preparer.programme().locator("table").nth(1).locator("tbody tr").nth(-3)
    row.filter(has_text=last).wait_for()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # « Annuler »
    preparer.programme().locator("table").nth(1).locator("tbody tr").nth(-2).filter(has_text=last).wait_for()
    preparer.root.locator("button:disabled", has_text="Annuler le dernier changement").wait_for()


def test_a_saved_session_is_run_with_the_timer(preparer: Notebook, visiter, laboratoire) -> None:  # noqa: F811
    preparer.field("Titre").fill("Notre soirée à nous")
    preparer.page.keyboard.press("Enter")
    preparer.button("Enregistrer la séance").click()
    preparer.root.get_by_role("link", name="Télécharger notre-soiree-a-nous.yml").wait_for()
    with visiter(laboratoire[0]) as visit:
        notebook = Notebook(visit, laboratoire, "animer-une-seance.ipynb")
        notebook.field("Séance").select_option(label="À vous : notre-soiree-a-nous")
        notebook.root.locator(".cartable-seance").get_by_text("Accueil").first.wait_for()
        notebook.button("Écrire la page du minuteur").click()
        with notebook.page.expect_download() as download:
            notebook.root.get_by_role("link", name="Télécharger notre-soiree-a-nous.html").click()
        assert download.value.path().stat().st_size > 10_000
    with visiter(preparer.folder.as_uri()) as visit:
        visit.page.goto((preparer.folder / "notre-soiree-a-nous.html").as_uri())
        visit.page.get_by_role("heading", name="Notre soirée à nous", level=1).wait_for()
        assert visit.troubles == []
