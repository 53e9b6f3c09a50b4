"""Reads the texts of the kit as a strict editor would: typography, words, sentences, figures, repetitions, spelling.

``py tasks.py textes`` says what to correct, then how each page reads. It never fails because time has passed: what was
verified more than a year ago is only mentioned.
"""

from __future__ import annotations

import datetime as dt
import functools
import gc
import re
import sys
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.console import ROOT, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spylls.hunspell import Dictionary

FOLDERS = ("index.md", "book/**/*.md", "workshops/[a-z]*.md", "workshops/ecrits/*.md")
DICTIONARY = ROOT / "node_modules" / "dictionary-fr" / "index"
WORDS = ROOT / "tools" / "mots.txt"
LONGEST, MEAN = 40, 17
"""Words in the longest sentence of a page, and on average: beyond, one rereads."""
OLD_DAYS = 365
REPEATED_WORDS = 14

FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
NOT_PROSE = re.compile(
    r"`[^`\n]*`|\]\([^)\s]*\)|\{[a-z-]+\}|https?://\S+|<[^>\n]*>|^:::.*$|^:[a-z-]+:.*$|^\([\w-]+\)=$|^::[a-z].*$"
    r"|\{[a-z_]+\}|data·inclusion|\*\*|\b[\w.-]+\.(?:fr|org|com|eu|gouv|net)\b(?:/\S*)?|\b[\w/-]+\.(?:md|yml|csv|json|css|py|ics)\b",
    re.MULTILINE,
)
WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœŒæ]+(?:[-’][A-Za-zÀ-ÖØ-öø-ÿœ]+)*")
SENTENCE = re.compile(r"(?<=[.!?…])[\s»”)]+(?=[«A-ZÀÉÈÊÎÔÇ])|\n\s*(?:[-*|>]|\d+\.)\s*|\n\n+|[:;]\s*\n|\s\|\s")
PERCENT = re.compile(r"(?!100\s?%)(?<!\d)\d[\d,]*\s?%")
SOURCED = re.compile(
    r"\b(?:19|20)\d\d\b|fictif|fictive|inventé|exemple|candidature|source|chiffres|calcul|Insee|règle|réponses|personnes"
    r"|indice|article|Cartable|poids|score|taux|secret",
    re.IGNORECASE,
)
CHECKED = re.compile(r"(?:état )?vérifiée?s? le (\d{1,2})(?:er)? (\w+) (\d{4})", re.IGNORECASE)
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
NARROW, WIDE = "\u202f", "\u00a0"

TYPOGRAPHY = (
    (re.compile(r"\w'\w"), "une apostrophe droite : écrivez ’"),
    (re.compile(r"(?<![=\w])\"[\w«]"), "des guillemets droits : écrivez « »"),
    (re.compile(r"«(?![\u202f\u00a0])|(?<![\u202f\u00a0])»"), "un guillemet sans espace insécable à l’intérieur"),
    (
        re.compile(r"[^\s\u202f\u00a0&?!(…«][;!?](?=\s|$)|[\w)] [;!?]"),
        "une ponctuation double sans espace fine insécable",
    ),
    (re.compile(r"\w:(?=\s)|[\w)»] :(?=\s)"), "un deux-points sans espace insécable devant"),
    (re.compile(r"\.\.\."), "trois points : écrivez …"),
    (re.compile(r"\d(?: ?)%"), "un % sans espace fine insécable"),
    (re.compile(r"\b\d{1,3} \d{3}\b"), "un nombre coupé par une espace ordinaire"),
    (re.compile(r"\d h \d|\d h(?=\W)(?<=\d h)"), "une heure coupée par une espace ordinaire"),
    (re.compile(r" — |—"), "un tiret cadratin : préférez deux phrases"),
    (re.compile(r"\w·\w"), "un point médian : nommez les deux, ou prenez un mot qui convient à tous"),
)
BANNED = {
    "feedback": "retour", "workshop": "atelier", "brainstorming": "recherche d’idées", "meeting": "réunion",
    "deadline": "date limite", "process": "façon de faire", "kick-off": "lancement", "timing": "durée, horaire",
    "benchmark": "comparaison", "reporting": "compte rendu", "empowerment": "pouvoir d’agir", "pitch": "présentation",
    "digitale": "numérique", "digitales": "numériques", "digitaux": "numériques",
    "impacter": "toucher", "solutionner": "résoudre", "prioriser": "choisir", "distanciel": "à distance",
    "présentiel": "sur place", "problématique": "question", "acter": "décider", "sourcing": "recherche",
    "mail": "courriel",
    "mails": "courriels", "e-mail": "courriel", "newsletter": "lettre d’information", "leader": "meneur",
    "challenge": "défi", "booster": "renforcer", "must": "indispensable", "checklist": "liste de contrôle",
    "team": "équipe", "coach": "accompagnement", "job": "travail", "input": "ce qui entre", "output": "ce qui sort",
    "icebreaker": "brise-glace", "roadmap": "feuille de route", "slide": "diapositive", "slides": "diapositives",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Something to correct: where, and what."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, ligne {self.line} : {self.what}"


@dataclass(frozen=True)
class Reading:
    """How a page reads.

    Parameters
    ----------
    words, sentences
        Counts.
    longest
        Its longest sentence, as words.
    ease
        Reading ease (Kandel and Moles 1958): the higher the easier, 60 is a newspaper.
    """

    file: str
    words: int
    sentences: int
    longest: tuple[str, ...]
    ease: float

    @property
    def mean(self) -> float:
        """Words per sentence."""
        return self.words / max(self.sentences, 1)


def prose(text: str) -> str:
    """Return the prose of a Markdown file: code, addresses and directives become blanks, lines keep their rank."""

    def blank(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n")

    text = FRONT.sub(blank, text)
    text = FENCE.sub(blank, text)
    return NOT_PROSE.sub(lambda found: "]" if found[0].startswith("]") else " ", text)


def typography(file: str, text: str) -> Iterator[Fault]:
    """Give what the typography of a text breaks."""
    for number, line in enumerate(prose(text).splitlines(), 1):
        if line.lstrip().startswith("|--") or set(line.strip()) <= set("|-: "):
            continue
        for pattern, said in TYPOGRAPHY:
            found = pattern.search(line)
            if found:
                around = line[max(0, found.start() - 25) : found.end() + 15].strip()
                yield Fault(file, number, f"{said} (« …{around}… »)")


def jargon(file: str, text: str) -> Iterator[Fault]:
    """Give the words that have a French one."""
    for number, line in enumerate(prose(text).splitlines(), 1):
        for word in WORD.findall(line):
            better = BANNED.get(word)  # with a capital, it is a name
            if better:
                yield Fault(file, number, f"« {word} » : dites « {better} »")


def figures(file: str, text: str) -> Iterator[Fault]:
    """Give the percentages of which nothing near says the year, the source or that they are invented."""
    body = prose(text)
    heading = ""
    line = 1
    for block in re.split(r"(\n\s*\n)", body):
        if block.lstrip("\n").startswith("#"):
            heading = block
        if PERCENT.search(block) and not SOURCED.search(block + heading):
            yield Fault(
                file,
                line + block.count("\n", 0, len(block) - len(block.lstrip())),
                "un pourcentage sans année ni source",
            )
        line += block.count("\n")


def repeated(files: dict[str, str]) -> Iterator[Fault]:
    """Give the paragraphs that stand in two places."""
    seen: dict[str, tuple[str, int]] = {}
    for file, text in files.items():
        line = 1
        for block in re.split(r"\n", prose(text)):
            words = WORD.findall(block.lower())
            key = " ".join(words)
            if len(words) >= REPEATED_WORDS:
                if key in seen and seen[key][0] != file:
                    other, rank = seen[key]
                    yield Fault(file, line, f"ce paragraphe est déjà dans {other}, ligne {rank}")
                seen.setdefault(key, (file, line))
            line += 1


def sentences(text: str) -> list[list[str]]:
    """Return the sentences of a text, as words."""
    return [words for one in SENTENCE.split(prose(text)) if (words := WORD.findall(one))]


def syllables(word: str) -> int:
    """Count the syllables of a French word, about: groups of vowels, without the mute endings."""
    shorn = re.sub(r"(?:es?|ent)$", "", word.lower()) if len(word) > 3 else word.lower()  # noqa: PLR2004
    shorn = re.sub(r"(?<=[qg])u(?=[aeiouéèêy]|$)", "", shorn)
    return max(1, len(re.findall(r"[aeiouyàâéèêëîïôûùüœæ]+", shorn)))


def reading(file: str, text: str) -> Reading:
    """Measure how a page reads."""
    found = sentences(text)
    words = [word for one in found for word in one]
    counted = sum(map(syllables, words)) / max(len(words), 1)
    ease = 207 - 1.015 * len(words) / max(len(found), 1) - 73.6 * counted
    return Reading(file, len(words), len(found), max(map(tuple, found), key=len, default=()), round(ease, 1))


def heavy(one: Reading) -> Iterator[Fault]:
    """Give what makes a page hard to read."""
    if len(one.longest) > LONGEST:
        begins = " ".join(one.longest[:6])
        yield Fault(one.file, 1, f"une phrase de {len(one.longest)} mots, {LONGEST} au plus (« {begins}… »)")
    if one.mean > MEAN:
        yield Fault(one.file, 1, f"{one.mean:.1f} mots par phrase en moyenne ({MEAN} au plus)")


def old(file: str, text: str, today: dt.date) -> Iterator[Fault]:
    """Give what was verified more than a year ago."""
    for number, line in enumerate(text.splitlines(), 1):
        for day, month, year in CHECKED.findall(line.replace(WIDE, " ").replace(NARROW, " ")):
            if month.lower() not in MONTHS:
                continue
            then = dt.date(int(year), MONTHS.index(month.lower()) + 1, int(day))
            if (today - then).days > OLD_DAYS:
                yield Fault(file, number, f"vérifié le {day} {month} {year}, il y a plus d’un an")


@functools.cache
def dictionary() -> Dictionary:
    """Read the French dictionary, which is only a tool of the house."""
    from spylls.hunspell import Dictionary  # noqa: PLC0415 (a second to read)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its files to the garbage collector
        found = Dictionary.from_files(str(DICTIONARY))
        gc.collect()
    return found


@functools.cache
def own_words() -> frozenset[str]:
    """Return the words of the project: names, acronyms, terms that the dictionary does not have."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@functools.cache
def known(word: str) -> bool:
    """Tell whether a word is spelled as somewhere: the dictionary, the words of the project, or both in pieces."""
    if word in own_words() or dictionary().lookup(word.replace("’", "'")):
        return True
    pieces = [piece for piece in re.split(r"(?<=’)|-", word) if piece]
    return len(pieces) > 1 and all(
        piece in own_words() or dictionary().lookup(piece.replace("’", "'")) or dictionary().lookup(piece.rstrip("’"))
        for piece in pieces
    )


def spelling(file: str, text: str) -> Iterator[Fault]:
    """Give the words that nobody knows."""
    for number, line in enumerate(prose(text).splitlines(), 1):
        for word in WORD.findall(line):
            if not known(word):
                yield Fault(file, number, f"« {word} » n’est ni au dictionnaire ni dans tools/mots.txt")


def collected() -> dict[str, str]:
    """Return the texts of the kit by file."""
    found = {}
    for pattern in FOLDERS:
        for path in sorted(ROOT.glob(pattern)):
            if path.name[0].islower():
                found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return found


def faults(files: dict[str, str]) -> list[Fault]:
    """Return all that there is to correct."""
    found: list[Fault] = []
    for file, text in files.items():
        # A card is typeset when it is read: people type its spaces as they can.
        if file.startswith("book/") or file == "index.md":
            found += [*typography(file, text), *figures(file, text)]
        found += [*jargon(file, text), *spelling(file, text), *heavy(reading(file, text))]
    return [*found, *repeated(files)]


def corrected(text: str) -> str:
    """Return a text with the spaces and apostrophes of French typography; its code is left alone."""
    from cartable import wording  # noqa: PLC0415 (a tool of the house reads the package only here)

    parts, last = [], 0
    for found in [*FRONT.finditer(text), *FENCE.finditer(text)]:
        parts += [wording.typeset(text[last : found.start()]), found[0]]
        last = found.end()
    return "".join([*parts, wording.typeset(text[last:])])


def _correct(files: dict[str, str]) -> None:
    for file, text in files.items():
        if file.startswith("book/") or file == "index.md":
            (ROOT / file).write_text(corrected(text), encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Say what to correct; with ``--rapport``, how each page reads; with ``--corriger``, mend the typography."""
    wanted = arguments if arguments is not None else sys.argv[1:]
    files = collected()
    if "--corriger" in wanted:
        _correct(files)
        files = collected()
    found = faults(files)
    for fault in found:
        say(str(fault))
    today = dt.datetime.now(dt.UTC).date()
    aged = [fault for file, text in files.items() for fault in old(file, text, today)]
    for fault in aged:
        say(f"À revérifier, sans faire échouer : {fault}")
    readings = sorted((reading(file, text) for file, text in files.items()), key=lambda one: one.ease)
    if "--rapport" in wanted:
        _report(readings)
    words = sum(one.words for one in readings)
    mean = words / max(sum(one.sentences for one in readings), 1)
    say(f"{len(files)} textes, {words} mots, {mean:.1f} mots par phrase, {len(found)} à corriger.".replace(".", ",", 1))
    return 1 if found else 0


def _report(readings: list[Reading]) -> None:
    say(f"{'Texte':<64}{'mots':>7}{'par phrase':>12}{'plus longue':>13}{'facilité':>10}")
    for one in readings:
        mean, ease = f"{one.mean:.1f}".replace(".", ","), f"{one.ease:.0f}"
        say(f"{one.file:<64}{one.words:>7}{mean:>12}{len(one.longest):>13}{ease:>10}")
    counts: dict[str, int] = defaultdict(int, Counter(one.file.split("/")[0] for one in readings))
    say(", ".join(f"{name} : {count}" for name, count in sorted(counts.items())))


if __name__ == "__main__":
    sys.exit(main())
