"""``cartable carte``: one map, three formats, French refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdf
import pytest
from mini_france import ESSAI

from cartable import cli

if TYPE_CHECKING:
    from pathlib import Path

RURAL = "999000001"


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("pays")
def test_a_pdf_by_default(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["carte", ESSAI]) == 0
    name = f"carte-{ESSAI}-part_65_plus.pdf"
    assert name in capsys.readouterr().out
    page = pypdf.PdfReader(tmp_path / name).pages
    assert len(page) == 1
    assert page[0].mediabox.width > page[0].mediabox.height


def test_an_image_and_a_drawing(tmp_path: Path) -> None:
    assert cli.main(["carte", "Val-de-Brume", "--indicateur", "revenu_median", "-o", "a.png"]) == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert cli.main(["carte", "Val-de-Brume", "--indicateur", "revenu_median", "-o", "a.svg"]) == 0
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "secret statistique" in drawn
    assert "territoire fictif" in drawn
    assert "Sorbiers" in drawn


def test_a_public_map_names_no_commune(tmp_path: Path) -> None:
    assert cli.main(["carte", RURAL, "--public", "-o", "a.svg"]) == 0
    assert "Sorbiers" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.usefixtures("pays")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([ESSAI, "-o", "carte.doc"], "ni par .pdf"),
        ([ESSAI, "--indicateur", "age"], "« age » n’existe pas"),
        ([ESSAI, "--indicateur", "revenu_median"], "Choisissez un autre indicateur"),
        (["zzqqxx"], "Aucun territoire"),
    ],
)
def test_refusals_are_french_and_write_nothing(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert cli.main(["carte", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert not [path for path in tmp_path.iterdir() if path.suffix]
