from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook as Oracle
from standardwebhooks.webhooks import WebhookVerificationError

from tests.channels.samples import (
    CANARY,
    MESSAGES,
    OTHER_SECRET,
    WEBHOOK_SECRET,
    make_channel,
    make_envelope,
    make_rendered,
)
from tests.channels.schema import faults
from watcher.channels.base import Failure, HttpCall, HttpReply
from watcher.channels.webhook import WebhookOptions

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "webhook.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "docs" / "webhook.schema.json").read_text(encoding="utf-8"))


def post(name: str = "alert", *, secrets: tuple[str, ...] = (WEBHOOK_SECRET,), **changes: Any) -> HttpCall:
    changes = {"now": datetime.now(UTC)} | changes
    (call,) = make_channel("webhook", secrets=secrets).wire(make_rendered(MESSAGES[name]), make_envelope(**changes))
    assert isinstance(call, HttpCall)
    return call


@pytest.mark.parametrize("name", MESSAGES)
def test_the_reference_library_verifies_every_message(name: str) -> None:
    call = post(name)

    assert Oracle(WEBHOOK_SECRET).verify(call.body, dict(call.headers)) == json.loads(call.body)


def test_while_secrets_change_both_verify_and_no_third_does() -> None:
    call = post(secrets=(OTHER_SECRET, WEBHOOK_SECRET))

    for secret in (WEBHOOK_SECRET, OTHER_SECRET):
        Oracle(secret).verify(call.body, dict(call.headers))
    with pytest.raises(WebhookVerificationError):
        Oracle("whsec_" + base64.b64encode(b"z" * 24).decode()).verify(call.body, dict(call.headers))


def test_a_changed_byte_does_not_verify() -> None:
    call = post()

    with pytest.raises(WebhookVerificationError):
        Oracle(WEBHOOK_SECRET).verify(call.body.replace(b"urgent", b"notice"), dict(call.headers))


def test_the_documented_snippet_verifies_and_refuses() -> None:
    call = post()
    snippet = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert snippet is not None
    names: dict[str, Any] = {}
    exec(snippet[1], names)

    verified = names["verified"]

    headers = dict(call.headers)
    assert verified(WEBHOOK_SECRET, headers, call.body)
    assert not verified(OTHER_SECRET, headers, call.body)
    assert not verified(WEBHOOK_SECRET, headers, call.body + b" ")
    assert not verified(WEBHOOK_SECRET, headers | {"webhook-timestamp": "1700000000"}, call.body)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_body_fits_the_documented_schema(name: str) -> None:
    body = json.loads(post(name, thread="msg_first").body)

    assert faults(body, SCHEMA) == []
    assert body["schema"] == 1


def test_the_documented_example_fits_the_schema() -> None:
    example = re.search(r"```json\n(.*?)```", DOCS, re.DOTALL)
    assert example is not None

    parsed = json.loads(example[1])

    assert faults(parsed, SCHEMA) == []
    quote = parsed["alert"]["alerts"][0]["evidence"][0]
    assert quote["text"][slice(*quote["marks"][0])] == "stopped making"


def test_the_schema_bites() -> None:
    body = json.loads(post().body)
    del body["alert"]["alerts"][0]["headline"]
    body["alert"]["alerts"][0]["seen"] = "2026-02-06T22:31:00"
    body["extra"] = 1
    body["schema"] = 2

    assert len(faults(body, SCHEMA)) >= 4


def test_a_body_names_its_type_and_its_id() -> None:
    alert, digest, notice = (json.loads(post(name).body) for name in ("alert", "digest", "notice"))
    test = json.loads(post("notice", occasion="test:1").body)

    assert [body["type"] for body in (alert, digest, notice, test)] == ["alert", "digest", "notice", "test"]
    assert alert["id"] == dict(post().headers)["webhook-id"] == "msg_0f3a9c"
    assert alert["alert"]["alerts"][0]["evidence"][0]["marks"] == [[22, 36], [37, 52]]


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, "sent"),
        (202, "sent"),
        (204, "sent"),
        (301, "retry"),
        (308, "retry"),
        (400, "slow"),
        (401, "slow"),
        (403, "slow"),
        (404, "slow"),
        (422, "slow"),
        (408, "retry"),
        (429, "retry"),
        (410, "gone"),
        (500, "retry"),
        (599, "retry"),
    ],
)
def test_what_an_answer_means(status: int, result: str) -> None:
    assert make_channel("webhook").judge(HttpReply(status=status, headers=(), body=b"x")).result == result


def test_an_address_that_the_guard_refuses_pauses_the_channel() -> None:
    outcome = make_channel("webhook").judge(Failure(kind="refused_address", text="10.0.0.1 is private", sent=False))

    assert (outcome.result, outcome.reason) == ("pause", "the address is not allowed: 10.0.0.1 is private")


@pytest.mark.parametrize(
    "secrets",
    [
        [],
        [CANARY],
        ["whsec_" + CANARY],
        ["whsec_c2hvcnQ="],
        ["whsec_" + base64.b64encode(b"x" * 65).decode()],
        [WEBHOOK_SECRET] * 6,
    ],
)
def test_an_unfit_secret_is_refused_without_repeating_it(secrets: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        WebhookOptions.model_validate({"url": "https://in.example/", "secrets": secrets})

    assert CANARY not in str(caught.value)
