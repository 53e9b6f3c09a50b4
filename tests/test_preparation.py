"""Preparing a session: what is chosen, changed, written, then the controls that do it, without a kernel."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING

import mini_ateliers as mini
import pypdf
import pytest

from cartable import agenda, choice, controls, editing, preparation, session, workshop
from cartable.choice import FITS, MADE, SHORTENED, TIGHT, TOO_SHORT, Request
from cartable.errors import CartableError
from cartable.preparation import delivery, programme

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.session import Session
    from cartable.workshop import Library

LIBRARY = workshop.load()
SESSIONS, PROBLEMS = session.load(LIBRARY)
EVENING = Request("E3", 14, 18 * 60, 20 * 60 + 30)


def small() -> tuple[Library, Session]:
    """Three formats, and a session of two of them with a locked break."""
    known = mini.library(
        mini.card("un", titre="Format un"), mini.card("deux", titre="Format deux"), mini.card("trois", titre="Trois")
    )
    items = [
        mini.free("Accueil", 10, "accueil"),
        {"atelier": "un"},
        mini.free("Pause", 10, "pause", heure="10:00"),
        {"atelier": "deux"},
        mini.free("Clôture", 10, "cloture"),
    ]
    return known, mini.seance(items, known, "9:00", "11:00")


def titles(one: Session, day: int = 1) -> list[str]:
    return [line.title for line in one.jours[day - 1].deroule]


# --- Changing a session ---------------------------------------------------------------------------------------------


def test_a_line_moves_up_and_down_and_stops_at_the_ends() -> None:
    _, one = small()
    free = editing.unlocked(one)
    assert titles(editing.move(free, 1, 2, 1)) == ["Accueil", "Pause", "un", "deux", "Clôture"]
    assert titles(editing.move(free, 1, 5, -1)) == ["Accueil", "un", "Pause", "Clôture", "deux"]
    assert editing.move(free, 1, 1, -1) == free
    assert editing.move(free, 1, 5, 1) == free
    assert titles(one) == ["Accueil", "un", "Pause", "deux", "Clôture"]


def test_a_line_goes_but_not_the_last_one() -> None:
    _, one = small()
    assert titles(editing.remove(one, 1, 2)) == ["Accueil", "Pause", "deux", "Clôture"]
    for _ in range(4):
        one = editing.remove(one, 1, 1)
    with pytest.raises(CartableError, match="dernière de la journée"):
        editing.remove(one, 1, 1)


def test_a_block_and_a_format_are_added_after_a_line() -> None:
    _, one = small()
    longer = editing.insert(one, 1, 1, editing.block("Café", "libre", 15))
    assert titles(longer)[:3] == ["Accueil", "Café", "un"]
    assert longer.jours[0].deroule[1].minutes == 15
    assert titles(editing.insert(one, 1, 0, session.Item(atelier="trois")))[0] == "trois"
    with pytest.raises(CartableError, match="est refusé"):
        editing.block("A", "libre", 15)


def test_a_locked_time_must_keep_the_order_of_the_day() -> None:
    _, one = small()
    later = editing.change(one, 1, 3, heure="10:15")
    assert later.jours[0].deroule[2].heure == "10:15"
    assert editing.change(one, 1, 3, heure=None).jours[0].deroule[2].heure is None
    with pytest.raises(CartableError, match="n’est pas dans l’ordre") as caught:
        editing.change(one, 1, 4, heure="9:30")
    assert "9:00" in str(caught.value)


@pytest.mark.parametrize("typed", ["25:00", "midi", "18:75", ""])
def test_a_wrong_hour_is_explained(typed: str) -> None:
    with pytest.raises(CartableError, match="n’est pas une heure"):
        editing.read_hour(typed)


def test_hours_move_with_the_start_and_those_that_leave_the_day_are_unlocked() -> None:
    _, one = small()
    moved = editing.place(one, 14 * 60, 16 * 60)
    assert (moved.jours[0].debut, moved.jours[0].fin) == ("14:00", "16:00")
    assert moved.jours[0].deroule[2].heure == "15:00"
    assert editing.place(one, 14 * 60, 14 * 60 + 50).jours[0].deroule[2].heure is None
    assert editing.retime(one, 1, 23 * 60, 23 * 60 + 50).jours[0].deroule[2].heure is None
    assert editing.place(one, 9 * 60, 11 * 60) == one
    for start, end in ((600, 600), (600, 500), (600, 1440)):
        with pytest.raises(CartableError, match="ne vient pas après le début"):
            editing.place(one, start, end)


def test_the_name_of_a_day_does_not_lie_about_its_hour() -> None:
    _, one = small()
    assert one.jours[0].nom == "Matin"
    assert editing.place(one, 8 * 60, 10 * 60).jours[0].nom == "Matin"
    assert editing.place(one, 18 * 60, 20 * 60).jours[0].nom == "Séance"
    evening = one.model_copy(update={"jours": [one.jours[0].model_copy(update={"nom": "Soirée des idées"})]})
    assert editing.place(evening, 18 * 60, 20 * 60).jours[0].nom == "Soirée des idées"
    assert editing.place(evening, 14 * 60, 16 * 60).jours[0].nom == "Séance"


def test_a_title_gives_the_name_of_the_file() -> None:
    _, one = small()
    named = editing.rename(one, "L’œuvre à Étampes : n° 2")
    assert named.slug == "l-oeuvre-a-etampes-n-2"
    assert editing.slug_of("« ! »") == "seance"
    with pytest.raises(CartableError, match="au moins 3"):
        editing.rename(one, "A")


# --- Writing it -----------------------------------------------------------------------------------------------------


def test_there_are_ready_made_sessions() -> None:
    assert len(SESSIONS) >= 30
    assert PROBLEMS == ()


@pytest.mark.parametrize("slug", sorted(SESSIONS))
def test_what_is_written_reads_the_same(slug: str) -> None:
    text = editing.dump(SESSIONS[slug])
    assert session.read(text, slug, LIBRARY) == SESSIONS[slug]
    assert "\u202f" not in text.replace("\u202f", "", 0) or "\u202f" in str(SESSIONS[slug])
    assert not re.search(r"\b(true|false|null)\b|!!", text)


def test_texts_that_yaml_would_misread_stay_texts() -> None:
    _, one = small()
    for name in ("Oui", "non", "18:05", "1200", "a: b", "# dièse", "« mot »", "- tiret", "Un  deux"):
        line = editing.block(name if len(name) > 3 else name * 1, "libre", 5)
        text = editing.dump(editing.insert(one, 1, 1, line))
        assert session.read(text, "essai", None).jours[0].deroule[1].bloc == line.bloc


def test_a_dated_flexible_optional_session_reads_the_same() -> None:
    known = mini.library(mini.card("un"), mini.card("deux"))
    tracks = [
        {"nom": "Élus", "part": 0.4, "deroule": [{"atelier": "un"}]},
        {"nom": "Agents", "deroule": [{"atelier": "deux"}]},
    ]
    items = [
        {"bloc": "Marché", "genre": "libre", "minutes": {"min": 5, "typique": 10, "max": 20}, "facultatif": True},
        {"paralleles": tracks, "priorite": 3},
    ]
    one = mini.seance(items, known, a_distance=True)
    dated = one.model_copy(update={"jours": [one.jours[0].model_copy(update={"date": dt.date(2026, 12, 3)})]})
    text = editing.dump(dated)
    assert session.read(text, "essai", known) == dated
    assert "facultatif: oui" in text
    assert "2026-12-03" in text


# --- Choosing -------------------------------------------------------------------------------------------------------


def placed_like(titre: str, items: list[dict], known: Library, end: str = "11:00", **changes: object) -> Session:
    return mini.seance(items, known, "9:00", end, titre=titre, **changes).model_copy(
        update={"slug": editing.slug_of(titre)}
    )


def test_the_session_that_fills_the_time_best_without_change_comes_first() -> None:
    known, one = small()
    short = placed_like("Courte", [mini.free("Accueil", 50, "accueil"), {"atelier": "trois"}], known)
    found = choice.candidates(known, [short, one], Request("E1", 12, 9 * 60, 11 * 60))
    assert [candidate.session.slug for candidate in found] == ["essai", "courte"]
    assert [candidate.kind for candidate in found] == [FITS, FITS]
    assert found[0].changes == ()
    assert all(candidate.agenda.fits for candidate in found)


def test_a_session_cut_a_little_comes_before_one_cut_a_lot() -> None:
    known, one = small()
    found = choice.candidates(known, [one], Request("E1", 12, 14 * 60, 15 * 60 + 45))
    assert found[0].kind == SHORTENED
    assert any("raccourci" in said for said in found[0].changes)
    assert "raccourcir" in found[0].reason


def test_locked_times_are_given_up_only_when_they_stand_in_the_way_and_it_is_said() -> None:
    known, one = small()
    request = Request("E1", 12, 9 * 60, 10 * 60 + 55)
    kept = choice.candidates(known, [one], request)[0]
    assert kept.session.jours[0].deroule[2].heure == "10:00"
    late = editing.change(one, 1, 3, heure="10:30")
    freed = choice.candidates(known, [late], request)[0]
    assert freed.session.jours[0].deroule[2].heure is None
    assert any("plus d’heure fixée" in said for said in freed.changes)


def test_what_does_not_suit_is_not_proposed() -> None:
    known, one = small()
    other_step = one.model_copy(update={"etape": "E2"})
    remote = one.model_copy(update={"a_distance": True})
    two_days = one.model_copy(update={"jours": [*one.jours, *one.jours]})
    for refused in (other_step, remote, two_days):
        found = choice.candidates(known, [refused], Request("E1", 12, 9 * 60, 11 * 60))
        assert [candidate.kind for candidate in found][:1] == [MADE]
    with pytest.raises(CartableError, match="60\u00a0personnes"):
        choice.candidates(known, [one], Request("E1", 60, 9 * 60, 11 * 60))


def test_a_session_far_too_short_comes_after_a_chain() -> None:
    known, one = small()
    found = choice.candidates(known, [one], Request("E1", 12, 9 * 60, 13 * 60))
    assert found[0].kind == MADE
    assert {candidate.kind for candidate in found} <= {MADE, TOO_SHORT}


@pytest.mark.parametrize("step", sorted(LIBRARY.vocabulary.etapes))
@pytest.mark.parametrize(("minutes", "headcount"), [(90, 14), (150, 8), (150, 14), (240, 14)])
def test_every_step_has_an_answer_that_holds(step: str, minutes: int, headcount: int) -> None:
    found = choice.candidates(LIBRARY, SESSIONS.values(), Request(step, headcount, 9 * 60, 9 * 60 + minutes))
    assert 1 <= len(found) <= 2
    for candidate in found:
        assert (candidate.agenda.days[0].start, candidate.agenda.days[0].end) == (9 * 60, 9 * 60 + minutes)
        if candidate.kind != TIGHT:
            assert candidate.agenda.overrun == 0
        assert candidate.reason
        assert candidate.agenda.fits or candidate.changes
    if len(found) == 2:
        assert choice.really_different(found[0].session, found[1].session)


def test_two_days_for_twelve_people() -> None:
    found = choice.candidates(LIBRARY, SESSIONS.values(), Request("F", 12, 9 * 60, 17 * 60, days=2))
    assert [len(candidate.session.jours) for candidate in found] == [2] * len(found)
    assert found[0].kind == FITS


def test_nothing_for_five_days_of_webinar_is_said() -> None:
    with pytest.raises(CartableError, match="Aucune séance prête"):
        choice.candidates(LIBRARY, SESSIONS.values(), Request("E3", 14, 540, 600, remote=True, days=5))


# --- The programme --------------------------------------------------------------------------------------------------


def test_the_programme_is_a_table_that_says_everything_in_words() -> None:
    known, one = small()
    late = editing.place(one, 9 * 60, 10 * 60 + 20)
    html = programme.programme(known, editing.unlocked(late), 12, "prudent").html
    assert html.count("<caption>") == 2
    assert html.count('scope="row"') == 3 + len(one.jours[0].deroule) + 1
    assert "Prudente (tout prend son temps)\u00a0: affichée" in html
    assert "raccourci de" in html
    assert "À savoir" in html


def test_a_title_cannot_carry_html() -> None:
    known, one = small()
    wicked = editing.insert(editing.rename(one, "<b>gras</b>"), 1, 1, editing.block("<i>x</i>", "libre", 5))
    section = programme.programme(known, wicked, 12, "typique")
    assert "<b>gras" not in section.html
    assert "<i>x" not in section.html
    assert "&lt;i&gt;x" in section.html


def test_the_summary_says_the_margin_or_what_is_missing() -> None:
    known, one = small()
    assert "de marge" not in programme.summary(agenda.plan(known, one, 12))
    assert "marge" in programme.summary(agenda.plan(known, one, 12))
    squeezed = editing.unlocked(editing.place(one, 9 * 60, 9 * 60 + 45))
    assert "il manque" in programme.summary(agenda.plan(known, squeezed, 12))


# --- The controls ---------------------------------------------------------------------------------------------------


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
def shown(monkeypatch: pytest.MonkeyPatch) -> list:
    handles: list = []

    def display(thing, **options) -> Handle | None:
        handles.append(Handle(thing))
        return handles[-1] if options.get("display_id") else None

    monkeypatch.setattr(preparation, "display", display)
    monkeypatch.setattr(delivery, "display", display)
    return handles


COUNT_PAGES = delivery.Delivery.count


@pytest.fixture
def planner(shown: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> preparation.Planner:  # noqa: ARG001
    monkeypatch.setattr(delivery.Delivery, "count", lambda _self: None)  # a second each time: one test looks at it
    made = preparation.Planner("E3", 14, "18:00", "20:30", folder=str(tmp_path / "mes-seances"))
    made.programme()
    made.edit()
    made.deliver()
    return made


def page(shown: list) -> Handle:
    return shown[1]


def said(message: controls.Message) -> str:
    return re.sub(r"<[^>]+>", "", message.widget.value)


def line(planner: preparation.Planner, text: str) -> int:
    return next(rank for label, rank in planner.editor.lines.options if text in label)


def test_the_first_proposal_is_open_with_its_alternative(planner: preparation.Planner, shown: list) -> None:
    assert planner.desk.session == planner.candidates[0].session
    assert planner.desk.session.titre in page(shown).html
    assert "ouverte ci-dessous" in planner.shown[0].value
    assert "Autre possibilité" in planner.shown[1].value
    assert "ouverte ci-dessous" not in planner.shown[1].value


def test_the_alternative_is_taken_and_given_back(planner: preparation.Planner, shown: list) -> None:
    first = planner.desk.session
    planner.takes[1].click()
    assert planner.desk.session == planner.candidates[1].session
    assert planner.desk.session.titre in page(shown).html
    planner.editor.undo.click()
    assert planner.desk.session == first
    assert planner.editor.undo.disabled


def test_the_fields_act_at_once(planner: preparation.Planner, shown: list) -> None:
    before = page(shown).html
    planner.headcount.value = 20
    assert planner.desk.state.headcount == 20
    assert page(shown).html != before
    planner.clock.value = "prudent"
    assert "Prudente (tout prend son temps)\u00a0: affichée" in page(shown).html
    planner.start.value = "17:30"
    assert planner.desk.session.jours[0].debut == "17:30"
    assert "17\u00a0h\u00a030" in page(shown).html
    for _ in range(3):
        planner.editor.undo.click()
    assert (planner.headcount.value, planner.clock.value, planner.start.value) == (14, "typique", "18:00")
    assert page(shown).html == before


@pytest.mark.parametrize(("field", "typed"), [("start", "midi"), ("end", "17:00"), ("end", "26:00")])
def test_a_wrong_hour_changes_nothing(planner: preparation.Planner, shown: list, field: str, typed: str) -> None:
    before = planner.desk.state
    getattr(planner, field).value = typed
    assert planner.desk.state == before
    assert 'role="alert"' in planner.message.widget.value
    assert len(page(shown).history) == 1
    planner.propose.click()
    assert 'role="alert"' in planner.message.widget.value
    assert planner.desk.state == before


def test_nothing_fits_is_said(planner: preparation.Planner) -> None:
    before = planner.desk.session
    planner.headcount.value = 400
    planner.propose.click()
    assert "400" in said(planner.message)
    assert planner.desk.session == before


def test_two_days_take_whole_days(planner: preparation.Planner, shown: list) -> None:
    planner.step.value = "F"
    planner.headcount.value = 12
    planner.days.value = 2
    assert (planner.start.value, planner.end.value) == ("9:00", "17:00")
    planner.propose.click()
    assert len(planner.desk.session.jours) == 2
    assert page(shown).html.count("Programme :") == 2
    assert planner.editor.day.layout.display == "flex"
    planner.editor.day.value = 2
    assert "2" in planner.desk.planned().days[1].blocks[0].id[:1]
    assert planner.editor.lines.options[0][0].startswith("9\u00a0h")


def test_moving_the_lunch_shifts_everything(planner: preparation.Planner) -> None:
    planner.step.value, planner.headcount.value, planner.days.value = "F", 12, 2
    planner.propose.click()
    meal = next(block for block in planner.desk.planned().days[0].blocks if block.kind == "repas")
    after = [block.start for block in planner.desk.planned().days[0].blocks if block.start > meal.start]
    planner.editor.lines.value = line(planner, meal.title)
    planner.editor.locked.value = editing.written(meal.start + 30)
    moved = planner.desk.planned().days[0].blocks
    assert next(block.start for block in moved if block.kind == "repas") == meal.start + 30
    assert next(block.start for block in moved if block.start > meal.start + 30) == after[0] + 30


def test_a_line_is_edited_with_buttons(planner: preparation.Planner) -> None:
    editor = planner.editor
    editor.lines.value = 4
    before = [label.split(" · ")[1] for label, _ in editor.lines.options]
    editor.down.click()
    after = [label.split(" · ")[1] for label, _ in editor.lines.options]
    assert after[3:5] == [before[4], before[3]]
    assert editor.lines.value == 5
    editor.up.click()
    editor.kind.value, editor.length.value = "pause", 15
    editor.add_block.click()
    assert "Pause · 15\u00a0min" in editor.lines.options[4][0]
    assert editor.lines.value == 5
    editor.minutes.value = 20
    assert "Pause · 20\u00a0min" in editor.lines.options[4][0]
    editor.optional.value = True
    assert "facultatif" in editor.lines.options[4][0]
    editor.drop.click()
    assert len(editor.lines.options) == len(before)
    editor.format.value = "marguerite-d-evaluation"
    editor.add_format.click()
    assert any("Marguerite" in label for label, _ in editor.lines.options)


def test_a_refused_change_is_said_and_the_field_comes_back(planner: preparation.Planner) -> None:
    editor = planner.editor
    before = planner.desk.state
    editor.lines.value = 3
    editor.locked.value = "17:00"
    assert 'role="alert"' in editor.message.widget.value
    assert planner.desk.state == before
    assert editor.locked.value == ""


def test_minutes_of_a_format_are_not_typed(planner: preparation.Planner) -> None:
    editor = planner.editor
    for rank, one in enumerate(planner.desk.session.jours[0].deroule, 1):
        editor.lines.value = rank
        assert editor.minutes.disabled == (one.bloc is None)
        assert editor.priority.value == one.priorite


def test_the_dossier_is_printed_with_its_true_number_of_pages(planner: preparation.Planner, shown: list) -> None:
    desk = planner.delivery
    COUNT_PAGES(desk)
    count = int(re.search(r"\((\d+)\u00a0pages?\)", desk.print.description)[1])
    desk.print.click()
    written = next(planner.folder.glob("*-dossier.pdf"))
    assert len(pypdf.PdfReader(io.BytesIO(written.read_bytes())).pages) == count
    assert f"{count}\u00a0pages" in said(desk.message)
    assert f'href="{planner.folder.as_posix()}' in shown[-1].html
    assert "Ouvrir" in shown[-1].html


@pytest.mark.parametrize(
    ("name", "start"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("ics", b"BEGIN:VCALENDAR"), ("html", b"<!")]
)
def test_each_export_writes_its_file(planner: preparation.Planner, name: str, start: bytes) -> None:
    planner.delivery.date.value = dt.date(2026, 12, 3)
    planner.delivery.exports[name].click()
    assert 'role="status"' in planner.delivery.message.widget.value
    made = sorted(planner.folder.glob(f"*.{name}"))
    assert made
    assert all(path.read_bytes().lower().startswith(start.lower()) for path in made)


def test_a_calendar_asks_for_a_date(planner: preparation.Planner) -> None:
    planner.delivery.exports["ics"].click()
    assert "Un agenda a besoin d’une date" in said(planner.delivery.message)
    assert not planner.folder.exists()


def test_a_sheet_alone_in_both_formats(planner: preparation.Planner) -> None:
    planner.delivery.sheet.value = "emargement"
    planner.delivery.sheet_pdf.click()
    planner.delivery.sheet_word.click()
    names = sorted(path.name for path in planner.folder.iterdir())
    assert [name.rpartition("-")[2] for name in names] == ["emargement.docx", "emargement.pdf"]


def test_a_session_is_saved_read_again_and_never_overwritten_silently(planner: preparation.Planner) -> None:
    desk = planner.delivery
    desk.title.value = "Notre soirée à Civray"
    desk.save.click()
    path = planner.folder / "notre-soiree-a-civray.yml"
    first = path.read_text(encoding="utf-8")
    assert session.load_one(path, LIBRARY) == planner.desk.session
    planner.editor.lines.value = 1
    planner.editor.minutes.value = 25
    desk.save.click()
    assert "existe déjà" in said(desk.message)
    assert path.read_text(encoding="utf-8") == first
    desk.replace.value = True
    desk.save.click()
    assert path.read_text(encoding="utf-8") != first


def test_a_saved_session_is_opened_again(planner: preparation.Planner, tmp_path: Path) -> None:
    planner.delivery.title.value = "Notre soirée"
    planner.delivery.save.click()
    saved = planner.desk.session
    again = preparation.Planner("E1", 10, "9:00", "11:00", folder=str(tmp_path / "mes-seances"))
    again.ready.value = str(tmp_path / "mes-seances" / "notre-soiree.yml")
    again.open.click()
    assert again.desk.session == saved
    assert (again.start.value, again.end.value) == ("18:00", "20:30")


def test_a_damaged_file_is_explained(planner: preparation.Planner) -> None:
    planner.folder.mkdir()
    (planner.folder / "abime.yml").write_text("titre: [", encoding="utf-8")
    again = preparation.Planner(folder=str(planner.folder))
    again.ready.value = str(planner.folder / "abime.yml")
    again.open.click()
    assert 'role="alert"' in again.message.widget.value
    assert "abime.yml" in said(again.message)


def test_every_field_has_a_label(planner: preparation.Planner) -> None:
    def leaves(widget):
        for child in getattr(widget, "children", ()):
            yield from leaves(child)
        if not getattr(widget, "children", ()):
            yield widget

    boxes = (planner.box(), planner.clock_box(), planner.editor.box(), planner.delivery.box())
    unnamed = [type(one).__name__ for box in boxes for one in leaves(box) if not getattr(one, "description", "")]
    assert set(unnamed) == {"HTML"}


def test_controls_explain_themselves_without_a_kernel(planner: preparation.Planner) -> None:
    for shown_thing in (planner, planner.edit()):
        bundle = shown_thing._repr_mimebundle_()
        assert "Jupyter" in bundle["text/html"]
        assert bundle[controls.WIDGET_VIEW]["model_id"]
