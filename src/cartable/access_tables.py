"""The tables of « who lives far from help »: by place, by offer, by commune, before and after an opening."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cartable import tables, wording
from cartable.access import offer, reading
from cartable.access.distance import DISTANCE, NEAREST, welcoming
from cartable.access.inquiry import AROUND_KM
from cartable.access.offer import Wanted
from cartable.access.survey import AT_COMMUNE, FAR, NEAR, POSITION, RADII
from cartable.portrait import FICTION_NOTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cartable.access.inquiry import Inquiry
    from cartable.access.survey import Opening, People

LEGEND = {"en deçà": "tout entière en deçà", "à cheval": "à cheval", "au-delà": "tout entière au-delà"}
BEST = 10  # rows
# « France services » is a national programme of the standard; the others are fields of it.
WISHES = (
    Wanted(),
    Wanted(programme="France Services"),
    Wanted(kind="BIB"),
    Wanted(service="Aide aux démarches administratives"),
    Wanted(service="Accès internet et matériel informatique"),
    Wanted(free=True),
    Wanted(motor=True),
    Wanted(roaming=offer.FIXED),
    Wanted(day="samedi"),
    Wanted(evening=True),
)
PEOPLE = (
    tables.Column("au_moins", "Au moins", "nombre", "personnes", "Communes tout entières au-delà"),
    tables.Column("selon_point", "Selon le point", "nombre", "personnes", "Communes dont le point est au-delà"),
    tables.Column("au_plus", "Au plus", "nombre", "personnes", "Communes tout entières au-delà ou à cheval"),
)


def source(inquiry: Inquiry) -> str:
    """Return the attribution of the places and of the people; a fictional territory says what it is."""
    if inquiry.territory.fictional:
        return wording.typeset(FICTION_NOTE)
    holdings, sets = inquiry.territory.tables.holdings, inquiry.places["jeu"]
    cited = [*holdings.lines(sorted(set(sets))), "Insee, populations de référence 2023", "contours IGN Admin Express"]
    return wording.typeset(f"Sources : {' ; '.join(cited)}. Distances calculées par Cartable.")


def _mine(inquiry: Inquiry) -> pd.DataFrame:
    """Return the places of the territory that answer, with or without a position, in the order of the communes."""
    kept = inquiry.sifted.kept(doubtful=inquiry.wanted.doubtful)
    rank = {code: i for i, code in enumerate(inquiry.territory.codes)}
    kept = kept[kept["code_insee"].isin(rank) & welcoming(kept)]
    return kept.assign(rang=kept["code_insee"].map(rank)).sort_values(["rang", "nom", "id"], kind="stable")


def by_place(inquiry: Inquiry) -> tables.Table:
    """Return the places that answer, those without a position included; what the file leaves empty is « non dit »."""
    headings = ("Lieu", "Commune", "Type", "Frais", "Horaires", "Itinérance", "Position")
    columns = [tables.Column(wording.fold(h), h) for h in headings]
    rows = [_place_row(place, inquiry) for place in _mine(inquiry).to_dict("records")]
    return tables.table(columns, rows, caption=f"Lieux d’aide connus dans : {inquiry.territory.title}")


def _place_row(place: Mapping[Any, Any], inquiry: Inquiry) -> list[tables.Cell]:
    """Return the cells of a place."""
    kind = wording.join([offer.kind_label(code) for code in offer.values(place["typologie"])])
    texts = (
        place["nom"],
        inquiry.study.reach["nom"][place["code_insee"]],
        kind,
        wording.join(offer.values(place["frais_a_charge"])),
        opening_hours(place["horaires"]),
        wording.join(offer.values(place["itinerance"])),
        {AT_COMMUNE: "point de la commune", "": "inconnue"}.get(place[POSITION], "donnée"),
    )
    return [(text, text) for text in (str(t) or "non dit" for t in texts)]


def opening_hours(text: str) -> str:
    """Write the hours of a place in French, as they are when they are not understood."""
    from cartable.sources import hours  # noqa: PLC0415 (only where hours are shown)

    found = hours.read(text)
    return found.sentence() if found else text


def by_kind(inquiry: Inquiry) -> tables.Table:
    """Return how many places of each kind there are: what a public meeting sees instead of names."""
    counts: dict[str, int] = {}
    for text in _mine(inquiry)["typologie"]:
        for label in [offer.kind_label(code) for code in offer.values(text)] or ["non dit"]:
            counts[label] = counts.get(label, 0) + 1
    columns = [tables.Column("type", "Type de lieu"), tables.Column("lieux", "Lieux", "nombre")]
    rows: list[list[tables.Cell]] = [
        [(k, k), (n, wording.number(n))] for k, n in sorted(counts.items(), key=lambda item: wording.fold(item[0]))
    ]
    note = "Un lieu qui a deux types est compté dans chacun."
    return tables.table(columns, rows, caption=f"Types de lieux dans : {inquiry.territory.title}", note=note)


# -- people --------------------------------------------------------------------------------


def _people_cells(people: People) -> list[tables.Cell]:
    return [(n, wording.number(n)) for n in (people.low, people.middle, people.high)]


def by_radius(inquiry: Inquiry) -> tables.Table:
    """Return the bounds by radius."""
    rows: list[list[tables.Cell]] = [
        [(r, reading.radius_text(r)), *_people_cells(inquiry.study.beyond(r))] for r in sorted({*RADII, inquiry.radius})
    ]
    caption = f"Personnes à plus de cette distance de tout lieu, à vol d’oiseau : {inquiry.territory.title}"
    return tables.table([tables.Column("rayon", "À plus de"), *PEOPLE], rows, caption=wording.typeset(caption))


def by_offer(inquiry: Inquiry) -> tables.Table:
    """Return what places offer: yes, no, and what the file does not say, each counted apart."""
    label = reading.radius_text(inquiry.radius)
    columns = [
        tables.Column("demande", "Ce qu’on cherche"),
        tables.Column("oui", "Oui", "nombre", "lieux"),
        tables.Column("non_dit", "Le fichier ne le dit pas", "nombre", "lieux"),
        tables.Column("non", "Non", "nombre", "lieux"),
        *PEOPLE,
    ]
    rows = [_offer_row(inquiry.asking(wish)) for wish in dict.fromkeys((*WISHES, inquiry.wanted))]
    caption = wording.typeset(f"Lieux de l’EPCI qui répondent, et personnes à plus de {label} d’un tel lieu")
    note = wording.typeset(
        "Les personnes sont comptées avec les seuls lieux qui répondent oui, voisins compris. « Le fichier ne le dit "
        "pas » n’est pas un non : un coup de téléphone suffit souvent."
    )
    return tables.table(columns, rows, caption=caption, note=note)


def _offer_row(inquiry: Inquiry) -> list[tables.Cell]:
    groups = inquiry.sifted
    label = wording.typeset(inquiry.wanted.label())
    counts = [
        int((g["code_insee"].isin(inquiry.territory.codes) & welcoming(g)).sum())
        for g in (groups.yes, groups.unsaid, groups.no)
    ]
    cells: list[tables.Cell] = [(label, label), *((n, wording.number(n)) for n in counts)]
    return [*cells, *_people_cells(inquiry.study.beyond(inquiry.radius))]


# -- communes ------------------------------------------------------------------------------


def by_commune(inquiry: Inquiry) -> tables.Table:
    """Return the distances of each commune, in alphabetical order."""
    columns = [
        tables.Column("nom", "Commune"),
        tables.Column("population", "Habitants", "nombre"),
        tables.Column("lieux", "Lieux connus", "nombre"),
        tables.Column(DISTANCE, "De son point", "nombre", "km"),
        tables.Column(NEAR, "Au plus près", "nombre", "km", "Du bord le plus proche ; 0 quand un lieu est dedans"),
        tables.Column(FAR, "Au plus loin", "nombre", "km", "Personne dans la commune n’est plus loin d’un lieu"),
        tables.Column("situation", f"À {reading.radius_text(inquiry.radius)}"),
        tables.Column("lieu", "Lieu le plus proche du point"),
    ]
    words = inquiry.study.situations(inquiry.radius)
    names = dict(inquiry.study.places[["id", "nom"]].itertuples(index=False, name=None))
    rows = [
        _commune_row(row, words[code], names, bounded=code in inquiry.study.outlines)
        for code, row in zip(words.index, inquiry.study.reach.to_dict("records"), strict=True)
    ]
    title = inquiry.territory.title
    caption = wording.typeset(f"Distance au lieu le plus proche, à vol d’oiseau : {title}")
    return tables.table(columns, rows, caption=caption, note=f"{reading.about(inquiry)} {source(inquiry)}")


def _commune_row(
    row: Mapping[Any, Any], situation: str, names: Mapping[str, str], *, bounded: bool
) -> list[tables.Cell]:
    far = [_kilometres(row[m], known=bounded or m == DISTANCE) for m in (DISTANCE, NEAR, FAR)]
    place = names.get(row[NEAREST], "")
    return [
        (row["nom"], row["nom"]),
        (row["population"], wording.number(row["population"])),
        (int(row["lieux"]), wording.number(row["lieux"])),
        *far,
        (situation, situation),
        (place, place or "aucun"),
    ]


def _kilometres(distance: float, *, known: bool = True) -> tables.Cell:
    """Return a distance in a column of kilometres; « n. d. » where nothing bounds it."""
    if not known or math.isnan(distance):
        return (None, wording.number(None))
    if math.isinf(distance):
        return (AROUND_KM, f"plus de {wording.number(AROUND_KM)}")
    return (round(distance, 3), wording.number(distance, 1))


def by_situation(inquiry: Inquiry) -> tables.Table:
    """Return how many communes are in each situation: what a public meeting sees."""
    label = reading.radius_text(inquiry.radius)
    columns = [
        tables.Column("situation", "Situation des communes"),
        tables.Column("communes", "Communes", "nombre"),
        tables.Column("personnes", "Personnes", "nombre"),
    ]
    rows: list[list[tables.Cell]] = [
        [(LEGEND[word], LEGEND[word]), (n, wording.number(n)), (p, wording.number(p))]
        for word, n, p in reading.situation_counts(inquiry)
    ]
    caption = wording.typeset(
        f"Communes et rayon de {label} autour des lieux, à vol d’oiseau : {inquiry.territory.title}"
    )
    return tables.table(columns, rows, caption=caption, note=reading.about(inquiry))


# -- an opening ----------------------------------------------------------------------------


def before_after(tried: Opening, inquiry: Inquiry) -> tables.Table:
    """Return the bounds by radius, without the place and with it."""
    rows = []
    for radius in sorted({*RADII, inquiry.radius}):
        for when, study in (("avant", tried.before), ("après", tried.after)):
            label = f"{reading.radius_text(radius)}, {when}"
            rows.append([(label, label), *_people_cells(study.beyond(radius))])
    caption = wording.typeset(
        f"Personnes à plus de cette distance de tout lieu, avant et après : {inquiry.territory.title}"
    )
    return tables.table([tables.Column("rayon", "À plus de"), *PEOPLE], rows, caption=caption)


def gainers(tried: Opening) -> tables.Table:
    """Return the communes that a place brings at least 1 km nearer."""
    columns = [
        tables.Column("nom", "Commune rapprochée d’au moins 1\u00a0km"),
        tables.Column("population", "Habitants", "nombre"),
        tables.Column("avant", "Avant", "nombre", "km"),
        tables.Column("apres", "Après", "nombre", "km"),
    ]
    rows = [
        [(r["nom"], r["nom"]), (r["population"], wording.number(r["population"])),
         _kilometres(r["avant"]), _kilometres(r["apres"])]
        for r in tried.gainers.to_dict("records")
    ]  # fmt: skip
    return tables.table(columns, rows, caption="Communes qui y gagnent, du point de la commune, à vol d’oiseau")


def best(shown: pd.DataFrame, inquiry: Inquiry) -> tables.Table:
    """Return the first communes of ``Inquiry.best``."""
    columns = [tables.Column("nom", "Un lieu au point de"), *(
        tables.Column(c.key, c.label, "nombre", "personnes") for c in PEOPLE
    )]  # fmt: skip
    rows: list[list[tables.Cell]] = [
        [(name, name), *((int(n), wording.number(n)) for n in counts)]
        for name, *counts in shown[["nom", "au_moins", "selon_point", "au_plus"]].itertuples(index=False, name=None)
    ]
    label = reading.radius_text(inquiry.radius)
    caption = wording.typeset(f"Personnes qui passeraient à moins de {label} d’un lieu, selon la commune où il ouvre")
    note = f"Les {wording.number(len(shown))} premières communes essayées. {reading.NOT_A_DECISION}"
    return tables.table(columns, rows, caption=caption, note=wording.typeset(note))
