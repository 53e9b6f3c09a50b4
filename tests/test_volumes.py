"""The guide on paper: what a printer and a screen reader get."""

import datetime as dt
import io
import json

import pypdf
import pytest

from cartable import prose
from cartable.book import volumes
from cartable.documents import volume
from cartable.errors import CartableError

HTML = '<article class="bd-article"><section id="{0}"><h1>{1}</h1>{2}</section></article>'
LONG = "<p>" + "Une phrase pour remplir la page. " * 300 + "</p>"
HOSTILE = "<p>#let x = 1; $a$ [b] *c* \\ &lt;script&gt; 😀</p>"
PLAN = """
guide:
  titre: Le guide
  sous_titre: Essai
  parties:
    - titre: Les étapes
      dit: Trois pages.
      pages: [book/un, book/deux]
corpus:
  titre: Le corpus
  sous_titre: Essai
  parties:
    - titre: Les formats
      dit: Par titre.
      a_la_suite: true
      pages: [workshops/*]
mentions: ["Licence CC BY-SA 4.0."]
"""


def page(name, title, body):
    return prose.read(HTML.format("s", title, body), name)


def made(**options):
    pages = (
        page("book/un", "La première", LONG + '<p>Voir <a href="deux.html#s">la suite</a>.</p>'),
        page("book/deux", "La seconde", f'<h2>Un point</h2>{HOSTILE}<p><a href="https://exemple.fr/x">ici</a></p>'),
    )
    part = volume.Part("Les étapes", "Deux pages.", pages)
    told = volume.Volume("Essai", "Sous-titre", dt.date(2026, 11, 27), "1.0", (part,), ("Licence.",))
    return pypdf.PdfReader(io.BytesIO(volume.render(told, **options)))


@pytest.fixture(scope="module")
def reader():
    return made()


def said(reader):
    return ["\u00a0".join(one.extract_text().split("\u00a0")) for one in reader.pages]


def test_le_volume_est_balise_en_francais_et_porte_son_titre(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("fr")
    assert reader.metadata.title == "Essai"


def test_les_signets_suivent_les_parties_et_les_chapitres(reader):
    def titles(entries):
        return [titles(one) if isinstance(one, list) else one.title for one in entries]

    assert titles(reader.outline)[0] == "Les étapes"
    flat = str(titles(reader.outline))
    assert all(name in flat for name in ("La première", "La seconde", "Un point", "Mentions"))


def test_le_sommaire_et_les_renvois_donnent_la_bonne_page(reader):
    texts = said(reader)
    number = next(rank for rank, text in enumerate(texts, 1) if text.startswith("La seconde"))
    assert "La seconde . . . " in texts[1].replace(" .", " .") or str(number) in texts[1]
    assert any(f"(p. {number})" in text.replace("\u00a0", " ").replace("\n", " ") for text in texts)


def test_une_adresse_est_en_note_et_un_texte_hostile_reste_du_texte(reader):
    text = next(one for one in said(reader) if one.startswith("La seconde"))
    assert "https://exemple.fr/x" in text
    assert "#let x = 1; $a$ [b] *c*" in text
    assert "<script>" in text


def test_les_pages_ont_un_titre_courant_et_un_numero(reader):
    second = said(reader)[4]
    assert second.lstrip().startswith(("La première", "Essai"))


def test_l_imprimeur_a_trois_millimetres_de_plus_de_chaque_cote(reader):
    bleed = made(bleed=True).pages[0]
    plain = reader.pages[0]
    points = 6 / 25.4 * 72
    assert float(bleed.mediabox.width) == pytest.approx(float(plain.mediabox.width) + points, abs=0.5)
    assert float(bleed.trimbox.width) == pytest.approx(float(plain.mediabox.width), abs=0.5)


def test_deux_choses_du_meme_nom_et_un_lien_hors_du_volume_ne_cassent_rien():
    body = '<p><a href="#s">ici</a> <a href="ailleurs.html">loin</a></p><h2 id="s">A</h2><h2 id="s">B</h2>'
    part = volume.Part("P", "D", (page("book/un", "Une", body),))
    told = volume.Volume("T", "S", dt.date(2026, 1, 1), "1", (part,), ())
    assert volume.render(told)
    runs = volume.data(told)["parties"][0]["chapitres"][0]["parties"][0]["texte"]
    assert next(run.get("vers") for run in runs if run["t"] in {"ici", "loin"}) == "book/un#s"
    assert all("vers" not in run for run in runs if "loin" in run["t"])


# -- from the built book ------------------------------------------------------


@pytest.fixture
def built(tmp_path):
    pages = {"book/un": ("s", "Une", LONG), "book/deux": ("s", "Deux", "<p>b</p>")}
    pages |= {"workshops/a": ("s", "Zèbre", "<p>z</p>"), "workshops/b": ("s", "Âne", "<p>a</p>")}
    for name, parts in pages.items():
        path = tmp_path / "html" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HTML.format(*parts), "utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / volumes.PLAN).write_text(PLAN, "utf-8")
    return tmp_path


def write(root, **options):
    return [path.name for path in volumes.write(root, root / "html", root / "papier", **options)]


def test_rien_ne_se_refait_si_rien_n_a_change_et_une_page_ne_refait_que_son_volume(built):
    assert write(built) == ["cartable-guide.pdf", "cartable-corpus.pdf"]
    assert write(built) == []
    (built / "html/workshops/a.html").write_text(HTML.format("s", "Zébu", "<p>z</p>"), "utf-8")
    assert write(built) == ["cartable-corpus.pdf"]
    assert write(built, bleed=True) == ["cartable-guide-imprimeur.pdf", "cartable-corpus-imprimeur.pdf"]
    assert set(json.loads((built / "papier/empreintes.json").read_text("utf-8"))) == {"guide", "corpus", "tout"}


def test_les_formats_viennent_par_titre(built):
    told = volumes.plan(built)
    made = volumes.volume(told.corpus, told.mentions, built / "html", dt.date(2026, 1, 1))
    assert [one.title for one in made.parts[0].pages] == ["Âne", "Zèbre"]


def test_une_page_absente_et_un_plan_faux_sont_dits(built):
    (built / "html/book/deux.html").unlink()
    with pytest.raises(CartableError, match="book/deux"):
        write(built)
    (built / volumes.PLAN).write_text(PLAN.replace("dit: Par titre.", "dit: Par titre.\n      page: x"), "utf-8")
    with pytest.raises(CartableError, match=r"papier\.yml"):
        write(built)


def test_un_livre_sans_plan_n_a_pas_de_volume(built):
    (built / volumes.PLAN).unlink()
    assert write(built) == []


def test_l_edition_suit_la_date_demandee(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert volumes.today() == dt.date(2023, 11, 14)
