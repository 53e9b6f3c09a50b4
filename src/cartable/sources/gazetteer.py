"""Which commune a place lies in: by its code INSEE, else by its name and postal code; never by a guess."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cartable import names, wording
from cartable.sources import codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartable.atlas import Atlas

TYPO, PROPOSED, SHOWN = 0.88, 0.6, 4
OVERSEAS = codes.OVERSEAS
_NOISE = re.compile(r"\bcedex\b.*|\(.*?\)|\b\d{5}\b|\b\d+\b|\barrondissements?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """The commune of a place.

    Parameters
    ----------
    code
        Of today; empty when there is none, or a doubt.
    repair, doubt
        What was mended, what should be looked at: French sentences.
    problem
        Why there is none.
    overseas
        Whether it is a collectivity that the tables do not hold.
    """

    code: str = ""
    repair: str = ""
    doubt: str = ""
    problem: str = ""
    overseas: bool = False


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The communes of today and those they cover, by name."""

    tables: Atlas
    _folded: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, set[tuple[str, str]]]:
        """For each folded name, the départements where a commune bears or bore it, and its code of today."""
        found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for code, name in self.tables.communes["nom"].items():
            found[names.fold_name(name)].add((names.departement_of(str(code)), str(code)))
        for old, name, now in self.tables.former_communes[["nom_ancien", "code_insee"]].itertuples():
            if name:
                found[names.fold_name(name)].add((names.departement_of(str(old)), str(now)))
        return dict(found)

    @cached_property
    def _names_in(self) -> dict[str, list[str]]:
        """For each département, the folded names."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, places in self._by_name.items():
            for departement in {d for d, _ in places}:
                found[departement].append(name)
        return dict(found)

    @cached_property
    def _names_of(self) -> dict[str, set[str]]:
        """For each code of today, the folded names that it covers."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name, places in self._by_name.items():
            for _, code in places:
                found[code].add(name)
        return dict(found)

    def locate(self, insee: str, name: str, postcode: str, near: Callable[[str], bool] | None = None) -> Found:
        """Return the commune of a place.

        Parameters
        ----------
        insee, name, postcode
            As they are written; empty when nothing is known.
        near
            Tells whether a commune is where the coordinates are, when there are some: it decides between namesakes.
        """
        if not insee:
            return self._named(name, postcode, near)
        read = codes.commune(insee)
        code = self._current(read.value)
        if code:
            moved = read.value if read.value != code else ""
            return Found(code, self._repair(read.repair, moved, code), self._mismatch(name, code))
        if read.value.startswith(OVERSEAS):
            return Found(overseas=True)
        other = self._named(name, postcode, near)
        why = read.problem or f"Aucune commune n’a porté le code « {read.value} »."
        if not other.code:
            return other if other.overseas else Found(problem=f"{why} {other.problem}".strip())
        return Found(other.code, f"{why} Le nom et le code postal donnent {self._label(other.code)}.")

    def _current(self, code: str) -> str:
        if code in self.tables.communes.index:
            return code
        former = self.tables.former_communes["code_insee"]
        return str(former[code]) if code in former.index else ""

    def _repair(self, repair: str, moved: str, code: str) -> str:
        if not moved:
            return repair
        district = self.tables.former_communes["nature"][moved] == "arrondissement"
        what = (
            "est un arrondissement : la commune"
            if district
            else "est un code d’une autre année : la commune d’aujourd’hui"
        )
        return f"{repair} {moved} {what} est {self._label(code)}.".strip()

    def _mismatch(self, name: str, code: str) -> str:
        """Say when the name and the code are not those of one commune."""
        words = self._folded.get(name) or self._folded.setdefault(name, _words(name))
        known = self._names_of.get(code, set())
        if (
            not words
            or words in known
            or any(_alike(words, n) or n.startswith(words) or words.startswith(n) for n in known)
        ):
            return ""
        return f"le nom « {name[:60]} » n’est pas celui de la commune du code, {self._label(code)} : le code est cru."

    def _label(self, code: str) -> str:
        return f"{self.tables.names[code]} ({code})"

    def _named(self, name: str, postcode: str, near: Callable[[str], bool] | None) -> Found:
        words, departements = _words(name), _departements(postcode)
        if postcode.startswith(OVERSEAS):
            return Found(overseas=True)
        if not words:
            return Found(problem="Ni code INSEE ni nom de commune : ajoutez l’un des deux.")
        for candidates, repair in self._attempts(words, departements, near):
            chosen = self._decide(candidates, words, near)
            if len(chosen) == 1:
                code = chosen.pop()
                return Found(code, f"« {name[:60]} » est lu {self._label(code)}." if repair else "")
            if chosen:
                return Found(problem=self._ambiguous(name, chosen))
        return Found(problem=self._unknown(name, words, departements))

    def _attempts(
        self, words: str, departements: tuple[str, ...], near: Callable[[str], bool] | None
    ) -> Iterable[tuple[set[str], bool]]:
        """Yield sets of codes that may be meant, the surest first, and whether it takes a repair to think of them."""
        everywhere = self._by_name.get(words, set())
        here = {code for d, code in everywhere if d in departements}
        yield here, False
        if not departements:
            yield {code for _, code in everywhere}, False
        elif near:  # a commune served by the post office of the next département
            yield {code for _, code in everywhere if near(code)}, True
        known = [n for d in departements for n in self._names_in.get(d, [])]
        inside = [n for n in known if f"{words} ".startswith(f"{n} ")]
        # « saint sulpice dunois ateliers » holds « saint sulpice » too: the longest name is the one meant.
        for meant in (
            [n for n in inside if len(n) == max(map(len, inside))],
            [n for n in known if n.startswith(f"{words} ")],
            [n for n in known if _alike(words, n)],
        ):
            yield {code for n in meant for d, code in self._by_name[n] if d in departements}, True

    def _decide(self, candidates: set[str], words: str, near: Callable[[str], bool] | None) -> set[str]:
        """Narrow namesakes: by the coordinates, else the one that still bears the name."""
        if len(candidates) > 1 and near:
            candidates = {code for code in candidates if near(code)} or candidates
        if len(candidates) > 1:
            still = {code for code in candidates if names.fold_name(self.tables.names[code]) == words}
            candidates = still if len(still) == 1 else candidates
        return candidates

    def _ambiguous(self, name: str, candidates: set[str]) -> str:
        labels = [self._label(code) for code in sorted(candidates)]
        shown = wording.join(labels[:SHOWN], last="ou") + (" (entre autres)" if len(labels) > SHOWN else "")
        return f"plusieurs communes s’appellent « {name[:60]} » : {shown}. Ajoutez le code INSEE ou le code postal."

    def _unknown(self, name: str, words: str, departements: tuple[str, ...]) -> str:
        known = [n for d in departements for n in self._names_in.get(d, [])] or self._by_name
        near = difflib.get_close_matches(words, known, n=SHOWN, cutoff=PROPOSED)
        labels = sorted(
            {self._label(c) for n in near for d, c in self._by_name[n] if not departements or d in departements}
        )
        where = f" dans le département {departements[0]}" if departements else ""
        proposed = f" Peut-être {wording.join(labels[:SHOWN], last='ou')}." if labels else ""
        return (
            f"aucune commune ne s’appelle « {name[:60]} »{where}.{proposed} Corrigez le nom ou ajoutez le code INSEE."
        )


def _words(name: str) -> str:
    return names.fold_name(_NOISE.sub(" ", name))


def _departements(postcode: str) -> tuple[str, ...]:
    """Return the départements of a postal code: two in Corsica, three digits overseas."""
    if not re.fullmatch(r"\d{5}", postcode):
        return ()
    if postcode.startswith("20"):
        return "2A", "2B"
    return (postcode[:3] if postcode.startswith("97") else postcode[:2],)


def _alike(words: str, name: str) -> bool:
    """Tell whether a name was typed with a slip: « angelt » for « anglet »."""
    if sorted(words) == sorted(name):
        return True
    return abs(len(words) - len(name)) <= 2 and difflib.SequenceMatcher(None, words, name).ratio() >= TYPO  # noqa: PLR2004
