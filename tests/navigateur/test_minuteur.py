"""The page of a session, from file://: its clock, « Animer » on a fake clock, its file printed as counted."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest
from test_livre import violations

from cartable import agenda, dossier, paper, session, timer, wording, workshop
from cartable.session import hour

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from mini_ateliers import card, free, library, seance, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cartable.session import Session

pytestmark = pytest.mark.navigateur

EDITION = dt.date(2026, 11, 22)
READY = ".cartable-seance[data-prete]"
SHIPPED = ("e3-choisir-moyenne", "e4-apprendre-longue", "formation-deux-jours")
READ = """root => [...root.querySelectorAll('.cartable-feuille')].map(sheet => [
  sheet.dataset.feuille,
  [...sheet.querySelectorAll('h3, h4, h5, p, li, td, th, caption')].map(node =>
    node.innerHTML.replace(/<br>/g, ' / ').replace(/<[^>]+>/g, '').trim()),
])"""
BROWSER_SHEETS = f"""([start, end, headcount, clock]) => {{
  const page = document.querySelector('.cartable-seance').cartable;
  const box = document.createElement('div');
  const moved = Cartable.horloge.moved(page.session, 1, start, end);
  box.append(...page.dossier.sheets(moved, {{ headcount, clock }}));
  return ({READ})(box);
}}"""
PYTHON_SHEETS = f"html => {{ const box = document.createElement('div'); box.innerHTML = html; return ({READ})(box); }}"


@pytest.fixture(scope="module")
def known() -> workshop.Library:
    return workshop.load()


@pytest.fixture(scope="module")
def shipped(known: workshop.Library) -> dict[str, Session]:
    found, _ = session.load(known)
    return found


@pytest.fixture
def show(chromium, tmp_path: Path) -> Iterator[Callable]:
    """Open a page from file://, in one browser profile; at the end, refuse any request, error or message."""
    contexts, troubles = [], []

    def opened(html: str, address: str = "", at: str | None = None, **options: object):
        path = tmp_path / "seance.html"
        path.write_text(html, encoding="utf-8")
        settings = {"viewport": {"width": 1280, "height": 720}, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
        context = chromium.new_context(**(settings | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url))
        if at:
            page.clock.install(time=dt.datetime.fromisoformat(f"2026-11-23T{at}+01:00"))
        page.goto(path.as_uri() + address)
        page.wait_for_selector(READY)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in troubles if not one.startswith(("file:", "data:", "blob:"))] == []


def small() -> str:
    """Ninety minutes, from 18:00 to 19:35: a welcome, a format, a break, an optional format, an end."""
    cards = library(card(titre="Persona"), card("vote", titre="Vote"))
    items = [
        free("Accueil", 10, "accueil", consigne="Bonsoir à toutes et à tous, installez-vous."),
        {"atelier": "essai"},
        free("Pause", 10, "pause"),
        {"atelier": "vote", "facultatif": True, "priorite": 3},
        free("Clôture", 10, "cloture"),
    ]
    return timer.page(cards, seance(items, cards, "18:00", "19:35"), edition=EDITION)


def animate(page) -> None:
    page.get_by_role("button", name="Animer avec le minuteur").click()
    page.locator(".cartable-minuteur").wait_for()


def part(page, name: str) -> str:
    return page.locator(f".cartable-minuteur__{name}").inner_text().replace("\u00a0", " ")


def later(page, minutes: float) -> None:
    """Let the time pass, as when a lid was closed: timers fire once."""
    page.clock.fast_forward(int(minutes * 60_000))
    page.clock.run_for(600)


# --- Preparing ------------------------------------------------------------------------------------------------------


def test_hours_and_people_change_everything(show) -> None:
    page = show(small())
    first = page.locator(".cartable-deroule time").first
    assert first.inner_text() == wording.clock(18 * 60)
    page.get_by_label("Début").fill("9h30")
    page.get_by_label("Début").blur()
    assert "La fin vient après" not in page.get_by_role("status").first.inner_text()
    page.get_by_label("Fin à ne pas dépasser").fill("11:00")
    page.get_by_label("Nombre de personnes").fill("30")
    page.get_by_label("Nombre de personnes").blur()
    assert first.inner_text() == wording.clock(9 * 60 + 30)
    assert "convient jusqu’à 24" in page.locator(".cartable-avis-seance").inner_text().replace("\u00a0", " ")
    assert "debut=09:30&fin=11:00&effectif=30" in page.url
    page.reload()
    page.wait_for_selector(READY)
    assert page.get_by_label("Début").input_value() == "09:30"


@pytest.mark.parametrize(("field", "typed"), [("Début", "tantôt"), ("Début", "19:40"), ("Nombre de personnes", "0")])
def test_a_mistake_is_said_and_changes_nothing(show, field: str, typed: str) -> None:
    page = show(small())
    before = page.locator(".cartable-deroule").inner_text()
    page.get_by_label(field).fill(typed)
    page.get_by_label(field).blur()
    assert page.locator(".cartable-bilan[data-faute=oui]").count() == 1
    assert page.locator(".cartable-deroule").inner_text() == before


def test_what_does_not_fit_is_said_on_the_page_and_on_paper(show) -> None:
    page = show(small(), "#debut=18:00&fin=18:50&effectif=12")
    page.wait_for_function("document.querySelector('.cartable-pages').innerText.includes('À raccourcir')")
    assert "est retiré" in page.locator(".cartable-avis-seance").inner_text()
    running = page.locator('[data-feuille="conducteur"] .cartable-papier__forte').all_inner_texts()
    assert not any("Vote" in row for row in running)


# --- The file to print ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SHIPPED)
def test_the_sheets_are_those_of_python_whatever_the_hours(show, known, shipped, slug: str) -> None:
    one = shipped[slug]
    page = show(timer.page(known, one, edition=EDITION))
    start, end = hour(one.jours[0].debut), hour(one.jours[0].fin)
    people = one.effectif
    cases = [
        (start, end, people.ideal, "typique"),
        (9 * 60, 9 * 60 + end - start, people.min, "prudent"),
        (13 * 60 + 10, 13 * 60 + 10 + end - start - 20, people.max, "typique"),
        (8 * 60 + 30, 8 * 60 + 30 + end - start + 60, people.ideal, "optimiste"),
    ]
    for case in cases:
        planned = agenda.plan(known, placed(one, *case[:2]), *case[2:])
        written = paper.render(dossier.document(known, planned, EDITION, "0"))
        assert planned.dropped == ()
        assert page.evaluate(BROWSER_SHEETS, list(case)) == page.evaluate(PYTHON_SHEETS, written), case


def placed(one: Session, start: int, end: int) -> Session:
    moved = agenda.shifted(one, start).jours[0]
    items = [
        item.model_copy(update={"heure": None}) if item.heure and hour(item.heure) >= end else item
        for item in moved.deroule
    ]
    day = moved.model_copy(update={"fin": f"{end // 60}:{end % 60:02}", "deroule": items})
    return one.model_copy(update={"jours": [day, *one.jours[1:]]})


@pytest.mark.parametrize("slug", SHIPPED)
def test_the_pages_announced_are_the_pages_printed(show, known, shipped, slug: str) -> None:
    page = show(timer.page(known, shipped[slug], edition=EDITION))
    button = page.get_by_role("button", name="Imprimer le dossier")
    told = int(page.locator(READY).get_attribute("data-pages"))
    assert f"({told}\u00a0pages)" in button.inner_text()
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == told
    texts = [" ".join(one.extract_text().split()) for one in printed.pages]
    assert all(f"page {i} / {told}" in text and "22 novembre 2026" in text for i, text in enumerate(texts, 1))
    shown = page.locator(".cartable-feuillet").evaluate_all(
        "pages => pages.map(page => page.firstElementChild).map(body => body.scrollHeight - body.clientHeight)"
    )
    assert max(shown) <= 1, "rien ne dépasse d’une page"
    unticked = page.locator(".cartable-feuilles label").first
    pages = int(unticked.inner_text().split("(")[1].split("\u00a0")[0])
    unticked.click()
    assert f"({told - pages}\u00a0pages)" in button.inner_text()


def test_the_print_button_prints(show) -> None:
    page = show(small())
    page.evaluate("() => { window.print = () => { window.imprimes = (window.imprimes || 0) + 1; }; }")
    page.get_by_role("button", name="Imprimer le dossier").click()
    assert page.evaluate("window.imprimes") == 1


# --- « Animer » -----------------------------------------------------------------------------------------------------


def test_the_timer_runs_on_the_wall_clock_and_says_late(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    assert part(page, "etape") == "Accueil"
    page.keyboard.press("Space")
    later(page, 3)
    assert part(page, "chiffres") in {"07:00", "06:59"}
    assert part(page, "humeur") == "● À l’heure"
    assert part(page, "heure") == "18 h 03"
    assert part(page, "suite") == "Ensuite, à 18 h 10 : Ouvrir (10 min)"
    later(page, 11)
    assert part(page, "chiffres") in {"+04:00", "+04:01"}
    assert part(page, "humeur") == "▼ 4 min de retard"
    assert page.locator(".cartable-minuteur").get_attribute("data-etat") == "depasse"


def test_finishing_early_says_early(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    page.keyboard.press("Enter")
    later(page, 7)
    page.keyboard.press("n")
    assert part(page, "etape") == "Ouvrir"
    assert part(page, "humeur") == "▲ 3 min d’avance"


def test_catching_up_is_told_then_chosen(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    page.keyboard.press("Space")
    later(page, 24)
    assert "on raccourcit" in part(page, "mots")
    assert "Fin vers 19 h 35, sans marge" in part(page, "mots")
    later(page, 10)
    assert "Même au plus court, il manque 7 min" in part(page, "mots")
    page.get_by_role("button", name="Retirer « Vote »").click()
    assert "il manque" not in part(page, "mots")
    assert part(page, "mots").startswith("Fin vers")
    page.locator(".cartable-minuteur summary").click()
    left = page.locator(".cartable-minuteur__reste")
    left.wait_for()  # a loaded machine opens the panel a frame later
    assert "Retiré : Vote" in left.inner_text().replace("\u00a0", " ")
    left.get_by_role("button", name="Remettre Vote").click()
    assert "Même au plus court, il manque 7 min" in part(page, "mots")


def test_pause_more_less_and_back(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    page.keyboard.press("Space")
    later(page, 2)
    page.keyboard.press("p")
    later(page, 5)
    assert part(page, "chiffres") == "08:00"
    assert "pause" in part(page, "libelle")
    page.keyboard.press("p")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("-")
    page.clock.run_for(600)
    assert part(page, "chiffres") in {"09:00", "08:59"}
    page.keyboard.press("n")
    assert part(page, "etape") == "Ouvrir"
    page.keyboard.press("b")
    assert part(page, "etape") == "Accueil"
    assert part(page, "chiffres") in {"09:00", "08:59"}


def test_a_closed_browser_is_resumed(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    page.keyboard.press("Space")
    later(page, 10)
    page.keyboard.press("n")
    later(page, 2)
    page.reload()
    page.wait_for_selector(READY)
    animate(page)
    assert "commencée à 18 h 00" in part(page, "question")
    page.get_by_role("button", name="Reprendre cette séance").click()
    assert part(page, "etape") == "Ouvrir"
    assert part(page, "chiffres") in {"08:00", "07:59"}


def test_a_browser_that_keeps_nothing_still_runs(show) -> None:
    page = show(small(), at="18:00:00")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('refus'); }; }")
    animate(page)
    page.keyboard.press("Space")
    later(page, 1)
    assert part(page, "chiffres") in {"09:00", "08:59"}


def test_far_from_its_time_the_session_may_move(show) -> None:
    page = show(small(), at="10:30:00")
    animate(page)
    page.keyboard.press("Space")
    assert "prévue à 18 h. Il est 10 h 30" in part(page, "question")
    page.get_by_role("button", name="Commencer maintenant").click()
    assert part(page, "humeur") == "● À l’heure"
    assert "12 h 05" in part(page, "mots") or "12 h" in part(page, "mots")


def test_the_log_holds_the_real_times_and_no_name(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    for minutes in (12, 9, 10, 11, 10, 8, 10, 10, 9):
        page.keyboard.press("n" if minutes != 12 else "Space")
        later(page, minutes)
    page.keyboard.press("Space")
    page.locator(".cartable-minuteur summary").click()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Enregistrer le journal (JSON)").click()
    journal = json.loads(Path(waited.value.path()).read_text(encoding="utf-8"))
    assert waited.value.suggested_filename == "journal-essai-2026-11-23.json"
    assert [round(step["secondes"] / 60) for step in journal["etapes"]] == [12, 9, 10, 11, 10, 8, 10, 10, 9]
    assert journal["etapes"][1]["atelier"] == "essai"
    assert (journal["debut"], journal["effectif"]) == ("18:00", 12)
    assert part(page, "etape") == "La séance est finie"
    assert "Ouvrir" in page.get_by_label("Journal de la séance, en texte").input_value()


def test_parallel_groups_are_shown_together(show) -> None:
    cards = library(card(titre="Persona"))
    groups = [{"nom": f"Salle {n}", "deroule": [free(f"Tour {n}", 10 * n)]} for n in (1, 2)]
    items = [free("Accueil", 5, "accueil"), {"paralleles": groups}, free("Fin", 5, "cloture")]
    page = show(timer.page(cards, seance(items, cards, "18:00", "19:00"), edition=EDITION), at="18:00:00")
    animate(page)
    page.keyboard.press("Space")
    later(page, 5)
    page.keyboard.press("n")
    assert part(page, "chiffres") == "20:00"
    later(page, 12)
    shown = part(page, "groupes")
    assert "Salle 1 : attend les autres" in shown
    assert "Salle 2 : Tour 2, jusqu’à 18 h 25" in shown
    page.keyboard.press("n")
    assert part(page, "etape") == "Fin"


# --- For everybody --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_and_the_timer_are_accessible(show, width: int, theme: str) -> None:
    page = show(small(), at="18:00:00", viewport={"width": width, "height": 720}, color_scheme=theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    animate(page)
    page.keyboard.press("Space")
    page.locator(".cartable-minuteur summary").click()
    for minutes in (1, 40):
        later(page, minutes)
        assert violations(page) == []
        assert page.evaluate("document.querySelector('.cartable-minuteur').scrollWidth") <= width


def test_a_screen_reader_is_not_told_each_second(show) -> None:
    page = show(small(), at="18:00:00")
    animate(page)
    page.evaluate("""() => {
      window.dits = [];
      const status = document.querySelector('.cartable-minuteur [role=status]');
      new MutationObserver(() => window.dits.push(status.textContent)).observe(status, { childList: true });
    }""")
    page.keyboard.press("Space")
    page.clock.run_for(13 * 60_000)
    told = [text.replace("\u00a0", " ") for text in page.evaluate("window.dits")]
    assert told[0].startswith("Accueil, 10 min.")
    assert told[1:] == ["Il reste une minute.", "Temps écoulé.", "2 min de retard."]
    assert page.locator("[role=timer]").get_attribute("aria-live") == "off"


def test_it_is_read_from_five_metres(show) -> None:
    """On a screen 1.5 m wide, five metres away, 10 minutes of arc are 15 mm: 1 % of the width."""
    page = show(small(), at="18:00:00")
    animate(page)
    page.keyboard.press("Space")
    sizes = {
        name: page.locator(f".cartable-minuteur__{name}").evaluate("n => parseFloat(getComputedStyle(n).fontSize)")
        for name in ("chiffres", "etape", "consigne", "humeur", "suite")
    }
    assert sizes["chiffres"] >= 180
    assert sizes["etape"] >= 48
    assert sizes["consigne"] * 0.5 >= 12.8, "hauteur d’un « x »"
    for name in ("chiffres", "etape", "humeur", "suite"):
        box = page.locator(f".cartable-minuteur__{name}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 720
    digits = page.locator(".cartable-minuteur__chiffres").evaluate("n => n.scrollWidth - n.clientWidth")
    assert digits <= 0


def test_the_longest_instruction_leaves_the_buttons_on_the_screen(show, known) -> None:
    said = max((step.consigne for one in known.cards.values() for step in one.deroule), key=len)
    cards = library(card(titre="Persona", deroule=[step(name, consigne=said) for name in ("Ouvrir", "Lire", "Finir")]))
    page = show(
        timer.page(cards, seance([{"atelier": "essai"}], cards, "18:00", "19:00"), edition=EDITION), at="18:00:00"
    )
    animate(page)
    page.keyboard.press("Space")
    assert part(page, "consigne") == said.replace("\u00a0", " ")
    for name in ("consigne", "chiffres", "humeur", "suite", "barre"):
        box = page.locator(f".cartable-minuteur__{name}").bounding_box()
        assert box["y"] + box["height"] <= 720, name
    size = page.locator(".cartable-minuteur__consigne").evaluate("n => parseFloat(getComputedStyle(n).fontSize)")
    assert size * 0.5 >= 12.8


def test_leaving_gives_the_focus_back(show) -> None:
    page = show(small(), at="18:00:00")
    page.get_by_role("button", name="Animer avec le minuteur").focus()
    page.keyboard.press("Enter")
    page.locator(".cartable-minuteur").wait_for()
    assert "Je commence" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Animer avec le minuteur"


def test_the_fragment_works_in_an_output_of_a_notebook(show) -> None:
    cards = library(card(titre="Persona"))
    made = seance([{"atelier": "essai"}], cards, "18:00", "18:40")
    page = show(small())
    page.evaluate(
        """html => {
            const host = document.createElement("div");
            host.id = "sortie";
            document.querySelector("main").append(host);
            host.innerHTML = html;
            for (const old of host.querySelectorAll("script")) {
                const script = document.createElement("script");
                for (const { name, value } of old.attributes) script.setAttribute(name, value);
                script.textContent = old.textContent;
                old.replaceWith(script);
            }
        }""",
        timer.fragment(cards, made),
    )
    output = page.locator("#sortie")
    output.get_by_role("button", name="Animer avec le minuteur").click()
    assert output.locator(".cartable-minuteur__etape").inner_text() == "Ouvrir"
