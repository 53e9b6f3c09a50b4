"""What a trainee is told: never a mark, always what to look at again; nothing blocks, nothing is lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cartable import wording
from cartable.exercises.model import MOST_TEXT

if TYPE_CHECKING:
    from cartable.exercises.model import Answer, Exercise, Part

State = Literal["vide", "incomplet", "a-revoir", "juste", "compare"]
NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,6})?")
EMPTY = "Rien n’est encore écrit, et c’est permis. Commencez par la question dont vous êtes le moins loin."
AGAIN = "Ce n’est pas encore cela. Relisez l’énoncé, puis ouvrez le premier indice : il ne donne pas la réponse."
COMPARE = "Cet exercice n’a pas de bonne réponse. Comparez votre raisonnement à l’exemple : qu’avez-vous vu de plus ?"


@dataclass(frozen=True)
class Verdict:
    """What is answered.

    Parameters
    ----------
    state
        Empty, incomplete, to be looked at again, right, or set beside an example.
    message
        One paragraph.
    code
        Name of the mistake that was recognised, or nothing.
    """

    state: State
    message: str
    code: str = ""


def right(message: str) -> Verdict:
    """Say that an answer holds, and why."""
    return Verdict("juste", wording.typeset(message))


def again(code: str, message: str) -> Verdict:
    """Say what to look at again."""
    return Verdict("a-revoir", wording.typeset(message), code)


def understood(part: Part, value: Any) -> Any:  # noqa: ANN401 (an option, a list, a number or a text)
    """Return what was typed as it is compared; ``None`` when nothing was, or when it cannot be understood.

    Parameters
    ----------
    value
        From a form, a notebook or a file: anything.
    """
    if part.genre == "choix":
        return value if isinstance(value, str) and value in part.options else None
    if part.genre in {"plusieurs", "ordre"}:
        kept = [one for one in value if one in part.options] if isinstance(value, (list, tuple)) else []
        return list(dict.fromkeys(kept)) or None
    if part.genre == "nombre":
        return number(value)
    text = value.strip()[:MOST_TEXT] if isinstance(value, str) else ""
    return text or None


def number(value: object) -> float | None:
    """Return the number in what was typed, the French way: « 1 234,5 »."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, (int, float)):
        return float(value) if abs(value) < 1e12 else None  # noqa: PLR2004
    plain = re.sub(r"[\s\u00a0\u202f]", "", unicodedata.normalize("NFKC", value[:60])).rstrip("%€")
    return float(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else None


def given(exercise: Exercise, typed: Answer) -> Answer:
    """Return the answers that are understood, by field."""
    found = {part.cle: understood(part, typed.get(part.cle)) for part in exercise.head.champs}
    return {key: value for key, value in found.items() if value is not None}


def same(part: Part, one: object, other: object) -> bool:
    """Tell whether two answers to a field are the same."""
    if part.genre == "plusieurs" and isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    if part.genre == "nombre":
        first, second = number(one), number(other)
        return first is not None and second is not None and abs(first - second) <= 1e-6 * max(1.0, abs(second))
    if part.genre == "texte" and isinstance(one, str) and isinstance(other, str):
        return wording.fold(one) == wording.fold(other)
    return one == other
