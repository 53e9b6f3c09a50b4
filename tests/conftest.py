"""What tests share; ``tools`` lives at the root and is not part of the package."""

import os
import sys
import tempfile
from pathlib import Path

import mini_france
import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# A loaded machine is slow, not wrong.
settings.register_profile("cartable", deadline=None)
settings.load_profile("cartable")
# What the person who tests has downloaded must change no result.
os.environ["CARTABLE_CACHE"] = tempfile.mkdtemp(prefix="cartable-vide-")


@pytest.fixture
def pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the tiny country in the place of France."""
    folder = tmp_path / "donnees"
    folder.mkdir()
    return mini_france.use(monkeypatch, folder)
