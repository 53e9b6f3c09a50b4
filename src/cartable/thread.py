"""The thread of a démarche: what each step takes in and hands on, what is done, what comes next.

Pure functions of a record: one may come in at any step, a step that was skipped is shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cartable import contract, fields, governance, roadmap, trip, wording, writings
from cartable.evaluation import ITEMS, barometer
from cartable.reports import telling
from cartable.roadmap import balance
from cartable.writings import FRAME, NEXT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from cartable.contract import Meeting
    from cartable.evaluation.model import Adjustment
    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.roadmap import Action, Roadmap
    from cartable.sheets import Document
    from cartable.writings import Writing

DONE, BEGUN, WAITING = "fait", "en cours", "à faire"
SYMBOLS = {DONE: "●", BEGUN: "◐", WAITING: "○"}
IN_OUT = {
    "E0": ("une volonté politique, un appel", "un accord signé, des jours, des dates"),
    "E1": ("l’accord, les dates", "des instances, des invitations, ce qui permet de venir"),
    "E2": ("le portrait, les papiers des séances", "des enjeux, chacun fondé sur un chiffre ou un thème"),
    "E3": ("les enjeux", "des chantiers retenus, à creuser, écartés, et pourquoi"),
    "E4": ("les chantiers, une question", "trois choses à transférer, une à éviter"),
    "E5": ("les chantiers, les transferts", "une feuille de route que le conseil peut voter"),
    "E6": ("les réponses, les résultats", "des ajustements, deux bilans"),
}
"""Step → what comes in, what goes out."""


@dataclass(frozen=True)
class Step:
    """Where one step is.

    Parameters
    ----------
    proofs
        What shows that it is done, and whether it is there.
    """

    key: str
    proofs: tuple[tuple[str, bool], ...]

    @property
    def name(self) -> str:
        """Its name."""
        return contract.STAGES[self.key]

    @property
    def state(self) -> str:
        """Return ``DONE``, ``BEGUN`` or ``WAITING``."""
        there = [done for _, done in self.proofs]
        return DONE if all(there) else BEGUN if any(there) else WAITING

    @property
    def missing(self) -> tuple[str, ...]:
        """What is still to be done."""
        return tuple(name for name, done in self.proofs if not done)


def steps(state: State, taken: Taken) -> list[Step]:
    """Return where each step is, in order."""
    return [Step(key, tuple(proofs(state, taken).items())) for key, proofs in _PROOFS.items()]


def _agreed(_state: State, taken: Taken) -> dict[str, bool]:
    frames: tuple[contract.Frame, ...] = taken.entries.get("cadre", ())  # type: ignore[assignment]
    return {
        "cadre écrit": bool(frames),
        "élue ou élu référent connu": any(one.elu_referent for one in frames),
        "responsable des données connu": any(one.responsable_donnees for one in frames),
        "tâches partagées": taken.has("partage"),
        "dates posées": taken.has("rencontres"),
    }


def _launched(_state: State, taken: Taken) -> dict[str, bool]:
    names = ("instances", "invites", "conditions", "risques", "jalons")
    return {fields.SHOWN[name].title.lower(): taken.has(name) for name in names}


def _understood(state: State, taken: Taken) -> dict[str, bool]:
    stakes = taken.roadmap().stakes
    held = any(one["etape"] == "E2" for one in state.all("seance")) or bool(
        stakes and all(s.chiffres or s.indicateurs for s in stakes)
    )
    return {
        "séances tenues, ou diagnostic cité": held,
        "enjeux écrits": bool(stakes),
        "chaque enjeu fondé": bool(stakes) and all(one.indicateurs or one.chiffres or one.themes for one in stakes),
    }


def _chosen(_state: State, taken: Taken) -> dict[str, bool]:
    projects = taken.roadmap().projects
    return {
        "chantiers retenus": any(one.suite == "retenu" for one in projects),
        "ce qui est mis de côté, et pourquoi": bool(projects)
        and all(one.pourquoi for one in projects if one.suite != "retenu"),
    }


def _travelled(_state: State, taken: Taken) -> dict[str, bool]:
    kept = [one for one in taken.entries.get("transferts", ()) if isinstance(one, trip.Transfer)]
    brought = sum(one.genre == "transferer" for one in kept)
    return {
        "voyage préparé": taken.has("voyages") and taken.has("etapes_voyage"),
        "carnet d’observation rempli": taken.has("observations"),
        "trois à transférer, une à éviter": brought >= trip.BEST and len(kept) > brought,
    }


def _written(_state: State, taken: Taken) -> dict[str, bool]:
    plan = taken.roadmap()
    return {
        "fiches action écrites": bool(plan.actions),
        "plan de financement": bool(plan.fundings),
        "« Qui fait quoi »": bool(plan.parts),
        "rien n’empêche le vote": bool(plan.actions) and not any(one.blocking for one in roadmap.check(plan)),
    }


def _judged(_state: State, taken: Taken) -> dict[str, bool]:
    judged = taken.judged()
    return {
        "baromètre rempli": bool(judged.answers),
        "ajustements faits": bool(judged.answers) and not alerts(taken) and not open_adjustments(taken),
        "objectifs écrits": bool(judged.objectives),
        "résultats notés": bool(judged.objectives) and all(one.resultat is not None for one in judged.objectives),
        "temps noté": taken.has("temps"),
    }


_PROOFS: Mapping[str, Callable[[State, Taken], dict[str, bool]]] = {
    "E0": _agreed, "E1": _launched, "E2": _understood, "E3": _chosen, "E4": _travelled, "E5": _written, "E6": _judged,
}  # fmt: skip


def open_adjustments(taken: Taken) -> list[Adjustment]:
    """Return the adjustments that were decided and are not done."""
    return [one for one in taken.judged().adjustments if not one.fait]


def alerts(taken: Taken) -> list[tuple[str, str]]:
    """Return the steps whose barometer calls for an adjustment that nobody decided, and the item."""
    judged = taken.judged()
    answered = {one.etape for one in judged.adjustments}
    found = []
    for step in judged.steps():
        items = barometer(one.marks() for one in judged.answers if one.etape == step)
        found += [(step, ITEMS[item.key]) for item in items if item.alert and step not in answered]
    return found


def due(taken: Taken, today: dt.date) -> list[tuple[Action, str]]:
    """Return the actions of which something was to happen by today: a first step, a review, an end."""
    found = []
    for one in taken.roadmap().actions:
        if one.premier_pas_le and one.premier_pas_le <= today and one.statut == "a-lancer":
            found.append(
                (one, f"premier pas prévu le {wording.date(one.premier_pas_le)}, et l’action est « à lancer »")
            )
        if one.fin and one.fin <= today and one.statut not in {"faite", "abandonnee"}:
            found.append((one, f"fin prévue le {wording.date(one.fin)}"))
        if one.revue_le and one.revue_le <= today and one.statut != "abandonnee":
            found.append((one, f"revue prévue le {wording.date(one.revue_le)} : {one.indicateur or 'sans indicateur'}"))
    return found


def next_meeting(taken: Taken, today: dt.date) -> Meeting | None:
    """Return the first meeting from today on."""
    known = governance.dated(taken.entries.get("rencontres", ()))
    return next((one for one in known if one.date >= today), None)


def values(state: State, taken: Taken, today: dt.date) -> dict[str, str]:
    """Return what the papers of the démarche ask for (see ``writings.HOLES``); what is not known is left out."""
    process = state.process
    found = {
        "demarche": telling.title(state) if process and process["titre"] else "",
        "territoire": telling.quoted(process["territoire"], 90) if process else "",
    }
    frame = next(iter(taken.entries.get("cadre", ())), None)
    for name in FRAME:
        found[name] = _unit(name, fields.said("cadre", name, getattr(frame, name))) if frame else ""
    if coming := next_meeting(taken, today):
        for key, field in NEXT.items():
            found[f"prochain{'' if key == 'lieu' else 'e'}_{key}"] = fields.said(
                "rencontres", field, getattr(coming, field)
            )
    return {name: text for name, text in (found | _counts(state, taken.roadmap())).items() if text}


def paper(writing: Writing, state: State, taken: Taken, edition: dt.date, version: str) -> Document:
    """Return a paper filled in from a record; an invented démarche says so on each of its sheets."""
    made = writings.document(writing, values(state, taken, edition), taken, edition, version)
    return replace(made, sheets=telling.marked(state, made.sheets), mention=state.mention)


def _unit(name: str, said: str) -> str:
    if not said:
        return ""
    if name.startswith("jours_"):
        return f"{said}{wording.NBSP}jours" if said not in {"0", "1"} else f"{said}{wording.NBSP}jour"
    return f"{said}{wording.NBSP}mois" if name == "conservation_mois" else said


def _counts(state: State, plan: Roadmap) -> dict[str, str]:
    lines = balance(plan.actions, plan.fundings)
    counts = {
        "nombre_seances": wording.plural(len(state.all("seance")), "séance"),
        "nombre_papiers": wording.plural(len(state.all("note")), "papier"),
        "nombre_enjeux": wording.plural(len(plan.stakes), "enjeu", "enjeux"),
        "nombre_chantiers": wording.plural(
            sum(one.suite == "retenu" for one in plan.projects), "chantier retenu", "chantiers retenus"
        ),
        "nombre_actions": wording.plural(len(plan.actions), "action"),
    }
    if not plan.actions:
        return counts
    budget, granted = sum(line.budget or 0 for line in lines), sum(line.granted for line in lines)
    money = {"budget_total": budget, "financements_acquis": granted, "reste_a_financer": budget - granted}
    starts = [one.debut for one in plan.actions if one.debut]
    ends = [one.fin for one in plan.actions if one.fin]
    dates = {"premiere_action_le": min(starts, default=None), "derniere_action_le": max(ends, default=None)}
    return (
        counts
        | {name: f"{wording.number(amount)}{wording.NBSP}€" for name, amount in money.items()}
        | {name: wording.date(day) for name, day in dates.items() if day}
    )
