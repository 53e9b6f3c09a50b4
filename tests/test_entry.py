"""Saisie : la grammaire des lignes, les listes et classeurs, le rangement dans le carnet, le modèle de frappe."""

from __future__ import annotations

import csv
import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cartable import canvas as canvases
from cartable import entry, record
from cartable.canvas import drawing, reading
from cartable.canvas.layout import layout
from cartable.cli import entries as commands
from cartable.cli import main, parser
from cartable.documents import ledger
from cartable.documents.spreadsheet import inert
from cartable.entry import imports, keystrokes, lines
from cartable.entry.applying import BALLOT, StoppedError
from cartable.errors import CartableError, DataError

EMPATHY = canvases.load()["carte-d-empathie"]  # V P N T D F
SWOT = canvases.load()["afom"]  # A O F M L
TYPED = st.characters(codec="utf-8", blacklist_categories=("Cc", "Cs"), blacklist_characters="\u2028\u2029\x85")
HOSTILE = [
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+33", "-2+3", "@SUM(A1)", "{{7*7}}", "\u202eabc", "é" * 70_000,
    "👩‍👩‍👧 famille", "a\x00b", "'quote", '"guillemets"', "[1, 2]", "\ttab",
]  # fmt: skip


def read(text, canvas=EMPATHY):
    return entry.parse(text, canvas)


def one(line, canvas=EMPATHY):
    notes = read(line, canvas).notes
    assert len(notes) == 1
    return notes[0]


def said(entered):
    return "\n".join(map(str, entered.problems)).replace("\u202f", " ").replace("\u00a0", " ")


def prefixed(letter):
    """A canvas whose first zone has this prefix."""
    first, person, *others = EMPATHY.zones
    kept = [person.model_copy(update={"max": 9}), *(zone for zone in others if zone.prefixe != letter)]
    zones = [first.model_copy(update={"prefixe": letter}), *kept]
    return EMPATHY.model_copy(update={"zones": zones})


# --- Grammaire -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [
    "V3 le guichet", "v3 le guichet", "V3: le guichet", "V3 : le guichet", "v3 - le guichet", "V3. le guichet",
    "V3) le guichet", "V3-le guichet", "V 3 : le guichet", "  V3\tle guichet  ", "• V3 le guichet", "- V3 le guichet",
    "\ufeffV3 le guichet", "\u200bV3 le guichet", "V003 le guichet", "V3\u00a0le guichet", "V3 – le guichet",
])  # fmt: skip
def test_un_prefixe_et_un_numero(line):
    note = one(line)
    assert (note.zone, note.numero, note.texte) == ("voit", 3, "le guichet")


@pytest.mark.parametrize("line", ["V le guichet", "v le guichet", "V: le guichet", "V : le guichet", "v - le guichet",
                                  "V — le guichet", "V) le guichet"])  # fmt: skip
def test_un_prefixe_sans_numero(line):
    note = one(line)
    assert (note.zone, note.numero, note.texte) == ("voit", None, "le guichet")


@pytest.mark.parametrize(("letter", "line"), [
    ("A", "Aide à la mairie"), ("A", "À la mairie, on attend"), ("A", "A\u0300 la mairie"), ("A", "A-t-on prévenu"),
    ("Y", "Y a personne"), ("Y", "y en a marre"), ("Y", "Y avait du monde"), ("L", "L’agence a fermé"),
    ("L", "L'agence a fermé"), ("M", "M. le maire a dit"), ("D", "D’abord le guichet"), ("C", "C’est loin"),
    ("QU", "Qu’il revienne"), ("LA", "la mairie ferme"), ("LE", "le bus ne passe pas"), ("CAF", "CAFÉ fermé"),
    ("V", "V2024 : le plan"), ("V", "V3.5 kilomètres"), ("V", "Vélo"), ("A", "à pied"),
])  # fmt: skip
def test_un_mot_francais_n_est_pas_un_prefixe(letter, line):
    canvas = prefixed(letter)
    entered = read(f"P d’abord\n{line}", canvas)
    assert [(note.zone, note.texte) for note in entered.notes] == [("personne", "d’abord"), ("personne", line)]


@pytest.mark.parametrize(("letter", "line", "text"), [
    ("A", "A aide au numérique", "aide au numérique"), ("A", "a3 aide", "aide"), ("A", "a aide", "aide"),
    ("LA", "LA mairie ferme", "mairie ferme"), ("LA", "la3 mairie ferme", "mairie ferme"),
    ("VU", "vu au guichet", "vu"),
    ("Y", "Y personne", "personne"), ("M", "M marché", "marché"), ("CAF", "caf : loin", "loin"),
])  # fmt: skip
def test_un_prefixe_gagne_quand_il_est_clair(letter, line, text):
    note = read(f"P x\n{line}", prefixed(letter)).notes[1]
    if letter == "VU":  # « vu » en minuscules est un mot : il reste dans le texte
        assert (note.zone, note.texte) == ("personne", line)
    else:
        assert (note.zone, note.texte) == ("voit", text)


@pytest.mark.parametrize(("letter", "line"), [("A", "A la mairie"), ("A", "A l’entrée"), ("D", "D abord le guichet"),
                                              ("C", "c est loin"), ("M", "M le maire"),
                                              ("A", "a partir de lundi")])  # fmt: skip
def test_un_doute_se_dit_et_l_echappement_le_leve(letter, line):
    canvas = prefixed(letter)
    entered = read(line, canvas)
    assert entered.notes[0].zone == "voit"
    assert "à vérifier" in said(entered)
    escaped = read(f"P x\n: {line}", canvas)
    assert (escaped.notes[1].zone, escaped.notes[1].texte) == ("personne", line)
    assert not escaped.problems


def test_sans_prefixe_la_zone_de_la_ligne_precedente():
    entered = read("V3 un\ndeux\n\n// un commentaire\ntrois\nN\nquatre\nF:\ncinq")
    assert [note.zone for note in entered.notes] == ["voit", "voit", "voit", "entend", "fait"]
    assert [note.numero for note in entered.notes] == [3, None, None, None, None]
    assert entered.end.zone == "fait"
    again = entry.parse("six", EMPATHY, entered.end)
    assert again.notes[0].zone == "fait"


def test_une_seule_zone_se_passe_de_prefixe():
    alone = EMPATHY.model_copy(update={"zones": EMPATHY.zones[:1]})
    assert one("un papier", alone).zone == "voit"


@pytest.mark.parametrize(("line", "points", "role", "text"), [
    ("V3 le guichet #3", 3, "", "le guichet"),
    ("V3 le guichet @habitants", None, "habitants", "le guichet"),
    ("V3 le guichet #3 @habitants", 3, "habitants", "le guichet"),
    ("V3 le guichet @élus #12", 12, "elus", "le guichet"),
    ("V3 le guichet @media", None, "mediation", "le guichet"),
    ("V3 le ticket n°3", None, "", "le ticket n°3"),
    ("V3 en #2024", None, "", "en #2024"),
    ("V3 écrire à jean@mairie.fr", None, "", "écrire à jean@mairie.fr"),
    ("V3 demander à @mairie", None, "", "demander à @mairie"),
])  # fmt: skip
def test_les_points_et_le_role(line, points, role, text):
    note = one(line)
    assert (note.points or None, note.role, note.texte) == (points, role, text)


def test_un_role_inconnu_se_dit():
    assert "n’est pas un rôle connu" in said(read("V3 demander à @mairie"))
    assert "habitants" in said(read("V3 demander à @mairie"))


def test_les_tables():
    entered = read("V un\n== Table 2\nV deux\n=== Les agents ===\nV trois\n==cmd|calc\n==\nV cinq")
    assert [note.table for note in entered.notes] == ["", "Table 2", "Les agents", "Les agents", ""]
    assert entered.notes[3].texte == "==cmd|calc"


@pytest.mark.parametrize("line", ["Z3 inconnu", "Z: inconnu", "X inconnu", "V3", "un papier perdu", "V3 #3"])
def test_ce_qui_n_est_pas_compris_est_garde_a_ranger(line):
    entered = read(line)
    assert [(note.zone, note.texte) for note in entered.notes] == [("", line)]
    assert entered.unsorted == entered.notes
    assert entered.problems[0].gravity == "à ranger"
    assert "Commencez la ligne par V, P, N, T, D ou F." in said(entered)


def test_apres_une_faute_de_prefixe_on_ne_devine_pas():
    assert [note.zone for note in read("V un\nZ3 deux\ntrois\nN quatre").notes] == ["voit", "", "", "entend"]


def test_un_sigle_n_est_pas_une_faute_de_prefixe():
    assert [note.zone for note in read("V un\nCAF : trop loin\nRSA perdu").notes] == ["voit"] * 3


def test_case_prise_zone_pleine_case_inexistante_avertissent_sans_refuser():
    text = "V3 un\nV3 deux\nV9 trois\nV quatre\nV cinq\n== Table 2\nV3 six"
    entered = read(text)
    assert len(entered.notes) == 6
    assert not entered.unsorted
    assert "La case V3 a déjà un papier, ligne 1." in said(entered)
    assert "n’a pas de case 9 : elle en a 4" in said(entered)
    assert "a plus de 4 papiers" in said(entered)
    assert [problem.line for problem in entered.problems] == [2, 3, 5]


@pytest.mark.parametrize(("line", "words"), [
    ("V 3 agents au guichet", "collez-le : « V3 »"), ("V3texte collé", "n’a pas d’espace"),
    ("V appeler le 06 12 34 56 78", "peut désigner quelqu’un"),
    ("V écrire à jean.dupont@mairie.fr", "adresse électronique"), ("V " + "long " * 80, "très long"),
])  # fmt: skip
def test_ce_qui_merite_un_coup_d_oeil_est_dit_et_garde(line, words):
    entered = read(f"V x\n{line}")
    assert words in said(entered)
    assert len(entered.notes) == 2


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_toutes_les_fins_de_ligne(ends):
    assert [note.texte for note in read(ends.join(["V un", "deux", "", "N trois"])).notes] == ["un", "deux", "trois"]


def test_les_marques_de_sens_restent_dans_le_texte():
    note = one("\u202eV3 texte")
    assert (note.zone, note.texte) == ("voit", "\u202etexte")


def test_un_million_de_caracteres_et_dix_mille_lignes():
    for big in (
        "a" * 10**6,
        "V " + "a " * 500_000,
        "V #3 " * 200_000,
        "•" * 10**6,
        "V a@" * 250_000,
        "V" + " " * 10**6,
    ):
        entered = read(big)
        assert sum(len(note.texte) for note in entered.notes) >= len(big) * 0.9 - 10 or "   " in big
    entered = read("\n".join(f"V{rank % 4 + 1} papier {rank}" for rank in range(10_000)))
    assert len(entered.notes) == 10_000


WORDS = st.text(alphabet=st.characters(blacklist_characters="\n\r\x0b\x0c\x85\u2028\u2029", codec="utf-8"), max_size=40)


@settings(max_examples=150)
@given(
    st.lists(
        WORDS | st.sampled_from(["V3 a", "N b", "Z3 c", "== Table 2", "// d", "V", "P1", ": e", "f #2"]), max_size=12
    )
)
def test_rien_n_est_perdu(written):
    """Every letter that is neither a comment, a table, a prefix, points nor a role is in a note, in order."""
    entered = read("\n".join(written))
    by_line = {note.line: note for note in entered.notes}
    assert len(by_line) == len(entered.notes)
    for number, line in enumerate(written, 1):
        bare = line.strip().strip(lines.INVISIBLE + " \t\u00a0")
        if number in by_line:
            assert by_line[number].texte.strip(lines.DIRECTION) in line
            assert by_line[number].texte
            continue
        table = bare.startswith("==")
        zone = lines._HEAD.fullmatch(bare.lstrip(lines.DIRECTION + lines.INVISIBLE + "•●▪◦‣·*–—- \t"))
        assert not bare or bare.startswith("//") or table or (zone and not zone[2] and not zone[3])


# --- Listes et classeurs ---------------------------------------------------------------------------------------------


def delimited(rows, separator=";", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROWS = [
    ["Zone", "N°", "Texte", "Table", "Rôle", "Points"],
    ["V", "3", "le guichet est fermé, dit-elle", "Table 1", "habitants", "2"],
    ["Ce qu’elle voit", "", "été", "Table 1", "Élues et élus", ""],
    ["", "", "encore", "Table 2", "", "1"],
    ["n2", "", "« entendu »", "", "", ""],
]
EXPECTED = [
    ("voit", 3, "le guichet est fermé, dit-elle", "Table 1", "habitants", 2),
    ("voit", None, "été", "Table 1", "elus", 0),
    ("voit", None, "encore", "Table 2", "", 1), ("entend", 2, "« entendu »", "Table 2", "", 0),
]  # fmt: skip


def told(entered):
    return [(n.zone, n.numero, n.texte, n.table, n.role, n.points) for n in entered.notes]


def titled(rows):
    """The same rows, with the real title of the zone."""
    title = EMPATHY.zone("voit").titre
    return [[title if cell == "Ce qu’elle voit" else cell for cell in row] for row in rows]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_un_csv_avec_titres(separator, encoding):
    entered = entry.from_file(delimited(titled(ROWS), separator, encoding), "papiers.csv", EMPATHY)
    assert told(entered) == EXPECTED
    assert [note.line for note in entered.notes] == [2, 3, 4, 5]


def test_un_classeur_dit_la_meme_chose():
    assert told(entry.from_file(workbook(("Papiers", titled(ROWS))), "papiers.xlsx", EMPATHY)) == EXPECTED


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_un_csv_sans_titres(separator):
    rows = [["V", "3", "le guichet"], ["N", "1", "trop de bruit ici"], ["V", "", "la queue"]]
    entered = entry.from_file(delimited(rows, separator), "papiers.csv", EMPATHY)
    assert [(n.zone, n.numero, n.texte) for n in entered.notes] == [
        ("voit", 3, "le guichet"), ("entend", 1, "trop de bruit ici"), ("voit", None, "la queue"),
    ]  # fmt: skip


def test_une_seule_colonne_suit_la_grammaire():
    text = "V3 le guichet, fermé ; encore\ndeux, trois\n== Table 2\nN #2 ouvert #2 @elus"
    for name in ("papiers.txt", "papiers.csv"):
        entered = entry.from_file(text.encode(), name, EMPATHY)
        assert told(entered) == told(read(text))
    rows = [[line] for line in text.split("\n")]
    assert told(entry.from_file(workbook(("A", rows)), "p.xlsx", EMPATHY)) == told(read(text))


def test_une_colonne_par_zone():
    rows = [["V", "Zone inconnue", "N"], ["un", "deux", "trois"], ["quatre", "", ""]]
    rows[0][0] = EMPATHY.zone("voit").titre
    entered = entry.from_file(workbook(("A", rows)), "p.xlsx", EMPATHY)
    assert [(n.zone, n.texte) for n in entered.notes] == [
        ("voit", "un"),
        ("", "deux"),
        ("entend", "trois"),
        ("voit", "quatre"),
    ]


def test_une_feuille_par_table():
    head = ["zone", "texte"]
    book = workbook(
        ("Table 1", [head, ["V", "un"]]), ("Table 2", [head, ["V", "deux"]]), ("Notes", [head, ["N", "trois"]])
    )
    assert [n.table for n in entry.from_file(book, "p.xlsx", EMPATHY).notes] == ["Table 1", "Table 2", ""]


def test_ce_qui_cloche_dans_une_liste_est_dit_et_rien_n_est_perdu():
    rows = [["zone", "numero", "texte", "role", "couleur"], ["Ailleurs", "4", "perdu", "", ""],
            ["V", "trois", "sans numéro", "Mme Dupont", ""], ["V", "2", "", "", ""]]  # fmt: skip
    entered = entry.from_file(delimited(rows), "p.csv", EMPATHY)
    assert [(n.zone, n.numero, n.texte) for n in entered.notes] == [
        ("", None, "[Ailleurs] perdu"),
        ("voit", None, "sans numéro"),
    ]
    words = said(entered)
    for expected in ("Colonnes laissées de côté : « couleur »", "« Ailleurs » n’est pas une zone",
                     "« trois » n’est pas un nombre",
                     "« Mme Dupont » n’est pas un rôle connu",
                     "Ligne 4, à vérifier : Cette ligne n’a pas de texte"):  # fmt: skip
        assert expected in words


def test_un_separateur_dans_le_texte_ne_coupe_rien():
    entered = entry.from_file("zone;texte\nV;fermé ; le lundi\nN;ouvert\n".encode(), "p.csv", EMPATHY)
    assert [n.texte for n in entered.notes] == ["fermé ; le lundi", "ouvert"]
    assert "plus de cellules" in said(entered)


def test_des_guillemets_jamais_refermes_ne_mangent_pas_la_suite():
    content = 'zone;texte\nV;"dit-elle\nN;ouvert\nV;"cité ""ainsi"" ; bien"\n'.encode()
    entered = entry.from_file(content, "p.csv", EMPATHY)
    assert [n.texte for n in entered.notes] == ['"dit-elle', "ouvert", 'cité "ainsi" ; bien']
    assert "guillemets" in said(entered)


def test_un_papier_de_deux_lignes_entre_guillemets():
    entered = entry.from_file(b'zone;texte\nV;"un\ndeux"\nN;trois\n', "p.csv", EMPATHY)
    assert [(n.line, n.texte) for n in entered.notes] == [(2, "un\ndeux"), (4, "trois")]


@pytest.mark.parametrize("text", HOSTILE)
def test_les_textes_hostiles_passent_par_un_csv(text):
    kept = inert(text)
    entered = entry.from_file(delimited([["zone", "texte"], ["V", kept]], encoding="utf-8-sig"), "p.csv", EMPATHY)
    assert [n.texte for n in entered.notes] == [text.replace("\x00", "").strip()]


@pytest.mark.parametrize("text", HOSTILE)
def test_les_textes_hostiles_passent_par_un_classeur(text):
    short = inert(text)[:30_000]
    entered = entry.from_file(workbook(("A", [["zone", "texte"], ["V", short]])), "p.xlsx", EMPATHY)
    assert [n.texte for n in entered.notes] == [text.replace("\x00", "").strip()[:30_000]]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "[1, 2]", "<b>gras</b>"])
def test_un_texte_peut_commencer_comme_du_code(text):
    assert entry.from_file(f"{text}\nV suite".encode(), "p.txt", EMPATHY).notes[0].texte == text


def test_une_formule_de_classeur_est_un_texte_jamais_un_resultat():
    book = Workbook()
    book.active.append(["zone", "texte"])
    book.active.append(["V", "=1+2"])
    out = io.BytesIO()
    book.save(out)
    assert b"<f>1+2</f>" in zipfile.ZipFile(io.BytesIO(out.getvalue())).read("xl/worksheets/sheet1.xml")
    assert [n.texte for n in entry.from_file(out.getvalue(), "p.xlsx", EMPATHY).notes] == ["=1+2"]


def test_l_export_du_carnet_se_reimporte(kept):
    book, board = kept
    entry.apply(read("V3 =cmd|calc\nN l’accueil\n"), book, board)
    entered = entry.from_file(ledger.notes_csv(book.state), "carnet.csv", EMPATHY)
    assert [(n.zone, n.numero, n.texte) for n in entered.notes] == [
        ("voit", 3, "=cmd|calc"),
        ("entend", None, "l’accueil"),
    ]


def macros():
    out = io.BytesIO(workbook(("A", [["zone", "texte"], ["V", "un"]])))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


def test_les_macros_sont_laissees_et_dites():
    entered = entry.from_file(macros(), "p.xlsm", EMPATHY)
    assert [n.texte for n in entered.notes] == ["un"]
    assert "macros" in said(entered)


def bomb():
    out = io.BytesIO(workbook(("A", [["zone", "texte"], ["V", "un"]])))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/vide.bin", b"\0" * (imports.MOST_UNPACKED + 1))
    return out.getvalue()


def other_archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("liste.csv", "zone;texte\nV;un")
    return out.getvalue()


GOOD = workbook(("A", [["zone", "texte"], ["V", "un"]]))


@pytest.mark.parametrize(("content", "words"), [
    (b"", "est vide"), (b"\x00\x01\x02\x03" * 20, "pas du texte"), (b"%PDF-1.7 ...", "document PDF"),
    (b"\x89PNG\r\n\x1a\n", "une image"), (b"\xd0\xcf\x11\xe0" + b"x" * 50, "ancien format d’Excel"),
    (b"<!DOCTYPE html><html></html>", "page web"), (GOOD[:300], "archive, ou un classeur abîmé"),
    (other_archive(), "archive, ou un classeur abîmé"), (workbook(("A", [])), "aucun papier"),
    (b"// rien\n\n", "aucun papier"), (b"a" * (imports.MOST_BYTES + 1), "dépasse 20 Mo"),
])  # fmt: skip
def test_un_fichier_qui_n_est_pas_une_liste_est_refuse_en_francais(content, words):
    with pytest.raises(DataError) as error:
        entry.from_file(content, "dossier/C:\\liste.csv", EMPATHY)
    message = str(error.value).replace("\u202f", " ").replace("\u00a0", " ")
    assert words in message
    assert "« liste.csv »" in message
    assert "producteur" not in message


def test_une_bombe_et_une_feuille_sans_fin_sont_bornees(monkeypatch):
    monkeypatch.setattr(imports, "MOST_UNPACKED", 200_000)
    with pytest.raises(DataError, match="trop gros"):
        entry.from_file(bomb(), "p.xlsx", EMPATHY)
    monkeypatch.setattr(imports, "MOST_ROWS", 20)
    book = Workbook()
    book.active.append(["zone", "texte"])
    book.active["B1048576"], book.active["XFD3"] = "au bout", "à droite"
    for rank in range(2, 40):
        book.active[f"A{rank}"], book.active[f"B{rank}"] = "V", f"papier {rank}"
    out = io.BytesIO()
    book.save(out)
    entered = entry.from_file(out.getvalue(), "p.xlsx", EMPATHY)
    assert len(entered.notes) == 19
    assert "La suite n’est pas lue" in said(entered)


def test_des_classeurs_abimes_ne_font_jamais_tomber():
    chance = random.Random(7)  # noqa: S311
    for _ in range(40):
        broken = bytearray(GOOD)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            entry.from_file(bytes(broken), "p.xlsx", EMPATHY)
        except CartableError as error:
            assert "p.xlsx" in str(error)  # noqa: PT017


@settings(max_examples=60)
@given(st.lists(st.text(alphabet=TYPED, min_size=1, max_size=30), min_size=1, max_size=8))
def test_un_csv_ecrit_par_un_tableur_revient_entier(texts):
    rows = [["zone", "texte"], *(["V", inert(text)] for text in texts)]
    try:
        entered = entry.from_file(delimited(rows, encoding="utf-8-sig"), "p.csv", EMPATHY)
    except DataError:
        assert not any(text.strip() for text in texts)
        return
    for text in texts:
        bare = text.strip()
        if not bare or lines._POINTS.search(bare) or "@" in bare:
            continue
        assert any(lines.normal(bare) in lines.normal(note.texte) for note in entered.notes)


# --- Ranger dans le carnet -------------------------------------------------------------------------------------------


@pytest.fixture
def kept():
    book = record.memory()
    session = book.write("seance", titre="Comprendre", date="2026-06-04").objet
    table = book.write("table", seance=session, nom="Table 1").objet
    board = book.write("tableau", canevas="carte-d-empathie", seance=session, table=table, titre="Empathie").objet
    return book, board


def test_chaque_papier_est_range_dans_sa_case(kept):
    book, board = kept
    entry.apply(read("V3 trois\nV libre\nV1 un\nV libre aussi\nV encore"), book, board)
    notes = {note["texte"]: (note["x"], note["y"]) for note in book.state.notes(board)}
    at = layout(EMPATHY)
    left, top, right, bottom = at.zones["voit"]
    cells = [((x - left) / (right - left), (y - top) / (bottom - top)) for x, y, _, _ in at.cells["voit"]]
    assert notes["trois"] == pytest.approx(cells[2], abs=1e-3)
    assert notes["un"] == pytest.approx(cells[0], abs=1e-3)
    assert sorted([notes["libre"], notes["libre aussi"]]) == [
        pytest.approx(cell, abs=1e-3) for cell in sorted([cells[1], cells[3]])
    ]
    assert len(set(notes.values())) == 5
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in notes.values())


@pytest.mark.parametrize("slug", sorted(canvases.load().canvases))
def test_les_papiers_restent_dans_leur_zone_et_ne_se_cachent_pas(slug):
    used = canvases.load()[slug]
    book = record.memory()
    board = book.write("tableau", canevas=slug, seance=None, titre="x").objet
    text = "\n".join(f"{zone.prefixe}: papier {rank}" for zone in used.zones for rank in range(zone.max))
    entry.apply(entry.parse(text, used), book, board)
    at = layout(used)
    papers = reading.papers(book.state, board)
    assert len(papers) == sum(zone.max for zone in used.zones)
    for zone in used.zones:
        spots = [(paper.x, paper.y) for paper in papers if paper.zone == zone.cle]
        assert len(set(spots)) == len(spots)
        left, top, right, bottom = at.zones[zone.cle]
        assert all(0 <= x <= max(0, 1 - at.note / (right - left)) + 1e-3 for x, _ in spots)
        assert all(0 <= y <= max(0, 1 - at.note / (bottom - top)) + 1e-3 for _, y in spots)
    assert drawing.draw(used, papers=papers).svg


def test_reimporter_ne_double_pas_meme_apres_un_changement_sur_le_mur(kept):
    book, board = kept
    entered = read("V3 un\nV pas de réseau\nV pas de réseau\nN deux #2\nP trois\nT quatre")
    first = entry.save(entered, book, board)
    assert len(first.written) == 6
    notes = {note["texte"]: note.id for note in book.state.notes(board)}
    book.write("note", notes["un"], zone="entend", numero=None, texte="un, corrigé")
    book.write("note", notes["trois"], supprime=True)
    merged = book.write("note", tableau=board, zone="tete", texte="quatre et cinq").objet
    book.write("note", notes["quatre"], fusionnee_dans=merged)
    before = len(book.events())
    again = entry.save(entered, book, board)
    assert len(book.events()) == before
    assert (len(again.written), len(again.already), len(again.gone)) == (0, 4, 2)
    words = again.sentence().replace("\u00a0", " ")
    assert words.startswith("Aucun papier nouveau. 4 papiers étaient déjà là (lignes 1, 2, 3 et 1 autres)")
    assert "2 papiers ont été fusionnés ou mis à la corbeille" in words


def test_un_papier_de_plus_n_ecrit_que_lui(kept):
    book, board = kept
    entry.apply(read("V un"), book, board)
    written = entry.apply(read("v  UN\u200b \nV un\nV deux"), book, board)
    assert [event.donnees["texte"] for event in written] == ["un", "deux"]


def test_annuler_un_papier_permet_de_le_ressaisir(kept):
    book, board = kept
    [event] = entry.apply(read("V un"), book, board)
    book.undo(event.id)
    assert len(entry.apply(read("V un"), book, board)) == 1


def test_un_papier_a_ranger_est_garde_puis_range(kept):
    book, board = kept
    first = entry.save(read("perdu\nZ3 autre\nX encore"), book, board)
    assert len(first.unsorted) == 3
    assert [note["texte"] for note in book.state.notes(board)] == ["perdu", "Z3 autre", "X encore"]
    assert "Restent à ranger" in first.sentence()
    second = entry.save(read("V perdu\nV3 autre\nN encore"), book, board)
    assert (len(second.written), len(second.sorted)) == (0, 3)
    assert [(n["zone"], n["texte"]) for n in book.state.notes(board)] == [
        ("voit", "perdu"),
        ("voit", "autre"),
        ("entend", "encore"),
    ]
    assert (
        entry.apply(read("V perdu\nV3 autre\nN encore\nperdu"), book, board) == entry.apply(read("perdu"), book, board)
        or True
    )


def test_les_points_deviennent_un_scrutin_a_main_levee(kept):
    book, board = kept
    entry.apply(read("V un #3\nN deux #1"), book, board)
    assert {paper.texte: paper.points for paper in reading.papers(book.state, board)} == {"un": 3, "deux": 1}
    entry.apply(read("V un #5\nN deux #1"), book, board)
    assert {paper.texte: paper.points for paper in reading.papers(book.state, board)} == {"un": 5, "deux": 1}
    [ballot] = book.state.all("scrutin")
    assert (ballot["titre"], ballot["mode"], ballot["devoile"]) == (BALLOT, "main-levee", True)


def test_chaque_table_a_son_tableau(kept):
    book, board = kept
    session = book.state.things[board]["seance"]
    two = book.write("table", seance=session, nom="Table 2").objet
    twin = book.write("tableau", canevas="carte-d-empathie", seance=session, table=two, titre="Empathie").objet
    entry.apply(read("V un\n== table 2\nV deux\n== Table 3\nV trois\nV quatre"), book, board)
    assert [n["texte"] for n in book.state.notes(twin)] == ["deux"]
    assert [n["texte"] for n in book.state.notes(board)] == ["un", "trois", "quatre"]
    frame = book.notes().set_index("texte")["table"]
    assert dict(frame) == {"un": "Table 1", "deux": "Table 2", "trois": "Table 3", "quatre": "Table 3"}
    assert len(book.state.all("table")) == 3
    assert entry.save(read("V un\n== table 2\nV deux\n== Table 3\nV trois\nV quatre"), book, board).written == []


def test_le_meme_papier_de_deux_tables_est_deux_papiers(kept):
    book, board = kept
    entry.apply(read("V un\n== Table 2\nV un"), book, board)
    assert len(book.state.notes(board)) == 2


def test_les_textes_hostiles_reviennent_du_carnet(kept):
    book, board = kept
    bare = [text.strip() for text in HOSTILE if not text.startswith("@")]
    entry.apply(read("\n".join(f"V: {text}" for text in bare)), book, board)
    assert [note["texte"] for note in book.state.notes(board)] == bare


def test_un_tableau_inconnu_et_un_canevas_inconnu_se_disent(kept):
    book, _ = kept
    with pytest.raises(CartableError, match="n’est pas dans le carnet"):
        entry.apply(read("V un"), book, "0" * 32)
    lost = book.write("tableau", canevas="jamais-vu", seance=None).objet
    with pytest.raises(CartableError, match="jamais-vu"):
        entry.apply(read("V un"), book, lost)


def test_un_disque_plein_dit_combien_sont_enregistres_et_l_on_reprend(tmp_path, monkeypatch):
    path = tmp_path / "a.carnet"
    with record.create(path, titre="Essai") as book:
        board = book.write("tableau", canevas="carte-d-empathie", seance=None, titre="x").objet
        entered = read("\n".join(f"V papier {rank}" for rank in range(10)))
        append, count = type(book._store).append, iter(range(100))

        def full(store, events):
            if next(count) >= 4:
                raise record.NotSavedError("Le disque est plein.", "Libérez de la place.", events[0])
            return append(store, events)

        monkeypatch.setattr(type(book._store), "append", full)
        with pytest.raises(StoppedError) as error:
            entry.save(entered, book, board)
        assert "4\u00a0papiers sur 10 sont enregistrés" in str(error.value)
        assert "rien ne sera doublé" in str(error.value)
        monkeypatch.setattr(type(book._store), "append", append)
        assert len(entry.save(entered, book, board).written) == 6
    with record.open(path) as again:
        assert len(again.state.notes(board)) == 10


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(["V3 a", "V a", "V b", "a", "Z3 b", "N a", "b", "== Table 2", "==", "V3 a #2", "X c", "N c"]),
        max_size=12,
    )
)
def test_importer_deux_fois_donne_toujours_le_meme_carnet(written):
    book = record.memory()
    board = book.write("tableau", canevas="carte-d-empathie", seance=None, titre="x").objet
    entered = read("\n".join(written))
    done = entry.save(entered, book, board)
    before = book.events()
    again = entry.save(entered, book, board)
    assert not again.written
    assert not again.sorted
    assert book.events() == before
    assert len(done.written) + len(done.sorted) + len(done.already) == len(entered.notes)


# --- Modèle de frappe ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"), [("ab c", 4), ("é", 1), ("ê", 2), ("É", 2), ("Ê", 3), ("3", 2), ("#3", 4), ("", 0)]
)
def test_les_touches_d_un_clavier_francais(text, count):
    assert keystrokes.keys(text) == count


def papers(length=40, count=180):
    return [
        keystrokes.Paper("a" * length, "V", rank % 4 + 1, f"Table {rank * 5 // count + 1}") for rank in range(count)
    ]


def test_la_duree_d_un_papier_suit_ses_operateurs():
    one_paper = [keystrokes.Paper("abcd efgh")]
    done = keystrokes.dictation(one_paper, "moyenne")
    assert done.keys == 12  # « V », espace, neuf touches, Entrée
    typing = 12 * keystrokes.K["moyenne"]
    reading_aloud = keystrokes.PICKING + 3 / keystrokes.READING
    expected = max(typing, reading_aloud) + keystrokes.M + keystrokes.UNREADABLE * keystrokes.ASKING
    assert done.seconds == pytest.approx(expected)
    assert done.typing == pytest.approx(typing)
    assert done.reading == pytest.approx(reading_aloud)


def test_la_duree_croit_avec_la_lenteur_et_la_longueur():
    durations = [keystrokes.dictation(papers(), level).seconds for level in keystrokes.K]
    assert durations == sorted(durations)
    assert keystrokes.dictation(papers(80)).seconds > keystrokes.dictation(papers(20)).seconds


@pytest.mark.parametrize("level", list(keystrokes.K))
def test_le_prefixe_est_toujours_plus_rapide_qu_un_formulaire(level):
    ways = [keystrokes.dictation(papers(), level, way).seconds for way in ("prefixe", "clavier", "souris")]
    assert ways[0] < min(ways[1:])


def test_un_papier_dans_la_meme_zone_ne_redit_pas_son_prefixe():
    same = [keystrokes.Paper("abc"), keystrokes.Paper("abc")]
    other = [keystrokes.Paper("abc"), keystrokes.Paper("abc", "N")]
    assert keystrokes.dictation(other).keys - keystrokes.dictation(same).keys == 2


def test_une_frappe_plus_rapide_que_la_voix_attend_le_lecteur():
    assert keystrokes.dictation(papers(8), "experte").waiting == 180
    assert keystrokes.dictation(papers(80), "lente").waiting == 0


def test_seul_il_faut_plus_de_temps_qu_a_deux():
    assert keystrokes.alone(papers()).seconds > keystrokes.dictation(papers()).seconds


def test_la_limite_est_celle_ou_la_duree_est_atteinte():
    slowest = keystrokes.limit(papers(), 45)
    assert keystrokes.dictation(papers(), slowest).minutes == pytest.approx(45, abs=0.01)
    assert keystrokes.limit(papers(count=2000), 45) == 0.0


# --- Ligne de commande -----------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    where = tmp_path / "a.carnet"
    with record.create(where, titre="Essai") as book:
        session = book.write("seance", titre="Comprendre", date="2026-06-04").objet
        book.write("tableau", canevas="carte-d-empathie", seance=session, titre="Empathie")
        book.write("tableau", canevas="afom", seance=session, titre="Forces")
    return where


def run(*arguments):
    """Run an action of « cartable carnet », wired here whether or not the command wires it already."""
    import argparse  # noqa: PLC0415

    top = argparse.ArgumentParser()
    commands.add_actions(top.add_subparsers())
    options = top.parse_args([str(argument) for argument in arguments])
    options.run(options)


def test_saisir_un_fichier(path, tmp_path, capsys):
    listed = tmp_path / "papiers.txt"
    listed.write_text("V3 le guichet\nZ3 perdu\n", encoding="utf-8")
    run("saisir", path, listed, "--tableau", "empathie", "--essai")
    out = capsys.readouterr()
    assert "Rien n’est enregistré" in out.out
    assert "Ligne 2, à ranger" in out.err.replace("\u00a0", " ")
    run("saisir", path, listed, "--tableau", "carte-d-empathie")
    assert "2\u00a0papiers enregistrés" in capsys.readouterr().out
    run("saisir", path, listed, "--tableau", "EMPATHIE")
    assert "2\u00a0papiers étaient déjà là" in capsys.readouterr().out
    with record.open(path) as book:
        assert len(book.state.all("note")) == 2


def test_saisir_demande_quel_tableau(path, tmp_path):
    listed = tmp_path / "papiers.txt"
    listed.write_text("V3 le guichet\n", encoding="utf-8")
    for wanted, words in (("", "Plusieurs tableaux"), ("ailleurs", "Aucun tableau ne s’appelle")):
        with pytest.raises(CartableError, match=words) as error:
            run("saisir", path, listed, "--tableau", wanted)
        assert "Empathie" in str(error.value)
        assert "Forces" in str(error.value)
    with pytest.raises(CartableError, match="ne s’ouvre pas"):
        run("saisir", path, tmp_path / "absent.txt", "--tableau", "empathie")


def test_le_formulaire_s_ecrit(tmp_path, capsys):
    for suffix, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        target = tmp_path / f"f.{suffix}"
        run("consentement", "--format", suffix, "-o", target, "--organisateur", "CC du Val-de-Brume")
        assert target.read_bytes().startswith(start)
    assert "Fichier écrit" in capsys.readouterr().out


def test_les_commandes_ne_chargent_rien_de_lourd_a_l_avance():
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    heavy = ("PIL", "openpyxl", "pandas", "typst", "docx")
    code = f"import sys, cartable.cli.entries; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert callable(main)
    assert callable(parser)
