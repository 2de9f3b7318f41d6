"""Feeds for the benches: seeded, WordPress-shaped RSS in made-up sentences; holds nobody's text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from itertools import accumulate

SEED = 20260
CJK_SHARE = 0.1
ON_TOPIC_SHARE = 0.25
"""So many items speak of minerals; wires and authorities, most of what is watched, mostly speak of other things."""
COPIED_SHARE = 0.05
"""So many items of a feed are another feed's text again, as syndicated news is."""
_PARAGRAPHS = 10
_MARKS_A_PARAGRAPH = {"link": 0.42, "strong": 0.14, "em": 0.14, "heading": 0.28, "list": 0.11, "image": 0.11}
"""How often each mark comes with a paragraph; counted in a WordPress feed of the trade press (0.4 KB a paragraph)."""
_WORDS_A_PARAGRAPH = (45, 75)


def _words(text: str) -> list[str]:
    return text.split()


_SYLLABLES = _words(
    """
    ba be bi bo ca ce ci co da de di do fa fe fi ga ge go ha he hi ka ke ki la le li lo ma me mi mo na ne ni no pa
    pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo wa we za zo tra stri ple gran ther ment tion ing
    """
)
_COMMON = _words(
    """
    the of to and in a for on that with as by at from is are was were has have had will would said its it this which
    company year more new not over after also than but their been may up market other first two per about government
    production between million project under would percent supply during plans price while prices demand state
    report agreement including industry growth early since last week month board annual results
    """
)
_SUBJECT = _words(
    """
    lithium cobalt nickel gallium germanium antimony graphite tungsten neodymium dysprosium terbium uranium copper
    manganese magnets export control licence permit tariff offtake refinery smelter mine quota tender ministry
    subsidy stockpile concentrate oxide carbonate hydroxide separation plant feasibility drilling resource grade
    tonnes China Australia Chile Indonesia Canada Congo Japan Europe Washington Brussels Beijing
    """
)
_HAN = (
    "的一是在有国中大和公司年政府出口管制稀土锂钴镍石墨市场价格上升下降项目生产供应需求工业部门报告计划合同投资开发"
    "矿山冶炼新能源汽车电池日本美国欧洲澳大利亚委员会决定批准许可证吨百分之增长减少本周去年今后发表"
)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Bench {number}</title><link>http://{host}/</link><description>Made-up news</description>
<language>en-US</language><generator>https://wordpress.org/?v=6.6</generator>
"""
_CATEGORIES = ("Markets", "Policy", "Mining", "Energy", "Companies", "Technology")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed."""

    title: str
    teaser: str
    html: str


@cache
def _vocabulary(*, on_topic: bool) -> tuple[list[str], list[float]]:
    """One vocabulary for all writers, with how often each word comes, summed up."""
    chance = random.Random(SEED)
    seldom = sorted({"".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4)))) for _ in range(26_000)})
    chance.shuffle(seldom)
    words = [*_COMMON, *(_SUBJECT if on_topic else ()), *seldom]
    return words, list(accumulate(1.0 / (rank + 2) for rank in range(len(words))))


class Writer:
    """Writes items; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words, self._cumulative = _vocabulary(on_topic=True)

    def item(self) -> Item:
        """One item of about 4.5 KB, one in ten of them Chinese."""
        cjk = self._random.random() < CJK_SHARE
        self._words, self._cumulative = _vocabulary(on_topic=self._random.random() < ON_TOPIC_SHARE)
        sentence = self._han if cjk else self._latin
        title = sentence(self._random.randint(7, 12)).rstrip(".。")
        paragraphs = [self._paragraph(cjk=cjk) for _ in range(_PARAGRAPHS)]
        html = "\n\n".join(block for text in paragraphs for block in self._blocks(text, cjk=cjk))
        return Item(title=title, teaser=paragraphs[0][:300], html=html)

    def paragraph(self) -> str:
        """A paragraph of some sixty words."""
        return self._paragraph(cjk=False)

    def _blocks(self, text: str, *, cjk: bool) -> Iterator[str]:
        """A paragraph as WordPress marks it up, with what stands between paragraphs."""
        wanted = {name for name, share in _MARKS_A_PARAGRAPH.items() if self._random.random() < share}
        sentence = self._han if cjk else self._latin
        if "heading" in wanted:
            yield f'<h2 class="wp-block-heading">{sentence(5)[:-1]}</h2>'
        if "image" in wanted:
            at = self._random.randint(1, 9999)
            yield (
                f'<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="1024" '
                f'height="576" src="http://img.example.org/2026/{at}.jpg" alt="" class="wp-image-{at}" '
                f'srcset="http://img.example.org/2026/{at}.jpg 1024w, http://img.example.org/2026/{at}-300.jpg 300w" />'
                f"</figure>"
            )
        marked = escape(text, quote=False)
        for tag, opening in (
            ("a", f'a href="http://www.example.org/{self._random.randint(1, 99999)}/"'),
            ("strong", "strong"),
            ("em", "em"),
        ):
            if ("link" if tag == "a" else tag) in wanted:
                start = (
                    self._random.randrange(max(1, len(marked) // 4)) if cjk else marked.find(" ", len(marked) // 3) + 1
                )
                end = start + 6 if cjk else marked.find(" ", start + 8)
                if 0 < start < end and "<" not in marked[start:end]:
                    marked = f"{marked[:start]}<{opening}>{marked[start:end]}</{tag}>{marked[end:]}"
        yield f"<p>{marked}</p>"
        if "list" in wanted:
            rows = "".join(f"<li>{sentence(7)}</li>\n" for _ in range(5))
            yield f'<ul class="wp-block-list">\n{rows}</ul>'

    def _paragraph(self, *, cjk: bool) -> str:
        left = self._random.randint(*_WORDS_A_PARAGRAPH)
        out = []
        while left > 0:
            length = self._random.randint(8, 24)
            out.append((self._han if cjk else self._latin)(length))
            left -= length
        return ("" if cjk else " ").join(out)

    def _latin(self, length: int) -> str:
        words = self._random.choices(self._words, cum_weights=self._cumulative, k=length)
        chance = self._random.random()
        if chance < 0.3:  # typographic signs stand in nearly every real article
            at = self._random.randrange(length)
            words[at] = f"“{words[at]}”" if chance < 0.15 else f"{words[at]}’s"
        if chance > 0.6:
            words[self._random.randrange(length)] = f"{self._random.randint(1, 999)}.{self._random.randint(0, 9)}"
        words[0] = words[0].capitalize()
        return " ".join(words) + "."

    def _han(self, length: int) -> str:
        return "".join(self._random.choices(_HAN, k=int(length * 1.6))) + "。"


def feed_items(number: int, count: int) -> list[Item]:
    """The items of one feed, oldest first; some are those of the feed before it."""
    writer = Writer(SEED + number)
    items = [writer.item() for _ in range(count)]
    chance = random.Random(SEED * 7 + number)
    if number:
        copied = [at for at in range(count) if chance.random() < COPIED_SHARE]
        if copied:
            other = Writer(SEED + number - 1)
            texts = [other.item() for _ in range(max(copied) + 1)]
            for at in copied:
                items[at] = texts[at]
    return items


def rss(number: int, items: list[Item], first: int, now: datetime) -> bytes:
    """The document of one feed, newest item first; item `first` of all is its oldest."""
    host = address(number)
    out = [_HEAD.format(number=number, host=host)]
    for at in range(len(items) - 1, -1, -1):
        out.extend(_item(items[at], host, first + at, now + timedelta(minutes=7 * (first + at - len(items) - 2))))
    out.append("</channel></rss>\n")
    return "".join(out).encode()


def _item(item: Item, host: str, number: int, at: datetime) -> Iterator[str]:
    link = f"http://{host}/2026/{number:05}/story-{number}/"
    teaser = escape(item.teaser, quote=False)
    yield f"<item><title>{escape(item.title)}</title><link>{link}</link><comments>{link}#respond</comments>"
    yield f"<dc:creator><![CDATA[Desk]]></dc:creator><pubDate>{format_datetime(at)}</pubDate>"
    yield f"<category><![CDATA[{_CATEGORIES[number % len(_CATEGORIES)]}]]></category>"
    yield f'<guid isPermaLink="false">http://{host}/?p={number}</guid>'
    yield f"<description><![CDATA[<p>{teaser} [&#8230;]</p>]]></description>"
    yield f"<content:encoded><![CDATA[{item.html}]]></content:encoded>"
    yield f"<wfw:commentRss>{link}feed/</wfw:commentRss><slash:comments>0</slash:comments></item>\n"


def address(number: int) -> str:
    """A loopback address of each feed's own, so that turns at hosts apply as in real life."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def start_of_news() -> datetime:
    """The moment that the newest items are dated just before."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
