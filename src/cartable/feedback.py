"""After a session: the logs of the timer, and the new durations that they propose; a person accepts them or not."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.display import display

from cartable import actuals, controls, manuscript, output, wording, workshop
from cartable.controls import button, row
from cartable.errors import CartableError, reason
from cartable.pages import Section

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.actuals import Log, Proposal
    from cartable.workshop import Card, Library

FOLDER = "journaux"
HELP = (
    "Ici, dans Jupyter, un bouton lit les journaux enregistrés par le minuteur. À partir de trois séances d’un même "
    "format, de nouvelles durées sont proposées pour sa fiche ; rien ne change sans votre accord."
)
NOTHING = "Aucun journal n’est encore lu."


class Feedback:
    """The logs kept beside the notebook, and what they say of each format.

    Parameters
    ----------
    folder
        Where logs are kept from one time to the next.
    """

    def __init__(self, library: Library, folder: Path) -> None:
        self.library, self.folder = library, folder / FOLDER
        self.message = controls.message()
        self._handle: Any = None
        self.upload = ipywidgets.FileUpload(
            accept=".json", multiple=True, description="Lire des journaux", layout={"width": "auto"}
        )
        self.upload.observe(lambda _change: self._take(), "value")
        self.boxes = ipywidgets.VBox()
        self.accept = button("Accepter ce qui est coché", self._accept, icon="check")
        self.proposed: list[tuple[ipywidgets.Checkbox, Card, Proposal]] = []
        self.logs: dict[str, Log] = {}
        self.message.attempt(self._read)

    def box(self) -> ipywidgets.VBox:
        """Return the controls."""
        return ipywidgets.VBox([row(self.upload), self.message.widget, self.boxes])

    def show(self) -> None:
        """Show the controls, then what the logs say."""
        display(controls.Controls(self.box(), HELP))  # type: ignore[no-untyped-call]
        self._handle = display(self.page(), display_id=True)  # type: ignore[no-untyped-call]

    def page(self) -> Section:
        """Return the sessions read, and how many times each format was timed."""
        if not self.logs:
            return Section(f"<p>{NOTHING}</p>", NOTHING)
        rows = "".join(_row(log) for log in sorted(self.logs.values(), key=lambda log: (log.date, log.seance)))
        heads = "".join(f'<th scope="col">{name}</th>' for name in ("Date", "Séance", "Personnes", "De… à…"))
        caption = f"<caption>Journaux lus : {wording.number(len(self.logs))}</caption>"
        html = f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return Section(html, f"{wording.plural(len(self.logs), 'journal lu', 'journaux lus')}.")

    # --- Reading ----------------------------------------------------------------------------------------------------

    def _take(self) -> None:
        """Keep the files given, once each of them is known to be a log."""
        given = [(one["name"], bytes(one["content"])) for one in self.upload.value]
        if not given:
            return

        def action() -> str:
            found = {}
            for name, content in given:
                log = actuals.read(_text(name, content), name)
                found[_name(log)] = content
            self._keep(found)
            return self._read()

        self.message.attempt(action)

    def _keep(self, found: dict[str, bytes]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"Le dossier « {self.folder} » ne peut pas être créé : {reason(error)}."
            raise CartableError(message, "Ouvrez ce notebook dans un dossier où vous pouvez écrire.") from error
        for name, content in found.items():
            output.write(self.folder / name, content)

    def _read(self) -> str:
        """Read all the logs kept, and make what they propose."""
        self.logs = {path.name: actuals.load(path) for path in sorted(self.folder.glob("*.json"))}
        self._propose()
        if self._handle is not None:
            self._handle.update(self.page())
        if not self.logs:
            return ""
        count = wording.plural(len(self.logs), "journal lu", "journaux lus")
        if not self.proposed:
            return f"{count} : aucune durée à changer (il faut au moins {actuals.RUNS} séances d’un même format)."
        return f"{count} : {wording.plural(len(self.proposed), 'durée proposée', 'durées proposées')}."

    def _propose(self) -> None:
        held = {step.atelier for log in self.logs.values() for step in log.etapes if step.atelier}
        cards = [self.library[slug] for slug in sorted(held & set(self.library.cards))]
        self.proposed = [
            (_checkbox(str(proposal)), card, proposal)
            for card in cards
            for proposal in actuals.proposals(card, self.logs.values())
        ]
        self.boxes.children = self._children()

    def _children(self) -> tuple[ipywidgets.Widget, ...]:
        children: list[ipywidgets.Widget] = []
        for rank, (box, card, _) in enumerate(self.proposed):
            if rank == 0 or self.proposed[rank - 1][1] != card:
                children.append(ipywidgets.HTML(f"<p><strong>{escape(card.titre)}</strong></p>"))
            children.append(box)
        return (*children, row(self.accept)) if children else ()

    # --- Accepting --------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        def action() -> str:
            chosen: dict[str, list[Proposal]] = {}
            for box, card, proposal in self.proposed:
                if box.value:
                    chosen.setdefault(card.slug, []).append(proposal)
            if not chosen:
                return "Rien n’est coché : aucune fiche ne change."
            for slug, accepted in chosen.items():
                self._rewrite(slug, accepted)
            self.library = workshop.load()
            self._propose()
            return f"Fiches mises à jour : {', '.join(chosen)}. Refaites le livre pour les voir (« make book »)."

        self.message.attempt(action)

    def _rewrite(self, slug: str, accepted: list[Proposal]) -> None:
        path = workshop.folder() / f"{slug}.md"
        text = manuscript.read_text(path, workshop.shown(path))
        output.write(path, actuals.apply(text, slug, accepted, words=self.library.vocabulary))


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CartableError(f"« {name} » n’est pas un journal lisible.", actuals.REMEDY) from None


def _name(log: Log) -> str:
    """Name the file of a log: the same session read twice is kept once."""
    words = f"journal {log.seance} {log.date} {log.jour} {log.debut or log.debut_prevu}"
    return f"{'-'.join(wording.fold(words).split())}.json"


def _checkbox(text: str) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(description=text, indent=False, layout={"width": "100%"})


def _row(log: Log) -> str:
    hours = f"{escape(log.debut or '?')} à {escape(log.fin or '?')}"
    return (
        f'<tr><th scope="row">{wording.date(log.date)}</th><td>{escape(log.titre)}</td>'
        f"<td>{log.effectif}</td><td>{hours}</td></tr>"
    )
