"""Errors that a facilitator can act on: what is wrong, where, and what to do, in French."""


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
