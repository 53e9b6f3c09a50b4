"""What a strict editor sees: each rule catches its fault, and lets the correct text through."""

import datetime as dt

import pytest
from tools import texts

N, W = "\u202f", "\u00a0"
FAULTY = {
    "l'élue": "apostrophe",
    'dit "bonjour" fort': "guillemets droits",
    "il dit « oui » ici": "guillemet sans espace",
    "vraiment ? Oui": "ponctuation double",
    "vraiment? Oui": "ponctuation double",
    "voici : rien": "deux-points",
    "voici: rien": "deux-points",
    "et puis...": "trois points",
    f"15,4 % en 2021{W}: un chiffre": "%",
    "soit 1 668 personnes": "nombre coupé",
    "à 14 h 30 précises": "heure coupée",
    "la mairie — ouverte": "tiret cadratin",
    "chacun·e": "point médian",
}
CLEAN = (
    f"L’élue dit «{N}oui{N}» à 14{W}h{W}30{N}; voici{W}: 1{N}668 personnes, 15,4{N}% en 2021{N}! Vraiment{N}?",
    'Voir `l\'option "x"` et [la page](https://exemple.fr/a?b=1).',
    '```yaml\ntitre: "oui" ?\n```',
    ":::{admonition} Titre\n:class: tip\n:::",
    "| Heure | Quoi |\n|---|---|",
    "Le service data·inclusion existe.",
)


@pytest.mark.parametrize(("text", "said"), FAULTY.items())
def test_chaque_faute_de_typographie_est_vue_puis_corrigee(text, said):
    found = list(texts.typography("a.md", f"Une ligne.\n\n{text}"))
    assert [fault.line for fault in found if said in fault.what] == [3], found


@pytest.mark.parametrize("text", CLEAN)
def test_un_texte_juste_ou_du_code_passe(text):
    assert not list(texts.typography("a.md", text))


def test_la_correction_range_les_espaces_et_laisse_le_code():
    text = "---\ntitre: a ?\n---\nVraiment ? Oui : 1 668.\n\n```\na ? b : c\n```\nFin !\n"
    fixed = texts.corrected(text)
    assert fixed == f"---\ntitre: a ?\n---\nVraiment{N}? Oui{W}: 1{N}668.\n\n```\na ? b : c\n```\nFin{N}!\n"
    assert not list(texts.typography("a.md", fixed))


def test_un_mot_anglais_a_son_mot_francais():
    (fault,) = texts.jargon("a.md", "Un texte.\nLe feedback des maires.")
    assert (fault.line, "retour" in fault.what) == (2, True)
    assert not list(texts.jargon("a.md", "Le retour des maires, `feedback` et [x](feedback.md)."))


def test_un_pourcentage_dit_son_annee_ou_sa_source():
    assert [f.line for f in texts.figures("a.md", f"# T\n\nBien.\n\nIls sont 31{N}% à le dire.")] == [5]
    assert not list(texts.figures("a.md", f"Ils sont 31{N}% (Insee, 2021)."))
    assert not list(texts.figures("a.md", f"## Exemple fictif\n\nIls sont 31{N}% (Insee)."))
    assert not list(texts.figures("a.md", f"Imprimez à 100{N}%."))


def test_un_paragraphe_ne_se_dit_pas_deux_fois():
    long = "Une phrase assez longue pour que deux pages ne puissent pas la dire avec les mêmes mots par hasard."
    (fault,) = texts.repeated({"a.md": f"# A\n\n{long}", "b.md": f"{long.upper()}"})
    assert (fault.file, fault.line) == ("b.md", 1)
    assert "a.md, ligne 3" in fault.what
    assert not list(texts.repeated({"a.md": long, "b.md": "Une phrase courte, que l’on peut redire."}))


def test_une_phrase_trop_longue_et_une_page_lourde_se_disent():
    long = "mot " * 45
    (one, two) = texts.heavy(texts.reading("a.md", f"{long}."))
    assert "45 mots" in one.what
    assert "en moyenne" in two.what
    assert not list(texts.heavy(texts.reading("a.md", "Une phrase. Une autre, un peu plus longue.")))


def test_la_facilite_de_lecture_baisse_quand_les_mots_s_allongent():
    simple = texts.reading("a.md", "Le maire lit. La salle rit. On part tôt.")
    heavy = texts.reading("a.md", "L’opérationnalisation intercommunautaire conditionne l’institutionnalisation.")
    assert simple.ease > 100 > heavy.ease


@pytest.mark.parametrize(("word", "count"), [("mairie", 2), ("élue", 2), ("parlent", 1), ("numérique", 3), ("le", 1)])
def test_les_syllabes(word, count):
    assert texts.syllables(word) == count


def test_un_etat_verifie_il_y_a_plus_d_un_an_est_dit_sans_rien_faire_echouer():
    text = f"Actif, état vérifié le 22{W}novembre 2026."
    assert not list(texts.old("a.md", text, dt.date(2027, 11, 22)))
    assert len(list(texts.old("a.md", text, dt.date(2027, 11, 23)))) == 1
    assert not [f for f in texts.faults({"book/a.md": text}) if "vérifié" in f.what]


@pytest.mark.parametrize(
    "word", ["intercommunalité", "l’EPCI", "Val-de-Brume", "médiatrices", "aujourd’hui", "Cartable"]
)
def test_un_mot_juste_est_connu(word):
    assert texts.known(word)


@pytest.mark.parametrize("word", ["intercomunalité", "mediatrice", "l’habitan", "acceuil"])
def test_une_faute_d_orthographe_est_vue(word):
    assert [f.line for f in texts.spelling("a.md", f"\nUne {word} ici.")] == [2]


def test_les_mots_du_projet_sont_utiles_et_uniques():
    lines = [line for line in texts.WORDS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines))
    # A word that the dictionary has would hide its removal from there.
    assert not [word for word in lines if texts.dictionary().lookup(word)]
    said = set(texts.WORD.findall(" ".join(texts.collected().values()).replace("-", " ").replace("’", " ")))
    said |= set(texts.WORD.findall(" ".join(texts.collected().values())))
    assert not [word for word in lines if word not in said and not any(word in one for one in said)]


def test_le_code_de_sortie_suit_ce_qui_est_a_corriger(monkeypatch, capsys):
    monkeypatch.setattr(texts, "collected", lambda: {"book/a.md": "Un texte juste."})
    assert texts.main(["--rapport"]) == 0
    assert "book/a.md" in capsys.readouterr().out
    monkeypatch.setattr(texts, "collected", lambda: {"book/a.md": "Le meeting du maire."})
    assert texts.main([]) == 1
    assert "réunion" in capsys.readouterr().out
