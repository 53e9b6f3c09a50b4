"""What the founding document asked for, row by row, and where the kit answers; checked when the book is built."""

from __future__ import annotations

import functools
from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cartable import assets, manuscript
from cartable.workshop import Strict, filled, limits

FILE = "candidature.yml"
ROWS = 141
STATES = {"realise": "réalisé", "outille": "outillé", "contexte": "contexte"}
MEANING = {
    "realise": "c’est dans le kit, et cela marche",
    "outille": "le kit donne de quoi le faire ; seules des personnes peuvent le faire",
    "contexte": "le document décrit une situation, il ne demande rien",
}


class Demand(Strict):
    """One row."""

    id: Annotated[str, Field(pattern=r"^A\d{2,3}$")]
    quoi: Annotated[str, limits(160), filled]
    volet: Literal["V1", "V2", "V1 V2", "T"]
    etat: Literal["realise", "outille", "contexte"]
    ou: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _somewhere(self) -> Demand:
        if self.etat in {"realise", "outille"} and not self.ou:
            message = f"{self.id} est dite « {STATES[self.etat]} », et rien ne dit où.\nDonnez une page dans « ou »."
            raise ValueError(message)
        return self


class Mandate(Strict):
    """The whole file: every row once."""

    demandes: list[Demand]

    @model_validator(mode="after")
    def _whole(self) -> Mandate:
        counts = Counter(one.id for one in self.demandes)
        wanted = {f"A{number:02}" for number in range(1, ROWS + 1)}
        missing = sorted(wanted - set(counts), key=lambda key: int(key[1:]))
        twice = sorted(key for key, count in counts.items() if count > 1)
        if missing or twice or set(counts) - wanted:
            message = f"il manque {', '.join(missing) or 'rien'} ; en double : {', '.join(twice) or 'rien'}."
            raise ValueError(f"{message}\nChaque ligne, de A01 à A{ROWS}, est là une fois.")
        return self


@functools.cache
def load() -> tuple[Demand, ...]:
    """Return the rows, in their order.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake of the file.
    """
    return tuple(manuscript.load(Mandate, assets.data_folder() / FILE, f"data/{FILE}").demandes)
