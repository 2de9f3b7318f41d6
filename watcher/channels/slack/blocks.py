"""Block Kit's building blocks within its limits: texts are cut at words, messages at blocks; no wording here.

Source: https://docs.slack.dev/reference/block-kit/blocks (50 a message; header 150, section 3,000, field 2,000, ten
fields), https://docs.slack.dev/reference/block-kit/composition-objects/text-object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.text.escapes import one_line, plain_safe, slack_plain, slack_safe
from watcher.core.text.wording import Words

Block = dict[str, object]

HEADER_LIMIT = 150
TEXT_LIMIT = 3000
FIELD_LIMIT = 2000
CONTEXT_LIMIT = 2000
FIELDS_LIMIT = 10
BLOCKS_LIMIT = 50
WHOLE_LIMIT = 12_000
"""All blocks of a message together, each counted with `_EACH`. Slack documents no such limit but refuses more
(`msg_blocks_too_long`): measured were 13,297 characters in one block, 125 less with a second one, and a refusal at
11,341 characters in many. Source: https://github.com/slackapi/bolt-js/issues/2509 and /2867.
"""
_EACH = 125

_WORDS = re.compile(r"\s+|\S+")
_LONGEST_WORD = 250  # escaped it is at most five times as long, well within every limit
_JOIN = "\u200b"  # lets a style mark stand beside a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a mrkdwn text: strangers' words, bold or not; or, if `ready`, our own markup, never cut."""

    text: str
    bold: bool = False
    ready: bool = False


def clip(text: str, limit: int) -> str:
    """One line of plain text whose escaped form has at most `limit` characters; what is cut ends in an ellipsis."""
    line = one_line(text)
    if len(slack_plain(line)) <= limit:
        return line
    kept, size = [], 1
    for word in (part for match in _WORDS.findall(line) for part in _cut(match, 20)):
        size += len(slack_plain(word))
        if size > limit:
            break
        kept.append(word)
    return "".join(kept).rstrip() + "\u2026"


def header(text: str) -> Block:
    """A headline; longer ones are cut, so the caller says them again in full."""
    return {"type": "header", "text": _plain(clip(text, HEADER_LIMIT))}


def is_cut(text: str) -> bool:
    """Whether a headline does not fit a header whole."""
    return len(slack_plain(one_line(text))) > HEADER_LIMIT


def divider() -> Block:
    """A rule between things told together."""
    return {"type": "divider"}


def paragraphs(text: str) -> tuple[Block, ...]:
    """Strangers' text as sections in which nothing is markup; as many as it needs."""
    blocks = []
    line = ""
    for word in (part for match in _WORDS.findall(plain_safe(text)) for part in _cut(match, _LONGEST_WORD)):
        if len(slack_plain(line + word)) > TEXT_LIMIT:
            blocks.append(line)
            line = ""
        line += word
    blocks.append(line)
    return tuple({"type": "section", "text": _plain(block.strip())} for block in blocks if block.strip())


def sections(pieces: Iterable[Piece], *, lead: str = "") -> tuple[Block, ...]:
    """Pieces as mrkdwn sections, as many as they need; every section begins with `lead`."""
    texts = wrapped(pieces, TEXT_LIMIT - len(lead))
    return tuple({"type": "section", "text": _mrkdwn(lead + text.strip().removeprefix(lead))} for text in texts)


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Labelled values side by side: (our label, ready mrkdwn value)."""
    texts = [f"*{label}*\n{value}" for label, value in pairs[:FIELDS_LIMIT]]
    return {"type": "section", "fields": [_mrkdwn(text[:FIELD_LIMIT]) for text in texts]}


def context(pieces: Iterable[Piece]) -> tuple[Block, ...]:
    """Small print, as many blocks as it needs."""
    return tuple({"type": "context", "elements": [_mrkdwn(text)]} for text in wrapped(pieces, CONTEXT_LIMIT))


def moment(at: datetime, words: Words) -> str:
    """A time that Slack shows in the reader's own zone, with UTC for clients that can't."""
    shown = f"{words.dated_weekday(at)} {at:%H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{shown}>"


def wrapped(pieces: Iterable[Piece], limit: int) -> tuple[str, ...]:
    """Texts in mrkdwn of at most `limit` characters that together say the pieces, cut between words only."""
    texts: list[str] = []
    line: list[Piece] = []
    size = 0
    for word in _words(pieces):
        cost = len(word.text) if word.ready else len(slack_safe(word.text)) + 4
        if size + cost > limit and line:
            texts.append(_said(line))
            line, size = [], 0
        line.append(word)
        size += cost
    if line:
        texts.append(_said(line))
    return tuple(text for text in texts if text)


def packed(groups: Sequence[Sequence[Block]]) -> tuple[tuple[Block, ...], ...]:
    """Blocks parted into messages within Slack's limits, groups kept whole where they fit one message."""
    parts: list[list[Block]] = [[]]
    size = 0
    for group in groups:
        whole = sum(_size(block) for block in group)
        if parts[-1] and (len(parts[-1]) + len(group) > BLOCKS_LIMIT or size + whole > WHOLE_LIMIT):
            parts.append([])
            size = 0
        for block in group:
            if len(parts[-1]) == BLOCKS_LIMIT or size + _size(block) > WHOLE_LIMIT:
                parts.append([])
                size = 0
            parts[-1].append(block)
            size += _size(block)
    return tuple(tuple(_trimmed(part)) for part in parts if _trimmed(part))


def _size(block: Block) -> int:
    return len(json.dumps(block, ensure_ascii=False)) + _EACH


def _trimmed(part: list[Block]) -> list[Block]:
    """Without rules at its edges: they part nothing from nothing."""
    inner = list(part)
    while inner and inner[0]["type"] == "divider":
        inner.pop(0)
    while inner and inner[-1]["type"] == "divider":
        inner.pop()
    return inner


def _words(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for piece in pieces:
        if piece.ready:
            yield piece
            continue
        for match in _WORDS.findall(piece.text):
            for part in _cut(match, _LONGEST_WORD):
                yield Piece(text=part, bold=piece.bold)


def _cut(word: str, size: int) -> Iterable[str]:
    return (word[at : at + size] for at in range(0, len(word), size))


def _said(words: list[Piece]) -> str:
    """The mrkdwn of words: neighbours alike are escaped together, bold ones marked."""
    runs: list[Piece] = []
    for word in words:
        last = runs[-1] if runs else None
        if last is not None and not word.ready and not last.ready and last.bold == word.bold:
            runs[-1] = Piece(text=last.text + word.text, bold=word.bold)
        else:
            runs.append(word)
    text = ""
    for at, run in enumerate(runs):
        shown = run.text if run.ready else _run(run)
        opens = run.bold and text[-1:].isalnum()
        closes = at > 0 and runs[at - 1].bold and shown[:1].isalnum()
        text += _JOIN + shown if opens or closes else shown
    return text.strip(" ")


def _run(run: Piece) -> str:
    safe = slack_safe(run.text)
    if not safe:
        return " " if run.text else ""
    before = " " if run.text[0].isspace() else ""
    after = " " if run.text[-1].isspace() else ""
    return f"{before}*{safe}*{after}" if run.bold else before + safe + after


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": slack_plain(text), "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
