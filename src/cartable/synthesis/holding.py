"""The papers that say some words, whatever their ending or their accents: what a theme named by hand gathers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable.synthesis import words

if TYPE_CHECKING:
    import pandas as pd


def holding(notes: pd.DataFrame, said: str) -> list[str]:
    """Return the identifiers of the papers that hold one of the expressions, separated by commas.

    Parameters
    ----------
    notes
        Columns ``note`` (identifier) and ``texte``.
    said
        « bus, sans voiture »: every word of an expression must be there.
    """
    wanted = [set(words.stems(one) or words.plain(one).split()) for one in said.split(",")]
    wanted = [roots for roots in wanted if roots]
    found = []
    for note, text in zip(notes["note"], notes["texte"], strict=True):
        roots = {*words.stems(text), *words.plain(text).split()}
        if any(expression <= roots for expression in wanted):
            found.append(note)
    return found
