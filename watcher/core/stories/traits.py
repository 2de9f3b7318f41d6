"""What an article is compared by, read from its title, its beginning and the rest of what counts; never compares.

Words weigh by what they are (a name, a figure, a plain word), by where they stand, and by how few stories had them
before: the counts come in as an argument, because they belong to whoever keeps the stories.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import TypedDict

from watcher.core.events.model import DENIED, Event, Genre
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Zone
from watcher.core.stories.acting import acting
from watcher.core.stories.figures import amounts_in, days_in, papers_in
from watcher.core.stories.materials import SINGLE_MATERIALS
from watcher.core.stories.model import Fresh, Newcomer, Spelt, Traits, hashed
from watcher.core.stories.terms import Keyed, is_cjk, names_in, shingles, tokens, weights_of

_HEAD_CHARS = 700
_BODY_CHARS = 2_500
_LOOKED_AT_CHARS = 7_000
_PAPER_CHARS = 160
_ECHO = 60
_WORDS_KEPT = 48
_ASKED = 79
"""So many words, the weightiest as they stand, are asked of. Beside a long history, where nearly all are common, those
that stand once far down would be asked of too: labelled stories were told apart no better by that."""
_GRAIN = 16
"""Weights are kept in sixteenths."""
_PRIOR_STORIES = 25.0
"""So many stories without any of the words are taken for granted, so that the first ones are not all commonplace."""
_TITLE_WEIGHT, _HEAD_WEIGHT, _BODY_WEIGHT = 2.0, 1.0, 0.4
_KNOWN, _KNOWN_LAND, _LAND = 1.2, 0.6, 2
_LEFT_OUT = frozenset({Zone.PROFILE, Zone.RELATED, Zone.CHROME})
_HEADS = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
_RETELLING = frozenset({Genre.OPINION, Genre.STUDY, Genre.MARKET_WRAP, Genre.PROMOTION})
_MATERIALS = frozenset({"material"})
_PARTIES = frozenset({"party", "counterparty", "target"})
_OFFICE = re.compile(r"\b(?:Ministry|Department) of .*", re.DOTALL)
_LINK = re.compile(r"https?: ?/ ?/\S*(?: [./]\S*)*")
_TICKERS = re.compile(r"\((?:[A-Z][A-Za-z. ]{1,14}: ?[A-Z0-9.]{1,7}[;,]? ?)+\)")
"""Exchanges and tickers say the firm's name over and over, and nothing of the event."""

Common = Callable[[Collection[int]], tuple[Mapping[int, int], int]]
"""For these words at least: how many of the stories founded so far had each in their first article; and all stories."""


def traits_of(newcomer: Newcomer) -> Fresh:
    """The article's traits, its words weighed as if nothing was known of other stories (see `weigh`)."""
    title, body = _plain(newcomer.title), _body(newcomer)
    if body.startswith(title[:_ECHO]):
        title = ""  # made of the text's own beginning, it says nothing twice
    head, rest = body[:_HEAD_CHARS], body[_HEAD_CHARS:_BODY_CHARS]
    keyed = Keyed([tokens(part) for part in (title, head, rest)], names_in(f"{head} {rest}"))
    weights, names = weights_of((_TITLE_WEIGHT, _HEAD_WEIGHT, _BODY_WEIGHT), keyed)
    known, lands = _add_known(newcomer.named, weights, names)
    top = f"{title}\n{head}"
    head_amounts = amounts_in(top)
    days, amounts = days_in(f"{top}{rest}"), head_amounts | amounts_in(rest)
    traits = Traits(
        day=newcomer.told.toordinal() if newcomer.told is not None else None,
        han=is_cjk(head),
        words=weights,
        names=frozenset(names),
        shingles=shingles(keyed.parts),
        days=_hashed(days),
        amounts=_hashed(amounts),
        head_amounts=_hashed(head_amounts),
        papers=_hashed(papers_in(title) or papers_in(head[:_PAPER_CHARS])),
        lands=lands,
        **_of_account(newcomer),
    )
    # Few articles are like another one: how words are spelt is asked for then.
    spelt = Spelt(lambda: {**keyed.spelt(), **known, **{hashed(each): each for each in (*days, *amounts)}})
    return Fresh(newcomer=newcomer, traits=traits, spelt=spelt)


def weigh(fresh: Fresh, counts: Mapping[int, int], stories: int) -> Fresh:
    """The article with its words weighed by rarity, only the most telling kept.

    Args:
        fresh: the article as it was read.
        counts: for a word's hash, how many of the stories founded so far had it in their first article.
        stories: how many stories were founded so far.
    """
    return weigh_by(fresh, lambda _: (counts, stories))


def weigh_by(fresh: Fresh, common: Common) -> Fresh:
    """As `weigh`, asking once, and only how common those are that may be among the most telling."""
    # Of words that weigh the same the first of the text: its beginning tells more of the event than its end.
    likely = sorted(fresh.traits.words.items(), key=itemgetter(1), reverse=True)[:_ASKED]
    weights = _rarities(dict(likely), common)
    enough = _nth(weights.values(), _WORDS_KEPT)
    best = sorted(((weight, word) for word, weight in weights.items() if weight >= enough), reverse=True)[:_WORDS_KEPT]
    words = {word: round(weight * _GRAIN) / _GRAIN for weight, word in best if weight >= 1 / _GRAIN}
    return replace(fresh, traits=replace(fresh.traits, words=words, names=fresh.traits.names & words.keys()))


def _rarities(weights: dict[int, float], common: Common) -> dict[int, float]:
    """These words weighed by how few stories had them."""
    counts, stories = common(weights.keys()) if weights else ({}, 0)
    log, look_up = math.log, counts.get
    scale = log(stories + _PRIOR_STORIES)
    for word in weights:
        count = look_up(word)  # once: beside a long history each look is dear
        if count:
            rarity = 1.0 - log(count + 1) / scale
            if rarity > 0.0:
                weights[word] *= rarity
            else:
                weights[word] = 0.0
    return weights


def _nth(weights: Collection[float], count: int) -> float:
    """The weight that so many at least have; 0 if there are no more than those."""
    return sorted(weights, reverse=True)[count - 1] if len(weights) > count else 0.0


def _body(newcomer: Newcomer) -> str:
    """What counts of the text, the title left out; without zones, all that follows the title."""
    if newcomer.zones:
        left_out = _LEFT_OUT | {Zone.TITLE}
        text = "\n".join(newcomer.text[each.start : each.end] for each in newcomer.zones if each.zone not in left_out)
    else:
        text = newcomer.text.removeprefix(newcomer.title).lstrip()
    return _plain(text[:_LOOKED_AT_CHARS])


def _plain(text: str) -> str:
    text = _LINK.sub(" ", text) if "http" in text else text
    return _TICKERS.sub(" ", text) if "(" in text else text


def _add_known(
    named: Iterable[Named], weights: dict[int, float], names: set[int]
) -> tuple[dict[int, str], frozenset[int]]:
    """Add what the lexicon knows, the same in every language; returns how it is called, and the lands at the top."""
    called: dict[int, str] = {}
    lands = set()
    terms: dict[tuple[Sort, str], int] = {}
    for each in named:
        if each.by == "form" or each.zone in _LEFT_OUT:
            continue
        of = each.sort, each.id
        land = each.sort is Sort.PLACE and len(each.id) == _LAND
        term = terms.get(of)
        if term is None:
            term = terms[of] = hashed(f"{each.sort}:{each.id}")
            weights[term] = _KNOWN_LAND if land else _KNOWN
            names.add(term)
        called[term] = each.name
        if land and each.zone in _HEADS:
            lands.add(term)
    return called, frozenset(lands)


def _hashed(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(map(hashed, texts))


class _OfAccount(TypedDict, total=False):
    types: frozenset[int]
    actors: frozenset[int]
    states: frozenset[int]
    parties: frozenset[int]
    things: frozenset[int]
    retells: bool
    denied: bool


def _of_account(newcomer: Newcomer) -> _OfAccount:
    """The traits that are read from what was understood of the article."""
    account = newcomer.account
    if account is None:
        return {}
    told = tuple(event for event in account.reported if event.sure)
    return {
        "types": frozenset(hashed(event.type) for event in told),
        **acting(told, newcomer),
        "parties": _roles(told, _PARTIES) | _offices(told, newcomer.text),
        "things": _things(newcomer.named, told),
        "retells": account.genre in _RETELLING,
        "denied": bool(told) and all(event.status == DENIED for event in told),
    }


def _offices(events: Iterable[Event], text: str) -> frozenset[int]:
    """Offices among the parties by their bare form too, as an office calls itself: "Ministry of Commerce"."""
    spans = (
        text[role.start : role.end]
        for event in events
        for role in event.roles
        if role.part in _PARTIES and role.start is not None
    )
    found = filter(None, map(_OFFICE.search, spans))
    return frozenset(hashed("form:" + "_".join(office[0].lower().split())) for office in found)


def _things(named: Iterable[Named], told: Iterable[Event]) -> frozenset[int]:
    """The single materials that the title names; where it names none, those of the events. Families are none."""
    title = {each.id for each in named if each.zone is Zone.TITLE and each.sort is Sort.MATERIAL}
    return _hashed(title & SINGLE_MATERIALS) or _roles(told, _MATERIALS, SINGLE_MATERIALS)


def _roles(events: Iterable[Event], parts: frozenset[str], ids: frozenset[str] | None = None) -> frozenset[int]:
    """What plays these parts; where `ids` are given, only what is one of them."""
    return frozenset(
        hashed(role.id)
        for event in events
        for role in event.roles
        if role.part in parts and (ids is None or role.id in ids)
    )
