"""ntfy: short messages to a topic's phones, and what the server's answers mean; never opens a socket.

Source: ntfy's "Publishing" (publish as JSON, priority, tags, click action, action buttons, limitations).
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import answer_object, no_answer, refused_or_not
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.cutting import clipped, cut, octets, pages, spaced
from watcher.channels.options import web_address
from watcher.channels.outline import outline
from watcher.channels.posting import posted
from watcher.channels.runs import Item, Outline, Run, part_of
from watcher.core.model import Outcome, Severity
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line, shown_host
from watcher.core.text.wording import Words

MESSAGE_LIMIT = 4096
"""In bytes; what is longer becomes a file that a phone does not show."""
TITLE_LIMIT = 250
LINE_LIMIT = 2500
BUTTONS = ("Acknowledge", "Snooze", "Not relevant")
"""Three at most, says ntfy."""
SETTINGS = frozenset({401, 403, 404})
PRIORITIES = {Severity.URGENT: 5, Severity.WARNING: 4, Severity.NOTICE: 3}
TAGS = {Severity.URGENT: "rotating_light", Severity.WARNING: "warning", Severity.NOTICE: "information_source"}
USUAL = 3

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NtfyOptions(ChannelOptions):
    """Options of `kind: ntfy`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr = Field(
        description="server and topic, such as https://ntfy.sh/TOPIC; who knows the topic reads it: use ${ENV}"
    )
    token: SecretStr | None = Field(
        default=None, min_length=1, description="access token of a protected topic; use ${ENV} or ${file:PATH}"
    )

    _address = field_validator("url")(web_address)

    @field_validator("url")
    @classmethod
    def _topic(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if not _TOPIC.fullmatch(parts.path.rpartition("/")[2]) or parts.query or parts.fragment:
            raise ValueError("the address must end in the topic: letters, digits, - and _, at most 64")
        return url

    @field_validator("token")
    @classmethod
    def _header(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch("[!-~]+", token.get_secret_value()):
            raise ValueError("not a token: letters, digits and signs without blanks")
        return token


class Ntfy:
    """One topic. A repeat after an answer that was lost is shown twice."""

    kind: ClassVar[str] = "ntfy"
    Options: ClassVar[type[ChannelOptions]] = NtfyOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, NtfyOptions)
        server, _, self._topic = options.url.get_secret_value().rpartition("/")
        self._url = SecretStr(server + "/")
        token = () if options.token is None else (("authorization", f"Bearer {options.token.get_secret_value()}"),)
        self._headers = (("content-type", "application/json"), *token)

    def recipients(self) -> tuple[str, ...]:
        """The topic itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call per 4,096 bytes."""
        said = outline(rendered, envelope)
        alone = len(said.items) == 1
        items = [_lines(item, alone=alone) for item in said.items]
        texts = pages(items, octets, MESSAGE_LIMIT) or (clipped(said.sentence, _say, octets, MESSAGE_LIMIT),)
        words = rendered.words
        return tuple(
            self._call(said, text, part_of(at, len(texts), words), words) for at, text in enumerate(texts, start=1)
        )

    def _call(self, said: Outline, text: str, which: str, words: Words) -> HttpCall:
        wanted = {words.say(each) for each in BUTTONS}
        title = said.items[0].title if len(said.items) == 1 else said.sentence
        body: dict[str, object] = {
            "topic": self._topic,
            "title": (clipped(title, _say, octets, TITLE_LIMIT) or "watcher") + which,
            "message": text,
            "priority": PRIORITIES[said.severity] if said.severity is not None else USUAL,
        }
        if said.severity is not None:
            body["tags"] = [TAGS[said.severity]]
        first = said.items[0]
        if first.link:
            body["click"] = first.link
        buttons = [
            {"action": "view", "label": name, "url": url}
            for name, url in first.actions
            if name in wanted and len(said.items) == 1
        ]
        if buttons:
            body["actions"] = buttons
        return posted(self._url, body, headers=self._headers, secrets=(SecretStr(self._topic),))

    def judge(self, reply: Reply) -> Outcome:
        """200 is sent; a refused login or a topic that is not there pauses the channel; 429 is later."""
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply():
                error = answer_object(reply).get("error")
                cause = error if isinstance(error, str) else ""
                return refused_or_not(reply, "ntfy", cause=cause, pause=SETTINGS)
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")


def _lines(item: Item, *, alone: bool) -> list[str]:
    """An item in plain lines; one that is alone has its title above the message already."""
    title = () if alone and octets(item.title) <= TITLE_LIMIT else ((Run(text=item.title),),)
    return [text for line in (*title, *item.lines) for text in cut(line, _say, octets, LINE_LIMIT)]


def _say(run: Run) -> str:
    """Plain text; the address of a link follows its name, which goes where it is the address's own host."""
    text = spaced(run.text, one_line)
    if not run.link:
        return text
    return run.link if run.text == shown_host(run.link) else f"{text.strip()} {run.link}"
