from __future__ import annotations

import pytest

from watcher.core.articles.publishers import Publisher, Publishers
from watcher.core.model import Trust

METI = Publisher(name="METI", trust=Trust.AUTHORITY)
WIRE = Publisher(name="Wire", trust=Trust.WIRE)
KNOWN = Publishers(hosts={"meti.go.jp": METI, "wire.example": WIRE})


def of(link="", origin="", name="", trust=Trust.TRADE_PRESS):
    return KNOWN.of(link_host=link, origin_host=origin, origin_name=name, source="daily", trust=trust)


@pytest.mark.parametrize("host", ["meti.go.jp", "www.meti.go.jp", "news.en.METI.go.jp"])
def test_a_host_is_found_under_its_nearest_known_parent(host):
    assert KNOWN.find(host) == METI


@pytest.mark.parametrize("host", ["go.jp", "notmeti.go.jp", "meti.go.jp.evil.example", "jp", ""])
def test_a_host_that_only_looks_alike_is_not(host):
    assert KNOWN.find(host) is None


def test_the_named_origin_comes_before_the_link():
    assert of(link="wire.example", origin="www.meti.go.jp") == METI
    assert of(link="wire.example", origin="unknown.example", name="Some Daily") == WIRE


def test_an_unknown_origin_lends_its_name_and_the_source_its_trust():
    assert of(link="a.example", name="Some Daily") == Publisher(name="Some Daily", trust=Trust.TRADE_PRESS)


def test_else_the_links_host_and_the_sources_trust_stand_in():
    assert of(link="www.a.example") == Publisher(name="a.example", trust=Trust.TRADE_PRESS)
    assert of() == Publisher(name="daily", trust=Trust.TRADE_PRESS)
