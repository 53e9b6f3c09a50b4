"""The whole démarche on one screen: steps, next meeting, who came, from where, the thread, what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartable import cartography, drawing, fields, thread, wording
from cartable.contract import STAGES
from cartable.flow import flow
from cartable.layers import Layer
from cartable.record.roles import LEAST, OTHERS, ROLES
from cartable.reports import telling
from cartable.sheets import Heading, Items, Paragraph, Picture, Table
from cartable.synthesis.voices import HOST

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from cartable.contract import Meeting
    from cartable.drawing import Chart
    from cartable.record.state import State
    from cartable.registers import Taken
    from cartable.sheets import Block
    from cartable.territory import Territory
    from cartable.thread import Step

CLASSES = ((LEAST, 9), (10, 19), (20, 10**6))
CLASS_LABELS = ("de 5 à 9", "de 10 à 19", "20 ou plus")
SOURCE = "Source : les séances de ce carnet. Une personne venue deux fois compte deux fois."
FEW = (
    f"Une commune qui a compté moins de {LEAST} personnes à une séance n’est pas montrée : on pourrait les reconnaître."
)


def dashboard(state: State, taken: Taken, today: dt.date, where: Territory | None = None) -> Iterator[Block]:
    """Yield the whole screen, block by block.

    Parameters
    ----------
    where
        The territory, for the map; without it, communes are in a table only.
    """
    yield Paragraph(f"{telling.title(state)}, le {wording.date(today)}", "lead")
    yield from telling.fiction(state)
    yield Heading("Où nous en sommes")
    yield steps_table(thread.steps(state, taken))
    yield from _coming(taken, today)
    yield Heading("Qui est venu")
    yield from by_role(state)
    yield from by_commune(state, where)
    yield Heading("Des enjeux aux actions")
    plan = taken.roadmap()
    if chart := flow(plan):
        yield Picture(chart.svg, chart.description)
        yield thread_table(taken)
    else:
        yield Paragraph("Aucun enjeu n’est écrit.")
    yield Heading("Ce qui reste ouvert")
    yield from still_open(taken, today)


def steps_table(steps: list[Step]) -> Table:
    """Return the steps, their state in a sign and a word, and what is missing."""
    rows = tuple(
        (f"{one.key[1]}. {one.name}", f"{thread.SYMBOLS[one.state]} {one.state}", " ; ".join(one.missing) or "rien")
        for one in steps
    )
    return Table("Les étapes", ("Étape", "Où elle en est", "Ce qui manque"), rows, (4, 2.5, 7))


def _coming(taken: Taken, today: dt.date) -> Iterator[Block]:
    coming = thread.next_meeting(taken, today)
    yield Paragraph(_meeting(coming) if coming else "Aucune rencontre n’est datée à partir d’aujourd’hui.")


def _meeting(one: Meeting) -> str:
    parts = [fields.said("rencontres", name, getattr(one, name)) for name in ("date", "heure", "lieu", "commune")]
    return wording.typeset(f"Prochaine rencontre : {one.titre}, {', '.join(filter(None, parts))}.")


def by_role(state: State) -> Iterator[Block]:
    """Yield how many people of each family came, session by session; few of them are not told apart."""
    sessions = state.all("seance")
    counts = {session.id: _present(state, session.id) for session in sessions}
    whole = {family: sum(one.get(family, 0) for one in counts.values()) for family in ROLES if family != HOST}
    if not any(whole.values()):
        yield Paragraph("Personne n’est encore noté autour des tables.")
        return
    rows = [(ROLES[family], count, str(count)) for family, count in whole.items() if count >= LEAST]
    chart = drawing.bars(rows, title="Personnes venues, par famille de rôles")
    yield Picture(chart.svg, chart.description)
    head = ("Famille de rôles", *(telling.quoted(one["titre"], 40) for one in sessions), "En tout")
    table = tuple(
        (ROLES[family], *(_shown(counts[one.id].get(family, 0)) for one in sessions), _shown(count))
        for family, count in whole.items()
    )
    yield Table("Personnes venues, par famille de rôles", head, table)
    yield Paragraph(wording.typeset(f"« < {LEAST} » : trop peu pour être comptées à part."), "note")


def _present(state: State, session: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in state.all("table", seance=session):
        for family, count in (table["roles"] or {}).items():
            if isinstance(count, int):
                found[family] = found.get(family, 0) + count
    return found


def _shown(count: int) -> str:
    return wording.number(count) if count >= LEAST or not count else f"< {LEAST}"


def communes(state: State) -> dict[str, int]:
    """Return how many people came from each commune, all sessions together; those too few are not written anyway."""
    found: dict[str, int] = {}
    for session in state.all("seance"):
        for name, count in (session["communes"] or {}).items():
            found[str(name)] = found.get(str(name), 0) + int(count)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == OTHERS, -pair[1], pair[0])))


def by_commune(state: State, where: Territory | None) -> Iterator[Block]:
    """Yield where people came from: a map, and the same in a table."""
    counts = communes(state)
    if not counts:
        return
    if where is not None and (chart := commune_map(counts, where)):
        yield Picture(chart.svg, chart.description)
    rows = tuple((telling.quoted(name, 60), wording.number(count)) for name, count in counts.items())
    yield Table("Personnes venues, par commune", ("Commune", "Personnes"), rows, (8, 2))
    yield Paragraph(wording.typeset(FEW), "note")


def commune_map(counts: Mapping[str, int], where: Territory) -> Chart | None:
    """Draw where people came from; ``None`` if no commune of the territory is named."""
    codes = {wording.fold(str(row["nom"])): str(code) for code, row in where.communes.iterrows()}
    values: dict[str, float | None] = {
        codes[wording.fold(name)]: float(count) for name, count in counts.items() if wording.fold(name) in codes
    }
    if not values:
        return None
    most = max(value or 0.0 for value in values.values())
    silent = len(where.codes) - len(values)
    said = f"Des personnes sont venues de {wording.plural(len(values), 'commune')} ; "
    said += f"{wording.plural(silent, 'commune')} sans personne comptée."
    layer = Layer(
        "personnes", "Personnes venues", "", values, {code: wording.number(value) for code, value in values.items()},
        (LEAST, 10, 20, max(most, 20) + 1), CLASS_LABELS, wording.typeset(said), SOURCE, "D’où les gens sont venus",
        {code: "personne n’est compté" for code in where.codes if code not in values},
    )  # fmt: skip
    return cartography.draw(where.map_topology(), layer, title=where.name)


def thread_table(taken: Taken) -> Table:
    """Return the thread in words: each action, its chantier, the enjeux of the chantier."""
    plan = taken.roadmap()
    projects = {one.cle: one for one in plan.projects}
    rows = []
    for action in plan.actions:
        project = projects.get(action.chantier or "")
        stakes = ", ".join(project.enjeux) if project else ""
        rows.append(
            (
                f"{action.cle}. {action.nom}",
                f"{project.cle}. {project.titre}" if project else "aucun",
                stakes or "aucun",
            )
        )
    return Table("Des enjeux aux actions", ("Action", "Chantier", "Enjeux"), tuple(rows), (6, 6, 2))


def still_open(taken: Taken, today: dt.date) -> Iterator[Block]:
    """Yield the adjustments that are not done, the alerts that nobody answered, the actions to look at."""
    lines = [
        f"{one.cle}, {STAGES[one.etape].lower()} : {one.decision} ({one.par}"
        + (f", avant le {wording.date(one.echeance)})" if one.echeance else ")")
        for one in thread.open_adjustments(taken)
    ]
    lines += [
        f"{STAGES[step]} : « {item} » est en alerte, un ajustement est à décider."
        for step, item in thread.alerts(taken)
    ]
    lines += [f"{action.cle}, {action.nom} : {said}." for action, said in thread.due(taken, today)]
    if lines:
        yield Items(tuple(wording.typeset(line) for line in lines), "cases")
    else:
        yield Paragraph("Rien n’attend.")
