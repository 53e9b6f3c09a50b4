"""A small library of workshop formats and sessions, made by the tests themselves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cartable import session, workshop

if TYPE_CHECKING:
    from cartable.session import Session
    from cartable.workshop import Card, Library, Vocabulary

MINUTES = {"min": 8, "typique": 10, "max": 14}


def vocabulary() -> Vocabulary:
    return workshop.Vocabulary(
        etapes={"E1": "Étape 1", "E2": "Étape 2", "E3": "Étape 3"},
        livrables={
            "commande": "La demande",
            "idees": "Les idées",
            "chantiers": "Les chantiers",
            "paroles": "Les paroles",
        },
        canevas={"aucun": "Aucun canevas", "persona": "Persona"},
        materiel={"Feuille A4": "consommable", "Stylo": "reutilisable"},
    )


def step(name: str = "Chercher", **changes: Any) -> dict[str, Any]:
    base = {
        "nom": name,
        "minutes": dict(MINUTES),
        "par_personne": 0,
        "configuration": "pleniere",
        "consigne": f"Nous allons maintenant {name.lower()}, tous ensemble et sans nous presser.",
        "trace": f"Une feuille pour {name.lower()}",
    }
    return {**base, **changes}


def front(**changes: Any) -> dict[str, Any]:
    base = {
        "titre": "Essai à la mairie",
        "intention": "Essayer un format court avec une secrétaire de mairie.",
        "quand_utiliser": ["Le groupe est petit et pressé.", "La salle du conseil est libre."],
        "quand_eviter": ["Un conflit est ouvert entre deux communes."],
        "etapes_programme": ["E1", "E3"],
        "objectifs": [
            {"verbe": "dire", "resultat": "chaque personne a parlé une fois"},
            {"verbe": "choisir", "resultat": "une idée est entourée au mur"},
        ],
        "deroule": [step("Ouvrir"), step("Chercher"), step("Conclure")],
        "preparation": 20,
        "installation": 5,
        "rangement": 5,
        "participants": {"min": 4, "ideal": 12, "max": 24, "par_groupe": 4},
        "animateurs": 1,
        "difficulte": {"animation": 1, "participation": 1},
        "materiel": [
            {"nom": "Feuille A4", "quantite": 2, "par": "personne"},
            {"nom": "Stylo", "quantite": 1, "par": "personne"},
        ],
        "salle": "La salle du conseil, avec des tables que l’on déplace.",
        "distance": {"possible": True, "adaptation": "Au téléphone, à trois, chacun sa feuille devant soi."},
        "sans_ecran": "Rien ne demande d’écran : tout se fait sur papier.",
        "accessibilite": {
            "lecture": "Lisez la consigne à voix haute, deux fois, puis montrez la feuille.",
            "surdite": "Placez-vous face à la lumière et écrivez la consigne en grand.",
            "mobilite": "Restez à table : personne n’a besoin de se lever pendant l’essai.",
        },
        "entrees": ["commande"],
        "sorties": ["idees"],
        "canevas": "aucun",
        "variantes": ["À deux, sur un coin de table.", "Dehors, devant la mairie."],
        "pieges": ["Le maire répond à tout : donnez-lui le rôle d’écrire.", "La salle est froide : prévoyez un café."],
        "conseils": ["Arrivez avec une heure d’avance.", "Rangez avec le groupe."],
        "signes_de_reussite": ["Chaque feuille porte une idée.", "Le groupe finit à l’heure."],
        "experiences": [],
        "origine": {"inventeur": "usage courant", "annee": "inconnue"},
        "licence": "CC BY-SA 4.0",
        "sources": [{"titre": "Usage courant", "annee": "inconnue", "etat": "à vérifier"}],
    }
    return {**base, **changes}


def body(fields: dict[str, Any], words: int = 700) -> str:
    filling = " ".join(["phrase"] * (words // 7))
    steps = "\n\n".join(f"### {one['nom']}\n\n{filling}" for one in fields["deroule"])
    others = {title: filling for title in workshop.SECTIONS if title != "Pendant"}
    parts = [f"## {title}\n\n{others.get(title, steps)}" for title in workshop.SECTIONS]
    return "\n\n".join(parts) + "\n"


def text(fields: dict[str, Any] | None = None, words: int = 700) -> str:
    fields = fields or front()
    head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)
    # YAML knows true and false; our files are written with oui and non.
    head = head.replace(": true", ": oui").replace(": false", ": non")
    return f"---\n{head}---\n\n{body(fields, words)}"


def card(slug: str = "essai", **changes: Any) -> Card:
    fields = front(**changes)
    return workshop.Card.model_validate(
        {**fields, "slug": slug, "corps": body(fields)}, context={"vocabulaire": vocabulary()}
    )


def library(*cards: Card) -> Library:
    return workshop.Library({one.slug: one for one in cards or (card(),)}, vocabulary())


def session_fields(
    items: list[dict[str, Any]], start: str = "9:00", end: str = "12:00", **changes: Any
) -> dict[str, Any]:
    base = {
        "titre": "Séance d’essai",
        "intention": "Essayer le moteur d’agenda sur une petite séance.",
        "etape": "E1",
        "famille": "essai",
        "longueur": "moyenne",
        "public": "Élues, élus et agents",
        "effectif": {"min": 4, "ideal": 12, "max": 24, "par_groupe": 4},
        "animateurs": 1,
        "objectifs": ["choisir trois chantiers avec leurs raisons"],
        "preparer": ["Imprimer les feuilles la veille", "Appeler la mairie pour les clés"],
        "mot_d_accueil": "Merci d’être là. "
        + "Nous travaillons ensemble à ce que chacun fasse ses démarches ici. " * 4,
        "et_apres": "Le compte rendu part dans la semaine à toutes les personnes présentes.",
        "jours": [{"nom": "Matin", "debut": start, "fin": end, "deroule": items}],
    }
    return {**base, **changes}


def seance(
    items: list[dict[str, Any]], known: Library, start: str = "9:00", end: str = "12:00", **changes: Any
) -> Session:
    fields = {**session_fields(items, start, end, **changes), "slug": "essai"}
    return session.Session.model_validate(fields, context={"vocabulaire": known.vocabulary, "fiches": known.cards})


def free(name: str, minutes: int, kind: str = "libre", **changes: Any) -> dict[str, Any]:
    return {"bloc": name, "genre": kind, "minutes": minutes, **changes}


def write_folder(where: Path, items: list[dict[str, Any]] | None = None) -> Path:
    """Write a folder like ``workshops/``: the words, one card (``essai``), one session (``matin``)."""
    (where / "seances").mkdir(parents=True)
    words = yaml.safe_dump(vocabulary().model_dump(exclude={"canevas"}), allow_unicode=True, sort_keys=False)
    (where / "canevas").mkdir()
    (where / "canevas" / "persona.yml").write_text("titre: Persona\n", encoding="utf-8")
    (where / "vocabulaire.yml").write_text(words, encoding="utf-8")
    shutil.copy(Path(__file__).parents[1] / "workshops" / "dossier.yml", where)
    (where / "essai.md").write_text(text(), encoding="utf-8")
    lines = items or [
        free("Accueil", 10, "accueil"),
        {"atelier": "essai"},
        free("Pause", 10, "pause"),
        {"atelier": "essai", "priorite": 3},
        free("Clôture", 10, "cloture"),
    ]
    fields = yaml.safe_dump(session_fields(lines, "9:00", "11:00"), allow_unicode=True, sort_keys=False, width=1000)
    (where / "seances" / "matin.yml").write_text(fields, encoding="utf-8")
    return where
