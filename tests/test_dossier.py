"""The sheets of the evening before: what they say, and that they say it of this session."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mini_ateliers as mini
import pytest

from cartable import agenda, dossier, session, workshop
from cartable.dossier import materials, room, texts
from cartable.dossier.work import Work
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError
from cartable.sheets import Badges, Blanks, Heading, Items, Length, Paragraph, Sheet, Table, Time

if TYPE_CHECKING:
    from pathlib import Path

    from cartable.agenda import Agenda
    from cartable.workshop import Library

EDITION = dt.date(2026, 11, 22)
GROUPS = [
    mini.step("Ouvrir"),
    mini.step("Chercher", configuration="groupe", trace="Trois idées par table"),
    mini.step("Conclure", configuration="binome"),
]


def planned(items: list[dict[str, Any]], known: Library, headcount: int | None = None, **changes: Any) -> Agenda:
    return agenda.plan(known, mini.seance(items, known, **changes), headcount)


def known() -> Library:
    first = mini.card("essai", deroule=GROUPS)
    materiel = [
        {"nom": "Feuille A4", "quantite": 0.5, "par": "groupe"},
        {"nom": "Stylo", "quantite": 10, "par": "salle"},
    ]
    second = mini.card(
        "suite", titre="La suite", materiel=materiel, entrees=["idees", "paroles"], sorties=["chantiers"]
    )
    return mini.library(first, second)


def morning(library: Library, **changes: Any) -> Agenda:
    items = [
        mini.free("Accueil", 10, "accueil"),
        mini.free("Mot du maire", 5, "mot"),
        {"atelier": "essai"},
        mini.free("Pause", 10, "pause"),
        {"atelier": "suite", "pourquoi": "Pour décider avant midi, tant que le maire est là."},
        mini.free("Clôture", 10, "cloture"),
    ]
    return planned(items, library, **changes)


def two_days(library: Library) -> Agenda:
    meal = mini.free("Repas", 60, "repas", heure="12:30")
    line = [mini.free("Accueil", 20, "accueil"), {"atelier": "essai"}, meal, {"atelier": "suite"}]
    days = [{"nom": name, "debut": "9:00", "fin": "17:00", "deroule": line} for name in ("Lundi", "Mardi")]
    return agenda.plan(library, mini.seance(line, library, jours=days))


def one(library: Library, plan: Agenda, kind: str) -> Sheet:
    (sheet,) = dossier.sheets(library, plan, only=[kind])
    return sheet


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def tables(sheet: Sheet) -> list[Table]:
    """The tables of a sheet, with ordinary spaces."""
    return [
        replace(
            block,
            rows=tuple(tuple(plain(cell) if isinstance(cell, str) else cell for cell in row) for row in block.rows),
        )
        for block in sheet.blocks
        if isinstance(block, Table)
    ]


def written(sheet: Sheet) -> str:
    """Everything a sheet says, times apart."""
    said = [sheet.title]
    for block in sheet.blocks:
        said += [getattr(block, "text", ""), *getattr(block, "items", ()), *getattr(block, "labels", ())]
        if isinstance(block, Table):
            said += [cell for row in (block.header, *block.rows) for cell in row if isinstance(cell, str)]
    return plain("\n".join(said))


def test_every_kind_makes_a_sheet_in_printing_order() -> None:
    library = known()
    document = dossier.document(library, morning(library), EDITION, "1.2")
    ids = [sheet.id for sheet in document.sheets]
    assert [name.removesuffix("-matin") for name in ids] == list(dossier.KINDS)
    assert (document.edition, document.version, document.title) == (EDITION, "1.2", "Séance d’essai")
    assert document == dossier.document(library, morning(library), EDITION, "1.2")


def test_one_asks_for_kinds_or_for_sheets() -> None:
    library = known()
    plan = two_days(library)
    ids = [sheet.id for sheet in dossier.sheets(library, plan, only=["frigo", "conducteur-2", "emargement"])]
    assert ids == [
        "conducteur-2", "frigo", "emargement-1-matin", "emargement-1-apres-midi", "emargement-2-matin",
        "emargement-2-apres-midi",
    ]  # fmt: skip
    with pytest.raises(CartableError, match=r"«\sfrigos\s» n’existe pas.*À choisir parmi\s: veille, conducteur"):
        dossier.sheets(library, plan, only=["frigos"])


def test_the_running_sheet_says_when_who_and_what_to_say() -> None:
    library = known()
    plan = morning(library)
    sheet = one(library, plan, "conducteur")
    (table,) = tables(sheet)
    assert table.header == ("Heure", "Durée", "Étape", "Organisation", "À dire", "Trace")
    steps = {row[2]: row for row in reversed(table.rows)}
    block = plan.days[0].blocks[2]
    slot = block.slots[1]
    assert steps["Chercher"] == (
        Time(slot.shown_start, slot.id), Length(slot.minutes, slot.id), "Chercher", "3 groupes de 4 personnes",
        slot.instruction, slot.trace,
    )  # fmt: skip
    assert table.rows[5][3] == "6 binômes"
    assert steps["Essai à la mairie"][4] == "Matériel : Feuille A4 (24), Stylo (12)"
    assert table.rows[-1][2] == "Fin"
    assert "Marge" in str(table.rows[-1][4])
    assert {table.rows[index][2] for index in table.emphasis} >= {"Accueil", "Essai à la mairie", "Fin"}


@pytest.mark.parametrize(
    ("configuration", "headcount", "said"),
    [
        ("binome", 12, "6 binômes"),
        ("binome", 7, "3 groupes de 2 ou 3 personnes"),
        ("trio", 9, "3 trios"),
        ("groupe", 13, "4 groupes de 3 ou 4 personnes"),
        ("groupe", 3, "1 groupe de 3 personnes"),
        ("seul", 5, "Chacun pour soi"),
        ("pleniere", 5, "Tous ensemble"),
    ],
)
def test_groups_are_told_as_they_will_sit(configuration: str, headcount: int, said: str) -> None:
    steps = [mini.step(name, configuration=configuration) for name in ("Un temps", "Un autre", "Un dernier")]
    library = mini.library(mini.card("essai", deroule=steps))
    plan = planned([{"atelier": "essai"}], library, headcount)
    (table,) = tables(one(library, plan, "conducteur"))
    assert table.rows[1][3] == said


def test_what_was_shortened_is_framed_on_the_running_sheet() -> None:
    library = known()
    plan = morning(library, start="9:00", end="10:20")
    alerts = [
        plain(block.text)
        for block in one(library, plan, "conducteur").blocks
        if getattr(block, "style", "") == "alerte"
    ]
    assert alerts
    assert alerts[0].startswith("À raccourcir : ")


def test_participants_see_no_minutes_and_no_steps() -> None:
    library = known()
    sheet = one(library, morning(library), "agenda")
    (table,) = tables(sheet)
    cells = [cell for row in table.rows for cell in row]
    assert not any(isinstance(cell, Length) for cell in cells)
    assert "Chercher" not in cells
    assert {"Essai à la mairie", "La suite", "Pause", "Fin au plus tard"} <= set(cells)
    assert " min" not in written(sheet)
    assert mini.front()["intention"] in cells


def test_the_trainer_sees_aims_reasons_chain_and_three_clocks() -> None:
    library = known()
    plan = morning(library)
    sheet = one(library, plan, "formateur")
    programme, chain, clocks = tables(sheet)
    assert "Pour décider avant midi, tant que le maire est là." in [cell for row in programme.rows for cell in row]
    assert "Dire : chaque personne a parlé une fois" in written(sheet)
    rows = {row[0]: row for row in chain.rows}
    assert rows["La suite"][2] == "De « Essai à la mairie »\nÀ préparer et à apporter"
    assert rows["Essai à la mairie"][2] == "La raison de se réunir, dite à l’accueil"
    ends = [row[2] for row in clocks.rows]
    assert [str(row[0]).split()[0] for row in clocks.rows] == ["Optimiste", "Typique", "Prudent"]
    assert len(set(ends)) == 3


def test_consumables_add_up_and_reusable_things_are_shared() -> None:
    library = known()
    plan = morning(library)
    work = Work(library, plan, texts.load())
    found = {need.name: need for need in materials.needs(work, plan.days[0])}
    assert found["Feuille A4"].quantity == 2 * 12 + 2  # 24, then half a sheet for each of 3 groups, rounded up
    assert found["Stylo"].quantity == 12  # 12, then 10: the same pens
    assert [plain(str(use)) for use in found["Feuille A4"].uses] == [
        "Essai à la mairie : 2 par personne × 12",
        "La suite : 0,5 par groupe × 3",
    ]


def test_parallel_groups_need_their_things_at_the_same_time() -> None:
    library = known()
    tracks = [
        {"nom": "Élus", "part": 0.5, "deroule": [{"atelier": "essai"}, {"atelier": "essai"}]},
        {"nom": "Agents", "deroule": [{"atelier": "suite"}]},
    ]
    plan = planned([{"paralleles": tracks}], library)
    work = Work(library, plan, texts.load())
    found = {need.name: need.quantity for need in materials.needs(work, plan.days[0])}
    assert found["Stylo"] == 6 + 10
    assert found["Feuille A4"] == 2 * 12 + 1
    names = [row[2] for row in tables(one(library, plan, "conducteur"))[0].rows]
    assert names.count("Groupe « Élus »") == names.count("Groupe « Agents »") == 1


def test_the_list_of_materials_separates_what_is_used_up() -> None:
    library = known()
    used_up, kept = tables(one(library, morning(library), "materiel"))
    assert [row[1:3] for row in used_up.rows] == [("Feuille A4", "26")]
    assert [row[1:3] for row in kept.rows] == [("Stylo", "12")]


def test_the_eve_sheet_plans_half_and_double() -> None:
    card = mini.card(
        "essai",
        deroule=[mini.step("Un temps", configuration="groupe"), mini.step("Un tour", par_personne=0.5, minutes={
            "min": 6, "typique": 2, "max": 30}), mini.step("Une fin")],
        participants={"min": 8, "ideal": 12, "max": 20, "par_groupe": 4},
    )  # fmt: skip
    library = mini.library(card)
    plan = planned([{"atelier": "essai"}], library)
    table = tables(one(library, plan, "veille"))[-1]
    half, usual, double = table.rows
    assert [row[0] for row in table.rows] == ["La moitié : 6", "Prévu : 12", "Le double : 24"]
    assert [row[1] for row in table.rows] == ["2 groupes", "3 groupes", "6 groupes"]
    assert "demande au moins 8 personnes" in str(half[3])
    assert usual[3] == "Tous les formats conviennent."
    assert "convient jusqu’à 20 personnes" in str(double[3])
    assert len({str(row[2]) for row in table.rows}) >= 2


def test_the_eve_sheet_asks_for_what_the_room_decides() -> None:
    library = known()
    sheet = one(library, morning(library), "veille")
    labels = [label for block in sheet.blocks if isinstance(block, Blanks) for label in block.labels]
    assert any("clés" in label for label in labels)
    said = written(sheet)
    for word in ("murs", "prises", "noir et blanc", "Appeler la mairie pour les clés"):
        assert word in said
    assert "Aucun format de cette séance ne demande de projecteur" in said


def test_without_a_projector_each_format_that_needs_one_says_how() -> None:
    library = workshop.load()
    screened = next(
        card for card in library.cards.values() if any(item.nom == "Vidéoprojecteur" for item in card.materiel)
    )
    plan = agenda.plan(library, mini.seance([{"atelier": screened.slug}], library, etape="E1"))
    assert screened.sans_ecran in written(one(library, plan, "veille"))


def test_the_table_helper_sees_only_what_tables_produce() -> None:
    library = known()
    sheet = one(library, morning(library), "table")
    (table,) = tables(sheet)
    names = [str(row[1]) for row in table.rows]
    assert "Essai à la mairie : Chercher" in names
    assert not any("Ouvrir" in name for name in names)
    assert "Trois idées par table" in [row[2] for row in table.rows]
    assert sheet.half
    (rules,) = (block for block in sheet.blocks if isinstance(block, Items))
    assert len(rules.items) == 3


def test_the_welcome_has_its_words_and_its_time() -> None:
    library = known()
    plan = morning(library)
    sheet = one(library, plan, "mot")
    (slot,) = tables(sheet)
    block = plan.days[0].blocks[1]
    assert slot.rows == ((Time(block.shown_start, block.id), "Mot du maire"),)
    assert plan.session.mot_d_accueil in written(sheet)


def test_just_in_case_answers_the_eight_situations_and_the_traps() -> None:
    library = known()
    sheet = one(library, morning(library), "en-cas-de")
    headings = [block.text for block in sheet.blocks if isinstance(block, Heading) and block.level == 2]
    assert len(headings) == 9
    for word in ("Trois personnes", "Une voix", "colère", "pleure", "moyens", "retard", "projecteur", "seul"):
        assert any(word in heading for heading in headings), word
    spoken = [block for block in sheet.blocks if isinstance(block, Paragraph) and block.style == "parole"]
    assert len(spoken) == 8
    for card in library.cards.values():
        assert all(plain(trap) in written(sheet) for trap in card.pieges)


def test_one_sign_in_sheet_per_half_day_with_its_notice() -> None:
    library = known()
    days = two_days(library)
    sheets = dossier.sheets(library, days, only=["emargement"])
    assert [plain(sheet.title) for sheet in sheets[:2]] == [
        "Feuille d’émargement (matin) : Lundi", "Feuille d’émargement (après-midi) : Lundi",
    ]  # fmt: skip
    (table,) = tables(sheets[0])
    assert len(table.rows) == 12 + room.SPARE_ROWS
    assert table.header == ("N°", "Nom et prénom", "Rôle ou organisme", "Signature")
    for word in ("Gardée jusqu’au", "rangée à part", "corriger"):
        assert word in written(sheets[0])


@pytest.mark.parametrize(
    ("start", "end", "items", "parts"),
    [
        ("18:00", "20:30", [mini.free("Débat", 120)], ["soirée"]),
        ("14:00", "17:00", [mini.free("Débat", 120)], ["après-midi"]),
        ("9:00", "16:00", [mini.free("Débat", 200), mini.free("Repas", 60, "repas"), mini.free("Suite", 90)],
         ["matin", "après-midi"]),
        ("9:00", "16:00", [mini.free("Débat", 200), mini.free("Suite", 200)], ["matin"]),
        ("9:00", "17:00", [mini.free("Débat", 245), mini.free("Suite", 200)], ["matin", "après-midi"]),
        ("17:30", "21:00", [mini.free("Débat", 60), mini.free("Buffet", 60, "repas")], ["soirée"]),
    ],
)  # fmt: skip
def test_half_days(start: str, end: str, items: list[dict[str, Any]], parts: list[str]) -> None:
    library = known()
    plan = agenda.plan(library, mini.seance(items, library, start, end))
    assert [name for name, _ in room.half_days(plan.days[0])] == parts


def test_badges_fill_their_page_and_share_people_among_symbols() -> None:
    library = known()
    (cards,) = (block for block in one(library, morning(library), "badges").blocks if isinstance(block, Badges))
    assert len(cards.groups) == 20
    assert [cards.groups.count(group) for group in dict.fromkeys(cards.groups)] == [7, 7, 6]


def test_group_symbols_differ_and_their_colours_are_dark_enough() -> None:
    assert len({symbol for _, symbol, _ in room.GROUPS}) == len({name for name, *_ in room.GROUPS}) == len(room.GROUPS)
    for _, _, colour in room.GROUPS:
        assert _contrast_with_white(colour) >= 4.5, colour
    assert room._group(len(room.GROUPS))[0] == "Rond 2"


def _contrast_with_white(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_two_facilitators_take_turns_and_rest_at_the_break() -> None:
    library = known()
    (table,) = tables(one(library, morning(library), "relais"))
    turns = {row[1]: row[2:4] for row in table.rows}
    assert turns["Pause"] == ("", "")
    led = [row[2] for row in table.rows if row[2]]
    assert led == ["A", "B", "A", "B", "A"]
    assert all({*row[2:4]} in ({"A", "B"}, {""}) for row in table.rows)


def test_without_a_laptop_every_step_leaves_room_for_real_times() -> None:
    library = known()
    plan = morning(library)
    (table,) = tables(one(library, plan, "reprise"))
    named = {row[1] for row in table.rows}
    assert {slot.name for slot in plan.slots()} <= named
    assert all(row[2:] == ("", "", "") for row in table.rows)


def test_posters_name_the_session_and_its_hours() -> None:
    library = known()
    plan = morning(library)
    sheet = one(library, plan, "affiche")
    assert (sheet.poster, sheet.title) == (True, plan.session.titre)
    (table,) = tables(sheet)
    day = plan.days[0]
    assert table.rows[0][0] == Time(day.blocks[0].shown_start, day.blocks[0].id)
    assert table.rows[0][1] == Time(day.end, "1", "limite"), "l’heure promise à ceux qui viennent"
    assert one(library, plan, "frigo").poster


def test_a_mistake_in_the_shared_texts_is_named(tmp_path: Path) -> None:
    source = (workshop.folder() / "dossier.yml").read_text(encoding="utf-8")
    (tmp_path / "dossier.yml").write_text(source.replace("  invitation: C’est ici\n", ""), encoding="utf-8")
    with pytest.raises(ManuscriptError, match=r"dossier\.yml, ligne \d+, champ « affiche.invitation » : il manque"):
        texts.load(tmp_path)


@pytest.mark.parametrize("day", ["date", None])
def test_a_date_is_written_where_there_is_one(day: str | None) -> None:
    library = known()
    items = [{"atelier": "essai"}]
    jour = {"nom": "Matin", "debut": "9:00", "fin": "12:00", "deroule": items}
    if day:
        jour["date"] = dt.date(2026, 12, 1)  # type: ignore[assignment]
    plan = agenda.plan(library, mini.seance(items, library, jours=[jour]))
    assert ("1er décembre 2026" in written(one(library, plan, "affiche"))) is bool(day)


def test_every_shipped_session_has_its_dossier() -> None:
    library = workshop.load()
    sessions, problems = session.load(library)
    assert not problems
    for shipped in sessions.values():
        plan = agenda.plan(library, shipped)
        found = dossier.sheets(library, plan)
        assert len({sheet.id for sheet in found}) == len(found) >= len(dossier.KINDS), shipped.slug
