"""One set of versions, whichever way people come in: make, conda, Binder, the package, the browser."""

import os
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SYSTEMS = ("linux", "darwin", "win32")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PINNED_AS_IN_PYODIDE = {"pandas": "3.0.2", "pydantic": "2.12.5"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def asked(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in text(name).splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def entries(name: str) -> list[tuple[Requirement, list[str]]]:
    """Return what a lock pins, with its hashes."""
    joined = text(name).replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [
        (Requirement(line.partition("--hash")[0]), re.findall(r"--hash=(sha256:[0-9a-f]{64})", line)) for line in lines
    ]


def locked(name: str, system: str, python: str) -> dict[str, str]:
    """Return the versions that a lock gives on one system with one Python."""
    where = {"sys_platform": system, "python_version": python, "python_full_version": f"{python}.9"}
    where |= {"os_name": "nt" if system == "win32" else "posix"}
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement, _ in entries(name)
        if requirement.marker is None or Marker(str(requirement.marker)).evaluate(where)
    }


def unmet(requirements: list[Requirement], versions: dict[str, str]) -> list[str]:
    found = ((requirement, versions.get(canonicalize_name(requirement.name))) for requirement in requirements)
    return [str(r) for r, pinned in found if pinned is None or not r.specifier.contains(pinned)]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-cle.txt"])
def test_every_version_is_exact_and_hashed(name) -> None:
    for requirement, hashes in entries(name):
        assert re.fullmatch(r"==[\w.!+]+", str(requirement.specifier)), requirement
        assert hashes, requirement


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_answers_every_request_everywhere(system, python) -> None:
    runtime = locked("requirements.txt", system, python)
    tools = locked("requirements-dev.txt", system, python)
    assert unmet(asked("requirements.in"), runtime) == []
    assert unmet(asked("requirements-dev.in"), tools) == []
    assert unmet(asked("requirements-cle.in"), locked("requirements-cle.txt", system, python)) == []
    assert {name: tools[name] for name in tools.keys() & runtime} == {
        name: runtime[name] for name in tools.keys() & runtime
    }


def test_an_unmet_request_is_seen() -> None:
    versions = {"folium": "0.19"}
    assert unmet([Requirement("folium>=0.20"), Requirement("tqdm")], versions) == ["folium>=0.20", "tqdm"]


@pytest.mark.parametrize("python", PYTHONS)
def test_the_package_accepts_the_lock(python) -> None:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    requirements = [Requirement(line) for group in groups for line in group]
    assert unmet(requirements, locked("requirements.txt", "linux", python)) == []


@pytest.mark.parametrize("python", PYTHONS)
def test_the_desk_has_the_versions_of_the_browser(python) -> None:
    versions = locked("requirements.txt", "linux", python)
    assert {name: versions[name] for name in PINNED_AS_IN_PYODIDE} == PINNED_AS_IN_PYODIDE


def test_jupyter_book_is_the_one_that_reads_our_configuration() -> None:
    versions = locked("requirements.txt", "linux", "3.11")
    assert SpecifierSet(">=1.0.4,<2").contains(versions["jupyter-book"])


def test_conda_installs_the_lock_and_nothing_else() -> None:
    environment = yaml.safe_load(text("environment.yml"))
    python, pip, listed = environment["dependencies"]
    assert environment["name"] == "cartable"
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert pip == "pip"
    assert listed == {"pip": ["-r requirements.txt"]}
    accepted = Requirement(python)
    assert accepted.name == "python"
    assert {p for p in ("3.10", *PYTHONS, "3.15") if accepted.specifier.contains(p)} == set(PYTHONS)


def test_the_package_says_the_same_pythons() -> None:
    accepted = SpecifierSet(PROJECT["requires-python"])
    assert not accepted.contains("3.10")
    assert all(accepted.contains(python) for python in PYTHONS)
    announced = {c.rpartition(" ")[2] for c in PROJECT["classifiers"] if "Python :: 3." in c}
    assert announced == set(PYTHONS)


def test_binder_adds_the_package_without_its_dependencies() -> None:
    lines = text("postBuild").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "python -m pip install --no-deps --no-build-isolation -e ." in lines
    assert any(line.startswith("CARTABLE_PYTHON=") and line.endswith("tasks.py assets") for line in lines)
    assert os.name == "nt" or os.access(ROOT / "postBuild", os.X_OK)


def test_this_environment_is_the_lock() -> None:
    different = {
        str(requirement): installed
        for requirement, _ in entries("requirements.txt")
        if (requirement.marker is None or requirement.marker.evaluate())
        and not requirement.specifier.contains(installed := version(requirement.name))
    }
    assert different == {}
