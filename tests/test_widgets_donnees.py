"""The list of sources in a notebook: it fetches nothing by itself, a click brings one, a file is recognised."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
from typing import TYPE_CHECKING

import mini_serveur as site_of
import pytest
from test_sources_cache import FILE, NEWER, source

from cartable.sources import catalogue, neighbourhoods
from cartable.sources.cache import Cache
from cartable.sources.model import SourceError
from cartable.widgets import refresh as widgets
from cartable.widgets.refresh import Refresher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAY = dt.date(2026, 5, 3)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[site_of.Site]:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with site_of.serve() as opened:
        yield opened


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("le réseau a été demandé")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def refresher(site: site_of.Site, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> Refresher:
    sources = {
        "revenus": source("revenus", site.put("/r.csv", site_of.conditional(FILE)), title="<b>Revenus</b>"),
        "panne": source("panne", site.put("/p.csv", site_of.status(404))),
        "geo": source("geo", site.address + "/geo/{siren}.csv"),
        "ifn": source("ifn"),
        "autre": source("autre", title="Autre"),
    }

    def recognise(content: bytes, file: str) -> object:
        if b"code" not in content:
            raise SourceError(f"« {file} » : inconnu.", "Prenez-en un autre.")
        return sources["autre" if b"autre" in content else "revenus"]

    monkeypatch.setattr(catalogue, "SOURCES", sources)
    monkeypatch.setattr(catalogue, "recognise", recognise)
    seen: list[int] = []
    made = Refresher(["revenus", "panne", "geo", "ifn"], cache=cache, clock=lambda: MAY, changed=lambda: seen.append(1))
    made.seen = seen
    return made


def message(refresher: Refresher) -> str:
    return refresher.message.value


@pytest.mark.usefixtures("without_network")
def test_showing_it_fetches_nothing_and_always_gives_the_same(cache: Cache) -> None:
    first, second = (Refresher(cache=cache)._repr_mimebundle_() for _ in range(2))
    assert first["text/html"] == second["text/html"]
    assert first["text/plain"].startswith(f"Données ajoutées\u00a0: 0 sur {len(catalogue.SOURCES)}. ")
    assert first[widgets.WIDGET_VIEW]["model_id"]
    assert "<table" in first["text/html"]
    for one in catalogue.SOURCES.values():
        assert one.title in first["text/html"]
    assert not cache.folder.exists()
    json.dumps(first)


def test_a_click_brings_a_source(refresher: Refresher, cache: Cache, site: site_of.Site) -> None:
    assert "pas encore là" in refresher.labels["revenus"].value
    refresher.buttons["revenus"].click()
    assert [request.path for request in site.requests] == ["/r.csv"]
    assert "3\u00a0lignes lues" in message(refresher)
    assert 'role="status"' in message(refresher)
    assert "téléchargé le 3 mai 2026" in refresher.labels["revenus"].value
    assert refresher.title() == "Données ajoutées\u00a0: 1 sur 4"
    assert len(cache.holdings().communes) == 3
    assert refresher.seen == [1]
    refresher.buttons["revenus"].click()
    assert "rien de nouveau" in message(refresher)
    assert refresher.seen == [1]


def test_names_are_never_taken_for_tags(refresher: Refresher) -> None:
    refresher.buttons["revenus"].click()
    for html in (message(refresher), refresher.labels["revenus"].value, refresher._repr_mimebundle_()["text/html"]):
        assert "<b>" not in html
        assert "&lt;b&gt;Revenus" in html


def test_a_failure_is_said_and_changes_nothing(refresher: Refresher, cache: Cache) -> None:
    refresher.buttons["panne"].click()
    assert 'role="alert"' in message(refresher)
    assert "n’est plus à cette adresse" in message(refresher)
    refresher.buttons["geo"].click()
    assert "pour un EPCI à la fois" in message(refresher)
    assert cache.slots() == []
    assert refresher.seen == []


def test_the_territory_under_study_is_the_one_asked_for(refresher: Refresher, cache: Cache, site: site_of.Site) -> None:
    site.put("/geo/200000001.csv", site_of.content(FILE))
    refresher.siren = "200000001"
    refresher.buttons["geo"].click()
    assert cache.slots() == ["geo-200000001"]


def test_a_source_without_address_only_takes_a_file(refresher: Refresher) -> None:
    assert refresher.buttons["ifn"].disabled
    assert refresher.buttons["ifn"].description == "Fichier à donner"


def choose(refresher: Refresher, name: str, content: bytes) -> None:
    given = {"name": name, "type": "text/csv", "size": len(content), "last_modified": dt.datetime.now(dt.UTC)}
    refresher.upload.value = ({**given, "content": memoryview(content)},)


@pytest.mark.usefixtures("without_network")
def test_a_file_that_was_chosen_is_recognised_and_read(refresher: Refresher, cache: Cache) -> None:
    choose(refresher, "reçu.csv", NEWER + b"01005;faux;\n")
    assert "5\u00a0lignes lues, 1\u00a0refusée" in message(refresher)
    assert "<li>ligne 6, colonne «\u00a0nombre\u00a0» (refusée)" in message(refresher)
    assert cache.record("revenus").file == "reçu.csv"
    choose(refresher, "reçu.csv", FILE + b"01005;faux;\n" * 12)
    report = cache.path("revenus", "rapport.csv")
    assert report.is_file()
    assert f"et 2\u00a0autres remarques\u00a0: {report}" in message(refresher)
    assert refresher.upload.value == ()
    choose(refresher, "reçu.csv", FILE)  # the same name again
    assert len(cache.holdings().communes) == 3


@pytest.mark.usefixtures("without_network")
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"n'importe quoi", "inconnu"), (b"code autre", "ne s’en sert pas"), (b"code", "pas les bonnes colonnes")],
)
def test_a_file_that_does_not_suit_is_refused(refresher: Refresher, cache: Cache, content: bytes, words: str) -> None:
    choose(refresher, "f.csv", content)
    assert words in message(refresher)
    assert 'role="alert"' in message(refresher)
    assert cache.slots() == []


@pytest.mark.usefixtures("without_network")
def test_a_file_named_by_its_path(refresher: Refresher, cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(FILE)
    for text, words in (
        (f' "{tmp_path / "f.csv"}" ', "3\u00a0lignes lues"),
        ("absent.csv", "n’existe pas"),
        (" ", "tapez son chemin"),
    ):
        refresher.path.value = text
        refresher.read.click()
        assert words in message(refresher)
    assert cache.slots() == ["revenus"]


@pytest.mark.usefixtures("without_network")
def test_old_outlines_are_accepted_knowingly(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    outlines = source("qpv")
    monkeypatch.setattr(catalogue, "SOURCES", {"qpv": outlines})
    monkeypatch.setattr(catalogue, "recognise", lambda *_: outlines)
    monkeypatch.setattr(neighbourhoods, "read_old", lambda _, file: outlines.read(FILE, file))
    refresher = Refresher(cache=cache, clock=lambda: MAY)
    assert refresher.old in refresher.box().children[-3].children
    choose(refresher, "q.geojson", b"2014")
    assert 'role="alert"' in message(refresher)
    refresher.old.value = True
    choose(refresher, "q.geojson", b"2014")
    assert cache.slots() == ["qpv"]


def test_progress_is_said_now_and_then(refresher: Refresher) -> None:
    said = []
    progress = widgets._Progress(refresher, catalogue.SOURCES["panne"])
    for received in range(0, 2_000_001, 100_000):
        progress(received, 2_000_000)
        said.append(message(refresher))
    assert len(set(said)) == 5
    assert re.search(r"2,0 sur 2,0\u00a0Mo…", said[-1])


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(widgets.CartableError, match="nulle-part"):
        Refresher(["nulle-part"])
