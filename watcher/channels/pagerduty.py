"""PagerDuty by its Events API v2: one event per alert, under the alert's id, what its answers mean; opens no socket.

Source: PagerDuty's "Send an alert event", "Events API v2 overview" (sizes, response codes and retry logic).
"""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import answer_object, no_answer, refused_or_not
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.options import server_address
from watcher.channels.outline import headline
from watcher.channels.posting import posted
from watcher.channels.runs import web_link
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome, Severity
from watcher.core.telling.messages import AlertMessage, DigestMessage, NoticeMessage, Rendered, Told
from watcher.core.telling.translating import translated
from watcher.core.text.escapes import one_line
from watcher.core.text.wording import Words

SUMMARY_LIMIT = 1024
SOURCE_LIMIT = 255
DEDUP_LIMIT = 255
DETAIL_LIMIT = 4000
WHOLE_LIMIT = 512 * 1024
KEY_LENGTH = 32
SEVERITIES = {Severity.URGENT: "critical", Severity.WARNING: "warning", Severity.NOTICE: "info"}
RESOLVES = frozenset({"retracted", "closed", "merged", "recovered"})
ACKNOWLEDGES = frozenset({"acknowledged"})

Event = dict[str, object]


class PagerdutyOptions(ChannelOptions):
    """Options of `kind: pagerduty`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    key: SecretStr = Field(
        description="the integration key of a service's Events API v2, a secret: use ${ENV} or ${file:PATH}"
    )
    url: str = Field(
        default="https://events.pagerduty.com/v2/enqueue",
        description="where events go; in the EU region https://events.eu.pagerduty.com/v2/enqueue",
    )

    _server = field_validator("url")(server_address)

    @field_validator("key")
    @classmethod
    def _key(cls, key: SecretStr) -> SecretStr:
        if not re.fullmatch(rf"[!-~]{{{KEY_LENGTH}}}", key.get_secret_value()):
            raise ValueError(f"an integration key has {KEY_LENGTH} characters")
        return key


class Pagerduty:
    """One service. An alert is one incident there: follow-ups join it, its end resolves it.

    A repeat carries the same key, so PagerDuty sees one incident whatever is sent twice. Issues of a digest are
    nothing that somebody is called for: they are refused.
    """

    kind: ClassVar[str] = "pagerduty"
    Options: ClassVar[type[ChannelOptions]] = PagerdutyOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, PagerdutyOptions)
        self._options = options

    def recipients(self) -> tuple[str, ...]:
        """The service itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One event per alert, or one for a notice."""
        message = rendered.message
        match message:
            case AlertMessage():
                said = translated(message, rendered.words)
                assert isinstance(said, AlertMessage)
                sentences = [headline(told, rendered.words) for told in said.alerts]
                events = [_alert(told, each, envelope) for told, each in zip(message.alerts, sentences, strict=True)]
            case NoticeMessage():
                events = [_notice(message, envelope, rendered.words)]
            case DigestMessage():
                raise DeliverError("pagerduty: takes alerts and notices, no digests; give the digest another channel")
        if not events:
            raise DeliverError("pagerduty: the message has no alerts")
        return tuple(self._call(event) for event in events)

    def _call(self, event: Event) -> HttpCall:
        body = {"routing_key": self._options.key.get_secret_value(), **event}
        return posted(SecretStr(self._options.url), body, secrets=(self._options.key,))

    def judge(self, reply: Reply) -> Outcome:
        """202 is sent; 429 and 5xx are later; 400 names what is wrong, and a wrong key is the channel's fault."""
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply():
                cause = _cause(answer_object(reply))
                wrong_key = reply.status == 400 and "routing_key" in cause  # noqa: PLR2004 - the status's own number
                pause = frozenset({400, 401, 403, 404}) if wrong_key else frozenset({401, 403, 404})
                return refused_or_not(reply, "pagerduty", cause=cause, pause=pause)
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")


def _alert(told: Told, sentence: str, envelope: Envelope) -> Event:
    """The event of an alert: the sentence in its reader's words; the details are for programs too, and stay."""
    if told.change in RESOLVES or told.change in ACKNOWLEDGES:
        action = "resolve" if told.change in RESOLVES else "acknowledge"
        return {"event_action": action, "dedup_key": told.alert[:DEDUP_LIMIT]}
    details = {
        "new": "; ".join(told.news),
        "summary": " ".join(told.summary),
        "status": told.status or "unknown",
        "event": told.event_type or "",
        "publisher": f"{told.publisher or told.host} ({told.trust.value.replace('_', ' ')})",
        "published": "unknown" if told.published is None else told.published.isoformat(),
        "evidence": " \u2026 ".join(quote.text for quote in told.quotes),
        "doubts": "; ".join(told.flags),
        "rule": told.rule_title,
        "why": "; ".join(told.why),
        "article": told.article,
        "delivery": envelope.delivery,
    }
    event: Event = {
        "event_action": "trigger",
        "dedup_key": told.alert[:DEDUP_LIMIT],
        "client": "watcher",
        "payload": {
            "summary": _clipped(sentence, SUMMARY_LIMIT),
            "source": _clipped(told.host, SOURCE_LIMIT) or "watcher",
            "severity": SEVERITIES[told.severity],
            "timestamp": told.seen.isoformat(),
            "component": _clipped(told.rule_title, SOURCE_LIMIT),
            "class": told.event_type or "alert",
            "custom_details": {name: _clipped(text, DETAIL_LIMIT) for name, text in details.items() if text},
        },
    }
    link = web_link(told.link)
    if link:
        event["links"] = [{"href": link, "text": _clipped(told.publisher, SOURCE_LIMIT) or "source"}]
    return event


def _notice(message: NoticeMessage, envelope: Envelope, words: Words) -> Event:
    """Word about watcher itself: an incident of its own for each subject; a test is no more than information."""
    test = envelope.occasion.startswith("test:")
    return {
        "event_action": "trigger",
        "dedup_key": _clipped(f"notice:{message.kind}:{message.subject}", DEDUP_LIMIT),
        "client": "watcher",
        "payload": {
            "summary": _clipped(words.saying(message.title), SUMMARY_LIMIT) or "watcher",
            "source": "watcher",
            "severity": "info" if test else "warning",
            "timestamp": message.at.isoformat(),
            "class": _clipped(message.kind, SOURCE_LIMIT),
            "custom_details": {"lines": _clipped(" ".join(message.lines), DETAIL_LIMIT)},
        },
    }


def _clipped(text: str, limit: int) -> str:
    line = one_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "\u2026"


def _cause(answer: dict[str, object]) -> str:
    """What PagerDuty says is wrong: its message, and what it lists."""
    message, errors = answer.get("message"), answer.get("errors")
    named = [each for each in errors if isinstance(each, str)] if isinstance(errors, list) else []
    return "; ".join(([message] if isinstance(message, str) else []) + named)
