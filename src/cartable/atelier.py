"""What the « Atelier » notebooks call: a démarche, its boards, what they say, and what is given back."""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartable import (
    __version__,
    assets,
    canvas,
    controls,
    example,
    markup,
    output,
    record,
    reports,
    synthesis,
    wall,
    wording,
)
from cartable.canvas.reading import papers, said
from cartable.controls import Controls, button, row
from cartable.errors import CartableError
from cartable.pages import Section
from cartable.reports import telling
from cartable.sheets import Table
from cartable.synthesis.ballots import LEAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from cartable.record.state import Thing
    from cartable.synthesis import Result
    from cartable.widgets.choices import Decisions, Themes
    from cartable.widgets.entry import Entry
    from cartable.widgets.wall import Walls

MOST_CLUSTERS = 12
HELP = (
    "Ici, dans Jupyter, deux boutons écrivent le relevé de 48 heures et le retour aux participants. Sans Jupyter, "
    "lancez « cartable carnet releve » et « cartable carnet retour »."
)


class Atelier:
    """A session of a démarche, in a notebook.

    Parameters
    ----------
    carnet
        File of one's own record; without it, the invented démarche of the kit, where nothing is kept.
    session
        Rank or title of the session; the last one by default.

    Raises
    ------
    CartableError
        If the record cannot be opened, or has no such session.
    """

    def __init__(self, carnet: str = "", session: str = "") -> None:
        self.record = record.open(Path(carnet)) if carnet else example.open_example()
        self.session: Thing = telling.session(self.record.state, session)
        self.canvases = canvas.load()

    def _notes(self) -> list[Thing]:
        return telling.notes(self.record.state, self.session.id)

    def _frame(self) -> pd.DataFrame:
        return telling.frame(self.record.state, self.session.id)

    # --- Where we are -----------------------------------------------------------------------------------------------

    def where(self) -> Section:
        """Say which démarche and which session this is, and how many papers it has."""
        state, own = self.record.state, self.session
        counts = [
            wording.plural(len(self._notes()), "papier"),
            wording.plural(len(state.all("table", seance=own.id)), "table"),
        ]
        told = (
            f"{telling.title(state)}. Séance « {telling.quoted(own['titre'], 80)} » du {telling.date(own['date'])} : "
        )
        told += f"{wording.join(counts)}."
        parts = [_paragraph(told)]
        if self.record.state.mention:
            parts.append(_paragraph(telling.FICTION, "cartable-avis"))
        parts += [_paragraph(warning, "cartable-avis") for warning in self.record.warnings]
        return _section("".join(parts), told)

    # --- The boards -------------------------------------------------------------------------------------------------

    def wall(self, slug: str) -> Walls:
        """Return the boards of a canvas, to be filled in where a kernel answers.

        Raises
        ------
        CartableError
            If the session has no board of this canvas.
        """
        from cartable.widgets.wall import Walls  # noqa: PLC0415 (anywidget: where there is a kernel)

        boards = self._boards(slug)
        return Walls(self.record, boards[0].id, slug, self.canvases)

    def show(self, slug: str) -> Section:
        """Show every board of a canvas: its drawing, and its papers as a table."""
        mention = self.record.state.mention
        used = self.canvases[slug]
        parts = []
        for board in self._boards(slug):
            table = self.record.state.things.get(str(board["table"]))
            name = f"{used.titre}, {telling.quoted(table['nom'], 40)}" if table else used.titre
            found = papers(self.record.state, board.id)
            caption = f"{name}, {wording.plural(len(found), 'papier')}" + (f" ({mention})" if mention else "")
            parts.append(wall.static(used, found, caption=caption, mention=mention, paper="A3"))
        return _section("".join(parts), f"{used.titre} : {wording.plural(len(parts), 'tableau', 'tableaux')}")

    def _boards(self, slug: str) -> list[Thing]:
        found = self.record.state.all("tableau", seance=self.session.id, canevas=slug)
        if not found:
            raise CartableError(
                wording.typeset(f"Cette séance n’a pas de tableau « {self.canvases[slug].titre} »."),
                wording.typeset(f"Ouvrez-en un : cartable carnet seance … --canevas {slug}"),
            )
        return found

    def enter(self) -> Entry:
        """Return where papers are typed, read from a list or photographed, once the session is over."""
        from cartable.widgets.entry import Entry  # noqa: PLC0415 (where there is a kernel)

        boards = self.record.state.all("tableau", seance=self.session.id)
        return Entry(self.record, boards[0].id if boards else "", self.canvases)

    # --- What they say ----------------------------------------------------------------------------------------------

    def duplicates(self) -> Section:
        """Propose the papers that say nearly the same."""
        found = synthesis.duplicates(self._frame())
        items = [
            f"{escape(one.reason)}<ul>{''.join(f'<li>{said(text)}</li>' for text in one.texts)}</ul>"
            for one in found[:MOST_CLUSTERS]
        ]
        told = f"{wording.plural(len(found), 'rapprochement proposé', 'rapprochements proposés')}. Rien n’est fusionné."
        return _section(_paragraph(told) + _items(items), told)

    def themes(self) -> Section:
        """Propose themes, beside those that people have kept."""
        found = synthesis.themes(self._frame())
        kept = telling.themes(self.record.state, self._notes())
        named = [f"{escape(title)} : {wording.plural(len(inside), 'papier')}" for title, inside in kept]
        proposed = [f"{escape(one.sentence())} Par exemple : {said(one.examples[0])}" for one in found.themes]
        html = _paragraph("Thèmes retenus par l’équipe :") + _items(named) if named else ""
        html += (_paragraph("Thèmes proposés par les mots :") + _items(proposed)) if proposed else ""
        return _section(html + _paragraph(found.notice, "cartable-avis"), f"{len(found.themes)} thèmes proposés")

    def name_themes(self) -> Themes:
        """Return where a person names the themes that the words suggest, or gathers one with other words."""
        from cartable.widgets.choices import Themes  # noqa: PLC0415 (where there is a kernel)

        return Themes(self.record, self._frame)

    def recurring(self) -> Section:
        """Show the words that come back from one session to the next."""
        found = synthesis.recurring(self.record.notes())
        rows = [[one.said, len(one.notes), len(one.sessions), len(one.tables)] for one in found]
        caption = "Mots qui reviennent d’une séance à l’autre"
        return _section(_table(caption, ("Mot", "Papiers", "Séances", "Tables"), rows), f"{caption} : {len(rows)}")

    def voices(self) -> Section:
        """Show who was heard, by family of roles and by table."""
        found = synthesis.voices(self.record.state, self.session.id)
        roles = [[name, "non dit" if n is None else n, count] for name, (n, count) in found.roles.items()]
        html = _table("Par famille de rôles", ("Rôle", "Personnes", "Papiers"), roles)
        html += _table("Par table", ("Table", "Papiers"), [[name, count] for name, count in found.tables.items()])
        for words, names in (("Présents, sans papier signalé", found.silent), ("Absents", found.absent)):
            html += _paragraph(f"{words} : {', '.join(names)}.") if names else ""
        return _section(html, f"{len(roles)} rôles entendus")

    def votes(self) -> Section:
        """Show the ballots of the session that were unveiled, and how much the tables agree."""
        found = telling.ballots_of(self.record.state, self.session.id)
        html = "".join(_ballot(result) for result in found) or _paragraph("Aucun vote dévoilé.")
        return _section(html, wording.plural(len(found), "vote"))

    def decisions(self) -> Section:
        """Show what was decided: by whom, when."""
        table = telling.decisions(self.record.state.all("decision", seance=self.session.id))
        html = _table(table.caption, table.header, table.rows) if table.rows else _paragraph("Aucune décision notée.")
        return _section(html, wording.plural(len(table.rows), "décision"))

    def decide(self) -> Decisions:
        """Return where a person notes a decision: what follows, by which role, when, on which papers."""
        from cartable.widgets.choices import Decisions  # noqa: PLC0415 (where there is a kernel)

        return Decisions(self.record, self.session.id)

    # --- What is given back -----------------------------------------------------------------------------------------

    def give_back(self) -> Controls:
        """Return two buttons: the page of the session, and what is given back to the participants."""
        message = controls.message()
        state = self.record.state
        today = dt.date.today()  # noqa: DTZ011 (the date on the wall)
        actions: dict[str, Callable[[], str]] = {
            "Écrire le relevé de 48 heures": lambda: _written(
                reports.minutes(state, today, __version__, self.session.id), "releve.pdf"
            ),
            "Écrire le retour aux participants": lambda: _written(
                reports.restitution(state, today, __version__), "retour.pdf"
            ),
        }
        import ipywidgets  # noqa: PLC0415 (where there is a kernel)

        buttons = [button(text, _act(message, run), icon="file") for text, run in actions.items()]
        return Controls(ipywidgets.VBox([row(*buttons), message.widget]), wording.typeset(HELP))


def _act(message: controls.Message, run: Callable[[], str]) -> Callable[[], None]:
    def act() -> None:
        message.attempt(run)

    return act


def _written(document: Any, name: str) -> str:  # noqa: ANN401 (a document of cartable.sheets)
    from cartable.documents import pdf  # noqa: PLC0415 (typst is slow to load)

    content = pdf.render(document)
    output.write(Path(name), content)
    return f"Fichier écrit : {name}, {wording.plural(pdf.pages(content), 'page')}."


def _section(html: str, text: str) -> Section:
    return Section(f'{assets.style(markup.STYLE)}<div class="cartable-atelier">{html}</div>', wording.typeset(text))


def _paragraph(text: str, kind: str = "") -> str:
    return (
        f'<p class="{kind}">{escape(wording.typeset(text))}</p>' if kind else f"<p>{escape(wording.typeset(text))}</p>"
    )


def _items(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    told = tuple(tuple(str(cell) for cell in row) for row in rows)
    return markup.draw(Table(wording.typeset(caption), tuple(header), told))


def _ballot(result: Result) -> str:
    table = telling.votes(result, len(result.lines))
    html = _table(table.caption, table.header, table.rows)
    if any(line.spread is not None for line in result.lines):
        html += _paragraph(
            "L’écart est grand quand les tables ne sont pas d’accord : demandez-leur pourquoi avant de décider. "
            f"Il ne se lit qu’à partir de {LEAST} tables."
        )
    return html + "".join(_paragraph(warning, "cartable-avis") for warning in result.warnings)
