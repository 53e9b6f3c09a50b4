"""Le temps de saisie sous dictée, calculé touche par touche sur les papiers de la démarche inventée.

Modèle : keystroke-level model (Card, Moran et Newell, 1980). Ce n’est pas une mesure en salle.
`python benchmarks/saisie_sous_dictee.py`
"""

from __future__ import annotations

from cartable import canvas, example
from cartable.entry import keystrokes
from cartable.entry.keystrokes import Paper

PAPERS, MINUTES = 180, 45


def papers() -> list[Paper]:
    """Return 180 papers as they are typed, table by table."""
    state, known = example.open_example().state, canvas.load()
    found = []
    for note in state.all("note"):
        board = state.things[str(note["tableau"])]
        table = state.things.get(str(note["table"] or board["table"]))
        prefix = known[str(board["canevas"])].zone(str(note["zone"])).prefixe
        found.append(Paper(str(note["texte"]), prefix, note["numero"], str(table["nom"]) if table else ""))
    return sorted(found[:PAPERS], key=lambda paper: paper.table)


def main() -> None:
    """Print the time of each level and of each way, and the slowest typing that still holds."""
    listed = papers()
    length = sum(len(paper.text) for paper in listed) / len(listed)
    print(f"{len(listed)} papiers, {length:.0f} caractères en moyenne ; but : moins de {MINUTES} minutes")
    for level in keystrokes.K:
        told = [f"{way} {keystrokes.dictation(listed, level, way).minutes:.0f} min" for way in
                ("prefixe", "clavier", "souris")]  # fmt: skip
        alone = keystrokes.alone(listed, level).minutes
        kept = "tenu" if keystrokes.dictation(listed, level).minutes < MINUTES else "MANQUÉ"
        print(f"frappe {level} : {', '.join(told)} ; seul {alone:.0f} min : {kept}")
    slowest = keystrokes.limit(listed, MINUTES)
    print(f"Le but est tenu jusqu’à {slowest:.2f} s par touche, environ {60 / slowest / 6:.0f} mots par minute")


if __name__ == "__main__":
    main()
