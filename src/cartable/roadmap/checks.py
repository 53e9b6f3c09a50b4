"""What is missing before the council votes: what prevents the vote, and what should be said aloud."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cartable import wording
from cartable.record.purging import later
from cartable.roadmap.financing import balance
from cartable.roadmap.schedule import cycle, late

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cartable.roadmap.model import Action, Enjeu, Financement, Part, Project
    from cartable.schemes import Scheme

FIRST_STEP = 3
"""Months after its start by which an action has made a first step."""
NEEDED = {
    "description": "dites ce qui sera fait, en trois phrases",
    "pilote": "nommez une structure, une seule",
    "budget": "écrivez un montant, même 0",
    "debut": "donnez une date",
    "fin": "donnez une date",
    "premier_pas": "écrivez le premier geste, et sa date",
    "premier_pas_le": "donnez une date",
    "indicateur": "dites à quoi on verra que cela marche",
    "depart": "dites où vous en êtes aujourd’hui",
    "cible": "dites où vous voulez arriver",
    "source": "dites qui compte, et où c’est écrit",
    "revue_le": "donnez la date où vous regarderez",
}
"""Field without which an action cannot be checked later → what to do."""


@dataclass(frozen=True)
class Roadmap:
    """Everything that is voted together."""

    stakes: tuple[Enjeu, ...] = ()
    projects: tuple[Project, ...] = ()
    actions: tuple[Action, ...] = ()
    fundings: tuple[Financement, ...] = ()
    parts: tuple[Part, ...] = ()
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    """The panorama: what each scheme is worth today."""

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the actions."""
        return frozenset(action.cle for action in self.actions)


@dataclass(frozen=True)
class Finding:
    """Something to mend.

    Parameters
    ----------
    where
        Key of the entry.
    blocking
        Whether the council should not vote before it is mended.
    """

    where: str
    message: str
    remedy: str
    blocking: bool = True

    def __str__(self) -> str:
        return wording.typeset(f"{self.where} : {self.message} {self.remedy[:1].upper()}{self.remedy[1:]}.")


def check(roadmap: Roadmap) -> list[Finding]:
    """Return what is missing, entry by entry, in the order of the roadmap."""
    if not roadmap.actions:
        return [Finding("Feuille de route", "aucune action n’est écrite.", "écrivez au moins une fiche action")]
    return [*_links(roadmap), *_actions(roadmap), *_who(roadmap), *_money(roadmap), *_time(roadmap)]


def _links(roadmap: Roadmap) -> Iterator[Finding]:
    """Follow the thread: enjeux → chantiers → actions."""
    stakes = {one.cle for one in roadmap.stakes}
    projects = {one.cle: one for one in roadmap.projects}
    for stake in roadmap.stakes:
        if not stake.indicateurs and not stake.chiffres and not stake.themes:
            yield Finding(
                stake.cle, "rien ne fonde cet enjeu.", "citez un chiffre sourcé, ou un thème d’un atelier", False
            )
    yield from _projects(roadmap, stakes)
    for action in roadmap.actions:
        if action.chantier is None:
            yield Finding(action.cle, "cette action n’est reliée à aucun chantier.", "remplissez « chantier »")
        elif action.chantier not in projects:
            yield _absent(action.cle, "chantier", action.chantier)
        elif projects[action.chantier].suite == "ecarte":
            yield Finding(
                action.cle, f"le chantier {action.chantier} a été écarté.", "retirez l’action, ou revoyez ce choix"
            )


def _projects(roadmap: Roadmap, stakes: set[str]) -> Iterator[Finding]:
    for project in roadmap.projects:
        if not project.enjeux:
            yield Finding(project.cle, "ce chantier ne répond à aucun enjeu.", "reliez-le dans « enjeux »")
        yield from (_absent(project.cle, "enjeu", key) for key in project.enjeux if key not in stakes)
        if project.suite != "retenu" and not project.pourquoi:
            yield Finding(
                project.cle, "il n’est pas retenu, et rien ne dit pourquoi.", "écrivez la raison en une phrase"
            )
        if project.suite == "retenu" and project.objection and not project.reponse:
            said = f"une objection n’est pas levée : {project.objection}"
            yield Finding(project.cle, said, "améliorez le chantier, ou écrivez la réponse", False)


def _absent(where: str, what: str, key: str) -> Finding:
    said = f"il n’y a pas {wording.of(f'{what} {key}')}."
    return Finding(where, said, "corrigez ce repère, ou ajoutez la fiche")


def _actions(roadmap: Roadmap) -> Iterator[Finding]:
    for action in roadmap.actions:
        for name, remedy in NEEDED.items():
            if getattr(action, name) is None:
                yield Finding(action.cle, f"il manque « {name} ».", remedy)
        if action.debut and action.premier_pas_le and action.premier_pas_le > later(action.debut, FIRST_STEP):
            said = f"le premier pas est à plus de {FIRST_STEP} mois du début."
            yield Finding(action.cle, said, "trouvez un geste plus petit, plus tôt", False)


def _who(roadmap: Roadmap) -> Iterator[Finding]:
    """Exactly one actor answers for the result of each action."""
    yield from (_absent(part.cle, "action", part.action) for part in roadmap.parts if part.action not in roadmap.keys)
    for action in roadmap.actions:
        own = [part for part in roadmap.parts if part.action == action.cle]
        answering = [part.acteur for part in own if part.role == "A"]
        if len(answering) != 1:
            who = wording.join(answering)
            said = f"{who} répondent du résultat." if who else "personne ne répond du résultat."
            yield Finding(action.cle, said, "mettez un seul A dans « Qui fait quoi »")
        lines = Counter(part.acteur for part in own)
        for actor in sorted(actor for actor, count in lines.items() if count > 1):
            yield Finding(
                action.cle, f"« {actor} » a deux lignes dans « Qui fait quoi ».", "gardez la plus engageante", False
            )


def _money(roadmap: Roadmap) -> Iterator[Finding]:
    yield from (_absent(one.cle, "action", one.action) for one in roadmap.fundings if one.action not in roadmap.keys)
    for one in roadmap.fundings:
        scheme = roadmap.schemes.get(one.dispositif or "")
        if scheme and scheme.closed and one.etat != "acquis":
            said = f"« {scheme.nom} » est {scheme.state()}."
            yield Finding(one.cle, said, "cherchez un autre financeur")
    for line in balance(roadmap.actions, roadmap.fundings):
        if line.left is not None and line.left < 0:
            said = f"les financements dépassent le coût de {wording.number(-line.left)} €."
            yield Finding(line.action, said, "baissez un financement, ou revoyez le budget")
        elif line.left:
            said = f"{wording.number(line.left)} € n’ont pas de financeur."
            yield Finding(line.action, said, "ajoutez un financement, même « fonds propres »", False)


def _time(roadmap: Roadmap) -> Iterator[Finding]:
    for action in roadmap.actions:
        yield from (_absent(action.cle, "action", key) for key in action.apres if key not in roadmap.keys)
    if circle := cycle(roadmap.actions):
        said = f"ces actions s’attendent en rond : {' → '.join(circle)}."
        yield Finding(circle[0], said, "retirez l’une des attentes dans « apres »")
    for action, awaited in late(roadmap.actions):
        said = f"elle commence avant la fin de {awaited.cle}, qu’elle attend."
        yield Finding(action.cle, said, "déplacez l’une des deux dates")
