"""What the service manager is told: ready, alive, stopping; it never stops the daemon when nobody listens."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Self


class Notifier:
    """Sends state to the service manager's socket; does nothing where there is none.

    Source: sd_notify(3) and sd_watchdog_enabled(3): one datagram of `KEY=value` lines; a leading @ stands for the
    NUL byte of an abstract socket; WATCHDOG_PID, if set, must be our own pid.
    """

    def __init__(self, *, address: str | None, watchdog: timedelta | None = None) -> None:
        """Take the socket's address (a path, or @name) and the time after which silence means death."""
        self._address = address if address and address[0] in "/@" else None
        self._watchdog = watchdog

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, pid: int) -> Self:
        """The notifier that the given environment asks for; a malformed watchdog time counts as none."""
        meant = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
        microseconds = environment.get("WATCHDOG_USEC", "")
        watchdog = None
        if meant and microseconds.isascii() and microseconds.isdigit() and 0 < int(microseconds) < 2**53:
            watchdog = timedelta(microseconds=int(microseconds))
        return cls(address=environment.get("NOTIFY_SOCKET"), watchdog=watchdog)

    @property
    def beat_every(self) -> timedelta | None:
        """How often `alive` has to be said: half the watchdog's time; None without a watchdog."""
        return None if self._watchdog is None else self._watchdog / 2

    def ready(self, status: str = "") -> bool:
        """Say that the daemon has started; systemd lets dependants start only now."""
        return self._send("READY=1", *_status(status))

    def alive(self, status: str = "") -> bool:
        """Feed the watchdog; to be called only after real progress, else it guards nothing."""
        return self._send("WATCHDOG=1", *_status(status))

    def stopping(self, status: str = "") -> bool:
        """Say that the daemon is going down of its own accord."""
        return self._send("STOPPING=1", *_status(status))

    def status(self, text: str) -> bool:
        """Show one line in `systemctl status`."""
        return self._send(*_status(text))

    def _send(self, *lines: str) -> bool:
        """Whether somebody took the datagram. A full or vanished socket is no reason to stop watching."""
        if self._address is None or not lines:
            return False
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as link:
                link.sendto("\n".join(lines).encode(), address)
        except OSError:
            return False
        return True


def _status(text: str) -> tuple[str, ...]:
    """One STATUS line; a line break in it would start another assignment, such as MAINPID=."""
    flat = "".join(sign if sign.isprintable() else " " for sign in text)[:400].strip()
    return (f"STATUS={flat}",) if flat else ()
