"""The commands of the house: ``py tasks.py livre`` anywhere, ``make book`` where there is make.

Standard library only, and no syntax that an older Python could not read before it is told to leave.
"""

from __future__ import annotations

import sys

OLDEST = (3, 11)


def refusal(version: tuple[int, int]) -> str:
    """Return what to tell someone whose Python is too old, or nothing."""
    if version >= OLDEST:
        return ""
    return (
        "Cartable demande Python 3.11 ou plus récent ; celui-ci est le {}.{}. Installez-en un, puis relancez "
        "la commande avec lui : « python3.12 tasks.py livre », « make book PYTHON=python3.12 » ou, sous "
        "Windows, « py -3.12 tasks.py livre »."
    ).format(*version)


if __name__ == "__main__":
    TOO_OLD = refusal(sys.version_info[:2])
    if TOO_OLD:
        sys.exit(TOO_OLD)
    from tools import commands

    sys.exit(commands.main(sys.argv[1:]))
