"""Places written twice: united when nothing tells them apart, pointed out when something does, never in silence."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from cartable import wording
from cartable.sources import standard
from cartable.sources.positions import distance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartable.sources.journal import Journal
    from cartable.sources.rows import Row

CLOSE = 0.030  # km between two places that may be one
ALIKE = 0.8  # likeness of their names
# What two lines on one place may say differently.
FREE = frozenset(
    {"id", "pivot", "date_maj", "source", "nom", "adresse", "complement_adresse", "code_postal", "commune",
     "code_insee", "presentation_resume", "presentation_detail", "site_web", "latitude", "longitude",
     *standard.PERSONAL}
)  # fmt: skip
Key = tuple[str, ...]


def settle(rows: Sequence[Row], journal: Journal) -> list[Row]:
    """Return the rows without those that repeat another one."""
    rows = _by(rows, lambda one: (one.texts["id"],), _same_id, journal)
    rows = _by(rows, _name_and_address, _same_place, journal)
    _point_out(rows, journal)
    return rows


def _by(
    rows: Sequence[Row], key: Callable[[Row], Key], repeats: Callable[[Row, Row, Journal], bool], journal: Journal
) -> list[Row]:
    """Return the rows without those that ``repeats`` says to be another one of the same key."""
    first: dict[Key, Row] = {}
    kept = []
    for one in rows:
        name = key(one)
        before = first.get(name) if name else None
        if before is None or not repeats(before, one, journal):
            kept.append(one)
            if name and before is None:
                first[name] = one
    return kept


def _name_and_address(one: Row) -> Key:
    name, address = wording.fold(one.texts["nom"]), wording.fold(one.texts["adresse"])
    return (one.code, name, address) if name and address else ()


def _same_id(before: Row, one: Row, journal: Journal) -> bool:
    """Unite, or refuse, a line whose identifier is taken; both drop it."""
    if _name_and_address(before) == _name_and_address(one) and _unite(before, one):
        journal.note(one.line, "id", "réparée", f"ligne réunie à la ligne {before.line} : même identifiant, même lieu.")
        return True
    said = f"l’identifiant {standard.quoted(one.texts['id'])} est déjà celui de la ligne {before.line}"
    journal.note(one.line, "id", "refusée", f"{said} : ligne laissée de côté. Donnez-lui un identifiant à elle.")
    return True


def _same_place(before: Row, one: Row, journal: Journal) -> bool:
    """Unite a line to the one of the same name and address, unless they contradict each other."""
    if _unite(before, one):
        said = f"ligne réunie à la ligne {before.line} : même nom, même adresse."
        journal.note(one.line, "nom", "réparée", said, "même lieu")
        return True
    said = f"même nom et même adresse que la ligne {before.line}, mais d’autres renseignements : les deux sont gardées."
    journal.note(one.line, "nom", "signalée", said, "même lieu")
    return False


def _unite(before: Row, one: Row) -> bool:
    """Complete a row with what another one says; nothing is done when they contradict each other."""
    if any(_against(name, before, one) for name in standard.fields() if name not in FREE):
        return False
    if _km(before, one) > CLOSE:
        return False
    for name, described in standard.fields().items():
        here, there = before.texts[name], one.texts[name]
        if described.values and there:
            before.texts[name] = "|".join(dict.fromkeys([*filter(None, here.split("|")), *there.split("|")]))
        elif name == "date_maj":
            before.texts[name] = max(here, there)
        elif not here:
            before.texts[name] = there
    if np.isnan(before.latitude):
        before.latitude, before.longitude = one.latitude, one.longitude
    return True


def _against(name: str, before: Row, one: Row) -> bool:
    """Tell whether two texts cannot both hold; lists add up, and what is empty says nothing."""
    if standard.fields()[name].values and name not in {"itinerance", "frais_a_charge"}:
        return False
    here, there = before.texts[name], one.texts[name]
    return bool(here and there and here != there)


def _km(before: Row, one: Row) -> float:
    if np.isnan(before.latitude) or np.isnan(one.latitude):
        return 0.0
    there = np.array([one.latitude]), np.array([one.longitude])
    return float(distance(before.latitude, before.longitude, *there)[0])


def _point_out(rows: Sequence[Row], journal: Journal) -> None:
    """Point out the places that stand within 30 m of each other under like names."""
    for before, one in _neighbours(rows):
        names = wording.fold(before.texts["nom"]), wording.fold(one.texts["nom"])
        if names[0] in names[1] or names[1] in names[0] or difflib.SequenceMatcher(None, *names).ratio() >= ALIKE:
            if _name_and_address(before) == _name_and_address(one):
                continue  # already said
            said = f"à moins de 30 mètres de la ligne {before.line} et presque le même nom : un seul lieu ?"
            journal.note(one.line, "nom", "signalée", f"{said} Les deux restent.", "voisins")


def _neighbours(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield the pairs of places within 30 m, through cells of a grid a little wider than that."""
    cells: defaultdict[tuple[int, int], list[Row]] = defaultdict(list)
    for one in rows:
        if np.isnan(one.latitude):
            continue
        # A ten-thousandth of a degree is 11 m of latitude; longitudes shrink, so that four are needed up to 51° N.
        y, x = int(one.latitude / 0.0003), int(one.longitude / 0.0005)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                for before in cells.get((y + dy, x + dx), ()):
                    if _km(before, one) <= CLOSE:
                        yield before, one
        cells[y, x].append(one)
