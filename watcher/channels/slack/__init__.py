"""Slack by incoming webhook or by bot: Block Kit messages and what Slack's answers mean; never opens a socket."""

from __future__ import annotations

import re
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from watcher.channels.answers import REFUSALS, TRY_AGAIN, no_answer, retry_after_s, said
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.options import server_address, web_address
from watcher.channels.posting import posted
from watcher.channels.runs import part_of
from watcher.channels.slack.blocks import Block, packed
from watcher.channels.slack.bot import Place, bot_calls, judged_bot
from watcher.channels.slack.words import groups, sentence
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line

_TOKEN = re.compile(r"xox[a-z]-[!-~]{5,300}")
_CHANNEL = re.compile(r"[A-Z][A-Z0-9]{5,30}|#[^\s#,]{1,80}")


class SlackOptions(ChannelOptions):
    """Options of `kind: slack`: either `url`, or `token` and `channel`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr | None = Field(
        default=None, description="the incoming webhook's address; it is a secret: use ${ENV} or ${file:PATH}"
    )
    username: str | None = Field(
        default=None, max_length=80, description="the name shown as sender, where Slack lets the webhook choose it"
    )
    token: SecretStr | None = Field(
        default=None, description="a bot's token, xoxb-..., in place of `url`; a secret: use ${ENV} or ${file:PATH}"
    )
    channel: str | None = Field(
        default=None, description="with `token`: the channel's id, C..., as its details show it; or #name"
    )
    first: bool = Field(
        default=True, description="with `token`: an update is shown in the first message too, beside its thread"
    )
    api: str = Field(
        default="https://slack.com/api",
        description="with `token`: where Slack answers; GovSlack has its own",
    )

    _server = field_validator("api")(server_address)

    @field_validator("url")
    @classmethod
    def _hook(cls, url: SecretStr | None) -> SecretStr | None:
        return None if url is None else web_address(url)

    @field_validator("token")
    @classmethod
    def _bot(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("not a bot's token: it begins with xoxb-")
        return token

    @field_validator("channel")
    @classmethod
    def _channel(cls, channel: str | None) -> str | None:
        if channel is not None and not _CHANNEL.fullmatch(channel):
            raise ValueError('not a channel: its id, such as C0123ABCD, or "#name" in quotes')
        return channel

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.url is None) == (self.token is None):
            raise ValueError("name either url (an incoming webhook) or token and channel (a bot)")
        if (self.token is None) != (self.channel is None):
            raise ValueError("token and channel go together")
        return self


class Slack:
    """One Slack channel, behind an incoming webhook or written to by a bot.

    Slack knows no ids of ours: a repeat after an answer that was lost is shown twice.
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
        """One call per 50 blocks or 12,000 characters; a bot's update may change the first message by one more."""
        parts = packed(groups(rendered.message, envelope.public_url, rendered.links, rendered.words))
        if not parts:
            raise DeliverError("slack: the message has no words")
        text, words = sentence(rendered.message, rendered.words), rendered.words
        bodies = [self._body(text + part_of(at, len(parts), words), part) for at, part in enumerate(parts, start=1)]
        options = self._options
        if options.url is not None:
            return tuple(_call(options.url, (), body) for body in bodies)
        assert options.token is not None
        assert options.channel is not None
        first = options.first and envelope.thread_alone
        place = Place(channel=options.channel, remote=envelope.thread_remote, first=first)
        headers = (("authorization", f"Bearer {options.token.get_secret_value()}"),)
        base = options.api.rstrip("/")
        return tuple(
            _call(SecretStr(f"{base}/{method}"), headers, body)
            for method, body in bot_calls(bodies, rendered.message, place)
        )

    def _body(self, text: str, part: tuple[Block, ...]) -> dict[str, object]:
        body: dict[str, object] = {
            "text": text,
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "blocks": list(part),
        }
        if self._options.username is not None:
            body["username"] = one_line(self._options.username)
        return body

    def judge(self, reply: Reply) -> Outcome:
        """200 and `ok` is sent; what Slack will never take is dead; the rest may heal.

        Source: Slack's "Sending messages using incoming webhooks", error handling.
        """
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply() if self._options.token is not None:
                return judged_bot(reply)
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


def _call(url: SecretStr, headers: tuple[tuple[str, str], ...], body: dict[str, object]) -> HttpCall:
    return posted(url, body, headers=(("content-type", "application/json; charset=utf-8"), *headers))
