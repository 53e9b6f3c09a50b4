"""Three strengths and three points to check on the ground: which ones, by which rule, in which words.

The rule, the same for every EPCI:

1. each measure below is compared with the similar EPCIs; the gap is counted in standard deviations between the EPCIs of
   the country, so that a share and a number of inhabitants can be set side by side;
2. a strength is a measure whose gap goes in the direction that helps digital inclusion (short distances, town halls
   close by, a good line…), a point to check is one whose gap goes in the direction that raises a question. Youth,
   wealth or a city are never a strength by themselves. Gaps under ``SLIGHT`` do not count;
3. the three largest gaps of each sense are kept, no two of them on the same subject. A gap that the country confirms
   (it goes in the same direction from the country as from the similar EPCIs) comes before one that it does not: « more
   than the similar EPCIs, and more than in France » resists questions better. Equal gaps keep the order of the lists;
4. a measure serves once. Where fewer than three are left, what is true without comparison completes the list, in the
   order of ``PLAIN_STRENGTHS`` and ``PLAIN_CHECKS``: six measures that every EPCI has, so that there are always three.

Nothing here ranks EPCIs or communes, and no commune is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cartable import wording
from cartable.briefing.model import Check, Strength

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartable.briefing.comparison import Comparison

WANTED = 3
# Two strengths, or two points, never deal with the same subject.
SUBJECTS = {
    "loin_lieu": "aide",
    "part_sans_30_mbits": "ligne",
    "part_sans_diplome": "écrit",
    "portee": "distance",
    "concentration": "distance",
    "densite": "distance",
    "mairies": "communes",
    "petites": "communes",
    "communes": "communes",
    "part_residences_secondaires": "logement",
    "part_logements_vacants": "logement",
    "taux_pauvrete": "ressources",
    "revenu_median": "ressources",
    "part_75_plus": "âge",
    "part_65_plus": "âge",
    "part_moins_20": "jeunesse",
}
SLIGHT = 0.1  # standard deviations: under that, « like the similar EPCIs »
HIGH, LOW = 1, -1
SECRETARY, CENTRE = "les secrétaires et l’accueil des mairies", "le centre social ou l’association la plus proche"
MEDIATOR, FRANCE_SERVICES = "le médiateur ou la médiatrice numérique", "l’équipe France services"
FRANCE_SERVICES_OR_TOWN_HALL = "l’équipe France services, ou l’accueil de la mairie"


@dataclass(frozen=True)
class Asset:
    """What makes a strength of a measure: the direction that helps, a title, why it helps."""

    key: str
    side: int
    title: str
    why: str


@dataclass(frozen=True)
class Question:
    """What makes a point to check of a measure: the direction that raises it, a title, what to ask of whom."""

    key: str
    side: int
    title: str
    ask: str
    whom: str


ASSETS = (
    Asset(
        "loin_lieu", LOW, "Moins d’habitants loin d’un lieu d’aide",
        "Des lieux existent déjà : on peut commencer par les faire connaître et par accorder leurs horaires.",
    ),
    Asset(
        "part_sans_30_mbits", LOW, "Moins de lignes lentes que chez ses semblables",
        "La ligne n’est pas le premier obstacle : l’effort peut porter sur l’aide et sur l’équipement.",
    ),
    Asset(
        "part_sans_diplome", LOW, "Plus d’habitants diplômés que chez ses semblables",
        "Ils peuvent aider un proche, ou devenir bénévoles, si on leur propose un cadre.",
    ),
    Asset(
        "portee", HIGH, "Plus d’habitants près de la commune la plus peuplée",
        "Une permanence ouverte là est à portée de beaucoup de monde.",
    ),
    Asset(
        "mairies", LOW, "Des mairies plus proches des habitants",
        "Les secrétaires de mairie connaissent les habitants : c’est un premier accueil qui existe déjà.",
    ),
    Asset(
        "petites", LOW, "Moins d’habitants dans de très petites communes",
        "La plupart des habitants vivent dans une commune qui peut avoir du personnel et un accueil ouvert.",
    ),
    Asset(
        "concentration", HIGH, "Un pôle plus marqué que chez ses semblables",
        "Une aide placée là s’ajoute aux trajets du quotidien : marché, médecin, école.",
    ),
    Asset(
        "densite", HIGH, "Des habitants plus proches les uns des autres",
        "Un même lieu sert plus de monde, avec des trajets courts.",
    ),
    Asset(
        "communes", LOW, "Moins de communes à réunir",
        "Tous les maires tiennent autour d’une table : une décision commune peut aller vite.",
    ),
    Asset(
        "part_residences_secondaires", LOW, "Plus de logements habités toute l’année",
        "Les besoins changent peu avec les saisons : des horaires fixes peuvent convenir.",
    ),
)  # fmt: skip
QUESTIONS = (
    Question(
        "loin_lieu", HIGH, "Plus d’habitants loin d’un lieu d’aide",
        "Qui aide déjà sans être sur la liste : une mairie, une bibliothèque, une association, un voisin ?",
        MEDIATOR + ", et les secrétaires de mairie",
    ),
    Question(
        "part_sans_30_mbits", HIGH, "Plus de lignes lentes que chez ses semblables",
        "Qui renonce à une démarche parce que la connexion coupe, et où va-t-il à la place ?", SECRETARY,
    ),
    Question(
        "taux_pauvrete", HIGH, "Plus de budgets serrés que chez ses semblables",
        "Qui n’a qu’un téléphone, ou un forfait vite épuisé, pour faire ses démarches ?", CENTRE,
    ),
    Question(
        "revenu_median", LOW, "Des revenus plus modestes que chez ses semblables",
        "Quels équipements et quels abonnements les familles ont-elles abandonnés ?", CENTRE,
    ),
    Question(
        "part_sans_diplome", HIGH, "Plus d’habitants pour qui l’écrit peut être un obstacle",
        "Qui vient avec un courrier à lire, plutôt qu’avec une question d’ordinateur ?", FRANCE_SERVICES_OR_TOWN_HALL,
    ),
    Question(
        "part_75_plus", HIGH, "Plus de personnes très âgées que chez ses semblables",
        "Qui fait les démarches à leur place : un enfant, un voisin, l’aide à domicile ?",
        "le CCAS ou le service d’aide à domicile",
    ),
    Question(
        "part_65_plus", HIGH, "Plus de personnes âgées que chez ses semblables",
        "Lesquelles demandent de l’aide pour une démarche en ligne, et lesquelles aident les autres ?",
        "les clubs d’aînés et le CCAS",
    ),
    Question(
        "portee", LOW, "Plus d’habitants loin de la commune la plus peuplée",
        "Comment viennent ceux qui n’ont pas de voiture, et qui les conduit ?", SECRETARY,
    ),
    Question(
        "petites", HIGH, "Plus d’habitants dans de très petites communes",
        "Combien d’heures par semaine la mairie est-elle ouverte, et que fait-elle pour les démarches en ligne ?",
        SECRETARY,
    ),
    Question(
        "mairies", HIGH, "Plus d’habitants pour une mairie",
        "L’accueil a-t-il le temps d’accompagner une démarche jusqu’au bout ?", "les agents d’accueil des mairies",
    ),
    Question(
        "densite", LOW, "Des habitants plus dispersés que chez ses semblables",
        "Quels passages existent déjà : bus, marché, bibliothèque, portage de repas ?",
        "le service des transports et les secrétaires de mairie",
    ),
    Question(
        "concentration", LOW, "Un pôle moins marqué que chez ses semblables",
        "Dans quelle commune les habitants vont-ils vraiment pour le médecin, le marché, les papiers ?", SECRETARY,
    ),
    Question(
        "part_residences_secondaires", HIGH, "Plus de logements habités une partie de l’année",
        "Qui demande de l’aide hors saison, et qui en été : des habitants, des saisonniers, des propriétaires ?",
        FRANCE_SERVICES_OR_TOWN_HALL,
    ),
    Question(
        "part_moins_20", HIGH, "Plus de moins de 20 ans que chez ses semblables",
        "Que savent-ils faire au téléphone, et que ne savent-ils pas faire : dossier, CV, pièce jointe ?",
        "la mission locale, le collège et " + MEDIATOR,
    ),
    Question(
        "part_logements_vacants", HIGH, "Plus de logements vides que chez ses semblables",
        "Quel commerce, quel guichet a fermé, et qui rendait service à cet endroit ?", SECRETARY,
    ),
    Question(
        "communes", HIGH, "Plus de communes à réunir que ses semblables",
        "Quelles communes travaillent déjà ensemble, et lesquelles ne viennent jamais ?",
        "la direction générale des services",
    ),
)  # fmt: skip
# True of any EPCI, whatever the others are like.
PLAIN_STRENGTHS = (
    Asset(
        "communes", HIGH, "Des mairies qui accueillent déjà",
        "Chaque mairie est un lieu où l’on vient demander de l’aide : autant de points d’appui.",
    ),
    Asset(
        "concentration", HIGH, "Un endroit par où commencer",
        "Une première permanence dans cette commune commence par le plus grand nombre.",
    ),
    Asset(
        "population", HIGH, "Un seul EPCI pour décider",
        "Un service partagé peut être voté une fois pour tous ces habitants.",
    ),
    Asset(
        "departements", LOW, "Des partenaires connus",
        "Le Département, la préfecture et les caisses y ont leurs équipes : ils peuvent venir à la séance.",
    ),
    Asset(
        "mairies", LOW, "Des mairies à taille humaine",
        "À cette échelle, un secrétariat de mairie repère les personnes qui reviennent sans solution.",
    ),
    Asset(
        "petites", LOW, "Une taille que l’on connaît",
        "Le nombre d’habitants des plus petites communes dit combien de portes il reste à pousser, pas plus.",
    ),
)  # fmt: skip
PLAIN_CHECKS = (
    Question(
        "population", HIGH, "Combien demandent de l’aide ?",
        "Combien de personnes sont venues pour une démarche en ligne ce mois-ci, et combien sont reparties sans ?",
        FRANCE_SERVICES_OR_TOWN_HALL,
    ),
    Question(
        "communes", HIGH, "Que fait chaque mairie ?",
        "Que fait l’accueil quand une personne n’arrive pas à faire sa démarche ?", SECRETARY,
    ),
    Question(
        "concentration", LOW, "Et ceux qui vivent ailleurs ?",
        "Où vont les habitants des autres communes, et que leur manque-t-il ?", CENTRE,
    ),
    Question(
        "departements", HIGH, "Qui aide déjà ?",
        "Quels partenaires interviennent ici, quels jours, pour qui ?", MEDIATOR,
    ),
    Question(
        "mairies", HIGH, "L’accueil a-t-il le temps ?",
        "Combien de temps dure une aide, et qui l’interrompt ?", "les agents d’accueil des mairies",
    ),
    Question(
        "petites", HIGH, "Qui ouvre dans les plus petites communes ?",
        "Quels jours la mairie est-elle ouverte, et qui remplace la personne absente ?", SECRETARY,
    ),
)  # fmt: skip


def choose(known: Mapping[str, Comparison]) -> tuple[tuple[Strength, ...], tuple[Check, ...]]:
    """Return three strengths and three points to check, six different measures."""
    assets, questions = _standing_out(ASSETS, known), _standing_out(QUESTIONS, known)
    used = {a.key for a in assets} | {q.key for q in questions}
    plain_assets = _complete(assets, PLAIN_STRENGTHS, known, used)
    plain_questions = _complete(questions, PLAIN_CHECKS, known, used)
    strengths = [_strength(a, known[a.key], compared=True) for a in assets]
    strengths += [_strength(a, known[a.key], compared=False) for a in plain_assets]
    checks = [_check(q, known[q.key], compared=True) for q in questions]
    checks += [_check(q, known[q.key], compared=False) for q in plain_questions]
    return tuple(strengths), tuple(checks)


Rule = TypeVar("Rule", Asset, Question)


def _standing_out(rules: Sequence[Rule], known: Mapping[str, Comparison]) -> list[Rule]:
    """Keep the rules whose measure stands out in their sense, the largest gap first (sorting is stable)."""
    out = [r for r in rules if r.key in known and known[r.key].gap * r.side > SLIGHT]
    kept: dict[str, Rule] = {}
    for rule in sorted(out, key=lambda r: _rank(r, known[r.key])):
        kept.setdefault(SUBJECTS[rule.key], rule)
    return list(kept.values())[:WANTED]


def _rank(rule: Rule, found: Comparison) -> tuple[bool, float]:
    """Sort what the country confirms first, then the largest gaps."""
    confirmed = (found.value - found.country) * rule.side > 0
    return not confirmed, -round(abs(found.gap), 6)


def _complete(
    chosen: Sequence[Rule], plain: Sequence[Rule], known: Mapping[str, Comparison], used: set[str]
) -> list[Rule]:
    """Return what is true without comparison, as many as are missing; the measures taken are noted in ``used``."""
    more = [rule for rule in plain if rule.key not in used and rule.key in known][: WANTED - len(chosen)]
    used.update(rule.key for rule in more)
    return more


def _strength(asset: Asset, found: Comparison, *, compared: bool) -> Strength:
    return Strength(asset.key, *_told(asset.title, found, compared=compared), why=wording.typeset(asset.why))


def _check(question: Question, found: Comparison, *, compared: bool) -> Check:
    told = _told(question.title, found, compared=compared)
    return Check(question.key, *told, question=wording.typeset(question.ask), whom=wording.typeset(question.whom))


def _told(title: str, found: Comparison, *, compared: bool) -> tuple[str, str, str, str, bool]:
    """Return the title, the sentence (the number of people first, then the share) and the groups compared."""
    measure = found.measure
    said = wording.typeset(measure.sentence).format(v=measure.text(found.value), n=wording.number(found.count))
    groups = (measure.bare(found.similar), measure.bare(found.country)) if compared else ("", "")
    return wording.typeset(title), f"{said}.", *groups, measure.count
