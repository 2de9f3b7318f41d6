"""What every kind of channel must do; a new row of KINDS is tried unasked."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from pydantic import ValidationError

from tests.channels.samples import CANARY, MESSAGES, OPTIONS, WEBHOOK_SECRET, make_channel, make_envelope, make_rendered
from tests.make import NOW
from watcher.channels import ALERTS_ONLY, KINDS, base, family
from watcher.channels.base import (
    AppriseCall,
    AppriseReply,
    Call,
    Channel,
    Failure,
    FileCall,
    FileWritten,
    HttpCall,
    HttpReply,
    MailCall,
    MailReply,
)
from watcher.core.errors import DeliverError
from watcher.core.telling.messages import DigestMessage
from watcher.core.telling.retries import next_attempt

REPLIES = (
    *(
        HttpReply(status=status, headers=(), body=b"ok")
        for status in (200, 204, 301, 400, 404, 408, 410, 429, 500, 599)
    ),
    *(
        MailReply(code=code, text="x", stage=stage)
        for code in (0, 250, 354, 421, 451, 535, 550)
        for stage in ("connect", "starttls", "auth", "mail", "rcpt", "data")
    ),
    *(
        Failure(kind=kind, text="x", sent=sent)
        for kind in ("timeout", "network", "dns", "tls", "refused_address", "file")
        for sent in (True, False)
    ),
    FileWritten(),
    *(AppriseReply(result=result, text="x") for result in ("taken", "refused", "unusable")),
)


def wire_bytes(call: Call) -> bytes:
    match call:
        case HttpCall():
            return call.body
        case MailCall():
            return call.mail.as_bytes()
        case FileCall():
            return call.text.encode()
        case AppriseCall():
            return call.title.encode() + call.text.encode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_what_its_row_says(kind: str) -> None:
    channel = make_channel(kind)

    assert KINDS[kind].kind == kind
    assert isinstance(channel, Channel)
    assert issubclass(KINDS[kind].Options, base.ChannelOptions)
    assert inspect.getdoc(KINDS[kind].Options)
    assert channel.recipients()
    assert family(kind) in {"chat", "smtp"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_says_what_it_is_for(kind: str) -> None:
    for name, field in KINDS[kind].Options.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_option_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError, match="surprise"):
        KINDS[kind].Options.model_validate(OPTIONS[kind] | {"surprise": 1})


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_message_is_said_and_a_repeat_says_the_same(kind: str, name: str) -> None:
    rendered = make_rendered(MESSAGES[name])
    if kind in ALERTS_ONLY and isinstance(rendered.message, DigestMessage):
        with pytest.raises(DeliverError, match="no digests"):
            make_channel(kind).wire(rendered, make_envelope())
        return

    first = make_channel(kind).wire(rendered, make_envelope())
    again = make_channel(kind).wire(rendered, make_envelope())

    assert first
    assert [wire_bytes(call) for call in first] == [wire_bytes(call) for call in again]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"email", "file", "stdout"}))
def test_a_later_attempt_sends_the_same_body(kind: str) -> None:
    channel = make_channel(kind)

    first = channel.wire(make_rendered(), make_envelope())
    later = channel.wire(make_rendered(), make_envelope(now=NOW + timedelta(hours=5)))

    assert [wire_bytes(call) for call in first] == [wire_bytes(call) for call in later]


@pytest.mark.parametrize("kind", KINDS)
def test_every_reply_is_judged_to_something_the_table_knows(kind: str) -> None:
    channel = make_channel(kind)

    for reply in REPLIES:
        outcome = channel.judge(reply)
        verdict = next_attempt(
            outcome, channel_family=family(kind), attempt=1, first_attempt=NOW, now=NOW, delivery_id="d"
        )
        assert outcome.reason
        assert verdict.state in {"sent", "due", "dead"}


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_shown_by_options_calls_or_errors(kind: str) -> None:
    channel = make_channel(kind)
    calls = channel.wire(make_rendered(), make_envelope())

    shown = repr(channel) + repr(calls) + repr(KINDS[kind].Options.model_validate(OPTIONS[kind]))

    assert CANARY not in shown
    assert WEBHOOK_SECRET not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_surrogates_in_a_stored_message_do_not_stop_it(kind: str) -> None:
    rendered = make_rendered(subject="a\ud800b", text="c\udfff\x00", html="<p>\ud800</p>")

    for call in make_channel(kind).wire(rendered, make_envelope()):
        wire_bytes(call).decode("utf-8")
