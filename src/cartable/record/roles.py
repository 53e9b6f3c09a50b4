"""Who speaks: families of roles, never names. « DGS de Matha » names a person; « services de l’EPCI » names nobody."""

from __future__ import annotations

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
