"""Fixtures of the border's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.network.certificates import Authority, make_authority
from tests.servers import FaultServer


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    """A misbehaving server on 127.0.0.1."""
    async with FaultServer() as running:
        yield running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of our own."""
    return make_authority(tmp_path_factory.mktemp("authority"))
