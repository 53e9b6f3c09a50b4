"""The mapping assistant: what it proposes, what it does to each line, and what it writes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import mini_france
import mutations
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import Sample, edited, setting

from cartable import mapping
from cartable.atlas import atlas, invented
from cartable.errors import CartableError
from cartable.manuscript import ManuscriptError
from cartable.mapping import Mapping, Rule
from cartable.sources import mediation, reading, standard
from cartable.sources.model import SourceError
from cartable.widgets.mapping import Assistant, lines_table, places_table, proposals_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cartable.mapping import Applied
    from cartable.sources.reading import RawTable


@pytest.fixture
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put the tiny country in the place of France."""
    with pytest.MonkeyPatch.context() as patch:
        mini_france.use(patch, tmp_path_factory.mktemp("donnees"))
        yield


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def raw(content: bytes | str, file: str = "lieux.csv") -> RawTable:
    return reading.table(content.encode() if isinstance(content, str) else content, file)


def example() -> RawTable:
    return raw(mapping.example(), mapping.EXAMPLE)


def brought(table: RawTable, made: Mapping | None = None) -> Applied:
    tables = invented()
    return mapping.apply(table, made or mapping.propose(table, tables), tables)


# -- what is proposed -------------------------------------------------------------------


def test_the_example_is_understood() -> None:
    made = mapping.propose(example(), invented())
    origins = {name: rule.colonnes for name, rule in made.champs.items()}
    assert origins["nom"] == ("Nom de la structure",)
    assert origins["commune"] == ("Ville",)
    assert origins["latitude"] == ("Coord. X",)  # it holds latitudes, whatever its title says
    assert origins["longitude"] == ("Coord. Y",)
    assert "malgré son titre" in made.champs["latitude"].raison
    assert made.champs["code_postal"].lecture == "code postal"
    assert made.champs["adresse"].lecture == "adresse"
    assert origins["code_postal"] == origins["adresse"] == ("Adresse",)
    assert made.champs["id"].lecture == "calcul"
    assert made.champs["services"].lecture == "cases"
    assert made.champs["services"].valeurs["Initiation au numérique"] == (
        "Maîtrise des outils numériques du quotidien",
    )
    assert made.champs["typologie"].valeurs == {"Collectivité": ()}
    assert made.missing() == ("pivot",)
    assert not set(standard.PERSONAL) & set(made.champs)
    assert all(rule.confiance and rule.raison.endswith(".") for rule in made.champs.values())


@pytest.mark.parametrize(
    ("heading", "cell", "field", "way"),
    [
        ("Ville", "Trois-Gués", "commune", "texte"),
        ("VILLE", "Trois-Gués", "commune", "texte"),
        ("Nomdelastructure", "Mairie", "nom", "texte"),
        ("Codepostal", "99100", "code_postal", "texte"),
        ("insee_com", "99004", "code_insee", "texte"),
        ("SIRET", "434 933 123 00029", "pivot", "texte"),
        ("Numéro", "43493312300029", "pivot", "texte"),
        ("Vérifié le", "07/12/2025", "date_maj", "texte"),
        ("Quand venir", "lundi de 9h à 12h", "horaires", "texte"),
        ("Sur internet", "https://exemple.fr/lieu", "site_web", "texte"),
        ("Ce qu’on y fait", "Prendre en main un ordinateur", "services", "liste"),
        ("Coût", "Gratuit", "frais_a_charge", "liste"),
        ("labels_nationaux", '"CNFS;APTIC"', "dispositif_programmes_nationaux", "liste"),
        ("Lieu et adresse", "Mairie - 99100 Trois-Gués", "code_postal", "code postal"),
        ("Individuellement", "X", "modalites_accompagnement", "cases"),
        ("En itinérance", "oui", "itinerance", "cases"),
        ("Aide aux démarches administratives", "De temps en temps", "services", "cases"),
    ],
)
def test_a_column_is_recognised_by_its_title_or_by_what_it_holds(heading, cell, field, way) -> None:
    made = mapping.propose(raw(f"{heading};autre\n{cell};z\n{cell};z\n"), invented())
    assert made.champs[field].colonnes == (heading,)
    assert made.champs[field].lecture == way


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Téléphone", "01 23 45 67 89"),
        ("Contact", "jeanne@exemple.fr"),
        ("result_citycode", "99004"),
        ("Remarque", "rien de spécial"),
        ("latitude", "au nord"),
    ],
)
def test_what_must_not_be_taken_is_not_proposed(heading: str, cell: str) -> None:
    made = mapping.propose(raw(f"{heading};autre\n{cell};z\n{cell};z\n"), invented())
    assert heading not in made.columns()


@pytest.mark.parametrize("titles", [("lat", "lon"), ("x", "y"), ("y", "x"), ("c1", "c2"), ("longitude", "latitude")])
def test_coordinates_are_told_by_where_they_fall(titles: tuple[str, str]) -> None:
    table = raw(f"nom;{titles[0]};{titles[1]}\nA;46.194;-7.485\nB;46.187;-7.428\n")
    made = mapping.propose(table, invented())
    assert made.champs["latitude"].colonnes == (titles[0],)
    assert made.champs["longitude"].colonnes == (titles[1],)


# -- what is done to each line ----------------------------------------------------------


def test_each_line_of_the_example_is_accepted_mended_or_refused() -> None:
    applied = brought(example())
    status = {outcome.line: outcome.status for outcome in applied.lines}
    assert status == dict.fromkeys(range(2, 12), "réparée") | {9: "acceptée", 10: "refusée"}
    reasons = {outcome.line: plain(" ".join(outcome.reasons)) for outcome in applied.lines}
    assert "La Lande aux Gais » est lu La Lande-aux-Geais (99003)" in reasons[4]
    assert "échangées" in reasons[5]
    assert "0 et 0" in reasons[7]
    assert "réunie à la ligne 2" in reasons[8]
    assert not reasons[9]
    assert "aucune commune ne s’appelle « Neuville-aux-Ormes »" in reasons[10].lower().replace(
        "neuville-aux-o", "Neuville-aux-O"
    )
    assert "téléphone" in reasons[11]
    assert [o.line for o in applied.lines if o.flagged] == [4, 7]
    assert plain(applied.sentence()) == (
        "10 lignes : 1 acceptée, 8 réparées, 0 signalée et 1 refusée. "
        "La liste au standard compte 8 lieux ; 2 lignes à regarder."
    )
    assert all(mutations.is_french(r.message) for r in applied.report.remarks)


def test_the_places_of_the_example_say_what_the_list_said() -> None:
    places = brought(example()).places.set_index("nom")
    assert places.loc["Mairie de Trois-Gués", ["latitude", "longitude"]].tolist() == [46.1604, -7.4533]
    assert places.loc["L'Établi numérique", "code_insee"] == "99009"  # Orme-le-Vieil is now part of Grand-Aulne
    assert places.loc["Café des Geais", "services"] == "Maîtrise des outils numériques du quotidien"
    assert places.loc["Café des Geais", "horaires"] == ""
    assert places.loc["Médiathèque des Trois Ponts", "horaires"] == "Tu-Fr 14:00-18:00; Sa 10:00-12:30"
    assert places.loc["Le Fil de la Brume", "modalites_accompagnement"] == (
        "Accompagnement individuel|Dans un atelier collectif"
    )
    assert places.loc["Relais de Hautefougère"].isna()[["latitude", "longitude"]].all()
    assert places.loc["Relais de Hautefougère", "frais_a_charge"] == "Gratuit"
    assert places.loc["Point d'aide de Roncevent", "date_maj"] == "2025-12-31"
    assert "01 00 00 00 00" not in places.to_csv()


def test_a_required_field_is_only_filled_with_what_the_person_gives() -> None:
    made = mapping.propose(example(), invented())
    assert (brought(example(), made).standard["pivot"] == "").all()
    given = made.changed("pivot", Rule(constante="43493312300029"))
    assert given.missing() == ()
    assert (brought(example(), given).standard["pivot"] == "43493312300029").all()


def test_computed_identifiers_are_stable_and_unique() -> None:
    first = brought(example()).places["id"]
    shuffled = edited(sample(), lambda lines: lines.__setitem__(slice(1, None), lines[:0:-1]))
    second = brought(raw(shuffled, mapping.EXAMPLE)).places["id"]
    assert first.is_unique
    assert set(first) == set(second)
    twice = setting(sample(), "Coord. X", "46,25", 7)  # the same name and address, another point: two places
    assert brought(raw(twice, mapping.EXAMPLE)).places["id"].is_unique


def test_a_mapping_replays_on_the_list_of_next_month() -> None:
    made = mapping.loads(mapping.dumps(mapping.propose(example(), invented())))

    def next_month(lines: mutations.Rows) -> None:
        for line in lines:
            line.reverse()
        new = dict(zip(lines[0], lines[1], strict=True)) | {"Nom de la structure": "Nouveau lieu", "Adresse": "Ici"}
        lines.append([new[name] for name in lines[0]])

    again = mapping.apply(raw(edited(sample(), next_month), "février.csv"), made, invented())
    assert set(brought(example()).places["nom"]) | {"Nouveau lieu"} == set(again.places["nom"])


def test_a_column_that_is_gone_is_named_with_its_likeliest_heir() -> None:
    made = mapping.propose(example(), invented())
    other = edited(sample(), lambda lines: lines[0].__setitem__(3, "Ville du lieu"))
    with pytest.raises(CartableError, match="Ville") as caught:
        mapping.apply(raw(other), made, invented())
    assert "exemple" not in caught.value.message
    assert caught.value.remedy


def test_a_new_word_next_month_is_pointed_out() -> None:
    made = mapping.propose(example(), invented())
    applied = mapping.apply(raw(setting(sample(), "Type de structure", "Confrérie", 8), "x.csv"), made, invented())
    line = next(outcome for outcome in applied.lines if outcome.line == 9)
    assert line.flagged
    assert "Confrérie" in plain(" ".join(line.reasons))


def test_a_box_that_says_neither_yes_nor_no_is_pointed_out() -> None:
    made = mapping.propose(example(), invented())
    applied = mapping.apply(raw(setting(sample(), "Individuellement", "à voir", 8), "x.csv"), made, invented())
    assert any("ni oui ni non" in plain(r) for o in applied.lines if o.line == 9 for r in o.reasons)


def sample() -> Sample:
    lines = list(csv.reader(io.StringIO(mapping.example().decode()), delimiter=";"))
    return Sample(mapping.EXAMPLE, tuple(map(tuple, lines)), victim=8)


# A list has no fixed columns: these are other lists, or the same one with other titles.
OTHER_LISTS = {"autre tableau", "classeur sans rapport", "une seule colonne", "sans titres", "titres au-dessus"}
SPOILT = [mutation for mutation in mutations.mutations(sample()) if mutation.name not in OTHER_LISTS]


@pytest.mark.parametrize("mutation", SPOILT, ids=str)
def test_a_list_is_brought_to_the_standard_or_refused_in_french(mutation: mutations.Mutation) -> None:
    if mutation.expected == "fichier":
        with pytest.raises(SourceError) as caught:
            raw(mutation.content, mutation.file)
        assert mutations.is_french(caught.value.message)
        return
    made = mapping.propose(example(), invented())
    wanted = brought(example(), made)
    table = raw(mutation.content, mutation.file)
    if set(made.columns()) - set(table.columns):  # titles in capitals: a person confirms the new proposal
        made = mapping.propose(table, invented())
    applied = mapping.apply(table, made, invented())
    names = set(wanted.places["nom"]) - ({"Bus du Héron"} if mutation.expected == "ligne" else set())
    assert set(applied.places["nom"]) == names
    expected = wanted.places.set_index("nom").drop(columns="id").sort_index()
    found = applied.places.set_index("nom").drop(columns="id").sort_index()
    assert found.equals(expected.loc[sorted(names)])
    if mutation.expected == "ligne":
        assert {o.line for o in applied.lines if o.status == "refusée"} == {10, mutation.line}


# -- the mapping as a text --------------------------------------------------------------


def test_a_mapping_is_a_readable_text() -> None:
    made = mapping.propose(example(), invented())
    text = mapping.dumps(made)
    assert mapping.loads(text) == made
    assert text.startswith("# Correspondance")
    assert '"Coord. X"' in text


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
RULES = st.one_of(
    st.builds(Rule, colonnes=st.lists(NAMES, min_size=1, max_size=3).map(tuple), raison=NAMES),
    st.builds(Rule, constante=NAMES),
    st.builds(
        Rule, colonnes=st.just(("a",)), lecture=st.just("liste"),
        valeurs=st.dictionaries(NAMES, st.sampled_from([(), ("Gratuit",), ("Gratuit", "Payant")]), max_size=3),
    ),
)  # fmt: skip


@settings(max_examples=60)
@given(RULES, RULES, st.sampled_from(["oui", "01", "1.5", "null", "~", "a: b", "# x", "é", "=1"]))
def test_any_mapping_survives_its_text(rule: Rule, other: Rule, name: str) -> None:
    plain_rule = Rule(colonnes=(name,), raison=name)
    fields = {"nom": plain_rule, "frais_a_charge": rule, "adresse": other.model_copy(update={"valeurs": {}})}
    made = Mapping(liste=name, champs=fields)
    assert mapping.loads(mapping.dumps(made)) == made


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("liste: a.csv\nchamps:\n  nom:\n    colonnes: [Lieu]\n  nomm:\n    colonnes: [X]\n", 5, "nomm"),
        ("liste: a.csv\nchamps:\n  nom:\n    colones: [Lieu]\n", 4, "n’existe pas"),
        ("liste: a.csv\nchamps:\n  nom: {}\n", 3, "constante"),
        ("liste: a.csv\nchamps:\n  nom:\n    colonnes: [A]\n    constante: B\n", 3, "Gardez"),
        ("liste: a.csv\nchamps:\n  services:\n    colonnes: [A]\n    lecture: devinette\n", 5, "cases"),
        ("liste: a.csv\nchamps:\n  telephone:\n    colonnes: [Tel]\n", 3, "personne"),
        (
            "liste: a.csv\nchamps:\n  frais_a_charge:\n    colonnes: [A]\n    valeurs:\n      x: [Gratuits]\n",
            6,
            "Gratuit",
        ),
        (
            "liste: a.csv\nchamps:\n  services:\n    colonnes: [A]\n    lecture: cases\n    valeurs:\n      B: []\n",
            3,
            "« B »",
        ),
        ("champs: {}\n", 1, "liste"),
        ("liste: a.csv\n", 1, "champs"),
        ("liste: a.csv\nliste: b.csv\nchamps: {}\n", 2, "deux fois"),
        ("liste: [a\n", 2, "crochet"),
        ("", 1, "aucun champ"),
        ("liste: a.csv\nchamps:\n  nom:\n    constante: oui\n", 4, "texte"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_by_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ManuscriptError) as caught:
        mapping.loads(text, "correspondance.yml")
    said = [plain(str(problem)) for problem in caught.value.problems]
    assert any(words in one for one in said), said
    assert line in {problem.line for problem in caught.value.problems}
    assert all(problem.file == "correspondance.yml" and problem.remedy for problem in caught.value.problems)


# -- the file at the standard -----------------------------------------------------------


@pytest.mark.usefixtures("country")
def test_what_is_written_is_read_back_by_the_reader_of_the_standard() -> None:
    table = raw(
        "Lieu;Adresse;Ville;Coord. X;Coord. Y;Type;Mis à jour\n"
        "Un;1 rue A - 01000 Alpha;Alpha;0.25;0.75;Association;07/12/2025\n"
        "=SOMME(A1);2 rue B - 01000 Delta;Delta;1.25;1.75;Mairie;08/12/2025\n"
        "+Trois;-3 rue C;Bourg-Seul;;;;09/12/2025\n"
    )
    made = mapping.propose(table).changed("pivot", Rule(constante="43493312300029"))
    applied = mapping.apply(table, made, atlas())
    content = mapping.to_csv(applied)
    assert content.decode().splitlines()[0] == ",".join(standard.fields())
    cells = list(csv.DictReader(io.StringIO(content.decode())))
    assert [one["nom"] for one in cells] == ["Un", "'=SOMME(A1)", "'+Trois"]
    assert not any(value.startswith(("=", "+", "@")) for one in cells for value in one.values())
    assert {one["telephone"] + one["courriels"] for one in cells} == {""}
    found = mediation.read(content, "au-standard.csv")
    assert found.report.count("refusée") == 0
    assert found.places.drop(columns="jeu").equals(applied.places.drop(columns="jeu"))


CELLS = st.sampled_from(
    [
        "",
        "Alpha",
        "0.5",
        "-1,5",
        "x",
        "oui",
        "|",
        "Gratuit",
        "=A1",
        "07/12/2025",
        "lundi 9h-12h",
        "99100",
        "a@b.fr",
        "é" * 80,
    ]
)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=5))
def test_whatever_a_list_holds_the_result_is_accepted_by_the_reader(cells: list[list[str]]) -> None:
    heading = ["nom", "adresse", "ville", "Coord. X", "Coord. Y", "services"]
    stream = io.StringIO()
    csv.writer(stream).writerows([heading, *cells])
    try:
        table = raw(stream.getvalue())
    except SourceError:
        return
    tables = invented()
    applied = mapping.apply(table, mapping.propose(table, tables), tables)
    assert len(applied.lines) == len(table.rows)
    assert applied.count("refusée") + len(applied.places) <= len(applied.lines)
    assert list(applied.standard.columns) == list(standard.fields())
    assert applied.places["id"].is_unique


# -- the notebook -----------------------------------------------------------------------


def test_the_assistant_opens_on_an_invented_list_and_says_so() -> None:
    desk = Assistant()
    assert desk.country.fictional
    html = lines_table(desk.applied)._repr_html_() + proposals_table(desk.mapping)._repr_html_()
    assert "Neuville-aux-Ormes" in html
    assert "inventés" in places_table(desk.applied, fictional=True).caption


def test_choosing_a_column_or_a_constant_changes_the_result() -> None:
    desk = Assistant()
    boxes = {row.children[0].description: row.children for row in desk.fields_box.children}
    chosen, text = boxes["Numéro SIRET, RNA ou RIDET (exigé)"]
    chosen.value = "="
    assert "pivot" not in desk.mapping.champs  # nothing is written yet
    text.value = "43493312300029"
    assert desk.mapping.missing() == ()
    frais, _ = boxes["Frais à charge"]
    frais.value = ""
    assert "frais_a_charge" not in desk.mapping.champs
    frais.value = "*"
    assert desk.mapping.champs["frais_a_charge"].colonnes == ("Tarifs",)
    commune, _ = boxes["Commune (exigé)"]
    commune.value = f"c{desk.raw.columns.index('Tarifs')}"
    assert desk.applied.count("refusée") == len(desk.applied.lines)
    commune.value = "*"
    assert desk.applied.count("refusée") == 1


def test_the_assistant_reads_lists_and_writes_both_files(tmp_path: Path) -> None:
    desk = Assistant(folder=tmp_path / "mes-listes")
    saved = desk.save_mapping()
    written = desk.save_list()
    assert mapping.loads(saved.read_text(encoding="utf-8")) == desk.mapping
    assert len(list(csv.DictReader(io.StringIO(written.read_text(encoding="utf-8"))))) == len(desk.applied.places)
    path = tmp_path / "liste.csv"
    path.write_bytes(mapping.example())
    desk.path.value, desk.saved.value = str(path), str(saved)
    desk._read()
    assert "liste.csv" in desk.message.widget.value
    assert desk.mapping == mapping.loads(saved.read_text(encoding="utf-8"))
    assert desk.country is atlas()  # a list of one's own is about the true country
    desk.path.value = str(tmp_path / "absente.csv")
    desk._read()
    assert "n’existe pas" in desk.message.widget.value


def test_a_list_that_is_no_table_leaves_the_assistant_as_it_was(tmp_path: Path) -> None:
    desk = Assistant()
    before = desk.applied
    path = tmp_path / "page.csv"
    path.write_text("<html>x</html>", encoding="utf-8")
    desk.path.value = str(path)
    desk._read()
    assert "alert" in desk.message.widget.value
    assert desk.applied is before


def test_hostile_lists_are_shown_as_texts() -> None:
    table = raw(setting(sample(), "Nom de la structure", "<script>alert(1)</script>", 8), "<b>x</b>.csv")
    applied = brought(table)
    html = lines_table(applied)._repr_html_() + places_table(applied, fictional=True)._repr_html_()
    html += proposals_table(mapping.propose(table, invented()))._repr_html_()
    assert "<script>alert" not in html
    assert "<b>x" not in html
