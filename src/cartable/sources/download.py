"""Fetching one file from its publisher: whole, checked, or refused in a French sentence that says what to do.

Nothing here is called unless a person asks for it; nothing is sent but the address of the file and our name.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import ssl
import time
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as transport
from urllib3.util import Retry

from cartable import __version__, wording
from cartable.sources import outages
from cartable.sources.outages import AGAIN, HAND_OVER, DownloadError, InterruptedDownloadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from urllib3 import BaseHTTPResponse
    from urllib3.response import HTTPResponse

    Progress = Callable[[int, int | None], None]

AGENT = f"Cartable/{__version__} (kit libre d'inclusion numerique)"
CHUNK = 1 << 16
MEGA = 1_000_000
OK, UNCHANGED = 200, 304
PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")
NAME_LIMIT = 100
REDIRECTIONS = 5


@dataclass(frozen=True)
class Limits:
    """How patient to be.

    Parameters
    ----------
    connect, read, total
        Seconds: to reach the site, between two pieces, for the whole body.
    size
        Bytes, once unpacked.
    attempts
        How many times in all a site that fails, or a body that is cut, is asked for.
    wait
        Longest pause that a site may ask for between two attempts (``Retry-After``), in seconds.
    backoff
        First pause, in seconds; each one doubles.
    """

    connect: float = 10
    read: float = 30
    total: float = 900
    size: int = 400 * MEGA
    attempts: int = 3
    wait: float = 20
    backoff: float = 0.5


LIMITS = Limits()


@dataclass(frozen=True)
class Known:
    """What is remembered of the last download, so that an unchanged file is not sent again."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """Return the conditions of the request."""
        conditions = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in conditions.items() if value}


@dataclass(frozen=True)
class Fetched:
    """What the site answered: a file, or that it has not changed (``unchanged``, no content)."""

    url: str
    file: str
    content: bytes = b""
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


class _Patience(Retry):
    """Obey ``Retry-After`` within reason: a site may ask for an hour, or write nonsense."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        try:
            asked = super().get_retry_after(response)
        except (transport.HTTPError, OverflowError, ValueError):
            return None
        return None if asked is None else min(asked, float(self.retry_after_max))


class _Adapter(HTTPAdapter):
    """Trust what the computer trusts, besides the usual authorities: town halls filter through a proxy of their own."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (as the library declares it)
        super().init_poolmanager(*args, **kwargs, ssl_context=ssl.create_default_context())

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=ssl.create_default_context())


class _Session(requests.Session):
    """Leave redirections to ``_open``: the library would read the whole body of each, however long."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None


def fetch(
    url: str,
    *,
    known: Known | None = None,
    expected_sha256: str = "",
    progress: Progress | None = None,
    limits: Limits = LIMITS,
) -> Fetched:
    """Fetch a file.

    Parameters
    ----------
    url
        Address, http or https.
    known
        Asks the site to send the file only if it changed since.
    expected_sha256
        Digest that the file must have, in hexadecimal; any when empty.
    progress
        Called with the bytes received and the bytes expected (none when the site does not say).
    limits
        Patience and size.

    Raises
    ------
    DownloadError
        If the network, the site or the file fails: the message names the site, the remedy says what to do.
    """
    _check_address(url)
    with _session(limits) as session:
        for remaining in reversed(range(limits.attempts)):
            try:
                found = _attempt(session, url, known, progress, limits)
            except InterruptedDownloadError:
                if not remaining:
                    raise
                time.sleep(limits.backoff)
            else:
                break
    _check(found, expected_sha256)
    return found


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid:
        raise DownloadError(
            f"« {url[:120]} » n’est pas une adresse du web.", "Elle doit commencer par https:// ; corrigez-la."
        )


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _session(limits: Limits) -> _Session:
    """Return a session that is patient with what passes, and gives up at once without a network."""
    retry = _Patience(
        total=limits.attempts - 1,
        connect=1,
        status_forcelist=AGAIN,
        allowed_methods=("GET",),
        backoff_factor=limits.backoff,
        backoff_max=limits.wait,
        retry_after_max=max(1, int(limits.wait)),
        raise_on_status=False,
    )
    session = _Session()
    session.auth = lambda request: request  # otherwise a password file of the person may be read and sent
    session.headers.update({"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"})
    for prefix in ("http://", "https://"):
        session.mount(prefix, _Adapter(max_retries=retry))
    return session


def _attempt(session: _Session, url: str, known: Known | None, progress: Progress | None, limits: Limits) -> Fetched:
    """Ask once and read the whole answer, translating whatever happens on the way."""
    try:
        with _open(session, url, known, limits) as response:
            _check_status(response, known)
            body = b"" if response.status_code == UNCHANGED else _body(response, progress, limits)
            return _fetched(response, body)
    except (requests.RequestException, transport.HTTPError, OSError) as error:
        raise outages.translated(error, _host(url)) from error


def _open(session: _Session, url: str, known: Known | None, limits: Limits) -> requests.Response:
    """Ask for an address, and for those where the site sends us in turn."""
    headers, timeout = (known or Known()).headers(), (limits.connect, limits.read)
    for _ in range(REDIRECTIONS + 1):
        response = session.get(url, headers=headers, stream=True, timeout=timeout)
        if not response.is_redirect:
            return response
        response.close()
        url = _next(response)
    raise outages.lost(_host(url))


def _next(response: requests.Response) -> str:
    """Return where a site sends us: only on the web, and never from a protected address to an open one."""
    location = response.headers["Location"]
    with contextlib.suppress(UnicodeError):  # a header is read as latin-1, and many sites write UTF-8
        location = location.encode("latin-1").decode()
    target = urljoin(response.url, location)
    before, after = urlsplit(response.url).scheme, urlsplit(target).scheme
    if after not in {"http", "https"} or (before, after) == ("https", "http"):
        raise DownloadError(
            f"Le site {_host(response.url)} renvoie vers une adresse qui n’est pas sûre : « {target[:120]} ».",
            f"Ne la suivez pas : cherchez le fichier depuis la page du producteur. {HAND_OVER}",
        )
    return target


def _check_status(response: requests.Response, known: Known | None) -> None:
    """Refuse an answer that is not the file."""
    code = response.status_code
    if code != OK and not (code == UNCHANGED and known and known.headers()):
        raise outages.refused(code, _host(response.url))


def _body(response: requests.Response, progress: Progress | None, limits: Limits) -> bytes:
    """Read the body piece by piece, within the time and the size allowed."""
    host, deadline = _host(response.url), time.monotonic() + limits.total
    expected = _expected(response)
    _check_size(expected or 0, host, limits)
    raw, body = cast("HTTPResponse", response.raw), bytearray()
    for piece in _pieces(raw):
        body += piece
        _check_size(len(body), host, limits)
        if time.monotonic() > deadline:
            raise DownloadError(
                f"Le site {host} est trop lent : {_megas(len(body))} reçus en {limits.total:.0f} s.",
                f"Recommencez à une autre heure ou sur un autre réseau. {HAND_OVER}",
            )
        if progress:
            progress(raw.tell(), expected)
    if expected is not None and raw.tell() != expected:
        raise outages.cut(host)
    return bytes(body)


def _pieces(raw: HTTPResponse) -> Iterator[bytes]:
    # ``read1`` gives what has come: waiting for a full piece would let a site drip for hours.
    while piece := raw.read1(CHUNK, decode_content=True):
        yield piece


def _expected(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,15}", length) else None


def _check_size(size: int, host: str, limits: Limits) -> None:
    if size > limits.size:
        raise DownloadError(
            f"Le fichier de {host} est trop gros : plus de {_megas(limits.size)}.",
            "Ce n’est sans doute pas le bon : cherchez celui que le kit attend depuis la page du producteur.",
        )


def _megas(size: int) -> str:
    return f"{wording.number(size / MEGA, 1)}{wording.NBSP}Mo"


def _fetched(response: requests.Response, body: bytes) -> Fetched:
    headers = response.headers
    return Fetched(
        response.url,
        _name(headers.get("Content-Disposition", ""), response.url),
        body,
        hashlib.sha256(body).hexdigest() if body else "",
        headers.get("ETag", ""),
        headers.get("Last-Modified", ""),
        unchanged=response.status_code == UNCHANGED,
    )


def _name(disposition: str, url: str) -> str:
    """Return the name that the site gives to the file, without anything that could lead elsewhere on the disk."""
    message = Message()
    message["Content-Disposition"] = re.sub(r"[\r\n]", " ", disposition)
    name = message.get_filename() or unquote(urlsplit(url).path)
    return plain_name(name)


def plain_name(name: str) -> str:
    """Return the last part of a path, whatever the system it comes from, safe as the name of a file."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    kept = re.sub(r"[^\w.()+ -]", "_", last).strip(". ")
    return kept[-NAME_LIMIT:].lstrip(". ") or "fichier"


def _check(found: Fetched, expected_sha256: str) -> None:
    """Refuse an answer that came whole and is not the data."""
    if found.unchanged:
        return
    host = _host(found.url)
    if not found.content:
        raise DownloadError(f"Le site {host} a envoyé un fichier vide.", f"Recommencez plus tard. {HAND_OVER}")
    if is_page(found.content):
        raise DownloadError(
            f"Le site {host} a envoyé une page à lire au lieu du fichier de données.",
            "Votre réseau demande peut-être une identification : ouvrez une page du web, identifiez-vous, puis "
            f"recommencez. {HAND_OVER}",
        )
    if expected_sha256 and found.sha256 != expected_sha256.lower():
        raise DownloadError(
            f"Le fichier reçu de {host} n’est pas celui qui était attendu : son empreinte diffère.",
            f"Recommencez ; si l’erreur persiste, le producteur l’a modifié : signalez-le. {HAND_OVER}",
        )


def is_page(content: bytes) -> bool:
    """Say whether bytes are a web page: an identification portal, an error page."""
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    start = re.sub(rb"^(<\?xml.*?\?>|<!--.*?-->|\s)+", b"", start, flags=re.DOTALL)
    return start.lower().startswith(PAGE)
