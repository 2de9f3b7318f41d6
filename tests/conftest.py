"""Fixtures that many tests share, and the line that counts what the machine was too poor for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests import tools


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared samples beside the checkout; tests that need it skip where it does not lie."""
    return tools.shared_samples()


@pytest.fixture(scope="session")
def strace() -> Path:
    """The path of strace, which kills and breaks at a chosen system call."""
    return tools.tool("strace")


@pytest.fixture(scope="session")
def faketime() -> Path:
    """The path of faketime, which moves a process's clock."""
    return tools.tool("faketime")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The path of a Chromium, which shows pages and mails as readers see them."""
    return tools.tool("chromium")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a misspelt requirement at once: it would quietly require nothing."""
    tools.required(os.environ.get("WATCHER_REQUIRE_TOOLS", ""))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Count skips for want of a tool; under xdist the reports have come from the workers."""
    reasons = [
        report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)
    ]
    terminalreporter.write_line(tools.summary(reasons))
