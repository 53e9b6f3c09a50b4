"""The page of a session as text: what it holds, what it never asks for, its sheets for each number of people."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from mini_ateliers import card, free, library, seance

from cartable import agenda, dossier, paper, session, sheets, timer, workshop

EDITION = dt.date(2026, 11, 22)
HOSTILE = '</script><img src=x onerror="alert(1)">'
OUTSIDE = re.compile(
    r"(src|href)\s*=\s*[\"']?(?!data:|#|\.\./)[\w/]|@import|\bfetch\(|XMLHttpRequest|import\(", re.IGNORECASE
)


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture
def small() -> tuple[workshop.Library, session.Session]:
    known = library(card())
    items = [
        free("Accueil", 10, "accueil"),
        {"atelier": "essai"},
        free("Pause", {"min": 5, "typique": 10, "max": 15}, "pause", heure="9:45"),
        {"paralleles": [{"nom": n, "deroule": [free("Tour", 10)]} for n in ("Salle A", "Salle B")]},
        free("Fin", 5, "cloture", facultatif=True),
    ]
    return known, seance(items, known, "9:00", "11:00")


def test_the_page_asks_for_nothing(small) -> None:
    html = timer.page(*small, edition=EDITION)
    assert OUTSIDE.findall(html) == []
    assert html.startswith('<!DOCTYPE html>\n<html lang="fr"')
    assert not re.search(r"<[^>]+\son\w+=", html.split("<script")[0]), "pas de gestionnaire dans les balises"


def test_the_description_keeps_every_line(small) -> None:
    found = timer.description(*small)
    (day,) = found["jours"]
    assert [line["genre"] for line in day["lignes"]] == ["accueil", "atelier", "pause", "paralleles", "cloture"]
    assert day["lignes"][2]["minutes"] == {"min": 5, "typique": 10, "max": 15}
    assert day["lignes"][2]["heure"] == 585
    assert [group["nom"] for group in day["lignes"][3]["groupes"]] == ["Salle A", "Salle B"]
    assert day["lignes"][4]["facultatif"] is True
    assert found["fiches"]["essai"]["etapes"][0]["consigne"].startswith("Nous allons")
    assert timer.description(*small, texts=False)["fiches"]["essai"]["etapes"][0]["consigne"] == ""


def test_the_page_opens_at_the_headcount_and_clock_asked_for(small) -> None:
    data = data_of(timer.page(*small, headcount=17, clock="prudent", edition=EDITION))
    assert (data["effectif"], data["horloge"], data["page"]) == (17, "prudent", True)
    assert data_of(timer.page(*small, edition=EDITION))["effectif"] == 12


def test_a_hostile_title_stays_a_text() -> None:
    known = library(card())
    made = seance([{"atelier": "essai"}], known).model_copy(update={"titre": HOSTILE, "intention": HOSTILE})
    html = timer.page(known, made, edition=EDITION)
    assert "<img src=x" not in html
    assert data_of(html)["seance"]["titre"] == HOSTILE


def test_the_book_gives_links_to_the_formats(small) -> None:
    assert data_of(timer.page(*small, edition=EDITION, book="../"))["fiches"] == "../workshops/"
    assert "fiches" not in data_of(timer.page(*small, edition=EDITION))


def test_the_fragment_shares_its_scripts(small) -> None:
    html = timer.fragment(*small)
    assert re.findall(r'<script data-asset="([\w.]+)"', html) == list(timer.SCRIPTS)
    assert 'class="cartable-papier"' not in html
    assert data_of(html)["page"] is False


# --- Sheets -----------------------------------------------------------------------------------------------------------


def document(*blocks: sheets.Block, **options: bool) -> sheets.Document:
    return sheets.Document("Séance", "12", EDITION, "0.1", (sheets.Sheet("une", "Une", blocks, **options),))


def test_every_kind_of_block_is_drawn() -> None:
    html = paper.render(
        document(
            sheets.Heading("Titre"),
            sheets.Heading("Sous-titre", 3),
            sheets.Paragraph("Dire", "parole"),
            sheets.Paragraph("Gare", "alerte"),
            sheets.Items(("un", "deux"), "numeros"),
            sheets.Items(("clé",), "cases"),
            sheets.Table(
                "Les heures", ("Heure", "Durée"), ((sheets.Time(1085, "1-2"), sheets.Length(75, "1-2")),), (1, 3)
            ),
            sheets.Blanks(("Nom",), 2),
            sheets.Badges((("Rond", "●", "#0b5d6b"), ("Carré", "■", "rouge; x:url(y)"))),
            landscape=True,
        )
    )
    assert "<h4>Titre</h4>" in html
    assert "<h5>Sous-titre</h5>" in html
    assert "«\u00a0Dire\u00a0»" in html
    assert "<strong>Attention\u00a0:</strong> Gare" in html
    assert '<ol class="cartable-papier__numeros" data-unites><li>un</li><li>deux</li></ol>' in html
    assert 'data-de="1-2" data-bord="debut" data-minute="1085">18\u00a0h\u00a005</time>' in html
    assert '<data data-de="1-2" value="75">1\u00a0h\u00a015</data>' in html
    assert 'style="width:25.00%"' in html
    assert 'data-paysage="oui"' in html
    assert "url(y)" not in html


def test_texts_are_escaped() -> None:
    html = paper.render(document(sheets.Paragraph("<b>gras</b> & l’autre\nligne"), sheets.Items(("<i>",))))
    assert "&lt;b&gt;gras&lt;/b&gt; &amp; l’autre<br>ligne" in html
    assert "<i>" not in html


def test_only_what_changes_is_written_for_another_headcount() -> None:
    def made(people: int) -> sheets.Document:
        return document(
            sheets.Paragraph("Toujours pareil"),
            sheets.Paragraph(f"{people} personnes"),
            sheets.Table("Présences", ("N°",), tuple((str(rank),) for rank in range(people))),
            sheets.Table("Heures", ("Heure",), ((sheets.Time(60 * people, "1-1"),),)),
        )

    found = paper.variants(made(3), {2: made(2), 3: made(3), 4: made(4)})
    assert found["effectifs"]["3"] == {"unites": [], "nombres": [], "feuilles": []}
    assert found["effectifs"]["2"]["nombres"] == [[0, 2, 2]]
    assert [unit[:3] for unit in found["effectifs"]["2"]["unites"]] == [[0, 1, 0]]
    assert [unit[:3] for unit in found["effectifs"]["4"]["unites"]] == [[0, 1, 0], [0, 2, 3]]
    assert len(found["textes"]) == 3, "les heures ne comptent pas : la page les calcule"


def test_a_sheet_made_otherwise_is_written_whole() -> None:
    base, other = document(sheets.Paragraph("a")), document(sheets.Paragraph("a"), sheets.Heading("b"))
    found = paper.variants(base, {9: other})
    assert found["effectifs"]["9"]["feuilles"] == [[0, 0]]
    assert found["textes"][0].startswith('<section class="cartable-feuille"')


def test_the_real_dossiers_hold_every_headcount() -> None:
    known = workshop.load()
    made = session.load(known)[0]["e3-choisir-moyenne"]
    html = timer.page(known, made, edition=EDITION)
    data = data_of(html)
    sizes = [int(n) for n in data["variantes"]["effectifs"]]
    assert sizes == list(range(made.effectif.min, made.effectif.max + 1))
    base = dossier.document(known, agenda.plan(known, made, made.effectif.ideal), EDITION, "0")
    assert data["variantes"]["effectifs"][str(made.effectif.ideal)]["unites"] == []
    for sheet in base.sheets:
        assert f'data-feuille="{sheet.id}"' in html
