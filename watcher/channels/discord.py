"""Discord by webhook: embeds within its limits and what its answers mean; never opens a socket.

Source: Discord's "Webhook Resource" (execute webhook), "Message Resource" (embed limits), "Rate Limits".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import answer_object, no_answer, refused_or_not, seconds_of
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.cutting import characters, clipped, cut, item_lines, pages, spaced
from watcher.channels.options import web_address
from watcher.channels.outline import outline
from watcher.channels.posting import posted
from watcher.channels.runs import Item, Run, part_of
from watcher.core.model import Outcome, Severity
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import discord_safe, one_line

EMBEDS_LIMIT = 10
WHOLE_LIMIT = 6000
TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
CONTENT_LIMIT = 400
LINE_LIMIT = 2000
UNKNOWN_WEBHOOK = frozenset({404, 410})
COLOURS = {Severity.URGENT: 0xA4161A, Severity.WARNING: 0x7A4B00, Severity.NOTICE: 0x57534A}

_URL_SAFE = "%:/?#[]@!$&'+,;=-._~"
_FORBIDDEN_NAMES = ("discord", "clyde")
_CAUSES = 5

Embed = dict[str, object]


class DiscordOptions(ChannelOptions):
    """Options of `kind: discord`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr = Field(description="the webhook's address; it is a secret: use ${ENV} or ${file:PATH}")
    username: str | None = Field(
        default=None, min_length=1, max_length=80, description="the name shown as sender instead of the webhook's own"
    )

    _address = field_validator("url")(web_address)

    @field_validator("username")
    @classmethod
    def _allowed(cls, name: str | None) -> str | None:
        if name is not None and any(word in name.casefold() for word in _FORBIDDEN_NAMES):
            raise ValueError("Discord allows no name with discord or clyde in it")
        return name


class Discord:
    """One Discord channel behind one webhook; nobody is ever mentioned.

    A webhook knows no ids of ours: a repeat after an answer that was lost is shown twice.
    """

    kind: ClassVar[str] = "discord"
    Options: ClassVar[type[ChannelOptions]] = DiscordOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, DiscordOptions)
        self._url = _waiting(options.url)
        self._username = None if options.username is None else one_line(options.username)

    def recipients(self) -> tuple[str, ...]:
        """The channel itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call per ten embeds or 6,000 characters."""
        said = outline(rendered, envelope)
        parts = _packed(embed for item in said.items for embed in _embeds(item))
        return tuple(
            self._call(said.sentence, part, part_of(at, len(parts), rendered.words))
            for at, part in enumerate(parts, start=1)
        )

    def _call(self, sentence: str, embeds: list[Embed], which: str) -> HttpCall:
        body: dict[str, object] = {
            "content": clipped(sentence, _say, characters, CONTENT_LIMIT) + which,
            "embeds": embeds,
            "allowed_mentions": {"parse": []},
        }
        if self._username is not None:
            body["username"] = self._username
        return posted(self._url, body)

    def judge(self, reply: Reply) -> Outcome:
        """2xx is sent; an unknown webhook closes the channel; a refused login pauses it; 429 says how long to wait."""
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply():
                answer = answer_object(reply)
                return refused_or_not(
                    reply,
                    "discord",
                    cause=_cause(answer),
                    wait_s=seconds_of(answer.get("retry_after")),
                    gone=UNKNOWN_WEBHOOK,
                )
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")


def _waiting(url: SecretStr) -> SecretStr:
    """The address with `wait=true`: without it Discord answers before it knows whether it takes the message."""
    parts = urlsplit(url.get_secret_value())
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "wait"]
    return SecretStr(parts._replace(query=urlencode([*query, ("wait", "true")])).geturl())


def _embeds(item: Item) -> Iterator[Embed]:
    """An item as one embed, or as several where it is too long for one."""
    lines = [text for line in item_lines(item) for text in cut(line, _say, characters, LINE_LIMIT)]
    texts = pages([lines], characters, DESCRIPTION_LIMIT) or ("",)
    for number, text in enumerate(texts):
        embed: Embed = {} if not text else {"description": text}
        if number == 0:
            embed["title"] = clipped(item.title, _say, characters, TITLE_LIMIT) or "watcher"
            if item.link:
                embed["url"] = _address(item.link)
        if item.severity is not None:
            embed["color"] = COLOURS[item.severity]
        yield embed


def _packed(embeds: Iterator[Embed]) -> list[list[Embed]]:
    """Embeds parted into messages within Discord's limits, in order."""
    parts: list[list[Embed]] = [[]]
    size = 0
    for embed in embeds:
        whole = sum(characters(str(embed.get(key, ""))) for key in ("title", "description"))
        if parts[-1] and (len(parts[-1]) == EMBEDS_LIMIT or size + whole > WHOLE_LIMIT):
            parts.append([])
            size = 0
        parts[-1].append(embed)
        size += whole
    return parts


def _say(run: Run) -> str:
    safe = spaced(run.text, discord_safe)
    inner = safe.strip(" ")
    if not inner:
        return safe
    if run.link:
        inner = f"[{inner}](<{_address(run.link)}>)"
    if run.bold:
        inner = f"**{inner}**"
    if run.italic:
        inner = f"_{inner}_"
    return safe.replace(safe.strip(" "), inner, 1)


def _address(url: str) -> str:
    """A web address that no sign of the markup can end early; brackets around it keep it from being unfolded."""
    return quote(url, safe=_URL_SAFE, errors="replace")


def _cause(answer: dict[str, object]) -> str:
    """What Discord says is wrong: its message, and the fields that it names."""
    message = answer.get("message")
    if not isinstance(message, str):
        return ""
    code = answer.get("code")
    named = [text for _, text in zip(range(_CAUSES), _named(answer.get("errors"), ""), strict=False)]
    return "; ".join((f"{message} ({code})" if isinstance(code, int) else message, *named))


def _named(errors: object, path: str, depth: int = 0) -> Iterator[str]:
    """The faults in Discord's tree of fields, each with its path."""
    match errors:
        case {"_errors": [*found]}:
            for each in found:
                if isinstance(each, dict):
                    yield f"{path}: {each.get('message', '')}"
        case dict() if depth < EMBEDS_LIMIT:
            for key, value in errors.items():
                yield from _named(value, f"{path}.{key}" if path else str(key), depth + 1)
