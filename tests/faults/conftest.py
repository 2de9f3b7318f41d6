"""What sweeps of hundreds of trials share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import starts


@pytest.fixture
def forked() -> Iterator[None]:
    """Starts of the program itself are forked; those under strace, which are disturbed, are cold all the same."""
    with starts.warm():
        yield
