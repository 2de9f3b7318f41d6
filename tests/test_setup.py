"""Set-up: the lists are pinned, hashed and complete, name no place, and resolve for every Python we promise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tools import ROOT, wanting

LOCK = ROOT / "requirements.lock"
RUN_LOCK = ROOT / "deploy/requirements.lock"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
OFFLINE = re.compile(
    r"NewConnectionError|Temporary failure in name resolution|Network is unreachable|ConnectTimeout|Max retries"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def entries(lock: Path) -> Iterator[tuple[Requirement, list[str]]]:
    """Each pin with its hashes."""
    for block in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        pin, *hashes = block.split("--hash=")
        yield Requirement(pin), [value.strip() for value in hashes]


def pins(lock: Path) -> dict[str, str]:
    return {canonicalize_name(pin.name): str(pin.specifier) for pin, _ in entries(lock)}


@pytest.mark.parametrize("lock", [LOCK, RUN_LOCK], ids=["all", "run"])
def test_every_line_is_pinned_and_hashed(lock):
    for pin, hashes in entries(lock):
        assert re.fullmatch(r"==[\w.!+]+", str(pin.specifier)), pin
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), pin


@pytest.mark.parametrize("lock", [LOCK, RUN_LOCK], ids=["all", "run"])
def test_the_lists_name_no_place(lock):
    text = lock.read_text(encoding="utf-8")

    assert "://" not in text
    assert "#" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE)


def test_the_lists_hold_what_the_project_asks_for():
    extras = PROJECT["optional-dependencies"]
    run = [Requirement(text) for text in PROJECT["dependencies"]]
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    everything = run + [Requirement(text) for text in (*extras["test"], *extras["build"], *build)]

    for asked, lock in ((run, RUN_LOCK), (everything, LOCK)):
        held = pins(lock)
        for requirement in asked:
            version = held[canonicalize_name(requirement.name)].removeprefix("==")
            assert requirement.specifier.contains(version), requirement


def test_what_runs_is_part_of_what_was_tested():
    assert pins(RUN_LOCK).items() <= pins(LOCK).items()
    assert not pins(RUN_LOCK).keys() & {"pytest", "mypy", "ruff", "hatchling"}


def pip(*arguments: str, python: str = sys.executable) -> None:
    """Run pip; skip where no package index can be reached."""
    done = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if done.returncode != 0 and OFFLINE.search(done.stderr):
        wanting("index", "no package index can be reached")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_resolves_for(version, tmp_path):
    """With wheels only: a fresh machine has no compiler."""
    pip(
        "install", "--quiet", "--dry-run", "--require-hashes", "--python-version", version, "--only-binary", ":all:",
        "--target", str(tmp_path), "--requirement", str(LOCK),
    )  # fmt: skip


def interpreters(version: str) -> Iterator[str]:
    """Python of that version on this machine: on the path, or where pyenv keeps them; a shim may lead nowhere."""
    name = f"python{version}"
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for found in (shutil.which(name), *sorted(map(str, kept.glob(f"{version}.*/bin/{name}")))):
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            yield found


@pytest.mark.slow
@pytest.mark.parametrize(
    "version", [version for version in VERSIONS if version != f"{sys.version_info[0]}.{sys.version_info[1]}"]
)
def test_every_quick_test_passes_on(version, tmp_path):
    python = next(interpreters(version), None)
    if python is None:
        wanting(f"python{version}", "no such interpreter here; the list is resolved for it all the same")
    subprocess.run([python, "-m", "venv", str(tmp_path / "venv")], check=True)
    inner = str(tmp_path / "venv/bin/python")
    pip("install", "--quiet", "--require-hashes", "--requirement", str(LOCK), python=inner)

    # the checkout itself is the package: `python -m pytest` starts in it
    done = subprocess.run(
        [inner, "-m", "pytest", "-q", "-m", "not slow", "-n", "2", "-p", "no:cacheprovider"],
        cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-8000:]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    if shutil.which("hatchling", path=str(Path(sys.executable).parent)) is None:
        wanting("hatchling", "set up with make to have the build backend")
    pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), ".")
    with zipfile.ZipFile(next(folder.glob("event_watcher-*.whl"))) as archive:
        yield archive


def test_the_wheel_holds_code_rules_and_templates(wheel):
    names = set(wheel.namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "watcher").rglob("*")
        if path.suffix in {".py", ".sql", ".typed"}
    }
    for folder in ("rules", "templates"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        expected |= {f"watcher/_data/{path.relative_to(ROOT).as_posix()}" for path in files}

    assert expected <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "deploy/"))]


def test_the_wheel_says_what_it_is(wheel):
    folder = next(name.split("/")[0] for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))

    assert folder.startswith("event_watcher-")
    assert b"watcher = watcher.cli:main" in wheel.read(f"{folder}/entry_points.txt")
    assert f"{folder}/licenses/LICENSE" in wheel.namelist()


def make(*arguments: str, folder: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"PATH": path} if path else {})}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def checkout(tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_an_old_python_is_refused_in_plain_words(checkout):
    old = checkout / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo Python 3.9.2; exit 0; }\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)

    done = make("test", f"PYTHON={old}", folder=checkout)

    assert done.returncode != 0
    assert "watcher needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("target", ["run", "test", "test-whole", "lint", "bench"])
def test_a_target_sets_up_first(checkout, target):
    planned = make("--dry-run", target, folder=checkout).stdout

    assert planned.index("--require-hashes") < planned.index("--no-deps") < planned.index("touch .venv/.stamp")
    assert len(planned.split("touch .venv/.stamp")[1].strip()) > 0


def test_set_up_is_done_once_until_the_lists_change(checkout):
    stamp = checkout / ".venv/.stamp"
    stamp.parent.mkdir()
    stamp.touch()
    os.utime(stamp, (2e9, 2e9))
    assert "pip install" not in make("--dry-run", "test", folder=checkout).stdout

    os.utime(checkout / "requirements.lock", (2.1e9, 2.1e9))
    assert "pip install" in make("--dry-run", "test", folder=checkout).stdout


def test_quick_and_whole_differ_by_the_slow_ones(checkout):
    assert '-m "not slow" -n 2' in make("--dry-run", "test", folder=checkout).stdout
    assert "not slow" not in make("--dry-run", "test-whole", folder=checkout).stdout


def test_the_shell_scripts_can_be_read_and_run():
    for name in (".ci/run", "deploy/lock.sh"):
        assert os.access(ROOT / name, os.X_OK)
        shell = "bash" if name == ".ci/run" else "sh"
        assert subprocess.run([shell, "-n", str(ROOT / name)], check=False).returncode == 0
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert "|| true" not in text


def test_hooks_are_local():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))

    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} == {"ruff-format", "ruff-check", "mypy", "layers"}
