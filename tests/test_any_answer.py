"""Whatever options pass the check and whatever a receiver answers, an attempt comes to an outcome and never raises."""

from __future__ import annotations

import asyncio
import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.channels.samples import MESSAGES, OPTIONS, make_envelope, make_rendered
from watcher.channels import KINDS
from watcher.channels.base import AppriseReply, Call, Failure, FileWritten, HttpReply, MailReply, Reply
from watcher.core.model import Outcome
from watcher.deliver import attempt

RESULTS = {"sent", "retry", "dead", "pause", "gone", "slow"}
ODD = st.text(alphabet=string.ascii_letters + string.digits + "[]@:/?#%&=.-_~;,+ \\\"'<>\té→中", max_size=24)
NUMBER = st.one_of(st.integers(), st.floats(), st.sampled_from(["9" * 400, "inf", "-1", "", None, True]))
NAMES = [
    "ok",
    "error",
    "errors",
    "message",
    "description",
    "parameters",
    "retry_after",
    "result",
    "id",
    "ts",
    "message_id",
    "migrate_to_chat_id",
    "code",
    "response_metadata",
    "messages",
    "needed",
    "status",
    "channel",
]
"""What vendors' answers are made of."""
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, ODD),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@st.composite
def answers(draw: st.DrawFn) -> Reply:
    """What comes back: any status, headers and bytes, any SMTP code, any failure."""
    status, text = draw(st.integers(100, 999)), draw(ODD)
    data = draw(st.one_of(st.binary(max_size=60), JSON.map(lambda each: json.dumps(each).encode())))
    names = st.sampled_from(["retry-after", "date", "content-type", "x-ratelimit-reset-after"])
    values = st.one_of(ODD, st.sampled_from(["9" * 5000, "Fri, 99 Foo 2026 25:61:61 GMT", "-5", "٣"]))
    return draw(
        st.sampled_from(
            [
                HttpReply(
                    status=status, headers=tuple(draw(st.lists(st.tuples(names, values), max_size=3))), body=data
                ),
                MailReply(
                    code=status,
                    text=text,
                    stage=draw(st.sampled_from(["connect", "auth", "mail", "rcpt", "data", "x"])),
                ),
                Failure(kind=draw(st.sampled_from(["timeout", "network", "dns", "tls", "file"])), text=text, sent=True),
                FileWritten(),
                AppriseReply(result=draw(st.sampled_from(["taken", "refused", "unusable"])), text=text),
            ]
        )
    )


def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The value of an option with odd letters somewhere in it; most do not pass the check."""
    match value:
        case str():
            at = draw(st.integers(0, len(value)))
            return value[:at] + draw(ODD) + value[at + draw(st.integers(0, 3)) :]
        case list():
            return [mutated(draw, each) for each in value]
        case dict():
            return {key: mutated(draw, each) for key, each in value.items()}
        case _:
            return value


@st.composite
def options(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    whole = dict(OPTIONS[kind])
    for name in draw(st.sets(st.sampled_from(sorted(whole)), max_size=2)) if whole else ():
        whole[name] = mutated(draw, whole[name])
    return whole


class Says:
    """A receiver that answers the same to all."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.calls = reply, 0

    async def send(self, _call: Call, **_more: Any) -> Reply:
        self.calls += 1
        return self.reply


async def tried(kind: str, wanted: dict[str, Any], name: str, reply: Reply) -> tuple[Outcome, int]:
    cls = KINDS[kind]
    channel = cls(cls.Options.model_validate(wanted))
    says = Says(reply)

    async def noted(*_: object) -> None:
        """Nothing to note."""

    to = channel.recipients() or ("ada@example.org",)
    outcome = await attempt(
        channel,
        make_rendered(MESSAGES[name]),
        make_envelope(recipient=to[0]),
        transport=says,
        policy="any",
        on_part=noted,
    )
    return outcome, says.calls


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_attempt_never_raises(kind: str, data: st.DataObject) -> None:
    wanted, name = data.draw(options(kind)), data.draw(st.sampled_from(sorted(MESSAGES)))
    try:
        outcome, calls = asyncio.run(tried(kind, wanted, name, data.draw(answers())))
    except ValidationError:
        return

    assert outcome.result in RESULTS
    assert outcome.reason
    assert calls or outcome.result == "dead"


async def test_an_address_that_is_no_url_is_sent_to_once_and_its_secrets_stay_hidden() -> None:
    wanted = {"url": "mailtos://me:pa[sswordOfMine@mx.example.org/path?key=verysecret"}
    taken, calls = await tried("apprise", wanted, "notice", AppriseReply(result="taken", text=""))
    refused, _ = await tried(
        "apprise", wanted, "notice", AppriseReply(result="refused", text="no pa[sswordOfMine, verysecret")
    )

    assert (taken.result, calls) == ("sent", 1)
    assert "pa[sswordOfMine" not in refused.reason
    assert "verysecret" not in refused.reason
