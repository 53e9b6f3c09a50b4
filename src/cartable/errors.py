"""Errors that a facilitator can act on: what is wrong, where, and what to do, in French."""

from __future__ import annotations

import errno

REASONS = {
    errno.ENOENT: "le dossier ou le fichier n’existe pas",
    errno.EACCES: "l’accès est refusé",
    errno.EPERM: "l’accès est refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "une partie du chemin n’est pas un dossier",
    errno.EEXIST: "il existe déjà",
    errno.ENAMETOOLONG: "le nom est trop long",
}
CLOSED = "Fermez le logiciel qui s’en sert, vérifiez que vous avez le droit de le lire, puis recommencez."


def reason(error: OSError) -> str:
    """Say in French why the system refused a file."""
    return REASONS.get(error.errno or 0, f"erreur {error.errno} du système")


class CartableError(Exception):
    """A problem explained to the person, never a bug to be debugged.

    Parameters
    ----------
    message
        What is wrong: a full French sentence that names the file, the line or the field.
    remedy
        What to do about it: a full French sentence.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the sentence, without the lines of code that led to it."""
        return [str(self)]


class DataError(CartableError):
    """A data file is missing, damaged, or not in the expected format."""


class UnknownTerritoryError(CartableError):
    """No territory, or several, answer to what was typed.

    Parameters
    ----------
    proposals
        The nearest matches, each as a short French label.
    """

    def __init__(self, message: str, remedy: str = "", proposals: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy)
        self.proposals = proposals


class MissingDependencyError(CartableError):
    """A library that this environment lacks (a browser has no geopandas, for instance)."""
