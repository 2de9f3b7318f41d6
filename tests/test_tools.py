"""Skips for want of a tool are counted, and fail where the tool is required."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.tools import REQUIRABLE, ROOT, required, summary


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("", set()),
        ("0", set()),
        ("1", REQUIRABLE),
        ("strace", {"strace"}),
        ("strace, faketime", {"strace", "faketime"}),
    ],
)
def test_what_is_required(setting, names):
    assert required(setting) == names


def test_a_misspelt_requirement_is_an_error():
    with pytest.raises(ValueError, match=r"unknown \['strase'\]"):
        required("strase")


def test_the_summary_counts_by_tool():
    reasons = [
        "Skipped: no strace: x",
        "Skipped: no Chromium on this machine: y",
        "Skipped: no strace: x",
        "Skipped: no reason",
    ]

    assert summary(reasons) == "skipped for want of a tool: 3 (strace 2, chromium 1)"
    assert summary([]) == "skipped for want of a tool: 0"


@pytest.fixture
def poor(tmp_path):
    """A copy of the frame in a place without tools or samples, and how to run its tests."""
    tests = tmp_path / "tests"
    tests.mkdir()
    for name in ("__init__.py", "conftest.py", "scheduling.py", "tools.py"):
        shutil.copy(ROOT / "tests" / name, tests / name)
    tests.joinpath("test_it.py").write_text(
        "def test_a(strace): pass\ndef test_b(strace): pass\ndef test_c(shared): pass\ndef test_d(): pass\n",
        encoding="utf-8",
    )

    def run(*options: str, require: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
            cwd=tmp_path, env={**os.environ, "PATH": str(tmp_path), "WATCHER_REQUIRE_TOOLS": require},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "spread"])
def test_a_poor_machine_skips_and_says_so(poor, spread):
    done = poor(*spread, require="")

    assert done.returncode == 0
    assert "skipped for want of a tool: 3 (strace 2, shared 1)" in done.stdout
    assert "1 passed, 3 skipped" in done.stdout


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "spread"])
def test_a_machine_that_must_be_rich_fails(poor, spread):
    done = poor(*spread, require="strace")

    assert done.returncode == 1
    assert "strace is required: WATCHER_REQUIRE_TOOLS" in done.stdout
    assert "skipped for want of a tool: 1 (shared 1)" in done.stdout


def test_all_tools_may_be_required(poor):
    done = poor(require="1")

    assert done.returncode == 1
    assert "shared is required: WATCHER_REQUIRE_TOOLS" in done.stdout
