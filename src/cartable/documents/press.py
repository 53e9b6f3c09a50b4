"""Runs typst: a template of ours, data as JSON (never as markup), fonts that travel with the kit, no network."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartable import assets
from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typst

ABSENT = "Le PDF ne se fait pas dans un navigateur."
ELSEWHERE = "Prenez le document Word, ou faites le PDF sur un poste où Cartable est installé."
FONT = "AtkinsonHyperlegibleNext_400Regular.ttf"
HERE = Path(__file__).resolve().parent
STANDARD: typst.PDFStandard = "ua-1"
UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
STAND_IN = "□"
MOST_REPLACED = 40
# Replaced all at once: emojis with what joins and colours them; ideograms and syllables of East Asia.
FAMILIES = (
    re.compile("[\u200d\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"),
    re.compile("[\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"),
)


def available() -> bool:
    """Tell whether PDFs can be made here: nobody builds typst for Python in a browser."""
    return importlib.util.find_spec("typst") is not None


@functools.cache
def _fonts() -> typst.Fonts:
    """Read the fonts once; those of the machine would make other pages on another one."""
    import typst  # noqa: PLC0415 (absent from a browser)

    folder = assets.path(FONT).parent
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


class Press:
    """One template and its data; a character that no font of the kit can draw becomes « □ ».

    PDF/UA refuses text that cannot be shown, and people write emojis: one of them must not cost the whole document.

    Raises
    ------
    CartableError
        Where there is no typst: in a browser.
    """

    def __init__(self, template: str, data: Mapping[str, Any]) -> None:
        if not available():
            raise CartableError(ABSENT, ELSEWHERE)
        self._template = template
        self._told = json.dumps(data, ensure_ascii=False)
        self._compiler = self._ready()

    def _ready(self) -> typst.Compiler:
        import typst  # noqa: PLC0415 (absent from a browser)

        return typst.Compiler(
            str(HERE / self._template),
            root=str(HERE),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"donnees": self._told},
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
        import typst  # noqa: PLC0415 (absent from a browser)

        for _ in range(MOST_REPLACED):
            try:
                made = self._compiler.compile(**options)
            except typst.TypstError as error:
                if self._replace(str(error.message)):
                    continue
                raise CartableError(
                    f"{what} n’a pas pu être fabriqué ({error.message}).",
                    "C’est un défaut de Cartable : signalez-le en joignant ce que vous vouliez imprimer.",
                ) from error
            return made if isinstance(made, bytes) else b""
        raise CartableError(
            f"{what} n’a pas pu être fabriqué : trop de signes que ses polices ne savent pas dessiner.",
            "Écrivez ces textes en lettres latines, grecques, cyrilliques, arabes ou hébraïques.",
        )

    def _replace(self, message: str) -> bool:
        """Replace the characters of which typst complains, and their family; tell whether there were any."""
        refused = UNSHOWN.search(message)
        if not refused:
            return False
        family = next((one for one in FAMILIES if one.search(refused[1])), re.compile(f"[{re.escape(refused[1])}]"))
        told = family.sub(STAND_IN, self._told)
        if told == self._told:
            return False
        self._told = told
        self._compiler = self._ready()
        return True
