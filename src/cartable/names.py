"""Names of territories, compared so that accents, articles, abbreviations and typos are forgiven."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property

from cartable import wording

# What people type for the nature of an EPCI, once folded; longest first.
NATURE_WORDS = {
    "communaute d agglomeration": "CA", "communaute de communes": "CC", "communaute urbaine": "CU",
    "communaute agglomeration": "CA", "com d agglo": "CA", "com de com": "CC", "comcom": "CC", "com com": "CC",
    "agglomeration": "CA", "agglo": "CA", "metropole": "ME", "cda": "CA", "cdc": "CC",
    "cc": "CC", "ca": "CA", "cu": "CU",
}  # fmt: skip
SMALL_WORDS = frozenset(
    {*["de", "du", "des", "d", "la", "le", "les", "l", "en", "et", "au", "aux", "a", "sur", "sous"]}
)
SPELLINGS = {"st": "saint", "ste": "sainte", "sts": "saints", "gd": "grand"}


def departement_of(code: str) -> str:
    """Return the département of a code INSEE: « 86 » for 86078, « 974 » for 97411, « 2A » for 2A004."""
    return code[:3] if code.startswith("97") else code[:2]


def fold_name(name: str) -> str:
    """Fold a name for comparison: accents, case, articles, « St », punctuation."""
    words = wording.fold(name).split()
    return " ".join(SPELLINGS.get(w, w) for w in words if w not in SMALL_WORDS)


def split_nature(query: str) -> tuple[str, str]:
    """Separate what tells the nature from the rest: « la rochelle agglo » → (« rochelle », « CA »)."""
    text, found = f" {wording.fold(query)} ", ""
    for words, nature in NATURE_WORDS.items():
        rest = text.replace(f" {words} ", " ", 1)
        if rest != text and fold_name(rest):
            text, found = rest, found or nature
    return fold_name(text), found


@dataclass(frozen=True)
class Entry:
    """A name that can be searched.

    Parameters
    ----------
    kind
        « epci », « commune », « fusion », « arrondissement » or « epci disparu ».
    code
        SIREN or code INSEE.
    name
        Official name.
    siren
        The EPCI to show, empty if there is none.
    now
        For a former commune, the code of the one that covers it.
    """

    kind: str
    code: str
    name: str
    siren: str
    now: str = ""
    nature: str = ""

    @cached_property
    def folded(self) -> str:
        """The name as it is compared."""
        return split_nature(self.name)[0] if self.kind.startswith("epci") else fold_name(self.name)

    @property
    def label(self) -> str:
        """The name with what tells it from its namesakes."""
        if self.kind == "epci":
            return f"{self.name} (SIREN {self.code})"
        return f"{self.name} ({departement_of(self.code)})" if self.kind != "epci disparu" else self.name


def likeness(words: str, name: str) -> float:
    """Compare with the whole name, and with any run of as many words in it, between 0 and 1.

    « civraisein » looks like « civraisien poitou » because it looks like its first word.
    """
    parts, size = name.split(), len(words.split())
    runs = {name, *(" ".join(parts[i : i + size]) for i in range(len(parts) - size + 1))}
    return max(difflib.SequenceMatcher(None, words, run).ratio() for run in runs)
