"""The book's machinery, on miniature books that each test writes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cartable import __version__
from cartable.book import french
from cartable.book.__main__ import main
from cartable.book.building import build, sphinx_config
from cartable.errors import DataError

ROOT = Path(__file__).parent.parent
SCRIPT = '<script data-asset="gros.js">window.gros = 1;</script>'
STYLE = '<style data-asset="gros.css">b { color: teal }</style>'
SOURCE = """
- cle: population
  titre: Populations <légales>
  producteur: Insee
  licence: Licence Ouverte 2.0
  millesime: 2023
  mise_a_jour: 2025-12-01
  url: https://exemple.fr/a?b=1&c=2
  contenu: Une ligne par commune
  reserves: ""
"""


class Book:
    """A book of a few pages, with the real settings and templates."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.html = root / "_build" / "html"
        config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
        sphinx = config["sphinx"]["config"]
        sphinx["templates_path"] = [str(ROOT / path) for path in sphinx["templates_path"]]
        sphinx["html_static_path"] = ["habillage"]
        sphinx["cartable_vendor"] = "apports"
        config["html"]["favicon"] = ""
        toc = {
            "format": "jb-book",
            "root": "index",
            "parts": [{"caption": "Pages", "chapters": [{"glob": "livre/**"}]}],
        }
        self.write("_config.yml", yaml.safe_dump(config, allow_unicode=True))
        self.write("_toc.yml", yaml.safe_dump(toc))
        self.write("habillage/theme.css", "")
        self.write("habillage/impression.css", "")
        self.write("habillage/cartable.js", "")
        self.write("apports/atkinson-hyperlegible-next-latin-wght-normal.woff2", "")
        self.write("index.md", "# Accueil\n")
        self.write("livre/un.md", "# Page une\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def notebook(self, name: str, *outputs: str) -> None:
        cells = [{"cell_type": "markdown", "id": "titre", "metadata": {}, "source": "# Carnet"}]
        for rank, html in enumerate(outputs, 1):
            output = {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": html, "text/plain": "-"},
            }
            cell = {
                "cell_type": "code",
                "id": f"c{rank}",
                "metadata": {"tags": ["hide-input"]},
                "source": "carte()",
            }
            cells.append({**cell, "execution_count": rank, "outputs": [output]})
        language = {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": language, "cells": cells}
        self.write(name, json.dumps(notebook))

    def build(self) -> int:
        return build(self.root)

    def page(self, name: str) -> str:
        return (self.html / name).read_text("utf-8")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def test_identical_assets_become_one_file_linked_from_any_depth(book: Book) -> None:
    book.notebook("livre/carnet.ipynb", STYLE + SCRIPT + "<script>gros</script>", SCRIPT + "<script>encore</script>")
    book.notebook("livre/loin/dela.ipynb", SCRIPT)
    assert book.build() == 0

    page = book.page("livre/carnet.html")
    [link] = re.findall(r'<script src="(\.\./_static/hoisted/gros-\w+\.js)"></script>', page)
    assert "window.gros = 1" not in page
    assert (book.html / "livre" / link).resolve().read_text("utf-8") == "window.gros = 1;"
    assert page.index(link) < page.index("<script>gros</script>") < page.index("<script>encore</script>")
    assert re.search(r'<link rel="stylesheet" href="\.\./_static/hoisted/gros-\w+\.css">', page)
    assert f'src="../{link}"' in book.page("livre/loin/dela.html")
    assert len(list((book.html / "_static/hoisted").iterdir())) == 2


def test_shared_file_outlives_the_page_that_brought_it_and_goes_with_the_last(book: Book) -> None:
    book.notebook("livre/a.ipynb", SCRIPT)
    book.notebook("livre/b.ipynb", SCRIPT)
    assert book.build() == 0
    [shared] = (book.html / "_static/hoisted").iterdir()

    shared.unlink()
    assert book.build() == 0
    assert shared.is_file(), "un fichier partagé perdu doit revenir même si aucune page ne change"

    book.notebook("livre/a.ipynb", "<p>rien</p>")
    assert book.build() == 0
    assert shared.is_file()

    book.notebook("livre/b.ipynb", "<p>rien</p>")
    assert book.build() == 0
    assert not shared.exists()


def test_a_new_title_reaches_every_page(book: Book) -> None:
    book.write("livre/deux.md", "# Page deux\n")
    assert book.build() == 0
    book.write("livre/deux.md", "# Page nouvelle\n")
    assert book.build() == 0
    for name in ("index.html", "livre/un.html", "search.html"):
        assert "Page nouvelle" in book.page(name)
        assert "Page deux" not in book.page(name)


def test_an_added_page_and_a_removed_one_reach_every_page(book: Book) -> None:
    assert book.build() == 0
    book.write("livre/deux.md", "# Page deux\n")
    assert book.build() == 0
    assert 'href="deux.html"' in book.page("livre/un.html")
    (book.root / "livre/deux.md").unlink()
    assert book.build() == 0
    assert "Page deux" not in book.page("livre/un.html")


def test_a_page_alone_is_rewritten_when_no_title_changes(book: Book) -> None:
    book.write("livre/deux.md", "# Page deux\n")
    assert book.build() == 0
    before = (book.html / "livre/un.html").stat().st_mtime_ns
    book.write("livre/deux.md", "# Page deux\n\nUne phrase.\n")
    assert book.build() == 0
    assert "Une phrase." in book.page("livre/deux.html")
    assert (book.html / "livre/un.html").stat().st_mtime_ns == before


def test_a_new_style_reaches_the_pages(book: Book) -> None:
    assert book.build() == 0
    book.write("habillage/theme.css", "body { color: red }")
    assert book.build() == 0
    assert (book.html / "_static/theme.css").read_text("utf-8") == "body { color: red }"


def test_a_refused_build_stays_refused(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.write("livre/un.md", "# Page une\n\n[](nulle-part.md)\n\n{inconnu}`x`\n")
    assert book.build() == 1
    assert book.build() == 1, "relancer sans corriger ne doit pas faire passer"
    book.write("livre/un.md", "# Page une\n")
    assert book.build() == 0
    assert "nulle-part" in capsys.readouterr().err


def test_long_parts_open_only_where_the_reader_is(book: Book) -> None:
    for rank in range(9):
        book.write(f"livre/page-{rank}.md", f"# Page {rank}\n")
    assert book.build() == 0
    assert "<details open>" in book.page("livre/un.html")
    assert "<details open>" not in book.page("index.html")
    assert 'aria-current="page">Page une</a>' in book.page("livre/un.html")


def test_sources_and_licences_are_accessible_tables(book: Book) -> None:
    book.write("data/sources.yml", SOURCE)
    book.write(
        "livre/un.md",
        "# Page une\n\n```{sources}\n```\n\n```{licences}\n```\n\nVersion {version}`cartable`.\n",
    )
    licence = {
        "nom": "Leaflet",
        "version": "1.9.4",
        "licence": "BSD-2-Clause",
        "url": "",
        "fichiers": ["leaflet.js"],
    }
    book.write("apports/licences.json", json.dumps([licence]))
    assert book.build() == 0
    page = book.page("livre/un.html")
    assert "<caption>Les données livrées avec Cartable</caption>" in page
    assert '<th scope="col">Millésime</th>' in page
    assert '<th scope="row"><a class="reference external" href="https://exemple.fr/a?b=1&amp;c=2">' in page
    assert "Populations &lt;légales&gt;" in page
    assert "1er décembre 2025" in page
    assert '<th scope="row">Leaflet</th><td>1.9.4</td><td>BSD-2-Clause</td><td><code>leaflet.js</code></td>' in page
    assert f"Version {__version__}." in page


def test_missing_sources_fail_with_a_remedy(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.write("livre/un.md", "# Page une\n\n```{sources}\n```\n")
    assert book.build() == 1
    errors = capsys.readouterr().err
    assert "ne trouve pas le fichier" in errors
    assert "sources.yml" in errors
    assert "remettez-le" in errors


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- {titre: sans le reste}", "la fiche n° 1 n'a pas de « cle », « producteur »"),
        ("une phrase", "doit contenir une liste de fiches"),
        ("- [", "est illisible"),
    ],
)
def test_damaged_sources_say_what_is_wrong(
    book: Book, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    book.write("data/sources.yml", text)
    book.write("livre/un.md", "# Page une\n\n```{sources}\n```\n")
    assert book.build() == 1
    assert reason in capsys.readouterr().err


def test_a_changed_source_redraws_its_table(book: Book) -> None:
    book.write("data/sources.yml", SOURCE)
    book.write("livre/un.md", "# Page une\n\n```{sources}\n```\n")
    assert book.build() == 0
    book.write("data/sources.yml", SOURCE.replace("Insee", "Arcep"))
    assert book.build() == 0
    assert "Arcep" in book.page("livre/un.html")


def test_search_index_ignores_accents_and_keeps_french_stems(book: Book) -> None:
    book.write("livre/un.md", "# Les médiathèques\n\nŒuvres et numérique, été.\n")
    assert book.build() == 0
    index = json.loads(book.page("searchindex.js").removeprefix("Search.setIndex(").removesuffix(")"))
    stemmer = french.FoldedFrench({})
    assert stemmer.stem("mediatheque") == stemmer.stem("Médiathèques")
    assert stemmer.stem("médiathèque") in index["titleterms"]
    assert {stemmer.stem("oeuvre"), stemmer.stem("numeriques")} <= set(index["terms"])
    assert "les" not in index["titleterms"]


def test_pages_speak_french_and_fold_the_code(book: Book) -> None:
    book.notebook("livre/carnet.ipynb", "<p>résultat</p>")
    book.write("livre/un.md", "# L'été\n\n`l'code`\n\n- [ ] à cocher\n\n|   | b |\n|---|---|\n| c | d |\n")
    assert book.build() == 0
    notebook, page = book.page("livre/carnet.html"), book.page("livre/un.html")
    assert '<html lang="fr"' in page
    assert "Afficher le code" in notebook
    assert "Toggle" not in notebook
    assert re.search(r"<details[^>]*class=[^>]*hide(?![^>]*open)", notebook)
    assert "L’été" in page
    assert "l'code" in page
    assert 'aria-label="À faire"' in page
    assert '<th scope="col" class="head"><p>b</p></th>' in page
    assert page.count("<th ") == 1


def test_punctuation_stays_with_its_word(book: Book) -> None:
    book.write("livre/un.md", "# Qui vit ici ?\n\nIl dit : « 12 % », `a ? b : c`.\n")
    assert book.build() == 0
    assert "Qui vit ici\u202f?</a>" in book.page("index.html")
    page = book.page("livre/un.html")
    assert "Il dit\xa0: «\xa012\u202f%\xa0»," in page
    assert "a ? b : c" in re.sub("<[^>]*>", "", page)


def test_nothing_comes_from_the_network(book: Book) -> None:
    book.notebook("livre/carnet.ipynb", "<p>résultat</p>")
    assert book.build() == 0
    for path in book.html.rglob("*.html"):
        assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', path.read_text("utf-8")), path


def test_the_footer_names_version_and_licences(book: Book) -> None:
    assert book.build() == 0
    footer = book.page("index.html").partition("<footer")[2]
    assert re.search(r"Cartable \d+\.\d+\.\d+", footer)
    assert "CC BY-SA 4.0" in footer
    assert "MIT" in footer


def test_a_missing_font_is_refused_with_a_remedy(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    for font in (book.root / "apports").glob("*.woff2"):
        font.unlink()
    assert book.build() == 1
    assert "make assets" in capsys.readouterr().err


def test_the_command_says_where_the_book_is(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(book.root), "--silencieux"]) == 0
    assert capsys.readouterr().out == f"Le livre est prêt : {book.html / 'index.html'}\n"


def test_a_folder_without_book_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "_config.yml" in capsys.readouterr().err
    with pytest.raises(DataError, match=r"_config\.yml"):
        sphinx_config(tmp_path)


@pytest.mark.long
def test_plain_jupyter_book_builds_the_same_pages(book: Book) -> None:
    book.notebook("livre/carnet.ipynb", SCRIPT)
    assert book.build() == 0
    ours = {path.relative_to(book.html) for path in book.html.rglob("*.html")}
    stock = book.root / "autre"
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        "-W",
        str(book.root),
    ]
    command += ["--path-output", str(stock)]
    subprocess.run(command, check=True, capture_output=True, cwd=book.root)
    html = stock / "_build" / "html"
    assert {path.relative_to(html) for path in html.rglob("*.html")} == ours
    assert (html / "livre/carnet.html").read_text("utf-8") == book.page("livre/carnet.html")


# --- Ce que les pages tirent de fichiers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        ("{carte-imprimee} 200070035 rien", "rien"),
        ("{carte-imprimee} 000000000 part_65_plus", "000000000"),
        ("{chiffres} illectronisme-2021 eloignement-2023", "ne mesurent pas la même chose"),
        ("{dispositif} jamais", "jamais"),
        ("{papier} jamais", "jamais"),
        ("{agenda} jamais", "jamais"),
    ],
)
def test_a_wrong_name_in_a_directive_fails_the_build(
    book: Book, capsys: pytest.CaptureFixture[str], directive: str, said: str
) -> None:
    book.write("livre/un.md", f"# Page une\n\n```{directive}\n```\n")
    assert book.build() != 0
    assert said in capsys.readouterr().err


def test_a_printed_map_comes_with_its_table(book: Book) -> None:
    book.write("livre/un.md", "# Page une\n\n```{carte-imprimee} 200070035 part_65_plus\n```\n")
    assert book.build() == 0
    page = book.page("livre/un.html")
    assert "<svg" in page
    assert "Civray" in page
    assert "Sources" in page


def test_figures_of_one_survey_are_drawn_with_their_table(book: Book) -> None:
    book.write("livre/un.md", "# Page une\n\n```{chiffres} demarches-seules-2024 demarches-jamais-2024\n```\n")
    assert book.build() == 0
    page = book.page("livre/un.html")
    assert 'class="cartable-graphique"' in page
    assert "49\u202f%" in page
