"""The synthesis for elected officials on paper: one A4 sheet, recto and verso, vector, tagged, readable in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartable import __version__, cartography, wording
from cartable.documents.pdf import AUTHOR
from cartable.documents.press import Press
from cartable.errors import CartableError
from cartable.layers import Layer, Point

if TYPE_CHECKING:
    import datetime as dt

    from cartable.briefing import Briefing, Check, Figure, Plan, Strength
    from cartable.drawing import Chart
    from cartable.territory import Territory

MAP_WIDTH, MAP_HEIGHT = 182.0, 104.0  # mm: what margins leave, and what the six figures leave
MOST_PLACES, PLACE = 60, "Lieux d’aide connus"
HEADINGS = ("Ici", "De quoi s’agit-il ?", "EPCI semblables", "France", "Année")
LONG_NAME = 42  # letters: beyond, the name is written smaller
LICENCES = (
    "Contenu sous licence CC BY-SA 4.0 ; données sous Licence Ouverte 2.0 (Etalab). Un chiffre vous semble faux ? "
    "Notez lequel, l’année et la source : la personne qui a préparé cette feuille vérifie et répond."
)


def pdf(briefing: Briefing, here: Territory, *, today: dt.date, grey: bool = False) -> bytes:
    """Return the synthesis as a PDF of exactly two pages.

    Parameters
    ----------
    briefing
        What it says.
    here
        The same territory: its contours.
    today
        The date printed at the bottom.
    grey
        Whether to draw in greys and textures alone.

    Raises
    ------
    CartableError
        If a side overflows in the smallest type: which one, by how many lines.
    """
    laid_out = press(briefing, here, today=today, grey=grey)
    overflow = laid_out.notes("debordement")
    if overflow:
        told = wording.join([f"le {n['cote']} de {wording.plural(n['lignes'], 'ligne')} de trop" for n in overflow])
        raise CartableError(
            f"La synthèse de « {briefing.name} » déborde de sa feuille : {told}.",
            "C’est un défaut de Cartable : signalez-le en donnant le nom de l’EPCI.",
        )
    return laid_out.pdf()


def press(briefing: Briefing, here: Territory, *, today: dt.date, grey: bool = False) -> Press:
    """Lay the two pages out without making the PDF."""
    chart = draw_map(briefing, here, grey=grey)
    return Press("briefing.typ", _data(briefing, chart, today, grey=grey))


def draw_map(briefing: Briefing, here: Territory, *, grey: bool = False) -> Chart | None:
    """Draw the map, or nothing where no commune can be drawn."""
    if briefing.plan is None:
        return None
    return cartography.draw(
        here.map_topology(),
        layer(briefing.plan),
        title=here.title,
        width=MAP_WIDTH,
        height=MAP_HEIGHT,
        names=not briefing.public,
        grey=grey,
        points=places(here),
        areas=here.neighbourhoods,
    )


def places(here: Territory) -> list[Point]:
    """Return the known places of help of its communes; none when there are too many for a small map."""
    table = here.tables.holdings.places
    mine = table[table["code_insee"].isin(here.codes)].dropna(subset=["latitude", "longitude"])
    if len(mine) > MOST_PLACES:
        return []
    rows = mine[["latitude", "longitude", "nom"]].itertuples(index=False)
    return [Point(float(lat), float(lon), str(name), PLACE) for lat, lon, name in rows]


def layer(plan: Plan) -> Layer:
    """Return the map as ``cartography`` reads it."""
    return Layer(
        key=plan.key,
        label=plan.label,
        unit=plan.unit,
        values=plan.values,
        texts=plan.texts,
        breaks=plan.bounds,
        class_labels=plan.classes,
        reading=plan.reading,
        source=plan.source,
        title=plan.title,
        states=plan.states,
    )


def _data(briefing: Briefing, chart: Chart | None, today: dt.date, *, grey: bool) -> dict[str, Any]:
    kind = "Synthèse pour les élus, séance publique" if briefing.public else "Synthèse pour les élus"
    return {
        "titre": f"{kind} : {briefing.title}",
        "auteur": AUTHOR,
        "gris": grey,
        "surtitre": kind,
        "nom": briefing.name,
        "corps_nom": 2.3 if len(briefing.name) <= LONG_NAME else 1.7,
        "fictif": briefing.fictional,
        "identite": briefing.identity,
        "essentiel": briefing.summary,
        "carte": chart and {"svg": chart.svg, "alt": _alternative(briefing, chart)},
        "entetes": HEADINGS,
        "chiffres": [_figure(figure) for figure in briefing.figures],
        "atouts": [{**_point(s), "pourquoi": s.why} for s in briefing.strengths],
        "points": [{**_point(c), "question": c.question, "qui": c.whom} for c in briefing.checks],
        "manques": [{"quoi": gap.what, "comment": gap.how} for gap in briefing.missing],
        "verifier": briefing.checklist,
        "methode": briefing.method,
        "sources": briefing.sources,
        "licence": wording.typeset(LICENCES),
        "mention": wording.typeset(f"Fait le {wording.date(today)} avec Cartable {__version__}"),
    }


def _alternative(briefing: Briefing, chart: Chart) -> str:
    """Return what a person who does not see the map should know: the finding, then the classes."""
    reading = briefing.plan.reading if briefing.plan else ""
    return f"{chart.description} {reading}".strip()


def _figure(figure: Figure) -> dict[str, str]:
    """Cut a value into its number, written large, and its unit."""
    number, unit = _cut(figure.text)
    return {
        "nombre": number,
        "unite": unit,
        "label": figure.label,
        "definition": figure.definition.removesuffix("."),
        "semblables": figure.similar,
        "pays": figure.country,
        "annee": figure.year,
        "source": figure.source,
    }


def _point(point: Strength | Check) -> dict[str, str | bool]:
    return {
        "titre": point.title,
        "constat": point.figure,
        "semblables": point.similar,
        "pays": point.country,
        "milieu": point.middle,
    }


def _cut(text: str) -> tuple[str, str]:
    """Part a number from its unit; « n. d. » has none."""
    if text == wording.number(None):
        return text, ""
    number, _, unit = text.partition(wording.NBSP)
    return number, unit
