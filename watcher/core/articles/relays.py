"""Texts that say that they only relay, unverified, what others told: a flag on the article, and less trust.

Never judges a publisher: the text's own words do, and they stand in the text for everybody to see.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from watcher.core.model import Trust

UNVERIFIED = "unverified"
"""The flag of an article that says so."""
_SIGNS = ("independent", "originat", "translated from", "sourced from", "taken from", "核实", "核實", "unabhängig")
_STATE = r"(?:state|government)[\s-](?:owned|affiliated|run|controlled|backed|linked)"
_SAYS_SO = re.compile(
    r"\b(?:ha(?:s|ve)|was|were) not (?:yet )?been independently (?:verified|confirmed)|"
    r"\bnot independently (?:verified|confirmed) by (?:us|the editors)|"
    r"\bshould be independently (?:verified|confirmed)|"
    r"\bshould be (?:verified|confirmed) (?:through|by|with) (?:[\w-]+ ){0,4}independent|"
    rf"\b(?:originat\w+|translated|taken|sourced) from (?:[\w'’-]+ ){{0,8}}{_STATE}|"
    r"未经(?:独立)?核实|未經(?:獨立)?核實|nicht unabhängig (?:geprüft|bestätigt|überprüft)",
    re.IGNORECASE,
)
_ITS_OWN = frozenset({Trust.COMPANY, Trust.WIRE, Trust.TRADE_PRESS})


def is_relay(text: str) -> bool:
    """Whether the text says that nobody has verified what it relays."""
    return any(sign in text for sign in _SIGNS) and _SAYS_SO.search(text) is not None


def trust_of(trust: Trust, flags: Collection[str]) -> Trust:
    """How far the publisher's word carries for this article: what it only relays is an aggregator's."""
    return Trust.AGGREGATOR if UNVERIFIED in flags and trust in _ITS_OWN else trust
