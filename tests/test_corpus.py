"""Le corpus tiré de fichiers : dispositifs, chiffres, demandes de la candidature."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cartable import mandate, schemes
from cartable.mandate import ROWS, Mandate


def row(number, **typed):
    return {"id": f"A{number:02}", "quoi": "Une demande du document", "volet": "T", "etat": "contexte", **typed}


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
        assert ("à vérifier" in one.state()) == (one.etat_au is None)
    assert schemes.load()["pass-numerique"].closed
    assert not schemes.load()["conseillers-numeriques"].closed
