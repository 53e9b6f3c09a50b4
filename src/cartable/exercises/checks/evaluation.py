"""Exercises where one judges what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.evaluation.goals import MIDDLE, SPREAD, t_score
from cartable.exercises.checking import Rule, Setting
from cartable.exercises.verdict import Verdict, again, right

if TYPE_CHECKING:
    from cartable.exercises.model import Answer

STEPS_FIRST = "La marche atteinte par chaque objectif"
NAMES = ("Être aidé après 17 h", "Ne plus être renvoyé d’un lieu à l’autre", "Aider sans mot de passe")
CLOSE = 0.06


def _drawn(setting: Setting) -> list[tuple[int, int]]:
    """Return the weight and the step of each goal; never all at zero, so that the mistakes differ from the score."""
    dice = setting.dice
    while True:
        goals = [(dice.randint(1, 3), dice.randint(-2, 2)) for _ in NAMES]
        values = _values(goals)
        if len({round(value, 1) for value in values.values()}) == len(values):
            return goals


def _values(goals: list[tuple[int, int]]) -> dict[str, float]:
    """Return the score (Kiresuk and Sherman 1968) and what the frequent mistakes give."""
    top = sum(weight * step for weight, step in goals)
    weights = [weight for weight, _ in goals]
    squares, total = sum(weight**2 for weight in weights), sum(weights)
    score = t_score(goals)
    return {
        "": score,
        "moyenne": sum(step for _, step in goals) / len(goals),
        "sans-cinquante": score - MIDDLE,
        "sans-correlation": MIDDLE + SPREAD * top / squares**0.5,
        "somme-des-poids": MIDDLE + SPREAD * top / total,
    }


MESSAGES = {
    "moyenne": "Vous avez fait la moyenne des marches. Elle se lit bien, mais elle oublie les poids. Reprenez le haut "
    "de la formule : chaque marche y est multipliée.",
    "sans-cinquante": "Il manque le 50 de départ. On s’arrête volontiers à la fraction. Que vaut le score quand tout "
    "est comme prévu ?",
    "sans-correlation": "Vous avez pris la racine de la somme des carrés seule. C’est la moitié du dessous. L’autre "
    "moitié compte que des objectifs d’un même territoire se ressemblent.",
    "somme-des-poids": "Vous avez divisé par la somme des poids, comme pour une moyenne pondérée. Le dessous est une "
    "racine, avec deux morceaux : 0,7 fois les carrés, 0,3 fois le carré de la somme.",
}


def _check(answer: Answer, setting: Setting) -> Verdict:
    values = _values(_drawn(setting))
    typed = float(answer["score"])
    if abs(typed - values[""]) > CLOSE:
        near = [code for code, value in values.items() if code and abs(typed - value) <= CLOSE]
        if near:
            return again(near[0], MESSAGES[near[0]])
        return again("autre", "Ce n’est pas ce score. Écrivez le haut et le dessous sur deux lignes, et recalculez.")
    if answer["montrer"] != STEPS_FIRST:
        return again(
            "score-d-abord",
            "Le calcul est juste. Mais un seul nombre cache un objectif manqué derrière un objectif dépassé. Que doit "
            "voir le comité pour décider ?",
        )
    score = wording.number(values[""], 1)
    return right(
        f"{score} : c’est bien cela. Le score compare à ce que l’on attendait, jamais à un autre territoire. Montrez "
        "les marches d’abord, le score en annexe."
    )


def _solve(setting: Setting) -> Answer:
    return {"score": round(_values(_drawn(setting))[""], 1), "montrer": STEPS_FIRST}


def _wrong(setting: Setting) -> dict[str, Answer]:
    values = _values(_drawn(setting))
    found: dict[str, Answer] = {
        code: {"score": round(value, 1), "montrer": STEPS_FIRST} for code, value in values.items() if code
    }
    return found | {"score-d-abord": _solve(setting) | {"montrer": "Le score, il résume tout"}}


def _facts(setting: Setting) -> dict[str, str]:
    lines = (
        f"- « {name} » : poids {weight}, marche {'+' if step > 0 else ''}{str(step).replace('-', '−')}"
        for name, (weight, step) in zip(NAMES, _drawn(setting), strict=True)
    )
    return {"objectifs": "\n".join(lines)}


RULES: dict[str, Rule] = {"13-echelle-a-la-main": Rule(_check, _solve, _wrong, _facts)}
