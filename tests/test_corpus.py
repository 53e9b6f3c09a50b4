"""Le corpus tiré de fichiers : dispositifs, chiffres, demandes de la candidature."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from cartable import facts, mandate, schemes
from cartable.book import references
from cartable.errors import CartableError
from cartable.mandate import ROWS, Mandate


def row(number, **typed):
    return {"id": f"A{number:02}", "quoi": "Une demande du document", "volet": "T", "etat": "contexte", **typed}


ROOT = Path(__file__).parents[1]
WHOLE = [row(number) for number in range(1, ROWS + 1)]


def test_chaque_ligne_de_la_candidature_est_la_une_fois():
    assert len(Mandate.model_validate({"demandes": WHOLE}).demandes) == ROWS
    with pytest.raises(ValidationError, match="il manque A141"):
        Mandate.model_validate({"demandes": WHOLE[:-1]})
    with pytest.raises(ValidationError, match="en double : A01"):
        Mandate.model_validate({"demandes": [*WHOLE, row(1)]})


@pytest.mark.parametrize("state", ["realise", "outille"])
def test_une_ligne_tenue_dit_ou(state):
    with pytest.raises(ValidationError, match="rien ne dit où"):
        Mandate.model_validate({"demandes": [row(1, etat=state), *WHOLE[1:]]})
    assert mandate.STATES[state] in {"réalisé", "outillé"}


def test_chaque_dispositif_a_un_etat_et_une_source():
    for slug, one in schemes.load().items():
        assert one.source, slug
        assert one.state()
        assert ("date à vérifier" in one.state()) == (one.etat_au is None)
    assert schemes.load()["pass-numerique"].closed
    assert not schemes.load()["conseillers-numeriques"].closed


def test_un_chiffre_a_sa_definition_son_annee_et_ce_qu_il_ne_faut_pas_en_faire():
    known = facts.load()
    assert len({one.cle for one in known}) == len(known) >= 15
    for one in known:
        assert one.source, one.cle
        assert one.annee_enquete or one.annee_publication or "vérifier" in str(one), one.cle
    measured = [one for one in known if one.construit in {"illectronisme", "eloignement", "freins"}]
    assert all(one.a_ne_pas_faire for one in measured)


def test_chaque_page_citee_par_la_candidature_existe():
    root = Path(__file__).parents[1]
    for one in mandate.load():
        for page in one.ou:
            assert (root / f"{page}.md").is_file() or (root / f"{page}.ipynb").is_file(), (one.id, page)


# --- Un axe, une mesure --------------------------------------------------------------------------------------------


def test_les_reponses_d_une_enquete_partagent_un_axe():
    found = facts.same_axis(["demarches-seules-2024", "demarches-aidees-2024", "demarches-jamais-2024"])
    assert [one.share for one in found] == [49, 36, 8]
    assert facts.told(found[0]) == "font leurs démarches en ligne sans aide (2024)"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["illectronisme-2021", "eloignement-2023"], "ne mesurent pas la même chose"),
        (["illectronisme-2021", "frein-ressenti-2022"], "ne mesurent pas la même chose"),
        (["illectronisme-2019", "illectronisme-2021"], "même source"),
        (["difficultes-2024", "personne-joignable-2024"], "même champ"),
        (["illectronisme-2021", "illectronisme-60-ans-2021"], "pourcentage"),
        (["illectronisme-2051"], "inconnu"),
        ([], "inconnu"),
    ],
)
def test_deux_mesures_ne_partagent_jamais_un_axe(keys, said):
    with pytest.raises(CartableError, match=said):
        facts.same_axis(keys)


# --- Dispositifs ---------------------------------------------------------------------------------------------------


def test_un_etat_de_plus_d_un_an_ou_sans_date_se_dit():
    one = schemes.load()["fondation-afnic"]
    assert not one.aged(dt.date(2026, 11, 30))
    assert one.aged(dt.date(2026, 12, 1))
    assert schemes.load()["cnfpt"].aged(dt.date(2026, 1, 1))


def test_un_mois_se_dit_avec_son_elision():
    assert "d’octobre" in schemes.load()["fabriques-de-territoire"].state()
    assert "de novembre" in schemes.load()["conseillers-numeriques"].state()


def test_chaque_dispositif_a_sa_page_du_meme_nom_et_les_trois_entrees_ont_du_prive():
    pages = {path.stem: path.read_text("utf-8") for path in (ROOT / "book/panorama").glob("*.md")}
    assert set(pages) == set(schemes.load())
    for slug, one in schemes.load().items():
        assert pages[slug] == f"# {one.nom}\n\n```{{dispositif}} {slug}\n```\n"
        assert one.fiche is None or (ROOT / f"book/{one.fiche}.md").is_file()
    assert {one.entree for one in schemes.load().values() if one.nature == "privé"} == set(schemes.ENTRIES)


# --- Bibliographie -------------------------------------------------------------------------------------------------


def test_chaque_reference_a_un_theme_une_annee_et_dit_ce_que_l_on_y_trouve():
    found = references.read(ROOT / references.FILE)
    assert len(found) >= 25
    for key, entry in found.items():
        assert entry.fields["keywords"] in references.THEMES, key
        assert entry.fields["year"].isdigit(), key
        shown, note = references.told(entry)
        assert "{" not in shown + note
        assert " and " not in shown


def test_une_reference_se_dit_en_francais_et_sans_risque(tmp_path):
    path = tmp_path / "a.bib"
    path.write_text(
        "@book{a, author={Brun, L. and Tanné, C.}, title={Un <b>titre</b>}, year={2023}, publisher={Hub}, "
        "url={https://exemple.fr/?a=1&b=2}, keywords={origine}, note={Une note : courte.}}",
        "utf-8",
    )
    (entry,) = references.read(path).values()
    shown, note = references.told(entry)
    assert shown.startswith("L. Brun et C. Tanné, <em>Un &lt;b&gt;titre&lt;/b&gt;</em>, Hub, 2023.")
    assert "a=1&amp;b=2" in shown
    assert note == "Une note\u00a0: courte."
