"""The mapping assistant: choose a list, see what each field could come from, correct, see the report, keep both files.

What is shown is ordinary HTML under display identifiers; the controls only call ``cartable.mapping``.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.display import display

from cartable import controls, mapping, output, tables, wording
from cartable.atlas import atlas, invented
from cartable.controls import Controls, button, field, row
from cartable.errors import CartableError, reason
from cartable.pages import Section
from cartable.sources import hours, reading, standard

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartable.atlas import Atlas
    from cartable.mapping import Applied, Mapping, Rule
    from cartable.sources.reading import RawTable
    from cartable.tables import Cell

FOLDER = Path("mes-listes")
NONE, SAME, CONSTANT = "", "*", "="
CHOOSE = (
    "Ici, dans Jupyter : un champ pour le chemin de votre liste (ou un bouton pour la choisir sur le disque), et un "
    "autre pour reprendre une correspondance déjà enregistrée."
)
CORRECT = (
    "Ici, dans Jupyter : une liste de colonnes pour chaque champ du standard, et un texte pour les champs constants."
)
KEEP = (
    "Ici, dans Jupyter, deux boutons écrivent dans le dossier « mes-listes », à côté de ce notebook : "
    "la correspondance, à reprendre le mois prochain, et la liste au standard."
)
EXERCISE = "Liste inventée, pour l’exercice : remplacez-la par la vôtre."


class Assistant:
    """A raw list on its way to the standard.

    Parameters
    ----------
    path
        The list; the invented example when nothing is given.
    folder
        Where the mapping and the result are written.
    """

    def __init__(self, path: str = "", folder: Path = FOLDER) -> None:
        self.folder = folder
        self.message = controls.message()
        self.fields_box = ipywidgets.VBox()
        self._shown: list[tuple[Any, Callable[[], Any]]] = []
        self.path = field(controls.Text, "Liste", "32rem", value=path, placeholder="C:/listes/lieux.csv")
        self.saved = field(
            controls.Text, "Correspondance", "32rem", placeholder="lieux-correspondance.yml (facultatif)"
        )
        self.upload = ipywidgets.FileUpload(description="Choisir sur le disque", accept=".csv,.txt,.xlsx,.zip")
        self.upload.observe(self._uploaded, names="value")
        if path:
            self.read(path)
        else:
            self.take(mapping.example(), mapping.EXAMPLE, invented())

    # --- The list and its mapping ----------------------------------------------------------------------------------

    def take(self, content: bytes, file: str, country: Atlas | None = None, kept: Mapping | None = None) -> None:
        """Study a list: propose a mapping, or take the one that was kept.

        Raises
        ------
        CartableError
            If it is not a table, or if the mapping asks for columns that it lacks; nothing has changed then.
        """
        country = country or atlas()
        raw = reading.table(content, file)
        proposed = kept or mapping.propose(raw, country)
        applied = mapping.apply(raw, proposed, country)
        self.raw: RawTable = raw
        self.country, self.proposed = country, proposed
        self.mapping: Mapping = proposed
        self.applied: Applied = applied
        self._fill()
        self.redraw()

    def read(self, path: str, kept: str = "") -> str:
        """Read a list, and a mapping if there is one, from the disk; return what to say."""
        content = _bytes(Path(path))
        before = mapping.loads(_bytes(Path(kept)).decode("utf-8-sig", "replace"), kept) if kept else None
        self.take(content, Path(path).name, kept=before)
        return wording.typeset(f"« {Path(path).name} » : {self.applied.sentence()}")

    def change(self, name: str, rule: Rule | None) -> None:
        """Take another rule for a field, and bring the list to the standard again."""
        changed = self.mapping.changed(name, rule)
        self.applied = mapping.apply(self.raw, changed, self.country)
        self.mapping = changed
        self.redraw()

    def _uploaded(self, change: dict[str, Any]) -> None:
        for one in change["new"]:
            self.message.attempt(lambda one=one: self._take_upload(one))  # type: ignore[misc]

    def _take_upload(self, one: dict[str, Any]) -> str:
        self.take(bytes(one["content"]), str(one["name"]))
        return wording.typeset(f"« {one['name']} » : {self.applied.sentence()}")

    def _read(self) -> None:
        self.message.attempt(lambda: self.read(self.path.value.strip(), self.saved.value.strip()))

    # --- What is shown ---------------------------------------------------------------------------------------------

    def show(self, section: Callable[[], Any]) -> None:
        """Display a section now, and again each time something changes."""
        handle = display(section(), display_id=True)  # type: ignore[no-untyped-call]
        self._shown.append((handle, section))

    def redraw(self) -> None:
        """Draw every section again."""
        for handle, section in self._shown:
            handle.update(section())

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, Any]:
        """Show what chooses the list."""
        read = button("Lire la liste", self._read, primary=True, icon="folder-open")
        box = ipywidgets.VBox([row(self.path, self.upload), row(self.saved, read), self.message.widget])
        return Controls(box, CHOOSE)._repr_mimebundle_()

    def proposals(self) -> None:
        """Show where each field comes from."""
        self.show(lambda: proposals_table(self.mapping))

    def missing(self) -> None:
        """Show which required fields nothing feeds."""
        self.show(lambda: _missing(self.mapping))

    def correct(self) -> Controls:
        """Return a dropdown for each field."""
        return Controls(self.fields_box, CORRECT)

    def report(self) -> None:
        """Show what became of each line, and on the file as a whole."""
        self.show(lambda: _sentence(self.applied, fictional=self.country.fictional))
        self.show(lambda: lines_table(self.applied))

    def places(self) -> None:
        """Show the list at the standard."""
        self.show(lambda: places_table(self.applied, fictional=self.country.fictional))

    def keep(self) -> Controls:
        """Return the buttons that write both files."""
        said = controls.message()
        save = button(
            "Enregistrer la correspondance", lambda: _tell(said, self.save_mapping), primary=True, icon="save"
        )
        export = button("Enregistrer la liste au standard", lambda: _tell(said, self.save_list), icon="table")
        return Controls(ipywidgets.VBox([row(save, export), said.widget]), KEEP)

    def save_mapping(self) -> Path:
        """Write the mapping."""
        return self._write("correspondance.yml", mapping.dumps(self.mapping))

    def save_list(self) -> Path:
        """Write the list at the standard."""
        return self._write("au-standard.csv", mapping.to_csv(self.applied))

    def _write(self, end: str, content: str | bytes) -> Path:
        path = output.folder(self.folder) / f"{Path(self.raw.file.split(' › ')[-1]).stem}-{end}"
        output.write(path, content)
        return path

    # --- One control for each field --------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Make the controls of the list now open."""
        allowed = [name for name in standard.fields() if name not in standard.PERSONAL]
        self.fields_box.children = tuple(self._field(name) for name in allowed)

    def _field(self, name: str) -> ipywidgets.HBox:
        described, rule = standard.fields()[name], self.proposed.champs.get(name)
        options = [("rien", NONE), ("un texte, le même partout :", CONSTANT)]
        options += [(column[:60], f"c{rank}") for rank, column in enumerate(self.raw.columns)]
        if rule:
            options.insert(0, (f"proposition : {_origin(rule)}"[:80], SAME))
        label = f"{described.title}{' (exigé)' if described.required else ''}"
        chosen = ipywidgets.Dropdown(
            description=label, options=options, value=SAME if rule else NONE,
            style={"description_width": "17rem"}, layout=ipywidgets.Layout(width="40rem"),
        )  # fmt: skip
        text = controls.Text(placeholder="texte constant", layout=ipywidgets.Layout(width="14rem"))
        text.layout.visibility = "hidden"

        def follow(_change: object) -> None:
            text.layout.visibility = "visible" if chosen.value == CONSTANT else "hidden"
            if chosen.value != CONSTANT or text.value.strip():
                self.message.attempt(lambda: self._choose(name, str(chosen.value), text.value.strip()))

        chosen.observe(follow, names="value")
        text.observe(follow, names="value")
        return row(chosen, text)

    def _choose(self, name: str, choice: str, text: str) -> str:
        rules: dict[str, Rule | None] = {NONE: None, SAME: self.proposed.champs.get(name)}
        if choice == CONSTANT:
            self.change(name, mapping.Rule(constante=text, confiance="sûr", raison="texte que vous avez donné"))
        elif choice in rules:
            self.change(name, rules[choice])
        else:
            self.change(name, mapping.choose(self.raw, name, self.raw.columns[int(choice[1:])]))
        return self.applied.sentence()


def _tell(said: controls.Message, write: Callable[[], Path]) -> None:
    said.attempt(lambda: f"Écrit : {write()}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CartableError(
            f"Le fichier « {path} » ne s’ouvre pas : {reason(error)}.",
            "Vérifiez son chemin, ou choisissez-le sur le disque.",
        ) from error


# --- Tables ---------------------------------------------------------------------------------------------------------


def _origin(rule: Rule) -> str:
    return f"« {rule.constante} » partout" if rule.constante else " + ".join(rule.colonnes)


def _cell(text: str) -> Cell:
    return (text, text)


def proposals_table(made: Mapping) -> tables.Table:
    """Return where each field comes from, how sure it is and why."""
    heads = (
        ("champ", "Champ du standard"),
        ("origine", "Vient de"),
        ("confiance", "Confiance"),
        ("raison", "Pourquoi"),
    )
    rows_ = [
        [_cell(standard.fields()[name].title), _cell(_origin(rule)), _cell(rule.confiance or "–"), _cell(rule.raison)]
        for name, rule in made.champs.items()
    ]
    caption = wording.typeset(f"D’où vient chaque champ, pour la liste « {made.liste} »")
    note = wording.typeset("« À vérifier » ou « probable » : regardez la colonne avant de confirmer.")
    return tables.table([tables.Column(k, label) for k, label in heads], rows_, caption=caption, note=note)


def _missing(made: Mapping) -> Section:
    names = [f"« {standard.fields()[name].title} »" for name in made.missing()]
    said = (
        f"Le standard exige aussi {wording.join(names)} : rien ne les donne dans cette liste. Les lieux sont gardés ; "
        "donnez un texte constant s’il vaut pour tous, sinon demandez au producteur."
        if names
        else "Tous les champs exigés par le standard ont une origine."
    )
    text = wording.typeset(said)
    return Section(f'<p class="cartable-avis">{escape(text)}</p>', text)


def _sentence(applied: Applied, *, fictional: bool) -> Section:
    whole = [wording.typeset(f"{r.column} : {r.message}") for r in applied.report.remarks if not r.line]
    said = [applied.sentence(), *([EXERCISE] if fictional else [])]
    items = "".join(f"<li>{escape(text)}</li>" for text in whole)
    lists = f"<p>Sur la liste entière :</p><ul>{items}</ul>" if whole else ""
    html = f"<p><strong>{escape(' '.join(said))}</strong></p>{lists}"
    return Section(html, " ".join([*said, *whole]))


def lines_table(applied: Applied) -> tables.Table:
    """Return what became of each line, and why."""
    heads = [
        tables.Column("ligne", "Ligne", "nombre"),
        tables.Column("lieu", "Lieu"),
        tables.Column("devenir", "Devenir"),
        tables.Column("raisons", "Pourquoi"),
    ]
    rows_ = [
        [(float(o.line), str(o.line)), _cell(o.name), _cell(_status(o)), _cell(" ".join(o.reasons))]
        for o in applied.lines
    ]
    caption = wording.typeset(f"Ce que devient chaque ligne de « {applied.report.file} »")
    return tables.table(heads, rows_, caption=caption)


def _status(outcome: mapping.Outcome) -> str:
    return f"{outcome.status}, à regarder" if outcome.flagged and outcome.status == "réparée" else outcome.status


def _read(name: str, text: str) -> str:
    """Return a value of the standard as people read it: hours in French, lists with commas."""
    week = hours.parse(text) if name == "horaires" else None
    return week.sentence() if week else text.replace("|", ", ")


def places_table(applied: Applied, *, fictional: bool) -> tables.Table:
    """Return the places at the standard, their main fields."""
    names = ("nom", "commune", "services", "frais_a_charge", "horaires", "modalites_accompagnement")
    heads = [tables.Column(name, standard.fields()[name].title) for name in names]
    records = applied.standard[list(names)].itertuples(index=False)
    rows_ = [[_cell(_read(name, str(text))) for name, text in zip(names, record, strict=True)] for record in records]
    caption = "La liste au standard, dans ses principaux champs" + (" (lieux inventés)" if fictional else "")
    return tables.table(heads, rows_, caption=caption)
