"""The real documents, read once for all tests of this folder."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.domain.real import Real, read_all

Count = Callable[[str, int, int], None]
"""Takes what was counted, how many passed and how many there are."""


@pytest.fixture(scope="session")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Real:
    """The documents through the pipeline; skips where they do not lie beside the checkout."""
    with asyncio.Runner() as runner:
        return runner.run(read_all(tmp_path_factory.mktemp("real"), shared / "corpus"))


@pytest.fixture
def count(capsys: pytest.CaptureFixture[str]) -> Count:
    """Prints how many of a list passed, whatever else is captured."""

    def printed(what: str, passed: int, every: int) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{what}: {passed} of {every} passed\n")

    return printed
