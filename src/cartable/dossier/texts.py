"""What all the printed sheets say whatever the session: ``workshops/dossier.yml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from cartable import manuscript, workshop
from cartable.workshop import Account, Guidance, Setting, Strict, Title

if TYPE_CHECKING:
    from pathlib import Path

Settings = Annotated[list[Setting], Field(min_length=1, max_length=8)]


class Eve(Strict):
    """The evening before."""

    introduction: Guidance
    numeros: Settings
    salle: Settings
    imprimer: Guidance
    projecteur: Guidance
    effectif: Guidance


class Participants(Strict):
    """The agenda that participants receive."""

    note: Guidance


class Door(Strict):
    """The poster of the door."""

    invitation: Title
    entree: Setting
    aide: Setting


class SignIn(Strict):
    """The sign-in sheet and its privacy notice."""

    notice: Account
    responsable: Settings


class Badges(Strict):
    """Name badges."""

    note: Guidance


class Table(Strict):
    """The agent who helps one table, briefed at 8:45."""

    role: Guidance
    regles: Annotated[list[Setting], Field(min_length=3, max_length=3)]
    blocage: Guidance


class Welcome(Strict):
    """The few words of the elected person."""

    avant: Guidance
    conseils: Settings


class Situation(Strict):
    """Something that goes wrong: what to do, what to say."""

    titre: Title
    faire: Settings
    dire: Setting


class JustInCase(Strict):
    """The sheet « En cas de… »."""

    introduction: Guidance
    situations: Annotated[list[Situation], Field(min_length=1, max_length=12)]


class Fridge(Strict):
    """The parking lot on the wall."""

    titre: Title
    consigne: Setting
    suite: Setting


class Handover(Strict):
    """Two facilitators, in turn."""

    introduction: Guidance
    phrases: Settings


class Resume(Strict):
    """The laptop has died."""

    introduction: Guidance
    gestes: Settings


class Texts(Strict):
    """The whole file, sheet by sheet."""

    veille: Eve
    participants: Participants
    affiche: Door
    emargement: SignIn
    badges: Badges
    table: Table
    mot: Welcome
    en_cas_de: JustInCase
    frigo: Fridge
    relais: Handover
    reprise: Resume


def load(where: Path | None = None) -> Texts:
    """Return the texts of the sheets.

    Raises
    ------
    cartable.manuscript.ManuscriptError
        With every mistake of the file.
    """
    path = (where or workshop.folder()) / "dossier.yml"
    return manuscript.load(Texts, path, workshop.shown(path))
