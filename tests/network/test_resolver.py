from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from watcher.network.errors import NetworkError
from watcher.network.resolver import ThreadResolver, system_lookup


async def test_a_name_has_all_its_addresses():
    resolver = ThreadResolver(lambda host: ("192.0.2.1", "2001:db8::1") if host == "example.org" else ())

    assert await resolver.resolve("example.org") == ("192.0.2.1", "2001:db8::1")
    with pytest.raises(NetworkError, match="no address"):
        await resolver.resolve("empty.example")
    resolver.close()


async def test_a_literal_address_is_not_looked_up():
    def lookup(host: str) -> tuple[str, ...]:
        raise AssertionError(host)

    assert await ThreadResolver(lookup).resolve("2001:db8::1") == ("2001:db8::1",)
    assert await ThreadResolver(lookup).resolve("192.0.2.1") == ("192.0.2.1",)


@pytest.mark.parametrize(
    "error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long"), OSError()]
)
async def test_an_unknown_name_is_a_dns_error(error: Exception):
    def lookup(host: str) -> tuple[str, ...]:
        raise error

    resolver = ThreadResolver(lookup)
    with pytest.raises(NetworkError) as caught:
        await resolver.resolve("nowhere.example")
    resolver.close()

    assert caught.value.kind == "dns"


async def test_a_silent_resolver_ends_in_time_and_leaves_the_loops_own_threads_alone():
    release = threading.Event()
    resolver = ThreadResolver(lambda host: (str(release.wait(10)),), timeout_s=0.2, threads=4)

    hung = [asyncio.create_task(resolver.resolve(f"h{n}.example")) for n in range(8)]
    assert await asyncio.to_thread(lambda: "free") == "free"
    errors = await asyncio.gather(*hung, return_exceptions=True)
    release.set()
    resolver.close()

    assert [getattr(error, "kind", None) for error in errors] == ["dns"] * 8


async def test_threads_are_reused_and_few():
    names: set[str] = set()

    def lookup(host: str) -> tuple[str, ...]:
        names.add(str(threading.get_ident()))
        return ("192.0.2.1",)

    resolver = ThreadResolver(lookup, threads=2)
    await asyncio.gather(*(resolver.resolve(f"h{n}.example") for n in range(50)))
    resolver.close()

    assert len(names) <= 2


def test_the_machine_reads_odd_numbers_as_addresses():
    assert system_lookup("127.1") == ("127.0.0.1",)
