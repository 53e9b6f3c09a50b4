"""The page of a card: each function writes one part of it, as HTML.

Texts come from ``cartable.workshop`` already typeset. Whatever depends on the number of people carries a ``data-``
attribute: ``workshops.js`` computes it anew; without it, the page shows the ideal headcount.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from cartable import wording, workshop
from cartable.book.materials import quantity, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cartable.book.shelf import Around, Neighbour
    from cartable.workshop import Card, Step, Vocabulary

CLOCK_NAMES = {"optimiste": "si tout va vite", "typique": "d’habitude", "prudent": "en comptant large"}
FACILITATION = {1: "facile à animer", 2: "demande un peu d’habitude pour animer", 3: "exigeant à animer"}
PARTICIPATION = {
    1: "facile pour les participants",
    2: "demande un effort aux participants",
    3: "exigeant pour les participants",
}
SCREENS = frozenset({"Vidéoprojecteur", "Ordinateur portable"})
GROUPS = {"binome": ("binôme", "binômes"), "trio": ("trio", "trios"), "groupe": ("groupe", "groupes")}


@dataclass(frozen=True)
class Page:
    """All that a page of a card is written from; ``url`` gives the address of another page of the book."""

    card: Card
    words: Vocabulary
    around: Around
    url: Callable[[str], str]
    downloads: Sequence[tuple[str, str]] = ()
    canvas_url: str = ""


# -- pieces ---------------------------------------------------------------------------------


def label(words: Mapping[str, str], slug: str) -> str:
    """Return what a word of the vocabulary means, or the word itself when the vocabulary cannot be read."""
    return words.get(slug, slug)


def short(words: Mapping[str, str], slug: str) -> str:
    """Return the meaning of a word without its brackets, to be put inside a sentence."""
    text = label(words, slug).split(" (")[0].split(", ")[0]
    return text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """Put a capital at the beginning."""
    return text[:1].upper() + text[1:]


def items(texts: Iterable[str]) -> str:
    """Return a list of plain texts."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def pairs(rows: Iterable[tuple[str, str]], css: str = "cartable-notes") -> str:
    """Return a list of terms and their descriptions, which are HTML already."""
    inside = "".join(f"<div><dt>{escape(term)}</dt><dd>{text}</dd></div>" for term, text in rows)
    return f'<dl class="{css}">{inside}</dl>'


def link(url: str, text: str) -> str:
    """Return a link inside the book."""
    return f'<a class="reference internal" href="{escape(url)}">{escape(text)}</a>'


def live(name: str, text: str) -> str:
    """Return a text that the browser computes anew when the number of people changes."""
    return f'<span data-calcul="{name}">{escape(text)}</span>'


def needs_screen(card: Card) -> bool:
    """Say whether the format, as it is written, uses a screen or a projector."""
    return any(item.nom in SCREENS for item in card.materiel)


def steps_data(card: Card) -> list[list[object]]:
    """Return the steps as ``workshops.js`` reads them."""
    return [
        [step.minutes.min, step.minutes.typique, step.minutes.max, step.par_personne, step.configuration]
        for step in card.deroule
    ]


def payload(card: Card) -> str:
    """Return what the browser needs to compute a card for another number of people, as JSON."""
    data = {
        "etapes": steps_data(card),
        "participants": card.participants.model_dump(),
        "materiel": [[item.quantite, item.par] for item in card.materiel],
        "horloges": workshop.CLOCK_SHARES,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


# -- parts ----------------------------------------------------------------------------------


def summary(page: Page) -> str:
    """Return the aim, the « en bref » panel and the control of the headcount."""
    card, people = page.card, page.card.participants
    data = escape(payload(card))
    rows = [
        ("Programme", "<br>".join(escape(label(page.words.etapes, one)) for one in card.etapes_programme)),
        ("Durée", _durations(card)),
        ("Participants", _people(card)),
        ("Animation", escape(wording.plural(card.animateurs, "personne"))),
        ("Avant et après", escape(_around_the_clock(card))),
        ("Difficulté", escape(wording.typeset(f"{difficulty(card)} ; {PARTICIPATION[card.difficulte.participation]}"))),
        ("À distance", "possible" if card.distance.possible else "non, voyez ce qui le remplace"),
        ("Sans écran", "avec une adaptation" if needs_screen(card) else "oui, tel quel"),
    ]
    return (
        f'<p class="cartable-intention">{escape(card.intention)}</p>'
        f'<section class="cartable-bref cartable-enbref" aria-label="En bref" data-fiche="{data}">'
        f'<p class="cartable-enbref__titre">En bref</p>{pairs(rows, "cartable-enbref__liste")}'
        f"{_control(people.ideal)}{_downloads(page.downloads)}</section>"
    )


def difficulty(card: Card) -> str:
    """Return how hard it is to facilitate, in words."""
    return FACILITATION[card.difficulte.animation]


def _durations(card: Card) -> str:
    n = card.participants.ideal
    totals = {clock: live(f"total:{clock}", wording.duration(card.total(n, clock))) for clock in workshop.CLOCKS}
    others = [f"{totals[clock]} {CLOCK_NAMES[clock]}" for clock in ("optimiste", "prudent")]
    people = f"à {live('effectif', _persons(n))}"
    return f"<strong>{totals['typique']}</strong> d’habitude, {people}{_detail(', '.join(others))}"


def _people(card: Card) -> str:
    people = card.participants
    text = wording.typeset(f"de {people.min} à {people.max} personnes, idéal : {people.ideal}")
    if not any(step.configuration == "groupe" for step in card.deroule):
        return escape(text)
    tables = live("groupes", groups(card, "groupe", people.ideal))
    return escape(text) + _detail(f"par groupes de {people.par_groupe} au plus, soit {tables}")


def _around_the_clock(card: Card) -> str:
    parts = [
        (card.preparation, "de préparation les jours d’avant"),
        (card.installation, "pour installer"),
        (card.rangement, "pour ranger"),
    ]
    return wording.join([f"{wording.duration(minutes)} {what}" for minutes, what in parts if minutes]) or "rien"


def _control(ideal: int) -> str:
    return (
        '<div class="cartable-effectif"><label for="cartable-effectif">Recalculer pour ce nombre de personnes</label>'
        f'<input id="cartable-effectif" type="number" inputmode="numeric" min="1" max="500" step="1" value="{ideal}">'
        '<p role="status" class="cartable-effectif__dit"></p></div>'
    )


def _downloads(downloads: Sequence[tuple[str, str]]) -> str:
    if not downloads:
        return ""
    links = "".join(f"<li>{link(url, text)}</li>" for text, url in downloads)
    return f'<ul class="cartable-telechargements">{links}</ul>'


def objectives(page: Page) -> str:
    """Return what participants will have done."""
    lines = (
        f"<li><strong>{escape(capital(one.verbe))}</strong>{wording.NBSP}: {escape(one.resultat)}</li>"
        for one in page.card.objectifs
    )
    return f"<ul>{''.join(lines)}</ul>"


def when(page: Page) -> str:
    """Return when the format suits."""
    return items(page.card.quand_utiliser)


def when_not(page: Page) -> str:
    """Return when it does not."""
    return items(page.card.quand_eviter)


def groups(card: Card, configuration: str, n: int) -> str:
    """Return how many groups work at the same time: « 4 groupes »."""
    return wording.plural(card.group_count(configuration, n), *GROUPS[configuration])


def _setting(card: Card, step: Step, n: int) -> str:
    text = escape(workshop.CONFIGURATIONS[step.configuration])
    if step.configuration not in GROUPS:
        return text
    return f"{text}, {live(f'groupes:{step.configuration}', groups(card, step.configuration, n))}"


def minute_by_minute(page: Page) -> str:
    """Return the table of the steps: when they start, how long they last, what to say, what is left of them."""
    card, n = page.card, page.card.participants.ideal
    rows, at = [], 0
    for rank, step in enumerate(card.deroule):
        rows.append(_minute_row(card, step, rank, at))
        at += card.minutes(step, n)
    names = ("Début", "Étape et durée", "Ce que vous dites", "Ce qu’il en reste")
    head = "".join(f'<th role="columnheader" scope="col">{name}</th>' for name in names)
    caption = f"Le déroulé à {live('effectif', _persons(n))}, durées habituelles{wording.NBSP}: "
    # The roles survive the style that stacks the cells on a telephone.
    return (
        '<div class="pst-scrollable-table-container"><table role="table" class="table cartable-table cartable-minutes">'
        f"<caption>{caption}{live('total:typique', wording.duration(at))} en tout</caption>"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def _minute_row(card: Card, step: Step, rank: int, at: int) -> str:
    n = card.participants.ideal
    lasts = live(f"duree:{rank}", wording.duration(card.minutes(step, n)))
    details = f"{lasts}, {escape(_range(step))}", _setting(card, step, n)
    said = escape(f"«{wording.NBSP}{step.consigne}{wording.NBSP}»")
    return (
        f'<tr role="row"><td role="cell" data-titre="Début">{live(f"debut:{rank}", wording.duration(at))}</td>'
        f'<th role="rowheader" scope="row">{escape(step.nom)}{"".join(map(_detail, details))}</th>'
        f'<td role="cell" data-titre="Ce que vous dites">{said}</td>'
        f'<td role="cell" data-titre="Ce qu’il en reste">{escape(step.trace)}</td></tr>'
    )


def _persons(n: int) -> str:
    return wording.plural(n, "personne")


def _detail(html: str) -> str:
    return f'<span class="cartable-detail">{html}</span>'


def _range(step: Step) -> str:
    text = f"de {step.minutes.min} à {step.minutes.max}{wording.NBSP}min"
    if step.par_personne:
        shared = "" if step.configuration == "pleniere" else " du groupe"
        each = f"{step.par_personne:g}".replace(".", ",")
        text += f", dont {each}{wording.NBSP}min par personne{shared}"
    return text


PER = {"personne": "par personne", "groupe": "par groupe", "salle": "pour la salle"}


def material(page: Page) -> str:
    """Return the list of things to bring."""
    card, n = page.card, page.card.participants.ideal
    rows = "".join(
        f'<tr><th scope="row">{escape(item.nom)}</th><td>{escape(written(item.quantite))} {PER[item.par]}</td>'
        f'<td class="cartable-total">{live(f"materiel:{rank}", str(quantity(card, item, n)))}</td></tr>'
        for rank, item in enumerate(card.materiel)
    )
    return (
        '<div class="pst-scrollable-table-container"><table class="table cartable-table"><caption>À apporter pour '
        f'{live("effectif", _persons(n))}</caption><thead><tr><th scope="col">Quoi</th>'
        '<th scope="col">Combien</th><th scope="col" class="cartable-total">En tout</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def place(page: Page) -> str:
    """Return what the room must be, and what to do at a distance or without a screen."""
    card = page.card
    remote = "" if card.distance.possible else "Pas à distance. "
    return pairs(
        [
            ("La salle", escape(card.salle)),
            ("À distance", escape(remote + card.distance.adaptation)),
            ("Sans écran", escape(card.sans_ecran)),
        ]
    )


def accessibility(page: Page) -> str:
    """Return what to do so that everybody takes part."""
    needs = page.card.accessibilite
    return pairs(
        [
            ("Lire peu, ou peu le français", escape(needs.lecture)),
            ("Être sourd ou malentendant", escape(needs.surdite)),
            ("Se déplacer ou rester debout avec peine", escape(needs.mobilite)),
        ]
    )


def _needs(card: Card) -> str:
    return "Il vous faut" if len(card.entrees) == 1 else "Il vous faut l’un de ces points de départ"


def chain(page: Page) -> str:
    """Return what the format needs and leaves, and the formats that come before and after."""
    card, words = page.card, page.words
    rows = [
        (
            _needs(card),
            items(label(words.livrables, one) for one in card.entrees),
        ),
        ("Formats qui l’apportent", _neighbours(page, page.around.before)),
        ("Il en sort", items(label(words.livrables, one) for one in card.sorties)),
        ("Formats qui le reprennent", _neighbours(page, page.around.after)),
    ]
    if page.around.sessions:
        sessions = "".join(
            f"<li>{link(page.url(f'workshops/seances/{slug}'), title)}</li>" for slug, title in page.around.sessions
        )
        rows.append(("Dans ces séances prêtes", f"<ul>{sessions}</ul>"))
    return pairs(rows, "cartable-notes cartable-suites")


def _neighbours(page: Page, neighbours: Sequence[Neighbour]) -> str:
    """Return links to formats, under the deliverables that pass between them."""
    if not neighbours:
        return "<p>Aucun format de la bibliothèque.</p>"
    by_deliverable: dict[tuple[str, ...], list[str]] = {}
    for one in neighbours:
        by_deliverable.setdefault(one.shared, []).append(link(page.url(f"workshops/{one.slug}"), one.title))
    lines = (
        f"<li>{escape(capital(wording.join([short(page.words.livrables, name) for name in shared])))}"
        f"{wording.NBSP}: {', '.join(links)}</li>"
        for shared, links in by_deliverable.items()
    )
    return f"<ul>{''.join(lines)}</ul>"


def variants(page: Page) -> str:
    """Return other ways to run it."""
    return items(page.card.variantes)


def pitfalls(page: Page) -> str:
    """Return what goes wrong, and what to do then."""
    return items(page.card.pieges)


def advice(page: Page) -> str:
    """Return the advice of who ran it."""
    return items(page.card.conseils)


def success(page: Page) -> str:
    """Return what shows that it worked."""
    return items(page.card.signes_de_reussite)


def experiences(page: Page) -> str:
    """Return the real sessions entered."""
    if not page.card.experiences:
        return "<p>Aucune séance réelle n’a encore été saisie.</p>"
    lines = (
        f"<li>{escape(wording.date(one.date))}, {escape(one.territoire)}{wording.NBSP}: "
        f"{escape(wording.plural(one.effectif, 'personne'))}, {escape(wording.duration(one.duree_reelle))}. "
        f"{escape(one.retour)}</li>"
        for one in page.card.experiences
    )
    return f"<ul>{''.join(lines)}</ul>"


def origin(page: Page) -> str:
    """Return where the format comes from, its sources, its licence, and how to mend the page."""
    card = page.card
    year = "" if card.origine.annee == "inconnue" else f" ({card.origine.annee})"
    sources = items(_source(one.titre, one.annee, one.etat) for one in card.sources)
    canvas = escape(label(page.words.canevas, card.canevas))
    if page.canvas_url:
        canvas = f'<a class="reference internal" href="{escape(page.canvas_url)}">{canvas}</a>'
    return pairs(
        [
            ("Origine", escape(f"{card.origine.inventeur}{year}")),
            ("Sources", sources),
            ("Canevas", canvas),
            ("Licence", escape(f"{card.licence} pour le texte de cette fiche")),
            ("Corriger, compléter", _contribute(card)),
        ]
    )


def _source(title: str, year: int | str, state: str) -> str:
    shown = "année inconnue" if year == "inconnue" else str(year)
    return f"{title} ({shown}), source {state}"


def _contribute(card: Card) -> str:
    return (
        f"Toute la page vient du fichier <code>workshops/{card.slug}.md</code>. Une consigne qui accroche, une durée "
        "fausse, une séance réelle à raconter (sans nom)"
        f"{wording.NBSP}: modifiez ce fichier, ou ouvrez un ticket. Le mode d’emploi est dans "
        "<code>CONTRIBUTING.md</code>, partie «\u00a0Ajouter un atelier\u00a0»."
    )
