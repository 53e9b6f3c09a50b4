"""Time the syntheses of all EPCIs beside a loop of commands, and a cold portrait beside its imports alone."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from _outils import ROOT, MeasureError, main, median, say, seconds, table, timed

from cartable import wording
from cartable.atlas import atlas

CIVRAISIEN = "200070035"
SAMPLE, RUNS = 12, 5  # commands of the loop that are timed; runs of each cold measure
SIZES = (100, 400)
SHEETS = 100  # EPCIs whose sheets are printed
BULK_AIM, COLD_AIM, STRAIGHT = 0.10, 1.5, 1.25
COMMAND = "import sys; from cartable.cli import main; sys.exit(main(sys.argv[1:]))"
# Some EPCIs in one go: what « cartable synthese --tous » runs, on fewer of them.
SOME = """
import datetime as dt, sys
from pathlib import Path
from cartable import bulk
from cartable.atlas import atlas
if __name__ == "__main__":
    day = dt.date(2026, 11, 25) if sys.argv[2] == "pdf" else None
    bulk.make_all(Path(sys.argv[1]), atlas(), pdf=day, only=sys.argv[3:])
"""
# The figures and the sentences of a portrait, without a page.
FIGURES = """
import sys
from cartable.portrait import portrait
shown = portrait(sys.argv[1])
print(shown.facts(), shown.population_reading(), shown.ages_reading(), shown.totals, shown.table)
"""
# What a program imports that is neither ours nor Python's, in the order of the imports.
SPY = """
import json, sys
before = set(sys.modules)
sys.argv = ["-c", *sys.argv[2:]]
try:
    exec(compile(PROGRAM, "programme", "exec"), {"__name__": "__main__"})
except SystemExit:
    pass
own = {"cartable", "__main__", *sys.stdlib_module_names}
found = [name for name in sys.modules if name not in before and name.partition(".")[0] not in own]
open(LIST, "w", encoding="utf-8").write(json.dumps(found))
"""
# Imports the same and nothing else; what cannot be imported by its name alone comes with its package.
FLOOR = """
import importlib, json, sys
for name in json.loads(open(sys.argv[1], encoding="utf-8").read()):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
"""


def command(*arguments: str | Path) -> list[str | Path]:
    """Return a fresh process of the command ``cartable``."""
    return [sys.executable, "-c", COMMAND, *arguments]


# -- all of them, beside a loop -------------------------------------------------------------


def spread(count: int) -> list[str]:
    """Return that many EPCIs, at equal steps in the order of their SIRENs: all sizes, all régions."""
    everyone = sorted(atlas().epcis.index)
    return [everyone[rank * len(everyone) // count] for rank in range(count)]


def loop(folder: Path, sample: int, suffix: str) -> float:
    """Return the median time of a command that makes one synthesis."""
    return median([timed(command("synthese", s, "-o", folder / f"{s}{suffix}"), ROOT) for s in spread(sample)])


def bulk(folder: Path, count: int, kind: str = "données", run: int = 1) -> float:
    """Return the time to make that many in one go, from nothing, on two processes."""
    script = folder / "tous.py"
    script.write_text(SOME, encoding="utf-8")
    target = folder / f"{count}-{kind}-{run}"
    duration = timed([sys.executable, script, target, kind, *spread(count)], ROOT)
    made = len(list(target.glob("*.pdf" if kind == "pdf" else "*.json")))
    if made != count:
        raise MeasureError(f"{made} synthèses faites au lieu de {count} : la mesure ne vaudrait rien.")
    return duration


def _row(label: str, count: int, duration: float, loop_each: float, verdict: str = "") -> list[str]:
    share = wording.percent(duration / (count * loop_each))
    return [
        label,
        wording.number(count),
        seconds(duration),
        f"{wording.number(1000 * duration / count, 1)} ms",
        share,
        verdict,
    ]


def all_of_them(folder: Path, trial: bool) -> str:
    """Measure the data of the syntheses, and some sheets."""
    sample, everyone = (3 if trial else SAMPLE), len(atlas().epcis)
    say("… une commande par EPCI")
    each, sheet_each = loop(folder, sample, ".json"), loop(folder, 3 if trial else 6, ".pdf")
    say("… tous d'un coup")
    runs = range(1, 2 if trial else 4)
    times = {count: median([bulk(folder, count, run=run) for run in runs]) for count in (*SIZES, everyone)}
    sheets = bulk(folder, SHEETS, "pdf")
    again = timed(
        [sys.executable, folder / "tous.py", folder / f"{everyone}-données-1", "données", *spread(everyone)], ROOT
    )
    verdict = f"≤ {wording.percent(BULK_AIM, 0)} : {_kept(times[everyone] <= BULK_AIM * everyone * each)}"
    rows = [_row(f"boucle, extrapolée de {sample} commandes", everyone, everyone * each, each)]
    rows += [_row("--tous", count, times[count], each, verdict if count == everyone else "") for count in times]
    rows.append(_row("--tous, une seconde fois : rien à refaire", everyone, again, each))
    rows.append(
        _row(f"boucle des feuilles (PDF), extrapolée de {3 if trial else 6}", SHEETS, SHEETS * sheet_each, sheet_each)
    )
    rows.append(_row("--tous --pdf", SHEETS, sheets, sheet_each))
    headers = ["Les synthèses", "EPCI", "Durée", "Par EPCI", "Part de la boucle", "But"]
    return table("Tous les EPCI", headers, rows) + "\n" + _straight(times, everyone)


def _straight(times: dict[int, float], everyone: int) -> str:
    """Say whether the time grows as the number of EPCIs, once the start is set apart."""
    (few, middle), last = SIZES, everyone
    slope = (times[middle] - times[few]) / (middle - few)
    expected = times[middle] + slope * (last - middle)
    ratio = times[last] / expected
    return (
        f"Croissance : de {few} à {middle} EPCI, {wording.number(1000 * slope, 1)} ms par EPCI de plus ; à ce rythme, "
        f"{last} EPCI prendraient {seconds(expected)} ; mesuré {seconds(times[last])}, soit "
        f"{wording.number(ratio, 2)} fois. Linéaire (au plus {wording.number(STRAIGHT, 2)}) : "
        f"{_kept(ratio <= STRAIGHT)}."
    )


def _kept(success: bool) -> str:
    return "tenu" if success else "MANQUÉ"


# -- one of them, cold ----------------------------------------------------------------------


@dataclass(frozen=True)
class Cold:
    """A program that makes one thing from nothing.

    Parameters
    ----------
    aim
        Whether the bar of the project bears on it.
    """

    name: str
    program: str
    arguments: tuple[str, ...]
    aim: bool = False


def floor(folder: Path, cold: Cold) -> list[str | Path]:
    """Return the program that only imports the libraries that ``cold`` imports."""
    found = folder / f"{cold.name}.json"
    spy = f"PROGRAM = {cold.program!r}\nLIST = {str(found)!r}\n{SPY}"
    timed([sys.executable, "-c", spy, "-", *cold.arguments], ROOT)
    if not json.loads(found.read_text(encoding="utf-8")):
        raise MeasureError(f"« {cold.name} » n'importe aucune bibliothèque : la mesure n'aurait pas de sens.")
    return [sys.executable, "-c", FLOOR, found]


def cold_ones(folder: Path, trial: bool) -> str:
    """Measure cold programs, each beside its floor, in turn: both meet the same load."""
    page, data, sheet = (str(folder / f"un{suffix}") for suffix in (".html", ".json", ".pdf"))
    subjects = (
        Cold("portrait : chiffres et phrases", FIGURES, (CIVRAISIEN,), aim=True),
        Cold("portrait : la page et sa carte", COMMAND, ("portrait", CIVRAISIEN, "-o", page), aim=True),
        Cold("synthèse : données", COMMAND, ("synthese", CIVRAISIEN, "-o", data)),
        Cold("synthèse : feuille", COMMAND, ("synthese", CIVRAISIEN, "-o", sheet)),
    )
    rows = []
    for cold in subjects:
        say(f"… {cold.name}")
        alone = floor(folder, cold)
        program = [sys.executable, "-c", cold.program, *cold.arguments]
        times = [(timed(program, ROOT), timed(alone, ROOT)) for _ in range(1 if trial else RUNS)]
        whole, least = (median(list(part)) for part in zip(*times, strict=True))
        ratio = whole / least
        verdict = f"≤ {wording.number(COLD_AIM, 1)} : {_kept(ratio <= COLD_AIM)}" if cold.aim else ""
        rows.append([cold.name, seconds(whole), seconds(least), wording.number(ratio, 2), verdict])
    headers = ["Un EPCI, à froid", "Durée", "Imports seuls", "Rapport", "But"]
    return table("Un EPCI (CC du Civraisien en Poitou)", headers, rows)


def run(trial: bool) -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory(prefix="cartable-territoires-") as name:
        folder = Path(name)
        say(cold_ones(folder, trial))
        say(all_of_them(folder, trial))


if __name__ == "__main__":
    sys.exit(main("Mesure les synthèses de tous les EPCI, et un portrait à froid.", run))
