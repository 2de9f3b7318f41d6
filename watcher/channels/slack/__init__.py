"""Slack by incoming webhook: Block Kit messages and what Slack's answers mean; never opens a socket."""

from __future__ import annotations

import json
from typing import ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import REFUSALS, TRY_AGAIN, no_answer, retry_after_s, said
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.options import web_address
from watcher.channels.slack.blocks import Block, packed
from watcher.channels.slack.words import groups, sentence
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line


class SlackOptions(ChannelOptions):
    """Options of `kind: slack`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr = Field(description="the incoming webhook's address; it is a secret: use ${ENV} or ${file:PATH}")
    username: str | None = Field(
        default=None, max_length=80, description="the name shown as sender, where Slack lets the webhook choose it"
    )

    _address = field_validator("url")(web_address)


class Slack:
    """One Slack channel behind one incoming webhook.

    Incoming webhooks know no ids: a repeat after an answer that was lost is shown twice.
    """

    kind: ClassVar[str] = "slack"
    Options: ClassVar[type[ChannelOptions]] = SlackOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, SlackOptions)
        self._options = options

    def recipients(self) -> tuple[str, ...]:
        """The channel itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call per 50 blocks or 40,000 characters."""
        parts = packed(groups(rendered.message, envelope.public_url))
        if not parts:
            raise DeliverError("slack: the message has no words")
        text = sentence(rendered.message)
        return tuple(self._call(text, part, at, len(parts)) for at, part in enumerate(parts, start=1))

    def _call(self, text: str, part: tuple[Block, ...], at: int, of: int) -> HttpCall:
        body: dict[str, object] = {
            "text": text if of == 1 else f"{text} ({at} of {of})",
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "blocks": list(part),
        }
        if self._options.username is not None:
            body["username"] = one_line(self._options.username)
        return HttpCall(
            url=self._options.url,
            headers=(("content-type", "application/json; charset=utf-8"),),
            body=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        )

    def judge(self, reply: Reply) -> Outcome:
        """200 and `ok` is sent; what Slack will never take is dead; the rest may heal.

        Source: Slack's "Sending messages using incoming webhooks", error handling.
        """
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply(status=200) if reply.body.strip() == b"ok":
                return Outcome(result="sent", reason="accepted", answer=said(reply))
            case HttpReply(status=status):
                refused = status in REFUSALS and status not in TRY_AGAIN
                return Outcome(
                    result="dead" if refused else "retry",
                    reason=f"slack {'refused the message' if refused else 'did not accept'}: {said(reply)}",
                    retry_after_s=retry_after_s(reply),
                    answer=said(reply),
                )
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")
