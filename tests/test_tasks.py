"""The commands of the house: what they install, what they refuse, what they say."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tasks
from tools import browser, checks, commands, console, environment, licences, release, suites, vendor
from tools.checks import Check, Result
from tools.console import ProgramError, TaskError

ROOT = Path(__file__).resolve().parent.parent


# --- What the person types and reads


def test_each_target_of_make_is_a_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = dict(re.findall(r"^([a-z-]+):.*\n\t@\$\(PYTHON\) tasks\.py (\S+)$", makefile, re.MULTILINE))
    assert rules.pop("help") == "aide"
    assert rules == {target: name for name, target in console.TARGETS.items()}
    assert set(console.TARGETS) <= set(commands.COMMANDS)


def test_an_old_python_is_sent_away_in_french() -> None:
    assert "celui-ci est le 3.10" in tasks.refusal((3, 10))
    assert not tasks.refusal((3, 11))


def test_help_presents_every_command(capsys) -> None:
    assert commands.main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in commands.COMMANDS)


def test_an_unknown_command_gets_a_proposal(capsys) -> None:
    assert commands.main(["livr"]) == 2
    assert "Vouliez-vous dire « livre » ?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TaskError("Il manque le sel."), "Il manque le sel."),
        (PermissionError(13, "Permission denied", "dossier/x"), "refuse l'accès à « dossier/x »"),
        (OSError(28, "No space left on device", "x"), "Vérifiez la place sur le disque"),
        (KeyboardInterrupt(), "Interrompu"),
    ],
)
def test_an_error_is_a_french_sentence_and_a_failure(monkeypatch, capsys, error, expected) -> None:
    def fail(_):
        raise error

    monkeypatch.setitem(commands.COMMANDS, "livre", (fail, ""))
    assert commands.main(["livre"]) == 1
    assert expected in capsys.readouterr().out


def test_french_survives_an_old_console() -> None:
    env = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, ROOT / "tasks.py"], env=env, check=True, capture_output=True)
    assert "exécute les notebooks" in done.stdout.decode("utf-8")


def test_opening_before_building_says_what_to_do(monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setattr(commands, "HOME_PAGE", tmp_path / "index.html")
    assert commands.main(["ouvrir"]) == 1
    assert console.command("livre") in capsys.readouterr().out


def test_opening_uses_a_file_address(monkeypatch, tmp_path) -> None:
    page = tmp_path / "dossier d'été" / "index.html"
    page.parent.mkdir()
    page.touch()
    opened = []
    monkeypatch.setattr(commands, "HOME_PAGE", page)
    monkeypatch.setattr(commands.webbrowser, "open", lambda url: not opened.append(url))
    assert commands.main(["ouvrir"]) == 0
    assert opened[0].startswith("file://")
    assert "%C3%A9t%C3%A9" in opened[0]


# --- Programs


def test_a_quiet_program_gives_its_output_and_shows_only_its_label(capsys) -> None:
    args = [sys.executable, "-c", "print('bavard')"]
    assert console.run_quietly(args, "Étape", os.environ).strip() == "bavard"
    shown = capsys.readouterr().out
    assert re.match(r"Étape : fait en \d+,\d s", shown)
    assert "bavard" not in shown


def test_a_failing_program_shows_its_last_lines(capsys) -> None:
    args = [sys.executable, "-c", "print('ModuleNotFoundError'); raise SystemExit(3)"]
    with pytest.raises(ProgramError, match="code 3") as caught:
        console.run_quietly(args, "Étape", os.environ)
    # « NotFound » is not npm's « ENOTFOUND ».
    assert "ModuleNotFoundError" in capsys.readouterr().out
    assert not caught.value.is_network


@pytest.mark.parametrize(
    "output",
    [
        "npm error code ENOTFOUND",
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
        "error: Failed to fetch: dns error",
    ],
)
def test_network_troubles_are_recognised_and_not_shown(output, capsys) -> None:
    with pytest.raises(ProgramError) as caught:
        console.run_quietly([sys.executable, "-c", f"raise SystemExit({output!r})"], "Étape", os.environ)
    assert caught.value.is_network
    assert capsys.readouterr().out == ""


# --- Environment


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An environment that installs nothing: the programs it would run are listed, and may be made to fail."""
    monkeypatch.delenv("CARTABLE_PYTHON", raising=False)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / ".cartable.json")
    monkeypatch.setattr(environment, "LOCK", tmp_path / "requirements.txt")
    monkeypatch.setattr(environment, "TOOLS_LOCK", tmp_path / "requirements-dev.txt")
    monkeypatch.setattr(environment.shutil, "which", lambda _: None)
    monkeypatch.setattr(environment, "_usable", lambda interpreter: interpreter.parent.is_dir())
    (tmp_path / "requirements.txt").write_text("a==1\n", encoding="utf-8")
    (tmp_path / "requirements-dev.txt").write_text("b==1\n", encoding="utf-8")
    return Desk(monkeypatch)


class Desk:
    """What would have been run, and what must fail."""

    def __init__(self, monkeypatch) -> None:
        self.ran: list[list[str]] = []
        self.failing = ""
        self.output = ""
        monkeypatch.setattr(environment, "run_quietly", self.run)

    def run(self, args, label, _env) -> str:
        self.ran.append([str(arg) for arg in args])
        if self.failing and self.failing in self.ran[-1]:
            raise ProgramError(label, self.output)
        if "venv" in args:
            environment.venv_python().parent.mkdir(parents=True)
        return ""

    def installed(self) -> list[str]:
        return [args[-1] for args in self.ran if "install" in args]


def test_first_run_installs_with_hashes_then_the_package_alone(desk) -> None:
    environment.ensure()
    created, libraries, package = desk.ran
    assert created[1:3] == ["-m", "venv"]
    assert libraries[-3:-1] == ["--require-hashes", "-r"]
    assert package[-4:-1] == ["--no-deps", "--no-build-isolation", "-e"]


def test_second_run_does_nothing(desk) -> None:
    environment.ensure(tools=True)
    desk.ran.clear()
    environment.ensure(tools=True)
    assert desk.ran == []


def test_only_what_changed_is_installed_again(desk) -> None:
    environment.ensure(tools=True)
    desk.ran.clear()
    environment.TOOLS_LOCK.write_text("b==2\n", encoding="utf-8")
    environment.ensure()
    assert desk.ran == []
    environment.ensure(tools=True)
    assert desk.installed() == [str(environment.TOOLS_LOCK)]


def test_ends_of_lines_do_not_count_as_a_change(desk) -> None:
    environment.ensure()
    desk.ran.clear()
    environment.LOCK.write_bytes(b"a==1\r\n")
    environment.ensure()
    assert desk.ran == []


def test_a_folder_that_moved_gets_its_package_again(desk, monkeypatch) -> None:
    environment.ensure()
    desk.ran.clear()
    elsewhere = environment.VENV.parent / "ailleurs"
    elsewhere.mkdir()
    (elsewhere / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    monkeypatch.setattr(environment, "ROOT", elsewhere)
    environment.ensure()
    assert desk.installed() == [str(elsewhere)]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, TaskError])
def test_an_interrupted_installation_leaves_no_stamp(desk, monkeypatch, stop) -> None:
    environment.ensure()
    environment.LOCK.write_text("a==2\n", encoding="utf-8")

    def interrupt(*_):
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(environment, "run_quietly", interrupt)
        with pytest.raises(stop):
            environment.ensure()
    assert "socle" not in json.loads(environment.STAMP.read_text(encoding="utf-8"))
    desk.ran.clear()
    environment.ensure()
    assert desk.installed() == [str(environment.LOCK)]


@pytest.mark.parametrize(("output", "expected"), [("getaddrinfo failed", "connexion"), ("bug", "effacez")])
def test_a_failed_installation_says_what_to_do(desk, output, expected) -> None:
    desk.failing, desk.output = "install", output
    with pytest.raises(TaskError, match=expected):
        environment.ensure()


def test_uv_installs_when_it_is_there_and_pip_when_it_fails(desk, monkeypatch) -> None:
    monkeypatch.setattr(environment.shutil, "which", lambda _: "uv")
    monkeypatch.setattr(environment, "_output", lambda *_: "global.find-links='x'\n")
    environment.ensure()
    assert [args[0] for args in desk.ran[1:]] == ["uv", "uv"]
    desk.ran.clear()
    desk.failing = "uv"
    environment.LOCK.write_text("a==2\n", encoding="utf-8")
    environment.ensure()
    assert [args[0] == "uv" for args in desk.ran] == [True, False]


@pytest.mark.parametrize("setting", ["global.index-url='x'", ":env:.no-index='1'", "global.proxy='x'"])
def test_pip_installs_when_it_is_told_where_from(desk, monkeypatch, setting) -> None:
    monkeypatch.setattr(environment.shutil, "which", lambda _: "uv")
    monkeypatch.setattr(environment, "_output", lambda *_: f"{setting}\n")
    environment.ensure()
    assert "uv" not in [args[0] for args in desk.ran]


def test_debian_without_venv_is_told_what_to_install(desk, monkeypatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    with pytest.raises(TaskError, match="apt install python3-venv"):
        environment.ensure()
    assert desk.ran == []


def test_an_imposed_python_is_used_as_it_is(desk, monkeypatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("CARTABLE_PYTHON", sys.executable)
    assert environment.ensure(tools=True) == Path(sys.executable)
    assert desk.ran == []
    monkeypatch.setenv("CARTABLE_PYTHON", "python-absent")
    with pytest.raises(TaskError, match="CARTABLE_PYTHON désigne « python-absent »"):
        environment.ensure()


def test_programs_may_write_their_bytecode(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = environment.child_env(Path("/x/bin/python"))
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert env["PATH"].startswith(str(Path("/x/bin")))


# --- Assets


def test_leaflet_asks_for_no_other_file() -> None:
    css = ".a{\n\tcolor: red;\n\tbackground-image: url(images/layers.png);\n\twidth: 2px;\n}\n"
    assert vendor.strip_urls(css) == ".a{\n\tcolor: red;\n\twidth: 2px;\n}\n"


@pytest.fixture
def modules(tmp_path):
    """What npm would have brought."""
    folder = tmp_path / "node_modules"
    for package, files in {
        vendor.LEAFLET: {
            "dist/leaflet.js": "L={};\n//# sourceMappingURL=leaflet.js.map\n",
            "dist/leaflet.css": ".a{ behavior: url(#default#VML); color: red }",
        },
        vendor.ATKINSON: {
            "wght.css": "@font-face{src: url(./files/droit.woff2)}",
            "wght-italic.css": "@font-face{src: url(./files/penche.woff2)}",
            "files/droit.woff2": "1",
            "files/penche.woff2": "2",
        },
    }.items():
        notice = {"version": "1.2.3", "license": "MIT", "homepage": "https://exemple.org"}
        for name, text in {**files, "LICENSE": "texte", "package.json": json.dumps(notice)}.items():
            path = folder / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def publish(modules: Path, target: Path) -> None:
    vendor.publish([vendor.leaflet(modules), vendor.atkinson(modules)], modules, target, "empreinte")


def test_what_is_shipped_is_complete_and_listed(modules, tmp_path) -> None:
    target = tmp_path / "vendor"
    target.mkdir()
    (target / "vieux.js").touch()
    publish(modules, target)
    notices = json.loads((target / "licences.json").read_text(encoding="utf-8"))
    files = {name for notice in notices for name in [*notice["fichiers"], notice["texte_licence"]]}
    assert {path.name for path in target.iterdir()} == files | {"licences.json", vendor.STAMP}
    assert {"leaflet.js", "leaflet.css", "atkinson.css", "droit.woff2", "penche.woff2"} <= files
    assert "sourceMappingURL" not in (target / "leaflet.js").read_text(encoding="utf-8")
    assert "url(droit.woff2)" in (target / "atkinson.css").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_package_that_changed_shape_keeps_the_old_files(modules, tmp_path) -> None:
    target = tmp_path / "vendor"
    publish(modules, target)
    (modules / vendor.ATKINSON / "files/droit.woff2").unlink()
    with pytest.raises(TaskError, match=r"droit\.woff2"):
        publish(modules, target)
    assert (target / "droit.woff2").is_file()


def test_without_network_assets_say_so(monkeypatch) -> None:
    def refuse(*_):
        raise ProgramError("", "npm error code EAI_AGAIN")

    monkeypatch.setattr(vendor, "run_quietly", refuse)
    monkeypatch.setattr(vendor, "_stamp", lambda _: "autre")
    with pytest.raises(TaskError, match="connexion à Internet"):
        vendor.ensure(Path(sys.executable))


def test_the_shipped_files_are_those_of_the_lock() -> None:
    assert vendor.is_ready()
    for path in vendor.VENDOR.glob("*.css"):
        addresses = re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8"))
        assert all(one.startswith("data:") or (vendor.VENDOR / one).is_file() for one in addresses)


# --- Licences


@pytest.mark.parametrize(
    "licence",
    [
        "MIT", "MIT License", "BSD-3-Clause AND 0BSD AND MIT", "Apache-2.0 OR GPL-3.0-only",
        "ISC License (ISCL)", "Apache License, Version 2.0", "MIT License; BSD License",
        "(MIT OR GPL-2.0) AND ISC", "MPL-2.0 AND MIT",
        "Copyright X\n\nPermission is hereby granted, free of charge, to any", "LGPL-2.1-or-later",
        "Apache-2.0 WITH LLVM-exception",
    ],
)  # fmt: skip
def test_free_licences_are_accepted(licence) -> None:
    assert licences.is_allowed(licence, licences.FREE)


@pytest.mark.parametrize(
    "licence",
    [
        "", "UNKNOWN", "GPL-3.0-only", "AGPL-3.0", "MIT AND GPL-3.0-only", "BSD-3-Clause AND GPL-2.0",
        "Proprietary",
        "(MIT OR ISC) AND GPL-2.0", "MIT License; GNU General Public License v3 (GPLv3)", "CC-BY-NC-4.0",
        "GPL-3.0 WITH x", "BUSL-1.1",
    ],
)  # fmt: skip
def test_other_licences_are_refused(licence) -> None:
    assert not licences.is_allowed(licence, licences.FREE)


def test_what_is_shipped_must_be_permissive() -> None:
    lock = {
        "packages": {
            "": {},
            "node_modules/axe-core": {"license": "MPL-2.0", "dev": True},
            "node_modules/@x/carte": {"license": "MPL-2.0"},
            "node_modules/sans": {},
        }
    }
    found = licences.refused(licences.npm_packages(lock))
    assert [re.search("« (.*?) »", line).group(1) for line in found] == ["@x/carte", "sans"]
    assert "inconnue" in found[1]


# --- Browser


def test_an_imposed_browser_is_the_one(monkeypatch) -> None:
    monkeypatch.setenv(browser.VARIABLE, sys.executable)
    assert browser.find(Path(sys.executable)) == Path(sys.executable)
    monkeypatch.setenv(browser.VARIABLE, "absent")
    assert browser.find(Path(sys.executable)) is None


def test_without_browser_every_way_is_tried(monkeypatch) -> None:
    tried = []

    def fail(args, label, _env):
        tried.append(args[-1])
        raise ProgramError(label, "")

    monkeypatch.setattr(browser, "find", lambda _: None)
    monkeypatch.setattr(browser, "run_quietly", fail)
    monkeypatch.setattr(browser, "_is_root", lambda: True)
    monkeypatch.setattr(browser.shutil, "which", lambda _: "apt-get")
    assert browser.ensure(Path("python")) is None
    assert tried == ["update", "chromium"]
    assert "apt install chromium" in browser.remedy()


# --- Checks and their table


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_checks_end_in_a_french_table(capsys, monkeypatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    forgotten = []
    given = [
        Check("Bon", program("print('3 passed in 0.1s')")),
        Check(
            "Mauvais",
            program("raise SystemExit(1)"),
            advice="Réparez.",
            on_failure=lambda: forgotten.append(1),
        ),
        Check("Suite", program(""), needs=("Mauvais",)),
        Check("Absent", program(""), lacks="il manque Chromium"),
    ]
    results = checks.run_all(given, os.environ)
    assert [r.state for r in results] == [checks.PASSED, checks.FAILED, checks.NOT_RUN, checks.NOT_RUN]
    assert "3 passed in 0.1s" in capsys.readouterr().out
    assert forgotten == [1]
    table = checks.summary(results, 12.34)
    assert re.search(r"^Bon +réussi +\d+,\d s$", table, re.MULTILINE)
    assert re.search(r"^Durée totale +12,3 s$", table, re.MULTILINE)
    assert "Échec de « Mauvais ». Réparez." in table
    assert "« Suite » n'a pas été joué : il faut d'abord « Mauvais »." in table
    assert "« Absent » n'a pas été joué : il manque Chromium." in table
    assert checks.exit_code(results) == 1


def test_two_checks_run_at_once(tmp_path) -> None:
    # Each waits for a sign of the other.
    meet = (
        "import sys, time, pathlib\n"
        "mine, other = map(pathlib.Path, sys.argv[1:])\n"
        "mine.touch()\n"
        "end = time.monotonic() + 20\n"
        "while not other.exists():\n"
        "    time.sleep(0.01)\n"
        "    if time.monotonic() > end: sys.exit(1)\n"
    )
    signs = str(tmp_path / "un"), str(tmp_path / "deux")
    given = [Check("Un", (*program(meet), *signs)), Check("Deux", (*program(meet), *reversed(signs)))]
    assert [result.state for result in checks.run_all(given, os.environ)] == [checks.PASSED] * 2


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_what_did_not_run_fails_only_in_continuous_integration(monkeypatch, ci, code) -> None:
    monkeypatch.setenv("CI", ci)
    passed = Result(Check("Bon", ()), checks.PASSED)
    assert checks.exit_code([passed]) == 0
    assert checks.exit_code([passed, Result(Check("Absent", ()), checks.NOT_RUN)]) == code
    assert checks.exit_code([passed, Result(Check("Extra", (), apart=True), checks.NOT_RUN)]) == 0
    assert checks.exit_code([passed, Result(Check("Extra", (), apart=True), checks.FAILED)]) == 1


def test_no_test_found_is_a_failure_but_for_extras() -> None:
    nothing = program("raise SystemExit(5)")
    given = [Check("Contrôles", nothing), Check("Extra", nothing, apart=True)]
    assert [r.state for r in checks.run_all(given, os.environ)] == [checks.FAILED, checks.PASSED]
    assert "À part" in checks.summary(checks.run_all(given, os.environ), 1.0)


def test_a_check_that_hangs_is_stopped(monkeypatch) -> None:
    monkeypatch.setattr(checks, "LONGEST", 0.5)
    given = [Check("Long", program("print('début', flush=True); import time; time.sleep(60)"))]
    assert checks.run_all(given, os.environ)[0].state == checks.FAILED


def test_notebooks_are_compared_strictly() -> None:
    args = next(c.args for c in suites.usual("python", everything=False, lacks=suites.Lacks()) if "--nbval" in c.args)
    assert not [arg for arg in args if "lax" in arg or "sanitize" in arg]
    assert args[args.index("--dist") + 1] == "loadfile"


def test_the_long_suite_lifts_the_limits() -> None:
    def marks(*, everything: bool) -> str:
        return " ".join(arg for c in suites.usual("p", everything=everything, lacks=suites.Lacks()) for arg in c.args)

    assert "not long" in marks(everything=False)
    assert "not long" not in marks(everything=True)
    assert [c.name for c in suites.long_ones("p") if c.apart] == ["Fichiers réels partagés"]


def test_forgotten_executions_are_run_again(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(suites, "RECORD", tmp_path / "_build" / "notebooks.json")
    suites.forget_executions()
    assert json.loads(suites.RECORD.read_text(encoding="utf-8")) == {}


def test_constraints_lose_their_hashes_only() -> None:
    first = "a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    lock = f"# titre\n{first}b==2 \\\n    --hash=sha256:cc\n"
    assert release.without_hashes(lock) == "# titre\na==1 ; sys_platform == 'win32'\nb==2\n"
