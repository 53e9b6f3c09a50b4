"""The libraries of the key for Windows: those of the lock that a given Python asks for there, as packages ready to use.

Run by the interpreter of the environment, which knows how to read a lock: ``python -m tools.wheelhouse 3.13 FOLDER``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from tools.console import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = ROOT / "requirements-cle.txt"
PLATFORM = "win_amd64"
LEFT_OUT = frozenset({"debugpy"})
"""The kernel starts without its debugger, which asks for a library (``msvcp140``) that many desks lack, and whose files
made to enter another program alarm an antivirus."""
_ENTRY = re.compile(r"^(?P<asked>[a-z0-9][^\\]*?)(?P<hashes>(?: \\\n +--hash=\S+)+)", re.MULTILINE)


def environment(version: str) -> dict[str, str]:
    """Return what a Python for Windows says of itself: pip would answer for the machine where it runs."""
    return {
        "os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64",
        "python_version": version, "python_full_version": f"{version}.0", "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }  # fmt: skip


def wanted(lock: str, version: str) -> Iterator[str]:
    """Yield the lines of a lock that hold on Windows, without their conditions."""
    for entry in _ENTRY.finditer(lock):
        asked = Requirement(entry["asked"])
        if asked.name not in LEFT_OUT and (asked.marker is None or asked.marker.evaluate(environment(version))):
            yield f"{asked.name}{asked.specifier}{entry['hashes']}"


def download(version: str, folder: Path) -> int:
    """Bring the packages of the lock into a folder, each checked against its digest; return pip's exit code."""
    with tempfile.TemporaryDirectory(prefix="cartable-") as name:
        asked = Path(name) / "bibliotheques.txt"
        asked.write_text("\n".join(wanted(LOCK.read_text(encoding="utf-8"), version)) + "\n", encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
        target = ["--platform", PLATFORM, "--python-version", version, "--implementation", "cp"]
        return subprocess.run([*pip, *target, "-r", str(asked), "-d", str(folder)], check=False).returncode


if __name__ == "__main__":
    sys.exit(download(sys.argv[1], Path(sys.argv[2])))
