"""What distances say, in sentences: counts of people between bounds, what is not known, what not to conclude."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cartable import wording
from cartable.access.distance import DISTANCE
from cartable.access.inquiry import AROUND_KM
from cartable.access.offer import Wanted
from cartable.access.survey import ASTRIDE, AT_COMMUNE, BEYOND, POSITION, RADII, WITHIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartable.access.inquiry import Inquiry
    from cartable.access.survey import Opening, People

TO_CHECK = "Points à vérifier sur place : qui se déplace déjà, comment, et qui renonce ?"
NAMED = 6  # communes named in a sentence; the table has them all
CAVEAT = (
    "Les distances sont à vol d’oiseau : par la route, c’est plus long. Personne ne sait ici où les habitants "
    "vivent dans leur commune : les nombres ne sont pas pondérés, ils comptent des communes entières."
)
METHOD = (
    "Une commune est tout entière au-delà du rayon quand même son bord le plus proche est plus loin ; en deçà quand "
    "même son bord le plus éloigné est plus près ; à cheval entre les deux. Son point est le centre du plus grand "
    "cercle qui tient dans son contour : ce n’est ni la mairie ni le bourg. Les contours sont simplifiés : ne lisez "
    "pas une distance au mètre."
)
STOP = "Un arrêt de bus compte comme un lieu, mais seulement le jour et à l’heure de son passage."
NO_PLACE = (
    "Aucun lieu d’aide n’est connu pour ce territoire ni autour. Cartable n’en livre pas : ils ouvrent, ferment et "
    "changent d’horaires. Ce n’est pas dire qu’il n’y en a pas."
)
HOW_TO_GET_PLACES = (
    "Avec une connexion : lancez « cartable donnees actualiser france_services mediation ».",
    "Sans connexion : demandez ces deux fichiers à un collègue, puis lancez « cartable donnees actualiser "
    "france_services --fichier » suivi du nom du fichier.",
    "Vous avez la liste de votre département ? Le notebook « Mettre une liste au standard » la prépare.",
    "Pour vous exercer tout de suite : choisissez le territoire fictif 999000001.",
)
NOT_NEARER = "Un lieu à cet endroit ne rapproche aucune commune d’au moins 1\u00a0km."
NOBODY_PASSES = (
    "Personne de plus n’est à moins de {radius} : ceux qui gagnent des kilomètres étaient déjà près, ou restent loin."
)
NOT_A_DECISION = (
    "C’est un calcul sur des points, pas une décision : il ignore les routes, les habitudes et les locaux disponibles."
)


def about(inquiry: Inquiry) -> str:
    """Say what distances are, and what they are not."""
    return wording.typeset(f"{CAVEAT} {METHOD}" if inquiry.at_hand else NO_PLACE)


def kilometres(distance: float, decimals: int = 1) -> str:
    """Write a distance: « 8,2 km », « moins de 1 km », « plus de 100 km » when no place is near enough to matter."""
    if distance < 1:
        return f"moins de 1{wording.NBSP}km"
    if np.isinf(distance):
        return f"plus de {wording.number(AROUND_KM)}{wording.NBSP}km"
    return f"{wording.number(distance, decimals)}{wording.NBSP}km" if distance == distance else wording.number(None)  # noqa: PLR0124


def radius_text(radius: float) -> str:
    """Write a radius without useless decimals: « 10 km », « 7,5 km »."""
    return kilometres(radius, 0 if radius == int(radius) else 1)


def range_text(people: People) -> str:
    """Write two bounds: « entre 120 et 340 personnes », « jusqu’à 340 personnes »; one number when they are equal."""
    if people.low == people.high:
        return wording.plural(people.low, "personne")
    if not people.low:
        return f"jusqu’à {wording.plural(people.high, 'personne')}"
    return f"entre {wording.number(people.low)} et {wording.plural(people.high, 'personne')}"


def _typeset(sentences: Iterable[str]) -> list[str]:
    return [wording.typeset(sentence) for sentence in sentences]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# -- what is known -------------------------------------------------------------------------


def places_reading(inquiry: Inquiry) -> list[str]:
    """Say which places count, which do not, and why."""
    study, wanted = inquiry.study, inquiry.wanted
    count = len(study.inside) + len(study.lost)
    criteria = f" ({wanted.label()})" if wanted.criteria() else ""
    known = wording.plural(count, "lieu d’aide est connu", "lieux d’aide sont connus")
    sentences = [
        f"{known if count else 'Aucun lieu d’aide n’est connu'} dans cet EPCI{criteria}. "
        "Les lieux des voisins comptent aussi dans les distances."
    ]
    sentences += _unsaid(inquiry) + _lost(inquiry)
    outside = len(study.helped_from_outside)
    if outside:
        verb = "commune a son lieu", "communes ont leur lieu"
        sentences.append(f"{wording.plural(outside, *verb)} le plus proche hors de l’EPCI.")
    if study.inside["jeu"].nunique() > 1:
        sentences.append(
            "Un même lieu peut figurer dans deux listes : cela change le nombre de lieux, pas les distances."
        )
    return _typeset(sentences)


def _unsaid(inquiry: Inquiry) -> list[str]:
    """Tell the places of the territory of which the file does not say whether they answer."""
    silent = int(inquiry.sifted.unsaid["code_insee"].isin(inquiry.territory.codes).sum())
    if not silent:
        return []
    verdict = "comptés quand même, à votre demande" if inquiry.wanted.doubtful else "non comptés"
    return [f"Pour {wording.plural(silent, 'lieu', 'lieux')} de l’EPCI, le fichier ne le dit pas : {verdict}."]


def _lost(inquiry: Inquiry) -> list[str]:
    """Tell the places whose position is unknown or granted."""
    study, sentences = inquiry.study, []
    if len(study.lost):
        verb = "lieu de l’EPCI n’a pas", "lieux de l’EPCI n’ont pas"
        rest = "il ne compte pas" if len(study.lost) == 1 else "ils ne comptent pas"
        sentences.append(f"{wording.plural(len(study.lost), *verb)} de position connue : {rest} dans les distances.")
    granted = int((study.inside[POSITION] == AT_COMMUNE).sum())
    if granted:
        verb = "lieu sans position est placé", "lieux sans position sont placés"
        sentences.append(f"{wording.plural(granted, *verb)} au point de la commune, à votre demande.")
    return sentences


def beyond_reading(inquiry: Inquiry, radius: float) -> str:
    """Say how many people live beyond a radius: bounds first, then the reading by points."""
    people, everyone = inquiry.study.beyond(radius), wording.number(inquiry.study.population)
    away = f"à plus de {radius_text(radius)} à vol d’oiseau de tout lieu"
    if not people.high:
        return wording.typeset(f"D’après les contours, personne n’habite {away}.")
    if people.low == people.high:
        verb = "personne habite", "personnes habitent"
        return wording.typeset(f"D’après les contours, {wording.plural(people.low, *verb)} {away}, sur {everyone}.")
    sentence = (
        f"{_capital(range_text(people))}, sur {everyone}, {'habite' if people.high == 1 else 'habitent'} {away} : "
        f"selon le point de chaque commune, {wording.number(people.middle)}."
    )
    if people.unplaced:
        unplaced = wording.plural(people.unplaced, "personne dont", "personnes dont")
        sentence += f" Dans le plus grand nombre seulement : {unplaced} la commune n’a pas de point."
    return wording.typeset(sentence)


def finding(inquiry: Inquiry) -> str:
    """State the finding of the map in one line."""
    situations = inquiry.study.situations(inquiry.radius)
    beyond, astride = int((situations == BEYOND).sum()), int((situations == ASTRIDE).sum())
    radius = radius_text(inquiry.radius)
    if beyond:
        verb = "commune est tout entière", "communes sont tout entières"
        rest = f" ; {wording.number(astride)} à cheval" if astride else ""
        said = f"{wording.plural(beyond, *verb)} à plus de {radius} d’un lieu, à vol d’oiseau{rest}"
    elif astride:
        verb = "commune est à cheval", "communes sont à cheval"
        said = f"Aucune commune n’est tout entière à plus de {radius} d’un lieu ; {wording.plural(astride, *verb)}"
    else:
        said = f"Toutes les communes sont tout entières à moins de {radius} d’un lieu, à vol d’oiseau"
    return wording.typeset(said)


def summary(inquiry: Inquiry) -> list[str]:
    """Return the sentences that a group reads first."""
    sentences = [beyond_reading(inquiry, radius) for radius in sorted({*RADII, inquiry.radius})]
    sentences += _empty(inquiry)
    return _typeset([*sentences, TO_CHECK] if inquiry.public else [*sentences, *_far(inquiry)])


def _empty(inquiry: Inquiry) -> list[str]:
    bare, total = inquiry.study.empty, len(inquiry.study.reach)
    kind = " de ce genre" if inquiry.wanted.criteria() else ""
    if bare.empty:
        return [f"Chaque commune a au moins un lieu connu{kind}."]
    people = wording.plural(bare["population"].sum(), "personne y vit", "personnes y vivent")
    verb = "commune n’a", "communes n’ont"
    return [f"{wording.plural(len(bare), *verb)} aucun lieu connu{kind}, sur {wording.number(total)} : {people}."]


def _far(inquiry: Inquiry) -> list[str]:
    far = inquiry.study.farthest()
    if len(far) < 2:  # noqa: PLR2004 (nothing to compare)
        return []
    named = [f"{name} ({kilometres(d)})" for name, d in far[["nom", DISTANCE]].itertuples(index=False)]
    return [f"Les points les plus éloignés d’un lieu : {wording.join(named)}. Ce n’est pas un palmarès : allez-y voir."]


def situation_counts(inquiry: Inquiry) -> list[tuple[str, int, int]]:
    """Return the number of communes and of people of each situation, from the nearest."""
    situations, people = inquiry.study.situations(inquiry.radius), inquiry.study.reach["population"].fillna(0)
    return [
        (word, int((situations == word).sum()), int(people[situations == word].sum()))
        for word in (WITHIN, ASTRIDE, BEYOND)
    ]


def offers_reading(inquiry: Inquiry) -> list[str]:
    """Say what the hours change: how many people are far from a place that opens on Saturdays, or in the evening."""
    radius, study = inquiry.radius, inquiry.asking(Wanted()).study
    sentences = [f"Tous lieux confondus : {_far_text(study.beyond(radius), radius)}."]
    for wanted in (Wanted(day="samedi"), Wanted(evening=True)):
        far = inquiry.asking(wanted).study.beyond(radius)
        label = _capital(wanted.label())
        sentences.append(f"{label}, d’après les horaires connus : {_far_text(far, radius)}.")
    return _typeset(sentences)


def _far_text(people: People, radius: float) -> str:
    middle = "" if people.low == people.high else f" ({wording.number(people.middle)} selon les points)"
    return f"{range_text(people)} à plus de {radius_text(radius)}{middle}"


# -- what an opening changes ---------------------------------------------------------------


def opening_reading(inquiry: Inquiry, opening: Opening) -> list[str]:
    """Say who gains from a place opened at a point, and how many people come under the radius."""
    gainers = opening.gainers
    sentences = [] if opening.offset == 0 else [_outside(opening.offset)]
    if gainers.empty:
        sentences.append(NOT_NEARER)
    else:
        people = wording.plural(gainers["population"].sum(), "personne")
        count = wording.plural(len(gainers), "commune")
        sentences.append(f"Un lieu à cet endroit rapproche d’au moins 1{wording.NBSP}km {count}, où vivent {people}.")
        sentences += [] if inquiry.public else [_named_gainers(opening)]
    return _typeset([*sentences, gain_reading(opening.gain(inquiry.radius), inquiry.radius), STOP])


def _outside(offset: float) -> str:
    return f"Ce point est hors du territoire, à {kilometres(offset)} de la commune la plus proche : est-ce voulu ?"


def _named_gainers(opening: Opening) -> str:
    gainers = opening.gainers.assign(gain=lambda g: g["avant"].replace(np.inf, AROUND_KM) - g["apres"])
    gainers = gainers.sort_values(["gain"], ascending=False, kind="stable")
    named = [
        f"{name} ({kilometres(before)}, puis {kilometres(after)})"
        for name, before, after in gainers[["nom", "avant", "apres"]].head(NAMED).itertuples(index=False)
    ]
    start = "Celles qui gagnent le plus" if len(gainers) > NAMED else "À vol d’oiseau, avant puis après"
    return f"{start} : {wording.join(named)}."


def gain_reading(gain: People, radius: float) -> str:
    """Say how many people come under a radius."""
    within = f"à moins de {radius_text(radius)} d’un lieu, à vol d’oiseau"
    if not gain.high:
        return wording.typeset(NOBODY_PASSES.format(radius=radius_text(radius)))
    if gain.low == gain.high:
        return f"{wording.plural(gain.low, 'personne passe', 'personnes passent')} {within}."
    return wording.typeset(
        f"{_capital(range_text(gain))} {'passe' if gain.high == 1 else 'passent'} {within} : "
        f"selon le point de chaque commune, {wording.number(gain.middle)}."
    )


def best_reading(inquiry: Inquiry) -> list[str]:
    """Say where a place would bring most people under the radius, among the points of the communes."""
    best, within = inquiry.best, radius_text(inquiry.radius)
    if best.empty or not best["au_plus"].any():
        already = "" if inquiry.study.beyond(inquiry.radius).high else " : tout le monde y est déjà"
        return _typeset([f"Aucun point de commune ne ferait passer quelqu’un à moins de {within}{already}."])
    tried = f"Parmi les {wording.plural(len(best), 'point de commune essayé', 'points de communes essayés')}"
    top = _ties(inquiry)
    low, middle, high = (wording.number(best[c].iloc[0]) for c in ("au_moins", "selon_point", "au_plus"))
    where = "" if inquiry.public else f" : {wording.join(top[:NAMED], 'ou')}"
    equal = f" ({wording.number(len(top))} à égalité)" if len(top) > 1 else ""
    return _typeset(
        [
            f"{tried}, le meilleur{equal} ferait passer le plus de personnes à moins de {within}{where}. "
            f"Combien ? {middle} selon les points, entre {low} et {high} selon les contours.",
            NOT_A_DECISION,
        ]
    )


def _ties(inquiry: Inquiry) -> Sequence[str]:
    """Return the names of the communes that do as well as the best."""
    best = inquiry.best
    columns = ["au_moins", "selon_point", "au_plus"]
    return [str(name) for name in best.loc[(best[columns] == best[columns].iloc[0]).all(axis=1), "nom"]]
