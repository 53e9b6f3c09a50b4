"""How a démarche is judged: between two steps (``barometer``), at its end (``goals``), and in training (``learning``).

Pure functions of what people answered. Under five answers no share is computed; under eleven, neither
percentage nor sub-group.
"""

from __future__ import annotations

from cartable.evaluation.barometer import ITEMS, Item, barometer
from cartable.evaluation.goals import LADDER, Goal, attainment, profile
from cartable.evaluation.learning import gain, progress

__all__ = ["ITEMS", "LADDER", "Goal", "Item", "attainment", "barometer", "gain", "profile", "progress"]
