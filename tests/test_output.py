"""Files written for a person: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cartable import output
from cartable.errors import CartableError


@pytest.mark.parametrize("where", ["absent/portrait.html", "fichier/portrait.html", "dossier", "x" * 300])
def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path, where: str) -> None:
    (tmp_path / "fichier").write_text("déjà là", encoding="utf-8")
    (tmp_path / "dossier").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CartableError, match="Impossible d’écrire") as error:
        output.write(tmp_path / where, "texte")
    assert "dossier" in error.value.remedy
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_keeps_the_previous_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "portrait.html"
    output.write(path, "premier")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CartableError, match="disque est plein"):
        output.write(path, "second")
    assert [p.name for p in tmp_path.iterdir()] == ["portrait.html"]
    assert path.read_text(encoding="utf-8") == "premier"


def test_an_interrupted_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.json"
    path.write_text("ancien", encoding="utf-8")

    def refuse(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(KeyboardInterrupt):
        output.write(path, "nouveau")
    assert path.read_text(encoding="utf-8") == "ancien"
    assert list(tmp_path.iterdir()) == [path]


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    output.write(tmp_path / "a.pdf", b"%PDF\r\n")
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF\r\n"
