"""``cartable donnees``: nothing is fetched unless asked, each file is told line by line, the old data always serve."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import mini_serveur as site_of
import pytest
from test_cli import ENGLISH, leave
from test_sources_cache import FILE, NEWER, read, source

from cartable import cli
from cartable.atlas import atlas
from cartable.cli import data
from cartable.sources import catalogue
from cartable.sources.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartable.sources.model import Source

FOLDER = Path(os.environ.get("CARTABLE_PARTAGE", Path(__file__).resolve().parents[2] / "shared")) / "data"
MACHINE = re.compile(r"Traceback|Errno|Exception|\bNone\b|\bnan\b")


@pytest.fixture(scope="module")
def open_site() -> Iterator[site_of.Site]:
    with site_of.serve() as site:
        yield site


@pytest.fixture
def site(open_site: site_of.Site, monkeypatch: pytest.MonkeyPatch) -> site_of.Site:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    open_site.pages.clear()
    open_site.requests.clear()
    return open_site


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("CARTABLE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Cache()


@pytest.fixture
def known(site: site_of.Site, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:  # noqa: ARG001
    """Put four small sources in the place of the real ones: one of each kind."""
    sources = {
        "revenus": source("revenus", site.put("/revenus.csv", site_of.conditional(FILE)), verified=True),
        "panne": source("panne", site.put("/panne.csv", site_of.status(404)), title="En panne"),
        "geo": source("geo", site.address + "/geo/{siren}.csv", title="Contours"),
        "ifn": source("ifn", "", title="Indice"),
    }
    monkeypatch.setattr(catalogue, "SOURCES", sources)
    monkeypatch.setattr(catalogue, "recognise", lambda *_: sources["ifn"])
    return sources


@pytest.fixture
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("le réseau a été demandé")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def run(capsys: pytest.CaptureFixture):
    def command(*arguments: object) -> tuple[int, str, str]:
        code = cli.main(["donnees", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert not MACHINE.search(out + err)
        return code, out, err

    return command


@pytest.mark.parametrize("action", [[], ["etat"], ["actualiser"], ["exporter"], ["relire"], ["revenir"], ["oublier"]])
def test_help_is_french(action: list[str], capsys: pytest.CaptureFixture) -> None:
    assert leave(["donnees", *action, "--help"]) == 0
    assert ENGLISH.findall(capsys.readouterr().out) == []


@pytest.mark.parametrize("arguments", [["inconnue"], ["exporter"], ["oublier"], ["revenir"], ["actualiser", "--x"]])
def test_misuse_leaves_with_two(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    assert leave(["donnees", *arguments]) == 2
    assert ENGLISH.findall(capsys.readouterr().err) == []


@pytest.mark.usefixtures("known", "without_network")
@pytest.mark.parametrize("action", [[], ["etat"]])
def test_the_state_asks_the_network_nothing_and_writes_nothing(run, cache: Cache, action: list[str]) -> None:
    code, out, err = run(*action)
    assert (code, err) == (0, "")
    assert "revenus\u00a0: Revenus, Insee\n    donne\u00a0: un nombre\n    pas encore là\u00a0: se télécharge\n" in out
    assert "pas encore là\u00a0: se télécharge, adresse à vérifier" in out
    assert "pas encore là\u00a0: se prend sur https://exemple.fr, puis se donne" in out
    assert "0 sur 4 à portée de main" in out
    assert str(cache.folder) in out
    assert not cache.folder.exists()


@pytest.mark.usefixtures("cache", "without_network")
def test_the_state_of_every_real_source_is_said(run) -> None:
    code, out, _ = run()
    assert code == 0
    for one in catalogue.SOURCES.values():
        assert f"{one.key}\u00a0: " in out
    assert out.count("donne\u00a0:") == len(catalogue.SOURCES)


@pytest.mark.usefixtures("known")
def test_a_source_is_fetched_when_asked_and_only_it(run, cache: Cache, site: site_of.Site) -> None:
    code, out, err = run("actualiser", "revenus")
    assert (code, err) == (0, "")
    assert out == "Revenus, 2021\u00a0: 3\u00a0lignes lues.\n"
    assert [request.path for request in site.requests] == ["/revenus.csv"]
    assert len(cache.holdings().communes) == 3
    assert "1 sur 4" in run()[1]
    assert "là\u00a0: 2021, téléchargé le " in run("etat")[1]
    assert "rien de nouveau depuis le" in run("actualiser", "revenus")[1]


@pytest.mark.usefixtures("known")
def test_everything_is_fetched_and_what_fails_is_told(run, cache: Cache) -> None:
    code, out, err = run("actualiser")
    assert code == 1
    assert "Contours (geo)\u00a0: laissé de côté, demande «\u00a0--pour\u00a0» et un EPCI." in out
    assert "Indice (ifn)\u00a0: laissé de côté, se prend sur https://exemple.fr" in out
    assert "Revenus, 2021\u00a0: 3\u00a0lignes lues." in out
    assert "En panne\u00a0: Le fichier n’est plus à cette adresse" in err
    assert "Sans succès : panne." in err
    assert cache.slots() == ["revenus"]


@pytest.mark.usefixtures("known", "pays")
@pytest.mark.parametrize("who", ["200000001", "Pays d'Essai"])
def test_a_source_by_epci(run, cache: Cache, site: site_of.Site, who: str) -> None:
    site.put("/geo/200000001.csv", site_of.content(FILE))
    assert run("actualiser", "geo")[0] == 1
    assert run("actualiser", "geo", "--pour", who)[:2] == (
        0,
        "Revenus, 2021\u00a0: 3\u00a0lignes lues.\n".replace("Revenus", "Contours"),
    )
    assert cache.slots() == ["geo-200000001"]
    assert "là\u00a0: CC du Pays d'Essai (geo-200000001), 2021" in run()[1].replace("’", "'")
    assert run("oublier", "geo")[0] == 0
    assert cache.slots() == []


@pytest.mark.usefixtures("known", "pays")
def test_several_epcis_must_be_told_apart(run, cache: Cache, site: site_of.Site) -> None:
    for siren in ("200000001", "200000002"):
        site.put(f"/geo/{siren}.csv", site_of.content(FILE))
        run("actualiser", "geo", "--pour", siren)
    code, _, err = run("oublier", "geo")
    assert code == 1
    assert "geo-200000001 ou geo-200000002" in err
    assert run("oublier", "geo-200000001")[0] == 0
    assert cache.slots() == ["geo-200000002"]


@pytest.mark.usefixtures("known", "pays", "without_network")
@pytest.mark.parametrize("who", ["zzzqqq", "200000099", "Alpha"])
def test_an_unknown_epci_stops_before_anything(run, cache: Cache, who: str) -> None:
    code, _, err = run("actualiser", "--pour", who)
    assert code == 1
    assert who in err
    assert not cache.folder.exists()


@pytest.mark.usefixtures("known", "without_network")
def test_a_file_that_was_sent(run, cache: Cache, tmp_path: Path) -> None:
    path = tmp_path / "reçu par courriel.csv"
    path.write_bytes(FILE + b"01004;faux;\n" * 15)
    code, out, err = run("actualiser", "revenus", "--fichier", path, "--rapport", "r.csv")
    assert (code, err) == (0, "")
    assert "18\u00a0lignes lues, 15\u00a0réparées" not in out
    assert "Revenus, 2021\u00a0: 18\u00a0lignes lues, 15\u00a0refusées." in out
    assert "ligne 5, colonne «\u00a0nombre\u00a0» (refusée)\u00a0: =Ce n’est pas un nombre." in out
    assert out.count("(refusée)") == 10
    assert "et 5\u00a0autres remarques\u00a0: r.csv\n" in out
    lines = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 16
    assert lines[1].startswith("5;nombre;refusée;'=")
    assert cache.record("revenus").origin == "fichier remis"


@pytest.mark.usefixtures("known", "without_network")
def test_the_source_of_a_file_is_guessed(run, cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(FILE)
    code, out, _ = run("actualiser", "--fichier", "f.csv")
    assert code == 0
    assert "«\u00a0f.csv\u00a0» a la forme de\u00a0: Indice (ifn)." in out
    assert cache.slots() == ["ifn"]


@pytest.mark.usefixtures("known", "without_network")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["revenus", "ifn", "--fichier", "f.csv"], "ne vient que d’une source"),
        (["revenus", "--fichier", "absent.csv"], "n’existe pas"),
        (["revenus", "--fichier", "."], "c’est un dossier"),
        (["revenus", "--fichier", "autre.csv"], "pas les bonnes colonnes"),
        (["revenu"], "Vouliez-vous dire «\u00a0revenus\u00a0»"),
        (["revenus", "--accepter-2014"], "que les quartiers"),
        (["revenus", "--fichier", "f.csv", "--rapport", "absent/r.csv"], "Impossible d’écrire"),
    ],
)
def test_what_is_refused(run, tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "f.csv").write_bytes(FILE)
    (tmp_path / "autre.csv").write_bytes(b"a;b\n")
    code, _, err = run("actualiser", *arguments)
    assert code == 1
    assert words in err


@pytest.mark.usefixtures("known", "without_network")
def test_a_refused_file_leaves_the_old_data(run, cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(FILE)
    (tmp_path / "g.csv").write_bytes(b"autre chose")
    run("actualiser", "revenus", "--fichier", "f.csv")
    code, _, err = run("actualiser", "revenus", "--fichier", "g.csv")
    assert code == 1
    assert re.search(r"Les données d’avant \(2021, fichier remis le .*\) restent en place\.", err)
    assert len(cache.holdings().communes) == 3


@pytest.mark.usefixtures("known", "without_network")
def test_going_back_and_forgetting(run, cache: Cache, tmp_path: Path) -> None:
    for content in (FILE, NEWER):
        (tmp_path / "f.csv").write_bytes(content)
        run("actualiser", "revenus", "--fichier", "f.csv")
    assert "de nouveau 2021" in run("revenir", "revenus")[1]
    assert len(cache.holdings().communes) == 3
    assert run("oublier", "revenus") == (
        0,
        "Les données de «\u00a0revenus\u00a0» ne sont plus sur cet ordinateur.\n",
        "",
    )
    for action in ("oublier", "revenir", "exporter"):
        code, _, err = run(action, "revenus")
        assert code == 1
        assert "Il n’y a pas de données de « revenus »" in err
    assert run("oublier", "../..")[0] == 1


@pytest.mark.usefixtures("known", "without_network")
def test_what_is_exported_can_be_given_elsewhere(
    run, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lieux.csv").write_bytes(FILE)
    run("actualiser", "revenus", "--fichier", "lieux.csv")
    code, out, _ = run("exporter", "revenus", "-o", "clé/données")
    assert (code, out) == (0, "4\u00a0fichiers dans clé/données\n")
    folder = tmp_path / "clé" / "données"
    assert sorted(path.name for path in folder.iterdir()) == [
        "LISEZMOI.txt",
        "communes.csv",
        "rapport.csv",
        "recu-lieux.csv",
    ]
    said = (folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    assert "Insee, Revenus, 2021, mis à jour le" in said
    assert "Licence\u00a0: Licence Ouverte." in said
    monkeypatch.setenv("CARTABLE_CACHE", str(tmp_path / "autre poste"))
    assert run("actualiser", "revenus", "--fichier", folder / "recu-lieux.csv")[0] == 0
    assert Cache().holdings().communes.equals(cache.holdings().communes)


@pytest.mark.usefixtures("known", "without_network")
def test_an_export_that_cannot_be_written(run, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(FILE)
    run("actualiser", "revenus", "--fichier", "f.csv")
    code, _, err = run("exporter", "revenus", "-o", "f.csv/x")
    assert code == 1
    assert "Impossible de faire le dossier" in err


@pytest.mark.usefixtures("known", "without_network")
def test_damaged_data_are_said_by_the_state(run, cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(FILE)
    run("actualiser", "revenus", "--fichier", "f.csv")
    next(cache.folder.rglob("fiche.json")).write_bytes(b"")
    code, out, err = run()
    assert code == 1
    assert "abîmé, à refaire" in out
    assert "fiche.json" in err
    assert "cartable donnees actualiser revenus" in err


@pytest.mark.usefixtures("known")
def test_files_are_read_again_after_an_update(run, cache: Cache, site: site_of.Site, monkeypatch) -> None:
    run("actualiser", "revenus")
    asked = len(site.requests)
    for module in ("refresh", "cache", "records", "state"):
        monkeypatch.setattr(f"cartable.sources.{module}.__version__", "99")
    assert "(3\u00a0lignes, à relire)" in run()[1]
    assert run("relire") == (0, "Revenus, 2021\u00a0: 3\u00a0lignes lues.\n", "")
    assert "à relire" not in run()[1]
    assert cache.record("revenus").program == "99"
    assert len(site.requests) == asked
    code, _, err = run("relire", "ifn")
    assert code == 1
    assert "pas de fichier de «\u00a0Indice\u00a0» à relire" in err


@pytest.mark.usefixtures("known")
def test_an_interrupted_download_is_not_an_accident(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cartable.sources.download.fetch", interrupt)
    code, _, err = run("actualiser", "revenus")
    assert code == 1
    assert "Interrompu." in err


@pytest.mark.usefixtures("known")
def test_progress_is_shown_to_people_only(run, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "Revenus : 0,0 sur 0,0 Mo" in run("actualiser", "revenus")[2]
    bar = data._Bar("Essai")
    for received in (10, 20, 150_000, 260_000):
        bar(received, None)
    assert [part.strip() for part in capsys.readouterr().err.split("\r")[1:]] == [
        "Essai : 0,0 Mo", "Essai : 0,1 Mo", "Essai : 0,2 Mo",
    ]  # fmt: skip


@pytest.mark.usefixtures("cache", "without_network")
def test_old_outlines_are_accepted_knowingly(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cartable.sources import neighbourhoods  # noqa: PLC0415

    seen = []

    def lenient(content: bytes, file: str) -> object:
        seen.append(file)
        return replace(read(content, file), vintage="périmètres de 2014")

    monkeypatch.setattr(neighbourhoods, "read_old", lenient)
    (tmp_path / "q.geojson").write_bytes(FILE)
    assert run("actualiser", "qpv", "--fichier", "q.geojson")[0] == 1
    assert run("actualiser", "qpv", "--fichier", "q.geojson", "--accepter-2014")[0] == 0
    assert seen == ["q.geojson"]
    assert "périmètres de 2014" in run()[1]


# --- the real files


@pytest.mark.partage
@pytest.mark.parametrize(
    "real",
    [("filosofi", "cc_filosofi_2021_COM.csv", 34_000), ("france_services", "france_services_20240801.csv", 2_700)],
)
def test_real_files_served_by_a_site(
    run, cache: Cache, site: site_of.Site, monkeypatch: pytest.MonkeyPatch, real: tuple[str, str, int]
) -> None:
    key, name, count = real
    url = site.put(f"/{name}", site_of.conditional((FOLDER / name).read_bytes()))
    monkeypatch.setitem(catalogue.SOURCES, key, replace(catalogue.SOURCES[key], url=url))
    code, out, err = run("actualiser", key)
    assert (code, err) == (0, "")
    assert catalogue.SOURCES[key].title in out
    found = cache.holdings()
    assert max(len(found.communes), len(found.places)) > count
    assert set(found.communes.index) | set(found.places["code_insee"]) <= set(atlas().communes.index)
    assert "rien de nouveau" in run("actualiser", key)[1]


@pytest.mark.partage
@pytest.mark.parametrize(
    ("key", "name", "option"),
    [
        ("filosofi", "cc_filosofi_2021_COM.csv", []),
        ("france_services", "france_services_20240801.csv", []),
        ("ifn", "ifn_v2_communes_2023.csv", []),
        ("qpv", "qpv2014_occitanie_105.geojson", ["--accepter-2014"]),
        ("mediation", "schema/lamednum_exemple-valide.csv", []),
    ],
)
@pytest.mark.usefixtures("without_network")
def test_real_files_on_a_key(run, cache: Cache, key: str, name: str, option: list[str]) -> None:
    code, out, _ = run("actualiser", "--fichier", FOLDER / name, *option)
    assert code == 0
    assert f"({key})." in out
    assert cache.slots() == [key]
    assert cache.load().problems == ()
