"""Round-ups taken apart: a page or mail with several stories under headings gives each story by itself.

Never takes the page's own headline for a story's, and never splits what has but one story.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from watcher.core.articles.zones import zones
from watcher.core.model import Entry, Zone
from watcher.core.text.html import BODY_LIMIT, Block, blocks, title_text
from watcher.core.urls import http_url, link_on, passage

_STORY_MIN: Final = 80
"""Characters that stand under a heading at least, if it heads a story."""
_STORIES_MIN: Final = 2
_INTRO_MAX: Final = 600
"""Characters before the first story up to which they only announce what follows."""
_LINE_MIN: Final = 8
_LINE_MAX: Final = 120
_CAPITALS: Final = 0.6
"""Share of capitals among its letters from which a line is a heading. Source: two issues of a trade newsletter."""
_LEADS_ON = re.compile(
    r"(?:to|read|see|view|open) (?:the |this )?(?:full |whole |original )?(?:article|story|report|release|post)|"
    r"(?:read|learn|find out|see) more|full (?:story|article|text)|continue(?: reading)?|zum artikel|weiterlesen|mehr|"
    r"lire (?:la suite|l['’]article)|leer más|leia mais|続きを読む|記事を読む|阅读全文|查看全文|자세히 보기",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(?:p|div|h[1-6]|br|table|td|a|html|body|span|ul|li)[\s/>]", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_TRAILING = " \t:：–—-"
_NO_STORY: Final = frozenset({Zone.RELATED, Zone.CHROME, Zone.PROFILE, Zone.HIGHLIGHTS})
_TAGS: Final = {"p": "p", "li": "li", "blockquote": "blockquote", "caption": "figcaption", "pre": "pre"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One story of a round-up. `link` is where it leads on, None if nowhere."""

    heading: str
    content_html: str
    link: str | None


def pieces(html: str, base: str = "") -> tuple[tuple[Piece, ...], str]:
    """The stories under headings, and the HTML of what stands before them; no stories where it is no round-up.

    Args: `base` is the address of the page, for relative links.
    """
    if not _MARKUP.search(html):
        html = _marked_up(html)
    found = blocks(html)
    where = zones(found)
    heads = _heads(found, where)
    if len(heads) < _STORIES_MIN:
        return (), html
    links = _links(html, [found[at].text for at in heads], base)
    made: list[Piece] = []
    for n, at in enumerate(heads):
        end = heads[n + 1] if n + 1 < len(heads) else len(found)
        inside = [found[k] for k in range(at + 1, end) if where[k] not in {Zone.RELATED, Zone.CHROME, Zone.PROFILE}]
        inside = [block for block in inside if not _LEADS_ON.fullmatch(block.text.strip(" .…»›→>"))]
        made.append(Piece(heading=_clean(found[at].text), content_html=_html(inside), link=links[n]))
    return tuple(made), _html(found[: heads[0]])


def split_entry(entry: Entry) -> tuple[Entry, ...]:
    """The stories of an entry as entries of their own; the entry itself, alone, where it holds but one.

    A short introduction only announces the stories and is left out; a long one stays, under the entry's own title.
    A story's GUID is made of its entry's and its heading, so that it is known again when others are added.
    """
    html = entry.content_html or entry.summary_html
    found, intro = pieces(html, entry.link or "")
    if not found:
        return (entry,)
    home = entry.guid or entry.link or entry.title
    parts = tuple(
        replace(
            entry,
            guid=f"{home}#{_slug(piece.heading)}",
            link=piece.link or (passage(entry.link, piece.heading) if entry.link else None),
            title=piece.heading,
            summary_html="",
            content_html=piece.content_html,
            awaits_text=False,
        )
        for piece in found
    )
    if sum(len(block.text) for block in blocks(intro)) <= _INTRO_MAX:
        return parts
    return (replace(entry, content_html=intro, summary_html=""), *parts)


def _heads(found: Sequence[Block], where: Sequence[Zone]) -> list[int]:
    """Where stories begin: the headings of the highest level that has several stories, else lines in capitals."""
    levels = sorted({block.level for block in found if block.kind == "heading"})
    for level in levels:
        heads = [
            at
            for at, block in enumerate(found)
            if block.kind == "heading" and block.level == level and where[at] not in _NO_STORY
        ]
        heads = _with_text(heads, found, level)
        if len(heads) >= _STORIES_MIN:
            return heads
    if levels:
        return []
    return _with_text([at for at, block in enumerate(found) if _is_capital_line(block)], found, 0)


def _with_text(heads: list[int], found: Sequence[Block], level: int) -> list[int]:
    """Those under which enough text stands, up to the next of them or a heading above their level."""
    kept = []
    for n, at in enumerate(heads):
        end = heads[n + 1] if n + 1 < len(heads) else len(found)
        below = next((k for k in range(at + 1, end) if 0 < found[k].level < level), end)
        if sum(len(found[k].text) for k in range(at + 1, below)) >= _STORY_MIN:
            kept.append(at)
    return kept


def _marked_up(text: str) -> str:
    """Plain text, such as a mail's, as HTML: lines that head a story become headings, addresses become links."""
    lines = [line for raw in text[:BODY_LIMIT].splitlines() if (line := " ".join(raw.split()))]
    leads = sum(_LEADS_ON.match(line) is not None and len(line) <= _LINE_MAX for line in lines)
    made = []
    for line, following in zip(lines, [*lines[1:], ""], strict=False):  # an entry may hold no line at all
        address = _ADDRESS.search(line)
        if address is not None and len(line) - len(address[0]) <= _LINE_MAX:
            said = line.replace(address[0], "").strip(" <>()[]:") or "Read more"
            made.append(f'<p><a href="{entities.escape(address[0])}">{entities.escape(said)}</a></p>')
        elif _is_capital_line(Block("p", line)) or (leads >= _STORIES_MIN and _heads_paragraph(line, following)):
            made.append(f"<h2>{entities.escape(line)}</h2>")
        else:
            made.append(f"<p>{entities.escape(line)}</p>")
    return "\n".join(made)


def _heads_paragraph(line: str, following: str) -> bool:
    """Whether a line without a full stop stands above a whole paragraph."""
    short = _LINE_MIN <= len(line) <= _LINE_MAX and line[-1] not in ".!?;,"
    return short and len(following) >= _STORY_MIN and _LEADS_ON.match(line) is None


def _is_capital_line(block: Block) -> bool:
    """Whether a paragraph is a heading by its capitals."""
    text = block.text.rstrip(_TRAILING)
    if block.kind != "p" or not _LINE_MIN <= len(text) <= _LINE_MAX or text[-1] in ".!;,":
        return False
    letters = [sign for sign in text if sign.isalpha() and (sign.isupper() or sign.islower())]
    return len(letters) >= _LINE_MIN and sum(sign.isupper() for sign in letters) >= _CAPITALS * len(letters)


def _links(html: str, heads: Sequence[str], base: str) -> list[str | None]:
    """For each heading the link that it is, or that stands under it and says that it leads to the story."""
    found: list[str | None] = [None] * len(heads)
    at = -1
    for tag, text, href in _marks(html):
        if tag != "a":
            if at + 1 < len(heads) and text == heads[at + 1]:
                at += 1
            continue
        link = link_on(base, href) if base else http_url(href)
        if at < 0 or link is None or found[at] is not None:
            continue
        if text == heads[at] or _LEADS_ON.fullmatch(text.strip(" .…»›→>")):
            found[at] = link
    return found


def _marks(html: str) -> Iterator[tuple[str, str, str]]:
    """Headings, paragraphs and links in their order: tag, text, address."""
    body = LexborHTMLParser(html[:BODY_LIMIT]).body
    for node in body.traverse() if body is not None else ():
        if node.tag in {"h1", "h2", "h3", "h4", "h5", "h6", "p", "a"}:
            text = title_text(node.text(), markup=False)
            yield node.tag, text, (node.attributes.get("href") or "") if node.tag == "a" else ""


def _clean(heading: str) -> str:
    return heading.strip().rstrip(_TRAILING)


def _html(parts: Sequence[Block]) -> str:
    """Blocks as HTML again; regions were left out before."""
    lines = []
    for block in parts:
        text = entities.escape(block.text, quote=False)
        if block.kind == "heading":
            lines.append(f"<h{block.level}>{text}</h{block.level}>")
        elif block.kind == "table":
            lines.append(f"<table><tr><td>{text}</td></tr></table>")
        else:
            lines.append(f"<{_TAGS[block.kind]}>{text}</{_TAGS[block.kind]}>")
    return "\n".join(lines)


def _slug(heading: str) -> str:
    """A short name for a heading that stays the same under changes of case and signs."""
    plain = re.sub(r"[\W_]+", "-", heading.casefold()).strip("-")
    short = len(plain) <= _LINE_MAX and plain.isascii()
    return plain if short else sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]
