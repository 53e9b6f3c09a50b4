"""The two notebooks of an exercise: the trainee's, where the answer is cut, and the trainer's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from cartable import wording
from cartable.exercises.checking import statement
from cartable.exercises.model import STEPS
from cartable.exercises.progress import FILE

if TYPE_CHECKING:
    from cartable.exercises.model import Exercise, Part

LANGUAGE = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3",
    },
}  # fmt: skip
SETTINGS = """# Réglages : un autre territoire, un autre tirage, et où garder vos réponses (vide : rien n’est gardé)
territoire = ""
graine = 0
fichier = "{file}\""""
FIELDS = """# À vous
from cartable.training import Training

exercices = Training(fichier, territoire, graine)
exercices.exercise("{slug}")"""

CORRECTED = """# Le corrigé : une réponse qui tient, et ce que chaque erreur reçoit
from cartable.training import Training

Training("", territoire, graine).corrected("{slug}")"""
AFTER = (
    "Rien ne quitte votre machine. Le fichier `mes-exercices.json` porte un code, jamais un nom ; donnez-le à la "
    "personne qui vous forme si vous le voulez."
)
Notebook = dict[str, Any]


def trainee(exercise: Exercise) -> Notebook:
    """Return the notebook of a trainee: nothing in it comes from the correction or from the mistakes."""
    cells = [
        _text(_head(exercise)),
        _code(SETTINGS.format(file=FILE), "parameters"),
        _code(FIELDS.format(slug=exercise.slug)),
        _text(wording.typeset(AFTER)),
    ]
    return _notebook(cells)


def corrected(exercise: Exercise) -> Notebook:
    """Return the notebook of the trainer."""
    title = f"# {exercise.title} : corrigé\n\nPour la personne qui forme. {exercise.head.objectif}"
    cells = [
        _text(wording.typeset(title)),
        _code(SETTINGS.format(file=""), "parameters"),
        _code(CORRECTED.format(slug=exercise.slug)),
    ]
    return _notebook(cells)


def _head(exercise: Exercise) -> str:
    head = exercise.head
    about = [f"**Objectif.** {head.objectif}", f"**Temps.** {exercise.length}. **Étape.** {STEPS[head.etape]}."]
    if head.ouvert:
        about.append("Cet exercice n’a pas de bonne réponse : votre raisonnement sera mis à côté d’un exemple.")
    asked = [_asked(rank, part) for rank, part in enumerate(head.champs, 1)]
    return wording.typeset("\n\n".join([f"# {exercise.title}", *about, statement(exercise), "## À répondre", *asked]))


def _asked(rank: int, part: Part) -> str:
    """Return a question and its options, to be read before anything runs."""
    return "\n\n".join([f"**{rank}. {part.question}**", "\n".join(f"- {one}" for one in part.options)]).strip()


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": _name(source), "metadata": {}, "source": source}


def _code(source: str, *tags: str) -> dict[str, Any]:
    metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input", *tags]}
    return {
        "cell_type": "code", "id": _name(source), "execution_count": None, "outputs": [], "metadata": metadata,
        "source": source,
    }  # fmt: skip


def _name(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _notebook(cells: list[dict[str, Any]]) -> Notebook:
    return {"cells": cells, "metadata": LANGUAGE, "nbformat": 4, "nbformat_minor": 5}
