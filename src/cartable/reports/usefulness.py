"""The two reports that end the project: use and usefulness of the guide (A100), usefulness of the method (A106)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import contract, drawing, effort, fields, wording
from cartable.effort import Effort
from cartable.evaluation import ITEMS, barometer
from cartable.evaluation.barometer import FEWEST_FOR_PERCENT
from cartable.evaluation.learning import MOST, REACTIONS, SKILLS, Learner, reactions, skills
from cartable.evaluation.reach import (
    CHANNELS,
    FEWEST_FOR_SCORE,
    USES,
    Centre,
    Interview,
    Opinion,
    Reach,
    by_channel,
    opinions,
)
from cartable.record.roles import ROLES
from cartable.reports import telling
from cartable.reports.assessment import objectives_of
from cartable.sheets import Document, Heading, Items, Paragraph, Picture, Sheet, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from cartable.drawing import Chart
    from cartable.evaluation import Item
    from cartable.evaluation.model import Judged
    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.sheets import Block

NOTHING = "Rien n’est encore noté ici. Remplissez « {} » : ce bilan se complète tout seul."
DOWNLOADS = "Un téléchargement n’est pas un usage : les deux sont comptés à part, et ne s’additionnent pas."
SMALL = (
    f"Sous {FEWEST_FOR_PERCENT} réponses, aucun pourcentage n’est écrit. Peu de personnes répondent : ces nombres "
    "décrivent, ils ne prouvent pas."
)
THEMES = ("attentes", "deroulement", "avis", "effets", "ameliorations")
GAIN = (
    "Gain : part de ce qui restait à gagner et qui l’a été (1 : tout). Notes du milieu, les mêmes personnes avant et "
    "après."
)
LEVELS = (
    "Quatre niveaux : ce que les gens en ont pensé, ce qu’ils ont appris, ce qu’ils ont fait ensuite, ce que cela a "
    "changé (Kirkpatrick)."
)


def guide_report(state: State, taken: Taken, edition: dt.date, version: str) -> Document:
    """Return the report on the use and usefulness of the guide."""
    sheets = (
        Sheet("diffusion", "Où le guide est allé", tuple(_reach(taken.of(Reach))), single=False),
        Sheet("usages", "Ce qui en a été fait", tuple(_uses(taken.of(Opinion))), single=False),
        Sheet("entretiens", "Ce que disent les entretiens", tuple(_interviews(taken.of(Interview))), single=False),
    )
    title = "Bilan d’utilisation et d’utilité du guide"
    shown = telling.marked(state, sheets)
    return Document(title, telling.title(state), edition, version, shown, contents=True, mention=state.mention)


def method_report(state: State, taken: Taken, edition: dt.date, version: str) -> Document:
    """Return the report on the usefulness of the method."""
    judged = taken.judged()
    sheets = [
        Sheet("demarche", "Ce qui a été fait", tuple(_done(state, taken)), single=False),
        Sheet("barometres", "Entre deux étapes", tuple(_barometers(judged)), single=False),
        Sheet("objectifs", "Les objectifs, sur une échelle", tuple(_goals(judged)), single=False),
        Sheet("formation", "La formation", tuple(_training(taken.of(Learner), taken.of(Centre))), single=False),
        Sheet("temps", "Temps et frais", tuple(_effort(taken)), single=False),
        Sheet("entretiens", "Ce que disent les entretiens", tuple(_interviews(taken.of(Interview))), single=False),
    ]
    title = "Bilan de l’utilité de la méthode"
    shown = telling.marked(state, sheets)
    return Document(title, telling.title(state), edition, version, shown, contents=True, mention=state.mention)


def _nothing(register: str) -> Paragraph:
    return Paragraph(wording.typeset(NOTHING.format(register)))


# --- The guide ------------------------------------------------------------------------------------------------------


def _reach(rows: Sequence[Reach]) -> Iterator[Block]:
    if not rows:
        yield _nothing("diffusion")
        return
    found = by_channel(rows)
    left = [(one, one.downloads + one.copies) for one in found]
    total = sum(count for _, count in left)
    yield Paragraph(
        wording.typeset(f"{wording.plural(total, 'exemplaire parti', 'exemplaires partis')}, papier et fichiers."),
        "lead",
    )
    chart = drawing.bars(
        [(CHANNELS[one.channel], count, wording.number(count)) for one, count in left],
        title="Exemplaires partis par canal",
    )
    yield Picture(chart.svg, chart.description)
    cells = tuple(
        (CHANNELS[one.channel], *(wording.number(n) for n in (one.downloads, one.visitors, one.copies, one.people)))
        for one in found
    )
    head = ("Canal", "Téléchargements", "Visiteurs", "Exemplaires", "Personnes présentes")
    yield Table("Par canal", head, cells, (4, 4, 2.6, 3, 2.8))
    yield fields.table("diffusion", rows, "Période par période")
    yield Paragraph(wording.typeset(DOWNLOADS), "note")


def _uses(answers: Sequence[Opinion]) -> Iterator[Block]:
    if not answers:
        yield _nothing("avis_guide")
        return
    found = opinions(answers)
    many = wording.plural(found.used, "personne a", "personnes ont")
    said = f"{wording.plural(found.count, 'réponse')}. {many} utilisé, adapté ou recommandé le guide"
    said += "." if found.rate is None else f", soit {wording.percent(found.rate, 0)} des réponses."
    yield Paragraph(wording.typeset(said), "lead")
    chart = drawing.bars(
        [(USES[key], count, wording.number(count)) for key, count in found.uses.items()],
        title="Ce que les lecteurs disent avoir fait",
    )
    yield Picture(chart.svg, chart.description)
    uses = tuple((USES[key], wording.number(count)) for key, count in found.uses.items())
    yield Table("Ce que les lecteurs disent avoir fait", ("Usage", "Réponses"), uses, (8, 2))
    marks = (("Le fond", _mark(found.content)), ("La forme", _mark(found.form)))
    yield Table("Notes du milieu, de 1 à 5", ("Sur quoi", "Note"), marks, (8, 2))
    who = {family: sum(one.famille == family for one in answers) for family in ROLES}
    rows = tuple((ROLES[family], wording.number(count)) for family, count in who.items() if count)
    yield Table("Qui a répondu", ("Famille de rôles", "Réponses"), rows, (8, 2))
    if found.score is None:
        limit = f"Le score de recommandation n’est pas calculé sous {FEWEST_FOR_SCORE} réponses."
        yield Paragraph(wording.typeset(limit), "note")
    else:
        yield Paragraph(wording.typeset(f"Score de recommandation : {wording.number(found.score)}, de −100 à 100."))
    for title, texts in (
        ("Décisions que le guide a changées", [one.a_change for one in answers]),
        ("Ce qui manque", [one.manque for one in answers]),
    ):
        if known := tuple(telling.quoted(text) for text in texts if text):
            yield Heading(title)
            yield Items(known)
    yield Paragraph(wording.typeset(SMALL), "note")


def _petals(items: Sequence[Item], title: str) -> Chart:
    """Draw the shares of each item, or its middle mark where there are too few answers for a percentage."""
    if all(one.count >= FEWEST_FOR_PERCENT for one in items):
        shares = [(ITEMS[i.key], (i.low or 0.0, 1 - (i.low or 0.0) - (i.high or 0.0), i.high or 0.0)) for i in items]
        return drawing.stacked_bars(shares, ("1 et 2", "3", "4 et 5"), title=title, own=False)
    marks = [(ITEMS[i.key], i.median or 0.0, _mark(i.median)) for i in items]
    return drawing.bars(marks, title=f"{title}, notes du milieu sur 5")


def _mark(mark: float | None) -> str:
    return "sans réponse" if mark is None else wording.number(mark, 0 if float(mark).is_integer() else 1)


def _interviews(listed: Sequence[Interview]) -> Iterator[Block]:
    if not listed:
        yield _nothing("entretiens")
        return
    yield Paragraph(
        wording.typeset(f"{wording.plural(len(listed), 'entretien')}, sous un code, avec l’accord de chaque personne.")
    )
    for theme in THEMES:
        said = tuple(
            wording.typeset(f"{ROLES[one.famille]} : {telling.quoted(text, 400)}")
            for one in listed if (text := getattr(one, theme))
        )  # fmt: skip
        if said:
            yield Heading(fields.LABELS[theme])
            yield Items(said)


# --- The method -----------------------------------------------------------------------------------------------------


def _done(state: State, taken: Taken) -> Iterator[Block]:
    plan = taken.roadmap()
    papers = state.all("note")
    rows = (
        ("Séances tenues", wording.number(len(state.all("seance")))),
        ("Papiers écrits", wording.number(len(papers))),
        ("Enjeux", wording.number(len(plan.stakes))),
        ("Chantiers retenus", wording.number(sum(one.suite == "retenu" for one in plan.projects))),
        ("Fiches action", wording.number(len(plan.actions))),
        ("Centres de ressources formés", wording.number(len(taken.of(Centre)))),
    )
    yield Table("La démarche en nombres", ("Quoi", "Combien"), rows, (8, 2))
    if papers:
        yield Paragraph(telling.heard(state))
    elif not any(taken.entries.values()):
        yield _nothing("enjeux")


def _barometers(judged: Judged) -> Iterator[Block]:
    if not judged.answers:
        yield _nothing("barometre")
        return
    for step in judged.steps():
        answers = [one for one in judged.answers if one.etape == step]
        items = barometer(one.marks() for one in answers)
        yield Heading(wording.typeset(f"Étape {step[1:]} : {contract.STAGES[step].lower()}"))
        yield Paragraph(wording.plural(len(answers), "réponse"))
        chart = _petals(items, f"Baromètre de l’étape {step[1:]}")
        yield Picture(chart.svg, chart.description)
        rows = tuple((ITEMS[i.key], wording.number(i.count), _mark(i.median)) for i in items)
        yield Table(f"Notes du milieu, étape {step[1:]}", ("Question", "Réponses", "Note sur 5"), rows, (8, 2, 2))
    if judged.adjustments:
        yield fields.table("ajustements", judged.adjustments)
    yield Paragraph(wording.typeset(SMALL), "note")


def _goals(judged: Judged) -> Iterator[Block]:
    if not judged.objectives:
        yield _nothing("objectifs")
        return
    yield from objectives_of(judged.objectives)


def _training(learners: Sequence[Learner], centres: Sequence[Centre]) -> Iterator[Block]:
    if not learners and not centres:
        yield _nothing("formation")
        return
    yield Paragraph(wording.typeset(LEVELS), "note")
    if learners:
        yield from _levels(learners)
    if centres:
        yield Heading("Ce que cela a changé")
        total = wording.plural(
            sum(one.territoires for one in centres), "territoire accompagné", "territoires accompagnés"
        )
        adopted = wording.plural(
            sum(one.feuilles_adoptees for one in centres), "feuille de route adoptée", "feuilles de route adoptées"
        )
        formed = wording.plural(len(centres), "centre formé", "centres formés")
        yield Paragraph(wording.typeset(f"{formed}, {total}, {adopted}."))
        yield fields.table("centres", centres)


def _levels(learners: Sequence[Learner]) -> Iterator[Block]:
    yield Heading("Ce que les gens en ont pensé")
    felt = tuple((REACTIONS[key], wording.number(count), _mark(mark)) for key, count, mark in reactions(learners))
    yield Table("Notes du milieu, de 1 à 5", ("Question", "Réponses", "Note"), felt, (8, 2, 2))
    yield Heading("Ce qu’ils ont appris")
    found = skills(learners)
    moved = [
        (SKILLS[one.key], one.before, one.after) for one in found if one.before is not None and one.after is not None
    ]
    if moved:
        chart = drawing.shifts(moved, title=f"Confiance avant et après, de 0 à {MOST}", most=MOST)
        yield Picture(chart.svg, chart.description)
    rows = tuple(
        (SKILLS[one.key], wording.number(one.count), _mark(one.before), _mark(one.after),
         "sans réponse" if one.gain is None else wording.number(one.gain, 2))
        for one in found
    )  # fmt: skip
    yield Table("Confiance", ("Capacité", "Réponses", "Avant", "Après", "Gain"), rows, (7, 2.6, 2, 2, 2))
    yield Paragraph(wording.typeset(GAIN), "note")
    run = [one.seances_animees for one in learners if one.seances_animees is not None]
    if run:
        yield Heading("Ce qu’ils ont fait ensuite")
        used = sorted({name for one in learners for name in one.formats_utilises})
        who = wording.plural(len(run), "personne a", "personnes ont")
        done = wording.plural(sum(run), "séance animée", "séances animées")
        said = f"{who} répondu trois mois après : {done}."
        yield Paragraph(wording.typeset(said + (f" Formats utilisés : {', '.join(used)}." if used else "")))


def _effort(taken: Taken) -> Iterator[Block]:
    listed = taken.of(Effort)
    if not listed:
        yield _nothing("temps")
        return
    yield from time_spent(listed)


def time_spent(listed: Sequence[Effort]) -> Iterator[Block]:
    """Yield days, kilometres and expenses: the total, by step, by family of roles."""
    whole = effort.total(listed)
    spent = (f"{wording.number(whole.days, 1)} jours de travail", f"{wording.number(whole.km)} km")
    said = f"{', '.join(spent)}, {wording.number(whole.expenses)} € de frais."
    yield Paragraph(wording.typeset(said), "lead")
    stages = effort.by_stage(listed)
    chart = drawing.bars(
        [(contract.STAGES[key], one.days, f"{wording.number(one.days, 1)} j") for key, one in stages.items()],
        title="Jours de travail par étape",
    )
    yield Picture(chart.svg, chart.description)
    for caption, names, totals in (
        ("Par étape", contract.STAGES, stages), ("Par famille de rôles", ROLES, effort.by_family(listed)),
    ):  # fmt: skip
        rows = tuple(
            (names[key], wording.number(one.days, 1), wording.number(one.planned, 1), wording.number(one.km),
             wording.number(one.expenses))
            for key, one in totals.items()
        )  # fmt: skip
        yield Table(caption, ("Quoi", "Jours", "Jours prévus", "Km", "Frais (€)"), rows, (6, 2, 2, 2, 2))
