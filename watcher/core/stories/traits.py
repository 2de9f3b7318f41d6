"""What an article is compared by, read from its title, its beginning and the rest of what counts; never compares.

Words weigh by what they are (a name, a figure, a plain word), by where they stand, and by how few stories had them
before: the counts come in as an argument, because they belong to whoever keeps the stories.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from zlib import crc32

from watcher.core.events.model import DENIED, Account, Event, Genre
from watcher.core.model import Zone, ZoneSpan
from watcher.core.stories.figures import amounts_in, days_in, papers_in
from watcher.core.stories.model import Fresh, Newcomer, Traits
from watcher.core.stories.ordinary import COUNTRIES, ORDINARY, stem

HEAD_CHARS = 700
BODY_CHARS = 2_500
_SHINGLED_CHARS = 6_000
_WORDS_KEPT = 48
_SHINGLES_KEPT = 32
_SHINGLE = 4
_PRIOR_STORIES = 20.0
"""So many stories without any of the words are taken for granted, so that the first ones are not all commonplace."""
_TITLE_WEIGHT, _HEAD_WEIGHT, _BODY_WEIGHT = 2.0, 1.0, 0.4
_NAME, _FIGURE, _SMALL_FIGURE, _YEAR, _CJK, _COUNTRY, _PLAIN, _KNOWN = 1.8, 1.6, 0.8, 0.3, 0.7, 0.45, 1.0, 1.2
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+(?:['\u2019][a-z]+)?")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")
_NAMED = re.compile(
    r"(?<=[a-z0-9,;\u2019)\u3040-\u9fff] )[A-Z][^\W\d_]+|(?<=[\u3040-\u9fff\uff08])[A-Z][^\W\d_]+|\b[A-Z]{3,6}\b"
)
_YEARS = re.compile(r"(?:19|20)\d\d")
_LEFT_OUT = frozenset({Zone.PROFILE, Zone.RELATED, Zone.CHROME, Zone.TITLE})
_RETELLING = frozenset({Genre.OPINION, Genre.STUDY, Genre.MARKET_WRAP, Genre.PROMOTION})
_PARTIES = frozenset({"party", "counterparty", "target"})
_HAN_ENOUGH = 20
_LINK = re.compile(r"https?: ?/ ?/\S*(?: [./]\S*)*")
_TICKERS = re.compile(r"\((?:[A-Z][A-Za-z. ]{1,14}: ?[A-Z0-9.]{1,7}[;,]? ?)+\)")
"""Exchanges and tickers say the firm's name over and over, and nothing of the event."""
_PAPER_CHARS = 160
_ECHO = 60


@dataclass(frozen=True, slots=True)
class _Term:
    hash: int
    weight: float
    text: str


def traits_of(newcomer: Newcomer) -> Fresh:
    """The article's traits, its words weighed as if nothing was known of other stories (see `weigh`)."""
    body = _body(newcomer)
    head, rest = body[:HEAD_CHARS], body[HEAD_CHARS:BODY_CHARS]
    # A title made of the text's own beginning says nothing twice.
    title = "" if newcomer.title and body.startswith(_plain(newcomer.title)[:_ECHO]) else _plain(newcomer.title)
    weights, spelt, names = _weights(title, head, rest)
    for each in newcomer.named:
        if each.by != "form" and each.zone not in _LEFT_OUT - {Zone.TITLE}:
            term = crc32(f"{each.sort}:{each.id}".encode())
            weights[term], spelt[term] = _KNOWN, each.name
    whole = f"{title}\n{body[:_SHINGLED_CHARS]}"
    top = f"{title}\n{head}"
    days = days_in(whole[:BODY_CHARS])
    amounts, head_amounts = amounts_in(whole[:BODY_CHARS]), amounts_in(top)
    spelt |= {_hash(each): each for each in (*days, *amounts)}
    traits = Traits(
        day=newcomer.told.toordinal() if newcomer.told is not None else None,
        han=sum(map(len, _CJK_RUN.findall(head))) >= _HAN_ENOUGH,
        words=weights,
        names=frozenset(names),
        shingles=_shingles(whole),
        days=frozenset(map(_hash, days)),
        amounts=frozenset(map(_hash, amounts)),
        head_amounts=frozenset(map(_hash, head_amounts)),
        papers=frozenset(map(_hash, papers_in(title) or papers_in(head[:_PAPER_CHARS]))),
    )
    return Fresh(newcomer=newcomer, traits=_with_account(traits, newcomer.account), spelt=spelt)


def weigh(fresh: Fresh, counts: Mapping[int, int], stories: int) -> Fresh:
    """The article with its words weighed by rarity, only the most telling kept.

    Args:
        fresh: the article as it was read.
        counts: for a word's hash, how many of the stories founded so far had it in their first article.
        stories: how many stories were founded so far.
    """
    whole = stories + _PRIOR_STORIES
    scale = math.log(whole)
    weighed = {
        word: weight * (math.log(whole / (counts.get(word, 0) + 1)) / scale if counts.get(word, 0) + 1 < whole else 0.0)
        for word, weight in fresh.traits.words.items()
    }
    kept = dict(heapq.nlargest(_WORDS_KEPT, weighed.items(), key=lambda pair: (pair[1], pair[0])))
    words = {word: round(weight * 16) / 16 for word, weight in kept.items() if weight >= 1 / 16}
    return replace(fresh, traits=replace(fresh.traits, words=words, names=fresh.traits.names & words.keys()))


def _body(newcomer: Newcomer) -> str:
    """What counts of the text, the title left out; without zones, all that follows the title."""
    if newcomer.zones:
        parts = [newcomer.text[zone.start : zone.end] for zone in _counted(newcomer.zones)]
        text = "\n".join(parts)
    else:
        text = newcomer.text.removeprefix(newcomer.title).lstrip()
    return _plain(text[: _SHINGLED_CHARS * 2])


def _plain(text: str) -> str:
    return _TICKERS.sub(" ", _LINK.sub(" ", text))


def _counted(zones: Iterable[ZoneSpan]) -> list[ZoneSpan]:
    return [zone for zone in zones if zone.zone not in _LEFT_OUT]


def _weights(title: str, head: str, rest: str) -> tuple[dict[int, float], dict[int, str], set[int]]:
    counted: Counter[str] = Counter()
    for times, text in ((_TITLE_WEIGHT, title), (_HEAD_WEIGHT, head), (_BODY_WEIGHT, rest)):
        for token, count in Counter(_tokens(text)).items():
            counted[token] += times * count  # type: ignore[assignment]  # typeshed: counts need not be whole numbers
    named = {term.hash for token in _NAMED.findall(f"{head} {rest}") if (term := _term(token)) is not None}
    totals: dict[int, float] = {}
    terms: dict[int, _Term] = {}
    for token, amount in counted.items():
        term = _term(token)
        if term is not None:
            terms[term.hash] = term
            totals[term.hash] = totals.get(term.hash, 0.0) + amount
    weights = {
        term: (_NAME if term in named and terms[term].weight == _PLAIN else terms[term].weight)
        * (1 + math.log(total) if total > 1 else total)
        for term, total in totals.items()
    }
    return weights, {term: each.text for term, each in terms.items()}, {term for term in named if term in weights}


def _tokens(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    if not text.isascii():
        for run in _CJK_RUN.findall(text):
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return found


@lru_cache(maxsize=1 << 16)
def _term(token: str) -> _Term | None:
    """What a token counts as; None for one that tells nothing."""
    first = token[0]
    if first.isdigit():
        if len(token) == 1:
            return None
        weight = _YEAR if _YEARS.fullmatch(token) else _SMALL_FIGURE if len(token) == 2 else _FIGURE  # noqa: PLR2004
        return _Term(_hash(token), weight, token)
    if first >= "\u3040" and not first.isspace():
        return _Term(_hash(token), _CJK, token)
    word = stem(token.lower())
    if len(word) == 1 or word in ORDINARY:
        return None
    return _Term(_hash(word), _COUNTRY if word in COUNTRIES else _PLAIN, token)


def _hash(text: str) -> int:
    return crc32(text.encode())


@lru_cache(maxsize=1 << 16)
def _word_hash(token: str) -> int:
    return crc32(token.lower().encode())


def _shingles(text: str) -> tuple[int, ...]:
    """The smallest hashes of runs of four words; only runs that begin with every fourth kind of word are made."""
    hashes = [_word_hash(token) for token in _tokens(text)]
    runs = {
        (one * 31 + two * 1021 + three * 65_599 + four * 16_777_619) & 0xFFFFFFFF
        for one, two, three, four in zip(hashes, hashes[1:], hashes[2:], hashes[3:], strict=False)
        if one % _SHINGLE == 0
    }
    return tuple(heapq.nsmallest(_SHINGLES_KEPT, runs))


def _with_account(traits: Traits, account: Account | None) -> Traits:
    if account is None:
        return traits
    told = tuple(event for event in account.reported if event.sure)
    return replace(
        traits,
        types=frozenset(_hash(event.type) for event in told),
        actors=_roles(told, frozenset({"actor"})),
        parties=_roles(told, _PARTIES),
        retells=account.genre in _RETELLING,
        denied=bool(told) and all(event.status == DENIED for event in told),
    )


def _roles(events: Iterable[Event], parts: frozenset[str]) -> frozenset[int]:
    return frozenset(_hash(role.id) for event in events for role in event.roles if role.part in parts)
