"""Publishers' boilerplate known by its wording: what is not text is taken out before anything reads it.

Never guesses by length or place; a line goes only if its words say that it is no part of the article.
"""

from __future__ import annotations

import re
from typing import Final

_CHROME_INSIDE = re.compile(
    r"\s*\((?:opens?|öffnet|s['’]ouvre|se abre)(?: in| dans| en)?(?: a| einem| un| une| el| una)? ?"
    r"(?:new|neuen|nouvel|nouvelle|nueva|nuevo)? ?(?:tab|window|Tab|Fenster|onglet|fenêtre|pestaña|ventana)\)|\]\]>",
    re.IGNORECASE,
)
"""Words for screen readers that flow into sentences; 39 of them in one feed of 25 articles."""

_CHROME_SIGNS: Final = ("tab)", "Tab)", "window)", "Fenster)", "onglet)", "fenêtre)", "pestaña)", "ventana)", "]]>")
_NETWORKS = r"(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|email|print)"
_PIECE = r"(?:article|story|post|release|entry)"
_FIRST_ELSEWHERE = (
    r"(?:erschien zuerst auf|est apparu en premier sur|se publicó primero en|apareceu primeiro em|proviene da|"
    r"verscheen eerst op)"
)
_LINES: Final = (
    r"the (?:post|article|story|entry) .{1,400} (?:appeared|was published|was first published)(?: first)? (?:on|in) .+",
    rf"(?:der beitrag|l['’]article|la entrada|o post|l['’]articolo|het bericht) .{{1,400}} {_FIRST_ELSEWHERE} .+",
    r"[\[(<]?(?:read|learn|see|find out) more[\])>.…»›→ ]*(?: (?:here|at|on|about) .{0,120})?",
    rf"(?:read|view|see) (?:the )?(?:full |whole |rest of (?:the|this) |original )?{_PIECE}[.…»›→ ]*",
    rf"(?:read|view|see) (?:the )?(?:full |whole |original )?{_PIECE} (?:here|online|at|on)\b.{{0,120}}",
    r"[\[(]?continue reading.*",
    r"(?:weiterlesen|lire la suite|leer más|seguir leyendo|leia mais|continua a leggere|lees verder)[\s.…»›→:]*",
    r"(?:続きを読む|阅读全文|閱讀全文|더 보기)[\s.…»›→:]*",
    r"(?:share|tweet|pin|email|print)(?: this)?(?: (?:article|post|story|page))?(?: (?:on|via|with) .{1,80})?:?",
    r"share (?:on|via|to) .{1,60}|click to share.{0,120}|(?:like|follow) (?:us|this).{0,120}",
    rf"{_NETWORKS}(?:[\s,|/]+{_NETWORKS})*",
    r"(?:subscribe|sign up|register)(?: now| today| here| free)?(?: (?:to|for|and) .{1,160})?[.!]?",
    r"(?:join|get) (?:our|the) .{0,60}newsletter.{0,120}",
    r"(?:advertisement|advertisements|sponsored|anzeige|publicité|publicidad|広告|广告)",
    r"\d* ?comments?|leave a (?:comment|reply)|no comments(?: yet)?",
    r"doi ?: ?(?:https?://(?:dx\.)?doi\.org/)?\S*",
    r"skip to (?:main )?content|back to top|table of contents|loading[.…]*|listen to this article.{0,60}",
    r"\d+ ?min(?:ute)?s? read|reading time:? .{1,40}",
    r"AI(?:による|によって)(?:レポート|生成された画像|要約|翻訳)(?: .{1,60})?",
)
_NO_TEXT = re.compile("|".join(f"(?:{line})" for line in _LINES), re.IGNORECASE)
_STARTS: Final = frozenset(
    word
    for line in (
        "the der l' l’ la le o het read learn see find view continue weiterlesen lire leer seguir leia continua lees",
        "share tweet pin email print click like follow facebook twitter x linkedin whatsapp reddit telegram pinterest",
        "subscribe sign register join get advertisement advertisements sponsored anzeige publicité publicidad comment",
        "comments leave no doi skip back table loading listen reading",
    )
    for word in line.split()
)
_LONGEST: Final = 300
"""Characters beyond which a paragraph is not looked at: no boilerplate line known is longer."""
_FIRST_WORD = re.compile(r"[\[(<\s]*([^\W\d_]+['’]?)")
_FEED_TAIL = re.compile(r"\s*The post .{1,400} appeared first on .{1,200}$", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w/])_(?=[^\W_])([^_\n]{1,120}?)(?<=[^\s_])_(?!\w)")
"""Markdown that nobody rendered: `_Rare Earth Exchanges_`."""
_CUT = re.compile(r"(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]|(?:…|\.\.\.)|\[\+\d+ chars\])\s*$")
_CUT_SIGNS: Final = ("…", "...", "]")
"""What a line that is cut ends with; the pattern is tried on such lines only."""
_MORE = re.compile(
    r"(?:continue reading|read more|read (?:the )?(?:full|whole|rest)|weiterlesen|lire la suite|leer más|"
    r"seguir leyendo|leia mais|lees verder|続きを読む|阅读全文|더 보기)",
    re.IGNORECASE,
)
_SHORT_LINE: Final = 160


def without_chrome(text: str, extra: tuple[str, ...] = ()) -> str:
    """A paragraph without words of the page's machinery inside it, and without the source's own `extra` strings."""
    if (")" in text or ">" in text) and any(sign in text for sign in _CHROME_SIGNS):
        text = _CHROME_INSIDE.sub("", text)
    if "The post " in text:
        text = _FEED_TAIL.sub("", text)
    if "_" in text:
        text = _EMPHASIS.sub(r"\1", text)
    for words in extra:
        text = text.replace(words, "")
    return text.strip()


def is_no_text(text: str) -> bool:
    """Whether a paragraph consists of boilerplate only: feed tails, share and subscribe lines, DOI stubs."""
    if len(text) > _LONGEST:
        return False
    first = _FIRST_WORD.match(text)
    if first is not None and first[1].isascii() and first[1].lower() not in _STARTS and not text[0].isdigit():
        return False
    return _NO_TEXT.fullmatch(text) is not None


def is_cut(last_lines: tuple[str, ...]) -> bool:
    """Whether the last paragraphs, boilerplate included, say that the publisher goes on elsewhere."""
    return any(
        (line.rstrip().endswith(_CUT_SIGNS) and _CUT.search(line) is not None)
        or (len(line) <= _SHORT_LINE and _MORE.search(line) is not None)
        for line in last_lines
    )
