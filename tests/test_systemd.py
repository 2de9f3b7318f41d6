from __future__ import annotations

import os
import socket
from datetime import timedelta

import pytest

from watcher.systemd import Notifier


@pytest.fixture(params=["path", "abstract"])
def listener(request, tmp_path):
    """A socket as the service manager holds it, and the NOTIFY_SOCKET that names it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.settimeout(5)
        if request.param == "path":
            address = str(tmp_path / "notify")
            link.bind(address)
        else:
            address = f"@watcher-test-{os.getpid()}"
            link.bind("\0" + address[1:])
        yield link, address


def test_each_state_is_one_datagram(listener):
    link, address = listener
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": address}, pid=1)

    assert notifier.ready("watching 3 sources")
    assert notifier.alive()
    assert notifier.status("42 articles")
    assert notifier.stopping("draining")

    assert [link.recv(500).decode() for _ in range(4)] == [
        "READY=1\nSTATUS=watching 3 sources",
        "WATCHDOG=1",
        "STATUS=42 articles",
        "STOPPING=1\nSTATUS=draining",
    ]


def test_a_status_cannot_smuggle_another_assignment(listener):
    link, address = listener

    Notifier(address=address).status("fine\nMAINPID=1\r\x00" + "x" * 1000)

    said = link.recv(2000).decode()
    assert said.startswith("STATUS=fine MAINPID=1  xxx")
    assert len(said) <= 410


@pytest.mark.parametrize("address", [None, "", "relative", "vsock:2:1234", "/nowhere/notify", "@nobody-listens-here"])
def test_nobody_listening_stops_nothing(address):
    notifier = Notifier(address=address)

    assert not notifier.ready()
    assert not notifier.alive("fine")


def test_an_empty_status_is_not_sent(listener):
    link, address = listener
    link.settimeout(0)

    assert not Notifier(address=address).status(" \n")

    with pytest.raises(BlockingIOError):
        link.recv(10)


def test_a_manager_that_does_not_read_does_not_block_us(listener):
    _, address = listener
    notifier = Notifier(address=address)

    sent = [notifier.alive() for _ in range(5_000)]

    assert sent[0]
    assert not sent[-1]


@pytest.mark.parametrize(
    ("environment", "every"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, timedelta(seconds=15)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, timedelta(seconds=15)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "٣"}, None),
        ({"WATCHDOG_USEC": "9" * 40}, None),
    ],
)
def test_the_watchdog_is_fed_at_half_its_time(environment, every):
    assert Notifier.from_environment(environment, pid=7).beat_every == every
