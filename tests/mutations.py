"""What happens to official files between their publisher and us, as functions of a valid one.

``mutations(sample)`` gives about fifty variants of a CSV, each with what must come of it:

- « intact »: the same figures;
- « ligne »: the same figures but for the commune of ``line``, which is refused and said;
- « fichier »: a ``SourceError``.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import struct
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable

Expected = Literal["intact", "ligne", "fichier"]
Rows = list[list[str]]


@dataclass(frozen=True)
class Sample:
    """A valid CSV.

    Parameters
    ----------
    file
        Its name.
    rows
        Cells, the heading first.
    code
        Column of the codes; empty if there is none.
    number
        A column of numbers that are never negative; empty if there is none.
    victim
        Rank of the row that gets spoilt, the heading being 0.
    separator
        Of the file.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    code: str = ""
    number: str = ""
    victim: int = 2
    separator: str = ";"

    @property
    def content(self) -> bytes:
        """The file, in UTF-8."""
        return write([list(r) for r in self.rows], self.separator)

    def rank(self, column: str) -> int:
        """Return the rank of a column."""
        return self.rows[0].index(column)


@dataclass(frozen=True)
class Mutation:
    """A variant of a file and what must come of it."""

    name: str
    content: bytes = field(repr=False)
    expected: Expected
    file: str
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        return self.name


def write(rows: Rows, separator: str = ";", **options) -> bytes:
    """Write a CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\n", **options).writerows(rows)
    return stream.getvalue().encode()


def parse(content: bytes, separator: str) -> Rows:
    """Read a CSV that ``write`` wrote."""
    return list(csv.reader(io.StringIO(content.decode()), delimiter=separator))


def mutations(sample: Sample) -> list[Mutation]:
    """Return every variant of a file that its columns allow."""
    found = [*_intact(sample), *_refused(sample), *_spoilt(sample)]
    if sample.code:
        found += _codes(sample)
    if sample.number:
        found += _numbers(sample)
    return found


def edited(sample: Sample, change: Callable[[Rows], object]) -> bytes:
    """Return the file once its cells were changed in place."""
    rows = parse(sample.content, sample.separator)
    change(rows)
    return write(rows, sample.separator)


def setting(sample: Sample, column: str, value: str | Callable[[str], str], row: int = 0) -> bytes:
    """Return the file with a cell, or the whole column when ``row`` is 0, replaced."""
    rank = sample.rank(column)

    def change(rows: Rows) -> None:
        for line in [rows[row]] if row else rows[1:]:
            line[rank] = value(line[rank]) if callable(value) else value

    return edited(sample, change)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(rows: Rows, *, numbers: bool = False, above: int = 0) -> bytes:
    """Return an XLSX file; with ``numbers``, digits become numbers as Excel makes them, zeros lost."""
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append(["Titre du tableau"])
    for row in rows:
        sheet.append([int(c) if numbers and c.isdigit() else c for c in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def locked(name: str, content: bytes) -> bytes:
    """Return a ZIP archive that says its file is encrypted."""
    data = bytearray(zipped({name: content}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + place
        data[at] |= 1
    return bytes(data)


def bomb(name: str) -> bytes:
    """Return a small ZIP archive that announces 4 GB."""
    data = bytearray(zipped({name: b"a;b\n1;2\n"}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 4_000_000_000)
    return bytes(data)


ENGLISH = re.compile(
    r"\b(should|must|valid(ation)?|error|input|field|expected|required|failed|cannot|invalid|unexpected|line|row|"
    r"traceback|none|nan|not|found|got)\b",
    re.IGNORECASE,
)


def is_french(text: str) -> bool:
    """Tell whether a message is a French sentence, out of what it quotes."""
    told = re.sub("«.*?»", "", text)
    return text.strip().endswith((".", ")")) and not ENGLISH.search(told) and "  " not in text


def _intact(sample: Sample) -> list[Mutation]:
    rows = [list(r) for r in sample.rows]
    text = sample.content.decode()
    name, sep = sample.file, sample.separator
    wide = [[*r, ""] for r in rows]
    made = {
        "tel quel": sample.content,
        "marque UTF-8": b"\xef\xbb\xbf" + sample.content,
        "UTF-16 avec marque": text.encode("utf-16"),
        "UTF-16 sans marque": text.encode("utf-16-le"),
        "Windows-1252": text.encode("cp1252"),
        "fins de ligne Windows": text.replace("\n", "\r\n").encode(),
        "fins de ligne de vieux Mac": text.replace("\n", "\r").encode(),
        "point-virgule": write(rows, ";"),
        "virgule": write(rows, ","),
        "tabulation": write(rows, "\t"),
        "barre verticale": write(rows, "|"),
        "guillemets partout": write(rows, sep, quoting=csv.QUOTE_ALL),
        "titres au-dessus": f"Titre du fichier\nSource : Insee\n\n{text}".encode(),
        "lignes vides": text.replace("\n", "\n\n").encode(),
        "lignes de séparateurs à la fin": (text + sep * (len(rows[0]) - 1) + "\n").encode(),
        "colonne vide à droite": write(wide, sep),
        "cellules vides de trop": text.replace("\n", f"{sep}{sep}\n").replace(f"{sep}{sep}\n", "\n", 1).encode(),
        "colonnes dans un autre ordre": write([r[::-1] for r in rows], sep),
        "colonne en plus": write([["note", *rows[0]], *([f"remarque {i}", *r] for i, r in enumerate(rows[1:]))], sep),
        "colonne de textes sur deux lignes": write(
            [["note", *rows[0]], *(["deux\nlignes", *r] for r in rows[1:])], sep
        ),
        "espaces autour": write([[f" {c} " for c in r] for r in rows], sep),
        "espaces insécables autour": write([[f"\u00a0{c}\u202f" for c in r] for r in rows], sep),
        "titres en majuscules": write([[c.upper() for c in rows[0]], *rows[1:]], sep),
        "titres en minuscules": write([[c.lower() for c in rows[0]], *rows[1:]], sep),
        "sans fin de dernière ligne": sample.content.rstrip(b"\n"),
        "ligne répétée": write([*rows, rows[1]], sep),
        "ordre des lignes": write([rows[0], *rows[:0:-1]], sep),
    }
    found = [Mutation(k, v, "intact", name) for k, v in made.items()]
    packed = {
        "archive ZIP": (zipped({name: sample.content}), "donnees.zip"),
        "archive ZIP et métadonnées": (
            zipped({f"meta_{name}": b"COD_VAR;LIB_VAR\nX;Y\n", name: sample.content, "__MACOSX/._x.csv": b"x"}),
            "donnees.zip",
        ),
        "archive GZIP": (gzip.compress(sample.content), f"{name}.gz"),
        "classeur de textes": (workbook(rows), "donnees.xlsx"),
        "classeur et titres au-dessus": (workbook(rows, above=4), "donnees.xlsx"),
        "classeur de nombres": (workbook(rows, numbers=True), "donnees.xlsx"),
    }
    return found + [Mutation(k, content, "intact", file) for k, (content, file) in packed.items()]


def _refused(sample: Sample) -> list[Mutation]:
    rows = [list(r) for r in sample.rows]
    sep, archive = sample.separator, zipped({sample.file: sample.content})
    book = workbook(rows)
    made = {
        "vide": b"",
        "blancs": b" \r\n\t\n",
        "marque seule": b"\xef\xbb\xbf",
        "page web": b"<!DOCTYPE html>\n<html><head><title>503</title></head><body>Service</body></html>",
        "page web avec commentaire": b"<!-- x -->\n<HTML><body>Connexion</body></HTML>",
        "message JSON": b'{"error": "Not Found", "status": 404}',
        "liste JSON": b'[{"code": "01001"}]',
        "XML": b'<?xml version="1.0"?><racine/>',
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        "image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "ancien classeur": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "Parquet": b"PAR1" + bytes(64) + b"PAR1",
        "octets nuls": sample.content.replace(b"\n", b"\n\x00", 2),
        "binaire": bytes(range(256)) * 20,
        "titres seuls": write(rows[:1], sep),
        "sans titres": write(rows[1:], sep),
        "une seule colonne": write([[r[0]] for r in rows], sep),
        "titre en double": write([[rows[0][0], *rows[0]], *([r[0], *r] for r in rows[1:])], sep),
        "guillemet jamais refermé": sample.content.replace(b"\n", b'\n"', 1),
        "archive ZIP coupée": archive[: len(archive) // 2],
        "archive ZIP abîmée": archive[:40] + bytes(8) + archive[48:],
        "archive ZIP vide": zipped({}),
        "archive ZIP d’images": zipped({"carte.png": b"\x89PNG"}),
        "archive ZIP de deux tableaux": zipped({"a.csv": sample.content, "b.csv": sample.content}),
        "archive ZIP protégée": locked(sample.file, sample.content),
        "archive ZIP démesurée": bomb(sample.file),
        "archive GZIP coupée": gzip.compress(sample.content)[:-12],
        "classeur coupé": book[: len(book) // 2],
        "classeur vide": workbook([]),
        "classeur sans rapport": workbook([["a", "b"], ["1", "2"]]),
        "autre tableau": b"a;b;c\n1;2;3\n",
        "cellules de trop partout": write([rows[0], *([*r, "x"] for r in rows[1:])], sep),
        "cellules manquantes partout": write([rows[0], *(r[:-1] for r in rows[1:])], sep),
    }
    return [Mutation(k, v, "fichier", sample.file) for k, v in made.items()]


def _spoilt(sample: Sample) -> list[Mutation]:
    """Spoil one line as a whole."""
    row, sep = sample.victim, sample.separator
    line = row + 1
    made = {
        "une cellule de trop": edited(sample, lambda r: r[row].append("x")),
        "une cellule de moins": edited(sample, lambda r: r[row].pop()),
        "une ligne coupée": edited(sample, lambda r: r[row].__setitem__(slice(1, None), [])),
        "guillemet mal placé": _stray(sample, row, sep),
    }
    return [Mutation(k, v, "ligne", sample.file, line) for k, v in made.items()]


def _stray(sample: Sample, row: int, sep: str) -> bytes:
    lines = sample.content.decode().split("\n")
    first, rest = lines[row].split(sep, 1)
    lines[row] = f'"{first}"x{sep}{rest}'
    return "\n".join(lines).encode()


def _codes(sample: Sample) -> list[Mutation]:
    """Spoil codes INSEE."""
    column, line = sample.code, sample.victim + 1

    def whole(change: str | Callable[[str], str]) -> bytes:
        return setting(sample, column, change)

    def one(change: str | Callable[[str], str]) -> bytes:
        return setting(sample, column, change, sample.victim)

    made: dict[str, tuple[bytes, Expected]] = {
        "zéros de tête perdus": (whole(lambda c: c.lstrip("0")), "intact"),
        "codes décimaux": (whole(lambda c: f"{c.lstrip('0')}.0"), "intact"),
        "codes décimaux à virgule": (whole(lambda c: f"{c},0"), "intact"),
        "codes en formule": (whole(lambda c: f'="{c}"'), "intact"),
        "codes entre apostrophes": (whole(lambda c: f"'{c}"), "intact"),
        "code en notation scientifique": (one("1,001E+03"), "ligne"),
        "code inconnu": (one("99999"), "ligne"),
        "code vide": (one(""), "ligne"),
        "code remplacé par un nom": (one("Alpha"), "ligne"),
        "code à six chiffres": (one("010010"), "ligne"),
        "code #REF!": (one("#REF!"), "ligne"),
        "codes tous inconnus": (whole("99999"), "fichier"),
        "codes tous vides": (whole(""), "fichier"),
        "codes tous scientifiques": (whole("1E+03"), "fichier"),
        "colonne du code renommée": (edited(sample, lambda r: r[0].__setitem__(sample.rank(column), "n°")), "fichier"),
        "colonne du code retirée": (edited(sample, lambda r: [x.pop(sample.rank(column)) for x in r]), "fichier"),
    }
    return [
        Mutation(k, v, e, sample.file, line if e == "ligne" else 0, column if e == "ligne" else "")
        for k, (v, e) in made.items()
    ]


def _numbers(sample: Sample) -> list[Mutation]:
    """Spoil numbers."""
    column, line = sample.number, sample.victim + 1
    cells = ["abc", "-5", "inf", "-inf", "12 abc", "1,2,3", "#DIV/0!", "1,5E+07", "12/05/2021", "1 2 3", "٣", "=A1+1"]
    found = [
        Mutation(f"nombre « {c} »", setting(sample, column, c, sample.victim), "ligne", sample.file, line, column)
        for c in cells
    ]
    rank = sample.rank(column)
    return [
        *found,
        Mutation("nombres tous en texte", setting(sample, column, "abc"), "fichier", sample.file),
        Mutation("nombres tous négatifs", setting(sample, column, lambda c: f"-{c}1"), "fichier", sample.file),
        Mutation("colonne de nombres retirée", edited(sample, lambda r: [x.pop(rank) for x in r]), "fichier",
                 sample.file),
        Mutation("colonne de nombres renommée", edited(sample, lambda r: r[0].__setitem__(rank, "valeur")), "fichier",
                 sample.file),
        Mutation("lignes contradictoires", edited(sample, lambda r: r.append(_changed(r[1], rank))), "fichier",
                 sample.file),
    ]  # fmt: skip


def _changed(row: list[str], rank: int) -> list[str]:
    """Return another row for the same place, whose number is hardly different."""
    number = float(row[rank].replace(",", ".").replace(" ", "")) if row[rank].strip("sn d") else 0.0
    return [*row[:rank], f"{max(number - 1, 0):.0f}", *row[rank + 1 :]]
