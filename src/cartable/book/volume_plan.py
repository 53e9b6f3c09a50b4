"""What ``book/papier.yml`` may say: the volumes on paper, their parts, the pages of each."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cartable.workshop import Strict

Said = Annotated[str, Field(min_length=1, max_length=400)]


class Chapters(Strict):
    """A part of a volume; with ``a_la_suite``, short chapters share pages."""

    titre: Said
    dit: Said
    a_la_suite: bool = False
    pages: list[Annotated[str, Field(pattern=r"^[a-z0-9/-]+(/\*)?$")]] = Field(min_length=1)


class Bound(Strict):
    """A volume; with ``serrer``, a chapter that barely overflows is set smaller."""

    titre: Said
    serrer: bool = False
    sous_titre: Said
    parties: list[Chapters] = Field(min_length=1)


class Plan(Strict):
    """The file."""

    guide: Bound
    corpus: Bound
    mentions: list[Said]
