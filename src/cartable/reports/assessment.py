"""How the démarche goes, step by step, and how far its objectives were attained; and the sheet that people fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import wording
from cartable.evaluation import ITEMS, LADDER, attainment, barometer
from cartable.evaluation.barometer import FEWEST, FEWEST_FOR_PERCENT, HIGHEST, LOWEST, share_text
from cartable.reports import telling
from cartable.sheets import Blanks, Document, Heading, Items, Paragraph, Sheet, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from cartable.evaluation.model import Adjustment, Answer, Judged, Objective
    from cartable.record.state import State
    from cartable.sheets import Block

HOW = (
    "Trois minutes, sans nom, à la fin de la séance. Entourez un nombre par ligne, de 1 (pas du tout) à 5 (tout à "
    "fait). Laissez vide si vous ne savez pas."
)
RULES = (
    f"Sous {FEWEST} réponses, aucune part n’est calculée : lisez les phrases.",
    f"Sous {FEWEST_FOR_PERCENT} réponses, une part se dit en personnes : « 6 sur 9 ».",
    "Dès qu’un quart des réponses à une question sont des 1 ou des 2, un ajustement se décide avant l’étape suivante.",
    "La note du milieu partage les réponses en deux moitiés.",
)
ANNEX = (
    "Score T de Kiresuk et Sherman (1968), avec une corrélation de 0,30 entre objectifs : 50 quand tout est atteint "
    "comme prévu. Il compare la démarche à ce qu’elle attendait, jamais à un autre territoire. Un objectif dépassé "
    "peut en cacher un autre manqué : lisez d’abord l’échelle."
)


def questionnaire(state: State, edition: dt.date, version: str) -> Document:
    """Return the sheet of the barometer, to be printed and filled in by hand."""
    marks = tuple(str(mark) for mark in range(LOWEST, HIGHEST + 1))
    rows = tuple((sentence, *marks) for sentence in ITEMS.values())
    blocks: tuple[Block, ...] = (
        *telling.fiction(state), Paragraph(wording.typeset(HOW), "lead"),
        Table("Entourez", ("Question", *marks), rows, (8, 1, 1, 1, 1, 1), tall=True),
        Blanks(("Ce qu’il faut garder", "Ce qu’il faut changer"), 2),
    )  # fmt: skip
    sheet = Sheet("barometre", "Comment s’est passée cette étape ?", blocks)
    return Document(f"Baromètre, {telling.title(state)}", "Sans nom", edition, version, (sheet,), mention=state.mention)


def assessment(state: State, judged: Judged, edition: dt.date, version: str) -> Document:
    """Return the barometer of each step, the adjustments, and the ladder of the objectives."""
    sheets = []
    for step in judged.steps():
        own = [one for one in judged.answers if one.etape == step]
        changed = [one for one in judged.adjustments if one.etape == step]
        title = f"Baromètre de l’étape {step[1:]}"
        sheets.append(Sheet(f"etape-{step}", title, tuple(_step(own, changed)), single=False))
    if judged.objectives:
        found = tuple(objectives_of(judged.objectives))
        sheets.append(Sheet("objectifs", "Les objectifs, sur une échelle", found, single=False))
    nothing = Paragraph("Aucune réponse et aucun objectif ne sont notés.")
    shown = telling.marked(state, sheets) or (Sheet("vide", "Rien à évaluer", (nothing,)),)
    title = f"Évaluation, {telling.title(state)}"
    return Document(title, "En cours de route", edition, version, shown, mention=state.mention)


def _step(answers: Sequence[Answer], adjustments: Sequence[Adjustment]) -> Iterator[Block]:
    yield Paragraph(wording.plural(len(answers), "réponse"), "lead")
    items = barometer(one.marks() for one in answers)
    rows = tuple(
        (
            ITEMS[one.key],
            str(one.count),
            wording.number(one.median, 1),
            _share(one.high, one.count),
            _share(one.low, one.count),
        )
        for one in items
    )
    head = ("Question", "Réponses", "Note du milieu", "4 et 5", "1 et 2")
    yield Table("Ce que disent les réponses", head, rows, (6, 2, 2, 2, 2))
    alerts = [ITEMS[one.key] for one in items if one.alert]
    if alerts and not adjustments:
        yield Paragraph(wording.typeset(f"Un ajustement est à décider : {' ; '.join(alerts)}."), "alerte")
    elif alerts:
        yield Paragraph(wording.typeset(f"Alerte : {' ; '.join(alerts)}."), "note")
    if adjustments:
        listed = tuple((a.constat, a.decision, a.par, "fait" if a.fait else "à faire") for a in adjustments)
        yield Table("Ajustements", ("Constat", "Décision", "Par", "État"), listed, (4, 5, 3, 2))
    for title, texts in (
        ("À garder", [one.garder for one in answers if one.garder]),
        ("À changer", [one.changer for one in answers if one.changer]),
    ):
        if texts:
            yield Heading(title)
            yield Items(tuple(telling.quoted(text) for text in texts))
    yield Heading("Comment lire")
    yield Items(tuple(wording.typeset(rule) for rule in RULES))


def _share(share: float | None, count: int) -> str:
    return "trop peu" if share is None else share_text(share, count)


def objectives_of(objectives: Sequence[Objective]) -> Iterator[Block]:
    """Yield the ladder of each objective, then the score."""
    for one in objectives:
        results = one.goal().levels
        rows = tuple(
            (LADDER[level], results[level], "✔ où nous en sommes" if one.resultat == level else "")
            for level in sorted(LADDER, reverse=True)
        )
        reached = sorted(LADDER, reverse=True).index(one.resultat) if one.resultat is not None else None
        marked = frozenset() if reached is None else frozenset({reached})
        yield Table(f"{one.cle}. {one.titre}", ("Échelon", "Ce que l’on voit", "Résultat"), rows, (3, 7, 3), marked)
    score = attainment([one.goal() for one in objectives])
    known = sum(one.resultat is not None for one in objectives)
    yield Heading("Annexe : le score")
    said = (
        f"Score : {wording.number(score, 1)}, sur {wording.plural(known, 'objectif')}." if known else "Aucun résultat."
    )
    yield Paragraph(wording.typeset(said))
    yield Paragraph(wording.typeset(ANNEX), "note")
