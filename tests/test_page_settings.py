"""The settings that come in the address of a page."""

import pytest

from cartable.errors import CartableError
from cartable.page_settings import VARIABLE, chosen


def test_sans_adresse_les_reglages_sont_ceux_du_notebook(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert chosen(carnet="", rayon=10) == {"carnet": "", "rayon": 10}


def test_chaque_reglage_prend_la_forme_que_le_notebook_attend(monkeypatch):
    monkeypatch.setenv(VARIABLE, "carnet=%C3%A9t%C3%A9.carnet&rayon=%205&vu=oui&feuilles=&intrus=1&token=x")
    found = chosen(carnet="", rayon=10, vu=False, feuilles=None, seance="1")
    assert found == {"carnet": "été.carnet", "rayon": 5, "vu": True, "feuilles": None, "seance": "1"}


def test_un_nombre_mal_ecrit_est_dit(monkeypatch):
    monkeypatch.setenv(VARIABLE, "feuilles=douze")
    with pytest.raises(CartableError, match="« feuilles » doit être un nombre entier"):
        chosen(feuilles=None)


def test_un_notebook_montre_la_phrase_d_une_erreur_et_pas_nos_lignes():
    error = CartableError("Le carnet n’existe pas.", "Vérifiez son nom.")
    assert error._render_traceback_() == ["Le carnet n’existe pas. Vérifiez son nom."]
