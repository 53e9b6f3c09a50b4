"""An entry as people type it, in a form or in a row of a workbook: texts, turned into what a model wants.

A mistake is explained at its field; what was typed elsewhere stays.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import ValidationError

from cartable import fields, manuscript, wording
from cartable.registers import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartable.roadmap.model import Entry

Kind = Literal["texte", "long", "entier", "nombre", "date", "booleen", "choix", "liste", "notes"]
LONG = 161
"""Characters from which a text is typed in a large field."""
YES = {"oui": True, "non": False, "vrai": True, "faux": False, "x": True, "true": True, "false": False}
DATES = (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?: 00:00:00)?"),
         re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"))  # fmt: skip
SEPARATORS = re.compile(r"\s*(?:;|\n)\s*")
KEYS = re.compile(r"[A-Z]{1,3}\d{1,3}(?:\s*[,;\s]\s*[A-Z]{1,3}\d{1,3})*")
PREFIX = re.compile(r"[A-Z]{1,3}")
Mistakes = dict[str, str]
"""Field → what is wrong with it and what to do."""


@functools.cache
def _schema(register: str) -> Mapping[str, Mapping[str, Any]]:
    return cast("Mapping[str, Mapping[str, Any]]", REGISTERS[register].model_json_schema()["properties"])


@functools.cache
def names(register: str) -> tuple[str, ...]:
    """Return the fields of a register, in the order of its model."""
    return tuple(_schema(register))


def needed(register: str, field: str) -> bool:
    """Tell whether an entry cannot do without a field."""
    return REGISTERS[register].model_fields[field].is_required()


def _own(register: str, field: str) -> Mapping[str, Any]:
    """Return the schema of a field, without « or nothing »."""
    schema = _schema(register)[field]
    return next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)


def kind(register: str, field: str) -> Kind:
    """Return how a field is typed."""
    schema = _own(register, field)
    if choices(register, field) and schema.get("type") != "array":
        return "choix"
    found = {"integer": "entier", "number": "nombre", "boolean": "booleen", "array": "liste", "object": "notes"}
    plain = found.get(str(schema.get("type")))
    if plain:
        return cast("Kind", plain)
    if schema.get("format") == "date":
        return "date"
    return "long" if schema.get("maxLength", 0) >= LONG else "texte"


def choices(register: str, field: str) -> Mapping[str, str]:
    """Return the values that a field accepts and their names; nothing when it accepts any text."""
    schema = _own(register, field)
    known = schema.get("enum") or schema.get("items", {}).get("enum") or ()
    words = fields.WORDS.get((register, field)) or fields.WORDS.get(("", field), {})
    if field == "famille":
        known = tuple(words)
    return {str(value): str(words.get(value, value)) for value in known}


def check(register: str, typed: Mapping[str, Any]) -> tuple[Entry | None, Mistakes]:
    """Return the entry that was typed, or what is wrong with each field.

    Parameters
    ----------
    typed
        Field → text, or a value already of its kind (a date, a number, a list); empty ones are left out.
    """
    values: dict[str, Any] = {}
    mistakes: Mistakes = {}
    for field, value in typed.items():
        if value in ("", None, (), [], {}):
            continue
        try:
            values[field] = _value(register, field, value)
        except ValueError as error:
            message, _, remedy = str(error).partition("\n")
            mistakes[field] = f"{message} {remedy}".strip()
    try:
        entry = REGISTERS[register].model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            field = str(detail["loc"][0]) if detail["loc"] else "cle"
            mistakes.setdefault(field, " ".join(manuscript.explain(detail)))
        return None, {field: wording.typeset(said) for field, said in mistakes.items()}
    return (None if mistakes else entry), {field: wording.typeset(said) for field, said in mistakes.items()}


def _value(register: str, field: str, value: Any) -> Any:  # noqa: ANN401 (whatever was typed)
    if not isinstance(value, str):
        return tuple(value) if isinstance(value, list) else value
    readers: Mapping[str, Callable[[str], Any]] = {
        "date": _day,
        "entier": functools.partial(_number, whole=True),
        "nombre": functools.partial(_number, whole=False),
        "booleen": lambda text: YES.get(wording.fold(text), text),
        "choix": functools.partial(_choice, register, field),
        "liste": functools.partial(_several, register, field),
    }
    read = readers.get(kind(register, field))
    return read(value.strip()) if read else value.strip()


def _several(register: str, field: str, text: str) -> tuple[Any, ...]:
    if KEYS.fullmatch(text):
        return tuple(re.findall(r"[A-Z]{1,3}\d{1,3}", text))
    found = tuple(part for part in SEPARATORS.split(text) if part)
    return tuple(_choice(register, field, part) for part in found) if choices(register, field) else found


def _day(text: str) -> str:
    """Return a date as the files write it; « 30/11/2026 » is read too."""
    for form in DATES:
        if found := form.fullmatch(text):
            return f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}"
    return text


def _number(text: str, *, whole: bool) -> float | int | str:
    plain = re.sub(r"[\s\u00a0\u202f€]", "", text).replace(",", ".").replace("\u2212", "-")
    try:
        found = float(plain)
    except ValueError:
        return text
    return int(found) if whole and found.is_integer() else found


def _choice(register: str, field: str, text: str) -> Any:  # noqa: ANN401 (a number for a ladder)
    """Return the value whose name, or key, was typed."""
    folded = wording.fold(text)
    for key, name in choices(register, field).items():
        if folded in {wording.fold(key), wording.fold(name)}:
            return key
    return text


def fresh_key(register: str, known: Mapping[str, Any]) -> str:
    """Return the next key of a register: the letters of the last one, and a number that is free."""
    used = list(known)
    found = PREFIX.match(used[-1]) if used else None
    letters = found[0] if found else KEY_LETTERS[register]
    number = next(n for n in range(1, 1000) if f"{letters}{n}" not in known)
    return f"{letters}{number}"


KEY_LETTERS = {
    "cadre": "K", "candidatures": "D", "partage": "T", "rencontres": "R", "instances": "I", "invites": "G",
    "conditions": "N", "risques": "X", "jalons": "L", "enjeux": "E", "chantiers": "C", "actions": "A",
    "financements": "F", "qui_fait_quoi": "Q", "voyages": "V", "etapes_voyage": "P", "observations": "S",
    "transferts": "H", "barometre": "B", "ajustements": "J", "objectifs": "O", "temps": "W", "diffusion": "Z",
    "avis_guide": "Y", "formation": "M", "centres": "U", "entretiens": "AA",
}  # fmt: skip
"""Letters of the first key of each register."""


def typed(register: str, entry: Entry) -> dict[str, Any]:
    """Return an entry as a person would type it: what ``check`` reads back."""
    found: dict[str, Any] = {}
    for field in names(register):
        value = getattr(entry, field)
        if value is None or value in ((), {}):
            found[field] = ""
        elif isinstance(value, bool):
            found[field] = "oui" if value else "non"
        elif isinstance(value, tuple):
            found[field] = " ; ".join(str(one) for one in value)
        else:
            found[field] = value if isinstance(value, dict) else str(value)
    return found
