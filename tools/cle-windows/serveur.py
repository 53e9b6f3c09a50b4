"""Sert les notebooks comme des pages, et le livre, à une adresse de cette machine seulement. Lancé par ouvrir.py."""

from __future__ import annotations

import mimetypes
import os
import sys
from typing import Any

from tornado.web import RequestHandler, StaticFileHandler
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-not-found, unused-ignore]
from voila.execute import VoilaExecutor  # type: ignore[import-not-found, unused-ignore]

# Nothing may be asked of another machine, even by a library that would try.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"
)
IDLE, LOOK = 1800, 120
"""Seconds after which a page that nobody has open any more gives its memory back; seconds between two looks."""
# Some Windows machines call JavaScript « text/plain », and browsers then refuse it.
KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


FAULT = "Cette partie de la page s’est arrêtée. Rechargez la page (F5) ; si cela revient, montrez « journal.txt »."

CLOSED = "Cette page ne s’ouvre que par « Ouvrir Cartable » : double-cliquez dessus."


def told(_: VoilaExecutor, cell: dict[str, Any]) -> dict[str, Any]:
    """Say in French, in the page, why a cell stopped."""
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            # An error of Cartable shows its sentence alone; any other is a fault of ours, with its lines of code.
            output["traceback"] = output["traceback"] if output["traceback"] == [output["evalue"]] else [FAULT]
    return cell


class Closed(RequestHandler):
    """What is answered to an address that does not hold the key of the session."""

    def get(self) -> None:
        """Say how to come in."""
        self.set_status(403)
        self.write(
            f'<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Cartable</title><p>{CLOSED}</p></html>'
        )


class Server(Voila):  # type: ignore[misc, unused-ignore]
    """The pages of the notebooks, and the book beside them."""

    book = ""

    def init_handlers(self) -> list[Any]:
        """Return what answers each address."""
        pages = (r"/livre/(.*)", StaticFileHandler, {"path": self.book, "default_filename": "index.html"})
        return [pages, (r"/login", Closed), *super().init_handlers()]


def settings(port: int, token: str) -> Config:
    """Return how the pages are served: on this machine, to whoever holds the key of the session, in French."""
    config = Config()
    config.Voila.ip, config.Voila.port, config.Voila.port_retries = "127.0.0.1", port, 0
    config.Voila.open_browser, config.Voila.token = False, token
    config.Voila.tornado_settings = {"headers": {"Content-Security-Policy": POLICY}}
    config.VoilaConfiguration.template, config.VoilaConfiguration.classic_tree = "cartable", True
    config.VoilaExporter.language_code = "fr"
    config.MappingKernelManager.cull_idle_timeout, config.MappingKernelManager.cull_interval = IDLE, LOOK
    return config


def main(notebooks: str, book: str, port: str) -> None:
    """Serve until the window is closed."""
    for ending, kind in KINDS.items():
        mimetypes.add_type(kind, ending)
    VoilaExecutor.strip_code_cell_errors = told
    server = Server(config=settings(int(port), os.environ.pop("CARTABLE_JETON")))
    server.book, server.root_dir = book, notebooks
    server.initialize([])
    server.start()


if __name__ == "__main__":
    main(*sys.argv[1:4])
