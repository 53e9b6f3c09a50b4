"""What the bytes of a file are: an archive to open, a workbook, a text in some encoding, or nothing usable."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
import warnings
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cartable import wording
from cartable.errors import MissingDependencyError
from cartable.sources.model import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNPACKED_LIMIT = 400_000_000  # bytes: INSEE's largest table by commune takes about 80
DATA = (".csv", ".txt", ".tsv", ".xlsx", ".gz", ".zip")
BESIDE = re.compile(r"^(meta|dictionnaire|lisez|lisezmoi|readme|documentation|__macosx|\.)", re.IGNORECASE)
NESTED = 3  # archives within archives
START = 65_536  # bytes that are looked at to recognise a file
SIGNATURES = {
    b"%PDF": "un document PDF",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
    b"GIF8": "une image",
    b"{\\rtf": "un document de traitement de texte",
    b"\xd0\xcf\x11\xe0": "un classeur dans l’ancien format d’Excel (.xls)",
    b"PAR1": "un fichier Parquet",
    b"7z\xbc\xaf": "une archive 7-Zip",
    b"Rar!": "une archive RAR",
}
AGAIN = "Téléchargez-le de nouveau depuis le site du producteur, sans l’ouvrir ni l’enregistrer entre-temps."
CSV_OF_PRODUCER = "Prenez le fichier CSV sur le site du producteur."
AS_CSV = "Ouvrez-le dans un tableur et enregistrez-le en CSV, ou prenez le fichier CSV sur le site du producteur."
# What openpyxl and zipfile raise on damaged files; ParseError is a SyntaxError.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    SyntaxError, RuntimeError, NotImplementedError, OverflowError, AssertionError,
)  # fmt: skip


def refuse(file: str, what: str, remedy: str = AGAIN) -> SourceError:
    """Make the refusal of a file: « Fichier « x.csv » : {what}. » and what to do."""
    return SourceError(wording.typeset(f"Fichier « {file} » : {what}."), wording.typeset(remedy))


# -- archives ---------------------------------------------------------------------------


def unpack(content: bytes, file: str, hints: Sequence[str] = (), prefer: str = "") -> tuple[bytes, str]:
    """Return the bytes of the data file and its name, out of the archives around it."""
    for _ in range(NESTED):
        if content[:2] == b"\x1f\x8b":
            content, file = _gunzip(content, file), file.removesuffix(".gz")
        elif content[:2] == b"PK" and not is_workbook(content):
            name = _choose(content, file, hints, prefer)
            content, file = member(content, file, name), f"{file} › {name}"
        else:
            return content, file
    raise refuse(file, "il contient trop d’archives les unes dans les autres", "Décompressez-le d’abord.")


def is_workbook(content: bytes) -> bool:
    """Tell whether the bytes are those of an XLSX file."""
    if content[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except DAMAGE:
        return False


def members(content: bytes, file: str, suffixes: tuple[str, ...] = DATA) -> list[str]:
    """Return the names of the data files of a ZIP archive (none if the bytes are not an archive).

    Raises
    ------
    SourceError
        If the archive is damaged, locked or far too big.
    """
    if content[:2] != b"PK" or is_workbook(content):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except DAMAGE as error:
        raise refuse(file, "l’archive ZIP est incomplète ou abîmée") from error
    if sum(e.file_size for e in entries) > UNPACKED_LIMIT:
        raise _too_big(file)
    names = [e.filename for e in entries if not e.is_dir()]
    return [
        n for n in names if n.lower().endswith(suffixes) and not any(BESIDE.match(p) for p in PurePosixPath(n).parts)
    ]


def _too_big(file: str) -> SourceError:
    limit = wording.number(UNPACKED_LIMIT / 1_000_000)
    return refuse(file, f"décompressé, il dépasse {limit} Mo", "Décompressez-le et ne gardez que le tableau.")


def _choose(content: bytes, file: str, hints: Sequence[str], prefer: str) -> str:
    """Choose the data file of an archive: the preferred name, else the one whose first bytes hold most of the names."""
    names = members(content, file)
    if not names:
        raise refuse(file, "l’archive ne contient ni CSV ni classeur", "Prenez l’archive « CSV » du producteur.")
    preferred = [n for n in names if prefer and re.search(prefer, n, re.IGNORECASE)] or names
    if len(preferred) == 1:
        return preferred[0]
    scores = {n: _score(member(content, file, n), hints) for n in preferred}
    best = [n for n, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        several = wording.join([f"« {n} »" for n in best[:6]])
        raise refuse(file, f"l’archive contient plusieurs tableaux, {several}",
                      "Décompressez-la et donnez le tableau voulu.")  # fmt: skip
    return best[0]


def _score(content: bytes, hints: Sequence[str]) -> int:
    head = content[:START].decode("latin-1").casefold()
    return sum(hint.casefold() in head for hint in hints)


def member(content: bytes, file: str, name: str) -> bytes:
    """Return the bytes of one file of a ZIP archive, never more than the limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as stream:
            data = stream.read(UNPACKED_LIMIT + 1)
    except DAMAGE as error:
        locked = "password" in str(error) or "encrypted" in str(error)
        what = "l’archive ZIP est protégée par un mot de passe" if locked else "l’archive ZIP est incomplète ou abîmée"
        raise refuse(file, what, "Décompressez-la avec son mot de passe." if locked else AGAIN) from error
    if len(data) > UNPACKED_LIMIT:
        raise _too_big(file)
    return data


def _gunzip(content: bytes, file: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            data = stream.read(UNPACKED_LIMIT + 1)
    except DAMAGE as error:
        raise refuse(file, "l’archive GZIP est incomplète ou abîmée") from error
    if len(data) > UNPACKED_LIMIT:
        raise _too_big(file)
    return data


# -- texts ------------------------------------------------------------------------------


def text(content: bytes, file: str) -> str:
    """Return the text of a file: UTF-8 (with or without mark), UTF-16 or Windows-1252, lines ended by one character.

    Raises
    ------
    SourceError
        If it is empty, or is a page, a document, an image, a message or a binary file.
    """
    _refuse_others(content, file)
    decoded = _utf16(content, file)
    if decoded is None:
        decoded = _decode(content.removeprefix(b"\xef\xbb\xbf"))
    decoded = decoded.removeprefix("\ufeff")
    if "\x00" in decoded:
        line = decoded[: decoded.index("\x00")].count("\n") + 1
        raise refuse(file, f"ce n’est pas du texte : des octets nuls, dès la ligne {line}")
    _refuse_markup(decoded[:START].lstrip(), file)
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_others(content: bytes, file: str) -> None:
    if not content.strip(b" \t\r\n\xef\xbb\xbf\x00\xff\xfe"):
        raise refuse(file, "il est vide")
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            remedy = AS_CSV if "classeur" in what else CSV_OF_PRODUCER
            raise refuse(file, f"c’est {what}, pas un tableau CSV", remedy)
    if content[:2] == b"PK":
        raise refuse(file, "l’archive ZIP est incomplète ou abîmée")


def _utf16(content: bytes, file: str) -> str | None:
    """Decode UTF-16, whose mark or whose alternating null bytes give it away."""
    head = content[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    marked = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if not marked and max(even, odd) < 0.4 * len(head) / 2:
        return None
    codec = "utf-16" if marked else ("utf-16-be" if even > odd else "utf-16-le")
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise refuse(file, "il est coupé ou abîmé : le texte (UTF-16) ne se décode pas jusqu’au bout") from error


def _decode(content: bytes) -> str:
    """Decode UTF-8, else line by line: files pasted together mix UTF-8 and Windows-1252."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(_decode_line(line) for line in content.split(b"\n"))


def _decode_line(line: bytes) -> str:
    for codec in ("utf-8", "cp1252"):
        try:
            return line.decode(codec)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _refuse_markup(start: str, file: str) -> None:
    """Refuse a web page or a message in the place of a table: what sites send when something goes wrong."""
    lowered = start.lower()
    if lowered.startswith(("<!doctype html", "<html", "<head", "<body")) or re.match(r"<[^>]*>\s*<html", lowered):
        raise refuse(file, "le site a renvoyé une page web au lieu du tableau (page d’erreur, de connexion ou "
                      "d’attente)", "Réessayez plus tard, ou téléchargez le fichier depuis la page du "
                      "producteur.")  # fmt: skip
    if lowered.startswith("<"):
        raise refuse(file, "c’est un fichier XML, pas un tableau CSV", CSV_OF_PRODUCER)
    if lowered.startswith(("{", "[")) and _looks_like_json(start):
        raise refuse(file, "c’est du JSON (souvent un message d’erreur du site), pas un tableau CSV", CSV_OF_PRODUCER)


def _looks_like_json(start: str) -> bool:
    try:
        json.loads(start)
    except ValueError:
        return re.match(r'[\[{]\s*("[^"]*"\s*[:,\]]|[\[{}\]\d])', start) is not None
    except RecursionError:
        return True
    return True


# -- workbooks --------------------------------------------------------------------------


def sheets(content: bytes, file: str) -> Mapping[str, list[tuple[int, list[str]]]]:
    """Return the lines that are not empty of each sheet of a workbook, cells as texts, by name of sheet.

    Raises
    ------
    SourceError
        If the workbook is damaged or far too big.
    """
    try:
        import openpyxl  # noqa: PLC0415 (slow to import, and seldom needed)
    except ImportError as error:
        raise MissingDependencyError(
            "La bibliothèque « openpyxl » manque : les classeurs ne se lisent pas.", AS_CSV
        ) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(e.file_size for e in archive.infolist()) > UNPACKED_LIMIT:
                raise _too_big(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not know
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            return {sheet.title: _lines(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    except DAMAGE as error:
        raise refuse(file, "le classeur est incomplet, abîmé ou protégé", AS_CSV) from error


def _lines(rows: Iterable[Iterable[object]]) -> list[tuple[int, list[str]]]:
    found = []
    for number, row in enumerate(rows, start=1):
        cells = [_cell(value) for value in row]
        if any(cells):
            found.append((number, cells))
    width = max((len(cells) for _, cells in found), default=0)
    return [(number, cells + [""] * (width - len(cells))) for number, cells in found]


def _cell(value: object) -> str:
    """Write a cell as the person sees it: whole numbers without a point, dates as 2024-08-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value).strip()
