"""``cartable carnet doublons``, ``themes``, ``releve``, ``retour``, ``public`` and ``rapport``: what is given back."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import pandas as pd

    from cartable.record import Record
    from cartable.record.state import State
    from cartable.sheets import Document

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

ENDINGS = (".pdf", ".docx")


def add_actions(actions: Commands) -> None:  # type: ignore[type-arg]
    """Add the actions to those of ``cartable carnet``."""
    for name, run, said in (
        ("doublons", show_duplicates, "propose les papiers qui disent presque la même chose"),
        ("themes", show_themes, "propose des thèmes, expliqués par leurs mots"),
    ):
        sub = actions.add_parser(name, help=said)
        carnet(sub)
        sub.add_argument("--seance", default="", metavar="SEANCE", help="rang ou titre (toutes si rien n’est dit)")
        sub.set_defaults(run=run)
    _add_choices(actions)
    sub = actions.add_parser("releve", help="écrit le relevé de 48 heures d’une séance, en une page")
    document_of(sub, "releve.pdf", write_minutes)
    sub.add_argument("--seance", default="", metavar="SEANCE", help="rang ou titre (la dernière si rien n’est dit)")
    sub = actions.add_parser(
        "retour", help="écrit le retour aux participants : vous avez dit, nous faisons, qui, quand"
    )
    document_of(sub, "retour.pdf", write_restitution)
    sub.add_argument("--a-voix-haute", action="store_true", help="phrases courtes, à lire devant la salle")
    sub = actions.add_parser("public", help="écrit une version à publier, sans nom, et dit ce qu’il faut relire")
    document_of(sub, "public.pdf", write_public)
    sub = actions.add_parser("rapport", help="écrit le début du rapport : séances, canevas, votes, thèmes, décisions")
    document_of(sub, "rapport.docx", write_draft)


def _add_choices(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("retenir", help="retient un thème : les papiers qui disent certains mots")
    carnet(sub)
    sub.add_argument("--titre", required=True, help="nom du thème, avec les mots d’un papier")
    sub.add_argument("--mots", required=True, metavar="MOTS", help="expressions séparées par des virgules")
    sub.add_argument("--seance", default="", metavar="SEANCE", help="rang ou titre (toutes si rien n’est dit)")
    sub.set_defaults(run=keep_theme)
    sub = actions.add_parser("decider", help="note une décision, sa suite et le rôle qui la porte")
    carnet(sub)
    sub.add_argument("--texte", required=True, help="la décision, avec un verbe")
    sub.add_argument("--suite", choices=("retenu", "a-creuser", "ecarte"), required=True, help="ce qui en est fait")
    sub.add_argument("--par", required=True, metavar="ROLE", help="famille de rôles : elus, services, mediation…")
    sub.add_argument("--echeance", default="", metavar="AAAA-MM-JJ", help="date, si elle est connue")
    sub.add_argument("--mots", default="", metavar="MOTS", help="la fonde sur les papiers qui disent ces expressions")
    sub.add_argument("--seance", default="", metavar="SEANCE", help="rang ou titre (la dernière si rien n’est dit)")
    sub.set_defaults(run=decide)


def carnet(sub: argparse.ArgumentParser) -> None:
    """Ask for the file of a record."""
    sub.add_argument("carnet", type=Path, metavar="CARNET", help="fichier .carnet")


def document_of(sub: argparse.ArgumentParser, default: str, run: object) -> None:
    """Ask for a record, and for the document to be made of it."""
    carnet(sub)
    sub.add_argument(
        "-o", "--sortie", type=Path, default=Path(default), metavar="FICHIER",
        help=f"fichier à écrire, en .pdf ou en .docx ({default})",
    )  # fmt: skip
    sub.set_defaults(run=run)


def _ending(path: Path) -> str:
    if path.suffix.lower() not in ENDINGS:
        raise CartableError(f"« {path} » ne finit ni par .pdf, ni par .docx.", "Cette fin choisit le format.")
    return path.suffix.lower()


def written(document: Document, path: Path) -> None:
    """Write a document in the format that its name asks for, and say it."""
    from cartable import output, wording  # noqa: PLC0415
    from cartable.documents import pdf, word  # noqa: PLC0415 (typst and python-docx are slow to load)

    if _ending(path) == ".docx":
        output.write(path, word.write(document))
        print(f"Fichier écrit : {path}")
        return
    content = pdf.render(document)
    output.write(path, content)
    print(f"Fichier écrit : {path}, {wording.plural(pdf.pages(content), 'page')}")


def _notes(kept: Record, wanted: str) -> pd.DataFrame:
    """Return the papers of a session, or all of them."""
    from cartable.reports import telling  # noqa: PLC0415

    return telling.frame(kept.state, telling.session(kept.state, wanted).id) if wanted else kept.notes()


def show_duplicates(options: argparse.Namespace) -> None:
    """Print the papers that say nearly the same."""
    from cartable import synthesis, wording  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.reports.telling import quoted  # noqa: PLC0415

    with opened(options.carnet) as kept:
        found = synthesis.duplicates(_notes(kept, options.seance))
    for cluster in found:
        print(cluster.reason)
        print(*(f"  - {quoted(text)}" for text in cluster.texts), sep="\n")
    many = wording.plural(len(found), "rapprochement proposé", "rapprochements proposés")
    print(f"{many}. Rien n’est fusionné : décidez sur le mur.")


def show_themes(options: argparse.Namespace) -> None:
    """Print the themes that the words suggest."""
    from cartable import synthesis  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.reports.telling import quoted  # noqa: PLC0415

    with opened(options.carnet) as kept:
        found = synthesis.themes(_notes(kept, options.seance))
    for theme in found.themes:
        print(theme.sentence())
        print(*(f"  - {quoted(text)}" for text in theme.examples), sep="\n")
    print(found.notice)


def keep_theme(options: argparse.Namespace) -> None:
    """Keep a theme made of the papers that say some words."""
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.synthesis.choosing import gathered  # noqa: PLC0415

    with opened(options.carnet) as kept:
        print(gathered(kept, _notes(kept, options.seance), options.titre, options.mots))


def decide(options: argparse.Namespace) -> None:
    """Note a decision."""
    from cartable.cli.records import day, opened  # noqa: PLC0415
    from cartable.reports import telling  # noqa: PLC0415
    from cartable.synthesis.choosing import decided  # noqa: PLC0415
    from cartable.synthesis.holding import holding  # noqa: PLC0415

    if options.echeance:
        day(options.echeance)
    with opened(options.carnet) as kept:
        own = telling.session(kept.state, options.seance)
        found = holding(kept.notes(), options.mots) if options.mots else []
        how = (options.suite, options.par, options.echeance)
        print(decided(kept, own.id, options.texte, how, found))


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 (the date on the wall)


def report(options: argparse.Namespace, make: Callable[[State, dt.date, str], Document]) -> None:
    """Write the document that a record gives today."""
    from cartable import __version__  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415

    with opened(options.carnet) as kept:
        written(make(kept.state, _today(), __version__), options.sortie)


def write_minutes(options: argparse.Namespace) -> None:
    """Write the page of a session."""
    from cartable import reports  # noqa: PLC0415

    report(options, partial(reports.minutes, wanted=options.seance))


def write_restitution(options: argparse.Namespace) -> None:
    """Write what is given back to the participants."""
    from cartable import reports  # noqa: PLC0415

    report(options, partial(reports.restitution, aloud=options.a_voix_haute))


def write_draft(options: argparse.Namespace) -> None:
    """Write the beginning of the report."""
    from cartable import reports  # noqa: PLC0415

    report(options, reports.draft)


def write_public(options: argparse.Namespace) -> None:
    """Write what may be published, and say what must be read again."""
    from cartable import __version__, reports, wording  # noqa: PLC0415
    from cartable.cli.records import opened  # noqa: PLC0415
    from cartable.reports.public import ADVICE  # noqa: PLC0415

    with opened(options.carnet) as kept:
        found = reports.public(kept.state, _today(), __version__)
    written(found.document, options.sortie)
    if found.masked:
        print(wording.typeset(f"Masqué : {' ; '.join(found.masked)}."))
    if found.doubtful:
        print(wording.typeset(f"À relire, peut-être des noms : {', '.join(found.doubtful)}."))
    print(wording.typeset(ADVICE))
