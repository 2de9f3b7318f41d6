"""Microsoft Teams by a workflow's webhook: Adaptive Cards within its limit and what its answers mean; opens no socket.

Words stand in RichTextBlocks, which know no markdown. Source: Microsoft's "Create incoming webhooks with Workflows for
Microsoft Teams" (28 KB a message, four a second), "Cards format", and Adaptive Cards' schema 1.4 with "Text features".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import answer_object, no_answer, refused_or_not
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.cutting import cut, octets, spaced
from watcher.channels.options import web_address
from watcher.channels.outline import outline
from watcher.channels.runs import Item, Line, Run, part_of
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome, Severity
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line, teams_safe
from watcher.core.text.wording import Words

WHOLE_LIMIT = 28_000
BODY_LIMIT = 25_000
"""What the elements of a card may take; the rest is for its frame and the sentence."""
LINE_LIMIT = 8_000
SENTENCE_LIMIT = 300
BUTTONS_LIMIT = 6
TITLE_CHARACTERS = 500
VERSION = "1.4"
GONE = frozenset({404, 410})
"""A workflow that was deleted or switched off: it is turned on again, or another address given."""
COLOURS = {Severity.URGENT: "Attention", Severity.WARNING: "Warning", Severity.NOTICE: "Default"}

Element = dict[str, object]


class TeamsOptions(ChannelOptions):
    """Options of `kind: teams`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr = Field(description="the address that the workflow shows; a secret: use ${ENV} or ${file:PATH}")

    _address = field_validator("url")(web_address)


class Teams:
    """One channel or chat of Teams behind one workflow.

    A workflow knows no ids of ours: a repeat after an answer that was lost is shown twice.
    """

    kind: ClassVar[str] = "teams"
    Options: ClassVar[type[ChannelOptions]] = TeamsOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, TeamsOptions)
        self._url = options.url

    def recipients(self) -> tuple[str, ...]:
        """The channel itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call per 28 KB."""
        said = outline(rendered, envelope)
        cards = _packed([tuple(_elements(item, rendered.words)) for item in said.items])
        if not cards:
            raise DeliverError("teams: the message has no words")
        sentence = teams_safe(said.sentence)
        if len(sentence) > SENTENCE_LIMIT:
            sentence = sentence[: SENTENCE_LIMIT - 1].rstrip() + "\u2026"
        return tuple(
            self._call(sentence, card, part_of(at, len(cards), rendered.words))
            for at, card in enumerate(cards, start=1)
        )

    def _call(self, sentence: str, elements: list[Element], which: str) -> HttpCall:
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": VERSION,
            "fallbackText": sentence + which,
            "msteams": {"width": "Full"},
            "body": elements,
        }
        attachment = {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": None,
            "content": card,
        }
        body = {"type": "message", "summary": sentence + which, "attachments": [attachment]}
        return HttpCall(
            url=self._url,
            headers=(("content-type", "application/json"),),
            body=_json(body).encode("utf-8", "replace"),
        )

    def judge(self, reply: Reply) -> Outcome:
        """2xx is sent (a workflow says 202); 401 and 403 pause the channel; a deleted workflow closes it."""
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply():
                return refused_or_not(reply, "teams", cause=_cause(answer_object(reply)), gone=GONE)
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")


def _elements(item: Item, words: Words) -> Iterator[Element]:
    """An item's title, lines and buttons."""
    colour = COLOURS[item.severity] if item.severity is not None else "Default"
    title = one_line(item.title)
    for at in range(0, len(title), TITLE_CHARACTERS):
        run: Element = {"type": "TextRun", "text": teams_safe(title[at : at + TITLE_CHARACTERS])}
        run |= {"weight": "Bolder", "size": "Medium", "color": colour}
        yield {"type": "RichTextBlock", "inlines": [run], "spacing": "Large"}
    for line in item.lines:
        yield from _blocks(line)
    buttons = [(words.say("Open source"), item.link)] if item.link else []
    buttons += list(item.actions)
    if buttons:
        actions = [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in buttons[:BUTTONS_LIMIT]]
        yield {"type": "ActionSet", "actions": actions}


def _blocks(line: Line) -> Iterator[Element]:
    """A line as one block of runs, or as several where it is long."""
    for text in cut(line, _say, octets, LINE_LIMIT):
        inlines = json.loads(f"[{text.removesuffix(',')}]")
        if any(run["text"].strip() for run in inlines):
            yield {"type": "RichTextBlock", "inlines": inlines, "spacing": "Small"}


def _say(run: Run) -> str:
    """A run as the JSON of a TextRun and a comma."""
    text = spaced(run.text, teams_safe)
    if not text:
        return ""
    said: Element = {"type": "TextRun", "text": text}
    if run.bold:
        said["weight"] = "Bolder"
    if run.italic:
        said["italic"] = True
    if run.link:
        said |= {"underline": True, "selectAction": {"type": "Action.OpenUrl", "url": run.link}}
    return _json(said) + ","


def _packed(items: Iterable[tuple[Element, ...]]) -> list[list[Element]]:
    """Elements parted into cards within the limit; an item is kept whole where it fits into one."""
    cards: list[list[Element]] = []
    size = 0
    for item in items:
        sizes = [octets(_json(element)) + 1 for element in item]
        whole = sum(sizes)
        new = not cards or (size + whole > BODY_LIMIT and whole <= BODY_LIMIT)
        for element, cost in zip(item, sizes, strict=True):
            if new or size + cost > BODY_LIMIT:
                cards.append([])
                size, new = 0, False
            cards[-1].append(element)
            size += cost
    return cards


def _cause(answer: dict[str, object]) -> str:
    """What the workflow says is wrong: code and message."""
    match answer.get("error"):
        case {"code": str(code), "message": str(message)}:
            return f"{code}: {message}"
        case {"message": str(message)}:
            return message
        case _:
            return ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
