"""What the key for Windows opens: its notebooks, written for a page without menus, and the list of them all."""

from __future__ import annotations

import ast
import html
import json
import re
from typing import TYPE_CHECKING, Any

from tools.console import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOME = "modele/voila/templates/cartable/accueil.html"
GROUPS = {"": ROOT / "notebooks", "stagiaire": ROOT / "notebooks" / "stagiaire"}
TITLES = (
    ("Préparer et animer", ("preparer-", "animer-", "atelier-", "lire-les-")),
    ("Connaître un territoire", ("portrait-", "comparer", "indice-", "lieux-", "mettre-")),
    ("Mener la démarche", ("demarche-",)),
    ("S’exercer", ("stagiaire/",)),
)
"""What the list is made of: a title, and how the names of its notebooks begin. What fits nowhere goes last."""
OTHERS = "Les autres pages"
LABELS = {"etape": "Étape", "seance": "Séance", "seance_publique": "Mode séance publique"}
"""Settings whose name is not a French word as it is."""
_LINK = re.compile(r"\]\((?:\.\./)+((?:book|workshops)/[^)#]+)\.md(#[^)]*)?\)")
_MENU = re.compile(r"Choisissez le menu «\s*Exécution\s*», puis «\s*Exécuter toutes les cellules\s*»")
_CELL = re.compile(r"Dans la première cellule de code, écrivez")
DONE = "Rien à lancer : la page est déjà calculée"
SETTINGS = "Changer les réglages de cette page"
HERE = f"Ouvrez « {SETTINGS} », en haut, et écrivez sans les guillemets"


def copy(target: Path) -> None:
    """Copy the notebooks, each group in its folder; corrected ones stay with the trainer."""
    for group, source in GROUPS.items():
        (target / group).mkdir(parents=True, exist_ok=True)
        for path in sorted(source.glob("*.ipynb")):
            shown = adapted(json.loads(path.read_text(encoding="utf-8")))
            content = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
            (target / group / path.name).write_text(content, encoding="utf-8", newline="\n")


def adapted(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook that suits a page: links lead to the book that is served, settings are in a form."""
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = _LINK.sub(r"](/livre/\1.html\2)", source)
            text = _CELL.sub(HERE, text)
            cells.append(cell | {"source": _MENU.sub(DONE, text)})
            continue
        cells.append(cell | {"outputs": [], "execution_count": None})
        if "parameters" in cell["metadata"].get("tags", []):
            cells += asked(settings(source), source)
    return notebook | {"cells": cells}


def settings(source: str) -> dict[str, Any]:
    """Return the settings that a cell gives to a notebook, and their values."""
    found: dict[str, Any] = {}
    for line in ast.parse(source).body:
        if isinstance(line, ast.Assign):
            target, value = line.targets[0], ast.literal_eval(line.value)
            names = [one.id for one in getattr(target, "elts", [target]) if isinstance(one, ast.Name)]
            found |= dict(zip(names, value if isinstance(value, tuple) else [value], strict=True))
    return found


def asked(found: dict[str, Any], source: str) -> list[dict[str, Any]]:
    """Return the cells that ask for settings in a form, then take what it says."""
    helps = dict(re.findall(r"^(\w+) = .*?  # (.+)$", source, re.MULTILINE))
    head = re.search(r"^# Réglages : (.+)$", source, re.MULTILINE)
    fields = [_field(name, value, helps.get(name, "")) for name, value in found.items()]
    form = [f'<details class="reglages"><summary>{SETTINGS}</summary><form method="get">']
    form += [f"<p>{html.escape(head[1])}</p>"] if head else []
    form += [*fields, "<button>Recalculer</button></form></details>"]
    names = ", ".join(f"{name}={name}" for name in found)
    code = (
        "# Les réglages choisis en haut de la page\n"
        f"from cartable.page_settings import chosen\n\nglobals().update(chosen({names}))"
    )
    return [
        {"cell_type": "markdown", "id": "reglages", "metadata": {}, "source": "".join(form)},
        {"cell_type": "code", "id": "choisis", "metadata": {}, "source": code, "outputs": [], "execution_count": None},
    ]


def _field(name: str, value: object, told: str) -> str:
    label = LABELS.get(name, name.capitalize()) + (f" ({told.removeprefix('True : ')})" if told else "")
    if isinstance(value, bool):
        typed = 'type="checkbox" value="oui"'
    else:
        typed = f'value="{"" if value is None else html.escape(str(value))}"'
    return f'<p><label>{html.escape(label)} <input name="{name}" {typed}></label></p>'


def home(work: Path) -> Path:
    """Write the list of the pages; return where it is."""
    path = work / "accueil.html"
    path.write_text(listed(named(work / "notebooks")), encoding="utf-8", newline="\n")
    return path


def named(folder: Path) -> dict[str, str]:
    """Return the address of each notebook and its title, without the word that only says what it is."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]).splitlines()[0]
        title = re.sub(r"^Notebook\s*:\s*", "", first.lstrip("# "))
        found[path.relative_to(folder).as_posix()] = title[:1].upper() + title[1:]
    return found


def listed(titles: dict[str, str]) -> str:
    """Return the list of the pages, by use."""
    left = dict(titles)
    parts = ["<h1>Cartable</h1>", "<p>Choisissez une page. Rien ne quitte cette machine.</p>"]
    for title, starts in (*TITLES, (OTHERS, ("",))):
        here = {name: left.pop(name) for name in list(left) if name.startswith(starts)}
        links = [f'<li><a href="/voila/render/{name}">{html.escape(text)}</a></li>' for name, text in here.items()]
        parts += [f"<h2>{title}</h2>", "<ul>", *links, "</ul>"] if here else []
    parts.append('<p>Pour lire et imprimer : <a href="/livre/index.html">le livre</a>.</p>')
    return "\n".join(parts) + "\n"
