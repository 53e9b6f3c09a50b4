"""Words of French papers, made comparable: without accents, case or ending; empty words left out."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 600  # characters of a paper that are looked at: beyond, it is not a paper
SHORTEST = 3
_WORD = re.compile(r"[a-z0-9]+")
_ELISION = re.compile(r"\b(?:l|d|j|m|t|s|n|c|qu|quelqu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
# Words that link others, and those that every paper of a workshop holds.
EMPTY = frozenset({
    "a", "afin", "cent", "cinq", "dix", "fois", "huit", "neuf", "quatre", "sept", "six", "trente", "trois", "vingt",
    "ai", "aie", "ainsi", "alors", "apres", "as", "au", "aucun", "aucune", "aussi", "autre", "autres",
    "aux", "avaient", "avait", "avant", "avec", "avoir", "ayant", "beaucoup", "bien", "ca", "car", "ce", "ceci",
    "cela", "celle", "celles", "celui", "ces", "cet", "cette", "ceux", "chaque", "chez", "ci", "comme", "comment",
    "contre", "dans", "de", "dedans", "dehors", "deja", "depuis", "des", "dessous", "dessus", "deux", "devant",
    "doit", "doivent", "donc", "dont", "du", "elle", "elles", "en", "encore", "entre", "est", "et", "etaient",
    "etait", "etant", "etre", "eu", "eux", "faire", "fait", "faut", "font", "hors", "ici", "il", "ils", "jamais",
    "je", "jusque", "la", "le", "les", "leur", "leurs", "lors", "lui", "ma", "mais", "me", "meme", "memes", "mes",
    "moi", "moins", "mon", "ne", "ni", "non", "nos", "notre", "nous", "on", "ont", "ou", "par", "parce", "pas",
    "peu", "peut", "peuvent", "plus", "plusieurs", "pour", "pourquoi", "quand", "que", "quel", "quelle", "quelles",
    "quelque", "quelques", "quels", "qui", "quoi", "rien", "sa", "sans", "sauf", "se", "sera", "ses", "si", "soi",
    "soit", "son", "sont", "sous", "sur", "ta", "te", "tes", "toi", "ton", "tous", "tout", "toute", "toutes",
    "tres", "trop", "tu", "un", "une", "va", "vers", "via", "voici", "voila", "vont", "vos", "votre", "vous", "y"
})  # fmt: skip
ENDINGS = ("ements", "ement", "euses", "euse", "eux", "ation", "ations", "ees", "ee", "es", "er", "ez", "e", "s", "x")
ROOT = 4


def stem(word: str) -> str:
    """Cut the ending of a word: « fermées », « fermer » and « ferme » become the same."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= ROOT:
            return word[: -len(ending)]
    return word


def plain(text: str) -> str:
    """Return a text as it is compared: no accents, no case, no punctuation, one space."""
    return " ".join(_WORD.findall(wording.fold(_ELISION.sub("", text[:LONGEST]))))


def kept(text: str) -> list[str]:
    """Return the words of a text that mean something, in its order, whole."""
    return [word for word in plain(text).split() if word not in EMPTY and len(word) >= SHORTEST]


def stems(text: str) -> list[str]:
    """Return the stems of those words."""
    return [stem(word) for word in kept(text)]


def surface(texts: Iterable[str]) -> dict[str, str]:
    """Return, for each stem, the word that people wrote most, with its accents."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        for word in re.findall(r"[^\W_]+", _ELISION.sub("", text[:LONGEST]).lower()):
            found.setdefault(stem(plain(word)), Counter())[word] += 1
    return {root: max(sorted(counts), key=lambda word: counts[word]) for root, counts in found.items()}
