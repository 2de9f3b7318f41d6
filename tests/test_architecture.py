"""The layers hold, and a breach of each promise is caught."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import findings

ROOT = Path(__file__).resolve().parent.parent


def broken_contracts(root: Path) -> str:
    """What the import contracts of `pyproject.toml` say against the package below `root`; empty if nothing."""
    # The copy must be the package that is found, hence a process of its own that starts in that folder.
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "--no-cache", "--no-logo", "--config", str(ROOT / "pyproject.toml")],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_layers_hold():
    assert broken_contracts(ROOT) == ""


def test_the_house_rules_hold():
    assert findings(ROOT) == []


@dataclass(frozen=True)
class Breach:
    name: str
    path: str
    line: str
    says: str


LAYER_BREACHES = (
    Breach("the core reads a file's path", "watcher/core/model.py", "import pathlib", "watcher.core.model -> pathlib"),
    Breach(
        "the core waits",
        "watcher/core/telling/messages.py",
        "import asyncio",
        "watcher.core.telling.messages -> asyncio",
    ),
    Breach("the core asks the clock", "watcher/core/model.py", "from time import time", "watcher.core.model -> time"),
    Breach("the core throws dice", "watcher/core/errors.py", "import random", "watcher.core.errors -> random"),
    Breach(
        "the core knows a store",
        "watcher/core/text/reading.py",
        "import watcher.stores",
        "watcher.core.text.reading -> watcher.stores",
    ),
    Breach(
        "the core logs",
        "watcher/core/text/reading.py",
        "import watcher.telemetry",
        "watcher.core.text.reading -> watcher.telemetry",
    ),
    Breach(
        "a source knows a channel",
        "watcher/sources/base.py",
        "import watcher.channels.base",
        "watcher.sources.base -> watcher.channels.base",
    ),
    Breach(
        "a condition knows a source",
        "watcher/conditions/__init__.py",
        "import watcher.sources",
        "watcher.conditions -> watcher.sources",
    ),
    Breach(
        "a store knows the web",
        "watcher/stores/__init__.py",
        "import watcher.web.routes",
        "watcher.stores -> watcher.web.routes",
    ),
    Breach(
        "telemetry knows a channel",
        "watcher/telemetry.py",
        "import watcher.channels.base",
        "watcher.telemetry -> watcher.channels.base",
    ),
    Breach(
        "telemetry knows its sibling",
        "watcher/telemetry.py",
        "import watcher.systemd",
        "watcher.telemetry -> watcher.systemd",
    ),
    Breach("a channel dials by itself", "watcher/channels/base.py", "import httpx", "watcher.channels.base -> httpx"),
    Breach("a source speaks SQL", "watcher/sources/base.py", "import sqlite3", "watcher.sources.base -> sqlite3"),
    Breach(
        "a new driver outside the stores", "watcher/telemetry.py", "import aiosqlite", "watcher.telemetry -> aiosqlite"
    ),
    Breach("a second web server", "watcher/systemd.py", "import uvicorn", "watcher.systemd -> uvicorn"),
    Breach("a module nobody placed", "watcher/attic.py", "from __future__ import annotations", "watcher.attic"),
)
"""`says`: the import that is named, at the head of its chain, or the module itself."""

RULE_BREACHES = (
    Breach("an import in a function", "watcher/telemetry.py", "def late():\n    import json\n", "inside a function"),
    Breach("the core says now", "watcher/core/model.py", "EPOCH = datetime.now()", "the core calls now()"),
    Breach("the core opens", "watcher/core/errors.py", "TEXT = open('x')", "the core calls open()"),
    Breach("the core is async", "watcher/core/errors.py", "async def wait(): ...", "the core waits in wait()"),
    Breach("a wildcard", "watcher/systemd.py", "from os import *", "wildcard import"),
    Breach(
        "a drawer for everything", "watcher/sources/utils.py", "from __future__ import annotations", "named by the noun"
    ),
    Breach(
        "a circle",
        "watcher/core/errors.py",
        "import watcher.core.text.reading\nimport watcher.core.circle",
        "circular import",
    ),
    Breach("a bare except", "watcher/systemd.py", "try:\n    X = 1\nexcept:\n    X = 2\n", "bare except"),
    Breach("a room too large", "watcher/core/errors.py", "\n" * 400, "at most 400"),
    Breach("a long function", "watcher/systemd.py", "def long():\n" + "    int()\n" * 60, "at most 60"),
)


def copy_with(breaches: Iterable[Breach], folder: Path, *, whole: bool = True) -> Path:
    """A copy of the package with the offending lines added; where not whole, of the modules alone that they stand in."""
    if whole:
        shutil.copytree(ROOT / "watcher", folder / "watcher", ignore=shutil.ignore_patterns("__pycache__"))
    for breach in breaches:
        place, original = folder / breach.path, ROOT / breach.path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() and original.exists():
            shutil.copy(original, place)
        before = place.read_text(encoding="utf-8") if place.exists() else ""
        place.write_text(f"{before}\n{breach.line}\n", encoding="utf-8")
    return folder


def _is_said(breach: Breach, said: str) -> bool:
    return f"- {breach.says} " in " ".join(said.split())


@pytest.fixture(scope="module")
def said_at_once(tmp_path_factory) -> str:
    """What is said of one copy with every breach of the layers in it: the graph of imports is built but once."""
    return broken_contracts(copy_with(LAYER_BREACHES, tmp_path_factory.mktemp("misplaced")))


@pytest.mark.parametrize("breach", LAYER_BREACHES, ids=lambda breach: breach.name)
def test_a_breach_of_the_layers_is_caught(breach, said_at_once):
    assert _is_said(breach, said_at_once)


@pytest.mark.slow
@pytest.mark.parametrize("breach", LAYER_BREACHES, ids=lambda breach: breach.name)
def test_a_breach_of_the_layers_is_caught_where_it_is_the_only_one(breach, tmp_path):
    assert _is_said(breach, broken_contracts(copy_with((breach,), tmp_path)))


@pytest.fixture(scope="module")
def found_at_once(tmp_path_factory) -> list[str]:
    """What is found in one copy with every breach of the house rules in it."""
    folder = copy_with(RULE_BREACHES, tmp_path_factory.mktemp("breached"), whole=False)
    circle = "from __future__ import annotations\nimport watcher.core.errors\n"
    (folder / "watcher/core/circle.py").write_text(circle, encoding="utf-8")
    return findings(folder)


@pytest.mark.parametrize("breach", RULE_BREACHES, ids=lambda breach: breach.name)
def test_a_breach_of_the_house_rules_is_caught(breach, found_at_once):
    where = "" if breach.name == "a circle" else breach.path

    assert any(breach.says in text and text.startswith(where) for text in found_at_once)
