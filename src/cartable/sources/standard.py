"""The standard « lieux de médiation numérique » (La Mednum, 1.0.2): its fields, and the models that check rows.

``schema_lieux.json`` declares the fields once, as a Table Schema; the pydantic model is built from it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

SCHEMA = "schema_lieux.json"
PERSONAL = ("telephone", "courriels")
"""Never kept: the telephone or the address of a place is often that of a person."""
NEAR, PROPOSED = 0.5, 3
SHOWN = 60  # characters of a value that are quoted
EARLIEST = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Field:
    """One field of the standard.

    Parameters
    ----------
    kind
        « string », « number » or « date ».
    pattern
        Regular expression, empty when any text will do.
    longest
        Number of characters, 0 without limit.
    values
        Those allowed, none when any text will do.
    several
        Whether it holds several values.
    """

    name: str
    title: str
    kind: str
    required: bool
    pattern: str = ""
    longest: int = 0
    values: tuple[str, ...] = ()
    several: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of one row: a French sentence, and what remains of the value."""

    row: int
    field: str
    message: str
    kind: Literal["manque", "valeur", "forme"]


@cache
def schema() -> dict[str, Any]:
    """Return the declaration as it is written."""
    text = resources.files(__package__).joinpath(SCHEMA).read_text(encoding="utf-8")
    declared: dict[str, Any] = json.loads(text)
    return declared


@cache
def fields() -> dict[str, Field]:
    """Return the fields by name, in the order of the standard."""
    return {
        declared["name"]: Field(
            declared["name"], declared["title"], declared["type"], declared["constraints"]["required"],
            declared["constraints"].get("pattern", ""), declared["constraints"].get("maxLength", 0),
            tuple(declared.get("valeurs", ())), "separateur" in declared,
        )
        for declared in schema()["fields"]
    }  # fmt: skip


@cache
def required() -> tuple[str, ...]:
    """Return the names of the fields that the standard asks for."""
    return tuple(name for name, field in fields().items() if field.required)


@cache
def model() -> type[BaseModel]:
    """Return the model of a row of texts, built from the declaration."""
    definitions: dict[str, Any] = {name: (_annotation(field), ...) for name, field in fields().items()}
    config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)
    return create_model("Lieu", __config__=config, **definitions)


def _annotation(field: Field) -> Any:  # noqa: ANN401 (a type built at run time)
    if field.values:
        return Annotated[list[Literal[*field.values]], BeforeValidator(_listed)]  # type: ignore[valid-type]
    if field.kind == "date":
        return Annotated[dt.date if field.required else dt.date | None, BeforeValidator(_known)]
    if field.kind == "number":
        return Annotated[float | None, BeforeValidator(_known)]
    text = Annotated[
        str,
        StringConstraints(
            min_length=1 if field.required else None, max_length=field.longest or None, pattern=field.pattern or None
        ),
    ]
    return text if field.required else Annotated[text | None, BeforeValidator(_known)]


def _listed(text: str) -> list[str]:
    return [value for value in text.split("|") if value]


def _known(text: str) -> str | None:
    return text or None


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(list[model()])  # type: ignore[misc]  # built at run time


def faults(rows: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    """Yield everything that the standard forbids in rows of texts.

    Parameters
    ----------
    rows
        Each holds every field, empty when nothing is known; lists are separated by « | ».
    """
    try:
        _adapter().validate_python(rows)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            yield _fault(detail, rows)


def _fault(detail: ErrorDetails, rows: Sequence[Mapping[str, str]]) -> Fault:
    row, name = int(detail["loc"][0]), str(detail["loc"][1])
    field, written = fields()[name], rows[row].get(name, "")
    if not written:
        return Fault(row, name, f"le champ « {name} », exigé par le standard, est vide", "manque")
    if field.values:
        return Fault(row, name, unknown_value(field, str(detail["input"])), "valeur")
    shown = quoted(written)
    if field.longest and len(written) > field.longest:
        return Fault(row, name, f"texte de {len(written)} caractères, pour {field.longest} au plus", "forme")
    return Fault(row, name, f"{shown} n’a pas la forme attendue ({FORMS.get(name, field.title)})", "forme")


FORMS = {
    "pivot": "SIRET de 14 chiffres, RNA ou RIDET, sans espace",
    "code_postal": "cinq chiffres",
    "code_insee": "cinq caractères, « 86078 » ou « 2A004 »",
    "date_maj": "une date comme « 2024-04-02 »",
    "latitude": "un nombre de degrés comme « 46.32 »",
    "longitude": "un nombre de degrés comme « 0.31 »",
}


def quoted(text: str) -> str:
    """Quote a value, cut when it is long."""
    return f"« {text[:SHOWN]}… »" if len(text) > SHOWN else f"« {text} »"


def nearest(field: Field, word: str) -> tuple[str, ...]:
    """Return the values of a field that look most like a word."""
    folded = {wording.fold(value): value for value in field.values}
    near = difflib.get_close_matches(wording.fold(word), folded, n=PROPOSED, cutoff=NEAR)
    return tuple(folded[name] for name in near)


def unknown_value(field: Field, word: str) -> str:
    """Say that a value is not one of the standard, with the nearest ones."""
    near = nearest(field, word) or field.values
    shown = wording.join([f"« {value} »" for value in near[:PROPOSED]], last="ou")
    others = " (entre autres)" if len(near) > PROPOSED else ""
    return f"{quoted(word)} n’est pas une valeur du standard pour « {field.name} » ; à choisir : {shown}{others}"
