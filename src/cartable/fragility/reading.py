"""What the index says, in sentences: counts first, what is missing, what is robust and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.fragility import COMPONENTS, ENOUGH, HIGHEST, MINMAX, rank_scores
from cartable.fragility.components import FAR_KM
from cartable.fragility.sensitivity import DRAWS, ENOUGH_FOR_A_QUARTER, ENOUGH_TO_JUDGE, FIRST
from cartable.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

    from cartable.fragility.sensitivity import Removal, Sensitivity
    from cartable.fragility.study import Study

HOLDS, ALMOST = 0.8, 0.65  # share of the pairs that keep their order; a half would be chance
LIST_HOLDS = 0.9  # share of the draws, or of the list, that stays the same
STAYS, LEAVES = 0.9, 0.1  # share of the draws in the top quarter
HIGH = 75  # a component score above three communes out of four of the reference
NAMED = 8  # communes named in one sentence; beyond, they are counted
ITSELF = "Comparé à lui-même, un EPCI a toujours un quart plus fragile que le reste, même là où tout va bien."
NOT_PERSONS = "L’indice décrit des lieux, jamais des personnes. Il dit où aller poser une question."


def weights(study: Study) -> list[str]:
    """Say what the group chose: the weights, the reference, the scale."""
    index = study.index
    shares = [
        f"{COMPONENTS[key].label} ({wording.plural(points, 'point')})"
        for key in COMPONENTS
        if (points := round(float(index.weights[key]), 2))
    ]
    place = (
        "sa position entre les valeurs basses et les valeurs hautes (les 2 communes extrêmes sur 100 ne comptent pas)"
        if index.scale == MINMAX
        else "sa place dans l’ordre des valeurs"
    )
    return _typeset(
        f"Poids retenus, « {study.profile} » : {wording.join(shares)}.",
        f"Chaque commune est comparée à un groupe : {index.reference.name}. Pour chaque indicateur, on regarde "
        f"{place} : 0 pour la moins fragile du groupe, 100 pour la plus fragile.",
        *([ITSELF] if index.reference.key == "epci" else []),
    )


# -- what is known ---------------------------------------------------------------------------


def availability(study: Study) -> list[str]:
    """Say what is missing, why, and what it does to the scores."""
    return _typeset(*_absent(study), *_gaps(study), *_unscored(study), *_imputed(study))


def _absent(study: Study) -> list[str]:
    labels = [COMPONENTS[key].label for key in study.index.absent]
    if not labels:
        return []
    verb = "n’est pas connu" if len(labels) == 1 else "ne sont pas connus"
    return [
        f"Sur ce territoire, {wording.plural(len(labels), 'indicateur')} {verb} : {wording.join(labels)}. La page "
        "« Aller chercher plus de données » dit comment les ajouter."
    ]


def _gaps(study: Study) -> list[str]:
    sentences = []
    for key in study.index.observed:
        missing = study.states[key][study.index.measures[key].isna()]
        if len(missing):
            words = missing.value_counts().sort_index()
            parts = wording.join([f"{wording.number(int(count))} ({word})" for word, count in words.items()])
            why = f", dont {parts}" if len(words) > 1 else f" ({words.index[0]})"
            count = wording.plural(len(missing), "commune")
            sentences.append(f"{COMPONENTS[key].label} : la valeur manque pour {count}{why}.")
    if sentences and not study.index.imputed.to_numpy().any():
        sentences.append("Une valeur qui manque n’est jamais comptée comme un zéro : le score se fait avec les autres.")
    return sentences


def _unscored(study: Study) -> list[str]:
    index = study.index
    without = int(index.total.isna().sum())
    if index.single or not without:
        return []
    rule = f"il faut que {wording.percent(ENOUGH, 0)} des points au moins portent sur des valeurs connues"
    if without == len(index.total):
        return [f"Aucune commune n’a de score : {rule}. Lisez les indicateurs connus, un par un."]
    return [f"{wording.plural(without, 'commune n’a pas', 'communes n’ont pas')} de score : {rule}."]


def _imputed(study: Study) -> list[str]:
    count = int(study.index.imputed.loc[study.index.total.notna()].to_numpy().sum())
    if not count:
        return []
    cells = wording.plural(count, "valeur manquante est remplacée", "valeurs manquantes sont remplacées")
    return [f"{cells} par la valeur médiane du groupe de comparaison : elles sont signalées par un astérisque."]


def counts(study: Study) -> list[str]:
    """Say how many people are behind each observed component, the whole territory together."""
    return _typeset(*(_count(study, key) for key in study.index.observed))


def _count(study: Study, key: str) -> str:
    known = study.people[key].dropna()
    total, people = float(known.sum()), COMPONENTS[key].people
    living = wording.plural(total, "personne vit", "personnes vivent")
    if key == "distance_lieu":
        far = f"dont le point central est à plus de {FAR_KM} km d’un lieu d’aide, à vol d’oiseau"
        return f"{living} dans une commune {far}." if total else f"Personne ne vit dans une commune {far}."
    if key == "revenu_median":
        return f"{living} dans {wording.plural(len(known), 'commune')} dont le revenu est publié."
    where = "dans l’EPCI" if len(known) == len(study.people) else f"dans {wording.plural(len(known), 'commune')}"
    return f"{wording.number(total)} {people} {where}."


def summary(study: Study) -> list[str]:
    """Say what the index shows: who is concerned, then how the scores spread."""
    index, said = study.index, counts(study)
    if index.single:
        label = COMPONENTS[index.single].label
        alone = f"Un seul indicateur est connu ici : {label}."
        return _typeset(
            f"{alone} Un seul indicateur ne fait pas un indice : le voici, seul.",
            *said,
            INDICATORS[index.single].caveat,
        )
    if not index.observed:
        return ["Aucun indicateur n’est connu pour ce territoire."]
    return _typeset(*said, *spread(study))


def spread(study: Study) -> list[str]:
    """Say how the scores spread; nothing without a score."""
    scored = study.index.total.dropna()
    if scored.empty:
        return []
    low, middle, high = (wording.number(v) for v in (scored.min(), scored.median(), scored.max()))
    if len(scored) == 1:
        return _typeset(f"Une seule commune a un score : {low} sur 100.", NOT_PERSONS)
    return _typeset(
        f"Les scores vont de {low} à {high} sur 100 ; la moitié des communes est au-dessus de {middle}.", NOT_PERSONS
    )


def explanation(study: Study, code: str) -> str:
    """Take the score of one commune apart: points first, then people."""
    name, index = study.names[code], study.index
    if code not in study.sensitivity.scored:
        lacking = [COMPONENTS[key].label for key in study.missing(code)]
        return wording.typeset(f"{name} : pas de score. Il manque : {wording.join(lacking)}.")
    printed = {k: float(index.printed[k][code]) for k in _known(study, code)}
    parts = [f"{COMPONENTS[k].label}, {wording.plural(points, 'point')}" for k, points in printed.items()]
    score = wording.number(sum(printed.values()))
    return wording.typeset(f"{name} : {score} sur 100. {' ; '.join(parts)}.{_who(study, code)}")


def _known(study: Study, code: str) -> list[str]:
    """Return the components that make the score of a commune."""
    missing = set(study.missing(code))
    return [key for key in COMPONENTS if study.index.weights[key] > 0 and key not in missing]


def _who(study: Study, code: str) -> str:
    behind = {k: float(study.people[k][code]) for k in _known(study, code)}
    parts = [f"{wording.number(n)} {_people(study, code, k)}" for k, n in behind.items() if n > 0]
    return f" Derrière ce score : {' ; '.join(parts)}." if parts else ""


def _people(study: Study, code: str, key: str) -> str:
    if key != "revenu_median":
        return COMPONENTS[key].people
    income = INDICATORS[key].text(float(study.index.measures[key][code]))
    return f"personnes, dont la moitié vit avec moins de {income}"


# -- what is robust ----------------------------------------------------------------------------


def robustness(study: Study) -> list[str]:
    """Say what would stay if the choices changed, and what would not."""
    found = study.sensitivity
    if study.index.single or not len(found.scored):
        return ["Sans indice, il n’y a pas de classement à mettre à l’épreuve."]
    if not found.enough:
        return _typeset(
            f"Avec {wording.plural(len(found.scored), 'commune')}, un classement n’a pas de sens (il en faut au moins "
            f"{ENOUGH_TO_JUDGE}) : lisez les indicateurs un par un."
        )
    return _typeset(_headline(found), *_pairs(found), *_quarter(study), *_removal(study), *_widest(study))


def _headline(found: Sensitivity) -> str:
    agreed, same = found.agreements.mean(), found.same_first >= LIST_HOLDS
    if agreed >= HOLDS:
        return (
            "Le classement d’ensemble tient, et la liste des trois premières aussi."
            if same
            else "Le classement d’ensemble tient ; la liste des trois premières, non."
        )
    if agreed >= ALMOST:
        return (
            "Le classement d’ensemble tient à peu près, et la liste des trois premières tient."
            if same
            else "Le classement d’ensemble tient à peu près ; la liste des trois premières, non."
        )
    return (
        "Le classement d’ensemble ne tient pas, mais les trois premières restent les mêmes."
        if same
        else "Ni le classement d’ensemble ni la liste des trois premières ne tiennent : ils dépendent d’abord des "
        "poids. Lisez les indicateurs un par un."
    )


def _pairs(found: Sensitivity) -> list[str]:
    times = round(HIGHEST * float(found.agreements.mean()))
    same = round(HIGHEST * found.same_first)
    draws = wording.number(DRAWS)
    return [
        f"Nous avons tiré au hasard {draws} façons de répartir les points. Deux communes gardent leur ordre "
        f"{times} fois sur 100 ; le hasard seul donnerait 50.",
        f"Les {FIRST} communes au score le plus haut sont les mêmes {same} fois sur 100.",
    ]


def _quarter(study: Study) -> list[str]:
    found = study.sensitivity
    if not found.quarter:
        return [f"Avec moins de {ENOUGH_FOR_A_QUARTER} communes, on ne parle pas du « quart le plus haut »."]
    stay = wording.number(found.quarter * found.kept.mean(), 1)
    verdict = "tient" if found.kept.mean() >= LIST_HOLDS else "ne tient pas"
    size = f"Le quart le plus haut ({found.quarter} communes)"
    sentences = [f"{size} {verdict} : en moyenne, {stay} sur {found.quarter} y restent."]
    return sentences if study.public else [*sentences, *_sure(study, found.presence)]


def _sure(study: Study, presence: pd.Series[float]) -> list[str]:
    """Name, in alphabetical order, the communes that stay in the top quarter and those that the weights bring there."""
    sure = [study.names[str(c)] for c in presence.index[presence >= STAYS]]
    maybe = [study.names[str(c)] for c in presence.index[(presence < STAYS) & (presence > LEAVES)]]
    sentences = []
    if sure:
        sentences.append(f"Presque quels que soient les poids, y restent : {_named(sure)}.")
    else:
        sentences.append("Aucune commune n’y reste presque quels que soient les poids.")
    if maybe:
        sentences.append(f"Selon les poids, y entrent ou en sortent : {_named(maybe)}.")
    return sentences


def _named(names: list[str]) -> str:
    if len(names) <= NAMED:
        return wording.join(names)
    return f"{', '.join(names[:NAMED])} et {len(names) - NAMED} autres"


def _removal(study: Study) -> list[str]:
    """Say which component, left out, would change the ranking most."""
    removals = [r for r in study.sensitivity.removals if r.concordance < 1]
    if not removals:
        return ["Retirer un indicateur, quel qu’il soit, ne change pas l’ordre des communes."]
    most = min(removals, key=lambda r: r.concordance)
    times = round(HIGHEST * most.concordance)
    label = COMPONENTS[most.key].label
    heaviest = f"L’indicateur qui pèse le plus sur l’ordre est « {label} »"
    kept = f"sans lui, {times} paires de communes sur 100 gardent leur ordre"
    return [f"{heaviest} : {kept}.", *_mover(study, most)]


def _mover(study: Study, removal: Removal) -> list[str]:
    if not removal.mover or study.public:
        return []
    moved = f"de la place {rank(removal.before)} à la place {rank(removal.after)}"
    return [f"La commune qui bouge alors le plus : {study.names[removal.mover]}, {moved}."]


def _widest(study: Study) -> list[str]:
    """Name the commune whose place depends most on the weights."""
    intervals = study.sensitivity.intervals
    width = intervals["haut"] - intervals["bas"]
    if study.public or not width.max():
        return []
    code = str(width.idxmax())
    low, high = (rank(float(intervals[edge][code])) for edge in ("bas", "haut"))
    return [
        f"La commune dont la place dépend le plus des poids : {study.names[code]}, entre la place {low} et la place "
        f"{high} dans neuf tirages sur dix."
    ]


def rank(value: float) -> str:
    """Write a rank: « 4 », or « 4,5 » for communes that share the places 4 and 5."""
    return wording.number(value, 0 if float(value).is_integer() else 1)


# -- in public ----------------------------------------------------------------------------------


def checks(study: Study) -> list[str]:
    """Return the points to check on the ground: what, how many communes, how many people; never which communes."""
    return _typeset(*(s for key in study.index.observed for s in _check(study, key)))


def _check(study: Study, key: str) -> list[str]:
    component, index = COMPONENTS[key], study.index
    # By ranks whatever the scale: « the most fragile quarter » is a matter of order.
    high = rank_scores(index.measures[key], index.reference.measures[key], component.sense) >= HIGH
    if not high.any():
        return []
    verb = "fait" if high.sum() == 1 else "font"
    people = study.people[key][high].dropna().sum()
    who = f" : {wording.number(people)} {component.people}" if people else ""
    count = wording.plural(int(high.sum()), "commune")
    return [
        f"{component.label} : {count} {verb} partie du quart le plus fragile de la comparaison "
        f"({index.reference.name}){who}. À vérifier sur place : {_lower(component.question)}"
    ]


def _lower(question: str) -> str:
    return question[:1].lower() + question[1:]


def _typeset(*sentences: str) -> list[str]:
    return [wording.typeset(sentence) for sentence in sentences]
