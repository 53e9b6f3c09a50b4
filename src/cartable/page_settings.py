"""The settings of a notebook that is shown as a page: written in a form at its top, they come in its address.

The server of pages gives the kernel the end of the address in ``QUERY_STRING``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from cartable.errors import CartableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = str | int | bool | None

VARIABLE, YES = "QUERY_STRING", "oui"


def chosen(**defaults: Value) -> Mapping[str, Value]:
    """Return each setting as the page asks for it, or as the notebook has it.

    Parameters
    ----------
    defaults
        The settings of the notebook; what the address has beside them is ignored.

    Raises
    ------
    CartableError
        If a number is not one.
    """
    asked = parse_qs(os.environ.get(VARIABLE, ""), keep_blank_values=True)
    return {name: _read(name, asked[name][-1], value) if name in asked else value for name, value in defaults.items()}


def _read(name: str, text: str, default: Value) -> Value:
    """Return what was typed, as the kind of value that the notebook expects."""
    typed = text.strip()
    if isinstance(default, bool):
        return typed == YES
    if isinstance(default, str):
        return typed
    if not typed:
        return default
    try:
        return int(typed)
    except ValueError:
        raise CartableError(f"« {name} » doit être un nombre entier. Corrigez « {typed} ».") from None
