"""French numbers, dates and sentences: the one place that knows the typography.

Narrow no-break space (U+202F) before « ; ! ? % » and between thousands, no-break space (U+00A0) before « : »
and inside quotation marks, comma as decimal mark.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

NNBSP = "\u202f"
NBSP = "\u00a0"
MINUS = "\u2212"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
VOWELS = frozenset("aeiouyh")


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number the French way: ``26641`` → « 26 641 », ``None`` → « n. d. »."""
    if value is None or value != value:  # noqa: PLR0124 (NaN)
        return f"n.{NBSP}d."
    text = f"{abs(value):,.{decimals}f}".replace(",", NNBSP).replace(".", ",")
    negative = value < 0 and any(c in "123456789" for c in text)
    return MINUS + text if negative else text


def percent(share: float | None, decimals: int = 1) -> str:
    """Write a share (0 to 1) as a percentage: ``0.298`` → « 29,8 % »."""
    if share is None or share != share:  # noqa: PLR0124 (NaN)
        return number(None)
    return f"{number(100 * share, decimals)}{NNBSP}%"


def plural(count: float, singular: str, plural_form: str | None = None) -> str:
    """Write a count and its noun: plural from 2 on, as French does (« 1,5 commune »)."""
    word = singular if abs(count) < 2 else (plural_form or f"{singular}s")  # noqa: PLR2004
    return f"{number(count)}{NBSP}{word}"


def date(day: dt.date) -> str:
    """Write a date in full: « 1er août 2024 »."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def join(words: Sequence[str], last: str = "et") -> str:
    """Join words into an enumeration: « a, b et c »."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def fold(text: str) -> str:
    """Fold case, accents, ligatures and punctuation: « L'Œuvre d'Étampes » → « l oeuvre d etampes »."""
    text = text.casefold().replace("œ", "oe").replace("æ", "ae")
    kept = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def of(name: str) -> str:
    """Put « de » before a proper name: « de Charroux », « d'Angoulême », « du Mans », « des Herbiers »."""
    for article, contraction in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contraction + name.removeprefix(article)
    initial = fold(name)[:1]
    return f"d’{name}" if initial in VOWELS else f"de {name}"
