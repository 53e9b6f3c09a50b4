"""Ouvre le livre de la clé à une adresse de votre machine : les notebooks s'y rejouent. Rien ne part sur internet."""

from __future__ import annotations

import contextlib
import functools
import http.server
import sys
import webbrowser
from pathlib import Path

BOOK = Path(__file__).resolve().parent / "livre"
ROOM, SILENT = "--salle", "--sans-navigateur"
# Some Windows machines call JavaScript « text/plain », and browsers then refuse it.
KINDS = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json",
    ".css": "text/css", ".whl": "application/zip", ".ipynb": "application/json", ".svg": "image/svg+xml",
}  # fmt: skip


class Handler(http.server.SimpleHTTPRequestHandler):
    """A quiet server that gives each file its kind."""

    def guess_type(self, path: str) -> str:  # type: ignore[override]
        """Return the kind of a file."""
        return KINDS.get(Path(path).suffix) or super().guess_type(path)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve the book until the window is closed; to the room only when it is asked."""
    address = "0.0.0.0" if ROOM in sys.argv else "127.0.0.1"
    server = http.server.ThreadingHTTPServer((address, 0), functools.partial(Handler, directory=str(BOOK)))
    here = f"http://127.0.0.1:{server.server_port}/"
    print(f"Le livre est ouvert : {here}")
    if ROOM in sys.argv:
        print(f"Dans la salle : l'adresse de cette machine, puis le port {server.server_port}.")
    print("Gardez cette fenetre ouverte. Pour arreter, fermez-la.", flush=True)
    if SILENT not in sys.argv:
        webbrowser.open(here)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
