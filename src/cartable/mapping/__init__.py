"""Raw lists of places, as départements send them, brought to the standard: propose, confirm, replay next month.

Pure: ``propose`` looks at a table and says what each field of the standard could come from; a person corrects that; the
``Mapping`` is kept as a readable text; ``apply`` brings any later version of the list to the standard, line by line.
"""

from __future__ import annotations

from importlib import resources

from cartable.mapping.applying import Applied, Outcome, apply, to_csv
from cartable.mapping.model import Mapping, Rule, dumps, loads
from cartable.mapping.proposing import choose, propose

EXAMPLE = "exemple.csv"


def example() -> bytes:
    """Return an invented list, in an invented country, with what goes wrong in true ones."""
    return resources.files(__package__).joinpath(EXAMPLE).read_bytes()


__all__ = [
    "EXAMPLE", "Applied", "Mapping", "Outcome", "Rule", "apply", "choose", "dumps", "example", "loads", "propose",
    "to_csv",
]  # fmt: skip
