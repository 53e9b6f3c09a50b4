"""The correspondence between the columns of a list and the fields of the standard, as a text that people can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cartable import manuscript, wording
from cartable.sources import standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Dict

Way = Literal["texte", "code postal", "adresse", "liste", "cases", "calcul"]
Confidence = Literal["sûr", "probable", "à vérifier", ""]
TICKS = ("x", "oui", "vrai", "1", "souvent", "de temps en temps")
"""What means « yes » in a column of boxes to tick, once folded."""
WIDTH = 100
HEADER = """\
# Correspondance entre une liste de lieux et le standard « lieux de médiation numérique ».
# Pour chaque champ du standard : les colonnes de la liste d’où il vient, ou un texte constant.
# « lecture » : texte, code postal ou adresse (tirés d’un texte), liste (plusieurs valeurs), cases (colonnes à cocher),
# calcul (identifiant fait à partir des colonnes).
"""


class Rule(BaseModel):
    """Where a field comes from.

    Parameters
    ----------
    colonnes
        Columns of the list; several are put side by side.
    constante
        The same text for every line.
    lecture
        How the columns are read.
    valeurs
        For a list, the values of the standard that a word means (none: nothing like it); for boxes to tick, those
        that a column means.
    cochees
        What means « yes » in boxes to tick.
    confiance, raison
        How sure the proposal is, in words, and why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    colonnes: tuple[str, ...] = ()
    constante: str = ""
    lecture: Way = "texte"
    valeurs: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    cochees: tuple[str, ...] = ()
    confiance: Confidence = ""
    raison: str = ""

    @model_validator(mode="after")
    def _one_origin(self) -> Rule:
        if bool(self.colonnes) == bool(self.constante):
            raise ValueError("il faut des colonnes, ou une constante, et non les deux.\nGardez l’une des deux.")
        strangers = [name for name in self.valeurs if name not in self.colonnes] if self.lecture == "cases" else []
        if strangers:
            raise ValueError(f"« {strangers[0]} » n’est pas une des colonnes à cocher.\nAjoutez-la à « colonnes ».")
        return self


class Mapping(BaseModel):
    """A correspondence.

    Parameters
    ----------
    liste
        Name of the list that it was made for.
    champs
        A rule for each field of the standard that the list feeds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    liste: str = Field(min_length=1)
    champs: dict[str, Rule]

    @field_validator("champs")
    @classmethod
    def _known_fields(cls, champs: dict[str, Rule]) -> dict[str, Rule]:
        for name, rule in champs.items():
            for _, message, remedy in _faults(name, rule.valeurs):
                raise ValueError(f"{message}\n{remedy}")
        return champs

    def columns(self) -> tuple[str, ...]:
        """Return the columns that it needs, each once."""
        return tuple(dict.fromkeys(column for rule in self.champs.values() for column in rule.colonnes))

    def missing(self) -> tuple[str, ...]:
        """Return the fields that the standard asks for and that nothing feeds."""
        return tuple(name for name in standard.required() if name not in self.champs)

    def changed(self, name: str, rule: Rule | None) -> Mapping:
        """Return the same mapping with another rule for a field, or without any."""
        champs = {**self.champs, name: rule} if rule else {k: v for k, v in self.champs.items() if k != name}
        ordered = {field: champs[field] for field in standard.fields() if champs.get(field)}
        return Mapping.model_validate({"liste": self.liste, "champs": ordered})


class _Dumper(yaml.SafeDumper):
    """YAML with every value between quotation marks: « oui » and « 01 » stay texts."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 (as PyYAML calls it)
        super().increase_indent(flow, indentless=False)


class _Quoted(str):
    __slots__ = ()


def _quoted(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')


_Dumper.add_representer(_Quoted, _quoted)


def dumps(mapping: Mapping) -> str:
    """Write a mapping as YAML, the fields in the order of the standard."""
    champs = {name: _plain(rule) for name, rule in mapping.champs.items()}
    data = {"liste": _Quoted(mapping.liste), "champs": champs}
    return HEADER + yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)


def _plain(rule: Rule) -> Dict[str, Any]:
    """Return what a rule says, without what it leaves by default."""
    said = rule.model_dump(exclude_defaults=True)
    return {name: _quote(value) for name, value in said.items()}


def _quote(value: Any) -> Any:  # noqa: ANN401 (any value of a rule)
    if isinstance(value, str):
        return _Quoted(value)
    if isinstance(value, dict):
        return {_Quoted(name): _quote(inner) for name, inner in value.items()}
    return [_quote(inner) for inner in value]


def loads(text: str, file: str = "correspondance.yml") -> Mapping:
    """Read a mapping.

    Raises
    ------
    ManuscriptError
        With one French problem per mistake: file, line, field, and what to do.
    """
    written = manuscript.parse(text, file)
    problems = list(_strangers(written))
    if problems:
        raise manuscript.ManuscriptError(problems)
    return manuscript.validate(Mapping, written)


def _strangers(written: manuscript.Manuscript) -> Iterator[manuscript.Problem]:
    """Yield the fields and the values that the standard does not know, each at its own line."""
    champs = written.data.get("champs") if isinstance(written.data, dict) else None
    for name, rule in champs.items() if isinstance(champs, dict) else ():
        valeurs = rule.get("valeurs") if isinstance(rule, dict) else None
        for where, message, remedy in _faults(name, valeurs if isinstance(valeurs, dict) else {}):
            yield written.problem(("champs", name, *where), message, remedy)


def _faults(name: str, valeurs: Dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield what a rule says that the standard does not know: where in it, what is wrong, what to do."""
    if name in standard.PERSONAL:
        yield (), f"« {name} » n’est jamais repris : ce peut être celui d’une personne.", "Retirez ce champ."
    elif name not in standard.fields():
        allowed = [known for known in standard.fields() if known not in standard.PERSONAL]
        message, _, remedy = str(manuscript.unknown(name, allowed, "un champ du standard")).partition("\n")
        yield (), message, remedy
    elif standard.fields()[name].values:
        for word, values in valeurs.items():
            for value in values if isinstance(values, (list, tuple)) else ():
                if value not in standard.fields()[name].values:
                    said = manuscript.unknown(str(value), standard.fields()[name].values, f"une valeur de « {name} »")
                    message, _, remedy = str(said).partition("\n")
                    yield ("valeurs", word), message, remedy


def ticked(text: str, ticks: Sequence[str]) -> bool:
    """Tell whether a box is ticked."""
    return wording.fold(text) in {wording.fold(word) for word in ticks or TICKS}
