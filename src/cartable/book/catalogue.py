"""The catalogue: every format in one list that is complete without script, and filters when there is one."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from cartable import wording
from cartable.book import fiche

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cartable.workshop import Card, Library, Vocabulary

LENGTHS = {15: "15 min", 30: "30 min", 45: "45 min", 60: "1 h", 90: "1 h 30", 120: "2 h", 180: "3 h", 240: "4 h"}
EASE = {1: "Facile", 2: "Facile ou moyenne"}


def html(library: Library, url: Callable[[str], str]) -> str:
    """Return the filters, the count and the list."""
    cards = sorted(library.cards.values(), key=lambda card: wording.fold(card.titre))
    entries = "".join(_entry(card, library.vocabulary, url) for card in cards)
    count = wording.plural(len(cards), "format")
    return (
        f'<div class="cartable-catalogue">{_filters(cards, library.vocabulary)}'
        f'<p class="cartable-catalogue__compte" role="status">{count}, par ordre alphabétique.</p>'
        f'<ul class="cartable-catalogue__liste">{entries}</ul></div>'
    )


# -- filters --------------------------------------------------------------------------------


def _filters(cards: list[Card], words: Vocabulary) -> str:
    used = {step for card in cards for step in card.etapes_programme}
    left = {output for card in cards for output in card.sorties}
    fields = [
        _field("mots", "Un mot du format", '<input id="filtre-mots" name="mots" type="search" autocomplete="off">'),
        _select("etape", "Moment du programme", "Tous", _kept(words.etapes, used)),
        _select("duree", "Durée au plus", "Toutes", LENGTHS),
        _field(
            "personnes",
            "Nombre de personnes",
            '<input id="filtre-personnes" name="personnes" type="number" inputmode="numeric" min="1" max="500">',
        ),
        _select("livrable", "Ce qu’il en sort", "Tout", _sentence(words.livrables, left)),
        _select("difficulte", "Difficulté d’animation", "Toutes", EASE),
        _box("distance", "Possible à distance"),
        _box("ecran", "Sans écran ni projecteur"),
    ]
    return (
        '<form class="cartable-filtres" role="search" aria-label="Choisir parmi les formats">'
        f'{"".join(fields)}<button type="reset" class="cartable-filtres__tout">Effacer les filtres</button></form>'
    )


def _field(name: str, text: str, control: str) -> str:
    return f'<div class="cartable-filtre"><label for="filtre-{name}">{escape(text)}</label>{control}</div>'


def _select(name: str, text: str, everything: str, choices: Mapping[int, str] | Mapping[str, str]) -> str:
    options = "".join(
        f'<option value="{escape(str(value))}">{escape(wording.typeset(shown))}</option>'
        for value, shown in choices.items()
    )
    control = f'<select id="filtre-{name}" name="{name}"><option value="">{everything}</option>{options}</select>'
    return _field(name, text, control)


def _box(name: str, text: str) -> str:
    return (
        f'<div class="cartable-filtre cartable-filtre--case"><input id="filtre-{name}" name="{name}" type="checkbox" '
        f'value="oui"><label for="filtre-{name}">{escape(text)}</label></div>'
    )


def _kept(words: Mapping[str, str], used: Iterable[str]) -> dict[str, str]:
    order = [*words, *sorted(set(used) - set(words))]
    return {slug: fiche.label(words, slug) for slug in order if slug in used}


def _sentence(words: Mapping[str, str], used: Iterable[str]) -> dict[str, str]:
    """Return deliverables in short, by alphabetical order."""
    shorts = {slug: fiche.short(words, slug) for slug in _kept(words, used)}
    return {slug: text[:1].upper() + text[1:] for slug, text in sorted(shorts.items(), key=lambda one: _key(one[1]))}


def _key(text: str) -> str:
    """Sort « Les enjeux » at its noun."""
    words = wording.fold(text).split()
    articles = {"les", "la", "le", "l", "une", "un", "des", "ce", "que", "qui", "d"}
    return " ".join(words[next((i for i, word in enumerate(words) if word not in articles), 0) :])


# -- the list -------------------------------------------------------------------------------


def _entry(card: Card, words: Vocabulary, url: Callable[[str], str]) -> str:
    people = card.participants
    length = fiche.live("total:typique", wording.duration(card.total()))
    facts = [
        f"{length} à {fiche.live('effectif', wording.plural(people.ideal, 'personne'))}",
        f"de {people.min} à {people.max} personnes",
        escape(fiche.difficulty(card)),
        "possible à distance" if card.distance.possible else "en présence",
        "avec un écran" if fiche.needs_screen(card) else "sans écran",
    ]
    steps = "".join(f"<li>{escape(_moment(words, one))}</li>" for one in card.etapes_programme)
    outputs = wording.join([fiche.short(words.livrables, one) for one in card.sorties])
    return (
        f'<li class="cartable-format" data-fiche="{escape(fiche.payload(card))}" data-filtres="{escape(_facts(card))}" '
        f'data-mots="{escape(folded(card, words))}"><h3>{fiche.link(url(f"workshops/{card.slug}"), card.titre)}</h3>'
        f"<p>{escape(card.intention)}</p>"
        f'<ul class="cartable-format__faits">{"".join(f"<li>{fact}</li>" for fact in facts)}</ul>'
        f'<p class="cartable-format__sorties">Il en sort{wording.NBSP}: {escape(outputs)}.</p>'
        f'<ul class="cartable-format__etapes" aria-label="Moments du programme">{steps}</ul></li>'
    )


def _moment(words: Vocabulary, step: str) -> str:
    """Name a step in short: « Étape 1 »."""
    return wording.typeset(fiche.label(words.etapes, step).split(", ")[0])


def _facts(card: Card) -> str:
    facts = {
        "etapes": card.etapes_programme,
        "sorties": card.sorties,
        "difficulte": card.difficulte.animation,
        "distance": card.distance.possible,
        "ecran": not fiche.needs_screen(card),
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def folded(card: Card, words: Vocabulary) -> str:
    """Return the words that find a card, without accents nor case."""
    texts = [card.titre, card.intention, *card.quand_utiliser, card.origine.inventeur]
    texts += [fiche.label(words.etapes, one) for one in card.etapes_programme]
    texts += [fiche.label(words.livrables, one) for one in card.sorties]
    texts += [item.nom for item in card.materiel]
    texts += [f"{one.verbe} {one.resultat}" for one in card.objectifs]
    return " ".join(dict.fromkeys(wording.fold(" ".join(texts)).split()))
