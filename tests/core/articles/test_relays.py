"""Texts that say that they only relay, and what that does to the trust in them."""

from __future__ import annotations

import pytest

from watcher.core.articles.relays import UNVERIFIED, is_relay, trust_of
from watcher.core.model import Trust


@pytest.mark.parametrize(
    ("text", "says_so"),
    [
        ("This item is translated from a paper that a state-owned group runs.", True),
        ("The report originates from Chinese state-affiliated media.", True),
        ("The claims have not been independently verified.", True),
        ("All figures should be confirmed through other independent sources.", True),
        ("本文内容未经独立核实。", True),
        ("Die Angaben wurden nicht unabhängig geprüft.", True),
        ("The state-owned miner opened a plant.", False),
        ("An independent review verified the reserve.", False),
        ("The independent director confirmed the sale.", False),
    ],
)
def test_a_text_that_only_relays_says_so_itself(text, says_so):
    assert is_relay(text) is says_so


@pytest.mark.parametrize(
    ("trust", "then"),
    [
        (Trust.TRADE_PRESS, Trust.AGGREGATOR),
        (Trust.WIRE, Trust.AGGREGATOR),
        (Trust.AUTHORITY, Trust.AUTHORITY),
        (Trust.PROMOTION, Trust.PROMOTION),
        (Trust.UNKNOWN, Trust.UNKNOWN),
    ],
)
def test_what_is_only_relayed_carries_no_further_than_an_aggregators_word(trust, then):
    assert trust_of(trust, (UNVERIFIED, "undated")) is then
    assert trust_of(trust, ("undated",)) is trust
