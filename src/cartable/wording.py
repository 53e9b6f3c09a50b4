"""French numbers, dates and sentences: the one place that knows the typography.

Narrow no-break space (U+202F) before « ; ! ? % » and between thousands, no-break space (U+00A0) before « : »
and inside quotation marks, comma as decimal mark.
"""

from __future__ import annotations

import re
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


def clock(minute: int) -> str:
    """Write a time of day, counted in minutes since midnight: ``1085`` → « 18 h 05 »."""
    hours, minutes = divmod(minute, 60)
    return f"{hours % 24}{NBSP}h" + (f"{NBSP}{minutes:02}" if minutes else "")


def duration(minutes: int) -> str:
    """Write a length of time: ``75`` → « 1 h 15 », ``45`` → « 45 min »."""
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")


# What is not prose keeps its spaces: code, link targets, addresses, MyST roles.
_NOT_PROSE = re.compile(
    r"(\{[\w-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<?https?://[^\s>]+>?|\{[\w-]+\}|^:{3,}.*$)", re.MULTILINE
)
_TYPOGRAPHY = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\.\.\.", "…"),
        (r"(?<=\w)'(?=\w|«|\*|$)", "’"),
        (rf"«[ {NBSP}{NNBSP}]*", f"«{NBSP}"),
        (rf"[ {NBSP}{NNBSP}]*»", f"{NBSP}»"),
        (rf"[ {NBSP}]([;!?%])", rf"{NNBSP}\1"),
        (r"(?<=[^\s|:]) :(?=[\s*]|$)", f"{NBSP}:"),
        (r"(?<![\d,])(\d{1,3}) (\d{3})(?!\d)", rf"\1{NNBSP}\2"),
        (r"(\d) h(?: (\d\d))?\b", lambda found: f"{found[1]}{NBSP}h" + (f"{NBSP}{found[2]}" if found[2] else "")),
        (r"(\d) (min|m|mm|cm|km|ans|millions|heures|minutes|mots|personnes)\b", rf"\1{NBSP}\2"),
        (r"n° (\d)", rf"n°{NBSP}\1"),
        (r"\b(étape|Étape) (\d)", rf"\1{NBSP}\2"),
    )
)


def typeset(text: str) -> str:
    """Give French typography to a text typed with ordinary spaces; Markdown code, links and roles are left alone."""
    parts = _NOT_PROSE.split(text)
    for index in range(0, len(parts), 2):
        for pattern, replacement in _TYPOGRAPHY:
            parts[index] = pattern.sub(replacement, parts[index])
    return "".join(parts)
