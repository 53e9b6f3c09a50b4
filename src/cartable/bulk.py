"""The syntheses of all the EPCIs in one go: on several processes, resumable, each file whole or absent.

Each EPCI has its file of data, ``SIREN.json``, which bears the fingerprint of what made it: the data, the code, the
options. A file with the right fingerprint is not made again; any other one is. So the command can be stopped anywhere,
even by cutting the power, and started again. The table of all of them, ``syntheses.csv``, is written at the end.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import re
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from cartable import output, tables, territory, wording
from cartable.assets import PACKAGE
from cartable.atlas import Atlas
from cartable.briefing import briefing
from cartable.briefing.measures import MEASURES
from cartable.errors import CLOSED, CartableError, reason
from cartable.portrait import Portrait

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from cartable.holdings import Holdings

SUMMARY = "syntheses.csv"
FORMAT = 1  # of the files of data
BATCH = 20  # EPCIs given to a process at a time: often enough for progress, seldom enough for speed
ALONE = 60  # EPCIs under which starting other processes would take longer than the work
DRAFT = re.compile(r"\.(\d{9}\.(json|pdf)|syntheses\.csv)\.\d+")
AGAIN = "Relancez la même commande : ce qui est déjà fait ne sera pas refait."
DEFECT = "défaut de Cartable ({kind}), à signaler"
Progress: TypeAlias = "Callable[[int, int], None]"
Result: TypeAlias = tuple[int, list[tuple[str, str]]]
SAID = ("siren", "nom", "nature")


@dataclass(frozen=True)
class Job:
    """What is asked of every process.

    Parameters
    ----------
    tables
        The folder of the tables, and what is at hand beyond them.
    target
        Where files go.
    fingerprint
        Of the data, the code and the options.
    pdf
        The date to print on the sheets; none when only data are asked for.
    public
        Whether they are shown to public meetings.
    """

    folder: Path
    holdings: Holdings
    target: Path
    fingerprint: str
    pdf: dt.date | None = None
    public: bool = False

    def atlas(self) -> Atlas:
        """Return the tables, unread."""
        return Atlas(self.folder, self.holdings)


@dataclass(frozen=True)
class Outcome:
    """What was done: how many files were made, how many were already there, what failed (SIREN and reason)."""

    made: int
    kept: int
    failed: tuple[tuple[str, str], ...]


def make_all(
    target: Path,
    source: Atlas,
    *,
    pdf: dt.date | None = None,
    public: bool = False,
    processes: int = 2,
    only: Sequence[str] | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Outcome:
    """Write the data of the synthesis of every EPCI, and the table of all of them.

    Parameters
    ----------
    target
        Folder, made if need be.
    source
        The tables, with what is at hand beyond them.
    pdf
        The date to print, when the sheets themselves are wanted too.
    processes
        How many work at a time; one process works here.
    only
        SIRENs, all the EPCIs by default.
    progress
        Called with the number of EPCIs done and the number of all.

    Raises
    ------
    CartableError
        If the folder refuses files, or if a process is killed: what is done stays done.
    """
    _prepare(target)
    job = Job(source.folder, source.holdings, target, fingerprint(source, public=public), pdf, public)
    sirens = sorted(source.epcis.index if only is None else only)
    left = [siren for siren in sirens if not _fresh(job, siren)]
    failed = dict(_done(job, source, left, processes=processes, already=len(sirens) - len(left), progress=progress))
    good = [siren for siren in sirens if siren not in failed]
    _forget(target, failed)
    output.write(target / SUMMARY, summary(_records(target, good)).to_csv())
    return Outcome(len(left) - len(failed), len(sirens) - len(left), tuple(sorted(failed.items())))


# -- what is already made ---------------------------------------------------------------


def fingerprint(source: Atlas, *, public: bool = False) -> str:
    """Return the digest of all that a synthesis depends on: tables, holdings, code, options."""
    digest = hashlib.sha256(f"{FORMAT} {public}".encode())
    data = sorted(path for path in source.folder.iterdir() if path.suffix in {".csv", ".topojson"})
    code = sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".typ"})
    for path in (*data, *code):
        digest.update(path.name.encode() + path.read_bytes())
    for part in _parts(source.holdings):
        digest.update(part)
    return digest.hexdigest()


def _parts(holdings: Holdings) -> Iterator[bytes]:
    for frame in (holdings.communes, holdings.epcis, holdings.places):
        yield repr(list(frame.columns)).encode()
        yield pd.util.hash_pandas_object(frame, index=True).to_numpy().tobytes()
    yield repr([(n.code, n.communes, n.vintage) for n in holdings.neighbourhoods]).encode()
    yield repr(sorted(holdings.provenances.items())).encode()


def _fresh(job: Job, siren: str) -> bool:
    """Tell whether the files of an EPCI are there and made of the same."""
    found = _read(job.target / f"{siren}.json")
    if found.get("empreinte") != job.fingerprint:
        return False
    return job.pdf is None or (bool(found.get("pdf")) and (job.target / f"{siren}.pdf").is_file())


def _read(path: Path) -> dict[str, Any]:
    """Read a file of data; what cannot be read is as if it were not there, and is made again."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _prepare(target: Path) -> None:
    """Make the folder, and clear what a killed process left half-written."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path in target.iterdir():
            if DRAFT.fullmatch(path.name):
                path.unlink(missing_ok=True)
    except OSError as error:
        raise CartableError(f"Le dossier « {target} » ne peut pas servir : {reason(error)}.", CLOSED) from error


def _forget(target: Path, failed: dict[str, str]) -> None:
    """Remove the former files of what could not be made: nobody should take them for those of today."""
    for siren in failed:
        for suffix in (".json", ".pdf"):
            with suppress(OSError):
                (target / f"{siren}{suffix}").unlink(missing_ok=True)


# -- the work ---------------------------------------------------------------------------


def _done(
    job: Job, source: Atlas, left: Sequence[str], *, processes: int, already: int, progress: Progress
) -> Iterator[tuple[str, str]]:
    """Do the work and yield what fails, telling how far it is."""
    done, count = already, already + len(left)
    progress(done, count)
    batches = [left[i : i + BATCH] for i in range(0, len(left), BATCH)]
    alone = processes == 1 or len(left) <= (ALONE if job.pdf is None else BATCH)
    results = (_batch(job, source, batch) for batch in batches) if alone else _spread(job, batches, processes)
    for size, failures in results:
        yield from failures
        done += size
        progress(done, count)


def _spread(job: Job, batches: Sequence[Sequence[str]], processes: int) -> Iterator[Result]:
    """Share the batches between processes; they are started afresh, as Windows does."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_start, initargs=(job,))
    try:
        for future in as_completed([pool.submit(_work, batch) for batch in batches]):
            yield future.result()
    except BrokenProcessPool as error:
        raise CartableError(
            "Un des processus s’est arrêté brusquement (manque de mémoire, peut-être).", AGAIN
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_HERE: dict[str, tuple[Job, Atlas]] = {}  # of a working process: its tables are read once


def _start(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl + C is for the one who started us: we end our batch in peace
    _HERE["job"] = (job, job.atlas())


def _work(batch: Sequence[str]) -> Result:
    return _batch(*_HERE["job"], batch)


def _batch(job: Job, source: Atlas, batch: Sequence[str]) -> Result:
    """Make some EPCIs; one that fails does not stop the others, unless the disk refuses files."""
    failures = []
    for siren in batch:
        try:
            content = _contents(job, source, siren)
        except CartableError as error:
            failures.append((siren, str(error)))
            continue
        except Exception as error:  # noqa: BLE001 (reported with its EPCI; the others go on)
            failures.append((siren, DEFECT.format(kind=type(error).__name__)))
            continue
        for suffix in (".pdf", ".json"):  # the file of data last: it says that all is there
            if suffix in content:
                output.write(job.target / f"{siren}{suffix}", content[suffix])
    return len(batch), failures


def _contents(job: Job, source: Atlas, siren: str) -> dict[str, str | bytes]:
    """Return the content of the files of an EPCI."""
    here = territory.get(siren, (), source)
    made = briefing(Portrait(here), public=job.public)
    sheet: dict[str, str | bytes] = {}
    if job.pdf is not None:
        from cartable.documents import briefing as document  # noqa: PLC0415 (typst: only when sheets are asked for)

        sheet[".pdf"] = document.pdf(made, here, today=job.pdf)
    data = {"empreinte": job.fingerprint, "pdf": job.pdf is not None, **made.to_dict()}
    return {**sheet, ".json": json_text(data)}


def json_text(data: dict[str, Any]) -> str:
    """Write data as JSON: the same to the letter each time, no « NaN »."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


# -- the table of all -------------------------------------------------------------------


def _records(target: Path, sirens: Sequence[str]) -> Iterator[dict[str, Any]]:
    return (_read(target / f"{siren}.json") for siren in sirens)


def summary(records: Iterator[dict[str, Any]]) -> tables.Table:
    """Return one row for each EPCI: every measure (shares between 0 and 1), the strengths, the points to check."""
    found = list(records)
    known = [measure for key, measure in MEASURES.items() if any(key in one["measures"] for one in found)]
    columns = [tables.Column(name, name) for name in SAID]
    columns += [tables.Column(m.key, m.key, "nombre") for m in known]
    columns += [tables.Column(f"{kind}_{rank}", f"{kind}_{rank}") for kind in ("atout", "point") for rank in (1, 2, 3)]
    rows = [_row(one, [m.key for m in known]) for one in found]
    return tables.table(columns, rows, caption=f"Synthèses : {wording.plural(len(rows), 'EPCI', 'EPCI')}")


def _row(one: dict[str, Any], keys: Sequence[str]) -> list[tables.Cell]:
    cells: list[tables.Cell] = [(one[key], one[key]) for key in ("siren", "name", "nature")]
    cells += [(one["measures"].get(key), "") for key in keys]
    titles = [point["title"] for kind in ("strengths", "checks") for point in one[kind]]
    return cells + [(title, title) for title in titles]
