"""« J’ai un atelier demain », in the built book: from the home page to the printed file, clicks counted."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from test_livre import violations

from cartable import agenda, session, wording, workshop

pytestmark = pytest.mark.navigateur

PAGE = "book/demain.html"
CLICKS = 4
"""« J’ai un atelier demain », the step (a list: open it, choose), « Imprimer le dossier »."""
COUNT = """
window.name = window.name || "0";
addEventListener("click", (event) => { if (event.isTrusted) window.name = String(Number(window.name) + 1); }, true);
window.print = () => { window.imprimes = (window.imprimes || 0) + 1; };
"""
ARTICLES = ".cartable-demain__proposition"


def fill(page, step: str, start: str, end: str, people: int) -> None:
    page.get_by_label("Étape du programme").select_option(step)
    page.get_by_label("Début", exact=True).fill(start)
    page.get_by_label("Fin à ne pas dépasser").fill(end)
    page.get_by_label("Nombre de personnes").fill(str(people))
    page.get_by_label("Nombre de personnes").blur()


def printer(page, rank: int = 0):
    button = page.locator(ARTICLES).nth(rank).get_by_role("button", name=re.compile(r"\(\d+\spages\)"))
    button.wait_for()
    return button


def pages_of(button) -> int:
    return int(re.search(r"\((\d+)", button.inner_text())[1])


def test_from_the_home_page_to_the_printed_file(visiter, base: str) -> None:
    with visiter(base) as visit:
        page = visit.page
        page.add_init_script(COUNT)
        visit.go("index.html")
        page.locator("article").get_by_role("link", name="J’ai un atelier demain").click()
        page.locator(".cartable-demain form").wait_for()
        step = page.get_by_label("Étape du programme")
        step.click()  # a person opens the list, then chooses in it: the browser draws that click itself
        step.select_option("E3")
        fill(page, "E3", "18h", "20:30", 17)
        button = printer(page)
        told = pages_of(button)
        first = page.locator(ARTICLES).first
        assert first.locator("time").first.inner_text() == wording.clock(18 * 60)
        button.click()
        slug = first.get_attribute("data-seance")
        frame = page.frame(url=re.compile(f"minuteur/{slug}"))
        frame.wait_for_function("window.imprimes === 1")
        assert "17\u00a0personnes" in frame.locator(".cartable-pages").inner_text()
        assert int(page.evaluate("window.name")) + 1 <= CLICKS
        target = first.get_by_role("link", name="Ouvrir le minuteur").get_attribute("href")
        visit.go(f"book/{target}")
        page.wait_for_selector(".cartable-seance[data-prete]")
        assert "17 personnes" in page.locator(".cartable-pages").inner_text().replace("\u00a0", " ")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) == told
        assert visit.troubles == []


def test_each_proposal_gives_its_reason_and_leads_to_its_formats(visiter, livre) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(PAGE)
        page = visit.page
        fill(page, "E2", "9:00", "12:30", 14)
        assert page.locator(ARTICLES).count() == 2
        for article in page.locator(ARTICLES).all():
            assert article.locator(".cartable-demain__raison").inner_text().startswith("Elle tient")
            links = article.locator(".cartable-demain__agenda a")
            assert links.count() >= 1
            for link in links.all():
                target = (livre / "book" / link.get_attribute("href")).resolve()
                assert target.is_file(), target
        assert visit.troubles == []


def test_the_times_are_those_of_python(visiter, livre) -> None:
    known = workshop.load()
    sessions, _ = session.load(known)
    with visiter(livre.as_uri()) as visit:
        visit.go(PAGE)
        fill(visit.page, "E1", "18:00", "20:30", 14)
        article = visit.page.locator(ARTICLES).first
        one = agenda.shifted(sessions[article.get_attribute("data-seance")], 18 * 60)
        day = agenda.plan(known, one, 14).days[0]
        shown = [text.strip() for text in article.locator(".cartable-demain__agenda time").all_inner_texts()]
        assert shown == [wording.clock(b.shown_start) for b in day.blocks] + [
            wording.clock(day.shown_end(day.blocks[-1]))
        ]
        assert visit.troubles == []


def test_what_does_not_fit_says_so(visiter, livre) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(PAGE)
        page = visit.page
        fill(page, "E3", "18:00", "18:20", 14)
        assert page.locator(ARTICLES).count() == 0
        assert "il lui manque" in page.locator(".cartable-demain__rien").inner_text()
        fill(page, "E3", "18:00", "18:20", 400)
        assert "vous en attendez 400" in page.locator(".cartable-demain__rien").inner_text()
        fill(page, "E3", "bientôt", "18:20", 14)
        assert "18:30" in page.get_by_role("status").first.inner_text()
        fill(page, "E3", "19:00", "18:20", 14)
        assert "La fin vient après" in page.get_by_role("status").first.inner_text()
        assert visit.troubles == []


def test_a_shortened_session_is_never_silent(visiter, livre) -> None:
    with visiter(livre.as_uri()) as visit:
        visit.go(PAGE)
        page = visit.page
        fill(page, "E3", "14:00", "15:00", 14)
        article = page.locator(ARTICLES).first
        assert article.get_attribute("data-degre") == "2"
        assert "en gagnant" in article.locator(".cartable-demain__raison").inner_text()
        assert article.locator(".cartable-demain__avis li").count() >= 1
        assert visit.troubles == []


def test_the_keyboard_alone_prints(visiter, livre) -> None:
    with visiter(livre.as_uri()) as visit:
        page = visit.page
        page.add_init_script(COUNT)
        visit.go(PAGE)
        page.get_by_label("Étape du programme").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        printer(page)
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent").startswith("Imprimer le dossier"):
                break
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        assert sum(f.evaluate("window.imprimes || 0") for f in page.frames if "minuteur/" in f.url) == 1
        assert visit.troubles == []


@pytest.mark.parametrize("width", [1280, 360])
def test_it_is_accessible_with_proposals(visiter, livre, width: int) -> None:
    with visiter(livre.as_uri(), width) as visit:
        visit.go(PAGE)
        page = visit.page
        fill(page, "E2", "18:00", "20:30", 14)
        printer(page, 1)
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            assert violations(page) == [], theme
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.troubles == []


def test_a_book_without_its_sessions_says_what_to_do(visiter, livre, tmp_path) -> None:
    import shutil  # noqa: PLC0415

    copy = tmp_path / "livre"
    shutil.copytree(livre, copy, ignore=shutil.ignore_patterns("portraits", "minuteur", "notebooks"))
    with visiter(copy.as_uri()) as visit:
        visit.go(PAGE)
        visit.page.get_by_text("refaites-le avec « make book »").wait_for()
