"""Themes proposed from the words of the papers, each explained by them; a person keeps, renames or refuses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from cartable import wording
from cartable.synthesis import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

FEWEST = 8
"""Papers below which no theme is proposed: the group sees them faster itself."""
MOST_THEMES, MOST_WORDS, MOST_NOTES = 8, 5, 4
CLEAR = 0.5
"""Share of a paper that its first theme must explain."""
ROUNDS = 400


@dataclass(frozen=True)
class Theme:
    """A theme that is proposed.

    Parameters
    ----------
    words
        Those that tell it from the others, as people wrote them.
    notes
        Identifiers of its papers, the clearest first.
    examples
        A few of their texts.
    """

    words: tuple[str, ...]
    notes: tuple[str, ...]
    examples: tuple[str, ...]

    def accepted(self, title: str) -> dict[str, Any]:
        """Return what to write in the record once a person has named it: ``record.write("theme", **…)``."""
        return {"titre": title, "mots": list(self.words), "notes": list(self.notes)}

    def sentence(self) -> str:
        """Say why it is proposed."""
        return wording.typeset(f"{wording.plural(len(self.notes), 'papier')} qui disent : {', '.join(self.words)}.")


@dataclass(frozen=True)
class Proposal:
    """Themes, the papers that belong to none, and what to know before using them."""

    themes: tuple[Theme, ...]
    others: tuple[str, ...]
    notice: str


def themes(notes: pd.DataFrame, count: int | None = None) -> Proposal:
    """Propose themes; the same papers give the same themes.

    Weights of words (TF-IDF, one and two words) factored by non-negative matrix factorisation (Lee and Seung, 1999,
    Nature 401, 788-791), as scikit-learn computes them, from a start that is not random.

    Parameters
    ----------
    notes
        Columns ``note`` (identifier) and ``texte``.
    count
        How many; by default the square root of half the papers, from 2 to 8.
    """
    keys, texts = list(notes["note"]), list(notes["texte"])
    weights, names = _weights(texts)
    if len(keys) < FEWEST or weights is None:
        return Proposal((), tuple(keys), wording.typeset(
            f"Il y a {wording.plural(len(keys), 'papier')} : trop peu, ou trop différents, pour proposer des thèmes. "
            "Rangez-les à la main."
        ))  # fmt: skip
    wanted = count or min(MOST_THEMES, max(2, round(math.sqrt(len(keys) / 2))))
    mixed, topics = _factored(weights, min(wanted, *weights.shape))
    spoken = words.surface(texts)
    found = [_theme(rank, mixed, topics[rank], (keys, texts, names, spoken)) for rank in range(len(topics))]
    kept = tuple(sorted((one for one in found if one.notes), key=lambda one: -len(one.notes)))
    inside = {key for one in kept for key in one.notes}
    return Proposal(kept, tuple(key for key in keys if key not in inside), wording.typeset(
        "Ces thèmes viennent des mots seuls : deux papiers qui disent la même chose avec d’autres mots peuvent être "
        "séparés. Relisez, renommez, déplacez."
    ))  # fmt: skip


def _weights(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Return the weight of each word in each paper, and the words."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (slow to import)

    made = TfidfVectorizer(analyzer=_terms, min_df=2, sublinear_tf=True)
    try:
        return made.fit_transform(texts), list(made.get_feature_names_out())
    except ValueError:  # no word comes back
        return None, []


def _terms(text: str) -> list[str]:
    """Return the stems of a text, and its pairs of neighbours."""
    roots = words.stems(text)
    return [*roots, *(f"{one} {other}" for one, other in pairwise(roots))]


def _factored(weights: Any, count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:  # noqa: ANN401
    """Return the share of each theme in each paper, and of each word in each theme."""
    import warnings  # noqa: PLC0415

    from sklearn.decomposition import NMF  # noqa: PLC0415 (slow to import)
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415

    model = NMF(n_components=count, init="nndsvda", random_state=0, max_iter=ROUNDS)
    # A perfect fit leaves an error of zero, that rounding may make negative before its square root is taken.
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # close is enough to propose
        mixed = model.fit_transform(weights)
    return mixed, model.components_


def _theme(
    rank: int, mixed: np.ndarray[Any, Any], topic: np.ndarray[Any, Any],
    said: tuple[list[str], list[str], list[str], dict[str, str]],
) -> Theme:  # fmt: skip
    keys, texts, names, spoken = said
    totals = mixed.sum(axis=1)
    mine = [row for row in range(len(keys)) if totals[row] > 0 and mixed[row].argmax() == rank
            and mixed[row, rank] >= CLEAR * totals[row]]  # fmt: skip
    mine.sort(key=lambda row: (-round(float(mixed[row, rank]), 9), row))
    heaviest = sorted(range(len(names)), key=lambda place: (-round(float(topic[place]), 9), names[place]))
    told = [" ".join(spoken.get(root, root) for root in names[place].split()) for place in heaviest if topic[place] > 0]
    return Theme(
        _distinct(told), tuple(keys[row] for row in mine), tuple(texts[row] for row in mine[:MOST_NOTES])
    )  # fmt: skip


def _distinct(told: Sequence[str]) -> tuple[str, ...]:
    """Keep the first words, those already said by a pair left out."""
    found: list[str] = []
    for term in told:
        if not any(term in other.split() or set(term.split()) & set(other.split()) for other in found):
            found.append(term)
        if len(found) == MOST_WORDS:
            break
    return tuple(found)
