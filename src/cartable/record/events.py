"""The events of a *carnet de démarche*: never changed, never removed; everything else is computed from them.

An event says that some fields of one thing take a value. Two facilitators who bring two files have two sets of events:
their union is the merged record. The order is that of a logical clock (Lamport), then of the identifiers, so that it
is the same on every machine whatever their clocks say.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from cartable.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal[
    "demarche",  # titre, siren, territoire, fictif
    "seance",  # titre, date, etape, modele (slug of a ready-made session), communes ({name: people, 5 at least})
    "table",  # seance, nom, couleur, symbole, roles ({family: number of people})
    "tableau",  # canevas (slug), seance, table, titre
    "note",  # tableau, zone, texte, x, y, couleur, symbole, numero, table, role, groupe, fusionnee_dans
    "groupe",  # tableau, titre: notes put together
    "scrutin",  # tableau, titre, budget, mode, devoile
    "vote",  # scrutin, cible (a note or a groupe), votant, points
    "decision",  # seance, texte, suite, par (a role), echeance, notes ([ids])
    "theme",  # titre, mots ([words]), notes ([ids])
    "photo",  # tableau, seance, legende, fichier, purge_le, consentement
    "fiche",  # registre, cle, and the fields of its model (see ``registers``)
    "annulation",  # evenement (id of the event undone)
    "purge",  # evenements ([ids] whose content is erased)
]
KINDS: tuple[str, ...] = get_args(Kind)
THINGS = tuple(kind for kind in KINDS if kind not in {"annulation", "purge"})
_ID = re.compile(r"[0-9a-f]{32}")
_SURROGATES = re.compile("[\ud800-\udfff]")
REMEDY = "Ce fichier ne vient pas d’un carnet de Cartable, ou il a été modifié : reprenez l’original."


@dataclass(frozen=True)
class Event:
    """Some fields of one thing take a value.

    Parameters
    ----------
    id
        32 hexadecimal digits, never the same twice.
    genre
        The kind of thing (see ``Kind``).
    objet
        Identifier of the thing; the first event that names it creates it.
    horloge
        Logical clock: greater than that of every event known when this one was written.
    quand
        Moment in UTC, in ISO 8601, to the second: to be read, never to be sorted on.
    poste
        Random name of the notebook or page that wrote it; says nothing of the person.
    donnees
        The fields and their values (texts, numbers, booleans, lists, objects of JSON). ``supprime: true`` deletes,
        ``supprime: false`` restores.
    """

    id: str
    genre: Kind
    objet: str
    horloge: int
    quand: str
    poste: str
    donnees: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int, str]:
        """What events are sorted on."""
        return self.horloge, self.id

    def plain(self) -> dict[str, Any]:
        """Return the event as an object of JSON."""
        return {**vars(self), "donnees": dict(self.donnees)}


def identifier() -> str:
    """Return a new identifier."""
    return uuid.uuid4().hex


def now() -> str:
    """Return the moment, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()


def read(plain: Any) -> Event:  # noqa: ANN401 (whatever a file holds)
    """Return the event that an object of JSON describes.

    Raises
    ------
    DataError
        If it is not one.
    """
    if not isinstance(plain, dict):
        raise DataError("Une ligne du carnet n’est pas un événement.", REMEDY)
    wanted: tuple[tuple[str, type], ...] = (
        ("id", str), ("genre", str), ("objet", str), ("horloge", int), ("quand", str), ("poste", str),
        ("donnees", dict),
    )  # fmt: skip
    for name, kind in wanted:
        if not isinstance(plain.get(name), kind) or isinstance(plain.get(name), bool):
            raise DataError(f"Un événement du carnet n’a pas de champ « {name} » valable.", REMEDY)
    for name in ("id", "objet"):
        if not _ID.fullmatch(plain[name]):
            raise DataError(f"L’identifiant d’un événement du carnet n’est pas valable (champ « {name} »).", REMEDY)
    if plain["genre"] not in KINDS:
        raise DataError(f"Le genre d’événement « {plain['genre'][:40]} » est inconnu.", REMEDY)
    if not 0 <= plain["horloge"] < 2**53:  # what JavaScript counts exactly
        raise DataError("L’horloge d’un événement du carnet n’est pas valable.", REMEDY)
    kept = {name: _storable(plain[name]) for name, _ in wanted}
    return Event(**kept)


def _storable(value: Any) -> Any:  # noqa: ANN401
    """Replace lone surrogates, which no file in UTF-8 can hold."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_storable(k): _storable(v) for k, v in value.items()}
    return [_storable(v) for v in value] if isinstance(value, list) else value


class Writer:
    """Makes events in order, for one notebook or one page.

    Parameters
    ----------
    clock
        The greatest clock known; ``heard`` moves it on.
    """

    def __init__(self, clock: int = 0, poste: str = "") -> None:
        self.clock = clock
        self.poste = poste or uuid.uuid4().hex[:8]

    def heard(self, events: Iterable[Event]) -> None:
        """Take note of events written elsewhere: the next one made here comes after them."""
        self.clock = max((self.clock, *(event.horloge for event in events)))

    def make(self, genre: Kind, objet: str | None = None, /, **donnees: Any) -> Event:  # noqa: ANN401
        """Return a new event; without ``objet``, about a new thing."""
        self.clock += 1
        own, target = self.identify("evenement"), objet or self.identify("objet")
        return read(Event(own, genre, target, self.clock, self.now(), self.poste, donnees).plain())

    def identify(self, what: str) -> str:  # noqa: ARG002 (another writer may derive it from what it names)
        """Return the identifier of an event (« evenement ») or of a thing (« objet ») that is made now."""
        return identifier()

    def now(self) -> str:
        """Return the moment to write on what is made now."""
        return now()
