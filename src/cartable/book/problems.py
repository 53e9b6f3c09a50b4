"""What a page says of a file that cannot be used: the line, the field, what is wrong, what to do."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cartable import wording
from cartable.book.records import html_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartable.manuscript import Problem


def table(problems: Sequence[Problem]) -> str:
    """Return what to correct in a file."""
    file = problems[0].file
    count = wording.plural(len(problems), "erreur")
    rows = [
        [
            str(one.line),
            f"<code>{escape(one.field)}</code>" if one.field else "le fichier",
            escape(wording.typeset(one.message)),
            escape(wording.typeset(one.remedy)),
        ]
        for one in problems
    ]
    return (
        f"<p>Cette page ne peut pas encore se lire{wording.NBSP}: le fichier <code>{escape(file)}</code> contient "
        f"{count}. Les autres pages ne sont pas touchées. Corrigez, enregistrez, puis refaites le livre.</p>"
        + html_table(f"À corriger dans {file}", ("Ligne", "Champ", "Ce qui ne va pas", "Ce que vous faites"), rows)
    )


def links(pages: Sequence[str], url: Callable[[str], str]) -> str:
    """Return links to the pages that wait for a correction; nothing when there are none."""
    if not pages:
        return ""
    lines = "".join(
        f'<li><a class="reference internal" href="{escape(url(page))}">{escape(page.rpartition("/")[2])}</a></li>'
        for page in pages
    )
    title = wording.plural(len(pages), "fichier attend une correction", "fichiers attendent une correction")
    return f'<div class="cartable-a-corriger"><p>{title}{wording.NBSP}:</p><ul>{lines}</ul></div>'
