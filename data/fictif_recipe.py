"""What is invented by hand: two EPCIs, their communes, neighbourhoods and places. The rest is worked out from it.

Why each choice was made, and what it lets a group discover: ``fictif/LISEZMOI.md``.
"""

from __future__ import annotations

from typing import NamedTuple

RURAL, URBAN = "999000001", "999000002"
EPCIS = {RURAL: ("CC du Val-de-Brume", "CC"), URBAN: ("CA des Quatre-Fontaines", "CA")}
DEPARTEMENT = ("99", "Département fictif", "99", "Région fictive")
CENTRE = "99025"


class Commune(NamedTuple):
    """A commune as it was imagined: where, how big, and rates in percent.

    ``east`` and ``north`` in kilometres from the origin of the drawing, ``km2`` the wanted area, ``growth`` of the
    population between the census and today, ``income`` the median in euros, ``poverty`` as published where it may be,
    ``slow`` the premises without 30 Mbit/s (none: nobody knows), ``gigabit`` those with 1 Gbit/s.
    """

    siren: str
    code: str
    name: str
    east: float
    north: float
    km2: float
    population: int
    growth: float
    over_65: float
    unqualified: float
    income: int
    poverty: int | None
    second_homes: float
    empty_homes: float
    slow: float | None
    gigabit: float


_VAL_DE_BRUME = (
    # The town, and the bourgs of the plain.
    ("99001", "Bourg-la-Brume", 0.2, -1.2, 17, 4776, -0.6, 29.4, 30.2, 20160, 18, 5.8, 13.6, 2.1, 84),
    ("99002", "Aulnaie-le-Pont", 4.5, -0.6, 14, 1792, 0.9, 27.1, 26.4, 21290, None, 6.3, 9.8, 4.6, 76),
    ("99003", "La Lande-aux-Geais", 8.5, -2.3, 22, 1013, 4.2, 24.2, 20.6, 24580, None, 3.9, 6.7, 3.7, 81),
    ("99004", "Trois-Gués", 2.9, -5.0, 15, 724, 1.3, 26.3, 24.9, 22910, None, 7.2, 8.9, 6.4, 70),
    ("99005", "Chantelande", 9.6, 2.3, 26, 608, 1.8, 25.3, 23.7, 23140, None, 6.1, 8.3, 9.2, 66),
    ("99006", "Hautefougère", 5.2, 4.1, 19, 521, -0.4, 29.8, 28.7, 21480, None, 9.7, 11.2, 13.8, 58),
    ("99007", "Puits-la-Source", 0.6, 3.2, 16, 563, 0.5, 28.2, 28.1, 21830, None, 8.4, 10.1, 7.3, 68),
    ("99008", "Belle-Aiguade", 0.9, -9.9, 21, 478, 1.1, 27.4, 26.2, 22590, None, 9.3, 9.4, 10.7, 61),
    ("99009", "Grand-Aulne", -1.9, -5.4, 23, 433, -1.2, 31.2, 30.4, 21170, None, 11.4, 12.1, 16.9, 52),
    ("99010", "Pierre-Sonnante", -4.2, 2.2, 17, 402, -0.8, 32.1, 31.8, 20940, None, 12.2, 12.8, 20.6, 47),
    # The valley of the Loutre.
    ("99011", "Genêtval", -4.6, -2.0, 18, 351, -1.5, 33.0, 33.2, 20710, None, 14.3, 14.0, 33.8, 38),
    ("99012", "Hautebise", 2.4, 8.0, 27, 297, -0.3, 29.1, 27.9, 22040, None, 15.2, 10.3, 18.4, 49),
    ("99013", "Le Moulin-aux-Loutres", -3.2, -10.6, 19, 288, -2.2, 35.4, 36.3, 20310, None, 18.9, 14.4, 57.6, 14),
    ("99014", "Loutreval", -6.9, -7.1, 24, 262, -2.9, 37.2, 38.1, 19880, None, 21.8, 15.3, 65.9, 9),
    ("99015", "Combe-Grise", -10.2, -2.9, 28, 146, -3.6, 39.3, 40.8, 19620, None, 26.4, 16.2, 71.2, 6),
    ("99016", "Aubelande", -1.6, 6.4, 18, 271, 3.8, 22.9, 12.4, 18240, None, 12.6, 7.1, 72.4, 8),
    ("99017", "Saint-Clair-aux-Bruyères", -8.6, 1.4, 22, 208, -1.9, 34.1, 34.2, 20480, None, 18.2, 14.1, 41.3, 29),
    # The upper valley of the Brume.
    ("99018", "Vieux-Lavoir", -6.3, 5.9, 16, 191, -2.4, 36.1, 35.9, 20090, None, 20.3, 15.1, 46.2, 26),
    ("99019", "Rochebrume", -11.6, 5.2, 25, 158, -2.7, 38.4, 37.2, 19730, None, 28.1, 13.2, None, 0),
    ("99020", "Sorbiers-le-Haut", -4.4, 10.1, 21, 176, 2.1, 30.6, 11.8, 30240, None, 38.2, 4.1, 61.7, 16),
    ("99021", "Roncevent", -9.6, 9.6, 17, 132, -3.1, 40.1, 39.1, 19790, None, 33.4, 14.2, 74.3, 5),
    ("99022", "Le Pas-du-Héron", -15.2, 9.6, 26, 84, -4.0, 41.0, 40.2, 19400, None, 41.3, 15.4, 80.1, 3),
    ("99023", "Bois-Dormant", -12.9, 14.2, 29, 71, -3.4, 38.2, 36.8, 19500, None, 47.2, 12.3, None, 0),
    ("99024", "La Croix-aux-Vents", -7.4, 14.4, 20, 68, 3.0, 25.2, 15.3, 21000, None, 44.1, 6.2, 79.2, 4),
)  # fmt: skip
_QUATRE_FONTAINES = (
    # The agglomeration: its centre, the inner suburbs, then the outer communes.
    (CENTRE, "Aubefontaine", 14.5, -10.5, 28, 48120, 0.4, 17.4, 23.9, 20410, 22, 2.8, 9.4, 0.6, 97),
    ("99026", "Les Verrières-Neuves", 11.3, -14.0, 10, 8012, 1.6, 14.6, 41.2, 16730, 34, 0.9, 7.9, 0.8, 96),
    ("99027", "Fontaubelle", 16.4, -6.2, 11, 6347, 1.2, 23.6, 14.8, 26380, 7, 2.1, 4.8, 0.5, 97),
    ("99028", "Quatre-Tilleuls", 12.2, -6.8, 8, 5138, 2.3, 21.8, 19.7, 23920, 10, 1.6, 5.4, 1.0, 96),
    ("99029", "La Filature", 18.6, -9.2, 7, 5793, -1.1, 19.2, 31.3, 19270, 23, 1.4, 8.6, 1.2, 95),
    ("99030", "Gare-la-Plaine", 18.5, -12.9, 11, 4391, 1.9, 20.6, 24.2, 22310, 12, 1.6, 6.1, 1.6, 94),
    ("99031", "Port-aux-Tilleuls", 15.3, -15.2, 9, 3263, 0.8, 24.1, 22.8, 22870, 11, 2.2, 5.9, 2.0, 93),
    ("99032", "Moulin-Clair", 9.8, -10.3, 12, 3541, 2.7, 21.1, 18.9, 24330, 9, 1.4, 5.1, 1.3, 95),
    ("99033", "Plaine-aux-Cerfs", 22.4, -11.4, 18, 1978, 1.4, 20.2, 16.9, 25090, None, 2.3, 4.4, 3.5, 90),
    ("99034", "Côte-aux-Merles", 20.8, -5.2, 13, 1716, 0.2, 27.3, 11.2, 28610, None, 3.2, 4.1, 2.5, 92),
    ("99035", "Belverger", 16.6, -2.6, 16, 1542, 3.1, 21.9, 14.2, 26870, None, 2.1, 4.2, 5.1, 88),
    ("99036", "Bois-l'Alouette", 12.4, -3.0, 11, 1387, 3.6, 20.8, 18.1, 25310, None, 2.0, 4.6, 6.2, 86),
    ("99037", "Pontfontaine", 6.8, -8.2, 14, 1264, 1.7, 24.2, 21.8, 23680, None, 3.1, 5.8, 9.3, 80),
    ("99038", "Croix-des-Vergers", 7.4, -13.8, 19, 1153, 0.9, 25.0, 24.1, 23190, None, 3.3, 6.4, 12.2, 74),
    ("99039", "Champ-du-Ruisseau", 11.9, -18.3, 13, 1476, 0.3, 22.6, 26.2, 22130, None, 2.9, 7.2, 19.4, 63),
    ("99040", "Lac-aux-Joncs", 18.9, -17.4, 17, 842, -0.9, 30.2, 23.3, 22980, None, 9.1, 6.0, 27.1, 55),
)  # fmt: skip
COMMUNES = (
    *(Commune(RURAL, *row) for row in _VAL_DE_BRUME),
    *(Commune(URBAN, *row) for row in _QUATRE_FONTAINES),
)
# Median income (euros) and poverty (percent) of the EPCIs: nobody may work them out from those of the communes.
EPCI_INCOMES = {RURAL: (21340, 16), URBAN: (21620, 19)}
# Former communes (code, name, commune of today) and a former EPCI, as the real tables hold some.
FORMER_COMMUNES = (("99041", "Orme-le-Vieil", "99009"), ("99042", "Pré-Tilleul", "99032"))
FORMER_EPCI = ("999000009", "CC des Hautes-Tourbières", "2022", RURAL)
MERGED_SINCE = "99009"  # its two parts had a median income each: they cannot be added
POSTCODES = {RURAL: "99100", URBAN: "99200", CENTRE: "99000"}


class Quartier(NamedTuple):
    """A priority neighbourhood: around a point of its commune, or across the border of two.

    ``east`` and ``north`` in kilometres from the commune's point (from the border when there are two communes).
    """

    code: str
    name: str
    communes: tuple[str, ...]
    east: float
    north: float
    radius: float


QUARTIERS = (
    Quartier("QN99001M", "Les Hautes-Treilles", (CENTRE,), -1.3, 1.1, 0.55),
    Quartier("QN99002M", "Cité des Verriers", (CENTRE, "99026"), 0.0, 0.0, 0.6),
    Quartier("QN99003M", "La Filature-Basse", ("99029",), 0.3, -0.2, 0.4),
)
