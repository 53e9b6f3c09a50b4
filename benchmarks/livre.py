"""Time the building of the book beside stock ``jupyter-book build`` on the same sources.

Two books: the real one, and one made of copies of its pages and notebooks (60 pages, 12 notebooks). Everything
happens in temporary copies.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from _outils import MeasureError, copy, main, median, say, seconds, table, timed

from cartable import wording

NEEDED = ("index.md", "_config.yml", "_toc.yml", "book", "notebooks", "data", "src/cartable")
NEEDED += ("requirements.txt", "package-lock.json")
PAGES, NOTEBOOKS = 60, 12
EDITED = "book/utiliser.md"
UNIQUE = {"glossaire"}  # the same term may not be defined twice
MARK = "Repère"  # with a number, a word that no page holds

# What the stock book needs of ours to read the same sources: the directives, and nothing that changes its speed.
DIRECTIVES = """
from cartable.assets import VENDOR
from cartable.book import portraits, records


def setup(app):
    app.add_config_value("cartable_data", "data", "env")
    app.add_config_value("cartable_vendor", str(VENDOR), "env")
    records.setup(app)
    portraits.setup(app)
"""


# -- the books ----------------------------------------------------------------------------


def _read(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def with_portraits(root: Path, *, wanted: bool) -> None:
    """Have our book write, or not, the portraits of all the EPCIs."""
    config = _read(root / "_config.yml")
    config["sphinx"]["config"]["cartable_portraits"] = wanted  # type: ignore[index]
    _write(root / "_config.yml", config)


def make_stock(root: Path) -> None:
    """Give a copy of the sources the plain settings of jupyter-book: its theme, its extensions, notebooks executed."""
    ours = _read(root / "_config.yml")
    stock = {name: ours[name] for name in ("title", "author", "copyright", "only_build_toc_files", "exclude_patterns")}
    stock["execute"] = {"execute_notebooks": "force", "timeout": 600}
    stock["parse"] = ours["parse"]
    stock["sphinx"] = {
        "local_extensions": {"directives_mesures": "_ext"},
        "config": {"language": "fr", "cartable_portraits": False},
    }
    _write(root / "_config.yml", stock)
    (root / "_ext").mkdir()
    (root / "_ext" / "directives_mesures.py").write_text(DIRECTIVES, encoding="utf-8")


def grow(root: Path) -> None:
    """Copy pages and notebooks beside themselves, each under a title of its own, up to the wanted numbers."""
    pages = sorted((root / "book").rglob("*.md"))
    notebooks = sorted((root / "notebooks").rglob("*.ipynb"))
    missing = PAGES - len(pages) - 1, NOTEBOOKS - len(notebooks)  # the home page counts
    copied = itertools.cycle([page for page in pages if page.stem not in UNIQUE])
    for rank, page in zip(range(missing[0]), copied, strict=False):
        title, _, body = page.read_text(encoding="utf-8").partition("\n")
        _beside(page, rank).write_text(f"{title} (copie {rank})\n{body}", encoding="utf-8")
    for rank, notebook in zip(range(missing[1]), itertools.cycle(notebooks), strict=False):
        content = json.loads(notebook.read_text(encoding="utf-8"))
        first = "".join(content["cells"][0]["source"]).partition("\n")
        content["cells"][0]["source"] = f"{first[0]} (copie {rank})\n{first[2]}"
        _beside(notebook, rank).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    globs = {"Les pages": "book/*", "Le programme": "book/programme/*", "Les notebooks": "notebooks/*"}
    parts = [{"caption": caption, "chapters": [{"glob": glob}]} for caption, glob in globs.items()]
    _write(root / "_toc.yml", {"format": "jb-book", "root": "index", "parts": parts})


def _beside(path: Path, rank: int) -> Path:
    return path.with_name(f"{path.stem}-copie-{rank}{path.suffix}")


def size(root: Path) -> str:
    """Say how large a book is."""
    pages = 1 + len(list((root / "book").rglob("*.md")))
    notebooks = len(list((root / "notebooks").rglob("*.ipynb")))
    return f"{wording.plural(pages, 'page')} et {wording.plural(notebooks, 'notebook')}"


# -- changing a page -----------------------------------------------------------------------


def edit_paragraph(root: Path, rank: int) -> None:
    """Change the text of a page, not its titles."""
    with (root / EDITED).open("a", encoding="utf-8") as page:
        page.write(f"\nPhrase ajoutée au paragraphe, numéro {rank}.\n")


def edit_title(root: Path, rank: int) -> None:
    """Change the title of a page: « Utiliser Cartable Repère3 »."""
    title, _, body = (root / EDITED).read_text(encoding="utf-8").partition("\n")
    title = title.partition(f" {MARK}")[0]
    (root / EDITED).write_text(f"{title} {MARK}{rank}\n{body}", encoding="utf-8")


def showing(root: Path, rank: int) -> set[str]:
    """Return the pages, other than the edited one, that show a title."""
    html = root / "_build" / "html"
    pages = (page for page in html.rglob("*.html") if "_static" not in page.parts)
    own = Path(EDITED).with_suffix(".html").as_posix()
    names = {page.relative_to(html).as_posix() for page in pages if f"{MARK}{rank}" in page.read_text(encoding="utf-8")}
    return names - {own}


# -- one side of the comparison -------------------------------------------------------------


@dataclass
class Side:
    """A copy of a book, how to build it, and the times it took.

    Parameters
    ----------
    command
        What builds it, up to date.
    """

    root: Path
    command: tuple[str | Path, ...]
    times: dict[str, list[float]] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def build(self, name: str) -> None:
        """Build and note the time under a name."""
        self.times.setdefault(name, []).append(timed(self.command, self.root))

    def cold(self) -> None:
        """Build from nothing."""
        shutil.rmtree(self.root / "_build", ignore_errors=True)
        self.build("froid")

    def rebuild(self, runs: int) -> None:
        """Build again: without change, after a change of text, after a change of title."""
        self.told = showing(self.root, 0)
        if not self.told:
            raise MeasureError(f"Aucune page ne montre le titre de « {EDITED} » : rien à contrôler.")
        for rank in range(1, runs + 1):
            self.build("rien")
            edit_paragraph(self.root, rank)
            self.build("texte")
            edit_title(self.root, rank)
            self.build("titre")
            self.stale |= showing(self.root, rank - 1) | (self.told - showing(self.root, rank))

    def time(self, name: str) -> float:
        """Return the median time of what was noted under a name."""
        return median(self.times[name])


def measure_side(side: Side, runs: int, cold_runs: int) -> None:
    """Take all the times of a side."""
    edit_title(side.root, 0)
    for _ in range(cold_runs):
        side.cold()
    side.rebuild(runs)


def measure_execution(side: Side) -> None:
    """Execute every notebook, then build, both from scratch: what ``make notebooks`` then ``make book`` run."""
    shutil.rmtree(side.root / "_build", ignore_errors=True)
    side.times["exécution"] = [timed([sys.executable, "-m", "cartable.execution", "--tout"], side.root)]
    side.times["livre après exécution"] = [timed(side.command, side.root)]


def measure_portraits(side: Side, runs: int) -> None:
    """Write the portraits of all the EPCIs beside the pages, then build again without change."""
    with_portraits(side.root, wanted=True)
    side.build("portraits")
    if not any((side.root / "_build" / "html" / "portraits").glob("*.js")):
        raise MeasureError("Les portraits n'ont pas été écrits : « cartable_portraits » a-t-il changé de nom ?")
    for _ in range(runs):
        side.build("rien, avec portraits")


# -- reports -----------------------------------------------------------------------------------


def _row(label: str, value: float, whole: float, aim: float | None = None) -> list[str]:
    verdict = "" if aim is None else f"≤ {wording.percent(aim, 0)} : {'tenu' if value <= aim * whole else 'MANQUÉ'}"
    return [label, seconds(value), wording.percent(value / whole), verdict]


def report(title: str, ours: Side, stock: Side) -> str:
    """Draw the table of a book."""
    whole = stock.time("froid")
    execution, book = ours.time("exécution"), ours.time("livre après exécution")
    rows = [
        _row("jupyter-book d'origine, de zéro, notebooks exécutés", whole, whole),
        _row("    rien n'a changé", stock.time("rien"), whole),
        _row("    une page, un paragraphe", stock.time("texte"), whole),
        _row("    une page, son titre", stock.time("titre"), whole),
        _row("Cartable, de zéro (résultats enregistrés)", ours.time("froid"), whole),
        _row("    rien n'a changé", ours.time("rien"), whole, 0.05),
        _row("    une page, un paragraphe", ours.time("texte"), whole, 0.08),
        _row("    une page, son titre", ours.time("titre"), whole, 0.08),
        _row("    notebooks de zéro, puis livre de zéro", execution + book, whole, 0.60),
        _row("        dont exécution des notebooks", execution, whole),
    ]
    if "portraits" in ours.times:
        written = ours.time("portraits") - ours.time("rien")
        rows += [
            _row("    en plus, une fois : portraits des EPCI", written, whole),
            _row("    rien n'a changé, portraits vérifiés", ours.time("rien, avec portraits"), whole),
        ]
    headers = ["Construction", "Durée", "Part", "But"]
    return "\n".join([table(title, headers, rows), _navigation("Cartable", ours), _navigation("jupyter-book", stock)])


def _navigation(name: str, side: Side) -> str:
    stale = wording.plural(len(side.stale), "page garde", "pages gardent")
    return f"Après un changement de titre, {name} : {stale} l'ancien titre, sur {len(side.told)} qui le montraient."


def prepare(folder: Path, *, large: bool) -> tuple[Side, Side]:
    """Copy the sources twice, for us and for stock jupyter-book."""
    ours, stock = folder / "cartable", folder / "origine"
    copy(NEEDED, ours)
    if large:
        grow(ours)
    shutil.copytree(ours, stock)
    with_portraits(ours, wanted=False)
    make_stock(stock)
    jupyter_book = "from jupyter_book.cli.main import main; main()"
    return (
        Side(ours, (sys.executable, "-m", "cartable.book", ours, "--silencieux")),
        Side(stock, (sys.executable, "-c", jupyter_book, "build", "--quiet", stock)),
    )


def measure(folder: Path, trial: bool, *, large: bool) -> str:
    """Measure a book and return its table."""
    ours, stock = prepare(folder, large=large)
    title = f"{'Livre grossi' if large else 'Le livre'} : {size(ours.root)}"
    say(f"\n{title}… mesure de jupyter-book")
    runs, cold_runs = (1, 1) if trial else (3, 2)
    measure_side(stock, runs, cold_runs)
    say("… mesure de Cartable")
    measure_side(ours, runs, cold_runs)
    if not large:
        measure_portraits(ours, runs)
        with_portraits(ours.root, wanted=False)
    measure_execution(ours)
    return report(title, ours, stock)


def run(trial: bool) -> None:
    """Measure both books."""
    for large in (False, True):
        with tempfile.TemporaryDirectory(prefix="cartable-livre-") as folder:
            say(measure(Path(folder), trial, large=large))


if __name__ == "__main__":
    sys.exit(main("Mesure la construction du livre, à côté de « jupyter-book build ».", run))
