"""EPCIs and their communes: find one by SIREN, by name or by one of its communes, and read its figures.

All of France ships with Cartable (see ``data/LISEZMOI.md``); nothing here touches the network.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cartable import indicators, wording
from cartable.errors import CartableError, DataError, UnknownTerritoryError
from cartable.topology import Topology

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = Path(__file__).resolve().parent
COG = 2026
NATURES = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "ME": "métropole",
    "ML": "métropole à statut particulier",
}
# What people type for the nature of an EPCI, once folded; longest first.
NATURE_WORDS = {
    "communaute d agglomeration": "CA", "communaute de communes": "CC", "communaute urbaine": "CU",
    "communaute agglomeration": "CA", "com d agglo": "CA", "com de com": "CC", "comcom": "CC", "com com": "CC",
    "agglomeration": "CA", "agglo": "CA", "metropole": "ME", "cda": "CA", "cdc": "CC", "cc": "CC", "ca": "CA", "cu": "CU",
}  # fmt: skip
SMALL_WORDS = frozenset("de du des d la le les l en et au aux a sur sous".split())
SPELLINGS = {"st": "saint", "ste": "sainte", "sts": "saints", "gd": "grand"}
CLOSE_ENOUGH, CLEARLY_BEST, PROPOSED = 0.84, 0.08, 0.6
MAXIMUM_PROPOSALS, SIMILAR_COUNT, LARGEST_CANDIDATES = 8, 10, 400
CENSUS = ("population_recensement", "moins_de_20_ans", "de_20_a_64_ans", "plus_de_65_ans")
COUNTS = (
    "population", *CENSUS, "logements", "residences_secondaires", "logements_vacants",
    "superficie_km2", "longitude", "latitude",
)  # fmt: skip


# -- the shipped tables -------------------------------------------------------------


def data_folder() -> Path:
    """Return the folder of the shipped data: inside an installed package, or at the root of the project.

    The variable ``CARTABLE_DONNEES`` names another folder.
    """
    chosen = os.environ.get("CARTABLE_DONNEES")
    if chosen:
        return Path(chosen)
    inside = PACKAGE / "data"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "data"


def _read(name: str, columns: Iterable[str], numbers: Iterable[str] = ()) -> pd.DataFrame:
    """Read a shipped table; the first column becomes the index, codes stay strings."""
    path = data_folder() / name
    remedy = "Remettez le fichier d’origine du dossier « data », ou lancez « make data » pour le refaire."
    try:
        kinds = dict.fromkeys(numbers, "float64")
        table = pd.read_csv(path, dtype={**dict.fromkeys(columns, "str"), **kinds}, keep_default_na=False, na_values={c: [""] for c in kinds})
    except FileNotFoundError as error:
        raise DataError(f"Le fichier « {path.name} » est introuvable dans « {path.parent} ».", remedy) from error
    except (ValueError, UnicodeDecodeError) as error:  # pandas' parser errors are ValueErrors
        raise DataError(f"Le fichier « {path.name} » est abîmé : il ne se lit pas comme un tableau CSV.", remedy) from error
    missing = [c for c in (*columns, *numbers) if c not in table.columns]
    if missing or table.empty:
        what = f"il y manque {wording.join([f'« {c} »' for c in missing])}" if missing else "il est vide"
        raise DataError(f"Le fichier « {path.name} » n’a pas les colonnes attendues : {what}.", remedy)
    return table.set_index(table.columns[0])


def departement_of(code: str) -> str:
    """Return the département of a code INSEE: « 86 » for 86078, « 974 » for 97411, « 2A » for 2A004."""
    return code[:3] if code.startswith("97") else code[:2]


class Atlas:
    """All the communes and EPCIs of France, read once from a folder of tables."""

    @cached_property
    def communes(self) -> pd.DataFrame:
        """One row for each commune (index: code INSEE), counts as floats, missing ones as NaN."""
        table = _read("communes.csv", ["code_insee", "nom", "siren_epci", "remarque"], COUNTS)
        table.insert(2, "code_departement", [departement_of(code) for code in table.index])
        return table

    @cached_property
    def epcis(self) -> pd.DataFrame:
        """One row for each EPCI (index: SIREN)."""
        return _read("epci.csv", ["siren", "nom", "nature"])

    @cached_property
    def departements(self) -> pd.DataFrame:
        """One row for each département (index: code), with its région."""
        return _read("departements.csv", ["code_departement", "nom", "code_region", "nom_region"])

    @cached_property
    def former_communes(self) -> pd.DataFrame:
        """Former communes and arrondissements (index: old code) and the commune that covers them now."""
        return _read("communes_anciennes.csv", ["code_ancien", "nom_ancien", "code_insee", "nature"])

    @cached_property
    def former_epcis(self) -> pd.DataFrame:
        """EPCIs that disappeared since 2020 (index: old SIREN) and those that now hold their communes."""
        columns = ["siren_ancien", "nom_ancien", "dernier_millesime", "siren_actuels"]
        return _read("epci_anciens.csv", columns)

    @cached_property
    def topology(self) -> Topology:
        """Contours of the communes."""
        return Topology.read(data_folder() / "communes.topojson")

    @cached_property
    def entries(self) -> list[Entry]:
        """Everything that can be searched: EPCIs, communes, former communes, EPCIs of the past."""
        epcis = [Entry.of_epci(siren, row.nom, row.nature) for siren, row in zip(self.epcis.index, self.epcis.itertuples(), strict=True)]
        communes = [Entry("commune", code, nom, siren) for code, nom, siren in self.communes[["nom", "siren_epci"]].itertuples()]
        holder = self.communes["siren_epci"]
        former = [
            Entry(nature, code, nom, holder[now], now)
            for code, nom, now, nature in self.former_communes.itertuples()
            if nom and fold_name(nom) != fold_name(self.communes.at[now, "nom"])
        ]
        gone = [Entry("epci disparu", siren, nom, "") for siren, nom, _, _ in self.former_epcis.itertuples()]
        return [*epcis, *communes, *former, *gone]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The communes that the 2021 census counted by age."""
        return self.communes.dropna(subset=list(CENSUS))

    @cached_property
    def census_by_departement(self) -> pd.DataFrame:
        """Census counts summed by département."""
        return self.counted.groupby("code_departement")[list(CENSUS)].sum()

    @cached_property
    def census_by_epci(self) -> pd.DataFrame:
        """Census counts summed by EPCI."""
        return self.counted.groupby("siren_epci")[list(CENSUS)].sum()

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """Four standardised features of each EPCI that the census covers: what ``similar`` compares.

        Logarithms of the population, of the density and of the number of communes; share of people aged 65 and over.
        """
        held = self.communes[self.communes["siren_epci"] != ""].groupby("siren_epci")
        totals = held[["population", "superficie_km2"]].sum(min_count=1)
        features = pd.DataFrame(
            {
                "habitants": np.log(totals["population"]),
                "densite": np.log(totals["population"] / totals["superficie_km2"]),
                "communes": np.log(held.size()),
                "age": self.census_by_epci["plus_de_65_ans"] / self.census_by_epci["population_recensement"],
            }
        ).dropna()
        features = features.drop("", errors="ignore")
        return (features - features.mean()) / features.std(ddof=0)


@cache
def _atlas(folder: str) -> Atlas:  # noqa: ARG001 (the folder is the key of the cache)
    return Atlas()


def atlas() -> Atlas:
    """Return the shipped tables, read once for each data folder."""
    return _atlas(str(data_folder()))


# -- names ---------------------------------------------------------------------------------


def fold_name(name: str) -> str:
    """Fold a name for comparison: accents, case, articles, « St », and the acronym in brackets."""
    words = wording.fold(name.split("(")[0]).split()
    return " ".join(SPELLINGS.get(w, w) for w in words if w not in SMALL_WORDS)


def split_nature(query: str) -> tuple[str, str]:
    """Separate what tells the nature from the rest: « la rochelle agglo » → (« rochelle », « CA »)."""
    text = f" {wording.fold(query)} "
    for words, nature in NATURE_WORDS.items():
        if f" {words} " in text and (rest := fold_name(text.replace(f" {words} ", " ", 1))):
            return rest, nature
    return fold_name(query), ""


@dataclass(frozen=True)
class Entry:
    """A name that can be searched.

    Parameters
    ----------
    kind
        « epci », « commune », « fusion », « arrondissement » or « epci disparu ».
    code
        SIREN or code INSEE.
    name
        Official name.
    siren
        The EPCI to show, empty if there is none.
    now
        For a former commune, the code of the one that covers it.
    """

    kind: str
    code: str
    name: str
    siren: str
    now: str = ""
    nature: str = ""

    @classmethod
    def of_epci(cls, siren: str, name: str, nature: str) -> Entry:
        """Make the entry of an EPCI."""
        return cls("epci", siren, name, siren, nature=nature)

    @cached_property
    def folded(self) -> str:
        """The name as it is compared."""
        return split_nature(self.name)[0] if self.kind.startswith("epci") else fold_name(self.name)

    @property
    def label(self) -> str:
        """The name with what tells it from its namesakes."""
        if self.kind == "epci":
            return f"{self.name} (SIREN {self.code})"
        return f"{self.name} ({departement_of(self.code)})" if self.kind != "epci disparu" else self.name


# -- a territory -----------------------------------------------------------------------------


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
        parts = self.communes.groupby("code_departement")["population"].sum().sort_values(ascending=False, kind="stable")
        return list(parts.index)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """The communes around, those that share a border."""
        around = self.tables.topology.neighbours(self.codes)
        return self.tables.communes.loc[sorted(around)]

    def map_topology(self) -> dict[str, object]:
        """Return the small TopoJSON of its communes, the neighbouring ones and its outline."""
        rows = pd.concat([self.communes.assign(membre=True), self.neighbours.assign(membre=False)])
        properties = {
            str(code): {"nom": r.nom, "membre": bool(r.membre), "x": r.longitude, "y": r.latitude, "population": int(r.population)}
            for code, r in zip(rows.index, rows.itertuples(), strict=True)
            if not np.isnan(r.longitude)
        }
        return self.tables.topology.extract(properties, self.codes)

    def table(self) -> pd.DataFrame:
        """Return every indicator for every commune (index: code INSEE; shares between 0 and 1)."""
        columns = {key: i.values(self.communes) for key, i in indicators.INDICATORS.items()}
        return pd.DataFrame({"nom": self.communes["nom"], **columns})


def get(siren: str, notices: tuple[str, ...] = ()) -> Territory:
    """Return the EPCI of a SIREN.

    Raises
    ------
    UnknownTerritoryError
        If the SIREN is not that of an EPCI of today.
    """
    tables = atlas()
    if siren not in tables.epcis.index:
        raise _gone(siren)
    row = tables.epcis.loc[siren]
    members = tables.communes[tables.communes["siren_epci"] == siren]
    order = sorted(members.index, key=lambda code: wording.fold(members.at[code, "nom"]))
    return Territory(siren, row["nom"], row["nature"], members.loc[order], notices, tables)


def _gone(siren: str) -> UnknownTerritoryError:
    """Explain a SIREN that is not, or no longer, that of an EPCI."""
    former = atlas().former_epcis
    if siren not in former.index:
        return UnknownTerritoryError(
            f"Le numéro SIREN « {siren} » n’est pas celui d’un EPCI à fiscalité propre au 1er janvier {COG}.",
            "Cherchez plutôt par le nom de l’EPCI, ou par celui d’une de ses communes.",
        )
    row = former.loc[siren]
    heirs = tuple(f"{atlas().epcis.at[s, 'nom']} (SIREN {s})" for s in row["siren_actuels"].split())
    return UnknownTerritoryError(
        f"« {row['nom_ancien']} » (SIREN {siren}) n’existe plus : ce numéro figure pour la dernière fois dans le "
        f"découpage de {row['dernier_millesime']}. Ses communes sont aujourd’hui dans {wording.join(heirs)}.",
        "Choisissez l’EPCI d’aujourd’hui.",
        heirs,
    )


# -- search ---------------------------------------------------------------------------------------


def search(query: str, limit: int = MAXIMUM_PROPOSALS) -> list[Entry]:
    """Return the territories that answer to a name or a code, the best first.

    Exact names come first, then names that hold every word typed, then names that look alike.
    """
    query = query.strip()
    exact = [e for e in atlas().entries if e.code == query.upper()]
    return (exact or _by_words(query) or [entry for _, entry in _alike(query)])[:limit]


def _split_departement(text: str) -> tuple[str, str]:
    """Separate a final département code or name: « civray 86 » → (« civray », « 86 »)."""
    departements = atlas().departements
    names = {fold_name(name): code for code, name in departements["nom"].items()}
    words = text.split()
    for size in (1, 2, 3):
        tail = " ".join(words[-size:])
        code = tail.upper() if tail.upper() in departements.index else names.get(tail, "")
        if code and len(words) > size:
            return " ".join(words[:-size]), code
    return text, ""


def _rank(entry: Entry, words: str, nature: str) -> tuple[int, ...]:
    """Sort key of a match: whole name first, then the nature asked for, EPCIs, current ones, short names."""
    order = ("epci", "commune", "arrondissement", "fusion", "epci disparu")
    return (entry.folded != words, bool(nature) and entry.nature != nature, order.index(entry.kind), len(entry.folded))


def _by_words(query: str) -> list[Entry]:
    """Return the entries whose name holds each word typed, or a word that starts like it."""
    words, nature = split_nature(query)
    found = _holding(words, nature)
    if not any(e.folded == words for e in found):
        shorter, departement = _split_departement(words)
        narrowed = [e for e in _holding(shorter, nature) if departement and departement_of(e.code) == departement and e.kind != "epci"]
        found = sorted(narrowed, key=lambda e: _rank(e, shorter, nature)) or found
    return found


def _holding(words: str, nature: str) -> list[Entry]:
    parts = words.split()
    if not parts:
        return []
    found = [e for e in atlas().entries if all(f" {p}" in f" {e.folded}" for p in parts)]
    if nature:  # « agglo » asks for an EPCI: a commune of that name alone is not an answer
        found = [e for e in found if e.kind.startswith("epci")] or found
    return sorted(found, key=lambda e: _rank(e, words, nature))


def _alike(query: str) -> list[tuple[float, Entry]]:
    """Return the entries spelt nearly like the query, with a likeness between 0 and 1, the best first."""
    words, nature = split_nature(query)
    if len(words) < 3:  # noqa: PLR2004 (two letters look like everything)
        return []
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    shared = Counter({i: sum(p in e.folded for p in pairs) for i, e in enumerate(atlas().entries)})
    scored = [(_likeness(words, atlas().entries[i].folded), atlas().entries[i]) for i, _ in shared.most_common(LARGEST_CANDIDATES)]
    kept = [(score, e) for score, e in scored if score >= PROPOSED]
    return sorted(kept, key=lambda item: (-round(item[0], 2), *_rank(item[1], words, nature)))


def _likeness(words: str, name: str) -> float:
    """Compare with the whole name, and with any run of as many words in it (« civraisein » ~ « civraisien poitou »)."""
    parts, size = name.split(), len(words.split())
    runs = {name, *(" ".join(parts[i : i + size]) for i in range(len(parts) - size + 1))}
    return max(difflib.SequenceMatcher(None, words, run).ratio() for run in runs)


def find(query: str) -> Territory:
    """Return the EPCI that answers to a SIREN, a name, or the name or code of one of its communes.

    Accents, case, articles, abbreviations (« agglo », « com com », « St ») and small typos are forgiven; a département
    after the name tells namesakes apart (« Civray 86 »).

    Raises
    ------
    UnknownTerritoryError
        If nothing answers, or if several EPCIs do; its ``proposals`` are the nearest matches.
    """
    query = str(query).strip()
    if not query:
        raise UnknownTerritoryError("Aucun territoire n’est indiqué.", "Tapez le nom d’une commune ou d’un EPCI.")
    if query.isdigit() and len(query) == len("200070035"):
        return get(query)
    entries = search(query, limit=LARGEST_CANDIDATES)
    if not entries:
        raise UnknownTerritoryError(f"Aucun territoire ne ressemble à « {query} ».", _how_to(query))
    return _open(_choose(query, entries), query)


def _choose(query: str, entries: list[Entry]) -> Entry:
    """Return the one entry that is clearly meant, or refuse with proposals."""
    words, nature = split_nature(query)
    exact = [e for e in entries if e.code == query.upper() or e.folded in {words, _split_departement(words)[0]}]
    for group in (exact, entries) if _by_words(query) or exact else ():
        asked = [e for e in group if e.nature == nature] if nature else [e for e in group if e.kind == "epci"]
        for same in (asked, group):
            if same and len({e.siren or e.code for e in same}) == 1:
                return same[0]
        if group and group is exact:
            break
    else:
        near = _alike(query)
        if near and near[0][0] >= CLOSE_ENOUGH and all(near[0][0] - s >= CLEARLY_BEST or e.siren == near[0][1].siren for s, e in near[1:]):
            return near[0][1]
    raise _ambiguous(query, entries)


def _ambiguous(query: str, entries: list[Entry]) -> UnknownTerritoryError:
    """List what may have been meant."""
    names = atlas().epcis["nom"]
    labels = [e.label if e.kind == "epci" or not e.siren else f"{e.label}, dans {names[e.siren]}" for e in entries]
    shown = tuple(dict.fromkeys(labels))[:MAXIMUM_PROPOSALS]
    known = bool(_by_words(query))
    text = f"Plusieurs territoires répondent à « {query} »" if known else f"Aucun territoire ne s’appelle « {query} », mais certains y ressemblent"
    return UnknownTerritoryError(f"{text} : {' ; '.join(shown)}.", "Précisez le nom, ou ajoutez le département (« Civray 86 »).", shown)


def _how_to(query: str) -> str:
    if query.isdigit() or (len(query) == len("86078") and query[2:].isdigit()):
        return "Un code INSEE de commune a cinq caractères (86078), un SIREN d’EPCI neuf chiffres (200070035)."
    return "Vérifiez l’orthographe, ou tapez le nom d’une autre commune du même EPCI."


def _open(entry: Entry, query: str) -> Territory:
    """Return the EPCI of an entry, saying how one led to the other."""
    if entry.kind == "epci":
        return get(entry.code)
    if entry.kind == "epci disparu":
        raise _gone(entry.code)
    if not entry.siren:
        raise UnknownTerritoryError(
            f"La commune {wording.of(entry.name)} n’appartient à aucun EPCI à fiscalité propre (c’est le cas de quatre îles).",
            "Choisissez un EPCI voisin.",
        )
    return get(entry.siren, (_notice(entry),))


def _notice(entry: Entry) -> str:
    """Say how a commune leads to an EPCI."""
    epci = atlas().epcis.at[entry.siren, "nom"]
    if entry.kind == "commune":
        return f"{entry.name} ({entry.code}) fait partie de : {epci}."
    now = atlas().communes.at[entry.now, "nom"]
    if entry.kind == "arrondissement":
        return f"{entry.name} ({entry.code}) est un arrondissement {wording.of(now)} : le portrait est celui de l’EPCI, {epci}."
    return f"{entry.name} ({entry.code}) n’est plus une commune : elle fait partie {wording.of(now)} ({entry.now}), dans {epci}."


# -- codes from elsewhere ------------------------------------------------------------------------------


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


# -- references --------------------------------------------------------------------------------------------


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
    main = departements.loc[territory.departements[0]]
    within = departements.index[departements["code_region"] == main["code_region"]]
    alike = similar(territory)
    groups = {f"{len(alike)} EPCI semblables": tables.census_by_epci.loc[alike].sum()} if alike else {}
    groups[main["nom"]] = counts.reindex(territory.departements[:1]).sum(min_count=1)
    groups[f"Région {main['nom_region']}"] = counts.reindex(within).sum(min_count=1)
    groups["France hors Mayotte"] = counts.sum()
    return pd.DataFrame.from_dict(groups, orient="index")


def load(query: str | Territory) -> Territory:
    """Return a territory as it is, or find it."""
    if isinstance(query, Territory):
        return query
    if not isinstance(query, str):
        raise CartableError(f"Un territoire s’indique par un texte, pas par « {query!r} ».", "Tapez un nom, un SIREN ou un code INSEE.")
    return find(query)


def query_of(proposal: str) -> str:
    """Return what to search for to get exactly this proposal: « Civray (86), dans CC… » → « Civray 86 »."""
    name, _, rest = proposal.partition(" (")
    inside = rest.partition(")")[0]
    return inside.removeprefix("SIREN ") if inside.startswith("SIREN ") else f"{name} {inside}"
