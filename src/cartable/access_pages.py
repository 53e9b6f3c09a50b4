"""Who lives far from help, as HTML: the same sections in a notebook and in a page of its own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cartable import access_map, access_tables, assets, maps, wording
from cartable.access import reading
from cartable.access_map import TITLE
from cartable.pages import Section
from cartable.portrait import FORMER_PERIMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartable.access.inquiry import Inquiry
    from cartable.access.survey import Opening

FORMER = f"Attention : quartiers aux périmètres de {FORMER_PERIMETERS}, remplacés au 1er janvier 2024."


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in sentences) + "</ul>"


def _paragraph(text: str, kind: str) -> str:
    return f'<p class="cartable-{kind}">{escape(text)}</p>'


def _reading(sentences: Iterable[str], finding: str = "") -> str:
    first = _paragraph(finding, "constat") if finding else ""
    return f'{assets.style("pages.css")}<div class="cartable-lecture">{first}{_list(sentences)}</div>'


def _section(inquiry: Inquiry, sentences: Iterable[str], *more: str, finding: str = "") -> Section:
    """Put together sentences, tables and the source; the text says what the sentences say."""
    said = list(sentences)
    html = _reading(said, finding) + "".join(more) + _paragraph(access_tables.source(inquiry), "source")
    return Section(html, " ".join([finding, *said]).strip())


def missing(inquiry: Inquiry) -> Section:
    """Say that no place is known, why, and how to have some: never an empty map."""
    sentences = [wording.typeset(s) for s in reading.HOW_TO_GET_PLACES]
    why = reading.about(inquiry)
    return Section(_reading(sentences, why), " ".join([why, *sentences]))


def _nothing() -> Section:
    text = "Rien à montrer ici : aucun lieu d’aide n’est connu. Le premier encadré dit comment en avoir."
    return Section(_paragraph(wording.typeset(text), "avis"), text)


def places(inquiry: Inquiry) -> Section:
    """Return the places that count: how many, which, what is not known of them; or why there is none."""
    if not inquiry.at_hand:
        return missing(inquiry)
    table = access_tables.by_kind(inquiry) if inquiry.public else access_tables.by_place(inquiry)
    return _section(inquiry, reading.places_reading(inquiry), table._repr_html_())


def people(inquiry: Inquiry) -> Section:
    """Return who lives far: sentences, then the table of bounds by radius."""
    if not inquiry.at_hand:
        return _nothing()
    table = access_tables.by_radius(inquiry)._repr_html_()
    about = _paragraph(reading.about(inquiry), "note")
    return _section(inquiry, reading.summary(inquiry), table, about, finding=f"{reading.finding(inquiry)}.")


def chart_map(inquiry: Inquiry, *, ign_background: bool = False) -> Section:
    """Return the map of the territory, and under it what a place opened at a point would change."""
    if not inquiry.at_hand:
        return _nothing()
    text = f"{reading.finding(inquiry)}. {reading.beyond_reading(inquiry, inquiry.radius)}"
    old = any(n.vintage <= FORMER_PERIMETERS for n in inquiry.territory.neighbourhoods)
    warning = _paragraph(wording.typeset(FORMER), "avis") if old else ""
    html = assets.style("pages.css") + warning + access_map.html(inquiry, ign_background=ign_background)
    return Section(html, text)


def communes(inquiry: Inquiry) -> Section:
    """Return the table of the communes; in a public meeting, how many are in each situation."""
    if not inquiry.at_hand:
        return _nothing()
    if not inquiry.public:
        table = access_tables.by_commune(inquiry)
        return Section(table._repr_html_(), repr(table))
    table = access_tables.by_situation(inquiry)
    return _section(inquiry, [wording.typeset(reading.TO_CHECK)], table._repr_html_())


def offers(inquiry: Inquiry) -> Section:
    """Return the table by what places offer, silences counted apart."""
    if not inquiry.at_hand:
        return _nothing()
    return _section(inquiry, reading.offers_reading(inquiry), access_tables.by_offer(inquiry)._repr_html_())


def opening(inquiry: Inquiry, tried: Opening | None) -> Section:
    """Return what a place opened at a point changes: before, after, who gains; or how to choose a point."""
    if not inquiry.at_hand:
        return _nothing()
    if tried is None:
        text = "Choisissez une commune, ou une latitude et une longitude, dans les réglages."
        return Section(_paragraph(text, "avis"), text)
    gainers = "" if inquiry.public or tried.gainers.empty else access_tables.gainers(tried)._repr_html_()
    table = access_tables.before_after(tried, inquiry)._repr_html_()
    return _section(inquiry, reading.opening_reading(inquiry, tried), table, gainers)


def best(inquiry: Inquiry) -> Section:
    """Return where a place would bring most people under the radius, tried at the point of each commune."""
    if not inquiry.at_hand:
        return _nothing()
    shown = inquiry.best[inquiry.best["au_plus"] > 0].head(access_tables.BEST)
    table = "" if inquiry.public or shown.empty else access_tables.best(shown, inquiry)._repr_html_()
    return _section(inquiry, reading.best_reading(inquiry), table)


SECTIONS = {
    "Quels lieux comptent ?": places,
    "Qui vit loin ?": people,
    "La carte, et l’essai d’un lieu": chart_map,
    "Le tableau des communes": communes,
    "Ce que les lieux offrent": offers,
    "Où un lieu rapprocherait le plus de monde": best,
}


def fragment(inquiry: Inquiry) -> str:
    """Return all the sections, one after the other; alone, the explanation when no place is at hand."""
    if not inquiry.at_hand:
        return missing(inquiry).html
    return "".join(
        f"<section><h2>{escape(wording.typeset(title))}</h2>{section(inquiry)._repr_html_()}</section>"
        for title, section in SECTIONS.items()
    )


def document(inquiry: Inquiry) -> str:
    """Return the sections as one HTML page that holds everything it needs."""
    title = wording.typeset(f"{TITLE} : {inquiry.territory.title}")
    return maps.PAGE.format(lang="fr", title=escape(title), content=fragment(inquiry))
