"""The « indice de fragilité numérique », version 2, of an EPCI: shown beside ours, never mixed with it.

The publisher's figure of an EPCI is the mean of those of its communes, each weighted by its population (checked on the
figures it publishes). Its own file of EPCIs, when it is at hand, comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from cartable.territory import Territory

COLUMNS = {
    "ifn_total": "IFN v2",
    "ifn_reseau_fixe": "Réseau fixe",
    "ifn_4g": "4G",
    "ifn_65_plus": "65 ans et plus",
    "ifn_diplome": "Diplôme",
    "ifn_pauvrete": "Pauvreté",
}


def means(communes: pd.DataFrame) -> pd.DataFrame:
    """Return, for each EPCI, the mean of each score of its communes weighted by their population.

    Parameters
    ----------
    communes
        Index: code INSEE; columns ``siren_epci``, ``population`` and some of ``COLUMNS`` (1 to 10, NaN unknown). A
        commune without a score weighs nothing.

    Returns
    -------
    pandas.DataFrame
        Index: SIREN; NaN where no commune has a score.
    """
    held = communes[communes["siren_epci"] != ""]
    scores = held[[c for c in COLUMNS if c in held]]
    weights = scores.notna().mul(held["population"], axis=0)
    sums = (scores * weights).groupby(held["siren_epci"]).sum(min_count=1)
    return (sums / weights.groupby(held["siren_epci"]).sum()).rename_axis("siren")


def of(territory: Territory) -> tuple[dict[str, float], bool]:
    """Return the scores of an EPCI, and whether the publisher gives them (or else they are computed)."""
    published = territory.tables.holdings.epcis
    if "ifn_total" in published and territory.siren in published.index[published["ifn_total"].notna()]:
        return _scores(published, territory.siren), True
    found = means(territory.communes)
    return (_scores(found, territory.siren) if len(found) else {}), False


def _scores(table: pd.DataFrame, siren: str) -> dict[str, float]:
    return {column: float(table[column][siren]) for column in COLUMNS if column in table}
