"""Les deux démarches inventées, jouées d'un carnet vide aux documents rendus."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from test_documents import to_pdf

from cartable import (
    cli,
    dashboard,
    demarche,
    effort,
    example,
    grounds,
    markup,
    record,
    registers,
    reports,
    roadmap,
    thread,
)
from cartable.documents import pdf, word
from cartable.documents import roadmap as files
from cartable.sheets import Items, Paragraph, Table

BOTH = pytest.mark.parametrize("name", example.NAMES)
ENGLISH = re.compile(r"\b(the|with|without|when|title|stage|meeting|risk|owner|none|true|false|null|None|True|False)\b")
UNFINISHED = re.compile(r"Rien n’est encore noté|^à écrire|; à écrire|TODO|\{\w+\}")


@pytest.fixture(scope="module", params=example.NAMES)
def played(request):
    state = example.open_example(request.param).state
    taken = registers.kept(state)
    edition = (example.AFTER[request.param], "1")
    made = {
        "feuille-de-route": reports.plan(state, taken, *edition, grounds.figures(grounds.place(state))),
        "voyage": reports.outing(state, taken, *edition),
        "bilan-methode": reports.method_report(state, taken, *edition),
        "bilan-guide": reports.guide_report(state, taken, *edition),
        "bilan": reports.assessment(state, taken.judged(), *edition),
    }
    return request.param, state, taken, made


def cells(document):
    for sheet in document.sheets:
        yield sheet.title
        for block in sheet.blocks:
            if isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row)
                yield from block.header
            elif isinstance(block, Items):
                yield from block.items
            elif isinstance(block, Paragraph):
                yield block.text


def test_une_demarche_part_d_un_carnet_vide(played):
    name, state, taken, _ = played
    assert state.mention == "exemple inventé"
    assert not taken.problems
    assert set(registers.REGISTERS) - set(taken.entries) <= {"candidatures"}
    found = {one.key: one for one in thread.steps(state, taken)}
    assert {key: one.state for key, one in found.items() if key != "E6"} == dict.fromkeys(
        ("E0", "E1", "E2", "E3", "E4", "E5"), thread.DONE
    )
    assert found["E6"].state == (thread.DONE if name == "val-de-brume" else thread.BEGUN)


def test_le_conseil_peut_voter_et_chaque_theme_cite_a_ete_retenu(played):
    _, state, taken, _ = played
    plan = taken.roadmap()
    assert not [one for one in roadmap.check(plan) if one.blocking]
    assert not grounds.lost_themes(state, plan)
    assert all(one.chiffres or one.indicateurs or one.themes for one in plan.stakes)


def test_aucun_document_n_a_de_vide_d_anglais_ni_de_feuille_sans_mention(played):
    *_, made = played
    for document in made.values():
        for sheet in document.sheets:
            assert len(sheet.blocks) > 1
            assert "Exemple inventé" in sheet.blocks[0].text
        for text in cells(document):
            assert not UNFINISHED.search(str(text)), text
            assert not ENGLISH.search(str(text)), text


@pytest.mark.parametrize("key", ["feuille-de-route", "voyage", "bilan-methode", "bilan-guide"])
def test_chaque_document_s_imprime_et_s_ecrit_avec_son_sommaire(played, key):
    document = played[-1][key]
    assert pdf.pages(pdf.render(document)) >= len(document.sheets)
    read = docx.Document(io.BytesIO(word.write(document)))
    assert [p.text for p in read.paragraphs if p.style.name == "Heading 1"] == [one.title for one in document.sheets]
    links = read.element.body.findall(f".//{{{read.element.nsmap['w']}}}hyperlink")
    marks = read.element.body.findall(f".//{{{read.element.nsmap['w']}}}bookmarkStart")
    if document.contents:
        anchor = f"{{{read.element.nsmap['w']}}}anchor"
        name = f"{{{read.element.nsmap['w']}}}name"
        assert [one.get(anchor) for one in links] == [one.get(name) for one in marks]
        assert len(links) == len(document.sheets)


def test_chaque_page_de_la_feuille_de_route_dit_que_c_est_un_exemple(played):
    document = played[-1]["feuille-de-route"]
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(document))).pages
    assert all("exemple inventé" in " ".join(page.extract_text().split()[-60:]) for page in pages)


@pytest.mark.long
@pytest.mark.parametrize("key", ["feuille-de-route", "voyage", "bilan-methode", "bilan-guide"])
def test_word_s_ouvre_dans_libreoffice_et_chaque_page_dit_l_exemple(played, key, tmp_path):
    document = played[-1][key]
    pages = to_pdf(word.write(document), f"{key}.docx", tmp_path).pages
    assert len(pages) >= len(document.sheets)
    for page in pages:
        said = " ".join(page.extract_text().split())
        assert "exemple inventé" in said
        assert "Erreur" not in said


def test_la_page_de_la_demarche_dit_le_temps_des_exemples():
    days = [
        effort.total(registers.kept(example.open_example(name).state).of(effort.Effort)).days for name in example.NAMES
    ]
    page = (Path(__file__).parents[1] / "book" / "demarche.md").read_text(encoding="utf-8")
    assert f"{days[0]:.0f} jours de travail pour la démarche rurale, {days[1]:.0f} pour l’urbaine" in page


def test_les_sommes_de_la_feuille_de_route_tombent_juste(played):
    *_, taken, _ = played
    plan = taken.roadmap()
    for line in roadmap.balance(plan.actions, plan.fundings):
        own = [one.montant for one in plan.fundings if one.action == line.action]
        assert line.granted + line.hoped == sum(own)
        assert line.granted + line.hoped + line.left == line.budget


def test_le_classeur_l_agenda_et_les_champs_officiels_disent_l_exemple(played):
    _, state, taken, _ = played
    made = openpyxl.load_workbook(io.BytesIO(files.workbook(state, taken, dt.date(2026, 11, 26))))
    assert "exemple inventé" in made["Lisez-moi"]["A2"].value
    assert {"Et si ça échouait", "Dates que l’on ne choisit pas"} <= set(made.sheetnames)
    assert json.loads(files.official(state, taken.roadmap()))["mention"] == "exemple inventé"
    rows = list(csv.reader(io.StringIO(files.official_csv(taken.roadmap()).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(taken.roadmap().actions) + 1


def test_les_deux_demarches_ne_partagent_ni_papier_ni_phrase():
    said = []
    for name in example.NAMES:
        state = example.open_example(name).state
        found = {str(note["texte"]) for note in state.all("note")}
        for thing in state.all("fiche"):
            found |= {value for value in thing.fields.values() if isinstance(value, str) and len(value) > 46}
        said.append(found)
    assert not said[0] & said[1]


@BOTH
def test_le_tableau_de_bord_montre_tout_et_cache_les_petits_nombres(name):
    state = example.open_example(name).state
    taken = registers.kept(state)
    blocks = list(dashboard.dashboard(state, taken, example.AFTER[name], grounds.place(state)))
    html = markup.section(blocks, "Tableau").html
    assert "Prochaine rencontre" in html
    assert html.count("<svg") == 3
    table = next(
        one for one in blocks if isinstance(one, Table) and one.caption.startswith("Personnes venues, par fam")
    )
    assert not any(re.fullmatch("[1-4]", cell) for row in table.rows for cell in row)
    communes = next(one for one in blocks if isinstance(one, Table) and one.caption == "Personnes venues, par commune")
    assert all(int(row[1]) >= 5 for row in communes.rows)
    opened = [one.cle for one in thread.open_adjustments(taken)]
    assert opened == ([] if name == "val-de-brume" else ["J2"])


@BOTH
def test_les_notebooks_du_fil_ont_de_quoi_montrer(name):
    here = demarche.Demarche(exemple=name)
    shown = [
        here.where("E0"), here.replies(), here.risks(), here.figures(), here.stakes(), here.projects(), here.votes(),
        here.alike(), here.trip(), here.logbook(), here.brought_back(), here.thread(), here.check(), here.actions(),
        here.calendar(), here.money(), here.assessment(), here.time_spent(), here.guide(), here.method(),
    ]  # fmt: skip
    for section in shown:
        assert len(section.html) > 120
        assert "Rien n’est encore noté" not in section.html


def test_un_bouton_ecrit_word_et_pdf(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = demarche.Demarche()
    assert here.write("lettre-d-engagement") == "Fichiers écrits : lettre-d-engagement.docx, lettre-d-engagement.pdf."
    assert (tmp_path / "lettre-d-engagement.pdf").read_bytes().startswith(b"%PDF")
    controls = here.give("feuille-de-route", "voyage")
    assert "cartable carnet feuille-de-route, voyage" in controls.help.replace("\u00a0", " ")


def test_tout_se_joue_par_les_commandes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = example.folder("quatre-fontaines")
    assert cli.main(["carnet", "nouveau", "d.carnet", "--titre", "Essai", "--territoire", "999000002"]) == 0
    for one in ("fiches.yml", "suivi.yml"):
        assert cli.main(["carnet", "fiches", "d.carnet", str(source / one)]) == 0
    assert cli.main(["carnet", "controler", "d.carnet"]) == 0
    for name, command in {
        "r.docx": "feuille-de-route",
        "v.pdf": "voyage",
        "m.docx": "bilan-methode",
        "g.pdf": "bilan-guide",
    }.items():
        assert cli.main(["carnet", command, "d.carnet", "-o", name]) == 0
        assert (tmp_path / name).stat().st_size > 10_000
    said = " ".join(cell.text for table in docx.Document("r.docx").tables for row in table.rows for cell in row.cells)
    assert "Taux de pauvreté" in said.replace("\u00a0", " ")
    assert "Fichier écrit" in capsys.readouterr().out
    assert record.open("d.carnet").state.process["siren"] == "999000002"
