"""Slides written in a page, projected from a disk, printed with what the trainer says."""

import io

import pypdf
import pytest
from test_book import Book

from cartable import slides
from cartable.documents.slides import render

PAGE = """# Module d’essai

Un début.

```{diapositives}
```

## Dire

:::{diapositive} Une consigne tient en **trois** phrases
- Ce que l’on fait
- Avec qui
:::

Dites-la deux fois. Voyez [l’accueil](../index.md).

Ce qui rate : on explique trop.

:::{diapositive} À vous
> « Par deux, dites votre consigne. »
:::

### Ensuite

Un texte qui n’est pas une note.
"""


@pytest.fixture
def book(tmp_path):
    found = Book(tmp_path)
    found.write("livre/module.md", PAGE)
    return found


def test_la_page_montre_ses_diapositives_et_mene_a_elles(book):
    assert book.build() == 0
    html = book.page("livre/module.html")
    assert "Diapositive\u00a02" in html
    for ending in (".html", ".pdf", "-notes.pdf"):
        assert f'href="../diapositives/module{ending}"' in html
        assert (book.html / f"diapositives/module{ending}").is_file()


def test_la_note_va_jusqu_a_la_diapositive_ou_au_titre_suivant(book):
    book.build()
    deck = slides.read(book.page("livre/module.html"))
    assert deck.title == "Module d’essai"
    first, second = deck.slides
    assert first.title == "Une consigne tient en trois phrases"
    assert "Ce qui rate" in first.notes
    assert "<a" not in first.notes
    assert "Diapositive" not in first.html
    assert second.notes == ""


def test_la_page_a_projeter_tient_seule(book):
    book.build()
    page = book.page("diapositives/module.html")
    assert '<html lang="fr">' in page
    assert 'src="' not in page.replace('src="data:', "")
    assert "<link" not in page.replace('<link rel="icon" href="data:,">', "")
    assert page.count("<section") == 3


def test_un_titre_hostile_est_du_texte():
    deck = slides.Deck("<script>alert(1)</script>", (slides.Slide("<b>a</b>", "<p>x</p>", ""),))
    page = slides.page(deck)
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;a" in page


def test_les_pdf_ont_une_page_par_diapositive(book):
    book.build()
    deck = slides.read(book.page("livre/module.html"))
    shown = pypdf.PdfReader(io.BytesIO(render(deck)))
    noted = pypdf.PdfReader(io.BytesIO(render(deck, notes=True)))
    assert [len(shown.pages), len(noted.pages)] == [3, 2]
    assert "Ce qui rate" in noted.pages[0].extract_text()
    assert "Ce qui rate" not in shown.pages[1].extract_text()
    assert shown.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_une_page_inchangee_garde_ses_diapositives(book):
    book.build()
    before = (book.html / "diapositives/module.pdf").stat().st_mtime_ns
    book.write("livre/un.md", "# Page une\n\nAutre texte.\n")
    book.build()
    assert (book.html / "diapositives/module.pdf").stat().st_mtime_ns == before
    book.write("livre/module.md", PAGE.replace("À vous", "À nous"))
    book.build()
    assert "À nous" in book.page("diapositives/module.html")


def test_une_diapositive_illisible_du_fond_est_refusee(book, capsys):
    book.write("livre/module.md", PAGE.replace("- Avec qui", "- " + "mot " * 50))
    assert book.build() != 0
    assert "45 au plus" in capsys.readouterr().err
