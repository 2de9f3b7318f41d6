"""HTML of strangers made into plain blocks of text, or into harmless HTML for display; never fetches, never trusts.

Two uses only: `blocks` and `title_text` for reading, `sanitise` for showing. Both cut their input first.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from typing import Final, Literal, NamedTuple

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.core.text.plain import scrub

BODY_LIMIT: Final = 256 * 1024
"""Characters of one field that are looked at. Source: reliability notes, body cap before any processing."""
TITLE_LIMIT: Final = 500
_TAG_LIMIT: Final = 8_000
"""Opening signs beyond which HTML is taken apart as text: the parser is quadratic on 50,000 open `<li>` (4.2 s)."""
_CELL_LIMIT: Final = 120
"""Characters beyond which a table's cell is a paragraph: tables of such cells are there for the layout."""
_TITLE_WORK_LIMIT: Final = 8 * TITLE_LIMIT

BlockKind = Literal["p", "heading", "li", "blockquote", "caption", "table", "pre"]
Region = Literal["", "related", "chrome"]


class Block(NamedTuple):
    """One paragraph. `level` is 1-6 for headings, else 0; `region` is what the page's markup says it belongs to."""

    kind: BlockKind
    text: str
    level: int = 0
    region: Region = ""


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_KINDS: Final[dict[str, BlockKind]] = {
    **dict.fromkeys(
        ("p", "div", "section", "article", "main", "header", "aside", "address", "details", "summary"), "p"
    ),
    **dict.fromkeys(
        ("center", "figure", "ul", "ol", "dl", "hr", "table", "tbody", "thead", "fieldset", "body", "nav", "footer"),
        "p",
    ),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "li"),
    **dict.fromkeys(("tr", "td", "th"), "table"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    "blockquote": "blockquote",
    "pre": "pre",
}
_PASSED_ON: Final = frozenset(("li", "blockquote", "caption", "table"))
"""Kinds that a plain paragraph inside takes on."""
_DROPPED: Final = frozenset(
    {
        *("script", "style", "noscript", "template", "iframe", "svg", "math", "object", "embed", "canvas", "audio"),
        *("video", "select", "button", "textarea", "form", "head", "title", "map", "-comment", "!doctype"),
    }
)
_CHROME_TAGS: Final = frozenset(("nav", "footer"))
_MARKS: Final = (
    *("screen-reader", "sr-only", "visually-hidden", " hidden", "display:", "<nav", "<footer", "breadcrumb"),
    *('"related', "related-", "-related", "relatedposts", "recommended-", '"recommended', "read-also", "more-stories"),
    *('"share', "share-", "-share", "sharing", "sharedaddy", '"social', "social-", "-social"),
    *('"newsletter', "newsletter-", "-newsletter", '"subscribe', "subscribe-", "-subscribe"),
)
"""What must occur in some tag for the elements' attributes to be worth a look."""
_TAGS = re.compile(r"""<[a-zA-Z](?:[^>"']++|"[^"]*+"?|'[^']*+'?)*+""")
"""Opening tags up to their ends; one whose quotes don't close reaches too far rather than too short."""
_HIDDEN = re.compile(r"\b(?:screen-reader-text|screen-reader-only|sr-only|visually-hidden)\b")
_RELATED = re.compile(r"\brelated\b|relatedposts|recommended|read-also|more-stories")
_CHROME = re.compile(r"\b(?:share|sharing|sharedaddy|social|newsletter|subscribe|breadcrumbs?)\b")
_NO_DISPLAY = re.compile(r"display:\s*none", re.IGNORECASE)
_NEVER_SPACED: Final = frozenset(",.;:!?)")
_SENTENCE_END = ".!?:;。！？：；"
_BREAK: Final = "\u2028"
"""Stands for `<br>`; a newline in the source of HTML is a mere space."""
_BULLETS = "•·‣▪■●◦-–—*"


def blocks(html: str) -> tuple[Block, ...]:
    """The readable paragraphs of an HTML or plain text field, scrubbed, whitespace collapsed, in order.

    Scripts, forms, hidden and screen-reader text are left out. Any nesting depth is safe; at most `BODY_LIMIT`
    characters are looked at.
    """
    html = html[:BODY_LIMIT]
    if not _TAG.search(html):
        return _plain_blocks(entities.unescape(html))
    if html.count("<") > _TAG_LIMIT:
        return _plain_blocks(entities.unescape(_ANY_TAG.sub(" ", html)))
    root = LexborHTMLParser(html).body
    if root is None:
        return ()
    tags = "".join(_TAGS.findall(html))  # a fifth of the text: the search for the marks costs more than the parser
    return _Walk(marked=any(mark in tags for mark in _MARKS)).blocks(root)


def _plain_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs of text without tags: separated by blank lines, else by lines that end like a sentence."""
    parts = _BLANK_LINE.split(text.replace("\r\n", "\n"))
    return tuple(Block("p", line) for part in parts for line in _lines(part, "\n"))


def _lines(text: str, sign: str) -> list[str]:
    """Text with line breaks as clean paragraphs: a break splits after a sentence's end or before a bullet."""
    found: list[str] = []
    for raw in text.split(sign):
        line = _one_line(raw)
        if line and found and found[-1] and found[-1][-1] not in _SENTENCE_END and line[0] not in _BULLETS:
            found[-1] += " " + line
        else:
            found.append(line)
    return [line for line in found if line]


def _one_line(raw: str) -> str:
    """Text on one line, scrubbed. What is printable needs no scrubbing, only its normal form."""
    if raw.isprintable() and "  " not in raw:
        return unicodedata.normalize("NFC", raw.strip(" "))
    line = " ".join(raw.split())
    return unicodedata.normalize("NFC", line) if line.isprintable() else " ".join(scrub(line).split())


class _Walk:
    """One walk over a parsed tree, without recursion; collects blocks as elements open and close."""

    __slots__ = ("_cells", "_found", "_marked", "_pieces", "_regions", "_stack")

    def __init__(self, *, marked: bool) -> None:
        self._marked = marked
        self._found: list[Block] = []
        self._pieces: list[str] = []
        self._cells: list[str] = []
        self._stack: list[tuple[BlockKind, int]] = [("p", 0)]
        self._regions: list[Region] = [""]

    def blocks(self, root: LexborNode) -> tuple[Block, ...]:
        """Everything readable below `root`."""
        pieces = self._pieces
        open_elements: list[tuple[LexborNode, str]] = []
        node = root.first_child
        while node is not None:
            tag = node.tag or ""
            child: LexborNode | None = None
            if tag == "-text":
                pieces.append(node.text_content or "")
            elif tag == "br":
                pieces.append(_BREAK)
            elif tag not in _DROPPED:
                child = self._open(node, tag)
            if child is not None:
                open_elements.append((node, tag))
                node = child
                continue
            following = node.next
            while following is None and open_elements:
                node, tag = open_elements.pop()
                self._close(tag)
                following = node.next
            node = following
        self._flush()
        return tuple(self._found)

    def _open(self, node: LexborNode, tag: str) -> LexborNode | None:
        """Open an element; the first child to go on with, or None if there is nothing in it to read."""
        child = node.first_child
        kind = _KINDS.get(tag)
        if child is None:
            if kind is not None:
                self._flush()
            return None
        if self._marked:
            own = _region(node, tag)
            if own == "hidden":
                self._close_gap(node.next)
                return None
            self._regions.append(self._regions[-1] or own)
        if kind is not None:
            self._flush(keep=-1 if self._marked else 0)
            outer = self._stack[-1][0]
            if kind == "p" and outer in _PASSED_ON:
                kind = outer
            self._stack.append((kind, int(tag[1]) if kind == "heading" else 0))
        return child

    def _close_gap(self, following: LexborNode | None) -> None:
        """Leave no space before a comma or full stop that stood behind something hidden."""
        if self._pieces and following is not None and (following.text_content or "")[:1] in _NEVER_SPACED:
            self._pieces[-1] = self._pieces[-1].rstrip()

    def _close(self, tag: str) -> None:
        """Close an element whose children have all been read."""
        if tag in _KINDS:
            self._flush()
            self._stack.pop()
            if tag == "tr" and self._cells:
                self._found.append(Block("table", " | ".join(self._cells), 0, self._regions[-1]))
                self._cells.clear()
        if self._marked:
            self._regions.pop()

    def _flush(self, keep: int = 0) -> None:
        """Make a block of the text collected so far; `keep` is -1 while the next element's region is on top."""
        if not self._pieces:
            return
        raw = "".join(self._pieces)
        self._pieces.clear()
        if not raw or raw.isspace():
            return
        kind, level = self._stack[-1]
        region = self._regions[keep - 1]
        if kind == "pre":
            self._found.append(Block("pre", scrub(raw.replace(_BREAK, "\n")).strip("\n"), 0, region))
            return
        lines = _lines(raw, _BREAK) if _BREAK in raw else [_one_line(raw)]
        if kind == "table":
            if len(raw) <= _CELL_LIMIT:
                self._cells.append(" ".join(lines))
                return
            kind = "p"
        for line in lines:
            if line:
                self._found.append(Block(kind, line, level, region))


def _region(node: LexborNode, tag: str) -> Region | Literal["hidden"]:
    """What an element's tag, class and style say of everything in it."""
    attributes = node.attributes
    if not attributes:
        return "chrome" if tag in _CHROME_TAGS else ""
    if "hidden" in attributes or _NO_DISPLAY.search(attributes.get("style") or ""):
        return "hidden"
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    if _HIDDEN.search(names):
        return "hidden"
    if _RELATED.search(names):
        return "related"
    return "chrome" if tag in _CHROME_TAGS or _CHROME.search(names) else ""


_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_DEAD_MARKUP = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TITLE_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>")
_LETTERS_JOINED = re.compile(r"</?(?:br|p|div|li|h[1-6])\b[^<>]*>", re.IGNORECASE)


def title_text(title: str, *, markup: bool) -> str:
    """A title as one line of text, at most `TITLE_LIMIT` characters.

    Args: `markup` tells that the title's type is HTML: tags go and entities are decoded, once. A sign that opens
    no tag stays: `a < b`, `AT&T`.
    """
    text = title[:_TITLE_WORK_LIMIT]
    if markup:
        if "<" in text:
            text = _TITLE_TAG.sub("", _LETTERS_JOINED.sub(" ", _DEAD_MARKUP.sub(" ", text)))
        if "&" in text:
            text = _ENTITY.sub(lambda found: entities.unescape(found[0]), text)
    return _one_line(text)[:TITLE_LIMIT].rstrip()


_SHOWN_TAGS: Final = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "q"),
    *("cite", "pre", "code", "em", "strong", "b", "i", "u", "s", "sub", "sup", "small", "mark", "abbr", "a", "span"),
    *("div", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "time"),
}
_SHOWN_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_BARE_AMPERSAND = re.compile(r"&(?!#?[a-zA-Z0-9]{1,32};)")


def sanitise(html: str) -> str:
    """HTML that may be shown: known tags, links only to http and https, no images, no styles, nothing that runs.

    Cut at `BODY_LIMIT` first, and bare ampersands are escaped first: the sanitiser is quadratic on them. HTML that
    is mostly signs is shown as its text only.
    """
    if html.count("<", 0, BODY_LIMIT) + html.count("&", 0, BODY_LIMIT) > 2 * _TAG_LIMIT:
        return "".join(f"<p>{entities.escape(block.text)}</p>" for block in blocks(html))
    return nh3.clean(
        _BARE_AMPERSAND.sub("&amp;", html[:BODY_LIMIT]),
        tags=_SHOWN_TAGS,
        clean_content_tags={"script", "style", "noscript", "template", "iframe", "svg", "math", "title"},
        attributes=_SHOWN_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
