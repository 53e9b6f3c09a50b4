"""Cards and sessions: what the models accept, and how every mistake is explained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from mini_ateliers import card, free, front, library, session_fields, text, vocabulary
from yaml import safe_dump

from cartable import manuscript, session, workshop
from cartable.manuscript import ManuscriptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENGLISH = re.compile(
    r"\b(input|should|must|valid|field|required|expected|error|while|found|line|got|the|key|value)\b", re.IGNORECASE
)


def written(fields: dict[str, Any]) -> str:
    return safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)


def problems_of_card(source: str) -> tuple[manuscript.Problem, ...]:
    with pytest.raises(ManuscriptError) as caught:
        workshop.read(source, "essai", vocabulary())
    return caught.value.problems


def problems_of_session(source: str) -> tuple[manuscript.Problem, ...]:
    with pytest.raises(ManuscriptError) as caught:
        session.read(source, "essai", library())
    return caught.value.problems


def explained(problems: tuple[manuscript.Problem, ...], source: str) -> None:
    assert problems
    for problem in problems:
        assert 1 <= problem.line <= source.count("\n") + 1
        assert problem.message.strip().endswith((".", "?"))
        assert problem.remedy.strip()
        sentence = re.sub(r"« [^»]*»|«\u00a0[^»]*»", "", f"{problem.message} {problem.remedy}")
        assert not ENGLISH.search(sentence), sentence


# --- A hundred ways to be wrong -------------------------------------------------------------------------------------

SESSION = (
    written(
        session_fields(
            [
                free("Accueil", 10, "accueil"),
                {"atelier": "essai", "heure": "9:20", "priorite": 1},
                {
                    "paralleles": [
                        {"nom": "Élus", "deroule": [{"atelier": "essai"}]},
                        {"nom": "Habitants", "deroule": [free("Café", 20)]},
                    ]
                },
            ]
        )
    )
    .replace("true", "oui")
    .replace("false", "non")
)


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(source: str) -> str:
        assert old in source, f"« {old} » n’est pas dans le modèle d’essai"
        return source.replace(old, new, 1)

    return change


def without(field: str) -> Callable[[str], str]:
    """Remove a top-level field, with all its lines."""

    def change(source: str) -> str:
        changed = re.sub(rf"^{field}:.*\n(?:(?:[ -].*)\n)*", "", source, count=1, flags=re.MULTILINE)
        assert changed != source, field
        return changed

    return change


CARD_FIELDS = [name for name in workshop.Card.model_fields if name not in {"slug", "corps"}]
SESSION_FIELDS = [name for name, info in session.Session.model_fields.items() if name != "slug" and info.is_required()]
CARD_MUTATIONS = {
    **{f"sans {field}": without(field) for field in CARD_FIELDS},
    "texte au lieu d’un nombre": replaced("preparation: 20", "preparation: vingt"),
    "minutes en toutes lettres": replaced("typique: 10", "typique: dix"),
    "minutes négatives": replaced("min: 8", "min: -8"),
    "installation négative": replaced("installation: 5", "installation: -5"),
    "minutes décimales": replaced("min: 8", "min: 8.5"),
    "minutes en désordre": replaced("max: 14", "max: 4"),
    "minutes immenses": replaced("max: 14", "max: 100000"),
    "durée hors des bornes": replaced("par_personne: 0", "par_personne: 9"),
    "configuration inconnue": replaced("configuration: pleniere", "configuration: cercle"),
    "effectif en désordre": replaced("ideal: 12", "ideal: 2"),
    "groupe d’une personne": replaced("par_groupe: 4", "par_groupe: 1"),
    "canevas inconnu": replaced("canevas: aucun", "canevas: personna"),
    "livrable inconnu": replaced("- idees", "- idee"),
    "étape inconnue": replaced("- E1", "- E9"),
    "matériel inconnu": replaced("nom: Stylo", "nom: Stylos"),
    "quantité nulle": replaced("quantite: 2", "quantite: 0"),
    "par inconnu": replaced("par: personne", "par: tete"),
    "difficulté hors échelle": replaced("animation: 1", "animation: 4"),
    "distance ni oui ni non": replaced("possible: oui", "possible: peut-être"),
    "champ mal orthographié": replaced("intention:", "intentions:"),
    "champ inventé": replaced("preparation: 20", "preparation: 20\nhumeur: bonne"),
    "champ inventé dans une étape": replaced("  par_personne: 0", "  par_personne: 0\n  duree: 12"),
    "champ écrit deux fois": replaced("preparation: 20", "preparation: 20\npreparation: 30"),
    "intention trop longue": replaced("Essayer un format court", "Essayer " + "très " * 60 + "vite"),
    "consigne trop courte": replaced("Nous allons maintenant ouvrir, tous ensemble et sans nous presser.", "Allez."),
    "texte inachevé": replaced("Le groupe finit à l’heure.", "TODO trouver un signe"),
    "liste vide": replaced("entrees:\n- commande", "entrees: []"),
    "texte au lieu d’une liste": replaced("entrees:\n- commande", "entrees: commande"),
    "liste au lieu d’un texte": replaced("titre: Essai à la mairie", "titre: [Essai]"),
    "nombre au lieu d’un texte": replaced("titre: Essai à la mairie", "titre: 12"),
    "champ laissé vide": replaced("titre: Essai à la mairie", "titre:"),
    "objectif sans verbe": replaced("verbe: dire", "verbe: la parole"),
    "licence inconnue": replaced("licence: CC BY-SA 4.0", "licence: libre"),
    "année en lettres": replaced("annee: inconnue", "annee: hier"),
    "source sans état": replaced("  etat: à vérifier\n", ""),
    "deux étapes du même nom": replaced("nom: Chercher", "nom: Ouvrir"),
    "expérience sans date": replaced(
        "experiences: []", "experiences:\n- {territoire: Ici, effectif: 8, duree_reelle: 60, retour: Bien}"
    ),
    "expérience d’une date impossible": replaced(
        "experiences: []",
        "experiences:\n- {date: 2026-13-40, territoire: Ici, effectif: 8, duree_reelle: 60, retour: Bien}",
    ),
    "deux-points dans un texte": replaced("titre: Essai à la mairie", "titre: Essai : à la mairie: demain"),
    "tabulation": replaced("- nom: Chercher\n  minutes", "- nom: Chercher\n\tminutes"),
    "guillemet ouvert": replaced("titre: Essai à la mairie", 'titre: "Essai à la mairie'),
    "crochet ouvert": replaced("experiences: []", "experiences: ["),
    "accolade ouverte": replaced("experiences: []", "experiences: {a: 1"),
    "retrait faux": replaced("preparation: 20", "   preparation: 20"),
    "étoile": replaced("titre: Essai à la mairie", "titre: *Essai*"),
    "arobase": replaced("titre: Essai à la mairie", "titre: @mairie"),
    "sans en-tête": replaced("---\ntitre", "titre"),
    "en-tête non refermé": lambda source: source.replace("\n---\n", "\n", 1),
    "en-tête vide": lambda source: "---\n---\n" + source.split("\n---\n", 1)[1],
    "texte trop court": lambda source: source.replace("phrase ", ""),
    "titre du texte manquant": replaced("## Avant", "## Préparer"),
    "étape du texte manquante": replaced("### Chercher", "### Trouver"),
    "partie vide": lambda source: re.sub(r"## Après\n\n(phrase ?)+", "## Après\n", source),
    "texte non fini": replaced("phrase phrase", "lorem ipsum"),
}
SESSION_MUTATIONS = {
    **{f"sans {field}": without(field) for field in SESSION_FIELDS},
    "25 heures": replaced("debut: '9:00'", "debut: '25:00'"),
    "heure en lettres": replaced("fin: '12:00'", "fin: midi"),
    "61 minutes": replaced("fin: '12:00'", "fin: '11:61'"),
    "heure en nombre": replaced("fin: '12:00'", "fin: 12"),
    "fin avant le début": replaced("fin: '12:00'", "fin: '8:00'"),
    "heure fixée hors de la journée": replaced("heure: '9:20'", "heure: '14:00'"),
    "heure fixée impossible": replaced("heure: '9:20'", "heure: '9h75'"),
    "format inconnu": replaced("atelier: essai", "atelier: essais"),
    "étape inconnue": replaced("etape: E1", "etape: E12"),
    "deux choses sur une ligne": replaced("atelier: essai", "bloc: Essai\n    atelier: essai"),
    "ligne vide": replaced("- atelier: essai\n    heure: '9:20'\n    priorite: 1", "- heure: '9:20'"),
    "bloc sans minutes": replaced("    minutes: 10\n", ""),
    "bloc sans genre": replaced("    genre: accueil\n", ""),
    "minutes négatives": replaced("minutes: 10", "minutes: -10"),
    "minutes en lettres": replaced("minutes: 10", "minutes: dix"),
    "minutes sur un atelier": replaced("priorite: 1", "minutes: 12"),
    "priorité hors échelle": replaced("priorite: 1", "priorite: 7"),
    "genre inconnu": replaced("genre: accueil", "genre: apéro"),
    "groupe à une heure fixée": replaced("bloc: Café", "bloc: Café\n        heure: '9:30'"),
    "un seul groupe": lambda source: source[: source.index("    - nom: Habitants")],
    "boucle": replaced("objectifs:", "objectifs: &o\n- *o\nautres:"),
    "longueur inconnue": replaced("longueur: moyenne", "longueur: énorme"),
    "mot d’accueil trop court": lambda source: re.sub(r"mot_d_accueil: .*", "mot_d_accueil: Bonjour.", source),
    "effectif en désordre": replaced("ideal: 12", "ideal: 120"),
    "date impossible": replaced("- nom: Matin", "- nom: Matin\n  date: 31/02/2026"),
    "fichier vide": lambda _: "",
    "fichier de texte": lambda _: "Bonjour",
}


def test_il_y_a_bien_cent_fautes() -> None:
    assert len(CARD_MUTATIONS) + len(SESSION_MUTATIONS) >= 100


@pytest.mark.parametrize("name", CARD_MUTATIONS)
def test_une_fiche_fautive_est_expliquee(name: str) -> None:
    source = CARD_MUTATIONS[name](text())
    explained(problems_of_card(source), source)


@pytest.mark.parametrize("name", SESSION_MUTATIONS)
def test_une_seance_fautive_est_expliquee(name: str) -> None:
    source = SESSION_MUTATIONS[name](SESSION)
    explained(problems_of_session(source), source)


@pytest.mark.parametrize(
    ("name", "marker", "field"),
    [
        ("texte au lieu d’un nombre", "preparation: vingt", "preparation"),
        ("minutes en toutes lettres", "typique: dix", "deroule[1].minutes.typique"),
        ("canevas inconnu", "canevas: personna", "canevas"),
        ("livrable inconnu", "- idee", "sorties[1]"),
        ("champ inventé", "humeur: bonne", "humeur"),
        ("champ inventé dans une étape", "duree: 12", "deroule[1].duree"),
        ("champ mal orthographié", "intentions:", "intentions"),
        ("année en lettres", "annee: hier", "origine.annee"),
        ("étape du texte manquante", "## Pendant", "texte"),
    ],
)
def test_la_ligne_et_le_champ_sont_les_bons(name: str, marker: str, field: str) -> None:
    source = CARD_MUTATIONS[name](text())
    line = next(
        i
        for i, content in enumerate(source.splitlines(), 1)
        if content.strip().lstrip("- ") == marker.lstrip("- ") or marker in content
    )
    assert (line, field) in {(problem.line, problem.field) for problem in problems_of_card(source)}


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("canevas inconnu", "persona"),
        ("livrable inconnu", "idees"),
        ("matériel inconnu", "Stylo"),
        ("champ mal orthographié", "intention"),
    ],
)
def test_le_mot_voisin_est_propose(name: str, proposal: str) -> None:
    problems = problems_of_card(CARD_MUTATIONS[name](text()))
    assert any(problem.remedy == f"Vouliez-vous écrire « {proposal} » ?" for problem in problems)


def test_toutes_les_fautes_sont_dites_en_une_fois() -> None:
    source = text().replace("preparation: 20", "preparation: vingt").replace("canevas: aucun", "canevas: rien")
    assert {problem.field for problem in problems_of_card(source)} == {"preparation", "canevas"}


def test_l_erreur_se_lit_d_une_traite() -> None:
    (problem,) = problems_of_card(text().replace("preparation: 20", "preparation: vingt"))
    assert str(problem).startswith("workshops/essai.md, ligne ")
    assert "champ « preparation » : il faut un nombre entier, et non « vingt ». Écrivez un nombre" in str(problem)


# --- What the models accept -----------------------------------------------------------------------------------------


def test_une_fiche_complete() -> None:
    one = workshop.read(text(), "essai", vocabulary())
    assert one.titre == "Essai à la mairie"
    assert one.distance.possible is True
    assert one.total() == 30
    assert tuple(one.sections()) == workshop.SECTIONS
    assert list(one.guidance()) == ["Ouvrir", "Chercher", "Conclure"]


def test_la_typographie_est_francaise_quoi_qu_on_tape() -> None:
    fields = front(salle="La salle du conseil : chaises, tables ; l'entrée de plain-pied, « côté cour » !")
    one = workshop.read(text(fields), "essai", vocabulary())
    assert (
        one.salle
        == "La salle du conseil\u00a0: chaises, tables\u202f; l’entrée de plain-pied, «\u00a0côté cour\u00a0»\u202f!"
    )


@pytest.mark.parametrize(
    ("written_hour", "minutes"), [("18:05", 1085), ("9h", 540), ("9 h 30", 570), ("0:00", 0), ("23:59", 1439)]
)
def test_les_heures_se_lisent_comme_on_les_ecrit(written_hour: str, minutes: int) -> None:
    assert session.hour(written_hour) == minutes


def test_une_heure_sans_guillemets_reste_une_heure() -> None:
    source = SESSION.replace("debut: '9:00'", "debut: 9:00").replace("fin: '12:00'", "fin: 12:00")
    made = session.read(source, "essai", library())
    assert (made.jours[0].debut, made.jours[0].fin) == ("9:00", "12:00")


def test_une_fiche_fautive_n_arrete_pas_les_autres(tmp_path: Path) -> None:
    (tmp_path / "vocabulaire.yml").write_text(written(vocabulary().model_dump(exclude={"canevas"})), encoding="utf-8")
    (tmp_path / "bonne.md").write_text(text(), encoding="utf-8")
    (tmp_path / "mauvaise.md").write_text(text().replace("preparation: 20", "preparation: vingt"), encoding="utf-8")
    (tmp_path / "latine.md").write_bytes(text().encode("latin-1", errors="replace"))
    (tmp_path / "LISEZMOI.md").write_text("# Lisez-moi", encoding="utf-8")
    found = workshop.load(tmp_path)
    assert list(found.cards) == ["bonne"]
    assert {problem.file.rsplit("/", 1)[-1] for problem in found.problems} == {"mauvaise.md", "latine.md"}


def test_une_fiche_enregistree_par_le_bloc_notes_de_windows(tmp_path: Path) -> None:
    (tmp_path / "vocabulaire.yml").write_text(written(vocabulary().model_dump(exclude={"canevas"})), encoding="utf-8")
    (tmp_path / "bloc-notes.md").write_bytes(b"\xef\xbb\xbf" + text().replace("\n", "\r\n").encode())
    assert workshop.load(tmp_path).problems == ()


def test_les_groupes() -> None:
    one = card()
    assert [one.group_count("groupe", n) for n in (1, 2, 4, 5, 9, 12)] == [1, 1, 1, 2, 3, 3]
    assert [one.group_count("binome", n) for n in (1, 2, 3, 7)] == [1, 1, 1, 3]
    assert [one.group_count("trio", n) for n in (3, 4, 5, 7)] == [1, 2, 2, 3]
    assert one.group_count("seul", 9) == 9
