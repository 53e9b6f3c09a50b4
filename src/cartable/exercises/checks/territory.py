"""Exercises where one reads a territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.exercises.checking import Rule, Setting
from cartable.exercises.verdict import Verdict, again, right

if TYPE_CHECKING:
    from cartable.exercises.model import Answer


# -- nombre-ou-part -----------------------------------------------------------


def _most(setting: Setting) -> tuple[str, str]:
    """Return the commune with the most elderly people, and that where they are the largest share."""
    portrait = setting.portrait()
    table = portrait.table
    counts = table["part_65_plus"] * table["population"]
    names = table["nom"].tolist()
    return str(names[int(counts.argmax())]), str(names[int(table["part_65_plus"].argmax())])


def _number_or_share(answer: Answer, setting: Setting) -> Verdict:
    most, share = _most(setting)
    said = {key: wording.fold(str(answer[key])) for key in ("nombre", "part")}
    if said["nombre"] == wording.fold(share) and said["part"] == wording.fold(most):
        return again(
            "inverses",
            "Les deux sont inversées. C’est tentant : on lit la carte, et la carte montre des parts. Triez le "
            "tableau deux fois : par nombre d’habitants, puis par part, et regardez la première ligne.",
        )
    if said["nombre"] == wording.fold(share):
        return again(
            "part-pour-nombre",
            f"{share} a la plus forte part, pas le plus grand nombre. Une petite commune âgée compte peu de personnes. "
            "Multipliez sa part par sa population, puis faites-le pour le bourg.",
        )
    if said["part"] == wording.fold(most):
        return again(
            "nombre-pour-part",
            f"{most} compte le plus de personnes, parce qu’elle est peuplée. La part se lit dans la colonne en pour "
            "cent : quelle commune y est tout en haut ?",
        )
    wrong = [name for name, expected in (("nombre", most), ("part", share)) if said[name] != wording.fold(expected)]
    if wrong:
        which = "le plus grand nombre" if wrong[0] == "nombre" else "la plus forte part"
        return again(
            "autre-commune",
            f"Ce n’est pas la commune qui a {which}. Triez la colonne, et recopiez le nom de la première ligne.",
        )
    return right(
        f"{most} pour le nombre, {share} pour la part. Une permanence se dimensionne au nombre ; un bus se décide "
        "aussi à la part, quand il n’y a rien d’autre. Dites toujours laquelle des deux vous lisez."
    )


def _number_or_share_answer(setting: Setting) -> Answer:
    most, share = _most(setting)
    return {"nombre": most, "part": share}


def _number_or_share_wrong(setting: Setting) -> dict[str, Answer]:
    most, share = _most(setting)
    other = "Nulle-Part"
    return {
        "inverses": {"nombre": share, "part": most},
        "part-pour-nombre": {"nombre": share, "part": share},
        "nombre-pour-part": {"nombre": most, "part": most},
        "autre-commune": {"nombre": other, "part": share},
    }


def _place(setting: Setting) -> dict[str, str]:
    here = setting.portrait().territory
    return {"territoire": here.title}


RULES: dict[str, Rule] = {
    "06-nombre-ou-part": Rule(_number_or_share, _number_or_share_answer, _number_or_share_wrong, _place),
}
