"""A record as one JSON text: what a page without a kernel saves, and what two facilitators exchange."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cartable.errors import DataError
from cartable.record import events as reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cartable.record.events import Event

FORMAT, VERSION = "cartable-carnet", 1
REMEDY = "Reprenez le fichier d’origine ; s’il vient d’une page du tableau, enregistrez-le de nouveau depuis elle."


@dataclass(frozen=True)
class Attachment:
    """A photo: its name, its media type, its content."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Document:
    """What a JSON file holds."""

    events: tuple[Event, ...]
    attachments: Mapping[str, Attachment] = field(default_factory=dict)


def to_json(events: Iterable[Event], attachments: Mapping[str, Attachment] | None = None) -> str:
    """Return the text of a record; the same events give the same text."""
    pieces = {
        digest: {"nom": one.name, "type": one.kind, "base64": base64.b64encode(one.content).decode("ascii")}
        for digest, one in sorted((attachments or {}).items())
    }
    plain = {
        "format": FORMAT,
        "version": VERSION,
        "evenements": [event.plain() for event in sorted(events, key=lambda event: event.rank)],
        "pieces": pieces,
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, file: str) -> Document:
    """Return what a JSON text holds.

    Parameters
    ----------
    file
        Its name, for the messages.

    Raises
    ------
    DataError
        If it is not a record, is cut or damaged, or was written by a later version.
    """
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise DataError(f"Le fichier « {file} » est coupé ou abîmé, vers la ligne {line}.", REMEDY) from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise DataError(f"Le fichier « {file} » n’est pas un carnet de démarche de Cartable.", REMEDY)
    version = plain.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise DataError(
            f"Le fichier « {file} » a été écrit par une version plus récente de Cartable.",
            "Mettez Cartable à jour sur cet ordinateur ; le fichier n’a pas été modifié.",
        )
    listed = plain.get("evenements")
    if not isinstance(listed, list):
        raise DataError(f"Le fichier « {file} » n’a pas de liste « evenements ».", REMEDY)
    return Document(tuple(reading.read(one) for one in listed), _attachments(plain.get("pieces"), file))


def _attachments(pieces: Any, file: str) -> dict[str, Attachment]:  # noqa: ANN401
    """Read the photos; each must be the one that its digest says."""
    found: dict[str, Attachment] = {}
    for digest, one in (pieces if isinstance(pieces, dict) else {}).items():
        try:
            content = base64.b64decode(one["base64"], validate=True)
            attachment = Attachment(str(one["nom"]), str(one["type"]), content)
        except (TypeError, KeyError, ValueError, binascii.Error) as error:
            raise DataError(f"Une photo du fichier « {file} » est abîmée.", REMEDY) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise DataError(f"Une photo du fichier « {file} » n’est pas celle qu’il annonce.", REMEDY)
        found[digest] = attachment
    return found
