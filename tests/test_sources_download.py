"""One file fetched from a site that fails in every way: the whole file, or a French sentence, never a traceback."""

from __future__ import annotations

import hashlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING

import mini_serveur as site_of
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import __version__
from cartable.sources import download, outages
from cartable.sources.download import DownloadError, Known, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mini_serveur import Site

BODY = "code_insee;nom\n01001;Étang\n".encode() * 50
PATIENT = Limits(connect=3, read=1, total=4, size=100_000, attempts=3, wait=0.05, backoff=0.01)
ENGLISH = re.compile(r"\b(error|failed|timed out|refused|Max retries|certificate|connection|unknown)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def open_site() -> Iterator[Site]:
    with site_of.serve() as site:
        yield site


@pytest.fixture
def site(open_site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    open_site.pages.clear()
    open_site.requests.clear()
    return open_site


def refusal(url: str, **options: object) -> str:
    with pytest.raises(DownloadError) as refused:
        download.fetch(url, **{"limits": PATIENT, **options})
    error = refused.value
    assert error.remedy.endswith(".")
    assert not ENGLISH.search(str(error))
    assert "Traceback" not in str(error)
    return str(error)


def test_a_whole_file(site: Site) -> None:
    url = site.put("/d/lieux%20de%20juin.csv", site_of.content(BODY, ETag='"a"', Last_Modified=site_of.DAY))
    seen = []
    found = download.fetch(url, limits=PATIENT, progress=lambda *where: seen.append(where))
    assert found.content == BODY
    assert found.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (found.etag, found.last_modified) == ('"a"', site_of.DAY)
    assert (found.file, found.url, found.unchanged) == ("lieux de juin.csv", url, False)
    assert seen[-1] == (len(BODY), len(BODY))


def test_nothing_is_said_but_our_name(site: Site) -> None:
    download.fetch(site.put("/f.csv", site_of.content(BODY)), limits=PATIENT)
    headers = site.requests[0].headers
    assert headers["User-Agent"] == f"Cartable/{__version__} (kit libre d'inclusion numerique)"
    assert headers["User-Agent"].isascii()
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_a_password_file_is_never_read(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login marie password secret\n", encoding="utf-8")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    download.fetch(site.put("/f.csv", site_of.content(BODY)), limits=PATIENT)
    assert "Authorization" not in site.requests[0].headers


@pytest.mark.parametrize(
    "answer", [site_of.chunks(BODY), site_of.zipped(BODY), site_of.content(BODY)], ids=["morceaux", "gzip", "entier"]
)
def test_every_way_of_sending(site: Site, answer) -> None:
    found = download.fetch(site.put("/f.csv", answer), limits=PATIENT)
    assert found.content == BODY


def test_the_name_given_by_the_site_wins_and_leads_nowhere(site: Site) -> None:
    answer = site_of.content(BODY, Content_Disposition='attachment; filename="../../etc/..\\lieux.csv"')
    assert download.fetch(site.put("/r/398edc71", answer), limits=PATIENT).file == "lieux.csv"


@given(st.text(max_size=300))
def test_a_plain_name_is_the_name_of_one_file(text: str) -> None:
    name = download.plain_name(text)
    assert 1 <= len(name) <= 100
    assert not set(name) & set('/\\:*?"<>|\0\n\r')
    assert not name.startswith(".")
    assert download.plain_name(name) == name


def test_an_unchanged_file_is_not_sent_again(site: Site) -> None:
    url = site.put("/f.csv", site_of.conditional(BODY))
    first = download.fetch(url, limits=PATIENT)
    for known in (Known(first.etag, first.last_modified), Known("", first.last_modified)):
        again = download.fetch(url, known=known, limits=PATIENT)
        assert again.unchanged
        assert again.content == b""
    assert download.fetch(url, known=Known('"autre"'), limits=PATIENT).content == BODY


def test_unchanged_without_having_asked_is_not_believed(site: Site) -> None:
    url = site.put("/f.csv", site_of.status(304))
    assert "inattendue (304)" in refusal(url)
    assert "inattendue (304)" in refusal(url, known=Known())


def test_a_redirection_is_followed(site: Site) -> None:
    site.put("/vrai-nom.csv", site_of.content(BODY))
    found = download.fetch(site.put("/r/1", site_of.redirect("/vrai-nom.csv")), limits=PATIENT)
    assert found.content == BODY
    assert found.file == "vrai-nom.csv"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://exemple.fr/f.csv", "data:text/csv,a"])
def test_a_redirection_stays_on_the_web(site: Site, target: str) -> None:
    assert "n’est pas sûre" in refusal(site.put("/r", site_of.redirect(target)))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/g.csv", "https://exemple.fr/g.csv"),
        ("//autre.fr/g.csv", "https://autre.fr/g.csv"),
        ("https://autre.fr/été.csv".encode().decode("latin-1"), "https://autre.fr/été.csv"),
        ("g\u20ac.csv", "https://exemple.fr/d/g\u20ac.csv"),
        ("http://exemple.fr/f.csv", ""),
        ("HTTP://exemple.fr/f.csv", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_redirection_never_leaves_protection(location: str, target: str) -> None:
    answer = download.requests.Response()
    answer.status_code, answer.url = 302, "https://exemple.fr/d/f.csv"
    answer.headers["Location"] = location
    if target:
        assert download._next(answer) == target
        return
    with pytest.raises(DownloadError, match="n’est pas sûre"):
        download._next(answer)


def test_the_body_of_a_redirection_is_not_waited_for(site: Site) -> None:
    def answer(handler: site_of.Handler) -> None:
        handler.head(302, {"Location": "/vrai.csv", "Content-Length": "100000000"})
        handler.site.closing.wait(0.5)

    site.put("/vrai.csv", site_of.content(BODY))
    assert download.fetch(site.put("/r", answer), limits=PATIENT).content == BODY


def test_redirections_in_a_circle(site: Site) -> None:
    site.put("/b", site_of.redirect("/a"))
    assert "d’adresse en adresse" in refusal(site.put("/a", site_of.redirect("/b")))
    assert len(site.requests) < 10


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (401, "refuse de donner"),
        (403, "refuse de donner"),
        (404, "n’est plus à cette adresse"),
        (410, "n’est plus à cette adresse"),
        (418, "inattendue (418)"),
        (204, "inattendue (204)"),
    ],
)
def test_a_refusal_is_not_asked_twice(site: Site, code: int, words: str) -> None:
    text = refusal(site.put("/f.csv", site_of.status(code)))
    assert words in text
    assert "127.0.0.1" in text
    assert len(site.requests) == 1


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_site_that_fails_is_asked_three_times(site: Site, code: int) -> None:
    text = refusal(site.put("/f.csv", site_of.status(code)))
    assert f"réponse {code}" in text
    assert len(site.requests) == 3


@pytest.mark.parametrize("retry_after", ["0", "86400", "demain", "Thu, 01 Jan 2099 00:00:00 GMT", "-5"])
def test_a_site_that_comes_back(site: Site, retry_after: str) -> None:
    url = site.put("/f.csv", site_of.status(503, Retry_After=retry_after), site_of.content(BODY))
    assert download.fetch(url, limits=PATIENT).content == BODY


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (site_of.cut(BODY, 100), "pas arrivé en entier"),
        (site_of.cut(BODY, 0), "pas arrivé en entier"),
        (site_of.cut_chunks(BODY), "pas arrivé en entier"),
        (site_of.slam, "pas arrivé en entier"),
        (site_of.nonsense, "pas arrivé en entier"),
        (site_of.hang, "ne répond pas"),
        (site_of.hang_midway, "ne répond pas"),
        (site_of.drip, "trop lent"),
        (site_of.content(b""), "fichier vide"),
        (site_of.not_zipped(BODY), "abîmé"),
        (site_of.content(b"x" * 100_001), "trop gros"),
        (site_of.zipped(b"0" * 5_000_000), "trop gros"),
        (site_of.chunks(b"x" * 100_001), "trop gros"),
    ],
    ids=["coupé", "coupé au début", "morceaux coupés", "porte claquée", "autre langue", "muet", "muet au milieu",
         "goutte à goutte", "vide", "faux gzip", "gros", "bombe", "gros en morceaux"],
)  # fmt: skip
def test_a_body_that_fails(site: Site, answer, words: str) -> None:
    assert words in refusal(site.put("/f.csv", answer))


@pytest.mark.parametrize("answer", [site_of.cut(BODY, 99), site_of.cut_chunks(BODY), site_of.slam])
def test_a_body_cut_once_is_asked_again(site: Site, answer) -> None:
    assert download.fetch(site.put("/f.csv", answer, site_of.content(BODY)), limits=PATIENT).content == BODY
    assert len(site.requests) == 2


def test_a_wrong_length_is_never_taken_for_the_file(site: Site) -> None:
    longer = site_of.content(BODY, Content_Length=str(len(BODY) + 5))
    assert "pas arrivé en entier" in refusal(site.put("/f.csv", longer))


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><p>Identifiez-vous",
        b"\xef\xbb\xbf\r\n <HTML lang=fr>",
        b"<!-- portail -->\n<html>",
        b"<?xml version='1.0'?><!-- x --><!DOCTYPE html>",
    ],
)
@pytest.mark.parametrize("kind", ["text/html", "text/csv"])
def test_a_page_instead_of_data(site: Site, page: bytes, kind: str) -> None:
    assert "une page à lire" in refusal(site.put("/f.csv", site_of.content(page, kind)))


def test_data_that_look_a_little_like_a_page_are_kept(site: Site) -> None:
    body = b"nom;note\n<html>;1\n"
    assert download.fetch(site.put("/f.csv", site_of.content(body, "text/html")), limits=PATIENT).content == body


def test_the_digest_is_compared(site: Site) -> None:
    url = site.put("/f.csv", site_of.content(BODY))
    right = hashlib.sha256(BODY).hexdigest()
    assert download.fetch(url, expected_sha256=right.upper(), limits=PATIENT).sha256 == right
    assert "son empreinte diffère" in refusal(url, expected_sha256="0" * 64)


def test_nobody_listens() -> None:
    assert "refuse la connexion" in refusal(f"http://127.0.0.1:{site_of.free_port()}/f.csv")


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", lost)
    assert "n’est sans doute pas connecté à internet" in refusal("https://www.exemple.fr/f.csv")


def test_a_network_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("urllib3.util.connection.create_connection", unreachable)
    assert "le réseau ne passe pas" in refusal("https://www.exemple.fr/f.csv")


def test_a_connection_that_never_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("urllib3.util.connection.create_connection", wait)
    assert "ne répond pas" in refusal("https://www.exemple.fr/f.csv")


def test_a_proxy_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{site_of.free_port()}")
    monkeypatch.setenv("no_proxy", "")
    assert "« proxy »" in refusal("http://www.exemple.fr/f.csv")


def test_a_proxy_written_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://")
    monkeypatch.setenv("no_proxy", "")
    assert "« proxy »" in refusal("http://www.exemple.fr/f.csv")


def test_a_protected_address_that_is_not(site: Site) -> None:
    url = site.put("/f.csv", site_of.content(BODY)).replace("http:", "https:")
    assert "certificat" in refusal(url)


@pytest.fixture
def unknown_certificate(tmp_path: Path) -> Iterator[str]:
    """Serve one handshake with a certificate that nobody signed."""
    if not shutil.which("openssl"):
        pytest.skip("openssl manque")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-keyout", "cle.pem", "-out", "certificat.pem", "-days", "2", "-subj", "/CN=localhost"]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificat.pem", tmp_path / "cle.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def answer() -> None:
            for _ in range(3):
                try:
                    client, _address = listener.accept()
                    context.wrap_socket(client, server_side=True).close()
                except OSError:
                    pass

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}/f.csv"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_certificate_that_nobody_knows(unknown_certificate: str) -> None:
    assert "son certificat n’est pas reconnu" in refusal(unknown_certificate)


def test_a_missing_bundle_of_certificates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    refusal("https://127.0.0.1:9/f.csv")


@pytest.mark.parametrize("url", ["", "f.csv", "file:///etc/passwd", "ftp://exemple.fr/f", "https://", "http://[::1"])
def test_what_is_not_an_address(url: str) -> None:
    assert "n’est pas une adresse du web" in refusal(url)


@pytest.mark.parametrize(
    "url", ["http://exemple .fr/f", "http://a..fr/f", "http://" + "a" * 70 + ".fr/", "http://é\u2028/"]
)
def test_an_address_that_cannot_exist(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "no")

    monkeypatch.setattr("socket.getaddrinfo", lost)
    refusal(url)


def test_every_cause_is_looked_at_once() -> None:
    error = OSError(1)
    error.__cause__ = ValueError("x")
    error.__cause__.__context__ = error
    assert [type(cause) for cause in outages._causes(error)] == [OSError, ValueError]
