"""The index of one territory: what a group chose, among whom it compares, and everything computed from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from cartable import fragility, wording
from cartable.errors import CartableError
from cartable.fragility import COMPONENTS, PROFILES, RANKS, Reference
from cartable.fragility.sensitivity import Sensitivity
from cartable.indicators import INDICATORS
from cartable.portrait import FICTION_NOTE, PLACES
from cartable.territory import similar

if TYPE_CHECKING:
    import pandas as pd

    from cartable.atlas import Atlas
    from cartable.fragility import Index, Weights
    from cartable.territory import Territory

Group: TypeAlias = "tuple[str, pd.Index[str] | None]"
FIRST_PROFILE, FIRST_REFERENCE = "equilibre", "france"
OWN_WEIGHTS = "Nos propres poids"


@dataclass(frozen=True, eq=False)
class Study:
    """An index with its territory.

    Parameters
    ----------
    territory
        The EPCI.
    index
        Its communes, scored.
    profile
        What the group calls its weights: « Âge et isolement ».
    public
        Whether it is shown to a public meeting: no name of a commune, no ranking.
    """

    territory: Territory
    index: Index
    profile: str
    public: bool = False

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the communes by code, in alphabetical order."""
        return {str(code): str(name) for code, name in self.territory.communes["nom"].items()}

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who is behind each component in each commune."""
        return fragility.people(self.territory.communes)

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """How firm the ranking is."""
        return Sensitivity(self.index)

    @cached_property
    def states(self) -> pd.DataFrame:
        """Why each value is missing: « secret statistique »; empty where it is known."""
        communes = self.territory.communes
        return fragility.values(communes).apply(lambda column: INDICATORS[str(column.name)].states(communes))

    def missing(self, code: str) -> list[str]:
        """Return the components with a weight that a commune lacks."""
        row = self.index.scores.loc[code]
        return [key for key in COMPONENTS if self.index.weights[key] > 0 and row[key] != row[key]]

    @property
    def source(self) -> str:
        """The attribution of everything that enters the index."""
        if self.territory.fictional:
            return FICTION_NOTE
        holdings = self.territory.tables.holdings
        cited: list[str] = []
        for key in self.index.observed:
            indicator = INDICATORS[key]
            sources = PLACES if indicator.needs == "lieux" else (indicator.needs,)
            cited += [indicator.source, *holdings.lines(sources)]
        listed = " ; ".join(dict.fromkeys(cited))
        return f"Sources : {listed}. Licence Ouverte 2.0. Indice calculé par Cartable avec les poids du groupe."


def references(territory: Territory) -> dict[str, Reference]:
    """Return the groups of communes to compare with, from the nearest to the widest.

    The EPCI itself, the similar EPCIs, its main département, its région, the country.
    """
    return {key: _reference(territory, key, group) for key, group in _groups(territory).items()}


def _reference(territory: Territory, key: str, group: Group) -> Reference:
    name, codes = group
    everything = _everything(territory.tables)
    return Reference(key, name, everything if codes is None else everything.loc[codes])


def _groups(territory: Territory) -> dict[str, Group]:
    """Return the name and the codes of each group; no codes for the whole country."""
    tables = territory.tables
    groups: dict[str, Group] = {"epci": _own(territory), **_alike(territory)}
    if not tables.fictional:  # an invented country has one département and one région
        groups |= _around(territory)
    land = "du pays fictif" if tables.fictional else "de France"
    groups["france"] = (f"les {wording.number(len(tables.communes))} communes {land}", None)
    return groups


@lru_cache(maxsize=2)  # the shipped tables and the invented ones: a territory after another reads them once
def _everything(tables: Atlas) -> pd.DataFrame:
    return fragility.values(tables.communes)


def _own(territory: Territory) -> Group:
    count = len(territory.codes)
    return f"les {count} communes de l’EPCI" if count > 1 else "la commune de l’EPCI", territory.communes.index


def _alike(territory: Territory) -> dict[str, Group]:
    """Return the communes of the EPCIs that look most like this one."""
    sirens = similar(territory)
    if not sirens:
        return {}
    communes = territory.tables.communes
    codes = communes.index[communes["siren_epci"].isin(sirens)]
    epcis = f"des {len(sirens)} EPCI semblables" if len(sirens) > 1 else "de l’autre EPCI"
    return {"semblables": (f"les {wording.number(len(codes))} communes {epcis}", codes)}


def _around(territory: Territory) -> dict[str, Group]:
    """Return the communes of the département that holds most inhabitants, and of its région."""
    communes, departements = territory.tables.communes, territory.tables.departements
    main = territory.departements[0]
    region = departements["code_region"][main]
    within = departements.index[departements["code_region"] == region]
    found = {
        "departement": (f"du département {departements['nom'][main]}", communes["code_departement"] == main),
        "region": (
            f"de la région {departements['nom_region'][main]}",
            communes["code_departement"].isin(within),
        ),
    }
    return {
        key: (f"les {wording.number(inside.sum())} communes {where}", communes.index[inside])
        for key, (where, inside) in found.items()
    }


def study(
    territory: Territory,
    weights: str | Weights = FIRST_PROFILE,
    reference: str | Reference = FIRST_REFERENCE,
    *,
    scale: str = RANKS,
    impute: bool = False,
    public: bool = False,
) -> Study:
    """Return the index of a territory.

    Parameters
    ----------
    weights
        Key of a printed profile, or points by component.
    reference
        « epci », « semblables », « departement », « region » or « france »; or any other group of communes.
    scale, impute
        As in ``fragility.score``.
    public
        Whether it is shown to a public meeting.

    Raises
    ------
    CartableError
        If the profile, the reference, the scale or the weights cannot be used.
    """
    name, points = _weights(weights)
    group = reference if isinstance(reference, Reference) else _chosen(territory, reference)
    index = fragility.score(fragility.values(territory.communes), group, points, scale=scale, impute=impute)
    return Study(territory, index, name, public)


def _weights(weights: str | Weights) -> tuple[str, Weights]:
    if not isinstance(weights, str):
        same = [p for p in PROFILES.values() if dict(p.weights) == dict(weights)]
        return (same[0].name if same else OWN_WEIGHTS), weights
    if weights not in PROFILES:
        known = wording.join([f"« {key} »" for key in PROFILES])
        raise CartableError(f"Le profil « {weights} » n’existe pas.", f"Choisissez parmi {known}.")
    return PROFILES[weights].name, PROFILES[weights].weights


def _chosen(territory: Territory, key: str) -> Reference:
    groups = _groups(territory)
    if key not in groups:
        known = wording.join([f"« {k} »" for k in groups])
        raise CartableError(f"La référence « {key} » n’existe pas pour ce territoire.", f"Choisissez parmi {known}.")
    return _reference(territory, key, groups[key])
