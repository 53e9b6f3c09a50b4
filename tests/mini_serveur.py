"""A site on this machine alone: it serves given bytes, and fails in every way that a site can fail."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import socket
import socketserver
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Headers = dict[str, str]
DAY = "Thu, 01 Aug 2024 00:00:00 GMT"


@dataclass
class Request:
    """What a client asked for."""

    path: str
    headers: Headers


@dataclass
class Site:
    """What is at each path: an answer for each request in turn, the last one for ever after."""

    address: str = ""
    pages: dict[str, list[Callable[[Handler], None]]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def put(self, path: str, *answers: Callable[[Handler], None]) -> str:
        """Put answers at a path, and return its address."""
        self.pages[path.partition("?")[0]] = list(answers)
        return self.address + path

    def asked(self, path: str) -> list[Request]:
        """Return the requests made for a path."""
        return [request for request in self.requests if request.path.partition("?")[0] == path]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that leave are part of the game."""


class Handler(BaseHTTPRequestHandler):
    """Answers as the site was told to."""

    protocol_version = "HTTP/1.1"
    server: _Server

    @property
    def site(self) -> Site:
        return self.server.site

    def do_GET(self) -> None:
        site, path = self.site, self.path.partition("?")[0]
        site.requests.append(Request(self.path, dict(self.headers.items())))
        answers = site.pages.get(path, [status(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self.close_connection = True
        answer(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def head(self, code: int, headers: Headers) -> None:
        self.send_response(code)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()


@contextlib.contextmanager
def serve() -> Iterator[Site]:
    """Open a site until the end of the block."""
    with _Server(("127.0.0.1", 0), Handler) as server:
        server.site = Site(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.site.closing.set()
            server.shutdown()
            thread.join()


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def content(body: bytes, kind: str = "text/csv", **headers: str) -> Callable[[Handler], None]:
    """Answer with a file; ``headers`` are written with « _ » for « - »."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        handler.head(200, {"Content-Type": kind, "Content-Length": str(len(body)), **extra})
        handler.wfile.write(body)

    return answer


def conditional(body: bytes) -> Callable[[Handler], None]:
    """Answer with a file, or that it has not changed, as a good site does."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def answer(handler: Handler) -> None:
        known = handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")
        if known[0] == etag or (known[0] is None and known[1] == DAY):
            handler.head(304, {"ETag": etag})
        else:
            content(body, ETag=etag, Last_Modified=DAY)(handler)

    return answer


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    """Answer with an error."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        body = b"" if code in {204, 304} else b"<html>non</html>"
        handler.head(code, {"Content-Length": str(len(body)), **extra} if body else extra)
        handler.wfile.write(body)

    return answer


def redirect(target: str) -> Callable[[Handler], None]:
    """Send elsewhere."""
    return status(302, Location=target)


def zipped(body: bytes) -> Callable[[Handler], None]:
    """Answer with a file packed for the journey."""
    return content(gzip.compress(body), Content_Encoding="gzip")


def not_zipped(body: bytes) -> Callable[[Handler], None]:
    """Say that the file is packed when it is not."""
    return content(body, Content_Encoding="gzip")


def cut(body: bytes, sent: int) -> Callable[[Handler], None]:
    """Announce the whole body, send its beginning and close."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Content-Length": str(len(body))})
        handler.wfile.write(body[:sent])

    return answer


def cut_chunks(body: bytes) -> Callable[[Handler], None]:
    """Send a body in chunks, without the last one that says it is over."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Transfer-Encoding": "chunked"})
        handler.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")

    return answer


def chunks(body: bytes) -> Callable[[Handler], None]:
    """Send a body in chunks: nobody knows its length beforehand."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Transfer-Encoding": "chunked"})
        for start in range(0, len(body), 7):
            piece = body[start : start + 7]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    return answer


def slam(handler: Handler) -> None:
    """Close the door on the client, without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang(handler: Handler) -> None:
    """Say nothing."""
    handler.site.closing.wait(10)


def hang_midway(handler: Handler) -> None:
    """Begin, then say nothing."""
    handler.head(200, {"Content-Length": "1000"})
    handler.wfile.write(b"debut")
    handler.wfile.flush()
    handler.site.closing.wait(10)


def drip(handler: Handler) -> None:
    """Send a byte now and then: each wait is short, the whole would last for ever."""
    handler.head(200, {"Content-Length": "100000"})
    with contextlib.suppress(OSError):
        while not handler.site.closing.wait(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()


def nonsense(handler: Handler) -> None:
    """Speak something that is not HTTP."""
    handler.wfile.write(b"SSH-2.0-bonjour\r\n\r\n")
