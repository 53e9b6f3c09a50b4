"""Words that lists of places use, and those of the standard 1.0.2: only the correspondences that leave no doubt.

Former words are those of the standard of 2022, and a few that everybody writes. A word that has no equivalent any more
(« APTIC », a voucher that ended in 2024) is known and gives nothing.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cartable import wording
from cartable.sources import standard

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = (";", " / ", "/", ",", "\n")
CAUTIOUS = {"frais_a_charge": (";",)}
"""« Gratuit, sauf les impressions » is not free: prices are cut at semicolons alone."""
MEMORY = 8192  # texts remembered: a list repeats the same ones
_PROCEDURES = ("Aide aux démarches administratives",)
_DAILY = ("Maîtrise des outils numériques du quotidien",)
_WORLD = ("Compréhension du monde numérique",)
_JOBS = ("Insertion professionnelle via le numérique",)
_ACCESS = ("Accès internet et matériel informatique",)
_LEISURE = ("Loisirs et créations numériques",)
_COUNSELLORS = ("Conseillers numériques",)
_CAF = ("Point d'accès numérique CAF",)
NOTHING: tuple[str, ...] = ()

FORMER: dict[str, dict[str, tuple[str, ...]]] = {
    "services": {
        "Devenir autonome dans les démarches administratives": _PROCEDURES,
        "Réaliser des démarches administratives avec un accompagnement": _PROCEDURES,
        "Accompagner les démarches de santé": _PROCEDURES,
        "Être accompagné dans ses démarches administratives": _PROCEDURES,
        "Démarches administratives": _PROCEDURES,
        "Prendre en main un smartphone ou une tablette": _DAILY,
        "Prendre en main un ordinateur": _DAILY,
        "Utiliser le numérique au quotidien": _DAILY,
        "Être initié aux outils numériques": _DAILY,
        "Approfondir ma culture numérique": _WORLD,
        "Promouvoir la citoyenneté numérique": _WORLD,
        "Favoriser mon insertion professionnelle": _JOBS,
        "Créer et développer mon entreprise": _JOBS,
        "Accéder à une connexion internet": _ACCESS,
        "Accéder à du matériel": _ACCESS,
        "Accès à Internet en autonomie": _ACCESS,
        "Accès à des équipements et une connexion internet": _ACCESS,
        "S'équiper en matériel informatique": ("Acquisition de matériel informatique à prix solidaire",),
        "Créer avec le numérique": _LEISURE,
        "Pratiquer des activités récréatives numériques": _LEISURE,
        "Soutenir la parentalité et l'éducation avec le numérique": ("Parentalité et éducation avec le numérique",),
    },
    "frais_a_charge": {
        "Gratuit": ("Gratuit",),
        "Gratuits": ("Gratuit",),
        "Gratuite": ("Gratuit",),
        "Accès gratuit": ("Gratuit",),
        "Tout est gratuit": ("Gratuit",),
        "Service public gratuit": ("Gratuit",),
        "Service public (gratuite)": ("Gratuit",),
        "Gratuit (service public)": ("Gratuit",),
        "Accès libre et gratuit": ("Gratuit",),
        "Accompagnement gratuit": ("Gratuit",),
        "0 euro": ("Gratuit",),
        "0euro": ("Gratuit",),
        "0 €": ("Gratuit",),
        "Gratuit sous conditions": ("Gratuit sous condition",),
        "Accepte le Pass numérique": NOTHING,
        "-": NOTHING,
    },
    "dispositif_programmes_nationaux": {
        "CNFS": _COUNSELLORS,
        "Conseiller numérique": _COUNSELLORS,
        "Conseiller numérique France Services": _COUNSELLORS,
        "Conseillers numériques France Services": _COUNSELLORS,
        "Maison France Services": ("France Services",),
        "Espace France Services": ("France Services",),
        "Grandes écoles du numérique": ("Grande école du numérique",),
        "Bibliothèque numérique de référence": ("Bibliothèques numérique de référence",),
        "Bibliothèques numériques de référence": ("Bibliothèques numérique de référence",),
        "Point numérique CAF": _CAF,
        "Point relais CAF": _CAF,
        "PIX": ("Certification PIX",),
        "APTIC": NOTHING,
        "Relais pôle emploi": NOTHING,
        "French Tech": NOTHING,
        "Campus connecté": NOTHING,
    },
    "modalites_accompagnement": {
        "Seul": ("En autonomie",),
        "En libre accès": ("En autonomie",),
        "Avec de l'aide": ("Accompagnement individuel",),
        "Individuellement": ("Accompagnement individuel",),
        "Individuel": ("Accompagnement individuel",),
        "Dans un atelier": ("Dans un atelier collectif",),
        "Collectivement": ("Dans un atelier collectif",),
        "Collectif": ("Dans un atelier collectif",),
        "Atelier collectif": ("Dans un atelier collectif",),
    },
    "publics_specifiquement_adresses": {
        "Seniors (+ 65 ans)": ("Seniors",),
        "Jeunes (16-26 ans)": ("Jeunes",),
        "Familles/enfants": ("Familles et/ou enfants",),
        "Uniquement femmes": ("Femmes",),
        "Adultes": NOTHING,
        "Tous les publics": NOTHING,
        "Tous publics": NOTHING,
        "Tout public": NOTHING,
    },
    "prise_en_charge_specifique": {
        "Personnes en situation d'illettrisme": ("Illettrisme",),
        "Handicap moteur": ("Handicaps moteurs",),
        "Handicap mental": ("Handicaps mentaux",),
        "Déficiences visuelles": ("Déficience visuelle",),
    },
    "modalites_acces": {
        "Se présenter sur place": ("Se présenter",),
        "Sur place": ("Se présenter",),
        "Par téléphone": ("Téléphoner",),
        "Par mail": ("Contacter par mail",),
        "Prendre rendez-vous en ligne": ("Prendre un RDV en ligne",),
    },
    "itinerance": {"Itinérante": ("Itinérant",), "En itinérance": ("Itinérant",), "Bus": ("Itinérant",)},
    "formations_labels": {
        "Fabrique de Territoire": ("Fabriques de Territoire",),
        "Étapes numériques(La Poste)": ("Étapes numériques (La Poste)",),
    },
    "typologie": {
        "Association": ("ASSO",),
        "Commune": ("MUNI",),
        "Mairie": ("MUNI",),
        "Intercommunalité": ("EPCI",),
        "Département": ("DEPT",),
        "Bibliothèque": ("BIB",),
        "Médiathèque": ("BIB",),
        "Tiers-lieu": ("TIERS_LIEUX",),
        "Tiers-lieux": ("TIERS_LIEUX",),
        "Centre social": ("CS",),
        "Mission locale": ("ML",),
        "La Poste": ("LA_POSTE",),
        "Pôle emploi": ("FT",),
        "France Travail": ("FT",),
        "PE": ("FT",),
        "France Services": ("RFS",),
        "Autre": ("Autre",),
    },
}
# Columns of the standard of 2022, and the fields of today that they feed.
FORMER_COLUMNS = {
    "labels_nationaux": ("dispositif_programmes_nationaux", "formations_labels"),
    "labels_autres": ("autres_formations_labels",),
    "conditions_acces": ("frais_a_charge",),
    "publics_accueillis": ("publics_specifiquement_adresses", "prise_en_charge_specifique"),
    "accessibilite": ("fiche_acces_libre",),
}


@cache
def words(field: str) -> dict[str, tuple[str, ...]]:
    """Return what each word known for a field becomes, by its folded form."""
    official = {wording.fold(value): (value,) for value in standard.fields()[field].values}
    return {wording.fold(word): values for word, values in FORMER.get(field, {}).items()} | official


@lru_cache(MEMORY)
def translate(field: str, word: str) -> tuple[str, ...] | None:
    """Return the values of the standard that a word stands for, none when it is not known.

    « Gratuit : Je peux accéder gratuitement au lieu… » is known by what comes before its colon.
    """
    if word in standard.fields()[field].values:
        return (word,)
    known = words(field)
    whole, head = wording.fold(word), wording.fold(word.partition(":")[0])
    return known.get(whole or word, known.get(head))


@lru_cache(MEMORY)
def split(field: str, text: str) -> tuple[str, ...]:
    """Cut a text into the values that it holds: at each « | », or at the sign that gives the most known words."""
    text = text.strip()
    if "|" in text or wording.fold(text) in words(field):
        return tuple(_pieces(text, "|"))
    cuts = [_pieces(text, sign) for sign in CAUTIOUS.get(field, SEPARATORS) if sign in text]
    scored = [(sum(translate(field, piece) is not None for piece in pieces), pieces) for pieces in cuts]
    known, pieces = max(scored, key=lambda item: item[0], default=(0, []))
    # « Payant : l’accès au lieu et/ou à ses services est payant » is one value, though a sign cuts it.
    if known > 1 or (known and translate(field, text) is None):
        return tuple(pieces)
    return (text,) if text else ()


def _pieces(text: str, sign: str) -> list[str]:
    return [piece.strip() for piece in text.split(sign) if piece.strip()]


def belongs(fields: Sequence[str], word: str) -> str:
    """Return which of several fields knows a word, the first when none does."""
    return next((field for field in fields if translate(field, word)), fields[0])


def sort(fields: Sequence[str], text: str) -> dict[str, str]:
    """Share the values of a column among the fields that it feeds: each goes where it is known."""
    shared: dict[str, list[str]] = {}
    for piece in max((split(field, text) for field in fields), key=len):
        shared.setdefault(belongs(fields, piece), []).append(piece)
    return {field: "|".join(pieces) for field, pieces in shared.items()}
