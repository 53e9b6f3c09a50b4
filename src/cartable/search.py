"""Search for a territory by what people type: a code, a name, part of a name, a name with a typo."""

from __future__ import annotations

import re
from collections import Counter

from cartable import names, wording
from cartable.atlas import atlas
from cartable.errors import UnknownTerritoryError
from cartable.names import Entry, departement_of, fold_name, split_nature

CLOSE_ENOUGH, CLEARLY_BEST, PROPOSED = 0.84, 0.08, 0.6
MAXIMUM_PROPOSALS, LARGEST_CANDIDATES = 8, 400
LONGEST_QUERY = 150  # characters: no name is as long
# What proposals look like: « CC de Nozay (SIREN 244400537) », « Civray (86), dans CC du Civraisien en Poitou ».
SIREN, COMMUNE = re.compile(r"\(SIREN (\d{9})\)"), re.compile(r"(.+) \((\d[\dAB]\d?)\)(?:, dans |$)")


def entries(query: str, limit: int = MAXIMUM_PROPOSALS) -> list[Entry]:
    """Return the territories that answer to a name or a code, the best first.

    Exact names come first, then names that hold every word typed, then names that look alike.
    """
    query = query.strip()
    exact = [e for e in atlas().entries if e.code == query.upper()]
    return (exact or _former(query.upper()) or by_words(query) or [entry for _, entry in alike(query)])[:limit]


def _former(code: str) -> list[Entry]:
    """Return the commune that bore a code, even if nobody would look for its name (or nobody knows it)."""
    former = atlas().former_communes
    if code not in former.index:
        return []
    name, now, nature = map(str, former.loc[code])
    return [Entry(nature, code, name or "L’ancienne commune", str(atlas().communes.at[now, "siren_epci"]), now)]


def _split_departement(text: str) -> tuple[str, str]:
    """Separate a final département code or name: « civray 86 » → (« civray », « 86 »)."""
    departements = atlas().departements
    codes = {fold_name(name): str(code) for code, name in departements["nom"].items()}
    words = text.split()
    for size in (1, 2, 3):
        tail = " ".join(words[-size:])
        code = tail.upper() if tail.upper() in departements.index else codes.get(tail, "")
        if code and len(words) > size:
            return " ".join(words[:-size]), code
    return text, ""


def _rank(entry: Entry, words: str, nature: str) -> tuple[int, ...]:
    """Sort key of a match: whole name first, then the nature asked for, EPCIs, current ones, short names."""
    order = ("epci", "commune", "arrondissement", "fusion", "epci disparu")
    return (
        entry.folded != words,
        bool(nature) and entry.nature != nature,
        order.index(entry.kind),
        len(entry.folded),
    )


def by_words(query: str) -> list[Entry]:
    """Return the entries whose name holds each word typed, or a word that starts like it."""
    words, nature = split_nature(query)
    found = _holding(words, nature)
    if not any(e.folded == words for e in found):
        shorter, departement = _split_departement(words)
        narrowed = [
            e
            for e in _holding(shorter, nature)
            if departement and departement_of(e.code) == departement and e.kind != "epci"
        ]
        found = sorted(narrowed, key=lambda e: _rank(e, shorter, nature)) or found
    return found


def _holding(words: str, nature: str) -> list[Entry]:
    parts = words.split()
    if not parts:
        return []
    found = [e for e in atlas().entries if all(f" {p}" in f" {e.folded}" for p in parts)]
    if nature:  # « agglo » asks for an EPCI: a commune of that name alone is not an answer
        found = [e for e in found if e.kind.startswith("epci")] or found
    return sorted(found, key=lambda e: _rank(e, words, nature))


def alike(query: str) -> list[tuple[float, Entry]]:
    """Return the entries spelt nearly like the query, with a likeness between 0 and 1, the best first."""
    words, nature = split_nature(query)
    if len(words) < 3:  # noqa: PLR2004 (two letters look like everything)
        return []
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    shared = Counter({i: sum(p in e.folded for p in pairs) for i, e in enumerate(atlas().entries)})
    scored = [
        (names.likeness(words, atlas().entries[i].folded), atlas().entries[i])
        for i, _ in shared.most_common(LARGEST_CANDIDATES)
    ]
    kept = [(score, e) for score, e in scored if score >= PROPOSED]
    return sorted(kept, key=lambda item: (-round(item[0], 2), *_rank(item[1], words, nature)))


def choose(query: str, entries: list[Entry]) -> Entry:
    """Return the one entry that is clearly meant, or refuse with proposals."""
    words, nature = split_nature(query)
    exact = [e for e in entries if e.code == query.upper() or e.folded in {words, _split_departement(words)[0]}]
    # « Longeville » and « La Longeville » differ by their article alone.
    literal = [e for e in exact if wording.fold(e.name) == _split_departement(wording.fold(query))[0]]
    groups = [exact, literal] if exact else [entries] if by_words(query) else []
    found = next(filter(None, (_only(group, nature) for group in groups)), None)
    if found is None and not exact:
        found = _nearly(query)
    if found is None:
        raise _ambiguous(query, entries)
    return found


def _only(group: list[Entry], nature: str) -> Entry | None:
    """Return the one entry of the nature asked for (else the one EPCI), or the one entry of all."""
    asked = [e for e in group if (e.nature == nature if nature else e.kind == "epci")]
    for same in (asked, group):
        if len({e.siren or e.code for e in same}) == 1:
            return same[0]
    return None


def _nearly(query: str) -> Entry | None:
    """Return the entry that looks like the query, if no other looks as much like it."""
    near = alike(query)
    if not near or near[0][0] < CLOSE_ENOUGH:
        return None
    (score, best), *others = near
    clear = all(score - s >= CLEARLY_BEST or e.siren == best.siren for s, e in others)
    return best if clear else None


def _ambiguous(query: str, entries: list[Entry]) -> UnknownTerritoryError:
    """List what may have been meant."""
    names = atlas().epcis["nom"]
    labels = [e.label if e.kind == "epci" or not e.siren else f"{e.label}, dans {names[e.siren]}" for e in entries]
    shown = tuple(dict.fromkeys(labels))[:MAXIMUM_PROPOSALS]
    known = bool(by_words(query))
    text = (
        f"Plusieurs territoires répondent à « {query} »"
        if known
        else f"Aucun territoire ne s’appelle « {query} », mais certains y ressemblent"
    )
    return UnknownTerritoryError(
        f"{text} : {' ; '.join(shown)}.", "Précisez le nom, ou ajoutez le département (« Civray 86 »).", shown
    )


def how_to(query: str) -> str:
    """Say what to type instead."""
    if query.isdigit() or (len(query) == len("86078") and query[2:].isdigit()):
        return "Un code INSEE de commune a cinq caractères (86078), un SIREN d’EPCI neuf chiffres (200070035)."
    return "Vérifiez l’orthographe, ou tapez le nom d’une autre commune du même EPCI."


def query_of(proposal: str) -> str:
    """Return what to search for to get exactly this proposal: « Civray (86), dans CC… » → « Civray 86 »."""
    siren, commune = SIREN.search(proposal), COMMUNE.match(proposal)
    return siren[1] if siren else " ".join(commune.groups()) if commune else proposal
