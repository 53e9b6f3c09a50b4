"""Invent the papers of a survey of inhabitants, in the invented Val-de-Brume, to learn how to read answers.

Run it by hand: ``python data/fictif_reponses.py``. It writes ``fictif/questionnaires/habitants.csv``, with no network:
the same bytes each time. Odds are those of a story, not of a survey: they teach what to look for.
"""

from __future__ import annotations

import random
from pathlib import Path

from cartable import survey
from cartable.documents import spreadsheet
from cartable.survey.reading import table

HERE = Path(__file__).resolve().parent
COUNT, SEED, FORGOTTEN = 64, 20261127, 0.05
SENTENCES = (
    "Il fallait un code reçu par message, et le téléphone ne passe pas à la maison.",
    "J’ai recommencé trois fois, puis j’ai laissé.",
    "Ma petite-fille l’a fait le dimanche, je n’ai rien compris.",
    "On m’a dit d’aller sur le site, j’étais venue pour ne pas y aller.",
    "Le dossier était fini, il manquait une photo au bon format.",
    "J’avais peur de me tromper et de perdre l’allocation.",
    "Le bus passe le jeudi, la permanence est le mardi.",
    "Je sais faire, mais pas à dix heures du matin.",
    "La secrétaire m’a aidé, la file attendait derrière.",
    "Le mot de passe était sur un papier, le papier est parti avec la veste.",
    "Le site demande une adresse électronique, j’ai celle de mon fils.",
    "Personne au téléphone, de la musique pendant une demi-heure.",
)
SKILLS = (
    "Faire des photos et les envoyer.", "Les recettes en vidéo.", "Appeler en visio la famille.",
    "Acheter des pièces pour le tracteur.", "Chercher un horaire.", "Écouter la radio.",
)  # fmt: skip
AGES = (2, 9, 14, 21, 16, 2)
WEIGHTS = {
    "lieu": (30, 24, 6, 4), "connexion": (34, 18, 9, 3), "demarche": (40, 6, 8, 10), "issue": (14, 16, 9, 12, 7, 3),
    "lieu_connu": (12, 18, 14, 20),
}  # fmt: skip
TICKS = {
    "appareils": (0.3, 0.7, 0.2, 0.5, 0.15, 0.05),
    "sujets": (0.35, 0.3, 0.4, 0.3, 0.2, 0.1, 0.15, 0.4, 0.1, 0.15, 0.05),
    "arrets": (0.5, 0.3, 0.3, 0.35, 0.1, 0.45, 0.3, 0.2, 0.05),
    "aides": (0.15, 0.5, 0.15, 0.3, 0.2, 0.15, 0.1, 0.05),
    "empechements": (0.15, 0.4, 0.35, 0.4, 0.05, 0.3, 0.15, 0.1, 0.15),
    "moments": (0.4, 0.35, 0.2, 0.25, 0.15, 0.3),
}


def given(one: survey.Survey, dice: random.Random) -> survey.Given:
    """Invent one paper; what a jump leaves aside is coded so."""
    found: survey.Given = {
        "remise": dice.choices((1, 2, 3, 5), (12, 14, 10, 28))[0],
        "aide": dice.choices((1, 2), (5, 3))[0],
    }
    aside: set[str] = set()
    names = [question.variable for question in one.questions]
    for question in one.questions:
        name = question.variable
        if name in aside:
            found[name] = survey.SKIPPED
        elif dice.random() < FORGOTTEN:
            continue  # nobody answers everything
        elif question.type == "choix":
            found[name] = dice.choices(range(1, len(question.modalites) + 1), WEIGHTS.get(name, AGES))[0]
        elif question.type == "plusieurs":
            ticked = [rank for rank, odds in enumerate(TICKS[name], 1) if dice.random() < odds]
            if ticked:
                found[name] = ticked
        elif dice.random() < (0.35 if name == "recit" else 0.25):
            found[name] = dice.choice(SENTENCES if name == "recit" else SKILLS)
        if question.saut and found.get(name) in {question.modalites.index(said) + 1 for said in question.saut.si}:
            aside |= set(names[names.index(name) + 1 : names.index(question.saut.vers)])
    return found


def main() -> None:
    """Write the file."""
    one = survey.load_one(HERE.parent / "workshops", "habitants")
    dice = random.Random(SEED)  # noqa: S311 (a story, not a secret)
    answers = survey.Answers(one, [given(one, dice) for _ in range(COUNT)])
    columns = tuple((name, 0.0) for name in survey.column_names(one))
    rows = tuple(tuple(row) for row in table(answers))
    content = spreadsheet.delimited(spreadsheet.Sheet("Saisie", columns, rows)).replace(b"\r\n", b"\n")
    (HERE / "fictif" / "questionnaires" / "habitants.csv").write_bytes(content)


if __name__ == "__main__":
    main()
