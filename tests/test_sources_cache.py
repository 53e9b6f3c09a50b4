"""Data kept with their date: whatever kills or starves a writer, what was there serves; what is damaged is said."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import mini_coupures
import mini_serveur as site_of
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable.errors import CartableError
from cartable.holdings import PLACE_COLUMNS, Neighbourhood, Provenance, no_places
from cartable.sources import cache as caching
from cartable.sources import combining, disk, formats, lock
from cartable.sources.cache import Cache, DamagedError
from cartable.sources.download import Limits
from cartable.sources.model import Reading, Remark, Report, Source, SourceError
from cartable.sources.records import Arrival
from cartable.sources.refresh import Document, Outcome, handed, refresh, reread

if TYPE_CHECKING:
    from collections.abc import Iterator

MAY, JUNE = dt.date(2026, 5, 3), dt.date(2026, 6, 1)
QUICK = Limits(connect=1, read=0.5, total=2, attempts=2, wait=0.02, backoff=0.01)
posix = pytest.mark.skipif(os.name != "posix", reason="il faut des processus que l’on puisse tuer")


def arrival(content: bytes = b"x", day: dt.date = MAY, **more: str) -> Arrival:
    return Arrival(content, "f.csv", "téléchargé", day, hashlib.sha256(content).hexdigest(), **more)


def read(content: bytes, file: str) -> Reading:
    """Read « code;nombre;etat » the simplest way."""
    lines = content.decode().split()
    if not lines or lines[0] != "code;nombre;etat":
        raise SourceError(f"Le fichier « {file} » n’a pas les bonnes colonnes.", "Prenez-en un autre.")
    rows = [line.split(";") for line in lines[1:]]
    good = [row for row in rows if row[1] != "faux"]
    index = pd.Index([row[0] for row in good], name="code_insee", dtype="str")
    table = pd.DataFrame(
        {"nombre": [float(row[1] or "nan") for row in good], "nombre__etat": [row[2] for row in good]}, index=index
    )
    bad = tuple(
        Remark(n, "nombre", "refusée", "=Ce n’est pas un nombre.") for n, row in enumerate(rows, 2) if row[1] == "faux"
    )
    return Reading(Report(file, len(rows), bad), communes=table)


def source(key: str = "essai", url: str = "", **more: str) -> Source:
    said = {"title": "Revenus", "producer": "Insee", "licence": "Licence Ouverte", "vintage": "2021"}
    return Source(key, **{**said, "url": url, "page": "https://exemple.fr", "gives": "un nombre", "read": read, **more})


FILE = b"code;nombre;etat\n01001;12.5;\n01002;;s\n2A004;0.1;\n"
NEWER = FILE + b"02002;7;\n"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "données d’ici")


def keep(cache: Cache, content: bytes = FILE, day: dt.date = MAY, **more: str) -> Outcome:
    return refresh(source(**more), cache=cache, clock=lambda: day, file=Document("f.csv", content))


def text_of(error: pytest.ExceptionInfo) -> str:
    assert error.value.remedy
    assert "Errno" not in str(error.value)
    return str(error.value)


# --- accidents


def accident(folder: Path, *arguments: str) -> dict[str, int]:
    script = Path(mini_coupures.__file__)
    done = subprocess.run(
        [sys.executable, str(script), str(folder), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@posix
def test_a_writer_killed_anywhere_leaves_the_old_data_or_the_new(tmp_path: Path) -> None:
    told = accident(tmp_path / "c", "tuer")
    assert told["accidents"] > 30
    assert told["ancien"] > 20
    assert told["nouveau"] > 0
    assert told["ancien"] + told["nouveau"] == told["accidents"]
    assert len(list((tmp_path / "c" / "essai").iterdir())) == 3  # two versions and the pointer: no draft is left


@posix
def test_a_first_writer_killed_anywhere_leaves_nothing_or_the_new_data(tmp_path: Path) -> None:
    told = accident(tmp_path / "c", "tuer", "vide")
    assert told["rien"] > 20
    assert told["nouveau"] > 0
    assert told["rien"] + told["nouveau"] == told["accidents"]


@posix
@pytest.mark.parametrize("kind", ["refuser", "plein"])
def test_a_disk_that_refuses_leaves_the_old_data_and_says_so(tmp_path: Path, kind: str) -> None:
    told = accident(tmp_path / "c", kind)
    assert told["refus"] > 10
    assert told["refus"] == told["ancien"]
    assert told["ancien"] + told["nouveau"] == told["accidents"]


@posix
def test_writers_and_readers_at_once_never_see_a_mixture(tmp_path: Path) -> None:
    told = accident(tmp_path / "c", "ensemble")
    assert told["lectures"] > 3
    assert told["dossiers"] == 2


def test_a_full_disk_is_said_in_french(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(cache)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    with pytest.raises(CartableError) as refused:
        keep(cache, NEWER)
    text = text_of(refused)
    assert "le disque est plein" in text
    assert "Les données d’avant (2021, fichier remis le 3 mai 2026) restent en place." in text
    assert len(cache.holdings().communes) == 3


@contextlib.contextmanager
def somebody() -> Iterator[None]:
    """Lose the rights of an administrator for a while: root writes everywhere."""
    if os.geteuid():
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="Windows a d’autres droits")
def test_a_folder_where_one_may_not_write(tmp_path: Path) -> None:
    closed = tmp_path / "fermé"
    closed.mkdir(mode=0o500)
    with somebody(), pytest.raises(CartableError) as refused:
        keep(Cache(closed / "c"))
    assert "l’accès est refusé" in text_of(refused)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "c").touch()
    with pytest.raises(CartableError) as refused:
        keep(Cache(tmp_path / "c"))
    assert "Impossible d’écrire" in text_of(refused)
    assert Cache(tmp_path / "c").slots() == []


def test_a_folder_that_cannot_be_listed(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(cache)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "non")

    monkeypatch.setattr(Path, "glob", refuse)
    (problem,) = cache.load().problems
    assert "l’accès est refusé" in str(problem)


def test_a_disk_that_lies_is_caught_before_anything_changes(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(cache)
    real = formats.load

    def other(*arguments: object) -> formats.Normalised:
        data = real(*arguments)
        return formats.Normalised({name: table.iloc[1:] for name, table in data.tables.items()})

    with monkeypatch.context() as patch:
        patch.setattr(formats, "load", other)
        with pytest.raises(CartableError) as refused:
            keep(cache, NEWER)
    assert "relues sur le disque" in text_of(refused)
    assert len(cache.holdings().communes) == 3
    assert len(list((cache.folder / "essai").iterdir())) == 2


def test_a_writer_waits_for_another_and_then_gives_up(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(cache)
    monkeypatch.setattr(caching, "PATIENCE", 0.1)
    with lock.hold(cache.folder / "essai.verrou", 1), pytest.raises(CartableError) as refused:
        keep(cache, NEWER)
    assert "Une autre fenêtre" in text_of(refused)
    assert keep(cache, NEWER).status == "neuf"


def test_a_writer_waits_its_turn(cache: Cache) -> None:
    keep(cache)
    free = threading.Event()

    def other() -> None:
        with lock.hold(cache.folder / "essai.verrou", 1):
            free.set()
            time.sleep(0.2)

    thread = threading.Thread(target=other)
    thread.start()
    free.wait()
    assert keep(cache, NEWER).status == "neuf"
    thread.join()


def test_a_replacement_refused_for_a_moment_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("neuf", encoding="utf-8")
    refusals = iter([True, True, False])
    real = Path.replace

    def busy(self: Path, target: Path) -> Path:
        if next(refusals):
            raise PermissionError(13, "en cours de lecture")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    monkeypatch.setattr(disk, "WINDOWS", True)
    disk.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text(encoding="utf-8") == "neuf"


# --- what is kept


def test_nothing_is_made_before_something_is_kept(cache: Cache) -> None:
    assert cache.slots() == []
    assert cache.holdings().provenances == {}
    assert len(cache.holdings().places) == 0
    assert list(cache.holdings().places.columns) == list(PLACE_COLUMNS)
    assert cache.record("essai") is None
    assert not cache.intact("essai")
    assert not cache.folder.exists()


def test_figures_come_back_as_they_were(cache: Cache) -> None:
    outcome = keep(cache)
    found = cache.holdings()
    assert list(found.communes.index) == ["01001", "01002", "2A004"]
    assert found.communes.index.name == "code_insee"
    assert found.communes["nombre"].tolist()[::2] == [12.5, 0.1]
    assert np.isnan(found.communes.loc["01002", "nombre"])
    assert found.communes["nombre__etat"].tolist() == ["", "s", ""]
    assert found.provenances["essai"] == Provenance("essai", "Revenus", "Insee", "2021", MAY, "Licence Ouverte")
    assert outcome.sentence() == "Revenus, 2021\u00a0: 3\u00a0lignes lues."
    assert "essai" in found


def test_anyone_can_open_what_is_kept(cache: Cache) -> None:
    keep(cache)
    folder = cache.folder / "essai" / "2026-05-03-1"
    assert sorted(path.name for path in folder.iterdir()) == ["communes.csv", "fiche.json", "rapport.csv", "recu.csv"]
    assert (folder / "communes.csv").read_text(encoding="utf-8").splitlines()[:2] == [
        "code_insee,nombre,nombre__etat",
        "01001,12.5,",
    ]
    said = json.loads((folder / "fiche.json").read_text(encoding="utf-8"))
    assert said["origine"] == "fichier remis"
    assert said["jour"] == "2026-05-03"
    assert said["empreinte"] == hashlib.sha256(FILE).hexdigest()
    assert (folder / "recu.csv").read_bytes() == FILE


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@given(
    st.lists(st.tuples(TEXTS, st.floats(allow_infinity=True), TEXTS), max_size=6),
    st.sampled_from([formats.COMMUNES, formats.EPCIS, formats.PLACES]),
)
def test_any_table_comes_back_as_it_was(rows: list[tuple[str, float, str]], name: str) -> None:
    index = formats.INDEXES[name]
    table = pd.DataFrame(
        {
            "nombre": pd.Series([row[1] for row in rows], dtype="float64"),
            "texte": pd.Series([row[2] for row in rows], dtype="str"),
        }
    )
    if index:
        table.index = pd.Index([row[0] for row in rows], name=index, dtype="str")
    data = formats.Normalised({name: table})
    again = formats.load(formats.dump(data), {name: formats.kinds(table)})
    assert again.same(data)
    pd.testing.assert_frame_equal(again.tables[name], table)


def test_what_is_missing_among_texts_becomes_nothing() -> None:
    table = pd.DataFrame(
        {"a": ["x\r\ny\rz\0", None, float("nan")], "b": [1, 2, 3], "c": [True, False, True]}, index=["1", "2", "3"]
    )
    got = formats.normalise(Reading(Report("f", 3), communes=table)).tables[formats.COMMUNES]
    assert got["a"].tolist() == ["x\ny\nz", "", ""]
    assert got.dtypes.astype(str).tolist() == ["str", "float64", "float64"]
    assert formats.kinds(got) == {"a": "texte", "b": "nombre", "c": "nombre"}


def square(x: float) -> np.ndarray:
    return np.array([[x, 1.1], [x, 2], [x + 1 / 3, 2], [x, 1.1]])


def test_neighbourhoods_and_places_come_back(cache: Cache) -> None:
    outlines = Neighbourhood(
        "QN06601M", "Saint-Jacques « bas »", ("66136",), 2024, [[square(0), square(0.1)], [square(5)]]
    )
    places = pd.concat(
        [
            no_places(),
            pd.DataFrame([dict.fromkeys(PLACE_COLUMNS, 'é;\n"|') | {"latitude": 46.123456789, "longitude": np.nan}]),
        ]
    )
    given = Reading(Report("f", 2), places=places, neighbourhoods=(outlines,), vintage="1er août 2024")
    cache.store(source(), given, arrival())
    found = cache.holdings()
    assert found.neighbourhoods == (outlines,)
    for polygon, before in zip(found.neighbourhoods[0].polygons, outlines.polygons, strict=True):
        for ring, old in zip(polygon, before, strict=True):
            assert np.array_equal(ring, old)
    pd.testing.assert_frame_equal(found.places, places.reset_index(drop=True))
    assert found.provenances["essai"].vintage == "1er août 2024"
    content = json.loads(cache.content("essai", formats.NEIGHBOURHOODS))
    assert content["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_sources_stand_side_by_side(cache: Cache) -> None:
    keep(cache)
    other = pd.DataFrame({"locaux": [10.0]}, index=pd.Index(["02002"], name="code_insee"))
    epcis = pd.DataFrame({"revenu": [20_000.0]}, index=pd.Index(["200000001"], name="siren"))
    cache.store(source("reseau"), Reading(Report("g", 1), communes=other, epcis=epcis), arrival())
    found = cache.holdings()
    assert found.communes.index.tolist() == ["01001", "01002", "02002", "2A004"]
    assert found.communes.loc["02002"].to_dict() == {
        "nombre": pytest.approx(np.nan, nan_ok=True),
        "nombre__etat": "",
        "locaux": 10.0,
    }
    assert found.epcis.loc["200000001", "revenu"] == 20_000
    assert set(found.provenances) == {"essai", "reseau"}
    assert set(cache.holdings(["reseau"]).provenances) == {"reseau"}
    assert list(cache.holdings(["reseau"]).communes.columns) == ["locaux"]


def test_a_figure_that_two_sources_give_is_said(cache: Cache) -> None:
    keep(cache)
    keep(cache, NEWER.replace(b"12.5", b"99"), key="zautre")
    loaded = cache.load()
    assert loaded.holdings.communes.loc["01001", "nombre"] == 12.5
    assert "« nombre »" in str(loaded.problems[0])
    assert "zautre" in str(loaded.problems[0])


def test_one_source_asked_for_several_epcis(cache: Cache) -> None:
    for siren, content in (("200000001", FILE), ("200000002", b"code;nombre;etat\n02002;7;\n01001;3;\n")):
        day = MAY if siren == "200000001" else JUNE
        refresh(source("geo"), cache=cache, clock=lambda day=day: day, file=Document("f", content), siren=siren)
    assert cache.slots() == ["geo-200000001", "geo-200000002"]
    found = cache.holdings(["geo"])
    assert found.communes["nombre"].to_dict()["02002"] == 7
    assert found.communes.loc["01001", "nombre"] == 3  # the newest one
    assert len(found.communes) == 4
    assert found.provenances["geo"].updated == JUNE


# --- damage


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *itertools.product(["communes.csv", "fiche.json"], ["vider", "changer", "retirer", "autre"]),
        *itertools.product(["en-service.json"], ["vider", "changer", "autre"]),
    ],
)
def test_what_is_damaged_is_said_and_the_rest_serves(cache: Cache, name: str, harm: str) -> None:
    keep(cache)
    keep(cache, key="bon")
    path = next((cache.folder / "essai").rglob(name))
    content = path.read_bytes()
    if harm == "retirer":
        path.unlink()
    else:
        path.write_bytes({"vider": b"", "changer": content[:-3] + b"9\n", "autre": b'["x"]'}[harm])
    loaded = cache.load()
    assert set(loaded.holdings.provenances) == {"bon"}
    (problem,) = loaded.problems
    assert isinstance(problem, DamagedError)
    assert name in problem.message
    assert "cartable donnees actualiser essai" in problem.remedy
    assert not cache.intact("essai")
    assert keep(cache).status == "neuf"  # the same file mends it
    assert cache.intact("essai")


def test_a_damaged_version_is_never_the_one_to_go_back_to(cache: Cache) -> None:
    keep(cache)
    keep(cache, NEWER)
    (cache.folder / "essai" / "2026-05-03-2" / "communes.csv").write_bytes(b"")
    keep(cache, NEWER, JUNE)
    assert cache.restore("essai").lines == 3
    assert len(cache.holdings().communes) == 3


def test_a_pointer_never_leads_out_of_the_folder(cache: Cache) -> None:
    keep(cache)
    path = cache.folder / "essai" / "en-service.json"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-05-03-1", "../ailleurs"), encoding="utf-8")
    with pytest.raises(DamagedError):
        cache.record("essai")


@pytest.mark.parametrize("slot", ["..", "../x", "a/b", "", "Essai", "essai-12", "a b"])
def test_a_name_never_leads_out_of_the_folder(cache: Cache, slot: str) -> None:
    keep(cache)
    for action in (cache.forget, cache.restore, cache.record):
        with pytest.raises(CartableError, match="n’est pas une source"):
            action(slot)
    assert cache.slots() == ["essai"]


# --- going back, forgetting


def test_the_last_two_versions_stay(cache: Cache) -> None:
    for day in (1, 2, 3, 4):
        keep(cache, FILE + f"02002;{day};\n".encode(), dt.date(2026, 5, day))
    folders = [path.name for path in (cache.folder / "essai").iterdir() if path.is_dir()]
    assert sorted(folders) == ["2026-05-03-1", "2026-05-04-1"]
    stamps = [cache.stamp()]
    assert cache.restore("essai").day == dt.date(2026, 5, 3)
    assert cache.holdings().communes.loc["02002", "nombre"] == 3
    stamps.append(cache.stamp())
    assert cache.restore("essai").day == dt.date(2026, 5, 4)
    assert cache.holdings().communes.loc["02002", "nombre"] == 4
    cache.forget("essai")
    stamps.append(cache.stamp())
    assert len(set(stamps)) == 3
    assert cache.slots() == []
    assert not (cache.folder / "essai").exists()


def test_there_is_nothing_to_go_back_to(cache: Cache) -> None:
    for action in (cache.restore, cache.forget, lambda slot: cache.touch(slot, MAY)):
        with pytest.raises(CartableError) as refused:
            action("essai")
        assert "essai" in text_of(refused)
    keep(cache)
    with pytest.raises(CartableError, match="pas de version précédente"):
        cache.restore("essai")
    assert len(cache.holdings().communes) == 3


def test_forgetting_does_not_wait_for_what_cannot_be_read(cache: Cache) -> None:
    keep(cache)
    (cache.folder / "essai" / "en-service.json").write_bytes(b"{")
    cache.forget("essai")
    assert cache.load().problems == ()


# --- the shared path


@pytest.fixture(scope="module")
def open_site():
    with site_of.serve() as site:
        yield site


@pytest.fixture
def site(open_site: site_of.Site, monkeypatch: pytest.MonkeyPatch) -> site_of.Site:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    open_site.pages.clear()
    open_site.requests.clear()
    return open_site


def bring(cache: Cache, url: str, day: dt.date = MAY, **more: object) -> Outcome:
    return refresh(source(url=url), cache=cache, clock=lambda: day, limits=QUICK, **more)


def test_a_download_then_an_unchanged_one(cache: Cache, site: site_of.Site) -> None:
    url = site.put("/f.csv", site_of.conditional(FILE))
    first = bring(cache, url)
    assert (first.status, first.record.origin, first.record.file) == ("neuf", "téléchargé", "f.csv")
    before = {path: path.read_bytes() for path in cache.folder.rglob("*") if path.is_file()}
    second = bring(cache, url, JUNE)
    assert second.status == "inchangé"
    assert second.sentence() == "Revenus, 2021\u00a0: rien de nouveau depuis le 3 mai 2026."
    after = {path: path.read_bytes() for path in cache.folder.rglob("*") if path.is_file()}
    assert [path.name for path in after if after[path] != before.get(path)] == ["en-service.json"]
    assert cache.pointer("essai").checked == JUNE
    assert cache.record("essai").day == MAY
    assert site.requests[1].headers["If-None-Match"]


def test_a_site_that_always_sends_everything_changes_nothing(cache: Cache, site: site_of.Site) -> None:
    url = site.put("/f.csv", site_of.content(FILE))
    bring(cache, url)
    assert bring(cache, url, JUNE).status == "inchangé"
    site.put("/f.csv", site_of.content(NEWER))
    assert bring(cache, url, JUNE).status == "neuf"
    assert len(cache.holdings().communes) == 4
    assert cache.holdings().provenances["essai"].updated == JUNE


@pytest.mark.parametrize(
    "answer",
    [
        site_of.cut(NEWER, 30),
        site_of.status(404),
        site_of.status(500),
        site_of.hang_midway,
        site_of.slam,
        site_of.content(b""),
        site_of.content(b"<html>"),
        site_of.content(b"autre;chose\n"),
        site_of.content(b"code;nombre;etat\n01001;faux;\n"),
        site_of.redirect("file:///etc/passwd"),
    ],
)
def test_whatever_the_site_does_the_old_data_serve(cache: Cache, site: site_of.Site, answer) -> None:
    url = site.put("/f.csv", site_of.content(FILE))
    bring(cache, url)
    stamp = cache.stamp()
    site.put("/f.csv", answer)
    with pytest.raises(CartableError) as refused:
        bring(cache, url, JUNE)
    assert "Les données d’avant (2021, téléchargé le 3 mai 2026) restent en place." in text_of(refused)
    assert cache.stamp() == stamp
    assert len(cache.holdings().communes) == 3


def test_damaged_data_come_again_even_when_the_file_has_not_changed(cache: Cache, site: site_of.Site) -> None:
    url = site.put("/f.csv", site_of.conditional(FILE))
    bring(cache, url)
    (cache.folder / "essai" / "2026-05-03-1" / "communes.csv").write_bytes(b"")
    assert bring(cache, url, JUNE).status == "neuf"
    assert "If-None-Match" not in site.requests[1].headers
    assert len(cache.holdings().communes) == 3


def test_another_version_of_cartable_reads_the_file_again(
    cache: Cache, site: site_of.Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.put("/f.csv", site_of.conditional(FILE))
    bring(cache, url)
    monkeypatch.setattr("cartable.sources.refresh.__version__", "99")
    assert bring(cache, url, JUNE).status == "neuf"


def test_what_another_version_read_is_said_and_read_again_without_network(
    cache: Cache, site: site_of.Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.put("/f.csv", site_of.conditional(FILE))
    bring(cache, url)
    asked = len(site.requests)
    for module in ("refresh", "cache", "records"):
        monkeypatch.setattr(f"cartable.sources.{module}.__version__", "99")
    loaded = cache.load()
    assert len(loaded.holdings.communes) == 3
    assert "cartable donnees relire essai" in str(loaded.problems[0])
    outcome = reread(source(url=url), cache=cache)
    assert outcome.record.program == "99"
    assert (outcome.record.day, outcome.record.origin, outcome.record.url) == (MAY, "téléchargé", url)
    assert len(site.requests) == asked
    assert cache.load().problems == ()
    assert bring(cache, url, JUNE).status == "inchangé"


def test_there_is_nothing_to_read_again(cache: Cache) -> None:
    with pytest.raises(CartableError, match="à relire"):
        reread(source(), cache=cache)


def test_a_reading_that_fails_without_a_word_is_still_a_sentence(cache: Cache) -> None:
    keep(cache)

    def clumsy(*_: object) -> Reading:
        raise IndexError("list index out of range")

    for action in (
        lambda: refresh(source(), cache=cache, clock=lambda: MAY, file=Document("f.csv", NEWER), read=clumsy),
        lambda: reread(source(read=clumsy), cache=cache),
    ):
        with pytest.raises(SourceError) as refused:
            action()
        text = text_of(refused)
        assert "« f.csv » a une forme" in text
        assert "restent en place" in text
        assert isinstance(refused.value.__cause__, IndexError)
    assert len(cache.holdings().communes) == 3


DOWNLOAD = """
import sys, datetime as dt
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_sources_cache import source
from cartable.sources.cache import Cache
from cartable.sources.refresh import refresh
refresh(source(url=sys.argv[2]), cache=Cache(Path(sys.argv[3])), clock=lambda: dt.date(2026, 6, 1),
        progress=lambda *_: print("reçu", flush=True))
"""


@posix
def test_a_process_killed_while_it_downloads_leaves_the_old_data(cache: Cache, site: site_of.Site) -> None:
    bring(cache, site.put("/f.csv", site_of.content(FILE)))
    before = {path: path.read_bytes() for path in cache.folder.rglob("*") if path.is_file()}
    url = site.put("/f.csv", site_of.drip)
    command = [sys.executable, "-c", DOWNLOAD, str(Path(__file__).parent), url, str(cache.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "reçu\n"
        process.kill()
    assert {path: path.read_bytes() for path in cache.folder.rglob("*") if path.is_file()} == before
    assert len(cache.holdings().communes) == 3


def test_another_reading_reads_the_file_again(cache: Cache, site: site_of.Site) -> None:
    url = site.put("/f.csv", site_of.conditional(FILE))
    bring(cache, url)
    seen = []

    def lenient(content: bytes, file: str) -> Reading:
        seen.append((content, file))
        return read(content, file)

    assert bring(cache, url, JUNE, read=lenient).status == "neuf"
    assert seen == [(FILE, "f.csv")]


def test_a_refused_download_says_where_to_look(cache: Cache, site: site_of.Site) -> None:
    with pytest.raises(CartableError) as refused:
        bring(cache, site.put("/f.csv", site_of.status(404)))
    text = text_of(refused)
    assert "Page du producteur : https://exemple.fr." in text
    assert "restent en place" not in text
    assert not cache.folder.exists()


def test_a_source_without_address(cache: Cache) -> None:
    with pytest.raises(CartableError) as refused:
        bring(cache, "")
    assert "tout seul" in text_of(refused)
    assert "https://exemple.fr" in text_of(refused)


def test_a_source_asked_for_an_epci(cache: Cache, site: site_of.Site) -> None:
    site.put("/epcis/200000001/f.csv", site_of.content(FILE))
    url = site.address + "/epcis/{siren}/f.csv"
    for wrong in ("", "123", "20000000a"):
        with pytest.raises(CartableError, match="pour un EPCI à la fois"):
            bring(cache, url, siren=wrong)
    assert site.requests == []
    assert bring(cache, url, siren="200000001").record.siren == "200000001"
    assert cache.slots() == ["essai-200000001"]


def test_refused_lines_are_told_and_kept_in_a_report(cache: Cache) -> None:
    outcome = keep(cache, FILE + b"01004;faux;\n01005;faux;\n")
    assert outcome.sentence() == "Revenus, 2021\u00a0: 5\u00a0lignes lues, 2\u00a0refusées."
    report = cache.content("essai", formats.REPORT).decode("utf-8-sig").splitlines()
    assert report[0] == "Ligne;Colonne;Suite donnée;Explication"
    assert report[1] == "5;nombre;refusée;'=Ce n’est pas un nombre."
    assert outcome.report.count("refusée") == 2


def test_a_file_much_smaller_than_the_one_before_is_said(cache: Cache) -> None:
    keep(cache)
    (notice,) = keep(cache, b"code;nombre;etat\n01001;1;\n").notices
    assert "peut-être incomplet" in notice
    assert "cartable donnees revenir essai" in notice
    assert keep(cache, FILE, warning="Attention !").notices == ("Attention\u202f!",)


@pytest.mark.parametrize("what", ["absent", "dossier", "vide", "gros"])
def test_a_file_that_cannot_be_handed_over(cache: Cache, tmp_path: Path, what: str) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "vide").touch()
    (tmp_path / "gros").write_bytes(b"x" * 100)
    with pytest.raises(CartableError) as refused:
        refresh(source(), cache=cache, clock=lambda: MAY, file=tmp_path / what, limits=Limits(size=99))
    assert what in text_of(refused)


def test_a_file_on_a_key_is_read(cache: Cache, tmp_path: Path) -> None:
    path = tmp_path / "Revenus (copie).CSV"
    path.write_bytes(FILE)
    assert handed(path).name == "Revenus (copie).CSV"
    record = refresh(source(), cache=cache, clock=lambda: MAY, file=path).record
    assert (record.file, record.raw) == ("Revenus (copie).CSV", "recu.csv")
    assert cache.content("essai", record.raw) == FILE


def test_a_file_that_is_not_there_to_be_exported(cache: Cache) -> None:
    keep(cache)
    with pytest.raises(CartableError, match=r"pas de « lieux\.csv »"):
        cache.content("essai", formats.PLACES)
    for ask in (cache.content, cache.path):
        with pytest.raises(CartableError, match="pas de données"):
            ask("autre", formats.PLACES)


def test_the_usual_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARTABLE_CACHE", str(tmp_path / "ici"))
    assert Cache().folder == tmp_path / "ici"
    monkeypatch.setenv("CARTABLE_CACHE", "")
    assert Cache().folder.name == "cartable"
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    assert Cache().folder == Path.home() / ".cartable"


def test_all_of_france_comes_back_whole(cache: Cache) -> None:
    random = np.random.default_rng(1)
    codes = pd.Index([f"{n:05}" for n in range(1001, 35_901)], name="code_insee")
    for rank in range(3):
        figures = {f"c{rank}_{n}": random.random(len(codes)) for n in range(7)}
        table = pd.DataFrame(figures | {f"c{rank}__etat": "s"}, index=codes)
        cache.store(source(f"s{rank}"), Reading(Report("f", len(codes)), communes=table), arrival())
    texts = {c: [f"{c} {n} un texte assez long" for n in range(17_000)] for c in PLACE_COLUMNS}
    places = pd.DataFrame(texts).assign(latitude=46.5, longitude=0.25)
    outlines = tuple(Neighbourhood(f"QN{n}", "Q", ("01001",), 2024, [[random.random((80, 2))]]) for n in range(1400))
    given = Reading(Report("f", 17_000), places=places, neighbourhoods=outlines)
    cache.store(source("places"), given, arrival())
    found = cache.holdings()
    assert len(found.communes) == len(codes)
    assert len(found.places) == 17_000
    assert len(found.neighbourhoods) == 1400


def test_nothing_at_hand_joins_into_nothing() -> None:
    holdings, problems = combining.combine([])
    assert (len(holdings.communes), holdings.communes.index.name, problems) == (0, "code_insee", [])
