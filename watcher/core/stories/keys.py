"""Where to look for the kin of an article: a few hashed keys, so that the cost does not grow with history.

Never decides: articles with a key in common are compared, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from watcher.core.stories.model import Newcomer, Traits

WORD_KEYS = 9
AMOUNT_KEYS = 3
DAY_KEYS = 3
POSTINGS = 40
"""So many articles, the newest, are taken from one key: what more of them share proves nothing."""
CANDIDATES = 20
"""So many articles at most are compared, those with the weightiest keys in common."""
_EXACT, _TEXT, _PAPER, _AMOUNT, _DAYS, _EVENT = 9.0, 3.0, 3.0, 1.5, 1.0, 2.0
_MASK = (1 << 40) - 1


def exact_keys(newcomer: Newcomer) -> dict[int, float]:
    """The keys by which the same text is found again; a store may have indexes of its own for them."""
    found = {_key("text", newcomer.text_sha256): _EXACT, _key("title", newcomer.title_key): _EXACT}
    if newcomer.link_key is not None:
        found[_key("link", newcomer.link_key)] = _EXACT
    return found


def keys_of(traits: Traits) -> dict[int, float]:
    """The keys by which reports of the same event are found, with what each weighs in choosing. A key has 40 bits."""
    found: dict[int, float] = {}
    telling = sorted(zip(traits.words.values(), traits.words, strict=True), reverse=True)[:WORD_KEYS]
    found |= {_key("word", word): weight for weight, word in telling}
    found |= {_key("run", run): _TEXT for run in traits.shingles}
    found |= {_key("paper", paper): _PAPER for paper in sorted(traits.papers)[:2]}
    found |= {_key("sum", amount): _AMOUNT for amount in sorted(traits.head_amounts)[:AMOUNT_KEYS]}
    days = sorted(traits.days)[:DAY_KEYS]
    found |= {_key("days", f"{one} {two}"): _DAYS for at, one in enumerate(days) for two in days[at + 1 :]}
    if traits.day is not None:
        found |= {_key("on", f"{traits.day} {day}"): _DAYS for day in days}
    for actor in (*sorted(traits.states), *sorted(traits.actors))[:2]:
        found |= {_key("event", f"{kind} {actor}"): _EVENT for kind in sorted(traits.types)[:2]}
    return found


def best_candidates(sums: Mapping[int, float]) -> list[int]:
    """The articles to compare, oldest first, out of all that share keys, by number with what these weigh together."""
    # Hundreds share a key, and twenty are chosen: sorting bare numbers leaves few pairs to be sorted.
    least = sorted(sums.values(), reverse=True)[CANDIDATES - 1] if len(sums) > CANDIDATES else 0.0
    best = sorted([(weight, article) for article, weight in sums.items() if weight >= least], reverse=True)
    return sorted([article for _, article in best[:CANDIDATES]])


def _key(kind: str, value: object) -> int:
    text = f"{kind}:{value}".encode()
    return (crc32(text) << 8 | crc32(text[::-1]) & 0xFF) & _MASK
