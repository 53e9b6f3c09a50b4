"""What the notebooks of the thread call: where one is, what is known, what is missing, what to print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from cartable import (
    __version__,
    dashboard,
    example,
    fields,
    grounds,
    markup,
    output,
    record,
    registers,
    reports,
    roadmap,
    schemes,
    synthesis,
    territory,
    thread,
    trip,
    wording,
    writings,
)
from cartable.contract import CRITERIA, SUITES, Candidacy, ranked
from cartable.effort import Effort
from cartable.flow import flow
from cartable.gantt import gantt
from cartable.governance import Guest, Milestone, Risk, replies, weight, worst
from cartable.indicators import INDICATORS
from cartable.record.roles import ROLES
from cartable.reports import journey, telling, usefulness
from cartable.roadmap.model import STATUSES
from cartable.sheets import Heading, Items, Paragraph, Picture, Table
from cartable.trip import Stop, Transfer, Trip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cartable.controls import Controls
    from cartable.pages import Section
    from cartable.record.state import Thing
    from cartable.registers import Taken
    from cartable.sheets import Block, Document
    from cartable.widgets.form import Form

FIGURES = ("population", "densite", "part_65_plus", "part_sans_diplome", "revenu_median", "taux_pauvrete")
"""Indicators on which two territories are compared before a trip."""
HELP = "Ici, dans Jupyter, un bouton écrit chaque document, en Word et en PDF. Sans Jupyter : « cartable carnet {} »."
MOST_ALIKE = 5
ALIKE = (
    "Semblables par la population, la densité, le nombre de communes et la part des 65 ans et plus : la même règle que "
    "la synthèse en deux pages. Un territoire différent apprend aussi : cherchez d’abord une question, puis un lieu."
)


class Demarche:
    """A démarche, in a notebook.

    Parameters
    ----------
    carnet
        File of one's own record; without it, an invented démarche, where nothing is kept.
    exemple
        Which one: « val-de-brume » (rural) or « quatre-fontaines » (urban).
    today
        The date on the wall; that of the end of the example by default, so that it always says the same.

    Raises
    ------
    CartableError
        If the record cannot be opened, or no example has that name.
    """

    def __init__(self, carnet: str = "", exemple: str = example.NAMES[0], today: dt.date | None = None) -> None:
        self.record = record.open(Path(carnet)) if carnet else example.open_example(exemple)
        wall = dt.date.today() if carnet else example.AFTER[exemple]  # noqa: DTZ011 (the date on the wall)
        self.today = today or wall

    @property
    def taken(self) -> Taken:
        """Everything that was typed in the registers."""
        return registers.kept(self.record.state)

    # --- Where we are -----------------------------------------------------------------------------------------------

    def where(self, stage: str) -> Section:
        """Say which démarche this is, what the step takes in and hands on, and where it is."""
        return markup.section(self._where(stage), f"{telling.title(self.record.state)}, étape {stage[1:]}")

    def _where(self, stage: str) -> Iterator[Block]:
        state = self.record.state
        found = {one.key: one for one in thread.steps(state, self.taken)}
        yield Paragraph(telling.title(state), "lead")
        yield from telling.fiction(state)
        comes, goes = thread.IN_OUT[stage]
        missing = ", ".join(found[stage].missing) or "rien"
        rows = (
            ("Ce qui entre", comes),
            ("Ce qui sort", goes),
            ("Où elle en est", found[stage].state),
            ("Ce qui manque", missing),
        )
        line = " → ".join(f"{thread.SYMBOLS[one.state]} {one.key[1]}. {one.name}" for one in found.values())
        yield Paragraph(line, "note")
        yield Table(f"Étape {stage[1:]} : {found[stage].name.lower()}", ("Quoi", "Ici"), rows, (3, 9))
        yield from (Paragraph(str(problem), "alerte") for problem in self.taken.problems)

    def dashboard(self) -> Section:
        """Show the whole démarche on one screen."""
        state = self.record.state
        found = dashboard.dashboard(state, self.taken, self.today, grounds.place(state))
        return markup.section(found, f"Tableau de bord : {telling.title(state)}")

    # --- Registers --------------------------------------------------------------------------------------------------

    def show(self, register: str) -> Section:
        """Show the entries of a register."""
        entries = self.taken.entries.get(register, ())
        table = fields.table(register, entries)
        blocks = (table,) if entries else (Paragraph(f"Rien n’est encore noté. {fields.SHOWN[register].help}"),)
        return markup.section(blocks, f"{table.caption} : {len(entries)}")

    def form(self, register: str) -> Form:
        """Return where an entry is typed, in JupyterLab."""
        from cartable.widgets.form import Form  # noqa: PLC0415 (where there is a kernel)

        return Form(self.record, register)

    def candidacies(self) -> Section:
        """Show the candidacies on the same criteria, the best total first; the total does not decide."""
        readings = ranked(self.taken.of(Candidacy))
        names = [fields.label("candidatures", key) for key in CRITERIA]
        rows = tuple(
            (one.candidacy.territoire,
             *(fields.said("candidatures", key, getattr(one.candidacy, key)) or "?" for key in CRITERIA),
             "à finir" if one.total is None else f"{one.total} sur 20",
             SUITES.get(one.candidacy.suite or "", "à décider"), one.candidacy.pourquoi or "")
            for one in readings
        )  # fmt: skip
        head = ("Territoire", *names, "Total", "Suite", "Pourquoi")
        return markup.section([Table("Candidatures lues", head, rows)], f"{len(rows)} candidatures")

    def replies(self) -> Section:
        """Show who was invited and who comes, by family of roles: an empty line is someone who will be missing."""
        found = replies(self.taken.of(Guest))
        rows = tuple((ROLES[one.family], str(one.invited), str(one.coming), str(one.waiting)) for one in found)
        silent = [ROLES[one.family] for one in found if not one.invited]
        blocks: list[Block] = [
            Table("Places, par famille de rôles", ("Famille", "Invitées", "Viennent", "Sans réponse"), rows)
        ]
        if silent:
            blocks.append(Paragraph(wording.typeset(f"Personne n’est invité : {', '.join(silent)}."), "alerte"))
        return markup.section(blocks, "Réponses aux invitations")

    def risks(self) -> Section:
        """Show what could fail, the heaviest first."""
        found = worst(self.taken.of(Risk))
        heavy = [one.cle for one in found if weight(one) >= 6]  # noqa: PLR2004 (likely and severe, or nearly)
        told = f"À regarder à chaque point d’étape : {', '.join(heavy)}." if heavy else "Aucun risque n’est lourd."
        return markup.section(
            [fields.table("risques", found), Paragraph(wording.typeset(told))], f"{len(found)} risques"
        )

    # --- Understand, choose -----------------------------------------------------------------------------------------

    def figures(self) -> Section:
        """Show the figures of the territory that may ground an enjeu, with the word to write in « indicateurs »."""
        known = grounds.figures(grounds.place(self.record.state))
        rows = tuple((key, said) for key, said in known.items())
        table = Table("Chiffres du territoire", ("À écrire dans « indicateurs »", "Chiffre et source"), rows, (3, 9))
        nothing = Paragraph(
            "Le carnet ne dit pas son territoire : citez vos chiffres, avec leur source, dans « chiffres »."
        )
        return markup.section([table] if rows else [nothing], f"{len(rows)} chiffres")

    def stakes(self) -> Section:
        """Show each enjeu with all that grounds it: figures, themes and their papers."""
        state, plan = self.record.state, self.taken.roadmap()
        known, themes = grounds.figures(grounds.place(state)), grounds.said(state)
        blocks: list[Block] = []
        for one in plan.stakes:
            blocks += [Heading(f"{one.cle}. {one.titre}"), Paragraph(one.constat or "Le constat est à écrire.")]
            found = grounds.of(one, known, themes)
            blocks.append(Items(tuple(found)) if found else Paragraph("Rien ne fonde encore cet enjeu.", "alerte"))
            wanted = {wording.fold(name) for name in one.themes}
            heard = [notes for name, notes in self._themes() if wording.fold(name) in wanted]
            quoted = [text for notes in heard for text in telling.distinct(notes, 3)]
            blocks += [Paragraph(f"Avec leurs mots : {telling.some_of(quoted)}.")] if quoted else []
        blocks += [Paragraph(str(finding), "alerte") for finding in grounds.lost_themes(state, plan)]
        return markup.section(blocks or [Paragraph("Aucun enjeu n’est écrit.")], f"{len(plan.stakes)} enjeux")

    def _themes(self) -> list[tuple[str, list[Thing]]]:
        state = self.record.state
        return telling.themes(state, state.all("note"))

    def projects(self) -> Section:
        """Show the chantiers: retained, to be dug into, set aside, and why."""
        plan = self.taken.roadmap()
        blocks: list[Block] = [fields.table("chantiers", plan.projects)] if plan.projects else []
        valued = [one for one in plan.projects if one.impact and one.effort]
        rows = tuple((f"{one.cle}. {one.titre}", str(one.impact), str(one.effort)) for one in valued)
        if rows:
            blocks.append(Table("Impact et effort, de 1 à 5", ("Chantier", "Impact", "Effort"), rows, (8, 2, 2)))
        heard = tuple(
            (f"{one.cle}. {one.titre}", one.objection, one.reponse or "à lever")
            for one in plan.projects
            if one.objection
        )
        if heard:
            head = ("Chantier", "Objection", "Réponse")
            blocks.append(Table("Objections entendues, avant le consentement", head, heard, (4, 5, 5)))
        return markup.section(
            blocks or [Paragraph("Aucun chantier n’est écrit.")], wording.plural(len(plan.projects), "chantier")
        )

    def votes(self) -> Section:
        """Show the ballots that were unveiled, and how much the tables agree."""
        tables = [telling.votes(one, len(one.lines)) for one in synthesis.ballots(self.record.state) if one.lines]
        return markup.section(tables or [Paragraph("Aucun vote dévoilé.")], wording.plural(len(tables), "vote"))

    # --- Elsewhere --------------------------------------------------------------------------------------------------

    def alike(self) -> Section:
        """Show the territories that look most like this one, and why one could go there."""
        here = grounds.place(self.record.state)
        if here is None:
            return markup.section([Paragraph("Le carnet ne dit pas son territoire.")], "Territoire inconnu")
        found = [here, *(territory.get(siren, tables=here.tables) for siren in territory.similar(here, MOST_ALIKE))]
        head = ("Territoire", *(INDICATORS[key].heading for key in FIGURES))
        rows = tuple((one.name, *(INDICATORS[key].text(one.figure(key)) for key in FIGURES)) for one in found)
        blocks: list[Block] = [
            Table("Territoires semblables", head, rows, emphasis=frozenset({0})),
            Paragraph(wording.typeset(ALIKE), "note"),
        ]
        return markup.section(blocks, wording.plural(len(found) - 1, "territoire semblable", "territoires semblables"))

    def trip(self) -> Section:
        """Show the day of each trip, what it weighs, and what the group brought back."""
        blocks: list[Block] = []
        for one in self.taken.of(Trip):
            legs = trip.plan(one, [stop for stop in self.taken.of(Stop) if stop.voyage == one.cle])
            blocks += [Heading(one.destination), *journey.day(one, legs)]
        return markup.section(blocks or [Paragraph("Aucun voyage n’est noté.")], "Le voyage apprenant")

    def logbook(self) -> Section:
        """Show what was noted during the trips."""
        blocks: list[Block] = []
        for one in self.taken.of(Trip):
            legs = trip.plan(one, [stop for stop in self.taken.of(Stop) if stop.voyage == one.cle])
            blocks += journey.logbook(one, legs, self.taken)
        return markup.section(blocks or [Paragraph("Aucun voyage n’est noté.")], "Le carnet d’observation")

    def brought_back(self) -> Section:
        """Show what is to be transferred, and to be avoided."""
        kept = self.taken.of(Transfer)
        return markup.section(
            journey.back(kept) if kept else [Paragraph("Rien n’est encore rapporté.")], trip.debrief(kept)
        )

    # --- The roadmap ------------------------------------------------------------------------------------------------

    def thread(self) -> Section:
        """Draw enjeux → chantiers → actions, and the same in a table."""
        chart = flow(self.taken.roadmap())
        drawn = [Picture(chart.svg, chart.description)] if chart else []
        return markup.section([*drawn, dashboard.thread_table(self.taken)], "Des enjeux aux actions")

    def check(self) -> Section:
        """Say what is missing before the council votes."""
        plan = self.taken.roadmap()
        found = [*roadmap.check(plan), *grounds.lost_themes(self.record.state, plan)]
        blocks: list[Block] = []
        for blocking, title in ((True, "À régler avant le vote"), (False, "À dire à voix haute")):
            if listed := tuple(str(one) for one in found if one.blocking == blocking):
                blocks += [Heading(title), Items(listed, "cases")]
        ready = not any(one.blocking for one in found)
        said = "La feuille de route peut être votée." if ready else "La feuille de route n’est pas prête."
        return markup.section([Paragraph(said, "lead"), *blocks], said)

    def actions(self) -> Section:
        """Show the action sheets, one after the other."""
        made = self._plan()
        shown = [
            block
            for sheet in made.sheets
            if sheet.id.startswith("action-")
            for block in (Heading(sheet.title), *sheet.blocks)
        ]
        kept = [block for block in shown if not (isinstance(block, Paragraph) and block.style == "alerte")]
        return markup.section(kept or [Paragraph("Aucune action n’est écrite.")], "Les fiches action")

    def follow_up(self) -> Section:
        """Show where each action is, and what was to happen by today."""
        plan = self.taken.roadmap()
        head = ("Action", "Statut", "Indicateur", "Départ → cible", "Revue")
        rows = tuple(
            (f"{one.cle}. {one.nom}", STATUSES[one.statut], one.indicateur or "",
             f"{one.depart or '?'} → {one.cible or '?'}",
             fields.said("actions", "revue_le", one.revue_le))
            for one in plan.actions
        )  # fmt: skip
        waiting = tuple(f"{one.cle} : {said}." for one, said in thread.due(self.taken, self.today))
        blocks: list[Block] = [Table("Le suivi des actions", head, rows, (4, 2, 5, 5, 2))]
        said = "À regarder aujourd’hui" if waiting else "Rien n’est à regarder aujourd’hui."
        blocks += [Heading(said), Items(waiting, "cases")] if waiting else [Paragraph(said)]
        return markup.section(blocks, f"{len(rows)} actions suivies")

    def schemes(self) -> Section:
        """Show the panorama: what may pay for a part of an action, its status and the date of its source."""
        rows = tuple((slug, one.nom, one.paie, one.state(), one.limite or "") for slug, one in schemes.load().items())
        head = ("À écrire dans « dispositif »", "Nom", "Ce qu’il paie", "État", "Limite")
        return markup.section([Table("Le panorama", head, rows, (3, 3, 5, 3, 4))], f"{len(rows)} dispositifs")

    def calendar(self) -> Section:
        """Draw the actions in time, with the dates that nobody chooses."""
        chart = gantt(self.taken.roadmap().actions, self.taken.of(Milestone))
        blocks: list[Block] = (
            [Picture(chart.svg, chart.description)] if chart else [Paragraph("Aucune action n’est datée.")]
        )
        return markup.section([*blocks, *self._sheet("calendrier", Table)], "Quand")

    def money(self) -> Section:
        """Show who pays for what, and what each scheme is worth today."""
        return markup.section(self._sheet("financement", Table, Paragraph), "Qui paie quoi")

    def _plan(self) -> Document:
        state = self.record.state
        return reports.plan(state, self.taken, self.today, __version__, grounds.figures(grounds.place(state)))

    def _sheet(self, name: str, *kinds: type) -> list[Block]:
        found = next(sheet for sheet in self._plan().sheets if sheet.id == name)
        return [
            b for b in found.blocks if isinstance(b, kinds) and not (isinstance(b, Paragraph) and b.style == "alerte")
        ]

    # --- Judged -----------------------------------------------------------------------------------------------------

    def assessment(self) -> Section:
        """Show the barometer of each step, the adjustments and the ladder of the objectives."""
        return markup.document(reports.assessment(self.record.state, self.taken.judged(), self.today, __version__))

    def time_spent(self) -> Section:
        """Show days, kilometres and expenses."""
        listed = self.taken.of(Effort)
        nothing = [Paragraph("Aucun temps n’est noté.")]
        return markup.section(usefulness.time_spent(listed) if listed else nothing, "Temps et frais")

    def guide(self) -> Section:
        """Show how far the guide went, and what it changed."""
        return markup.document(reports.guide_report(self.record.state, self.taken, self.today, __version__))

    def method(self) -> Section:
        """Show what the method was worth."""
        return markup.document(reports.method_report(self.record.state, self.taken, self.today, __version__))

    # --- Papers and documents ---------------------------------------------------------------------------------------

    def papers(self, stage: str) -> Section:
        """List the letters, agreements and notices of a step."""
        found = [one for one in writings.load().values() if one.head.etape == stage]
        rows = tuple((one.head.titre, one.head.lecteur, one.head.usage, one.slug) for one in found)
        head = ("Écrit", "Pour qui", "Quand", "Son nom")
        return markup.section([Table("Les écrits de cette étape", head, rows, (3, 3, 5, 3))], f"{len(rows)} écrits")

    def paper(self, slug: str) -> Section:
        """Show a paper, filled in."""
        return markup.document(self._paper(slug))

    def _paper(self, slug: str) -> Document:
        found = writings.find(writings.load(), slug)
        return thread.paper(found, self.record.state, self.taken, self.today, __version__)

    def give(self, *names: str) -> Controls:
        """Return a button for each document: the name of a paper, or « feuille-de-route », « voyage », « bilan-… »."""
        from cartable import controls  # noqa: PLC0415 (where there is a kernel)

        message = controls.message()
        buttons = [
            controls.button(f"Écrire : {name}", _acting(message, lambda name=name: self.write(name)), icon="file")  # type: ignore[misc]
            for name in names
        ]
        import ipywidgets  # noqa: PLC0415 (where there is a kernel)

        listed = ", ".join(names)
        return controls.Controls(
            ipywidgets.VBox([controls.row(*buttons), message.widget]), wording.typeset(HELP.format(listed))
        )

    def write(self, name: str) -> str:
        """Write a document beside the notebook, in Word and in PDF; say it."""
        from cartable.documents import pdf, press, word  # noqa: PLC0415 (slow to load)

        made = self._documents().get(name, lambda: self._paper(name))()
        output.write(Path(f"{name}.docx"), word.write(made))
        if not press.available():
            return f"Fichier écrit : {name}.docx. {press.ABSENT}"
        output.write(Path(f"{name}.pdf"), pdf.render(made))
        return f"Fichiers écrits : {name}.docx, {name}.pdf."

    def _documents(self) -> dict[str, Callable[[], Document]]:
        state, taken, edition = self.record.state, self.taken, (self.today, __version__)
        return {
            "feuille-de-route": self._plan,
            "voyage": lambda: reports.outing(state, taken, *edition),
            "barometre": lambda: reports.questionnaire(state, *edition),
            "bilan": lambda: reports.assessment(state, taken.judged(), *edition),
            "bilan-guide": lambda: reports.guide_report(state, taken, *edition),
            "bilan-methode": lambda: reports.method_report(state, taken, *edition),
        }


def _acting(message: object, run: Callable[[], str]) -> Callable[[], None]:
    def act() -> None:
        message.attempt(run)  # type: ignore[attr-defined]  # a message of ``preparation.controls``

    return act
