from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, document
from watcher.core.model import SourceState
from watcher.core.plans import Inbox, Push
from watcher.sources.base import Reachable
from watcher.sources.webhook import Webhook, WebhookOptions

SECRET = "whsec_" + "QUJD" * 10
OPTIONS = {"path": "/in/desk", "secret": SECRET, "fields": {"title": "subject", "text": "body", "link": "url"}}


def webhook(**options: object) -> Webhook:
    return Webhook(WebhookOptions.model_validate({**OPTIONS, **options}))


def test_one_object_is_one_item_and_a_list_is_many():
    one = {"id": 7, "subject": "Ban", "body": "On gallium.", "url": "https://a.example/7"}

    (entry,) = webhook(id="id").parse(document(json.dumps(one)), SourceState()).entries
    many = webhook(items="data.items", id="id").parse(
        document(json.dumps({"data": {"items": [one, {**one, "id": 8, "subject": "Mine"}]}})), SourceState()
    )

    assert (entry.guid, entry.title, entry.content_html) == ("7", "Ban", "<p>On gallium.</p>")
    assert [each.guid for each in many.entries] == ["7", "8"]


def test_the_cursor_is_the_number_of_the_push():
    kind = webhook()
    reply = document(json.dumps({"subject": "Ban"}), push_number="12")

    parsed = kind.parse(reply, SourceState(cursor={"pushed": 3}))

    assert parsed.cursor == {"pushed": 12}
    assert kind.plan(SourceState(cursor=parsed.cursor), FETCHED) == Push(after=12)


def test_it_says_where_it_is_pushed_to_and_shows_no_secret():
    kind = webhook(signature="hmac", secret="x" * 32, signature_header="x-news-signature")

    assert isinstance(kind, Reachable)
    assert kind.inbox == Inbox(path="/in/desk", secret="x" * 32, scheme="hmac", header="x-news-signature")
    assert "xxx" not in repr(kind.inbox) + repr(kind.options) + kind.options.model_dump_json()
    assert WebhookOptions.model_validate_json(kind.options.model_dump_json()).path == "/in/desk"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"path": "/healthz"}, "path"),
        ({"path": "/in/../healthz"}, "path"),
        ({"path": "/in/Desk"}, "path"),
        ({"secret": "whsec_c2hvcnQ="}, "must be whsec_"),
        ({"secret": "short", "signature": "hmac"}, "at least 24 signs"),
        ({"fields": {}}, "fields is missing"),
    ],
)
def test_options_that_cannot_be_meant(options, why):
    with pytest.raises(ValidationError, match=why) as caught:
        webhook(**options)
    assert "c2hvcnQ" not in str(caught.value)
