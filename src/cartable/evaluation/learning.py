"""What a training changed, at Kirkpatrick's four levels: reaction, learning, behaviour, results.

Few people answer: medians and counts are given, nothing is tested.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationInfo, field_validator

from cartable import manuscript
from cartable.errors import CartableError
from cartable.roadmap.model import Entry, Name, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 10
"""Confidence is marked from 0 to 10 on each skill."""


def gain(before: float, after: float, most: float = MOST) -> float | None:
    """Return the share of what could still be gained that was: (after − before) / (most − before).

    Hake, R. R. (1998), American Journal of Physics, 66, 64-74, doi:10.1119/1.18809.

    Returns
    -------
    float or None
        Below 0 when confidence fell; ``None`` when nothing could be gained.

    Raises
    ------
    CartableError
        If a mark is out of bounds.
    """
    for mark in (before, after):
        if not 0 <= mark <= most:
            raise CartableError(f"La note {mark:g} n’est pas possible.", f"Écrivez un nombre de 0 à {most:g}.")
    return None if before == most else (after - before) / (most - before)


def progress(pairs: Sequence[tuple[float, float]]) -> tuple[int, float | None, float | None]:
    """Return how many people answered twice, and the medians before and after.

    Parameters
    ----------
    pairs
        Before and after, the same person.
    """
    for before, after in pairs:
        gain(before, after)
    if not pairs:
        return 0, None, None
    return len(pairs), float(statistics.median(b for b, _ in pairs)), float(statistics.median(a for _, a in pairs))


SKILLS = {
    "lire": "Lire un portrait de territoire avec des élus",
    "preparer": "Préparer une séance qui tient dans son horaire",
    "animer": "Animer une table où tout le monde ne parle pas",
    "trier": "Regrouper des papiers sans les trahir",
    "ecrire": "Aider à écrire une fiche action vérifiable",
    "evaluer": "Évaluer et dire ce qui n’a pas marché",
}
"""What a trainee marks from 0 to 10, before and after."""
REACTIONS = {
    "utile": "Ce que j’ai vécu me servira",
    "clair": "Les consignes étaient claires",
    "rythme": "Le rythme me convenait",
    "essai": "J’ai pu essayer, pas seulement écouter",
    "groupe": "Le groupe m’a aidé à apprendre",
    "supports": "Les supports se réutilisent tels quels",
    "lieu": "Le lieu et l’accueil convenaient",
    "envie": "J’ai envie d’animer une séance",
}
"""What a trainee marks from 1 to 5, at the end."""
Confidence = Annotated[int, Field(ge=0, le=MOST)]
Before = Annotated[dict[str, Confidence], Field(max_length=len(SKILLS))]
Reaction = Annotated[dict[str, Annotated[int, Field(ge=1, le=5)]], Field(max_length=len(REACTIONS))]


class Learner(Entry):
    """What one trainee answered at the four levels of Kirkpatrick; a code, no name."""

    reaction: Reaction = Field(default_factory=dict)
    avant: Before = Field(default_factory=dict)
    apres: Before = Field(default_factory=dict)
    seances_animees: Annotated[int, Field(ge=0, le=200)] | None = None
    formats_utilises: Annotated[tuple[Name, ...], listed] = ()

    @field_validator("reaction", "avant", "apres")
    @classmethod
    def _known(cls, marks: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        known = REACTIONS if info.field_name == "reaction" else SKILLS
        for key in marks:
            if key not in known:
                raise manuscript.unknown(key, list(known), "une question de la feuille")
        return marks


@dataclass(frozen=True)
class Skill:
    """How confidence moved on one skill.

    Parameters
    ----------
    count
        People who marked it twice.
    before, after
        Medians from 0 to 10.
    gain
        Median of the normalised gains of those who could gain.
    """

    key: str
    count: int
    before: float | None
    after: float | None
    gain: float | None


def skills(learners: Sequence[Learner]) -> list[Skill]:
    """Return how confidence moved, skill by skill; only those who marked it twice count."""
    found = []
    for key in SKILLS:
        pairs = [(one.avant[key], one.apres[key]) for one in learners if key in one.avant and key in one.apres]
        count, before, after = progress(pairs)
        gains = [g for b, a in pairs if (g := gain(b, a)) is not None]
        found.append(Skill(key, count, before, after, statistics.median(gains) if gains else None))
    return found


def reactions(learners: Sequence[Learner]) -> list[tuple[str, int, float | None]]:
    """Return for each question how many answered, and the median from 1 to 5."""
    listed_marks = {key: [one.reaction[key] for one in learners if key in one.reaction] for key in REACTIONS}
    return [(key, len(m), float(statistics.median(m)) if m else None) for key, m in listed_marks.items()]
