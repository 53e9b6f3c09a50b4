"""Pages derived from cards and sessions, on miniature books, and the shipped library drawn part by part."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mini_ateliers as mini
import pytest
import yaml
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from test_book import Book

from cartable import agenda, session, wording, workshop
from cartable.book import catalogue, fiche, materials, sessions, shelf, workshops
from cartable.book.building import sphinx_config

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PARTS = [name for _, name in (*workshops.BEFORE_BODY, *workshops.AFTER_BODY)]


def text_of(page: str) -> str:
    """Return what a page says, as one line."""
    article = page.partition("<article")[2].partition("</article>")[0] or page
    article = re.sub(r"<(script|style)\b.*?</\1>", "", article, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", article)).split())


def squeezed(text: str) -> str:
    return " ".join(text.split())


class Library(Book):
    """A miniature book with cards and sessions."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        parts = [
            {"caption": "Pages", "chapters": [{"glob": "livre/**"}]},
            {
                "caption": "Les ateliers",
                "chapters": [
                    {"file": "ateliers", "sections": [{"glob": "workshops/[a-z0-9]*"}]},
                    {"file": "seances", "sections": [{"glob": "workshops/seances/*"}]},
                ],
            },
        ]
        self.write("_toc.yml", yaml.safe_dump({"format": "jb-book", "root": "index", "parts": parts}))
        self.write("ateliers.md", "# Formats\n\n## Choisir\n\n```{catalogue}\n```\n")
        self.write("seances.md", "# Séances\n\n```{seances}\n```\n")
        self.write("workshops/LISEZMOI.md", "# Ce dossier n’est pas une page\n")
        self.write("workshops/canevas/persona.yml", "titre: Persona\n")
        self.words(mini.vocabulary().model_dump(exclude={"canevas"}))
        self.card("essai")
        self.session("soiree")

    def words(self, fields: dict[str, Any]) -> None:
        self.write("workshops/vocabulaire.yml", yaml.safe_dump(fields, allow_unicode=True, sort_keys=False))

    def card(self, slug: str, **changes: Any) -> None:
        self.write(f"workshops/{slug}.md", mini.text(mini.front(**changes)))

    def session(self, slug: str, **changes: Any) -> None:
        items = [mini.free("Accueil", 10, "accueil"), {"atelier": "essai"}, mini.free("Clôture", 10, "cloture")]
        fields = mini.session_fields(items, "18:00", "20:00", **changes)
        dumped = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)
        self.write(f"workshops/seances/{slug}.yml", dumped)

    def say(self, name: str) -> str:
        return text_of(self.page(name))

    def modified(self, name: str) -> int:
        return (self.html / name).stat().st_mtime_ns


@pytest.fixture
def book(tmp_path: Path) -> Library:
    return Library(tmp_path)


def leaves(value: object) -> Iterator[str]:
    """Give every text of a card, but not its coded words."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"configuration", "par", "etapes_programme", "entrees", "sorties", "canevas", "slug"}:
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str) and value != "inconnue":
        yield value


# -- the page of a card ---------------------------------------------------------------------


def test_the_page_says_everything_that_the_card_says(book: Library) -> None:
    assert book.build() == 0
    said = book.say("workshops/essai.html").casefold()
    for text in leaves(mini.card().model_dump(exclude={"corps"})):
        assert squeezed(wording.typeset(text)).casefold() in said, text
    assert "aucune séance réelle n’a encore été saisie" in said
    assert "source à vérifier" in said
    assert "contributing.md" in said


def test_the_title_and_the_sections_are_those_of_the_page(book: Library) -> None:
    book.card("essai", titre="Dire *tout* [bas] <b>_ici_</b> & là")
    assert book.build() == 0
    page = book.page("workshops/essai.html")
    assert "<h1>Dire *tout* [bas] &lt;b&gt;_ici_&lt;/b&gt; &amp; là</h1>" in page
    assert re.findall(r"<h2>([^<]*)", page.partition("<article")[2]) == [
        heading.removeprefix("## ")
        for heading in [
            *(heading for heading, _ in workshops.BEFORE_BODY),
            *(f"## {title}" for title in workshop.SECTIONS),
            *(heading for heading, _ in workshops.AFTER_BODY),
        ]
        if heading.startswith("## ")
    ]


def test_each_step_starts_when_the_ones_before_have_lasted() -> None:
    steps = [
        mini.step("Ouvrir", minutes={"min": 3, "typique": 5, "max": 8}),
        mini.step("Chercher", minutes={"min": 8, "typique": 2, "max": 60}, par_personne=1.5, configuration="groupe"),
        mini.step("Conclure", minutes={"min": 50, "typique": 60, "max": 90}),
    ]
    page = _page(mini.card(deroule=steps))
    table = fiche.minute_by_minute(page)
    assert re.findall(r'data-calcul="debut:\d">([^<]*)', table) == ["0\xa0min", "5\xa0min", "13\xa0min"]
    assert re.findall(r'data-calcul="duree:\d">([^<]*)', table) == ["5\xa0min", "8\xa0min", "1\xa0h"]
    assert "en groupes, " in table
    assert '<span data-calcul="groupes:groupe">3\xa0groupes</span>' in table
    assert "dont 1,5\xa0min par personne du groupe" in table
    assert "1\xa0h\xa013</span> en tout" in table


def test_the_panel_gives_three_clocks_and_the_words_of_difficulty() -> None:
    card = mini.card(
        difficulte={"animation": 3, "participation": 2}, distance={"possible": False, "adaptation": "x" * 20}
    )
    panel = text_of(fiche.summary(_page(card)))
    assert "30 min d’habitude, à 12 personnes 24 min si tout va vite, 39 min en comptant large" in panel
    assert "exigeant à animer ; demande un effort aux participants" in panel
    assert "20 min de préparation les jours d’avant, 5 min pour installer et 5 min pour ranger" in panel
    assert "À distance non" in panel
    assert "Sans écran oui, tel quel" in panel


def test_quantities_are_whole_and_never_short() -> None:
    things = [
        {"nom": "Feuille A4", "quantite": 0.5, "par": "personne"},
        {"nom": "Stylo", "quantite": 0.1, "par": "personne"},
        {"nom": "Feuille A4", "quantite": 3, "par": "groupe"},
        {"nom": "Stylo", "quantite": 0.5, "par": "salle"},
    ]
    card = mini.card(materiel=things)
    assert [materials.quantity(card, item, 13) for item in card.materiel] == [7, 2, 12, 1]
    assert [materials.quantity(card, item, 10) for item in card.materiel] == [5, 1, 9, 1]


def test_a_format_named_in_the_text_becomes_a_link_outside_headings(book: Library) -> None:
    book.card(
        "autre",
        titre="Un autre format",
        deroule=[mini.step("Ouvrir « Essai »"), mini.step("Chercher"), mini.step("Conclure")],
    )
    text = mini.text().replace(
        "## Après\n\n", "## Après\n\nContinuez avec « Un autre format », ou « Essai à la mairie ».\n\n"
    )
    book.write("workshops/essai.md", text)
    assert book.build() == 0
    page = book.page("workshops/essai.html").partition("<article")[2]
    after = page.partition("<h2>Après")[2].partition("<h2>")[0]
    assert re.search(r'«\xa0<a [^>]*href="autre.html"[^>]*>(<span[^>]*>)?Un autre format', after)
    assert "«\xa0Essai à la mairie\xa0»" in after


def test_mistakes_of_the_text_are_told_at_their_line(book: Library, capsys: pytest.CaptureFixture[str]) -> None:
    text = mini.text().replace("## Après\n\n", "## Après\n\n{inconnu}`x`\n\n")
    book.write("workshops/essai.md", text)
    assert book.build() == 1
    line = text.splitlines().index("{inconnu}`x`") + 1
    assert f"essai.md:{line}:" in capsys.readouterr().err


def test_cards_and_sessions_are_linked_as_files_and_found_by_search(book: Library) -> None:
    book.write(
        "livre/un.md", "# Page une\n\n[la fiche](../workshops/essai.md), [la séance](../workshops/seances/soiree.yml)\n"
    )
    book.card("essai", pieges=["Le zinzolin tourne mal : arrêtez.", "La salle est froide : un café."])
    assert book.build() == 0
    page = book.page("livre/un.html")
    assert 'href="../workshops/essai.html"' in page
    assert 'href="../workshops/seances/soiree.html"' in page
    assert "zinzolin" in book.page("searchindex.js")
    assert not (book.html / "workshops/LISEZMOI.html").exists()
    assert not (book.html / "workshops/vocabulaire.html").exists()


def test_a_real_session_is_told(book: Library) -> None:
    lived = {"date": "2026-10-01", "territoire": "Un EPCI", "effectif": 9, "duree_reelle": 75, "retour": "Trop court."}
    book.card("essai", experiences=[lived])
    assert book.build() == 0
    assert "1er octobre 2026, Un EPCI : 9 personnes, 1 h 15. Trop court." in book.say("workshops/essai.html")


# -- mistakes -------------------------------------------------------------------------------


def build_without_refusing(root: Path) -> int:
    """Build as ``jupyter-book build`` does without ``-W``."""
    output = root / "_build" / "html"
    with patch_docutils(str(root)), docutils_namespace():
        config = sphinx_config(root)
        app = Sphinx(
            root,
            None,
            output,
            output.parent / ".doctrees",
            "html",
            confoverrides=config,
            status=None,
            warning=sys.stderr,
        )
        app.build()
        return int(app.statuscode)


BROKEN = {
    "sans-titre": ("titre: Essai à la mairie\n", "", "« titre » : il manque ce champ"),
    "negatif": ("preparation: 20", "preparation: -5", "« preparation » : il faut au moins 0"),
    "texte": ("installation: 5", "installation: vite", "il faut un nombre entier"),
    "canevas": ("canevas: aucun", "canevas: personna", "Vouliez-vous écrire « persona »"),
    "yaml": ("licence: CC BY-SA 4.0", "licence: [CC", "ne se lit pas comme du YAML"),
    "sections": ("## Après", "## Ensuite", "les titres du texte"),
    "en-tete": ("---\ntitre", "titre", "l’en-tête n’est pas entouré"),
}


def test_broken_cards_have_a_page_that_says_what_to_do_and_break_no_other(
    book: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    for slug, (old, new, _) in BROKEN.items():
        text = mini.text()
        assert old in text, slug
        book.write(f"workshops/{slug}.md", text.replace(old, new, 1))
    book.write("workshops/vide.md", "")
    (book.root / "workshops/latin.md").write_bytes(mini.text().encode("latin-1", "replace"))
    book.write("workshops/pas_un_nom.md", mini.text())
    assert build_without_refusing(book.root) == 0

    errors = squeezed(capsys.readouterr().err)
    for slug, (*_, reason) in BROKEN.items():
        said = book.say(f"workshops/{slug}.html")
        field, _, message = reason.rpartition(" : ")
        assert squeezed(message) in said, slug
        assert field.strip("« »") in said, slug
        assert f"workshops/{slug}.md, ligne " in errors, slug
    for slug in ("vide", "latin", "pas_un_nom"):
        assert f"workshops/{slug}.md" in book.say(f"workshops/{slug}.html")
    assert "Minute par minute" in book.say("workshops/essai.html")
    assert "10 fichiers attendent une correction" in book.say("ateliers.html")
    assert book.say("ateliers.html").count("Il en sort") == 1


def test_the_line_named_is_that_of_the_field(book: Library) -> None:
    text = mini.text().replace("preparation: 20", "preparation: -5")
    book.write("workshops/essai.md", text)
    build_without_refusing(book.root)
    line = text.splitlines().index("preparation: -5") + 1
    assert f'<th scope="row">{line}</th><td><code>preparation</code></td>' in book.page("workshops/essai.html")


def test_our_own_build_refuses_a_broken_card_until_it_is_mended(book: Library) -> None:
    book.write("workshops/essai.md", mini.text().replace("preparation: 20", "preparation: -5"))
    assert book.build() == 1
    assert book.build() == 1
    book.card("essai")
    assert book.build() == 0
    assert "à corriger" not in book.say("workshops/essai.html")


def test_a_session_with_a_broken_format_says_so(book: Library) -> None:
    book.write("workshops/essai.md", mini.text().replace("preparation: 20", "preparation: -5"))
    assert build_without_refusing(book.root) == 0
    said = book.say("workshops/seances/soiree.html")
    assert "jours[1].deroule[2].atelier" in said
    assert "« essai »" in said
    assert 'href="../essai.html"' in book.page("workshops/seances/soiree.html").partition("<article")[2]
    assert "1 fichier attend une correction" in book.say("seances.html")


@pytest.mark.parametrize("damage", ["etapes: [", ""])
def test_a_broken_vocabulary_leaves_the_cards_readable(
    book: Library, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    book.write("workshops/vocabulaire.yml", damage)
    assert build_without_refusing(book.root) == 0
    assert capsys.readouterr().err.count("vocabulaire.yml, ligne") == 1
    assert "Minute par minute" in book.say("workshops/essai.html")
    assert "vocabulaire.yml" in book.say("workshops/seances/soiree.html")


def test_a_missing_vocabulary_is_said(book: Library, capsys: pytest.CaptureFixture[str]) -> None:
    (book.root / "workshops/vocabulaire.yml").unlink()
    assert build_without_refusing(book.root) == 0
    assert "vocabulaire.yml" in capsys.readouterr().err
    assert "Minute par minute" in book.say("workshops/essai.html")


# -- rebuilds -------------------------------------------------------------------------------


def test_nothing_is_read_when_nothing_changed(book: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert book.build() == 0
    before = book.modified("workshops/essai.html")

    def refuse(_self: object) -> None:
        raise AssertionError

    monkeypatch.setattr(shelf.Shelf, "contexts", refuse)
    assert book.build() == 0
    assert book.modified("workshops/essai.html") == before


def test_a_change_reaches_the_neighbours_and_the_catalogue_only(book: Library) -> None:
    book.card("suite", titre="La suite", entrees=["idees"], sorties=["chantiers"])
    book.card("loin", titre="Bien loin", entrees=["paroles"], sorties=["paroles"])
    assert book.build() == 0
    assert 'href="essai.html"' in book.page("workshops/suite.html").partition("Avant et après ce format")[2]
    far, page = book.modified("workshops/loin.html"), book.modified("livre/un.html")

    book.card("essai", sorties=["paroles"])
    assert book.build() == 0
    assert (
        'href="essai.html"'
        not in book.page("workshops/suite.html")
        .partition("<h2>Avant et après")[2]
        .partition("</nav>")[0]
        .partition("<nav")[0]
    )
    assert "Les paroles" in book.say("ateliers.html")
    assert book.modified("livre/un.html") == page
    assert book.modified("workshops/loin.html") != far, "« Bien loin » demande désormais ce que laisse « Essai »"

    far = book.modified("workshops/loin.html")
    book.card("essai", sorties=["paroles"], salle="La salle des fêtes, chauffée la veille.")
    assert book.build() == 0
    assert "chauffée" in book.say("workshops/essai.html")
    assert book.modified("workshops/loin.html") == far


def test_a_change_of_a_card_reaches_its_sessions(book: Library) -> None:
    assert book.build() == 0
    steps = [
        mini.step(name, minutes={"min": 20, "typique": 25, "max": 30}) for name in ("Ouvrir", "Chercher", "Conclure")
    ]
    book.card("essai", deroule=steps)
    assert book.build() == 0
    assert "Chercher (25 min)" in book.say("workshops/seances/soiree.html")


def test_an_added_card_and_a_removed_one_reach_the_catalogue(book: Library) -> None:
    assert book.build() == 0
    book.card("neuf", titre="Tout neuf")
    assert book.build() == 0
    assert "Tout neuf" in book.say("ateliers.html")
    (book.root / "workshops/neuf.md").unlink()
    assert book.build() == 0
    assert "Tout neuf" not in book.page("ateliers.html")


def test_a_changed_word_reaches_the_cards(book: Library) -> None:
    assert book.build() == 0
    words = mini.vocabulary().model_dump(exclude={"canevas"})
    words["livrables"]["idees"] = "Les idées sur papier"
    book.words(words)
    assert book.build() == 0
    assert "Les idées sur papier" in book.say("workshops/essai.html")


def test_a_renamed_canvas_reaches_its_cards(book: Library) -> None:
    book.card("essai", canevas="persona")
    assert book.build() == 0
    book.write("workshops/canevas/persona.yml", "titre: Portrait inventé\n")
    assert book.build() == 0
    assert "Portrait inventé" in book.say("workshops/essai.html")


def test_a_damaged_memory_is_read_again(book: Library) -> None:
    assert book.build() == 0
    memory = book.html.parent / ".doctrees" / workshops.CACHE
    assert memory.is_file()
    memory.write_bytes(b"rien de bon")
    book.card("essai", salle="La salle des fêtes, chauffée la veille.")
    assert book.build() == 0
    assert "chauffée" in book.say("workshops/essai.html")


# -- catalogue ------------------------------------------------------------------------------


def test_the_catalogue_is_complete_without_script(book: Library) -> None:
    book.card(
        "zebre", titre="Zèbre", etapes_programme=["E2"], materiel=[{"nom": "Stylo", "quantite": 1, "par": "salle"}]
    )
    book.card("ecole", titre="École", sorties=["chantiers"])
    assert book.build() == 0
    page, said = book.page("ateliers.html"), book.say("ateliers.html")
    assert re.findall(r'<h3><a [^>]*href="workshops/([\w-]+)\.html"', page) == ["ecole", "essai", "zebre"]
    assert "3 formats, par ordre alphabétique." in said
    assert "30 min à 12 personnes" in said
    assert "Il en sort : les chantiers." in said
    assert '<option value="E2">Étape\xa02</option>' in page
    assert '<option value="paroles">' not in page, "aucun format ne laisse de paroles"


def test_hidden_words_of_the_catalogue_have_no_accent() -> None:
    card = mini.card(intention="Écouter les œuvres du bâtiment d’à côté.")
    words = catalogue.folded(card, mini.vocabulary())
    assert {"ecouter", "oeuvres", "batiment"} <= set(words.split())
    assert words == wording.fold(words)


def test_a_menu_with_many_cards_shows_only_the_one_being_read(book: Library) -> None:
    for rank in range(9):
        book.card(f"carte-{rank}", titre=f"Carte numéro {rank}")
    assert book.build() == 0
    menu = book.page("workshops/carte-3.html").partition('id="cartable-menu"')[2].partition("</nav>")[0]
    assert "Carte numéro 3" in menu
    assert "Carte numéro 4" not in menu
    assert "Carte numéro" not in book.page("index.html").partition('id="cartable-menu"')[2].partition("</nav>")[0]


# -- sessions -------------------------------------------------------------------------------


def test_a_session_shows_its_clock_and_its_materials(book: Library) -> None:
    book.session("longue", titre="Plus longue", famille="essai", longueur="longue")
    assert book.build() == 0
    page, said = book.page("workshops/seances/soiree.html"), book.say("workshops/seances/soiree.html")
    assert "18 h 10 min Accueil 18 h 10 30 min Essai à la mairie" in said
    assert "Ouvrir (10 min) · Chercher (10 min) · Conclure (10 min)" in said
    assert "18 h 50 Fin" in said
    assert "Si tout va vite 18 h 45 1 h 16 rien" in said
    assert "En comptant large 19 h 1 h 01 rien" in said
    assert "Feuille A4 24 Stylo 12" in said
    assert 'href="../essai.html"' in page
    assert "Merci d’être là." in said
    assert "Le compte rendu part dans la semaine" in said
    assert 'href="longue.html"' in page
    assert "Séance d’essai" in book.say("workshops/essai.html").partition("Dans ces séances prêtes")[2]
    assert "Étape 1" in book.say("seances.html").partition("Séances ")[2]
    assert "18 h à 20 h" in book.say("seances.html")


def test_what_does_not_fit_is_said() -> None:
    known = mini.library()
    items = [mini.free("Accueil", 10, "accueil"), {"atelier": "essai"}, mini.free("Pause", 5, "pause", heure="9:20")]
    one = mini.seance(items, known, "9:00", "9:30")
    said = text_of(sessions.agenda(_session_page(one, known)))
    assert "heure fixée" in said
    assert "Il manque 14 min" in said


def test_parallel_groups_are_shown_together() -> None:
    known = mini.library()
    tracks = [
        {"nom": "Les élus", "deroule": [{"atelier": "essai"}]},
        {"nom": "Les agents", "deroule": [mini.free("Visite", 20)]},
    ]
    one = mini.seance([{"paralleles": tracks}], known)
    page = _session_page(one, known)
    said = text_of(sessions.agenda(page))
    assert "Les élus ( 6 personnes)" in said.replace("(6", "( 6")
    assert "Visite, 20 min" in said
    assert "Feuille A4 12" in text_of(sessions.material(page))


def test_what_others_offer_to_take_away_is_on_the_page(book: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    original = workshops.setup

    def offer(_app: Sphinx, thing: object) -> list[tuple[str, str]] | None:
        return [("Le dossier (PDF)", f"dossiers/{thing.slug}.pdf")] if isinstance(thing, session.Session) else None

    def setup(app: Sphinx) -> None:
        original(app)
        app.connect(workshops.DOWNLOADS, offer)

    monkeypatch.setattr(workshops, "setup", setup)
    assert book.build() == 0
    page = book.page("workshops/seances/soiree.html")
    assert 'href="../../dossiers/soiree.pdf">Le dossier (PDF)</a>' in page
    assert "Le dossier (PDF)" not in book.page("workshops/essai.html")


@pytest.mark.long
def test_plain_jupyter_book_builds_the_same_cards(book: Library) -> None:
    assert book.build() == 0
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "-W", str(book.root)]
    stock = book.root / "autre"
    subprocess.run([*command, "--path-output", str(stock)], check=True, capture_output=True, cwd=book.root)
    for name in ("workshops/essai.html", "workshops/seances/soiree.html", "ateliers.html"):
        assert (stock / "_build" / "html" / name).read_text("utf-8") == book.page(name)


# -- the shipped library ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> shelf.Shelf:
    return shelf.Shelf(ROOT / "workshops", tmp_path_factory.mktemp("memoire") / "ateliers.pickle")


def _page(
    card: workshop.Card, around: shelf.Around | None = None, words: workshop.Vocabulary | None = None
) -> fiche.Page:
    return fiche.Page(card, words or mini.vocabulary(), around or shelf.Around(), lambda name: f"{name}.html")


class _Shelf:
    def __init__(self, library: workshop.Library, *known: session.Session) -> None:
        self.library = library
        self.sessions = {one.slug: one for one in known}


def _session_page(one: session.Session, library: workshop.Library) -> sessions.Page:
    return sessions.Page(one, _Shelf(library, one), lambda name: f"{name}.html", lambda _one: ())  # type: ignore[arg-type]


def test_every_shipped_card_is_told_in_full(shipped: shelf.Shelf) -> None:
    assert len(shipped.library.cards) >= 55
    for slug, card in shipped.library.cards.items():
        page = _page(card, shipped.around(slug), shipped.library.vocabulary)
        said = text_of(" ".join(getattr(fiche, name)(page) for name in PARTS)).casefold()
        for text in leaves(card.model_dump(exclude={"corps", "titre"})):
            assert squeezed(text).casefold() in said, f"{slug} : {text}"


def test_neighbours_are_few_useful_and_of_the_same_step_first(shipped: shelf.Shelf) -> None:
    cards = shipped.library.cards
    linked = 0
    for slug, card in cards.items():
        around = shipped.around(slug)
        for neighbours, mine, theirs in ((around.before, "entrees", "sorties"), (around.after, "sorties", "entrees")):
            assert len(neighbours) <= shelf.MOST
            apart = []
            for one in neighbours:
                other = cards[one.slug]
                assert one.slug != slug
                assert set(one.shared) == set(getattr(card, mine)) & set(getattr(other, theirs))
                apart.append(set(card.etapes_programme).isdisjoint(other.etapes_programme))
            assert apart == sorted(apart)
            linked += bool(neighbours)
    assert linked > len(cards), "la plupart des formats ont un avant et un après"


def test_every_link_of_the_catalogue_leads_to_a_card(shipped: shelf.Shelf) -> None:
    text = catalogue.html(shipped.library, lambda name: f"{name}.html")
    targets = re.findall(r'<h3><a [^>]*href="workshops/([\w-]+)\.html"', text)
    assert sorted(targets) == sorted(shipped.library.cards)


def test_every_shipped_session_is_drawn(shipped: shelf.Shelf) -> None:
    for one in shipped.sessions.values():
        page = sessions.Page(one, shipped, lambda name: f"{name}.html", lambda _one: ())
        said = text_of(" ".join(getattr(sessions, name)(page) for _, name in workshops.SESSION_PARTS))
        for block in agenda.plan(shipped.library, one).blocks():
            assert squeezed(block.title) in said, f"{one.slug} : {block.title}"


def test_the_memory_of_the_last_build_spares_reading(shipped: shelf.Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    contexts = shipped.contexts()
    shipped.save()
    again = shelf.Shelf(shipped.folder, shipped.cache)
    for module, name in ((workshop, "read"), (workshop, "vocabulary"), (session, "load_one")):
        monkeypatch.setattr(module, name, lambda *_args: pytest.fail("a file was read again"))
    assert again.contexts() == contexts
    assert again.read.keys() == shipped.read.keys()
