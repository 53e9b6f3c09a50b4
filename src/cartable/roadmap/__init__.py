"""The roadmap: from what is at stake to actions that a council can adopt, and what is still missing before it votes.

Pure functions of declared entries; ``registers`` reads and keeps them.
"""

from __future__ import annotations

from cartable.roadmap.checks import Finding, Roadmap, check
from cartable.roadmap.financing import balance
from cartable.roadmap.model import Action, Enjeu, Financement, Part, Project
from cartable.roadmap.schedule import cycle, late

__all__ = [
    "Action", "Enjeu", "Financement", "Finding", "Part", "Project", "Roadmap", "balance", "check", "cycle", "late",
]  # fmt: skip
