"""Which IP addresses may be talked to; never resolves a name and never opens a socket.

The tables are ours, because `ipaddress.is_global` differs between Python releases and calls NAT64, 6to4,
site-local and multicast addresses public.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

Policy = Literal["public", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an address may not be dialled, in words for the operator."""

    reason: str


# Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later); Azure's wire server is a public-looking
# address that answers only inside that cloud, with credentials.
_NOT_PUBLIC_V4 = (
    (IPv4Network("0.0.0.0/8"), "this host"),
    (IPv4Network("10.0.0.0/8"), "a private network"),
    (IPv4Network("100.64.0.0/10"), "a carrier's private network"),
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (IPv4Network("168.63.129.16/32"), "a cloud's own service address"),
    (IPv4Network("169.254.0.0/16"), "link-local"),
    (IPv4Network("172.16.0.0/12"), "a private network"),
    (IPv4Network("192.0.0.0/24"), "reserved for protocols"),
    (IPv4Network("192.0.2.0/24"), "reserved for documentation"),
    (IPv4Network("192.88.99.0/24"), "the 6to4 relay"),
    (IPv4Network("192.168.0.0/16"), "a private network"),
    (IPv4Network("198.18.0.0/15"), "reserved for benchmarks"),
    (IPv4Network("198.51.100.0/24"), "reserved for documentation"),
    (IPv4Network("203.0.113.0/24"), "reserved for documentation"),
    (IPv4Network("224.0.0.0/4"), "multicast"),
    (IPv4Network("240.0.0.0/4"), "reserved"),
)

# Source: IANA IPv6 Special-Purpose Address Registry. Only 2000::/3 is handed out as global unicast; whatever lies
# outside is refused even where it has no name here.
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = (
    (IPv6Network("::/128"), "this host"),
    (IPv6Network("::1/128"), "loopback"),
    (IPv6Network("::/96"), "an IPv4-compatible address"),
    (IPv6Network("64:ff9b:1::/48"), "local-use NAT64"),
    (IPv6Network("2001::/32"), "Teredo"),
    (IPv6Network("2001::/23"), "reserved for protocols"),
    (IPv6Network("2001:db8::/32"), "reserved for documentation"),
    (IPv6Network("2002::/16"), "6to4"),
    (IPv6Network("3fff::/20"), "reserved for documentation"),
    (IPv6Network("5f00::/16"), "segment routing"),
    (IPv6Network("fc00::/7"), "a private network"),
    (IPv6Network("fe80::/10"), "link-local"),
    (IPv6Network("fec0::/10"), "site-local"),
    (IPv6Network("ff00::/8"), "multicast"),
)

# Nothing that listens can be behind these, whatever the network: the policy `any` refuses no more than them.
_UNUSABLE_V4 = ("this host", "multicast", "reserved")
_UNUSABLE_V6 = ("this host", "multicast")

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_LOW_32_BITS = 0xFFFFFFFF
_V4_BYTES = 4
_BYTE = 0xFF
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,12}")


def judge_address(ip: str, policy: Policy) -> Refusal | None:
    """None if the address may be dialled under the policy, else why not.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4, IPv4-compatible) is judged by that one too.
    Mapped and NAT64 addresses of public hosts pass, because they are how such hosts are reached from IPv6-only
    networks.
    """
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return Refusal(reason="not an IP address")
    if isinstance(address, IPv4Address):
        return _judge_v4(address, policy)
    return _judge_v6(address, policy)


def judge_host(host: str, policy: Policy) -> Refusal | None:
    """Why a host can't be dialled, as far as its name alone tells: literal addresses and the names of loopback.

    Forms that resolvers read as addresses are read so: `127.1`, `0x7f.1`, `2130706433`. Any other name is None: only
    a lookup can tell. Source: RFC 6761 6.3 for localhost; `inet_aton` of POSIX for the short forms.
    """
    name = host.strip("[]").removesuffix(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return judge_address("127.0.0.1", policy)
    short = _short_v4(name)
    if short is not None:
        return judge_address(str(short), policy)
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return None
    return judge_address(name, policy)


def is_loopback(host: str) -> bool:
    """Whether a host's name alone says that it is this very machine."""
    name = host.strip("[]").removesuffix(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _short_v4(name: str) -> IPv4Address | None:
    """The address that one to four numbers make, the last of which fills all bytes that are left."""
    parts = name.split(".")
    if len(parts) > _V4_BYTES or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (int(part, _base(part)) for part in parts)
    except ValueError:
        return None
    if any(number > _BYTE for number in first) or last >= 1 << 8 * (_V4_BYTES - len(first)):
        return None
    whole = last + sum(number << 8 * (_V4_BYTES - 1 - at) for at, number in enumerate(first))
    return IPv4Address(whole)


def _base(number: str) -> int:
    if number.startswith("0x"):
        return 16
    return 8 if number.startswith("0") else 10


def _judge_v4(address: IPv4Address, policy: Policy) -> Refusal | None:
    for network, reason in _NOT_PUBLIC_V4:
        if (policy == "public" or reason in _UNUSABLE_V4) and address in network:
            return Refusal(reason=reason)
    return None


def _judge_v6(address: IPv6Address, policy: Policy) -> Refusal | None:
    if address.ipv4_mapped is not None:
        return _judge_v4(address.ipv4_mapped, policy)
    for network, reason in _NOT_PUBLIC_V6:
        if address in network:
            if policy == "public" or reason in _UNUSABLE_V6:
                return Refusal(reason=reason)
            break
    embedded = _embedded_v4(address)
    if embedded is not None and (refusal := _judge_v4(embedded, policy)) is not None:
        return Refusal(reason=f"{refusal.reason}, wrapped in IPv6")
    if policy == "public" and address not in _GLOBAL_V6 and address not in _NAT64:
        return Refusal(reason="outside the public address space")
    return None


def _embedded_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a translator would dial for this one; ::1 is itself and carries none."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & _LOW_32_BITS)
    if address in _SIX_TO_FOUR:
        return IPv4Address((int(address) >> 80) & _LOW_32_BITS)
    return None
