"""What people decide once they have read: a theme kept and named, a decision with a role and a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import CartableError
from cartable.synthesis.holding import holding

if TYPE_CHECKING:
    import pandas as pd

    from cartable.record import Record

SUITES = {"retenu": "Retenu", "a-creuser": "À creuser", "ecarte": "Écarté"}
LONGEST = 400


def gathered(record: Record, notes: pd.DataFrame, title: str, said: str) -> str:
    """Keep a theme made of the papers that say some words; say it.

    Raises
    ------
    CartableError
        If no paper says them.
    """
    listed = [one.strip() for one in said.split(",") if one.strip()]
    found = holding(notes, said)
    if not found:
        raise CartableError(
            "Aucun papier ne dit ces mots.", "Séparez les expressions par une virgule : bus, sans voiture."
        )
    return kept(record, title, listed, found)


def kept(record: Record, title: str, words: list[str], notes: list[str]) -> str:
    """Write a theme; the same title takes the place of the one before.

    Raises
    ------
    CartableError
        If it has no title.
    """
    name = title.strip()[:LONGEST]
    if not name:
        raise CartableError("Ce thème n’a pas de nom.", "Donnez-lui un nom, avec les mots d’un papier.")
    same = [one.id for one in record.state.all("theme") if wording.fold(str(one["titre"])) == wording.fold(name)]
    record.write("theme", same[0] if same else None, titre=name, mots=words, notes=notes)
    return wording.typeset(f"Thème « {name} » retenu : {wording.plural(len(notes), 'papier')}.")


def decided(record: Record, session: str, text: str, how: tuple[str, str, str], notes: list[str]) -> str:
    """Write a decision; the same words in the same session replace it.

    Parameters
    ----------
    how
        What follows (« retenu », « a-creuser », « ecarte »), the role, the date (ISO) or nothing.

    Raises
    ------
    CartableError
        If it says nothing, or if its role could name a person.
    """
    said, (suite, role, due) = text.strip(), how
    if not said:
        raise CartableError("Cette décision ne dit rien.", "Écrivez-la avec un verbe : « former les secrétaires ».")
    if len(said) > LONGEST:
        many = wording.plural(len(said), "caractère")
        raise CartableError(f"Cette décision est trop longue ({many}).", f"Tenez en {LONGEST} caractères : une phrase.")
    same = [one.id for one in record.state.all("decision", seance=session)
            if wording.fold(str(one["texte"])) == wording.fold(said)]  # fmt: skip
    fields = {"texte": said, "suite": suite, "par": role, "echeance": due}
    record.write("decision", same[0] if same else None, seance=session, notes=notes, **fields)
    why = wording.plural(len(notes), "papier") if notes else "aucun papier"
    return wording.typeset(f"Décision notée ({SUITES[suite].lower()}), fondée sur {why}.")
