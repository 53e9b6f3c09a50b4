"""What the repository holds: nothing of a machine, nothing of others, nothing too heavy."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 12_200_000
LONGEST_LINE = 500  # beyond, a script or a style was made by a machine
OWN_CODE = ("src/cartable/", "book/_assets/")
TEXT = {
    ".py", ".md", ".toml", ".yml", ".yaml", ".cff", ".txt", ".in", ".json", ".ipynb", ".js", ".css", ".html",
    ".sh", ".csv", ".topojson", ".geojson", ".bib", ".svg", "",
}  # fmt: skip
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
# Cut in two, so that this file does not fall under its own rule.
MACHINE = re.compile(r"(?<![\w./~-])/(?:work|farm|ro" + r"ot|ho" + r"me)/\w|\b[A-Z]:\\+Us" + r"ers\\")
HOSTS = re.compile("(?:pypi|pythonhosted|npmjs)" + r"\.org")
BANNER = re.compile(r"^/\*!|@license|@preserve|sourceMappingURL|Copyright", re.MULTILINE)


def tracked() -> list[Path]:
    """Return the files that git holds, or would hold."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("hors d'un dépôt git, rien ne dit quels fichiers sont enregistrés")
    args = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(args, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def offenders(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return « file: what was found » for each text that says what it must not."""
    found = []
    for path in paths:
        match = pattern.search(path.read_text(encoding="utf-8")) if path.suffix in TEXT else None
        if match:
            found.append(f"{path.name} : {match.group()}")
    return found


def third_party(paths: list[Path]) -> list[str]:
    """Return the names of scripts, styles and fonts that look like someone else's."""
    found = [path.name for path in paths if path.suffix in FONTS or ".min." in path.name]
    for path in paths:
        if path.suffix in {".js", ".css"}:
            code = path.read_text(encoding="utf-8")
            if BANNER.search(code) or max(map(len, code.splitlines()), default=0) > LONGEST_LINE:
                found.append(path.name)
    return found


def test_no_path_of_a_machine() -> None:
    assert offenders(MACHINE, tracked()) == []


def test_no_registry_host() -> None:
    assert offenders(HOSTS, tracked()) == []


@pytest.mark.parametrize(
    "text",
    ["cd /ro" + "ot/x", '"/wo' + 'rk/main"', "C:\\Us" + "ers\\marie", "https://py" + "pi.org/simple"],
)
def test_what_must_not_be_there_is_seen(tmp_path, text) -> None:
    path = tmp_path / "f.md"
    path.write_text(text, encoding="utf-8")
    assert offenders(MACHINE, [path]) or offenders(HOSTS, [path])


@pytest.mark.parametrize("text", ["https://exemple.fr/ho" + "me/x", "data/wo" + "rk/x", "/accueil"])
def test_ordinary_addresses_are_left_alone(tmp_path, text) -> None:
    path = tmp_path / "f.md"
    path.write_text(text, encoding="utf-8")
    assert offenders(MACHINE, [path]) == []


def test_no_heavy_file() -> None:
    assert [name_of(path) for path in tracked() if path.stat().st_size > MAX_BYTES] == []


def test_data_stays_light() -> None:
    data = [path for path in tracked() if name_of(path).startswith("data/")]
    assert sum(path.stat().st_size for path in data) <= MAX_BYTES


def test_nothing_of_others_is_committed() -> None:
    paths = tracked()
    assert third_party(paths) == []
    code = [name_of(path) for path in paths if path.suffix in {".js", ".css"}]
    assert [name for name in code if not name.startswith(OWN_CODE)] == []
    assert not any("assets/vendor/" in name_of(path) or "node_modules/" in name_of(path) for path in paths)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("police.woff2", "x"),
        ("carte.min.js", "x"),
        ("carte.js", "/*! Leaflet */"),
        ("carte.css", "a{}" * LONGEST_LINE),
        ("carte.js", "//# sourceMappingURL=carte.js.map"),
    ],
)
def test_what_comes_from_others_is_seen(tmp_path, name, code) -> None:
    (tmp_path / name).write_text(code, encoding="utf-8")
    assert third_party([tmp_path / name])


def test_readme_opens_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("make book", "make test", "py tasks.py livre", "py tasks.py test"):
        assert f"`{command}`" in readme or f"\n{command}" in readme


def test_one_version_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert (str(citation["version"]), numbers[0]) == (version, version)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LICENSE", "MIT"),
        ("LICENSE-CONTENUS.md", "CC BY"),
        ("SECURITY.md", ""),
        ("CONTRIBUTING.md", "make test"),
    ],
)
def test_the_papers_are_there(name, words) -> None:
    content = (ROOT / name).read_text(encoding="utf-8")
    assert content.strip()
    assert words in content.replace("-BY", " BY")


def test_hooks_download_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    entries = " ".join(hook["entry"] for hook in hooks)
    assert all(tool in entries for tool in ("ruff check", "ruff format", "mypy", "cartable.notebook --verifie"))


def test_ends_of_lines_are_the_same_on_every_system() -> None:
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    written_in_windows = [name_of(path) for path in tracked() if path.suffix in TEXT and b"\r\n" in path.read_bytes()]
    assert written_in_windows == []
