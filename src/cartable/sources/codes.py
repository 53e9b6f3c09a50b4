"""Codes INSEE and SIREN as files really hold them: mended when there is no doubt, else refused, and always said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cartable import wording
from cartable.atlas import COG
from cartable.sources import reading
from cartable.sources.model import Remark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.atlas import Atlas
    from cartable.sources.reading import RawTable

COMMUNE = re.compile(r"(\d{2}|2[AB])\d{3}")
SIREN = re.compile(r"2\d{8}")
OVERSEAS = ("975", "977", "978", "98")  # collectivities without EPCI nor figures in the tables
SHORT = 4  # digits of a code whose leading zero was lost
FORMULA = re.compile(r'^="?(.*?)"?$')
QUOTES = "\"'’ \t\r\n\u00a0\u202f\u200b\ufeff"
DECIMALS = re.compile(r"(\d+)[.,]0+")
SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE][+-]?\d+")
CODE_REMEDY = "Corrigez-le dans le fichier : cinq caractères, comme 01001 ou 2A004, dans une colonne de type texte."


@dataclass(frozen=True)
class Code:
    """A code as it should be written.

    Parameters
    ----------
    value
        The code, empty if it cannot be read.
    repair
        What was mended, a French sentence; empty if nothing was.
    problem
        Why it cannot be read, and what to do; empty if it can.
    """

    value: str
    repair: str = ""
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Coded:
    """Codes of a column, brought to the communes or EPCIs of today.

    Parameters
    ----------
    codes
        Codes of today, index: the rows of the table that are kept.
    origins
        The same codes as the file has them, once mended.
    natures
        How each origin became the code of today: « » (the same), « fusion » or « arrondissement ».
    remarks
        What was mended, moved or refused.
    refused
        Number of rows left out because of their code.
    """

    codes: pd.Series[str]
    origins: pd.Series[str]
    natures: pd.Series[str]
    remarks: tuple[Remark, ...]
    refused: int


def commune(text: str) -> Code:
    """Read a code INSEE: « 1001 », « 2a004 », « 01001.0 » and ``="01001"`` are mended.

    Its form alone is checked, not whether the commune exists.
    """
    code = _clean(text)
    if not code:
        return Code("", problem="Le code de la commune manque.")
    if SCIENTIFIC.fullmatch(code):
        return Code("", problem=f"Le code « {code} » a été changé en nombre par un tableur, ses chiffres sont perdus. "
                    "Reprenez le fichier d’origine et importez cette colonne comme du texte.")  # fmt: skip
    code = code.upper()
    if code.isascii() and code.isdigit() and len(code) == SHORT:
        code = code.zfill(SHORT + 1)
    if not COMMUNE.fullmatch(code) or not code.isascii():
        return Code("", problem=f"Le code « {_short(text)} » n’est pas un code de commune. {CODE_REMEDY}")
    return _read(code, text)


def epci(text: str) -> Code:
    """Read a SIREN of EPCI: spaces and decimals are mended."""
    code = re.sub(r"\s", "", _clean(text))
    if not code:
        return Code("", problem="Le numéro SIREN de l’EPCI manque.")
    if not SIREN.fullmatch(code) or not code.isascii():
        return Code("", problem=f"« {_short(text)} » n’est pas le numéro SIREN d’un EPCI. Corrigez-le : neuf chiffres, "
                    "dont le premier est 2.")  # fmt: skip
    return _read(code, text)


def _clean(text: str) -> str:
    code = FORMULA.sub(r"\1", text.strip(QUOTES)).strip(QUOTES)
    return DECIMALS.sub(r"\1", code) if DECIMALS.fullmatch(code) else code


def _read(code: str, text: str) -> Code:
    zero = " (le zéro de tête s’était perdu)" if code.startswith("0") and _clean(text) == code[1:] else ""
    return Code(code, repair="" if code == text else f"« {_short(text)} » est lu {code}{zero}.")


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"  # noqa: PLR2004


def communes(raw: RawTable, column: str, tables: Atlas) -> Coded:
    """Read a column of codes INSEE and bring it to the communes of today.

    Overseas collectivities are left out and said once; unknown codes are refused, each with its line.
    """
    texts = raw.rows[column]
    read = {text: commune(text) for text in texts.unique()}
    origins = texts.map({t: c.value for t, c in read.items()})
    former = tables.former_communes
    known = pd.Series(tables.communes.index, index=tables.communes.index)
    current = origins.map(known).where(origins.isin(known.index), origins.map(former["code_insee"]))
    natures = origins.map(former["nature"]).where(~origins.isin(known.index), "")
    away = origins.str.startswith(OVERSEAS) & current.isna()
    lost = current.isna() & ~away
    gone = [_unknown(read[t], f"Aucune commune n’a porté le code « {read[t].value} ». {CODE_REMEDY}")
            for t in texts[lost]]  # fmt: skip
    remarks = [
        *reading.remarks(raw.lines[lost], raw.label(column), "refusée", gone),
        *_repairs(raw, column, texts.where(~lost & ~away, ""), read),
        *_moves(raw, column, origins, current),
        *_overseas(int(away.sum()), raw.label(column)),
    ]
    kept = current.notna()
    return Coded(current[kept], origins[kept], natures[kept], tuple(remarks), int(lost.sum()))


def epcis(raw: RawTable, column: str, tables: Atlas) -> Coded:
    """Read a column of SIREN; an EPCI that is gone is refused, since its communes are now in others."""
    texts = raw.rows[column]
    read = {text: epci(text) for text in texts.unique()}
    origins = texts.map({t: c.value for t, c in read.items()})
    kept = origins.isin(tables.epcis.index)
    gone = [_unknown(read[t], _no_epci(read[t].value, tables)) for t in texts[~kept]]
    remarks = [
        *reading.remarks(raw.lines[~kept], raw.label(column), "refusée", gone),
        *_repairs(raw, column, texts.where(kept, ""), read),
    ]
    found = origins[kept]
    return Coded(found, found, found.map(lambda _: ""), tuple(remarks), int((~kept).sum()))


def _unknown(code: Code, otherwise: str) -> str:
    return code.problem or otherwise


def _no_epci(siren: str, tables: Atlas) -> str:
    if siren in tables.former_epcis.index:
        return f"L’EPCI {siren} n’existe plus : ses chiffres ne valent pour aucun EPCI d’aujourd’hui."
    return f"Le numéro {siren} n’est pas celui d’un EPCI au 1er janvier {COG}. Prenez un fichier plus récent."


def _repairs(raw: RawTable, column: str, texts: pd.Series[str], read: dict[str, Code]) -> list[Remark]:
    """Say which codes were mended, leading zeros first of all."""
    mended = {text: code.repair for text, code in read.items() if code.repair}
    touched = texts.isin(list(mended))
    said = (mended[text] for text in texts[touched])
    return reading.remarks(raw.lines[touched], raw.label(column), "réparée", said)


def _moves(raw: RawTable, column: str, origins: pd.Series[str], current: pd.Series[str]) -> list[Remark]:
    """Say which communes of another year became which commune of today."""
    moved = current.notna() & (current != origins)
    said = (
        f"{old} est un code d’un autre millésime : la commune de {COG} qui le couvre est {now}."
        for old, now in zip(origins[moved], current[moved], strict=True)
    )
    return reading.remarks(raw.lines[moved], raw.label(column), "réparée", said)


def _overseas(count: int, column: str) -> Iterable[Remark]:
    if not count:
        return []
    text = f"{wording.plural(count, 'ligne')} de collectivités d’outre-mer sans EPCI (codes en 975, 977, 978 ou 98) : "
    return [Remark(0, column, "signalée", wording.typeset(f"{text}laissées de côté."))]
