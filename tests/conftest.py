"""Fixtures that many tests share, and the line that counts what the machine was too poor for."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from tests import tools
from tests.scheduling import ByFile

# Hundreds of tests start a process. Where bytecode is not kept (images like to switch that off), each start compiles
# the whole program anew: a quarter of its time. Ours start as a user's do.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long a machine takes over an example says how busy it is, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared samples beside the checkout; tests that need it skip where it does not lie."""
    return tools.shared_samples()


@pytest.fixture(scope="session", autouse=True)
def _warm(request: pytest.FixtureRequest) -> Iterator[None]:
    """A quick run starts processes and compiles templates once where a whole run does so as an operator's does."""
    if request.config.option.markexpr != "not slow":
        yield
        return
    # Here, because a frame without the program beside it is tested too.
    from tests import nurseries, starts, templates

    with nurseries.lent(), starts.warm(), templates.compiled_once():
        yield


@pytest.fixture
def fresh_nursery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pools start their own process that forks: for tests of what starts and ends, and of what it is given then."""
    from watcher.parse import nursery, pool

    monkeypatch.setattr(pool, "Nursery", nursery.Nursery)


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


@pytest.fixture(scope="session")
def openssl() -> Path:
    """The path of openssl, which makes the certificates of servers that are right or wrong."""
    return tools.tool("openssl")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a misspelt requirement at once: it would quietly require nothing."""
    tools.required(os.environ.get("WATCHER_REQUIRE_TOOLS", ""))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Share tests out by file."""
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what was skipped for want of a tool that this machine is required to have."""
    report = yield
    reason = _skip_reason(report)
    name = tools.wanted(reason)
    if name in tools.required(os.environ.get("WATCHER_REQUIRE_TOOLS", "")):
        report.outcome = "failed"
        report.longrepr = f"{reason.removeprefix('Skipped: ')}\n({name} is required: WATCHER_REQUIRE_TOOLS)"
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Count skips for want of a tool; under xdist the reports have come from the workers."""
    reasons = [_skip_reason(report) for report in terminalreporter.stats.get("skipped", [])]
    terminalreporter.write_line(tools.summary(reasons))


def _skip_reason(report: pytest.TestReport) -> str:
    """Why it was skipped; empty if it was not, or was expected to fail."""
    return report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
