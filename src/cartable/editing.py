"""Changes that a person makes to a session: each gives a new session, checked, and leaves the old one as it was.

Lines are named by their day and their rank in it, both counted from 1, as in the ids of ``cartable.agenda``.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from cartable import manuscript, wording
from cartable.errors import CartableError
from cartable.session import Day, Item, Session, hour

if TYPE_CHECKING:
    from collections.abc import Mapping

MIDNIGHT = 24 * 60
NOON, EVENING = 12 * 60, 17 * 60 + 30
MOMENTS = {
    "matin": (0, NOON),
    "matinee": (0, NOON),
    "midi": (11 * 60, EVENING),
    "soir": (EVENING, MIDNIGHT),
    "soiree": (EVENING, MIDNIGHT),
}
WIDTH = 100
LONG = 80


def written(minute: int) -> str:
    """Write a time of day as in the files: ``1085`` → « 18:05 »."""
    return f"{minute // 60}:{minute % 60:02}"


def read_hour(text: str) -> int:
    """Return the minutes of a time typed by a person.

    Raises
    ------
    CartableError
        If it is not a time of day.
    """
    try:
        return hour(text)
    except ValueError as error:
        raise _said(str(error)) from None


def _said(text: str) -> CartableError:
    message, _, remedy = text.partition("\n")
    return CartableError(wording.typeset(message), wording.typeset(remedy))


def _checked(session: Session, **changes: Any) -> Session:  # noqa: ANN401
    """Return the session with its changes, read anew by the rules of its files."""
    data = session.model_dump() | changes
    try:
        return Session.model_validate(data)
    except ValidationError as error:
        message, remedy = manuscript.explain(error.errors()[0])
        message = wording.typeset(message)
        raise CartableError(message[:1].upper() + message[1:], wording.typeset(remedy)) from None


def _with_day(session: Session, day: int, **changes: Any) -> Session:  # noqa: ANN401
    days = [one.model_dump() for one in session.jours]
    days[day - 1] |= changes
    return _checked(session, jours=days)


def _lines(session: Session, day: int) -> list[Item]:
    return list(session.jours[day - 1].deroule)


def _with_lines(session: Session, day: int, lines: list[Item]) -> Session:
    return _with_day(session, day, deroule=[line.model_dump() for line in lines])


def move(session: Session, day: int, rank: int, by: int) -> Session:
    """Put a line earlier (``by`` negative) or later; at an end of the day, nothing changes."""
    lines = _lines(session, day)
    target = rank - 1 + by
    if not 0 <= target < len(lines):
        return session
    lines.insert(target, lines.pop(rank - 1))
    return _with_lines(session, day, lines)


def remove(session: Session, day: int, rank: int) -> Session:
    """Take a line out.

    Raises
    ------
    CartableError
        If it is the last one of the day.
    """
    lines = _lines(session, day)
    if len(lines) == 1:
        raise CartableError("Cette ligne est la dernière de la journée.", "Ajoutez-en une autre avant de la retirer.")
    del lines[rank - 1]
    return _with_lines(session, day, lines)


def insert(session: Session, day: int, rank: int, line: Item) -> Session:
    """Add a line after the one of this rank (0: at the very beginning)."""
    lines = _lines(session, day)
    lines.insert(rank, line)
    return _with_lines(session, day, lines)


def block(name: str, kind: str, minutes: int) -> Item:
    """Return a free block.

    Raises
    ------
    CartableError
        If its name or its minutes are refused.
    """
    try:
        return Item.model_validate({"bloc": name, "genre": kind, "minutes": minutes})
    except ValidationError as error:
        message, remedy = manuscript.explain(error.errors()[0])
        raise CartableError(wording.typeset(f"Le bloc « {name} » est refusé : {message}"), remedy) from None


def change(session: Session, day: int, rank: int, **fields: Any) -> Session:  # noqa: ANN401
    """Give a line other minutes, another priority or a locked time (None unlocks it)."""
    lines = _lines(session, day)
    lines[rank - 1] = lines[rank - 1].model_copy(update=fields)
    return _with_lines(session, day, lines)


def rename(session: Session, title: str, slug: str | None = None) -> Session:
    """Give a session its own title, and the name of its file made from it."""
    return _checked(session, titre=title, slug=slug or slug_of(title))


def retime(session: Session, day: int, start: int, end: int) -> Session:
    """Give a day other hours; its locked times move with its start, and those that leave the day are unlocked."""
    return _with_day(session, day, **_retimed(session.jours[day - 1], start, end))


def place(session: Session, start: int, end: int) -> Session:
    """Give all the days the same hours."""
    return _checked(session, jours=[day.model_dump() | _retimed(day, start, end) for day in session.jours])


def check_hours(start: int, end: int) -> None:
    """Refuse an end that does not come after the start.

    Raises
    ------
    CartableError
        If it does not.
    """
    if not 0 <= start < end < MIDNIGHT:
        message = f"La fin ({wording.clock(end)}) ne vient pas après le début ({wording.clock(start)})."
        raise CartableError(message, "Corrigez l’une des deux heures : une séance ne passe pas minuit.")


def _retimed(day: Day, start: int, end: int) -> dict[str, Any]:
    check_hours(start, end)
    gap = start - hour(day.debut)

    def moved(line: Item) -> dict[str, Any]:
        at = None if line.heure is None else hour(line.heure) + gap
        kept = None if at is None or not start <= at < end else written(at)
        return line.model_copy(update={"heure": kept}).model_dump()

    lines = [moved(line) for line in day.deroule]
    return {"nom": _named(day.nom, start), "debut": written(start), "fin": written(end), "deroule": lines}


def _named(name: str, start: int) -> str:
    """Return the name of a day; « Soirée » becomes « Séance » when it begins at 14:00."""
    words = wording.fold(name).split()
    said = [hours for word, hours in MOMENTS.items() if word in words]
    return name if all(first <= start < last for first, last in said) else "Séance"


def unlocked(session: Session) -> Session:
    """Return the session without its locked times."""
    days = [
        day.model_dump() | {"deroule": [line.model_copy(update={"heure": None}).model_dump() for line in day.deroule]}
        for day in session.jours
    ]
    return _checked(session, jours=days)


def slug_of(title: str) -> str:
    """Make the name of a file from a title: « Réunion à Civray » → ``reunion-a-civray``."""
    plain = unicodedata.normalize("NFD", wording.fold(title))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()) or "seance"


# --- As a file ------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """YAML as the people who write sessions type it: indented lists, long texts folded, oui and non."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _bool(dumper: yaml.SafeDumper, value: bool) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", "oui" if value else "non")


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    plain = _typed(value)
    style = None
    if plain.casefold() in manuscript.BOOLEANS or "\n" in plain or "  " in plain or plain != plain.strip():
        style = '"'
    elif len(plain) > LONG:
        style = ">"
    return dumper.represent_scalar("tag:yaml.org,2002:str", plain, style=style)


def _typed(text: str) -> str:
    """Return a text as one types it, with ordinary spaces, when reading it gives the same back."""
    plain = text.replace(wording.NNBSP, " ").replace(wording.NBSP, " ")
    return plain if wording.typeset(plain) == text else text


_Dumper.add_representer(bool, _bool)
_Dumper.add_representer(str, _text)


def dump(session: Session) -> str:
    """Write a session as its file: ``session.read`` gives the same back."""
    data: Mapping[str, Any] = session.model_dump(exclude={"slug"}, exclude_defaults=True)
    return yaml.dump(dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
