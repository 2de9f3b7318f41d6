"""The benches run: a small one end to end, and their feeds are what the parser of feeds takes."""

from __future__ import annotations

import argparse
import json

import pytest

from bench import hostile, pipeline, poll, scale, start, store
from bench.feeds import feed_items, rss, start_of_news
from tests.sources.make import document
from watcher.sources.feed import xml


def options(bench, *words):
    parser = argparse.ArgumentParser()
    bench.arguments(parser)
    return parser.parse_args(words)


@pytest.mark.slow
def test_a_whole_pass_of_a_few_feeds(tmp_path, capsys):
    rows = tmp_path / "rows.json"

    pipeline.run(options(pipeline, "--feeds=5", "--items=3", "--rounds=1", "--sides=watcher", f"--json={rows}"))

    passes = json.loads(rows.read_text())["watcher"]
    assert [passes[name][0]["new"] for name in pipeline.PASSES] == [15, 0, 5]
    assert [passes[name][0]["polls"] for name in pipeline.PASSES] == [5, 5, 5]
    assert all(passes[name][0]["failed"] == 0 for name in pipeline.PASSES)
    assert all(passes[name][0]["cpu"] > 0 for name in pipeline.PASSES)
    assert "memory of the tree" in capsys.readouterr().out


def test_the_store_and_the_start_are_measured(capsys):
    store.run(options(store, "--articles=50", "--rounds=1", "--search=200"))
    start.run(options(start, "--rounds=1"))

    said = capsys.readouterr().out
    assert "insert, of executemany's speed" in said
    assert "newest 20 of 200 articles" in said
    assert "watcher --help" in said


def test_a_seed_always_writes_the_same_feed_and_news_come_on_top():
    now = start_of_news()
    items = feed_items(3, 5)

    assert items == feed_items(3, 5)
    before, after = (xml.parse(document(rss(3, items[at : at + 4], at + 1, now))) for at in (0, 1))
    assert [entry.guid for entry in after.entries[1:]] == [entry.guid for entry in before.entries[:3]]
    assert [entry.content_html for entry in after.entries[1:]] == [entry.content_html for entry in before.entries[:3]]


def test_polls_by_rhythm_are_earlier_than_by_a_fixed_interval(capsys):
    code = poll.run(options(poll, "--feeds=12", "--budgets", "240", "--days=10"))

    said = capsys.readouterr().out
    assert code in {0, 1}
    assert "12 feeds (odd)" in said
    assert "every: auto, mean, of a fixed interval's" in said
    feeds = poll.load("odd", 10)[:12]
    late = {name: poll.at_budget(poll.WAYS[name], feeds, 240) for name in ("fixed interval", "every: auto")}
    assert late["every: auto"].mean < 0.65 * late["fixed interval"].mean


def test_no_feed_is_in_both_halves():
    odd, even, whole = (len(poll.load(half, 21)) for half in ("odd", "even", "all"))

    assert odd + even == whole


@pytest.mark.slow
def test_hostile_neighbours_and_many_sources_are_measured(capsys):
    assert hostile.run(options(hostile, "--good=5", "--rounds=1", "--window=4", "--peer=0")) == 0
    assert scale.run(options(scale, "--sources=5,20", "--passes=1", "--idle=1")) == 0

    said = capsys.readouterr().out
    assert "good articles lost: 0.00" in said
    assert "connections at once" in said
    assert "polls failed: 0.00" in said


def test_a_poller_with_feedparser_in_its_loop_stands_beside(capsys):
    hostile.naive("alone", 2, (), 0.2, 20)

    assert "0 of 2 not polled within 20.2 s" in capsys.readouterr().out
