"""Every source, by key; and which one a file that was handed over belongs to."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import CartableError
from cartable.sources import (
    ages,
    diplomas,
    filosofi,
    france_services,
    geo_api,
    ifn,
    mediation,
    neighbourhoods,
    network,
    reading,
    unpacking,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.sources.model import Source

_ADAPTERS = (filosofi, diplomas, ages, network, ifn, france_services, mediation, neighbourhoods, geo_api)
SOURCES: dict[str, Source] = {adapter.SOURCE.key: adapter.SOURCE for adapter in _ADAPTERS}

HEAD = 65_536  # bytes: the heading is among them
FILES = (*unpacking.DATA, ".geojson", ".json")
# What the heading of each source's file holds and no other's does, the surest first.
SIGNS = {
    "filosofi": r"\bfilosofi_measure\b|\bmed\d\d\b",
    "diplomes": r"\bp\d\d_nscol15p_diplmin\b",
    "ages": r"\bp\d\d_pop(75p|7589)\b",
    "reseau": r"\belig_thd30\b",
    "ifn": r"\b(no_thd_coverage_rate|nscol15p_rate|library_distance|menseul_rate)\b",
    "qpv": r"\bcode_?qpv?\b|\bq[pn]\d{5}[a-z\d]\b",
    "france_services": r"\b(id_fs|lib_fs|format_fs)\b",
    "geo": r"\bcodesepci\b|\bcodeepci\b|\bcodedepartement\b",
    "mediation": r"\bpivot\b.*\b(services|typologie|modalites_accompagnement|date_maj)\b",
}


OF_JSON, JSON = ("qpv", "geo"), ("{", "[")


def get(key: str) -> Source:
    """Return a source.

    Raises
    ------
    CartableError
        If no source has this key.
    """
    if key in SOURCES:
        return SOURCES[key]
    near = difflib.get_close_matches(key.casefold(), SOURCES, n=1)
    guess = f"Vouliez-vous dire « {near[0]} » ? " if near else ""
    known = wording.join([f"« {k} »" for k in SOURCES])
    raise CartableError(
        wording.typeset(f"Aucune source ne s’appelle « {key[:40]} »."),
        wording.typeset(f"{guess}Les sources connues sont {known}."),
    )


def recognise(content: bytes, file: str) -> Source:
    """Return the source whose publisher made a file, from its columns alone.

    Raises
    ------
    SourceError
        If it is not a table, or none of those that are known.
    """
    for head in _heads(content, file):
        for key, sign in SIGNS.items():
            if (key in OF_JSON or head[:1] not in JSON) and re.search(sign, head, re.IGNORECASE | re.DOTALL):
                return SOURCES[key]
    known = wording.join([f"{s.title} ({s.producer})" for s in SOURCES.values()], "ou")
    raise reading.refuse(
        file,
        "ses colonnes ne sont celles d’aucune source connue",
        f"Les fichiers que Cartable sait lire : {known}. Une liste de lieux dans un autre format se met d’abord au "
        "standard, avec le notebook « Mettre une liste au standard ».",
    )


def _heads(content: bytes, file: str) -> Iterator[str]:
    """Yield the beginning of each table of a file, as text."""
    for name in unpacking.members(content, file, FILES):
        yield from _heads(unpacking.member(content, file, name), f"{file} › {name}")
    if content[:2] == b"PK" and not unpacking.is_workbook(content):
        return
    data, name = unpacking.unpack(content, file)
    if unpacking.is_workbook(data):
        for lines in unpacking.sheets(data, name).values():
            yield "\n".join(";".join(cells) for _, cells in lines[: reading.HEADING_WITHIN])
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        yield data[:HEAD].decode("utf-8-sig", errors="replace").lstrip()
    else:
        yield "\n".join(unpacking.text(data[:HEAD], name).split("\n")[: reading.HEADING_WITHIN])
