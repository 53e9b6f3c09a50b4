"""Runs typst: a template of ours, data as JSON (never as markup), fonts that travel with the kit, no network."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from cartable import assets
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Mapping

FONT = "AtkinsonHyperlegibleNext_400Regular.ttf"
HERE = Path(__file__).resolve().parent
STANDARD: typst.PDFStandard = "ua-1"


@functools.cache
def _fonts() -> typst.Fonts:
    """Read the fonts once; those of the machine would make other pages on another one."""
    folder = assets.path(FONT).parent
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


class Press:
    """One template and its data."""

    def __init__(self, template: str, data: Mapping[str, Any]) -> None:
        self._compiler = typst.Compiler(
            str(HERE / template),
            root=str(HERE),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"donnees": json.dumps(data, ensure_ascii=False)},
        )

    def notes(self, label: str) -> list[dict[str, Any]]:
        """Return what the template noted under a label while it was laid out."""
        found: list[dict[str, Any]] = json.loads(self._compiler.query(f"<{label}>", field="value"))
        return found

    def pdf(self) -> bytes:
        """Return an accessible PDF.

        Raises
        ------
        CartableError
            If typst refuses the document: a fault of the kit.
        """
        return self._made("Le PDF", format="pdf", pdf_standards=[STANDARD])

    def png(self, ppi: int) -> bytes:
        """Return the first page as an image.

        Raises
        ------
        CartableError
            If typst refuses the document: a fault of the kit.
        """
        return self._made("Le dessin", format="png", ppi=float(ppi))

    def _made(self, what: str, **options: Any) -> bytes:  # noqa: ANN401 (those of typst)
        try:
            made = self._compiler.compile(**options)
        except typst.TypstError as error:
            raise CartableError(
                f"{what} n’a pas pu être fabriqué ({error.message}).",
                "C’est un défaut de Cartable : signalez-le en joignant ce que vous vouliez imprimer.",
            ) from error
        return made if isinstance(made, bytes) else b""
