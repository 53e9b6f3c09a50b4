"""The data beyond what ships: what is at hand, a button to fetch each source, a place to give a file.

Showing it fetches nothing: only a click does. Where no kernel answers, it is a list that can be read and compared.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from cartable import tables, wording
from cartable.errors import CartableError
from cartable.sources import catalogue, formats, neighbourhoods, state
from cartable.sources.cache import Cache, slot_of
from cartable.sources.download import MEGA
from cartable.sources.refresh import SIREN, Document, handed, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartable.sources.model import Source
    from cartable.sources.refresh import Outcome

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
HELP = wording.typeset(
    "Ce notebook marche avec les données livrées. Pour en ajouter, ouvrez-le dans Jupyter et choisissez « Exécution », "
    "puis « Exécuter toutes les cellules » : les boutons apparaissent ici. Rien n’est téléchargé sans un clic."
)
LIMIT = wording.typeset(
    "Un gros fichier, et le bouton « Donner un fichier » reste sans effet ? Tapez le chemin du fichier."
)
KINDS = ".csv,.txt,.zip,.gz,.xlsx,.json,.geojson"
STEP = MEGA // 2  # bytes between two messages
COLUMNS = (
    tables.Column("source", "Source"),
    tables.Column("producteur", "Producteur"),
    tables.Column("donne", "Ce qu’elle ajoute"),
    tables.Column("etat", "Où elle en est"),
)


class Refresher:
    """The sources, where they stand, and what brings them.

    Parameters
    ----------
    keys
        Names of the sources that this notebook uses; all when none is given.
    siren
        The EPCI under study, for the sources that are asked for one EPCI at a time; may change later.
    cache
        Where data are kept.
    clock
        Gives the day.
    changed
        Called after new data came: what is shown below can be computed again.
    """

    def __init__(
        self,
        keys: Iterable[str] | None = None,
        *,
        siren: str = "",
        cache: Cache | None = None,
        clock: Callable[[], dt.date] = dt.date.today,
        changed: Callable[[], object] | None = None,
    ) -> None:
        self.sources = [catalogue.get(key) for key in (keys or catalogue.SOURCES)]
        self.siren, self.cache, self.clock, self.changed = siren, cache or Cache(), clock, changed
        self.labels = {source.key: ipywidgets.HTML() for source in self.sources}
        self.buttons = {source.key: self._button(source) for source in self.sources}
        self.upload = ipywidgets.FileUpload(accept=KINDS, description="Donner un fichier", layout=_width("14rem"))
        self.path = ipywidgets.Text(
            description="ou son chemin", placeholder="C:\\…\\fichier.csv", continuous_update=False,
            style={"description_width": "initial"}, layout=_width("26rem"),
        )  # fmt: skip
        self.read = ipywidgets.Button(description="Lire ce fichier")
        self.old = ipywidgets.Checkbox(
            description="accepter les quartiers de 2014", indent=False, layout=_width("18rem")
        )
        self.message = ipywidgets.HTML()
        self.upload.observe(self._uploaded, names="value")
        self.read.on_click(self._given)
        self.show_states()

    def _button(self, source: Source) -> ipywidgets.Button:
        button = ipywidgets.Button(
            description="Aller chercher" if source.url else "Fichier à donner",
            tooltip=f"{source.title} ({source.producer})",
            disabled=not source.url,
            layout=ipywidgets.Layout(width="10rem", flex="0 0 auto"),
        )
        button.on_click(lambda _button: self.bring(source))
        return button

    def states(self) -> list[state.State]:
        """Return where each source stands; nothing is fetched."""
        return [state.of(source, self.cache) for source in self.sources]

    def table(self) -> tables.Table:
        """Return the same as a table."""
        rows = [[_cell(text) for text in _texts(one)] for one in self.states()]
        return tables.table(COLUMNS, rows, caption="Les données que l’on peut ajouter")

    def title(self) -> str:
        """Say how many are at hand."""
        shown = self.states()
        count = sum(one.at_hand for one in shown)
        return f"Données ajoutées{wording.NBSP}: {count} sur {len(shown)}"

    def show_states(self) -> None:
        """Write again where each source stands."""
        for one in self.states():
            name, producer, gives, where = map(escape, _texts(one))
            self.labels[
                one.source.key
            ].value = f"<strong>{name}</strong>, {producer}{wording.NBSP}: {gives}.<br>{where}"

    def box(self) -> ipywidgets.VBox:
        """Return everything that can be touched."""
        wrap = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        rows = [
            ipywidgets.HBox([self.buttons[key], self.labels[key]], layout=ipywidgets.Layout(align_items="center"))
            for key in self.labels
        ]
        old = [self.old] if neighbourhoods.KEY in self.labels else []
        given = ipywidgets.HBox([self.upload, self.path, self.read, *old], layout=wrap)
        return ipywidgets.VBox([*rows, given, ipywidgets.HTML(f"<p>{LIMIT}</p>"), self.message])

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show the controls where a kernel answers, and the list elsewhere."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box().model_id}
        html = (
            f'<p class="cartable-avis">{escape(HELP)}</p><details><summary>{escape(self.title())}</summary>'
            f"{self.table()._repr_html_()}</details>"
        )
        return {WIDGET_VIEW: view, "text/html": html, "text/plain": f"{self.title()}. {HELP}"}

    def bring(self, source: Source, document: Document | None = None) -> None:
        """Fetch a source, or read the file given, and say what became of it."""
        self._say(f"{source.title} : lecture en cours…" if document else f"{source.title} : en route…")
        lenient = self.old.value and source.key == neighbourhoods.KEY
        try:
            outcome = refresh(
                source,
                cache=self.cache,
                clock=self.clock,
                file=document,
                siren=self.siren if SIREN in source.url else "",
                read=neighbourhoods.read_old if lenient else None,
                progress=_Progress(self, source),
            )
        except CartableError as error:
            self._say(f"{source.title} : {error}", "alert")
            return
        self._tell(outcome)
        self.show_states()
        if outcome.status == "neuf" and self.changed:
            self.changed()

    def _tell(self, outcome: Outcome) -> None:
        """Say what became of a file, with the first lines of its report."""
        notices = "".join(f"<p><strong>Attention</strong> : {escape(notice)}</p>" for notice in outcome.notices)
        slot = slot_of(outcome.record.source, outcome.record.siren)
        report = self.cache.path(slot, formats.REPORT)
        lines = state.remarks(outcome.report, str(report)) if outcome.report else []
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        listed = f"<ul>{items}</ul>" if items else ""
        self.message.value = f'<div role="status"><p>{escape(outcome.sentence())}</p>{notices}{listed}</div>'

    def _say(self, text: str, role: str = "status") -> None:
        self.message.value = f'<p role="{role}">{escape(wording.typeset(text))}</p>'

    def _uploaded(self, _change: object) -> None:
        """Read the file that was just chosen; the browser gives its content, never its folder."""
        if self.upload.value:
            chosen = self.upload.value[0]
            self.upload.value = ()
            self._take(lambda: Document(chosen["name"], bytes(chosen["content"])))

    def _given(self, _button: object) -> None:
        """Read the file at the path that was typed; Windows copies paths between quotation marks."""
        text = self.path.value.strip().strip("\"'")
        if text:
            self._take(lambda: handed(Path(text)))
        else:
            self._say("Choisissez un fichier, ou tapez son chemin.", "alert")

    def _take(self, read: Callable[[], Document]) -> None:
        try:
            document = read()
            source = self._source_of(document)
        except CartableError as error:
            self._say(str(error), "alert")
        else:
            self.bring(source, document)

    def _source_of(self, document: Document) -> Source:
        source = catalogue.recognise(document.content, document.name)
        if source.key not in self.labels:
            raise CartableError(
                f"« {document.name} » a la forme de : {source.title}. Ce notebook ne s’en sert pas.",
                "Donnez-le dans le notebook qui s’en sert, ou avec la commande « cartable donnees actualiser ».",
            )
        return source


class _Progress:
    """Says how much has come, now and then."""

    def __init__(self, refresher: Refresher, source: Source) -> None:
        self.refresher, self.source, self.said = refresher, source, 0

    def __call__(self, received: int, expected: int | None) -> None:
        if received >= self.said + STEP:
            self.said = received
            whole = f" sur {wording.number(expected / MEGA, 1)}" if expected else ""
            come = f"{wording.number(received / MEGA, 1)}{whole}{wording.NBSP}Mo"
            self.refresher._say(f"{self.source.title} : {come}…")  # noqa: SLF001


def _texts(one: state.State) -> tuple[str, str, str, str]:
    where = " ; ".join(one.lines())
    return one.source.title, one.source.producer, wording.typeset(one.source.gives), wording.typeset(where)


def _cell(text: str) -> tables.Cell:
    return text, text


def _width(width: str) -> ipywidgets.Layout:
    return ipywidgets.Layout(width=width)
