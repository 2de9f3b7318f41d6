"""Whatever is said of an article carries its proof: a span within one sentence that holds the act, or a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

import pytest

from bench.corpus import corpus, probe_readings, read_articles
from bench.spans import Read, flaws, proofs, sample, understood_whole
from tests.core.rules.make import reading
from watcher.app.classifying import Classifier
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon
from watcher.config.understanding import read_understander
from watcher.core.model import Reason, StoryId
from watcher.core.rules.model import RuleSet
from watcher.core.stories.model import StoryDecision

EVERY = 12
BAN = "China bans exports of gallium to the United States. Prices rose by 12 % to $300/kg on 3 March 2026."
ODD = (
    "",
    "Gallium",
    "7",
    "1 2 3 4 5 6 7 8 9. 10. 11.",
    "???",
    "\U0001f600 \U0001f600",
    "镓",
    "China bans, exports! of? gallium.",
    "Китай запретил экспорт галлия 中国禁止出口镓 Chine",
    "China bans exports of gallium " * 300,
    "禁止出口镓。" * 300,
    "$1 $2 $3 " * 300,
)


@lru_cache
def classifier() -> Classifier:
    lexicon, understander = read_lexicon(data_dir())[0], read_understander(data_dir())[0]
    assert lexicon is not None
    assert understander is not None
    return Classifier.of(RuleSet(rules=(), version=""), lexicon.publishers, understander)


def read(text: str, **changes: Any) -> Read:
    found = reading(text, **changes)
    return Read(name="one", reading=found, understood=understood_whole(classifier().understander, found))


def wrong(every: Sequence[Read]) -> list[str]:
    return [f"{each.name}: {flaw}" for each in every for flaw in flaws(each)]


def articles() -> Mapping[str, Any]:
    data = corpus()
    assert data is not None
    return data.articles


def probes() -> list[Read]:
    understander = classifier().understander
    return [
        Read(name=name, reading=found, understood=understood_whole(understander, found))
        for name, found in probe_readings()
    ]


def test_all_that_is_said_of_probes_is_proved():
    few = list(islice(probes(), 0, None, EVERY))

    assert wrong(few) == []
    assert sum(1 for each in few for _ in proofs(each.understood)) > 100


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:20]))
def test_all_that_is_said_of_an_odd_text_is_proved(text):
    assert wrong([read(text), read(text, language="zh"), read(f"Title\n{text}")]) == []


def test_all_that_is_said_of_some_real_articles_is_proved(shared):
    rows = dict(islice(articles().items(), 0, None, EVERY))

    found = list(read_articles(classifier(), rows))

    assert wrong(found) == []
    assert {proof.sort for each in found for proof in proofs(each.understood)} == {
        *("reports", "mentions", "role", "value", "name"),
    }


@pytest.mark.slow
def test_all_that_is_said_of_every_real_article_is_proved(shared):
    found = list(read_articles(classifier(), articles()))

    assert wrong([*found, *probes()]) == []
    assert sum(each.decision is not None and each.decision.reason is not Reason.FOUNDED for each in found) > 40


def test_a_flaw_is_found():
    whole = read(BAN)
    event = whole.understood.account.reported[0]

    def told(**changes: Any) -> list[str]:
        events = (replace(event, **changes),)
        account = replace(whole.understood.account, events=events)
        return list(flaws(replace(whole, understood=replace(whole.understood, account=account))))

    assert told() == []
    assert "the span is empty" in told(start=event.end)[0]
    assert "the span lies in no one sentence" in told(end=len(BAN))[0]
    assert "the proving sentence is another" in told(sentence=(52, len(BAN)))[0]
    assert "does not hold 'lifts'" in told(status_text="lifts")[0]
    assert told(why="") == ["event export_control: no reason"]
    assert "has no span" in told(roles=(replace(event.roles[0], start=None),))[0]
    joined = StoryDecision(story=StoryId("a"), reason=Reason.SAME_EVENT, detail="")
    assert list(flaws(replace(whole, decision=joined))) == ["merge into a: no reason"]


def test_a_sample_marks_spans_in_their_sentences():
    lines = list(sample([read(BAN)], 8, seed=1))

    assert lines == list(sample([read(BAN)], 8, seed=1))
    assert len(lines) == 16
    assert any("<<" in line and ">>" in line for line in lines)
    assert list(sample([], 5, seed=1)) == []
