"""The demo's own newswire and receivers: they are strict where the real ones are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.core.errors import WatcherError
from watcher.core.model import Document, SourceState
from watcher.demo.loopback import Asked
from watcher.demo.news import CONTROL, COPY, FEEDS, FRESH, HISTORY, REVISED, Feed
from watcher.demo.newswire import Newswire
from watcher.demo.receivers import HOOK_PATH, SLACK_PATH, Receivers, Record
from watcher.demo.report import Run
from watcher.demo.stage import play
from watcher.sources import KINDS
from watcher.stores.sqlite.retold import Telling

NOW = datetime(2026, 2, 7, 12, tzinfo=UTC)
KEY = b"k" * 32


def asked(path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Asked:
    return Asked(
        method=method, path=path, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body
    )


def receivers(folder: Path) -> Receivers:
    return Receivers(record=Record(folder=folder, clock=lambda: NOW), key=KEY)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_feed_reads_as_it_was_written(feed: Feed) -> None:
    newswire = Newswire()
    newswire.release((*HISTORY, *FRESH), NOW)

    answer = newswire.answer(asked(feed.path))

    source = KINDS["feed"](KINDS["feed"].Options.model_validate({"url": f"https://{feed.host}/"}))
    document = Document(
        request_url=f"https://{feed.host}/",
        final_url=f"https://{feed.host}/",
        status=200,
        headers=answer.headers,
        body=answer.body,
        body_sha256=hashlib.sha256(answer.body).hexdigest(),
        fetched=NOW,
    )
    entries = source.parse(document, SourceState()).entries
    wanted = {item.title: NOW - item.age for item in (*HISTORY, *FRESH) if item.feed == feed.name}
    assert {entry.title: entry.published for entry in entries} == wanted


def test_a_feed_that_did_not_change_is_answered_with_304() -> None:
    newswire = Newswire()
    newswire.release(HISTORY, NOW)
    first = newswire.answer(asked("/gazette.xml"))
    etag = dict(first.headers)["etag"]

    assert newswire.answer(asked("/gazette.xml", if_none_match=etag)).status == 304
    newswire.release(FRESH, NOW)
    assert newswire.answer(asked("/gazette.xml", if_none_match=etag)).status == 200
    assert newswire.answered == {200: 2, 304: 1}


def test_a_revision_keeps_its_date() -> None:
    newswire = Newswire()
    newswire.release([CONTROL], NOW)
    before = newswire.answer(asked("/gazette.xml")).body
    newswire.release([REVISED], NOW + timedelta(hours=1))

    assert newswire.answer(asked("/gazette.xml")).body == before.replace(b"in 30 days", b"in 10 days")


def test_the_copy_says_what_the_original_says() -> None:
    assert (COPY.title, COPY.paragraphs) == (CONTROL.title, CONTROL.paragraphs)
    assert COPY.feed != CONTROL.feed


def test_the_slack_like_receiver_refuses_once_and_takes_only_messages(tmp_path: Path) -> None:
    there = receivers(tmp_path)
    good = json.dumps({"text": "a", "blocks": []}).encode()

    answers = [
        there.answer(asked(SLACK_PATH, method="POST", body=body)) for body in (b"{", b'{"text": "a"}', good, good)
    ]

    assert [each.status for each in answers] == [400, 400, 429, 200]
    assert dict(answers[2].headers) == {"retry-after": "1"}
    assert answers[3].body == b"ok"


def signed(body: bytes, at: datetime, key: bytes = KEY) -> Asked:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(key, b"msg_1." + stamp.encode() + b"." + body, hashlib.sha256).digest()
    return asked(
        HOOK_PATH,
        method="POST",
        body=body,
        webhook_id="msg_1",
        webhook_timestamp=stamp,
        webhook_signature="v1,AAAA v1," + base64.b64encode(digest).decode(),
    )


@pytest.mark.parametrize(
    ("key", "late", "status"),
    [(KEY, timedelta(0), 200), (b"x" * 32, timedelta(0), 401), (KEY, timedelta(minutes=6), 401)],
)
def test_the_hook_takes_only_what_is_signed_with_its_key_and_fresh(
    tmp_path: Path, key: bytes, late: timedelta, status: int
) -> None:
    there = receivers(tmp_path)
    request = signed(b"{}", NOW - late, key)

    assert there.answer(request).status == status
    assert there.signatures == [status == 200]
    (line,) = (tmp_path / "received.jsonl").read_text().splitlines()
    assert json.loads(line)["signature"] == ("valid" if status == 200 else "invalid")


async def test_what_does_not_come_in_time_is_named(tmp_path: Path) -> None:
    said: list[str] = []

    with pytest.raises(WatcherError, match=r"not done within 0\.01 s: waited for the first batch to be imported"):
        await play(tmp_path, said.append, {}, deadline_s=0.01)

    assert "watching 4 feeds" in said[1]


def test_a_run_that_lacks_anything_has_its_faults_named(tmp_path: Path) -> None:
    unsent = Telling(
        occasion="notice:imported:wire:1",
        kind="notice",
        content="",
        channel="hook",
        recipient="",
        state="due",
        tries=(),
    )
    empty = Run(
        folder=tmp_path,
        tellings=[unsent],
        untold=[],
        unmatched=[],
        signatures=(True, False),
        received=0,
        digest=None,
        refused_once=False,
        seconds=1.0,
    )

    assert len(empty.faults()) == 8
    assert "a webhook's signature was missing or wrong" in empty.faults()
    assert empty.faults()[-1] == "notice:imported:wire:1 was not delivered to hook: due"
