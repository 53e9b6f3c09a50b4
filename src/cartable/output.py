"""Files written for a person: whole or not at all, and a French sentence when the place refuses them."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from cartable.errors import CartableError, reason

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Put a text or bytes in a file in one move: whatever happens, the file is the old one or the new one.

    Raises
    ------
    CartableError
        If the folder does not exist, or the file is open elsewhere, or the disk refuses it.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        _forget(draft)
        raise CartableError(
            f"Impossible d’écrire « {path} » : {reason(error)}.",
            "Choisissez un dossier qui existe et où vous avez le droit d’écrire ; "
            "si le fichier est ouvert dans un logiciel, fermez-le.",
        ) from error
    except BaseException:
        _forget(draft)
        raise


def folder(path: Path) -> Path:
    """Make a folder where files of a person will go, if it is not there.

    Raises
    ------
    CartableError
        If the place refuses it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CartableError(
            f"Le dossier « {path} » ne peut pas être créé : {reason(error)}.",
            "Ouvrez ce notebook dans un dossier où vous avez le droit d’écrire.",
        ) from error
    return path


def _forget(draft: Path) -> None:
    with contextlib.suppress(OSError):
        draft.unlink(missing_ok=True)
