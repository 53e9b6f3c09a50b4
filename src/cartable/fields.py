"""What people read of a register: its name, the name of each field, a value in words, the columns of its table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartable import contract, governance, trip, wording
from cartable.evaluation.barometer import ITEMS
from cartable.evaluation.goals import LADDER
from cartable.evaluation.learning import REACTIONS, SKILLS
from cartable.evaluation.reach import CHANNELS, USES
from cartable.record.roles import ROLES
from cartable.roadmap.model import LETTERS, STATES, STATUSES
from cartable.sheets import Table
from cartable.synthesis.choosing import SUITES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartable.roadmap.model import Entry

EMPTY = "à écrire"
LABELS = {
    "cle": "Repère", "titre": "Titre", "nom": "Nom", "etape": "Étape", "date": "Date", "famille": "Famille de rôles",
    # contract
    "porteur": "Porté par", "accompagnateur": "Accompagnement", "second_accompagnateur": "Second accompagnement",
    "elu_referent": "Élue ou élu référent", "technicien_referent": "Référence technique",
    "jours_elu": "Jours, élue ou élu", "jours_technicien": "Jours, technique",
    "jours_accompagnement": "Jours, accompagnement", "parcours": "Parcours", "debut": "Début", "fin": "Fin",
    "responsable_donnees": "Responsable des données", "sous_traitant": "Sous-traitant des données",
    "contact_donnees": "À qui écrire pour ses données", "conservation_mois": "Mois de conservation",
    "attendu": "Ce qui est attendu", "territoire": "Territoire", "profil": "Profil", "fragilite": "Fragilité",
    "volonte": "Volonté", "temps": "Temps", "acteurs": "Acteurs", "transmission": "Transmission",
    "pourquoi": "Pourquoi", "suite": "Suite", "tache": "Tâche", "responsable": "Responsable", "appui": "Appui",
    "heure": "Heure", "lieu": "Lieu", "commune": "Commune", "public": "Pour qui",
    # governance
    "pouvoir": "Ce qu’elle fait", "membres": "Qui y siège", "rythme": "Rythme", "structure": "Structure",
    "rencontre": "Rencontre", "canal": "Par quel moyen", "relais": "Relais", "places": "Places", "reponse": "Réponse",
    "frein": "Ce qui empêche de venir", "cout": "Coût", "risque": "Ce qui pourrait échouer", "actions": "Actions",
    "probabilite": "Probabilité", "gravite": "Gravité", "signe": "Premier signe", "parade": "Parade", "genre": "Genre",
    # roadmap
    "constat": "Constat", "indicateurs": "Indicateurs du portrait",
    "chiffres": "Chiffres", "themes": "Thèmes", "enjeux": "Enjeux",
    "objection": "Objection entendue", "impact": "Impact",
    "effort": "Effort", "chantier": "Chantier", "contexte": "Contexte", "description": "Description",
    "besoins": "Besoins", "destinataires": "Pour qui", "pilote": "Pilote", "partenaires": "Partenaires",
    "budget": "Budget", "apres": "Attend", "premier_pas": "Premier pas", "premier_pas_le": "Premier pas le",
    "indicateur": "Indicateur", "depart": "Départ", "cible": "Cible", "source": "Source", "revue_le": "Revue le",
    "statut": "Statut", "priorite": "Priorité", "action": "Action", "financeur": "Financeur", "montant": "Montant",
    "etat": "État", "dispositif": "Dispositif", "acteur": "Acteur", "role": "Rôle",
    # trip
    "destination": "Destination", "theme": "Thème", "personnes": "Personnes", "mode": "Transport",
    "prix_km": "Prix d’un kilomètre (par véhicule, ou par personne en train et en car)",
    "repas": "Repas", "autres_frais": "Autres frais", "voyage": "Voyage",
    "latitude": "Latitude", "longitude": "Longitude", "km": "Kilomètres", "trajet": "Minutes de trajet",
    "sur_place": "Minutes sur place", "qui": "Qui nous reçoit", "question": "Question à poser",
    "marche": "Ce qui marche",
    "coince": "Ce qui coince", "a_demander": "À demander", "condition": "À quelle condition",
    # evaluation
    "garder": "À garder", "changer": "À changer", "decision": "Décision", "par": "Par",
    "echeance": "Échéance", "fait": "Fait", "poids": "Poids", "bien_moins": LADDER[-2], "moins": LADDER[-1],
    "prevu": LADDER[0], "mieux": LADDER[1], "bien_mieux": LADDER[2], "resultat": "Résultat",
    "quoi": "Quoi", "jours": "Jours", "prevus": "Jours prévus", "frais": "Frais", "periode": "Période",
    "departement": "Département", "telechargements": "Téléchargements", "visiteurs": "Visiteurs",
    "exemplaires": "Exemplaires", "usages": "Ce qui en a été fait", "fond": "Le fond", "forme": "La forme",
    "a_change": "Décision changée", "conseil": "Le conseillerait", "manque": "Ce qui manque", "reaction": "Réaction",
    "avant": "Avant", "seances_animees": "Séances animées", "formats_utilises": "Formats utilisés",
    "formes": "Personnes formées", "pas": "Où en est l’équipe", "territoires": "Territoires accompagnés",
    "feuilles_adoptees": "Feuilles de route adoptées", "attentes": "Attentes", "deroulement": "Déroulement",
    "avis": "Avis", "effets": "Effets", "ameliorations": "Améliorations",
}  # fmt: skip
"""Field → its name for people; the same word means the same in every register (but for ``AMBIGUOUS``)."""
AMBIGUOUS = {
    **{("barometre", key): said for key, said in ITEMS.items()},
    ("formation", "apres"): "Après", ("voyages", "depart"): "Heure de départ", ("etapes_voyage", "repas"): "On y mange",
    ("observations", "etape"): "Lieu", ("observations", "cout"): "Ce que cela coûte",
}  # fmt: skip
WORDS: Mapping[tuple[str, str], Mapping[Any, str]] = {
    ("", "famille"): ROLES, ("", "etape"): contract.STAGES, ("instances", "pouvoir"): governance.POWERS,
    ("invites", "canal"): governance.CHANNELS, ("invites", "reponse"): governance.ANSWERS,
    ("jalons", "genre"): governance.KINDS, ("risques", "probabilite"): governance.LADDER,
    ("risques", "gravite"): governance.LADDER, ("candidatures", "suite"): contract.SUITES,
    ("chantiers", "suite"): SUITES, ("actions", "statut"): STATUSES, ("financements", "etat"): STATES,
    ("qui_fait_quoi", "role"): LETTERS, ("voyages", "mode"): trip.MODES, ("diffusion", "canal"): CHANNELS,
    ("avis_guide", "usages"): USES, ("cadre", "parcours"): {"leger": "léger", "complet": "complet"},
    ("transferts", "genre"): {"transferer": "À transférer", "eviter": "À éviter"},
    ("centres", "pas"): {"assiste": "assiste", "co-anime": "co-anime", "anime": "anime seule"},
    ("objectifs", "resultat"): LADDER, ("formation", "reaction"): REACTIONS, ("formation", "avant"): SKILLS,
    ("formation", "apres"): SKILLS,
}  # fmt: skip
"""(Register, or nothing for all; field) → what each value is called."""
EUROS = frozenset({"budget", "montant", "cout", "frais", "repas", "autres_frais"})


@dataclass(frozen=True)
class Register:
    """How a register is shown.

    Parameters
    ----------
    title
        Its name.
    stage
        The step where it is filled in.
    help
        What to write in it, in a sentence.
    shown
        Fields of its printed table, and the relative width of each; the others are read on the sheet of the entry.
    """

    title: str
    stage: contract.Stage
    help: str
    shown: Mapping[str, float]


SHOWN: Mapping[str, Register] = {
    "cadre": Register("Cadre de la démarche", "E0",
        "Qui porte, qui accompagne, combien de jours, qui répond des données.",
        {"porteur": 3, "elu_referent": 3, "technicien_referent": 3, "jours_elu": 2, "jours_technicien": 2, "debut": 2}),
    "candidatures": Register("Candidatures", "E0", "Un territoire par ligne, cinq critères notés de 0 à 4.",
        {"territoire": 4, "profil": 2, "fragilite": 2.4, "volonte": 2.2, "temps": 2, "acteurs": 2.2,
         "transmission": 3.1, "suite": 2.4}),
    "partage": Register("Qui s’occupe de quoi", "E0", "Une tâche par ligne, une seule organisation responsable.",
        {"etape": 3, "tache": 6, "responsable": 4, "appui": 4}),
    "rencontres": Register("Rencontres", "E0", "Une date par ligne : pourquoi, où, pour qui.",
        {"date": 3, "heure": 1.5, "titre": 4, "lieu": 4, "commune": 3, "public": 4}),
    "instances": Register("Instances", "E1", "Qui décide, qui valide, qui donne son avis.",
        {"nom": 4, "pouvoir": 3, "membres": 6, "rythme": 3}),
    "invites": Register("Invitations", "E1", "Une structure par ligne, jamais une personne.",
        {"structure": 4, "famille": 4, "canal": 2, "relais": 3, "places": 1.3, "reponse": 2.4}),
    "conditions": Register("Ce qui permet de venir", "E1", "Ce qui empêche de venir, et ce que l’on propose.",
        {"frein": 4, "reponse": 6, "porteur": 3, "cout": 2}),
    "risques": Register("Et si ça échouait ?", "E1", "Ce qui pourrait échouer, le premier signe, la parade.",
        {"risque": 4, "probabilite": 3, "gravite": 2.3, "signe": 4, "parade": 4, "porteur": 3.6}),
    "jalons": Register("Dates que l’on ne choisit pas", "E1", "Élections, votes du budget, conseils, dépôts.",
        {"date": 3, "titre": 7, "genre": 3}),
    "enjeux": Register("Enjeux", "E2", "Ce qui compte ici, et ce qui le fonde.",
        {"titre": 4, "constat": 6, "themes": 3}),
    "chantiers": Register("Chantiers", "E3", "Retenus, à creuser ou écartés, et pourquoi.",
        {"titre": 5, "enjeux": 2, "suite": 2, "pourquoi": 5}),
    "voyages": Register("Voyages", "E4", "Où aller, pourquoi, comment.",
        {"destination": 4, "theme": 3, "date": 3, "personnes": 2, "mode": 3}),
    "etapes_voyage": Register("Étapes du voyage", "E4", "Du départ au retour : qui nous reçoit, quelle question.",
        {"lieu": 4, "qui": 4, "question": 5}),
    "observations": Register("Carnet d’observation", "E4", "Ce qui marche, ce qui coince, ce que cela coûte.",
        {"etape": 1.5, "famille": 3, "marche": 4, "coince": 4, "cout": 3}),
    "transferts": Register("Trois à transférer, une à éviter", "E4", "Ce que le groupe rapporte, et sur quel chantier.",
        {"genre": 2, "titre": 5, "chantier": 2, "condition": 5}),
    "actions": Register("Actions", "E5", "Une fiche par action : un pilote, des dates, un indicateur.",
        {"nom": 5, "pilote": 4, "budget": 2, "debut": 3, "fin": 3}),
    "financements": Register("Financements", "E5", "Qui paie, combien, et si c’est acquis.",
        {"action": 1.6, "financeur": 6, "montant": 2.4, "etat": 2}),
    "qui_fait_quoi": Register("Qui fait quoi", "E5", "Un seul acteur répond du résultat de chaque action.",
        {"action": 1.5, "acteur": 6, "role": 4}),
    "barometre": Register("Baromètre", "E6", "Une ligne par personne, sans nom.",
        {"etape": 3, "garder": 5, "changer": 5}),
    "ajustements": Register("Ajustements", "E6", "Ce qui change avant l’étape suivante.",
        {"etape": 3, "constat": 4, "decision": 5, "par": 3, "fait": 1.3}),
    "objectifs": Register("Objectifs", "E6", "Cinq résultats visibles, écrits avant l’action.",
        {"titre": 4, "prevu": 5, "resultat": 3}),
    "temps": Register("Temps et frais", "E6", "Jours, kilomètres, frais, tout au long.",
        {"etape": 3, "quoi": 5, "famille": 4, "jours": 1.4, "km": 2, "frais": 2}),
    "diffusion": Register("Diffusion du guide", "E6", "Ce qui est parti, par quel canal.",
        {"periode": 3, "canal": 4, "telechargements": 4, "exemplaires": 3, "personnes": 2.8}),
    "avis_guide": Register("Avis sur le guide", "E6", "Une ligne par personne, sans nom.",
        {"famille": 4, "usages": 5, "fond": 1.5, "forme": 1.5, "a_change": 5}),
    "formation": Register("Formation", "E6", "Une ligne par personne formée, sous un code.",
        {"seances_animees": 2, "formats_utilises": 6}),
    "centres": Register("Centres formés", "E6", "Un centre de ressources par ligne, et où il en est.",
        {"nom": 4, "formes": 2.6, "date": 3, "pas": 2.4, "territoires": 3.2}),
    "entretiens": Register("Entretiens", "E6", "Sous un code : attentes, déroulement, avis, effets, améliorations.",
        {"famille": 4, "attentes": 5, "effets": 5, "ameliorations": 5}),
}  # fmt: skip
"""Every register of ``registers.REGISTERS``, in the order of the thread."""


def label(register: str, field: str) -> str:
    """Return the name of a field for people."""
    return AMBIGUOUS.get((register, field)) or LABELS[field]


def said(register: str, field: str, value: Any) -> str:  # noqa: ANN401 (that of any field)
    """Write a value in words; nothing when there is none."""
    names = WORDS.get((register, field)) or (WORDS.get(("", field)) if (register, field) not in AMBIGUOUS else None)
    if value is None or value == ():
        return ""
    if isinstance(value, dict):
        return " ; ".join(f"{(names or {}).get(key, key)} : {mark}" for key, mark in value.items())
    if isinstance(value, tuple):
        return ", ".join(str((names or {}).get(one, one)) for one in value)
    if names and value in names:
        return str(names[value])
    return _plain(field, value)


def _plain(field: str, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.date):
        return wording.date(value)
    if isinstance(value, (int, float)):
        many = wording.number(value, 0 if float(value).is_integer() else 1)
        return f"{many}{wording.NBSP}€" if field in EUROS else many
    if field == "heure":
        return wording.clock(trip.minutes(str(value)))
    return str(value)


def table(register: str, entries: Sequence[Entry], caption: str = "") -> Table:
    """Return the table of a register: the key of each entry, then its main fields."""
    shown = SHOWN[register]
    rows = tuple(
        (entry.cle, *(wording.typeset(said(register, field, getattr(entry, field))) for field in shown.shown))
        for entry in entries
    )
    header = ("N°", *(label(register, field) for field in shown.shown))
    return Table(caption or shown.title, header, rows, (1.6, *shown.shown.values()))
