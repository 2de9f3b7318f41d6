"""Paragraphs sorted into zones: which part of an article each lies in, by headings, order and markup.

Never drops text; a paragraph that no rule claims is body. Quotes and background are marked elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from watcher.core.model import Zone
from watcher.core.text.html import Block

LEAD_CHARACTERS: Final = 600
LEAD_PARAGRAPHS: Final = 2
_STUB: Final = 200
"""Characters up to which leading paragraphs (a dateline, a teaser) don't use up the lead's count."""
_HEADING_LIMIT: Final = 80
_PARAGRAPH_LEVEL: Final = 7
"""The level of a paragraph that does a heading's work: below every real heading."""

_HIGHLIGHTS = (
    r"(?:key |article |story |report )?(?:highlights|takeaways|take-aways)|key (?:points|facts|findings|"
    r"messages)|at a glance|"
    r"in brief|quick (?:facts|take|summary)|summary|executive summary|the essentials|tl;? ?dr|what to know|"
    r"main points|"
    r"das wichtigste(?: in kürze)?|auf einen blick|kernpunkte|l['’]essentiel|points clés|en bref|en resumen|"
    r"puntos clave|"
    r"claves|destaques|pontos-chave|in sintesi|punti chiave|kernpunten|ハイライト|要点|ポイント|概要|要約|"
    r"摘要|要點|核心提示|内容提要|"
    r"导读|핵심 ?요약|주요 ?내용|요약|главное|кратко"
)
_RELATED = (
    r"related(?: (?:articles?|stories|story|news|posts?|reading|content|coverage|links?|topics?|items?))?|"
    r"(?:read|see|look|watch) (?:also|more|next)|also (?:read|see)|more (?:from|on|stories|news|like this|"
    r"articles|coverage)\b.*|"
    r"(?:you (?:may|might) also|what to read|further reading|recommended|most read|popular|trending|"
    r"latest news|other news|"
    r"editor['’]s picks|don['’]t miss|up next|previous articles?|past articles?)\b.*|"
    r"lesen sie (?:auch|mehr)|mehr zum thema|weitere (?:artikel|meldungen|nachrichten)|verwandte (?:artikel|themen)|"
    r"(?:à )?lire aussi|sur le même sujet|articles? (?:liés|similaires|connexes)|lea también|le puede interesar|"
    r"te puede interesar|(?:noticias|artículos) relacionad[ao]s|leia (?:também|mais)|(?:notícias|"
    r"artigos) relacionad[ao]s|"
    r"leggi anche|articoli correlati|lees ook|gerelateerde artikelen|関連(?:記事|ニュース|リンク|コンテンツ|"
    r"情報|トピックス)?|"
    r"(?:あわせて|合わせて)読みたい.*|おすすめ.*|相关(?:阅读|新闻|文章|报道|推荐|链接)|推荐阅读|延伸阅读|"
    r"相關(?:閱讀|新聞|文章|報導)|延伸閱讀|推薦閱讀|"
    r"관련 ?(?:기사|뉴스|글)|추천 ?기사|читайте также|по теме|материалы по теме"
)
_PROFILE = (
    r"about(?: (?:the|us|our))?(?: [^\d\s]\S*){1,9}|about us|(?:company |corporate )?(?:profile|boilerplate|"
    r"overview)|"
    r"forward[- ]looking (?:statements?|information).*|cautionary (?:statements?|notes?|language).*|safe harbou?r.*|"
    r"über (?:[^\d\s]\S* ?){1,7}|unternehmensprofil|à propos(?: d.*)?|acerca de .+|sobre (?:a|o|la|el|nosotros)\b.*|"
    r"informazioni su .+|over (?:ons|[A-Z]\S*)|会社概要|.{0,30}について|公司(?:简介|簡介|概况)|关于.{1,20}|"
    r"關於.{1,20}|회사 ?소개"
)
_CHROME = (
    r"(?:media |press |investor |company )?(?:contacts?|enquiries|inquiries)(?: (?:us|details|information))?|"
    r"for (?:further|more|additional) information.{0,60}|disclaimers?|disclosures?|legal notice|"
    r"share(?: this)?|tags?|"
    r"categories|comments|leave a (?:reply|comment)|subscribe.*|newsletter.*|advertisement|references|"
    r"sources?|footnotes|"
    r"impressum|kontakt|pressekontakt|contacto|お問い合わせ.*|本件に関する.*|联系我们|聯絡我們|免责声明|免責聲明|문의"
)
_HEADINGS: Final = (
    (Zone.RELATED, re.compile(rf"(?:{_RELATED})\s*[:：»›→…]*", re.IGNORECASE)),
    (Zone.HIGHLIGHTS, re.compile(rf"(?:{_HIGHLIGHTS})\s*[:：]?", re.IGNORECASE)),
    (Zone.PROFILE, re.compile(rf"(?:{_PROFILE})\s*[:：]?", re.IGNORECASE)),
    (Zone.CHROME, re.compile(rf"(?:{_CHROME})\s*[:：]?", re.IGNORECASE)),
)
_INLINE: Final = (
    (
        Zone.RELATED,
        re.compile(
            r"(?:related(?: (?:article|story|news|post|reading))?|(?:read|see) (?:also|more)|also read|"
            r"lesen sie auch|lire aussi|"
            r"lea también|leia também|leggi anche|lees ook|関連記事|相关阅读|相关新闻|延伸閱讀|관련 ?기사|"
            r"читайте также)\s*[:：|►»-]",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.HIGHLIGHTS,
        re.compile(
            r"Highlights\b(?!\s+(?:of|from|the|how|why|that|growing|need|risks?)\b)|HIGHLIGHTS\b|"
            r"Key (?:takeaways?|points|highlights)\b|"
            r"(?:Highlights|Takeaways|Key facts|TL;DR|Summary|In brief|要点|摘要|核心提示)\s*[:：–—-]"
        ),
    ),
)
_SAYS_SOMETHING = re.compile(r"[.!?;,。！？；，]\s*$")
_JOINED = re.compile(r"(?<![\w.@/])[\w()°-]*[a-z]{3}\)?[A-Z][a-z]{2}[\w-]*(?![\w@/])")
"""A word where the last word of a cell and the first of the next were glued: `Magnet TypeKey`."""
_JOINT = re.compile(r"[A-Z](?:(?<=[a-z].)|(?<=[a-z]\).))[a-z]{2}")
"""The joint alone: found six times as fast, and in hardly any paragraph."""
_JOINTS: Final = 2
_FLATTENED: Final = frozenset(("p", "heading", "li"))
_BULLET = re.compile(r"[•·‣▪■●◦*–—-]\s")


def zones(blocks: tuple[Block, ...]) -> tuple[Zone, ...]:
    """The zone of each paragraph, in order. The title is not among them."""
    sorter = _Sorter()
    return tuple(sorter.zone(block) for block in _with_tables(blocks))


def _with_tables(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The paragraphs, with rows of a flattened table marked as such: neighbours whose cells were glued together.

    Companies are written like that too, but are named again: what counts is said once, and twice in two neighbours.
    """
    joined = [_JOINED.findall(block.text) if _JOINT.search(block.text) else [] for block in blocks]
    if sum(map(bool, joined)) < _JOINTS:
        return blocks
    often = Counter(word for words in joined for word in words)
    glued = [sum(often[word] == 1 for word in words) >= _JOINTS for words in joined]
    wide = (False, *glued, False)
    return tuple(
        block._replace(kind="table", level=0) if here and (before or after) and block.kind in _FLATTENED else block
        for block, before, here, after in zip(blocks, wide, wide[1:], wide[2:], strict=False)
    )


class _Sorter:
    """Reads paragraphs in order and remembers the section it is in and how much lead it has seen."""

    __slots__ = ("_lead_done", "_lead_paragraphs", "_lead_seen", "_level", "_listed", "_section")

    def __init__(self) -> None:
        self._section: Zone | None = None
        self._level = 0
        self._listed = False
        self._lead_seen = 0
        self._lead_paragraphs = 0
        self._lead_done = False

    def zone(self, block: Block) -> Zone:
        """The zone of the next paragraph."""
        if block.region:
            return Zone.RELATED if block.region == "related" else Zone.CHROME
        if block.kind == "caption":
            return Zone.CAPTION
        opened = self._opened(block)
        if opened is not None:
            return opened
        inline = _inline(block)
        if inline is not None:
            return inline
        if self._section is Zone.HIGHLIGHTS and not self._still_highlights(block):
            self._section = None
        if self._section is not None:
            return self._section
        return Zone.TABLE if block.kind == "table" else self._running(block)

    def _opened(self, block: Block) -> Zone | None:
        """The zone of a heading; it opens its section and may close the one before."""
        heading = block.kind == "heading"
        if not heading and (block.kind not in {"p", "table"} or len(block.text) > _HEADING_LIMIT):
            return None
        named = _named(block.text) if len(block.text) <= _HEADING_LIMIT else None
        level = block.level if heading else _PARAGRAPH_LEVEL
        if named is not None:
            self._section, self._level, self._listed = named, level, False
            return named
        if not heading:
            return None
        if self._section in {Zone.RELATED, Zone.CHROME} and level > self._level:
            return self._section
        self._section = None
        if self._lead_seen == 0:
            return Zone.LEAD
        self._lead_done = self._lead_done or self._lead_seen > _STUB
        return Zone.BODY

    def _still_highlights(self, block: Block) -> bool:
        """Whether a paragraph goes on with the box: its list, or the one paragraph under a heading without list."""
        if block.kind == "li" or _BULLET.match(block.text):
            self._listed = True
            return True
        if self._listed or block.kind == "table":
            return False
        self._listed = True
        return True

    def _running(self, block: Block) -> Zone:
        """Lead until it is long enough, then body."""
        if self._lead_done:
            return Zone.BODY
        self._lead_seen += len(block.text)
        self._lead_paragraphs += 1
        enough = self._lead_seen >= LEAD_CHARACTERS or self._lead_paragraphs >= LEAD_PARAGRAPHS
        self._lead_done = enough and self._lead_seen > _STUB
        return Zone.LEAD


@lru_cache(maxsize=1024)
def _named(text: str) -> Zone | None:
    """The zone that a heading's words open, or None for a heading of the story itself; publishers repeat them."""
    if _SAYS_SOMETHING.search(text):
        return None
    return next((zone for zone, words in _HEADINGS if words.fullmatch(text)), None)


def _inline(block: Block) -> Zone | None:
    """The zone of a paragraph that begins with its own label (`Read also: ...`, `Highlights ...`)."""
    if block.kind not in {"p", "li", "blockquote"}:
        return None
    return next((zone for zone, words in _INLINE if words.match(block.text)), None)
