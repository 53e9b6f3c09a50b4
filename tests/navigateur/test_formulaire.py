"""The forms of the démarche in JupyterLab: a mistake is said under its field, then the entry is kept and shown."""

from __future__ import annotations

import re
import sys

import pytest
from test_parcours import laboratoire  # noqa: F401 (a fixture)
from test_preparer import Notebook

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="groupes de processus POSIX"),
]


def test_an_action_is_typed_refused_then_kept(visiter, laboratoire) -> None:  # noqa: F811
    with visiter(laboratoire[0]) as visit:
        notebook = Notebook(visit, laboratoire, "demarche-5-ecrire-la-feuille-de-route.ipynb")
        form = notebook.root.locator(
            ".widget-vbox", has=visit.page.get_by_role("button", name="Enregistrer cette fiche")
        ).first
        save = form.get_by_role("button", name="Enregistrer cette fiche")
        save.wait_for()
        form.get_by_label("Nom (à remplir)", exact=True).fill("Prêter des casques aux bibliothèques")
        form.get_by_label("Pilote", exact=True).fill("la mairie et le CCAS")
        form.get_by_label("Budget", exact=True).fill("-3")
        form.get_by_label("Budget", exact=True).press("Tab")
        save.click()
        form.get_by_text("désigne plusieurs pilotes").wait_for()
        form.get_by_text("il faut au moins 0").wait_for()
        assert form.get_by_label("Nom (à remplir)", exact=True).input_value().startswith("Prêter des casques")
        form.get_by_label("Pilote", exact=True).fill("Bibliothèque")
        form.get_by_label("Budget", exact=True).fill("1 200 €")
        form.get_by_label("Budget", exact=True).press("Tab")
        save.click()
        form.get_by_text(re.compile(r"A6 : 1\sfiche ajoutée")).wait_for()
        chosen = form.get_by_label("Fiche", exact=True).locator("option:checked").inner_text()
        assert chosen.replace("\u00a0", " ").startswith("A6. Prêter")
        assert not form.get_by_text("désigne plusieurs pilotes").is_visible()
        assert [trouble for trouble in visit.troubles if trouble.startswith("requête")] == []
