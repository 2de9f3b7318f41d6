"""Thousands of feeds written to break readers: every one ends in entries or in a stated refusal, and soon."""

from __future__ import annotations

import io
import json
import tarfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from tests.core.memory_ledger import MemoryLedger
from tests.sources.make import FETCHED, document, feed
from watcher.core.articles.drafts import draft
from watcher.core.errors import ParseError
from watcher.core.model import Reason, SourceState
from watcher.sources.feed import jsonfeed

_ARCHIVES = ("feeds_feedparser_tests", "feeds_feedvalidator_testcases", "feeds_gofeed_testdata")
_LIMIT_S = 2.0


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive, "r:xz") as opened:
        for member in opened:
            file = opened.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, file.read()


def _entries(body: bytes) -> int:
    """How many entries our whole way from bytes to drafts makes of a body; 0 for a stated refusal."""
    begun = time.process_time()
    try:
        parsed = feed().parse(document(body), SourceState())
    except ParseError:
        return 0
    drafts = [draft(entry, fetched=FETCHED) for entry in parsed.entries]
    assert all(made.title and made.keys for made in drafts)
    assert time.process_time() - begun < _LIMIT_S
    return len(drafts)


def _json_items(body: bytes) -> int:
    """How many items a JSON body lists as Python reads it; 0 if it is cut off or no feed."""
    try:
        items = json.loads(body).get("items")
    except ValueError:
        return 0
    return len(items) if isinstance(items, list) else 0


def _feedparser_entries(body: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)


def test_samples_of_the_manifest_have_the_entries_that_were_observed(shared):
    folder = shared / "corpus" / "dev" / "feed_samples"
    samples = [json.loads(line) for line in (folder / "MANIFEST.jsonl").read_text().splitlines()]

    for sample in samples:
        body = (folder / sample["file"]).read_bytes()
        expected = sample["feedparser_observed"]["entries"]
        if body.lstrip()[:1] == b"{":
            expected = _json_items(body)
        assert _entries(body) == expected, sample["file"]
    assert len(samples) > 400


@pytest.mark.parametrize("name", _ARCHIVES)
def test_archived_feeds_have_the_entries_that_feedparser_finds(shared, name):
    count = 0
    for member, body in _members(shared / "hostile" / f"{name}.tar.xz"):
        if member.endswith(".json"):
            assert _entries(body) >= 0, member
        else:
            assert _entries(body) == _feedparser_entries(body), member
        count += 1
    assert count > 400


def test_the_validators_identity_cases_yield_nothing_new_on_a_second_poll(shared):
    groups = ("element-channel-item-guid/", "data-types-datetime/")
    polled = 0
    for member, body in _members(shared / "hostile" / "feeds_feedvalidator_testcases.tar.xz"):
        if not any(group in member for group in groups):
            continue
        try:
            entries = feed().parse(document(body), SourceState()).entries
        except ParseError:
            continue
        drafts = [draft(entry, fetched=FETCHED) for entry in entries]
        ledger = MemoryLedger()
        ledger.poll(drafts)
        assert ledger.count(drafts) in ({}, {Reason.UNCHANGED: len(drafts)}), member
        polled += 1
    assert polled > 40


def test_invalid_json_is_refused_and_nothing_crashes(shared):
    accepted = []
    for member, body in _members(shared / "hostile" / "json_test_parsing.tar.xz"):
        name = member.rpartition("/")[2]
        assert _entries(body) == 0, name
        if not name.endswith(".json"):
            continue
        try:
            jsonfeed.load(body)
        except ParseError:
            assert not name.startswith("y_"), name
        else:
            accepted.append(name)
    assert not [name for name in accepted if name.startswith("n_")]
    assert sum(name.startswith("y_") for name in accepted) > 90
