"""Files that people write by hand: YAML read with its line numbers, and every mistake explained in French.

YAML is read as its authors think of it: ``18:00`` stays a text (YAML 1.1 makes 1 080 of it), ``oui`` and ``non`` are
true and false, a key written twice is refused instead of silently losing the first.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from cartable.errors import CartableError, reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Where = tuple[str | int, ...]
NEAR = 0.6
FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BOOLEANS = {"oui": True, "non": False, "true": True, "false": False}
INTEGER = re.compile(r"[-+]?\d+")
DECIMAL = re.compile(r"[-+]?\d+[.]\d+")
# What libyaml-in-Python says, and what the author of a card needs to hear.
YAML_PROBLEMS = (
    ("mapping values are not allowed", "un deux-points suivi d’une espace se trouve dans un texte sans guillemets"),
    ("found character '\\t'", "une tabulation sert de retrait"),
    ("cannot start any token", "un texte commence par un caractère réservé (`, @, % ou une tabulation)"),
    ("could not find expected ':'", "il manque un deux-points après le nom d’un champ"),
    ("while scanning a quoted scalar", "un guillemet ouvert n’est pas refermé"),
    ("found unexpected end of stream", "un guillemet ou un crochet ouvert n’est pas refermé"),
    ("expected ',' or '}'", "une accolade ouverte n’est pas refermée, ou il manque une virgule"),
    ("expected ',' or ']'", "un crochet ouvert n’est pas refermé, ou il manque une virgule"),
    ("expected <block end>", "le retrait de cette ligne ne correspond à aucun autre"),
    ("found undefined alias", "un texte commence par une étoile"),
    ("special characters are not allowed", "un caractère invisible interdit s’y trouve"),
)


@dataclass(frozen=True)
class Problem:
    """One mistake in one file.

    Parameters
    ----------
    file
        As the person knows it: ``workshops/persona.md``.
    line
        Counted from 1 in the file; 0 for what has no lines, such as a record.
    field
        Path of the field (``deroule[2].minutes.min``), empty when the whole file is concerned.
    """

    file: str
    line: int
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        field = f", champ « {self.field} »" if self.field else ""
        line = f", ligne {self.line}" if self.line else ""
        return f"{self.file}{line}{field} : {self.message} {self.remedy}"


class ManuscriptError(CartableError):
    """One file or several cannot be used as they are; every mistake is in ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Manuscript:
    """What a YAML text holds, and the line of each of its fields."""

    file: str
    data: Any
    lines: Mapping[Where, int]

    def line(self, where: Where) -> int:
        """Return the line of a field, or that of the nearest parent that is written."""
        while where not in self.lines and where:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: Where, message: str, remedy: str) -> Problem:
        """Return a mistake found in a field."""
        return Problem(self.file, self.line(where), field_name(where), message, remedy)


def field_name(where: Where) -> str:
    """Write the path of a field: ``("deroule", 0, "nom")`` → ``deroule[1].nom`` (people count from 1)."""
    text = ""
    for part in where:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_text(path: Path, file: str | None = None) -> str:
    """Return the text of a file written in UTF-8, whatever its line ends.

    Raises
    ------
    ManuscriptError
        If the file cannot be opened, or is not in UTF-8.
    """
    name = file or str(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message, remedy = "le fichier n’est pas en UTF-8.", "Enregistrez-le de nouveau, avec l’encodage « UTF-8 »."
        raise ManuscriptError([Problem(name, line, "", message, remedy)]) from None
    except OSError as error:
        message = f"le fichier ne s’ouvre pas ({reason(error)})."
        raise ManuscriptError([Problem(name, 1, "", message, "Vérifiez son nom et son dossier.")]) from error


def front_matter(text: str, file: str) -> tuple[str, str, int]:
    """Split a Markdown text into its front matter, its body, and the line where the body starts.

    Raises
    ------
    ManuscriptError
        If the two lines ``---`` are not there.
    """
    lines = text.splitlines()
    marks = [index for index, line in enumerate(lines) if line.rstrip() == "---"]
    if len(marks) < 2 or marks[0] != 0:  # noqa: PLR2004
        message = "l’en-tête n’est pas entouré de deux lignes « --- »."
        remedy = "Écrivez « --- » seul sur la première ligne, puis de nouveau à la fin des champs."
        raise ManuscriptError([Problem(file, 1, "", message, remedy)])
    end = marks[1]
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def parse(text: str, file: str, first_line: int = 1) -> Manuscript:
    """Read YAML, with the line of each field.

    Parameters
    ----------
    first_line
        Line of the file where ``text`` starts.

    Raises
    ------
    ManuscriptError
        If it is not YAML, a key is written twice, or an anchor is used.
    """
    node = _compose(text, file, first_line)
    lines: dict[Where, int] = {}
    problems: list[Problem] = []
    data = _value(node, (), lines, problems, (file, first_line), ())
    if problems:
        raise ManuscriptError(problems)
    return Manuscript(file, data, lines)


def _compose(text: str, file: str, first_line: int) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=FAST_LOADER)
    except yaml.YAMLError:
        pass
    try:  # again with the loader written in Python: its messages are those that we translate
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ManuscriptError([_yaml_problem(error, file, first_line)]) from None


def _yaml_problem(error: yaml.YAMLError, file: str, first_line: int) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')} {error}"
    cause = next((french for english, french in YAML_PROBLEMS if english in said), "un caractère n’est pas à sa place")
    line = first_line + (mark.line if mark else 0)
    remedy = 'Comparez avec une autre fiche : même retrait, texte entre guillemets droits "…" ou après « >- ».'
    return Problem(file, line, "", f"le texte ne se lit pas comme du YAML, {cause}.", remedy)


def _value(  # noqa: PLR0917
    node: yaml.Node | None,
    where: Where,
    lines: dict[Where, int],
    problems: list[Problem],
    place: tuple[str, int],
    above: tuple[int, ...],
) -> Any:  # noqa: ANN401
    """Turn a YAML node into data, noting lines and the mistakes that YAML itself lets pass."""
    if node is None:
        return None
    file, first_line = place
    lines.setdefault(where, first_line + node.start_mark.line)
    if id(node) in above:
        remedy = "Écrivez le texte lui-même, sans « & » ni « * »."
        problems.append(Problem(file, lines[where], field_name(where), "ce champ se contient lui-même.", remedy))
        return None
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*where, i), lines, problems, place, above) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, item in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            lines[(*where, key)] = first_line + key_node.start_mark.line
            if key in mapping:
                message, remedy = "ce champ est écrit deux fois.", "Gardez-en un seul."
                problems.append(Problem(file, lines[*where, key], field_name((*where, key)), message, remedy))
            mapping[key] = _value(item, (*where, key), lines, problems, place, above)
        return mapping
    return _scalar(node)


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted, or a block: it is a text
        return text
    if text in {"", "~", "null"}:
        return None
    if text.casefold() in BOOLEANS:
        return BOOLEANS[text.casefold()]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def validate(model: type[Model], manuscript: Manuscript, context: Mapping[str, Any] | None = None) -> Model:
    """Return the model of a file.

    Raises
    ------
    ManuscriptError
        With one French problem per mistake.
    """
    if not isinstance(manuscript.data, dict):
        message, remedy = "le fichier ne contient aucun champ.", "Partez d’une fiche qui existe, ou d’un modèle neuf."
        raise ManuscriptError([Problem(manuscript.file, manuscript.line(()), "", message, remedy)])
    try:
        return model.model_validate(manuscript.data, context=dict(context or {}))
    except ValidationError as error:
        found = [_problem(manuscript, detail, model) for detail in error.errors(include_url=False)]
        raise ManuscriptError(sorted(set(found), key=lambda problem: problem.line)) from None


def load(model: type[Model], path: Path, file: str) -> Model:
    """Return the model of a YAML file.

    Raises
    ------
    ManuscriptError
        If it cannot be read, or with every mistake that it holds.
    """
    return validate(model, parse(read_text(path, file), file))


def part(model: type[Model], manuscript: Manuscript, where: Where, data: object) -> Model:
    """Return the model of one part of a file, such as one element of a list.

    Parameters
    ----------
    where
        Path of the part in the file.
    data
        What is written there.

    Raises
    ------
    ManuscriptError
        With one French problem per mistake, at its line of the file.
    """
    lines = {place[len(where) :]: line for place, line in manuscript.lines.items() if place[: len(where)] == where}
    own = Manuscript(manuscript.file, data, lines)
    try:
        return validate(model, own)
    except ManuscriptError as error:
        name = field_name(where)
        named = [replace(one, field=f"{name}.{one.field}" if one.field else name) for one in error.problems]
        raise ManuscriptError(named) from None


def _problem(manuscript: Manuscript, detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    where = _written(detail["loc"], manuscript.data)
    message, remedy = explain(detail)
    if detail["type"] == "extra_forbidden":
        remedy = _near(str(where[-1]), _fields(model, where[:-1])) or remedy
    return manuscript.problem(where, message, remedy)


def _child(data: Any, part: str | int) -> Any:  # noqa: ANN401
    if isinstance(data, list) and isinstance(part, int):
        return data[part] if part < len(data) else None
    return data.get(part) if isinstance(data, dict) else None


def _written(loc: Where, data: Any) -> Where:  # noqa: ANN401
    """Keep of pydantic's location what is in the file (it adds the names of union members)."""
    kept: list[str | int] = []
    for index, part in enumerate(loc):
        inner = _child(data, part)
        missing = isinstance(data, dict) and index == len(loc) - 1 and isinstance(part, str) and part.islower()
        if inner is None and not missing:
            continue
        data = inner
        kept.append(part)
    return tuple(kept)


def _fields(model: type[BaseModel], where: Where) -> list[str]:
    """Return the names of the fields that a place of the model accepts."""
    current: Any = model
    for part in where:
        if isinstance(part, str):
            current = current.model_fields[part].annotation if part in getattr(current, "model_fields", {}) else None
        current = _inner_model(current)
    return list(getattr(current, "model_fields", {}))


def _inner_model(annotation: Any) -> Any:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _inner_model(inner)
        if found is not None:
            return found
    return None


def _near(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=NEAR)
    return f"Vouliez-vous écrire « {near[0]} » ?" if near else ""


def unknown(word: str, known: Sequence[str], what: str) -> ValueError:
    """Return the error of a word that is not in a vocabulary, with the nearest one."""
    remedy = _near(word, known) or f"À choisir parmi : {', '.join(sorted(known))}."
    return ValueError(f"« {word} » est inconnu : il faut {what}.\n{remedy}")


def _shown(value: object) -> str:
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "« oui »" if value else "« non »"
    if isinstance(value, (dict, list)):
        return "une liste" if isinstance(value, list) else "un groupe de champs"
    text = str(value)
    return f"« {text[:40]}… »" if len(text) > 40 else f"« {text} »"  # noqa: PLR2004


def explain(detail: ErrorDetails) -> tuple[str, str]:  # noqa: PLR0911
    """Return the French sentence and the remedy for one error of pydantic."""
    kind, ctx, got = detail["type"], detail.get("ctx", {}), _shown(detail.get("input"))
    if kind in {"value_error", "assertion_error"}:
        message, _, remedy = str(ctx.get("error", detail["msg"])).partition("\n")
        return message, remedy or "Corrigez ce champ."
    if kind == "missing":
        return "il manque ce champ.", "Ajoutez-le : la fiche doit être complète."
    if kind == "extra_forbidden":
        return "ce champ n’existe pas.", "Retirez-le, ou corrigez son nom."
    if kind == "literal_error":
        return f"{got} n’est pas accepté ici.", f"À choisir parmi : {str(ctx['expected']).replace(' or ', ' ou ')}."
    if kind in EXPECTED:
        wanted, remedy = EXPECTED[kind]
        return f"il faut {wanted}, et non {got}.", remedy
    if kind in BOUNDS:
        wanted, limit, remedy = BOUNDS[kind]
        return f"il faut {wanted.format(ctx[limit])}, et non {_size(kind, ctx, got)}.", remedy
    return f"la valeur {got} n’est pas acceptée.", "Comparez avec une fiche qui existe."


def _size(kind: str, ctx: Mapping[str, Any], got: str) -> str:
    return str(ctx.get("actual_length", got)) if kind in {"too_short", "too_long"} else got


_WHOLE = "un nombre entier"
_NUMBERS = "Écrivez un nombre, sans unité ni guillemets."
EXPECTED = {
    "int_type": (_WHOLE, _NUMBERS),
    "int_parsing": (_WHOLE, _NUMBERS),
    "int_from_float": (_WHOLE, "Arrondissez à la minute ou à l’unité."),
    "float_type": ("un nombre", "Écrivez un nombre, avec un point pour les décimales."),
    "float_parsing": ("un nombre", "Écrivez un nombre, avec un point pour les décimales."),
    "string_type": ("un texte", "Écrivez une phrase ; mettez-la entre guillemets droits si c’est un nombre."),
    "bool_type": ("« oui » ou « non »", "Écrivez oui ou non, sans guillemets."),
    "bool_parsing": ("« oui » ou « non »", "Écrivez oui ou non, sans guillemets."),
    "list_type": ("une liste", "Commencez chaque élément par un tiret sur sa propre ligne."),
    "tuple_type": ("une liste", "Commencez chaque élément par un tiret sur sa propre ligne."),
    "dict_type": ("un groupe de champs", "Écrivez les champs en retrait, un par ligne."),
    "model_type": ("un groupe de champs", "Écrivez les champs en retrait, un par ligne."),
    "model_attributes_type": ("un groupe de champs", "Écrivez les champs en retrait, un par ligne."),
    "date_from_datetime_parsing": ("une date", "Écrivez-la ainsi : 2026-11-30."),
    "date_type": ("une date", "Écrivez-la ainsi : 2026-11-30."),
    "date_parsing": ("une date", "Écrivez-la ainsi : 2026-11-30."),
}
BOUNDS = {
    "greater_than_equal": ("au moins {}", "ge", "Augmentez ce nombre."),
    "greater_than": ("plus de {}", "gt", "Augmentez ce nombre."),
    "less_than_equal": ("au plus {}", "le", "Diminuez ce nombre."),
    "string_too_short": ("au moins {} caractères", "min_length", "Complétez ce texte."),
    "string_too_long": (
        "au plus {} caractères",
        "max_length",
        "Raccourcissez : ce texte doit tenir sur la fiche imprimée.",
    ),
    "too_short": ("au moins {} élément(s)", "min_length", "Complétez la liste."),
    "too_long": ("au plus {} élément(s)", "max_length", "Gardez les plus utiles."),
}
