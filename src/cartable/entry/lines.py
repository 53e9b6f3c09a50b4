"""The grammar of fast entry: a line is a note, told where it goes by the prefix of its zone.

- ``V3 texte``, ``v3 : texte``, ``V texte``, ``V - texte``: zone V, cell 3 if a number is stuck to the prefix; without a
  prefix, the zone of the line before; ``V`` alone goes to zone V.
- At the end, ``#3`` (3 points) and ``@habitants`` (who said it), in any order.
- ``== Table 2``: the table of what follows (``==``: that of the board again).
- ``// …``: a comment. ``: A la mairie``: a text that is not read further.

A word of French is not a prefix: « Aide », « À la mairie », « L’agence », « M. le maire », « Y a personne ». When a
line could be read both ways, the prefix wins and the person is told. Nothing is ever lost: a line that is not
understood is kept whole, without a zone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cartable import wording
from cartable.record import roles
from cartable.record.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartable.canvas.model import Canvas, Zone

Gravity = Literal["à ranger", "à vérifier"]
LONG = 300  # characters: a sticky note holds less
LONGEST_NAME = 60
SHOWN = 40
BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
# Byte order marks, zero-width spaces, soft hyphens and marks of direction that come with a paste.
INVISIBLE = "\ufeff\u200b\u2060\u00ad"
DIRECTION = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BULLET = re.compile(r"[•●▪◦‣·*–—-]\s+")
_TABLE = re.compile(r"==+\s+(\S.*?)\s*=*")
_HEAD = re.compile(
    r"([A-Za-z]{1,3})"
    r"(?:([0-9]{1,3})(?:\s*[:)]\s*|\s*[-–—.](?!\d)\s*|\s+|$)"  # V3 texte, V3: texte, V3-texte, V3. texte; not V3.5
    r"|\s+([0-9]{1,3})\s*[:)]\s*"  # V 3 : texte
    r"|(\s*[:)]\s*|\s*[-–—]\s+|\s+|$))"  # V texte, V: texte, V - texte; not V-texte nor V. texte
)
_STUCK = re.compile(r"([A-Za-z]{1,3})[0-9]{1,3}[^\W\d_]{2,}")
_POINTS = re.compile(r"#([0-9]{1,2})")
_ROLE = re.compile(r"@([^\W\d_][\w-]{0,30})")
# « Y a » is always a sentence; the others may be, and the person is asked to look.
SENTENCES = {"y": re.compile(r"(?:en\s+)?(?:a|avait|aura|aurait|ait|eu|avoir)\b", re.IGNORECASE)}
DOUBTFUL: Mapping[str, re.Pattern[str]] = {
    letters: re.compile(rf"(?:{words})(?:\b|(?<=[’']))", re.IGNORECASE)
    for letters, words in {
        "a": r"la|l[’']|partir|part|propos|quoi|qui|quel\w*|cause|d[ée]faut|condition|force|c[ôo]t[ée]|distance|"
        r"domicile|pied|chaque|cette",
        "c": r"est|[ée]tait|[ée]taient",
        "d": r"abord|accord|ailleurs",
        "j": r"ai|avais|aimerais|attends",
        "l": r"on|un",
        "m": r"le maire|le pr[ée]sident|le directeur|a",
        "n": r"est|ai|a|y|ont|importe",
        "qu": r"il|ils|elle|elles|on|un|une",
        "s": r"il|ils",
        "t": r"as|es",
    }.items()
}
WORDS = frozenset({
    "au", "bon", "car", "ce", "ces", "de", "des", "du", "eau", "elle", "en", "est", "et", "eux", "il", "ils", "je",
    "la", "le", "les", "lui", "ma", "me", "mes", "mon", "ne", "ni", "nos", "on", "or", "ou", "par", "pas", "peu", "qui",
    "sa", "se", "ses", "si", "son", "sur", "ta", "te", "tes", "ton", "tu", "un", "une", "va", "vie", "vos", "vu",
})  # fmt: skip
LONE = frozenset("acdjlmnosty")
"""Letters that begin a French sentence alone, with or without their apostrophe."""


@dataclass(frozen=True)
class Typed:
    """One note as it was typed.

    Parameters
    ----------
    zone
        Key of its zone; empty when it is still to be sorted.
    numero
        Number of its printed cell.
    points
        Dots counted on the paper.
    role
        Key of ``ROLES``, or empty.
    table
        Name of its table, or empty.
    line
        Of the text or of the file, counted from 1.
    """

    zone: str
    texte: str
    numero: int | None = None
    points: int = 0
    role: str = ""
    table: str = ""
    line: int = 0


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line, and what to do: « à ranger » when its zone is not known, else « à vérifier »."""

    line: int
    gravity: Gravity
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"Ligne {wording.number(self.line)}, {self.gravity} : " if self.line else ""
        return wording.typeset(f"{where}{self.message} {self.remedy}").rstrip()


@dataclass(frozen=True)
class Context:
    """Where the next line without a prefix goes."""

    zone: str = ""
    table: str = ""


@dataclass(frozen=True)
class Entered:
    """The notes of a text or of a file, all of them, and what should be looked at.

    Parameters
    ----------
    end
        Where one more line would go.
    """

    notes: tuple[Typed, ...] = ()
    problems: tuple[Problem, ...] = ()
    end: Context = field(default_factory=Context)

    @property
    def unsorted(self) -> tuple[Typed, ...]:
        """The notes whose zone is not known."""
        return tuple(note for note in self.notes if not note.zone)


def parse(text: str, canvas: Canvas, start: Context | None = None) -> Entered:
    """Read what was typed or pasted.

    Parameters
    ----------
    start
        Where the first line goes if it has no prefix; nowhere by default, unless the canvas has one zone only.
    """
    reader = Reader(canvas, start)
    for number, line in enumerate(BREAKS.split(text), 1):
        reader.line(number, line)
    return reader.entered()


class Reader:
    """Takes lines one by one and remembers where it is."""

    def __init__(self, canvas: Canvas, start: Context | None = None) -> None:
        only = canvas.zones[0].cle if len(canvas.zones) == 1 else ""
        self.canvas = canvas
        self.zone = (start.zone if start else "") or only
        self.table = start.table if start else ""
        self.notes: list[Typed] = []
        self.problems: list[Problem] = []
        self._prefixes = {zone.prefixe.lower(): zone for zone in canvas.zones}
        self._counts: dict[tuple[str, str], int] = {}
        self._cells: dict[tuple[str, str, int], int] = {}

    def entered(self) -> Entered:
        """Return everything read so far."""
        return Entered(tuple(self.notes), tuple(self.problems), Context(self.zone, self.table))

    def warn(self, line: int, message: str, remedy: str, gravity: Gravity = "à vérifier") -> None:
        """Note that something should be looked at."""
        self.problems.append(Problem(line, gravity, message, remedy))

    def line(self, number: int, raw: str) -> None:
        """Read one line: nothing, a comment, a table, a zone, or a note."""
        bare = raw.strip().strip(INVISIBLE + " \t\u00a0")
        if not bare or bare.startswith("//"):
            return
        table = _TABLE.fullmatch(bare) if bare.startswith("==") and len(bare) <= LONGEST_NAME + SHOWN else None
        if bare == "==":
            self.table = ""
        elif table and len(table[1]) <= LONGEST_NAME:
            self.table = table[1]
        else:
            self._note(number, bare)

    def _note(self, line: int, bare: str) -> None:
        marks = bare[: len(bare) - len(bare.lstrip(DIRECTION + INVISIBLE))]
        # A mark of direction may hide a prefix: it is set aside, then given back to the text.
        visible = bare[len(marks) :]
        if bullet := _BULLET.match(visible):
            visible = visible[bullet.end() :]
        if visible.startswith(": "):
            self.add(line, self.zone, visible[2:].strip(), marks=marks)
            return
        head = _HEAD.match(visible)
        zone = self._prefix(line, visible, head) if head else None
        if zone and head:
            self.zone = zone.cle
            self._found(line, zone, visible, head, marks)
        elif head and self._mistaken(head):
            self.zone = ""
            self.keep(line, bare, f"« {head[0].strip()} » n’est pas un préfixe de ce canevas.")
        else:
            self._follow(line, visible, marks)

    def _prefix(self, line: int, visible: str, head: re.Match[str]) -> Zone | None:
        """Return the zone that a line begins with, unless it is a word of a sentence."""
        letters, alone = head[1].lower(), _alone(head)
        zone = self._prefixes.get(letters)
        if zone is None:
            return None
        rest = visible[head.end() : head.end() + SHOWN]
        if alone and letters in SENTENCES and SENTENCES[letters].match(rest):
            return None
        if alone and letters in WORDS and not head[1].isupper():
            return None
        if alone and letters in DOUBTFUL and DOUBTFUL[letters].match(rest):
            start = f"{head[1]} {rest.split(' ')[0]}"
            self.warn(line, f"« {start}… » est lu comme un papier de la zone {zone.prefixe}.",
                      f"Si c’est le début de la phrase, tapez « : {start}… », ou l’accent ou l’apostrophe "
                      "qui manque.")  # fmt: skip
        return zone

    def _mistaken(self, head: re.Match[str]) -> bool:
        """Tell whether a beginning looks like a prefix that this canvas does not have."""
        letters = head[1]
        if letters.lower() in self._prefixes or len(letters) not in {len(one) for one in self._prefixes}:
            return False  # « CAF : trop loin » is a sentence
        if not _alone(head):
            return True
        return len(letters) == 1 and letters.isupper() and letters.lower() not in LONE

    def _found(self, line: int, zone: Zone, visible: str, head: re.Match[str], marks: str) -> None:
        number = head[2] or head[3]
        rest = visible[head.end() :].strip()
        if not rest:
            if number:
                self.keep(line, visible, f"La case {zone.prefixe}{number} n’a pas de texte.")
            return
        if not number and (led := re.match(r"([0-9]{1,3})\s+\S", rest)) and _alone(head):
            self.warn(line, f"« {led[1]} » est gardé dans le texte.",
                      f"Si c’est le numéro de la case, collez-le : « {zone.prefixe}{led[1]} ».")  # fmt: skip
        self.add(line, zone.cle, rest, int(number) if number else None, marks=marks, whole=visible)

    def _follow(self, line: int, visible: str, marks: str) -> None:
        """Put a line without a prefix in the zone of the one before."""
        stuck = _STUCK.match(visible)
        if stuck and stuck[1].lower() in self._prefixes:
            self.warn(line, f"« {visible[:SHOWN]} » n’a pas d’espace après le préfixe.",
                      "Ajoutez-la si c’en est un.")  # fmt: skip
        self.add(line, self.zone, visible, marks=marks)

    def keep(self, line: int, text: str, message: str) -> None:
        """Keep a line as it is, to be sorted."""
        self.warn(line, message, f"Commencez la ligne par {self._known()}.", "à ranger")
        self._look(line, text)
        self.notes.append(Typed("", text, table=self.table, line=line))

    def _known(self) -> str:
        return wording.join([zone.prefixe for zone in self.canvas.zones], "ou")

    def add(
        self, line: int, zone: str, text: str, number: int | None = None, *, role: str = "", points: int = 0,
        marks: str = "", whole: str = "",
    ) -> None:  # fmt: skip
        """Add a note, whose text may end with points and a role; ``whole`` is kept when there is nothing else."""
        kept, found, said = self._tail(line, text)
        if not kept or not zone:
            why = "Il n’y a pas de texte." if not kept else "La zone de ce papier n’est pas dite."
            self.keep(line, marks + (whole or text), why)
            return
        self._look(line, kept)
        self._count(line, self.canvas.zone(zone), number)
        self.notes.append(Typed(zone, marks + kept, number, points or found, role or said, self.table, line))

    def _tail(self, line: int, text: str) -> tuple[str, int, str]:
        """Take the points and the role from the end of a text."""
        points, role = 0, ""
        while True:
            last = (text.rsplit(None, 1) or [""])[-1]
            dots, who = _POINTS.fullmatch(last), _ROLE.fullmatch(last)
            known = self.role(line, who[1]) if who and not role else ""
            if dots and not points:
                points = int(dots[1])
            elif known:
                role = known
            else:
                return text, points, role
            text = text[: -len(last)].rstrip()

    def role(self, line: int, said: str) -> str:
        """Return the role that a word names, by its key, its name, or a beginning that no other shares."""
        wanted = wording.fold(said)
        found = [key for key, name in ROLES.items() if wanted in {key, wording.fold(name)}]
        found = found or [key for key in ROLES if wanted and key.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        self.warn(line, f"« {said[:SHOWN]} » n’est pas un rôle connu.", f"Au choix : {', '.join(ROLES)}.")
        return ""

    def _look(self, line: int, text: str) -> None:
        """Warn about a text that is not that of a sticky note."""
        if len(text) > LONG:
            self.warn(line, f"Ce papier est très long ({wording.plural(len(text), 'caractère')}).",
                      "Vérifiez qu’il n’y en a pas plusieurs : un papier par ligne.")  # fmt: skip
        for what, words in roles.naming(text):
            self.warn(line, f"« {words[:SHOWN]} » peut désigner quelqu’un : {what}.",
                      "Écrivez plutôt un rôle : « une secrétaire de mairie », « le maire ».")  # fmt: skip

    def _count(self, line: int, zone: Zone, number: int | None) -> None:
        """Warn about a cell used twice, or that does not exist, and about a zone that is full."""
        where = (self.table, zone.cle)
        self._counts[where] = self._counts.get(where, 0) + 1
        if self._counts[where] == zone.max + 1:
            self.warn(line, f"La zone « {zone.titre} » a plus de {wording.plural(zone.max, 'papier')}.",
                      "Ils sont tous gardés ; vérifiez que le préfixe est le bon.")  # fmt: skip
        if number is None:
            return
        first = self._cells.setdefault((*where, number), line)
        if first != line:
            self.warn(line, f"La case {zone.prefixe}{number} a déjà un papier, ligne {wording.number(first)}.",
                      "Les deux sont gardés ; corrigez le numéro si c’est une faute de frappe.")  # fmt: skip
        if not 1 <= number <= zone.max:
            self.warn(line, f"La zone « {zone.titre} » n’a pas de case {number} : elle en a {zone.max}.",
                      "Le papier est gardé ; corrigez son numéro.")  # fmt: skip

    def named(self, said: str) -> tuple[str, int | None]:
        """Return the zone that a cell names by its prefix, its key or its title, and its number: « V3 »."""
        head = re.fullmatch(r"\s*([A-Za-z]{1,3})\s*([0-9]{1,3})?\s*", said)
        if head and head[1].lower() in self._prefixes:
            return self._prefixes[head[1].lower()].cle, int(head[2]) if head[2] else None
        wanted = wording.fold(said)
        names = ((zone.cle, {wording.fold(zone.cle), wording.fold(zone.titre)}) for zone in self.canvas.zones)
        return next((key for key, known in names if wanted and wanted in known), ""), None


def _alone(head: re.Match[str]) -> bool:
    """Tell whether letters are followed by a space or a dash only: no number, no colon."""
    return not (head[2] or head[3]) and not (head[4] or "").strip().startswith((":", ")"))


def normal(text: str) -> str:
    """Return what makes two texts the same note: letters whatever their case, spaces and invisible characters."""
    plain = unicodedata.normalize("NFKC", text.replace("’", "'")).casefold()
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


def without_prefix(text: str) -> str:
    """Return a text that was kept whole without the prefix, or the name of a zone, that was not understood."""
    if named := re.match(rf"\[[^\]]{{0,{LONGEST_NAME}}}\]\s*", text):
        return text[named.end() :]
    head = _HEAD.match(text)
    return text[head.end() :] if head and (len(head[1]) == 1 or not _alone(head)) else text
