"""Who speaks: families of roles, never names. « DGS de Matha » names a person; « services de l’EPCI » names nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROLES = {
    "habitants": "Habitantes et habitants",
    "elus": "Élues et élus",
    "services": "Services de l’EPCI et des communes",
    "accueil": "Agents d’accueil et secrétaires de mairie",
    "mediation": "Médiation numérique",
    "social": "Travail social et insertion",
    "associations": "Associations",
    "etat": "Services de l’État et opérateurs",
    "entreprises": "Entreprises et bailleurs",
    "animation": "Animation de la séance",
}
"""Key written in the record → name shown."""
LEAST = 5
"""People from whom a commune may be named: fewer could be recognised."""
OTHERS = "Autres communes"
FIELDS = {"note": "role", "decision": "par"}
LOOKED_AT = 2_000  # characters
_TELEPHONE = re.compile(r"(?<!\d)(?:\+33|0)\s?[1-9](?:[\s.\-]?\d{2}){4}(?!\d)")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,10}")
_CIVILITY = re.compile(r"\b(?:M\.|MM\.|Mme|Mmes|Mlle|Madame|Monsieur|Docteur|Dr|Maître)\s+[A-ZÉÈÀÂÎÔÇ][\w’'-]+")
# A function that one person holds in a place: the pair names that person.
_FUNCTION = re.compile(
    r"\b(?:maire|adjointe?|DGS|DGA|secrétaire(?:\s+(?:de\s+mairie|général\w*))?|direct(?:eur|rice)|présidente?|"
    r"conseill(?:er|ère)\s+numérique|postier|postière|factrice|facteur|médecin|curé|gendarme|institut(?:eur|rice))"
    r"\s+(?:de|du|d[’'])\s*(?:la\s+|l[’'])?(?-i:[A-ZÉÈÀÂÎÔÇ])[\w’'-]+",
    re.IGNORECASE,
)
FUNCTION = "une fonction que tient une seule personne"
SIGNS = {
    "un téléphone": _TELEPHONE,
    "une adresse électronique": _MAIL,
    "le nom d’une personne": _CIVILITY,
    FUNCTION: _FUNCTION,
}


def naming(text: str) -> Iterator[tuple[str, str]]:
    """Yield what in a text may name a person: what it is, and the words. A person decides; other names may escape.

    Parameters
    ----------
    text
        Its first 2 000 characters are looked at.
    """
    for what, sign in SIGNS.items():
        for found in sign.finditer(text[:LOOKED_AT]):
            yield what, found[0]


def check(genre: str, fields: Mapping[str, Any]) -> None:
    """Refuse a role that is not a family.

    Raises
    ------
    CartableError
        If a note, a decision or a table says a role that is not one of ``ROLES``.
    """
    said = [fields.get(FIELDS[genre])] if genre in FIELDS else []
    if genre == "table" and isinstance(fields.get("roles"), dict):
        said = list(fields["roles"])
    for role in said:
        if role and role not in ROLES:
            raise CartableError(
                wording.typeset(f"« {str(role)[:60]} » n’est pas une famille de rôles : cela peut désigner quelqu’un."),
                wording.typeset(f"Choisissez parmi : {', '.join(ROLES)}."),
            )


def communes(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many people came from each commune, those from which fewer than five came put together.

    Put together, they must be five as well, and from several communes: otherwise they are left out.
    """
    shown = {name: count for name, count in counts.items() if count >= LEAST}
    few = [count for count in counts.values() if 0 < count < LEAST]
    return shown | ({OTHERS: sum(few)} if len(few) > 1 and sum(few) >= LEAST else {})
