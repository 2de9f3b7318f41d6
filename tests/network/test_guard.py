from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.network.resolvers import ListedResolver
from tests.processes import no_open_files
from tests.servers import FaultServer, reply
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver


async def test_a_name_that_leads_home_is_refused_and_home_hears_nothing(server: FaultServer):
    guard = Guard(ListedResolver(inside__example=(("127.0.0.1",),)))

    with pytest.raises(NetworkError, match="loopback") as caught:
        await guard.guarded_socket("inside.example", server.port, "public")

    assert caught.value.kind == "refused_address"
    assert server.connections == 0


@pytest.mark.parametrize(
    "answer", [("8.8.8.8", "127.0.0.1"), ("127.0.0.1", "8.8.8.8"), ("::1",), ("8.8.8.8", "fd00::1")]
)
async def test_one_bad_address_among_good_ones_refuses_the_name(answer: tuple[str, ...]):
    guard = Guard(ListedResolver(mixed__example=(answer,)))

    with pytest.raises(NetworkError) as caught:
        await guard.guarded_socket("mixed.example", 80, "public")

    assert caught.value.kind == "refused_address"


async def test_a_name_that_changes_its_mind_is_asked_once_for_each_connection(server: FaultServer):
    resolver = ListedResolver(rebind__example=(("127.0.0.1",), ("10.0.0.1",)))
    server.route("/", reply(200, body=b"home"))

    async with Http(Guard(resolver)) as http:
        answer = await http.request("GET", server.url("/", "rebind.example"), policy="any")

    assert answer.body == b"home"
    assert resolver.asked == ["rebind.example"]


async def test_rebinding_public_loopback_mixed_never_reaches_the_listener(server: FaultServer):
    rounds = (("127.0.0.1",), ("203.0.113.7", "127.0.0.1"), ("::1",), ("::ffff:127.0.0.1",), ("64:ff9b::7f00:1",))
    guard = Guard(ListedResolver(rebind__example=rounds))

    async with Http(guard) as http:
        for _ in rounds:
            with pytest.raises(NetworkError):
                await http.request("GET", server.url("/", "rebind.example"), policy="public")

    assert server.connections == 0


async def test_the_next_address_is_tried_when_one_does_not_answer(server: FaultServer):
    guard = Guard(ListedResolver(two__example=(("127.0.0.2", "127.0.0.1"),)))

    sock = await guard.guarded_socket("two.example", server.port, "any")

    assert sock.getpeername()[0] == "127.0.0.1"
    sock.close()


async def test_nobody_listening_is_said_so():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(NetworkError) as caught:
        await Guard(ThreadResolver()).guarded_socket("127.0.0.1", port, "any")

    assert caught.value.kind == "connect"
    assert str(caught.value) == f"connect to 127.0.0.1:{port}: connection refused"


async def test_a_refusal_names_the_setting_that_allows_it():
    with pytest.raises(NetworkError, match="network: any"):
        await Guard(ThreadResolver()).addresses("10.0.0.1", "public")


async def test_no_hostile_spelling_of_an_inside_address_is_dialled(shared: Path):
    rows = json.loads((shared / "hostile" / "ssrf_urls.json").read_text("utf-8"))
    resolver = ThreadResolver(timeout_s=2)
    async with FaultServer() as v4, FaultServer(host="::1") as v6, Http(Guard(resolver)) as http:
        spellings = [row["url"] for row in rows]
        ported = [f"http://{host}:{port}/" for port in (v4.port, v6.port) for host in HOSTS_OF_HOME]
        for url in [*spellings, *ported]:
            with pytest.raises(NetworkError) as caught:
                await http.request("GET", url, policy="public")
            assert caught.value.kind in {"bad_url", "refused_address", "dns"}, url
        assert v4.connections + v6.connections == 0
    resolver.close()


HOSTS_OF_HOME = [
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
        "LOCALHOST.",
    ),
    *(
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "127。0。0。1",
        "ⓛocalhost",
        "①②⑦.⓪.⓪.①",
    ),
]


async def test_that_no_file_can_be_opened_is_the_fault_of_this_machine(server: FaultServer):
    with no_open_files(), pytest.raises(NetworkError, match="too many open files here") as caught:
        await Guard(ThreadResolver()).guarded_socket("127.0.0.1", server.port, "any")

    assert caught.value.kind == "ours"
