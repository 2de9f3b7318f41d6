"""Telegram by bot: messages in its HTML within its limit and what its answers mean; never opens a socket.

Source: Telegram's Bot API: making requests, sendMessage, formatting options (HTML style), ResponseParameters.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import quote

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import answer_object, no_answer, refused_or_not, seconds_of
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.cutting import characters, cut, item_lines, pages, spaced, titled
from watcher.channels.options import server_address
from watcher.channels.outline import outline
from watcher.channels.posting import posted
from watcher.channels.runs import Run
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import telegram_safe

TEXT_LIMIT = 4096
"""Source: sendMessage, `text`: 1 to 4096 characters after the markup is read; we count the markup too."""
LINE_LIMIT = 2500
BAD_TOKEN = frozenset({401, 404})

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}")
_CHAT = re.compile(r"(?:-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})(?:/[0-9]{1,10})?")
_URL_SAFE = "%:/?#[]@!$'()*+,;=-._~&"


class TelegramOptions(ChannelOptions):
    """Options of `kind: telegram`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token: SecretStr = Field(description="the bot's token from @BotFather, a secret: use ${ENV} or ${file:PATH}")
    chats: tuple[str, ...] = Field(
        min_length=1,
        max_length=100,
        description="who is told: a chat's number, or @name of a public channel; CHAT/TOPIC for a topic of a group",
    )
    api: str = Field(default="https://api.telegram.org", description="where a Bot API server of your own answers")

    _server = field_validator("api")(server_address)

    @field_validator("token")
    @classmethod
    def _token(cls, token: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("not a bot's token: a number, a colon and some 35 letters, as @BotFather gives it")
        return token

    @field_validator("chats", mode="before")
    @classmethod
    def _texts(cls, chats: object) -> object:
        """A number is fine: YAML reads a chat's number as one."""
        if isinstance(chats, list | tuple):
            return tuple(str(each) if type(each) is int else each for each in chats)
        return chats

    @field_validator("chats")
    @classmethod
    def _chats(cls, chats: tuple[str, ...]) -> tuple[str, ...]:
        for chat in chats:
            if not _CHAT.fullmatch(chat):
                raise ValueError("a chat is its number, such as -1001234567890, or the @name of a public channel")
        return tuple(dict.fromkeys(chats))


class Telegram:
    """One bot that writes to chats, one delivery each; an update answers the first telling."""

    kind: ClassVar[str] = "telegram"
    Options: ClassVar[type[ChannelOptions]] = TelegramOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, TelegramOptions)
        base = options.api.rstrip("/")
        self._url = SecretStr(f"{base}/bot{options.token.get_secret_value()}/sendMessage")
        self._chats = options.chats

    def recipients(self) -> tuple[str, ...]:
        """Every chat."""
        return self._chats

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call per 4,096 characters."""
        said = outline(rendered, envelope)
        items = [
            [text for line in (titled(item), *item_lines(item)) for text in cut(line, _say, characters, LINE_LIMIT)]
            for item in said.items
        ]
        texts = pages(items, characters, TEXT_LIMIT)
        if not texts:
            raise DeliverError("telegram: the message has no words")
        return tuple(self._call(text, envelope) for text in texts)

    def _call(self, text: str, envelope: Envelope) -> HttpCall:
        chat, _, topic = envelope.recipient.partition("/")
        body: dict[str, object] = {
            "chat_id": int(chat) if re.fullmatch("-?[0-9]+", chat) else chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if topic:
            body["message_thread_id"] = int(topic)
        if envelope.thread_remote.isascii() and envelope.thread_remote.isdigit():
            # An update whose first telling was deleted is told all the same.
            answers = {"message_id": int(envelope.thread_remote), "allow_sending_without_reply": True}
            body["reply_parameters"] = answers
        return posted(self._url, body)

    def judge(self, reply: Reply) -> Outcome:
        """`ok: true` is sent; an unknown token pauses the channel; a chat that shut us out is that chat's end."""
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply():
                return _judged(reply)
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")


def _judged(reply: HttpReply) -> Outcome:
    answer = answer_object(reply)
    match answer:
        case {"ok": True, "result": {"message_id": int(number)}}:
            return Outcome(result="sent", reason="accepted", answer=f"message {number}", remote=str(number))
        case {"ok": True}:
            return Outcome(result="sent", reason="accepted")
    described = answer.get("description")
    cause = described if isinstance(described, str) else ""
    wait_s: float | None = None
    match answer.get("parameters"):
        case {"migrate_to_chat_id": int(chat)}:
            cause = f"{cause}; the chat's number is now {chat}: write that into chats"
        case {"retry_after": asked}:
            wait_s = seconds_of(asked)
    if reply.status in range(200, 300):
        return Outcome(result="retry", reason="telegram did not say that it took the message")
    return refused_or_not(reply, "telegram", cause=cause, wait_s=wait_s, pause=BAD_TOKEN)


def _say(run: Run) -> str:
    safe = spaced(run.text, telegram_safe)
    inner = safe.strip(" ")
    if not inner:
        return safe
    shown = inner
    if run.link:
        address = quote(run.link, safe=_URL_SAFE, errors="replace").replace("&", "&amp;")
        shown = f'<a href="{address}">{shown}</a>'
    if run.bold:
        shown = f"<b>{shown}</b>"
    if run.italic:
        shown = f"<i>{shown}</i>"
    return safe.replace(inner, shown, 1)
