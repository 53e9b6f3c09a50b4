"""Rows in the fields of the standard: values mended when there is no doubt, checked, and never silently changed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cartable import wording
from cartable.sources import codes, hours, standard, vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cartable.sources.journal import Journal

MANY = 20  # lines in the same case: beyond, they are said once
FEW = 3
LATEST = 2100
VITAL = ("id", "nom")
"""Without these, a line names no place."""
TEXTS = (
    "nom", "commune", "adresse", "complement_adresse", "horaires", "presentation_resume", "presentation_detail",
    "structure_parente", "source", "autres_formations_labels",
)  # fmt: skip
_PHONE = re.compile(r"(?<!\d)(?:\+33|0033|0)[\s.]?[1-9](?:[\s.\-]?\d{2}){4}(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SUSPECT = re.compile(r"[@\d]")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?")
_OSM = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b|24/7")
_DECIMAL = re.compile(r"[-+]?\d{1,3}[,.]\d+|[-+]?\d{1,3}")
_POSTCODE = re.compile(r"\d{4,5}(?:\.0)?")


@dataclass
class Row:
    """A line on its way to a place.

    Parameters
    ----------
    line
        Of the file, counted from 1.
    texts
        By field of the standard, empty when nothing is known; lists are separated by « | ».
    code
        Code INSEE of today, once found.
    latitude, longitude
        Degrees, once checked.
    kept
        Whether nothing has refused it yet.
    """

    line: int
    texts: dict[str, str]
    code: str = ""
    latitude: float = float("nan")
    longitude: float = float("nan")
    kept: bool = field(default=True)


def row(line: int, texts: Mapping[str, str]) -> Row:
    """Return a row that has every field."""
    return Row(line, {name: texts.get(name, "").strip() for name in standard.fields()})


def clean(rows: Sequence[Row], journal: Journal, asked: Collection[str] | None = None) -> None:
    """Mend what is certain, check every field, and note all of it; what is wrong is emptied, or the line refused.

    Parameters
    ----------
    asked
        Required fields that the file is supposed to have; all those of the standard by default.
    """
    _mend(rows, journal)
    for one in rows:
        _forget_people(one, journal)
        _mend_hours(one, journal)
        for name, described in standard.fields().items():
            if described.values and one.texts[name]:
                _translate(one, described, journal)
    missing: dict[str, list[int]] = {}
    for fault in list(standard.faults([one.texts for one in rows])):
        if fault.kind == "manque" and asked is not None and fault.field not in asked:
            continue
        _settle(rows[fault.row], fault, missing, journal)
    _say_missing(missing, len(rows), journal)


def _forget_people(one: Row, journal: Journal) -> None:
    """Drop the telephones and addresses of people, wherever they stand."""
    one.texts.update(dict.fromkeys(standard.PERSONAL, ""))
    for name in TEXTS:
        text = one.texts[name]
        if not _SUSPECT.search(text):
            continue
        without = _MAIL.sub("", _PHONE.sub("", text))
        if without != text:
            one.texts[name] = " ".join(without.split())
            said = "un téléphone ou un courriel a été retiré du texte : ce peut être celui d’une personne."
            journal.note(one.line, name, "réparée", said, "personne")


def _mend(rows: Sequence[Row], journal: Journal) -> None:
    """Bring dates, numbers and codes to the notation of the standard; one that the whole file uses is said once."""
    for name, mend in MENDERS.items():
        mended = [(one, one.texts[name], mend(one.texts[name])) for one in rows if one.texts[name]]
        mended = [(one, before, after) for one, before, after in mended if before != after]
        for one, _, after in mended:
            one.texts[name] = after
        said = [f"{standard.quoted(before)} est lu « {after} »" for _, before, after in mended]
        if len(mended) > FEW:
            where = f"sur {wording.number(len(mended))} lignes, dès la ligne {mended[0][0].line}"
            journal.note(0, name, "réparée", f"autre notation {where} : {said[0]}.", "notation")
            continue
        for (one, _, _), text in zip(mended, said, strict=True):
            journal.note(one.line, name, "réparée", f"{text}.", "notation")


def _pivot(text: str) -> str:
    bare = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    return bare if re.fullmatch(standard.fields()["pivot"].pattern, bare) else text


def _insee(text: str) -> str:
    return codes.commune(text).value or text


def _postcode(text: str) -> str:
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    return bare.removesuffix(".0").zfill(5) if _POSTCODE.fullmatch(bare) else text


def _day(text: str) -> str:
    """Return a date as the standard writes it; « 07/12/2021 » is a seventh of December, as in all French lists."""
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    parts = iso.groups() if iso else french.groups()[::-1] if french else ()
    try:
        day = dt.date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return text
    return day.isoformat() if day and standard.EARLIEST.year <= day.year < LATEST else text


def _degrees(text: str) -> str:
    bare = re.sub(r"[\s\u00a0\u202f°]", "", text).replace("\u2212", "-")
    return bare.replace(",", ".") if _DECIMAL.fullmatch(bare) else text


MENDERS = {
    "pivot": _pivot,
    "code_postal": _postcode,
    "code_insee": _insee,
    "date_maj": _day,
    "latitude": _degrees,
    "longitude": _degrees,
}


def _mend_hours(one: Row, journal: Journal) -> None:
    text = one.texts["horaires"]
    if not text or hours.parse(text):
        return
    found = hours.from_french(text)
    if found:
        one.texts["horaires"] = found.osm()
        said = f"{standard.quoted(text)} est lu : {found.sentence()}."
        journal.note(one.line, "horaires", "réparée", said, "compris")
    elif _OSM.search(text):
        said = (
            f"{standard.quoted(text)} : ces horaires ne sont pas ceux d’une semaine ordinaire, ils restent tels quels."
        )
        journal.note(one.line, "horaires", "signalée", said, "gardés")
    else:
        one.texts["horaires"] = ""
        said = "horaires laissés de côté : écrivez-les comme « Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00 »."
        journal.note(one.line, "horaires", "signalée", f"{standard.quoted(text)} n’est pas compris, {said}", "perdus")


def _translate(one: Row, described: standard.Field, journal: Journal) -> None:
    """Bring the values of a list to the words of the standard; unknown ones stay, to be refused after."""
    text = one.texts[described.name]
    found: list[str] = []
    for word in vocabulary.split(described.name, text):
        values = vocabulary.translate(described.name, word)
        if values == ():
            said = f"{standard.quoted(word)} n’a plus d’équivalent dans le standard, retiré."
            journal.note(one.line, described.name, "réparée", said, "sans équivalent")
        found += [word.replace("|", " ")] if values is None else values
    one.texts[described.name] = "|".join(dict.fromkeys(found))
    if one.texts[described.name] != text and found:
        said = f"{standard.quoted(text)} devient {standard.quoted(one.texts[described.name])}."
        journal.note(one.line, described.name, "réparée", said)


def _settle(one: Row, fault: standard.Fault, missing: dict[str, list[int]], journal: Journal) -> None:
    """Empty what is wrong, keep the rest of the line; refuse a line that names no place."""
    if fault.field == "code_insee":
        return  # judged with the name and the postal code, which may say the same
    if fault.kind == "manque" and fault.field not in VITAL:
        missing.setdefault(fault.field, []).append(one.line)
        return
    if fault.kind == "manque":
        one.kept = False
        journal.note(one.line, fault.field, "refusée", f"{fault.message} : ligne laissée de côté. Complétez-la.")
        return
    described = standard.fields()[fault.field]
    values = [v for v in one.texts[fault.field].split("|") if v in described.values]
    if described.longest and len(one.texts[fault.field]) > described.longest:
        one.texts[fault.field] = one.texts[fault.field][: described.longest - 1].rstrip() + "…"
        journal.note(one.line, fault.field, "réparée", f"{fault.message} : coupé.")
        return
    one.texts[fault.field] = "|".join(values)
    journal.note(one.line, fault.field, "signalée", f"{fault.message}. Valeur laissée de côté, la ligne est gardée.")


def _say_missing(missing: dict[str, list[int]], total: int, journal: Journal) -> None:
    remedy = "Le lieu est gardé ; complétez ce champ avant de publier la liste."
    for name, lines in missing.items():
        if len(lines) > min(MANY, total // 2):
            whole = "toutes les lignes" if len(lines) == total else f"{wording.number(len(lines))} lignes"
            said = f"le champ « {name} », exigé par le standard, est vide sur {whole} (dès la ligne {lines[0]}). "
            journal.note(0, name, "signalée", said + remedy.replace("Le lieu est gardé", "Les lieux sont gardés"))
        else:
            for line in lines:
                said = f"le champ « {name} », exigé par le standard, est vide. {remedy}"
                journal.note(line, name, "signalée", said, "manque")
