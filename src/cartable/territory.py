"""EPCIs and their communes: find one by SIREN, by name or by one of its communes, and read its figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import fiction, indicators, search, wording
from cartable.atlas import COG, Atlas, atlas, invented
from cartable.errors import CartableError, UnknownTerritoryError
from cartable.names import split_nature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.holdings import Neighbourhood
    from cartable.names import Entry

NATURES = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "ME": "métropole",
    "ML": "métropole à statut particulier",
}
SIMILAR_COUNT = 10
SIREN_DIGITS = 9


@dataclass(frozen=True)
class Territory:
    """An EPCI with its communes.

    Parameters
    ----------
    siren
        Nine digits.
    name
        Official name, « CC du Civraisien en Poitou ».
    nature
        « CC », « CA », « CU », « ME » or « ML ».
    communes
        One row for each member commune, index code INSEE, in alphabetical order.
    notices
        Sentences on how this territory was found.
    source
        The tables it comes from.
    """

    siren: str
    name: str
    nature: str
    communes: pd.DataFrame
    notices: tuple[str, ...] = ()
    source: Atlas | None = None

    @property
    def tables(self) -> Atlas:
        """The tables it comes from."""
        return self.source or atlas()

    @property
    def fictional(self) -> bool:
        """Whether it is invented, for exercises."""
        return self.tables.fictional

    @property
    def title(self) -> str:
        """The name as outputs show it: an invented territory says so everywhere."""
        return f"{self.name}, territoire fictif" if self.fictional else self.name

    @cached_property
    def neighbourhoods(self) -> tuple[Neighbourhood, ...]:
        """The priority neighbourhoods at hand that lie in one of its communes."""
        here = set(self.codes)
        return tuple(n for n in self.tables.holdings.neighbourhoods if here & set(n.communes))

    @property
    def codes(self) -> list[str]:
        """Codes INSEE of the communes."""
        return list(self.communes.index)

    @property
    def population(self) -> int:
        """Municipal population."""
        return int(self.communes["population"].sum())

    @cached_property
    def full_name(self) -> str:
        """The name with the nature spelt out: « communauté de communes du Civraisien en Poitou »."""
        prefix = f"{self.nature} "
        return f"{NATURES[self.nature]} {self.name.removeprefix(prefix)}" if self.name.startswith(prefix) else self.name

    @cached_property
    def departements(self) -> list[str]:
        """Codes of its départements, the most populated part first."""
        parts = (
            self.communes.groupby("code_departement")["population"].sum().sort_values(ascending=False, kind="stable")
        )
        return list(parts.index)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """The communes around, those that share a border."""
        around = self.tables.topology.neighbours(self.codes)
        return self.tables.communes.loc[sorted(around)]

    def map_topology(self) -> dict[str, object]:
        """Return the small TopoJSON of its communes, the neighbouring ones and its outline."""
        columns = ["nom", "membre", "longitude", "latitude", "population"]
        rows = pd.concat([self.communes.assign(membre=True), self.neighbours.assign(membre=False)])
        properties = {
            str(code): {"nom": nom, "membre": membre, "x": x, "y": y, "population": int(population)}
            for code, nom, membre, x, y, population in rows[columns].itertuples()
            if not np.isnan(x)
        }
        return self.tables.topology.extract(properties, self.codes)

    def table(self) -> pd.DataFrame:
        """Return every indicator for every commune (index: code INSEE; shares between 0 and 1)."""
        columns = {key: i.values(self.communes) for key, i in indicators.INDICATORS.items()}
        return pd.DataFrame({"nom": self.communes["nom"], **columns})

    def figure(self, key: str) -> float:
        """Return an indicator for the EPCI as a whole; NaN when it cannot be known."""
        return indicators.get(key).figure(self.communes, self.tables.holdings, self.siren)


def get(siren: str, notices: tuple[str, ...] = (), tables: Atlas | None = None) -> Territory:
    """Return the EPCI of a SIREN.

    Parameters
    ----------
    notices
        Sentences on how it was found.
    tables
        Where it is read: what ships with Cartable by default.

    Raises
    ------
    UnknownTerritoryError
        If the SIREN is not that of an EPCI of today.
    """
    tables = invented() if fiction.is_fictional(siren) else tables or atlas()
    if siren not in tables.epcis.index:
        raise _gone(siren)
    nature = str(tables.epcis["nature"][siren])
    members = tables.communes[tables.communes["siren_epci"] == siren]
    order = sorted(members.index, key=lambda code: wording.fold(tables.names[code]))
    return Territory(siren, tables.names[siren], nature, members.loc[order], notices, tables)


def _gone(siren: str) -> UnknownTerritoryError:
    """Explain a SIREN that is not, or no longer, that of an EPCI."""
    former = atlas().former_epcis
    if siren not in former.index:
        return UnknownTerritoryError(
            f"Le numéro SIREN « {siren} » n’est pas celui d’un EPCI à fiscalité propre au 1er janvier {COG}.",
            "Cherchez plutôt par le nom de l’EPCI, ou par celui d’une de ses communes.",
        )
    row = former.loc[siren]
    heirs = tuple(f"{atlas().names[s]} (SIREN {s})" for s in row["siren_actuels"].split())
    return UnknownTerritoryError(
        f"« {row['nom_ancien']} » (SIREN {siren}) n’existe plus : ce numéro figure pour la dernière fois dans le "
        f"découpage de {row['dernier_millesime']}. Ses communes sont aujourd’hui dans {wording.join(heirs)}.",
        "Choisissez l’EPCI d’aujourd’hui.",
        heirs,
    )


def find(query: str, tables: Atlas | None = None) -> Territory:
    """Return the EPCI that answers to a SIREN, a name, or the name or code of one of its communes.

    Accents, case, articles, abbreviations (« agglo », « com com », « St ») and small typos are forgiven; a département
    after the name tells namesakes apart (« Civray 86 »). The invented EPCIs answer to their name.

    Raises
    ------
    UnknownTerritoryError
        If nothing answers, or if several EPCIs do; its ``proposals`` are the nearest matches.
    """
    query = str(query).strip()[: search.LONGEST_QUERY]
    if not query:
        raise UnknownTerritoryError("Aucun territoire n’est indiqué.", "Tapez le nom d’une commune ou d’un EPCI.")
    if query.isdigit() and len(query) == SIREN_DIGITS:
        return get(query, tables=tables)
    if siren := _invented(query):
        return get(siren)
    entries = search.entries(query, limit=search.LARGEST_CANDIDATES)
    if not entries:
        raise UnknownTerritoryError(f"Aucun territoire ne ressemble à « {query} ».", search.how_to(query))
    return _open(search.choose(query, entries), tables)


def _invented(query: str) -> str:
    """Return the SIREN of the invented EPCI that bears this name, if one does."""
    asked = split_nature(query)[0]
    return next((str(siren) for siren, name in invented().epcis["nom"].items() if split_nature(name)[0] == asked), "")


def _open(entry: Entry, tables: Atlas | None) -> Territory:
    """Return the EPCI of an entry, saying how one led to the other."""
    if entry.kind == "epci":
        return get(entry.code, tables=tables)
    if entry.kind == "epci disparu":
        raise _gone(entry.code)
    if not entry.siren:
        raise UnknownTerritoryError(
            f"La commune {wording.of(entry.name)} n’appartient à aucun EPCI à fiscalité propre "
            "(c’est le cas de quatre îles).",
            "Choisissez un EPCI voisin.",
        )
    return get(entry.siren, (_notice(entry),), tables)


def _notice(entry: Entry) -> str:
    """Say how a commune leads to an EPCI."""
    epci = atlas().names[entry.siren]
    if entry.kind == "commune":
        return f"{entry.name} ({entry.code}) fait partie de : {epci}."
    now = wording.of(atlas().names[entry.now])
    if entry.kind == "arrondissement":
        return f"{entry.name} ({entry.code}) est un arrondissement {now} : voici le portrait de l’EPCI, {epci}."
    return f"{entry.name} ({entry.code}) n’est plus une commune : elle fait partie {now} ({entry.now}), dans {epci}."


def load(query: str | Territory, tables: Atlas | None = None) -> Territory:
    """Return a territory as it is, or find it."""
    if isinstance(query, Territory):
        return query
    if not isinstance(query, str):
        raise CartableError(
            f"Un territoire s’indique par un texte, pas par « {query!r} ».",
            "Tapez un nom, un SIREN ou un code INSEE.",
        )
    return find(query, tables)


def names() -> list[str]:
    """Return the names of all the EPCIs, the invented ones last."""
    return [*sorted(atlas().epcis["nom"]), *invented().epcis["nom"]]


# -- codes from elsewhere ---------------------------------------------------------------


@dataclass(frozen=True)
class Reconciled:
    """What became of codes INSEE that may come from another year.

    Parameters
    ----------
    current
        For each code given that is known, the code of today.
    unknown
        Codes that no vintage knows.
    notices
        One French sentence for each kind of repair.
    """

    current: dict[str, str]
    unknown: tuple[str, ...]
    notices: tuple[str, ...]


def reconcile(codes: Iterable[str]) -> Reconciled:
    """Bring codes INSEE of any vintage to the communes of today, and say what was done."""
    tables, current, unknown = atlas(), {}, []
    now, former = tables.communes.index, tables.former_communes["code_insee"]
    for code in dict.fromkeys(codes):
        if code in now:
            current[code] = code
        elif code in former.index:
            current[code] = former[code]
        else:
            unknown.append(code)
    moved = [code for code, today in current.items() if code != today]
    notices = []
    if moved:
        notices.append(
            f"{wording.plural(len(moved), 'code')} d’un autre millésime ({', '.join(moved[:5])}) : "
            f"remplacés par la commune de {COG} qui les couvre."
        )
    if unknown:
        notices.append(f"{wording.plural(len(unknown), 'code inconnu', 'codes inconnus')} : {', '.join(unknown[:5])}.")
    return Reconciled(current, tuple(unknown), tuple(notices))


# -- references -------------------------------------------------------------------------


def similar(territory: Territory, count: int = SIMILAR_COUNT) -> list[str]:
    """Return the SIRENs of the EPCIs that look most like this one, the nearest first.

    Euclidean distance between their ``profiles``; empty when the census does not cover the territory.
    """
    profiles = territory.tables.profiles
    if territory.siren not in profiles.index:
        return []
    distance = ((profiles - profiles.loc[territory.siren]) ** 2).sum(axis=1).drop(territory.siren)
    return list(distance.round(9).sort_index().sort_values(kind="stable").index[:count])


def reference(territory: Territory) -> pd.DataFrame:
    """Return the census counts of the groups to compare with (index: name of the group; NaN if not counted).

    In this order: similar EPCIs, the département that holds most inhabitants, its région, France.
    """
    tables = territory.tables
    counts, departements = tables.census_by_departement, tables.departements
    main = territory.departements[0]
    region = departements["code_region"][main]
    within = departements.index[departements["code_region"] == region]
    alike = similar(territory)
    groups = {}
    if alike:
        groups[f"{len(alike)} EPCI semblable{'s' if len(alike) > 1 else ''}"] = tables.census_by_epci.loc[alike].sum()
    if tables.fictional:  # one département, one région: the country says it all
        return pd.DataFrame.from_dict({**groups, "Pays fictif": counts.sum()}, orient="index")
    groups[tables.names[main]] = counts.reindex(territory.departements[:1]).sum(min_count=1)
    groups[f"Région {departements['nom_region'][main]}"] = counts.reindex(within).sum(min_count=1)
    groups["France hors Mayotte"] = counts.sum()
    return pd.DataFrame.from_dict(groups, orient="index")
