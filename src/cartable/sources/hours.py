"""Opening hours: the OpenStreetMap form that the standard asks for, the forms that lists use, a French sentence.

Only regular weekly hours are understood. What is not certain (« un samedi sur deux », « sur rendez-vous ») gives
nothing rather than a guess.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cartable import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WEEK = len(DAYS)
SATURDAY = DAYS.index("samedi")
DAY = 24 * 60  # minutes
EVENING = 18 * 60
"""Open after 18 h: the hour when most people who work can come."""
MEMORY = 8192  # texts remembered: many places keep the same hours
Span = tuple[int, int]

_COMMENT = re.compile(r'"[^"]*"')
_RULE = re.compile(
    r"(?P<days>(?:[A-Z][a-z]|PH|SH)(?:\s*[-,]\s*(?:[A-Z][a-z]|PH|SH))*)?\s*:?\s*"
    r"(?P<times>off|closed|24/7|\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}(?:\s*,\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2})*)"
)
_SPAN = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?\s*(?:-|–|à|a)\s*(\d{1,2})\s*[:hH]\s*(\d{2})?")
_HOLIDAYS = frozenset({"PH", "SH"})


@dataclass(frozen=True)
class Hours:
    """When a place is open in an ordinary week.

    Parameters
    ----------
    days
        For each day from Monday, the spans of opening in minutes since midnight, in order, apart from one another.
    """

    days: tuple[tuple[Span, ...], ...]

    @property
    def saturday(self) -> bool:
        """Whether it opens on Saturdays."""
        return bool(self.days[SATURDAY])

    @property
    def evening(self) -> bool:
        """Whether it closes after 18 h at least one day."""
        return any(end > EVENING for spans in self.days for _, end in spans)

    def osm(self) -> str:
        """Return the form of the standard: « Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00 »."""
        parts = []
        for spans, runs in self._alike():
            named = ",".join(OSM_DAYS[a] if a == b else f"{OSM_DAYS[a]}-{OSM_DAYS[b]}" for a, b in runs)
            parts.append(f"{named} {','.join(f'{_digits(start)}-{_digits(end)}' for start, end in spans)}")
        return "; ".join(parts)

    def sentence(self) -> str:
        """Return « lundi au vendredi 9 h–12 h et 14 h–18 h 30 ; samedi 8 h 30–12 h »."""
        parts = []
        for spans, runs in self._alike():
            named = wording.join([_named(first, last) for first, last in runs])
            times = wording.join([f"{wording.clock(start)}–{wording.clock(end)}" for start, end in spans])
            parts.append(f"{named} {times}")
        return f"{wording.NNBSP}; ".join(parts)

    def _alike(self) -> list[tuple[tuple[Span, ...], list[tuple[int, int]]]]:
        """Group the days that have the same hours, each group as runs of days that follow one another."""
        groups: dict[tuple[Span, ...], list[tuple[int, int]]] = {}
        for day, spans in enumerate(self.days):
            if not spans:
                continue
            runs = groups.setdefault(spans, [])
            if runs and runs[-1][1] == day - 1:
                runs[-1] = (runs[-1][0], day)
            else:
                runs.append((day, day))
        return list(groups.items())


def _named(first: int, last: int) -> str:
    if first == last:
        return DAYS[first]
    return f"{DAYS[first]} {'et' if last == first + 1 else 'au'} {DAYS[last]}"


def _digits(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _week(spans: Mapping[int, Iterable[Span]]) -> Hours | None:
    """Return the hours of a week; spans that touch or overlap become one; nothing when it never opens."""
    hours = Hours(tuple(_united(spans.get(day, ())) for day in range(WEEK)))
    return hours if any(hours.days) else None


def _united(spans: Iterable[Span]) -> tuple[Span, ...]:
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return tuple(united)


def _minute(hours: str, minutes: str | None) -> int | None:
    """Return minutes since midnight, or nothing when it is no time of day."""
    value = int(hours) * 60 + int(minutes or 0)
    return value if value <= DAY and int(minutes or 0) < 60 else None  # noqa: PLR2004


# -- the form of OpenStreetMap --------------------------------------------------------------


@lru_cache(MEMORY)
def parse(text: str) -> Hours | None:
    """Read the weekly hours of an OpenStreetMap text; nothing when it says more than a week (seasons, parities).

    Rules about holidays and comments are left aside: they do not change an ordinary week.
    """
    week: dict[int, list[Span]] = {}
    for rule in _COMMENT.sub("", text).split(";"):
        if not rule.strip():
            continue
        found = _RULE.fullmatch(rule.strip())
        days = _osm_days(found["days"]) if found else None
        spans = _osm_spans(found["times"]) if found else None
        if days is None or spans is None:
            return None
        week.update(dict.fromkeys(days, spans))  # a later rule replaces an earlier one
    return _week(week)


def _osm_days(text: str | None) -> list[int] | None:
    """Return the days of « Mo-Fr,Su »; all when nothing is said, none for holidays alone."""
    if text is None:
        return list(range(WEEK))
    days: list[int] = []
    for part in re.split(r"\s*,\s*", text):
        ends = [name for name in re.split(r"\s*-\s*", part) if name not in _HOLIDAYS]
        if any(name not in OSM_DAYS for name in ends):
            return None
        if ends:
            days += _between(OSM_DAYS.index(ends[0]), OSM_DAYS.index(ends[-1]))
    return days


def _between(first: int, last: int) -> list[int]:
    """Return the days from one to another, over the end of the week if need be."""
    return [day % WEEK for day in range(first, (last if last >= first else last + WEEK) + 1)]


def _osm_spans(text: str) -> list[Span] | None:
    if text in {"off", "closed"}:
        return []
    if text == "24/7":
        return [(0, DAY)]
    spans = []
    for part in text.split(","):
        ends = [_minute(*end.strip().split(":")) for end in part.split("-")]
        if None in ends or len(ends) != 2:  # noqa: PLR2004
            return None
        start, end = (value or 0 for value in ends)
        if start != end:
            # « 20:00-02:00 » ends on the next day: for us, it ends at midnight.
            spans.append((start, end if end > start else DAY))
    return spans


# -- one column for each day ----------------------------------------------------------------


def from_days(texts: Mapping[int, str]) -> tuple[Hours | None, tuple[str, ...]]:
    """Read « 09:00 - 12:00 / 13:30 - 17:00 » for each day (0: Monday).

    Returns
    -------
    tuple
        The hours, and a French sentence for each thing mended or not understood.
    """
    week: dict[int, list[Span]] = {}
    remarks = []
    for day, text in texts.items():
        spans, remark = _spans(text)
        week[day] = spans
        if remark:
            remarks.append(f"{DAYS[day]} (« {text[:60]} ») : {remark}")
    return _week(week), tuple(remarks)


def _spans(text: str) -> tuple[list[Span], str]:
    spans: list[Span] = []
    for part in filter(None, (piece.strip() for piece in text.split("/"))):
        found = _SPAN.fullmatch(part)
        start, end = (_minute(found[1], found[2]), _minute(found[3], found[4])) if found else (None, None)
        if start is None or end is None or end < start:
            return [], "horaire illisible, laissé de côté"
        if end > start:  # « 00:00 - 00:00 » says nothing
            spans.append((start, end))
    touching = any(after[0] < before[1] for before, after in itertools.pairwise(sorted(spans)))
    return spans, "horaires qui se chevauchent, réunis" if touching else ""


# -- as people write them -------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<day>" + "|".join(DAYS) + r")s?\b"
    r"|(?P<time>\d{1,2}\s?h(?:\s?\d{2})?(?!\d)|\d{1,2}:\d{2}|\d{1,2})(?![\d:])"
    r"|(?P<word>[a-z]+)|(?P<sign>[-–/,:;.&()])"
)
_SMALL_WORDS = frozenset(
    ["de", "a", "et", "le", "les", "du", "au", "puis", "d", "horaires", "ouverture", "ouvert", "ouverte"]
)
_PARTS_OF_DAY = frozenset({"matin", "apres", "midi"})
_JOINTS = {"au": "au", "a": "au", "-": "-", "–": "-"}


@lru_cache(MEMORY)
def from_french(text: str) -> Hours | None:
    """Read « mardi et jeudi de 14 h à 17 h »; nothing when a word, a day or a time leaves a doubt."""
    tokens = _tokens(_plain(text))
    if tokens is None or not any("h" in value or ":" in value for kind, value in tokens if kind == "time"):
        return None
    groups = _groups(tokens)
    if _ambiguous(groups) or any(not _are_spans(times) for _, _, times in groups):
        return None
    week: dict[int, list[Span]] = {}
    for days, _, times in groups:
        for day in days:
            week.setdefault(day, []).extend(_pairs(times))
    return _week(week)


def _pairs(times: Sequence[int]) -> list[Span]:
    return list(zip(times[::2], times[1::2], strict=True))


def _are_spans(times: Sequence[int]) -> bool:
    """Tell whether times go by two, each span ending after it starts and before the next one."""
    return (
        len(times) % 2 == 0 and times[0] >= 0 and all(a < b for a, b in _pairs(times)) and list(times) == sorted(times)
    )


def _plain(text: str) -> str:
    """Return a text in lower case without accents, its signs kept."""
    kept = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(kept).replace("’", "'").replace("'", " ").replace("+", "?")


def _tokens(text: str) -> list[tuple[str, str]] | None:
    """Cut a text into days, times, words and signs; nothing when something else is there."""
    tokens, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found = _TOKEN.match(text, place)
        kind = found.lastgroup if found else None
        if found is None or kind is None:
            return None
        if kind == "word" and found[0] not in _SMALL_WORDS and found[0] not in _PARTS_OF_DAY:
            return None
        tokens.append((kind, found[0].rstrip("s") if kind == "day" else found[0]))
        place = found.end()
    return tokens


Group = tuple[list[int], bool, list[int]]


def _groups(tokens: Sequence[tuple[str, str]]) -> list[Group]:
    """Gather the days and the times that go together: « days times days times… », or « times days » alone.

    The flag says that a dash stood between two days.
    """
    runs: list[tuple[str, list[int], bool]] = []
    joined = ""
    for kind, value in tokens:
        if kind in {"word", "sign"}:
            joined = _JOINTS.get(value, joined if value == "." else "")
            continue
        if not runs or runs[-1][0] != kind:
            runs.append((kind, [], False))
        _, values, dashed = runs[-1]
        if kind == "day":
            day = DAYS.index(value)
            values += _between(values[-1], day)[1:] if values and joined else [day]
            runs[-1] = (kind, values, dashed or (joined == "-" and len(values) > 1))
        else:
            minute = _time(value)
            values.append(-1 if minute is None else minute)
        joined = ""
    if [kind for kind, _, _ in runs] == ["time", "day"]:
        runs.reverse()
    if [kind for kind, _, _ in runs] != ["day", "time"] * (len(runs) // 2):
        return []
    return [(days, dashed, times) for (_, days, dashed), (_, times, _) in zip(runs[::2], runs[1::2], strict=True)]


def _time(text: str) -> int | None:
    hours, _, minutes = text.replace(" ", "").replace("h", ":").partition(":")
    return _minute(hours, minutes or None)


def _ambiguous(groups: Sequence[Group]) -> bool:
    """Tell whether « mardi-jeudi » could be two days as well as three: another group holds one of those between."""
    return any(
        dashed and set(days) & set(others)
        for index, (days, dashed, _) in enumerate(groups)
        for other, (others, _, _) in enumerate(groups)
        if other != index
    )


def read(text: str) -> Hours | None:
    """Read the hours of a text in either form, if it is understood."""
    return parse(text) or from_french(text)
