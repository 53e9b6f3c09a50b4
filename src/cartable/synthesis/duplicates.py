"""Papers that say nearly the same: proposed together, never merged without a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from cartable import wording
from cartable.synthesis import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

LEAST = 82.0
"""Likeness from which papers are shown together, out of 100."""
COMMON = 60  # papers: a word that more of them hold does not bring two of them together
FEW = 3  # words: with fewer, « the same words » says little


@dataclass(frozen=True)
class Cluster:
    """Papers that may be one.

    Parameters
    ----------
    notes
        Their identifiers.
    proposal
        The text that says the most, to begin with.
    score
        Likeness of the two that are least alike among those that were brought together, out of 100.
    reason
        Why, in a sentence.
    """

    notes: tuple[str, ...]
    texts: tuple[str, ...]
    proposal: str
    score: float
    reason: str


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike, out of 100.

    The larger of two indices of rapidfuzz: the same words whatever their order (``token_sort_ratio``), and, from three
    words on, one text within the other (``token_set_ratio``, less five points for what it leaves out).
    """
    whole = fuzz.token_sort_ratio(one, other)
    if min(len(one.split()), len(other.split())) < FEW:
        return whole
    return max(whole, fuzz.token_set_ratio(one, other) * 0.95)


def duplicates(notes: pd.DataFrame, least: float = LEAST) -> list[Cluster]:
    """Return papers that say nearly the same, the most alike first.

    Parameters
    ----------
    notes
        Columns ``note`` (identifier), ``texte`` and ``table``.
    least
        From which likeness, out of 100.
    """
    texts = dict(zip(notes["note"], notes["texte"], strict=True))
    tables = dict(zip(notes["note"], notes["table"], strict=True))
    plain = {key: " ".join(words.kept(text)) for key, text in texts.items()}
    pairs: dict[tuple[str, str], float] = {}
    for one, other in _candidates(plain):
        score = likeness(plain[one], plain[other])
        if score >= least:
            pairs[one, other] = score
    found = [_cluster(members, texts, tables, pairs) for members in _together(pairs)]
    return sorted(found, key=lambda cluster: (-cluster.score, cluster.notes))


def _candidates(plain: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pairs that share a word that is not everywhere, or the very same words; each once."""
    index: dict[str, list[str]] = {}
    for key, text in plain.items():
        for root in dict.fromkeys(map(words.stem, text.split())):
            index.setdefault(root, []).append(key)
        if text:
            index.setdefault(f"={text}", []).append(key)
    seen: set[tuple[str, str]] = set()
    for root, keys in index.items():
        if len(keys) > COMMON and not root.startswith("="):
            continue
        # The very same text, a thousand times: each is brought to the first one.
        firsts = keys[:1] if root.startswith("=") else keys
        for rank, one in enumerate(firsts):
            for other in keys[rank + 1 :]:
                if (one, other) not in seen:
                    seen.add((one, other))
                    yield one, other


def _together(pairs: Mapping[tuple[str, str], float]) -> list[list[str]]:
    """Put together what is linked, by one or by several."""
    head: dict[str, str] = {}

    def top(key: str) -> str:
        while head.setdefault(key, key) != key:
            key = head[key]
        return key

    for one, other in pairs:
        head[top(other)] = top(one)
    groups: dict[str, list[str]] = {}
    for key in head:
        groups.setdefault(top(key), []).append(key)
    return list(groups.values())


def _cluster(
    members: Sequence[str], texts: Mapping[str, str], tables: Mapping[str, str], pairs: Mapping[tuple[str, str], float]
) -> Cluster:
    inside = set(members)
    score = min(value for (one, other), value in pairs.items() if one in inside and other in inside)
    ordered = sorted(members, key=list(texts).index) if len(members) < FEW * FEW else list(members)
    several = sorted({tables[key] for key in members if tables[key]})
    where = f", de {wording.plural(len(several), 'table')}" if len(several) > 1 else ""
    reason = f"{wording.plural(len(members), 'papier')}{where}, semblables à {wording.number(score)} sur 100."
    proposal = max((texts[key] for key in ordered), key=lambda text: (len(words.kept(text)), -len(text)))
    return Cluster(
        tuple(ordered), tuple(texts[key] for key in ordered), proposal, round(score, 1), wording.typeset(reason)
    )
