"""The key, unpacked where there is neither network nor Python: the book, a timer and a board open from the disk."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from tools import kit

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.navigateur, pytest.mark.long]
OPENED = (
    "index.html", "book/demain.html", "workshops/persona.html", "imprimes/mur-afom.html",
    "minuteur/e3-choisir-moyenne.html", "notebooks/portrait-de-territoire.html",
)  # fmt: skip
INSIDE = re.compile(r"""(?:href|src)="([^"#?:]+)[#?]?[^":]*\"""")


@pytest.fixture(scope="module")
def key(livre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cle") / "Clé d’été – mairie"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kit, "BOOK", livre)
        patch.setattr(kit, "ROOT", place)
        patch.setattr(kit, "OUTPUT", place / "cle.zip")
        with zipfile.ZipFile(kit.write()) as archive:
            archive.extractall(place)
    return place / kit.TOP / "livre"


@pytest.mark.parametrize("name", OPENED)
def test_une_page_de_la_cle_s_ouvre_depuis_le_disque(visiter, key: Path, name: str) -> None:
    with visiter(key.as_uri()) as visit:
        visit.go(name)
        assert visit.page.inner_text("body").strip()
        assert visit.troubles == []


def test_chaque_lien_de_la_cle_mene_a_un_fichier_de_la_cle(key: Path) -> None:
    dead = []
    for page in [path for path in key.rglob("*.html") if "rejouer" not in path.parts and "_static" not in path.parts]:
        for link in set(INSIDE.findall(page.read_text("utf-8"))):
            target = (page.parent / link).resolve()
            if not target.exists() and not link.startswith(("data", "mailto", "{", "$")):
                dead.append(f"{page.relative_to(key)} : {link}")
    assert dead == []


def test_la_cle_pese_moins_de_cent_cinquante_mo(key: Path) -> None:
    assert (key.parent.parent / "cle.zip").stat().st_size < 150e6
