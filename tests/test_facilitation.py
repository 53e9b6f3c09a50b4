"""Running a session from a notebook, and what its logs propose afterwards, without a kernel."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from cartable import controls, facilitation, feedback, session, workshop
from cartable.facilitation import Facilitator
from cartable.preparation import delivery

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.actuals import Proposal

NAME = "e3-choisir-moyenne"
CARD = "vote-pondere"
LIBRARY = workshop.load()
SESSION = session.load(LIBRARY)[0][NAME]


class Handle:
    """What IPython gives for something shown: it can be replaced."""

    def __init__(self, shown) -> None:
        self.history = [shown]

    def update(self, shown) -> None:
        self.history.append(shown)

    @property
    def html(self) -> str:
        return self.history[-1].html


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Handle]:
    handles: list[Handle] = []

    def display(thing, **options) -> Handle | None:
        handles.append(Handle(thing))
        return handles[-1] if options.get("display_id") else None

    for module in (facilitation, delivery, feedback):
        monkeypatch.setattr(module, "display", display)
    return handles


def said(message: controls.Message) -> str:
    return re.sub(r"<[^>]+>", "", message.widget.value)


def journal(day: int, minutes: float) -> dict[str, Any]:
    card = LIBRARY[CARD]
    steps = [
        {
            "id": f"1-6-{rank}", "atelier": CARD, "bloc": card.titre, "etape": step.nom, "prevu": 5, "debut": "19:25",
            "fin": "19:40", "secondes": int(minutes * 60), "pause": 0,
        }
        for rank, step in enumerate(card.deroule, 1)
    ]  # fmt: skip
    return {
        "format": "journal-cartable", "version": 1, "seance": NAME, "titre": SESSION.titre, "jour": 1,
        "date": f"2026-10-{day:02}", "effectif": 14, "horloge": "typique", "debut_prevu": "18:00",
        "fin_prevue": "20:30", "debut": "18:05", "fin": "20:28", "etapes": steps, "retires": [],
    }  # fmt: skip


def upload(made: feedback.Feedback, *journals: dict[str, Any]) -> None:
    upload_bytes(made, *(json.dumps(one).encode() for one in journals))


def upload_bytes(made: feedback.Feedback, *contents: bytes) -> None:
    """Put in the upload button what a browser puts there."""
    now = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    common = {"type": "application/json", "last_modified": now}
    files = [
        {"name": f"j{i}.json", "size": len(one), "content": memoryview(one), **common} for i, one in enumerate(contents)
    ]
    made.upload.set_trait("value", ())
    made.upload.set_trait("value", tuple(files))


# --- The timer ------------------------------------------------------------------------------------------------------


def test_another_session_replaces_the_timer(shown: list[Handle], tmp_path: Path) -> None:
    made = Facilitator(NAME, folder=str(tmp_path / "mes-seances"))
    made.timer()
    assert "cartable-seance" in shown[0].html
    made.choice.value = "e1-lancer-courte"
    assert made.session.slug == "e1-lancer-courte"
    assert made.session.titre.split()[0] in shown[0].html
    assert len(shown[0].history) == 2
    assert made.session.titre in said(made.message)


def test_the_timer_is_written_as_one_file(shown: list[Handle], tmp_path: Path) -> None:
    made = Facilitator(NAME, folder=str(tmp_path / "mes-seances"))
    made.take_away()
    made.write.click()
    files = list((tmp_path / "mes-seances").glob("*.html"))
    assert len(files) == 1
    text = files[0].read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert SESSION.titre in text
    assert f'download="{files[0].name}"' in shown[-1].html
    assert 'role="status"' in made.message.widget.value


def test_an_unknown_session_is_explained(tmp_path: Path) -> None:
    with pytest.raises(workshop.manuscript.ManuscriptError, match=r"inconnue\.yml"):
        Facilitator(str(tmp_path / "inconnue.yml"))


def test_without_a_kernel_the_timer_is_announced(tmp_path: Path) -> None:
    bundle = Facilitator(NAME, folder=str(tmp_path))._repr_mimebundle_()
    assert "minuteur" in bundle["text/html"]
    assert bundle[controls.WIDGET_VIEW]["model_id"]


# --- Afterwards -----------------------------------------------------------------------------------------------------


@pytest.fixture
def made(shown: list[Handle], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> feedback.Feedback:  # noqa: ARG001
    cards = tmp_path / "workshops"
    cards.mkdir()
    for name in (f"{CARD}.md", "vocabulaire.yml"):
        shutil.copy(workshop.folder() / name, cards / name)
    shutil.copytree(workshop.folder() / "canevas", cards / "canevas")
    monkeypatch.setenv("CARTABLE_ATELIERS", str(cards))
    found = feedback.Feedback(workshop.load(), tmp_path / "mes-seances")
    found.show()
    return found


def test_two_runs_propose_nothing_three_do(made: feedback.Feedback, shown: list[Handle]) -> None:
    upload(made, journal(1, 9), journal(2, 9))
    assert made.proposed == []
    assert "au moins 3" in said(made.message)
    upload(made, journal(3, 9))
    assert [proposal.step for _, _, proposal in made.proposed] == [step.nom for step in LIBRARY[CARD].deroule]
    assert "Journaux lus : 3" in shown[-1].html
    assert made.boxes.children


def test_the_same_log_counts_once(made: feedback.Feedback) -> None:
    for _ in range(3):
        upload(made, journal(1, 9))
    assert len(made.logs) == 1
    assert made.proposed == []


def test_only_what_is_ticked_changes_the_card(made: feedback.Feedback, tmp_path: Path) -> None:
    path = tmp_path / "workshops" / f"{CARD}.md"
    before = path.read_text(encoding="utf-8")
    upload(made, *(journal(day, 9) for day in (1, 2, 3)))
    made.accept.click()
    assert path.read_text(encoding="utf-8") == before
    assert "Rien n’est coché" in said(made.message)
    box, _, proposal = made.proposed[0]
    box.value = True
    made.accept.click()
    steps = workshop.load()[CARD].deroule
    assert (steps[0].minutes.min, steps[0].minutes.typique, steps[0].minutes.max) == proposal.after
    assert steps[1:] == LIBRARY[CARD].deroule[1:]
    assert proposal.step not in [left.step for left in proposals(made)]


def proposals(made: feedback.Feedback) -> list[Proposal]:
    return [proposal for _, _, proposal in made.proposed]


def test_what_is_not_a_log_is_refused_and_nothing_is_kept(made: feedback.Feedback) -> None:
    upload(made, journal(1, 9), {"format": "autre"})
    assert 'role="alert"' in made.message.widget.value
    assert not made.folder.exists()
    upload_bytes(made, b"\xff\xfe")
    assert "j0.json" in said(made.message)


def test_logs_are_found_again_the_next_day(made: feedback.Feedback) -> None:
    upload(made, *(journal(day, 9) for day in (1, 2, 3)))
    again = feedback.Feedback(workshop.load(), made.folder.parent)
    assert len(again.logs) == 3
    assert proposals(again) == proposals(made)


def test_a_damaged_kept_log_is_explained_at_once(made: feedback.Feedback) -> None:
    made.folder.mkdir(parents=True)
    (made.folder / "abime.json").write_text("{", encoding="utf-8")
    again = feedback.Feedback(workshop.load(), made.folder.parent)
    assert "abime.json" in said(again.message)
