"""``cartable donnees``: what is at hand, what could be; fetch it, or read a file that was sent; go back, forget."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cartable.errors import CartableError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from cartable.sources.cache import Cache
    from cartable.sources.model import Source
    from cartable.sources.refresh import Outcome

    Commands = argparse._SubParsersAction  # noqa: SLF001 (the type that argparse gives to no one)

WIDTH = 78
EVERYTHING = "« --rapport rapport.csv » les écrit toutes"
NEIGHBOURHOODS, OLD = "qpv", "--accepter-2014"


def add(commands: Commands, parser: Callable[..., argparse.ArgumentParser]) -> None:  # type: ignore[type-arg]
    """Add the command to the main parser; ``parser`` makes those of its actions."""
    main = commands.add_parser(
        "donnees",
        help="va chercher des données publiques de plus, ou lit un fichier reçu",
        description="Sans action, dit ce qui est là. Rien n’est téléchargé sans « actualiser » ; rien n’est envoyé.",
    )
    main.set_defaults(run=show_state)
    actions = main.add_subparsers(metavar="action", dest="action", title="actions", parser_class=parser)
    sub = actions.add_parser("etat", help="dit ce qui est là, de quand, et ce que chaque source ajouterait")
    sub.set_defaults(run=show_state)
    _add_refresh(actions)
    sub = actions.add_parser("exporter", help="copie les données d’une source dans un dossier, pour une clé USB")
    _name(sub)
    sub.add_argument(
        "-o", "--sortie", type=Path, metavar="DOSSIER", help="dossier à écrire (donnees-SOURCE par défaut)"
    )
    sub.set_defaults(run=export)
    sub = actions.add_parser("relire", help="relit les fichiers déjà là, sans connexion, après une mise à jour")
    sub.add_argument("sources", nargs="*", metavar="SOURCE", help="noms des sources (toutes par défaut)")
    sub.set_defaults(run=read_again)
    sub = actions.add_parser("revenir", help="reprend les données d’avant")
    _name(sub)
    sub.set_defaults(run=go_back)
    sub = actions.add_parser("oublier", help="retire les données d’une source de cet ordinateur")
    _name(sub)
    sub.set_defaults(run=forget)


def _name(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("source", metavar="SOURCE", help="nom de la source, celui que donne « etat »")


def _add_refresh(actions: Commands) -> None:  # type: ignore[type-arg]
    sub = actions.add_parser("actualiser", help="télécharge des sources, ou lit le fichier que l’on donne")
    sub.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="noms des sources (toutes celles qui se téléchargent par défaut)"
    )
    sub.add_argument(
        "--fichier", type=Path, metavar="F", help="fichier reçu, lu au lieu de télécharger ; la source est devinée"
    )
    sub.add_argument("--pour", default="", metavar="SIREN", help="EPCI, pour une source qui se demande EPCI par EPCI")
    sub.add_argument(OLD, action="store_true", help="accepte les périmètres de quartiers de 2014, périmés")
    sub.add_argument("--rapport", type=Path, metavar="F", help="écrit dans un tableau (CSV) le sort de chaque ligne")
    sub.set_defaults(run=refresh)


def show_state(_options: argparse.Namespace) -> None:
    """Print every source: what it gives, what is at hand."""
    from cartable import wording  # noqa: PLC0415 (pandas is slow to import: not for --help)
    from cartable.sources import catalogue, state  # noqa: PLC0415
    from cartable.sources.cache import Cache  # noqa: PLC0415

    cache = Cache()
    shown = [state.of(source, cache) for source in catalogue.SOURCES.values()]
    for one in shown:
        print(wording.typeset(f"{one.source.key} : {one.source.title}, {one.source.producer}"))
        print(wording.typeset(f"    donne : {one.source.gives}"))
        for line in one.lines():
            print(f"    {line}")
    count = sum(one.at_hand for one in shown)
    print(wording.typeset(f"\n{count} sur {len(shown)} à portée de main, dans {cache.folder}"))
    problems = [problem for one in shown for problem in one.problems]
    if problems:
        raise CartableError("\n".join(str(problem) for problem in problems))


def refresh(options: argparse.Namespace) -> None:
    """Bring sources up to date and tell what became of each."""
    from cartable.sources.cache import Cache  # noqa: PLC0415
    from cartable.sources.refresh import handed  # noqa: PLC0415

    cache, document = Cache(), handed(options.fichier) if options.fichier else None
    if document:
        sources = [_source_of(options.sources, document.content, document.name)]
    else:
        sources = _asked(options.sources, options.pour)
    if options.accepter_2014 and NEIGHBOURHOODS not in {source.key for source in sources}:
        raise CartableError(f"« {OLD} » ne concerne que les quartiers (qpv).", "Retirez cette option.")
    siren, failed = _siren(options.pour), []
    for source in sources:
        try:
            outcome = _refresh_one(source, cache, options, document, siren)
        except CartableError as error:
            _complain(f"{source.title} : {error}{_despite(source, error)}")
            failed.append(source.key)
        else:
            _tell(outcome, cache, _report_path(options.rapport, source.key, len(sources)))
    _conclude(failed)


def read_again(options: argparse.Namespace) -> None:
    """Read again the files already kept."""
    from cartable.sources import catalogue, state  # noqa: PLC0415
    from cartable.sources.cache import Cache  # noqa: PLC0415
    from cartable.sources.refresh import reread  # noqa: PLC0415

    cache, failed = Cache(), []
    slots = [state.resolve(cache, name) for name in options.sources] or cache.slots()
    for slot in slots:
        key, _, siren = slot.partition("-")
        try:
            _tell(reread(catalogue.get(key), cache=cache, siren=siren), cache, None)
        except CartableError as error:
            _complain(f"{slot} : {error}")
            failed.append(slot)
    _conclude(failed)


def _conclude(failed: Sequence[str]) -> None:
    if failed:
        raise CartableError(f"Sans succès : {', '.join(failed)}.", "Voyez le détail ci-dessus.")


def _source_of(names: Sequence[str], content: bytes, file: str) -> Source:
    """Return the source of a file that was handed over: the one named, or the one that it looks like."""
    from cartable import wording  # noqa: PLC0415
    from cartable.sources import catalogue  # noqa: PLC0415

    if len(names) > 1:
        raise CartableError(
            "Un fichier ne vient que d’une source.", "N’en nommez qu’une, ou aucune : elle sera devinée."
        )
    if names:
        return catalogue.get(names[0])
    source = catalogue.recognise(content, file)
    print(wording.typeset(f"« {file} » a la forme de : {source.title} ({source.key})."))
    return source


def _asked(names: Sequence[str], territory: str) -> list[Source]:
    """Return the sources named, or all those that can be downloaded; say which ones cannot."""
    from cartable import wording  # noqa: PLC0415
    from cartable.sources import catalogue  # noqa: PLC0415
    from cartable.sources.refresh import SIREN  # noqa: PLC0415

    if names:
        return [catalogue.get(name) for name in dict.fromkeys(names)]
    chosen = []
    for source in catalogue.SOURCES.values():
        if source.url and (territory or SIREN not in source.url):
            chosen.append(source)
            continue
        why = (
            "demande « --pour » et un EPCI" if source.url else f"se prend sur {source.page}, puis se donne (--fichier)"
        )
        print(wording.typeset(f"{source.title} ({source.key}) : laissé de côté, {why}."))
    return chosen


def _siren(text: str) -> str:
    from cartable import territory  # noqa: PLC0415

    return territory.find(text).siren if text else ""


def _refresh_one(source: Source, cache: Cache, options: argparse.Namespace, document: object, siren: str) -> Outcome:
    from cartable.sources import neighbourhoods  # noqa: PLC0415
    from cartable.sources import refresh as path  # noqa: PLC0415

    lenient = options.accepter_2014 and source.key == NEIGHBOURHOODS
    try:
        return path.refresh(
            source,
            cache=cache,
            clock=dt.date.today,
            file=document if isinstance(document, path.Document) else None,
            siren=siren if path.SIREN in source.url else "",
            read=neighbourhoods.read_old if lenient else None,
            progress=_Bar(source.title) if sys.stderr.isatty() else None,
        )
    except KeyboardInterrupt:
        raise CartableError("Interrompu.", "Les données d’avant, s’il y en a, restent en place.") from None
    finally:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{'':{WIDTH}}\r")


def _despite(source: Source, error: CartableError) -> str:
    """Say which option takes old outlines all the same, when they are what was refused."""
    return f" Ici : {OLD}." if source.key == NEIGHBOURHOODS and "2014" in error.message else ""


class _Bar:
    """How much has come, on one line that writes over itself."""

    def __init__(self, title: str) -> None:
        self.title, self.last = title, -1

    def __call__(self, received: int, expected: int | None) -> None:
        tenths = received // 100_000
        if tenths != self.last:
            self.last = tenths
            whole = f" sur {expected / 1e6:.1f}" if expected else ""
            text = f"{self.title} : {tenths / 10:.1f}{whole} Mo".replace(".", ",")
            sys.stderr.write(f"\r{text[:WIDTH]:{WIDTH}}")
            sys.stderr.flush()


def _complain(text: str) -> None:
    from cartable import wording  # noqa: PLC0415

    sys.stderr.write(f"{wording.typeset(text)}\n")


def _report_path(path: Path | None, key: str, count: int) -> Path | None:
    return path.with_name(f"{path.stem}-{key}{path.suffix}") if path and count > 1 else path


def _tell(outcome: Outcome, cache: Cache, path: Path | None) -> None:
    """Print what became of a file, the first lines of its report, and write the whole of it if asked."""
    from cartable import output  # noqa: PLC0415
    from cartable.sources import formats, state  # noqa: PLC0415
    from cartable.sources.cache import slot_of  # noqa: PLC0415

    print(outcome.sentence())
    for notice in outcome.notices:
        print(f"    Attention\u00a0: {notice}")
    if outcome.report:
        for line in state.remarks(outcome.report, str(path or EVERYTHING)):
            print(f"    {line}")
    if path:
        slot = slot_of(outcome.record.source, outcome.record.siren)
        output.write(path, cache.content(slot, formats.REPORT))
        print(f"    Rapport écrit\u00a0: {path}")


def export(options: argparse.Namespace) -> None:
    """Copy everything known of a source into a folder."""
    from cartable import output, wording  # noqa: PLC0415
    from cartable.errors import reason  # noqa: PLC0415
    from cartable.sources import state  # noqa: PLC0415
    from cartable.sources.cache import Cache  # noqa: PLC0415

    cache = Cache()
    slot = state.resolve(cache, options.source)
    files = state.export(cache, slot)
    folder = options.sortie or Path(f"donnees-{slot}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CartableError(
            f"Impossible de faire le dossier « {folder} » : {reason(error)}.", "Choisissez-en un autre."
        ) from error
    for name, content in files.items():
        output.write(folder / name, content)
    print(wording.typeset(f"{wording.plural(len(files), 'fichier')} dans {folder}"))
    record = cache.record(slot)
    if record and record.warning:
        print(wording.typeset(f"Attention : {record.warning}"))


def go_back(options: argparse.Namespace) -> None:
    """Put the data of before in use again."""
    from cartable import wording  # noqa: PLC0415
    from cartable.sources import state  # noqa: PLC0415
    from cartable.sources.cache import Cache  # noqa: PLC0415

    cache = Cache()
    record = cache.restore(state.resolve(cache, options.source))
    print(wording.typeset(f"{record.title} : de nouveau {record.vintage}, {record.came}."))


def forget(options: argparse.Namespace) -> None:
    """Remove the data of a source."""
    from cartable.sources import state  # noqa: PLC0415
    from cartable.sources.cache import Cache  # noqa: PLC0415

    cache = Cache()
    slot = state.resolve(cache, options.source)
    cache.forget(slot)
    print(f"Les données de «\u00a0{slot}\u00a0» ne sont plus sur cet ordinateur.")
