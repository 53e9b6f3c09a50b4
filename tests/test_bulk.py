"""All the syntheses: nothing made twice, nothing half-written, one failure stops nobody, two processes say the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pypdf
import pytest
from mini_france import ESSAI, FORMULA, SANS_AGE, SEUL

from cartable import bulk, output
from cartable.atlas import Atlas, atlas
from cartable.errors import CartableError
from cartable.holdings import Holdings, Provenance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVERYONE = sorted([ESSAI, SEUL, SANS_AGE])


@pytest.fixture
def source(pays: Path) -> Atlas:
    return Atlas(pays)


def made(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows(folder: Path) -> list[dict[str, str]]:
    text = (folder / bulk.SUMMARY).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_each_epci_has_its_file_and_its_row(source: Atlas, tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    outcome = bulk.make_all(target, source)
    assert outcome == bulk.Outcome(3, 0, ())
    assert sorted(made(target)) == [*(f"{siren}.json" for siren in EVERYONE), bulk.SUMMARY]
    told = rows(target)
    assert [row["siren"] for row in told] == EVERYONE
    assert told[0]["nom"] == "CC du Pays d'Essai"
    assert told[0]["population"] == "2000,0"
    assert all(row[f"{kind}_{rank}"] for row in told for kind in ("atout", "point") for rank in (1, 2, 3))
    data = json.loads((target / f"{ESSAI}.json").read_text(encoding="utf-8"))
    assert len(data["figures"]) == 6
    assert data["measures"]["communes"] == 5


def test_what_is_made_is_not_made_again(source: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk.make_all(tmp_path / "s", source)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").glob("*.json")}
    monkeypatch.setattr(bulk, "briefing", lambda *_, **__: pytest.fail("refait"))
    assert bulk.make_all(tmp_path / "s", source) == bulk.Outcome(0, 3, ())
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "s").glob("*.json")} == before


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"empreinte": "autre"}', "é"])
def test_a_damaged_or_missing_file_is_made_again(source: Atlas, tmp_path: Path, content: str) -> None:
    target = tmp_path / "s"
    bulk.make_all(target, source)
    whole = made(target)
    (target / f"{SEUL}.json").write_text(content, encoding="latin-1")
    (target / f"{ESSAI}.json").unlink()
    assert bulk.make_all(target, source) == bulk.Outcome(2, 1, ())
    assert made(target) == whole


def change_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Atlas:  # noqa: ARG001
    table = (folder / "communes.csv").read_text(encoding="utf-8")
    (folder / "communes.csv").write_text(
        table.replace("02002,Bourg-Seul,200000002,50000", "02002,Bourg-Seul,200000002,50001")
    )
    return Atlas(folder)


def change_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Atlas:
    monkeypatch.setattr(bulk, "FORMAT", 99)
    return Atlas(folder)


def change_holdings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Atlas:  # noqa: ARG001
    frame = pd.DataFrame(
        {"locaux": [10.0], "locaux_sans_30_mbits": [5.0]}, index=pd.Index(["01001"], name="code_insee")
    )
    return Atlas(folder, Holdings(communes=frame, provenances={"reseau": Provenance("reseau", "R", "Arcep", "2025")}))


@pytest.mark.parametrize("change", [change_data, change_code, change_holdings])
def test_other_data_or_code_make_everything_again(
    pays: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[..., Atlas]
) -> None:
    bulk.make_all(tmp_path / "s", Atlas(pays))
    assert bulk.make_all(tmp_path / "s", change(pays, monkeypatch)) == bulk.Outcome(3, 0, ())


def test_the_fingerprint_depends_on_the_holdings_alone_when_the_rest_stays(pays: Path) -> None:
    frame = pd.DataFrame({"locaux": [10.0]}, index=pd.Index(["01001"], name="code_insee"))
    one, same, other = (Atlas(pays, Holdings(communes=frame * factor)) for factor in (1, 1, 2))
    assert bulk.fingerprint(one) == bulk.fingerprint(same) != bulk.fingerprint(other)
    assert bulk.fingerprint(one) != bulk.fingerprint(one, public=True)


def test_sheets_are_made_when_asked_and_only_then(source: Atlas, tmp_path: Path) -> None:
    target, today = tmp_path / "s", dt.date(2026, 11, 25)
    bulk.make_all(target, source)
    assert bulk.make_all(target, source, pdf=today) == bulk.Outcome(3, 0, ())
    assert len(pypdf.PdfReader(target / f"{SEUL}.pdf").pages) == 2
    assert bulk.make_all(target, source, pdf=today) == bulk.Outcome(0, 3, ())
    (target / f"{SEUL}.pdf").unlink()
    assert bulk.make_all(target, source, pdf=today) == bulk.Outcome(1, 2, ())
    assert bulk.make_all(target, source) == bulk.Outcome(0, 3, ())


def test_a_former_sheet_is_not_taken_for_one_of_today(
    source: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, today = tmp_path / "s", dt.date(2026, 11, 25)
    bulk.make_all(target, source, pdf=today)
    monkeypatch.setattr(bulk, "FORMAT", 99)
    bulk.make_all(target, source)
    assert bulk.make_all(target, source, pdf=today) == bulk.Outcome(3, 0, ())


@pytest.mark.parametrize(
    ("error", "why"),
    [(CartableError("Il manque ceci.", "Faites cela."), "Il manque ceci. Faites cela."), (KeyError("x"), "KeyError")],
)
def test_one_failure_stops_nobody_and_leaves_no_former_file(
    source: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    target, real = tmp_path / "s", bulk.briefing
    bulk.make_all(target, source)

    def fail(shown, **options):
        if shown.territory.siren == SEUL:
            raise error
        return real(shown, **options)

    monkeypatch.setattr(bulk, "FORMAT", 99)
    monkeypatch.setattr(bulk, "briefing", fail)
    outcome = bulk.make_all(target, source)
    assert (outcome.made, outcome.kept) == (2, 0)
    assert outcome.failed[0][0] == SEUL
    assert why in outcome.failed[0][1]
    assert sorted(made(target)) == [f"{ESSAI}.json", f"{SANS_AGE}.json", bulk.SUMMARY]
    assert [row["siren"] for row in rows(target)] == [ESSAI, SANS_AGE]
    monkeypatch.setattr(bulk, "briefing", real)
    assert bulk.make_all(target, source) == bulk.Outcome(1, 2, ())


def test_stopped_anywhere_it_goes_on(source: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop at each file written, then once more: the folder ends the same as if nothing had happened."""
    bulk.make_all(tmp_path / "entier", source)
    target, real = tmp_path / "s", output.write
    for stop in (1, 1, 1):
        left = [stop]

        def write(path: Path, content: str | bytes, left: list[int] = left) -> None:
            if not left[0]:
                path.with_name(f".{path.name}.123").write_text("à moitié")
                raise KeyboardInterrupt
            left[0] -= 1
            real(path, content)

        monkeypatch.setattr(output, "write", write)
        with pytest.raises(KeyboardInterrupt):
            bulk.make_all(target, source)
    monkeypatch.setattr(output, "write", real)
    (target / "notes de Camille.txt").write_text("à garder")
    bulk.make_all(target, source)
    kept = made(target)
    assert kept.pop("notes de Camille.txt").decode() == "à garder"
    assert kept == made(tmp_path / "entier")


def test_progress_counts_what_was_already_there(source: Atlas, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    bulk.make_all(tmp_path / "s", source, only=[ESSAI])
    bulk.make_all(tmp_path / "s", source, progress=lambda done, count: told.append((done, count)))
    assert told[0] == (1, 3)
    assert told[-1] == (3, 3)


def test_a_folder_that_is_a_file_is_refused(source: Atlas, tmp_path: Path) -> None:
    (tmp_path / "s").write_text("x")
    with pytest.raises(CartableError, match="ne peut pas servir"):
        bulk.make_all(tmp_path / "s", source)


def test_a_full_disk_is_told(source: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CartableError("Impossible d’écrire : le disque est plein.", "Faites de la place.")

    monkeypatch.setattr(output, "write", refuse)
    with pytest.raises(CartableError, match="le disque est plein"):
        bulk.make_all(tmp_path / "s", source)


@pytest.mark.usefixtures("pays")
def test_a_name_is_not_a_formula_in_the_table(tmp_path: Path) -> None:
    source = atlas()
    source.epcis.loc[SEUL, "nom"] = FORMULA
    source.__dict__.pop("names", None)
    bulk.make_all(tmp_path / "s", source)
    assert next(row["nom"] for row in rows(tmp_path / "s") if row["siren"] == SEUL) == f"'{FORMULA}"


# -- several processes ------------------------------------------------------------------


def test_two_processes_say_the_same_as_one(source: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk.make_all(tmp_path / "un", source, processes=1)
    monkeypatch.setattr(bulk, "ALONE", 0)
    monkeypatch.setattr(bulk, "BATCH", 1)
    assert bulk.make_all(tmp_path / "deux", source, processes=2) == bulk.Outcome(3, 0, ())
    assert made(tmp_path / "deux") == made(tmp_path / "un")


KILLED = """
import sys
from pathlib import Path
from cartable import bulk
from cartable.atlas import Atlas
if __name__ == "__main__":
    bulk.make_all(Path(sys.argv[2]), Atlas(Path(sys.argv[1])), processes=1)
"""


def test_killed_it_goes_on(tmp_path: Path) -> None:
    """Kill the process itself, on the whole of France, and start again."""
    target, folder = tmp_path / "s", atlas().folder
    script = tmp_path / "tous.py"
    script.write_text(KILLED, encoding="utf-8")
    process = subprocess.Popen([sys.executable, script, folder, target])
    for _ in range(600):
        if len(list(target.glob("*.json"))) >= 5:
            break
        time.sleep(0.05)
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()
    left = sorted(path.stem for path in target.glob("2*.json"))
    assert 5 <= len(left) < 1255
    wanted = [*left[:3], *sorted(set(atlas().epcis.index) - set(left))[:2]]
    outcome = bulk.make_all(target, atlas(), only=wanted)
    assert (outcome.made, outcome.kept, outcome.failed) == (2, 3, ())
    assert not [path for path in target.iterdir() if path.name.startswith(".")]
    assert [row["siren"] for row in rows(target)] == sorted(wanted)


@pytest.mark.long
def test_all_of_france_twice(tmp_path: Path) -> None:
    source = atlas()
    first = bulk.make_all(tmp_path / "s", source, processes=min(2, os.cpu_count() or 1))
    assert first == bulk.Outcome(len(source.epcis), 0, ())
    assert len(rows(tmp_path / "s")) == len(source.epcis)
    assert bulk.make_all(tmp_path / "s", source) == bulk.Outcome(0, len(source.epcis), ())
