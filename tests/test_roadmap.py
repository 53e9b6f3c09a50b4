"""La feuille de route : des fiches tapées au document voté, chaque faute dite là où elle est."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import re

import docx
import icalendar
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartable import cli, example, governance, record, registers, reports, roadmap
from cartable.documents import pdf, word
from cartable.documents import roadmap as files
from cartable.drawing import WIDTH
from cartable.gantt import gantt
from cartable.manuscript import ManuscriptError
from cartable.roadmap import Action, Financement, Part, Roadmap, balance, check, cycle, late
from cartable.roadmap.model import LETTERS
from cartable.sheets import Table

WHOLE = (example.folder() / "fiches.yml").read_text(encoding="utf-8")
TODAY = dt.date(2026, 11, 26)


def action(cle="A1", **fields):
    return Action(cle=cle, nom=f"Une action {cle}", **fields)


def problems(text):
    return registers.read(text, "fiches.yml").problems


def test_la_feuille_de_route_inventee_peut_etre_votee():
    taken = registers.kept(example.open_example().state)
    assert not taken.problems
    assert check(taken.roadmap()) == []
    assert all(line.left == 0 for line in balance(taken.roadmap().actions, taken.roadmap().fundings))


def test_les_themes_cites_sont_ceux_que_le_groupe_a_retenus():
    state = example.open_example().state
    kept = {theme["titre"] for theme in state.all("theme")}
    cited = {theme for one in registers.kept(state).roadmap().stakes for theme in one.themes}
    assert cited <= kept
    assert cited


def test_les_chantiers_suivent_les_decisions_de_la_seance():
    state = example.open_example().state
    decided = sorted(one["suite"] for one in state.all("decision"))
    assert sorted(one.suite for one in registers.kept(state).roadmap().projects) == decided


@pytest.mark.parametrize(("before", "after", "line", "said"), [
    ("pilote: Centre social", "pilote: Centre social et la mairie", "pilote: Centre", "plusieurs pilotes"),
    ("pilote: Centre social", "pilote: Centre social / CCAS", "pilote: Centre", "plusieurs pilotes"),
    ("fin: 2027-03-31", "fin: 2026-03-31", "fin: 2026-03-31", "avant de commencer"),
    ("budget: 6400", "budget: -6400", "budget: -6400", "au moins 0"),
    ("debut: 2026-09-15", "debut: 15 septembre", "debut: 15", "n’est pas une date"),
    ("nom: Former et protéger les secrétaires de mairie", f"nom: {'x' * 400}", "nom: xxx", "au plus 110"),
    ("role: A}", "role: Z}", "Q1,", "« Z » n’est pas accepté"),
])  # fmt: skip
def test_une_faute_est_dite_a_sa_ligne_et_n_arrete_pas_le_reste(before, after, line, said):
    text = WHOLE.replace(before, after, 1)
    found = problems(text)
    assert len(found) == 1
    assert said in str(found[0])
    assert line in text.splitlines()[found[0].line - 1]
    whole, rest = (sum(map(len, registers.read(one, "f").entries.values())) for one in (WHOLE, text))
    assert rest == whole - 1


def test_un_service_dont_le_nom_a_un_et_est_un_seul_pilote():
    assert action(pilote="Service culture et numérique").pilote == "Service culture et numérique"


def test_un_registre_inconnu_un_champ_inconnu_un_repere_double():
    found = problems("actions:\n  - {cle: A1, nom: Une action, pilotte: CCAS}\nacteurs: []\n")
    assert [one.line for one in found] == [2, 3]
    assert "pilote" in found[0].remedy
    assert found[0].field == "actions[1].pilotte"
    double = problems("actions:\n  - {cle: A1, nom: Une action}\n  - {cle: A1, nom: Une autre}\n")
    assert "une autre fiche s’appelle « A1 »" in str(double[0])
    assert "il faut une liste" in str(problems("actions: rien\nenjeux: []\n")[0])
    with pytest.raises(ManuscriptError, match="aucun registre"):
        registers.read("titre: bonjour\n", "f.yml")


def test_relire_le_meme_fichier_n_ecrit_rien_et_un_champ_change_seul():
    book = record.memory()
    assert registers.save(book, registers.read(WHOLE, "f")) == (49, 0)
    count = len(book.events())
    assert registers.save(book, registers.read(WHOLE, "f")) == (0, 0)
    assert len(book.events()) == count
    changed = registers.read(WHOLE.replace("budget: 6400", "budget: 7000"), "f")
    assert registers.save(book, changed) == (0, 1)
    assert dict(book.events()[-1].donnees) == {"budget": 7000}
    assert registers.kept(book.state).roadmap().actions[1].budget == 7000


def test_deux_saisies_qui_se_contredisent_sont_dites_et_les_autres_restent():
    book = record.memory()
    registers.save(book, registers.read(WHOLE, "f"))
    thing = book.state.all("fiche", registre="actions", cle="A2")[0]
    book.write("fiche", thing.id, debut="2028-01-01")
    taken = registers.kept(book.state)
    assert [one.cle for one in taken.roadmap().actions] == ["A1", "A3"]
    assert "A2" in taken.problems[0].field
    assert "avant de commencer" in str(taken.problems[0])


def messages(**parts):
    return " ".join(str(finding) for finding in check(Roadmap(**parts)))


def test_sans_action_rien_ne_se_vote():
    assert "aucune action" in messages()


def test_chaque_manque_d_une_action_est_dit():
    said = messages(actions=(action(),))
    for name in ("description", "pilote", "budget", "premier_pas", "indicateur", "depart", "cible", "source"):
        assert name in said
    assert "reliée à aucun chantier" in said
    assert "personne ne répond" in said


def test_les_liens_rompus_sont_dits():
    said = messages(
        actions=(action(chantier="C9", apres=("A9",)),),
        fundings=(Financement(cle="F1", action="A8", financeur="État", montant=1),),
        parts=(Part(cle="Q1", action="A7", acteur="Mairie", role="A"),),
    )  # fmt: skip
    for sentence in ("de chantier C9", "d’action A9", "d’action A8", "d’action A7"):
        assert sentence in said


def test_un_premier_pas_trop_loin_se_dit_sans_empecher():
    far = action(debut=dt.date(2026, 1, 10), premier_pas_le=dt.date(2026, 4, 11))
    near = action(debut=dt.date(2026, 1, 10), premier_pas_le=dt.date(2026, 4, 10))
    found = [one for one in check(Roadmap(actions=(far,))) if "premier pas est" in one.message]
    assert [one.blocking for one in found] == [False]
    assert not [one for one in check(Roadmap(actions=(near,))) if "premier pas est" in one.message]


@given(st.lists(st.sampled_from(sorted(LETTERS)), max_size=6))
def test_un_seul_acteur_repond_du_resultat(letters):
    parts = tuple(Part(cle=f"Q{n}", action="A1", acteur=f"Acteur {n}", role=x) for n, x in enumerate(letters, 1))
    said = messages(actions=(action(),), parts=parts)
    assert ("du résultat" in said) == (letters.count("A") != 1)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=10))
def test_un_rond_est_trouve_et_c_en_est_un(pairs):
    waits = {n: tuple(f"A{b}" for a, b in pairs if a == n) for n in range(1, 7)}
    found = cycle([action(f"A{n}", apres=after) for n, after in waits.items()])
    if found:
        assert found[0] == found[-1]
        links = {(f"A{b}", f"A{a}") for a, b in pairs}
        assert all(pair in links for pair in itertools.pairwise(found))
    else:
        done = set()
        while rest := [n for n in waits if n not in done and {int(k[1:]) for k in waits[n]} <= done]:
            done |= set(rest)
        assert len(done) == len(waits)


def test_une_action_attend_la_fin_d_une_autre():
    first = action(debut=dt.date(2026, 1, 1), fin=dt.date(2026, 6, 1))
    second = action("A2", debut=dt.date(2026, 3, 1), apres=("A1",))
    assert [(a.cle, b.cle) for a, b in late([first, second])] == [("A2", "A1")]


@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(["acquis", "demande"]))))
def test_le_plan_de_financement_tombe_juste(cost, given_sums):
    fundings = tuple(
        Financement(cle=f"F{n}", action="A1", financeur="Financeur", montant=amount, etat=state)
        for n, (amount, state) in enumerate(given_sums, 1)
    )
    (line,) = balance([action(budget=cost)], fundings)
    assert line.granted + line.hoped + line.left == cost
    over = "dépassent le coût" in messages(actions=(action(budget=cost),), fundings=fundings)
    assert over == (sum(amount for amount, _ in given_sums) > cost)


def test_le_document_porte_chaque_fiche_et_dit_que_c_est_un_exemple():
    state = example.open_example().state
    made = reports.plan(state, registers.kept(state), TODAY, "1")
    assert len(made.sheets) == 8
    assert all(any("Exemple inventé" in getattr(block, "text", "") for block in sheet.blocks) for sheet in made.sheets)
    cells = [
        cell
        for sheet in made.sheets
        for block in sheet.blocks
        if isinstance(block, Table)
        for r in block.rows
        for cell in r
    ]
    assert "à écrire" not in cells
    read = docx.Document(io.BytesIO(word.write(made)))
    assert [p.text for p in read.paragraphs if p.style.name == "Heading 1"] == [sheet.title for sheet in made.sheets]
    drawn = [part.image.px_width for part in read.part.package.image_parts]
    assert min(drawn) >= word.SHARP
    assert pdf.pages(pdf.render(made)) >= 6


def test_un_carnet_vide_donne_un_document_qui_dit_ce_qui_manque():
    made = reports.plan(record.memory().state, registers.Taken({"actions": (action(),)}), TODAY, "1")
    assert "à régler avant le vote" in made.sheets[0].blocks[0].text
    assert pdf.pages(pdf.render(made)) >= 3


def test_la_commande_du_carnet_vide_au_vote(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fiches.yml").write_text(WHOLE.replace("budget: 6400", "budget: -1"), encoding="utf-8")
    assert cli.main(["carnet", "nouveau", "d.carnet", "--titre", "Essai"]) == 0
    assert cli.main(["carnet", "controler", "d.carnet"]) == 1
    assert cli.main(["carnet", "fiches", "d.carnet", "fiches.yml"]) == 1
    told = capsys.readouterr()
    assert "48\u00a0fiches ajoutées" in told.out
    assert "fiches.yml, ligne" in told.err
    assert cli.main(["carnet", "controler", "d.carnet"]) == 1
    assert "d’action A2" in capsys.readouterr().out
    (tmp_path / "fiches.yml").write_text(WHOLE, encoding="utf-8")
    assert cli.main(["carnet", "fiches", "d.carnet", "fiches.yml"]) == 0
    assert cli.main(["carnet", "controler", "d.carnet"]) == 0
    assert "peut être votée" in capsys.readouterr().out
    for name, least in {"f.docx": 10_000, "f.pdf": 10_000, "f.xlsx": 5_000, "f.ics": 1_000, "f.json": 1_000}.items():
        assert cli.main(["carnet", "feuille-de-route", "d.carnet", "-o", name]) == 0
        assert (tmp_path / name).stat().st_size > least
    assert cli.main(["carnet", "feuille-de-route", "d.carnet", "-o", "f.odt"]) == 1
    assert ".xlsx" in capsys.readouterr().err
    assert roadmap.check(registers.kept(record.open("d.carnet").state).roadmap()) == []


def test_le_classeur_a_une_feuille_par_vue_et_rien_qui_se_calcule():
    state = example.open_example().state
    taken = registers.kept(state)
    risky = registers.Taken({**taken.entries, "actions": (action(pilote="=CMD()"), *taken.roadmap().actions[1:])})
    made = openpyxl.load_workbook(io.BytesIO(files.workbook(state, risky, TODAY)))
    assert made.sheetnames == [
        "Lisez-moi", "Enjeux", "Chantiers", "Actions", "Calendrier", "Indicateurs", "Qui fait quoi",
        "Financement", "Financeurs", "Avant le vote", "Et si ça échouait", "Dates que l’on ne choisit pas",
        "Trois à transférer, une à évite",
    ]  # fmt: skip
    assert "exemple inventé" in made["Lisez-moi"]["A2"].value
    assert made["Actions"]["D2"].value == "'=CMD()"
    assert [row[1] for row in made["Financement"].iter_rows(min_row=3, values_only=True)] == [6400, 9800]
    assert made["Avant le vote"].max_row > 1


def test_les_champs_sont_ceux_de_mon_inclusion_numerique():
    state = example.open_example().state
    book = registers.kept(state).roadmap()
    told = json.loads(files.official(state, book))
    assert told["mention"] == "exemple inventé"
    first = told["actions"][0]
    assert tuple(first)[:-1] == files.OFFICIAL
    assert (first["budget_global"], first["annee_debut"], first["annee_fin"]) == (92000, 2026, 2028)
    assert sum(one["montant"] for one in first["co_financements"]) == 92000
    assert first["complements"]["premier_pas_le"] == "2026-11-02"
    rows = list(csv.DictReader(io.StringIO(files.official_csv(book).decode("utf-8-sig")), delimiter=";"))
    assert [row["porteurs"] for row in rows] == [one.pilote for one in book.actions]


def test_chaque_date_de_la_feuille_de_route_est_au_calendrier():
    state = example.open_example().state
    stamp = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    made = icalendar.Calendar.from_ical(files.calendar(state, registers.kept(state), stamp))
    events = made.walk("VEVENT")
    assert len(events) == 12 + 6 + 7  # actions, dates fixes, rencontres
    assert len({str(event["uid"]) for event in events}) == 25
    assert dt.date(2026, 7, 2) in [event.decoded("dtstart") for event in events]
    assert all("exemple inventé" in str(event["summary"]) for event in events)


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2032, 12, 31))


@given(st.lists(st.tuples(DAYS, DAYS, st.none() | DAYS), min_size=1, max_size=6))
def test_le_calendrier_dessine_reste_dans_son_cadre(dates):
    actions = [
        action(f"A{n}", debut=min(a, b), fin=max(a, b), premier_pas_le=c) for n, (a, b, c) in enumerate(dates, 1)
    ]
    chart = gantt(actions)
    bars = re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="20"', chart.svg)
    assert len(bars) == len(actions)
    assert all(float(x) >= 0 and float(x) + float(width) <= WIDTH for x, width in bars)
    assert all(one.cle in chart.description for one in actions)


def test_le_budget_se_vote_chaque_annee_avant_le_quinze_avril():
    found = governance.budget_votes(dt.date(2026, 4, 16), dt.date(2028, 4, 15))
    assert found == [dt.date(2026, 4, 30), dt.date(2027, 4, 15), dt.date(2028, 4, 15)]


def test_sans_date_il_n_y_a_pas_de_dessin_et_un_nom_hostile_est_echappe():
    assert gantt([action()]) is None
    hostile = Action(cle="A1", nom="<script>alert(1)</script>", debut=dt.date(2026, 1, 1), fin=dt.date(2026, 2, 1))
    assert "<script" not in gantt([hostile]).svg
