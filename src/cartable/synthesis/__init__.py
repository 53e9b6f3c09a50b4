"""What the papers say, proposed and explained: a person decides.

Every function takes the notes of a record as a table (``Record.notes()``), or its ``state``, and changes nothing.
"""

from __future__ import annotations

from cartable.synthesis.ballots import Result, ballots
from cartable.synthesis.duplicates import Cluster, duplicates
from cartable.synthesis.recurring import Recurring, recurring
from cartable.synthesis.themes import Proposal, Theme, themes
from cartable.synthesis.voices import Voices, voices

__all__ = [
    "Cluster", "Proposal", "Recurring", "Result", "Theme", "Voices", "ballots", "duplicates", "recurring", "themes",
    "voices",
]  # fmt: skip
