"""Opens sockets to addresses that may be dialled, and to nothing else; it never speaks a protocol over them.

Resolve, judge every address, dial the judged address itself: a name that answers differently a moment later
(DNS rebinding) changes nothing, because it isn't asked again.
"""

from __future__ import annotations

import asyncio
import os
import socket

from watcher.core.addresses import Policy, judge_address
from watcher.network.errors import NetworkError, lack
from watcher.network.resolver import Resolver

ATTEMPT_S = 5.0
"""One address of several gets this long before the next is tried: a network with broken IPv6 is common."""
MOST_ATTEMPTS = 4


class Guard:
    """The one way to a socket."""

    def __init__(self, resolver: Resolver, *, attempt_s: float = ATTEMPT_S) -> None:
        self._resolver = resolver
        self._attempt_s = attempt_s

    async def addresses(self, host: str, policy: Policy) -> tuple[str, ...]:
        """The addresses of a host that may be dialled; one bad address refuses the host as a whole.

        Raises: `NetworkError` of kind dns or refused_address.
        """
        found = await self._resolver.resolve(host)
        for ip in found:
            refusal = judge_address(ip, policy)
            if refusal is not None:
                hint = "; `network: any` would allow it" if judge_address(ip, "any") is None else ""
                raise NetworkError("refused_address", f"connect to {host}: {ip} is {refusal.reason}{hint}")
        return found

    async def guarded_socket(self, host: str, port: int, policy: Policy) -> socket.socket:
        """A connected, non-blocking TCP socket to a judged address of the host; the caller closes it.

        Raises: `NetworkError` of kind dns, refused_address, connect or timeout.
        """
        found = (await self.addresses(host, policy))[:MOST_ATTEMPTS]
        for ip in found[:-1]:
            try:
                return await self._dial(host, ip, port)
            except NetworkError:
                continue
        return await self._dial(host, found[-1], port)

    async def _dial(self, host: str, ip: str, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as e:
            raise NetworkError("ours" if lack(e) else "connect", f"connect to {host}:{port}: {_cause(e)}") from e
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(self._attempt_s):
                await asyncio.get_running_loop().sock_connect(sock, (ip, port))
        except TimeoutError as e:
            sock.close()
            raise NetworkError("timeout", f"connect to {host}:{port}: no answer within {self._attempt_s:g} s") from e
        except OSError as e:
            sock.close()
            raise NetworkError("ours" if lack(e) else "connect", f"connect to {host}:{port}: {_cause(e)}") from e
        except BaseException:
            sock.close()
            raise
        return sock


def _cause(error: OSError) -> str:
    """Why a connection was not made, in the system's words; asyncio's own leave the cause out."""
    return lack(error) or (os.strerror(error.errno).lower() if error.errno else "failed")
