"""Build the book by calling Sphinx directly: ``jupyter-book build``, without what costs it seconds."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, TextIO

from cartable.errors import CartableError, DataError

if TYPE_CHECKING:
    from pathlib import Path

# jsonschema loads these, if they are there, to check formats that no notebook holds (international
# addresses, durations); compiling the first one's grammar takes longer than a whole rebuild. « None » makes
# their import fail, which jsonschema foresees.
for _module in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(_module, None)  # type: ignore[arg-type]

ENVIRONMENT = "environment.pickle"
# The modules of myst_nb that execute notebooks. They load a database toolkit and a kernel client; ours are
# executed beforehand.
EXECUTION = {
    "cache": "NotebookClientCache",
    "direct": "NotebookClientDirect",
    "inline": "NotebookClientInline",
}


def sphinx_config(root: Path) -> dict[str, object]:
    """Translate ``_config.yml`` to Sphinx's settings, as jupyter-book does it.

    Raises
    ------
    DataError
        If the folder is not a book.
    """
    from jupyter_book.config import get_final_config  # noqa: PLC0415 (after the line on rfc3987_syntax)

    for name in ("_config.yml", "_toc.yml"):
        if not (root / name).is_file():
            raise DataError(
                f"Le dossier « {root} » ne contient pas de fichier « {name} ».",
                "Lancez la commande depuis le dossier du projet, ou donnez-lui ce dossier.",
            )
    config, _ = get_final_config(
        user_yaml=root / "_config.yml", sourcedir=root, cli_config={"latex_individualpages": False}
    )
    return dict(config)


def skip_execution() -> None:
    """Have myst_nb start without what it would only need to execute notebooks."""
    for module, client in EXECUTION.items():
        stub = ModuleType(f"myst_nb.core.execute.{module}")
        setattr(stub, client, None)
        sys.modules.setdefault(stub.__name__, stub)


def build(root: Path, output: Path | None = None, *, fresh: bool = False, status: TextIO | None = None) -> int:
    """Build the book in ``_build/html`` and return an exit code: 0 only without error nor warning.

    Parameters
    ----------
    output
        Where the pages go; the memory of the build goes beside it.
    fresh
        Start again from nothing.
    status
        Where Sphinx tells its progress.
    """
    output = output or root / "_build" / "html"
    memory = output.parent / ".doctrees"
    code = 2
    try:
        code = _run_sphinx(root, output, memory, fresh, status)
    finally:
        if code:
            # The pages that were read will not warn again: without their memory, the next build starts afresh
            # and cannot pass over what this one refused.
            (memory / ENVIRONMENT).unlink(missing_ok=True)
    return code


def _run_sphinx(root: Path, output: Path, memory: Path, fresh: bool, status: TextIO | None) -> int:
    config = sphinx_config(root)
    if config["nb_execution_mode"] == "off":
        skip_execution()
    from sphinx.application import Sphinx  # noqa: PLC0415 (0.3 s that a wrong folder does not deserve)
    from sphinx.errors import SphinxError  # noqa: PLC0415
    from sphinx.util.docutils import docutils_namespace, patch_docutils  # noqa: PLC0415

    try:
        with patch_docutils(str(root)), docutils_namespace():
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=output,
                doctreedir=memory,
                buildername="html",
                confoverrides=config,
                status=status,
                # Sphinx's default is the stream of the moment when it was imported.
                warning=sys.stderr,
                freshenv=fresh,
                warningiserror=True,
                keep_going=True,
            )
            app.build()
    except (SphinxError, OSError) as error:
        raise CartableError(f"Le livre n'est pas construit : {error}.", "Corrigez, puis relancez.") from error
    return int(app.statuscode)
