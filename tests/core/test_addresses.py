from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.addresses import judge_address, judge_host

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:808:808::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2001:10::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
    "8000::1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "localhost",
]

ALLOWED = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "172.32.0.1",
    "192.31.196.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("ip", [*REFUSED, "", "1.2.3", "2001:db8::1::"])
def test_addresses_that_are_not_public_are_refused(ip: str):
    refusal = judge_address(ip, "public")

    assert refusal is not None
    assert refusal.reason


@pytest.mark.parametrize("ip", [*ALLOWED, "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_pass(ip: str):
    assert judge_address(ip, "public") is None


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fd00::1", "fe80::1%eth0", "8.8.8.8"])
def test_any_lets_a_private_network_through(ip: str):
    assert judge_address(ip, "any") is None


@pytest.mark.parametrize("ip", ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::", "ff02::1", "::ffff:0.0.0.0", "x"])
def test_any_refuses_what_cannot_be_dialled(ip: str):
    assert judge_address(ip, "any") is not None


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_a_wrapped_address_is_never_judged_milder_than_itself(address: IPv4Address):
    plain = judge_address(str(address), "public")

    for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
        assert plain is None or judge_address(wrapped, "public") is not None


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_whatever_python_calls_private_is_refused(address: IPv4Address):
    known_exceptions = ("192.0.0.9", "192.0.0.10")

    if (address.is_private or address.is_multicast or address.is_reserved) and str(address) not in known_exceptions:
        assert judge_address(str(address), "public") is not None


@settings(deadline=None)
@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_address_outside_global_unicast_passes(address: IPv6Address):
    outside = int(address) >> 125 != 1

    if outside and address.ipv4_mapped is None and not str(address).startswith("64:ff9b::"):
        assert judge_address(str(address), "public") is not None


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "news.localhost", "127.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "10.1.2.3"],
)
def test_a_host_that_shows_where_it_leads_is_judged_without_a_lookup(host: str):
    assert judge_host(host, "public") is not None
    assert judge_host(host, "any") is None


@pytest.mark.parametrize(
    "host", ["example.org", "localhost.example.org", "8.8.8.8", "1.2.3.4.5", "300.1.1.1", "0x", "09.1", "intranet", ""]
)
def test_a_host_that_only_a_lookup_can_judge_passes(host: str):
    assert judge_host(host, "public") is None


@given(st.ip_addresses(v=4))
@settings(max_examples=50)
def test_short_and_long_forms_of_an_address_are_judged_alike(address: IPv4Address):
    forms = (str(int(address)), hex(int(address)), f"0{int(address):o}", str(address))

    assert {judge_host(form, "public") for form in forms} == {judge_address(str(address), "public")}
