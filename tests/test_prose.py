"""Pages read back as blocks."""

import pytest

from cartable import prose
from cartable.errors import CartableError

PAGE = """<html><body><nav>menu</nav><article class="bd-article"><section id="titre">
<h1>Un   titre</h1>
<p>Un <strong>mot</strong> et
 <a href="../glossaire.html#term-EPCI">l’EPCI</a>, <a href="https://exemple.fr/x">ailleurs</a>,
 <a href="../imprimes/a.pdf">un fichier</a>.<br>Suite</p>
<section id="deux"><h2>Deux</h2>
<ul class="contains-task-list"><li><input type="checkbox" disabled>à faire</li></ul>
<ol start="3"><li><p>trois</p><ul><li>dedans</li></ul></li></ol>
<div class="pst-scrollable-table-container"><table><caption>Légende</caption>
<thead><tr><th>A</th><th>B</th></tr></thead>
<tbody><tr><th scope="row">a<span class="cartable-detail">détail</span></th><td>b</td></tr></tbody></table></div>
<svg viewBox="0 0 100 200"><title>Dessin</title><desc>Ce qu’il montre</desc><linearGradient/></svg>
<div class="admonition tip"><p class="admonition-title">En bref</p><p>court</p></div>
<blockquote><p>parole</p></blockquote><pre>du  code
  ici</pre><button>clic</button><p hidden>caché</p><script>x</script>
<details><summary>Lire</summary><p>replié</p></details>
<dl><dt id="term-mot">Mot</dt><dd><p>Sens.</p></dd></dl>
<ul class="cartable-telechargements"><li>PDF</li></ul>
</section></section></article></body></html>"""


@pytest.fixture(scope="module")
def page():
    return prose.read(PAGE, "book/guide/essai")


def kinds(page, kind):
    return [block for block in page.blocks if block["genre"] == kind]


def test_le_titre_est_a_part_et_les_espaces_se_reduisent(page):
    assert page.title == "Un titre"
    first = page.blocks[0]["texte"]
    assert prose.plain(first) == "Un mot et l’EPCI, ailleurs, un fichier.\vSuite"
    assert first[1] == {"t": "mot", "gras": True}


def test_un_lien_dit_ou_il_mene(page):
    runs = page.blocks[0]["texte"]
    assert [run["vers"] for run in runs if "vers" in run] == ["book/glossaire#term-EPCI"]
    assert [run["adresse"] for run in runs if "adresse" in run] == ["https://exemple.fr/x"]
    assert [run for run in runs if run["t"].startswith("un fichier")] == []
    assert ", un fichier." in prose.plain(runs)


def test_un_sous_titre_porte_le_nom_de_sa_section(page):
    (title,) = kinds(page, "titre")
    assert (title["niveau"], title["id"]) == (2, "book/guide/essai#deux")


def test_les_listes_gardent_leur_genre_leur_debut_et_leur_profondeur(page):
    boxes, numbers = kinds(page, "liste")
    assert (boxes["style"], numbers["style"], numbers["debut"]) == ("cases", "numeros", 3)
    assert [part["genre"] for part in numbers["items"][0]] == ["paragraphe", "liste"]


def test_un_tableau_a_son_entete_sa_legende_et_ses_largeurs(page):
    (table,) = kinds(page, "tableau")
    assert (table["legende"], [prose.plain(one) for one in table["entete"]]) == ("Légende", ["A", "B"])
    head = table["lignes"][0][0][0]["texte"]
    assert prose.plain(head) == "a\vdétail"
    assert all(run["gras"] for run in head)
    assert len(table["largeurs"]) == 2


def test_un_dessin_garde_ses_majuscules_et_son_texte(page):
    (drawing,) = kinds(page, "image")
    assert "viewBox" in drawing["svg"]
    assert "linearGradient" in drawing["svg"]
    assert (drawing["alt"], drawing["proportion"]) == ("Dessin Ce qu’il montre", 2.0)


def test_ce_qui_ne_sert_qu_a_l_ecran_est_laisse(page):
    said = repr(page.blocks)
    assert "clic" not in said
    assert "caché" not in said
    assert "PDF" not in said
    assert "menu" not in said


def test_le_reste_de_la_page_est_la(page):
    assert kinds(page, "encadre")[0]["titre"] == "En bref"
    assert kinds(page, "citation")
    assert kinds(page, "code")[0]["texte"] == "du  code\n  ici"
    assert [prose.plain(b["texte"]) for b in kinds(page, "paragraphe")][-2:] == ["Lire", "replié"]
    (word,) = kinds(page, "definitions")
    assert word["items"][0]["id"] == "book/guide/essai#term-mot"


def test_une_page_sans_titre_est_refusee():
    with pytest.raises(CartableError, match="book/x"):
        prose.read("<article class='bd-article'><p>rien</p></article>", "book/x")


def test_chaque_colonne_tient_son_mot_le_plus_long():
    narrow, wide = prose.widths([["Heure", "Ce qui se passe"], ["14\u00a0h\u00a030", "un texte bien plus long " * 5]])
    assert narrow >= len("14\u00a0h\u00a030")
    assert wide > 2 * narrow
