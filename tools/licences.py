"""Licence audit: everything we run on is free, everything we ship may be shipped again by anyone."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

from tools.console import ROOT, TaskError, say
from tools.environment import child_env

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# What a page may carry: permissive licences, and the fonts' own.
SHIPPED = frozenset((
    "MIT", "MIT-0", "MIT-CMU", "BSD", "BSD-2-CLAUSE", "BSD-3-CLAUSE", "0BSD", "APACHE-2.0", "ISC", "ZLIB", "UNLICENSE",
    "CC0-1.0", "PUBLIC-DOMAIN", "OFL-1.1",
))  # fmt: skip
# What we may run on, besides: licences of libraries whose sharing terms stop at their own files.
FREE = SHIPPED | {
    "PSF-2.0", "PYTHON-2.0", "MPL-2.0", "LGPL", "ZPL-2.1", "HPND", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0",
}  # fmt: skip
# Read by a person, and why.
READ_BY_HAND = {
    # Public domain, but for a few files under BSD and PSF; the GPL is that of an Emacs mode, not installed.
    ("PyPI", "docutils"),
    # MIT, in its licence file: its metadata only name that file.
    ("PyPI", "pkginfo"),
}
_SPELLINGS = (
    (r".*permission is hereby granted, free of charge.*", "MIT"),
    (r"(the )?mit( license)?", "MIT"),
    (r"apache( software)?( license)?([ ,-]*(version )?2(\.0)?)?", "APACHE-2.0"),
    (r"(new |modified )?bsd([ -]license)?", "BSD"),
    (r"isc license( \(iscl\))?", "ISC"),
    (r"mozilla public license 2\.0( \(mpl 2\.0\))?", "MPL-2.0"),
    (r"python software foundation license", "PSF-2.0"),
    (r"the unlicense( \(unlicense\))?", "UNLICENSE"),
    (r"public domain", "PUBLIC-DOMAIN"),
    (r"gnu (lesser|library or lesser) general public license[^;]*", "LGPL"),
    (r"lgpl-[\d.]+(-only|-or-later|\+)?", "LGPL"),
    (r"zope public license|zpl[ -]2\.1", "ZPL-2.1"),
)


def is_allowed(licence: str, allowed: frozenset[str]) -> bool:
    """Tell whether a licence, as packages write it (SPDX, classifiers, whole text), is allowed.

    « A OR B » needs one of the two; « A AND B », and the lists of classifiers « A; B », need both.
    """
    licence = " ".join(licence.split())
    if _identifier(licence) in allowed:
        return True
    for separator, judge in ((";", all), (" OR ", any), (" AND ", all)):
        parts = _split(licence, separator)
        if len(parts) > 1:
            return judge(is_allowed(part, allowed) for part in parts)
    if licence.startswith("(") and licence.endswith(")"):
        return is_allowed(licence[1:-1], allowed)
    # An exception (« WITH ») only adds permissions.
    name, exception, _ = licence.partition(" WITH ")
    return bool(exception) and _identifier(name) in allowed


def _split(expression: str, separator: str) -> list[str]:
    """Split where the separator stands outside of parentheses."""
    parts = [""]
    for piece in re.split(f"({re.escape(separator)})", expression):
        if piece == separator and parts[-1].count("(") == parts[-1].count(")"):
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _identifier(name: str) -> str:
    name = name.strip()
    for pattern, identifier in _SPELLINGS:
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return identifier
    return name.upper()


def refused(packages: Iterable[tuple[str, str, str, str]]) -> list[str]:
    """Return a French sentence for each package that may not be used.

    Parameters
    ----------
    packages
        For each package: registry, name, licence, and use (« distribué » or « outil »).
    """
    sentences = []
    for registry, name, licence, use in packages:
        allowed = SHIPPED if use == "distribué" else FREE
        if (registry, name.lower()) in READ_BY_HAND or is_allowed(licence, allowed):
            continue
        shown = " ".join(licence.split())[:80] or "inconnue"
        subject = f"{registry} : « {name} » ({use})"
        sentences.append(f"{subject} est sous licence « {shown} », que Cartable n'accepte pas.")
    return sentences


def npm_packages(lock: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Read the packages of a ``package-lock.json``; those that are not for development are shipped."""
    return [
        ("npm", path.rpartition("node_modules/")[2], str(entry.get("license", "")), use)
        for path, entry in lock["packages"].items()
        if path
        for use in (["outil"] if entry.get("dev") else ["distribué"])
    ]


def locked_names(*locks: Path) -> set[str]:
    """Return the names that the Python locks pin."""
    text = "\n".join(lock.read_text(encoding="utf-8") for lock in locks)
    return {canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def canonical(name: str) -> str:
    """Write the name of a Python package the way indexes do."""
    return re.sub(r"[-_.]+", "-", name).lower()


def python_packages(interpreter: Path) -> list[tuple[str, str, str, str]]:
    """Ask ``pip-licenses`` for what the locks have installed."""
    args = [str(interpreter), "-m", "piplicenses", "--from=mixed", "--format=json", "--with-system"]
    env = child_env(interpreter)
    done = subprocess.run(args, env=env, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise TaskError(f"L'inventaire des licences a échoué : {done.stderr.strip()[-500:]}")
    locked = locked_names(ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
    return [
        ("PyPI", package["Name"], package["License"], "outil")
        for package in json.loads(done.stdout)
        if canonical(package["Name"]) in locked
    ]


def audit(interpreter: Path) -> None:
    """Check every licence.

    Raises
    ------
    TaskError
        If one of them is not in the list of those we accept; the message names the package.
    """
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = python_packages(interpreter) + npm_packages(lock)
    problems = refused(packages)
    if problems:
        raise TaskError("\n".join([*problems, "Choisissez un autre paquet, ou complétez tools/licences.py."]))
    shipped = sum(use == "distribué" for *_, use in packages)
    say(f"{len(packages)} paquets examinés, dont {shipped} distribués avec le livre : licences convenables.")
